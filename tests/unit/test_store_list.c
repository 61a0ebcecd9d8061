/*
 * Lists: what SQL lets pass is what filter_matches() lets pass, in the right order, each row
 * once, and without sorting or reading whole tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/text.h"
#include "base/when.h"
#include "store_fixture.h"

#define ROWS 400
#define ROUNDS 150

static struct store *store;
static struct arena rows_arena;
static void *all_rows[16][ROWS];

static const struct scope everything = { SCOPE_ALL, "" };
static const struct filter_context context = { ROLE_BUYER, FIXTURE_NOW, 0 };

static size_t type_index(const struct record_type *type)
{
	size_t i = 0;

	while (record_types[i] != type)
		i++;
	return i;
}

static int fill(void **state)
{
	struct error err = { 0 };
	struct rng rng;
	size_t t;
	int i;

	(void)state;
	rng_seed(&rng, 7);
	store = fixture_open(":memory:");
	assert_int_equal(store_begin(store, &err), STATUS_OK);
	for (t = 0; record_types[t] != NULL; t++) {
		for (i = 0; i < ROWS; i++) {
			all_rows[t][i] = fixture_record(record_types[t], &rng, i, &rows_arena);
			if (store_insert(store, record_types[t], all_rows[t][i],
			    &err) != STATUS_OK)
				fail_msg("%s: %s", record_types[t]->name, err.message);
		}
	}
	assert_int_equal(store_commit(store, &err), STATUS_OK);
	return 0;
}

static int empty(void **state)
{
	(void)state;
	store_close(store);
	arena_free(&rows_arena);
	return 0;
}

static struct page *list(const struct query *query, const struct scope *scope)
{
	struct page *page;
	struct error err = { 0 };

	if (store_list(store, query, scope, &context, &page, &err) != STATUS_OK)
		fail_msg("%s %s: %s (%s)", query->type->name, query->filter, err.message,
		    err.detail);
	return page;
}

/* --- expectations, written apart from the SQL --- */

static const struct supervision *supervision_of(const char *key, const char *value)
{
	size_t t = type_index(&supervision_record);
	const struct field *field = record_field(&supervision_record, key);
	int i;

	for (i = 0; i < ROWS; i++) {
		const struct supervision *s = all_rows[t][i];

		if (strcmp(record_text(field, s), value) == 0 && s->reviewed)
			return s;
	}
	return NULL;
}

/* Rows of both types have the same keys here: a log is a supervision's and a service's. */
static const struct instance *instance_of(const struct field *parent, const void *row)
{
	return all_rows[type_index(&instance_record)]
		       [strtol(record_text(parent, row) + 1, NULL, 10)];
}

static bool sees(const struct scope *scope, const struct record_type *type, const void *row)
{
	const struct field *buyer = record_field(type, "buyer"), *seller = record_field(type,
	    "seller");
	const struct field *parent = record_field(type, "supervision");
	const struct supervision *s = NULL;
	size_t t = type_index(&supervision_record);

	if (scope->kind == SCOPE_ALL)
		return true;
	if (scope->kind == SCOPE_NOTHING)
		return false;
	if (type == &product_record)
		return true;
	if (type == &account_record)
		return strcmp(record_id(type, row), scope->account) == 0;
	if (type == &user_record)
		return strcmp(((const struct user *)row)->account, scope->account) == 0;
	if (scope->kind == SCOPE_REVIEWED) {
		if (type == &supervision_record)
			return ((const struct supervision *)row)->reviewed;
		if (parent != NULL)
			s = supervision_of("id", record_text(parent, row));
		if (s == NULL && type == &log_entry_record)
			s = supervision_of("id", instance_of(parent, row)->line);
		else if (parent != NULL)
			return s != NULL;
		else if (type == &order_record)
			s = supervision_of("order_id", record_id(type, row));
		else if (type == &order_line_record)
			s = supervision_of("id", record_id(type, row));
		else
			s = supervision_of("id", ((const struct instance *)row)->line);
		return s != NULL;
	}
	if (buyer != NULL)
		return strcmp(record_text(scope->kind == SCOPE_OF_BUYER ? buyer : seller, row),
		    scope->account) == 0;
	s = all_rows[t][strtol(record_text(parent, row) + 1, NULL, 10)];
	if (type == &log_entry_record &&
	    strcmp(scope->kind == SCOPE_OF_BUYER ? instance_of(parent, row)->buyer
						 : instance_of(parent, row)->seller,
		scope->account) == 0)
		return true;
	return strcmp(scope->kind == SCOPE_OF_BUYER ? s->buyer : s->seller, scope->account) == 0;
}

