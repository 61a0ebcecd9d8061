/*
 * Deployments that this console runs (F11). Each is a runner: a row of steps, one job at a time,
 * commands through the writer's worker and calls of the cloud through one of their own. The console
 * that stops leaves a lease that runs out; the next one of the same account takes over from the
 * record and the cloud alone. The password lives in the runner until the cloud has taken it.
 */
#include "ui/deployer.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/when.h"

#define RENEW (20 * WHEN_SECOND)       /* the lease is prolonged that often */
#define PAUSE (2 * WHEN_SECOND)        /* before the same is tried again */
#define PAUSE_MOST (30 * WHEN_SECOND)
#define TRIES_MAX 5
#define TRIES_TOLD 2
#define ROWS_MAX 50

static struct runner *runner_find(const struct app *app, uint64_t id)
{
	struct runner *r;

	for (r = app->runners; r != NULL; r = r->next)
		if (r->id == id)
			return r;
	return NULL;
}

static struct runner *runner_of(const struct app *app, const char *supervision)
{
	struct runner *r;

	for (r = app->runners; r != NULL; r = r->next)
		if (strcmp(r->supervision, supervision) == 0)
			return r;
	return NULL;
}

static void runner_drop(struct app *app, struct runner *runner)
{
	struct runner **at;

	for (at = &app->runners; *at != NULL && *at != runner; at = &(*at)->next)
		;
	*at = runner->next;
	secret_free(runner->password);
	free(runner->user);
	free(runner);
}

void deployer_stop(struct app *app)
{
	while (app->runners != NULL)
		runner_drop(app, app->runners);
}

size_t deployer_count(const struct app *app, bool *unsent)
{
	const struct runner *r;
	size_t n = 0;

	*unsent = false;
	for (r = app->runners; r != NULL; r = r->next) {
		if (r->phase == PHASE_TAKE)
			continue;
		n++;
		*unsent = *unsent || r->phase == PHASE_BEGIN || r->phase == PHASE_LAUNCH;
	}
	return n;
}

/* ---- what comes next ------------------------------------------------------------------------- */

static void enter(struct app *app, struct runner *r, enum phase phase)
{
	r->phase = phase;
	r->key[0] = '\0';
	r->tries = 0;
	runner_send(app, r);
}

static void fail(struct app *app, struct runner *r, const char *cause)
{
	r->deployed = false;
	strlcpy(r->cause, cause, sizeof(r->cause));
	secret_free(r->password);
	r->password = NULL;
	enter(app, r, PHASE_END);
}

static bool passes(enum status status)
{
	return status == STATUS_BUSY || status == STATUS_IO || status == STATUS_TIMEOUT ||
	       status == STATUS_OFFLINE || status == STATUS_LIMITED || status == STATUS_CANCELLED;
}

/* What passes is tried again, quietly for a while; what lasts has to be known. */
static void again(struct app *app, struct runner *r, const struct error *err)
{
	int64_t pause = PAUSE << (r->tries < 4 ? r->tries : 4);

	if (++r->tries == TRIES_TOLD)
		app_say(app, SAID_WARN, _("The deployment of %s waits and tries again: %s"),
		    r->product, err->message);
	r->due = runner_clock(app) + (pause < PAUSE_MOST ? pause : PAUSE_MOST);
}

/* In the task list, from when it runs here. */
static void begin_task(struct app *app, struct runner *r)
{
	char title[160];

	snprintf(title, sizeof(title), _("Deployment of %s, %s"), r->order, r->product);
	r->task = task_begin(app, title, &deployment_screen, r->supervision);
}

static void note_step(struct app *app, const struct runner *r)
{
	char text[256];

	strlcpy(text, _("begun"), sizeof(text));
	if (r->steps > 0)
		snprintf(text, sizeof(text), _("step %lld of %lld: %s"), (long long)r->step,
		    (long long)r->steps, r->doing);
	task_note(app, r->task, TASK_RUNNING, text);
}

