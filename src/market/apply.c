/* What moves do to a supervision: forward, back, and the actions that only leave an entry. */
#include "market/work.h"

#include <string.h>

#include "base/i18n.h"

void apply_stage(struct work *work, enum stage_id id)
{
	struct supervision *supervision = work->supervision;
	const struct stage *stage = flow_stage((enum flow_id)supervision->flow, id);

	supervision->stage = id;
	supervision->turn = stage != NULL ? (int64_t)stage->turn : ROLE_NONE;
	supervision->stay_since = work->effective;
	due_start(supervision, stage, work->effective);
}

enum status apply_forward(struct work *work, struct error *err)
{
	struct supervision *supervision = work->supervision;
	enum stage_id next = flow_next((enum flow_id)supervision->flow,
	    (enum stage_id)supervision->stage, supervision->reviewed != 0);

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
static void apply_delivery(struct work *work)
{
	const struct input *input = action_input(action_get(ACTION_DELIVER), "enabled_at");
	const char *value = inputs_value(work, input, command_value(work->command, "enabled_at"));
	int64_t at = 0;

	if (value[0] != '\0' && !when_parse_iso(value, &at))
		at = 0;
	work->supervision->enabled_at = at;
}

enum status apply_command(struct work *work, struct error *err)
{
	const struct action *action = action_get(work->command->action);

	switch (action->kind) {
	case KIND_FORWARD:
		if (action->id == ACTION_DELIVER)
			apply_delivery(work);
		return apply_forward(work, err);
	case KIND_BACK:
		apply_back(work);
		return STATUS_OK;
	case KIND_NOTE:
		return STATUS_OK;
	case KIND_APPEAL:
		return apply_appeal(work, err);
	case KIND_DURING:
		return apply_during(work, err);
	}
	return error_set(err, STATUS_INTERNAL, _("This action is not known to the engine."));
}
