/* Purchased services, refunds and deployments as a person meets them, over the real engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "ui_fixture.h"

#define PACKED "CS2611211001PACK-000001"
#define PASSWORD "Abcd1234!"

static const char catalogue[] =
    "{\"koodesk-catalogue\": 1, \"sellers\": [{\"id\": \"seller-pack\", \"name\": \"Packers\","
    " \"users\": [{\"id\": \"packer\", \"name\": \"Pat\"}]}],"
    " \"buyers\": [{\"id\": \"buyer-pack\", \"name\": \"Library\","
    " \"users\": [{\"id\": \"library\", \"name\": \"Ada\"}]}],"
    " \"products\": [{\"id\": \"PACK1\", \"name\": \"Container platform\","
    " \"seller\": \"seller-pack\", \"delivery\": \"lic-package\", \"category\": \"generic\","
    " \"currency\": \"CNY\"},"
    " {\"id\": \"SAAS1\", \"name\": \"Office suite\","
    " \"seller\": \"seller-pack\", \"delivery\": \"saas-offline\", \"category\": \"generic\","
    " \"currency\": \"CNY\"}]}";

static void import_order(struct ui_fixture *f, const char *id, const char *product)
{
	char text[2048];

	snprintf(text, sizeof(text),
	    "{\"resultCode\": \"MKT.0000\", \"resultMsg\": \"Success\", \"orderInfo\": {"
	    "\"orderId\": \"%s\", \"orderType\": \"NEW\", \"createTime\": \"20261121090846\","
	    "\"orderLine\": [{\"orderLineId\": \"%s-000001\", \"chargingMode\": \"PERIOD\","
	    "\"periodType\": \"year\", \"periodNumber\": 1, \"expireTime\": \"20271121235959\","
	    "\"productInfo\": [{\"productId\": \"%s\", \"skuCode\": \"sku-1\","
	    "\"linearValue\": 1, \"productName\": \"\"}], \"currency\": \"120.000\","
	    "\"currencyAfterDiscount\": \"100.000\"}],"
	    "\"buyerInfo\": {\"customerId\": \"buyer-pack\", \"customerName\": \"library\"}}}",
	    id, id, product);
	fixture_import(f, text);
}

static void open_as(struct ui_fixture *f, const char *user, const char *where)
{
	fixture_open(f, "alice", "home");
	fixture_import(f, catalogue);
	import_order(f, "CS2611211001PACK", "PACK1");
	import_order(f, "CS2611211002SAAS", "SAAS1");
	fixture_restart(f, user, where);
}

static void make_file(struct ui_fixture *f, const char *name, char *path, size_t cap)
{
	FILE *file;

	snprintf(path, cap, "%s/%s", f->dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("calls and mails", file);
	fclose(file);
}

static void test_screens_at_all_sizes(void **state)
{
	static const char *const names[] = { "services", "refunds", "deploy " PACKED,
		"deployment " PACKED, "request-refund " PACKED, "service NO-SUCH",
		"refund NO-SUCH-R1", "deploy NO-SUCH", "deployment NO-SUCH" };
	static const int sizes[][2] = { { 24, 80 }, { 50, 160 }, { 16, 60 }, { 10, 40 } };
	struct ui_fixture f;
	struct error err;
	struct buf out;
	size_t i, n;

	(void)state;
	open_as(&f, "library", "home");
	for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
		for (i = 0; i < 8; i++) {
			f.options.plain = i >= 4;
			buf_init(&out, 1u << 20);
			if (ui_dump(&f.options, names[n], sizes[i % 4][0], sizes[i % 4][1], &out,
				&err) != STATUS_OK)
				fail_msg("%s: %s", names[n], err.message);
			assert_true(out.len > 20);
			buf_free(&out);
		}
	}
	f.options.plain = false;
	fixture_close(&f);
}

static void begin_deployment(struct ui_fixture *f)
{
	fixture_keys(f, "2 / 'flow:lic-package' Enter b");
	fixture_sees(f, "simulated cloud");
	fixture_keys(f, "'" PASSWORD "' Enter '" PASSWORD "' Enter");
	fixture_sees(f, "no server is made");
	fixture_sees_not(f, "Abcd");
	fixture_keys(f, "y");
}

static void pass_time(struct ui_fixture *f, int steps)
{
	while (steps-- > 0)
		fixture_pass(f, WHEN_SECOND);
}

static void test_deploys_with_the_recommended(void **state)
{
	struct ui_fixture f;

	(void)state;
	open_as(&f, "library", "home");
	begin_deployment(&f);
	fixture_sees(&f, "Check the template");
	fixture_sees(&f, "this console");
	fixture_keys(&f, "B");
	fixture_sees(&f, "this console runs it");
	fixture_keys(&f, "T");
	fixture_sees(&f, "under way");
	pass_time(&f, 1);
	fixture_sees(&f, "    step ");
	assert_int_equal(tasks_open(f.app), 1);
	fixture_keys(&f, "Enter");
	fixture_sees(&f, "this console");
	fixture_keys(&f, "Esc Esc");
	pass_time(&f, 20);
	fixture_keys(&f, "T");
	fixture_sees(&f, "done");
	fixture_sees(&f, "    deployed");
	assert_int_equal(tasks_open(f.app), 0);
	fixture_keys(&f, "Esc");
	fixture_keys(&f, "F5");
	fixture_sees(&f, "100 %");
	fixture_sees(&f, "Deployed");
	fixture_sees(&f, ".simulated.invalid");
	assert_null(f.app->runners);
	fixture_keys(&f, "2 / 'flow:lic-package' Enter Enter");
	fixture_sees(&f, "You: completion");
	fixture_sees(&f, "Confirm completion");
	/* What is confirmed is seen, and cannot be rejected (R17). */
	fixture_keys(&f, "a");
	fixture_sees(&f, "Deployed by library");
	fixture_sees(&f, "y confirm completion");
	fixture_sees_not(&f, "Nothing has been delivered");
	fixture_sees_not(&f, "r reject");
	fixture_keys(&f, "r");
	fixture_sees(&f, "Reject: ");
	fixture_keys(&f, "y");
	fixture_sees(&f, "Confirm completion CS");
	fixture_sees(&f, "Completed");
	fixture_close(&f);
}

