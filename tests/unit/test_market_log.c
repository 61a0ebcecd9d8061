/* The operation log: its bytes, and every kind of tampering shows (R15, F10). */
#include "market_fixture.h"

#include <limits.h>
#include <stdio.h>

#include "market/chain.h"
#include "market/keep.h"
#include "market/work.h"

/* Six entries: start, deliver with two files, reject, deliver, comment with a file, accept. */
static void fill(struct bench *b)
{
	bench_do(b, &b->seller, LICENSE, ACTION_DELIVER, "result=First.", DELIVER_KINDS, T0 + 1);
	bench_do(b, &b->buyer, LICENSE, ACTION_REJECT, "reason=No key.", NULL, T0 + 2);
	bench_do(b, &b->seller, LICENSE, ACTION_DELIVER, "result=Second.", DELIVER_KINDS, T0 + 3);
	bench_do(b, &b->buyer, LICENSE, ACTION_COMMENT, "text=Looks good.", "other", T0 + 4);
	bench_do(b, &b->buyer, LICENSE, ACTION_ACCEPT, "comment=Fine.", NULL, T0 + 5);
}

static struct verdict verify(struct bench *b)
{
	struct verdict verdict;

	assert_status(
	    b, market_verify(b->market, &b->buyer, LICENSE, &verdict, &b->err), STATUS_OK);
	return verdict;
}

/* The example of doc/operation-log.md, computed there with other tools. */
static void test_bytes(void **state)
{
	static const struct log_entry entry = {
		.id = "CS1-000001#000002",
		.serial = 7,
		.supervision = "CS1-000001",
		.seq = 2,
		.at = INT64_C(1795327200000),
		.effective_at = 0,
		.actor = "datasafe",
		.role = ROLE_SELLER,
		.account = "seller-datasafe",
		.action = "deliver",
		.from_stage = STAGE_DELIVERY,
		.to_stage = STAGE_ACCEPTANCE,
		.version = 2,
		.text = "已安装 OK",
		.inputs = "{\"result\":\"已安装 OK\"}",
		.files = "[]",
		.prev = "00000000000000000000000000000000000000000000000000000000000000aa",
		.hash = "",
	};
	char hash[DIGEST_TEXT];

	(void)state;
	chain_hash(&entry, hash);
	assert_string_equal(
	    hash, "842269486cc7e19de73289103f24f37f99af0f3f2de5fb60c04a7667ac3e367e");
}

static void test_intact(void **state)
{
	struct bench *b = *state;
	struct verdict verdict;
	struct log_entry *last;

	fill(b);
	verdict = verify(b);
	last = bench_get(b, &log_entry_record, LICENSE "#000006");
	assert_true(verdict.intact);
	assert_int_equal(verdict.entries, 6);
	assert_int_equal(verdict.broken_at, 0);
	assert_string_equal(verdict.reason, "");
	assert_string_equal(verdict.head, last->hash);
	assert_string_equal(last->prev,
	    ((struct log_entry *)bench_get(b, &log_entry_record, LICENSE "#000005"))->hash);
	assert_int_equal(
	    market_verify(b->market, &b->other_buyer, LICENSE, &verdict, &b->err), STATUS_NOTFOUND);
	assert_false(verdict.intact);
}

/* Every hashed column of every entry, one at a time. */
static void test_edits(void **state)
{
	struct bench *b = *state;
	char sql[256];

	fill(b);
	for (size_t i = 0; i < CHAIN_PARTS; i++) {
		for (int seq = 1; seq <= 6; seq++) {
			const char *member = chain_parts[i].member;
			struct verdict verdict;

			if (strcmp(member, "seq") == 0 || strcmp(member, "supervision") == 0)
				continue; /* the entry is then elsewhere: below */
			bench_sql(b, "SAVEPOINT tamper");
			snprintf(sql, sizeof sql,
			    "UPDATE log_entries SET %s = %s WHERE supervision = '" LICENSE
			    "' AND seq = %d",
			    member, chain_parts[i].kind == CHAIN_NUMBER ? "9999" : "'x'", seq);
			bench_sql(b, sql);
			verdict = verify(b);
			if (verdict.intact || verdict.broken_at != seq)
				fail_msg("%s of entry %d: %lld %s", member, seq,
				    (long long)verdict.broken_at, verdict.reason);
			bench_sql(b, "ROLLBACK TO tamper; RELEASE tamper");
		}
	}
	assert_true(verify(b).intact);
}

