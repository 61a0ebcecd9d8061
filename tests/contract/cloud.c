#include "cloud.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TOKEN "5b0f6f0e-6a56-4c58-8a52-0c8a3d9b7f01"
#define OTHER_TOKEN "5b0f6f0e-6a56-4c58-8a52-0c8a3d9b7f02"
#define PASSWORD "Sw0rdfish-4711"

static const struct cloud_subject *subject;
static struct secret *password;

static int set_up(void **state)
{
	(void)state;
	subject->make();
	password = secret_new(64);
	return secret_set(password, PASSWORD, strlen(PASSWORD), NULL) == STATUS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	secret_free(password);
	subject->clear();
	return 0;
}

static void start_at(struct cloud *c, const struct cloud_request *request, const char *token,
    int64_t now, char stack[CLOUD_ID])
{
	struct error err;

	if (cloud_start(c, request, password, token, now, stack, &err) != STATUS_OK)
		fail_msg("%s: %s", err.field, err.message);
}

static struct cloud_report *polled(struct cloud *c, const char *stack, int64_t now)
{
	struct cloud_report *report;
	struct error err;

	if (cloud_poll(c, stack, now, &report, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return report;
}

/* What holds for every report, in whatever state. */
static void check_report(const struct cloud *c, const struct cloud_report *report, int64_t now)
{
	enum cloud_state state;
	size_t i;

	assert_true(cloud_state_of_platform(report->platform_state, &state));
	assert_int_equal(state, report->state);
	assert_int_equal(report->simulated, cloud_can(c, CLOUD_SIMULATED));
	assert_true(report->percent >= 0 && report->percent <= 100);
	assert_true(report->n_steps > 0);
	for (i = 0; i < report->n_steps; i++) {
		const struct cloud_step *step = &report->steps[i];

		assert_true(step->name[0] != '\0');
		assert_true(step->percent >= 0 && step->percent <= 100);
		assert_int_equal(step->state == CLOUD_STEP_WAITING, step->started_at == 0);
		assert_int_equal(step->state == CLOUD_STEP_DONE ||
		    step->state == CLOUD_STEP_BROKEN, step->ended_at != 0);
	}
	assert_int_equal(report->state == CLOUD_DEPLOYING || report->state == CLOUD_REMOVING,
	    report->poll_at != 0);
	assert_true(report->poll_at == 0 || report->poll_at > now);
	if (report->state != CLOUD_REMOVING) {
		assert_int_equal(report->state == CLOUD_FAILED, report->cause[0] != '\0');
		assert_int_equal(report->state == CLOUD_DEPLOYED, report->n_outputs > 0);
		assert_int_equal(report->state == CLOUD_DEPLOYING, report->ended_at == 0);
	}
}

/* Follows it until it has ended; progress never falls, and steps never go back. */
static struct cloud_report *followed(struct cloud *c, const char *stack, int64_t *now)
{
	enum cloud_step_state before[64] = { CLOUD_STEP_WAITING };
	struct cloud_report *report;
	int percent = 0, looks;
	size_t i;

	for (looks = 0; looks < 10000; looks++) {
		report = polled(c, stack, *now);
		check_report(c, report, *now);
		assert_true(report->percent >= percent);
		percent = report->percent;
		assert_true(report->n_steps <= 64);
		for (i = 0; i < report->n_steps; i++) {
			assert_true(report->steps[i].state >= before[i]);
			before[i] = report->steps[i].state;
		}
		if (report->state != CLOUD_DEPLOYING)
			return report;
		*now = subject->advance(report->poll_at);
		cloud_report_free(report);
	}
	fail_msg("it never ends");
	return NULL;
}

static const char *output_of(const struct cloud_report *report, const char *name)
{
	size_t i;

	for (i = 0; i < report->n_outputs; i++)
		if (strcmp(report->outputs[i].name, name) == 0)
			return report->outputs[i].value;
	return NULL;
}

/* ---- What can be chosen -------------------------------------------------------------------- */

/* All offers of a kind, page by page of the given size; the ids one after another. */
static size_t gather(struct cloud *c, enum cloud_offer_kind kind, unsigned limit, char *ids,
    size_t cap)
{
	struct cloud_query query = { .kind = kind, .template = "P1", .network =
	    subject->good.network, .limit = limit };
	char cursor[128];
	size_t count = 0;
	struct error err;

	ids[0] = '\0';
	for (;;) {
		struct cloud_page *page;
		size_t i, used;
		bool more;

		if (cloud_offers(c, &query, &page, &err) != STATUS_OK)
			fail_msg("%s", err.message);
		assert_true(page->count <= limit);
		for (i = 0; i < page->count; i++) {
			const struct cloud_offer *offer = &page->offers[i];

			assert_true(offer->id[0] != '\0' && offer->name[0] != '\0');
			assert_int_equal(offer->usable, offer->reason[0] == '\0');
			assert_int_equal(kind == CLOUD_FLAVOURS, offer->n_zones > 0);
			used = strlen(ids);
			snprintf(ids + used, cap - used, "%s ", offer->id);
		}
		count += page->count;
		more = page->next != NULL;
		if (more)
			snprintf(cursor, sizeof(cursor), "%s", page->next);
		query.cursor = cursor;
		cloud_page_free(page);
		if (!more)
			return count;
	}
}

static void test_pages_meet(void **state)
{
	struct cloud *c = subject->open();
	char small[8192], large[8192];
	int kind;

	(void)state;
	if (!cloud_can(c, CLOUD_CAN_OFFER)) {
		cloud_close(c);
		skip();
	}
	for (kind = 0; kind < CLOUD_OFFER_KINDS; kind++) {
		size_t n = gather(c, (enum cloud_offer_kind)kind, CLOUD_PAGE_MAX, large,
		    sizeof(large));

		assert_true(n > 0);
		assert_int_equal(gather(c, (enum cloud_offer_kind)kind, 2, small, sizeof(small)),
		    n);
		assert_string_equal(small, large);
	}
	gather(c, CLOUD_GROUPS, CLOUD_PAGE_MAX, large, sizeof(large));
	assert_non_null(strstr(large, CLOUD_NEW " "));
	cloud_close(c);
}

static void test_bad_questions_are_refused(void **state)
{
	struct cloud *c = subject->open();
	struct cloud_query query = { .kind = CLOUD_FLAVOURS, .limit = 0 };
	struct cloud_page *page;
	struct error err;

	(void)state;
	assert_int_equal(cloud_offers(c, &query, &page, &err), STATUS_INVALID);
	assert_null(page);
	query.limit = CLOUD_PAGE_MAX + 1;
	assert_int_equal(cloud_offers(c, &query, &page, &err), STATUS_INVALID);
	query.limit = 1;
	query.cursor = "elsewhere";
	assert_int_equal(cloud_offers(c, &query, &page, &err), STATUS_INVALID);
	query.cursor = NULL;
	query.kind = CLOUD_SUBNETS;
	assert_int_equal(cloud_offers(c, &query, &page, &err), STATUS_INVALID);
	assert_string_equal(err.field, "network");
	query.network = "no-such-network";
	assert_int_equal(cloud_offers(c, &query, &page, &err), STATUS_INVALID);
	cloud_close(c);
}

static void test_a_check_names_the_field(void **state)
{
	struct cloud *c = subject->open();
	struct cloud_request request;
	const struct { const char *field, **member; } cases[] = {
		{ "deployment", &request.deployment }, { "template", &request.template },
		{ "flavour", &request.flavour }, { "network", &request.network },
		{ "subnet", &request.subnet }, { "group", &request.group },
		{ "user", &request.user_name },
	};
	static const char *const bad[] = { NULL, "", "a\x1b[31mb", "a\nb" };
	char stack[CLOUD_ID], advice[300];
	struct error err;
	size_t i, j;

	(void)state;
	assert_int_equal(cloud_check(c, &subject->good, advice, sizeof(advice), &err), STATUS_OK);
	assert_string_equal(advice, "");
	assert_int_equal(cloud_check(c, &subject->doomed, NULL, 0, &err), STATUS_OK);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
			request = subject->good;
			*cases[i].member = bad[j];
			assert_int_equal(cloud_check(c, &request, NULL, 0, &err), STATUS_INVALID);
			assert_string_equal(err.field, cases[i].field);
			assert_true(err.message[0] != '\0');
			assert_int_equal(cloud_start(c, &request, password, TOKEN, subject->from,
			    stack, &err), STATUS_INVALID);
			assert_string_equal(stack, "");
		}
	}
	cloud_close(c);
}

