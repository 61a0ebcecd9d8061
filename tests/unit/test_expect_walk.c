/*
 * Random walks: sequences of commands by random actors over all flows, with right and wrong
 * inputs, versions and repetitions, minutes and weeks apart, each step held against the
 * expectations; among them renewals, conversions and ratings of the line's own service and of two
 * others, which expire as time passes. In the end each supervision has one end, it and each service
 * a log without gaps as long as the accepted commands are many, and money that adds up.
 *
 * KOODESK_WALKS sets how many walks (2,000), KOODESK_SEED the first seed; a walk's seed is printed
 * where it goes wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "walk_steps.h"

#define STEPS_MAX 14
#define FRESH_EVERY 5000 /* walks in one database */
#define COMMIT_EVERY 64	 /* walks; the others are rolled back, so that the database stays small */
#define REASONS 6	 /* why a flow has its terms */
#define COVERED_FROM 100000 /* walks, from which on every action must have come up */

static struct engine engine;
static unsigned long n_part, n_by_itself;
static struct {
	unsigned long walks, completed, refunded;
} flows[FLOW_COUNT];
static struct {
	unsigned long done, tried, denied;
} actions[ACTION_COUNT];
static unsigned long n_accepted, n_refused, n_wrong, n_rated, n_late, n_taken_back, n_sent_back;

/* Orders to walk on, imported once in each database. */
static struct subject bases[FLOW_COUNT][EXPECT_TERMS][REASONS];
static int64_t base_now;

/*
 * What is sorted and searched for in lists is not looked at here, and the sixty indexes that serve
 * it cost more than a walk does. What guards rows and what commands look up by stays.
 */
static void drop_indexes(void)
{
	struct sql *sql = store_sql(engine.store);
	struct error err = { 0 };
	struct sql_stmt *stmt;
	struct buf drops;
	bool row;

	buf_init(&drops, 1u << 16);
	assert_int_equal(
	    sql_prepare(sql,
		"SELECT name FROM sqlite_master WHERE type = 'index' AND sql NOT LIKE 'CREATE "
		"UNIQUE %' AND tbl_name IN ('supervisions', 'orders', 'log_entries', 'appeals', "
		"'refunds', 'deployments', 'ratings', 'attachments', 'instances') AND sql NOT LIKE "
		"'%(\"due_at\"%' AND sql NOT LIKE '%(\"supervision\"%' AND name NOT LIKE "
		"'lx_instances%'",
		&stmt, &err),
	    STATUS_OK);
	while (sql_step(stmt, &row, &err) == STATUS_OK && row)
		buf_printf(&drops, "DROP INDEX \"%s\";", sql_text(stmt, 0));
	sql_done(stmt);
	/* what the walks themselves look up by */
	buf_puts(&drops, "CREATE INDEX walk_lines ON order_lines (instance)");
	assert_int_equal(sql_exec(sql, buf_text(&drops), &err), STATUS_OK);
	buf_free(&drops);
}

static void open_bases(void)
{
	engine_open(&engine);
	drop_indexes();
	EXPECT_EACH(flow, terms)
	for (unsigned how = 0; how < REASONS; how++)
		engine_order_services(
		    &engine, &bases[flow][terms][how], (enum flow_id)flow, terms, how + how / 5);
	base_now = engine.now;
}

static void walk_on(struct rng *rng, struct subject *subject, uint64_t seed)
{
	unsigned long wrong = engine.wrong;
	uint64_t steps = 1 + rng_below(rng, STEPS_MAX);

	for (uint64_t i = 0; i < steps && !subject->lost; i++) {
		walk_step(&engine, rng, subject);
		if (rng_below(rng, 100) < 25 && !subject->lost)
			walk_service(&engine, rng, subject);
	}
	walk_to_the_end(&engine, rng, subject);
	walk_on_with_services(&engine, rng, subject);
	if (!subject->lost) {
		/* nothing more happens after the end */
		walk_step(&engine, rng, subject);
		walk_step(&engine, rng, subject);
		engine_check_log(&engine, subject);
		owned_check_end(&engine, subject);
	}
	if (subject->state.state == SUPERVISION_OPEN && !subject->lost)
		engine_wrong(&engine, subject, "the walk did not come to an end");
	flows[subject->state.flow].walks++;
	flows[subject->state.flow].completed += subject->state.state == SUPERVISION_COMPLETED;
	flows[subject->state.flow].refunded += subject->state.state == SUPERVISION_REFUNDED;
	n_part += subject->state.refunded > 0 && subject->state.refunded < subject->state.paid;
	n_by_itself += subject->state.by_itself;
	if (engine.wrong != wrong)
		print_error("... in the walk of KOODESK_SEED=%llu\n", (unsigned long long)seed);
}

