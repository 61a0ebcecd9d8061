/* The appeal (R1, R2): filed, withdrawn, decided. */
#include "market/work.h"

#include <inttypes.h>

#include "base/i18n.h"
#include "model/money.h"

static struct appeal *new_appeal(struct work *work)
{
	const struct supervision *supervision = work->supervision;
	struct appeal *appeal = record_new(&appeal_record, &work->arena);

	appeal->id =
	    arena_printf(&work->arena, "%s-A%" PRId64, supervision->id, supervision->appeals + 1);
	work_describe(work, &appeal_record, appeal);
	appeal->state = APPEAL_OPEN;
	appeal->party = work->actor->role;
	appeal->filer = work->actor->user;
	appeal->ground = names_value(&ground_names, command_value(work->command, "ground"));
	appeal->reason = command_value(work->command, "reason");
	appeal->claim = command_value(work->command, "claim");
	appeal->stage = supervision->stage;
	appeal->amount = supervision->amount;
	appeal->currency = supervision->currency;
	appeal->filed_at = work->now;
	appeal->due_at = calendar_add_days(&work->market->calendar, work->now, APPEAL_DAYS);
	return appeal;
}

enum status apply_appeal(struct work *work, struct error *err)
{
	struct supervision *supervision = work->supervision;
	enum status status;

	work->appeal = new_appeal(work);
	work->touched = true;
	work->evidence = true;
	supervision->version++;
	supervision->appeal = work->appeal->id;
	supervision->appeals++;
	supervision->appeal_due = work->appeal->due_at;
	due_freeze(supervision, work->now);
	status = refund_freeze(work, err);
	if (status != STATUS_OK)
		return status;
	return store_insert(work->market->store, &appeal_record, work->appeal, err);
}

static enum status close_appeal(struct work *work, enum appeal_state state, struct error *err)
{
	struct supervision *supervision = work->supervision;

	work->touched = true;
	work->appeal->state = state;
	work->appeal->closed_at = work->now;
	supervision->version++;
	supervision->appeal = "";
	supervision->appeal_due = 0;
	due_thaw(supervision, work->now);
	work->thawed = true;
	return refund_thaw(work, err);
}

static enum status send_back(struct work *work, struct error *err)
{
	struct supervision *supervision = work->supervision;
	int64_t stage = names_value(&stage_names, command_value(work->command, "stage"));

	if (stage <= STAGE_NONE ||
	    !flow_before((enum flow_id)supervision->flow, (enum stage_id)stage,
		(enum stage_id)supervision->stage, flow_conditions(supervision))) {
		error_set(err, STATUS_INVALID,
		    _("The flow cannot go back to this node. Choose one before the present node."));
		error_field(err, "stage");
		return STATUS_INVALID;
	}
	work->appeal->back_to = stage;
	apply_stage(work, (enum stage_id)stage);
	return STATUS_OK;
}

static enum status refund(struct work *work, struct error *err)
{
	int64_t amount = 0;
	enum status status;

	if (!money_parse(command_value(work->command, "amount"), &amount)) {
		error_set(err, STATUS_INVALID, _("This is no amount. Write it like 28000.00."));
		error_field(err, "amount");
		return STATUS_INVALID;
	}
	work->appeal->refund = amount;
	status = refund_supersede(work, err);
	return status == STATUS_OK ? complete_refunded(work, amount, err) : status;
}

static enum status decide(struct work *work, struct error *err)
{
	int64_t outcome = names_value(&outcome_names, command_value(work->command, "outcome"));
	enum status status;

	work->appeal->outcome = outcome;
	work->appeal->decision = command_value(work->command, "reason");
	work->appeal->decided_by = work->actor->user;
	status = close_appeal(work, APPEAL_DECIDED, err);
	if (status != STATUS_OK)
		return status;
	switch (outcome) {
	case OUTCOME_COMPLETE:
		status = refund_supersede(work, err);
		return status == STATUS_OK ? complete_accepted(work, err) : status;
	case OUTCOME_RESUME:
		return STATUS_OK;
	case OUTCOME_SEND_BACK:
		return send_back(work, err);
	case OUTCOME_REFUND:
		return refund(work, err);
	default:
		error_set(err, STATUS_INVALID, _("This decision is not known. Choose another."));
		error_field(err, "outcome");
		return STATUS_INVALID;
	}
}

enum status apply_during(struct work *work, struct error *err)
{
	enum status status = STATUS_OK;

	work->evidence = true;
	if (work->command->action == ACTION_ADD_EVIDENCE)
		return STATUS_OK;
	if (work->command->action == ACTION_WITHDRAW_APPEAL)
		status = close_appeal(work, APPEAL_WITHDRAWN, err);
	else
		status = decide(work, err);
	if (status == STATUS_OK)
		status = store_update(work->market->store, &appeal_record, work->appeal, err);
	return status;
}
