/*
 * Import of catalogues and orders (F6): each type of order, idempotent, and all of a file or
 * nothing.
 */
#include "market_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/flow.h"

static struct instance *instance_of(struct bench *b, const char *line)
{
	struct order_line *row = bench_get(b, &order_line_record, line);

	return bench_get(b, &instance_record, row->instance);
}

static void test_catalogue(void **state)
{
	struct bench *b = *state;
	struct import_report report = bench_import(b, "catalogue.json", T0 + 1);
	struct product *product = bench_get(b, &product_record, "OFFI1000000000000000002");
	struct user *user = bench_get(b, &user_record, "operator2");

	assert_int_equal(report.products, 0);
	assert_int_equal(report.accounts, 0);
	assert_int_equal(report.users, 0);
	assert_int_equal(report.known, 6 + 3 + 5);
	assert_string_equal(product->seller, "seller-cloudmove");
	assert_string_equal(product->seller_name, "云迁科技");
	assert_int_equal(product->delivery, DELIVERY_MANUAL_STD);
	assert_int_equal(product->category, CATEGORY_JOINT);
	assert_int_equal(product->track, TRACK_EMPOWERMENT);
	assert_int_equal(product->delivery_days, 20);
	assert_int_equal(product->created_at, T0);
	assert_int_equal(user->role, ROLE_OPERATOR);
	assert_string_equal(user->account, "platform");
	product = bench_get(b, &product_record, "OFFI1000000000000000001");
	assert_string_equal(product->standard,
	    "1. The licence file is installed.\n2. A backup and a restore were done.");
}

static void test_new_supervised(void **state)
{
	struct bench *b = *state;
	struct order *order = bench_order(b, "CS2611211001LICN");
	struct order_line *line = bench_get(b, &order_line_record, LICENSE);
	struct supervision *s = bench_supervision(b, LICENSE);
	struct instance *instance = instance_of(b, LICENSE);
	struct log_entry *start = bench_get(b, &log_entry_record, LICENSE "#000001");
	int64_t placed;

	assert_true(when_parse_iso("2026-11-21T09:08:46Z", &placed));
	assert_int_equal(order->state, ORDER_PROCESSING);
	assert_string_equal(order->type, "NEW");
	assert_string_equal(order->buyer, BUYER_ACCOUNT);
	assert_string_equal(order->buyer_name, "北港物流");
	assert_string_equal(order->seller_name, "DataSafe Co.");
	assert_int_equal(order->amount, 120000);
	assert_int_equal(order->paid, 100000);
	assert_string_equal(order->currency, "CNY");
	assert_int_equal(order->placed_at, placed);
	assert_int_equal(line->quantity, 50);
	assert_string_equal(line->charging, "PERIOD");
	assert_string_equal(line->period_type, "year");
	assert_int_equal(instance->state, INSTANCE_PREPARING);
	assert_int_equal(s->flow, FLOW_LIC_OFFLINE);
	assert_int_equal(s->reviewed, 0);
	assert_int_equal(s->amount, 100000);
	assert_int_equal(s->stay_since, placed);
	assert_int_equal(start->role, ROLE_SYSTEM);
	assert_string_equal(start->action, "start");
	assert_int_equal(start->at, T0);
	assert_int_equal(start->effective_at, placed);
	assert_int_equal(start->to_stage, STAGE_DELIVERY);
	assert_string_equal(start->prev, "");
	assert_int_equal(bench_supervision(b, MANUAL)->stage, STAGE_REQUIREMENT);
	assert_int_equal(bench_supervision(b, MANUAL)->amount, 4500125);
	bench_verify_all(b);
}

static void test_unsupervised(void **state)
{
	struct bench *b = *state;
	struct import_report report = bench_import(b, "orders/new-image.json", T0);
	struct order *order = bench_order(b, "CS2611211004IMAG");
	struct instance *instance = instance_of(b, "CS2611211004IMAG-000001");

	assert_int_equal(report.orders, 1);
	assert_int_equal(report.supervisions, 0);
	assert_int_equal(order->state, ORDER_COMPLETED);
	assert_int_equal(instance->state, INSTANCE_ACTIVE);
	assert_int_equal(instance->starts_at, order->placed_at);
	bench_import(b, "orders/ondemand.json", T0);
	assert_int_equal(instance_of(b, "CS2611211014ONDE-000001")->expires_at, 0);
}