static void walk(uint64_t seed)
{
	static struct subject subject;
	struct error err = { 0 };
	enum flow_id flow;
	unsigned terms, how;
	struct rng rng;

	rng_seed(&rng, seed);
	/* more often where clocks run and facts come */
	flow = rng_below(&rng, 100) < 70 ? (enum flow_id)(1 + rng_below(&rng, FLOW_COUNT - 1))
				: (enum flow_id)rng_between(&rng, FLOW_LIC_20, FLOW_HARDWARE);
	do
		terms = (unsigned)rng_below(&rng, EXPECT_TERMS);
	while (!expect_terms(flow, terms));
	how = (unsigned)rng_below(&rng, REASONS);
	engine.now = base_now;
	if (seed % COMMIT_EVERY == 0) {
		engine_order_services(&engine, &subject, flow, terms, how);
		walk_on(&rng, &subject, seed);
		/* the next walk begins before this one has ended: nothing has aged by then */
		assert_int_equal(sql_exec(store_sql(engine.store),
				     "UPDATE instances SET state = 'active'"
				     " WHERE supervised = 0 AND log_length = 0 AND version = 0",
				     &err),
		    STATUS_OK);
		return;
	}
	subject = bases[flow][terms][how];
	assert_int_equal(store_begin(engine.store, &err), STATUS_OK);
	walk_on(&rng, &subject, seed);
	store_rollback(engine.store);
}

static void close_bases(void)
{
	n_accepted += engine.accepted;
	n_refused += engine.refused;
	n_wrong += engine.wrong;
	n_rated += engine.rated;
	n_sent_back += engine.sent_back;
	n_late += engine.bought_late;
	n_taken_back += engine.taken_back;
	for (int action = 1; action < ACTION_COUNT; action++) {
		actions[action].done += engine.done[action];
		actions[action].tried += engine.tried[action];
		actions[action].denied += engine.denied[action];
	}
	engine_close(&engine);
}

static void report(void)
{
	print_message("%-22s %9s %9s %9s\n", "action", "accepted", "rehearsed", "refused");
	for (int action = 1; action < ACTION_COUNT; action++)
		print_message("%-22s %9lu %9lu %9lu\n", action_get((enum action_id)action)->word,
		    actions[action].done, actions[action].tried, actions[action].denied);
	print_message("%-22s %9s %9s %9s\n", "flow", "walks", "completed", "refunded");
	for (int flow = 1; flow < FLOW_COUNT; flow++)
		print_message("%-22s %9lu %9lu %9lu\n", names_word(&flow_names, flow),
		    flows[flow].walks, flows[flow].completed, flows[flow].refunded);
}

/*
 * What no person does is refused to all; everything else was accepted now and then, on supervisions
 * and on purchased services.
 */
static void check_covered(void)
{
	for (int action = 1; action < ACTION_COUNT; action++) {
		bool person = false;

		for (int role = ROLE_BUYER; role <= ROLE_OPERATOR; role++)
			person |= expect_role((enum role)role, (enum action_id)action) != EXPECT_NO;
		if (person != (actions[action].done > 0))
			fail_msg("%s was accepted %lu times",
			    action_get((enum action_id)action)->word, actions[action].done);
		if (actions[action].denied == 0)
			fail_msg(
			    "%s was never refused", action_get((enum action_id)action)->word);
	}
	assert_true(n_rated > 0 && n_late > 0 && n_taken_back > 0);
}

static void test_random_walks(void **unused)
{
	int64_t walks = engine_setting("KOODESK_WALKS", 2000);
	int64_t seed = engine_setting("KOODESK_SEED", 1);
	unsigned long completed = 0, refunded = 0;

	(void)unused;
	for (int64_t i = 0; i < walks; i++) {
		if (i % FRESH_EVERY == 0)
			open_bases();
		walk((uint64_t)(seed + i));
		if (i % FRESH_EVERY == FRESH_EVERY - 1 || i + 1 == walks)
			close_bases();
	}
	for (int flow = 1; flow < FLOW_COUNT; flow++) {
		completed += flows[flow].completed;
		refunded += flows[flow].refunded;
	}
	report();
	print_message("walks: %lld from seed %lld: %lu commands accepted, %lu refused, %lu "
		      "completed, %lu refunded (%lu in part), %lu by themselves, %lu sent back, "
		      "%lu wrong\n",
	    (long long)walks, (long long)seed, n_accepted, n_refused, completed, refunded, n_part,
	    n_by_itself, n_sent_back, n_wrong);
	print_message("services: %lu rated, %lu renewed after their end, %lu taken back by an "
		      "order\n",
	    n_rated, n_late, n_taken_back);
	assert_int_equal(completed + refunded, walks);
	assert_int_equal(n_wrong, 0);
	if (walks >= COVERED_FROM)
		check_covered();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random_walks) };

	/* one thread, and nobody asks how much memory there is */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	return cmocka_run_group_tests_name("expect_walk", tests, NULL, NULL);
}
