/*
 * The stories of the demo's orders: who buys what, and what happens when.
 *
 * A story depends on the seed, the moment and its number alone, so none is kept: it is told again
 * for each of its events. Pure; any thread.
 */
#ifndef KOODESK_DEMO_STORY_H
#define KOODESK_DEMO_STORY_H

#include "base/rand.h"
#include "demo/cast.h"
#include "model/flow.h"

#define STORY_LINES 3
#define STORY_EVENTS 48
#define STORY_DECK 200

struct setting {
	uint64_t seed;
	int64_t now;
	int64_t nearly;       /* an appeal filed then is due soon after now */
};

struct story_line {
	size_t ware;          /* in cast_wares */
	int64_t quantity;
	int64_t periods;      /* 0: paid once */
	int64_t amount, paid; /* thousandths */
	bool reviewed, proof; /* what the order's supervision has (R16, R5) */
};

struct event {
	int64_t at;
	char act;             /* a letter of deck.def */
	uint8_t line;
};

struct story {
	uint32_t number;
	const char *type;     /* wire word of the order */
	enum flow_id flow;
	const struct company *buyer;
	const struct person *person;   /* of the buyer */
	bool hero;            /* one of alice's: its deliveries come with full proof */
	char order[24];
	int64_t placed_at;
	struct story_line lines[STORY_LINES];
	size_t n_lines;
	struct event events[STORY_EVENTS];   /* in the order of time; none is later than now */
	size_t n_events;
};

/*
 * How long before it was recorded at that time the courier's sign-off was: the clock of automatic
 * acceptance runs from there.
 */
int64_t story_sign_lag(int64_t recorded_at);

void story_setting(struct setting *setting, uint64_t seed, int64_t now);
void story_tell(const struct setting *setting, uint32_t number, struct story *out);
/* Chance for what an event says, the same each time. */
void story_rng(const struct setting *setting, uint32_t number, size_t event, struct rng *rng);

#endif
