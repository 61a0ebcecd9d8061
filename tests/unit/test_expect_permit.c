/*
 * permit_action() over every combination of flow, review, stage, end, freeze, role, owner and
 * action, against expectations that were written from the rules and not from the tables. The reason
 * that is given must be a true one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "expect_make.h"
#include "model/flow.h"
#include "model/permit.h"

#define NOW INT64_C(1795330000000)

static unsigned long n_checked, n_silent, n_wrong;

static bool is_answer(enum action_id action)
{
	switch (action) {
	case ACTION_AGREE_REFUND:
	case ACTION_REJECT_REFUND:
	case ACTION_WITHDRAW_REFUND:
	case ACTION_SHIP_RETURN:
	case ACTION_ACCEPT_RETURN:
	case ACTION_REJECT_RETURN:
		return true;
	default:
		return false;
	}
}

/* Whether the flow has a node at which the action is the step forward or back. */
static bool flow_knows(const struct expect_state *state, enum action_id action)
{
	enum stage_id stages[STAGE_COUNT];
	size_t n = expect_stages(state->flow, expect_terms_of(state), stages);

	for (size_t i = 0; i < n; i++) {
		struct expect_state at = *state;

		at.stage = stages[i];
		if (expect_offered(&at, action))
			return true;
	}
	switch (action) {
	case ACTION_ACTIVATE:
		return state->flow == FLOW_LIC_20;
	case ACTION_SIGN_OFF:
		return state->flow == FLOW_HARDWARE;
	case ACTION_SHIP_RETURN:
	case ACTION_ACCEPT_RETURN:
	case ACTION_REJECT_RETURN:
		return state->flow == FLOW_HARDWARE;
	case ACTION_START_DEPLOYMENT:
	case ACTION_TAKE_OVER_DEPLOYMENT:
	case ACTION_REPORT_DEPLOYMENT:
	case ACTION_END_DEPLOYMENT:
		return state->flow == FLOW_LIC_PACKAGE;
	default:
		return false;
	}
}

/* The reason why not, where it is one of a refund request, a fact, a deployment or a review. */
static bool new_reason_holds(
    enum deny deny, const struct expect_state *state, enum action_id action)
{
	switch (deny) {
	case DENY_FLOW:
		return !flow_knows(state, action);
	case DENY_NOT_PICKED_UP:
		return state->picked_up == 0;
	case DENY_ACTIVATED:
		return state->activated != 0;
	case DENY_RECORDED:
		return state->signed_at != 0;
	case DENY_REFUND_OPEN:
		return expect_refund_open(state);
	case DENY_NO_REFUND:
		return !expect_refund_open(state) && is_answer(action);
	case DENY_REFUND_STEP:
		return expect_refund_open(state) && is_answer(action);
	case DENY_PICKED_UP:
		return state->picked_up != 0 && action == ACTION_REQUEST_REFUND;
	case DENY_DEPLOYING:
		return state->deployment == DEPLOYMENT_DEPLOYING;
	case DENY_NO_DEPLOYMENT:
		return state->deployment != DEPLOYMENT_DEPLOYING;
	case DENY_NOT_COMPLETED:
		return state->state != SUPERVISION_COMPLETED;
	case DENY_RATED:
		return state->rated;
	case DENY_NOT_OWNED:
		return expect_of_service(action);
	default:
		return false;
	}
}

/* The reason why not must be one that holds. */
static bool reason_holds(enum deny deny, const struct expect_state *state,
    const struct expect_asker *asker, enum action_id action)
{
	bool open = state->state == SUPERVISION_OPEN;

	switch (deny) {
	case DENY_UNSEEN:
		return expect_exists(state, asker) != EXPECT_YES;
	case DENY_ROLE:
		return expect_role(asker->role, action) != EXPECT_YES;
	case DENY_CLOSED:
		return !open;
	case DENY_FROZEN:
		return state->filer != ROLE_NONE && action != ACTION_COMMENT;
	case DENY_STAGE:
		return open && !expect_offered(state, action);
	case DENY_TURN:
		return open && expect_offered(state, action) && asker->role != expect_turn(state);
	case DENY_APPEAL_OPEN:
		return state->filer != ROLE_NONE && action == ACTION_APPEAL;
	case DENY_NO_APPEAL:
		return state->filer == ROLE_NONE &&
		    (action == ACTION_ADD_EVIDENCE || action == ACTION_DECIDE ||
			action == ACTION_WITHDRAW_APPEAL);
	case DENY_NOT_FILER:
		return state->filer != ROLE_NONE && state->filer != asker->role &&
		    action == ACTION_WITHDRAW_APPEAL;
	default:
		return new_reason_holds(deny, state, action);
	}
}

