/* The one path of a command, and what moves do. */
#include "market_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include <bsd/string.h>

static const char accept_license[] = "result=Installed on three servers.";

static void deliver(struct bench *b, int64_t now)
{
	bench_do(b, &b->seller, LICENSE, ACTION_DELIVER, accept_license, DELIVER_KINDS, now);
}

static void test_new_market(void **state)
{
	struct bench *b = *state;
	struct account *platform = bench_get(b, &account_record, "platform");

	assert_int_equal(platform->kind, ACCOUNT_PLATFORM);
	assert_string_equal(platform->name, "云商店 / KooGallery");
	assert_int_equal(b->operator.role, ROLE_OPERATOR);
	assert_int_equal(b->reviewer.role, ROLE_REVIEWER);
	assert_string_equal(b->reviewer.account, "platform");
}

static void test_actor(void **state)
{
	struct bench *b = *state;
	struct actor actor;

	assert_int_equal(market_actor(b->market, "Chen Yu", &b->arena, &actor, &b->err), STATUS_OK);
	assert_string_equal(actor.user, "datasafe2");
	assert_string_equal(actor.account_name, "DataSafe Co.");
	assert_int_equal(actor.role, ROLE_SELLER);
	assert_int_equal(
	    market_actor(b->market, "nobody", &b->arena, &actor, &b->err), STATUS_NOTFOUND);
	assert_non_null(strstr(b->err.message, "library"));
}

static void test_license_to_completed(void **state)
{
	struct bench *b = *state;
	struct supervision *s = bench_supervision(b, LICENSE);
	struct instance *instance;
	struct order *order;

	assert_int_equal(s->stage, STAGE_DELIVERY);
	assert_int_equal(s->turn, ROLE_SELLER);
	assert_int_equal(s->version, 1);
	deliver(b, T0 + 1);
	assert_int_equal(b->receipt.from, STAGE_DELIVERY);
	assert_int_equal(b->receipt.to, STAGE_ACCEPTANCE);
	assert_int_equal(b->receipt.version, 2);
	assert_int_equal(b->receipt.seq, 2);
	assert_int_equal(b->receipt.turn, ROLE_BUYER);
	s = bench_supervision(b, LICENSE);
	assert_int_equal(s->stay_since, T0 + 1);
	assert_int_equal(s->enabled_at, 0);
	bench_do(b, &b->buyer, LICENSE, ACTION_ACCEPT, "", NULL, T0 + WHEN_DAY);
	assert_int_equal(b->receipt.to, STAGE_DONE);
	assert_int_equal(b->receipt.state, SUPERVISION_COMPLETED);
	s = bench_supervision(b, LICENSE);
	assert_int_equal(s->turn, ROLE_NONE);
	assert_int_equal(s->ended_at, T0 + WHEN_DAY);
	assert_int_equal(s->period_start, T0 + WHEN_DAY);
	assert_int_equal(s->period_end, when_add_months(T0 + WHEN_DAY, 12));
	assert_string_equal(s->changed_by, "north_harbour");
	order = bench_order(b, s->order_id);
	assert_int_equal(order->state, ORDER_COMPLETED);
	assert_int_equal(order->ended_at, T0 + WHEN_DAY);
	instance = bench_get(b, &instance_record,
	    ((struct order_line *)bench_get(b, &order_line_record, LICENSE))->instance);
	assert_int_equal(instance->state, INSTANCE_ACTIVE);
	assert_int_equal(instance->starts_at, s->period_start);
	assert_int_equal(instance->expires_at, s->period_end);
	bench_verify_all(b);
}

