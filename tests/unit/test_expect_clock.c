/*
 * Twenty simulated years of clocks: hardware that is accepted ten days after its sign-off, goods
 * sent back that count as accepted after fifteen, codes that are activated during a freeze, paid
 * periods over month ends and leap days; appeals and refund requests that overlap; a host that
 * sleeps for days. What happened is held against a small calculator of its own: it knows when the
 * record was frozen and counts the free time. No due move is missed or made twice, and one that is
 * made late counts from when it was due. Time is passed in; nothing here looks at a clock.
 *
 * KOODESK_CLOCKS sets how many supervisions (1,500), KOODESK_SEED the seed.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock_things.h"

#define FROM INT64_C(1727740800000) /* 2024-10-01: R5 is in force */
#define YEARS 20
#define EXPIRED_FOR (7 * WHEN_DAY) /* 2.6: still usable, then frozen with its data kept */
#define KEPT_FOR (15 * WHEN_DAY)

static unsigned long n_ticks, n_clamped, n_aged, n_most, n_leap_day;

static const struct supervision *row_of(const struct thing *thing)
{
	const struct supervision *row = engine_row(&clock_engine, &supervision_record, thing->id);

	assert_non_null(row);
	return row;
}

/* The row's own clock against the calculator: running or stopped, never both (F4). */
static void check_clock(struct thing *thing)
{
	const struct supervision *row = row_of(thing);
	bool frozen = thing->appeal != ROLE_NONE || thing->refund;

	if (thing->kind == PARCEL && thing->span > 0 && !thing->over && !thing_is_due(thing)) {
		thing_same(thing, "due_at", row->due_at, frozen ? 0 : thing_due(thing));
		thing_same(thing, "remaining", row->remaining, frozen ? thing_left(thing) : 0);
	}
	if ((thing->kind == RETURN || thing->goods == SENT_BACK) && thing->span > 0 &&
	    !thing->over && !thing_is_due(thing)) {
		const struct refund *refund =
		    engine_row(&clock_engine, &refund_record, row->refund);

		if (refund)
			thing_same(thing, "the return's due_at", refund->due_at,
			    thing->appeal != ROLE_NONE ? 0 : thing_due(thing));
		else
			thing_wrong(thing, "the open refund request", 0, 1);
	}
	arena_free(&clock_engine.arena);
}

/* When the paid period ends; 0: it has not begun, or ends never. */
static int64_t period_end(const struct thing *thing)
{
	int64_t from = thing->kind == PARCEL ? thing->due : thing->period_from;

	if (!thing->over || thing->kind == RETURN || thing->goods == SENT_BACK || from == 0)
		return 0;
	return thing->months ? expect_months_later(from, thing->months)
			     : from + thing->days * WHEN_DAY;
}

/* Services age by time alone, in the row too once the host is awake, however long it slept. */
static void check_service(struct thing *thing)
{
	int64_t end = period_end(thing), now = clock_engine.now;
	const struct order_line *line;
	const struct instance *instance;

	if (end == 0)
		return;
	line = engine_row(&clock_engine, &order_line_record, thing->id);
	instance = line ? engine_row(&clock_engine, &instance_record, line->instance) : NULL;
	assert_non_null(instance);
	thing_same(thing, "the service's state", instance->state,
	    now < end			     ? INSTANCE_ACTIVE
		: now < end + EXPIRED_FOR	     ? INSTANCE_EXPIRED
		: now < end + EXPIRED_FOR + KEPT_FOR ? INSTANCE_FROZEN
						     : INSTANCE_RELEASED);
	n_aged += now >= end;
	arena_free(&clock_engine.arena);
}

