#include "ui/widget/list.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

#define LEAD 3            /* mark, marker, blank */
#define ROOMY 90          /* cells from which columns stand two cells apart */
#define FAIR 24           /* cells of a column that takes what is left before others get more */
#define VALUE_MAX 512

/* --- how wide the columns are --- */

/* The columns that are drawn, in order, and their widths. */
struct layout {
	const struct list_column *columns[LIST_COLUMNS_MAX];
	int widths[LIST_COLUMNS_MAX];
	size_t n;
	int gap;
};

static int sum(const struct layout *layout)
{
	int total = 0;
	size_t i;

	for (i = 0; i < layout->n; i++)
		total += layout->widths[i] + (i > 0 ? layout->gap : 0);
	return total;
}

static void choose(const struct list *list, bool spare, struct layout *layout)
{
	const struct list_column *column;
	size_t i;

	layout->n = 0;
	for (i = 0; i < list->n_columns; i++) {
		column = &list->columns[i];
		if (column->spare && !spare)
			continue;
		layout->columns[layout->n] = column;
		layout->widths[layout->n++] = column->min > 0 ? column->min : 1;
	}
}

/* The rightmost that need not be kept, or the rightmost. */
static void drop(struct layout *layout)
{
	size_t at = layout->n - 1;

	while (at > 0 && layout->columns[at]->keep)
		at--;
	if (at == 0)
		at = layout->n - 1;
	layout->n--;
	for (; at < layout->n; at++) {
		layout->columns[at] = layout->columns[at + 1];
		layout->widths[at] = layout->widths[at + 1];
	}
}

/* Cell by cell in turn, so that all columns that want more get their share. */
static int widen(struct layout *layout, int left, bool takers)
{
	bool some = true;
	size_t i;

	while (left > 0 && some) {
		some = false;
		for (i = 0; i < layout->n && left > 0; i++) {
			int width = layout->columns[i]->width, most = width > 0 ? width : FAIR;

			if ((width == 0) != takers || layout->widths[i] >= most)
				continue;
			layout->widths[i]++;
			left--;
			some = true;
		}
	}
	return left;
}

/* What is left goes to the columns that take it, in equal parts. */
static void spread(struct layout *layout, int left)
{
	int takers = 0;
	size_t i;

	for (i = 0; i < layout->n; i++)
		takers += layout->columns[i]->width == 0;
	for (i = 0; i < layout->n && takers > 0; i++) {
		if (layout->columns[i]->width == 0) {
			layout->widths[i] += left / takers;
			left -= left / takers;
			takers--;
		}
	}
}

/*
 * Which columns fit and how wide they are. Spare ones are left out first, then the rightmost that
 * need not be kept; the first always stays. All have their least width; what is left goes to those
 * that take it until they can be read, to the others until they have what they wish, and the rest
 * to the takers again.
 */
static void lay_out(const struct list *list, int room, struct layout *layout)
{
	int left;

	layout->gap = room < ROOMY ? 1 : 2;
	choose(list, !list->no_spare, layout);
	if (sum(layout) > room)
		choose(list, false, layout);
	while (layout->n > 1 && sum(layout) > room)
		drop(layout);
	left = room - sum(layout);
	if (left < 0) {
		if (layout->n > 0)
			layout->widths[0] = room > 0 ? room : 0;
		return;
	}
	left = widen(layout, left, true);
	left = widen(layout, left, false);
	spread(layout, left);
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

static void draw_heading(struct canvas *canvas, struct area area, const struct layout *layout)
{
	int col = area.col + LEAD;
	size_t i;

	for (i = 0; i < layout->n; i++) {
		put(canvas, area.row, col, layout->widths[i], STYLE_HEAD,
		    layout->columns[i]->heading, layout->columns[i]->right);
		col += layout->widths[i] + layout->gap;
	}
}

/* The selected line differs in its marker alone: moving to the next one changes a few cells of two
 * lines. */
static void draw_row(const struct list *list, struct canvas *canvas, struct area line, size_t index,
    const struct view *view, bool focused, const struct layout *layout)
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
	for (i = 0; i < layout->n; i++) {
		value(list, layout->columns[i], record, view, text);
		put(canvas, line.row, col, layout->widths[i], style, text,
		    layout->columns[i]->right);
		col += layout->widths[i] + layout->gap;
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
	size_t count = list_count(list), i;
	struct area line = area;
	struct layout layout;

	lay_out(list, area.cols - LEAD, &layout);
	line.rows = 1;
	draw_heading(canvas, area, &layout);
	if (count == 0)
		draw_empty(list, canvas, area);
	for (i = list->top; i < count && line.row + 1 < area.row + area.rows; i++) {
		line.row++;
		draw_row(list, canvas, line, i, view, focused, &layout);
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
