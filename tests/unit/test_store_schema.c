/* The file: new, older, newer, another program's, and two programs at once. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "store_fixture.h"

static const struct sql_options create = { .create = true };

/* --- a type that grows: version 2 brings a column, a searched column and an index --- */

struct thing {
	const char *id, *name, *maker;
	int64_t weight;
};

#define THING(member, kind, flags, since) \
	{ #member, FIELD_##kind, #member, #member, 10, flags, since, \
	    offsetof(struct thing, member), NULL }

static const struct field thing_fields[] = {
	THING(id, TEXT, KEY | SORT | FILTER, 1),
	THING(name, TEXT, SORT | FILTER | SEARCH, 1),
	THING(weight, INT, SORT | FILTER, 2),
	THING(maker, TEXT, FILTER | SEARCH, 2),
};
static const struct field old_fields[] = {
	THING(id, TEXT, KEY | SORT | FILTER, 1),
	THING(name, TEXT, SORT | FILTER | SEARCH, 1),
};

static const struct record_type thing_record = {
	.name = "thing", .table = "things", .title = "Things", .size = sizeof(struct thing),
	.fields = thing_fields, .count = 4, .columns = "id name", .sort = "name",
};
static const struct record_type old_record = {
	.name = "thing", .table = "things", .title = "Things", .size = sizeof(struct thing),
	.fields = old_fields, .count = 2, .columns = "id name", .sort = "name",
};
/* Another type that only version 2 has. */
static const struct record_type late_record = {
	.name = "late", .table = "lates", .title = "Lates", .size = sizeof(struct thing),
	.fields = thing_fields, .count = 4, .columns = "id name", .sort = "name",
};

static const struct record_type *const old_types[] = { &old_record, NULL };
static const struct record_type *const new_types[] = { &thing_record, &late_record, NULL };

/* Opens a store of these types. */
static enum status open_types(const char *path, const struct record_type *const *types,
    int version, bool read_only, struct store **out, struct error *err)
{
	const struct sql_options options = { .create = !read_only, .read_only = read_only };
	struct store *store = mem_alloc(sizeof *store);
	enum status status = sql_open(path, &options, &store->sql, err);

	*out = NULL;
	if (status == STATUS_OK)
		status = schema_open(store->sql, path, types, version, read_only, &store->is_new,
		    err);
	if (status == STATUS_OK)
		*out = store;
	else
		store_close(store);
	return status;
}

static size_t found(struct store *store, const struct record_type *type, const char *filter,
    const char *sort)
{
	const struct filter_context context = { ROLE_OPERATOR, FIXTURE_NOW, 0 };
	const struct scope scope = { SCOPE_ALL, "" };
	struct query query = { .type = type, .filter = filter, .sort = sort, .limit = 100 };
	struct error err = { 0 };
	struct page *page;
	size_t count;

	if (store_list(store, &query, &scope, &context, &page, &err) != STATUS_OK)
		fail_msg("%s: %s (%s)", filter, err.message, err.detail);
	count = page->count;
	page_drop(page);
	return count;
}

static void make_old(const char *path)
{
	struct thing thing = { .id = "T1", .name = "Old barrel", .maker = "" };
	struct error err = { 0 };
	struct store *store;

	assert_int_equal(open_types(path, old_types, 1, false, &store, &err), STATUS_OK);
	assert_true(store->is_new);
	assert_int_equal(store_insert(store, &old_record, &thing, &err), STATUS_OK);
	assert_int_equal(found(store, &old_record, "barrel", NULL), 1);
	store_close(store);
}

static void add_index(const char *path)
{
	struct error err = { 0 };
	struct store *store;

	assert_int_equal(open_types(path, old_types, 1, false, &store, &err), STATUS_OK);
	assert_int_equal(sql_exec(store->sql, "CREATE INDEX ix_things_gone ON things (name, id);"
	    "CREATE INDEX my_own ON things (name)", &err), STATUS_OK);
	store_close(store);
}

