/*
 * Whole database files: a consistent copy while others write, putting one in the place of another,
 * and what a file is, without opening it as a store. All by path, each with connections of its own;
 * any thread, but not on a file that this process has open itself.
 */
#ifndef KOODESK_STORE_BACKUP_H
#define KOODESK_STORE_BACKUP_H

#include "store/store.h"

/* Called between pieces; false cancels. NULL: nobody watches. */
struct store_watch {
	bool (*step)(void *state, int64_t done, int64_t of);
	void *state;
};

/* What a file says of itself. INVALID where it is no database of koodesk, NOTFOUND without it. */
struct store_file {
	int64_t schema;      /* of the file; STORE_SCHEMA is what this program knows */
	int64_t bytes;       /* of the database, without the WAL */
	int64_t wal_bytes;   /* changes that are not in the database's own file yet */
	char journal[16];    /* "wal", "delete" ... */
};
enum status store_look(const char *path, struct store_file *out, struct error *err);

/*
 * Copies the state of one moment to a new file (mode 0600, EXISTS where there is one) that needs no
 * other file beside it. Others may read and write meanwhile. Durable once it returns OK; else the
 * new file is gone.
 */
enum status store_copy(const char *from, const char *to, const struct store_watch *watch,
    struct error *err);

/*
 * Puts the contents of one file in the place of another's, in one transaction of its own: a program
 * that is stopped in the middle leaves the old or the new, and whoever waits for the file finds the
 * new. BUSY where any other program has it open. NOTFOUND where there is no such file, and INVALID
 * or IO where it is none that can be opened: then it was not touched.
 */
enum status store_replace(const char *from, const char *path, const struct store_watch *watch,
    struct error *err);

/* Removes a database with what SQLite keeps beside it. */
void store_remove(const char *path);
/* Makes a closed file durable, and its name in its folder. */
enum status store_file_sync(const char *path, struct error *err);
/* SHA-256 over the bytes of a file as it lies there. */
enum status store_file_digest(const char *path, char digest[65], struct error *err);
/* Bytes that the file system of this file still has for us; -1 where it does not say. */
int64_t store_free_bytes(const char *path);

/* Whether the database is whole (health.c). Texts are translated. */
#define HEALTH_FAULTS 8
struct store_health {
	int64_t records[STORE_RECORDS_MAX];   /* rows of record_types[i] */
	int64_t contents;            /* files that lie here */
	int64_t unnamed;             /* of them, what no attachment names: handed in, never used */
	int64_t faults;              /* all that were found */
	char fault[HEALTH_FAULTS][200];   /* the first of them */
};
/* quick leaves out whether indexes agree with their tables. */
enum status store_health(struct store *store, bool quick, struct store_health *out,
    struct error *err);
/*
 * Reads all contents once: INTERNAL where some are no longer those of their digest, which is then
 * `bad`.
 */
enum status store_read_files(struct store *store, const struct store_watch *watch, char bad[65],
    struct error *err);

#endif
