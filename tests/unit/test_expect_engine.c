/*
 * Every combination of flow, terms, node, end, freeze, fact, asker, action and inputs through the
 * real engine: each situation is reached once, by the parties' own commands from an import; then
 * every action is tried there by everybody, what is possible inside a transaction that is rolled
 * back. The answers and the stored rows are held against expectations that were written from the
 * rules. At the end every row of the database is as it was before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "expect_catalogue.h"
#include "expect_engine.h"

static struct engine engine;

/* ---- situations ---- */

enum ending { STAYS_OPEN, ACCEPTED, DECIDED_COMPLETE, REFUNDED_PART, REFUNDED_ALL, AGREED };
enum happened { NOTHING, ACTIVATED, DEPLOYING, FAILED, DEPLOYED, SIGNED, SIGNED_OTHER, HAPPENED };

struct situation {
	enum flow_id flow;
	unsigned terms;
	enum stage_id stage;
	enum role filer;
	enum refund_state refund;
	enum happened happened;
	enum ending ending;
};

#define SITUATIONS_MAX 1500
static struct situation situations[SITUATIONS_MAX];
static struct subject subjects[SITUATIONS_MAX];
static size_t n_situations;

static void add(struct situation situation)
{
	assert_true(n_situations < SITUATIONS_MAX);
	situations[n_situations++] = situation;
}

/* Whether it can have happened while the flow still stands there. */
static bool may_have(const struct situation *s, enum happened happened)
{
	bool frozen = s->filer != ROLE_NONE || s->refund != REFUND_NONE;

	switch (happened) {
	case NOTHING:
		return true;
	case ACTIVATED:
		return s->stage == STAGE_ACTIVATION && frozen;
	case DEPLOYING:
	case FAILED:
		return s->stage == STAGE_DEPLOYMENT;
	case DEPLOYED:
		return s->stage == STAGE_DEPLOYMENT && frozen;
	default:
		return s->flow == FLOW_HARDWARE && s->stage == STAGE_ACCEPTANCE;
	}
}

/* R12, 4.4: no refund request once a code was picked up; 2.4: only goods are sent back. */
static bool may_ask_back(const struct situation *s, enum refund_state refund)
{
	if (refund == REFUND_NONE)
		return true;
	if (s->flow == FLOW_LIC_20 && s->stage != STAGE_DELIVERY && s->stage != STAGE_PICK_UP)
		return false;
	return refund == REFUND_PENDING || s->flow == FLOW_HARDWARE;
}

static void add_open(struct situation s)
{
	static const enum role filers[] = { ROLE_NONE, ROLE_BUYER, ROLE_SELLER };

	for (size_t f = 0; f < 3; f++)
		for (int refund = REFUND_NONE; refund <= REFUND_RETURN_CHECK; refund++) {
			s.filer = filers[f];
			s.refund = (enum refund_state)refund;
			if (!may_ask_back(&s, s.refund))
				continue;
			for (int h = 0; h < HAPPENED; h++)
				if (may_have(&s, (enum happened)h)) {
					s.happened = (enum happened)h;
					add(s);
				}
			s.happened = NOTHING;
		}
}

static void add_situations(enum flow_id flow, unsigned terms)
{
	enum stage_id stages[STAGE_COUNT];
	size_t n = expect_stages(flow, terms, stages);

	for (size_t i = 0; i + 1 < n; i++) {
		struct situation s = { .flow = flow, .terms = terms, .stage = stages[i] };

		if (stages[i] == STAGE_AUTOMATIC) /* nobody ever sees it there */
			continue;
		add_open(s);
		for (int ending = DECIDED_COMPLETE; ending <= REFUNDED_ALL; ending++) {
			s.ending = (enum ending)ending;
			s.filer = ending == REFUNDED_ALL ? ROLE_BUYER : ROLE_SELLER;
			add(s);
		}
		s = (struct situation){ .flow = flow, .terms = terms, .stage = stages[i] };
		s.refund = REFUND_PENDING;
		s.ending = AGREED;
		if (may_ask_back(&s, s.refund))
			add(s);
	}
	add((struct situation){
	    .flow = flow, .terms = terms, .stage = stages[n - 2], .ending = ACCEPTED });
}

