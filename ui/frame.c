/*
 * The frame around every screen: title, tabs, the line of the flow or of the last message, hints,
 * and what lies over it.
 */
#include "ui/app.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/when.h"
#include "ui/screen/facts.h"

#define DESCRIBED_MAX (4u << 20)
#define FLOW_CELLS 54        /* of the flow's line where they do: what follows a key costs bytes */

void app_hold_area(struct app *app, struct area area)
{
	if (app->n_held < sizeof(app->held) / sizeof(app->held[0]))
		app->held[app->n_held++] = area;
}

/* ---- title and tabs -------------------------------------------------------------------------- */

static enum style role_style(enum role role)
{
	if (role == ROLE_BUYER)
		return STYLE_BUYER;
	return role == ROLE_SELLER ? STYLE_SELLER : STYLE_STAFF;
}

static void headline(const struct app *app, char *out, size_t cap)
{
	const struct place *top = app_top(app);

	strlcpy(out, _(top->screen->title), cap);
	if (top->screen->headline != NULL)
		top->screen->headline(top, out, cap);
}

static void who(const struct app *app, char *out, size_t cap)
{
	const struct actor *a = &app->actor;
	const char *account =
	    a->account_name != NULL && a->account_name[0] != '\0' ? a->account_name : a->account;
	char short_account[64];

	text_fit(short_account, sizeof(short_account), account != NULL ? account : "", 20,
	    app_ascii(app));
	/* The platform's people have no company that would have to be told apart. */
	if (a->role == ROLE_OPERATOR || a->role == ROLE_REVIEWER)
		snprintf(out, cap, "%s %s", names_label(&role_names, (int64_t)a->role), a->user);
	else
		snprintf(out, cap, "%s %s/%s", names_label(&role_names, (int64_t)a->role),
		    short_account, a->user != NULL ? a->user : "");
}

static void need_words(const struct app *app, char *out, size_t cap)
{
	char count[32];

	out[0] = '\0';
	if (app->need < 0)
		return;
	app_number(app->need, count, sizeof(count));
	snprintf(
	    out, cap, ngettext("%s needs you", "%s need you", (unsigned long)app->need), count);
}

static void draw_title(const struct app *app, struct canvas *canvas)
{
	struct area line = { 0, 0, 1, canvas->cols };
	char left[160], need[64], title[160];
	int used, right, width, at;

	canvas_fill(canvas, line, STYLE_TITLE);
	canvas_put(canvas, 0, 1, 8, STYLE_TITLE, "koodesk");
	who(app, left, sizeof(left));
	used = 10 + canvas_put(canvas, 0, 10, canvas->cols - 10, role_style(app->actor.role), left);
	need_words(app, need, sizeof(need));
	right = text_width(need);
	width = canvas->cols - right - used - 6;
	used += 2 + canvas_put(canvas, 0, used + 2, width < 20 ? width : 20, STYLE_TITLE,
			app->label);
	if (app->options->read_only)
		used += 2 + canvas_put(canvas, 0, used + 2, 20, STYLE_WARN, _("read only"));
	canvas_put_right(canvas, 0, canvas->cols - right - 2, right + 1, STYLE_TITLE, need);
	headline(app, title, sizeof(title));
	width = canvas->cols - used - right - 4;
	if (width < 6)
		return;
	if (text_width(title) < width)
		width = text_width(title);
	at = canvas->cols - right - 3 - width;
	if (at - (canvas->cols - width) / 2 > 0 && (canvas->cols - width) / 2 > used + 3)
		at = (canvas->cols - width) / 2;
	canvas_put(canvas, 0, at, width, STYLE_TITLE, title);
}

/* The tab that the stack stands on. */
static const struct screen *tab_here(const struct app *app)
{
	return app->depth > 0 ? app->stack[0]->screen : NULL;
}

/* Where the top place is: what it was opened for, an action by its label. */
static void place_words(const struct place *top, char *out, size_t cap)
{
	size_t n = strcspn(top->param, " ");
	const struct action *action;
	char word[48];

	strlcpy(out, top->param, cap);
	/* Nobody knows a service by its id. */
	if (top->screen == &service_screen)
		top->screen->headline(top, out, cap);
	if (top->screen != &action_screen || n >= sizeof(word))
		return;
	strlcpy(word, top->param, n + 1);
	action = action_find(word);
	if (action != NULL)
		snprintf(out, cap, "%s%s", _(action->label),
		    action_on_service(top) ? "" : top->param + n);
}

