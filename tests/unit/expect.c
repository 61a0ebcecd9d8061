#include "expect.h"

struct expect_state expect_start(enum flow_id flow, bool reviewed, int64_t paid)
{
	struct expect_state state = {
		.flow = flow,
		.reviewed = reviewed,
		/* 4.1 begins with the buyer's requirement; 4.5 has no requirement step */
		.stage = flow == FLOW_MANUAL_STD ? STAGE_REQUIREMENT : STAGE_DELIVERY,
		.state = SUPERVISION_OPEN,
		.paid = paid,
	};

	return state;
}

bool expect_has_flow(enum flow_id flow)
{
	return flow == FLOW_MANUAL_STD || flow == FLOW_LIC_OFFLINE;
}

bool expect_has_action(enum action_id action)
{
	switch (action) {
	case ACTION_SUBMIT_REQUIREMENT:
	case ACTION_CONFIRM_REQUIREMENT:
	case ACTION_DELIVER:
	case ACTION_PASS_REVIEW:
	case ACTION_ACCEPT:
	case ACTION_REJECT:
	case ACTION_COMMENT:
	case ACTION_APPEAL:
	case ACTION_ADD_EVIDENCE:
	case ACTION_WITHDRAW_APPEAL:
	case ACTION_DECIDE:
		return true;
	default:
		return false;
	}
}

size_t expect_stages(enum flow_id flow, bool reviewed, enum stage_id out[STAGE_COUNT])
{
	size_t n = 0;

	if (flow == FLOW_MANUAL_STD) {
		out[n++] = STAGE_REQUIREMENT;
		out[n++] = STAGE_CONFIRMATION;
	}
	out[n++] = STAGE_DELIVERY;
	if (reviewed)
		out[n++] = STAGE_REVIEW;
	out[n++] = STAGE_ACCEPTANCE;
	out[n++] = STAGE_DONE;
	return n;
}

/* 4.1 and 4.5; 4.7: the review lies after the seller's delivery and before the buyer's acceptance.
 */
enum stage_id expect_next(enum flow_id flow, enum stage_id stage, bool reviewed)
{
	(void)flow;
	switch (stage) {
	case STAGE_REQUIREMENT:
		return STAGE_CONFIRMATION;
	case STAGE_CONFIRMATION:
		return STAGE_DELIVERY;
	case STAGE_DELIVERY:
		return reviewed ? STAGE_REVIEW : STAGE_ACCEPTANCE;
	case STAGE_REVIEW:
		return STAGE_ACCEPTANCE;
	case STAGE_ACCEPTANCE:
		return STAGE_DONE;
	default:
		return STAGE_NONE;
	}
}

/* The seller rejects the requirement, the reviewer returns the proof, the buyer rejects the
 * delivery. */
enum stage_id expect_back(enum flow_id flow, enum stage_id stage)
{
	(void)flow;
	switch (stage) {
	case STAGE_CONFIRMATION:
		return STAGE_REQUIREMENT;
	case STAGE_REVIEW:
	case STAGE_ACCEPTANCE:
		return STAGE_DELIVERY;
	default:
		return STAGE_NONE;
	}
}

static enum action_id forward_action(enum stage_id stage)
{
	switch (stage) {
	case STAGE_REQUIREMENT:
		return ACTION_SUBMIT_REQUIREMENT;
	case STAGE_CONFIRMATION:
		return ACTION_CONFIRM_REQUIREMENT;
	case STAGE_DELIVERY:
		return ACTION_DELIVER;
	case STAGE_REVIEW:
		return ACTION_PASS_REVIEW;
	case STAGE_ACCEPTANCE:
		return ACTION_ACCEPT;
	default:
		return ACTION_NONE;
	}
}

static enum role stage_turn(enum stage_id stage)
{
	switch (stage) {
	case STAGE_REQUIREMENT:
	case STAGE_ACCEPTANCE:
		return ROLE_BUYER;
	case STAGE_CONFIRMATION:
	case STAGE_DELIVERY:
		return ROLE_SELLER;
	case STAGE_REVIEW:
		return ROLE_REVIEWER;
	default:
		return ROLE_NONE;
	}
}

enum role expect_turn(const struct expect_state *state)
{
	return state->state == SUPERVISION_OPEN ? stage_turn(state->stage) : ROLE_NONE;
}

