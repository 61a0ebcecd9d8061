/* What deployments ask of the marketplace and of the cloud: one job for each phase. */
#include "ui/deployer.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

/* The one start of a deployment has one token, which the next console knows too. */
static void start_token(const char *deployment, char out[RAND_UUID])
{
	char text[160], digest[DIGEST_TEXT];

	snprintf(text, sizeof(text), "koodesk-deployment:%s", deployment);
	digest_of(text, strlen(text), digest);
	snprintf(out, RAND_UUID, "%.8s-%.4s-5%.3s-8%.3s-%.12s", digest, digest + 8, digest + 12,
	    digest + 15, digest + 18);
}

void step_free(struct step *step)
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

static struct step *step_new(struct app *app, struct runner *runner, void (*run)(struct job *job))
{
	struct step *step = mem_alloc(sizeof(*step));

	step->job.run = run;
	step->job.done = runner_answered;
	step->job.drop = step_drop;
	step->app = app;
	step->runner = runner->id;
	step->now = runner_clock(app);
	step->user = arena_strdup(&step->arena, runner->user);
	step->deployment = arena_strdup(&step->arena, runner->deployment);
	runner->due = 0;
	return step;
}

static void run_command(struct job *job)
{
	struct step *step = (struct step *)job;
	struct backend *writer = step->app->options->writer;

	step->status = user_act_as(writer, step->user, &step->err);
	if (step->status == STATUS_OK)
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

void runner_send(struct app *app, struct runner *r)
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
