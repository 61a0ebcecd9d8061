/*
 * A terminal: libvterm and what was sent to it. It answers questions as xterm does (device status,
 * attributes, modes) and turns names of keys into the bytes that xterm would send.
 *
 * Owns everything it hands out: texts live until the next call of the same function. One thread.
 */
#ifndef KOODESK_TESTS_CONSOLE_EMULATOR_H
#define KOODESK_TESTS_CONSOLE_EMULATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

struct emulator;

/* write() gets what the terminal says: answers and keys. */
struct emulator *emulator_new(int rows, int cols,
    void (*write)(void *state, const char *data, size_t n), void *state);
void emulator_free(struct emulator *emulator);   /* NULL-safe */

void emulator_feed(struct emulator *emulator, const char *data, size_t n);
void emulator_resize(struct emulator *emulator, int rows, int cols);
void emulator_size(const struct emulator *emulator, int *rows, int *cols);
/* Is the terminal one that answers, and one that knows synchronised updates (mode 2026)? */
void emulator_answers(struct emulator *emulator, bool answers, bool sync);

/* Presses a key: "Enter", "Ctrl-Z", "Alt-x", "PgDn", "a". How many keys; 0: no such name. */
int emulator_key(struct emulator *emulator, const char *name);
/* Returns how many keys the program should see: one where it asked for pastes in brackets. */
int emulator_paste(struct emulator *emulator, const char *text);

/* The screen, or one row of it (from 1), as UTF-8 without blanks at the ends of lines. */
const char *emulator_screen(struct emulator *emulator);
const char *emulator_line(struct emulator *emulator, int row);
void emulator_cursor(const struct emulator *emulator, int *row, int *col, bool *visible);
bool emulator_alternate(const struct emulator *emulator);
bool emulator_paste_mode(struct emulator *emulator);   /* are pastes put in brackets? */

/*
 * Do all cells of the first place where text stands look so? style: words out of bold underline
 * reverse italic plain colour mono. -1: the text is not there.
 */
int emulator_looks(struct emulator *emulator, const char *text, const char *style);

#endif
