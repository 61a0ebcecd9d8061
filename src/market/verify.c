/* Whether an operation log is as it was written (R15, F10). */
#include "market/market.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <bsd/string.h>

#include "base/i18n.h"
#include "market/chain.h"
#include "market/work.h"

#define FILES_JSON_MAX (1u << 20)
#define QUERY_MAX (1u << 14)
#define ASK_EVERY 64 /* entries: about a millisecond */

struct walk {
	struct market *market;
	const struct log_watch *watch; /* NULL: nobody stops it */
	struct chain_owner owner;
	struct verdict *verdict;
	int64_t length; /* what its row says */
	char head[DIGEST_TEXT];
	int64_t files, attachments; /* rows that entries name, rows there are */
	int64_t appeals;	    /* filed so far */
};

/* The first fault found is the one that is told. */
static void broken(struct walk *walk, int64_t seq, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void broken(struct walk *walk, int64_t seq, const char *fmt, ...)
{
	struct verdict *verdict = walk->verdict;
	va_list args;

	if (!verdict->intact)
		return;
	verdict->intact = false;
	verdict->broken_at = seq;
	va_start(args, fmt);
	vsnprintf(verdict->reason, sizeof verdict->reason, fmt, args);
	va_end(args);
}

/*
 * Whether each column has the type that it was written with, and no text goes on behind its end:
 * what reads the same is then found by no filter, and sorted elsewhere.
 */
static void add_types(struct buf *sql, const struct record_type *type, const char *table)
{
	for (size_t i = 0; i < type->count; i++) {
		const struct field *field = &type->fields[i];
		bool text = field->kind == FIELD_TEXT || field->kind == FIELD_ENUM;

		buf_printf(sql, "%stypeof(%s.%s) = '%s'", i > 0 ? " AND " : "", table,
		    field->member, text ? "text" : "integer");
		if (text)
			buf_printf(sql, " AND instr(%s.%s, char(0)) = 0", table, field->member);
	}
}

/*
 * The query has the parts first, in their order, then the hash and what the owner's row says. The
 * attachments are counted by the parameter, not by the row: once, and not with each entry.
 */
static void make_query(const struct chain_owner *owner, struct buf *sql)
{
	buf_puts(sql, "SELECT ");
	for (size_t i = 0; i < CHAIN_PARTS; i++)
		buf_printf(sql, "e.%s, ", chain_parts[i].member);
	buf_puts(sql,
	    "e.hash, s.log_length, s.log_head,"
	    " (SELECT count(*) FROM attachments a WHERE a.supervision = ?1),"
	    " e.seq IS NOT NULL,"
	    " typeof(s.log_length) = 'integer' AND typeof(s.log_head) = 'text' AND ");
	add_types(sql, &log_entry_record, "e");
	buf_printf(sql,
	    " FROM %s s LEFT JOIN log_entries e ON e.supervision = s.id"
	    " WHERE s.id = ?1 ORDER BY e.seq, e.id",
	    owner->type->table);
}

static void make_files_query(struct buf *sql)
{
	buf_puts(
	    sql, "SELECT a.id, kind, name, size, digest, uploader, role, at, a.appeal, ");
	add_types(sql, &attachment_record, "a");
	buf_puts(sql,
	    " FROM attachments a WHERE a.supervision = ? AND a.seq = ?"
	    " ORDER BY length(a.id), a.id");
}

enum column {
	COLUMN_ID = 0,
	COLUMN_SEQ = 3,
	COLUMN_AT = 4,
	COLUMN_ACTOR = 6,
	COLUMN_ROLE = 7,
	COLUMN_ACTION = 9,
	COLUMN_FILES = 15,
	COLUMN_PREV = 16,
	COLUMN_HASH = CHAIN_PARTS,
	COLUMN_LENGTH,
	COLUMN_HEAD,
	COLUMN_ATTACHMENTS,
	COLUMN_THERE, /* 0: the owner alone, without an entry */
	COLUMN_TYPES
};

enum file_column {
	FILE_COLUMN_ID,
	FILE_COLUMN_KIND,
	FILE_COLUMN_NAME,
	FILE_COLUMN_SIZE,
	FILE_COLUMN_DIGEST,
	FILE_COLUMN_UPLOADER,
	FILE_COLUMN_ROLE,
	FILE_COLUMN_AT,
	FILE_COLUMN_APPEAL,
	FILE_COLUMN_TYPES
};

static void hash_row(struct sql_stmt *stmt, char out[DIGEST_TEXT])
{
	struct digest *digest = chain_begin();

	for (int i = 0; i < CHAIN_PARTS; i++) {
		if (chain_parts[i].kind == CHAIN_NUMBER)
			chain_add_number(digest, sql_int(stmt, i));
		else
			chain_add(digest, sql_text(stmt, i));
	}
	digest_end(digest, out);
}

/* Files of an appeal are those that were handed in with it, during it, and with its end. */
static bool of_appeal(const char *word)
{
	const struct action *action = action_find(word);

	return action != NULL && (action->kind == KIND_APPEAL || action->kind == KIND_DURING);
}

/* What a row of attachments says besides what the entry lists: whose it is, when, of what. */
static bool file_fits(
    const struct walk *walk, struct sql_stmt *entry, struct sql_stmt *file, int64_t number)
{
	char id[160], appeal[128] = "";

	snprintf(id, sizeof id, "%s/%" PRId64, sql_text(entry, COLUMN_ID), number);
	if (of_appeal(sql_text(entry, COLUMN_ACTION)))
		snprintf(
		    appeal, sizeof appeal, "%s-A%" PRId64, walk->owner.id, walk->appeals);
	return sql_int(file, FILE_COLUMN_TYPES) != 0 &&
	    strcmp(sql_text(file, FILE_COLUMN_ID), id) == 0 &&
	    strcmp(sql_text(file, FILE_COLUMN_APPEAL), appeal) == 0 &&
	    strcmp(sql_text(file, FILE_COLUMN_UPLOADER), sql_text(entry, COLUMN_ACTOR)) == 0 &&
	    strcmp(sql_text(file, FILE_COLUMN_ROLE), sql_text(entry, COLUMN_ROLE)) == 0 &&
	    sql_int(file, FILE_COLUMN_AT) == sql_int(entry, COLUMN_AT);
}

/* The entry's list of files, made anew from the rows of attachments. */
static enum status list_files(struct walk *walk, struct sql_stmt *entry, struct buf *out,
    bool *fits, struct error *err)
{
	struct sql_stmt *stmt;
	struct json_writer w;
	struct buf query;
	int64_t number = 0;
	bool row = false;
	enum status status;

	buf_init(&query, QUERY_MAX);
	make_files_query(&query);
	status = sql_prepare(store_sql(walk->market->store), buf_text(&query), &stmt, err);
	buf_free(&query);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, walk->owner.id);
	sql_bind_int(stmt, 2, sql_int(entry, COLUMN_SEQ));
	json_begin(&w, out, false);
	json_open_array(&w, NULL);
	while ((status = sql_step(stmt, &row, err)) == STATUS_OK && row) {
		inputs_put_file(&w, sql_text(stmt, FILE_COLUMN_KIND),
		    sql_text(stmt, FILE_COLUMN_NAME), sql_int(stmt, FILE_COLUMN_SIZE),
		    sql_text(stmt, FILE_COLUMN_DIGEST));
		*fits = *fits && file_fits(walk, entry, stmt, ++number);
		walk->files++;
	}
	json_close_array(&w);
	sql_done(stmt);
	return status;
}

