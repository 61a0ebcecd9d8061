/* What an order of each type makes (F6): lines, instances, and supervisions for what is supervised.
 */
#include "market/import_order.h"

#include <inttypes.h>
#include <string.h>

#include "base/i18n.h"
#include "base/rand.h"
#include "model/instance.h"
#include "model/money.h"

/*
 * The youngest of the buyer's instances of a product that is not released, in use or not, as a
 * trial or not; *id is "" where there is none.
 */
static enum status youngest_instance(struct import *import, const struct incoming *in,
    const struct incoming_line *line, bool preparing, bool trial, const char **id,
    struct error *err)
{
	struct sql_stmt *stmt;
	bool row = false;
	enum status status = sql_prepare(store_sql(import->market->store),
	    "SELECT id FROM instances WHERE buyer = ?1 AND product = ?2"
	    " AND (state <> 'released' OR (expires_at > 0 AND expires_at <= ?5))"
	    " AND (state = 'preparing') = ?3 AND +trial = ?4"
	    " ORDER BY starts_at DESC, id LIMIT 1",
	    &stmt, err);

	*id = "";
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, in->order->buyer);
	sql_bind_text(stmt, 2, line->line->product);
	sql_bind_int(stmt, 3, preparing);
	sql_bind_int(stmt, 4, trial);
	/* What time alone released was there when the order was placed. */
	sql_bind_int(stmt, 5, import->now - INSTANCE_GRACE - INSTANCE_RETENTION);
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK && row)
		*id = arena_strdup(&import->arena, sql_text(stmt, 0));
	sql_done(stmt);
	return status;
}

/*
 * The buyer's instance of the product that a later order means: what is not released, for a formal
 * order the trial, else rather what is in use and no trial, and then the youngest.
 */
static enum status find_instance(struct import *import, const struct incoming *in,
    const struct incoming_line *line, struct instance **out, struct error *err)
{
	bool formal = in->kind == ORDER_KIND_TRIAL_TO_FORMAL;
	enum status status = STATUS_OK;
	const char *id = "";
	void *record = NULL;

	for (int i = 0; status == STATUS_OK && id[0] == '\0' && i < 4; i++) {
		bool preparing = i >= 2, trial = i % 2 == 1;

		if (trial || !formal)
			status = youngest_instance(import, in, line, preparing, trial, &id, err);
	}
	if (status == STATUS_OK && id[0] != '\0')
		status = find_record(
		    import->market, &instance_record, id, &import->arena, &record, err);
	*out = record;
	return status;
}

/* What was bought, and what it cost: of free periods no price is known. */
static void set_terms(
    struct instance *instance, const struct order_line *line, const char *currency)
{
	if (line->charging[0] != '\0')
		instance->charging = line->charging;
	instance->quantity = line->quantity;
	instance->currency = currency;
	if (line->paid <= 0)
		return;
	instance->price = line->paid;
	instance->period_type = line->period_type;
	instance->period_number = line->period_number;
}

/* The same line gives the same instance id on every machine. */
static enum status make_instance(struct import *import, const struct incoming *in,
    const struct incoming_line *line, bool preparing, struct error *err)
{
	struct instance *instance = record_new(&instance_record, &import->arena);
	char id[RAND_UUID];

	uuid_of(arena_printf(&import->arena, "koodesk-instance:%s", line->line->id), id);
	instance->id = arena_strdup(&import->arena, id);
	instance->order_id = in->order->id;
	instance->line = line->line->id;
	instance->product = line->line->product;
	instance->product_name = line->line->product_name;
	instance->buyer = in->order->buyer;
	instance->seller = line->product->seller;
	instance->seller_name = line->product->seller_name;
	instance->sku = line->line->sku;
	instance->delivery = line->product->delivery;
	instance->placed_at = in->order->placed_at;
	instance->trial = in->kind == ORDER_KIND_TRIAL;
	instance->starts_at = preparing ? 0 : in->order->placed_at;
	instance->expires_at = line->line->expires_at;
	instance->state = preparing ? INSTANCE_PREPARING
				    : instance_state_by(instance->expires_at, import->now);
	instance->supervised = preparing;
	set_terms(instance, line->line, line->product->currency);
	line->line->instance = instance->id;
	return store_insert(import->market->store, &instance_record, instance, err);
}

