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

#define STEPS_MAX 20
#define FRESH_EVERY 500 /* walks in one database */

static struct engine engine;
static unsigned long n_completed, n_refunded, n_appeals, n_rejects, n_sent_back;

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
		/* most decisions let the flow go on: a walk that ends early shows little */
		inputs.outcome = chance(rng, 40) ? OUTCOME_RESUME
		    : chance(rng, 60)		 ? OUTCOME_SEND_BACK
						 : (enum outcome)rng_below(rng, OUTCOME_COUNT);
		if (inputs.stage == STAGE_NONE || chance(rng, 30))
			inputs.stage = (enum stage_id)rng_below(rng, STAGE_COUNT);
		if (chance(rng, 80))
			inputs.amount = rng_between(rng, -1, state->paid + state->paid / 4);
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

static enum action_id any_action(struct rng *rng)
{
	enum action_id action;

	do
		action = (enum action_id)(1 + rng_below(rng, ACTION_COUNT - 1));
	while (!expect_has_action(action));
	return action;
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
		EXPECT_ACTIONS(action) {
			struct expect_asker one = { (enum role)role, EXPECT_OWN };

			if (expect_possible(state, &one, (enum action_id)action) != EXPECT_YES)
				continue;
			can[n].asker = one;
			can[n++].action = (enum action_id)action;
		}
	*asker = random_asker(rng);
	if (n == 0 || chance(rng, 40))
		return any_action(rng);
	/* comments and appeals can be made at any time; the flow is to go on more often */
	do
		pick = (size_t)rng_below(rng, n);
	while (!expect_moves_flow(can[pick].action) && can[pick].action != ACTION_DECIDE &&
	    chance(rng, 60));
	*asker = can[pick].asker;
	return can[pick].action;
}

static void random_step(struct rng *rng, struct subject *subject)
{
	struct expect_asker asker;
	enum action_id action = random_action(rng, &subject->state, &asker);
	struct engine_options options = { .dry_run = chance(rng, 5), .again = chance(rng, 20) };
	struct expect_inputs inputs;

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
	n_sent_back += action == ACTION_DECIDE && inputs.outcome == OUTCOME_SEND_BACK;
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
		      "appeals, %lu sent back, %lu rejections, "
		      "%lu completed, %lu refunded, %lu wrong\n",
	    (long long)walks, (long long)seed, accepted, refused, n_appeals, n_sent_back, n_rejects,
	    n_completed, n_refunded, wrong);
	assert_int_equal(n_completed + n_refunded, walks);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random_walks) };

	return cmocka_run_group_tests_name("expect_walk", tests, NULL, NULL);
}
