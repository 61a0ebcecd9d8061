/* What identifies a command, and the receipt on the wire. */
#include "model/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <bsd/string.h>

#include "base/digest.h"
#include "base/when.h"

/* "5:hello": with its length before it a text cannot run into the next one. */
static void add_text(struct digest *digest, const char *text)
{
	size_t n = text == NULL ? 0 : strlen(text);
	char length[24];

	snprintf(length, sizeof(length), "%zu:", n);
	digest_add(digest, length, strlen(length));
	if (n > 0)
		digest_add(digest, text, n);
}

static void add_value(struct digest *digest, const struct command_value *value)
{
	/* An empty value says as much as an absent one. */
	if (value->value == NULL || value->value[0] == '\0')
		return;
	add_text(digest, "value");
	add_text(digest, value->name);
	add_text(digest, value->value);
}

static void add_file(struct digest *digest, const struct command_file *file)
{
	char size[24];

	snprintf(size, sizeof(size), "%" PRId64, file->size);
	add_text(digest, "file");
	add_text(digest, names_word(&file_kind_names, (int64_t)file->kind));
	add_text(digest, file->name);
	add_text(digest, size);
	add_text(digest, file->digest);
}

void command_hash(const struct command *command, char out[65])
{
	const struct action *action = action_get(command->action);
	struct digest *digest = digest_new();

	add_text(digest, "koodesk-command-1");
	add_text(digest, command->id);
	add_text(digest, action == NULL ? "" : action->word);
	for (size_t i = 0; action != NULL && i < action->count; i++) {
		if (action->inputs[i].secret)
			continue;
		for (size_t j = 0; j < command->n_values; j++) {
			if (strcmp(command->values[j].name, action->inputs[i].name) == 0)
				add_value(digest, &command->values[j]);
		}
	}
	/*
	 * What the action does not know is part of the content as well: it must not pass for a
	 * repetition.
	 */
	for (size_t j = 0; j < command->n_values; j++) {
		if (action == NULL || action_input(action, command->values[j].name) == NULL)
			add_value(digest, &command->values[j]);
	}
	for (size_t i = 0; i < command->n_files; i++)
		add_file(digest, &command->files[i]);
	digest_end(digest, out);
}

void receipt_json(const struct receipt *receipt, struct json_writer *w, const char *name)
{
	char at[WHEN_TEXT];

	when_iso(receipt->at, at);
	json_open_object(w, name);
	json_put_text(w, "supervisionId", receipt->owned ? "" : receipt->id);
	json_put_text(w, "instanceId", receipt->owned ? receipt->id : "");
	json_put_text(w, "appealId", receipt->appeal);
	json_put_text(w, "recordId", receipt->record);
	json_put_text(w, "action", names_word(&action_names, (int64_t)receipt->action));
	json_put_text(w, "fromStage", names_word(&stage_names, (int64_t)receipt->from));
	json_put_text(w, "toStage", names_word(&stage_names, (int64_t)receipt->to));
	json_put_text(w, "state", names_word(&supervision_state_names, (int64_t)receipt->state));
	json_put_text(w, "turn", names_word(&role_names, (int64_t)receipt->turn));
	json_put_int(w, "version", receipt->version);
	json_put_int(w, "seq", receipt->seq);
	json_put_text(w, "at", at);
	json_put_text(w, "hash", receipt->hash);
	json_put_bool(w, "replayed", receipt->replayed);
	json_put_bool(w, "dryRun", receipt->dry_run);
	json_close_object(w);
}

static enum status parse_text(const struct json_at *at, const char *name, char *out, size_t cap,
    struct error *err)
{
	const char *text = "";
	enum status status = json_text(at, name, cap - 1, &text, err);

	if (status == STATUS_OK)
		strlcpy(out, text, cap);
	return status;
}

/* Says at the member `name` what was expected there. */
static enum status expect(const struct json_at *at, const char *name, const char *what,
    struct error *err)
{
	struct json_at member;
	enum status status = json_member(at, name, &member, err);

	return status == STATUS_OK ? json_expect(&member, err, what) : status;
}