static const struct field *order_field;
static const struct record_type *order_type;
static int order_sign;

static int by_order(const void *a, const void *b)
{
	const void *x = *(void *const *)a, *y = *(void *const *)b;
	int64_t m, n;
	int diff = 0;

	if (order_field->kind == FIELD_TEXT) {
		diff = strcmp(record_text(order_field, x), record_text(order_field, y));
	} else {
		m = record_int(order_field, x);
		n = record_int(order_field, y);
		diff = order_field->kind == FIELD_ENUM ?
		    strcmp(names_word(order_field->names, m), names_word(order_field->names, n)) :
		    (m > n) - (m < n);
	}
	if (diff == 0)
		diff = strcmp(record_id(order_type, x), record_id(order_type, y));
	return diff * order_sign;
}

/* What the list must be, into out. */
static size_t expected(const struct query *query, const struct scope *scope, void **out)
{
	const struct view view = { FIXTURE_NOW, 0, false };
	const struct filter *filter;
	struct arena arena = { 0 };
	struct error err = { 0 };
	size_t t = type_index(query->type), n = 0;
	bool descending;
	int i;

	if (filter_parse(query->type, query->filter, &context, &arena, &filter,
	    &err) != STATUS_OK)
		fail_msg("%s: %s", query->filter, err.message);
	for (i = 0; i < ROWS; i++) {
		if (sees(scope, query->type, all_rows[t][i]) &&
		    filter_matches(filter, all_rows[t][i], &view))
			out[n++] = all_rows[t][i];
	}
	arena_free(&arena);
	assert_int_equal(query_sort(query->type, query->sort, &order_field, &descending, &err),
	    STATUS_OK);
	order_type = query->type;
	order_sign = descending ? -1 : 1;
	qsort(out, n, sizeof *out, by_order);
	return n;
}

/* --- filters by chance --- */

