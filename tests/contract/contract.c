#include "contract.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"

#define PRODUCT(id, name, seller, delivery) \
	"{\"id\":\"" id "\",\"name\":\"" name "\",\"seller\":\"" seller "\"," \
	"\"delivery\":\"" delivery "\",\"category\":\"generic\",\"currency\":\"CNY\"," \
	"\"acceptanceStandard\":\"It works.\"}"
#define SELLER(id, name, user) \
	"{\"id\":\"" id "\",\"name\":\"" name "\",\"users\":[{\"id\":\"" user "\",\"name\":\"" \
	user "\"}]}"

const char contract_catalogue[] =
    "{\"koodesk-catalogue\":1,\"sellers\":["
    SELLER("S1", "DataSafe", "sue") "," SELLER("S2", "Longyun", "sid") "],"
    "\"products\":[" PRODUCT("P1", "Backup", "S1", "lic-offline") ","
    PRODUCT("P2", "Migration", "S2", "manual-std") "," PRODUCT("P3", "Mail", "S1", "saas") "]}";

#define ORDER(id, product, customer, user) \
	ORDER_OF(id, product, customer, user, "\"chargingMode\":\"ONETIME\"")
#define ORDER_OF(id, product, customer, user, charging) \
	"{\"resultCode\":\"MKT.0000\",\"resultMsg\":\"Success\",\"orderInfo\":{" \
	"\"orderId\":\"" id "\",\"orderType\":\"NEW\",\"createTime\":\"20260901020304\"," \
	"\"orderLine\":[{\"orderLineId\":\"" id "-000001\"," charging "," \
	"\"productInfo\":[{\"productId\":\"" product "\",\"skuCode\":\"x\",\"linearValue\":1," \
	"\"productName\":\"" product "\"}],\"currency\":\"100.000\"," \
	"\"currencyAfterDiscount\":\"90.000\"}],\"buyerInfo\":{\"customerId\":\"" customer "\"," \
	"\"customerName\":\"" user "\",\"userName\":\"" user "\"}}}"

const char *const contract_orders[] = {
	ORDER("CSANN00001", "P1", "B1", "ann"),
	ORDER("CSBEN00001", "P1", "B2", "ben"),
	ORDER("CSANN00002", "P2", "B1", "ann"),
	/* It expires in a time that no test lives to see. */
	ORDER_OF("CSANN00003", "P3", "B1", "ann", "\"chargingMode\":\"PERIOD\",\"periodType\":"
	    "\"year\",\"periodNumber\":1,\"expireTime\":\"29991231000000\""),
	NULL
};

static const struct subject *subject;

static int set_up(void **state)
{
	(void)state;
	subject->fill();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	subject->clear();
	return 0;
}

static const struct supervision *shown(struct backend *b, const char *id, struct page **page)
{
	struct error err;

	assert_int_equal(backend_show(b, &supervision_record, id, page, &err), STATUS_OK);
	assert_int_equal((*page)->count, 1);
	return (*page)->rows[0];
}

static size_t count_of(struct backend *b, const char *filter)
{
	struct query query = { .type = &supervision_record, .filter = filter, .limit = 100,
	    .count = true };
	struct page *page = NULL;
	struct error err;
	size_t count;

	assert_int_equal(backend_list(b, &query, &page, &err), STATUS_OK);
	count = page->count;
	assert_int_equal(page->total, count);
	page_drop(page);
	return count;
}

/*
 * ---- files ------------------------------------------------------------------------------------
 */

struct bytes {
	char got[4096];
	size_t n_got;
};

static enum status get(void *state, const void *data, size_t n, struct error *err)
{
	struct bytes *bytes = state;

	(void)err;
	assert_true(bytes->n_got + n <= sizeof(bytes->got));
	memcpy(bytes->got + bytes->n_got, data, n);
	bytes->n_got += n;
	return STATUS_OK;
}

static void attach(struct backend *b, const char *text, char digest[65])
{
	struct bytes_held held = { text, strlen(text) };
	struct byte_source source = bytes_source(&held);
	struct error err;
	int64_t size;

	assert_int_equal(backend_attach(b, &source, digest, &size, &err), STATUS_OK);
	assert_int_equal(size, strlen(text));
}

/*
 * ---- commands ---------------------------------------------------------------------------------
 */

