/*
 * What SQLite is taught for lists: kd_contains(), kd_same() and kd_seen() (sql.h). For sqlite.c
 * only; one connection, one thread.
 */
#ifndef KOODESK_STORE_FUNCTIONS_H
#define KOODESK_STORE_FUNCTIONS_H

#include <sqlite3.h>
#include <stdint.h>

/*
 * Rows by rowid: the one being looked at, the last that is dealt with, and how many there were.
 */
struct seen { int64_t at, done, count; };

/* Gives a connection the functions; *walk lives as long as it. Returns SQLite's result. */
int functions_add(sqlite3 *db, struct seen *walk);

#endif
