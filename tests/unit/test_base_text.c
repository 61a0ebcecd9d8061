/* src/base/text.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#define R "\xEF\xBF\xBD" /* U+FFFD */
#define ZHONG "\xE4\xB8\xAD" /* 中, two cells */
#define ACUTE "\xCC\x81" /* U+0301 */
#define ZWJ "\xE2\x80\x8D"

static void test_decode_is_strict(void **state)
{
	static const struct {
		const char *s;
		size_t n, used;
		uint32_t cp;
		bool ok;
	} cases[] = {
	    {"A", 1, 1, 'A', true},
	    {"\0", 1, 1, 0, true},
	    {"\xC2\x80", 2, 2, 0x80, true},
	    {"\xE4\xB8\xAD", 3, 3, 0x4E2D, true},
	    {"\xF4\x8F\xBF\xBF", 4, 4, 0x10FFFF, true},
	    {"\xF0\x90\x80\x80", 4, 4, 0x10000, true},
	    {"\xC0\x80", 2, 1, TEXT_REPLACEMENT, false}, /* overlong NUL */
	    {"\xC1\xBF", 2, 1, TEXT_REPLACEMENT, false},
	    {"\xE0\x9F\xBF", 3, 1, TEXT_REPLACEMENT, false}, /* overlong */
	    {"\xF0\x8F\xBF\xBF", 4, 1, TEXT_REPLACEMENT, false}, /* overlong */
	    {"\xED\xA0\x80", 3, 1, TEXT_REPLACEMENT, false}, /* surrogate */
	    {"\xF4\x90\x80\x80", 4, 1, TEXT_REPLACEMENT, false}, /* too large */
	    {"\xF5\x80\x80\x80", 4, 1, TEXT_REPLACEMENT, false},
	    {"\xFF", 1, 1, TEXT_REPLACEMENT, false},
	    {"\x80", 1, 1, TEXT_REPLACEMENT, false}, /* lone continuation */
	    {"\xE4\xB8", 2, 1, TEXT_REPLACEMENT, false}, /* cut short */
	    {"\xE4"
	     "A"
	     "A",
	     3, 1, TEXT_REPLACEMENT, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint32_t cp = 1;
		bool ok = !cases[i].ok;

		assert_int_equal(text_decode(cases[i].s, cases[i].n, &cp, &ok), cases[i].used);
		assert_int_equal(cp, cases[i].cp);
		assert_int_equal(ok, cases[i].ok);
		assert_int_equal(text_valid_utf8(cases[i].s, cases[i].n), cases[i].ok);
	}
	assert_true(text_valid_utf8("", 0));
}

static void test_encode_and_decode_agree(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		char bytes[4];
		uint32_t back;
		bool ok, scalar = cp < 0xD800 || cp > 0xDFFF;
		size_t n = text_encode(cp, bytes);

		if (text_decode(bytes, n, &back, &ok) != n || !ok ||
		    back != (scalar ? cp : TEXT_REPLACEMENT))
			fail_msg("U+%04X", (unsigned)cp);
	}
}

static void test_widths(void **state)
{
	static const struct {
		uint32_t cp;
		int width;
	} cases[] = {
	    {'a', 1},     {' ', 1},      {'~', 1},     {0xE9, 1},      {0x3B1, 1},
	    {0x2026, 1},  {0x2502, 1},   {0xFFFD, 1},  {0xA0, 1},      {0x4E2D, 2},
	    {0x3000, 2},  {0xFF21, 2},   {0xAC00, 2},  {0x20000, 2},   {0x1F600, 2},
	    {0x231A, 2},  {0x2764, 1},   {0x0301, 0},  {0x20DD, 0},    {0x0E34, 0},
	    {0x0903, 1},  {0, -1},       {0x1B, -1},   {'\n', -1},     {0x7F, -1},
	    {0x80, -1},   {0x9B, -1},    {0xAD, -1},   {0x200B, -1},   {0x200D, -1},
	    {0x202E, -1}, {0x2066, -1},  {0x2028, -1}, {0xFEFF, -1},   {0xE0041, -1},
	    {0xE000, -1}, {0xD800, -1},  {0x378, -1},  {0x10FFFF, -1}, {0x110000, -1},
	    {0x3164, -1}, {0x1F1E6, -1}, {0x4DC0, -1}, {0x1161, -1}, /* wcwidth() says something
									else */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (text_cp_width(cases[i].cp) != cases[i].width)
			fail_msg("U+%04X: %d", (unsigned)cases[i].cp, text_cp_width(cases[i].cp));
	}
}

