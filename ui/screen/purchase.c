/*
 * What is done to a purchased service: renewing it, converting a trial, rating it. A form, a
 * confirmation that says what is bought for how much and until when, and the way to the
 * marketplace, as the actions on a supervision have them (action.c). The param is "word id".
 */
#include "ui/screen/purchase.h"

#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/rand.h"
#include "base/when.h"
#include "model/instance.h"
#include "model/money.h"
#include "ui/screen/service.h"
#include "ui/widget/form.h"

#define DRAFT_PAUSE_MS 700
#define HEAD_ROWS 3

enum phase { PHASE_FORM, PHASE_CONFIRM, PHASE_SENDING };
enum part { PART_INSTANCE, PART_PRODUCT, PART_ORDER, PARTS };

struct purchase {
	const struct action *action;
	struct page *pages[PARTS];
	unsigned answered;           /* bits of parts */
	char id[80], failed[320];
	struct form form;
	struct confirm confirm;
	enum phase phase;
	bool changed;                /* since the draft was kept */
	int64_t draft_due;
	char draft[4096];
	char key[RAND_UUID];
};

static struct purchase *purchase_of(const struct place *place)
{
	return place->state;
}

static const void *part_of(const struct purchase *p, enum part part)
{
	return p->pages[part] != NULL ? p->pages[part]->rows[0] : NULL;
}

static const struct instance *instance_of(const struct purchase *p)
{
	return part_of(p, PART_INSTANCE);
}

static void select_it(const struct purchase *p, struct selection *out)
{
	memset(out, 0, sizeof(*out));
	out->instance = instance_of(p);
	out->product = part_of(p, PART_PRODUCT);
	out->order = part_of(p, PART_ORDER);
	out->id = out->instance != NULL ? out->instance->order_id : NULL;
}

/* ---- what is bought -------------------------------------------------------------------------- */

static struct form_field *field_of(struct purchase *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->form.count; i++)
		if (strcmp(p->form.fields[i].input->name, name) == 0)
			return &p->form.fields[i];
	return NULL;
}

/* By what stands in the form now; false where nothing is bought, or not so. */
static bool offer_now(const struct place *place, struct instance_offer *out)
{
	struct purchase *p = purchase_of(place);
	const struct form_field *field = field_of(p, "periods");
	const char *text = field == NULL ? "" : edit_text(&field->edit), *wrong = NULL;
	int64_t periods = 1;

	if (instance_of(p) == NULL || field == NULL)
		return false;
	if (text[0] != '\0')
		periods = strtonum(text, field->input->least, field->input->most, &wrong);
	return wrong == NULL && instance_offer(instance_of(p), part_of(p, PART_PRODUCT), periods,
				    app_now(place->app), out);
}

static void period_words(
    const struct place *place, const struct instance_offer *offer, char *out, size_t cap)
{
	char from[WHEN_TEXT], to[WHEN_TEXT];

	when_date_text(offer->from, app_offset(place->app), from);
	when_date_text(offer->to, app_offset(place->app), to);
	snprintf(out, cap, _("%s to %s"), from, to);
}

/* Under the number of periods: what they cost, and until when. */
static void say_offer(struct place *place)
{
	struct form_field *field = field_of(purchase_of(place), "periods");
	char amount[MONEY_TEXT], term[96], period[2 * WHEN_TEXT];
	struct instance_offer offer;

	if (field == NULL)
		return;
	field->hint[0] = '\0';
	if (!offer_now(place, &offer))
		return;
	money_text(offer.amount, offer.currency, amount);
	service_term_words(offer.period_type, offer.period_number, term, sizeof(term));
	period_words(place, &offer, period, sizeof(period));
	snprintf(field->hint, sizeof(field->hint), _("%s, %s: %s"), term, period, amount);
}

/* ---- drafts ---------------------------------------------------------------------------------- */

static void keep_draft(struct place *place)
{
	struct purchase *p = purchase_of(place);
	struct buf text;

	p->draft_due = 0;
	if (!p->changed || p->draft[0] == '\0')
		return;
	p->changed = false;
	buf_init(&text, 256u << 10);
	form_draft(&p->form, &text);
	draft_save(place->app, p->draft, buf_text(&text), text.len);
	buf_free(&text);
}

