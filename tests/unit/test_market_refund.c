/* Refund requests (R12, domain.md 2.4): who may, how much, what they freeze and how they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "fair_one.h"
#include "model/flow.h"

static const char *id;

#define ANSWER "opinion=Agreed by phone.", "+communication"

static const struct refund *refund(const char *number)
{
	return fair_row(&b, &refund_record, arena_printf(&b.arena, "%s-%s", id, number));
}

static void is_refunded(int64_t amount)
{
	const struct supervision *s = fair_at(&b, id);
	const struct order_line *line = fair_row(&b, &order_line_record, id);

	assert_int_equal(s->state, SUPERVISION_REFUNDED);
	assert_int_equal(s->refunded, amount);
	assert_int_equal(s->freezes, 0);
	assert_string_equal(s->refund, "");
	assert_int_equal(s->refund_at, 0);
	assert_int_equal(line->refunded, amount);
	assert_int_equal(fair_order_of(&b, id)->state, ORDER_UNSUBSCRIBED);
	assert_int_equal(fair_order_of(&b, id)->refunded, amount);
	assert_int_equal(fair_instance(&b, id)->state, INSTANCE_RELEASED);
}

static void test_agreed(void **state)
{
	(void)state;
	id = fair_order(&b, "manual-std");
	DO("ann", REQUEST_REFUND, "amount=90", "reason=Not needed.", "share_contact=yes");
	assert_string_equal(b.receipt.record, "CS00001-000001-R1");
	assert_int_equal(refund("R1")->state, REFUND_PENDING);
	assert_int_equal(fair_at(&b, id)->refund_at, refund("R1")->requested_at);
	assert_int_equal(refund("R1")->amount, 90000);
	assert_string_equal(refund("R1")->contact, "Ann 13800000001, ann@acme.example");
	assert_int_equal(fair_at(&b, id)->freezes, 1);
	assert_int_equal(TRY("ann", SUBMIT_REQUIREMENT, "requirement=x"), STATUS_CONFLICT);
	assert_non_null(strstr(b.err.message, "refund request"));
	assert_int_equal(TRY("sue", AGREE_REFUND, "opinion=yes"), STATUS_INVALID);
	assert_string_equal(b.err.field, "communication");
	b.now += WHEN_DAY;
	DO("sue", AGREE_REFUND, ANSWER);
	is_refunded(90000);
	assert_int_equal(refund("R1")->state, REFUND_REFUNDED);
	assert_int_equal(refund("R1")->closed_at, b.now);
	assert_string_equal(fair_log(&b, id), "start request-refund agree-refund");
}

static void test_a_part_of_it(void **state)
{
	(void)state;
	id = fair_order(&b, "lic-offline");
	assert_int_equal(TRY("ann", REQUEST_REFUND, "amount=90.001", "reason=r"), STATUS_INVALID);
	assert_string_equal(b.err.field, "amount");
	assert_int_equal(TRY("ann", REQUEST_REFUND, "amount=0", "reason=r"), STATUS_INVALID);
	DO("ann", REQUEST_REFUND, "amount=12.345", "reason=r");
	assert_string_equal(refund("R1")->contact, "");
	DO("sue", AGREE_REFUND, ANSWER);
	is_refunded(12345);
}

static void test_rejected_and_again(void **state)
{
	(void)state;
	id = fair_order(&b, "manual-std");
	DO("ann", REQUEST_REFUND, "amount=90", "reason=r");
	DO("sue", REJECT_REFUND, "opinion=Half is done.", "+communication");
	assert_int_equal(refund("R1")->state, REFUND_REJECTED);
	assert_string_equal(refund("R1")->opinion, "Half is done.");
	assert_int_equal(fair_at(&b, id)->freezes, 0);
	DO("ann", REQUEST_REFUND, "amount=45", "reason=r");
	DO0("ann", WITHDRAW_REFUND);
	assert_int_equal(refund("R2")->state, REFUND_WITHDRAWN);
	DO("ann", SUBMIT_REQUIREMENT, "requirement=x");
	assert_int_equal(fair_at(&b, id)->stage, STAGE_CONFIRMATION);
	/* start, four of refunds and one of the flow: each a version */
	assert_int_equal(fair_at(&b, id)->version, 6);
}

