/* Who may do what and when, and what has to be handed in: from the rules' text, as expect.c. */
#include "expect.h"

#include "base/when.h"

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

static enum expect_verdict only(enum role role, enum role who)
{
	return role == who ? EXPECT_YES : EXPECT_NO;
}

/* The parties' own actions, by who is named for them in the tables of section 4 and in 2.4. */
static enum expect_verdict role_of_party(enum role role, enum action_id action)
{
	switch (action) {
	case ACTION_SUBMIT_REQUIREMENT:
	case ACTION_SUBMIT_IDENTIFIER:
	case ACTION_CONFIRM_DRAFT:
	case ACTION_PICK_UP:
	case ACTION_ACCEPT:
	case ACTION_START_DEPLOYMENT: /* F11: as the buyer, by any console of the account */
	case ACTION_TAKE_OVER_DEPLOYMENT:
	case ACTION_REPORT_DEPLOYMENT:
	case ACTION_END_DEPLOYMENT:
	case ACTION_RATE:
	case ACTION_RENEW: /* 2.2, 2.5: operations of the buyer centre */
	case ACTION_CONVERT_TRIAL:
	case ACTION_REQUEST_REFUND:
	case ACTION_SHIP_RETURN:
		return only(role, ROLE_BUYER);
	case ACTION_WITHDRAW_REFUND: /* nothing is said about taking it back */
		return role == ROLE_BUYER ? EXPECT_SILENT : EXPECT_NO;
	case ACTION_SIGN_OFF: /* nor about who records what the courier did */
		return role == ROLE_SELLER			 ? EXPECT_YES
		    : role == ROLE_REVIEWER || role == ROLE_NONE ? EXPECT_NO
								 : EXPECT_SILENT;
	case ACTION_CONFIRM_REQUIREMENT:
	case ACTION_SUBMIT_DRAFT:
	case ACTION_DELIVER:
	case ACTION_SHIP:
	case ACTION_ACTIVATE: /* the seller's software */
	case ACTION_UPLOAD_PROOF:
	case ACTION_AGREE_REFUND:
	case ACTION_REJECT_REFUND:
	case ACTION_ACCEPT_RETURN:
	case ACTION_REJECT_RETURN:
		return only(role, ROLE_SELLER);
	default:
		return EXPECT_NO;
	}
}

enum expect_verdict expect_role(enum role role, enum action_id action)
{
	bool party = role == ROLE_BUYER || role == ROLE_SELLER;
	/* F7: the operator may also review */
	bool reviews = role == ROLE_REVIEWER || role == ROLE_OPERATOR;
	bool yes;

	if (role == ROLE_SYSTEM &&
	    (action == ACTION_PROCEED || action == ACTION_ACCEPT_AUTOMATICALLY ||
		action == ACTION_ACTIVATE))
		return EXPECT_SILENT;
	switch (action) {
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
		return role_of_party(role, action);
	}
	return yes ? EXPECT_YES : EXPECT_NO;
}

bool expect_of_service(enum action_id action)
{
	return action == ACTION_RENEW || action == ACTION_CONVERT_TRIAL;
}

static bool takes_turn(enum role role, const struct expect_state *state)
{
	if (state->stage == STAGE_REVIEW && role == ROLE_OPERATOR)
		return true;
	return role != ROLE_NONE && role == expect_turn(state);
}

static enum expect_verdict yes_if(bool yes)
{
	return yes ? EXPECT_YES : EXPECT_NO;
}

/* F3: what has happened is recorded whether the supervision is frozen or not. */
static enum expect_verdict fact_now(const struct expect_state *state, enum action_id action)
{
	if (action == ACTION_ACTIVATE) {
		/* 4.4: not before it was picked up, not twice */
		if (state->flow != FLOW_LIC_20 || state->picked_up == 0 || state->activated != 0)
			return EXPECT_NO;
		/* an appeal's decision may have sent the flow back before it */
		return state->stage == STAGE_ACTIVATION ? EXPECT_YES : EXPECT_SILENT;
	}
	if (state->flow != FLOW_HARDWARE)
		return EXPECT_NO;
	if (state->stage != STAGE_ACCEPTANCE)
		return EXPECT_SILENT;
	return yes_if(state->signed_at == 0);
}

/* R7, F11, R17: deployed again is the way back of a package. */
static enum expect_verdict deploy_now(
    const struct expect_state *state, enum action_id action, int64_t now)
{
	bool runs = state->deployment == DEPLOYMENT_DEPLOYING, frozen = expect_freezes(state) > 0;

	if (state->flow != FLOW_LIC_PACKAGE)
		return EXPECT_NO;
	switch (action) {
	case ACTION_START_DEPLOYMENT:
		return yes_if(!runs && !frozen);
	case ACTION_TAKE_OVER_DEPLOYMENT:
		if (!runs || now < state->lease_until)
			return EXPECT_NO;
		return frozen || now == state->lease_until ? EXPECT_SILENT : EXPECT_YES;
	case ACTION_REPORT_DEPLOYMENT:
		return runs && frozen ? EXPECT_SILENT : yes_if(runs);
	default:
		return yes_if(runs); /* a fact */
	}
}

