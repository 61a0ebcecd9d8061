/* Clocks and freezes (F4), and the paid period: the parts that need no store. */
#include "market_fixture.h"

#include "market/work.h"

static const struct stage timed = { .id = STAGE_ACCEPTANCE,
	.system = { ACTION_ACCEPT, 10 * WHEN_DAY, FACT_NONE } };
static const struct stage untimed = { .id = STAGE_DELIVERY };

static void test_clock(void **state)
{
	struct supervision s = { .state = SUPERVISION_OPEN };

	(void)state;
	due_start(&s, &timed, T0);
	assert_int_equal(s.due_at, T0 + 10 * WHEN_DAY);
	assert_int_equal(s.remaining, 0);
	due_start(&s, &untimed, T0);
	assert_int_equal(s.due_at, 0);
	due_start(&s, NULL, T0);
	assert_int_equal(s.due_at, 0);
}

static void test_freezes_are_counted(void **state)
{
	struct supervision s = { .state = SUPERVISION_OPEN };

	(void)state;
	due_start(&s, &timed, T0);
	due_freeze(&s, T0 + 3 * WHEN_DAY);
	assert_int_equal(s.due_at, 0);
	assert_int_equal(s.remaining, 7 * WHEN_DAY);
	due_freeze(&s, T0 + 4 * WHEN_DAY);
	due_thaw(&s, T0 + 5 * WHEN_DAY);
	assert_int_equal(s.freezes, 1);
	assert_int_equal(s.due_at, 0);
	assert_int_equal(s.remaining, 7 * WHEN_DAY);
	due_thaw(&s, T0 + 20 * WHEN_DAY);
	assert_int_equal(s.freezes, 0);
	assert_int_equal(s.due_at, T0 + 27 * WHEN_DAY);
	assert_int_equal(s.remaining, 0);
	due_thaw(&s, T0);
	assert_int_equal(s.freezes, 0);
}

/* Without a clock a freeze leaves none, and a node that is entered frozen starts with all its time.
 */
static void test_freeze_without_clock(void **state)
{
	struct supervision s = { .state = SUPERVISION_OPEN };

	(void)state;
	due_freeze(&s, T0);
	due_thaw(&s, T0 + 1);
	assert_int_equal(s.due_at, 0);
	due_freeze(&s, T0);
	due_start(&s, &timed, T0);
	assert_int_equal(s.due_at, 0);
	assert_int_equal(s.remaining, 10 * WHEN_DAY);
	due_thaw(&s, T0 + WHEN_DAY);
	assert_int_equal(s.due_at, T0 + 11 * WHEN_DAY);
}

/* Without a clock or a fact nothing is ever due, whatever is left in the row. */
static void test_nothing_due(void **state)
{
	(void)state;
	for (enum flow_id id = FLOW_NONE + 1; id < FLOW_COUNT; id++) {
		const struct flow *flow = flow_get(id);

		for (size_t i = 0; i < flow->count; i++) {
			const struct system_move *move = &flow->stages[i].system;
			struct supervision s = { .state = SUPERVISION_OPEN,
				.flow = id,
				.stage = flow->stages[i].id,
				.stay_since = T0,
				.due_at = move->delay > 0 ? 0 : T0 };

			if (flow->stages[i].id != STAGE_AUTOMATIC)
				assert_null(due_move(&s, T0 + 1));
		}
	}
}

/* A fact that is there moves at once, unless it is frozen; and no earlier than the stage began. */
static void test_level_triggered(void **state)
{
	struct supervision s = { .state = SUPERVISION_OPEN,
		.flow = FLOW_LIC_20,
		.stage = STAGE_ACTIVATION,
		.stay_since = T0,
		.activated_at = T0 + 5 };

	(void)state;
	assert_null(due_move(&s, T0 + 4));
	assert_int_equal(due_move(&s, T0 + 9)->action, ACTION_PROCEED);
	assert_int_equal(due_time(&s), T0 + 5);
	s.stay_since = T0 + 7;
	assert_int_equal(due_time(&s), T0 + 7);
	s.freezes = 1;
	assert_null(due_move(&s, T0 + 9));
	s.freezes = 0;
	s.state = SUPERVISION_REFUNDED;
	assert_null(due_move(&s, T0 + 9));
}

static void test_period(void **state)
{
	struct order_line line = {
		.charging = "PERIOD", .period_type = "month", .period_number = 1, .expires_at = 77
	};
	int64_t start, end;

	(void)state;
	assert_true(when_parse_iso("2026-01-31T02:00:00Z", &start));
	assert_true(when_parse_iso("2026-02-28T02:00:00Z", &end));
	assert_int_equal(complete_period_end(&line, start), end);
	line.period_type = "day";
	line.period_number = 15;
	assert_int_equal(complete_period_end(&line, start), start + 15 * WHEN_DAY);
	line.period_type = "year";
	line.period_number = 2;
	assert_true(when_parse_iso("2028-01-31T02:00:00Z", &end));
	assert_int_equal(complete_period_end(&line, start), end);
	/* Of what is unknown here the order's own expiry holds. */
	line.period_type = "fortnight";
	assert_int_equal(complete_period_end(&line, start), 77);
	line.charging = "ONETIME";
	assert_int_equal(complete_period_end(&line, start), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_freezes_are_counted),
		cmocka_unit_test(test_freeze_without_clock),
		cmocka_unit_test(test_nothing_due),
		cmocka_unit_test(test_level_triggered),
		cmocka_unit_test(test_period),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
