/*
 * A text being edited: one line or several, with undo, paste and word movement. Holds UTF-8;
 * bounded. Screen's thread only.
 */
#ifndef KOODESK_UI_WIDGET_EDIT_H
#define KOODESK_UI_WIDGET_EDIT_H

#include "ui/term/canvas.h"
#include "ui/term/key.h"

struct edit_undo;

struct edit {
	struct buf text;
	size_t at;               /* byte offset of the cursor */
	bool lines;              /* newlines allowed */
	bool secret;             /* shown as dots, wiped at the end, not to be undone */
	struct edit_undo *undo;
	int scroll;              /* first line or cell shown */
	int cells;               /* width of the last drawing: Up and Down go by drawn lines */
};

void edit_init(struct edit *edit, size_t max, bool lines);
void edit_free(struct edit *edit);
void edit_set(struct edit *edit, const char *text);         /* cursor at the end; can be undone */
const char *edit_text(const struct edit *edit);
/*
 * True when the key was taken. Enter is taken only where lines are allowed; Ctrl-_ or Ctrl-Z
 * undoes; K_PASTE needs edit_paste().
 */
bool edit_key(struct edit *edit, const struct key *key);
/* Newlines become blanks in one line. False where not all of it fits: its end is left out. */
bool edit_paste(struct edit *edit, const char *text);
/*
 * Draws and, when focused, puts the canvas' cursor. A line shows its part around the cursor.
 * Returns lines needed at this width.
 */
int edit_draw(struct edit *edit, struct canvas *canvas, struct area area, enum style style,
    bool focused);

/* Lines needed at this width, as edit_draw() returns them. */
int edit_rows(const struct edit *edit, int cols);

#endif
