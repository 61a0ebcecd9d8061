#include "market/market.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "market/work.h"

const struct actor market_platform = {
	.user = "system",
	.name = "system",
	.account = PLATFORM_ACCOUNT,
	.account_name = "云商店 / KooGallery",
	.role = ROLE_SYSTEM,
};

/* Services of a file of schema 1 lack what their lists show since: it stands in other rows. */
static enum status complete_instances(struct market *market, struct error *err)
{
	struct sql_stmt *stmt;
	bool row = false;
	enum status status = sql_prepare(store_sql(market->store),
	    "SELECT 1 FROM instances WHERE placed_at = 0 LIMIT 1", &stmt, err);

	if (status != STATUS_OK)
		return status;
	status = sql_step(stmt, &row, err);
	sql_done(stmt);
	if (status != STATUS_OK || !row)
		return status;
	return sql_exec(store_sql(market->store),
	    "UPDATE instances SET"
	    " placed_at = coalesce((SELECT o.placed_at FROM orders o WHERE o.id = order_id), 1),"
	    " sku = coalesce((SELECT l.sku FROM order_lines l WHERE l.id = line), ''),"
	    " seller_name = coalesce((SELECT a.name FROM accounts a WHERE a.id = seller), ''),"
	    " delivery = coalesce((SELECT p.delivery FROM products p WHERE p.id = product), '')"
	    " WHERE placed_at = 0",
	    err);
}

#define TERMS_META "service-terms" /* of the store's meta values */
#define TERMS_DONE "3"

/*
 * Services of a file older than schema 3 lack what a renewal of them costs: the line that was paid
 * for last says so. It is done once, as one transaction.
 */
static const char fill_terms[] =
    "UPDATE instances SET"
    " currency = coalesce((SELECT p.currency FROM products p WHERE p.id = product), ''),"
    " charging = coalesce((SELECT l.charging FROM order_lines l WHERE l.id = line), ''),"
    " quantity = coalesce((SELECT l.quantity FROM order_lines l WHERE l.id = line), 1),"
    " supervised = EXISTS (SELECT 1 FROM supervisions s WHERE s.id = line)"
    " WHERE currency = '';"
    "UPDATE instances SET charging = l.charging, quantity = l.quantity, price = l.paid,"
    " period_type = l.period_type, period_number = l.period_number"
    " FROM (SELECT l.instance, l.charging, l.quantity, l.paid, l.period_type,"
    " l.period_number, max(o.placed_at) FROM order_lines l JOIN orders o ON o.id = l.order_id"
    " WHERE l.instance <> '' AND l.paid > 0"
    " AND o.type IN ('NEW', 'RENEW', 'TRIAL', 'TRIAL_TO_FORMAL') GROUP BY l.instance) AS l"
    " WHERE instances.id = l.instance AND instances.price = 0;";

static enum status complete_terms(struct market *market, struct error *err)
{
	struct arena arena = { 0 };
	const char *done = "";
	enum status status = store_meta_get(market->store, TERMS_META, &arena, &done, err);
	bool missing = status == STATUS_OK && done[0] == '\0';

	arena_free(&arena);
	if (!missing)
		return status;
	status = store_begin(market->store, err);
	if (status != STATUS_OK)
		return status;
	status = sql_exec(store_sql(market->store), fill_terms, err);
	if (status == STATUS_OK)
		status = store_meta_set(market->store, TERMS_META, TERMS_DONE, err);
	if (status == STATUS_OK)
		status = store_commit(market->store, err);
	if (status != STATUS_OK)
		store_rollback(market->store);
	return status;
}

enum status market_open(const char *path, const struct market_options *options, int64_t now,
    struct market **out, struct error *err)
{
	struct market *market = mem_alloc(sizeof *market);
	enum status status;

	*out = NULL;
	market->calendar = options->calendar;
	market->offset = options->offset;
	status = store_open(path, &options->sql, &market->store, err);
	if (status == STATUS_OK && !options->sql.read_only)
		status = import_open_market(market, now, err);
	if (status == STATUS_OK && !options->sql.read_only)
		status = complete_instances(market, err);
	if (status == STATUS_OK && !options->sql.read_only)
		status = complete_terms(market, err);
	if (status != STATUS_OK) {
		market_close(market);
		return status;
	}
	*out = market;
	return STATUS_OK;
}

void market_close(struct market *market)
{
	if (market == NULL)
		return;
	while (market->n_spare > 0)
		arena_free(&market->spare[--market->n_spare]);
	store_close(market->store);
	free(market);
}

struct arena market_take_arena(struct market *market)
{
	return market->n_spare > 0 ? market->spare[--market->n_spare] : (struct arena){ 0 };
}

void market_give_arena(struct market *market, struct arena *arena)
{
	if (market->n_spare == SPARE_ARENAS) {
		arena_free(arena);
		return;
	}
	arena_clear(arena);
	market->spare[market->n_spare++] = *arena;
	*arena = (struct arena){ 0 };
}

struct store *market_store(struct market *market)
{
	return market->store;
}

void market_interrupt(struct market *market)
{
	store_interrupt(market->store);
}

/* Ids of some users, for whoever named one that is not there. */
static enum status unknown_user(struct market *market, const char *user, struct error *err)
{
	struct sql_stmt *stmt = NULL;
	struct buf some;
	char shown[80];
	bool row = false;
	enum status status = sql_prepare(
	    store_sql(market->store), "SELECT id FROM users ORDER BY role, id LIMIT 8", &stmt, err);

	if (status != STATUS_OK)
		return status;
	buf_init(&some, 1024);
	while ((status = sql_step(stmt, &row, err)) == STATUS_OK && row)
		buf_printf(&some, "%s%s", some.len > 0 ? ", " : "", sql_text(stmt, 0));
	sql_done(stmt);
	if (status == STATUS_OK) {
		text_clean(shown, sizeof shown, user);
		status = error_set(err, STATUS_NOTFOUND,
		    _("There is no user %s. Some that exist: %s. \"list users\" shows all."), shown,
		    buf_text(&some));
	}
	buf_free(&some);
	return status;
}

/* The id of the one user with this name; "" where there is none, or more than one. */
static enum status user_by_name(struct market *market, const char *name, struct arena *arena,
    const char **id, struct error *err)
{
	struct sql_stmt *stmt;
	bool row = false;
	enum status status = sql_prepare(store_sql(market->store),
	    "SELECT min(id), count(*) FROM users WHERE name = ?", &stmt, err);

	*id = "";
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, name);
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK && row && sql_int(stmt, 1) == 1)
		*id = arena_strdup(arena, sql_text(stmt, 0));
	sql_done(stmt);
	return status;
}

enum status market_actor(struct market *market, const char *user, struct arena *arena,
    struct actor *out, struct error *err)
{
	void *record = NULL;
	const struct user *found;
	const char *id = "";
	enum status status = find_record(market, &user_record, user, arena, &record, err);

	if (status == STATUS_OK && record == NULL)
		status = user_by_name(market, user, arena, &id, err);
	if (status == STATUS_OK && record == NULL && id[0] == '\0')
		return unknown_user(market, user, err);
	if (status == STATUS_OK && record == NULL)
		status = store_get(market->store, &user_record, id, arena, &record, err);
	if (status != STATUS_OK)
		return status;
	found = record;
	*out = (struct actor){
		.user = found->id,
		.name = found->name,
		.account = found->account,
		.account_name = found->account_name,
		.role = (enum role)found->role,
	};
	return STATUS_OK;
}
