/* src/base/when.h: what is read is written back as the same moment, and any number is a date. */
#include "base/when.h"
#include "tests/fuzz/fuzz.h"

static void check_text(const char *s, int64_t offset)
{
	char text[WHEN_TEXT];
	int64_t at, again = -1;

	if (when_parse_iso(s, &at) && at != 0) {
		when_iso(at, text);
		FUZZ_HOLDS(when_parse_iso(text, &again) && again == at);
		FUZZ_HOLDS(when_parse_person(s, offset, &again) && again == at);
	}
	if (when_parse_wire(s, &at) && at != 0) {
		when_wire(at, text);
		FUZZ_HOLDS(strcmp(text, s) == 0);
	}
	if (when_parse_person(s, offset, &at) && at != 0) {
		struct civil c = when_civil(at, 0);

		FUZZ_HOLDS(civil_valid(&c));
		when_text(at, offset, text);
		when_date_text(at, offset, text);
	}
}

static void check_number(int64_t at, int64_t offset, int by)
{
	static const int32_t holidays[] = {19700105, 20261001, 20261002, 20270101};
	const struct calendar calendar = {holidays, sizeof holidays / sizeof holidays[0]};
	struct civil c = when_civil(at, 0);
	char text[WHEN_TEXT];
	int64_t later;

	FUZZ_HOLDS(when_from_civil(&c, 0) == at);
	c = when_civil(at, offset);
	FUZZ_HOLDS(c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= 31);
	FUZZ_HOLDS(when_weekday(at, offset) >= 0 && when_weekday(at, offset) <= 6);
	when_iso(at, text);
	when_text(at, offset, text);
	when_date_text(at, offset, text);
	when_wire(at, text);
	when_span(at, text);
	when_add_months(at, by);
	at %= 253402300800000;
	later = calendar_add_days(&calendar, at, by);
	FUZZ_HOLDS(calendar_working(&calendar, later));
	FUZZ_HOLDS(by < 0 || later >= at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const int64_t offsets[] = {0, WHEN_PLATFORM_OFFSET, -5 * WHEN_HOUR,
					  345 * WHEN_MINUTE};
	int64_t at = 0, offset = offsets[n % 4];
	char *s;

	if (n >= 9) {
		memcpy(&at, data, sizeof at);
		check_number(at, offset, (int)data[8] - 128);
	}
	s = fuzz_string(data, n);
	check_text(s, offset);
	free(s);
	return 0;
}
