/*
 * Confirm acceptance: the proof of delivery beside the product's acceptance standard. This page is
 * the confirmation: it repeats order, product, amount and party, and says what accepting does.
 */
#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/rand.h"
#include "base/text.h"
#include "ui/screen/dossier.h"
#include "ui/screen/facts.h"
#include "ui/screen/parts.h"
#include "ui/screen/proof.h"
#include "ui/screen/sheet.h"

#define HEAD_ROWS 5
#define BESIDE 70         /* columns from which proof and standard stand beside each other */

struct acceptance {
	struct dossier dossier;
	struct sheet proof, standard;
	bool on_standard;         /* the arrows scroll the standard */
	bool stale, sending;
	char key[RAND_UUID];      /* of this intention */
	int rows, cols;
};

static struct acceptance *acceptance_of(const struct place *place)
{
	return place->state;
}

static bool beside(const struct acceptance *a)
{
	return a->cols >= BESIDE;
}

/* ---- the sheets ------------------------------------------------------------------------------ */

static void build(struct place *place)
{
	struct acceptance *a = acceptance_of(place);
	const struct dossier *d = &a->dossier;
	int width = beside(a) ? a->cols / 2 : a->cols;

	sheet_begin(&a->proof, width - 1);
	sheet_begin(&a->standard, beside(a) ? a->cols - width - 1 : a->cols);
	if (d->supervision != NULL) {
		proof_put(place, &a->proof, d);
		proof_put_standard(&a->standard, d);
	}
	sheet_end(&a->proof);
	sheet_end(&a->standard);
	a->stale = false;
}

/* As the flow calls it: a package's completion is confirmed, other deliveries are accepted. */
static const char *wording(const struct place *place)
{
	const struct supervision *s = acceptance_of(place)->dossier.supervision;

	if (s == NULL)
		return _(action_get(ACTION_ACCEPT)->label);
	return flow_label((enum flow_id)s->flow, (enum stage_id)s->stage, ACTION_ACCEPT);
}

static bool is_package(const struct place *place)
{
	const struct supervision *s = acceptance_of(place)->dossier.supervision;

	return s != NULL && s->flow == FLOW_LIC_PACKAGE;
}

