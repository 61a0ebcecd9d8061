/* The console as a whole: its beginning, what is due, its end, and what screens ask of it. */
#include "ui/app.h"

#include <bsd/string.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- what screens ask ------------------------------------------------------------------------ */

const struct actor *app_actor(const struct app *app)
{
	return &app->actor;
}

int64_t app_now(const struct app *app)
{
	return app->now;
}

int64_t app_offset(const struct app *app)
{
	return app->options->offset;
}

int64_t app_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool app_ascii(const struct app *app)
{
	return app->term != NULL ? term_ascii(app->term) : app->options->term.ascii;
}

bool app_plain(const struct app *app)
{
	return app->options->plain;
}

struct view app_view(const struct app *app)
{
	struct view view = { app->now, app->options->offset, app_ascii(app) };

	return view;
}

bool app_can(const struct app *app, enum capability capability)
{
	return backend_can(app->options->writer, capability);
}

bool app_writes(const struct app *app)
{
	return !app->options->read_only && app_can(app, CAN_PERFORM);
}

void app_body(const struct app *app, int *rows, int *cols)
{
	*rows = app->canvas.rows;
	*cols = app->canvas.cols;
	if (app->term != NULL)
		term_size(app->term, rows, cols);
	*rows -= 4;
}

int64_t app_last_visit(const struct app *app)
{
	return app->last_visit;
}

void app_moved(struct app *app)
{
	app->follow_at = app_monotonic() + FOLLOW_MS;
}

/* ---- how many need the actor ----------------------------------------------------------------- */

static void counter_reply(struct place *place, const struct reply *reply)
{
	struct app *app = place->app;

	if (reply->tag < 0 || reply->tag > 2 || reply->page == NULL)
		return;
	app->need_parts[reply->tag] = (int)reply->page->total;
	app->need = app->need_parts[0] + app->need_parts[1] + app->need_parts[2];
}

static const struct screen counter_screen = { .name = "counter", .reply = counter_reply };

void app_count_again(struct app *app)
{
	struct query mine = { .type = &supervision_record, .filter = "is:mine", .count = true };
	struct query appeals = { .type = &appeal_record, .filter = "is:open", .count = true };
	struct query refunds = { .type = &refund_record, .count = true };

	place_list(&app->counter, 0, &mine);
	app->need_parts[1] = app->need_parts[2] = 0;
	if (app->actor.role == ROLE_OPERATOR)
		place_list(&app->counter, 1, &appeals);
	refunds.filter = app->actor.role == ROLE_SELLER ? "is:waiting" : "state:returning";
	if (app->actor.role == ROLE_SELLER || app->actor.role == ROLE_BUYER)
		place_list(&app->counter, 2, &refunds);
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static void cancel_reader(void *state)
{
	backend_interrupt(state);
}

static void cancel_cloud(void *state)
{
	cloud_interrupt(state);
}

static void copy_actor(struct app *app)
{
	const struct actor *actor = backend_actor(app->options->reader);

	if (actor == NULL)
		return;
	app->actor = *actor;
	app->actor.user = arena_strdup(&app->who, actor->user);
	app->actor.name = arena_strdup(&app->who, actor->name);
	app->actor.account = arena_strdup(&app->who, actor->account);
	app->actor.account_name = arena_strdup(&app->who, actor->account_name);
}

void app_init(struct app *app, const struct ui_options *options)
{
	memset(app, 0, sizeof(*app));
	app->options = options;
	app->now = options->clock(options->clock_state);
	app->idle_fd = -1;
	app->need = -1;
	app->dirty = true;
	copy_actor(app);
	strlcpy(app->label, options->reader->label != NULL ? options->reader->label : "",
	    sizeof(app->label));
	app->pool = job_pool_new();
	app->reads = job_worker_new(app->pool, cancel_reader, options->reader);
	app->writes = job_worker_new(app->pool, NULL, NULL);
	app->clouds = job_worker_new(app->pool, cancel_cloud, options->cloud);
	app->left.app = app;
	app->left.screen = &deployer_screen;
	app->left.serial = ++app->serials;
	app->counter.app = app;
	app->counter.screen = &counter_screen;
	app->counter.serial = ++app->serials;
	app->audit.slot = (unsigned)(++app->serials * PLACE_TAGS + 1);
	edit_init(&app->ask, 4096, false);
	visit_load(app);
}

void app_free(struct app *app)
{
	size_t i;

	app_leave_all(app);
	app_bury(app);
	job_pool_free(app->pool);
	deployer_stop(app);
	tasks_free(app);
	audit_forget(app);
	app_overlay_close(app);
	edit_free(&app->ask);
	for (i = 0; i < app->n_ahead; i++)
		free(app->ahead[i].paste);
	for (i = 0; i < HISTORY_MAX; i++)
		free(app->lines[i].text);
	canvas_free(&app->canvas);
	canvas_free(&app->shown);
	choices_forget(app);
	arena_free(&app->who);
}

/* ---- time ------------------------------------------------------------------------------------ */

static int64_t sooner(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

int64_t app_due(const struct app *app)
{
	const struct place *top = app_top(app);
	int64_t due = sooner(app->follow_at, tasks_due(app));

	if (top != NULL && top->screen->due != NULL)
		due = sooner(due, top->screen->due(top));
	return due;
}

int64_t app_wake(const struct app *app)
{
	return sooner(app_due(app), deployer_due(app));
}

void app_tick(struct app *app)
{
	struct place *top = app_top(app);
	int64_t now = app_monotonic(), due;

	if (app->follow_at != 0 && app->follow_at <= now) {
		app->follow_at = 0;
		app->dirty = true;
	}
	tasks_tick(app);
	deployer_tick(app);
	due = top != NULL && top->screen->due != NULL ? top->screen->due(top) : 0;
	if (due != 0 && due <= now)
		top->screen->tick(top);
}

bool app_settled(struct app *app)
{
	return !app->dirty && app->n_ahead == 0 && app_due(app) == 0 && job_idle(app->pool);
}
