/*
 * What is particular to actions on a purchased service, which are renewing it, converting a trial
 * and rating it: what is bought, for how much and until when.
 */
#include "ui/screen/action.h"

#include <bsd/stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/when.h"
#include "model/instance.h"
#include "model/money.h"
#include "ui/screen/service.h"

static const struct instance *instance_of(const struct place *place)
{
	return action_page(place)->dossier.instance;
}

static void service_read(struct place *place, const char *id)
{
	dossier_open_service(place, &action_page(place)->dossier, id);
}

static void service_address(const struct dossier *dossier, struct address *out)
{
	const struct instance *instance = dossier->instance;

	*out = (struct address){ instance->id, instance->order_id, instance->version };
}

static const char *service_label(const struct action_page *page)
{
	return _(page->action->label);
}

/* ---- what is bought -------------------------------------------------------------------------- */

/* By what stands in the form now; false where nothing is bought, or not so. */
static bool offer_now(struct place *place, struct instance_offer *out)
{
	const struct form_field *field = action_field(place, "periods");
	const char *text = field == NULL ? "" : edit_text(&field->edit), *wrong = NULL;
	int64_t periods = 1;

	if (field == NULL)
		return false;
	if (text[0] != '\0')
		periods = strtonum(text, field->input->least, field->input->most, &wrong);
	return wrong == NULL && instance_offer(instance_of(place),
				    action_page(place)->dossier.product, periods,
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

static void service_preset(struct place *place)
{
	form_preset_text(&action_page(place)->form, "periods", "1");
}

/* Under the number of periods: what they cost, and until when. */
static void service_advise(struct place *place)
{
	char amount[MONEY_TEXT], term[96], period[2 * WHEN_TEXT], text[256] = "";
	struct instance_offer offer;

	if (offer_now(place, &offer)) {
		money_text(offer.amount, offer.currency, amount);
		service_term_words(offer.period_type, offer.period_number, term, sizeof(term));
		period_words(place, &offer, period, sizeof(period));
		snprintf(text, sizeof(text), _("%s, %s: %s"), term, period, amount);
	}
	action_hint(place, "periods", text);
}

/* ---- showing --------------------------------------------------------------------------------- */

static void service_head(const struct place *place, char *out, size_t cap)
{
	const struct instance *instance = instance_of(place);
	char state[96];

	service_state_words(place->app, instance, state, sizeof(state));
	snprintf(out, cap, "%s   %s   %s   %s", instance->order_id, instance->product_name,
	    instance->seller_name, state);
}

static void service_facts(struct place *place)
{
	struct confirm *confirm = &action_page(place)->confirm;
	const struct instance *instance = instance_of(place);
	char amount[MONEY_TEXT], text[200];
	struct instance_offer offer;

	confirm_fact(confirm, _("Product"), instance->product_name);
	confirm_fact(confirm, _("Seller"), instance->seller_name);
	confirm_fact(confirm, _("Order"), instance->order_id);
	if (!offer_now(place, &offer))
		return;
	service_term_words(offer.period_type, offer.period_number, text, sizeof(text));
	confirm_fact(confirm, _("Bought"), text);
	period_words(place, &offer, text, sizeof(text));
	confirm_fact(confirm, _("Period"), text);
	money_text(offer.amount, offer.currency, amount);
	confirm_fact(confirm, _("Amount"), amount);
}

const struct target target_service = {
	.read = service_read,
	.address = service_address,
	.label = service_label,
	.preset = service_preset,
	.advise = service_advise,
	.head = service_head,
	.facts = service_facts,
};
