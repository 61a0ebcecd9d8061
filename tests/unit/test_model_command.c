/* Commands: what may be sent, what identifies it, and the receipt on the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "model/command.h"

#define NOW INT64_C(1795329000000) /* 2026-11-22 14:30 in platform time */
#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define MAX 16

static const struct actor buyer = { "alice", "Alice", "acme", "Acme", ROLE_BUYER };
static const struct actor seller = { "sam", "Sam", "datasafe", "DataSafe", ROLE_SELLER };
static const struct actor operator= { "ops", "Ops", "platform", "Platform", ROLE_OPERATOR };

/* A command that grows, its actor and the record it is for. */
struct trial {
	struct command command;
	const struct actor *actor;
	struct command_value values[MAX];
	struct command_file files[MAX];
	struct supervision supervision;
	struct error err;
};

static struct trial *trial(const struct actor *actor, enum action_id action)
{
	struct trial *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->actor = actor;
	t->command.id = "CS1-000001";
	t->command.action = action;
	t->command.key = "key-1";
	t->command.values = t->values;
	t->command.files = t->files;
	t->supervision.flow = FLOW_MANUAL_STD;
	t->supervision.stage = STAGE_ACCEPTANCE;
	t->supervision.state = SUPERVISION_OPEN;
	t->supervision.amount = 28000000;
	t->supervision.currency = "CNY";
	t->supervision.placed_at = NOW - 3 * WHEN_DAY;
	return t;
}

static void set(struct trial *t, const char *name, const char *value)
{
	for (size_t i = 0; i < t->command.n_values; i++) {
		if (strcmp(t->values[i].name, name) == 0) {
			t->values[i].value = value;
			return;
		}
	}
	assert_true(t->command.n_values < MAX);
	t->values[t->command.n_values++] = (struct command_value){ name, value };
}

static struct command_file *file(struct trial *t, enum file_kind kind, const char *name)
{
	assert_true(t->command.n_files < MAX);
	t->files[t->command.n_files] = (struct command_file){ kind, name, 1000, DIGEST };
	return &t->files[t->command.n_files++];
}

static enum status check(struct trial *t)
{
	memset(&t->err, 0, sizeof(t->err));
	return command_check(&t->command, t->actor, &t->supervision, NOW, &t->err);
}

#define ASSERT_FINE(t) \
	do { \
		if (check(t) != STATUS_OK) \
			fail_msg("%s: %s", (t)->err.field, (t)->err.message); \
	} while (0)

#define ASSERT_REFUSED(t, where, what) \
	do { \
		assert_int_equal(check(t), STATUS_INVALID); \
		assert_string_equal((t)->err.field, where); \
		if (strstr((t)->err.message, what) == NULL) \
			fail_msg("\"%s\" does not say \"%s\"", (t)->err.message, what); \
	} while (0)

static struct trial *delivery(void)
{
	struct trial *t = trial(&seller, ACTION_DELIVER);

	set(t, "result", "Installed and shown to the customer.");
	file(t, FILE_SOW, "sow.pdf");
	file(t, FILE_ACCEPTANCE, "acceptance.DOCX");
	return t;
}

static struct trial *appeal(const struct actor *actor, const char *ground)
{
	struct trial *t = trial(actor, ACTION_APPEAL);

	set(t, "ground", ground);
	set(t, "reason", "Nobody answers.");
	set(t, "claim", "Complete the order.");
	return t;
}

static struct trial *decision(const char *outcome)
{
	struct trial *t = trial(&operator, ACTION_DECIDE);

	set(t, "outcome", outcome);
	set(t, "reason", "Both were heard.");
	return t;
}

static void test_head(void **state)
{
	struct trial *t = trial(&buyer, ACTION_ACCEPT);
	char key[70];

	(void)state;
	ASSERT_FINE(t);
	t->command.version = VERSION_ANY;
	ASSERT_FINE(t);
	t->command.version = -2;
	ASSERT_REFUSED(t, "version", "0 or more");
	t->command.version = 0;
	t->command.key = "";
	ASSERT_REFUSED(t, "key", "64");
	t->command.key = "two words";
	ASSERT_REFUSED(t, "key", "blanks");
	t->command.key = "sch\xc3\xb6n";
	ASSERT_REFUSED(t, "key", "ASCII");
	memset(key, '~', sizeof(key));
	key[65] = '\0';
	t->command.key = key;
	ASSERT_REFUSED(t, "key", "64");
	key[64] = '\0';
	ASSERT_FINE(t);
	t->command.id = "";
	ASSERT_REFUSED(t, "id", "id");
	t->command.id = "CS1-000001";
	t->command.action = ACTION_NONE;
	ASSERT_REFUSED(t, "action", "no such action");
	free(t);
}

