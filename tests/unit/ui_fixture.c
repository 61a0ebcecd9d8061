#include "ui_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <poll.h>

#include <cmocka.h>

#include "backend/embedded.h"
#include "cloud/simulated.h"
#include "demo/demo.h"

#define NOW INT64_C(1795329000000)   /* 2026-11-22T06:30:00Z */

static int64_t clock_of(void *state)
{
	return ((struct ui_fixture *)state)->now;
}

static struct backend *open_backend(struct ui_fixture *f, const char *user)
{
	struct embedded_options options = { .path = f->db,
		.user = user,
		.label = "demo",
		.offset = 8 * WHEN_HOUR,
		.clock = clock_of,
		.clock_state = f };
	struct backend *backend = NULL;
	struct error err;

	if (embedded_open(&options, &backend, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return backend;
}

static void make_demo(struct ui_fixture *f)
{
	struct market_options options = { .sql = { .create = true }, .offset = 8 * WHEN_HOUR };
	struct demo_options demo = { .orders = 60, .seed = DEMO_SEED, .now = NOW };
	struct market *market = NULL;
	struct error err;

	if (market_open(f->db, &options, NOW - 730 * WHEN_DAY, &market, &err) != STATUS_OK ||
	    demo_fill(market, &demo, NULL, NULL, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	market_close(market);
}

static void settle(struct ui_fixture *f)
{
	struct app *app = f->app;
	struct pollfd fd = { job_fd(app->pool), POLLIN, 0 };

	do {
		job_collect(app->pool);
		app_bury(app);
		app_pump(app);
		app_draw(app);
		if (!job_idle(app->pool))
			poll(&fd, 1, -1);
	} while (!job_idle(app->pool) || (app->n_ahead > 0 && !app->quit));
	app->follow_at = 0;
	app_draw(app);
}

/* The simulated cloud, a hundred times as fast. */
static void open_cloud(struct ui_fixture *f)
{
	char folder[128];
	struct simulated_options options = { .folder = folder, .seed = 7, .pace = 1 };
	struct error err;

	snprintf(folder, sizeof(folder), "%s/cloud", f->dir);
	if (simulated_open(&options, &f->options.cloud, &err) != STATUS_OK)
		fail_msg("%s", err.message);
}

static void start(struct ui_fixture *f, const char *user, const char *where)
{
	struct error err;

	f->options.reader = open_backend(f, user);
	f->options.writer = open_backend(f, user);
	open_cloud(f);
	f->options.state_dir = f->state;
	f->options.clock = clock_of;
	f->options.clock_state = f;
	f->options.offset = 8 * WHEN_HOUR;
	f->app = mem_alloc(sizeof(*f->app));
	app_init(f->app, &f->options);
	canvas_resize(&f->app->canvas, 24, 80);
	if (app_start_at(f->app, where, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	app_count_again(f->app);
	deployer_resume(f->app);
	settle(f);
}

static void stop(struct ui_fixture *f)
{
	visit_store(f->app);
	app_free(f->app);
	free(f->app);
	cloud_close(f->options.cloud);
	backend_close(f->options.reader);
	backend_close(f->options.writer);
}

void fixture_open(struct ui_fixture *f, const char *user, const char *where)
{
	memset(f, 0, sizeof(*f));
	f->now = NOW;
	snprintf(f->dir, sizeof(f->dir), "/tmp/koodesk-ui-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->db, sizeof(f->db), "%s/demo.db", f->dir);
	snprintf(f->state, sizeof(f->state), "%s/state", f->dir);
	assert_int_equal(mkdir(f->state, 0700), 0);
	buf_init(&f->text, 1u << 20);
	make_demo(f);
	start(f, user, where);
}

void fixture_restart(struct ui_fixture *f, const char *user, const char *where)
{
	stop(f);
	start(f, user, where);
}

static void remove_all(const char *dir)
{
	char command[160];
	pid_t pid = fork();

	snprintf(command, sizeof(command), "%s", dir);
	if (pid == 0) {
		execlp("rm", "rm", "-rf", "--", command, (char *)NULL);
		_exit(127);
	}
}

void fixture_close(struct ui_fixture *f)
{
	stop(f);
	buf_free(&f->text);
	remove_all(f->dir);
}

static void press(struct ui_fixture *f, const char *name)
{
	struct key key;

	if (!key_parse(name, &key))
		fail_msg("no key: %s", name);
	app_take_key(f->app, &key, NULL);
}

static void type(struct ui_fixture *f, const char *text, size_t n)
{
	struct key key = { .code = K_CHAR };
	bool ok;
	size_t at = 0;

	while (at < n) {
		at += text_decode(text + at, n - at, &key.cp, &ok);
		app_take_key(f->app, &key, NULL);
	}
}

void fixture_keys(struct ui_fixture *f, const char *keys)
{
	char name[32];
	size_t n;

	while (*(keys += strspn(keys, " ")) != '\0') {
		if (*keys == '\'') {
			n = strcspn(++keys, "'");
			type(f, keys, n);
			keys += n + 1;
			continue;
		}
		n = strcspn(keys, " ");
		snprintf(name, sizeof(name), "%.*s", (int)n, keys);
		press(f, name);
		keys += n;
	}
	settle(f);
}

void fixture_pass(struct ui_fixture *f, int64_t ms)
{
	f->now += ms;
	app_draw(f->app);
	deployer_tick(f->app);
	settle(f);
}

void fixture_import(struct ui_fixture *f, const char *json)
{
	struct import_report counts;
	struct backend *other = open_backend(f, NULL);
	struct error err;

	if (embedded_import(other, json, strlen(json), false, &counts, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	backend_close(other);
}

const char *fixture_screen(struct ui_fixture *f)
{
	buf_clear(&f->text);
	canvas_dump(&f->app->canvas, &f->text);
	return buf_text(&f->text);
}

void fixture_sees(struct ui_fixture *f, const char *text)
{
	if (strstr(fixture_screen(f), text) == NULL)
		fail_msg("“%s” is not on the screen:\n%s", text, buf_text(&f->text));
}

void fixture_sees_not(struct ui_fixture *f, const char *text)
{
	if (strstr(fixture_screen(f), text) != NULL)
		fail_msg("“%s” is on the screen:\n%s", text, buf_text(&f->text));
}

struct page *fixture_supervision(struct ui_fixture *f, const char *id)
{
	struct backend *other = open_backend(f, "operator");
	struct page *page = NULL;
	struct error err;

	if (backend_show(other, &supervision_record, id, &page, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	backend_close(other);
	return page;
}