static enum status deliver(struct backend *b, const char *id, const char *key, int64_t version,
    struct receipt *receipt, struct error *err)
{
	static const char sow[] = "what was agreed", acceptance[] = "what was done";
	struct command_value values[] = { { "result", "installed" } };
	char one[65], two[65];
	struct command_file files[] = {
		{ FILE_SOW, "sow.txt", sizeof(sow) - 1, one },
		{ FILE_ACCEPTANCE, "acceptance.txt", sizeof(acceptance) - 1, two },
	};
	struct command command = {
		.id = id, .action = ACTION_DELIVER, .values = values, .n_values = 1, .files = files,
		.n_files = 2, .key = key, .version = version,
	};

	attach(b, sow, one);
	attach(b, acceptance, two);
	return backend_perform(b, &command, receipt, err);
}

static enum status act(struct backend *b, const char *id, enum action_id action, const char *name,
    const char *value, const char *key, struct receipt *receipt, struct error *err)
{
	struct command_value values[] = { { name, value } };
	struct command command = {
		.id = id, .action = action, .values = values, .n_values = name == NULL ? 0 : 1,
		.key = key, .version = VERSION_ANY,
	};

	return backend_perform(b, &command, receipt, err);
}

static void test_everyone_sees_their_own(void **state)
{
	static const struct { const char *user; size_t rows; } expected[] = {
		{ "ann", 2 }, { "ben", 1 }, { "sue", 2 }, { "sid", 1 }, { "operator", 3 },
		    { "reviewer", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct backend *b = subject->open(expected[i].user);

		assert_int_equal(count_of(b, NULL), expected[i].rows);
		assert_string_equal(backend_actor(b)->user, expected[i].user);
		backend_close(b);
	}
}

/* A record out of one's scope and one that does not exist give the same answer (R13). */
static void test_foreign_is_as_if_not_there(void **state)
{
	static const char *const ids[] = { CONTRACT_FOREIGN, "CSNOBODY01-000001" };
	struct backend *b = subject->open("ann");
	struct verdict verdict;
	struct receipt receipt;
	struct error err[2];
	struct page *page;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		memset(&err[i], 0, sizeof(err[i]));
		assert_int_equal(backend_show(b, &supervision_record, ids[i], &page, &err[i]),
		    STATUS_NOTFOUND);
		assert_null(page);
		assert_int_equal(act(b, ids[i], ACTION_COMMENT, "text", "hello", "k", &receipt,
		    NULL), STATUS_NOTFOUND);
		assert_int_equal(backend_verify(b, ids[i], &verdict, NULL), STATUS_NOTFOUND);
	}
	assert_int_equal(err[0].status, err[1].status);
	backend_close(b);
}

static void test_a_delivery_is_accepted(void **state)
{
	struct backend *seller = subject->open("sue"), *buyer = subject->open("ann");
	struct receipt receipt;
	struct page *page;
	struct error err;

	(void)state;
	assert_int_equal(deliver(seller, CONTRACT_LICENSE, "k1", VERSION_ANY, &receipt, &err),
	    STATUS_OK);
	assert_int_equal(receipt.from, STAGE_DELIVERY);
	assert_int_equal(receipt.to, STAGE_ACCEPTANCE);
	assert_int_equal(receipt.turn, ROLE_BUYER);
	assert_int_equal(count_of(buyer, "is:mine order:CSANN00001"), 1);
	assert_int_equal(act(buyer, CONTRACT_LICENSE, ACTION_ACCEPT, NULL, NULL, "k2", &receipt,
	    &err), STATUS_OK);
	assert_int_equal(receipt.state, SUPERVISION_COMPLETED);
	assert_int_equal(backend_show(buyer, &order_record, "CSANN00001", &page, &err), STATUS_OK);
	assert_int_equal(((const struct order *)page->rows[0])->state, ORDER_COMPLETED);
	page_drop(page);
	backend_close(seller);
	backend_close(buyer);
}