static void test_names_of_values(void **state)
{
	struct trial *t = trial(&buyer, ACTION_ACCEPT);

	(void)state;
	set(t, "reason", "x");
	ASSERT_REFUSED(t, "reason", "no input \"reason\"");
	t->command.n_values = 0;
	set(t, "comment", "one");
	ASSERT_FINE(t);
	t->values[t->command.n_values++] = (struct command_value){ "comment", "two" };
	ASSERT_REFUSED(t, "comment", "twice");
	free(t);
	t = decision("resume");
	set(t, "amount", "1");
	ASSERT_REFUSED(t, "amount", "outcome=refund");
	set(t, "amount", "");
	ASSERT_FINE(t);
	free(t);
	t = delivery();
	set(t, "sow", "sow.pdf");
	ASSERT_REFUSED(t, "sow", "no input");
	free(t);
}

static void test_texts(void **state)
{
	struct trial *t = trial(&buyer, ACTION_REJECT);
	static char text[INPUT_LONG_MAX + 2];

	(void)state;
	ASSERT_REFUSED(t, "reason", "required");
	set(t, "reason", " \t\r\n ");
	ASSERT_REFUSED(t, "reason", "blank");
	set(t, "reason", "two\nlines: 不符");
	ASSERT_FINE(t);
	set(t, "reason", "cut \xe4\xb8");
	ASSERT_REFUSED(t, "reason", "UTF-8");
	memset(text, 'x', sizeof(text) - 1);
	set(t, "reason", text);
	ASSERT_REFUSED(t, "reason", "16385");
	text[INPUT_LONG_MAX] = '\0';
	ASSERT_FINE(t);
	free(t);
}

static void test_enabling_time(void **state)
{
	struct trial *t = delivery();

	(void)state;
	ASSERT_FINE(t);
	set(t, "enabled_at", "  ");
	ASSERT_FINE(t);
	set(t, "enabled_at", "2026-11-22 14:30");
	ASSERT_FINE(t);
	set(t, "enabled_at", "2026-11-22 14:31");
	ASSERT_REFUSED(t, "enabled_at", "2026-11-22 14:30");
	/* The order was placed on the 19th at 14:30: its whole platform day counts. */
	set(t, "enabled_at", "2026-11-19");
	ASSERT_FINE(t);
	set(t, "enabled_at", "2026-11-18T16:00:00Z");
	ASSERT_FINE(t);
	set(t, "enabled_at", "2026-11-18T15:59:59Z");
	ASSERT_REFUSED(t, "enabled_at", "2026-11-19");
	set(t, "enabled_at", "yesterday");
	ASSERT_REFUSED(t, "enabled_at", "no time");
	free(t);
}

static void test_delivery_files(void **state)
{
	struct trial *t = delivery();

	(void)state;
	t->files[0].kind = FILE_REQUIREMENT;
	ASSERT_FINE(t);
	t->files[0].kind = FILE_PROOF;
	ASSERT_REFUSED(t, "sow", "sow");
	t->files[0].kind = FILE_SOW;
	t->files[1].kind = FILE_SOW;
	ASSERT_REFUSED(t, "acceptance", "acceptance");
	t->files[1].kind = FILE_EVIDENCE;
	ASSERT_REFUSED(t, "files", "evidence");
	t->files[1].kind = FILE_NONE;
	ASSERT_REFUSED(t, "files", "kind");
	t->files[1].kind = (enum file_kind)99;
	ASSERT_REFUSED(t, "files", "kind");
	free(t);
	t = trial(&buyer, ACTION_ACCEPT);
	file(t, FILE_OTHER, "a.pdf");
	ASSERT_REFUSED(t, "files", "no files");
	free(t);
}

