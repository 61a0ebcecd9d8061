/* Appeals: who filed what, where it stands and how much time is left to decide. */
#include "ui/screen/list_screen.h"

#include <bsd/string.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/when.h"
#include "ui/screen/facts.h"

/* The time that is left; what has been decided needs none. */
static void left_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct appeal *a = record;
	const struct list_asker *asker = context;
	int64_t left = a->due_at - app_now(asker->app);
	char span[WHEN_TEXT] = "";

	if (a->state == APPEAL_OPEN && a->due_at != 0)
		when_span(left < 0 ? -left : left, span);
	if (span[0] != '\0' && left < 0)
		snprintf(out, cap, _("%s late"), span);
	else
		strlcpy(out, span, cap);
}

static void state_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct appeal *a = record;
	const struct list_asker *asker = context;

	if (a->state == APPEAL_OPEN && a->due_at != 0 && a->due_at < app_now(asker->app))
		strlcpy(out, _("overdue"), cap);
	else if (a->state == APPEAL_DECIDED)
		strlcpy(out, names_label(&outcome_names, a->outcome), cap);
	else
		strlcpy(out, names_label(&appeal_state_names, a->state), cap);
}

static void party_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct appeal *a = record;
	const struct list_asker *asker = context;

	facts_party(asker->app, a->buyer_name, a->seller_name, out, cap);
}

static void ground_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct appeal *a = record;

	(void)context;
	strlcpy(out, names_label(&ground_names, a->ground), cap);
}

/* What matters most stands first: the rightmost go where there is no room. */
static const struct list_extra extras[] = {
	{ "progress", N_("State"), 20, 16, false, false, state_text, false },
	{ "left", N_("Time left"), 9, 9, true, false, left_text, false },
	{ "counterparty", N_("Party"), 20, 8, false, false, party_text, false },
	{ "ground", N_("Ground"), 31, 14, false, false, ground_text, false },
	{ 0 },
};

static void chosen(struct place *place, const void *record)
{
	const struct appeal *a = record;
	struct selection selection = { .appeal = a };

	app_open_seen(place->app, &appeal_screen, a->id, &selection);
}

static void selection(const struct place *place, const void *record, struct selection *out)
{
	const struct appeal *a = record;

	(void)place;
	out->appeal = a;
	out->id = a->order_id;
}

static const struct list_screen table = {
	.type = &appeal_record,
	.columns = "order_id product_name progress left counterparty party stage ground",
	.extras = extras,
	.sort = "-filed_at",
	.filter = "",
	.staff_filter = "is:open",
	.staff_sort = "due_at",
	.conditions =
	    "state party ground stage outcome seller_name buyer_name product_name order_id",
	.empty = N_("There is no appeal."),
	.chosen = chosen,
	.selection = selection,
};

const struct screen appeals_screen = {
	LIST_SCREEN("appeals", N_("Appeals"), table, list_plain_offers)
};
