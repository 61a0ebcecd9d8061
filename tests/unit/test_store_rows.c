/* Rows of every type, the store's own values, receipts, and contents of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "store_fixture.h"

/* --- records --- */

static void same_record(const struct record_type *type, const void *a, const void *b)
{
	const struct field *field;
	size_t i;

	for (i = 0; i < type->count; i++) {
		field = &type->fields[i];
		if (field->kind == FIELD_TEXT)
			assert_string_equal(record_text(field, a), record_text(field, b));
		else
			assert_true(record_int(field, a) == record_int(field, b));
	}
}

/* Another value in every field that may change. */
static void change(const struct record_type *type, void *record, struct rng *rng,
    struct arena *arena)
{
	void *other = fixture_record(type, rng, 9, arena);
	const struct field *field;
	size_t i;

	for (i = 0; i < type->count; i++) {
		field = &type->fields[i];
		if (field->flags & (KEY | SEARCH | UNIQUE) || strcmp(field->member, "seq") == 0)
			continue;
		if (field->kind == FIELD_TEXT)
			record_set_text(field, record, record_text(field, other));
		else
			record_set_int(field, record, record_int(field, other));
	}
}

static void test_every_type(void **state)
{
	struct store *store = fixture_open(":memory:");
	struct arena arena = { 0 };
	struct error err = { 0 };
	void *record, *found;
	struct rng rng;
	size_t t;
	int i;

	(void)state;
	rng_seed(&rng, 1);
	assert_true(store->is_new);
	for (t = 0; record_types[t] != NULL; t++) {
		const struct record_type *type = record_types[t];

		for (i = 0; i < 20; i++) {
			record = fixture_record(type, &rng, i, &arena);
			assert_int_equal(store_insert(store, type, record, &err), STATUS_OK);
			assert_int_equal(store_insert(store, type, record, &err), STATUS_EXISTS);
			assert_int_equal(store_get(store, type, record_id(type, record), &arena,
			    &found, &err), STATUS_OK);
			same_record(type, record, found);
			change(type, record, &rng, &arena);
			assert_int_equal(store_update(store, type, record, &err), STATUS_OK);
			assert_int_equal(store_get(store, type, record_id(type, record), &arena,
			    &found, &err), STATUS_OK);
			same_record(type, record, found);
		}
		assert_int_equal(store_get(store, type, "nobody", &arena, &found, &err),
		    STATUS_NOTFOUND);
		assert_null(found);
		record = fixture_record(type, &rng, 5000, &arena);
		assert_int_equal(store_update(store, type, record, &err), STATUS_NOTFOUND);
	}
	assert_int_equal(sql_depth(store_sql(store)), 0);
	arena_free(&arena);
	store_close(store);
}

/* Two entries with one number in a log, or one serial in the store, cannot be. */
static void test_log_numbers_are_unique(void **state)
{
	struct store *store = fixture_open(":memory:");
	struct log_entry entry = { 0 };
	struct arena arena = { 0 };
	struct error err = { 0 };
	void *record = record_new(&log_entry_record, &arena);

	(void)state;
	memcpy(&entry, record, sizeof entry);
	entry.id = "S#000001";
	entry.supervision = "S";
	entry.seq = entry.serial = 1;
	assert_int_equal(store_insert(store, &log_entry_record, &entry, &err), STATUS_OK);
	entry.id = "S#000001b";
	entry.serial = 2;
	assert_int_equal(store_insert(store, &log_entry_record, &entry, &err), STATUS_EXISTS);
	entry.seq = 2;
	entry.serial = 1;
	assert_int_equal(store_insert(store, &log_entry_record, &entry, &err), STATUS_EXISTS);
	entry.serial = 2;
	assert_int_equal(store_insert(store, &log_entry_record, &entry, &err), STATUS_OK);
	arena_free(&arena);
	store_close(store);
}