static void test_enabling_time_decides(void **state)
{
	struct bench *b = *state;
	struct supervision *s;
	int64_t enabled;

	assert_true(when_parse_iso("2026-11-22T01:30:00Z", &enabled));
	bench_do(b, &b->seller, LICENSE, ACTION_DELIVER,
	    "result=Installed.|enabled_at=2026-11-22 09:30", DELIVER_KINDS, T0);
	assert_int_equal(bench_supervision(b, LICENSE)->enabled_at, enabled);
	bench_do(b, &b->buyer, LICENSE, ACTION_ACCEPT, "", NULL, T0 + 10 * WHEN_DAY);
	s = bench_supervision(b, LICENSE);
	assert_int_equal(s->period_start, enabled);
	assert_int_equal(s->period_end, when_add_months(enabled, 12));
	/* The log keeps the time as machines write it. */
	assert_non_null(
	    strstr(((struct log_entry *)bench_get(b, &log_entry_record, LICENSE "#000002"))->inputs,
		"\"enabled_at\":\"2026-11-22T01:30:00.000Z\""));
}

static void test_manual_with_rejections(void **state)
{
	struct bench *b = *state;
	struct supervision *s;
	struct log_entry *entry;

	bench_do(
	    b, &b->buyer, MANUAL, ACTION_SUBMIT_REQUIREMENT, "requirement=Move the ERP.", NULL, T0);
	bench_do(b, &b->mover, MANUAL, ACTION_REJECT, "reason=Which ERP?", NULL, T0 + 1);
	s = bench_supervision(b, MANUAL);
	assert_int_equal(s->stage, STAGE_REQUIREMENT);
	assert_int_equal(s->seller_rejects, 1);
	assert_int_equal(s->buyer_rejects, 0);
	bench_do(b, &b->buyer, MANUAL, ACTION_SUBMIT_REQUIREMENT, "requirement=Move ERP 6.", NULL,
	    T0 + 2);
	bench_do(b, &b->mover, MANUAL, ACTION_CONFIRM_REQUIREMENT, "", NULL, T0 + 3);
	bench_do(b, &b->mover, MANUAL, ACTION_DELIVER, "result=Moved.", DELIVER_KINDS, T0 + 4);
	bench_do(
	    b, &b->buyer, MANUAL, ACTION_REJECT, "reason=The reports are missing.", NULL, T0 + 5);
	s = bench_supervision(b, MANUAL);
	assert_int_equal(s->stage, STAGE_DELIVERY);
	assert_int_equal(s->buyer_rejects, 1);
	assert_int_equal(s->stay_since, T0 + 5);
	assert_int_equal(s->version, 7);
	entry = bench_get(b, &log_entry_record, MANUAL "#000007");
	assert_string_equal(entry->text, "The reports are missing.");
	assert_string_equal(entry->action, "reject");
	assert_int_equal(entry->from_stage, STAGE_ACCEPTANCE);
	assert_int_equal(entry->to_stage, STAGE_DELIVERY);
	assert_int_equal(entry->version, 7);
	assert_string_equal(entry->account, BUYER_ACCOUNT);
	bench_do(
	    b, &b->mover, MANUAL, ACTION_DELIVER, "result=With reports.", DELIVER_KINDS, T0 + 6);
	bench_do(b, &b->buyer, MANUAL, ACTION_ACCEPT, "comment=Thank you.", NULL, T0 + 7);
	s = bench_supervision(b, MANUAL);
	assert_int_equal(s->period_start, T0 + 7);
	assert_int_equal(s->period_end, 0); /* paid once */
	bench_verify_all(b);
}

static void test_review(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_supervision(b, REVIEWED_MANUAL)->reviewed, 1);
	bench_do(
	    b, &b->buyer, REVIEWED_MANUAL, ACTION_SUBMIT_REQUIREMENT, "requirement=R", NULL, T0);
	bench_do(b, &b->mover, REVIEWED_MANUAL, ACTION_CONFIRM_REQUIREMENT, "", NULL, T0);
	bench_do(b, &b->mover, REVIEWED_MANUAL, ACTION_DELIVER, "result=D", DELIVER_KINDS, T0);
	assert_int_equal(b->receipt.to, STAGE_REVIEW);
	bench_do(b, &b->reviewer, REVIEWED_MANUAL, ACTION_REJECT, "reason=Not signed.", NULL, T0);
	assert_int_equal(b->receipt.to, STAGE_DELIVERY);
	assert_int_equal(bench_supervision(b, REVIEWED_MANUAL)->buyer_rejects, 0);
	bench_do(b, &b->mover, REVIEWED_MANUAL, ACTION_DELIVER, "result=D2", DELIVER_KINDS, T0);
	bench_do(b, &b->reviewer, REVIEWED_MANUAL, ACTION_PASS_REVIEW, "", NULL, T0);
	assert_int_equal(b->receipt.to, STAGE_ACCEPTANCE);
}

