/*
 * The operation log as a chain of hashes (R15, F10); the bytes that are hashed:
 * doc/operation-log.md.
 */
#include "market/work.h"

#include <inttypes.h>
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
	size_t n = strlen(text);
	char length[24];
	int used = snprintf(length, sizeof length, "%zu:", n);

	digest_add(digest, length, (size_t)used);
	digest_add(digest, text, n);
	digest_add(digest, ",", 1);
}

void chain_add_number(struct digest *digest, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, value);
	chain_add(digest, text);
}

void chain_hash(const struct log_entry *entry, char out[DIGEST_TEXT])
{
	struct digest *digest = chain_begin();

	for (size_t i = 0; i < CHAIN_PARTS; i++) {
		const struct field *field = record_field(&log_entry_record, chain_parts[i].member);

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
	return sql_number(store_sql(work->market->store),
	    "SELECT coalesce(max(serial), 0) + 1 FROM log_entries", out, err);
}

static void fill_entry(struct work *work, struct log_entry *entry)
{
	const struct supervision *supervision = work->supervision;

	entry->supervision = supervision->id;
	entry->seq = supervision->log_length + 1;
	entry->id = arena_printf(&work->arena, "%s#%06" PRId64, supervision->id, entry->seq);
	entry->at = work->now;
	entry->effective_at = work->effective != work->now ? work->effective : 0;
	entry->actor = work->actor->user;
	entry->role = work->actor->role;
	entry->account = work->actor->account;
	entry->action = work->word;
	entry->from_stage = work->from;
	entry->to_stage = supervision->stage;
	entry->version = supervision->version;
	entry->text = inputs_text(work);
	entry->inputs = inputs_json(work);
	entry->prev = supervision->log_head;
}

enum status chain_append(struct work *work, struct error *err)
{
	struct supervision *supervision = work->supervision;
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
	supervision->log_length = entry->seq;
	supervision->log_head = entry->hash;
	supervision->changed_at = work->now;
	supervision->changed_by = work->actor->user;
	return store_update(work->market->store, &supervision_record, supervision, err);
}
