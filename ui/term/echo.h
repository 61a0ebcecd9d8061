/*
 * A secret that is typed on a line of its own is not shown. The terminal shows again what is typed
 * after echo_on(), and where a signal ends the program before that. For programs that have no term
 * open; one at a time, screen's thread only.
 */
#ifndef KOODESK_UI_TERM_ECHO_H
#define KOODESK_UI_TERM_ECHO_H

#include <stdbool.h>

/* False where fd is no terminal: nothing has to be put back. */
bool echo_off(int fd);
void echo_on(void);

#endif
