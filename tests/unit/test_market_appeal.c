/* The appeal (R1, R2): the freeze, statements, withdrawal, and each decision. */
#include "market_fixture.h"

#include "model/flow.h"

static const char grounds[] =
    "ground=seller-inactive|reason=Nothing for two weeks.|claim=Money back.";
static const char inactive[] =
    "ground=buyer-inactive|reason=No answer to five calls.|claim=Complete the order.";

static void file_appeal(struct bench *b)
{
	bench_do(b, &b->buyer, LICENSE, ACTION_APPEAL, grounds, "evidence", T0);
}

static struct appeal *appeal(struct bench *b, const char *id)
{
	return bench_get(b, &appeal_record, id);
}

static struct order_line *line(struct bench *b)
{
	return bench_get(b, &order_line_record, LICENSE);
}

static void test_filed(void **state)
{
	struct bench *b = *state;
	struct supervision *s;
	struct appeal *a;
	struct calendar none = { NULL, 0 };

	file_appeal(b);
	assert_string_equal(b->receipt.appeal, LICENSE "-A1");
	assert_int_equal(b->receipt.version, 2);
	s = bench_supervision(b, LICENSE);
	a = appeal(b, LICENSE "-A1");
	assert_int_equal(s->freezes, 1);
	assert_string_equal(s->appeal, a->id);
	assert_int_equal(s->appeals, 1);
	assert_int_equal(s->stage, STAGE_DELIVERY);
	assert_int_equal(a->state, APPEAL_OPEN);
	assert_int_equal(a->party, ROLE_BUYER);
	assert_string_equal(a->filer, "north_harbour");
	assert_int_equal(a->ground, GROUND_SELLER_INACTIVE);
	assert_string_equal(a->claim, "Money back.");
	/* Three working days from a Sunday: the end of Wednesday, which is where Thursday begins.
	 */
	assert_int_equal(a->due_at, calendar_add_days(&none, T0, 3));
	assert_int_equal(s->appeal_due, a->due_at);
	assert_string_equal(
	    ((struct attachment *)bench_get(b, &attachment_record, LICENSE "#000002/1"))->appeal,
	    a->id);
}

static void test_frozen(void **state)
{
	struct bench *b = *state;

	file_appeal(b);
	assert_status(b,
	    bench_try(b, &b->seller, LICENSE, ACTION_DELIVER, "result=x", DELIVER_KINDS, T0),
	    STATUS_CONFLICT);
	assert_non_null(strstr(b->err.message, LICENSE "-A1"));
	assert_status(b,
	    bench_try(b, &b->seller, LICENSE, ACTION_APPEAL, "ground=other|reason=x|claim=y",
		"evidence", T0),
	    STATUS_CONFLICT);
	bench_do(b, &b->seller, LICENSE, ACTION_COMMENT, "text=We are on it.", NULL, T0 + 1);
	/* Evidence neither checks nor raises the version. */
	assert_status(b,
	    bench_send(b, &b->seller, LICENSE, ACTION_ADD_EVIDENCE, "text=The server was locked.",
		"evidence", T0 + 2, NULL, 1, false),
	    STATUS_OK);
	assert_int_equal(b->receipt.version, 2);
	assert_string_equal(b->receipt.appeal, "");
	assert_string_equal(
	    ((struct attachment *)bench_get(b, &attachment_record, LICENSE "#000004/1"))->appeal,
	    LICENSE "-A1");
}

static void test_withdrawn(void **state)
{
	struct bench *b = *state;
	struct supervision *s;

	file_appeal(b);
	assert_status(b, bench_try(b, &b->seller, LICENSE, ACTION_WITHDRAW_APPEAL, "", NULL, T0),
	    STATUS_CONFLICT);
	bench_do(b, &b->buyer, LICENSE, ACTION_WITHDRAW_APPEAL, "", NULL, T0 + 5);
	assert_string_equal(b->receipt.appeal, LICENSE "-A1");
	assert_int_equal(b->receipt.version, 3);
	s = bench_supervision(b, LICENSE);
	assert_int_equal(s->freezes, 0);
	assert_string_equal(s->appeal, "");
	assert_int_equal(s->appeal_due, 0);
	assert_int_equal(s->stage, STAGE_DELIVERY);
	assert_true(s->stay_since < T0);
	assert_int_equal(appeal(b, LICENSE "-A1")->state, APPEAL_WITHDRAWN);
	assert_int_equal(appeal(b, LICENSE "-A1")->closed_at, T0 + 5);
	bench_do(b, &b->seller, LICENSE, ACTION_DELIVER, "result=x", DELIVER_KINDS, T0 + 6);
	/* The next one has the next number. */
	bench_do(b, &b->buyer, LICENSE, ACTION_APPEAL, "ground=other|reason=x|claim=y", "evidence",
	    T0 + 7);
	assert_string_equal(b->receipt.appeal, LICENSE "-A2");
}

