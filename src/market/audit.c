/*
 * The operation logs of all that somebody may see, checked (R13, R15). A stretch is bounded by the
 * records that it looks at, seen or not, so that none takes longer than another.
 */
#include "market/keep.h"

#include <stdio.h>
#include <string.h>

#include <bsd/string.h>

#include "base/i18n.h"
#include "market/work.h"

#define QUERY_MAX 1024

/* Whose chains there are: a cursor is the letter of a kind, a slash, and the last id. */
struct kind { char letter; bool owned; const char *table, *has_log; };
static const struct kind kinds[] = {
	{ 's', false, "supervisions", "1" },
	/* of services those that something was done to, or that have entries */
	{ 'p', true, "instances",
	    "t.log_length > 0 OR t.log_head <> ''"
	    " OR EXISTS (SELECT 1 FROM log_entries e WHERE e.supervision = t.id)" },
};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* Whether row t is in the scope, whose account is ?1. */
static const char *condition(const struct scope *scope, const struct kind *kind)
{
	switch (scope->kind) {
	case SCOPE_ALL:
		return "?1 IS NOT NULL";
	case SCOPE_OF_BUYER:
		return "t.buyer = ?1";
	case SCOPE_OF_SELLER:
		return "t.seller = ?1";
	case SCOPE_REVIEWED:
		return kind->owned ? "?1 IS NOT NULL AND EXISTS (SELECT 1 FROM supervisions s"
				     " WHERE s.id = t.line AND s.reviewed = 1)"
				   : "?1 IS NOT NULL AND t.reviewed = 1";
	case SCOPE_NOTHING:
		break;
	}
	return "?1 IS NULL";
}

static const char *account_of(const struct scope *scope)
{
	return scope->account != NULL ? scope->account : "";
}

static enum status count_records(
    struct market *market, const struct scope *scope, int64_t *of, struct error *err)
{
	struct sql_stmt *stmt = NULL;
	char query[QUERY_MAX];
	bool row = false;
	enum status status;

	snprintf(query, sizeof query,
	    "SELECT (SELECT count(*) FROM supervisions t WHERE %s)"
	    " + (SELECT count(*) FROM instances t WHERE %s)",
	    condition(scope, &kinds[0]), condition(scope, &kinds[1]));
	status = sql_prepare(store_sql(market->store), query, &stmt, err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, account_of(scope));
	status = sql_step(stmt, &row, err);
	*of = status == STATUS_OK && row ? sql_int(stmt, 0) : 0;
	sql_done(stmt);
	return status;
}

/* Who asks, and who may stop it. */
struct asker {
	const struct actor *actor;
	const struct log_watch *watch;
};

static enum status audit_one(struct market *market, const struct asker *asker, const char *id,
    bool owned, struct audit_part *out, struct error *err)
{
	struct audit_fault *fault;
	struct verdict verdict;
	enum status status =
	    verify_log(market, asker->actor, id, asker->watch, &verdict, err);

	if (status != STATUS_OK)
		return status;
	out->logs++;
	out->entries += verdict.entries;
	if (verdict.intact)
		return STATUS_OK;
	fault = &out->faults[out->broken++];
	strlcpy(fault->id, id, sizeof fault->id);
	fault->owned = owned;
	fault->broken_at = verdict.broken_at;
	strlcpy(fault->reason, verdict.reason, sizeof fault->reason);
	return STATUS_OK;
}

/* An id that a cursor cannot name would be met again and again. */
static enum status note_id(char *last, size_t cap, const char *id, struct error *err)
{
	if (strcmp(id, last) <= 0 || strlen(id) >= cap)
		return error_set(err, STATUS_IO,
		    _("The id of a record is damaged; \"doctor\" says more."));
	strlcpy(last, id, cap);
	return STATUS_OK;
}

/* *walked: how many rows were looked at; last: the id of the one before, then of the last one. */
static enum status walk(struct market *market, const struct asker *asker, const struct kind *kind,
    char last[AUDIT_CURSOR - 2], unsigned limit, unsigned *walked, struct audit_part *out,
    struct error *err)
{
	struct scope scope = permit_scope(asker->actor);
	struct sql_stmt *stmt = NULL;
	char query[QUERY_MAX], id[AUDIT_CURSOR];
	bool row = false;
	enum status status;

	snprintf(query, sizeof query,
	    "SELECT t.id, %s, %s FROM %s t WHERE t.id > ?2 ORDER BY t.id LIMIT ?3",
	    condition(&scope, kind), kind->has_log, kind->table);
	status = sql_prepare(store_sql(market->store), query, &stmt, err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, account_of(&scope));
	sql_bind_text(stmt, 2, last);
	sql_bind_int(stmt, 3, limit);
	while ((status = sql_step(stmt, &row, err)) == STATUS_OK && row) {
		status = note_id(last, AUDIT_CURSOR - 2, sql_text(stmt, 0), err);
		if (status != STATUS_OK)
			break;
		++*walked;
		if (sql_int(stmt, 1) == 0)
			continue;
		out->done++;
		if (sql_int(stmt, 2) == 0)
			continue;
		strlcpy(id, last, sizeof id);
		status = audit_one(market, asker, id, kind->owned, out, err);
		if (status != STATUS_OK)
			break;
	}
	sql_done(stmt);
	return status;
}

