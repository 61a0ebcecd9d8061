#include "store/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

/* Of rows that did not pass, before their memory is given back. */
#define SCRATCH_BYTES (1u << 20)

/* One list being read. */
struct walk {
	struct store *store;
	const struct query *query;
	const struct filter *filter;
	const struct filter_context *context;
	const struct field *sort;
	bool descending;
	struct where where;          /* scope, parent, filter */
	size_t scope_end, scope_binds;   /* how far of it is the scope */
	struct arena arena;          /* the filter and the cursor */
	struct page *page;
	bool in_order;               /* rows are looked at in the order of the list */
};

/* --- the statement --- */

/* Walking towards the end of the order that SQL calls descending. */
static bool walks_down(const struct walk *walk)
{
	return walk->descending != walk->query->backwards;
}

/* The value of a cursor as the column has it. */
static void bind_cursor(struct where *where, const struct field *sort, const char *value)
{
	int64_t number;

	if (sort->kind == FIELD_TEXT) {
		where_text(where, value);
		return;
	}
	number = strtoll(value, NULL, 10);
	if (sort->kind == FIELD_ENUM)
		where_text(where, names_word(sort->names, number));
	else
		where_number(where, number);
}

/*
 * Rows after the cursor in the direction of the walk. The row values let SQLite start in the
 * middle of the index.
 */
static enum status add_cursor(struct walk *walk, struct error *err)
{
	const struct record_type *type = walk->query->type;
	const struct field *key = record_key(type), *sort;
	const char *value, *id, *sign = walks_down(walk) ? "<" : ">";
	enum status status;
	bool descending;

	if (walk->query->cursor == NULL || walk->query->cursor[0] == '\0')
		return STATUS_OK;
	status = cursor_parse(type, walk->query->cursor, &sort, &descending, &value, &id,
	    &walk->arena, err);
	if (status != STATUS_OK)
		return status;
	if (sort != walk->sort || descending != walk->descending) {
		status = error_set(err, STATUS_INVALID,
		    _("this position is of another order of the list; start again without one"));
		error_field(err, "cursor");
		return status;
	}
	if (sort == key) {
		buf_printf(&walk->where.text, " AND t.\"%s\" %s ?", key->member, sign);
	} else {
		buf_printf(&walk->where.text, " AND (t.\"%s\", t.\"%s\") %s (?, ?)", sort->member,
		    key->member, sign);
		bind_cursor(&walk->where, sort, value);
	}
	where_text(&walk->where, id);
	return STATUS_OK;
}

static void add_order(const struct walk *walk, struct buf *text)
{
	const struct field *key = record_key(walk->query->type);
	const char *direction = walks_down(walk) ? " DESC" : "";

	buf_printf(text, " ORDER BY t.\"%s\"%s", walk->sort->member, direction);
	if (walk->sort != key)
		buf_printf(text, ", t.\"%s\"%s", key->member, direction);
}

/* SELECT ... in the order of the walk; limit 0: all. */
static void select_text(struct walk *walk, size_t limit, struct buf *text)
{
	const struct record_type *type = walk->query->type;
	size_t i;

	buf_puts(text, "SELECT ");
	for (i = 0; i < type->count; i++)
		buf_printf(text, "t.\"%s\", ", type->fields[i].member);
	buf_printf(text, "t.rowid FROM \"%s\" AS t WHERE ", type->table);
	buf_puts(text, walk->query->budget_ms != 0 ? "kd_seen(t.rowid)" : "1");
	buf_puts(text, buf_text(&walk->where.text));
	add_order(walk, text);
	if (limit > 0)
		buf_printf(text, " LIMIT %zu", limit);
}

static enum status prepare(struct walk *walk, struct buf *text, struct sql_stmt **stmt,
    struct error *err)
{
	enum status status;

	*stmt = NULL;
	if (text->failed || walk->where.text.failed)
		return error_set(err, STATUS_INVALID, _("the filter is too long"));
	status = sql_prepare(walk->store->sql, buf_text(text), stmt, err);
	if (status == STATUS_OK)
		where_bind(&walk->where, *stmt);
	return status;
}

