#include "demo/story.h"

#include <stdio.h>
#include <string.h>

#include "base/when.h"

enum review { REVIEW_ANY, REVIEW_PLAIN, REVIEW_PROVED, REVIEW_REVIEWED };
enum who { WHO_ANY, WHO_HERO, WHO_OTHER, WHO_SAME };
enum anchor { ANCHOR_LAST, ANCHOR_APPEAL, ANCHOR_NEARLY };

struct scene {
	unsigned count;
	const char *type;
	enum flow_id flow;
	enum review review;
	enum who buyer, seller;
	enum anchor anchor;
	int64_t from, to; /* hours */
	const char *plot;
};

#define SCENE(count, type, flow, review, buyer, seller, anchor, from, to, plot)                  \
	{ count, #type, FLOW_##flow, REVIEW_##review, WHO_##buyer, WHO_##seller,                 \
		ANCHOR_##anchor, from, to, plot },
static const struct scene deck[] = {
#include "demo/deck.def"
};
#undef SCENE

#define SCENE(count, ...) +(count)
_Static_assert(STORY_DECK ==
#include "demo/deck.def"
    , "the shares of all scenes make one deck");
#undef SCENE

/*
 * What waits for alice and bob stays as short as a person's list, however large the marketplace:
 * only the first deck has scenes of theirs.
 */
static enum who who_of(uint32_t number, enum who who)
{
	return number >= STORY_DECK && who == WHO_HERO ? WHO_OTHER : who;
}

static struct scene scene_of(uint32_t number)
{
	const struct scene *at = deck;
	unsigned left = number % STORY_DECK;
	struct scene scene;

	while (left >= at->count)
		left -= at++->count;
	scene = *at;
	scene.buyer = who_of(number, scene.buyer);
	scene.seller = who_of(number, scene.seller);
	return scene;
}

/* ---- Time ---- */

#define DAY_BEGINS (9 * WHEN_HOUR)
#define COURIER_BEGINS (8 * WHEN_HOUR)
#define DAY_ENDS (18 * WHEN_HOUR + 30 * WHEN_MINUTE)

static const struct calendar no_holidays = { NULL, 0 };

static int64_t time_of_day(int64_t at)
{
	return (at + WHEN_PLATFORM_OFFSET) % WHEN_DAY;
}

/* At that time or before, in business hours. */
static int64_t to_business(int64_t at, struct rng *rng)
{
	int64_t into = time_of_day(at);
	int64_t day = at - into;

	if (into < DAY_BEGINS) {
		day -= WHEN_DAY;
		into = DAY_ENDS;
	} else if (calendar_working(&no_holidays, at) && into <= DAY_ENDS) {
		return at;
	}
	while (!calendar_working(&no_holidays, day))
		day -= WHEN_DAY;
	into = into < DAY_ENDS ? into : DAY_ENDS;
	return day + rng_between(rng, DAY_BEGINS, into);
}

/* Hours that pass before an event, from and to. */
static void pause_of(char act, int64_t *from, int64_t *to)
{
	static const struct {
		const char *acts;
		int64_t from, to;
	} pauses[] = {
		{ "Q", 3, 70 },
		{ "C", 2, 50 },
		{ "n", 4, 40 },
		{ "Dd", 24, 190 },
		{ "P", 5, 60 },
		{ "b", 8, 60 },
		{ "A", 4, 110 },
		{ "x", 8, 80 },
		{ "ms", 3, 40 },
		{ "BU", 6, 60 },
		{ "I", 140, 300 },
		{ "S", 140, 400 },
		{ "efk", 2, 20 },
		{ "W", 12, 40 },
		{ "G", 3, 60 },
		{ "w", 60, 190 },
		{ "yz", 5, 60 },
		{ "H", 20, 90 },
		{ "go", 24, 60 },
		{ "K", 2, 40 },
		{ "V", 3, 50 },
		{ "up", 3, 40 },
		{ "L", 2, 50 },
		{ "Rrh", 12, 60 },
		{ "aj", 8, 60 },
		{ "q", 4, 30 },
		{ "t", 20, 70 },
		{ "ic", 40, 120 },
		{ "E", 20, 160 },
		{ "NO", 30, 200 },
		{ "Z", HARDWARE_DELAY / WHEN_HOUR, HARDWARE_DELAY / WHEN_HOUR },
		{ "Y", RETURN_DELAY / WHEN_HOUR, RETURN_DELAY / WHEN_HOUR },
	};

	*from = 10;
	*to = 56;
	for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
		if (strchr(pauses[i].acts, act) != NULL) {
			*from = pauses[i].from;
			*to = pauses[i].to;
		}
	}
}