static void act_with(struct subject *subject, enum role role, enum action_id action,
    void (*change)(struct expect_inputs *inputs))
{
	struct expect_asker asker = { role, EXPECT_OWN };
	struct expect_inputs inputs = expect_good_inputs(&subject->state, role, action, engine.now);

	if (change)
		change(&inputs);
	engine_step(&engine, subject, &asker, action, &inputs, NULL);
}

static void not_for_us(struct expect_inputs *inputs)
{
	inputs->other_number = true;
}

static void in_vain(struct expect_inputs *inputs)
{
	inputs->result = RESULT_FAILED;
}

static void not_received(struct expect_inputs *inputs)
{
	if (inputs->goods != GOODS_NONE)
		inputs->goods = GOODS_NOT_RECEIVED;
}

static void happen(struct subject *subject, enum happened happened, bool before_freeze)
{
	switch (happened) {
	case ACTIVATED:
		if (!before_freeze)
			act_with(subject, ROLE_SELLER, ACTION_ACTIVATE, NULL);
		break;
	case SIGNED:
	case SIGNED_OTHER:
		if (!before_freeze)
			act_with(subject, ROLE_SELLER, ACTION_SIGN_OFF,
			    happened == SIGNED_OTHER ? not_for_us : NULL);
		break;
	case DEPLOYING:
	case DEPLOYED:
	case FAILED:
		if (before_freeze)
			act_with(subject, ROLE_BUYER, ACTION_START_DEPLOYMENT, NULL);
		else if (happened != DEPLOYING)
			act_with(subject, ROLE_BUYER, ACTION_END_DEPLOYMENT,
			    happened == FAILED ? in_vain : NULL);
		break;
	default:
		break;
	}
}

static void end(struct subject *subject, enum ending ending)
{
	switch (ending) {
	case ACCEPTED:
		engine_forward(&engine, subject);
		break;
	case DECIDED_COMPLETE:
		engine_decide(&engine, subject, OUTCOME_COMPLETE, STAGE_NONE, 0);
		break;
	case REFUNDED_PART:
		engine_decide(&engine, subject, OUTCOME_REFUND, STAGE_NONE, 1);
		break;
	case REFUNDED_ALL:
		engine_decide(&engine, subject, OUTCOME_REFUND, STAGE_NONE, ENGINE_PAID);
		break;
	case AGREED:
		act_with(subject, ROLE_SELLER, ACTION_AGREE_REFUND, NULL);
		break;
	default:
		break;
	}
}

/* By the parties' own commands, each of which is checked on the way. */
static void reach(struct subject *subject, const struct situation *s, unsigned how)
{
	engine_order(&engine, subject, s->flow, s->terms, how);
	while (
	    !subject->lost && subject->state.stage != s->stage && engine_forward(&engine, subject))
		;
	happen(subject, s->happened, true);
	if (s->refund != REFUND_NONE)
		act_with(subject, ROLE_BUYER, ACTION_REQUEST_REFUND,
		    s->ending == AGREED ? not_received : NULL);
	if (s->refund > REFUND_PENDING)
		act_with(subject, ROLE_SELLER, ACTION_AGREE_REFUND, NULL);
	if (s->refund > REFUND_RETURNING)
		act_with(subject, ROLE_BUYER, ACTION_SHIP_RETURN, NULL);
	if (s->filer != ROLE_NONE)
		engine_act(&engine, subject, s->filer, ACTION_APPEAL);
	happen(subject, s->happened, false);
	end(subject, s->ending);
	if (subject->lost ||
	    (s->ending == STAYS_OPEN) != (subject->state.state == SUPERVISION_OPEN) ||
	    (s->ending == STAYS_OPEN && subject->state.stage != s->stage))
		engine_wrong(&engine, subject,
		    "the situation was not reached: node %s, appeal by %s, refund %s, happened %d, "
		    "ending %d",
		    names_word(&stage_names, s->stage), names_word(&role_names, s->filer),
		    names_word(&refund_state_names, s->refund), (int)s->happened, (int)s->ending);
}

