/* What stands after the sign of a condition, understood by the kind of its column. Inside the
 * filter only; any thread. */
#ifndef KOODESK_MODEL_FILTER_VALUE_H
#define KOODESK_MODEL_FILTER_VALUE_H

#include "model/filter.h"
#include "model/filter_lex.h"

/* Where a term is read, and how it is called in messages. */
struct filter_place {
	const struct record_type *type;
	const struct filter_context *context;
	struct arena *arena;
	struct error *err;
	char shown[160]; /* the term as typed, cut to be quoted in a message */
};

/* Fills op, text, numbers and set of term, whose field is known. INVALID says what may stand there.
 */
enum status filter_value(
    const struct filter_place *place, const struct filter_token *token, struct filter_term *term);

#endif
