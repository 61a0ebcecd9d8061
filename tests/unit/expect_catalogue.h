/* The products and users of the engine's tests: one seller, and products that bring every flow,
 * reviewed and not, about. */
#ifndef KOODESK_TESTS_UNIT_EXPECT_CATALOGUE_H
#define KOODESK_TESTS_UNIT_EXPECT_CATALOGUE_H

#include "base/mem.h"
#include "expect_make.h"

/* The catalogue's JSON, for import. */
void expect_catalogue(struct buf *out);
/*
 * A product, and a time of ordering on the wire (NULL: any, such as now), for which the rules say:
 * this flow under these terms. how chooses among several. Good until the next call.
 */
const char *expect_product(enum flow_id flow, unsigned terms, unsigned how, const char **when);
/* A person of the catalogue: the account as in expect_actor(), a user of its own. */
struct actor expect_catalogue_actor(const struct expect_asker *asker);

#endif
