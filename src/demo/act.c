#include "demo/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "demo/texts.h"

#define ORDER_MAX (64u << 10)
#define VALUES 4

/* One command in the making. */
struct draft {
	struct stage_set *set;
	const struct story *story;
	const struct event *event;
	const struct ware *ware;
	size_t ware_index, seller_index;
	const struct actor *actor;
	enum tongue tongue; /* of the actor */
	struct rng rng;
	char id[40], key[64], amount[32], enabled[WHEN_TEXT];
	struct command_value values[VALUES];
	struct command_file files[FILES_MAX];
	struct command command;
};

/* ---- Preparing ---- */

static enum status find_people(struct stage_set *set, struct error *err)
{
	enum status status =
	    market_actor(set->market, "operator", &set->arena, &set->operator, err);

	if (status == STATUS_OK)
		status = market_actor(set->market, "reviewer", &set->arena, &set->reviewer, err);
	for (size_t i = 0; i < cast_company_count && i < PAPER_COMPANIES; i++) {
		for (size_t k = 0; status == STATUS_OK && k < 2; k++) {
			const struct person *person = &cast_companies[i].people[k];

			if (person->id != NULL)
				status = market_actor(set->market, person->id, &set->arena,
				    &set->people[i][k], err);
		}
	}
	return status;
}

enum status act_prepare(struct stage_set *set, struct error *err)
{
	enum status status = find_people(set, err);

	buf_init(&set->json, ORDER_MAX);
	for (int i = 0; i < 2; i++)
		buf_init(&set->text[i], INPUT_LONG_MAX);
	if (status == STATUS_OK)
		status = papers_prepare(&set->papers, set->market,
		    &set->people[cast_buyer_count][0], set->setting.now - 730 * WHEN_DAY, err);
	return status;
}

void act_free(struct stage_set *set)
{
	papers_free(&set->papers);
	arena_free(&set->arena);
	buf_free(&set->json);
	for (int i = 0; i < 2; i++)
		buf_free(&set->text[i]);
}

/* ---- What a command is filled with ---- */

static void add_value(struct draft *draft, const char *name, const char *value)
{
	draft->values[draft->command.n_values++] = (struct command_value){ name, value };
}

static void say(struct draft *draft, struct buf *out, const char *text)
{
	struct text_names names = { draft->ware->name, draft->story->buyer->name,
		cast_companies[draft->seller_index].name };

	if (out->len > 0)
		buf_puts(out, draft->tongue == TONGUE_ZH ? "" : " ");
	texts_fill(out, text, &names);
}

/* Sentences of a pool, all different, as the value of an input. slot: 0 or 1. */
static void add_text(
    struct draft *draft, int slot, const char *name, enum text_pool pool, int count)
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
			say(draft, out, said[i]);
	}
	add_value(draft, name, buf_text(out));
}

static void add_file(struct draft *draft, enum file_kind kind, const struct paper *paper)
{
	if (draft->command.n_files < FILES_MAX)
		draft->files[draft->command.n_files++] =
		    (struct command_file){ kind, paper->name, paper->size, paper->digest };
}

#define ANY_OF(draft, shelf)                                                                     \
	(&(draft)->set->papers.shelf[(draft)->tongue][rng_below(&(draft)->rng, PAPER_VARIANTS)])

static bool chance(struct draft *draft, unsigned percent)
{
	return rng_below(&draft->rng, 100) < percent;
}

static void add_requirement(struct draft *draft)
{
	struct buf *out = &draft->set->text[0];

	buf_clear(out);
	say(draft, out, texts_opening(draft->ware->subject, draft->tongue, &draft->rng));
	for (int i = 0; i < 3; i++) {
		const char *text =
		    texts_pick(i < 2 ? TEXT_SCOPE : TEXT_TERMS, draft->tongue, &draft->rng);

		if (strstr(buf_text(out), text) == NULL)
			say(draft, out, text);
	}
	add_value(draft, "requirement", buf_text(out));
	if (chance(draft, 70))
		add_file(draft, FILE_REQUIREMENT,
		    &draft->set->papers.requirement[draft->ware->subject][draft->tongue]);
	if (chance(draft, 50))
		add_file(draft, FILE_OTHER, ANY_OF(draft, inventory));
}

