/* ui/widget/list.h: rows come from a made-up store whose pages, failures and changes the tests
 * choose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/records.h"
#include "ui/widget/list.h"

#define STORE_MAX 4000

/* Ids in their sort order; a row that is gone is skipped. */
static struct {
	int64_t rows;
	bool gone[STORE_MAX];
	unsigned most;      /* rows a page has at most: 0 as many as asked for */
	bool partial;       /* pages come before they are full */
	int reads, counts;
} store;

static struct list list;
static const struct view view = {.now = 1000};

static struct page *answer(const struct query *query)
{
	struct page *page = page_new(query->type);
	struct arena arena = {0};
	const struct field *sort;
	const char *value, *id;
	unsigned limit = store.most > 0 && store.most < query->limit ? store.most : query->limit;
	int64_t at = query->backwards ? store.rows : -1, step = query->backwards ? -1 : 1, n, i;
	void *found[QUERY_LIMIT_MAX];
	bool descending;

	page->sort = record_key(query->type);
	page->total = -1;
	if (query->count) {
		store.counts++;
		page->total = store.rows;
	}
	if (query->limit == 0)
		return page;
	store.reads++;
	if (query->cursor != NULL) {
		assert_int_equal(cursor_parse(query->type, query->cursor, &sort, &descending,
				     &value, &id, &arena, NULL),
		    STATUS_OK);
		at = strtoll(id + 1, NULL, 10);
		arena_free(&arena);
	}
	for (n = 0, at += step; at >= 0 && at < store.rows && n < limit; at += step) {
		struct supervision *row;

		if (at < STORE_MAX && store.gone[at])
			continue;
		row = record_new(query->type, &page->arena);
		row->id = arena_printf(&page->arena, "r%07lld", (long long)at);
		row->order_id = row->id;
		found[n++] = row;
	}
	page->rows = arena_alloc(&page->arena, (size_t)n * sizeof(void *));
	for (i = 0; i < n; i++)
		page->rows[i] = found[query->backwards ? n - 1 - i : i];
	page->count = (size_t)n;
	page->partial = store.partial && at >= 0 && at < store.rows;
	page->more_before = query->backwards ? at >= 0 : query->cursor != NULL;
	page->more_after = query->backwards ? query->cursor != NULL : at < store.rows;
	return page;
}

/* All that the list wants, until it wants nothing; returns how many questions that were. */
static int settle(void)
{
	struct query query;
	int n = 0;

	while (list_wants(&list, &query)) {
		list_take(&list, answer(&query), NULL);
		assert_true(++n < 100);
	}
	return n;
}

static void press(const char *name, int times)
{
	struct key key;

	assert_true(key_parse(name, &key));
	while (times-- > 0) {
		assert_true(list_key(&list, &key));
		settle();
	}
}

static void start(int64_t rows)
{
	memset(&store, 0, sizeof store);
	store.rows = rows;
	list_free(&list);
	list_init(&list, &supervision_record, "order_id product_name");
	list_layout(&list, 20, 80);
	settle();
}

static int set_up(void **state)
{
	(void)state;
	list_init(&list, &supervision_record, "order_id");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	list_free(&list);
	return 0;
}

static void check_selected(int64_t number)
{
	char id[32];

	snprintf(id, sizeof id, "r%07lld", (long long)number);
	assert_string_equal(list_selected_id(&list), id);
	assert_true(list.selected >= list.top && list.selected < list.top + list.rows_visible);
}

static const char *id_at(size_t index)
{
	return record_id(list.type, list_row(&list, index));
}

/* The held rows are consecutive rows of the store, and all that the screen shows is among them. */
static void check_window(void)
{
	size_t n = list_count(&list), i;

	for (i = 1; i < n; i++)
		assert_true(
		    strtoll(id_at(i) + 1, NULL, 10) == strtoll(id_at(i - 1) + 1, NULL, 10) + 1);
	assert_true(n <= 200);
	if (store.rows >= 20)
		assert_true(list.top + 20 <= n);
}

static void test_empty_and_single(void **state)
{
	(void)state;
	start(0);
	assert_int_equal(list_count(&list), 0);
	assert_string_equal(list_selected_id(&list), "");
	assert_null(list_selected(&list));
	press("Down", 1);
	press("End", 1);
	press("PgUp", 1);
	assert_int_equal(list.total, 0);
	start(1);
	press("Down", 2);
	press("End", 1);
	check_selected(0);
	assert_int_equal(list.total, 1);
}

