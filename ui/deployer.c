/*
 * Deployments that this console runs (F11). Each is a runner: a row of steps, one job at a time,
 * commands through the writer's worker and calls of the cloud through one of their own. The console
 * that stops leaves a lease that runs out; the next one of the same account takes over from the
 * record and the cloud alone. The password lives in the runner until the cloud has taken it.
 */
#include "ui/app.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/i18n.h"
#include "base/rand.h"
#include "base/when.h"

#define RENEW (20 * WHEN_SECOND)       /* the lease is prolonged that often */
#define PAUSE (2 * WHEN_SECOND)        /* before the same is tried again */
#define PAUSE_MOST (30 * WHEN_SECOND)
#define TRIES_MAX 5
#define ROWS_MAX 50

enum phase { PHASE_BEGIN, PHASE_TAKE, PHASE_LAUNCH, PHASE_FIND, PHASE_WATCH, PHASE_REPORT,
	PHASE_END };

struct runner {
	struct runner *next;
	uint64_t id;
	enum phase phase;
	char supervision[80], order[80], product[160], template[80], deployment[100];
	char target[80], flavour[CLOUD_TEXT_MAX], network[INPUT_TEXT_MAX], group[CLOUD_TEXT_MAX];
	char stack[CLOUD_ID], key[RAND_UUID];
	struct secret *password;            /* NULL: the cloud has it, or nobody */
	int64_t version, token, step, steps;
	char doing[160];
	int64_t reported_at, due;           /* ms UTC; due 0: a job is under way */
	int tries;
	bool asked;                         /* by a person, who is told why not */
	bool deployed;                      /* how it ended */
	char cause[1024], outputs[2048];
};

struct step {
	struct job job;                     /* first */
	struct app *app;
	uint64_t runner;
	struct arena arena;
	int64_t now;
	struct command command;
	struct receipt receipt;
	struct page *page;                  /* the deployment after a command that gives a lease */
	bool wants_page;
	struct cloud_request request;
	struct secret *password;
	const char *token, *deployment;
	char stack[CLOUD_ID];
	struct cloud_report *report;
	enum status status;
	struct error err;
};

static int64_t clock_now(const struct app *app)
{
	return app->options->clock(app->options->clock_state);
}

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
	free(runner);
}

void deployer_stop(struct app *app)
{
	while (app->runners != NULL)
		runner_drop(app, app->runners);
}