/* ---- askers and inputs ---- */

static const struct expect_asker askers[] = {
	{ ROLE_BUYER, EXPECT_OWN },
	{ ROLE_BUYER, EXPECT_COUNTERPART },
	{ ROLE_BUYER, EXPECT_FOREIGN },
	{ ROLE_SELLER, EXPECT_OWN },
	{ ROLE_SELLER, EXPECT_COUNTERPART },
	{ ROLE_SELLER, EXPECT_FOREIGN },
	{ ROLE_REVIEWER, EXPECT_OWN },
	{ ROLE_OPERATOR, EXPECT_OWN },
};

#define VARIANTS_MAX 32

static size_t appeal_variants(struct expect_inputs *out)
{
	static const uint32_t kinds[] = { 0, 1u << FILE_EVIDENCE, 1u << FILE_COMMITMENT,
		1u << FILE_COMMITMENT | 1u << FILE_COMMUNICATION };
	size_t n = 0;

	for (int ground = 0; ground < GROUND_COUNT; ground++)
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			out[n++] = (struct expect_inputs){
				.text = true, .kinds = kinds[i], .ground = (enum ground)ground
			};
	return n;
}

static size_t decide_variants(struct expect_inputs *out)
{
	static const int64_t amounts[] = { 0, 1, ENGINE_PAID / 2, ENGINE_PAID, ENGINE_PAID + 1 };
	size_t n = 0;

	for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
		struct expect_inputs inputs = { .text = true, .outcome = (enum outcome)outcome };

		if (outcome != OUTCOME_SEND_BACK && outcome != OUTCOME_REFUND)
			out[n++] = inputs;
		for (int stage = 0; outcome == OUTCOME_SEND_BACK && stage < STAGE_COUNT; stage++) {
			inputs.stage = (enum stage_id)stage;
			out[n++] = inputs;
		}
		for (size_t i = 0; outcome == OUTCOME_REFUND && i < 5; i++) {
			inputs.amount = amounts[i];
			out[n++] = inputs;
		}
	}
	return n;
}

static size_t refund_variants(const struct expect_inputs *good, struct expect_inputs *out)
{
	static const int64_t amounts[] = { -1, 0, 1, ENGINE_PAID - 1, ENGINE_PAID,
		ENGINE_PAID + 1 };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		out[n] = *good;
		out[n++].amount = amounts[i];
	}
	out[n] = *good;
	out[n++].goods = good->goods == GOODS_NONE ? GOODS_NONE : GOODS_NOT_RECEIVED;
	if (good->goods != GOODS_NONE) {
		out[n] = *good;
		out[n++].goods = GOODS_NONE;
	}
	return n;
}

static size_t file_variants(
    enum action_id action, const struct expect_inputs *good, struct expect_inputs *out)
{
	static const uint32_t deliveries[] = { 0, 1u << FILE_SOW,
		1u << FILE_ACCEPTANCE | 1u << FILE_PROOF,
		1u << FILE_REQUIREMENT | 1u << FILE_ACCEPTANCE };
	size_t n = 0;

	switch (action) {
	case ACTION_DELIVER:
		for (size_t i = 0; i < sizeof(deliveries) / sizeof(deliveries[0]); i++) {
			out[n] = *good;
			out[n++].kinds = deliveries[i];
		}
		out[n] = *good;
		out[n++].enabled_at = engine.now - 5 * WHEN_SECOND;
		break;
	case ACTION_UPLOAD_PROOF:
	case ACTION_AGREE_REFUND:
	case ACTION_REJECT_REFUND:
	case ACTION_REJECT_RETURN:
		out[n] = *good;
		out[n++].kinds = 0;
		break;
	case ACTION_SIGN_OFF:
		out[n] = *good;
		out[n++].other_number = true;
		break;
	case ACTION_END_DEPLOYMENT:
		out[n] = *good;
		out[n++].result = RESULT_FAILED;
		out[n] = *good;
		out[n++].wrong_token = true;
		break;
	case ACTION_REPORT_DEPLOYMENT:
		out[n] = *good;
		out[n++].wrong_token = true;
		break;
	default:
		break;
	}
	return n;
}