static void find_draft(struct place *place)
{
	struct purchase *p = purchase_of(place);
	struct buf text;

	if (!draft_path(place->app, p->id, p->action->word, p->draft, sizeof(p->draft))) {
		p->draft[0] = '\0';
		return;
	}
	if (draft_load(p->draft, &text)) {
		form_restore(&p->form, text.data, text.len);
		app_say(place->app, SAID_NOTE, _("What you had typed before has been restored."));
	}
	buf_free(&text);
}

static void typed(struct place *place)
{
	purchase_of(place)->changed = true;
	purchase_of(place)->draft_due = app_monotonic() + DRAFT_PAUSE_MS;
	say_offer(place);
}

/* ---- the confirmation ------------------------------------------------------------------------ */

static void confirm_values(struct purchase *p)
{
	size_t i;

	for (i = 0; i < p->form.count; i++) {
		const struct form_field *field = &p->form.fields[i];

		if (field->input->kind == INPUT_CHOICE && field->choice != 0)
			confirm_fact(&p->confirm, _(field->input->label),
			    names_label(field->input->names, field->choice));
		else if (field->input->kind != INPUT_CHOICE &&
			 field->input->kind != INPUT_NUMBER &&
			 edit_text(&field->edit)[0] != '\0')
			confirm_fact(
			    &p->confirm, _(field->input->label), edit_text(&field->edit));
	}
}

static void ask_confirm(struct place *place)
{
	struct purchase *p = purchase_of(place);
	const struct instance *instance = instance_of(p);
	char amount[MONEY_TEXT], text[200];
	struct instance_offer offer;

	confirm_free(&p->confirm);
	confirm_init(&p->confirm, _(p->action->label), _(p->action->effect), "");
	confirm_fact(&p->confirm, _("Product"), instance->product_name);
	confirm_fact(&p->confirm, _("Seller"), instance->seller_name);
	confirm_fact(&p->confirm, _("Order"), instance->order_id);
	if (offer_now(place, &offer)) {
		service_term_words(offer.period_type, offer.period_number, text, sizeof(text));
		confirm_fact(&p->confirm, _("Bought"), text);
		period_words(place, &offer, text, sizeof(text));
		confirm_fact(&p->confirm, _("Period"), text);
		money_text(offer.amount, offer.currency, amount);
		confirm_fact(&p->confirm, _("Amount"), amount);
	}
	confirm_values(p);
	p->phase = PHASE_CONFIRM;
}

/* ---- sending --------------------------------------------------------------------------------- */

static void send(struct place *place)
{
	struct purchase *p = purchase_of(place);
	const struct instance *instance = instance_of(p);
	struct command_value values[FORM_FIELDS_MAX];
	struct command command = { .id = instance->id, .action = p->action->id, .key = p->key,
		.version = instance->version, .values = values };
	struct task_request request = { .command = &command };
	struct arena arena = { 0 };
	char title[160];

	keep_draft(place);
	command.n_values = form_values(&p->form, values, FORM_FIELDS_MAX, &arena);
	snprintf(title, sizeof(title), "%s %s", _(p->action->label), instance->order_id);
	request.title = title;
	request.draft = p->draft[0] != '\0' ? p->draft : NULL;
	p->phase = PHASE_SENDING;
	place_send(place, &request);
	arena_free(&arena);
}

static void form_sent(struct place *place)
{
	struct purchase *p = purchase_of(place);
	struct selection selection;
	const char *why;

	select_it(p, &selection);
	why = app_why_not(place->app, (int)p->action->id, &selection);
	if (why[0] != '\0')
		snprintf(p->form.problem, sizeof(p->form.problem),
		    _("This is not possible now: %s."), why);
	else
		ask_confirm(place);
}

