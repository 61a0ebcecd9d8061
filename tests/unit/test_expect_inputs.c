/*
 * command_check() against the rules' own list of what must be handed in: every set of file kinds
 * for every action, every ground and party of an appeal, every decision at every node with amounts
 * around the limits, and the limits of files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "expect_make.h"

#define NOW INT64_C(1795330000000)
#define PAID INT64_C(28000500)

static const int64_t amounts[] = { 0, 1, 1000, PAID - 1, PAID, PAID + 1, -1, INT64_C(1) << 49 };
#define AMOUNTS (sizeof(amounts) / sizeof(amounts[0]))

static unsigned long n_checked, n_silent, n_wrong;

static struct actor actor_of(enum role role)
{
	struct expect_asker asker = { role, EXPECT_OWN };

	return expect_actor(&asker);
}

/* The one who does it where it is possible. */
static enum role doer(const struct expect_state *state, enum action_id action)
{
	static const enum role roles[] = { ROLE_BUYER, ROLE_SELLER, ROLE_REVIEWER, ROLE_OPERATOR };

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		struct expect_asker asker = { roles[i], EXPECT_OWN };

		if (expect_possible(state, &asker, action, NOW) == EXPECT_YES)
			return roles[i];
	}
	return ROLE_NONE;
}

static void check(const struct expect_state *state, enum role role, enum action_id action,
    const struct expect_inputs *inputs)
{
	static struct expect_command built;
	struct supervision s = expect_supervision(state);
	struct actor actor = actor_of(role);
	struct error err = { 0 };
	enum expect_verdict will = expect_inputs_do(state, role, action, inputs, NOW);
	enum status got;

	expect_command(&built, EXPECT_ID, state, action, inputs);
	got = command_check(&built.command, &actor, &s, NOW, &err);
	n_checked++;
	if (will == EXPECT_SILENT) {
		n_silent++;
		if (got == STATUS_OK || got == STATUS_INVALID)
			return;
	}
	if (got == (will == EXPECT_YES ? STATUS_OK : STATUS_INVALID) &&
	    (got == STATUS_OK || (err.field[0] != '\0' && err.message[0] != '\0')))
		return;
	if (n_wrong++ < 40)
		print_error(
		    "%s by %s, flow %s, node %s, files %#x, ground %s, outcome %s, stage %s, "
		    "amount %lld: expected %s, got %s, field \"%s\": %s\n",
		    action_get(action)->word, names_word(&role_names, role),
		    names_word(&flow_names, state->flow), names_word(&stage_names, state->stage),
		    inputs->kinds, names_word(&ground_names, inputs->ground),
		    names_word(&outcome_names, inputs->outcome),
		    names_word(&stage_names, inputs->stage), (long long)inputs->amount,
		    will == EXPECT_YES ? "ok" : "invalid", status_word(got), err.field,
		    err.message);
}

static void summary(const char *what)
{
	print_message("inputs, %s: %lu checked, the rules are silent on %lu, %lu wrong\n", what,
	    n_checked, n_silent, n_wrong);
	assert_int_equal(n_wrong, 0);
	n_checked = n_silent = n_wrong = 0;
}

/* A situation in which the action is possible; false: the platform's own, which nobody sends. */
static bool situation(enum action_id action, struct expect_state *state)
{
	EXPECT_EACH(flow, terms)
	{
		enum stage_id stages[STAGE_COUNT];
		size_t n = expect_stages((enum flow_id)flow, terms, stages);

		for (size_t i = 0; i < n * 8; i++) {
			*state = expect_start((enum flow_id)flow, terms, PAID, NOW - WHEN_DAY);
			state->stage = stages[i / 8];
			state->picked_up = state->stage == STAGE_ACTIVATION;
			state->filer = i % 8 == 1 ? ROLE_BUYER : ROLE_NONE;
			state->refund = i % 8 < 2 ? REFUND_NONE
			    : i % 8 < 5		  ? (enum refund_state)(i % 8 - 2 + REFUND_PENDING)
						  : REFUND_NONE;
			if (i % 8 > 5 && flow == FLOW_LIC_PACKAGE) {
				state->deployment = DEPLOYMENT_DEPLOYING;
				state->token = 1;
			}
			if (state->stage == STAGE_DONE)
				state->state = SUPERVISION_COMPLETED;
			if (doer(state, action) != ROLE_NONE)
				return true;
		}
	}
	return false;
}

/* Of taking a refund request back nothing is said; the platform's own moves nobody sends. */
static bool may_be_sent(enum action_id action, struct expect_state *state)
{
	return action != ACTION_WITHDRAW_REFUND && situation(action, state);
}