static void test_mixed(void **state)
{
	struct bench *b = *state;
	struct import_report report = bench_import(b, "orders/new-mixed.json", T0);
	struct order *order = bench_order(b, "CS2611211005MIXD");

	assert_int_equal(report.supervisions, 2);
	assert_int_equal(order->amount, 1010500);
	assert_int_equal(order->paid, 910250);
	assert_int_equal(order->state, ORDER_PROCESSING);
	assert_int_equal(instance_of(b, "CS2611211005MIXD-000002")->state, INSTANCE_ACTIVE);
	assert_int_equal(instance_of(b, "CS2611211005MIXD-000001")->state, INSTANCE_PREPARING);
	assert_int_equal(bench_supervision(b, "CS2611211005MIXD-000003")->flow, FLOW_LIC_OFFLINE);
}

/* One instance through its life: trial, formal, renewed, changed, given back. */
static void test_life_of_an_instance(void **state)
{
	struct bench *b = *state;
	struct instance *instance;
	const char *id;
	int64_t until;

	bench_import(b, "orders/trial.json", T0);
	instance = instance_of(b, "CS2611211007TRIA-000001");
	id = instance->id;
	assert_int_equal(instance->trial, 1);
	assert_int_equal(instance->state, INSTANCE_ACTIVE);
	bench_import(b, "orders/trial-to-formal.json", T0);
	instance = instance_of(b, "CS2611211008FORM-000001");
	assert_string_equal(instance->id, id);
	assert_int_equal(instance->trial, 0);
	bench_import(b, "orders/renew.json", T0);
	instance = instance_of(b, "CS2611211009RENW-000001");
	assert_true(when_parse_wire("20281206235959", &until));
	assert_string_equal(instance->id, id);
	assert_int_equal(instance->expires_at, until);
	bench_import(b, "orders/change.json", T0);
	assert_string_equal(instance_of(b, "CS2611211010CHNG-000001")->id, id);
	bench_import(b, "orders/unsubscribe.json", T0);
	instance = instance_of(b, "CS2611211011UNSB-000001");
	assert_string_equal(instance->id, id);
	assert_int_equal(instance->state, INSTANCE_RELEASED);
	assert_int_equal(bench_number(b, "SELECT count(*) FROM supervisions"), 3);
}

/* Of several instances a change means the one that is no trial, and of those the youngest. */
static void test_which_instance(void **state)
{
	struct bench *b = *state;
	const char *formal, *younger;

	bench_import(b, "orders/renew.json", T0);
	formal = instance_of(b, "CS2611211009RENW-000001")->id;
	bench_import(b, "orders/trial.json", T0);
	bench_import(b, "orders/change.json", T0);
	assert_string_equal(instance_of(b, "CS2611211010CHNG-000001")->id, formal);
	/* A second one, bought later than the first. */
	bench_sql(b, "UPDATE instances SET starts_at = starts_at - 86400000 WHERE trial = 0");
	bench_sql(b,
	    "INSERT INTO instances (id, order_id, line, product, product_name, buyer, seller,"
	    " state, trial, starts_at, expires_at) SELECT 'z' || id, order_id, line, product,"
	    " product_name, buyer, seller, state, 0, starts_at + 7200000, expires_at FROM instances"
	    " WHERE trial = 0");
	younger = arena_printf(&b->arena, "z%s", formal);
	bench_import(b, "orders/unsubscribe.json", T0);
	assert_string_equal(instance_of(b, "CS2611211011UNSB-000001")->id, younger);
}