static void add_delivery(struct draft *draft)
{
	const struct papers *papers = &draft->set->papers;
	bool licence = draft->story->flow == FLOW_LIC_OFFLINE;
	bool full = draft->story->hero;
	int64_t enabled = draft->event->at - rng_between(&draft->rng, WHEN_HOUR, 20 * WHEN_HOUR);

	add_text(draft, 0, "result", licence ? TEXT_INSTALLED : TEXT_DONE, full ? 3 : 2);
	say(draft, &draft->set->text[0], texts_pick(TEXT_RESULT_END, draft->tongue, &draft->rng));
	draft->values[0].value = buf_text(&draft->set->text[0]);
	if (enabled < draft->story->placed_at)
		enabled = draft->story->placed_at;
	if (full || chance(draft, 60)) {
		when_iso(enabled, draft->enabled);
		add_value(draft, "enabled_at", draft->enabled);
	}
	add_file(draft, FILE_SOW, &papers->sow[draft->ware_index]);
	add_file(draft, FILE_ACCEPTANCE, &papers->acceptance[draft->ware_index]);
	if (licence && (full || chance(draft, 70)))
		add_file(draft, FILE_VALIDITY, ANY_OF(draft, validity));
	if (full || chance(draft, 60))
		add_file(draft, FILE_DEPLOYMENT, ANY_OF(draft, deployment));
	if (full || chance(draft, 40))
		add_file(draft, FILE_PROOF, ANY_OF(draft, proof));
	if (full || chance(draft, 30))
		add_file(draft, FILE_OTHER, ANY_OF(draft, checklist));
}

static void add_rejection(struct draft *draft)
{
	bool licence = draft->story->flow == FLOW_LIC_OFFLINE;

	add_text(draft, 0, "reason", licence ? TEXT_REFUSED_LICENCE : TEXT_REFUSED_SERVICE,
	    chance(draft, 40) ? 2 : 1);
	if (chance(draft, 50))
		add_file(draft, FILE_EVIDENCE, ANY_OF(draft, checklist));
	if (chance(draft, 30))
		add_file(draft, FILE_COMMUNICATION, ANY_OF(draft, record));
}

static void add_appeal(
    struct draft *draft, enum ground ground, enum text_pool reason, enum text_pool claim)
{
	add_value(draft, "ground", names_word(&ground_names, ground));
	add_text(draft, 0, "reason", reason, 2);
	add_text(draft, 1, "claim", claim, 1);
	add_file(draft, FILE_COMMUNICATION, ANY_OF(draft, record));
	if (chance(draft, 60))
		add_file(draft, FILE_EVIDENCE, ANY_OF(draft, proof));
	if (ground == GROUND_BUYER_INACTIVE)
		add_file(draft, FILE_COMMITMENT, &draft->set->papers.letter[draft->seller_index]);
}

static void add_statement(struct draft *draft, enum text_pool pool)
{
	add_text(draft, 0, "text", pool, chance(draft, 30) ? 2 : 1);
	if (chance(draft, 60))
		add_file(draft, FILE_EVIDENCE,
		    chance(draft, 50) ? ANY_OF(draft, record) : ANY_OF(draft, checklist));
}

static void add_decision(struct draft *draft, enum outcome outcome, enum text_pool reason)
{
	int64_t paid = draft->story->lines[draft->event->line].paid;

	add_value(draft, "outcome", names_word(&outcome_names, outcome));
	add_text(draft, 0, "reason", reason, 1);
	if (outcome == OUTCOME_SEND_BACK)
		add_value(draft, "stage", names_word(&stage_names, STAGE_DELIVERY));
	if (outcome != OUTCOME_REFUND)
		return;
	if (reason == TEXT_PART_REFUND)
		paid = paid / 100 * rng_between(&draft->rng, 20, 60) / 1000 * 1000;
	snprintf(draft->amount, sizeof draft->amount, "%" PRId64 ".%03" PRId64, paid / 1000,
	    paid % 1000);
	add_value(draft, "amount", draft->amount);
}

