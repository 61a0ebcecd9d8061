/* wcwidth() and memfd_create() */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "ui/term/term_private.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

#include "base/i18n.h"
#include "ui/term/scroll.h"
#include "ui/term/terminfo.h"

#define SYNC_FROM 256u       /* bytes: what is smaller goes out in one packet anyway */
#define SCROLL_LEAST 32      /* cells that must be saved: about what the request costs */
#define MARGINS_LEAST 48     /* with margins at the sides */

static const char sync_begin[] = "\033[?2026h", sync_end[] = "\033[?2026l";

/* --- curses on a memory file; the size that newterm() makes of it is corrected at once --- */

static enum status refuse(const struct term *term, struct error *err)
{
	return error_set(err, STATUS_UNSUPPORTED,
	    _("The terminal \"%s\" cannot place its cursor, so the console cannot be drawn on it. "
	    "The same work can be done with commands: koodesk list, show, do, log."), term->type);
}

static enum status describe(struct term *term, struct error *err)
{
	if (!terminfo_look(term->type, term->fd, &term->ansi))
		return refuse(term, err);
	term->modern = term->ansi && capability_modern(term->type);
	return STATUS_OK;
}

static void colours(struct term *term)
{
	term->depth = 0;
	if (term->options.no_color || !has_colors() || start_color() != OK)
		return;
	if (use_default_colors() != OK)
		return;   /* one cannot go back to the terminal's own colours: use none */
	term->depth = COLORS >= 256 ? 256 : COLORS >= 8 ? 8 : 0;
	theme_init(term->depth);
}

/* Styles that look the same here. */
static void looks(struct term *term)
{
	short pairs[STYLE_COUNT];
	attr_t attrs[STYLE_COUNT];
	int style, same;

	for (style = 0; style < STYLE_COUNT; style++) {
		attrs[style] = theme_attr(term->depth, term->options.bar, (enum style)style,
		    &pairs[style]);
		for (same = 0; attrs[same] != attrs[style] || pairs[same] != pairs[style];)
			same++;
		term->looks[style] = (uint8_t)same;
	}
}

enum status frame_open(struct term *term, struct error *err)
{
	enum status status = describe(term, err);
	int fd;

	if (status != STATUS_OK)
		return status;
	fd = memfd_create("koodesk-frame", MFD_CLOEXEC);
	term->draws = fd >= 0 ? fdopen(fd, "w+") : NULL;
	term->nothing = fopen("/dev/null", "r");
	if (term->draws == NULL || term->nothing == NULL)
		return error_set(err, STATUS_IO, _("There is no memory file to draw into."));
	term->screen = newterm(term->type, term->draws, term->nothing);
	if (term->screen == NULL)
		return refuse(term, err);
	set_term(term->screen);
	nonl();
	cbreak();
	noecho();
	idlok(stdscr, TRUE);
	scrollok(stdscr, FALSE);
	if (term->ansi)
		capability_spare_charset();
	colours(term);
	looks(term);
	capability_keys(&term->keys);
	capability_bytes(term);
	term->full = true;
	term->cursor_shown = -1;
	frame_resize(term);
	/*
	 * What newterm() wrote is ours to write: term->enter. It believes that the screen has the
	 * lines of the terminal's description, and would keep scrolling inside them. It holds
	 * its output back until the cursor is changed.
	 */
	curs_set(1);
	fflush(term->draws);
	lseek(fileno(term->draws), 0, SEEK_SET);
	return STATUS_OK;
}

void frame_close(struct term *term)
{
	if (term->screen != NULL) {
		set_term(term->screen);
		delscreen(term->screen);
	}
	if (term->draws != NULL)
		fclose(term->draws);
	if (term->nothing != NULL)
		fclose(term->nothing);
	canvas_free(&term->shown);
}

void frame_resize(struct term *term)
{
	resizeterm(term->rows, term->cols);
	canvas_resize(&term->shown, term->rows, term->cols);
	term->full = true;
	term->clear = true;
}

