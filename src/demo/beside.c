/* What happens beside the flow: facts, deployments, refund requests, reviews. */
#include "demo/fill.h"

#include <inttypes.h>
#include <stdio.h>

#include <bsd/string.h>

/* ---- Parcels and codes ---- */

/* The same parcel for its shipping and its sign-off. nth: how often was shipped before. */
static void add_parcel(struct draft *draft, uint64_t nth)
{
	static const struct {
		const char *name[TONGUE_COUNT], *prefix;
	} carriers[] = {
		{ { "SF Express", "顺丰速运" }, "SF" },
		{ { "JD Logistics", "京东物流" }, "JD" },
		{ { "Deppon", "德邦快递" }, "DP" },
	};
	struct rng rng;
	size_t i;

	story_rng(&draft->set->setting, draft->story->number, 1000 + nth * 8 + draft->event->line,
	    &rng);
	i = (size_t)rng_below(&rng, sizeof carriers / sizeof carriers[0]);
	snprintf(draft->text[0], FILL_TEXT, "%s%013" PRIu64, carriers[i].prefix,
	    rng_below(&rng, UINT64_C(10000000000000)));
	fill_value(draft, "carrier", carriers[i].name[draft->tongue]);
	fill_value(draft, "tracking", draft->text[0]);
}

static void add_sign_off(struct draft *draft, bool same_number)
{
	int shipped = fill_count(draft, 'H', '\0');

	add_parcel(draft, (uint64_t)(shipped - 1));
	when_iso(draft->event->at - story_sign_lag(draft->event->at), draft->when);
	fill_value(draft, "signed_at", draft->when);
	/* A number that nobody of the cast has. */
	fill_value(draft, "consignee", same_number ? draft->story->buyer->phone : "13900009876");
	if (fill_chance(draft, 40))
		fill_file(draft, FILE_PROOF, FILL_ANY(draft, proof));
}

static void add_rating(struct draft *draft)
{
	static const char *const inputs[] = { "quality", "service", "speed" };
	bool good = fill_chance(draft, 80);

	for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
		int64_t score = good ? rng_between(&draft->rng, 4, 5)
				     : rng_between(&draft->rng, 2, 4);

		fill_value(draft, inputs[i], names_word(&score_names, score));
	}
	if (fill_chance(draft, 60))
		fill_text(draft, 1, "tags", good ? TEXT_TAGS_GOOD : TEXT_TAGS_POOR, 1);
	if (fill_chance(draft, 85))
		fill_text(draft, 0, "text", good ? TEXT_RATED_GOOD : TEXT_RATED_POOR, 1);
}

/* A line without supervision has its service alone. */
static void name_service(struct draft *draft)
{
	char line[FILL_ID];

	if (draft->story->flow != FLOW_NONE)
		return;
	strlcpy(line, draft->id, sizeof line);
	fill_service_id(line, draft->id);
}

void beside_facts(struct draft *draft)
{
	switch (draft->event->act) {
	case 'H':
		play_seller(draft, ACTION_SHIP);
		add_parcel(draft, (uint64_t)fill_count(draft, 'H', '\0'));
		if (fill_chance(draft, 70))
			fill_text(draft, 0, "comment", TEXT_SHIPPED, 1);
		break;
	case 'g':
	case 'o':
		play_seller(draft, ACTION_SIGN_OFF);
		add_sign_off(draft, draft->event->act == 'g');
		break;
	case 'K':
		play_buyer(draft, ACTION_PICK_UP);
		break;
	case 'V':
		play_seller(draft, ACTION_ACTIVATE);
		break;
	case 'E':
		play_buyer(draft, ACTION_RATE);
		add_rating(draft);
		name_service(draft);
		break;
	case 'N':
		play_buyer(draft, ACTION_RENEW);
		name_service(draft);
		break;
	case 'O':
		play_buyer(draft, ACTION_CONVERT_TRIAL);
		name_service(draft);
		break;
	default:
		break;
	}
}

/* ---- Deployments ---- */

#define STEPS "8"
#define STEPS_COUNT 8

static void add_target(struct draft *draft)
{
	static const char *const flavours[] = { "s6.large.2", "s6.xlarge.2", "c7.large.4" };
	bool fails = false;
	const struct event *end = draft->story->events + draft->story->n_events;

	/* What is about to fail was asked of a flavour that is hard to get. */
	for (const struct event *e = draft->event + 1; e < end && e->act != 'L'; e++)
		fails |= e->act == 'F' && e->line == draft->event->line;
	fill_value(draft, "target", "simulated");
	fill_value(draft, "flavour", fails ? "c7.xlarge.4" : flavours[rng_below(&draft->rng, 3)]);
	fill_value(
	    draft, "network", fill_chance(draft, 50) ? "sim-vpc-home" : "sim-vpc-office");
	fill_value(draft, "group", "sim-sg-recommended");
}

/* Each start and each who takes it over gets the next lease. */
static void add_token(struct draft *draft)
{
	snprintf(draft->text[0], FILL_TEXT, "%d",
	    fill_count(draft, 'T', '\0') + fill_count(draft, 'L', '\0'));
	fill_value(draft, "token", draft->text[0]);
}

