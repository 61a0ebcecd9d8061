#include "ui/screen/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define LINES_MAX 20000
#define LABEL_WIDTH 14
#define LABEL_WIDE 20
#define TWO_COLUMNS 76

/* ---- building -------------------------------------------------------------------------------- */

void sheet_begin(struct sheet *sheet, int width)
{
	arena_free(&sheet->arena);
	sheet->count = 0;
	sheet->width = width;
	sheet->columns = width >= TWO_COLUMNS ? 2 : 1;
	sheet->fact_col = 0;
}

struct sheet_line *sheet_add(struct sheet *sheet)
{
	struct sheet_line *line;

	if (sheet->count == sheet->cap) {
		sheet->cap = sheet->cap == 0 ? 64 : sheet->cap * 2;
		sheet->lines = mem_realloc(sheet->lines, sheet->cap, sizeof(*sheet->lines));
	}
	line = &sheet->lines[sheet->count < LINES_MAX ? sheet->count++ : sheet->count - 1];
	memset(line, 0, sizeof(*line));
	return line;
}

void sheet_part(struct sheet *sheet, struct sheet_line *line, int col, int width, enum style style,
    const char *text)
{
	struct sheet_part *part;

	if (line->n_parts == SHEET_PARTS)
		return;
	part = &line->parts[line->n_parts++];
	part->col = col;
	part->width = width;
	part->style = style;
	part->text = arena_strdup(&sheet->arena, text);
}

void sheet_blank(struct sheet *sheet)
{
	sheet_facts_end(sheet);
	if (sheet->count > 0 && sheet->lines[sheet->count - 1].n_parts > 0)
		sheet_add(sheet);
}

void sheet_line(struct sheet *sheet, int indent, enum style style, const char *text)
{
	sheet_facts_end(sheet);
	sheet_part(sheet, sheet_add(sheet), indent, 0, style, text);
}

void sheet_head(struct sheet *sheet, int section, const char *text)
{
	sheet_blank(sheet);
	sheet_line(sheet, 1, STYLE_HEAD, text);
	sheet->lines[sheet->count - 1].section = section;
}

void sheet_printf(struct sheet *sheet, int indent, enum style style, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	sheet_line(sheet, indent, style, text);
}

void sheet_wrap(struct sheet *sheet, int indent, enum style style, const char *text)
{
	int cells = sheet->width - indent - 1;
	size_t n, next;
	char *part;

	sheet_facts_end(sheet);
	if (cells < 8)
		cells = 8;
	while (*text != '\0' && sheet->count < LINES_MAX - 1) {
		n = text_wrap(text, cells, &next);
		part = arena_strndup(&sheet->arena, text, n);
		sheet_part(sheet, sheet_add(sheet), indent, 0, style, part);
		if (next == 0)
			break;
		text += next;
	}
}

void sheet_facts_end(struct sheet *sheet)
{
	sheet->fact_col = 0;
}

/* Values that do not fit beside another have the line for themselves. */
void sheet_fact(struct sheet *sheet, const char *label, enum style style, const char *value)
{
	int half = sheet->width / sheet->columns;
	int label_width = sheet->label_width > 0 ? sheet->label_width
			  : sheet->width >= 110	 ? LABEL_WIDE
						 : LABEL_WIDTH;
	bool fits = text_width(value) <= half - label_width - 4;
	struct sheet_line *line;
	int col = 3;

	if (value[0] == '\0')
		return;
	if (sheet->columns == 2 && sheet->fact_col == 1 && fits) {
		line = &sheet->lines[sheet->count - 1];
		col = half + 1;
		sheet->fact_col = 0;
	} else {
		line = sheet_add(sheet);
		sheet->fact_col = sheet->columns == 2 && fits ? 1 : 0;
	}
	sheet_part(sheet, line, col, label_width - 1, STYLE_DIM, label);
	sheet_part(sheet, line, col + label_width, 0, style, value);
}

void sheet_long(struct sheet *sheet, const char *label, const char *text)
{
	if (text[0] == '\0')
		return;
	sheet_line(sheet, 3, STYLE_DIM, label);
	sheet_wrap(sheet, 5, STYLE_NORMAL, text);
}

void sheet_choose(struct sheet *sheet, int kind, int index)
{
	struct sheet_line *line = &sheet->lines[sheet->count - 1];

	line->kind = kind;
	line->index = index;
}

void sheet_flow(struct sheet *sheet, enum flow_id flow, unsigned conditions, enum stage_id stage,
    enum role me, enum role turn)
{
	struct sheet_line *line = sheet_add(sheet);
	char words[512];

