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

static void check_flow(enum flow_id flow, unsigned reviewed)
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
				fail_msg("flow %d terms %u: stage %d before %d", flow, reviewed, a,
				    stages[i]);
	}
}

static void test_order_of_stages(void **unused)
{
	(void)unused;
	EXPECT_EACH(flow, terms)
	check_flow((enum flow_id)flow, terms);
	print_message("flow: %lu answers checked\n", n_checked);
}

/* R4: these moves are the platform's, and no other; the fact each waits for, and for how long. */
static void check_own_move(enum flow_id flow, const struct stage *stage)
{
	enum action_id action = ACTION_NONE;
	enum fact fact = FACT_NONE;
	int64_t delay = 0;

	if (flow == FLOW_LIC_20 && stage->id == STAGE_ACTIVATION) {
		action = ACTION_PROCEED;
		fact = FACT_ACTIVATED;
	} else if (flow == FLOW_LIC_20 && stage->id == STAGE_AUTOMATIC) {
		action = ACTION_ACCEPT_AUTOMATICALLY;
	} else if (flow == FLOW_LIC_PACKAGE && stage->id == STAGE_DEPLOYMENT) {
		action = ACTION_PROCEED;
		fact = FACT_DEPLOYED;
	} else if (flow == FLOW_HARDWARE && stage->id == STAGE_ACCEPTANCE) {
		action = ACTION_ACCEPT_AUTOMATICALLY;
		fact = FACT_SIGNED;
		delay = 10 * WHEN_DAY;
	}
	if (stage->system.action != action || stage->system.fact != fact ||
	    stage->system.delay != delay)
		fail_msg("%s, %s: the platform moves by %d after %lld from fact %d",
		    names_word(&flow_names, flow), names_word(&stage_names, stage->id),
		    (int)stage->system.action, (long long)stage->system.delay,
		    (int)stage->system.fact);
}

static void test_stages(void **unused)
{
	(void)unused;
	EXPECT_EACH(flow, terms)
	{
		struct expect_state state = expect_start((enum flow_id)flow, terms, 1, 1);
		enum stage_id stages[STAGE_COUNT];
		size_t n = expect_stages((enum flow_id)flow, terms, stages);

		for (size_t i = 0; i + 1 < n; i++) {
			const struct stage *stage = flow_stage((enum flow_id)flow, stages[i]);

			assert_non_null(stage);
			state.stage = stages[i];
			assert_int_equal(stage->turn, expect_turn(&state));
			if (expect_moves_flow(stage->forward))
				assert_true(expect_offered(&state, stage->forward));
			assert_int_equal(stage->back, expect_back((enum flow_id)flow, stages[i]));
			check_own_move((enum flow_id)flow, stage);
		}
		assert_null(flow_stage((enum flow_id)flow, STAGE_NONE));
		assert_null(flow_stage((enum flow_id)flow, STAGE_DONE));
		for (int stage = 1; stage < STAGE_COUNT; stage++) {
			bool listed = false;

			for (unsigned t = 0; t < EXPECT_TERMS; t++) {
				size_t k = expect_stages((enum flow_id)flow, t, stages);

				for (size_t i = 0; i + 1 < k; i++)
					listed = listed || stages[i] == (enum stage_id)stage;
			}
			if (!listed)
				assert_null(flow_stage((enum flow_id)flow, (enum stage_id)stage));
		}
	}
	assert_int_equal(RETURN_DELAY, 15 * WHEN_DAY);
	assert_int_equal(HARDWARE_DELAY, 10 * WHEN_DAY);
}

/* Section 1: which delivery methods are supervised; section 4 and 11b: how. */
static void test_supervised_deliveries(void **unused)
{
	static const enum flow_id flows[DELIVERY_COUNT] = {
		[DELIVERY_MANUAL_STD] = FLOW_MANUAL_STD,
		[DELIVERY_MANUAL_SITE] = FLOW_MANUAL_SITE,
		[DELIVERY_SAAS_OFFLINE] = FLOW_SAAS_OFFLINE,
		[DELIVERY_DATA_FILE] = FLOW_DATA,
		[DELIVERY_ORCHESTRATION] = FLOW_MANUAL_STD, /* 4.9: the same kind of flow */
		[DELIVERY_LIC_OFFLINE] = FLOW_LIC_OFFLINE,
		[DELIVERY_LIC_10] = FLOW_LIC_10,
		[DELIVERY_LIC_20] = FLOW_LIC_20,
		[DELIVERY_LIC_PACKAGE] = FLOW_LIC_PACKAGE,
		[DELIVERY_HARDWARE] = FLOW_HARDWARE,
	};

	(void)unused;
	for (int delivery = 0; delivery < DELIVERY_COUNT; delivery++)
		assert_int_equal(flow_of_delivery((enum delivery)delivery), flows[delivery]);
}

/* R5, by the second: generic orders from 2024-09-14 in platform time on need no proof. */
static void test_proof_policy(void **unused)
{
	const struct civil turn = { .year = 2024, .month = 9, .day = 14 };
	int64_t at = when_from_civil(&turn, WHEN_PLATFORM_OFFSET);
	const int64_t times[] = { at - 400 * WHEN_DAY, at - 1, at, at + 1, at + 400 * WHEN_DAY };

	(void)unused;
	assert_int_equal(at, INT64_C(1726243200000)); /* 2024-09-13T16:00:00Z */
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		assert_true(policy_proof(CATEGORY_JOINT, times[i]));
		assert_int_equal(policy_proof(CATEGORY_GENERIC, times[i]), times[i] < at);
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
		cmocka_unit_test(test_proof_policy),
		cmocka_unit_test(test_marks),
	};

	return cmocka_run_group_tests_name("expect_flow", tests, NULL, NULL);
}
