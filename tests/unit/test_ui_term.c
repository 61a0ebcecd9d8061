/*
 * ui/term/term.h on a pseudo-terminal whose other end the test holds: what is written, when, and
 * what is made of what comes. Nothing waits for time to pass: where bytes are on their way, poll()
 * waits for them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "ui/term/echo.h"
#include "ui/term/term.h"

#define PATIENCE 10000 /* ms: then the test has failed */

static int master, slave;
static struct term *term;
static struct canvas canvas;
static struct termios cooked;
static char out[1 << 20]; /* what the terminal has got */
static size_t out_n;
static char keys[1024];

/* Takes what the terminal got; waits for the first bytes where some must come. */
static const char *received(bool wait)
{
	struct pollfd fd = {.fd = master, .events = POLLIN};
	ssize_t n;

	out_n = 0;
	while (poll(&fd, 1, wait && out_n == 0 ? PATIENCE : 0) == 1 && (fd.revents & POLLIN) != 0) {
		n = read(master, out + out_n, sizeof out - 1 - out_n);
		if (n <= 0)
			break;
		out_n += (size_t)n;
	}
	out[out_n] = '\0';
	return out;
}

static bool see(void *state, const struct key *key)
{
	char name[64];

	(void)state;
	if (key->code == K_HANGUP)
		snprintf(name, sizeof name, "<hangup>");
	else if (key->code == K_RESIZE)
		snprintf(name, sizeof name, "<resize>");
	else if (key->code == K_PASTE)
		snprintf(name, sizeof name, "<%s>", term_paste(term));
	else
		key_name(key, name, sizeof name);
	snprintf(keys + strlen(keys), sizeof keys - strlen(keys), "%s%s",
	    keys[0] != '\0' ? " " : "", name);
	return true;
}

