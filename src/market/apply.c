/* What moves do to a supervision: forward, back, and the actions that only leave an entry. */
#include "market/work.h"

#include <string.h>

#include "base/i18n.h"
#include "base/rand.h"

/* What this stage waits for is to happen anew. */
static void forget_fact(struct supervision *supervision, enum stage_id stage)
{
	if (stage == STAGE_DEPLOYMENT)
		supervision->deployed_at = 0;
	if (stage != STAGE_SHIPPING)
		return;
	supervision->carrier = supervision->tracking = supervision->parcel_consignee = "";
	supervision->signed_at = 0;
}

void apply_stage(struct work *work, enum stage_id id)
{
	struct supervision *supervision = work->supervision;
	const struct stage *stage = flow_stage((enum flow_id)supervision->flow, id);

	supervision->stage = id;
	supervision->turn = stage != NULL ? (int64_t)stage->turn : ROLE_NONE;
	supervision->stay_since = work->effective;
	forget_fact(supervision, id);
	due_start(supervision, stage, work->effective);
}

enum status apply_forward(struct work *work, struct error *err)
{
	struct supervision *supervision = work->supervision;
	enum stage_id next = flow_next((enum flow_id)supervision->flow,
	    (enum stage_id)supervision->stage, flow_conditions(supervision));

	supervision->version++;
	if (next == STAGE_DONE)
		return complete_accepted(work, err);
	apply_stage(work, next);
	return STATUS_OK;
}

static void apply_back(struct work *work)
{
	struct supervision *supervision = work->supervision;
	const struct stage *stage =
	    flow_stage((enum flow_id)supervision->flow, (enum stage_id)supervision->stage);

	supervision->version++;
	if (stage->counts == ROLE_BUYER)
		supervision->buyer_rejects++;
	else if (stage->counts == ROLE_SELLER)
		supervision->seller_rejects++;
	apply_stage(work, stage->back);
}

/* The time that the seller states decides when the paid period starts; left blank, acceptance does.
 */
static enum status deliver(struct work *work, struct error *err)
{
	const struct input *input = action_input(action_get(ACTION_DELIVER), "enabled_at");
	const char *value = inputs_value(work, input, command_value(work->command, "enabled_at"));
	int64_t at = 0;

	if (value[0] != '\0' && !when_parse_iso(value, &at))
		at = 0;
	work->supervision->enabled_at = at;
	return owned_deliver(work, err);
}

/* What was typed, or, where the product asks for the system's own, one that only this order has. */
static void identify(struct work *work)
{
	struct supervision *supervision = work->supervision;
	char id[RAND_UUID];

	if (supervision->identifier_kind == IDENTIFIER_HARDWARE) {
		supervision->identifier = command_value(work->command, "identifier");
		return;
	}
	uuid_of(arena_printf(&work->arena, "koodesk-identifier:%s", supervision->id), id);
	supervision->identifier = arena_strdup(&work->arena, id);
}

/* What a forward action brings besides the move. */
static enum status prepare(struct work *work, struct error *err)
{
	struct supervision *supervision = work->supervision;

	switch (work->command->action) {
	case ACTION_DELIVER:
		return deliver(work, err);
	case ACTION_SUBMIT_IDENTIFIER:
		identify(work);
		return STATUS_OK;
	case ACTION_SHIP:
		supervision->carrier = command_value(work->command, "carrier");
		supervision->tracking = command_value(work->command, "tracking");
		return STATUS_OK;
	case ACTION_PICK_UP:
		return owned_pick_up(work, err);
	default:
		return STATUS_OK;
	}
}

enum status apply_command(struct work *work, struct error *err)
{
	const struct action *action = action_get(work->command->action);
	enum status status;

	switch (action->kind) {
	case KIND_FORWARD:
		status = prepare(work, err);
		return status == STATUS_OK ? apply_forward(work, err) : status;
	case KIND_BACK:
		apply_back(work);
		return STATUS_OK;
	case KIND_NOTE:
		return STATUS_OK;
	case KIND_APPEAL:
		return apply_appeal(work, err);
	case KIND_DURING:
		return apply_during(work, err);
	case KIND_FACT:
		return apply_fact(work, err);
	case KIND_REFUND:
		return apply_refund(work, err);
	case KIND_ANSWER:
		return apply_answer(work, err);
	case KIND_DEPLOY:
		return apply_deploy(work, err);
	case KIND_RATE:
		return apply_rate(work, err);
	case KIND_OWNED:
		return apply_owned(work, err);
	}
	return error_set(err, STATUS_INTERNAL, _("This action is not known to the engine."));
}
