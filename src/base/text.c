#include "base/text.h"

#include <string.h>

#include "base/text_width.h"

#define ZWJ 0x200Du
#define FILE_NAME_MAX 255u
#define FILE_SUFFIX_MAX 16u

#define LENGTH(table) (sizeof(table) / sizeof(table)[0])

/* --- UTF-8 --- */

size_t text_decode(const char *s, size_t n, uint32_t *cp, bool *ok)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *u = (const unsigned char *)s;
	uint32_t value;
	size_t length, i;

	*ok = true;
	*cp = u[0];
	if (u[0] < 0x80)
		return 1;
	*ok = false;
	*cp = TEXT_REPLACEMENT;
	if (u[0] < 0xC2 || u[0] > 0xF4)
		return 1;
	length = u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : 4;
	if (length > n)
		return 1;
	value = u[0] & (0xFFu >> (length + 1));
	for (i = 1; i < length; i++) {
		if ((u[i] & 0xC0u) != 0x80u)
			return 1;
		value = value << 6 | (u[i] & 0x3Fu);
	}
	if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
		return 1;
	*ok = true;
	*cp = value;
	return length;
}

size_t text_encode(uint32_t cp, char out[4])
{
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = TEXT_REPLACEMENT;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

bool text_valid_utf8(const char *s, size_t n)
{
	uint32_t cp;
	bool ok = true;
	size_t i;

	for (i = 0; i < n && ok;)
		i += text_decode(s + i, n - i, &cp, &ok);
	return ok;
}

/* --- cells --- */

int text_cp_width(uint32_t cp)
{
	size_t low = 0, high = LENGTH(text_ranges);

	if (cp < 0x7F)
		return cp >= 0x20 ? 1 : -1;
	if (cp >= 0x4E00 && cp <= 0x9FFF)
		return 2;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cp > text_ranges[middle].last)
			low = middle + 1;
		else if (cp < text_ranges[middle].first)
			high = middle;
		else
			return text_ranges[middle].width;
	}
	return -1;
}

/*
 * Selects among shapes of the character before it; terminals disagree on the width that comes of
 * it.
 */
static bool is_selector(uint32_t cp)
{
	return (cp >= 0xFE00 && cp <= 0xFE0F) || (cp >= 0xE0100 && cp <= 0xE01EF) ||
	       (cp >= 0x180B && cp <= 0x180D) || cp == 0x180F;
}

static bool is_skin_tone(uint32_t cp)
{
	return cp >= 0x1F3FB && cp <= 0x1F3FF;
}

/* The blocks that emoji come from; who is joined to whom matters only between these. */
static bool is_emoji(uint32_t cp)
{
	return (cp >= 0x1F000 && cp <= 0x1FAFF) || (cp >= 0x2600 && cp <= 0x27BF) ||
	       (cp >= 0x2300 && cp <= 0x23FF) || (cp >= 0x2B00 && cp <= 0x2BFF) ||
	       (cp >= 0x2190 && cp <= 0x21FF);
}

/*
 * The bytes after an emoji that belong to it and are not drawn: skin tones, shapes, and emoji
 * joined to it by ZWJ. Terminals draw such sequences in two to eight cells; the first emoji alone
 * is two everywhere.
 */
static size_t emoji_tail(const char *s, size_t n)
{
	uint32_t cp, next;
	size_t used = 0, step, after;
	bool ok;

	while (used < n) {
		step = text_decode(s + used, n - used, &cp, &ok);
		if (is_skin_tone(cp) || is_selector(cp)) {
			used += step;
			continue;
		}
		if (cp != ZWJ || used + step >= n)
			break;
		after = text_decode(s + used + step, n - used - step, &next, &ok);
		if (!is_emoji(next))
			break;
		used += step + after;
	}
	return used;
}

/*
 * Marks that stand on the base before them: at most TEXT_MAX_COMBINING go to out, the rest is
 * swallowed.
 */
static size_t cell_marks(const char *s, size_t n, char *out, size_t *length)
{
	uint32_t cp;
	size_t used = 0, step;
	int kept = 0;
	bool ok;

	while (used < n) {
		step = text_decode(s + used, n - used, &cp, &ok);
		if (text_cp_width(cp) != 0)
			break;
		if (!is_selector(cp) && kept < TEXT_MAX_COMBINING) {
			memcpy(out + *length, s + used, step);
			*length += step;
			kept++;
		}
		used += step;
	}
	return used;
}

