/* Deployments and their lease (R7, R17, F11); purchased services; the buyer's review. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "fair_one.h"
#include "model/flow.h"
#include "model/instance.h"

static const char *id;

#define START() DO("ann", START_DEPLOYMENT, "flavour=s6.large.2", "network=vpc-1", "group=sg-1")

static const struct deployment *deployment(const char *number)
{
	return fair_row(&b, &deployment_record, arena_printf(&b.arena, "%s-%s", id, number));
}

static void test_deployed_and_confirmed(void **state)
{
	(void)state;
	id = fair_order(&b, "lic-package");
	assert_int_equal(fair_at(&b, id)->stage, STAGE_DEPLOYMENT);
	assert_int_equal(TRY("ann", START_DEPLOYMENT, "flavour=s6"), STATUS_INVALID);
	assert_int_equal(
	    TRY("ann", START_DEPLOYMENT, "flavour=s6", "network=n", "group=g", "password=x"),
	    STATUS_INVALID);
	START();
	assert_string_equal(b.receipt.record, "CS00001-000001-D1");
	assert_int_equal(deployment("D1")->state, DEPLOYMENT_DEPLOYING);
	assert_int_equal(deployment("D1")->token, 1);
	assert_string_equal(deployment("D1")->runner, "ann");
	DO("ann", REPORT_DEPLOYMENT, "token=1", "step=1", "steps=4", "doing=Create the network");
	DO("ann", REPORT_DEPLOYMENT, "token=1", "step=2", "stack=stack-7");
	assert_int_equal(deployment("D1")->steps, 4);
	assert_string_equal(deployment("D1")->stack, "stack-7");
	DO("ann", END_DEPLOYMENT, "token=1", "result=deployed", "outputs=eip: 192.0.2.7");
	assert_int_equal(deployment("D1")->state, DEPLOYMENT_DEPLOYED);
	assert_int_equal(fair_at(&b, id)->stage, STAGE_ACCEPTANCE);
	DO0("ann", ACCEPT);
	assert_int_equal(fair_at(&b, id)->state, SUPERVISION_COMPLETED);
	assert_string_equal(fair_log(&b, id),
	    "start start-deployment deployment-progress deployment-progress deployment-result "
	    "proceed accept");
}

static void test_failed_and_again(void **state)
{
	(void)state;
	id = fair_order(&b, "lic-package");
	START();
	assert_int_equal(TRY("ann", END_DEPLOYMENT, "token=1", "result=failed"), STATUS_INVALID);
	assert_string_equal(b.err.field, "cause");
	DO("ann", END_DEPLOYMENT, "token=1", "result=failed", "cause=The flavour is sold out.");
	assert_string_equal(deployment("D1")->cause, "The flavour is sold out.");
	assert_int_equal(fair_at(&b, id)->stage, STAGE_DEPLOYMENT);
	START();
	assert_string_equal(fair_at(&b, id)->deployment, deployment("D2")->id);
	/* A slow console of the first has no part in the second. */
	assert_int_equal(TRY("ann", END_DEPLOYMENT, "token=1", "result=deployed"), STATUS_CONFLICT);
	DO("ann", END_DEPLOYMENT, "token=2", "result=deployed");
	assert_int_equal(fair_at(&b, id)->stage, STAGE_ACCEPTANCE);
	/* The way back is to deploy again (R17). */
	assert_int_equal(TRY("ann", REJECT, "reason=r"), STATUS_CONFLICT);
	START();
	assert_int_equal(fair_at(&b, id)->stage, STAGE_DEPLOYMENT);
	assert_int_equal(TRY0("ann", ACCEPT), STATUS_CONFLICT);
	DO("ann", END_DEPLOYMENT, "token=3", "result=deployed");
	DO0("ann", ACCEPT);
	assert_int_equal(fair_at(&b, id)->buyer_rejects, 0);
}

