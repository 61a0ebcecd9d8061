/*
 * What the files of the SQL interface share: sqlite.c prepares and runs statements, sqlite_open.c
 * opens a file and says what went wrong, sqlite_transaction.c begins and ends.
 */
#ifndef KOODESK_STORE_SQLITE_PRIVATE_H
#define KOODESK_STORE_SQLITE_PRIVATE_H

#include "store/sql.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "store/functions.h"

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

/* SQLite's result as a status; its own words go into the detail. */
enum status sql_fail(struct sql *sql, int rc, struct error *err);
void sql_stmt_free(struct sql_stmt *stmt);
/*
 * SQLite ends a transaction by itself when the disk is full or a write was interrupted. What
 * would follow inside it must not be committed alone.
 */
bool sql_lost(const struct sql *sql);
enum status sql_fail_lost(const struct sql *sql, struct error *err);

#endif