static void test_file_limits(void **state)
{
	struct trial *t = delivery();
	struct command_file *sow = &t->files[0];

	(void)state;
	sow->size = 0;
	ASSERT_REFUSED(t, "sow", "empty");
	sow->size = FILE_MAX_BYTES;
	ASSERT_FINE(t);
	sow->size++;
	ASSERT_REFUSED(t, "sow", "20 MiB");
	sow->size = 1;
	sow->name = "sow.exe";
	ASSERT_REFUSED(t, "sow", ".pdf");
	sow->name = "pdf";
	ASSERT_REFUSED(t, "sow", "type");
	sow->name = "..";
	ASSERT_REFUSED(t, "sow", "name");
	sow->name = "/tmp/需求说明书.PDF";
	ASSERT_FINE(t);
	sow->digest = "abc";
	ASSERT_REFUSED(t, "sow", "SHA-256");
	sow->digest = NULL;
	ASSERT_REFUSED(t, "sow", "SHA-256");
	t->command.dry_run = true;
	ASSERT_FINE(t);
	while (t->command.n_files < FILES_MAX)
		file(t, FILE_PROOF, "p.png");
	ASSERT_FINE(t);
	file(t, FILE_PROOF, "p.png");
	ASSERT_REFUSED(t, "files", "11");
	free(t);
}

static void test_seller_appeals_for_an_inactive_buyer(void **state)
{
	struct trial *t = appeal(&seller, "buyer-inactive");

	(void)state;
	ASSERT_REFUSED(t, "commitment", "申诉介入处理承诺函");
	file(t, FILE_EVIDENCE, "mails.eml");
	ASSERT_REFUSED(t, "commitment", "申诉介入处理承诺函");
	file(t, FILE_COMMITMENT, "letter.docx");
	ASSERT_FINE(t);
	t->actor = &buyer;
	ASSERT_REFUSED(t, "ground", "only the seller");
	free(t);
}

static void test_other_appeals(void **state)
{
	struct trial *t = appeal(&buyer, "not-as-agreed");

	(void)state;
	ASSERT_REFUSED(t, "evidence", "required");
	file(t, FILE_COMMUNICATION, "chat.png");
	ASSERT_FINE(t);
	set(t, "ground", "because");
	ASSERT_REFUSED(t, "ground", "buyer-inactive");
	set(t, "ground", "");
	ASSERT_REFUSED(t, "ground", "required");
	set(t, "ground", "other");
	set(t, "claim", " ");
	ASSERT_REFUSED(t, "claim", "Claim");
	free(t);
}

static void test_sending_back(void **state)
{
	struct trial *t = decision("send-back");

	(void)state;
	ASSERT_REFUSED(t, "stage", "required");
	set(t, "stage", "delivery");
	ASSERT_FINE(t);
	set(t, "stage", "acceptance");
	ASSERT_REFUSED(t, "stage", "requirement, confirmation, delivery");
	set(t, "stage", "review");
	ASSERT_REFUSED(t, "stage", "not before");
	t->supervision.reviewed = 1;
	ASSERT_FINE(t);
	set(t, "stage", "done");
	ASSERT_REFUSED(t, "stage", "not before");
	set(t, "stage", "requirement");
	t->supervision.stage = STAGE_REQUIREMENT;
	ASSERT_REFUSED(t, "stage", "first node");
	free(t);
}

static void test_refund(void **state)
{
	struct trial *t = decision("refund");

	(void)state;
	ASSERT_REFUSED(t, "amount", "required");
	set(t, "amount", "28,000.00");
	ASSERT_FINE(t);
	set(t, "amount", "0.001");
	ASSERT_FINE(t);
	set(t, "amount", "28000.001");
	ASSERT_REFUSED(t, "amount", "28,000.00 CNY");
	set(t, "amount", "0");
	ASSERT_REFUSED(t, "amount", "more than 0");
	set(t, "amount", "-1");
	ASSERT_REFUSED(t, "amount", "more than 0");
	set(t, "amount", "all");
	ASSERT_REFUSED(t, "amount", "no amount");
	set(t, "amount", "1");
	set(t, "stage", "delivery");
	ASSERT_REFUSED(t, "stage", "outcome=send-back");
	free(t);
}