static enum status check_files(struct walk *walk, struct sql_stmt *entry, struct error *err)
{
	int64_t seq = sql_int(entry, COLUMN_SEQ);
	bool fits = true;
	struct buf files;
	enum status status;

	buf_init(&files, FILES_JSON_MAX);
	status = list_files(walk, entry, &files, &fits, err);
	if (status == STATUS_OK &&
	    (!fits || strcmp(buf_text(&files), sql_text(entry, COLUMN_FILES)) != 0))
		broken(walk, seq,
		    _("the files on record differ from those that entry %" PRId64 " names"), seq);
	buf_free(&files);
	return status;
}

/* One entry against the one before it, whose hash is the verdict's head. */
static void check_entry(struct walk *walk, struct sql_stmt *stmt)
{
	struct verdict *verdict = walk->verdict;
	int64_t seq = sql_int(stmt, COLUMN_SEQ), expected = verdict->entries + 1;
	char hash[DIGEST_TEXT], id[128];

	if (seq > expected) {
		broken(walk, expected, _("entry %" PRId64 " is missing"), expected);
		return;
	}
	if (seq < expected) {
		broken(walk, seq > 0 ? seq : 1, _("an entry was put in with the number %" PRId64),
		    seq);
		return;
	}
	hash_row(stmt, hash);
	snprintf(id, sizeof id, "%s#%06" PRId64, walk->owner.id, seq);
	if (strcmp(hash, sql_text(stmt, COLUMN_HASH)) != 0 || sql_int(stmt, COLUMN_TYPES) == 0)
		broken(walk, seq, _("entry %" PRId64 " was changed after it was written"), seq);
	else if (strcmp(verdict->head, sql_text(stmt, COLUMN_PREV)) != 0)
		broken(
		    walk, seq, _("entry %" PRId64 " does not follow from the one before it"), seq);
	else if (strcmp(id, sql_text(stmt, COLUMN_ID)) != 0)
		broken(walk, seq, _("entry %" PRId64 " has another entry's name"), seq);
}