/*
 * Whether the rows come in the order in which they are looked at, as all lists with an index do.
 * What is sorted after it was found has no place to go on from.
 */
static enum status find_order(struct walk *walk, const struct buf *text, struct error *err)
{
	struct sql_stmt *stmt;
	enum status status;
	struct buf explain;
	bool row = true;

	walk->in_order = true;
	buf_init(&explain, SCRATCH_BYTES);
	buf_printf(&explain, "EXPLAIN QUERY PLAN %s", buf_text(text));
	status = sql_prepare(walk->store->sql, buf_text(&explain), &stmt, err);
	buf_free(&explain);
	while (status == STATUS_OK && row) {
		status = sql_step(stmt, &row, err);
		if (status == STATUS_OK && row && strstr(sql_text(stmt, 3),
		    "USE TEMP B-TREE") != NULL)
			walk->in_order = false;
	}
	sql_done(stmt);
	return status;
}

/* --- rows --- */

static bool passes(const struct walk *walk, const void *record)
{
	struct view view = { walk->context->now, walk->context->offset, false };

	return !filter_has_regex(walk->filter) || filter_matches(walk->filter, record, &view);
}

/*
 * Reads rows until the page is full and one more is known. A regular expression is applied here,
 * to rows that SQL has let pass.
 */
static enum status read_rows(struct walk *walk, struct sql_stmt *stmt, size_t limit, bool *more,
    struct error *err)
{
	const struct record_type *type = walk->query->type;
	struct page *page = walk->page;
	struct arena scratch = { 0 };
	enum status status;
	void *record;
	bool row;

	*more = false;
	page->rows = arena_alloc(&page->arena, limit * sizeof *page->rows);
	for (;;) {
		status = sql_step(stmt, &row, err);
		if (status != STATUS_OK || !row)
			break;
		status = row_read(stmt, type, &scratch, &record, err);
		if (status != STATUS_OK)
			break;
		if (passes(walk, record)) {
			*more = page->count == limit;
			if (*more)
				break;
			page->rows[page->count++] = record_copy(type, record, &page->arena);
		}
		sql_seen_done(walk->store->sql);
		if (scratch.used > SCRATCH_BYTES)
			arena_free(&scratch);
	}
	arena_free(&scratch);
	return status;
}

/*
 * The last row up to the one that was dealt with which the asker may see: a foreign row's id and
 * value are not for its cursor (R13). Of the rows that were just walked it goes back over foreign
 * ones alone.
 */
static enum status find_own(struct walk *walk, int64_t rowid, struct sql_stmt **stmt,
    struct error *err)
{
	const struct record_type *type = walk->query->type;
	const struct field *key = record_key(type), *sort = walk->sort;
	const char *sign = walks_down(walk) ? ">=" : "<=";
	const char *direction = walks_down(walk) ? "" : " DESC";
	enum status status;
	struct buf text;

	where_cut(&walk->where, walk->scope_end, walk->scope_binds);
	status = add_cursor(walk, err);
	if (status != STATUS_OK)
		return status;
	buf_init(&text, SCRATCH_BYTES);
	buf_puts(&text, "SELECT ");
	row_columns(type, &text);
	buf_printf(&text, " FROM \"%s\" AS t WHERE 1%s AND ", type->table,
	    buf_text(&walk->where.text));
	if (sort == key)
		buf_printf(&text, "t.\"%s\" %s (SELECT b.\"%s\"", key->member, sign, key->member);
	else
		buf_printf(&text, "(t.\"%s\", t.\"%s\") %s (SELECT b.\"%s\", b.\"%s\"",
		    sort->member, key->member, sign, sort->member, key->member);
	buf_printf(&text, " FROM \"%s\" AS b WHERE b.rowid = ?) ORDER BY t.\"%s\"%s", type->table,
	    sort->member, direction);
	if (sort != key)
		buf_printf(&text, ", t.\"%s\"%s", key->member, direction);
	buf_puts(&text, " LIMIT 1");
	where_number(&walk->where, rowid);
	status = prepare(walk, &text, stmt, err);
	buf_free(&text);
	return status;
}

