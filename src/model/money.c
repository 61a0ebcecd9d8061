#include "model/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <bsd/string.h>

#include "base/i18n.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whole units: digits, or groups of three with commas. Advances *s to what follows. */
static bool parse_units(const char **s, int64_t *out)
{
	const char *p = *s;
	int64_t units = 0;
	int run = 0;            /* digits since the last comma */
	bool grouped = false;

	for (;; p++) {
		if (is_digit(*p)) {
			units = units * 10 + (*p - '0');
			/* MONEY_MAX ends with .999, so that whole units decide alone. */
			if (units > MONEY_MAX / 1000 || ++run > 18)
				return false;
		} else if (*p == ',' && run > 0 && (grouped ? run == 3 : run <= 3)) {
			grouped = true;
			run = 0;
		} else {
			break;
		}
	}
	if (run == 0 || (grouped && run != 3))
		return false;
	*s = p;
	*out = units;
	return true;
}

bool money_parse(const char *s, int64_t *out)
{
	int64_t units, thousandths = 0;
	bool negative = *s == '-';

	if (negative)
		s++;
	if (!parse_units(&s, &units))
		return false;
	if (*s == '.') {
		int64_t place = 100;

		if (!is_digit(*++s))
			return false;
		for (; is_digit(*s) && place > 0; s++, place /= 10)
			thousandths += (*s - '0') * place;
	}
	if (*s != '\0')
		return false;
	units = units * 1000 + thousandths;
	*out = negative ? -units : units;
	return true;
}

static uint64_t magnitude(int64_t amount)
{
	return amount < 0 ? -(uint64_t)amount : (uint64_t)amount;
}

void money_wire(int64_t amount, char out[MONEY_TEXT])
{
	uint64_t n = magnitude(amount);

	snprintf(out, MONEY_TEXT, "%s%" PRIu64 ".%03u", amount < 0 ? "-" : "", n / 1000,
	    (unsigned)(n % 1000));
}

void money_text(int64_t amount, const char *currency, char out[MONEY_TEXT])
{
	uint64_t n = magnitude(amount);
	unsigned cents = (unsigned)(n % 1000 / 10), third = (unsigned)(n % 10);
	char digits[24], text[MONEY_TEXT];
	size_t count, at = 0;

	snprintf(digits, sizeof(digits), "%" PRIu64, n / 1000);
	count = strlen(digits);
	if (amount < 0)
		text[at++] = '-';
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && (count - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	if (third != 0)
		snprintf(text + at, sizeof(text) - at, ".%02u%u", cents, third);
	else
		snprintf(text + at, sizeof(text) - at, ".%02u", cents);
	if (currency[0] == '\0')
		strlcpy(out, text, MONEY_TEXT);
	else
		/* TRANSLATORS: an amount and its currency: "28,000.00 CNY" */
		snprintf(out, MONEY_TEXT, _("%s %s"), text, currency);
}

bool money_currency_valid(const char *code)
{
	size_t n = 0;

	for (; code[n] != '\0'; n++) {
		if (n == 3 || code[n] < 'A' || code[n] > 'Z')
			return false;
	}
	return n == 3;
}
