/*
 * The actions of the console, made from model/actions.def and keys.def: what `:` calls them, their
 * keys, what hints and help say. Dispatch, hints, help and palette read this one table. Constant;
 * any thread.
 */
#ifndef KOODESK_UI_KEYS_H
#define KOODESK_UI_KEYS_H

#include "model/action.h"
#include "ui/term/key.h"

/* An action of the console: an enum action_id below ACTION_COUNT, or one of these. */
enum ui_action {
	UI_NONE = 1000,
#define DOMAIN_KEY(action, keys, hint)
#define UI_ACTION(id, word, keys, label, hint) UI_##id,
#include "ui/keys.def"
#undef DOMAIN_KEY
#undef UI_ACTION
	UI_END
};

struct binding {
	int id;
	const char *word;
	const char *keys;     /* blank-separated */
	const char *label;    /* N_() text */
	const char *hint;     /* N_() text, or "" */
};

extern const struct binding bindings[];   /* ends with id 0 */

const struct binding *binding_get(int id);             /* NULL where unknown */
const struct binding *binding_find(const char *word);  /* NULL where unknown */
int binding_of_key(const struct key *key);             /* 0 where the key means nothing */
/* Takes the next name of a blank-separated list; false at its end. */
bool name_next(const char **names, char *out, size_t cap);
const char *binding_key(int id);                       /* the first key, "" where unknown */
/* An action that a person does: what only programs do has no key. */
bool binding_is_offered(int id);
static inline bool binding_is_domain(int id) { return id > ACTION_NONE && id < ACTION_COUNT; }

#endif