static void note_end(struct app *app, const struct runner *r)
{
	task_note(app, r->task, r->deployed ? TASK_DONE : TASK_FAILED,
	    r->deployed ? _("deployed") : r->cause);
}

/* It does not go on here. */
static void give_up(struct app *app, struct runner *r, const struct error *err)
{
	task_note(app, r->task, TASK_FAILED, err->message);
	app_say_error(app, err);
	runner_drop(app, r);
}

/* Pages that show it read again; `:open` may have named them by the order. */
static void tell(struct app *app, const struct runner *r)
{
	const struct place *top = app_top(app);

	app->dirty = true;
	if (top != NULL && (top->screen == &deployment_screen || top->screen == &record_screen) &&
	    strncmp(r->supervision, top->param, strlen(top->param)) == 0)
		app_refresh(app, false);
}

/* It has begun or ended: what waits for whom is another, and lists say that too. */
static void tell_lists(struct app *app, const struct runner *r)
{
	const struct place *top = app_top(app);

	if (top != NULL && screen_is_tab(top->screen))
		app_refresh(app, false);
	else
		tell(app, r);
}

static void take_lease(struct runner *r, const struct deployment *d)
{
	r->token = d->token;
	strlcpy(r->deployment, d->id, sizeof(r->deployment));
	strlcpy(r->stack, d->stack, sizeof(r->stack));
	r->step = d->step;
	r->steps = d->steps;
}

static void begun(struct app *app, struct runner *r, struct step *step)
{
	if (step->status == STATUS_OK) {
		take_lease(r, step->page->rows[0]);
		note_step(app, r);
		enter(app, r, PHASE_LAUNCH);
		tell_lists(app, r);
	} else if (passes(step->status) && r->tries < TRIES_MAX) {
		again(app, r, &step->err);
	} else {
		give_up(app, r, &step->err);
	}
}

static void taken(struct app *app, struct runner *r, struct step *step)
{
	if (step->status == STATUS_OK) {
		take_lease(r, step->page->rows[0]);
		app_say(app, SAID_NOTE,
		    _("The deployment of %s, whose console had stopped, goes on here."),
		    r->product);
		begin_task(app, r);
		note_step(app, r);
		enter(app, r, r->stack[0] != '\0' ? PHASE_WATCH : PHASE_FIND);
		tell_lists(app, r);
	} else if (passes(step->status)) {
		again(app, r, &step->err);
	} else if (r->asked || strcmp(step->err.message, "") == 0) {
		app_say_error(app, &step->err);
		runner_drop(app, r);
	} else {
		/* Another console still runs it, or it has ended: the list tells. */
		runner_drop(app, r);
		deployer_resume(app);
	}
}

static void launched(struct app *app, struct runner *r, struct step *step)
{
	if (step->status == STATUS_OK) {
		strlcpy(r->stack, step->stack, sizeof(r->stack));
		enter(app, r, PHASE_REPORT);
	} else if (passes(step->status) && r->tries < TRIES_MAX) {
		r->password = step->password;
		step->password = NULL;
		again(app, r, &step->err);
	} else {
		fail(app, r, step->err.message);
	}
}

static void found(struct app *app, struct runner *r, struct step *step)
{
	if (step->status == STATUS_OK) {
		strlcpy(r->stack, step->stack, sizeof(r->stack));
		enter(app, r, PHASE_REPORT);
	} else if (passes(step->status)) {
		again(app, r, &step->err);
	} else {
		fail(app, r,
		    _("The console stopped before the cloud had taken the order. The password is "
		      "kept nowhere: start the deployment again."));
	}
}

/* The step that runs, or the last one that was reached. */
static int64_t current_step(const struct cloud_report *report)
{
	size_t i, at = 0;

	for (i = 0; i < report->n_steps; i++)
		if (report->steps[i].state != CLOUD_STEP_WAITING)
			at = i + 1;
	return (int64_t)at;
}

