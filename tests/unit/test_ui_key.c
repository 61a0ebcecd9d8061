/* ui/term/key.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/term/key.h"
#include "ui/term/key_table.h"

/* What came, by name, blank-separated; reports in angle brackets. */
struct seen {
	char text[4096];
	int left; /* keys after which no more are wanted; -1: all */
};

static bool see(void *state, const struct key *key)
{
	static const char *const reports[] = {[K_PASTE] = "<paste>",
	    [K_FOCUS] = "<focus>",
	    [K_BLUR] = "<blur>",
	    [K_STATUS_OK] = "<ok>"};
	struct seen *seen = state;
	char name[64];

	if (key->code == K_MODE_REPORT)
		snprintf(name, sizeof name, "<%u=%d>", (unsigned)key->cp, key->value);
	else if (key->code >= K_PASTE)
		snprintf(name, sizeof name, "%s", reports[key->code]);
	else
		key_name(key, name, sizeof name);
	snprintf(seen->text + strlen(seen->text), sizeof seen->text - strlen(seen->text), "%s%s",
	    seen->text[0] != '\0' ? " " : "", name);
	return seen->left < 0 || --seen->left > 0;
}

/* In pieces of `step` bytes. */
static const char *decoded(const char *bytes, size_t n, size_t step, bool flush)
{
	static struct seen seen;
	struct key_decoder decoder;

	seen.text[0] = '\0';
	seen.left = -1;
	key_decoder_init(&decoder, NULL);
	for (size_t i = 0; i < n; i += step)
		key_feed(&decoder, bytes + i, n - i < step ? n - i : step, see, &seen);
	if (flush)
		key_flush(&decoder, see, &seen);
	assert_false(flush && key_pending(&decoder));
	key_decoder_free(&decoder);
	return seen.text;
}

static const struct {
	const char *bytes, *keys;
} cases[] = {
    {"aZ 1", "a Z Space 1"},
    {"\r\n\t\b\x7f", "Enter Enter Tab Backspace Backspace"},
    {"\x01\x06\x1a\x1f\x1c", "Ctrl-A Ctrl-F Ctrl-Z Ctrl-_ Ctrl-\\"},
    {"\xE4\xB8\xAD\xC3\xA9", "\xE4\xB8\xAD \xC3\xA9"},
    /* xterm */
    {"\033[A\033[B\033[C\033[D", "Up Down Right Left"},
    {"\033OA\033OB\033OC\033OD", "Up Down Right Left"},
    {"\033[H\033[F\033OH\033OF", "Home End Home End"},
    {"\033[2~\033[3~\033[5~\033[6~", "Insert Delete PgUp PgDn"},
    {"\033OP\033OS\033[15~\033[17~\033[24~", "F1 F4 F5 F6 F12"},
    {"\033[Z", "Shift-Tab"},
    {"\033[1;5C\033[1;2A\033[1;3D\033[1;5P\033[3;5~",
	"Ctrl-Right Shift-Up Alt-Left Ctrl-F1 Ctrl-Delete"},
    {"\033x\033X\033\r\033\x7f\033\xC3\xA9", "Alt-x Alt-X Alt-Enter Alt-Backspace Alt-\xC3\xA9"},
    /* all keys told apart */
    {"\033[97;5u\033[27;5;102~\033[13;2u", "Ctrl-A Ctrl-F Shift-Enter"},
    /* vt220, linux, rxvt, putty */
    {"\033[1~\033[4~\033[7~\033[8~", "Home End Home End"},
    {"\033[11~\033[12~\033[[A\033[[E", "F1 F2 F1 F5"},
    {"\033[a\033Oa\033[5^\033[5$\033[5@", "Shift-Up Ctrl-Up Ctrl-PgUp Shift-PgUp Ctrl-Shift-PgUp"},
    {"\033\033[A\033\033OB", "Alt-Up Alt-Down"},
    {"\033OM\033Op\033Oy", "Enter 0 9"},
    /* answers and reports */
    {"\033[0na", "<ok> a"},
    {"\033[?2026;2$y\033[?2026;0$y", "<2026=2> <2026=0>"},
    {"\033[I\033[O", "<focus> <blur>"},
    {"\033[200~a\rb\033[201~c", "<paste> c"},
    /* what nobody asked for is swallowed whole */
    {"a\033[12;40Rb", "a b"},
    {"a\033[?62;1;6cb", "a b"},
    {"a\033[>41;354;0cb", "a b"},
    {"a\033]11;rgb:0000/0000/0000\033\\b", "a b"},
    {"a\033]52;c;cXVpdA==\ab", "a b"},
    {"a\033P>|XTerm(370)\033\\b", "a b"},
    {"a\033_Gi=1;OK\033\\b", "a b"},
    {"a\033[<0;10;5Mb", "a b"},
    {"a\033[M !!b", "a b"},
    {"a\033[201~b", "a b"},
    {"a\033[999999999999;1;1;1;1;1;1Ab", "a b"},
    /* broken ones end where they break */
    {"a\033[1;\033[Bb", "a Down b"},
    {"a\xE4\xB8"
     "b",
	"a b"},
    {"a\xFF\xC0\x80\xC2\x9B"
     "b",
	"a b"},
    {"a\033[1\rb", "a Enter b"},
    {"a\033[[\033[Ab", "a Up b"},
    {"a\033[M!\033[Bb", "a Down b"},
    {"a\033[[\rb", "a Enter b"},
    /* a person pressed Escape just before the terminal said something */
    {"\033\033[0na", "Esc <ok> a"},
    {"\033\033[?2026;2$y", "Esc <2026=2>"},
    {"\033\033[Ia", "Esc <focus> a"},
    {"\033\033[200~b\033[201~c", "Esc <paste> c"},
    /* halves of characters and keys without a character are no characters */
    {"a\033[55296u\033[57358u\033[27;1;56320~b", "a b"},
};

