/* Backups that are proven, put back, and a marketplace that an older koodesk wrote. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "market/keep.h"
#include "market_fixture.h"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "%s", "/tmp/koodesk-keep-XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

struct place {
	char db[128], copy[128], aside[160];
};

static int make_places(void **state)
{
	struct place *place = mem_alloc(sizeof *place);

	snprintf(place->db, sizeof place->db, "%s/market.db", folder);
	snprintf(place->copy, sizeof place->copy, "%s/copy.db", folder);
	snprintf(place->aside, sizeof place->aside, "%s.before-restore", place->db);
	*state = place;
	return 0;
}

static int remove_places(void **state)
{
	struct place *place = *state;

	store_remove(place->db);
	store_remove(place->copy);
	store_remove(place->aside);
	free(place);
	return 0;
}

static void ok(enum status status, const struct error *err)
{
	if (status != STATUS_OK)
		fail_msg("%s (%s)", err->message, err->detail);
}

#define MADE 4 /* entries of all logs */

/* A marketplace with three supervisions, one of them with a comment. */
static void make(const char *path)
{
	struct bench *bench = bench_make(path);

	bench_import(bench, "catalogue.json", T0);
	bench_import(bench, "orders/new-license.json", T0);
	bench_do(bench, &bench->seller, LICENSE, ACTION_COMMENT, "text=hello", NULL, T0);
	bench_drop(bench);
}

static void edit(const char *path, const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s", why);
	sqlite3_close(db);
}

static int64_t entries(const char *path)
{
	struct proof proof;
	struct error err = { 0 };

	ok(keep_prove(path, NULL, &proof, &err), &err);
	return proof.audit.entries;
}

static void test_backup(void **state)
{
	struct place *place = *state;
	struct proof proof;
	struct error err = { 0 };
	char digest[65];

	make(place->db);
	ok(keep_backup(place->db, place->copy, false, true, NULL, &proof, &err), &err);
	assert_int_equal(proof.audit.entries, MADE);
	assert_int_equal(proof.audit.broken, 0);
	ok(store_file_digest(place->copy, digest, &err), &err);
	assert_string_equal(digest, proof.digest);
	assert_int_equal(keep_backup(place->db, place->copy, false, true, NULL, &proof, &err),
	    STATUS_EXISTS);
	ok(keep_backup(place->db, place->copy, true, false, NULL, &proof, &err), &err);
	assert_int_equal(entries(place->copy), MADE);
}

/* A changed log is found before the backup gets its name. */
static void test_backup_of_a_changed_log(void **state)
{
	struct place *place = *state;
	struct proof proof;
	struct error err = { 0 };

	make(place->db);
	edit(place->db, "UPDATE log_entries SET text = 'bye' WHERE seq = 2");
	assert_int_equal(keep_backup(place->db, place->copy, false, true, NULL, &proof, &err),
	    STATUS_INVALID);
	assert_non_null(strstr(err.message, LICENSE));
	assert_int_not_equal(access(place->copy, F_OK), 0);
	assert_int_equal(proof.audit.broken, 1);
	assert_string_equal(proof.audit.first, LICENSE);
	assert_int_equal(proof.audit.verdict.broken_at, 2);
}

/* A changed file too: the evidence, not the log alone. */
static void test_backup_of_changed_contents(void **state)
{
	struct place *place = *state;
	struct proof proof;
	struct error err = { 0 };

	make(place->db);
	edit(place->db, "UPDATE chunks SET data = zeroblob(length(data))");
	assert_int_equal(keep_backup(place->db, place->copy, false, true, NULL, &proof, &err),
	    STATUS_INVALID);
	assert_non_null(strstr(err.message, "SHA-256"));
	assert_int_not_equal(access(place->copy, F_OK), 0);
	assert_int_equal(keep_prove(place->db, NULL, &proof, &err), STATUS_INVALID);
}

static void test_restore(void **state)
{
	struct place *place = *state;
	struct proof proof;
	struct error err = { 0 };
	struct bench *bench;
	bool kept;

	make(place->db);
	ok(keep_backup(place->db, place->copy, false, true, NULL, &proof, &err), &err);
	bench = bench_make(place->db);
	bench->keys = 100;
	bench_do(bench, &bench->seller, LICENSE, ACTION_COMMENT, "text=more", NULL, T0);
	/* It is open. */
	assert_int_equal(keep_restore(place->copy, place->db, NULL, &proof, &kept, &err),
	    STATUS_BUSY);
	bench_drop(bench);
	assert_int_equal(entries(place->db), MADE + 1);
	ok(keep_restore(place->copy, place->db, NULL, &proof, &kept, &err), &err);
	assert_false(kept);
	assert_int_equal(entries(place->db), MADE);
	store_remove(place->db);
	ok(keep_restore(place->copy, place->db, NULL, &proof, &kept, &err), &err);
	assert_false(kept);
	assert_int_equal(entries(place->db), MADE);
}

