/*
 * Purchased services as the rules have them (domain.md 2.2, 2.5, 2.6; what koodesk adds:
 * orders.md), apart from the program's own: renewed, converted, rated, and what time makes of them.
 *
 * A struct expect_service is one service as it should be. Plain values; pure functions.
 */
#ifndef KOODESK_TESTS_UNIT_EXPECT_SERVICE_H
#define KOODESK_TESTS_UNIT_EXPECT_SERVICE_H

#include "expect.h"

struct expect_service {
	bool supervised;	/* its line is or was under supervision */
	bool reviewed;		/* ... which passes through Huawei's review */
	bool prepared;		/* still being delivered */
	enum order_state order; /* of the order that brought it */
	bool trial, released, rated;
	int64_t starts_at, expires_at;
	bool start_known; /* the rules leave no doubt about it */
	/* what one period is and costs: what was bought last, of a trial what the catalogue asks */
	const char *period;
	int number;
	int64_t price;
	int64_t moves, entries; /* versions and log entries since it came */
	int64_t imports;	/* of the moves: by orders that were imported */
	int64_t lines;		/* order lines about it, the first one among them */
	int64_t paid, refunded; /* by all of them */
	int64_t last_amount, last_from; /* of the last purchase */
};

/* What is bought: for how much, from when to when. */
struct expect_purchase {
	int64_t amount, from, to;
	int number; /* of all periods together */
};

/* The end of the period that begins there. */
int64_t expect_period_end(const char *period, int number, int64_t from);
enum instance_state expect_service_state(const struct expect_service *service, int64_t now);
/* Whether it is there for the asker (R13). */
enum expect_verdict expect_service_exists(
    const struct expect_service *service, const struct expect_asker *asker);
/* Whether the asker can do it at that time, inputs aside. */
enum expect_verdict expect_service_possible(const struct expect_service *service,
    const struct expect_asker *asker, enum action_id action, int64_t now);
struct expect_purchase expect_purchase(const struct expect_service *service, int64_t periods,
    int64_t now);
/*
 * Whether so many periods (0: it is not said how many, which is one) will do where it is possible.
 */
enum expect_verdict expect_periods_do(
    const struct expect_service *service, int64_t periods, int64_t now);
/* The accepted action. */
void expect_service_apply(
    struct expect_service *service, enum action_id action, int64_t periods, int64_t now);
/* F6: an order that takes it back, for what was paid last. */
void expect_service_unsubscribe(struct expect_service *service);

#endif
