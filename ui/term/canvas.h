/*
 * The cells of a screen, owned by us: what screens and widgets draw on.
 *
 * Drawing is pure: no terminal, no I/O, no allocation once the canvas has its size. Everything that
 * is put here goes through base/text.h, so nothing from outside can reach the terminal. term_show()
 * sends a canvas to a terminal; canvas_dump() gives it as text for `koodesk screen`, golden files
 * and bug reports. Screen's thread only.
 */
#ifndef KOODESK_UI_TERM_CANVAS_H
#define KOODESK_UI_TERM_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* Meaning, not colour: a theme maps these to attributes; none carries meaning by hue alone. */
enum style {
	STYLE_NORMAL,
	STYLE_DIM,        /* greyed, secondary */
	STYLE_BOLD,
	STYLE_TITLE,      /* the top line */
	STYLE_TAB, STYLE_TAB_HERE,
	STYLE_HEAD,       /* column headings, labels */
	STYLE_SELECTED,   /* the marked line of a list (its marker and bold text) */
	STYLE_KEY,        /* a key in a hint */
	STYLE_CHIP,       /* the filter in the title */
	STYLE_GOOD, STYLE_WARN, STYLE_ERROR,
	STYLE_BUYER, STYLE_SELLER, STYLE_STAFF,   /* whose context this is */
	STYLE_INPUT, STYLE_INPUT_HERE,            /* form fields */
	STYLE_COUNT
};

struct cell {
	char text[TEXT_CELL_BYTES];   /* cleaned; "" for the second half of a wide character */
	uint8_t width;                /* 1 or 2; 0 for that second half */
	uint8_t style;
};

/* The same text: nearly all cells hold one byte of it. */
static inline bool cell_reads_as(const struct cell *a, const struct cell *b)
{
	return a->text[0] == b->text[0] &&
	       (a->text[0] == '\0' || (a->text[1] == '\0' && b->text[1] == '\0') ||
		   strcmp(a->text, b->text) == 0);
}

static inline bool cell_same(const struct cell *a, const struct cell *b)
{
	return a->width == b->width && a->style == b->style && cell_reads_as(a, b);
}

/* Rows that are the same as memory are the same; others may be. */
static inline bool cells_identical(const struct cell *a, const struct cell *b, int n)
{
	return memcmp(a, b, (size_t)n * sizeof *a) == 0;
}

struct area { int row, col, rows, cols; };

struct canvas {
	int rows, cols;
	bool ascii;                   /* frames, markers and ellipses in ASCII */
	struct cell *cells;
	int cursor_row, cursor_col;   /* -1: hidden */
	struct area moves; /* where rows may move as a whole: a hint for the terminal */
};

/* clears; the first call allocates */
void canvas_resize(struct canvas *canvas, int rows, int cols);
void canvas_free(struct canvas *canvas);
void canvas_clear(struct canvas *canvas);
/*
 * Puts one line of text, cleaned, at row and col within width cells: what does not fit is cut with
 * a marker. Cells after the text up to width are left alone (canvas_fill() first where they must be
 * blank). Out of range is clipped. Returns the cells used.
 */
int canvas_put(struct canvas *canvas, int row, int col, int width, enum style style,
    const char *text);
int canvas_printf(struct canvas *canvas, int row, int col, int width, enum style style,
    const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* The same, flush right. */
int canvas_put_right(struct canvas *canvas, int row, int col, int width, enum style style,
    const char *text);
void canvas_fill(struct canvas *canvas, struct area area, enum style style);   /* blanks */
void canvas_style(struct canvas *canvas, struct area area, enum style style);  /* keeps the text */
/* a horizontal line */
void canvas_rule(struct canvas *canvas, int row, int col, int width, enum style style);
void canvas_frame(struct canvas *canvas, struct area area, enum style style, const char *title);
/*
 * Wrapped text from line `skip` on; returns how many lines the whole text has at this width. rows
 * 0: only counts.
 */
int canvas_wrap(struct canvas *canvas, struct area area, enum style style, const char *text,
    int skip);
/* Rows of the area move up (by > 0) or down, as a terminal moves them: those left behind are blank.
 * The area lies on the canvas and cuts no wide character. */
void canvas_scroll(struct canvas *canvas, struct area area, int by);
void canvas_cursor(struct canvas *canvas, int row, int col);
bool canvas_same(const struct canvas *a, const struct canvas *b);
/* All rows as text, trailing blanks cut, one newline each. */
void canvas_dump(const struct canvas *canvas, struct buf *out);

#endif
