#include "ui/widget/form_private.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "base/when.h"

/* --- values --- */

const char *form_field_value(const struct form_field *field)
{
	if (field->input->kind == INPUT_FILES)
		return "";
	if (field->input->kind == INPUT_CHOICE)
		return names_word(field->input->names, field->choice);
	return edit_text(&field->edit);
}

/* A condition names an input that stands before it: what is not asked itself has no value. */
size_t form_all_values(const struct form *form, struct command_value *out)
{
	size_t i, n = 0;

	for (i = 0; i < form->count; i++) {
		const struct form_field *field = &form->fields[i];
		const char *value = form_field_value(field);

		if (value[0] == '\0' || !command_asks_of(field->input, form->supervision, out, n))
			continue;
		out[n].name = field->input->name;
		out[n++].value = value;
	}
	return n;
}

bool form_asked(const struct form *form, const struct form_field *field)
{
	struct command_value values[FORM_FIELDS_MAX];
	size_t n = form_all_values(form, values);

	return command_asks_of(field->input, form->supervision, values, n);
}

const char *form_words(const struct form_field *field, size_t *len)
{
	const char *text = form_field_value(field);

	*len = strlen(text);
	if (field->input->kind != INPUT_TEXT || field->input->secret)
		return text;
	for (; *text == ' '; text++)
		(*len)--;
	while (*len > 0 && text[*len - 1] == ' ')
		(*len)--;
	return text;
}

static const char *words_of(const struct form *form, const char *name, struct arena *arena)
{
	const char *text = "";
	size_t i, len = 0;

	for (i = 0; i < form->count; i++)
		if (strcmp(form->fields[i].input->name, name) == 0)
			text = form_words(&form->fields[i], &len);
	return arena_strndup(arena, text, len);
}

size_t form_values(const struct form *form, struct command_value *out, size_t cap,
    struct arena *arena)
{
	struct command_value values[FORM_FIELDS_MAX];
	size_t n = form_all_values(form, values), i;

	for (i = 0; i < n && i < cap; i++) {
		out[i].name = values[i].name;
		out[i].value = words_of(form, values[i].name, arena);
	}
	return i;
}

size_t form_file_count(const struct form *form)
{
	size_t i, n = 0;

	for (i = 0; i < form->count; i++)
		n += form->fields[i].n_files;
	return n;
}

bool form_choice_offered(const struct form_field *field, int64_t value)
{
	return value > 0 && value < (int64_t)field->input->names->count &&
	    (field->allowed == 0 || (field->allowed & UINT64_C(1) << value) != 0);
}

/* --- making --- */

static size_t text_max(const struct input *input)
{
	switch (input->kind) {
	case INPUT_LONG: return INPUT_LONG_MAX;
	case INPUT_TIME: case INPUT_MONEY: case INPUT_NUMBER: return 48;
	case INPUT_FILES: return FORM_PATH_MAX - 1;
	default: return INPUT_TEXT_MAX;
	}
}

static const char *usual_hint(enum input_kind kind)
{
	switch (kind) {
	case INPUT_TIME: return _("A date and time, such as 2026-11-22 14:30");
	case INPUT_MONEY: return _("An amount, such as 1200.50");
	case INPUT_FILES:
		return _("Path of a file: Tab completes, Enter adds, Ctrl-D drops the last one, "
			 "Ctrl-T changes its kind");
	default: return "";
	}
}

void form_init(struct form *form, const struct action *action, const struct actor *actor,
    const struct supervision *supervision, int64_t now)
{
	size_t i;

	memset(form, 0, sizeof *form);
	form->action = action;
	form->actor = actor;
	form->supervision = supervision;
	form->now = now;
	for (i = 0; i < action->count && i < FORM_FIELDS_MAX; i++) {
		struct form_field *field = &form->fields[form->count++];

		field->input = &action->inputs[i];
		edit_init(&field->edit, text_max(field->input), field->input->kind == INPUT_LONG);
		field->edit.secret = field->input->secret;
		strlcpy(field->hint, usual_hint(field->input->kind), sizeof field->hint);
	}
}

void form_free(struct form *form)
{
	size_t i;

	for (i = 0; i < form->count; i++) {
		edit_free(&form->fields[i].edit);
		while (form->fields[i].n_files > 0)
			form_file_drop(&form->fields[i], form->fields[i].n_files - 1);
	}
	form->count = 0;
}

bool form_empty(const struct form *form)
{
	size_t i;

	for (i = 0; i < form->count; i++) {
		const struct form_field *field = &form->fields[i];

		if (field->choice != field->preset || field->n_files > 0 ||
		    strcmp(edit_text(&field->edit), field->filled) != 0)
			return false;
	}
	return true;
}

/* --- checking --- */

static void check_files(struct form_field *field)
{
	size_t i;

	for (i = 0; i < field->n_files && field->problem[0] == '\0'; i++)
		strlcpy(field->problem, field->files[i].problem, sizeof field->problem);
	if (field->n_files == 0 && field->input->required)
		strlcpy(field->problem, _("This is required: add at least one file."),
		    sizeof field->problem);
}

