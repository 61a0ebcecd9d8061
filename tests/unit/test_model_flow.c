/* Flows: the order of their nodes, with and without review, and the policy that decides about it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "model/flow.h"
#include "model/records.h"

/* Walks a flow from its first stage to the end and compares. */
static void assert_walk(enum flow_id flow, unsigned reviewed, const enum stage_id *stages,
    size_t count)
{
	enum stage_id at = flow_first(flow, reviewed);

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(at, stages[i]);
		assert_int_equal(flow_has(flow, at, reviewed), stages[i] != STAGE_DONE);
		at = flow_next(flow, at, reviewed);
	}
	assert_int_equal(at, STAGE_DONE);
}

static void test_manual_standard(void **state)
{
	const enum stage_id plain[] = { STAGE_REQUIREMENT, STAGE_CONFIRMATION, STAGE_DELIVERY,
		STAGE_ACCEPTANCE, STAGE_DONE };
	const enum stage_id reviewed[] = { STAGE_REQUIREMENT, STAGE_CONFIRMATION, STAGE_DELIVERY,
		STAGE_REVIEW, STAGE_ACCEPTANCE, STAGE_DONE };

	(void)state;
	assert_walk(FLOW_MANUAL_STD, false, plain, 5);
	assert_walk(FLOW_MANUAL_STD, true, reviewed, 6);
}

static void test_license_offline(void **state)
{
	const enum stage_id plain[] = { STAGE_DELIVERY, STAGE_ACCEPTANCE, STAGE_DONE };
	const enum stage_id reviewed[] = { STAGE_DELIVERY, STAGE_REVIEW, STAGE_ACCEPTANCE,
		STAGE_DONE };

	(void)state;
	assert_walk(FLOW_LIC_OFFLINE, false, plain, 3);
	assert_walk(FLOW_LIC_OFFLINE, true, reviewed, 4);
}