/* A later order about an instance that the buyer has; where it is unknown it is made. */
static enum status extend_instance(struct import *import, const struct incoming *in,
    const struct incoming_line *line, struct error *err)
{
	struct instance *instance;
	enum status status = find_instance(import, in, line, &instance, err);

	if (status != STATUS_OK)
		return status;
	if (instance == NULL)
		return make_instance(import, in, line, false, err);
	line->line->instance = instance->id;
	/* One that is still being delivered gets its period with the acceptance. */
	if (instance->state == INSTANCE_PREPARING)
		return STATUS_OK;
	owned_extend(instance, line->line, import->now);
	/* What a change costs is what it adds. */
	if (in->kind != ORDER_KIND_CHANGE)
		set_terms(instance, line->line, line->product->currency);
	return store_update(import->market->store, &instance_record, instance, err);
}

static enum status release_instance(struct import *import, const struct incoming *in,
    const struct incoming_line *line, struct error *err)
{
	struct instance *instance;
	enum status status = find_instance(import, in, line, &instance, err);

	if (status != STATUS_OK || instance == NULL)
		return status;
	line->line->instance = instance->id;
	instance->state = INSTANCE_RELEASED;
	instance->version++;
	return store_update(import->market->store, &instance_record, instance, err);
}

/* ---- Supervision ---- */

static const char *start_inputs(struct import *import, const struct incoming *in,
    const struct incoming_line *line, const struct supervision *supervision)
{
	char amount[MONEY_TEXT];
	struct json_writer w;
	struct buf out;
	const char *kept;

	money_wire(line->line->paid, amount);
	buf_init(&out, 4096);
	json_begin(&w, &out, false);
	json_open_object(&w, NULL);
	json_put_text(&w, "orderType", in->order->type);
	json_put_text(&w, "productId", line->product->id);
	json_put_text(&w, "delivery", names_word(&delivery_names, line->product->delivery));
	json_put_bool(&w, "reviewed", supervision->reviewed != 0);
	if (flow_stage((enum flow_id)supervision->flow, STAGE_PROOF) != NULL)
		json_put_bool(&w, "proofRequired", supervision->proof_required != 0);
	json_put_text(&w, "amount", amount);
	json_put_text(&w, "currency", line->product->currency);
	json_close_object(&w);
	kept = arena_strdup(&import->arena, buf_text(&out));
	buf_free(&out);
	return kept;
}

static struct supervision *new_supervision(struct import *import, const struct incoming *in,
    const struct incoming_line *line, enum flow_id flow)
{
	struct supervision *supervision = record_new(&supervision_record, &import->arena);

	supervision->id = line->line->id;
	supervision->order_id = in->order->id;
	supervision->product = line->product->id;
	supervision->product_name = line->line->product_name;
	supervision->buyer = in->order->buyer;
	supervision->buyer_name = in->order->buyer_name;
	supervision->seller = line->product->seller;
	supervision->seller_name = line->product->seller_name;
	supervision->flow = flow;
	supervision->state = SUPERVISION_OPEN;
	supervision->version = 1;
	/* What the flow has no stage for is no consequence of the order (R16). */
	supervision->reviewed = flow_stage(flow, STAGE_REVIEW) != NULL &&
	    policy_reviewed((enum category)line->product->category,
		(enum track)line->product->track, in->order->placed_at);
	supervision->proof_required = flow_stage(flow, STAGE_PROOF) != NULL &&
	    policy_proof((enum category)line->product->category, in->order->placed_at);
	if (flow_stage(flow, STAGE_IDENTIFIER) != NULL)
		supervision->identifier_kind = line->product->identifier_kind != IDENTIFIER_NONE
		    ? line->product->identifier_kind
		    : IDENTIFIER_HARDWARE;
	if (flow == FLOW_HARDWARE) {
		supervision->consignee = line->consignee;
		supervision->address = line->address;
	}
	supervision->amount = line->line->paid;
	supervision->currency = line->product->currency;
	supervision->placed_at = in->order->placed_at;
	return supervision;
}