static const char *typed(const char *bytes)
{
	struct pollfd fd = {.fd = term_fd(term), .events = POLLIN};

	keys[0] = '\0';
	assert_int_equal(write(master, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
	assert_int_equal(poll(&fd, 1, PATIENCE), 1);
	term_read(term, see, NULL);
	return keys;
}

static enum status open_as(const char *type, bool no_sync, struct error *err)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct term_options options = {.type = type, .no_sync = no_sync};

	assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
	tcgetattr(slave, &cooked);
	options.fd_in = options.fd_out = slave;
	canvas_resize(&canvas, 24, 80);
	return term_open(&options, &term, err);
}

static void start(const char *type)
{
	struct error err = {0};

	assert_int_equal(open_as(type, false, &err), STATUS_OK);
}

static void end(void)
{
	/* Where nobody reads the terminal, what it is owed must not be waited for. */
	term_close(term);
	term = NULL;
	canvas_free(&canvas);
	close(slave);
	close(master);
}

/* Answers the questions that a terminal is asked at the start. */
static void first_frame(void)
{
	canvas_put(&canvas, 0, 0, 80, STYLE_TITLE, "first");
	assert_true(term_show(term, &canvas));
	received(true);
	typed("\033[?2026;0$y");
}

static void test_start_and_end(void **state)
{
	struct termios now;

	(void)state;
	start("xterm-256color");
	tcgetattr(slave, &now);
	assert_int_equal(now.c_lflag & (ICANON | ECHO | ISIG), 0);
	canvas_put(&canvas, 0, 0, 80, STYLE_NORMAL, "hello");
	assert_true(term_show(term, &canvas));
	received(true);
	assert_non_null(strstr(out, "\033[?1049h"));
	assert_null(strstr(strstr(out, "\033[?1049h") + 1, "\033[?1049h"));
	assert_null(strstr(out, ";24r"));   /* the lines of the description, not of the terminal */
	assert_non_null(strstr(out, "\033[?2004h"));
	assert_non_null(strstr(out, "\033[?2026$p"));
	assert_non_null(strstr(out, "hello"));
	assert_true(out_n < 300);
	assert_int_equal(term_counts(term).writes, 1);
	typed("\033[?2026;0$y");
	end();
}

static void test_leaving_restores(void **state)
{
	struct termios now;

	(void)state;
	start("xterm-256color");
	first_frame();
	term_restore();
	received(true);
	assert_non_null(strstr(out, "\033[?1049l"));
	assert_non_null(strstr(out, "\033[?2004l"));
	assert_non_null(strstr(out, "\033[?25h"));
	tcgetattr(slave, &now);
	assert_int_equal(now.c_lflag, cooked.c_lflag);
	term_restore(); /* once is enough */
	received(false);
	assert_int_equal(out_n, 0);
	end();
}

static void test_a_frame_is_one_write_of_what_changed(void **state)
{
	struct term_counts before, after;

	(void)state;
	start("xterm-256color");
	first_frame();
	before = term_counts(term);
	assert_true(term_show(term, &canvas)); /* nothing changed */
	assert_int_equal(term_counts(term).writes, before.writes);
	canvas_put(&canvas, 10, 5, 1, STYLE_BOLD, ">");
	canvas_put(&canvas, 20, 40, 20, STYLE_NORMAL, "\xE4\xB8\xAD\xE6\x96\x87");
	assert_true(term_show(term, &canvas));
	after = term_counts(term);
	assert_int_equal(after.writes - before.writes, 1);
	assert_int_equal(after.frames - before.frames, 1);
	received(true);
	assert_non_null(strstr(out, "\xE4\xB8\xAD\xE6\x96\x87"));
	assert_null(strstr(out, "first"));
	assert_int_equal(after.bytes - before.bytes, out_n);
	assert_true(out_n <= 50);
	end();
}

static void test_moving_the_marker_is_cheap(void **state)
{
	(void)state;
	start("xterm-256color");
	for (int row = 1; row < 23; row++)
		canvas_printf(&canvas, row, 3, 77, STYLE_NORMAL,
		    "row %d of a list with some text in it", row);
	canvas_put(&canvas, 10, 1, 1, STYLE_BOLD, ">");
	first_frame();
	for (int row = 10; row < 20; row++) {
		canvas_put(&canvas, row, 1, 1, STYLE_NORMAL, " ");
		canvas_put(&canvas, row + 1, 1, 1, STYLE_BOLD, ">");
		assert_true(term_show(term, &canvas));
		received(true);
		assert_true(out_n <= 40);
	}
	end();
}

static void fill(char c)
{
	char line[81];

	memset(line, c, 80);
	line[80] = '\0';
	for (int row = 0; row < 24; row++) {
		line[row] = (char)(c + 1); /* no two rows alike */
		canvas_put(&canvas, row, 0, 80, STYLE_NORMAL, line);
	}
}

/* After 2 kB the terminal is asked, and what it has not caught up with is skipped: the last state
 * wins. */
static void test_a_slow_terminal_gets_the_last_state(void **state)
{
	int frames;

	(void)state;
	start("xterm-256color");
	first_frame();
	for (frames = 0; frames < 3; frames++) {
		fill((char)('a' + 2 * frames));
		if (!term_show(term, &canvas))
			break;
	}
	assert_true(frames >= 1 && frames <= 2);
	received(true);
	assert_non_null(strstr(out, "\033[5n"));
	assert_true(term_timeout(term) >= 0);
	assert_string_equal(typed("x"), "x"); /* keys are taken all the same */
	fill('k');
	assert_false(term_show(term, &canvas));
	fill('p');
	assert_string_equal(typed("\033[0n"), ""); /* the answer is no key */
	assert_int_equal(term_timeout(term), -1);
	received(false);
	assert_true(term_show(term, &canvas));
	received(true);
	assert_non_null(strstr(out, "ppppp"));
	assert_null(strstr(out, "kkkkk"));
	typed("\033[0n");
	assert_true(term_counts(term).skipped >= 2);
	end();
}

static void test_synchronised_updates(void **state)
{
	struct error err = {0};

	(void)state;
	start("xterm-256color");
	canvas_put(&canvas, 0, 0, 80, STYLE_NORMAL, "x");
	term_show(term, &canvas);
	received(true);
	assert_null(strstr(out, "\033[?2026h")); /* not before it has said so */
	typed("\033[?2026;2$y");
	fill('a');
	term_show(term, &canvas);
	received(true);
	assert_memory_equal(out, "\033[?2026h", 8);
	assert_non_null(strstr(out, "\033[?2026l"));
	typed("\033[0n");
	canvas_put(&canvas, 0, 0, 1, STYLE_NORMAL, ">");
	term_show(term, &canvas);
	received(true);
	assert_null(strstr(out, "2026")); /* a few bytes go in one packet anyway */
	end();
	assert_int_equal(open_as("xterm-256color", true, &err), STATUS_OK);
	fill('a');
	term_show(term, &canvas);
	received(true);
	assert_null(strstr(out, "2026"));
	end();
}

static void test_old_terminals_are_not_asked(void **state)
{
	static const char *const types[] = {"vt100", "vt220", "linux", "xterm-mono"};

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		start(types[i]);
		canvas_put(&canvas, 0, 0, 80, STYLE_ERROR, "wrong");
		assert_true(term_show(term, &canvas));
		received(true);
		assert_non_null(strstr(out, "wrong"));
		if (i < 3)
			assert_null(strstr(out, "\033[?2026$p"));
		else
			typed("\033[?2026;0$y");
		assert_null(strstr(out, "\033[38"));
		end();
	}
}