static void check_end(struct walk *walk)
{
	struct verdict *verdict = walk->verdict;

	if (verdict->entries < walk->length)
		broken(walk, verdict->entries + 1,
		    _("the end of the log is missing: %" PRId64 " entries were written"),
		    walk->length);
	else if (verdict->entries > walk->length)
		broken(walk, walk->length + 1,
		    _("entries were added: only %" PRId64 " were written"), walk->length);
	else if (strcmp(verdict->head, walk->head) != 0)
		broken(walk, verdict->entries,
		    _("entry %" PRId64 " is not the one that the record names as its last"),
		    verdict->entries);
	else if (walk->files != walk->attachments)
		broken(walk, verdict->entries,
		    _("%" PRId64 " files are on record that no entry names"),
		    walk->attachments - walk->files);
}

static enum status ask(const struct walk *walk, struct error *err)
{
	const struct log_watch *watch = walk->watch;

	if (watch == NULL || walk->verdict->entries % ASK_EVERY != 0 || watch->go_on(watch->state))
		return STATUS_OK;
	return error_set(err, STATUS_CANCELLED, _("cancelled"));
}

/* One statement is open all the time: everything is read from one state of the store. */
static enum status check_log(struct walk *walk, const char *query, struct error *err)
{
	struct verdict *verdict = walk->verdict;
	struct sql_stmt *stmt;
	bool row = false;
	enum status status = sql_prepare(store_sql(walk->market->store), query, &stmt, err);

	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, walk->owner.id);
	while ((status = sql_step(stmt, &row, err)) == STATUS_OK && row) {
		walk->length = sql_int(stmt, COLUMN_LENGTH);
		strlcpy(walk->head, sql_text(stmt, COLUMN_HEAD), sizeof walk->head);
		walk->attachments = sql_int(stmt, COLUMN_ATTACHMENTS);
		if (sql_int(stmt, COLUMN_THERE) == 0)
			continue;
		check_entry(walk, stmt);
		walk->appeals +=
		    strcmp(sql_text(stmt, COLUMN_ACTION), action_get(ACTION_APPEAL)->word) == 0;
		verdict->entries++;
		strlcpy(verdict->head, sql_text(stmt, COLUMN_HASH), sizeof verdict->head);
		status = check_files(walk, stmt, err);
		if (status == STATUS_OK)
			status = ask(walk, err);
		if (status != STATUS_OK)
			break;
	}
	sql_done(stmt);
	if (status == STATUS_OK)
		check_end(walk);
	return status;
}

enum status verify_log(struct market *market, const struct actor *actor, const char *id,
    const struct log_watch *watch, struct verdict *out, struct error *err)
{
	struct walk walk = { .market = market, .watch = watch, .verdict = out };
	struct arena arena = { 0 };
	struct buf query;
	enum status status = sees_chain(market, actor, id, &arena, &walk.owner, err);

	memset(out, 0, sizeof *out);
	buf_init(&query, QUERY_MAX);
	if (status == STATUS_OK) {
		out->intact = true;
		make_query(&walk.owner, &query);
		status = check_log(&walk, buf_text(&query), err);
	}
	buf_free(&query);
	arena_free(&arena);
	return status;
}

enum status market_verify(struct market *market, const struct actor *actor, const char *id,
    struct verdict *out, struct error *err)
{
	return verify_log(market, actor, id, NULL, out, err);
}
