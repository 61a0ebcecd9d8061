/* What a list screen asks for: its filter, typed in a line at its top or saved, and its order. */
#include "ui/screen/list_screen_private.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "model/filter.h"

/* ---- the filter line ------------------------------------------------------------------------- */

bool list_screen_check(struct place *place, const char *text)
{
	struct list_state *state = state_of(place);
	struct filter_context context = { app_actor(place->app)->role, app_now(place->app),
		app_offset(place->app) };
	const struct filter *filter;
	struct arena arena = { 0 };
	struct error err;
	bool fine;

	if (strlen(text) >= sizeof(state->list.filter)) {
		strlcpy(state->problem, _("This filter is too long."), sizeof(state->problem));
		return false;
	}
	fine =
	    filter_parse(spec_of(place)->type, text, &context, &arena, &filter, &err) == STATUS_OK;
	strlcpy(state->problem, fine ? "" : err.message, sizeof(state->problem));
	arena_free(&arena);
	return fine;
}

static void older_filter(struct place *place, int by)
{
	struct list_state *state = state_of(place);
	const char *name = spec_of(place)->type->name;
	int index = state->at_history + by;
	const char *text = index >= 0 ? app_history(place->app, name, index) : "";

	if (index < -1 || text == NULL)
		return;
	state->at_history = index;
	edit_set(&state->filter, text);
	list_screen_check(place, text);
}

void list_screen_type(struct place *place, const struct key *key, const char *paste)
{
	struct list_state *state = state_of(place);
	const char *text;

	if (key->code == K_ESC) {
		state->typing = false;
		state->problem[0] = '\0';
	} else if (key->code == K_ENTER) {
		text = edit_text(&state->filter);
		if (!list_screen_check(place, text))
			return;
		if (text[0] != '\0')
			app_history_add(place->app, spec_of(place)->type->name, text);
		list_screen_filter(place, text);
	} else if (key->code == K_UP || key->code == K_DOWN) {
		older_filter(place, key->code == K_UP ? 1 : -1);
	} else {
		if (key->code == K_PASTE)
			edit_paste(&state->filter, paste);
		else
			edit_key(&state->filter, key);
		list_screen_check(place, edit_text(&state->filter));
	}
}

void list_screen_begin_filter(struct list_state *state)
{
	edit_set(&state->filter, state->list.filter);
	state->typing = true;
	state->at_history = -1;
	state->problem[0] = '\0';
}

/* ---- saved filters --------------------------------------------------------------------------- */

enum { ITEM_FORGET = 1, ITEM_SAVE, ITEM_SAVED, ITEM_EARLIER = ITEM_SAVED + SAVED_MAX };

static const char *saved(const struct place *place)
{
	return app_kept(place->app, place->screen->name, "filters");
}

/* The nth line of a text; false after the last. */
static bool nth_line(const char *text, int n, char *out, size_t cap)
{
	size_t length;

	for (; n > 0 && *text != '\0'; n--) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	length = strcspn(text, "\n");
	strlcpy(out, text, length + 1 < cap ? length + 1 : cap);
	return length > 0;
}

static bool is_saved(const struct place *place, const char *filter)
{
	char line[LIST_FILTER_BYTES];
	int i;

	for (i = 0; nth_line(saved(place), i, line, sizeof(line)); i++) {
		if (strcmp(line, filter) == 0)
			return true;
	}
	return false;
}

/* The newest stands first; beyond SAVED_MAX the oldest is forgotten. */
static void save(struct place *place, bool forget)
{
	const char *filter = state_of(place)->list.filter;
	char line[LIST_FILTER_BYTES];
	struct buf lines;
	int i, n = forget ? 0 : 1;

	buf_init(&lines, (SAVED_MAX + 1) * LIST_FILTER_BYTES);
	if (!forget)
		buf_printf(&lines, "%s\n", filter);
	for (i = 0; n < SAVED_MAX && nth_line(saved(place), i, line, sizeof(line)); i++) {
		if (strcmp(line, filter) == 0)
			continue;
		buf_printf(&lines, "%s\n", line);
		n++;
	}
	app_keep(place->app, place->screen->name, "filters", buf_text(&lines));
	buf_free(&lines);
	app_say(place->app, SAID_NOTE,
	    forget ? _("The filter is not saved any more.")
		   : _("The filter is saved: ' lists what is saved."));
}