static int64_t pause_before(char act, struct rng *rng)
{
	int64_t from, to;

	pause_of(act, &from, &to);
	return rng_between(rng, from * WHEN_HOUR, to * WHEN_HOUR);
}

/* What a console does by itself, by day or night: it comes a minute or so after what was before. */
static bool by_machine(char act)
{
	return strchr("lvFT", act) != NULL;
}

int64_t story_sign_lag(int64_t recorded_at)
{
	int64_t since = time_of_day(recorded_at) - COURIER_BEGINS;

	/* Of the same day, or of the afternoon before. */
	if (since < WHEN_HOUR)
		return 15 * WHEN_HOUR;
	return since * (10 + recorded_at / WHEN_SECOND % 80) / 100;
}

/* When the event before this one was. */
static int64_t time_before(const struct event *event, struct rng *rng)
{
	if (event->act == 'T')
		return event->at - rng_between(rng, 4, 40) * WHEN_MINUTE;
	if (by_machine(event->act))
		return event->at - rng_between(rng, 12, 55) * WHEN_SECOND;
	return to_business(event->at - pause_before(event->act, rng), rng);
}

static int64_t anchor_at(
    const struct setting *setting, const struct scene *scene, struct rng *rng)
{
	int64_t at = 0, into;

	if (scene->anchor == ANCHOR_NEARLY)
		return setting->nearly + rng_between(rng, 0, 30 * WHEN_MINUTE);
	/* What is hours ago stays so, though rather by day than by night. */
	for (int try = 0; try < 6; try++) {
		at = setting->now -
		    rng_between(rng, scene->from * WHEN_HOUR, scene->to * WHEN_HOUR);
		into = time_of_day(at);
		if (into >= 8 * WHEN_HOUR && into < 22 * WHEN_HOUR)
			break;
	}
	return scene->from >= 24 ? to_business(at, rng) : at;
}

void story_setting(struct setting *setting, uint64_t seed, int64_t now)
{
	setting->seed = seed;
	setting->now = now;
	setting->nearly = now - WHEN_DAY;
	/* The business hour longest ago whose three working days end after now. */
	for (int hour = 1; hour <= 10 * 24; hour++) {
		int64_t at = now - hour * WHEN_HOUR;
		int64_t into = time_of_day(at);

		if (into >= DAY_BEGINS && into <= DAY_ENDS &&
		    calendar_working(&no_holidays, at) &&
		    calendar_add_days(&no_holidays, at, APPEAL_DAYS) > now)
			setting->nearly = at;
	}
}

/* ---- The plot of one line ---- */

struct plot {
	struct event events[STORY_EVENTS];
	size_t n, anchor; /* anchor: the event whose time is set */
};

static void plot_add(struct plot *plot, char act, uint8_t line)
{
	if (plot->n < STORY_EVENTS)
		plot->events[plot->n++] = (struct event){ .act = act, .line = line };
}

/* Whether the event happens under what the line's supervision has. */
static bool happens(char act, const struct story_line *line)
{
	if (act == 'P' || act == 'b')
		return line->reviewed;
	return (act != 'u' && act != 'p') || line->proof;
}

static char plain_act(char act)
{
	return act == 'd' ? 'D' : act == 'p' ? 'u' : act;
}

/* Reads the letters up to '|' or the end; returns what follows. */
static const char *plot_read(struct plot *plot, const char *letters, uint8_t nth,
    const struct story_line *line, bool by_appeal)
{
	/* What Huawei looks at: the delivery, or the proof of a code. */
	char handed = flow_of_delivery(cast_wares[line->ware].delivery) == FLOW_LIC_20 ? 'u' : 'D';

	plot->n = 0;
	plot->anchor = 0;
	for (; *letters != '\0' && *letters != '|'; letters++) {
		if (!happens(*letters, line))
			continue;
		if (!by_appeal || strchr("BISU", *letters) != NULL)
			plot->anchor = plot->n;
		plot_add(plot, plain_act(*letters), nth);
		if (*letters == handed && line->reviewed) {
			plot_add(plot, 'P', nth);
			if (!by_appeal)
				plot->anchor = plot->n - 1;
		}
	}
	return *letters == '|' ? letters + 1 : letters;
}

/* What is accepted by the platform is accepted to the minute; business hours only made it later. */
static void plot_due(struct event *event, int64_t before)
{
	if (event->act == 'Z')
		event->at = before - story_sign_lag(before) + HARDWARE_DELAY + 2;
	else if (event->act == 'Y')
		event->at = before + RETURN_DELAY + 2;
}

