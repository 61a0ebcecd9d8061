/*
 * What the marketplace's rules say, written from the rules' own text and apart from the program's
 * tables, so that the two can be held against each other. Nothing here looks at a flow table, a
 * permission or an input of the program; only the names of roles, stages, states and actions are
 * shared, because commands and rows are written in them.
 *
 * A struct expect_state is one supervision as it should be. Plain values; pure functions.
 */
#ifndef KOODESK_TESTS_UNIT_EXPECT_H
#define KOODESK_TESTS_UNIT_EXPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/action.h"
#include "model/names.h"

/* SILENT: the rules do not say. The test then takes either answer, but what follows from it must be
 * right. */
enum expect_verdict { EXPECT_NO, EXPECT_YES, EXPECT_SILENT };

/* Whose account the asker belongs to. For reviewer and operator it makes no difference. */
enum expect_owner {
	EXPECT_OWN,	    /* a buyer of the order's buyer, a seller of the product's seller */
	EXPECT_COUNTERPART, /* the account of the other side: a buyer's role does not see what its
			       account sells */
	EXPECT_FOREIGN,	    /* an account that has nothing to do with the order */
	EXPECT_OWNERS
};

struct expect_asker {
	enum role role;
	enum expect_owner owner;
};

struct expect_state {
	enum flow_id flow;
	bool reviewed;
	enum stage_id stage;
	enum supervision_state state;
	enum role filer;	  /* of the open appeal; ROLE_NONE: none is open */
	bool refund_open;	  /* a refund request freezes too (R12, F4) */
	int64_t appeals;	  /* filed so far */
	enum appeal_state appeal; /* of the last one */
	enum outcome outcome;	  /* of the last one */
	enum stage_id back_to;	  /* of the last one */
	int64_t buyer_rejects, seller_rejects;
	int64_t moves;		/* versions since the start */
	int64_t entries;	/* log entries since the start */
	int64_t paid, refunded; /* of the order line */
};

/* What comes with a command, as far as the rules care. */
struct expect_inputs {
	bool text;	/* every text that the action asks for is there */
	uint32_t kinds; /* files handed in: bits 1u << enum file_kind */
	enum ground ground;
	enum outcome outcome;
	enum stage_id stage;
	int64_t amount;
};

/* The flows and actions whose rules stand here; of others nothing is said. */
bool expect_has_flow(enum flow_id flow);
bool expect_has_action(enum action_id action);
#define EXPECT_FLOWS(flow)                                                                         \
	for (int flow = 1; flow < FLOW_COUNT; flow++)                                              \
		if (!expect_has_flow((enum flow_id)flow))                                          \
			continue;                                                                  \
		else
#define EXPECT_ACTIONS(action)                                                                     \
	for (int action = 1; action < ACTION_COUNT; action++)                                      \
		if (!expect_has_action((enum action_id)action))                                    \
			continue;                                                                  \
		else

/* The start of a supervision. */
struct expect_state expect_start(enum flow_id flow, bool reviewed, int64_t paid);

/* The stages of a flow in their order, DONE last. Returns how many there are. */
size_t expect_stages(enum flow_id flow, bool reviewed, enum stage_id out[STAGE_COUNT]);
enum stage_id expect_next(enum flow_id flow, enum stage_id stage, bool reviewed);
enum stage_id expect_back(
    enum flow_id flow, enum stage_id stage);		 /* STAGE_NONE: nothing to go back to */
enum role expect_turn(const struct expect_state *state); /* ROLE_NONE once it has ended */
int64_t expect_freezes(const struct expect_state *state);
enum order_state expect_order(
    const struct expect_state *state); /* of an order of this line alone */

/* Whether the record is there for the asker (R13). SILENT for the platform itself. */
enum expect_verdict expect_exists(
    const struct expect_state *state, const struct expect_asker *asker);
/* Whether a role may ever perform the action. */
enum expect_verdict expect_role(enum role role, enum action_id action);
/* Whether the asker can perform the action now, its inputs aside. */
enum expect_verdict expect_possible(
    const struct expect_state *state, const struct expect_asker *asker, enum action_id action);
/* Whether these inputs will do for an action that is possible. */
enum expect_verdict expect_inputs_do(const struct expect_state *state, enum role role,
    enum action_id action, const struct expect_inputs *inputs);

/* The action is the current stage's own: its forward action, or the step back where there is one.
 */
bool expect_offered(const struct expect_state *state, enum action_id action);
/* The action moves the flow forward or back. */
bool expect_moves_flow(enum action_id action);
/* The action checks and raises the version (F8). */
bool expect_versioned(enum action_id action);

/* What the supervision is after the accepted action. */
void expect_apply(struct expect_state *state, enum role role, enum action_id action,
    const struct expect_inputs *inputs);

/* Inputs that will do where the action is possible at all. Send-back names the stage before the
 * current one. */
struct expect_inputs expect_good_inputs(
    const struct expect_state *state, enum role role, enum action_id action);

#endif