static void test_the_first_screen_needs_one_page(void **state)
{
	struct query query;

	(void)state;
	start(1000000);
	list_free(&list);
	list_init(&list, &supervision_record, "order_id");
	list_layout(&list, 20, 80);
	assert_true(list_wants(&list, &query));
	assert_null(query.cursor);
	assert_false(query.backwards);
	assert_false(query.count);
	assert_true(query.limit >= 20 && query.limit <= 60);
	assert_false(list_wants(&list, &query)); /* it is under way */
	list_take(&list, answer(&query), NULL);
	assert_int_equal(list_count(&list), query.limit);
	check_selected(0);
}

static void test_walking(void **state)
{
	(void)state;
	start(1000000);
	press("Down", 500);
	check_selected(500);
	check_window();
	press("Up", 300);
	check_selected(200);
	check_window();
	press("PgDn", 10);
	check_selected(200 + 10 * 19);
	check_window();
	press("Ctrl-B", 30);
	check_selected(0);
	press("k", 1);
	check_selected(0);
	press("j", 3);
	check_selected(3);
}

/* What a key costs does not know how many rows there are. */
static void test_ends(void **state)
{
	int reads;

	(void)state;
	start(1000000);
	reads = store.reads;
	press("End", 1);
	check_selected(999999);
	check_window();
	assert_true(store.reads - reads <= 2);
	press("Up", 100);
	check_selected(999899);
	press("Down", 100);
	press("Down", 5);
	check_selected(999999);
	reads = store.reads;
	press("g", 1);
	check_selected(0);
	assert_true(store.reads - reads <= 2);
	check_window();
	press("G", 1);
	check_selected(999999);
	assert_int_equal(store.counts, 1);
}

static void test_pages_of_any_size(void **state)
{
	(void)state;
	for (unsigned most = 1; most < 30; most++) {
		start(300);
		store.most = most;
		store.partial = true;
		list_refresh(&list);
		settle();
		check_selected(0);
		press("Down", 150);
		check_selected(150);
		check_window();
		press("Up", 100);
		check_selected(50);
		check_window();
	}
}

static void test_refresh_keeps_the_place(void **state)
{
	size_t row;

	(void)state;
	start(1000);
	press("Down", 400);
	press("Up", 7);
	row = list.selected - list.top;
	store.gone[380] = true; /* above */
	list_refresh(&list);
	settle();
	check_selected(393);
	assert_int_equal(list.selected - list.top, row);
	/* At the start new rows come in above without moving what is selected. */
	start(1000);
	press("Down", 3);
	list_refresh(&list);
	settle();
	check_selected(3);
	assert_int_equal(list.top, 0);
}

static void test_refresh_when_the_row_is_gone(void **state)
{
	size_t row;

	(void)state;
	start(1000);
	press("Down", 400);
	press("Up", 5);
	row = list.selected - list.top;
	store.gone[395] = true;
	list_refresh(&list);
	settle();
	assert_int_equal(list.selected - list.top, row);
	check_selected(396);
	store.rows = 100; /* all from here on */
	memset(store.gone, 0, sizeof store.gone);
	list_refresh(&list);
	settle();
	check_selected(99);
	store.rows = 0;
	list_refresh(&list);
	settle();
	assert_int_equal(list_count(&list), 0);
	assert_string_equal(list_selected_id(&list), "");
	store.rows = 10;
	list_refresh(&list);
	settle();
	check_selected(0);
}

static void test_another_question(void **state)
{
	struct query query;
	struct page *late;
	unsigned question;

	(void)state;
	start(1000);
	press("Down", 5);
	list_ask(&list, "seller:x", "-placed_at");
	assert_true(list.stale);
	check_selected(5); /* the old rows stay until the new ones come */
	assert_true(list_wants(&list, &query));
	assert_string_equal(query.filter, "seller:x");
	assert_string_equal(query.sort, "-placed_at");
	question = list.question;
	late = answer(&query);
	list_ask(&list, "seller:y", "");
	list_take(&list, late, NULL); /* nobody asked for that any more */
	assert_true(list.stale);
	assert_true(list_wants(&list, &query));
	assert_true(list.question != question);
	assert_string_equal(query.filter, "seller:y");
	assert_null(query.sort);
	list_take(&list, answer(&query), NULL);
	assert_false(list.stale);
	check_selected(5); /* found again */
	settle();
	press("End", 1);
	list_ask(&list, "", "");
	settle();
	check_selected(0); /* not among the first rows */
}

