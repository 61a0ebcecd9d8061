/*
 * What of a command the operation log keeps: its values and files, as canonical JSON, and the
 * files' rows.
 */
#include "market/work.h"

#include <inttypes.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "model/money.h"

#define INPUTS_MAX (1u << 20)
#define FILE_NAME_MAX 256

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n\v\f")] == '\0';
}

const char *inputs_value(struct work *work, const struct input *input, const char *value)
{
	char text[MONEY_TEXT > WHEN_TEXT ? MONEY_TEXT : WHEN_TEXT];
	int64_t number;

	if (value == NULL || is_blank(value))
		return "";
	if (input->kind == INPUT_TIME && when_parse_person(value, WHEN_PLATFORM_OFFSET, &number)) {
		when_iso(number, text);
		return arena_strdup(&work->arena, text);
	}
	if (input->kind == INPUT_MONEY && money_parse(value, &number)) {
		money_wire(number, text);
		return arena_strdup(&work->arena, text);
	}
	return value;
}

/* The first text of several lines is what the entry says; the others stand in its inputs. */
const char *inputs_text(const struct work *work)
{
	const struct action *action;
	const char *value;

	if (work->command == NULL)
		return "";
	action = action_get(work->command->action);
	for (size_t i = 0; i < action->count; i++) {
		if (action->inputs[i].kind != INPUT_LONG)
			continue;
		value = command_value(work->command, action->inputs[i].name);
		if (!is_blank(value))
			return value;
	}
	return "";
}

const char *inputs_json(struct work *work)
{
	const struct command *command = work->command;
	const struct action *action = command == NULL ? NULL : action_get(command->action);
	struct json_writer w;
	struct buf out;
	const char *value, *kept;

	if (work->inputs != NULL)
		return work->inputs;
	if (work->command == NULL)
		return "{}";
	buf_init(&out, INPUTS_MAX);
	json_begin(&w, &out, false);
	json_open_object(&w, NULL);
	for (size_t i = 0; i < action->count; i++) {
		const struct input *input = &action->inputs[i];

		if (input->kind == INPUT_FILES || input->secret ||
		    !command_asks_of(
			input, work->supervision, command->values, command->n_values))
			continue;
		value = inputs_value(work, input, command_value(command, input->name));
		if (value[0] != '\0')
			json_put_text(&w, input->name, value);
	}
	json_close_object(&w);
	kept = arena_strdup(&work->arena, buf_text(&out));
	buf_free(&out);
	return kept;
}

/* The name as it is kept: never a path, nothing that a terminal would obey. */
static enum status clean_name(
    const struct command_file *file, char out[FILE_NAME_MAX], struct error *err)
{
	if (text_file_name(out, FILE_NAME_MAX, file->name))
		return STATUS_OK;
	error_set(err, STATUS_INVALID, _("A file has no usable name. Rename it."));
	error_field(err, "files");
	return STATUS_INVALID;
}

void inputs_put_file(
    struct json_writer *w, const char *kind, const char *name, int64_t size, const char *digest)
{
	json_open_object(w, NULL);
	json_put_text(w, "kind", kind);
	json_put_text(w, "name", name);
	json_put_int(w, "size", size);
	json_put_text(w, "sha256", digest);
	json_close_object(w);
}

enum status inputs_files(struct work *work, const char **json, struct error *err)
{
	size_t n = work->command == NULL ? 0 : work->command->n_files;
	enum status status = STATUS_OK;
	char name[FILE_NAME_MAX];
	struct json_writer w;
	struct buf out;

	buf_init(&out, INPUTS_MAX);
	json_begin(&w, &out, false);
	json_open_array(&w, NULL);
	for (size_t i = 0; status == STATUS_OK && i < n; i++) {
		const struct command_file *file = &work->command->files[i];

		status = clean_name(file, name, err);
		if (status == STATUS_OK)
			inputs_put_file(&w, names_word(&file_kind_names, (int64_t)file->kind), name,
			    file->size, file->digest);
	}
	json_close_array(&w);
	*json = arena_strdup(&work->arena, buf_text(&out));
	buf_free(&out);
	return status;
}

enum status inputs_attach(struct work *work, struct error *err)
{
	const struct log_entry *entry = work->entry;
	size_t n = work->command == NULL ? 0 : work->command->n_files;
	enum status status = STATUS_OK;
	char name[FILE_NAME_MAX];

	for (size_t i = 0; status == STATUS_OK && i < n; i++) {
		const struct command_file *file = &work->command->files[i];
		struct attachment *row = record_new(&attachment_record, &work->arena);

		status = clean_name(file, name, err);
		if (status != STATUS_OK)
			break;
		row->id = arena_printf(&work->arena, "%s/%zu", entry->id, i + 1);
		row->supervision = entry->supervision;
		row->appeal = work->evidence && work->appeal != NULL ? work->appeal->id : "";
		row->seq = entry->seq;
		row->kind = file->kind;
		row->name = arena_strdup(&work->arena, name);
		row->size = file->size;
		row->digest = file->digest == NULL ? "" : file->digest;
		row->uploader = entry->actor;
		row->role = entry->role;
		row->at = entry->at;
		status = store_insert(work->market->store, &attachment_record, row, err);
	}
	return status;
}
