#include "base/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"

#define YEAR_FIRST 1970
#define YEAR_LAST 9999
#define WHEN_LAST INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

int64_t when_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * WHEN_SECOND + now.tv_nsec / 1000000;
}

/* --- civil dates (proleptic Gregorian, eras of 400 years) --- */

static int64_t add_saturated(int64_t a, int64_t b)
{
	int64_t sum;

	if (!__builtin_add_overflow(a, b, &sum))
		return sum;
	return b < 0 ? INT64_MIN : INT64_MAX;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days since 1970-01-01. The year begins in March here, so that the leap day is its last. */
static int64_t days_of(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int64_t days, struct civil *out)
{
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t day = z - era * 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t of_year = day - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;

	out->day = (int)(of_year - (153 * month + 2) / 5 + 1);
	out->month = (int)(month < 10 ? month + 3 : month - 9);
	out->year = (int)(year + era * 400 + (out->month <= 2));
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

struct civil when_civil(int64_t at, int64_t offset)
{
	int64_t local = add_saturated(at, offset);
	int64_t days = floor_div(local, WHEN_DAY);
	int64_t rest = local % WHEN_DAY + (local % WHEN_DAY < 0 ? WHEN_DAY : 0);
	struct civil civil;

	date_of(days, &civil);
	civil.hour = (int)(rest / WHEN_HOUR);
	civil.minute = (int)(rest / WHEN_MINUTE % 60);
	civil.second = (int)(rest / WHEN_SECOND % 60);
	civil.ms = (int)(rest % WHEN_SECOND);
	return civil;
}

int64_t when_from_civil(const struct civil *civil, int64_t offset)
{
	/*
	 * A month outside 1..12 carries into the year, as hours, minutes and so on carry by
	 * themselves.
	 */
	int64_t months = (int64_t)civil->month - 1;
	int64_t year = civil->year + floor_div(months, 12);
	int64_t days =
	    days_of(year, (int)(months - floor_div(months, 12) * 12) + 1, 1) + civil->day - 1;
	int64_t rest = civil->hour * WHEN_HOUR + civil->minute * WHEN_MINUTE +
		       civil->second * WHEN_SECOND + civil->ms;
	int64_t at;

	/* The range begins inside its first day: the product of the day after it fits. */
	if (days < 0) {
		days++;
		rest -= WHEN_DAY;
	}
	if (__builtin_mul_overflow(days, WHEN_DAY, &at))
		return days < 0 ? INT64_MIN : INT64_MAX;
	return add_saturated(add_saturated(at, rest), offset == INT64_MIN ? INT64_MAX : -offset);
}

bool civil_valid(const struct civil *c)
{
	if (c->year < YEAR_FIRST || c->year > YEAR_LAST || c->month < 1 || c->month > 12)
		return false;
	if (c->day < 1 || c->day > days_in_month(c->year, c->month))
		return false;
	return c->hour >= 0 && c->hour <= 23 && c->minute >= 0 && c->minute <= 59 &&
	       c->second >= 0 && c->second <= 59 && c->ms >= 0 && c->ms <= 999;
}

int when_weekday(int64_t at, int64_t offset)
{
	int64_t days =
	    floor_div(add_saturated(at, offset), WHEN_DAY) + 4; /* 1970-01-01 was a Thursday */

	return (int)(days - floor_div(days, 7) * 7);
}

/* --- reading --- */

/* Reads exactly n digits at *s and moves on. */
static bool take_number(const char **s, int n, int *out)
{
	int value = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		value = value * 10 + (**s - '0');
	}
	*out = value;
	return true;
}

static bool take(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static bool take_date(const char **s, struct civil *c)
{
	return take_number(s, 4, &c->year) && take(s, '-') && take_number(s, 2, &c->month) &&
	       take(s, '-') && take_number(s, 2, &c->day);
}

/* A fraction of a second, 1 to 9 digits; finer than a millisecond is cut off. */
static bool take_fraction(const char **s, int *ms)
{
	int digits = 0, scale = 100;

	*ms = 0;
	for (; **s >= '0' && **s <= '9'; (*s)++, digits++) {
		*ms += (**s - '0') * scale;
		scale /= 10;
	}
	return digits >= 1 && digits <= 9;
}

static bool take_zone(const char **s, int64_t *offset)
{
	int hours, minutes;
	bool west = **s == '-';

	*offset = 0;
	if (take(s, 'Z'))
		return true;
	if (!take(s, west ? '-' : '+') || !take_number(s, 2, &hours) || !take(s, ':') ||
	    !take_number(s, 2, &minutes))
		return false;
	*offset = hours * WHEN_HOUR + minutes * WHEN_MINUTE;
	if (west)
		*offset = -*offset;
	return hours <= 23 && minutes <= 59;
}

/* What was read, when it is a real date and stays in the years that can be written. */
bool when_parse_offset(const char *s, int64_t *offset)
{
	if (strcmp(s, "UTC") == 0)
		s = "Z";
	return take_zone(&s, offset) && *s == '\0';
}

static bool finish(const struct civil *c, int64_t offset, int64_t *at)
{
	int64_t value;

	if (!civil_valid(c))
		return false;
	value = when_from_civil(c, offset);
	if (value < 0 || value > WHEN_LAST)
		return false;
	*at = value;
	return true;
}

bool when_parse_iso(const char *s, int64_t *at)
{
	struct civil c = {0};
	int64_t offset;

	if (!take_date(&s, &c) || !take(&s, 'T') || !take_number(&s, 2, &c.hour) ||
	    !take(&s, ':') || !take_number(&s, 2, &c.minute) || !take(&s, ':') ||
	    !take_number(&s, 2, &c.second))
		return false;
	if (take(&s, '.') && !take_fraction(&s, &c.ms))
		return false;
	return take_zone(&s, &offset) && *s == '\0' && finish(&c, offset, at);
}

bool when_parse_wire(const char *s, int64_t *at)
{
	struct civil c = {0};

	return take_number(&s, 4, &c.year) && take_number(&s, 2, &c.month) &&
	       take_number(&s, 2, &c.day) && take_number(&s, 2, &c.hour) &&
	       take_number(&s, 2, &c.minute) && take_number(&s, 2, &c.second) && *s == '\0' &&
	       finish(&c, 0, at);
}

/* People write 9:30 as well as 09:30. */
static bool take_hour(const char **s, int *hour)
{
	return take_number(s, strspn(*s, "0123456789") == 1 ? 1 : 2, hour);
}

bool when_parse_person(const char *s, int64_t offset, int64_t *at)
{
	char text[40];
	const char *p = text;
	struct civil c = {0};
	size_t n;

	s += strspn(s, " \t");
	n = strlen(s);
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	if (n >= sizeof text)
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	if (when_parse_iso(text, at))
		return true;
	if (!take_date(&p, &c))
		return false;
	if (*p == '\0')
		return finish(&c, offset, at);
	if (!take(&p, ' ') || !take_hour(&p, &c.hour) || !take(&p, ':') ||
	    !take_number(&p, 2, &c.minute))
		return false;
	if (take(&p, ':') && !take_number(&p, 2, &c.second))
		return false;
	return *p == '\0' && finish(&c, offset, at);
}

/* --- writing --- */

void when_iso(int64_t at, char out[WHEN_TEXT])
{
	struct civil c;

	out[0] = '\0';
	if (at == 0)
		return;
	c = when_civil(at, 0);
	snprintf(out, WHEN_TEXT, "%04d-%02u-%02uT%02u:%02u:%02u.%03uZ", c.year,
		 (unsigned)c.month % 100, (unsigned)c.day % 100, (unsigned)c.hour % 100,
		 (unsigned)c.minute % 100, (unsigned)c.second % 100, (unsigned)c.ms % 1000);
}

void when_wire(int64_t at, char out[WHEN_TEXT])
{
	struct civil c;

	out[0] = '\0';
	if (at == 0)
		return;
	c = when_civil(at, 0);
	snprintf(out, WHEN_TEXT, "%04d%02u%02u%02u%02u%02u", c.year, (unsigned)c.month % 100,
		 (unsigned)c.day % 100, (unsigned)c.hour % 100, (unsigned)c.minute % 100,
		 (unsigned)c.second % 100);
}

/*
 * Puts the numbers into the pattern's places; no locale is asked. A pattern too long for the result
 * gives plain ISO order.
 */
static void put_pattern(char out[WHEN_TEXT], const char *pattern, const char *plain, int64_t at,
			int64_t offset)
{
	struct civil c;
	size_t n = 0;
	int wrote;

	out[0] = '\0';
	if (at == 0)
		return;
	c = when_civil(at, offset);
	for (const char *p = pattern; *p != '\0'; p++) {
		int value = 0, digits = 2;

		if (p[0] == '%' && p[1] != '\0' && strchr("YmdHM", p[1]) != NULL) {
			p++;
			digits = *p == 'Y' ? 4 : 2;
			value = *p == 'Y'   ? c.year
				: *p == 'm' ? c.month
				: *p == 'd' ? c.day
				: *p == 'H' ? c.hour
					    : c.minute;
			wrote = snprintf(out + n, WHEN_TEXT - n, "%0*d", digits, value);
		} else {
			wrote = snprintf(out + n, WHEN_TEXT - n, "%c", *p);
		}
		if (wrote < 0 || (size_t)wrote >= WHEN_TEXT - n) {
			out[0] = '\0';
			if (pattern != plain)
				put_pattern(out, plain, plain, at, offset);
			return;
		}
		n += (size_t)wrote;
	}
}

void when_text(int64_t at, int64_t offset, char out[WHEN_TEXT])
{
	static const char plain[] = N_("%Y-%m-%d %H:%M");

	/*
	 * TRANSLATORS: date and time: %Y year, %m month, %d day, %H hour, %M minute. At most 31
	 * bytes when filled in.
	 */
	put_pattern(out, _("%Y-%m-%d %H:%M"), plain, at, offset);
}

void when_date_text(int64_t at, int64_t offset, char out[WHEN_TEXT])
{
	static const char plain[] = N_("%Y-%m-%d");

	/* TRANSLATORS: date: %Y year, %m month, %d day. At most 31 bytes when filled in. */
	put_pattern(out, _("%Y-%m-%d"), plain, at, offset);
}

void when_span(int64_t ms, char out[WHEN_TEXT])
{
	unsigned long long s =
	    (ms < 0 ? 0 - (unsigned long long)ms : (unsigned long long)ms) / 1000;
	const char *sign = ms < 0 && s > 0 ? "-" : "";

	/*
	 * TRANSLATORS: spans of time, short: %s is a minus sign or nothing, then days, hours,
	 * minutes, seconds.
	 */
	if (s >= 86400)
		snprintf(out, WHEN_TEXT, _("%s%llud"), sign, s / 86400);
	else if (s >= 3600)
		snprintf(out, WHEN_TEXT, _("%s%lluh"), sign, s / 3600);
	else if (s >= 60)
		snprintf(out, WHEN_TEXT, _("%s%llum"), sign, s / 60);
	else
		snprintf(out, WHEN_TEXT, _("%s%llus"), sign, s);
}

/* --- calendar --- */

int64_t when_add_months(int64_t at, int months)
{
	struct civil c = when_civil(at, WHEN_PLATFORM_OFFSET);
	int64_t month = (int64_t)c.month - 1 + months;
	int last;

	c.year = (int)(c.year + floor_div(month, 12));
	c.month = (int)(month - floor_div(month, 12) * 12) + 1;
	last = days_in_month(c.year, c.month);
	if (c.day > last)
		c.day = last;
	return when_from_civil(&c, WHEN_PLATFORM_OFFSET);
}

static int compare_dates(const void *a, const void *b)
{
	const int32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

bool calendar_working(const struct calendar *calendar, int64_t at)
{
	int weekday = when_weekday(at, WHEN_PLATFORM_OFFSET);
	struct civil c;
	int32_t date;

	if (weekday == 0 || weekday == 6)
		return false;
	if (calendar == NULL || calendar->count == 0)
		return true;
	c = when_civil(at, WHEN_PLATFORM_OFFSET);
	if (c.year < YEAR_FIRST || c.year > YEAR_LAST)
		return true;
	date = c.year * 10000 + c.month * 100 + c.day;
	return bsearch(&date, calendar->holidays, calendar->count, sizeof date, compare_dates) ==
	       NULL;
}

int64_t calendar_add_days(const struct calendar *calendar, int64_t at, int days)
{
	int64_t step = days < 0 ? -WHEN_DAY : WHEN_DAY;

	if (at < -WHEN_LAST || at > WHEN_LAST)
		return at; /* outside the years that can be written there is no calendar */
	if (!calendar_working(calendar, at)) {
		at = floor_div(at + WHEN_PLATFORM_OFFSET, WHEN_DAY) * WHEN_DAY -
		     WHEN_PLATFORM_OFFSET;
		while (!calendar_working(calendar, at))
			at += WHEN_DAY;
	}
	for (; days != 0 && at >= -WHEN_LAST && at <= WHEN_LAST; days -= days < 0 ? -1 : 1) {
		do
			at += step;
		while (!calendar_working(calendar, at));
	}
	return at;
}
