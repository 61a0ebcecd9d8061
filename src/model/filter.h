/*
 * The filter language: words and conditions, all of which must hold.
 *
 *   backup              bare word: found in a SEARCH field ("two words" in quotes stay one term)
 *   seller:DataSafe     text that contains it; a choice by its word, or several:
 *                       stage:delivery,acceptance
 *   order=CS22...       exactly, but for case; nothing after it means none: appeal=
 *   amount>1000  waiting>5d  ordered<2026-11-01  freezes>=2
 *   is:mine             a named condition of the record type
 *   !seller:DataSafe    not; seller!=DataSafe too
 *   ~regex              extended regular expression over the shown columns of loaded rows only (not
 *                       run in SQL)
 *
 * Columns: member name, wire name, heading (translated or not, blanks as '-'), a time without its
 * "_at"; product, seller and buyer mean the name columns where the type has them (column.h). Only
 * those with FILTER or KEY. Double quotes keep blanks and operators from having a meaning, after
 * the operator too: seller:"Data Safe"; a quote inside is \". The full-width forms of the operators
 * and of the blank serve as well.
 *
 * Times. A span is a number with s, m, h, d or w: on a SHOW_LEFT column what is left (due<1d; due<0
 * and due<-3h have passed), on all others an age (waiting>5d: more than 5 days of 24 hours;
 * waiting:5d: shown as 5d, so up to 6). A date is a whole day of platform time (context.offset):
 * ordered:2026-11-01 lies in it, ordered>2026-11-01 after it, ordered>=2026-11-01 in it or after;
 * the same for a minute or a second: ordered<"2026-11-01 14:30". A time that is none (0) passes no
 * comparison, only ended= or ended:none.
 *
 * In values @role is the asker's role and @now the moment: the conditions of the types use them.
 *
 * A parsed filter lives in the arena; immutable; any thread.
 */
#ifndef KOODESK_MODEL_FILTER_H
#define KOODESK_MODEL_FILTER_H

#include "base/mem.h"
#include "model/permit.h"
#include "model/record.h"

#define FILTER_TEXT_MAX 4000 /* bytes */
#define FILTER_TERMS_MAX 64  /* terms; those of conditions count in their own group */
#define FILTER_REGEX_MAX 200 /* bytes */

/*
 * What a term means, before `negated` turns it round. V is the record's value of the field.
 *
 *   op        field kind       holds when
 *   OP_WORD   NULL             each of runs[] stands in some SEARCH field: text_contains(V, run).
 *                              Different runs may stand in different fields. At least one run.
 *   OP_HAS    TEXT             text_contains(V, text); text is not empty
 *   OP_EQ     TEXT             V and text are the same when folded (text_fold); text may be ""
 *             INT MONEY BOOL   V == number (a BOOL is 0 or 1)
 *             TIME             V == 0; number is 0 (the time is none)
 *   OP_LT     INT MONEY        V < number; OP_LE, OP_GT, OP_GE alike
 *             TIME             V != 0 and V < number; OP_GE alike; OP_LE and OP_GT do not occur
 *   OP_RANGE  TIME             V != 0 and number <= V and V < upper
 *   OP_IN     ENUM             bit V of set is on; set 0 holds for nothing. All conditions on
 *                              choices come so.
 *   OP_GROUP  NULL             all terms of group hold (is:WORD); no terms: it holds
 *   OP_REGEX  NULL             text is found in the row's default columns as a person sees them,
 *                              joined by a blank, without regard to case. Only at the top, never in
 *                              a group: SQL leaves the term out, negated or not.
 *
 * So !waiting>5d passes a row whose time is none: NOT (V <> 0 AND V < number).
 */
enum filter_op {
	OP_WORD,
	OP_HAS,
	OP_EQ,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_RANGE,
	OP_IN,
	OP_GROUP,
	OP_REGEX
};

struct filter;

struct filter_term {
	enum filter_op op;
	bool negated;
	const struct field *field; /* NULL for OP_WORD, OP_GROUP and OP_REGEX */
	const char *text;          /* OP_WORD: as typed; OP_HAS, OP_EQ; OP_REGEX: the pattern */
	int64_t number, upper;
	uint64_t set;              /* OP_IN: bits of a choice */
	const char *const *runs;   /* OP_WORD: filter_runs() of text */
	size_t run_count;
	const struct filter *group; /* OP_GROUP */
};

struct filter {
	const struct record_type *type;
	const char *text; /* as typed, trimmed */
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

/* Whether a record passes: what SQL is tested against, and how OP_REGEX is applied. */
bool filter_matches(const struct filter *filter, const void *record, const struct view *view);
bool filter_has_regex(const struct filter *filter);

/*
 * Bare words and what is indexed for them, cut into runs the same way: folded by text_fold(), and
 * split at every character that words are not made of (filter_word_char() of the folded character:
 * letters, digits, marks and CJK are; blanks, punctuation, symbols, emoji and bytes that are no
 * UTF-8 are not). Returns how many; *runs lies in the arena.
 */
size_t filter_runs(const char *text, struct arena *arena, const char *const **runs);
bool filter_word_char(uint32_t folded);

#endif
