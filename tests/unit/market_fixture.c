#include "market_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include <bsd/string.h>

#define FILE_TEXT "signed by all three parties\n"

void bench_status(
    const struct bench *bench, enum status got, enum status expected, const char *file, int line)
{
	if (got != expected)
		print_error("%s, not %s: [%s] %s (%s)\n", status_word(got), status_word(expected),
		    bench->err.field, bench->err.message, bench->err.detail);
	_assert_int_equal((uintmax_t)got, (uintmax_t)expected, file, line);
}

char *bench_file(const char *name, size_t *n)
{
	const char *top = getenv("srcdir");
	char path[512];
	struct buf out;
	char part[4096];
	size_t got;
	FILE *in;

	snprintf(path, sizeof path, "%s/tests/data/%s", top == NULL ? "." : top, name);
	in = fopen(path, "rb");
	if (in == NULL)
		fail_msg("no file %s", path);
	buf_init(&out, JSON_MAX_BYTES);
	while ((got = fread(part, 1, sizeof part, in)) > 0)
		buf_add(&out, part, got);
	fclose(in);
	*n = out.len;
	return out.data;
}

enum status bench_try_import(struct bench *bench, const char *name, int64_t now)
{
	struct import_report report = { 0 };
	size_t n;
	char *text = bench_file(name, &n);
	enum status status =
	    market_import(bench->market, text, n, now, false, &report, &bench->err);

	free(text);
	return status;
}

struct import_report bench_import(struct bench *bench, const char *name, int64_t now)
{
	struct import_report report = { 0 };
	size_t n;
	char *text = bench_file(name, &n);

	assert_status(bench,
	    market_import(bench->market, text, n, now, false, &report, &bench->err), STATUS_OK);
	free(text);
	return report;
}

static void actor_of(struct bench *bench, const char *user, struct actor *out)
{
	assert_status(
	    bench, market_actor(bench->market, user, &bench->arena, out, &bench->err), STATUS_OK);
}

struct bench *bench_make(const char *path)
{
	static const struct market_options options = {
		.sql = { .create = true, .busy_ms = 20000 },
		.offset = WHEN_PLATFORM_OFFSET,
	};
	struct bench *bench = mem_alloc(sizeof *bench);
	struct bytes_held memory = { FILE_TEXT, sizeof FILE_TEXT - 1 };
	struct byte_source source = bytes_source(&memory);
	int64_t size;

	assert_status(
	    bench, market_open(path, &options, T0, &bench->market, &bench->err), STATUS_OK);
	bench_import(bench, "catalogue.json", T0);
	bench_import(bench, "orders/new-license.json", T0);
	bench_import(bench, "orders/new-manual.json", T0);
	bench_import(bench, "orders/new-manual-generic.json", T0);
	actor_of(bench, "north_harbour", &bench->buyer);
	actor_of(bench, "library", &bench->other_buyer);
	actor_of(bench, "datasafe", &bench->seller);
	actor_of(bench, "cloudmove", &bench->mover);
	actor_of(bench, "reviewer", &bench->reviewer);
	actor_of(bench, "operator", &bench->operator);
	assert_status(bench,
	    market_attach(
		bench->market, &bench->seller, &source, T0, bench->digest, &size, &bench->err),
	    STATUS_OK);
	assert_int_equal(size, sizeof FILE_TEXT - 1);
	/* Everybody has handed it in. */
	bench_sql(bench,
	    "INSERT OR IGNORE INTO uploads SELECT digest, accounts.id, 0 FROM files, accounts");
	return bench;
}

void bench_drop(struct bench *bench)
{
	market_close(bench->market);
	arena_free(&bench->arena);
	free(bench);
}

int bench_open(void **state)
{
	*state = bench_make(":memory:");
	return 0;
}

int bench_close(void **state)
{
	bench_drop(*state);
	return 0;
}

/* "a=b|c=d" into pairs; the text is cut where it lies. */
static size_t split_values(char *text, struct command_value *out, size_t max)
{
	size_t n = 0;
	char *part, *equals;

	while ((part = strsep(&text, "|")) != NULL && n < max) {
		equals = strchr(part, '=');
		if (equals == NULL)
			continue;
		*equals = '\0';
		out[n++] = (struct command_value){ part, equals + 1 };
	}
	return n;
}

static size_t split_files(
    const struct bench *bench, char *text, struct command_file *out, size_t max)
{
	size_t n = 0;
	char *part;

	while ((part = strsep(&text, " ")) != NULL && n < max) {
		if (part[0] != '\0')
			out[n++] = (struct command_file){ (enum file_kind)names_value(
							      &file_kind_names, part),
				"proof.pdf", sizeof FILE_TEXT - 1, bench->digest };
	}
	return n;
}