static void wrong(const char *what, const struct expect_state *state,
    const struct expect_asker *asker, enum action_id action, enum deny deny)
{
	static const char *const owners[] = { "own", "counterpart's", "foreign" };

	n_wrong++;
	if (n_wrong > 40)
		return;
	print_error("%s: flow %s%s, node %s, %s, appeal by %s%s; %s of %s account: %s -> deny %d\n",
	    what, names_word(&flow_names, state->flow), state->reviewed ? " reviewed" : "",
	    names_word(&stage_names, state->stage),
	    names_word(&supervision_state_names, state->state),
	    state->filer == ROLE_NONE ? "nobody" : names_word(&role_names, state->filer),
	    expect_refund_open(state) ? ", refund open" : "", names_word(&role_names, asker->role),
	    owners[asker->owner], action_get(action)->word, (int)deny);
}

static void check_one(
    const struct expect_state *state, const struct expect_asker *asker, enum action_id action)
{
	struct supervision s = expect_supervision(state);
	struct appeal a = expect_appeal(state);
	struct actor actor = expect_actor(asker);
	enum deny deny = permit_action(&actor, action, &s, state->filer == ROLE_NONE ? NULL : &a);
	enum expect_verdict there = expect_exists(state, asker);
	enum expect_verdict can = expect_possible(state, asker, action, NOW);

	n_checked++;
	if (can == EXPECT_SILENT)
		n_silent++;
	if (can == EXPECT_YES && deny != DENY_NONE)
		wrong("should be possible", state, asker, action, deny);
	if (can == EXPECT_NO && deny == DENY_NONE)
		wrong("should not be possible", state, asker, action, deny);
	if (there == EXPECT_NO && deny != DENY_UNSEEN)
		wrong("the record should not be there", state, asker, action, deny);
	if (deny != DENY_NONE && can != EXPECT_SILENT && !reason_holds(deny, state, asker, action))
		wrong("the reason does not hold", state, asker, action, deny);
	if (deny == DENY_NONE && !permit_role(asker->role, action))
		wrong("possible for a role that may never", state, asker, action, deny);
	if (there != EXPECT_SILENT && permit_sees(&actor, &s) != (there == EXPECT_YES))
		wrong("seen or not", state, asker, action, deny);
}

static void check_askers(const struct expect_state *state)
{
	for (int role = ROLE_NONE; role < ROLE_COUNT; role++)
		for (int owner = 0; owner < EXPECT_OWNERS; owner++)
			for (int action = 1; action < ACTION_COUNT; action++) {
				struct expect_asker asker = { (enum role)role,
					(enum expect_owner)owner };

				check_one(state, &asker, (enum action_id)action);
			}
}

/* Every way in which it can be frozen, by itself and with what has happened meanwhile. */
static void check_freezes(struct expect_state state)
{
	static const enum role filers[] = { ROLE_NONE, ROLE_BUYER, ROLE_SELLER };

	for (size_t i = 0; i < 3; i++)
		for (int refund = 0; refund < REFUND_COUNT; refund++) {
			state.filer = filers[i];
			state.refund = (enum refund_state)refund;
			state.refunds = refund != REFUND_NONE;
			check_askers(&state);
		}
}

