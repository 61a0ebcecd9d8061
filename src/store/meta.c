#include "store/parts.h"

#include "base/i18n.h"

enum status store_meta_get(struct store *store, const char *name, struct arena *arena,
    const char **value, struct error *err)
{
	struct sql_stmt *stmt;
	enum status status;
	bool row;

	*value = "";
	status = sql_prepare(store->sql, "SELECT value FROM meta WHERE name = ?", &stmt, err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, name);
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK && row)
		*value = arena_strdup(arena, sql_text(stmt, 0));
	sql_done(stmt);
	return status;
}

enum status store_meta_set(struct store *store, const char *name, const char *value,
    struct error *err)
{
	struct sql_stmt *stmt;
	enum status status;
	bool row;

	status = sql_prepare(store->sql, "INSERT INTO meta (name, value) VALUES (?, ?)"
	    " ON CONFLICT (name) DO UPDATE SET value = excluded.value", &stmt, err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, name);
	sql_bind_text(stmt, 2, value);
	status = sql_step(stmt, &row, err);
	sql_done(stmt);
	return status;
}

enum status store_receipt_get(struct store *store, const char *actor, const char *key,
    struct arena *arena, const char **hash, const char **receipt, struct error *err)
{
	struct sql_stmt *stmt;
	enum status status;
	bool row;

	*hash = *receipt = "";
	if (store->bulk)
		return error_set(err, STATUS_NOTFOUND, _("no command with this key is known"));
	status = sql_prepare(store->sql,
	    "SELECT hash, receipt FROM receipts WHERE actor = ? AND key = ?", &stmt, err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, actor);
	sql_bind_text(stmt, 2, key);
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK && row) {
		*hash = arena_strdup(arena, sql_text(stmt, 0));
		*receipt = arena_strdup(arena, sql_text(stmt, 1));
	} else if (status == STATUS_OK) {
		status = error_set(err, STATUS_NOTFOUND, _("no command with this key is known"));
	}
	sql_done(stmt);
	return status;
}

enum status store_receipt_put(struct store *store, const char *actor, const char *key,
    const char *hash, const char *receipt, int64_t at, struct error *err)
{
	struct sql_stmt *stmt;
	enum status status;
	bool row;

	/* Whoever fills a store does not ask again: the whole is there, or nothing. */
	if (store->bulk)
		return STATUS_OK;
	status = sql_prepare(store->sql, "INSERT INTO receipts (actor, key, hash, receipt, at)"
	    " VALUES (?, ?, ?, ?, ?)", &stmt, err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, actor);
	sql_bind_text(stmt, 2, key);
	sql_bind_text(stmt, 3, hash);
	sql_bind_text(stmt, 4, receipt);
	sql_bind_int(stmt, 5, at);
	status = sql_step(stmt, &row, err);
	sql_done(stmt);
	return status;
}
