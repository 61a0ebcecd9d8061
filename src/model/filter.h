/*
 * The filter language (experience.md 9): words and conditions, all of which must hold.
 *
 *   backup              bare word: found in a SEARCH field ("two words" in quotes stay together)
 *   seller:DataSafe     text that contains it; a choice by its word, or several: stage:delivery,acceptance
 *   order=CS22...       exactly
 *   amount>1000  waiting>5d  ordered<2026-11-01     money, numbers, times; a span on a SHOW_AGE field is an age, on a SHOW_LEFT one what is left
 *   is:mine             a named condition of the record type
 *   !seller:DataSafe    not
 *   ~regex              extended regular expression over the shown columns of loaded rows only (not run in SQL)
 *
 * Columns: member name, wire name, heading (translated or not, blanks as '-'); product, seller and
 * buyer mean the name columns where the type has them. A parsed filter lives in the arena;
 * immutable; any thread.
 */
#ifndef KOODESK_MODEL_FILTER_H
#define KOODESK_MODEL_FILTER_H

#include "base/mem.h"
#include "model/permit.h"
#include "model/record.h"

enum filter_op { OP_WORD, OP_HAS, OP_EQ, OP_LT, OP_LE, OP_GT, OP_GE, OP_IN, OP_REGEX };

struct filter_term {
	enum filter_op op;
	bool negated;
	const struct field *field;   /* NULL for OP_WORD and OP_REGEX */
	const char *text;            /* OP_WORD, OP_HAS, OP_EQ on text; OP_REGEX: the pattern */
	int64_t number;              /* comparisons and OP_EQ on numbers, choices, times */
	uint64_t set;                /* OP_IN: bits of a choice */
};

struct filter {
	const struct record_type *type;
	const char *text;            /* as typed, trimmed */
	const struct filter_term *terms;
	size_t count;
};

/* The asker: what @role, @now and spans mean. */
struct filter_context {
	enum role role;
	int64_t now, offset;
};

/* INVALID names the term and what is possible there. Empty text gives a filter with no terms. */
enum status filter_parse(const struct record_type *type, const char *text,
    const struct filter_context *context, struct arena *arena, const struct filter **out,
    struct error *err);

/*
 * Whether a record passes: the reference that SQL is tested against, and how OP_REGEX is applied.
 */
bool filter_matches(const struct filter *filter, const void *record, const struct view *view);
bool filter_has_regex(const struct filter *filter);

#endif
