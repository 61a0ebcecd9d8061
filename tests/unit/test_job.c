/*
 * The promises of job/job.h: each job comes back once, the newest of a slot wins, writes keep
 * order.
 */
#include "job/job.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"

/* A gate that a running job waits at until the test, or a cancel, opens it. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	bool open, reached;
};

static struct gate gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false };

struct work {
	struct job job;
	int number;
	bool waits;
};

static int order[64], n_order, n_dropped, n_run;

static void gate_set(bool open)
{
	pthread_mutex_lock(&gate.lock);
	gate.open = open;
	if (!open)
		gate.reached = false;
	pthread_cond_broadcast(&gate.turn);
	pthread_mutex_unlock(&gate.lock);
}

static void gate_await_reached(void)
{
	pthread_mutex_lock(&gate.lock);
	while (!gate.reached)
		pthread_cond_wait(&gate.turn, &gate.lock);
	pthread_mutex_unlock(&gate.lock);
}

static void cancel(void *state)
{
	(void)state;
	gate_set(true);
}

static void run(struct job *job)
{
	struct work *work = (struct work *)job;

	pthread_mutex_lock(&gate.lock);
	n_run++;
	if (work->waits) {
		gate.reached = true;
		pthread_cond_broadcast(&gate.turn);
		while (!gate.open)
			pthread_cond_wait(&gate.turn, &gate.lock);
	}
	pthread_mutex_unlock(&gate.lock);
}

static void done(struct job *job)
{
	order[n_order++] = ((struct work *)job)->number;
	free(job);
}

static void drop(struct job *job)
{
	pthread_mutex_lock(&gate.lock);
	n_dropped++;
	pthread_mutex_unlock(&gate.lock);
	free(job);
}

static struct job *work(int number, bool waits)
{
	struct work *work = mem_alloc(sizeof(*work));

	work->job.run = run;
	work->job.done = done;
	work->job.drop = drop;
	work->number = number;
	work->waits = waits;
	return &work->job;
}

static int reset(void **state)
{
	(void)state;
	n_order = n_dropped = n_run = 0;
	gate_set(false);
	return 0;
}

/* Collects until nothing is left, waiting on the descriptor as the console does. */
static void settle(struct job_pool *pool)
{
	struct pollfd fd = { .fd = job_fd(pool), .events = POLLIN };

	while (!job_idle(pool)) {
		assert_int_equal(poll(&fd, 1, -1), 1);
		job_collect(pool);
	}
}

static void test_queue_keeps_order(void **state)
{
	struct job_pool *pool = job_pool_new();
	struct job_worker *worker = job_worker_new(pool, cancel, NULL);
	int i;

	(void)state;
	for (i = 0; i < 20; i++)
		job_queue(worker, work(i, false));
	settle(pool);
	assert_int_equal(n_order, 20);
	for (i = 0; i < 20; i++)
		assert_int_equal(order[i], i);
	job_pool_free(pool);
}

static void test_newest_of_a_slot_wins(void **state)
{
	struct job_pool *pool = job_pool_new();
	struct job_worker *worker = job_worker_new(pool, NULL, NULL);

	(void)state;
	job_queue(worker, work(1, true));
	gate_await_reached();
	job_slot(worker, 1, work(2, false));
	job_slot(worker, 2, work(3, false));
	job_slot(worker, 1, work(4, false));
	assert_int_equal(n_dropped, 1);
	gate_set(true);
	settle(pool);
	assert_int_equal(n_order, 3);
	assert_int_equal(order[0], 1);
	assert_int_equal(order[1], 3);
	assert_int_equal(order[2], 4);
	job_pool_free(pool);
}

static void test_running_slot_job_is_cancelled_and_unseen(void **state)
{
	struct job_pool *pool = job_pool_new();
	struct job_worker *worker = job_worker_new(pool, cancel, NULL);

	(void)state;
	job_slot(worker, 1, work(1, true));
	gate_await_reached();
	job_slot(worker, 1, work(2, false));
	settle(pool);
	assert_int_equal(n_order, 1);
	assert_int_equal(order[0], 2);
	assert_int_equal(n_dropped, 1);
	job_pool_free(pool);
}

static void test_cancel_leaves_writes_alone(void **state)
{
	struct job_pool *pool = job_pool_new();
	struct job_worker *worker = job_worker_new(pool, NULL, NULL);

	(void)state;
	job_queue(worker, work(1, true));
	gate_await_reached();
	job_queue(worker, work(2, false));
	job_slot(worker, 1, work(3, false));
	job_cancel(worker, 0);
	gate_set(true);
	settle(pool);
	assert_int_equal(n_order, 2);
	assert_int_equal(order[1], 2);
	assert_int_equal(n_dropped, 1);
	job_pool_free(pool);
}

static void test_end_runs_writes_and_drops_reads(void **state)
{
	struct job_pool *pool = job_pool_new();
	struct job_worker *worker = job_worker_new(pool, cancel, NULL);

	(void)state;
	job_slot(worker, 1, work(1, true));
	gate_await_reached();
	job_queue(worker, work(2, false));
	job_slot(worker, 2, work(3, false));
	job_pool_free(pool);
	assert_int_equal(n_order, 0);
	assert_int_equal(n_run, 2);
	assert_int_equal(n_dropped, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_queue_keeps_order, reset),
		cmocka_unit_test_setup(test_newest_of_a_slot_wins, reset),
		cmocka_unit_test_setup(test_running_slot_job_is_cancelled_and_unseen, reset),
		cmocka_unit_test_setup(test_cancel_leaves_writes_alone, reset),
		cmocka_unit_test_setup(test_end_runs_writes_and_drops_reads, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
