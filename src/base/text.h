/*
 * UTF-8 text: strict decoding, cleaning of what came from outside, and width in terminal cells.
 *
 * The one place where untrusted bytes become something that may stand on a terminal, in a log or a
 * table
 * (architecture.md, decision 8). Pure functions; any thread. Sizes are bytes, widths are cells.
 */
#ifndef KOODESK_BASE_TEXT_H
#define KOODESK_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_REPLACEMENT 0xFFFDu
#define TEXT_MAX_COMBINING 4     /* combining marks kept in one cell */

/*
 * Decodes one code point of s (n bytes, n > 0) strictly: no overlong forms, surrogates or values
 * over 0x10FFFF. Returns the bytes used (1 to 4) and the code point; for an invalid byte 1 and
 * TEXT_REPLACEMENT with *ok false.
 */
size_t text_decode(const char *s, size_t n, uint32_t *cp, bool *ok);

/* Encodes cp (a valid scalar value, else the replacement) into out; returns 1 to 4. */
size_t text_encode(uint32_t cp, char out[4]);

bool text_valid_utf8(const char *s, size_t n);

/*
 * Cells of one code point: 2 for wide, 1, 0 for combining marks that may stand in a cell, and -1
 * for what never reaches a terminal: C0, C1, DEL, bidi controls, zero-width and format characters
 * (ZWJ between emoji excepted by text_cell), tags, unassigned and private use. Where this table and
 * the C library's wcwidth() disagree on a printable character the answer is -1 too: a replacement
 * is drawn.
 */
int text_cp_width(uint32_t cp);

/*
 * One cell's content: reads one base character with its marks from s (n bytes, n > 0), writes the
 * cleaned bytes to out (NUL-terminated, at most TEXT_CELL_BYTES) and its width (1 or 2) to *width.
 * What may not be shown becomes U+FFFD; tab and newline become one space. Returns the bytes of s
 * that were used.
 */
#define TEXT_CELL_BYTES 40
size_t text_cell(const char *s, size_t n, char out[TEXT_CELL_BYTES], int *width);

/*
 * Copies s cleaned as by text_cell() into out (cap bytes, NUL-terminated, cut at a cell). Returns
 * the length written.
 */
size_t text_clean(char *out, size_t cap, const char *s);

/* The same for several lines: newlines are kept, everything else is cleaned. */
size_t text_clean_lines(char *out, size_t cap, const char *s);

/* Cells that s takes when cleaned. */
int text_width(const char *s);

/*
 * Copies as much of s, cleaned, as fits into cells; what does not fit is cut and its last cell
 * becomes the marker "~" (ascii) or "…". Returns the cells used (<= cells).
 */
int text_fit(char *out, size_t cap, const char *s, int cells, bool ascii);

/*
 * Where the line of s that fits into cells ends, for wrapping (at the last space or between wide
 * characters, whichever is later and leaves no closing punctuation at the front; else hard). A line
 * takes at least one character. Returns the bytes of the line; *next is set to where the following
 * line starts (spaces and the newline skipped).
 */
size_t text_wrap(const char *s, int cells, size_t *next);

/*
 * Lower case for comparing and searching: ASCII, Latin, Greek, Cyrillic; full-width forms become
 * ASCII.
 */
uint32_t text_fold(uint32_t cp);

/* True when folded needle stands in folded hay. */
bool text_contains(const char *hay, const char *needle);

/*
 * A file name from outside made fit to be stored: the last path component, cleaned, without '/',
 * NUL or control characters, at most 255 bytes, never "", "." or "..". Returns false where nothing
 * is left.
 */
bool text_file_name(char *out, size_t cap, const char *s);

#endif
