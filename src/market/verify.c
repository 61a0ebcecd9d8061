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

struct walk {
	struct market *market;
	struct chain_owner owner;
	struct verdict *verdict;
	int64_t length; /* what its row says */
	char head[DIGEST_TEXT];
	int64_t files, attachments; /* rows that entries name, rows there are */
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

/* The query has the parts first, in their order, then the hash and what the owner's row says. */
static void make_query(const struct chain_owner *owner, struct buf *sql)
{
	buf_puts(sql, "SELECT ");
	for (size_t i = 0; i < CHAIN_PARTS; i++)
		buf_printf(sql, "e.%s, ", chain_parts[i].member);
	buf_printf(sql,
	    "e.hash, s.log_length, s.log_head,"
	    " (SELECT count(*) FROM attachments a WHERE a.supervision = s.id)"
	    " FROM %s s LEFT JOIN log_entries e ON e.supervision = s.id"
	    " WHERE s.id = ? ORDER BY e.seq, e.id",
	    owner->type->table);
}

enum column {
	COLUMN_ID = 0,
	COLUMN_SEQ = 3,
	COLUMN_FILES = 15,
	COLUMN_PREV = 16,
	COLUMN_HASH = CHAIN_PARTS,
	COLUMN_LENGTH,
	COLUMN_HEAD,
	COLUMN_ATTACHMENTS
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

/* The entry's list of files, made anew from the rows of attachments. */
static enum status list_files(struct walk *walk, int64_t seq, struct buf *out, struct error *err)
{
	struct sql_stmt *stmt;
	struct json_writer w;
	bool row = false;
	enum status status = sql_prepare(store_sql(walk->market->store),
	    "SELECT kind, name, size, digest FROM attachments WHERE supervision = ? AND seq = ?"
	    " ORDER BY length(id), id",
	    &stmt, err);

	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, walk->owner.id);
	sql_bind_int(stmt, 2, seq);
	json_begin(&w, out, false);
	json_open_array(&w, NULL);
	while ((status = sql_step(stmt, &row, err)) == STATUS_OK && row) {
		inputs_put_file(
		    &w, sql_text(stmt, 0), sql_text(stmt, 1), sql_int(stmt, 2), sql_text(stmt, 3));
		walk->files++;
	}
	json_close_array(&w);
	sql_done(stmt);
	return status;
}

static enum status check_files(struct walk *walk, struct sql_stmt *entry, struct error *err)
{
	int64_t seq = sql_int(entry, COLUMN_SEQ);
	struct buf files;
	enum status status;

	buf_init(&files, FILES_JSON_MAX);
	status = list_files(walk, seq, &files, err);
	if (status == STATUS_OK && strcmp(buf_text(&files), sql_text(entry, COLUMN_FILES)) != 0)
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
	if (strcmp(hash, sql_text(stmt, COLUMN_HASH)) != 0)
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
		if (sql_text(stmt, COLUMN_ID)[0] == '\0' && sql_int(stmt, COLUMN_SEQ) == 0)
			continue; /* the owner alone: it has no entry */
		check_entry(walk, stmt);
		verdict->entries++;
		strlcpy(verdict->head, sql_text(stmt, COLUMN_HASH), sizeof verdict->head);
		status = check_files(walk, stmt, err);
		if (status != STATUS_OK)
			break;
	}
	sql_done(stmt);
	if (status == STATUS_OK)
		check_end(walk);
	return status;
}

enum status market_verify(struct market *market, const struct actor *actor, const char *id,
    struct verdict *out, struct error *err)
{
	struct walk walk = { .market = market, .verdict = out };
	struct arena arena = { 0 };
	struct buf query;
	enum status status = sees_chain(market, actor, id, &arena, &walk.owner, err);

	memset(out, 0, sizeof *out);
	out->intact = true;
	buf_init(&query, 4096);
	if (status == STATUS_OK) {
		make_query(&walk.owner, &query);
		status = check_log(&walk, buf_text(&query), err);
	}
	buf_free(&query);
	arena_free(&arena);
	return status;
}