size_t text_cell(const char *s, size_t n, char out[TEXT_CELL_BYTES], int *width)
{
	uint32_t cp;
	size_t used, length;
	bool ok;

	/* Most text by far: ASCII that can be printed, followed by nothing that could mark it. */
	if (s[0] >= ' ' && s[0] < 0x7F && (n == 1 || (unsigned char)s[1] < 0x80)) {
		out[0] = s[0];
		out[1] = '\0';
		*width = 1;
		return 1;
	}
	used = text_decode(s, n, &cp, &ok);
	if (cp == '\r' && n > 1 && s[1] == '\n') {
		cp = '\n';
		used = 2;
	}
	*width = 1;
	if (cp == '\t' || cp == '\n') {
		memcpy(out, " ", 2);
		return used;
	}
	*width = text_cp_width(cp);
	if (*width <= 0) {
		*width = 1;
		out[text_encode(TEXT_REPLACEMENT, out)] = '\0';
		return used;
	}
	length = text_encode(cp, out);
	if (ok && is_emoji(cp))
		used += emoji_tail(s + used, n - used);
	if (ok)
		used += cell_marks(s + used, n - used, out, &length);
	out[length] = '\0';
	return used;
}

static size_t clean(char *out, size_t cap, const char *s, bool lines)
{
	char cell[TEXT_CELL_BYTES];
	size_t n = strlen(s), i = 0, length = 0, bytes;
	int width;

	if (cap == 0)
		return 0;
	while (i < n) {
		size_t used = text_cell(s + i, n - i, cell, &width);

		if (lines && s[i + used - 1] == '\n')
			cell[0] = '\n';
		i += used;
		bytes = strlen(cell);
		if (bytes >= cap - length)
			break;
		memcpy(out + length, cell, bytes);
		length += bytes;
	}
	out[length] = '\0';
	return length;
}

size_t text_clean(char *out, size_t cap, const char *s)
{
	return clean(out, cap, s, false);
}

size_t text_clean_lines(char *out, size_t cap, const char *s)
{
	return clean(out, cap, s, true);
}

/* --- lines --- */

int text_width(const char *s)
{
	char cell[TEXT_CELL_BYTES];
	size_t n = strlen(s), i = 0;
	int cells = 0, width;

	while (i < n) {
		i += text_cell(s + i, n - i, cell, &width);
		cells += width;
	}
	return cells;
}

int text_fit(char *out, size_t cap, const char *s, int cells, bool ascii)
{
	const char *marker = ascii ? "~" : "\xE2\x80\xA6";
	char cell[TEXT_CELL_BYTES];
	size_t n = strlen(s), i = 0, length = 0, bytes, cut = 0;
	int used = 0, cut_used = 0, width;

	if (cap == 0)
		return 0;
	out[0] = '\0';
	while (i < n) {
		i += text_cell(s + i, n - i, cell, &width);
		bytes = strlen(cell);
		if (used + width > cells || bytes >= cap - length)
			break;
		memcpy(out + length, cell, bytes + 1);
		length += bytes;
		used += width;
		/* The last place at which the marker would still fit, in cells and in bytes. */
		if (used < cells && strlen(marker) < cap - length) {
			cut = length;
			cut_used = used;
		}
		if (i == n)
			return used;
	}
	if (n == 0)
		return 0;
	out[cut] = '\0';
	if (cells < 1 || strlen(marker) >= cap - cut)
		return cut_used;
	memcpy(out + cut, marker, strlen(marker) + 1);
	return cut_used + 1;
}

static const uint32_t no_beginners[] = {
	0x3001, 0x3002, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0xFF01, 0xFF09, 0xFF0C, 0xFF0E,
	0xFF1A, 0xFF1B, 0xFF1F, 0xFF3D, 0xFF5D, 0x2019, 0x201D, ',',    '.',    '!',    '?',
	':',    ';',    ')',    ']',    '}',    '%',
};
static const uint32_t no_enders[] = {
	0x3008, 0x300A, 0x300C, 0x300E, 0x3010, 0xFF08, 0xFF3B, 0xFF5B, 0x2018,
	0x201C, '(',    '[',    '{',
};

static bool is_one_of(uint32_t cp, const uint32_t *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (table[i] == cp)
			return true;
	}
	return false;
}

/* True when a line may be broken between these two: one is wide, and no punctuation is torn off. */
static bool may_break(uint32_t left, int left_width, uint32_t right, int right_width)
{
	return (left_width == 2 || right_width == 2) &&
	       !is_one_of(right, no_beginners, LENGTH(no_beginners)) &&
	       !is_one_of(left, no_enders, LENGTH(no_enders));
}

/*
 * Where the next line starts, when a line was broken at s[i]: blanks and one newline are skipped.
 */
static size_t skip_break(const char *s, size_t i)
{
	while (s[i] == ' ' || s[i] == '\t')
		i++;
	if (s[i] == '\r' && s[i + 1] == '\n')
		i++;
	return s[i] == '\n' ? i + 1 : i;
}

