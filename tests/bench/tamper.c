/*
 * tamper [EDITS [SEED]]: random edits of operation logs, each of which verifying must find (R15).
 *
 * Logs of every flow, and of purchased services, are made by commands. Then, EDITS times (2,000),
 * somebody who can write the database changes one log: a column of an entry, an entry put in, taken
 * out, swapped with another, an end cut off, the files on record; now and then with the entry's
 * hash made to fit, or the rest numbered anew. Every edit lies in a transaction that is rolled
 * back, and the log is whole again.
 */
#include <bsd/stdlib.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/rand.h"
#include "tests/unit/expect_catalogue.h"
#include "tests/unit/expect_engine.h"

#define LOGS 48

enum edit {
	EDIT_TEXT,
	EDIT_NUMBER,
	EDIT_COPY,
	EDIT_TYPE,
	EDIT_TYPE_ALONE,
	EDIT_REFIT,
	INSERT_END,
	INSERT_BETWEEN,
	INSERT_BLANK,
	DELETE_ONE,
	DELETE_CLOSED_UP,
	SWAP,
	CUT,
	CUT_LENGTH,
	HEAD,
	FILE_EDIT,
	FILE_COPY,
	FILE_TYPE,
	FILE_DELETE,
	FILE_INSERT,
	EDITS
};

static const char *const edit_words[EDITS] = { "a text", "a number", "another entry's value",
	"a value and its type", "a value's type alone", "an entry with its hash made to fit",
	"an entry put in at the end", "an entry put in between",
	"an entry put in without name and number", "an entry taken out",
	"an entry taken out, the rest renumbered",
	"two entries swapped", "the end cut off", "the end cut off, the length made to fit",
	"the row's head or length", "a file's row edited",
	"another file's value", "the type of a file's value", "a file's row taken out",
	"a file's row put in" };

static int64_t wanted = 2000, seed = 1;
static struct engine engine;
static struct subject subjects[LOGS];
static struct rng rng;

static bool chance(unsigned percent)
{
	return rng_below(&rng, 100) < percent;
}

/* ---- logs to work on ---- */

/* From now on it is the log of what the buyer has bought there, and renews. */
static void make_owned(struct subject *subject)
{
	const struct expect_asker asker = { ROLE_BUYER, EXPECT_OWN };
	struct actor actor = expect_catalogue_actor(&asker);
	struct command command = { .id = subject->id, .action = ACTION_RENEW,
		.version = VERSION_ANY };
	struct receipt receipt;
	struct error err = { 0 };
	char line[96], key[80];

	snprintf(line, sizeof(line), "koodesk-instance:%s", subject->id);
	uuid_of(line, subject->id);
	subject->entries0 = 0;
	for (subject->state.entries = 0; subject->state.entries < 5; subject->state.entries++) {
		snprintf(key, sizeof(key), "%s-%" PRId64, subject->id, subject->state.entries);
		command.key = key;
		if (market_perform(engine.market, &actor, &command, engine.now, &receipt, &err) !=
		    STATUS_OK)
			fail_msg("%s", err.message);
	}
}

static const char *owners(const struct subject *s)
{
	return strchr(s->id, '-') == s->id + 8 ? "instances" : "supervisions";
}

static void make_log(struct subject *subject, unsigned n)
{
	const bool owned = n % 3 == 2;
	unsigned pairs = 0;
	bool made = false;

	EXPECT_EACH(flow, terms)
	pairs++;
	n %= pairs;
	EXPECT_EACH(flow, terms)
	if (n-- == 0 && !made) {
		engine_order(&engine, subject, (enum flow_id)flow, terms, 0);
		made = true;
	}
	for (int step = 0; step < 14 && subject->state.state == SUPERVISION_OPEN; step++) {
		struct expect_asker asker = { ROLE_SELLER, EXPECT_OWN };
		struct expect_inputs words = { .text = true,
			.kinds = 1u << FILE_EVIDENCE | 1u << FILE_OTHER };

		if (chance(30))
			engine_step(&engine, subject, &asker, ACTION_COMMENT, &words, NULL);
		if (chance(25)) {
			engine_act(&engine, subject, ROLE_BUYER, ACTION_APPEAL);
			engine_decide(&engine, subject, OUTCOME_RESUME, STAGE_NONE, 0);
		}
		engine_forward(&engine, subject);
	}
	assert_true(subject->state.entries > 2);
	if (owned && subject->state.state == SUPERVISION_COMPLETED)
		make_owned(subject);
}

