/* The stack of places: what is open, what lies below it, tabs that were left, where one was. */
#include "ui/app.h"

#include <bsd/string.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/screen/purchase.h"

const struct screen *const screens[] = { &home_screen, &supervision_screen, &appeals_screen,
	&services_screen, &refunds_screen,
	&record_screen, &appeal_screen, &service_screen, &refund_screen, &deploy_screen,
	&deployment_screen, &acceptance_screen, &action_screen, &purchase_screen,
	&conditions_screen, &columns_screen, &users_screen, &messages_screen, &tasks_screen,
	&audit_screen,
	NULL };

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

/* ---- where the person is --------------------------------------------------------------------- */

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

bool app_selection(const struct app *app, struct selection *out)
{
	const struct place *top = app_top(app);

	memset(out, 0, sizeof(*out));
	return top->screen->selected != NULL && top->screen->selected(top, out);
}

const struct selection *app_seen(const struct app *app)
{
	return app->seen;
}

/* ---- opening and leaving --------------------------------------------------------------------- */

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
	if (app->in_history || place->screen->over)
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

/* ---- tabs ------------------------------------------------------------------------------------ */

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

void app_leave_all(struct app *app)
{
	size_t i;

	app_pop_to(app, 0);
	for (i = 0; i < TABS; i++) {
		if (app->parked[i] != NULL)
			place_close(app->parked[i]);
		app->parked[i] = NULL;
	}
}

void app_goto(struct app *app, const struct screen *screen)
{
	app_leave_all(app);
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
