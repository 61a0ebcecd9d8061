/* The refund request (R12, domain.md 2.4): requested, answered, goods returned, closed. */
#include "market/work.h"

#include <inttypes.h>

#include "base/i18n.h"
#include "model/money.h"

/* ---- Requested ---- */

/* When the buyer first said what it needs, by the log; 0: never. */
static enum status first_requirement(struct work *work, int64_t *at, struct error *err)
{
	struct sql_stmt *stmt;
	bool row = false;
	enum status status = sql_prepare(store_sql(work->market->store),
	    "SELECT coalesce(min(at), 0) FROM log_entries WHERE supervision = ?"
	    " AND action IN ('submit-requirement', 'submit-identifier')",
	    &stmt, err);

	*at = 0;
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, work->supervision->id);
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK && row)
		*at = sql_int(stmt, 0);
	sql_done(stmt);
	return status;
}

/* Whoever says nothing for a month after paying has no right to all of it (domain.md 2.4). */
static enum status check_full(struct work *work, int64_t amount, struct error *err)
{
	const struct supervision *supervision = work->supervision;
	enum flow_id flow = (enum flow_id)supervision->flow;
	int64_t said = 0, until = when_add_months(supervision->placed_at, REQUIREMENT_MONTHS);
	char most[MONEY_TEXT];
	enum status status;

	if (amount < supervision->amount || (flow_stage(flow, STAGE_REQUIREMENT) == NULL &&
					     flow_stage(flow, STAGE_IDENTIFIER) == NULL))
		return STATUS_OK;
	status = first_requirement(work, &said, err);
	if (status != STATUS_OK || (said != 0 ? said : work->now) <= until)
		return status;
	money_text(supervision->amount, supervision->currency, most);
	error_set(err, STATUS_INVALID,
	    _("No requirement was sent within one month of paying, so there is no right to a full "
	      "refund: ask for less than %s."),
	    most);
	error_field(err, "amount");
	return STATUS_INVALID;
}

/* What the buyer shares with the seller: its account's contact. */
static enum status share_contact(struct work *work, struct refund *refund, struct error *err)
{
	void *record = NULL;
	const struct account *account;
	enum status status;

	refund->share_contact =
	    names_value(&yes_no_names, command_value(work->command, "share_contact")) == CHOICE_YES;
	if (!refund->share_contact)
		return STATUS_OK;
	status = store_get(work->market->store, &account_record, refund->buyer, &work->arena,
	    &record, err);
	if (status != STATUS_OK)
		return status;
	account = record;
	refund->contact = arena_printf(&work->arena, "%s%s%s", account->contact,
	    account->contact[0] != '\0' && account->email[0] != '\0' ? ", " : "", account->email);
	return STATUS_OK;
}

static struct refund *new_refund(struct work *work, int64_t amount)
{
	const struct supervision *supervision = work->supervision;
	struct refund *refund = record_new(&refund_record, &work->arena);

	refund->id =
	    arena_printf(&work->arena, "%s-R%" PRId64, supervision->id, supervision->refunds + 1);
	work_describe(work, &refund_record, refund);
	refund->state = REFUND_PENDING;
	refund->amount = amount;
	refund->paid = supervision->amount;
	refund->currency = supervision->currency;
	refund->reason = command_value(work->command, "reason");
	refund->goods = names_value(&goods_names, command_value(work->command, "goods"));
	refund->stage = supervision->stage;
	refund->requester = work->actor->user;
	refund->requested_at = work->now;
	return refund;
}

enum status apply_refund(struct work *work, struct error *err)
{
	struct supervision *supervision = work->supervision;
	int64_t amount = 0;
	enum status status;

	if (!money_parse(command_value(work->command, "amount"), &amount)) {
		error_set(err, STATUS_INVALID, _("This is no amount. Write it like 28000.00."));
		error_field(err, "amount");
		return STATUS_INVALID;
	}
	status = check_full(work, amount, err);
	if (status != STATUS_OK)
		return status;
	work->refund = new_refund(work, amount);
	work->record = work->refund->id;
	status = share_contact(work, work->refund, err);
	if (status != STATUS_OK)
		return status;
	supervision->version++;
	supervision->refund = work->refund->id;
	supervision->refund_state = REFUND_PENDING;
	supervision->refund_at = work->refund->requested_at;
	supervision->refunds++;
	due_freeze(supervision, work->now);
	return store_insert(work->market->store, &refund_record, work->refund, err);
}

