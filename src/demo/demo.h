/*
 * The believable marketplace of `koodesk demo`: the same from the same seed, size and moment.
 *
 * It is made by the engine's own commands at times in the past, so every history, log and clock is
 * real. Runs in one transaction (a killed fill leaves nothing half-made). One thread.
 */
#ifndef KOODESK_DEMO_DEMO_H
#define KOODESK_DEMO_DEMO_H

#include "market/market.h"

#define DEMO_ORDERS 200
#define DEMO_SEED 20261122
#define DEMO_USER "alice"      /* the buyer whose work the demo shows first */

struct demo_options {
	int64_t orders;            /* 1 to 1,000,000 */
	uint64_t seed;
	int64_t now;               /* ms UTC: "today" of the demo */
	bool alone;                /* the file is nobody else's yet: see struct bulk */
	int64_t memory;            /* bytes of the machine, to take a quarter of; 0: unknown */
};

enum demo_phase { DEMO_ORDERED, DEMO_INDEXED };

/*
 * Fills an empty marketplace. progress() is called at most a few hundred times in each phase, with
 * orders that are there and then indexes; NULL: nobody.
 */
enum status demo_fill(struct market *market, const struct demo_options *options,
    void (*progress)(void *state, enum demo_phase phase, int64_t done, int64_t of), void *state,
    struct error *err);
/* What the file of so many orders takes on the disk, roughly and rather more. */
int64_t demo_bytes(int64_t orders);

#endif
