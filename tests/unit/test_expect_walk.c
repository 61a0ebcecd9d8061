/*
 * Random walks: sequences of commands by random actors over all flows, with right and wrong
 * inputs, versions and repetitions, minutes and weeks apart, each step held against the
 * expectations. In the end each supervision has one end, a log without gaps as long as the accepted
 * commands are many, and money that adds up.
 *
 * KOODESK_WALKS sets how many walks (2,000), KOODESK_SEED the first seed; a walk's seed is printed
 * where it goes wrong.
 */
#include <bsd/stdlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/rand.h"
#include "expect_engine.h"

#define STEPS_MAX 14
#define FRESH_EVERY 5000 /* walks in one database */
#define COMMIT_EVERY 64	 /* walks; the others are rolled back, so that the database stays small */
#define REASONS 6	 /* why a flow has its terms */
#define COVERED_FROM 100000 /* walks, from which on every action must have come up */

static struct engine engine;
static unsigned long n_part, n_by_itself, n_sent_back;
static struct {
	unsigned long walks, completed, refunded;
} flows[FLOW_COUNT];
static struct {
	unsigned long done, tried, denied;
} actions[ACTION_COUNT];
static unsigned long n_accepted, n_refused, n_wrong;

static bool chance(struct rng *rng, unsigned percent)
{
	return rng_below(rng, 100) < percent;
}

static void random_decision(
    struct rng *rng, const struct expect_state *state, struct expect_inputs *inputs)
{
	/* most decisions let the flow go on: a walk that ends early shows little */
	inputs->outcome = chance(rng, 40) ? OUTCOME_RESUME
	    : chance(rng, 60)		  ? OUTCOME_SEND_BACK
					  : (enum outcome)rng_below(rng, OUTCOME_COUNT);
	if (inputs->stage == STAGE_NONE || chance(rng, 30))
		inputs->stage = (enum stage_id)rng_below(rng, STAGE_COUNT);
	if (chance(rng, 80))
		inputs->amount = rng_between(rng, -1, state->paid + state->paid / 4);
}

static void random_refund(
    struct rng *rng, const struct expect_state *state, struct expect_inputs *inputs)
{
	static const int64_t edges[] = { 0, 1, ENGINE_PAID - 1, ENGINE_PAID, ENGINE_PAID + 1 };

	inputs->amount = chance(rng, 70) ? rng_between(rng, 1, state->paid)
					 : edges[rng_below(rng, sizeof(edges) / sizeof(edges[0]))];
	if (state->flow == FLOW_HARDWARE)
		inputs->goods = chance(rng, 5) ? GOODS_NONE
		    : chance(rng, 70)	       ? GOODS_RECEIVED
					       : GOODS_NOT_RECEIVED;
}

/* After the parcel was sent, and after the last freeze began or ended. */
static int64_t random_sign_off(struct rng *rng, const struct expect_state *state)
{
	int64_t from =
	    state->stage_since > state->free_since ? state->stage_since : state->free_since;

	return rng_between(rng, from < engine.now ? from : engine.now, engine.now);
}

static struct expect_inputs random_inputs(
    struct rng *rng, const struct expect_state *state, enum role role, enum action_id action)
{
	struct expect_inputs inputs = expect_good_inputs(state, role, action, engine.now);
	const char *texts[4];

	if (action == ACTION_DECIDE)
		random_decision(rng, state, &inputs);
	if (action == ACTION_REQUEST_REFUND)
		random_refund(rng, state, &inputs);
	if (action == ACTION_SIGN_OFF) {
		inputs.at = random_sign_off(rng, state);
		inputs.other_number = chance(rng, 15);
	}
	if (action == ACTION_END_DEPLOYMENT && chance(rng, 40))
		inputs.result = RESULT_FAILED;
	inputs.wrong_token = chance(rng, 10);
	if (action == ACTION_DELIVER && chance(rng, 50) && engine.now > state->placed_at)
		inputs.enabled_at = rng_between(rng, state->placed_at, engine.now);
	if (action == ACTION_APPEAL && chance(rng, 60))
		inputs.ground = (enum ground)rng_below(rng, GROUND_COUNT);
	if (chance(rng, 20))
		inputs.kinds = (uint32_t)rng_next(rng) & expect_kinds(action);
	if (chance(rng, 5) && expect_texts(action, texts) > 0)
		inputs.text = false;
	return inputs;
}

