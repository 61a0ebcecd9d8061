#include "store/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

/*
 * A table with fifty indexes takes a row fifty times, each at another place of the file. A large
 * fill is faster the other way round: rows first, then each index at once, from sorted values.
 */

/* What a command looks up while it runs; other indexes serve lists only. */
static const char *const needed[] = {
	"lx_instances_latest",
	"ix_order_lines_order_id",
	"ix_supervisions_due_at",
	"ix_refunds_due_at",
};

#define CACHE_KIB_USUAL 2048
#define SORT_KIB 2048
#define KEPT_EIGHTHS 5       /* of the memory are for rows at hand, the rest for pages */

static bool is_needed(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof needed / sizeof *needed; i++) {
		if (strcmp(needed[i], name) == 0)
			return true;
	}
	return false;
}

/* Unique ones guard what is written, and few rows of people and products cost nothing. */
static enum status list_indexes(struct sql *sql, struct buf *drops, struct buf *creates,
    struct error *err)
{
	struct sql_stmt *stmt;
	enum status status = sql_prepare(sql, "SELECT name, sql FROM sqlite_master"
	    " WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE %'"
	    " AND tbl_name NOT IN ('accounts', 'users', 'products') ORDER BY tbl_name, name", &stmt,
	    err);
	bool row;

	if (status != STATUS_OK)
		return status;
	while ((status = sql_step(stmt, &row, err)) == STATUS_OK && row) {
		if (is_needed(sql_text(stmt, 0)))
			continue;
		buf_printf(drops, "DROP INDEX \"%s\";", sql_text(stmt, 0));
		buf_printf(creates, "%s\n", sql_text(stmt, 1));
	}
	sql_done(stmt);
	return status;
}

/* A search index is made of all rows at the end: only its empty table is left until then. */
static enum status clear_search(struct sql *sql, struct error *err)
{
	enum status status;
	struct buf text;
	size_t i;

	buf_init(&text, 1 << 16);
	for (i = 0; record_types[i] != NULL; i++) {
		if (!search_has(record_types[i]))
			continue;
		buf_printf(&text, "DROP TABLE \"%s_search\";", record_types[i]->table);
		search_table(record_types[i], &text);
	}
	status = sql_exec(sql, buf_text(&text), err);
	buf_free(&text);
	return status;
}

static enum status fill_search(struct sql *sql, struct error *err)
{
	enum status status = STATUS_OK;
	size_t i;

	for (i = 0; status == STATUS_OK && record_types[i] != NULL; i++) {
		if (search_has(record_types[i]))
			status = search_rebuild(sql, record_types[i], err);
	}
	return status;
}

static enum status set_cache(struct sql *sql, int kib, struct error *err)
{
	enum status status;
	struct buf text;

	buf_init(&text, 64);
	buf_printf(&text, "PRAGMA cache_size=-%d", kib);
	status = sql_exec(sql, buf_text(&text), err);
	buf_free(&text);
	return status;
}

/* What is no longer in the way of single rows: the indexes, for now. */
static enum status take_away(struct store *store, struct error *err)
{
	struct buf drops;
	enum status status;

	buf_init(&drops, 1 << 20);
	buf_init(&store->indexes, 1 << 20);
	status = list_indexes(store->sql, &drops, &store->indexes, err);
	if (status == STATUS_OK)
		status = sql_exec(store->sql, buf_text(&drops), err);
	if (status == STATUS_OK)
		status = clear_search(store->sql, err);
	buf_free(&drops);
	return status;
}

/* --- rows at hand --- */

#define ABOUT_WRITING (UINT64_C(1) << 63)    /* the other bits are those of kept_bit() */

static uint64_t about(void *state, const char *text)
{
	struct store *store = state;
	uint64_t types = 0;
	size_t i;

	for (i = 0; record_types[i] != NULL; i++) {
		if (strstr(text, record_types[i]->table) == NULL)
			continue;
		kept_name(store->kept, record_types[i], text);
		types |= kept_bit(record_types[i]);
	}
	return types == 0 || strncmp(text, "SELECT", 6) == 0 ? types : types | ABOUT_WRITING;
}

static enum status before(void *state, uint64_t types, struct error *err)
{
	struct store *store = state;
	enum status status = STATUS_OK;
	size_t i;

	for (i = 0; status == STATUS_OK && record_types[i] != NULL; i++) {
		if (types & kept_bit(record_types[i]))
			status = kept_ask(store, record_types[i], types & ABOUT_WRITING, err);
	}
	return status;
}

/* Of a table that has rows already, nobody knows which ids it lacks. */
static enum status look_for_rows(struct store *store, struct error *err)
{
	enum status status = STATUS_OK;
	struct buf text;
	int64_t rows;
	size_t i;

	buf_init(&text, 256);
	for (i = 0; status == STATUS_OK && record_types[i] != NULL; i++) {
		buf_clear(&text);
		buf_printf(&text, "SELECT 1 FROM \"%s\" LIMIT 1", record_types[i]->table);
		status = sql_number(store->sql, buf_text(&text), &rows, err);
		if (rows != 0)
			kept_unknown(store->kept, record_types[i]);
	}
	buf_free(&text);
	return status;
}

static enum status keep_rows(struct store *store, size_t max, struct error *err)
{
	enum status status;
	size_t i;