/* Who says nothing for a month after paying has no right to all of it. */
static void test_no_full_refund_after_a_month(void **state)
{
	(void)state;
	id = fair_order(&b, "manual-std");
	b.now += 29 * WHEN_DAY;
	DO("ann", REQUEST_REFUND, "amount=90", "reason=r");
	DO0("ann", WITHDRAW_REFUND);
	b.now += 2 * WHEN_DAY;
	assert_int_equal(TRY("ann", REQUEST_REFUND, "amount=90", "reason=r"), STATUS_INVALID);
	assert_non_null(strstr(b.err.message, "one month"));
	DO("ann", REQUEST_REFUND, "amount=89.999", "reason=r");
	DO0("ann", WITHDRAW_REFUND);
	/* In time is in time, however late the request. */
	id = fair_order(&b, "manual-std");
	DO("ann", SUBMIT_REQUIREMENT, "requirement=x");
	b.now += 90 * WHEN_DAY;
	DO("ann", REQUEST_REFUND, "amount=90", "reason=r");
	/* Where nothing was to be said, nobody was silent. */
	id = fair_order(&b, "lic-offline");
	b.now += 90 * WHEN_DAY;
	DO("ann", REQUEST_REFUND, "amount=90", "reason=r");
}

static void test_after_completion(void **state)
{
	(void)state;
	id = fair_order(&b, "lic-offline");
	fair_deliver(&b, id);
	DO0("ann", ACCEPT);
	assert_int_equal(TRY("ann", REQUEST_REFUND, "amount=1", "reason=r"), STATUS_CONFLICT);
}

static void return_goods(void)
{
	id = fair_order(&b, "hardware");
	DO("sue", SHIP, "carrier=SF", "tracking=SF1");
	assert_int_equal(TRY("ann", REQUEST_REFUND, "amount=90", "reason=r"), STATUS_INVALID);
	assert_string_equal(b.err.field, "goods");
	DO("ann", REQUEST_REFUND, "amount=90", "reason=Too loud.", "goods=received");
	DO("sue", AGREE_REFUND, ANSWER);
	assert_int_equal(refund("R1")->state, REFUND_RETURNING);
	assert_int_equal(fair_at(&b, id)->state, SUPERVISION_OPEN);
	DO("ann", SHIP_RETURN, "carrier=YTO", "tracking=Y9");
	assert_int_equal(refund("R1")->state, REFUND_RETURN_CHECK);
	assert_int_equal(refund("R1")->due_at, b.now + 15 * WHEN_DAY);
}

static void test_goods_returned(void **state)
{
	(void)state;
	return_goods();
	DO0("sue", ACCEPT_RETURN);
	is_refunded(90000);
}

static void test_goods_not_received(void **state)
{
	(void)state;
	id = fair_order(&b, "hardware");
	DO("ann", REQUEST_REFUND, "amount=90", "reason=Late.", "goods=not-received");
	DO("sue", AGREE_REFUND, ANSWER);
	is_refunded(90000);
}

static void test_return_rejected(void **state)
{
	(void)state;
	return_goods();
	DO("sue", REJECT_RETURN, "opinion=Broken.", "+proof");
	assert_int_equal(refund("R1")->state, REFUND_REJECTED);
	assert_int_equal(fair_at(&b, id)->freezes, 0);
	assert_int_equal(fair_at(&b, id)->stage, STAGE_ACCEPTANCE);
	DO0("ann", ACCEPT);
}

static void test_return_accepted_by_time(void **state)
{
	int64_t due, fired;

	(void)state;
	return_goods();
	due = b.now + 15 * WHEN_DAY;
	b.now = due + 3 * WHEN_DAY;
	fair_check(&b, market_tick(b.market, b.now, 0, &fired, &b.err), __FILE__, __LINE__);
	assert_int_equal(fired, 1);
	is_refunded(90000);
	assert_int_equal(fair_at(&b, id)->ended_at, due);
	assert_string_equal(fair_log(&b, id),
	    "start ship request-refund agree-refund ship-return accept-return");
}

