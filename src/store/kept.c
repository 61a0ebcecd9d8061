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

#define BUCKETS (1u << 20)
#define ROW_STEP 256          /* rows have whole steps, so that what one leaves fits another */
#define ROW_STEPS 16          /* larger ones are rare: they come from malloc() */

/* That wait to be written. */
struct waiting {
	struct kept_row *first, *last;
};

struct kept_type {
	const struct record_type *type;
	struct waiting asked, quiet;       /* quiet: what differs is nothing that is asked for */
	uint64_t fields;                   /* that statements ask for, a bit each */
	uint64_t named;                    /* and those that were named since */
	uint64_t bit;
	bool unknown;                      /* which ids have a row */
};

struct kept_row {
	struct kept_row *next;             /* of the bucket, or of those on their way */
	struct kept_row *newer, *older;
	struct kept_row *after, *before;   /* of those that wait */
	struct kept_type *of;
	uint32_t hash;
	enum kept_state state;
	bool quiet;                        /* which list it waits in */
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
	struct ids *written;               /* that may have a row in the file */
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
	kept->written = ids_new();
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
	ids_free(kept->written);
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

static struct waiting *list_of(const struct kept_row *row)
{
	return row->quiet ? &row->of->quiet : &row->of->asked;
}

/* Takes it off, or to the end of, the list of those that wait. */
static void set_state(struct kept_row *row, enum kept_state state, bool quiet)
{
	struct waiting *list = list_of(row);

	if (row->state != KEPT_CLEAN) {
		*(row->before != NULL ? &row->before->after : &list->first) = row->after;
		*(row->after != NULL ? &row->after->before : &list->last) = row->before;
	}
	row->state = state;
	row->quiet = quiet;
	if (state == KEPT_CLEAN)
		return;
	list = list_of(row);
	row->after = NULL;
	row->before = list->last;
	*(list->last != NULL ? &list->last->after : &list->first) = row;
	list->last = row;
}

/* It is no longer at hand; its room is the caller's. */
static struct kept_row *take_out(struct kept *kept, struct kept_row **at)
{
	struct kept_row *row = *at;

	set_state(row, KEPT_CLEAN, false);
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

void kept_over(struct kept *kept, const struct record_type *type, const char *id)
{
	struct kept_row *row = *place_of(kept, type, id, hash_of(type, id));

	if (row == NULL || row == kept->oldest)
		return;
	unlink_row(kept, row);
	row->newer = kept->oldest;
	row->older = NULL;
	*(kept->oldest != NULL ? &kept->oldest->older : &kept->newest) = row;
	kept->oldest = row;
	kept->bytes += steps_of(row) * ROW_STEP;
}

bool kept_has(struct kept *kept, const struct record_type *type, const char *id)
{
	return *place_of(kept, type, id, hash_of(type, id)) != NULL;
}

/* --- ids that have no row --- */

static void have_row(struct kept *kept, const struct kept_row *row)
{
	if (!row->of->unknown)
		ids_add(kept->written, row->of->bit, record_id(row->of->type, row->record));
}

bool kept_absent(struct kept *kept, const struct record_type *type, const char *id)
{
	const struct kept_type *of = type_of(kept, type);

	return !of->unknown && !ids_may_have(kept->written, of->bit, id);
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
	row->quiet = false;
	pack(type, record, row->record);
	return row;
}

static uint64_t field_bit(size_t i)
{
	return UINT64_C(1) << (i < 63 ? i : 63);
}

/* The fields in which two records differ. */
static uint64_t differ(const struct record_type *type, const void *a, const void *b)
{
	const struct field *field;
	uint64_t fields = 0;
	size_t i;

	for (i = 0; i < type->count; i++) {
		field = &type->fields[i];
		if (field->kind == FIELD_TEXT
			? strcmp(record_text(field, a), record_text(field, b)) != 0
			: record_int(field, a) != record_int(field, b))
			fields |= field_bit(i);
	}
	return fields;
}

/* In the place of the row that is there, if one is. */
static void put_row(struct kept *kept, struct kept_row *row, enum kept_state state)
{
	struct kept_row **at = place_of_row(kept, row), *was = *at;
	bool quiet = false;

	if (was != NULL && state == KEPT_CHANGED && was->state != KEPT_NEW) {
		uint64_t fields = differ(row->of->type, was->record, row->record);

		quiet = (fields & row->of->fields) == 0 && (was->state == KEPT_CLEAN || was->quiet);
		if (fields == 0)
			state = was->state;
	}
	/* What was never written is still to be inserted, however often it changes. */
	if (was != NULL && was->state == KEPT_NEW)
		state = KEPT_NEW;
	if (was != NULL)
		give_room(kept, take_out(kept, at));
	set_state(row, state, quiet);
	row->next = *at;
	*at = row;
	link_row(kept, row);
}

void kept_put(struct kept *kept, const struct record_type *type, const void *record,
    enum kept_state state)
{
	put_row(kept, make_row(kept, type, record), state);
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

