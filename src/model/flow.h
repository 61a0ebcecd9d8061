/*
 * Supervision flows as ordered lists of stages (domain.md F2, 11b), and the rules that choose one.
 * Pure; any thread.
 */
#ifndef KOODESK_MODEL_FLOW_H
#define KOODESK_MODEL_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/action.h"
#include "model/names.h"

/*
 * What a supervision was started under (R16), as a set: its flow has the stages whose conditions
 * are all in it. A plain bool says whether it is reviewed.
 */
enum {
	COND_REVIEWED = 1 << 0, /* Huawei reviews */
	COND_PROOF = 1 << 1,    /* license 2.0: a proof closes the order, not the activation (R5) */
};

struct supervision;
unsigned flow_conditions(const struct supervision *supervision);

/* What a stage may wait for besides its party (F3); stored on the supervision with its time. */
enum fact { FACT_NONE, FACT_ACTIVATED, FACT_SIGNED, FACT_DEPLOYED };

/*
 * The platform's own move out of a stage: at once, or after delay ms of the running clock, counted
 * from the fact that it waits for, or from the stage's beginning where it waits for none.
 * ACTION_NONE: there is no such move.
 */
struct system_move {
	enum action_id action;
	int64_t delay;
	enum fact fact;
};

struct stage {
	enum stage_id id;
	enum role turn;             /* whose turn it is */
	enum action_id forward;
	enum stage_id back;         /* STAGE_NONE: nothing to go back to */
	/* whose rejection counter a step back raises; ROLE_NONE: none */
	enum role counts;
	unsigned when;              /* conditions under which the stage exists; 0: always */
	struct system_move system;
	const char *label;          /* N_() text of the forward action here; NULL: the action's */
};

struct flow {
	enum flow_id id;
	/* in the order in which a person would tell them; STAGE_DONE is not among them */
	const struct stage *stages;
	size_t count;
};

const struct flow *flow_get(enum flow_id id);
/* The flow of a delivery method; FLOW_NONE where it is not supervised (domain.md 1). */
enum flow_id flow_of_delivery(enum delivery delivery);

/* Whether the stage exists in the flow under these conditions. */
bool flow_has(enum flow_id flow, enum stage_id stage, unsigned conditions);
/* NULL where the flow has none such */
const struct stage *flow_stage(enum flow_id flow, enum stage_id stage);
enum stage_id flow_first(enum flow_id flow, unsigned conditions);
/* STAGE_DONE after the last */
enum stage_id flow_next(enum flow_id flow, enum stage_id stage, unsigned conditions);
/*
 * True when `stage` comes before `than` in the flow and exists: where an appeal's decision may send
 * back to.
 */
bool flow_before(enum flow_id flow, enum stage_id stage, enum stage_id than,
    unsigned conditions);

/* What the action is called at this stage of this flow (R17); translated. */
const char *flow_label(enum flow_id flow, enum stage_id stage, enum action_id action);

/* When a fact happened to the supervision; 0: not (yet). */
int64_t flow_fact(const struct supervision *supervision, enum fact fact);
/*
 * When the platform's own move out of a stage that began at `since` is due, freezes left aside: 0
 * where there is none, where its fact is missing, or where the move must not be made (R4).
 */
int64_t flow_due(
    const struct supervision *supervision, const struct system_move *move, int64_t since);
/* Whether two telephone numbers are the same but for how they are written; "" is like any. */
bool flow_same_number(const char *a, const char *b);

/*
 * Whether Huawei reviews an order placed at that time (domain.md R16, 4.7): every joint-operation
 * order before 2023-04-28 in platform time, from then on only those with a track.
 */
bool policy_reviewed(enum category category, enum track track, int64_t placed_at);
/*
 * Whether license 2.0 needs a proof after its activation (R5): joint-operation orders, and all that
 * were placed before 2024-09-14 in platform time.
 */
bool policy_proof(enum category category, int64_t placed_at);

/*
 * The 5-day mark (more than 5 days in one stage, freezes included) and the 3-rejection mark (either
 * counter at 3) of R4.
 */
#define MARK_STAY (INT64_C(5) * 24 * 3600 * 1000)
#define MARK_REJECTS 3
/* Automatic acceptance of hardware after the courier's sign-off (R4). */
#define HARDWARE_DELAY (INT64_C(10) * 24 * 3600 * 1000)
/* Automatic acceptance of returned goods (R4). */
#define RETURN_DELAY (INT64_C(15) * 24 * 3600 * 1000)
/* Months after paying within which a requirement keeps the right to a full refund (2.4). */
#define REQUIREMENT_MONTHS 1
/* Target for deciding an appeal, in working days (R1). */
#define APPEAL_DAYS 3

#endif