static void check_cell(const char *s, size_t used, const char *shown, int width)
{
	char cell[TEXT_CELL_BYTES];
	int got = -1;

	assert_int_equal(text_cell(s, strlen(s), cell, &got), used);
	assert_string_equal(cell, shown);
	assert_int_equal(got, width);
}

static void test_cells(void **state)
{
	(void)state;
	check_cell("ab", 1, "a", 1);
	check_cell(ZHONG "a", 3, ZHONG, 2);
	check_cell("e" ACUTE "x", 3, "e" ACUTE, 1);
	check_cell("e" ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE "x", 13, "e" ACUTE ACUTE ACUTE ACUTE, 1);
	check_cell(ACUTE "x", 2, R, 1);
	check_cell("\tx", 1, " ", 1);
	check_cell("\nx", 1, " ", 1);
	check_cell("\r\nx", 2, " ", 1);
	check_cell("\rx", 1, R, 1);
	check_cell("\xFF" ACUTE, 1, R, 1);
	check_cell("\xE2\x80\xAE", 3, R, 1); /* right-to-left override */
	/* family, skin tone, heart with shape, ZWJ that joins nothing */
	check_cell("\xF0\x9F\x91\xA8" ZWJ "\xF0\x9F\x91\xA9" ZWJ "\xF0\x9F\x91\xA7!", 18,
		   "\xF0\x9F\x91\xA8", 2);
	check_cell("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD!", 8, "\xF0\x9F\x91\x8D", 2);
	check_cell("\xE2\x9D\xA4\xEF\xB8\x8F!", 6, "\xE2\x9D\xA4", 1);
	check_cell("\xF0\x9F\x91\x8D" ZWJ "x", 4, "\xF0\x9F\x91\x8D", 2);
}

static void test_clean(void **state)
{
	char out[64];

	(void)state;
	assert_int_equal(text_clean(out, sizeof out,
				    "a\x1b]0;x\x07"
				    "b"),
			 12);
	assert_string_equal(out, "a" R "]0;x" R "b");
	text_clean(out, sizeof out,
		   "a\xC2\x9B"
		   "31m\xE2\x80\x8B."); /* C1 CSI, zero-width space */
	assert_string_equal(out, "a" R "31m" R ".");
	text_clean(out, sizeof out, "a\tb\nc\r\nd");
	assert_string_equal(out, "a b c d");
	text_clean_lines(out, sizeof out, "a\tb\nc\r\nd\re");
	assert_string_equal(out, "a b\nc\nd" R "e");
	assert_int_equal(text_clean(out, 4, ZHONG ZHONG), 3);
	assert_string_equal(out, ZHONG);
	assert_int_equal(text_clean(out, 3, ZHONG), 0);
	assert_string_equal(out, "");
	assert_int_equal(text_clean(out, 4, "ae" ACUTE ACUTE "x"), 1); /* a cell stays whole */
	assert_string_equal(out, "a");
	assert_int_equal(text_clean(out, 0, "x"), 0);
	assert_int_equal(text_width("a" ZHONG "e" ACUTE "\x1b"), 5);
}

static void check_fit(const char *s, int cells, bool ascii, const char *shown, int used)
{
	char out[64];

	assert_int_equal(text_fit(out, sizeof out, s, cells, ascii), used);
	assert_string_equal(out, shown);
}

static void test_fit(void **state)
{
	char out[4];

	(void)state;
	check_fit("abc", 3, true, "abc", 3);
	check_fit("abcd", 3, true, "ab~", 3);
	check_fit("abcd", 3, false, "ab\xE2\x80\xA6", 3);
	check_fit(ZHONG ZHONG, 4, true, ZHONG ZHONG, 4);
	check_fit(ZHONG ZHONG, 3, true, ZHONG "~", 3);
	check_fit(ZHONG ZHONG, 2, true, "~", 1);
	check_fit(ZHONG ZHONG ZHONG, 4, true, ZHONG "~", 3);
	check_fit("a" ZHONG, 2, true, "a~", 2);
	check_fit("abc", 1, true, "~", 1);
	check_fit("abc", 0, true, "", 0);
	check_fit("abc", -1, true, "", 0);
	check_fit("", 5, true, "", 0);
	check_fit("e" ACUTE "e" ACUTE, 1, true, "~", 1);
	/* bytes run out before cells do */
	assert_int_equal(text_fit(out, sizeof out, "abcdef", 10, true), 3);
	assert_string_equal(out, "ab~");
	assert_int_equal(text_fit(out, 3, "abcdef", 10, false), 0);
	assert_string_equal(out, "");
}

