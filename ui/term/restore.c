#include "ui/term/restore.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "ui/term/term.h"

#define LEAVE_MS 150      /* how long a line that takes nothing is waited for */
#define INTERRUPTIONS 64  /* by signals, while it is */

/* Written while it is not armed, constant while it is. */
static struct {
	volatile sig_atomic_t armed;
	int fd;
	struct termios modes;
	struct term_bytes leave;
} restore;

void restore_set(int fd, const struct termios *modes, const struct term_bytes *leave)
{
	restore.armed = 0;
	restore.fd = fd;
	restore.modes = *modes;
	restore.leave = *leave;
	restore.armed = 1;
}

void restore_forget(void)
{
	restore.armed = 0;
}

bool restore_armed(void)
{
	return restore.armed;
}

static bool has_room(void)
{
	struct pollfd line = { .fd = restore.fd, .events = POLLOUT };
	int n = -1, tries;

	for (tries = 0; n < 0 && tries < INTERRUPTIONS; tries++) {
		n = poll(&line, 1, LEAVE_MS);
		if (n < 0 && errno != EINTR)
			return false;
	}
	return n == 1 && (line.revents & POLLOUT) != 0;
}

void term_restore(void)
{
	size_t sent = 0;
	ssize_t put;
	int saved = errno;

	if (!restore.armed)
		return;
	restore.armed = 0;
	/* A line that takes nothing more must not keep us from leaving. */
	while (sent < restore.leave.n && has_room()) {
		put = write(restore.fd, restore.leave.data + sent, restore.leave.n - sent);
		if (put < 0 && errno != EINTR && errno != EAGAIN)
			break;
		sent += put > 0 ? (size_t)put : 0;
	}
	tcsetattr(restore.fd, TCSANOW, &restore.modes);
	errno = saved;
}
