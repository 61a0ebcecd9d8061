#include "model/permit.h"

#include <stdio.h>
#include <string.h>

#include <bsd/string.h>

#include "base/when.h"
#include "model/flow.h"

static bool some(const char *text)
{
	return text != NULL && text[0] != '\0';
}

struct scope permit_scope(const struct actor *actor)
{
	struct scope scope = { SCOPE_NOTHING, "" };

	switch (actor->role) {
	case ROLE_BUYER:
	case ROLE_SELLER:
		/* Without an account there is nothing that could be one's own. */
		if (some(actor->account)) {
			scope.kind = actor->role == ROLE_BUYER ? SCOPE_OF_BUYER : SCOPE_OF_SELLER;
			scope.account = actor->account;
		}
		break;
	case ROLE_REVIEWER:
		scope.kind = SCOPE_REVIEWED;
		break;
	case ROLE_OPERATOR:
	case ROLE_SYSTEM:
		scope.kind = SCOPE_ALL;
		break;
	case ROLE_NONE:
	case ROLE_COUNT:
		break;
	}
	return scope;
}

bool permit_sees(const struct actor *actor, const struct supervision *supervision)
{
	struct scope scope = permit_scope(actor);

	switch (scope.kind) {
	case SCOPE_ALL:
		return true;
	case SCOPE_OF_BUYER:
		return strcmp(supervision->buyer, scope.account) == 0;
	case SCOPE_OF_SELLER:
		return strcmp(supervision->seller, scope.account) == 0;
	case SCOPE_REVIEWED:
		return supervision->reviewed != 0;
	case SCOPE_NOTHING:
		break;
	}
	return false;
}

/* Whether the stage waits for this role. The operator may stand in for the reviewer (F7). */
static bool has_turn(const struct stage *stage, enum role role)
{
	return stage->turn == role || (stage->turn == ROLE_REVIEWER && role == ROLE_OPERATOR);
}

/* Whether the action moves the flow on or back from this stage. */
static bool moves(const struct stage *stage, const struct action *action)
{
	if (action->kind == KIND_FORWARD)
		return stage->forward == action->id;
	return action->kind == KIND_BACK && stage->back != STAGE_NONE;
}

static bool moves_somewhere(enum role role, const struct action *action)
{
	for (enum flow_id id = FLOW_NONE + 1; id < FLOW_COUNT; id++) {
		const struct flow *flow = flow_get(id);

		for (size_t i = 0; i < flow->count; i++) {
			const struct stage *stage = &flow->stages[i];

			if (moves(stage, action) && has_turn(stage, role))
				return true;
			if (role == ROLE_SYSTEM && stage->system.action == action->id)
				return true;
		}
	}
	return false;
}

#define IN(state) (1u << REFUND_##state)
#define REFUND_ANY (IN(PENDING) | IN(RETURNING) | IN(RETURN_CHECK))

/*
 * Actions that belong to no stage: whose they are, the fact that they record, and the states of the
 * refund request in which they are possible.
 */
static const struct beside {
	enum action_id action;
	enum role role;
	enum fact fact;
	unsigned refund;
} besides[] = {
	{ ACTION_ACTIVATE, ROLE_SELLER, FACT_ACTIVATED, 0 },
	{ ACTION_SIGN_OFF, ROLE_SELLER, FACT_SIGNED, 0 },
	{ ACTION_START_DEPLOYMENT, ROLE_BUYER, FACT_DEPLOYED, 0 },
	{ ACTION_TAKE_OVER_DEPLOYMENT, ROLE_BUYER, FACT_DEPLOYED, 0 },
	{ ACTION_REPORT_DEPLOYMENT, ROLE_BUYER, FACT_DEPLOYED, 0 },
	{ ACTION_END_DEPLOYMENT, ROLE_BUYER, FACT_DEPLOYED, 0 },
	{ ACTION_RATE, ROLE_BUYER, FACT_NONE, 0 },
	{ ACTION_RENEW, ROLE_BUYER, FACT_NONE, 0 },
	{ ACTION_CONVERT_TRIAL, ROLE_BUYER, FACT_NONE, 0 },
	{ ACTION_REQUEST_REFUND, ROLE_BUYER, FACT_NONE, 0 },
	{ ACTION_AGREE_REFUND, ROLE_SELLER, FACT_NONE, IN(PENDING) },
	{ ACTION_REJECT_REFUND, ROLE_SELLER, FACT_NONE, IN(PENDING) },
	{ ACTION_WITHDRAW_REFUND, ROLE_BUYER, FACT_NONE, IN(PENDING) | IN(RETURNING) },
	{ ACTION_SHIP_RETURN, ROLE_BUYER, FACT_NONE, IN(RETURNING) },
	{ ACTION_ACCEPT_RETURN, ROLE_SELLER, FACT_NONE, IN(RETURN_CHECK) },
	{ ACTION_REJECT_RETURN, ROLE_SELLER, FACT_NONE, IN(RETURN_CHECK) },
};

