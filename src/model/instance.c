#include "model/instance.h"

enum instance_state instance_state_by(int64_t expires_at, int64_t now)
{
	if (expires_at == 0 || now < expires_at)
		return INSTANCE_ACTIVE;
	if (now < expires_at + INSTANCE_GRACE)
		return INSTANCE_EXPIRED;
	return now < expires_at + INSTANCE_GRACE + INSTANCE_RETENTION ? INSTANCE_FROZEN
								      : INSTANCE_RELEASED;
}

enum instance_state instance_state_at(const struct instance *instance, int64_t now)
{
	if (instance->state == INSTANCE_PREPARING || instance->state == INSTANCE_NONE ||
	    instance->state == INSTANCE_RELEASED)
		return (enum instance_state)instance->state;
	return instance_state_by(instance->expires_at, now);
}

enum license_state instance_license_at(const struct instance *instance, int64_t now)
{
	if (instance->license_state == LICENSE_NONE)
		return LICENSE_NONE;
	switch (instance_state_at(instance, now)) {
	case INSTANCE_FROZEN:
		return LICENSE_FROZEN;
	case INSTANCE_RELEASED:
		return LICENSE_RELEASED;
	default:
		return (enum license_state)instance->license_state;
	}
}

int64_t instance_state_until(const struct instance *instance, int64_t now)
{
	switch (instance_state_at(instance, now)) {
	case INSTANCE_ACTIVE:
		return instance->expires_at;
	case INSTANCE_EXPIRED:
		return instance->expires_at + INSTANCE_GRACE;
	case INSTANCE_FROZEN:
		return instance->expires_at + INSTANCE_GRACE + INSTANCE_RETENTION;
	default:
		return 0;
	}
}