/* The one start of a deployment has one token, which the next console knows too. */
static void start_token(const char *deployment, char out[RAND_UUID])
{
	char text[160], digest[DIGEST_TEXT];

	snprintf(text, sizeof(text), "koodesk-deployment:%s", deployment);
	digest_of(text, strlen(text), digest);
	snprintf(out, RAND_UUID, "%.8s-%.4s-5%.3s-8%.3s-%.12s", digest, digest + 8, digest + 12,
	    digest + 15, digest + 18);
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static void step_free(struct step *step)
{
	page_drop(step->page);
	cloud_report_free(step->report);
	secret_free(step->password);
	arena_free(&step->arena);
	free(step);
}

static void step_drop(struct job *job)
{
	step_free((struct step *)job);
}

static void step_done(struct job *job);

static struct step *step_new(struct app *app, struct runner *runner, void (*run)(struct job *job))
{
	struct step *step = mem_alloc(sizeof(*step));

	step->job.run = run;
	step->job.done = step_done;
	step->job.drop = step_drop;
	step->app = app;
	step->runner = runner->id;
	step->now = clock_now(app);
	step->deployment = arena_strdup(&step->arena, runner->deployment);
	runner->due = 0;
	return step;
}

static void run_command(struct job *job)
{
	struct step *step = (struct step *)job;
	struct backend *writer = step->app->options->writer;

	step->status = backend_perform(writer, &step->command, &step->receipt, &step->err);
	if (step->status == STATUS_OK && step->wants_page)
		step->status = backend_show(
		    writer, &deployment_record, step->receipt.record, &step->page, &step->err);
}

static void run_launch(struct job *job)
{
	struct step *step = (struct step *)job;

	step->status = cloud_start(step->app->options->cloud, &step->request, step->password,
	    step->token, step->now, step->stack, &step->err);
}

static void run_find(struct job *job)
{
	struct step *step = (struct step *)job;

	step->status = cloud_find(step->app->options->cloud, step->deployment, step->token,
	    step->stack, &step->err);
}

static void run_poll(struct job *job)
{
	struct step *step = (struct step *)job;

	step->status = cloud_poll(
	    step->app->options->cloud, step->stack, step->now, &step->report, &step->err);
}

#define VALUES_MAX 6

static void add_value(struct step *step, const char *name, const char *value)
{
	struct command_value *values = (struct command_value *)step->command.values;

	if (value[0] == '\0' || step->command.n_values == VALUES_MAX)
		return;
	values[step->command.n_values].name = name;
	values[step->command.n_values++].value = arena_strdup(&step->arena, value);
}

static void add_number(struct step *step, const char *name, int64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	add_value(step, name, text);
}

/* The key is that of the intention: the same again until an answer has come. */
static struct step *command_new(struct app *app, struct runner *runner, enum action_id action)
{
	struct step *step = step_new(app, runner, run_command);

	if (runner->key[0] == '\0')
		rand_uuid(runner->key);
	step->command.values =
	    arena_alloc(&step->arena, VALUES_MAX * sizeof(*step->command.values));
	step->command.id = arena_strdup(&step->arena, runner->supervision);
	step->command.key = arena_strdup(&step->arena, runner->key);
	step->command.action = action;
	step->command.version = VERSION_ANY;
	return step;
}

static void send_begin(struct app *app, struct runner *r)
{
	struct step *step = command_new(app, r, ACTION_START_DEPLOYMENT);

	step->command.version = r->version;
	step->wants_page = true;
	add_value(step, "target", r->target);
	add_value(step, "flavour", r->flavour);
	add_value(step, "network", r->network);
	add_value(step, "group", r->group);
	job_queue(app->writes, &step->job);
}

static void send_take(struct app *app, struct runner *r)
{
	struct step *step = command_new(app, r, ACTION_TAKE_OVER_DEPLOYMENT);

	step->wants_page = true;
	job_queue(app->writes, &step->job);
}

static void send_report(struct app *app, struct runner *r)
{
	struct step *step = command_new(app, r, ACTION_REPORT_DEPLOYMENT);

	add_number(step, "token", r->token);
	add_number(step, "step", r->step);
	add_number(step, "steps", r->steps);
	add_value(step, "doing", r->doing);
	add_value(step, "stack", r->stack);
	job_queue(app->writes, &step->job);
}

static void send_end(struct app *app, struct runner *r)
{
	struct step *step = command_new(app, r, ACTION_END_DEPLOYMENT);

	add_number(step, "token", r->token);
	add_value(step, "result",
	    names_word(&deployment_result_names, r->deployed ? RESULT_DEPLOYED : RESULT_FAILED));
	add_value(step, r->deployed ? "outputs" : "cause", r->deployed ? r->outputs : r->cause);
	job_queue(app->writes, &step->job);
}

static void send_launch(struct app *app, struct runner *r)
{
	struct step *step = step_new(app, r, run_launch);
	char token[RAND_UUID];
	char *network = arena_strdup(&step->arena, r->network), *slash = strchr(network, '/');

	start_token(r->deployment, token);
	step->token = arena_strdup(&step->arena, token);
	if (slash != NULL)
		*slash++ = '\0';
	step->request = (struct cloud_request){ .deployment = step->deployment,
		.template = arena_strdup(&step->arena, r->template),
		.zone = "",
		.flavour = arena_strdup(&step->arena, r->flavour),
		.network = network,
		.subnet = slash != NULL ? slash : CLOUD_NEW,
		.group = arena_strdup(&step->arena, r->group),
		.user_name = DEPLOY_USER };
	step->password = r->password;
	r->password = NULL;
	job_queue(app->clouds, &step->job);
}

static void send_find(struct app *app, struct runner *r)
{
	struct step *step = step_new(app, r, run_find);
	char token[RAND_UUID];

	start_token(r->deployment, token);
	step->token = arena_strdup(&step->arena, token);
	job_queue(app->clouds, &step->job);
}

static void send_poll(struct app *app, struct runner *r)
{
	struct step *step = step_new(app, r, run_poll);

	strlcpy(step->stack, r->stack, sizeof(step->stack));
	job_queue(app->clouds, &step->job);
}

static void run_phase(struct app *app, struct runner *r)
{
	static void (*const sends[])(struct app *app, struct runner *r) = {
		[PHASE_BEGIN] = send_begin,
		[PHASE_TAKE] = send_take,
		[PHASE_LAUNCH] = send_launch,
		[PHASE_FIND] = send_find,
		[PHASE_WATCH] = send_poll,
		[PHASE_REPORT] = send_report,
		[PHASE_END] = send_end,
	};

	sends[r->phase](app, r);
}

/* ---- what comes next ------------------------------------------------------------------------- */

static void enter(struct app *app, struct runner *r, enum phase phase)
{
	r->phase = phase;
	r->key[0] = '\0';
	r->tries = 0;
	run_phase(app, r);
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

static void again(struct app *app, struct runner *r)
{
	int64_t pause = PAUSE << (r->tries < 4 ? r->tries : 4);

	r->tries++;
	r->due = clock_now(app) + (pause < PAUSE_MOST ? pause : PAUSE_MOST);
}

/* Pages that show it read again. */
static void tell(struct app *app, const struct runner *r)
{
	const struct place *top = app_top(app);

	app->dirty = true;
	if (top != NULL && (top->screen == &deployment_screen || top->screen == &record_screen) &&
	    strcmp(top->param, r->supervision) == 0)
		app_refresh(app, false);
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
		enter(app, r, PHASE_LAUNCH);
		tell(app, r);
	} else if (passes(step->status) && r->tries < TRIES_MAX) {
		again(app, r);
	} else {
		app_say_error(app, &step->err);
		runner_drop(app, r);
	}
}

static void taken(struct app *app, struct runner *r, struct step *step)
{
	if (step->status == STATUS_OK) {
		take_lease(r, step->page->rows[0]);
		app_say(app, SAID_NOTE,
		    _("The deployment of %s, whose console had stopped, goes on here."),
		    r->product);
		enter(app, r, r->stack[0] != '\0' ? PHASE_WATCH : PHASE_FIND);
		tell(app, r);
	} else if (passes(step->status)) {
		again(app, r);
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
		again(app, r);
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
		again(app, r);
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

		snprintf(r->outputs + strlen(r->outputs), sizeof(r->outputs) - strlen(r->outputs),
		    "%s%s: %s", i > 0 ? "\n" : "", out->label, out->value);
	}
}

static void take_report(struct app *app, struct runner *r, const struct cloud_report *report)
{
	int64_t now = clock_now(app), step = current_step(report);

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
		again(app, r);
	else
		fail(app, r, step->err.message);
}

static void reported(struct app *app, struct runner *r, struct step *step)
{
	if (step->status == STATUS_OK) {
		r->reported_at = step->now;
		r->phase = PHASE_WATCH;
		r->tries = 0;
		r->due = clock_now(app) + WHEN_SECOND;
		tell(app, r);
	} else if (passes(step->status)) {
		again(app, r);
	} else {
		app_say_error(app, &step->err);
		tell(app, r);
		runner_drop(app, r);
	}
}

static void ended(struct app *app, struct runner *r, struct step *step)
{
	if (step->status != STATUS_OK && passes(step->status)) {
		again(app, r);
		return;
	}
	if (step->status != STATUS_OK)
		app_say_error(app, &step->err);
	else if (r->deployed)
		app_say(app, SAID_GOOD, _("%s is deployed (%s): confirm its completion next."),
		    r->product, r->order);
	else
		app_say(app, SAID_ERROR, _("The deployment of %s failed: %s"), r->product,
		    r->cause);
	tell(app, r);
	runner_drop(app, r);
	app_count_again(app);
}

static void step_done(struct job *job)
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
	int64_t now = clock_now(app);
	struct runner *r, *next;

	for (r = app->runners; r != NULL; r = next) {
		next = r->next;
		if (r->due != 0 && r->due <= now)
			run_phase(app, r);
	}
}

int64_t deployer_due(const struct app *app)
{
	int64_t now = clock_now(app), wait = -1;
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
	r->version = s->version;
	r->password = password;
	strlcpy(r->template, s->product, sizeof(r->template));
	strlcpy(r->target, app->options->cloud->ops->name, sizeof(r->target));
	strlcpy(r->flavour, request->flavour, sizeof(r->flavour));
	strlcpy(r->network, request->network, sizeof(r->network));
	strlcpy(r->group, request->group, sizeof(r->group));
	run_phase(app, r);
}

void app_take_over(struct app *app, const struct supervision *s)
{
	struct runner *r = runner_of(app, s->id);

	if (app->options->cloud == NULL) {
		app_say(app, SAID_WARN, _("This console has no cloud to deploy to."));
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
	run_phase(app, r);
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

void deployer_resume(struct app *app)
{
	struct query query = { .type = &deployment_record,
		.filter = "is:running",
		.limit = ROWS_MAX };

	if (app->options->cloud != NULL && app_writes(app) && app->actor.role == ROLE_BUYER)
		place_list(&app->left, 0, &query);
}
