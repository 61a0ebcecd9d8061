/* Clocks and freezes (F4): a running clock has due_at, a stopped one remaining, never both. */
#include "market/work.h"

#include "base/i18n.h"

void due_clear(struct supervision *supervision)
{
	supervision->due_at = 0;
	supervision->remaining = 0;
}

void due_start(struct supervision *supervision, const struct stage *stage, int64_t at)
{
	due_clear(supervision);
	if (stage == NULL || stage->system.delay <= 0)
		return;
	if (supervision->freezes > 0)
		supervision->remaining = stage->system.delay;
	else
		supervision->due_at = at + stage->system.delay;
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

const struct system_move *due_move(const struct supervision *supervision, int64_t now)
{
	const struct stage *stage;

	if (supervision->state != SUPERVISION_OPEN || supervision->freezes > 0 ||
	    supervision->due_at == 0 || supervision->due_at > now)
		return NULL;
	stage = flow_stage((enum flow_id)supervision->flow, (enum stage_id)supervision->stage);
	return stage != NULL && stage->system.delay > 0 ? &stage->system : NULL;
}

enum status due_fire(struct work *work, struct error *err)
{
	const struct system_move *move;
	enum status status = STATUS_OK;
	int64_t due;

	while (status == STATUS_OK && (move = due_move(work->supervision, work->now)) != NULL) {
		due = work->supervision->due_at;
		work_step(work, &market_platform, NULL, action_get(move->action)->word, due);
		status = apply_forward(work, err);
		if (status == STATUS_OK)
			status = chain_append(work, err);
	}
	return status;
}
