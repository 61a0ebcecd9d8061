/* ui/term/canvas.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/term/canvas.h"

#define ZHONG "\xE4\xB8\xAD" /* two cells */
#define CUT "\xE2\x80\xA6"

static struct canvas canvas;
static struct buf dump;

static int set_up(void **state)
{
	(void)state;
	canvas_resize(&canvas, 4, 10);
	canvas.ascii = false;
	buf_init(&dump, 65536);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	canvas_free(&canvas);
	buf_free(&dump);
	return 0;
}

static const char *shown(void)
{
	buf_clear(&dump);
	canvas_dump(&canvas, &dump);
	return buf_text(&dump);
}

static void test_put(void **state)
{
	(void)state;
	assert_int_equal(canvas_put(&canvas, 0, 0, 10, STYLE_BOLD, "hello"), 5);
	assert_int_equal(canvas.cells[4].style, STYLE_BOLD);
	assert_int_equal(canvas.cells[5].style, STYLE_NORMAL);
	assert_int_equal(canvas_put_right(&canvas, 1, 2, 8, STYLE_NORMAL, "12"), 2);
	assert_int_equal(canvas_put(&canvas, 2, 0, 10, STYLE_NORMAL, ""), 0);
	assert_string_equal(shown(), "hello\n        12\n\n\n");
}

static void test_what_does_not_fit_is_cut_with_a_marker(void **state)
{
	(void)state;
	assert_int_equal(canvas_put(&canvas, 0, 0, 4, STYLE_NORMAL, "hello"), 4);
	assert_int_equal(canvas_put(&canvas, 1, 7, 10, STYLE_NORMAL, "hello"), 3);
	/* A wide character that would be halved makes room for the marker. */
	assert_int_equal(canvas_put(&canvas, 2, 0, 4, STYLE_NORMAL, ZHONG ZHONG ZHONG), 3);
	canvas.ascii = true;
	assert_int_equal(canvas_put(&canvas, 3, 0, 4, STYLE_NORMAL, "hello"), 4);
	assert_string_equal(shown(), "hel" CUT "\n       he" CUT "\n" ZHONG CUT "\nhel~\n");
}

static void test_out_of_range_is_clipped(void **state)
{
	(void)state;
	assert_int_equal(canvas_put(&canvas, -1, 0, 5, STYLE_NORMAL, "x"), 0);
	assert_int_equal(canvas_put(&canvas, 4, 0, 5, STYLE_NORMAL, "x"), 0);
	assert_int_equal(canvas_put(&canvas, 0, 10, 5, STYLE_NORMAL, "x"), 0);
	assert_int_equal(canvas_put(&canvas, 0, 0, 0, STYLE_NORMAL, "x"), 0);
	canvas_fill(&canvas, (struct area){-5, -5, 100, 100}, STYLE_DIM);
	assert_int_equal(canvas.cells[39].style, STYLE_DIM);
	canvas_frame(&canvas, (struct area){2, 5, 10, 10}, STYLE_NORMAL, "t");
	canvas_cursor(&canvas, 9, 9);
	assert_int_equal(canvas.cursor_row, -1);
}

static void test_halves_of_wide_characters(void **state)
{
	(void)state;
	canvas_put(&canvas, 0, 0, 10, STYLE_NORMAL, ZHONG ZHONG);
	canvas_put(&canvas, 0, 1, 1, STYLE_NORMAL, "x"); /* over the second half */
	canvas_put(&canvas, 1, 0, 10, STYLE_NORMAL, ZHONG ZHONG);
	canvas_put(&canvas, 1, 2, 1, STYLE_NORMAL, "x"); /* over the first half */
	canvas_put(&canvas, 2, 0, 10, STYLE_NORMAL, ZHONG ZHONG);
	canvas_put(&canvas, 2, 1, 2, STYLE_NORMAL, ZHONG); /* over both neighbours */
	assert_string_equal(shown(), " x" ZHONG "\n" ZHONG "x\n " ZHONG "\n\n");
	for (int i = 0; i < 30; i++)
		assert_int_equal(canvas.cells[i].width == 0, canvas.cells[i].text[0] == '\0');
}

static void test_nothing_from_outside_reaches_the_terminal(void **state)
{
	(void)state;
	canvas_put(&canvas, 0, 0, 10, STYLE_NORMAL, "a\033[2Jb\xC2\x9B");
	canvas_put(&canvas, 1, 0, 10, STYLE_NORMAL, "a\tb\nc");
	assert_string_equal(shown(), "a\xEF\xBF\xBD[2Jb\xEF\xBF\xBD\na b c\n\n\n");
}

