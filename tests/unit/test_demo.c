/* The demo's marketplace: the same from the same seed, whole, intact, and with work for its
 * people. */
#include "demo/demo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "demo/formats.h"
#include "demo/story.h"

#define NOW INT64_C(1795327200000) /* 2026-11-22T06:00:00Z, a Sunday */
#define YEARS (730 * WHEN_DAY)

static struct market *make(int64_t orders, uint64_t seed, int64_t now)
{
	const struct market_options options = { .sql = { .create = true },
		.offset = WHEN_PLATFORM_OFFSET };
	const struct demo_options demo = { .orders = orders, .seed = seed, .now = now };
	struct market *market = NULL;
	struct error err = { 0 };

	if (market_open(":memory:", &options, now - YEARS, &market, &err) != STATUS_OK ||
	    demo_fill(market, &demo, NULL, NULL, &err) != STATUS_OK)
		fail_msg("%s: %s %s", err.field, err.message, err.detail);
	return market;
}

/* The marketplace that most tests look at, made once. */
static int make_shared(void **state)
{
	*state = make(DEMO_ORDERS, DEMO_SEED, NOW);
	return 0;
}

static int close_shared(void **state)
{
	market_close(*state);
	return 0;
}

static struct sql_stmt *prepare(struct market *market, const char *sql)
{
	struct sql_stmt *stmt = NULL;
	struct error err = { 0 };

	if (sql_prepare(store_sql(market_store(market)), sql, &stmt, &err) != STATUS_OK)
		fail_msg("%s: %s", sql, err.detail);
	return stmt;
}

static int64_t number(struct market *market, const char *sql)
{
	struct sql_stmt *stmt = prepare(market, sql);
	bool row = false;
	int64_t value;

	assert_int_equal(sql_step(stmt, &row, NULL), STATUS_OK);
	assert_true(row);
	value = sql_int(stmt, 0);
	sql_done(stmt);
	return value;
}

/* ---- The same from the same seed ---- */

static void hash_table(struct market *market, const char *table, struct digest *digest)
{
	char sql[200];
	struct sql_stmt *columns, *stmt;
	int n = 0;
	bool row = false;

	snprintf(sql, sizeof sql, "PRAGMA table_info(\"%s\")", table);
	columns = prepare(market, sql);
	while (sql_step(columns, &row, NULL) == STATUS_OK && row)
		n++;
	sql_done(columns);
	snprintf(sql, sizeof sql, "SELECT * FROM \"%s\" ORDER BY 1, 2", table);
	stmt = prepare(market, sql);
	while (sql_step(stmt, &row, NULL) == STATUS_OK && row) {
		for (int i = 0; i < n; i++) {
			size_t size;
			const void *data = sql_blob(stmt, i, &size);

			digest_add(digest, &size, sizeof size);
			if (size > 0)
				digest_add(digest, data, size);
		}
	}
	sql_done(stmt);
}

/* Over all rows of all tables but those of the search index, which hold the same in another form.
 */
static void hash_all(struct market *market, char out[DIGEST_TEXT])
{
	struct digest *digest = digest_new();
	struct sql_stmt *tables = prepare(market,
	    "SELECT name FROM sqlite_master WHERE type = 'table'"
	    " AND name NOT LIKE '%\\_search%' ESCAPE '\\' AND sql NOT LIKE '%VIRTUAL%'"
	    " AND name NOT LIKE '%\\_data' ESCAPE '\\' AND name NOT LIKE '%\\_idx' ESCAPE '\\'"
	    " ORDER BY name");
	struct arena arena = { 0 };
	const char *names[64];
	bool row = false;
	size_t n = 0;

	while (sql_step(tables, &row, NULL) == STATUS_OK && row && n < 64)
		names[n++] = arena_strdup(&arena, sql_text(tables, 0));
	sql_done(tables);
	assert_true(n >= 10);
	for (size_t i = 0; i < n; i++)
		hash_table(market, names[i], digest);
	digest_end(digest, out);
	arena_free(&arena);
}

static void test_same_seed(void **state)
{
	struct market *again = make(DEMO_ORDERS, DEMO_SEED, NOW);
	struct market *other = make(DEMO_ORDERS, DEMO_SEED + 1, NOW);
	char first[DIGEST_TEXT], second[DIGEST_TEXT], third[DIGEST_TEXT];

	hash_all(*state, first);
	hash_all(again, second);
	hash_all(other, third);
	assert_string_equal(first, second);
	assert_string_not_equal(first, third);
	market_close(again);
	market_close(other);
}

