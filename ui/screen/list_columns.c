/* The columns of a list screen: which there are, and which are shown in what order. */
#include "ui/screen/list_screen_private.h"

#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"

#define ORDER_CELLS 17     /* of an order's number */
#define NAME_LEAST 12      /* of the product's name, which says most and gets what is left */

static const struct list_extra *extra_find(const struct list_screen *spec, const char *word)
{
	const struct list_extra *extra = spec->extras;

	for (; extra != NULL && extra->word != NULL; extra++) {
		if (strcmp(extra->word, word) == 0)
			return extra;
	}
	return NULL;
}

/* A field that a column can show. */
static const struct field *field_find(const struct list_screen *spec, const char *word)
{
	const struct field *field = record_field(spec->type, word);

	return field != NULL && (field->flags & (LONG | INTERNAL)) == 0 && field->width > 0 ? field
											    : NULL;
}

static void add_column(struct list *list, const struct list_screen *spec, const char *word)
{
	const struct list_extra *extra = extra_find(spec, word);
	const struct field *field = extra == NULL ? field_find(spec, word) : NULL;
	struct list_column *column;

	if (list->n_columns == LIST_COLUMNS_MAX || (extra == NULL && field == NULL))
		return;
	if (extra != NULL)
		list_add_column(list, extra->heading[0] != '\0' ? _(extra->heading) : "",
		    extra->width, extra->min, extra->text);
	else
		list_add_field(list, field);
	column = &list->columns[list->n_columns - 1];
	if (extra != NULL) {
		column->right = extra->right;
		column->spare = extra->spare;
		column->keep = extra->keep;
	} else if (strcmp(field->member, "order_id") == 0) {
		column->width = column->min = ORDER_CELLS;
	} else if (strcmp(field->member, "product_name") == 0) {
		column->width = 0;
		column->min = NAME_LEAST;
	}
}

static void show_columns(struct place *place, const char *words)
{
	struct list_state *state = state_of(place);
	char word[48];

	strlcpy(state->columns, words, sizeof(state->columns));
	state->list.n_columns = 0;
	while (name_next(&words, word, sizeof(word)))
		add_column(&state->list, spec_of(place), word);
}

/* "order_id, product_name, ...": what a column may be called */
static void name_all(const struct list_screen *spec, char *out, size_t cap)
{
	struct list_choice choices[LIST_CHOICES_MAX];
	size_t i, n = list_screen_choices(spec, choices, LIST_CHOICES_MAX);

	out[0] = '\0';
	for (i = 0; i < n; i++) {
		strlcat(out, i > 0 ? ", " : "", cap);
		strlcat(out, choices[i].word, cap);
	}
}

static bool check_columns(const struct list_screen *spec, const char *words, struct error *err)
{
	const char *at = words;
	char word[48], all[360];
	size_t n = 0;

	for (; name_next(&at, word, sizeof(word)); n++) {
		if (extra_find(spec, word) != NULL || field_find(spec, word) != NULL)
			continue;
		name_all(spec, all, sizeof(all));
		error_set(
		    err, STATUS_INVALID, _("There is no column “%s”. There are: %s."), word, all);
		return false;
	}
	if (n >= 1 && n <= LIST_COLUMNS_MAX)
		return true;
	error_set(err, STATUS_INVALID, _("A list has 1 to %d columns."), LIST_COLUMNS_MAX);
	return false;
}

void list_screen_columns_open(struct place *place)
{
	const struct list_screen *spec = spec_of(place);
	const char *kept = app_kept(place->app, place->screen->name, "columns");
	struct error err;

	/* What was kept may be of another version of koodesk. */
	show_columns(
	    place, kept[0] != '\0' && check_columns(spec, kept, &err) ? kept : spec->columns);
}

bool list_screen_columns(struct place *place, const char *words, struct error *err)
{
	const struct list_screen *spec = spec_of(place);
	bool back = words[0] == '\0' || strcmp(words, spec->columns) == 0;

	if (!back && !check_columns(spec, words, err))
		return false;
	show_columns(place, back ? spec->columns : words);
	app_keep(place->app, place->screen->name, "columns", back ? "" : words);
	return true;
}

const char *list_screen_columns_text(const struct place *place)
{
	return state_of(place)->columns;
}

/*
 * A field that one of the screen's own columns tells, under the same heading and in better words.
 */
static bool told_by_extra(const struct list_screen *spec, const struct field *field)
{
	const struct list_extra *extra = spec->extras;

	for (; extra != NULL && extra->word != NULL; extra++)
		if (strcmp(extra->heading, field->heading) == 0)
			return true;
	return false;
}

size_t list_screen_choices(const struct list_screen *spec, struct list_choice *out, size_t cap)
{
	const struct list_extra *extra = spec->extras;
	size_t n = 0, i;

	for (; extra != NULL && extra->word != NULL && n < cap; extra++) {
		if (extra->heading[0] != '\0')
			out[n++] = (struct list_choice){ extra->word, extra->heading };
	}
	for (i = 0; i < spec->type->count && n < cap; i++) {
		const struct field *field = field_find(spec, spec->type->fields[i].member);

		if (field != NULL && !told_by_extra(spec, field))
			out[n++] = (struct list_choice){ field->member, field->heading };
	}
	return n;
}