/* R12, 2.4, 4.4. */
static enum expect_verdict refund_now(const struct expect_state *state, enum action_id action)
{
	bool appeal = state->filer != ROLE_NONE;

	switch (action) {
	case ACTION_REQUEST_REFUND:
		if (expect_refund_open(state) || state->picked_up != 0)
			return EXPECT_NO;
		/* F4: the two may overlap; whether this one may come second is not said */
		return appeal ? EXPECT_SILENT : EXPECT_YES;
	case ACTION_WITHDRAW_REFUND:
		return expect_refund_open(state) ? EXPECT_SILENT : EXPECT_NO;
	case ACTION_AGREE_REFUND:
	case ACTION_REJECT_REFUND:
		return yes_if(state->refund == REFUND_PENDING && !appeal);
	case ACTION_SHIP_RETURN:
		/* the parcel's way is not the flow's */
		return state->refund == REFUND_RETURNING && appeal
		    ? EXPECT_SILENT
		    : yes_if(state->refund == REFUND_RETURNING);
	default:
		return yes_if(state->refund == REFUND_RETURN_CHECK && !appeal);
	}
}

static enum expect_verdict open_now(
    const struct expect_state *state, enum role role, enum action_id action, int64_t now)
{
	switch (action) {
	case ACTION_COMMENT:
		return EXPECT_YES;
	case ACTION_PROCEED: /* the platform's own: it asks nobody */
	case ACTION_ACCEPT_AUTOMATICALLY:
		return EXPECT_SILENT;
	case ACTION_RENEW: /* done to a purchased service */
	case ACTION_CONVERT_TRIAL:
		return EXPECT_NO;
	case ACTION_RATE:
		return EXPECT_SILENT; /* of a service in delivery nothing is said */
	case ACTION_APPEAL:
		return yes_if(state->filer == ROLE_NONE);
	case ACTION_ADD_EVIDENCE:
	case ACTION_DECIDE:
		return yes_if(state->filer != ROLE_NONE);
	case ACTION_WITHDRAW_APPEAL:
		return yes_if(state->filer == role);
	case ACTION_ACTIVATE:
	case ACTION_SIGN_OFF:
		return fact_now(state, action);
	case ACTION_START_DEPLOYMENT:
	case ACTION_TAKE_OVER_DEPLOYMENT:
	case ACTION_REPORT_DEPLOYMENT:
	case ACTION_END_DEPLOYMENT:
		return deploy_now(state, action, now);
	case ACTION_REQUEST_REFUND:
	case ACTION_AGREE_REFUND:
	case ACTION_REJECT_REFUND:
	case ACTION_WITHDRAW_REFUND:
	case ACTION_SHIP_RETURN:
	case ACTION_ACCEPT_RETURN:
	case ACTION_REJECT_RETURN:
		return refund_now(state, action);
	default:
		return yes_if(expect_freezes(state) == 0 && expect_offered(state, action) &&
		    takes_turn(role, state));
	}
}

/*
 * After the end: words, one review of what was completed. A deployment may still run, a code be
 * activated, a parcel be signed for (F3: always recorded); that it is refused then is not said.
 */
static enum expect_verdict ended_now(const struct expect_state *state, enum action_id action)
{
	switch (action) {
	case ACTION_COMMENT:
		return EXPECT_SILENT;
	case ACTION_RATE:
		if (state->rated)
			return EXPECT_NO;
		return state->state == SUPERVISION_COMPLETED ? EXPECT_YES : EXPECT_SILENT;
	case ACTION_ACTIVATE:
		return state->picked_up != 0 && state->activated == 0 ? EXPECT_SILENT : EXPECT_NO;
	case ACTION_SIGN_OFF:
		return state->flow == FLOW_HARDWARE && state->signed_at == 0 ? EXPECT_SILENT
									     : EXPECT_NO;
	case ACTION_END_DEPLOYMENT:
	case ACTION_REPORT_DEPLOYMENT:
	case ACTION_TAKE_OVER_DEPLOYMENT:
		return state->deployment == DEPLOYMENT_DEPLOYING ? EXPECT_SILENT : EXPECT_NO;
	default:
		return EXPECT_NO;
	}
}

enum expect_verdict expect_possible(const struct expect_state *state,
    const struct expect_asker *asker, enum action_id action, int64_t now)
{
	enum expect_verdict there = expect_exists(state, asker);
	enum expect_verdict may = expect_role(asker->role, action), can;

	if (there == EXPECT_NO || may == EXPECT_NO)
		return EXPECT_NO;
	can = state->state == SUPERVISION_OPEN ? open_now(state, asker->role, action, now)
					       : ended_now(state, action);
	return can == EXPECT_YES ? may : can;
}

/* ---- inputs ---- */