static void test_what_cannot_be_drawn_on_is_refused(void **state)
{
	static const char *const types[] = {"dumb", "unknown", "no-such-terminal", ""};
	struct term_options options = {.type = "xterm"};
	struct error err;
	int pipes[2];

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		memset(&err, 0, sizeof err);
		assert_int_equal(open_as(types[i], false, &err), STATUS_UNSUPPORTED);
		assert_null(term);
		assert_non_null(strstr(err.message, "koodesk list"));
		canvas_free(&canvas);
		received(false);
		assert_int_equal(out_n, 0);
		close(slave);
		close(master);
	}
	assert_int_equal(pipe(pipes), 0);
	options.fd_in = pipes[0];
	options.fd_out = pipes[1];
	assert_int_equal(term_open(&options, &term, &err), STATUS_UNSUPPORTED);
	close(pipes[0]);
	close(pipes[1]);
}

static void test_keys(void **state)
{
	(void)state;
	start("xterm-256color");
	first_frame();
	assert_string_equal(typed("a\033[B\033[6~\003\032"), "a Down PgDn Ctrl-C Ctrl-Z");
	assert_string_equal(typed("\033[200~two\rlines\033[201~"), "<two\nlines>");
	assert_string_equal(typed("\033"), "");
	assert_true(term_timeout(term) >= 0 && term_timeout(term) <= 50);
	assert_string_equal(typed("[A"), "Up");
	assert_int_equal(term_timeout(term), -1);
	end();
}

static void test_resize(void **state)
{
	struct winsize size = {.ws_row = 30, .ws_col = 100};
	int rows, cols;

	(void)state;
	start("xterm-256color");
	first_frame();
	assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
	raise(SIGWINCH);
	keys[0] = '\0';
	term_read(term, see, NULL);
	assert_string_equal(keys, "<resize>");
	term_size(term, &rows, &cols);
	assert_int_equal(rows, 30);
	assert_int_equal(cols, 100);
	canvas_resize(&canvas, 30, 100);
	canvas_put(&canvas, 29, 95, 5, STYLE_NORMAL, "edge");
	assert_true(term_show(term, &canvas));
	received(true);
	assert_non_null(strstr(out, "edge"));
	raise(SIGWINCH); /* the same size again is no news */
	keys[0] = '\0';
	term_read(term, see, NULL);
	assert_string_equal(keys, "");
	end();
}

static void test_hang_up(void **state)
{
	(void)state;
	start("xterm-256color");
	first_frame();
	close(master);
	keys[0] = '\0';
	term_read(term, see, NULL);
	assert_string_equal(keys, "<hangup>");
	fill('a');
	assert_true(term_show(term, &canvas)); /* and nothing is written any more */
	term_close(term);
	term = NULL;
	canvas_free(&canvas);
	close(slave);
}

static void test_hang_up_by_signal(void **state)
{
	struct term_counts before;

	(void)state;
	start("xterm-256color");
	first_frame();
	before = term_counts(term);
	raise(SIGHUP);
	keys[0] = '\0';
	term_read(term, see, NULL);
	assert_string_equal(keys, "<hangup>");
	fill('a');
	term_show(term, &canvas);
	assert_int_equal(term_counts(term).bytes, before.bytes);
	end();
}

/* Makes room on the line that leaving waits for; the signal interrupts the waiting all the same. */
static void make_room(int number)
{
	static char taken[4096];
	ssize_t n;

	(void)number;
	do
		n = read(master, taken, sizeof taken);
	while (n > 0);
}