static void test_without_a_record(void **state)
{
	struct trial *t = decision("refund");
	struct error err = { 0 };

	(void)state;
	set(t, "amount", "99999999");
	assert_int_equal(command_check(&t->command, NULL, NULL, NOW, &err), STATUS_OK);
	assert_int_equal(command_check(&t->command, NULL, NULL, NOW, NULL), STATUS_OK);
	set(t, "amount", "0");
	assert_int_equal(command_check(&t->command, NULL, NULL, NOW, NULL), STATUS_INVALID);
	free(t);
}

static void test_live_value_and_file(void **state)
{
	const struct action *deliver = action_get(ACTION_DELIVER);
	const struct input *result = action_input(deliver, "result");
	const struct input *sow = action_input(deliver, "sow");
	struct command_file letter = { FILE_SOW, "a.pdf", 1, NULL };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(command_check_value(result, "x", &seller, NULL, NOW, &err), STATUS_OK);
	assert_int_equal(command_check_value(result, "", &seller, NULL, NOW, &err), STATUS_INVALID);
	assert_string_equal(err.field, "result");
	assert_int_equal(command_check_file(sow, &letter, &err), STATUS_OK);
	letter.kind = FILE_ACCEPTANCE;
	assert_int_equal(command_check_file(sow, &letter, &err), STATUS_INVALID);
	assert_string_equal(err.field, "sow");
	/* Before its kind is chosen a file is held against what all have in common. */
	assert_int_equal(command_check_contents(&letter, &err), STATUS_OK);
	letter.name = "a.exe";
	assert_int_equal(command_check_contents(&letter, &err), STATUS_INVALID);
	assert_string_equal(err.field, "file");
}

static void test_asking(void **state)
{
	const struct input *amount = action_input(action_get(ACTION_DECIDE), "amount");
	const struct input *reason = action_input(action_get(ACTION_DECIDE), "reason");
	const struct command_value refund[] = { { "reason", "x" }, { "outcome", "refund" } };
	const struct command_value resume[] = { { "outcome", "resume" } };

	(void)state;
	assert_true(command_asks(amount, refund, 2));
	assert_false(command_asks(amount, refund, 1));
	assert_false(command_asks(amount, resume, 1));
	assert_true(command_asks(reason, NULL, 0));
}

static void test_same_content_same_hash(void **state)
{
	struct trial *a = delivery(), *b = delivery();
	char one[65], two[65];

	(void)state;
	set(a, "enabled_at", "2026-11-20");
	/* The order of values, empty ones, key, version and dry run do not count. */
	b->command.n_values = 0;
	set(b, "enabled_at", "2026-11-20");
	set(b, "result", "Installed and shown to the customer.");
	b->command.key = "key-2";
	b->command.version = 9;
	b->command.dry_run = true;
	command_hash(&a->command, one);
	command_hash(&b->command, two);
	assert_string_equal(one, two);
	set(a, "enabled_at", "");
	b->values[0] = b->values[1];
	b->command.n_values = 1;
	command_hash(&a->command, one);
	command_hash(&b->command, two);
	assert_string_equal(one, two);
	free(a);
	free(b);
}

static void assert_other(struct trial *t, const char *hash)
{
	char now[65];

	command_hash(&t->command, now);
	assert_string_not_equal(now, hash);
}

static void test_other_content_other_hash(void **state)
{
	struct trial *t = delivery();
	char hash[65];

	(void)state;
	command_hash(&t->command, hash);
	t->command.id = "CS1-000002";
	assert_other(t, hash);
	t->command.id = "CS1-000001";
	t->command.action = ACTION_ACCEPT;
	assert_other(t, hash);
	t->command.action = ACTION_DELIVER;
	set(t, "result", "Installed and shown to the customer?");
	assert_other(t, hash);
	set(t, "result", "Installed and shown to the customer.");
	t->files[0].size++;
	assert_other(t, hash);
	t->files[0].size--;
	t->files[0].kind = FILE_REQUIREMENT;
	assert_other(t, hash);
	t->files[0].kind = FILE_SOW;
	t->files[0].name = "sow2.pdf";
	assert_other(t, hash);
	t->files[0].name = "sow.pdf";
	set(t, "colour", "red");
	assert_other(t, hash);
	t->command.n_values--;
	t->command.n_files--;
	assert_other(t, hash);
	free(t);
}

