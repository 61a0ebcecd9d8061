#include "worker.h"

#include <bsd/string.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void say(int fd, int64_t now, char what, const struct deed *deed, const char *text)
{
	struct message message;
	ssize_t n;

	memset(&message, 0, sizeof(message));
	message.what = what;
	message.now = now;
	if (deed != NULL)
		message.deed = *deed;
	strlcpy(message.text, text, sizeof(message.text));
	do
		n = write(fd, &message, sizeof(message));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(message))
		_exit(2);
}

static void fail_at(int fd, int64_t now, const struct deed *deed, const struct error *err)
{
	char text[1100];

	snprintf(text, sizeof(text), "%s: %s (%s)", status_word(err->status), err->message,
	    err->detail);
	say(fd, now, 'f', deed, text);
	_exit(1);
}

/* The same key once more changes nothing and gives the same answer. */
static void again(int fd, int64_t now, const struct deed *done, struct backend *b)
{
	struct deed copy = *done;
	struct error err;

	if (deed_do(&copy, b, &err) != STATUS_OK)
		fail_at(fd, now, done, &err);
	if (!copy.receipt.replayed || !receipts_same(&copy.receipt, &done->receipt)) {
		say(fd, now, 'f', done, "the same key once more was not answered the same");
		_exit(1);
	}
}

_Noreturn static void do_work(int fd, const struct work *work)
{
	struct scene *scene = work->scene;
	enum mode mode = work->mode;
	int64_t n, special, done[ACTION_COUNT];
	struct deed deed;
	struct backend *b;
	struct error err;
	struct rng rng;

	memcpy(done, work->done, sizeof(done));
	rng_seed(&rng, work->seed);
	special = rng_between(&rng, 2, 6);
	say(fd, scene->now, 'r', NULL, "");
	/* What has become due is done whenever the file is opened. */
	while (mode == MODE_OPENING || mode == MODE_WAKING)
		backend_close(scene_open(scene, "operator"));
	b = scene_open(scene, "operator");
	for (n = 1; ; n++) {
		if (mode == MODE_IMPORT && n >= special)
			deed_import(&deed, n, work->stream, BIG_LINES);
		else if (mode == MODE_ATTACH && n >= special)
			deed_attach(&deed, (int64_t)(work->seed % 1000000) * 1000 + n);
		else
			deed_choose(&deed, n, work->stream, b, done, &rng);
		say(fd, scene->now, 'i', &deed, "");
		if (deed_do(&deed, b, &err) != STATUS_OK)
			fail_at(fd, scene->now, &deed, &err);
		say(fd, scene->now, 'd', &deed, "");
		if (deed.kind == DEED_COMMAND)
			done[deed.action]++;
		if (deed.kind == DEED_COMMAND && rng_below(&rng, 8) == 0)
			again(fd, scene->now, &deed, b);
	}
}

pid_t worker_start(const struct work *work, int *from)
{
	int ends[2];
	pid_t pid;

	fflush(NULL);
	if (pipe(ends) != 0 || (pid = fork()) < 0)
		scene_die("no process can be started: %s", strerror(errno));
	if (pid == 0) {
		close(ends[0]);
		do_work(ends[1], work);
	}
	close(ends[1]);
	*from = ends[0];
	return pid;
}

bool worker_hear(int from, struct message *message)
{
	return scene_take(from, message, sizeof(*message));
}