static void test_same_key(void **state)
{
	struct bench *b = *state;
	struct receipt first;
	char *before, *after;

	assert_status(b,
	    bench_send(b, &b->seller, LICENSE, ACTION_DELIVER, accept_license, DELIVER_KINDS, T0,
		"K1", 1, false),
	    STATUS_OK);
	first = b->receipt;
	assert_false(first.replayed);
	before = bench_dump(b);
	/*
	 * Sent again, later and on a record that has moved on: the first answer, and nothing
	 * happens.
	 */
	assert_status(b,
	    bench_send(b, &b->seller, LICENSE, ACTION_DELIVER, accept_license, DELIVER_KINDS,
		T0 + 5000, "K1", 1, false),
	    STATUS_OK);
	assert_true(b->receipt.replayed);
	b->receipt.replayed = false;
	assert_string_equal(b->receipt.hash, first.hash);
	assert_int_equal(b->receipt.at, first.at);
	assert_int_equal(b->receipt.version, first.version);
	assert_int_equal(b->receipt.seq, first.seq);
	after = bench_dump(b);
	assert_string_equal(after, before);
	free(after);
	/* With other content it is refused and named. */
	assert_status(b,
	    bench_send(b, &b->seller, LICENSE, ACTION_DELIVER, "result=Other.", DELIVER_KINDS, T0,
		"K1", 1, false),
	    STATUS_CONFLICT);
	assert_non_null(strstr(b->err.message, "K1"));
	after = bench_dump(b);
	assert_string_equal(after, before);
	free(after);
	free(before);
	/* A key belongs to its actor. */
	assert_status(b,
	    bench_send(b, &b->buyer, LICENSE, ACTION_ACCEPT, "", NULL, T0, "K1", 2, false),
	    STATUS_OK);
	assert_false(b->receipt.replayed);
}

static void test_key_form(void **state)
{
	struct bench *b = *state;
	char *before = bench_dump(b), *after, longest[66];

	memset(longest, 'k', 65);
	longest[65] = '\0';
	assert_status(b,
	    bench_send(b, &b->seller, LICENSE, ACTION_COMMENT, "text=x", NULL, T0, "", 1, false),
	    STATUS_INVALID);
	assert_string_equal(b->err.field, "key");
	assert_status(b,
	    bench_send(
		b, &b->seller, LICENSE, ACTION_COMMENT, "text=x", NULL, T0, longest, 1, false),
	    STATUS_INVALID);
	assert_status(b,
	    bench_send(
		b, &b->seller, LICENSE, ACTION_COMMENT, "text=x", NULL, T0, "two words", 1, false),
	    STATUS_INVALID);
	assert_string_equal(b->err.field, "key");
	assert_status(b,
	    bench_send(b, &b->seller, LICENSE, ACTION_COMMENT, "text=x", NULL, T0, "\n", 1, false),
	    STATUS_INVALID);
	after = bench_dump(b);
	assert_string_equal(after, before);
	free(before);
	free(after);
	assert_status(b,
	    bench_send(
		b, &b->seller, LICENSE, ACTION_COMMENT, "text=x", NULL, T0, longest + 1, 1, false),
	    STATUS_OK);
}