/* All at once, or some first and then the others: it is the same in the end. */
static int64_t make_moves(struct rng *rng)
{
	unsigned limit = rng_below(rng, 3) == 0 ? (unsigned)rng_between(rng, 1, 4) : 0;
	int64_t fired = 0, rest = 0;
	struct error err = { 0 };

	assert_int_equal(
	    market_tick(clock_engine.market, clock_engine.now, limit, &fired, &err), STATUS_OK);
	if (limit > 0 && fired > limit) {
		print_error("a tick of at most %u moves made %" PRId64 "\n", limit, fired);
		clock_counts.wrong++;
	}
	assert_int_equal(
	    market_tick(clock_engine.market, clock_engine.now, 0, &rest, &err), STATUS_OK);
	if (limit == 0 && rest != 0) {
		print_error("%" PRId64 " moves were made once more\n", rest);
		clock_counts.wrong++;
	}
	n_ticks++;
	return fired + rest;
}

static void tick(struct rng *rng, struct thing *things, int64_t count)
{
	int64_t fired, expected = 0, next = 0, first = 0;
	struct error err = { 0 };

	for (int64_t i = 0; i < count; i++)
		expected += !things[i].over && thing_is_due(&things[i]);
	fired = make_moves(rng);
	for (int64_t i = 0; i < count; i++) {
		struct thing *thing = &things[i];
		int64_t due = thing->over ? 0 : thing_due(thing);

		if (due != 0 && due <= clock_engine.now)
			thing_moved(thing);
		else if (due != 0 && (first == 0 || due < first))
			first = due;
	}
	if (fired != expected) {
		print_error(
		    "a tick made %" PRId64 " moves, %" PRId64 " were due\n", fired, expected);
		clock_counts.wrong++;
	}
	n_most = (unsigned long)fired > n_most ? (unsigned long)fired : n_most;
	for (int i = 0; i < 8; i++)
		check_service(&things[rng_below(rng, (uint64_t)count)]);
	/* services expire by themselves too: the next move may be one of theirs */
	assert_int_equal(market_next_due(clock_engine.market, &next, &err), STATUS_OK);
	if (first != 0 && (next == 0 || next > first)) {
		print_error("the next move is said to be due at %" PRId64 ", not at %" PRId64 "\n",
		    next, first);
		clock_counts.wrong++;
	}
}

/* ---- the end ---- */

static void check_own_entries(struct thing *thing, const struct supervision *row)
{
	struct query query = { .type = &log_entry_record,
		.parent = thing->id,
		.sort = "seq",
		.limit = QUERY_LIMIT_MAX };
	const struct expect_asker asker = { ROLE_OPERATOR, EXPECT_OWN };
	struct actor actor = expect_actor(&asker);
	struct page *page = NULL;
	struct error err = { 0 };
	int moves = 0;

	assert_int_equal(
	    market_list(clock_engine.market, &actor, &query, clock_engine.now, &page, &err),
	    STATUS_OK);
	for (size_t i = 1; i < page->count; i++) {
		const struct log_entry *entry = page->rows[i];

		if (entry->role != ROLE_SYSTEM)
			continue;
		moves++;
		thing_same(thing, "the move's time in the log", entry->at, thing->made_at);
		if (thing->kind != CODE && thing->due != thing->made_at)
			thing_same(thing, "when the move counts from", entry->effective_at,
			    thing->due);
	}
	thing_same(thing, "number of moves by itself", moves, thing->kind == PLAIN ? 0 : 1);
	thing_same(thing, "log_length", row->log_length, (int64_t)page->count);
	page_drop(page);
}

static void check_end(struct thing *thing)
{
	const struct supervision *row = row_of(thing);
	int64_t from = thing->kind == PARCEL ? thing->due : thing->period_from;
	bool refunded = thing->kind == RETURN || thing->goods == SENT_BACK;
	struct civil a, b;

	thing_same(thing, "it has ended", row->state != SUPERVISION_OPEN, true);
	check_own_entries(thing, row);
	thing_same(thing, "state", row->state,
	    refunded ? SUPERVISION_REFUNDED : SUPERVISION_COMPLETED);
	if (refunded || thing->kind == PARCEL)
		thing_same(thing, "ended_at", row->ended_at, thing->due);
	thing_same(thing, "refunded", row->refunded != 0, refunded);
	if (!refunded) {
		thing_same(thing, "period_start", row->period_start, from);
		thing_same(thing, "period_end", row->period_end, period_end(thing));
		a = when_civil(from, WHEN_PLATFORM_OFFSET);
		b = when_civil(period_end(thing), WHEN_PLATFORM_OFFSET);
		n_clamped += thing->months && a.day != b.day;
		n_leap_day += (a.month == 2 && a.day == 29) || (b.month == 2 && b.day == 29);
	}
	arena_free(&clock_engine.arena);
}

