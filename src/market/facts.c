/* Facts (F3): recorded with their time whenever they happen, whatever is frozen. */
#include "market/work.h"

#include "base/i18n.h"

/* The activation is the service's beginning (domain.md 4.4). */
static enum status activate(struct work *work, struct error *err)
{
	struct instance *instance;
	enum status status = owned_load(work, &instance, err);

	work->supervision->activated_at = work->now;
	/* A decision that completed the order has settled the paid period already. */
	if (work->supervision->state == SUPERVISION_OPEN)
		work->supervision->enabled_at = work->now;
	if (status != STATUS_OK || instance == NULL)
		return status;
	instance->license_state = LICENSE_ACTIVATED;
	return store_update(work->market->store, &instance_record, instance, err);
}

static void sign_off(struct work *work)
{
	struct supervision *supervision = work->supervision;
	int64_t at = 0;

	if (!when_parse_person(
		command_value(work->command, "signed_at"), WHEN_PLATFORM_OFFSET, &at))
		at = work->now;
	supervision->carrier = command_value(work->command, "carrier");
	supervision->tracking = command_value(work->command, "tracking");
	supervision->parcel_consignee = command_value(work->command, "consignee");
	supervision->signed_at = at;
}

enum status apply_fact(struct work *work, struct error *err)
{
	enum status status = STATUS_OK;

	switch (work->command->action) {
	case ACTION_ACTIVATE:
		status = activate(work, err);
		due_fact(work->supervision, FACT_ACTIVATED);
		return status;
	case ACTION_SIGN_OFF:
		sign_off(work);
		due_fact(work->supervision, FACT_SIGNED);
		return STATUS_OK;
	case ACTION_END_DEPLOYMENT:
		status = deploy_end(work, err);
		due_fact(work->supervision, FACT_DEPLOYED);
		return status;
	default:
		return error_set(
		    err, STATUS_INTERNAL, _("This action is not known to the engine."));
	}
}