static const struct beside *beside_of(enum action_id id)
{
	for (size_t i = 0; i < sizeof(besides) / sizeof(besides[0]); i++) {
		if (besides[i].action == id)
			return &besides[i];
	}
	return NULL;
}

bool permit_refund_open(enum refund_state state)
{
	return (REFUND_ANY & (1u << state)) != 0;
}

bool permit_role(enum role role, enum action_id id)
{
	const struct action *action = action_get(id);
	bool party = role == ROLE_BUYER || role == ROLE_SELLER;

	if (action == NULL)
		return false;
	switch (action->kind) {
	case KIND_FORWARD:
	case KIND_BACK:
		return moves_somewhere(role, action);
	case KIND_NOTE:
		return party || role == ROLE_REVIEWER || role == ROLE_OPERATOR;
	case KIND_APPEAL:
		return party;
	case KIND_DURING:
		return id == ACTION_DECIDE ? role == ROLE_OPERATOR : party;
	case KIND_FACT:
	case KIND_REFUND:
	case KIND_ANSWER:
	case KIND_DEPLOY:
	case KIND_RATE:
	case KIND_OWNED:
		return beside_of(id) != NULL && beside_of(id)->role == role;
	}
	return false;
}

/* Which freeze it is that keeps a move back. */
static enum deny deny_frozen(const struct supervision *supervision)
{
	if (supervision->freezes == 0)
		return DENY_NONE;
	return !some(supervision->appeal) && some(supervision->refund) ? DENY_REFUND_OPEN
								       : DENY_FROZEN;
}

static enum deny permit_move(
    const struct actor *actor, const struct action *action, const struct supervision *supervision)
{
	enum flow_id flow = (enum flow_id)supervision->flow;
	enum stage_id at = (enum stage_id)supervision->stage;
	const struct stage *stage = flow_stage(flow, at);

	if (supervision->freezes > 0)
		return deny_frozen(supervision);
	if (!flow_has(flow, at, flow_conditions(supervision)))
		return DENY_STAGE;
	if (actor->role == ROLE_SYSTEM && stage->system.action == action->id)
		return DENY_NONE;
	if (!moves(stage, action))
		return DENY_STAGE;
	return has_turn(stage, actor->role) ? DENY_NONE : DENY_TURN;
}

/* Whether any stage of the flow waits for the fact. */
static bool flow_waits(enum flow_id id, enum fact fact)
{
	const struct flow *flow = flow_get(id);

	for (size_t i = 0; i < flow->count; i++) {
		if (flow->stages[i].system.fact == fact)
			return true;
	}
	return false;
}

/* Whether the role ever makes this move in the flow of the supervision. */
static bool flow_moves(enum role role, const struct action *action,
    const struct supervision *supervision)
{
	const struct flow *flow = flow_get((enum flow_id)supervision->flow);

	for (size_t i = 0; i < flow->count; i++) {
		const struct stage *stage = &flow->stages[i];

		if (moves(stage, action) && has_turn(stage, role) &&
		    flow_has(flow->id, stage->id, flow_conditions(supervision)))
			return true;
	}
	return false;
}

/* Only goods go back. */
static bool is_return(enum action_id id)
{
	return id == ACTION_SHIP_RETURN || id == ACTION_ACCEPT_RETURN ||
	       id == ACTION_REJECT_RETURN;
}

