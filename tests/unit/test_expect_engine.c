/*
 * Every combination of flow, review, node, end, freeze, asker, action and inputs through the real
 * engine: each situation is reached by the parties' own commands from an import, then the action is
 * tried there and the answer and the stored rows are held against expectations that were written
 * from the rules. What is refused leaves every row of the database as it was.
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

/* ---- situations
 * ---- */

enum ending { STAYS_OPEN, ACCEPTED, DECIDED_COMPLETE, REFUNDED_PART, REFUNDED_ALL };

struct situation {
	enum flow_id flow;
	bool reviewed;
	enum stage_id stage;
	enum role filer;
	enum ending ending;
};

#define SITUATIONS_MAX 200
static struct situation situations[SITUATIONS_MAX];
static size_t n_situations;

static void add_situation(struct situation situation)
{
	assert_true(n_situations < SITUATIONS_MAX);
	situations[n_situations++] = situation;
}

static void add_situations(enum flow_id flow, bool reviewed)
{
	enum stage_id stages[STAGE_COUNT];
	size_t n = expect_stages(flow, reviewed, stages);

	for (size_t i = 0; i + 1 < n; i++) {
		struct situation s = { flow, reviewed, stages[i], ROLE_NONE, STAYS_OPEN };

		add_situation(s);
		s.filer = ROLE_BUYER;
		add_situation(s);
		s.filer = ROLE_SELLER;
		add_situation(s);
		for (int ending = DECIDED_COMPLETE; ending <= REFUNDED_ALL; ending++) {
			s.ending = (enum ending)ending;
			s.filer = ending == REFUNDED_ALL ? ROLE_BUYER : ROLE_SELLER;
			add_situation(s);
		}
	}
	add_situation((struct situation){ flow, reviewed, STAGE_ACCEPTANCE, ROLE_NONE, ACCEPTED });
}

/* By the parties' own commands, each of which is checked on the way. */
static void reach(struct subject *subject, const struct situation *situation, unsigned how)
{
	engine_order(&engine, subject, situation->flow, situation->reviewed, how);
	while (subject->state.stage != situation->stage && engine_forward(&engine, subject))
		;
	if (situation->filer != ROLE_NONE)
		engine_act(&engine, subject, situation->filer, ACTION_APPEAL);
	if (situation->ending == ACCEPTED)
		engine_forward(&engine, subject);
	if (situation->ending == DECIDED_COMPLETE)
		engine_decide(&engine, subject, OUTCOME_COMPLETE, STAGE_NONE, 0);
	if (situation->ending == REFUNDED_PART)
		engine_decide(&engine, subject, OUTCOME_REFUND, STAGE_NONE, 1);
	if (situation->ending == REFUNDED_ALL)
		engine_decide(&engine, subject, OUTCOME_REFUND, STAGE_NONE, ENGINE_PAID);
	if (subject->lost ||
	    (situation->ending == STAYS_OPEN) != (subject->state.state == SUPERVISION_OPEN))
		engine_wrong(&engine, subject,
		    "the situation was not reached: node %s, appeal by %s, ending %d",
		    names_word(&stage_names, situation->stage),
		    names_word(&role_names, situation->filer), (int)situation->ending);
}

/* ---- askers and inputs
 * ---- */

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

/* What is handed in with the action: what will do, and what will not. */
static size_t variants(const struct expect_state *state, enum role role, enum action_id action,
    struct expect_inputs out[VARIANTS_MAX])
{
	struct expect_inputs good = expect_good_inputs(state, role, action);
	const char *texts[3];
	size_t n = 0;

	if (action == ACTION_APPEAL)
		n = appeal_variants(out);
	else if (action == ACTION_DECIDE)
		n = decide_variants(out);
	else
		out[n++] = good;
	if (expect_texts(action, texts) > 0) {
		out[n] = good;
		out[n++].text = false;
	}
	if (action == ACTION_DELIVER) {
		out[n++] = (struct expect_inputs){ .text = true, .kinds = 1u << FILE_SOW };
		out[n++] = (struct expect_inputs){ .text = true,
			.kinds = 1u << FILE_ACCEPTANCE | 1u << FILE_PROOF };
		out[n++] = (struct expect_inputs){ .text = true,
			.kinds = 1u << FILE_REQUIREMENT | 1u << FILE_ACCEPTANCE };
		out[n++] = (struct expect_inputs){ .text = true };
	}
	return n;
}

/* Beyond doubt: what the rules are silent on goes with the accepted ones. */
static bool refused(const struct expect_state *state, const struct expect_asker *asker,
    enum action_id action, const struct expect_inputs *inputs)
{
	return expect_possible(state, asker, action) == EXPECT_NO ||
	    expect_inputs_do(state, asker->role, action, inputs) == EXPECT_NO;
}

typedef void visit_fn(size_t situation, struct subject *subject, const struct expect_asker *asker,
    enum action_id action, const struct expect_inputs *inputs);

