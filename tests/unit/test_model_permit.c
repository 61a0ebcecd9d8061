/* Who may do what, and why not; and the next step in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "model/flow.h"
#include "model/permit.h"

#define NOW INT64_C(1795329000000)

static const struct actor buyer = { "alice", "Alice", "acme", "Acme", ROLE_BUYER };
static const struct actor other_buyer = { "bob", "Bob", "bolt", "Bolt", ROLE_BUYER };
static const struct actor seller = { "sam", "Sam", "datasafe", "DataSafe", ROLE_SELLER };
static const struct actor other_seller = { "sue", "Sue", "longyun", "Longyun", ROLE_SELLER };
static const struct actor reviewer = { "rui", "Rui", "platform", "Platform", ROLE_REVIEWER };
static const struct actor operator= { "ops", "Ops", "platform", "Platform", ROLE_OPERATOR };

/* An open supervision of acme's order with datasafe. */
static struct supervision standing(enum flow_id flow, enum stage_id stage, bool reviewed)
{
	struct supervision s;

	memset(&s, 0, sizeof(s));
	s.id = "CS1-000001";
	s.buyer = "acme";
	s.seller = "datasafe";
	s.appeal = "";
	s.flow = flow;
	s.stage = stage;
	s.state = SUPERVISION_OPEN;
	s.reviewed = reviewed;
	s.turn = flow_stage(flow, stage)->turn;
	s.stay_since = NOW - WHEN_HOUR;
	return s;
}

static void open_appeal(struct supervision *s)
{
	s->appeal = "CS1-000001-A1";
	s->appeals = 1;
	s->freezes = 1;
	s->appeal_due = NOW + 3 * WHEN_DAY;
}

