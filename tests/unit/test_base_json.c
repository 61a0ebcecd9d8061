/* src/base/json.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

/*
 * Parses a copy that ends exactly where the text ends, so that a sanitizer sees reading beyond it.
 */
static enum status parse(const char *text, size_t n, struct json **out, struct error *err)
{
	char *copy = mem_alloc(n);
	enum status status;

	memcpy(copy, text, n);
	status = json_parse(copy, n, out, err);
	free(copy);
	return status;
}

static struct json *must_parse(const char *text)
{
	struct json *json = NULL;
	struct error err = {0};

	if (parse(text, strlen(text), &json, &err) != STATUS_OK)
		fail_msg("%s: %s", text, err.message);
	return json;
}

static void check_refused_n(const char *text, size_t n, const char *where)
{
	struct json *json = NULL;
	struct error err = {0};

	if (parse(text, n, &json, &err) != STATUS_INVALID)
		fail_msg("took %s", text);
	assert_null(json);
	if (strstr(err.message, where) == NULL)
		fail_msg("%s: %s, not %s", text, err.message, where);
}

static void check_refused(const char *text, const char *where)
{
	check_refused_n(text, strlen(text), where);
}

static void test_accepts(void **state)
{
	static const char *const good[] = {
	    "{}",
	    "[]",
	    " 1 ",
	    "-0.5e+3",
	    "\"\"",
	    "null",
	    "true",
	    "[1,[2,{\"a\":null}]]",
	    "\xEF\xBB\xBF{}",
	    "\"\\u00e9\\ud83d\\ude00\\n\\/\"",
	    "{\"a\":{\"b\":1},\"b\":1}",
	    "[{\"a\":1},{\"a\":2}]",
	    "{\"\":1}",
	    "\"\xE4\xB8\xAD\x7F\"",
	    "\t\r\n[ 1 , 2 ]\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		json_free(must_parse(good[i]));
	json_free(NULL);
}

static void test_refuses_and_says_where(void **state)
{
	static const char *const cases[][2] = {
	    {"", "line 1, column 1: expected a value"},
	    {"{\n  \"a\": 1,\n  \"b\" 2\n}", "line 3, column 7: expected a colon"},
	    {"[\"\xE4\xB8\xAD\", x]", "line 1, column 7: expected a value"},
	    {"{} {}", "column 4: expected the end"},
	    {"[1,]", "column 4: expected a value"},
	    {"{\"a\":1,}", "column 8: expected a name"},
	    {"{a:1}", "column 2: expected a name"},
	    {"[1 2]", "column 4: expected a comma"},
	    {"[1", "column 3: expected a comma"},
	    {"\"abc", "column 5: expected a closing quote"},
	    {"\"a\nb\"", "column 3: expected an escape"},
	    {"\"\\x\"", "column 2: expected a valid escape"},
	    {"\"\\u12g4\"", "expected a valid escape"},
	    {"\"a\\u0000b\"", "column 3: expected no \\u0000"},
	    {"{\"a\\u0000\":1}", "expected no \\u0000"},
	    {"\"\\ud800\"", "surrogate"},
	    {"\"\\ud800\\u0041\"", "surrogate"},
	    {"\"\\udc00\"", "surrogate"},
	    {"\"\xC0\x80\"", "column 2: expected valid UTF-8"},
	    {"\"\xED\xA0\x80\"", "valid UTF-8"},
	    {"\"\xE4\xB8\"", "valid UTF-8"},
	    {"01", "leading zeros"},
	    {"-", "a digit"},
	    {"1.", "a digit"},
	    {".5", "a value"},
	    {"1e", "a digit"},
	    {"+1", "a value"},
	    {"1e999", "a smaller number"},
	    {"[1111111111111111111111111111111111111111111111111111111111111111]",
	     "a shorter number"},
	    {"nul", "a value"},
	    {"NaN", "a value"},
	    {"'a'", "a value"},
	    {"{\"a\":1,\"b\":2,\"a\":3}", "column 14: expected each name once"},
	    {"{\"a\":1,\"\\u0061\":3}", "column 8: expected each name once"},
	    {"[{\"x\":{\"y\":1,\"y\":1}}]", "each name once"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check_refused(cases[i][0], cases[i][1]);
	check_refused_n("1\0", 2, "the end of the text");
	check_refused_n("\"\0\"", 3, "an escape");
}

static void test_depth_and_size(void **state)
{
	char deep[2 * (JSON_MAX_DEPTH + 1) + 1];
	size_t n = JSON_MAX_DEPTH, large = (size_t)JSON_MAX_BYTES + 1;
	char *text;

	(void)state;
	memset(deep, '[', n);
	memset(deep + n, ']', n);
	deep[2 * n] = '\0';
	json_free(must_parse(deep));
	n++;
	memset(deep, '[', n);
	memset(deep + n, ']', n);
	check_refused_n(deep, 2 * n, "column 33: expected fewer levels");
	text = mem_alloc(large);
	memset(text, ' ', large);
	check_refused_n(text, large, "larger than 16 MiB");
	free(text);
}

static void test_paths_and_members(void **state)
{
	struct json *json =
	    must_parse("{\"orderInfo\":{\"orderLine\":[{\"currency\":\"CNY\",\"n\":7}]}}");
	struct json_at root = json_root(json), info, lines, line, at;
	struct error err = {0};
	const char *text = NULL;
	char path[96];

	(void)state;
	assert_int_equal(json_object(&root, "orderInfo", &info, &err), STATUS_OK);
	assert_int_equal(json_array(&info, "orderLine", &lines, &err), STATUS_OK);
	assert_int_equal(json_count(&lines), 1);
	line = json_element(&lines, 0);
	assert_int_equal(json_text(&line, "currency", 3, &text, &err), STATUS_OK);
	assert_string_equal(text, "CNY");
	assert_int_equal(json_member(&line, "currency", &at, &err), STATUS_OK);
	json_path(&at, path, sizeof path);
	assert_string_equal(path, "$.orderInfo.orderLine[0].currency");
	json_path(&root, path, sizeof path);
	assert_string_equal(path, "$");

	assert_int_equal(json_text(&line, "currency", 2, &text, &err), STATUS_INVALID);
	assert_string_equal(err.field, "$.orderInfo.orderLine[0].currency");
	assert_non_null(strstr(err.message, "at most 2 bytes"));
	assert_int_equal(json_text(&line, "n", 9, &text, &err), STATUS_INVALID);
	assert_int_equal(json_text(&line, "missing", 9, &text, &err), STATUS_INVALID);
	assert_string_equal(err.field, "$.orderInfo.orderLine[0].missing");
	assert_int_equal(json_object(&line, "n", &at, &err), STATUS_INVALID);
	assert_non_null(strstr(err.message, "an object"));
	assert_int_equal(json_array(&line, "n", &at, NULL), STATUS_INVALID);
	assert_int_equal(json_member(&lines, "x", &at, &err), STATUS_INVALID);
	assert_string_equal(err.field, "$.orderInfo.orderLine");
	at = json_element(&lines, 1);
	assert_false(json_present(&at));
	assert_int_equal(json_expect(&line, &err, "a miracle"), STATUS_INVALID);
	assert_string_equal(err.message, "$.orderInfo.orderLine[0]: expected a miracle.");
	json_free(json);
}

static void test_optional_values(void **state)
{
	struct json *json =
	    must_parse("{\"null\":null,\"t\":\"x\",\"b\":true,\"a\":[\"p\",\"q\"]}");
	struct json_at root = json_root(json), array, element;
	const char *text = "default";
	int64_t number = 5;
	bool flag = false;

	(void)state;
	assert_int_equal(json_text_opt(&root, "none", 9, &text, NULL), STATUS_OK);
	assert_int_equal(json_text_opt(&root, "null", 9, &text, NULL), STATUS_OK);
	assert_string_equal(text, "default");
	assert_int_equal(json_int_opt(&root, "null", 0, 9, &number, NULL), STATUS_OK);
	assert_int_equal(number, 5);
	assert_int_equal(json_text_opt(&root, "b", 9, &text, NULL), STATUS_INVALID);
	assert_int_equal(json_text_opt(&root, "t", 9, &text, NULL), STATUS_OK);
	assert_string_equal(text, "x");
	assert_int_equal(json_bool_opt(&root, "b", &flag, NULL), STATUS_OK);
	assert_true(flag);
	assert_int_equal(json_bool_opt(&root, "none", &flag, NULL), STATUS_OK);
	assert_true(flag);
	assert_int_equal(json_bool_opt(&root, "t", &flag, NULL), STATUS_INVALID);
	assert_int_equal(json_array_opt(&root, "none", &array, NULL), STATUS_OK);
	assert_null(array.node);
	assert_int_equal(json_count(&array), 0);
	assert_int_equal(json_array(&root, "null", &array, NULL), STATUS_INVALID);
	assert_int_equal(json_array_opt(&root, "a", &array, NULL), STATUS_OK);
	element = json_element(&array, 1);
	assert_int_equal(json_text(&element, NULL, 9, &text, NULL), STATUS_OK);
	assert_string_equal(text, "q");
	json_free(json);
}

static void test_whole_numbers(void **state)
{
	struct json *json =
	    must_parse("[7, \"-8\", 1.5, \"+1\", \" 1\", \"\", \"-\", 9007199254740993e3,"
		       " \"9223372036854775807\", \"9223372036854775808\", 1e2, true, null]");
	static const int64_t expected[] = {7,  -8,        -1, -1,  -1, -1, -1,
					   -1, INT64_MAX, -1, 100, -1, -1};
	struct json_at root = json_root(json);
	int64_t value;

	(void)state;
	assert_int_equal(json_count(&root), sizeof expected / sizeof expected[0]);
	for (size_t i = 0; i < json_count(&root); i++) {
		struct json_at at = json_element(&root, i);
		enum status status;

		value = -1;
		status = json_int(&at, NULL, INT64_MIN, INT64_MAX, &value, NULL);
		assert_int_equal(value, expected[i]);
		assert_int_equal(status, expected[i] == -1 ? STATUS_INVALID : STATUS_OK);
	}
	{
		struct json_at at = json_element(&root, 0);

		assert_int_equal(json_int(&at, NULL, 7, 7, &value, NULL), STATUS_OK);
		assert_int_equal(json_int(&at, NULL, 0, 6, &value, NULL), STATUS_INVALID);
		assert_int_equal(json_int(&at, NULL, 8, 9, &value, NULL), STATUS_INVALID);
	}
	json_free(json);
}

static void test_dump(void **state)
{
	static const char text[] = "{\"a\":[1,-2.5,0.1,1e+300],\"b\":{\"c\":null,\"d\":false},"
				   "\"e\":\"\xE4\xB8\xAD\\n\\u009b\"}";
	struct json *json = must_parse(text);
	struct json_at root = json_root(json), member;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	json_dump(&root, &out);
	assert_string_equal(buf_text(&out), text);
	member = json_nth_member(&root, 1);
	assert_string_equal(member.name, "b");
	assert_int_equal(json_count(&member), 2);
	buf_clear(&out);
	json_dump(&member, &out);
	assert_string_equal(buf_text(&out), "{\"c\":null,\"d\":false}");
	buf_free(&out);
	json_free(json);
}

/* A hundred thousand elements are walked by index in no time: the index is no chain. */
static void test_many_elements(void **state)
{
	struct buf text;
	struct json *json;
	struct json_at root;

	(void)state;
	buf_init(&text, JSON_MAX_BYTES);
	buf_puts(&text, "[0");
	for (int i = 1; i < 100000; i++)
		buf_printf(&text, ",%d", i);
	buf_putc(&text, ']');
	json = must_parse(buf_text(&text));
	root = json_root(json);
	for (size_t i = 0; i < json_count(&root); i++) {
		struct json_at at = json_element(&root, i);
		int64_t value = -1;

		json_int(&at, NULL, 0, 100000, &value, NULL);
		assert_int_equal(value, i);
	}
	json_free(json);
	buf_free(&text);
}

static void write_sample(struct json_writer *w)
{
	json_open_object(w, NULL);
	json_put_text(w, "text", "a\"\\\n\x01\x7F\xFF\xE4\xB8\xAD\xE2\x80\xAE\xF3\xA0\x81\x81");
	json_put_text(w, "none", NULL);
	json_put_int(w, "n", INT64_MIN);
	json_open_array(w, "list");
	json_put_bool(w, NULL, true);
	json_put_raw(w, NULL, "{\"raw\":1}");
	json_open_object(w, NULL);
	json_close_object(w);
	json_close_array(w);
	json_open_array(w, "empty");
	json_close_array(w);
	json_put_null(w, "\"");
	json_close_object(w);
}

static void test_writer(void **state)
{
	struct json_writer w;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	json_begin(&w, &out, false);
	write_sample(&w);
	assert_string_equal(
	    buf_text(&out),
	    "{\"text\":\"a\\\"\\\\\\n\\u0001\\u007f\xEF\xBF\xBD\xE4\xB8\xAD\\u202e\\udb40\\udc41\","
	    "\"none\":null,"
	    "\"n\":-9223372036854775808,\"list\":[true,{\"raw\":1},{}],\"empty\":[],\"\\\"\":"
	    "null}");
	json_free(must_parse(buf_text(&out)));
	buf_clear(&out);
	json_begin(&w, &out, true);
	json_open_object(&w, NULL);
	json_put_int(&w, "a", 1);
	json_open_array(&w, "b");
	json_put_int(&w, NULL, 2);
	json_put_int(&w, NULL, 3);
	json_close_array(&w);
	json_open_array(&w, "c");
	json_close_array(&w);
	json_close_object(&w);
	assert_string_equal(buf_text(&out),
			    "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ],\n  \"c\": []\n}");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_accepts),
	    cmocka_unit_test(test_refuses_and_says_where),
	    cmocka_unit_test(test_depth_and_size),
	    cmocka_unit_test(test_paths_and_members),
	    cmocka_unit_test(test_optional_values),
	    cmocka_unit_test(test_whole_numbers),
	    cmocka_unit_test(test_dump),
	    cmocka_unit_test(test_many_elements),
	    cmocka_unit_test(test_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
