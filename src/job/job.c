#include "job/job.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"

/* Jobs in the order in which they were added. */
struct chain {
	struct job *first, **last;
};

struct job_worker {
	struct job_worker *next;
	struct job_pool *pool;
	pthread_t thread;
	pthread_cond_t wake;
	struct chain waiting;
	struct job *running;
	void (*cancel)(void *state);
	void *state;
	/* cancel() is under way: the worker starts nothing until it has returned */
	bool cancelling;
};

/*
 * One lock for all: it is held for a few pointers at a time, never while a job runs or is
 * cancelled.
 */
struct job_pool {
	pthread_mutex_t lock;
	struct job_worker *workers;
	struct chain finished;
	int fd;
	bool ending;
};

static void chain_init(struct chain *chain)
{
	chain->first = NULL;
	chain->last = &chain->first;
}

static void chain_add(struct chain *chain, struct job *job)
{
	job->next = NULL;
	*chain->last = job;
	chain->last = &job->next;
}

static struct job *chain_take(struct chain *chain)
{
	struct job *job = chain->first;

	if (job == NULL)
		return NULL;
	chain->first = job->next;
	if (chain->first == NULL)
		chain->last = &chain->first;
	job->next = NULL;
	return job;
}

/*
 * Moves the slot's jobs (0: those of every slot) out of `from`; queued jobs (slot 0 themselves)
 * stay.
 */
static void chain_pull(struct chain *from, unsigned slot, struct chain *out)
{
	struct chain keep;
	struct job *job;

	chain_init(&keep);
	while ((job = chain_take(from)) != NULL) {
		bool match = job->slot != 0 && (slot == 0 || job->slot == slot);

		chain_add(match ? out : &keep, job);
	}
	chain_init(from);
	while ((job = chain_take(&keep)) != NULL)
		chain_add(from, job);
}

static void drop_all(struct chain *chain)
{
	struct job *job;

	while ((job = chain_take(chain)) != NULL)
		job->drop(job);
}

static void pool_ring(struct job_pool *pool)
{
	uint64_t one = 1;
	ssize_t n;

	do
		n = write(pool->fd, &one, sizeof(one));
	while (n < 0 && errno == EINTR);    /* EAGAIN: it rings already */
}

static void *worker_main(void *arg)
{
	struct job_worker *worker = arg;
	struct job_pool *pool = worker->pool;

	pthread_mutex_lock(&pool->lock);
	for (;;) {
		while (worker->cancelling || (worker->waiting.first == NULL && !pool->ending))
			pthread_cond_wait(&worker->wake, &pool->lock);
		worker->running = chain_take(&worker->waiting);
		if (worker->running == NULL)
			break;
		pthread_mutex_unlock(&pool->lock);
		worker->running->owner = worker;
		worker->running->run(worker->running);
		pthread_mutex_lock(&pool->lock);
		chain_add(&pool->finished, worker->running);
		worker->running = NULL;
		pool_ring(pool);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

struct job_pool *job_pool_new(void)
{
	struct job_pool *pool = mem_alloc(sizeof(*pool));

	pool->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (pool->fd < 0 || pthread_mutex_init(&pool->lock, NULL) != 0)
		mem_fail();
	chain_init(&pool->finished);
	return pool;
}

int job_fd(const struct job_pool *pool)
{
	return pool->fd;
}

struct job_worker *job_worker_new(struct job_pool *pool, void (*cancel)(void *state), void *state)
{
	struct job_worker *worker = mem_alloc(sizeof(*worker));

	worker->pool = pool;
	worker->cancel = cancel;
	worker->state = state;
	chain_init(&worker->waiting);
	if (pthread_cond_init(&worker->wake, NULL) != 0 ||
	    pthread_create(&worker->thread, NULL, worker_main, worker) != 0)
		mem_fail();
	pthread_mutex_lock(&pool->lock);
	worker->next = pool->workers;
	pool->workers = worker;
	pthread_mutex_unlock(&pool->lock);
	return worker;
}

/*
 * Called with the lock held: asks the running job of the slot to end. The worker starts nothing new
 * meanwhile, so that the cancel never hits the job that follows.
 */
static void worker_cancel_running(struct job_worker *worker, unsigned slot)
{
	struct job *job = worker->running;

	if (job == NULL || job->slot == 0 || (slot != 0 && job->slot != slot))
		return;
	job->stale = true;
	if (worker->cancel == NULL)
		return;
	worker->cancelling = true;
	pthread_mutex_unlock(&worker->pool->lock);
	worker->cancel(worker->state);
	pthread_mutex_lock(&worker->pool->lock);
	worker->cancelling = false;
	pthread_cond_signal(&worker->wake);
}

void job_queue(struct job_worker *worker, struct job *job)
{
	job->slot = 0;
	job->stale = false;
	pthread_mutex_lock(&worker->pool->lock);
	chain_add(&worker->waiting, job);
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->pool->lock);
}

/*
 * Takes back all that the slot holds, waiting, running or finished, and puts `job`, if any, in its
 * place.
 */
static void slot_replace(struct job_worker *worker, unsigned slot, struct job *job)
{
	struct job_pool *pool = worker->pool;
	struct chain out;
	struct job *old;

	chain_init(&out);
	pthread_mutex_lock(&pool->lock);
	chain_pull(&worker->waiting, slot, &out);
	for (old = pool->finished.first; old != NULL; old = old->next)
		if (old->owner == worker && old->slot != 0 && (slot == 0 || old->slot == slot))
			old->stale = true;
	if (job != NULL)
		chain_add(&worker->waiting, job);
	worker_cancel_running(worker, slot);
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&pool->lock);
	drop_all(&out);
}

