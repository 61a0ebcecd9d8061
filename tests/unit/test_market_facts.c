/*
 * Facts, clocks and freezes (F3, F4): what has happened is recorded during a freeze too, the move
 * that it causes is made once and waits, and counts from when it was due.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "fair_one.h"
#include "model/flow.h"

static const char *id;

#define APPEAL_() DO("ann", APPEAL, "ground=other", "reason=r", "claim=c", "+evidence")
#define RESUME() DO("operator", DECIDE, "outcome=resume", "reason=go on")
#define SIGNED(at, consignee) \
	DO("sue", SIGN_OFF, "carrier=SF", "tracking=SF1", "signed_at=" at, "consignee=" consignee)

static int64_t tick(void)
{
	int64_t fired;

	fair_check(&b, market_tick(b.market, b.now, 0, &fired, &b.err), __FILE__, __LINE__);
	return fired;
}

static void ship(void)
{
	id = fair_order(&b, "hardware");
	DO("sue", SHIP, "carrier=SF", "tracking=SF1");
}

static const struct log_entry *last_entry(void)
{
	const struct supervision *s = fair_at(&b, id);

	return fair_row(&b, &log_entry_record,
	    arena_printf(&b.arena, "%s#%06d", id, (int)s->log_length));
}

static void test_hardware_is_accepted_after_ten_days(void **state)
{
	int64_t signed_at;

	(void)state;
	ship();
	b.now += 2 * WHEN_DAY;
	SIGNED("2026-09-02T01:00:00Z", "+86 138 0000 0001");
	assert_true(when_parse_iso("2026-09-02T01:00:00Z", &signed_at));
	assert_int_equal(fair_at(&b, id)->due_at, signed_at + 10 * WHEN_DAY);
	assert_int_equal(fair_at(&b, id)->version, 2);
	b.now = signed_at + 10 * WHEN_DAY - 1;
	assert_int_equal(tick(), 0);
	/* The host slept: the move is logged now, and counts from when it was due. */
	b.now = signed_at + 13 * WHEN_DAY;
	assert_int_equal(tick(), 1);
	assert_int_equal(tick(), 0);
	assert_int_equal(fair_at(&b, id)->state, SUPERVISION_COMPLETED);
	assert_int_equal(fair_at(&b, id)->period_start, signed_at + 10 * WHEN_DAY);
	assert_int_equal(last_entry()->at, b.now);
	assert_int_equal(last_entry()->effective_at, signed_at + 10 * WHEN_DAY);
	assert_int_equal(last_entry()->role, ROLE_SYSTEM);
	assert_string_equal(fair_log(&b, id), "start ship sign-off accept-automatically");
}

/* Two lines: goods that are accepted by themselves, and a licence that the buyer accepts. */
static void order_two_lines(void)
{
	static const char line[] = "{\"orderLineId\":\"CSTWO-%s\",\"chargingMode\":\"ONETIME\","
	    "\"productInfo\":[{\"productId\":\"%s\"}],\"currency\":\"90.000\"}";
	struct import_report report;
	struct buf json;
	char when[WHEN_TEXT];

	when_wire(b.now, when);
	buf_init(&json, 4096);
	buf_printf(&json, "{\"resultCode\":\"MKT.0000\",\"orderInfo\":{\"orderId\":\"CSTWO\","
	    "\"orderType\":\"NEW\",\"createTime\":\"%s\",\"orderLine\":[", when);
	buf_printf(&json, line, "1", "hardware");
	buf_putc(&json, ',');
	buf_printf(&json, line, "2", "lic-offline");
	buf_puts(&json, "],\"buyerInfo\":{\"customerId\":\"B1\",\"userName\":\"ann\"}}}");
	fair_check(&b,
	    market_import(b.market, buf_text(&json), json.len, b.now, false, &report, &b.err),
	    __FILE__, __LINE__);
	buf_free(&json);
}

/* The one that ends last, and not the one that is looked at last, ends the order (F1). */
static void test_an_order_ends_with_its_last_line(void **state)
{
	int64_t accepted;

	(void)state;
	order_two_lines();
	id = "CSTWO-1";
	DO("sue", SHIP, "carrier=SF", "tracking=SF1");
	b.now += 2 * WHEN_DAY;
	SIGNED("2026-09-02T01:00:00Z", "13800000001");
	id = "CSTWO-2";
	fair_deliver(&b, id);
	b.now += 20 * WHEN_DAY;
	accepted = b.now;
	DO0("ann", ACCEPT);
	assert_int_equal(fair_order_of(&b, id)->state, ORDER_PROCESSING);
	b.now += WHEN_DAY;
	assert_int_equal(tick(), 1);
	assert_int_equal(fair_order_of(&b, id)->state, ORDER_COMPLETED);
	assert_int_equal(fair_order_of(&b, id)->ended_at, accepted);
}

/* A supervision whose move cannot be made keeps no other one from its own. */
static void test_one_that_cannot_be_fired(void **state)
{
	const char *broken;
	int64_t fired;

	(void)state;
	ship();
	broken = id;
	b.now += 2 * WHEN_DAY;
	SIGNED("2026-09-02T01:00:00Z", "13800000001");
	ship();
	b.now += WHEN_DAY;
	SIGNED("2026-09-03T03:00:00Z", "13800000001");
	fair_check(&b,
	    sql_exec(store_sql(market_store(b.market)),
		"DELETE FROM orders WHERE id = 'CS00001'", &b.err), __FILE__, __LINE__);
	b.now += 30 * WHEN_DAY;
	assert_int_equal(market_tick(b.market, b.now, 0, &fired, &b.err), STATUS_NOTFOUND);
	assert_int_equal(fired, 1);
	assert_int_equal(fair_at(&b, id)->state, SUPERVISION_COMPLETED);
	assert_int_equal(fair_at(&b, broken)->state, SUPERVISION_OPEN);
}