/* The label stands above it: a message's own "label: " is left out. */
static void set_problem(struct form_field *field, const char *message)
{
	char own[160];
	size_t n;

	snprintf(own, sizeof own, _("%s: %s"), _(field->input->label), "");
	n = strlen(own);
	if (strncmp(message, own, n) != 0)
		n = 0;
	strlcpy(field->problem, message + n, sizeof field->problem);
	if (n > 0 && field->problem[0] >= 'a' && field->problem[0] <= 'z')
		field->problem[0] -= 'a' - 'A';
}

static void check_field(struct form *form, struct form_field *field)
{
	const char *value = form_field_value(field);
	struct error err = { 0 };

	field->problem[0] = '\0';
	if (field->input->kind == INPUT_FILES)
		check_files(field);
	else if (value[0] == '\0' && field->input->required)
		strlcpy(field->problem, _("This is required."), sizeof field->problem);
	else if (value[0] != '\0' && command_check_value(field->input, value, form->actor,
					 form->supervision, form->now, &err) != STATUS_OK)
		set_problem(field, err.message);
}

/* What was listed below another field does not belong to this one. */
static void stand_at(struct form *form, size_t i)
{
	if (form->here != i)
		form->completions[0] = '\0';
	form->here = i;
}

bool form_check(struct form *form)
{
	bool good = true;
	size_t i;

	form->tried = true;
	for (i = 0; i < form->count; i++) {
		struct form_field *field = &form->fields[i];
		bool asked = form_asked(form, field), fits = true;

		/* A path that stands there unadded is meant to be sent. */
		if (asked && field->input->kind == INPUT_FILES &&
		    edit_text(&field->edit)[0] != '\0')
			fits = form_path_add(form, field);
		if (!asked)
			field->problem[0] = '\0';
		else if (fits)
			check_field(form, field);
		if (good && field->problem[0] != '\0') {
			stand_at(form, i);
			good = false;
		}
	}
	return good;
}

void form_problem(struct form *form, const struct error *err)
{
	size_t i;

	strlcpy(form->problem, err->message, sizeof form->problem);
	for (i = 0; i < form->count; i++) {
		struct form_field *field = &form->fields[i];

		if (err->field[0] == '\0' || strcmp(err->field, field->input->name) != 0 ||
		    !form_asked(form, field))
			continue;
		stand_at(form, i);
		field->touched = true;
		set_problem(field, err->message);
		form->problem[0] = '\0';
	}
}

/* --- keys --- */

/* To the next (or previous) field that is asked for; false where there is none. */
static bool go(struct form *form, int by)
{
	size_t i = form->here;

	do {
		if (by < 0 ? i == 0 : i + 1 >= form->count)
			return false;
		i = by < 0 ? i - 1 : i + 1;
	} while (!form_asked(form, &form->fields[i]));
	form->fields[form->here].touched = true;
	check_field(form, &form->fields[form->here]);
	stand_at(form, i);
	return true;
}

void form_preset(struct form *form, const char *name, int64_t value)
{
	size_t i;

	for (i = 0; i < form->count; i++) {
		struct form_field *field = &form->fields[i];

		if (strcmp(field->input->name, name) != 0 || !form_choice_offered(field, value))
			continue;
		field->choice = field->preset = value;
		if (form->here == i)
			go(form, 1);
		/* Nobody has been there yet. */
		field->touched = false;
	}
}

/* Puts a text where nobody has been yet; the field, or NULL where the text is none for it. */
static struct form_field *put_text(struct form *form, const char *name, const char *text,
    size_t *at)
{
	for (*at = 0; *at < form->count; ++*at) {
		struct form_field *field = &form->fields[*at];

		if (strcmp(field->input->name, name) != 0)
			continue;
		if (text[0] == '\0' ||
		    strlcpy(field->filled, text, sizeof(field->filled)) >= sizeof(field->filled))
			return NULL;
		edit_set(&field->edit, text);
		return field;
	}
	return NULL;
}

void form_preset_text(struct form *form, const char *name, const char *text)
{
	size_t at;

	put_text(form, name, text, &at);
}

void form_fill(struct form *form, const char *name, const char *text)
{
	size_t at;
	struct form_field *field = put_text(form, name, text, &at);

	if (field == NULL)
		return;
	if (form->here == at)
		go(form, 1);
	field->touched = false;
}

/* Around the end, for Tab. */
static void go_around(struct form *form, int by)
{
	if (go(form, by))
		return;
	while (go(form, -by))
		continue;
}

static enum form_result send(struct form *form)
{
	form->problem[0] = '\0';
	return form_check(form) ? FORM_SEND : FORM_TAKEN;
}

static enum form_result go_on(struct form *form)
{
	return go(form, 1) ? FORM_TAKEN : send(form);
}

/* The label's first letter chooses; the same letter again goes on to the next label with it. */
static bool choose_letter(struct form_field *field, uint32_t cp)
{
	int64_t count = (int64_t)field->input->names->count, i, value = field->choice;
	uint32_t first;
	bool ok;

	for (i = 0; i < count; i++) {
		const char *label;

		value = value + 1 < count ? value + 1 : 1;
		if (!form_choice_offered(field, value))
			continue;
		label = names_label(field->input->names, value);
		text_decode(label, strlen(label), &first, &ok);
		if (label[0] != '\0' && text_fold(first) == text_fold(cp)) {
			field->choice = value;
			return true;
		}
	}
	return false;
}

