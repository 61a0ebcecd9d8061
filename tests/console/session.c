#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tests/console/session.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define IDLE_FD 9               /* a single digit: all that some shells can redirect to */
#define OUTPUT_MAX ((size_t)64 << 20)

int64_t session_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void session_init(struct session *s)
{
	memset(s, 0, sizeof *s);
	s->rows = 24;
	s->cols = 80;
	s->answers = true;
	s->master = s->slave = s->idle = s->news = s->orders = -1;
	buf_init(&s->said, OUTPUT_MAX);
	buf_init(&s->news_said, OUTPUT_MAX);
	buf_init(&s->pending, OUTPUT_MAX);
	buf_init(&s->bytes, OUTPUT_MAX);
	buf_init(&s->all, OUTPUT_MAX);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void session_end(struct session *s)
{
	int status;

	if (s->state == SESSION_RUNS || s->state == SESSION_STOPPED)
		kill(s->pid, SIGKILL);
	if (s->shell > 0) {
		/* The shell ends with the program, and a stopped one has been killed. */
		close_fd(&s->orders);
		while (waitpid(s->shell, &status, 0) < 0 && errno == EINTR)
			continue;
	}
	s->shell = s->pid = 0;
	s->state = SESSION_NONE;
	close_fd(&s->master);
	close_fd(&s->slave);
	close_fd(&s->idle);
	close_fd(&s->news);
	emulator_free(s->emulator);
	s->emulator = NULL;
}

void session_free(struct session *s)
{
	session_end(s);
	buf_free(&s->said);
	buf_free(&s->news_said);
	buf_free(&s->pending);
	buf_free(&s->bytes);
	buf_free(&s->all);
}

/* ---- the program and its shell --------------------------------------------------------------- */

struct pipes { int idle[2], news[2], orders[2]; };

static void tell(int fd, const char *word, int number)
{
	char line[64];
	int n = snprintf(line, sizeof line, "%s %d\n", word, number);

	if (write(fd, line, (size_t)n) != n)
		_exit(126);
}

_Noreturn static void be_program(char *const *argv, int slave, int idle)
{
	char number[16];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	tcsetpgrp(slave, getpid());
	signal(SIGHUP, SIG_DFL);
	signal(SIGTTOU, SIG_DFL);
	dup2(slave, 0);
	dup2(slave, 1);
	dup2(slave, 2);
	dup2(idle, IDLE_FD);
	snprintf(number, sizeof number, "%d", IDLE_FD);
	setenv("KOODESK_IDLE_FD", number, 1);
	execvp(argv[0], argv);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void tell_end(int news, int status)
{
	if (WIFEXITED(status))
		tell(news, "exit", WEXITSTATUS(status));
	else
		tell(news, "signal", WTERMSIG(status));
}

/* Gives the terminal to the program, and takes it back while the program is stopped. */
_Noreturn static void be_shell(char *const *argv, int slave, const struct pipes *pipes)
{
	pid_t pid;
	int status;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	pid = fork();
	if (pid == 0)
		be_program(argv, slave, pipes->idle[1]);
	setpgid(pid, pid);
	tcsetpgrp(slave, pid);
	close(pipes->idle[1]);
	tell(pipes->news[1], "pid", (int)pid);
	while (waitpid(pid, &status, WUNTRACED) == pid) {
		tcsetpgrp(slave, getpgrp());
		if (!WIFSTOPPED(status)) {
			tell_end(pipes->news[1], status);
			_exit(0);
		}
		tell(pipes->news[1], "stopped", 0);
		if (read(pipes->orders[0], &byte, 1) == 1) {
			tcsetpgrp(slave, pid);
			kill(-pid, SIGCONT);
		}
	}
	_exit(125);
}

static bool open_ends(struct session *s, struct pipes *pipes)
{
	struct winsize size = { .ws_row = (unsigned short)s->rows,
		.ws_col = (unsigned short)s->cols };

	if (openpty(&s->master, &s->slave, NULL, NULL, &size) != 0 ||
	    pipe2(pipes->idle, O_CLOEXEC) != 0 || pipe2(pipes->news, O_CLOEXEC) != 0 ||
	    pipe2(pipes->orders, O_CLOEXEC) != 0) {
		printf("no terminal: %s\n", strerror(errno));
		return false;
	}
	s->idle = pipes->idle[0];
	s->news = pipes->news[0];
	s->orders = pipes->orders[1];
	fcntl(s->master, F_SETFD, FD_CLOEXEC);
	fcntl(s->slave, F_SETFD, FD_CLOEXEC);
	fcntl(s->master, F_SETFL, O_NONBLOCK);
	fcntl(s->idle, F_SETFL, O_NONBLOCK);
	fcntl(s->news, F_SETFL, O_NONBLOCK);
	return true;
}

static void keyboard(void *state, const char *data, size_t n)
{
	session_send(state, data, n);
}

static void clear(struct session *s)
{
	s->idle_once = s->ending = false;
	s->keys = s->resizes = s->idle_keys = s->idle_resizes = 0;
	s->pid = 0;
	s->code = s->signal = -1;
	buf_clear(&s->said);
	buf_clear(&s->news_said);
	buf_clear(&s->pending);
	buf_clear(&s->bytes);
	buf_clear(&s->all);
}

bool session_start(struct session *s, char *const *argv)
{
	struct pipes pipes;

	session_end(s);
	clear(s);
	if (!open_ends(s, &pipes))
		return false;
	fflush(stdout);
	s->shell = fork();
	if (s->shell == 0) {
		/* Whoever holds these keeps the terminal from hanging up. */
		close(s->master);
		close(s->idle);
		close(s->news);
		close(s->orders);
		be_shell(argv, s->slave, &pipes);
	}
	close(pipes.idle[1]);
	close(pipes.news[1]);
	close(pipes.orders[0]);
	if (s->shell < 0) {
		printf("no process: %s\n", strerror(errno));
		return false;
	}
	tcgetattr(s->slave, &s->modes);
	s->emulator = emulator_new(s->rows, s->cols, keyboard, s);
	emulator_answers(s->emulator, s->answers, s->sync);
	s->state = SESSION_RUNS;
	return true;
}

/* ---- what it says ---------------------------------------------------------------------------- */

/* One line of its idle descriptor: how many keys and resizes it had taken. */
static void take_idle(struct session *s, const char *line)
{
	uint64_t numbers[2] = { 0, 0 };
	char *end;
	int i;

	if (strncmp(line, "idle", 4) != 0)
		return;
	line += 4;
	for (i = 0; i < 2; i++, line = end)
		numbers[i] = strtoull(line, &end, 10);
	s->idle_once = true;
	s->idle_keys = numbers[0];
	s->idle_resizes = numbers[1];
}

static void take_news(struct session *s, const char *line)
{
	int number = (int)strtol(line + strcspn(line, " "), NULL, 10);

	if (strncmp(line, "pid ", 4) == 0) {
		s->pid = number;
	} else if (strncmp(line, "stopped ", 8) == 0) {
		s->state = SESSION_STOPPED;
	} else if (strncmp(line, "exit ", 5) == 0) {
		s->state = SESSION_ENDED;
		s->code = number;
	} else if (strncmp(line, "signal ", 7) == 0) {
		s->state = SESSION_ENDED;
		s->signal = number;
	}
}

static void read_lines(struct session *s, int *fd, struct buf *said,
    void (*take)(struct session *s, const char *line))
{
	char data[1024], *line, *end;
	ssize_t n = read(*fd, data, sizeof data);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_fd(fd);
	if (n <= 0)
		return;
	buf_add(said, data, (size_t)n);
	line = said->data;
	while ((end = strchr(line, '\n')) != NULL) {
		*end = '\0';
		take(s, line);
		line = end + 1;
	}
	n = (ssize_t)strlen(line);
	memmove(said->data, line, (size_t)n + 1);
	said->len = (size_t)n;
}

/* ---- output ---------------------------------------------------------------------------------- */

/*
 * What a program writes reaches this side of the terminal a moment later than the program's word
 * that it is idle. So a mark is written behind it, from the same side: when the mark is here, so is
 * all that came before it. The mark itself is taken out of the stream.
 */
static const char mark[] = "\033_koodesk-mark ";
#define MARK (sizeof mark - 1)

static void show(struct session *s, const char *data, size_t n)
{
	if (n == 0)
		return;
	buf_add(&s->bytes, data, n);
	buf_add(&s->all, data, n);
	emulator_feed(s->emulator, data, n);
}

/* Where a mark, or what may become one, begins; n where there is none. */
static size_t find_mark(const char *data, size_t n)
{
	size_t i, left;

	for (i = 0; i < n; i++) {
		left = n - i < MARK ? n - i : MARK;
		if (memcmp(data + i, mark, left) == 0)
			return i;
	}
	return n;
}

static void take_output(struct session *s, const char *data, size_t n)
{
	struct buf *p = &s->pending;
	const char *end;
	size_t at, used = 0;

	buf_add(p, data, n);
	for (;;) {
		at = find_mark(p->data + used, p->len - used);
		show(s, p->data + used, at);
		used += at;
		end = NULL;
		if (p->len - used > MARK)
			end = memchr(p->data + used + MARK, '\\', p->len - used - MARK);
		if (end == NULL)
			break;
		s->marks_seen = (unsigned)strtoul(p->data + used + MARK, NULL, 10);
		used = (size_t)(end - p->data) + 1;
	}
	memmove(p->data, p->data + used, p->len - used);
	p->len -= used;
	p->data[p->len] = '\0';
}

static void read_output(struct session *s)
{
	char data[16384];
	ssize_t n = read(s->master, data, sizeof data);

	if (n > 0)
		take_output(s, data, (size_t)n);
}

/* Waits for anything at all, and takes it. */
static void pump(struct session *s)
{
	struct pollfd fds[3] = {
		{ s->master, POLLIN, 0 }, { s->idle, POLLIN, 0 }, { s->news, POLLIN, 0 }
	};
	int64_t left = s->deadline - session_clock();

	if (left <= 0 || poll(fds, 3, (int)left) == 0) {
		s->overdue(s->overdue_state);
		return;
	}
	if (fds[0].revents != 0)
		read_output(s);
	if (fds[1].revents != 0)
		read_lines(s, &s->idle, &s->said, take_idle);
	if (fds[2].revents != 0)
		read_lines(s, &s->news, &s->news_said, take_news);
}

static void settle(struct session *s)
{
	struct pollfd room = { s->slave, POLLOUT, 0 };
	char text[MARK + 24];
	int n;

	if (s->slave < 0)
		return;
	n = snprintf(text, sizeof text, "%s%u\033\\", mark, ++s->marks);
	while (poll(&room, 1, 0) != 1 || (room.revents & POLLOUT) == 0)
		pump(s);
	if (write(s->slave, text, (size_t)n) != n)
		return;
	while (s->marks_seen != s->marks)
		pump(s);
}

static bool is_idle(const struct session *s)
{
	return s->idle_once && s->idle_keys >= s->keys && s->idle_resizes >= s->resizes;
}

void session_wait(struct session *s)
{
	while (s->state == SESSION_RUNS && (s->pid == 0 || !is_idle(s)))
		pump(s);
	settle(s);
}

bool session_wait_end(struct session *s)
{
	while (s->state == SESSION_RUNS || s->state == SESSION_STOPPED) {
		if (!s->ending && s->idle_once && is_idle(s))
			return false;
		pump(s);
	}
	settle(s);
	return true;
}

void session_wait_stop(struct session *s)
{
	while (s->state == SESSION_RUNS)
		pump(s);
	settle(s);
}

void session_wait_text(struct session *s, const char *text)
{
	while (strstr(emulator_screen(s->emulator), text) == NULL && s->state == SESSION_RUNS)
		pump(s);
	settle(s);
}

/* ---- what is done to it ---------------------------------------------------------------------- */

void session_send(struct session *s, const char *data, size_t n)
{
	struct pollfd fd = { s->master, POLLOUT, 0 };
	ssize_t done;

	while (n > 0 && s->master >= 0) {
		done = write(s->master, data, n);
		if (done > 0) {
			data += done;
			n -= (size_t)done;
		} else if (errno == EAGAIN) {
			if (s->deadline <= session_clock())
				s->overdue(s->overdue_state);
			poll(&fd, 1, 100);
			read_output(s);
		} else if (errno != EINTR) {
			return;
		}
	}
}

void session_resize(struct session *s, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	if (rows == s->rows && cols == s->cols)
		return;
	s->rows = rows;
	s->cols = cols;
	s->resizes++;
	emulator_resize(s->emulator, rows, cols);
	ioctl(s->master, TIOCSWINSZ, &size);
}

void session_continue(struct session *s)
{
	if (s->state != SESSION_STOPPED)
		return;
	s->state = SESSION_RUNS;
	if (write(s->orders, "c", 1) != 1)
		s->state = SESSION_STOPPED;
}

bool session_is_cooked(const struct session *s)
{
	struct termios now;

	return s->slave >= 0 && tcgetattr(s->slave, &now) == 0 && now.c_iflag == s->modes.c_iflag &&
	       now.c_oflag == s->modes.c_oflag && now.c_lflag == s->modes.c_lflag;
}

void session_hang_up(struct session *s)
{
	settle(s);
	s->ending = true;
	close_fd(&s->master);
	close_fd(&s->slave);
}