bool permit_offers(enum role role, enum action_id id, const struct supervision *supervision)
{
	const struct action *action = action_get(id);

	if (!permit_role(role, id) || action->guard == GUARD_PROGRAM)
		return false;
	if (supervision == NULL)
		return true;
	switch (action->kind) {
	case KIND_FORWARD:
	case KIND_BACK:
		return flow_moves(role, action, supervision);
	case KIND_FACT:
	case KIND_DEPLOY:
		return flow_waits((enum flow_id)supervision->flow, beside_of(id)->fact);
	case KIND_ANSWER:
		return some(supervision->refund) &&
		       (supervision->flow == FLOW_HARDWARE || !is_return(id));
	case KIND_RATE:
		return supervision->state == SUPERVISION_COMPLETED;
	case KIND_OWNED:
		return false;
	case KIND_REFUND:
	case KIND_NOTE:
	case KIND_APPEAL:
	case KIND_DURING:
		break;
	}
	return true;
}

/* Facts are recorded during a freeze too (F3). */
static enum deny permit_fact(enum action_id id, const struct supervision *supervision)
{
	enum fact fact = beside_of(id)->fact;

	if (!flow_waits((enum flow_id)supervision->flow, fact))
		return DENY_FLOW;
	if (fact == FACT_DEPLOYED)
		return supervision->deployment_state == DEPLOYMENT_DEPLOYING ? DENY_NONE
									     : DENY_NO_DEPLOYMENT;
	if (fact == FACT_ACTIVATED && supervision->picked_up_at == 0)
		return DENY_NOT_PICKED_UP;
	if (fact == FACT_SIGNED && supervision->stage != STAGE_ACCEPTANCE)
		return DENY_STAGE;
	if (flow_fact(supervision, fact) == 0)
		return DENY_NONE;
	return fact == FACT_ACTIVATED ? DENY_ACTIVATED : DENY_RECORDED;
}

static enum deny permit_deploy(enum action_id id, const struct supervision *supervision)
{
	bool running = supervision->deployment_state == DEPLOYMENT_DEPLOYING;

	if (!flow_waits((enum flow_id)supervision->flow, FACT_DEPLOYED))
		return DENY_FLOW;
	if (id != ACTION_START_DEPLOYMENT)
		return running ? DENY_NONE : DENY_NO_DEPLOYMENT;
	if (supervision->freezes > 0)
		return deny_frozen(supervision);
	return running ? DENY_DEPLOYING : DENY_NONE;
}

/* R12, 2.4 */
static enum deny permit_refund(const struct supervision *supervision)
{
	if (supervision->freezes > 0)
		return deny_frozen(supervision);
	return supervision->picked_up_at != 0 ? DENY_PICKED_UP : DENY_NONE;
}

static enum deny permit_answer(enum action_id id, const struct supervision *supervision)
{
	if (!some(supervision->refund))
		return DENY_NO_REFUND;
	if (some(supervision->appeal))
		return DENY_FROZEN;
	return beside_of(id)->refund & (1u << supervision->refund_state) ? DENY_NONE
									 : DENY_REFUND_STEP;
}

static enum deny permit_rate(const struct supervision *supervision)
{
	if (supervision->state != SUPERVISION_COMPLETED)
		return DENY_NOT_COMPLETED;
	return supervision->rated_at != 0 ? DENY_RATED : DENY_NONE;
}

/*
 * What happens after the end all the same: the console of a deployment still tells how it went, and
 * a code that was picked up is activated although the order was completed by a decision.
 */
static bool outlives(enum action_id id, const struct supervision *supervision)
{
	const struct beside *beside = beside_of(id);

	if (beside == NULL || id == ACTION_START_DEPLOYMENT)
		return false;
	if (beside->fact == FACT_DEPLOYED)
		return supervision->deployment_state == DEPLOYMENT_DEPLOYING;
	return beside->fact == FACT_ACTIVATED && supervision->picked_up_at != 0 &&
	    supervision->state == SUPERVISION_COMPLETED;
}

