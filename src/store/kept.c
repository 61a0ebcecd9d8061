#include "store/parts.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/*
 * Rows that a bulk transaction has at hand. The next command on a record comes soon after the one
 * before, so what it reads is here, and what it writes waits here until the row is the one that
 * was used longest ago: then it is written once, behind (behind.c). A statement that names the
 * table is kept from running before that.
 */

#define BUCKETS (1u << 18)
#define ROW_STEP 256          /* rows have whole steps, so that what one leaves fits another */
#define ROW_STEPS 16          /* larger ones are rare: they come from malloc() */
#define FILTER_BITS (1u << 26)
#define FILTER_HASHES 4

struct kept_type {
	const struct record_type *type;
	struct kept_row *first, *last;     /* that wait to be written */
	uint64_t bit;
	bool unknown;                      /* the filter does not have all rows of its table */
};

struct kept_row {
	struct kept_row *next;             /* of the bucket, or of those on their way */
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
	size_t bytes, max;                 /* of the rows that are linked */
	struct arena arena;
	struct kept_row *spare[ROW_STEPS]; /* by their steps, in a chain by next */
	uint64_t *filter;                  /* which ids may have a row in the file (Bloom) */
};

/* --- room for rows: all sizes coming and going would wear malloc() out --- */

static size_t steps_of(const struct kept_row *row)
{
	return (sizeof *row + row->size + ROW_STEP - 1) / ROW_STEP;
}

static struct kept_row *take_room(struct kept *kept, size_t size)
{
	size_t steps = steps_of(&(struct kept_row){ .size = size });
	struct kept_row *row;

	if (steps >= ROW_STEPS) {
		row = mem_realloc(NULL, steps, ROW_STEP);
	} else if (kept->spare[steps] != NULL) {
		row = kept->spare[steps];
		kept->spare[steps] = row->next;
	} else {
		row = arena_alloc(&kept->arena, steps * ROW_STEP);
	}
	row->size = size;
	return row;
}

static void give_room(struct kept *kept, struct kept_row *row)
{
	size_t steps = steps_of(row);

	if (steps >= ROW_STEPS) {
		free(row);
		return;
	}
	row->next = kept->spare[steps];
	kept->spare[steps] = row;
}

struct kept *kept_new(size_t max)
{
	struct kept *kept = mem_alloc(sizeof *kept);

	kept->buckets = mem_alloc(BUCKETS * sizeof(struct kept_row *));
	kept->filter = mem_alloc(FILTER_BITS / 8);
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
		give_room(kept, row);
	}
	arena_free(&kept->arena);
	free(kept->buckets);
	free(kept->filter);
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
	kept->bytes -= steps_of(row) * ROW_STEP;
}

static void link_row(struct kept *kept, struct kept_row *row)
{
	row->newer = NULL;
	row->older = kept->newest;
	*(kept->newest != NULL ? &kept->newest->newer : &kept->oldest) = row;
	kept->newest = row;
	kept->bytes += steps_of(row) * ROW_STEP;
}

uint64_t kept_bit(const struct record_type *type)
{
	size_t i = 0;

	while (record_types[i] != NULL && record_types[i] != type)
		i++;
	return UINT64_C(1) << i;
}

static struct kept_type *type_of(struct kept *kept, const struct record_type *type)
{
	struct kept_type *of = kept->types;

