/* ui/widget/widgets.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/widget/widgets.h"

static struct canvas canvas;
static char text[16384];

static const char *dump(void)
{
	struct buf out;

	buf_init(&out, sizeof text - 1);
	canvas_dump(&canvas, &out);
	memcpy(text, buf_text(&out), out.len + 1);
	buf_free(&out);
	return text;
}

static struct canvas *blank(int rows, int cols)
{
	canvas_resize(&canvas, rows, cols);
	return &canvas;
}

static struct key key_of(const char *name)
{
	struct key key;

	assert_true(key_parse(name, &key));
	return key;
}

/* --- confirmation --- */

static enum confirm_result answer(struct confirm *confirm, const char *name)
{
	struct key key = key_of(name);

	return confirm_key(confirm, &key, NULL);
}

static void test_confirm_by_y(void **state)
{
	struct confirm confirm;

	(void)state;
	confirm_init(&confirm, "Accept", "The order is completed.", "");
	assert_int_equal(answer(&confirm, "Enter"),
	    CONFIRM_NONE); /* muscle memory must not confirm */
	/* The letters of a text that is typed at the question are no answer. */
	for (const char *s = "sorry, no"; *s != '\0'; s++)
		assert_int_equal(
		    answer(&confirm, *s == ' ' ? "Space" : (char[]){*s, '\0'}), CONFIRM_NONE);
	assert_true(confirm.astray);
	assert_int_equal(answer(&confirm, "Enter"), CONFIRM_NONE);
	assert_int_equal(answer(&confirm, "Y"), CONFIRM_YES);
	assert_int_equal(answer(&confirm, "y"), CONFIRM_YES);
	assert_int_equal(answer(&confirm, "n"), CONFIRM_NO);
	assert_int_equal(answer(&confirm, "Esc"), CONFIRM_NO);
	confirm_free(&confirm);
}

static void test_confirm_by_word(void **state)
{
	struct confirm confirm;
	struct key paste = {.code = K_PASTE};

	(void)state;
	confirm_init(&confirm, "Decide", "The appeal is decided.", "refund");
	assert_int_equal(answer(&confirm, "y"), CONFIRM_NONE);
	assert_int_equal(answer(&confirm, "Enter"), CONFIRM_NONE);
	assert_true(confirm.astray);   /* and it says so */
	answer(&confirm, "Backspace");
	assert_false(confirm.astray);
	assert_int_equal(confirm_key(&confirm, &paste, "refund"), CONFIRM_NONE);
	assert_int_equal(answer(&confirm, "Enter"), CONFIRM_NONE); /* typed, not pasted */
	for (const char *s = "refund"; *s != '\0'; s++)
		assert_int_equal(answer(&confirm, (char[]){*s, '\0'}), CONFIRM_NONE);
	assert_int_equal(answer(&confirm, "Enter"), CONFIRM_YES);
	assert_int_equal(answer(&confirm, "Esc"), CONFIRM_NO);
	/* After a wrong word the next try begins anew. */
	answer(&confirm, "x");
	assert_int_equal(answer(&confirm, "Enter"), CONFIRM_NONE);
	for (const char *s = "refund"; *s != '\0'; s++)
		answer(&confirm, (char[]){*s, '\0'});
	assert_int_equal(answer(&confirm, "Enter"), CONFIRM_YES);
	confirm_free(&confirm);
}

static void test_confirm_shows_what_will_happen(void **state)
{
	struct confirm confirm;
	struct buf out;

	(void)state;
	confirm_init(&confirm, "Accept", "The order is completed and the seller can be paid.", "");
	confirm_fact(&confirm, "Order", "CS22");
	confirm_fact(&confirm, "Amount", "28,000.00 CNY");
	confirm.danger = true;
	confirm_draw(&confirm, blank(24, 80), (struct area){0, 0, 24, 80});
	dump();
	assert_non_null(strstr(text, "Accept - this cannot be undone"));
	assert_non_null(strstr(text, "Order   CS22"));
	assert_non_null(strstr(text, "Amount  28,000.00 CNY"));
	assert_non_null(strstr(text, "The order is completed and the seller can be paid."));
	assert_non_null(strstr(text, "y yes   n no"));
	buf_init(&out, 4096);
	confirm_describe(&confirm, &out);
	assert_non_null(strstr(buf_text(&out), "Amount: 28,000.00 CNY\n"));
	buf_free(&out);
	/* The question stays where there is hardly room. */
	confirm_draw(&confirm, blank(5, 20), (struct area){0, 0, 5, 20});
	assert_non_null(strstr(dump(), "y yes"));
	confirm_free(&confirm);
}

/* --- menu --- */

static int press(struct menu *menu, const char *names)
{
	int result = 0;

	while (*names != '\0') {
		size_t n = strcspn(names, " ");
		char name[32];
		struct key key;

		memcpy(name, names, n);
		name[n] = '\0';
		key = key_of(name);
		result = menu_key(menu, &key, NULL);
		names += n + (names[n] == ' ');
	}
	return result;
}

