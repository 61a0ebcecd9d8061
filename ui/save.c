/*
 * Saving a file: where to, whether what stands there may be overwritten, and the job that writes it
 * beside its place first.
 */
#include "ui/app.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"

enum { SAVE_OVERWRITE = 1, SAVE_ELSEWHERE };

struct save {
	struct job job;              /* first */
	struct app *app;
	struct backend *backend;
	uint64_t task;
	struct arena arena;
	const char *user, *attachment, *path;
	bool overwrite;
	enum status status;
	struct error err;
};

/* ---- writing it ------------------------------------------------------------------------------ */

static void save_free(struct save *save)
{
	arena_free(&save->arena);
	free(save);
}

static void save_drop(struct job *job)
{
	save_free((struct save *)job);
}

static enum status fd_write(void *state, const void *data, size_t n, struct error *err)
{
	const int *fd = state;

	if (bytes_write(*fd, data, n))
		return STATUS_OK;
	return error_set(err, STATUS_IO, _("The file cannot be written: %s."), strerror(errno));
}

static enum status write_file(
    const struct save *save, int fd, const char *making, struct error *err)
{
	struct byte_sink sink = { fd_write, &fd };
	enum status status = backend_fetch(save->backend, save->attachment, &sink, err);
	bool safe = fsync(fd) == 0;

	if (close(fd) != 0 || !safe) {
		if (status == STATUS_OK)
			status = error_set(err, STATUS_IO, _("%s cannot be written: %s."),
			    save->path, strerror(errno));
	}
	/* A link does not replace what has come into being meanwhile. */
	if (status == STATUS_OK &&
	    (save->overwrite ? rename(making, save->path) : link(making, save->path)) != 0)
		status = error_set(err, errno == EEXIST ? STATUS_EXISTS : STATUS_IO, "%s: %s",
		    save->path, strerror(errno));
	unlink(making);
	return status;
}

static void save_run(struct job *job)
{
	struct save *save = (struct save *)job;
	struct stat st;
	char *making;
	int fd;

	save->status = user_act_as(save->backend, save->user, &save->err);
	if (save->status != STATUS_OK)
		return;
	if (!save->overwrite && lstat(save->path, &st) == 0) {
		save->status =
		    error_set(&save->err, STATUS_EXISTS, _("%s is there already."), save->path);
		return;
	}
	making = arena_printf(&save->arena, "%s.XXXXXX", save->path);
	fd = mkostemp(making, O_CLOEXEC);
	if (fd < 0)
		save->status = error_set(&save->err, STATUS_IO, _("%s cannot be written: %s."),
		    save->path, strerror(errno));
	else
		save->status = write_file(save, fd, making, &save->err);
}

static void save_done(struct job *job)
{
	struct save *save = (struct save *)job;
	struct task *task = task_find(save->app, save->task);

	if (task != NULL && save->status == STATUS_OK) {
		task->state = TASK_DONE;
		snprintf(task->result, sizeof(task->result), _("Saved, contents checked: %s"),
		    save->path);
		app_say(save->app, SAID_GOOD, "%s", task->result);
	} else if (task != NULL) {
		task->state = TASK_FAILED;
		strlcpy(task->result, save->err.message, sizeof(task->result));
		app_say_error(save->app, &save->err);
	}
	save->app->dirty = true;
	save_free(save);
}

/* Into app->saving.path. */
static void save_start(struct place *place, bool overwrite)
{
	struct app *app = place->app;
	struct save *save = mem_alloc(sizeof(*save));
	struct task *task;
	char title[160];

	snprintf(title, sizeof(title), _("Save %s"), app->saving.path);
	save->job.run = save_run;
	save->job.done = save_done;
	save->job.drop = save_drop;
	save->app = app;
	save->backend = app->options->writer;
	task = task_new(place, title);
	save->task = task->id;
	save->user = arena_strdup(&save->arena, task->user);
	save->attachment = arena_strdup(&save->arena, app->saving.attachment);
	save->path = arena_strdup(&save->arena, app->saving.path);
	save->overwrite = overwrite;
	job_queue(app->writes, &save->job);
}

/* ---- where to -------------------------------------------------------------------------------- */

static void ask_path(struct app *app, const char *path);

static void take_overwrite(struct place *place, int id)
{
	struct app *app = place->app;

	if (id == SAVE_OVERWRITE)
		save_start(place, true);
	else
		ask_path(app, app->saving.path);
}

static void ask_overwrite(struct app *app)
{
	char title[200];
	struct menu *menu;

	snprintf(title, sizeof(title), _("%s is there already"), app->saving.path);
	menu = app_menu(app, title, take_overwrite);
	menu_add(menu, SAVE_ELSEWHERE, "", _("Choose another name"), "", "");
	menu_add(menu, SAVE_OVERWRITE, "", _("Overwrite it"), "", "");
}

/* "~/x" is in the home folder; a folder gets the file's own name. */
static bool full_path(const struct app *app, const char *typed, char *out, size_t cap)
{
	const char *home = getenv("HOME");
	struct stat st;
	int n;

	if (typed[0] == '~' && (typed[1] == '/' || typed[1] == '\0') && home != NULL)
		n = snprintf(out, cap, "%s%s", home, typed + 1);
	else
		n = snprintf(out, cap, "%s", typed);
	if (n <= 0 || n >= (int)cap)
		return false;
	if (stat(out, &st) == 0 && S_ISDIR(st.st_mode)) {
		if (out[n - 1] != '/')
			strlcat(out, "/", cap);
		return strlcat(out, app->saving.name, cap) < cap;
	}
	return true;
}

static void take_path(struct place *place, const char *text)
{
	struct app *app = place->app;
	struct stat st;

	if (text[0] == '\0') {
		app_say(app, SAID_NOTE, _("Nothing was saved."));
		return;
	}
	if (!full_path(app, text, app->saving.path, sizeof(app->saving.path))) {
		app_say(app, SAID_ERROR, _("This path is too long."));
		return;
	}
	if (lstat(app->saving.path, &st) == 0)
		ask_overwrite(app);
	else
		save_start(place, false);
}

static void ask_path(struct app *app, const char *path)
{
	app_ask(app, _("Save as"), path, take_path);
}

void app_save_file(struct app *app, const char *attachment, const char *name)
{
	strlcpy(app->saving.attachment, attachment, sizeof(app->saving.attachment));
	if (!text_file_name(app->saving.name, sizeof(app->saving.name), name))
		strlcpy(app->saving.name, "attachment", sizeof(app->saving.name));
	ask_path(app, app->saving.name);
}
