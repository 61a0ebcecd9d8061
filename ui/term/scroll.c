#include "ui/term/scroll.h"

#include <stdlib.h>

#define ROWS_MOST 256      /* of an area: larger ones are written again */

/* What the search knows of each row of the area. */
struct search {
	const struct canvas *from, *to;
	struct area area;
	const uint8_t *looks;
	uint64_t old[ROWS_MOST], new[ROWS_MOST];   /* hashes */
	int plain[ROWS_MOST];                      /* cells that differ where nothing moves */
	int empty[ROWS_MOST];                      /* cells to be written into an empty row */
	int saved[ROWS_MOST];                      /* cells that moving saves in the row */
};

static const struct cell *row_at(const struct canvas *canvas, struct area area, int row)
{
	return canvas->cells + (size_t)(area.row + row) * (size_t)canvas->cols + area.col;
}

static bool is_blank(const struct search *s, const struct cell *cell)
{
	return cell->text[0] == ' ' && cell->text[1] == '\0' &&
	       s->looks[cell->style] == s->looks[STYLE_NORMAL];
}

/* The cells that are not as in the other row. */
static int differing(const struct search *s, const struct cell *a, const struct cell *b)
{
	int i, n = 0;

	if (cells_identical(a, b, s->area.cols))
		return 0;
	for (i = 0; i < s->area.cols; i++)
		n += s->looks[a[i].style] != s->looks[b[i].style] || !cell_reads_as(&a[i], &b[i]);
	return n;
}

static int written(const struct search *s, const struct cell *cells)
{
	int i, n = 0;

	for (i = 0; i < s->area.cols; i++)
		n += !is_blank(s, &cells[i]);
	return n;
}

/* 0 for an empty row: there are many of them, so they tell nothing. */
static uint64_t hash(const struct search *s, const struct cell *cells)
{
	uint64_t h = 14695981039346656037u;
	bool some = false;
	const char *at;
	int i;

	for (i = 0; i < s->area.cols; i++) {
		some = some || !is_blank(s, &cells[i]);
		for (at = cells[i].text; *at != '\0'; at++)
			h = (h ^ (unsigned char)*at) * 1099511628211u;
		h = (h ^ s->looks[cells[i].style]) * 1099511628211u;
	}
	return some ? h | 1 : 0;
}

/* A wide character that stands half inside would be cut. */
static bool cuts_wide(const struct canvas *canvas, struct area area)
{
	const struct cell *cells;
	int row;

	for (row = 0; row < area.rows; row++) {
		cells = row_at(canvas, area, row);
		if (cells[0].width == 0 || cells[area.cols - 1].width == 2)
			return true;
	}
	return false;
}

/* False where too little differs for anything to be saved. */
static bool look(struct search *s, int least)
{
	const struct cell *old, *new;
	int row, all = 0;

	for (row = 0; row < s->area.rows; row++) {
		s->plain[row] = differing(s, row_at(s->from, s->area, row),
		    row_at(s->to, s->area, row));
		all += s->plain[row];
	}
	if (all < least || cuts_wide(s->from, s->area) || cuts_wide(s->to, s->area))
		return false;
	for (row = 0; row < s->area.rows; row++) {
		old = row_at(s->from, s->area, row);
		new = row_at(s->to, s->area, row);
		s->old[row] = hash(s, old);
		s->new[row] = hash(s, new);
		s->empty[row] = written(s, new);
	}
	return true;
}

/* By how much most rows moved that are found again as they were; 0: none. */
static int distance(const struct search *s)
{
	int votes[2 * ROWS_MOST] = { 0 };
	int row, other, by, best = 0;

	for (row = 0; row < s->area.rows; row++) {
		for (other = 0; s->new[row] != 0 && other < s->area.rows; other++) {
			by = other - row;
			if (by == 0 || s->new[row] == s->old[row] || s->new[row] != s->old[other])
				continue;
			if (++votes[by + ROWS_MOST] > votes[best + ROWS_MOST])
				best = by;
		}
	}
	return best;
}

/* The rows within which moving saves most; it leaves empty ones behind, which are written anew. */
static int best_rows(struct search *s, int by, int *first, int *last)
{
	int n = abs(by), top, bottom, row, sum, rest, saved, best = 0;

	for (row = 0; row < s->area.rows; row++)
		s->saved[row] = row + by < 0 || row + by >= s->area.rows ? 0 :
		    s->plain[row] - differing(s, row_at(s->from, s->area, row + by),
			row_at(s->to, s->area, row));
	for (top = 0; top + n < s->area.rows; top++) {
		for (bottom = top + n, sum = 0; bottom < s->area.rows; bottom++) {
			/* the row that has come to be moved with this bottom */
			sum += s->saved[by > 0 ? bottom - n : bottom];
			saved = sum;
			rest = by > 0 ? bottom - n + 1 : top;
			for (row = rest; row < rest + n; row++)
				saved += s->plain[row] - s->empty[row];
			if (saved > best) {
				best = saved;
				*first = top;
				*last = bottom;
			}
		}
	}
	return best;
}

bool scroll_find(const struct canvas *from, const struct canvas *to, struct area area,
    const uint8_t looks[STYLE_COUNT], int least, struct scroll *out)
{
	struct search s;
	int by, first = 0, last = 0;

	s.from = from;
	s.to = to;
	s.area = area;
	s.looks = looks;
	if (area.rows < 2 || area.rows > ROWS_MOST || area.cols < 1 || !look(&s, least))
		return false;
	by = distance(&s);
	if (by == 0 || best_rows(&s, by, &first, &last) < least)
		return false;
	out->by = by;
	out->area = area;
	out->area.row += first;
	out->area.rows = last - first + 1;
	return true;
}
