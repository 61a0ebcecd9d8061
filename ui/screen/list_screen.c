#include "ui/screen/list_screen.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "model/filter.h"
#include "ui/screen/bulk.h"
#include "ui/screen/facts.h"
#include "ui/widget/widgets.h"

enum { READ_ROWS, READ_ALL };

const int list_offers[] = { UI_OPEN, UI_MARK, UI_FILTER, UI_CONDITIONS, UI_SORT, UI_PALETTE,
	UI_HELP, UI_MARK_ALL, UI_REVERSE, UI_CLEAR_FILTER, UI_COPY, UI_REFRESH, 0 };

static struct list_state *state_of(const struct place *place)
{
	return place->state;
}

static const struct list_screen *spec_of(const struct place *place)
{
	return place->screen->spec;
}

/* ---- columns --------------------------------------------------------------------------------- */

/* Takes the next word of columns; false at the end. */
static bool next_word(const char **at, char *out, size_t cap)
{
	size_t n;

	*at += strspn(*at, " ");
	n = strcspn(*at, " ");
	if (n == 0)
		return false;
	strlcpy(out, *at, n + 1 < cap ? n + 1 : cap);
	*at += n;
	return true;
}

/*
 * The widget takes members first and made-up columns after them: here they get the order of the
 * table.
 */
static void make_columns(struct list_state *state, const struct list_screen *spec)
{
	struct list_column ordered[LIST_COLUMNS_MAX];
	char members[256] = "", word[48];
	const char *at = spec->columns;
	size_t n_members = 0, n = 0, next = 0;
	int extra = 0;

	while (next_word(&at, word, sizeof(word))) {
		if (word[0] == '@')
			continue;
		strlcat(members, word, sizeof(members));
		strlcat(members, " ", sizeof(members));
	}
	list_init(&state->list, spec->type, members);
	n_members = state->list.n_columns;
	for (at = spec->columns; next_word(&at, word, sizeof(word));) {
		const struct list_extra *column;

		if (word[0] != '@')
			continue;
		column = &spec->extras[extra++];
		list_add_column(&state->list, column->heading[0] != '\0' ? _(column->heading) : "",
		    column->width, column->min, column->text);
		state->list.columns[state->list.n_columns - 1].right = column->right;
		state->list.columns[state->list.n_columns - 1].spare = column->spare;
	}
	/* Orders have 17 characters; the product says most and gets what is left. */
	for (n = 0; n < n_members; n++) {
		struct list_column *column = &state->list.columns[n];

		if (strcmp(column->field->member, "order_id") == 0) {
			column->width = column->min = 17;
		} else if (strcmp(column->field->member, "product_name") == 0) {
			column->width = 0;
			column->min = 12;
		}
	}
	n = 0;
	extra = 0;
	for (at = spec->columns; next_word(&at, word, sizeof(word)) && n < state->list.n_columns;
	     n++)
		ordered[n] =
		    state->list.columns[word[0] == '@' ? n_members + (size_t)extra++ : next++];
	memcpy(state->list.columns, ordered, n * sizeof(ordered[0]));
}

/* ---- reading --------------------------------------------------------------------------------- */

static void ask_rows(struct place *place)
{
	struct query query;

	if (list_wants(&state_of(place)->list, &query))
		place_list(place, READ_ROWS, &query);
}

/* How many there are without the filter; how many pass is the widget's own question. */
static void ask_all(struct place *place)
{
	struct query query = { .type = spec_of(place)->type, .count = true, .budget_ms = 400 };

	if (state_of(place)->list.filter[0] != '\0')
		place_list(place, READ_ALL, &query);
}

static bool for_staff(const struct place *place)
{
	enum role role = app_actor(place->app)->role;

	return spec_of(place)->staff_filter != NULL &&
	       (role == ROLE_OPERATOR || role == ROLE_REVIEWER);
}

void list_screen_filter(struct place *place, const char *filter)
{
	struct list_state *state = state_of(place);
	char sort[64];

	/* The order of what was shown first is that of its filter. */
	strlcpy(sort, state->list.sort, sizeof(sort));
	if (for_staff(place) && strcmp(sort, spec_of(place)->staff_sort) == 0)
		strlcpy(sort, spec_of(place)->sort, sizeof(sort));
	state->typing = false;
	state->problem[0] = '\0';
	list_ask(&state->list, filter, sort);
	ask_rows(place);
	ask_all(place);
}