static void why_not(const struct place *place, char *out, size_t cap)
{
	struct selection selection;

	dossier_selection(&acceptance_of(place)->dossier, &selection);
	strlcpy(out, app_why_not(place->app, ACTION_ACCEPT, &selection), cap);
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void acceptance_open(struct place *place)
{
	struct acceptance *a = acceptance_of(place);

	dossier_open(place, &a->dossier, place->param, "",
	    PART(PRODUCT) | PART(LOG) | PART(FILES) | PART(APPEALS));
	rand_uuid(a->key);
	a->stale = true;
}

static void acceptance_close(struct place *place)
{
	dossier_close(&acceptance_of(place)->dossier);
	sheet_free(&acceptance_of(place)->proof);
	sheet_free(&acceptance_of(place)->standard);
}

static void acceptance_refresh(struct place *place)
{
	dossier_refresh(place, &acceptance_of(place)->dossier);
}

static void acceptance_reply(struct place *place, const struct reply *reply)
{
	dossier_reply(place, &acceptance_of(place)->dossier, reply);
	acceptance_of(place)->stale = true;
}

/* Nothing is accepted before the proof stands on the screen: keys typed ahead wait for it. */
static bool acceptance_ready(const struct place *place, const struct key *key)
{
	(void)key;
	return dossier_complete(&acceptance_of(place)->dossier) && !acceptance_of(place)->sending;
}

static void acceptance_send(struct place *place)
{
	struct acceptance *a = acceptance_of(place);
	const struct supervision *s = a->dossier.supervision;
	struct command command = { .action = ACTION_ACCEPT, .key = a->key };
	struct task_request request = { .command = &command };
	char why[200], title[160];

	why_not(place, why, sizeof(why));
	if (s == NULL || why[0] != '\0') {
		app_say(place->app, SAID_WARN, _("%s: %s."), wording(place), why);
		return;
	}
	command.id = s->id;
	command.version = s->version;
	snprintf(title, sizeof(title), "%s %s", wording(place), s->order_id);
	request.title = title;
	a->sending = true;
	place_send(place, &request);
}

static void acceptance_done(struct place *place, const struct ending *outcome)
{
	struct acceptance *a = acceptance_of(place);

	a->sending = false;
	if (outcome->status == STATUS_OK && app_here(place)) {
		app_back(place->app);
		return;
	}
	/* A refusal is an answer: what is sent next is another intention. */
	if (outcome->status == STATUS_CONFLICT || outcome->status == STATUS_INVALID)
		rand_uuid(a->key);
	dossier_refresh(place, &a->dossier);
}

static bool acceptance_key(struct place *place, const struct key *key, const char *paste)
{
	struct acceptance *a = acceptance_of(place);
	bool plain = key->code == K_CHAR && !key->alt;
	char param[PLACE_PARAM];
	struct selection selection;

	(void)paste;
	if (plain && (key->cp == 'y' || key->cp == 'a')) {
		acceptance_send(place);
	} else if (plain && key->cp == 'c' && a->dossier.supervision != NULL) {
		dossier_selection(&a->dossier, &selection);
		snprintf(
		    param, sizeof(param), "%s %s", action_get(ACTION_ACCEPT)->word, a->dossier.id);
		app_open_seen(place->app, &action_screen, param, &selection);
	} else if (key->code == K_TAB || key->code == K_BACKTAB || key->code == K_LEFT ||
		   key->code == K_RIGHT) {
		a->on_standard = key->code == K_LEFT	? false
				 : key->code == K_RIGHT ? true
							: !a->on_standard;
	} else {
		return sheet_key(a->on_standard ? &a->standard : &a->proof, key);
	}
	return true;
}

static bool acceptance_act(struct place *place, int action, const char *argument)
{
	struct acceptance *a = acceptance_of(place);
	const struct sheet_line *line;
	int rows, cols;

	app_body(place->app, &rows, &cols);
	place->screen->layout(place, rows, cols);
	line = sheet_chosen(&a->proof);
	if (action == ACTION_ACCEPT) {
		acceptance_send(place);
		return true;
	}
	if (action != UI_SAVE_FILE && (action != UI_OPEN || argument[0] != '\0'))
		return false;
	if (line != NULL && line->kind == LINE_FILE)
		parts_save(place, &a->dossier, (size_t)line->index);
	else
		app_say(place->app, SAID_NOTE, _("There is no file to save."));
	return true;
}

static bool acceptance_selected(const struct place *place, struct selection *out)
{
	dossier_selection(&acceptance_of(place)->dossier, out);
	return out->supervision != NULL;
}

static void acceptance_layout(struct place *place, int rows, int cols)
{
	struct acceptance *a = acceptance_of(place);
	int body = rows - HEAD_ROWS;

	if (a->stale || a->cols != cols) {
		a->cols = cols;
		build(place);
	}
	a->rows = rows;
	sheet_layout(&a->proof, beside(a) ? body : body * 3 / 5);
	sheet_layout(&a->standard, beside(a) ? body : body - body * 3 / 5 - 1);
}

/* ---- showing --------------------------------------------------------------------------------- */

static void fact(
    struct canvas *canvas, int row, int col, int width, const char *label, const char *value)
{
	canvas_put(canvas, row, col, 10, STYLE_DIM, label);
	canvas_put(canvas, row, col + 10, width - 11, STYLE_BOLD, value);
}

static void draw_head(const struct acceptance *a, struct canvas *canvas, struct area area)
{
	const struct supervision *s = a->dossier.supervision;
	int half, left, right;
	char amount[64];

	facts_amount(s, amount, sizeof(amount));
	/* What is accepted is named whole where there is room beside the party. */
	left = text_width(s->product_name) + 14;
	right = text_width(s->seller_name) > text_width(amount) ? text_width(s->seller_name)
								: text_width(amount);
	half = left > area.cols / 2 ? left : area.cols / 2;
	half = half + right + 13 > area.cols ? area.cols - right - 13 : half;
	half = half < area.cols / 2 ? area.cols / 2 : half;
	fact(canvas, area.row, area.col + 1, half - 1, _("Order"), s->order_id);
	fact(canvas, area.row, area.col + half + 1, area.cols - half - 1, _("Amount"), amount);
	fact(canvas, area.row + 1, area.col + 1, half - 1, _("Product"), s->product_name);
	fact(canvas, area.row + 1, area.col + half + 1, area.cols - half - 1, _("Seller"),
	    s->seller_name);
	canvas_put(canvas, area.row + 2, area.col + 1, area.cols - 2, STYLE_WARN,
	    _(action_get(ACTION_ACCEPT)->effect));
}

static void draw_sheets(const struct acceptance *a, struct canvas *canvas, struct area area)
{
	int top = area.row + HEAD_ROWS - 1, half = beside(a) ? a->cols / 2 : a->cols;
	int body = area.rows - HEAD_ROWS, upper = beside(a) ? body : body * 3 / 5;
	struct area left = { top + 1, area.col, upper, half - 1 };
	struct area right = { top + 1, area.col + half, body, area.cols - half };

	if (!beside(a))
		right = (struct area){ top + 2 + upper, area.col, body - upper - 1, area.cols };
	canvas_put(canvas, top, area.col + 1, half - 3, a->on_standard ? STYLE_DIM : STYLE_HEAD,
	    _("Proof of delivery"));
	canvas_put(canvas, right.row - 1, right.col + 1, right.cols - 2,
	    a->on_standard ? STYLE_HEAD : STYLE_DIM, _("Acceptance standard of the product"));
	sheet_draw(&a->proof, canvas, left, !a->on_standard);
	sheet_draw(&a->standard, canvas, right, a->on_standard);
}

static void acceptance_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct acceptance *a = acceptance_of(place);
	struct area inside = { area.row + 1, area.col + 3, area.rows - 1, area.cols - 6 };

	if (a->dossier.supervision != NULL) {
		draw_head(a, canvas, area);
		draw_sheets(a, canvas, area);
	} else if (a->dossier.failed[0] != '\0') {
		canvas_wrap(canvas, inside, STYLE_ERROR, a->dossier.failed, 0);
	} else {
		canvas_put(canvas, inside.row, inside.col, inside.cols, STYLE_DIM,
		    _("Reading. Esc goes back."));
	}
}