void job_slot(struct job_worker *worker, unsigned slot, struct job *job)
{
	job->slot = slot;
	job->stale = false;
	slot_replace(worker, slot, job);
}

void job_cancel(struct job_worker *worker, unsigned slot)
{
	slot_replace(worker, slot, NULL);
}

size_t job_collect(struct job_pool *pool)
{
	struct chain mine;
	struct job *job;
	uint64_t rung;
	size_t count = 0;
	ssize_t n;

	do
		n = read(pool->fd, &rung, sizeof(rung));
	while (n < 0 && errno == EINTR);
	chain_init(&mine);
	pthread_mutex_lock(&pool->lock);
	while ((job = chain_take(&pool->finished)) != NULL)
		chain_add(&mine, job);
	pthread_mutex_unlock(&pool->lock);
	while ((job = chain_take(&mine)) != NULL) {
		if (job->stale)
			job->drop(job);
		else
			job->done(job);
		count++;
	}
	return count;
}

bool job_idle(struct job_pool *pool)
{
	struct job_worker *worker;
	bool idle;

	pthread_mutex_lock(&pool->lock);
	idle = pool->finished.first == NULL;
	for (worker = pool->workers; worker != NULL; worker = worker->next)
		idle = idle && worker->running == NULL && worker->waiting.first == NULL;
	pthread_mutex_unlock(&pool->lock);
	return idle;
}

static void worker_free(struct job_worker *worker)
{
	pthread_join(worker->thread, NULL);
	pthread_cond_destroy(&worker->wake);
	free(worker);
}

void job_pool_free(struct job_pool *pool)
{
	struct job_worker *worker;
	struct job *job;

	if (pool == NULL)
		return;
	for (worker = pool->workers; worker != NULL; worker = worker->next)
		job_cancel(worker, 0);
	pthread_mutex_lock(&pool->lock);
	pool->ending = true;
	for (worker = pool->workers; worker != NULL; worker = worker->next)
		pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&pool->lock);
	while ((worker = pool->workers) != NULL) {
		pool->workers = worker->next;
		worker_free(worker);
	}
	while ((job = chain_take(&pool->finished)) != NULL)
		job->drop(job);
	pthread_mutex_destroy(&pool->lock);
	close(pool->fd);
	free(pool);
}