	while (of < kept->types + kept->n_types && of->type != type)
		of++;
	if (of == kept->types + kept->n_types) {
		kept->n_types++;
		of->type = type;
		of->bit = kept_bit(type);
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

/* It is no longer at hand; its room is the caller's. */
static struct kept_row *take_out(struct kept *kept, struct kept_row **at)
{
	struct kept_row *row = *at;

	set_state(row, KEPT_CLEAN);
	*at = row->next;
	unlink_row(kept, row);
	return row;
}

static struct kept_row **place_of_row(struct kept *kept, const struct kept_row *row)
{
	const struct record_type *type = row->of->type;

	return place_of(kept, type, record_id(type, row->record), row->hash);
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

/* --- ids that have no row --- */

/* Bit n of the filter for an id: two halves of one hash give as many as are wanted. */
static uint64_t filter_bit(uint64_t hash, unsigned n)
{
	return (hash + n * (hash >> 32 | 1)) % FILTER_BITS;
}

static uint64_t filter_hash(const struct kept_type *of, const char *id)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ of->type->size;

	for (; *id != '\0'; id++)
		hash = (hash ^ (unsigned char)*id) * UINT64_C(1099511628211);
	return hash ^ hash >> 29;
}

static void filter_add(struct kept *kept, const struct kept_type *of, const char *id)
{
	uint64_t hash = filter_hash(of, id), bit;

	for (unsigned n = 0; n < FILTER_HASHES; n++) {
		bit = filter_bit(hash, n);
		kept->filter[bit / 64] |= UINT64_C(1) << bit % 64;
	}
}

bool kept_absent(struct kept *kept, const struct record_type *type, const char *id)
{
	const struct kept_type *of = type_of(kept, type);
	uint64_t hash, bit;

	if (of->unknown)
		return false;
	hash = filter_hash(of, id);
	for (unsigned n = 0; n < FILTER_HASHES; n++) {
		bit = filter_bit(hash, n);
		if (!(kept->filter[bit / 64] >> bit % 64 & 1))
			return true;
	}
	return false;
}

void kept_unknown(struct kept *kept, const struct record_type *type)
{
	type_of(kept, type)->unknown = true;
}

/* --- changing --- */

static struct kept_row *make_row(struct kept *kept, const struct record_type *type,
    const void *record)
{
	struct kept_row *row = take_room(kept, whole_size(type, record));

	row->of = type_of(kept, type);
	row->hash = hash_of(type, record_id(type, record));
	row->state = KEPT_CLEAN;
	pack(type, record, row->record);
	return row;
}

void kept_put(struct kept *kept, const struct record_type *type, const void *record,
    enum kept_state state)
{
	struct kept_row *row = make_row(kept, type, record);
	struct kept_row **at = place_of_row(kept, row);

	/* What was never written is still to be inserted, however often it changes. */
	if (*at != NULL && (*at)->state == KEPT_NEW)
		state = KEPT_NEW;
	if (*at != NULL)
		give_room(kept, take_out(kept, at));
	set_state(row, state);
	row->next = *at;
	*at = row;
	link_row(kept, row);
}

/* --- writing --- */

struct kept_row **kept_chain(struct kept_row *row)
{
	return &row->next;
}

void kept_give_back(struct kept *kept, struct kept_row *chain)
{
	struct kept_row *next;

	for (; chain != NULL; chain = next) {
		next = chain->next;
		give_room(kept, chain);
	}
}

enum status kept_write_row(struct store *store, const struct kept_row *row, struct error *err)
{
	const struct record_type *type = row->of->type;

	if (row->state == KEPT_NEW)
		return row_insert(store, type, row->record, err);
	return row->state == KEPT_CHANGED ? row_update(store, type, row->record, err) : STATUS_OK;
}

/* Hands one that is not linked, and its room, to who writes behind. */
static enum status send(struct store *store, struct kept_row *row, enum kept_state state,
    struct error *err)
{
	struct kept_row *back = NULL;
	enum status status;

	filter_add(store->kept, row->of, record_id(row->of->type, row->record));
	row->state = state;
	status = behind_put(store->behind, row, row->of->bit, &back, err);
	kept_give_back(store->kept, back);
	return status;
}

enum status kept_pass(struct store *store, const struct record_type *type, const void *record,
    struct error *err)
{
	return send(store, make_row(store->kept, type, record), KEPT_NEW, err);
}

enum status kept_trim(struct store *store, struct error *err)
{
	struct kept *kept = store->kept;
	enum status status = STATUS_OK;

	while (status == STATUS_OK && kept->bytes > kept->max && kept->oldest != NULL) {
		enum kept_state state = kept->oldest->state;
		struct kept_row *row = take_out(kept, place_of_row(kept, kept->oldest));

		if (state == KEPT_CLEAN)
			give_room(kept, row);
		else
			status = send(store, row, state, err);
	}
	return status;
}

enum status kept_write(struct store *store, const struct record_type *type, struct error *err)
{
	struct kept *kept = store->kept;
	enum status status = behind_settle(store->behind,
	    type != NULL ? kept_bit(type) : UINT64_MAX, err);
	size_t i;

	for (i = 0; status == STATUS_OK && i < kept->n_types; i++) {
		struct kept_type *of = &kept->types[i];
		struct kept_row *row;

		while (status == STATUS_OK && (type == NULL || of->type == type) &&
		    (row = of->first) != NULL) {
			filter_add(kept, of, record_id(of->type, row->record));
			status = kept_write_row(store, row, err);
			if (status == STATUS_OK)
				set_state(row, KEPT_CLEAN);
		}
	}
	return status;
}

void kept_forget(struct kept *kept, const struct record_type *type)
{
	struct kept_row *row, *older;

	for (row = kept->newest; row != NULL; row = older) {
		older = row->older;
		if (row->of->type == type)
			give_room(kept, take_out(kept, place_of_row(kept, row)));
	}
	kept_unknown(kept, type);
}
