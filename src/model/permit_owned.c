/* What may be done to a purchased service (domain.md 2.2, 2.5, 2.6), and why not. */
#include "model/permit.h"

#include <string.h>

#include "model/instance.h"

bool permit_sees_owned(const struct actor *actor, const struct instance *instance)
{
	struct scope scope = permit_scope(actor);

	switch (scope.kind) {
	case SCOPE_ALL:
		return true;
	case SCOPE_OF_BUYER:
		return strcmp(instance->buyer, scope.account) == 0;
	case SCOPE_OF_SELLER:
		return strcmp(instance->seller, scope.account) == 0;
	case SCOPE_REVIEWED: /* whether that supervision is reviewed, the market looks up */
		return instance->supervised != 0;
	case SCOPE_NOTHING:
		break;
	}
	return false;
}

/*
 * Until its period has begun there is nothing that could be prolonged: with the acceptance the
 * instance stops being prepared, whether or not other lines of its order are still open. After the
 * expiry it can be renewed while its data are kept (2.6), and what is released is gone.
 */
static enum deny permit_period(enum action_id id, const struct owned *owned, int64_t now)
{
	const struct instance *instance = owned->instance;
	enum instance_state state = instance_state_at(instance, now);
	struct instance_offer offer;

	if (state == INSTANCE_RELEASED)
		return DENY_RELEASED;
	if (id == ACTION_RENEW && instance->trial)
		return DENY_TRIAL;
	if (id == ACTION_CONVERT_TRIAL && !instance->trial)
		return DENY_NOT_TRIAL;
	if (state != INSTANCE_ACTIVE && state != INSTANCE_EXPIRED && state != INSTANCE_FROZEN)
		return DENY_PREPARING;
	if (!instance->trial &&
	    (strcmp(instance->charging, "PERIOD") != 0 || instance->expires_at == 0))
		return DENY_NOT_PERIODIC;
	if (instance_offer(instance, owned->product, 1, now, &offer))
		return DENY_NONE;
	return owned->product == NULL ? DENY_NONE : DENY_NO_PRICE;
}

/* A line under supervision is rated there: each line once, whichever way. */
static enum deny permit_rating(const struct owned *owned)
{
	if (owned->instance->supervised)
		return DENY_SUPERVISED;
	if (owned->order != NULL && owned->order->state != ORDER_COMPLETED)
		return DENY_NOT_COMPLETED;
	return owned->instance->rated_at != 0 ? DENY_RATED : DENY_NONE;
}

enum deny permit_owned(
    const struct actor *actor, enum action_id id, const struct owned *owned, int64_t now)
{
	const struct action *action = action_get(id);

	if (!permit_sees_owned(actor, owned->instance))
		return DENY_UNSEEN;
	if (action == NULL || !(action->on & ON_INSTANCE) || !permit_role(actor->role, id))
		return DENY_ROLE;
	return action->kind == KIND_RATE ? permit_rating(owned) : permit_period(id, owned, now);
}

bool permit_offers_owned(enum role role, enum action_id id, const struct instance *instance)
{
	const struct action *action = action_get(id);

	if (!permit_role(role, id) || !(action->on & ON_INSTANCE))
		return false;
	if (action->kind == KIND_RATE)
		return !instance->supervised;
	return (id == ACTION_CONVERT_TRIAL) == (instance->trial != 0);
}
