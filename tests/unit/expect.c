#include "expect.h"

#include "base/when.h"

bool expect_terms(enum flow_id flow, unsigned terms)
{
	if (flow == FLOW_LIC_20)
		return terms == 0 || terms == EXPECT_PROOF ||
		    terms == (EXPECT_PROOF | EXPECT_REVIEWED);
	/* 11b: packages and hardware have no review, whatever the product's track */
	if (flow == FLOW_LIC_PACKAGE || flow == FLOW_HARDWARE)
		return terms == 0;
	return (terms & EXPECT_PROOF) == 0;
}

/* ---- flows: section 4, R5, R10, and in one table 11b ---- */

static size_t manual_stages(enum stage_id *out, bool site, bool reviewed)
{
	size_t n = 0;

	out[n++] = STAGE_REQUIREMENT;
	out[n++] = STAGE_CONFIRMATION;
	if (site) {
		out[n++] = STAGE_DRAFT;
		out[n++] = STAGE_DRAFT_CONFIRMATION;
	}
	out[n++] = site ? STAGE_BUILD : STAGE_DELIVERY;
	if (reviewed)
		out[n++] = STAGE_REVIEW;
	out[n++] = STAGE_ACCEPTANCE;
	return n;
}

/* 4.4, R5: the activation closes it, or a proof and, where there is one, the review. */
static size_t code_stages(enum stage_id *out, unsigned terms)
{
	size_t n = 0;

	out[n++] = STAGE_DELIVERY;
	out[n++] = STAGE_PICK_UP;
	out[n++] = STAGE_ACTIVATION;
	if (terms & EXPECT_PROOF) {
		out[n++] = STAGE_PROOF;
		if (terms & EXPECT_REVIEWED)
			out[n++] = STAGE_REVIEW;
		out[n++] = STAGE_AUTOMATIC;
	}
	return n;
}

size_t expect_stages(enum flow_id flow, unsigned terms, enum stage_id out[STAGE_COUNT])
{
	bool reviewed = (terms & EXPECT_REVIEWED) != 0;
	size_t n = 0;

	switch (flow) {
	case FLOW_MANUAL_STD:
	case FLOW_SAAS_OFFLINE:
	case FLOW_DATA:
		n = manual_stages(out, false, reviewed);
		break;
	case FLOW_MANUAL_SITE:
		n = manual_stages(out, true, reviewed);
		break;
	case FLOW_LIC_20:
		n = code_stages(out, terms);
		break;
	case FLOW_LIC_10:
	case FLOW_LIC_OFFLINE:
		if (flow == FLOW_LIC_10)
			out[n++] = STAGE_IDENTIFIER;
		out[n++] = STAGE_DELIVERY;
		if (reviewed)
			out[n++] = STAGE_REVIEW;
		out[n++] = STAGE_ACCEPTANCE;
		break;
	case FLOW_LIC_PACKAGE:
		out[n++] = STAGE_DEPLOYMENT;
		out[n++] = STAGE_ACCEPTANCE;
		break;
	case FLOW_HARDWARE:
		out[n++] = STAGE_SHIPPING;
		out[n++] = STAGE_ACCEPTANCE;
		break;
	default:
		return 0;
	}
	out[n++] = STAGE_DONE;
	return n;
}

enum stage_id expect_next(enum flow_id flow, enum stage_id stage, unsigned terms)
{
	enum stage_id stages[STAGE_COUNT];
	size_t n = expect_stages(flow, terms, stages);

	for (size_t i = 0; i + 1 < n; i++)
		if (stages[i] == stage)
			return stages[i + 1];
	return STAGE_NONE;
}

/*
 * The seller rejects the requirement, the buyer the draft, the reviewer returns the proof, the
 * buyer rejects what was delivered. The buyer of a package has no rejection (R17).
 */
