/*
 * The supervisions of test_expect_clock.c: what leads up to their clocks, who does something to
 * them while those run, and what a small calculator of its own says of when they run out.
 *
 * One engine for all; one thread.
 */
#ifndef KOODESK_TESTS_UNIT_CLOCK_THINGS_H
#define KOODESK_TESTS_UNIT_CLOCK_THINGS_H

#include "base/rand.h"
#include "expect_engine.h"
#include "expect_time.h"

enum kind { PARCEL, RETURN, CODE, PLAIN, KINDS };

struct thing {
	enum kind kind;
	char id[40];
	int64_t next;	  /* its next event */
	int step;	  /* of what leads up to its clock */
	enum role appeal; /* whose is open */
	bool refund;	  /* a request is open that freezes it */
	struct freezes freezes;
	int64_t since, span;  /* its clock: from then, for so long */
	/* goods that are sent back within a refund: asked for, agreed, on their way, and since when
	 * their own clock runs, which only an appeal stops */
	enum { NO_GOODS, ASKED, AGREED, SENT_BACK } goods;
	int64_t goods_since;
	struct freezes stops;
	bool to_the_ms; /* comes in the very ms in which its move is due, or one beside */
	int64_t period_from;  /* CODE, PLAIN */
	int months, days;     /* the paid period; neither: none */
	int64_t free_again;   /* CODE: when it could move */
	int64_t made_at, due; /* the move by itself: first seen, and when it was due */
	bool over;
};

extern struct engine clock_engine;
extern bool clock_rehearsal; /* commands are only tried */
extern struct clock_counts {
	unsigned long wrong, commands, fired, late, overlaps, to_the_ms, too_late, both_clocks;
} clock_counts;

/* What disagrees is printed and counted. */
void thing_wrong(const struct thing *thing, const char *what, int64_t got, int64_t expected);
void thing_same(const struct thing *thing, const char *what, int64_t got, int64_t expected);
/* One command; change: its inputs where they are not those that will do. */
enum status thing_send(struct thing *thing, enum role role, enum action_id action,
    const struct expect_inputs *change);
/* The next step up to its clock: first the order, whose number that is. */
void thing_begin(struct rng *rng, struct thing *thing, int number);
/* Somebody does something with a record whose clock runs, or has run out unseen. */
void thing_touch(struct rng *rng, struct thing *thing);
/* When its clock runs out as things stand; 0: it does not. */
int64_t thing_due(const struct thing *thing);
bool thing_is_due(const struct thing *thing);
/* What a stopped clock has left: as much as if it went on just now. */
int64_t thing_left(const struct thing *thing);
/* Its move was made by itself. */
void thing_moved(struct thing *thing);

#endif