/* Sets the times around the anchor; returns when the line must have been ordered. */
static int64_t plot_time(struct plot *plot, int64_t at, int64_t now, struct rng *rng)
{
	size_t after = plot->n - plot->anchor;

	if (plot->n == 0)
		return at;
	plot->events[plot->anchor].at = at;
	for (size_t i = plot->anchor + 1; i < plot->n; i++) {
		int64_t even = at + (now - at) * (int64_t)(i - plot->anchor) / (int64_t)after;
		int64_t business = to_business(even, rng);

		plot->events[i].at = business > plot->events[i - 1].at ? business : even;
	}
	for (size_t i = plot->anchor; i > 0; i--)
		plot->events[i - 1].at = time_before(&plot->events[i], rng);
	for (size_t i = 1; i < plot->n; i++)
		plot_due(&plot->events[i], plot->events[i - 1].at);
	return to_business(plot->events[0].at - pause_before(plot->events[0].act, rng), rng);
}

/* Merges a line's events into the story's: few, nearly sorted, so by insertion. */
static void plot_merge(const struct plot *plot, struct story *story)
{
	for (size_t i = 0; i < plot->n && story->n_events < STORY_EVENTS; i++) {
		size_t at = story->n_events++;

		for (; at > 0 && story->events[at - 1].at > plot->events[i].at; at--)
			story->events[at] = story->events[at - 1];
		story->events[at] = plot->events[i];
	}
}

static void tell_events(
    const struct setting *setting, const struct scene *scene, struct story *story, struct rng rng)
{
	int64_t anchor = anchor_at(setting, scene, &rng);
	const char *letters = scene->plot;
	struct plot plot;

	story->n_events = 0;
	for (uint8_t line = 0; line < story->n_lines; line++) {
		int64_t at = line == 0
		    ? anchor
		    : to_business(anchor - rng_between(&rng, 0, 2 * WHEN_DAY), &rng);
		int64_t placed;

		letters = plot_read(
		    &plot, letters, line, &story->lines[line], scene->anchor != ANCHOR_LAST);
		placed = plot_time(&plot, at, setting->now, &rng);
		if (line == 0 || placed < story->placed_at)
			story->placed_at = placed;
		plot_merge(&plot, story);
	}
}

/* ---- Who buys what ---- */

static bool fits_who(enum who who, bool hero)
{
	return who == WHO_ANY || (who == WHO_HERO) == hero;
}

static bool fits_review(const struct scene *scene, const struct ware *ware)
{
	bool joint = ware->category == CATEGORY_JOINT;
	bool reviewed = joint && ware->track != TRACK_NONE;

	switch (scene->review) {
	case REVIEW_PLAIN:
		return !reviewed && (scene->flow != FLOW_LIC_20 || !joint);
	case REVIEW_PROVED:
		return joint && !reviewed;
	case REVIEW_REVIEWED:
		return reviewed;
	case REVIEW_ANY:
		break;
	}
	return true;
}

static bool fits(const struct scene *scene, const struct ware *ware, const char *seller)
{
	if (flow_of_delivery(ware->delivery) != scene->flow || !fits_review(scene, ware))
		return false;
	if (seller != NULL && strcmp(ware->seller, seller) != 0)
		return false;
	return fits_who(scene->seller, strcmp(ware->seller, CAST_SELLER) == 0);
}

/* One of the wares that fit; seller NULL: anybody's. The deck asks for none that is not there. */
static size_t choose_ware(const struct scene *scene, const char *seller, struct rng *rng)
{
	size_t count = 0, nth;

	for (size_t i = 0; i < cast_ware_count; i++)
		count += fits(scene, &cast_wares[i], seller);
	nth = count > 0 ? (size_t)rng_below(rng, count) : 0;
	for (size_t i = 0; i < cast_ware_count; i++) {
		if (fits(scene, &cast_wares[i], seller) && nth-- == 0)
			return i;
	}
	return 0;
}

static const struct company *choose_buyer(const struct scene *scene, struct rng *rng)
{
	/* The buyer that the demo shows first stands first among them and buys a little more. */
	if (scene->buyer == WHO_HERO || (scene->buyer == WHO_ANY && rng_below(rng, 12) == 0))
		return &cast_companies[0];
	if (scene->buyer == WHO_OTHER)
		return &cast_companies[1 + rng_below(rng, cast_buyer_count - 1)];
	return &cast_companies[rng_below(rng, cast_buyer_count)];
}

static void set_price(const struct story *story, struct story_line *line, struct rng *rng)
{
	const struct ware *ware = &cast_wares[line->ware];
	static const int64_t percents[] = { 100, 100, 100, 100, 95, 90 };

	line->quantity = rng_between(rng, 1, ware->most);
	line->periods = ware->period[0] == '\0' ? 0 : 1;
	if (strcmp(ware->period, "month") == 0)
		line->periods = rng_between(rng, 1, 12);
	line->amount = ware->price * line->quantity * (line->periods > 0 ? line->periods : 1);
	line->paid = line->amount * percents[rng_below(rng, 6)] / 100;
	if (strcmp(story->type, "TRIAL") == 0)
		line->amount = line->paid = 0;
	else if (strcmp(story->type, "UNSUBSCRIBE") == 0)
		line->amount = line->paid = -line->paid * rng_between(rng, 2, 10) / 10;
}