static void test_same_key_same_answer(void **state)
{
	struct backend *b = subject->open("ann"), *other = subject->open("sue");
	struct receipt first, again;
	struct page *page;
	struct error err;

	(void)state;
	assert_int_equal(act(b, CONTRACT_LICENSE, ACTION_COMMENT, "text", "one", "same", &first,
	    &err), STATUS_OK);
	assert_false(first.replayed);
	assert_int_equal(act(b, CONTRACT_LICENSE, ACTION_COMMENT, "text", "one", "same", &again,
	    &err), STATUS_OK);
	assert_true(again.replayed);
	assert_string_equal(first.hash, again.hash);
	assert_int_equal(first.seq, again.seq);
	assert_int_equal(shown(b, CONTRACT_LICENSE, &page)->log_length, first.seq);
	page_drop(page);
	assert_int_equal(act(b, CONTRACT_LICENSE, ACTION_COMMENT, "text", "two", "same", &again,
	    &err), STATUS_CONFLICT);
	/* the key belongs to its actor (F8) */
	assert_int_equal(act(other, CONTRACT_LICENSE, ACTION_COMMENT, "text", "two", "same", &again,
	    &err), STATUS_OK);
	assert_false(again.replayed);
	backend_close(b);
	backend_close(other);
}

static void test_a_stale_version_changes_nothing(void **state)
{
	struct backend *seller = subject->open("sue");
	const struct supervision *now;
	struct supervision before;
	struct receipt receipt;
	struct page *page, *after;
	struct error err;

	(void)state;
	before = *shown(seller, CONTRACT_LICENSE, &page);
	assert_int_equal(deliver(seller, CONTRACT_LICENSE, "k1", before.version + 7, &receipt,
	    &err), STATUS_CONFLICT);
	assert_true(err.message[0] != '\0');
	now = shown(seller, CONTRACT_LICENSE, &after);
	assert_int_equal(now->version, before.version);
	assert_int_equal(now->log_length, before.log_length);
	page_drop(after);
	assert_int_equal(deliver(seller, CONTRACT_LICENSE, "k1", before.version, &receipt, &err),
	    STATUS_OK);
	assert_int_equal(receipt.version, before.version + 1);
	page_drop(page);
	backend_close(seller);
}

static void test_a_dry_run_changes_nothing(void **state)
{
	struct backend *b = subject->open("ann");
	struct command_value values[] = { { "requirement", "Move our ERP." } };
	struct command command = {
		.id = CONTRACT_SERVICE, .action = ACTION_SUBMIT_REQUIREMENT, .values = values,
		.n_values = 1, .key = "dry", .version = VERSION_ANY, .dry_run = true,
	};
	struct receipt receipt;
	struct page *page;
	struct error err;

	(void)state;
	assert_int_equal(backend_perform(b, &command, &receipt, &err), STATUS_OK);
	assert_true(receipt.dry_run);
	assert_int_equal(receipt.to, STAGE_CONFIRMATION);
	assert_int_equal(shown(b, CONTRACT_SERVICE, &page)->stage, STAGE_REQUIREMENT);
	page_drop(page);
	command.dry_run = false;
	assert_int_equal(backend_perform(b, &command, &receipt, &err), STATUS_OK);
	assert_false(receipt.replayed);
	backend_close(b);
}

static void test_files_come_back_as_they_went(void **state)
{
	struct backend *seller = subject->open("sue"), *buyer = subject->open("ann"), *foreign;
	struct query query = { .type = &attachment_record, .parent = CONTRACT_LICENSE,
	    .limit = 10 };
	struct bytes bytes = { .n_got = 0 };
	struct byte_sink sink = { get, &bytes };
	const struct attachment *file;
	struct receipt receipt;
	struct page *page;
	struct error err;
	char digest[65];

	(void)state;
	assert_int_equal(deliver(seller, CONTRACT_LICENSE, "k1", VERSION_ANY, &receipt, &err),
	    STATUS_OK);
	assert_int_equal(backend_list(buyer, &query, &page, &err), STATUS_OK);
	assert_int_equal(page->count, 2);
	file = page->rows[0];
	assert_int_equal(backend_fetch(buyer, file->id, &sink, &err), STATUS_OK);
	digest_of(bytes.got, bytes.n_got, digest);
	assert_string_equal(digest, file->digest);
	assert_int_equal(bytes.n_got, file->size);
	foreign = subject->open("ben");
	assert_int_equal(backend_fetch(foreign, file->id, &sink, &err), STATUS_NOTFOUND);
	page_drop(page);
	backend_close(foreign);
	backend_close(seller);
	backend_close(buyer);
}

