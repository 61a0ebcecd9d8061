/* Commands on purchased services: renewed, converted, rated; by whom, when, and what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fair_fixture.h"
#include "market/keep.h"
#include "model/instance.h"

#define PRODUCT(id, more) \
	"{\"id\":\"" id "\",\"name\":\"" id "\",\"seller\":\"S1\",\"delivery\":\"saas\"," \
	"\"category\":\"generic\",\"currency\":\"CNY\"" more "}"

static const char catalogue[] =
    "{\"koodesk-catalogue\":1,\"sellers\":[{\"id\":\"S2\",\"name\":\"Other\",\"users\":"
    "[{\"id\":\"sid\",\"name\":\"Sid\"}]}],\"buyers\":[{\"id\":\"B2\",\"name\":\"Bo\",\"users\":"
    "[{\"id\":\"bo\",\"name\":\"Bo\"}]}],\"products\":["
    PRODUCT("mail", ",\"price\":\"40.000\",\"periodType\":\"month\",\"periodNumber\":1") ","
    PRODUCT("tool", "") "]}";

static void import(struct fair *b, const char *text)
{
	struct import_report report = { 0 };

	fair_check(b,
	    market_import(b->market, text, strlen(text), b->now, false, &report, &b->err),
	    __FILE__, __LINE__);
}

struct bought {
	const char *type, *product, *charging, *period;
	int number, quantity;
	const char *paid;
	int64_t until; /* 0: not stated */
};

static const char *line_json(struct fair *b, const char *id, const struct bought *what)
{
	char until[WHEN_TEXT] = "";

	if (what->until != 0)
		when_wire(what->until, until);
	return arena_printf(&b->arena,
	    "{\"orderLineId\":\"%s\",\"chargingMode\":\"%s\",\"periodType\":\"%s\","
	    "\"periodNumber\":%d,\"expireTime\":\"%s\",\"productInfo\":[{\"productId\":\"%s\","
	    "\"linearValue\":%d}],\"currency\":\"%s\"}",
	    id, what->charging, what->period, what->number, until, what->product, what->quantity,
	    what->paid);
}

/* Orders it now for a buyer; the id of the first line, in the arena. */
static const char *order_for(
    struct fair *b, const char *buyer, const struct bought *what, const struct bought *second)
{
	const char *order = arena_printf(&b->arena, "CSOWN%05d", ++b->orders);
	const char *line = arena_printf(&b->arena, "%s-000001", order);
	char when[WHEN_TEXT];

	when_wire(b->now, when);
	import(b,
	    arena_printf(&b->arena,
		"{\"resultCode\":\"MKT.0000\",\"orderInfo\":{\"orderId\":\"%s\",\"orderType\":"
		"\"%s\",\"createTime\":\"%s\",\"orderLine\":[%s%s%s],\"buyerInfo\":"
		"{\"customerId\":\"%s\"}}}",
		order, what->type, when, line_json(b, line, what), second != NULL ? "," : "",
		second == NULL
		    ? ""
		    : line_json(b, arena_printf(&b->arena, "%s-000002", order), second),
		buyer));
	return line;
}

static struct instance *buy(struct fair *b, const struct bought *what)
{
	return fair_instance(b, order_for(b, "B1", what, NULL));
}

static struct bought year(const struct fair *b)
{
	return (struct bought){ "NEW", "tool", "PERIOD", "year", 1, 2, "90.000",
		when_add_months(b->now, 12) };
}

static struct bought trial(const struct fair *b, const char *product)
{
	return (struct bought){ "TRIAL", product, "PERIOD", "day", 15, 3, "0.000",
		b->now + 15 * WHEN_DAY };
}

static struct instance *again(struct fair *b, const struct instance *instance)
{
	return fair_row(b, &instance_record, instance->id);
}

static int64_t count(struct fair *b, const char *sql)
{
	struct sql_stmt *stmt;
	bool row = false;
	int64_t n;

	fair_check(b, sql_prepare(store_sql(market_store(b->market)), sql, &stmt, &b->err),
	    __FILE__, __LINE__);
	fair_check(b, sql_step(stmt, &row, &b->err), __FILE__, __LINE__);
	n = sql_int(stmt, 0);
	sql_done(stmt);
	return n;
}

