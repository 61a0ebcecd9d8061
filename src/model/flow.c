#include "model/flow.h"

#include "base/when.h"

/* A stage without a move of the system's own. */
#define STAGE(id, turn, forward, back, counts, when) \
	{ STAGE_##id, ROLE_##turn, ACTION_##forward, STAGE_##back, ROLE_##counts, when, \
	  { ACTION_NONE, 0 } },
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* domain.md 4.1 */
static const struct stage manual_std[] = {
	/*    stage         turn      forward             back         counts  when */
	STAGE(REQUIREMENT,  BUYER,    SUBMIT_REQUIREMENT,  NONE,        NONE,   ALWAYS)
	STAGE(CONFIRMATION, SELLER,   CONFIRM_REQUIREMENT, REQUIREMENT, SELLER, ALWAYS)
	STAGE(DELIVERY,     SELLER,   DELIVER,             NONE,        NONE,   ALWAYS)
	STAGE(REVIEW,       REVIEWER, PASS_REVIEW,         DELIVERY,    NONE,   REVIEWED)
	STAGE(ACCEPTANCE,   BUYER,    ACCEPT,              DELIVERY,    BUYER,  ALWAYS)
};

/* domain.md 4.5 */
static const struct stage lic_offline[] = {
	/*    stage         turn      forward             back         counts  when */
	STAGE(DELIVERY,     SELLER,   DELIVER,             NONE,        NONE,   ALWAYS)
	STAGE(REVIEW,       REVIEWER, PASS_REVIEW,         DELIVERY,    NONE,   REVIEWED)
	STAGE(ACCEPTANCE,   BUYER,    ACCEPT,              DELIVERY,    BUYER,  ALWAYS)
};

static const struct flow flows[FLOW_COUNT] = {
	[FLOW_NONE] = { FLOW_NONE, NULL, 0 },
	[FLOW_MANUAL_STD] = { FLOW_MANUAL_STD, manual_std, COUNT(manual_std) },
	[FLOW_LIC_OFFLINE] = { FLOW_LIC_OFFLINE, lic_offline, COUNT(lic_offline) },
};

/* The delivery methods that are supervised (domain.md 1); all others have no flow. */
static const enum flow_id flow_by_delivery[DELIVERY_COUNT] = {
	[DELIVERY_MANUAL_STD] = FLOW_MANUAL_STD,
	[DELIVERY_LIC_OFFLINE] = FLOW_LIC_OFFLINE,
};

/* 2023-04-28 00:00 in platform time (R16): from then on Huawei reviews only what has a track. */
#define REVIEW_NARROWED (INT64_C(1682640000) * WHEN_SECOND - WHEN_PLATFORM_OFFSET)

const struct flow *
flow_get(enum flow_id id)
{
	if ((int)id < 0 || (int)id >= FLOW_COUNT)
		id = FLOW_NONE;
	return &flows[id];
}

enum flow_id
flow_of_delivery(enum delivery delivery)
{
	if ((int)delivery < 0 || (int)delivery >= DELIVERY_COUNT)
		return FLOW_NONE;
	return flow_by_delivery[delivery];
}

static bool
stage_exists(const struct stage *stage, bool reviewed)
{
	return stage->when == ALWAYS || reviewed;
}

const struct stage *
flow_stage(enum flow_id flow, enum stage_id stage)
{
	const struct flow *f = flow_get(flow);

	for (size_t i = 0; i < f->count; i++) {
		if (f->stages[i].id == stage)
			return &f->stages[i];
	}
	return NULL;
}

bool
flow_has(enum flow_id flow, enum stage_id stage, bool reviewed)
{
	const struct stage *s = flow_stage(flow, stage);

	return s != NULL && stage_exists(s, reviewed);
}

/* The first stage from place `from` on that exists. */
static enum stage_id
first_from(const struct flow *flow, size_t from, bool reviewed)
{
	for (size_t i = from; i < flow->count; i++) {
		if (stage_exists(&flow->stages[i], reviewed))
			return flow->stages[i].id;
	}
	return STAGE_DONE;
}

enum stage_id
flow_first(enum flow_id flow, bool reviewed)
{
	const struct flow *f = flow_get(flow);

	return f->count == 0 ? STAGE_NONE : first_from(f, 0, reviewed);
}

enum stage_id
flow_next(enum flow_id flow, enum stage_id stage, bool reviewed)
{
	const struct stage *s = flow_stage(flow, stage);
	const struct flow *f = flow_get(flow);

	if (s == NULL)
		return stage == STAGE_DONE && f->count > 0 ? STAGE_DONE : STAGE_NONE;
	return first_from(f, (size_t)(s - f->stages) + 1, reviewed);
}

bool
flow_before(enum flow_id flow, enum stage_id stage, enum stage_id than, bool reviewed)
{
	const struct stage *s = flow_stage(flow, stage);
	const struct stage *t = flow_stage(flow, than);

	if (s == NULL || !stage_exists(s, reviewed))
		return false;
	return than == STAGE_DONE || (t != NULL && s < t);
}

bool
policy_reviewed(enum category category, enum track track, int64_t placed_at)
{
	return category == CATEGORY_JOINT && (placed_at < REVIEW_NARROWED || track != TRACK_NONE);
}
