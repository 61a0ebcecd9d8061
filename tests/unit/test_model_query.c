/* src/model/query.h: pages with many owners, positions that come back, sorts by their names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <string.h>

#include <cmocka.h>

#include "model/query.h"
#include "model/records.h"

#define THREADS 4
#define ROUNDS 2000

static void test_sort(void **state)
{
	const struct field *field = NULL;
	struct error err = {0};
	bool down = false;

	(void)state;
	assert_int_equal(query_sort(&order_record, NULL, &field, &down, &err), STATUS_OK);
	assert_string_equal(field->member, "placed_at");
	assert_true(down);
	assert_int_equal(query_sort(&supervision_record, "", &field, &down, &err), STATUS_OK);
	assert_string_equal(field->member, "changed_at");
	assert_int_equal(query_sort(&order_record, "amount", &field, &down, &err), STATUS_OK);
	assert_string_equal(field->member, "amount");
	assert_false(down);
	assert_int_equal(query_sort(&order_record, "-placedAT", &field, &down, &err), STATUS_OK);
	assert_string_equal(field->member, "placed_at");
	assert_true(down);
	assert_int_equal(query_sort(&order_record, "seller", &field, &down, &err), STATUS_OK);
	assert_string_equal(field->member, "seller_name");
	assert_int_equal(query_sort(&order_record, "-paid", &field, &down, &err), STATUS_INVALID);
	assert_non_null(strstr(err.message, "-paid"));
	assert_non_null(strstr(err.message, "amount"));
	assert_null(strstr(err.message, "currency"));
	assert_string_equal(err.field, "sort");
	assert_int_equal(query_sort(&order_record, "-", &field, &down, NULL), STATUS_INVALID);
}

/* Every type's own sort can be resolved: page_new() relies on it. */
static void test_own_sorts(void **state)
{
	const struct record_type *const *type;

	(void)state;
	for (type = record_types; *type != NULL; type++) {
		struct page *page = page_new(*type);

		assert_non_null(page->sort);
		assert_ptr_equal(page->type, *type);
		assert_int_equal(page->count, 0);
		assert_true(page->total == -1);
		page_drop(page);
	}
	page_drop(NULL);
}

static void *use_page(void *arg)
{
	struct page *page = arg;

	for (int i = 0; i < ROUNDS; i++) {
		struct page *mine = page_ref(page);
		const struct supervision *row = mine->rows[0];

		if (strcmp(row->id, "CS1-000001") != 0)
			return page;
		page_drop(mine);
	}
	page_drop(page);
	return NULL;
}

static struct page *one_row(const char *sort)
{
	struct page *page = page_new(&supervision_record);
	struct supervision *row = record_new(&supervision_record, &page->arena);

	row->id = arena_strdup(&page->arena, "CS1-000001");
	page->rows = arena_alloc(&page->arena, sizeof *page->rows);
	page->rows[0] = row;
	page->count = 1;
	assert_int_equal(
	    query_sort(page->type, sort, &page->sort, &page->descending, NULL), STATUS_OK);
	return page;
}

static void test_many_owners(void **state)
{
	pthread_t threads[THREADS];
	struct page *page = one_row(NULL);
	void *failed;

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, use_page, page_ref(page)), 0);
	page_drop(page);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
}

static void check_cursor(const char *sort, const char *id, const char *expected)
{
	struct page *page = one_row(sort);
	struct supervision *row = page->rows[0];
	const struct field *field = NULL;
	const char *value = NULL, *got = NULL;
	struct error err = {0};
	struct buf out;
	bool down = !page->descending;

	row->id = id;
	row->seller_name = expected;
	row->amount = -28000125;
	row->placed_at = INT64_MAX;
	buf_init(&out, 4096);
	page_cursor(page, 0, &out);
	for (const char *s = buf_text(&out); *s != '\0'; s++)
		assert_true(*s > ' ' && *s < 0x7F && *s != '"' && *s != '\'' && *s != '\\');
	if (cursor_parse(&supervision_record, buf_text(&out), &field, &down, &value, &got,
		&page->arena, &err) != STATUS_OK)
		fail_msg("%s: %s", buf_text(&out), err.message);
	assert_ptr_equal(field, page->sort);
	assert_int_equal(down, page->descending);
	assert_string_equal(value, expected);
	assert_string_equal(got, id);
	buf_free(&out);
	page_drop(page);
}

static void test_cursor(void **state)
{
	(void)state;
	check_cursor("seller", "CS1-000001", "Data Safe: 100% \"quoted\" \\ 'and' %41");
	check_cursor("-seller", "a:b", "数据安全\n\t");
	check_cursor("seller", "x", "");
	check_cursor("seller", "x", "\xFF\x80");
	check_cursor("-amount", "x", "-28000125");
	check_cursor("-placed_at", "x", "9223372036854775807");
	check_cursor("id", "CS1", "CS1");
}

static void test_hostile_cursors(void **state)
{
	static const char *const bad[] = {
	    "",
	    ":",
	    ":::::",
	    "garbage",
	    "1:supervision:amount:a:5",
	    "1:supervision:amount:a:5:x:y",
	    "2:supervision:amount:a:5:x",
	    "1:order:amount:a:5:x",
	    "1:supervision:currency:a:5:x",   /* not sortable */
	    "1:supervision:remaining:a:5:x",  /* internal */
	    "1:supervision:sellerName:a:5:x", /* not as it is made */
	    "1:supervision:amount:b:5:x",
	    "1:supervision:amount::5:x",
	    "1:supervision:amount:a::x",
	    "1:supervision:amount:a:-:x",
	    "1:supervision:amount:a:+5:x",
	    "1:supervision:amount:a:5x:x",
	    "1:supervision:amount:a:9223372036854775808:x",
	    "1:supervision:amount:a:5:",
	    "1:supervision:seller_name:a:%:x",
	    "1:supervision:seller_name:a:%4:x",
	    "1:supervision:seller_name:a:%zz:x",
	    "1:supervision:seller_name:a:%00:x",
	    "1:supervision:seller_name:a:b%00c:x",
	    "1:supervision:seller_name:a:'; drop table:x",
	    "1:supervision:seller_name:a:b:x%",
	    "1:supervision:seller_name:a:b:x%4",
	};
	const struct field *field;
	const char *value, *id;
	struct arena arena = {0};
	struct error err;
	bool down;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		err.field[0] = '\0';
		if (cursor_parse(&supervision_record, bad[i], &field, &down, &value, &id, &arena,
			&err) != STATUS_INVALID)
			fail_msg("%s was taken", bad[i]);
		assert_string_equal(err.field, "cursor");
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sort),
	    cmocka_unit_test(test_own_sorts),
	    cmocka_unit_test(test_many_owners),
	    cmocka_unit_test(test_cursor),
	    cmocka_unit_test(test_hostile_cursors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
