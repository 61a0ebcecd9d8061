#include "ui/term/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 4096   /* of one formatted line, and of the window that is wrapped at a time */

static struct cell *cell_at(const struct canvas *canvas, int row, int col)
{
	return &canvas->cells[(size_t)row * (size_t)canvas->cols + (size_t)col];
}

static void cell_blank(struct cell *cell, enum style style)
{
	cell->text[0] = ' ';
	cell->text[1] = '\0';
	cell->width = 1;
	cell->style = (uint8_t)style;
}

/* What is left of a wide character of which one half is about to be overwritten becomes a blank. */
static void cell_part(struct canvas *canvas, int row, int col)
{
	struct cell *cell = cell_at(canvas, row, col);

	if (cell->width == 0 && col > 0)
		cell_blank(cell - 1, (enum style)cell[-1].style);
	else if (cell->width == 2 && col + 1 < canvas->cols)
		cell_blank(cell + 1, (enum style)cell[1].style);
}

/* width cells from col on must be inside the canvas. */
static void cell_set(struct canvas *canvas, int row, int col, const char *text, int width,
    enum style style)
{
	struct cell *cell = cell_at(canvas, row, col);

	cell_part(canvas, row, col);
	if (width == 2)
		cell_part(canvas, row, col + 1);
	memcpy(cell->text, text, strlen(text) + 1);
	cell->width = (uint8_t)width;
	cell->style = (uint8_t)style;
	if (width == 2) {
		cell[1].text[0] = '\0';
		cell[1].width = 0;
		cell[1].style = (uint8_t)style;
	}
}

void canvas_resize(struct canvas *canvas, int rows, int cols)
{
	rows = rows > 0 ? rows : 1;
	cols = cols > 0 ? cols : 1;
	if (canvas->cells == NULL || rows != canvas->rows || cols != canvas->cols)
		canvas->cells =
		    mem_realloc(canvas->cells, (size_t)rows * (size_t)cols, sizeof *canvas->cells);
	canvas->rows = rows;
	canvas->cols = cols;
	canvas_clear(canvas);
}

void canvas_free(struct canvas *canvas)
{
	if (canvas == NULL)
		return;
	free(canvas->cells);
	canvas->cells = NULL;
	canvas->rows = canvas->cols = 0;
}

void canvas_clear(struct canvas *canvas)
{
	size_t row = (size_t)canvas->cols * sizeof *canvas->cells;
	int i;

	/* Whole cells, so that they can be compared as memory. */
	memset(canvas->cells, 0, row);
	for (i = 0; i < canvas->cols; i++)
		cell_blank(cell_at(canvas, 0, i), STYLE_NORMAL);
	for (i = 1; i < canvas->rows; i++)
		memcpy(cell_at(canvas, i, 0), canvas->cells, row);
	canvas->cursor_row = canvas->cursor_col = -1;
	canvas->moves = (struct area){ 0, 0, canvas->rows, canvas->cols };
}

/* The cells from col on that a line may use; 0 where there are none. */
static int room(const struct canvas *canvas, int row, int col, int width)
{
	if (row < 0 || row >= canvas->rows || col < 0 || col >= canvas->cols || width <= 0)
		return 0;
	return width < canvas->cols - col ? width : canvas->cols - col;
}

int canvas_put(struct canvas *canvas, int row, int col, int width, enum style style,
    const char *text)
{
	char cell[TEXT_CELL_BYTES];
	size_t n = strlen(text), i = 0;
	int used = 0, cut = 0, cells;

	width = room(canvas, row, col, width);
	if (width == 0)
		return 0;
	while (i < n) {
		i += text_cell(text + i, n - i, cell, &cells);
		if (used + cells > width)
			break;
		cell_set(canvas, row, col + used, cell, cells, style);
		used += cells;
		if (used < width)
			cut = used;   /* the last place where the marker fits */
		if (i == n)
			return used;
	}
	if (n == 0)
		return 0;
	cell_set(canvas, row, col + cut, canvas->ascii ? "~" : "\xE2\x80\xA6", 1, style);
	return cut + 1;
}