/* Which step begins: of a deployment that succeeds the last report is about the last one. */
static int step_of(const struct draft *draft)
{
	const struct event *end = draft->story->events + draft->story->n_events;
	int nth = 1 + fill_count(draft, 'l', 'L'), of = nth;

	for (const struct event *e = draft->event + 1; e < end && e->act != 'L'; e++) {
		if (e->line != draft->event->line)
			continue;
		if (e->act == 'v')
			return (nth * STEPS_COUNT + of - 1) / of;
		of += e->act == 'l';
	}
	return nth < STEPS_COUNT ? nth : STEPS_COUNT;
}

static void add_progress(struct draft *draft)
{
	int step = step_of(draft);
	const char *name = texts_nth(TEXT_STEPS, draft->tongue, (size_t)step - 1);

	add_token(draft);
	snprintf(draft->text[1], FILL_TEXT, "%d", step);
	snprintf(draft->text[2], FILL_TEXT, "%s/%d", draft->id, fill_count(draft, 'L', '\0'));
	uuid_of(draft->text[2], draft->text[3]);
	fill_value(draft, "step", draft->text[1]);
	fill_value(draft, "steps", STEPS);
	fill_value(draft, "doing", name);
	fill_value(draft, "stack", draft->text[3]);
}

static void add_outputs(struct draft *draft)
{
	int host = 20 + (int)(draft->story->number % 200);

	snprintf(draft->text[1], FILL_TEXT,
	    "publicAddress: 203.0.113.%d\nfrontEndUrl: https://203.0.113.%d/", host, host);
	fill_value(draft, "outputs", draft->text[1]);
}

void beside_deployment(struct draft *draft)
{
	switch (draft->event->act) {
	case 'L':
		play_buyer(draft, ACTION_START_DEPLOYMENT);
		add_target(draft);
		break;
	case 'l':
		play_buyer(draft, ACTION_REPORT_DEPLOYMENT);
		add_progress(draft);
		break;
	case 'T':
		play_buyer(draft, ACTION_TAKE_OVER_DEPLOYMENT);
		break;
	case 'v':
		play_buyer(draft, ACTION_END_DEPLOYMENT);
		add_token(draft);
		fill_value(draft, "result", names_word(&deployment_result_names, RESULT_DEPLOYED));
		add_outputs(draft);
		break;
	case 'F':
		play_buyer(draft, ACTION_END_DEPLOYMENT);
		add_token(draft);
		fill_value(draft, "result", names_word(&deployment_result_names, RESULT_FAILED));
		fill_text(draft, 0, "cause", TEXT_FAILED, 1);
		break;
	default:
		break;
	}
}

/* ---- Refund requests ---- */

/* full: all that was paid; received: goods that are to be sent back first */
static void add_request(struct draft *draft, bool full, bool received)
{
	int64_t paid = draft->story->lines[draft->event->line].paid;

	play_buyer(draft, ACTION_REQUEST_REFUND);
	if (!full)
		paid = paid / 100 * rng_between(&draft->rng, 20, 60) / 1000 * 1000;
	fill_amount(draft, paid);
	fill_text(draft, 0, "reason",
	    received ? TEXT_RETURN_ASKED
	    : full   ? TEXT_REFUND_ASKED
		     : TEXT_PART_ASKED,
	    1);
	if (draft->story->flow == FLOW_HARDWARE)
		fill_value(draft, "goods",
		    names_word(&goods_names, received ? GOODS_RECEIVED : GOODS_NOT_RECEIVED));
	fill_value(draft, "share_contact",
	    names_word(&yes_no_names, fill_chance(draft, 60) ? CHOICE_YES : CHOICE_NO));
	if (fill_chance(draft, 50))
		fill_file(draft, FILE_COMMUNICATION, FILL_ANY(draft, record));
}

static void add_answer(struct draft *draft, enum action_id action, enum text_pool pool)
{
	play_seller(draft, action);
	fill_text(draft, 0, "opinion", pool, 1);
	if (action == ACTION_AGREE_REFUND || action == ACTION_REJECT_REFUND)
		fill_file(draft, FILE_COMMUNICATION, FILL_ANY(draft, record));
	else if (action == ACTION_REJECT_RETURN)
		fill_file(draft, FILE_EVIDENCE, FILL_ANY(draft, checklist));
}

void beside_refund(struct draft *draft)
{
	switch (draft->event->act) {
	case 'R':
	case 'r':
	case 'h':
		add_request(draft, draft->event->act != 'r', draft->event->act == 'h');
		break;
	case 'a':
		add_answer(draft, ACTION_AGREE_REFUND,
		    fill_count(draft, 'h', '\0') > 0 ? TEXT_RETURN_AGREED
						     : TEXT_REFUND_AGREED);
		break;
	case 'j':
		add_answer(draft, ACTION_REJECT_REFUND, TEXT_REFUND_REFUSED);
		break;
	case 'q':
		play_buyer(draft, ACTION_WITHDRAW_REFUND);
		fill_text(draft, 0, "reason", TEXT_REFUND_WITHDRAWN, 1);
		break;
	case 't':
		play_buyer(draft, ACTION_SHIP_RETURN);
		add_parcel(draft, 900);
		break;
	case 'i':
		add_answer(draft, ACTION_ACCEPT_RETURN, TEXT_RETURN_GOOD);
		break;
	case 'c':
		add_answer(draft, ACTION_REJECT_RETURN, TEXT_RETURN_BAD);
		break;
	default:
		break;
	}
}
