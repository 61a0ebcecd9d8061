#include "model/flow.h"

#include <string.h>

#include "base/when.h"
#include "model/records.h"

/* Conditions of stages. */
#define ALWAYS 0
#define REVIEWED COND_REVIEWED
#define PROVED COND_PROOF

#define SYSTEM(id, turn, forward, back, counts, when, move, fact, delay) \
	{ STAGE_##id, ROLE_##turn, ACTION_##forward, STAGE_##back, ROLE_##counts, when, \
	  { ACTION_##move, delay, FACT_##fact }, NULL },
/* A stage without a move of the system's own. */
#define STAGE(id, turn, forward, back, counts, when) \
	SYSTEM(id, turn, forward, back, counts, when, NONE, NONE, 0)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* domain.md 4.1; also supervised SaaS (4.6b) and data files (4.9) */
static const struct stage manual_std[] = {
	/*    stage         turn      forward             back         counts  when */
	STAGE(REQUIREMENT,  BUYER,    SUBMIT_REQUIREMENT,  NONE,        NONE,   ALWAYS)
	STAGE(CONFIRMATION, SELLER,   CONFIRM_REQUIREMENT, REQUIREMENT, SELLER, ALWAYS)
	STAGE(DELIVERY,     SELLER,   DELIVER,             NONE,        NONE,   ALWAYS)
	STAGE(REVIEW,       REVIEWER, PASS_REVIEW,         DELIVERY,    NONE,   REVIEWED)
	STAGE(ACCEPTANCE,   BUYER,    ACCEPT,              DELIVERY,    BUYER,  ALWAYS)
};

/* domain.md R10, 4.2 */
static const struct stage manual_site[] = {
	/*    stage             turn      forward             back         counts  when */
	STAGE(REQUIREMENT,        BUYER,    SUBMIT_REQUIREMENT,  NONE,        NONE,   ALWAYS)
	STAGE(CONFIRMATION,       SELLER,   CONFIRM_REQUIREMENT, REQUIREMENT, SELLER, ALWAYS)
	STAGE(DRAFT,              SELLER,   SUBMIT_DRAFT,        NONE,        NONE,   ALWAYS)
	STAGE(DRAFT_CONFIRMATION, BUYER,    CONFIRM_DRAFT,       DRAFT,       BUYER,  ALWAYS)
	STAGE(BUILD,              SELLER,   DELIVER,             NONE,        NONE,   ALWAYS)
	STAGE(REVIEW,             REVIEWER, PASS_REVIEW,         BUILD,       NONE,   REVIEWED)
	STAGE(ACCEPTANCE,         BUYER,    ACCEPT,              BUILD,       BUYER,  ALWAYS)
};

/* domain.md 4.5 */
static const struct stage lic_offline[] = {
	/*    stage         turn      forward             back         counts  when */
	STAGE(DELIVERY,     SELLER,   DELIVER,             NONE,        NONE,   ALWAYS)
	STAGE(REVIEW,       REVIEWER, PASS_REVIEW,         DELIVERY,    NONE,   REVIEWED)
	STAGE(ACCEPTANCE,   BUYER,    ACCEPT,              DELIVERY,    BUYER,  ALWAYS)
};

/* domain.md 4.3 */
static const struct stage lic_10[] = {
	/*    stage         turn      forward             back         counts  when */
	STAGE(IDENTIFIER,   BUYER,    SUBMIT_IDENTIFIER,   NONE,        NONE,   ALWAYS)
	STAGE(DELIVERY,     SELLER,   DELIVER,             NONE,        NONE,   ALWAYS)
	STAGE(REVIEW,       REVIEWER, PASS_REVIEW,         DELIVERY,    NONE,   REVIEWED)
	STAGE(ACCEPTANCE,   BUYER,    ACCEPT,              DELIVERY,    BUYER,  ALWAYS)
};

/* domain.md R5, 4.4: closed by the activation, or by proof, review and automatic acceptance */
static const struct stage lic_20[] = {
	/*     stage      turn      forward      back   counts  when               system's move */
	STAGE(DELIVERY,   SELLER,   DELIVER,      NONE,  NONE,   ALWAYS)
	STAGE(PICK_UP,    BUYER,    PICK_UP,      NONE,  NONE,   ALWAYS)
	SYSTEM(ACTIVATION, SELLER,  NONE,         NONE,  NONE,   ALWAYS, PROCEED, ACTIVATED, 0)
	STAGE(PROOF,      SELLER,   UPLOAD_PROOF, NONE,  NONE,   PROVED)
	STAGE(REVIEW,     REVIEWER, PASS_REVIEW,  PROOF, NONE,   PROVED | REVIEWED)
	SYSTEM(AUTOMATIC, SYSTEM,   NONE,         NONE,  NONE,   PROVED, ACCEPT_AUTOMATICALLY, NONE,
	    0)
};

/* domain.md 4.6, R7, R17: what is not right is deployed again, not rejected */
static const struct stage lic_package[] = {
	/*     stage        turn      forward      back   counts  when    system's move */
	SYSTEM(DEPLOYMENT,  BUYER,    NONE,         NONE,  NONE,   ALWAYS, PROCEED, DEPLOYED, 0)
	{ STAGE_ACCEPTANCE, ROLE_BUYER, ACTION_ACCEPT, STAGE_NONE, ROLE_NONE, ALWAYS,
	  { ACTION_NONE, 0, FACT_NONE }, N_("Confirm completion") },
};

/* domain.md 4.9, R4 */
static const struct stage hardware[] = {
	/*     stage       turn      forward  back      counts  when    system's move */
	STAGE(SHIPPING,    SELLER,   SHIP,    NONE,     NONE,   ALWAYS)
	SYSTEM(ACCEPTANCE, BUYER,    ACCEPT,  SHIPPING, BUYER,  ALWAYS, ACCEPT_AUTOMATICALLY,
	    SIGNED, HARDWARE_DELAY)
};

#define FLOW(id, list) [FLOW_##id] = { FLOW_##id, list, COUNT(list) },
static const struct flow flows[FLOW_COUNT] = {
	[FLOW_NONE] = { FLOW_NONE, NULL, 0 },
	FLOW(MANUAL_STD, manual_std)
	FLOW(MANUAL_SITE, manual_site)
	FLOW(SAAS_OFFLINE, manual_std)
	FLOW(DATA, manual_std)
	FLOW(LIC_OFFLINE, lic_offline)
	FLOW(LIC_10, lic_10)
	FLOW(LIC_20, lic_20)
	FLOW(LIC_PACKAGE, lic_package)
	FLOW(HARDWARE, hardware)
};

/* The delivery methods that are supervised (domain.md 1); all others have no flow. */
static const enum flow_id flow_by_delivery[DELIVERY_COUNT] = {
	[DELIVERY_MANUAL_STD] = FLOW_MANUAL_STD,
	[DELIVERY_MANUAL_SITE] = FLOW_MANUAL_SITE,
	[DELIVERY_SAAS_OFFLINE] = FLOW_SAAS_OFFLINE,
	[DELIVERY_DATA_FILE] = FLOW_DATA,
	[DELIVERY_ORCHESTRATION] = FLOW_MANUAL_STD,
	[DELIVERY_LIC_OFFLINE] = FLOW_LIC_OFFLINE,
	[DELIVERY_LIC_10] = FLOW_LIC_10,
	[DELIVERY_LIC_20] = FLOW_LIC_20,
	[DELIVERY_LIC_PACKAGE] = FLOW_LIC_PACKAGE,
	[DELIVERY_HARDWARE] = FLOW_HARDWARE,
};

/* 2023-04-28 00:00 in platform time (R16): from then on Huawei reviews only what has a track. */
#define REVIEW_NARROWED (INT64_C(1682640000) * WHEN_SECOND - WHEN_PLATFORM_OFFSET)
/* 2024-09-14 00:00 in platform time (R5): from then on an activation closes generic orders. */
#define ACTIVATION_CLOSES (INT64_C(1726272000) * WHEN_SECOND - WHEN_PLATFORM_OFFSET)

const struct flow *flow_get(enum flow_id id)
{
	if ((int)id < 0 || (int)id >= FLOW_COUNT)
		id = FLOW_NONE;
	return &flows[id];
}

enum flow_id flow_of_delivery(enum delivery delivery)
{
	if ((int)delivery < 0 || (int)delivery >= DELIVERY_COUNT)
		return FLOW_NONE;
	return flow_by_delivery[delivery];
}

unsigned flow_conditions(const struct supervision *supervision)
{
	return (supervision->reviewed != 0 ? COND_REVIEWED : 0u) |
	    (supervision->proof_required != 0 ? COND_PROOF : 0u);
}

static bool stage_exists(const struct stage *stage, unsigned conditions)
{
	return (stage->when & ~conditions) == 0;
}

const struct stage *flow_stage(enum flow_id flow, enum stage_id stage)
{
	const struct flow *f = flow_get(flow);

	for (size_t i = 0; i < f->count; i++) {
		if (f->stages[i].id == stage)
			return &f->stages[i];
	}
	return NULL;
}

bool flow_has(enum flow_id flow, enum stage_id stage, unsigned conditions)
{
	const struct stage *s = flow_stage(flow, stage);

	return s != NULL && stage_exists(s, conditions);
}

/* The first stage from place `from` on that exists. */
static enum stage_id first_from(const struct flow *flow, size_t from, unsigned conditions)
{
	for (size_t i = from; i < flow->count; i++) {
		if (stage_exists(&flow->stages[i], conditions))
			return flow->stages[i].id;
	}
	return STAGE_DONE;
}

enum stage_id flow_first(enum flow_id flow, unsigned conditions)
{
	const struct flow *f = flow_get(flow);

	return f->count == 0 ? STAGE_NONE : first_from(f, 0, conditions);
}

enum stage_id flow_next(enum flow_id flow, enum stage_id stage, unsigned conditions)
{
	const struct stage *s = flow_stage(flow, stage);
	const struct flow *f = flow_get(flow);

	if (s == NULL)
		return stage == STAGE_DONE && f->count > 0 ? STAGE_DONE : STAGE_NONE;
	return first_from(f, (size_t)(s - f->stages) + 1, conditions);
}

bool flow_before(enum flow_id flow, enum stage_id stage, enum stage_id than, unsigned conditions)
{
	const struct stage *s = flow_stage(flow, stage);
	const struct stage *t = flow_stage(flow, than);

	if (s == NULL || !stage_exists(s, conditions))
		return false;
	return than == STAGE_DONE || (t != NULL && s < t);
}

const char *flow_label(enum flow_id flow, enum stage_id stage, enum action_id id)
{
	const struct action *action = action_get(id);
	const struct stage *s = flow_stage(flow, stage);
	const struct flow *whole = flow_get(flow);
	size_t i;

	if (action == NULL)
		return "";
	if (s != NULL && s->forward == id && s->label != NULL)
		return _(s->label);
	/* Where it is not possible now it is called as it will be. */
	for (i = 0; i < whole->count; i++)
		if (whole->stages[i].forward == id)
			return _(whole->stages[i].label != NULL ? whole->stages[i].label
								: action->label);
	return _(action->label);
}

int64_t flow_fact(const struct supervision *supervision, enum fact fact)
{
	switch (fact) {
	case FACT_ACTIVATED:
		return supervision->activated_at;
	case FACT_SIGNED:
		return supervision->signed_at;
	case FACT_DEPLOYED:
		return supervision->deployed_at;
	case FACT_NONE:
		break;
	}
	return 0;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t flow_due(const struct supervision *supervision, const struct system_move *move,
    int64_t since)
{
	int64_t fact = flow_fact(supervision, move->fact);

	if (move->action == ACTION_NONE || (move->fact != FACT_NONE && fact == 0))
		return 0;
	/* A parcel for somebody else says nothing about what the buyer received (R4). */
	if (move->fact == FACT_SIGNED &&
	    !flow_same_number(supervision->consignee, supervision->parcel_consignee))
		return 0;
	return later(since, fact) + move->delay;
}

/* The next digit of a telephone number, '\0' after the last. */
static char next_digit(const char **s)
{
	while (**s != '\0' && (**s < '0' || **s > '9'))
		(*s)++;
	return **s == '\0' ? '\0' : *(*s)++;
}

/* The country's code, +86 or 0086, is often left out. */
static const char *without_country(const char *s)
{
	s += strspn(s, " (");
	if (strncmp(s, "+86", 3) == 0)
		return s + 3;
	return strncmp(s, "0086", 4) == 0 ? s + 4 : s;
}

bool flow_same_number(const char *a, const char *b)
{
	char x, y;

	a = without_country(a == NULL ? "" : a);
	b = without_country(b == NULL ? "" : b);
	if (a[strcspn(a, "0123456789")] == '\0' || b[strcspn(b, "0123456789")] == '\0')
		return true;
	do {
		x = next_digit(&a);
		y = next_digit(&b);
	} while (x == y && x != '\0');
	return x == y;
}

bool policy_reviewed(enum category category, enum track track, int64_t placed_at)
{
	return category == CATEGORY_JOINT && (placed_at < REVIEW_NARROWED || track != TRACK_NONE);
}

bool policy_proof(enum category category, int64_t placed_at)
{
	return category == CATEGORY_JOINT || placed_at < ACTIVATION_CLOSES;
}