enum stage_id expect_back(enum flow_id flow, enum stage_id stage)
{
	switch (stage) {
	case STAGE_CONFIRMATION:
		return STAGE_REQUIREMENT;
	case STAGE_DRAFT_CONFIRMATION:
		return STAGE_DRAFT;
	case STAGE_REVIEW:
	case STAGE_ACCEPTANCE:
		break;
	default:
		return STAGE_NONE;
	}
	switch (flow) {
	case FLOW_LIC_PACKAGE:
		return STAGE_NONE;
	case FLOW_HARDWARE:
		return STAGE_SHIPPING;
	case FLOW_MANUAL_SITE:
		return STAGE_BUILD;
	case FLOW_LIC_20:
		return STAGE_PROOF;
	default:
		return STAGE_DELIVERY;
	}
}

static enum action_id forward_action(enum stage_id stage)
{
	switch (stage) {
	case STAGE_REQUIREMENT:
		return ACTION_SUBMIT_REQUIREMENT;
	case STAGE_CONFIRMATION:
		return ACTION_CONFIRM_REQUIREMENT;
	case STAGE_IDENTIFIER:
		return ACTION_SUBMIT_IDENTIFIER;
	case STAGE_DRAFT:
		return ACTION_SUBMIT_DRAFT;
	case STAGE_DRAFT_CONFIRMATION:
		return ACTION_CONFIRM_DRAFT;
	case STAGE_DELIVERY:
	case STAGE_BUILD:
		return ACTION_DELIVER;
	case STAGE_SHIPPING:
		return ACTION_SHIP;
	case STAGE_PICK_UP:
		return ACTION_PICK_UP;
	case STAGE_PROOF:
		return ACTION_UPLOAD_PROOF;
	case STAGE_REVIEW:
		return ACTION_PASS_REVIEW;
	case STAGE_ACCEPTANCE:
		return ACTION_ACCEPT;
	default:
		return ACTION_NONE; /* a deployment, an activation, the platform itself */
	}
}

static enum role stage_turn(enum stage_id stage)
{
	switch (stage) {
	case STAGE_REQUIREMENT:
	case STAGE_IDENTIFIER:
	case STAGE_DRAFT_CONFIRMATION:
	case STAGE_PICK_UP:
	case STAGE_DEPLOYMENT:
	case STAGE_ACCEPTANCE:
		return ROLE_BUYER;
	case STAGE_CONFIRMATION:
	case STAGE_DRAFT:
	case STAGE_DELIVERY:
	case STAGE_BUILD:
	case STAGE_SHIPPING:
	case STAGE_ACTIVATION: /* the seller's software (4.4) */
	case STAGE_PROOF:
		return ROLE_SELLER;
	case STAGE_REVIEW:
		return ROLE_REVIEWER;
	case STAGE_AUTOMATIC:
		return ROLE_SYSTEM;
	default:
		return ROLE_NONE;
	}
}

/* ---- states ---- */

unsigned expect_terms_of(const struct expect_state *state)
{
	return (state->reviewed ? EXPECT_REVIEWED : 0) | (state->proof ? EXPECT_PROOF : 0);
}

struct expect_state expect_start(enum flow_id flow, unsigned terms, int64_t paid, int64_t at)
{
	enum stage_id stages[STAGE_COUNT] = { STAGE_NONE };
	struct expect_state state = {
		.flow = flow,
		.reviewed = (terms & EXPECT_REVIEWED) != 0,
		.proof = (terms & EXPECT_PROOF) != 0,
		.state = SUPERVISION_OPEN,
		.paid = paid,
		.enabled_known = true,
		.stage_since = at,
		.free_since = at,
		.placed_at = at,
	};

	expect_stages(flow, terms, stages);
	state.stage = stages[0];
	return state;
}

enum role expect_turn(const struct expect_state *state)
{
	return state->state == SUPERVISION_OPEN ? stage_turn(state->stage) : ROLE_NONE;
}

bool expect_refund_open(const struct expect_state *state)
{
	return state->refund == REFUND_PENDING || state->refund == REFUND_RETURNING ||
	    state->refund == REFUND_RETURN_CHECK;
}

int64_t expect_freezes(const struct expect_state *state)
{
	return (state->filer != ROLE_NONE) + (expect_refund_open(state) ? 1 : 0);
}

enum order_state expect_order(const struct expect_state *state)
{
	switch (state->state) {
	case SUPERVISION_COMPLETED:
		return ORDER_COMPLETED; /* R6 */
	case SUPERVISION_REFUNDED:
		return ORDER_UNSUBSCRIBED; /* R12 */
	default:
		return ORDER_PROCESSING;
	}
}

