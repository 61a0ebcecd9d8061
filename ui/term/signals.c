#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "ui/term/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "ui/term/term.h"

static const struct {
	int number;
	unsigned bit;
} watched[] = {
    {SIGWINCH, SIGNAL_RESIZE},
    {SIGHUP, SIGNAL_HANGUP},
    {SIGTERM, SIGNAL_END},
    {SIGINT, SIGNAL_END},
    {SIGTSTP, SIGNAL_STOP},
    {SIGCONT, SIGNAL_CONTINUE},
};
static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

#define WATCHED (sizeof watched / sizeof watched[0])
#define CRASHES (sizeof crashes / sizeof crashes[0])

static struct sigaction watched_before[WATCHED], crashes_before[CRASHES];
static atomic_uint pending;
static int ends[2] = { -1, -1 };   /* of the pipe */
static bool installed;

static void note(unsigned bits)
{
	static const char byte = 0;
	int saved = errno;

	atomic_fetch_or(&pending, bits);
	/* A full pipe wakes the reader as well. */
	if (write(ends[1], &byte, 1) < 0)
		errno = saved;
	errno = saved;
}

static void on_signal(int number)
{
	size_t i;

	for (i = 0; i < WATCHED; i++) {
		if (watched[i].number == number)
			note(watched[i].bit);
	}
}

/* Gives the terminal back, then lets happen what would have happened: the same signal comes again
 * to its former handler. */
static void on_crash(int number, siginfo_t *info, void *context)
{
	size_t i;

	(void)context;
	term_restore();
	for (i = 0; i < CRASHES; i++) {
		if (crashes[i] == number)
			sigaction(number, &crashes_before[i], NULL);
	}
	if (info->si_code <= 0)
		raise(number);
}

static void install(void)
{
	struct sigaction action;
	size_t i;

	memset(&action, 0, sizeof action);
	sigfillset(&action.sa_mask);
	action.sa_flags = SA_RESTART;
	action.sa_handler = on_signal;
	for (i = 0; i < WATCHED; i++)
		sigaction(watched[i].number, &action, &watched_before[i]);
	sigemptyset(&action.sa_mask);
	action.sa_flags = SA_SIGINFO;
	action.sa_sigaction = on_crash;
	for (i = 0; i < CRASHES; i++)
		sigaction(crashes[i], &action, &crashes_before[i]);
	installed = true;
}

bool signals_open(void)
{
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	install();
	return true;
}

void signals_close(void)
{
	size_t i;

	for (i = 0; installed && i < WATCHED; i++)
		sigaction(watched[i].number, &watched_before[i], NULL);
	for (i = 0; installed && i < CRASHES; i++)
		sigaction(crashes[i], &crashes_before[i], NULL);
	installed = false;
	for (i = 0; i < 2; i++) {
		if (ends[i] >= 0)
			close(ends[i]);
		ends[i] = -1;
	}
	atomic_store(&pending, 0);
}

int signals_fd(void)
{
	return ends[0];
}

unsigned signals_take(void)
{
	char bytes[64];

	while (read(ends[0], bytes, sizeof bytes) > 0)
		continue;
	return atomic_exchange(&pending, 0);
}

void signals_raise(unsigned bits)
{
	note(bits);
}

void signals_stop(void)
{
	struct sigaction usual, ours;
	sigset_t stop, before;

	memset(&usual, 0, sizeof usual);
	usual.sa_handler = SIG_DFL;
	sigaction(SIGTSTP, &usual, &ours);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &before);
	kill(0, SIGTSTP);
	/* Here we are again after SIGCONT; that the terminal must be taken back is known to whoever
	 * called. */
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	atomic_fetch_and(&pending, ~(unsigned)SIGNAL_CONTINUE);
}
