#include "ui/app.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "ui/screen/purchase.h"

const struct screen *const screens[] = { &home_screen, &supervision_screen, &appeals_screen,
	&services_screen, &refunds_screen,
	&record_screen, &appeal_screen, &service_screen, &refund_screen, &deploy_screen,
	&deployment_screen, &acceptance_screen, &action_screen, &purchase_screen,
	&conditions_screen,
	&users_screen, &messages_screen, &tasks_screen, NULL };

const struct screen *screen_find(const char *name)
{
	size_t i;

	for (i = 0; screens[i] != NULL; i++)
		if (strcmp(screens[i]->name, name) == 0)
			return screens[i];
	return NULL;
}

bool screen_is_tab(const struct screen *screen)
{
	size_t i;

	for (i = 0; i < TABS; i++)
		if (screens[i] == screen)
			return true;
	return false;
}

bool screen_of_record(const struct screen *screen)
{
	return screen == &record_screen || screen == &appeal_screen || screen == &service_screen ||
	       screen == &refund_screen || screen == &deploy_screen ||
	       screen == &deployment_screen || screen == &acceptance_screen;
}

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

/* ---- the stack ------------------------------------------------------------------------------- */

struct place *app_top(const struct app *app)
{
	return app->depth > 0 ? app->stack[app->depth - 1] : NULL;
}

bool app_here(const struct place *place)
{
	return app_top(place->app) == place;
}

struct place *app_below(const struct place *place)
{
	const struct app *app = place->app;
	size_t i;

	for (i = 1; i < app->depth; i++)
		if (app->stack[i] == place)
			return app->stack[i - 1];
	return NULL;
}

struct place *app_find(struct app *app, uint64_t serial)
{
	size_t i;

	if (app->counter.serial == serial)
		return &app->counter;
	if (app->left.serial == serial)
		return &app->left;
	for (i = 0; i < app->depth; i++)
		if (app->stack[i]->serial == serial)
			return app->stack[i];
	return NULL;
}

const struct selection *app_seen(const struct app *app)
{
	return app->seen;
}

static void place_close(struct place *place)
{
	struct app *app = place->app;

	place_cancel(place);
	if (place->screen->close != NULL)
		place->screen->close(place);
	place->next = app->closed;
	app->closed = place;
}

/* A screen may close itself: its place lives until nobody stands in it any more. */
void app_bury(struct app *app)
{
	struct place *place;

	while ((place = app->closed) != NULL) {
		app->closed = place->next;
		free(place->state);
		free(place);
	}
}

static void note_visit(struct app *app, const struct place *place)
{
	if (app->in_history || place->screen == &action_screen ||
	    place->screen == &purchase_screen ||
	    place->screen == &conditions_screen)
		return;
	if (app->n_history > 0)
		app->n_history = app->at_history + 1;
	if (app->n_history == HISTORY_MAX) {
		memmove(
		    app->history, app->history + 1, (HISTORY_MAX - 1) * sizeof(app->history[0]));
		app->n_history--;
	}
	app->history[app->n_history].screen = place->screen;
	strlcpy(app->history[app->n_history].param, place->param, PLACE_PARAM);
	app->at_history = app->n_history++;
}

struct place *app_open_seen(struct app *app, const struct screen *screen, const char *param,
    const struct selection *selection)
{
	struct place *place;

	if (app->depth == STACK_MAX) {
		app_say(app, SAID_WARN, _("Too many screens lie on each other. Esc goes back."));
		return NULL;
	}
	place = mem_alloc(sizeof(*place));
	place->app = app;
	place->screen = screen;
	place->state = mem_alloc(screen->size > 0 ? screen->size : 1);
	place->serial = ++app->serials;
	strlcpy(place->param, param, sizeof(place->param));
	app->stack[app->depth++] = place;
	app->seen = selection;
	app->follow_at = 0;
	app->dirty = true;
	screen->open(place);
	app->seen = NULL;
	note_visit(app, place);
	return place;
}

struct place *app_open(struct app *app, const struct screen *screen, const char *param)
{
	return app_open_seen(app, screen, param, NULL);
}

void app_pop_to(struct app *app, size_t depth)
{
	while (app->depth > depth)
		place_close(app->stack[--app->depth]);
	app->follow_at = 0;
	app->dirty = true;
}

void app_back(struct app *app)
{
	if (app->depth <= 1)
		return;
	app_pop_to(app, app->depth - 1);
	app_refresh(app, false);
}

static size_t tab_of(const struct screen *screen)
{
	size_t i;

	for (i = 0; i < TABS && screens[i] != screen; i++)
		continue;
	return i;
}

/* The bottom of the stack, if it is a tab, is laid aside as it is; all else is closed. */
static void park_tab(struct app *app)
{
	size_t tab = app->depth > 0 ? tab_of(app->stack[0]->screen) : TABS;

	if (tab == TABS) {
		app_pop_to(app, 0);
		return;
	}
	app_pop_to(app, 1);
	app->depth = 0;
	place_cancel(app->stack[0]);
	if (app->parked[tab] != NULL)
		place_close(app->parked[tab]);
	app->parked[tab] = app->stack[0];
}

