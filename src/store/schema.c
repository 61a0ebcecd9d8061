#include "store/parts.h"

#include <string.h>

#include "base/i18n.h"

/*
 * Tables that are no records. The contents of files lie in chunks, once for each digest; uploads
 * says who handed them in.
 */
static const char fixed_tables[] =
	"CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS receipts (actor TEXT NOT NULL, key TEXT NOT NULL,"
	" hash TEXT NOT NULL, receipt TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (actor, key))"
	" WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS files (digest TEXT PRIMARY KEY NOT NULL, size INTEGER NOT NULL,"
	" at INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS chunks (digest TEXT NOT NULL, n INTEGER NOT NULL,"
	" data BLOB NOT NULL, PRIMARY KEY (digest, n));"
	"CREATE TABLE IF NOT EXISTS uploads (digest TEXT NOT NULL, account TEXT NOT NULL,"
	" at INTEGER NOT NULL, PRIMARY KEY (digest, account)) WITHOUT ROWID;";

/* Indexes that the field flags do not say: what the engine looks up, and the inbox. */
static const struct extra_index {
	const char *table, *name, *columns;
	bool unique;
	const char *where;    /* NULL: all rows. Written as where.c writes it */
} extra_indexes[] = {
	{ "supervisions", "inbox", "turn, state, stay_since, id", false, NULL },
	{ "supervisions", "inbox_buyer", "buyer, turn, state, stay_since, id", false, NULL },
	{ "supervisions", "inbox_seller", "seller, turn, state, stay_since, id", false, NULL },
	{ "supervisions", "open", "stay_since, id", false, "+state = 'open'" },
	{ "supervisions", "open_buyer", "buyer, stay_since, id", false, "+state = 'open'" },
	{ "supervisions", "open_seller", "seller, stay_since, id", false, "+state = 'open'" },
	{ "appeals", "open", "due_at, id", false, "+state = 'open'" },
	{ "instances", "line", "line", false, NULL },
	{ "instances", "latest", "buyer, product, starts_at DESC, id", false, NULL },
	{ "instances", "ageing", "state, expires_at", false, NULL },
	{ "log_entries", "chain", "supervision, seq", true, NULL },
	{ "attachments", "supervision", "supervision, seq", false, NULL },
	{ "appeals", "supervision", "supervision", false, NULL },
	{ "refunds", "supervision", "supervision", false, NULL },
	{ "deployments", "supervision", "supervision", false, NULL },
};

/* --- tables and columns --- */

static void column(const struct field *field, struct buf *out)
{
	bool text = field->kind == FIELD_TEXT || field->kind == FIELD_ENUM;

	buf_printf(out, "\"%s\" %s", field->member, text ? "TEXT" : "INTEGER");
	if (field->flags & KEY)
		buf_puts(out, " PRIMARY KEY NOT NULL");
	else
		buf_printf(out, " NOT NULL DEFAULT %s", text ? "''" : "0");
}

static void create_table(const struct record_type *type, struct buf *out)
{
	size_t i;

	buf_printf(out, "CREATE TABLE \"%s\" (", type->table);
	for (i = 0; i < type->count; i++) {
		buf_puts(out, i == 0 ? "" : ", ");
		column(&type->fields[i], out);
	}
	buf_puts(out, ");");
}

static void add_columns(const struct record_type *type, int version, struct buf *out)
{
	size_t i;

	for (i = 0; i < type->count; i++) {
		if (type->fields[i].since <= version)
			continue;
		buf_printf(out, "ALTER TABLE \"%s\" ADD COLUMN ", type->table);
		column(&type->fields[i], out);
		buf_puts(out, ";");
	}
}

/* --- indexes --- */

/* One index in the order of a list: what the scope is equal to, the sort field, the key. */
static void sort_index(const struct record_type *type, const struct field *scope,
    const struct field *sort, struct buf *out)
{
	const struct field *key = record_key(type);

	buf_printf(out, "CREATE INDEX IF NOT EXISTS \"ix_%s%s%s_%s\" ON \"%s\" (", type->table,
	    scope != NULL ? "_" : "", scope != NULL ? scope->member : "", sort->member,
	    type->table);
	if (scope != NULL)
		buf_printf(out, "\"%s\", ", scope->member);
	buf_printf(out, "\"%s\"", sort->member);
	if (sort != key)
		buf_printf(out, ", \"%s\"", key->member);
	buf_puts(out, ");");
}

