#include "ui/widget/form_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/*
 * {"action": "reject", "fields": {"reason": "...", "files": ""}, "files": [{"input": "files",
 * "path": "/...", "kind": "evidence"}]} A field holds what was typed, right or wrong; of a file
 * field that is the path that was not added yet.
 */
void form_draft(const struct form *form, struct buf *out)
{
	struct json_writer w;
	size_t i, f;

	json_begin(&w, out, false);
	json_open_object(&w, NULL);
	json_put_text(&w, "action", form->action->word);
	json_open_object(&w, "fields");
	for (i = 0; i < form->count; i++) {
		const struct form_field *field = &form->fields[i];

		/* What may not be written down is typed again. */
		if (field->input->secret)
			continue;
		json_put_text(&w, field->input->name,
		    field->input->kind == INPUT_FILES ? edit_text(&field->edit)
						      : form_field_value(field));
	}
	json_close_object(&w);
	json_open_array(&w, "files");
	for (i = 0; i < form->count; i++) {
		const struct form_field *field = &form->fields[i];

		for (f = 0; f < field->n_files; f++) {
			json_open_object(&w, NULL);
			json_put_text(&w, "input", field->input->name);
			json_put_text(&w, "path", field->files[f].path);
			json_put_text(&w, "kind",
			    names_word(&file_kind_names, (int64_t)field->files[f].kind));
			json_close_object(&w);
		}
	}
	json_close_array(&w);
	json_close_object(&w);
}

static struct form_field *field_named(struct form *form, const char *name)
{
	size_t i;

	for (i = 0; i < form->count; i++) {
		if (strcmp(form->fields[i].input->name, name) == 0)
			return &form->fields[i];
	}
	return NULL;
}

static void restore_field(struct form_field *field, const char *text)
{
	int64_t value;

	if (field->input->kind != INPUT_CHOICE) {
		edit_set(&field->edit, text);
		return;
	}
	value = names_value(field->input->names, text);
	if (form_choice_offered(field, value))
		field->choice = value;
}

/* A file that has gone meanwhile stays in the list, with its problem: the person decides. */
static void restore_file(struct form *form, const struct json_at *at)
{
	const char *input, *path, *word;
	struct form_field *field;
	int64_t kind;

	if (json_text(at, "input", 64, &input, NULL) != STATUS_OK ||
	    json_text(at, "path", FORM_PATH_MAX - 1, &path, NULL) != STATUS_OK ||
	    json_text(at, "kind", 64, &word, NULL) != STATUS_OK)
		return;
	field = field_named(form, input);
	kind = names_value(&file_kind_names, word);
	if (field != NULL && field->input->kind == INPUT_FILES && kind > 0 &&
	    form_file_count(form) < FILES_MAX)
		form_file_add(field, path, (enum file_kind)kind);
}

void form_restore(struct form *form, const char *draft, size_t n)
{
	struct json *json = NULL;
	struct json_at root, fields, files, file;
	const char *text;
	size_t i;

	if (json_parse(draft, n, &json, NULL) != STATUS_OK)
		return;
	root = json_root(json);
	if (json_text(&root, "action", 64, &text, NULL) != STATUS_OK ||
	    strcmp(text, form->action->word) != 0)
		goto out;
	if (json_object(&root, "fields", &fields, NULL) == STATUS_OK) {
		for (i = 0; i < form->count; i++) {
			struct form_field *field = &form->fields[i];

			text = NULL;
			if (json_text_opt(&fields, field->input->name, INPUT_LONG_MAX, &text,
				NULL) == STATUS_OK &&
			    text != NULL)
				restore_field(field, text);
		}
	}
	if (json_array(&root, "files", &files, NULL) == STATUS_OK) {
		for (i = 0; i < json_count(&files); i++) {
			file = json_element(&files, i);
			restore_file(form, &file);
		}
	}
out:
	json_free(json);
}
