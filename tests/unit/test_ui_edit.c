/* ui/widget/edit.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/widget/edit.h"

#define ZHONG "\xE4\xB8\xAD"

static struct edit edit;
static struct canvas canvas;

/* Keys by name, blank-separated. Returns whether the last one was taken. */
static bool press(const char *names)
{
	bool taken = false;

	while (*names != '\0') {
		size_t n = strcspn(names, " ");
		char name[32];
		struct key key;

		memcpy(name, names, n);
		name[n] = '\0';
		assert_true(key_parse(name, &key));
		taken = edit_key(&edit, &key);
		names += n + (names[n] == ' ');
	}
	return taken;
}

static int one_line(void **state)
{
	(void)state;
	edit_init(&edit, 100, false);
	return 0;
}

static int several_lines(void **state)
{
	(void)state;
	edit_init(&edit, 1000, true);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	edit_free(&edit);
	canvas_free(&canvas);
	return 0;
}

static const char *drawn(int rows, int cols)
{
	static char text[1024];
	struct buf dump;

	buf_init(&dump, sizeof text - 1);
	canvas_resize(&canvas, rows, cols);
	edit_draw(&edit, &canvas, (struct area){0, 0, rows, cols}, STYLE_NORMAL, true);
	canvas_dump(&canvas, &dump);
	memcpy(text, buf_text(&dump), dump.len + 1);
	buf_free(&dump);
	return text;
}

static void test_typing_and_moving(void **state)
{
	(void)state;
	assert_true(press("a b Space c"));
	press("Left Left X End Y Home Z");
	assert_string_equal(edit_text(&edit), "ZabX cY");
	press("Delete Right Backspace");
	assert_string_equal(edit_text(&edit), "ZX cY");
	assert_false(press("Enter"));
	assert_false(press("Up"));
	assert_false(press("F1"));
	assert_string_equal(edit_text(&edit), "ZX cY");
}

static void test_characters_are_whole(void **state)
{
	(void)state;
	edit_set(&edit, "a" ZHONG "e\xCC\x81z");
	press("Left Backspace"); /* a letter with its mark is one */
	assert_string_equal(edit_text(&edit), "a" ZHONG "z");
	press("Left Delete");
	assert_string_equal(edit_text(&edit), "az");
}

static void test_words(void **state)
{
	(void)state;
	edit_set(&edit, "one two  three");
	press("Ctrl-W");
	assert_string_equal(edit_text(&edit), "one two  ");
	press("Alt-b Alt-d");
	assert_string_equal(edit_text(&edit), "one   ");
	press("Ctrl-Left X");
	assert_string_equal(edit_text(&edit), "Xone   ");
	press("Ctrl-K");
	assert_string_equal(edit_text(&edit), "X");
	press("Ctrl-U");
	assert_string_equal(edit_text(&edit), "");
}

static void test_undo(void **state)
{
	(void)state;
	press("a b c Backspace d");
	press("Ctrl-_");
	assert_string_equal(edit_text(&edit), "ab");
	press("Ctrl-_");
	assert_string_equal(edit_text(&edit), "abc");
	press("Ctrl-Z");
	assert_string_equal(edit_text(&edit), "");
	assert_true(press("Ctrl-_"));
	edit_set(&edit, "new");
	edit_paste(&edit, " text");
	assert_string_equal(edit_text(&edit), "new text");
	press("Ctrl-_ Ctrl-_");
	assert_string_equal(edit_text(&edit), "");
	for (int i = 0; i < 1000; i++)
		press("x Backspace");
	press("Ctrl-_");
	assert_string_equal(edit_text(&edit), "x");
}

static void test_paste_into_one_line(void **state)
{
	(void)state;
	press("a c Left");
	edit_paste(&edit, "1\n2\n3\n");
	assert_string_equal(edit_text(&edit), "a1 2 3c");
	edit_paste(&edit, "");
	assert_string_equal(edit_text(&edit), "a1 2 3c");
}

