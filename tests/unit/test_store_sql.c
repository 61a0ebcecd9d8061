/* The SQL door: opening, transactions, limits, interruptions, and what refusals say. */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store_fixture.h"

static const struct sql_options create = { .create = true };
static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT i FROM n WHERE i < 0";

static struct sql *open_file(const char *path, const struct sql_options *options)
{
	struct error err = { 0 };
	struct sql *sql;

	if (sql_open(path, options, &sql, &err) != STATUS_OK)
		fail_msg("%s: %s (%s)", path, err.message, err.detail);
	return sql;
}

static void run(struct sql *sql, const char *text)
{
	struct error err = { 0 };

	if (sql_exec(sql, text, &err) != STATUS_OK)
		fail_msg("%s: %s (%s)", text, err.message, err.detail);
}

static int64_t value(struct sql *sql, const char *text)
{
	struct sql_stmt *stmt;
	struct error err = { 0 };
	int64_t result;
	bool row;

	assert_int_equal(sql_prepare(sql, text, &stmt, &err), STATUS_OK);
	assert_int_equal(sql_step(stmt, &row, &err), STATUS_OK);
	assert_true(row);
	result = sql_int(stmt, 0);
	sql_done(stmt);
	return result;
}

static void put_file(const char *path, const char *text, size_t n)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

/* --- opening --- */

