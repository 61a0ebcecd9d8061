/*
 * Tasks: what is on its way through the writer's worker, in order, and the commands among them. An
 * answer that was lost (busy, input/output, time) is asked for again with the same idempotency key;
 * whatever happens, the task list says what became of it.
 */
#include "ui/app.h"

#include <bsd/string.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"

#define TRIES_MAX 4
#define RETRY_MS 1000         /* the first pause; each is twice the one before */

struct send {
	struct job job;              /* first */
	struct app *app;
	struct backend *backend;
	uint64_t task;
	struct arena arena;
	const char *user;
	struct command command;
	const char *const *paths;
	const enum file_kind *kinds;
	size_t n_paths;
	struct receipt receipt;
	enum status status;
	struct error err;
};

static void send_free(struct send *send)
{
	arena_free(&send->arena);
	free(send);
}

static void send_drop(struct job *job)
{
	send_free((struct send *)job);
}

/* ---- the task list --------------------------------------------------------------------------- */

struct task *task_find(const struct app *app, uint64_t id)
{
	struct task *task;

	for (task = app->tasks; task != NULL; task = task->next)
		if (task->id == id)
			return task;
	return NULL;
}

static void task_free(struct task *task)
{
	arena_free(&task->arena);
	free(task);
}

void tasks_free(struct app *app)
{
	struct task *task;

	while ((task = app->tasks) != NULL) {
		app->tasks = task->next;
		task_free(task);
	}
}

static bool has_ended(const struct task *task)
{
	return task->state == TASK_DONE || task->state == TASK_FAILED ||
	       task->state == TASK_STOPPED;
}

/* The oldest that have ended make room. */
static void forget_old(struct app *app)
{
	struct task **at = &app->tasks, *task;
	size_t n = 0;

	while ((task = *at) != NULL) {
		if (++n > TASKS_MAX && has_ended(task)) {
			*at = task->next;
			task_free(task);
		} else {
			at = &task->next;
		}
	}
}

static struct task *add_task(struct app *app, const char *title)
{
	struct task *task = mem_alloc(sizeof(*task));

	task->id = ++app->serials;
	task->app = app;
	task->at = app->now;
	task->user = arena_strdup(&task->arena, app->actor.user != NULL ? app->actor.user : "");
	strlcpy(task->title, title, sizeof(task->title));
	task->next = app->tasks;
	app->tasks = task;
	forget_old(app);
	return task;
}

struct task *task_new(struct place *place, const char *title)
{
	struct task *task = add_task(place->app, title);

	task->place = place->serial;
	return task;
}

uint64_t task_begin(
    struct app *app, const char *title, const struct screen *page, const char *param)
{
	struct task *task = add_task(app, title);

	task->state = TASK_RUNNING;
	task->page = page;
	strlcpy(task->param, param, sizeof(task->param));
	return task->id;
}

void task_note(struct app *app, uint64_t id, enum task_state state, const char *result)
{
	struct task *task = task_find(app, id);

	if (task == NULL)
		return;
	task->state = state;
	strlcpy(task->result, result, sizeof(task->result));
	app->dirty = true;
}

bool app_task(const struct app *app, size_t index, struct task_row *out)
{
	static const char *const states[] = { N_("waiting"), N_("trying again"), N_("done"),
		N_("failed"), N_("under way"), N_("stopped") };
	const struct task *task = app->tasks;

	while (task != NULL && index-- > 0)
		task = task->next;
	if (task == NULL)
		return false;
	*out = (struct task_row){ task->id, task->at, task->title, _(states[task->state]),
		task->result, has_ended(task), task->state == TASK_FAILED, task->page,
		task->param };
	return true;
}

size_t tasks_open(const struct app *app)
{
	const struct task *task;
	size_t n = 0;

	for (task = app->tasks; task != NULL; task = task->next)
		n += !has_ended(task);
	return n;
}