static void fill_menu(struct menu *menu, bool prompt)
{
	menu_init(menu, "Help", prompt);
	menu_add(menu, 1, "a", "Confirm acceptance", "accept", "");
	menu_add(menu, 2, "p", "Appeal", "appeal", "an appeal is open already");
	menu_add(menu, 3, "3", "Appeals", "appeals", "");
	menu_add(menu, 4, "u", "Act as another user", "switch-user", "");
	menu_add(menu, 5, "", "\xE7\xA1\xAE\xE8\xAE\xA4\xE9\xAA\x8C\xE6\x94\xB6", "", "");
}

static void test_fuzzy(void **state)
{
	(void)state;
	assert_int_equal(fuzzy_rank("", "anything"), 0);
	assert_int_equal(fuzzy_rank("xyz", "abc"), -1);
	assert_int_equal(fuzzy_rank("aab", "ab"), -1);
	assert_true(fuzzy_rank("ACC", "accept") >= 0);
	assert_true(fuzzy_rank("su", "switch-user") > fuzzy_rank("su", "resubmit"));
	assert_true(fuzzy_rank("app", "appeal") > fuzzy_rank("app", "a-p-p"));
	/* what begins in the middle of a word is not meant */
	assert_int_equal(fuzzy_rank("acc", "back"), -1);
	assert_int_equal(fuzzy_rank("acc", "Back to the screen before"), -1);
	assert_true(
	    fuzzy_rank("accept", "accept") > fuzzy_rank("accept", "accept it now or later"));
	assert_true(fuzzy_rank("\xE9\xAA\x8C\xE6\x94\xB6",
			"\xE7\xA1\xAE\xE8\xAE\xA4\xE9\xAA\x8C\xE6\x94\xB6") >= 0);
}

static void test_menu_runs(void **state)
{
	struct menu menu;

	(void)state;
	fill_menu(&menu, false);
	assert_int_equal(menu.n_shown, 5);
	assert_int_equal(press(&menu, "Enter"), 1);
	assert_int_equal(press(&menu, "Down Enter"), 0); /* greyed */
	assert_int_equal(press(&menu, "Down Enter"), 3);
	assert_int_equal(press(&menu, "End Down Enter"), 5);
	assert_int_equal(press(&menu, "Home Up Enter"), 1);
	assert_int_equal(press(&menu, "u s e r Enter"), 4);
	assert_int_equal(press(&menu, "x x"), 0);
	assert_int_equal(menu.n_shown, 0);
	assert_int_equal(press(&menu, "Enter"), 0);
	assert_int_equal(press(&menu, "Esc"), -1);
	menu_free(&menu);
}

static void test_palette(void **state)
{
	struct menu menu;

	(void)state;
	fill_menu(&menu, true);
	assert_int_equal(press(&menu, "Backspace"), -1);
	/* The word as it stands comes before words that only contain it. */
	assert_int_equal(press(&menu, "a p p e a l s Enter"), 3);
	assert_string_equal(menu_argument(&menu), "");
	assert_int_equal(press(&menu, "Space Space m i n e Enter"), 3);
	assert_string_equal(menu_argument(&menu), "mine");
	menu_free(&menu);
	fill_menu(&menu, true);
	press(&menu, "s w Tab");
	assert_string_equal(edit_text(&menu.typed), "switch-user ");
	assert_int_equal(press(&menu, "b Enter"), 4);
	assert_string_equal(menu_argument(&menu), "b");
	menu_free(&menu);
}

/* What begins with the letters before what only has them; what is possible before the rest. */
static void test_palette_order(void **state)
{
	struct menu menu;

	(void)state;
	fill_menu(&menu, true);
	assert_int_equal(press(&menu, "a p p Enter"), 3);
	menu_free(&menu);
	fill_menu(&menu, true);
	menu_add(&menu, 6, "q", "An account of earlier cases", "account-log", "");
	menu_add(&menu, 7, "E", "Accept returned goods", "accept-return", "nothing comes back");
	assert_int_equal(press(&menu, "a c c e Enter"), 1);
	menu_free(&menu);
	menu_init(&menu, "Command", true);
	menu_add(&menu, 1, "b", "All changes at one place", "all", "");
	menu_add(&menu, 2, "E", "Accept returned goods", "accept-return", "nothing comes back");
	/* The one that is meant says why not, and no other runs in its place. */
	assert_int_equal(press(&menu, "a c c Enter"), 0);
	assert_int_equal(menu.n_shown, 2);
	menu_free(&menu);
}

