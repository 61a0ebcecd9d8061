/*
 * A story's steps as the engine's own input: the order as the open API gives it, and each event as
 * a command of the person whose turn it is. One stage serves one fill; one thread.
 */
#ifndef KOODESK_DEMO_ACT_H
#define KOODESK_DEMO_ACT_H

#include "demo/papers.h"
#include "demo/story.h"

struct stage_set {
	struct market *market;
	struct setting setting;
	struct papers papers;
	struct arena arena;                /* the actors' */
	struct actor people[PAPER_COMPANIES][2];   /* as in cast_companies */
	struct actor operator, reviewer;
	struct buf json;                   /* reused by each order */
	struct buf text[2];                /* reused by each command */
};

/* The people and the files, once the catalogue is in. */
enum status act_prepare(struct stage_set *set, struct error *err);
void act_free(struct stage_set *set);

enum status act_order(struct stage_set *set, const struct story *story, struct error *err);
/* Nothing more will happen in it: what the store has at hand of it makes room for others. */
void act_over(struct stage_set *set, const struct story *story);
enum status act_event(struct stage_set *set, const struct story *story, size_t event,
    struct error *err);

#endif
