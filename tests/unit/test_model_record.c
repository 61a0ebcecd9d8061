/* Records: their tables, and their values for machines and for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/when.h"
#include "model/filter.h"
#include "model/records.h"

#define NOW INT64_C(1795329000000) /* 2026-11-22 14:30 in platform time */

static const struct view view = { .now = NOW, .offset = WHEN_PLATFORM_OFFSET };

/* Calls check for each blank-separated word of text. */
static size_t each_word(const struct record_type *type, const char *text,
    void (*check)(const struct record_type *, const char *))
{
	char copy[128], *word, *rest = copy;
	size_t count = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, " ")) != NULL) {
		check(type, word);
		count++;
	}
	return count;
}

static void is_column(const struct record_type *type, const char *member)
{
	const struct field *field = record_field(type, member);

	assert_non_null(field);
	assert_string_equal(field->member, member);
	assert_true(field->width > 0);
	assert_false(field->flags & (LONG | INTERNAL));
}

static void test_types(void **state)
{
	(void)state;
	for (size_t i = 0; record_types[i] != NULL; i++) {
		const struct record_type *type = record_types[i];
		const char *sort = type->sort + (type->sort[0] == '-');
		int width = 0;

		assert_ptr_equal(record_type_find(type->name), type);
		assert_ptr_equal(record_type_find(type->table), type);
		assert_string_equal(record_key(type)->member, "id");
		assert_true(record_field(type, sort)->flags & SORT);
		each_word(type, type->columns, is_column);
		for (size_t f = 0; f < type->count; f++) {
			const struct field *field = &type->fields[f];
			const char *at = strstr(type->columns, field->member);
			size_t n = strlen(field->member);

			if (at != NULL && (at == type->columns || at[-1] == ' ') &&
			    (at[n] == ' ' || at[n] == '\0'))
				width += field->width + 1;
		}
		assert_in_range(width, 20, 81);
		assert_null(record_type_find("nothing"));
	}
	assert_ptr_equal(record_type_find("order-line"), &order_line_record);
	assert_ptr_equal(record_type_find("log-entries"), &log_entry_record);
}

static void test_fields(void **state)
{
	(void)state;
	for (size_t i = 0; record_types[i] != NULL; i++) {
		const struct record_type *type = record_types[i];

		for (size_t f = 0; f < type->count; f++) {
			const struct field *field = &type->fields[f];

			/* Every name leads to its own field, so no two fields share one. */
			assert_ptr_equal(record_field(type, field->member), field);
			assert_ptr_equal(record_field(type, field->wire), field);
			assert_int_equal(field->kind == FIELD_ENUM, field->names != NULL);
			assert_true(field->offset + 8 <= type->size);
			assert_int_equal(field->offset, f * 8);
		}
	}
	assert_string_equal(record_field(&supervision_record, "STAYSINCE")->member, "stay_since");
	assert_null(record_field(&supervision_record, "stay"));
	assert_string_equal(
	    record_field_flagged(&supervision_record, SCOPE_SELLER)->member, "seller");
	assert_string_equal(
	    record_field_flagged(&appeal_record, SCOPE_PARENT)->member, "supervision");
	assert_null(record_field_flagged(&product_record, SCOPE_BUYER));
}

static void check_condition(const struct record_type *type, const struct condition *condition)
{
	const struct filter_context context = { ROLE_BUYER, NOW, WHEN_PLATFORM_OFFSET };
	const struct filter *filter;
	struct arena arena = { 0 };
	struct error err = { 0 };

	assert_true(condition->label[0] != '\0');
	if (filter_parse(type, condition->filter, &context, &arena, &filter, &err) != STATUS_OK)
		fail_msg("%s is:%s: %s", type->name, condition->word, err.message);
	assert_true(filter->count > 0);
	arena_free(&arena);
}

static void test_conditions(void **state)
{
	(void)state;
	for (size_t i = 0; record_types[i] != NULL; i++) {
		const struct condition *first = record_types[i]->conditions;

		for (const struct condition *c = first; c != NULL && c->word != NULL; c++) {
			check_condition(record_types[i], c);
			for (const struct condition *other = first; other != c; other++)
				assert_string_not_equal(other->word, c->word);
		}
	}
}

static void test_new_and_copy(void **state)
{
	struct arena one = { 0 }, two = { 0 };
	char name[] = "DataSafe";
	struct supervision *made, *copy;

	(void)state;
	for (size_t i = 0; record_types[i] != NULL; i++) {
		const struct record_type *type = record_types[i];
		void *record = record_new(type, &one);

		for (size_t f = 0; f < type->count; f++) {
			if (type->fields[f].kind == FIELD_TEXT)
				assert_string_equal(record_text(&type->fields[f], record), "");
			else
				assert_int_equal(record_int(&type->fields[f], record), 0);
		}
	}
	made = record_new(&supervision_record, &one);
	made->id = "CS1-000001";
	made->seller_name = name;
	made->amount = 28000000;
	copy = record_copy(&supervision_record, made, &two);
	name[0] = 'X';
	arena_free(&one);
	assert_string_equal(copy->seller_name, "DataSafe");
	assert_string_equal(record_id(&supervision_record, copy), "CS1-000001");
	assert_int_equal(copy->amount, 28000000);
	assert_string_equal(copy->log_head, "");
	arena_free(&two);
}

/* Sets a member from wire text and compares what comes back. */
static void assert_wire(const char *member, const char *in, const char *out)
{
	const struct field *field = record_field(&supervision_record, member);
	struct arena arena = { 0 };
	struct supervision *record = record_new(&supervision_record, &arena);
	struct buf buf;

	buf_init(&buf, 1000);
	assert_int_equal(record_set_wire(field, record, in, &arena, NULL), STATUS_OK);
	record_wire(field, record, &buf);
	assert_string_equal(buf_text(&buf), out);
	buf_free(&buf);
	arena_free(&arena);
}

