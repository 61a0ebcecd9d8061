#include "ui/term/echo.h"

#include <signal.h>
#include <string.h>

#include "ui/term/restore.h"
#include "ui/term/term.h"

static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define ENDS (sizeof ends / sizeof ends[0])

static struct sigaction before[ENDS];

/* The terminal first, then what would have happened: the same signal comes again, without us. */
static void on_end(int number)
{
	term_restore();
	raise(number);
}

static void watch(void)
{
	struct sigaction action;
	size_t i;

	memset(&action, 0, sizeof action);
	sigfillset(&action.sa_mask);
	action.sa_flags = (int)SA_RESETHAND;
	action.sa_handler = on_end;
	for (i = 0; i < ENDS; i++) {
		sigaction(ends[i], &action, &before[i]);
		if (before[i].sa_handler == SIG_IGN)
			sigaction(ends[i], &before[i], NULL);
	}
}

bool echo_off(int fd)
{
	static const struct term_bytes nothing;
	struct termios shown, quiet;

	if (tcgetattr(fd, &shown) != 0)
		return false;
	quiet = shown;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	restore_set(fd, &shown, &nothing);
	watch();
	if (tcsetattr(fd, TCSANOW, &quiet) == 0)
		return true;
	echo_on();
	return false;
}

void echo_on(void)
{
	size_t i;

	term_restore();
	for (i = 0; i < ENDS; i++)
		sigaction(ends[i], &before[i], NULL);
}
