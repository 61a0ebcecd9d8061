/*
 * Rows that moved up or down together between two frames: the terminal moves them itself, which
 * costs less than writing them again. Pure; no allocation.
 */
#ifndef KOODESK_UI_TERM_SCROLL_H
#define KOODESK_UI_TERM_SCROLL_H

#include "ui/term/canvas.h"

/* The rows of `area` move by so many: up where it is more than 0, down where less. */
struct scroll { struct area area; int by; };

/*
 * Looks for such rows inside the area, whole rows of it only. False where moving them would save
 * fewer than `least` cells. Both canvases have the same size, which holds the area. looks: for each
 * style the first one that looks the same on this terminal.
 */
bool scroll_find(const struct canvas *from, const struct canvas *to, struct area area,
    const uint8_t looks[STYLE_COUNT], int least, struct scroll *out);

#endif
