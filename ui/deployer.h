/*
 * The inside of deployer.c: a runner for each deployment of this console, and the step that is its
 * job under way. Steps are made and answered on the console's thread and run by its workers, which
 * touch nothing of a runner. A step is freed by whoever takes its answer, or by the pool.
 */
#ifndef KOODESK_UI_DEPLOYER_H
#define KOODESK_UI_DEPLOYER_H

#include "base/rand.h"
#include "ui/app.h"

enum phase { PHASE_BEGIN, PHASE_TAKE, PHASE_LAUNCH, PHASE_FIND, PHASE_WATCH, PHASE_REPORT,
	PHASE_END };

struct runner {
	struct runner *next;
	uint64_t id;
	enum phase phase;
	char *user;                         /* who started it: it goes on as theirs */
	char supervision[80], order[80], product[160], template[80], deployment[100];
	char target[80], flavour[CLOUD_TEXT_MAX], network[INPUT_TEXT_MAX], group[CLOUD_TEXT_MAX];
	char stack[CLOUD_ID], key[RAND_UUID];
	struct secret *password;            /* NULL: the cloud has it, or nobody */
	int64_t version, token, step, steps;
	char doing[160];
	int64_t reported_at, due;           /* ms UTC; due 0: a job is under way */
	int tries;
	uint64_t task;                      /* in the task list, once it runs here; else 0 */
	bool asked;                         /* by a person, who is told why not */
	bool deployed;                      /* how it ended */
	char cause[1024], outputs[2048];
};

struct step {
	struct job job;                     /* first */
	struct app *app;
	uint64_t runner;
	struct arena arena;
	int64_t now;
	const char *user;
	struct command command;
	struct receipt receipt;
	struct page *page;                  /* the deployment after a command that gives a lease */
	bool wants_page;
	struct cloud_request request;
	struct secret *password;
	const char *token, *deployment;
	char stack[CLOUD_ID];
	struct cloud_report *report;
	enum status status;
	struct error err;
};

static inline int64_t runner_clock(const struct app *app)
{
	return app->options->clock(app->options->clock_state);
}

/* deployer_jobs.c: the job of the runner's phase, into the queue of its worker */
void runner_send(struct app *app, struct runner *runner);
void step_free(struct step *step);

/* deployer.c: takes the answer, and the step */
void runner_answered(struct job *job);

#endif