/* ---- SQL ---- */

static bool run(const char *sql)
{
	struct error err = { 0 };

	return sql_exec(store_sql(engine.store), sql, &err) == STATUS_OK &&
	    sql_changes(store_sql(engine.store)) > 0;
}

static bool run_f(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static bool run_f(const char *fmt, ...)
{
	static char sql[8000];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sql, sizeof(sql), fmt, args);
	va_end(args);
	return run(sql);
}

/* The first column of the first row as text, "" where there is none. */
static void ask(char *out, size_t cap, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void ask(char *out, size_t cap, const char *fmt, ...)
{
	char sql[4000];
	struct sql_stmt *stmt;
	struct error err = { 0 };
	bool row = false;
	va_list args;

	va_start(args, fmt);
	vsnprintf(sql, sizeof(sql), fmt, args);
	va_end(args);
	if (sql_prepare(store_sql(engine.store), sql, &stmt, &err) != STATUS_OK)
		fail_msg("%s: %s %s", sql, err.message, err.detail);
	out[0] = '\0';
	if (sql_step(stmt, &row, &err) == STATUS_OK && row)
		snprintf(out, cap, "%s", sql_text(stmt, 0));
	sql_done(stmt);
}

static const struct field *random_field(const struct record_type *type)
{
	return &type->fields[rng_below(&rng, type->count)];
}

static bool is_text(const struct field *field)
{
	return field->kind == FIELD_TEXT || field->kind == FIELD_ENUM;
}

/* Everything of an entry as it is hashed (doc/operation-log.md), into its hash. */
static bool refit(const char *id)
{
	static const char *const parts[] = { "id", "serial", "supervision", "seq", "at",
		"effective_at", "actor", "role", "account", "action", "from_stage", "to_stage",
		"version", "text", "inputs", "files", "prev" };
	static char part[70000];
	char hash[DIGEST_TEXT];
	struct buf bytes;

	buf_init(&bytes, 1u << 20);
	buf_puts(&bytes, "13:koodesk-log-1,");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		ask(part, sizeof(part), "SELECT \"%s\" FROM log_entries WHERE id = '%s'", parts[i],
		    id);
		buf_printf(&bytes, "%zu:%s,", strlen(part), part);
	}
	digest_of(bytes.data, bytes.len, hash);
	buf_free(&bytes);
	return run_f("UPDATE log_entries SET hash = '%s' WHERE id = '%s'", hash, id);
}

/* ---- the edits: false where there was nothing to edit that way ---- */

static bool edit_text(const char *table, const struct field *field, const char *id)
{
	const char *name = field->member;

	switch (rng_below(&rng, 5)) {
	case 0:
		return run_f(
		    "UPDATE %s SET \"%s\" = \"%s\" || 'x' WHERE id = '%s'", table, name, name, id);
	case 1:
		return run_f("UPDATE %s SET \"%s\" = substr(\"%s\", 2) WHERE id = '%s'", table,
		    name, name, id);
	case 2:
		return run_f("UPDATE %s SET \"%s\" = '' WHERE id = '%s'", table, name, id);
	case 3:
		return run_f("UPDATE %s SET \"%s\" = replace(\"%s\", '%c', '%c') WHERE id = '%s'",
		    table, name, name, (char)('a' + rng_below(&rng, 26)),
		    (char)('0' + rng_below(&rng, 10)), id);
	default:
		return run_f(
		    "UPDATE %s SET \"%s\" = upper(\"%s\") WHERE id = '%s'", table, name, name, id);
	}
}

