#include "demo/fill.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct trade licences = { TEXT_SCOPE, TEXT_CONFIRM, TEXT_UNCLEAR, TEXT_INSTALLED,
	TEXT_ACCEPTED, TEXT_REFUSED_LICENCE, TEXT_NOT_AS_AGREED_LICENCE };
static const struct trade services = { TEXT_SCOPE, TEXT_CONFIRM, TEXT_UNCLEAR, TEXT_DONE,
	TEXT_ACCEPTED, TEXT_REFUSED_SERVICE, TEXT_NOT_AS_AGREED_SERVICE };
static const struct trade sites = { TEXT_SITE_SCOPE, TEXT_SITE_CONFIRM, TEXT_SITE_UNCLEAR,
	TEXT_SITE_BUILT, TEXT_FOUND_GOOD, TEXT_SITE_REFUSED, TEXT_NOT_AS_AGREED_OTHER };
static const struct trade saas = { TEXT_SAAS_SCOPE, TEXT_SITE_CONFIRM, TEXT_SITE_UNCLEAR,
	TEXT_SAAS_READY, TEXT_FOUND_GOOD, TEXT_SAAS_REFUSED, TEXT_NOT_AS_AGREED_OTHER };
static const struct trade data = { TEXT_DATA_SCOPE, TEXT_SITE_CONFIRM, TEXT_SITE_UNCLEAR,
	TEXT_DATA_READY, TEXT_FOUND_GOOD, TEXT_DATA_REFUSED, TEXT_NOT_AS_AGREED_OTHER };
static const struct trade goods = { TEXT_SCOPE, TEXT_CONFIRM, TEXT_UNCLEAR, TEXT_SHIPPED,
	TEXT_FOUND_GOOD, TEXT_GOODS_REFUSED, TEXT_NOT_AS_AGREED_GOODS };

const struct trade *fill_trade(const struct draft *draft)
{
	switch (draft->ware->subject) {
	case SUBJECT_LICENCE:
		return &licences;
	case SUBJECT_WEBSITE:
		return &sites;
	case SUBJECT_SAAS:
		return &saas;
	case SUBJECT_DATA:
		return &data;
	case SUBJECT_GOODS:
		return &goods;
	default:
		return &services;
	}
}

void fill_begin(struct draft *draft, struct stage_set *set, const struct story *story, size_t event)
{
	const struct story_line *line = &story->lines[story->events[event].line];

	draft->set = set;
	draft->story = story;
	draft->event = &story->events[event];
	draft->ware_index = line->ware;
	draft->ware = &cast_wares[line->ware];
	draft->seller_index = (size_t)(cast_seller(draft->ware) - cast_companies);
	draft->actor = NULL;
	draft->tongue = draft->ware->tongue;
	story_rng(&set->setting, story->number, event + 1, &draft->rng);
	fill_line_id(story, draft->event->line, draft->id);
	/* Keys that grow with time: the table of receipts is filled at its end, not all over. */
	snprintf(draft->key, sizeof draft->key, "demo-%013" PRId64 "-%" PRIu32 "-%zu",
	    draft->event->at, story->number, event);
	draft->command = (struct command){
		.id = draft->id,
		.key = draft->key,
		.version = VERSION_ANY,
		.values = draft->values,
		.files = draft->files,
	};
}

void fill_line_id(const struct story *story, size_t line, char out[FILL_ID])
{
	snprintf(out, FILL_ID, "%s-%06zu", story->order, line + 1);
}

void fill_service_id(const char *line, char out[FILL_ID])
{
	char text[FILL_ID + 20];

	snprintf(text, sizeof text, "koodesk-instance:%s", line);
	uuid_of(text, out);
}

/* ---- Who acts ---- */

static void play(struct draft *draft, const struct actor *actor, enum action_id action)
{
	draft->actor = actor;
	draft->command.action = action;
}

void play_buyer(struct draft *draft, enum action_id action)
{
	size_t i = (size_t)(draft->story->buyer - cast_companies);
	size_t k = (size_t)(draft->story->person - draft->story->buyer->people);

	play(draft, &draft->set->people[i][k], action);
	draft->tongue = draft->story->buyer->tongue;
}

void play_seller(struct draft *draft, enum action_id action)
{
	const struct company *seller = &cast_companies[draft->seller_index];
	size_t k = seller->people[1].id != NULL && draft->story->number % 4 == 3;

	play(draft, &draft->set->people[draft->seller_index][k], action);
	draft->tongue = seller->tongue;
}

void play_platform(struct draft *draft, enum action_id action)
{
	bool review = action == ACTION_PASS_REVIEW || action == ACTION_REJECT;

	play(draft, review ? &draft->set->reviewer : &draft->set->operator, action);
	draft->tongue =
	    review ? cast_companies[draft->seller_index].tongue : draft->story->buyer->tongue;
}

/* ---- Inputs ---- */

bool fill_chance(struct draft *draft, unsigned percent)
{
	return rng_below(&draft->rng, 100) < percent;
}

void fill_value(struct draft *draft, const char *name, const char *value)
{
	if (draft->command.n_values < FILL_VALUES)
		draft->values[draft->command.n_values++] = (struct command_value){ name, value };
}

void fill_amount(struct draft *draft, int64_t amount)
{
	snprintf(draft->amount, sizeof draft->amount, "%" PRId64 ".%03" PRId64, amount / 1000,
	    amount % 1000);
	fill_value(draft, "amount", draft->amount);
}

void fill_say(struct draft *draft, struct buf *out, const char *text)
{
	struct text_names names = { draft->ware->name, draft->story->buyer->name,
		cast_companies[draft->seller_index].name };

	if (out->len > 0)
		buf_puts(out, draft->tongue == TONGUE_ZH ? "" : " ");
	texts_fill(out, text, &names);
}

void fill_text(struct draft *draft, int slot, const char *name, enum text_pool pool, int count)
{
	struct buf *out = &draft->set->text[slot];
	const char *said[4] = { NULL };

	buf_clear(out);
	for (int i = 0; i < count && i < 4; i++) {
		bool twice = false;

		said[i] = texts_pick(pool, draft->tongue, &draft->rng);
		for (int k = 0; k < i; k++)
			twice |= said[k] == said[i];
		if (!twice)
			fill_say(draft, out, said[i]);
	}
	fill_value(draft, name, buf_text(out));
}

void fill_file(struct draft *draft, enum file_kind kind, const struct paper *paper)
{
	if (draft->command.n_files < FILES_MAX)
		draft->files[draft->command.n_files++] =
		    (struct command_file){ kind, paper->name, paper->size, paper->digest };
}

int fill_count(const struct draft *draft, char act, char since)
{
	const struct event *event = draft->event;
	int count = 0;

	while (event > draft->story->events) {
		event--;
		if (event->line != draft->event->line)
			continue;
		if (since != '\0' && event->act == since)
			break;
		count += event->act == act;
	}
	return count;
}