/* ---- Its clock, which an appeal stops ---- */

enum status refund_freeze(struct work *work, struct error *err)
{
	struct refund *refund = work->refund;

	if (refund == NULL || refund->due_at == 0)
		return STATUS_OK;
	refund->remaining = refund->due_at > work->now ? refund->due_at - work->now : 1;
	refund->due_at = 0;
	return store_update(work->market->store, &refund_record, refund, err);
}

enum status refund_thaw(struct work *work, struct error *err)
{
	struct refund *refund = work->refund;

	if (refund == NULL || refund->remaining == 0)
		return STATUS_OK;
	refund->due_at = work->now + refund->remaining;
	refund->remaining = 0;
	return store_update(work->market->store, &refund_record, refund, err);
}

/* ---- Closed ---- */

static enum status set_state(struct work *work, enum refund_state state, struct error *err)
{
	struct supervision *supervision = work->supervision;
	struct refund *refund = work->refund;
	bool open = permit_refund_open(state);

	refund->state = state;
	supervision->refund_state = state;
	if (!open) {
		refund->closed_at = work->effective;
		refund->due_at = refund->remaining = 0;
		supervision->refund = "";
		supervision->refund_at = 0;
		due_thaw(supervision, work->now);
		work->thawed = true;
	}
	work->refund = open ? refund : NULL;
	return store_update(work->market->store, &refund_record, refund, err);
}

static enum status pay_back(struct work *work, struct error *err)
{
	int64_t amount = work->refund->amount;
	enum status status = set_state(work, REFUND_REFUNDED, err);

	return status == STATUS_OK ? complete_refunded(work, amount, err) : status;
}

enum status refund_supersede(struct work *work, struct error *err)
{
	return work->refund == NULL ? STATUS_OK : set_state(work, REFUND_SUPERSEDED, err);
}

/* ---- Answered ---- */

static void note_answer(struct work *work)
{
	struct refund *refund = work->refund;

	refund->opinion = command_value(work->command, "opinion");
	refund->answered_by = work->actor->user;
	refund->answered_at = work->now;
}

static enum status agree(struct work *work, struct error *err)
{
	note_answer(work);
	/* What was received goes back before the money does. */
	if (work->refund->goods == GOODS_RECEIVED)
		return set_state(work, REFUND_RETURNING, err);
	return pay_back(work, err);
}

static enum status ship_return(struct work *work, struct error *err)
{
	struct refund *refund = work->refund;

	refund->carrier = command_value(work->command, "carrier");
	refund->tracking = command_value(work->command, "tracking");
	refund->returned_at = work->now;
	refund->due_at = work->now + RETURN_DELAY;
	return set_state(work, REFUND_RETURN_CHECK, err);
}

enum status apply_answer(struct work *work, struct error *err)
{
	work->supervision->version++;
	work->record = work->refund->id;
	switch (work->command->action) {
	case ACTION_AGREE_REFUND:
		return agree(work, err);
	case ACTION_SHIP_RETURN:
		return ship_return(work, err);
	case ACTION_ACCEPT_RETURN:
		return pay_back(work, err);
	case ACTION_REJECT_REFUND:
	case ACTION_REJECT_RETURN:
		note_answer(work);
		return set_state(work, REFUND_REJECTED, err);
	case ACTION_WITHDRAW_REFUND:
		return set_state(work, REFUND_WITHDRAWN, err);
	default:
		return error_set(
		    err, STATUS_INTERNAL, _("This action is not known to the engine."));
	}
}

/* Returned goods that nobody objected to in time are accepted, and the refund is made (R4). */
enum status refund_fire(struct work *work, bool *fired, struct error *err)
{
	const struct refund *refund = work->refund;
	enum status status;

	*fired = false;
	if (refund == NULL || refund->state != REFUND_RETURN_CHECK || refund->due_at == 0 ||
	    refund->due_at > work->now)
		return STATUS_OK;
	*fired = true;
	work_step(work, &market_platform, NULL, action_get(ACTION_ACCEPT_RETURN)->word,
	    refund->due_at);
	work->supervision->version++;
	status = pay_back(work, err);
	return status == STATUS_OK ? chain_append(work, err) : status;
}
