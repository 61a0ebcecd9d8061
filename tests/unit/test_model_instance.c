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

/* What further periods are and cost: what was paid last, else the catalogue. */
static void test_offers(void **state)
{
	const struct product product = { .price = 5000, .currency = "EUR", .period_type = "month",
		.period_number = 2 };
	struct instance instance = { .state = INSTANCE_ACTIVE, .expires_at = NOW - WHEN_DAY,
		.price = 90000, .currency = "CNY", .period_type = "year", .period_number = 1,
		.quantity = 3 };
	struct instance_offer offer;

	(void)state;
	assert_true(instance_offer(&instance, NULL, 2, NOW, &offer));
	assert_int_equal(offer.amount, 180000);
	assert_string_equal(offer.currency, "CNY");
	assert_int_equal(offer.period_number, 2);
	assert_int_equal(offer.from, instance.expires_at);
	assert_int_equal(offer.to, when_add_months(instance.expires_at, 24));
	instance.price = 0;
	assert_false(instance_offer(&instance, NULL, 1, NOW, &offer));
	assert_true(instance_offer(&instance, &product, 1, NOW, &offer));
	assert_int_equal(offer.amount, 15000);
	assert_string_equal(offer.currency, "EUR");
	assert_int_equal(offer.to, when_add_months(instance.expires_at, 2));
	/* A trial that is over begins now; what was paid for it says nothing. */
	instance.trial = 1;
	instance.price = 90000;
	assert_true(instance_offer(&instance, &product, 1, NOW, &offer));
	assert_int_equal(offer.amount, 15000);
	assert_int_equal(offer.from, NOW);
	instance.expires_at = NOW + WHEN_DAY;
	assert_true(instance_offer(&instance, &product, 1, NOW, &offer));
	assert_int_equal(offer.from, NOW + WHEN_DAY);
	/* What no amount or calendar holds. */
	instance.trial = 0;
	instance.price = INT64_C(999999999999999);
	assert_true(instance_offer(&instance, NULL, 1, NOW, &offer));
	assert_false(instance_offer(&instance, NULL, 2, NOW, &offer));
	instance.price = 1;
	instance.period_number = 7000;
	assert_true(instance_offer(&instance, NULL, 1, NOW, &offer));
	assert_false(instance_offer(&instance, NULL, 36, NOW, &offer));
	instance.period_type = "week";
	assert_false(instance_offer(&instance, NULL, 1, NOW, &offer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_what_time_does_not_change),
		cmocka_unit_test(test_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
