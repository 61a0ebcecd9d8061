#include "store/sqlite_private.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/mem.h"

#define CACHE_MAX 96          /* prepared statements kept */
#define BUDGET_STEPS 500      /* virtual machine steps between two looks at the clock */

/* --- budget and progress --- */

static int64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int look_at_clock(void *state)
{
	struct sql *sql = state;

	if (sql->deadline == 0 || monotonic_ms() < sql->deadline)
		return 0;
	sql->overdue = true;
	return 1;
}

void sql_budget(struct sql *sql, unsigned ms)
{
	sql->overdue = false;
	sql->deadline = ms != 0 ? monotonic_ms() + (int64_t)ms : 0;
	sqlite3_progress_handler(sql->db, ms != 0 ? BUDGET_STEPS : 0,
	    ms != 0 ? look_at_clock : NULL, sql);
}

void sql_interrupt(struct sql *sql)
{
	atomic_fetch_add(&sql->interrupts, 1);
	if (pthread_mutex_trylock(&sql->ending) != 0)
		return;
	sqlite3_interrupt(sql->db);
	pthread_mutex_unlock(&sql->ending);
}

unsigned sql_interrupts(const struct sql *sql)
{
	return atomic_load(&sql->interrupts);
}

void sql_seen_start(struct sql *sql)
{
	sql->walk = (struct seen){ 0 };
}

void sql_seen_done(struct sql *sql)
{
	sql->walk.done = sql->walk.at;
}

int64_t sql_seen(const struct sql *sql, int64_t *count)
{
	*count = sql->walk.count;
	return sql->walk.done;
}

/* --- statements --- */

void sql_stmt_free(struct sql_stmt *stmt)
{
	sqlite3_finalize(stmt->raw);
	free(stmt->text);
	free(stmt);
}

/* Takes the one that was used longest ago out of the cache, if it is free. */
static void forget_oldest(struct sql *sql)
{
	struct sql_stmt **at = &sql->cache, **oldest = NULL, *stmt;

	for (; *at != NULL; at = &(*at)->next) {
		if (!(*at)->used)
			oldest = at;
	}
	if (oldest == NULL)
		return;
	stmt = *oldest;
	*oldest = stmt->next;
	sql->cached--;
	sql_stmt_free(stmt);
}

static struct sql_stmt *take_cached(struct sql *sql, const char *text, size_t length)
{
	struct sql_stmt **at = &sql->cache, *stmt;

	for (; *at != NULL; at = &(*at)->next) {
		stmt = *at;
		if (stmt->used || stmt->length != length || memcmp(stmt->text, text, length) != 0)
			continue;
		*at = stmt->next;
		stmt->next = sql->cache;
		sql->cache = stmt;
		return stmt;
	}
	return NULL;
}

void sql_watch(struct sql *sql, const struct sql_watch *watch)
{
	struct sql_stmt *stmt;

	sql->watch = watch;
	for (stmt = sql->cache; stmt != NULL; stmt = stmt->next)
		stmt->looked = false;
}

enum status sql_prepare(struct sql *sql, const char *text, struct sql_stmt **out,
    struct error *err)
{
	enum status status = sql_prepare_unwatched(sql, text, out, err);
	struct sql_stmt *stmt = *out;

	if (status != STATUS_OK || sql->watch == NULL)
		return status;
	if (!stmt->looked)
		stmt->about = sql->watch->about(sql->watch->state, text);
	stmt->looked = true;
	if (stmt->about != 0)
		status = sql->watch->before(sql->watch->state, stmt->about, err);
	if (status != STATUS_OK) {
		sql_done(stmt);
		*out = NULL;
	}
	return status;
}

static enum status take(struct sql *sql, struct error *err)
{
	return sql->watch != NULL ? sql->watch->take(sql->watch->user, err) : STATUS_OK;
}

static void give(struct sql *sql)
{
	if (sql->watch != NULL)
		sql->watch->give(sql->watch->user);
}

static enum status prepare(struct sql *sql, const char *text, struct sql_stmt **out,
    struct error *err)
{
	size_t length = strlen(text);
	struct sql_stmt *stmt = take_cached(sql, text, length);
	sqlite3_stmt *raw;
	int rc;

	if (stmt == NULL) {
		rc = sqlite3_prepare_v3(sql->db, text, -1, SQLITE_PREPARE_PERSISTENT, &raw, NULL);
		if (rc != SQLITE_OK)
			return sql_fail(sql, rc, err);
		if (sql->cached >= CACHE_MAX)
			forget_oldest(sql);
		stmt = mem_alloc(sizeof *stmt);
		stmt->sql = sql;
		stmt->raw = raw;
		stmt->text = mem_strdup(text);
		stmt->length = length;
		stmt->next = sql->cache;
		sql->cache = stmt;
		sql->cached++;
	}
	stmt->used = true;
	stmt->bind_rc = SQLITE_OK;
	*out = stmt;
	return STATUS_OK;
}

