/*
 * A command, and its receipt: what goes through the door (backend.h) and down the one path
 * (market/perform.c). All pointers belong to whoever made the struct; a receipt's texts lie in its
 * own buffers.
 */
#ifndef KOODESK_MODEL_COMMAND_H
#define KOODESK_MODEL_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "model/action.h"
#include "model/permit.h"
#include "model/records.h"

#define COMMAND_KEY_MAX 64
#define VERSION_ANY (-1)

struct command_value {
	const char *name;    /* input name */
	/* text form: choices by word, money "12.500", times ISO or as typed by a person */
	const char *value;
};

struct command_file {
	enum file_kind kind;
	const char *name;    /* as given; cleaned where it enters */
	int64_t size;
	const char *digest;  /* of contents that were attached before; text form */
};

struct command {
	const char *id;              /* of the supervision or the purchased service (action->on) */
	enum action_id action;
	const struct command_value *values;
	size_t n_values;
	const struct command_file *files;
	size_t n_files;
	/* idempotency key (R14), 1 to 64 printable ASCII characters, no blanks; per actor (F8) */
	const char *key;
	int64_t version;             /* seen by whoever decided, or VERSION_ANY */
	/* walk the whole way, then roll back; the receipt says what would be */
	bool dry_run;
};

struct receipt {
	char id[65];                 /* supervision, or purchased service where `owned` */
	char appeal[80];             /* opened or closed by this, or "" */
	/* refund request, deployment, rating or order that this made or changed, or "" */
	char record[80];
	bool owned;                  /* then there are no stages, state and turn */
	enum action_id action;
	enum stage_id from, to;
	enum supervision_state state;
	enum role turn;
	int64_t version;
	int64_t seq;                 /* of the log entry */
	int64_t at;
	char hash[65];               /* of the log entry */
	bool replayed;               /* the answer of an earlier command with the same key */
	bool dry_run;
};

/*
 * What must be right before anything is looked up: the id, the action, the key and the version.
 * INVALID names it in err->field.
 */
enum status command_check_head(const struct command *command, struct error *err);
/*
 * Checks a command's head, and its inputs against its action (domain.md R2, R3, F9, 3.1): unknown
 * or missing inputs, lengths, choices, times, amounts, file kinds, types, sizes and counts. INVALID
 * names the input in err->field. now and the supervision (may be NULL: then what depends on it is
 * not checked) decide the ranges of times, amounts and stages.
 */
enum status command_check(const struct command *command, const struct actor *actor,
    const struct supervision *supervision, int64_t now, struct error *err);
/* One input alone, for live validation in forms: value as typed; OK where it may be sent. */
enum status command_check_value(const struct input *input, const char *value,
    const struct actor *actor, const struct supervision *supervision, int64_t now,
    struct error *err);
/* Name, type and size of one file (R3), whatever it is handed in as. */
enum status command_check_contents(const struct command_file *file, struct error *err);
/* The same, and whether the input takes its kind. */
enum status command_check_file(const struct input *input, const struct command_file *file,
    struct error *err);
/*
 * Whether the input is asked for, given the values so far and the supervision (its `when`). Without
 * the supervision (NULL, or command_asks()) what depends on it is asked for.
 */
bool command_asks(const struct input *input, const struct command_value *values, size_t n);
bool command_asks_of(const struct input *input, const struct supervision *supervision,
    const struct command_value *values, size_t n);
/* "" where absent */
const char *command_value(const struct command *command, const char *name);

/*
 * SHA-256 over everything that makes two commands the same: id, action, values in the order of
 * actions.def, files. Not key, version, dry_run; secret inputs are left out (F8).
 */
void command_hash(const struct command *command, char out[65]);

void receipt_json(const struct receipt *receipt, struct json_writer *w, const char *name);
enum status receipt_parse(const struct json_at *at, struct receipt *out, struct error *err);

#endif
