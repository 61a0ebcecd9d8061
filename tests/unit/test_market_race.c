/* Two handles on one file: of two moves from the same version exactly one wins (R14). */
#include "market_fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ROUNDS 20

struct runner {
	struct bench *bench;
	pthread_barrier_t *barrier;
	const char *values;
	enum action_id action;
	const struct actor *actor;
	const char *key;
	int64_t version;
	enum status status;
	struct receipt receipt;
};

static void *run(void *state)
{
	struct runner *r = state;

	pthread_barrier_wait(r->barrier);
	r->status = bench_send(r->bench, r->actor, LICENSE, r->action, r->values,
	    r->action == ACTION_DELIVER ? DELIVER_KINDS : NULL, T0, r->key, r->version, false);
	r->receipt = r->bench->receipt;
	return NULL;
}

static void race(struct runner runners[2])
{
	pthread_barrier_t barrier;
	pthread_t threads[2];

	pthread_barrier_init(&barrier, NULL, 2);
	for (int i = 0; i < 2; i++) {
		runners[i].barrier = &barrier;
		assert_int_equal(pthread_create(&threads[i], NULL, run, &runners[i]), 0);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&barrier);
}

static void make_path(char path[64])
{
	int fd;

	snprintf(path, 64, "/tmp/koodesk-race-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
}

static void remove_all(const char *path)
{
	char side[80];

	unlink(path);
	snprintf(side, sizeof side, "%s-wal", path);
	unlink(side);
	snprintf(side, sizeof side, "%s-shm", path);
	unlink(side);
}

static void test_one_winner(void **state)
{
	char path[64], key[32];
	struct bench *one, *two;

	(void)state;
	make_path(path);
	one = bench_make(path);
	two = bench_make(path);
	for (int i = 0; i < ROUNDS; i++) {
		int64_t version = bench_supervision(one, LICENSE)->version;
		bool delivering = i % 2 == 0;
		struct runner r[2] = { { .bench = one }, { .bench = two } };
		int won;

		snprintf(key, sizeof key, "round-%d", i);
		for (int j = 0; j < 2; j++) {
			r[j].action = delivering ? ACTION_DELIVER : ACTION_REJECT;
			r[j].actor = delivering ? &r[j].bench->seller : &r[j].bench->buyer;
			r[j].values = delivering ? "result=Done." : "reason=Not yet.";
			r[j].version = version;
			r[j].key = j == 0 ? key : key + 1;
		}
		race(r);
		won = r[0].status == STATUS_OK ? 0 : 1;
		assert_status(r[won].bench, r[won].status, STATUS_OK);
		assert_status(r[1 - won].bench, r[1 - won].status, STATUS_CONFLICT);
		assert_non_null(
		    strstr(r[1 - won].bench->err.message, delivering ? "Acceptance" : "Delivery"));
		assert_int_equal(bench_supervision(two, LICENSE)->version, version + 1);
	}
	bench_verify_all(one);
	bench_drop(one);
	bench_drop(two);
	remove_all(path);
}

/* The same command from both: it happens once, and both have the same answer. */
static void test_same_command_twice(void **state)
{
	char path[64];
	struct bench *one, *two;
	struct runner r[2];

	(void)state;
	make_path(path);
	one = bench_make(path);
	two = bench_make(path);
	for (int j = 0; j < 2; j++)
		r[j] = (struct runner){ .bench = j == 0 ? one : two,
			.action = ACTION_DELIVER,
			.values = "result=Done.",
			.version = 1,
			.key = "same",
			.actor = j == 0 ? &one->seller : &two->seller };
	race(r);
	assert_status(one, r[0].status, STATUS_OK);
	assert_status(two, r[1].status, STATUS_OK);
	assert_true(r[0].receipt.replayed != r[1].receipt.replayed);
	assert_string_equal(r[0].receipt.hash, r[1].receipt.hash);
	assert_int_equal(bench_supervision(one, LICENSE)->log_length, 2);
	bench_drop(one);
	bench_drop(two);
	remove_all(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_winner),
		cmocka_unit_test(test_same_command_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
