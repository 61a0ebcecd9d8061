/* src/base/digest.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"

#define OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
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
	    cmocka_unit_test(test_valid_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
