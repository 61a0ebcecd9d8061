/* What is particular to actions on a supervision: choices, hints, and what is confirmed. */
#include "ui/screen/action.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "model/flow.h"
#include "model/money.h"
#include "ui/screen/facts.h"

static void supervision_read(struct place *place, const char *id)
{
	struct action_page *page = action_page(place);
	enum action_id action = page->action->id;
	unsigned parts = PART(APPEALS) | PART(PRODUCT);

	if (page->action->kind == KIND_ANSWER)
		parts |= PART(REFUND);
	if (action == ACTION_PASS_REVIEW)
		parts |= PART(FILES);
	if (action == ACTION_CONFIRM_DRAFT || action == ACTION_CONFIRM_REQUIREMENT)
		parts |= PART(LOG) | PART(FILES);
	dossier_open(place, &page->dossier, id, "", parts);
}

static void supervision_address(const struct dossier *dossier, struct address *out)
{
	const struct supervision *s = dossier->supervision;

	*out = (struct address){ s->id, s->order_id, s->version };
}

/* What the action is called at this node of this flow (R17). */
static const char *supervision_label(const struct action_page *page)
{
	const struct supervision *s = page->dossier.supervision;

	return flow_label((enum flow_id)s->flow, (enum stage_id)s->stage, page->action->id);
}

/* ---- the form -------------------------------------------------------------------------------- */

static void allow(struct place *place, const char *name, uint64_t allowed)
{
	struct form_field *field = action_field(place, name);

	if (field != NULL)
		field->allowed = allowed;
}

/* Where a decision may send back to, and the grounds that the actor's own side can have. */
static void set_choices(struct place *place)
{
	const struct supervision *s = action_page(place)->dossier.supervision;
	enum role role = app_actor(place->app)->role;
	uint64_t stages = 0, grounds = 0;
	int i;

	for (i = 1; i < STAGE_COUNT; i++)
		if (flow_before((enum flow_id)s->flow, (enum stage_id)i, (enum stage_id)s->stage,
			flow_conditions(s)))
			stages |= UINT64_C(1) << i;
	for (i = 1; i < GROUND_COUNT; i++)
		if (!(role == ROLE_BUYER && i == GROUND_BUYER_INACTIVE) &&
		    !(role == ROLE_SELLER && i == GROUND_SELLER_INACTIVE))
			grounds |= UINT64_C(1) << i;
	allow(place, "stage", stages);
	allow(place, "ground", grounds);
	if (stages == 0)
		allow(place, "outcome", ~(UINT64_C(1) << OUTCOME_SEND_BACK));
}

/*
 * The ground that is mostly meant where the supervision stands: it can be changed, and the
 * confirmation repeats it.
 */
static enum ground likely_ground(enum role me, const struct supervision *s)
{
	if (me == ROLE_BUYER && s->turn == ROLE_BUYER)
		return GROUND_NOT_AS_AGREED;
	if (me == ROLE_BUYER && s->turn == ROLE_SELLER)
		return GROUND_SELLER_INACTIVE;
	if (me == ROLE_SELLER && s->turn == ROLE_BUYER)
		return GROUND_BUYER_INACTIVE;
	if (me == ROLE_SELLER && s->turn == ROLE_SELLER && s->buyer_rejects > 0)
		return GROUND_UNFOUNDED_REJECTION;
	return GROUND_NONE;
}

static void supervision_preset(struct place *place)
{
	struct action_page *page = action_page(place);
	const struct supervision *s = page->dossier.supervision;

	form_preset(&page->form, "ground", likely_ground(app_actor(place->app)->role, s));
	/* What the seller stated when the goods were shipped. */
	if (page->action->id == ACTION_SIGN_OFF) {
		form_fill(&page->form, "carrier", s->carrier);
		form_fill(&page->form, "tracking", s->tracking);
	}
}

/* What the delivery will be measured by (3.1): the product's acceptance standard. */
static void advise_standard(struct place *place)
{
	const struct action_page *page = action_page(place);
	const struct product *product = page->dossier.product;
	char text[1024];

	if (page->action->id != ACTION_DELIVER || product == NULL)
		return;
	if (product->standard[0] == '\0')
		strlcpy(text,
		    _("The seller has published no acceptance standard for this product."),
		    sizeof(text));
	else
		snprintf(text, sizeof(text), _("Acceptance standard:\n%s"), product->standard);
	action_hint(place, "result", text);
}