/* Texts that are free, of several lines. */
static bool may_be_written(enum action_id action)
{
	switch (action) {
	case ACTION_SUBMIT_IDENTIFIER:
	case ACTION_SHIP:
	case ACTION_SHIP_RETURN:
	case ACTION_SIGN_OFF:
	case ACTION_START_DEPLOYMENT:
	case ACTION_REPORT_DEPLOYMENT:
	case ACTION_END_DEPLOYMENT:
	case ACTION_RATE:
		return false;
	default:
		return true;
	}
}

/* Every set of the kinds that the action takes, that set being not larger than one submission. */
static void check_files(const struct expect_state *state, enum role role, enum action_id action,
    struct expect_inputs inputs)
{
	uint32_t all = expect_kinds(action), set = 0;

	do {
		inputs.kinds = set;
		check(state, role, action, &inputs);
		set = (set - all) & all;
	} while (set != 0);
}

static void test_files_of_every_action(void **unused)
{
	(void)unused;
	for (int a = 1; a < ACTION_COUNT; a++) {
		enum action_id action = (enum action_id)a;
		struct expect_state state;
		struct expect_inputs inputs;
		enum role role;

		if (!may_be_sent(action, &state))
			continue;
		role = doer(&state, action);
		inputs = expect_good_inputs(&state, role, action, NOW);

		assert_int_not_equal(role, ROLE_NONE);
		if (action != ACTION_APPEAL)
			check_files(&state, role, action, inputs);
		for (int ground = 0; action == ACTION_APPEAL && ground < GROUND_COUNT; ground++) {
			inputs.ground = (enum ground)ground;
			check_files(&state, ROLE_BUYER, action, inputs);
			check_files(&state, ROLE_SELLER, action, inputs);
		}
	}
	summary("files of every action");
}

static void test_texts_of_every_action(void **unused)
{
	static char long_enough[INPUT_LONG_MAX + 1], too_long[INPUT_LONG_MAX + 2];
	static const struct {
		const char *text;
		enum status status;
	} cases[] = {
		{ NULL, STATUS_INVALID },
		{ "", STATUS_INVALID },
		{ " \n\t ", STATUS_INVALID },
		{ "x", STATUS_OK },
		{ long_enough, STATUS_OK },
		{ too_long, STATUS_INVALID },
		{ "bad \xff utf-8", STATUS_INVALID },
	};
	static struct expect_command built;

	(void)unused;
	memset(long_enough, 'x', INPUT_LONG_MAX);
	memset(too_long, 'x', INPUT_LONG_MAX + 1);
	for (int a = 1; a < ACTION_COUNT; a++) {
		enum action_id action = (enum action_id)a;
		struct expect_state state;
		struct supervision s;
		struct actor actor;
		struct expect_inputs inputs;
		const char *texts[4];
		size_t n = may_be_written(action) ? expect_texts(action, texts) : 0;

		if (!may_be_sent(action, &state))
			continue;
		s = expect_supervision(&state);
		actor = actor_of(doer(&state, action));
		inputs = expect_good_inputs(&state, actor.role, action, NOW);

		for (size_t i = 0; i < n; i++)
			for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
				struct error err = { 0 };
				enum status got;

				expect_command(&built, EXPECT_ID, &state, action, &inputs);
				if (cases[c].text)
					expect_command_set(&built, texts[i], cases[c].text);
				else
					expect_command_drop(&built, texts[i]);
				got = command_check(&built.command, &actor, &s, NOW, &err);
				n_checked++;
				if (got != cases[c].status ||
				    (got == STATUS_INVALID && strcmp(err.field, texts[i]) != 0)) {
					n_wrong++;
					print_error("%s, %s, case %zu: %s, field \"%s\": %s\n",
					    action_get(action)->word, texts[i], c, status_word(got),
					    err.field, err.message);
				}
			}
	}
	summary("texts");
}

/* R1: complete, resume, back to a named node that lies before, refund of more than nothing and not
 * more than was paid. */
static void check_decisions(const struct expect_state *state)
{
	for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
		struct expect_inputs inputs = { .text = true, .outcome = (enum outcome)outcome };

		if (outcome != OUTCOME_SEND_BACK && outcome != OUTCOME_REFUND)
			check(state, ROLE_OPERATOR, ACTION_DECIDE, &inputs);
		for (int to = 0; outcome == OUTCOME_SEND_BACK && to < STAGE_COUNT; to++) {
			inputs.stage = (enum stage_id)to;
			check(state, ROLE_OPERATOR, ACTION_DECIDE, &inputs);
		}
		for (size_t m = 0; outcome == OUTCOME_REFUND && m < AMOUNTS; m++) {
			inputs.amount = amounts[m];
			check(state, ROLE_OPERATOR, ACTION_DECIDE, &inputs);
		}
	}
}

/*
 * R12, 2.4: amounts around the limits, goods said or not, within the month of paying and after it,
 * at every node.
 */