static void run(struct fair *b, const char *sql)
{
	fair_check(b, sql_exec(store_sql(market_store(b->market)), sql, &b->err), __FILE__,
	    __LINE__);
}

static int setup(void **state)
{
	struct fair *b = mem_alloc(sizeof *b);

	fair_open(b);
	import(b, catalogue);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct fair *b = *state;

	fair_close(b);
	free(b);
	return 0;
}

/* ---- renewing ---- */

static void check_order(struct fair *b, const char *type, int64_t paid, const char *period,
    int64_t number, const struct instance *after)
{
	const struct order *order = fair_row(b, &order_record, b->receipt.record);
	const struct order_line *line = fair_row(
	    b, &order_line_record, arena_printf(&b->arena, "%s-000001", b->receipt.record));

	assert_string_equal(order->type, type);
	assert_int_equal(order->state, ORDER_COMPLETED);
	assert_int_equal(order->amount, paid);
	assert_int_equal(order->paid, paid);
	assert_int_equal(order->refunded, 0);
	assert_string_equal(order->buyer, after->buyer);
	assert_string_equal(order->seller, after->seller);
	assert_int_equal(order->placed_at, b->now);
	assert_memory_equal(order->id, "CS", 2);
	assert_string_equal(line->instance, after->id);
	assert_int_equal(line->paid, paid);
	assert_string_equal(line->period_type, period);
	assert_int_equal(line->period_number, number);
	assert_int_equal(line->expires_at, after->expires_at);
	assert_int_equal(count(b, "SELECT count(*) FROM supervisions"), 0);
}

static void test_renew(void **state)
{
	struct fair *b = *state;
	const struct bought what = year(b);
	const struct instance *was = buy(b, &what), *is;

	b->now += 40 * WHEN_DAY;
	fair_do(b, "ann", was->id, ACTION_RENEW, (char *)NULL);
	is = again(b, was);
	assert_int_equal(is->expires_at, when_add_months(was->expires_at, 12));
	assert_int_equal(is->starts_at, was->starts_at);
	assert_int_equal(is->version, was->version + 1);
	check_order(b, "RENEW", 90000, "year", 1, is);
	assert_true(b->receipt.owned);
	assert_string_equal(b->receipt.id, was->id);
	assert_int_equal(b->receipt.seq, 1);
	/* However many are bought at once, the next one is one again. */
	fair_do(b, "ann", was->id, ACTION_RENEW, "periods=3", (char *)NULL);
	check_order(b, "RENEW", 270000, "year", 3, again(b, was));
	fair_do(b, "ann", was->id, ACTION_RENEW, "periods=1", (char *)NULL);
	is = again(b, was);
	check_order(b, "RENEW", 90000, "year", 1, is);
	assert_int_equal(is->expires_at, when_add_months(was->expires_at, 5 * 12));
	assert_string_equal(fair_log(b, was->id), "renew renew renew");
	assert_int_equal(count(b, "SELECT count(DISTINCT id) FROM orders"), 4);
}

/* Whether it is imported or comes by a command, the service is the same after it. */
static void test_as_imported(void **state)
{
	struct fair *b = *state;
	struct bought what = year(b);
	const struct instance *by_command = buy(b, &what), *by_import;

	by_import = fair_instance(b, order_for(b, "B2", &what, NULL));
	b->now = what.until + 3 * WHEN_DAY;
	fair_do(b, "ann", by_command->id, ACTION_RENEW, (char *)NULL);
	what.type = "RENEW";
	what.until = when_add_months(by_import->expires_at, 12);
	order_for(b, "B2", &what, NULL);
	by_command = again(b, by_command);
	by_import = again(b, by_import);
	assert_int_equal(by_command->state, INSTANCE_ACTIVE);
	assert_int_equal(by_command->state, by_import->state);
	assert_int_equal(by_command->expires_at, by_import->expires_at);
	assert_int_equal(by_command->starts_at, by_import->starts_at);
	assert_int_equal(by_command->price, by_import->price);
	assert_string_equal(by_command->period_type, by_import->period_type);
	assert_int_equal(by_command->version, by_import->version);
}

