#include "walk_steps.h"

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
static int64_t random_sign_off(
    const struct engine *engine, struct rng *rng, const struct expect_state *state)
{
	int64_t from =
	    state->stage_since > state->free_since ? state->stage_since : state->free_since;

	return rng_between(rng, from < engine->now ? from : engine->now, engine->now);
}

static struct expect_inputs random_inputs(const struct engine *engine, struct rng *rng,
    const struct expect_state *state, enum role role, enum action_id action)
{
	struct expect_inputs inputs = expect_good_inputs(state, role, action, engine->now);
	const char *texts[4];

	if (action == ACTION_DECIDE)
		random_decision(rng, state, &inputs);
	if (action == ACTION_REQUEST_REFUND)
		random_refund(rng, state, &inputs);
	if (action == ACTION_SIGN_OFF) {
		inputs.at = random_sign_off(engine, rng, state);
		inputs.other_number = chance(rng, 15);
	}
	if (action == ACTION_END_DEPLOYMENT && chance(rng, 40))
		inputs.result = RESULT_FAILED;
	inputs.wrong_token = chance(rng, 10);
	if (action == ACTION_DELIVER && chance(rng, 50) && engine->now > state->placed_at)
		inputs.enabled_at = rng_between(rng, state->placed_at, engine->now);
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
static enum action_id random_action(const struct engine *engine, struct rng *rng,
    const struct expect_state *state, struct expect_asker *asker)
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
			    state, &one, (enum action_id)action, engine->now);

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
static void random_wait(struct engine *engine, struct rng *rng, struct subject *subject)
{
	if (chance(rng, 30))
		return;
	engine->now += chance(rng, 75) ? rng_between(rng, 0, 2 * WHEN_DAY)
				      : rng_between(rng, 2 * WHEN_DAY, 20 * WHEN_DAY);
	if (chance(rng, 30))
		engine_tick(engine, subject);
}

void walk_step(struct engine *engine, struct rng *rng, struct subject *subject)
{
	struct engine_options options = { .dry_run = chance(rng, 5), .again = chance(rng, 15) };
	struct expect_asker asker;
	struct expect_inputs inputs;
	enum action_id action;

	random_wait(engine, rng, subject);
	action = random_action(engine, rng, &subject->state, &asker);
	inputs = random_inputs(engine, rng, &subject->state, asker.role, action);
	if (chance(rng, 50))
		options.version = chance(rng, 80) ? VERSION_RIGHT
		    : chance(rng, 50)		  ? VERSION_STALE
						  : VERSION_AHEAD;
	if (engine_step(engine, subject, &asker, action, &inputs, &options))
		engine->sent_back +=
		    action == ACTION_DECIDE && inputs.outcome == OUTCOME_SEND_BACK;
}

/* ---- purchased services: the line's own, and two beside it ---- */

static struct owned_inputs random_periods(struct rng *rng)
{
	struct owned_inputs inputs = { .scores = !chance(rng, 5) };

	if (chance(rng, 40))
		inputs.periods = rng_between(rng, 1, 4);
	else if (chance(rng, 15))
		inputs.periods = rng_between(rng, 30, 38);
	else if (chance(rng, 5))
		inputs.periods = -1;
	return inputs;
}

/* What was bought last and has not begun can be given back (2.4), by an order from outside. */
static bool can_be_taken_back(
    const struct engine *engine, const struct subject *subject, size_t which)
{
	const struct expect_service *is = &subject->services[which].is;

	return which != SERVICE_OWN && is->last_amount > 0 && is->last_from > engine->now &&
	    expect_service_state(is, engine->now) != INSTANCE_RELEASED;
}

void walk_service(struct engine *engine, struct rng *rng, struct subject *subject)
{
	static const enum action_id own[] = { ACTION_RATE, ACTION_CONVERT_TRIAL, ACTION_RENEW };
	struct engine_options options = { .dry_run = chance(rng, 5), .again = chance(rng, 15) };
	struct expect_asker buyer = { ROLE_BUYER, EXPECT_OWN };
	struct expect_asker asker = chance(rng, 85) ? buyer : random_asker(rng);
	struct owned_inputs inputs = random_periods(rng);
	size_t which = (size_t)rng_below(rng, SERVICES);
	enum action_id action = chance(rng, 95)
	    ? own[rng_below(rng, 3)]
	    : (enum action_id)(1 + rng_below(rng, ACTION_COUNT - 1));

	if (can_be_taken_back(engine, subject, which) && chance(rng, 10)) {
		owned_take_back(engine, subject, which);
		return;
	}
	/* rather what can be done */
	for (size_t i = 0; i < 3 && chance(rng, 80); i++)
		if (expect_service_possible(
			&subject->services[which].is, &asker, own[i], engine->now) == EXPECT_YES)
			action = own[i];
	if (chance(rng, 50))
		options.version = chance(rng, 80) ? VERSION_RIGHT
		    : chance(rng, 50)		  ? VERSION_STALE
						  : VERSION_AHEAD;
	owned_step(engine, subject, which, &asker, action, &inputs, &options);
}

/* Services outlive the supervision: they expire, are kept for a while, and are gone. */
void walk_on_with_services(struct engine *engine, struct rng *rng, struct subject *subject)
{
	uint64_t steps = rng_below(rng, 6);

	for (uint64_t i = 0; i < steps && !subject->lost; i++) {
		if (chance(rng, 50))
			engine->now += rng_between(rng, 0, 25 * WHEN_DAY);
		if (chance(rng, 30))
			engine_tick(engine, subject);
		walk_service(engine, rng, subject);
	}
}

/* The open refund request's next step. */
static bool answer(struct engine *engine, struct rng *rng, struct subject *subject)
{
	switch (subject->state.refund) {
	case REFUND_PENDING:
		return engine_act(engine, subject, ROLE_SELLER,
		    chance(rng, 50) ? ACTION_AGREE_REFUND : ACTION_REJECT_REFUND);
	case REFUND_RETURNING:
		return engine_act(engine, subject, ROLE_BUYER, ACTION_SHIP_RETURN);
	default:
		if (chance(rng, 40)) { /* nobody looks at the goods */
			engine->now += 16 * WHEN_DAY;
			engine_tick(engine, subject);
			return !subject->lost;
		}
		return engine_act(engine, subject, ROLE_SELLER,
		    chance(rng, 50) ? ACTION_ACCEPT_RETURN : ACTION_REJECT_RETURN);
	}
}

void walk_to_the_end(struct engine *engine, struct rng *rng, struct subject *subject)
{
	engine_tick(engine, subject);
	while (subject->state.state == SUPERVISION_OPEN && !subject->lost) {
		bool went_on;

		if (subject->state.filer != ROLE_NONE)
			went_on = engine_decide(engine, subject,
			    chance(rng, 50) ? OUTCOME_COMPLETE : OUTCOME_REFUND, STAGE_NONE,
			    rng_between(rng, 1, subject->state.paid));
		else if (expect_refund_open(&subject->state))
			went_on = answer(engine, rng, subject);
		else
			went_on = engine_forward(engine, subject);
		if (!went_on)
			return;
	}
}
