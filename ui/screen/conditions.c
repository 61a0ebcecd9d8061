/*
 * Query conditions: a form over the list below, made from its record type (named conditions,
 * choices, names, a range of dates). What is filled in becomes the list's filter; what the filter
 * says already is filled in.
 */
#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "model/filter.h"
#include "ui/screen/list_screen.h"
#include "ui/widget/form.h"

#define VALUE_CELLS 70
#define NAMES_MAX 24
#define FILTER_BYTES 512

struct conditions {
	struct form form;
	struct action action;
	struct input inputs[FORM_FIELDS_MAX];
	char names[FORM_FIELDS_MAX][48];
	char labels[2][64];
	size_t count;
	struct name is_list[NAMES_MAX];
	struct names is_names;
	const struct record_type *type;
	const struct field *time;         /* of the range of dates */
};

static struct conditions *conditions_of(const struct place *place)
{
	return place->state;
}

/* ---- the form of a record type --------------------------------------------------------------- */

static struct input *add_input(struct conditions *c, const char *name, enum input_kind kind,
    const char *label, const struct names *names)
{
	struct input *input;

	if (c->count == FORM_FIELDS_MAX)
		return NULL;
	strlcpy(c->names[c->count], name, sizeof(c->names[0]));
	input = &c->inputs[c->count];
	*input = (struct input){ .action = ACTION_NONE,
		.name = c->names[c->count],
		.kind = kind,
		.when = "",
		.label = label,
		.names = names };
	c->count++;
	return input;
}

static void add_named(struct conditions *c)
{
	const struct condition *condition = c->type->conditions;
	size_t n = 1;

	c->is_list[0] = (struct name){ "", "" };
	for (; condition != NULL && condition->word != NULL && n < NAMES_MAX; condition++)
		c->is_list[n++] = (struct name){ condition->word, condition->label };
	c->is_names = (struct names){ N_("a condition"), c->is_list, n };
	add_input(c, "is", INPUT_CHOICE, N_("Condition"), &c->is_names);
}

/* Whose side somebody is on is no condition: all that they see is theirs. */
static bool is_own(enum role role, const struct field *field)
{
	return (role == ROLE_BUYER && strcmp(field->member, "buyer_name") == 0) ||
	       (role == ROLE_SELLER && strcmp(field->member, "seller_name") == 0);
}

static void add_fields(struct conditions *c, const char *members, enum role role)
{
	char member[48];

	while (name_next(&members, member, sizeof(member))) {
		const struct field *field = record_field(c->type, member);

		if (field == NULL || is_own(role, field))
			continue;
		add_input(c, field->member, field->kind == FIELD_ENUM ? INPUT_CHOICE : INPUT_TEXT,
		    field->heading, field->names);
	}
}

static void add_dates(struct conditions *c)
{
	c->time = record_field(c->type, "placed_at");
	if (c->time == NULL)
		c->time = record_field(c->type, "filed_at");
	if (c->time == NULL)
		return;
	snprintf(c->labels[0], sizeof(c->labels[0]), _("%s from"), _(c->time->heading));
	snprintf(c->labels[1], sizeof(c->labels[1]), _("%s until"), _(c->time->heading));
	add_input(c, "from", INPUT_TEXT, c->labels[0], NULL);
	add_input(c, "until", INPUT_TEXT, c->labels[1], NULL);
}

/* ---- from a filter and to one ---------------------------------------------------------------- */

static struct form_field *field_named(struct conditions *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->form.count; i++)
		if (strcmp(c->form.fields[i].input->name, name) == 0)
			return &c->form.fields[i];
	return NULL;
}

/* The next term; quoted blanks do not end it. */
static bool next_term(const char **at, char *out, size_t cap)
{
	bool quoted = false;
	size_t n = 0;

	*at += strspn(*at, " ");
	if (**at == '\0')
		return false;
	for (; **at != '\0' && (quoted || **at != ' '); (*at)++) {
		if (**at == '"')
			quoted = !quoted;
		if (n + 1 < cap)
			out[n++] = **at;
	}
	out[n] = '\0';
	return true;
}

static void unquoted(const char *value, char *out, size_t cap)
{
	size_t n = 0;

	for (; *value != '\0' && n + 1 < cap; value++)
		if (*value != '"')
			out[n++] = *value;
	out[n] = '\0';
}

/* Takes a term into its field; false where it has none: it stays in words. */
static bool take_term(struct conditions *c, const char *term)
{
	size_t n = strcspn(term, ":=<>");
	char name[48], value[FILTER_BYTES];
	struct form_field *field;
	int64_t choice;

	if (term[n] == '\0' || n >= sizeof(name))
		return false;
	strlcpy(name, term, n + 1);
	unquoted(term + n + strspn(term + n, ":=<>"), value, sizeof(value));
	if (c->time != NULL && strcmp(name, c->time->member) == 0 &&
	    (term[n] == '<' || term[n] == '>'))
		strlcpy(name, term[n] == '>' ? "from" : "until", sizeof(name));
	else if (term[n] != ':')
		return false;
	field = field_named(c, name);
	if (field == NULL || edit_text(&field->edit)[0] != '\0' || field->choice != 0)
		return false;
	if (field->input->kind == INPUT_CHOICE) {
		choice = names_value(field->input->names, value);
		field->choice = choice > 0 ? choice : 0;
		return choice > 0;
	}
	edit_set(&field->edit, value);
	return true;
}