/* --- one frame --- */

static void put_text(const struct term *term, int row, int col, const wchar_t *text,
    enum style style)
{
	short pair;
	attr_t attr = theme_attr(term->depth, term->options.bar, style, &pair);
	cchar_t cell;

	setcchar(&cell, text, attr, pair, NULL);
	mvwadd_wch(stdscr, row, col, &cell);
}

/* Tells curses one cell. What this terminal or this C library sees otherwise than base/text becomes
 * a replacement. */
static void put_cell(const struct term *term, int row, int col, const struct cell *cell)
{
	wchar_t text[CCHARW_MAX + 1] = { 0 };
	size_t n = strlen(cell->text), i = 0, length = 0;
	uint32_t cp;
	bool ok;

	if (cell->width == 0)
		return;
	while (i < n && length < CCHARW_MAX) {
		i += text_decode(cell->text + i, n - i, &cp, &ok);
		text[length++] = (wchar_t)cp;
	}
	if (length == 0)
		text[0] = L' ';
	if (text[0] >= 0x7F && (term->ascii || wcwidth(text[0]) != cell->width)) {
		text[0] = L'?';
		text[1] = 0;
		if (cell->width == 2)
			put_text(term, row, col + 1, L" ", (enum style)cell->style);
	}
	put_text(term, row, col, text, (enum style)cell->style);
}

static void transfer(struct term *term, const struct canvas *canvas)
{
	int rows = canvas->rows < term->rows ? canvas->rows : term->rows;
	int cols = canvas->cols < term->cols ? canvas->cols : term->cols;
	int row, col;

	for (row = 0; row < rows; row++) {
		const struct cell *from = canvas->cells + (size_t)row * (size_t)canvas->cols;
		struct cell *to = term->shown.cells + (size_t)row * (size_t)term->shown.cols;

		if (!term->full && cells_identical(from, to, cols))
			continue;
		for (col = 0; col < cols; col++) {
			if (!term->full && cell_same(&from[col], &to[col]))
				continue;
			put_cell(term, row, col, &from[col]);
			to[col] = from[col];
		}
	}
	term->shown.cursor_row = canvas->cursor_row;
	term->shown.cursor_col = canvas->cursor_col;
}

static void place_cursor(struct term *term, const struct canvas *canvas)
{
	bool shown = canvas->cursor_row >= 0 && canvas->cursor_row < term->rows &&
		     canvas->cursor_col < term->cols;

	/* A hidden cursor stays where drawing left it: placing it would cost bytes. */
	leaveok(stdscr, !shown);
	if ((int)shown != term->cursor_shown) {
		curs_set(shown);
		term->cursor_shown = shown;
	}
	if (shown)
		wmove(stdscr, canvas->cursor_row, canvas->cursor_col);
}

/* What curses wrote into its file since it was last read is not sent. */
static void drop_drawn(struct term *term)
{
	fflush(term->draws);
	lseek(fileno(term->draws), 0, SEEK_SET);
}

/* What curses wrote into its file since it was last read goes to the end of term->out. */
static void collect(struct term *term)
{
	int fd = fileno(term->draws);
	char part[4096];
	off_t n, at = 0;
	ssize_t got;

	fflush(term->draws);
	n = lseek(fd, 0, SEEK_CUR);
	for (; at < n; at += got) {
		got = pread(fd, part,
		    (size_t)(n - at) < sizeof part ? (size_t)(n - at) : sizeof part, at);
		if (got <= 0)
			break;
		term_queue(term, part, (size_t)got);
	}
	lseek(fd, 0, SEEK_SET);
}

/* --- what the terminal moves by itself --- */

__attribute__((format(printf, 2, 3))) static void request(struct term *term, const char *fmt, ...)
{
	char text[48];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	term_queue(term, text, (size_t)n);
}

