/* What time alone brings about: due moves, and the states of purchased services in their rows. */
#include "market/market.h"

#include <limits.h>
#include <string.h>

#include "market/work.h"
#include "model/instance.h"

/* A clock that runs is of an open supervision that nothing freezes, so its time alone decides. */
static const char *const clocks[] = {
	"SELECT id FROM supervisions WHERE due_at > 0 AND due_at <= ? ORDER BY due_at, id LIMIT 1",
	"SELECT supervision FROM refunds WHERE due_at > 0 AND due_at <= ? ORDER BY due_at, id"
	" LIMIT 1",
};

/* The supervision with the oldest move that is due by that clock; *id is "" where there is none. */
static enum status next_due(struct market *market, const char *clock, int64_t now,
    struct arena *arena, const char **id, struct error *err)
{
	struct sql_stmt *stmt;
	bool row = false;
	enum status status = sql_prepare(store_sql(market->store), clock, &stmt, err);

	*id = "";
	if (status != STATUS_OK)
		return status;
	sql_bind_int(stmt, 1, now);
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK && row)
		*id = arena_strdup(arena, sql_text(stmt, 0));
	sql_done(stmt);
	return status;
}

/* One supervision is one transaction. */
static enum status fire_one(
    struct market *market, const char *id, int64_t now, int64_t *fired, struct error *err)
{
	struct work work = { .market = market, .now = now };
	int64_t before = 0;
	enum status status = store_begin(market->store, err);

	if (status != STATUS_OK)
		return status;
	work.arena = market_take_arena(market);
	status = work_load(&work, id, err);
	if (status == STATUS_OK) {
		before = work.supervision->log_length;
		status = due_fire(&work, err);
	}
	if (status == STATUS_OK)
		status = store_commit(market->store, err);
	if (status == STATUS_OK)
		*fired += work.supervision->log_length - before;
	else
		store_rollback(market->store);
	market_give_arena(market, &work.arena);
	return status;
}

enum status market_tick_one(struct market *market, const char *supervision, int64_t now,
    int64_t *fired, struct error *err)
{
	*fired = 0;
	return fire_one(market, supervision, now, fired, err);
}

/* How services age, one step after the other, so that an old row takes them all. */
static const struct ageing {
	const char *from, *to;
	int64_t after; /* the expiry */
} ageings[] = {
	{ "active", "expired", 0 },
	{ "expired", "frozen", INSTANCE_GRACE },
	{ "frozen", "released", INSTANCE_GRACE + INSTANCE_RETENTION },
};

/* Runs a statement about the rows that are to take a step; *row: whether it gave one. */
static enum status age(struct market *market, const char *text, const struct ageing *ageing,
    int64_t now, bool *row, struct error *err)
{
	struct sql_stmt *stmt;
	enum status status = sql_prepare(store_sql(market->store), text, &stmt, err);

	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, ageing->from);
	sql_bind_int(stmt, 2, now - ageing->after);
	sql_bind_text(stmt, 3, ageing->to);
	status = sql_step(stmt, row, err);
	sql_done(stmt);
	return status;
}

/*
 * Filters look at the row; what is shown is told by instance_state_at() even before this. Nothing
 * is locked where there is nothing to do.
 */
static enum status age_instances(struct market *market, int64_t now, struct error *err)
{
	enum status status = STATUS_OK;
	bool row = false;

	for (size_t i = 0; status == STATUS_OK && i < sizeof ageings / sizeof ageings[0]; i++) {
		status = age(market,
		    "SELECT ?3 FROM instances WHERE state = ?1 AND expires_at > 0"
		    " AND expires_at <= ?2 LIMIT 1",
		    &ageings[i], now, &row, err);
		if (status == STATUS_OK && row)
			status = age(market,
			    "UPDATE instances SET state = ?3 WHERE state = ?1 AND expires_at > 0"
			    " AND expires_at <= ?2",
			    &ageings[i], now, &row, err);
	}
	return status;
}

static enum status fire_clock(struct market *market, const char *clock, int64_t now,
    unsigned *left, int64_t *fired, struct error *err)
{
	struct arena arena = { 0 };
	const char *id = "", *before;
	enum status status = STATUS_OK;

	while (*left > 0) {
		before = id;
		status = next_due(market, clock, now, &arena, &id, err);
		/* What is due again at once would be so for ever. */
		if (status != STATUS_OK || id[0] == '\0' || strcmp(id, before) == 0)
			break;
		status = fire_one(market, id, now, fired, err);
		if (status != STATUS_OK)
			break;
		--*left;
	}
	arena_free(&arena);
	return status;
}

enum status market_tick(
    struct market *market, int64_t now, unsigned limit, int64_t *fired, struct error *err)
{
	unsigned left = limit == 0 ? UINT_MAX : limit;
	enum status status = STATUS_OK;

	*fired = 0;
	for (size_t i = 0; status == STATUS_OK && i < sizeof clocks / sizeof clocks[0]; i++)
		status = fire_clock(market, clocks[i], now, &left, fired, err);
	if (status == STATUS_OK)
		status = age_instances(market, now, err);
	return status;
}

enum status market_next_due(struct market *market, int64_t *at, struct error *err)
{
	struct sql_stmt *stmt;
	bool row = false;
	enum status status = sql_prepare(store_sql(market->store),
	    "SELECT coalesce(min(at), 0) FROM (SELECT min(due_at) AS at FROM supervisions"
	    " WHERE due_at > 0 UNION ALL SELECT min(due_at) FROM refunds WHERE due_at > 0)",
	    &stmt, err);

	*at = 0;
	if (status != STATUS_OK)
		return status;
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK && row)
		*at = sql_int(stmt, 0);
	sql_done(stmt);
	return status;
}