/* A list that is looked at when a deployment ends tells what is next, without being asked. */
static void test_end_of_deployment_in_a_list(void **state)
{
	struct ui_fixture f;

	(void)state;
	open_as(&f, "library", "home");
	begin_deployment(&f);
	fixture_keys(&f, "Esc");
	fixture_sees(&f, "Being deployed");
	fixture_keys(&f, "Enter");
	fixture_sees(&f, "Being deployed");
	fixture_sees_not(&f, "Being deployed, for");
	fixture_keys(&f, "Esc");
	pass_time(&f, 20);
	fixture_sees(&f, "You: completion");
	fixture_sees_not(&f, "Being deployed");
	fixture_close(&f);
}

/* Enter does what is seen: an action below the page is shown first. */
static void test_enter_below_the_page(void **state)
{
	struct ui_fixture f;

	(void)state;
	open_as(&f, "library", "home");
	begin_deployment(&f);
	fixture_sees(&f, "Check the template");
	fixture_sees_not(&f, "What can be done");
	fixture_keys(&f, "Enter");
	fixture_sees(&f, "What can be done");
	fixture_sees_not(&f, "Share my contact");
	fixture_keys(&f, "Enter");
	fixture_sees(&f, "Share my contact");
	fixture_close(&f);
}

static void test_password_is_checked_and_kept_nowhere(void **state)
{
	struct ui_fixture f;
	struct buf out;
	size_t i;
	struct task_row task;

	(void)state;
	open_as(&f, "library", "home");
	fixture_keys(&f, "2 / 'flow:lic-package' Enter b 'short' Enter Enter");
	fixture_sees(&f, "at least 8 characters");
	fixture_keys(&f, "Ctrl-U '" PASSWORD "' Enter 'Other1234!' Enter");
	fixture_sees(&f, "The two passwords differ");
	fixture_keys(&f, "'" PASSWORD "'");
	buf_init(&out, 1u << 20);
	app_describe(f.app, &out);
	assert_null(strstr(buf_text(&out), PASSWORD));
	buf_free(&out);
	fixture_keys(&f, "Enter y");
	for (i = 0; app_task(f.app, i, &task); i++)
		assert_null(strstr(task.title, PASSWORD));
	/* Leaving keeps no draft: the form is empty again. */
	pass_time(&f, 20);
	fixture_keys(&f, "Esc b");
	fixture_sees_not(&f, "••");
	fixture_close(&f);
}