const char *list_screen_filter_text(const struct place *place)
{
	return state_of(place)->list.filter;
}

static void begin_list(struct place *place)
{
	const struct list_screen *spec = spec_of(place);
	bool staff = place->param[0] == '\0' && for_staff(place);

	list_ask(&state_of(place)->list,
	    place->param[0] != '\0' ? place->param
	    : staff                 ? spec->staff_filter
				    : spec->filter,
	    staff ? spec->staff_sort : spec->sort);
}

void list_screen_open(struct place *place)
{
	struct list_state *state = state_of(place);
	const struct list_screen *spec = spec_of(place);
	int rows, cols;

	make_columns(state, spec);
	state->asker.app = place->app;
	state->list.context = &state->asker;
	state->all = -1;
	edit_init(&state->filter, sizeof(state->list.filter) - 1, false);
	begin_list(place);
	app_body(place->app, &rows, &cols);
	list_layout(&state->list, rows - 2, cols);
	ask_rows(place);
	ask_all(place);
}

void list_screen_close(struct place *place)
{
	list_free(&state_of(place)->list);
	edit_free(&state_of(place)->filter);
}

void list_screen_refresh(struct place *place)
{
	list_refresh(&state_of(place)->list);
	ask_rows(place);
	ask_all(place);
}

void list_screen_reply(struct place *place, const struct reply *reply)
{
	struct list_state *state = state_of(place);

	if (reply->tag == READ_ROWS) {
		list_take(
		    &state->list, reply->page != NULL ? page_ref(reply->page) : NULL, reply->err);
		ask_rows(place);
	} else if (reply->page != NULL) {
		state->all = reply->page->total;
	}
}

/* ---- the filter line ------------------------------------------------------------------------- */

static bool check_filter(struct place *place, const char *text)
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
	check_filter(place, text);
}

static void type_filter(struct place *place, const struct key *key, const char *paste)
{
	struct list_state *state = state_of(place);
	const char *text;

	if (key->code == K_ESC) {
		state->typing = false;
		state->problem[0] = '\0';
	} else if (key->code == K_ENTER) {
		text = edit_text(&state->filter);
		if (!check_filter(place, text))
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
		check_filter(place, edit_text(&state->filter));
	}
}

static void begin_filter(struct list_state *state)
{
	edit_set(&state->filter, state->list.filter);
	state->typing = true;
	state->at_history = -1;
	state->problem[0] = '\0';
}

/* ---- sorting --------------------------------------------------------------------------------- */

static void sort_by(struct place *place, const char *sort)
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
	ask_rows(place);
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
		sort_by(place, sort);
	} else {
		sort_by(place, field->member);
	}
}

static void sort_menu(struct place *place)
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

static void reverse(struct place *place)
{
	const char *sort = state_of(place)->list.sort;
	char other[72];

	if (sort[0] == '-')
		strlcpy(other, sort + 1, sizeof(other));
	else
		snprintf(other, sizeof(other), "-%s", sort);
	sort_by(place, other);
}

/* ---- keys and actions ------------------------------------------------------------------------ */

bool list_screen_key(struct place *place, const struct key *key, const char *paste)
{
	struct list_state *state = state_of(place);

	if (state->typing) {
		type_filter(place, key, paste);
		return true;
	}
	if (key->code == K_ESC && state->list.n_marked > 0 && !place_reading(place)) {
		list_unmark_all(&state->list);
		return true;
	}
	if (key->code == K_ESC && (state->list.filter[0] != '\0' || place_reading(place))) {
		if (place_reading(place)) {
			struct error err = { .status = STATUS_CANCELLED };

			strlcpy(err.message, _("Reading was stopped. F5 reads again."),
			    sizeof(err.message));
			place_cancel(place);
			list_take(&state->list, NULL, &err);
		} else {
			list_screen_filter(place, "");
		}
		return true;
	}
	if (!list_key(&state->list, key))
		return false;
	app_moved(place->app);
	ask_rows(place);
	return true;
}

