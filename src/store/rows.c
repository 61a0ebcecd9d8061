#include "store/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

#define TEXTS_MAX (1u << 16)

/* --- statements made from the table of fields --- */

void row_columns(const struct record_type *type, struct buf *out)
{
	size_t i;

	for (i = 0; i < type->count; i++)
		buf_printf(out, "%s\"%s\"", i == 0 ? "" : ", ", type->fields[i].member);
}

static char *keep(struct buf *text)
{
	char *kept = mem_strdup(buf_text(text));

	buf_clear(text);
	return kept;
}

static void make_update(const struct record_type *type, struct buf *text)
{
	const char *comma = "";
	size_t i;

	buf_printf(text, "UPDATE \"%s\" SET ", type->table);
	for (i = 0; i < type->count; i++) {
		if (type->fields[i].flags & KEY)
			continue;
		buf_printf(text, "%s\"%s\" = ?", comma, type->fields[i].member);
		comma = ", ";
	}
	buf_printf(text, " WHERE \"%s\" = ?", record_key(type)->member);
}

static void make_texts(const struct record_type *type, struct texts *texts)
{
	const struct field *key = record_key(type);
	struct buf text;
	size_t i;

	buf_init(&text, TEXTS_MAX);
	texts->type = type;
	row_columns(type, &text);
	texts->columns = keep(&text);
	buf_printf(&text, "SELECT %s FROM \"%s\" WHERE \"%s\" = ?", texts->columns, type->table,
	    key->member);
	texts->select = keep(&text);
	buf_printf(&text, "INSERT INTO \"%s\" (%s) VALUES (", type->table, texts->columns);
	for (i = 0; i < type->count; i++)
		buf_puts(&text, i == 0 ? "?" : ", ?");
	buf_puts(&text, ")");
	texts->insert = keep(&text);
	make_update(type, &text);
	texts->update = keep(&text);
	if (search_has(type)) {
		search_insert(type, &text);
		texts->search = keep(&text);
	}
	buf_free(&text);
}

const struct texts *store_texts(struct store *store, const struct record_type *type)
{
	size_t i;

	for (i = 0; i < store->n_texts; i++) {
		if (store->texts[i].type == type)
			return &store->texts[i];
	}
	if (store->n_texts == STORE_TYPES_MAX)
		texts_free(&store->texts[--store->n_texts]);
	make_texts(type, &store->texts[store->n_texts]);
	return &store->texts[store->n_texts++];
}

void texts_free(struct texts *texts)
{
	free(texts->columns);
	free(texts->insert);
	free(texts->select);
	free(texts->update);
	free(texts->search);
	memset(texts, 0, sizeof *texts);
}

/* --- one row --- */

void row_bind(struct sql_stmt *stmt, int index, const struct field *field, const void *record)
{
	if (field->kind == FIELD_TEXT)
		sql_bind_text_kept(stmt, index, record_text(field, record));
	else if (field->kind == FIELD_ENUM)
		sql_bind_text_kept(stmt, index,
		    names_word(field->names, record_int(field, record)));
	else
		sql_bind_int(stmt, index, record_int(field, record));
}

enum status row_read(struct sql_stmt *stmt, const struct record_type *type, struct arena *arena,
    void **record, struct error *err)
{
	const struct field *field;
	const char *text;
	int64_t value;
	size_t i;

	*record = record_new(type, arena);
	for (i = 0; i < type->count; i++) {
		field = &type->fields[i];
		if (field->kind == FIELD_TEXT) {
			text = arena_strdup(arena, sql_text(stmt, (int)i));
			record_set_text(field, *record, text);
			continue;
		}
		value = field->kind != FIELD_ENUM ? sql_int(stmt, (int)i) :
		    names_value(field->names, sql_text(stmt, (int)i));
		if (field->kind == FIELD_ENUM && value < 0)
			return error_set(err, STATUS_IO,
			    _("the database holds \"%s\" as %s of %s, which this program does "
			    "not know"), sql_text(stmt, (int)i), field->wire, type->name);
		record_set_int(field, *record, value);
	}
	return STATUS_OK;
}

static enum status not_there(const struct record_type *type, const char *id, struct error *err)
{
	return error_set(err, STATUS_NOTFOUND, _("there is no %s %s"), type->name, id);
}

enum status store_get(struct store *store, const struct record_type *type, const char *id,
    struct arena *arena, void **record, struct error *err)
{
	enum status status = STATUS_OK;
	struct sql_stmt *stmt;
	bool row;

	*record = store->kept != NULL ? kept_get(store->kept, type, id, arena) : NULL;
	if (*record != NULL)
		return STATUS_OK;
	if (store->kept != NULL && kept_absent(store->kept, type, id))
		return not_there(type, id, err);
	if (store->kept != NULL)
		status = behind_settle(store->behind, kept_bit(type), err);
	if (status == STATUS_OK)
		status = sql_prepare_unwatched(store->sql, store_texts(store, type)->select, &stmt,
		    err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, id);
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK)
		status = row ? row_read(stmt, type, arena, record, err) : not_there(type, id,
		    err);
	sql_done(stmt);
	if (status == STATUS_OK && store->kept != NULL) {
		kept_put(store->kept, type, *record, KEPT_CLEAN);
		status = kept_trim(store, err);
	}
	return status;
}

