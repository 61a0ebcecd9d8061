#include "store/sqlite_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "store/parts.h"

static pthread_once_t library = PTHREAD_ONCE_INIT;

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

enum status sql_fail(struct sql *sql, int rc, struct error *err)
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
			status = sql_fail(sql, rc, err);
			sql_close(sql);
		}
	}
	arena_free(&arena);
	return status;
}

void sql_close(struct sql *sql)
{
	struct sql_stmt *stmt, *next;

	if (sql == NULL)
		return;
	for (stmt = sql->cache; stmt != NULL; stmt = next) {
		next = stmt->next;
		sql_stmt_free(stmt);
	}
	sqlite3_close(sql->db);
	free(sql->path);
	pthread_mutex_destroy(&sql->ending);
	free(sql);
}
