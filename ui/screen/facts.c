#include "ui/screen/facts.h"

#include <bsd/string.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/text.h"
#include "base/when.h"
#include "model/flow.h"
#include "model/money.h"

void facts_judged(const struct page *attachments, char *out, size_t cap)
{
	const struct attachment *const *files = (const struct attachment *const *)attachments->rows;
	size_t i, n = attachments->count;

	out[0] = '\0';
	for (i = n; i > 0 && files[i - 1]->seq == files[n - 1]->seq; i--) {
		strlcat(out, i < n ? _(", ") : "", cap);
		strlcat(out, files[i - 1]->name, cap);
	}
	if (n == 0)
		strlcpy(out, _("no files"), cap);
}

void facts_amount(const struct supervision *supervision, char *out, size_t cap)
{
	char text[MONEY_TEXT];

	money_text(supervision->amount, supervision->currency, text);
	strlcpy(out, text, cap);
}

void facts_party(
    const struct app *app, const char *buyer, const char *seller, char *out, size_t cap)
{
	enum role role = app_actor(app)->role;

	if (role == ROLE_BUYER)
		strlcpy(out, seller, cap);
	else if (role == ROLE_SELLER)
		strlcpy(out, buyer, cap);
	else
		snprintf(out, cap, "%s / %s", buyer, seller);
}

void facts_size(int64_t bytes, char *out, size_t cap)
{
	if (bytes < 1024)
		snprintf(out, cap, _("%lld B"), (long long)bytes);
	else if (bytes < 1024 * 1024)
		snprintf(out, cap, _("%lld KiB"), (long long)((bytes + 512) / 1024));
	else
		snprintf(out, cap, _("%lld.%lld MiB"), (long long)(bytes >> 20),
		    (long long)((bytes & 0xfffff) * 10 >> 20));
}

/* ---- facts ----------------------------------------------------------------------------------- */

struct facts {
	const struct app *app;
	const struct supervision *s;
	bool all;                 /* each has its line, whether there is something to say or not */
	fact_taker *take;
	void *state;
};

static void text_fact(const struct facts *f, const char *label, const char *value)
{
	f->take(f->state, label, STYLE_NORMAL, value);
}

static void time_fact(const struct facts *f, const char *label, int64_t at)
{
	char text[WHEN_TEXT];

	when_text(at, app_offset(f->app), text);
	text_fact(f, label, text);
}

static void no_fact(const struct facts *f, const char *label)
{
	if (f->all)
		text_fact(f, label, "-");
}

static void period_fact(const struct facts *f)
{
	char from[WHEN_TEXT], until[WHEN_TEXT], text[2 * WHEN_TEXT + 8];

	if (f->s->period_start == 0) {
		no_fact(f, _("Paid period"));
		return;
	}
	when_date_text(f->s->period_start, app_offset(f->app), from);
	when_date_text(f->s->period_end, app_offset(f->app), until);
	if (until[0] == '\0')
		snprintf(text, sizeof(text), _("from %s"), from);
	else
		snprintf(text, sizeof(text), _("%s to %s"), from, until);
	text_fact(f, _("Paid period"), text);
}

static void enabled_fact(const struct facts *f)
{
	char text[WHEN_TEXT];
	bool stated = f->s->stage == STAGE_ACCEPTANCE || f->s->stage == STAGE_REVIEW ||
	    f->s->stage == STAGE_PROOF || f->s->stage == STAGE_AUTOMATIC ||
	    f->s->stage == STAGE_DONE;

	/* What was refunded before it was accepted never began. */
	if (!stated || (f->s->enabled_at == 0 && f->s->state == SUPERVISION_REFUNDED)) {
		no_fact(f, _("Enabled"));
		return;
	}
	when_text(f->s->enabled_at, app_offset(f->app), text);
	text_fact(f, _("Enabled"), f->s->enabled_at != 0 ? text : _("on acceptance"));
}

bool facts_ended(const struct supervision *supervision, char *out, size_t cap)
{
	if (supervision->state != SUPERVISION_REFUNDED)
		return false;
	snprintf(out, cap, _("Refunded at %s"), names_label(&stage_names, supervision->stage));
	return true;
}

static void waiting_fact(const struct facts *f)
{
	char span[WHEN_TEXT], since[WHEN_TEXT], text[2 * WHEN_TEXT + 16];
	int64_t stay = app_now(f->app) - permit_since(f->s);

	if (permit_since(f->s) == 0)
		return;
	when_span(stay < 0 ? 0 : stay, span);
	when_text(permit_since(f->s), app_offset(f->app), since);
	snprintf(text, sizeof(text), _("%s, since %s"), span, since);
	f->take(f->state, _("Waiting"), stay > MARK_STAY ? STYLE_WARN : STYLE_NORMAL, text);
}