/* A signal that comes while a full line is waited for leaves no terminal behind as ours. */
static void test_leaving_is_not_interrupted(void **state)
{
	struct sigaction action = {.sa_handler = make_room}, before;
	struct itimerval every = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
	struct termios now;

	(void)state;
	start("xterm-256color");
	first_frame();
	fcntl(master, F_SETFL, O_NONBLOCK);
	while (write(term_fd(term), "full", 4) > 0)
		continue;
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &every, NULL);
	term_restore();
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &before, NULL);
	received(true);
	assert_non_null(strstr(out, "\033[?1049l"));
	tcgetattr(slave, &now);
	assert_int_equal(now.c_lflag, cooked.c_lflag);
	end();
}

static void test_giving_the_terminal_away(void **state)
{
	struct termios now;

	(void)state;
	start("xterm-256color");
	first_frame();
	term_suspend(term);
	received(true);
	assert_non_null(strstr(out, "\033[?1049l"));
	tcgetattr(slave, &now);
	assert_int_equal(now.c_lflag, cooked.c_lflag);
	canvas_put(&canvas, 1, 0, 80, STYLE_NORMAL, "later");
	assert_true(term_show(term, &canvas));
	received(false);
	assert_int_equal(out_n, 0);
	assert_int_equal(term_resume(term, NULL), STATUS_OK);
	assert_true(term_show(term, &canvas));
	received(true);
	assert_non_null(strstr(out, "\033[?1049h"));
	assert_non_null(strstr(out, "first")); /* everything is painted again */
	assert_non_null(strstr(out, "later"));
	tcgetattr(slave, &now);
	assert_int_equal(now.c_lflag & ICANON, 0);
	end();
}

static void test_repaint(void **state)
{
	(void)state;
	start("xterm-256color");
	first_frame();
	term_repaint(term);
	assert_true(term_show(term, &canvas));
	received(true);
	assert_non_null(strstr(out, "first"));
	end();
}

static void test_copy(void **state)
{
	static char big[80000];

	(void)state;
	unsetenv("TMUX");
	unsetenv("STY");
	start("xterm-256color");
	first_frame();
	assert_true(term_copy(term, "CS22"));
	assert_string_equal(received(true), "\033]52;c;Q1MyMg==\a");
	memset(big, 'x', sizeof big - 1);
	assert_false(term_copy(term, big));
	setenv("TMUX", "/tmp/x", 1);
	assert_true(term_copy(term, "abc"));
	assert_string_equal(received(true), "\033]52;c;YWJj\a\033Ptmux;\033\033]52;c;YWJj\a\033\\");
	unsetenv("TMUX");
	end();
}

static bool echoes(void)
{
	struct termios now;

	assert_int_equal(tcgetattr(slave, &now), 0);
	return (now.c_lflag & ECHO) != 0;
}

/* A secret is not shown, and what is typed after it is: whatever ends the program meanwhile. */
static void test_echo(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	assert_true(echoes());
	assert_true(echo_off(slave));
	assert_false(echoes());
	echo_on();
	assert_true(echoes());
	pid = fork();
	if (pid == 0) {
		if (echo_off(slave) && !echoes())
			raise(SIGTERM);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	assert_true(echoes());
	close(slave);
	close(master);
	assert_false(echo_off(slave));
}

static int set_locale(void **state)
{
	(void)state;
	return setlocale(LC_ALL, "C.UTF-8") == NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_start_and_end),
	    cmocka_unit_test(test_leaving_restores),
	    cmocka_unit_test(test_echo),
	    cmocka_unit_test(test_leaving_is_not_interrupted),
	    cmocka_unit_test(test_a_frame_is_one_write_of_what_changed),
	    cmocka_unit_test(test_moving_the_marker_is_cheap),
	    cmocka_unit_test(test_a_slow_terminal_gets_the_last_state),
	    cmocka_unit_test(test_synchronised_updates),
	    cmocka_unit_test(test_old_terminals_are_not_asked),
	    cmocka_unit_test(test_what_cannot_be_drawn_on_is_refused),
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_resize),
	    cmocka_unit_test(test_hang_up),
	    cmocka_unit_test(test_hang_up_by_signal),
	    cmocka_unit_test(test_giving_the_terminal_away),
	    cmocka_unit_test(test_repaint),
	    cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests(tests, set_locale, NULL);
}