static void take_filter(struct place *place, int id)
{
	char line[LIST_FILTER_BYTES];
	const char *earlier;

	if (id == ITEM_SAVE || id == ITEM_FORGET) {
		save(place, id == ITEM_FORGET);
	} else if (id < ITEM_EARLIER) {
		if (nth_line(saved(place), id - ITEM_SAVED, line, sizeof(line)))
			list_screen_filter(place, line);
	} else {
		earlier = app_history(place->app, spec_of(place)->type->name, id - ITEM_EARLIER);
		if (earlier != NULL)
			list_screen_filter(place, earlier);
	}
}

void list_screen_filters_menu(struct place *place)
{
	const char *filter = state_of(place)->list.filter, *name = spec_of(place)->type->name;
	struct menu *menu = app_menu(place->app, _("Filters"), take_filter);
	char line[LIST_FILTER_BYTES], label[LIST_FILTER_BYTES + 64];
	const char *earlier;
	int i;

	for (i = 0; nth_line(saved(place), i, line, sizeof(line)); i++)
		menu_add(menu, ITEM_SAVED + i, _("saved"), line, "", "");
	for (i = 0; (earlier = app_history(place->app, name, i)) != NULL; i++) {
		if (!is_saved(place, earlier))
			menu_add(menu, ITEM_EARLIER + i, _("earlier"), earlier, "", "");
	}
	if (filter[0] != '\0') {
		bool known = is_saved(place, filter);

		snprintf(label, sizeof(label),
		    known ? _("Forget “%s”") : _("Save “%s”"), filter);
		menu_add(menu, known ? ITEM_FORGET : ITEM_SAVE, "", label, "", "");
	}
	if (menu->count == 0)
		menu_add(menu, ITEM_FORGET, "", _("None yet"), "",
		    _("filter the list with / first, then save that filter here"));
}

/* ---- sorting --------------------------------------------------------------------------------- */

void list_screen_sort(struct place *place, const char *sort)
{
	struct list_state *state = state_of(place);
	char filter[sizeof(state->list.filter)], wanted[sizeof(state->list.sort)];
	const struct field *field;
	struct error err;
	bool descending;

	if (query_sort(spec_of(place)->type, sort, &field, &descending, &err) != STATUS_OK) {
		app_say_error(place->app, &err);
		return;
	}
	strlcpy(filter, state->list.filter, sizeof(filter));
	snprintf(wanted, sizeof(wanted), "%s%s", descending ? "-" : "", field->member);
	list_ask(&state->list, filter, wanted);
	list_screen_ask(place);
	app_keep(place->app, place->screen->name, "sort",
	    strcmp(wanted, spec_of(place)->sort) == 0 ? "" : wanted);
	app_say(place->app, SAID_NOTE,
	    descending ? _("Sorted by %s, descending") : _("Sorted by %s"), _(field->heading));
}

static void take_sort(struct place *place, int id)
{
	const struct list_state *state = state_of(place);
	const struct field *field = &spec_of(place)->type->fields[id - 1];

	/* The same column again turns the order round. */
	if (strcmp(state->list.sort, field->member) == 0) {
		char sort[64];

		snprintf(sort, sizeof(sort), "-%s", field->member);
		list_screen_sort(place, sort);
	} else {
		list_screen_sort(place, field->member);
	}
}

void list_screen_sort_menu(struct place *place)
{
	const struct record_type *type = spec_of(place)->type;
	const char *sort = state_of(place)->list.sort;
	bool descending = sort[0] == '-';
	struct menu *menu = app_menu(place->app, _("Sort by"), take_sort);
	size_t i;

	for (i = 0; i < type->count; i++) {
		const struct field *field = &type->fields[i];
		bool here = strcmp(field->member, sort + (descending ? 1 : 0)) == 0;

		if (field->flags & SORT)
			menu_add(menu, (int)i + 1, here ? (descending ? "v" : "^") : "",
			    _(field->heading), field->member, "");
	}
}

void list_screen_reverse(struct place *place)
{
	const char *sort = state_of(place)->list.sort;
	char other[72];

	if (sort[0] == '-')
		strlcpy(other, sort + 1, sizeof(other));
	else
		snprintf(other, sizeof(other), "-%s", sort);
	list_screen_sort(place, other);
}