/* What is handed in with the action where it is possible: what will do, and what will not. */
static size_t variants(size_t situation, const struct expect_state *state, enum role role,
    enum action_id action, struct expect_inputs out[VARIANTS_MAX])
{
	struct expect_inputs good = expect_good_inputs(state, role, action, engine.now);
	bool all = situation % 6 == 0; /* the many ways to appeal and decide: not everywhere */
	const char *texts[4];
	size_t n = 0;

	if (action == ACTION_APPEAL && all)
		n = appeal_variants(out);
	else if (action == ACTION_DECIDE && all)
		n = decide_variants(out);
	else
		out[n++] = good;
	if (action == ACTION_DECIDE && !all) {
		out[n] = good;
		out[n++].outcome = (enum outcome)(1 + situation % (OUTCOME_COUNT - 1));
	}
	if (expect_texts(action, texts) > 0) {
		out[n] = good;
		out[n++].text = false;
	}
	if (action == ACTION_REQUEST_REFUND)
		n += refund_variants(&good, out + n);
	return n + file_variants(action, &good, out + n);
}

/* ---- the tests ---- */

static unsigned long n_refused, n_tried;

static void try_refused(struct subject *subject, const struct expect_asker *asker,
    enum action_id action, const struct expect_inputs *inputs)
{
	static const enum engine_version versions[] = { VERSION_UNSAID, VERSION_RIGHT,
		VERSION_STALE };
	struct engine_options options = { .version = versions[n_refused % 3], .unwatched = true };
	struct subject before = *subject;

	n_refused++;
	engine_step(&engine, subject, asker, action, inputs, &options);
	subject->state = before.state;
}

/* In a transaction of our own, which the command joins. */
static void try_accepted(struct subject *known, const struct expect_asker *asker,
    enum action_id action, const struct expect_inputs *inputs)
{
	struct engine_options rehearsal = {
		.dry_run = true, .version = VERSION_RIGHT, .unwatched = true
	};
	struct engine_options stale = { .version = n_tried % 2 ? VERSION_STALE : VERSION_AHEAD,
		.unwatched = true };
	struct engine_options real = { .version = n_tried % 2 ? VERSION_RIGHT : VERSION_UNSAID,
		.unwatched = true };
	struct subject subject = *known;
	struct error err = { 0 };
	int64_t now = engine.now;

	real.again = n_tried % 4 == 0;
	assert_int_equal(store_begin(engine.store, &err), STATUS_OK);
	if (n_tried % 4 == 1)
		engine_step(&engine, &subject, asker, action, inputs, &rehearsal);
	if (n_tried % 4 == 2 && expect_versioned(action))
		engine_step(&engine, &subject, asker, action, inputs, &stale);
	engine_step(&engine, &subject, asker, action, inputs, &real);
	if (n_tried % 4 == 3 && !subject.lost)
		engine_check_log(&engine, &subject);
	store_rollback(engine.store);
	n_tried++;
	engine.now = now;
}

static void try_all(size_t situation)
{
	struct subject *subject = &subjects[situation];
	struct expect_inputs inputs[VARIANTS_MAX];

	for (size_t a = 0; a < sizeof(askers) / sizeof(askers[0]); a++)
		for (int action = 1; action < ACTION_COUNT && !subject->lost; action++) {
			enum action_id id = (enum action_id)action;
			const struct expect_asker *asker = &askers[a];
			enum expect_verdict can =
			    expect_possible(&subject->state, asker, id, engine.now + WHEN_MINUTE);
			size_t n = 1;

			if (can == EXPECT_NO)
				inputs[0] = expect_good_inputs(
				    &subject->state, asker->role, id, engine.now);
			else
				n = variants(situation, &subject->state, asker->role, id, inputs);
			assert_true(n <= VARIANTS_MAX);
			for (size_t i = 0; i < n; i++)
				if (can == EXPECT_NO)
					try_refused(subject, asker, id, &inputs[i]);
				else
					try_accepted(subject, asker, id, &inputs[i]);
		}
}