/* A console dies, another goes on; the first, if it was only slow, changes nothing any more. */
static void test_lease(void **state)
{
	int64_t entries;

	(void)state;
	id = fair_order(&b, "lic-package");
	START();
	b.now += 30 * WHEN_SECOND;
	assert_int_equal(TRY0("ann", TAKE_OVER_DEPLOYMENT), STATUS_CONFLICT);
	DO("ann", REPORT_DEPLOYMENT, "token=1", "step=1");
	entries = fair_at(&b, id)->log_length;
	/* A step that is still the same prolongs the lease and is no entry. */
	b.now += 50 * WHEN_SECOND;
	DO("ann", REPORT_DEPLOYMENT, "token=1", "step=1");
	assert_int_equal(fair_at(&b, id)->log_length, entries);
	assert_int_equal(b.receipt.seq, entries);
	b.now += 50 * WHEN_SECOND;
	assert_int_equal(TRY0("ann", TAKE_OVER_DEPLOYMENT), STATUS_CONFLICT);
	b.now += 50 * WHEN_SECOND;
	DO0("ann", TAKE_OVER_DEPLOYMENT);
	assert_int_equal(deployment("D1")->token, 2);
	assert_int_equal(TRY("ann", REPORT_DEPLOYMENT, "token=1", "step=2"), STATUS_CONFLICT);
	assert_int_equal(
	    TRY("ann", END_DEPLOYMENT, "token=1", "result=failed", "cause=slow"), STATUS_CONFLICT);
	assert_int_equal(TRY("ann", REPORT_DEPLOYMENT, "token=2", "step=-1"), STATUS_INVALID);
	assert_int_equal(TRY("ann", REPORT_DEPLOYMENT, "token=x", "step=2"), STATUS_CONFLICT);
	DO("ann", END_DEPLOYMENT, "token=2", "result=deployed");
	assert_int_equal(fair_at(&b, id)->stage, STAGE_ACCEPTANCE);
}

/* The result is a fact (F3): it is recorded during a freeze, the move waits. */
static void test_ended_during_a_freeze(void **state)
{
	(void)state;
	id = fair_order(&b, "lic-package");
	START();
	DO("ann", APPEAL, "ground=other", "reason=r", "claim=c", "+evidence");
	DO("ann", REPORT_DEPLOYMENT, "token=1", "step=3");
	DO("ann", END_DEPLOYMENT, "token=1", "result=deployed");
	assert_int_equal(fair_at(&b, id)->stage, STAGE_DEPLOYMENT);
	assert_int_equal(
	    TRY("ann", START_DEPLOYMENT, "flavour=f", "network=n", "group=g"), STATUS_CONFLICT);
	DO0("ann", WITHDRAW_APPEAL);
	assert_int_equal(fair_at(&b, id)->stage, STAGE_ACCEPTANCE);
}

/* The order is decided meanwhile: how the deployment went is told all the same. */
static void test_ended_after_the_end(void **state)
{
	(void)state;
	id = fair_order(&b, "lic-package");
	START();
	DO("ann", APPEAL, "ground=other", "reason=r", "claim=c", "+evidence");
	DO("operator", DECIDE, "outcome=refund", "amount=90", "reason=r");
	assert_int_equal(
	    TRY("ann", START_DEPLOYMENT, "flavour=f", "network=n", "group=g"), STATUS_CONFLICT);
	DO("ann", REPORT_DEPLOYMENT, "token=1", "step=1");
	DO("ann", END_DEPLOYMENT, "token=1", "result=deployed");
	assert_int_equal(deployment("D1")->state, DEPLOYMENT_DEPLOYED);
	assert_int_equal(fair_at(&b, id)->state, SUPERVISION_REFUNDED);
	assert_int_equal(TRY("ann", END_DEPLOYMENT, "token=1", "result=deployed"),
	    STATUS_CONFLICT);
}

static void test_activated_after_the_end(void **state)
{
	int64_t start;

	(void)state;
	id = fair_order(&b, "lic-20");
	fair_deliver(&b, id);
	assert_int_equal(TRY0("sue", ACTIVATE), STATUS_CONFLICT);
	DO0("ann", PICK_UP);
	DO("sue", APPEAL, "ground=other", "reason=r", "claim=c", "+evidence");
	DO("operator", DECIDE, "outcome=complete", "reason=r");
	start = fair_at(&b, id)->period_start;
	b.now += WHEN_DAY;
	DO0("sue", ACTIVATE);
	assert_int_equal(fair_at(&b, id)->period_start, start);
	assert_int_equal(fair_instance(&b, id)->license_state, LICENSE_ACTIVATED);
	assert_int_equal(TRY0("sue", ACTIVATE), STATUS_CONFLICT);
}

static size_t services(const char *filter)
{
	const struct actor ann = { "ann", "", "B1", "", ROLE_BUYER };
	struct query query = { .type = &instance_record, .filter = filter, .limit = 10 };
	struct page *page;
	size_t count;

	fair_check(&b, market_list(b.market, &ann, &query, b.now, &page, &b.err), __FILE__,
	    __LINE__);
	count = page->count;
	page_drop(page);
	return count;
}

