/*
 * Keeping the embedded marketplace's file: backups, putting one back, and what is wrong with it.
 * Files are named by their paths, and no handle on them is open in this process meanwhile.
 */
#ifndef KOODESK_BACKEND_EMBEDDED_KEEP_H
#define KOODESK_BACKEND_EMBEDDED_KEEP_H

#include "backend/backend.h"

#define KEEP_TYPES_MAX 32
#define KEEP_FAULTS 8

/* What a file is and holds. What was not looked at is 0 and "". */
struct keep_report {
	int64_t schema, known_schema;         /* of the file, of this program */
	int64_t bytes, wal_bytes, free_bytes; /* free_bytes -1: not known */
	char journal[16];
	char digest[65];                      /* SHA-256 of the file */
	bool whole;                           /* pages, indexes and references were looked at */
	int64_t records[KEEP_TYPES_MAX];      /* of record_types[i] */
	int64_t contents, unnamed;            /* files; those that no attachment names */
	int64_t faults;
	char fault[KEEP_FAULTS][200];         /* translated */
	bool audited;                         /* all chains were checked */
	int64_t supervisions, entries, broken;
	bool read;                            /* contents against their digests; else a fault */
	bool all;                             /* of everybody: not only what one user may see */
	bool set_aside;                       /* restore: what was there is kept beside it */
};

struct keep_watch {
	/* pages or chains; false cancels */
	bool (*step)(void *state, int64_t done, int64_t of);
	void (*broken)(void *state, const char *supervision, int64_t entry, const char *reason);
	void *state;
};

/* See market/keep.h: EXISTS where `to` is there, INVALID where the copy proved not whole. */
enum status embedded_backup(const char *path, const char *to, bool overwrite, bool prove,
    const struct keep_watch *watch, struct keep_report *out, struct error *err);
enum status embedded_prove(const char *path, const struct keep_watch *watch,
    struct keep_report *out, struct error *err);
/* BUSY where another program has the marketplace open. */
enum status embedded_restore(const char *from, const char *path, const struct keep_watch *watch,
    struct keep_report *out, struct error *err);
/*
 * Everything that can be found out about a file by reading it. What is wrong with its contents is
 * a fault or a broken chain in *out and no failure; a file that cannot be opened is one. quick
 * leaves out the chains, what was handed in, and whether indexes agree with their tables. user:
 * only the chains of what that user may see; NULL: all of them, and what was handed in. NOTFOUND
 * where there is no such user.
 */
enum status embedded_examine(const char *path, const char *user, bool quick,
    const struct keep_watch *watch, struct keep_report *out, struct error *err);

#endif
