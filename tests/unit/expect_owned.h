/*
 * Purchased services of a subject (expect_service.h) in the real engine: commands on them between
 * those on its supervision, orders that take them back, and what time makes of them, each held
 * against the expectations, as expect_engine.h does it with supervisions. One thread.
 */
#ifndef KOODESK_TESTS_UNIT_EXPECT_OWNED_H
#define KOODESK_TESTS_UNIT_EXPECT_OWNED_H

#include "expect_engine.h"

/*
 * engine_order(), and beside it a trial and a service that is paid by the month; that one, for
 * every other `how`, in the same order.
 */
void engine_order_services(struct engine *engine, struct subject *subject, enum flow_id flow,
    unsigned terms, unsigned how);

struct owned_inputs {
	int64_t periods; /* 0: not said; -1: "0" */
	bool scores;
};

/* One command on a service and all that follows from it. Returns whether it was accepted. */
bool owned_step(struct engine *engine, struct subject *subject, size_t which,
    const struct expect_asker *asker, enum action_id action, const struct owned_inputs *inputs,
    const struct engine_options *options);
/* F6: an order is imported that takes back what was bought last and has not begun yet. */
void owned_take_back(struct engine *engine, struct subject *subject, size_t which);
/* The supervision may have ended: with it, the state of its line's service. */
void owned_follow(struct engine *engine, struct subject *subject);
/* After a tick the rows say what time has made of them. */
void owned_check_states(struct engine *engine, struct subject *subject);
/* In the end: logs, and the money of all orders about each service. */
void owned_check_end(struct engine *engine, struct subject *subject);

/* ---- what its two files share ---- */

/* "own", "trial" or "plain" */
const char *owned_word(const struct subject *subject, const struct service *service);
void owned_wrong(struct engine *engine, struct subject *subject, const struct service *service,
    const char *doing, const char *what, int64_t got, int64_t expected);
/* How many order lines are about it. */
int64_t owned_lines_of(struct engine *engine, const struct service *service);
/* The row against the expectations; settled: its state too, which is as it was last written. */
void owned_check_row(struct engine *engine, struct subject *subject, struct service *service,
    const char *doing, bool settled);

#endif
