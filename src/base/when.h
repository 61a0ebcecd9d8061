/*
 * Time: milliseconds since 1970-01-01T00:00:00Z in an int64_t, 0 for "none".
 *
 * Nothing here asks the clock but when_now(), which only the entry points, the job room's workers'
 * callers and tests may call (the lint holds it). Platform time is UTC+8 without daylight saving
 * (domain.md F5). Pure functions; any thread.
 */
#ifndef KOODESK_BASE_WHEN_H
#define KOODESK_BASE_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WHEN_SECOND INT64_C(1000)
#define WHEN_MINUTE (60 * WHEN_SECOND)
#define WHEN_HOUR (60 * WHEN_MINUTE)
#define WHEN_DAY (24 * WHEN_HOUR)
#define WHEN_PLATFORM_OFFSET (8 * WHEN_HOUR)   /* UTC+8 */
#define WHEN_TEXT 32                           /* bytes that every format below fits into */

struct civil { int year, month, day, hour, minute, second, ms; };   /* month and day from 1 */

int64_t when_now(void);

struct civil when_civil(int64_t at, int64_t offset);          /* offset in ms east of UTC */
int64_t when_from_civil(const struct civil *civil, int64_t offset);
/* a real date of the years 1970 to 9999 */
bool civil_valid(const struct civil *civil);
int when_weekday(int64_t at, int64_t offset);                  /* 0 Sunday .. 6 Saturday */

/* "2026-11-22T06:30:00.000Z"; "" for 0. */
void when_iso(int64_t at, char out[WHEN_TEXT]);
/* Reads that form; milliseconds, and an offset such as +08:00 in place of Z, are optional. */
bool when_parse_iso(const char *s, int64_t *at);
/* "yyyyMMddHHmmss" of the open API; UTC (F5). */
bool when_parse_wire(const char *s, int64_t *at);
void when_wire(int64_t at, char out[WHEN_TEXT]);
/* "+09:00", "-03:30", "Z" or "UTC", as ms east of UTC. */
bool when_parse_offset(const char *s, int64_t *offset);
/*
 * What a person types: "2026-11-22", "2026-11-22 14:30[:05]" in platform time (offset), or the ISO
 * form above.
 */
bool when_parse_person(const char *s, int64_t offset, int64_t *at);
/* "2026-11-22 14:30" in platform time (offset); "" for 0. The pattern is a translatable message. */
void when_text(int64_t at, int64_t offset, char out[WHEN_TEXT]);
void when_date_text(int64_t at, int64_t offset, char out[WHEN_TEXT]);
/*
 * A span in its one largest unit, translated: "6d", "23h", "5m", "40s"; negative spans get a
 * leading '-'.
 */
void when_span(int64_t ms, char out[WHEN_TEXT]);

/* Adds calendar months (platform time), clamped to the month's last day (F5). */
int64_t when_add_months(int64_t at, int months);

/* Working days (F5): Monday to Friday in platform time less the dates listed. */
struct calendar {
	const int32_t *holidays;   /* yyyymmdd, ascending; owned by the caller */
	size_t count;
};
bool calendar_working(const struct calendar *calendar, int64_t at);
/*
 * The same time of day `days` working days later: days that are not working days do not count. A
 * start on a day that is not a working day counts from the first moment of the next one.
 */
int64_t calendar_add_days(const struct calendar *calendar, int64_t at, int days);

#endif