static void test_a_parcel_for_another_is_not_accepted(void **state)
{
	(void)state;
	ship();
	b.now += 2 * WHEN_DAY;
	SIGNED("2026-09-02T01:00:00Z", "13900000009");
	assert_int_equal(fair_at(&b, id)->due_at, 0);
	b.now += 400 * WHEN_DAY;
	assert_int_equal(tick(), 0);
	assert_int_equal(fair_at(&b, id)->stage, STAGE_ACCEPTANCE);
	assert_int_equal(TRY("sue", SIGN_OFF, "carrier=SF", "tracking=SF1",
			     "signed_at=2026-09-02T01:00:00Z", "consignee=13800000001"),
	    STATUS_CONFLICT);
	/* Sent again, it is signed for again. */
	DO("ann", REJECT, "reason=Nothing came.");
	DO("sue", SHIP, "carrier=SF", "tracking=SF2");
	b.now += WHEN_DAY;
	SIGNED("2027-10-09T01:00:00Z", "13800000001");
	assert_int_not_equal(fair_at(&b, id)->due_at, 0);
}

static void test_a_freeze_keeps_the_remainder(void **state)
{
	(void)state;
	ship();
	b.now += 2 * WHEN_DAY;
	SIGNED("2026-09-02T02:00:00Z", "13800000001");
	b.now = FAIR_NOW + 5 * WHEN_DAY;
	APPEAL_();
	assert_int_equal(fair_at(&b, id)->due_at, 0);
	assert_int_equal(fair_at(&b, id)->remaining, 6 * WHEN_DAY);
	b.now += 100 * WHEN_DAY;
	assert_int_equal(tick(), 0);
	RESUME();
	assert_int_equal(fair_at(&b, id)->remaining, 0);
	assert_int_equal(fair_at(&b, id)->due_at, b.now + 6 * WHEN_DAY);
	b.now += 6 * WHEN_DAY;
	/* A command on the record makes the due move first, and then finds it ended. */
	assert_int_equal(TRY("ann", REJECT, "reason=Too late."), STATUS_CONFLICT);
	assert_int_equal(tick(), 1);
	assert_int_equal(fair_at(&b, id)->ended_at, b.now);
}

/* A clock that starts while it is frozen starts with the thaw, whole. */
static void test_signed_for_during_a_freeze(void **state)
{
	(void)state;
	ship();
	APPEAL_();
	b.now += 3 * WHEN_DAY;
	SIGNED("2026-09-03T02:00:00Z", "13800000001");
	assert_int_equal(fair_at(&b, id)->due_at, 0);
	assert_int_equal(fair_at(&b, id)->remaining, 10 * WHEN_DAY);
	b.now += 30 * WHEN_DAY;
	RESUME();
	assert_int_equal(fair_at(&b, id)->due_at, b.now + 10 * WHEN_DAY);
}

static void test_activated_during_a_freeze(void **state)
{
	int64_t activated;

	(void)state;
	id = fair_order(&b, "lic-20");
	fair_deliver(&b, id);
	DO0("ann", PICK_UP);
	APPEAL_();
	activated = b.now += WHEN_DAY;
	DO0("sue", ACTIVATE);
	assert_int_equal(fair_at(&b, id)->stage, STAGE_ACTIVATION);
	assert_int_equal(fair_at(&b, id)->state, SUPERVISION_OPEN);
	assert_int_equal(fair_at(&b, id)->activated_at, activated);
	assert_int_equal(fair_try(&b, "sue", id, ACTION_ACTIVATE, (char *)NULL), STATUS_CONFLICT);
	b.now += WHEN_DAY;
	RESUME();
	assert_int_equal(b.receipt.state, SUPERVISION_COMPLETED);
	assert_int_equal(fair_at(&b, id)->period_start, activated);
	assert_int_equal(last_entry()->at, b.now);
	assert_int_equal(last_entry()->effective_at, 0); /* as it was logged */
	assert_string_equal(
	    fair_log(&b, id), "start deliver pick-up appeal activate decide proceed");
}

/* Month ends and leap days: the period is counted in calendar months of platform time (F5). */
static void test_paid_period(void **state)
{
	int64_t end;

	(void)state;
	assert_true(when_parse_iso("2028-01-31T03:00:00Z", &b.now));
	id = fair_order(&b, "lic-offline");
	fair_deliver(&b, id);
	DO0("ann", ACCEPT);
	assert_true(when_parse_iso("2028-02-29T03:00:00Z", &end));
	assert_int_equal(fair_at(&b, id)->period_end, end);
}

static void test_next_due(void **state)
{
	int64_t at;

	(void)state;
	fair_check(&b, market_next_due(b.market, &at, &b.err), __FILE__, __LINE__);
	assert_int_equal(at, 0);
	ship();
	b.now += 2 * WHEN_DAY;
	SIGNED("2026-09-02T02:00:00Z", "13800000001");
	fair_check(&b, market_next_due(b.market, &at, &b.err), __FILE__, __LINE__);
	assert_int_equal(at, FAIR_NOW + 11 * WHEN_DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hardware_is_accepted_after_ten_days),
		TEST(test_an_order_ends_with_its_last_line),
		TEST(test_one_that_cannot_be_fired),
		TEST(test_a_parcel_for_another_is_not_accepted),
		TEST(test_a_freeze_keeps_the_remainder),
		TEST(test_signed_for_during_a_freeze),
		TEST(test_activated_during_a_freeze),
		TEST(test_paid_period),
		TEST(test_next_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