static void purchase_done(struct place *place, const struct ending *outcome)
{
	struct purchase *p = purchase_of(place);

	if (outcome->status == STATUS_OK) {
		p->changed = false;
		p->draft_due = 0;
		if (app_here(place))
			app_back(place->app);
		return;
	}
	/* A refusal ends the intention; an answer that was lost is asked for with the same key. */
	if (outcome->status == STATUS_CONFLICT || outcome->status == STATUS_INVALID ||
	    outcome->status == STATUS_NOTFOUND || outcome->status == STATUS_AUTH)
		rand_uuid(p->key);
	form_problem(&p->form, outcome->err);
	p->phase = PHASE_FORM;
	place->screen->refresh(place);
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void purchase_refresh(struct place *place)
{
	place_show(place, PART_INSTANCE, &instance_record, purchase_of(place)->id);
}

static void purchase_open(struct place *place)
{
	struct purchase *p = purchase_of(place);
	const char *space = strchr(place->param, ' ');
	struct form_field *periods;
	char word[48];

	strlcpy(word, place->param, sizeof(word));
	word[strcspn(word, " ")] = '\0';
	p->action = action_find(word);
	if (p->action == NULL || !(p->action->on & ON_INSTANCE))
		p->action = action_get(ACTION_RENEW);
	strlcpy(p->id, space != NULL ? space + 1 : "", sizeof(p->id));
	rand_uuid(p->key);
	form_init(&p->form, p->action, app_actor(place->app), NULL, app_now(place->app));
	periods = field_of(p, "periods");
	if (periods != NULL)
		edit_set(&periods->edit, "1");
	find_draft(place);
	purchase_refresh(place);
}

static void purchase_close(struct place *place)
{
	struct purchase *p = purchase_of(place);
	int i;

	keep_draft(place);
	form_free(&p->form);
	confirm_free(&p->confirm);
	for (i = 0; i < PARTS; i++)
		page_drop(p->pages[i]);
}

static void purchase_reply(struct place *place, const struct reply *reply)
{
	struct purchase *p = purchase_of(place);

	p->answered |= 1u << reply->tag;
	if (reply->page == NULL) {
		if (reply->tag == PART_INSTANCE && reply->err != NULL)
			strlcpy(p->failed, reply->err->message, sizeof(p->failed));
		return;
	}
	page_drop(p->pages[reply->tag]);
	p->pages[reply->tag] = page_ref(reply->page);
	if (reply->tag == PART_INSTANCE) {
		place_show(place, PART_PRODUCT, &product_record, instance_of(p)->product);
		place_show(place, PART_ORDER, &order_record, instance_of(p)->order_id);
	}
	say_offer(place);
}

/* Keys wait for what the confirmation is to say. */
static bool purchase_ready(const struct place *place, const struct key *key)
{
	const struct purchase *p = purchase_of(place);

	(void)key;
	if (p->phase == PHASE_SENDING)
		return false;
	return p->failed[0] != '\0' || p->answered == (1u << PARTS) - 1;
}

static bool purchase_typing(const struct place *place)
{
	return purchase_of(place)->phase == PHASE_FORM;
}

static bool take_form_key(struct place *place, const struct key *key, const char *paste)
{
	struct purchase *p = purchase_of(place);

	if (instance_of(p) == NULL)
		return false;
	p->form.now = app_now(place->app);
	switch (form_key(&p->form, key, paste)) {
	case FORM_SEND:
		typed(place);
		form_sent(place);
		return true;
	case FORM_LEAVE:
		if (key->code == K_CTRL)
			return false;
		app_back(place->app);
		return true;
	case FORM_EDITOR:
		if (app_editor(place->app, &p->form.fields[p->form.here].edit))
			typed(place);
		return true;
	case FORM_TAKEN:
		typed(place);
		return true;
	case FORM_NONE:
		break;
	}
	/* Single letters are no commands while a form stands here. */
	return key->code == K_CHAR || key->code == K_ENTER || key->code == K_BACKSPACE ||
	       key->code == K_PASTE;
}

static bool purchase_key(struct place *place, const struct key *key, const char *paste)
{
	struct purchase *p = purchase_of(place);

	if (p->phase == PHASE_FORM)
		return take_form_key(place, key, paste);
	if (p->phase == PHASE_SENDING || (key->code == K_CTRL && key->cp == 'c'))
		return false;
	switch (confirm_key(&p->confirm, key, paste)) {
	case CONFIRM_YES:
		send(place);
		break;
	case CONFIRM_NO:
		p->phase = PHASE_FORM;
		break;
	case CONFIRM_NONE:
		break;
	}
	return true;
}

static bool purchase_selected(const struct place *place, struct selection *out)
{
	select_it(purchase_of(place), out);
	return out->instance != NULL;
}

/* ---- showing --------------------------------------------------------------------------------- */

static void draw_head(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct purchase *p = purchase_of(place);
	const struct instance *instance = instance_of(p);
	char state[96], text[600];

	service_state_words(place->app, instance, state, sizeof(state));
	snprintf(text, sizeof(text), "%s   %s   %s   %s", instance->order_id,
	    instance->product_name, instance->seller_name, state);
	canvas_put(canvas, area.row, area.col + 1, area.cols - 2, STYLE_BOLD, text);
	canvas_put(
	    canvas, area.row + 1, area.col + 1, area.cols - 2, STYLE_DIM, _(p->action->effect));
}

static void purchase_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	struct purchase *p = purchase_of(place);
	struct area inside = { area.row + HEAD_ROWS, area.col, area.rows - HEAD_ROWS, area.cols };

	if (instance_of(p) == NULL) {
		inside = (struct area){ area.row + 1, area.col + 3, area.rows - 1, area.cols - 6 };
		canvas_wrap(canvas, inside, p->failed[0] != '\0' ? STYLE_ERROR : STYLE_DIM,
		    p->failed[0] != '\0' ? p->failed : _("Reading. Esc goes back."), 0);
	} else if (p->phase == PHASE_FORM) {
		draw_head(place, canvas, area);
		form_draw(&p->form, canvas, inside);
	} else {
		confirm_draw(&p->confirm, canvas, area);
	}
}

