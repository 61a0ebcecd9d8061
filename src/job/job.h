/*
 * Work off the screen's thread (architecture.md, decision 4).
 *
 * A worker is one thread that runs tasks in order. A slot holds at most one running and one waiting
 * task: a newer one replaces the waiting one, and the running one is cancelled by its owner's
 * cancel hook; the result of a replaced task is freed unseen. A task's run() is called in the
 * worker, unlocked, and cannot fail: its error is part of the task. Every task that was submitted
 * comes back exactly once, through job_collect() on the screen's thread, or through its drop() when
 * it was replaced or the pool ends. job_fd() becomes readable when there is something to collect.
 */
#ifndef KOODESK_JOB_JOB_H
#define KOODESK_JOB_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job_pool;
struct job_worker;

struct job {
	void (*run)(struct job *job);     /* worker thread */
	/* screen's thread, from job_collect(); owns and frees the job */
	void (*done)(struct job *job);
	void (*drop)(struct job *job);    /* any thread: frees the job unseen */
	struct job *next;                 /* the pool's */
	unsigned slot;                    /* the pool's */
	bool stale;                       /* the pool's */
	struct job_worker *owner;         /* the pool's */
};

struct job_pool *job_pool_new(void);
/*
 * Waits for running tasks after cancelling them; waiting writes are run to their end, waiting slot
 * tasks dropped. NULL-safe.
 */
void job_pool_free(struct job_pool *pool);
int job_fd(const struct job_pool *pool);

/*
 * cancel(state) is called from the screen's thread to end the running task early
 * (backend_interrupt); may be NULL.
 */
struct job_worker *job_worker_new(struct job_pool *pool, void (*cancel)(void *state), void *state);

/* In order, never replaced. */
void job_queue(struct job_worker *worker, struct job *job);
/* Newest wins within the slot (any number from 1). */
void job_slot(struct job_worker *worker, unsigned slot, struct job *job);
/* Cancels what runs or waits in the slot; slot 0: everything that came through job_slot(). */
void job_cancel(struct job_worker *worker, unsigned slot);

/* Calls done() of all that is finished; returns how many. Screen's thread. */
size_t job_collect(struct job_pool *pool);
/* True when nothing runs, waits or is to be collected: what tests wait for instead of sleeping. */
bool job_idle(struct job_pool *pool);

#endif
