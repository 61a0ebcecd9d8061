#include "demo/act.h"

#include <stdio.h>
#include <string.h>

#include "demo/fill.h"

#define ORDER_MAX (64u << 10)

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

static void add_requirement(struct draft *draft)
{
	struct buf *out = &draft->set->text[0];
	enum text_pool scope = fill_trade(draft)->scope;

	buf_clear(out);
	fill_say(draft, out, texts_opening(draft->ware->subject, draft->tongue, &draft->rng));
	for (int i = 0; i < 3; i++) {
		/* How work on servers is to be done; other trades have no such terms. */
		bool terms = i == 2 && scope == TEXT_SCOPE;
		const char *text =
		    texts_pick(terms ? TEXT_TERMS : scope, draft->tongue, &draft->rng);

		if (strstr(buf_text(out), text) == NULL)
			fill_say(draft, out, text);
	}
	fill_value(draft, "requirement", buf_text(out));
	if (fill_chance(draft, 70))
		fill_file(draft, FILE_REQUIREMENT,
		    &draft->set->papers.requirement[draft->ware->subject][draft->tongue]);
	if (scope == TEXT_SCOPE && fill_chance(draft, 50))
		fill_file(draft, FILE_OTHER, FILL_ANY(draft, inventory));
}

/* What a machine shows of itself, typed off its screen; the system's own is not typed. */
static void add_identifier(struct draft *draft)
{
	if (draft->ware->identifier == IDENTIFIER_HARDWARE) {
		for (size_t i = 0; i < 32; i++)
			draft->text[0][i] = "0123456789ABCDEF"[rng_below(&draft->rng, 16)];
		draft->text[0][32] = '\0';
		fill_value(draft, "identifier", draft->text[0]);
	}
	if (fill_chance(draft, 40))
		fill_text(draft, 0, "comment", TEXT_IDENTIFIER, 1);
}

/* How what was opened is reached (domain.md 2.2). */
static void add_access(struct draft *draft)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	const char *buyer = draft->story->buyer->id, *seller = draft->ware->seller;
	char *password = draft->text[3];
	size_t n = 0;

	snprintf(draft->text[0], FILL_TEXT, "https://%s.%s.example/", buyer, seller);
	snprintf(draft->text[1], FILL_TEXT, "https://%s.%s.example/admin", buyer, seller);
	snprintf(draft->text[2], FILL_TEXT, "admin@%s", buyer);
	for (n = 0; n < 8; n++)
		password[n] = letters[rng_below(&draft->rng, sizeof letters - 1)];
	snprintf(password + n, FILL_TEXT - n, "-K%d", (int)rng_between(&draft->rng, 10, 99));
	fill_value(draft, "front_url", draft->text[0]);
	fill_value(draft, "admin_url", draft->text[1]);
	fill_value(draft, "login", draft->text[2]);
	fill_value(draft, "password", password);
	fill_text(draft, 1, "memo", TEXT_MEMO, 2);
}

static void add_delivery_files(struct draft *draft, bool full)
{
	const struct papers *papers = &draft->set->papers;

	fill_file(draft, FILE_SOW, &papers->sow[draft->ware_index]);
	fill_file(draft, FILE_ACCEPTANCE, &papers->acceptance[draft->ware_index]);
	if (draft->ware->subject == SUBJECT_LICENCE && (full || fill_chance(draft, 70)))
		fill_file(draft, FILE_VALIDITY, FILL_ANY(draft, validity));
	if (full || fill_chance(draft, 60))
		fill_file(draft, FILE_DEPLOYMENT, FILL_ANY(draft, deployment));
	if (full || fill_chance(draft, 40))
		fill_file(draft, FILE_PROOF, FILL_ANY(draft, proof));
	if (full || fill_chance(draft, 30))
		fill_file(draft, FILE_OTHER, FILL_ANY(draft, checklist));
}

static void add_delivery(struct draft *draft)
{
	bool code = draft->story->flow == FLOW_LIC_20, full = draft->story->hero;
	int64_t enabled = draft->event->at - rng_between(&draft->rng, WHEN_HOUR, 20 * WHEN_HOUR);

	fill_text(draft, 0, "result", code ? TEXT_CODE_READY : fill_trade(draft)->result,
	    code       ? 1
		: full ? 3
		       : 2);
	fill_say(draft, &draft->set->text[0],
	    texts_pick(TEXT_RESULT_END, draft->tongue, &draft->rng));
	draft->values[0].value = buf_text(&draft->set->text[0]);
	if (enabled < draft->story->placed_at)
		enabled = draft->story->placed_at;
	/* A code's period begins with its activation. */
	if (!code && (full || fill_chance(draft, 60))) {
		when_iso(enabled, draft->when);
		fill_value(draft, "enabled_at", draft->when);
	}
	if (draft->story->flow == FLOW_SAAS_OFFLINE || draft->story->flow == FLOW_MANUAL_SITE)
		add_access(draft);
	add_delivery_files(draft, full);
}