static void test_inputs_are_named(void **state)
{
	struct backend *b = subject->open("ann");
	struct receipt receipt;
	struct error err;

	(void)state;
	assert_int_equal(act(b, CONTRACT_SERVICE, ACTION_SUBMIT_REQUIREMENT, NULL, NULL, "k",
	    &receipt, &err), STATUS_INVALID);
	assert_string_equal(err.field, "requirement");
	assert_int_equal(act(b, CONTRACT_SERVICE, ACTION_SUBMIT_REQUIREMENT, "colour", "red", "k",
	    &receipt, &err), STATUS_INVALID);
	assert_string_equal(err.field, "colour");
	backend_close(b);
}

static void test_keys_must_be_keys(void **state)
{
	static const char *const bad[] = { "", "two words", "\303\251", NULL };
	struct backend *b = subject->open("ann");
	struct receipt receipt;
	struct error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(act(b, CONTRACT_LICENSE, ACTION_COMMENT, "text", "x", bad[i],
		    &receipt, &err), STATUS_INVALID);
		assert_string_equal(err.field, "key");
	}
	backend_close(b);
}

static void test_pages_meet(void **state)
{
	struct backend *b = subject->open("operator");
	struct query query = { .type = &supervision_record, .sort = "order_id", .limit = 2 };
	struct page *first, *second, *back;
	struct buf cursor;
	struct error err;

	(void)state;
	buf_init(&cursor, 4096);
	assert_int_equal(backend_list(b, &query, &first, &err), STATUS_OK);
	assert_int_equal(first->count, 2);
	assert_true(first->more_after);
	assert_false(first->more_before);
	page_cursor(first, 1, &cursor);
	query.cursor = buf_text(&cursor);
	assert_int_equal(backend_list(b, &query, &second, &err), STATUS_OK);
	assert_int_equal(second->count, 1);
	assert_false(second->more_after);
	query.cursor = NULL;
	query.backwards = true;
	query.limit = 1;
	assert_int_equal(backend_list(b, &query, &back, &err), STATUS_OK);
	assert_string_equal(record_id(&supervision_record, back->rows[0]),
	    record_id(&supervision_record, second->rows[0]));
	page_drop(first);
	page_drop(second);
	page_drop(back);
	buf_free(&cursor);
	backend_close(b);
}

static void test_changes_are_told_once(void **state)
{
	struct backend *buyer = subject->open("ann"), *seller = subject->open("sue"),
	    *foreign = subject->open("ben");
	struct receipt receipt;
	struct page *page;
	struct error err;
	int64_t since, next, others;

	(void)state;
	assert_int_equal(backend_changes(buyer, -1, 10, &page, &since, &err), STATUS_OK);
	page_drop(page);
	assert_int_equal(backend_changes(foreign, -1, 10, &page, &others, &err), STATUS_OK);
	page_drop(page);
	assert_int_equal(act(seller, CONTRACT_LICENSE, ACTION_COMMENT, "text", "soon", "k",
	    &receipt, &err), STATUS_OK);
	assert_int_equal(backend_changes(buyer, since, 10, &page, &next, &err), STATUS_OK);
	assert_int_equal(page->count, 1);
	assert_string_equal(((const struct log_entry *)page->rows[0])->action, "comment");
	page_drop(page);
	assert_int_equal(backend_changes(buyer, next, 10, &page, &next, &err), STATUS_OK);
	assert_int_equal(page->count, 0);
	page_drop(page);
	assert_int_equal(backend_changes(foreign, others, 10, &page, &others, &err), STATUS_OK);
	assert_int_equal(page->count, 0);
	page_drop(page);
	backend_close(buyer);
	backend_close(seller);
	backend_close(foreign);
}

static void test_the_log_verifies(void **state)
{
	struct backend *b = subject->open("sue");
	struct verdict verdict;
	struct receipt receipt;
	struct error err;

	(void)state;
	assert_int_equal(deliver(b, CONTRACT_LICENSE, "k1", VERSION_ANY, &receipt, &err),
	    STATUS_OK);
	assert_int_equal(backend_verify(b, CONTRACT_LICENSE, &verdict, &err), STATUS_OK);
	assert_true(verdict.intact);
	assert_int_equal(verdict.entries, receipt.seq);
	assert_string_equal(verdict.head, receipt.hash);
	backend_close(b);
}

static struct audit_part audited(struct backend *b, unsigned limit, unsigned *parts)
{
	char from[AUDIT_CURSOR] = "";
	struct audit_part sum = { .done = 0 }, part;
	struct error err;