static struct expect_asker random_asker(struct rng *rng)
{
	struct expect_asker asker = { (enum role)(ROLE_BUYER + rng_below(rng, 4)), EXPECT_OWN };

	if (chance(rng, 15))
		asker.owner = (enum expect_owner)rng_below(rng, EXPECT_OWNERS);
	return asker;
}

/* What carries the flow on, and what ends a freeze. */
static bool goes_on(enum action_id action)
{
	return expect_moves_flow(action) || action == ACTION_DECIDE || action == ACTION_ACTIVATE ||
	    action == ACTION_SIGN_OFF || action == ACTION_END_DEPLOYMENT ||
	    action == ACTION_AGREE_REFUND || action == ACTION_REJECT_REFUND ||
	    action == ACTION_SHIP_RETURN || action == ACTION_ACCEPT_RETURN;
}

static bool is_words(enum action_id action)
{
	return action == ACTION_COMMENT || action == ACTION_ADD_EVIDENCE || action == ACTION_RATE;
}

/* Something that can be done, or (now and then, and where nothing can) anything by anybody. */
static enum action_id random_action(
    struct rng *rng, const struct expect_state *state, struct expect_asker *asker)
{
	struct {
		struct expect_asker asker;
		enum action_id action;
	} can[4 * ACTION_COUNT];
	size_t n = 0, pick;

	for (int role = ROLE_BUYER; role <= ROLE_OPERATOR; role++)
		for (int action = 1; action < ACTION_COUNT; action++) {
			struct expect_asker one = { (enum role)role, EXPECT_OWN };
			enum expect_verdict may = expect_possible(
			    state, &one, (enum action_id)action, engine.now);

			/* of what the rules do not say most is refused */
			if (may == EXPECT_NO || (may == EXPECT_SILENT && !chance(rng, 25)))
				continue;
			can[n].asker = one;
			can[n++].action = (enum action_id)action;
		}
	*asker = random_asker(rng);
	if (n == 0 || chance(rng, 20))
		return (enum action_id)(1 + rng_below(rng, ACTION_COUNT - 1));
	/* comments and appeals can be made at any time; the flow is to go on more often */
	do
		pick = (size_t)rng_below(rng, n);
	while (!goes_on(can[pick].action) && chance(rng, is_words(can[pick].action) ? 95 : 80));
	*asker = can[pick].asker;
	return can[pick].action;
}

/* Minutes, days, or so long that clocks run out; the host may have slept over it. */
static void random_wait(struct rng *rng, struct subject *subject)
{
	if (chance(rng, 30))
		return;
	engine.now += chance(rng, 75) ? rng_between(rng, 0, 2 * WHEN_DAY)
				      : rng_between(rng, 2 * WHEN_DAY, 20 * WHEN_DAY);
	if (chance(rng, 30))
		engine_tick(&engine, subject);
}

static void random_step(struct rng *rng, struct subject *subject)
{
	struct engine_options options = { .dry_run = chance(rng, 5), .again = chance(rng, 15) };
	struct expect_asker asker;
	struct expect_inputs inputs;
	enum action_id action;

	random_wait(rng, subject);
	action = random_action(rng, &subject->state, &asker);
	inputs = random_inputs(rng, &subject->state, asker.role, action);
	if (chance(rng, 50))
		options.version = chance(rng, 80) ? VERSION_RIGHT
		    : chance(rng, 50)		  ? VERSION_STALE
						  : VERSION_AHEAD;
	if (engine_step(&engine, subject, &asker, action, &inputs, &options))
		n_sent_back +=
		    action == ACTION_DECIDE && inputs.outcome == OUTCOME_SEND_BACK;
}

/* The open refund request's next step. */
static bool answer(struct rng *rng, struct subject *subject)
{
	switch (subject->state.refund) {
	case REFUND_PENDING:
		return engine_act(&engine, subject, ROLE_SELLER,
		    chance(rng, 50) ? ACTION_AGREE_REFUND : ACTION_REJECT_REFUND);
	case REFUND_RETURNING:
		return engine_act(&engine, subject, ROLE_BUYER, ACTION_SHIP_RETURN);
	default:
		if (chance(rng, 40)) { /* nobody looks at the goods */
			engine.now += 16 * WHEN_DAY;
			engine_tick(&engine, subject);
			return !subject->lost;
		}
		return engine_act(&engine, subject, ROLE_SELLER,
		    chance(rng, 50) ? ACTION_ACCEPT_RETURN : ACTION_REJECT_RETURN);
	}
}