static void test_every_combination(void **unused)
{
	char before[65], after[65];
	int64_t rows, from;

	(void)unused;
	EXPECT_EACH(flow, terms)
	add_situations((enum flow_id)flow, terms);
	for (size_t i = 0; i < n_situations; i++)
		reach(&subjects[i], &situations[i], (unsigned)i);
	rows = engine_dump(&engine, before);
	from = engine.now;
	for (size_t i = 0; i < n_situations; i++) {
		/* time stands still: what is due later is another test's */
		engine.now = from;
		try_all(i);
	}
	assert_int_equal(engine_dump(&engine, after), rows);
	print_message("engine: %zu situations, %lu combinations that are refused and %lu that are "
		      "possible or left open (%lu steps on which the rules are silent), %lu in "
		      "all; %lld rows unchanged: %s; %lu wrong\n",
	    n_situations, n_refused, n_tried, engine.silent, n_refused + n_tried, (long long)rows,
	    strcmp(before, after) == 0 ? "yes" : "NO", engine.wrong);
	assert_string_equal(after, before);
	assert_true(n_refused > 100000);
	assert_true(n_tried > 5000);
	assert_int_equal(engine.wrong, 0);
}

/* F1: one supervision for each line; the order is completed with its last one. R12: unsubscribed
 * when all was refunded. */
static void two_lines(
    struct subject s[2], bool first_refunded, bool second_refunded, enum order_state in_between)
{
	const char *lines[] = { "manual-std-GENERIC", "lic-offline-EMPOWER" };
	const bool refunded[] = { first_refunded, second_refunded };
	char order[32];
	struct buf json;

	memset(s, 0, 2 * sizeof(*s));
	snprintf(order, sizeof(order), "CT%07lu", ++engine.orders);
	buf_init(&json, 1u << 20);
	engine_order_json(&json, order, "20261120010203", lines, 2);
	engine_import(&engine, &json);
	buf_free(&json);
	for (int i = 0; i < 2; i++) {
		const struct order *row;

		snprintf(s[i].id, sizeof(s[i].id), "%s-%06d", order, i + 1);
		snprintf(s[i].order, sizeof(s[i].order), "%s", order);
		engine_adopt(&engine, &s[i], i == 0 ? FLOW_MANUAL_STD : FLOW_LIC_OFFLINE,
		    i == 0 ? 0 : EXPECT_REVIEWED);
		s[i].shared = true;
		if (refunded[i]) {
			engine_act(&engine, &s[i], ROLE_BUYER, ACTION_APPEAL);
			engine_decide(&engine, &s[i], OUTCOME_REFUND, STAGE_NONE, 1000 + i);
		} else {
			while (
			    s[i].state.state == SUPERVISION_OPEN && engine_forward(&engine, &s[i]))
				;
		}
		assert_int_not_equal(s[i].state.state, SUPERVISION_OPEN);
		row = engine_row(&engine, &order_record, order);
		assert_non_null(row);
		assert_int_equal(row->paid, 2 * ENGINE_PAID);
		if (i == 0)
			assert_int_equal(row->state, in_between);
		else if (first_refunded && second_refunded)
			assert_int_equal(row->state, ORDER_UNSUBSCRIBED);
		else if (!first_refunded && !second_refunded)
			assert_int_equal(row->state, ORDER_COMPLETED);
		else
			assert_true(
			    row->state == ORDER_COMPLETED || row->state == ORDER_UNSUBSCRIBED);
		assert_int_equal(row->refunded,
		    (first_refunded ? 1000 : 0) + (i > 0 && second_refunded ? 1001 : 0));
		arena_free(&engine.arena);
	}
}

