/*
 * The names by which people call columns, in filters and sorts. Pure but for the language in force;
 * any thread.
 */
#ifndef KOODESK_MODEL_COLUMN_H
#define KOODESK_MODEL_COLUMN_H

#include "model/record.h"

/*
 * The field meant by name, among those with one of flags (INTERNAL ones never): a common name
 * (product, seller and buyer for the name columns, node, waiting, ordered), the member, the wire
 * name, a time's member without "_at", the heading, translated or not. Case does not matter, and
 * '-', '_' and blanks are the same. NULL where there is none.
 */
const struct field *column_find(const struct record_type *type, const char *name, uint32_t flags);

/* The shortest good name of a field: what column_find() takes and messages show. */
const char *column_name(
    const struct record_type *type, const struct field *field, char *out, size_t cap);

/* "a, b, c": the names of all with one of flags, for messages; "..." at the end where cap is too
 * small. */
void column_list(const struct record_type *type, uint32_t flags, char *out, size_t cap);

/* Whether two names are the same in the sense above. */
bool column_same(const char *a, const char *b);

#endif