static void test_sequences(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(
		    decoded(cases[i].bytes, strlen(cases[i].bytes), 4096, true), cases[i].keys);
}

/* The line may cut the bytes anywhere. */
static void test_split_sequences(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (size_t step = 1; step < 8; step++)
			assert_string_equal(
			    decoded(cases[i].bytes, strlen(cases[i].bytes), step, true),
			    cases[i].keys);
	}
	assert_string_equal(decoded("\0", 1, 1, false), "Ctrl-Space");
}

static void test_escape_alone(void **state)
{
	(void)state;
	assert_string_equal(decoded("\033", 1, 1, false), "");
	assert_string_equal(decoded("\033", 1, 1, true), "Esc");
	assert_string_equal(decoded("\033\033", 2, 1, true), "Esc");
	assert_string_equal(decoded("a\033", 2, 2, true), "a Esc");
}

/* After a pause nothing that began before it becomes a key, and what still comes of it neither. */
static void test_unfinished_sequences(void **state)
{
	static const struct {
		const char *before, *after, *keys;
	} pauses[] = {
	    {"\033[1;5", "Cx", "x"},
	    {"\033[", "Ax", "x"},
	    {"\033]0;title", " more\033\\x", "x"},
	    {"\033]0;title", "\rx", "Enter x"},  /* its end is lost: a person gets through */
	    {"\033]0;title", "\003", "Ctrl-C"},
	    {"\xE4\xB8", "x", "x"},
	    {"\033", "[A", "Esc"},               /* the Escape key was told already */
	    {"\033", "[0n", "Esc <ok>"},
	    {"\033", "[?2026;1$y", "Esc <2026=1>"},
	    {"\033[?2026", ";1$y", "<2026=1>"},
	    {"\033[20", "0~q\033[201~", "<paste>"},
	    {"\033", "q", "Esc q"},
	    {"\033", "[", "Esc ["},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
		struct seen seen = {.left = -1};
		struct key_decoder decoder;

		key_decoder_init(&decoder, NULL);
		key_feed(&decoder, pauses[i].before, strlen(pauses[i].before), see, &seen);
		assert_true(key_pending(&decoder));
		key_flush(&decoder, see, &seen);
		assert_false(key_pending(&decoder));
		key_feed(&decoder, pauses[i].after, strlen(pauses[i].after), see, &seen);
		assert_string_equal(seen.text, pauses[i].keys);
		key_decoder_free(&decoder);
	}
}

static void test_long_sequences(void **state)
{
	static char bytes[100000];
	struct seen seen = {.left = -1};
	struct key_decoder decoder;

	(void)state;
	memset(bytes, '7', sizeof bytes);
	key_decoder_init(&decoder, NULL);
	key_feed(&decoder, "\033[", 2, see, &seen);
	key_feed(&decoder, bytes, 1000, see, &seen);
	key_feed(&decoder, "Ax", 2, see, &seen);
	assert_string_equal(seen.text, "x");
	/* A string that never ends is given up; only then are its bytes keys. */
	seen.text[0] = '\0';
	key_feed(&decoder, "\033]", 2, see, &seen);
	key_feed(&decoder, bytes, 60000, see, &seen);
	assert_string_equal(seen.text, "");
	key_feed(&decoder, bytes, 10000, see, &seen);
	assert_true(seen.text[0] != '\0');
	key_decoder_free(&decoder);
}