/* ---- Starting ------------------------------------------------------------------------------ */

static void test_it_deploys(void **state)
{
	struct cloud *c = subject->open();
	struct cloud_report *report;
	int64_t now = subject->from;
	char stack[CLOUD_ID];
	size_t i;

	(void)state;
	start_at(c, &subject->good, TOKEN, now, stack);
	report = polled(c, stack, now);
	assert_int_equal(report->state, CLOUD_DEPLOYING);
	assert_int_equal(report->attempt, 1);
	cloud_report_free(report);
	report = followed(c, stack, &now);
	assert_int_equal(report->state, CLOUD_DEPLOYED);
	assert_int_equal(report->percent, 100);
	for (i = 0; i < report->n_steps; i++)
		assert_int_equal(report->steps[i].state, CLOUD_STEP_DONE);
	assert_non_null(output_of(report, "endpoint"));
	assert_non_null(output_of(report, "frontEndUrl"));
	assert_string_equal(output_of(report, "userName"), subject->good.user_name);
	cloud_report_free(report);
	cloud_close(c);
}

static void test_a_start_needs_token_and_password(void **state)
{
	static const char *const bad[] = { NULL, "", "two words", "5b0f6f0e\n",
	    "0123456789012345678901234567890123456789012345678901234567890123456789" };
	struct cloud *c = subject->open();
	struct secret *empty = secret_new(10);
	char stack[CLOUD_ID];
	struct error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(cloud_start(c, &subject->good, password, bad[i], subject->from,
		    stack, &err), STATUS_INVALID);
		assert_string_equal(err.field, "token");
	}
	assert_int_equal(cloud_start(c, &subject->good, empty, TOKEN, subject->from, stack, &err),
	    STATUS_INVALID);
	assert_string_equal(err.field, "password");
	assert_int_equal(cloud_start(c, &subject->good, NULL, TOKEN, subject->from, stack, &err),
	    STATUS_INVALID);
	secret_free(empty);
	cloud_close(c);
}