static void test_refund_line(void **state)
{
	struct bench *b = *state;
	struct order *order;

	bench_import(b, "orders/unsubscribe.json", T0); /* of an instance that nobody knows */
	order = bench_order(b, "CS2611211011UNSB");
	assert_int_equal(order->amount, -35125);
	assert_int_equal(order->refunded, 35125);
	assert_int_equal(order->state, ORDER_COMPLETED);
	assert_int_equal(
	    ((struct order_line *)bench_get(b, &order_line_record, "CS2611211011UNSB-000001"))
		->refunded,
	    35125);
}

static void test_renewal_of_unknown(void **state)
{
	struct bench *b = *state;
	struct import_report report = bench_import(b, "orders/renew.json", T0);

	assert_int_equal(report.supervisions, 0);
	assert_int_equal(bench_order(b, "CS2611211009RENW")->state, ORDER_COMPLETED);
	assert_int_equal(instance_of(b, "CS2611211009RENW-000001")->state, INSTANCE_ACTIVE);
}

static void test_unknown_is_carried(void **state)
{
	struct bench *b = *state;
	struct order *order;
	struct order_line *line;

	bench_import(b, "orders/unknown-type.json", T0);
	order = bench_order(b, "CS2611211012UNKN");
	assert_string_equal(order->type, "TRANSFER");
	assert_int_equal(order->state, ORDER_COMPLETED);
	line = bench_get(b, &order_line_record, "CS2611211012UNKN-000001");
	assert_string_equal(line->instance, "");
	assert_int_equal(line->amount, -5000);
	bench_import(b, "orders/unknown-fields.json", T0);
	order = bench_order(b, "CS2611211013FLDS");
	assert_non_null(strstr(order->source, "\"couponInfo\":[{\"couponId\":\"C-1\","));
	assert_non_null(strstr(order->source, "\"GB·月\""));
	assert_non_null(strstr(order->source, "ADDON-NOT-IN-CATALOGUE"));
	line = bench_get(b, &order_line_record, "CS2611211013FLDS-000001");
	assert_string_equal(line->charging, "PACKAGE");
	assert_string_equal(line->period_type, "");
}

static void test_buyer(void **state)
{
	struct bench *b = *state;
	struct account *account = bench_get(b, &account_record, BUYER_ACCOUNT);
	struct actor actor;

	assert_int_equal(account->kind, ACCOUNT_BUYER);
	assert_string_equal(account->name, "北港物流");
	assert_string_equal(account->contact, "18600000000");
	assert_string_equal(account->email, "");
	assert_string_equal(b->buyer.account, BUYER_ACCOUNT);
	bench_import(b, "orders/unknown-fields.json", T0);
	assert_int_equal(
	    market_actor(b->market, "south.lake", &b->arena, &actor, &b->err), STATUS_OK);
	assert_string_equal(actor.account, "77aa88bb99cc00dd11ee22ff33445566");
	assert_string_equal(actor.name, "中文名");
}

/* Another customer of the same name gets a user of its own. */
static void test_taken_user(void **state)
{
	struct bench *b = *state;
	size_t n;
	char *text = bench_file("orders/new-image.json", &n), *id = strstr(text, BUYER_ACCOUNT);
	struct import_report report;
	struct user *user;

	memcpy(id, "abcdef", 6);
	assert_status(b, market_import(b->market, text, n, T0, false, &report, &b->err), STATUS_OK);
	free(text);
	user = bench_get(b, &user_record, "north_harbour-abcdef");
	assert_true(strncmp(user->account, "abcdef", 6) == 0);
	assert_int_equal(report.users, 1);
	assert_int_equal(report.accounts, 1);
}

