#include "racers.h"

#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct racer {
	pid_t pid;
	int to, from;
	struct answer answer;
};

static struct racer racers[RACERS_MAX];
static int n_racers, starter[2];

static void put(int fd, const void *data, size_t n)
{
	if (write(fd, data, n) != (ssize_t)n)
		scene_die("a pipe broke: %s", strerror(errno));
}

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void do_one(const struct task *task, struct backend *b, struct answer *answer)
{
	struct deed deed = task->deed;
	struct error err = { 0 };

	answer->status = deed_do(&deed, b, &err);
	answer->receipt = deed.receipt;
	strlcpy(answer->key, deed.key, sizeof(answer->key));
	strlcpy(answer->message, err.message, sizeof(answer->message));
}

/*
 * Whatever seems possible, on records that all others are at. What was chosen may not be possible
 * any more, and a node to send back to may not lie before the present one.
 */
static void do_many(const struct task *task, struct backend *b, struct answer *answer)
{
	static int64_t done[ACTION_COUNT];
	struct deed deed;
	struct error err;
	struct rng rng;
	char stream[24];
	int64_t n, from, took;

	rng_seed(&rng, (uint64_t)task->deed.n);
	snprintf(stream, sizeof(stream), "L%" PRId64, task->deed.n);
	for (n = 1; n <= task->loose; n++) {
		deed_choose(&deed, n, stream, b, done, &rng);
		from = clock_ms();
		err = (struct error){ 0 };
		answer->status = deed_do(&deed, b, &err);
		took = clock_ms() - from;
		answer->longest = took > answer->longest ? took : answer->longest;
		if (answer->status == STATUS_OK && deed.kind == DEED_COMMAND)
			*(deed.action == ACTION_REPORT_DEPLOYMENT ? &answer->reports :
			    &answer->ok) += 1;
		answer->imports += answer->status == STATUS_OK && deed.kind == DEED_IMPORT;
		answer->conflict += answer->status == STATUS_CONFLICT;
		answer->busy += answer->status == STATUS_BUSY;
		answer->invalid += answer->status == STATUS_INVALID &&
		    deed.action == ACTION_DECIDE;
		done[deed.action]++;
		if (answer->status != STATUS_OK && answer->status != STATUS_CONFLICT &&
		    answer->status != STATUS_BUSY && !(answer->status == STATUS_INVALID &&
			deed.action == ACTION_DECIDE))
			scene_die("%s of %s: %s: %s", deed.key, deed.id,
			    status_word(answer->status), err.message);
	}
}

_Noreturn static void race(struct scene *scene, int in, int out)
{
	struct backend *b = scene_open(scene, "operator");
	struct answer answer;
	struct task task;
	struct error err;
	char go;

	while (scene_take(in, &task, sizeof(task))) {
		scene->now = task.now;
		if (task.loose == 0 && backend_impersonate(b, task.deed.user, &err) != STATUS_OK)
			scene_die("%s: %s", task.deed.user, err.message);
		put(out, "r", 1);
		if (!scene_take(starter[0], &go, 1))
			break;
		memset(&answer, 0, sizeof(answer));
		if (task.loose > 0)
			do_many(&task, b, &answer);
		else
			do_one(&task, b, &answer);
		put(out, &answer, sizeof(answer));
	}
	backend_close(b);
	exit(0);
}

static void start_racer(struct scene *scene, struct racer *racer)
{
	int to[2], from[2];

	fflush(NULL);
	if (pipe(to) != 0 || pipe(from) != 0 || (racer->pid = fork()) < 0)
		scene_die("no process can be started: %s", strerror(errno));
	if (racer->pid == 0) {
		struct racer *other;

		/* A writing end that stays open here would keep another from seeing the end. */
		for (other = racers; other < racer; other++)
			close(other->to);
		close(to[1]);
		close(from[0]);
		close(starter[1]);
		race(scene, to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	racer->to = to[1];
	racer->from = from[0];
}

void racers_start(struct scene *scene, int n)
{
	n_racers = n;
	if (pipe(starter) != 0)
		scene_die("no pipe: %s", strerror(errno));
	for (int i = 0; i < n; i++)
		start_racer(scene, &racers[i]);
}

void racers_stop(void)
{
	int i, state;

	for (i = 0; i < n_racers; i++)
		close(racers[i].to);
	for (i = 0; i < n_racers; i++) {
		if (waitpid(racers[i].pid, &state, 0) != racers[i].pid || state != 0)
			scene_die("a process ended badly");
		close(racers[i].from);
	}
}

void racers_give(int which, const struct task *task)
{
	put(racers[which].to, task, sizeof(*task));
}

void racers_let_go(void)
{
	char start[RACERS_MAX] = { 0 }, ready;
	int i;

	for (i = 0; i < n_racers; i++) {
		if (!scene_take(racers[i].from, &ready, 1))
			scene_die("process %d is gone", i);
	}
	put(starter[1], start, (size_t)n_racers);
	for (i = 0; i < n_racers; i++) {
		if (!scene_take(racers[i].from, &racers[i].answer, sizeof(racers[i].answer)))
			scene_die("process %d is gone", i);
	}
}

const struct answer *racers_answer(int which)
{
	return &racers[which].answer;
}
