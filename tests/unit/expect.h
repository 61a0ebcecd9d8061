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

/*
 * A clock of the platform's own moves (R4, F4): due_at while it runs, left while a freeze stops it.
 */
struct expect_clock {
	bool armed;
	int64_t due_at, left;
};

struct expect_state {
	enum flow_id flow;
	bool reviewed, proof; /* the terms it was started under (R16) */
	enum stage_id stage;
	enum supervision_state state;
	enum role filer;	  /* of the open appeal; ROLE_NONE: none is open */
	int64_t appeals;	  /* filed so far */
	enum appeal_state appeal; /* of the last one */
	enum outcome outcome;	  /* of the last one */
	enum stage_id back_to;	  /* of the last one */
	int64_t appeal_refund;	  /* what the last one gave back */
	enum refund_state refund; /* of the last refund request (R12) */
	int64_t refunds;	  /* requested so far */
	int64_t refund_amount;	  /* of the last one */
	enum goods goods;	  /* of the last one */
	int64_t buyer_rejects, seller_rejects;
	int64_t moves;		/* versions since the start */
	int64_t entries;	/* log entries since the start */
	int64_t paid, refunded; /* of the order line */
	int64_t placed_at;
	/* facts (F3) with their times; 0: not yet */
	int64_t picked_up, activated, deployed, signed_at;
	bool other_number;  /* the parcel's number is not the order's (R4) */
	int64_t enabled_at; /* the actual enabling time; 0: blank */
	bool enabled_known; /* the rules leave no doubt about it */
	/* the last deployment (R7, F11) */
	enum deployment_state deployment;
	int64_t deployments, token, step, lease_until;
	bool rated;
	struct expect_clock clock, return_clock;
	int64_t stage_since; /* when the present stage began */
	int64_t free_since;  /* when the last freeze began or ended */
	int64_t ended_at;    /* the end's effective time */
	bool by_itself;	     /* it was the platform that ended it */
};

/* What comes with a command, as far as the rules care. */
struct expect_inputs {
	bool text;	/* every text that the action asks for is there */
	uint32_t kinds; /* files handed in: bits 1u << enum file_kind */
	enum ground ground;
	enum outcome outcome;
	enum stage_id stage;
	int64_t amount;
	enum goods goods;
	enum deployment_result result;
	bool wrong_token;  /* of a lease that another has taken over */
	bool other_number; /* on the parcel */
	int64_t at;	   /* when the courier's parcel was signed for */
	int64_t enabled_at;
};

/*
 * The terms of a supervision as bits: reviewed 1, proof 2. Of license 2.0 a proof is asked for or
 * not, and none is reviewed without (R5, 4.4); of the other flows the proof makes no difference.
 */
#define EXPECT_REVIEWED 1u
#define EXPECT_PROOF 2u
#define EXPECT_TERMS 4u
bool expect_terms(enum flow_id flow, unsigned terms);
#define EXPECT_EACH(flow, terms)                                                                   \
	for (int flow = 1; flow < FLOW_COUNT; flow++)                                              \
		for (unsigned terms = 0; terms < EXPECT_TERMS; terms++)                            \
			if (!expect_terms((enum flow_id)flow, terms))                              \
				continue;                                                          \
			else

/* The start of a supervision at that time. */
struct expect_state expect_start(enum flow_id flow, unsigned terms, int64_t paid, int64_t at);

/* The stages of a flow in their order, DONE last. Returns how many there are. */
size_t expect_stages(enum flow_id flow, unsigned terms, enum stage_id out[STAGE_COUNT]);
enum stage_id expect_next(enum flow_id flow, enum stage_id stage, unsigned terms);
/* STAGE_NONE: nothing to go back to */
enum stage_id expect_back(enum flow_id flow, enum stage_id stage);
enum role expect_turn(const struct expect_state *state); /* ROLE_NONE once it has ended */
unsigned expect_terms_of(const struct expect_state *state);
bool expect_refund_open(const struct expect_state *state);
int64_t expect_freezes(const struct expect_state *state);
/* of an order of this line alone */
enum order_state expect_order(const struct expect_state *state);

/* Whether the record is there for the asker (R13). SILENT for the platform itself. */
enum expect_verdict expect_exists(
    const struct expect_state *state, const struct expect_asker *asker);
/* It is done to a purchased service (2.2): no supervision is one. */
bool expect_of_service(enum action_id action);
/* Whether a role may ever perform the action. */
enum expect_verdict expect_role(enum role role, enum action_id action);
/* Whether the asker can perform the action at that time, its inputs aside. */
enum expect_verdict expect_possible(const struct expect_state *state,
    const struct expect_asker *asker, enum action_id action, int64_t now);
/* Whether these inputs will do for an action that is possible. */
enum expect_verdict expect_inputs_do(const struct expect_state *state, enum role role,
    enum action_id action, const struct expect_inputs *inputs, int64_t now);

/* The current stage's own: its forward action, or the step back where there is one. */
bool expect_offered(const struct expect_state *state, enum action_id action);
/* The action moves the flow forward or back. */
bool expect_moves_flow(enum action_id action);
/* The action checks and raises the version (F8). */
bool expect_versioned(enum action_id action);

/* What the supervision is after the accepted action, the platform's own moves aside. */
void expect_apply(struct expect_state *state, enum role role, enum action_id action,
    const struct expect_inputs *inputs, int64_t now);
/*
 * The platform's own moves that are due by then (F3, F4): what a stage waited for has happened, a
 * clock has run out. Returns how many.
 */
int expect_settle(struct expect_state *state, int64_t now);
/* When the next of them comes by itself; 0: none does. */
int64_t expect_due(const struct expect_state *state);

/*
 * Inputs that will do where the action is possible at all. Send-back names the stage before the
 * current one.
 */
struct expect_inputs expect_good_inputs(
    const struct expect_state *state, enum role role, enum action_id action, int64_t now);

#endif