/* The row of a service says what it is now, before and after its state was written. */
static void test_services_age(void **state)
{
	const struct actor ann = { "ann", "", "B1", "", ROLE_BUYER };
	const char *instance;
	struct page *page;
	int64_t fired, end;

	(void)state;
	id = fair_order(&b, "lic-offline");
	assert_int_equal(services("is:preparing"), 1);
	fair_deliver(&b, id);
	DO0("ann", ACCEPT);
	end = fair_at(&b, id)->period_end;
	instance = fair_instance(&b, id)->id;
	assert_int_equal(services("is:active"), 1);
	assert_int_equal(services("is:expired"), 0);
	b.now = end + WHEN_DAY;
	assert_int_equal(services("is:active"), 0);
	assert_int_equal(services("is:expired"), 1);
	assert_int_equal(services("is:frozen"), 0);
	b.now = end + INSTANCE_GRACE + WHEN_DAY;
	assert_int_equal(services("is:frozen"), 1);
	fair_check(&b,
	    market_show(b.market, &ann, &instance_record, instance, b.now, &page, &b.err),
	    __FILE__, __LINE__);
	assert_int_equal(((const struct instance *)page->rows[0])->state, INSTANCE_FROZEN);
	page_drop(page);
	assert_int_equal(services("state:frozen"), 0);
	fair_check(&b, market_tick(b.market, b.now, 0, &fired, &b.err), __FILE__, __LINE__);
	assert_int_equal(services("state:frozen"), 1);
	assert_int_equal(services("is:frozen"), 1);
	b.now = end + INSTANCE_GRACE + INSTANCE_RETENTION;
	fair_check(&b, market_tick(b.market, b.now, 0, &fired, &b.err), __FILE__, __LINE__);
	assert_int_equal(services("is:released"), 1);
	assert_int_equal(services("is:frozen"), 0);
	/* Nobody looked for long: all steps at once. */
	id = fair_order(&b, "lic-offline");
	fair_deliver(&b, id);
	DO0("ann", ACCEPT);
	b.now = fair_at(&b, id)->period_end + INSTANCE_GRACE;
	fair_check(&b, market_tick(b.market, b.now, 0, &fired, &b.err), __FILE__, __LINE__);
	assert_int_equal(services("state:frozen"), 1);
	assert_int_equal(services("state:released"), 1);
}

/* Secrets are in no JSON and no column; a person sees stars until asking. */
static void test_secrets_are_masked(void **state)
{
	const struct field *field = record_field(&instance_record, "license");
	const struct view view = { 0, 0, false };
	const struct instance *instance;
	struct json_writer w;
	struct buf json;
	char shown[40];

	(void)state;
	id = fair_order(&b, "lic-20");
	fair_deliver(&b, id);
	DO0("ann", PICK_UP);
	instance = fair_instance(&b, id);
	record_show(&instance_record, field, instance, &view, shown, sizeof shown);
	assert_string_equal(shown, "********");
	assert_int_equal(strlen(instance->license), 18);
	buf_init(&json, 1 << 16);
	json_begin(&w, &json, false);
	record_json(&instance_record, instance, &w, NULL);
	assert_null(strstr(buf_text(&json), instance->license));
	assert_null(strstr(buf_text(&json), "\"password\""));
	buf_free(&json);
	for (size_t i = 0; i < instance_record.count; i++) {
		if (instance_record.fields[i].flags & SECRET)
			assert_true(instance_record.fields[i].flags & INTERNAL);
	}
}

static void test_review(void **state)
{
	const struct rating *rating;

	(void)state;
	id = fair_order(&b, "lic-offline");
	fair_deliver(&b, id);
	assert_int_equal(
	    TRY("ann", RATE, "quality=5", "service=4", "speed=3"), STATUS_CONFLICT);
	DO0("ann", ACCEPT);
	assert_int_equal(TRY("ann", RATE, "quality=5", "service=4"), STATUS_INVALID);
	assert_int_equal(
	    TRY("ann", RATE, "quality=6", "service=4", "speed=3"), STATUS_INVALID);
	DO("ann", RATE, "quality=5", "service=4", "speed=3", "tags=fast, friendly",
	    "text=It works.");
	rating = fair_row(&b, &rating_record, id);
	assert_int_equal(rating->quality, 5);
	assert_int_equal(rating->service, 4);
	assert_int_equal(rating->speed, 3);
	assert_string_equal(rating->text, "It works.");
	assert_int_equal(
	    TRY("ann", RATE, "quality=1", "service=1", "speed=1"), STATUS_CONFLICT);
	assert_string_equal(fair_log(&b, id), "start deliver accept rate");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_deployed_and_confirmed),
		TEST(test_failed_and_again),
		TEST(test_lease),
		TEST(test_ended_during_a_freeze),
		TEST(test_ended_after_the_end),
		TEST(test_activated_after_the_end),
		TEST(test_services_age),
		TEST(test_secrets_are_masked),
		TEST(test_review),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