static void toggle_mark(struct place *place)
{
	struct list_state *state = state_of(place);
	const char *id = list_selected_id(&state->list);
	struct key down = { .code = K_DOWN };

	if (id[0] == '\0')
		return;
	list_mark(&state->list, id, !list_is_marked(&state->list, id));
	list_key(&state->list, &down);
	ask_rows(place);
}

/* All that pass the filter and are loaded; where they are marked already, none. */
static void mark_all(struct place *place)
{
	struct list *list = &state_of(place)->list;
	size_t i, n = list_count(list), before = list->n_marked;

	if (before >= n) {
		list_unmark_all(list);
		return;
	}
	for (i = 0; i < n; i++)
		list_mark(list, record_id(list->type, list_row(list, i)), true);
	if (list->total > (int64_t)list->n_marked)
		app_say(place->app, SAID_NOTE,
		    _("The first %zu of %lld are marked: the rest is not loaded yet."),
		    list->n_marked, (long long)list->total);
}

static bool act_filter(struct place *place, int action, const char *argument)
{
	if (action == UI_CLEAR_FILTER)
		list_screen_filter(place, "");
	else if (action == UI_CONDITIONS)
		app_open(place->app, &conditions_screen, "");
	else if (argument[0] == '\0')
		begin_filter(state_of(place));
	else if (check_filter(place, argument))
		list_screen_filter(place, argument);
	else
		app_say(place->app, SAID_ERROR, "%s", state_of(place)->problem);
	return true;
}

bool list_screen_act(struct place *place, int action, const char *argument)
{
	struct list_state *state = state_of(place);
	const void *record = list_selected(&state->list);

	if (bulk_start(place, action))
		return true;
	switch (action) {
	case UI_OPEN:
		if (record == NULL || argument[0] != '\0')
			return false;
		spec_of(place)->chosen(place, record);
		return true;
	case UI_FILTER:
	case UI_CLEAR_FILTER:
	case UI_CONDITIONS:
		return act_filter(place, action, argument);
	case UI_SORT:
		if (argument[0] != '\0')
			sort_by(place, argument);
		else
			sort_menu(place);
		return true;
	case UI_REVERSE:
		reverse(place);
		return true;
	case UI_MARK:
		toggle_mark(place);
		return true;
	case UI_MARK_ALL:
		mark_all(place);
		return true;
	default:
		return false;
	}
}

bool list_screen_selected(const struct place *place, struct selection *out)
{
	const struct list_screen *spec = spec_of(place);
	const void *record = list_selected(&state_of(place)->list);

	memset(out, 0, sizeof(*out));
	if (record == NULL)
		return false;
	out->id = list_selected_id(&state_of(place)->list);
	if (spec->selection != NULL)
		spec->selection(place, record, out);
	return true;
}

bool list_screen_ready(const struct place *place, const struct key *key)
{
	const struct list *list = &state_of(place)->list;

	(void)key;
	return state_of(place)->typing || !list->loading || (!list->stale && list_count(list) > 0);
}

bool list_screen_typing(const struct place *place)
{
	return state_of(place)->typing;
}

/* ---- showing --------------------------------------------------------------------------------- */

static int list_cols(const struct place *place, int cols)
{
	return spec_of(place)->pane ? facts_list_cols(cols) : cols;
}

void list_screen_layout(struct place *place, int rows, int cols)
{
	struct list_state *state = state_of(place);

	if (state->rows != rows || state->cols != cols) {
		state->rows = rows;
		state->cols = cols;
		list_layout(&state->list, rows - 2, list_cols(place, cols));
		state->list.no_spare = list_cols(place, cols) < cols;
	}
	ask_rows(place);
}

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
	else if (list->filter[0] != '\0')
		canvas_wrap(canvas, inside, STYLE_DIM,
		    _("Nothing passes this filter. / changes it, Esc clears it."), 0);
	else
		canvas_wrap(canvas, inside, STYLE_DIM, _(spec_of(place)->empty), 0);
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
	int cols = list_cols(place, area.cols);
	struct area rows = { area.row + 1, area.col, area.rows - 1, cols };
	struct area pane = { area.row + 1, area.col + cols + 2, area.rows - 1,
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
		buf_printf(out, "%s\n",
		    state->list.filter[0] != '\0'
			? _("Nothing passes this filter. / changes it, Esc clears it.")
			: _(spec_of(place)->empty));
	list_describe(&state->list, &view, out);
}