static void test_home_overtakes_end(void **state)
{
	struct query query;
	struct page *late;
	struct key key;

	(void)state;
	start(1000);
	press("PgDn", 10);
	key_parse("End", &key);
	list_key(&list, &key);
	assert_true(list_wants(&list, &query) && query.backwards);
	late = answer(&query);
	key_parse("Home", &key);
	list_key(&list, &key);
	list_take(&list, late, NULL);
	settle();
	check_selected(0);
	/* Home where the start is held needs no read, and calls off the jump to the end. */
	key_parse("End", &key);
	list_key(&list, &key);
	assert_true(list_wants(&list, &query));
	late = answer(&query);
	key_parse("Home", &key);
	list_key(&list, &key);
	list_take(&list, late, NULL);
	settle();
	check_selected(0);
}

static void test_failure(void **state)
{
	struct error err = {.status = STATUS_OFFLINE, .message = "no line"};
	struct query query;
	struct key key;

	(void)state;
	start(1000);
	key_parse("PgDn", &key);
	list_key(&list, &key);
	assert_true(list_wants(&list, &query));
	list_take(&list, NULL, &err);
	assert_string_equal(list.failed, "no line");
	assert_false(list_wants(&list, &query)); /* not again and again */
	assert_true(list_count(&list) > 0);
	list_key(&list, &key);
	assert_true(list_wants(&list, &query)); /* but when somebody asks */
	list_take(&list, answer(&query), NULL);
	assert_string_equal(list.failed, "");
}

static void test_a_search_that_finds_nothing_in_time(void **state)
{
	struct query query;
	unsigned budget;

	(void)state;
	start(0);
	list_ask(&list, "~x", "");
	assert_true(list_wants(&list, &query));
	budget = query.budget_ms;
	assert_true(budget > 0);
	for (int i = 0; i < 3; i++) {
		struct page *page = page_new(query.type);

		page->partial = page->more_after = true;
		page->total = -1;
		list_take(&list, page, NULL);
		assert_true(list_wants(&list, &query));
		assert_true(query.budget_ms > budget);
		budget = query.budget_ms;
	}
	store.rows = 5;
	list_take(&list, answer(&query), NULL);
	settle();
	assert_int_equal(list_count(&list), 5);
}

/* A page of a search that ran out of time, which has looked at 1000 records up to at. */
static void partial(const struct query *query, const char *at)
{
	struct page *page = page_new(query->type);

	page->partial = page->more_after = true;
	page->total = -1;
	page->scanned = 1000;
	page->resume = arena_strdup(&page->arena, at);
	list_take(&list, page, NULL);
}

static void test_a_search_goes_on_where_it_stopped(void **state)
{
	struct query query;

	(void)state;
	start(0);
	list_ask(&list, "~x", "");
	assert_true(list_wants(&list, &query));
	assert_null(query.cursor);
	partial(&query, "there");
	assert_true(list_wants(&list, &query));
	assert_string_equal(query.cursor, "there");
	partial(&query, "farther");
	assert_true(list_wants(&list, &query));
	assert_string_equal(query.cursor, "farther");
	assert_int_equal(list.scanned, 2000);
	/* Another question begins at the start. */
	list_ask(&list, "~y", "");
	assert_true(list_wants(&list, &query));
	assert_null(query.cursor);
	assert_int_equal(list.scanned, 0);
	/* What it has found is shown; more is looked for behind what was looked at. */
	store.rows = 5;
	list_take(&list, answer(&query), NULL);
	settle();
	list_refresh(&list);
	assert_true(list_wants(&list, &query));
	list_take(&list, answer(&query), NULL);
	assert_int_equal(list_count(&list), 5);
}

static void test_a_count_that_takes_too_long(void **state)
{
	struct query query;
	struct page *page;
	int n;

	(void)state;
	start(5);
	list_ask(&list, "~x", "");
	assert_true(list_wants(&list, &query));
	list_take(&list, answer(&query), NULL);
	for (n = 0; list_wants(&list, &query); n++) {
		assert_true(query.count && query.budget_ms > 0);
		assert_true(n < 3);
		page = page_new(query.type);
		page->total = -1;
		list_take(&list, page, NULL);
	}
	assert_int_equal(n, 2);
	assert_int_equal(list.total, -1);
}

static void test_marks(void **state)
{
	(void)state;
	start(50);
	for (int i = 0; i < 40; i++)
		list_mark(&list, id_at((size_t)i), true);
	list_mark(&list, id_at(3), true);
	list_mark(&list, id_at(4), false);
	list_mark(&list, "unknown", false);
	assert_int_equal(list.n_marked, 39);
	assert_true(list_is_marked(&list, id_at(3)));
	assert_false(list_is_marked(&list, id_at(4)));
	list_unmark_all(&list);
	assert_int_equal(list.n_marked, 0);
}

