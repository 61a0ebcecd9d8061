#include "cli/holidays.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

#define DATE_BYTES 10        /* "2026-10-01" */

static bool take_date(const char *line, size_t n, int32_t *out)
{
	char text[DATE_BYTES + 1];
	struct civil day;
	int64_t at;

	if (n < DATE_BYTES || (n > DATE_BYTES && strchr(" \t\r#", line[DATE_BYTES]) == NULL))
		return false;
	memcpy(text, line, DATE_BYTES);
	text[DATE_BYTES] = '\0';
	if (!when_parse_person(text, WHEN_PLATFORM_OFFSET, &at))
		return false;
	day = when_civil(at, WHEN_PLATFORM_OFFSET);
	*out = day.year * 10000 + day.month * 100 + day.day;
	return true;
}

static int compare(const void *a, const void *b)
{
	const int32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t lines_of(const char *text)
{
	size_t n = 1;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

enum status holidays_parse(const char *text, const char *path, struct arena *arena,
    struct calendar *out, struct error *err)
{
	int32_t *dates = arena_alloc(arena, lines_of(text) * sizeof(*dates));
	size_t number = 1, count = 0, kept = 0, i;

	for (; *text != '\0'; number++) {
		size_t n = strcspn(text, "\n"), blank = strspn(text, " \t\r");

		if (blank < n && text[blank] != '#' &&
		    !take_date(text + blank, n - blank, &dates[count++]))
			return error_set(err, STATUS_INVALID,
			    _("%s: line %zu: expected a date such as 2026-10-01."), path, number);
		text += n + (text[n] == '\n');
	}
	qsort(dates, count, sizeof(*dates), compare);
	for (i = 0; i < count; i++)
		if (kept == 0 || dates[kept - 1] != dates[i])
			dates[kept++] = dates[i];
	*out = (struct calendar){ dates, kept };
	return STATUS_OK;
}
