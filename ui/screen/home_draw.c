/* How home looks, and what it says in words. */
#include "ui/screen/home.h"

#include <bsd/string.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/when.h"
#include "model/instance.h"
#include "ui/screen/facts.h"
#include "ui/screen/refund.h"
#include "ui/screen/service.h"

#define NARROW 74            /* columns below which the party is not shown, */
#define NARROW_BESIDE 90     /* and beside a pane that tells it too */

static const char *const heads[SECTION_CHANGED] = { N_("Waits for you"),
	N_("Deadlines and rejections"), N_("Waits for others") };
static const char *const nothing[SECTIONS] = { N_("Nothing waits for you."), "",
	N_("Nothing waits for others."), N_("Nothing was changed by others.") };

static void head_text(const struct place *place, int section, char *out, size_t cap)
{
	const struct home *home = home_state(place);
	char since[WHEN_TEXT], number[32];
	int64_t last = app_last_visit(place->app);
	int64_t total = 0;
	int i;

	for (i = 0; i < SOURCES; i++)
		if (home->sources[i].type != NULL && home->sources[i].section == section)
			total = total < 0 || home->sources[i].total < 0
				    ? -1
				    : total + home->sources[i].total;
	app_number(total, number, sizeof(number));
	when_text(last, app_offset(place->app), since);
	if (section != SECTION_CHANGED)
		strlcpy(out, _(heads[section]), cap);
	else if (last == 0)
		strlcpy(out, _("Changed in the last 7 days"), cap);
	else
		snprintf(out, cap, _("Changed since your last visit, %s"), since);
	if (number[0] != '\0') {
		strlcat(out, "  ", cap);
		strlcat(out, number, cap);
	}
}

/* The columns of a row: texts and where they stand. */
struct columns { int order, product, party, step, wait, marks, end; };

/* The product says most: it gets what the others leave. */
static struct columns columns_of(int cols, bool pane)
{
	int more = cols > 80 ? (cols - 80) / 4 : 0;
	struct columns c;

	c.order = 3;
	c.product = c.order + 18;
	c.end = cols;
	c.marks = cols - 7;
	c.wait = c.marks - 7;
	c.step = c.wait - (cols < NARROW ? 17 : 19) - (more < 6 ? more : 6);
	c.party = c.step - 9 - (more < 8 ? more : 8);
	/* no room for the party: the detail or the record tells it */
	if (cols < (pane ? NARROW_BESIDE : NARROW))
		c.party = c.step;
	return c;
}

static void refund_texts(const struct place *place, const struct refund *r, char texts[6][160])
{
	char left[WHEN_TEXT];

	strlcpy(texts[5], refund_stays(place->app, r) ? "!5 R" : "R", 160);
	strlcpy(texts[0], r->order_id, 160);
	strlcpy(texts[1], r->product_name, 160);
	facts_party(place->app, r->buyer_name, r->seller_name, texts[2], 160);
	refund_step_words(place->app, r, texts[3], 160);
	refund_left_words(place->app, r, left, sizeof(left));
	if (left[0] != '\0')
		snprintf(texts[5], 160, "R <%s", left);
	when_span(app_now(place->app) - r->requested_at, texts[4]);
}

/* A service: what it is, how long it still is so, and for its seller when it was changed. */
static void service_texts(
    const struct place *place, const struct instance *instance, char texts[6][160])
{
	int64_t now = app_now(place->app), until = instance_state_until(instance, now);

	strlcpy(texts[0], instance->order_id, 160);
	strlcpy(texts[1], instance->product_name, 160);
	facts_party(place->app, instance->buyer, instance->seller_name, texts[2], 160);
	service_state_words(place->app, instance, texts[3], 160);
	if (app_actor(place->app)->role == ROLE_SELLER && instance->changed_at != 0)
		when_span(now - instance->changed_at, texts[4]);
	if (app_actor(place->app)->role == ROLE_SELLER || until == 0)
		return;
	strlcpy(texts[5], "<", 160);
	when_span(until - now, texts[5] + 1);
}

/* Behind the other marks, what is left of a clock that runs: "!5 <6d". */
static void add_deadline(const struct supervision *s, int64_t now, char *marks)
{
	char span[WHEN_TEXT];

	if (s->state != SUPERVISION_OPEN || s->due_at <= now)
		return;
	when_span(s->due_at - now, span);
	strlcat(marks, marks[0] != '\0' ? " <" : "<", 160);
	strlcat(marks, span, 160);
}

static void row_texts(const struct place *place, const struct line *line, char texts[6][160])
{
	const void *record = line->source->page->rows[line->row];
	int64_t now = app_now(place->app);
	char span[WHEN_TEXT] = "";
	size_t i;

	for (i = 0; i < 6; i++)
		texts[i][0] = '\0';
	if (line->source->type == &appeal_record) {
		const struct appeal *a = record;

		strlcpy(texts[0], a->order_id, 160);
		strlcpy(texts[1], a->product_name, 160);
		facts_party(place->app, a->buyer_name, a->seller_name, texts[2], 160);
		when_span(a->due_at > now ? a->due_at - now : now - a->due_at, span);
		snprintf(texts[3], 160,
		    a->due_at > now ? _("Appeal: %s left") : _("Appeal: %s late"), span);
		when_span(now - a->filed_at, texts[4]);
		strlcpy(texts[5], "A", 160);
	} else if (line->source->type == &refund_record) {
		refund_texts(place, record, texts);
	} else if (line->source->type == &instance_record) {
		service_texts(place, record, texts);
	} else {
		const struct supervision *s = record;

		strlcpy(texts[0], s->order_id, 160);
		strlcpy(texts[1], s->product_name, 160);
		facts_party(place->app, s->buyer_name, s->seller_name, texts[2], 160);
		permit_next_step(app_actor(place->app), s, now, texts[3], 160);
		if (permit_since(s) != 0)
			when_span(now > permit_since(s) ? now - permit_since(s) : 0, texts[4]);
		facts_marks(s, now, texts[5], 160);
		add_deadline(s, now, texts[5]);
	}
}