enum deny permit_action(const struct actor *actor, enum action_id id,
    const struct supervision *supervision, const struct appeal *appeal)
{
	const struct action *action = action_get(id);

	if (!permit_sees(actor, supervision))
		return DENY_UNSEEN;
	if (!permit_role(actor->role, id))
		return DENY_ROLE;
	if (action->kind == KIND_RATE)
		return permit_rate(supervision);
	if (supervision->state != SUPERVISION_OPEN && !outlives(id, supervision))
		return DENY_CLOSED;
	switch (action->kind) {
	case KIND_FORWARD:
	case KIND_BACK:
		return permit_move(actor, action, supervision);
	case KIND_NOTE:
		return DENY_NONE;
	case KIND_APPEAL:
		return some(supervision->appeal) ? DENY_APPEAL_OPEN : DENY_NONE;
	case KIND_FACT:
		return permit_fact(id, supervision);
	case KIND_REFUND:
		return permit_refund(supervision);
	case KIND_ANSWER:
		return permit_answer(id, supervision);
	case KIND_DEPLOY:
		return permit_deploy(id, supervision);
	case KIND_OWNED:
		return DENY_NOT_OWNED;
	case KIND_RATE:
	case KIND_DURING:
		break;
	}
	if (!some(supervision->appeal))
		return DENY_NO_APPEAL;
	/* The actor is inside its account's scope here, so the same role is the same party. */
	if (id == ACTION_WITHDRAW_APPEAL &&
	    (appeal == NULL || appeal->party != (int64_t)actor->role))
		return DENY_NOT_FILER;
	return DENY_NONE;
}

const char *deny_text(enum deny deny)
{
	static const char *const texts[DENY_COUNT] = {
		[DENY_NONE] = "",
#define X(id, text) [DENY_##id] = text,
		DENY_LIST(X)
#undef X
	};

	if ((int)deny <= DENY_NONE || (int)deny >= DENY_COUNT)
		return "";
	return _(texts[deny]);
}

enum status deny_status(enum deny deny)
{
	switch (deny) {
	case DENY_NONE:
		return STATUS_OK;
	case DENY_UNSEEN:
		return STATUS_NOTFOUND;
	case DENY_ROLE:
		return STATUS_AUTH;
	default:
		return STATUS_CONFLICT;
	}
}

/* What is to be done at each stage, as short as a list column. */
static const char *const stage_verbs[STAGE_COUNT] = {
	[STAGE_REQUIREMENT] = N_("requirement"),
	[STAGE_CONFIRMATION] = N_("confirm"),
	[STAGE_IDENTIFIER] = N_("identifier"),
	[STAGE_DRAFT] = N_("draft"),
	[STAGE_DRAFT_CONFIRMATION] = N_("check draft"),
	[STAGE_DELIVERY] = N_("deliver"),
	[STAGE_BUILD] = N_("build"),
	[STAGE_SHIPPING] = N_("ship"),
	[STAGE_DEPLOYMENT] = N_("deploy"),
	[STAGE_PICK_UP] = N_("pick up"),
	[STAGE_ACTIVATION] = N_("activate"),
	[STAGE_PROOF] = N_("proof"),
	[STAGE_AUTOMATIC] = N_("accept"),
	[STAGE_REVIEW] = N_("review"),
	[STAGE_ACCEPTANCE] = N_("accept"),
};

static bool appeal_overdue(const struct supervision *supervision, int64_t now)
{
	return some(supervision->appeal) && supervision->appeal_due != 0 &&
	    now > supervision->appeal_due;
}

static void next_in_appeal(const struct supervision *supervision, int64_t now, char *out,
    size_t cap)
{
	char span[WHEN_TEXT];

	if (supervision->appeal_due == 0) {
		strlcpy(out, _("Appeal open"), cap);
	} else if (appeal_overdue(supervision, now)) {
		when_span(now - supervision->appeal_due, span);
		snprintf(out, cap, _("Appeal: %s late"), span);
	} else {
		when_span(supervision->appeal_due - now, span);
		snprintf(out, cap, _("Appeal: %s left"), span);
	}
}

