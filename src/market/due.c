/*
 * Clocks, freezes and the platform's own moves (F3, F4): a running clock has due_at, a stopped one
 * remaining, never both. A move without a delay needs no clock: it is made as soon as the stage
 * stands, its fact is there and nothing freezes it.
 */
#include "market/work.h"

#include "base/i18n.h"

void due_clear(struct supervision *supervision)
{
	supervision->due_at = 0;
	supervision->remaining = 0;
}

void due_start(struct supervision *supervision, const struct stage *stage, int64_t at)
{
	int64_t due;

	due_clear(supervision);
	if (stage == NULL || stage->system.delay <= 0)
		return;
	due = flow_due(supervision, &stage->system, at);
	if (due != 0 && supervision->freezes > 0)
		supervision->remaining = stage->system.delay;
	else
		supervision->due_at = due;
}

void due_freeze(struct supervision *supervision, int64_t now)
{
	if (supervision->freezes++ > 0 || supervision->due_at == 0)
		return;
	/* What is overdue fires with the thaw: a remainder of 0 would mean that there is no clock.
	 */
	supervision->remaining = supervision->due_at > now ? supervision->due_at - now : 1;
	supervision->due_at = 0;
}

void due_thaw(struct supervision *supervision, int64_t now)
{
	if (supervision->freezes == 0 || --supervision->freezes > 0 || supervision->remaining == 0)
		return;
	supervision->due_at = now + supervision->remaining;
	supervision->remaining = 0;
}

static const struct stage *stage_of(const struct supervision *supervision)
{
	return flow_stage((enum flow_id)supervision->flow, (enum stage_id)supervision->stage);
}

void due_fact(struct supervision *supervision, enum fact fact)
{
	const struct stage *stage = stage_of(supervision);

	if (stage != NULL && stage->system.fact == fact)
		due_start(supervision, stage, supervision->stay_since);
}

int64_t due_time(const struct supervision *supervision)
{
	const struct stage *stage = stage_of(supervision);

	if (stage == NULL || stage->system.action == ACTION_NONE)
		return 0;
	if (stage->system.delay > 0)
		return supervision->due_at;
	return flow_due(supervision, &stage->system, supervision->stay_since);
}

const struct system_move *due_move(const struct supervision *supervision, int64_t now)
{
	int64_t due = due_time(supervision);

	if (supervision->state != SUPERVISION_OPEN || supervision->freezes > 0 || due == 0 ||
	    due > now)
		return NULL;
	return &stage_of(supervision)->system;
}

enum status due_fire(struct work *work, struct error *err)
{
	const struct system_move *move;
	enum status status = STATUS_OK;
	bool fired = true;
	int64_t due;

	while (status == STATUS_OK && fired) {
		due = due_time(work->supervision);
		move = due_move(work->supervision, work->now);
		fired = move != NULL;
		if (move == NULL) {
			status = refund_fire(work, &fired, err);
			continue;
		}
		/* What a freeze kept back happens when it is over; no clock's time lies in one. */
		if (move->delay == 0 && work->thawed)
			due = work->now;
		work_step(work, &market_platform, NULL, action_get(move->action)->word, due);
		status = apply_forward(work, err);
		if (status == STATUS_OK)
			status = chain_append(work, err);
	}
	return status;
}