/* Month ends and leap days are where periods clamp: more begin there than by chance. */
static int64_t random_start(struct rng *rng)
{
	int64_t at = FROM + rng_between(rng, 0, YEARS * 365 * WHEN_DAY);
	struct civil civil = when_civil(at, WHEN_PLATFORM_OFFSET);
	uint64_t how = rng_below(rng, 12);

	if (how >= 5)
		return at;
	if (how == 0) {
		civil.year = 2028 + 4 * (int)rng_below(rng, 4);
		civil.month = 2;
	}
	civil.day = expect_month_days(civil.year, civil.month);
	return when_from_civil(&civil, WHEN_PLATFORM_OFFSET) - rng_between(rng, 0, 20) * WHEN_HOUR;
}

/*
 * The host wakes up now and then; it has slept for minutes, for weeks, or over many moves for most
 * of a year. Where it is not asleep it wakes for the next move.
 */
static int64_t next_wake(struct rng *rng)
{
	int64_t next = 0;
	struct error err = { 0 };

	if (rng_below(rng, 4) == 0 &&
	    market_next_due(clock_engine.market, &next, &err) == STATUS_OK &&
	    next > clock_engine.now && next < clock_engine.now + 20 * WHEN_DAY)
		return next;
	if (rng_below(rng, 40) == 0)
		return clock_engine.now + rng_between(rng, 60, 300) * WHEN_DAY;
	return clock_engine.now +
	    (rng_below(rng, 3) ? rng_between(rng, WHEN_MINUTE, 2 * WHEN_DAY)
			       : rng_between(rng, WHEN_DAY, 25 * WHEN_DAY));
}

/* What comes next on some record; NULL: none before `before`. */
static struct thing *earliest(struct thing *things, int64_t count, int64_t before)
{
	struct thing *first = NULL;

	for (int64_t i = 0; i < count; i++)
		if (!things[i].over && things[i].next < before &&
		    (!first || things[i].next < first->next))
			first = &things[i];
	return first;
}

static void test_twenty_years(void **unused)
{
	int64_t count = engine_setting("KOODESK_CLOCKS", 1500), end, wake, over = 0;
	struct thing *things = calloc((size_t)count, sizeof(*things));
	const struct clock_counts *n = &clock_counts;
	struct rng rng;

	(void)unused;
	assert_non_null(things);
	rng_seed(&rng, (uint64_t)engine_setting("KOODESK_SEED", 1));
	engine_open_at(&clock_engine, FROM - WHEN_DAY);
	for (int64_t i = 0; i < count; i++) {
		things[i].kind = (enum kind)rng_below(&rng, KINDS);
		things[i].next = random_start(&rng);
	}
	end = FROM + (YEARS * 366 + 400) * WHEN_DAY;
	for (wake = FROM; clock_engine.now < end && over < count;) {
		struct thing *thing = earliest(things, count, wake);

		if (!thing) {
			clock_engine.now = wake;
			tick(&rng, things, count);
			wake = next_wake(&rng);
			over = 0;
			for (int64_t i = 0; i < count; i++)
				over += things[i].over;
			continue;
		}
		clock_engine.now = thing->next;
		if (thing->since == 0)
			thing_begin(&rng, thing, (int)(thing - things));
		else
			thing_touch(&rng, thing);
		if (!thing->over && thing->step > 0)
			check_clock(thing);
	}
	for (int64_t i = 0; i < count; i++)
		check_end(&things[i]);
	print_message("clock: %" PRId64 " supervisions over %d years, %lu commands, %lu ticks, %lu "
		      "moves by themselves, %lu of them late, up to %lu in one tick, %lu freezes "
		      "that overlap, %lu clocks within a stopped one, %lu came to the ms and %lu "
		      "too late, %lu periods clamped, %lu on leap days, %lu services seen after "
		      "their end, %lu wrong\n",
	    count, YEARS, n->commands, n_ticks, n->fired, n->late, n_most, n->overlaps,
	    n->both_clocks, n->to_the_ms, n->too_late, n_clamped, n_leap_day, n_aged, n->wrong);
	engine_close(&clock_engine);
	free(things);
	assert_int_equal(over, count);
	assert_int_equal(n->wrong, 0);
	assert_true(n->late > 0 && n->overlaps > 0 && n_clamped > 0 && n->both_clocks > 0 &&
	    n->to_the_ms > 0 && n->too_late > 0 && n_leap_day > 0 && n_aged > 0 && n_most > 1);
}