static void choose(struct form_field *field, int by)
{
	int64_t count = (int64_t)field->input->names->count, i, value = field->choice;

	for (i = 0; i < count; i++) {
		value += by;
		value = value < 1 ? count - 1 : value >= count ? 1 : value;
		if (form_choice_offered(field, value)) {
			field->choice = value;
			return;
		}
	}
}

static enum form_result choice_key(struct form *form, struct form_field *field,
    const struct key *key)
{
	if (key->code == K_LEFT || key->code == K_RIGHT || (key->code == K_CHAR && key->cp == ' '))
		choose(field, key->code == K_LEFT ? -1 : 1);
	else if (key->code == K_ENTER)
		return go_on(form);
	else if (key->code == K_UP || key->code == K_DOWN)
		go(form, key->code == K_UP ? -1 : 1);
	else if (key->code != K_CHAR || !choose_letter(field, key->cp))
		return FORM_NONE;
	return FORM_TAKEN;
}

static enum form_result files_key(struct form *form, struct form_field *field,
    const struct key *key)
{
	bool typing = edit_text(&field->edit)[0] != '\0';

	if (key->code == K_ENTER && !typing)
		return go_on(form);
	if (key->code == K_ENTER)
		form_path_add(form, field);
	else if (key->code == K_TAB && typing)
		form_path_complete(form, field);
	else if (key->code == K_CTRL && key->cp == 'd' && field->n_files > 0)
		form_file_drop(field, field->n_files - 1);
	else if (key->code == K_CTRL && key->cp == 't')
		form_file_next_kind(field);
	else
		return FORM_NONE;
	return FORM_TAKEN;
}

static enum form_result text_key(struct form *form, struct form_field *field, const struct key *key,
    const char *paste)
{
	if (key->code == K_PASTE && paste != NULL) {
		form->cut = !edit_paste(&field->edit, paste);
	} else if (!edit_key(&field->edit, key)) {
		if (key->code == K_ENTER)
			return go_on(form);
		if (key->code == K_UP || key->code == K_DOWN)
			return go(form, key->code == K_UP ? -1 : 1) ? FORM_TAKEN : FORM_NONE;
		return FORM_NONE;
	}
	form->completions[0] = '\0';
	return FORM_TAKEN;
}

static bool takes_editor(const struct form_field *field)
{
	/* What is not to be seen is not to be read from a file either. */
	return !field->input->secret &&
	       (field->input->kind == INPUT_LONG || field->input->kind == INPUT_TEXT);
}

/* Keys that mean the same in every field. */
static enum form_result form_wide_key(struct form *form, struct form_field *field,
    const struct key *key)
{
	if (key->code == K_ESC || (key->code == K_CTRL && key->cp == 'c'))
		return FORM_LEAVE;
	if (key->code == K_CTRL && key->cp == 's')
		return send(form);
	if (key->code == K_CTRL && key->cp == 'e' && takes_editor(field))
		return FORM_EDITOR;
	if (key->code == K_TAB || key->code == K_BACKTAB) {
		go_around(form, key->code == K_TAB ? 1 : -1);
		return FORM_TAKEN;
	}
	return FORM_NONE;
}

/* What was said about a text that is another now. */
static void forget(struct form *form, struct form_field *field, const struct key *key)
{
	bool changes = key->code == K_CHAR || key->code == K_PASTE || key->code == K_BACKSPACE ||
	    (key->code == K_CTRL && key->cp != 's');

	if (!changes)
		return;
	form->problem[0] = '\0';
	if (field->input->kind == INPUT_FILES)
		field->problem[0] = '\0';
}

enum form_result form_key(struct form *form, const struct key *key, const char *paste)
{
	struct form_field *field = &form->fields[form->here];
	enum form_result result = FORM_NONE;

	if (form->count == 0)
		return key->code == K_ESC     ? FORM_LEAVE
		       : key->code == K_ENTER ? FORM_SEND
					      : FORM_NONE;
	if (field->input->kind == INPUT_FILES)
		result = files_key(form, field, key);
	if (result == FORM_NONE)
		result = form_wide_key(form, field, key);
	if (result == FORM_NONE && field->input->kind == INPUT_CHOICE)
		result = choice_key(form, field, key);
	else if (result == FORM_NONE)
		result = text_key(form, field, key, paste);
	/* What was found wrong goes as soon as it is right; a path is looked at when it is added.
	 */
	if (result == FORM_TAKEN && field == &form->fields[form->here])
		forget(form, field, key);
	if (form->cut)
		strlcpy(form->problem, _("Not all of what was pasted fits: its end is missing."),
		    sizeof form->problem);
	form->cut = false;
	if (result == FORM_TAKEN && field == &form->fields[form->here] &&
	    (field->touched || form->tried) &&
	    (field->input->kind != INPUT_FILES || edit_text(&field->edit)[0] == '\0'))
		check_field(form, field);
	return result;
}