static void quoted(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_putc(out, '\\');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

/* Some characters of a value that a row has. */
static void piece(struct rng *rng, const char *text, struct buf *out)
{
	size_t n = strlen(text), from = 0, to, skip = rng_below(rng, 4), take = 1 + rng_below(rng,
	    4);
	uint32_t cp;
	bool ok;
	struct arena arena = { 0 };

	while (skip-- > 0 && from < n)
		from += text_decode(text + from, n - from, &cp, &ok);
	for (to = from; take > 0 && to < n; take--)
		to += text_decode(text + to, n - to, &cp, &ok);
	quoted(out, arena_strndup(&arena, text + from, to - from));
	arena_free(&arena);
}

static void text_condition(struct rng *rng, const struct record_type *type,
    const struct field *field, struct buf *out)
{
	const char *text = record_text(field, all_rows[type_index(type)][rng_below(rng, ROWS)]);

	switch (rng_below(rng, 4)) {
	case 0:
		buf_printf(out, "%s=", field->wire);
		quoted(out, text);
		break;
	case 1:
		buf_printf(out, "%s=", field->wire);
		break;
	default:
		buf_printf(out, "%s:", field->wire);
		piece(rng, text, out);
	}
}

static void number_condition(struct rng *rng, const struct field *field, struct buf *out)
{
	static const char *const signs[] = { "<", ">", "<=", ">=", "=", ":" };
	static const char *const times[] = { "5d", "0", "-3d", "12h", "2026-11-18", "none" };
	const char *sign = signs[rng_below(rng, 6)];

	if (field->kind == FIELD_TIME)
		buf_printf(out, "%s%s%s", field->wire, sign, times[rng_below(rng, 6)]);
	else if (field->kind == FIELD_BOOL)
		buf_printf(out, "%s:%s", field->wire, rng_below(rng, 2) ? "true" : "false");
	else if (field->kind == FIELD_MONEY)
		buf_printf(out, "%s%s%d.5", field->wire, sign, (int)rng_below(rng, 120));
	else
		buf_printf(out, "%s%s%d", field->wire, sign, (int)rng_below(rng, 6));
}

static void condition(struct rng *rng, const struct record_type *type, struct buf *out)
{
	const struct field *field = &type->fields[rng_below(rng, type->count)];
	const struct condition *named = type->conditions;
	size_t i, n = 0;

	if (rng_below(rng, 3) == 0)
		buf_putc(out, '!');
	if (named != NULL && rng_below(rng, 8) == 0) {
		while (named[n].word != NULL)
			n++;
		buf_printf(out, "is:%s", named[rng_below(rng, n)].word);
	} else if ((field->flags & SEARCH) && rng_below(rng, 2) == 0) {
		piece(rng, record_text(field, all_rows[type_index(type)][rng_below(rng, ROWS)]),
		    out);
	} else if (field->kind == FIELD_TEXT) {
		text_condition(rng, type, field, out);
	} else if (field->kind == FIELD_ENUM) {
		buf_printf(out, "%s:", field->wire);
		for (i = 0, n = 1 + rng_below(rng, 3); i < n; i++)
			buf_printf(out, "%s%s", i > 0 ? "," : "", names_word(field->names,
			    1 + (int64_t)rng_below(rng, field->names->count - 1)));
	} else {
		number_condition(rng, field, out);
	}
}

/* A filter of up to three conditions that the language takes. */
static void any_filter(struct rng *rng, const struct record_type *type, struct buf *out)
{
	const struct filter *filter;
	struct arena arena = { 0 };
	enum status status;
	size_t n;

	do {
		buf_clear(out);
		for (n = rng_below(rng, 4); n > 0; n--) {
			condition(rng, type, out);
			buf_putc(out, ' ');
		}
		status = filter_parse(type, buf_text(out), &context, &arena, &filter, NULL);
		arena_free(&arena);
	} while (status != STATUS_OK);
}

static struct scope any_scope(struct rng *rng)
{
	static const char *const accounts[] = { "acc0", "acc1", "K0003" };
	struct scope scope = { (enum scope_kind)rng_below(rng, 5), accounts[rng_below(rng, 3)] };

	if (rng_below(rng, 3) == 0)
		scope.kind = SCOPE_ALL;
	return scope;
}

static const char *any_sort(struct rng *rng, const struct record_type *type, char out[64])
{
	const struct field *field;

	do
		field = &type->fields[rng_below(rng, type->count)];
	while (!(field->flags & SORT));
	snprintf(out, 64, "%s%s", rng_below(rng, 2) ? "-" : "", field->member);
	return out;
}

/* --- the tests --- */

static void same_rows(const struct query *query, const struct page *page, void **want, size_t n)
{
	size_t i;

	if (page->count != n)
		fail_msg("%s %s by %s: %zu rows, expected %zu", query->type->name, query->filter,
		    query->sort, page->count, n);
	for (i = 0; i < n; i++) {
		if (strcmp(record_id(query->type, page->rows[i]), record_id(query->type,
		    want[i])) != 0)
			fail_msg("%s %s by %s: row %zu is %s, expected %s", query->type->name,
			    query->filter, query->sort, i, record_id(query->type, page->rows[i]),
			    record_id(query->type, want[i]));
	}
}

/* The same filter in SQL and in memory, over all types, scopes and sorts. */
static void test_sql_is_the_filter(void **state)
{
	struct query query = { .limit = ROWS, .count = true };
	void *want[ROWS];
	struct scope scope;
	struct page *page;
	char sort[64];
	struct buf filter;
	struct rng rng;
	size_t t, n, hits = 0;
	int round;

	(void)state;
	rng_seed(&rng, 20261122);
	buf_init(&filter, 4096);
	for (t = 0; record_types[t] != NULL; t++) {
		for (round = 0; round < ROUNDS; round++) {
			query.type = record_types[t];
			any_filter(&rng, query.type, &filter);
			query.filter = buf_text(&filter);
			query.sort = any_sort(&rng, query.type, sort);
			query.budget_ms = rng_below(&rng, 2) ? 100000 : 0;
			scope = any_scope(&rng);
			n = expected(&query, &scope, want);
			page = list(&query, &scope);
			same_rows(&query, page, want, n);
			assert_int_equal(page->total, n);
			assert_false(page->more_before || page->more_after || page->partial);
			page_drop(page);
			hits += n > 0 && n < ROWS;
		}
	}
	/* The filters must tell rows apart, or nothing was tested. */
	assert_true(hits > t * ROUNDS / 3);
	buf_free(&filter);
}

/*
 * Bare words against text_contains(), one and two characters and more, over every search field.
 */
static void test_words(void **state)
{
	static const char *const words[] = {
		"备", "备份", "份服务", "云", "a", "A", "sa", "DATASAFE", "söhne", "full", "2",
		"五四三", "datasafe 备份", "under_score", "pro", "zzz", "NOT", "é",
	};
	struct query query = { .type = &supervision_record, .limit = ROWS };
	void *want[ROWS];
	struct page *page;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		query.filter = words[i];
		n = expected(&query, &everything, want);
		page = list(&query, &everything);
		same_rows(&query, page, want, n);
		page_drop(page);
	}
}

