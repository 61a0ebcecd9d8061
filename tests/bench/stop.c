/*
 * stop [ENTRIES [TIMES]]: how soon an audit stops that is in the middle of one very long log. By
 * market_interrupt(), as the console's key does, and by a watch that says no, as Ctrl-C does at the
 * command line. Prints a table, judges nothing.
 */
#include <bsd/stdlib.h>
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/rand.h"
#include "market/keep.h"
#include "tests/unit/expect_engine.h"

#define FILES_EVERY 4 /* entries */

static char path[64] = "/tmp/koodesk-stop-XXXXXX";
static int64_t entries = 20000, times = 100;

static double ms_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* One supervision with that many comments, some with a file, written to a file. */
static void make_file(void)
{
	static struct engine engine;
	struct expect_asker buyer = { ROLE_BUYER, EXPECT_OWN };
	struct expect_inputs inputs = { .text = true };
	const struct engine_options unwatched = { .unwatched = true };
	struct subject subject;
	struct error err = { 0 };
	char sql[96];

	engine_open(&engine);
	engine_order(&engine, &subject, FLOW_LIC_OFFLINE, 0, 0);
	assert_int_equal(store_begin(engine.store, &err), STATUS_OK);
	for (int64_t i = 1; i < entries; i++) {
		inputs.kinds = i % FILES_EVERY == 0 ? 1u << FILE_EVIDENCE : 0;
		engine_step(&engine, &subject, &buyer, ACTION_COMMENT, &inputs, &unwatched);
	}
	assert_int_equal(engine.wrong, 0);
	assert_int_equal(store_commit(engine.store, &err), STATUS_OK);
	snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", path);
	assert_int_equal(sql_exec(store_sql(engine.store), sql, &err), STATUS_OK);
	engine_close(&engine);
}

/* ---- stopping -------------------------------------------------------------------------------- */

struct stop {
	struct market *market; /* NULL: the watch says it */
	double after;	       /* ms */
	clockid_t auditor;     /* the audit's own CPU time: another program's is not its delay */
	double at, cpu_at;     /* when it was asked for */
	atomic_bool asked;
};

static void *ask(void *state)
{
	struct stop *stop = state;
	struct timespec wait = { (time_t)(stop->after / 1e3),
		(long)(stop->after * 1e6) % 1000000000 };

	nanosleep(&wait, NULL);
	stop->cpu_at = ms_of(stop->auditor);
	stop->at = ms_of(CLOCK_MONOTONIC);
	atomic_store(&stop->asked, true);
	if (stop->market)
		market_interrupt(stop->market);
	return NULL;
}

static bool go_on(void *state, int64_t done, int64_t of)
{
	struct stop *stop = state;

	(void)done, (void)of;
	return !atomic_load(&stop->asked);
}

struct delay {
	double ms, cpu;
};

/* How long it goes on after it was to stop. False: it had ended before. */
static bool stopped_after(struct market *market, bool by_watch, double after, struct delay *out)
{
	struct stop stop = { .market = by_watch ? NULL : market, .after = after };
	const struct audit_watch watch = { .progress = { go_on, &stop } };
	struct audit audit;
	struct error err = { 0 };
	enum status status;
	pthread_t thread;

	assert_int_equal(pthread_getcpuclockid(pthread_self(), &stop.auditor), 0);
	assert_int_equal(pthread_create(&thread, NULL, ask, &stop), 0);
	status = market_audit(market, NULL, &watch, &audit, &err);
	out->ms = ms_of(CLOCK_MONOTONIC);
	out->cpu = ms_of(stop.auditor);
	pthread_join(thread, NULL);
	out->ms -= stop.at;
	out->cpu -= stop.cpu_at;
	return status == STATUS_CANCELLED;
}

static void measure(struct market *market, bool by_watch, double whole)
{
	struct delay sum = { 0 }, worst = { 0 }, one;
	int64_t stopped = 0;
	struct rng rng;

	rng_seed(&rng, 1);
	for (int64_t i = 0; i < times; i++) {
		double after = whole * (double)rng_below(&rng, 950) / 1000;

		if (!stopped_after(market, by_watch, after, &one))
			continue;
		stopped++;
		sum = (struct delay){ sum.ms + one.ms, sum.cpu + one.cpu };
		worst.ms = one.ms > worst.ms ? one.ms : worst.ms;
		worst.cpu = one.cpu > worst.cpu ? one.cpu : worst.cpu;
	}
	printf("%-22s %5" PRId64 " of %-5" PRId64 " %9.2f %9.2f %12.2f %9.2f\n",
	    by_watch ? "by the watch" : "by market_interrupt()", stopped, times,
	    stopped > 0 ? sum.ms / (double)stopped : 0, worst.ms,
	    stopped > 0 ? sum.cpu / (double)stopped : 0, worst.cpu);
}

int main(int argc, char **argv)
{
	const struct market_options options = { .sql = { .read_only = true, .busy_ms = 1000 } };
	struct market *market;
	struct audit audit;
	struct error err = { 0 };
	const char *why = NULL;
	double from;
	int fd;

	if (argc > 1)
		entries = strtonum(argv[1], 1, 10000000, &why);
	if (argc > 2 && !why)
		times = strtonum(argv[2], 1, 100000, &why);
	if (why || argc > 3) {
		fprintf(stderr, "usage: stop [ENTRIES [TIMES]]\n");
		return 2;
	}
	fd = mkstemp(path);
	assert_int_not_equal(fd, -1);
	close(fd);
	make_file();
	assert_int_equal(market_open(path, &options, 0, &market, &err), STATUS_OK);
	from = ms_of(CLOCK_MONOTONIC);
	assert_int_equal(market_audit(market, NULL, NULL, &audit, &err), STATUS_OK);
	from = ms_of(CLOCK_MONOTONIC) - from;
	printf("one log of %" PRId64 " entries, audited in %.0f ms; broken: %" PRId64 "\n",
	    audit.entries, from, audit.broken);
	printf("%-22s %14s %9s %9s %12s %9s\n", "stopped", "", "ms: mean", "worst", "CPU ms: mean",
	    "worst");
	measure(market, false, from);
	measure(market, true, from);
	market_close(market);
	store_remove(path);
	return 0;
}
