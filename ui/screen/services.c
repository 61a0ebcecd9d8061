/* Purchased services: what the buyer owns, what state it is in now, and how long it still runs. */
#include "ui/screen/list_screen.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/when.h"
#include "model/instance.h"
#include "ui/screen/facts.h"
#include "ui/screen/service.h"

static void party_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct instance *instance = record;

	const struct list_asker *asker = context;

	facts_party(asker->app, instance->buyer, instance->seller_name, out, cap);
}

static void state_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct list_asker *asker = context;

	service_state_words(asker->app, record, out, cap);
}

static void expires_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct instance *instance = record;
	const struct list_asker *asker = context;
	char date[WHEN_TEXT] = "";

	if (instance->state != INSTANCE_PREPARING)
		when_date_text(instance->expires_at, app_offset(asker->app), date);
	strlcpy(out, date, cap);
}

static void left_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct list_asker *asker = context;

	service_left_words(asker->app, record, out, cap);
}

static const struct list_extra extras[] = {
	{ .word = "counterparty", .heading = N_("Party"), .width = 24, .min = 8,
	    .text = party_text },
	{ .word = "status", .heading = N_("State"), .width = 16, .min = 16, .text = state_text },
	{ .word = "end", .heading = N_("Expires"), .width = 10, .min = 10, .text = expires_text },
	{ .word = "left", .heading = N_("Left"), .width = 9, .min = 6, .right = true,
	    .text = left_text },
	{ 0 },
};

static void chosen(struct place *place, const void *record)
{
	const struct instance *instance = record;

	app_open(place->app, &service_screen, instance->id);
}

static void selection(const struct place *place, const void *record, struct selection *out)
{
	const struct instance *instance = record;

	(void)place;
	out->id = instance->order_id;
	out->instance = instance;
}

/* Its secret is on its own page. */
static bool services_act(struct place *place, int action, const char *argument)
{
	const struct instance *instance =
	    list_selected(&((const struct list_state *)place->state)->list);

	if ((action == UI_REVEAL || action == UI_COPY_SECRET) && instance != NULL) {
		service_open_secret(place->app, instance->id, action == UI_COPY_SECRET);
		return true;
	}
	return list_screen_act(place, action, argument);
}

static const struct list_screen table = {
	.type = &instance_record,
	.columns = "product_name counterparty status end left order_id",
	.extras = extras,
	.sort = "-placed_at",
	.filter = "",
	.conditions = "delivery trial seller_name product_name order_id license_state",
	.empty = N_("No service has been bought yet."),
	.chosen = chosen,
	.selection = selection,
};

static const int offers[] = { UI_OPEN, UI_FILTER, UI_CONDITIONS, UI_SORT, UI_COLUMNS, UI_PALETTE,
	UI_HELP, UI_REVEAL, UI_COPY_SECRET, UI_REVERSE, UI_CLEAR_FILTER, UI_FILTERS, UI_COPY,
	UI_REFRESH, 0 };

const struct screen services_screen = { LIST_SCREEN_ACT(
    "services", N_("Purchased services"), table, offers, services_act) };