/* Follows the cursors from one end to the other. Returns the rows seen; ids[] counts each. */
static size_t walk(struct query *query, const struct scope *scope, struct rng *rng, void **want,
    size_t n)
{
	struct page *page = NULL;
	struct buf cursor;
	size_t seen = 0, i, at;
	bool more = true;

	buf_init(&cursor, 1 << 16);
	query->cursor = NULL;
	while (more) {
		query->limit = 1 + (unsigned)rng_below(rng, 60);
		page = list(query, scope);
		assert_int_equal(query->backwards ? page->more_after : page->more_before,
		    seen > 0);
		for (i = 0; i < page->count; i++) {
			at = query->backwards ? n - seen - page->count + i : seen + i;
			assert_true(at < n);
			assert_string_equal(record_id(query->type, page->rows[i]),
			    record_id(query->type, want[at]));
		}
		seen += page->count;
		more = query->backwards ? page->more_before : page->more_after;
		if (page->count > 0) {
			buf_clear(&cursor);
			page_cursor(page, query->backwards ? 0 : page->count - 1, &cursor);
			query->cursor = buf_text(&cursor);
		}
		page_drop(page);
	}
	buf_free(&cursor);
	return seen;
}

static void test_paging(void **state)
{
	struct query query = { 0 };
	struct scope scope;
	void *want[ROWS];
	struct rng rng;
	char sort[64];
	size_t t, n;
	int round;

	(void)state;
	rng_seed(&rng, 5);
	for (t = 0; record_types[t] != NULL; t++) {
		for (round = 0; round < 12; round++) {
			query.type = record_types[t];
			query.sort = any_sort(&rng, query.type, sort);
			query.filter = round % 3 == 0 ? "" : "~[a份]";
			query.backwards = round % 2;
			scope = any_scope(&rng);
			n = expected(&query, &scope, want);
			assert_int_equal(walk(&query, &scope, &rng, want, n), n);
		}
	}
}

