/* src/model/password.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/password.h"

static unsigned faults_of(const char *text, const char *user_name)
{
	struct secret *secret = secret_new(100);
	unsigned faults;

	assert_int_equal(secret_set(secret, text, strlen(text), NULL), STATUS_OK);
	faults = password_faults(secret, user_name);
	secret_free(secret);
	return faults;
}

static void test_what_a_cloud_takes(void **state)
{
	static const char *const good[] = {
		"Abcdef12", "abcdef1!", "ABCDEF1!", "Abcdefg!", "Abcdef1!",
		"Aa1!@$%^-_=+[{}]:,./?bcdef",     /* every special character, and 26 in all */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(faults_of(good[i], "root"), 0);
}

static void test_each_rule_alone(void **state)
{
	static const struct { const char *text, *user; unsigned faults; } cases[] = {
		{ "Abcde1!", "root", PASSWORD_SHORT },
		{ "Abcdef1!Abcdef1!Abcdef1!Abc", "root", PASSWORD_LONG },
		{ "abcdefg1", "root", PASSWORD_PLAIN },
		{ "ABCDEFGH", "root", PASSWORD_PLAIN },
		{ "Abcdefgh", "root", PASSWORD_PLAIN },
		{ "1234567!", "root", PASSWORD_PLAIN },
		{ "Abcdef 12", "root", PASSWORD_FOREIGN },
		{ "Abcdef#12", "root", PASSWORD_FOREIGN },
		{ "Abcdef(12", "root", PASSWORD_FOREIGN },
		{ "Abcdef~12", "root", PASSWORD_FOREIGN },
		{ "Abcdef密12", "root", PASSWORD_FOREIGN },
		{ "Abcdef\x7f" "12", "root", PASSWORD_FOREIGN },
		{ "Deploy-2026", "Deploy-2026", PASSWORD_USER_NAME },
		{ "DEPLOY-2026a", "deploy-2026A", PASSWORD_USER_NAME },
		{ "a6202-yolpeD", "Deploy-2026a", PASSWORD_USER_NAME },
		{ "Deploy-2026a", "Deploy-2026", 0 },
		{ "Xroot1234", "root", 0 },
		{ "Xroot1234", "deploy", 0 },
		{ "Xroot1234", "", 0 },
		{ "Xroot1234", NULL, 0 },
		{ "", "root", PASSWORD_SHORT | PASSWORD_PLAIN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(faults_of(cases[i].text, cases[i].user), cases[i].faults);
}

static void test_the_first_fault_is_told(void **state)
{
	struct secret *secret = secret_new(100);
	struct error err;
	unsigned i;

	(void)state;
	assert_int_equal(secret_set(secret, "Abc~", 4, NULL), STATUS_OK);
	assert_int_equal(password_check(secret, "root", &err), STATUS_INVALID);
	assert_string_equal(err.field, "password");
	assert_string_equal(err.message, password_fault_text(PASSWORD_FOREIGN));
	assert_null(strstr(err.message, "Abc~"));
	assert_int_equal(secret_set(secret, "Abcdef1!", 8, NULL), STATUS_OK);
	assert_int_equal(password_check(secret, "root", &err), STATUS_OK);
	for (i = 0; i < PASSWORD_FAULTS; i++)
		assert_true(password_fault_text((enum password_fault)(1u << i))[0] != '\0');
	/* The message lists the very characters that the rule takes. */
	assert_non_null(strstr(password_fault_text(PASSWORD_FOREIGN), PASSWORD_SPECIAL));
	secret_free(secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_cloud_takes),
		cmocka_unit_test(test_each_rule_alone),
		cmocka_unit_test(test_the_first_fault_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