/* Expired and frozen ones go on where they ended; what is released is gone. */
static void test_late(void **state)
{
	static const int64_t after[] = { 0, INSTANCE_GRACE,
		INSTANCE_GRACE + INSTANCE_RETENTION - 1 };
	struct fair *b = *state;
	struct bought what = year(b);
	const struct instance *was;

	for (size_t i = 0; i < 3; i++) {
		what = year(b);
		was = buy(b, &what);
		b->now = was->expires_at + after[i];
		fair_do(b, "ann", was->id, ACTION_RENEW, (char *)NULL);
		assert_int_equal(
		    again(b, was)->expires_at, when_add_months(was->expires_at, 12));
		assert_int_equal(again(b, was)->state, INSTANCE_ACTIVE);
	}
	what = year(b);
	was = buy(b, &what);
	b->now = was->expires_at + INSTANCE_GRACE + INSTANCE_RETENTION;
	assert_int_equal(
	    fair_try(b, "ann", was->id, ACTION_RENEW, (char *)NULL), STATUS_CONFLICT);
	/* A renewal that would be over already is none: so many as to reach the present. */
	what = (struct bought){ "NEW", "tool", "PERIOD", "day", 5, 1, "1.000",
		b->now + 5 * WHEN_DAY };
	was = buy(b, &what);
	b->now = was->expires_at + 12 * WHEN_DAY;
	assert_int_equal(fair_try(b, "ann", was->id, ACTION_RENEW, "periods=2", (char *)NULL),
	    STATUS_INVALID);
	assert_string_equal(b->err.field, "periods");
	fair_do(b, "ann", was->id, ACTION_RENEW, "periods=3", (char *)NULL);
}

/* ---- who, and what not ---- */

static void refused(struct fair *b, enum status status, const char *user, const char *id,
    enum action_id action, const char *why)
{
	int64_t orders = count(b, "SELECT count(*) FROM orders");
	int64_t entries = count(b, "SELECT count(*) FROM log_entries");
	int64_t versions = count(b, "SELECT sum(version) FROM instances");

	assert_int_equal(fair_try(b, user, id, action, (char *)NULL), status);
	if (strstr(b->err.message, why) == NULL)
		fail_msg("%s", b->err.message);
	assert_int_equal(count(b, "SELECT count(*) FROM orders"), orders);
	assert_int_equal(count(b, "SELECT count(*) FROM log_entries"), entries);
	assert_int_equal(count(b, "SELECT sum(version) FROM instances"), versions);
}