	*parts = 0;
	do {
		assert_int_equal(backend_audit(b, from, limit, &part, &err), STATUS_OK);
		assert_true(part.done <= (int64_t)limit);
		sum.of += part.of;
		sum.done += part.done;
		sum.logs += part.logs;
		sum.entries += part.entries;
		sum.broken += part.broken;
		memcpy(from, part.next, sizeof(from));
		++*parts;
	} while (from[0] != '\0');
	return sum;
}

/* All that one sees, whatever the size of the stretches, and nothing of others (R13). */
static void test_an_audit_covers_what_is_seen(void **state)
{
	static const char *const users[] = { "ann", "ben", "sue", "sid", "operator" };
	struct error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		struct backend *b = subject->open(users[i]);
		unsigned one, many;
		struct audit_part all = audited(b, AUDIT_LIMIT_MAX, &many), each;

		each = audited(b, 1, &one);
		assert_int_equal(all.logs, count_of(b, NULL));
		assert_true(all.entries >= all.logs);
		assert_int_equal(all.broken, 0);
		assert_int_equal(all.done, all.of);
		assert_int_equal(many, 1);
		assert_true(one > all.logs);
		assert_int_equal(each.logs, all.logs);
		assert_int_equal(each.entries, all.entries);
		assert_int_equal(each.done, all.done);
		assert_int_equal(backend_audit(b, "", 0, &all, &err), STATUS_INVALID);
		assert_int_equal(
		    backend_audit(b, "", AUDIT_LIMIT_MAX + 1, &all, &err), STATUS_INVALID);
		assert_int_equal(backend_audit(b, "elsewhere", 1, &all, &err), STATUS_INVALID);
		backend_close(b);
	}
}

/*
 * ---- two handles, one record --------------------------------------------------------------------
 */

struct racer {
	const char *key;
	enum status status;
	struct receipt receipt;
	pthread_barrier_t *start;
};

static void *race(void *arg)
{
	struct racer *racer = arg;
	struct backend *b = subject->open("ann");
	struct error err;

	pthread_barrier_wait(racer->start);
	racer->status = act(b, CONTRACT_SERVICE, ACTION_SUBMIT_REQUIREMENT, "requirement",
	    racer->key, racer->key, &racer->receipt, &err);
	backend_close(b);
	return NULL;
}

static void test_one_of_two_wins(void **state)
{
	pthread_barrier_t start;
	struct racer racers[2] = { { .key = "left" }, { .key = "right" } };
	pthread_t threads[2];
	int i;

	(void)state;
	pthread_barrier_init(&start, NULL, 2);
	for (i = 0; i < 2; i++) {
		racers[i].start = &start;
		assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&start);
	assert_true((racers[0].status == STATUS_OK) != (racers[1].status == STATUS_OK));
	assert_true(racers[0].status == STATUS_CONFLICT || racers[1].status == STATUS_CONFLICT);
}

static void test_impersonation_changes_the_scope(void **state)
{
	struct backend *b = subject->open("ann");
	struct error err;

	(void)state;
	if (!backend_can(b, CAN_IMPERSONATE)) {
		assert_int_equal(backend_impersonate(b, "sid", &err), STATUS_UNSUPPORTED);
		backend_close(b);
		return;
	}
	assert_int_equal(backend_impersonate(b, "nobody", &err), STATUS_NOTFOUND);
	assert_string_equal(backend_actor(b)->user, "ann");
	assert_int_equal(backend_impersonate(b, "sid", &err), STATUS_OK);
	assert_int_equal(backend_actor(b)->role, ROLE_SELLER);
	assert_int_equal(count_of(b, NULL), 1);
	backend_close(b);
}

static void test_bad_questions_are_refused(void **state)
{
	struct query bad[] = {
		{ .type = &supervision_record, .limit = 0 },
		{ .type = &supervision_record, .limit = QUERY_LIMIT_MAX + 1 },
		{ .type = &supervision_record, .limit = 1, .filter = "colour:red" },
		{ .type = &supervision_record, .limit = 1, .sort = "colour" },
		{ .type = &supervision_record, .limit = 1, .cursor = "elsewhere" },
	};
	struct backend *b = subject->open("ann");
	struct page *page;
	struct error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(backend_list(b, &bad[i], &page, &err), STATUS_INVALID);
		assert_null(page);
		assert_true(err.message[0] != '\0');
	}
	backend_close(b);
}

