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

enum stage_when { ALWAYS, REVIEWED };   /* under which a stage exists */

/*
 * The platform's own move out of a stage: after delay ms of the running clock. delay 0: there is
 * none.
 */
struct system_move {
	enum action_id action;
	int64_t delay;
};

struct stage {
	enum stage_id id;
	enum role turn;             /* whose turn it is */
	enum action_id forward;
	enum stage_id back;         /* STAGE_NONE: nothing to go back to */
	/* whose rejection counter a step back raises; ROLE_NONE: none */
	enum role counts;
	enum stage_when when;
	struct system_move system;
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
bool flow_has(enum flow_id flow, enum stage_id stage, bool reviewed);
/* NULL where the flow has none such */
const struct stage *flow_stage(enum flow_id flow, enum stage_id stage);
enum stage_id flow_first(enum flow_id flow, bool reviewed);
/* STAGE_DONE after the last */
enum stage_id flow_next(enum flow_id flow, enum stage_id stage, bool reviewed);
/*
 * True when `stage` comes before `than` in the flow and exists: where an appeal's decision may send
 * back to.
 */
bool flow_before(enum flow_id flow, enum stage_id stage, enum stage_id than, bool reviewed);

/*
 * Whether Huawei reviews an order placed at that time (domain.md R16, 4.7): every joint-operation
 * order before 2023-04-28 in platform time, from then on only those with a track.
 */
bool policy_reviewed(enum category category, enum track track, int64_t placed_at);

/*
 * The 5-day mark (more than 5 days in one stage, freezes included) and the 3-rejection mark (either
 * counter at 3) of R4.
 */
#define MARK_STAY (INT64_C(5) * 24 * 3600 * 1000)
#define MARK_REJECTS 3
/* Target for deciding an appeal, in working days (R1). */
#define APPEAL_DAYS 3

#endif
