/*
 * What the tests of the market share: a marketplace in memory with a product of every kind of
 * delivery, orders of them, and commands in short.
 */
#ifndef KOODESK_TESTS_FAIR_FIXTURE_H
#define KOODESK_TESTS_FAIR_FIXTURE_H

#include "market/market.h"

/* The present of the tests when they begin: 2026-09-01T02:00:00Z, a Tuesday. */
#define FAIR_NOW INT64_C(1788228000000)
#define FAIR_PAID INT64_C(90000)

struct fair {
	struct market *market;
	struct arena arena;
	int64_t now;
	int orders;
	struct receipt receipt; /* of the last command */
	struct error err;
};

void fair_open(struct fair *fair);
void fair_close(struct fair *fair);

/*
 * Orders one of the product of that delivery ("lic-20") or product id ("lic-20-joint",
 * "lic-10-system", "lic-offline-track") now, by the buyer "ann"; the id of its supervision, in
 * the arena.
 */
const char *fair_order(struct fair *fair, const char *product);

/*
 * One command: texts "name=value", and "+kind" for a file of that kind, NULL at the end. The seller
 * of all is "sue".
 */
enum status fair_try(struct fair *fair, const char *user, const char *id,
    enum action_id action, ...);
#define fair_do(fair, user, id, action, ...) \
	fair_check(fair, fair_try(fair, user, id, action, __VA_ARGS__), __FILE__, __LINE__)
void fair_check(struct fair *fair, enum status status, const char *file, int line);
/* Delivery with all that it needs. */
void fair_deliver(struct fair *fair, const char *id);

void *fair_row(struct fair *fair, const struct record_type *type, const char *id);
struct supervision *fair_at(struct fair *fair, const char *id);
struct order *fair_order_of(struct fair *fair, const char *id);
struct instance *fair_instance(struct fair *fair, const char *id);
/* The words of the log's actions, blank-separated; and the log is verified. */
const char *fair_log(struct fair *fair, const char *id);

#endif