static void note_outputs(struct runner *r, const struct cloud_report *report)
{
	size_t i;

	r->outputs[0] = '\0';
	for (i = 0; i < report->n_outputs; i++) {
		const struct cloud_output *out = &report->outputs[i];

		strlcat(r->outputs, i > 0 ? "\n" : "", sizeof(r->outputs));
		snprintf(r->outputs + strlen(r->outputs), sizeof(r->outputs) - strlen(r->outputs),
		    _("%s: %s"), out->label, out->value);
	}
}

static void take_report(struct app *app, struct runner *r, const struct cloud_report *report)
{
	int64_t now = runner_clock(app), step = current_step(report);

	if (report->state == CLOUD_DEPLOYED) {
		r->deployed = true;
		note_outputs(r, report);
		enter(app, r, PHASE_END);
	} else if (report->state != CLOUD_DEPLOYING) {
		fail(app, r,
		    report->cause[0] != '\0' ? report->cause : _("The stack was removed."));
	} else if (step != r->step || now - r->reported_at >= RENEW) {
		r->step = step;
		r->steps = (int64_t)report->n_steps;
		strlcpy(r->doing, step > 0 ? report->steps[step - 1].name : "", sizeof(r->doing));
		enter(app, r, PHASE_REPORT);
	} else {
		r->due = report->poll_at > now ? report->poll_at : now + WHEN_SECOND;
	}
}

static void watched(struct app *app, struct runner *r, struct step *step)
{
	if (step->status == STATUS_OK)
		take_report(app, r, step->report);
	else if (passes(step->status))
		again(app, r, &step->err);
	else
		fail(app, r, step->err.message);
}

static void reported(struct app *app, struct runner *r, struct step *step)
{
	if (step->status == STATUS_OK) {
		r->reported_at = step->now;
		r->phase = PHASE_WATCH;
		r->tries = 0;
		r->due = runner_clock(app) + WHEN_SECOND;
		note_step(app, r);
		tell(app, r);
	} else if (passes(step->status)) {
		again(app, r, &step->err);
	} else {
		tell(app, r);
		give_up(app, r, &step->err);
	}
}

/* Who has become another user meanwhile is told whose it is. */
static void say_end(struct app *app, const struct runner *r)
{
	bool mine = app->actor.user != NULL && strcmp(app->actor.user, r->user) == 0;

	if (r->deployed && mine)
		app_say(app, SAID_GOOD, _("%s is deployed (%s): confirm its completion next."),
		    r->product, r->order);
	else if (r->deployed)
		app_say(app, SAID_GOOD, _("%s is deployed (%s); %s started it."), r->product,
		    r->order, r->user);
	else if (mine)
		app_say(app, SAID_ERROR, _("The deployment of %s failed: %s"), r->product,
		    r->cause);
	else
		app_say(app, SAID_ERROR, _("The deployment of %s, started by %s, failed: %s"),
		    r->product, r->user, r->cause);
}

static void ended(struct app *app, struct runner *r, struct step *step)
{
	if (step->status != STATUS_OK && passes(step->status)) {
		again(app, r, &step->err);
		return;
	}
	tell_lists(app, r);
	if (step->status != STATUS_OK) {
		give_up(app, r, &step->err);
	} else {
		note_end(app, r);
		say_end(app, r);
		runner_drop(app, r);
	}
	app_count_again(app);
}

void runner_answered(struct job *job)
{
	static void (*const dones[])(struct app *app, struct runner *r, struct step *step) = {
		[PHASE_BEGIN] = begun,
		[PHASE_TAKE] = taken,
		[PHASE_LAUNCH] = launched,
		[PHASE_FIND] = found,
		[PHASE_WATCH] = watched,
		[PHASE_REPORT] = reported,
		[PHASE_END] = ended,
	};
	struct step *step = (struct step *)job;
	struct runner *r = runner_find(step->app, step->runner);

	if (r != NULL)
		dones[r->phase](step->app, r, step);
	step_free(step);
}

/* ---- time ------------------------------------------------------------------------------------ */

void deployer_tick(struct app *app)
{
	int64_t now = runner_clock(app);
	struct runner *r, *next;

	for (r = app->runners; r != NULL; r = next) {
		next = r->next;
		if (r->due != 0 && r->due <= now)
			runner_send(app, r);
	}
}