static void from_filter(struct conditions *c, const char *filter)
{
	char term[FILTER_BYTES], words[FILTER_BYTES] = "";

	while (next_term(&filter, term, sizeof(term))) {
		if (take_term(c, term))
			continue;
		strlcat(words, words[0] != '\0' ? " " : "", sizeof(words));
		strlcat(words, term, sizeof(words));
	}
	if (field_named(c, "words") != NULL && words[0] != '\0')
		edit_set(&field_named(c, "words")->edit, words);
}

static void add_term(char *out, size_t cap, const char *name, const char *sign, const char *value)
{
	char clean[FILTER_BYTES];

	unquoted(value, clean, sizeof(clean));
	strlcat(out, out[0] != '\0' ? " " : "", cap);
	strlcat(out, name, cap);
	strlcat(out, sign, cap);
	strlcat(out, strchr(clean, ' ') != NULL ? "\"" : "", cap);
	strlcat(out, clean, cap);
	strlcat(out, strchr(clean, ' ') != NULL ? "\"" : "", cap);
}

static void to_filter(struct conditions *c, char *out, size_t cap)
{
	size_t i;

	out[0] = '\0';
	for (i = 0; i < c->form.count; i++) {
		const struct form_field *field = &c->form.fields[i];
		const char *name = field->input->name, *text = edit_text(&field->edit);

		if (field->input->kind == INPUT_CHOICE && field->choice != 0) {
			add_term(
			    out, cap, name, ":", names_word(field->input->names, field->choice));
		} else if (field->input->kind == INPUT_CHOICE || text[0] == '\0') {
			continue;
		} else if (strcmp(name, "words") == 0) {
			strlcat(out, out[0] != '\0' ? " " : "", cap);
			strlcat(out, text, cap);
		} else if (strcmp(name, "from") == 0 || strcmp(name, "until") == 0) {
			add_term(out, cap, c->time->member,
			    strcmp(name, "from") == 0 ? ">=" : "<=", text);
		} else {
			add_term(out, cap, name, ":", text);
		}
	}
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void conditions_open(struct place *place)
{
	struct conditions *c = conditions_of(place);
	struct place *below = app_below(place);
	const struct list_screen *spec = below->screen->spec;
	struct form_field *field;

	c->type = spec->type;
	add_named(c);
	add_fields(c, spec->conditions, app_actor(place->app)->role);
	add_dates(c);
	add_input(c, "words", INPUT_TEXT, N_("Other words"), NULL);
	c->action = (struct action){ .word = "conditions",
		.label = N_("Query conditions"),
		.effect = "",
		.inputs = c->inputs,
		.count = c->count };
	form_init(&c->form, &c->action, NULL, NULL, app_now(place->app));
	if ((field = field_named(c, "from")) != NULL)
		strlcpy(field->hint, _("Such as 2026-11-01"), sizeof(field->hint));
	from_filter(c, list_screen_filter_text(below));
}

static void conditions_close(struct place *place)
{
	form_free(&conditions_of(place)->form);
}

static void conditions_reply(struct place *place, const struct reply *reply)
{
	(void)place;
	(void)reply;
}

/* What is wrong with a date is said about the date's label, not about the term made of it. */
static void take_problem(struct conditions *c, const char *message)
{
	static const char *const names[] = { "from", "until" }, *const signs[] = { ">=", "<=" };
	char term[FILTER_BYTES];
	size_t i, n;

	strlcpy(c->form.problem, message, sizeof(c->form.problem));
	for (i = 0; i < 2; i++) {
		const struct form_field *field = field_named(c, names[i]);

		if (field == NULL || edit_text(&field->edit)[0] == '\0')
			continue;
		snprintf(term, sizeof(term), "%s%s%s", c->time->member, signs[i],
		    edit_text(&field->edit));
		n = strlen(term);
		if (strncmp(message, term, n) == 0)
			snprintf(c->form.problem, sizeof(c->form.problem), "%s%s",
			    field->input->label, message + n);
	}
}

static void apply(struct place *place)
{
	struct conditions *c = conditions_of(place);
	struct filter_context context = { app_actor(place->app)->role, app_now(place->app),
		app_offset(place->app) };
	struct place *below = app_below(place);
	struct arena arena = { 0 };
	const struct filter *filter;
	char text[2 * FILTER_BYTES];
	struct error err;

	to_filter(c, text, sizeof(text));
	if (filter_parse(c->type, text, &context, &arena, &filter, &err) != STATUS_OK) {
		take_problem(c, err.message);
	} else if (strlen(text) >= FILTER_BYTES) {
		strlcpy(c->form.problem, _("These are too many conditions for one filter."),
		    sizeof(c->form.problem));
	} else {
		if (text[0] != '\0')
			app_history_add(place->app, c->type->name, text);
		list_screen_filter(below, text);
		app_back(place->app);
	}
	arena_free(&arena);
}

static bool conditions_key(struct place *place, const struct key *key, const char *paste)
{
	struct conditions *c = conditions_of(place);

	c->form.problem[0] = '\0';
	switch (form_key(&c->form, key, paste)) {
	case FORM_SEND:
		apply(place);
		return true;
	case FORM_LEAVE:
		if (key->code == K_CTRL)
			return false;
		app_back(place->app);
		return true;
	case FORM_EDITOR:
	case FORM_TAKEN:
		return true;
	case FORM_NONE:
		break;
	}
	/* In a choice Backspace and Delete choose nothing. */
	if ((key->code == K_BACKSPACE || key->code == K_DELETE) &&
	    c->form.fields[c->form.here].input->kind == INPUT_CHOICE)
		c->form.fields[c->form.here].choice = 0;
	return key->code == K_CHAR || key->code == K_ENTER || key->code == K_BACKSPACE ||
	       key->code == K_PASTE;
}

static bool conditions_typing(const struct place *place)
{
	(void)place;
	return true;
}

/* One line for each: a form of ten choices shall be seen at once. */
static void draw_field(
    struct conditions *c, size_t index, struct canvas *canvas, int row, struct area area)
{
	struct form_field *field = &c->form.fields[index];
	bool here = index == c->form.here;
	/* The example at its right end stays near to what it is an example of. */
	int room = area.cols - 26 < VALUE_CELLS ? area.cols - 26 : VALUE_CELLS;
	struct area value = { row, area.col + 24, 1, room };
	char text[200];

	canvas_put(
	    canvas, row, area.col + 3, 20, here ? STYLE_BOLD : STYLE_HEAD, _(field->input->label));
	if (here)
		canvas_put(canvas, row, area.col + 1, 1, STYLE_SELECTED, ">");
	if (field->input->kind != INPUT_CHOICE) {
		canvas_fill(canvas, value, here ? STYLE_INPUT_HERE : STYLE_INPUT);
		edit_draw(&field->edit, canvas, value, here ? STYLE_INPUT_HERE : STYLE_INPUT, here);
		if (edit_text(&field->edit)[0] == '\0' && field->hint[0] != '\0')
			canvas_put_right(
			    canvas, row, value.col, value.cols, STYLE_DIM, field->hint);
		return;
	}
	snprintf(text, sizeof(text), here ? "< %s >" : "%s",
	    field->choice != 0 ? names_label(field->input->names, field->choice) : _("any"));
	canvas_put(
	    canvas, row, value.col, value.cols, field->choice != 0 ? STYLE_CHIP : STYLE_DIM, text);
	if (here)
		canvas_cursor(canvas, row, value.col);
}

static void conditions_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	struct conditions *c = conditions_of(place);
	int top = (int)c->form.here >= area.rows - 2 ? (int)c->form.here - area.rows + 3 : 0;
	size_t i;

	canvas_put(canvas, area.row, area.col + 1, area.cols - 2, STYLE_HEAD,
	    _("Show the records for which all of this holds"));
	for (i = (size_t)top; i < c->form.count && (int)i - top < area.rows - 2; i++)
		draw_field(c, i, canvas, area.row + 2 + (int)i - top, area);
}

