/*
 * The operation log as a chain of hashes (R15, F10); the bytes that are hashed:
 * doc/operation-log.md.
 */
#include "market/work.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "market/chain.h"

const struct chain_part chain_parts[] = {
	{ "id", CHAIN_TEXT },
	{ "serial", CHAIN_NUMBER },
	{ "supervision", CHAIN_TEXT },
	{ "seq", CHAIN_NUMBER },
	{ "at", CHAIN_NUMBER },
	{ "effective_at", CHAIN_NUMBER },
	{ "actor", CHAIN_TEXT },
	{ "role", CHAIN_TEXT },
	{ "account", CHAIN_TEXT },
	{ "action", CHAIN_TEXT },
	{ "from_stage", CHAIN_TEXT },
	{ "to_stage", CHAIN_TEXT },
	{ "version", CHAIN_NUMBER },
	{ "text", CHAIN_TEXT },
	{ "inputs", CHAIN_TEXT },
	{ "files", CHAIN_TEXT },
	{ "prev", CHAIN_TEXT },
};
_Static_assert(sizeof chain_parts / sizeof chain_parts[0] == CHAIN_PARTS, "chain.h counts them");

struct digest *chain_begin(void)
{
	struct digest *digest = digest_new();

	chain_add(digest, CHAIN_TAG);
	return digest;
}

void chain_add(struct digest *digest, const char *text)
{
	size_t n = strlen(text), left = n;
	char length[24], *at = length + sizeof length;

	*--at = ':';
	do {
		*--at = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	digest_add(digest, at, (size_t)(length + sizeof length - at));
	digest_add(digest, text, n);
	digest_add(digest, ",", 1);
}

void chain_add_number(struct digest *digest, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, value);
	chain_add(digest, text);
}

/* The fields of the parts: found once, for a log has many entries. */
static const struct field *part_fields[CHAIN_PARTS];
static pthread_once_t parts_once = PTHREAD_ONCE_INIT;

static void find_parts(void)
{
	for (size_t i = 0; i < CHAIN_PARTS; i++)
		part_fields[i] = record_field(&log_entry_record, chain_parts[i].member);
}

void chain_hash(const struct log_entry *entry, char out[DIGEST_TEXT])
{
	struct digest *digest = chain_begin();

	pthread_once(&parts_once, find_parts);
	for (size_t i = 0; i < CHAIN_PARTS; i++) {
		const struct field *field = part_fields[i];

		if (field->kind == FIELD_TEXT)
			chain_add(digest, record_text(field, entry));
		else if (field->kind == FIELD_ENUM)
			chain_add(digest, names_word(field->names, record_int(field, entry)));
		else
			chain_add_number(digest, record_int(field, entry));
	}
	digest_end(digest, out);
}

/*
 * Serials count the entries of the whole store; the write lock is held, so there is no gap and no
 * race.
 */
static enum status next_serial(struct work *work, int64_t *out, struct error *err)
{
	struct market *market = work->market;
	unsigned bulk = store_bulk(market->store);
	enum status status;

	/* Nobody else logs while many are logged in one transaction. */
	if (bulk != 0 && market->bulk == bulk) {
		*out = ++market->serial;
		return STATUS_OK;
	}
	status = sql_number(store_sql(market->store),
	    "SELECT coalesce(max(serial), 0) + 1 FROM log_entries", out, err);
	if (status != STATUS_OK)
		return status;
	market->serial = *out;
	market->bulk = bulk;
	return STATUS_OK;
}

static void fill_entry(struct work *work, struct log_entry *entry)
{
	const struct work_record named = work_record(work);

	entry->supervision = named.id;
	entry->seq = *named.log_length + 1;
	entry->id = arena_printf(&work->arena, "%s#%06" PRId64, named.id, entry->seq);
	entry->at = work->now;
	entry->effective_at = work->effective != work->now ? work->effective : 0;
	entry->actor = work->actor->user;
	entry->role = work->actor->role;
	entry->account = work->actor->account;
	entry->action = work->word;
	entry->from_stage = work->from;
	entry->to_stage = work->supervision != NULL ? work->supervision->stage : STAGE_NONE;
	entry->version = *named.version;
	entry->text = inputs_text(work);
	entry->inputs = inputs_json(work);
	entry->prev = *named.log_head;
}

enum status chain_append(struct work *work, struct error *err)
{
	const struct work_record named = work_record(work);
	struct log_entry *entry = record_new(&log_entry_record, &work->arena);
	char hash[DIGEST_TEXT];
	enum status status;

	fill_entry(work, entry);
	status = next_serial(work, &entry->serial, err);
	if (status == STATUS_OK)
		status = inputs_files(work, &entry->files, err);
	if (status != STATUS_OK)
		return status;
	chain_hash(entry, hash);
	entry->hash = arena_strdup(&work->arena, hash);
	work->entry = entry;
	status = store_insert(work->market->store, &log_entry_record, entry, err);
	if (status == STATUS_OK)
		status = inputs_attach(work, err);
	if (status != STATUS_OK)
		return status;
	*named.log_length = entry->seq;
	*named.log_head = entry->hash;
	*named.changed_at = work->now;
	*named.changed_by = work->actor->user;
	return store_update(work->market->store, named.type, named.record, err);
}