/*
 * Where to go on from when the time was up: after the last row that was dealt with, which need
 * not be on the page.
 */
static enum status set_resume(struct walk *walk, struct error *err)
{
	struct page at = { .type = walk->query->type, .sort = walk->sort,
	    .descending = walk->descending };
	struct arena arena = { 0 };
	struct sql_stmt *stmt = NULL;
	enum status status;
	struct buf text;
	void *record;
	int64_t rowid;
	bool row;

	rowid = sql_seen(walk->store->sql, &walk->page->scanned);
	walk->page->resume = arena_strdup(&walk->page->arena, walk->query->cursor);
	if (rowid == 0 || !walk->in_order)
		return STATUS_OK;
	buf_init(&text, SCRATCH_BYTES);
	status = find_own(walk, rowid, &stmt, err);
	if (status == STATUS_OK)
		status = sql_step(stmt, &row, err);
	if (status == STATUS_OK && row)
		status = row_read(stmt, at.type, &arena, &record, err);
	if (status == STATUS_OK && row) {
		at.rows = &record;
		page_cursor(&at, 0, &text);
		walk->page->resume = arena_strdup(&walk->page->arena, buf_text(&text));
	}
	sql_done(stmt);
	buf_free(&text);
	arena_free(&arena);
	return status;
}

static void turn_round(struct page *page)
{
	void *row;
	size_t i;

	for (i = 0; i < page->count / 2; i++) {
		row = page->rows[i];
		page->rows[i] = page->rows[page->count - 1 - i];
		page->rows[page->count - 1 - i] = row;
	}
}

static enum status read_page(struct walk *walk, struct error *err)
{
	const struct query *query = walk->query;
	bool from_cursor = query->cursor != NULL && query->cursor[0] != '\0', more = false;
	struct sql_stmt *stmt;
	enum status status;
	struct error late;
	struct buf text;

	buf_init(&text, SCRATCH_BYTES);
	select_text(walk, filter_has_regex(walk->filter) ? 0 : (size_t)query->limit + 1, &text);
	status = prepare(walk, &text, &stmt, err);
	if (status == STATUS_OK && query->budget_ms != 0) {
		status = find_order(walk, &text, err);
		sql_budget(walk->store->sql, query->budget_ms);
	}
	buf_free(&text);
	if (status != STATUS_OK) {
		sql_done(stmt);
		return status;
	}
	sql_seen_start(walk->store->sql);
	status = read_rows(walk, stmt, query->limit, &more, &late);
	sql_done(stmt);
	if (status == STATUS_TIMEOUT) {
		sql_budget(walk->store->sql, 0);
		walk->page->partial = more = true;
		status = set_resume(walk, &late);
	}
	if (status != STATUS_OK && err != NULL)
		*err = late;
	if (query->backwards)
		turn_round(walk->page);
	walk->page->more_after = query->backwards ? from_cursor : more;
	walk->page->more_before = query->backwards ? more : from_cursor;
	return status;
}

/* --- totals --- */

static enum status count_rows(struct walk *walk, struct sql_stmt *stmt, struct error *err)
{
	const struct record_type *type = walk->query->type;
	struct arena scratch = { 0 };
	enum status status;
	int64_t total = 0;
	void *record;
	bool row;

	do {
		status = sql_step(stmt, &row, err);
		if (status == STATUS_OK && row)
			status = row_read(stmt, type, &scratch, &record, err);
		if (status != STATUS_OK || !row)
			break;
		total += passes(walk, record);
		if (scratch.used > SCRATCH_BYTES)
			arena_free(&scratch);
	} while (total <= COUNT_MAX);
	arena_free(&scratch);
	if (status == STATUS_OK)
		walk->page->total = total;
	return status;
}

