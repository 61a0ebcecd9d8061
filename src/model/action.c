#include "model/action.h"

#include <string.h>

/*
 * An input does not name its action, it follows it. Counting says whose it is: each action starts a
 * new hundred, and each of its inputs, known by its line in actions.def, is the next number.
 */
#define STEP 100
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define HERE JOIN(AT_LINE_, __LINE__)

#define NEXT_INPUT(...) HERE,
#define ACTION(id, ...) AT_##id = ACTION_##id * STEP,
#define TEXT_INPUT NEXT_INPUT
#define LONG_INPUT NEXT_INPUT
#define TIME_INPUT NEXT_INPUT
#define MONEY_INPUT NEXT_INPUT
#define NUMBER_INPUT NEXT_INPUT
#define CHOICE_INPUT NEXT_INPUT
#define FILES_INPUT NEXT_INPUT
enum place {
#include "model/actions.def"
};
#undef ACTION
#undef TEXT_INPUT
#undef LONG_INPUT
#undef TIME_INPUT
#undef MONEY_INPUT
#undef NUMBER_INPUT
#undef CHOICE_INPUT
#undef FILES_INPUT

/*
 * One array for each action. Its first element is a mere opening, so that an action may have no
 * inputs at all. FIRST_F turns the first F(KIND) of a sum of kinds into a choice that skips the
 * others.
 */
#define FLAG_REQUIRED .required = true
#define FLAG_OPTIONAL .required = false
#define FLAG_SECRET .secret = true
#define FIRST_F(kind) 1 ? (unsigned)FILE_##kind : 0u
#define INPUT(name_, kind_, flags, when_, label_) \
	.action = (enum action_id)(HERE / STEP), .name = #name_, .kind = INPUT_##kind_, \
	FLAG_##flags, .when = when_, .label = label_
#define ACTION(id, ...) \
	}; static const struct input inputs_##id[] = { { .action = ACTION_##id },
#define TEXT_INPUT(name, flags, when, label) { INPUT(name, TEXT, flags, when, label) },
#define LONG_INPUT(name, flags, when, label) { INPUT(name, LONG, flags, when, label) },
#define TIME_INPUT(name, flags, when, label) { INPUT(name, TIME, flags, when, label) },
#define MONEY_INPUT(name, flags, when, label) { INPUT(name, MONEY, flags, when, label) },
#define NUMBER_INPUT(name, flags, when, label, least_, most_) \
	{ INPUT(name, NUMBER, flags, when, label), .least = least_, .most = most_ },
#define CHOICE_INPUT(name, flags, when, label, set) \
	{ INPUT(name, CHOICE, flags, when, label), .names = &set },
#define FILES_INPUT(name, flags, when, label, set) \
	{ INPUT(name, FILES, flags, when, label), .kinds = set, \
	  .kind_default = (enum file_kind)(FIRST_##set) },
static const struct input inputs_NONE[] = {
	{ .action = ACTION_NONE },
#include "model/actions.def"
};
#undef ACTION
#undef TEXT_INPUT
#undef LONG_INPUT
#undef TIME_INPUT
#undef MONEY_INPUT
#undef NUMBER_INPUT
#undef CHOICE_INPUT
#undef FILES_INPUT

/* Most are done to a supervision; a rating is of a line, which may have none. */
#define ON(kind) \
	(KIND_##kind == KIND_OWNED  ? ON_INSTANCE \
	 : KIND_##kind == KIND_RATE ? ON_SUPERVISION | ON_INSTANCE \
				    : ON_SUPERVISION)
#define INPUTS(id) inputs_##id + 1, sizeof(inputs_##id) / sizeof(inputs_##id[0]) - 1
#define NO_INPUT(...)
#define ACTION(id, word, kind, guard, label, effect) \
	[ACTION_##id] = { ACTION_##id, word, KIND_##kind, ON(kind), GUARD_##guard, label, \
		effect, INPUTS(id) },
#define TEXT_INPUT NO_INPUT
#define LONG_INPUT NO_INPUT
#define TIME_INPUT NO_INPUT
#define MONEY_INPUT NO_INPUT
#define NUMBER_INPUT NO_INPUT
#define CHOICE_INPUT NO_INPUT
#define FILES_INPUT NO_INPUT
static const struct action actions[ACTION_COUNT] = {
	[ACTION_NONE] = { ACTION_NONE, "", KIND_NOTE, 0, GUARD_NONE, "", "", INPUTS(NONE) },
#include "model/actions.def"
};

const struct action *action_get(enum action_id id)
{
	if ((int)id <= ACTION_NONE || (int)id >= ACTION_COUNT)
		return NULL;
	return &actions[id];
}

const struct action *action_find(const char *word)
{
	for (size_t i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		if (strcmp(actions[i].word, word) == 0)
			return &actions[i];
	}
	return NULL;
}

const struct input *action_input(const struct action *action, const char *name)
{
	for (size_t i = 0; i < action->count; i++) {
		if (strcmp(action->inputs[i].name, name) == 0)
			return &action->inputs[i];
	}
	return NULL;
}
