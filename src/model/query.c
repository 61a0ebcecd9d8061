#include "model/query.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/column.h"

#define CURSOR_MAX (64u << 10) /* bytes: longer than any row's own */

/* --- pages --- */

struct page *page_new(const struct record_type *type)
{
	struct page *page = mem_alloc(sizeof *page);

	atomic_init(&page->refs, 1);
	page->type = type;
	page->total = -1;
	/* A type's own sort is a sortable column: the tests of the tables hold it. */
	(void)query_sort(type, NULL, &page->sort, &page->descending, NULL);
	return page;
}

struct page *page_ref(struct page *page)
{
	atomic_fetch_add_explicit(&page->refs, 1, memory_order_relaxed);
	return page;
}

void page_drop(struct page *page)
{
	if (page == NULL)
		return;
	/* Whoever takes the last reference must see all that the others did before they dropped
	 * theirs. */
	if (atomic_fetch_sub_explicit(&page->refs, 1, memory_order_acq_rel) != 1)
		return;
	arena_free(&page->arena);
	free(page);
}

/* --- sorts --- */

enum status query_sort(const struct record_type *type, const char *text, const struct field **field,
    bool *descending, struct error *err)
{
	char columns[360];
	enum status status;

	if (text == NULL || text[0] == '\0')
		text = type->sort;
	*descending = text[0] == '-';
	*field = column_find(type, text + (*descending ? 1 : 0), SORT);
	if (*field != NULL)
		return STATUS_OK;
	column_list(type, SORT, columns, sizeof columns);
	status = error_set(err, STATUS_INVALID, _("%.100s: not a column to sort by; there are: %s"),
	    text, columns);
	error_field(err, "sort");
	return status;
}

/* --- cursors: "1:supervision:placed_at:d:1793491200000:CS22...", each part escaped --- */

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.';
}

static void add_escaped(struct buf *out, const char *s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (is_plain(*s)) {
			buf_putc(out, *s);
			continue;
		}
		buf_putc(out, '%');
		buf_putc(out, digits[c >> 4]);
		buf_putc(out, digits[c & 15]);
	}
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/*
 * The next part of a cursor, unescaped in place, and *at past it and its colon; NULL where it is
 * not one that add_escaped() makes.
 */
static char *next_part(char **at)
{
	char *start = *at, *to = *at, *from = *at;

	for (; *from != '\0' && *from != ':'; from++) {
		if (is_plain(*from)) {
			*to++ = *from;
			continue;
		}
		if (from[0] != '%' || hex_value(from[1]) < 0 || hex_value(from[2]) < 0)
			return NULL;
		*to = (char)(hex_value(from[1]) << 4 | hex_value(from[2]));
		if (*to == '\0')
			return NULL;
		to++;
		from += 2;
	}
	*at = *from == ':' ? from + 1 : from;
	*to = '\0';
	return start;
}

void page_cursor(const struct page *page, size_t row, struct buf *out)
{
	const void *record = page->rows[row];

	buf_printf(
	    out, "1:%s:%s:%c:", page->type->name, page->sort->member, page->descending ? 'd' : 'a');
	if (page->sort->kind == FIELD_TEXT)
		add_escaped(out, record_text(page->sort, record));
	else
		buf_printf(out, "%" PRId64, record_int(page->sort, record));
	buf_putc(out, ':');
	add_escaped(out, record_id(page->type, record));
}

static bool is_int64(const char *s)
{
	const char *digits = s[0] == '-' ? s + 1 : s;
	char *end;

	if (digits[0] < '0' || digits[0] > '9')
		return false;
	errno = 0;
	(void)strtoll(s, &end, 10);
	return errno == 0 && *end == '\0';
}

static size_t colons(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s == ':';
	return n;
}

static const struct field *sort_field(const struct record_type *type, const char *member)
{
	size_t i;

	for (i = 0; i < type->count; i++) {
		if ((type->fields[i].flags & SORT) != 0 &&
		    strcmp(type->fields[i].member, member) == 0)
			return &type->fields[i];
	}
	return NULL;
}

enum status cursor_parse(const struct record_type *type, const char *cursor,
    const struct field **sort, bool *descending, const char **value, const char **id,
    struct arena *arena, struct error *err)
{
	const char *part[6];
	enum status status;
	char *at;
	size_t i;

	if (strlen(cursor) > CURSOR_MAX || colons(cursor) != 5)
		goto bad;
	at = arena_strdup(arena, cursor);
	for (i = 0; i < 6; i++) {
		part[i] = next_part(&at);
		if (part[i] == NULL)
			goto bad;
	}
	if (strcmp(part[0], "1") != 0 || strcmp(part[1], type->name) != 0)
		goto bad;
	*sort = sort_field(type, part[2]);
	if (*sort == NULL || (strcmp(part[3], "a") != 0 && strcmp(part[3], "d") != 0))
		goto bad;
	if (((*sort)->kind != FIELD_TEXT && !is_int64(part[4])) || part[5][0] == '\0')
		goto bad;
	*descending = part[3][0] == 'd';
	*value = part[4];
	*id = part[5];
	return STATUS_OK;
bad:
	status = error_set(
	    err, STATUS_INVALID, _("this is not a position in this list; start again without one"));
	error_field(err, "cursor");
	return status;
}