static void test_migration(void **state)
{
	const char *path = folder_file("older.db");
	struct thing thing = { .id = "T2", .name = "New barrel", .maker = "Cooper", .weight = 9 };
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct store *store;
	void *record;

	(void)state;
	make_old(path);
	add_index(path);
	/* Only reading, it cannot be brought up to date, and says so. */
	assert_int_equal(open_types(path, new_types, 2, true, &store, &err), STATUS_UNSUPPORTED);
	assert_non_null(strstr(err.message, path));
	assert_int_equal(open_types(path, new_types, 2, false, &store, &err), STATUS_OK);
	assert_false(store->is_new);
	/* What an older program needed and this one does not is gone; what is no list's stays. */
	assert_int_equal(sql_exec(store->sql, "DROP INDEX ix_things_gone", NULL), STATUS_INTERNAL);
	assert_int_equal(sql_exec(store->sql, "DROP INDEX my_own", &err), STATUS_OK);
	assert_int_equal(store_insert(store, &thing_record, &thing, &err), STATUS_OK);
	assert_int_equal(store_insert(store, &late_record, &thing, &err), STATUS_OK);
	assert_int_equal(store_get(store, &thing_record, "T1", &arena, &record, &err), STATUS_OK);
	assert_string_equal(((struct thing *)record)->name, "Old barrel");
	assert_string_equal(((struct thing *)record)->maker, "");
	assert_int_equal(((struct thing *)record)->weight, 0);
	/* The old row is still found, and the new column is searched. */
	assert_int_equal(found(store, &thing_record, "barrel", "weight"), 2);
	assert_int_equal(found(store, &thing_record, "oope", NULL), 1);
	assert_int_equal(found(store, &late_record, "oope", "-weight"), 1);
	store_close(store);
	/* Nothing is left to do, so reading alone is enough now. */
	assert_int_equal(open_types(path, new_types, 2, true, &store, &err), STATUS_OK);
	assert_int_equal(found(store, &thing_record, "barrel", NULL), 2);
	store_close(store);
	arena_free(&arena);
}

static void test_newer_is_refused(void **state)
{
	const char *path = folder_file("newer.db");
	struct error err = { 0 };
	struct store *store;

	(void)state;
	assert_int_equal(open_types(path, new_types, 2, false, &store, &err), STATUS_OK);
	store_close(store);
	assert_int_equal(open_types(path, old_types, 1, false, &store, &err), STATUS_UNSUPPORTED);
	assert_non_null(strstr(err.message, path));
	assert_non_null(strstr(err.message, "2"));
}

/* A migration that fails half way changes nothing. */
static void test_failed_migration(void **state)
{
	const char *path = folder_file("half.db");
	struct error err = { 0 };
	struct store *store;
	struct sql *sql;

	(void)state;
	make_old(path);
	assert_int_equal(sql_open(path, &create, &sql, &err), STATUS_OK);
	assert_int_equal(sql_exec(sql, "CREATE VIEW lates AS SELECT 1", &err), STATUS_OK);
	sql_close(sql);
	assert_int_not_equal(open_types(path, new_types, 2, false, &store, &err), STATUS_OK);
	assert_int_equal(open_types(path, old_types, 1, false, &store, &err), STATUS_OK);
	assert_int_equal(found(store, &old_record, "barrel", NULL), 1);
	store_close(store);
}

/* --- killed in the middle --- */

#define KILLS 100
#define KILLED_ROWS 400

static void make_large_old(const char *path)
{
	struct thing thing = { .maker = "" };
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct store *store;
	int i;

	assert_int_equal(open_types(path, old_types, 1, false, &store, &err), STATUS_OK);
	assert_int_equal(store_begin(store, &err), STATUS_OK);
	for (i = 0; i < KILLED_ROWS; i++) {
		thing.id = arena_printf(&arena, "T%d", i);
		thing.name = arena_printf(&arena, "barrel number %d", i);
		assert_int_equal(store_insert(store, &old_record, &thing, &err), STATUS_OK);
	}
	assert_int_equal(store_commit(store, &err), STATUS_OK);
	store_close(store);
	arena_free(&arena);
}

