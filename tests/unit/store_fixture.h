/* What the tests of the store share: a folder of their own, and records by chance. */
#ifndef KOODESK_TESTS_STORE_FIXTURE_H
#define KOODESK_TESTS_STORE_FIXTURE_H

#include "base/rand.h"
#include "store/parts.h"

/* A folder that is removed at the end; cmocka setup and teardown. */
int folder_make(void **state);
int folder_remove(void **state);
/* A path in it; the text is static until the next call but one. */
const char *folder_file(const char *name);

/* Opens for writing, waiting not at all for others. */
struct store *fixture_open(const char *path);

/*
 * A record with a value in every field: few different ones, so that filters hit. number makes the
 * key.
 */
void *fixture_record(const struct record_type *type, struct rng *rng, int number,
    struct arena *arena);

/* The present of the tests. */
#define FIXTURE_NOW INT64_C(1795000000000)

#endif
