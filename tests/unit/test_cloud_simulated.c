/* src/cloud/simulated.h: what is its own, beside the contract of all targets */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/when.h"
#include "cloud/simulated.h"
#include "cloud/simulated_parts.h"

#define FROM INT64_C(1795276800000)

static char parent[64], folder[96];
static struct secret *password;
static int64_t today;       /* when the next outcome() starts */

static int set_up(void **state)
{
	(void)state;
	today = FROM;
	snprintf(parent, sizeof(parent), "/tmp/koodesk-cloud.XXXXXX");
	if (mkdtemp(parent) == NULL)
		return -1;
	snprintf(folder, sizeof(folder), "%s/cloud", parent);
	password = secret_new(64);
	return secret_set(password, "Abcdef1!", 8, NULL) == STATUS_OK ? 0 : -1;
}

static void path_of(const char *deployment, const char *suffix, char out[256])
{
	char id[CLOUD_ID];

	sim_stack_id(deployment, id);
	snprintf(out, 256, "%s/%s%s", folder, id, suffix);
}

static int tear_down(void **state)
{
	static const char *const names[] = { "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7" };
	char path[256];
	size_t i;

	(void)state;
	secret_free(password);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path_of(names[i], ".json", path);
		unlink(path);
		path_of(names[i], ".new", path);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/lock", folder);
	unlink(path);
	rmdir(folder);
	return rmdir(parent);
}

static struct cloud *open_with(uint64_t seed, unsigned pace)
{
	const struct simulated_options options = { .folder = folder, .seed = seed, .pace = pace };
	struct cloud *c;
	struct error err;

