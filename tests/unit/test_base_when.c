/* src/base/when.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"

static int64_t iso(const char *s)
{
	int64_t at = -1;

	if (!when_parse_iso(s, &at))
		fail_msg("%s", s);
	return at;
}

static void check_iso(int64_t at, const char *expected)
{
	char out[WHEN_TEXT];

	when_iso(at, out);
	assert_string_equal(out, expected);
}

static void test_iso(void **state)
{
	(void)state;
	check_iso(0, "");
	check_iso(1, "1970-01-01T00:00:00.001Z");
	check_iso(-1, "1969-12-31T23:59:59.999Z");
	assert_int_equal(iso("2026-11-22T06:30:00.000Z"), INT64_C(1795329000000));
	assert_int_equal(iso("2026-11-22T14:30:00+08:00"), INT64_C(1795329000000));
	assert_int_equal(iso("2026-11-22T01:00:00.25-05:30"), INT64_C(1795329000250));
	assert_int_equal(iso("2026-11-22T06:30:00.123999Z"), INT64_C(1795329000123));
	check_iso(iso("2000-02-29T23:59:59.999Z"), "2000-02-29T23:59:59.999Z");
	check_iso(iso("9999-12-31T23:59:59.999Z"), "9999-12-31T23:59:59.999Z");
	check_iso(INT64_MAX, "292278994-08-17T07:12:55.807Z");
	check_iso(INT64_MIN, "-292275055-05-16T16:47:04.192Z");
}

static void test_iso_refuses(void **state)
{
	static const char *const bad[] = {
	    "",
	    "2026",
	    "2026-11-22",
	    "2026-11-22T06:30:00",
	    "2026-11-22 06:30:00Z",
	    "2026-13-01T00:00:00Z",
	    "2026-00-01T00:00:00Z",
	    "2026-02-29T00:00:00Z",
	    "1900-01-01T00:00:00Z",
	    "2100-02-29T00:00:00Z",
	    "2026-04-31T00:00:00Z",
	    "2026-11-22T24:00:00Z",
	    "2026-11-22T06:60:00Z",
	    "2026-11-22T06:30:60Z",
	    "2026-11-22T06:30:00.Z",
	    "2026-11-22T06:30:00.1234567890Z",
	    "2026-11-22T06:30:00+8:00",
	    "2026-11-22T06:30:00+08:60",
	    "2026-11-22T06:30:00+24:00",
	    "2026-11-22T06:30:00ZZ",
	    "2026-11-22T06:30:00Z ",
	    " 2026-11-22T06:30:00Z",
	    "+026-11-22T06:30:00Z",
	    "1970-01-01T00:00:00+08:00",
	    "9999-12-31T23:59:59-01:00",
	};
	int64_t at = 77;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (when_parse_iso(bad[i], &at))
			fail_msg("took %s", bad[i]);
	}
	assert_int_equal(at, 77);
}

static void test_every_day_round_trips(void **state)
{
	struct civil last = {.year = 1969, .month = 12, .day = 31};

	(void)state;
	for (int64_t day = 0; day < 150 * 366; day++) {
		struct civil c = when_civil(day * WHEN_DAY, 0);
		bool next = c.day == last.day + 1 ||
			    (c.day == 1 && (c.month == last.month + 1 || c.month == 1));

		assert_true(next && civil_valid(&c));
		assert_int_equal(when_from_civil(&c, 0), day * WHEN_DAY);
		assert_int_equal(when_weekday(day * WHEN_DAY, 0), (day + 4) % 7);
		last = c;
	}
}

static void test_civil_offset(void **state)
{
	struct civil c = when_civil(iso("2026-12-31T20:30:40.007Z"), WHEN_PLATFORM_OFFSET);

	(void)state;
	assert_int_equal(c.year, 2027);
	assert_int_equal(c.month, 1);
	assert_int_equal(c.day, 1);
	assert_int_equal(c.hour, 4);
	assert_int_equal(c.minute, 30);
	assert_int_equal(c.second, 40);
	assert_int_equal(c.ms, 7);
	assert_int_equal(when_weekday(iso("2026-12-31T15:59:59Z"), WHEN_PLATFORM_OFFSET), 4);
	assert_int_equal(when_weekday(iso("2026-12-31T16:00:00Z"), WHEN_PLATFORM_OFFSET), 5);
	assert_int_equal(when_weekday(-1, 0), 3);
	c = (struct civil){.year = INT32_MAX, .month = 1, .day = 1};
	assert_int_equal(when_from_civil(&c, 0), INT64_MAX);
}

static void test_wire(void **state)
{
	char out[WHEN_TEXT];
	int64_t at = 0;

	(void)state;
	assert_true(when_parse_wire("20261122063000", &at));
	assert_int_equal(at, iso("2026-11-22T06:30:00Z"));
	when_wire(at, out);
	assert_string_equal(out, "20261122063000");
	when_wire(0, out);
	assert_string_equal(out, "");
	assert_false(when_parse_wire("2026112206300", &at));
	assert_false(when_parse_wire("202611220630000", &at));
	assert_false(when_parse_wire("20260229000000", &at));
	assert_false(when_parse_wire("2026112206300x", &at));
}

static void check_person(const char *s, const char *expected)
{
	int64_t at = 0;

	if (!when_parse_person(s, WHEN_PLATFORM_OFFSET, &at))
		fail_msg("%s", s);
	assert_int_equal(at, iso(expected));
}

static void test_person(void **state)
{
	static const char *const bad[] = {"",
					  "tomorrow",
					  "2026-11-22 14",
					  "2026-11-22 14:30:",
					  "2026-11-22T14:30",
					  "22.11.2026",
					  "2026-11-31",
					  "2026-1-2",
					  "2026-11-22 14:30:05.000 and a lot more"};
	int64_t at;

	(void)state;
	check_person("2026-11-22", "2026-11-21T16:00:00Z");
	check_person(" 2026-11-22 14:30\t", "2026-11-22T06:30:00Z");
	check_person("2026-11-22 9:30", "2026-11-22T01:30:00Z");
	check_person("2026-11-22 14:30:05", "2026-11-22T06:30:05Z");
	check_person("2026-11-22T14:30:05Z", "2026-11-22T14:30:05Z");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(when_parse_person(bad[i], WHEN_PLATFORM_OFFSET, &at));
}

static void test_text(void **state)
{
	char out[WHEN_TEXT];

	(void)state;
	when_text(iso("2026-11-22T06:30:00Z"), WHEN_PLATFORM_OFFSET, out);
	assert_string_equal(out, "2026-11-22 14:30");
	when_date_text(iso("2026-11-22T16:30:00Z"), WHEN_PLATFORM_OFFSET, out);
	assert_string_equal(out, "2026-11-23");
	when_text(0, WHEN_PLATFORM_OFFSET, out);
	assert_string_equal(out, "");
	when_date_text(0, WHEN_PLATFORM_OFFSET, out);
	assert_string_equal(out, "");
}

static void check_span(int64_t ms, const char *expected)
{
	char out[WHEN_TEXT];

	when_span(ms, out);
	assert_string_equal(out, expected);
}

static void test_span(void **state)
{
	(void)state;
	check_span(0, "0s");
	check_span(999, "0s");
	check_span(-999, "0s");
	check_span(40 * WHEN_SECOND, "40s");
	check_span(60 * WHEN_SECOND - 1, "59s");
	check_span(5 * WHEN_MINUTE, "5m");
	check_span(24 * WHEN_HOUR - 1, "23h");
	check_span(6 * WHEN_DAY + WHEN_HOUR, "6d");
	check_span(-2 * WHEN_DAY, "-2d");
	check_span(INT64_MIN, "-106751991167d");
}

static void check_months(const char *from, int months, const char *to)
{
	char out[WHEN_TEXT];

	when_iso(when_add_months(iso(from), months), out);
	assert_string_equal(out, to);
}

static void test_add_months(void **state)
{
	(void)state;
	check_months("2026-01-31T04:05:06Z", 1, "2026-02-28T04:05:06.000Z");
	check_months("2028-01-31T04:05:06Z", 1, "2028-02-29T04:05:06.000Z");
	check_months("2026-03-31T00:00:00Z", -1, "2026-02-28T00:00:00.000Z");
	check_months("2026-12-15T00:00:00Z", 1, "2027-01-15T00:00:00.000Z");
	check_months("2024-02-29T00:00:00Z", 12, "2025-02-28T00:00:00.000Z");
	check_months("2026-11-22T00:00:00Z", 0, "2026-11-22T00:00:00.000Z");
	check_months("2026-01-15T00:00:00Z", -13, "2024-12-15T00:00:00.000Z");
	/* 17:00 UTC on the 30th is the 31st on the platform */
	check_months("2026-01-30T17:00:00Z", 1, "2026-02-27T17:00:00.000Z");
}

