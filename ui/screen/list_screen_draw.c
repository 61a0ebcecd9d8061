/* How a list screen looks, and what it says in words. */
#include "ui/screen/list_screen_private.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/screen/facts.h"

static void draw_count(const struct list_state *state, struct canvas *canvas, struct area area)
{
	char matching[32], all[32], searched[32], text[160] = "";

	app_number(state->list.total, matching, sizeof(matching));
	app_number(state->all, all, sizeof(all));
	/* It takes too long to be counted, so far or at all. */
	if (state->list.total < 0 && state->list.filter[0] != '\0')
		strlcpy(matching, canvas->ascii ? "..." : "…", sizeof(matching));
	app_number(state->list.scanned, searched, sizeof(searched));
	if (state->list.n_marked > 0)
		snprintf(text, sizeof(text),
		    ngettext("%zu marked   ", "%zu marked   ", state->list.n_marked),
		    state->list.n_marked);
	if (state->list.loading && state->list.scanned > 0)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), _("%s searched"),
		    searched);
	else if (state->list.loading && list_count(&state->list) == 0)
		strlcat(text, _("reading"), sizeof(text));
	else if (state->list.filter[0] != '\0' && matching[0] != '\0' && all[0] != '\0')
		snprintf(
		    text + strlen(text), sizeof(text) - strlen(text), _("%s of %s"), matching, all);
	else
		strlcat(text, matching, sizeof(text));
	strlcat(text, " ", sizeof(text));
	canvas_put_right(canvas, area.row, area.col + area.cols - 40, 40, STYLE_DIM, text);
}

/* Said only where it is not the order that the list has by itself. */
static void sort_words(const struct place *place, char *out, size_t cap)
{
	const char *sort = state_of(place)->list.sort;
	const struct field *field = record_field(spec_of(place)->type, sort + (sort[0] == '-'));

	out[0] = '\0';
	if (field != NULL && strcmp(sort, spec_of(place)->sort) != 0)
		snprintf(out, cap, sort[0] == '-' ? _("by %s, descending") : _("by %s"),
		    _(field->heading));
}

static void draw_chip(const struct place *place, struct canvas *canvas, struct area area)
{
	struct list_state *state = state_of(place);
	char sorted[80];
	int at = area.col + 1;

	if (state->typing) {
		struct area line = { area.row, area.col + 3, 1, area.cols - 4 };

		canvas_put(canvas, area.row, area.col + 1, 1, STYLE_KEY, "/");
		canvas_fill(canvas, line, STYLE_INPUT_HERE);
		edit_draw(&state->filter, canvas, line, STYLE_INPUT_HERE, true);
		return;
	}
	if (state->list.filter[0] != '\0')
		at += 2 + canvas_put(
			      canvas, area.row, at, area.cols - 40, STYLE_CHIP, state->list.filter);
	sort_words(place, sorted, sizeof(sorted));
	if (sorted[0] != '\0' && at < area.cols - 26)
		at += 2 + canvas_put(canvas, area.row, at, area.cols - at - 26, STYLE_DIM, sorted);
	if (state->list.filter[0] != '\0' && at < area.cols - 38)
		canvas_put(canvas, area.row, at, area.cols - at - 26, STYLE_DIM, _("Esc clears"));
	draw_count(state, canvas, area);
}

const char *list_screen_empty(const struct place *place)
{
	return state_of(place)->list.filter[0] != '\0'
		   ? _("Nothing passes this filter. / changes it, Esc clears it.")
		   : _(spec_of(place)->empty);
}

/* Why there are no rows to be seen, and what to do about it. */
static void draw_nothing(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct list *list = &state_of(place)->list;
	struct area inside = { area.row, area.col + 3, area.rows, area.cols - 6 };

	if (list->failed[0] != '\0')
		canvas_wrap(canvas, inside, STYLE_ERROR, list->failed, 0);
	else if (list->loading)
		canvas_put(canvas, inside.row, inside.col, inside.cols, STYLE_DIM,
		    _("Reading. Esc stops."));
	else
		canvas_wrap(canvas, inside, STYLE_DIM, list_screen_empty(place), 0);
}

/* What is wrong with the filter, whole: what can be written instead stands at its end. */
static void draw_problem(const char *problem, struct canvas *canvas, struct area area)
{
	struct area text = { area.row + 1, area.col + 3, 0, area.cols - 4 };
	int lines = canvas_wrap(canvas, text, STYLE_ERROR, problem, 0);

	text.rows = lines < area.rows - 1 ? lines : area.rows - 1;
	canvas_fill(canvas, (struct area){ text.row, area.col, text.rows, area.cols },
	    STYLE_NORMAL);
	canvas_wrap(canvas, text, STYLE_ERROR, problem, 0);
}

void list_screen_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	struct list_state *state = state_of(place);
	int cols = list_screen_cols(place, area.cols);
	struct area rows = { area.row + 1, area.col, area.rows - 1, cols };
	/* Beside the rows: in the line of the headings it would look like one. */
	struct area pane = { area.row + 2, area.col + cols + 2, area.rows - 2,
		area.cols - cols - 2 };
	struct view view = app_view(place->app);
	struct selection selection;

	draw_chip(place, canvas, area);
	list_draw(&state->list, canvas, rows, &view, !state->typing);
	if (list_count(&state->list) == 0) {
		rows.row += 2;
		draw_nothing(place, canvas, rows);
	} else if (state->list.failed[0] != '\0') {
		canvas_put(canvas, area.row, area.col + 1, area.cols - 30, STYLE_ERROR,
		    state->list.failed);
	}
	if (cols < area.cols) {
		app_hold_area(place->app, pane);
		if (list_screen_selected(place, &selection))
			facts_pane(place->app, &selection, canvas, pane);
	}
	if (state->typing && state->problem[0] != '\0')
		draw_problem(state->problem, canvas, area);
}

void list_screen_describe(const struct place *place, struct buf *out)
{
	const struct list_state *state = state_of(place);
	struct view view = app_view(place->app);
	char count[32];

	if (state->list.filter[0] != '\0')
		buf_printf(out, _("Filter: %s\n"), state->list.filter);
	app_number(state->list.total, count, sizeof(count));
	if (count[0] != '\0')
		buf_printf(out, _("Records: %s\n"), count);
	if (state->list.failed[0] != '\0')
		buf_printf(out, "%s\n", state->list.failed);
	else if (list_count(&state->list) == 0)
		buf_printf(out, "%s\n", list_screen_empty(place));
	list_describe(&state->list, &view, out);
}