static void draw_tabs(const struct app *app, struct canvas *canvas)
{
	static const char *const labels[TABS] = { N_("Home"), N_("Supervision"), N_("Appeals"),
		N_("Services"), N_("Refunds") };
	struct civil civil = when_civil(app->now, app->options->offset);
	size_t open = tasks_open(app);
	char text[PLACE_PARAM + 128], where[PLACE_PARAM + 96];
	int at = 1, right, i;

	for (i = 0; i < TABS; i++) {
		bool here = screens[i] == tab_here(app);

		snprintf(text, sizeof(text), here ? "[%s]" : "%s", _(labels[i]));
		at += canvas_put(canvas, 1, at, canvas->cols - at,
			  here ? STYLE_TAB_HERE : STYLE_TAB, text) +
		      2;
	}
	audit_words(app, text, sizeof(text));
	if (open > 0)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    ngettext("%zu task   ", "%zu tasks   ", open), open);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "%02d:%02d ", civil.hour,
	    civil.minute);
	right = text_width(text);
	canvas_put(canvas, 1, canvas->cols - right, right, STYLE_DIM, text);
	if (app->depth > 1 && app->stack[app->depth - 1]->param[0] != '\0') {
		place_words(app->stack[app->depth - 1], where, sizeof(where));
		snprintf(text, sizeof(text), "%s %s", canvas->ascii ? ">" : "›", where);
		canvas_put(canvas, 1, at, canvas->cols - at - right - 2, STYLE_DIM, text);
	}
}

/* ---- the two lines below --------------------------------------------------------------------- */

static enum style said_style(enum said how)
{
	switch (how) {
	case SAID_GOOD:
		return STYLE_GOOD;
	case SAID_WARN:
		return STYLE_WARN;
	case SAID_ERROR:
		return STYLE_ERROR;
	default:
		return STYLE_BOLD;
	}
}

static void draw_flow(const struct app *app, struct canvas *canvas, int row)
{
	struct selection selection;
	const struct supervision *s;
	char ended[160];
	int at = 1, width;

	if (!app_selection(app, &selection) || selection.supervision == NULL)
		return;
	s = selection.supervision;
	at += canvas_put(canvas, row, at, canvas->cols / 3, STYLE_NORMAL, s->order_id) + 2;
	width = canvas->cols - at - 1;
	if (canvas->cols < ROOMY_COLS && width > FLOW_CELLS)
		width = FLOW_CELLS;
	if (facts_ended(s, ended, sizeof(ended)))
		canvas_put(canvas, row, at, width, STYLE_NORMAL, ended);
	else
		flow_draw(canvas, row, at, width, (enum flow_id)s->flow, flow_conditions(s),
		    (enum stage_id)s->stage, app->actor.role, (enum role)s->turn);
	/* The brackets tell the node: attributes would cost more than the words. */
	canvas_style(canvas, (struct area){ row, 0, 1, canvas->cols }, STYLE_NORMAL);
}

/* An error may need more than a line: it grows upwards over the screen, until the next key. */
static void draw_message(struct canvas *canvas, int row, const struct message *message)
{
	struct area area = { row, 1, 1, canvas->cols - 2 };
	struct area cover = { row, 0, 1, canvas->cols };
	int lines = canvas_wrap(canvas, (struct area){ row, 1, 0, canvas->cols - 2 }, STYLE_NORMAL,
	    message->text, 0);

	if (lines > 5)
		lines = 5;
	if (lines > 1) {
		area.row = cover.row = row - lines + 1;
		area.rows = cover.rows = lines;
	}
	canvas_fill(canvas, cover, STYLE_NORMAL);
	canvas_wrap(canvas, area, said_style(message->how), message->text, 0);
}

