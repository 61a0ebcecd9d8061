/*
 * A refund request: what is asked for and why, what the seller answered, the way of the goods back,
 * and what can be done now.
 */
#include "ui/screen/refund.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/when.h"
#include "model/money.h"
#include "ui/screen/dossier.h"
#include "ui/screen/facts.h"
#include "ui/screen/parts.h"
#include "ui/screen/sheet.h"

#define TAG_REFUND (PARTS + 1)

enum { SECTION_FILES = 1, SECTION_LOG };

struct refund_page {
	struct dossier dossier;
	struct page *page;         /* the request */
	struct sheet sheet;
	int64_t open_entry;
	char failed[320];
	bool stale;
	int cols;
};

static struct refund_page *page_of(const struct place *place)
{
	return place->state;
}

static const struct refund *refund_of(const struct place *place)
{
	return page_of(place)->page != NULL ? page_of(place)->page->rows[0] : NULL;
}

/* ---- words ----------------------------------------------------------------------------------- */

void refund_step_words(const struct app *app, const struct refund *refund, char *out, size_t cap)
{
	/* A supervision that waits for just this has the words already. */
	struct supervision s = { .state = SUPERVISION_OPEN,
		.refund = refund->id,
		.refund_state = refund->state,
		.appeal = "",
		.freezes = 1 };

	if (permit_refund_open((enum refund_state)refund->state))
		permit_next_step(app_actor(app), &s, app_now(app), out, cap);
	else
		strlcpy(out, names_label(&refund_state_names, refund->state), cap);
}

void refund_left_words(const struct app *app, const struct refund *refund, char *out, size_t cap)
{
	int64_t left = refund->due_at != 0 ? refund->due_at - app_now(app) : refund->remaining;
	char span[WHEN_TEXT] = "";

	if (permit_refund_open((enum refund_state)refund->state) && left > 0)
		when_span(left, span);
	strlcpy(out, span, cap);
}

/* ---- the sheet ------------------------------------------------------------------------------- */

static void time_fact(
    const struct place *place, struct sheet *sheet, const char *label, int64_t at)
{
	char when[WHEN_TEXT];

	when_text(at, app_offset(place->app), when);
	sheet_fact(sheet, label, STYLE_NORMAL, at != 0 ? when : "");
}

static void put_state(const struct place *place, struct sheet *sheet, const struct refund *r)
{
	char step[96], left[64], text[240];

	refund_step_words(place->app, r, step, sizeof(step));
	refund_left_words(place->app, r, left, sizeof(left));
	if (left[0] != '\0' && r->due_at == 0)
		snprintf(text, sizeof(text), _("%s; the clock stands still, %s left"), step, left);
	else if (left[0] != '\0')
		snprintf(text, sizeof(text), _("%s; refunded by itself in %s"), step, left);
	else
		strlcpy(text, step, sizeof(text));
	sheet_fact(sheet, _("State"), STYLE_BOLD, text);
}

static void put_request(const struct place *place, struct sheet *sheet, const struct refund *r)
{
	char amount[MONEY_TEXT], paid[MONEY_TEXT], text[200];

	sheet_head(sheet, 0, _("Refund request"));
	money_text(r->amount, r->currency, amount);
	money_text(r->paid, r->currency, paid);
	if (r->amount == r->paid)
		snprintf(text, sizeof(text), _("%s, all that was paid"), amount);
	else
		snprintf(text, sizeof(text), _("%s of %s paid"), amount, paid);
	put_state(place, sheet, r);
	sheet_fact(sheet, _("Amount"), STYLE_BOLD, text);
	sheet_fact(sheet, _("Order"), STYLE_NORMAL, r->order_id);
	sheet_fact(sheet, _("Product"), STYLE_NORMAL, r->product_name);
	sheet_fact(sheet, _("Buyer"), STYLE_NORMAL, r->buyer_name);
	sheet_fact(sheet, _("Seller"), STYLE_NORMAL, r->seller_name);
	sheet_fact(sheet, _("Requested by"), STYLE_NORMAL, r->requester);
	time_fact(place, sheet, _("Requested"), r->requested_at);
	sheet_fact(sheet, _("At node"), STYLE_NORMAL, names_label(&stage_names, r->stage));
	sheet_fact(sheet, _("Goods"), STYLE_NORMAL, names_label(&goods_names, r->goods));
	sheet_fact(sheet, _("Contact"), STYLE_NORMAL,
	    r->share_contact ? r->contact : _("not shared"));
	sheet_facts_end(sheet);
	sheet_long(sheet, _("Reason"), r->reason);
}

