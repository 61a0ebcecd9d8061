#include "model/instance.h"

#include <string.h>

#include "base/when.h"
#include "model/money.h"

#define NEVER INT64_C(253402300800000) /* the year 10000 */

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

int64_t instance_period_end(const char *type, int64_t number, int64_t start)
{
	if (number <= 0)
		return 0;
	if (strcmp(type, "day") == 0)
		return start + number * WHEN_DAY;
	if (strcmp(type, "month") == 0)
		return when_add_months(start, (int)number);
	if (strcmp(type, "year") == 0)
		return when_add_months(start, (int)number * 12);
	return 0;
}

/* One period: what was bought last, else what the catalogue offers. */
static bool one_period(const struct instance *instance, const struct product *product,
    struct instance_offer *out)
{
	int64_t pieces = instance->quantity > 0 ? instance->quantity : 1;

	if (!instance->trial && instance->price > 0 &&
	    instance_period_end(instance->period_type, instance->period_number, 0) != 0) {
		out->amount = instance->price;
		out->currency = instance->currency;
		out->period_type = instance->period_type;
		out->period_number = instance->period_number;
		return true;
	}
	if (product == NULL || product->price <= 0)
		return false;
	out->currency = product->currency;
	out->period_type = product->period_type;
	out->period_number = product->period_number;
	return !__builtin_mul_overflow(product->price, pieces, &out->amount);
}

bool instance_offer(const struct instance *instance, const struct product *product,
    int64_t periods, int64_t now, struct instance_offer *out)
{
	*out = (struct instance_offer){ .currency = "", .period_type = "" };
	if (!one_period(instance, product, out) ||
	    __builtin_mul_overflow(out->amount, periods, &out->amount) ||
	    out->amount > MONEY_MAX)
		return false;
	out->period_number *= periods;
	out->from = instance->expires_at;
	if (instance->trial && out->from < now)
		out->from = now;
	out->to = instance_period_end(out->period_type, out->period_number, out->from);
	return out->to != 0 && out->to < NEVER;
}
