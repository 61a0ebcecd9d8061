/*
 * How a supervision ends: the paid period, the line, the instance, and the order with its last one
 * (F1, R6).
 */
#include "market/work.h"

#include <string.h>

#include "base/i18n.h"
#include "model/instance.h"

int64_t complete_period_end(const struct order_line *line, int64_t start)
{
	int64_t end = 0;

	if (strcmp(line->charging, "ONETIME") == 0)
		return 0;
	if (strcmp(line->charging, "PERIOD") == 0)
		end = instance_period_end(line->period_type, line->period_number, start);
	return end != 0 ? end : line->expires_at;
}

static enum status load(struct work *work, const struct record_type *type, const char *id,
    void **out, struct error *err)
{
	return store_get(work->market->store, type, id, &work->arena, out, err);
}

static enum status load_line(struct work *work, struct order_line **out, struct error *err)
{
	void *record = NULL;
	enum status status = load(work, &order_line_record, work->supervision->id, &record, err);

	*out = record;
	return status;
}

static void end_supervision(struct work *work, enum supervision_state state)
{
	struct supervision *supervision = work->supervision;

	supervision->state = state;
	supervision->turn = ROLE_NONE;
	supervision->ended_at = work->effective;
	supervision->freezes = 0;
	due_clear(supervision);
}

/* A line with no supervision was delivered when it was ordered. */
static enum status count_line(struct work *work, const char *id, int64_t *open, int64_t *delivered,
    int64_t *ended, struct error *err)
{
	void *record = NULL;
	enum status status =
	    find_record(work->market, &supervision_record, id, &work->arena, &record, err);
	const struct supervision *other = record;

	if (status != STATUS_OK)
		return status;
	*open += other != NULL && other->state == SUPERVISION_OPEN;
	*delivered += other == NULL || other->state == SUPERVISION_COMPLETED;
	if (other != NULL && other->ended_at > *ended)
		*ended = other->ended_at;
	return STATUS_OK;
}

/*
 * What the order's lines came to, but for this supervision, whose row is not written yet; *ended:
 * when the last of them did.
 */
static enum status count_others(
    struct work *work, int64_t *open, int64_t *delivered, int64_t *ended, struct error *err)
{
	struct sql_stmt *stmt;
	bool row = false;
	enum status status = sql_prepare(store_sql(work->market->store),
	    "SELECT id FROM order_lines WHERE order_id = ? AND id <> ?", &stmt, err);

	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, work->supervision->order_id);
	sql_bind_text(stmt, 2, work->supervision->id);
	while ((status = sql_step(stmt, &row, err)) == STATUS_OK && row) {
		status = count_line(work, sql_text(stmt, 0), open, delivered, ended, err);
		if (status != STATUS_OK)
			break;
	}
	sql_done(stmt);
	return status;
}

static enum status end_order(struct work *work, int64_t refunded, struct error *err)
{
	int64_t open = 0, delivered = 0, ended = 0;
	void *record = NULL;
	struct order *order;
	enum status status = load(work, &order_record, work->supervision->order_id, &record, err);

	if (status == STATUS_OK)
		status = count_others(work, &open, &delivered, &ended, err);
	if (status != STATUS_OK)
		return status;
	order = record;
	order->refunded += refunded;
	if (work->supervision->state == SUPERVISION_COMPLETED)
		delivered++;
	if (open == 0) {
		order->state = delivered > 0 ? ORDER_COMPLETED : ORDER_UNSUBSCRIBED;
		/* A move that was made late may count from before another line's end. */
		order->ended_at = work->effective > ended ? work->effective : ended;
	}
	return store_update(work->market->store, &order_record, order, err);
}

/* Sets the instance of a line in use, or releases it. What was released stays so. */
static enum status end_instance(
    struct work *work, const struct order_line *line, bool accepted, struct error *err)
{
	const struct supervision *supervision = work->supervision;
	void *record = NULL;
	struct instance *instance;
	enum status status;

	if (line->instance[0] == '\0')
		return STATUS_OK;
	status = load(work, &instance_record, line->instance, &record, err);
	if (status != STATUS_OK)
		return status;
	instance = record;
	if (instance->state == INSTANCE_RELEASED)
		return STATUS_OK;
	if (!accepted) {
		instance->state = INSTANCE_RELEASED;
		if (instance->license_state != LICENSE_NONE)
			instance->license_state = LICENSE_RELEASED;
	} else {
		instance->starts_at = supervision->period_start;
		instance->expires_at = supervision->period_end;
		instance->state = instance_state_by(instance->expires_at, work->now);
	}
	return store_update(work->market->store, &instance_record, instance, err);
}

enum status complete_accepted(struct work *work, struct error *err)
{
	struct supervision *supervision = work->supervision;
	struct order_line *line;
	enum status status = load_line(work, &line, err);

	if (status != STATUS_OK)
		return status;
	end_supervision(work, SUPERVISION_COMPLETED);
	supervision->stage = STAGE_DONE;
	supervision->stay_since = work->effective;
	supervision->period_start =
	    supervision->enabled_at != 0 ? supervision->enabled_at : work->effective;
	supervision->period_end = complete_period_end(line, supervision->period_start);
	line->expires_at = supervision->period_end;
	status = store_update(work->market->store, &order_line_record, line, err);
	if (status == STATUS_OK)
		status = end_instance(work, line, true, err);
	if (status == STATUS_OK)
		status = end_order(work, 0, err);
	return status;
}

enum status complete_refunded(struct work *work, int64_t amount, struct error *err)
{
	struct order_line *line;
	enum status status = load_line(work, &line, err);

	if (status != STATUS_OK)
		return status;
	if (amount <= 0 || amount > line->paid - line->refunded) {
		error_set(err, STATUS_INVALID,
		    _("The refund must be more than 0 and at most what was paid for the line."));
		error_field(err, "amount");
		return STATUS_INVALID;
	}
	end_supervision(work, SUPERVISION_REFUNDED);
	work->supervision->refunded = amount;
	line->refunded += amount;
	status = store_update(work->market->store, &order_line_record, line, err);
	if (status == STATUS_OK)
		status = end_instance(work, line, false, err);
	if (status == STATUS_OK)
		status = end_order(work, amount, err);
	return status;
}