bool expect_moves_flow(enum action_id action)
{
	switch (action) {
	case ACTION_SUBMIT_REQUIREMENT:
	case ACTION_CONFIRM_REQUIREMENT:
	case ACTION_SUBMIT_IDENTIFIER:
	case ACTION_SUBMIT_DRAFT:
	case ACTION_CONFIRM_DRAFT:
	case ACTION_DELIVER:
	case ACTION_SHIP:
	case ACTION_PICK_UP:
	case ACTION_UPLOAD_PROOF:
	case ACTION_PASS_REVIEW:
	case ACTION_ACCEPT:
	case ACTION_REJECT:
		return true;
	default:
		return false;
	}
}

bool expect_versioned(enum action_id action)
{
	switch (action) {
	case ACTION_COMMENT:
	case ACTION_ADD_EVIDENCE:
	case ACTION_ACTIVATE: /* F3: a fact is recorded whatever was seen */
	case ACTION_SIGN_OFF:
	case ACTION_TAKE_OVER_DEPLOYMENT: /* nor does it look at what else has happened */
	case ACTION_REPORT_DEPLOYMENT:
	case ACTION_END_DEPLOYMENT:
	case ACTION_RATE: /* the flow has ended: it moves nothing */
		return false;
	default:
		return true;
	}
}

bool expect_offered(const struct expect_state *state, enum action_id action)
{
	if (action == ACTION_REJECT)
		return expect_back(state->flow, state->stage) != STAGE_NONE;
	return action != ACTION_NONE && action == forward_action(state->stage);
}

/* ---- what an action does ---- */

static void clock_stop(struct expect_clock *clock, int64_t now)
{
	if (clock->armed && clock->due_at != 0)
		*clock = (struct expect_clock){ .armed = true, .left = clock->due_at - now };
}

static void clock_go_on(struct expect_clock *clock, int64_t now)
{
	if (clock->armed && clock->due_at == 0)
		*clock = (struct expect_clock){ .armed = true, .due_at = now + clock->left };
}

static void enter(struct expect_state *state, enum stage_id stage, int64_t at)
{
	state->stage = stage;
	state->stage_since = at;
	state->clock.armed = false;
	/* sent back to what waits for a deployment, it waits for another one */
	if (stage == STAGE_DEPLOYMENT)
		state->deployed = 0;
	if (stage == STAGE_SHIPPING) { /* another parcel, to be signed for again */
		state->signed_at = 0;
		state->other_number = false;
	}
	if (stage == STAGE_DONE) {
		state->state = SUPERVISION_COMPLETED;
		state->ended_at = at;
	}
}

static void refunded(struct expect_state *state, int64_t amount, int64_t at)
{
	state->state = SUPERVISION_REFUNDED;
	state->refunded = amount;
	state->ended_at = at;
}

static void decide(struct expect_state *state, const struct expect_inputs *inputs, int64_t now)
{
	state->filer = ROLE_NONE;
	state->appeal = APPEAL_DECIDED;
	state->outcome = inputs->outcome;
	switch (inputs->outcome) {
	case OUTCOME_COMPLETE:
		enter(state, STAGE_DONE, now);
		break;
	case OUTCOME_SEND_BACK:
		enter(state, inputs->stage, now);
		state->back_to = inputs->stage;
		break;
	case OUTCOME_REFUND:
		state->appeal_refund = inputs->amount;
		refunded(state, inputs->amount, now);
		break;
	default:
		break;
	}
	if (state->state != SUPERVISION_OPEN && expect_refund_open(state))
		state->refund = REFUND_SUPERSEDED;
}

/* 4.9, R4: ten days from the sign-off, unless the parcel's number is another. */
static void signed_for(struct expect_state *state, const struct expect_inputs *inputs)
{
	state->signed_at = inputs->at;
	state->other_number = inputs->other_number;
	if (state->state != SUPERVISION_OPEN || state->stage != STAGE_ACCEPTANCE ||
	    inputs->other_number)
		return;
	state->clock = (struct expect_clock){ .armed = true };
	if (expect_freezes(state) > 0)
		state->clock.left = 10 * WHEN_DAY;
	else
		state->clock.due_at = inputs->at + 10 * WHEN_DAY;
}

