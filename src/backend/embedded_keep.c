#include "backend/embedded_keep.h"

#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"
#include "market/keep.h"

_Static_assert(KEEP_TYPES_MAX == STORE_RECORDS_MAX, "both count the types of records");
_Static_assert(KEEP_FAULTS == HEALTH_FAULTS, "both keep the first faults");

static void tell_broken(void *state, const char *supervision, const struct verdict *verdict)
{
	const struct keep_watch *watch = state;

	if (watch->broken != NULL)
		watch->broken(watch->state, supervision, verdict->broken_at, verdict->reason);
}

static struct audit_watch watch_of(struct keep_watch *watch)
{
	return (struct audit_watch){ tell_broken, watch, { watch->step, watch->state } };
}

static struct keep_watch or_none(const struct keep_watch *watch)
{
	return watch != NULL ? *watch : (struct keep_watch){ NULL, NULL, NULL };
}

static void report_file(struct keep_report *out, const struct store_file *file)
{
	out->schema = file->schema;
	out->known_schema = STORE_SCHEMA;
	out->bytes = file->bytes;
	out->wal_bytes = file->wal_bytes;
	strlcpy(out->journal, file->journal, sizeof(out->journal));
}

static void report_health(struct keep_report *out, const struct store_health *health)
{
	out->whole = true;
	memcpy(out->records, health->records, sizeof(out->records));
	out->contents = health->contents;
	out->unnamed = health->unnamed;
	out->faults = health->faults;
	memcpy(out->fault, health->fault, sizeof(out->fault));
}

static void report_audit(struct keep_report *out, const struct audit *audit)
{
	out->audited = true;
	out->supervisions = audit->supervisions;
	out->entries = audit->entries;
	out->broken = audit->broken;
}

static void report_proof(struct keep_report *out, const struct proof *proof, bool proven)
{
	memset(out, 0, sizeof(*out));
	report_file(out, &proof->file);
	strlcpy(out->digest, proof->digest, sizeof(out->digest));
	if (!proven)
		return;
	report_health(out, &proof->health);
	report_audit(out, &proof->audit);
}

enum status embedded_backup(const char *path, const char *to, bool overwrite, bool prove,
    const struct keep_watch *watch, struct keep_report *out, struct error *err)
{
	struct keep_watch own = or_none(watch);
	struct audit_watch audit = watch_of(&own);
	struct proof proof;
	enum status status = keep_backup(path, to, overwrite, prove, &audit, &proof, err);

	report_proof(out, &proof, prove);
	return status;
}

enum status embedded_prove(const char *path, const struct keep_watch *watch,
    struct keep_report *out, struct error *err)
{
	struct keep_watch own = or_none(watch);
	struct audit_watch audit = watch_of(&own);
	struct proof proof;
	enum status status = keep_prove(path, &audit, &proof, err);

	report_proof(out, &proof, true);
	return status;
}

enum status embedded_restore(const char *from, const char *path, const struct keep_watch *watch,
    struct keep_report *out, struct error *err)
{
	struct keep_watch own = or_none(watch);
	struct audit_watch audit = watch_of(&own);
	struct proof proof;
	bool kept = false;
	enum status status = keep_restore(from, path, &audit, &proof, &kept, err);

	report_proof(out, &proof, true);
	out->set_aside = kept;
	return status;
}

static enum status look_at_chains(struct market *market, const char *user,
    struct keep_watch *watch, struct keep_report *out, struct error *err)
{
	const struct audit_watch audit_watch = watch_of(watch);
	struct actor actor;
	struct arena arena = { 0 };
	struct audit audit;
	enum status status = STATUS_OK;

	if (user != NULL)
		status = market_actor(market, user, &arena, &actor, err);
	if (status == STATUS_OK)
		status = market_audit(
		    market, user != NULL ? &actor : NULL, &audit_watch, &audit, err);
	if (status == STATUS_OK) {
		report_audit(out, &audit);
		out->all = user == NULL || permit_scope(&actor).kind == SCOPE_ALL;
	}
	arena_free(&arena);
	return status;
}

/* Contents that are not those of their digest are a fault like any other. */
static enum status look_at_files(struct market *market, struct keep_watch *watch,
    struct keep_report *out, struct error *err)
{
	const struct audit_watch audit_watch = watch_of(watch);
	struct error why = { 0 };
	enum status status = keep_read_files(market, &audit_watch, &why);

	out->read = status == STATUS_OK || status == STATUS_INVALID;
	if (status == STATUS_INVALID && out->faults++ < KEEP_FAULTS)
		strlcpy(out->fault[out->faults - 1], why.message, sizeof(out->fault[0]));
	if (!out->read && err != NULL)
		*err = why;
	return out->read ? STATUS_OK : status;
}

/* An older schema is looked at no further: reading does not bring it up to date. */
static enum status look_inside(const char *path, const char *user, bool quick,
    struct keep_watch *watch, struct keep_report *out, struct error *err)
{
	const struct market_options options = { .sql = { .read_only = true, .busy_ms = 10000 } };
	struct store_health health;
	struct market *market = NULL;
	enum status status = market_open(path, &options, 0, &market, err);

	if (status == STATUS_OK)
		status = store_health(market_store(market), quick, &health, err);
	if (status == STATUS_OK)
		report_health(out, &health);
	if (status == STATUS_OK && !quick && health.faults == 0)
		status = look_at_chains(market, user, watch, out, err);
	if (status == STATUS_OK && out->audited && user == NULL)
		status = look_at_files(market, watch, out, err);
	market_close(market);
	return status;
}

enum status embedded_examine(const char *path, const char *user, bool quick,
    const struct keep_watch *watch, struct keep_report *out, struct error *err)
{
	struct keep_watch own = or_none(watch);
	struct store_file file;
	enum status status = store_look(path, &file, err);

	memset(out, 0, sizeof(*out));
	report_file(out, &file);
	out->free_bytes = store_free_bytes(path);
	if (status == STATUS_OK && file.schema == STORE_SCHEMA)
		status = look_inside(path, user, quick, &own, out, err);
	return status;
}
