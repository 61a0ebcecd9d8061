/*
 * The signals that concern a terminal, as bits behind a descriptor that can be polled. One set for
 * the process; the handlers do nothing but note what came. Signals that end the program by a crash
 * give the terminal back first. Screen's thread only.
 */
#ifndef KOODESK_UI_TERM_SIGNALS_H
#define KOODESK_UI_TERM_SIGNALS_H

#include <stdbool.h>

enum {
	SIGNAL_RESIZE = 1 << 0,
	SIGNAL_HANGUP = 1 << 1,
	SIGNAL_END = 1 << 2,         /* SIGTERM, SIGINT from outside */
	SIGNAL_STOP = 1 << 3,        /* SIGTSTP from outside */
	SIGNAL_CONTINUE = 1 << 4
};

bool signals_open(void);             /* false: errno says why */
void signals_close(void);            /* the handlers are what they were before */
int signals_fd(void);
unsigned signals_take(void);         /* what came since the last call */
void signals_raise(unsigned bits);   /* as if they had come */
void signals_stop(void);             /* stops the process group until it is continued */

#endif
