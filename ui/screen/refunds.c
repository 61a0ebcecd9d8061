/* Refund requests: what is asked for, how it stands, whose turn it is and how long it has. */
#include "ui/screen/list_screen.h"

#include <bsd/string.h>

#include "base/i18n.h"
#include "base/when.h"
#include "model/money.h"
#include "ui/screen/facts.h"
#include "ui/screen/refund.h"

static void party_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct refund *r = record;
	const struct list_asker *asker = context;

	facts_party(asker->app, r->buyer_name, r->seller_name, out, cap);
}

static void amount_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct refund *r = record;
	char money[MONEY_TEXT];

	(void)context;
	money_text(r->amount, r->currency, money);
	strlcpy(out, money, cap);
}

static void step_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct list_asker *asker = context;
	char left[WHEN_TEXT];

	refund_step_words(asker->app, record, out, cap);
	refund_left_words(asker->app, record, left, sizeof(left));
	if (left[0] != '\0') {
		strlcat(out, _(", "), cap);
		strlcat(out, left, cap);
	}
}

/* What matters most stands first: the rightmost go where there is no room. */
static const struct list_extra extras[] = {
	{ .word = "step", .heading = N_("Next step"), .width = 26, .min = 23, .text = step_text },
	{ .word = "refund",
	    .heading = N_("Amount"),
	    .width = 15,
	    .min = 15,
	    .right = true,
	    .text = amount_text },
	{ .word = "counterparty",
	    .heading = N_("Party"),
	    .width = 24,
	    .min = 6,
	    .text = party_text },
	{ 0 },
};

static void chosen(struct place *place, const void *record)
{
	const struct refund *r = record;

	app_open(place->app, &refund_screen, r->id);
}

static void selection(const struct place *place, const void *record, struct selection *out)
{
	const struct refund *r = record;

	(void)place;
	out->refund = r;
	out->id = r->order_id;
}

static const struct list_screen table = {
	.type = &refund_record,
	.columns = "order_id product_name step refund counterparty requested_at",
	.extras = extras,
	.sort = "-requested_at",
	.filter = "",
	.conditions = "state goods stage seller_name buyer_name product_name order_id",
	.empty = N_("There is no refund request."),
	.chosen = chosen,
	.selection = selection,
};

const struct screen refunds_screen = {
	LIST_SCREEN("refunds", N_("Refunds"), table, list_plain_offers)
};