static void draw_status(struct app *app, struct canvas *canvas, int row)
{
	const struct place *top = app_top(app);
	struct area line = { row, 0, 1, canvas->cols };
	const struct message *last;
	int used;

	if (app->overlay == OVER_ASK) {
		used = 2 + canvas_put(canvas, row, 1, canvas->cols / 2, STYLE_HEAD, app->ask_label);
		line.col = used + 1;
		line.cols = canvas->cols - used - 2;
		canvas_fill(canvas, line, STYLE_INPUT_HERE);
		edit_draw(&app->ask, canvas, line, STYLE_INPUT_HERE, true);
	} else if (app->telling && app->n_messages > 0) {
		last = &app->messages[(app->n_messages - 1) % MESSAGES_MAX];
		draw_message(canvas, row, last);
	} else if (top->screen->status == NULL || !top->screen->status(top, canvas, line)) {
		if (!app->holding)
			draw_flow(app, canvas, row);
		app_hold_area(app, line);
	}
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void draw_over(struct app *app, struct canvas *canvas)
{
	struct area all = { 2, 0, canvas->rows - 4, canvas->cols };

	if (app->overlay != OVER_MENU)
		return;
	canvas_fill(canvas, all, STYLE_NORMAL);
	menu_draw(&app->menu, canvas, all);
}

static bool too_small(struct canvas *canvas)
{
	struct area all = { 0, 0, canvas->rows, canvas->cols };
	char text[160];

	if (canvas->rows >= MIN_ROWS && canvas->cols >= MIN_COLS)
		return false;
	snprintf(text, sizeof(text),
	    _("koodesk needs %d x %d cells; here are %d x %d. Make the window larger."), MIN_COLS,
	    MIN_ROWS, canvas->cols, canvas->rows);
	canvas_wrap(canvas, all, STYLE_NORMAL, text, 0);
	return true;
}

/*
 * The frame that answers a cursor key moves the marker; what else depends on the selection is as it
 * was.
 */
static void hold_rest(struct app *app)
{
	struct canvas *to = &app->canvas;
	const struct canvas *from = &app->shown;
	size_t i;
	int row;

	for (i = 0; i < app->n_held; i++) {
		struct area a = app->held[i];

		for (row = a.row; row < a.row + a.rows && row < to->rows; row++)
			memcpy(&to->cells[row * to->cols + a.col],
			    &from->cells[row * to->cols + a.col],
			    (size_t)a.cols * sizeof(to->cells[0]));
	}
}

/* Rows move on the left of what stands beside them. */
static struct area beside_held(const struct app *app, struct area body)
{
	size_t i;

	for (i = 0; i < app->n_held; i++)
		if (app->held[i].col > 0 && app->held[i].col < body.cols)
			body.cols = app->held[i].col;
	return body;
}

static void set_size(struct app *app)
{
	int rows = app->canvas.rows, cols = app->canvas.cols;

	if (app->term != NULL)
		term_size(app->term, &rows, &cols);
	if (rows != app->canvas.rows || cols != app->canvas.cols || app->canvas.cells == NULL) {
		canvas_resize(&app->canvas, rows, cols);
		app->shown_serial = 0;
	}
	if (rows != app->shown.rows || cols != app->shown.cols || app->shown.cells == NULL)
		canvas_resize(&app->shown, rows, cols);
	app->canvas.ascii = app->shown.ascii = app_ascii(app);
}

void app_layout(struct app *app)
{
	struct place *top = app_top(app);
	int rows = app->canvas.rows - 4, cols = app->canvas.cols;

	if (top->screen->layout != NULL && app->canvas.rows >= MIN_ROWS && cols >= MIN_COLS)
		top->screen->layout(top, rows, cols);
}

void app_draw(struct app *app)
{
	struct place *top = app_top(app);
	struct area body;

	app->now = app->options->clock(app->options->clock_state);
	set_size(app);
	app_layout(app);
	app->holding =
	    app->follow_at != 0 && app->shown_serial == top->serial && app->overlay == OVER_NONE;
	canvas_clear(&app->canvas);
	canvas_cursor(&app->canvas, -1, -1);
	app->n_held = 0;
	if (too_small(&app->canvas))
		return;
	body = (struct area){ 2, 0, app->canvas.rows - 4, app->canvas.cols };
	draw_title(app, &app->canvas);
	draw_tabs(app, &app->canvas);
	top->screen->draw(top, &app->canvas, body);
	draw_over(app, &app->canvas);
	app->canvas.moves = beside_held(app, body);
	draw_status(app, &app->canvas, app->canvas.rows - 2);
	app_draw_hints(app, &app->canvas, app->canvas.rows - 1);
	if (app->holding)
		hold_rest(app);
}

/* ---- in words -------------------------------------------------------------------------------- */

static void describe(struct app *app, struct buf *out)
{
	struct place *top = app_top(app);
	const struct message *last;
	struct selection selection;
	char text[200], need[64], words[512];

	headline(app, text, sizeof(text));
	buf_printf(out, "%s\n", text);
	who(app, text, sizeof(text));
	need_words(app, need, sizeof(need));
	buf_printf(out, "%s, %s%s%s\n", text, app->label, need[0] != '\0' ? ", " : "", need);
	if (app->overlay == OVER_MENU)
		menu_describe(&app->menu, out);
	else if (top->screen->describe != NULL)
		top->screen->describe(top, out);
	if (top->screen != &record_screen && app_selection(app, &selection) &&
	    selection.supervision != NULL) {
		const struct supervision *s = selection.supervision;

		if (!facts_ended(s, words, sizeof(words)))
			flow_describe((enum flow_id)s->flow, flow_conditions(s),
			    (enum stage_id)s->stage, app->actor.role, (enum role)s->turn, words,
			    sizeof(words));
		buf_printf(out, "%s: %s\n", s->order_id, words);
	}
	if (app->overlay == OVER_ASK)
		buf_printf(out, "%s %s\n", app->ask_label, edit_text(&app->ask));
	if (app->telling && app->n_messages > 0) {
		last = &app->messages[(app->n_messages - 1) % MESSAGES_MAX];
		buf_printf(out, "%s\n", last->text);
	}
	app_describe_hints(app, out);
}

/* Screens and widgets say what they hold, strangers' words too: all of it is cleaned here, once. */
void app_describe(struct app *app, struct buf *out)
{
	struct buf said;
	size_t cap;
	char *clean;

	buf_init(&said, DESCRIBED_MAX);
	describe(app, &said);
	/* Each byte may become a replacement of three. */
	cap = 3 * said.len + 1;
	clean = mem_alloc(cap);
	buf_add(out, clean, text_clean_lines(clean, cap, buf_text(&said)));
	free(clean);
	buf_free(&said);
}