	if (simulated_open(&options, &c, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return c;
}

static struct cloud_request request_of(const char *deployment, const char *flavour)
{
	const struct cloud_request request = { .deployment = deployment, .template = "P1",
	    .flavour = flavour, .network = "sim-vpc-home", .subnet = "sim-subnet-web",
	    .group = "sim-sg-recommended", .user_name = "root" };

	return request;
}

/* Starts and looks at it long after the end. */
static struct cloud_report *outcome(struct cloud *c, const struct cloud_request *request,
    const char *token)
{
	struct cloud_report *report;
	char stack[CLOUD_ID];
	struct error err;

	if (cloud_start(c, request, password, token, today, stack, &err) != STATUS_OK)
		fail_msg("%s: %s", err.field, err.message);
	today += WHEN_HOUR;
	assert_int_equal(cloud_poll(c, stack, today, &report, &err), STATUS_OK);
	return report;
}

static const char *broken_step(const struct cloud_report *report)
{
	size_t i;

	for (i = 0; i < report->n_steps; i++)
		if (report->steps[i].state == CLOUD_STEP_BROKEN)
			return report->steps[i].name;
	return "";
}

/* ---- Labelled ------------------------------------------------------------------------------ */

static void test_it_says_that_it_is_simulated(void **state)
{
	struct cloud *c = open_with(1, 0);
	struct cloud_request good = request_of("d1", "s6.large.2");
	struct cloud_request bad = request_of("d2", "x9.soldout.1");
	struct cloud_report *report;
	size_t i;

	(void)state;
	assert_string_equal(c->label, "simulated cloud");
	assert_true(cloud_can(c, CLOUD_SIMULATED));
	report = outcome(c, &good, "t1");
	assert_true(report->simulated);
	assert_int_equal(strncmp(report->stack, "simulated-", 10), 0);
	for (i = 0; i < report->n_outputs; i++) {
		if (strcmp(report->outputs[i].name, "frontEndUrl") == 0)
			assert_non_null(strstr(report->outputs[i].value, ".simulated.invalid/"));
		if (strcmp(report->outputs[i].name, "endpoint") == 0)
			assert_int_equal(strncmp(report->outputs[i].value, "203.0.113.", 10), 0);
		if (strcmp(report->outputs[i].name, "privateAddress") == 0)
			assert_int_equal(strncmp(report->outputs[i].value, "192.168.0.", 10), 0);
	}
	cloud_report_free(report);
	report = outcome(c, &bad, "t1");
	assert_int_equal(strncmp(report->cause, "Simulated:", 10), 0);
	cloud_report_free(report);
	cloud_close(c);
}

/* ---- What fails ---------------------------------------------------------------------------- */

static void test_sold_out_in_the_zone(void **state)
{
	struct cloud *c = open_with(1, 0);
	struct cloud_request request = request_of("d1", "c7.xlarge.4");
	struct cloud_report *report;
	char advice[300];

	(void)state;
	request.zone = "sim-1a";
	assert_int_equal(cloud_check(c, &request, advice, sizeof(advice), NULL), STATUS_OK);
	assert_non_null(strstr(advice, "sold out in sim-1a"));
	report = outcome(c, &request, "t1");
	assert_int_equal(report->state, CLOUD_FAILED);
	assert_string_equal(report->platform_state, "DEPLOYMENT_FAILED");
	assert_string_equal(report->cause, advice);
	assert_string_equal(report->cause_code, "Ecs.0018");
	assert_string_equal(broken_step(report), "Create the server");
	cloud_report_free(report);
	/* Left to the platform, the zone is one that has it. */
	request.zone = NULL;
	report = outcome(c, &request, "t2");
	assert_int_equal(report->state, CLOUD_DEPLOYED);
	assert_int_equal(report->attempt, 2);
	cloud_report_free(report);
	cloud_close(c);
}

static void test_the_quota(void **state)
{
	struct cloud *c = open_with(1, 0);
	struct cloud_request large = request_of("d1", "m7.4xlarge.8");
	struct cloud_request four = request_of("d2", "s6.xlarge.2");
	struct cloud_request two = request_of("d3", "s6.large.2");
	struct cloud_request never = request_of("d4", "c7n.8xlarge.2");
	struct cloud_report *report;
	char advice[300], stack[CLOUD_ID];

	(void)state;
	cloud_report_free(outcome(c, &large, "t"));
	report = outcome(c, &four, "t");       /* 16 and 4 are the whole quota */
	assert_int_equal(report->state, CLOUD_DEPLOYED);
	cloud_report_free(report);
	assert_int_equal(cloud_check(c, &two, advice, sizeof(advice), NULL), STATUS_OK);
	assert_non_null(strstr(advice, "Requested 2, used 20 of 20"));
	report = outcome(c, &two, "t");
	assert_int_equal(report->state, CLOUD_FAILED);
	assert_string_equal(report->cause_code, "Ecs.0001");
	cloud_report_free(report);
	/* What failed holds nothing, and what is removed gives back what it held. */
	sim_stack_id("d1", stack);
	assert_int_equal(cloud_remove(c, stack, today, NULL), STATUS_OK);
	report = outcome(c, &two, "t2");
	assert_int_equal(report->state, CLOUD_DEPLOYED);
	cloud_report_free(report);
	report = outcome(c, &never, "t");
	assert_int_equal(report->state, CLOUD_FAILED);
	assert_non_null(strstr(report->cause, "Requested 32"));
	cloud_report_free(report);
	cloud_close(c);
}

static void test_other_things_that_fail(void **state)
{
	struct cloud *c = open_with(1, 0);
	struct cloud_request full = request_of("d1", "s6.large.2");
	struct cloud_request small = request_of("d2", "s6.small.1");
	struct cloud_report *report;

	(void)state;
	full.subnet = "sim-subnet-full";
	report = outcome(c, &full, "t");
	assert_string_equal(report->cause_code, "Ecs.0012");
	assert_non_null(strstr(report->cause, "sim-subnet-full"));
	cloud_report_free(report);
	report = outcome(c, &small, "t");
	assert_string_equal(broken_step(report), "Run the start script");
	assert_non_null(strstr(report->cause, "out of memory"));
	assert_true(report->percent < 100);
	cloud_report_free(report);
	cloud_close(c);
}

static void test_what_is_not_there_is_refused(void **state)
{
	struct cloud *c = open_with(1, 0);
	struct cloud_request request;
	const struct { const char *field, **member, *value; } cases[] = {
		{ "zone", &request.zone, "sim-1z" },
		{ "flavour", &request.flavour, "s6.large" },
		{ "network", &request.network, "sim-vpc" },
		{ "subnet", &request.subnet, "sim-subnet-desk" },     /* of the other network */
		{ "subnet", &request.subnet, "sim-subnet-none" },
		{ "group", &request.group, "sim-sg-none" },
	};
	char stack[CLOUD_ID];
	struct error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		request = request_of("d1", "s6.large.2");
		*cases[i].member = cases[i].value;
		assert_int_equal(cloud_check(c, &request, NULL, 0, &err), STATUS_INVALID);
		assert_string_equal(err.field, cases[i].field);
		assert_int_equal(cloud_start(c, &request, password, "t", FROM, stack, &err),
		    STATUS_INVALID);
	}
	sim_stack_id("d1", stack);
	assert_int_equal(cloud_find(c, "d1", "t", stack, &err), STATUS_NOTFOUND);
	cloud_close(c);
}

/* ---- A function of the request, the start and now ------------------------------------------ */

static int64_t duration_of(struct cloud *c, const char *deployment, const char *network)
{
	struct cloud_request request = request_of(deployment, "s6.large.2");
	struct cloud_report *report;
	int64_t took;

	if (network != NULL)
		request.network = request.subnet = network;
	report = outcome(c, &request, "t");
	took = report->ended_at - report->started_at;
	cloud_report_free(report);
	return took;
}

static void test_durations_come_from_the_seed(void **state)
{
	struct cloud *one = open_with(1, 0), *two = open_with(2, 0), *fast = open_with(1, 10);
	struct cloud_report *a, *b;
	char stack[CLOUD_ID];
	int64_t end;

	(void)state;
	end = duration_of(one, "d1", NULL);
	assert_true(end > 60 * WHEN_SECOND && end < 4 * WHEN_MINUTE);
	assert_true(duration_of(two, "d2", NULL) != end);
	assert_true(duration_of(fast, "d3", NULL) < 24 * WHEN_SECOND);
	assert_true(duration_of(one, "d4", CLOUD_NEW) > 60 * WHEN_SECOND);
	/* Whoever looks sees the same, whatever seed and pace his handle has. */
	sim_stack_id("d1", stack);
	assert_int_equal(cloud_poll(one, stack, FROM + 40000, &a, NULL), STATUS_OK);
	assert_int_equal(cloud_poll(fast, stack, FROM + 40000, &b, NULL), STATUS_OK);
	assert_int_equal(a->percent, b->percent);
	assert_int_equal(a->poll_at, b->poll_at);
	cloud_report_free(a);
	cloud_report_free(b);
	cloud_close(one);
	cloud_close(two);
	cloud_close(fast);
}

static void test_a_clock_that_was_set_back(void **state)
{
	struct cloud *c = open_with(1, 0);
	struct cloud_request request = request_of("d1", "s6.large.2");
	struct cloud_report *report;
	char stack[CLOUD_ID];

	(void)state;
	cloud_report_free(outcome(c, &request, "t"));
	sim_stack_id("d1", stack);
	assert_int_equal(cloud_poll(c, stack, FROM - WHEN_DAY, &report, NULL), STATUS_OK);
	assert_int_equal(report->state, CLOUD_DEPLOYING);
	assert_int_equal(report->percent, 0);
	assert_true(report->poll_at > FROM);
	cloud_report_free(report);
	cloud_close(c);
}

/* ---- What stands in the folder ------------------------------------------------------------- */

static void test_a_killed_console_loses_nothing(void **state)
{
	struct cloud_request request = request_of("d1", "s6.large.2");
	struct cloud_report *report;
	char stack[CLOUD_ID];
	struct cloud *c;
	int status, ends[2];
	char byte;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		/* The child's copy of the password is empty: it has one of its own. */
		struct secret *own = secret_new(20);

		secret_set(own, "Abcdef1!", 8, NULL);
		c = open_with(1, 0);
		if (cloud_start(c, &request, own, "t", FROM, stack, NULL) != STATUS_OK ||
		    write(ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	c = open_with(1, 0);
	assert_int_equal(cloud_find(c, "d1", "t", stack, NULL), STATUS_OK);
	assert_int_equal(cloud_poll(c, stack, FROM + WHEN_HOUR, &report, NULL), STATUS_OK);
	assert_int_equal(report->state, CLOUD_DEPLOYED);
	cloud_report_free(report);
	/* The lock went with its holder. */
	assert_int_equal(cloud_remove(c, stack, FROM + WHEN_HOUR, NULL), STATUS_OK);
	cloud_close(c);
}

/* Processes that start one deployment at once: one wins, the others are told that it goes on. */
static void test_one_of_many_starts_it(void **state)
{
	enum { CONSOLES = 8 };
	struct cloud_request request = request_of("d1", "s6.large.2");
	struct cloud_report *report;
	char stack[CLOUD_ID], token[16];
	pid_t children[CONSOLES];
	int i, status, won = 0, busy = 0;
	struct cloud *c = open_with(1, 0);

	(void)state;
	for (i = 0; i < CONSOLES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			struct secret *own = secret_new(20);

			secret_set(own, "Abcdef1!", 8, NULL);
			snprintf(token, sizeof(token), "t%d", i);
			_exit((int)cloud_start(c, &request, own, token, FROM, stack, NULL));
		}
	}
	for (i = 0; i < CONSOLES; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		won += WEXITSTATUS(status) == STATUS_OK;
		busy += WEXITSTATUS(status) == STATUS_BUSY;
	}
	assert_int_equal(won, 1);
	assert_int_equal(busy, CONSOLES - 1);
	sim_stack_id("d1", stack);
	assert_int_equal(cloud_poll(c, stack, FROM, &report, NULL), STATUS_OK);
	assert_int_equal(report->attempt, 1);
	cloud_report_free(report);
	cloud_close(c);
}

static void test_the_folder_is_its_owners(void **state)
{
	struct cloud *c = open_with(1, 0);
	struct cloud_request request = request_of("d1", "s6.large.2");
	char path[256];
	struct stat st;
	const struct simulated_options nowhere = { .folder = "/nowhere/at/all" };
	const struct simulated_options hasty = { .folder = folder, .pace = 1001 };
	struct cloud *none;
	struct error err;

	(void)state;
	cloud_report_free(outcome(c, &request, "t"));
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	path_of("d1", ".json", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	cloud_close(c);
	assert_int_equal(simulated_open(&nowhere, &none, &err), STATUS_IO);
	assert_null(none);
	assert_int_equal(simulated_open(&hasty, &none, &err), STATUS_INVALID);
}

/* An id is no path: a stack's file that stands elsewhere is not found through one. */
static void test_ids_stay_in_the_folder(void **state)
{
	struct cloud *c = open_with(1, 0);
	struct cloud_request request = request_of("d1", "s6.large.2");
	struct cloud_report *report;
	char path[256], outside[128];

	(void)state;
	cloud_report_free(outcome(c, &request, "t"));
	path_of("d1", ".json", path);
	snprintf(outside, sizeof(outside), "%s/outside.json", parent);
	assert_int_equal(link(path, outside), 0);
	assert_int_equal(cloud_poll(c, "../outside", FROM, &report, NULL), STATUS_NOTFOUND);
	assert_int_equal(cloud_remove(c, "../outside", today, NULL), STATUS_NOTFOUND);
	unlink(outside);
	cloud_close(c);
}

static void overwrite(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void test_damaged_files_are_told(void **state)
{
	static const char *const damage[] = {
		"", "{", "[]", "{\"koodesk-simulated-stack\":2}",
		"{\"koodesk-simulated-stack\":1,\"deployment\":\"d1\",\"removedAt\":0,"
		"\"attempts\":[]}",
		"{\"koodesk-simulated-stack\":1,\"deployment\":\"d1\",\"removedAt\":0,"
		"\"attempts\":[{\"token\":\"t\",\"startedAt\":\"soon\"}]}",
	};
	struct cloud *c = open_with(1, 0);
	struct cloud_request request = request_of("d1", "s6.large.2");
	struct cloud_request other = request_of("d2", "s6.large.2");
	struct cloud_report *report;
	char path[256], stack[CLOUD_ID];
	struct error err;
	size_t i;

	(void)state;
	cloud_report_free(outcome(c, &request, "t"));
	path_of("d1", ".json", path);
	sim_stack_id("d1", stack);
	for (i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		overwrite(path, damage[i]);
		assert_int_equal(cloud_poll(c, stack, FROM, &report, &err), STATUS_IO);
		assert_non_null(strstr(err.message, "damaged"));
		assert_null(report);
		assert_int_equal(cloud_start(c, &request, password, "t", FROM, stack, &err),
		    STATUS_IO);
		sim_stack_id("d1", stack);
	}
	/* Others are not drawn in. */
	report = outcome(c, &other, "t");
	assert_int_equal(report->state, CLOUD_DEPLOYED);
	cloud_report_free(report);
	cloud_close(c);
}

/* ---- Interrupting -------------------------------------------------------------------------- */

struct waiting {
	struct cloud *c;
	enum status status;
	atomic_bool done;
};

static void *start_in_thread(void *state)
{
	struct waiting *waiting = state;
	struct cloud_request request = request_of("d1", "s6.large.2");
	char stack[CLOUD_ID];

	waiting->status = cloud_start(waiting->c, &request, password, "t", FROM, stack, NULL);
	atomic_store(&waiting->done, true);
	return NULL;
}

static void test_a_wait_is_interrupted(void **state)
{
	struct waiting waiting = { .c = open_with(1, 0) };
	char path[256], stack[CLOUD_ID];
	pthread_t thread;
	int lock;

	(void)state;
	snprintf(path, sizeof(path), "%s/lock", folder);
	lock = open(path, O_RDWR | O_CREAT, 0600);
	assert_true(lock >= 0);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	assert_int_equal(pthread_create(&thread, NULL, start_in_thread, &waiting), 0);
	while (!atomic_load(&waiting.done)) {
		cloud_interrupt(waiting.c);
		sched_yield();
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(waiting.status, STATUS_CANCELLED);
	assert_int_equal(cloud_find(waiting.c, "d1", "t", stack, NULL), STATUS_NOTFOUND);
	close(lock);
	cloud_close(waiting.c);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_it_says_that_it_is_simulated),
		TEST(test_sold_out_in_the_zone),
		TEST(test_the_quota),
		TEST(test_other_things_that_fail),
		TEST(test_what_is_not_there_is_refused),
		TEST(test_durations_come_from_the_seed),
		TEST(test_a_clock_that_was_set_back),
		TEST(test_a_killed_console_loses_nothing),
		TEST(test_one_of_many_starts_it),
		TEST(test_the_folder_is_its_owners),
		TEST(test_ids_stay_in_the_folder),
		TEST(test_damaged_files_are_told),
		TEST(test_a_wait_is_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