static bool purchase_status(const struct place *place, struct canvas *canvas, struct area line)
{
	const struct purchase *p = purchase_of(place);

	if (p->phase == PHASE_SENDING)
		canvas_put(canvas, line.row, 1, line.cols - 2, STYLE_BOLD,
		    _("Sending. Esc leaves; the task list tells how it ends."));
	else if (p->phase == PHASE_FORM && p->form.problem[0] != '\0')
		canvas_put(canvas, line.row, 1, line.cols - 2, STYLE_ERROR, p->form.problem);
	return true;
}

static size_t purchase_hints(const struct place *place, struct hint *out, size_t cap)
{
	const struct purchase *p = purchase_of(place);
	bool choice = p->form.fields[p->form.here].input->kind == INPUT_CHOICE;
	const struct hint form[] = { { "Ctrl-S", _("go on") },
		{ "Esc", _("leave, keeping a draft") }, { "Tab", _("next field") },
		{ choice ? "Space" : "Ctrl-E", choice ? _("next choice") : _("editor") } };
	const struct hint yes[] = { { "y", _("yes, do it") }, { "n", _("no") } };
	const struct hint sending[] = { { "Esc", _("leave") } };
	const struct hint *hints = p->phase == PHASE_FORM	? form
				   : p->phase == PHASE_CONFIRM ? yes
							       : sending;
	size_t n = p->phase == PHASE_FORM     ? (p->form.count > 1 ? 4 : 2)
		   : p->phase == PHASE_CONFIRM ? 2
					       : 1;

	n = n < cap ? n : cap;
	memcpy(out, hints, n * sizeof(*out));
	return n;
}

static void purchase_headline(const struct place *place, char *out, size_t cap)
{
	strlcpy(out, _(purchase_of(place)->action->label), cap);
}

static void purchase_describe(const struct place *place, struct buf *out)
{
	const struct purchase *p = purchase_of(place);

	if (instance_of(p) == NULL)
		buf_printf(out, "%s\n", p->failed);
	else if (p->phase == PHASE_FORM)
		form_describe(&p->form, out);
	else
		confirm_describe(&p->confirm, out);
	if (p->form.problem[0] != '\0' && p->phase == PHASE_FORM)
		buf_printf(out, "%s\n", p->form.problem);
}

static int64_t purchase_due(const struct place *place)
{
	return purchase_of(place)->draft_due;
}

struct form *place_form(struct place *place)
{
	if (place->screen != &purchase_screen)
		return action_form(place);
	return purchase_of(place)->phase == PHASE_FORM ? &purchase_of(place)->form : NULL;
}

const struct screen purchase_screen = {
	.name = "purchase",
	.title = N_("Purchased service"),
	.size = sizeof(struct purchase),
	.over = true,
	.open = purchase_open,
	.close = purchase_close,
	.refresh = purchase_refresh,
	.reply = purchase_reply,
	.done = purchase_done,
	.key = purchase_key,
	.selected = purchase_selected,
	.ready = purchase_ready,
	.typing = purchase_typing,
	.draw = purchase_draw,
	.status = purchase_status,
	.hints = purchase_hints,
	.headline = purchase_headline,
	.describe = purchase_describe,
	.due = purchase_due,
	.tick = keep_draft,
};