static void test_not_twice(void **state)
{
	const struct demo_options demo = { .orders = 5, .seed = 1, .now = NOW };
	struct error err = { 0 };
	int64_t before = number(*state, "SELECT count(*) FROM log_entries");

	assert_int_equal(demo_fill(*state, &demo, NULL, NULL, &err), STATUS_EXISTS);
	assert_true(err.message[0] != '\0');
	assert_int_equal(number(*state, "SELECT count(*) FROM log_entries"), before);
}

static void test_bad_sizes(void **state)
{
	const struct demo_options none = { .orders = 0, .seed = 1, .now = NOW };
	const struct demo_options many = { .orders = 1000001, .seed = 1, .now = NOW };

	assert_int_equal(demo_fill(*state, &none, NULL, NULL, NULL), STATUS_INVALID);
	assert_int_equal(demo_fill(*state, &many, NULL, NULL, NULL), STATUS_INVALID);
}

/* ---- Whole and intact ---- */

#define ALL_CONDITIONS (COND_REVIEWED | COND_PROOF)

static void test_every_stage(void **state)
{
	char sql[256];

	assert_int_equal(number(*state, "SELECT count(*) FROM orders WHERE source <> ''"),
		    DEMO_ORDERS);
	for (enum flow_id flow = FLOW_NONE + 1; flow < FLOW_COUNT; flow++) {
		for (enum stage_id stage = STAGE_NONE + 1; stage < STAGE_COUNT; stage++) {
			/* Nothing ever waits where the platform moves at once. */
			if (stage == STAGE_AUTOMATIC ||
			    (stage != STAGE_DONE && !flow_has(flow, stage, ALL_CONDITIONS)))
				continue;
			snprintf(sql, sizeof sql,
			    "SELECT count(*) FROM supervisions WHERE flow = '%s' AND stage = "
			    "'%s'",
			    names_word(&flow_names, flow), names_word(&stage_names, stage));
			if (number(*state, sql) == 0)
				fail_msg("none: %s", sql);
		}
	}
}

static void test_every_action(void **state)
{
	char sql[256];

	for (enum action_id id = ACTION_NONE + 1; id < ACTION_COUNT; id++) {
		snprintf(sql, sizeof sql, "SELECT count(*) FROM log_entries WHERE action = '%s'",
		    action_get(id)->word);
		if (number(*state, sql) == 0)
			fail_msg("none: %s", sql);
	}
	for (enum outcome outcome = OUTCOME_NONE + 1; outcome < OUTCOME_COUNT; outcome++) {
		snprintf(sql, sizeof sql, "SELECT count(*) FROM appeals WHERE outcome = '%s'",
		    names_word(&outcome_names, outcome));
		if (number(*state, sql) == 0)
			fail_msg("none: %s", sql);
	}
	assert_int_equal(number(*state, "SELECT count(DISTINCT type) FROM orders"), 6);
}

static void test_chains(void **state)
{
	struct sql_stmt *stmt = prepare(*state, "SELECT id FROM supervisions ORDER BY id");
	struct arena arena = { 0 };
	struct actor operator;
	bool row = false;
	int count = 0;

	assert_int_equal(market_actor(*state, "operator", &arena, &operator, NULL), STATUS_OK);
	while (sql_step(stmt, &row, NULL) == STATUS_OK && row) {
		struct verdict verdict = { 0 };
		const char *id = arena_strdup(&arena, sql_text(stmt, 0));

		assert_int_equal(market_verify(*state, &operator, id, &verdict, NULL), STATUS_OK);
		if (!verdict.intact)
			fail_msg("%s: %s", id, verdict.reason);
		count++;
	}
	sql_done(stmt);
	assert_true(count > 150);
	arena_free(&arena);
}

