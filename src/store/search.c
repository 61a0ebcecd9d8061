#include "store/parts.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

/*
 * Substring search for two Chinese characters and for "saf" in "DataSafe" alike: each SEARCH
 * field is indexed as its overlapping pairs of folded characters, and a word is found as the
 * phrase of its own pairs, which is what text_contains() finds. A pair is one token of twelve hex
 * digits; the last character stands alone at the end, so that a word of one character is the
 * prefix of some token.
 */

#define FIELD_BYTES_MAX (1u << 20)
#define GATHER_USUAL (1u << 20)
#define GATHER_MANY (32u << 20)

bool search_has(const struct record_type *type)
{
	return record_field_flagged(type, SEARCH) != NULL;
}

static void search_columns(const struct record_type *type, struct buf *out)
{
	const char *comma = "";
	size_t i;

	for (i = 0; i < type->count; i++) {
		if (!(type->fields[i].flags & SEARCH))
			continue;
		buf_printf(out, "%s\"%s\"", comma, type->fields[i].member);
		comma = ", ";
	}
}

void search_table(const struct record_type *type, struct buf *out)
{
	buf_printf(out, "CREATE VIRTUAL TABLE \"%s_search\" USING fts5(", type->table);
	search_columns(type, out);
	buf_puts(out, ", content='', columnsize=0, tokenize='ascii');");
}

void search_insert(const struct record_type *type, struct buf *out)
{
	size_t i;

	buf_printf(out, "INSERT INTO \"%s_search\" (rowid, ", type->table);
	search_columns(type, out);
	buf_puts(out, ") VALUES (?");
	for (i = 0; i < type->count; i++) {
		if (type->fields[i].flags & SEARCH)
			buf_puts(out, ", ?");
	}
	buf_puts(out, ")");
}

static void add_character(struct buf *out, uint32_t cp)
{
	static const char digits[] = "0123456789abcdef";
	char hex[6];
	int i;

	for (i = 5; i >= 0; i--, cp >>= 4)
		hex[i] = digits[cp & 15];
	buf_add(out, hex, sizeof hex);
}

/*
 * The tokens of a text: pairs, and with `last` the last character alone. Returns the characters.
 */
static size_t tokens(const char *s, bool last, struct buf *out)
{
	size_t n = strlen(s), i = 0, count = 0;
	uint32_t cp, before = 0;
	bool ok;

	while (i < n) {
		i += text_decode(s + i, n - i, &cp, &ok);
		cp = text_fold(cp);
		if (count++ > 0) {
			add_character(out, before);
			add_character(out, cp);
			buf_putc(out, ' ');
		}
		before = cp;
	}
	if (last && count > 0)
		add_character(out, before);
	return count;
}

/* text(i): the i-th SEARCH field. */
static enum status add_texts(struct sql *sql, const struct record_type *type, const char *insert,
    int64_t rowid, const char *(*text)(const void *from, const struct field *field, int i),
    const void *from, struct error *err)
{
	enum status status;
	struct sql_stmt *stmt;
	struct buf words;
	int count = 0;
	bool row;
	size_t i;

	status = sql_prepare(sql, insert, &stmt, err);
	if (status != STATUS_OK)
		return status;
	buf_init(&words, FIELD_BYTES_MAX);
	sql_bind_int(stmt, 1, rowid);
	for (i = 0; i < type->count; i++) {
		if (!(type->fields[i].flags & SEARCH))
			continue;
		buf_clear(&words);
		tokens(text(from, &type->fields[i], count), true, &words);
		sql_bind_text(stmt, 2 + count++, buf_text(&words));
	}
	if (words.failed)
		status = error_set(err, STATUS_INVALID, _("a text is too long to be searched"));
	else
		status = sql_step(stmt, &row, err);
	buf_free(&words);
	sql_done(stmt);
	return status;
}

static const char *text_of_record(const void *from, const struct field *field, int i)
{
	(void)i;
	return record_text(field, from);
}

enum status search_add(struct sql *sql, const struct record_type *type, const char *insert,
    int64_t rowid, const void *record, struct error *err)
{
	return add_texts(sql, type, insert, rowid, text_of_record, record, err);
}

void search_phrase(const char *word, struct buf *out)
{
	size_t count;

	buf_putc(out, '"');
	count = tokens(word, false, out);
	if (count == 1)
		tokens(word, true, out);
	buf_puts(out, count == 1 ? "\"*" : "\"");
}

/* Of the rebuilding SELECT: the rowid, then the SEARCH fields. */
struct row {
	struct sql_stmt *stmt;
};

static const char *text_of_row(const void *from, const struct field *field, int i)
{
	const struct row *row = from;

	(void)field;
	return sql_text(row->stmt, 1 + i);
}

/* What the index gathers in memory before it writes: the more, the fewer parts it has to merge. */
static enum status gather(struct sql *sql, const struct record_type *type, unsigned bytes,
    struct error *err)
{
	struct buf text;
	enum status status;

	buf_init(&text, 512);
	buf_printf(&text, "INSERT INTO \"%s_search\" (\"%s_search\", rank)"
	    " VALUES ('hashsize', %u)", type->table, type->table, bytes);
	status = sql_exec(sql, buf_text(&text), err);
	buf_free(&text);
	return status;
}

enum status search_rebuild(struct sql *sql, const struct record_type *type, struct error *err)
{
	struct row from = { NULL };
	struct buf text, insert;
	enum status status;
	bool row;

	buf_init(&text, 1 << 16);
	buf_init(&insert, 1 << 16);
	search_insert(type, &insert);
	buf_puts(&text, "SELECT rowid, ");
	search_columns(type, &text);
	buf_printf(&text, " FROM \"%s\"", type->table);
	status = gather(sql, type, GATHER_MANY, err);
	if (status == STATUS_OK)
		status = sql_prepare(sql, buf_text(&text), &from.stmt, err);
	while (status == STATUS_OK) {
		status = sql_step(from.stmt, &row, err);
		if (status != STATUS_OK || !row)
			break;
		status = add_texts(sql, type, buf_text(&insert), sql_int(from.stmt, 0),
		    text_of_row, &from, err);
	}
	sql_done(from.stmt);
	if (status == STATUS_OK)
		status = gather(sql, type, GATHER_USUAL, err);
	buf_free(&text);
	buf_free(&insert);
	return status;
}