static void visit_all(size_t situation, struct subject *subject, visit_fn *visit)
{
	struct expect_inputs inputs[VARIANTS_MAX];

	for (size_t a = 0; a < sizeof(askers) / sizeof(askers[0]); a++)
		EXPECT_ACTIONS(action) {
			size_t n = variants(
			    &subject->state, askers[a].role, (enum action_id)action, inputs);

			assert_true(n <= VARIANTS_MAX);
			for (size_t i = 0; i < n; i++)
				visit(situation, subject, &askers[a], (enum action_id)action,
				    &inputs[i]);
		}
}

/* ---- the tests
 * ---- */

static struct subject subjects[SITUATIONS_MAX];
static unsigned long n_refused, n_tried;

static void try_refused(size_t situation, struct subject *subject, const struct expect_asker *asker,
    enum action_id action, const struct expect_inputs *inputs)
{
	static const enum engine_version versions[] = { VERSION_UNSAID, VERSION_RIGHT,
		VERSION_STALE };
	struct engine_options options = { .version = versions[n_refused % 3] };

	(void)situation;
	if (!refused(&subject->state, asker, action, inputs) || subject->lost)
		return;
	n_refused++;
	engine_step(&engine, subject, asker, action, inputs, &options);
}

static void try_accepted(size_t situation, struct subject *known, const struct expect_asker *asker,
    enum action_id action, const struct expect_inputs *inputs)
{
	struct engine_options rehearsal = { .dry_run = true, .version = VERSION_RIGHT };
	struct engine_options stale = { .version = n_tried % 2 ? VERSION_STALE : VERSION_AHEAD };
	struct engine_options real = { .version = n_tried % 2 ? VERSION_RIGHT : VERSION_UNSAID,
		.again = true };
	struct subject subject;

	if (refused(&known->state, asker, action, inputs))
		return;
	reach(&subject, &situations[situation], (unsigned)n_tried++);
	if (subject.lost)
		return;
	real.enabled_at = action == ACTION_DELIVER && n_tried % 2 ? engine.now - 3 * WHEN_DAY : 0;
	engine_step(&engine, &subject, asker, action, inputs, &rehearsal);
	if (expect_versioned(action))
		engine_step(&engine, &subject, asker, action, inputs, &stale);
	engine_step(&engine, &subject, asker, action, inputs, &real);
	if (!subject.lost)
		engine_check_log(&engine, &subject);
}

static void test_refusals(void **unused)
{
	char before[65], after[65];
	int64_t rows;

	(void)unused;
	EXPECT_FLOWS(flow) {
		add_situations((enum flow_id)flow, false);
		add_situations((enum flow_id)flow, true);
	}
	for (size_t i = 0; i < n_situations; i++)
		reach(&subjects[i], &situations[i], (unsigned)i);
	rows = engine_dump(&engine, before);
	for (size_t i = 0; i < n_situations; i++)
		visit_all(i, &subjects[i], try_refused);
	assert_int_equal(engine_dump(&engine, after), rows);
	print_message("engine: %zu situations, %lu combinations that are refused, %lld rows "
		      "unchanged: %s, %lu wrong\n",
	    n_situations, n_refused, (long long)rows, strcmp(before, after) == 0 ? "yes" : "NO",
	    engine.wrong);
	assert_string_equal(after, before);
	assert_true(n_refused > 10000);
	assert_int_equal(engine.wrong, 0);
}

static void test_everything_possible(void **unused)
{
	unsigned long wrong = engine.wrong;

	(void)unused;
	for (size_t i = 0; i < n_situations; i++)
		visit_all(i, &subjects[i], try_accepted);
	print_message("engine: %lu combinations that are possible or left open, %lu commands "
		      "accepted, %lu refused, "
		      "%lu steps on which the rules are silent, %lu wrong\n",
	    n_tried, engine.accepted, engine.refused, engine.silent, engine.wrong - wrong);
	print_message("engine: %lu combinations in all\n", n_refused + n_tried);
	assert_true(n_tried > 500);
	assert_int_equal(engine.wrong - wrong, 0);
}

/* F1: one supervision for each line; the order is completed with its last one. R12: unsubscribed
 * when all was refunded. */
static void two_lines(
    struct subject s[2], bool first_refunded, bool second_refunded, enum order_state in_between)
{
	const char *when,
	    *lines[] = { expect_product(FLOW_MANUAL_STD, false, 0, &when),
		    expect_product(FLOW_LIC_OFFLINE, true, 0, &when) };
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
		engine_adopt(&engine, &s[i], i == 0 ? FLOW_MANUAL_STD : FLOW_LIC_OFFLINE, i != 0);
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
	engine_order(&engine, &subject, FLOW_MANUAL_STD, false, 0);
	for (int i = 0; i < 2; i++) {
		struct receipt receipt;
		struct error err = { 0 };

		expect_command(&built, subject.id, ACTION_COMMENT, &inputs);
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
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_everything_possible),
		cmocka_unit_test(test_orders_of_two_lines),
		cmocka_unit_test(test_keys_of_two_actors),
		cmocka_unit_test(test_errors_of_accepted),
	};

	return cmocka_run_group_tests_name("expect_engine", tests, open_engine, close_engine);
}
