#include "ui/term/term_private.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "ui/term/signals.h"

#define ESCAPE_MS 40
#define ANSWER_MS 2000          /* a terminal that has not answered by then is not asked again */
#define UNSENT_MS 20            /* how soon what the line did not take is tried again */

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
			term_hang_up(term);
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

	term_read_size(term);
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
		term_hang_up(term);
		give(taking, K_HANGUP);
		return;
	}
	if ((came & SIGNAL_END) != 0)
		give(taking, K_HANGUP);
	if ((came & SIGNAL_STOP) != 0)
		term_stop(term);
	else if ((came & SIGNAL_CONTINUE) != 0 && !term->suspended)
		term_take(term); /* stopped without asking us: the shell has had the terminal */
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

const char *term_paste(const struct term *term)
{
	return buf_text(&term->decoder.paste);
}