static void test_times(void **state)
{
	char sql[256];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM log_entries WHERE at > %lld OR at < %lld",
	    (long long)NOW, (long long)(NOW - YEARS));
	assert_int_equal(number(*state, sql), 0);
	/* Serials follow time: what changed lately is what was logged last. */
	assert_int_equal(number(*state,
			     "SELECT count(*) FROM log_entries a JOIN log_entries b"
			     " ON b.serial = a.serial + 1 WHERE b.at < a.at"),
	    0);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM log_entries WHERE at > %lld",
	    (long long)(NOW - 12 * WHEN_HOUR));
	assert_true(number(*state, sql) >= 5);
	snprintf(sql, sizeof sql,
	    "SELECT count(*) FROM supervisions WHERE ended_at BETWEEN 1 AND %lld",
	    (long long)(NOW - 365 * WHEN_DAY));
	assert_true(number(*state, sql) >= 10);
}

static void test_money(void **state)
{
	assert_int_equal(
	    number(*state,
		"SELECT count(*) FROM orders WHERE type <> 'UNSUBSCRIBE'"
		" AND (paid < 0 OR paid > amount OR refunded < 0 OR refunded > paid)"),
	    0);
	assert_int_equal(number(*state,
			     "SELECT count(*) FROM supervisions WHERE refunded > amount"
			     " OR refunded < 0 OR (state = 'refunded') <> (refunded > 0)"),
	    0);
	assert_int_equal(number(*state,
			     "SELECT count(*) FROM appeals WHERE (outcome = 'refund')"
			     " <> (refund > 0)"),
	    0);
	/* What an order gave back is what its lines gave back. */
	assert_int_equal(
	    number(*state,
		"SELECT count(*) FROM orders o WHERE refunded <>"
		" (SELECT sum(refunded) FROM order_lines l WHERE l.order_id = o.id)"),
	    0);
	assert_true(number(*state,
			"SELECT count(*) FROM supervisions WHERE refunded BETWEEN 1"
			" AND amount - 1") > 0);
	assert_true(
	    number(*state, "SELECT count(*) FROM supervisions WHERE refunded = amount") > 0);
	/* One open supervision keeps the order going. */
	assert_int_equal(number(*state,
			     "SELECT count(*) FROM orders o WHERE (state = 'processing') <>"
			     " EXISTS (SELECT 1 FROM supervisions s WHERE s.order_id = o.id AND "
			     "s.state = 'open')"),
	    0);
}

static void check_each(
    void **state, const struct names *names, const char *table, const char *column)
{
	char text[256];

	for (size_t i = 1; i < names->count; i++) {
		snprintf(text, sizeof text, "SELECT count(*) FROM %s WHERE %s = '%s'", table,
		    column, names->list[i].word);
		if (number(*state, text) == 0)
			fail_msg("none: %s", text);
	}
}

/* Refund requests, deployments and services in every state of their life. */
static void test_every_state(void **state)
{
	char sql[256];

	check_each(state, &refund_state_names, "refunds", "state");
	check_each(state, &goods_names, "refunds", "goods");
	check_each(state, &deployment_state_names, "deployments", "state");
	check_each(state, &instance_state_names, "instances", "state");
	/* Frozen and released are codes with their service, by the time alone. */
	assert_int_equal(number(*state, "SELECT count(DISTINCT license_state) FROM instances"
			   " WHERE license_state IN ('generated', 'received', 'activated')"),
	    3);
	assert_true(number(*state, "SELECT count(*) FROM instances WHERE trial = 1"
				   " AND state = 'active'") > 0);
	assert_true(number(*state, "SELECT count(*) FROM instances WHERE password <> ''"
				   " AND front_url <> '' AND login <> ''") >= 3);
	assert_true(number(*state, "SELECT count(*) FROM ratings") >= 10);
	/* A renewal is of something that the buyer has. */
	assert_int_equal(number(*state,
			     "SELECT count(*) FROM orders o JOIN order_lines l ON l.order_id = o.id"
			     " WHERE o.type = 'RENEW' AND NOT EXISTS (SELECT 1 FROM instances i"
			     " WHERE i.id = l.instance AND i.order_id <> o.id)"),
	    0);
	snprintf(sql, sizeof sql,
	    "SELECT count(*) FROM deployments WHERE state = 'deploying' AND lease_until < %lld",
	    (long long)NOW);
	assert_true(number(*state, sql) >= 1);
}

