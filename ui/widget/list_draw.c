#include "ui/widget/list.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

#define LEAD 3            /* mark, marker, blank */
#define GAP 2             /* cells between columns */
#define VALUE_MAX 512

/* --- how wide the columns are --- */

static int sum(const int *widths, size_t n)
{
	int total = 0;
	size_t i;

	for (i = 0; i < n; i++)
		total += widths[i] + (i > 0 ? GAP : 0);
	return total;
}

/* Takes cells from the widest columns until all fit; false where they would go below their least
 * width. */
static bool shrink(const struct list *list, int *widths, size_t n, int room)
{
	while (sum(widths, n) > room) {
		size_t i, widest = n;

		for (i = 0; i < n; i++) {
			if (widths[i] > list->columns[i].min &&
			    (widest == n || widths[i] > widths[widest]))
				widest = i;
		}
		if (widest == n)
			return false;
		widths[widest]--;
	}
	return true;
}

/* What is left goes to the columns that take it, in equal parts. */
static void spread(const struct list *list, int *widths, size_t n, int room)
{
	int left = room - sum(widths, n), takers = 0;
	size_t i;

	for (i = 0; i < n; i++)
		takers += list->columns[i].width == 0;
	for (i = 0; i < n && takers > 0; i++) {
		if (list->columns[i].width == 0) {
			widths[i] += left / takers;
			left -= left / takers;
			takers--;
		}
	}
}

/* How many columns fit, and their widths. The rightmost are left out first; the first always stays.
 */
static size_t layout(const struct list *list, int room, int widths[LIST_COLUMNS_MAX])
{
	size_t n, i;

	for (n = list->n_columns; n > 0; n--) {
		for (i = 0; i < n; i++) {
			const struct list_column *column = &list->columns[i];

			widths[i] = column->width > 0 ? column->width
				    : column->min > 0 ? column->min
						      : 1;
		}
		if (shrink(list, widths, n, room)) {
			spread(list, widths, n, room);
			return n;
		}
	}
	widths[0] = room > 0 ? room : 0;
	return list->n_columns > 0 ? 1 : 0;
}

/* --- rows --- */

static void value(const struct list *list, const struct list_column *column, const void *record,
    const struct view *view, char out[VALUE_MAX])
{
	out[0] = '\0';
	if (column->field != NULL)
		record_show(list->type, column->field, record, view, out, VALUE_MAX);
	else if (column->text != NULL)
		column->text(record, list->context, out, VALUE_MAX);
}

static void put(struct canvas *canvas, int row, int col, int width, enum style style,
    const char *text, bool right)
{
	if (right)
		canvas_put_right(canvas, row, col, width, style, text);
	else
		canvas_put(canvas, row, col, width, style, text);
}

static void draw_heading(const struct list *list, struct canvas *canvas, struct area area,
    const int *widths, size_t n)
{
	int col = area.col + LEAD;
	size_t i;

	for (i = 0; i < n; i++) {
		put(canvas, area.row, col, widths[i], STYLE_HEAD, list->columns[i].heading,
		    list->columns[i].right);
		col += widths[i] + GAP;
	}
}

/* The selected line differs in its marker alone: moving to the next one changes a few cells of two
 * lines. */
static void draw_row(const struct list *list, struct canvas *canvas, struct area line, size_t index,
    const struct view *view, bool focused, const int *widths, size_t n)
{
	const void *record = list_row(list, index);
	bool selected = index == list->selected;
	enum style style = STYLE_NORMAL;
	char text[VALUE_MAX];
	int col = line.col + LEAD;
	size_t i;

	if (list->n_marked > 0 && list_is_marked(list, record_id(list->type, record)))
		canvas_put(canvas, line.row, line.col, 1, STYLE_KEY, "*");
	if (selected) {
		struct area bar = { line.row, line.col + LEAD - 1, 1, line.cols - LEAD + 1 };

		canvas_put(canvas, line.row, line.col + 1, 1, focused ? STYLE_BOLD : STYLE_DIM,
		    ">");
		if (focused)
			style = STYLE_SELECTED;
		canvas_style(canvas, bar, style);
	}
	for (i = 0; i < n; i++) {
		value(list, &list->columns[i], record, view, text);
		put(canvas, line.row, col, widths[i], style, text, list->columns[i].right);
		col += widths[i] + GAP;
	}
}

static void draw_empty(const struct list *list, struct canvas *canvas, struct area area)
{
	struct area body = { area.row + 2, area.col + LEAD, area.rows - 2, area.cols - 2 * LEAD };

	if (list->failed[0] != '\0')
		canvas_wrap(canvas, body, STYLE_ERROR, list->failed, 0);
	else if (list->loading || list->n_pages == 0 || list->stale)
		canvas_wrap(canvas, body, STYLE_DIM, _("Reading..."), 0);
	else if (list->filter[0] != '\0')
		canvas_wrap(canvas, body, STYLE_DIM, _("Nothing matches the filter."), 0);
	else
		canvas_wrap(canvas, body, STYLE_DIM, _("There is nothing here."), 0);
}

void list_draw(const struct list *list, struct canvas *canvas, struct area area,
    const struct view *view, bool focused)
{
	int widths[LIST_COLUMNS_MAX];
	size_t n = layout(list, area.cols - LEAD, widths), count = list_count(list), i;
	struct area line = area;

	line.rows = 1;
	draw_heading(list, canvas, area, widths, n);
	if (count == 0)
		draw_empty(list, canvas, area);
	for (i = list->top; i < count && line.row + 1 < area.row + area.rows; i++) {
		line.row++;
		draw_row(list, canvas, line, i, view, focused, widths, n);
	}
}

void list_describe(const struct list *list, const struct view *view, struct buf *out)
{
	size_t count = list_count(list), last = list->top + list->rows_visible, i, c;
	char text[VALUE_MAX];

	if (list->failed[0] != '\0')
		buf_printf(out, "%s\n", list->failed);
	else if (count == 0)
		buf_printf(out, "%s\n", list->filter[0] != '\0' ? _("Nothing matches the filter.") :
		    _("There is nothing here."));
	for (i = list->top; i < count && i < last; i++) {
		const void *record = list_row(list, i);

		buf_puts(out, i == list->selected ? "> " : "  ");
		if (list_is_marked(list, record_id(list->type, record)))
			buf_printf(out, "%s; ", _("marked"));
		for (c = 0; c < list->n_columns; c++) {
			char clean[VALUE_MAX];

			value(list, &list->columns[c], record, view, text);
			text_clean(clean, sizeof clean, text);
			if (clean[0] != '\0')
				buf_printf(out, "%s%s: %s", c > 0 ? "; " : "",
				    list->columns[c].heading, clean);
		}
		buf_putc(out, '\n');
	}
}
