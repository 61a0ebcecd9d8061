#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <bsd/string.h>

#include "base/digest.h"
#include "base/i18n.h"
#include "store/parts.h"

#define PAGES_A_STEP 2048
#define BUSY_MS 10000
#define READ_BYTES (1u << 16)

/* ---- files ---- */

static enum status file_failed(const char *path, struct error *err)
{
	return error_set(err, errno == ENOENT ? STATUS_NOTFOUND : STATUS_IO, "%s: %s", path,
	    strerror(errno));
}

void store_remove(const char *path)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
	struct arena arena = { 0 };
	size_t i;

	for (i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
		unlink(arena_printf(&arena, "%s%s", path, suffixes[i]));
	arena_free(&arena);
}

static enum status sync_path(const char *path, int flags, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	enum status status = STATUS_OK;

	if (fd < 0 || fsync(fd) != 0)
		status = file_failed(path, err);
	if (fd >= 0)
		close(fd);
	return status;
}

enum status store_file_sync(const char *path, struct error *err)
{
	char *folder = mem_strdup(path), *slash = strrchr(folder, '/');
	enum status status = sync_path(path, 0, err);

	if (slash == folder)
		slash[1] = '\0';
	else if (slash != NULL)
		*slash = '\0';
	if (status == STATUS_OK)
		status = sync_path(slash != NULL ? folder : ".", O_DIRECTORY, err);
	free(folder);
	return status;
}

enum status store_file_digest(const char *path, char digest[65], struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum status status = STATUS_OK;
	struct digest *hash;
	char *data;
	ssize_t n;

	digest[0] = '\0';
	if (fd < 0)
		return file_failed(path, err);
	hash = digest_new();
	data = mem_alloc(READ_BYTES);
	while ((n = read(fd, data, READ_BYTES)) > 0)
		digest_add(hash, data, (size_t)n);
	if (n < 0)
		status = file_failed(path, err);
	digest_end(hash, digest);
	close(fd);
	free(data);
	return status;
}

int64_t store_free_bytes(const char *path)
{
	struct statvfs info;

	if (statvfs(path, &info) != 0)
		return -1;
	return (int64_t)info.f_bavail * (int64_t)info.f_frsize;
}

/* ---- connections ---- */

static enum status failed(sqlite3 *db, int rc, const char *path, struct error *err)
{
	enum status status;

	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		mem_fail();
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		status = error_set(err, STATUS_BUSY,
		    _("another program has %s open: end it, then try again"), path);
		break;
	case SQLITE_NOTADB:
		status = error_set(err, STATUS_INVALID, _("%s is not a database of koodesk"),
		    path);
		break;
	case SQLITE_CORRUPT:
		status = error_set(err, STATUS_IO,
		    _("the file %s is damaged: restore a copy of it"), path);
		break;
	case SQLITE_FULL:
		status = error_set(err, STATUS_IO,
		    _("no space is left for %s; nothing was changed"), path);
		break;
	default:
		status = error_set(err, STATUS_IO,
		    _("%s cannot be read or written; nothing was changed"), path);
	}
	error_detail(err, "SQLite %d: %s", rc, db != NULL ? sqlite3_errmsg(db) :
	    sqlite3_errstr(rc));
	return status;
}

static enum status open_raw(const char *path, int flags, sqlite3 **out, struct error *err)
{
	struct arena arena = { 0 };
	/* "file:x" would be read as a URI. */
	const char *file = path[0] == '/' ? path : arena_printf(&arena, "./%s", path);
	enum status status;
	struct stat info;
	int rc;

	*out = NULL;
	if (stat(file, &info) != 0) {
		arena_free(&arena);
		return file_failed(path, err);
	}
	if (!S_ISREG(info.st_mode)) {
		arena_free(&arena);
		return error_set(err, STATUS_INVALID, _("%s is not a file"), path);
	}
	rc = sqlite3_open_v2(file, out, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	arena_free(&arena);
	if (rc == SQLITE_OK)
		rc = sqlite3_busy_timeout(*out, BUSY_MS);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(*out, "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON",
		    NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return STATUS_OK;
	status = failed(*out, rc, path, err);
	sqlite3_close(*out);
	*out = NULL;
	return status;
}

static int one_value(sqlite3 *db, const char *text, int64_t *number, char *word, size_t cap)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, text, -1, &stmt, NULL);
	const unsigned char *found;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		if (number != NULL)
			*number = sqlite3_column_int64(stmt, 0);
		found = sqlite3_column_text(stmt, 0);
		if (word != NULL)
			strlcpy(word, found != NULL ? (const char *)found : "", cap);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return rc;
}

/* A database of koodesk, of a schema that this program knows. */
static enum status check_ours(sqlite3 *db, const char *path, struct store_file *out,
    struct error *err)
{
	int64_t application = 0, pages = 0, size = 0;
	int rc = one_value(db, "PRAGMA application_id", &application, NULL, 0);

	if (rc == SQLITE_OK)
		rc = one_value(db, "PRAGMA user_version", &out->schema, NULL, 0);
	if (rc == SQLITE_OK)
		rc = one_value(db, "PRAGMA page_count", &pages, NULL, 0);
	if (rc == SQLITE_OK)
		rc = one_value(db, "PRAGMA page_size", &size, NULL, 0);
	if (rc == SQLITE_OK)
		rc = one_value(db, "PRAGMA journal_mode", NULL, out->journal, sizeof out->journal);
	if (rc != SQLITE_OK)
		return failed(db, rc, path, err);
	out->bytes = pages * size;
	if (application != STORE_APPLICATION)
		return error_set(err, STATUS_INVALID, _("%s is not a database of koodesk"), path);
	if (out->schema > STORE_SCHEMA)
		return error_set(err, STATUS_UNSUPPORTED,
		    _("%s was written by a newer koodesk (its schema "
		    "is %d, this program knows %d): use that one"), path, (int)out->schema,
		    STORE_SCHEMA);
	return STATUS_OK;
}

