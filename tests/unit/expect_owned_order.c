/* Services of a subject: the orders that bring them and take them back, what follows from the
 * supervision and from time, and what is held against the expectations in the end. */
#include "expect_owned.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "expect_catalogue.h"

#define TRIAL_DAYS 15
#define TRIAL_PRICE INT64_C(120000) /* three pieces at 40.000 */

const char *owned_word(const struct subject *subject, const struct service *service)
{
	static const char *const words[] = { "own", "trial", "plain" };

	return words[service - subject->services];
}

void owned_wrong(struct engine *engine, struct subject *subject, const struct service *service,
    const char *doing, const char *what, int64_t got, int64_t expected)
{
	engine_wrong(engine, subject,
	    "[%s] the %s service, %s: %s is %" PRId64 ", expected %" PRId64,
	    service->id, owned_word(subject, service), doing, what, got, expected);
}

int64_t owned_lines_of(struct engine *engine, const struct service *service)
{
	return engine_number(
	    engine, "SELECT count(*) FROM order_lines WHERE instance = ?1", service->id);
}

/* The row against the expectations; its state is that of when it was last written. */
void owned_check_row(struct engine *engine, struct subject *subject, struct service *service,
    const char *doing, bool settled)
{
	const struct expect_service *is = &service->is;
	const struct instance *row = engine_row(engine, &instance_record, service->id);
	const struct {
		const char *what;
		int64_t got, expected;
		bool known;
	} checks[] = {
		{ "state", row ? row->state : -1, expect_service_state(is, engine->now), settled },
		{ "trial", row ? row->trial : -1, is->trial, true },
		{ "starts_at", row ? row->starts_at : -1, is->starts_at, is->start_known },
		{ "expires_at", row ? row->expires_at : -1, is->expires_at, !is->prepared &&
			!(is->supervised && is->released) },
		{ "is rated", row ? row->rated_at != 0 : -1, is->rated, true },
		{ "supervised", row ? row->supervised : -1, is->supervised, true },
		{ "price", row ? row->price : -1, is->price, !is->trial },
		{ "period_number", row ? row->period_number : -1, is->number, !is->trial },
		{ "version", row ? row->version : -1, service->version0 + is->moves, true },
		{ "log_length", row ? row->log_length : -1, is->entries, true },
		{ "lines about it", owned_lines_of(engine, service), is->lines, true },
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i].known && checks[i].got != checks[i].expected)
			owned_wrong(engine, subject, service, doing, checks[i].what, checks[i].got,
			    checks[i].expected);
	if (row && strcmp(row->log_head, service->head) != 0)
		owned_wrong(engine, subject, service, doing, "the head as it was", false, true);
}

/* ---- orders ---- */

/* Products that nobody else has: an order that takes a service back names the product only. */
static void import_products(struct engine *engine, const struct service *trial,
    const struct service *plain)
{
	struct buf json;

	buf_init(&json, 1u << 12);
	buf_printf(&json,
	    "{\"koodesk-catalogue\":1,\"products\":[{\"id\":\"%s\",\"name\":\"Trial\",\"seller\":\""
	    EXPECT_SELLER "\",\"delivery\":\"saas\",\"category\":\"generic\",\"currency\":\"CNY\","
	    "\"price\":\"40.000\",\"periodType\":\"day\",\"periodNumber\":5},{\"id\":\"%s\","
	    "\"name\":\"Plain\",\"seller\":\"" EXPECT_SELLER "\",\"delivery\":\"saas\","
	    "\"category\":\"generic\",\"currency\":\"CNY\"}]}",
	    trial->product, plain->product);
	engine_import(engine, &json);
	buf_free(&json);
}

static void import_lines(struct engine *engine, const char *order, const char *type,
    const char *when, const struct engine_line *lines, size_t n)
{
	struct buf json;

	buf_init(&json, 1u << 14);
	engine_json_head(&json, order, type, when);
	for (size_t i = 0; i < n; i++)
		engine_json_line(&json, &lines[i], i == 0);
	engine_json_tail(&json);
	engine_import(engine, &json);
	buf_free(&json);
}

/* The instance that the line's order has made. */
static void find_service(struct engine *engine, struct service *service)
{
	const struct order_line *line = engine_row(engine, &order_line_record, service->line);
	const struct instance *row =
	    line ? engine_row(engine, &instance_record, line->instance) : NULL;

	if (!row || row->log_length != 0 || row->log_head[0] != '\0')
		fail_msg("%s: there is no new service after the import", service->line);
	snprintf(service->id, sizeof(service->id), "%s", row->id);
	service->version0 = row->version;
}