/* The small flavour runs out of memory: the cause is told, and it is started again. */
static void test_failure_and_again(void **state)
{
	struct ui_fixture f;

	(void)state;
	open_as(&f, "library", "home");
	fixture_keys(&f, "2 / 'flow:lic-package' Enter b Tab Tab Down Down Tab Tab Tab");
	fixture_sees(&f, "s6.small.1");
	fixture_keys(&f, "'" PASSWORD "' Enter '" PASSWORD "' Enter y");
	pass_time(&f, 20);
	fixture_keys(&f, "F5");
	fixture_sees(&f, "Why it failed");
	fixture_sees(&f, "out of memory");
	fixture_keys(&f, "b '" PASSWORD "' Enter '" PASSWORD "' Enter y");
	pass_time(&f, 20);
	fixture_keys(&f, "F5");
	fixture_sees(&f, "100 %");
	fixture_close(&f);
}

/* The console stops in the middle; the next one goes on when the lease has run out, not before. */
static void test_taken_over(void **state)
{
	struct ui_fixture f;

	(void)state;
	open_as(&f, "library", "home");
	begin_deployment(&f);
	fixture_restart(&f, "library", "deployment " PACKED);
	fixture_sees(&f, "another console");
	fixture_keys(&f, "B");
	fixture_sees(&f, "A console is still running this deployment");
	fixture_restart(&f, "library", "deployment " PACKED);
	fixture_pass(&f, 2 * WHEN_MINUTE);
	pass_time(&f, 20);
	fixture_keys(&f, "M");
	fixture_sees(&f, "whose console had stopped");
	fixture_keys(&f, "Esc F5");
	fixture_sees(&f, "100 %");
	fixture_sees(&f, "Deployed");
	fixture_close(&f);
}

/* Who becomes another user leaves nothing behind: it goes on for the one who started it. */
static void test_deployment_goes_on_for_its_user(void **state)
{
	struct ui_fixture f;
	struct page *page;

	(void)state;
	open_as(&f, "library", "home");
	begin_deployment(&f);
	fixture_keys(&f, ": 'user packer' Enter");
	fixture_sees(&f, "seller Packers/packer");
	pass_time(&f, 20);
	fixture_sees(&f, "library started it");
	assert_null(f.app->runners);
	page = fixture_supervision(&f, PACKED);
	assert_int_equal(
	    ((const struct supervision *)page->rows[0])->deployment_state, DEPLOYMENT_DEPLOYED);
	page_drop(page);
	/* And the new user's own commands are the new user's. */
	fixture_keys(&f, ": 'open " PACKED "' Enter m 'Nice' Ctrl-S");
	fixture_sees(&f, "Comment CS2611211001PACK: recorded");
	fixture_keys(&f, "L");
	fixture_sees(&f, "seller packer");
	fixture_close(&f);
}

/* A console that runs a deployment does not end by one key. */
static void test_leaving_asks(void **state)
{
	struct ui_fixture f;

	(void)state;
	open_as(&f, "library", "home");
	begin_deployment(&f);
	fixture_keys(&f, "Q");
	fixture_sees(&f, "1 deployment runs in this console");
	fixture_sees(&f, "the cloud goes on; its end counts once a console takes it over");
	fixture_keys(&f, "Enter");
	assert_false(f.app->quit);
	fixture_keys(&f, "1 q Esc");
	assert_false(f.app->quit);
	fixture_keys(&f, "Q Down Enter");
	assert_true(f.app->quit);
	f.app->quit = false;
	pass_time(&f, 20);
	assert_null(f.app->runners);
	fixture_keys(&f, "Q");
	assert_true(f.app->quit);
	fixture_close(&f);
}

static void cloud_path(const struct ui_fixture *f, const char *suffix, char *out, size_t cap)
{
	assert_true(snprintf(out, cap, "%s/cloud%s", f->dir, suffix) < (int)cap);
}

/* The record says that it runs, the cloud knows nothing of it: that is a failure, in words. */
static void test_unknown_to_the_cloud(void **state)
{
	struct ui_fixture f;
	char cloud[128], away[128];

	(void)state;
	open_as(&f, "library", "home");
	begin_deployment(&f);
	cloud_path(&f, "", cloud, sizeof(cloud));
	cloud_path(&f, "-away", away, sizeof(away));
	assert_int_equal(rename(cloud, away), 0);
	fixture_restart(&f, "library", "deployment " PACKED);
	fixture_sees(&f, "another console");
	fixture_pass(&f, 2 * WHEN_MINUTE);
	pass_time(&f, 5);
	fixture_keys(&f, "F5");
	fixture_sees(&f, "Why it failed");
	fixture_sees(&f, "no such stack");
	fixture_sees(&f, "b starts it again");
	assert_null(f.app->runners);
	fixture_close(&f);
}