static enum status where_from(const char *from, size_t *kind, char last[AUDIT_CURSOR - 2],
    struct error *err)
{
	*kind = 0;
	last[0] = '\0';
	if (from[0] == '\0')
		return STATUS_OK;
	while (*kind < KINDS && kinds[*kind].letter != from[0])
		++*kind;
	if (*kind == KINDS || from[1] != '/' ||
	    strlcpy(last, from + 2, AUDIT_CURSOR - 2) >= AUDIT_CURSOR - 2)
		return error_set(err, STATUS_INVALID, _("This is not where an audit ended."));
	return STATUS_OK;
}

static enum status audit_part(struct market *market, const struct asker *asker, const char *from,
    unsigned limit, struct audit_part *out, struct error *err)
{
	struct scope scope = permit_scope(asker->actor);
	char last[AUDIT_CURSOR - 2];
	unsigned walked = 0;
	size_t kind;
	enum status status = where_from(from, &kind, last, err);

	if (status == STATUS_OK && from[0] == '\0')
		status = count_records(market, &scope, &out->of, err);
	while (status == STATUS_OK && walked < limit && kind < KINDS) {
		status = walk(market, asker, &kinds[kind], last, limit - walked, &walked, out, err);
		if (status != STATUS_OK || walked == limit)
			break;
		kind++;
		last[0] = '\0';
	}
	if (status == STATUS_OK && kind < KINDS)
		snprintf(out->next, sizeof out->next, "%c/%s", kinds[kind].letter, last);
	return status;
}

enum status market_audit_part(struct market *market, const struct actor *actor, const char *from,
    unsigned limit, struct audit_part *out, struct error *err)
{
	const struct asker asker = { actor, NULL };
	struct sql *sql = store_sql(market->store);
	enum status status = sql_exec(sql, "SAVEPOINT audit_part", err);

	memset(out, 0, sizeof *out);
	if (status != STATUS_OK)
		return status;
	status = audit_part(market, &asker, from, limit, out, err);
	sql_exec(sql, "RELEASE audit_part", NULL);
	return status;
}

/* ---- all at once ---- */

static void add_part(
    struct audit *out, const struct audit_part *part, const struct audit_watch *watch)
{
	out->supervisions += part->logs;
	out->entries += part->entries;
	for (size_t i = 0; i < part->broken; i++) {
		const struct audit_fault *fault = &part->faults[i];
		struct verdict verdict = { .broken_at = fault->broken_at };

		strlcpy(verdict.reason, fault->reason, sizeof verdict.reason);
		if (out->broken++ == 0) {
			strlcpy(out->first, fault->id, sizeof out->first);
			out->verdict = verdict;
		}
		if (watch != NULL && watch->broken != NULL)
			watch->broken(watch->state, fault->id, &verdict);
	}
}

/* How far it is, for whoever watches it: within a stretch too. */
struct progress {
	const struct audit_watch *watch;
	int64_t done, of;
};

static bool go_on(void *state)
{
	const struct progress *progress = state;
	const struct store_watch *watch = &progress->watch->progress;

	return watch->step(watch->state, progress->done, progress->of);
}

static enum status audit_all(struct market *market, const struct actor *actor,
    const struct audit_watch *watch, struct audit *out, struct error *err)
{
	bool watched = watch != NULL && watch->progress.step != NULL;
	struct progress progress = { watch, 0, 0 };
	const struct log_watch log_watch = { go_on, &progress };
	const struct asker asker = { actor, watched ? &log_watch : NULL };
	char from[AUDIT_CURSOR] = "";
	struct audit_part part;
	enum status status;

	do {
		status = audit_part(market, &asker, from, AUDIT_LIMIT_MAX,
		    memset(&part, 0, sizeof part), err);
		if (status != STATUS_OK)
			return status;
		progress.of += part.of;
		progress.done += part.done;
		add_part(out, &part, watch);
		if (part.next[0] != '\0' && watched && !go_on(&progress))
			return error_set(err, STATUS_CANCELLED, _("cancelled"));
		strlcpy(from, part.next, sizeof from);
	} while (from[0] != '\0');
	return STATUS_OK;
}

enum status market_audit(struct market *market, const struct actor *actor,
    const struct audit_watch *watch, struct audit *out, struct error *err)
{
	struct sql *sql = store_sql(market->store);
	enum status status = sql_exec(sql, "SAVEPOINT audit", err);

	memset(out, 0, sizeof *out);
	if (status != STATUS_OK)
		return status;
	status = audit_all(market, actor != NULL ? actor : &market_platform, watch, out, err);
	sql_exec(sql, "RELEASE audit", NULL);
	return status;
}