static void test_tampering(void **state)
{
	static const struct {
		const char *what, *sql;
		int64_t at;
	} cases[] = {
		{ "deleted", "DELETE FROM log_entries WHERE id = '" LICENSE "#000003'", 3 },
		{ "first deleted", "DELETE FROM log_entries WHERE id = '" LICENSE "#000001'", 1 },
		{ "tail cut",
		    "DELETE FROM log_entries WHERE supervision = '" LICENSE "' AND seq > 4", 5 },
		{ "all gone", "DELETE FROM log_entries WHERE supervision = '" LICENSE "'", 1 },
		{ "moved away",
		    "UPDATE log_entries SET supervision = 'other' WHERE id = '" LICENSE "#000002'",
		    2 },
		{ "deleted and closed up",
		    "DELETE FROM log_entries WHERE id = '" LICENSE "#000003';"
		    "UPDATE log_entries SET seq = 1 - seq WHERE supervision = '" LICENSE
		    "' AND seq > 3; UPDATE log_entries SET seq = -seq WHERE seq < 0",
		    3 },
		{ "swapped",
		    "UPDATE log_entries SET seq = 100 WHERE id = '" LICENSE "#000002';"
		    "UPDATE log_entries SET seq = 2 WHERE id = '" LICENSE "#000004';"
		    "UPDATE log_entries SET seq = 4 WHERE id = '" LICENSE "#000002'",
		    2 },
		{ "inserted",
		    "UPDATE log_entries SET seq = -1 - seq WHERE supervision = '" LICENSE
		    "' AND seq > 2; UPDATE log_entries SET seq = -seq WHERE seq < 0;"
		    "INSERT INTO log_entries (id, serial, supervision, seq, at, effective_at,"
		    " actor, role, account, action, from_stage, to_stage, version, text, inputs,"
		    " files, prev, hash) SELECT 'new', 9999, supervision, 3, at, effective_at,"
		    " actor, role, account, action, from_stage, to_stage, version, text, inputs,"
		    " '[]', prev, hash FROM log_entries WHERE id = '" LICENSE "#000002'",
		    3 },
		{ "put before the first",
		    "UPDATE log_entries SET seq = 0 WHERE id = '" LICENSE "#000006'", 1 },
		{ "put in without name and number",
		    "INSERT INTO log_entries SELECT '', 9999, supervision, 0, at, effective_at,"
		    " actor, role, account, action, from_stage, to_stage, version, text, inputs,"
		    " files, prev, hash FROM log_entries WHERE id = '" LICENSE "#000002'",
		    1 },
		{ "head changed", "UPDATE supervisions SET log_head = 'x' WHERE id = '" LICENSE "'",
		    6 },
		{ "length changed",
		    "UPDATE supervisions SET log_length = 5 WHERE id = '" LICENSE "'", 6 },
		{ "file renamed",
		    "UPDATE attachments SET name = 'x.pdf' WHERE id = '" LICENSE "#000002/2'", 2 },
		{ "file exchanged",
		    "UPDATE attachments SET digest = 'x' WHERE id = '" LICENSE "#000005/1'", 5 },
		{ "file of another person",
		    "UPDATE attachments SET uploader = 'x' WHERE id = '" LICENSE "#000002/2'", 2 },
		{ "file of another side",
		    "UPDATE attachments SET role = 'buyer' WHERE id = '" LICENSE "#000002/2'", 2 },
		{ "file of another time",
		    "UPDATE attachments SET at = at + 1 WHERE id = '" LICENSE "#000002/2'", 2 },
		{ "file of an appeal",
		    "UPDATE attachments SET appeal = '" LICENSE "-A1' WHERE id = '" LICENSE
		    "#000002/2'", 2 },
		{ "file with another name of its own",
		    "UPDATE attachments SET id = '" LICENSE "#000002/9' WHERE id = '" LICENSE
		    "#000002/2'", 2 },
		{ "file whose name no filter finds",
		    "UPDATE attachments SET name = CAST(name AS BLOB) WHERE id = '" LICENSE
		    "#000002/2'", 2 },
		{ "entry that no filter finds",
		    "UPDATE log_entries SET actor = CAST(actor AS BLOB) WHERE id = '" LICENSE
		    "#000003'", 3 },
		{ "text that goes on behind its end",
		    "UPDATE log_entries SET text = text || char(0) || 'x' WHERE id = '" LICENSE
		    "#000003'", 3 },
		{ "file gone", "DELETE FROM attachments WHERE id = '" LICENSE "#000004/1'", 4 },
		{ "file moved to the end",
		    "UPDATE attachments SET seq = 99 WHERE id = '" LICENSE "#000004/2'", 4 },
		{ "file added",
		    "INSERT INTO attachments SELECT '" LICENSE "#000099/1', supervision,"
		    " appeal, 99, kind, name, size, digest, uploader, role, at FROM attachments"
		    " WHERE id = '" LICENSE "#000002/1'",
		    6 },
	};
	struct bench *b = *state;

	fill(b);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct verdict verdict;

		bench_sql(b, "SAVEPOINT tamper");
		bench_sql(b, cases[i].sql);
		verdict = verify(b);
		if (verdict.intact || verdict.broken_at != cases[i].at || verdict.reason[0] == '\0')
			fail_msg("%s: at %lld: %s", cases[i].what, (long long)verdict.broken_at,
			    verdict.reason);
		bench_sql(b, "ROLLBACK TO tamper; RELEASE tamper");
	}
	assert_true(verify(b).intact);
}

