/*
 * How fast the demo's marketplace is made: orders a second at several sizes, which should stay
 * the same. Nothing passes or fails by time.
 *
 *	tests/bench/demo [ORDERS ...]		(2000 20000)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <bsd/stdlib.h>

#include "demo/demo.h"

#define NOW INT64_C(1795327200000) /* 2026-11-22T06:00:00Z */

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Of this process: what the machine does besides does not count. */
static double processor(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int64_t count(struct market *market, const char *sql)
{
	struct sql_stmt *stmt = NULL;
	bool row = false;
	int64_t n = -1;

	if (sql_prepare(store_sql(market_store(market)), sql, &stmt, NULL) == STATUS_OK &&
	    sql_step(stmt, &row, NULL) == STATUS_OK && row)
		n = sql_int(stmt, 0);
	sql_done(stmt);
	return n;
}

static int run(int64_t orders)
{
	struct market_options options = { .sql = { .create = true },
		.offset = WHEN_PLATFORM_OFFSET };
	struct demo_options demo = { .orders = orders, .seed = DEMO_SEED, .now = NOW,
		.alone = true, .memory = INT64_C(4) << 30 };
	struct market *market = NULL;
	struct error err = { 0 };
	char path[64];
	double begin = seconds(), took, cpu = processor();
	enum status status;

	snprintf(path, sizeof path, "bench-demo-%ld.db", (long)getpid());
	status = market_open(path, &options, NOW - 730 * WHEN_DAY, &market, &err);
	if (status == STATUS_OK)
		status = demo_fill(market, &demo, NULL, NULL, &err);
	took = seconds() - begin;
	cpu = processor() - cpu;
	if (status == STATUS_OK) {
		int64_t entries = count(market, "SELECT count(*) FROM log_entries");
		int64_t pages =
		    count(market, "PRAGMA page_count") * count(market, "PRAGMA page_size");

		printf("%9" PRId64 " %9" PRId64 " %9.2f %9.2f %11.0f %11.0f %9.1f %9.0f\n", orders,
		    entries, took, cpu, (double)orders / took, (double)(entries + orders) / took,
		    (double)pages / 1048576.0, (double)pages / (double)orders);
		fflush(stdout);
	} else {
		fprintf(stderr, "%" PRId64 ": %s %s\n", orders, err.message, err.detail);
	}
	market_close(market);
	unlink(path);
	snprintf(path, sizeof path, "bench-demo-%ld.db-wal", (long)getpid());
	unlink(path);
	snprintf(path, sizeof path, "bench-demo-%ld.db-shm", (long)getpid());
	unlink(path);
	return status == STATUS_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *why = NULL;
	int failed = 0;

	printf("   orders   entries   seconds       CPU    orders/s  commands/s       MiB"
	    "  bytes each\n");
	for (int i = 1; i < argc && !failed; i++) {
		int64_t orders = strtonum(argv[i], 1, 1000000, &why);

		if (why != NULL) {
			fprintf(stderr, "%s: the number of orders is %s\n", argv[i], why);
			return 2;
		}
		failed = run(orders);
	}
	if (argc < 2)
		failed = run(2000) || run(20000);
	return failed;
}
