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

/* Walks a flow from its first stage to the end and compares. */
static void
assert_walk(enum flow_id flow, bool reviewed, const enum stage_id *stages, size_t count)
{
	enum stage_id at = flow_first(flow, reviewed);

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(at, stages[i]);
		assert_int_equal(flow_has(flow, at, reviewed), stages[i] != STAGE_DONE);
		at = flow_next(flow, at, reviewed);
	}
	assert_int_equal(at, STAGE_DONE);
}

static void
test_manual_standard(void **state)
{
	const enum stage_id plain[] = { STAGE_REQUIREMENT, STAGE_CONFIRMATION, STAGE_DELIVERY,
		STAGE_ACCEPTANCE, STAGE_DONE };
	const enum stage_id reviewed[] = { STAGE_REQUIREMENT, STAGE_CONFIRMATION, STAGE_DELIVERY,
		STAGE_REVIEW, STAGE_ACCEPTANCE, STAGE_DONE };

	(void)state;
	assert_walk(FLOW_MANUAL_STD, false, plain, 5);
	assert_walk(FLOW_MANUAL_STD, true, reviewed, 6);
}

static void
test_license_offline(void **state)
{
	const enum stage_id plain[] = { STAGE_DELIVERY, STAGE_ACCEPTANCE, STAGE_DONE };
	const enum stage_id reviewed[] = { STAGE_DELIVERY, STAGE_REVIEW, STAGE_ACCEPTANCE,
		STAGE_DONE };

	(void)state;
	assert_walk(FLOW_LIC_OFFLINE, false, plain, 3);
	assert_walk(FLOW_LIC_OFFLINE, true, reviewed, 4);
}

static void
test_ways_back_and_counters(void **state)
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

static void
test_no_delivery_is_accepted_by_a_timer(void **state)
{
	(void)state;
	for (int id = 1; id < FLOW_COUNT; id++) {
		const struct flow *flow = flow_get((enum flow_id)id);

		assert_int_equal(flow->id, id);
		for (size_t i = 0; i < flow->count; i++)
			assert_int_equal(flow->stages[i].system.delay, 0);
	}
}

static void
test_before(void **state)
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

static void
test_which_deliveries_are_supervised(void **state)
{
	(void)state;
	for (int delivery = 0; delivery < DELIVERY_COUNT; delivery++) {
		enum flow_id flow = flow_of_delivery((enum delivery)delivery);

		if (delivery == DELIVERY_MANUAL_STD)
			assert_int_equal(flow, FLOW_MANUAL_STD);
		else if (delivery == DELIVERY_LIC_OFFLINE)
			assert_int_equal(flow, FLOW_LIC_OFFLINE);
		else
			assert_int_equal(flow, FLOW_NONE);
	}
	assert_int_equal(flow_first(FLOW_NONE, true), STAGE_NONE);
	assert_null(flow_stage(FLOW_NONE, STAGE_DELIVERY));
	assert_int_equal(flow_get((enum flow_id)99)->count, 0);
}

static int64_t
at(const char *iso)
{
	int64_t when;

	assert_true(when_parse_iso(iso, &when));
	return when;
}

static void
test_review_policy(void **state)
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_manual_standard),
		cmocka_unit_test(test_license_offline),
		cmocka_unit_test(test_ways_back_and_counters),
		cmocka_unit_test(test_no_delivery_is_accepted_by_a_timer),
		cmocka_unit_test(test_before),
		cmocka_unit_test(test_which_deliveries_are_supervised),
		cmocka_unit_test(test_review_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
