#include "store/parts.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/*
 * Rows that a bulk transaction has at hand. The next command on a record comes soon after the one
 * before, so what it reads is here, and what it writes waits here until the row is the one that
 * was used longest ago: then it is written once. A statement that names the table is kept from
 * running before that.
 */

#define BUCKETS (1u << 16)

struct kept_type {
	const struct record_type *type;
	struct kept_row *first, *last;     /* that wait to be written */
};

struct kept_row {
	struct kept_row *next;             /* of the bucket */
	struct kept_row *newer, *older;
	struct kept_row *after, *before;   /* of those that wait */
	struct kept_type *of;
	uint32_t hash;
	enum kept_state state;
	size_t size;                       /* of the record with its texts, which lie behind it */
	_Alignas(max_align_t) char record[];
};

struct kept {
	struct kept_row **buckets;
	struct kept_row *newest, *oldest;
	struct kept_type types[STORE_TYPES_MAX];
	size_t n_types;
	size_t bytes, max;
};

struct kept *kept_new(size_t max)
{
	struct kept *kept = mem_alloc(sizeof *kept);

	kept->buckets = mem_alloc(BUCKETS * sizeof(struct kept_row *));
	kept->max = max;
	return kept;
}

void kept_free(struct kept *kept)
{
	struct kept_row *row, *older;

	if (kept == NULL)
		return;
	for (row = kept->newest; row != NULL; row = older) {
		older = row->older;
		free(row);
	}
	free(kept->buckets);
	free(kept);
}

/* --- a record in one piece --- */

static size_t whole_size(const struct record_type *type, const void *record)
{
	size_t size = type->size, i, n;

	for (i = 0; i < type->count; i++) {
		if (type->fields[i].kind != FIELD_TEXT)
			continue;
		n = strlen(record_text(&type->fields[i], record));
		size += n > 0 ? n + 1 : 0;
	}
	return size;
}

static void pack(const struct record_type *type, const void *record, char *out)
{
	char *end = out + type->size;
	const char *text;
	size_t i, n;

	memcpy(out, record, type->size);
	for (i = 0; i < type->count; i++) {
		if (type->fields[i].kind != FIELD_TEXT)
			continue;
		text = record_text(&type->fields[i], record);
		n = strlen(text);
		if (n > 0)
			memcpy(end, text, n + 1);
		record_set_text(&type->fields[i], out, n > 0 ? end : "");
		end += n > 0 ? n + 1 : 0;
	}
}

static void *unpack(const struct kept_row *row, struct arena *arena)
{
	char *copy = arena_alloc(arena, row->size);
	const struct record_type *type = row->of->type;
	const char *text;
	size_t i;

	memcpy(copy, row->record, row->size);
	for (i = 0; i < type->count; i++) {
		if (type->fields[i].kind != FIELD_TEXT)
			continue;
		text = record_text(&type->fields[i], row->record);
		if (text[0] != '\0')
			record_set_text(&type->fields[i], copy, copy + (text - row->record));
	}
	return copy;
}

/* --- finding --- */

static uint32_t hash_of(const struct record_type *type, const char *id)
{
	uint32_t hash = 2166136261u ^ (uint32_t)type->size;

	for (; *id != '\0'; id++)
		hash = (hash ^ (unsigned char)*id) * 16777619u;
	return hash ^ hash >> 15;
}

static struct kept_row **place_of(struct kept *kept, const struct record_type *type,
    const char *id, uint32_t hash)
{
	struct kept_row **at = &kept->buckets[hash % BUCKETS];

	while (*at != NULL && ((*at)->hash != hash || (*at)->of->type != type ||
	    strcmp(record_id(type, (*at)->record), id) != 0))
		at = &(*at)->next;
	return at;
}

static void unlink_row(struct kept *kept, struct kept_row *row)
{
	*(row->newer != NULL ? &row->newer->older : &kept->newest) = row->older;
	*(row->older != NULL ? &row->older->newer : &kept->oldest) = row->newer;
}

static void link_row(struct kept *kept, struct kept_row *row)
{
	row->newer = NULL;
	row->older = kept->newest;
	*(kept->newest != NULL ? &kept->newest->newer : &kept->oldest) = row;
	kept->newest = row;
}