int64_t expect_freezes(const struct expect_state *state)
{
	return (state->filer != ROLE_NONE) + (state->refund_open ? 1 : 0);
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

/* R13, F7; a reviewer checks files in reviewed scenes only (1, 4.7). */
enum expect_verdict expect_exists(
    const struct expect_state *state, const struct expect_asker *asker)
{
	switch (asker->role) {
	case ROLE_BUYER:
	case ROLE_SELLER:
		return asker->owner == EXPECT_OWN ? EXPECT_YES : EXPECT_NO;
	case ROLE_REVIEWER:
		return state->reviewed ? EXPECT_YES : EXPECT_NO;
	case ROLE_OPERATOR:
		return EXPECT_YES;
	case ROLE_SYSTEM:
		return EXPECT_SILENT;
	default:
		return EXPECT_NO;
	}
}

enum expect_verdict expect_role(enum role role, enum action_id action)
{
	bool party = role == ROLE_BUYER || role == ROLE_SELLER;
	bool reviews =
	    role == ROLE_REVIEWER || role == ROLE_OPERATOR; /* F7: the operator may also review */
	bool yes = false;

	switch (action) {
	case ACTION_SUBMIT_REQUIREMENT:
	case ACTION_ACCEPT:
		yes = role == ROLE_BUYER;
		break;
	case ACTION_CONFIRM_REQUIREMENT:
	case ACTION_DELIVER:
		yes = role == ROLE_SELLER;
		break;
	case ACTION_PASS_REVIEW:
		yes = reviews;
		break;
	case ACTION_REJECT:
		yes = party || reviews;
		break;
	case ACTION_COMMENT:
		/* R1 names both parties; of reviewer and operator nothing is said */
		if (reviews)
			return EXPECT_SILENT;
		yes = party;
		break;
	case ACTION_APPEAL:
	case ACTION_ADD_EVIDENCE:
	case ACTION_WITHDRAW_APPEAL:
		yes = party;
		break;
	case ACTION_DECIDE:
		yes = role == ROLE_OPERATOR;
		break;
	default:
		break;
	}
	return yes ? EXPECT_YES : EXPECT_NO;
}

bool expect_moves_flow(enum action_id action)
{
	switch (action) {
	case ACTION_SUBMIT_REQUIREMENT:
	case ACTION_CONFIRM_REQUIREMENT:
	case ACTION_DELIVER:
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
	return action != ACTION_COMMENT && action != ACTION_ADD_EVIDENCE;
}

bool expect_offered(const struct expect_state *state, enum action_id action)
{
	if (action == ACTION_REJECT)
		return expect_back(state->flow, state->stage) != STAGE_NONE;
	return action != ACTION_NONE && action == forward_action(state->stage);
}

static bool takes_turn(enum role role, enum stage_id stage)
{
	if (stage == STAGE_REVIEW && role == ROLE_OPERATOR)
		return true;
	return role != ROLE_NONE && role == stage_turn(stage);
}

static bool yes_now(const struct expect_state *state, enum role role, enum action_id action)
{
	switch (action) {
	case ACTION_COMMENT:
		return true;
	case ACTION_APPEAL:
		return state->filer == ROLE_NONE;
	case ACTION_ADD_EVIDENCE:
	case ACTION_DECIDE:
		return state->filer != ROLE_NONE;
	case ACTION_WITHDRAW_APPEAL:
		return state->filer == role;
	default:
		return expect_freezes(state) == 0 && expect_offered(state, action) &&
		    takes_turn(role, state->stage);
	}
}

enum expect_verdict expect_possible(
    const struct expect_state *state, const struct expect_asker *asker, enum action_id action)
{
	enum expect_verdict there = expect_exists(state, asker);
	enum expect_verdict may = expect_role(asker->role, action);

	if (there == EXPECT_NO || may == EXPECT_NO)
		return EXPECT_NO;
	if (state->state != SUPERVISION_OPEN)
		return action == ACTION_COMMENT ? EXPECT_SILENT : EXPECT_NO;
	if (!yes_now(state, asker->role, action))
		return EXPECT_NO;
	return may;
}

/* "Back to a named node": one that the flow has and that lies before the present one. */
static bool lies_before(const struct expect_state *state, enum stage_id stage)
{
	enum stage_id stages[STAGE_COUNT];
	size_t n = expect_stages(state->flow, state->reviewed, stages);

	for (size_t i = 0; i < n && stages[i] != state->stage; i++)
		if (stages[i] == stage)
			return true;
	return false;
}

static enum expect_verdict appeal_inputs_do(enum role role, const struct expect_inputs *inputs)
{
	bool letter = (inputs->kinds & (1u << FILE_COMMITMENT)) != 0;

	if (inputs->ground <= GROUND_NONE || inputs->ground >= GROUND_COUNT || inputs->kinds == 0)
		return EXPECT_NO;
	if (inputs->ground != GROUND_BUYER_INACTIVE)
		return EXPECT_YES;
	if (role == ROLE_BUYER)
		return EXPECT_SILENT; /* a buyer who complains of the buyer: nothing is said */
	return letter ? EXPECT_YES : EXPECT_NO;
}

static bool decision_inputs_do(const struct expect_state *state, const struct expect_inputs *inputs)
{
	switch (inputs->outcome) {
	case OUTCOME_COMPLETE:
	case OUTCOME_RESUME:
		return true;
	case OUTCOME_SEND_BACK:
		return lies_before(state, inputs->stage);
	case OUTCOME_REFUND:
		return inputs->amount > 0 && inputs->amount <= state->paid;
	default:
		return false;
	}
}

enum expect_verdict expect_inputs_do(const struct expect_state *state, enum role role,
    enum action_id action, const struct expect_inputs *inputs)
{
	const uint32_t sow = 1u << FILE_SOW | 1u << FILE_REQUIREMENT;
	bool yes = true;

	if (!inputs->text)
		return EXPECT_NO;
	if (action == ACTION_DELIVER)
		yes = (inputs->kinds & sow) != 0 && (inputs->kinds & (1u << FILE_ACCEPTANCE)) != 0;
	else if (action == ACTION_APPEAL)
		return appeal_inputs_do(role, inputs);
	else if (action == ACTION_DECIDE)
		yes = decision_inputs_do(state, inputs);
	return yes ? EXPECT_YES : EXPECT_NO;
}

static void decide(struct expect_state *state, const struct expect_inputs *inputs)
{
	state->filer = ROLE_NONE;
	state->appeal = APPEAL_DECIDED;
	state->outcome = inputs->outcome;
	switch (inputs->outcome) {
	case OUTCOME_COMPLETE:
		state->stage = STAGE_DONE;
		break;
	case OUTCOME_SEND_BACK:
		state->stage = inputs->stage;
		state->back_to = inputs->stage;
		break;
	case OUTCOME_REFUND:
		state->state = SUPERVISION_REFUNDED;
		state->refunded = inputs->amount;
		break;
	default:
		break;
	}
}

void expect_apply(struct expect_state *state, enum role role, enum action_id action,
    const struct expect_inputs *inputs)
{
	state->entries++;
	if (expect_versioned(action))
		state->moves++;
	switch (action) {
	case ACTION_COMMENT:
	case ACTION_ADD_EVIDENCE:
		break;
	case ACTION_REJECT:
		/* 4.1: R1 counts the seller's, R2 the buyer's; the review's return is nobody's
		 * rejection */
		if (state->stage == STAGE_CONFIRMATION)
			state->seller_rejects++;
		else if (state->stage == STAGE_ACCEPTANCE)
			state->buyer_rejects++;
		state->stage = expect_back(state->flow, state->stage);
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
		decide(state, inputs);
		break;
	default:
		state->stage = expect_next(state->flow, state->stage, state->reviewed);
		break;
	}
	if (state->stage == STAGE_DONE && state->state == SUPERVISION_OPEN)
		state->state = SUPERVISION_COMPLETED;
}

struct expect_inputs expect_good_inputs(
    const struct expect_state *state, enum role role, enum action_id action)
{
	struct expect_inputs inputs = { .text = true };
	enum stage_id stages[STAGE_COUNT];
	size_t n = expect_stages(state->flow, state->reviewed, stages);

	if (action == ACTION_DELIVER)
		inputs.kinds = 1u << FILE_SOW | 1u << FILE_ACCEPTANCE;
	if (action == ACTION_APPEAL) {
		inputs.kinds = 1u << FILE_EVIDENCE;
		inputs.ground =
		    role == ROLE_SELLER ? GROUND_UNFOUNDED_REJECTION : GROUND_NOT_AS_AGREED;
	}
	if (action == ACTION_DECIDE) {
		inputs.outcome = OUTCOME_RESUME;
		inputs.amount = state->paid;
		for (size_t i = 1; i < n; i++)
			if (stages[i] == state->stage)
				inputs.stage = stages[i - 1];
	}
	return inputs;
}