static void test_new_file_is_private(void **state)
{
	const char *path = folder_file("private.db");
	struct sql *sql;
	struct stat info;
	mode_t before = umask(0);

	(void)state;
	sql = open_file(path, &create);
	run(sql, "CREATE TABLE t (a)");
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(stat(folder_file("private.db-wal"), &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	umask(before);
	assert_int_equal(value(sql, "PRAGMA synchronous"), 2);
	assert_int_equal(value(sql, "PRAGMA trusted_schema"), 0);
	assert_int_equal(value(sql, "PRAGMA foreign_keys"), 1);
	sql_close(sql);
}

static void refused(const char *path, const struct sql_options *options, enum status status)
{
	struct error err = { 0 };
	struct sql *sql;

	assert_int_equal(sql_open(path, options, &sql, &err), status);
	assert_null(sql);
	/* The message names the file. */
	if (strstr(err.message, path) == NULL)
		fail_msg("\"%s\" does not name %s", err.message, path);
}

static void test_refusals_name_the_file(void **state)
{
	const struct sql_options plain = { 0 }, reading = { .create = true, .read_only = true };
	char text[8192];

	(void)state;
	memset(text, 'x', sizeof text);
	refused(folder_file("missing.db"), &plain, STATUS_NOTFOUND);
	refused(folder_file("missing.db"), &reading, STATUS_NOTFOUND);
	refused(folder_file("no-such-folder/a.db"), &create, STATUS_IO);
	put_file(folder_file("letter.txt"), text, sizeof text);
	refused(folder_file("letter.txt"), &create, STATUS_INVALID);
	assert_int_equal(mkdir(folder_file("dir"), 0700), 0);
	refused(folder_file("dir"), &create, STATUS_INVALID);
	assert_int_equal(access(folder_file("missing.db"), F_OK), -1);
}

/* "file:..." is a name, not a URI, and a relative path is relative. */
static void test_name_is_no_uri(void **state)
{
	char before[4096];
	struct sql *sql;

	(void)state;
	assert_non_null(getcwd(before, sizeof before));
	assert_int_equal(chdir(folder_file("")), 0);
	sql = open_file("file:odd?mode=memory", &create);
	run(sql, "CREATE TABLE t (a)");
	assert_int_equal(access("file:odd?mode=memory", F_OK), 0);
	sql_close(sql);
	assert_int_equal(chdir(before), 0);
}

static void test_damaged_file(void **state)
{
	const char *path = folder_file("damaged.db");
	struct sql *sql = open_file(path, &create);
	struct error err = { 0 };
	enum status status;
	char page[4096];
	FILE *file;
	int i;

	(void)state;
	run(sql, "CREATE TABLE t (a TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
	    " FROM n WHERE i < 500) INSERT INTO t SELECT hex(randomblob(100)) FROM n");
	sql_close(sql);
	memset(page, 0x5a, sizeof page);
	file = fopen(path, "r+");
	for (i = 2; i < 20; i++) {
		fseek(file, (long)sizeof page * i, SEEK_SET);
		fwrite(page, 1, sizeof page, file);
	}
	fclose(file);
	sql = open_file(path, &create);
	status = sql_exec(sql, "SELECT count(a) FROM t; SELECT sum(length(a)) FROM t", &err);
	assert_int_equal(status, STATUS_IO);
	assert_non_null(strstr(err.message, path));
	assert_non_null(strstr(err.detail, "SQLite"));
	sql_close(sql);
}

static void test_read_only(void **state)
{
	const struct sql_options reading = { .read_only = true };
	const char *path = folder_file("reading.db");
	struct sql *sql = open_file(path, &create);
	struct error err = { 0 };

	(void)state;
	run(sql, "CREATE TABLE t (a); INSERT INTO t VALUES (5)");
	sql_close(sql);
	sql = open_file(path, &reading);
	assert_int_equal(value(sql, "SELECT a FROM t"), 5);
	assert_int_equal(sql_exec(sql, "INSERT INTO t VALUES (6)", &err), STATUS_IO);
	assert_non_null(strstr(err.message, path));
	/* A transaction of reads alone is allowed. */
	assert_int_equal(sql_begin(sql, &err), STATUS_OK);
	assert_int_equal(value(sql, "SELECT count(*) FROM t"), 1);
	assert_int_equal(sql_commit(sql, &err), STATUS_OK);
	sql_close(sql);
}

/* --- statements --- */

static void test_values(void **state)
{
	struct sql *sql = open_file(":memory:", &create);
	struct error err = { 0 };
	struct sql_stmt *stmt, *other;
	const void *data;
	size_t n;
	bool row;

	(void)state;
	assert_int_equal(sql_prepare(sql, "SELECT ?, ?, ?, ?", &stmt, &err), STATUS_OK);
	sql_bind_int(stmt, 1, INT64_MIN);
	sql_bind_text(stmt, 2, "云 'x'");
	sql_bind_text(stmt, 3, NULL);
	sql_bind_blob(stmt, 4, "a\0b", 3);
	assert_int_equal(sql_step(stmt, &row, &err), STATUS_OK);
	assert_true(row);
	assert_true(sql_int(stmt, 0) == INT64_MIN);
	assert_string_equal(sql_text(stmt, 1), "云 'x'");
	assert_string_equal(sql_text(stmt, 2), "");
	data = sql_blob(stmt, 3, &n);
	assert_int_equal(n, 3);
	assert_memory_equal(data, "a\0b", 3);
	/* The same text while the first is in use is another statement. */
	assert_int_equal(sql_prepare(sql, "SELECT ?, ?, ?, ?", &other, &err), STATUS_OK);
	assert_ptr_not_equal(other, stmt);
	sql_done(other);
	assert_int_equal(sql_step(stmt, &row, &err), STATUS_OK);
	assert_false(row);
	sql_done(stmt);
	/* Given back, it comes reset and without its values. */
	assert_int_equal(sql_prepare(sql, "SELECT ?, ?, ?, ?", &other, &err), STATUS_OK);
	assert_int_equal(sql_step(other, &row, &err), STATUS_OK);
	assert_string_equal(sql_text(other, 1), "");
	sql_done(other);
	sql_done(NULL);
	assert_int_equal(sql_prepare(sql, "SELEKT 1", &stmt, &err), STATUS_INTERNAL);
	sql_close(sql);
}

static void test_many_statements(void **state)
{
	struct sql *sql = open_file(":memory:", &create);
	char text[64];
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "SELECT %d", i);
		assert_int_equal(value(sql, text), i);
	}
	sql_close(sql);
}

static void test_constraints(void **state)
{
	struct sql *sql = open_file(":memory:", &create);
	struct error err = { 0 };

	(void)state;
	run(sql, "CREATE TABLE t (a TEXT PRIMARY KEY NOT NULL, b UNIQUE)");
	run(sql, "INSERT INTO t VALUES ('x', 1)");
	assert_int_equal(sql_exec(sql, "INSERT INTO t VALUES ('x', 2)", &err), STATUS_EXISTS);
	assert_int_equal(sql_exec(sql, "INSERT INTO t VALUES ('y', 1)", &err), STATUS_EXISTS);
	assert_int_equal(sql_exec(sql, "INSERT INTO t VALUES (NULL, 3)", &err), STATUS_INTERNAL);
	run(sql, "UPDATE t SET b = 5");
	assert_int_equal(sql_changes(sql), 1);
	sql_close(sql);
}

