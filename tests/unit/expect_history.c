/* What the whole database says: a digest over every row, and a supervision's log from its first
 * entry to its last. */
#include "expect_engine.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/mem.h"

/* Runs a query whose one column is text, and gives each row to `each`. */
static int64_t each_row(struct engine *engine, const char *text,
    void (*each)(void *state, const char *row), void *state)
{
	struct error err = { 0 };
	struct sql_stmt *stmt;
	int64_t n = 0;
	bool row;

	if (sql_prepare(store_sql(engine->store), text, &stmt, &err) != STATUS_OK)
		fail_msg("%s: %s %s", text, err.message, err.detail);
	while (sql_step(stmt, &row, &err) == STATUS_OK && row) {
		each(state, sql_text(stmt, 0));
		n++;
	}
	sql_done(stmt);
	return n;
}

static void add_column(void *state, const char *row)
{
	struct buf *buf = state;

	buf_printf(buf, "%squote(\"%s\")", buf->len ? "||','||" : "", row);
}

static void add_name(void *state, const char *row)
{
	buf_add(state, row, strlen(row) + 1);
}

static void add_row(void *state, const char *row)
{
	digest_add(state, row, strlen(row) + 1);
}

int64_t engine_number(struct engine *engine, const char *query, const char *text)
{
	struct error err = { 0 };
	struct sql_stmt *stmt;
	int64_t number = 0;
	bool row = false;

	if (sql_prepare(store_sql(engine->store), query, &stmt, &err) != STATUS_OK)
		fail_msg("%s: %s %s", query, err.message, err.detail);
	sql_bind_text(stmt, 1, text);
	if (sql_step(stmt, &row, &err) == STATUS_OK && row)
		number = sql_int(stmt, 0);
	sql_done(stmt);
	return number;
}

int64_t engine_dump(struct engine *engine, char out[65])
{
	struct digest *digest = digest_new();
	struct buf tables, columns, query;
	int64_t n = 0;

	buf_init(&tables, 1u << 16);
	buf_init(&columns, 1u << 16);
	buf_init(&query, 1u << 17);
	each_row(engine,
	    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
	    "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
	    add_name, &tables);
	for (size_t at = 0; at < tables.len; at += strlen(tables.data + at) + 1) {
		const char *table = tables.data + at;

		buf_clear(&columns);
		buf_clear(&query);
		buf_printf(&query, "SELECT name FROM pragma_table_info('%s')", table);
		each_row(engine, buf_text(&query), add_column, &columns);
		buf_clear(&query);
		buf_printf(&query, "SELECT %s FROM \"%s\" ORDER BY 1", buf_text(&columns), table);
		digest_add(digest, table, strlen(table) + 1);
		n += each_row(engine, buf_text(&query), add_row, digest);
	}
	digest_end(digest, out);
	buf_free(&query);
	buf_free(&columns);
	buf_free(&tables);
	return n;
}

/* Numbers without gaps, each entry chained to the one before, the last one named by the row. */
static void check_chain(struct engine *engine, struct subject *subject, const struct page *page,
    const char *head)
{
	const char *prev = "";

	for (size_t i = 0; i < page->count; i++) {
		const struct log_entry *entry = page->rows[i];

		if (entry->seq != (int64_t)i + 1)
			engine_wrong(engine, subject, "log: entry %zu has the number %" PRId64,
			    i + 1, entry->seq);
		if (strcmp(entry->prev, prev) != 0)
			engine_wrong(engine, subject,
			    "log: entry %zu is not chained to the one before", i + 1);
		prev = entry->hash;
	}
	if (strcmp(head, prev) != 0)
		engine_wrong(engine, subject, "log: the row keeps another head");
}

/* Versions that rise by one with each move and not otherwise. */
static void check_entries(struct engine *engine, struct subject *subject, const struct page *page,
    const struct supervision *row)
{
	int64_t version = subject->version0, ended = 0;

	for (size_t i = 0; i < page->count; i++) {
		const struct log_entry *entry = page->rows[i];
		bool ours = entry->seq > subject->entries0;
		const struct action *action = action_find(entry->action);

		if (!ours)
			continue;
		if (ended != 0 && action && action->id != ACTION_RATE &&
		    expect_versioned(action->id))
			engine_wrong(engine, subject, "log: entry %zu, %s, after the end", i + 1,
			    entry->action);
		if (!action)
			engine_wrong(engine, subject,
			    "log: entry %zu has the unknown action \"%s\"", i + 1, entry->action);
		else if (entry->version != version + expect_versioned(action->id))
			engine_wrong(engine, subject,
			    "log: entry %zu, %s: version %" PRId64 " after %" PRId64, i + 1,
			    entry->action, entry->version, version);
		version = entry->version;
		/* a refund's end shows in the row; a completion's also in its node */
		if (entry->to_stage == STAGE_DONE && entry->from_stage != STAGE_DONE)
			ended++;
	}
	if (version != row->version)
		engine_wrong(engine, subject,
		    "log: ends with version %" PRId64 ", the row has %" PRId64, version,
		    row->version);
	if (ended != (subject->state.state == SUPERVISION_COMPLETED))
		engine_wrong(engine, subject, "log: %" PRId64 " entries end it", ended);
}

