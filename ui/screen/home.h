/*
 * The inside of home: where its rows come from (home_lines.c) and how they look (home_draw.c); keys
 * and what Enter opens are in home.c. Screen's thread only.
 */
#ifndef KOODESK_UI_SCREEN_HOME_H
#define KOODESK_UI_SCREEN_HOME_H

#include "ui/screen/screen.h"

enum { SECTION_MINE, SECTION_MARKED, SECTION_OTHERS, SECTION_CHANGED, SECTIONS };

#define SOURCES 8
enum { SOURCE_MINE = 1, SOURCE_REFUNDS = 4 };
#define LINES_MAX 128
#define COUNT_TAG 8          /* counts have the tags after those of the rows */

struct source {
	int section;
	const struct record_type *type;   /* NULL: not asked */
	char filter[160];
	const char *sort;
	unsigned limit;
	struct page *page;
	int64_t total;                    /* -1 unknown */
	char failed[320];
};

enum line_kind { LINE_BLANK, LINE_HEAD, LINE_NONE, LINE_ROW, LINE_MORE, LINE_FAILED };
struct line { enum line_kind kind; int section; struct source *source; size_t row; };

struct home {
	struct source sources[SOURCES];
	struct line lines[LINES_MAX];
	int count, here, top, rows;
	char id[80];                      /* of the chosen row: it survives a refresh */
	int section, ordinal;             /* where it stood: the next one is chosen when it goes */
};

static inline struct home *home_state(const struct place *place)
{
	return place->state;
}

/* ---- home_lines.c ---------------------------------------------------------------------------- */

/* Which sources the actor's role has. */
void home_begin(struct place *place);
void home_ask(struct place *place);
/* Makes the lines of what has come; the chosen one is kept by its id. */
void home_build(struct home *home);
void home_scroll(struct home *home);
void home_choose(struct home *home, int at);
bool home_can_choose(const struct line *line);
const char *home_line_id(const struct line *line);

/* ---- home.c ---------------------------------------------------------------------------------- */

bool home_selected(const struct place *place, struct selection *out);

/* ---- home_draw.c: of the screen's table ------------------------------------------------------ */

void home_draw(const struct place *place, struct canvas *canvas, struct area area);
void home_describe(const struct place *place, struct buf *out);

#endif