enum status bench_send(struct bench *bench, const struct actor *actor, const char *id,
    enum action_id action, const char *values, const char *kinds, int64_t now, const char *key,
    int64_t version, bool dry_run)
{
	struct command_value pairs[16];
	struct command_file files[16];
	char *texts[2] = { mem_strdup(values), mem_strdup(kinds) };
	char fresh[32];
	struct command command = { .id = id,
		.action = action,
		.key = key,
		.version = version,
		.dry_run = dry_run,
		.values = pairs,
		.files = files };
	enum status status;

	if (key == NULL) {
		snprintf(fresh, sizeof fresh, "key-%d", ++bench->keys);
		command.key = fresh;
	}
	command.n_values = split_values(texts[0], pairs, 16);
	command.n_files = split_files(bench, texts[1], files, 16);
	memset(&bench->receipt, 0, sizeof bench->receipt);
	memset(&bench->err, 0, sizeof bench->err);
	status = market_perform(bench->market, actor, &command, now, &bench->receipt, &bench->err);
	free(texts[0]);
	free(texts[1]);
	return status;
}

enum status bench_try(struct bench *bench, const struct actor *actor, const char *id,
    enum action_id action, const char *values, const char *kinds, int64_t now)
{
	return bench_send(bench, actor, id, action, values, kinds, now, NULL, VERSION_ANY, false);
}

void bench_do(struct bench *bench, const struct actor *actor, const char *id, enum action_id action,
    const char *values, const char *kinds, int64_t now)
{
	assert_status(bench, bench_try(bench, actor, id, action, values, kinds, now), STATUS_OK);
}

void *bench_get(struct bench *bench, const struct record_type *type, const char *id)
{
	void *record = NULL;

	assert_status(bench,
	    store_get(market_store(bench->market), type, id, &bench->arena, &record, &bench->err),
	    STATUS_OK);
	return record;
}

struct supervision *bench_supervision(struct bench *bench, const char *id)
{
	return bench_get(bench, &supervision_record, id);
}

struct order *bench_order(struct bench *bench, const char *id)
{
	return bench_get(bench, &order_record, id);
}

int64_t bench_number(struct bench *bench, const char *sql)
{
	struct sql_stmt *stmt;
	bool row = false;
	int64_t number;

	assert_status(bench,
	    sql_prepare(store_sql(market_store(bench->market)), sql, &stmt, &bench->err),
	    STATUS_OK);
	assert_status(bench, sql_step(stmt, &row, &bench->err), STATUS_OK);
	assert_true(row);
	number = sql_int(stmt, 0);
	sql_done(stmt);
	return number;
}

void bench_sql(struct bench *bench, const char *sql)
{
	assert_status(
	    bench, sql_exec(store_sql(market_store(bench->market)), sql, &bench->err), STATUS_OK);
}

static void dump_table(struct bench *bench, const char *table, const char *columns, struct buf *out)
{
	char sql[4096];
	struct sql_stmt *stmt;
	bool row = false;

	snprintf(sql, sizeof sql, "SELECT %s FROM %s ORDER BY 1", columns, table);
	buf_printf(out, "%s:\n", table);
	assert_status(bench,
	    sql_prepare(store_sql(market_store(bench->market)), sql, &stmt, &bench->err),
	    STATUS_OK);
	while (sql_step(stmt, &row, &bench->err) == STATUS_OK && row)
		buf_printf(out, "%s\n", sql_text(stmt, 0));
	sql_done(stmt);
}

char *bench_dump(struct bench *bench)
{
	struct buf out, columns;

	buf_init(&out, 8u << 20);
	buf_init(&columns, 4096);
	for (size_t i = 0; record_types[i] != NULL; i++) {
		buf_clear(&columns);
		for (size_t j = 0; j < record_types[i]->count; j++)
			buf_printf(&columns, "%squote(%s)", j > 0 ? " || ',' || " : "",
			    record_types[i]->fields[j].member);
		dump_table(bench, record_types[i]->table, buf_text(&columns), &out);
	}
	dump_table(bench, "receipts", "actor || key || hash || receipt || at", &out);
	dump_table(bench, "files", "digest || size || at", &out);
	dump_table(bench, "uploads", "digest || account || at", &out);
	buf_free(&columns);
	return out.data;
}

void bench_verify_all(struct bench *bench)
{
	struct sql_stmt *stmt;
	bool row = false;
	int count = 0;

	assert_status(bench,
	    sql_prepare(store_sql(market_store(bench->market)), "SELECT id FROM supervisions",
		&stmt, &bench->err),
	    STATUS_OK);
	while (sql_step(stmt, &row, &bench->err) == STATUS_OK && row) {
		struct verdict verdict;

		assert_status(bench,
		    market_verify(
			bench->market, &bench->operator, sql_text(stmt, 0), &verdict, &bench->err),
		    STATUS_OK);
		assert_string_equal(verdict.reason, "");
		assert_true(verdict.intact);
		assert_true(verdict.entries > 0);
		count++;
	}
	sql_done(stmt);
	assert_true(count > 0);
}