int canvas_printf(struct canvas *canvas, int row, int col, int width, enum style style,
    const char *fmt, ...)
{
	char line[LINE_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	return canvas_put(canvas, row, col, width, style, line);
}

int canvas_put_right(struct canvas *canvas, int row, int col, int width, enum style style,
    const char *text)
{
	int cells = text_width(text);

	if (cells >= width)
		return canvas_put(canvas, row, col, width, style, text);
	return canvas_put(canvas, row, col + width - cells, cells, style, text);
}

/* The part of the area that lies on the canvas. */
static struct area clip(const struct canvas *canvas, struct area area)
{
	int bottom = area.row + area.rows, right = area.col + area.cols;

	bottom = bottom < canvas->rows ? bottom : canvas->rows;
	right = right < canvas->cols ? right : canvas->cols;
	area.row = area.row > 0 ? area.row : 0;
	area.col = area.col > 0 ? area.col : 0;
	area.rows = bottom > area.row ? bottom - area.row : 0;
	area.cols = right > area.col ? right - area.col : 0;
	return area;
}

void canvas_fill(struct canvas *canvas, struct area area, enum style style)
{
	int row, col;

	area = clip(canvas, area);
	for (row = area.row; row < area.row + area.rows; row++) {
		for (col = area.col; col < area.col + area.cols; col++)
			cell_set(canvas, row, col, " ", 1, style);
	}
}

void canvas_style(struct canvas *canvas, struct area area, enum style style)
{
	int row, col;

	area = clip(canvas, area);
	for (row = area.row; row < area.row + area.rows; row++) {
		for (col = area.col; col < area.col + area.cols; col++)
			cell_at(canvas, row, col)->style = (uint8_t)style;
	}
}

void canvas_rule(struct canvas *canvas, int row, int col, int width, enum style style)
{
	int i;

	width = room(canvas, row, col, width);
	for (i = 0; i < width; i++)
		cell_set(canvas, row, col + i, canvas->ascii ? "-" : "\xE2\x94\x80", 1, style);
}

void canvas_frame(struct canvas *canvas, struct area area, enum style style, const char *title)
{
	static const char *const unicode[] = { "\xE2\x94\x82", "\xE2\x94\x8C", "\xE2\x94\x90",
		"\xE2\x94\x94", "\xE2\x94\x98" };
	static const char *const plain[] = { "|", "+", "+", "+", "+" };
	const char *const *shape = canvas->ascii ? plain : unicode;
	int bottom = area.row + area.rows - 1, right = area.col + area.cols - 1, row;

	if (area.rows < 2 || area.cols < 2)
		return;
	canvas_rule(canvas, area.row, area.col, area.cols, style);
	canvas_rule(canvas, bottom, area.col, area.cols, style);
	for (row = area.row + 1; row < bottom; row++) {
		canvas_put(canvas, row, area.col, 1, style, shape[0]);
		canvas_put(canvas, row, right, 1, style, shape[0]);
	}
	canvas_put(canvas, area.row, area.col, 1, style, shape[1]);
	canvas_put(canvas, area.row, right, 1, style, shape[2]);
	canvas_put(canvas, bottom, area.col, 1, style, shape[3]);
	canvas_put(canvas, bottom, right, 1, style, shape[4]);
	if (title == NULL || title[0] == '\0' || area.cols < 7)
		return;
	row = canvas_put(canvas, area.row, area.col + 3, area.cols - 6, style, title);
	canvas_put(canvas, area.row, area.col + 2, 1, style, " ");
	canvas_put(canvas, area.row, area.col + 3 + row, 1, style, " ");
}

int canvas_wrap(struct canvas *canvas, struct area area, enum style style, const char *text,
    int skip)
{
	char window[LINE_BYTES];
	size_t most = (size_t)(area.cols > 0 ? area.cols : 1) * 16 + 64;
	size_t left = strlen(text), n, end, next;
	int line = 0;

	if (area.cols <= 0)
		return 0;
	most = most < sizeof window - 1 ? most : sizeof window - 1;
	/* Line by line through a window: text_wrap() looks at the whole text that it is given. */
	for (; left > 0; left -= next, text += next, line++) {
		n = left < most ? left : most;
		while (n < left && n > 1 && ((unsigned char)text[n] & 0xC0) == 0x80)
			n--;
		memcpy(window, text, n);
		window[n] = '\0';
		end = text_wrap(window, area.cols, &next);
		next = next > 0 ? next : n;
		window[end] = '\0';
		if (line >= skip && line - skip < area.rows)
			canvas_put(canvas, area.row + line - skip, area.col, area.cols, style,
			    window);
	}
	return line;
}

void canvas_scroll(struct canvas *canvas, struct area area, int by)
{
	int last = area.row + area.rows - 1, i, row, col;

	for (i = 0; i < area.rows; i++) {
		row = by > 0 ? area.row + i : last - i;
		if (row + by >= area.row && row + by <= last) {
			memcpy(cell_at(canvas, row, area.col),
			    cell_at(canvas, row + by, area.col),
			    (size_t)area.cols * sizeof *canvas->cells);
			continue;
		}
		for (col = area.col; col < area.col + area.cols; col++)
			cell_blank(cell_at(canvas, row, col), STYLE_NORMAL);
	}
}

void canvas_cursor(struct canvas *canvas, int row, int col)
{
	bool inside = row >= 0 && row < canvas->rows && col >= 0 && col < canvas->cols;

	canvas->cursor_row = inside ? row : -1;
	canvas->cursor_col = inside ? col : -1;
}

bool canvas_same(const struct canvas *a, const struct canvas *b)
{
	const struct cell *x, *y;
	int row, col;

	if (a->rows != b->rows || a->cols != b->cols || a->cursor_row != b->cursor_row ||
	    a->cursor_col != b->cursor_col)
		return false;
	for (row = 0; row < a->rows; row++) {
		x = cell_at(a, row, 0);
		y = cell_at(b, row, 0);
		if (cells_identical(x, y, a->cols))
			continue;
		for (col = 0; col < a->cols; col++) {
			if (!cell_same(&x[col], &y[col]))
				return false;
		}
	}
	return true;
}

void canvas_dump(const struct canvas *canvas, struct buf *out)
{
	int row, col, end;

	for (row = 0; row < canvas->rows; row++) {
		end = canvas->cols;
		while (end > 0 && strcmp(cell_at(canvas, row, end - 1)->text, " ") == 0)
			end--;
		for (col = 0; col < end; col++)
			buf_puts(out, cell_at(canvas, row, col)->text);
		buf_putc(out, '\n');
	}
}
