/*
 * Frames of all kinds on a terminal that has margins at the sides: whatever moved, and wherever,
 * the terminal shows what the canvas holds. FRAMES says how many; KOODESK_SEED where they begin.
 */
#include <bsd/stdlib.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/console/emulator.h"
#include "ui/term/term.h"

#define FRAMES 1500
#define ROWS_MOST 40
#define COLS_MOST 130

static uint64_t seed;
static int master, slave;
static struct emulator *emulator;
static struct term *term;
static struct canvas canvas, before;

static unsigned any(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((seed >> 33) % n);
}

static void keyboard(void *state, const char *data, size_t n)
{
	(void)state;
	if (write(master, data, n) != (ssize_t)n)
		exit(2);
}

static bool take(void *state, const struct key *key)
{
	(void)state;
	(void)key;
	return true;
}

/* All that the program has written so far; what the line did not take at once it writes now. */
static void gather(struct buf *out)
{
	struct pollfd fd = { .fd = master, .events = POLLIN };
	char data[8192];
	ssize_t n;

	while (poll(&fd, 1, 0) == 1 && (n = read(master, data, sizeof data)) > 0) {
		buf_add(out, data, (size_t)n);
		term_read(term, take, NULL);
	}
}

/*
 * What was written goes to the terminal as a whole: this one does not bear characters that are cut.
 * Its answers go to the program.
 */
static void deliver(void)
{
	struct buf out;

	buf_init(&out, 8u << 20);
	do {
		buf_clear(&out);
		gather(&out);
		if (out.len > 0)
			emulator_feed(emulator, out.data, out.len);
		term_read(term, take, NULL);
	} while (term_timeout(term) >= 0 || out.len > 0);
	buf_free(&out);
}

static void put_words(int row, int col, int width)
{
	static const char *const words[] = { "CS2611210002", "云备份专业版", "accept", "DataSafe",
		"…", "You: deliver", "9d !5", "上云", "a", "", "  " };
	static const enum style styles[] = { STYLE_NORMAL, STYLE_NORMAL, STYLE_NORMAL, STYLE_DIM,
		STYLE_SELECTED, STYLE_BOLD, STYLE_CHIP };
	char text[64];
	int at = 0;

	while (at < width) {
		snprintf(text, sizeof text, "%s %u", words[any(11)], any(100));
		at += 2 + canvas_put(&canvas, row, col + at, width - at, styles[any(7)], text) +
		      (int)any(4);
	}
}

static const struct cell *cell(const struct canvas *from, int row, int col)
{
	return &from->cells[row * from->cols + col];
}

/* Rows of the area as they stood `by` rows away; what comes in from outside is new. */
static void move(struct area a, int by)
{
	int row, from;

	for (row = a.row; row < a.row + a.rows; row++) {
		from = row + by;
		canvas_fill(&canvas, (struct area){ row, a.col, 1, a.cols }, STYLE_NORMAL);
		if (from < a.row || from >= a.row + a.rows || any(12) == 0)
			put_words(row, a.col, a.cols);
		else if (cell(&before, from, a.col)->width != 0 &&
			 cell(&before, from, a.col + a.cols - 1)->width != 2)
			memcpy(&canvas.cells[row * canvas.cols + a.col], cell(&before, from, a.col),
			    (size_t)a.cols * sizeof(struct cell));
	}
}

static struct area any_area(void)
{
	struct area a;

	a.row = (int)any((unsigned)canvas.rows - 3);
	a.rows = 3 + (int)any((unsigned)(canvas.rows - a.row - 2));
	a.col = any(2) == 0 ? 0 : (int)any((unsigned)canvas.cols / 2);
	a.cols = canvas.cols - a.col;
	if (any(2) == 0)
		a.cols = 10 + (int)any((unsigned)(canvas.cols / 2 - 10));
	return a;
}

static void change(void)
{
	struct area a = any_area();
	int row;

	memcpy(before.cells, canvas.cells,
	    (size_t)canvas.rows * (size_t)canvas.cols * sizeof(struct cell));
	switch (any(8)) {
	case 0:
		for (row = a.row; row < a.row + a.rows; row++)
			put_words(row, a.col, a.cols);
		break;
	case 1:
		canvas_fill(&canvas, a, STYLE_NORMAL);
		break;
	case 2:
		put_words(a.row, a.col, a.cols);
		break;
	default:
		move(a, (any(2) == 0 ? 1 : -1) * (int)(1 + any(any(4) == 0 ? 10 : 2)));
	}
	canvas.moves = any(4) == 0 ? (struct area){ 0, 0, canvas.rows, canvas.cols } : a;
	if (any(5) == 0)
		canvas_cursor(&canvas, (int)any((unsigned)canvas.rows),
		    (int)any((unsigned)canvas.cols));
	else
		canvas_cursor(&canvas, -1, -1);
}

static bool same(int frame)
{
	struct buf out;
	bool equal;

	buf_init(&out, 1u << 20);
	canvas_dump(&canvas, &out);
	equal = strcmp(buf_text(&out), emulator_screen(emulator)) == 0;
	if (!equal)
		printf("frame %d, wanted:\n%sis:\n%s", frame, buf_text(&out),
		    emulator_screen(emulator));
	buf_free(&out);
	return equal;
}

static void resize(void)
{
	int rows = 6 + (int)any(ROWS_MOST - 6), cols = 40 + (int)any(COLS_MOST - 40);
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };
	struct pollfd in = { .fd = term_signal_fd(term), .events = POLLIN };

	emulator_resize(emulator, rows, cols);
	ioctl(slave, TIOCSWINSZ, &size);
	/* no controlling terminal, no signal: it is sent as the kernel would */
	kill(getpid(), SIGWINCH);
	poll(&in, 1, -1);
	term_read(term, take, NULL);
	canvas_resize(&canvas, rows, cols);
	canvas_resize(&before, rows, cols);
}

static bool run(int frames)
{
	int i;

	for (i = 0; i < frames; i++) {
		if (any(100) == 0)
			resize();
		change();
		while (!term_show(term, &canvas))
			deliver();
		deliver();
		if (!same(i))
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct term_options options = { .type = "xterm-256color" };
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	const char *first = getenv("KOODESK_SEED"), *why = NULL;
	int frames = argc > 1 ? (int)strtonum(argv[1], 1, 100000000, &why) : FRAMES;
	struct error err = { .status = STATUS_OK };
	bool good;

	setlocale(LC_ALL, "C.UTF-8");
	seed = first != NULL ? (uint64_t)strtonum(first, 0, INT64_MAX, &why) : 1;
	if (openpty(&master, &slave, NULL, NULL, &size) != 0)
		return 2;
	fcntl(master, F_SETFL, O_NONBLOCK);
	options.fd_in = options.fd_out = slave;
	emulator = emulator_new(24, 80, keyboard, NULL);
	canvas_resize(&canvas, 24, 80);
	canvas_resize(&before, 24, 80);
	if (term_open(&options, &term, &err) != STATUS_OK) {
		printf("%s\n", err.message);
		return 2;
	}
	good = run(frames);
	term_close(term);
	emulator_free(emulator);
	canvas_free(&canvas);
	canvas_free(&before);
	close(slave);
	close(master);
	return good ? 0 : 1;
}
