#include "store/parts.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

/*
 * Rows that a bulk transaction writes behind: while commands go on, a thread of its own puts the
 * rows that they are done with into the file, each table's in the order in which they were handed
 * over. The connection is the thread's for one row at a time, and the caller's from the first
 * statement that it prepares (behind_take()) to the last that it gives back. Whoever asks about a
 * table has the rows written that wait for it (behind_settle()), so nobody sees that they were
 * late.
 */

#define WAITING_MAX 4096      /* rows; then the caller writes them */
#define WAITING_WAKE 256      /* to be woken for each would cost more than to write it */
#define YIELDS 64             /* a row is written sooner than a sleeper is awake */
#define IDLE_YIELDS 16        /* and so is many a statement */

/* Of one table, in a chain; end: where the next one goes. */
struct rows {
	struct kept_row *first, **end;
	size_t count;
};

struct behind {
	struct store *store;
	pthread_t thread;
	bool running;
	atomic_bool wanted;                /* the caller waits for the connection */
	atomic_bool busy;                  /* rows are being written, changed under the lock */
	pthread_mutex_t lock;              /* of all that follows */
	pthread_cond_t come, gone;         /* there are rows to write; nobody writes */
	struct rows rows[STORE_TYPES_MAX]; /* that wait, by the number of their kept_bit() */
	size_t count;                      /* of all */
	struct kept_row *back;             /* written: their room is to be given back */
	bool stop, asleep;
	pthread_t writer;                  /* who is busy */
	unsigned taken;                    /* by the caller, so many times */
	enum status status;                /* the first that failed: nothing is written after it */
	struct error err;
};

static void empty(struct rows *rows)
{
	rows->first = NULL;
	rows->end = &rows->first;
	rows->count = 0;
}

static void add(struct rows *rows, struct kept_row *row)
{
	*kept_chain(row) = NULL;
	*rows->end = row;
	rows->end = kept_chain(row);
	rows->count++;
}

/* What is left of a chain goes before what came meanwhile. */
static void put_back(struct rows *rows, struct kept_row *first, struct kept_row **end,
    size_t count)
{
	*end = rows->first;
	if (rows->first == NULL)
		rows->end = end;
	rows->first = first;
	rows->count += count;
}

/*
 * Writes what waits for one table; the thread only as long as the caller does not want the
 * connection. The lock is held, but not while rows are written.
 */
static void write_table(struct behind *behind, struct rows *rows, bool all)
{
	struct kept_row *first = rows->first, **end = rows->end, **at = &first;
	enum status status = behind->status;
	struct error err = { 0 };
	size_t count = rows->count, left = count;

	empty(rows);
	pthread_mutex_unlock(&behind->lock);
	while (*at != NULL && (all || !behind->wanted)) {
		if (status == STATUS_OK)
			status = kept_write_row(behind->store, *at, &err);
		at = kept_chain(*at);
		left--;
	}
	pthread_mutex_lock(&behind->lock);
	if (behind->status == STATUS_OK && status != STATUS_OK)
		behind->err = err;
	behind->status = status;
	behind->count -= count - left;
	if (left > 0)
		put_back(rows, *at, end, left);
	if (left == count)
		return;
	*at = behind->back;
	behind->back = first;
}

static void write_rows(struct behind *behind, uint64_t types, bool all)
{
	size_t i;

	behind->writer = pthread_self();
	behind->busy = true;
	for (i = 0; i < STORE_TYPES_MAX && (all || !behind->wanted); i++) {
		if ((types >> i & 1) && behind->rows[i].count > 0)
			write_table(behind, &behind->rows[i], all);
	}
	behind->busy = false;
	pthread_cond_signal(&behind->gone);
}

static void let_others(struct behind *behind)
{
	pthread_mutex_unlock(&behind->lock);
	sched_yield();
	pthread_mutex_lock(&behind->lock);
}

static void *run(void *state)
{
	struct behind *behind = state;
	int yields = 0;

	pthread_mutex_lock(&behind->lock);
	while (!behind->stop) {
		if (behind->count >= WAITING_WAKE && behind->taken == 0 && !behind->wanted &&
		    !behind->busy) {
			yields = 0;
			write_rows(behind, UINT64_MAX, false);
		} else if (behind->count > 0 && yields++ < IDLE_YIELDS) {
			let_others(behind);
		} else {
			yields = 0;
			behind->asleep = true;
			pthread_cond_wait(&behind->come, &behind->lock);
			behind->asleep = false;
		}
	}
	pthread_mutex_unlock(&behind->lock);
	return NULL;
}