/* ---- From a letter to a command ---- */

static void play(struct draft *draft, const struct actor *actor, enum action_id action)
{
	draft->actor = actor;
	draft->command.action = action;
}

static void play_buyer(struct draft *draft, enum action_id action)
{
	size_t i = (size_t)(draft->story->buyer - cast_companies);
	size_t k = (size_t)(draft->story->person - draft->story->buyer->people);

	play(draft, &draft->set->people[i][k], action);
	draft->tongue = draft->story->buyer->tongue;
}

static void play_seller(struct draft *draft, enum action_id action)
{
	const struct company *seller = &cast_companies[draft->seller_index];
	size_t k = seller->people[1].id != NULL && draft->story->number % 4 == 3;

	play(draft, &draft->set->people[draft->seller_index][k], action);
	draft->tongue = seller->tongue;
}

/* The reviewer and the operator write in the language of the one who has to act on it. */
static void play_platform(struct draft *draft, enum action_id action)
{
	bool review = action == ACTION_PASS_REVIEW || action == ACTION_REJECT;

	play(draft, review ? &draft->set->reviewer : &draft->set->operator, action);
	draft->tongue =
	    review ? cast_companies[draft->seller_index].tongue : draft->story->buyer->tongue;
}

static void fill_flow(struct draft *draft)
{
	switch (draft->event->act) {
	case 'Q':
		play_buyer(draft, ACTION_SUBMIT_REQUIREMENT);
		add_requirement(draft);
		break;
	case 'C':
		play_seller(draft, ACTION_CONFIRM_REQUIREMENT);
		if (chance(draft, 60))
			add_text(draft, 0, "comment", TEXT_CONFIRM, 1);
		break;
	case 'n':
		play_seller(draft, ACTION_REJECT);
		add_text(draft, 0, "reason", TEXT_UNCLEAR, 1);
		break;
	case 'D':
		play_seller(draft, ACTION_DELIVER);
		add_delivery(draft);
		break;
	case 'P':
		play_platform(draft, ACTION_PASS_REVIEW);
		if (chance(draft, 70))
			add_text(draft, 0, "opinion", TEXT_PASSED, 1);
		break;
	case 'b':
		play_platform(draft, ACTION_REJECT);
		add_text(draft, 0, "reason", TEXT_RETURNED, 1);
		break;
	case 'A':
		play_buyer(draft, ACTION_ACCEPT);
		if (chance(draft, 70))
			add_text(draft, 0, "comment", TEXT_ACCEPTED, 1);
		break;
	case 'x':
		play_buyer(draft, ACTION_REJECT);
		add_rejection(draft);
		break;
	default:
		break;
	}
}

static void fill_said(struct draft *draft)
{
	switch (draft->event->act) {
	case 'm':
		play_buyer(draft, ACTION_COMMENT);
		add_text(draft, 0, "text", TEXT_BUYER_SAYS, 1);
		break;
	case 's':
		play_seller(draft, ACTION_COMMENT);
		add_text(draft, 0, "text", TEXT_SELLER_SAYS, 1);
		break;
	case 'k':
		play_platform(draft, ACTION_COMMENT);
		add_text(draft, 0, "text", TEXT_OPERATOR_SAYS, 1);
		break;
	case 'e':
		play_buyer(draft, ACTION_ADD_EVIDENCE);
		add_statement(draft, TEXT_BUYER_STATES);
		break;
	case 'f':
		play_seller(draft, ACTION_ADD_EVIDENCE);
		add_statement(draft, TEXT_SELLER_STATES);
		break;
	default:
		break;
	}
}