static void test_a_repeated_start_is_the_same(void **state)
{
	struct cloud *c = subject->open(), *other = subject->open();
	struct cloud_report *first, *second;
	int64_t now = subject->from;
	char stack[CLOUD_ID], again[CLOUD_ID];
	struct cloud_request request = subject->good;
	struct error err;

	(void)state;
	start_at(c, &subject->good, TOKEN, now, stack);
	first = polled(c, stack, now);
	now = subject->advance(now + 1000);
	start_at(other, &subject->good, TOKEN, now, again);
	assert_string_equal(again, stack);
	second = polled(other, stack, now);
	assert_int_equal(second->started_at, first->started_at);
	assert_int_equal(second->attempt, 1);
	cloud_report_free(first);
	cloud_report_free(second);
	request.flavour = subject->doomed.flavour;
	assert_int_equal(cloud_start(c, &request, password, TOKEN, now, again, &err),
	    STATUS_CONFLICT);
	assert_string_equal(again, "");
	/* Another token is another start, and there is one under way. */
	assert_int_equal(cloud_start(other, &subject->good, password, OTHER_TOKEN, now, again,
	    &err), STATUS_BUSY);
	cloud_report_free(followed(c, stack, &now));
	assert_int_equal(cloud_start(c, &subject->good, password, OTHER_TOKEN, now, again, &err),
	    STATUS_EXISTS);
	start_at(c, &subject->good, TOKEN, now, again);
	assert_string_equal(again, stack);
	cloud_close(c);
	cloud_close(other);
}

