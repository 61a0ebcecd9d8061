/* Reading: lists, one record, and what has changed since (R13). */
#include "market/market.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "market/work.h"
#include "model/instance.h"

static struct filter_context context_of(
    const struct market *market, const struct actor *actor, int64_t now)
{
	return (struct filter_context){ .role = actor->role, .now = now, .offset = market->offset };
}

/* Rows of services say what they are now, not what they were when somebody last touched them. */
static void settle_instances(struct page *page, int64_t now)
{
	if (page->type != &instance_record)
		return;
	for (size_t i = 0; i < page->count; i++) {
		struct instance *instance = page->rows[i];
		enum instance_state state = instance_state_at(instance, now);

		instance->license_state = instance_license_at(instance, now);
		instance->state = state;
	}
}

enum status market_list(struct market *market, const struct actor *actor, const struct query *query,
    int64_t now, struct page **out, struct error *err)
{
	struct filter_context context = context_of(market, actor, now);
	struct scope scope = permit_scope(actor);
	enum status status = STATUS_OK;

	*out = NULL;
	if (query->parent != NULL && query->parent[0] != '\0') {
		struct arena arena = { 0 };
		struct chain_owner parent;

		status = sees_chain(market, actor, query->parent, &arena, &parent, err);
		arena_free(&arena);
	}
	if (status == STATUS_OK)
		status = store_list(market->store, query, &scope, &context, out, err);
	if (status == STATUS_OK) {
		settle_instances(*out, now);
		(*out)->at = now;
	}
	return status;
}

/* The supervision or service of an order that has one; CONFLICT names them where it has several. */
static enum status of_order(struct market *market, const struct actor *actor,
    const struct record_type *type, const char *order, struct arena *arena, void **out,
    struct error *err)
{
	struct sql_stmt *stmt;
	struct buf ids;
	void *found = NULL;
	bool row = false, sees = false;
	int count = 0;
	enum status status = sql_prepare(store_sql(market->store),
	    type == &instance_record ? "SELECT id FROM instances WHERE order_id = ? ORDER BY line"
				     : "SELECT id FROM supervisions WHERE order_id = ? ORDER BY id",
	    &stmt, err);

	*out = NULL;
	if (status != STATUS_OK)
		return status;
	buf_init(&ids, 512);
	sql_bind_text(stmt, 1, order);
	while ((status = sql_step(stmt, &row, err)) == STATUS_OK && row) {
		status = find_record(market, type, sql_text(stmt, 0), arena, &found, err);
		if (status == STATUS_OK && found != NULL)
			status = sees_record(market, actor, type, found, &sees, err);
		if (status != STATUS_OK)
			break;
		if (found == NULL || !sees)
			continue;
		*out = found;
		buf_printf(&ids, "%s%s", count++ > 0 ? ", " : "", record_id(type, found));
	}
	sql_done(stmt);
	if (status == STATUS_OK && count == 0)
		status = sees_nothing(type, order, err);
	else if (status == STATUS_OK && count > 1)
		status = error_set(err, STATUS_CONFLICT,
		    type == &instance_record
			? _("Order %s has %d purchased services: %s. Name one of them.")
			: _("Order %s has %d supervisions: %s. Name one of them."),
		    order, count, buf_text(&ids));
	buf_free(&ids);
	return status;
}

static enum status find_shown(struct market *market, const struct actor *actor,
    const struct record_type *type, const char *id, struct arena *arena, void **record,
    struct error *err)
{
	bool sees = false;
	enum status status = find_record(market, type, id, arena, record, err);

	if (status == STATUS_OK && *record != NULL)
		status = sees_record(market, actor, type, *record, &sees, err);
	if (status != STATUS_OK || sees)
		return status;
	if (type == &supervision_record || type == &instance_record)
		return of_order(market, actor, type, id, arena, record, err);
	return sees_nothing(type, id, err);
}

enum status market_show(struct market *market, const struct actor *actor,
    const struct record_type *type, const char *id, int64_t now, struct page **out,
    struct error *err)
{
	struct page *page = page_new(type);
	void *record = NULL;
	enum status status = find_shown(market, actor, type, id, &page->arena, &record, err);

	*out = NULL;
	if (status == STATUS_OK)
		status = query_sort(type, NULL, &page->sort, &page->descending, err);
	if (status != STATUS_OK) {
		page_drop(page);
		return status;
	}
	page->rows = arena_alloc(&page->arena, sizeof *page->rows);
	page->rows[0] = record;
	page->count = 1;
	page->total = -1;
	page->at = now;
	settle_instances(page, now);
	*out = page;
	return STATUS_OK;
}

enum status market_changes(struct market *market, const struct actor *actor, int64_t since,
    unsigned limit, struct page **out, int64_t *next, struct error *err)
{
	char filter[96];
	struct query query = { .type = &log_entry_record, .filter = filter, .sort = "serial" };
	int64_t last = 0;
	const struct log_entry *entry;
	enum status status = sql_number(store_sql(market->store),
	    "SELECT coalesce(max(serial), 0) FROM log_entries", &last, err);

	*out = NULL;
	if (status != STATUS_OK)
		return status;
	if (since < 0) {
		*out = page_new(&log_entry_record);
		*next = last;
		return STATUS_OK;
	}
	/* The end is fixed first: what is committed meanwhile comes with the next question. */
	snprintf(filter, sizeof filter, "serial>%" PRId64 " serial<=%" PRId64, since, last);
	query.limit = limit == 0 || limit > QUERY_LIMIT_MAX ? QUERY_LIMIT_MAX : limit;
	status = market_list(market, actor, &query, 0, out, err);
	if (status != STATUS_OK)
		return status;
	*next = last > since ? last : since;
	if ((*out)->more_after && (*out)->count > 0) {
		entry = (*out)->rows[(*out)->count - 1];
		*next = entry->serial;
	}
	return STATUS_OK;
}
