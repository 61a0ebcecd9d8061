/* A look at a terminal's description before curses opens it. Its own file: <term.h> has a struct
 * term too. Screen's thread only. */
#ifndef KOODESK_UI_TERM_TERMINFO_H
#define KOODESK_UI_TERM_TERMINFO_H

#include <stdbool.h>

/* False where the type is unknown or cannot place its cursor. *ansi: its sequences begin with ESC
 * [. */
bool terminfo_look(const char *type, int fd, bool *ansi);

#endif
