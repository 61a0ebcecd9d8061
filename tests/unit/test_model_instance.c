/* The life of a purchased service by its expiry, and the rule for the password of a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "model/instance.h"

#define NOW INT64_C(1795329000000)

static void test_states(void **state)
{
	static const struct {
		int64_t after;
		enum instance_state state;
	} steps[] = {
		{ -WHEN_DAY, INSTANCE_ACTIVE },
		{ -1, INSTANCE_ACTIVE },
		{ 0, INSTANCE_EXPIRED },
		{ INSTANCE_GRACE - 1, INSTANCE_EXPIRED },
		{ INSTANCE_GRACE, INSTANCE_FROZEN },
		{ INSTANCE_GRACE + 15 * WHEN_DAY - 1, INSTANCE_FROZEN },
		{ INSTANCE_GRACE + 15 * WHEN_DAY, INSTANCE_RELEASED },
	};
	struct instance instance = { .state = INSTANCE_ACTIVE, .expires_at = NOW };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		int64_t at = NOW + steps[i].after;

		assert_int_equal(instance_state_at(&instance, at), steps[i].state);
		/* The state lasts until the next one begins. */
		if (steps[i].state != INSTANCE_RELEASED) {
			int64_t until = instance_state_until(&instance, at);

			assert_int_equal(instance_state_at(&instance, until - 1), steps[i].state);
			assert_int_not_equal(
			    instance_state_at(&instance, until), steps[i].state);
		}
	}
	/* What a row says of an earlier time does not matter. */
	instance.state = INSTANCE_FROZEN;
	assert_int_equal(instance_state_at(&instance, NOW - 1), INSTANCE_ACTIVE);
}

static void test_what_time_does_not_change(void **state)
{
	struct instance instance = { .state = INSTANCE_PREPARING, .expires_at = NOW };

	(void)state;
	assert_int_equal(instance_state_at(&instance, NOW + WHEN_DAY), INSTANCE_PREPARING);
	instance.state = INSTANCE_RELEASED;
	assert_int_equal(instance_state_at(&instance, NOW - WHEN_DAY), INSTANCE_RELEASED);
	assert_int_equal(instance_state_until(&instance, NOW), 0);
	instance.state = INSTANCE_ACTIVE;
	instance.expires_at = 0;
	assert_int_equal(instance_state_at(&instance, INT64_MAX), INSTANCE_ACTIVE);
	assert_int_equal(instance_state_until(&instance, NOW), 0);
}

static void test_code(void **state)
{
	struct instance instance = { .state = INSTANCE_ACTIVE, .expires_at = NOW };

	(void)state;
	assert_int_equal(instance_license_at(&instance, NOW + WHEN_DAY), LICENSE_NONE);
	instance.license_state = LICENSE_ACTIVATED;
	assert_int_equal(instance_license_at(&instance, NOW), LICENSE_ACTIVATED);
	assert_int_equal(instance_license_at(&instance, NOW + INSTANCE_GRACE), LICENSE_FROZEN);
	assert_int_equal(
	    instance_license_at(&instance, NOW + INSTANCE_GRACE + INSTANCE_RETENTION),
	    LICENSE_RELEASED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_what_time_does_not_change),
		cmocka_unit_test(test_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