static void next_of(const struct actor *actor, enum role turn, const char *verb, char *out,
    size_t cap)
{
	if (turn == actor->role)
		snprintf(out, cap, _("You: %s"), verb);
	else if (turn == ROLE_BUYER)
		snprintf(out, cap, _("Buyer: %s"), verb);
	else if (turn == ROLE_SELLER)
		snprintf(out, cap, _("Seller: %s"), verb);
	else if (turn == ROLE_REVIEWER)
		strlcpy(out, _("Review: Huawei"), cap);
	else
		snprintf(out, cap, _("Platform: %s"), verb);
}

static void next_in_refund(
    const struct actor *actor, const struct supervision *supervision, char *out, size_t cap)
{
	if (supervision->refund_state == REFUND_RETURNING)
		next_of(actor, ROLE_BUYER, _("send back"), out, cap);
	else if (supervision->refund_state == REFUND_RETURN_CHECK)
		next_of(actor, ROLE_SELLER, _("inspection"), out, cap);
	else
		next_of(actor, ROLE_SELLER, C_("next step", "refund"), out, cap);
}

static void next_in_flow(
    const struct actor *actor, const struct supervision *supervision, char *out, size_t cap)
{
	const struct stage *stage =
	    flow_stage((enum flow_id)supervision->flow, (enum stage_id)supervision->stage);

	if (stage == NULL || stage_verbs[stage->id] == NULL) {
		strlcpy(out, names_label(&stage_names, supervision->stage), cap);
		return;
	}
	if (stage->id == STAGE_DEPLOYMENT && supervision->deployment_state == DEPLOYMENT_DEPLOYING)
		strlcpy(out, _("Being deployed"), cap);
	else if (stage->id == STAGE_DEPLOYMENT &&
		 supervision->deployment_state == DEPLOYMENT_FAILED)
		next_of(actor, stage->turn, _("redeploy"), out, cap);
	else if (stage->label != NULL)
		next_of(actor, stage->turn, C_("next step", "completion"), out, cap);
	else
		next_of(actor, stage->turn, _(stage_verbs[stage->id]), out, cap);
}

void permit_next_step(const struct actor *actor, const struct supervision *supervision, int64_t now,
    char *out, size_t cap)
{
	if (cap == 0)
		return;
	out[0] = '\0';
	if (supervision->state == SUPERVISION_COMPLETED)
		strlcpy(out, _("Completed"), cap);
	else if (supervision->state == SUPERVISION_REFUNDED)
		strlcpy(out, _("Refunded"), cap);
	else if (some(supervision->appeal))
		next_in_appeal(supervision, now, out, cap);
	else if (some(supervision->refund))
		next_in_refund(actor, supervision, out, cap);
	else if (supervision->freezes > 0)
		strlcpy(out, _("Frozen"), cap);
	else
		next_in_flow(actor, supervision, out, cap);
}

int64_t permit_since(const struct supervision *supervision)
{
	if (supervision->state != SUPERVISION_OPEN)
		return 0;
	return supervision->refund_at != 0 ? supervision->refund_at : supervision->stay_since;
}

bool permit_stays(const struct supervision *supervision, int64_t now)
{
	int64_t since = permit_since(supervision);

	return since != 0 && now - since > MARK_STAY &&
	    !(some(supervision->refund) && supervision->refund_state == REFUND_RETURN_CHECK);
}

static void add_mark(char *out, size_t cap, const char *mark)
{
	if (out[0] != '\0')
		strlcat(out, " ", cap);
	strlcat(out, mark, cap);
}

void permit_marks(const struct supervision *supervision, int64_t now, char *out, size_t cap)
{
	if (cap == 0)
		return;
	out[0] = '\0';
	if (supervision->state != SUPERVISION_OPEN)
		return;
	if (permit_stays(supervision, now))
		add_mark(out, cap, "!5");
	if (supervision->buyer_rejects >= MARK_REJECTS ||
	    supervision->seller_rejects >= MARK_REJECTS)
		add_mark(out, cap, "!3");
	if (some(supervision->appeal))
		add_mark(out, cap, "A");
	if (appeal_overdue(supervision, now))
		add_mark(out, cap, _("late"));
	if (some(supervision->refund))
		add_mark(out, cap, "R");
}