static void test_version(void **state)
{
	struct bench *b = *state;

	deliver(b, T0);
	assert_status(b,
	    bench_send(b, &b->buyer, LICENSE, ACTION_ACCEPT, "", NULL, T0, "K", 1, false),
	    STATUS_CONFLICT);
	/* The answer says where it is now. */
	assert_non_null(strstr(b->err.message, "Acceptance"));
	assert_non_null(strstr(b->err.message, "buyer"));
	assert_non_null(strstr(b->err.message, "version 2"));
	assert_int_equal(bench_supervision(b, LICENSE)->version, 2);
	/* A comment neither checks nor raises it. */
	assert_status(b,
	    bench_send(b, &b->buyer, LICENSE, ACTION_COMMENT, "text=Which one?", NULL, T0 + 7, "K2",
		1, false),
	    STATUS_OK);
	assert_int_equal(b->receipt.version, 2);
	assert_int_equal(bench_supervision(b, LICENSE)->version, 2);
	assert_int_equal(bench_supervision(b, LICENSE)->changed_at, T0 + 7);
	assert_status(b,
	    bench_send(b, &b->buyer, LICENSE, ACTION_ACCEPT, "", NULL, T0, "K3", 2, false),
	    STATUS_OK);
	assert_status(b,
	    bench_send(b, &b->buyer, LICENSE, ACTION_REJECT, "reason=x", NULL, T0, "K4", 2, false),
	    STATUS_CONFLICT);
	assert_non_null(strstr(b->err.message, "completed"));
}

static void test_dry_run(void **state)
{
	struct bench *b = *state;
	char *before = bench_dump(b), *after;

	assert_status(b,
	    bench_send(b, &b->seller, LICENSE, ACTION_DELIVER, accept_license, DELIVER_KINDS, T0,
		"K1", 1, true),
	    STATUS_OK);
	assert_true(b->receipt.dry_run);
	assert_int_equal(b->receipt.to, STAGE_ACCEPTANCE);
	assert_int_equal(b->receipt.version, 2);
	after = bench_dump(b);
	assert_string_equal(after, before);
	free(after);
	assert_status(b,
	    bench_send(
		b, &b->seller, LICENSE, ACTION_DELIVER, "", DELIVER_KINDS, T0, "K1", 1, true),
	    STATUS_INVALID);
	assert_string_equal(b->err.field, "result");
	/* The key is still free. */
	assert_status(b,
	    bench_send(b, &b->seller, LICENSE, ACTION_DELIVER, accept_license, DELIVER_KINDS, T0,
		"K1", 1, false),
	    STATUS_OK);
	assert_false(b->receipt.replayed);
	free(before);
}

/* What is outside one's scope is answered like what does not exist. */
static void test_scope(void **state)
{
	struct bench *b = *state;
	const struct actor *strangers[] = { &b->other_buyer, &b->mover, &b->reviewer };
	char missing[512];

	for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
		assert_status(b,
		    bench_try(b, strangers[i], LICENSE, ACTION_COMMENT, "text=x", NULL, T0),
		    STATUS_NOTFOUND);
		memcpy(missing, b->err.message, sizeof missing);
		assert_status(b,
		    bench_try(b, strangers[i], "CS2611211001LICN-000009", ACTION_COMMENT, "text=x",
			NULL, T0),
		    STATUS_NOTFOUND);
		assert_int_equal(strlen(missing), strlen(b->err.message));
		assert_non_null(strstr(missing, LICENSE));
	}
	/* Nor does a wrong version. */
	assert_status(b,
	    bench_send(b, &b->other_buyer, LICENSE, ACTION_ACCEPT, "", NULL, T0, NULL, 7, false),
	    STATUS_NOTFOUND);
	/* A key that was used before does not tell a stranger either. */
	assert_status(b,
	    bench_send(b, &b->other_buyer, LICENSE, ACTION_ACCEPT, "", NULL, T0, "key-1",
		VERSION_ANY, false),
	    STATUS_NOTFOUND);
}