static enum status parse_name(const struct json_at *at, const char *name, const struct names *names,
    int64_t *out, struct error *err)
{
	char list[256];
	const char *word = "";
	enum status status = json_text(at, name, 64, &word, err);

	if (status != STATUS_OK)
		return status;
	*out = names_value(names, word);
	if (*out >= 0)
		return STATUS_OK;
	names_list(names, list, sizeof(list));
	return expect(at, name, list, err);
}

/* Receipts of schema 1 and 2 had no such members. */
static enum status parse_record(const struct json_at *at, struct receipt *out, struct error *err)
{
	const char *text = NULL;
	enum status status = json_text_opt(at, "recordId", sizeof(out->record) - 1, &text, err);

	if (status == STATUS_OK && text != NULL)
		strlcpy(out->record, text, sizeof(out->record));
	text = NULL;
	if (status == STATUS_OK)
		status = json_text_opt(at, "instanceId", sizeof(out->id) - 1, &text, err);
	if (status == STATUS_OK && text != NULL && text[0] != '\0') {
		strlcpy(out->id, text, sizeof(out->id));
		out->owned = true;
	}
	return status;
}

/* The sets: action, stages, state, turn. */
static enum status parse_names(const struct json_at *at, struct receipt *out, struct error *err)
{
	int64_t action = 0, from = 0, to = 0, state = 0, turn = 0;
	enum status status = parse_name(at, "action", &action_names, &action, err);

	if (status == STATUS_OK)
		status = parse_name(at, "fromStage", &stage_names, &from, err);
	if (status == STATUS_OK)
		status = parse_name(at, "toStage", &stage_names, &to, err);
	if (status == STATUS_OK)
		status = parse_name(at, "state", &supervision_state_names, &state, err);
	if (status == STATUS_OK)
		status = parse_name(at, "turn", &role_names, &turn, err);
	if (status != STATUS_OK)
		return status;
	out->action = (enum action_id)action;
	out->from = (enum stage_id)from;
	out->to = (enum stage_id)to;
	out->state = (enum supervision_state)state;
	out->turn = (enum role)turn;
	return STATUS_OK;
}

static enum status parse_when_and_hash(const struct json_at *at, struct receipt *out,
    struct error *err)
{
	char when[WHEN_TEXT];
	enum status status = parse_text(at, "at", when, sizeof(when), err);

	out->at = 0;
	if (status == STATUS_OK && when[0] != '\0' && !when_parse_iso(when, &out->at))
		status = expect(at, "at", _("a time such as 2026-11-22T06:30:00Z"), err);
	if (status == STATUS_OK)
		status = parse_text(at, "hash", out->hash, sizeof(out->hash), err);
	if (status == STATUS_OK && out->hash[0] != '\0' && !digest_valid_text(out->hash))
		status = expect(at, "hash", _("a SHA-256 digest of 64 hexadecimal digits"), err);
	return status;
}

enum status receipt_parse(const struct json_at *at, struct receipt *out, struct error *err)
{
	struct receipt receipt;
	enum status status;

	memset(&receipt, 0, sizeof(receipt));
	status = parse_text(at, "supervisionId", receipt.id, sizeof(receipt.id), err);
	if (status == STATUS_OK)
		status = parse_text(at, "appealId", receipt.appeal, sizeof(receipt.appeal), err);
	if (status == STATUS_OK)
		status = parse_record(at, &receipt, err);
	if (status == STATUS_OK)
		status = parse_names(at, &receipt, err);
	if (status == STATUS_OK)
		status = json_int(at, "version", 0, INT64_C(1) << 53, &receipt.version, err);
	if (status == STATUS_OK)
		status = json_int(at, "seq", 0, INT64_C(1) << 53, &receipt.seq, err);
	if (status == STATUS_OK)
		status = parse_when_and_hash(at, &receipt, err);
	if (status == STATUS_OK)
		status = json_bool_opt(at, "replayed", &receipt.replayed, err);
	if (status == STATUS_OK)
		status = json_bool_opt(at, "dryRun", &receipt.dry_run, err);
	if (status == STATUS_OK)
		*out = receipt;
	return status;
}
