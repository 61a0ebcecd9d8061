#include "store/backup.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <bsd/string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "store/parts.h"

static void fault(struct store_health *health, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void fault(struct store_health *health, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	if (health->faults < HEALTH_FAULTS) {
		va_start(args, fmt);
		vsnprintf(text, sizeof text, fmt, args);
		va_end(args);
		text_clean(health->fault[health->faults], sizeof health->fault[0], text);
	}
	health->faults++;
}

/* SQLite's own look at its pages and indexes: "ok", or one line for each fault. */
static enum status check_pages(struct store *store, bool quick, struct store_health *health,
    struct error *err)
{
	struct sql_stmt *stmt;
	bool row = false;
	enum status status = sql_prepare(store->sql,
	    quick ? "PRAGMA quick_check(100)" : "PRAGMA integrity_check(100)", &stmt, err);

	if (status != STATUS_OK)
		return status;
	while ((status = sql_step(stmt, &row, err)) == STATUS_OK && row) {
		if (strcmp(sql_text(stmt, 0), "ok") != 0)
			fault(health, _("the database is damaged: %s"), sql_text(stmt, 0));
	}
	sql_done(stmt);
	return status;
}

/* What one table names must be there in the other. */
static const struct reference {
	const char *table, *column, *other, *key;
} references[] = {
	{ "users", "account", "accounts", "id" },
	{ "products", "seller", "accounts", "id" },
	{ "orders", "buyer", "accounts", "id" },
	{ "orders", "seller", "accounts", "id" },
	{ "order_lines", "order_id", "orders", "id" },
	{ "order_lines", "product", "products", "id" },
	{ "order_lines", "instance", "instances", "id" },
	{ "instances", "product", "products", "id" },
	{ "instances", "buyer", "accounts", "id" },
	{ "supervisions", "order_id", "orders", "id" },
	{ "supervisions", "id", "order_lines", "id" },
	{ "supervisions", "appeal", "appeals", "id" },
	{ "supervisions", "refund", "refunds", "id" },
	{ "supervisions", "deployment", "deployments", "id" },
	{ "log_entries", "supervision", "supervisions", "id" },
	{ "appeals", "supervision", "supervisions", "id" },
	{ "refunds", "supervision", "supervisions", "id" },
	{ "deployments", "supervision", "supervisions", "id" },
	{ "ratings", "supervision", "supervisions", "id" },
	{ "attachments", "supervision", "supervisions", "id" },
	{ "attachments", "digest", "files", "digest" },
	{ "chunks", "digest", "files", "digest" },
	{ "files", "digest", "chunks", "digest" },
	{ "uploads", "digest", "files", "digest" },
	{ "uploads", "account", "accounts", "id" },
};

static enum status check_references(struct store *store, struct store_health *health,
    struct error *err)
{
	enum status status = STATUS_OK;
	struct buf text;
	int64_t lost;
	size_t i;

	buf_init(&text, 1024);
	for (i = 0; status == STATUS_OK && i < sizeof references / sizeof *references; i++) {
		const struct reference *r = &references[i];

		buf_clear(&text);
		buf_printf(&text, "SELECT count(*) FROM %s t WHERE t.%s <> '' AND NOT EXISTS"
		    " (SELECT 1 FROM %s o WHERE o.%s = t.%s)", r->table, r->column, r->other,
		    r->key, r->column);
		/* A log may be a purchased service's as well (log_entry.def). */
		if (strcmp(r->table, "log_entries") == 0)
			buf_puts(&text, " AND NOT EXISTS"
			    " (SELECT 1 FROM instances i WHERE i.id = t.supervision)");
		status = sql_number(store->sql, buf_text(&text), &lost, err);
		if (status == STATUS_OK && lost > 0)
			fault(health, _("%" PRId64 " rows of %s name what is not in %s"), lost,
			    r->table, r->other);
	}
	buf_free(&text);
	return status;
}

static enum status count_records(struct store *store, struct store_health *health,
    struct error *err)
{
	enum status status = STATUS_OK;
	struct buf text;
	size_t i;

	buf_init(&text, 1024);
	for (i = 0; status == STATUS_OK && record_types[i] != NULL && i < STORE_RECORDS_MAX; i++) {
		buf_clear(&text);
		buf_printf(&text, "SELECT count(*) FROM \"%s\"", record_types[i]->table);
		status = sql_number(store->sql, buf_text(&text), &health->records[i], err);
	}
	buf_free(&text);
	if (status == STATUS_OK)
		status = sql_number(
		    store->sql, "SELECT count(*) FROM files", &health->contents, err);
	if (status == STATUS_OK)
		status = sql_number(store->sql, "SELECT count(*) FROM files WHERE digest NOT IN"
		    " (SELECT digest FROM attachments)", &health->unnamed, err);
	return status;
}

static enum status no_sink(void *state, const void *data, size_t n, struct error *err)
{
	(void)state, (void)data, (void)n, (void)err;
	return STATUS_OK;
}

/* One connection, several statements: the list of them is open while each is read. */
static enum status read_each(struct store *store, int64_t of, const struct store_watch *watch,
    char bad[65], struct error *err)
{
	const struct byte_sink sink = { no_sink, NULL };
	struct sql_stmt *stmt;
	int64_t done = 0;
	bool row;
	enum status status = sql_prepare(store->sql, "SELECT digest FROM files", &stmt, err);

	while (status == STATUS_OK) {
		status = sql_step(stmt, &row, err);
		if (status != STATUS_OK || !row)
			break;
		strlcpy(bad, sql_text(stmt, 0), 65);
		status = store_file_get(store, bad, &sink, err);
		if (status == STATUS_OK && watch != NULL && watch->step != NULL &&
		    !watch->step(watch->state, ++done, of))
			status = error_set(err, STATUS_CANCELLED, _("cancelled"));
	}
	sql_done(stmt);
	return status;
}

enum status store_read_files(struct store *store, const struct store_watch *watch, char bad[65],
    struct error *err)
{
	int64_t of = 0;
	enum status status = sql_exec(store->sql, "SAVEPOINT files", err);

	bad[0] = '\0';
	if (status != STATUS_OK)
		return status;
	status = sql_number(store->sql, "SELECT count(*) FROM files", &of, err);
	if (status == STATUS_OK)
		status = read_each(store, of, watch, bad, err);
	sql_exec(store->sql, "RELEASE files", NULL);
	return status;
}

/* In one transaction, so that what is counted and what is followed belong together. */
enum status store_health(struct store *store, bool quick, struct store_health *out,
    struct error *err)
{
	struct sql *sql = store->sql;
	enum status status = sql_exec(sql, "SAVEPOINT health", err);

	memset(out, 0, sizeof *out);
	if (status != STATUS_OK)
		return status;
	status = check_pages(store, quick, out, err);
	/* What is damaged cannot be followed. */
	if (status == STATUS_OK && out->faults == 0)
		status = check_references(store, out, err);
	if (status == STATUS_OK && out->faults == 0)
		status = count_records(store, out, err);
	sql_exec(sql, "RELEASE health", NULL);
	return status;
}
