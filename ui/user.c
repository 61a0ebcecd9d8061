/*
 * Becoming another user, where a marketplace allows that: both handles change, one by one. What was
 * begun before goes on for who began it.
 */
#include "ui/app.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

struct turn {
	struct job job;              /* first */
	struct app *app;
	struct backend *backend;
	struct arena arena;
	const char *user;
	struct actor actor;
	enum status status;
	struct error err;
};

enum status user_act_as(struct backend *backend, const char *user, struct error *err)
{
	const struct actor *actor = backend_actor(backend);

	if (!backend_can(backend, CAN_IMPERSONATE) || user[0] == '\0' ||
	    (actor != NULL && strcmp(actor->user, user) == 0))
		return STATUS_OK;
	return backend_impersonate(backend, user, err);
}

static void turn_free(struct turn *turn)
{
	arena_free(&turn->arena);
	free(turn);
}

static void turn_drop(struct job *job)
{
	turn_free((struct turn *)job);
}

/*
 * The actor of a handle changes under its worker's feet: what the screen shows is a copy that was
 * made there.
 */
static void turn_run(struct job *job)
{
	struct turn *turn = (struct turn *)job;
	const struct actor *actor;

	turn->status = backend_impersonate(turn->backend, turn->user, &turn->err);
	actor = backend_actor(turn->backend);
	if (turn->status != STATUS_OK || actor == NULL)
		return;
	turn->actor = *actor;
	turn->actor.user = arena_strdup(&turn->arena, actor->user);
	turn->actor.name = arena_strdup(&turn->arena, actor->name);
	turn->actor.account = arena_strdup(&turn->arena, actor->account);
	turn->actor.account_name = arena_strdup(&turn->arena, actor->account_name);
}

static struct turn *turn_new(struct app *app, struct backend *backend, const char *user,
    void (*done)(struct job *job))
{
	struct turn *turn = mem_alloc(sizeof(*turn));

	turn->job.run = turn_run;
	turn->job.done = done;
	turn->job.drop = turn_drop;
	turn->app = app;
	turn->backend = backend;
	turn->user = arena_strdup(&turn->arena, user);
	return turn;
}

static void reader_done(struct job *job)
{
	struct turn *turn = (struct turn *)job;
	struct app *app = turn->app;

	app->switching = false;
	if (turn->status != STATUS_OK) {
		app_say_error(app, &turn->err);
	} else {
		visit_store(app);
		arena_free(&app->who);
		app->who = turn->arena;
		memset(&turn->arena, 0, sizeof(turn->arena));
		app->actor = turn->actor;
		visit_load(app);
		choices_forget(app);
		audit_forget(app);
		deployer_resume(app);
		app->need = -1;
		app_goto(app, &home_screen);
		app_count_again(app);
		app_say(app, SAID_GOOD, _("You act as %s (%s) now."), app->actor.user,
		    names_label(&role_names, (int64_t)app->actor.role));
	}
	app->dirty = true;
	turn_free(turn);
}

/* The writer first, behind all that waits there; the reader follows only where that went well. */
static void writer_done(struct job *job)
{
	struct turn *turn = (struct turn *)job;
	struct app *app = turn->app;
	struct turn *next;

	if (turn->status != STATUS_OK) {
		app->switching = false;
		app_say_error(app, &turn->err);
		app->dirty = true;
	} else {
		next = turn_new(app, app->options->reader, turn->user, reader_done);
		job_queue(app->reads, &next->job);
	}
	turn_free(turn);
}

void app_switch_user(struct app *app, const char *user)
{
	if (!app_can(app, CAN_IMPERSONATE)) {
		app_say(app, SAID_ERROR,
		    _("Who you are is decided when you sign in; it cannot be changed here."));
		return;
	}
	app_audit_stop(app);      /* it is of what the user before may see */
	app->switching = true;
	job_queue(app->writes, &turn_new(app, app->options->writer, user, writer_done)->job);
}