/* All that match, cursor or not. Where the time is up the total stays unknown. */
static enum status read_total(struct walk *walk, struct error *err)
{
	const struct record_type *type = walk->query->type;
	bool regex = filter_has_regex(walk->filter), row;
	struct sql_stmt *stmt;
	enum status status;
	struct error late;
	struct buf text;

	buf_init(&text, SCRATCH_BYTES);
	if (regex) {
		buf_puts(&text, "SELECT ");
		row_columns(type, &text);
		buf_printf(&text, " FROM \"%s\" AS t WHERE 1%s", type->table,
		    buf_text(&walk->where.text));
	} else {
		buf_printf(&text,
		    "SELECT count(*) FROM (SELECT 1 FROM \"%s\" AS t WHERE 1%s LIMIT %d)",
		    type->table, buf_text(&walk->where.text), COUNT_MAX + 1);
	}
	status = prepare(walk, &text, &stmt, err);
	buf_free(&text);
	if (status != STATUS_OK)
		return status;
	if (regex) {
		status = count_rows(walk, stmt, &late);
	} else {
		status = sql_step(stmt, &row, &late);
		if (status == STATUS_OK)
			walk->page->total = sql_int(stmt, 0);
	}
	sql_done(stmt);
	if (status == STATUS_TIMEOUT)
		return STATUS_OK;
	if (status != STATUS_OK && err != NULL)
		*err = late;
	return status;
}

/* --- the whole --- */

static enum status check_limit(const struct query *query, struct error *err)
{
	if (query->limit > QUERY_LIMIT_MAX || (query->limit == 0 && !query->count)) {
		error_set(err, STATUS_INVALID, _("a page has 1 to %d rows"), QUERY_LIMIT_MAX);
		error_field(err, "limit");
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

static enum status start(struct walk *walk, const struct scope *scope, struct error *err)
{
	const struct query *query = walk->query;
	enum status status;

	status = check_limit(query, err);
	if (status == STATUS_OK)
		status = query_sort(query->type, query->sort, &walk->sort, &walk->descending,
		    err);
	if (status == STATUS_OK)
		status = filter_parse(query->type, query->filter != NULL ? query->filter : "",
		    walk->context, &walk->arena, &walk->filter, err);
	if (status != STATUS_OK)
		return status;
	/* A total alone is in no order, and counted along whichever index the filter names. */
	where_init(&walk->where, walk->store, query->type, query->limit > 0 ? walk->sort : NULL);
	walk->page = page_new(query->type);
	walk->page->sort = walk->sort;
	walk->page->descending = walk->descending;
	walk->page->at = walk->context->now;
	where_scope(&walk->where, scope);
	walk->scope_end = walk->where.text.len;
	walk->scope_binds = walk->where.count;
	status = where_parent(&walk->where, query->parent, err);
	return status == STATUS_OK ? where_filter(&walk->where, walk->filter, err) : status;
}

enum status store_list(struct store *store, const struct query *query, const struct scope *scope,
    const struct filter_context *context, struct page **out, struct error *err)
{
	struct walk walk = { .store = store, .query = query, .context = context };
	size_t text_end = 0, binds_end = 0;
	enum status status;

	*out = NULL;
	status = start(&walk, scope, err);
	if (status != STATUS_OK)
		goto out;
	text_end = walk.where.text.len;
	binds_end = walk.where.count;
	status = add_cursor(&walk, err);
	if (status == STATUS_OK && query->limit > 0)
		status = read_page(&walk, err);
	if (status != STATUS_OK || !query->count || walk.page->partial)
		goto out;
	/* The total is of the whole list: without the cursor. */
	where_cut(&walk.where, text_end, binds_end);
	if (query->limit == 0)
		sql_budget(store->sql, query->budget_ms);
	status = read_total(&walk, err);
out:
	sql_budget(store->sql, 0);
	if (status == STATUS_OK)
		*out = walk.page;
	else
		page_drop(walk.page);
	where_free(&walk.where);
	arena_free(&walk.arena);
	return status;
}