static void put_answer(const struct place *place, struct sheet *sheet, const struct refund *r)
{
	if (r->answered_at == 0 && r->closed_at == 0)
		return;
	sheet_head(sheet, 0, _("Answer"));
	sheet_fact(sheet, _("Answer"), STYLE_BOLD,
	    r->state == REFUND_REJECTED || r->answered_at == 0
		? names_label(&refund_state_names, r->state)
		: _("Agreed"));
	sheet_fact(sheet, _("Answered by"), STYLE_NORMAL, r->answered_by);
	time_fact(place, sheet, _("Answered"), r->answered_at);
	time_fact(place, sheet, _("Closed"), r->closed_at);
	sheet_facts_end(sheet);
	if (r->opinion[0] != '\0')
		sheet_long(sheet, _("Opinion"), r->opinion);
}

static void put_return(const struct place *place, struct sheet *sheet, const struct refund *r)
{
	if (r->goods != GOODS_RECEIVED || r->answered_at == 0)
		return;
	sheet_head(sheet, 0, _("Goods on their way back"));
	sheet_fact(sheet, _("Carrier"), STYLE_NORMAL, r->carrier);
	sheet_fact(sheet, _("Tracking"), STYLE_NORMAL, r->tracking);
	time_fact(place, sheet, _("Sent back"), r->returned_at);
	time_fact(place, sheet, _("Refund due"), r->due_at);
	sheet_facts_end(sheet);
	if (r->returned_at == 0)
		sheet_line(sheet, 3, STYLE_DIM, _("They have not been sent back yet."));
}

static bool belongs(const struct refund *r, const struct log_entry *entry)
{
	const struct action *action = action_find(entry->action);

	return action != NULL &&
	       (action->kind == KIND_REFUND || action->kind == KIND_ANSWER ||
		   action->kind == KIND_NOTE) &&
	       entry->at >= r->requested_at && (r->closed_at == 0 || entry->at <= r->closed_at);
}

static void put_log(const struct place *place, struct sheet *sheet, const struct refund *r)
{
	const struct dossier *d = &page_of(place)->dossier;
	const struct page *page = d->pages[PART_LOG];
	size_t i, f, n, files[FILES_MAX];

	sheet_head(sheet, SECTION_LOG, _("What was done"));
	for (i = 0; page != NULL && i < page->count; i++) {
		const struct log_entry *entry = page->rows[i];

		if (!belongs(r, entry))
			continue;
		parts_entry(place->app, sheet, d, entry, entry->seq == page_of(place)->open_entry);
		n = dossier_files_of(d, entry->seq, files, FILES_MAX);
		for (f = 0; f < n; f++)
			parts_file(place->app, sheet, d, files[f], false);
	}
}

