/* src/base/rand.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rand.h"

/*
 * The demo's marketplace and the tests' seeds depend on these very numbers (xoshiro256** over
 * splitmix64).
 */
static void test_same_seed_same_sequence(void **state)
{
	static const uint64_t expected[] = {
	    UINT64_C(0x99EC5F36CB75F2B4),
	    UINT64_C(0xBF6E1F784956452A),
	    UINT64_C(0x1A5F849D4933E6E0),
	};
	struct rng rng;

	(void)state;
	rng_seed(&rng, 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(rng_next(&rng), expected[i]);
}

static void test_below_and_between(void **state)
{
	struct rng rng;
	int seen[5] = {0};

	(void)state;
	rng_seed(&rng, 7);
	for (int i = 0; i < 5000; i++) {
		uint64_t below = rng_below(&rng, 5);
		int64_t between = rng_between(&rng, -2, 2);

		assert_in_range(below, 0, 4);
		assert_true(between >= -2 && between <= 2);
		seen[below]++;
	}
	for (int i = 0; i < 5; i++)
		assert_in_range(seen[i], 850, 1150);
	assert_int_equal(rng_below(&rng, 1), 0);
	assert_int_equal(rng_between(&rng, 9, 9), 9);
	rng_between(&rng, INT64_MIN, INT64_MAX);
	assert_true(rng_between(&rng, INT64_MAX - 1, INT64_MAX) >= INT64_MAX - 1);
}

static void check_uuid(const char *uuid, char version)
{
	assert_int_equal(strlen(uuid), 36);
	for (size_t i = 0; i < 36; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23)
			assert_int_equal(uuid[i], '-');
		else
			assert_non_null(strchr("0123456789abcdef", uuid[i]));
	}
	assert_int_equal(uuid[14], version);
	assert_non_null(strchr("89ab", uuid[19]));
}

static void test_uuids(void **state)
{
	char a[RAND_UUID], b[RAND_UUID];

	(void)state;
	for (int i = 0; i < 100; i++) {
		rand_uuid(a);
		rand_uuid(b);
		check_uuid(a, '4');
		assert_string_not_equal(a, b);
	}
	uuid_of("abc", a);
	check_uuid(a, '8');
	assert_string_equal(a, "ba7816bf-8f01-8fea-8141-40de5dae2223");
	uuid_of("abd", b);
	assert_string_not_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same_seed_same_sequence),
	    cmocka_unit_test(test_below_and_between),
	    cmocka_unit_test(test_uuids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