static void spoil(const char *path)
{
	FILE *file = fopen(path, "r+b");

	assert_non_null(file);
	fputs("this was a database once", file);
	fclose(file);
}

static void test_restore_over_what_is_damaged(void **state)
{
	struct place *place = *state;
	struct proof proof;
	struct error err = { 0 };
	bool kept;

	make(place->db);
	ok(keep_backup(place->db, place->copy, false, true, NULL, &proof, &err), &err);
	spoil(place->db);
	ok(keep_restore(place->copy, place->db, NULL, &proof, &kept, &err), &err);
	assert_true(kept);
	assert_int_equal(access(place->aside, F_OK), 0);
	assert_int_equal(entries(place->db), MADE);
	/* What is kept already is never overwritten. */
	spoil(place->db);
	assert_int_equal(keep_restore(place->copy, place->db, NULL, &proof, &kept, &err),
	    STATUS_EXISTS);
}

/* What does not prove itself is not put in place. */
static void test_restore_of_what_is_wrong(void **state)
{
	struct place *place = *state;
	struct proof proof;
	struct error err = { 0 };
	bool kept;

	make(place->db);
	ok(keep_backup(place->db, place->copy, false, true, NULL, &proof, &err), &err);
	edit(place->copy, "DELETE FROM log_entries WHERE seq = 2");
	assert_int_equal(keep_restore(place->copy, place->db, NULL, &proof, &kept, &err),
	    STATUS_INVALID);
	assert_int_equal(entries(place->db), MADE);
	spoil(place->copy);
	assert_int_equal(keep_restore(place->copy, place->db, NULL, &proof, &kept, &err),
	    STATUS_INVALID);
	assert_int_equal(entries(place->db), MADE);
}

/* ---- the older schema ---- */

#define OLD_ENTRIES 8

static void make_stored(const char *path)
{
	size_t n;
	char *text = bench_file("schema-1.sql", &n);

	edit(path, text);
	free(text);
}

static size_t listed(struct market *market, const struct record_type *type, const char *filter)
{
	const struct actor operator = { "operator", "", "platform", "", ROLE_OPERATOR };
	struct query query = { .type = type, .filter = filter, .limit = 100 };
	struct error err = { 0 };
	struct page *page = NULL;
	size_t count;

	ok(market_list(market, &operator, &query, T0, &page, &err), &err);
	count = page->count;
	page_drop(page);
	return count;
}

/* It is brought up to date when it is opened: everything is there, found, and intact. */
static void test_older_schema(void **state)
{
	const struct market_options options = { .sql = { .busy_ms = 1000 } };
	struct place *place = *state;
	struct market *market = NULL;
	struct store_file file;
	struct error err = { 0 };

	make_stored(place->db);
	ok(store_look(place->db, &file, &err), &err);
	assert_int_equal(file.schema, 1);
	ok(market_open(place->db, &options, T0, &market, &err), &err);
	assert_int_equal(listed(market, &supervision_record, ""), 3);
	assert_int_equal(listed(market, &user_record, "运营"), 1);
	assert_int_equal(listed(market, &order_record, "Longyun"), 1);
	assert_int_equal(listed(market, &attachment_record, ""), 5);
	assert_int_equal(listed(market, &appeal_record, "state:open"), 1);
	market_close(market);
	ok(store_look(place->db, &file, &err), &err);
	assert_int_equal(file.schema, STORE_SCHEMA);
	assert_int_equal(entries(place->db), OLD_ENTRIES);
}

/* A backup of an older koodesk is proven and restored as well, and stays what it is. */
static void test_backup_of_an_older_schema(void **state)
{
	struct place *place = *state;
	struct store_file file;
	struct proof proof;
	struct error err = { 0 };
	bool kept;

	make_stored(place->copy);
	assert_int_equal(entries(place->copy), OLD_ENTRIES);
	make(place->db);
	ok(keep_restore(place->copy, place->db, NULL, &proof, &kept, &err), &err);
	assert_int_equal(entries(place->db), OLD_ENTRIES);
	ok(store_look(place->db, &file, &err), &err);
	assert_int_equal(file.schema, STORE_SCHEMA);
	ok(store_look(place->copy, &file, &err), &err);
	assert_int_equal(file.schema, 1);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make_places, remove_places)
	const struct CMUnitTest tests[] = {
		TEST(test_backup),
		TEST(test_backup_of_a_changed_log),
		TEST(test_backup_of_changed_contents),
		TEST(test_restore),
		TEST(test_restore_over_what_is_damaged),
		TEST(test_restore_of_what_is_wrong),
		TEST(test_older_schema),
		TEST(test_backup_of_an_older_schema),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
