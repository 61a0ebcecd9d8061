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
#include "ui/screen/dossier_page.h"
#include "ui/screen/facts.h"

static const struct refund *refund_of(const struct place *place)
{
	const struct page *page = dossier_page(place)->page;

	return page != NULL ? page->rows[0] : NULL;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* A supervision that waits for just this has its words and marks already. */
static struct supervision waits_for(const struct refund *refund)
{
	return (struct supervision){ .state = SUPERVISION_OPEN,
		.refund = refund->id,
		.refund_state = refund->state,
		.refund_at = refund->requested_at,
		.appeal = "",
		.freezes = 1 };
}

bool refund_stays(const struct app *app, const struct refund *refund)
{
	struct supervision s = waits_for(refund);

	return permit_refund_open((enum refund_state)refund->state) &&
	    permit_stays(&s, app_now(app));
}

void refund_step_words(const struct app *app, const struct refund *refund, char *out, size_t cap)
{
	struct supervision s = waits_for(refund);

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
	parts_time(place->app, sheet, _("Requested"), r->requested_at);
	sheet_fact(sheet, _("At node"), STYLE_NORMAL, names_label(&stage_names, r->stage));
	sheet_fact(sheet, _("Goods"), STYLE_NORMAL, names_label(&goods_names, r->goods));
	sheet_fact(sheet, _("Contact"), STYLE_NORMAL,
	    r->share_contact ? r->contact : _("not shared"));
	/* Nobody answered what the buyer withdrew. */
	if (r->answered_at == 0)
		parts_time(place->app, sheet, _("Closed"), r->closed_at);
	sheet_facts_end(sheet);
	sheet_long(sheet, _("Reason"), r->reason);
}

static void put_answer(const struct place *place, struct sheet *sheet, const struct refund *r)
{
	if (r->answered_at == 0)
		return;
	sheet_head(sheet, 0, _("Answer"));
	sheet_fact(sheet, _("Answer"), STYLE_BOLD,
	    r->state == REFUND_REJECTED
		? names_label(&refund_state_names, r->state)
		: _("Agreed"));
	sheet_fact(sheet, _("Answered by"), STYLE_NORMAL, r->answered_by);
	parts_time(place->app, sheet, _("Answered"), r->answered_at);
	parts_time(place->app, sheet, _("Closed"), r->closed_at);
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
	parts_time(place->app, sheet, _("Sent back"), r->returned_at);
	parts_time(place->app, sheet, _("Refund due"), r->due_at);
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
	int64_t open = dossier_page(place)->open_entry;
	const struct dossier *d = &dossier_page(place)->dossier;
	const struct page *page = d->pages[PART_LOG];
	size_t i, f, n, files[FILES_MAX];

	sheet_head(sheet, SECTION_LOG, _("What was done"));
	for (i = 0; page != NULL && i < page->count; i++) {
		const struct log_entry *entry = page->rows[i];

		if (!belongs(r, entry))
			continue;
		parts_entry(place->app, sheet, d, entry, entry->seq == open);
		n = dossier_files_of(d, entry->seq, files, FILES_MAX);
		for (f = 0; f < n; f++)
			parts_file(place->app, sheet, d, files[f], false);
	}
}

static bool refund_known(const struct place *place)
{
	return refund_of(place) != NULL;
}

static void refund_build(const struct place *place, struct sheet *sheet)
{
	const struct refund *r = refund_of(place);

	put_request(place, sheet, r);
	put_answer(place, sheet, r);
	put_return(place, sheet, r);
	if (dossier_page_has_supervision(place)) {
		sheet_head(sheet, 0, _("What can be done"));
		dossier_page_actions(place, sheet);
	}
	put_log(place, sheet, r);
	sheet_blank(sheet);
	sheet_printf(sheet, 3, STYLE_NORMAL, _("The supervision %s"), r->supervision);
	sheet_choose(sheet, LINE_RECORD, 1);
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void refund_refresh(struct place *place)
{
	place_show(place, TAG_PAGE, &refund_record, place->param);
	dossier_page_refresh(place);
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
	dossier_open(place, &dossier_page(place)->dossier, supervision, "",
	    PART(LOG) | PART(FILES) | PART(APPEALS));
	place_show(place, TAG_PAGE, &refund_record, place->param);
	dossier_page(place)->stale = true;
}

static void refund_headline(const struct place *place, char *out, size_t cap)
{
	const struct refund *r = refund_of(place);

	snprintf(out, cap, _("Refund %s"), r != NULL ? r->order_id : place->param);
}

static const int offers[] = { UI_OPEN, UI_LOG, UI_BACK, UI_PALETTE, UI_HELP, UI_SAVE_FILE, UI_COPY,
	UI_REFRESH, UI_REASONS, 0 };

static const struct dossier_page_spec refund_spec = {
	.known = refund_known,
	.build = refund_build,
	.open_line = dossier_page_open_record,
};

const struct screen refund_screen = {
	DOSSIER_PAGE("refund", N_("Refund request"), refund_spec),
	.size = sizeof(struct dossier_page),
	.offers = offers,
	.open = refund_open,
	.close = dossier_page_close,
	.refresh = refund_refresh,
	.reply = dossier_page_reply,
	.act = dossier_page_act,
	.ready = dossier_page_ready,
	.headline = refund_headline,
};
