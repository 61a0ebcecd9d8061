/* src/cli/holidays.h: the dates that are no working days */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/holidays.h"

static void test_reads(void **state)
{
	static const char text[] = "# National Day\n2026-10-02 Friday\n\n  2026-10-01\r\n"
	    "2026-10-02#again\n \t\n2026-01-01";
	struct arena arena = { 0 };
	struct calendar calendar;
	int64_t before, after;

	(void)state;
	assert_int_equal(holidays_parse(text, "x", &arena, &calendar, NULL), STATUS_OK);
	assert_int_equal(calendar.count, 3);
	assert_int_equal(calendar.holidays[0], 20260101);
	assert_int_equal(calendar.holidays[2], 20261002);
	/* From Wednesday noon over two holidays and a weekend. */
	assert_true(when_parse_iso("2026-09-30T12:00:00+08:00", &before));
	assert_true(when_parse_iso("2026-10-05T12:00:00+08:00", &after));
	assert_int_equal(calendar_add_days(&calendar, before, 1), after);
	arena_free(&arena);
}

static void test_nothing(void **state)
{
	struct arena arena = { 0 };
	struct calendar calendar;

	(void)state;
	assert_int_equal(holidays_parse("", "x", &arena, &calendar, NULL), STATUS_OK);
	assert_int_equal(calendar.count, 0);
	assert_int_equal(holidays_parse("# none\n", "x", &arena, &calendar, NULL), STATUS_OK);
	assert_int_equal(calendar.count, 0);
	arena_free(&arena);
}

static void test_names_the_line(void **state)
{
	static const char *const bad[] = { "2026-02-30", "1.10.2026", "2026-10-01T00:00:00Z",
		"2026-10-1", "2026-10-011", "tomorrow" };
	struct arena arena = { 0 };
	struct calendar calendar;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		const char *text = arena_printf(&arena, "2026-01-01\n\n%s\n", bad[i]);

		assert_int_equal(
		    holidays_parse(text, "days", &arena, &calendar, &err), STATUS_INVALID);
		assert_non_null(strstr(err.message, "days: line 3"));
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_names_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