static void test_wire(void **state)
{
	(void)state;
	assert_wire("product_name", "云备份 Pro\n", "云备份 Pro\n");
	assert_wire("product_name", "", "");
	assert_wire("version", "17", "17");
	assert_wire("version", "-9223372036854775808", "-9223372036854775808");
	assert_wire("reviewed", "true", "true");
	assert_wire("reviewed", "false", "false");
	assert_wire("amount", "28000.5", "28000.500");
	assert_wire("placed_at", "2026-11-22T14:30:00+08:00", "2026-11-22T06:30:00.000Z");
	assert_wire("ended_at", "", "");
	assert_wire("stage", "acceptance", "acceptance");
	assert_wire("turn", "", "");
}

static void assert_refused(const char *member, const char *in, const char *expected)
{
	const struct field *field = record_field(&supervision_record, member);
	struct arena arena = { 0 };
	struct supervision *record = record_new(&supervision_record, &arena);
	struct error err = { 0 };

	assert_int_equal(record_set_wire(field, record, in, &arena, &err), STATUS_INVALID);
	assert_string_equal(err.field, field->wire);
	if (strstr(err.message, expected) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.message, expected);
	arena_free(&arena);
}

static void test_wire_refuses(void **state)
{
	(void)state;
	assert_refused("product_name", "\xff\xfe", "UTF-8");
	assert_refused("version", "", "whole number");
	assert_refused("version", " 1", "whole number");
	assert_refused("version", "1x", "whole number");
	assert_refused("version", "9223372036854775808", "whole number");
	assert_refused("reviewed", "yes", "true or false");
	assert_refused("amount", "1.2345", "three decimals");
	assert_refused("placed_at", "2026-02-30T00:00:00Z", "time");
	assert_refused("state", "opened", "open, completed or refunded");
}

static void assert_shown(const struct supervision *record, const char *member, const char *expected)
{
	char out[64];

	record_show(&supervision_record, record_field(&supervision_record, member), record, &view,
	    out, sizeof(out));
	assert_string_equal(out, expected);
}

static void test_show(void **state)
{
	struct arena arena = { 0 };
	struct supervision *record = record_new(&supervision_record, &arena);
	char small[5];

	(void)state;
	record->product_name = "Cloud\x1b[31m Backup\n5.2";
	record->stage = STAGE_ACCEPTANCE;
	record->reviewed = 1;
	record->amount = 28000000;
	record->currency = "CNY";
	record->version = 3;
	record->placed_at = NOW - 7 * WHEN_DAY;
	record->stay_since = NOW - 6 * WHEN_DAY - WHEN_HOUR;
	record->appeal_due = NOW + 2 * WHEN_DAY;
	record->due_at = NOW - 3 * WHEN_HOUR;
	assert_shown(record, "product_name", "Cloud\xef\xbf\xbd[31m Backup 5.2");
	assert_shown(record, "stage", "Acceptance");
	assert_shown(record, "turn", "");
	assert_shown(record, "reviewed", "yes");
	assert_shown(record, "amount", "28,000.00 CNY");
	assert_shown(record, "version", "3");
	assert_shown(record, "placed_at", "2026-11-15 14:30");
	assert_shown(record, "stay_since", "6d");
	assert_shown(record, "appeal_due", "2d");
	assert_shown(record, "due_at", "-3h");
	assert_shown(record, "ended_at", "");
	record->due_at = record->stay_since = 0;
	assert_shown(record, "due_at", "");
	assert_shown(record, "stay_since", "");
	record->reviewed = 0;
	assert_shown(record, "reviewed", "no");
	record->currency = "C\nNY";
	assert_shown(record, "amount", "28,000.00 C NY");
	record_show(&supervision_record, record_field(&supervision_record, "stage"), record, &view,
	    small, sizeof(small));
	assert_string_equal(small, "Acce");
	arena_free(&arena);
}

static void test_json(void **state)
{
	struct arena arena = { 0 };
	struct supervision *record = record_new(&supervision_record, &arena);
	struct json_writer w;
	struct buf buf;

	(void)state;
	record->id = "CS1-000001";
	record->amount = 28000500;
	record->stage = STAGE_DELIVERY;
	record->reviewed = 1;
	record->version = 4;
	record->remaining = 77;
	record->placed_at = NOW;
	buf_init(&buf, 10000);
	json_begin(&w, &buf, false);
	record_json(&supervision_record, record, &w, NULL);
	assert_non_null(strstr(buf_text(&buf), "{\"supervisionId\":\"CS1-000001\","));
	assert_non_null(strstr(buf_text(&buf), "\"amount\":\"28000.500\""));
	assert_non_null(strstr(buf_text(&buf), "\"stage\":\"delivery\""));
	assert_non_null(strstr(buf_text(&buf), "\"turn\":\"\""));
	assert_non_null(strstr(buf_text(&buf), "\"reviewed\":true"));
	assert_non_null(strstr(buf_text(&buf), "\"version\":4"));
	assert_non_null(strstr(buf_text(&buf), "\"placedAt\":\"2026-11-22T06:30:00.000Z\""));
	assert_non_null(strstr(buf_text(&buf), "\"endedAt\":null"));
	assert_null(strstr(buf_text(&buf), "remaining"));
	buf_free(&buf);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_new_and_copy),
		cmocka_unit_test(test_wire),
		cmocka_unit_test(test_wire_refuses),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
