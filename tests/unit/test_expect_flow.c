/*
 * The flows' questions (order of stages, what comes next, what lies before) and the choice of a
 * flow and of the review, against expectations that were written from the rules and not from the
 * tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "expect.h"
#include "model/flow.h"

static unsigned long n_checked;

static void check_flow(enum flow_id flow, bool reviewed)
{
	enum stage_id stages[STAGE_COUNT];
	size_t n = expect_stages(flow, reviewed, stages);

	assert_int_equal(flow_first(flow, reviewed), stages[0]);
	for (size_t i = 0; i + 1 < n; i++) {
		assert_true(flow_has(flow, stages[i], reviewed));
		assert_int_equal(flow_next(flow, stages[i], reviewed), stages[i + 1]);
		assert_int_equal(expect_next(flow, stages[i], reviewed), stages[i + 1]);
		n_checked += 2;
	}
	for (int a = 1; a < STAGE_COUNT; a++) {
		size_t at = n;

		for (size_t i = 0; i < n; i++)
			if (stages[i] == (enum stage_id)a)
				at = i;
		if (at == n)
			assert_false(flow_has(flow, (enum stage_id)a, reviewed));
		for (size_t i = 0; i + 1 < n; i++, n_checked++)
			if (flow_before(flow, (enum stage_id)a, stages[i], reviewed) != (at < i))
				fail_msg("flow %d reviewed %d: stage %d before %d", flow, reviewed,
				    a, stages[i]);
	}
}

static void test_order_of_stages(void **unused)
{
	(void)unused;
	EXPECT_FLOWS(flow) {
		check_flow((enum flow_id)flow, false);
		check_flow((enum flow_id)flow, true);
	}
	print_message("flow: %lu answers checked\n", n_checked);
}

static void test_stages(void **unused)
{
	(void)unused;
	EXPECT_FLOWS(flow) {
		struct expect_state state = expect_start((enum flow_id)flow, true, 1);
		enum stage_id stages[STAGE_COUNT];
		size_t n = expect_stages((enum flow_id)flow, true, stages);

		for (size_t i = 0; i + 1 < n; i++) {
			const struct stage *stage = flow_stage((enum flow_id)flow, stages[i]);

			assert_non_null(stage);
			state.stage = stages[i];
			assert_int_equal(stage->turn, expect_turn(&state));
			assert_true(expect_offered(&state, stage->forward));
			assert_int_equal(stage->back, expect_back((enum flow_id)flow, stages[i]));
			/* R4: no delivery of these flows is accepted by a timer */
			assert_int_equal(stage->system.delay, 0);
		}
		assert_null(flow_stage((enum flow_id)flow, STAGE_NONE));
		assert_null(flow_stage((enum flow_id)flow, STAGE_DONE));
	}
	assert_null(flow_stage(FLOW_LIC_OFFLINE, STAGE_REQUIREMENT));
	assert_null(flow_stage(FLOW_LIC_OFFLINE, STAGE_CONFIRMATION));
}

/* Section 1: which delivery methods are supervised; 4.1 and 4.5: how. */
static void test_supervised_deliveries(void **unused)
{
	(void)unused;
	for (int delivery = 0; delivery < DELIVERY_COUNT; delivery++) {
		enum flow_id flow = FLOW_NONE;

		if (!expect_has_flow(flow_of_delivery((enum delivery)delivery)))
			continue;
		if (delivery == DELIVERY_MANUAL_STD || delivery == DELIVERY_ORCHESTRATION)
			flow = FLOW_MANUAL_STD;
		if (delivery == DELIVERY_LIC_OFFLINE)
			flow = FLOW_LIC_OFFLINE;
		assert_int_equal(flow_of_delivery((enum delivery)delivery), flow);
	}
}

/* R16 and 4.7, by the second: before 2023-04-28 in platform time every joint-operation order, then
 * those with a track. */
static void test_review_policy(void **unused)
{
	struct civil turn = { .year = 2023, .month = 4, .day = 28 };
	int64_t at = when_from_civil(&turn, WHEN_PLATFORM_OFFSET);
	const int64_t before[] = { at - 1, at - WHEN_DAY, at - 400 * WHEN_DAY };
	const int64_t after[] = { at, at + 1, at + WHEN_PLATFORM_OFFSET, at + 900 * WHEN_DAY };

	(void)unused;
	assert_int_equal(at, INT64_C(1682611200000)); /* 2023-04-27T16:00:00Z */
	for (int category = 0; category < CATEGORY_COUNT; category++)
		for (int track = 0; track < TRACK_COUNT; track++) {
			bool joint = category == CATEGORY_JOINT;

			for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
				assert_int_equal(policy_reviewed((enum category)category,
						     (enum track)track, before[i]),
				    joint);
			for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++)
				assert_int_equal(policy_reviewed((enum category)category,
						     (enum track)track, after[i]),
				    joint && track != TRACK_NONE);
		}
}

static void test_marks(void **unused)
{
	(void)unused;
	assert_int_equal(MARK_STAY, 5 * WHEN_DAY);
	assert_int_equal(MARK_REJECTS, 3);
	assert_int_equal(APPEAL_DAYS, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_of_stages),
		cmocka_unit_test(test_stages),
		cmocka_unit_test(test_supervised_deliveries),
		cmocka_unit_test(test_review_policy),
		cmocka_unit_test(test_marks),
	};

	return cmocka_run_group_tests_name("expect_flow", tests, NULL, NULL);
}