static bool edit_number(const char *table, const struct field *field, const char *id)
{
	static const char *const how[] = { "+ 1", "- 1", "* 2", "* 0", "+ 86400000", "* -1" };

	return run_f("UPDATE %s SET \"%s\" = \"%s\" %s WHERE id = '%s'", table, field->member,
	    field->member, how[rng_below(&rng, 6)], id);
}

static bool edit_type(const struct field *field, const char *id)
{
	static const char *const how[] = { "'x'", "x'78'", "1.5", "''" };

	return run_f("UPDATE log_entries SET \"%s\" = %s WHERE id = '%s'", field->member,
	    how[rng_below(&rng, 4)], id);
}

/* The same bytes or number as another type, or with something behind the text's end. */
static bool edit_type_alone(const char *table, const struct field *field, const char *id)
{
	const char *name = field->member;

	if (is_text(field) && chance(30))
		return run_f(
		    "UPDATE %s SET \"%s\" = \"%s\" || char(0) || 'x' WHERE id = '%s'", table, name,
		    name, id);
	return run_f("UPDATE %s SET \"%s\" = CAST(\"%s\" AS BLOB) WHERE id = '%s'", table, name,
	    name, id);
}

static void entry_id(const struct subject *s, int64_t seq, char out[96])
{
	snprintf(out, 96, "%s#%06" PRId64, s->id, seq);
}

/* Entries from seq on are numbered anew, `by` further on. */
static bool renumber(const struct subject *s, int64_t seq, int64_t last, int64_t by)
{
	char from[96], to[96];

	for (int64_t i = by > 0 ? last : seq; i >= seq && i <= last; i += by > 0 ? -1 : 1) {
		entry_id(s, i, from);
		entry_id(s, i + by, to);
		if (!run_f("UPDATE log_entries SET id = '%s', seq = %" PRId64 " WHERE id = '%s'",
			to, i + by, from))
			return false;
	}
	return true;
}

static bool copy_entry(const char *from, const char *to, int64_t seq)
{
	return run_f(
	    "INSERT INTO log_entries SELECT '%s', (SELECT max(serial) + 1 FROM "
	    "log_entries), supervision, %" PRId64
	    ", at, effective_at, actor, role, account, action, "
	    "from_stage, to_stage, version, text, inputs, files, prev, hash FROM log_entries WHERE "
	    "id = '%s'",
	    to, seq, from);
}

static bool swap(const struct subject *s, int64_t a, int64_t b)
{
	char first[96], second[96];

	if (a == b)
		return false;
	entry_id(s, a, first);
	entry_id(s, b, second);
	return run_f("UPDATE log_entries SET id = 'swap', seq = -1 WHERE id = '%s'", first) &&
	    run_f("UPDATE log_entries SET id = '%s', seq = %" PRId64 " WHERE id = '%s'", first, a,
		second) &&
	    run_f(
		"UPDATE log_entries SET id = '%s', seq = %" PRId64 " WHERE id = 'swap'", second, b);
}

static bool insert_entry(const struct subject *s, int64_t seq, int64_t last, bool between)
{
	char from[96], to[96];

	if (between && !renumber(s, seq, last, 1))
		return false;
	entry_id(s, between ? (seq > 1 ? seq - 1 : last + 1) : seq, from);
	entry_id(s, between ? seq : last + 1, to);
	return copy_entry(from, to, between ? seq : last + 1) && (chance(50) || refit(to));
}

static void random_file(const struct subject *s, char id[160])
{
	ask(id, 160,
	    "SELECT id FROM attachments WHERE supervision = '%s' ORDER BY id LIMIT 1 OFFSET %d",
	    s->id, (int)rng_below(&rng, 12));
}

