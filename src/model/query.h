/*
 * What is asked of a list, and the page that answers (architecture.md, decision 5).
 *
 * A page is immutable once made, owns one arena with all its records, and is reference-counted (any
 * thread may drop its own reference). Cursors are positions in a sort order and stay valid when
 * rows come and go.
 */
#ifndef KOODESK_MODEL_QUERY_H
#define KOODESK_MODEL_QUERY_H

#include <stdatomic.h>

#include "model/filter.h"

#define QUERY_LIMIT_MAX 1000
#define COUNT_MAX 9999 /* totals stop counting here */

struct query {
	const struct record_type *type;
	const char *filter;  /* filter language; NULL or "" for all */
	const char *parent;  /* only rows of this supervision (log entries, attachments, appeals);
				NULL for any */
	const char *sort;    /* as query_sort() takes it: '-' before it for descending */
	const char *cursor;  /* from page_cursor(); NULL: from the start */
	bool backwards;      /* the rows before the cursor (without one: the last rows); still
				answered in sort order */
	unsigned limit;      /* rows wanted, 1 to QUERY_LIMIT_MAX; 0 with count: none */
	bool count;          /* also count all that match, up to COUNT_MAX + 1 */
	unsigned budget_ms;  /* 0: none; else the page comes with what was found by then */
};

struct page {
	atomic_uint refs;    /* use page_ref() and page_drop() */
	struct arena arena;
	const struct record_type *type;
	const struct field *sort;
	bool descending;
	void **rows;         /* in the arena, as are the records */
	size_t count;
	bool more_before, more_after;
	bool partial;        /* the time budget ran out: ask on from the last cursor */
	int64_t scanned;     /* rows looked at where partial */
	const char *resume;  /* where partial: the cursor to go on from, same way */
	int64_t total;       /* -1: not asked; COUNT_MAX + 1: more than COUNT_MAX */
	int64_t at;          /* when it was read, ms UTC */
};

/* One reference, no rows, no total; the sort of the type. */
struct page *page_new(const struct record_type *type);
struct page *page_ref(struct page *page);
void page_drop(struct page *page); /* NULL-safe */

/*
 * Position of a row, added to out: opaque printable text without blanks or quotes, of the type, the
 * sort, its direction, the sort value and the id.
 */
void page_cursor(const struct page *page, size_t row, struct buf *out);

/*
 * Takes a cursor apart, which may come from outside; INVALID where it is none of this type and a
 * sort of it. The caller checks that the sort is its own. *value: the text as stored, of other
 * kinds a decimal int64_t. *id is not empty.
 */
enum status cursor_parse(const struct record_type *type, const char *cursor,
    const struct field **sort, bool *descending, const char **value, const char **id,
    struct arena *arena, struct error *err);

/*
 * Resolves "-placedAt" to a SORT field and direction; column names as column_find() takes them.
 * NULL or empty text gives the type's default. INVALID names the sortable ones.
 */
enum status query_sort(const struct record_type *type, const char *text, const struct field **field,
    bool *descending, struct error *err);

#endif
