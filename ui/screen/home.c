/*
 * Home: an inbox of sections. What waits for the actor, oldest deadline first; what comes up by
 * itself, deadlines within three days and three rejections; what waits for others; what others have
 * changed since the actor was last here. Enter opens the place where it is dealt with.
 */
#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "base/when.h"
#include "model/instance.h"
#include "ui/screen/facts.h"
#include "ui/screen/refund.h"
#include "ui/screen/service.h"
#include "ui/screen/screen.h"

enum { SECTION_MINE, SECTION_MARKED, SECTION_OTHERS, SECTION_CHANGED, SECTIONS };

#define SOURCES 8
#define LINES_MAX 128
#define COUNT_MS 400         /* what a count may take before it is not told */
#define COUNT_TAG 8          /* counts have the tags after those of the rows */
#define NARROW 74            /* columns below which the party is not shown */
#define FIRST_VISIT (7 * WHEN_DAY)
#define DUE_SOON (3 * WHEN_DAY)

struct source {
	int section;
	const struct record_type *type;   /* NULL: not asked */
	char filter[160];
	const char *sort;
	unsigned limit;
	struct page *page;
	int64_t total;                    /* -1 unknown */
	char failed[320];
};

enum line_kind { LINE_BLANK, LINE_HEAD, LINE_NONE, LINE_ROW, LINE_MORE, LINE_FAILED };
struct line { enum line_kind kind; int section; struct source *source; size_t row; };

struct home {
	struct source sources[SOURCES];
	struct line lines[LINES_MAX];
	int count, here, top, rows;
	char id[80];                      /* of the chosen row: it survives a refresh */
};

static struct home *home_of(const struct place *place)
{
	return place->state;
}

/* ---- what is asked --------------------------------------------------------------------------- */

static void changed_filter(const struct place *place, char *out, size_t cap)
{
	int64_t since = app_last_visit(place->app);
	char iso[WHEN_TEXT];

	if (since == 0)
		since = app_now(place->app) - FIRST_VISIT;
	when_iso(since, iso);
	snprintf(out, cap, "changed_at>%s !changed_by=\"%s\"", iso, app_actor(place->app)->user);
}

static void source_set(struct source *source, int section, const struct record_type *type,
    const char *filter, const char *sort, unsigned limit)
{
	source->section = section;
	source->type = type;
	strlcpy(source->filter, filter, sizeof(source->filter));
	source->sort = sort;
	source->limit = limit;
	source->total = -1;
}

/* What a refund request waits for is not said by whose turn its supervision is: that is frozen. */
static void set_refunds(struct source *source, enum role role)
{
	if (role == ROLE_SELLER)
		source_set(source, SECTION_MINE, &refund_record, "is:waiting", "requested_at", 10);
	else if (role == ROLE_BUYER)
		source_set(
		    source, SECTION_MINE, &refund_record, "state:returning", "requested_at", 10);
}

static void set_marked(const struct place *place, struct source *sources)
{
	char iso[WHEN_TEXT], filter[160];

	when_iso(app_now(place->app) + DUE_SOON, iso);
	snprintf(filter, sizeof(filter), "state:open freezes=0 !is:mine due_at<%s", iso);
	source_set(&sources[0], SECTION_MARKED, &supervision_record, filter, "due_at", 5);
	source_set(&sources[1], SECTION_MARKED, &supervision_record,
	    "is:rejected-by-buyer state:open !is:mine", "stay_since", 5);
	source_set(&sources[2], SECTION_MARKED, &supervision_record,
	    "is:rejected-by-seller state:open !is:mine", "stay_since", 5);
}

/*
 * Open appeals wait for the operations manager; the reviewer sees how long theirs will still be
 * frozen.
 */
