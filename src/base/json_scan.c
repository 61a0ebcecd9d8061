#include "base/json_scan.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

#define NUMBER_MAX 60u /* cJSON reads no more of a number */

/* A member's name as it stands in the text, without the quotes. */
struct name {
	const char *at;
	size_t n;
};

struct scan {
	const char *text;
	size_t n, at;
	int depth;
	const char *expected; /* of the first fault, which is at `at` */
	struct name *names; /* of all objects that are open, the innermost last */
	size_t count, cap;
};

static bool scan_value(struct scan *scan);

static bool fault(struct scan *scan, size_t at, const char *expected)
{
	scan->at = at;
	scan->expected = expected;
	return false;
}

static int peek(const struct scan *scan)
{
	return scan->at < scan->n ? (unsigned char)scan->text[scan->at] : -1;
}

static void skip_blanks(struct scan *scan)
{
	int c;

	while ((c = peek(scan)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		scan->at++;
}

/* --- strings --- */

static int hex_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits of \uXXXX at s, of which n bytes are there; -1 where they are not. */
static int32_t hex4(const char *s, size_t n)
{
	int32_t value = 0;

	if (n < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int digit = hex_value((unsigned char)s[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/*
 * Reads one character of a string's inside: itself or an escape. Returns the bytes used, or 0 with
 * *expected set. Names are compared by what this gives, so that "a" and "\u0061" are one.
 */
static size_t string_char(const char *s, size_t n, uint32_t *cp, const char **expected)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *letter;
	int32_t high, low;
	size_t used;
	bool ok;

	if (s[0] != '\\') {
		used = text_decode(s, n, cp, &ok);
		*expected =
		    ok ? N_("an escape in place of a control character") : N_("valid UTF-8");
		return ok && *cp >= 0x20 ? used : 0;
	}
	if (n >= 2 && s[1] != '\0' && (letter = strchr(letters, s[1])) != NULL) {
		*cp = (unsigned char)meanings[letter - letters];
		return 2;
	}
	*expected = N_("a valid escape");
	if (n < 2 || s[1] != 'u' || (high = hex4(s + 2, n - 2)) < 0)
		return 0;
	*cp = (uint32_t)high;
	*expected = N_("no \\u0000 in a text");
	if (high < 0xD800 || high > 0xDFFF)
		return high != 0 ? 6 : 0;
	*expected = N_("a whole surrogate pair");
	if (high > 0xDBFF || n < 12 || s[6] != '\\' || s[7] != 'u')
		return 0;
	low = hex4(s + 8, n - 8);
	if (low < 0xDC00 || low > 0xDFFF)
		return 0;
	*cp = 0x10000u + (((uint32_t)high & 0x3FFu) << 10 | ((uint32_t)low & 0x3FFu));
	return 12;
}

/* At the opening quote; *inside is what stands between the quotes. */
static bool scan_string(struct scan *scan, struct name *inside)
{
	const char *expected = NULL;
	uint32_t cp;
	size_t used;
	int c;

	scan->at++;
	inside->at = scan->text + scan->at;
	while ((c = peek(scan)) != '"') {
		if (c < 0)
			return fault(scan, scan->at, N_("a closing quote"));
		used = string_char(scan->text + scan->at, scan->n - scan->at, &cp, &expected);
		if (used == 0)
			return fault(scan, scan->at, expected);
		scan->at += used;
	}
	inside->n = (size_t)(scan->text + scan->at - inside->at);
	scan->at++;
	return true;
}

/* --- names that stand twice --- */

static int compare_names(const void *a, const void *b)
{
	struct name x = *(const struct name *)a, y = *(const struct name *)b;
	const char *expected;
	uint32_t cp_x, cp_y;

	while (x.n > 0 && y.n > 0) {
		size_t used_x = string_char(x.at, x.n, &cp_x, &expected);
		size_t used_y = string_char(y.at, y.n, &cp_y, &expected);

		if (cp_x != cp_y)
			return cp_x < cp_y ? -1 : 1;
		x.at += used_x;
		x.n -= used_x;
		y.at += used_y;
		y.n -= used_y;
	}
	return (x.n > 0) - (y.n > 0);
}

/* Checks the innermost object's names, which start at `first`, and forgets them. */
static bool close_names(struct scan *scan, size_t first)
{
	const char *twice = NULL;

	if (scan->count > first)
		qsort(scan->names + first, scan->count - first, sizeof *scan->names, compare_names);
	for (size_t i = first; i + 1 < scan->count; i++) {
		const char *a = scan->names[i].at, *b = scan->names[i + 1].at;

		if (compare_names(&scan->names[i], &scan->names[i + 1]) != 0)
			continue;
		if (b < a)
			b = a;
		if (twice == NULL || b < twice)
			twice = b;
	}
	scan->count = first;
	return twice == NULL ||
	       fault(scan, (size_t)(twice - scan->text) - 1, N_("each name once in an object"));
}

static void push_name(struct scan *scan, struct name name)
{
	if (scan->count == scan->cap) {
		scan->cap = scan->cap > 0 ? scan->cap * 2 : 32;
		scan->names = mem_realloc(scan->names, scan->cap, sizeof *scan->names);
	}
	scan->names[scan->count++] = name;
}

/* --- values --- */

static size_t skip_digits(struct scan *scan)
{
	size_t start = scan->at;

	while (peek(scan) >= '0' && peek(scan) <= '9')
		scan->at++;
	return scan->at - start;
}

static bool scan_number(struct scan *scan)
{
	char copy[NUMBER_MAX + 1];
	size_t start = scan->at, digits;
	bool zero;

	if (peek(scan) == '-')
		scan->at++;
	zero = peek(scan) == '0';
	digits = skip_digits(scan);
	if (digits == 0)
		return fault(scan, scan->at, N_("a digit"));
	if (zero && digits > 1)
		return fault(scan, start, N_("a number without leading zeros"));
	if (peek(scan) == '.') {
		scan->at++;
		if (skip_digits(scan) == 0)
			return fault(scan, scan->at, N_("a digit"));
	}
	if (peek(scan) == 'e' || peek(scan) == 'E') {
		scan->at++;
		if (peek(scan) == '+' || peek(scan) == '-')
			scan->at++;
		if (skip_digits(scan) == 0)
			return fault(scan, scan->at, N_("a digit"));
	}
	if (scan->at - start > NUMBER_MAX)
		return fault(scan, start, N_("a shorter number"));
	memcpy(copy, scan->text + start, scan->at - start);
	copy[scan->at - start] = '\0';
	return isfinite(strtod(copy, NULL)) || fault(scan, start, N_("a smaller number"));
}

static bool scan_word(struct scan *scan, const char *word)
{
	size_t n = strlen(word);

	if (scan->n - scan->at < n || memcmp(scan->text + scan->at, word, n) != 0)
		return fault(scan, scan->at, N_("a value"));
	scan->at += n;
	return true;
}

static bool scan_member(struct scan *scan)
{
	struct name name;

	if (peek(scan) != '"')
		return fault(scan, scan->at, N_("a name in quotes"));
	if (!scan_string(scan, &name))
		return false;
	push_name(scan, name);
	skip_blanks(scan);
	if (peek(scan) != ':')
		return fault(scan, scan->at, N_("a colon"));
	scan->at++;
	return scan_value(scan);
}

/* At the opening bracket of an object or an array. */
static bool scan_container(struct scan *scan, bool object)
{
	size_t first = scan->count;
	int close = object ? '}' : ']';

	if (++scan->depth > JSON_MAX_DEPTH)
		return fault(scan, scan->at, N_("fewer levels"));
	scan->at++;
	skip_blanks(scan);
	if (peek(scan) != close) {
		for (;;) {
			if (object ? !scan_member(scan) : !scan_value(scan))
				return false;
			skip_blanks(scan);
			if (peek(scan) != ',')
				break;
			scan->at++;
			skip_blanks(scan);
		}
		if (peek(scan) != close)
			return fault(scan, scan->at,
				     object ? N_("a comma or }") : N_("a comma or ]"));
	}
	scan->at++;
	scan->depth--;
	return close_names(scan, first);
}

static bool scan_value(struct scan *scan)
{
	struct name ignored;

	skip_blanks(scan);
	switch (peek(scan)) {
	case '{':
		return scan_container(scan, true);
	case '[':
		return scan_container(scan, false);
	case '"':
		return scan_string(scan, &ignored);
	case 't':
		return scan_word(scan, "true");
	case 'f':
		return scan_word(scan, "false");
	case 'n':
		return scan_word(scan, "null");
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
		return scan_number(scan);
	default:
		return fault(scan, scan->at, N_("a value"));
	}
}

static void place(const struct scan *scan, struct json_fault *fault)
{
	uint32_t cp;
	bool ok;

	fault->line = 1;
	fault->column = 1;
	for (size_t i = 0; i < scan->at && i < scan->n;) {
		i += text_decode(scan->text + i, scan->n - i, &cp, &ok);
		fault->column++;
		if (cp == '\n') {
			fault->line++;
			fault->column = 1;
		}
	}
}

bool json_scan(const char *text, size_t n, struct json_fault *fault_out)
{
	struct scan scan = {.text = text, .n = n};
	bool ok = scan_value(&scan);

	if (ok) {
		skip_blanks(&scan);
		ok = scan.at == n || fault(&scan, scan.at, N_("the end of the text"));
	}
	if (!ok) {
		place(&scan, fault_out);
		fault_out->expected = scan.expected;
	}
	free(scan.names);
	return ok;
}