static void check_facts(struct expect_state state)
{
	const int64_t before = NOW - WHEN_DAY;

	check_freezes(state);
	if (state.flow == FLOW_LIC_20) {
		state.picked_up = before;
		check_freezes(state);
		state.activated = before;
		check_freezes(state);
	}
	if (state.flow == FLOW_HARDWARE && state.stage == STAGE_ACCEPTANCE) {
		state.signed_at = before;
		check_freezes(state);
		state.other_number = true;
		check_freezes(state);
	}
	for (int d = 1; state.flow == FLOW_LIC_PACKAGE && d < DEPLOYMENT_COUNT; d++) {
		state.deployment = (enum deployment_state)d;
		state.deployments = state.token = 1;
		state.lease_until = before;
		check_freezes(state);
	}
}

static void check_ends(struct expect_state state)
{
	state.ended_at = NOW - WHEN_DAY;
	check_askers(&state);
	state.rated = true;
	check_askers(&state);
}

static void test_every_combination(void **unused)
{
	(void)unused;
	EXPECT_EACH(flow, terms)
	{
		struct expect_state state =
		    expect_start((enum flow_id)flow, terms, 28000000, NOW - 9 * WHEN_DAY);
		enum stage_id stages[STAGE_COUNT];
		size_t n = expect_stages(state.flow, terms, stages);

		for (size_t i = 0; i < n; i++) {
			state.stage = stages[i];
			state.state = SUPERVISION_REFUNDED; /* a refund may end it at any node */
			check_ends(state);
			state.state =
			    stages[i] == STAGE_DONE ? SUPERVISION_COMPLETED : SUPERVISION_OPEN;
			if (state.state == SUPERVISION_OPEN)
				check_facts(state);
			else
				check_ends(state);
		}
	}
	print_message(
	    "permit: %lu combinations checked, the rules are silent on %lu of them, %lu wrong\n",
	    n_checked, n_silent, n_wrong);
	assert_true(n_checked > 500000);
	assert_int_equal(n_wrong, 0);
}

/* Which actions the console lists at all. */
static void test_roles(void **unused)
{
	(void)unused;
	for (int role = ROLE_NONE; role < ROLE_COUNT; role++)
		for (int action = 1; action < ACTION_COUNT; action++) {
			enum expect_verdict may =
			    expect_role((enum role)role, (enum action_id)action);
			bool got = permit_role((enum role)role, (enum action_id)action);

			if (may != EXPECT_SILENT && got != (may == EXPECT_YES))
				fail_msg("%s, %s: %d", names_word(&role_names, role),
				    action_get((enum action_id)action)->word, got);
		}
}

/* R13: what is outside one's scope is not found, never forbidden. */
static void test_denials_as_statuses(void **unused)
{
	(void)unused;
	assert_int_equal(deny_status(DENY_UNSEEN), STATUS_NOTFOUND);
	assert_int_equal(deny_status(DENY_ROLE), STATUS_AUTH);
	assert_string_equal(deny_text(DENY_NONE), "");
	for (int deny = DENY_NONE + 1; deny < DENY_COUNT; deny++) {
		assert_true(strlen(deny_text((enum deny)deny)) > 0);
		if (deny != DENY_UNSEEN && deny != DENY_ROLE)
			assert_int_equal(deny_status((enum deny)deny), STATUS_CONFLICT);
	}
}

static void test_scopes(void **unused)
{
	static const struct {
		enum role role;
		enum scope_kind kind;
	} scopes[] = {
		{ ROLE_NONE, SCOPE_NOTHING },
		{ ROLE_BUYER, SCOPE_OF_BUYER },
		{ ROLE_SELLER, SCOPE_OF_SELLER },
		{ ROLE_REVIEWER, SCOPE_REVIEWED },
		{ ROLE_OPERATOR, SCOPE_ALL },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		struct actor actor = { .user = "u",
			.name = "U",
			.account = "acc",
			.account_name = "A",
			.role = scopes[i].role };
		struct scope scope = permit_scope(&actor);

		assert_int_equal(scope.kind, scopes[i].kind);
		if (scope.kind == SCOPE_OF_BUYER || scope.kind == SCOPE_OF_SELLER)
			assert_string_equal(scope.account, "acc");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_combination),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_denials_as_statuses),
		cmocka_unit_test(test_scopes),
	};

	return cmocka_run_group_tests_name("expect_permit", tests, NULL, NULL);
}