/* What a user does must not look like what the platform did by itself. */
static void test_nobody_is_the_platform(void **state)
{
	static const char catalogue[] = "{\"koodesk-catalogue\":1,\"buyers\":[{\"id\":\"Z1\","
	    "\"name\":\"Z\",\"users\":[{\"id\":\"system\",\"name\":\"Zoe\"}]}]}";
	struct bench *b = *state;
	size_t n;
	char *text = bench_file("orders/new-image.json", &n), *at;
	struct import_report report;

	assert_status(b,
	    market_import(b->market, catalogue, strlen(catalogue), T0, false, &report, &b->err),
	    STATUS_INVALID);
	assert_string_equal(b->err.field, "$.buyers[0].users[0].id");
	at = strstr(text, BUYER_ACCOUNT);
	memcpy(at, "fedcba", 6);
	/* Shorter than what stood there: blanks are none of JSON's business. */
	at = strstr(text, "\"north_harbour\"");
	memcpy(at, "\"system\"       ", strlen("\"north_harbour\""));
	assert_status(b, market_import(b->market, text, n, T0, false, &report, &b->err), STATUS_OK);
	free(text);
	assert_int_equal(report.users, 1);
	bench_get(b, &user_record, "system-fedcba");
}

static void test_again(void **state)
{
	struct bench *b = *state;
	struct import_report report;
	char *before, *after;

	bench_do(b, &b->seller, LICENSE, ACTION_COMMENT, "text=Soon.", NULL, T0);
	before = bench_dump(b);
	report = bench_import(b, "orders/new-license.json", T0 + 1000);
	after = bench_dump(b);
	assert_string_equal(before, after);
	assert_int_equal(report.known, 1);
	assert_int_equal(report.orders, 0);
	free(before);
	free(after);
}

static void test_dry_run(void **state)
{
	struct bench *b = *state;
	struct import_report report;
	char *before = bench_dump(b), *after;
	size_t n;
	char *text = bench_file("orders/new-mixed.json", &n);

	assert_status(b, market_import(b->market, text, n, T0, true, &report, &b->err), STATUS_OK);
	assert_int_equal(report.orders, 1);
	assert_int_equal(report.supervisions, 2);
	after = bench_dump(b);
	assert_string_equal(before, after);
	free(text);
	free(before);
	free(after);
}

/* Each bad file names the place, says what was expected, and leaves nothing behind. */
static void test_bad_files(void **state)
{
	static const struct {
		const char *file, *path;
	} bad[] = {
		{ "orders/bad/result-code", "$.resultCode" },
		{ "orders/bad/unknown-product",
		    "$.orderInfo.orderLine[0].productInfo[0].productId" },
		{ "orders/bad/no-time", "$.orderInfo.createTime" },
		{ "orders/bad/bad-time", "$.orderInfo.createTime" },
		{ "orders/bad/no-such-day", "$.orderInfo.createTime" },
		{ "orders/bad/bad-amount", "$.orderInfo.orderLine[0].currency" },
		{ "orders/bad/number-amount", "$.orderInfo.orderLine[0].currency" },
		{ "orders/bad/negative-amount", "$.orderInfo.orderLine[0].currencyAfterDiscount" },
		{ "orders/bad/positive-refund", "$.orderInfo.orderLine[0].currency" },
		{ "orders/bad/no-lines", "$.orderInfo.orderLine" },
		{ "orders/bad/same-line-twice", "$.orderInfo.orderLine[1].orderLineId" },
		{ "orders/bad/no-product", "$.orderInfo.orderLine[0].productInfo" },
		{ "orders/bad/blank-in-id", "$.orderInfo.orderId" },
		{ "orders/bad/id-not-ascii", "$.orderInfo.orderId" },
		{ "orders/bad/id-too-long", "$.orderInfo.orderId" },
		{ "orders/bad/no-customer", "$.orderInfo.buyerInfo.customerId" },
		{ "orders/bad/customer-is-seller", "$.orderInfo.buyerInfo.customerId" },
		{ "orders/bad/sum-too-large", "$.orderInfo.orderLine[1]" },
		{ "orders/bad/two-currencies", "$.orderInfo.orderLine[1]" },
		{ "orders/bad/two-sellers", "$.orderInfo.orderLine[2]" },
		{ "orders/bad/too-many-periods", "$.orderInfo.orderLine[0].periodNumber" },
		{ "orders/bad/bad-expiry", "$.orderInfo.orderLine[0].expireTime" },
		{ "orders/bad/no-type", "$.orderInfo.orderType" },
		{ "orders/bad/neither", "$" },
		{ "orders/bad/list", "$" },
		{ "orders/bad/no-order", "$.orderInfo" },
		{ "orders/bad/cut-short", "" },
		{ "catalogues/newer", "$.koodesk-catalogue" },
		{ "catalogues/slip", "$.products[1].acceptancestandard" },
		{ "catalogues/no-seller", "$.products[0].seller" },
		{ "catalogues/delivery", "$.products[2].delivery" },
		{ "catalogues/currency", "$.products[2].currency" },
		{ "catalogues/user-taken", "$.buyers[0].users[0].id" },
		{ "catalogues/kind", "$.buyers[0].id" },
		{ "catalogues/role", "$.platform[0].role" },
		{ "catalogues/nameless", "$.sellers[0].name" },
	};
	struct bench *b = *state;
	char *before = bench_dump(b);

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char name[64], *after;

		snprintf(name, sizeof name, "%s.json", bad[i].file);
		memset(&b->err, 0, sizeof b->err);
		if (bench_try_import(b, name, T0) != STATUS_INVALID)
			fail_msg("%s was not refused", name);
		if (bad[i].path[0] != '\0' && strcmp(b->err.field, bad[i].path) != 0)
			fail_msg("%s: at %s, not %s: %s", name, b->err.field, bad[i].path,
			    b->err.message);
		assert_string_not_equal(b->err.message, "");
		after = bench_dump(b);
		assert_string_equal(before, after);
		free(after);
	}
	free(before);
}