static void test_clocks(void **state)
{
	char sql[400];

	snprintf(sql, sizeof sql,
	    "SELECT count(*) FROM supervisions WHERE flow = 'hardware' AND due_at > %lld",
	    (long long)NOW);
	assert_true(number(*state, sql) >= 2);
	snprintf(sql, sizeof sql,
	    "SELECT count(*) FROM refunds WHERE state = 'return-check' AND due_at > %lld",
	    (long long)NOW);
	assert_true(number(*state, sql) >= 2);
	/* Stopped ones, and none that would go off as soon as somebody looks. */
	assert_true(number(*state, "SELECT count(*) FROM supervisions WHERE remaining > 0") >= 2);
	snprintf(sql, sizeof sql,
	    "SELECT (SELECT count(*) FROM supervisions WHERE due_at BETWEEN 1 AND %lld)"
	    " + (SELECT count(*) FROM refunds WHERE due_at BETWEEN 1 AND %lld)",
	    (long long)NOW, (long long)NOW);
	assert_int_equal(number(*state, sql), 0);
	/* What the platform accepted, it accepted in time. */
	snprintf(sql, sizeof sql,
	    "SELECT count(*) FROM log_entries WHERE role = 'system' AND effective_at > 0"
	    " AND action IN ('accept-automatically', 'accept-return') AND at - effective_at > %lld",
	    (long long)WHEN_HOUR);
	assert_int_equal(number(*state, sql), 0);
	assert_true(number(*state, "SELECT count(*) FROM log_entries"
				   " WHERE action = 'accept-automatically'") >= 4);
	assert_true(number(*state, "SELECT count(*) FROM log_entries"
				   " WHERE action = 'accept-return'") >= 2);
}

/* Facts that came while an appeal was open (F3). */
static void test_facts_in_freezes(void **state)
{
	static const char *const facts[] = { "activated_at", "signed_at" };
	char sql[256];

	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		snprintf(sql, sizeof sql,
		    "SELECT count(*) FROM supervisions s JOIN appeals a ON a.id = s.appeal"
		    " WHERE a.state = 'open' AND s.freezes > 0 AND s.%s > a.filed_at - %lld",
		    facts[i], (long long)(8 * WHEN_HOUR));
		if (number(*state, sql) == 0)
			fail_msg("none: %s", sql);
	}
}

/* ---- Work for its people ---- */

#define WAITS " AND state = 'open' AND appeal = '' AND refund = ''"

static void test_inboxes(void **state)
{
	static const char *const kinds[] = { "acceptance", "requirement", "draft-confirmation",
		"pick-up", "deployment", "identifier" };
	char sql[400];
	int64_t n = number(
	    *state,
	        "SELECT count(*) FROM supervisions WHERE buyer = 'acme' AND turn = 'buyer'" WAITS);

	assert_in_range(n, 8, 10);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		snprintf(sql, sizeof sql,
		    "SELECT count(*) FROM supervisions WHERE buyer = 'acme' AND turn = 'buyer'"
		    " AND stage = '%s'" WAITS, kinds[i]);
		if (number(*state, sql) == 0)
			fail_msg("none: %s", sql);
	}
	n = number(*state,
	    "SELECT count(*) FROM supervisions"
	    " WHERE seller = 'datasafe' AND turn = 'seller'" WAITS);
	assert_in_range(n, 6, 10);
	assert_true(number(*state, "SELECT count(*) FROM refunds WHERE seller = 'datasafe'"
				   " AND state IN ('pending', 'return-check')") >= 2);
	/* The oldest of alice's: a delivery with all its proof, past the 5-day mark. */
	snprintf(sql, sizeof sql,
	    "SELECT count(DISTINCT a.kind) FROM attachments a JOIN"
	    " (SELECT id, stay_since FROM supervisions WHERE buyer = 'acme' AND turn = 'buyer'"
	    " AND stage = 'acceptance'" WAITS " ORDER BY stay_since LIMIT 1) s"
	    " ON a.supervision = s.id WHERE s.stay_since < %lld",
	    (long long)(NOW - MARK_STAY));
	assert_true(number(*state, sql) >= 5);
}

/* What is said about a refund fits what it is about: goods that were received, or none. */
static void test_refund_texts(void **state)
{
	assert_true(number(*state, "SELECT count(*) FROM refunds WHERE goods = 'received'"
				   " AND opinion <> ''") > 0);
	assert_int_equal(number(*state,
		"SELECT count(*) FROM refunds WHERE goods = 'received'"
		" AND (opinion LIKE '%Nothing was delivered%' OR opinion LIKE '%尚未交付%')"), 0);
	assert_int_equal(number(*state,
		"SELECT count(*) FROM refunds WHERE goods <> 'received' AND ("
		" reason LIKE '%failed on the third day%' OR reason LIKE '%第三天即故障%'"
		" OR reason LIKE '%switched on once%' OR reason LIKE '%仅通电一次%')"), 0);
	assert_int_equal(number(*state,
		"SELECT count(*) FROM log_entries WHERE action = 'withdraw-refund'"
		" AND (text LIKE '%appeal%' OR text LIKE '%申诉%')"), 0);
}