static void tell_place(struct app *app, const struct task *task, const struct ending *outcome)
{
	struct place *place = app_find(app, task->place);

	if (place != NULL && place->screen->done != NULL)
		place->screen->done(place, outcome);
}

/* ---- commands -------------------------------------------------------------------------------- */

static void command_run(struct job *job)
{
	struct send *send = (struct send *)job;
	struct command_file *files =
	    arena_alloc(&send->arena, (send->n_paths + 1) * sizeof(*files));
	size_t i;

	send->status = user_act_as(send->backend, send->user, &send->err);
	/* What cannot be read here will not be readable for asking again. */
	for (i = 0; i < send->n_paths && send->status == STATUS_OK; i++)
		if (access(send->paths[i], R_OK) != 0)
			send->status = error_path(
			    &send->err, STATUS_INVALID, send->paths[i], strerror(errno));
	for (i = 0; i < send->n_paths && send->status == STATUS_OK; i++)
		send->status = backend_attach_path(send->backend, send->paths[i], send->kinds[i],
		    &send->arena, &files[i], &send->err);
	send->command.files = files;
	send->command.n_files = send->n_paths;
	if (send->status == STATUS_OK)
		send->status =
		    backend_perform(send->backend, &send->command, &send->receipt, &send->err);
}

static bool lost(enum status status)
{
	return status == STATUS_BUSY || status == STATUS_IO || status == STATUS_TIMEOUT ||
	       status == STATUS_OFFLINE || status == STATUS_LIMITED || status == STATUS_CANCELLED;
}

/*
 * "Confirm acceptance CS22...: completed, log entry 5 (1a2b3c4d)." "Deliver CS22...: now at
 * Acceptance, ..."
 */
static void receipt_words(
    const struct task *task, const struct receipt *receipt, char *out, size_t cap)
{
	enum action_kind kind = action_get(task->command.action)->kind;
	char what[96];

	/* What changes no state shall not be told by the state. */
	if (!receipt->owned && (kind == KIND_NOTE || kind == KIND_RATE))
		strlcpy(what, _("recorded"), sizeof(what));
	else if (receipt->owned)
		strlcpy(what, C_("of an action", "done"), sizeof(what));
	else if (receipt->state != SUPERVISION_OPEN)
		strlcpy(what, names_label(&supervision_state_names, (int64_t)receipt->state),
		    sizeof(what));
	else if (task->command.action == ACTION_PICK_UP)
		strlcpy(what, _("the code stands with the service (4)"), sizeof(what));
	/* A decision that changes no node says at which it goes on. */
	else if (receipt->from == receipt->to && task->command.action != ACTION_DECIDE)
		strlcpy(what, _("recorded"), sizeof(what));
	else
		snprintf(what, sizeof(what), _("now at %s"),
		    names_label(&stage_names, (int64_t)receipt->to));
	snprintf(out, cap, _("%s: %s, log entry %lld (%.8s)."), task->title, what,
	    (long long)receipt->seq, receipt->hash);
}

static void command_succeeded(struct app *app, struct task *task, const struct receipt *receipt)
{
	struct ending outcome = { STATUS_OK, receipt, NULL };

	task->state = TASK_DONE;
	/* What became of it stands on the record's page. */
	task->page = receipt->owned ? &service_screen : &record_screen;
	strlcpy(task->param, task->command.id, sizeof(task->param));
	receipt_words(task, receipt, task->result, sizeof(task->result));
	if (task->draft != NULL)
		draft_remove(task->draft);
	tell_place(app, task, &outcome);
	app_say(app, SAID_GOOD, "%s", task->result);
}

static void command_failed(
    struct app *app, struct task *task, enum status status, const struct error *err)
{
	struct ending outcome = { status, NULL, err };
	int pause = RETRY_MS << task->tries;

