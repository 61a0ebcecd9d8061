#include "demo/demo.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "demo/act.h"

#define ORDERS_MAX 1000000
#define PROGRESS_STEPS 200
#define CACHE_KIB_EACH 20              /* of an order, its log and their indexes */
#define CACHE_KIB_MAX (1024 << 10)
#define CACHE_KIB_UNKNOWN (256 << 10)
#define CACHE_KIB_LEAST 8192
#define BYTES_LEAST (INT64_C(4) << 20)
#define BYTES_EACH 14000

/*
 * Everything happens in the order of time, as it would have, so that serials and the list of
 * changes read right: the next step of every order waits in a heap.
 */
struct next {
	int64_t at;
	uint32_t number;      /* of the story */
	uint32_t step;        /* 0: it is ordered; then its events, from 1 */
};

struct heap {
	struct next *items;
	size_t n;
};

static bool sooner(const struct next *a, const struct next *b)
{
	if (a->at != b->at)
		return a->at < b->at;
	return a->number < b->number;
}

static void sink_down(struct heap *heap, size_t i)
{
	struct next item = heap->items[i];

	for (size_t child = 2 * i + 1; child < heap->n; child = 2 * i + 1) {
		if (child + 1 < heap->n && sooner(&heap->items[child + 1], &heap->items[child]))
			child++;
		if (!sooner(&heap->items[child], &item))
			break;
		heap->items[i] = heap->items[child];
		i = child;
	}
	heap->items[i] = item;
}

static void heap_fill(struct heap *heap, const struct setting *setting, size_t orders)
{
	struct story story;

	heap->items = mem_realloc(NULL, orders, sizeof *heap->items);
	heap->n = orders;
	for (size_t i = 0; i < orders; i++) {
		story_tell(setting, (uint32_t)i, &story);
		heap->items[i] = (struct next){ story.placed_at, (uint32_t)i, 0 };
	}
	for (size_t i = orders / 2; i-- > 0;)
		sink_down(heap, i);
}

static bool is_last(const struct next *next, const struct story *story)
{
	return next->step >= story->n_events;
}

/* The first item was dealt with: the order's next step takes its place, or there is none. */
static void heap_advance(struct heap *heap, const struct story *story)
{
	struct next *first = &heap->items[0];

	if (!is_last(first, story)) {
		first->at = story->events[first->step].at;
		first->step++;
	} else {
		*first = heap->items[--heap->n];
	}
	if (heap->n > 0)
		sink_down(heap, 0);
}

/* What codes are made from (MARKET_SALT): the seed's, so that they are the same each time. */
static enum status set_salt(struct store *store, uint64_t seed, struct error *err)
{
	char text[40], salt[RAND_UUID];

	snprintf(text, sizeof text, "koodesk-demo-salt:%" PRIu64, seed);
	uuid_of(text, salt);
	return store_meta_set(store, "code-salt", salt, err);
}

static enum status add_catalogue(struct stage_set *set, struct error *err)
{
	struct import_report report = { 0 };
	struct buf json;
	enum status status;

	buf_init(&json, 1u << 20);
	cast_catalogue(&json);
	status = market_import(set->market, json.data, json.len, set->setting.now - 730 * WHEN_DAY,
	    false, &report, err);
	buf_free(&json);
	if (status == STATUS_OK && report.known > 0)
		status = error_set(err, STATUS_EXISTS,
		    _("This marketplace is not empty: the demo needs one of its own."));
	return status;
}

struct audience {
	void (*progress)(void *state, enum demo_phase phase, int64_t done, int64_t of);
	void *state;
};

static void tell_indexed(void *state, int64_t done, int64_t of)
{
	const struct audience *audience = state;

	if (audience->progress != NULL)
		audience->progress(audience->state, DEMO_INDEXED, done, of);
}

static enum status play_all(struct stage_set *set, int64_t orders,
    const struct audience *audience, struct error *err)
{
	int64_t every = (orders + PROGRESS_STEPS - 1) / PROGRESS_STEPS, done = 0;
	enum status status = STATUS_OK;
	struct heap heap;
	struct story story;

	heap_fill(&heap, &set->setting, (size_t)orders);
	while (status == STATUS_OK && heap.n > 0) {
		const struct next *next = &heap.items[0];

		story_tell(&set->setting, next->number, &story);
		if (next->step > 0) {
			status = act_event(set, &story, next->step - 1, err);
		} else {
			status = act_order(set, &story, err);
			if ((++done % every == 0 || done == orders) && audience->progress != NULL)
				audience->progress(audience->state, DEMO_ORDERED, done, orders);
		}
		if (is_last(next, &story))
			act_over(set, &story);
		heap_advance(&heap, &story);
	}
	free(heap.items);
	return status;
}

/* With the usual cache the pages of one large transaction would go out and in again and again. */
static int cache_kib(const struct demo_options *options)
{
	int64_t kib = CACHE_KIB_LEAST + options->orders * CACHE_KIB_EACH;
	int64_t most = options->memory > 0 ? options->memory / 4 / 1024 : CACHE_KIB_UNKNOWN;

	if (most > CACHE_KIB_MAX)
		most = CACHE_KIB_MAX;
	if (kib > most)
		kib = most;
	return (int)(kib > CACHE_KIB_LEAST ? kib : CACHE_KIB_LEAST);
}

int64_t demo_bytes(int64_t orders)
{
	return BYTES_LEAST + orders * BYTES_EACH;
}

enum status demo_fill(struct market *market, const struct demo_options *options,
    void (*progress)(void *state, enum demo_phase phase, int64_t done, int64_t of), void *state,
    struct error *err)
{
	struct audience audience = { progress, state };
	struct stage_set set = { .market = market };
	struct store *store = market_store(market);
	struct bulk how;
	enum status status;
	int64_t fired;

	if (options->orders < 1 || options->orders > ORDERS_MAX)
		return error_set(err, STATUS_INVALID, _("A demo has 1 to 1,000,000 orders."));
	story_setting(&set.setting, options->seed, options->now);
	how = (struct bulk){ cache_kib(options), options->alone, tell_indexed, &audience };
	status = store_bulk_begin(store, &how, err);
	if (status != STATUS_OK)
		return status;
	status = add_catalogue(&set, err);
	if (status == STATUS_OK)
		status = set_salt(store, options->seed, err);
	if (status == STATUS_OK)
		status = act_prepare(&set, err);
	if (status == STATUS_OK)
		status = play_all(&set, options->orders, &audience, err);
	/* What came due since the last event, and services that have expired by now. */
	if (status == STATUS_OK)
		status = market_tick(market, options->now, 0, &fired, err);
	if (status == STATUS_OK)
		status = store_bulk_end(store, err);
	if (status != STATUS_OK)
		store_bulk_cancel(store);
	act_free(&set);
	return status;
}