/* An edit with a hash made to fit shows at the entry that follows it. */
static void test_forged_hash(void **state)
{
	struct bench *b = *state;
	struct log_entry *entry;
	struct verdict verdict;
	char hash[DIGEST_TEXT];

	fill(b);
	entry = bench_get(b, &log_entry_record, LICENSE "#000003");
	entry->text = "No reason at all.";
	chain_hash(entry, hash);
	entry->hash = hash;
	assert_status(
	    b, store_update(market_store(b->market), &log_entry_record, entry, &b->err), STATUS_OK);
	verdict = verify(b);
	assert_false(verdict.intact);
	assert_int_equal(verdict.broken_at, 4);
}

static void test_changes(void **state)
{
	struct bench *b = *state;
	struct page *page;
	struct log_entry *entry;
	int64_t at, next;

	assert_status(
	    b, market_changes(b->market, &b->buyer, -1, 100, &page, &at, &b->err), STATUS_OK);
	assert_int_equal(page->count, 0);
	page_drop(page);
	fill(b);
	bench_do(b, &b->mover, MANUAL, ACTION_COMMENT, "text=Hello.", NULL, T0);
	/* Only what the asker sees, in order, in pieces. */
	assert_status(
	    b, market_changes(b->market, &b->seller, at, 2, &page, &next, &b->err), STATUS_OK);
	assert_int_equal(page->count, 2);
	entry = page->rows[0];
	assert_string_equal(entry->text, "First.");
	entry = page->rows[1];
	assert_string_equal(entry->text, "No key.");
	assert_int_equal(next, entry->serial);
	page_drop(page);
	assert_status(
	    b, market_changes(b->market, &b->seller, next, 100, &page, &next, &b->err), STATUS_OK);
	assert_int_equal(page->count, 3);
	page_drop(page);
	/* Even what it does not see is behind it now. */
	assert_int_equal(next, at + 6);
	assert_status(
	    b, market_changes(b->market, &b->seller, next, 100, &page, &next, &b->err), STATUS_OK);
	assert_int_equal(page->count, 0);
	assert_int_equal(next, at + 6);
	page_drop(page);
}

static bool stop_at(void *state, int64_t done, int64_t of)
{
	(void)done, (void)of;
	return --*(int *)state > 0;
}

/* One log may be a long one: whoever watches the audit of it is not asked at its end only. */
static void test_stopped_within_a_log(void **state)
{
	struct bench *b = *state;
	int left = INT_MAX;
	const struct audit_watch watch = { .progress = { stop_at, &left } };
	struct audit audit;

	for (int i = 0; i < 300; i++)
		bench_do(b, &b->buyer, LICENSE, ACTION_COMMENT, "text=Still here.", NULL, T0 + i);
	assert_status(
	    b, market_audit(b->market, &b->buyer, &watch, &audit, &b->err), STATUS_OK);
	assert_true(INT_MAX - left >= 300 / 100);
	left = 2;
	assert_int_equal(
	    market_audit(b->market, &b->buyer, &watch, &audit, &b->err), STATUS_CANCELLED);
	assert_int_equal(left, 0);
	assert_int_equal(audit.broken, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		TEST(test_intact),
		TEST(test_edits),
		TEST(test_tampering),
		TEST(test_forged_hash),
		TEST(test_changes),
		TEST(test_stopped_within_a_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
