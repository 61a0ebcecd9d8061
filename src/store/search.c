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

enum status search_add(struct sql *sql, const struct record_type *type, const char *insert,
    int64_t rowid, const void *record, struct error *err)
{
	enum status status;
	struct sql_stmt *stmt;
	struct buf text;
	int index = 1;
	bool row;
	size_t i;

	status = sql_prepare(sql, insert, &stmt, err);
	if (status != STATUS_OK)
		return status;
	buf_init(&text, FIELD_BYTES_MAX);
	sql_bind_int(stmt, index++, rowid);
	for (i = 0; i < type->count; i++) {
		if (!(type->fields[i].flags & SEARCH))
			continue;
		buf_clear(&text);
		tokens(record_text(&type->fields[i], record), true, &text);
		sql_bind_text(stmt, index++, buf_text(&text));
	}
	if (text.failed)
		status = error_set(err, STATUS_INVALID, _("a text is too long to be searched"));
	else
		status = sql_step(stmt, &row, err);
	buf_free(&text);
	sql_done(stmt);
	return status;
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

enum status search_rebuild(struct sql *sql, const struct record_type *type, struct error *err)
{
	struct sql_stmt *stmt = NULL;
	struct arena arena = { 0 };
	struct buf text, insert;
	enum status status;
	void *record;
	bool row;

	buf_init(&text, 1 << 16);
	buf_init(&insert, 1 << 16);
	search_insert(type, &insert);
	buf_puts(&text, "SELECT ");
	row_columns(type, &text);
	buf_printf(&text, ", rowid FROM \"%s\"", type->table);
	status = sql_prepare(sql, buf_text(&text), &stmt, err);
	while (status == STATUS_OK) {
		status = sql_step(stmt, &row, err);
		if (status != STATUS_OK || !row)
			break;
		status = row_read(stmt, type, &arena, &record, err);
		if (status == STATUS_OK)
			status = search_add(sql, type, buf_text(&insert),
			    sql_int(stmt, (int)type->count), record, err);
		arena_free(&arena);
	}
	sql_done(stmt);
	arena_free(&arena);
	buf_free(&text);
	buf_free(&insert);
	return status;
}