static void reject_fact(const struct facts *f)
{
	char text[96];
	bool many = f->s->buyer_rejects >= MARK_REJECTS || f->s->seller_rejects >= MARK_REJECTS;

	if (f->s->buyer_rejects == 0 && f->s->seller_rejects == 0)
		strlcpy(text, _("none"), sizeof(text));
	else
		snprintf(text, sizeof(text), _("buyer %lld, seller %lld"),
		    (long long)f->s->buyer_rejects, (long long)f->s->seller_rejects);
	f->take(f->state, _("Rejections"), many ? STYLE_WARN : STYLE_NORMAL, text);
}

static void money_facts(const struct facts *f, const struct order *order)
{
	char text[MONEY_TEXT];

	money_text(f->s->amount, f->s->currency, text);
	text_fact(f, _("Amount"), text);
	if (order != NULL && order->paid != f->s->amount) {
		money_text(order->paid, order->currency, text);
		text_fact(f, _("Order paid"), text);
	}
	if (f->s->refunded != 0) {
		money_text(f->s->refunded, f->s->currency, text);
		text_fact(f, _("Refunded"), text);
	}
}

/* What only some flows have: what is delivered for, and how it travels. */
static void delivery_facts(const struct facts *f)
{
	const struct supervision *s = f->s;
	char text[200];

	text_fact(f, _("Identifier"), s->identifier);
	time_fact(f, _("Picked up"), s->picked_up_at);
	time_fact(f, _("Activated"), s->activated_at);
	time_fact(f, _("Deployed"), s->deployed_at);
	text_fact(f, _("Ship to"), s->address);
	text_fact(f, _("Consignee"), s->consignee);
	text_fact(f, _("Carrier"), s->carrier);
	text_fact(f, _("Tracking"), s->tracking);
	time_fact(f, _("Signed for"), s->signed_at);
	if (s->parcel_consignee[0] != '\0' &&
	    !flow_same_number(s->consignee, s->parcel_consignee)) {
		/* Why no clock runs (R4). */
		snprintf(text, sizeof(text), _("%s: not the order's, no automatic acceptance"),
		    s->parcel_consignee);
		f->take(f->state, _("On parcel"), STYLE_WARN, text);
	}
}

static void change_facts(const struct facts *f)
{
	char when[WHEN_TEXT], text[WHEN_TEXT + 80], left[WHEN_TEXT];

	if (f->s->due_at != 0 && f->s->state == SUPERVISION_OPEN) {
		when_span(f->s->due_at - app_now(f->app), left);
		text_fact(f, _("Time left"), left);
	}
	if (f->s->remaining != 0 && f->s->state == SUPERVISION_OPEN) {
		when_span(f->s->remaining, left);
		snprintf(text, sizeof(text), _("%s, the clock stands still"), left);
		text_fact(f, _("Time left"), text);
	}
	time_fact(f, _("Ordered"), f->s->placed_at);
	time_fact(f, _("Started"), f->s->started_at);
	when_text(f->s->changed_at, app_offset(f->app), when);
	snprintf(text, sizeof(text), f->s->changed_by[0] != '\0' ? _("%s by %s") : "%s", when,
	    strcmp(f->s->changed_by, names_word(&role_names, ROLE_SYSTEM)) == 0 ?
	    names_label(&role_names, ROLE_SYSTEM) : f->s->changed_by);
	text_fact(f, _("Last change"), text);
	time_fact(f, _("Ended"), f->s->ended_at);
}

/*
 * Beside a list: what neither its columns nor the line of the flow say. Each stands in the same
 * line for all records, so that moving on changes the values alone.
 */
static void pane_facts(const struct facts *f)
{
	text_fact(f, _("Product"), f->s->product_name);
	if (app_actor(f->app)->role != ROLE_SELLER)
		text_fact(f, _("Seller"), f->s->seller_name);
	if (app_actor(f->app)->role != ROLE_BUYER)
		text_fact(f, _("Buyer"), f->s->buyer_name);
	reject_fact(f);
	time_fact(f, _("Ordered"), f->s->placed_at);
	enabled_fact(f);
	period_fact(f);
	money_facts(f, NULL);
}

