/*
 * The steps of a random walk: who does what, with which inputs, and how much time passes before;
 * each held against the expectations. The same rng makes the same walk. One thread.
 */
#ifndef KOODESK_TESTS_UNIT_WALK_STEPS_H
#define KOODESK_TESTS_UNIT_WALK_STEPS_H

#include "base/rand.h"
#include "expect_owned.h"

/* One of the subject's supervision, possible or not. */
void walk_step(struct engine *engine, struct rng *rng, struct subject *subject);
/* One of its services. */
void walk_service(struct engine *engine, struct rng *rng, struct subject *subject);
/* On to the supervision's end, by the shortest way. */
void walk_to_the_end(struct engine *engine, struct rng *rng, struct subject *subject);
/* Services outlive the supervision: they expire, are kept for a while, and are gone. */
void walk_on_with_services(struct engine *engine, struct rng *rng, struct subject *subject);

#endif
