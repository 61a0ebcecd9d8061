#include "store/parts.h"

#include <stdlib.h>
#include <string.h>

#include <bsd/string.h>

#include "base/digest.h"
#include "base/i18n.h"

#define CHUNK_BYTES (1u << 20)

/* Fills data up to cap bytes from a source that may give less at a time. */
static enum status fill(const struct byte_source *source, unsigned char *data, size_t cap,
    size_t *n, struct error *err)
{
	enum status status;
	size_t got;

	*n = 0;
	do {
		got = 0;
		status = source->read(source->state, data + *n, cap - *n, &got, err);
		*n += got;
	} while (status == STATUS_OK && got > 0 && *n < cap);
	return status;
}

/* Contents on their way in. */
struct incoming {
	unsigned char *data;
	size_t size;
	char digest[DIGEST_TEXT];
	unsigned interrupts;         /* before the first of them came */
};

static enum status cancelled(struct sql *sql, const struct incoming *in, struct error *err)
{
	return sql_interrupts(sql) == in->interrupts ? STATUS_OK :
	    error_set(err, STATUS_CANCELLED, _("cancelled"));
}

/*
 * All that the source has, in memory: it may be as slow as it likes, and no other writer waits for
 * it. The caller frees the data, also where this failed.
 */
static enum status take(struct sql *sql, const struct byte_source *source, int64_t max,
    struct incoming *in, struct error *err)
{
	enum status status = STATUS_OK;
	size_t n = CHUNK_BYTES;

	while (status == STATUS_OK && n == CHUNK_BYTES) {
		in->data = mem_realloc(in->data, in->size + CHUNK_BYTES, 1);
		status = fill(source, in->data + in->size, CHUNK_BYTES, &n, err);
		if (status == STATUS_OK)
			status = cancelled(sql, in, err);
		in->size += n;
		if (status == STATUS_OK && (int64_t)in->size > max)
			status = error_set(err, STATUS_INVALID,
			    _("the file has more than %lld bytes"), (long long)max);
	}
	if (status == STATUS_OK && in->size == 0)
		status = error_set(err, STATUS_INVALID, _("the file is empty"));
	if (status == STATUS_OK)
		digest_of(in->data, in->size, in->digest);
	return status;
}

static enum status put_chunk(struct sql *sql, const struct incoming *in, size_t at,
    struct error *err)
{
	size_t left = in->size - at;
	struct sql_stmt *stmt;
	enum status status;
	bool row;

	status = sql_prepare(sql, "INSERT INTO chunks (digest, n, data) VALUES (?, ?, ?)", &stmt,
	    err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, in->digest);
	sql_bind_int(stmt, 2, (int64_t)(at / CHUNK_BYTES));
	sql_bind_blob(stmt, 3, in->data + at, left < CHUNK_BYTES ? left : CHUNK_BYTES);
	status = sql_step(stmt, &row, err);
	sql_done(stmt);
	return status;
}

static enum status add_file(struct sql *sql, const char *digest, int64_t size, int64_t at,
    struct error *err)
{
	struct sql_stmt *stmt;
	enum status status;
	bool row;

	status = sql_prepare(sql, "INSERT INTO files (digest, size, at) VALUES (?, ?, ?)", &stmt,
	    err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, digest);
	sql_bind_int(stmt, 2, size);
	sql_bind_int(stmt, 3, at);
	status = sql_step(stmt, &row, err);
	sql_done(stmt);
	return status;
}

/* Where a bulk transaction remembers the file of that owner, or NULL. */
static struct known_file *place_of(struct store *store, const char *digest, const char *owner)
{
	struct known_file *first = store->files;
	unsigned hash = 0;

	if (first == NULL || owner == NULL || strlen(digest) >= sizeof first->digest ||
	    strlen(owner) >= sizeof first->owner)
		return NULL;
	for (size_t i = 0; i < 8 && digest[i] != '\0'; i++)
		hash = hash * 31 + (unsigned char)digest[i];
	for (size_t i = 0; owner[i] != '\0'; i++)
		hash = hash * 31 + (unsigned char)owner[i];
	return &first[hash % STORE_FILES_KNOWN];
}

static bool is_known(const struct known_file *known, const char *digest, const char *owner)
{
	return known != NULL && strcmp(known->digest, digest) == 0 &&
	    strcmp(known->owner, owner) == 0;
}

enum status store_file_own(struct store *store, const char *digest, const char *owner, int64_t at,
    struct error *err)
{
	struct sql_stmt *stmt;
	enum status status;
	bool row;

	if (is_known(place_of(store, digest, owner), digest, owner))
		return STATUS_OK;
	status = sql_prepare(store->sql,
	    "INSERT OR IGNORE INTO uploads (digest, account, at) VALUES (?, ?, ?)", &stmt, err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, digest);
	sql_bind_text(stmt, 2, owner);
	sql_bind_int(stmt, 3, at);
	status = sql_step(stmt, &row, err);
	sql_done(stmt);
	return status;
}