static void build(struct place *place)
{
	struct refund_page *page = page_of(place);
	const struct refund *r = refund_of(place);
	struct sheet *sheet = &page->sheet;
	struct selection selection;

	sheet_begin(sheet, page->cols);
	if (r != NULL) {
		put_request(place, sheet, r);
		put_answer(place, sheet, r);
		put_return(place, sheet, r);
		dossier_selection(&page->dossier, &selection);
		if (selection.supervision != NULL) {
			sheet_head(sheet, 0, _("What can be done"));
			facts_actions(place->app, sheet, &selection, LINE_ACTION);
		}
		put_log(place, sheet, r);
		sheet_blank(sheet);
		sheet_printf(sheet, 3, STYLE_NORMAL, _("The supervision %s"), r->supervision);
		sheet_choose(sheet, LINE_RECORD, 1);
	}
	sheet_end(sheet);
	page->stale = false;
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void refund_refresh(struct place *place)
{
	place_show(place, TAG_REFUND, &refund_record, place->param);
	dossier_refresh(place, &page_of(place)->dossier);
}

/* The id is that of its supervision and "-R" with a number. */
static void refund_open(struct place *place)
{
	char supervision[PLACE_PARAM];
	char *end;

	strlcpy(supervision, place->param, sizeof(supervision));
	end = strrchr(supervision, '-');
	if (end != NULL)
		*end = '\0';
	dossier_open(place, &page_of(place)->dossier, supervision, "",
	    PART(LOG) | PART(FILES) | PART(APPEALS));
	place_show(place, TAG_REFUND, &refund_record, place->param);
	page_of(place)->stale = true;
}

static void refund_close(struct place *place)
{
	page_drop(page_of(place)->page);
	dossier_close(&page_of(place)->dossier);
	sheet_free(&page_of(place)->sheet);
}

static void refund_reply(struct place *place, const struct reply *reply)
{
	struct refund_page *page = page_of(place);

	page->stale = true;
	if (reply->tag != TAG_REFUND) {
		dossier_reply(place, &page->dossier, reply);
		return;
	}
	strlcpy(page->failed, reply->err != NULL ? reply->err->message : "", sizeof(page->failed));
	if (reply->page == NULL)
		return;
	page_drop(page->page);
	page->page = page_ref(reply->page);
}

static bool refund_ready(const struct place *place, const struct key *key)
{
	(void)key;
	return page_of(place)->failed[0] != '\0' ||
	       (page_of(place)->page != NULL && dossier_complete(&page_of(place)->dossier));
}

/* Keys act on lines: those of the data that is there, whether they have been drawn or not. */
static void fresh(struct place *place)
{
	int rows, cols;

	app_body(place->app, &rows, &cols);
	place->screen->layout(place, rows, cols);
}

static bool refund_key(struct place *place, const struct key *key, const char *paste)
{
	(void)paste;
	fresh(place);
	return sheet_key(&page_of(place)->sheet, key);
}

static bool open_line(struct place *place, const struct sheet_line *line)
{
	struct refund_page *page = page_of(place);
	struct selection selection;

	dossier_selection(&page->dossier, &selection);
	if (line->kind == LINE_ACTION) {
		app_start(place->app, (enum action_id)line->index, &selection);
	} else if (line->kind == LINE_FILE) {
		parts_save(place, &page->dossier, (size_t)line->index);
	} else if (line->kind == LINE_ENTRY) {
		page->open_entry = page->open_entry == line->index ? 0 : line->index;
		page->stale = true;
	} else {
		app_open_seen(place->app, &record_screen, page->dossier.id, &selection);
	}
	return true;
}

static bool refund_act(struct place *place, int action, const char *argument)
{
	struct refund_page *page = page_of(place);
	const struct sheet_line *line;

	fresh(place);
	line = sheet_chosen(&page->sheet);
	switch (action) {
	case UI_OPEN:
		return argument[0] == '\0' && line != NULL && open_line(place, line);
	case UI_LOG:
		return sheet_to_section(&page->sheet, SECTION_LOG);
	case UI_SAVE_FILE:
		if (line == NULL || line->kind != LINE_FILE)
			app_say(place->app, SAID_NOTE, _("Choose the file first."));
		else
			parts_save(place, &page->dossier, (size_t)line->index);
		return true;
	default:
		return false;
	}
}

static bool refund_selected(const struct place *place, struct selection *out)
{
	dossier_selection(&page_of(place)->dossier, out);
	return out->supervision != NULL;
}

static void refund_layout(struct place *place, int rows, int cols)
{
	struct refund_page *page = page_of(place);

	if (page->stale || page->cols != cols) {
		page->cols = cols;
		build(place);
	}
	sheet_layout(&page->sheet, rows);
}

static void refund_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct refund_page *page = page_of(place);
	struct area inside = { area.row + 1, area.col + 3, area.rows - 1, area.cols - 6 };

	if (page->page != NULL)
		sheet_draw(&page->sheet, canvas, area, true);
	else if (page->failed[0] != '\0')
		canvas_wrap(canvas, inside, STYLE_ERROR, page->failed, 0);
	else
		canvas_put(canvas, inside.row, inside.col, inside.cols, STYLE_DIM,
		    _("Reading. Esc goes back."));
}

static void refund_headline(const struct place *place, char *out, size_t cap)
{
	const struct refund *r = refund_of(place);

	snprintf(out, cap, _("Refund %s"), r != NULL ? r->order_id : place->param);
}

static void refund_describe(const struct place *place, struct buf *out)
{
	if (page_of(place)->failed[0] != '\0')
		buf_printf(out, "%s\n", page_of(place)->failed);
	sheet_describe(&page_of(place)->sheet, out);
}

static const int offers[] = { UI_OPEN, UI_LOG, UI_BACK, UI_PALETTE, UI_HELP, UI_SAVE_FILE, UI_COPY,
	UI_REFRESH, 0 };

const struct screen refund_screen = {
	.name = "refund",
	.title = N_("Refund request"),
	.size = sizeof(struct refund_page),
	.offers = offers,
	.open = refund_open,
	.close = refund_close,
	.refresh = refund_refresh,
	.reply = refund_reply,
	.key = refund_key,
	.act = refund_act,
	.selected = refund_selected,
	.ready = refund_ready,
	.layout = refund_layout,
	.draw = refund_draw,
	.headline = refund_headline,
	.describe = refund_describe,
};