static void set_sources(struct place *place)
{
	struct source *s = home_of(place)->sources;
	enum role role = app_actor(place->app)->role;
	char changed[160];

	changed_filter(place, changed, sizeof(changed));
	if (role == ROLE_OPERATOR || role == ROLE_REVIEWER)
		source_set(&s[0], role == ROLE_OPERATOR ? SECTION_MINE : SECTION_OTHERS,
		    &appeal_record, "is:open", "due_at", 20);
	else if (role == ROLE_BUYER)
		source_set(&s[0], SECTION_MARKED, &instance_record, "is:ending", "expires_at", 5);
	else if (role == ROLE_SELLER)
		source_set(&s[0], SECTION_CHANGED, &instance_record, changed, "-changed_at", 5);
	source_set(&s[1], SECTION_MINE, &supervision_record, "is:mine", "stay_since", 20);
	/* What an appeal froze is told by the appeal where appeals are listed. */
	source_set(&s[2], SECTION_OTHERS, &supervision_record,
	    s[0].type == &appeal_record ? "state:open freezes=0 !is:mine"
	    : role == ROLE_SELLER
		? "state:open !is:mine !refund_state:pending,return-check"
		: "state:open !is:mine !refund_state:returning",
	    "stay_since", 10);
	source_set(&s[3], SECTION_CHANGED, &supervision_record, changed, "-changed_at", 10);
	set_refunds(&s[4], role);
	set_marked(place, &s[5]);
}

