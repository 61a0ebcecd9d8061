/*
 * Durable rows: records by their tables, files in chunks, receipts of commands, and the schema.
 *
 * SQL, migrations and indexes are made from the record tables (model/record.h). One handle, one
 * thread, but for store_interrupt(). Records that come out live in the caller's arena or page.
 */
#ifndef KOODESK_STORE_STORE_H
#define KOODESK_STORE_STORE_H

#include "base/bytes.h"
#include "model/permit.h"
#include "model/query.h"
#include "model/records.h"
#include "store/sql.h"

#define STORE_SCHEMA 3       /* the newest `since` of any field */
#define STORE_RECORDS_MAX 32  /* record types, at most */

struct store;

/*
 * Opens the database; a new one gets the schema, an older one is migrated in one transaction, a
 * newer one is refused in words
 * (UNSUPPORTED). path ":memory:" is allowed.
 */
enum status store_open(const char *path, const struct sql_options *options, struct store **out,
    struct error *err);
void store_close(struct store *store);                     /* NULL-safe */
struct sql *store_sql(struct store *store);                /* for what has no function here */

enum status store_begin(struct store *store, struct error *err);   /* nests, see sql_begin() */
enum status store_commit(struct store *store, struct error *err);
void store_rollback(struct store *store);

/*
 * A transaction of very many rows. Until its end the indexes that only lists use are gone and
 * nothing is found by its text; then all are made at once. Inside, a transaction that is rolled
 * back takes the whole with it, receipts of commands are not kept, and a row that cannot be written
 * may be told of by a later call, by _end at the latest. _end that failed: _cancel.
 */
struct bulk {
	int cache_kib;       /* bounds the memory */
	/*
	 * The file is nobody else's yet: who is stopped in the middle throws it away, and who is
	 * not calls store_file_sync() after closing it.
	 */
	bool alone;
	/* Told at store_bulk_end(), which takes a third of the time; NULL: nobody. */
	void (*indexed)(void *state, int64_t done, int64_t of);
	void *state;
};
enum status store_bulk_begin(struct store *store, const struct bulk *how, struct error *err);
enum status store_bulk_end(struct store *store, struct error *err);
void store_bulk_cancel(struct store *store);
/* The row with this id, if it is at hand, will hardly be read again inside. */
void store_bulk_over(struct store *store, const struct record_type *type, const char *id);
/* The number of the one that is open, 0: none. */
unsigned store_bulk(const struct store *store);

/* NOTFOUND where there is none. *record lives in arena. */
enum status store_get(struct store *store, const struct record_type *type, const char *id,
    struct arena *arena, void **record, struct error *err);
/* EXISTS where the key or a unique column is taken. SEARCH fields are indexed here, once. */
enum status store_insert(struct store *store, const struct record_type *type, const void *record,
    struct error *err);
/*
 * Makes the row with this key what the record is. NOTFOUND where there is none. SEARCH fields must
 * not have changed.
 */
enum status store_update(struct store *store, const struct record_type *type, const void *record,
    struct error *err);

/*
 * One page. scope narrows to what the asker may see (R13). With a time budget the page may be
 * partial. INVALID for a bad filter, sort or cursor. context: what spans and macros of the filter
 * mean.
 */
enum status store_list(struct store *store, const struct query *query, const struct scope *scope,
    const struct filter_context *context, struct page **out, struct error *err);

/* Values of the store itself (schema version, last serial ...); "" where unset. */
enum status store_meta_get(struct store *store, const char *name, struct arena *arena,
    const char **value, struct error *err);
enum status store_meta_set(struct store *store, const char *name, const char *value,
    struct error *err);

/*
 * Receipts by (actor, key): what an earlier command with this key was and came to (R14). NOTFOUND
 * where there is none.
 */
enum status store_receipt_get(struct store *store, const char *actor, const char *key,
    struct arena *arena, const char **hash, const char **receipt, struct error *err);
enum status store_receipt_put(struct store *store, const char *actor, const char *key,
    const char *hash, const char *receipt, int64_t at, struct error *err);

/*
 * Files: contents once for each SHA-256, in chunks of 1 MiB (F9). store_file_put() reads at
 * most max bytes (INVALID where there is more, or nothing) into memory, verifies nothing else, and
 * is a transaction that begins when the source has given everything. owner: the account that
 * hands them in; the same contents may have several.
 */
enum status store_file_put(struct store *store, const char *owner,
    const struct byte_source *source, int64_t max, int64_t at, char digest[65], int64_t *size,
    struct error *err);
/* These contents, which are there, are from now on the owner's as well. */
enum status store_file_own(struct store *store, const char *digest, const char *owner, int64_t at,
    struct error *err);
/* NOTFOUND, also where the owner never handed them in. NULL: whoever did. */
enum status store_file_size(struct store *store, const char *digest, const char *owner,
    int64_t *size, struct error *err);
/* Hashes while reading: INTERNAL where the contents are no longer those of the digest. */
enum status store_file_get(struct store *store, const char *digest, const struct byte_sink *sink,
    struct error *err);

void store_interrupt(struct store *store);                 /* any thread */

#endif