/*
 * Margins send the cursor home. curses is made to send it there too, which nobody needs to see:
 * then both know. (A saved cursor would do as well, but some terminals have one place for that, and
 * leaving the second screen needs it.)
 */
static void put_scroll(struct term *term, const struct scroll *scroll)
{
	const struct area *a = &scroll->area;
	bool whole = a->cols == term->cols;

	leaveok(stdscr, FALSE);
	wmove(stdscr, 0, 0);
	wnoutrefresh(stdscr);
	doupdate();
	drop_drawn(term);
	if (!whole)
		request(term, "\033[?69h\033[%d;%ds", a->col + 1, a->col + a->cols);
	request(term, "\033[%d;%dr", a->row + 1, a->row + a->rows);
	if (abs(scroll->by) == 1)
		request(term, "\033[%c", scroll->by > 0 ? 'S' : 'T');
	else
		request(term, "\033[%d%c", abs(scroll->by), scroll->by > 0 ? 'S' : 'T');
	request(term, "%s\033[r", whole ? "" : "\033[?69l");
}

/* Tells curses how a screen looks now: its rows have moved, those left behind are empty. */
static void move_rows(WINDOW *screen, const struct scroll *scroll)
{
	const struct area *a = &scroll->area;
	int right = a->col + a->cols - 1, last = a->row + a->rows - 1, by = scroll->by, i, row;

	for (i = 0; i < a->rows; i++) {
		row = by > 0 ? a->row + i : last - i;
		if (row + by < a->row || row + by > last)
			mvwhline(screen, row, a->col, ' ', a->cols);
		else
			copywin(screen, screen, row + by, a->col, row, a->col, row, right, FALSE);
	}
}

/*
 * curses looks for moved rows too, in hashes of the rows that newscr has marked as changed, which
 * know nothing of what was moved here. So newscr marks none: a row is drawn as well where curscr,
 * the screen as it is, has the mark.
 */
static void mark_rows(const struct term *term)
{
	int row;

	for (row = 0; row < term->rows; row++) {
		if (!is_linetouched(newscr, row))
			continue;
		wtouchln(newscr, row, 1, 0);
		wtouchln(curscr, row, 1, 1);
	}
}

static void scroll_rows(struct term *term, const struct canvas *canvas)
{
	const struct area *a = &canvas->moves;
	struct scroll scroll;

	if (!term->margins || term->full || canvas->rows != term->rows ||
	    canvas->cols != term->cols)
		return;
	if (!scroll_find(&term->shown, canvas, *a, term->looks,
		a->cols == canvas->cols ? SCROLL_LEAST : MARGINS_LEAST, &scroll))
		return;
	put_scroll(term, &scroll);
	/* The terminal's screen, and what stands for it until it is drawn on again. */
	move_rows(curscr, &scroll);
	move_rows(stdscr, &scroll);
	canvas_scroll(&term->shown, scroll.area, scroll.by);
}

void frame_draw(struct term *term, const struct canvas *canvas)
{
	size_t before = term->out.len;

	set_term(term->screen);
	if (term->sync)
		term_queue(term, sync_begin, sizeof sync_begin - 1);
	scroll_rows(term, canvas);
	if (term->full)
		werase(stdscr);
	transfer(term, canvas);
	place_cursor(term, canvas);
	if (term->clear)
		clearok(curscr, TRUE);
	term->full = term->clear = false;
	wnoutrefresh(stdscr);
	if (term->margins)
		mark_rows(term);
	doupdate();
	collect(term);
	if (!term->sync)
		return;
	if (term->out.len - before - (sizeof sync_begin - 1) >= SYNC_FROM) {
		term_queue(term, sync_end, sizeof sync_end - 1);
		return;
	}
	memmove(term->out.data + before, term->out.data + before + sizeof sync_begin - 1,
	    term->out.len - before - (sizeof sync_begin - 1));
	term->out.len -= sizeof sync_begin - 1;
}