static void add_rejection(struct draft *draft)
{
	fill_text(draft, 0, "reason", fill_trade(draft)->refused, fill_chance(draft, 40) ? 2 : 1);
	if (fill_chance(draft, 50))
		fill_file(draft, FILE_EVIDENCE, FILL_ANY(draft, checklist));
	if (fill_chance(draft, 30))
		fill_file(draft, FILE_COMMUNICATION, FILL_ANY(draft, record));
}

static void add_proof(struct draft *draft)
{
	fill_text(draft, 0, "result", TEXT_PROVED, 2);
	fill_file(draft, FILE_VALIDITY, FILL_ANY(draft, validity));
	fill_file(draft, FILE_DEPLOYMENT, FILL_ANY(draft, deployment));
	if (fill_chance(draft, 60))
		fill_file(draft, FILE_PROOF, FILL_ANY(draft, proof));
}

static void add_appeal(
    struct draft *draft, enum ground ground, enum text_pool reason, enum text_pool claim)
{
	fill_value(draft, "ground", names_word(&ground_names, ground));
	fill_text(draft, 0, "reason", reason, 2);
	fill_text(draft, 1, "claim", claim, 1);
	fill_file(draft, FILE_COMMUNICATION, FILL_ANY(draft, record));
	if (fill_chance(draft, 60))
		fill_file(draft, FILE_EVIDENCE, FILL_ANY(draft, proof));
	if (ground == GROUND_BUYER_INACTIVE)
		fill_file(draft, FILE_COMMITMENT, &draft->set->papers.letter[draft->seller_index]);
}

static void add_statement(struct draft *draft, enum text_pool pool)
{
	fill_text(draft, 0, "text", pool, fill_chance(draft, 30) ? 2 : 1);
	if (fill_chance(draft, 60))
		fill_file(draft, FILE_EVIDENCE,
		    fill_chance(draft, 50) ? FILL_ANY(draft, record) : FILL_ANY(draft, checklist));
}

static void add_decision(struct draft *draft, enum outcome outcome, enum text_pool reason)
{
	int64_t paid = draft->story->lines[draft->event->line].paid;

	fill_value(draft, "outcome", names_word(&outcome_names, outcome));
	fill_text(draft, 0, "reason", reason, 1);
	if (outcome == OUTCOME_SEND_BACK)
		fill_value(draft, "stage", names_word(&stage_names, STAGE_DELIVERY));
	if (outcome != OUTCOME_REFUND)
		return;
	if (reason == TEXT_PART_REFUND)
		paid = paid / 100 * rng_between(&draft->rng, 20, 60) / 1000 * 1000;
	fill_amount(draft, paid);
}

/* ---- From a letter to a command ---- */

static void fill_flow(struct draft *draft)
{
	switch (draft->event->act) {
	case 'Q':
		play_buyer(draft, ACTION_SUBMIT_REQUIREMENT);
		add_requirement(draft);
		break;
	case 'C':
		play_seller(draft, ACTION_CONFIRM_REQUIREMENT);
		if (fill_chance(draft, 60))
			fill_text(draft, 0, "comment", fill_trade(draft)->confirm, 1);
		break;
	case 'n':
		play_seller(draft, ACTION_REJECT);
		fill_text(draft, 0, "reason", fill_trade(draft)->unclear, 1);
		break;
	case 'D':
		play_seller(draft, ACTION_DELIVER);
		add_delivery(draft);
		break;
	case 'P':
		play_platform(draft, ACTION_PASS_REVIEW);
		if (fill_chance(draft, 70))
			fill_text(draft, 0, "opinion", TEXT_PASSED, 1);
		break;
	case 'b':
		play_platform(draft, ACTION_REJECT);
		fill_text(draft, 0, "reason", TEXT_RETURNED, 1);
		break;
	case 'A':
		play_buyer(draft, ACTION_ACCEPT);
		if (fill_chance(draft, 70))
			fill_text(draft, 0, "comment", fill_trade(draft)->accepted, 1);
		break;
	case 'x':
		play_buyer(draft, ACTION_REJECT);
		add_rejection(draft);
		break;
	default:
		break;
	}
}