/* A record that was rolled back is found by no word. */
static void test_rolled_back(void **state)
{
	const struct filter_context context = { ROLE_OPERATOR, FIXTURE_NOW, 0 };
	const struct scope scope = { SCOPE_ALL, "" };
	struct query query = { .type = &product_record, .filter = "unforgettable", .limit = 5 };
	struct store *store = fixture_open(":memory:");
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct product *product = record_new(&product_record, &arena);
	struct page *page;
	int round;

	(void)state;
	product->id = "P1";
	product->name = "Unforgettable";
	for (round = 0; round < 2; round++) {
		assert_int_equal(store_begin(store, &err), STATUS_OK);
		assert_int_equal(store_insert(store, &product_record, product, &err), STATUS_OK);
		if (round == 0)
			store_rollback(store);
		else
			assert_int_equal(store_commit(store, &err), STATUS_OK);
		assert_int_equal(store_list(store, &query, &scope, &context, &page, &err),
		    STATUS_OK);
		assert_int_equal(page->count, round);
		page_drop(page);
	}
	arena_free(&arena);
	store_close(store);
}

static void test_unknown_word_in_the_store(void **state)
{
	struct store *store = fixture_open(":memory:");
	struct arena arena = { 0 };
	struct error err = { 0 };
	void *record;

	(void)state;
	assert_int_equal(sql_exec(store_sql(store), "INSERT INTO accounts (id, kind) VALUES ('a',"
	    " 'martian')", &err), STATUS_OK);
	assert_int_equal(store_get(store, &account_record, "a", &arena, &record, &err),
	    STATUS_IO);
	assert_non_null(strstr(err.message, "martian"));
	arena_free(&arena);
	store_close(store);
}

/* --- values and receipts --- */

static void test_meta(void **state)
{
	struct store *store = fixture_open(":memory:");
	struct arena arena = { 0 };
	struct error err = { 0 };
	const char *value;

	(void)state;
	assert_int_equal(store_meta_get(store, "serial", &arena, &value, &err), STATUS_OK);
	assert_string_equal(value, "");
	assert_int_equal(store_meta_set(store, "serial", "12", &err), STATUS_OK);
	assert_int_equal(store_meta_set(store, "serial", "13", &err), STATUS_OK);
	assert_int_equal(store_meta_get(store, "serial", &arena, &value, &err), STATUS_OK);
	assert_string_equal(value, "13");
	arena_free(&arena);
	store_close(store);
}

static void test_receipts(void **state)
{
	struct store *store = fixture_open(":memory:");
	struct arena arena = { 0 };
	struct error err = { 0 };
	const char *hash, *receipt;

	(void)state;
	assert_int_equal(store_receipt_get(store, "u1", "k", &arena, &hash, &receipt, &err),
	    STATUS_NOTFOUND);
	assert_int_equal(store_receipt_put(store, "u1", "k", "h1", "{\"a\":1}", 5, &err),
	    STATUS_OK);
	assert_int_equal(store_receipt_put(store, "u1", "k", "h2", "{}", 6, &err), STATUS_EXISTS);
	/* A key belongs to its actor. */
	assert_int_equal(store_receipt_put(store, "u2", "k", "h2", "{}", 6, &err), STATUS_OK);
	assert_int_equal(store_receipt_get(store, "u1", "k", &arena, &hash, &receipt, &err),
	    STATUS_OK);
	assert_string_equal(hash, "h1");
	assert_string_equal(receipt, "{\"a\":1}");
	arena_free(&arena);
	store_close(store);
}

/* --- contents --- */

struct bytes {
	unsigned char *data;
	size_t n, at, step;
	size_t fail_at;          /* 0: never */
	struct sql *interrupt;   /* interrupted while it is read, or NULL */
	struct store *other;     /* that writes meanwhile, or NULL */
};

static enum status read_bytes(void *state, void *data, size_t cap, size_t *n, struct error *err)
{
	struct bytes *bytes = state;

	*n = bytes->n - bytes->at < cap ? bytes->n - bytes->at : cap;
	if (bytes->step != 0 && *n > bytes->step)
		*n = bytes->step;
	memcpy(data, bytes->data + bytes->at, *n);
	bytes->at += *n;
	if (bytes->interrupt != NULL)
		sql_interrupt(bytes->interrupt);
	if (bytes->fail_at != 0 && bytes->at >= bytes->fail_at)
		return error_set(err, STATUS_IO, "the disk has gone");
	return STATUS_OK;
}

