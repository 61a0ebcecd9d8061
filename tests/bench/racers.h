/*
 * The processes of race: each waits for its task, is let go with all others at once, and answers.
 * One set of them in a program.
 */
#ifndef KOODESK_TESTS_BENCH_RACERS_H
#define KOODESK_TESTS_BENCH_RACERS_H

#include "scene.h"

#define RACERS_MAX 64

struct task {
	struct deed deed;
	int64_t now;
	int loose;                /* commands to choose for oneself instead */
};

struct answer {
	enum status status;
	struct receipt receipt;
	char message[512];
	char key[48];
	int64_t ok, reports, conflict, busy, invalid, imports;   /* of a loose one */
	int64_t longest;          /* ms until it was answered, at worst */
};

/* Opens the scene's database in each. */
void racers_start(struct scene *scene, int n);
/* What that one does when it is let go. */
void racers_give(int which, const struct task *task);
/* All have a task: they begin at once, and this waits until all have answered. */
void racers_let_go(void);
const struct answer *racers_answer(int which);
/* Dies where one has ended badly. */
void racers_stop(void);

#endif
