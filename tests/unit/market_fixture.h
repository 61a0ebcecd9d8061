/*
 * What the tests of the market share: a marketplace in memory with a product of every kind of
 * delivery, orders of them, and commands in short.
 */
#ifndef KOODESK_TESTS_MARKET_FIXTURE_H
#define KOODESK_TESTS_MARKET_FIXTURE_H

#include "market/market.h"

/* The present of the tests when they begin: 2026-09-01T02:00:00Z, a Tuesday. */
#define MARKET_NOW INT64_C(1788228000000)
#define MARKET_PAID INT64_C(90000)

struct bench {
	struct market *market;
	struct arena arena;
	int64_t now;
	int orders;
	struct receipt receipt; /* of the last command */
	struct error err;
};

void bench_open(struct bench *bench);
void bench_close(struct bench *bench);

/*
 * Orders one of the product of that delivery ("lic-20") or product id ("lic-20-joint",
 * "lic-10-system", "lic-offline-track") now, by the buyer "ann"; the id of its supervision, in the arena.
 */
const char *bench_order(struct bench *bench, const char *product);

/*
 * One command: texts "name=value", and "+kind" for a file of that kind, NULL at the end. The seller
 * of all is "sue".
 */
enum status bench_try(struct bench *bench, const char *user, const char *id,
    enum action_id action, ...);
#define bench_do(bench, user, id, action, ...) \
	bench_check(bench, bench_try(bench, user, id, action, __VA_ARGS__), __FILE__, __LINE__)
void bench_check(struct bench *bench, enum status status, const char *file, int line);
/* Delivery with all that it needs. */
void bench_deliver(struct bench *bench, const char *id);

void *bench_row(struct bench *bench, const struct record_type *type, const char *id);
struct supervision *bench_at(struct bench *bench, const char *id);
struct order *bench_order_of(struct bench *bench, const char *id);
struct instance *bench_instance(struct bench *bench, const char *id);
/* The words of the log's actions, blank-separated; and the log is verified. */
const char *bench_log(struct bench *bench, const char *id);

#endif
