#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "ui/term/term_private.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "ui/term/signals.h"

#define LEAVE_MS 150            /* how long an answer on its way is waited for before leaving */
#define OUT_MAX ((size_t)8 << 20)
#define SIZE_MAX_CELLS 1000     /* rows or columns: more is no screen */

static const char ask_sync[] = "\033[?2026$p", ask_margins[] = "\033[?69$p";

int64_t term_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- opening --- */

void term_read_size(struct term *term)
{
	struct winsize size;

	if (ioctl(term->fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
		term->rows = size.ws_row < SIZE_MAX_CELLS ? size.ws_row : SIZE_MAX_CELLS;
		term->cols = size.ws_col < SIZE_MAX_CELLS ? size.ws_col : SIZE_MAX_CELLS;
	} else if (term->rows == 0) {
		term->rows = 24;
		term->cols = 80;
	}
}

/*
 * A description of the terminal that is ours alone: not blocking there does not make the shell's or
 * a child's descriptors so. Where there is none the given one serves.
 */
static void own_description(struct term *term)
{
	char path[PATH_MAX];
	int fd = -1;

	if (ttyname_r(term->options.fd_out, path, sizeof path) == 0)
		fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	term->own_fd = fd >= 0;
	term->fd = fd >= 0 ? fd : term->options.fd_in;
	term->fd_out = fd >= 0 ? fd : term->options.fd_out;
}

static void make_raw(struct termios *raw)
{
	raw->c_iflag &=
	    (tcflag_t) ~(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON | PARMRK);
	raw->c_oflag &= (tcflag_t)~OPOST;
	raw->c_lflag &= (tcflag_t)~(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
	raw->c_cflag &= (tcflag_t)~(CSIZE | PARENB);
	raw->c_cflag |= CS8;
	raw->c_cc[VMIN] = 1;
	raw->c_cc[VTIME] = 0;
}

void term_take(struct term *term)
{
	restore_set(term->fd_out, &term->cooked, &term->leave);
	tcsetattr(term->fd, TCSANOW, &term->raw);
	term_queue(term, term->enter.data, term->enter.n);
	term->cursor_shown = -1;
	term_repaint(term);
}

static void choose_type(struct term *term)
{
	const char *type = term->options.type != NULL ? term->options.type : getenv("TERM");

	strlcpy(term->type, type != NULL && type[0] != '\0' ? type : "dumb", sizeof term->type);
	term->options.type = NULL;
	term->ascii = term->options.ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

enum status term_open(const struct term_options *options, struct term **out, struct error *err)
{
	struct term *term;
	enum status status;

	*out = NULL;
	if (!isatty(options->fd_in) || !isatty(options->fd_out))
		return error_set(err, STATUS_UNSUPPORTED, _("The console needs a terminal. "
		    "The same work can be done with commands: koodesk list, show, do, log."));
	term = mem_alloc(sizeof *term);
	term->options = *options;
	choose_type(term);
	own_description(term);
	buf_init(&term->out, OUT_MAX);
	key_decoder_init(&term->decoder, &term->keys);
	term_read_size(term);
	if (tcgetattr(term->fd, &term->cooked) != 0)
		status = error_set(err, STATUS_IO, _("The terminal's modes cannot be read: %s"),
		    strerror(errno));
	else if (!signals_open())   /* before curses, which installs its own where it finds none */
		status = error_set(err, STATUS_IO, _("There is no pipe for signals: %s"),
		    strerror(errno));
	else
		status = frame_open(term, err);
	if (status != STATUS_OK) {
		term_close(term);
		return status;
	}
	term->raw = term->cooked;
	make_raw(&term->raw);
	mem_on_fail(term_restore);
	term_take(term);
	if (term->modern) {
		term_queue(term, ask_margins, sizeof ask_margins - 1);
		term->asked++;
	}
	if (term->modern && !options->no_sync) {
		term_queue(term, ask_sync, sizeof ask_sync - 1);
		term->asked++;
	}
	*out = term;
	return STATUS_OK;
}

void term_size(const struct term *term, int *rows, int *cols)
{
	*rows = term->rows;
	*cols = term->cols;
}

bool term_ascii(const struct term *term)
{
	return term->ascii;
}

int term_fd(const struct term *term)
{
	return term->fd;
}

int term_signal_fd(const struct term *term)
{
	(void)term;
	return signals_fd();
}

/* --- giving the terminal away --- */

void term_suspend(struct term *term)
{
	if (term->suspended || term->dead)
		return;
	term_flush(term);
	buf_clear(&term->out);
	term->sent = 0;
	term->suspended = true;
	term->awaiting = term->stuck = false;
	term_restore();
}

enum status term_resume(struct term *term, struct error *err)
{
	if (!term->suspended)
		return STATUS_OK;
	term->suspended = false;
	if (term->dead || tcgetattr(term->fd, &term->cooked) != 0) {
		term_hang_up(term);
		return error_set(err, STATUS_IO, _("The terminal is gone."));
	}
	term_take(term);
	signals_raise(SIGNAL_RESIZE);   /* it may have another size by now */
	return STATUS_OK;
}

void term_stop(struct term *term)
{
	if (term->dead)
		return;
	term_suspend(term);
	signals_stop();
	term_resume(term, NULL);
}

/* An answer that is on its way would end up on the shell's command line. */
static bool discard(void *state, const struct key *key)
{
	(void)state;
	(void)key;
	return true;
}

static void await_answers(struct term *term)
{
	struct pollfd input = { .fd = term->fd, .events = POLLIN };
	int64_t until = term_clock() + LEAVE_MS, left;

	while (!term->dead && (term->awaiting || term->asked > 0)) {
		left = until - term_clock();
		if (left <= 0 || poll(&input, 1, (int)left) != 1)
			return;
		term_read(term, discard, NULL);
	}
}

void term_close(struct term *term)
{
	if (term == NULL)
		return;
	if (restore_armed()) {
		term_flush(term);
		await_answers(term);
	}
	signals_close();
	term_restore();
	frame_close(term);
	key_decoder_free(&term->decoder);
	buf_free(&term->out);
	if (term->own_fd)
		close(term->fd);
	mem_on_fail(NULL);
	free(term);
}