static struct kept_type *type_of(struct kept *kept, const struct record_type *type)
{
	struct kept_type *of = kept->types;

	while (of < kept->types + kept->n_types && of->type != type)
		of++;
	if (of == kept->types + kept->n_types) {
		kept->n_types++;
		of->type = type;
	}
	return of;
}

/* Takes it off, or to the end of, the list of those that wait. */
static void set_state(struct kept_row *row, enum kept_state state)
{
	struct kept_type *of = row->of;

	if (row->state != KEPT_CLEAN) {
		*(row->before != NULL ? &row->before->after : &of->first) = row->after;
		*(row->after != NULL ? &row->after->before : &of->last) = row->before;
	}
	row->state = state;
	if (state == KEPT_CLEAN)
		return;
	row->after = NULL;
	row->before = of->last;
	*(of->last != NULL ? &of->last->after : &of->first) = row;
	of->last = row;
}

static void drop_row(struct kept *kept, struct kept_row **at)
{
	struct kept_row *row = *at;

	set_state(row, KEPT_CLEAN);
	*at = row->next;
	unlink_row(kept, row);
	kept->bytes -= sizeof *row + row->size;
	free(row);
}

void *kept_get(struct kept *kept, const struct record_type *type, const char *id,
    struct arena *arena)
{
	struct kept_row *row = *place_of(kept, type, id, hash_of(type, id));

	if (row == NULL)
		return NULL;
	unlink_row(kept, row);
	link_row(kept, row);
	return unpack(row, arena);
}

bool kept_has(struct kept *kept, const struct record_type *type, const char *id)
{
	return *place_of(kept, type, id, hash_of(type, id)) != NULL;
}

/* --- changing --- */

void kept_put(struct kept *kept, const struct record_type *type, const void *record,
    enum kept_state state)
{
	uint32_t hash = hash_of(type, record_id(type, record));
	struct kept_row **at = place_of(kept, type, record_id(type, record), hash), *row;
	size_t size = whole_size(type, record);

	/* What was never written is still to be inserted, however often it changes. */
	if (*at != NULL && (*at)->state == KEPT_NEW)
		state = KEPT_NEW;
	row = mem_realloc(NULL, 1, sizeof *row + size);
	row->of = type_of(kept, type);
	row->hash = hash;
	row->state = KEPT_CLEAN;
	row->size = size;
	pack(type, record, row->record);
	if (*at != NULL)
		drop_row(kept, at);
	set_state(row, state);
	row->next = *at;
	*at = row;
	link_row(kept, row);
	kept->bytes += sizeof *row + size;
}

/* --- writing --- */

static enum status write_kept(struct store *store, struct kept_row *row, struct error *err)
{
	enum status status = STATUS_OK;

	if (row->state == KEPT_NEW)
		status = row_insert(store, row->of->type, row->record, err);
	else if (row->state == KEPT_CHANGED)
		status = row_update(store, row->of->type, row->record, err);
	if (status == STATUS_OK)
		set_state(row, KEPT_CLEAN);
	return status;
}

static void forget(struct kept *kept, struct kept_row *row)
{
	const struct record_type *type = row->of->type;

	drop_row(kept, place_of(kept, type, record_id(type, row->record), row->hash));
}

enum status kept_trim(struct store *store, struct error *err)
{
	struct kept *kept = store->kept;
	enum status status = STATUS_OK;

	while (status == STATUS_OK && kept->bytes > kept->max && kept->oldest != NULL) {
		status = write_kept(store, kept->oldest, err);
		if (status == STATUS_OK)
			forget(kept, kept->oldest);
	}
	return status;
}

enum status kept_write(struct store *store, const struct record_type *type, struct error *err)
{
	struct kept *kept = store->kept;
	enum status status = STATUS_OK;
	size_t i;

	for (i = 0; status == STATUS_OK && i < kept->n_types; i++) {
		struct kept_type *of = &kept->types[i];

		while (status == STATUS_OK && (type == NULL || of->type == type) &&
		    of->first != NULL)
			status = write_kept(store, of->first, err);
	}
	return status;
}

void kept_forget(struct kept *kept, const struct record_type *type)
{
	struct kept_row *row, *older;

	for (row = kept->newest; row != NULL; row = older) {
		older = row->older;
		if (row->of->type == type)
			forget(kept, row);
	}
}