static enum status write_bytes(void *state, const void *data, size_t n, struct error *err)
{
	struct bytes *bytes = state;

	if (bytes->fail_at != 0 && bytes->at + n >= bytes->fail_at)
		return error_set(err, STATUS_IO, "the disk is full");
	assert_true(bytes->at + n <= bytes->n);
	memcpy(bytes->data + bytes->at, data, n);
	bytes->at += n;
	return STATUS_OK;
}

static int64_t count(struct store *store, const char *text)
{
	struct sql_stmt *stmt;
	struct error err = { 0 };
	int64_t value;
	bool row;

	assert_int_equal(sql_prepare(store_sql(store), text, &stmt, &err), STATUS_OK);
	assert_int_equal(sql_step(stmt, &row, &err), STATUS_OK);
	value = sql_int(stmt, 0);
	sql_done(stmt);
	return value;
}

static unsigned char *random_bytes(size_t n)
{
	unsigned char *data = mem_alloc(n + 1);
	struct rng rng;
	size_t i;

	rng_seed(&rng, n);
	for (i = 0; i < n; i++)
		data[i] = (unsigned char)rng_next(&rng);
	return data;
}

static void test_file_round_trip(void **state)
{
	static const size_t sizes[] = { 1, 4095, 1 << 20, (1 << 20) + 1, 3 << 20 };
	struct store *store = fixture_open(":memory:");
	struct error err = { 0 };
	char digest[65], again[65], want[65];
	int64_t size;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct bytes in = { .data = random_bytes(sizes[i]), .n = sizes[i], .step =
		    70001 };
		struct bytes out = { .data = mem_alloc(sizes[i]), .n = sizes[i] };
		struct byte_source source = { read_bytes, &in };
		struct byte_sink sink = { write_bytes, &out };

		assert_int_equal(
		    store_file_put(store, "one", &source, 3 << 20, 5, digest, &size, &err),
		    STATUS_OK);
		digest_of(in.data, in.n, want);
		assert_string_equal(digest, want);
		assert_int_equal(size, sizes[i]);
		/* The same contents once more lie there once. */
		in.at = 0;
		assert_int_equal(
		    store_file_put(store, "one", &source, 3 << 20, 6, again, &size, &err),
		    STATUS_OK);
		assert_string_equal(again, digest);
		assert_int_equal(size, sizes[i]);
		assert_int_equal(count(store, "SELECT count(*) FROM files"), i + 1);
		assert_int_equal(store_file_size(store, digest, NULL, &size, &err), STATUS_OK);
		assert_int_equal(size, sizes[i]);
		assert_int_equal(store_file_get(store, digest, &sink, &err), STATUS_OK);
		assert_int_equal(out.at, sizes[i]);
		assert_memory_equal(in.data, out.data, sizes[i]);
		free(in.data);
		free(out.data);
	}
	assert_int_equal(count(store, "SELECT count(*) FROM chunks"), 1 + 1 + 1 + 2 + 3);
	assert_int_equal(store_file_size(store, want + 1, NULL, &size, &err), STATUS_NOTFOUND);
	store_close(store);
}

