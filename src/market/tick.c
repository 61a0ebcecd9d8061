/* What time alone brings about: due moves, and the states of purchased services in their rows. */
#include "market/market.h"

#include <limits.h>

#include "market/work.h"
#include "model/instance.h"

/*
 * A clock that runs is of an open supervision that nothing freezes, so its time alone decides. Each
 * is walked once: what could not be fired does not stand in the way of what came due after it.
 */
static const char *const clocks[] = {
	"SELECT id, due_at, id FROM supervisions WHERE due_at > 0 AND due_at <= ?1"
	" AND (due_at, id) > (?2, ?3) ORDER BY due_at, id LIMIT 1",
	"SELECT supervision, due_at, id FROM refunds WHERE due_at > 0 AND due_at <= ?1"
	" AND (due_at, id) > (?2, ?3) ORDER BY due_at, id LIMIT 1",
};

struct due {
	const char *supervision;
	int64_t at;
	const char *id; /* of the clock's row */
};

/* Goes on to the next move that is due by that clock; *found is false where there is none. */
static enum status next_due(struct market *market, const char *clock, int64_t now,
    struct arena *arena, struct due *due, bool *found, struct error *err)
{
	struct sql_stmt *stmt;
	enum status status = sql_prepare(store_sql(market->store), clock, &stmt, err);

	*found = false;
	if (status != STATUS_OK)
		return status;
	sql_bind_int(stmt, 1, now);
	sql_bind_int(stmt, 2, due->at);
	sql_bind_text(stmt, 3, due->id);
	status = sql_step(stmt, found, err);
	if (status == STATUS_OK && *found) {
		due->supervision = arena_strdup(arena, sql_text(stmt, 0));
		due->at = sql_int(stmt, 1);
		due->id = arena_strdup(arena, sql_text(stmt, 2));
	}
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

/* Whether it is the store that fails, and not what one supervision holds. */
static bool is_everywhere(enum status status)
{
	return status == STATUS_BUSY || status == STATUS_IO || status == STATUS_CANCELLED ||
	    status == STATUS_TIMEOUT;
}

/* The first supervision that could not be fired decides the answer, after all others were. */
static enum status fire_clock(struct market *market, const char *clock, int64_t now,
    unsigned *left, int64_t *fired, struct error *err)
{
	struct arena arena = { 0 };
	struct due due = { "", 0, "" };
	enum status status = STATUS_OK, one;
	struct error why;
	bool found = true;

	while (*left > 0) {
		one = next_due(market, clock, now, &arena, &due, &found, &why);
		if (one == STATUS_OK && !found)
			break;
		if (one == STATUS_OK)
			one = fire_one(market, due.supervision, now, fired, &why);
		if (one != STATUS_OK && status == STATUS_OK) {
			status = one;
			if (err != NULL)
				*err = why;
		}
		if (is_everywhere(one) || !found)
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
	enum status status = STATUS_OK, one;

	*fired = 0;
	for (size_t i = 0; !is_everywhere(status) && i < sizeof clocks / sizeof clocks[0]; i++) {
		one = fire_clock(market, clocks[i], now, &left, fired,
		    status == STATUS_OK ? err : NULL);
		status = status == STATUS_OK ? one : status;
	}
	if (!is_everywhere(status)) {
		one = age_instances(market, now, status == STATUS_OK ? err : NULL);
		status = status == STATUS_OK ? one : status;
	}
	return status;
}

enum status market_next_due(struct market *market, int64_t *at, struct error *err)
{
	return sql_number(store_sql(market->store),
	    "SELECT coalesce(min(at), 0) FROM (SELECT min(due_at) AS at FROM supervisions"
	    " WHERE due_at > 0 UNION ALL SELECT min(due_at) FROM refunds WHERE due_at > 0)",
	    at, err);
}
