/*
 * Deployments (R7, F11): started by the buyer, run by whichever console holds the lease, ended by a
 * result. Nothing here talks to a cloud, and no password comes here.
 */
#include "market/work.h"

#include <inttypes.h>

#include <bsd/stdlib.h>

#include "base/i18n.h"

#define STEPS_MAX 1000

static enum status load_deployment(
    struct work *work, struct deployment **out, struct error *err)
{
	void *record = NULL;
	enum status status = store_get(work->market->store, &deployment_record,
	    work->supervision->deployment, &work->arena, &record, err);

	*out = record;
	if (status == STATUS_OK)
		work->record = (*out)->id;
	return status;
}

static void take_lease(struct work *work, struct deployment *deployment)
{
	deployment->runner = work->actor->user;
	deployment->token++;
	deployment->lease_until = work->now + DEPLOYMENT_LEASE;
}

static enum status start(struct work *work, struct error *err)
{
	struct supervision *supervision = work->supervision;
	struct deployment *deployment = record_new(&deployment_record, &work->arena), *last = NULL;

	/* Leases are counted on, so that a slow console of the last one reports nothing here. */
	if (supervision->deployment[0] != '\0') {
		enum status status = load_deployment(work, &last, err);

		if (status != STATUS_OK)
			return status;
		deployment->token = last->token;
	}
	deployment->id = arena_printf(
	    &work->arena, "%s-D%" PRId64, supervision->id, supervision->deployments + 1);
	work_describe(work, &deployment_record, deployment);
	deployment->state = DEPLOYMENT_DEPLOYING;
	deployment->target = command_value(work->command, "target");
	deployment->flavour = command_value(work->command, "flavour");
	deployment->network = command_value(work->command, "network");
	deployment->security_group = command_value(work->command, "group");
	deployment->started_at = work->now;
	deployment->changed_at = work->now;
	take_lease(work, deployment);
	work->record = deployment->id;
	supervision->version++;
	supervision->deployment = deployment->id;
	supervision->deployment_state = DEPLOYMENT_DEPLOYING;
	supervision->deployments++;
	/* The buyer's way back (R17): what is deployed again waits for that again. */
	if (supervision->stage != STAGE_DEPLOYMENT)
		apply_stage(work, STAGE_DEPLOYMENT);
	return store_insert(work->market->store, &deployment_record, deployment, err);
}

static enum status take_over(struct work *work, struct error *err)
{
	struct deployment *deployment;
	char span[WHEN_TEXT];
	enum status status = load_deployment(work, &deployment, err);

	if (status != STATUS_OK)
		return status;
	if (deployment->lease_until > work->now) {
		when_span(deployment->lease_until - work->now, span);
		return error_set(err, STATUS_CONFLICT,
		    _("A console is still running this deployment; if it has stopped, the "
		      "deployment can be taken over in %s."),
		    span);
	}
	take_lease(work, deployment);
	deployment->changed_at = work->now;
	return store_update(work->market->store, &deployment_record, deployment, err);
}

static enum status get_number(
    const struct work *work, const char *name, int64_t *out, struct error *err)
{
	const char *text = command_value(work->command, name), *wrong = NULL;

	if (text[0] == '\0')
		return STATUS_OK;
	*out = strtonum(text, 0, STEPS_MAX, &wrong);
	if (wrong == NULL)
		return STATUS_OK;
	error_set(err, STATUS_INVALID, _("This must be a whole number from 0 to %d."), STEPS_MAX);
	error_field(err, name);
	return STATUS_INVALID;
}

/* Whoever held the lease before, and was slow, changes nothing any more. */
static enum status check_token(
    const struct work *work, const struct deployment *deployment, struct error *err)
{
	const char *wrong = NULL;
	int64_t token = strtonum(command_value(work->command, "token"), 1, INT64_MAX, &wrong);

	if (wrong == NULL && token == deployment->token)
		return STATUS_OK;
	return error_set(err, STATUS_CONFLICT,
	    _("The lease of this deployment is another console's (%s runs it). Nothing was "
	      "changed."),
	    deployment->runner);
}

/* The same step again prolongs the lease, which is no operation and is not logged. */
static enum status report(struct work *work, struct error *err)
{
	struct deployment *deployment;
	const char *stack = command_value(work->command, "stack");
	int64_t step;
	enum status status = load_deployment(work, &deployment, err);

	if (status == STATUS_OK)
		status = check_token(work, deployment, err);
	if (status != STATUS_OK)
		return status;
	step = deployment->step;
	status = get_number(work, "step", &deployment->step, err);
	if (status == STATUS_OK)
		status = get_number(work, "steps", &deployment->steps, err);
	if (status != STATUS_OK)
		return status;
	work->silent = step == deployment->step;
	if (command_value(work->command, "doing")[0] != '\0')
		deployment->doing = command_value(work->command, "doing");
	if (stack[0] != '\0')
		deployment->stack = stack;
	deployment->lease_until = work->now + DEPLOYMENT_LEASE;
	deployment->changed_at = work->now;
	return store_update(work->market->store, &deployment_record, deployment, err);
}

enum status apply_deploy(struct work *work, struct error *err)
{
	switch (work->command->action) {
	case ACTION_START_DEPLOYMENT:
		return start(work, err);
	case ACTION_TAKE_OVER_DEPLOYMENT:
		return take_over(work, err);
	case ACTION_REPORT_DEPLOYMENT:
		return report(work, err);
	default:
		return error_set(
		    err, STATUS_INTERNAL, _("This action is not known to the engine."));
	}
}

enum status deploy_end(struct work *work, struct error *err)
{
	struct supervision *supervision = work->supervision;
	struct deployment *deployment;
	int64_t result =
	    names_value(&deployment_result_names, command_value(work->command, "result"));
	enum status status = load_deployment(work, &deployment, err);

	if (status == STATUS_OK)
		status = check_token(work, deployment, err);
	if (status != STATUS_OK)
		return status;
	deployment->state = result == RESULT_DEPLOYED ? DEPLOYMENT_DEPLOYED : DEPLOYMENT_FAILED;
	deployment->cause = command_value(work->command, "cause");
	deployment->outputs = command_value(work->command, "outputs");
	deployment->lease_until = 0;
	deployment->changed_at = deployment->ended_at = work->now;
	supervision->deployment_state = deployment->state;
	if (result == RESULT_DEPLOYED)
		supervision->deployed_at = work->now;
	return store_update(work->market->store, &deployment_record, deployment, err);
}