static const struct instance *service(struct backend *b, struct page **page)
{
	struct error err;

	assert_int_equal(
	    backend_show(b, &instance_record, CONTRACT_OWNED, page, &err), STATUS_OK);
	return (*page)->rows[0];
}

/* A purchased service is renewed, rated, and logged, as a supervision is; by its owner alone. */
static void test_a_service_is_renewed(void **state)
{
	struct backend *buyer = subject->open("ann"), *seller = subject->open("sue"),
	    *foreign = subject->open("ben");
	struct command command = { .action = ACTION_RENEW, .key = "r1" };
	struct query log = { .type = &log_entry_record, .limit = 10 };
	struct receipt receipt, again;
	struct verdict verdict;
	const struct instance *before;
	struct page *page, *then;
	struct error err;
	int64_t since, next;

	(void)state;
	before = service(buyer, &page);
	command.id = log.parent = before->id;
	command.version = before->version;
	assert_int_equal(backend_changes(seller, -1, 10, &then, &since, &err), STATUS_OK);
	page_drop(then);
	assert_int_equal(backend_perform(foreign, &command, &receipt, &err), STATUS_NOTFOUND);
	assert_int_equal(backend_perform(seller, &command, &receipt, &err), STATUS_AUTH);
	assert_int_equal(backend_perform(buyer, &command, &receipt, &err), STATUS_OK);
	assert_true(receipt.owned);
	assert_string_equal(receipt.id, before->id);
	assert_true(service(buyer, &then)->expires_at > before->expires_at);
	assert_int_equal(receipt.version, before->version + 1);
	page_drop(then);
	/* the same key, then a version that is no more */
	assert_int_equal(backend_perform(buyer, &command, &again, &err), STATUS_OK);
	assert_true(again.replayed);
	assert_string_equal(again.record, receipt.record);
	command.key = "r2";
	assert_int_equal(backend_perform(buyer, &command, &again, &err), STATUS_CONFLICT);
	assert_int_equal(
	    backend_show(seller, &order_record, receipt.record, &then, &err), STATUS_OK);
	assert_string_equal(((const struct order *)then->rows[0])->type, "RENEW");
	page_drop(then);
	assert_int_equal(backend_list(buyer, &log, &then, &err), STATUS_OK);
	assert_int_equal(then->count, 1);
	page_drop(then);
	assert_int_equal(backend_list(foreign, &log, &then, &err), STATUS_NOTFOUND);
	assert_int_equal(backend_changes(seller, since, 10, &then, &next, &err), STATUS_OK);
	assert_int_equal(then->count, 1);
	page_drop(then);
	assert_int_equal(backend_verify(seller, before->id, &verdict, &err), STATUS_OK);
	assert_true(verdict.intact);
	assert_int_equal(verdict.entries, 1);
	assert_int_equal(backend_verify(foreign, before->id, &verdict, &err), STATUS_NOTFOUND);
	page_drop(page);
	backend_close(buyer);
	backend_close(seller);
	backend_close(foreign);
}

#define CONTRACT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int contract_run(const struct subject *which)
{
	const struct CMUnitTest tests[] = {
		CONTRACT(test_everyone_sees_their_own),
		CONTRACT(test_foreign_is_as_if_not_there),
		CONTRACT(test_a_delivery_is_accepted),
		CONTRACT(test_same_key_same_answer),
		CONTRACT(test_a_stale_version_changes_nothing),
		CONTRACT(test_a_dry_run_changes_nothing),
		CONTRACT(test_files_come_back_as_they_went),
		CONTRACT(test_inputs_are_named),
		CONTRACT(test_keys_must_be_keys),
		CONTRACT(test_pages_meet),
		CONTRACT(test_changes_are_told_once),
		CONTRACT(test_the_log_verifies),
		CONTRACT(test_an_audit_covers_what_is_seen),
		CONTRACT(test_a_service_is_renewed),
		CONTRACT(test_one_of_two_wins),
		CONTRACT(test_impersonation_changes_the_scope),
		CONTRACT(test_bad_questions_are_refused),
	};

	subject = which;
	return cmocka_run_group_tests_name(which->name, tests, NULL, NULL);
}
