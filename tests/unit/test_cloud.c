/* src/cloud/cloud.h: what the wrappers do, whatever stands behind them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cloud/cloud.h"

static const struct cloud_request request = {
	.deployment = "d1", .template = "P1", .flavour = "f", .network = "n", .subnet = "s",
	.group = "g", .user_name = "root",
};

static unsigned starts;

static enum status start(struct cloud *c, const struct cloud_request *asked,
    const struct secret *password, const char *token, int64_t now, char stack[CLOUD_ID],
    struct error *err)
{
	(void)c;
	(void)asked;
	(void)password;
	(void)token;
	(void)now;
	(void)err;
	starts++;
	memcpy(stack, "made", 5);
	return STATUS_OK;
}

/* A target that can do nothing but start. */
static const struct cloud_ops poor_ops = { .name = "poor", .start = start };
static struct cloud poor = { .ops = &poor_ops, .label = "poor cloud" };

static void test_what_it_cannot_do_is_said(void **state)
{
	const struct cloud_query query = { .kind = CLOUD_FLAVOURS, .limit = 10 };
	struct cloud_page *page;
	struct error err;
	char advice[10] = "old";

	(void)state;
	assert_int_equal(cloud_offers(&poor, &query, &page, &err), STATUS_UNSUPPORTED);
	assert_non_null(strstr(err.message, "poor cloud"));
	assert_null(page);
	assert_int_equal(cloud_remove(&poor, "made", 1, &err), STATUS_UNSUPPORTED);
	assert_int_equal(cloud_check(&poor, &request, advice, sizeof(advice), &err), STATUS_OK);
	assert_string_equal(advice, "");
}

static void test_what_is_not_well_formed_never_arrives(void **state)
{
	struct secret *password = secret_new(30);
	struct cloud_request bad = request;
	char stack[CLOUD_ID], long_name[CLOUD_TEXT_MAX + 2];
	struct error err;

	(void)state;
	assert_int_equal(secret_set(password, "Abcdef1!", 8, &err), STATUS_OK);
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	bad.flavour = long_name;
	starts = 0;
	assert_int_equal(cloud_start(&poor, &bad, password, "t", 1, stack, &err), STATUS_INVALID);
	assert_string_equal(err.field, "flavour");
	bad.flavour = long_name + 1;
	assert_int_equal(cloud_start(&poor, &bad, password, "t", 1, stack, &err), STATUS_OK);
	bad.zone = "z\xff";
	assert_int_equal(cloud_start(&poor, &bad, password, "t", 1, stack, &err), STATUS_INVALID);
	assert_string_equal(err.field, "zone");
	bad = request;
	bad.network = CLOUD_NEW;
	assert_int_equal(cloud_start(&poor, &bad, password, "t", 1, stack, &err), STATUS_INVALID);
	assert_string_equal(err.field, "subnet");
	bad.subnet = CLOUD_NEW;
	assert_int_equal(cloud_start(&poor, &bad, password, "t", 1, stack, &err), STATUS_OK);
	assert_string_equal(stack, "made");
	assert_int_equal(starts, 2);
	secret_free(password);
}

static void test_platform_states(void **state)
{
	static const struct { const char *word; enum cloud_state state; } cases[] = {
		{ "CREATION_COMPLETE", CLOUD_DEPLOYING },
		{ "DEPLOYMENT_IN_PROGRESS", CLOUD_DEPLOYING },
		{ "DEPLOYMENT_COMPLETE", CLOUD_DEPLOYED },
		{ "DEPLOYMENT_FAILED", CLOUD_FAILED },
		{ "ROLLBACK_IN_PROGRESS", CLOUD_DEPLOYING },
		{ "ROLLBACK_COMPLETE", CLOUD_FAILED },
		{ "DELETION_IN_PROGRESS", CLOUD_REMOVING },
		{ "CREATE_COMPLETE", CLOUD_DEPLOYED },
		{ "DELETE_FAILED", CLOUD_FAILED },
	};
	enum cloud_state out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(cloud_state_of_platform(cases[i].word, &out));
		assert_int_equal(out, cases[i].state);
	}
	assert_false(cloud_state_of_platform("", &out));
	assert_false(cloud_state_of_platform("deployment_complete", &out));
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(cloud_step_label(CLOUD_STEP_WAITING), "Not begun");
	cloud_page_free(NULL);
	cloud_report_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_it_cannot_do_is_said),
		cmocka_unit_test(test_what_is_not_well_formed_never_arrives),
		cmocka_unit_test(test_platform_states),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