static bool conditions_status(const struct place *place, struct canvas *canvas, struct area line)
{
	struct conditions *c = conditions_of(place);
	char text[2 * FILTER_BYTES];

	to_filter(c, text, sizeof(text));
	canvas_put(canvas, line.row, 1, line.cols - 2,
	    c->form.problem[0] != '\0' ? STYLE_ERROR : STYLE_CHIP,
	    c->form.problem[0] != '\0' ? c->form.problem : text);
	return true;
}

static size_t conditions_hints(const struct place *place, struct hint *out, size_t cap)
{
	const struct hint hints[] = { { "Ctrl-S", _("query") }, { "Left/Right", _("choose") },
		{ "Tab", _("next") }, { "Backspace", _("any") }, { "Esc", _("back") } };
	size_t n = sizeof(hints) / sizeof(hints[0]);

	(void)place;
	n = n < cap ? n : cap;
	memcpy(out, hints, n * sizeof(*out));
	return n;
}

static void conditions_describe(const struct place *place, struct buf *out)
{
	form_describe(&conditions_of(place)->form, out);
}

const struct screen conditions_screen = {
	.name = "conditions",
	.title = N_("Query conditions"),
	.size = sizeof(struct conditions),
	.over = true,
	.open = conditions_open,
	.close = conditions_close,
	.reply = conditions_reply,
	.key = conditions_key,
	.typing = conditions_typing,
	.draw = conditions_draw,
	.status = conditions_status,
	.hints = conditions_hints,
	.describe = conditions_describe,
};
