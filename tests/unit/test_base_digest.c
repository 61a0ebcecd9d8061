/* src/base/digest.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"

#define OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
/* sha256sum of the 10,000 bytes below */
#define OF_DATA "e31b92f283ec18dfc36062fa2b6feafbf22d2ea75d05e8c19c65a67ebd4cb1a4"
#define OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void test_known_digests(void **state)
{
	char out[DIGEST_TEXT];

	(void)state;
	digest_of("abc", 3, out);
	assert_string_equal(out, OF_ABC);
	digest_of(NULL, 0, out);
	assert_string_equal(out, OF_NOTHING);
}

static void test_in_pieces(void **state)
{
	char out[DIGEST_TEXT];
	struct digest *digest = digest_new();

	(void)state;
	digest_add(digest, "a", 1);
	digest_add(digest, "", 0);
	digest_add(digest, "bc", 2);
	digest_end(digest, out);
	assert_string_equal(out, OF_ABC);
	digest_drop(digest_new());
	digest_drop(NULL);
}

/* However the bytes are cut: pieces smaller and larger than what is kept back. */
static void test_any_pieces(void **state)
{
	static unsigned char data[10000];
	static const size_t steps[] = { 1, 7, 63, 1000, 1023, 1024, 1025, 3000, 9999 };
	char whole[DIGEST_TEXT], out[DIGEST_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (unsigned char)(i * 31 + i / 256);
	digest_of(data, sizeof data, whole);
	assert_string_equal(whole, OF_DATA);
	for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++) {
		struct digest *digest = digest_new();

		for (size_t at = 0; at < sizeof data; at += steps[k])
			digest_add(digest, data + at,
			    at + steps[k] <= sizeof data ? steps[k] : sizeof data - at);
		digest_end(digest, out);
		assert_string_equal(out, whole);
	}
}

static void test_valid_text(void **state)
{
	(void)state;
	assert_true(digest_valid_text(OF_ABC));
	assert_false(digest_valid_text(OF_ABC "0"));
	assert_false(digest_valid_text(&OF_ABC[1]));
	assert_false(
	    digest_valid_text("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"));
	assert_false(digest_valid_text(""));
	assert_false(digest_valid_text(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known_digests),
	    cmocka_unit_test(test_in_pieces),
	    cmocka_unit_test(test_any_pieces),
	    cmocka_unit_test(test_valid_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