static void test_refusals(void **state)
{
	struct bench *b = *state;
	char *before = bench_dump(b), *after;

	assert_status(b,
	    bench_try(b, &b->buyer, LICENSE, ACTION_DELIVER, accept_license, DELIVER_KINDS, T0),
	    STATUS_AUTH);
	assert_status(
	    b, bench_try(b, &b->buyer, LICENSE, ACTION_ACCEPT, "", NULL, T0), STATUS_CONFLICT);
	assert_non_null(strstr(b->err.message, "Delivery"));
	assert_status(b,
	    bench_try(b, &b->seller, LICENSE, ACTION_DELIVER, accept_license, "sow", T0),
	    STATUS_INVALID);
	assert_status(b,
	    bench_try(
		b, &b->seller, LICENSE, ACTION_DELIVER, "result=x|surprise=y", DELIVER_KINDS, T0),
	    STATUS_INVALID);
	assert_status(b,
	    bench_try(b, &b->seller, LICENSE, (enum action_id)ACTION_COUNT, "", NULL, T0),
	    STATUS_INVALID);
	assert_string_equal(b->err.field, "action");
	after = bench_dump(b);
	assert_string_equal(after, before);
	free(before);
	free(after);
}

static enum status send_as(
    struct bench *b, bool dry, const char *name, int64_t size, const char *digest)
{
	struct command_value value = { "text", "See the file." };
	struct command_file file = { FILE_OTHER, name, size, digest };
	char key[32];
	struct command command = { .id = LICENSE,
		.action = ACTION_COMMENT,
		.values = &value,
		.n_values = 1,
		.files = &file,
		.n_files = 1,
		.key = key,
		.version = VERSION_ANY,
		.dry_run = dry };

	snprintf(key, sizeof key, "file-%d", ++b->keys);
	return market_perform(b->market, &b->seller, &command, T0, &b->receipt, &b->err);
}

static enum status send_file(struct bench *b, const char *name, int64_t size, const char *digest)
{
	return send_as(b, false, name, size, digest);
}

static void attach(struct bench *b, const struct actor *actor, const char *text, char digest[65])
{
	struct bytes_held memory = { text, strlen(text) };
	struct byte_source source = bytes_source(&memory);
	int64_t size = 0;

	assert_status(b,
	    market_attach(b->market, actor, &source, T0, digest, &size, &b->err), STATUS_OK);
	assert_int_equal(size, strlen(text));
}

/* What one account handed in does not exist for another, which knows its digest. */
static void test_foreign_files(void **state)
{
	static const char text[] = "the buyer's secret plan";
	static const char unknown[] =
	    "0000000000000000000000000000000000000000000000000000000000000000";
	struct bench *b = *state;
	char digest[65], again[65], missing[512], *before, *after;

	attach(b, &b->buyer, text, digest);
	before = bench_dump(b);
	for (int dry = 0; dry < 2; dry++) {
		assert_status(b, send_as(b, dry, "a.pdf", 23, unknown), STATUS_INVALID);
		strlcpy(missing, b->err.message, sizeof missing);
		assert_status(b, send_as(b, dry, "a.pdf", 23, digest), STATUS_INVALID);
		assert_string_equal(b->err.field, "files");
		assert_string_equal(b->err.message, missing);
	}
	after = bench_dump(b);
	assert_string_equal(after, before);
	free(before);
	free(after);
	/* Who has the contents, not their digest alone, hands them in too; they lie there once. */
	attach(b, &b->seller, text, again);
	assert_string_equal(again, digest);
	assert_int_equal(bench_number(b, "SELECT count(*) FROM files"), 2);
	assert_status(b, send_as(b, true, "a.pdf", 23, digest), STATUS_OK);
	assert_status(b, send_file(b, "a.pdf", 23, digest), STATUS_OK);
	/* What is its own can be named again. */
	assert_status(b, send_file(b, "b.pdf", 23, digest), STATUS_OK);
}

static enum status write_buf(void *state, const void *data, size_t n, struct error *err)
{
	(void)err;
	buf_add(state, data, n);
	return STATUS_OK;
}