/* However large the marketplace is, a person's list stays one. */
static void test_large(void **state)
{
	struct market *market = make(5 * DEMO_ORDERS, DEMO_SEED, NOW);

	(void)state;
	assert_in_range(number(market,
			    "SELECT count(*) FROM supervisions WHERE buyer = 'acme'"
			    " AND turn = 'buyer'" WAITS), 8, 10);
	assert_true(number(market, "SELECT count(*) FROM supervisions WHERE buyer = 'acme'") > 60);
	market_close(market);
}

static void test_appeals(void **state)
{
	char sql[256];

	snprintf(sql, sizeof sql,
	    "SELECT count(*) FROM appeals WHERE state = 'open' AND due_at < %lld",
	    (long long)NOW);
	assert_true(number(*state, sql) >= 1);
	snprintf(sql, sizeof sql,
	    "SELECT count(*) FROM appeals WHERE state = 'open' AND due_at > %lld"
	    " AND due_at < %lld",
	    (long long)NOW, (long long)(NOW + 30 * WHEN_HOUR));
	assert_true(number(*state, sql) >= 1);
	snprintf(sql, sizeof sql,
	    "SELECT count(*) FROM appeals WHERE state = 'open' AND filed_at > %lld",
	    (long long)(NOW - WHEN_DAY));
	assert_true(number(*state, sql) >= 2);
	assert_true(
	    number(*state, "SELECT count(*) FROM appeals WHERE state = 'withdrawn'") >= 2);
	assert_true(number(*state,
			"SELECT count(DISTINCT filed) FROM (SELECT party AS filed FROM appeals"
			" WHERE state = 'open')") == 2);
	assert_true(
	    number(*state, "SELECT count(*) FROM attachments WHERE kind = 'commitment'") >= 3);
	assert_true(
	    number(*state, "SELECT count(*) FROM supervisions WHERE buyer_rejects >= 3") >= 1);
	assert_true(
	    number(*state, "SELECT count(*) FROM supervisions WHERE seller_rejects >= 3") >= 1);
}

static void test_people(void **state)
{
	static const char *const users[] = { DEMO_USER, "bob", "wang.fang", "王芳", "operator" };
	struct arena arena = { 0 };
	struct actor actor;

	for (size_t i = 0; i < sizeof users / sizeof users[0]; i++)
		assert_int_equal(market_actor(*state, users[i], &arena, &actor, NULL), STATUS_OK);
	assert_int_equal(number(*state, "SELECT count(*) FROM products"), cast_ware_count);
	arena_free(&arena);
}

/* ---- Other sizes and moments ---- */

static void test_one_order(void **state)
{
	struct market *market = make(1, 7, NOW);

	(void)state;
	assert_int_equal(number(market, "SELECT count(*) FROM orders"), 1);
	assert_int_equal(number(market,
			     "SELECT count(*) FROM supervisions WHERE buyer = 'acme'"
			     " AND turn = 'buyer'"),
	    1);
	market_close(market);
}

static void count_progress(void *state, enum demo_phase phase, int64_t done, int64_t of)
{
	int *calls = state;

	assert_in_range(done, 1, of);
	calls[phase]++;
	if (phase == DEMO_INDEXED)
		assert_int_equal(calls[phase], done);
}

/* Other hours, weekends and years, among them those in which more was reviewed (R16). */
static void test_moments(void **state)
{
	static const int64_t days[] = { -1460, -1290, -1000, -3, 1, 33, 400 };

	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
		int64_t now = NOW + days[i] * WHEN_DAY + (int64_t)i * 5 * WHEN_HOUR;
		struct market *market = make(DEMO_ORDERS, 100 + i, now);

		assert_int_equal(number(market, "SELECT count(*) FROM orders WHERE source <> ''"),
		    DEMO_ORDERS);
		assert_true(number(market,
				"SELECT count(*) FROM supervisions WHERE buyer = 'acme'"
				" AND state = 'open' AND turn = 'buyer'") >= 5);
		market_close(market);
	}
}