static void apply_deployment(struct expect_state *state, enum action_id action,
    const struct expect_inputs *inputs, int64_t now)
{
	switch (action) {
	case ACTION_START_DEPLOYMENT:
		state->deployment = DEPLOYMENT_DEPLOYING;
		state->deployments++;
		state->token++;
		state->step = 0;
		state->lease_until = now + WHEN_MINUTE;
		if (state->stage != STAGE_DEPLOYMENT) /* R17: the way back */
			enter(state, STAGE_DEPLOYMENT, now);
		break;
	case ACTION_TAKE_OVER_DEPLOYMENT:
		state->token++;
		state->lease_until = now + WHEN_MINUTE;
		break;
	case ACTION_REPORT_DEPLOYMENT:
		state->step++;
		state->lease_until = now + WHEN_MINUTE;
		break;
	default:
		state->deployment =
		    inputs->result == RESULT_DEPLOYED ? DEPLOYMENT_DEPLOYED : DEPLOYMENT_FAILED;
		if (inputs->result == RESULT_DEPLOYED)
			state->deployed = now;
		break;
	}
}

static void apply_refund(struct expect_state *state, enum action_id action,
    const struct expect_inputs *inputs, int64_t now)
{
	switch (action) {
	case ACTION_REQUEST_REFUND:
		state->refund = REFUND_PENDING;
		state->refunds++;
		state->refund_amount = inputs->amount;
		state->goods = state->flow == FLOW_HARDWARE ? inputs->goods : GOODS_NONE;
		state->return_clock.armed = false;
		break;
	case ACTION_AGREE_REFUND:
		/* 2.4: goods that were received come back first */
		state->refund = state->goods == GOODS_RECEIVED ? REFUND_RETURNING : REFUND_REFUNDED;
		break;
	case ACTION_REJECT_REFUND:
	case ACTION_REJECT_RETURN:
		state->refund = REFUND_REJECTED;
		break;
	case ACTION_WITHDRAW_REFUND:
		state->refund = REFUND_WITHDRAWN;
		break;
	case ACTION_SHIP_RETURN:
		state->refund = REFUND_RETURN_CHECK;
		state->return_clock = (struct expect_clock){ .armed = true };
		if (state->filer != ROLE_NONE)
			state->return_clock.left = 15 * WHEN_DAY;
		else
			state->return_clock.due_at = now + 15 * WHEN_DAY;
		break;
	default:
		state->refund = REFUND_REFUNDED;
		break;
	}
	if (state->refund == REFUND_REFUNDED)
		refunded(state, state->refund_amount, now);
}

static void step_back(struct expect_state *state, int64_t now)
{
	/* 4.1: R1 counts the seller's, R2 the buyer's; the review's return is nobody's rejection */
	if (state->stage == STAGE_CONFIRMATION)
		state->seller_rejects++;
	else if (state->stage != STAGE_REVIEW)
		state->buyer_rejects++;
	enter(state, expect_back(state->flow, state->stage), now);
}

static void apply_forward(struct expect_state *state, enum action_id action,
    const struct expect_inputs *inputs, int64_t now)
{
	if (action == ACTION_DELIVER) {
		state->enabled_known = inputs->enabled_at != 0 || state->enabled_at == 0;
		state->enabled_at = inputs->enabled_at;
	}
	if (action == ACTION_PICK_UP && state->picked_up == 0) /* sent back, it is no other code */
		state->picked_up = now;
	enter(state, expect_next(state->flow, state->stage, expect_terms_of(state)), now);
}