static void test_orders_of_two_lines(void **unused)
{
	unsigned long wrong = engine.wrong;
	struct subject s[2];

	(void)unused;
	for (int first = 0; first < 2; first++)
		for (int second = 0; second < 2; second++)
			two_lines(s, first != 0, second != 0, ORDER_PROCESSING);
	assert_int_equal(engine.wrong - wrong, 0);
}

/* F6, R6, fact 4: a renewal gets no supervision, whatever is renewed; its order is completed. */
static void renew(enum flow_id flow, unsigned terms)
{
	static const char was[] = "\"orderType\":\"NEW\"", is[] = "\"orderType\":\"RENEW\"";
	const char *when, *product = expect_product(flow, terms, 0, &when);
	char order[32], line[48], now[WHEN_TEXT];
	const struct order *row;
	struct buf plain, json;
	char *at;

	snprintf(order, sizeof(order), "CR%07lu", ++engine.orders);
	snprintf(line, sizeof(line), "%s-000001", order);
	when_wire(engine.now, now);
	buf_init(&plain, 1u << 20);
	buf_init(&json, 1u << 20);
	engine_order_json(&plain, order, now, &product, 1);
	at = strstr(plain.data, was);
	assert_non_null(at);
	buf_add(&json, plain.data, (size_t)(at - plain.data));
	buf_puts(&json, is);
	buf_puts(&json, at + strlen(was));
	engine_import(&engine, &json);
	buf_free(&json);
	buf_free(&plain);
	row = engine_row(&engine, &order_record, order);
	assert_non_null(row);
	assert_int_equal(row->state, ORDER_COMPLETED);
	assert_null(engine_row(&engine, &supervision_record, line));
	assert_non_null(engine_row(&engine, &order_line_record, line));
	arena_free(&engine.arena);
}

static void test_renewals(void **unused)
{
	(void)unused;
	EXPECT_EACH(flow, terms)
		renew((enum flow_id)flow, terms);
}

/* F8: an idempotency key belongs to its actor. */
static void test_keys_of_two_actors(void **unused)
{
	static struct expect_command built;
	const struct expect_asker buyer = { ROLE_BUYER, EXPECT_OWN },
				  seller = { ROLE_SELLER, EXPECT_OWN };
	struct actor actors[] = { expect_catalogue_actor(&buyer), expect_catalogue_actor(&seller) };
	struct expect_inputs inputs = { .text = true };
	struct subject subject;

	(void)unused;
	engine_order(&engine, &subject, FLOW_MANUAL_STD, 0, 0);
	for (int i = 0; i < 2; i++) {
		struct receipt receipt;
		struct error err = { 0 };

		expect_command(&built, subject.id, &subject.state, ACTION_COMMENT, &inputs);
		built.command.key = "the-same-key";
		if (i == 1)
			expect_command_set(&built, "text", "Something else.");
		assert_int_equal(market_perform(engine.market, &actors[i], &built.command,
				     engine.now, &receipt, &err),
		    STATUS_OK);
		assert_false(receipt.replayed);
	}
}

/* base/status.h: on OK the error is left as it was. Counted over all that was accepted before. */
static void test_errors_of_accepted(void **unused)
{
	(void)unused;
	assert_true(engine.accepted > 0);
	assert_int_equal(engine.dirty, 0);
}

static int open_engine(void **unused)
{
	(void)unused;
	engine_open(&engine);
	return 0;
}

static int close_engine(void **unused)
{
	(void)unused;
	engine_close(&engine);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_combination),
		cmocka_unit_test(test_orders_of_two_lines),
		cmocka_unit_test(test_renewals),
		cmocka_unit_test(test_keys_of_two_actors),
		cmocka_unit_test(test_errors_of_accepted),
	};

	return cmocka_run_group_tests_name("expect_engine", tests, open_engine, close_engine);
}