void facts_each(const struct app *app, const struct supervision *supervision,
    const struct order *order, bool short_form, fact_taker *take, void *state)
{
	struct facts f = { app, supervision, short_form, take, state };
	char text[64];

	if (short_form) {
		pane_facts(&f);
		return;
	}
	text_fact(&f, _("Order"), supervision->order_id);
	if (order != NULL)
		text_fact(&f, _("Order state"), names_label(&order_state_names, order->state));
	text_fact(&f, _("Product"), supervision->product_name);
	text_fact(&f, _("Seller"), supervision->seller_name);
	text_fact(&f, _("Buyer"), supervision->buyer_name);
	money_facts(&f, order);
	waiting_fact(&f);
	reject_fact(&f);
	period_fact(&f);
	enabled_fact(&f);
	text_fact(&f, _("Flow"), names_label(&flow_names, supervision->flow));
	text_fact(&f, _("Huawei review"), supervision->reviewed ? _("yes") : _("no"));
	delivery_facts(&f);
	change_facts(&f);
	text_fact(&f, _("Supervision"), supervision->id);
	snprintf(text, sizeof(text), "%lld", (long long)supervision->version);
	text_fact(&f, _("Version"), text);
}

static void take_sheet(void *state, const char *label, enum style style, const char *value)
{
	sheet_fact(state, label, style, value);
}

void facts_sheet(const struct app *app, struct sheet *sheet, const struct supervision *supervision,
    const struct order *order)
{
	facts_each(app, supervision, order, false, take_sheet, sheet);
	sheet_facts_end(sheet);
}

/* ---- what is next ---------------------------------------------------------------------------- */

static void add_words(char *out, size_t cap, const char *words)
{
	if (out[0] != '\0')
		strlcat(out, _("; "), cap);
	strlcat(out, words, cap);
}

void facts_marks(const struct supervision *supervision, int64_t now, char *out, size_t cap)
{
	struct supervision in_time = *supervision;

	in_time.appeal_due = 0;
	permit_marks(&in_time, now, out, cap);
}

void facts_mark_words(const struct supervision *supervision, int64_t now, char *out, size_t cap)
{
	out[0] = '\0';
	if (supervision->state != SUPERVISION_OPEN)
		return;
	if (supervision->appeal[0] != '\0') {
		if (supervision->appeal_due != 0 && now > supervision->appeal_due)
			add_words(out, cap, _("an appeal is open and overdue"));
		else
			add_words(out, cap, _("an appeal is open"));
	}
	if (permit_stays(supervision, now))
		add_words(out, cap, _("no progress for more than 5 days"));
	if (supervision->buyer_rejects >= MARK_REJECTS)
		add_words(out, cap, _("rejected 3 times by the buyer"));
	if (supervision->seller_rejects >= MARK_REJECTS)
		add_words(out, cap, _("rejected 3 times by the seller"));
}

void facts_due_words(
    const struct app *app, const struct supervision *supervision, char *out, size_t cap)
{
	int64_t left = supervision->due_at - app_now(app);
	char span[WHEN_TEXT], when[WHEN_TEXT];

	out[0] = '\0';
	if (supervision->state != SUPERVISION_OPEN || supervision->due_at == 0)
		return;
	when_span(left < 0 ? 0 : left, span);
	when_text(supervision->due_at, app_offset(app), when);
	if (supervision->refund[0] != '\0')
		snprintf(out, cap, _("The return is accepted by itself in %s, at %s."), span, when);
	else
		snprintf(out, cap, _("Accepted by itself in %s, at %s."), span, when);
}

void facts_next(const struct app *app, struct sheet *sheet, const struct supervision *supervision)
{
	char step[96], marks[32], words[256], span[WHEN_TEXT], text[512];
	const struct actor *actor = app_actor(app);
	int64_t stay = app_now(app) - permit_since(supervision);
	struct sheet_line *line;
	bool mine = supervision->turn == (int64_t)actor->role && supervision->freezes == 0;

	permit_next_step(actor, supervision, app_now(app), step, sizeof(step));
	permit_marks(supervision, app_now(app), marks, sizeof(marks));
	facts_mark_words(supervision, app_now(app), words, sizeof(words));
	when_span(stay < 0 ? 0 : stay, span);
	/* How long a deployment has run its own page tells: the node has waited for longer. */
	if (permit_since(supervision) != 0 &&
	    !(supervision->state == SUPERVISION_OPEN && supervision->freezes == 0 &&
		supervision->stage == STAGE_DEPLOYMENT &&
		supervision->deployment_state == DEPLOYMENT_DEPLOYING))
		snprintf(text, sizeof(text), _("%s, for %s"), step, span);
	else
		strlcpy(text, step, sizeof(text));
	line = sheet_add(sheet);
	sheet_part(sheet, line, 1, 0, mine ? STYLE_BOLD : STYLE_NORMAL, text);
	facts_due_words(app, supervision, text, sizeof(text));
	if (text[0] != '\0')
		sheet_line(sheet, 1, STYLE_WARN, text);
	if (words[0] == '\0')
		return;
	snprintf(text, sizeof(text), "%s  %s", marks, words);
	sheet_line(sheet, 1, STYLE_WARN, text);
}

/* ---- the pane beside a list ------------------------------------------------------------------ */