static bool edit_file(const struct subject *s, enum edit edit)
{
	const struct field *field = random_field(&attachment_record);
	char id[160], other[160];

	random_file(s, id);
	random_file(s, other);
	if (id[0] == '\0' || other[0] == '\0')
		return false;
	switch (edit) {
	case FILE_DELETE:
		return run_f("DELETE FROM attachments WHERE id = '%s'", id);
	case FILE_INSERT:
		return run_f(
		    "INSERT INTO attachments SELECT id || '9', supervision, appeal, seq, "
		    "kind, name, size, digest, uploader, role, at FROM attachments WHERE id = '%s'",
		    id);
	case FILE_COPY:
		return run_f(
		    "UPDATE attachments SET \"%s\" = (SELECT \"%s\" FROM attachments WHERE id = "
		    "'%s') WHERE id = '%s'",
		    field->member, field->member, other, id);
	case FILE_TYPE:
		return edit_type_alone("attachments", field, id);
	default:
		return is_text(field) ? edit_text("attachments", field, id)
				      : edit_number("attachments", field, id);
	}
}

static bool edit_value(const struct subject *s, enum edit edit, int64_t seq, int64_t last)
{
	const struct field *field = random_field(&log_entry_record);
	char id[96], other[96];

	entry_id(s, seq, id);
	entry_id(s, 1 + (int64_t)rng_below(&rng, (uint64_t)last), other);
	switch (edit) {
	case EDIT_TEXT:
		return is_text(field) && edit_text("log_entries", field, id);
	case EDIT_NUMBER:
		return !is_text(field) && edit_number("log_entries", field, id);
	case EDIT_COPY:
		return run_f(
		    "UPDATE log_entries SET \"%s\" = (SELECT \"%s\" FROM log_entries WHERE "
		    "id = '%s') WHERE id = '%s'",
		    field->member, field->member, other, id);
	case EDIT_TYPE:
		return edit_type(field, id);
	case EDIT_TYPE_ALONE:
		return edit_type_alone("log_entries", field, id);
	default: /* what is found by its id is still found */
		return strcmp(field->member, "id") != 0 && strcmp(field->member, "hash") != 0 &&
		    (is_text(field) ? edit_text("log_entries", field, id)
				    : edit_number("log_entries", field, id)) &&
		    refit(id);
	}
}

static bool edit_log(const struct subject *s, enum edit edit, int64_t seq, int64_t last)
{
	char id[96];

	entry_id(s, seq, id);
	switch (edit) {
	case INSERT_END:
	case INSERT_BETWEEN:
		return insert_entry(s, seq, last, edit == INSERT_BETWEEN);
	case INSERT_BLANK:
		return copy_entry(id, "", 0) && (chance(50) || refit(""));
	case DELETE_ONE:
		return run_f("DELETE FROM log_entries WHERE id = '%s'", id);
	case DELETE_CLOSED_UP:
		return run_f("DELETE FROM log_entries WHERE id = '%s'", id) &&
		    (seq == last || renumber(s, seq + 1, last, -1)) &&
		    (chance(50) ||
			run_f("UPDATE %s SET log_length = log_length - 1 WHERE id = '%s'",
			    owners(s), s->id));
	case SWAP:
		return swap(s, seq, 1 + (int64_t)rng_below(&rng, (uint64_t)last));
	case CUT:
	case CUT_LENGTH:
		return run_f("DELETE FROM log_entries WHERE supervision = '%s' AND seq >= %" PRId64,
			   s->id, seq) &&
		    (edit == CUT ||
			run_f("UPDATE %s SET log_length = %" PRId64 " WHERE id = '%s'", owners(s),
			    seq - 1, s->id));
	case HEAD:
		return chance(50)
		    ? run_f("UPDATE %s SET log_length = log_length + %d WHERE id = '%s'",
			  owners(s), chance(50) ? 1 : -1, s->id)
		    : run_f("UPDATE %s SET log_head = (SELECT hash FROM log_entries WHERE "
			    "id = '%s') WHERE id = '%s'",
			  owners(s), id, s->id);
	case FILE_EDIT:
	case FILE_COPY:
	case FILE_TYPE:
	case FILE_DELETE:
	case FILE_INSERT:
		return edit_file(s, edit);
	default:
		return edit_value(s, edit, seq, last);
	}
}

