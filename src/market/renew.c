/*
 * What is bought for a service that the buyer has: a further period of it, and the trial that
 * becomes formal (domain.md 2.2, 2.5). Both are orders without supervision (R6).
 */
#include "market/work.h"

#include <inttypes.h>
#include <string.h>

#include <bsd/stdlib.h>

#include "base/i18n.h"
#include "model/instance.h"
#include "model/money.h"

#define ID_LETTERS 5

enum status owned_facts(struct work *work, struct owned *out, struct error *err)
{
	const struct instance *instance = work->instance;
	void *product = NULL, *order = NULL;
	enum status status = find_record(work->market, &product_record, instance->product,
	    &work->arena, &product, err);

	if (status == STATUS_OK)
		status = find_record(work->market, &order_record, instance->order_id, &work->arena,
		    &order, err);
	*out = (struct owned){ instance, product, order };
	return status;
}

void owned_extend(struct instance *instance, const struct order_line *line, int64_t now)
{
	instance->trial = 0;
	instance->expires_at = line->expires_at;
	instance->state = instance_state_by(instance->expires_at, now);
	instance->version++;
}

/* ---- the order ---- */

/*
 * An id in the marketplace's form, one letter longer than its own are ("R" and five), the same for
 * the same command on the same state of the store, and free.
 */
static enum status make_id(struct work *work, const char **out, struct error *err)
{
	static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	const struct instance *instance = work->instance;
	char digest[DIGEST_TEXT], when[WHEN_TEXT], code[ID_LETTERS + 1] = "";
	void *taken = NULL;
	enum status status = STATUS_OK;

	when_wire(work->now, when);
	for (int try = 0; status == STATUS_OK; try++) {
		const char *text = arena_printf(&work->arena, "koodesk-order:%s:%" PRId64 ":%d",
		    instance->id, instance->version, try);

		digest_of(text, strlen(text), digest);
		for (size_t i = 0; i < ID_LETTERS; i++)
			code[i] = letters[(digest[2 * i] * 7 + digest[2 * i + 1]) & 31];
		*out = arena_printf(&work->arena, "CS%.10sR%s", when + 2, code);
		status = find_record(
		    work->market, &order_record, *out, &work->arena, &taken, err);
		if (taken == NULL)
			break;
	}
	return status;
}

static enum status add_order(struct work *work, const char *id,
    const struct instance_offer *offer, struct error *err)
{
	const struct instance *instance = work->instance;
	struct order *order = record_new(&order_record, &work->arena);
	void *buyer = NULL;
	enum status status = store_get(work->market->store, &account_record, instance->buyer,
	    &work->arena, &buyer, err);

	if (status != STATUS_OK)
		return status;
	order->id = id;
	order->type =
	    work->command->action == ACTION_RENEW ? "RENEW" : "TRIAL_TO_FORMAL";
	order->state = ORDER_COMPLETED;
	order->buyer = instance->buyer;
	order->buyer_name = ((struct account *)buyer)->name;
	order->seller = instance->seller;
	order->seller_name = instance->seller_name;
	order->product_name = instance->product_name;
	order->amount = order->paid = offer->amount;
	order->currency = offer->currency;
	order->placed_at = order->ended_at = work->now;
	return store_insert(work->market->store, &order_record, order, err);
}

static struct order_line *make_line(
    struct work *work, const char *order, const struct instance_offer *offer)
{
	const struct instance *instance = work->instance;
	struct order_line *line = record_new(&order_line_record, &work->arena);

	line->id = arena_printf(&work->arena, "%s-000001", order);
	line->order_id = order;
	line->product = instance->product;
	line->sku = instance->sku;
	line->product_name = instance->product_name;
	line->buyer = instance->buyer;
	line->seller = instance->seller;
	line->quantity = instance->quantity > 0 ? instance->quantity : 1;
	line->charging = "PERIOD";
	line->period_type = offer->period_type;
	line->period_number = offer->period_number;
	line->expires_at = offer->to;
	line->amount = line->paid = offer->amount;
	line->currency = offer->currency;
	line->instance = instance->id;
	return line;
}

/* ---- the command ---- */

static enum status refuse_periods(struct error *err, const char *text)
{
	error_set(err, STATUS_INVALID, "%s", text);
	error_field(err, "periods");
	return STATUS_INVALID;
}

/* The entry says what was bought: the row tells only of the last time. */
static const char *order_inputs(
    struct work *work, const char *order, const struct instance_offer *offer)
{
	char amount[MONEY_TEXT], from[WHEN_TEXT], to[WHEN_TEXT];
	struct json_writer w;
	struct buf out;
	const char *kept, *periods = command_value(work->command, "periods");

	money_wire(offer->amount, amount);
	when_iso(offer->from, from);
	when_iso(offer->to, to);
	buf_init(&out, 4096);
	json_begin(&w, &out, false);
	json_open_object(&w, NULL);
	json_put_text(&w, "periods", periods[0] == '\0' ? "1" : periods);
	json_put_text(&w, "orderId", order);
	json_put_text(&w, "amount", amount);
	json_put_text(&w, "currency", offer->currency);
	json_put_text(&w, "from", from);
	json_put_text(&w, "to", to);
	json_close_object(&w);
	kept = arena_strdup(&work->arena, buf_text(&out));
	buf_free(&out);
	return kept;
}

static enum status buy(struct work *work, const struct instance_offer *offer, int64_t periods,
    struct error *err)
{
	struct instance *instance = work->instance;
	struct order_line *line;
	const char *id = NULL;
	enum status status = make_id(work, &id, err);

	if (status == STATUS_OK)
		status = add_order(work, id, offer, err);
	if (status != STATUS_OK)
		return status;
	line = make_line(work, id, offer);
	owned_extend(instance, line, work->now);
	/* However many were bought at once, the period is still one. */
	instance->charging = line->charging;
	instance->price = offer->amount / periods;
	instance->currency = offer->currency;
	instance->period_type = offer->period_type;
	instance->period_number = offer->period_number / periods;
	work->record = id;
	work->inputs = order_inputs(work, id, offer);
	return store_insert(work->market->store, &order_line_record, line, err);
}

enum status apply_owned(struct work *work, struct error *err)
{
	const char *value = command_value(work->command, "periods"), *wrong = NULL;
	int64_t periods = value[0] == '\0' ? 1 : strtonum(value, 1, INT32_MAX, &wrong);
	struct instance_offer offer;
	struct owned owned;
	enum status status = owned_facts(work, &owned, err);

	if (status != STATUS_OK)
		return status;
	if (wrong != NULL ||
	    !instance_offer(work->instance, owned.product, periods, work->now, &offer))
		return refuse_periods(
		    err, _("So many periods are beyond all bounds. Choose fewer."));
	if (offer.to <= work->now)
		return refuse_periods(err,
		    _("The service expired so long ago that it would be over again. Choose more "
		      "periods."));
	return buy(work, &offer, periods, err);
}