/* Rows that come while somebody pages: those that were there are seen once, in order. */
static void test_paging_while_rows_come(void **state)
{
	struct store *own = fixture_open(":memory:");
	struct query query = { .type = &supervision_record, .limit = 7, .sort = "-amount" };
	struct arena arena = { 0 };
	struct error err = { 0 };
	int seen[300] = { 0 }, i, more = 300;
	struct page *page = NULL;
	struct buf cursor;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 11);
	buf_init(&cursor, 4096);
	for (i = 0; i < 300; i++)
		assert_int_equal(store_insert(own, query.type,
		    fixture_record(query.type, &rng, i, &arena), &err), STATUS_OK);
	do {
		assert_int_equal(store_list(own, &query, &everything, &context, &page, &err),
		    STATUS_OK);
		for (i = 0; i < (int)page->count; i++) {
			long number = strtol(record_id(query.type, page->rows[i]) + 1, NULL, 10);

			if (number < 300)
				seen[number]++;
		}
		buf_clear(&cursor);
		page_cursor(page, page->count - 1, &cursor);
		query.cursor = buf_text(&cursor);
		i = page->more_after;
		page_drop(page);
		if (more < 340)
			assert_int_equal(store_insert(own, query.type,
			    fixture_record(query.type, &rng, more++, &arena), &err), STATUS_OK);
	} while (i);
	for (i = 0; i < 300; i++)
		assert_int_equal(seen[i], 1);
	buf_free(&cursor);
	arena_free(&arena);
	store_close(own);
}

static void test_parent(void **state)
{
	struct query query = { .type = &log_entry_record, .limit = 1000, .sort = "seq" };
	struct page *page, *all;
	size_t i, n = 0;
	struct error err = { 0 };

	(void)state;
	query.parent =
	    ((const struct log_entry *)all_rows[type_index(query.type)][0])->supervision;
	page = list(&query, &everything);
	for (i = 0; i < ROWS; i++) {
		const struct log_entry *entry = all_rows[type_index(query.type)][i];

		n += strcmp(entry->supervision, query.parent) == 0;
	}
	assert_int_equal(page->count, n);
	assert_true(n > 0);
	page_drop(page);
	query.type = &order_record;
	query.sort = NULL;
	assert_int_equal(store_list(store, &query, &everything, &context, &all, &err),
	    STATUS_INVALID);
	assert_null(all);
}

static void test_bad_queries(void **state)
{
	struct query query = { .type = &supervision_record, .limit = 10 };
	struct error err = { 0 };
	struct page *page;
	struct buf cursor;

	(void)state;
	buf_init(&cursor, 4096);
	page = list(&query, &everything);
	page_cursor(page, 3, &cursor);
	page_drop(page);
	query.cursor = buf_text(&cursor);
	query.sort = "amount";
	assert_int_equal(store_list(store, &query, &everything, &context, &page, &err),
	    STATUS_INVALID);
	assert_string_equal(err.field, "cursor");
	query.cursor = "nonsense";
	assert_int_equal(store_list(store, &query, &everything, &context, &page, &err),
	    STATUS_INVALID);
	query.cursor = NULL;
	query.sort = "reason";
	assert_int_equal(store_list(store, &query, &everything, &context, &page, &err),
	    STATUS_INVALID);
	query.sort = NULL;
	query.filter = "nothing:like-that";
	assert_int_equal(store_list(store, &query, &everything, &context, &page, &err),
	    STATUS_INVALID);
	query.filter = NULL;
	query.limit = 0;
	assert_int_equal(store_list(store, &query, &everything, &context, &page, &err),
	    STATUS_INVALID);
	query.limit = QUERY_LIMIT_MAX + 1;
	assert_int_equal(store_list(store, &query, &everything, &context, &page, &err),
	    STATUS_INVALID);
	assert_string_equal(err.field, "limit");
	query.limit = 0;
	query.count = true;
	page = list(&query, &everything);
	assert_int_equal(page->count, 0);
	assert_int_equal(page->total, ROWS);
	page_drop(page);
	buf_free(&cursor);
}