/* What each of them is once it is ordered. */
static void start_services(struct engine *engine, struct subject *subject, bool same_order)
{
	const struct expect_service own = { .supervised = true,
		.reviewed = subject->state.reviewed,
		.prepared = true,
		.order = ORDER_PROCESSING,
		.period = "month",
		.number = 1,
		.price = ENGINE_PAID,
		.lines = 1,
		.paid = ENGINE_PAID };
	struct expect_service plain = own, trial = own;

	trial.supervised = trial.reviewed = trial.prepared = false;
	trial.order = ORDER_COMPLETED;
	trial.starts_at = engine->now;
	trial.start_known = true;
	plain = trial;
	plain.expires_at = expect_period_end("month", 1, engine->now);
	plain.starts_at = same_order ? subject->state.placed_at : engine->now;
	if (same_order)
		plain.order = ORDER_PROCESSING;
	trial.trial = true;
	trial.expires_at = expect_period_end("day", TRIAL_DAYS, engine->now);
	trial.period = "day";
	trial.number = 5;
	trial.price = TRIAL_PRICE;
	trial.paid = 0;
	subject->services[SERVICE_OWN].is = own;
	subject->services[SERVICE_TRIAL].is = trial;
	subject->services[SERVICE_PLAIN].is = plain;
	for (size_t i = 0; i < SERVICES; i++)
		find_service(engine, &subject->services[i]);
	subject->beside = same_order ? ENGINE_PAID : 0;
	subject->has_services = true;
}

void engine_order_services(
    struct engine *engine, struct subject *subject, enum flow_id flow, unsigned terms, unsigned how)
{
	const char *when, *product = expect_product(flow, terms, how, &when);
	unsigned long number = ++engine->orders;
	bool same_order = how % 2 != 0;
	struct service *own = &subject->services[SERVICE_OWN];
	struct service *trial = &subject->services[SERVICE_TRIAL];
	struct service *plain = &subject->services[SERVICE_PLAIN];
	char now[WHEN_TEXT], month[WHEN_TEXT], days[WHEN_TEXT], other[32];
	const struct engine_line lines[] = {
		{ own->line, product, "month", month, 1, 1, "28000.500", ENGINE_PAID_TEXT },
		{ plain->line, plain->product, "month", month, 1, 1, "28000.500",
		    ENGINE_PAID_TEXT },
		{ trial->line, trial->product, "day", days, TRIAL_DAYS, 3, "0.000", "0.000" },
	};

	memset(subject, 0, sizeof(*subject));
	snprintf(subject->order, sizeof(subject->order), "CS%07lu", number);
	snprintf(subject->id, sizeof(subject->id), "%s-000001", subject->order);
	snprintf(own->line, sizeof(own->line), "%s", subject->id);
	snprintf(trial->product, sizeof(trial->product), "trial-%lu", number);
	snprintf(plain->product, sizeof(plain->product), "plain-%lu", number);
	snprintf(trial->line, sizeof(trial->line), "CT%07lu-000001", number);
	snprintf(plain->line, sizeof(plain->line), "%s%07lu-00000%d", same_order ? "CS" : "CP",
	    number, same_order ? 2 : 1);
	engine->now += WHEN_MINUTE;
	when_wire(engine->now, now);
	when_wire(expect_period_end("month", 1, engine->now), month);
	when_wire(expect_period_end("day", TRIAL_DAYS, engine->now), days);
	import_products(engine, trial, plain);
	import_lines(engine, subject->order, "NEW", when ? when : now, lines, same_order ? 2 : 1);
	snprintf(other, sizeof(other), "CT%07lu", number);
	import_lines(engine, other, "TRIAL", now, &lines[2], 1);
	snprintf(other, sizeof(other), "CP%07lu", number);
	if (!same_order)
		import_lines(engine, other, "NEW", now, &lines[1], 1);
	engine_adopt(engine, subject, flow, terms);
	start_services(engine, subject, same_order);
	arena_free(&engine->arena);
}

/* ---- what happens besides ---- */

void owned_take_back(struct engine *engine, struct subject *subject, size_t which)
{
	struct service *service = &subject->services[which];
	char order[32], id[48], now[WHEN_TEXT], amount[40];
	const struct engine_line line = { id, service->product, service->is.period, now, 1, 1,
		amount, amount };

	engine->now += WHEN_MINUTE;
	when_wire(engine->now, now);
	snprintf(order, sizeof(order), "CU%lu", ++engine->orders);
	snprintf(id, sizeof(id), "%s-000001", order);
	snprintf(amount, sizeof(amount), "-%" PRId64 ".%03d", service->is.last_amount / 1000,
	    (int)(service->is.last_amount % 1000));
	import_lines(engine, order, "UNSUBSCRIBE", now, &line, 1);
	expect_service_unsubscribe(&service->is);
	owned_check_row(engine, subject, service, "an order that takes it back", true);
	engine->taken_back++;
	arena_free(&engine->arena);
}

