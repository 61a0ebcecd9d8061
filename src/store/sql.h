/*
 * The small SQL interface that the store stands on: connect, prepare, bind, step, read. SQLite is
 * the driver here; the statements are portable where they can be.
 *
 * One connection, one thread at a time (sql_watch()), but for sql_interrupt(), which any thread may
 * call. Prepared statements are cached by their text inside the connection: sql_prepare() hands out
 * a reset one, sql_done() gives it back.
 */
#ifndef KOODESK_STORE_SQL_H
#define KOODESK_STORE_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct sql;
struct sql_stmt;

struct sql_options {
	bool create;          /* make the file where it is missing (mode 0600) */
	bool read_only;
	int busy_ms;          /* how long to wait for another writer before BUSY */
};

/*
 * path ":memory:" is a database of this connection alone. WAL, synchronous=FULL, foreign_keys,
 * trusted_schema off. NOTFOUND: no file and not to be made; INVALID: it is no database.
 */
enum status sql_open(const char *path, const struct sql_options *options, struct sql **out,
    struct error *err);
void sql_close(struct sql *sql);                   /* NULL-safe; rolls back what is open */

enum status sql_prepare(struct sql *sql, const char *text, struct sql_stmt **out,
    struct error *err);
void sql_bind_int(struct sql_stmt *stmt, int index, int64_t value);       /* index from 1 */
void sql_bind_text(struct sql_stmt *stmt, int index, const char *text);   /* NULL: null; copied */
/* not copied: stays as it is until sql_done() */
void sql_bind_text_kept(struct sql_stmt *stmt, int index, const char *text);
void sql_bind_blob(struct sql_stmt *stmt, int index, const void *data, size_t n);   /* copied */
/*
 * OK with *row true for a row and false at the end. Unique constraint -> EXISTS, full disk and
 * damage -> IO, locked -> BUSY.
 */
enum status sql_step(struct sql_stmt *stmt, bool *row, struct error *err);
int64_t sql_int(struct sql_stmt *stmt, int column);                       /* column from 0 */
const char *sql_text(struct sql_stmt *stmt, int column);   /* "" for null; until the next step */
const void *sql_blob(struct sql_stmt *stmt, int column, size_t *n);
void sql_done(struct sql_stmt *stmt);                                     /* NULL-safe */
int64_t sql_changes(struct sql *sql);
int64_t sql_last_rowid(struct sql *sql);

/*
 * For rows that are held back in memory, and for a second thread that writes them. Of each new
 * statement about() says once what it is about, and before() is called with that, where it is not
 * 0, each time the statement is to be run. sql_prepare_unwatched() is for whoever holds the rows.
 * take() is called when the connection comes into use, give() when it is out of it: between the
 * two it belongs to the thread that called. watch NULL: none. watch stays the caller's.
 */
struct sql_watch {
	uint64_t (*about)(void *state, const char *text);
	enum status (*before)(void *state, uint64_t about, struct error *err);
	void *state;
	enum status (*take)(void *user, struct error *err);
	void (*give)(void *user);
	void *user;
};
void sql_watch(struct sql *sql, const struct sql_watch *watch);
enum status sql_prepare_unwatched(struct sql *sql, const char *text, struct sql_stmt **out,
    struct error *err);

/* Runs statements without results. */
enum status sql_exec(struct sql *sql, const char *text, struct error *err);
/* The first column of the first row that the statement gives; 0 where it gives none. */
enum status sql_number(struct sql *sql, const char *text, int64_t *value, struct error *err);

/*
 * Transactions: begin takes the write lock at once. Inside one, sql_begin() opens a savepoint and
 * commit and rollback end the innermost: so a command joins its caller's transaction. A commit
 * that failed leaves its level open: roll it back. SQLite undoes a whole transaction by itself
 * when the disk is full; every later statement in it then fails.
 */
enum status sql_begin(struct sql *sql, struct error *err);
enum status sql_commit(struct sql *sql, struct error *err);
void sql_rollback(struct sql *sql);
int sql_depth(const struct sql *sql);
/*
 * Inside the open transaction, from now on: no savepoints. What is rolled back takes everything
 * with it, for work of many commands of which each must succeed.
 */
void sql_flat(struct sql *sql, bool flat);

/* Stops a running statement with CANCELLED; any thread. */
void sql_interrupt(struct sql *sql);
/*
 * How often that was asked: lets work of several statements see that it happened between two of
 * them.
 */
unsigned sql_interrupts(const struct sql *sql);
/*
 * How far a walk came. A statement that says kd_seen(ROWID), which is always true, reports each
 * row that it looks at; sql_seen_done() says that the row is dealt with. sql_seen() is the last
 * row that is: what comes after it was not looked at to the end. 0: none. *count: the rows that
 * were looked at.
 */
void sql_seen_start(struct sql *sql);
void sql_seen_done(struct sql *sql);
int64_t sql_seen(const struct sql *sql, int64_t *count);
/* From now on statements stop with TIMEOUT after ms milliseconds; 0 takes the limit away. */
void sql_budget(struct sql *sql, unsigned ms);

#endif
