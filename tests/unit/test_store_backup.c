/* Whole files: copies while others write, one in the place of another, and what is wrong inside. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/backup.h"
#include "store_fixture.h"

#define COPIES 20
#define KILLS 60

static void ok(enum status status, const struct error *err)
{
	if (status != STATUS_OK)
		fail_msg("%s (%s)", err->message, err->detail);
}

static struct store *open_store(const char *path, bool read_only)
{
	const struct sql_options options = { .create = !read_only, .read_only = read_only,
	    .busy_ms = 10000 };
	struct error err = { 0 };
	struct store *store = NULL;

	ok(store_open(path, &options, &store, &err), &err);
	return store;
}

static int64_t number(struct store *store, const char *text)
{
	struct error err = { 0 };
	struct sql_stmt *stmt;
	int64_t value;
	bool row;

	ok(sql_prepare(store->sql, text, &stmt, &err), &err);
	ok(sql_step(stmt, &row, &err), &err);
	assert_true(row);
	value = sql_int(stmt, 0);
	sql_done(stmt);
	return value;
}

static void run(struct store *store, const char *text)
{
	struct error err = { 0 };

	ok(sql_exec(store->sql, text, &err), &err);
}

/* A store of some records and with a name of its own, which is closed again. */
static void make(const char *path, const char *name, int records)
{
	struct store *store = open_store(path, false);
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct rng rng;
	int i;

	rng_seed(&rng, 7);
	ok(store_begin(store, &err), &err);
	ok(store_meta_set(store, "name", name, &err), &err);
	for (i = 0; i < records; i++)
		ok(store_insert(store, &supervision_record,
		    fixture_record(&supervision_record, &rng, i, &arena), &err), &err);
	ok(store_commit(store, &err), &err);
	store_close(store);
	arena_free(&arena);
}

static void assert_name(const char *path, const char *name, int64_t records)
{
	struct store *store = open_store(path, true);
	struct arena arena = { 0 };
	struct error err = { 0 };
	const char *found;

	ok(store_meta_get(store, "name", &arena, &found, &err), &err);
	assert_string_equal(found, name);
	assert_int_equal(number(store, "SELECT count(*) FROM supervisions"), records);
	assert_int_equal(number(store, "SELECT count(*) FROM pragma_integrity_check"
	    " WHERE integrity_check <> 'ok'"), 0);
	store_close(store);
	arena_free(&arena);
}

static bool is_there(const char *path, const char *suffix)
{
	char name[600];

	snprintf(name, sizeof name, "%s%s", path, suffix);
	return access(name, F_OK) == 0;
}

/* ---- copies ---- */