void owned_follow(struct engine *engine, struct subject *subject)
{
	struct service *own = &subject->services[SERVICE_OWN];
	const struct expect_state *state = &subject->state;
	const struct supervision *row;

	if (!subject->has_services || !own->is.prepared || state->state == SUPERVISION_OPEN)
		return;
	row = engine_row(engine, &supervision_record, subject->id);
	own->is.prepared = false;
	own->is.order = expect_order(state);
	own->is.refunded = state->refunded;
	own->is.released = state->state == SUPERVISION_REFUNDED;
	/* the period is checked where the rules leave no doubt about it (expect_check.c) */
	if (row && !own->is.released) {
		own->is.starts_at = row->period_start;
		own->is.expires_at = row->period_end;
		own->is.start_known = true;
	}
	if (subject->beside != 0)
		subject->services[SERVICE_PLAIN].is.order = expect_order(state);
	owned_check_row(engine, subject, own, "the end of its supervision", true);
}

void owned_check_states(struct engine *engine, struct subject *subject)
{
	for (size_t i = 0; subject->has_services && i < SERVICES; i++)
		owned_check_row(engine, subject, &subject->services[i], "by itself", true);
}

/*
 * R12: what was paid is refunded or billed, with all that was renewed and converted. An order that
 * takes back is a deduction in the bill.
 */
static void check_money(struct engine *engine, struct subject *subject, struct service *service)
{
	const struct {
		const char *what, *query;
		int64_t expected;
	} checks[] = {
		{ "paid for it",
		    "SELECT sum(max(paid, 0)) FROM order_lines WHERE instance = ?1",
		    service->is.paid },
		{ "refunded of it", "SELECT sum(refunded) FROM order_lines WHERE instance = ?1",
		    service->is.refunded },
		{ "billed for it",
		    "SELECT sum(CASE WHEN l.paid < 0 THEN l.paid ELSE l.paid - l.refunded END)"
		    " FROM order_lines l JOIN orders o ON o.id = l.order_id"
		    " WHERE l.instance = ?1 AND o.state IN ('completed', 'unsubscribed')",
		    service->is.paid - service->is.refunded },
		{ "orders that differ from their lines",
		    "SELECT count(*) FROM orders o WHERE id IN"
		    " (SELECT order_id FROM order_lines WHERE instance = ?1)"
		    " AND (paid, refunded) <>"
		    " (SELECT sum(paid), sum(refunded) FROM order_lines WHERE order_id = o.id)",
		    0 },
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		int64_t got = engine_number(engine, checks[i].query, service->id);

		if (got != checks[i].expected)
			owned_wrong(engine, subject, service, "in the end", checks[i].what, got,
			    checks[i].expected);
	}
}

/* 2.6: a code that was picked up is frozen and released with its service. */
static enum license_state code_of(const struct subject *subject, enum instance_state state)
{
	if (state == INSTANCE_FROZEN)
		return LICENSE_FROZEN;
	if (state == INSTANCE_RELEASED)
		return LICENSE_RELEASED;
	return subject->state.activated != 0 ? LICENSE_ACTIVATED : LICENSE_RECEIVED;
}

/* What its buyer is shown is what it is now, whoever has last written the row and when. */
static void check_shown(struct engine *engine, struct subject *subject, struct service *service)
{
	const struct expect_asker buyer = { ROLE_BUYER, EXPECT_OWN };
	const struct actor actor = expect_catalogue_actor(&buyer);
	enum instance_state state = expect_service_state(&service->is, engine->now);
	const struct instance *shown;
	struct page *page = NULL;
	struct error err = { 0 };

	if (market_show(engine->market, &actor, &instance_record, service->id, engine->now, &page,
		&err) != STATUS_OK)
		fail_msg("show %s: %s", service->id, err.message);
	shown = page->rows[0];
	if (shown->state != (int64_t)state)
		owned_wrong(engine, subject, service, "shown", "state", shown->state, state);
	if (subject->state.flow == FLOW_LIC_20 && subject->state.picked_up != 0 &&
	    service->is.supervised &&
	    shown->license_state != (int64_t)code_of(subject, state))
		owned_wrong(engine, subject, service, "shown", "the code's state",
		    shown->license_state, code_of(subject, state));
	page_drop(page);
}

void owned_check_end(struct engine *engine, struct subject *subject)
{
	for (size_t i = 0; subject->has_services && i < SERVICES; i++) {
		check_shown(engine, subject, &subject->services[i]);
		check_money(engine, subject, &subject->services[i]);
		engine_check_service_log(engine, subject, &subject->services[i]);
	}
}