static void apply(struct expect_state *state, enum role role, enum action_id action,
    const struct expect_inputs *inputs, int64_t now)
{
	if (expect_moves_flow(action) && action != ACTION_REJECT) {
		apply_forward(state, action, inputs, now);
		return;
	}
	switch (action) {
	case ACTION_REJECT:
		step_back(state, now);
		break;
	case ACTION_APPEAL:
		state->filer = role;
		state->appeals++;
		state->appeal = APPEAL_OPEN;
		state->outcome = OUTCOME_NONE;
		state->back_to = STAGE_NONE;
		break;
	case ACTION_WITHDRAW_APPEAL:
		state->filer = ROLE_NONE;
		state->appeal = APPEAL_WITHDRAWN;
		break;
	case ACTION_DECIDE:
		decide(state, inputs, now);
		break;
	case ACTION_ACTIVATE: /* 4.4: actual enabling time := activation time */
		state->activated = now;
		state->enabled_at = now;
		state->enabled_known = state->state == SUPERVISION_OPEN;
		break;
	case ACTION_SIGN_OFF:
		signed_for(state, inputs);
		break;
	case ACTION_START_DEPLOYMENT:
	case ACTION_TAKE_OVER_DEPLOYMENT:
	case ACTION_REPORT_DEPLOYMENT:
	case ACTION_END_DEPLOYMENT:
		apply_deployment(state, action, inputs, now);
		break;
	case ACTION_RATE:
		state->rated = true;
		break;
	case ACTION_COMMENT:
	case ACTION_ADD_EVIDENCE:
		break;
	default:
		apply_refund(state, action, inputs, now);
		break;
	}
}

void expect_apply(struct expect_state *state, enum role role, enum action_id action,
    const struct expect_inputs *inputs, int64_t now)
{
	const struct expect_state before = *state;
	int64_t freezes = expect_freezes(state);

	state->entries++;
	if (expect_versioned(action))
		state->moves++;
	apply(state, role, action, inputs, now);
	/* F4: a stage's clock stops with the first freeze, the return's with an appeal */
	if (freezes == 0 && expect_freezes(state) > 0)
		clock_stop(&state->clock, now);
	if (freezes > 0 && expect_freezes(state) == 0)
		clock_go_on(&state->clock, now);
	if ((freezes == 0) != (expect_freezes(state) == 0))
		state->free_since = now;
	if (before.filer == ROLE_NONE && state->filer != ROLE_NONE)
		clock_stop(&state->return_clock, now);
	if (before.filer != ROLE_NONE && state->filer == ROLE_NONE)
		clock_go_on(&state->return_clock, now);
	if (!expect_refund_open(state) || state->state != SUPERVISION_OPEN)
		state->return_clock.armed = false;
	if (state->state != SUPERVISION_OPEN)
		state->clock.armed = false;
}

/* ---- what the platform does by itself ---- */

static bool waits_no_more(const struct expect_state *state)
{
	switch (state->stage) {
	case STAGE_ACTIVATION:
		return state->activated != 0;
	case STAGE_DEPLOYMENT:
		return state->deployed != 0;
	case STAGE_AUTOMATIC:
		return true;
	default:
		return false;
	}
}

static bool runs_out(const struct expect_clock *clock, int64_t now)
{
	return clock->armed && clock->due_at != 0 && clock->due_at <= now;
}

static bool settle_one(struct expect_state *state, int64_t now)
{
	if (state->state != SUPERVISION_OPEN)
		return false;
	if (state->refund == REFUND_RETURN_CHECK && runs_out(&state->return_clock, now)) {
		state->refund = REFUND_REFUNDED;
		refunded(state, state->refund_amount, state->return_clock.due_at);
		state->return_clock.armed = state->clock.armed = false;
		return true;
	}
	if (expect_freezes(state) > 0)
		return false;
	if (waits_no_more(state)) {
		enter(state, expect_next(state->flow, state->stage, expect_terms_of(state)), now);
		return true;
	}
	if (runs_out(&state->clock, now)) {
		enter(state, STAGE_DONE, state->clock.due_at);
		return true;
	}
	return false;
}

int expect_settle(struct expect_state *state, int64_t now)
{
	int moves = 0;

	while (settle_one(state, now)) {
		state->entries++;
		state->moves++;
		state->by_itself = state->state != SUPERVISION_OPEN;
		moves++;
	}
	return moves;
}

int64_t expect_due(const struct expect_state *state)
{
	if (state->state != SUPERVISION_OPEN)
		return 0;
	if (state->return_clock.armed && state->return_clock.due_at != 0)
		return state->return_clock.due_at;
	if (state->clock.armed && state->clock.due_at != 0)
		return state->clock.due_at;
	return 0;
}