enum status sql_prepare_unwatched(struct sql *sql, const char *text, struct sql_stmt **out,
    struct error *err)
{
	enum status status = take(sql, err);

	*out = NULL;
	if (status != STATUS_OK)
		return status;
	status = prepare(sql, text, out, err);
	if (status != STATUS_OK)
		give(sql);
	return status;
}

static void keep_bind(struct sql_stmt *stmt, int rc)
{
	if (stmt->bind_rc == SQLITE_OK)
		stmt->bind_rc = rc;
}

void sql_bind_int(struct sql_stmt *stmt, int index, int64_t value)
{
	keep_bind(stmt, sqlite3_bind_int64(stmt->raw, index, value));
}

void sql_bind_text(struct sql_stmt *stmt, int index, const char *text)
{
	if (text == NULL)
		keep_bind(stmt, sqlite3_bind_null(stmt->raw, index));
	else
		keep_bind(stmt, sqlite3_bind_text64(stmt->raw, index, text, strlen(text),
		    SQLITE_TRANSIENT, SQLITE_UTF8));
}

void sql_bind_text_kept(struct sql_stmt *stmt, int index, const char *text)
{
	if (text == NULL)
		keep_bind(stmt, sqlite3_bind_null(stmt->raw, index));
	else
		keep_bind(stmt, sqlite3_bind_text64(stmt->raw, index, text, strlen(text),
		    SQLITE_STATIC, SQLITE_UTF8));
}

void sql_bind_blob(struct sql_stmt *stmt, int index, const void *data, size_t n)
{
	keep_bind(stmt, n == 0 ? sqlite3_bind_zeroblob(stmt->raw, index, 0) :
	    sqlite3_bind_blob64(stmt->raw, index, data, n, SQLITE_TRANSIENT));
}

enum status sql_step(struct sql_stmt *stmt, bool *row, struct error *err)
{
	int rc;

	*row = false;
	if (sql_lost(stmt->sql))
		return sql_fail_lost(stmt->sql, err);
	if (stmt->bind_rc != SQLITE_OK)
		return sql_fail(stmt->sql, stmt->bind_rc, err);
	rc = sqlite3_step(stmt->raw);
	*row = rc == SQLITE_ROW;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? STATUS_OK : sql_fail(stmt->sql, rc, err);
}

int64_t sql_int(struct sql_stmt *stmt, int column)
{
	return sqlite3_column_int64(stmt->raw, column);
}

const char *sql_text(struct sql_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt->raw, column);

	return text != NULL ? text : "";
}

const void *sql_blob(struct sql_stmt *stmt, int column, size_t *n)
{
	const void *data = sqlite3_column_blob(stmt->raw, column);

	*n = (size_t)sqlite3_column_bytes(stmt->raw, column);
	return data;
}

void sql_done(struct sql_stmt *stmt)
{
	if (stmt == NULL)
		return;
	sqlite3_reset(stmt->raw);
	sqlite3_clear_bindings(stmt->raw);
	stmt->used = false;
	give(stmt->sql);
}

int64_t sql_changes(struct sql *sql)
{
	return sqlite3_changes64(sql->db);
}

int64_t sql_last_rowid(struct sql *sql)
{
	return sqlite3_last_insert_rowid(sql->db);
}

enum status sql_exec(struct sql *sql, const char *text, struct error *err)
{
	enum status status;
	uint64_t about;
	int rc;

	status = take(sql, err);
	if (status != STATUS_OK)
		return status;
	if (sql_lost(sql))
		status = sql_fail_lost(sql, err);
	about = sql->watch != NULL ? sql->watch->about(sql->watch->state, text) : 0;
	if (status == STATUS_OK && about != 0)
		status = sql->watch->before(sql->watch->state, about, err);
	if (status == STATUS_OK) {
		rc = sqlite3_exec(sql->db, text, NULL, NULL, NULL);
		status = rc == SQLITE_OK ? STATUS_OK : sql_fail(sql, rc, err);
	}
	give(sql);
	return status;
}

enum status sql_number(struct sql *sql, const char *text, int64_t *value, struct error *err)
{
	struct sql_stmt *stmt;
	bool row = false;
	enum status status = sql_prepare(sql, text, &stmt, err);

	*value = 0;
	if (status != STATUS_OK)
		return status;
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK && row)
		*value = sql_int(stmt, 0);
	sql_done(stmt);
	return status;
}
