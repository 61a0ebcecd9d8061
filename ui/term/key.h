/*
 * Keys: what a person pressed, decoded from bytes by our own decoder (architecture.md, decision 6).
 *
 * The decoder is pure and bounded: a split, unknown or over-long sequence, or a late answer of the
 * terminal, never turns into keys. Fuzzed.
 */
#ifndef KOODESK_UI_TERM_KEY_H
#define KOODESK_UI_TERM_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

enum key_code {
	K_NONE, K_CHAR, K_CTRL, K_ENTER, K_ESC, K_TAB, K_BACKTAB, K_BACKSPACE, K_DELETE, K_INSERT,
	K_UP, K_DOWN, K_LEFT, K_RIGHT, K_HOME, K_END, K_PAGE_UP, K_PAGE_DOWN,
	K_F1, K_F2, K_F3, K_F4, K_F5, K_F6, K_F7, K_F8, K_F9, K_F10, K_F11, K_F12,
	K_PASTE,        /* the pasted text: term_paste(); cleaned of controls but newline and tab */
	K_RESIZE, K_FOCUS, K_BLUR,
	K_STATUS_OK,    /* the terminal's answer to a device status request */
	K_MODE_REPORT,  /* cp: mode number, value: 1 set, 2 reset, 0 and 4 not to be had */
	K_HANGUP
};

struct key {
	enum key_code code;
	uint32_t cp;      /* K_CHAR: the character; K_CTRL: the lower-case letter */
	int value;
	bool alt, shift;
	bool ctrl; /* with keys that are no characters: Ctrl-Left; K_CTRL says it otherwise */
};

struct key_decoder {
	unsigned char bytes[256];
	size_t used;
	bool pasting;
	struct buf paste;
	struct key_table *table;   /* terminfo strings; may be NULL: the common ones */
	bool late;  /* a lone ESC became the Escape key; its sequence may still come */
	bool stale; /* what is held waited too long: it is finished, but gives no key */
	size_t skipped;            /* bytes dropped of a string of the terminal (OSC, DCS), or 0 */
};

void key_decoder_init(struct key_decoder *decoder, struct key_table *table);
void key_decoder_free(struct key_decoder *decoder);
/* take() is called for each key; once it says false, what is left of data is dropped. */
void key_feed(struct key_decoder *decoder, const void *data, size_t n, bool (*take)(void *state,
    const struct key *key), void *state);
/*
 * Nothing more came for a while: a lone ESC is the Escape key; an unfinished sequence is dropped.
 */
void key_flush(struct key_decoder *decoder, bool (*take)(void *state, const struct key *key),
    void *state);
bool key_pending(const struct key_decoder *decoder);

/* "a", "Ctrl-F", "Enter", "Space", "PgDn", "F1", "Alt-x"; the same names are read back. */
void key_name(const struct key *key, char *out, size_t cap);
bool key_parse(const char *name, struct key *out);
bool key_equal(const struct key *a, const struct key *b);

#endif