	have_row(store->kept, row);
	row->state = state;
	status = behind_put(store->behind, row, row->of->bit, &back, err);
	kept_give_back(store->kept, back);
	return status;
}

/*
 * What statements ask for is written before they run: a new row of such a table is better written
 * behind by then.
 */
enum status kept_insert(struct store *store, const struct record_type *type, const void *record,
    bool at_hand, struct error *err)
{
	struct kept *kept = store->kept;
	bool asked = type_of(kept, type)->fields != 0;
	enum status status = STATUS_OK;

	/* Nobody looks for one: its id need not be remembered. */
	if (!at_hand)
		kept_unknown(kept, type);
	if (!at_hand || asked)
		status = send(store, make_row(kept, type, record), KEPT_NEW, err);
	if (status == STATUS_OK && at_hand)
		kept_put(kept, type, record, asked ? KEPT_CLEAN : KEPT_NEW);
	return status;
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

static enum status write_list(struct store *store, struct waiting *list, struct error *err)
{
	enum status status = STATUS_OK;
	struct kept_row *row;

	while (status == STATUS_OK && (row = list->first) != NULL) {
		have_row(store->kept, row);
		status = kept_write_row(store, row, err);
		if (status == STATUS_OK)
			set_state(row, KEPT_CLEAN, false);
	}
	return status;
}

static enum status write_type(struct store *store, struct kept_type *of, struct error *err)
{
	enum status status = behind_settle(store->behind, of->bit, err);

	if (status == STATUS_OK)
		status = write_list(store, &of->asked, err);
	return status == STATUS_OK ? write_list(store, &of->quiet, err) : status;
}

enum status kept_write(struct store *store, struct error *err)
{
	struct kept *kept = store->kept;
	enum status status = behind_settle(store->behind, UINT64_MAX, err);
	size_t i;

	for (i = 0; status == STATUS_OK && i < kept->n_types; i++)
		status = write_type(store, &kept->types[i], err);
	return status;
}

void kept_name(struct kept *kept, const struct record_type *type, const char *statement)
{
	struct kept_type *of = type_of(kept, type);
	size_t i;

	for (i = 0; i < type->count; i++) {
		if (strstr(statement, type->fields[i].member) != NULL ||
		    strchr(statement, '*') != NULL)
			of->named |= field_bit(i);
	}
}

static void forget_rows(struct kept *kept, const struct record_type *type)
{
	struct kept_row *row, *older;

	for (row = kept->newest; row != NULL; row = older) {
		older = row->older;
		if (row->of->type == type)
			give_room(kept, take_out(kept, place_of_row(kept, row)));
	}
	kept_unknown(kept, type);
}

enum status kept_ask(struct store *store, const struct record_type *type, bool writes,
    struct error *err)
{
	struct kept_type *of = type_of(store->kept, type);
	enum status status;

	if (of->named == of->fields && !writes) {
		status = behind_settle(store->behind, of->bit, err);
		return status == STATUS_OK ? write_list(store, &of->asked, err) : status;
	}
	/* It was not looked at which rows differ in these. */
	status = write_type(store, of, err);
	of->fields = of->named;
	if (status == STATUS_OK && writes)
		forget_rows(store->kept, type);
	return status;
}