/* The reviewed rows are few: an index of them alone for each sort field. */
static void reviewed_index(const struct record_type *type, const struct field *sort,
    struct buf *out)
{
	buf_printf(out,
	    "CREATE INDEX IF NOT EXISTS \"ix_%s_reviewed_%s\" ON \"%s\" (\"%s\"%s%s%s)"
	    " WHERE reviewed = 1;", type->table, sort->member, type->table, sort->member,
	    sort->flags & KEY ? "" : ", \"", sort->flags & KEY ? "" : record_key(type)->member,
	    sort->flags & KEY ? "" : "\"");
}

static void field_indexes(const struct record_type *type, const struct field *field,
    struct buf *out)
{
	const struct field *buyer = record_field_flagged(type, SCOPE_BUYER);
	const struct field *seller = record_field_flagged(type, SCOPE_SELLER);

	if (field->flags & UNIQUE)
		buf_printf(out,
		    "CREATE UNIQUE INDEX IF NOT EXISTS \"ux_%s_%s\" ON \"%s\" (\"%s\");",
		    type->table, field->member, type->table, field->member);
	if (!(field->flags & SORT))
		return;
	if (!(field->flags & (KEY | UNIQUE)))
		sort_index(type, NULL, field, out);
	if (buyer != NULL && buyer != field)
		sort_index(type, buyer, field, out);
	if (seller != NULL && seller != buyer && seller != field)
		sort_index(type, seller, field, out);
	if (record_field(type, "reviewed") != NULL)
		reviewed_index(type, field, out);
}

static void indexes(const struct record_type *type, struct buf *out)
{
	const struct extra_index *extra;
	size_t i;

	for (i = 0; i < type->count; i++)
		field_indexes(type, &type->fields[i], out);
	for (i = 0; i < sizeof extra_indexes / sizeof *extra_indexes; i++) {
		extra = &extra_indexes[i];
		if (strcmp(extra->table, type->table) == 0)
			buf_printf(out,
			    "CREATE %sINDEX IF NOT EXISTS \"lx_%s_%s\" ON \"%s\" (%s)%s%s;",
			    extra->unique ? "UNIQUE " : "", type->table, extra->name, type->table,
			    extra->columns, extra->where != NULL ? " WHERE " : "",
			    extra->where != NULL ? extra->where : "");
	}
}

/* Takes away the indexes that an older program made and this one has no use for. */
static enum status drop_indexes(struct sql *sql, const struct record_type *const *types,
    struct error *err)
{
	struct buf wanted, drops;
	struct sql_stmt *stmt;
	enum status status;
	bool row = false;
	size_t i;

	buf_init(&wanted, 1 << 20);
	buf_init(&drops, 1 << 20);
	for (i = 0; types[i] != NULL; i++)
		indexes(types[i], &wanted);
	status = sql_prepare(sql, "SELECT name, '\"' || name || '\" ON ' FROM sqlite_master"
	    " WHERE type = 'index' AND substr(name, 1, 3) IN ('ix_', 'lx_', 'ux_')", &stmt, err);
	while (status == STATUS_OK) {
		status = sql_step(stmt, &row, err);
		if (status != STATUS_OK || !row)
			break;
		if (strstr(buf_text(&wanted), sql_text(stmt, 1)) == NULL)
			buf_printf(&drops, "DROP INDEX \"%s\";", sql_text(stmt, 0));
	}
	sql_done(stmt);
	if (status == STATUS_OK)
		status = sql_exec(sql, buf_text(&drops), err);
	buf_free(&wanted);
	buf_free(&drops);
	return status;
}

/* --- bringing a file to a version --- */

static enum status has_table(struct sql *sql, const char *table, bool *has, struct error *err)
{
	struct sql_stmt *stmt;
	enum status status = sql_prepare(sql,
	    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND"
	    " name = ?", &stmt, err);

	*has = false;
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, table);
	status = sql_step(stmt, has, err);
	sql_done(stmt);
	return status;
}