#define PANE_FROM 110      /* columns from which there is room for it */
#define LIST_LEAST 70      /* what the columns of a list beside it need */
#define CASE_LINES 4       /* of the reason of an appeal or a refund request */
#define LABEL 11           /* cells of its labels */

struct pane { struct canvas *canvas; struct area area; int row; };

int facts_list_cols(int cols)
{
	return cols < PANE_FROM ? cols : LIST_LEAST + (cols - PANE_FROM) * 3 / 5;
}

static void take_pane(void *state, const char *label, enum style style, const char *value)
{
	struct pane *pane = state;
	int end = pane->area.row + pane->area.rows;

	if (value[0] == '\0' || pane->row >= end)
		return;
	canvas_put(pane->canvas, pane->row, pane->area.col, LABEL, STYLE_DIM, label);
	canvas_put(pane->canvas, pane->row, pane->area.col + LABEL + 1,
	    pane->area.cols - LABEL - 1, style, value);
	pane->row++;
}

static void appeal_pane(const struct app *app, const struct appeal *appeal, struct pane *pane)
{
	int64_t left = appeal->due_at - app_now(app);
	struct area rest = pane->area;
	char span[WHEN_TEXT], text[64];

	when_span(left < 0 ? -left : left, span);
	snprintf(text, sizeof(text), left < 0 ? _("%s late") : _("%s left"), span);
	take_pane(pane, _("Product"), STYLE_NORMAL, appeal->product_name);
	take_pane(pane, _("Buyer"), STYLE_NORMAL, appeal->buyer_name);
	take_pane(pane, _("Seller"), STYLE_NORMAL, appeal->seller_name);
	take_pane(pane, _("Filed by"), STYLE_NORMAL, names_label(&role_names, appeal->party));
	take_pane(pane, _("Ground"), STYLE_NORMAL, names_label(&ground_names, appeal->ground));
	take_pane(pane, _("At node"), STYLE_NORMAL, names_label(&stage_names, appeal->stage));
	if (appeal->state == APPEAL_OPEN && appeal->due_at != 0)
		take_pane(pane, _("Time left"), left < 0 ? STYLE_WARN : STYLE_NORMAL, text);
	rest.row = pane->row + 1;
	rest.rows = pane->area.row + pane->area.rows - rest.row;
	rest.rows = rest.rows < CASE_LINES ? rest.rows : CASE_LINES;
	canvas_wrap(pane->canvas, rest, STYLE_NORMAL, appeal->reason, 0);
}

static void refund_pane(const struct app *app, const struct refund *refund, struct pane *pane)
{
	struct area rest = pane->area;
	char text[MONEY_TEXT], when[WHEN_TEXT];

	take_pane(pane, _("Product"), STYLE_NORMAL, refund->product_name);
	take_pane(pane, _("Buyer"), STYLE_NORMAL, refund->buyer_name);
	take_pane(pane, _("Seller"), STYLE_NORMAL, refund->seller_name);
	money_text(refund->amount, refund->currency, text);
	take_pane(pane, _("Amount"), STYLE_NORMAL, text);
	money_text(refund->paid, refund->currency, text);
	take_pane(pane, _("Paid"), STYLE_NORMAL, text);
	take_pane(pane, _("At node"), STYLE_NORMAL, names_label(&stage_names, refund->stage));
	if (refund->goods != 0)
		take_pane(
		    pane, _("Goods"), STYLE_NORMAL, names_label(&goods_names, refund->goods));
	when_text(refund->requested_at, app_offset(app), when);
	take_pane(pane, _("Requested"), STYLE_NORMAL, when);
	rest.row = pane->row + 1;
	rest.rows = pane->area.row + pane->area.rows - rest.row;
	rest.rows = rest.rows < CASE_LINES ? rest.rows : CASE_LINES;
	canvas_wrap(pane->canvas, rest, STYLE_NORMAL, refund->reason, 0);
}

void facts_pane(const struct app *app, const struct selection *selection, struct canvas *canvas,
    struct area area)
{
	const struct supervision *s = selection->supervision;
	struct pane pane = { canvas, area, area.row };
	char text[320];

	if (s == NULL && selection->appeal != NULL)
		appeal_pane(app, selection->appeal, &pane);
	else if (s == NULL && selection->refund != NULL)
		refund_pane(app, selection->refund, &pane);
	if (s == NULL)
		return;
	permit_next_step(app_actor(app), s, app_now(app), text, sizeof(text));
	canvas_put(canvas, pane.row++, area.col, area.cols, STYLE_NORMAL, text);
	facts_mark_words(s, app_now(app), text, sizeof(text));
	canvas_put(canvas, pane.row++, area.col, area.cols, STYLE_WARN, text);
	pane.row++;
	facts_each(app, s, NULL, true, take_pane, &pane);
}