/* The letter of the appeal that is open: who withdraws it, and what is decided, depend on it. */
static char open_appeal(const struct draft *draft)
{
	const struct event *event = draft->event;

	while (event > draft->story->events) {
		event--;
		if (event->line == draft->event->line && strchr("BISU", event->act) != NULL)
			return event->act;
	}
	return '\0';
}

static void fill_appeal(struct draft *draft)
{
	switch (draft->event->act) {
	case 'B':
		play_buyer(draft, ACTION_APPEAL);
		add_appeal(draft, GROUND_NOT_AS_AGREED,
		    draft->story->flow == FLOW_LIC_OFFLINE ? TEXT_NOT_AS_AGREED_LICENCE
							   : TEXT_NOT_AS_AGREED_SERVICE,
		    TEXT_NOT_AS_AGREED_CLAIM);
		break;
	case 'I':
		play_buyer(draft, ACTION_APPEAL);
		add_appeal(
		    draft, GROUND_SELLER_INACTIVE, TEXT_SELLER_IDLE, TEXT_SELLER_IDLE_CLAIM);
		break;
	case 'S':
		play_seller(draft, ACTION_APPEAL);
		add_appeal(draft, GROUND_BUYER_INACTIVE, TEXT_BUYER_IDLE, TEXT_BUYER_IDLE_CLAIM);
		break;
	case 'U':
		play_seller(draft, ACTION_APPEAL);
		add_appeal(
		    draft, GROUND_UNFOUNDED_REJECTION, TEXT_UNFOUNDED, TEXT_UNFOUNDED_CLAIM);
		break;
	case 'W':
		if (open_appeal(draft) == 'B' || open_appeal(draft) == 'I')
			play_buyer(draft, ACTION_WITHDRAW_APPEAL);
		else
			play_seller(draft, ACTION_WITHDRAW_APPEAL);
		add_text(draft, 0, "reason", TEXT_WITHDRAWN, 1);
		break;
	default:
		break;
	}
}

static void fill_decision(struct draft *draft)
{
	static const struct {
		enum outcome outcome;
		enum text_pool reason;
	} decisions[] = {
		{ OUTCOME_COMPLETE, TEXT_COMPLETE },
		{ OUTCOME_RESUME, TEXT_RESUME },
		{ OUTCOME_SEND_BACK, TEXT_SEND_BACK },
		{ OUTCOME_REFUND, TEXT_REFUND },
		{ OUTCOME_REFUND, TEXT_PART_REFUND },
	};
	int i = draft->event->act - '1';

	if (i < 0 || i >= 5)
		return;
	play_platform(draft, ACTION_DECIDE);
	if (i == 0 && open_appeal(draft) == 'S')
		add_decision(draft, OUTCOME_COMPLETE, TEXT_COMPLETE_IDLE);
	else
		add_decision(draft, decisions[i].outcome, decisions[i].reason);
}

static void begin(
    struct draft *draft, struct stage_set *set, const struct story *story, size_t event)
{
	const struct story_line *line = &story->lines[story->events[event].line];

	draft->set = set;
	draft->story = story;
	draft->event = &story->events[event];
	draft->ware_index = line->ware;
	draft->ware = &cast_wares[line->ware];
	draft->seller_index = (size_t)(cast_seller(draft->ware) - cast_companies);
	draft->actor = NULL;
	story_rng(&set->setting, story->number, event + 1, &draft->rng);
	snprintf(draft->id, sizeof draft->id, "%s-%06d", story->order, draft->event->line + 1);
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

enum status act_event(
    struct stage_set *set, const struct story *story, size_t event, struct error *err)
{
	struct receipt receipt;
	struct draft draft;

	begin(&draft, set, story, event);
	fill_flow(&draft);
	fill_said(&draft);
	fill_appeal(&draft);
	fill_decision(&draft);
	if (draft.actor == NULL)
		return error_set(
		    err, STATUS_INTERNAL, _("The demo has no event “%c”."), draft.event->act);
	return market_perform(
	    set->market, draft.actor, &draft.command, draft.event->at, &receipt, err);
}