	sheet->flow = flow;
	sheet->conditions = conditions;
	sheet->stage = stage;
	sheet->me = me;
	sheet->turn = turn;
	flow_describe(flow, conditions, stage, me, turn, words, sizeof(words));
	line->flow = arena_strdup(&sheet->arena, words);
	line->n_parts = 1;
	line->parts[0].text = "";
}

/* ---- choosing and scrolling ------------------------------------------------------------------ */

static size_t bottom(const struct sheet *sheet)
{
	size_t rows = sheet->rows > 0 ? (size_t)sheet->rows : 1;

	return sheet->count > rows ? sheet->count - rows : 0;
}

static void remember(struct sheet *sheet)
{
	bool some = sheet->here < sheet->count;

	sheet->kind = some ? sheet->lines[sheet->here].kind : 0;
	sheet->index = some ? sheet->lines[sheet->here].index : 0;
}

static void show_here(struct sheet *sheet)
{
	size_t rows = sheet->rows > 0 ? (size_t)sheet->rows : 1;

	if (sheet->here < sheet->top)
		sheet->top = sheet->here;
	if (sheet->here >= sheet->top + rows)
		sheet->top = sheet->here - rows + 1;
	if (sheet->top > bottom(sheet))
		sheet->top = bottom(sheet);
}

void sheet_end(struct sheet *sheet)
{
	size_t i, first = sheet->count;

	sheet_facts_end(sheet);
	for (i = 0; i < sheet->count; i++) {
		if (sheet->lines[i].kind == 0)
			continue;
		if (first == sheet->count)
			first = i;
		if (sheet->moved && sheet->lines[i].kind == sheet->kind &&
		    sheet->lines[i].index == sheet->index)
			break;
	}
	/* Nothing was chosen after paging, and so it stays. */
	if (sheet->moved && sheet->kind == 0)
		first = sheet->count;
	sheet->here = i < sheet->count ? i : first;
	if (sheet->top > bottom(sheet))
		sheet->top = bottom(sheet);
	if (!sheet->moved)
		remember(sheet);
}

void sheet_layout(struct sheet *sheet, int rows)
{
	sheet->rows = rows;
	if (sheet->top > bottom(sheet))
		sheet->top = bottom(sheet);
}

void sheet_free(struct sheet *sheet)
{
	arena_free(&sheet->arena);
	free(sheet->lines);
	memset(sheet, 0, sizeof(*sheet));
}

static void scroll(struct sheet *sheet, int64_t by)
{
	int64_t top = (int64_t)sheet->top + by;

	if (top < 0)
		top = 0;
	if (top > (int64_t)bottom(sheet))
		top = (int64_t)bottom(sheet);
	sheet->top = (size_t)top;
}

static bool visible(const struct sheet *sheet, size_t line)
{
	return line >= sheet->top &&
	       line < sheet->top + (size_t)(sheet->rows > 0 ? sheet->rows : 1);
}

/* The next line that can be chosen; where it is out of sight the sheet scrolls by a line first. */
static void step(struct sheet *sheet, int by)
{
	int64_t at = (int64_t)sheet->here;

	if (!visible(sheet, sheet->here))
		at = by > 0 ? (int64_t)sheet->top - 1 : (int64_t)sheet->top + sheet->rows;
	do
		at += by;
	while (at >= 0 && at < (int64_t)sheet->count && sheet->lines[at].kind == 0);
	if (at < 0 || at >= (int64_t)sheet->count ||
	    (!visible(sheet, (size_t)at) && !visible(sheet, (size_t)(at - by * 2)))) {
		scroll(sheet, by);
		return;
	}
	sheet->here = (size_t)at;
	sheet->moved = true;
	show_here(sheet);
	remember(sheet);
}

/* After paging: the chosen line is one that can be seen, or there is none. */
static void choose_visible(struct sheet *sheet)
{
	size_t i;

	sheet->moved = true;
	if (sheet->here < sheet->count && visible(sheet, sheet->here)) {
		remember(sheet);
		return;
	}
	for (i = sheet->top; i < sheet->count && visible(sheet, i); i++)
		if (sheet->lines[i].kind != 0)
			break;
	sheet->here = i < sheet->count && visible(sheet, i) ? i : sheet->count;
	remember(sheet);
}