static void test_names_what_is_wrong(void **state)
{
	struct bench *b = *state;

	assert_int_equal(
	    bench_try_import(b, "orders/bad/unknown-product.json", T0), STATUS_INVALID);
	assert_non_null(strstr(b->err.message, "OFFI9999999999999999999"));
	assert_int_equal(bench_try_import(b, "orders/bad/two-sellers.json", T0), STATUS_INVALID);
	assert_non_null(strstr(b->err.message, "CS2611219996SELL-000001"));
	assert_non_null(strstr(b->err.message, "seller-datasafe"));
	assert_non_null(strstr(b->err.message, "CS2611219996SELL-000003"));
	assert_non_null(strstr(b->err.message, "seller-cloudmove"));
	assert_int_equal(bench_try_import(b, "orders/bad/result-code.json", T0), STATUS_INVALID);
	assert_non_null(strstr(b->err.message, "MKT.0101"));
	assert_non_null(strstr(b->err.message, "order does not exist"));
	assert_int_equal(bench_try_import(b, "catalogues/delivery.json", T0), STATUS_INVALID);
	assert_non_null(strstr(b->err.message, "lic-offline"));
}

/* A line that another order has already: the whole file is refused. */
static void test_line_of_another(void **state)
{
	struct bench *b = *state;
	size_t n;
	char *text = bench_file("orders/new-two.json", &n), *before, *after;
	char *second = strstr(text, "CS2611211006TWOL-000002");
	struct import_report report;

	memcpy(second, LICENSE, strlen(LICENSE));
	before = bench_dump(b);
	assert_status(
	    b, market_import(b->market, text, n, T0, false, &report, &b->err), STATUS_INVALID);
	assert_string_equal(b->err.field, "$.orderInfo.orderLine[1].orderLineId");
	assert_non_null(strstr(b->err.message, "CS2611211001LICN"));
	after = bench_dump(b);
	assert_string_equal(before, after);
	free(text);
	free(before);
	free(after);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_catalogue),
		TEST(test_new_supervised),
		TEST(test_unsupervised),
		TEST(test_mixed),
		TEST(test_life_of_an_instance),
		TEST(test_which_instance),
		TEST(test_refund_line),
		TEST(test_renewal_of_unknown),
		TEST(test_unknown_is_carried),
		TEST(test_buyer),
		TEST(test_taken_user),
		TEST(test_nobody_is_the_platform),
		TEST(test_again),
		TEST(test_dry_run),
		TEST(test_bad_files),
		TEST(test_names_what_is_wrong),
		TEST(test_line_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
