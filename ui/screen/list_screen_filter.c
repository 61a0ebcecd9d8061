/* What a list screen asks for: its filter, typed in a line at its top, and its order. */
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