static void test_refused(void **state)
{
	struct fair *b = *state;
	struct bought what = year(b);
	const struct instance *formal = buy(b, &what), *tried, *once, *delivered, *reviewed;
	const char *line;

	what = trial(b, "tool");
	tried = buy(b, &what);
	what = (struct bought){ "NEW", "tool", "ONETIME", "", 0, 1, "5.000", 0 };
	once = buy(b, &what);
	line = fair_order(b, "lic-offline");
	delivered = fair_instance(b, line);
	reviewed = fair_instance(b, fair_order(b, "lic-offline-track"));
	refused(b, STATUS_NOTFOUND, "bo", formal->id, ACTION_RENEW, "there is no");
	refused(b, STATUS_NOTFOUND, "sid", formal->id, ACTION_RENEW, "there is no");
	refused(b, STATUS_NOTFOUND, "reviewer", formal->id, ACTION_RENEW, "there is no");
	refused(b, STATUS_NOTFOUND, "reviewer", delivered->id, ACTION_RENEW, "there is no");
	refused(b, STATUS_AUTH, "reviewer", reviewed->id, ACTION_RENEW, "review");
	refused(b, STATUS_NOTFOUND, "ann", "nothing", ACTION_RENEW, "there is no");
	refused(b, STATUS_NOTFOUND, "ann", line, ACTION_RENEW, "there is no");
	refused(b, STATUS_AUTH, "sue", formal->id, ACTION_RENEW, "seller");
	refused(b, STATUS_AUTH, "operator", formal->id, ACTION_CONVERT_TRIAL, "operations");
	refused(b, STATUS_CONFLICT, "ann", formal->id, ACTION_CONVERT_TRIAL, "no trial");
	refused(b, STATUS_CONFLICT, "ann", tried->id, ACTION_RENEW, "converted");
	refused(b, STATUS_CONFLICT, "ann", tried->id, ACTION_CONVERT_TRIAL, "no price");
	refused(b, STATUS_CONFLICT, "ann", once->id, ACTION_RENEW, "by the period");
	refused(b, STATUS_CONFLICT, "ann", delivered->id, ACTION_RENEW, "not delivered yet");
	refused(b, STATUS_NOTFOUND, "ann", formal->id, ACTION_ACCEPT, "there is no");
	assert_int_equal(
	    fair_try(b, "ann", formal->id, ACTION_RENEW, "periods=0", (char *)NULL),
	    STATUS_INVALID);
	assert_int_equal(
	    fair_try(b, "ann", formal->id, ACTION_RENEW, "periods=1.5", (char *)NULL),
	    STATUS_INVALID);
	assert_int_equal(
	    fair_try(b, "ann", formal->id, ACTION_RENEW, "periods=37", (char *)NULL),
	    STATUS_INVALID);
	/* With the acceptance its period has begun. */
	fair_deliver(b, line);
	refused(b, STATUS_CONFLICT, "ann", delivered->id, ACTION_RENEW, "not delivered yet");
	fair_do(b, "ann", line, ACTION_ACCEPT, (char *)NULL);
	fair_do(b, "ann", delivered->id, ACTION_RENEW, (char *)NULL);
	assert_int_equal(again(b, delivered)->expires_at,
	    when_add_months(fair_at(b, line)->period_end, 1));
	assert_string_equal(fair_log(b, line), "start deliver accept");
	assert_string_equal(fair_log(b, delivered->id), "renew");
}

/* ---- trials ---- */

static void test_convert(void **state)
{
	struct fair *b = *state;
	const struct bought what = trial(b, "mail");
	const struct instance *was = buy(b, &what), *is;

	b->now += 2 * WHEN_DAY;
	fair_do(b, "ann", was->id, ACTION_CONVERT_TRIAL, "periods=2", (char *)NULL);
	is = again(b, was);
	assert_int_equal(is->trial, 0);
	assert_int_equal(is->expires_at, when_add_months(was->expires_at, 2));
	/* three pieces at 40.00 for two months */
	check_order(b, "TRIAL_TO_FORMAL", 240000, "month", 2, is);
	refused(b, STATUS_CONFLICT, "ann", was->id, ACTION_CONVERT_TRIAL, "no trial");
	fair_do(b, "ann", was->id, ACTION_RENEW, (char *)NULL);
	check_order(b, "RENEW", 120000, "month", 1, again(b, was));
	assert_string_equal(fair_log(b, was->id), "convert-trial renew");
	/* One that is over begins now. */
	was = buy(b, &what);
	b->now = was->expires_at + 9 * WHEN_DAY;
	fair_do(b, "ann", was->id, ACTION_CONVERT_TRIAL, (char *)NULL);
	assert_int_equal(again(b, was)->expires_at, when_add_months(b->now, 1));
	assert_int_equal(again(b, was)->state, INSTANCE_ACTIVE);
}

/* A catalogue that has learned its prices is imported again. */
static void test_price_later(void **state)
{
	struct fair *b = *state;
	const struct bought what = trial(b, "tool");
	const struct instance *was = buy(b, &what);

	import(b, "{\"koodesk-catalogue\":1,\"products\":[" PRODUCT("tool",
	    ",\"price\":\"7.000\",\"periodType\":\"year\"") "]}");
	import(b, "{\"koodesk-catalogue\":1,\"products\":[" PRODUCT("tool",
	    ",\"price\":\"8.000\",\"periodType\":\"year\"") "]}");
	fair_do(b, "ann", was->id, ACTION_CONVERT_TRIAL, (char *)NULL);
	check_order(b, "TRIAL_TO_FORMAL", 21000, "year", 1, again(b, was));
}

