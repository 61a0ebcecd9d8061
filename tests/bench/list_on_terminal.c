/*
 * A list of made-up supervisions on a real terminal, without store or network: what a key costs in
 *bytes, writes and time.
 *
 *	list_on_terminal [--rows N] [--bar] [--no-sync] [--counts FILE]
 *
 * Keys as in the console's lists; q leaves, Ctrl-Z stops, ! rings. With --counts the frames, bytes
 *and writes are put into FILE.
 */
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bsd/stdlib.h>

#include "model/records.h"
#include "ui/term/term.h"
#include "ui/widget/list.h"
#include "ui/widget/widgets.h"

#define NOW INT64_C(1795329000000)

static int64_t rows_there = 1000;
static bool ends;

static void make_row(struct page *page, int64_t n, struct supervision *row)
{
	static const char *const products[] = {"Cloud Backup Pro 5.2", "ERP migration, standard",
	    "Site builder",
	    "\xE4\xBA\x91\xE5\xA4\x87\xE4\xBB\xBD\xE4\xB8\x93\xE4\xB8\x9A\xE7\x89\x88"};
	static const char *const sellers[] = { "DataSafe", "Longyun", "WebWorks" };

	row->id = arena_printf(&page->arena, "CS%010lld-000001", (long long)n);
	row->order_id = arena_printf(&page->arena, "CS%010lld", (long long)n);
	row->product_name = products[n % 4];
	row->seller_name = sellers[n % 3];
	row->stage = 1 + n % STAGE_DONE;
	row->turn = ROLE_BUYER;
	row->stay_since = NOW - (n % 9) * 86400000;
	row->amount = 1000 * (n % 5000);
	row->currency = "CNY";
}

/* Answers as a store would: rows by id, a keyset cursor, both directions. */
static struct page *answer(const struct query *query)
{
	struct page *page = page_new(query->type);
	struct arena arena = { 0 };
	const struct field *sort;
	const char *value, *id = NULL;
	int64_t from = query->backwards ? rows_there : 0, to;
	bool descending;
	size_t i;

	page->sort = record_key(query->type);
	if (query->count)
		page->total = rows_there > COUNT_MAX ? COUNT_MAX + 1 : rows_there;
	else
		page->total = -1;
	if (query->cursor != NULL && cursor_parse(query->type, query->cursor, &sort, &descending,
					 &value, &id, &arena, NULL) == STATUS_OK) {
		from = strtoll(id + 2, NULL, 10);
		from = query->backwards ? from : from + 1;
	}
	to = query->backwards ? from : from + query->limit;
	from = query->backwards ? from - query->limit : from;
	from = from < 0 ? 0 : from;
	to = to > rows_there ? rows_there : to;
	page->rows =
	    arena_alloc(&page->arena, (size_t)(to > from ? to - from : 0) * sizeof(void *));
	for (i = 0; from + (int64_t)i < to; i++) {
		page->rows[i] = record_new(query->type, &page->arena);
		make_row(page, from + (int64_t)i, page->rows[i]);
	}
	page->count = i;
	page->more_before = from > 0;
	page->more_after = to < rows_there;
	page->at = NOW;
	arena_free(&arena);
	return page;
}

struct bench { struct term *term; struct list list; struct canvas canvas; };

static void layout(struct bench *bench)
{
	int rows, cols;

	term_size(bench->term, &rows, &cols);
	canvas_resize(&bench->canvas, rows, cols);
	bench->canvas.ascii = term_ascii(bench->term);
	list_layout(&bench->list, rows - 3, cols);
}

static void draw(struct bench *bench)
{
	static const struct view view = { .now = NOW };
	static const struct hint hints[] = {{"a", "accept"}, {"r", "reject"}, {"Enter", "open"},
	    {"?", "help"}};
	struct canvas *canvas = &bench->canvas;
	struct area area = { 1, 0, canvas->rows - 2, canvas->cols };

	canvas_clear(canvas);
	canvas_put(canvas, 0, 1, canvas->cols - 1, STYLE_TITLE,
	    "koodesk  a list of made-up supervisions");
	list_draw(&bench->list, canvas, area, &view, true);
	hints_draw(canvas, canvas->rows - 1, 1, canvas->cols - 1, hints, 4);
}

static bool take(void *state, const struct key *key)
{
	struct bench *bench = state;

	if (key->code == K_HANGUP || (key->code == K_CHAR && key->cp == 'q') ||
	    (key->code == K_CTRL && key->cp == 'c'))
		ends = true;
	else if (key->code == K_RESIZE)
		layout(bench);
	else if (key->code == K_CHAR && key->cp == 'y')
		term_copy(bench->term, list_selected_id(&bench->list));
	else if (key->code == K_CTRL && key->cp == 'l')
		term_repaint(bench->term);
	else if (key->code == K_CTRL && key->cp == 'z')
		term_stop(bench->term);
	else
		list_key(&bench->list, key);
	return !ends;
}

static void run(struct bench *bench)
{
	struct query query;

	layout(bench);
	while (!ends) {
		struct pollfd fds[2] = { { .fd = term_fd(bench->term), .events = POLLIN },
			{ .fd = term_signal_fd(bench->term), .events = POLLIN } };

		while (list_wants(&bench->list, &query))
			list_take(&bench->list, answer(&query), NULL);
		draw(bench);
		term_show(bench->term, &bench->canvas);
		poll(fds, 2, term_timeout(bench->term));
		term_read(bench->term, take, bench);
	}
}

static int count(const char *path, const struct term_counts *counts)
{
	FILE *out = fopen(path, "w");

	if (out == NULL)
		return 1;
	fprintf(out, "frames %llu\nbytes %llu\nwrites %llu\nskipped %llu\n",
	    (unsigned long long)counts->frames, (unsigned long long)counts->bytes,
	    (unsigned long long)counts->writes, (unsigned long long)counts->skipped);
	return fclose(out) != 0;
}

int main(int argc, char **argv)
{
	struct term_options options = { .fd_in = 0, .fd_out = 1 };
	struct bench bench = { 0 };
	struct error err = { 0 };
	struct term_counts counts;
	const char *file = NULL, *wrong;
	int i;

	setlocale(LC_ALL, "");
	options.no_color = getenv("NO_COLOR") != NULL;
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--bar") == 0)
			options.bar = true;
		else if (strcmp(argv[i], "--no-sync") == 0)
			options.no_sync = true;
		else if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc)
			rows_there = strtonum(argv[++i], 0, 100000000, &wrong);
		else if (strcmp(argv[i], "--counts") == 0 && i + 1 < argc)
			file = argv[++i];
	}
	if (term_open(&options, &bench.term, &err) != STATUS_OK) {
		fprintf(stderr, "%s\n", err.message);
		return status_exit_code(err.status);
	}
	list_init(&bench.list, &supervision_record,
	    "order_id product_name seller_name stage stay_since amount");
	run(&bench);
	counts = term_counts(bench.term);
	term_close(bench.term);
	list_free(&bench.list);
	canvas_free(&bench.canvas);
	return file != NULL ? count(file, &counts) : 0;
}
