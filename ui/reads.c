/*
 * Reads: what a screen asks for, run by the reader's worker. A read holds copies of all it needs;
 * what is asked again with the same tag replaces it, and an answer for a place that is gone is
 * dropped.
 */
#include "ui/app.h"

#include <stdlib.h>

enum read_kind { READ_LIST, READ_SHOW, READ_VERIFY };

struct read {
	struct job job;              /* first */
	struct app *app;
	struct backend *backend;
	uint64_t place;
	int tag;
	enum read_kind kind;
	struct arena arena;
	struct query query;
	const char *id;
	struct page *page;
	struct verdict verdict;
	enum status status;
	struct error err;
};

static void read_free(struct read *read)
{
	page_drop(read->page);
	arena_free(&read->arena);
	free(read);
}

static void read_run(struct job *job)
{
	struct read *read = (struct read *)job;

	switch (read->kind) {
	case READ_LIST:
		read->status = backend_list(read->backend, &read->query, &read->page, &read->err);
		break;
	case READ_SHOW:
		read->status = backend_show(
		    read->backend, read->query.type, read->id, &read->page, &read->err);
		break;
	case READ_VERIFY:
		read->status = backend_verify(read->backend, read->id, &read->verdict, &read->err);
		break;
	}
}

static void read_drop(struct job *job)
{
	read_free((struct read *)job);
}

/* On the screen's thread. */
static void read_done(struct job *job)
{
	struct read *read = (struct read *)job;
	struct place *place = app_find(read->app, read->place);
	struct reply reply = { .tag = read->tag, .status = read->status };

	if (place != NULL && read->status != STATUS_CANCELLED) {
		if (read->status == STATUS_OK) {
			reply.page = read->page;
			reply.verdict = read->kind == READ_VERIFY ? &read->verdict : NULL;
		} else {
			reply.err = &read->err;
		}
		place->waiting &= ~(1u << read->tag);
		read->app->dirty = true;
		place->screen->reply(place, &reply);
	}
	read_free(read);
}

static struct read *read_new(struct place *place, int tag, enum read_kind kind)
{
	struct read *read = mem_alloc(sizeof(*read));

	read->job.run = read_run;
	read->job.done = read_done;
	read->job.drop = read_drop;
	read->app = place->app;
	read->backend = place->app->options->reader;
	read->place = place->serial;
	read->tag = tag;
	read->kind = kind;
	return read;
}

static void read_start(struct place *place, struct read *read)
{
	place->waiting |= 1u << read->tag;
	job_slot(place->app->reads,
	    (unsigned)(place->serial * PLACE_TAGS + (uint64_t)read->tag + 1), &read->job);
}

static const char *keep(struct arena *arena, const char *text)
{
	return text == NULL ? NULL : arena_strdup(arena, text);
}

void place_list(struct place *place, int tag, const struct query *query)
{
	struct read *read = read_new(place, tag, READ_LIST);

	read->query = *query;
	read->query.filter = keep(&read->arena, query->filter);
	read->query.parent = keep(&read->arena, query->parent);
	read->query.sort = keep(&read->arena, query->sort);
	read->query.cursor = keep(&read->arena, query->cursor);
	read_start(place, read);
}

void place_show(struct place *place, int tag, const struct record_type *type, const char *id)
{
	struct read *read = read_new(place, tag, READ_SHOW);

	read->query.type = type;
	read->id = arena_strdup(&read->arena, id);
	read_start(place, read);
}

void place_verify(struct place *place, int tag, const char *supervision)
{
	struct read *read = read_new(place, tag, READ_VERIFY);

	read->id = arena_strdup(&read->arena, supervision);
	read_start(place, read);
}

void place_cancel(struct place *place)
{
	int tag;

	for (tag = 0; tag < PLACE_TAGS; tag++)
		if (place->waiting & (1u << tag))
			job_cancel(place->app->reads,
			    (unsigned)(place->serial * PLACE_TAGS + (uint64_t)tag + 1));
	place->waiting = 0;
}

bool place_reading(const struct place *place)
{
	return place->waiting != 0;
}