static void test_files(void **state)
{
	struct bench *b = *state;
	static const char unknown[] =
	    "0000000000000000000000000000000000000000000000000000000000000000";
	struct attachment *file;
	struct buf contents;
	struct byte_sink sink = { write_buf, &contents };

	assert_status(b, send_file(b, "a.pdf", 28, unknown), STATUS_INVALID);
	assert_string_equal(b->err.field, "files");
	assert_status(b, send_file(b, "a.pdf", 27, b->digest), STATUS_INVALID);
	assert_status(b, send_file(b, "../../etc/pro\033[2Jof.pdf", 28, b->digest), STATUS_OK);
	file = bench_get(b, &attachment_record, LICENSE "#000002/1");
	assert_null(strpbrk(file->name, "/\033"));
	assert_int_equal(file->size, 28);
	assert_int_equal(file->kind, FILE_OTHER);
	assert_string_equal(file->uploader, "datasafe");
	assert_int_equal(file->seq, 2);
	buf_init(&contents, 1000);
	assert_status(b, market_fetch(b->market, &b->buyer, file->id, &sink, &b->err), STATUS_OK);
	assert_string_equal(buf_text(&contents), "signed by all three parties\n");
	assert_status(
	    b, market_fetch(b->market, &b->other_buyer, file->id, &sink, &b->err), STATUS_NOTFOUND);
	assert_status(b, market_fetch(b->market, &b->buyer, LICENSE "#000002/2", &sink, &b->err),
	    STATUS_NOTFOUND);
	buf_free(&contents);
	bench_verify_all(b);
}

/* Inside a transaction of the caller the same path is part of it. */
static void test_joins(void **state)
{
	struct bench *b = *state;
	char *before = bench_dump(b), *after;

	assert_int_equal(store_begin(market_store(b->market), &b->err), STATUS_OK);
	deliver(b, T0);
	assert_status(
	    b, bench_try(b, &b->buyer, LICENSE, ACTION_REJECT, "", NULL, T0), STATUS_INVALID);
	bench_do(b, &b->buyer, LICENSE, ACTION_ACCEPT, "", NULL, T0);
	assert_int_equal(bench_supervision(b, LICENSE)->stage, STAGE_DONE);
	store_rollback(market_store(b->market));
	after = bench_dump(b);
	assert_string_equal(after, before);
	free(before);
	free(after);
}

/* The order is completed with its last supervision (F1). */
static void test_last_line_completes(void **state)
{
	struct bench *b = *state;
	const char *one = "CS2611211006TWOL-000001", *two = "CS2611211006TWOL-000002";

	bench_import(b, "orders/new-two.json", T0);
	bench_do(b, &b->seller, one, ACTION_DELIVER, "result=1", DELIVER_KINDS, T0);
	bench_do(b, &b->buyer, one, ACTION_ACCEPT, "", NULL, T0);
	assert_int_equal(bench_order(b, "CS2611211006TWOL")->state, ORDER_PROCESSING);
	assert_int_equal(bench_order(b, "CS2611211006TWOL")->ended_at, 0);
	bench_do(b, &b->seller, two, ACTION_DELIVER, "result=2", DELIVER_KINDS, T0);
	bench_do(b, &b->buyer, two, ACTION_ACCEPT, "", NULL, T0 + 9);
	assert_int_equal(bench_order(b, "CS2611211006TWOL")->state, ORDER_COMPLETED);
	assert_int_equal(bench_order(b, "CS2611211006TWOL")->ended_at, T0 + 9);
	assert_int_equal(bench_supervision(b, two)->period_end, T0 + 9 + 30 * WHEN_DAY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_new_market),
		TEST(test_actor),
		TEST(test_license_to_completed),
		TEST(test_enabling_time_decides),
		TEST(test_manual_with_rejections),
		TEST(test_review),
		TEST(test_same_key),
		TEST(test_key_form),
		TEST(test_version),
		TEST(test_dry_run),
		TEST(test_scope),
		TEST(test_refusals),
		TEST(test_files),
		TEST(test_foreign_files),
		TEST(test_joins),
		TEST(test_last_line_completes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