static void test_frame(void **state)
{
	(void)state;
	canvas.ascii = true;
	canvas_frame(&canvas, (struct area){0, 0, 3, 10}, STYLE_NORMAL, "title");
	assert_string_equal(shown(), "+- tit~ -+\n|        |\n+--------+\n\n");
	canvas_clear(&canvas);
	canvas.ascii = false;
	canvas_rule(&canvas, 0, 8, 5, STYLE_NORMAL);
	assert_string_equal(shown(), "        \xE2\x94\x80\xE2\x94\x80\n\n\n\n");
}

static void test_wrap(void **state)
{
	const char *text = "one two three\n\nfour";
	struct area area = {0, 0, 4, 8}, none = {0, 0, 0, 8};

	(void)state;
	assert_int_equal(canvas_wrap(&canvas, none, STYLE_NORMAL, text, 0), 4);
	assert_string_equal(shown(), "\n\n\n\n");
	assert_int_equal(canvas_wrap(&canvas, area, STYLE_NORMAL, text, 0), 4);
	assert_string_equal(shown(), "one two\nthree\n\nfour\n");
	canvas_clear(&canvas);
	assert_int_equal(canvas_wrap(&canvas, area, STYLE_NORMAL, text, 3), 4);
	assert_string_equal(shown(), "four\n\n\n\n");
	assert_int_equal(canvas_wrap(&canvas, area, STYLE_NORMAL, "", 0), 0);
}

/* Longer than the window that is wrapped at a time: nothing is lost or told twice. */
static void test_wrap_of_a_long_text(void **state)
{
	static char text[60000];

	(void)state;
	for (size_t i = 0; i + 3 < sizeof text; i += 3)
		memcpy(text + i, ZHONG, 4);
	assert_int_equal(canvas_wrap(&canvas, (struct area){0, 0, 4, 10}, STYLE_NORMAL, text, 3996),
	    4000);
	assert_string_equal(shown(), ZHONG ZHONG ZHONG ZHONG ZHONG
	    "\n" ZHONG ZHONG ZHONG ZHONG ZHONG "\n" ZHONG ZHONG ZHONG ZHONG ZHONG
	    "\n" ZHONG ZHONG ZHONG ZHONG "\n");
}

static void test_same(void **state)
{
	struct canvas other = {0};

	(void)state;
	canvas_resize(&other, 4, 10);
	assert_true(canvas_same(&canvas, &other));
	canvas_put(&other, 0, 0, 5, STYLE_NORMAL, " ");
	assert_true(canvas_same(&canvas, &other));
	canvas_style(&other, (struct area){0, 0, 1, 1}, STYLE_BOLD);
	assert_false(canvas_same(&canvas, &other));
	canvas_clear(&other);
	canvas_cursor(&other, 1, 1);
	assert_false(canvas_same(&canvas, &other));
	canvas_resize(&other, 4, 11);
	assert_false(canvas_same(&canvas, &other));
	canvas_free(&other);
}

/* As a terminal moves the rows of a part of its screen. */
static void test_scroll(void **state)
{
	static const struct area part = {1, 2, 3, 3}, all = {0, 0, 5, 6};
	struct canvas other = {0};
	struct buf text;
	int row;

	(void)state;
	canvas_resize(&other, 5, 6);
	for (row = 0; row < 5; row++)
		canvas_printf(&other, row, 0, 6, STYLE_NORMAL, "%d%d%d%d%d%d", row, row, row, row,
		    row, row);
	canvas_scroll(&other, part, 1);
	buf_init(&text, 1000);
	canvas_dump(&other, &text);
	assert_string_equal(buf_text(&text), "000000\n112221\n223332\n33   3\n444444\n");
	canvas_scroll(&other, all, -2);
	buf_clear(&text);
	canvas_dump(&other, &text);
	assert_string_equal(buf_text(&text), "\n\n000000\n112221\n223332\n");
	buf_free(&text);
	canvas_free(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_put, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_what_does_not_fit_is_cut_with_a_marker, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(test_out_of_range_is_clipped, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_halves_of_wide_characters, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_nothing_from_outside_reaches_the_terminal, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(test_frame, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_wrap, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_wrap_of_a_long_text, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_same, set_up, tear_down),
	    cmocka_unit_test(test_scroll),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
