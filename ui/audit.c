/*
 * The audit of all operation logs: one stretch after another goes through the reader's worker, in a
 * slot of its own, so that what screens ask for comes between two of them. It belongs to the
 * console, not to its page.
 */
#include "ui/app.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

#define SHOWN_EVERY 250      /* ms */
#define FAULTS_KEPT 1000     /* the others are counted */

struct stretch {
	struct job job;              /* first */
	struct app *app;
	struct backend *backend;
	uint64_t task;
	char from[AUDIT_CURSOR];
	struct audit_part part;
	enum status status;
	struct error err;
};

static void stretch_run(struct job *job)
{
	struct stretch *stretch = (struct stretch *)job;

	stretch->status = backend_audit(stretch->backend, stretch->from, AUDIT_LIMIT_MAX,
	    &stretch->part, &stretch->err);
}

static void stretch_drop(struct job *job)
{
	free(job);
}

void audit_forget(struct app *app)
{
	free((void *)app->audit.view.faults);
	app->audit = (struct audit_run){ .slot = app->audit.slot };
}

static int percent(const struct audit_view *view)
{
	return view->of > 0 && view->done < view->of ? (int)(view->done * 100 / view->of) : 100;
}

void audit_words(const struct app *app, char *out, size_t cap)
{
	out[0] = '\0';
	if (app->audit.view.state == AUDIT_RUNNING)
		snprintf(out, cap, _("audit %d%%   "), percent(&app->audit.view));
}

void app_audit(const struct app *app, struct audit_view *out)
{
	*out = app->audit.view;
	out->problem = app->audit.problem;
}

const char *app_no_audit(const struct app *app)
{
	if (app->actor.role != ROLE_OPERATOR && app->actor.role != ROLE_REVIEWER)
		return deny_text(DENY_ROLE);
	return app_can(app, CAN_AUDIT) ? "" :
	    _("this marketplace does not check all operation logs at once");
}

/* ---- what was found -------------------------------------------------------------------------- */

static void note_fault(struct audit_run *run, const struct audit_fault *fault)
{
	struct audit_view *view = &run->view;
	struct audit_fault *faults = (struct audit_fault *)view->faults;

	view->broken++;
	if (view->n_faults == FAULTS_KEPT)
		return;
	if (view->n_faults == run->room) {
		run->room = run->room * 2 + 8;
		view->faults = faults = mem_realloc(faults, run->room, sizeof(*faults));
	}
	faults[view->n_faults++] = *fault;
}

static void note_part(struct audit_run *run, const struct audit_part *part)
{
	struct audit_view *view = &run->view;
	size_t i;

	view->of += part->of;
	view->done += part->done;
	view->logs += part->logs;
	view->entries += part->entries;
	for (i = 0; i < part->broken; i++)
		note_fault(run, &part->faults[i]);
}

static void tell_progress(struct app *app, enum task_state state)
{
	const struct audit_view *view = &app->audit.view;
	char text[200];

	app->audit.shown = app_monotonic();
	snprintf(text, sizeof(text), _("%lld of %lld records, %lld logs broken"),
	    (long long)view->done, (long long)view->of, (long long)view->broken);
	task_note(app, app->audit.task, state, text);
}

static void end(struct app *app, enum audit_state state, enum task_state task, const char *words)
{
	app->audit.view.state = state;
	task_note(app, app->audit.task, task, words);
	app->dirty = true;
}

static void end_well(struct app *app)
{
	const struct audit_view *view = &app->audit.view;
	char text[200];

	if (view->broken == 0)
		snprintf(text, sizeof(text), _("%lld operation logs, %lld entries: all intact."),
		    (long long)view->logs, (long long)view->entries);
	else
		snprintf(text, sizeof(text), _("%lld operation logs, %lld entries: %lld broken."),
		    (long long)view->logs, (long long)view->entries, (long long)view->broken);
	end(app, AUDIT_DONE, view->broken == 0 ? TASK_DONE : TASK_FAILED, text);
	app_say(app, view->broken == 0 ? SAID_GOOD : SAID_ERROR, "%s", text);
}

/* ---- its way --------------------------------------------------------------------------------- */

static void next_stretch(struct app *app);

static void stretch_done(struct job *job)
{
	struct stretch *stretch = (struct stretch *)job;
	struct app *app = stretch->app;
	struct audit_run *run = &app->audit;

	if (run->view.state != AUDIT_RUNNING || run->task != stretch->task)
		goto out;
	if (stretch->status != STATUS_OK) {
		strlcpy(run->problem, stretch->err.message, sizeof(run->problem));
		end(app, AUDIT_FAILED, TASK_FAILED, run->problem);
		app_say_error(app, &stretch->err);
		goto out;
	}
	note_part(run, &stretch->part);
	strlcpy(run->from, stretch->part.next, sizeof(run->from));
	if (run->from[0] == '\0') {
		end_well(app);
		goto out;
	}
	if (app_monotonic() - run->shown >= SHOWN_EVERY)
		tell_progress(app, TASK_RUNNING);
	next_stretch(app);
out:
	free(stretch);
}

static void next_stretch(struct app *app)
{
	struct stretch *stretch = mem_alloc(sizeof(*stretch));

	stretch->job.run = stretch_run;
	stretch->job.done = stretch_done;
	stretch->job.drop = stretch_drop;
	stretch->app = app;
	stretch->backend = app->options->reader;
	stretch->task = app->audit.task;
	strlcpy(stretch->from, app->audit.from, sizeof(stretch->from));
	job_slot(app->reads, app->audit.slot, &stretch->job);
}

void app_audit_start(struct app *app)
{
	struct audit_run *run = &app->audit;

	if (run->view.state == AUDIT_RUNNING || app_no_audit(app)[0] != '\0')
		return;
	audit_forget(app);
	run->view.state = AUDIT_RUNNING;
	run->view.at = app->now;
	run->task = task_begin(app, _("Verify all operation logs"), &audit_screen, "");
	tell_progress(app, TASK_RUNNING);
	next_stretch(app);
}

bool app_audit_stop(struct app *app)
{
	if (app->audit.view.state != AUDIT_RUNNING)
		return false;
	job_cancel(app->reads, app->audit.slot);
	app->audit.view.state = AUDIT_STOPPED;
	tell_progress(app, TASK_STOPPED);
	app_say(app, SAID_NOTE, _("The audit was stopped."));
	return true;
}
