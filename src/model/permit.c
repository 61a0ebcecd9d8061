#include "model/permit.h"

#include <stdio.h>
#include <string.h>

#include <bsd/string.h>

#include "base/when.h"
#include "model/flow.h"

static bool
some(const char *text)
{
	return text != NULL && text[0] != '\0';
}

struct scope
permit_scope(const struct actor *actor)
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

bool
permit_sees(const struct actor *actor, const struct supervision *supervision)
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
static bool
has_turn(const struct stage *stage, enum role role)
{
	return stage->turn == role || (stage->turn == ROLE_REVIEWER && role == ROLE_OPERATOR);
}

/* Whether the action moves the flow on or back from this stage. */
static bool
moves(const struct stage *stage, const struct action *action)
{
	if (action->kind == KIND_FORWARD)
		return stage->forward == action->id;
	return action->kind == KIND_BACK && stage->back != STAGE_NONE;
}

static bool
moves_somewhere(enum role role, const struct action *action)
{
	for (enum flow_id id = FLOW_NONE + 1; id < FLOW_COUNT; id++) {
		const struct flow *flow = flow_get(id);

		for (size_t i = 0; i < flow->count; i++) {
			const struct stage *stage = &flow->stages[i];

			if (moves(stage, action) && has_turn(stage, role))
				return true;
			if (role == ROLE_SYSTEM && stage->system.delay > 0 &&
			    stage->system.action == action->id)
				return true;
		}
	}
	return false;
}

bool
permit_role(enum role role, enum action_id id)
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
	}
	return false;
}

static enum deny
permit_move(
    const struct actor *actor, const struct action *action, const struct supervision *supervision)
{
	enum flow_id flow = (enum flow_id)supervision->flow;
	enum stage_id at = (enum stage_id)supervision->stage;
	const struct stage *stage = flow_stage(flow, at);

	if (supervision->freezes > 0)
		return DENY_FROZEN;
	if (!flow_has(flow, at, supervision->reviewed != 0))
		return DENY_STAGE;
	if (actor->role == ROLE_SYSTEM && stage->system.delay > 0 &&
	    stage->system.action == action->id)
		return DENY_NONE;
	if (!moves(stage, action))
		return DENY_STAGE;
	return has_turn(stage, actor->role) ? DENY_NONE : DENY_TURN;
}

enum deny
permit_action(const struct actor *actor, enum action_id id, const struct supervision *supervision,
    const struct appeal *appeal)
{
	const struct action *action = action_get(id);

	if (!permit_sees(actor, supervision))
		return DENY_UNSEEN;
	if (!permit_role(actor->role, id))
		return DENY_ROLE;
	if (supervision->state != SUPERVISION_OPEN)
		return DENY_CLOSED;
	switch (action->kind) {
	case KIND_FORWARD:
	case KIND_BACK:
		return permit_move(actor, action, supervision);
	case KIND_NOTE:
		return DENY_NONE;
	case KIND_APPEAL:
		return some(supervision->appeal) ? DENY_APPEAL_OPEN : DENY_NONE;
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

const char *
deny_text(enum deny deny)
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

enum status
deny_status(enum deny deny)
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
	[STAGE_REQUIREMENT] = N_("state requirement"),
	[STAGE_CONFIRMATION] = N_("confirm"),
	[STAGE_DELIVERY] = N_("deliver"),
	[STAGE_REVIEW] = N_("review"),
	[STAGE_ACCEPTANCE] = N_("accept"),
};

static bool
appeal_overdue(const struct supervision *supervision, int64_t now)
{
	return some(supervision->appeal) && supervision->appeal_due != 0 &&
	    now > supervision->appeal_due;
}

static void
next_in_appeal(const struct supervision *supervision, int64_t now, char *out, size_t cap)
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

static void
next_in_flow(
    const struct actor *actor, const struct supervision *supervision, char *out, size_t cap)
{
	const struct stage *stage =
	    flow_stage((enum flow_id)supervision->flow, (enum stage_id)supervision->stage);
	const char *verb;

	if (stage == NULL || stage_verbs[stage->id] == NULL) {
		strlcpy(out, names_label(&stage_names, supervision->stage), cap);
		return;
	}
	verb = _(stage_verbs[stage->id]);
	if (stage->turn == actor->role)
		snprintf(out, cap, _("You: %s"), verb);
	else if (stage->turn == ROLE_BUYER)
		snprintf(out, cap, _("Buyer: %s"), verb);
	else if (stage->turn == ROLE_SELLER)
		snprintf(out, cap, _("Seller: %s"), verb);
	else if (stage->turn == ROLE_REVIEWER)
		strlcpy(out, _("Review: Huawei"), cap);
	else
		snprintf(out, cap, _("Platform: %s"), verb);
}

void
permit_next_step(const struct actor *actor, const struct supervision *supervision, int64_t now,
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
	else if (supervision->freezes > 0)
		strlcpy(out, _("Frozen"), cap);
	else
		next_in_flow(actor, supervision, out, cap);
}

static void
add_mark(char *out, size_t cap, const char *mark)
{
	if (out[0] != '\0')
		strlcat(out, " ", cap);
	strlcat(out, mark, cap);
}

void
permit_marks(const struct supervision *supervision, int64_t now, char *out, size_t cap)
{
	if (cap == 0)
		return;
	out[0] = '\0';
	if (supervision->state != SUPERVISION_OPEN)
		return;
	if (supervision->stay_since != 0 && now - supervision->stay_since > MARK_STAY)
		add_mark(out, cap, "!5");
	if (supervision->buyer_rejects >= MARK_REJECTS ||
	    supervision->seller_rejects >= MARK_REJECTS)
		add_mark(out, cap, "!3");
	if (some(supervision->appeal))
		add_mark(out, cap, "A");
	if (appeal_overdue(supervision, now))
		add_mark(out, cap, _("late"));
}
