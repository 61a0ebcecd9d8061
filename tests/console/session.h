/*
 * A program in a terminal of its own: below a small shell that stops and continues it as a real one
 * does, with a descriptor on which it says that it is idle (KOODESK_IDLE_FD).
 *
 * Nothing here sleeps: session_wait() returns when the program is idle, has stopped or has ended.
 * When the watchdog's time is over it says so and the whole test ends with failure.
 */
#ifndef KOODESK_TESTS_CONSOLE_SESSION_H
#define KOODESK_TESTS_CONSOLE_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#include "tests/console/emulator.h"

enum session_state { SESSION_NONE, SESSION_RUNS, SESSION_STOPPED, SESSION_ENDED };

struct session {
	struct emulator *emulator;
	int rows, cols;
	bool answers, sync;
	int master, slave;          /* of the terminal; -1: hung up */
	int idle, news, orders;     /* pipes: from the program, from its shell, to its shell */
	pid_t shell, pid;
	enum session_state state;
	int code, signal;           /* how it ended */
	uint64_t keys, resizes;     /* that it must have taken to be idle */
	uint64_t idle_keys, idle_resizes;
	bool idle_once;             /* it has said that it is idle */
	bool ending;                /* it was killed, or its line hung up */
	unsigned marks, marks_seen; /* see settle() */
	struct buf said, news_said; /* on `idle` and `news`: a line that is not whole yet */
	struct buf pending;         /* output that may be the beginning of a mark */
	struct buf bytes, all;      /* output of this step, of this program */
	void (*overdue)(void *state);
	void *overdue_state;
	int64_t deadline;           /* monotonic ms */
	struct termios modes;       /* at the start */
};

void session_init(struct session *session);
void session_free(struct session *session);

/* argv[0] is looked for in PATH. False: says why. */
bool session_start(struct session *session, char *const *argv);
void session_end(struct session *session);     /* kills what still runs */

/* Until idle with all keys and resizes taken, stopped or ended, and all its output is here. */
void session_wait(struct session *session);
/* False where it is idle instead, and nothing is on its way that would end it. */
bool session_wait_end(struct session *session);
void session_wait_stop(struct session *session);   /* or ended */
/* Until text stands on the screen: for programs that do not say when they are idle. */
void session_wait_text(struct session *session, const char *text);

void session_send(struct session *session, const char *data, size_t n);
void session_resize(struct session *session, int rows, int cols);
void session_continue(struct session *session);
void session_hang_up(struct session *session);

bool session_is_cooked(const struct session *session);   /* the terminal's modes as at the start */

int64_t session_clock(void);

#endif
