/*
 * What the files of this room share about an open terminal. One struct term, one thread: the
 * screen's.
 */
#ifndef KOODESK_UI_TERM_TERM_PRIVATE_H
#define KOODESK_UI_TERM_TERM_PRIVATE_H

/* curses has a key_name() of its own, which nobody here needs. */
#define key_name curses_key_name
#include <curses.h>
#undef key_name

#include <stdio.h>
#include <termios.h>

#include "ui/term/key_table.h"
#include "ui/term/restore.h"
#include "ui/term/term.h"

#define TERM_TYPE_MAX 64

struct term {
	struct term_options options;
	char type[TERM_TYPE_MAX];
	int fd; /* our own description of the terminal where it can be had: not blocking */
	int fd_out;                  /* the same, or the caller's */
	bool own_fd;
	struct termios cooked, raw;  /* as it was; as we have it */
	int rows, cols;
	bool ascii;
	bool dead;                   /* hung up: nothing is written any more */
	bool suspended;
	bool ansi;                   /* its sequences begin with CSI */
	bool modern;                 /* understands requests for modes, titles and the clipboard */

	/* curses, and the memory file that it draws into */
	SCREEN *screen;
	FILE *draws, *nothing;
	int depth;                   /* colours: 0, 8 or 256 */
	uint8_t looks[STYLE_COUNT];  /* the first style that looks the same */
	struct canvas shown;         /* what curses has been told */
	bool full;                   /* tell it everything */
	bool clear;                  /* and begin with a cleared screen */
	int cursor_shown;            /* 1, 0, or -1: not known */

	/* bytes on their way */
	struct buf out;
	size_t sent;
	bool stuck;                  /* the line did not take all of it */
	struct term_counts counts;

	/* keys */
	struct key_decoder decoder;
	struct key_table keys;
	int64_t escape_at;           /* when a lone ESC becomes a key */

	/* is the terminal behind? */
	size_t since;                /* bytes since it was asked last */
	bool awaiting;
	int64_t asked_at;
	bool mute;                   /* it does not answer */
	bool sync;                   /* it has synchronised updates */
	bool margins;                /* it scrolls a part of its lines, and we ask it to */
	int asked;                   /* for modes: how many answers are still to come */

	struct term_bytes enter, leave;
};

int64_t term_clock(void); /* ms, monotonic: for this room's short waits only */

/* term.c: raw mode, and what the terminal must be told when we come and come back */
void term_take(struct term *term);
void term_read_size(struct term *term);

/* output.c */
void term_queue(struct term *term, const void *data, size_t n);
bool term_flush(struct term *term);           /* false: the line does not take all of it */
void term_hang_up(struct term *term);         /* nothing is written any more */

/* capability.c: what the terminal's description says, once curses has read it */
void capability_keys(struct key_table *table);
void capability_bytes(struct term *term);     /* term->enter and term->leave */
/* attributes need not switch a character set off that is never used; strings that begin with CSI */
void capability_spare_charset(void);
/* by its name: does it keep quiet about requests that it does not know? */
bool capability_modern(const char *type);

/* frame.c */
enum status frame_open(struct term *term, struct error *err);
void frame_close(struct term *term);
void frame_resize(struct term *term);
void frame_draw(struct term *term,
    const struct canvas *canvas); /* appends the frame to term->out */

/* theme.c */
void theme_init(int depth);
attr_t theme_attr(int depth, bool bar, enum style style, short *pair);

#endif
