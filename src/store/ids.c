#include "store/parts.h"

#include <stdlib.h>

/*
 * Ids that may be in a set, as a Bloom filter: what it does not have was never added, and of
 * those that were not, one in a thousand seems to be as long as there are four million.
 */

#define BITS (1u << 26)
#define HASHES 4

struct ids {
	uint64_t bits[BITS / 64];
};

struct ids *ids_new(void)
{
	return mem_alloc(sizeof(struct ids));
}

void ids_free(struct ids *ids)
{
	free(ids);
}

static uint64_t hash_of(uint64_t kind, const char *id)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ kind;

	for (; *id != '\0'; id++)
		hash = (hash ^ (unsigned char)*id) * UINT64_C(1099511628211);
	return hash ^ hash >> 29;
}

/* The halves of one hash give as many places as are wanted. */
static uint64_t place(uint64_t hash, unsigned n)
{
	return (hash + n * (hash >> 32 | 1)) % BITS;
}

void ids_add(struct ids *ids, uint64_t kind, const char *id)
{
	uint64_t hash = hash_of(kind, id), at;

	for (unsigned n = 0; n < HASHES; n++) {
		at = place(hash, n);
		ids->bits[at / 64] |= UINT64_C(1) << at % 64;
	}
}

bool ids_may_have(const struct ids *ids, uint64_t kind, const char *id)
{
	uint64_t hash = hash_of(kind, id), at;

	for (unsigned n = 0; n < HASHES; n++) {
		at = place(hash, n);
		if (!(ids->bits[at / 64] >> at % 64 & 1))
			return false;
	}
	return true;
}
