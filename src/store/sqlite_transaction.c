#include "store/sqlite_private.h"

#include "base/i18n.h"
#include "base/mem.h"

#define ROLLBACK_TRIES 3

bool sql_lost(const struct sql *sql)
{
	return sql->depth > 0 && sqlite3_get_autocommit(sql->db) != 0;
}

enum status sql_fail_lost(const struct sql *sql, struct error *err)
{
	return error_set(err, STATUS_IO, _("%s has undone the transaction: nothing was changed"),
	    sql->path);
}

/* "VERB kd_3": the savepoint of the innermost level; verb NULL: all is rolled back. */
static enum status savepoint(struct sql *sql, const char *verb, int level, struct error *err)
{
	struct buf text;
	enum status status;

	buf_init(&text, 64);
	if (verb != NULL)
		buf_printf(&text, "%s kd_%d", verb, level);
	else
		buf_puts(&text, "ROLLBACK");
	status = sql_exec(sql, buf_text(&text), err);
	buf_free(&text);
	return status;
}

enum status sql_begin(struct sql *sql, struct error *err)
{
	enum status status = STATUS_OK;

	if (sql->depth > 0 && sql->flat)
		status = sql->undone ? sql_fail_lost(sql, err) : STATUS_OK;
	else if (sql->depth > 0)
		status = savepoint(sql, "SAVEPOINT", sql->depth, err);
	else
		status = sql_exec(sql, sql->read_only ? "BEGIN" : "BEGIN IMMEDIATE", err);
	if (status == STATUS_OK)
		sql->depth++;
	return status;
}

/*
 * A commit that is cut short could be either: an interrupt waits outside, as if nothing ran. One
 * that came before is forgotten by SQLite when the next statement starts with no other running.
 */
static enum status commit_whole(struct sql *sql, struct error *err)
{
	enum status status;

	pthread_mutex_lock(&sql->ending);
	status = sql_exec(sql, "COMMIT", err);
	pthread_mutex_unlock(&sql->ending);
	return status;
}

enum status sql_commit(struct sql *sql, struct error *err)
{
	enum status status;

	if (sql->depth == 0)
		return error_set(err, STATUS_INTERNAL, _("no transaction is open"));
	if (sql->depth > 1 && sql->flat)
		status = sql->undone ? sql_fail_lost(sql, err) : STATUS_OK;
	else if (sql->depth > 1)
		status = savepoint(sql, "RELEASE", sql->depth - 1, err);
	else
		status = commit_whole(sql, err);
	if (status == STATUS_OK)
		sql->depth--;
	return status;
}

/* Undoes with no interrupt in the way; where another statement still runs, without it. */
static bool insist(struct sql *sql, const char *verb, int level)
{
	const struct sql_stmt *stmt;
	int tries;

	for (tries = 0; tries < ROLLBACK_TRIES && !sql_lost(sql); tries++) {
		if (savepoint(sql, verb, level, NULL) == STATUS_OK)
			return true;
		for (stmt = sql->cache; stmt != NULL; stmt = stmt->next)
			sqlite3_reset(stmt->raw);
	}
	return false;
}

void sql_rollback(struct sql *sql)
{
	if (sql->depth == 0)
		return;
	pthread_mutex_lock(&sql->ending);
	sql->undone = sql->flat;
	/* What cannot be undone alone takes all with it: the caller's commit then fails. */
	if (sql->depth > 1 && !sql->flat && insist(sql, "ROLLBACK TO", sql->depth - 1))
		insist(sql, "RELEASE", sql->depth - 1);
	else
		insist(sql, NULL, 0);
	pthread_mutex_unlock(&sql->ending);
	sql->depth--;
}

int sql_depth(const struct sql *sql)
{
	return sql->depth;
}

void sql_flat(struct sql *sql, bool flat)
{
	sql->flat = flat;
	sql->undone = false;
}