static void supervision_advise(struct place *place)
{
	struct action_page *page = action_page(place);
	char amount[64], text[256];

	page->form.supervision = page->dossier.supervision;
	set_choices(place);
	facts_amount(page->dossier.supervision, amount, sizeof(amount));
	snprintf(text, sizeof(text), _("At most %s"), amount);
	action_hint(place, "amount", text);
	advise_standard(place);
	action_hint(place, "enabled_at",
	    _("Such as 2026-11-22 14:30. Decides when the paid period starts; blank: on "
	      "acceptance."));
	if (action_template(page)[0] != '\0')
		action_hint(place, "requirement",
		    _("Ctrl-T inserts the product's template, Ctrl-E opens an editor"));
}

/* ---- showing --------------------------------------------------------------------------------- */

static void supervision_head(const struct place *place, char *out, size_t cap)
{
	const struct supervision *s = action_page(place)->dossier.supervision;
	char amount[64], party[200];

	facts_amount(s, amount, sizeof(amount));
	facts_party(place->app, s->buyer_name, s->seller_name, party, sizeof(party));
	snprintf(out, cap, "%s   %s   %s   %s", s->order_id, s->product_name, amount, party);
}

/* The amount that an answer to a refund request moves, which need not be the order's. */
static void confirm_refund(struct action_page *page)
{
	const struct refund *r = page->dossier.refund;
	char money[MONEY_TEXT];

	if (page->action->kind != KIND_ANSWER || r == NULL)
		return;
	money_text(r->amount, r->currency, money);
	confirm_fact(&page->confirm, _("Refund"), money);
}

/* What was handed in and is to be judged: the newest files, by name. */
static void confirm_judged(struct action_page *page)
{
	const struct page *files = page->dossier.pages[PART_FILES];
	char names[200];

	if (page->action->id != ACTION_PASS_REVIEW || files == NULL)
		return;
	facts_judged(files, names, sizeof(names));
	confirm_fact(&page->confirm, _("Files"), names);
}

/* A draft, and a requirement, is confirmed by who sees what it is. */
static void handed_in(
    struct action_page *page, enum action_id by, const char *label, const char *files_label)
{
	const struct log_entry *entry = dossier_last(&page->dossier, by);
	size_t files[FILES_MAX], n, i;
	char text[200] = "";

	if (entry == NULL)
		return;
	action_confirm_text(page, label, entry->text);
	n = dossier_files_of(&page->dossier, entry->seq, files, FILES_MAX);
	for (i = 0; i < n; i++) {
		const struct attachment *file = page->dossier.pages[PART_FILES]->rows[files[i]];

		strlcat(text, i > 0 ? _(", ") : "", sizeof(text));
		strlcat(text, file->name, sizeof(text));
	}
	if (n > 0)
		confirm_fact(&page->confirm, files_label, text);
}

static void supervision_facts(struct place *place)
{
	struct action_page *page = action_page(place);
	const struct supervision *s = page->dossier.supervision;
	char amount[64], party[200];

	facts_amount(s, amount, sizeof(amount));
	facts_party(place->app, s->buyer_name, s->seller_name, party, sizeof(party));
	confirm_fact(&page->confirm, _("Order"), s->order_id);
	confirm_fact(&page->confirm, _("Product"), s->product_name);
	confirm_fact(&page->confirm, _("Amount"), amount);
	confirm_refund(page);
	confirm_fact(&page->confirm, _("Party"), party);
	if (page->action->id == ACTION_CONFIRM_DRAFT)
		handed_in(page, ACTION_SUBMIT_DRAFT, _("Design draft"), _("Design files"));
	if (page->action->id == ACTION_CONFIRM_REQUIREMENT)
		handed_in(page, ACTION_SUBMIT_REQUIREMENT, _("Requirement text"),
		    _("Requirement documents"));
	confirm_judged(page);
}

const struct target target_supervision = {
	.read = supervision_read,
	.address = supervision_address,
	.label = supervision_label,
	.preset = supervision_preset,
	.advise = supervision_advise,
	.head = supervision_head,
	.facts = supervision_facts,
};
