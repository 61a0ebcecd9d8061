#include "ui/term/term_private.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define ASK_AFTER 2048u         /* bytes between two questions whether the terminal is behind */

static const char ask_status[] = "\033[5n";

void term_hang_up(struct term *term)
{
	term->dead = true;
	term->stuck = false;
	restore_forget();
	buf_clear(&term->out);
	term->sent = 0;
}

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
			term_hang_up(term);
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