/*
 * 2.4: a buyer who has sent no requirement within a month of paying has no right to a full refund.
 * To the second, over month ends and leap days; a license has no requirement.
 */
static void test_month_of_paying(void **unused)
{
	static const char *const products[] = { "manual-std-GENERIC", "lic-offline-GENERIC" };
	struct expect_inputs all = { .text = true, .amount = ENGINE_PAID },
			     part = { .text = true, .amount = ENGINE_PAID - 1 };
	struct rng rng;

	(void)unused;
	rng_seed(&rng, 11);
	engine_open_at(&clock_engine, FROM - WHEN_DAY);
	clock_rehearsal = true;
	for (int i = 0; i < 100; i++) {
		struct thing thing = { .kind = PLAIN };
		char order[24], when[WHEN_TEXT];
		struct buf json;
		int64_t limit;
		enum status late;

		clock_engine.now = random_start(&rng) / WHEN_SECOND * WHEN_SECOND;
		limit = expect_months_later(clock_engine.now, 1);
		snprintf(order, sizeof(order), "MP%06d", i);
		snprintf(thing.id, sizeof(thing.id), "%s-000001", order);
		when_wire(clock_engine.now, when);
		buf_init(&json, 1u << 16);
		engine_order_json(&json, order, when, &products[i % 2], 1);
		engine_import(&clock_engine, &json);
		buf_free(&json);
		clock_engine.now = limit - WHEN_SECOND;
		thing_same(&thing, "all within the month",
		    thing_send(&thing, ROLE_BUYER, ACTION_REQUEST_REFUND, &all), STATUS_OK);
		clock_engine.now = limit + WHEN_SECOND;
		late = thing_send(&thing, ROLE_BUYER, ACTION_REQUEST_REFUND, &all);
		thing_same(&thing, "all after the month", late == STATUS_OK, i % 2 == 1);
		thing_same(&thing, "a part after the month",
		    thing_send(&thing, ROLE_BUYER, ACTION_REQUEST_REFUND, &part), STATUS_OK);
	}
	clock_rehearsal = false;
	engine_close(&clock_engine);
	assert_int_equal(clock_counts.wrong, 0);
}

/* The calculator's months are those of base/when.h: two ways to count, one calendar. */
static void test_months(void **unused)
{
	struct rng rng;

	(void)unused;
	rng_seed(&rng, 7);
	for (int i = 0; i < 20000; i++) {
		int64_t at = rng_between(&rng, FROM, FROM + YEARS * 366 * WHEN_DAY);
		int months = (int)rng_between(&rng, 1, 60);

		assert_int_equal(expect_months_later(at, months), when_add_months(at, months));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_month_of_paying),
		cmocka_unit_test(test_twenty_years),
	};

	return cmocka_run_group_tests_name("expect_clock", tests, NULL, NULL);
}
