/* Money: what is read, and how it is written for machines and for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/money.h"

static void test_reads(void **state)
{
	static const struct {
		const char *text;
		int64_t amount;
	} good[] = {
		{ "0", 0 }, { "-28000", -28000000 }, { "28000.5", 28000500 },
		{ "28000.125", 28000125 }, { "0.001", 1 }, { "-0.05", -50 }, { "1,234", 1234000 },
		{ "12,345,678.9", 12345678900 }, { "007", 7000 },
		{ "999,999,999,999.999", MONEY_MAX }, { "-999999999999.999", -MONEY_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		int64_t amount = 42;

		assert_true(money_parse(good[i].text, &amount));
		assert_int_equal(amount, good[i].amount);
	}
}

static void test_refuses(void **state)
{
	static const char *const bad[] = {
		"", "-", "+1", " 1", "1 ", "1.", ".5", "1.2345", "1.2.3", "1,23", "1,2345",
		"1234,567", ",123", "1,,234", "1,234,", "1,23,456", "12a", "1e3", "--1", "0x10",
		"NaN", "1000000000000", "99999999999999999999999999", "000000000000000000000001",
		"\xef\xbc\x91",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t amount = 42;

		if (money_parse(bad[i], &amount))
			fail_msg("\"%s\" was read", bad[i]);
		assert_int_equal(amount, 42);
	}
}

static void test_wire_goes_there_and_back(void **state)
{
	static const int64_t amounts[] = { 0, 1, -1, 999, 1000, -28000125, MONEY_MAX, -MONEY_MAX };
	char text[MONEY_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		int64_t amount;

		money_wire(amounts[i], text);
		assert_true(money_parse(text, &amount));
		assert_int_equal(amount, amounts[i]);
	}
	money_wire(28000000, text);
	assert_string_equal(text, "28000.000");
	money_wire(-50, text);
	assert_string_equal(text, "-0.050");
	money_wire(INT64_MIN, text);
	assert_string_equal(text, "-9223372036854775.808");
}

static void test_for_people(void **state)
{
	char text[MONEY_TEXT];

	(void)state;
	money_text(28000000, "CNY", text);
	assert_string_equal(text, "28,000.00 CNY");
	money_text(28000125, "CNY", text);
	assert_string_equal(text, "28,000.125 CNY");
	money_text(-1234567890, "USD", text);
	assert_string_equal(text, "-1,234,567.89 USD");
	money_text(999000, "", text);
	assert_string_equal(text, "999.00");
	money_text(50, "", text);
	assert_string_equal(text, "0.05");
	money_text(INT64_MIN, "CNY", text);
	assert_string_equal(text, "-9,223,372,036,854,775.808 CNY");
}

static void test_currency(void **state)
{
	(void)state;
	assert_true(money_currency_valid("CNY"));
	assert_false(money_currency_valid("cny"));
	assert_false(money_currency_valid("CN"));
	assert_false(money_currency_valid("CNYX"));
	assert_false(money_currency_valid(""));
	assert_false(money_currency_valid("C Y"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_wire_goes_there_and_back),
		cmocka_unit_test(test_for_people),
		cmocka_unit_test(test_currency),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