/* In a process of its own, which its own timer ends after so many microseconds. */
static void migrate_and_die(const char *path, long after)
{
	const struct itimerval timer = { .it_value = { 0, after } };
	struct store *store;
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		signal(SIGALRM, SIG_DFL);
		setitimer(ITIMER_REAL, &timer, NULL);
		_exit(open_types(path, new_types, 2, false, &store, NULL) == STATUS_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
}

/* Old or new, and never half: whichever it is opens as that and finds all its rows. */
static bool came_to_its_end(const char *path)
{
	struct error err = { 0 };
	struct store *store;

	if (open_types(path, old_types, 1, false, &store, &err) == STATUS_OK) {
		assert_int_equal(found(store, &old_record, "barrel 399", NULL), 1);
		assert_int_equal(found(store, &old_record, "number", NULL), 100);
		store_close(store);
		return false;
	}
	assert_int_equal(err.status, STATUS_UNSUPPORTED);
	assert_int_equal(open_types(path, new_types, 2, true, &store, &err), STATUS_OK);
	assert_int_equal(found(store, &thing_record, "barrel 399", "weight"), 1);
	assert_int_equal(found(store, &late_record, NULL, "-weight"), 0);
	store_close(store);
	return true;
}

static void test_killed_migration(void **state)
{
	struct error err = { 0 };
	struct store *store;
	struct rng rng;
	int i, ended = 0;
	char name[32];

	(void)state;
	rng_seed(&rng, 5);
	for (i = 0; i < KILLS; i++) {
		snprintf(name, sizeof name, "killed%d.db", i);
		make_large_old(folder_file(name));
		migrate_and_die(folder_file(name),
		    (long)rng_between(&rng, 50, 100) << rng_below(&rng, 11));
		ended += came_to_its_end(folder_file(name));
		/* Whoever comes next ends what was begun. */
		assert_int_equal(open_types(folder_file(name), new_types, 2, false, &store, &err),
		    STATUS_OK);
		assert_int_equal(found(store, &thing_record, "barrel 399", "weight"), 1);
		store_close(store);
	}
	print_message("%d of %d came to their end\n", ended, KILLS);
}

static void test_foreign_file(void **state)
{
	const char *path = folder_file("foreign.db");
	const struct sql_options reading = { .read_only = true };
	struct error err = { 0 };
	struct store *store;
	struct sql *sql;

	(void)state;
	assert_int_equal(sql_open(path, &create, &sql, &err), STATUS_OK);
	assert_int_equal(sql_exec(sql, "CREATE TABLE recipes (a)", &err), STATUS_OK);
	sql_close(sql);
	assert_int_equal(store_open(path, &create, &store, &err), STATUS_INVALID);
	assert_null(store);
	assert_non_null(strstr(err.message, path));
	/* An empty file is nobody's: it becomes ours, unless it is only to be read. */
	path = folder_file("empty.db");
	fclose(fopen(path, "w"));
	assert_int_equal(store_open(path, &reading, &store, &err), STATUS_INVALID);
	assert_int_equal(store_open(path, &create, &store, &err), STATUS_OK);
	assert_true(store->is_new);
	store_close(store);
}

static void test_newest_since(void **state)
{
	size_t t, i;
	int newest = 0;

	(void)state;
	for (t = 0; record_types[t] != NULL; t++) {
		for (i = 0; i < record_types[t]->count; i++) {
			if (record_types[t]->fields[i].since > newest)
				newest = record_types[t]->fields[i].since;
		}
	}
	assert_int_equal(newest, STORE_SCHEMA);
}

/* --- two at once --- */

static void *open_too(void *path)
{
	const struct sql_options options = { .create = true, .busy_ms = 60000 };
	struct error err = { 0 };
	struct store *store;

	if (store_open(path, &options, &store, &err) != STATUS_OK) {
		print_message("%s (%s)\n", err.message, err.detail);
		return NULL;
	}
	return store;
}

static void test_two_make_it_at_once(void **state)
{
	pthread_t threads[4];
	void *stores[4];
	char name[32];
	int round, i, made;

	(void)state;
	for (round = 0; round < 5; round++) {
		snprintf(name, sizeof name, "race%d.db", round);
		for (i = 0; i < 4; i++)
			pthread_create(&threads[i], NULL, open_too,
			    (void *)(uintptr_t)folder_file(name));
		for (made = i = 0; i < 4; i++) {
			pthread_join(threads[i], &stores[i]);
			assert_non_null(stores[i]);
			made += ((struct store *)stores[i])->is_new;
		}
		assert_int_equal(made, 1);
		for (i = 0; i < 4; i++)
			store_close(stores[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_migration),
		cmocka_unit_test(test_newer_is_refused),
		cmocka_unit_test(test_failed_migration),
		cmocka_unit_test(test_killed_migration),
		cmocka_unit_test(test_foreign_file),
		cmocka_unit_test(test_newest_since),
		cmocka_unit_test(test_two_make_it_at_once),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