size_t text_wrap(const char *s, int cells, size_t *next)
{
	char cell[TEXT_CELL_BYTES];
	size_t n = strlen(s), i = 0, step, at = 0;
	uint32_t cp, before = 0;
	int used = 0, width, width_before = 0;
	bool ok, blank;

	for (; i < n; i += step) {
		if (s[i] == '\n' || (s[i] == '\r' && s[i + 1] == '\n')) {
			*next = i + (s[i] == '\n' ? 1 : 2);
			return i;
		}
		step = text_cell(s + i, n - i, cell, &width);
		text_decode(s + i, n - i, &cp, &ok);
		blank = s[i] == ' ' || s[i] == '\t';
		/* The last place serves: before a run of blanks, or beside a wide character. */
		if (i > 0 && before != ' ' &&
		    (blank || may_break(before, width_before, cp, width)))
			at = i;
		if (used + width > cells && i > 0)
			break;
		used += width;
		width_before = width;
		before = blank ? ' ' : cp;
	}
	if (i < n && at > 0)
		i = at;
	*next = i < n ? skip_break(s, i) : n;
	return i;
}

/* --- comparing --- */

uint32_t text_fold(uint32_t cp)
{
	size_t low = 0, high = LENGTH(text_folds);

	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + ('a' - 'A') : cp;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct text_fold_range *range = &text_folds[middle];

		if (cp > range->last)
			low = middle + 1;
		else if (cp < range->first)
			high = middle;
		else if ((cp - range->first) % (uint32_t)range->step == 0)
			return (uint32_t)((int32_t)cp + range->delta);
		else
			return cp;
	}
	return cp;
}

static bool starts_with_folded(const char *s, size_t n, const char *needle, size_t m)
{
	uint32_t a, b;
	bool ok_a, ok_b;

	while (m > 0) {
		size_t used, step;

		if (n == 0)
			return false;
		used = text_decode(s, n, &a, &ok_a);
		step = text_decode(needle, m, &b, &ok_b);
		if (text_fold(a) != text_fold(b) || ok_a != ok_b)
			return false;
		s += used;
		n -= used;
		needle += step;
		m -= step;
	}
	return true;
}

bool text_contains(const char *hay, const char *needle)
{
	size_t n = strlen(hay), m = strlen(needle), i = 0;
	uint32_t cp;
	bool ok;

	do {
		if (starts_with_folded(hay + i, n - i, needle, m))
			return true;
		if (i < n)
			i += text_decode(hay + i, n - i, &cp, &ok);
	} while (i < n);
	return false;
}

/* --- file names --- */

/* Both separators count: names come from every kind of machine. */
static const char *last_component(const char *s)
{
	const char *last = s;

	for (; *s != '\0'; s++) {
		if (*s == '/' || *s == '\\')
			last = s + 1;
	}
	return last;
}

/*
 * Appends s without controls to out, up to limit bytes; blanks at the front are left out. Returns
 * the new length.
 */
static size_t add_name(char *out, size_t length, size_t limit, const char *s, size_t n)
{
	char cell[TEXT_CELL_BYTES];
	uint32_t cp;
	size_t i = 0, bytes;
	int width;
	bool ok;

	while (i < n) {
		text_decode(s + i, n - i, &cp, &ok);
		i += text_cell(s + i, n - i, cell, &width);
		if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || (length == 0 && cell[0] == ' '))
			continue;
		bytes = strlen(cell);
		if (length + bytes > limit)
			break;
		memcpy(out + length, cell, bytes);
		length += bytes;
	}
	return length;
}

bool text_file_name(char *out, size_t cap, const char *s)
{
	const char *name = last_component(s);
	const char *dot = strrchr(name, '.');
	size_t limit, length, stem, suffix_length;
	char suffix[FILE_SUFFIX_MAX + 1];

	if (cap == 0)
		return false;
	limit = cap - 1 < FILE_NAME_MAX ? cap - 1 : FILE_NAME_MAX;
	stem = dot != NULL && dot != name && strlen(dot) <= FILE_SUFFIX_MAX ? (size_t)(dot - name)
									    : strlen(name);
	/* What is too long loses its middle: the kind of file is told by its end. */
	suffix_length = add_name(suffix, 0, FILE_SUFFIX_MAX, name + stem, strlen(name + stem));
	if (suffix_length >= limit)
		suffix_length = 0;
	length = add_name(out, 0, limit - suffix_length, name, stem);
	memcpy(out + length, suffix, suffix_length);
	length += suffix_length;
	while (length > 0 && out[length - 1] == ' ')
		length--;
	out[length] = '\0';
	if (strcmp(out, ".") == 0 || strcmp(out, "..") == 0)
		out[0] = '\0';
	return out[0] != '\0';
}