static void test_commitment_letter(void **state)
{
	struct bench *b = *state;

	bench_do(b, &b->seller, LICENSE, ACTION_DELIVER, "result=x", DELIVER_KINDS, T0);
	assert_status(b, bench_try(b, &b->seller, LICENSE, ACTION_APPEAL, inactive, "evidence", T0),
	    STATUS_INVALID);
	assert_string_equal(b->err.field, "commitment");
	bench_do(b, &b->seller, LICENSE, ACTION_APPEAL, inactive, "evidence commitment", T0);
}

static void test_decided_complete(void **state)
{
	struct bench *b = *state;
	struct supervision *s;
	struct appeal *a;

	bench_do(b, &b->seller, LICENSE, ACTION_DELIVER, "result=x|enabled_at=2026-11-22 09:00",
	    DELIVER_KINDS, T0);
	bench_do(b, &b->seller, LICENSE, ACTION_APPEAL, inactive, "evidence commitment", T0);
	assert_status(b,
	    bench_try(
		b, &b->reviewer, LICENSE, ACTION_DECIDE, "outcome=complete|reason=x", NULL, T0),
	    STATUS_NOTFOUND);
	assert_status(b,
	    bench_try(b, &b->operator, LICENSE, ACTION_DECIDE, "outcome=complete", NULL, T0),
	    STATUS_INVALID);
	bench_do(b, &b->operator, LICENSE, ACTION_DECIDE,
	    "outcome=complete|reason=The proof is in order.", NULL, T0 + 9);
	s = bench_supervision(b, LICENSE);
	a = appeal(b, LICENSE "-A1");
	assert_int_equal(s->state, SUPERVISION_COMPLETED);
	assert_int_equal(s->stage, STAGE_DONE);
	assert_int_equal(s->freezes, 0);
	assert_string_equal(s->appeal, "");
	assert_int_equal(s->period_start, s->enabled_at);
	assert_int_equal(a->state, APPEAL_DECIDED);
	assert_int_equal(a->outcome, OUTCOME_COMPLETE);
	assert_string_equal(a->decision, "The proof is in order.");
	assert_string_equal(a->decided_by, "operator");
	assert_int_equal(bench_order(b, s->order_id)->state, ORDER_COMPLETED);
	bench_verify_all(b);
}

static void test_decided_resume(void **state)
{
	struct bench *b = *state;
	struct supervision *s;
	int64_t since = bench_supervision(b, LICENSE)->stay_since;

	file_appeal(b);
	bench_do(b, &b->operator, LICENSE, ACTION_DECIDE, "outcome=resume|reason=Give them a week.",
	    NULL, T0 + 9);
	s = bench_supervision(b, LICENSE);
	assert_int_equal(s->stage, STAGE_DELIVERY);
	assert_int_equal(s->turn, ROLE_SELLER);
	assert_int_equal(s->freezes, 0);
	assert_int_equal(s->stay_since, since);
	bench_do(b, &b->seller, LICENSE, ACTION_DELIVER, "result=x", DELIVER_KINDS, T0 + 10);
}

