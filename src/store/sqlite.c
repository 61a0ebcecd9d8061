#include "store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "store/functions.h"
#include "store/parts.h"

#define CACHE_MAX 96          /* prepared statements kept */
#define ROLLBACK_TRIES 3
#define BUDGET_STEPS 500      /* virtual machine steps between two looks at the clock */

static pthread_once_t library = PTHREAD_ONCE_INIT;

struct sql {
	sqlite3 *db;
	char *path;
	struct sql_stmt *cache;     /* latest used first */
	size_t cached;
	atomic_int depth;           /* a second thread asks whether there is a transaction */
	int64_t deadline;           /* monotonic ms, 0 none */
	bool overdue;               /* it was the deadline that stopped the statement */
	bool read_only;
	bool flat;                  /* levels below the first are counted, no savepoints */
	bool undone;                /* a level was rolled back while flat, and all with it */
	atomic_uint interrupts;
	pthread_mutex_t ending;     /* held while a transaction ends: no interrupt then */
	struct seen walk;           /* how far the latest one came */
	const struct sql_watch *watch;
};

struct sql_stmt {
	struct sql *sql;
	sqlite3_stmt *raw;
	char *text;
	size_t length;              /* of the text */
	int bind_rc;                /* the first bind that failed */
	bool used;
	bool looked;                /* about is known */
	uint64_t about;
	struct sql_stmt *next;
};

/* --- what went wrong --- */

static enum status fail_open(const struct sql *sql, int rc, struct error *err)
{
	switch (rc & 0xff) {
	case SQLITE_NOTADB:
		return error_set(err, STATUS_INVALID, _("%s is not a database of koodesk"),
		    sql->path);
	case SQLITE_CANTOPEN:
		if (access(sql->path, F_OK) == 0 && access(sql->path, R_OK | W_OK) != 0)
			return error_set(err, STATUS_IO,
			    _("%s may not be read and written by you: ask its owner, or name "
			      "another with --db FILE"), sql->path);
		return error_set(err, STATUS_IO,
		    _("%s cannot be opened: is its folder there, and may you "
		    "write in it?"), sql->path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return error_set(err, STATUS_IO, _("%s may not be written to"), sql->path);
	default:
		return error_set(err, STATUS_INTERNAL, _("the database %s refused a statement"),
		    sql->path);
	}
}

static enum status fail_constraint(const struct sql *sql, int rc, struct error *err)
{
	if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY ||
	    rc == SQLITE_CONSTRAINT_ROWID)
		return error_set(err, STATUS_EXISTS, _("there is such a record already"));
	return error_set(err, STATUS_INTERNAL, _("the database %s refused a statement"),
	    sql->path);
}

/* SQLite's result as a status; its own words go into the detail. */
static enum status fail(struct sql *sql, int rc, struct error *err)
{
	int extended = sql->db != NULL ? sqlite3_extended_errcode(sql->db) : rc;
	const char *words = sql->db != NULL ? sqlite3_errmsg(sql->db) : sqlite3_errstr(rc);
	enum status status;

	if ((extended & 0xff) != (rc & 0xff))
		extended = rc;
	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		mem_fail();
	case SQLITE_INTERRUPT:
		if (sql->overdue)
			return error_set(err, STATUS_TIMEOUT,
			    _("the time allowed for this is used up"));
		return error_set(err, STATUS_CANCELLED, _("cancelled"));
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		status = error_set(err, STATUS_BUSY,
		    _("another program is writing to %s: try again"), sql->path);
		break;
	case SQLITE_CONSTRAINT:
		status = fail_constraint(sql, extended, err);
		break;
	case SQLITE_FULL:
		status = error_set(err, STATUS_IO,
		    _("no space is left for %s; nothing was changed"), sql->path);
		break;
	case SQLITE_IOERR:
		status = error_set(err, STATUS_IO,
		    _("%s cannot be read or written; nothing was changed"), sql->path);
		break;
	case SQLITE_CORRUPT:
		status = error_set(err, STATUS_IO,
		    _("the file %s is damaged: restore a copy of it"), sql->path);
		break;
	case SQLITE_TOOBIG:
		status = error_set(err, STATUS_INVALID, _("this is too large to be stored"));
		break;
	default:
		status = fail_open(sql, rc, err);
	}
	error_detail(err, "SQLite %d: %s", extended, words);
	return status;
}

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

/* --- opening --- */

static bool in_memory(const char *path)
{
	return strcmp(path, ":memory:") == 0;
}

/*
 * Makes the missing file for us alone. O_EXCL: an existing file is not opened here, since closing
 * a second descriptor would drop the locks that another connection of this process holds on it.
 */
static enum status make_file(const char *path, const struct sql_options *options,
    struct error *err)
{
	struct stat info;
	int fd;

	if (stat(path, &info) == 0) {
		if (S_ISREG(info.st_mode))
			return STATUS_OK;
		return error_set(err, STATUS_INVALID, _("%s is not a file"), path);
	}
	if (errno != ENOENT || (options->create && !options->read_only)) {
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0)
			close(fd);
		else if (errno != EEXIST)
			return error_set(err, STATUS_IO, _("%s cannot be opened: %s"), path,
			    strerror(errno));
		return STATUS_OK;
	}
	return error_set(err, STATUS_NOTFOUND, _("there is no database %s"), path);
}

/*
 * Two programs that make a new file at once race for the change to WAL, and SQLite does not wait
 * there.
 */
