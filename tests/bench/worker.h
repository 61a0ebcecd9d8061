/*
 * The worker that kill9 kills: a process of its own that says through a pipe what it is about to do
 * and what has been done.
 */
#ifndef KOODESK_TESTS_BENCH_WORKER_H
#define KOODESK_TESTS_BENCH_WORKER_H

#include <sys/types.h>

#include "scene.h"

enum mode { MODE_OPENING, MODE_COMMANDS, MODE_IMPORT, MODE_ATTACH, MODE_WAKING, MODE_COUNT };

struct message {
	char what;                /* 'r'eady, 'i'ntention, 'd'one, 'f'ailed */
	int64_t now;              /* whoever goes on begins there */
	struct deed deed;
	char text[1100];
};
_Static_assert(sizeof(struct message) <= 4096, "a pipe takes it whole or not at all");

/* What it is to do: deeds of all kinds, chosen by chance; ends only by being killed, or badly. */
struct work {
	struct scene *scene;
	enum mode mode;
	const char *stream;
	uint64_t seed;
	const int64_t *done;      /* how often each action was performed so far */
};

/* *from: the pipe's end to hear it by, for the caller to close. */
pid_t worker_start(const struct work *work, int *from);
/* False when it has said all. */
bool worker_hear(int from, struct message *message);

#endif