static void test_a_failed_one_is_started_again(void **state)
{
	struct cloud *c = subject->open();
	struct cloud_report *report;
	int64_t now = subject->from;
	char stack[CLOUD_ID], again[CLOUD_ID];
	int broken = 0;
	size_t i;

	(void)state;
	start_at(c, &subject->doomed, TOKEN, now, stack);
	report = followed(c, stack, &now);
	assert_int_equal(report->state, CLOUD_FAILED);
	for (i = 0; i < report->n_steps; i++) {
		/* Nothing runs behind the step that failed. */
		if (broken > 0)
			assert_int_equal(report->steps[i].state, CLOUD_STEP_WAITING);
		broken += report->steps[i].state == CLOUD_STEP_BROKEN;
	}
	assert_int_equal(broken, 1);
	cloud_report_free(report);
	/* The lost answer of the first start changes nothing. */
	start_at(c, &subject->doomed, TOKEN, now, again);
	report = polled(c, again, now);
	assert_int_equal(report->state, CLOUD_FAILED);
	cloud_report_free(report);
	start_at(c, &subject->good, OTHER_TOKEN, now, again);
	report = followed(c, again, &now);
	assert_int_equal(report->state, CLOUD_DEPLOYED);
	cloud_report_free(report);
	cloud_close(c);
}

static void test_another_console_takes_over(void **state)
{
	struct cloud *c = subject->open();
	struct cloud_report *report;
	int64_t now = subject->from;
	char stack[CLOUD_ID], found[CLOUD_ID];
	struct error err;

	(void)state;
	assert_int_equal(cloud_find(c, "d1", TOKEN, found, &err), STATUS_NOTFOUND);
	assert_string_equal(found, "");
	start_at(c, &subject->good, TOKEN, now, stack);
	cloud_close(c);
	c = subject->open();
	assert_int_equal(cloud_find(c, "d1", TOKEN, found, &err), STATUS_OK);
	assert_string_equal(found, stack);
	assert_int_equal(cloud_find(c, "d1", OTHER_TOKEN, found, &err), STATUS_NOTFOUND);
	assert_int_equal(cloud_find(c, "d2", TOKEN, found, &err), STATUS_NOTFOUND);
	report = followed(c, stack, &now);
	assert_int_equal(report->state, CLOUD_DEPLOYED);
	cloud_report_free(report);
	cloud_close(c);
}

static void test_deployments_are_apart(void **state)
{
	struct cloud *c = subject->open();
	struct cloud_request request = subject->good;
	char one[CLOUD_ID], two[CLOUD_ID];

	(void)state;
	start_at(c, &request, TOKEN, subject->from, one);
	request.deployment = "d2";
	start_at(c, &request, OTHER_TOKEN, subject->from, two);
	assert_string_not_equal(one, two);
	cloud_close(c);
}

static void test_unknown_stacks(void **state)
{
	static const char *const ids[] = { "nowhere", "../../etc/passwd", "a/b", " " };
	struct cloud *c = subject->open();
	struct cloud_report *report;
	struct error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		assert_int_equal(cloud_poll(c, ids[i], subject->from, &report, &err),
		    STATUS_NOTFOUND);
		assert_null(report);
		if (cloud_can(c, CLOUD_CAN_REMOVE))
			assert_int_equal(cloud_remove(c, ids[i], subject->from, &err),
			    STATUS_NOTFOUND);
	}
	assert_int_equal(cloud_poll(c, "", subject->from, &report, &err), STATUS_INVALID);
	assert_int_equal(cloud_poll(c, NULL, subject->from, &report, &err), STATUS_INVALID);
	cloud_close(c);
}