/* The cloud's folder cannot be used for a while: it is said where and why, and it goes on. */
static void test_cloud_folder_in_trouble(void **state)
{
	struct ui_fixture f;
	struct said_message said;
	char cloud[128], away[128];

	(void)state;
	open_as(&f, "library", "home");
	begin_deployment(&f);
	cloud_path(&f, "", cloud, sizeof(cloud));
	cloud_path(&f, "-away", away, sizeof(away));
	assert_int_equal(rename(cloud, away), 0);
	fclose(fopen(cloud, "w"));
	pass_time(&f, 8);
	assert_true(app_message(f.app, 0, &said));
	assert_non_null(strstr(said.text, "Container platform waits and tries again: "));
	assert_non_null(strstr(said.text, "The simulated cloud cannot read "));
	assert_non_null(strstr(said.text, "Not a directory"));
	fixture_keys(&f, "F5");
	fixture_sees(&f, "Give yourself the right");
	assert_int_equal(remove(cloud), 0);
	assert_int_equal(rename(away, cloud), 0);
	pass_time(&f, 60);
	fixture_keys(&f, "F5");
	fixture_sees(&f, "100 %");
	fixture_close(&f);
}

static void test_refund(void **state)
{
	struct ui_fixture f;
	char path[128], keys[400];

	(void)state;
	open_as(&f, "library", "home");
	make_file(&f, "calls.txt", path, sizeof(path));
	fixture_pass(&f, 4 * WHEN_DAY);
	fixture_keys(&f, "2 / 'flow:saas-offline' Enter z '40' Tab 'Not needed.' Ctrl-S y");
	fixture_keys(&f, "5");
	fixture_sees(&f, "Seller: refund");
	/* its age is the request's own, not how long its node has been reached */
	fixture_pass(&f, 2 * WHEN_HOUR);
	fixture_keys(&f, "1");
	fixture_sees(&f, " 2h ");
	fixture_keys(&f, "2");
	fixture_sees(&f, " 2h ");
	fixture_sees_not(&f, " 4d ");
	fixture_keys(&f, "Enter");
	fixture_sees(&f, "Seller: refund, for 2h");
	fixture_restart(&f, "packer", "home");
	fixture_sees(&f, "You: refund");
	fixture_keys(&f, "Enter");
	fixture_sees(&f, "40.00 CNY of 100.00 CNY paid");
	fixture_sees(&f, "Not needed.");
	snprintf(keys, sizeof(keys), "Y 'Agreed.' Tab '%s' Enter Ctrl-S", path);
	fixture_keys(&f, keys);
	fixture_sees(&f, "\"agree-refund\"");
	fixture_keys(&f, "'agree-refund' Enter");
	fixture_keys(&f, "5");
	fixture_sees(&f, "Refunded");
	fixture_keys(&f, "2 / 'flow:saas-offline' Enter Enter");
	fixture_sees(&f, "Refund request: Refunded");
	/* nobody stands at a node any more */
	fixture_sees(&f, "Refunded at Requirement");
	fixture_sees_not(&f, "[Requirement]");
	fixture_keys(&f, "Esc");
	fixture_sees(&f, "Refunded at Requirement");
	fixture_sees_not(&f, "Seller: refund");
	fixture_close(&f);
}

/* The initial password is dots for the buyer until it is asked for, and always for the seller. */
static void test_service_and_its_password(void **state)
{
	struct ui_fixture f;
	char path[128], keys[600];

	(void)state;
	open_as(&f, "library", "home");
	make_file(&f, "sow.txt", path, sizeof(path));
	fixture_keys(&f, "2 / 'flow:saas-offline' Enter s 'Ten users.' Ctrl-S y");
	fixture_restart(&f, "packer", "supervision");
	fixture_keys(&f, "/ 'flow:saas-offline' Enter c y");
	fixture_keys(&f, "2 / 'flow:saas-offline' Enter d");
	snprintf(keys, sizeof(keys),
	    "Tab 'Ready.' Tab '%s' Enter Tab '%s' Enter Tab Tab 'https://x.example' Tab Tab 'root' "
	    "Tab 'first-Secret9'",
	    path, path);
	fixture_keys(&f, keys);
	fixture_sees_not(&f, "first-Secret9");
	fixture_keys(&f, "Ctrl-S");
	fixture_sees(&f, "https://x.example");
	fixture_sees_not(&f, "first-Secret9");
	fixture_keys(&f, "y");
	fixture_keys(&f, "4 / 'Office' Enter Enter");
	fixture_sees(&f, "https://x.example");
	fixture_keys(&f, "I");
	fixture_sees_not(&f, "first-Secret9");
	fixture_restart(&f, "library", "services");
	fixture_keys(&f, "/ 'Office' Enter Enter");
	fixture_sees(&f, "Password");
	fixture_sees_not(&f, "first-Secret9");
	fixture_keys(&f, "I");
	fixture_sees(&f, "first-Secret9");
	fixture_keys(&f, "I");
	fixture_sees_not(&f, "first-Secret9");
	/* From the list: its page, with the secret shown. */
	fixture_keys(&f, "4 / Ctrl-U 'Office' Enter I");
	fixture_sees(&f, "Basic information");
	fixture_sees(&f, "first-Secret9");
	/* An order's number is enough. */
	fixture_keys(&f, "1 : 'CS2611211002SAAS'");
	fixture_sees(&f, "Enter opens the record of this number.");
	fixture_keys(&f, "Enter");
	fixture_sees(&f, "Your acceptance");
	fixture_close(&f);
}

