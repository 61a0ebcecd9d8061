/*
 * The bottom line: which keys do what here. What can be done to the selected record comes first,
 * then what the screen offers.
 */
#include "ui/app.h"

#include <string.h>

#include "base/i18n.h"

#define HINTS_MAX 24

static size_t add_hint(struct hint *hints, size_t n, const char *key, const char *word)
{
	if (n < HINTS_MAX && word[0] != '\0') {
		hints[n].key = key;
		hints[n].word = _(word);
		n++;
	}
	return n;
}

/*
 * What an open appeal is decided or supported by, and a refund request answered by; whose it is to
 * withdraw an appeal its own page knows.
 */
static size_t case_hints(
    const struct app *app, const struct selection *selection, struct hint *hints)
{
	enum action_kind kind = selection->appeal != NULL ? KIND_DURING : KIND_ANSWER;
	const struct binding *b;
	size_t n = 0;

	if (selection->appeal == NULL && selection->refund == NULL)
		return 0;
	for (b = bindings; b->id != 0; b++)
		if (binding_is_domain(b->id) && b->id != ACTION_WITHDRAW_APPEAL &&
		    action_get((enum action_id)b->id)->kind == kind &&
		    app_why_not(app, b->id, selection)[0] == '\0')
			n = add_hint(hints, n, binding_key(b->id), b->hint);
	return n;
}

/*
 * What can be done to the selected record; a comment can nearly always be made, so it comes last.
 */
static size_t record_hints(const struct app *app, struct hint *hints)
{
	struct selection selection;
	const struct binding *b;
	size_t n = 0;
	int pass;

	if (!app_selection(app, &selection))
		return 0;
	if (selection.supervision == NULL && selection.instance == NULL)
		return case_hints(app, &selection, hints);
	for (pass = 0; pass < (n < 2 || app->canvas.cols >= ROOMY_COLS ? 2 : 1); pass++)
		for (b = bindings; b->id != 0; b++)
			if (binding_is_domain(b->id) && (b->id == ACTION_COMMENT) == (pass == 1) &&
			    app_offers(app, b->id, &selection) &&
			    !(b->id == ACTION_WITHDRAW_APPEAL && selection.appeal == NULL) &&
			    app_why_not(app, b->id, &selection)[0] == '\0')
				n = add_hint(hints, n, binding_key(b->id),
				    b->id == ACTION_ACCEPT && selection.supervision != NULL &&
					    selection.supervision->flow == FLOW_LIC_PACKAGE
					? N_("confirm completion")
					: b->hint);
	return n;
}

static bool is_useless(const struct place *top, int action)
{
	return top->screen->useless != NULL && top->screen->useless(top, action);
}

/* *of_record: how many of them, the first ones, depend on the selected record. */
static size_t make_hints(const struct app *app, struct hint *hints, size_t *of_record)
{
	const struct place *top = app_top(app);
	const struct binding *b;
	const int *offer;
	size_t n = 0;

	*of_record = 0;
	if (top->screen->hints != NULL && (n = top->screen->hints(top, hints, HINTS_MAX)) > 0)
		return *of_record = n;
	if (top->screen->typing != NULL && top->screen->typing(top)) {
		n = add_hint(hints, n, "Enter", N_("filter"));
		n = add_hint(hints, n, "Esc", N_("leave"));
		return add_hint(hints, n, "Up", N_("earlier ones"));
	}
	n = *of_record = record_hints(app, hints);
	for (offer = top->screen->offers; offer != NULL && *offer != 0; offer++)
		if ((b = binding_get(*offer)) != NULL && !is_useless(top, b->id))
			n = add_hint(hints, n, binding_key(b->id),
			    b->id == UI_OPEN && top->screen->enter != NULL ? top->screen->enter
									   : b->hint);
	return n;
}

/*
 * What depends on the selected record has a place of its own at the left: the rest stands still
 * while the cursor moves, and costs nothing.
 */
static void draw_own_hints(struct app *app, struct canvas *canvas, int row)
{
	struct hint hints[HINTS_MAX];
	size_t of_record, n = make_hints(app, hints, &of_record);
	const struct place *top = app_top(app);
	int zone = canvas->cols >= ROOMY_COLS ? 44 : 30, at = 1;

	if (top->screen->selected != NULL && of_record < n &&
	    !(top->screen->typing != NULL && top->screen->typing(top))) {
		hints_draw(canvas, row, at, zone, hints, of_record);
		at += zone + 1;
		n -= of_record;
		memmove(hints, hints + of_record, n * sizeof(hints[0]));
	}
	hints_draw(canvas, row, at, canvas->cols - at - 1, hints, n);
}

void app_draw_hints(struct app *app, struct canvas *canvas, int row)
{
	struct area line = { row, 0, 1, canvas->cols };
	struct hint hints[2];
	size_t n = 0;

	if (app->overlay == OVER_NONE) {
		if (!app->holding)
			draw_own_hints(app, canvas, row);
		app_hold_area(app, line);
		return;
	}
	n = add_hint(hints, n, "Enter", app->overlay == OVER_ASK ? N_("go on") : N_("run"));
	n = add_hint(hints, n, "Esc", N_("back"));
	hints_draw(canvas, row, 1, canvas->cols - 2, hints, n);
}

void app_describe_hints(const struct app *app, struct buf *out)
{
	struct hint hints[HINTS_MAX];
	size_t of_record, n = make_hints(app, hints, &of_record), i;

	for (i = 0; i < n; i++)
		buf_printf(out, "%s%s %s", i > 0 ? ", " : _("Keys: "), hints[i].key, hints[i].word);
	if (n > 0)
		buf_putc(out, '\n');
}
