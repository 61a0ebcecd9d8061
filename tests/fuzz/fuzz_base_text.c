/* src/base/text.h: whatever comes in, what goes to a terminal is clean and as wide as is said. */
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

#define OUT_MAX 32768

static bool showable(const char *s, bool lines)
{
	size_t n = strlen(s), used;
	uint32_t cp;
	bool ok;

	for (size_t i = 0; i < n; i += used) {
		used = text_decode(s + i, n - i, &cp, &ok);
		if (!ok || (text_cp_width(cp) < 0 && !(lines && cp == '\n')))
			return false;
	}
	return true;
}

static void check_cells(const char *s, size_t n)
{
	char cell[TEXT_CELL_BYTES];
	int width;

	for (size_t i = 0; i < n;) {
		size_t used = text_cell(s + i, n - i, cell, &width);

		FUZZ_HOLDS(used > 0 && used <= n - i);
		FUZZ_HOLDS(width == 1 || width == 2);
		FUZZ_HOLDS(cell[0] != '\0' && showable(cell, false));
		FUZZ_HOLDS(text_width(cell) == width);
		i += used;
	}
}

static void check_clean(const char *s, char *a, char *b)
{
	int width = text_width(s);

	text_clean(a, OUT_MAX, s);
	FUZZ_HOLDS(showable(a, false));
	FUZZ_HOLDS(text_width(a) == width);
	text_clean(b, OUT_MAX, a);
	FUZZ_HOLDS(strcmp(a, b) == 0);
	text_clean_lines(a, OUT_MAX, s);
	FUZZ_HOLDS(showable(a, true));
	text_clean_lines(b, OUT_MAX, a);
	FUZZ_HOLDS(strcmp(a, b) == 0);
	FUZZ_HOLDS(text_contains(s, s) && text_contains(s, ""));
}

static void check_fit(const char *s, int cells, size_t cap, bool ascii)
{
	char out[256];
	int used;

	used = text_fit(out, cap, s, cells, ascii);
	FUZZ_HOLDS(used >= 0 && used <= cells);
	FUZZ_HOLDS(cap == 0 ||
		   (strlen(out) < cap && text_width(out) == used && showable(out, false)));
}

static void check_wrap(const char *s, int cells)
{
	char cell[TEXT_CELL_BYTES];

	while (*s != '\0') {
		size_t next = 0, n = text_wrap(s, cells, &next), first = 0;
		int width = 0, one;

		FUZZ_HOLDS(next > 0 && n <= next && next <= strlen(s));
		for (size_t i = 0; i < n;) {
			i += text_cell(s + i, n - i, cell, &one);
			first = first == 0 ? i : first;
			width += one;
		}
		FUZZ_HOLDS(width <= cells || n == first);
		s += next;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char a[OUT_MAX], b[OUT_MAX];
	int cells = n > 0 ? data[0] % 40 : 0;
	size_t cap = n > 1 ? data[1] : 0;
	char *s;

	if (n > 4096)
		return 0;
	s = fuzz_string(data, n);
	check_cells(s, n);
	check_clean(s, a, b);
	check_fit(s, cells, cap, cells % 2 == 0);
	check_fit(s, cells, 256, cells % 2 == 0);
	check_wrap(s, cells);
	if (cap > 0 && text_file_name(a, cap, s)) {
		FUZZ_HOLDS(strlen(a) < cap && a[0] != '\0' && strchr(a, '/') == NULL);
		FUZZ_HOLDS(showable(a, false) && strcmp(a, ".") != 0 && strcmp(a, "..") != 0);
	}
	free(s);
	return 0;
}