static void test_functions(void **state)
{
	struct sql *sql = open_file(":memory:", &create);

	(void)state;
	assert_int_equal(value(sql, "SELECT kd_contains('云备份DataSafe', '备份data')"), 1);
	assert_int_equal(value(sql, "SELECT kd_contains('abc', 'x')"), 0);
	assert_int_equal(value(sql, "SELECT kd_contains(NULL, 'x')"), 0);
	assert_int_equal(value(sql, "SELECT kd_same('ÄÖ云', 'äö云')"), 1);
	assert_int_equal(value(sql, "SELECT kd_same('ab', 'abc')"), 0);
	assert_int_equal(value(sql, "SELECT kd_same('abc', 'ab')"), 0);
	assert_int_equal(value(sql, "SELECT kd_same('', '')"), 1);
	sql_close(sql);
}

/* --- transactions --- */

static void test_nesting(void **state)
{
	struct sql *sql = open_file(":memory:", &create);
	struct error err = { 0 };

	(void)state;
	run(sql, "CREATE TABLE t (a)");
	assert_int_equal(sql_begin(sql, &err), STATUS_OK);
	run(sql, "INSERT INTO t VALUES (1)");
	assert_int_equal(sql_begin(sql, &err), STATUS_OK);
	run(sql, "INSERT INTO t VALUES (2)");
	assert_int_equal(sql_begin(sql, &err), STATUS_OK);
	assert_int_equal(sql_depth(sql), 3);
	run(sql, "INSERT INTO t VALUES (4)");
	assert_int_equal(sql_commit(sql, &err), STATUS_OK);
	sql_rollback(sql);                       /* takes 2 and the 4 that had joined it */
	assert_int_equal(sql_begin(sql, &err), STATUS_OK);
	run(sql, "INSERT INTO t VALUES (8)");
	assert_int_equal(sql_commit(sql, &err), STATUS_OK);
	assert_int_equal(sql_commit(sql, &err), STATUS_OK);
	assert_int_equal(sql_depth(sql), 0);
	assert_int_equal(value(sql, "SELECT sum(a) FROM t"), 9);
	sql_rollback(sql);                       /* nothing is open: nothing happens */
	assert_int_equal(sql_commit(sql, &err), STATUS_INTERNAL);
	assert_int_equal(sql_begin(sql, &err), STATUS_OK);
	run(sql, "DELETE FROM t");
	sql_rollback(sql);
	assert_int_equal(value(sql, "SELECT sum(a) FROM t"), 9);
	sql_close(sql);
}

static void test_closing_rolls_back(void **state)
{
	const char *path = folder_file("closing.db");
	struct sql *sql = open_file(path, &create);
	struct error err = { 0 };

	(void)state;
	run(sql, "CREATE TABLE t (a)");
	assert_int_equal(sql_begin(sql, &err), STATUS_OK);
	run(sql, "INSERT INTO t VALUES (1)");
	sql_close(sql);
	sql = open_file(path, &create);
	assert_int_equal(value(sql, "SELECT count(*) FROM t"), 0);
	sql_close(sql);
	sql_close(NULL);
}

static void test_two_writers(void **state)
{
	const char *path = folder_file("two.db");
	struct sql *one = open_file(path, &create), *two = open_file(path, &create);
	struct error err = { 0 };

	(void)state;
	run(one, "CREATE TABLE t (a)");
	assert_int_equal(sql_begin(one, &err), STATUS_OK);
	run(one, "INSERT INTO t VALUES (1)");
	assert_int_equal(sql_begin(two, &err), STATUS_BUSY);
	assert_int_equal(sql_depth(two), 0);
	assert_non_null(strstr(err.message, path));
	/* Readers are not kept waiting, and see what was committed. */
	assert_int_equal(value(two, "SELECT count(*) FROM t"), 0);
	assert_int_equal(sql_commit(one, &err), STATUS_OK);
	assert_int_equal(value(two, "SELECT count(*) FROM t"), 1);
	assert_int_equal(sql_begin(two, &err), STATUS_OK);
	sql_rollback(two);
	sql_close(one);
	sql_close(two);
}

/*
 * SQLite ends the transaction when the disk is full: nothing after that may be committed alone.
 */
