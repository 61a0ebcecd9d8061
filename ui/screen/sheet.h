/*
 * A sheet: lines of text that are made when data or the width changes, scrolled, with some lines
 * that can be chosen. Record pages, appeals and lists of messages are sheets. Building allocates
 * (in the sheet's arena), drawing does not. Screen's thread only.
 */
#ifndef KOODESK_UI_SCREEN_SHEET_H
#define KOODESK_UI_SCREEN_SHEET_H

#include "base/mem.h"
#include "ui/term/canvas.h"
#include "ui/term/key.h"
#include "ui/widget/widgets.h"

#define SHEET_PARTS 4

/* width 0: to the end */
struct sheet_part { int col, width; enum style style; const char *text; };
struct sheet_line {
	struct sheet_part parts[SHEET_PARTS];
	int n_parts;
	int kind, index;               /* kind 0: cannot be chosen */
	int section;                   /* 0: none; the line that begins it */
	const char *flow;              /* a flow line: its words, for descriptions; else NULL */
};

struct sheet {
	struct arena arena;
	struct sheet_line *lines;
	size_t count, cap;
	size_t top, here;              /* first line shown; the chosen line */
	int kind, index;               /* of the chosen line: it survives a rebuild */
	int width, rows;
	/* the person has moved: the first possible line is not chosen any more */
	bool moved;
	/* facts wait for their neighbour when there are two columns */
	int columns, fact_col, label_width;
	/* the flow line */
	enum flow_id flow;
	unsigned conditions;
	enum stage_id stage;
	enum role me, turn;
};

void sheet_begin(struct sheet *sheet, int width);
void sheet_end(struct sheet *sheet);
void sheet_free(struct sheet *sheet);

struct sheet_line *sheet_add(struct sheet *sheet);
void sheet_part(struct sheet *sheet, struct sheet_line *line, int col, int width, enum style style,
    const char *text);
void sheet_blank(struct sheet *sheet);
void sheet_head(struct sheet *sheet, int section, const char *text);
void sheet_line(struct sheet *sheet, int indent, enum style style, const char *text);
void sheet_printf(struct sheet *sheet, int indent, enum style style, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void sheet_wrap(struct sheet *sheet, int indent, enum style style, const char *text);
/* nothing where value is "" */
void sheet_fact(struct sheet *sheet, const char *label, enum style style, const char *value);
void sheet_facts_end(struct sheet *sheet);
/* a label, and several lines below it */
void sheet_long(struct sheet *sheet, const char *label, const char *text);
void sheet_choose(struct sheet *sheet, int kind, int index);   /* the last line can be chosen */
void sheet_flow(struct sheet *sheet, enum flow_id flow, unsigned conditions, enum stage_id stage,
    enum role me, enum role turn);

bool sheet_key(struct sheet *sheet, const struct key *key);
/* scrolls there and chooses its first line that can be */
bool sheet_to_section(struct sheet *sheet, int section);
/* as at first: the page from its top, its first line chosen */
void sheet_restart(struct sheet *sheet);
/* scrolls to the chosen line where it is out of sight; false where it is seen, or there is none */
bool sheet_reveal(struct sheet *sheet);
const struct sheet_line *sheet_chosen(const struct sheet *sheet);   /* NULL: none */
void sheet_layout(struct sheet *sheet, int rows);
void sheet_draw(const struct sheet *sheet, struct canvas *canvas, struct area area, bool focused);
void sheet_describe(const struct sheet *sheet, struct buf *out);

#endif