/* ---- ratings ---- */

#define SCORES "quality=5", "service=4", "speed=3", "text=good", (char *)NULL

static void test_rate(void **state)
{
	struct fair *b = *state;
	const struct bought what = year(b);
	struct bought supervised = what;
	const struct instance *plain = buy(b, &what), *mixed;
	const struct rating *rating;
	const char *line;
	int64_t version = plain->version;

	fair_do(b, "ann", plain->id, ACTION_RATE, SCORES);
	rating = fair_row(b, &rating_record, plain->line);
	assert_string_equal(b->receipt.record, plain->line);
	assert_int_equal(rating->quality, 5);
	assert_string_equal(rating->text, "good");
	assert_string_equal(rating->supervision, "");
	assert_string_equal(rating->buyer, "B1");
	assert_int_equal(again(b, plain)->rated_at, b->now);
	assert_int_equal(again(b, plain)->version, version);
	assert_int_equal(fair_try(b, "ann", plain->id, ACTION_RATE, SCORES), STATUS_CONFLICT);
	/* Where another line of the order is supervised, its end is waited for. */
	supervised.product = "lic-offline";
	line = order_for(b, "B1", &supervised, &what);
	mixed = fair_instance(b, arena_printf(&b->arena, "%.16s2", line));
	refused(b, STATUS_CONFLICT, "ann", mixed->id, ACTION_RATE, "completed");
	fair_deliver(b, line);
	fair_do(b, "ann", line, ACTION_ACCEPT, (char *)NULL);
	fair_do(b, "ann", mixed->id, ACTION_RATE, SCORES);
	/* A supervised line is rated there, once. */
	refused(b, STATUS_CONFLICT, "ann", fair_instance(b, line)->id, ACTION_RATE, "supervision");
	fair_do(b, "ann", line, ACTION_RATE, SCORES);
	assert_int_equal(count(b, "SELECT count(*) FROM ratings"), 3);
}

/* ---- the one path ---- */

static enum status perform(struct fair *b, const struct instance *instance, const char *key,
    int64_t version, bool dry_run)
{
	const struct command command = { .id = instance->id, .action = ACTION_RENEW, .key = key,
		.version = version, .dry_run = dry_run };
	struct actor ann;

	fair_check(b, market_actor(b->market, "ann", &b->arena, &ann, &b->err), __FILE__,
	    __LINE__);
	return market_perform(b->market, &ann, &command, b->now, &b->receipt, &b->err);
}

static void test_path(void **state)
{
	struct fair *b = *state;
	const struct bought what = year(b);
	const struct instance *was = buy(b, &what);
	struct receipt first;

	assert_int_equal(perform(b, was, "dry", was->version, true), STATUS_OK);
	assert_true(b->receipt.dry_run);
	assert_int_equal(again(b, was)->version, was->version);
	assert_int_equal(count(b, "SELECT count(*) FROM orders"), 1);
	assert_int_equal(perform(b, was, "one", was->version, false), STATUS_OK);
	first = b->receipt;
	assert_int_equal(perform(b, was, "one", was->version, false), STATUS_OK);
	assert_true(b->receipt.replayed);
	assert_true(b->receipt.owned);
	assert_string_equal(b->receipt.record, first.record);
	assert_string_equal(b->receipt.hash, first.hash);
	assert_int_equal(perform(b, was, "two", was->version, false), STATUS_CONFLICT);
	assert_non_null(strstr(b->err.message, "moved on"));
	assert_int_equal(count(b, "SELECT count(*) FROM orders"), 2);
	assert_int_equal(perform(b, was, "two", first.version, false), STATUS_OK);
	assert_string_not_equal(b->receipt.record, first.record);
}