static void test_decided_send_back(void **state)
{
	struct bench *b = *state;
	struct supervision *s;

	bench_do(b, &b->buyer, MANUAL, ACTION_SUBMIT_REQUIREMENT, "requirement=R", NULL, T0);
	bench_do(b, &b->mover, MANUAL, ACTION_REJECT, "reason=r", NULL, T0);
	bench_do(b, &b->buyer, MANUAL, ACTION_SUBMIT_REQUIREMENT, "requirement=R", NULL, T0);
	bench_do(b, &b->mover, MANUAL, ACTION_CONFIRM_REQUIREMENT, "", NULL, T0);
	bench_do(
	    b, &b->mover, MANUAL, ACTION_APPEAL, "ground=other|reason=x|claim=y", "evidence", T0);
	assert_status(b,
	    bench_try(b, &b->operator, MANUAL, ACTION_DECIDE,
		"outcome=send-back|stage=acceptance|reason=x", NULL, T0),
	    STATUS_INVALID);
	assert_status(b,
	    bench_try(
		b, &b->operator, MANUAL, ACTION_DECIDE, "outcome=send-back|reason=x", NULL, T0),
	    STATUS_INVALID);
	assert_string_equal(b->err.field, "stage");
	bench_do(b, &b->operator, MANUAL, ACTION_DECIDE,
	    "outcome=send-back|stage=requirement|reason=State it anew.", NULL, T0 + 9);
	s = bench_supervision(b, MANUAL);
	assert_int_equal(s->stage, STAGE_REQUIREMENT);
	assert_int_equal(s->turn, ROLE_BUYER);
	assert_int_equal(s->stay_since, T0 + 9);
	assert_int_equal(s->seller_rejects, 1);
	assert_int_equal(s->buyer_rejects, 0);
	assert_int_equal(s->freezes, 0);
	assert_int_equal(appeal(b, MANUAL "-A1")->back_to, STAGE_REQUIREMENT);
}

static void test_decided_refund(void **state)
{
	struct bench *b = *state;
	struct supervision *s;

	file_appeal(b);
	assert_status(b,
	    bench_try(b, &b->operator, LICENSE, ACTION_DECIDE, "outcome=refund|amount=0|reason=x",
		NULL, T0),
	    STATUS_INVALID);
	assert_status(b,
	    bench_try(b, &b->operator, LICENSE, ACTION_DECIDE,
		"outcome=refund|amount=100.001|reason=x", NULL, T0),
	    STATUS_INVALID);
	assert_string_equal(b->err.field, "amount");
	bench_do(b, &b->operator, LICENSE, ACTION_DECIDE,
	    "outcome=refund|amount=40.5|reason=Half of it was of use.", NULL, T0 + 9);
	assert_int_equal(b->receipt.state, SUPERVISION_REFUNDED);
	s = bench_supervision(b, LICENSE);
	assert_int_equal(s->state, SUPERVISION_REFUNDED);
	assert_int_equal(s->turn, ROLE_NONE);
	assert_int_equal(s->refunded, 40500);
	assert_int_equal(s->ended_at, T0 + 9);
	assert_int_equal(line(b)->refunded, 40500);
	assert_int_equal(bench_order(b, s->order_id)->refunded, 40500);
	assert_int_equal(bench_order(b, s->order_id)->state, ORDER_UNSUBSCRIBED);
	assert_int_equal(
	    ((struct instance *)bench_get(b, &instance_record, line(b)->instance))->state,
	    INSTANCE_RELEASED);
	assert_int_equal(appeal(b, LICENSE "-A1")->refund, 40500);
	assert_status(b,
	    bench_try(b, &b->seller, LICENSE, ACTION_DELIVER, "result=x", DELIVER_KINDS, T0 + 10),
	    STATUS_CONFLICT);
	bench_verify_all(b);
}

/* One line refunded and one accepted: the order is completed. */
static void test_refund_of_one_line(void **state)
{
	struct bench *b = *state;
	const char *one = "CS2611211006TWOL-000001", *two = "CS2611211006TWOL-000002";

	bench_import(b, "orders/new-two.json", T0);
	bench_do(b, &b->seller, one, ACTION_DELIVER, "result=1", DELIVER_KINDS, T0);
	bench_do(b, &b->buyer, one, ACTION_ACCEPT, "", NULL, T0);
	bench_do(b, &b->buyer, two, ACTION_APPEAL, grounds, "evidence", T0);
	bench_do(
	    b, &b->operator, two, ACTION_DECIDE, "outcome=refund|amount=200|reason=x", NULL, T0);
	assert_int_equal(bench_order(b, "CS2611211006TWOL")->state, ORDER_COMPLETED);
	assert_int_equal(bench_order(b, "CS2611211006TWOL")->refunded, 200000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_filed),
		TEST(test_frozen),
		TEST(test_withdrawn),
		TEST(test_commitment_letter),
		TEST(test_decided_complete),
		TEST(test_decided_resume),
		TEST(test_decided_send_back),
		TEST(test_decided_refund),
		TEST(test_refund_of_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