/* Polls until the stack is gone; OK or NOTFOUND, nothing else. */
static void wait_until_gone(struct cloud *c, const char *stack, int64_t *now)
{
	struct cloud_report *report;
	struct error err;
	int looks;

	for (looks = 0; looks < 10000; looks++) {
		enum status status = cloud_poll(c, stack, *now, &report, &err);

		if (status == STATUS_NOTFOUND)
			return;
		assert_int_equal(status, STATUS_OK);
		assert_int_equal(report->state, CLOUD_REMOVING);
		check_report(c, report, *now);
		*now = subject->advance(report->poll_at);
		cloud_report_free(report);
	}
	fail_msg("it never goes");
}

static void test_removed_and_started_anew(void **state)
{
	struct cloud *c = subject->open();
	int64_t now = subject->from;
	char stack[CLOUD_ID], again[CLOUD_ID];
	struct cloud_report *report;
	struct error err;

	(void)state;
	if (!cloud_can(c, CLOUD_CAN_REMOVE)) {
		cloud_close(c);
		skip();
	}
	start_at(c, &subject->good, TOKEN, now, stack);
	assert_int_equal(cloud_remove(c, stack, now, &err), STATUS_BUSY);
	cloud_report_free(followed(c, stack, &now));
	assert_int_equal(cloud_remove(c, stack, now, &err), STATUS_OK);
	assert_int_equal(cloud_remove(c, stack, now, &err), STATUS_OK);
	assert_int_equal(cloud_start(c, &subject->good, password, OTHER_TOKEN, now, again, &err),
	    STATUS_BUSY);
	wait_until_gone(c, stack, &now);
	assert_int_equal(cloud_remove(c, stack, now, &err), STATUS_NOTFOUND);
	start_at(c, &subject->good, OTHER_TOKEN, now, again);
	report = followed(c, again, &now);
	assert_int_equal(report->state, CLOUD_DEPLOYED);
	cloud_report_free(report);
	cloud_close(c);
}

static void test_an_interrupt_touches_no_later_call(void **state)
{
	struct cloud *c = subject->open();
	char stack[CLOUD_ID];

	(void)state;
	cloud_interrupt(c);
	start_at(c, &subject->good, TOKEN, subject->from, stack);
	cloud_interrupt(c);
	cloud_report_free(polled(c, stack, subject->from));
	cloud_close(c);
	cloud_interrupt(NULL);
	cloud_close(NULL);
}

static void test_the_password_is_not_kept(void **state)
{
	struct cloud *c = subject->open();
	int64_t now = subject->from;
	struct cloud_report *report;
	char stack[CLOUD_ID];
	size_t i;

	(void)state;
	start_at(c, &subject->good, TOKEN, now, stack);
	report = followed(c, stack, &now);
	for (i = 0; i < report->n_outputs; i++)
		assert_null(strstr(report->outputs[i].value, PASSWORD));
	cloud_report_free(report);
	cloud_close(c);
	if (subject->keeps != NULL) {
		assert_true(subject->keeps(TOKEN));      /* the look itself works */
		assert_false(subject->keeps(PASSWORD));
	}
}

#define CONTRACT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int cloud_contract_run(const struct cloud_subject *which)
{
	const struct CMUnitTest tests[] = {
		CONTRACT(test_pages_meet),
		CONTRACT(test_bad_questions_are_refused),
		CONTRACT(test_a_check_names_the_field),
		CONTRACT(test_it_deploys),
		CONTRACT(test_a_start_needs_token_and_password),
		CONTRACT(test_a_repeated_start_is_the_same),
		CONTRACT(test_a_failed_one_is_started_again),
		CONTRACT(test_another_console_takes_over),
		CONTRACT(test_deployments_are_apart),
		CONTRACT(test_unknown_stacks),
		CONTRACT(test_removed_and_started_anew),
		CONTRACT(test_an_interrupt_touches_no_later_call),
		CONTRACT(test_the_password_is_not_kept),
	};

	subject = which;
	return cmocka_run_group_tests_name(which->name, tests, NULL, NULL);
}