/* One question for all marked ones, one result for each. */
static void test_bulk(void **state)
{
	struct ui_fixture f;
	struct task_row task;
	size_t n = 0;

	(void)state;
	open_as(&f, "library", "home");
	import_order(&f, "CS2611211003SAAS", "SAAS1");
	fixture_keys(&f, "2 / 'flow:saas-offline' Enter s 'Ten users.' Ctrl-S y");
	fixture_keys(&f, "2 / 'flow:saas-offline stage:requirement' Enter s 'Five.' Ctrl-S y");
	import_order(&f, "CS2611211004SAAS", "SAAS1");
	fixture_restart(&f, "packer", "supervision");
	/* Of a mixed marking what is possible, and it is said how much that is. */
	fixture_keys(&f, "/ 'flow:saas-offline' Enter *");
	fixture_sees(&f, "3 marked");
	fixture_sees(&f, "c confirm");
	fixture_sees(&f, "Esc take marks away");
	fixture_keys(&f, "c");
	fixture_sees(&f, "2 of 3 marked orders");
	fixture_keys(&f, "n Esc");
	fixture_sees_not(&f, "Esc take marks away");
	fixture_keys(&f, "/ Ctrl-U 'stage:requirement' Enter * c");
	fixture_sees(&f, "not possible for the marked record");
	fixture_keys(&f, "Esc / Ctrl-U 'stage:confirmation' Enter *");
	fixture_sees(&f, "2 marked");
	fixture_keys(&f, "c");
	fixture_sees(&f, "these 2 orders");
	/* A question is answered with y and n as all others; nothing is typed into it. */
	fixture_keys(&f, "z n");
	assert_false(app_task(f.app, 0, &task));
	fixture_keys(&f, "c y");
	while (app_task(f.app, n, &task)) {
		assert_true(task.ended && !task.failed);
		n++;
	}
	assert_int_equal(n, 2);
	fixture_keys(&f, "F");
	fixture_sees(&f, "Nothing has failed.");
	fixture_close(&f);
}

static void test_review(void **state)
{
	struct ui_fixture f;

	(void)state;
	open_as(&f, "library", "home");
	begin_deployment(&f);
	pass_time(&f, 20);
	fixture_keys(&f, "2 / 'flow:lic-package' Enter a y");
	fixture_keys(&f, "4 / 'Container' Enter Enter");
	fixture_sees(&f, "In use");
	fixture_sees(&f, "= Renew");
	fixture_keys(&f, "t '5' Tab '4' Tab '3' Ctrl-S");
	fixture_sees(&f, "Delivery speed  3 of 5");
	fixture_keys(&f, "y");
	fixture_keys(&f, "t");
	fixture_sees(&f, "it was rated before");
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_screens_at_all_sizes),
		cmocka_unit_test(test_deploys_with_the_recommended),
		cmocka_unit_test(test_end_of_deployment_in_a_list),
		cmocka_unit_test(test_enter_below_the_page),
		cmocka_unit_test(test_password_is_checked_and_kept_nowhere),
		cmocka_unit_test(test_failure_and_again),
		cmocka_unit_test(test_taken_over),
		cmocka_unit_test(test_deployment_goes_on_for_its_user),
		cmocka_unit_test(test_leaving_asks),
		cmocka_unit_test(test_unknown_to_the_cloud),
		cmocka_unit_test(test_cloud_folder_in_trouble),
		cmocka_unit_test(test_refund),
		cmocka_unit_test(test_service_and_its_password),
		cmocka_unit_test(test_bulk),
		cmocka_unit_test(test_review),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