/* However often the time runs out, going on from where it did gives every row once. */
static void test_budget(void **state)
{
	static const char *const filters[] = { "~备份", "~zzz", "!productName:zz ~a" };
	struct query query = { .type = &order_line_record, .limit = 50, .budget_ms = 1 };
	struct page *page = NULL;
	void *want[ROWS];
	struct buf cursor;
	size_t f, i, n, seen, calls;
	bool more;

	(void)state;
	buf_init(&cursor, 4096);
	for (f = 0; f < 3; f++) {
		query.filter = filters[f];
		query.cursor = NULL;
		n = expected(&query, &everything, want);
		query.budget_ms = 1;
		for (more = true, seen = calls = 0; more; calls++) {
			page = list(&query, &everything);
			for (i = 0; i < page->count; i++)
				assert_string_equal(record_id(query.type, page->rows[i]),
				    record_id(query.type, want[seen + i]));
			seen += page->count;
			more = page->more_after;
			if (page->partial) {
				assert_non_null(page->resume);
				/* A slow machine gets no further in a millisecond: allow more. */
				query.budget_ms += page->scanned < 2;
				buf_clear(&cursor);
				buf_puts(&cursor, page->resume);
			} else if (page->count > 0) {
				buf_clear(&cursor);
				page_cursor(page, page->count - 1, &cursor);
			}
			query.cursor = buf_text(&cursor);
			page_drop(page);
		}
		assert_int_equal(seen, n);
		print_message("%s: %zu rows in %zu calls\n", query.filter, seen, calls);
	}
	buf_free(&cursor);
}

static void check_own(const struct query *query, const struct scope *scope, const char *cursor)
{
	struct arena arena = { 0 };
	const struct field *sort;
	const char *value, *id;
	struct error err = { 0 };
	void *row = NULL;
	bool descending;

	assert_int_equal(cursor_parse(query->type, cursor, &sort, &descending, &value, &id, &arena,
	    &err), STATUS_OK);
	assert_int_equal(store_get(store, query->type, id, &arena, &row, &err), STATUS_OK);
	if (!sees(scope, query->type, row))
		fail_msg("a cursor of %s names the foreign row %s", query->type->name, id);
	arena_free(&arena);
}

/* Where the time ran out among rows of others, the cursor tells nothing of them (R13). */
static void test_budget_among_foreign_rows(void **state)
{
	static const struct scope scopes[] = { { SCOPE_OF_BUYER, "B1" }, { SCOPE_REVIEWED, NULL } };
	struct query query = { .limit = 50 };
	struct page *page = NULL;
	void *want[ROWS];
	struct buf cursor;
	size_t seen, n, checked = 0;
	bool more;

	(void)state;
	buf_init(&cursor, 4096);
	for (int i = 0; i < 8; i++) {
		const struct scope *scope = &scopes[i % 2];

		query.type = i % 4 < 2 ? &log_entry_record : &attachment_record;
		query.sort = i < 4 ? "-at" : "at";
		query.filter = "~zzz";
		query.cursor = NULL;
		query.budget_ms = 1;
		n = expected(&query, scope, want);
		for (more = true, seen = 0; more;) {
			page = list(&query, scope);
			for (size_t k = 0; k < page->count; k++)
				assert_string_equal(record_id(query.type, page->rows[k]),
				    record_id(query.type, want[seen + k]));
			seen += page->count;
			more = page->more_after;
			if (page->partial && strcmp(page->resume, query.cursor ?
			    query.cursor : "") == 0)
				query.budget_ms *= 2;
			buf_clear(&cursor);
			if (page->partial)
				buf_puts(&cursor, page->resume);
			else if (page->count > 0)
				page_cursor(page, page->count - 1, &cursor);
			page_drop(page);
			if (cursor.len > 0) {
				check_own(&query, scope, buf_text(&cursor));
				checked++;
			}
			query.cursor = buf_text(&cursor);
		}
		assert_int_equal(seen, n);
	}
	print_message("%zu cursors looked at\n", checked);
	buf_free(&cursor);
}

/* --- what SQLite makes of it --- */

static sqlite3 *latest;
static char statement[8192];

static int remember(sqlite3 *db, const char **message, const void *api)
{
	(void)message;
	(void)api;
	latest = db;
	return SQLITE_OK;
}

static int trace(unsigned what, void *data, void *stmt, void *text)
{
	(void)data;
	(void)text;
	if (what == SQLITE_TRACE_STMT && (strstr(sqlite3_sql(stmt), "ORDER BY") != NULL ||
	    strstr(sqlite3_sql(stmt), "count(*)") != NULL))
		snprintf(statement, sizeof statement, "EXPLAIN QUERY PLAN %s", sqlite3_sql(stmt));
	return 0;
}