	store->kept = kept_new(max);
	store->files = mem_alloc(STORE_FILES_KNOWN * sizeof *store->files);
	status = look_for_rows(store, err);
	if (status != STATUS_OK)
		return status;
	/* Both threads read them; none makes one. */
	for (i = 0; record_types[i] != NULL; i++)
		store_texts(store, record_types[i]);
	store->behind = behind_new(store);
	store->watch = (struct sql_watch){ about, before, store, behind_take, behind_give,
		store->behind };
	sql_watch(store->sql, &store->watch);
	return STATUS_OK;
}

/* What is still held back or on its way is thrown away. */
static void keep_no_rows(struct store *store)
{
	behind_free(store->behind);
	store->behind = NULL;
	sql_watch(store->sql, NULL);
	kept_free(store->kept);
	store->kept = NULL;
	free(store->files);
	store->files = NULL;
}

static enum status leave(struct store *store, struct error *err)
{
	enum status status = STATUS_OK;

	store->bulk = false;
	keep_no_rows(store);
	buf_free(&store->indexes);
	sql_flat(store->sql, false);
	if (store->how.alone)
		status = sql_exec(store->sql, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
		    " PRAGMA secure_delete=ON", err);
	store->how = (struct bulk){ 0 };
	sql_exec(store->sql, "PRAGMA temp_store=MEMORY", NULL);
	set_cache(store->sql, CACHE_KIB_USUAL, NULL);
	return status;
}

/*
 * What is sorted at the end must not need as much memory as there are rows. A file that nobody else
 * has needs no WAL, which would be written whole before the file is.
 */
static enum status prepare(struct store *store, const struct bulk *how, struct error *err)
{
	enum status status = set_cache(store->sql, how->cache_kib / 8 * (8 - KEPT_EIGHTHS), err);

	if (status == STATUS_OK)
		status = sql_exec(store->sql, "PRAGMA temp_store=FILE", err);
	if (status != STATUS_OK || !how->alone)
		return status;
	store->how = *how;
	return sql_exec(store->sql, "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
	    " PRAGMA secure_delete=OFF", err);
}

enum status store_bulk_begin(struct store *store, const struct bulk *how, struct error *err)
{
	enum status status;

	if (sql_depth(store->sql) > 0)
		return error_set(err, STATUS_INTERNAL, _("a transaction is open already"));
	status = prepare(store, how, err);
	if (status == STATUS_OK)
		status = sql_begin(store->sql, err);
	if (status != STATUS_OK) {
		leave(store, NULL);
		return status;
	}
	status = take_away(store, err);
	if (status == STATUS_OK)
		status = keep_rows(store, (size_t)how->cache_kib * 1024 / 8 * KEPT_EIGHTHS, err);
	if (status != STATUS_OK) {
		sql_rollback(store->sql);
		leave(store, NULL);
		return status;
	}
	store->bulk = true;
	store->bulks++;
	sql_flat(store->sql, true);
	store->how = *how;
	return STATUS_OK;
}

/* One after the other; each stands on a line of its own. */
static enum status make_each(struct store *store, char *texts, struct error *err)
{
	enum status status = STATUS_OK;
	int64_t count = 0, done = 0;
	char *text, *end;

	for (text = texts; *text != '\0'; text++)
		count += *text == '\n';
	for (text = texts; status == STATUS_OK && (end = strchr(text, '\n')) != NULL;
	    text = end + 1) {
		*end = '\0';
		status = sql_exec(store->sql, text, err);
		if (status == STATUS_OK && store->how.indexed != NULL)
			store->how.indexed(store->how.state, ++done, count);
	}
	return status;
}

/*
 * What is sorted is sorted by a second thread, in pieces that fit the processor's cache and are
 * then merged; the tables are read where they lie, for each index anew.
 */
static enum status make_indexes(struct store *store, struct error *err)
{
	enum status status = set_cache(store->sql, SORT_KIB, err);
	char *texts = mem_strdup(buf_text(&store->indexes));

	if (status == STATUS_OK)
		status = sql_exec(store->sql, "PRAGMA mmap_size=2147418112; PRAGMA threads=1",
		    err);
	if (status == STATUS_OK)
		status = make_each(store, texts, err);
	sql_exec(store->sql, "PRAGMA mmap_size=0; PRAGMA threads=0", NULL);
	free(texts);
	return status;
}

enum status store_bulk_end(struct store *store, struct error *err)
{
	enum status status;

	if (!store->bulk)
		return error_set(err, STATUS_INTERNAL, _("no transaction is open"));
	status = kept_write(store, err);
	keep_no_rows(store);
	if (status == STATUS_OK)
		status = fill_search(store->sql, err);
	if (status == STATUS_OK)
		status = make_indexes(store, err);
	if (status == STATUS_OK)
		status = sql_commit(store->sql, err);
	return status == STATUS_OK ? leave(store, err) : status;
}

void store_bulk_cancel(struct store *store)
{
	if (!store->bulk)
		return;
	keep_no_rows(store);
	sql_rollback(store->sql);
	leave(store, NULL);
}

void store_bulk_over(struct store *store, const struct record_type *type, const char *id)
{
	if (store->kept != NULL)
		kept_over(store->kept, type, id);
}

unsigned store_bulk(const struct store *store)
{
	return store->bulk ? store->bulks : 0;
}
