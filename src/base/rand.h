/*
 * Numbers by chance: a seeded generator for demos and tests (same seed, same sequence, on every
 * machine), and identities nobody can guess.
 */
#ifndef KOODESK_BASE_RAND_H
#define KOODESK_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

struct rng { uint64_t s[4]; };

void rng_seed(struct rng *rng, uint64_t seed);
uint64_t rng_next(struct rng *rng);
/* 0 .. limit-1, without bias; limit > 0 */
uint64_t rng_below(struct rng *rng, uint64_t limit);
int64_t rng_between(struct rng *rng, int64_t low, int64_t high);  /* both included */

#define RAND_UUID 37
void rand_uuid(char out[RAND_UUID]);                               /* version 4, from the system */
/* A UUID that depends on text alone (SHA-256, version 8). */
void uuid_of(const char *text, char out[RAND_UUID]);

#endif
