/*
 * Random walks: sequences of commands by random actors over both flows, with right and wrong
 * inputs, versions and repetitions, each step held against the expectations. In the end each
 * supervision has one end, a log without gaps as long as the accepted commands are many, and money
 * that adds up.
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

#include "base/rand.h"
#include "expect_engine.h"

#define STEPS_MAX 40
#define FRESH_EVERY 500 /* walks in one database */

static struct engine engine;
static unsigned long n_completed, n_refunded, n_appeals, n_rejects;

static bool chance(struct rng *rng, unsigned percent)
{
	return rng_below(rng, 100) < percent;
}

static struct expect_inputs random_inputs(
    struct rng *rng, const struct expect_state *state, enum role role, enum action_id action)
{
	struct expect_inputs inputs = expect_good_inputs(state, role, action);
	const char *texts[3];

	if (action == ACTION_DECIDE) {
		inputs.outcome = (enum outcome)(1 + rng_below(rng, OUTCOME_COUNT - 1));
		if (inputs.stage == STAGE_NONE || chance(rng, 30))
			inputs.stage = (enum stage_id)rng_below(rng, STAGE_COUNT);
		inputs.amount = rng_between(rng, -1, state->paid + state->paid / 4);
		/* most appeals let the flow go on: a walk that ends early shows little */
		if (chance(rng, 50))
			inputs.outcome = OUTCOME_RESUME;
	}
	if (action == ACTION_APPEAL && chance(rng, 60))
		inputs.ground = (enum ground)rng_below(rng, GROUND_COUNT);
	if (chance(rng, 25))
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

static void random_step(struct rng *rng, struct subject *subject)
{
	struct expect_asker asker = random_asker(rng);
	enum action_id action = (enum action_id)(1 + rng_below(rng, ACTION_COUNT - 1));
	struct engine_options options = { .dry_run = chance(rng, 5), .again = chance(rng, 20) };
	struct expect_inputs inputs;

	/* mostly something that can be done: pick until it is, a few times */
	for (int i = 0; i < 6 && expect_possible(&subject->state, &asker, action) == EXPECT_NO;
	     i++) {
		if (chance(rng, 25))
			break;
		asker = random_asker(rng);
		action = (enum action_id)(1 + rng_below(rng, ACTION_COUNT - 1));
	}
	/* where one may go on or send back, both are to be seen often */
	if (expect_moves_flow(action) && chance(rng, 40) &&
	    expect_possible(&subject->state, &asker, ACTION_REJECT) == EXPECT_YES)
		action = ACTION_REJECT;
	inputs = random_inputs(rng, &subject->state, asker.role, action);
	if (chance(rng, 50))
		options.version = chance(rng, 80) ? VERSION_RIGHT
		    : chance(rng, 50)		  ? VERSION_STALE
						  : VERSION_AHEAD;
	if (action == ACTION_DELIVER && chance(rng, 50))
		options.enabled_at = engine.now - rng_between(rng, 1, 20) * WHEN_HOUR;
	engine.now += rng_between(rng, 0, 2 * WHEN_DAY);
	if (!engine_step(&engine, subject, &asker, action, &inputs, &options))
		return;
	n_appeals += action == ACTION_APPEAL;
	n_rejects += action == ACTION_REJECT;
}

static void finish(struct rng *rng, struct subject *subject)
{
	while (subject->state.state == SUPERVISION_OPEN && !subject->lost) {
		bool goes_on = true;

		if (subject->state.filer != ROLE_NONE)
			goes_on = engine_decide(&engine, subject,
			    chance(rng, 50) ? OUTCOME_COMPLETE : OUTCOME_REFUND, STAGE_NONE,
			    rng_between(rng, 1, subject->state.paid));
		else
			goes_on = engine_forward(&engine, subject);
		if (!goes_on)
			return;
	}
}

static void walk(uint64_t seed)
{
	static struct subject subject;
	unsigned long wrong = engine.wrong;
	struct rng rng;
	uint64_t steps;

	rng_seed(&rng, seed);
	engine_order(&engine, &subject, chance(&rng, 50) ? FLOW_MANUAL_STD : FLOW_LIC_OFFLINE,
	    chance(&rng, 50), (unsigned)rng_below(&rng, 20));
	steps = 1 + rng_below(&rng, STEPS_MAX);
	for (uint64_t i = 0; i < steps && !subject.lost; i++)
		random_step(&rng, &subject);
	finish(&rng, &subject);
	if (!subject.lost) {
		/* nothing more happens after the end */
		random_step(&rng, &subject);
		random_step(&rng, &subject);
		engine_check_log(&engine, &subject);
	}
	if (subject.state.state == SUPERVISION_OPEN)
		engine_wrong(&engine, &subject, "the walk did not come to an end");
	n_completed += subject.state.state == SUPERVISION_COMPLETED;
	n_refunded += subject.state.state == SUPERVISION_REFUNDED;
	if (engine.wrong != wrong)
		print_error("... in the walk of KOODESK_SEED=%llu\n", (unsigned long long)seed);
}

static int64_t setting(const char *name, int64_t otherwise)
{
	const char *text = getenv(name), *why = NULL;
	int64_t value = text && text[0] ? strtonum(text, 0, INT64_MAX, &why) : otherwise;

	if (why)
		fail_msg("%s=%s is %s", name, text, why);
	return value;
}

static void test_random_walks(void **unused)
{
	int64_t walks = setting("KOODESK_WALKS", 2000), seed = setting("KOODESK_SEED", 1);
	unsigned long accepted = 0, refused = 0, wrong = 0;

	(void)unused;
	for (int64_t i = 0; i < walks; i++) {
		if (i % FRESH_EVERY == 0)
			engine_open(&engine);
		walk((uint64_t)(seed + i));
		if (i % FRESH_EVERY == FRESH_EVERY - 1 || i + 1 == walks) {
			accepted += engine.accepted;
			refused += engine.refused;
			wrong += engine.wrong;
			engine_close(&engine);
		}
	}
	print_message("walks: %lld from seed %lld: %lu commands accepted, %lu refused, %lu "
		      "appeals, %lu rejections, "
		      "%lu completed, %lu refunded, %lu wrong\n",
	    (long long)walks, (long long)seed, accepted, refused, n_appeals, n_rejects, n_completed,
	    n_refunded, wrong);
	assert_int_equal(n_completed + n_refunded, walks);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random_walks) };

	return cmocka_run_group_tests_name("expect_walk", tests, NULL, NULL);
}