static void check_wrap(const char *s, int cells, size_t bytes, size_t next)
{
	size_t got = 999;

	assert_int_equal(text_wrap(s, cells, &got), bytes);
	assert_int_equal(got, next);
}

static void test_wrap(void **state)
{
	(void)state;
	check_wrap("hello world", 20, 11, 11);
	check_wrap("hello world", 8, 5, 6);
	check_wrap("hello world", 5, 5, 6);
	check_wrap("hello   world", 6, 5, 8);
	check_wrap("hello  \nworld", 5, 5, 8);
	check_wrap("hello\nworld", 20, 5, 6);
	check_wrap("hello\r\nworld", 20, 5, 7);
	check_wrap("\n\nx", 20, 0, 1);
	check_wrap("unbreakable", 4, 4, 4);
	check_wrap("  unbreakable", 6, 6, 6);
	check_wrap(ZHONG ZHONG ZHONG, 5, 6, 6);
	check_wrap("ab" ZHONG ZHONG, 4, 5, 5);
	check_wrap(ZHONG ZHONG "\xE3\x80\x82", 4, 3, 3); /* a full stop begins no line */
	check_wrap(ZHONG "\xEF\xBC\x88" ZHONG, 4, 3, 3); /* an opening bracket ends none */
	check_wrap(ZHONG "a", 1, 3, 3); /* too narrow: still moves on */
	check_wrap("", 4, 0, 0);
}

static void test_fold(void **state)
{
	(void)state;
	assert_int_equal(text_fold('A'), 'a');
	assert_int_equal(text_fold('['), '[');
	assert_int_equal(text_fold(0xC9), 0xE9);
	assert_int_equal(text_fold(0x0100), 0x0101);
	assert_int_equal(text_fold(0x0101), 0x0101);
	assert_int_equal(text_fold(0x3A3), 0x3C3);
	assert_int_equal(text_fold(0x3C2), 0x3C3); /* final sigma */
	assert_int_equal(text_fold(0x0416), 0x0436);
	assert_int_equal(text_fold(0xFF21), 'a');
	assert_int_equal(text_fold(0x4E2D), 0x4E2D);
	for (uint32_t cp = 0; cp < 0x11000; cp++)
		assert_int_equal(text_fold(text_fold(cp)), text_fold(cp));
	assert_true(text_contains("Hello World", "o wOR"));
	assert_true(text_contains("x", ""));
	assert_true(text_contains("", ""));
	assert_false(text_contains("", "x"));
	assert_false(text_contains("abc", "abcd"));
	assert_true(text_contains("\xC3\x89"
				  "cole",
				  "\xC3\xA9"
				  "COLE"));
	assert_true(text_contains("\xEF\xBC\xAB"
				  "oodesk",
				  "koo")); /* full-width K */
	assert_true(text_contains("a" ZHONG, ZHONG));
}

static void check_name(const char *s, const char *shown)
{
	char out[300];

	assert_int_equal(text_file_name(out, sizeof out, s), shown != NULL);
	if (shown != NULL)
		assert_string_equal(out, shown);
}

static void test_file_names(void **state)
{
	char out[300], longest[400], small[9];

	(void)state;
	check_name("report.pdf", "report.pdf");
	check_name("../../etc/passwd", "passwd");
	check_name("C:\\temp\\a b.txt", "a b.txt");
	check_name("a\x1b[31m\nb\x7f.txt", "a[31mb.txt");
	check_name(ZHONG ".png", ZHONG ".png");
	check_name("x\xE2\x80\xAE"
		   "fdp.exe",
		   "x" R "fdp.exe");
	check_name("..", NULL);
	check_name(".", NULL);
	check_name(".\x01.", NULL);
	check_name("  ", NULL);
	check_name("", NULL);
	check_name("dir/", NULL);
	check_name("\x01\x02", NULL);
	check_name(".bashrc", ".bashrc");
	memset(longest, 'x', sizeof longest);
	memcpy(longest + sizeof longest - 5, ".pdf", 5);
	assert_true(text_file_name(out, sizeof out, longest));
	assert_int_equal(strlen(out), 255);
	assert_string_equal(out + 251, ".pdf");
	assert_true(text_file_name(small, sizeof small, ZHONG ZHONG ".pdf"));
	assert_string_equal(small, ZHONG ".pdf");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decode_is_strict),
	    cmocka_unit_test(test_encode_and_decode_agree),
	    cmocka_unit_test(test_widths),
	    cmocka_unit_test(test_cells),
	    cmocka_unit_test(test_clean),
	    cmocka_unit_test(test_fit),
	    cmocka_unit_test(test_wrap),
	    cmocka_unit_test(test_fold),
	    cmocka_unit_test(test_file_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