/* ---- the log ---- */

static int64_t fed(struct fair *b, const char *user)
{
	struct page *page = NULL;
	struct actor actor;
	int64_t next, n;

	fair_check(b, market_actor(b->market, user, &b->arena, &actor, &b->err), __FILE__,
	    __LINE__);
	fair_check(b, market_changes(b->market, &actor, 0, 100, &page, &next, &b->err), __FILE__,
	    __LINE__);
	n = (int64_t)page->count;
	page_drop(page);
	return n;
}

/* The one service whose log is broken is told to those who see it, and to nobody else (R13). */
static void found_by(struct fair *b, const char *user, const char *id, size_t broken)
{
	struct audit_part part;
	struct actor actor;

	fair_check(b, market_actor(b->market, user, &b->arena, &actor, &b->err), __FILE__,
	    __LINE__);
	fair_check(b, market_audit_part(b->market, &actor, "", AUDIT_LIMIT_MAX, &part, &b->err),
	    __FILE__, __LINE__);
	assert_string_equal(part.next, "");
	assert_int_equal(part.done, part.of);
	assert_int_equal(part.broken, broken);
	if (broken == 0)
		return;
	assert_string_equal(part.faults[0].id, id);
	assert_true(part.faults[0].owned);
	assert_true(part.faults[0].broken_at > 0);
	assert_string_not_equal(part.faults[0].reason, "");
}

static void test_log(void **state)
{
	static const char *const edits[] = {
		"UPDATE log_entries SET inputs = replace(inputs, '90', '10') WHERE seq = 1",
		"UPDATE log_entries SET version = 7 WHERE seq = 2",
		"DELETE FROM log_entries WHERE seq = 1",
		"DELETE FROM log_entries WHERE seq = 2",
		"UPDATE instances SET log_length = 1",
		"UPDATE instances SET log_length = 0, log_head = ''",
		"UPDATE instances SET log_head = 'x'",
	};
	const struct actor operator = { "operator", "", "platform", "", ROLE_OPERATOR };
	struct fair *b = *state;
	const struct bought what = year(b);
	const struct instance *was = buy(b, &what);
	struct verdict verdict;
	struct audit audit;

	fair_do(b, "ann", was->id, ACTION_RENEW, (char *)NULL);
	fair_do(b, "ann", was->id, ACTION_RATE, SCORES);
	assert_int_equal(fed(b, "ann"), 2);
	assert_int_equal(fed(b, "sue"), 2);
	assert_int_equal(fed(b, "bo"), 0);
	assert_int_equal(fed(b, "sid"), 0);
	assert_int_equal(fed(b, "operator"), 2);
	assert_int_equal(market_audit(b->market, &operator, NULL, &audit, &b->err), STATUS_OK);
	assert_int_equal(audit.entries, 2);
	assert_int_equal(audit.broken, 0);
	for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
		run(b, "SAVEPOINT edit");
		run(b, edits[i]);
		assert_int_equal(
		    market_verify(b->market, &operator, was->id, &verdict, &b->err), STATUS_OK);
		if (verdict.intact)
			fail_msg("not found: %s", edits[i]);
		assert_int_equal(
		    market_audit(b->market, &operator, NULL, &audit, &b->err), STATUS_OK);
		assert_int_equal(audit.broken, 1);
		found_by(b, "ann", was->id, 1);
		found_by(b, "sue", was->id, 1);
		found_by(b, "bo", was->id, 0);
		found_by(b, "sid", was->id, 0);
		found_by(b, "operator", was->id, 1);
		run(b, "ROLLBACK TO edit");
		run(b, "RELEASE edit");
	}
	assert_int_equal(
	    market_verify(b->market, &operator, was->id, &verdict, &b->err), STATUS_OK);
	assert_true(verdict.intact);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_renew),
		TEST(test_as_imported),
		TEST(test_late),
		TEST(test_refused),
		TEST(test_convert),
		TEST(test_price_later),
		TEST(test_rate),
		TEST(test_path),
		TEST(test_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