	task->tries++;
	strlcpy(task->result, err->message, sizeof(task->result));
	if (lost(status) && task->tries < TRIES_MAX) {
		if (err->retry_after_s * 1000 > pause)
			pause = err->retry_after_s * 1000;
		task->state = TASK_RETRYING;
		task->retry_at = app_monotonic() + pause;
		app_say(app, SAID_WARN, _("%s: not yet done: %s Trying again."), task->title,
		    err->message);
		return;
	}
	task->state = TASK_FAILED;
	app_say_error(app, err);
	tell_place(app, task, &outcome);
}

static void command_done(struct job *job)
{
	struct send *send = (struct send *)job;
	struct app *app = send->app;
	struct task *task = task_find(app, send->task);

	if (task != NULL) {
		if (send->status == STATUS_OK)
			command_succeeded(app, task, &send->receipt);
		else
			command_failed(app, task, send->status, &send->err);
		app->dirty = true;
	}
	send_free(send);
	app_count_again(app);
}

static void copy_command(struct arena *arena, struct command *to, const struct command *from)
{
	struct command_value *values = arena_alloc(arena, (from->n_values + 1) * sizeof(*values));
	size_t i;

	*to = *from;
	to->id = arena_strdup(arena, from->id);
	to->key = arena_strdup(arena, from->key);
	for (i = 0; i < from->n_values; i++) {
		values[i].name = arena_strdup(arena, from->values[i].name);
		values[i].value = arena_strdup(arena, from->values[i].value);
	}
	to->values = values;
	to->files = NULL;
	to->n_files = 0;
}

static void copy_paths(struct arena *arena, const char *const *paths, const enum file_kind *kinds,
    size_t n, const char ***paths_out, enum file_kind **kinds_out)
{
	size_t i;

	*paths_out = arena_alloc(arena, (n + 1) * sizeof(**paths_out));
	*kinds_out = arena_alloc(arena, (n + 1) * sizeof(**kinds_out));
	for (i = 0; i < n; i++) {
		(*paths_out)[i] = arena_strdup(arena, paths[i]);
		(*kinds_out)[i] = kinds[i];
	}
}

/* The job has copies of its own: the task may be forgotten while it runs. */
static void task_start(struct task *task)
{
	struct send *send = mem_alloc(sizeof(*send));
	const char **paths;
	enum file_kind *kinds;

	send->job.run = command_run;
	send->job.done = command_done;
	send->job.drop = send_drop;
	send->app = task->app;
	send->backend = task->app->options->writer;
	send->task = task->id;
	send->user = arena_strdup(&send->arena, task->user);
	copy_command(&send->arena, &send->command, &task->command);
	copy_paths(&send->arena, task->paths, task->kinds, task->n_paths, &paths, &kinds);
	send->paths = paths;
	send->kinds = kinds;
	send->n_paths = task->n_paths;
	task->state = TASK_WAITING;
	job_queue(task->app->writes, &send->job);
}

void place_send(struct place *place, const struct task_request *request)
{
	struct task *task = task_new(place, request->title);

	copy_command(&task->arena, &task->command, request->command);
	copy_paths(&task->arena, request->paths, request->kinds, request->n_paths, &task->paths,
	    &task->kinds);
	task->n_paths = request->n_paths;
	task->draft = request->draft == NULL ? NULL : arena_strdup(&task->arena, request->draft);
	task_start(task);
}

bool app_task_retry(struct app *app, uint64_t id)
{
	struct task *task = task_find(app, id);

	if (task == NULL || task->state != TASK_FAILED || task->command.id == NULL)
		return false;
	task->tries = 0;
	task_start(task);
	return true;
}

void tasks_tick(struct app *app)
{
	int64_t now = app_monotonic();
	struct task *task;

	for (task = app->tasks; task != NULL; task = task->next)
		if (task->state == TASK_RETRYING && task->retry_at <= now)
			task_start(task);
}

int64_t tasks_due(const struct app *app)
{
	const struct task *task;
	int64_t due = 0;

	for (task = app->tasks; task != NULL; task = task->next)
		if (task->state == TASK_RETRYING && (due == 0 || task->retry_at < due))
			due = task->retry_at;
	return due;
}