enum status store_look(const char *path, struct store_file *out, struct error *err)
{
	struct arena arena = { 0 };
	struct stat info;
	sqlite3 *db = NULL;
	enum status status;

	memset(out, 0, sizeof *out);
	if (stat(arena_printf(&arena, "%s-wal", path), &info) == 0)
		out->wal_bytes = (int64_t)info.st_size;
	arena_free(&arena);
	status = open_raw(path, SQLITE_OPEN_READONLY, &db, err);
	if (status == STATUS_OK)
		status = check_ours(db, path, out, err);
	sqlite3_close(db);
	return status;
}

/* ---- copying ---- */

/* Pages in pieces, inside one read transaction of the source: the state of one moment. */
static enum status copy_pages(sqlite3 *from, const char *source, sqlite3 *to, const char *target,
    int pages, const struct store_watch *watch, struct error *err)
{
	enum status status = STATUS_OK;
	sqlite3_backup *backup;
	int rc = sqlite3_exec(from, "BEGIN; SELECT count(*) FROM sqlite_master", NULL, NULL, NULL);

	if (rc != SQLITE_OK)
		return failed(from, rc, source, err);
	backup = sqlite3_backup_init(to, "main", from, "main");
	if (backup == NULL)
		return failed(to, sqlite3_errcode(to), target, err);
	while ((rc = sqlite3_backup_step(backup, pages)) == SQLITE_OK) {
		int64_t of = sqlite3_backup_pagecount(backup);

		if (watch != NULL && watch->step != NULL &&
		    !watch->step(watch->state, of - sqlite3_backup_remaining(backup), of)) {
			status = error_set(err, STATUS_CANCELLED, _("cancelled"));
			break;
		}
	}
	sqlite3_backup_finish(backup);
	sqlite3_exec(from, "ROLLBACK", NULL, NULL, NULL);
	if (status == STATUS_OK && rc != SQLITE_DONE)
		status = failed(to, rc, target, err);
	return status;
}

static enum status make_empty(const char *path, struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_set(err, errno == EEXIST ? STATUS_EXISTS : STATUS_IO, "%s: %s", path,
		    strerror(errno));
	close(fd);
	return STATUS_OK;
}

enum status store_copy(const char *from, const char *to, const struct store_watch *watch,
    struct error *err)
{
	struct store_file file;
	sqlite3 *source = NULL, *target = NULL;
	enum status status = open_raw(from, SQLITE_OPEN_READONLY, &source, err);
	int rc = SQLITE_OK;

	if (status == STATUS_OK)
		status = check_ours(source, from, &file, err);
	if (status == STATUS_OK)
		status = make_empty(to, err);
	if (status != STATUS_OK) {
		sqlite3_close(source);
		return status;
	}
	status = open_raw(to, SQLITE_OPEN_READWRITE, &target, err);
	if (status == STATUS_OK)
		rc = sqlite3_exec(target, "PRAGMA synchronous=OFF; PRAGMA cache_size=-16384", NULL,
		    NULL, NULL);
	if (status == STATUS_OK && rc == SQLITE_OK)
		status = copy_pages(source, from, target, to, PAGES_A_STEP, watch, err);
	/* As a file of its own it needs no WAL; who opens it for writing turns that on again. */
	if (status == STATUS_OK && rc == SQLITE_OK)
		rc = sqlite3_exec(target, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	if (status == STATUS_OK && rc != SQLITE_OK)
		status = failed(target, rc, to, err);
	sqlite3_close(target);
	sqlite3_close(source);
	if (status == STATUS_OK)
		status = store_file_sync(to, err);
	if (status != STATUS_OK)
		store_remove(to);
	return status;
}

/*
 * With WAL each open connection, idle or not, holds a lock on the file, so that the exclusive one
 * is only had by whoever is alone. It lasts until the connection is closed.
 */
static enum status lock_alone(sqlite3 *db, const char *path, struct error *err)
{
	int rc;

	sqlite3_busy_timeout(db, 0);
	rc = sqlite3_exec(db, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL;"
	    "BEGIN EXCLUSIVE; COMMIT", NULL, NULL, NULL);
	return rc == SQLITE_OK ? STATUS_OK : failed(db, rc, path, err);
}

enum status store_replace(const char *from, const char *path, const struct store_watch *watch,
    struct error *err)
{
	struct store_file file;
	sqlite3 *source = NULL, *target = NULL;
	enum status status = open_raw(path, SQLITE_OPEN_READWRITE, &target, err);

	if (status == STATUS_OK)
		status = lock_alone(target, path, err);
	if (status == STATUS_OK)
		status = open_raw(from, SQLITE_OPEN_READONLY, &source, err);
	if (status == STATUS_OK)
		status = check_ours(source, from, &file, err);
	if (status == STATUS_OK)
		status = copy_pages(source, from, target, path, PAGES_A_STEP, watch, err);
	sqlite3_close(source);
	/* Brings the WAL into the file. */
	sqlite3_close(target);
	return status;
}