static void finish(struct rng *rng, struct subject *subject)
{
	engine_tick(&engine, subject);
	while (subject->state.state == SUPERVISION_OPEN && !subject->lost) {
		bool went_on;

		if (subject->state.filer != ROLE_NONE)
			went_on = engine_decide(&engine, subject,
			    chance(rng, 50) ? OUTCOME_COMPLETE : OUTCOME_REFUND, STAGE_NONE,
			    rng_between(rng, 1, subject->state.paid));
		else if (expect_refund_open(&subject->state))
			went_on = answer(rng, subject);
		else
			went_on = engine_forward(&engine, subject);
		if (!went_on)
			return;
	}
}

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
		"'refunds', 'deployments', 'ratings', 'attachments') AND sql NOT LIKE "
		"'%(\"due_at\"%' AND sql NOT LIKE '%(\"supervision\"%'",
		&stmt, &err),
	    STATUS_OK);
	while (sql_step(stmt, &row, &err) == STATUS_OK && row)
		buf_printf(&drops, "DROP INDEX \"%s\";", sql_text(stmt, 0));
	sql_done(stmt);
	assert_int_equal(sql_exec(sql, buf_text(&drops), &err), STATUS_OK);
	buf_free(&drops);
}

static void open_bases(void)
{
	engine_open(&engine);
	drop_indexes();
	EXPECT_EACH(flow, terms)
	for (unsigned how = 0; how < REASONS; how++)
		engine_order(
		    &engine, &bases[flow][terms][how], (enum flow_id)flow, terms, how + how / 5);
	base_now = engine.now;
}

static void walk_on(struct rng *rng, struct subject *subject, uint64_t seed)
{
	unsigned long wrong = engine.wrong;
	uint64_t steps = 1 + rng_below(rng, STEPS_MAX);

	for (uint64_t i = 0; i < steps && !subject->lost; i++)
		random_step(rng, subject);
	finish(rng, subject);
	if (!subject->lost) {
		/* nothing more happens after the end */
		random_step(rng, subject);
		random_step(rng, subject);
		engine_check_log(&engine, subject);
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
	flow = chance(&rng, 70) ? (enum flow_id)(1 + rng_below(&rng, FLOW_COUNT - 1))
				: (enum flow_id)rng_between(&rng, FLOW_LIC_20, FLOW_HARDWARE);
	do
		terms = (unsigned)rng_below(&rng, EXPECT_TERMS);
	while (!expect_terms(flow, terms));
	how = (unsigned)rng_below(&rng, REASONS);
	engine.now = base_now;
	if (seed % COMMIT_EVERY == 0) {
		engine_order(&engine, &subject, flow, terms, how);
		walk_on(&rng, &subject, seed);
		return;
	}
	subject = bases[flow][terms][how];
	assert_int_equal(store_begin(engine.store, &err), STATUS_OK);
	walk_on(&rng, &subject, seed);
	store_rollback(engine.store);
}

static int64_t setting(const char *name, int64_t otherwise)
{
	const char *text = getenv(name), *why = NULL;
	int64_t value = text && text[0] ? strtonum(text, 0, INT64_MAX, &why) : otherwise;

	if (why)
		fail_msg("%s=%s is %s", name, text, why);
	return value;
}

static void close_bases(void)
{
	n_accepted += engine.accepted;
	n_refused += engine.refused;
	n_wrong += engine.wrong;
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
 * What no person does is refused to all; everything else was accepted now and then. A walk is about
 * supervisions: what is done to purchased services alone is refused there too.
 */
static void check_covered(void)
{
	for (int action = 1; action < ACTION_COUNT; action++) {
		bool walked = (action_get((enum action_id)action)->on & ON_SUPERVISION) != 0;
		bool person = false;

		for (int role = ROLE_BUYER; walked && role <= ROLE_OPERATOR; role++)
			person |= expect_role((enum role)role, (enum action_id)action) != EXPECT_NO;
		if (person != (actions[action].done > 0))
			fail_msg("%s was accepted %lu times",
			    action_get((enum action_id)action)->word, actions[action].done);
		if (actions[action].denied == 0)
			fail_msg(
			    "%s was never refused", action_get((enum action_id)action)->word);
	}
}

static void test_random_walks(void **unused)
{
	int64_t walks = setting("KOODESK_WALKS", 2000), seed = setting("KOODESK_SEED", 1);
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
