/*
 * Keeping a marketplace: every chain checked, copies made, proven and put back. Files are named by
 * their paths; nothing here asks the clock. One thread.
 */
#ifndef KOODESK_MARKET_KEEP_H
#define KOODESK_MARKET_KEEP_H

#include "market/market.h"
#include "store/backup.h"

/* Operation logs, checked (R15). */
struct audit {
	int64_t supervisions, entries, broken; /* supervisions: logs, those of services too */
	char first[65];          /* the first one that is broken, or "" */
	struct verdict verdict;  /* why */
};
/* Each broken one is told as it is found. NULL members: nobody listens. */
struct audit_watch {
	void (*broken)(void *state, const char *supervision, const struct verdict *verdict);
	void *state;
	struct store_watch progress;
};
/*
 * The logs of all that the actor may see (R13; NULL: all that there are), in one transaction that
 * reads: everything is as it was at one moment. Progress counts records, of which services may have
 * no log.
 */
enum status market_audit(struct market *market, const struct actor *actor,
    const struct audit_watch *watch, struct audit *out, struct error *err);

/*
 * Reads all that was handed in: the evidence itself, not only the logs that name it. INVALID names
 * contents that are no longer those of their digest. Progress counts files.
 */
enum status keep_read_files(
    struct market *market, const struct audit_watch *watch, struct error *err);

/* A file that is to be trusted, looked at. */
struct proof {
	struct store_file file;
	struct store_health health;
	struct audit audit;
	char digest[65];         /* SHA-256 of the file */
};
/*
 * Whether a file is a whole database of koodesk whose chains all verify and whose stored contents
 * are all those that were handed in; INVALID says what is wrong. One of an older schema is brought
 * up to date in a copy beside it, which is then removed.
 */
enum status keep_prove(const char *path, const struct audit_watch *watch, struct proof *out,
    struct error *err);

/*
 * Writes a backup, proves it (unless prove is false: then *out has the file and its digest only),
 * and gives it its name when it is whole. EXISTS where `to` is there and overwrite is not set.
 */
enum status keep_backup(const char *path, const char *to, bool overwrite, bool prove,
    const struct audit_watch *watch, struct proof *out, struct error *err);

/*
 * Proves a copy of the backup and puts it in the place of path (or makes path). What was there and
 * could not be opened any more is kept beside it as path.before-restore, and *kept says so.
 */
enum status keep_restore(const char *from, const char *path, const struct audit_watch *watch,
    struct proof *out, bool *kept, struct error *err);

#endif