/* What cannot be taken leaves nothing behind, also inside a transaction that goes on. */
static void test_file_refused(void **state)
{
	struct store *store = fixture_open(":memory:");
	struct bytes in = { .data = random_bytes(3 << 20), .n = 3 << 20 };
	struct byte_source source = { read_bytes, &in };
	struct error err = { 0 };
	char digest[65];
	int64_t size;

	(void)state;
	assert_int_equal(store_begin(store, &err), STATUS_OK);
	assert_int_equal(
	    store_file_put(store, "one", &source, (3 << 20) - 1, 5, digest, &size, &err),
	    STATUS_INVALID);
	assert_string_equal(digest, "");
	in.at = 0;
	in.fail_at = 2 << 20;
	assert_int_equal(
	    store_file_put(store, "one", &source, 3 << 20, 5, digest, &size, &err),
	    STATUS_IO);
	assert_string_equal(err.message, "the disk has gone");
	in.n = in.at = in.fail_at = 0;
	assert_int_equal(
	    store_file_put(store, "one", &source, 3 << 20, 5, digest, &size, &err),
	    STATUS_INVALID);
	in.n = 3 << 20;
	in.interrupt = store_sql(store);
	assert_int_equal(
	    store_file_put(store, "one", &source, 3 << 20, 5, digest, &size, &err),
	    STATUS_CANCELLED);
	assert_int_equal(store_commit(store, &err), STATUS_OK);
	assert_int_equal(count(store, "SELECT count(*) FROM files"), 0);
	assert_int_equal(count(store, "SELECT count(*) FROM chunks"), 0);
	free(in.data);
	store_close(store);
}

/* A source that is slow keeps nobody from writing: here another program does meanwhile. */
static enum status read_while_others_write(
    void *state, void *data, size_t cap, size_t *n, struct error *err)
{
	struct bytes *bytes = state;
	struct error why = { 0 };

	if (store_meta_set(bytes->other, "written", "meanwhile", &why) != STATUS_OK)
		fail_msg("%s", why.message);
	return read_bytes(bytes, data, cap, n, err);
}

static void test_file_slow(void **state)
{
	const char *path = folder_file("slow.db");
	struct store *store = fixture_open(path), *other = fixture_open(path);
	struct bytes in = { .data = random_bytes(2 << 20), .n = 2 << 20, .other = other };
	struct byte_source source = { read_while_others_write, &in };
	struct error err = { 0 };
	char digest[65];
	int64_t size;

	(void)state;
	assert_int_equal(
	    store_file_put(store, "one", &source, 2 << 20, 5, digest, &size, &err),
	    STATUS_OK);
	assert_int_equal(store_file_size(other, digest, NULL, &size, &err), STATUS_OK);
	assert_int_equal(size, 2 << 20);
	free(in.data);
	store_close(other);
	store_close(store);
}

static void test_file_tampered(void **state)
{
	struct store *store = fixture_open(":memory:");
	struct bytes in = { .data = random_bytes(2 << 20), .n = 2 << 20 };
	struct bytes out = { .data = mem_alloc(3 << 20), .n = 3 << 20 };
	struct byte_source source = { read_bytes, &in };
	struct byte_sink sink = { write_bytes, &out };
	struct error err = { 0 };
	char digest[65];
	int64_t size;

	(void)state;
	assert_int_equal(
	    store_file_put(store, "one", &source, 2 << 20, 5, digest, &size, &err),
	    STATUS_OK);
	out.fail_at = 1;
	assert_int_equal(store_file_get(store, digest, &sink, &err), STATUS_IO);
	out.fail_at = 0;
	assert_int_equal(sql_exec(store_sql(store),
	    "UPDATE chunks SET data = zeroblob(1048576) WHERE"
	    " n = 1", &err), STATUS_OK);
	assert_int_equal(store_file_get(store, digest, &sink, &err), STATUS_INTERNAL);
	assert_int_equal(sql_exec(store_sql(store), "DELETE FROM chunks WHERE n = 0", &err),
	    STATUS_OK);
	assert_int_equal(store_file_get(store, digest, &sink, &err), STATUS_INTERNAL);
	assert_int_equal(store_file_get(store, "ab", &sink, &err), STATUS_NOTFOUND);
	free(in.data);
	free(out.data);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_type),
		cmocka_unit_test(test_log_numbers_are_unique),
		cmocka_unit_test(test_rolled_back),
		cmocka_unit_test(test_unknown_word_in_the_store),
		cmocka_unit_test(test_meta),
		cmocka_unit_test(test_receipts),
		cmocka_unit_test(test_file_round_trip),
		cmocka_unit_test(test_file_refused),
		cmocka_unit_test(test_file_slow),
		cmocka_unit_test(test_file_tampered),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