static int use_wal(struct sql *sql, int busy_ms)
{
	int rc, waited = 0;

	while ((rc = sqlite3_exec(sql->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL) & 0xff) ==
	    SQLITE_BUSY && waited < busy_ms)
		waited += sqlite3_sleep(10);
	return rc;
}

/*
 * WAL is written into the file, so a file of another program must not get it: what is empty or of
 * koodesk does. Whoever opens the file looks closer.
 */
static int may_use_wal(struct sql *sql, bool *may)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(sql->db, "SELECT application_id = ? OR NOT EXISTS"
	    " (SELECT 1 FROM sqlite_master) FROM pragma_application_id", -1, &stmt, NULL);

	*may = false;
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int(stmt, 1, STORE_APPLICATION);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		*may = sqlite3_column_int(stmt, 0) != 0;
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc;
}

static int set_up(struct sql *sql, const struct sql_options *options)
{
	bool wal = false;
	int rc;

	sqlite3_busy_timeout(sql->db, options->busy_ms);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(sql->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	rc = functions_add(sql->db, &sql->walk);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(sql->db, "PRAGMA cell_size_check=ON; PRAGMA foreign_keys=ON;"
		    "PRAGMA temp_store=MEMORY; PRAGMA synchronous=FULL;"
		    "PRAGMA cache_size=-2048; PRAGMA journal_size_limit=33554432;", NULL, NULL,
		    NULL);
	/* Reads the file's header: what is no database is found here. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(sql->db, "SELECT count(*) FROM sqlite_master", NULL, NULL,
		    NULL);
	if (rc == SQLITE_OK && !options->read_only && !in_memory(sql->path))
		rc = may_use_wal(sql, &wal);
	if (rc == SQLITE_OK && wal)
		rc = use_wal(sql, options->busy_ms);
	return rc;
}

/* SQLite's own statistics, for which each allocation takes a lock, are nobody's concern. */
static void set_up_library(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum status sql_open(const char *path, const struct sql_options *options, struct sql **out,
    struct error *err)
{
	struct arena arena = { 0 };
	const char *file = path;
	enum status status = STATUS_OK;
	struct sql *sql;
	int rc, flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

	*out = NULL;
	pthread_once(&library, set_up_library);
	if (path[0] == '\0')
		return error_set(err, STATUS_INVALID, _("the database needs a file name"));
	if (!in_memory(path)) {
		/* "file:x" would be read as a URI. */
		if (path[0] != '/')
			file = arena_printf(&arena, "./%s", path);
		status = make_file(file, options, err);
	}
	if (status == STATUS_OK) {
		sql = mem_alloc(sizeof *sql);
		if (pthread_mutex_init(&sql->ending, NULL) != 0)
			mem_fail();
		sql->path = mem_strdup(path);
		sql->read_only = options->read_only;
		flags |= options->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
		rc = sqlite3_open_v2(file, &sql->db, flags, NULL);
		if (rc == SQLITE_OK)
			rc = set_up(sql, options);
		if (rc == SQLITE_OK) {
			*out = sql;
		} else {
			status = fail(sql, rc, err);
			sql_close(sql);
		}
	}
	arena_free(&arena);
	return status;
}

static void stmt_free(struct sql_stmt *stmt)
{
	sqlite3_finalize(stmt->raw);
	free(stmt->text);
	free(stmt);
}

void sql_close(struct sql *sql)
{
	struct sql_stmt *stmt, *next;

	if (sql == NULL)
		return;
	for (stmt = sql->cache; stmt != NULL; stmt = next) {
		next = stmt->next;
		stmt_free(stmt);
	}
	sqlite3_close(sql->db);
	free(sql->path);
	pthread_mutex_destroy(&sql->ending);
	free(sql);
}

/* --- statements --- */

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
	stmt_free(stmt);
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
			return fail(sql, rc, err);
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

/*
 * SQLite ends a transaction by itself when the disk is full or a write was interrupted. What
 * would follow inside it must not be committed alone.
 */
static bool lost(const struct sql *sql)
{
	return sql->depth > 0 && sqlite3_get_autocommit(sql->db) != 0;
}

static enum status fail_lost(const struct sql *sql, struct error *err)
{
	return error_set(err, STATUS_IO, _("%s has undone the transaction: nothing was changed"),
	    sql->path);
}

enum status sql_step(struct sql_stmt *stmt, bool *row, struct error *err)
{
	int rc;

	*row = false;
	if (lost(stmt->sql))
		return fail_lost(stmt->sql, err);
	if (stmt->bind_rc != SQLITE_OK)
		return fail(stmt->sql, stmt->bind_rc, err);
	rc = sqlite3_step(stmt->raw);
	*row = rc == SQLITE_ROW;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? STATUS_OK : fail(stmt->sql, rc, err);
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
	if (lost(sql))
		status = fail_lost(sql, err);
	about = sql->watch != NULL ? sql->watch->about(sql->watch->state, text) : 0;
	if (status == STATUS_OK && about != 0)
		status = sql->watch->before(sql->watch->state, about, err);
	if (status == STATUS_OK) {
		rc = sqlite3_exec(sql->db, text, NULL, NULL, NULL);
		status = rc == SQLITE_OK ? STATUS_OK : fail(sql, rc, err);
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

/* --- transactions --- */

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
		status = sql->undone ? fail_lost(sql, err) : STATUS_OK;
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
		status = sql->undone ? fail_lost(sql, err) : STATUS_OK;
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

	for (tries = 0; tries < ROLLBACK_TRIES && !lost(sql); tries++) {
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