static const struct receipt example = {
	.id = "CS1-000001",
	.appeal = "CS1-000001-A1",
	.action = ACTION_APPEAL,
	.from = STAGE_DELIVERY,
	.to = STAGE_DELIVERY,
	.state = SUPERVISION_OPEN,
	.turn = ROLE_SELLER,
	.version = 7,
	.seq = 12,
	.at = NOW,
	.hash = DIGEST,
	.replayed = true,
};

/* Parses text as a receipt. */
static enum status parse(const char *text, struct receipt *out, struct error *err)
{
	struct json *json;
	struct json_at root;
	enum status status = json_parse(text, strlen(text), &json, err);

	assert_int_equal(status, STATUS_OK);
	root = json_root(json);
	status = receipt_parse(&root, out, err);
	json_free(json);
	return status;
}

static void test_receipt_there_and_back(void **state)
{
	struct receipt back;
	struct json_writer w;
	struct buf buf;

	(void)state;
	memset(&back, 0xff, sizeof(back));
	buf_init(&buf, 4000);
	json_begin(&w, &buf, false);
	receipt_json(&example, &w, NULL);
	assert_int_equal(parse(buf_text(&buf), &back, NULL), STATUS_OK);
	assert_string_equal(back.id, example.id);
	assert_string_equal(back.appeal, example.appeal);
	assert_int_equal(back.action, example.action);
	assert_int_equal(back.from, example.from);
	assert_int_equal(back.to, example.to);
	assert_int_equal(back.state, example.state);
	assert_int_equal(back.turn, example.turn);
	assert_int_equal(back.version, example.version);
	assert_int_equal(back.seq, example.seq);
	assert_int_equal(back.at, example.at);
	assert_string_equal(back.hash, example.hash);
	assert_true(back.replayed);
	assert_false(back.dry_run);
	buf_free(&buf);
}

/* Writes the example with one member's text replaced and expects the error there. */
static void assert_receipt_refused(const char *from, const char *to, const char *field)
{
	struct receipt out = { .version = 42 };
	struct json_writer w;
	struct buf buf, bad;
	struct error err = { 0 };
	const char *at;

	buf_init(&buf, 4000);
	buf_init(&bad, 4000);
	json_begin(&w, &buf, false);
	receipt_json(&example, &w, NULL);
	at = strstr(buf_text(&buf), from);
	assert_non_null(at);
	buf_add(&bad, buf_text(&buf), (size_t)(at - buf_text(&buf)));
	buf_puts(&bad, to);
	buf_puts(&bad, at + strlen(from));
	assert_int_equal(parse(buf_text(&bad), &out, &err), STATUS_INVALID);
	assert_string_equal(err.field, field);
	assert_int_equal(out.version, 42);
	buf_free(&buf);
	buf_free(&bad);
}

static void test_receipt_refuses(void **state)
{
	(void)state;
	assert_receipt_refused("\"appeal\"", "\"explode\"", "$.action");
	assert_receipt_refused("\"open\"", "\"ajar\"", "$.state");
	assert_receipt_refused("06:30", "25:30", "$.at");
	assert_receipt_refused("e3b0c4", "E3B0C4", "$.hash");
	assert_receipt_refused("\"version\":7", "\"version\":-7", "$.version");
	assert_receipt_refused("\"replayed\":true", "\"replayed\":1", "$.replayed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_names_of_values),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_enabling_time),
		cmocka_unit_test(test_delivery_files),
		cmocka_unit_test(test_file_limits),
		cmocka_unit_test(test_seller_appeals_for_an_inactive_buyer),
		cmocka_unit_test(test_other_appeals),
		cmocka_unit_test(test_sending_back),
		cmocka_unit_test(test_refund),
		cmocka_unit_test(test_without_a_record),
		cmocka_unit_test(test_live_value_and_file),
		cmocka_unit_test(test_asking),
		cmocka_unit_test(test_same_content_same_hash),
		cmocka_unit_test(test_other_content_other_hash),
		cmocka_unit_test(test_receipt_there_and_back),
		cmocka_unit_test(test_receipt_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