static const int32_t holidays[] = {20260217, 20260218, 20261001, 20261002};
static const struct calendar calendar = {holidays, 4};

static void check_days(const char *from, int days, const char *to)
{
	char out[WHEN_TEXT];

	when_iso(calendar_add_days(&calendar, iso(from), days), out);
	assert_string_equal(out, to);
}

static void test_working_days(void **state)
{
	const struct calendar none = {NULL, 0};

	(void)state;
	assert_true(calendar_working(&calendar, iso("2026-11-20T00:00:00Z"))); /* a Friday */
	assert_false(calendar_working(&calendar,
				      iso("2026-11-20T16:00:00Z"))); /* Saturday on the platform */
	assert_true(
	    calendar_working(&calendar, iso("2026-11-22T16:00:00Z"))); /* Monday on the platform */
	assert_false(calendar_working(&calendar, iso("2026-10-01T04:00:00Z")));
	assert_true(calendar_working(&none, iso("2026-10-01T04:00:00Z")));
	check_days("2026-11-18T06:00:00Z", 1, "2026-11-19T06:00:00.000Z");
	check_days("2026-11-20T06:00:00Z", 1, "2026-11-23T06:00:00.000Z");
	check_days("2026-11-20T06:00:00Z", 6, "2026-11-30T06:00:00.000Z");
	check_days("2026-11-20T06:00:00Z", 0, "2026-11-20T06:00:00.000Z");
	/* Saturday counts from Monday 00:00 on the platform */
	check_days("2026-11-21T06:00:00Z", 0, "2026-11-22T16:00:00.000Z");
	check_days("2026-11-21T06:00:00Z", 3, "2026-11-25T16:00:00.000Z");
	/* over holidays and a weekend: Wednesday, then Thursday and Friday off */
	check_days("2026-09-30T06:00:00Z", 1, "2026-10-05T06:00:00.000Z");
	check_days("2026-10-01T06:00:00Z", 1, "2026-10-05T16:00:00.000Z");
	check_days("2026-11-23T06:00:00Z", -1, "2026-11-20T06:00:00.000Z");
	assert_true(calendar_add_days(&calendar, INT64_MAX, 1) == INT64_MAX);
}

static void test_offset(void **state)
{
	static const char *const wrong[] = { "", "+8", "+0800", "08:00", "+24:00", "+08:60",
	    "+08:00 ",
		"Europe/Berlin" };
	int64_t offset = 0;

	(void)state;
	assert_true(when_parse_offset("+08:00", &offset));
	assert_int_equal(offset, WHEN_PLATFORM_OFFSET);
	assert_true(when_parse_offset("-03:30", &offset));
	assert_int_equal(offset, -(3 * WHEN_HOUR + 30 * WHEN_MINUTE));
	assert_true(when_parse_offset("UTC", &offset));
	assert_int_equal(offset, 0);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(when_parse_offset(wrong[i], &offset));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_iso),
	    cmocka_unit_test(test_iso_refuses),
	    cmocka_unit_test(test_every_day_round_trips),
	    cmocka_unit_test(test_civil_offset),
	    cmocka_unit_test(test_wire),
	    cmocka_unit_test(test_person),
	    cmocka_unit_test(test_offset),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_span),
	    cmocka_unit_test(test_add_months),
	    cmocka_unit_test(test_working_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
