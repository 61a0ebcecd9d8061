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
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "ui/term/signals.h"

#define ESCAPE_MS 40
#define ANSWER_MS 2000          /* a terminal that has not answered by then is not asked again */
#define UNSENT_MS 20            /* how soon what the line did not take is tried again */
#define LEAVE_MS 150            /* how long an answer on its way is waited for before leaving */
#define ASK_AFTER 2048u         /* bytes between two questions whether the terminal is behind */
#define OUT_MAX ((size_t)8 << 20)
#define SIZE_MAX_CELLS 1000     /* rows or columns: more is no screen */

static const char ask_status[] = "\033[5n", ask_sync[] = "\033[?2026$p",
	ask_margins[] = "\033[?69$p";

/* The terminal of this process, for term_restore(). Written before `active` is set, constant while
 * it is. */
static struct {
	volatile sig_atomic_t active;
	int fd;
	struct termios saved;
	struct term_bytes leave;
} restore;

int64_t term_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- leaving, on every way --- */

void term_restore(void)
{
	struct pollfd room = { .fd = restore.fd, .events = POLLOUT };
	size_t sent = 0;
	ssize_t put;
	int saved = errno;

	if (!restore.active)
		return;
	restore.active = 0;
	/* A line that takes nothing more must not keep us from leaving. */
	while (sent < restore.leave.n && poll(&room, 1, LEAVE_MS) == 1 &&
	       (room.revents & POLLOUT) != 0) {
		put = write(restore.fd, restore.leave.data + sent, restore.leave.n - sent);
		if (put < 0 && errno != EINTR)
			break;
		sent += put > 0 ? (size_t)put : 0;
	}
	tcsetattr(restore.fd, TCSANOW, &restore.saved);
	errno = saved;
}

void term_leave_set(const struct term *term)
{
	sig_atomic_t active = restore.active;

	restore.active = 0;
	restore.leave = term->leave;
	if (term->title_leave.n <= sizeof restore.leave.data - restore.leave.n) {
		memcpy(restore.leave.data + restore.leave.n, term->title_leave.data,
		    term->title_leave.n);
		restore.leave.n += term->title_leave.n;
	}
	restore.active = active;
}

static void hang_up(struct term *term)
{
	term->dead = true;
	term->stuck = false;
	restore.active = 0;
	buf_clear(&term->out);
	term->sent = 0;
}

/* --- bytes out --- */

void term_queue(struct term *term, const void *data, size_t n)
{
	if (!term->dead)
		buf_add(&term->out, data, n);
}

static bool send_all(struct term *term)
{
	struct pollfd room = { .fd = term->fd_out, .events = POLLOUT };

	while (!term->dead && term->sent < term->out.len) {
		ssize_t n;

		/* A borrowed descriptor may block: it is asked first. */
		if (!term->own_fd && (poll(&room, 1, 0) != 1 || (room.revents & POLLOUT) == 0))
			return false;
		n = write(term->fd_out, term->out.data + term->sent, term->out.len - term->sent);
		if (n >= 0) {
			term->sent += (size_t)n;
			term->counts.writes++;
			term->counts.bytes += (uint64_t)n;
		} else if (errno == EAGAIN) {
			return false;
		} else if (errno != EINTR) {
			hang_up(term);
		}
	}
	buf_clear(&term->out);
	term->sent = 0;
	return true;
}

bool term_flush(struct term *term)
{
	term->stuck = !send_all(term);
	return !term->stuck;
}

bool term_show(struct term *term, const struct canvas *canvas)
{
	if (term->dead || term->suspended)
		return true;
	if (term->stuck && !term_flush(term)) {
		term->counts.skipped++;
		return false;
	}
	if (!term->full && canvas_same(canvas, &term->shown))
		return true;
	if (term->awaiting) {
		term->counts.skipped++;
		return false;
	}
	frame_draw(term, canvas);
	term->since += term->out.len;
	if (term->since > ASK_AFTER && term->ansi && !term->mute) {
		term_queue(term, ask_status, sizeof ask_status - 1);
		term->since = 0;
		term->awaiting = true;
		term->asked_at = term_clock();
	}
	term->counts.frames++;
	term_flush(term);
	return true;
}

void term_repaint(struct term *term)
{
	term->full = term->clear = true;
}

struct term_counts term_counts(const struct term *term)
{
	return term->counts;
}

/* --- opening --- */

static void read_size(struct term *term)
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