/* "Back to a named node": one that the flow has and that lies before the present one. */
static bool lies_before(const struct expect_state *state, enum stage_id stage)
{
	enum stage_id stages[STAGE_COUNT];
	size_t n = expect_stages(state->flow, expect_terms_of(state), stages);

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

/*
 * R12: more than nothing, not more than was paid; 2.4: not all of it for a buyer who sent no
 * requirement within a month of paying. Of a buyer who sent it later nothing is said.
 */
static enum expect_verdict refund_inputs_do(
    const struct expect_state *state, const struct expect_inputs *inputs, int64_t now)
{
	bool late = now > when_add_months(state->placed_at, 1);

	if (inputs->amount <= 0 || inputs->amount > state->paid)
		return EXPECT_NO;
	if (state->flow == FLOW_HARDWARE && inputs->goods == GOODS_NONE)
		return EXPECT_NO; /* 2.4: 填写货物信息 */
	if (inputs->amount < state->paid || !late)
		return EXPECT_YES;
	switch (state->flow) {
	case FLOW_MANUAL_STD:
	case FLOW_MANUAL_SITE:
	case FLOW_SAAS_OFFLINE:
	case FLOW_DATA:
		return state->stage == STAGE_REQUIREMENT && state->moves == 0 ? EXPECT_NO
									      : EXPECT_SILENT;
	case FLOW_LIC_10:
		return EXPECT_SILENT; /* the identifier may count as materials withheld */
	default:
		return EXPECT_YES;
	}
}

enum expect_verdict expect_inputs_do(const struct expect_state *state, enum role role,
    enum action_id action, const struct expect_inputs *inputs, int64_t now)
{
	const uint32_t sow = 1u << FILE_SOW | 1u << FILE_REQUIREMENT;

	if (!inputs->text)
		return EXPECT_NO;
	switch (action) {
	case ACTION_DELIVER:
		return yes_if(
		    (inputs->kinds & sow) != 0 && (inputs->kinds & (1u << FILE_ACCEPTANCE)) != 0);
	case ACTION_APPEAL:
		return appeal_inputs_do(role, inputs);
	case ACTION_DECIDE:
		return yes_if(decision_inputs_do(state, inputs));
	case ACTION_REQUEST_REFUND:
		return refund_inputs_do(state, inputs, now);
	case ACTION_UPLOAD_PROOF: /* F9: licence proof needs at least one file */
		return yes_if(inputs->kinds != 0);
	case ACTION_AGREE_REFUND:
	case ACTION_REJECT_REFUND: /* F9, 2.4: opinion and communication record */
		if (inputs->kinds == 0)
			return EXPECT_NO;
		return inputs->kinds & (1u << FILE_COMMUNICATION) ? EXPECT_YES : EXPECT_SILENT;
	case ACTION_REJECT_RETURN:
		return inputs->kinds == 0 ? EXPECT_SILENT : EXPECT_YES;
	case ACTION_REPORT_DEPLOYMENT:
	case ACTION_END_DEPLOYMENT: /* F11: whoever lost the lease no longer speaks for it */
		return yes_if(!inputs->wrong_token &&
		    (action == ACTION_REPORT_DEPLOYMENT || inputs->result != RESULT_NONE));
	default:
		return EXPECT_YES;
	}
}

static void good_decision(const struct expect_state *state, struct expect_inputs *inputs)
{
	enum stage_id stages[STAGE_COUNT];
	size_t n = expect_stages(state->flow, expect_terms_of(state), stages);

	inputs->outcome = OUTCOME_RESUME;
	inputs->amount = state->paid;
	for (size_t i = 1; i < n; i++)
		if (stages[i] == state->stage)
			inputs->stage = stages[i - 1];
}

struct expect_inputs expect_good_inputs(
    const struct expect_state *state, enum role role, enum action_id action, int64_t now)
{
	struct expect_inputs inputs = { .text = true };

	switch (action) {
	case ACTION_DELIVER:
		inputs.kinds = 1u << FILE_SOW | 1u << FILE_ACCEPTANCE;
		break;
	case ACTION_UPLOAD_PROOF:
	case ACTION_REJECT_RETURN:
		inputs.kinds = 1u << FILE_PROOF;
		break;
	case ACTION_AGREE_REFUND:
	case ACTION_REJECT_REFUND:
		inputs.kinds = 1u << FILE_COMMUNICATION;
		break;
	case ACTION_APPEAL:
		inputs.kinds = 1u << FILE_EVIDENCE;
		inputs.ground =
		    role == ROLE_SELLER ? GROUND_UNFOUNDED_REJECTION : GROUND_NOT_AS_AGREED;
		break;
	case ACTION_DECIDE:
		good_decision(state, &inputs);
		break;
	case ACTION_REQUEST_REFUND:
		inputs.amount = state->paid / 2;
		if (state->flow == FLOW_HARDWARE)
			inputs.goods = GOODS_RECEIVED;
		break;
	case ACTION_END_DEPLOYMENT:
		inputs.result = RESULT_DEPLOYED;
		break;
	case ACTION_SIGN_OFF:
		inputs.at = now;
		break;
	default:
		break;
	}
	return inputs;
}
