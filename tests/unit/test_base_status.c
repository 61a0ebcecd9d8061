/* src/base/status.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/text.h"

static void test_words_and_codes(void **state)
{
	(void)state;
	assert_string_equal(status_word(STATUS_OK), "ok");
	assert_string_equal(status_word(STATUS_NOTFOUND), "not-found");
	assert_string_equal(status_word((enum status)999), "internal");
	assert_int_equal(status_exit_code(STATUS_OK), 0);
	assert_int_equal(status_exit_code(STATUS_CONFLICT), 4);
	assert_int_equal(status_exit_code(STATUS_CANCELLED), 130);
	assert_int_equal(status_exit_code((enum status)999), 70);
}

static void test_set_clears_the_rest(void **state)
{
	struct error err = {.http = 409, .retry_after_s = 3, .field = "old", .detail = "old"};

	(void)state;
	assert_int_equal(error_set(&err, STATUS_BUSY, "%s %d", "try", 7), STATUS_BUSY);
	assert_int_equal(err.status, STATUS_BUSY);
	assert_string_equal(err.message, "try 7");
	assert_int_equal(err.http, 0);
	assert_int_equal(err.retry_after_s, 0);
	assert_string_equal(err.field, "");
	assert_string_equal(err.detail, "");
	error_field(&err, "$.a");
	error_detail(&err, "errno %d", 5);
	assert_string_equal(err.field, "$.a");
	assert_string_equal(err.detail, "errno 5");
	assert_string_equal(err.message, "try 7");
}

static void test_null_error_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(error_set(NULL, STATUS_IO, "x"), STATUS_IO);
	error_field(NULL, "x");
	error_detail(NULL, "x");
}

static void test_an_error_may_quote_itself(void **state)
{
	struct error err = {0};

	(void)state;
	error_set(&err, STATUS_IO, "inner");
	error_set(&err, STATUS_IO, "outer: %s", err.message);
	assert_string_equal(err.message, "outer: inner");
}

static void test_path(void **state)
{
	char path[400], message[512];
	struct error err;

	(void)state;
	assert_int_equal(error_path(&err, STATUS_IO, "a\033b", "gone"), STATUS_IO);
	assert_string_equal(err.message, "a\xEF\xBF\xBD" "b: gone");
	/* However long the path is, what is wrong with it is said. */
	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	error_path(&err, STATUS_IO, path, "gone");
	snprintf(message, sizeof message, "%.199s: gone", path);
	assert_string_equal(err.message, message);
}

static void test_text_is_cleaned_and_cut_whole(void **state)
{
	struct error err = {0};
	char wide[2000];

	(void)state;
	error_set(&err, STATUS_INVALID, "a\x1b[31m\nb");
	assert_string_equal(err.message, "a\xEF\xBF\xBD[31m\nb");
	for (size_t i = 0; i + 3 < sizeof wide; i += 3)
		memcpy(wide + i, "\xE4\xB8\xAD", 4);
	error_set(&err, STATUS_INVALID, "%s", wide);
	assert_int_equal(strlen(err.message), 510);
	assert_true(text_valid_utf8(err.message, strlen(err.message)));
	error_field(&err, wide);
	assert_int_equal(strlen(err.field), 93);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_words_and_codes),
	    cmocka_unit_test(test_set_clears_the_rest),
	    cmocka_unit_test(test_null_error_is_allowed),
	    cmocka_unit_test(test_an_error_may_quote_itself),
	    cmocka_unit_test(test_path),
		cmocka_unit_test(test_text_is_cleaned_and_cut_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