static int changed_cells(const struct canvas *a, const struct canvas *b)
{
	int n = 0;

	for (int i = 0; i < a->rows * a->cols; i++)
		n +=
		    strcmp(a->cells[i].text, b->cells[i].text) != 0 ||
		    (a->cells[i].style != b->cells[i].style &&
			a->cells[i].style != STYLE_SELECTED && b->cells[i].style != STYLE_SELECTED);
	return n;
}

/* STYLE_SELECTED looks plain where no bar is asked for: then moving changes the marker's two cells.
 */
static void test_moving_changes_the_marker_alone(void **state)
{
	struct canvas before = {0}, after = {0};
	struct area area = {0, 0, 21, 80};

	(void)state;
	start(1000);
	canvas_resize(&before, 21, 80);
	canvas_resize(&after, 21, 80);
	list_draw(&list, &before, area, &view, true);
	press("Down", 1);
	list_draw(&list, &after, area, &view, true);
	assert_int_equal(changed_cells(&before, &after), 2);
	assert_string_equal(after.cells[2 * 80 + 1].text, ">");
	canvas_free(&before);
	canvas_free(&after);
}

static const char *drawn(int rows, int cols)
{
	static char text[8192];
	struct canvas canvas = {0};
	struct buf dump;

	buf_init(&dump, sizeof text - 1);
	canvas_resize(&canvas, rows, cols);
	list_draw(&list, &canvas, (struct area){0, 0, rows, cols}, &view, true);
	canvas_dump(&canvas, &dump);
	memcpy(text, buf_text(&dump), dump.len + 1);
	buf_free(&dump);
	canvas_free(&canvas);
	return text;
}

static void say_hello(const void *record, const void *context, char *out, size_t cap)
{
	snprintf(out, cap, "%s %s", (const char *)context,
	    ((const struct supervision *)record)->id);
}

static void test_drawing(void **state)
{
	struct buf out;

	(void)state;
	start(3);
	list_free(&list);
	list_init(&list, &supervision_record, "order_id");
	list.columns[0].width = list.columns[0].min = 8;
	list_add_column(&list, "Greeting", 0, 5, say_hello);
	list_add_column(&list, "Last", 6, 6, NULL);
	list.context = "hello";
	list_layout(&list, 3, 40);
	assert_non_null(strstr(drawn(5, 40), "Reading"));
	settle();
	list_mark(&list, "r0000001", true);
	press("Down", 1);
	assert_string_equal(drawn(4, 40), "   Order    Greeting              Last\n"
					  "   r0000000 hello r0000000\n"
					  "*> r0000001 hello r0000001\n"
					  "   r0000002 hello r0000002\n");
	/* Too narrow for all: what takes the rest shrinks, then the rightmost go. */
	assert_string_equal(drawn(2, 26),
	    "   Order    Greeti\xE2\x80\xA6 Last\n   r0000000 hello \xE2\x80\xA6\n");
	assert_string_equal(drawn(2, 18),
	    "   Order    Greet\xE2\x80\xA6\n   r0000000 hello\xE2\x80\xA6\n");
	assert_string_equal(drawn(2, 12), "   Order\n   r0000000\n");
	/* What is to be kept goes after the others. */
	list.columns[2].keep = true;
	assert_string_equal(drawn(2, 18), "   Order    Last\n   r0000000\n");
	list.columns[2].keep = false;
	/* A spare one goes first, and where its text stands elsewhere. */
	list.columns[1].spare = true;
	assert_string_equal(drawn(2, 18), "   Order    Last\n   r0000000\n");
	list.no_spare = true;
	assert_string_equal(drawn(2, 40), "   Order    Last\n   r0000000\n");
	list.columns[1].spare = list.no_spare = false;
	buf_init(&out, 4096);
	list_describe(&list, &view, &out);
	assert_string_equal(buf_text(&out), "  Order: r0000000; Greeting: hello r0000000\n"
					    "> marked; Order: r0000001; Greeting: hello r0000001\n"
					    "  Order: r0000002; Greeting: hello r0000002\n");
	buf_free(&out);
	store.rows = 0;
	list_ask(&list, "x", "");
	settle();
	assert_non_null(strstr(drawn(5, 40), "Nothing matches"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_empty_and_single, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_the_first_screen_needs_one_page, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(test_walking, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_ends, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_pages_of_any_size, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_refresh_keeps_the_place, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_refresh_when_the_row_is_gone, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_another_question, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_home_overtakes_end, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_failure, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_search_that_finds_nothing_in_time, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(test_a_search_goes_on_where_it_stopped, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(test_a_count_that_takes_too_long, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_marks, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_moving_changes_the_marker_alone, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(test_drawing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
