/*
 * A market in memory with the catalogue of tests/data/, and short words for what tests do with it.
 * Whatever should succeed and does not fails the test with the error's message.
 */
#ifndef KOODESK_TESTS_MARKET_FIXTURE_H
#define KOODESK_TESTS_MARKET_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "market/market.h"

#define T0 INT64_C(1795327200000) /* 2026-11-22T06:00:00.000Z, a Sunday: 14:00 in platform time */
#define LICENSE "CS2611211001LICN-000001"
#define REVIEWED_MANUAL "CS2611211002MANR-000001"
#define MANUAL "CS2611211003MANG-000001"
#define BUYER_ACCOUNT "0f0e0d0c0b0a09080706050403020100"

struct bench {
	struct market *market;
	struct arena arena;
	struct actor buyer, other_buyer, seller, mover, reviewer, operator;
	struct error err; /* of the last try_*() */
	struct receipt receipt;
	char digest[65]; /* of the one file that is attached */
	int keys;
};

/* cmocka setup and teardown: *state is a struct bench. */
int bench_open(void **state);
int bench_close(void **state);
/* Opens the file at path in place of memory. */
struct bench *bench_make(const char *path);
void bench_drop(struct bench *bench);

char *bench_file(const char *name, size_t *n); /* tests/data/NAME; free() it */
struct import_report bench_import(struct bench *bench, const char *name, int64_t now);
enum status bench_try_import(struct bench *bench, const char *name, int64_t now);

/*
 * "name=value name2=value2" in `values`, each value up to the next '|'; kinds: "sow acceptance" or
 * NULL.
 */
enum status bench_try(struct bench *bench, const struct actor *actor, const char *id,
    enum action_id action, const char *values, const char *kinds, int64_t now);
void bench_do(struct bench *bench, const struct actor *actor, const char *id, enum action_id action,
    const char *values, const char *kinds, int64_t now);
/* All of it: key NULL takes a fresh one. */
enum status bench_send(struct bench *bench, const struct actor *actor, const char *id,
    enum action_id action, const char *values, const char *kinds, int64_t now, const char *key,
    int64_t version, bool dry_run);
#define DELIVER_KINDS "sow acceptance"

void *bench_get(struct bench *bench, const struct record_type *type, const char *id);
struct supervision *bench_supervision(struct bench *bench, const char *id);
struct order *bench_order(struct bench *bench, const char *id);
int64_t bench_number(struct bench *bench, const char *sql);
void bench_sql(struct bench *bench, const char *sql);
/* All rows of all tables as one text: two are equal where nothing has changed. Freed by the caller.
 */
char *bench_dump(struct bench *bench);
/* Every chain is intact. */
void bench_verify_all(struct bench *bench);

#define assert_status(bench, got, expected) bench_status(bench, got, expected, __FILE__, __LINE__)
void bench_status(
    const struct bench *bench, enum status got, enum status expected, const char *file, int line);

#endif