/* Freezes are counted: the appeal stops the return's clock, both stop the flow's. */
static void test_appeal_over_a_refund(void **state)
{
	(void)state;
	return_goods();
	b.now += 5 * WHEN_DAY;
	DO("sue", APPEAL, "ground=other", "reason=r", "claim=c", "+evidence");
	assert_int_equal(fair_at(&b, id)->freezes, 2);
	assert_int_equal(refund("R1")->due_at, 0);
	assert_int_equal(refund("R1")->remaining, 10 * WHEN_DAY);
	assert_int_equal(
	    fair_try(&b, "sue", id, ACTION_ACCEPT_RETURN, (char *)NULL), STATUS_CONFLICT);
	b.now += 60 * WHEN_DAY;
	DO("operator", DECIDE, "outcome=resume", "reason=wait");
	assert_int_equal(fair_at(&b, id)->freezes, 1);
	assert_int_equal(refund("R1")->due_at, b.now + 10 * WHEN_DAY);
	DO("ann", APPEAL, "ground=other", "reason=r", "claim=c", "+evidence");
	DO("operator", DECIDE, "outcome=refund", "amount=50", "reason=half");
	is_refunded(50000);
	assert_int_equal(refund("R1")->state, REFUND_SUPERSEDED);
}

static void test_decided_as_complete_with_a_refund_open(void **state)
{
	(void)state;
	id = fair_order(&b, "lic-offline");
	fair_deliver(&b, id);
	DO("ann", REQUEST_REFUND, "amount=90", "reason=r");
	DO("sue", APPEAL, "ground=other", "reason=r", "claim=c", "+evidence");
	DO("operator", DECIDE, "outcome=complete", "reason=delivered");
	assert_int_equal(fair_at(&b, id)->state, SUPERVISION_COMPLETED);
	assert_int_equal(refund("R1")->state, REFUND_SUPERSEDED);
	assert_string_equal(fair_at(&b, id)->refund, "");
	assert_int_equal(fair_order_of(&b, id)->refunded, 0);
}

/* A refund during which the hardware's own clock would have run out. */
static void test_refund_stops_the_clock(void **state)
{
	int64_t fired;

	(void)state;
	id = fair_order(&b, "hardware");
	DO("sue", SHIP, "carrier=SF", "tracking=SF1");
	b.now += 2 * WHEN_DAY;
	DO("sue", SIGN_OFF, "carrier=SF", "tracking=SF1", "signed_at=2026-09-02T02:00:00Z",
	    "consignee=13800000001");
	DO("ann", REQUEST_REFUND, "amount=90", "reason=r", "goods=received");
	b.now += 40 * WHEN_DAY;
	fair_check(&b, market_tick(b.market, b.now, 0, &fired, &b.err), __FILE__, __LINE__);
	assert_int_equal(fired, 0);
	DO("sue", REJECT_REFUND, ANSWER);
	assert_int_equal(fair_at(&b, id)->due_at, b.now + 9 * WHEN_DAY);
}

static void test_who_sees_it(void **state)
{
	const struct actor other = { "eve", "", "B2", "", ROLE_BUYER };
	struct query query = { .type = &refund_record, .filter = "is:waiting", .limit = 10 };
	struct actor sue;
	struct page *page;

	(void)state;
	id = fair_order(&b, "lic-offline");
	DO("ann", REQUEST_REFUND, "amount=90", "reason=r");
	assert_int_equal(market_actor(b.market, "sue", &b.arena, &sue, &b.err), STATUS_OK);
	assert_int_equal(market_list(b.market, &sue, &query, b.now, &page, &b.err), STATUS_OK);
	assert_int_equal(page->count, 1);
	page_drop(page);
	assert_int_equal(market_list(b.market, &other, &query, b.now, &page, &b.err), STATUS_OK);
	assert_int_equal(page->count, 0);
	page_drop(page);
	assert_int_equal(market_show(b.market, &other, &refund_record, refund("R1")->id, b.now,
			     &page, &b.err),
	    STATUS_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_agreed),
		TEST(test_a_part_of_it),
		TEST(test_rejected_and_again),
		TEST(test_no_full_refund_after_a_month),
		TEST(test_after_completion),
		TEST(test_goods_returned),
		TEST(test_goods_not_received),
		TEST(test_return_rejected),
		TEST(test_return_accepted_by_time),
		TEST(test_appeal_over_a_refund),
		TEST(test_decided_as_complete_with_a_refund_open),
		TEST(test_refund_stops_the_clock),
		TEST(test_who_sees_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