bool sheet_key(struct sheet *sheet, const struct key *key)
{
	int page = sheet->rows > 2 ? sheet->rows - 1 : 1;
	bool plain = key->code == K_CHAR && !key->alt;

	if (key->code == K_DOWN || (plain && key->cp == 'j')) {
		step(sheet, 1);
	} else if (key->code == K_UP || (plain && key->cp == 'k')) {
		step(sheet, -1);
	} else if (key->code == K_PAGE_DOWN || (key->code == K_CTRL && key->cp == 'f')) {
		scroll(sheet, page);
		choose_visible(sheet);
	} else if (key->code == K_PAGE_UP || (key->code == K_CTRL && key->cp == 'b')) {
		scroll(sheet, -page);
		choose_visible(sheet);
	} else if (key->code == K_HOME || (plain && key->cp == 'g')) {
		sheet->top = 0;
		choose_visible(sheet);
	} else if (key->code == K_END || (plain && key->cp == 'G')) {
		sheet->top = bottom(sheet);
		choose_visible(sheet);
	} else {
		return false;
	}
	return true;
}

bool sheet_to_section(struct sheet *sheet, int section)
{
	size_t i, at;

	for (at = 0; at < sheet->count && sheet->lines[at].section != section; at++)
		;
	if (at == sheet->count)
		return false;
	sheet->top = at;
	if (sheet->top > bottom(sheet))
		sheet->top = bottom(sheet);
	for (i = at; i < sheet->count && (i == at || sheet->lines[i].section == 0) &&
		     sheet->lines[i].kind == 0;
	     i++)
		;
	if (i < sheet->count && sheet->lines[i].kind != 0)
		sheet->here = i;
	choose_visible(sheet);
	return true;
}

void sheet_restart(struct sheet *sheet)
{
	sheet->top = 0;
	sheet->moved = false;
}

bool sheet_reveal(struct sheet *sheet)
{
	if (sheet_chosen(sheet) == NULL || visible(sheet, sheet->here))
		return false;
	show_here(sheet);
	return true;
}

const struct sheet_line *sheet_chosen(const struct sheet *sheet)
{
	if (sheet->here >= sheet->count || sheet->lines[sheet->here].kind == 0)
		return NULL;
	return &sheet->lines[sheet->here];
}

/* ---- showing --------------------------------------------------------------------------------- */

static void draw_line(const struct sheet *sheet, const struct sheet_line *line,
    struct canvas *canvas, int row, struct area area, bool chosen)
{
	int i, end;

	if (line->flow != NULL) {
		flow_draw(canvas, row, area.col + 1, area.cols - 2, sheet->flow, sheet->conditions,
		    sheet->stage, sheet->me, sheet->turn);
		return;
	}
	for (i = 0; i < line->n_parts; i++) {
		const struct sheet_part *part = &line->parts[i];
		enum style style =
		    chosen && part->style == STYLE_NORMAL ? STYLE_SELECTED : part->style;

		/* The last column is that of the arrows. */
		end = i + 1 < line->n_parts ? line->parts[i + 1].col - 1 : area.cols - 1;
		if (part->width > 0 && part->col + part->width < end)
			end = part->col + part->width;
		if (part->col < end)
			canvas_put(
			    canvas, row, area.col + part->col, end - part->col, style, part->text);
	}
	if (chosen)
		canvas_put(canvas, row, area.col, 1, STYLE_SELECTED, ">");
}

void sheet_draw(const struct sheet *sheet, struct canvas *canvas, struct area area, bool focused)
{
	size_t at;
	int i;

	for (i = 0; i < area.rows && sheet->top + (size_t)i < sheet->count; i++) {
		at = sheet->top + (size_t)i;
		draw_line(sheet, &sheet->lines[at], canvas, area.row + i, area,
		    focused && at == sheet->here && sheet->lines[at].kind != 0);
	}
	if (sheet->top + (size_t)area.rows < sheet->count)
		canvas_put_right(canvas, area.row + area.rows - 1, area.col, area.cols, STYLE_DIM,
		    canvas->ascii ? "v" : "↓");
	if (sheet->top > 0)
		canvas_put_right(
		    canvas, area.row, area.col, area.cols, STYLE_DIM, canvas->ascii ? "^" : "↑");
}

void sheet_describe(const struct sheet *sheet, struct buf *out)
{
	size_t i;
	int p;

	for (i = 0; i < sheet->count; i++) {
		const struct sheet_line *line = &sheet->lines[i];

		if (line->n_parts == 0)
			continue;
		if (i == sheet->here && line->kind != 0)
			buf_puts(out, "> ");
		if (line->flow != NULL)
			buf_puts(out, line->flow);
		for (p = 0; p < line->n_parts && line->flow == NULL; p++)
			buf_printf(out, "%s%s", p > 0 ? "  " : "", line->parts[p].text);
		buf_putc(out, '\n');
	}
}