/* All entries of a chain, whose row keeps its length and head; verifying it agrees. */
static struct page *log_of(struct engine *engine, struct subject *subject, const char *id,
    int64_t length, const char *head)
{
	struct query query = { .type = &log_entry_record,
		.parent = id,
		.sort = "seq",
		.limit = QUERY_LIMIT_MAX };
	struct expect_asker asker = { ROLE_OPERATOR, EXPECT_OWN };
	struct actor actor = expect_actor(&asker);
	struct error err = { 0 };
	struct verdict verdict;
	struct page *page = NULL;

	if (market_list(engine->market, &actor, &query, engine->now, &page, &err) != STATUS_OK)
		fail_msg("log of %s: %s", id, err.message);
	check_chain(engine, subject, page, head);
	if (market_verify(engine->market, &actor, id, &verdict, &err) != STATUS_OK)
		fail_msg("verify %s: %s", id, err.message);
	if (!verdict.intact || verdict.entries != length || strcmp(verdict.head, head) != 0)
		engine_wrong(engine, subject, "log: not intact at %" PRId64 ": %s",
		    verdict.broken_at, verdict.reason);
	return page;
}

void engine_check_log(struct engine *engine, struct subject *subject)
{
	const struct supervision *row = engine_row(engine, &supervision_record, subject->id);
	struct page *page;

	if (!row) {
		engine_wrong(engine, subject, "the supervision is gone");
		return;
	}
	page = log_of(engine, subject, subject->id, row->log_length, row->log_head);
	if ((int64_t)page->count != subject->entries0 + subject->state.entries ||
	    (int64_t)page->count != row->log_length)
		engine_wrong(engine, subject,
		    "log: %zu entries, %" PRId64 " in the row, %" PRId64 " accepted commands",
		    page->count, row->log_length, subject->state.entries);
	check_entries(engine, subject, page, row);
	page_drop(page);
	/* R12: refunded and billed are what was paid; an open one is neither */
	if (subject->state.state != SUPERVISION_OPEN) {
		const struct order *order = engine_row(engine, &order_record, subject->order);
		int64_t billable = subject->state.state == SUPERVISION_COMPLETED
		    ? subject->state.paid
		    : subject->state.paid - subject->state.refunded;

		if (order &&
		    (order->refunded + billable + subject->beside != order->paid ||
			order->refunded != row->refunded))
			engine_wrong(engine, subject,
			    "refunded %" PRId64 ", billable %" PRId64 ", paid %" PRId64,
			    order->refunded, billable, order->paid);
	}
	arena_free(&engine->arena);
}

/* Nothing but its own commands is in it, each once, and only what is bought raises the version. */
void engine_check_service_log(
    struct engine *engine, struct subject *subject, const struct service *service)
{
	const struct instance *row = engine_row(engine, &instance_record, service->id);
	int64_t rated = 0, moves = 0, last = service->version0;
	struct page *page;

	if (!row) {
		engine_wrong(engine, subject, "the service %s is gone", service->id);
		return;
	}
	page = log_of(engine, subject, service->id, row->log_length, row->log_head);
	if ((int64_t)page->count != service->is.entries)
		engine_wrong(engine, subject,
		    "service log: %zu entries, %" PRId64 " accepted commands", page->count,
		    service->is.entries);
	for (size_t i = 0; i < page->count; i++) {
		const struct log_entry *entry = page->rows[i];
		bool rating = strcmp(entry->action, "rate") == 0;

		rated += rating;
		moves += !rating;
		/* an order that took it back came by import, which leaves no entry */
		if (entry->version < last + !rating ||
		    entry->version > last + !rating + service->is.imports)
			engine_wrong(engine, subject,
			    "service log: entry %zu, %s: version %" PRId64 " after %" PRId64, i + 1,
			    entry->action, entry->version, last);
		last = entry->version;
	}
	page_drop(page);
	if (rated != service->is.rated || moves + service->is.imports != service->is.moves ||
	    row->version != service->version0 + service->is.moves)
		engine_wrong(engine, subject,
		    "service log: %" PRId64 " ratings, %" PRId64 " purchases, version %" PRId64,
		    rated, moves, row->version);
	arena_free(&engine->arena);
}