static void test_menu_draws(void **state)
{
	struct menu menu;
	struct buf out;

	(void)state;
	fill_menu(&menu, false);
	canvas.ascii = true;
	menu_draw(&menu, blank(10, 60), (struct area){0, 0, 10, 60});
	dump();
	assert_non_null(strstr(text, "- Help -"));
	assert_non_null(strstr(text, "> a Confirm acceptance"));
	assert_non_null(strstr(text, "  p Appeal  an appeal is open already"));
	/* With less room than items the selected one is seen. */
	press(&menu, "End");
	menu_draw(&menu, blank(6, 60), (struct area){0, 0, 6, 60});
	assert_non_null(strstr(dump(), "\xE7\xA1\xAE"));
	buf_init(&out, 4096);
	menu_describe(&menu, &out);
	assert_non_null(strstr(buf_text(&out), "p  Appeal - an appeal is open already\n"));
	buf_free(&out);
	menu_free(&menu);
	canvas.ascii = false;
}

/* --- flow line --- */

static const char *flow(int width, enum stage_id here, enum role me, int *used)
{
	int cells;

	canvas.ascii = true;
	cells = flow_draw(blank(1, 120), 0, 0, width, FLOW_MANUAL_STD, true, here, me, ROLE_BUYER);
	if (used != NULL)
		*used = cells;
	dump();
	canvas.ascii = false;
	text[strlen(text) - 1] = '\0';
	return text;
}

static void test_flow_line(void **state)
{
	char words[512];
	int used;

	(void)state;
	flow_describe(FLOW_MANUAL_STD, true, STAGE_ACCEPTANCE, ROLE_BUYER, ROLE_BUYER, words,
	    sizeof words);
	assert_string_equal(words, "Requirement - Confirmation - Delivery - Huawei review - [Your "
				   "acceptance] - Completed");
	flow_describe(FLOW_MANUAL_STD, false, STAGE_ACCEPTANCE, ROLE_SELLER, ROLE_BUYER, words,
	    sizeof words);
	assert_string_equal(words,
	    "Requirement - Confirmation - Delivery - [Acceptance] - Completed");
	flow_describe(FLOW_MANUAL_STD, false, STAGE_DONE, ROLE_BUYER, ROLE_NONE, words,
	    sizeof words);
	assert_string_equal(words,
	    "Requirement - Confirmation - Delivery - Acceptance - [Completed]");
	assert_string_equal(flow(120, STAGE_ACCEPTANCE, ROLE_BUYER, &used),
	    "Requirement - Confirmation - Delivery - Huawei review - [Your acceptance] - "
	    "Completed");
	assert_int_equal(used, strlen(text));
}

static void test_flow_line_keeps_the_current_node(void **state)
{
	int used;

	(void)state;
	for (int width = 17; width < 90; width++) {
		flow(width, STAGE_ACCEPTANCE, ROLE_BUYER, &used);
		assert_non_null(strstr(text, "[Your acceptance]"));
		assert_true(used <= width && used == (int)strlen(text));
		flow(width, STAGE_REQUIREMENT, ROLE_SELLER, &used);
		assert_non_null(strstr(text, "[Requirement]"));
		assert_true(used <= width);
	}
	assert_string_equal(flow(50, STAGE_DELIVERY, ROLE_SELLER, NULL),
	    "~ Confirmation - [Delivery] - Huawei review ~");
	assert_string_equal(flow(10, STAGE_ACCEPTANCE, ROLE_BUYER, NULL)[0] == '[' ? "[" : text,
	    "[");
}

static void test_flow_styles(void **state)
{
	(void)state;
	flow(120, STAGE_CONFIRMATION, ROLE_SELLER, NULL);
	assert_int_equal(canvas.cells[0].style, STYLE_NORMAL);
	assert_int_equal(canvas.cells[15].style, STYLE_BOLD);
	assert_int_equal(canvas.cells[35].style, STYLE_DIM);
}

/* --- hints --- */

static void test_hints(void **state)
{
	static const struct hint hints[] = {
	    {"a", "accept"}, {"r", "reject"}, {"Enter", "open"}, {"?", "help"}};

	(void)state;
	hints_draw(blank(1, 80), 0, 0, 80, hints, 4);
	assert_string_equal(dump(), "a accept  r reject  Enter open  ? help\n");
	hints_draw(blank(1, 80), 0, 0, 30, hints, 4);
	assert_string_equal(dump(), "a accept  r reject  ? help\n");
	hints_draw(blank(1, 80), 0, 0, 12, hints, 4);
	assert_string_equal(dump(), "? help\n");
	hints_draw(blank(1, 80), 0, 0, 80, hints, 0);
	assert_string_equal(dump(), "\n");
}

static int tear_down(void **state)
{
	(void)state;
	canvas_free(&canvas);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_confirm_by_y),
	    cmocka_unit_test(test_confirm_by_word),
	    cmocka_unit_test(test_confirm_shows_what_will_happen),
	    cmocka_unit_test(test_fuzzy),
	    cmocka_unit_test(test_menu_runs),
	    cmocka_unit_test(test_palette),
	    cmocka_unit_test(test_palette_order),
	    cmocka_unit_test(test_menu_draws),
	    cmocka_unit_test(test_flow_line),
	    cmocka_unit_test(test_flow_line_keeps_the_current_node),
	    cmocka_unit_test(test_flow_styles),
	    cmocka_unit_test(test_hints),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