#define ASSERT_DENY(actor, action, s, appeal, deny) \
	assert_int_equal(permit_action(&(actor), ACTION_##action, &(s), appeal), DENY_##deny)

static void test_scope(void **state)
{
	struct supervision s = standing(FLOW_LIC_OFFLINE, STAGE_DELIVERY, false);
	struct actor nobody = { "x", "X", "", "", ROLE_BUYER };

	(void)state;
	assert_true(permit_sees(&buyer, &s));
	assert_true(permit_sees(&seller, &s));
	assert_true(permit_sees(&operator, & s));
	assert_false(permit_sees(&other_buyer, &s));
	assert_false(permit_sees(&other_seller, &s));
	assert_false(permit_sees(&reviewer, &s));
	s.reviewed = 1;
	assert_true(permit_sees(&reviewer, &s));
	s.buyer = "";
	assert_false(permit_sees(&nobody, &s));
	assert_int_equal(permit_scope(&nobody).kind, SCOPE_NOTHING);
	assert_int_equal(permit_scope(&seller).kind, SCOPE_OF_SELLER);
	assert_string_equal(permit_scope(&seller).account, "datasafe");
	nobody.role = ROLE_NONE;
	assert_int_equal(permit_scope(&nobody).kind, SCOPE_NOTHING);
}

/* An account that both sells and buys acts on each side in its role only. */
static void test_side_is_the_role(void **state)
{
	struct supervision s = standing(FLOW_LIC_OFFLINE, STAGE_ACCEPTANCE, false);
	struct actor selling = buyer;

	(void)state;
	selling.role = ROLE_SELLER;
	ASSERT_DENY(selling, ACCEPT, s, NULL, UNSEEN);
	ASSERT_DENY(buyer, ACCEPT, s, NULL, NONE);
}

static void test_roles(void **state)
{
	(void)state;
	assert_true(permit_role(ROLE_BUYER, ACTION_ACCEPT));
	assert_false(permit_role(ROLE_SELLER, ACTION_ACCEPT));
	assert_false(permit_role(ROLE_OPERATOR, ACTION_ACCEPT));
	assert_true(permit_role(ROLE_SELLER, ACTION_DELIVER));
	assert_true(permit_role(ROLE_OPERATOR, ACTION_PASS_REVIEW));
	assert_true(permit_role(ROLE_REVIEWER, ACTION_PASS_REVIEW));
	for (int role = ROLE_BUYER; role <= ROLE_OPERATOR; role++) {
		assert_true(permit_role((enum role)role, ACTION_REJECT));
		assert_true(permit_role((enum role)role, ACTION_COMMENT));
		assert_int_equal(
		    permit_role((enum role)role, ACTION_DECIDE), role == ROLE_OPERATOR);
		assert_int_equal(permit_role((enum role)role, ACTION_APPEAL),
		    role == ROLE_BUYER || role == ROLE_SELLER);
	}
	assert_false(permit_role(ROLE_SYSTEM, ACTION_ACCEPT));
	assert_false(permit_role(ROLE_BUYER, ACTION_NONE));
}

static void test_moves(void **state)
{
	struct supervision s = standing(FLOW_MANUAL_STD, STAGE_CONFIRMATION, false);

	(void)state;
	ASSERT_DENY(seller, CONFIRM_REQUIREMENT, s, NULL, NONE);
	ASSERT_DENY(seller, REJECT, s, NULL, NONE);
	ASSERT_DENY(seller, DELIVER, s, NULL, STAGE);
	ASSERT_DENY(buyer, REJECT, s, NULL, TURN);
	ASSERT_DENY(buyer, CONFIRM_REQUIREMENT, s, NULL, ROLE);
	ASSERT_DENY(other_buyer, CONFIRM_REQUIREMENT, s, NULL, UNSEEN);
	ASSERT_DENY(operator, CONFIRM_REQUIREMENT, s, NULL, ROLE);
	s = standing(FLOW_MANUAL_STD, STAGE_DELIVERY, false);
	ASSERT_DENY(seller, DELIVER, s, NULL, NONE);
	ASSERT_DENY(seller, REJECT, s, NULL, STAGE);
	ASSERT_DENY(buyer, ACCEPT, s, NULL, STAGE);
	s = standing(FLOW_LIC_OFFLINE, STAGE_ACCEPTANCE, false);
	ASSERT_DENY(buyer, ACCEPT, s, NULL, NONE);
	ASSERT_DENY(buyer, REJECT, s, NULL, NONE);
	ASSERT_DENY(seller, REJECT, s, NULL, TURN);
	ASSERT_DENY(buyer, SUBMIT_REQUIREMENT, s, NULL, STAGE);
}

static void test_review(void **state)
{
	struct supervision s = standing(FLOW_LIC_OFFLINE, STAGE_REVIEW, true);

	(void)state;
	ASSERT_DENY(reviewer, PASS_REVIEW, s, NULL, NONE);
	ASSERT_DENY(reviewer, REJECT, s, NULL, NONE);
	ASSERT_DENY(operator, PASS_REVIEW, s, NULL, NONE);
	ASSERT_DENY(operator, REJECT, s, NULL, NONE);
	ASSERT_DENY(seller, PASS_REVIEW, s, NULL, ROLE);
	ASSERT_DENY(buyer, REJECT, s, NULL, TURN);
	s = standing(FLOW_LIC_OFFLINE, STAGE_ACCEPTANCE, true);
	ASSERT_DENY(operator, REJECT, s, NULL, TURN);
	ASSERT_DENY(reviewer, PASS_REVIEW, s, NULL, STAGE);
}

static void test_frozen(void **state)
{
	struct supervision s = standing(FLOW_LIC_OFFLINE, STAGE_ACCEPTANCE, false);
	struct appeal appeal;

	(void)state;
	memset(&appeal, 0, sizeof(appeal));
	appeal.party = ROLE_SELLER;
	open_appeal(&s);
	ASSERT_DENY(buyer, ACCEPT, s, &appeal, FROZEN);
	ASSERT_DENY(seller, DELIVER, s, &appeal, FROZEN);
	ASSERT_DENY(seller, ACCEPT, s, &appeal, ROLE);
	ASSERT_DENY(buyer, COMMENT, s, &appeal, NONE);
	ASSERT_DENY(operator, COMMENT, s, &appeal, NONE);
	ASSERT_DENY(buyer, APPEAL, s, &appeal, APPEAL_OPEN);
	ASSERT_DENY(buyer, ADD_EVIDENCE, s, &appeal, NONE);
	ASSERT_DENY(seller, ADD_EVIDENCE, s, &appeal, NONE);
	ASSERT_DENY(operator, ADD_EVIDENCE, s, &appeal, ROLE);
	ASSERT_DENY(seller, WITHDRAW_APPEAL, s, &appeal, NONE);
	ASSERT_DENY(buyer, WITHDRAW_APPEAL, s, &appeal, NOT_FILER);
	ASSERT_DENY(seller, WITHDRAW_APPEAL, s, NULL, NOT_FILER);
	ASSERT_DENY(operator, WITHDRAW_APPEAL, s, &appeal, ROLE);
	ASSERT_DENY(operator, DECIDE, s, &appeal, NONE);
	ASSERT_DENY(buyer, DECIDE, s, &appeal, ROLE);
	ASSERT_DENY(other_seller, ADD_EVIDENCE, s, &appeal, UNSEEN);
}

static void test_frozen_for_another_reason(void **state)
{
	struct supervision s = standing(FLOW_LIC_OFFLINE, STAGE_ACCEPTANCE, false);

	(void)state;
	s.freezes = 1;
	ASSERT_DENY(buyer, ACCEPT, s, NULL, FROZEN);
	ASSERT_DENY(buyer, APPEAL, s, NULL, NONE);
	ASSERT_DENY(seller, APPEAL, s, NULL, NONE);
	ASSERT_DENY(buyer, ADD_EVIDENCE, s, NULL, NO_APPEAL);
	ASSERT_DENY(operator, DECIDE, s, NULL, NO_APPEAL);
}

static void test_ended(void **state)
{
	struct supervision s = standing(FLOW_LIC_OFFLINE, STAGE_ACCEPTANCE, false);

	(void)state;
	s.state = SUPERVISION_COMPLETED;
	s.stage = STAGE_DONE;
	for (int id = 1; id < ACTION_COUNT; id++) {
		enum deny deny = permit_action(&buyer, (enum action_id)id, &s, NULL);

		if (id == ACTION_RATE) {
			assert_int_equal(deny, DENY_NONE);
			continue;
		}
		assert_int_equal(
		    deny, permit_role(ROLE_BUYER, (enum action_id)id) ? DENY_CLOSED : DENY_ROLE);
	}
}

static void test_facts(void **state)
{
	struct supervision s = standing(FLOW_LIC_20, STAGE_PICK_UP, false);

	(void)state;
	ASSERT_DENY(seller, ACTIVATE, s, NULL, NOT_PICKED_UP);
	ASSERT_DENY(buyer, ACTIVATE, s, NULL, ROLE);
	ASSERT_DENY(seller, SIGN_OFF, s, NULL, FLOW);
	s.picked_up_at = NOW;
	s.stage = STAGE_ACTIVATION;
	ASSERT_DENY(seller, ACTIVATE, s, NULL, NONE);
	open_appeal(&s);
	ASSERT_DENY(seller, ACTIVATE, s, NULL, NONE);
	s.activated_at = NOW;
	ASSERT_DENY(seller, ACTIVATE, s, NULL, ACTIVATED);
	s = standing(FLOW_HARDWARE, STAGE_SHIPPING, false);
	ASSERT_DENY(seller, SIGN_OFF, s, NULL, STAGE);
	s.stage = STAGE_ACCEPTANCE;
	ASSERT_DENY(seller, SIGN_OFF, s, NULL, NONE);
	s.signed_at = NOW;
	ASSERT_DENY(seller, SIGN_OFF, s, NULL, RECORDED);
}

/* The platform's own moves are nobody else's. */
static void test_system_moves(void **state)
{
	struct supervision s = standing(FLOW_LIC_20, STAGE_ACTIVATION, false);
	struct actor system = operator;

	(void)state;
	system.role = ROLE_SYSTEM;
	ASSERT_DENY(system, PROCEED, s, NULL, NONE);
	ASSERT_DENY(system, ACCEPT_AUTOMATICALLY, s, NULL, STAGE);
	for (int role = ROLE_BUYER; role <= ROLE_OPERATOR; role++) {
		assert_false(permit_role((enum role)role, ACTION_PROCEED));
		assert_false(permit_role((enum role)role, ACTION_ACCEPT_AUTOMATICALLY));
	}
}

static void test_refund(void **state)
{
	struct supervision s = standing(FLOW_HARDWARE, STAGE_ACCEPTANCE, false);

	(void)state;
	ASSERT_DENY(buyer, REQUEST_REFUND, s, NULL, NONE);
	ASSERT_DENY(seller, REQUEST_REFUND, s, NULL, ROLE);
	ASSERT_DENY(seller, AGREE_REFUND, s, NULL, NO_REFUND);
	s.refund = "CS1-000001-R1";
	s.refund_state = REFUND_PENDING;
	s.freezes = 1;
	ASSERT_DENY(buyer, REQUEST_REFUND, s, NULL, REFUND_OPEN);
	ASSERT_DENY(buyer, ACCEPT, s, NULL, REFUND_OPEN);
	ASSERT_DENY(seller, AGREE_REFUND, s, NULL, NONE);
	ASSERT_DENY(seller, REJECT_REFUND, s, NULL, NONE);
	ASSERT_DENY(buyer, SHIP_RETURN, s, NULL, REFUND_STEP);
	s.refund_state = REFUND_RETURNING;
	ASSERT_DENY(seller, AGREE_REFUND, s, NULL, REFUND_STEP);
	ASSERT_DENY(buyer, SHIP_RETURN, s, NULL, NONE);
	ASSERT_DENY(buyer, WITHDRAW_REFUND, s, NULL, NONE);
	s.refund_state = REFUND_RETURN_CHECK;
	ASSERT_DENY(buyer, WITHDRAW_REFUND, s, NULL, REFUND_STEP);
	ASSERT_DENY(seller, ACCEPT_RETURN, s, NULL, NONE);
	/* Both may still appeal, and then neither moves. */
	ASSERT_DENY(seller, APPEAL, s, NULL, NONE);
	open_appeal(&s);
	s.freezes = 2;
	ASSERT_DENY(seller, ACCEPT_RETURN, s, NULL, FROZEN);
	ASSERT_DENY(buyer, ACCEPT, s, NULL, FROZEN);
	s = standing(FLOW_LIC_20, STAGE_ACTIVATION, false);
	s.picked_up_at = NOW;
	ASSERT_DENY(buyer, REQUEST_REFUND, s, NULL, PICKED_UP);
	assert_true(permit_refund_open(REFUND_RETURN_CHECK));
	assert_false(permit_refund_open(REFUND_NONE));
	assert_false(permit_refund_open(REFUND_SUPERSEDED));
}

static void test_deployment(void **state)
{
	struct supervision s = standing(FLOW_LIC_PACKAGE, STAGE_DEPLOYMENT, false);

	(void)state;
	ASSERT_DENY(buyer, START_DEPLOYMENT, s, NULL, NONE);
	ASSERT_DENY(buyer, END_DEPLOYMENT, s, NULL, NO_DEPLOYMENT);
	ASSERT_DENY(seller, START_DEPLOYMENT, s, NULL, ROLE);
	s.deployment_state = DEPLOYMENT_DEPLOYING;
	ASSERT_DENY(buyer, START_DEPLOYMENT, s, NULL, DEPLOYING);
	ASSERT_DENY(buyer, REPORT_DEPLOYMENT, s, NULL, NONE);
	open_appeal(&s);
	ASSERT_DENY(buyer, END_DEPLOYMENT, s, NULL, NONE);
	s = standing(FLOW_LIC_PACKAGE, STAGE_ACCEPTANCE, false);
	s.deployment_state = DEPLOYMENT_DEPLOYED;
	ASSERT_DENY(buyer, ACCEPT, s, NULL, NONE);
	ASSERT_DENY(buyer, REJECT, s, NULL, STAGE);
	ASSERT_DENY(buyer, START_DEPLOYMENT, s, NULL, NONE);
	s = standing(FLOW_LIC_OFFLINE, STAGE_DELIVERY, false);
	ASSERT_DENY(buyer, START_DEPLOYMENT, s, NULL, FLOW);
}

static void test_review_of_the_buyer(void **state)
{
	struct supervision s = standing(FLOW_LIC_OFFLINE, STAGE_ACCEPTANCE, false);

	(void)state;
	ASSERT_DENY(buyer, RATE, s, NULL, NOT_COMPLETED);
	s.state = SUPERVISION_REFUNDED;
	ASSERT_DENY(buyer, RATE, s, NULL, NOT_COMPLETED);
	s.state = SUPERVISION_COMPLETED;
	ASSERT_DENY(buyer, RATE, s, NULL, NONE);
	ASSERT_DENY(seller, RATE, s, NULL, ROLE);
	s.rated_at = NOW;
	ASSERT_DENY(buyer, RATE, s, NULL, RATED);
}

/* What is listed for a role: what belongs to the flow and is done by people. */
static void test_offers(void **state)
{
	struct supervision s = standing(FLOW_LIC_OFFLINE, STAGE_DELIVERY, false);

	(void)state;
	assert_true(permit_offers(ROLE_SELLER, ACTION_DELIVER, &s));
	assert_true(permit_offers(ROLE_BUYER, ACTION_ACCEPT, &s));
	assert_false(permit_offers(ROLE_BUYER, ACTION_SUBMIT_REQUIREMENT, &s));
	assert_true(permit_offers(ROLE_BUYER, ACTION_SUBMIT_REQUIREMENT, NULL));
	assert_false(permit_offers(ROLE_SELLER, ACTION_ACTIVATE, &s));
	assert_false(permit_offers(ROLE_BUYER, ACTION_START_DEPLOYMENT, &s));
	assert_false(permit_offers(ROLE_REVIEWER, ACTION_PASS_REVIEW, &s));
	assert_false(permit_offers(ROLE_SELLER, ACTION_AGREE_REFUND, &s));
	assert_true(permit_offers(ROLE_BUYER, ACTION_REQUEST_REFUND, &s));
	assert_false(permit_offers(ROLE_BUYER, ACTION_RATE, &s));
	s.reviewed = 1;
	s.refund = "CS1-000001-R1";
	s.state = SUPERVISION_COMPLETED;
	assert_true(permit_offers(ROLE_REVIEWER, ACTION_PASS_REVIEW, &s));
	assert_true(permit_offers(ROLE_SELLER, ACTION_AGREE_REFUND, &s));
	assert_true(permit_offers(ROLE_BUYER, ACTION_RATE, &s));
	s.flow = FLOW_LIC_PACKAGE;
	assert_true(permit_offers(ROLE_BUYER, ACTION_START_DEPLOYMENT, &s));
	assert_false(permit_offers(ROLE_BUYER, ACTION_REJECT, &s));
	/* The platform's and the console's own. */
	for (int role = ROLE_BUYER; role <= ROLE_SYSTEM; role++) {
		assert_false(permit_offers((enum role)role, ACTION_PROCEED, NULL));
		assert_false(permit_offers((enum role)role, ACTION_END_DEPLOYMENT, NULL));
	}
}

static void test_reasons(void **state)
{
	(void)state;
	assert_string_equal(deny_text(DENY_NONE), "");
	assert_string_equal(deny_text(DENY_COUNT), "");
	for (int deny = 1; deny < DENY_COUNT; deny++)
		assert_true(deny_text((enum deny)deny)[0] != '\0');
	assert_int_equal(deny_status(DENY_NONE), STATUS_OK);
	assert_int_equal(deny_status(DENY_UNSEEN), STATUS_NOTFOUND);
	assert_int_equal(deny_status(DENY_ROLE), STATUS_AUTH);
	assert_int_equal(deny_status(DENY_TURN), STATUS_CONFLICT);
	assert_int_equal(deny_status(DENY_NOT_FILER), STATUS_CONFLICT);
}

static void assert_step(const struct actor *actor, const struct supervision *s,
    const char *expected)
{
	char out[64];

	permit_next_step(actor, s, NOW, out, sizeof(out));
	assert_string_equal(out, expected);
}

static void test_next_step(void **state)
{
	struct supervision s = standing(FLOW_LIC_OFFLINE, STAGE_ACCEPTANCE, true);

	(void)state;
	assert_step(&buyer, &s, "You: accept");
	assert_step(&seller, &s, "Buyer: accept");
	s = standing(FLOW_LIC_OFFLINE, STAGE_DELIVERY, true);
	assert_step(&buyer, &s, "Seller: deliver");
	s = standing(FLOW_LIC_OFFLINE, STAGE_REVIEW, true);
	assert_step(&buyer, &s, "Review: Huawei");
	assert_step(&reviewer, &s, "You: review");
	s.freezes = 1;
	assert_step(&reviewer, &s, "Frozen");
	open_appeal(&s);
	assert_step(&buyer, &s, "Appeal: 3d left");
	s.appeal_due = NOW - 2 * WHEN_HOUR;
	assert_step(&buyer, &s, "Appeal: 2h late");
	s = standing(FLOW_HARDWARE, STAGE_ACCEPTANCE, false);
	s.refund = "CS1-000001-R1";
	s.refund_state = REFUND_PENDING;
	s.freezes = 1;
	assert_step(&seller, &s, "You: refund");
	assert_step(&buyer, &s, "Seller: refund");
	s.refund_state = REFUND_RETURNING;
	assert_step(&buyer, &s, "You: send back");
	s = standing(FLOW_MANUAL_STD, STAGE_REQUIREMENT, false);
	s.state = SUPERVISION_COMPLETED;
	assert_step(&buyer, &s, "Completed");
	s.state = SUPERVISION_REFUNDED;
	assert_step(&buyer, &s, "Refunded");
}

static void assert_marks(const struct supervision *s, const char *expected)
{
	char out[32];

	permit_marks(s, NOW, out, sizeof(out));
	assert_string_equal(out, expected);
}

static void test_marks(void **state)
{
	struct supervision s = standing(FLOW_MANUAL_STD, STAGE_ACCEPTANCE, false);

	(void)state;
	assert_marks(&s, "");
	s.stay_since = NOW - 5 * WHEN_DAY;
	s.buyer_rejects = s.seller_rejects = 2;
	assert_marks(&s, "");
	s.stay_since--;
	assert_marks(&s, "!5");
	s.seller_rejects = 3;
	assert_marks(&s, "!5 !3");
	open_appeal(&s);
	assert_marks(&s, "!5 !3 A");
	s.appeal_due = NOW;
	assert_marks(&s, "!5 !3 A");
	s.appeal_due = NOW - 1;
	assert_marks(&s, "!5 !3 A late");
	s.state = SUPERVISION_COMPLETED;
	assert_marks(&s, "");
}

/* What waits for the answer to a refund request has waited since the request was made. */
static void test_marks_of_a_refund(void **state)
{
	struct supervision s = standing(FLOW_HARDWARE, STAGE_ACCEPTANCE, false);

	(void)state;
	s.stay_since = NOW - 9 * WHEN_DAY;
	s.refund = "S-R1";
	s.refund_state = REFUND_PENDING;
	s.refund_at = NOW - WHEN_DAY;
	assert_int_equal(permit_since(&s), s.refund_at);
	assert_marks(&s, "R");
	s.refund_at = NOW - 6 * WHEN_DAY;
	assert_marks(&s, "!5 R");
	s.refund_state = REFUND_RETURN_CHECK;
	assert_marks(&s, "R");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scope),
		cmocka_unit_test(test_side_is_the_role),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_review),
		cmocka_unit_test(test_frozen),
		cmocka_unit_test(test_frozen_for_another_reason),
		cmocka_unit_test(test_ended),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_system_moves),
		cmocka_unit_test(test_refund),
		cmocka_unit_test(test_deployment),
		cmocka_unit_test(test_review_of_the_buyer),
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_next_step),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_marks_of_a_refund),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