static void test_refund_requests(void **unused)
{
	(void)unused;
	EXPECT_EACH(flow, terms)
	{
		enum stage_id stages[STAGE_COUNT];
		size_t n = expect_stages((enum flow_id)flow, terms, stages);

		for (size_t i = 0; i + 1 < n * 4; i++) {
			struct expect_state state = expect_start((enum flow_id)flow, terms, PAID,
			    when_add_months(NOW, -1) - (int64_t)(i % 4) + 1);

			state.stage = stages[i / 4];
			state.moves = (int64_t)i / 4;
			for (size_t m = 0; m < AMOUNTS * GOODS_COUNT; m++) {
				struct expect_inputs inputs = { .text = true,
					.amount = amounts[m / GOODS_COUNT] };

				if (flow == FLOW_HARDWARE)
					inputs.goods = (enum goods)(m % GOODS_COUNT);
				/* the month of paying needs the order: the engine's tests */
				if (i % 4 > 1 && inputs.amount == PAID)
					continue;
				check(&state, ROLE_BUYER, ACTION_REQUEST_REFUND, &inputs);
			}
		}
	}
	summary("refund requests");
}

static void test_decisions(void **unused)
{
	(void)unused;
	EXPECT_EACH(flow, terms)
	{
		struct expect_state state =
		    expect_start((enum flow_id)flow, terms, PAID, NOW - WHEN_DAY);
		enum stage_id stages[STAGE_COUNT];
		size_t n = expect_stages(state.flow, terms, stages);

		state.filer = ROLE_SELLER;
		for (size_t i = 0; i + 1 < n; i++) {
			state.stage = stages[i];
			check_decisions(&state);
		}
	}
	summary("decisions");
}

/* R3: 1 to 10 files for each submission, each at most 20 MiB, of these types; the name is
 * untrusted. */
static enum status comment_with(const struct command_file *files, size_t n)
{
	static struct expect_command built;
	struct expect_state state = expect_start(FLOW_MANUAL_STD, 0, PAID, NOW - WHEN_DAY);
	struct supervision s = expect_supervision(&state);
	struct actor actor = actor_of(ROLE_BUYER);
	struct expect_inputs inputs = { .text = true };
	struct error err = { 0 };

	expect_command(&built, EXPECT_ID, &state, ACTION_COMMENT, &inputs);
	built.command.files = files;
	built.command.n_files = n;
	return command_check(&built.command, &actor, &s, NOW, &err);
}

static void test_limits_of_files(void **unused)
{
	static const char digest[] =
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	static const char *const good[] = { "a.pdf", "a.doc", "a.docx", "a.xls", "a.xlsx", "a.ppt",
		"a.pptx", "a.txt", "a.md", "a.csv", "a.png", "a.jpg", "a.jpeg", "a.gif", "a.zip",
		"a.rar", "a.eml", "Report.PDF", "验收 文档.docx", "two.dots.pdf" };
	static const char *const bad[] = { "a.exe", "a.sh", "a.html", "a.svg", "a.js", "a", "pdf",
		".pdf.exe", "a.pdf.exe", "a.pdfx", "a.", "" };
	struct command_file files[FILES_MAX + 1];

	(void)unused;
	for (size_t i = 0; i <= FILES_MAX; i++)
		files[i] = (struct command_file){ FILE_OTHER, "a.txt", 1, digest };
	for (size_t n = 0; n <= FILES_MAX; n++)
		assert_int_equal(comment_with(files, n), STATUS_OK);
	assert_int_equal(FILES_MAX, 10);
	assert_int_equal(comment_with(files, FILES_MAX + 1), STATUS_INVALID);
	files[0].size = INT64_C(20) * 1024 * 1024;
	assert_int_equal(comment_with(files, 1), STATUS_OK);
	files[0].size++;
	assert_int_equal(comment_with(files, 1), STATUS_INVALID);
	files[0].size = -1;
	assert_int_equal(comment_with(files, 1), STATUS_INVALID);
	files[0].size = 1;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		files[0].name = good[i];
		if (comment_with(files, 1) != STATUS_OK)
			fail_msg("%s is refused", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		files[0].name = bad[i];
		if (comment_with(files, 1) != STATUS_INVALID)
			fail_msg("%s is taken", bad[i]);
	}
	files[0] = (struct command_file){ FILE_OTHER, "a.txt", 1, "not a digest" };
	assert_int_equal(comment_with(files, 1), STATUS_INVALID);
	files[0] = (struct command_file){ FILE_NONE, "a.txt", 1, digest };
	assert_int_equal(comment_with(files, 1), STATUS_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_of_every_action),
		cmocka_unit_test(test_texts_of_every_action),
		cmocka_unit_test(test_decisions),
		cmocka_unit_test(test_refund_requests),
		cmocka_unit_test(test_limits_of_files),
	};

	return cmocka_run_group_tests_name("expect_inputs", tests, NULL, NULL);
}
