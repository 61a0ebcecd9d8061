/*
 * The domain actions of actions.def as data. Constant; any thread.
 */
#ifndef KOODESK_MODEL_ACTION_H
#define KOODESK_MODEL_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/names.h"

#define NO_INPUT(...)
#define ACTION(id, ...) ACTION_##id,
#define TEXT_INPUT NO_INPUT
#define LONG_INPUT NO_INPUT
#define TIME_INPUT NO_INPUT
#define MONEY_INPUT NO_INPUT
#define NUMBER_INPUT NO_INPUT
#define CHOICE_INPUT NO_INPUT
#define FILES_INPUT NO_INPUT
enum action_id {
	ACTION_NONE,
#include "model/actions.def"
	ACTION_COUNT
};
#undef ACTION
#undef TEXT_INPUT
#undef LONG_INPUT
#undef TIME_INPUT
#undef MONEY_INPUT
#undef NUMBER_INPUT
#undef CHOICE_INPUT
#undef FILES_INPUT
#undef NO_INPUT

enum action_kind {
	KIND_FORWARD, KIND_BACK, KIND_NOTE, KIND_APPEAL, KIND_DURING, KIND_FACT, KIND_REFUND,
	KIND_ANSWER, KIND_DEPLOY, KIND_RATE, KIND_OWNED
};
/* What the id of a command may name: bits. */
enum action_on { ON_SUPERVISION = 1 << 0, ON_INSTANCE = 1 << 1 };
enum guard { GUARD_NONE, GUARD_CONFIRM, GUARD_WORD, GUARD_PROGRAM };
enum input_kind {
	INPUT_TEXT, INPUT_LONG, INPUT_TIME, INPUT_MONEY, INPUT_NUMBER, INPUT_CHOICE, INPUT_FILES
};

#define INPUT_TEXT_MAX 200        /* bytes of one line */
#define INPUT_LONG_MAX 16384      /* bytes of several lines */
#define FILES_MAX 10              /* of one submission (R3) */
#define FILE_MAX_BYTES (INT64_C(20) << 20)

struct input {
	enum action_id action;
	const char *name;        /* wire: --set NAME=VALUE, JSON */
	enum input_kind kind;
	bool required;           /* where `when` holds */
	bool secret;             /* neither logged nor hashed (F8); typed without echo */
	const char *when;        /* "", "input=word" or "@column=word,word" */
	const char *label;       /* N_() text */
	const struct names *names;   /* INPUT_CHOICE */
	int64_t least, most;         /* INPUT_NUMBER */
	uint32_t kinds;          /* INPUT_FILES: bits 1u << enum file_kind */
	enum file_kind kind_default; /* INPUT_FILES: the first kind named in actions.def */
};

struct action {
	enum action_id id;
	const char *word;
	enum action_kind kind;
	unsigned on;             /* bits of enum action_on */
	enum guard guard;
	const char *label;       /* N_() text */
	const char *effect;      /* N_() text */
	const struct input *inputs;
	size_t count;
};

/* never NULL for 1 .. ACTION_COUNT-1 */
const struct action *action_get(enum action_id id);
const struct action *action_find(const char *word);              /* NULL where unknown */
/* NULL where unknown */
const struct input *action_input(const struct action *action, const char *name);

#endif
