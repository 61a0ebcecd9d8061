#include "market/keep.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bsd/string.h>

#include "base/i18n.h"
#include "market/work.h"

/* ---- a file that is to be trusted ---- */

enum status keep_read_files(
    struct market *market, const struct audit_watch *watch, struct error *err)
{
	char bad[65];
	enum status status = store_read_files(
	    market->store, watch != NULL ? &watch->progress : NULL, bad, err);

	if (status == STATUS_INTERNAL)
		status = error_set(err, STATUS_INVALID,
		    _("the stored contents with the SHA-256 %s are not those that were handed in"),
		    bad);
	return status;
}

static enum status prove_open(const char *path, bool read_only, const struct audit_watch *watch,
    struct proof *out, struct error *err)
{
	const struct market_options options = { .sql = { .read_only = read_only,
	    .busy_ms = 10000 } };
	struct market *market = NULL;
	enum status status = market_open(path, &options, 0, &market, err);

	if (status == STATUS_OK)
		status = store_health(market->store, false, &out->health, err);
	if (status == STATUS_OK && out->health.faults > 0)
		status = error_set(err, STATUS_INVALID, "%s", out->health.fault[0]);
	if (status == STATUS_OK)
		status = market_audit(market, NULL, watch, &out->audit, err);
	if (status == STATUS_OK && out->audit.broken > 0)
		status = error_set(err, STATUS_INVALID,
		    _("the operation log of %s is broken at entry %lld: %s"), out->audit.first,
		    (long long)out->audit.verdict.broken_at, out->audit.verdict.reason);
	if (status == STATUS_OK)
		status = keep_read_files(market, watch, err);
	market_close(market);
	return status;
}

/* A name beside path that nobody else uses. */
static const char *beside(struct arena *arena, const char *path, const char *what)
{
	return arena_printf(arena, "%s.%s-%ld", path, what, (long)getpid());
}

enum status keep_prove(const char *path, const struct audit_watch *watch, struct proof *out,
    struct error *err)
{
	struct arena arena = { 0 };
	const char *copy;
	enum status status;

	memset(out, 0, sizeof *out);
	status = store_look(path, &out->file, err);
	if (status == STATUS_OK && out->file.schema == STORE_SCHEMA) {
		status = prove_open(path, true, watch, out, err);
	} else if (status == STATUS_OK) {
		copy = beside(&arena, path, "proof");
		store_remove(copy);
		status = store_copy(path, copy, NULL, err);
		if (status == STATUS_OK)
			status = prove_open(copy, false, watch, out, err);
		store_remove(copy);
	}
	if (status == STATUS_OK)
		status = store_file_digest(path, out->digest, err);
	arena_free(&arena);
	return status;
}

/* Gives a whole file its name. Without overwrite the name must be free, also for whoever races. */
static enum status name_file(const char *from, const char *to, bool overwrite, struct error *err)
{
	if (overwrite ? rename(from, to) == 0 : link(from, to) == 0) {
		if (!overwrite)
			unlink(from);
		return store_file_sync(to, err);
	}
	return error_set(err, errno == EEXIST ? STATUS_EXISTS : STATUS_IO, "%s: %s", to,
	    strerror(errno));
}

static enum status must_be_free(const char *to, struct error *err)
{
	if (access(to, F_OK) != 0)
		return STATUS_OK;
	return error_set(err, STATUS_EXISTS, "%s: %s", to, strerror(EEXIST));
}

enum status keep_backup(const char *path, const char *to, bool overwrite, bool prove,
    const struct audit_watch *watch, struct proof *out, struct error *err)
{
	struct arena arena = { 0 };
	const char *making = beside(&arena, to, "making");
	enum status status = overwrite ? STATUS_OK : must_be_free(to, err);

	memset(out, 0, sizeof *out);
	if (status != STATUS_OK)
		goto out;
	store_remove(making);
	status = store_copy(path, making, watch != NULL ? &watch->progress : NULL, err);
	if (status == STATUS_OK && prove) {
		status = keep_prove(making, watch, out, err);
	} else if (status == STATUS_OK) {
		status = store_look(making, &out->file, err);
		if (status == STATUS_OK)
			status = store_file_digest(making, out->digest, err);
	}
	if (status == STATUS_OK)
		status = name_file(making, to, overwrite, err);
	store_remove(making);
out:
	arena_free(&arena);
	return status;
}

/*
 * What cannot be opened, and a WAL without its database, are moved away: another file's WAL beside
 * the restored one would be taken for its own.
 */
static enum status set_aside(const char *path, bool *kept, struct error *err)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
	struct arena arena = { 0 };
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < sizeof suffixes / sizeof *suffixes; i++) {
		const char *from = arena_printf(&arena, "%s%s", path, suffixes[i]);
		const char *to = arena_printf(&arena, "%s.before-restore%s", path, suffixes[i]);

		if (access(from, F_OK) != 0)
			continue;
		status = must_be_free(to, err);
		if (status == STATUS_OK && rename(from, to) != 0)
			status = error_set(err, STATUS_IO, "%s: %s", from, strerror(errno));
		*kept = *kept || status == STATUS_OK;
	}
	arena_free(&arena);
	return status;
}

static enum status put_in_place(const char *copy, const char *path, bool *kept, struct error *err)
{
	struct store_file file;
	enum status status = store_look(path, &file, NULL);

	*kept = false;
	if (status == STATUS_OK || status == STATUS_BUSY || status == STATUS_UNSUPPORTED)
		return store_replace(copy, path, NULL, err);
	status = set_aside(path, kept, err);
	return status == STATUS_OK ? name_file(copy, path, false, err) : status;
}

enum status keep_restore(const char *from, const char *path, const struct audit_watch *watch,
    struct proof *out, bool *kept, struct error *err)
{
	struct arena arena = { 0 };
	const char *copy = beside(&arena, path, "restoring");
	struct store_file file;
	enum status status;

	*kept = false;
	memset(out, 0, sizeof *out);
	store_remove(copy);
	status = store_look(from, &file, err);
	if (status == STATUS_OK)
		status = store_copy(from, copy, watch != NULL ? &watch->progress : NULL, err);
	if (status != STATUS_OK)
		goto out;
	/* What is proven is put in place: the copy, brought up to date where it is older. */
	status = prove_open(copy, false, watch, out, err);
	if (status == STATUS_OK)
		status = store_file_sync(copy, err);
	if (status == STATUS_OK)
		status = put_in_place(copy, path, kept, err);
	if (status == STATUS_OK)
		status = store_file_digest(from, out->digest, err);
	out->file = file;
	store_remove(copy);
out:
	arena_free(&arena);
	return status;
}
