/*
 * engine [SMALL LARGE]: how fast the engine is, and how the time of a list's page grows with the
 * rows: prints a table, judges nothing.
 */
#include "scene.h"

#include <bsd/stdlib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ORDER_LINES 500
#define COMMANDS 400
#define PAGES 50

static const struct probe {
	const char *what, *user, *filter, *sort;
	bool count, last, next;          /* also count; the last page; the page after that one */
} probes[] = {
	{ .what = "first page", .user = "operator" },
	{ .what = "last page", .user = "operator", .last = true },
	{ .what = "page after a row in the middle", .user = "operator", .next = true },
	{ .what = "first page of the buyer", .user = "ann" },
	{ .what = "sorted by amount", .user = "operator", .sort = "-amount" },
	{ .what = "inbox: is:mine", .user = "sue", .filter = "is:mine" },
	{ .what = "one order's number", .user = "operator", .filter = "order:CSBENCH000001" },
	{ .what = "search in the text", .user = "operator", .filter = "bench000001" },
	{ .what = "nothing matches", .user = "operator", .filter = "buyer:nobody" },
	{ .what = "first page, counted", .user = "operator", .count = true },
};
#define PROBES (sizeof(probes) / sizeof(probes[0]))

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double fill(struct backend *b, int64_t rows)
{
	double from = now_ms();
	struct import_report counts;
	struct error err;
	char order[32];
	int64_t i;

	for (i = 0; i * ORDER_LINES < rows; i++) {
		int64_t left = rows - i * ORDER_LINES;

		snprintf(order, sizeof(order), "CSBENCH%06" PRId64, i);
		if (scene_import(b, order, (int)(left < ORDER_LINES ? left : ORDER_LINES), &counts,
		    &err) != STATUS_OK)
			scene_die("%s: %s", order, err.message);
	}
	return now_ms() - from;
}

static struct page *page_of(struct backend *b, const struct query *query)
{
	struct page *page;
	struct error err;

	if (backend_list(b, query, &page, &err) != STATUS_OK)
		scene_die("list: %s", err.message);
	return page;
}

/* The cursor of a row about half-way down: orders are numbered. */
static void middle(struct backend *b, int64_t rows, struct buf *cursor)
{
	char filter[48];
	struct query query = { .type = &supervision_record, .filter = filter, .sort = "order_id",
	    .limit = 1 };
	struct page *page;

	snprintf(filter, sizeof(filter), "order:CSBENCH%06" PRId64, rows / ORDER_LINES / 2);
	page = page_of(b, &query);
	if (page->count == 1)
		page_cursor(page, 0, cursor);
	page_drop(page);
}

static double list_ms(struct backend *b, const struct probe *probe, int64_t rows)
{
	struct query query = { .type = &supervision_record, .filter = probe->filter,
	    .sort = probe->next ? "order_id" : probe->sort, .limit = 50, .count = probe->count,
	    .backwards = probe->last };
	struct buf cursor;
	struct error err;
	double from;
	int i;

	buf_init(&cursor, 4096);
	if (probe->next) {
		middle(b, rows, &cursor);
		query.cursor = buf_text(&cursor);
	}
	if (backend_impersonate(b, probe->user, &err) != STATUS_OK)
		scene_die("%s: %s", probe->user, err.message);
	page_drop(page_of(b, &query));
	from = now_ms();
	for (i = 0; i < PAGES; i++)
		page_drop(page_of(b, &query));
	from = (now_ms() - from) / PAGES;
	buf_free(&cursor);
	return from;
}

/* Comments by one user: nothing but the one path, each a transaction that waits for the disk. */
static double commands_per_s(struct backend *b)
{
	double from = now_ms();
	struct deed deed;
	struct error err;
	int64_t n;

	for (n = 0; n < COMMANDS; n++) {
		deed_command(&deed, n, "speed", "CSBENCH000000-000001", ACTION_COMMENT, ROLE_BUYER);
		if (deed_do(&deed, b, &err) != STATUS_OK)
			scene_die("%s: %s", deed.key, err.message);
	}
	return COMMANDS * 1e3 / (now_ms() - from);
}

static void measure(int64_t rows, double times[PROBES], double *filled, double *commands)
{
	struct scene scene;
	struct backend *b;
	size_t i;

	scene_make(&scene);
	b = scene_open(&scene, "operator");
	*filled = fill(b, rows);
	for (i = 0; i < PROBES; i++)
		times[i] = list_ms(b, &probes[i], rows);
	*commands = commands_per_s(b);
	backend_close(b);
	scene_clear(&scene);
}

int main(int argc, char **argv)
{
	const char *why = NULL;
	int64_t small = argc == 3 ? strtonum(argv[1], 1, 10000000, &why) : 1000;
	int64_t large = argc == 3 && why == NULL ? strtonum(argv[2], 1, 10000000, &why) : 100000;
	double times[2][PROBES], filled[2], commands[2];
	size_t i;

	if (why != NULL || (argc != 1 && argc != 3)) {
		fprintf(stderr, "usage: engine [SMALL LARGE]\n");
		return 2;
	}
	measure(small, times[0], &filled[0], &commands[0]);
	measure(large, times[1], &filled[1], &commands[1]);
	printf("%-34s %12" PRId64 " %12" PRId64 " %8s\n", "supervisions", small, large, "ratio");
	printf("%-34s %12.0f %12.0f %8.2f\n", "commands/s, each on the disk", commands[0],
	    commands[1], commands[1] / commands[0]);
	printf("%-34s %12.0f %12.0f %8.2f\n", "imported lines/s",
	    (double)small * 1e3 / filled[0], (double)large * 1e3 / filled[1],
	    (double)large / filled[1] / ((double)small / filled[0]));
	for (i = 0; i < PROBES; i++)
		printf("%-34s %9.3f ms %9.3f ms %8.2f\n", probes[i].what, times[0][i], times[1][i],
		    times[1][i] / times[0][i]);
	return 0;
}