/* True where the search index of an existing table lacks a field. */
static bool search_grew(const struct record_type *type, int version)
{
	size_t i;

	for (i = 0; i < type->count; i++) {
		if ((type->fields[i].flags & SEARCH) && type->fields[i].since > version)
			return true;
	}
	return false;
}

static enum status bring_type(struct sql *sql, const struct record_type *type, int from,
    struct error *err)
{
	enum status status;
	bool has, rebuild;
	struct buf text;

	status = has_table(sql, type->table, &has, err);
	if (status != STATUS_OK)
		return status;
	buf_init(&text, 1 << 20);
	if (has)
		add_columns(type, from, &text);
	else
		create_table(type, &text);
	indexes(type, &text);
	rebuild = has && search_grew(type, from);
	if (rebuild)
		buf_printf(&text, "DROP TABLE IF EXISTS \"%s_search\";", type->table);
	if (search_has(type) && (!has || rebuild))
		search_table(type, &text);
	status = sql_exec(sql, buf_text(&text), err);
	buf_free(&text);
	if (status == STATUS_OK && rebuild)
		status = search_rebuild(sql, type, err);
	return status;
}

static enum status bring(struct sql *sql, const struct record_type *const *types, int from,
    int to, struct error *err)
{
	enum status status = sql_exec(sql, fixed_tables, err);
	struct buf text;
	size_t i;

	for (i = 0; status == STATUS_OK && types[i] != NULL; i++)
		status = bring_type(sql, types[i], from, err);
	if (status == STATUS_OK)
		status = drop_indexes(sql, types, err);
	if (status != STATUS_OK)
		return status;
	buf_init(&text, 256);
	buf_printf(&text, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
	    STORE_APPLICATION, to);
	status = sql_exec(sql, buf_text(&text), err);
	buf_free(&text);
	return status;
}

/* Whose file this is and of which version; *empty: nobody's yet. */
static enum status look(struct sql *sql, const char *path, int64_t *version, bool *empty,
    struct error *err)
{
	enum status status;
	int64_t application, objects;

	status = sql_number(sql, "PRAGMA application_id", &application, err);
	if (status == STATUS_OK)
		status = sql_number(sql, "PRAGMA user_version", version, err);
	if (status == STATUS_OK)
		status = sql_number(sql, "SELECT count(*) FROM sqlite_master", &objects, err);
	if (status != STATUS_OK)
		return status;
	*empty = application == 0 && *version == 0 && objects == 0;
	if (!*empty && application != STORE_APPLICATION)
		return error_set(err, STATUS_INVALID,
		    _("%s is the SQLite file of another program, not a database of koodesk"),
		    path);
	return STATUS_OK;
}

static enum status check_version(const char *path, int64_t found, int known, bool empty,
    bool read_only, struct error *err)
{
	if (found > known)
		return error_set(err, STATUS_UNSUPPORTED,
		    _("%s was written by a newer koodesk (its schema "
		    "is %d, this program knows %d): use that one"), path, (int)found, known);
	if (empty && read_only)
		return error_set(err, STATUS_INVALID, _("%s is empty, not a database of koodesk"),
		    path);
	if (found < known && read_only)
		return error_set(err, STATUS_UNSUPPORTED,
		    _("%s was written by an older koodesk and cannot "
		    "be brought up to date while it is only read: open it for writing once"),
		    path);
	return STATUS_OK;
}

enum status schema_open(struct sql *sql, const char *path, const struct record_type *const *types,
    int version, bool read_only, bool *is_new, struct error *err)
{
	int64_t found = 0;
	bool empty = false;
	enum status status;

	*is_new = false;
	status = look(sql, path, &found, &empty, err);
	if (status == STATUS_OK)
		status = check_version(path, found, version, empty, read_only, err);
	if (status != STATUS_OK || found == version)
		return status;
	status = sql_begin(sql, err);
	if (status != STATUS_OK)
		return status;
	/* Another program may have done it in the meantime. */
	status = look(sql, path, &found, &empty, err);
	if (status == STATUS_OK)
		status = check_version(path, found, version, empty, read_only, err);
	if (status == STATUS_OK && found < version)
		status = bring(sql, types, (int)found, version, err);
	if (status == STATUS_OK)
		status = sql_commit(sql, err);
	if (status != STATUS_OK)
		sql_rollback(sql);
	else
		*is_new = empty;
	return status;
}