static void test_copy(void **state)
{
	const char *from = folder_file("from.db"), *to = folder_file("to.db");
	struct store_file file;
	struct error err = { 0 };
	struct stat info;

	(void)state;
	make(from, "one", 50);
	ok(store_copy(from, to, NULL, &err), &err);
	assert_int_equal(stat(to, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_false(is_there(to, "-wal") || is_there(to, "-shm") || is_there(to, "-journal"));
	ok(store_look(to, &file, &err), &err);
	assert_int_equal(file.schema, STORE_SCHEMA);
	assert_int_equal(file.bytes, info.st_size);
	assert_string_equal(file.journal, "delete");
	assert_name(to, "one", 50);
	/* A file that is there is left as it is. */
	assert_int_equal(store_copy(from, to, NULL, &err), STATUS_EXISTS);
	assert_name(to, "one", 50);
}

static void test_copy_of_nothing(void **state)
{
	const char *from = folder_file("absent.db"), *to = folder_file("none.db");
	struct error err = { 0 };
	FILE *file;

	(void)state;
	assert_int_equal(store_copy(from, to, NULL, &err), STATUS_NOTFOUND);
	file = fopen(from, "w");
	fputs("not at all a database, but long enough to be looked at as one, surely", file);
	fclose(file);
	assert_int_equal(store_copy(from, to, NULL, &err), STATUS_INVALID);
	assert_false(is_there(to, ""));
	assert_non_null(strstr(err.message, from));
}

static void set_version(const char *path, int version)
{
	char text[64];
	sqlite3 *db;

	snprintf(text, sizeof text, "PRAGMA user_version = %d", version);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void test_newer_is_refused(void **state)
{
	const char *from = folder_file("future.db"), *to = folder_file("past.db");
	struct error err = { 0 };

	(void)state;
	make(from, "one", 1);
	set_version(from, STORE_SCHEMA + 1);
	assert_int_equal(store_copy(from, to, NULL, &err), STATUS_UNSUPPORTED);
	assert_non_null(strstr(err.message, from));
	assert_false(is_there(to, ""));
}

static bool never(void *state, int64_t done, int64_t of)
{
	(void)state;
	(void)done;
	(void)of;
	return false;
}

static void test_cancelled_copy_leaves_nothing(void **state)
{
	const char *from = folder_file("long.db"), *to = folder_file("short.db");
	const struct store_watch watch = { never, NULL };
	struct error err = { 0 };

	(void)state;
	make(from, "one", 8000);
	assert_int_equal(store_copy(from, to, &watch, &err), STATUS_CANCELLED);
	assert_false(is_there(to, "") || is_there(to, "-journal"));
}

/* ---- while another process writes ---- */

/* Each of its transactions adds one row to two tables, until it is ended. */
static void write_for_ever(const char *path, int ready)
{
	struct store *store;
	const struct sql_options options = { .busy_ms = 60000 };
	char key[32];
	int i;

	if (store_open(path, &options, &store, NULL) != STATUS_OK)
		_exit(1);
	for (i = 0;; i++) {
		snprintf(key, sizeof key, "k%d", i);
		if (store_begin(store, NULL) != STATUS_OK ||
		    store_receipt_put(store, "a", key, "h", "{}", i, NULL) != STATUS_OK ||
		    store_meta_set(store, key, "1", NULL) != STATUS_OK ||
		    store_commit(store, NULL) != STATUS_OK)
			_exit(1);
		if (i == 10 && write(ready, "r", 1) != 1)
			_exit(1);
	}
}

static pid_t start_writer(const char *path)
{
	int ends[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		write_for_ever(path, ends[1]);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return pid;
}

static void stop(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void test_copies_while_another_writes(void **state)
{
	char from[512], name[512];
	int64_t before = 0, first = 0, rows;
	struct error err = { 0 };
	struct store *store;
	pid_t writer;
	int i;

	(void)state;
	snprintf(from, sizeof from, "%s", folder_file("busy.db"));
	make(from, "busy", 500);
	writer = start_writer(from);
	for (i = 0; i < COPIES || before == first; i++) {
		snprintf(name, sizeof name, "%s", folder_file("copy.db"));
		ok(store_copy(from, name, NULL, &err), &err);
		store = open_store(name, true);
		rows = number(store, "SELECT count(*) FROM receipts");
		/* Whole transactions, and none that an earlier copy had is missing. */
		assert_int_equal(number(store, "SELECT count(*) FROM meta WHERE name LIKE 'k%'"),
		    rows);
		assert_int_equal(number(store, "SELECT count(*) FROM receipts WHERE at >= ("
		    "SELECT count(*) FROM receipts)"), 0);
		assert_true(rows >= before && rows > 0);
		assert_int_equal(number(store, "SELECT count(*) FROM pragma_integrity_check"
		    " WHERE integrity_check <> 'ok'"), 0);
		before = rows;
		first = i == 0 ? rows : first;
		store_close(store);
		store_remove(name);
	}
	stop(writer);
	store = open_store(from, true);
	assert_true(number(store, "SELECT count(*) FROM receipts") >= before);
	store_close(store);
}

/* ---- one in the place of another ---- */

static void test_replace(void **state)
{
	const char *from = folder_file("good.db"), *path = folder_file("place.db");
	struct error err = { 0 };
	struct store *store;

	(void)state;
	make(from, "good", 20);
	assert_int_equal(store_replace(from, path, NULL, &err), STATUS_NOTFOUND);
	make(path, "old", 2000);
	store = open_store(path, true);
	assert_int_equal(store_replace(from, path, NULL, &err), STATUS_BUSY);
	store_close(store);
	assert_name(path, "old", 2000);
	ok(store_replace(from, path, NULL, &err), &err);
	assert_false(is_there(path, "-wal"));
	assert_name(path, "good", 20);
	/* It is written to as before. */
	store = open_store(path, false);
	ok(store_meta_set(store, "name", "better", &err), &err);
	store_close(store);
	assert_name(path, "better", 20);
}

static void test_replace_refuses_a_busy_file(void **state)
{
	const char *from = folder_file("idle.db"), *path = folder_file("written.db");
	struct error err = { 0 };
	pid_t writer;

	(void)state;
	make(from, "idle", 5);
	make(path, "written", 5);
	writer = start_writer(path);
	assert_int_equal(store_replace(from, path, NULL, &err), STATUS_BUSY);
	assert_non_null(strstr(err.message, path));
	stop(writer);
	assert_name(path, "written", 5);
	ok(store_replace(from, path, NULL, &err), &err);
	assert_name(path, "idle", 5);
}

/* In a process of its own, which its own timer ends after so many microseconds. */
static void replace_and_die(const char *from, const char *path, long after)
{
	const struct itimerval timer = { .it_value = { 0, after } };
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		signal(SIGALRM, SIG_DFL);
		setitimer(ITIMER_REAL, &timer, NULL);
		_exit(store_replace(from, path, NULL, NULL) == STATUS_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
}

static void test_killed_replace(void **state)
{
	static const char *const names[2] = { "night", "day" };
	char copies[2][512], path[512];
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct rng rng;
	int i, changed = 0, now = 0;

	(void)state;
	for (i = 0; i < 2; i++) {
		snprintf(copies[i], sizeof copies[i], "%s", folder_file(i == 0 ? "a.db" : "b.db"));
		make(copies[i], names[i], 300 + i);
	}
	snprintf(path, sizeof path, "%s", folder_file("dusk.db"));
	make(path, "night", 300);
	rng_seed(&rng, 11);
	for (i = 0; i < KILLS; i++) {
		struct store *store;
		const char *found;

		replace_and_die(copies[1 - now], path,
		    (long)rng_between(&rng, 50, 100) << rng_below(&rng, 11));
		store = open_store(path, false);
		ok(store_meta_get(store, "name", &arena, &found, &err), &err);
		store_close(store);
		changed += strcmp(found, names[now]) != 0;
		if (strcmp(found, names[now]) != 0)
			now = 1 - now;
		assert_name(path, names[now], 300 + now);
	}
	arena_free(&arena);
	print_message("%d of %d came to their end\n", changed, KILLS);
}

/* ---- what is wrong inside ---- */

static void test_health(void **state)
{
	const char *path = folder_file("health.db");
	struct store *store = open_store(path, false);
	struct store_health health;
	struct error err = { 0 };

	(void)state;
	run(store, "INSERT INTO accounts (id) VALUES ('A')");
	run(store, "INSERT INTO users (id, account) VALUES ('u', 'A')");
	run(store, "INSERT INTO files VALUES ('d', 1, 0)");
	run(store, "INSERT INTO chunks VALUES ('d', 0, X'00')");
	ok(store_health(store, false, &health, &err), &err);
	assert_int_equal(health.faults, 0);
	assert_int_equal(health.contents, 1);
	assert_int_equal(health.unnamed, 1);
	run(store, "DELETE FROM accounts");
	run(store, "DELETE FROM chunks");
	ok(store_health(store, true, &health, &err), &err);
	assert_int_equal(health.faults, 2);
	assert_non_null(strstr(health.fault[0], "users"));
	assert_non_null(strstr(health.fault[1], "files"));
	run(store, "DELETE FROM users");
	run(store, "DELETE FROM files");
	run(store, "INSERT INTO order_lines (id, instance) VALUES ('L', 'I')");
	run(store, "INSERT INTO refunds (id, supervision) VALUES ('R', 'S')");
	run(store, "INSERT INTO ratings (id, supervision) VALUES ('T', 'S')");
	ok(store_health(store, true, &health, &err), &err);
	assert_int_equal(health.faults, 3);
	store_close(store);
}

static void raw(const char *path, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* An index that does not know what its table has: only the thorough look finds it. */
static void test_health_of_an_index(void **state)
{
	const char *path = folder_file("index.db");
	struct store_health health;
	struct error err = { 0 };
	struct store *store;

	(void)state;
	make(path, "index", 20);
	raw(path, "CREATE TABLE kept AS SELECT * FROM sqlite_master WHERE"
	    " name = 'ix_supervisions_placed_at'; PRAGMA writable_schema=ON;"
	    "DELETE FROM sqlite_master WHERE name = 'ix_supervisions_placed_at'");
	raw(path, "UPDATE supervisions SET placed_at = placed_at + 1");
	raw(path, "PRAGMA writable_schema=ON; INSERT INTO sqlite_master SELECT * FROM kept");
	store = open_store(path, true);
	ok(store_health(store, false, &health, &err), &err);
	assert_true(health.faults > 0);
	assert_non_null(strstr(health.fault[0], "ix_supervisions_placed_at"));
	store_close(store);
}

/* ---- many rows at once ---- */

static int64_t indexes(struct store *store)
{
	return number(store, "SELECT count(*) FROM sqlite_master WHERE type = 'index'");
}

static size_t found(struct store *store, const char *filter)
{
	const struct filter_context context = { ROLE_OPERATOR, FIXTURE_NOW, 0 };
	const struct scope scope = { SCOPE_ALL, "" };
	struct query query = { .type = &supervision_record, .filter = filter, .limit = 1000 };
	struct error err = { 0 };
	struct page *page = NULL;
	size_t count;

	ok(store_list(store, &query, &scope, &context, &page, &err), &err);
	count = page->count;
	page_drop(page);
	return count;
}

static void fill(struct store *store, int from, int to)
{
	struct supervision supervision = { 0 };
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct rng rng;
	int i;

	rng_seed(&rng, (uint64_t)from);
	for (i = from; i < to; i++) {
		supervision = *(struct supervision *)fixture_record(&supervision_record, &rng, i,
		    &arena);
		supervision.product_name = i % 2 ? "Odd barrel" : "Even kettle";
		ok(store_insert(store, &supervision_record, &supervision, &err), &err);
		supervision.stage = STAGE_DELIVERY;
		ok(store_update(store, &supervision_record, &supervision, &err), &err);
	}
	supervision.id = "nowhere";
	assert_int_equal(store_update(store, &supervision_record, &supervision, &err),
	    STATUS_NOTFOUND);
	arena_free(&arena);
}

static void test_bulk(void **state)
{
	struct store *store = open_store(folder_file("bulk.db"), false);
	struct bulk how = { .cache_kib = 8192 };
	int64_t all = indexes(store);
	struct error err = { 0 };
	const char *hash, *receipt;
	struct arena arena = { 0 };

	(void)state;
	for (int round = 0; round < 2; round++) {
		how.alone = round == 1;
		ok(store_bulk_begin(store, &how, &err), &err);
		assert_true(indexes(store) < all / 2);
		fill(store, round * 100, round * 100 + 100);
		ok(store_receipt_put(store, "a", "k", "h", "{}", 1, &err), &err);
		ok(store_bulk_end(store, &err), &err);
		assert_int_equal(indexes(store), all);
		assert_int_equal(found(store, "barrel"), 50 * (round + 1));
		assert_int_equal(found(store, "stage:delivery"), 100 * (round + 1));
		assert_int_equal(number(store, "SELECT count(*) FROM pragma_integrity_check"
		    " WHERE integrity_check <> 'ok'"), 0);
	}
	assert_int_equal(store_receipt_get(store, "a", "k", &arena, &hash, &receipt, &err),
	    STATUS_NOTFOUND);
	arena_free(&arena);
	store_close(store);
}

static void write_version(struct store *store, int i, int64_t version)
{
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct rng rng;
	struct supervision *supervision;

	rng_seed(&rng, (uint64_t)i);
	supervision = fixture_record(&supervision_record, &rng, i, &arena);
	supervision->version = version;
	ok(version == 1 ? store_insert(store, &supervision_record, supervision, &err) :
	    store_update(store, &supervision_record, supervision, &err), &err);
	arena_free(&arena);
}

static int64_t version_of(struct store *store, int i)
{
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct rng rng;
	void *found;
	const struct supervision *supervision;
	int64_t version;

	rng_seed(&rng, (uint64_t)i);
	supervision = fixture_record(&supervision_record, &rng, i, &arena);
	ok(store_get(store, &supervision_record, supervision->id, &arena, &found, &err), &err);
	version = ((struct supervision *)found)->version;
	arena_free(&arena);
	return version;
}

/* That nobody is said to need it any more loses nothing of it. */
static void put_last(struct store *store, int i)
{
	struct arena arena = { 0 };
	struct rng rng;
	const struct supervision *supervision;

	rng_seed(&rng, (uint64_t)i);
	supervision = fixture_record(&supervision_record, &rng, i, &arena);
	store_bulk_over(store, &supervision_record, supervision->id);
	arena_free(&arena);
}

/* Rows are held back inside, and nobody can tell: neither who reads one nor who asks in SQL. */
static void test_bulk_rows_at_hand(void **state)
{
	const struct bulk roomy = { .cache_kib = 8192 }, narrow = { .cache_kib = 64 };
	const struct bulk *how[] = { &roomy, &narrow };
	struct error err = { 0 };
	struct store *store;

	(void)state;
	for (int round = 0; round < 2; round++) {
		store = open_store(folder_file(round == 0 ? "roomy.db" : "narrow.db"), false);
		ok(store_bulk_begin(store, how[round], &err), &err);
		for (int i = 0; i < 200; i++)
			write_version(store, i, 1);
		for (int i = 0; i < 200; i += 2)
			write_version(store, i, 2);
		for (int i = 0; i < 300; i += 3)
			put_last(store, i);
		assert_int_equal(version_of(store, 4), 2);
		assert_int_equal(number(store, "SELECT count(*) FROM supervisions"
		    " WHERE version = 2"), 100);
		write_version(store, 4, 3);
		assert_int_equal(number(store, "SELECT sum(version) FROM supervisions"), 301);
		ok(sql_exec(store_sql(store), "UPDATE supervisions SET version = 7"
		    " WHERE version = 3", &err), &err);
		assert_int_equal(version_of(store, 4), 7);
		write_version(store, 5, 9);
		ok(store_bulk_end(store, &err), &err);
		assert_int_equal(number(store, "SELECT sum(version) FROM supervisions"), 313);
		assert_int_equal(version_of(store, 5), 9);
		store_close(store);
	}
}

/* It rejected n times; its version stays. */
static void write_rejects(struct store *store, int i, int64_t n)
{
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct rng rng;
	struct supervision *supervision;

	rng_seed(&rng, (uint64_t)i);
	supervision = fixture_record(&supervision_record, &rng, i, &arena);
	supervision->version = 1;
	supervision->buyer_rejects = n;
	ok(store_update(store, &supervision_record, supervision, &err), &err);
	arena_free(&arena);
}

/* What differs in nothing that was asked for waits; whoever asks for it then has it. */
static void test_bulk_asked(void **state)
{
	const char *versions = "SELECT sum(version) FROM supervisions";
	const char *rejects = "SELECT sum(buyer_rejects) FROM supervisions WHERE version = 1";
	struct store *store = open_store(folder_file("asked.db"), false);
	const struct bulk how = { .cache_kib = 8192 };
	struct error err = { 0 };

	(void)state;
	ok(store_bulk_begin(store, &how, &err), &err);
	for (int i = 0; i < 20; i++)
		write_version(store, i, 1);
	assert_int_equal(number(store, versions), 20);
	for (int i = 0; i < 20; i++)
		write_rejects(store, i, 1);
	write_version(store, 3, 5);
	assert_int_equal(number(store, versions), 24);
	write_rejects(store, 3, 1);
	assert_int_equal(number(store, rejects), 20);
	for (int i = 0; i < 20; i++)
		write_rejects(store, i, 2);
	assert_int_equal(number(store, versions), 20);
	assert_int_equal(number(store, rejects), 40);
	write_rejects(store, 7, 4);
	ok(store_bulk_end(store, &err), &err);
	assert_int_equal(number(store, rejects), 42);
	store_close(store);
}

/* A key that is taken is refused at once, whether its row is written yet or not. */
static void test_bulk_key_taken(void **state)
{
	struct store *store = open_store(folder_file("taken.db"), false);
	const struct bulk how = { .cache_kib = 8192 };
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct rng rng;
	void *record;

	(void)state;
	rng_seed(&rng, 1);
	record = fixture_record(&supervision_record, &rng, 1, &arena);
	ok(store_bulk_begin(store, &how, &err), &err);
	ok(store_insert(store, &supervision_record, record, &err), &err);
	assert_int_equal(store_insert(store, &supervision_record, record, &err), STATUS_EXISTS);
	store_bulk_cancel(store);
	assert_int_equal(number(store, "SELECT count(*) FROM supervisions"), 0);
	arena_free(&arena);
	store_close(store);
}

static enum status attach(struct store *store, int i, struct error *err)
{
	struct arena arena = { 0 };
	struct attachment *attachment;
	enum status status;
	struct rng rng;

	rng_seed(&rng, (uint64_t)i);
	attachment = fixture_record(&attachment_record, &rng, i, &arena);
	attachment->size = i;
	status = store_insert(store, &attachment_record, attachment, err);
	arena_free(&arena);
	return status;
}

/* Rows that nobody asks about are written late, in their order, and never too late for who asks. */
static void test_bulk_written_behind(void **state)
{
	struct store *store = open_store(folder_file("behind.db"), false);
	const struct bulk how = { .cache_kib = 8192 };
	struct error err = { 0 };

	(void)state;
	ok(store_bulk_begin(store, &how, &err), &err);
	for (int i = 0; i < 12000; i++) {
		ok(attach(store, i, &err), &err);
		if (i % 7 == 0)
			write_version(store, i, 1);
		if (i % 97 == 0)
			assert_int_equal(number(store, "SELECT count(*) FROM attachments"), i + 1);
		if (i % 49 == 0)
			assert_int_equal(number(store, "SELECT count(*) FROM supervisions"),
			    i / 7 + 1);
	}
	ok(store_bulk_end(store, &err), &err);
	assert_int_equal(number(store, "SELECT count(*) FROM attachments"), 12000);
	assert_int_equal(number(store, "SELECT count(*) FROM attachments a JOIN attachments b"
	    " ON b.rowid = a.rowid + 1 WHERE b.size = a.size + 1"), 11999);
	store_close(store);
}

/* A row that cannot be written may be told of late, but nothing is kept of all that was filled. */
static void test_bulk_behind_fails(void **state)
{
	struct store *store = open_store(folder_file("behind-fails.db"), false);
	const struct bulk how = { .cache_kib = 8192 };
	struct error err = { 0 };
	enum status status = STATUS_OK;

	(void)state;
	ok(store_bulk_begin(store, &how, &err), &err);
	for (int i = 0; i < 600; i++)
		ok(attach(store, i, &err), &err);
	for (int i = 599; status == STATUS_OK && i < 6000; i++)
		status = attach(store, i, &err);
	if (status == STATUS_OK)
		status = store_bulk_end(store, &err);
	assert_int_equal(status, STATUS_EXISTS);
	store_bulk_cancel(store);
	assert_int_equal(number(store, "SELECT count(*) FROM attachments"), 0);
	ok(attach(store, 599, &err), &err);
	store_close(store);
}

/* What is rolled back inside takes everything with it, and the store is as before. */
static void test_bulk_that_fails(void **state)
{
	struct store *store = open_store(folder_file("fails.db"), false);
	const struct bulk how = { .cache_kib = 8192 };
	int64_t all = indexes(store);
	struct error err = { 0 };

	(void)state;
	ok(store_bulk_begin(store, &how, &err), &err);
	fill(store, 0, 10);
	ok(store_begin(store, &err), &err);
	store_rollback(store);
	assert_int_equal(store_begin(store, &err), STATUS_IO);
	assert_int_not_equal(store_bulk_end(store, &err), STATUS_OK);
	store_bulk_cancel(store);
	assert_int_equal(indexes(store), all);
	assert_int_equal(number(store, "SELECT count(*) FROM supervisions"), 0);
	fill(store, 0, 10);
	assert_int_equal(found(store, "barrel"), 5);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_copy_of_nothing),
		cmocka_unit_test(test_newer_is_refused),
		cmocka_unit_test(test_cancelled_copy_leaves_nothing),
		cmocka_unit_test(test_copies_while_another_writes),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_replace_refuses_a_busy_file),
		cmocka_unit_test(test_killed_replace),
		cmocka_unit_test(test_health),
		cmocka_unit_test(test_health_of_an_index),
		cmocka_unit_test(test_bulk),
		cmocka_unit_test(test_bulk_rows_at_hand),
		cmocka_unit_test(test_bulk_asked),
		cmocka_unit_test(test_bulk_key_taken),
		cmocka_unit_test(test_bulk_written_behind),
		cmocka_unit_test(test_bulk_behind_fails),
		cmocka_unit_test(test_bulk_that_fails),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