static void draw_texts(
    struct canvas *canvas, int row, struct columns c, enum style style, char texts[6][160])
{
	canvas_put(canvas, row, c.order, c.product - c.order - 1, style, texts[0]);
	canvas_put(canvas, row, c.product, c.party - c.product - 1, style, texts[1]);
	canvas_put(canvas, row, c.party, c.step - c.party - 1, style, texts[2]);
	canvas_put(canvas, row, c.step, c.wait - c.step - 1, style, texts[3]);
	canvas_put_right(canvas, row, c.wait, 6, style, texts[4]);
	canvas_put(canvas, row, c.marks, c.end - c.marks, style, texts[5]);
}

static void more_text(const struct line *line, char *out, size_t cap)
{
	char number[32];

	app_number(line->source->total, number, sizeof(number));
	if (number[0] != '\0')
		snprintf(out, cap, _("Show all %s"), number);
	else
		strlcpy(out, _("Show all"), cap);
}

static void draw_line(const struct place *place, const struct line *line, struct canvas *canvas,
    int row, int cols, bool pane, bool here)
{
	enum style style = here ? STYLE_SELECTED : STYLE_NORMAL;
	char texts[6][160], text[200];

	switch (line->kind) {
	case LINE_HEAD:
		head_text(place, line->section, text, sizeof(text));
		canvas_put(canvas, row, 1, cols - 2, STYLE_HEAD, text);
		break;
	case LINE_NONE:
		canvas_put(canvas, row, 3, cols - 4, STYLE_DIM, _(nothing[line->section]));
		break;
	case LINE_FAILED:
		canvas_put(canvas, row, 3, cols - 4, STYLE_ERROR, line->source->failed);
		break;
	case LINE_MORE:
		more_text(line, text, sizeof(text));
		canvas_put(canvas, row, 3, cols - 4, here ? STYLE_SELECTED : STYLE_DIM, text);
		break;
	case LINE_ROW:
		row_texts(place, line, texts);
		draw_texts(canvas, row, columns_of(cols, pane), style, texts);
		break;
	case LINE_BLANK:
		break;
	}
	if (here && home_can_choose(line))
		canvas_put(canvas, row, 1, 1, STYLE_SELECTED, ">");
}

void home_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct home *home = home_state(place);
	int cols = facts_list_cols(area.cols), i;
	struct area pane = { area.row + 1, cols + 2, area.rows - 1, area.cols - cols - 2 };
	bool wide = cols < area.cols;
	char texts[6][160] = { "", "", "", "", "", "" };
	struct selection selection;

	strlcpy(texts[0], _("Order"), 160);
	strlcpy(texts[1], _("Product"), 160);
	strlcpy(texts[2], _("Party"), 160);
	strlcpy(texts[3], _("Next step"), 160);
	strlcpy(texts[4], _("Age"), 160);
	draw_texts(canvas, area.row, columns_of(cols, wide), STYLE_HEAD, texts);
	for (i = 0; i < home->rows && home->top + i < home->count; i++)
		draw_line(place, &home->lines[home->top + i], canvas, area.row + 1 + i, cols,
		    wide, home->top + i == home->here);
	if (wide) {
		app_hold_area(place->app, pane);
		if (home_selected(place, &selection))
			facts_pane(place->app, &selection, canvas, pane);
	}
}

void home_describe(const struct place *place, struct buf *out)
{
	const struct home *home = home_state(place);
	char texts[6][160], text[200];
	int i, n;

	for (i = 0; i < home->count; i++) {
		const struct line *line = &home->lines[i];

		if (line->kind == LINE_HEAD) {
			head_text(place, line->section, text, sizeof(text));
			buf_printf(out, "%s:\n", text);
		} else if (line->kind == LINE_NONE) {
			buf_printf(out, "  %s\n", _(nothing[line->section]));
		} else if (line->kind == LINE_FAILED) {
			buf_printf(out, "  %s\n", line->source->failed);
		} else if (line->kind == LINE_MORE) {
			more_text(line, text, sizeof(text));
			buf_printf(out, "%s %s\n", i == home->here ? ">" : " ", text);
		} else if (line->kind == LINE_ROW) {
			row_texts(place, line, texts);
			buf_puts(out, i == home->here ? "> " : "  ");
			for (n = 0; n < 6; n++)
				buf_printf(out, "%s%s", n > 0 && texts[n][0] != '\0' ? ", " : "",
				    texts[n]);
			buf_putc(out, '\n');
		}
	}
}
