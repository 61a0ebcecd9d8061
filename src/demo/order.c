/* An order of a story, as the open API's query-order call answers it, and its import. */
#include "demo/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

static void put_money(struct json_writer *w, const char *name, int64_t amount)
{
	char text[40];
	int64_t size = amount < 0 ? -amount : amount;

	snprintf(text, sizeof text, "%s%" PRId64 ".%03" PRId64, amount < 0 ? "-" : "",
	    size / 1000, size % 1000);
	json_put_text(w, name, text);
}

static void put_period(
    struct json_writer *w, const struct story *story, const struct story_line *line)
{
	const struct ware *ware = &cast_wares[line->ware];
	bool trial = strcmp(story->type, "TRIAL") == 0;
	int months = (int)line->periods * (strcmp(ware->period, "year") == 0 ? 12 : 1);
	char expires[WHEN_TEXT];

	json_put_text(w, "chargingMode", line->periods > 0 ? "PERIOD" : "ONETIME");
	if (line->periods == 0)
		return;
	json_put_text(w, "periodType", trial ? "day" : ware->period);
	json_put_int(w, "periodNumber", trial ? 15 : line->periods);
	when_wire(
	    trial ? story->placed_at + 15 * WHEN_DAY : when_add_months(story->placed_at, months),
	    expires);
	json_put_text(w, "expireTime", expires);
}

static void put_extended(struct json_writer *w, const char *name, const char *value)
{
	json_open_object(w, NULL);
	json_put_text(w, "name", name);
	json_put_text(w, "value", value);
	json_close_object(w);
}

/* Where the goods go. */
static void put_consignee(struct json_writer *w, const struct company *buyer)
{
	json_open_array(w, "extendParams");
	put_extended(w, "consigneePhone", buyer->phone);
	put_extended(w, "consigneeAddress", buyer->address);
	json_close_array(w);
}

static void put_line(struct json_writer *w, const struct story *story, size_t i)
{
	const struct story_line *line = &story->lines[i];
	const struct ware *ware = &cast_wares[line->ware];
	char id[64], sku[RAND_UUID];

	snprintf(id, sizeof id, "%s-%06zu", story->order, i + 1);
	uuid_of(ware->id, sku);
	json_open_object(w, NULL);
	json_put_text(w, "orderLineId", id);
	put_period(w, story, line);
	json_open_array(w, "productInfo");
	json_open_object(w, NULL);
	json_put_text(w, "productId", ware->id);
	json_put_text(w, "skuCode", sku);
	json_put_int(w, "linearValue", line->quantity);
	json_put_text(w, "productName", ware->name);
	json_close_object(w);
	json_close_array(w);
	put_money(w, "currency", line->amount);
	put_money(w, "currencyAfterDiscount", line->paid);
	if (ware->delivery == DELIVERY_HARDWARE)
		put_consignee(w, story->buyer);
	json_close_object(w);
}

static void write_order(struct buf *out, const struct story *story)
{
	struct json_writer w;
	char placed[WHEN_TEXT];

	when_wire(story->placed_at, placed);
	json_begin(&w, out, false);
	json_open_object(&w, NULL);
	json_put_text(&w, "resultCode", "MKT.0000");
	json_put_text(&w, "resultMsg", "Success");
	json_open_object(&w, "orderInfo");
	json_put_text(&w, "orderId", story->order);
	json_put_text(&w, "orderType", story->type);
	json_put_text(&w, "createTime", placed);
	json_open_array(&w, "orderLine");
	for (size_t i = 0; i < story->n_lines; i++)
		put_line(&w, story, i);
	json_close_array(&w);
	json_open_object(&w, "buyerInfo");
	json_put_text(&w, "mobilePhone", story->buyer->phone);
	json_put_text(&w, "email", story->buyer->email);
	json_put_text(&w, "customerId", story->buyer->id);
	json_put_text(&w, "customerName", story->buyer->id);
	json_put_text(&w, "customerRealName", story->buyer->name);
	json_put_int(&w, "customerType", 1);
	json_put_text(&w, "userId", story->person->id);
	json_put_text(&w, "userName", story->person->name);
	json_close_object(&w);
	json_close_object(&w);
	json_close_object(&w);
}

enum status act_order(struct stage_set *set, const struct story *story, struct error *err)
{
	struct import_report report = { 0 };
	enum status status;

	buf_clear(&set->json);
	write_order(&set->json, story);
	status = market_import(
	    set->market, set->json.data, set->json.len, story->placed_at, false, &report, err);
	if (status == STATUS_OK && report.orders != 1)
		status = error_set(
		    err, STATUS_EXISTS, _("There is an order %s already."), story->order);
	return status;
}
