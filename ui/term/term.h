/*
 * The terminal: modes, size, frames out, keys in. The only room that includes curses.h.
 *
 * ncurses draws into a memory file; term_show() sends each frame in one write, in a synchronised
 * update where the terminal says it has that, and holds the next one back while the terminal is
 * behind (it asks for a device status after 2 kB): frames are skipped, the last state wins. The
 * terminal's own state is restored on every way out; on a hang-up nothing is written any more.
 * Screen's thread only; term_restore() is safe in a signal handler and from mem_on_fail().
 */
#ifndef KOODESK_UI_TERM_TERM_H
#define KOODESK_UI_TERM_TERM_H

#include "base/status.h"
#include "ui/term/canvas.h"
#include "ui/term/key.h"

struct term;

struct term_options {
	int fd_in, fd_out;
	const char *type;         /* TERM; NULL: from the environment */
	bool no_color;            /* NO_COLOR */
	bool ascii;               /* no UTF-8: ASCII frames and replacement */
	bool bar;                 /* full-width bar instead of the marker on the selected line */
	bool no_sync;             /* never ask for synchronised updates */
};

/* UNSUPPORTED where the terminal cannot address its cursor (dumb), with what to use instead. */
enum status term_open(const struct term_options *options, struct term **out, struct error *err);
void term_close(struct term *term);          /* NULL-safe; restores */
/* the terminal of this process, if any, as it was; async-signal-safe */
void term_restore(void);

void term_size(const struct term *term, int *rows, int *cols);
bool term_ascii(const struct term *term);

/*
 * Descriptors to poll for reading: the terminal, and one for signals (resize, hang-up, continue).
 */
int term_fd(const struct term *term);
int term_signal_fd(const struct term *term);
/*
 * Takes all input that is there; take() is called for each key. K_HANGUP when the terminal is gone.
 */
void term_read(struct term *term, bool (*take)(void *state, const struct key *key), void *state);
/* Milliseconds until term_read() must be called even without input (a lone ESC), or -1. */
int term_timeout(const struct term *term);
const char *term_paste(const struct term *term);   /* text of the last K_PASTE */

/*
 * Sends the canvas as one frame. False: the terminal is behind, call again after the next input.
 * Nothing is written if nothing changed.
 */
bool term_show(struct term *term, const struct canvas *canvas);
/* The next frame repaints everything (Ctrl-L, after a child process). */
void term_repaint(struct term *term);

/* Gives the terminal to a child ($EDITOR) or the shell (Ctrl-Z) and takes it back. */
void term_suspend(struct term *term);
enum status term_resume(struct term *term, struct error *err);
/* Ctrl-Z: suspends, stops the process group, resumes when continued */
void term_stop(struct term *term);

/*
 * Copies to the clipboard of the person's terminal (OSC 52), wrapped for tmux and screen; false
 * where it is too long (cap 74,994 bytes).
 */
bool term_copy(struct term *term, const char *text);

struct term_counts { uint64_t frames, bytes, writes, skipped; };
struct term_counts term_counts(const struct term *term);

#endif