/* It counts from the order's payment, however late its file comes here: the waiting began then. */
static enum status start_supervision(struct import *import, const struct incoming *in,
    const struct incoming_line *line, enum flow_id flow, struct error *err)
{
	struct work work = { .market = import->market, .now = import->now };
	struct supervision *supervision = new_supervision(import, in, line, flow);
	int64_t start = in->order->placed_at < import->now ? in->order->placed_at : import->now;
	enum status status;

	work.arena = market_take_arena(import->market);
	work.supervision = supervision;
	work_step(&work, &market_platform, NULL, "start", start);
	work.inputs = start_inputs(import, in, line, supervision);
	supervision->started_at = start;
	apply_stage(&work, flow_first(flow, flow_conditions(supervision)));
	status = store_insert(import->market->store, &supervision_record, supervision, err);
	if (status == STATUS_OK)
		status = chain_append(&work, err);
	if (status == STATUS_OK)
		import->report.supervisions++;
	market_give_arena(import->market, &work.arena);
	return status;
}

/* ---- Lines and the order ---- */

static enum flow_id flow_of(const struct incoming *in, const struct incoming_line *line)
{
	return in->kind == ORDER_KIND_NEW ? flow_of_delivery((enum delivery)line->product->delivery)
					  : FLOW_NONE;
}

static enum status place_instance(struct import *import, const struct incoming *in,
    const struct incoming_line *line, struct error *err)
{
	switch (in->kind) {
	case ORDER_KIND_NEW:
		return make_instance(import, in, line, flow_of(in, line) != FLOW_NONE, err);
	case ORDER_KIND_TRIAL:
		return make_instance(import, in, line, false, err);
	case ORDER_KIND_RENEW:
	case ORDER_KIND_CHANGE:
	case ORDER_KIND_TRIAL_TO_FORMAL:
		return extend_instance(import, in, line, err);
	case ORDER_KIND_UNSUBSCRIBE:
		return release_instance(import, in, line, err);
	case ORDER_KIND_UNKNOWN:
		break;
	}
	return STATUS_OK;
}

static enum status place_line(struct import *import, const struct incoming *in,
    const struct incoming_line *line, struct error *err)
{
	struct order_line *row = line->line;
	enum flow_id flow = flow_of(in, line);
	enum status status;

	row->order_id = in->order->id;
	row->buyer = in->order->buyer;
	row->seller = line->product->seller;
	row->currency = line->product->currency;
	row->refunded = in->kind == ORDER_KIND_UNSUBSCRIBE ? -row->paid : 0;
	status = place_instance(import, in, line, err);
	if (status == STATUS_OK)
		status = store_insert(import->market->store, &order_line_record, row, err);
	if (status == STATUS_OK && flow != FLOW_NONE)
		status = start_supervision(import, in, line, flow, err);
	return status;
}

enum status import_place(struct import *import, struct incoming *in, struct error *err)
{
	struct order *order = in->order;
	enum status status;

	order->state = ORDER_COMPLETED;
	order->ended_at = order->placed_at;
	order->refunded = in->kind == ORDER_KIND_UNSUBSCRIBE ? -order->paid : 0;
	for (size_t i = 0; i < in->n_lines; i++) {
		if (flow_of(in, &in->lines[i]) != FLOW_NONE) {
			order->state = ORDER_PROCESSING;
			order->ended_at = 0;
		}
	}
	status = store_insert(import->market->store, &order_record, order, err);
	for (size_t i = 0; status == STATUS_OK && i < in->n_lines; i++)
		status = place_line(import, in, &in->lines[i], err);
	if (status == STATUS_OK)
		import->report.orders++;
	return status;
}