int64_t deployer_due(const struct app *app)
{
	int64_t now = runner_clock(app), wait = -1;
	const struct runner *r;

	for (r = app->runners; r != NULL; r = r->next)
		if (r->due != 0 && (wait < 0 || r->due - now < wait))
			wait = r->due > now ? r->due - now : 0;
	return wait < 0 ? 0 : app_monotonic() + wait;
}

/* ---- beginnings ------------------------------------------------------------------------------ */

static struct runner *runner_new(struct app *app, const char *supervision, const char *order,
    const char *product, enum phase phase)
{
	struct runner *r = mem_alloc(sizeof(*r));

	r->id = ++app->serials;
	r->user = mem_strdup(app->actor.user != NULL ? app->actor.user : "");
	r->phase = phase;
	strlcpy(r->supervision, supervision, sizeof(r->supervision));
	strlcpy(r->order, order, sizeof(r->order));
	strlcpy(r->product, product, sizeof(r->product));
	r->next = app->runners;
	app->runners = r;
	return r;
}

void app_deploy(struct app *app, const struct deploy_request *request, struct secret *password)
{
	const struct supervision *s = request->supervision;
	struct runner *r = runner_of(app, s->id);

	if (r != NULL) {
		secret_free(password);
		return;
	}
	r = runner_new(app, s->id, s->order_id, s->product_name, PHASE_BEGIN);
	begin_task(app, r);
	r->version = s->version;
	r->password = password;
	strlcpy(r->template, s->product, sizeof(r->template));
	strlcpy(r->target, app->options->cloud->ops->name, sizeof(r->target));
	strlcpy(r->flavour, request->flavour, sizeof(r->flavour));
	strlcpy(r->network, request->network, sizeof(r->network));
	strlcpy(r->group, request->group, sizeof(r->group));
	runner_send(app, r);
}

void app_take_over(struct app *app, const struct supervision *s)
{
	struct runner *r = runner_of(app, s->id);

	if (app->options->cloud == NULL) {
		app_say(app, SAID_WARN, "%s", app_no_cloud(app));
		return;
	}
	if (r != NULL && r->phase != PHASE_TAKE) {
		app_say(app, SAID_NOTE, _("This console runs the deployment already."));
		return;
	}
	if (r == NULL)
		r = runner_new(app, s->id, s->order_id, s->product_name, PHASE_TAKE);
	else if (r->due == 0)
		return;
	r->asked = true;
	runner_send(app, r);
}

bool app_deploys(const struct app *app, const char *supervision)
{
	const struct runner *r = runner_of(app, supervision);

	return r != NULL && r->phase != PHASE_TAKE;
}

/* ---- what a console before this one has left behind ------------------------------------------ */

static void left_reply(struct place *place, const struct reply *reply)
{
	struct app *app = place->app;
	struct runner *r;
	size_t i;

	for (i = 0; reply->page != NULL && i < reply->page->count; i++) {
		const struct deployment *d = reply->page->rows[i];

		if (runner_of(app, d->supervision) != NULL ||
		    strcmp(d->target, app->options->cloud->ops->name) != 0)
			continue;
		r = runner_new(app, d->supervision, d->order_id, d->product_name, PHASE_TAKE);
		r->due = d->lease_until + WHEN_SECOND;
	}
}

const struct screen deployer_screen = { .name = "deployer", .reply = left_reply };

/* What waits for a lease was found for who the person was then. */
static void drop_waiting(struct app *app)
{
	struct runner *r, *next;

	for (r = app->runners; r != NULL; r = next) {
		next = r->next;
		if (r->phase == PHASE_TAKE && r->due != 0)
			runner_drop(app, r);
	}
}

void deployer_resume(struct app *app)
{
	struct query query = { .type = &deployment_record,
		.filter = "is:running",
		.limit = ROWS_MAX };

	drop_waiting(app);
	if (app->options->cloud != NULL && app_writes(app) && app->actor.role == ROLE_BUYER)
		place_list(&app->left, 0, &query);
}