static void ask(struct place *place)
{
	struct home *home = home_of(place);
	struct query query;
	int i;

	for (i = 0; i < SOURCES; i++) {
		const struct source *s = &home->sources[i];

		if (s->type == NULL)
			continue;
		query = (struct query){
			.type = s->type, .filter = s->filter, .sort = s->sort, .limit = s->limit
		};
		place_list(place, i, &query);
	}
	for (i = 0; i < SOURCES; i++) {
		const struct source *s = &home->sources[i];

		if (s->type == NULL)
			continue;
		query = (struct query){ .type = s->type, .filter = s->filter, .count = true,
			.budget_ms = COUNT_MS };
		place_list(place, COUNT_TAG + i, &query);
	}
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool can_choose(const struct line *line)
{
	return line->kind == LINE_ROW || line->kind == LINE_MORE;
}

static void line_add(
    struct home *home, enum line_kind kind, int section, struct source *source, size_t row)
{
	if (home->count < LINES_MAX)
		home->lines[home->count++] = (struct line){ kind, section, source, row };
}

static const char *line_id(const struct line *line)
{
	if (line->kind == LINE_ROW)
		return record_id(line->source->type, line->source->page->rows[line->row]);
	return line->kind == LINE_MORE ? line->source->filter : "";
}

static bool section_lines(struct home *home, int section)
{
	bool loading = false, some = false;
	size_t row;
	int i;

	for (i = 0; i < SOURCES; i++) {
		struct source *s = &home->sources[i];

		if (s->type == NULL || s->section != section)
			continue;
		loading = loading || (s->page == NULL && s->failed[0] == '\0');
		if (s->failed[0] != '\0')
			line_add(home, LINE_FAILED, section, s, 0);
		for (row = 0; s->page != NULL && row < s->page->count; row++)
			line_add(home, LINE_ROW, section, s, row);
		some = some || s->failed[0] != '\0' || (s->page != NULL && s->page->count > 0);
		if (s->page != NULL && s->page->more_after)
			line_add(home, LINE_MORE, section, s, 0);
	}
	return some || loading;
}

static bool section_some(const struct home *home, int section)
{
	int i;

	for (i = 0; i < SOURCES; i++)
		if (home->sources[i].section == section && home->sources[i].page != NULL &&
		    home->sources[i].page->count > 0)
			return true;
	return false;
}

static void keep_choice(struct home *home)
{
	int i;

	for (i = 0; i < home->count; i++)
		if (can_choose(&home->lines[i]) && home->id[0] != '\0' &&
		    strcmp(line_id(&home->lines[i]), home->id) == 0)
			break;
	if (i == home->count)
		for (i = 0; i < home->count && !can_choose(&home->lines[i]); i++)
			;
	home->here = i < home->count ? i : 0;
}

static void build(struct home *home)
{
	int section;

	home->count = 0;
	for (section = 0; section < SECTIONS; section++) {
		/* What comes up by itself needs no room where nothing does. */
		if (section == SECTION_MARKED && !section_some(home, section))
			continue;
		if (section > 0)
			line_add(home, LINE_BLANK, section, NULL, 0);
		line_add(home, LINE_HEAD, section, NULL, 0);
		if (!section_lines(home, section))
			line_add(home, LINE_NONE, section, NULL, 0);
	}
	keep_choice(home);
}

/* The chosen line is seen, and what stands above the first one too. */
static void scroll(struct home *home)
{
	int i;

	if (home->here < home->top)
		home->top = home->here;
	if (home->rows > 0 && home->here >= home->top + home->rows)
		home->top = home->here - home->rows + 1;
	for (i = home->here; i > 0 && !can_choose(&home->lines[i - 1]); i--)
		;
	if (i < home->top && home->here - i < home->rows)
		home->top = i;
	if (home->top > home->count - home->rows)
		home->top = home->count - home->rows;
	if (home->top < 0)
		home->top = 0;
}

static void choose(struct home *home, int at)
{
	home->here = at;
	strlcpy(home->id, line_id(&home->lines[at]), sizeof(home->id));
	scroll(home);
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void home_open(struct place *place)
{
	set_sources(place);
	ask(place);
	build(home_of(place));
}

static void home_close(struct place *place)
{
	int i;

	for (i = 0; i < SOURCES; i++)
		page_drop(home_of(place)->sources[i].page);
}

static void home_reply(struct place *place, const struct reply *reply)
{
	struct home *home = home_of(place);
	int i = reply->tag >= COUNT_TAG ? reply->tag - COUNT_TAG : reply->tag;
	struct source *source = &home->sources[i];

	if (reply->tag >= COUNT_TAG) {
		source->total = reply->page != NULL ? reply->page->total : -1;
		return;
	}
	strlcpy(
	    source->failed, reply->err != NULL ? reply->err->message : "", sizeof(source->failed));
	if (reply->page != NULL) {
		page_drop(source->page);
		source->page = page_ref(reply->page);
	}
	build(home);
	scroll(home);
}

static bool home_ready(const struct place *place, const struct key *key)
{
	const struct home *home = home_of(place);
	int i;

	(void)key;
	for (i = 0; i < SOURCES; i++)
		if (home->sources[i].type != NULL && home->sources[i].section == SECTION_MINE &&
		    home->sources[i].page == NULL && home->sources[i].failed[0] == '\0' &&
		    place_reading(place))
			return false;
	return true;
}

static void step(struct home *home, int by, int times)
{
	int at = home->here, last = home->here;

	while (times > 0) {
		at += by;
		if (at < 0 || at >= home->count)
			break;
		if (!can_choose(&home->lines[at]))
			continue;
		last = at;
		times--;
	}
	if (home->count > 0)
		choose(home, last);
}

static bool home_key(struct place *place, const struct key *key, const char *paste)
{
	struct home *home = home_of(place);
	bool plain = key->code == K_CHAR && !key->alt;
	int page = home->rows > 2 ? home->rows - 1 : 1;

	(void)paste;
	if (key->code == K_DOWN || (plain && key->cp == 'j'))
		step(home, 1, 1);
	else if (key->code == K_UP || (plain && key->cp == 'k'))
		step(home, -1, 1);
	else if (key->code == K_PAGE_DOWN || (key->code == K_CTRL && key->cp == 'f'))
		step(home, 1, page);
	else if (key->code == K_PAGE_UP || (key->code == K_CTRL && key->cp == 'b'))
		step(home, -1, page);
	else if (key->code == K_HOME || (plain && key->cp == 'g'))
		step(home, -1, LINES_MAX);
	else if (key->code == K_END || (plain && key->cp == 'G'))
		step(home, 1, LINES_MAX);
	else
		return false;
	app_moved(place->app);
	return true;
}

static bool home_selected(const struct place *place, struct selection *out)
{
	const struct home *home = home_of(place);
	const struct line *line = &home->lines[home->here];
	const void *record;

	memset(out, 0, sizeof(*out));
	if (home->count == 0 || line->kind != LINE_ROW)
		return false;
	record = line->source->page->rows[line->row];
	if (line->source->type == &appeal_record) {
		out->appeal = record;
		out->id = out->appeal->order_id;
	} else if (line->source->type == &refund_record) {
		out->id = ((const struct refund *)record)->order_id;
	} else if (line->source->type == &instance_record) {
		out->instance = record;
		out->id = out->instance->order_id;
	} else {
		out->supervision = record;
		out->id = out->supervision->order_id;
	}
	return true;
}

static bool home_act(struct place *place, int action, const char *argument)
{
	struct home *home = home_of(place);
	const struct line *line = &home->lines[home->here];
	struct selection selection;

	if (action != UI_OPEN || argument[0] != '\0')
		return false;
	if (home->count > 0 && line->kind == LINE_MORE) {
		app_open(place->app,
		    line->source->type == &appeal_record   ? &appeals_screen
		    : line->source->type == &refund_record ? &refunds_screen
		    : line->source->type == &instance_record ? &services_screen
							   : &supervision_screen,
		    line->source->filter);
		return true;
	}
	if (!home_selected(place, &selection))
		return true;
	if (selection.supervision != NULL)
		app_open_seen(place->app, &record_screen, selection.supervision->id, &selection);
	else if (line->source->type == &refund_record)
		app_open(place->app, &refund_screen, line_id(line));
	else if (line->source->type == &instance_record)
		app_open(place->app, &service_screen, line_id(line));
	else
		app_open_seen(place->app, &appeal_screen, selection.appeal->id, &selection);
	return true;
}

static void home_layout(struct place *place, int rows, int cols)
{
	struct home *home = home_of(place);

	(void)cols;
	if (home->rows != rows - 1) {
		home->rows = rows - 1;
		scroll(home);
	}
}

/* ---- showing --------------------------------------------------------------------------------- */

static const char *const heads[SECTION_CHANGED] = { N_("Waits for you"),
	N_("Deadlines and rejections"), N_("Waits for others") };
static const char *const nothing[SECTIONS] = { N_("Nothing waits for you."), "",
	N_("Nothing waits for others."), N_("Nothing was changed by others.") };

static void head_text(const struct place *place, int section, char *out, size_t cap)
{
	const struct home *home = home_of(place);
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
	c.step = c.wait - 17 - (more < 6 ? more : 6);
	c.party = c.step - 9 - (more < 8 ? more : 8);
	/* no room for the party: the detail or the record tells it */
	if (pane || cols < NARROW)
		c.party = c.step;
	return c;
}

static void refund_texts(const struct place *place, const struct refund *r, char texts[6][160])
{
	char left[WHEN_TEXT];

	strlcpy(texts[5], "R", 160);
	strlcpy(texts[0], r->order_id, 160);
	strlcpy(texts[1], r->product_name, 160);
	facts_party(place->app, r->buyer_name, r->seller_name, texts[2], 160);
	refund_step_words(place->app, r, texts[3], 160);
	refund_left_words(place->app, r, left, sizeof(left));
	if (left[0] != '\0')
		snprintf(texts[5], 160, "R <%s", left);
	when_span(app_now(place->app) - r->requested_at, texts[4]);
}

/* A service that ends soon: what it is, and how long it still is so. */
static void service_texts(
    const struct place *place, const struct instance *instance, char texts[6][160])
{
	int64_t now = app_now(place->app), until = instance_state_until(instance, now);

	strlcpy(texts[0], instance->order_id, 160);
	strlcpy(texts[1], instance->product_name, 160);
	facts_party(place->app, "", instance->seller_name, texts[2], 160);
	service_state_words(place->app, instance, texts[3], 160);
	if (until == 0)
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
		if (s->state == SUPERVISION_OPEN && s->stay_since != 0)
			when_span(now > s->stay_since ? now - s->stay_since : 0, texts[4]);
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
	if (here && can_choose(line))
		canvas_put(canvas, row, 1, 1, STYLE_SELECTED, ">");
}

static void home_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct home *home = home_of(place);
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

static void home_describe(const struct place *place, struct buf *out)
{
	const struct home *home = home_of(place);
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

static const int offers[] = { UI_OPEN, UI_SUPERVISION, UI_APPEALS, UI_PALETTE, UI_HELP, UI_SERVICES,
	UI_REFUNDS, UI_SWITCH_USER, UI_COPY, UI_REFRESH, 0 };

const struct screen home_screen = {
	.name = "home",
	.title = N_("Home"),
	.size = sizeof(struct home),
	.offers = offers,
	.open = home_open,
	.close = home_close,
	.refresh = ask,
	.reply = home_reply,
	.key = home_key,
	.act = home_act,
	.selected = home_selected,
	.ready = home_ready,
	.layout = home_layout,
	.draw = home_draw,
	.describe = home_describe,
};