static void test_full_disk(void **state)
{
	struct sql *sql = open_file(folder_file("full.db"), &create);
	struct error err = { 0 };

	(void)state;
	run(sql, "CREATE TABLE t (a)");
	assert_int_equal(value(sql, "PRAGMA max_page_count = 20"), 20);
	assert_int_equal(sql_begin(sql, &err), STATUS_OK);
	assert_int_equal(sql_begin(sql, &err), STATUS_OK);
	run(sql, "INSERT INTO t VALUES (1)");
	assert_int_equal(sql_exec(sql, "INSERT INTO t VALUES (zeroblob(1000000))", &err),
	    STATUS_IO);
	assert_non_null(strstr(err.message, "full.db"));
	assert_int_equal(sql_exec(sql, "INSERT INTO t VALUES (3)", &err), STATUS_IO);
	assert_int_equal(sql_commit(sql, &err), STATUS_IO);
	sql_rollback(sql);
	assert_int_equal(sql_depth(sql), 1);
	assert_int_equal(sql_exec(sql, "INSERT INTO t VALUES (4)", &err), STATUS_IO);
	sql_rollback(sql);
	assert_int_equal(value(sql, "SELECT count(*) FROM t"), 0);
	run(sql, "INSERT INTO t VALUES (2)");
	sql_close(sql);
}

/* --- limits --- */

static void test_budget(void **state)
{
	struct sql *sql = open_file(":memory:", &create);
	struct error err = { 0 };

	(void)state;
	sql_budget(sql, 1);
	assert_int_equal(sql_exec(sql, endless, &err), STATUS_TIMEOUT);
	/* It stays used up until it is taken away. */
	assert_int_equal(sql_exec(sql, endless, &err), STATUS_TIMEOUT);
	sql_budget(sql, 0);
	assert_int_equal(value(sql,
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 100000) SELECT count(*) FROM n"), 100000);
	sql_close(sql);
}

static void *interrupt_until(void *data)
{
	struct { struct sql *sql; atomic_bool done; } *shared = data;

	while (!atomic_load(&shared->done))
		sql_interrupt(shared->sql);
	return NULL;
}

static void test_interrupt(void **state)
{
	struct { struct sql *sql; atomic_bool done; } shared = { 0 };
	struct error err = { 0 };
	pthread_t thread;

	(void)state;
	shared.sql = open_file(":memory:", &create);
	assert_int_equal(sql_interrupts(shared.sql), 0);
	assert_int_equal(pthread_create(&thread, NULL, interrupt_until, &shared), 0);
	assert_int_equal(sql_exec(shared.sql, endless, &err), STATUS_CANCELLED);
	atomic_store(&shared.done, true);
	pthread_join(thread, NULL);
	assert_true(sql_interrupts(shared.sql) > 0);
	/* What comes later is not touched by it. */
	assert_int_equal(value(shared.sql, "SELECT 7"), 7);
	sql_close(shared.sql);
}

/* Interrupts at any moment: what was committed is there, what was rolled back is not. */
static void test_interrupted_transactions(void **state)
{
	struct { struct sql *sql; atomic_bool done; } shared = { 0 };
	struct error err = { 0 };
	pthread_t thread;
	int64_t want = 0;
	int i, cut = 0;
	bool all;

	(void)state;
	shared.sql = open_file(":memory:", &create);
	run(shared.sql, "CREATE TABLE t (a)");
	assert_int_equal(pthread_create(&thread, NULL, interrupt_until, &shared), 0);
	for (i = 0; i < 3000; i++) {
		if (sql_begin(shared.sql, &err) != STATUS_OK)
			continue;
		all = sql_exec(shared.sql, "INSERT INTO t VALUES (1)", &err) == STATUS_OK;
		if (all && sql_begin(shared.sql, &err) == STATUS_OK) {
			(void)sql_exec(shared.sql, "INSERT INTO t VALUES (1000000)", &err);
			sql_rollback(shared.sql);
		}
		if (all && sql_commit(shared.sql, &err) == STATUS_OK) {
			want++;
		} else {
			sql_rollback(shared.sql);
			cut++;
		}
		assert_int_equal(sql_depth(shared.sql), 0);
	}
	atomic_store(&shared.done, true);
	pthread_join(thread, NULL);
	print_message("%d committed, %d cut short\n", (int)want, cut);
	assert_int_equal(value(shared.sql, "SELECT coalesce(sum(a), 0) FROM t"), want);
	sql_close(shared.sql);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_file_is_private),
		cmocka_unit_test(test_refusals_name_the_file),
		cmocka_unit_test(test_name_is_no_uri),
		cmocka_unit_test(test_damaged_file),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_many_statements),
		cmocka_unit_test(test_constraints),
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_closing_rolls_back),
		cmocka_unit_test(test_two_writers),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_interrupted_transactions),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