static void wake(struct behind *behind)
{
	if (behind->asleep && behind->taken == 0 && behind->count >= WAITING_WAKE)
		pthread_cond_signal(&behind->come);
}

struct behind *behind_new(struct store *store)
{
	struct behind *behind = mem_alloc(sizeof *behind);
	size_t i;

	behind->store = store;
	for (i = 0; i < STORE_TYPES_MAX; i++)
		empty(&behind->rows[i]);
	if (pthread_mutex_init(&behind->lock, NULL) != 0 ||
	    pthread_cond_init(&behind->come, NULL) != 0 ||
	    pthread_cond_init(&behind->gone, NULL) != 0)
		mem_fail();
	/* Without a thread the caller writes, whenever enough waits. */
	behind->running = pthread_create(&behind->thread, NULL, run, behind) == 0;
	return behind;
}

/* What still waits goes unwritten. */
void behind_free(struct behind *behind)
{
	size_t i;

	if (behind == NULL)
		return;
	pthread_mutex_lock(&behind->lock);
	behind->stop = true;
	behind->wanted = true;
	pthread_cond_signal(&behind->come);
	pthread_mutex_unlock(&behind->lock);
	if (behind->running)
		pthread_join(behind->thread, NULL);
	for (i = 0; i < STORE_TYPES_MAX; i++)
		kept_give_back(behind->store->kept, behind->rows[i].first);
	kept_give_back(behind->store->kept, behind->back);
	pthread_cond_destroy(&behind->come);
	pthread_cond_destroy(&behind->gone);
	pthread_mutex_destroy(&behind->lock);
	free(behind);
}

static enum status how_it_went(const struct behind *behind, struct error *err)
{
	if (behind->status != STATUS_OK && err != NULL)
		*err = behind->err;
	return behind->status;
}

/* Nobody writes any more, and the thread does not begin before the lock is given back. */
static void wait_for_rest(struct behind *behind)
{
	int yields;

	behind->wanted = true;
	for (yields = 0; behind->busy && yields < YIELDS; yields++)
		sched_yield();
	pthread_mutex_lock(&behind->lock);
	while (behind->busy)
		pthread_cond_wait(&behind->gone, &behind->lock);
	behind->wanted = false;
}

enum status behind_put(struct behind *behind, struct kept_row *row, uint64_t type,
    struct kept_row **back, struct error *err)
{
	enum status status;

	pthread_mutex_lock(&behind->lock);
	if (behind->count >= WAITING_MAX) {
		pthread_mutex_unlock(&behind->lock);
		wait_for_rest(behind);
		write_rows(behind, UINT64_MAX, true);
	}
	add(&behind->rows[__builtin_ctzll(type)], row);
	behind->count++;
	wake(behind);
	*back = behind->back;
	behind->back = NULL;
	status = how_it_went(behind, err);
	pthread_mutex_unlock(&behind->lock);
	return status;
}

/* It is a statement of who writes. */
static bool is_writing(struct behind *behind)
{
	bool writing;

	if (!behind->busy)
		return false;
	pthread_mutex_lock(&behind->lock);
	writing = behind->busy && pthread_equal(pthread_self(), behind->writer);
	pthread_mutex_unlock(&behind->lock);
	return writing;
}

enum status behind_take(void *state, struct error *err)
{
	struct behind *behind = state;
	enum status status;

	if (is_writing(behind))
		return STATUS_OK;
	wait_for_rest(behind);
	status = how_it_went(behind, err);
	behind->taken += status == STATUS_OK;
	pthread_mutex_unlock(&behind->lock);
	return status;
}

void behind_give(void *state)
{
	struct behind *behind = state;

	if (is_writing(behind))
		return;
	pthread_mutex_lock(&behind->lock);
	behind->taken--;
	wake(behind);
	pthread_mutex_unlock(&behind->lock);
}

enum status behind_settle(struct behind *behind, uint64_t types, struct error *err)
{
	enum status status;

	if (is_writing(behind))
		return STATUS_OK;
	wait_for_rest(behind);
	write_rows(behind, types, true);
	status = how_it_went(behind, err);
	pthread_mutex_unlock(&behind->lock);
	return status;
}