/* The index that a list with a filter is read by. */
static const char *opened = "lx_supervisions_inbox";

static void assert_plan(struct store *own, sqlite3 *db, const struct query *query,
    const struct scope *scope)
{
	struct page *page;
	struct error err = { 0 };
	sqlite3_stmt *stmt;
	const char *detail;

	statement[0] = '\0';
	assert_int_equal(store_list(own, query, scope, &context, &page, &err), STATUS_OK);
	page_drop(page);
	assert_true(statement[0] != '\0');
	sqlite3_trace_v2(db, 0, NULL, NULL);
	assert_int_equal(sqlite3_prepare_v2(db, statement, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		detail = (const char *)sqlite3_column_text(stmt, 3);
		if (strstr(detail, "TEMP B-TREE") != NULL ||
		    (strncmp(detail, "SCAN t", 6) == 0 && strstr(detail, "INDEX") == NULL) ||
		    (strncmp(detail, "SCAN s", 6) == 0))
			fail_msg("%s by %s, scope %d: %s\n%s", query->type->name, query->sort,
			    (int)scope->kind, detail, statement);
		if (query->cursor != NULL && strncmp(detail, "SCAN t", 6) == 0)
			fail_msg("%s by %s: a cursor starts from the beginning: %s\n%s",
			    query->type->name, query->sort, detail, statement);
		if (query->filter != NULL && strstr(detail, opened) == NULL)
			fail_msg("%s is not read by %s: %s", query->filter, opened, detail);
	}
	sqlite3_finalize(stmt);
	sqlite3_trace_v2(db, SQLITE_TRACE_STMT, trace, NULL);
}

/* How many wait is counted along the inbox, not by looking at all that is open. */
static void assert_counted(struct store *own, sqlite3 *db, const struct scope *scope)
{
	struct query query = { .type = &supervision_record, .filter = "is:mine", .count = true };
	struct page *page;
	struct error err = { 0 };
	sqlite3_stmt *stmt;
	bool inbox = false;

	assert_int_equal(store_list(own, &query, scope, &context, &page, &err), STATUS_OK);
	page_drop(page);
	sqlite3_trace_v2(db, 0, NULL, NULL);
	assert_int_equal(sqlite3_prepare_v2(db, statement, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		inbox = inbox || strstr((const char *)sqlite3_column_text(stmt, 3),
		    "lx_supervisions_inbox") != NULL;
	assert_true(inbox);
	sqlite3_finalize(stmt);
	sqlite3_trace_v2(db, SQLITE_TRACE_STMT, trace, NULL);
}

/* What is open is walked without what has ended, which is nearly everything in the long run. */
static void assert_open(struct store *own, sqlite3 *db)
{
	struct scope scope = { SCOPE_ALL, "acc1" };
	struct query query = { .type = &supervision_record, .sort = "stay_since", .limit = 10,
		.filter = "state:open !is:mine" };

	opened = "lx_supervisions_open";
	for (int kind = SCOPE_ALL; kind <= SCOPE_OF_SELLER; kind++) {
		scope.kind = (enum scope_kind)kind;
		assert_plan(own, db, &query, &scope);
	}
	query = (struct query){ .type = &appeal_record, .sort = "due_at", .limit = 10,
		.filter = "is:open" };
	scope.kind = SCOPE_ALL;
	opened = "lx_appeals_open";
	assert_plan(own, db, &query, &scope);
	/* Those that have no time at all stand before the first that has one. */
	query = (struct query){ .type = &supervision_record, .sort = "due_at", .limit = 10,
		.filter = "state:open due_at<2026-11-22" };
	opened = "due_at>?";
	assert_plan(own, db, &query, &scope);
}

/* Every sort of every type in every scope walks an index, with and without a cursor. */
static void test_plans(void **state)
{
	struct scope scope = { SCOPE_ALL, "acc1" };
	struct query query = { .limit = 20 };
	struct rng rng;
	struct arena arena = { 0 };
	struct store *own;
	struct page one;
	struct buf cursor;
	char sort[64];
	void *record;
	sqlite3 *db;
	size_t t, f;
	int kind;

	(void)state;
	sqlite3_auto_extension((void (*)(void))remember);
	own = fixture_open(":memory:");
	sqlite3_cancel_auto_extension((void (*)(void))remember);
	db = latest;
	sqlite3_trace_v2(db, SQLITE_TRACE_STMT, trace, NULL);
	buf_init(&cursor, 4096);
	rng_seed(&rng, 3);
	for (t = 0; record_types[t] != NULL; t++) {
		query.type = record_types[t];
		record = fixture_record(query.type, &rng, 1, &arena);
		for (f = 0; f < query.type->count; f++) {
			if (!(query.type->fields[f].flags & SORT))
				continue;
			for (kind = SCOPE_ALL * 2; kind <= SCOPE_REVIEWED * 2 + 1; kind++) {
				scope.kind = (enum scope_kind)(kind / 2);
				snprintf(sort, sizeof sort, "%s%s", kind % 2 ? "-" : "",
				    query.type->fields[f].member);
				query.sort = sort;
				query.cursor = NULL;
				assert_plan(own, db, &query, &scope);
				one = (struct page){ .type = query.type, .rows = &record, .count =
				    1,
				    .sort = &query.type->fields[f], .descending = kind % 2 };
				buf_clear(&cursor);
				page_cursor(&one, 0, &cursor);
				query.cursor = buf_text(&cursor);
				assert_plan(own, db, &query, &scope);
			}
		}
	}
	/* The inbox: whose turn it is, the longest wait first. */
	query = (struct query){ .type = &supervision_record, .sort = "stay_since", .filter =
	    "is:mine",
	    .limit = 20 };
	for (kind = SCOPE_ALL; kind <= SCOPE_OF_SELLER; kind++) {
		scope.kind = (enum scope_kind)kind;
		assert_plan(own, db, &query, &scope);
		assert_counted(own, db, &scope);
	}
	assert_open(own, db);
	buf_free(&cursor);
	arena_free(&arena);
	store_close(own);
}

/* Somebody presses Esc while rows are read. */
static int interrupt_at_row(unsigned what, void *own, void *stmt, void *unused)
{
	static int rows;

	(void)stmt;
	(void)unused;
	if (what == SQLITE_TRACE_ROW && ++rows == 40)
		store_interrupt(own);
	return 0;
}

static void test_interrupt(void **state)
{
	struct query query = { .type = &account_record, .filter = "~zzz", .limit = 20 };
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct store *own;
	struct page *page;
	struct rng rng;
	int i;

	(void)state;
	sqlite3_auto_extension((void (*)(void))remember);
	own = fixture_open(":memory:");
	sqlite3_cancel_auto_extension((void (*)(void))remember);
	rng_seed(&rng, 2);
	for (i = 0; i < 200; i++)
		assert_int_equal(store_insert(own, query.type,
		    fixture_record(query.type, &rng, i, &arena), &err), STATUS_OK);
	sqlite3_trace_v2(latest, SQLITE_TRACE_ROW, interrupt_at_row, own);
	assert_int_equal(store_list(own, &query, &everything, &context, &page, &err),
	    STATUS_CANCELLED);
	assert_null(page);
	/* The next question is answered. */
	assert_int_equal(store_list(own, &query, &everything, &context, &page, &err), STATUS_OK);
	assert_int_equal(page->count, 0);
	page_drop(page);
	arena_free(&arena);
	store_close(own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sql_is_the_filter),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_paging),
		cmocka_unit_test(test_paging_while_rows_come),
		cmocka_unit_test(test_parent),
		cmocka_unit_test(test_bad_queries),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_budget_among_foreign_rows),
		cmocka_unit_test(test_plans),
		cmocka_unit_test(test_interrupt),
	};

	return cmocka_run_group_tests(tests, fill, empty);
}