#define WALK(flow, conditions, ...) \
	do { \
		const enum stage_id stages[] = { __VA_ARGS__, STAGE_DONE }; \
\
		assert_walk(FLOW_##flow, conditions, stages, sizeof(stages) / sizeof(stages[0])); \
	} while (0)

static void test_other_flows(void **state)
{
	(void)state;
	WALK(MANUAL_SITE, 0, STAGE_REQUIREMENT, STAGE_CONFIRMATION, STAGE_DRAFT,
	    STAGE_DRAFT_CONFIRMATION, STAGE_BUILD, STAGE_ACCEPTANCE);
	WALK(MANUAL_SITE, COND_REVIEWED, STAGE_REQUIREMENT, STAGE_CONFIRMATION, STAGE_DRAFT,
	    STAGE_DRAFT_CONFIRMATION, STAGE_BUILD, STAGE_REVIEW, STAGE_ACCEPTANCE);
	WALK(SAAS_OFFLINE, 0, STAGE_REQUIREMENT, STAGE_CONFIRMATION, STAGE_DELIVERY,
	    STAGE_ACCEPTANCE);
	WALK(DATA, 0, STAGE_REQUIREMENT, STAGE_CONFIRMATION, STAGE_DELIVERY, STAGE_ACCEPTANCE);
	WALK(LIC_10, 0, STAGE_IDENTIFIER, STAGE_DELIVERY, STAGE_ACCEPTANCE);
	WALK(LIC_10, COND_REVIEWED, STAGE_IDENTIFIER, STAGE_DELIVERY, STAGE_REVIEW,
	    STAGE_ACCEPTANCE);
	WALK(LIC_PACKAGE, 0, STAGE_DEPLOYMENT, STAGE_ACCEPTANCE);
	WALK(HARDWARE, 0, STAGE_SHIPPING, STAGE_ACCEPTANCE);
	/* What a flow has no stage for changes nothing in it. */
	WALK(HARDWARE, COND_REVIEWED | COND_PROOF, STAGE_SHIPPING, STAGE_ACCEPTANCE);
}

/* R5: both ways in which license 2.0 is closed; a review is one of the proof. */
static void test_license_20(void **state)
{
	(void)state;
	WALK(LIC_20, 0, STAGE_DELIVERY, STAGE_PICK_UP, STAGE_ACTIVATION);
	WALK(LIC_20, COND_REVIEWED, STAGE_DELIVERY, STAGE_PICK_UP, STAGE_ACTIVATION);
	WALK(LIC_20, COND_PROOF, STAGE_DELIVERY, STAGE_PICK_UP, STAGE_ACTIVATION, STAGE_PROOF,
	    STAGE_AUTOMATIC);
	WALK(LIC_20, COND_PROOF | COND_REVIEWED, STAGE_DELIVERY, STAGE_PICK_UP, STAGE_ACTIVATION,
	    STAGE_PROOF, STAGE_REVIEW, STAGE_AUTOMATIC);
}

static void test_conditions_are_the_supervisions(void **state)
{
	struct supervision s = { .reviewed = 0 };

	(void)state;
	assert_int_equal(flow_conditions(&s), 0);
	s.reviewed = 1;
	assert_int_equal(flow_conditions(&s), COND_REVIEWED);
	s.proof_required = 1;
	assert_int_equal(flow_conditions(&s), COND_REVIEWED | COND_PROOF);
	assert_int_equal(COND_REVIEWED, true);
}

/* R17 */
static void test_labels(void **state)
{
	(void)state;
	assert_string_equal(flow_label(FLOW_LIC_PACKAGE, STAGE_ACCEPTANCE, ACTION_ACCEPT),
	    "Confirm completion");
	assert_string_equal(flow_label(FLOW_LIC_OFFLINE, STAGE_ACCEPTANCE, ACTION_ACCEPT),
	    "Confirm acceptance");
	assert_string_equal(
	    flow_label(FLOW_LIC_PACKAGE, STAGE_ACCEPTANCE, ACTION_APPEAL), "File appeal");
	assert_int_equal(flow_stage(FLOW_LIC_PACKAGE, STAGE_ACCEPTANCE)->back, STAGE_NONE);
}

static void test_when_a_move_is_due(void **state)
{
	struct supervision s = { .consignee = "+86 138-0000-0001" };
	const struct system_move *move = &flow_stage(FLOW_HARDWARE, STAGE_ACCEPTANCE)->system;

	(void)state;
	assert_int_equal(flow_due(&s, move, 1000), 0);
	s.signed_at = 5000;
	s.parcel_consignee = "13800000001";
	assert_int_equal(flow_due(&s, move, 1000), 5000 + 10 * WHEN_DAY);
	s.signed_at = 500;
	assert_int_equal(flow_due(&s, move, 1000), 1000 + 10 * WHEN_DAY);
	s.parcel_consignee = "13800000002";
	assert_int_equal(flow_due(&s, move, 1000), 0);
	assert_int_equal(flow_due(&s, &flow_stage(FLOW_HARDWARE, STAGE_SHIPPING)->system, 1000), 0);
	move = &flow_stage(FLOW_LIC_20, STAGE_AUTOMATIC)->system;
	assert_int_equal(flow_due(&s, move, 1000), 1000);
	move = &flow_stage(FLOW_LIC_20, STAGE_ACTIVATION)->system;
	assert_int_equal(flow_due(&s, move, 1000), 0);
	s.activated_at = 2000;
	assert_int_equal(flow_due(&s, move, 1000), 2000);
}

static void test_numbers(void **state)
{
	(void)state;
	assert_true(flow_same_number("138 0000 0001", "+86-13800000001"));
	assert_true(flow_same_number("0086 13800000001", "13800000001"));
	assert_false(flow_same_number("13800000001", "1380000000"));
	assert_false(flow_same_number("13800000001", "13800000002"));
	/* What is not known differs from nothing. */
	assert_true(flow_same_number("", "13800000002"));
	assert_true(flow_same_number("13800000002", "-"));
	assert_true(flow_same_number(NULL, "13800000002"));
}

static void test_ways_back_and_counters(void **state)
{
	const struct stage *confirm = flow_stage(FLOW_MANUAL_STD, STAGE_CONFIRMATION);
	const struct stage *review = flow_stage(FLOW_LIC_OFFLINE, STAGE_REVIEW);
	const struct stage *accept = flow_stage(FLOW_LIC_OFFLINE, STAGE_ACCEPTANCE);

	(void)state;
	assert_int_equal(confirm->back, STAGE_REQUIREMENT);
	assert_int_equal(confirm->counts, ROLE_SELLER);
	assert_int_equal(review->back, STAGE_DELIVERY);
	assert_int_equal(review->counts, ROLE_NONE);
	assert_int_equal(accept->back, STAGE_DELIVERY);
	assert_int_equal(accept->counts, ROLE_BUYER);
	assert_int_equal(flow_stage(FLOW_LIC_OFFLINE, STAGE_DELIVERY)->back, STAGE_NONE);
}

/* R4: hardware is the only delivery with a clock. */
static void test_no_other_delivery_is_accepted_by_a_timer(void **state)
{
	(void)state;
	for (int id = 1; id < FLOW_COUNT; id++) {
		const struct flow *flow = flow_get((enum flow_id)id);

		assert_int_equal(flow->id, id);
		for (size_t i = 0; i < flow->count; i++) {
			bool timed = id == FLOW_HARDWARE && flow->stages[i].id == STAGE_ACCEPTANCE;

			assert_int_equal(
			    flow->stages[i].system.delay, timed ? 10 * WHEN_DAY : 0);
		}
	}
}

static void test_before(void **state)
{
	(void)state;
	assert_true(flow_before(FLOW_MANUAL_STD, STAGE_REQUIREMENT, STAGE_ACCEPTANCE, false));
	assert_true(flow_before(FLOW_MANUAL_STD, STAGE_DELIVERY, STAGE_REVIEW, true));
	assert_false(flow_before(FLOW_MANUAL_STD, STAGE_REVIEW, STAGE_ACCEPTANCE, false));
	assert_true(flow_before(FLOW_MANUAL_STD, STAGE_REVIEW, STAGE_ACCEPTANCE, true));
	assert_false(flow_before(FLOW_MANUAL_STD, STAGE_DELIVERY, STAGE_DELIVERY, false));
	assert_false(flow_before(FLOW_MANUAL_STD, STAGE_ACCEPTANCE, STAGE_DELIVERY, false));
	assert_false(flow_before(FLOW_LIC_OFFLINE, STAGE_REQUIREMENT, STAGE_ACCEPTANCE, false));
	assert_false(flow_before(FLOW_LIC_OFFLINE, STAGE_DONE, STAGE_DONE, false));
	assert_false(flow_before(FLOW_LIC_OFFLINE, STAGE_NONE, STAGE_ACCEPTANCE, false));
	assert_true(flow_before(FLOW_LIC_OFFLINE, STAGE_ACCEPTANCE, STAGE_DONE, false));
}

static void test_which_deliveries_are_supervised(void **state)
{
	(void)state;
	for (int delivery = 0; delivery < DELIVERY_COUNT; delivery++) {
		static const enum flow_id flows[DELIVERY_COUNT] = {
			[DELIVERY_MANUAL_STD] = FLOW_MANUAL_STD,
			[DELIVERY_MANUAL_SITE] = FLOW_MANUAL_SITE,
			[DELIVERY_SAAS_OFFLINE] = FLOW_SAAS_OFFLINE,
			[DELIVERY_DATA_FILE] = FLOW_DATA,
			[DELIVERY_ORCHESTRATION] = FLOW_MANUAL_STD,
			[DELIVERY_LIC_OFFLINE] = FLOW_LIC_OFFLINE,
			[DELIVERY_LIC_10] = FLOW_LIC_10,
			[DELIVERY_LIC_20] = FLOW_LIC_20,
			[DELIVERY_LIC_PACKAGE] = FLOW_LIC_PACKAGE,
			[DELIVERY_HARDWARE] = FLOW_HARDWARE,
		};

		assert_int_equal(flow_of_delivery((enum delivery)delivery), flows[delivery]);
	}
	assert_int_equal(flow_first(FLOW_NONE, true), STAGE_NONE);
	assert_null(flow_stage(FLOW_NONE, STAGE_DELIVERY));
	assert_int_equal(flow_get((enum flow_id)99)->count, 0);
}

static int64_t at(const char *iso)
{
	int64_t when;

	assert_true(when_parse_iso(iso, &when));
	return when;
}

static void test_review_policy(void **state)
{
	int64_t last = at("2023-04-27T23:59:59.999+08:00"), first = at("2023-04-28T00:00:00+08:00");

	(void)state;
	assert_true(policy_reviewed(CATEGORY_JOINT, TRACK_NONE, last));
	assert_false(policy_reviewed(CATEGORY_JOINT, TRACK_NONE, first));
	assert_true(policy_reviewed(CATEGORY_JOINT, TRACK_EMPOWERMENT, first));
	assert_true(policy_reviewed(CATEGORY_JOINT, TRACK_BASE, first));
	assert_false(policy_reviewed(CATEGORY_GENERIC, TRACK_NONE, last));
	assert_false(policy_reviewed(CATEGORY_GENERIC, TRACK_BASE, first));
	assert_false(policy_reviewed(CATEGORY_SELF_SERVICE, TRACK_NONE, last));
}

static void test_proof_policy(void **state)
{
	int64_t last = at("2024-09-13T23:59:59.999+08:00"), first = at("2024-09-14T00:00:00+08:00");

	(void)state;
	assert_true(policy_proof(CATEGORY_JOINT, last));
	assert_true(policy_proof(CATEGORY_JOINT, first));
	assert_true(policy_proof(CATEGORY_GENERIC, last));
	assert_false(policy_proof(CATEGORY_GENERIC, first));
	assert_false(policy_proof(CATEGORY_SELF_SERVICE, first));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_manual_standard),
		cmocka_unit_test(test_license_offline),
		cmocka_unit_test(test_other_flows),
		cmocka_unit_test(test_license_20),
		cmocka_unit_test(test_conditions_are_the_supervisions),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_when_a_move_is_due),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_ways_back_and_counters),
		cmocka_unit_test(test_no_other_delivery_is_accepted_by_a_timer),
		cmocka_unit_test(test_proof_policy),
		cmocka_unit_test(test_before),
		cmocka_unit_test(test_which_deliveries_are_supervised),
		cmocka_unit_test(test_review_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