static void question(const struct place *place, char *out, size_t cap)
{
	char why[200];

	why_not(place, why, sizeof(why));
	if (acceptance_of(place)->sending)
		strlcpy(out, _("Sending. Esc leaves; the task list tells how it ends."), cap);
	else if (why[0] != '\0')
		snprintf(out, cap, _("This cannot be accepted now: %s."), why);
	else
		strlcpy(out,
		    is_package(place) ? _("Do you confirm that this is complete?")
				      : _("Do you accept this delivery?"),
		    cap);
}

static bool acceptance_status(const struct place *place, struct canvas *canvas, struct area line)
{
	char text[300];

	if (acceptance_of(place)->dossier.supervision == NULL)
		return true;
	question(place, text, sizeof(text));
	canvas_put(canvas, line.row, 1, line.cols - 2, STYLE_BOLD, text);
	return true;
}

static size_t acceptance_hints(const struct place *place, struct hint *out, size_t cap)
{
	const struct hint goods[] = { { "y", _("accept") }, { "r", _("reject") },
		{ "c", _("accept with a comment") }, { "S", _("save file") },
		{ "Esc", _("back") }, { "Tab", _("other side") }, { "?", _("help") } };
	/* It has no way back but to deploy again or to appeal (R17). */
	const struct hint package[] = { { "y", _("confirm completion") },
		{ "c", _("with a comment") }, { "b", _("deploy") }, { "p", _("appeal") },
		{ "n", _("deployment") }, { "Esc", _("back") }, { "?", _("help") } };
	const struct hint *all = is_package(place) ? package : goods;
	size_t n = sizeof(goods) / sizeof(goods[0]);
	char why[200];

	why_not(place, why, sizeof(why));
	if (why[0] != '\0') {
		all = goods + 3;
		n -= 3;
	}
	n = n < cap ? n : cap;
	memcpy(out, all, n * sizeof(all[0]));
	return n;
}

static void acceptance_describe(const struct place *place, struct buf *out)
{
	const struct acceptance *a = acceptance_of(place);
	const struct supervision *s = a->dossier.supervision;
	char amount[64], text[300];

	if (s == NULL) {
		buf_printf(out, "%s\n", a->dossier.failed);
		return;
	}
	facts_amount(s, amount, sizeof(amount));
	buf_printf(out, "%s: %s\n%s: %s\n%s: %s\n%s: %s\n", _("Order"), s->order_id, _("Product"),
	    s->product_name, _("Amount"), amount, _("Seller"), s->seller_name);
	buf_printf(out, "%s\n%s:\n", _(action_get(ACTION_ACCEPT)->effect), _("Proof of delivery"));
	sheet_describe(&a->proof, out);
	buf_printf(out, "%s:\n", _("Acceptance standard of the product"));
	sheet_describe(&a->standard, out);
	question(place, text, sizeof(text));
	buf_printf(out, "%s\n", text);
}

static void acceptance_headline(const struct place *place, char *out, size_t cap)
{
	strlcpy(out, wording(place), cap);
}

static const int offers[] = { UI_OPEN, UI_BACK, UI_PALETTE, UI_HELP, UI_SAVE_FILE, UI_REFRESH, 0 };

const struct screen acceptance_screen = {
	.name = "acceptance",
	.title = N_("Confirm acceptance"),
	.size = sizeof(struct acceptance),
	.offers = offers,
	.open = acceptance_open,
	.close = acceptance_close,
	.refresh = acceptance_refresh,
	.reply = acceptance_reply,
	.done = acceptance_done,
	.key = acceptance_key,
	.act = acceptance_act,
	.selected = acceptance_selected,
	.ready = acceptance_ready,
	.layout = acceptance_layout,
	.draw = acceptance_draw,
	.status = acceptance_status,
	.headline = acceptance_headline,
	.hints = acceptance_hints,
	.describe = acceptance_describe,
};