static const char *pasted(const char *bytes, size_t step)
{
	static char text[256];
	struct seen seen = {.left = -1};
	struct key_decoder decoder;
	size_t n = strlen(bytes);

	key_decoder_init(&decoder, NULL);
	for (size_t i = 0; i < n; i += step)
		key_feed(&decoder, bytes + i, n - i < step ? n - i : step, see, &seen);
	assert_string_equal(seen.text, "<paste>");
	snprintf(text, sizeof text, "%s", buf_text(&decoder.paste));
	key_decoder_free(&decoder);
	return text;
}

static void test_paste(void **state)
{
	(void)state;
	for (size_t step = 1; step < 30; step++) {
		assert_string_equal(pasted("\033[200~one\rtwo\r\nthree\n\033[201~", step),
		    "one\ntwo\nthree\n");
		assert_string_equal(pasted("\033[200~a\033[31mb\x03\xC2\x9B\xFF\tc\033[201~", step),
		    "a[31mb\tc");
		assert_string_equal(pasted("\033[200~\033[20\033\033[201~", step), "[20");
		assert_string_equal(pasted("\033[200~\xE4\xB8\xAD\033[201~", step), "\xE4\xB8\xAD");
		assert_string_equal(pasted("\033[200~\033[201~", step), "");
	}
}

static void test_paste_has_an_end(void **state)
{
	static char bytes[1 << 20];
	struct seen seen = {.left = -1};
	struct key_decoder decoder;

	(void)state;
	memset(bytes, 'x', sizeof bytes);
	key_decoder_init(&decoder, NULL);
	key_feed(&decoder, "\033[200~", 6, see, &seen);
	for (int i = 0; i < 3; i++)
		key_feed(&decoder, bytes, sizeof bytes, see, &seen);
	assert_false(key_pending(&decoder));
	key_feed(&decoder, "\033[201~q", 7, see, &seen);
	assert_string_equal(seen.text, "<paste> q");
	assert_true(decoder.paste.len <= sizeof bytes);
	key_decoder_free(&decoder);
}

static void test_enough(void **state)
{
	struct seen seen = {.left = 2};
	struct key_decoder decoder;

	(void)state;
	key_decoder_init(&decoder, NULL);
	key_feed(&decoder, "abcd", 4, see, &seen);
	assert_string_equal(seen.text, "a b");
	key_decoder_free(&decoder);
}

static void test_strings_of_the_description(void **state)
{
	struct key_table table = {.count = 0};
	struct seen seen = {.left = -1};
	struct key_decoder decoder;

	(void)state;
	key_table_add(&table, "\033Y", K_HOME, false);   /* too short: it would hide Alt-Y */
	key_table_add(&table, "q", K_END, false);
	key_table_add(&table, "\033[=5Q", K_PAGE_DOWN, false);
	assert_int_equal(table.count, 1);
	key_decoder_init(&decoder, &table);
	key_feed(&decoder, "\033[=5Qq\033Y", 8, see, &seen);
	assert_string_equal(seen.text, "PgDn q Alt-Y");
	key_decoder_free(&decoder);
}

static void test_names_are_read_back(void **state)
{
	static const char *const names[] = {"a", "Z", "?", "-", "Space", "Ctrl-F", "Ctrl-_",
	    "Ctrl-\\", "Ctrl--", "Ctrl-Space", "Enter", "Esc", "Tab", "Shift-Tab", "Backspace",
	    "Delete", "Insert", "Up", "PgDn", "Home", "F1", "F12", "Alt-x", "Alt-Enter",
	    "Ctrl-Left", "Shift-Up", "\xE4\xB8\xAD"};
	static const char *const wrong[] = {"", "ab", "Ctrl-", "Hyper-x", "F13", "Shift-x", "\xFF",
	    "\033"};
	struct key key, again;
	char name[64];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_true(key_parse(names[i], &key));
		key_name(&key, name, sizeof name);
		assert_string_equal(name, names[i]);
		assert_true(key_parse(name, &again) && key_equal(&key, &again));
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(key_parse(wrong[i], &key));
	assert_true(key_parse("a", &key) && key_parse("Ctrl-A", &again));
	assert_false(key_equal(&key, &again));
	assert_true(key_parse("ctrl-a", &key));
	assert_true(key_equal(&key, &again));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sequences),
	    cmocka_unit_test(test_split_sequences),
	    cmocka_unit_test(test_escape_alone),
	    cmocka_unit_test(test_unfinished_sequences),
	    cmocka_unit_test(test_long_sequences),
	    cmocka_unit_test(test_paste),
	    cmocka_unit_test(test_paste_has_an_end),
	    cmocka_unit_test(test_enough),
	    cmocka_unit_test(test_strings_of_the_description),
	    cmocka_unit_test(test_names_are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
