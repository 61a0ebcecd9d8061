/* A marketplace that an older program wrote: it is brought up to date, and goes on. */
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fair_fixture.h"

static char path[64];

/* The file as it was, from its dump. */
static void make_old(const char *dump)
{
	const char *top = getenv("srcdir");
	char name[4096];
	struct buf text;
	sqlite3 *db;
	FILE *file;
	int c;

	snprintf(name, sizeof name, "%s/tests/data/%s", top == NULL ? "." : top, dump);
	file = fopen(name, "r");
	assert_non_null(file);
	buf_init(&text, 1 << 20);
	while ((c = fgetc(file)) != EOF)
		buf_putc(&text, (char)c);
	fclose(file);
	snprintf(path, sizeof path, "/tmp/koodesk-schema-%ld.db", (long)getpid());
	unlink(path);
	/* Not by src/store: a dump writes what our own connections protect. */
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, buf_text(&text), NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	buf_free(&text);
}

static void remove_old(void)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[80];

	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		unlink(name);
	}
}

static void open_old(struct fair *b)
{
	struct market_options options = { .sql = { .create = false } };

	memset(b, 0, sizeof *b);
	b->now = FAIR_NOW + 30 * WHEN_DAY;
	if (market_open(path, &options, b->now, &b->market, &b->err) != STATUS_OK)
		fail_msg("%s (%s)", b->err.message, b->err.detail);
}

static void test_schema_1(void **state)
{
	static const char appealed[] = "CSANN00001-000001", asked[] = "CSANN00002-000001";
	const struct actor ann = { "ann", "", "B1", "", ROLE_BUYER };
	struct query query = { .type = &supervision_record, .filter = "Backup", .limit = 9 };
	struct fair b;
	struct page *page;
	struct supervision *s;

	(void)state;
	make_old("schema-1.sql");
	open_old(&b);
	s = fair_at(&b, appealed);
	assert_int_equal(s->stage, STAGE_ACCEPTANCE);
	assert_int_equal(s->freezes, 1);
	assert_int_equal(s->proof_required, 0);
	assert_string_equal(s->refund, "");
	assert_string_equal(fair_instance(&b, appealed)->seller_name, "DataSafe");
	assert_int_equal(fair_instance(&b, appealed)->delivery, DELIVERY_LIC_OFFLINE);
	assert_int_equal(fair_instance(&b, appealed)->placed_at, s->placed_at);
	/* Their logs are as they were written, and go on. */
	assert_string_equal(fair_log(&b, appealed), "start deliver appeal");
	fair_do(&b, "ann", appealed, ACTION_WITHDRAW_APPEAL, (char *)NULL);
	fair_do(&b, "ann", appealed, ACTION_ACCEPT, (char *)NULL);
	fair_do(&b, "ann", appealed, ACTION_RATE, "quality=5", "service=4", "speed=3",
	    (char *)NULL);
	assert_string_equal(
	    fair_log(&b, appealed), "start deliver appeal withdraw-appeal accept rate");
	fair_do(&b, "sid", asked, ACTION_CONFIRM_REQUIREMENT, (char *)NULL);
	market_close(b.market);
	arena_free(&b.arena);
	/* What was done stays, and is searched as before. */
	open_old(&b);
	assert_int_equal(fair_at(&b, asked)->stage, STAGE_DELIVERY);
	query.filter = "P1";
	assert_int_equal(market_list(b.market, &ann, &query, b.now, &page, &b.err), STATUS_OK);
	assert_int_equal(page->count, 1);
	page_drop(page);
	market_close(b.market);
	arena_free(&b.arena);
	remove_old();
}

/* What a renewal costs stands in lines that were paid for; a trial's in a newer catalogue. */
static void test_schema_2(void **state)
{
	static const char priced[] =
	    "{\"koodesk-catalogue\":1,\"products\":[{\"id\":\"OFFI1000000000000000005\","
	    "\"name\":\"Mail gateway\",\"seller\":\"seller-datasafe\",\"delivery\":\"saas\","
	    "\"category\":\"generic\",\"currency\":\"CNY\",\"price\":\"30.000\","
	    "\"periodType\":\"month\",\"periodNumber\":1}]}";
	static const char licence[] = "CS2611211001LICN-000001";
	static const char image[] = "CS2611211004IMAG-000001";
	static const char tried[] = "CS2611211007TRIA-000001";
	struct import_report report;
	const struct instance *was;
	struct fair b;

	(void)state;
	make_old("schema-2.sql");
	open_old(&b);
	b.now = INT64_C(1795400000000);
	was = fair_instance(&b, licence);
	assert_int_equal(was->supervised, 1);
	assert_int_equal(was->price, 100000);
	assert_string_equal(was->period_type, "year");
	fair_do(&b, "north_harbour", was->id, ACTION_RENEW, (char *)NULL);
	assert_int_equal(
	    fair_instance(&b, licence)->expires_at, when_add_months(was->expires_at, 12));
	assert_string_equal(fair_log(&b, licence), "start deliver accept");
	assert_string_equal(fair_log(&b, was->id), "renew");
	/* It was renewed for three months since. */
	was = fair_instance(&b, image);
	assert_int_equal(was->supervised, 0);
	assert_int_equal(was->price, 27000);
	assert_int_equal(was->period_number, 3);
	fair_do(&b, "north_harbour", was->id, ACTION_RATE, "quality=5", "service=5", "speed=5",
	    (char *)NULL);
	was = fair_instance(&b, tried);
	assert_int_equal(
	    fair_try(&b, "north_harbour", was->id, ACTION_CONVERT_TRIAL, (char *)NULL),
	    STATUS_CONFLICT);
	assert_int_equal(market_import(b.market, priced, sizeof priced - 1, b.now, false, &report,
			     &b.err), STATUS_OK);
	fair_do(&b, "north_harbour", was->id, ACTION_CONVERT_TRIAL, (char *)NULL);
	market_close(b.market);
	arena_free(&b.arena);
	open_old(&b);
	assert_int_equal(fair_instance(&b, tried)->trial, 0);
	assert_int_equal(fair_instance(&b, tried)->version, 1);
	market_close(b.market);
	arena_free(&b.arena);
	remove_old();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_1),
		cmocka_unit_test(test_schema_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
