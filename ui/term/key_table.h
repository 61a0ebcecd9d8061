/*
 * The byte strings that a terminal's description gives for its keys. Made by term.c from terminfo;
 * the decoder looks here before it applies the common grammar. Owned by whoever made it; constant
 * while a decoder uses it.
 */
#ifndef KOODESK_UI_TERM_KEY_TABLE_H
#define KOODESK_UI_TERM_KEY_TABLE_H

#include "ui/term/key.h"

#define KEY_STRING_MAX 12
#define KEY_TABLE_MAX 48

struct key_table {
	struct key_string {
		unsigned char bytes[KEY_STRING_MAX];
		size_t n;
		struct key key;
	} strings[KEY_TABLE_MAX];
	size_t count;
};

/* Leaves out what would hide plain characters: strings that do not begin with ESC or are longer
 * than fits. */
void key_table_add(struct key_table *table, const char *bytes, enum key_code code, bool shift);

/* The string that stands at the front of s (n bytes), whole, or NULL. table may be NULL. */
const struct key_string *key_table_find(const struct key_table *table, const unsigned char *s,
    size_t n);

#endif
