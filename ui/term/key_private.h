/*
 * What the files of the key decoder share: key.c takes bytes and gives keys, key_sequence.c knows
 * control sequences, key_paste.c pasted text. Pure but for the decoder that is handed in.
 */
#ifndef KOODESK_UI_TERM_KEY_PRIVATE_H
#define KOODESK_UI_TERM_KEY_PRIVATE_H

#include "ui/term/key.h"

#define KEY_ESC 0x1B

/* What the bytes at the front come to: how many of them are used up, or 0 where more are needed. */
struct found {
	size_t used;
	struct key key;        /* K_NONE: nothing that anyone needs to know */
	bool paste;            /* pasted text follows */
};

/* s begins with ESC [, or with ESC O */
struct found key_decode_csi(const unsigned char *s, size_t n);
struct found key_decode_ss3(const unsigned char *s, size_t n);
/* s is a sequence that has lost its ESC, with all that belongs to it at the front */
bool key_lacks_escape(const unsigned char *s, size_t n);

void key_paste_begin(struct key_decoder *decoder);
/*
 * Takes pasted bytes up to the end mark, of which the beginning is held in decoder->bytes; then
 * nothing is pasted any more, and the text is clean. Returns how many bytes were used.
 */
size_t key_paste_feed(struct key_decoder *decoder, const unsigned char *s, size_t n);

#endif
