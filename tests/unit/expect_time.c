#include "expect_time.h"

#include <stdbool.h>

/* Days since 1970-01-01 by counting, year after year and month after month. */
static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int expect_month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && leap(year) ? 29 : days[month - 1];
}

int64_t expect_months_later(int64_t at, int months)
{
	const int64_t day_ms = 24 * 3600 * INT64_C(1000), east = 8 * 3600 * INT64_C(1000);
	int64_t days = (at + east) / day_ms, rest = (at + east) % day_ms;
	int year = 1970, month = 1, day;

	for (; days >= expect_month_days(year, month); month = month % 12 + 1) {
		days -= expect_month_days(year, month);
		year += month == 12;
	}
	day = (int)days;
	for (int i = 0; i < months; i++) {
		year += month == 12;
		month = month % 12 + 1;
	}
	if (day >= expect_month_days(year, month))
		day = expect_month_days(year, month) - 1;
	days = day;
	while (month > 1)
		days += expect_month_days(year, --month);
	while (year > 1970)
		days += leap(--year) ? 366 : 365;
	return days * day_ms + rest - east;
}

int64_t expect_free_time(const struct freezes *freezes, int64_t at, int64_t span)
{
	for (int i = 0; i < freezes->n; i++) {
		int64_t from = freezes->from[i], to = freezes->to[i];

		if (to != 0 && to <= at)
			continue;
		if (from >= at + span)
			break;
		if (to == 0)
			return 0;
		if (from > at)
			span -= from - at;
		at = to;
	}
	return at + span;
}

void expect_freeze(struct freezes *freezes, int64_t at)
{
	freezes->from[freezes->n] = at;
	freezes->to[freezes->n++] = 0;
}

void expect_thaw(struct freezes *freezes, int64_t at)
{
	freezes->to[freezes->n - 1] = at;
}