/* ---- finding them ---- */

/* Every value of these rows, of which type it is, and all of its bytes. */
static void add_rows(
    struct digest *digest, const struct record_type *type, const char *where, const char *id)
{
	static char row[1000000];
	struct buf columns;

	buf_init(&columns, 1u << 16);
	for (size_t i = 0; i < type->count; i++)
		buf_printf(&columns, "%stypeof(\"%s\")||hex(\"%s\")||','", i ? "||" : "",
		    type->fields[i].member, type->fields[i].member);
	ask(row, sizeof(row),
	    "SELECT group_concat(r) FROM (SELECT %s AS r FROM %s WHERE %s = '%s' ORDER BY id)",
	    buf_text(&columns), type->table, where, id);
	digest_add(digest, row, strlen(row) + 1);
	buf_free(&columns);
}

static void whole(const struct subject *s, char out[DIGEST_TEXT])
{
	struct digest *digest = digest_new();
	char end[100];

	add_rows(digest, &log_entry_record, "supervision", s->id);
	add_rows(digest, &attachment_record, "supervision", s->id);
	ask(end, sizeof(end), "SELECT log_length || log_head FROM %s WHERE id = '%s'",
	    owners(s), s->id);
	digest_add(digest, end, strlen(end));
	digest_end(digest, out);
}

static bool intact(const struct subject *s)
{
	const struct expect_asker asker = { ROLE_OPERATOR, EXPECT_OWN };
	struct actor actor = expect_catalogue_actor(&asker);
	struct verdict verdict = { 0 };
	struct error err = { 0 };

	return market_verify(engine.market, &actor, s->id, &verdict, &err) == STATUS_OK &&
	    verdict.intact;
}

static void test_edits(void **unused)
{
	int64_t found[EDITS] = { 0 }, made[EDITS] = { 0 }, n = 0, missed = 0;
	char before[DIGEST_TEXT], after[DIGEST_TEXT];
	struct error err = { 0 };

	(void)unused;
	rng_seed(&rng, (uint64_t)seed);
	engine_open(&engine);
	for (unsigned i = 0; i < LOGS; i++)
		make_log(&subjects[i], i);
	assert_int_equal(engine.wrong, 0);
	while (n < wanted) {
		enum edit edit = (enum edit)rng_below(&rng, EDITS);
		const struct subject *s = &subjects[rng_below(&rng, LOGS)];
		int64_t last = s->entries0 + s->state.entries;
		int64_t seq = 1 + (int64_t)rng_below(&rng, (uint64_t)last);

		whole(s, before);
		assert_int_equal(store_begin(engine.store, &err), STATUS_OK);
		if (edit_log(s, edit, seq, last) && (whole(s, after), strcmp(before, after) != 0)) {
			bool hidden = intact(s);

			n++;
			made[edit]++;
			found[edit] += !hidden;
			if (hidden && missed++ < 20)
				print_error("not found: %s, %s#%06" PRId64 " of %" PRId64 "\n",
				    edit_words[edit], s->id, seq, last);
		}
		store_rollback(engine.store);
	}
	for (unsigned i = 0; i < LOGS; i++)
		assert_true(intact(&subjects[i]));
	engine_close(&engine);
	for (int edit = 0; edit < EDITS; edit++)
		print_message("%-42s %8" PRId64 " made %8" PRId64 " found\n", edit_words[edit],
		    made[edit], found[edit]);
	print_message("tamper: %" PRId64 " edits, %" PRId64 " not found\n", n, missed);
	assert_int_equal(missed, 0);
}

static int64_t number(const char *text)
{
	const char *why = NULL;
	int64_t value = strtonum(text, 1, INT32_MAX, &why);

	if (why) {
		fprintf(stderr, "tamper [EDITS [SEED]]: %s is %s\n", text, why);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_edits) };

	if (argc > 1)
		wanted = number(argv[1]);
	if (argc > 2)
		seed = number(argv[2]);
	return cmocka_run_group_tests_name("tamper", tests, NULL, NULL);
}