/* Filter, order, selection and marks of a tab wait for the person to come back from another one. */
void app_tab(struct app *app, const struct screen *screen, const char *filter)
{
	size_t tab = tab_of(screen);
	struct place *kept = app->parked[tab];

	app->parked[tab] = NULL;
	if (app->depth > 0 && app->stack[0]->screen != screen)
		park_tab(app);
	else
		app_pop_to(app, 0);
	if (kept != NULL && filter[0] == '\0') {
		app->stack[app->depth++] = kept;
		note_visit(app, kept);
		app_refresh(app, false);
		return;
	}
	if (kept != NULL)
		place_close(kept);
	app_open(app, screen, filter);
}

static void drop_parked(struct app *app)
{
	size_t i;

	for (i = 0; i < TABS; i++) {
		if (app->parked[i] != NULL)
			place_close(app->parked[i]);
		app->parked[i] = NULL;
	}
}

void app_goto(struct app *app, const struct screen *screen)
{
	app_pop_to(app, 0);
	drop_parked(app);
	app_open(app, screen, "");
}

void app_refresh(struct app *app, bool counts)
{
	struct place *top = app_top(app);

	if (top != NULL && top->screen->refresh != NULL)
		top->screen->refresh(top);
	if (counts)
		app_count_again(app);
	app->dirty = true;
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
	edit_init(&app->ask, 4096, false);
	visit_load(app);
}

void app_free(struct app *app)
{
	size_t i;

	app_pop_to(app, 0);
	drop_parked(app);
	app_bury(app);
	job_pool_free(app->pool);
	deployer_stop(app);
	tasks_free(app);
	app_overlay_close(app);
	edit_free(&app->ask);
	for (i = 0; i < app->n_ahead; i++)
		free(app->ahead[i].paste);
	for (i = 0; i < HISTORY_MAX; i++)
		free(app->lines[i].text);
	canvas_free(&app->canvas);
	canvas_free(&app->shown);
	arena_free(&app->who);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool ready(const struct app *app, const struct key *key)
{
	const struct place *top = app_top(app);

	if (app->switching)
		return false;
	return app->overlay != OVER_NONE || top->screen->ready == NULL ||
	       top->screen->ready(top, key);
}

static void handle_key(struct app *app, const struct key *key, const char *paste)
{
	struct place *top = app_top(app);
	int action;

	app->telling = false;
	app->follow_at = 0;
	app->dirty = true;
	if (app->overlay != OVER_NONE) {
		app_overlay_key(app, key, paste);
		return;
	}
	if (top->screen->key != NULL && top->screen->key(top, key, paste))
		return;
	if (key->code == K_PASTE) {
		app_say(app, SAID_NOTE, _("Pasted text is ignored here: it is not a field."));
		return;
	}
	action = binding_of_key(key);
	if (action == UI_BACK && app->depth == 1) {
		if (key->code == K_CHAR)
			app->quit = true;
		else
			app_say(app, SAID_NOTE, _("This is the first screen. q leaves koodesk."));
	} else if (action != 0) {
		app_dispatch(app, action, "");
	}
}

static void drop_ahead(struct app *app)
{
	size_t i;

	for (i = 0; i < app->n_ahead; i++)
		free(app->ahead[i].paste);
	app->n_ahead = 0;
}

void app_pump(struct app *app)
{
	struct typed_key typed;

	while (app->n_ahead > 0 && !app->quit && ready(app, &app->ahead[0].key)) {
		typed = app->ahead[0];
		app->n_ahead--;
		memmove(app->ahead, app->ahead + 1, app->n_ahead * sizeof(app->ahead[0]));
		/* It may have been a letter of a password. */
		memset(&app->ahead[app->n_ahead], 0, sizeof(app->ahead[0]));
		handle_key(app, &typed.key, typed.paste);
		free(typed.paste);
		app_bury(app);
	}
}

static void queue_key(struct app *app, const struct key *key, const char *paste)
{
	struct typed_key *typed;

	if (app->n_ahead == TYPED_AHEAD_MAX) {
		app_say(app, SAID_WARN,
		    _("Too much was typed ahead: keys were lost. Esc stops reading."));
		return;
	}
	typed = &app->ahead[app->n_ahead++];
	typed->key = *key;
	typed->paste = paste == NULL ? NULL : mem_strdup(paste);
}

/*
 * Esc and Ctrl-C are for now: what was typed before them and is not yet taken is not wanted any
 * more.
 */
static bool is_urgent(const struct key *key)
{
	return key->code == K_ESC || (key->code == K_CTRL && key->cp == 'c');
}

void app_take_key(struct app *app, const struct key *key, const char *paste)
{
	const struct place *top = app_top(app);
	bool typing = top->screen->typing != NULL && top->screen->typing(top);
	struct key esc = { .code = K_ESC };
	int action;

	if (key->code == K_HANGUP) {
		app->quit = app->gone = true;
		return;
	}
	if (key->code == K_RESIZE) {
		app->resizes++;
		app->dirty = true;
		return;
	}
	if (key->code == K_NONE)
		app->dirty = true;
	if (key->code == K_FOCUS || key->code == K_BLUR || key->code == K_NONE)
		return;
	app->keys++;
	action = key->code == K_CTRL ? binding_of_key(key) : 0;
	if (action == UI_REPAINT || (action == UI_SUSPEND && !typing)) {
		app_dispatch(app, action, "");
		return;
	}
	if (is_urgent(key) && !ready(app, key)) {
		drop_ahead(app);
		handle_key(app, &esc, NULL);
		app_bury(app);
		return;
	}
	queue_key(app, key, paste);
	app_pump(app);
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
