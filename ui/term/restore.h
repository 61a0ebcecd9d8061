/*
 * How the terminal of this process is given back: the modes it had and the bytes that leave it. One
 * for the process. term_restore() (term.h) does it from anywhere, a signal handler too; all else is
 * the screen's thread's.
 */
#ifndef KOODESK_UI_TERM_RESTORE_H
#define KOODESK_UI_TERM_RESTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#define TERM_BYTES_MAX 256

/* Bytes that are ready to be written, made when the terminal is opened. */
struct term_bytes {
	char data[TERM_BYTES_MAX];
	size_t n;
};

/* From now on term_restore() does this, once. */
void restore_set(int fd, const struct termios *modes, const struct term_bytes *leave);
void restore_forget(void);      /* there is nothing to be given back, or nobody to give it to */
bool restore_armed(void);

#endif