/* Runs a statement that takes all fields in their order. */
static enum status write_row(struct store *store, const char *text,
    const struct record_type *type, const void *record, struct error *err)
{
	struct sql_stmt *stmt;
	enum status status;
	bool row;
	size_t i;

	status = sql_prepare_unwatched(store->sql, text, &stmt, err);
	if (status != STATUS_OK)
		return status;
	for (i = 0; i < type->count; i++)
		row_bind(stmt, (int)i + 1, &type->fields[i], record);
	status = sql_step(stmt, &row, err);
	sql_done(stmt);
	return status;
}

enum status row_insert(struct store *store, const struct record_type *type, const void *record,
    struct error *err)
{
	return write_row(store, store_texts(store, type)->insert, type, record, err);
}

/* What is never changed, and hardly read while many are made. */
static bool only_grows(const struct record_type *type)
{
	return type == &log_entry_record || type == &attachment_record;
}

static enum status insert_kept(struct store *store, const struct record_type *type,
    const void *record, struct error *err)
{
	enum status status;

	if (kept_has(store->kept, type, record_id(type, record)))
		return error_set(err, STATUS_EXISTS, _("there is such a record already"));
	status = kept_insert(store, type, record, !only_grows(type), err);
	return status == STATUS_OK ? kept_trim(store, err) : status;
}

enum status store_insert(struct store *store, const struct record_type *type, const void *record,
    struct error *err)
{
	const struct texts *texts = store_texts(store, type);
	enum status status;

	if (store->kept != NULL)
		return insert_kept(store, type, record, err);
	if (texts->search == NULL)
		return row_insert(store, type, record, err);
	/* The row and its index together. */
	status = sql_begin(store->sql, err);
	if (status != STATUS_OK)
		return status;
	status = write_row(store, texts->insert, type, record, err);
	if (status == STATUS_OK)
		status = search_add(store->sql, type, texts->search, sql_last_rowid(store->sql),
		    record, err);
	if (status == STATUS_OK)
		status = sql_commit(store->sql, err);
	if (status != STATUS_OK)
		sql_rollback(store->sql);
	return status;
}

static bool same_value(const struct field *field, const void *a, const void *b)
{
	if (field->kind == FIELD_TEXT)
		return strcmp(record_text(field, a), record_text(field, b)) == 0;
	return record_int(field, a) == record_int(field, b);
}

/*
 * Writes the columns that differ from the row as it was: SQLite rewrites each index of every column
 * that is named, changed or not, and a list has many.
 */
static enum status write_changes(struct store *store, const struct record_type *type,
    const void *was, const void *record, struct error *err)
{
	const struct field *key = record_key(type);
	enum status status = STATUS_OK;
	struct sql_stmt *stmt = NULL;
	struct buf text;
	size_t i, count = 0;
	int index = 1;
	bool row;

	buf_init(&text, TEXTS_MAX);
	buf_printf(&text, "UPDATE \"%s\" SET ", type->table);
	for (i = 0; i < type->count; i++) {
		if (!same_value(&type->fields[i], was, record))
			buf_printf(&text, "%s\"%s\" = ?", count++ > 0 ? ", " : "",
			    type->fields[i].member);
	}
	buf_printf(&text, " WHERE \"%s\" = ?", key->member);
	if (count > 0)
		status = sql_prepare(store->sql, buf_text(&text), &stmt, err);
	buf_free(&text);
	if (count == 0 || status != STATUS_OK)
		return status;
	for (i = 0; i < type->count; i++) {
		if (!same_value(&type->fields[i], was, record))
			row_bind(stmt, index++, &type->fields[i], record);
	}
	row_bind(stmt, index, key, record);
	status = sql_step(stmt, &row, err);
	sql_done(stmt);
	return status;
}

/* Where hardly an index is left, looking at the row first costs more than it saves. */
enum status row_update(struct store *store, const struct record_type *type,
    const void *record, struct error *err)
{
	const struct field *key = record_key(type);
	struct sql_stmt *stmt;
	enum status status;
	int index = 1;
	bool row;
	size_t i;

	status = sql_prepare_unwatched(store->sql, store_texts(store, type)->update, &stmt, err);
	if (status != STATUS_OK)
		return status;
	for (i = 0; i < type->count; i++) {
		if (!(type->fields[i].flags & KEY))
			row_bind(stmt, index++, &type->fields[i], record);
	}
	row_bind(stmt, index, key, record);
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK && sql_changes(store->sql) == 0)
		status = not_there(type, record_id(type, record), err);
	sql_done(stmt);
	return status;
}

static enum status update_kept(struct store *store, const struct record_type *type,
    const void *record, struct error *err)
{
	enum status status;

	if (kept_has(store->kept, type, record_id(type, record))) {
		kept_put(store->kept, type, record, KEPT_CHANGED);
		return kept_trim(store, err);
	}
	status = behind_settle(store->behind, kept_bit(type), err);
	if (status == STATUS_OK)
		status = row_update(store, type, record, err);
	if (status == STATUS_OK) {
		kept_put(store->kept, type, record, KEPT_CLEAN);
		status = kept_trim(store, err);
	}
	return status;
}

enum status store_update(struct store *store, const struct record_type *type, const void *record,
    struct error *err)
{
	struct arena arena = { 0 };
	enum status status;
	void *was;

	if (store->kept != NULL)
		return update_kept(store, type, record, err);
	/* Nobody else may write between the two. */
	status = sql_begin(store->sql, err);
	if (status != STATUS_OK)
		return status;
	status = store_get(store, type, record_id(type, record), &arena, &was, err);
	if (status == STATUS_OK)
		status = write_changes(store, type, was, record, err);
	if (status == STATUS_OK)
		status = sql_commit(store->sql, err);
	if (status != STATUS_OK)
		sql_rollback(store->sql);
	arena_free(&arena);
	return status;
}