static void test_progress(void **state)
{
	const struct market_options options = { .sql = { .create = true } };
	const struct demo_options demo = { .orders = 450, .seed = 3, .now = NOW };
	struct market *market = NULL;
	int calls[2] = { 0, 0 };

	(void)state;
	assert_int_equal(
	    market_open(":memory:", &options, NOW - YEARS, &market, NULL), STATUS_OK);
	assert_int_equal(demo_fill(market, &demo, count_progress, calls, NULL), STATUS_OK);
	assert_in_range(calls[DEMO_ORDERED], 100, 300);
	assert_in_range(calls[DEMO_INDEXED], 50, 300);
	assert_true(demo_bytes(1000000) > demo_bytes(200));
	market_close(market);
}

/* What is bought is delivered as the story goes: no scene asks for a product that nobody sells. */
static void test_wares(void **state)
{
	struct setting setting;
	struct story story;

	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		story_setting(&setting, seed, NOW);
		for (uint32_t i = 0; i < 2 * STORY_DECK; i++) {
			story_tell(&setting, i, &story);
			for (size_t k = 0; k < story.n_lines; k++) {
				const struct ware *ware = &cast_wares[story.lines[k].ware];

				if (strcmp(story.type, "NEW") == 0)
					assert_int_equal(
					    flow_of_delivery(ware->delivery), story.flow);
				assert_string_equal(
				    ware->seller, cast_wares[story.lines[0].ware].seller);
			}
		}
	}
}

/* No two orders of a million have one number, whatever their minute. */
static void test_order_numbers(void **state)
{
	const uint32_t orders = 1000000;
	unsigned char *taken = mem_alloc((1u << 25) / 8);
	struct setting setting;

	(void)state;
	story_setting(&setting, DEMO_SEED, NOW);
	for (uint32_t i = 0; i < orders; i++) {
		static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
		struct story story;
		uint32_t code = 0;

		story_tell(&setting, i, &story);
		assert_int_equal(strlen(story.order), 17);
		for (int k = 4; k >= 0; k--)
			code = code << 5 |
			    (uint32_t)(strchr(alphabet, story.order[12 + k]) - alphabet);
		assert_false(taken[code / 8] >> code % 8 & 1);
		taken[code / 8] |= (unsigned char)(1u << code % 8);
	}
	free(taken);
}

/* ---- Files
 * -------------------------------------------------------------------------------------- */

static void test_files(void **state)
{
	struct buf buf;
	const char *table;

	assert_true(number(*state, "SELECT count(*) FROM attachments") >
	    3 * number(*state, "SELECT count(*) FROM files"));
	buf_init(&buf, 1u << 16);
	formats_png(&buf, 3);
	assert_memory_equal(buf.data, "\x89PNG\r\n\x1a\n", 8);
	assert_memory_equal(buf.data + buf.len - 8, "IEND\xAE\x42\x60\x82", 8);
	buf_clear(&buf);
	formats_pdf(&buf, "Acceptance (final)\n\n验收文档", true);
	assert_memory_equal(buf.data, "%PDF-1.4", 8);
	table = strstr(buf.data, "startxref\n");
	assert_non_null(table);
	assert_memory_equal(buf.data + strtoul(table + 10, NULL, 10), "xref\n", 5);
	assert_non_null(strstr(buf.data, "<9A8C653665876863>"));
	buf_free(&buf);
}

/* Orders of one buyer meet: one converts or gives back the service of another's story. */
static void test_stories_that_meet(void **state)
{
	(void)state;
	market_close(make(2500, 3, NOW));
	market_close(make(2500, 5, NOW));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_stage),
		cmocka_unit_test(test_every_action),
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_money),
		cmocka_unit_test(test_every_state),
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_facts_in_freezes),
		cmocka_unit_test(test_inboxes),
		cmocka_unit_test(test_refund_texts),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_appeals),
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_not_twice),
		cmocka_unit_test(test_bad_sizes),
		cmocka_unit_test(test_same_seed),
		cmocka_unit_test(test_one_order),
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_wares),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_order_numbers),
		cmocka_unit_test(test_stories_that_meet),
	};

	return cmocka_run_group_tests(tests, make_shared, close_shared);
}