enum status store_file_size(struct store *store, const char *digest, const char *owner,
    int64_t *size, struct error *err)
{
	struct known_file *known = place_of(store, digest, owner);
	struct sql_stmt *stmt;
	enum status status;
	bool row;

	*size = 0;
	if (is_known(known, digest, owner)) {
		*size = known->size;
		return STATUS_OK;
	}
	status = sql_prepare(store->sql, owner == NULL ?
	    "SELECT size FROM files WHERE digest = ?" :
	    "SELECT f.size FROM uploads u JOIN files f ON f.digest = u.digest"
	    " WHERE u.digest = ? AND u.account = ?", &stmt, err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, digest);
	if (owner != NULL)
		sql_bind_text(stmt, 2, owner);
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK && row)
		*size = sql_int(stmt, 0);
	else if (status == STATUS_OK)
		status = error_set(err, STATUS_NOTFOUND,
		    _("there are no contents with this digest"));
	sql_done(stmt);
	if (status == STATUS_OK && known != NULL) {
		strlcpy(known->digest, digest, sizeof known->digest);
		strlcpy(known->owner, owner, sizeof known->owner);
		known->size = *size;
	}
	return status;
}

/* OK where these contents lie here already. */
static enum status put(struct store *store, const struct incoming *in, int64_t at,
    struct error *err)
{
	struct error unknown;
	int64_t known;
	enum status status = store_file_size(store, in->digest, NULL, &known, &unknown);

	if (status != STATUS_NOTFOUND) {
		if (status != STATUS_OK && err != NULL)
			*err = unknown;
		return status;
	}
	status = add_file(store->sql, in->digest, (int64_t)in->size, at, err);
	for (size_t n = 0; status == STATUS_OK && n < in->size; n += CHUNK_BYTES) {
		status = cancelled(store->sql, in, err);
		if (status == STATUS_OK)
			status = put_chunk(store->sql, in, n, err);
	}
	return status;
}

enum status store_file_put(struct store *store, const char *owner,
    const struct byte_source *source, int64_t max, int64_t at, char digest[65], int64_t *size,
    struct error *err)
{
	struct incoming in = { .interrupts = sql_interrupts(store->sql) };
	enum status status = take(store->sql, source, max, &in, err);

	digest[0] = '\0';
	*size = (int64_t)in.size;
	if (status == STATUS_OK)
		status = sql_begin(store->sql, err);
	if (status != STATUS_OK)
		goto out;
	status = put(store, &in, at, err);
	if (status == STATUS_OK)
		status = store_file_own(store, in.digest, owner, at, err);
	if (status == STATUS_OK)
		status = sql_commit(store->sql, err);
	if (status == STATUS_OK)
		memcpy(digest, in.digest, DIGEST_TEXT);
	else
		sql_rollback(store->sql);
out:
	free(in.data);
	return status;
}

/* Writes the chunks in their order; *size and the digest are of what was there. */
static enum status give(struct sql_stmt *stmt, const struct byte_sink *sink, struct digest *digest,
    int64_t *size, struct error *err)
{
	enum status status;
	const void *data;
	int64_t chunk = 0;
	bool row;
	size_t n;

	*size = 0;
	for (;;) {
		status = sql_step(stmt, &row, err);
		if (status != STATUS_OK || !row)
			return status;
		/*
		 * A missing chunk shows in the digest as well, but nothing after it is worth
		 * sending.
		 */
		if (sql_int(stmt, 0) != chunk++)
			return STATUS_OK;
		data = sql_blob(stmt, 1, &n);
		if (n == 0)
			continue;
		digest_add(digest, data, n);
		*size += (int64_t)n;
		status = sink->write(sink->state, data, n, err);
		if (status != STATUS_OK)
			return status;
	}
}

enum status store_file_get(struct store *store, const char *digest, const struct byte_sink *sink,
    struct error *err)
{
	char found[DIGEST_TEXT] = "";
	struct digest *hash;
	struct sql_stmt *stmt;
	enum status status;
	int64_t size, given;

	status = store_file_size(store, digest, NULL, &size, err);
	if (status == STATUS_OK)
		status = sql_prepare(store->sql,
		    "SELECT n, data FROM chunks WHERE digest = ? ORDER BY n", &stmt, err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, digest);
	hash = digest_new();
	status = give(stmt, sink, hash, &given, err);
	sql_done(stmt);
	if (status != STATUS_OK) {
		digest_drop(hash);
		return status;
	}
	digest_end(hash, found);
	if (given != size || strcmp(found, digest) != 0)
		return error_set(err, STATUS_INTERNAL,
		    _("the stored contents are not those that were handed in (SHA-256 differs)"));
	return STATUS_OK;
}