/* Raw mode, and what the terminal must be told when we come and come back. */
static void take_terminal(struct term *term)
{
	restore.fd = term->fd_out;
	restore.active = 1;
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
	read_size(term);
	if (tcgetattr(term->fd, &term->raw) != 0)
		status = error_set(err, STATUS_IO, _("The terminal's modes cannot be read: %s"),
		    strerror(errno));
	else if (!signals_open())   /* before curses, which installs its own where it finds none */
		status = error_set(err, STATUS_IO, _("There is no pipe for signals: %s"),
		    strerror(errno));
	else
		status = frame_open(term, err);
	if (status != STATUS_OK) {
		restore.active = 0;
		term_close(term);
		return status;
	}
	restore.saved = term->raw;
	make_raw(&term->raw);
	term_leave_set(term);
	mem_on_fail(term_restore);
	take_terminal(term);
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

const char *term_paste(const struct term *term)
{
	return buf_text(&term->decoder.paste);
}

/* --- keys in --- */

struct taking {
	struct term *term;
	bool (*take)(void *state, const struct key *key);
	void *state;
	bool enough;
};

static void take_mode(struct term *term, uint32_t mode, bool known)
{
	term->asked -= term->asked > 0;
	if (mode == 2026)
		term->sync = known && !term->options.no_sync;
	else if (mode == 69)
		term->margins = known;
}

/* The terminal's answers are ours; everything else is the caller's. */
static bool take_key(void *state, const struct key *key)
{
	struct taking *taking = state;
	struct term *term = taking->term;

	if (key->code == K_STATUS_OK) {
		term->awaiting = term->mute = false;
		return true;
	}
	if (key->code == K_MODE_REPORT) {
		take_mode(term, key->cp, key->value == 1 || key->value == 2);
		return true;
	}
	taking->enough = !taking->take(taking->state, key);
	return !taking->enough;
}

static void give(struct taking *taking, enum key_code code)
{
	struct key key = { .code = code };

	if (!taking->enough)
		taking->enough = !taking->take(taking->state, &key);
}

/* Whether there may be something to read: a borrowed descriptor would block. */
static bool may_read(const struct term *term)
{
	struct pollfd input = {.fd = term->fd, .events = POLLIN};

	return term->own_fd || poll(&input, 1, 0) == 1;
}

static void read_bytes(struct taking *taking)
{
	struct term *term = taking->term;
	char data[4096];
	ssize_t n = sizeof data;

	/* Less than asked for: that was all. */
	while (n == (ssize_t)sizeof data && !taking->enough && may_read(term)) {
		n = read(term->fd, data, sizeof data);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			return;
		if (n <= 0) {
			hang_up(term);
			give(taking, K_HANGUP);
			return;
		}
		key_feed(&term->decoder, data, (size_t)n, take_key, taking);
		term->escape_at = term_clock() + ESCAPE_MS;
	}
}

static void resized(struct taking *taking)
{
	struct term *term = taking->term;
	int rows = term->rows, cols = term->cols;

	read_size(term);
	if (rows == term->rows && cols == term->cols)
		return;
	set_term(term->screen);
	frame_resize(term);
	give(taking, K_RESIZE);
}

static void take_signals(struct taking *taking)
{
	struct term *term = taking->term;
	unsigned came = signals_take();

	if ((came & SIGNAL_HANGUP) != 0) {
		hang_up(term);
		give(taking, K_HANGUP);
		return;
	}
	if ((came & SIGNAL_END) != 0)
		give(taking, K_HANGUP);
	if ((came & SIGNAL_STOP) != 0)
		term_stop(term);
	else if ((came & SIGNAL_CONTINUE) != 0 && !term->suspended)
		take_terminal(term); /* stopped without asking us: the shell has had the terminal */
	if ((came & (SIGNAL_RESIZE | SIGNAL_CONTINUE | SIGNAL_STOP)) != 0)
		resized(taking);
	/* nothing was pressed, but what was shown is gone */
	if ((came & (SIGNAL_CONTINUE | SIGNAL_STOP)) != 0)
		give(taking, K_NONE);
}

void term_read(struct term *term, bool (*take)(void *state, const struct key *key), void *state)
{
	struct taking taking = { .term = term, .take = take, .state = state };
	int64_t now;

	if (term->dead) {
		give(&taking, K_HANGUP);
		return;
	}
	take_signals(&taking);
	if (!term->suspended)
		read_bytes(&taking);
	now = term_clock();
	if (key_pending(&term->decoder) && now >= term->escape_at && !taking.enough)
		key_flush(&term->decoder, take_key, &taking);
	if (term->awaiting && now - term->asked_at >= ANSWER_MS) {
		term->awaiting = false;
		term->mute = true;
	}
	if (term->stuck)
		term_flush(term);
}

static int sooner(int timeout, int64_t ms)
{
	int next = ms > 0 ? (int)ms : 0;

	return timeout < 0 || next < timeout ? next : timeout;
}

int term_timeout(const struct term *term)
{
	int64_t now;
	int timeout = -1;

	if (term->dead)
		return 0;
	now = term_clock();
	if (key_pending(&term->decoder))
		timeout = sooner(timeout, term->escape_at - now);
	if (term->awaiting)
		timeout = sooner(timeout, term->asked_at + ANSWER_MS - now);
	if (term->stuck)
		timeout = sooner(timeout, UNSENT_MS);
	return timeout;
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
	if (term->dead || tcgetattr(term->fd, &restore.saved) != 0) {
		hang_up(term);
		return error_set(err, STATUS_IO, _("The terminal is gone."));
	}
	take_terminal(term);
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
	if (restore.active) {
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