static void test_there_is_a_most(void **state)
{
	char text[300];

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	edit_paste(&edit, text);
	assert_int_equal(strlen(edit_text(&edit)), 100);
	press("y");
	assert_int_equal(strlen(edit_text(&edit)), 100);
	press("Backspace Backspace");
	edit_paste(&edit, ZHONG); /* three bytes do not fit into two */
	assert_int_equal(strlen(edit_text(&edit)), 98);
	press("y");
	assert_int_equal(strlen(edit_text(&edit)), 99);
}

static void test_a_line_scrolls_with_the_cursor(void **state)
{
	(void)state;
	edit_set(&edit, "0123456789");
	assert_string_equal(drawn(1, 5), "6789\n");
	assert_int_equal(canvas.cursor_col, 4);
	press("Home");
	assert_string_equal(drawn(1, 5), "01234\n");
	assert_int_equal(canvas.cursor_col, 0);
	edit.secret = true;
	assert_string_equal(drawn(1, 20), "**********\n");
}

static void test_lines(void **state)
{
	(void)state;
	assert_true(press("a b Enter c d e"));
	assert_string_equal(edit_text(&edit), "ab\ncde");
	assert_string_equal(drawn(3, 10), "ab\ncde\n\n");
	assert_int_equal(canvas.cursor_row, 1);
	assert_int_equal(canvas.cursor_col, 3);
	assert_true(press("Up X"));
	assert_string_equal(edit_text(&edit), "abX\ncde");
	assert_false(press("Up")); /* a form goes to the field above */
	press("Down Home Backspace");
	assert_string_equal(edit_text(&edit), "abXcde");
	assert_false(press("Down"));
	press("End Enter");
	assert_int_equal(edit_rows(&edit, 10), 2);
	drawn(3, 10);
	assert_int_equal(canvas.cursor_row, 1);
	assert_int_equal(canvas.cursor_col, 0);
}

static void test_wrapped_lines(void **state)
{
	(void)state;
	edit_set(&edit, "one two three four");
	assert_string_equal(drawn(3, 9), "one two\nthree\nfour\n");
	assert_int_equal(edit_rows(&edit, 9), 3);
	assert_int_equal(canvas.cursor_row, 2);
	assert_int_equal(canvas.cursor_col, 4);
	press("Up");
	drawn(3, 9);
	assert_int_equal(canvas.cursor_row, 1);
	assert_int_equal(canvas.cursor_col, 4);
	press("Up");
	drawn(3, 9);
	assert_int_equal(canvas.cursor_row, 0);
	press("Ctrl-End");
	/* Less room than lines: the cursor's is shown. */
	assert_string_equal(drawn(2, 9), "three\nfour\n");
	press("Ctrl-Home");
	assert_string_equal(drawn(2, 9), "one two\nthree\n");
}

static void test_paste_keeps_lines(void **state)
{
	(void)state;
	edit_paste(&edit, "a\nb\n");
	assert_string_equal(edit_text(&edit), "a\nb\n");
	assert_int_equal(edit_rows(&edit, 10), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_typing_and_moving, one_line, tear_down),
	    cmocka_unit_test_setup_teardown(test_characters_are_whole, one_line, tear_down),
	    cmocka_unit_test_setup_teardown(test_words, one_line, tear_down),
	    cmocka_unit_test_setup_teardown(test_undo, one_line, tear_down),
	    cmocka_unit_test_setup_teardown(test_paste_into_one_line, one_line, tear_down),
	    cmocka_unit_test_setup_teardown(test_there_is_a_most, one_line, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_line_scrolls_with_the_cursor, one_line,
		tear_down),
	    cmocka_unit_test_setup_teardown(test_lines, several_lines, tear_down),
	    cmocka_unit_test_setup_teardown(test_wrapped_lines, several_lines, tear_down),
	    cmocka_unit_test_setup_teardown(test_paste_keeps_lines, several_lines, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