static void fill_drafts(struct draft *draft)
{
	switch (draft->event->act) {
	case 'G':
		play_buyer(draft, ACTION_SUBMIT_IDENTIFIER);
		add_identifier(draft);
		break;
	case 'w':
		play_seller(draft, ACTION_SUBMIT_DRAFT);
		fill_text(draft, 0, "draft", TEXT_DRAFT, 2);
		fill_file(draft, FILE_OTHER, FILL_ANY(draft, sketch));
		break;
	case 'y':
		play_buyer(draft, ACTION_CONFIRM_DRAFT);
		if (fill_chance(draft, 70))
			fill_text(draft, 0, "comment", TEXT_DRAFT_CONFIRMED, 1);
		break;
	case 'z':
		play_buyer(draft, ACTION_REJECT);
		fill_text(draft, 0, "reason", TEXT_DRAFT_REFUSED, 1);
		break;
	case 'u':
		play_seller(draft, ACTION_UPLOAD_PROOF);
		add_proof(draft);
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
		fill_text(draft, 0, "text", TEXT_BUYER_SAYS, 1);
		break;
	case 's':
		play_seller(draft, ACTION_COMMENT);
		fill_text(draft, 0, "text", TEXT_SELLER_SAYS, 1);
		break;
	case 'k':
		play_platform(draft, ACTION_COMMENT);
		fill_text(draft, 0, "text", TEXT_OPERATOR_SAYS, 1);
		break;
	case 'e':
		play_buyer(draft, ACTION_ADD_EVIDENCE);
		add_statement(draft, TEXT_BUYER_STATES);
		break;
	case 'f':
		play_seller(draft, ACTION_ADD_EVIDENCE);
		add_statement(draft,
		    draft->ware->subject == SUBJECT_GOODS ? TEXT_SELLER_STATES_GOODS
							   : TEXT_SELLER_STATES);
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
		add_appeal(draft, GROUND_NOT_AS_AGREED, fill_trade(draft)->wrong,
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
		fill_text(draft, 0, "reason", TEXT_WITHDRAWN, 1);
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

void act_over(struct stage_set *set, const struct story *story)
{
	struct store *store = market_store(set->market);
	char line[FILL_ID], service[FILL_ID];

	store_bulk_over(store, &order_record, story->order);
	for (size_t i = 0; i < story->n_lines; i++) {
		fill_line_id(story, i, line);
		fill_service_id(line, service);
		store_bulk_over(store, &order_line_record, line);
		store_bulk_over(store, &supervision_record, line);
		store_bulk_over(store, &instance_record, service);
	}
}

/* The papers are made once, and whoever hands one in has it. */
static enum status own_files(const struct draft *draft, struct error *err)
{
	struct store *store = market_store(draft->set->market);
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < draft->command.n_files; i++)
		status = store_file_own(store, draft->files[i].digest, draft->actor->account,
		    draft->event->at, err);
	return status;
}

/*
 * Other orders of the same buyer may have given the service back or converted it meanwhile: an
 * import means the one in use, whosever story that is. Then this one is over. A command that is
 * refused would end the whole fill, so it is asked for beforehand.
 */
static enum status look_for_service(const struct draft *draft, bool *over, struct error *err)
{
	struct arena arena = { 0 };
	void *instance = NULL;
	struct owned owned = { 0 };
	enum status status = STATUS_OK;
	enum deny deny;

	*over = false;
	if (action_get(draft->command.action)->kind != KIND_OWNED)
		return STATUS_OK;
	status = store_get(market_store(draft->set->market), &instance_record, draft->id, &arena,
	    &instance, err);
	if (status == STATUS_OK) {
		owned.instance = instance;
		deny = permit_owned(
		    draft->actor, draft->command.action, &owned, draft->event->at);
		*over = deny == DENY_RELEASED || deny == DENY_NOT_TRIAL;
	}
	arena_free(&arena);
	return status;
}

enum status act_event(
    struct stage_set *set, const struct story *story, size_t event, struct error *err)
{
	struct receipt receipt;
	struct draft draft;
	enum status status;
	int64_t fired;
	bool over;

	fill_begin(&draft, set, story, event);
	/* Time alone has passed, and the platform moves. */
	if (draft.event->act == 'Z' || draft.event->act == 'Y')
		return market_tick_one(set->market, draft.id, draft.event->at, &fired, err);
	fill_flow(&draft);
	fill_drafts(&draft);
	fill_said(&draft);
	fill_appeal(&draft);
	fill_decision(&draft);
	beside_facts(&draft);
	beside_deployment(&draft);
	beside_refund(&draft);
	if (draft.actor == NULL)
		return error_set(
		    err, STATUS_INTERNAL, _("The demo has no event “%c”."), draft.event->act);
	status = look_for_service(&draft, &over, err);
	if (status != STATUS_OK || over)
		return status;
	status = own_files(&draft, err);
	return status != STATUS_OK ? status :
	    market_perform(
		set->market, draft.actor, &draft.command, draft.event->at, &receipt, err);
}