/* By when the order is placed; the stages that the flow does not have are left out (R16, R5). */
static void set_policy(struct story_line *line, int64_t placed_at)
{
	const struct ware *ware = &cast_wares[line->ware];
	enum flow_id flow = flow_of_delivery(ware->delivery);

	line->reviewed = flow_stage(flow, STAGE_REVIEW) != NULL &&
	    policy_reviewed(ware->category, ware->track, placed_at);
	line->proof = flow_stage(flow, STAGE_PROOF) != NULL &&
	    policy_proof(ware->category, placed_at);
}

/* same: the ware of the order that this one follows; NULL: none */
static void tell_lines(const struct setting *setting, const struct scene *scene,
    struct story *story, const size_t *same, struct rng *rng)
{
	const char *seller = NULL;

	story->n_lines = 1;
	for (const char *p = scene->plot; *p != '\0'; p++) {
		if (*p == '|' && story->n_lines < STORY_LINES)
			story->n_lines++;
	}
	for (size_t i = 0; i < story->n_lines; i++) {
		struct story_line *line = &story->lines[i];

		line->ware = same != NULL ? *same : choose_ware(scene, seller, rng);
		seller = cast_wares[line->ware].seller;
		set_policy(line, setting->now);
		set_price(story, line, rng);
	}
}

/* ---- The whole ---- */

/* CS, the minute of the order in platform time, five characters that no other number gets. */
static void name_order(const struct setting *setting, struct story *story)
{
	static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	struct civil when = when_civil(story->placed_at, WHEN_PLATFORM_OFFSET);
	uint32_t mask = (1u << 25) - 1;
	uint32_t code = (story->number * 0x9E3779B1u + (uint32_t)setting->seed) & mask;
	char suffix[6] = "";

	/* Each step can be undone, so different numbers stay different. */
	code ^= code >> 12;
	code = code * 0x85EBCA6Bu & mask;
	code ^= code >> 13;
	for (int i = 0; i < 5; i++)
		suffix[i] = alphabet[code >> (5 * i) & 31];
	snprintf(story->order, sizeof story->order, "CS%02d%02d%02d%02d%02d%s", when.year % 100,
	    when.month, when.day, when.hour, when.minute, suffix);
}

void story_rng(const struct setting *setting, uint32_t number, size_t event, struct rng *rng)
{
	rng_seed(rng, setting->seed ^ ((uint64_t)number + 1) << 20 ^ event);
}

/* The order that this one renews, changes or ends is of the scene before. */
static const size_t *tell_same(const struct setting *setting, const struct scene *scene,
    struct story *out, struct story *before)
{
	if (scene->buyer != WHO_SAME)
		return NULL;
	story_tell(setting, out->number - scene->count, before);
	out->buyer = before->buyer;
	out->person = before->person;
	return &before->lines[0].ware;
}

void story_tell(const struct setting *setting, uint32_t number, struct story *out)
{
	const struct scene scene = scene_of(number);
	struct story before;
	const size_t *same;
	bool again = false;
	struct rng rng;
	int64_t placed_at;

	story_rng(setting, number, 0, &rng);
	out->number = number;
	out->type = scene.type;
	out->flow = strcmp(scene.type, "NEW") == 0 ? scene.flow : FLOW_NONE;
	out->buyer = choose_buyer(&scene, &rng);
	out->person =
	    &out->buyer->people[out->buyer->people[1].id != NULL && rng_below(&rng, 4) == 0];
	out->hero = scene.buyer == WHO_HERO;
	same = tell_same(setting, &scene, out, &before);
	tell_lines(setting, &scene, out, same, &rng);
	tell_events(setting, &scene, out, rng);
	placed_at = out->placed_at;
	/* Long ago more was reviewed and proved: such a story is told again with that in it. */
	for (size_t i = 0; i < out->n_lines; i++) {
		struct story_line *line = &out->lines[i];
		struct story_line now = *line;

		set_policy(line, out->placed_at);
		again |= line->reviewed != now.reviewed || line->proof != now.proof;
	}
	if (again)
		tell_events(setting, &scene, out, rng);
	/* Chance went on otherwise; the order stays where the rules are those told of. */
	if (placed_at < out->placed_at)
		out->placed_at = placed_at;
	name_order(setting, out);
}
