/*
 * One command in the making: whose it is, and what its inputs are filled with. For src/demo only; a
 * draft lives while its event is played.
 */
#ifndef KOODESK_DEMO_FILL_H
#define KOODESK_DEMO_FILL_H

#include "demo/act.h"
#include "demo/texts.h"

#define FILL_VALUES 10
#define FILL_TEXT 128
#define FILL_ID 40         /* of a line or a service */

struct draft {
	struct stage_set *set;
	const struct story *story;
	const struct event *event;
	const struct ware *ware;
	size_t ware_index, seller_index;
	const struct actor *actor;  /* NULL until somebody plays */
	enum tongue tongue;         /* of the actor */
	struct rng rng;
	char id[FILL_ID], key[64];
	/* short values that are made here */
	char amount[32], when[WHEN_TEXT], text[4][FILL_TEXT];
	struct command_value values[FILL_VALUES];
	struct command_file files[FILES_MAX];
	struct command command;
};

/* The id of a story's line, and of the service that comes with a line. */
void fill_line_id(const struct story *story, size_t line, char out[FILL_ID]);
void fill_service_id(const char *line, char out[FILL_ID]);

/* What is said about a product depends on what it is about. */
struct trade {
	enum text_pool scope, confirm, unclear, result, accepted, refused, wrong;
};
const struct trade *fill_trade(const struct draft *draft);

void fill_begin(
    struct draft *draft, struct stage_set *set, const struct story *story, size_t event);

/* Who acts; the platform's people write in the language of the one who has to act on it. */
void play_buyer(struct draft *draft, enum action_id action);
void play_seller(struct draft *draft, enum action_id action);
void play_platform(struct draft *draft, enum action_id action);

bool fill_chance(struct draft *draft, unsigned percent);
void fill_value(struct draft *draft, const char *name, const char *value);
/* An amount in thousandths. */
void fill_amount(struct draft *draft, int64_t amount);
/* Sentences of a pool, all different, as the value of an input. slot: 0 or 1. */
void fill_text(
    struct draft *draft, int slot, const char *name, enum text_pool pool, int count);
/* Appends to a text that was begun. */
void fill_say(struct draft *draft, struct buf *out, const char *text);
void fill_file(struct draft *draft, enum file_kind kind, const struct paper *paper);
/* One of the variants of a shelf of papers, in the actor's language. */
#define FILL_ANY(draft, shelf)                                                                   \
	(&(draft)->set->papers.shelf[(draft)->tongue][rng_below(&(draft)->rng, PAPER_VARIANTS)])

/*
 * How often a letter came for this line before the event, counted back to the last event with the
 * letter `since` ('\0': from the beginning).
 */
int fill_count(const struct draft *draft, char act, char since);

/* Letters of deck.def beside the flow: facts, deployments, refund requests, reviews. */
void beside_facts(struct draft *draft);
void beside_deployment(struct draft *draft);
void beside_refund(struct draft *draft);

#endif
