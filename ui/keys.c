#include "ui/keys.h"

#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"

#define NO_INPUT(...)
#define TEXT_INPUT NO_INPUT
#define LONG_INPUT NO_INPUT
#define TIME_INPUT NO_INPUT
#define MONEY_INPUT NO_INPUT
#define NUMBER_INPUT NO_INPUT
#define CHOICE_INPUT NO_INPUT
#define FILES_INPUT NO_INPUT

/* Words and labels of domain actions, for the rows below. */
#define ACTION(id, word, kind, guard, label, effect) \
	static const char word_##id[] = word; \
	static const char label_##id[] = label;
#include "model/actions.def"
#undef ACTION

const struct binding bindings[] = {
#define DOMAIN_KEY(action, keys, hint)                                                             \
	{ ACTION_##action, word_##action, keys, label_##action, hint },
#define UI_ACTION(id, word, keys, label, hint) { UI_##id, word, keys, label, hint },
#include "ui/keys.def"
#undef DOMAIN_KEY
#undef UI_ACTION
	{ 0, NULL, NULL, NULL, NULL }
};

/* An action without a key is a mistake that the compiler shall find. */
#define ACTION(id, ...) + 1
#define DOMAIN_KEY(...) - 1
#define UI_ACTION(...)
_Static_assert(0
#include "model/actions.def"
#include "ui/keys.def"
    == 0, "keys.def gives each action of actions.def its key");
#undef ACTION
#undef DOMAIN_KEY
#undef UI_ACTION

const struct binding *binding_get(int id)
{
	const struct binding *b;

	for (b = bindings; b->id != 0; b++)
		if (b->id == id)
			return b;
	return NULL;
}

const struct binding *binding_find(const char *word)
{
	const struct binding *b;

	for (b = bindings; b->id != 0; b++)
		if (strcmp(b->word, word) == 0)
			return b;
	return NULL;
}

bool binding_is_offered(int id)
{
	const struct binding *b = binding_get(id);

	return b != NULL && b->keys[0] != '\0';
}

bool name_next(const char **names, char *out, size_t cap)
{
	size_t n;

	*names += strspn(*names, " ");
	n = strcspn(*names, " ");
	if (n == 0)
		return false;
	strlcpy(out, *names, n + 1 < cap ? n + 1 : cap);
	*names += n;
	return true;
}

int binding_of_key(const struct key *key)
{
	const struct binding *b;
	struct key candidate;
	const char *keys;
	char name[24];

	for (b = bindings; b->id != 0; b++) {
		keys = b->keys;
		while (name_next(&keys, name, sizeof(name)))
			if (key_parse(name, &candidate) && key_equal(&candidate, key))
				return b->id;
	}
	return 0;
}

const char *binding_key(int id)
{
	static char names[128][16];
	const struct binding *b = binding_get(id);
	size_t at = b == NULL ? 0 : (size_t)(b - bindings);
	const char *keys;

	if (b == NULL || at >= sizeof(names) / sizeof(names[0]))
		return "";
	keys = b->keys;
	if (names[at][0] == '\0')
		name_next(&keys, names[at], sizeof(names[at]));
	return names[at];
}
