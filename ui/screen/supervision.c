/* Service supervision: every record that the person may see, with its next step in words. */
#include "ui/screen/list_screen.h"

#include <bsd/string.h>

#include "base/i18n.h"
#include "base/when.h"
#include "ui/screen/facts.h"

static void party_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct supervision *s = record;
	const struct list_asker *asker = context;

	facts_party(asker->app, s->buyer_name, s->seller_name, out, cap);
}

static void step_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct list_asker *asker = context;

	permit_next_step(app_actor(asker->app), record, app_now(asker->app), out, cap);
}

static void waiting_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct supervision *s = record;
	const struct list_asker *asker = context;
	int64_t stay = app_now(asker->app) - permit_since(s);
	char span[WHEN_TEXT] = "";

	if (permit_since(s) != 0)
		when_span(stay < 0 ? 0 : stay, span);
	strlcpy(out, span, cap);
}

static void marks_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct list_asker *asker = context;

	facts_marks(record, app_now(asker->app), out, cap);
}

static const struct list_extra extras[] = {
	{ "counterparty", N_("Party"), 22, 8, false, true, party_text, false },
	{ "step", N_("Next step"), 22, 18, false, false, step_text, false },
	{ "waiting", N_("Waiting"), 7, 7, true, false, waiting_text, false },
	{ "marks", N_("Marks"), 7, 7, false, false, marks_text, true },
	{ 0 },
};

static void chosen(struct place *place, const void *record)
{
	const struct supervision *s = record;
	struct selection selection = { .supervision = s };

	app_open_seen(place->app, &record_screen, s->id, &selection);
}

static void selection(const struct place *place, const void *record, struct selection *out)
{
	const struct supervision *s = record;

	(void)place;
	out->supervision = s;
	out->id = s->order_id;
}

static const struct list_screen table = {
	.type = &supervision_record,
	.columns = "order_id product_name counterparty step waiting marks",
	.extras = extras,
	.sort = "-changed_at",
	.filter = "",
	.conditions = "stage flow state seller_name buyer_name product_name order_id",
	.empty = N_("There is no supervised order yet. Orders come in with “koodesk import FILE”."),
	.chosen = chosen,
	.selection = selection,
	.pane = true,
};

const struct screen supervision_screen = { LIST_SCREEN(
    "supervision", N_("Service supervision"), table, list_offers) };
