#include "ui/screen/list_screen_private.h"

#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/screen/bulk.h"
#include "ui/screen/facts.h"

enum { READ_ROWS, READ_ALL };    /* and BULK_TAG */

const int list_offers[] = { UI_OPEN, UI_MARK, UI_FILTER, UI_CONDITIONS, UI_SORT, UI_COLUMNS,
	UI_PALETTE, UI_HELP, UI_MARK_ALL, UI_REVERSE, UI_CLEAR_FILTER, UI_FILTERS, UI_COPY,
	UI_REFRESH, 0 };
const int list_plain_offers[] = { UI_OPEN, UI_FILTER, UI_CONDITIONS, UI_SORT, UI_COLUMNS,
	UI_PALETTE, UI_HELP, UI_REVERSE, UI_CLEAR_FILTER, UI_FILTERS, UI_COPY, UI_REFRESH, 0 };

/* ---- reading --------------------------------------------------------------------------------- */

void list_screen_ask(struct place *place)
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
	list_screen_ask(place);
	ask_all(place);
}

const char *list_screen_filter_text(const struct place *place)
{
	return state_of(place)->list.filter;
}

static void begin_list(struct place *place)
{
	const struct list_screen *spec = spec_of(place);
	const char *sort = app_kept(place->app, place->screen->name, "sort");
	bool staff = place->param[0] == '\0' && for_staff(place), descending;
	const struct field *field;
	struct error err;

	if (sort[0] == '\0' || query_sort(spec->type, sort, &field, &descending, &err) != STATUS_OK)
		sort = staff ? spec->staff_sort : spec->sort;

	list_ask(&state_of(place)->list,
	    place->param[0] != '\0' ? place->param
	    : staff                 ? spec->staff_filter
				    : spec->filter,
	    sort);
}

void list_screen_open(struct place *place)
{
	struct list_state *state = state_of(place);
	const struct list_screen *spec = spec_of(place);
	int rows, cols;

	list_init(&state->list, spec->type, "");
	list_screen_columns_open(place);
	state->asker.app = place->app;
	state->list.context = &state->asker;
	state->all = -1;
	edit_init(&state->filter, sizeof(state->list.filter) - 1, false);
	begin_list(place);
	app_body(place->app, &rows, &cols);
	list_layout(&state->list, rows - 2, cols);
	list_screen_ask(place);
	ask_all(place);
}

void list_screen_close(struct place *place)
{
	bulk_drop(&state_of(place)->bulk);
	list_free(&state_of(place)->list);
	edit_free(&state_of(place)->filter);
}

void list_screen_refresh(struct place *place)
{
	list_refresh(&state_of(place)->list);
	list_screen_ask(place);
	ask_all(place);
}

void list_screen_reply(struct place *place, const struct reply *reply)
{
	struct list_state *state = state_of(place);

	if (reply->tag == BULK_TAG) {
		bulk_reply(place, reply);
	} else if (reply->tag == READ_ROWS) {
		list_take(
		    &state->list, reply->page != NULL ? page_ref(reply->page) : NULL, reply->err);
		list_screen_ask(place);
	} else if (reply->page != NULL) {
		state->all = reply->page->total;
	}
}

/* ---- keys and actions ------------------------------------------------------------------------ */

bool list_screen_key(struct place *place, const struct key *key, const char *paste)
{
	struct list_state *state = state_of(place);

	if (state->typing) {
		list_screen_type(place, key, paste);
		return true;
	}
	if (key->code == K_ESC && state->bulk.reading) {
		bulk_drop(&state->bulk);
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
	list_screen_ask(place);
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
	list_screen_ask(place);
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
	else if (action == UI_FILTERS)
		list_screen_filters_menu(place);
	else if (argument[0] == '\0')
		list_screen_begin_filter(state_of(place));
	else if (list_screen_check(place, argument))
		list_screen_filter(place, argument);
	else
		app_say(place->app, SAID_ERROR, "%s", state_of(place)->problem);
	return true;
}

static void act_columns(struct place *place, const char *argument)
{
	struct error err;

	if (argument[0] == '\0')
		app_open(place->app, &columns_screen, "");
	else if (!list_screen_columns(
		     place, strcmp(argument, "default") == 0 ? "" : argument, &err))
		app_say_error(place->app, &err);
}

/* What needs a record has none here: why is said in the list's own words. */
static void say_empty(struct place *place)
{
	const struct list *list = &state_of(place)->list;

	app_say(place->app, list->failed[0] != '\0' ? SAID_ERROR : SAID_NOTE, "%s",
	    list->failed[0] != '\0' ? list->failed : list_screen_empty(place));
}

static bool needs_record(const struct place *place, int action, const char *argument)
{
	bool marks = place->screen->offers == list_offers;

	return argument[0] == '\0' &&
	       (binding_is_domain(action) || action == UI_OPEN || action == UI_COPY ||
		   action == UI_REVEAL || action == UI_COPY_SECRET ||
		   (marks && (action == UI_MARK || action == UI_MARK_ALL)));
}

bool list_screen_act(struct place *place, int action, const char *argument)
{
	struct list_state *state = state_of(place);
	const void *record = list_selected(&state->list);

	if (bulk_start(place, action))
		return true;
	if (record == NULL && needs_record(place, action, argument)) {
		say_empty(place);
		return true;
	}
	switch (action) {
	case UI_OPEN:
		if (argument[0] != '\0')
			return false;
		spec_of(place)->chosen(place, record);
		return true;
	case UI_FILTER:
	case UI_CLEAR_FILTER:
	case UI_CONDITIONS:
	case UI_FILTERS:
		return act_filter(place, action, argument);
	case UI_SORT:
		if (argument[0] != '\0')
			list_screen_sort(place, argument);
		else
			list_screen_sort_menu(place);
		return true;
	case UI_REVERSE:
		list_screen_reverse(place);
		return true;
	case UI_COLUMNS:
		act_columns(place, argument);
		return true;
	case UI_MARK:
	case UI_MARK_ALL:
		if (place->screen->offers != list_offers)
			return false;
		if (action == UI_MARK)
			toggle_mark(place);
		else
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
	if (state_of(place)->bulk.reading)
		return false;
	return state_of(place)->typing || !list->loading || (!list->stale && list_count(list) > 0);
}

bool list_screen_typing(const struct place *place)
{
	return state_of(place)->typing;
}

size_t list_screen_hints(const struct place *place, struct hint *out, size_t cap)
{
	return state_of(place)->typing ? 0 : bulk_hints(place, out, cap);
}

int list_screen_cols(const struct place *place, int cols)
{
	return spec_of(place)->pane ? facts_list_cols(cols) : cols;
}

void list_screen_layout(struct place *place, int rows, int cols)
{
	struct list_state *state = state_of(place);

	if (state->rows != rows || state->cols != cols) {
		state->rows = rows;
		state->cols = cols;
		list_layout(&state->list, rows - 2, list_screen_cols(place, cols));
		state->list.no_spare = list_screen_cols(place, cols) < cols;
	}
	list_screen_ask(place);
}
