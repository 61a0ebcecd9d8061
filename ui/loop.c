/*
 * The event loop: one thread polls the terminal, its signals and the workers' descriptor, takes all
 * input and all replies, then draws at most once, then sleeps until the next due time, if there is
 * one. `koodesk screen` runs the same without a terminal.
 */
#include "ui/app.h"

#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "ui/screen/purchase.h"

/* ---- the place to start at ------------------------------------------------------------------- */

const char *const *ui_screen_names(void)
{
	static const char *const names[] = { "home", "supervision", "appeals", "services",
		"refunds", "record ID", "appeal ID", "service ID", "refund ID", "deploy ID",
		"deployment ID", "acceptance ID", "users", "messages", "tasks", "audit", "help",
		"appeal-form ID", NULL };

	return names;
}

static enum status no_screen(const char *name, struct error *err)
{
	const char *const *at;
	char list[400] = "";

	for (at = ui_screen_names(); *at != NULL; at++) {
		strlcat(list, at == ui_screen_names() ? "" : ", ", sizeof(list));
		strlcat(list, *at, sizeof(list));
	}
	return error_set(
	    err, STATUS_NOTFOUND,
	        _("There is no screen “%s”. There are: %s; and each action's word with an ID, such "
	      "as deliver ID."),
	    name, list);
}

/*
 * Screens of one record; an action's word opens its form. "appeal" is a screen and an action: the
 * form has a name of its own.
 */
static enum status start_with_id(
    struct app *app, const char *word, const char *id, struct error *err)
{
	const char *action = strcmp(word, "appeal-form") == 0 ? "appeal" : word;
	const struct screen *screen;
	char param[PLACE_PARAM];
	bool owned = action_find(action) != NULL && action_find(action)->on == ON_INSTANCE;

	if (id[0] == '\0')
		return error_set(err, STATUS_INVALID, _("Say which record: “%s ID”."), word);
	app_open(app, &home_screen, "");
	screen = screen_find(strcmp(word, "start-deployment") == 0 ? "deploy" : word);
	if (screen != NULL && screen_of_record(screen)) {
		app_open(app, screen, id);
	} else {
		snprintf(param, sizeof(param), "%s %s", action, id);
		app_open(app, owned ? &purchase_screen : &action_screen, param);
	}
	return STATUS_OK;
}

enum status app_start_at(struct app *app, const char *name, struct error *err)
{
	const char *whole = name == NULL || name[0] == '\0' ? "home" : name;
	size_t n = strcspn(whole, " ");
	const char *rest = whole[n] == ' ' ? whole + n + 1 : "";
	const struct action *action;
	const struct screen *screen;
	char word[48];

	strlcpy(word, whole, n + 1 < sizeof(word) ? n + 1 : sizeof(word));
	action = action_find(strcmp(word, "appeal-form") == 0 ? "appeal" : word);
	screen = screen_find(word);
	if ((action != NULL && binding_is_offered((int)action->id)) ||
	    (screen != NULL && screen_of_record(screen)))
		return start_with_id(app, word, rest, err);
	if (strcmp(word, "help") == 0) {
		struct key key = { .code = K_CHAR, .cp = '?' };

		app_open(app, &home_screen, "");
		/* waits until there is something to help with */
		app_take_key(app, &key, NULL);
		return STATUS_OK;
	}
	if (screen == NULL || screen->over)
		return no_screen(whole, err);
	if (!screen_is_tab(screen))
		app_open(app, &home_screen, "");
	app_open(app, screen, rest);
	return STATUS_OK;
}

/* ---- idle: what tests wait for (doc/testing.md) ---------------------------------------------- */

static int idle_descriptor(void)
{
	const char *text = getenv("KOODESK_IDLE_FD");
	const char *why = NULL;
	int fd;

	if (text == NULL || text[0] == '\0')
		return -1;
	fd = (int)strtonum(text, 0, 1 << 20, &why);
	return why == NULL && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? fd : -1;
}

static void tell_idle(struct app *app)
{
	char line[96];
	int n;

	if (app->idle_told)
		return;
	app->idle_told = true;
	if (app->idle_fd < 0)
		return;
	n = snprintf(line, sizeof(line), "idle %llu %llu\n", (unsigned long long)app->keys,
	    (unsigned long long)app->resizes);
	if (write(app->idle_fd, line, (size_t)n) != n)
		app->idle_fd = -1;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static bool take_key(void *state, const struct key *key)
{
	struct app *app = state;

	app->idle_told = false;
	app_take_key(app, key, key->code == K_PASTE ? term_paste(app->term) : NULL);
	return !app->quit;
}

void app_suspend(struct app *app)
{
	if (app->term == NULL)
		return;
	term_stop(app->term);
	app->dirty = true;
}

static void show(struct app *app)
{
	struct canvas other;

	app_draw(app);
	if (!term_show(app->term, &app->canvas))
		return;
	app->dirty = false;
	app->shown_serial = app->overlay == OVER_NONE ? app_top(app)->serial : 0;
	other = app->shown;
	app->shown = app->canvas;
	app->canvas = other;
}

static int64_t min_wait(int64_t a, int64_t b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

static int wait_ms(struct app *app)
{
	int64_t due = app_wake(app), wait = -1;

	if (due != 0) {
		wait = due - app_monotonic();
		if (wait < 0)
			wait = 0;
	}
	return (int)min_wait(wait, term_timeout(app->term));
}

static void take_all(struct app *app, struct pollfd *fds, int timed_out)
{
	if (fds[0].revents != 0 || fds[1].revents != 0 || timed_out)
		term_read(app->term, take_key, app);
	if (fds[2].revents != 0) {
		app->idle_told = false;
		job_collect(app->pool);
		app_bury(app);
	}
	app_tick(app);
	app_pump(app);
	app_bury(app);
}

static void loop(struct app *app)
{
	struct pollfd fds[3] = { { term_fd(app->term), POLLIN, 0 },
		{ term_signal_fd(app->term), POLLIN, 0 }, { job_fd(app->pool), POLLIN, 0 } };
	int n;

	while (!app->quit) {
		if (app->dirty)
			show(app);
		if (app_settled(app) && term_timeout(app->term) < 0)
			tell_idle(app);
		n = poll(fds, 3, wait_ms(app));
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0 || term_timeout(app->term) >= 0 || app_wake(app) != 0)
			take_all(app, fds, n <= 0);
	}
}

enum status ui_run(const struct ui_options *options, struct error *err)
{
	struct app *app = mem_alloc(sizeof(*app));
	enum status status;

	signal(SIGPIPE, SIG_IGN);
	app_init(app, options);
	app->idle_fd = idle_descriptor();
	status = STATUS_OK;
	if (!options->plain)
		status = term_open(&options->term, &app->term, err);
	if (status == STATUS_OK)
		status = app_start_at(app, options->start, err);
	if (status == STATUS_OK) {
		app_count_again(app);
		deployer_resume(app);
		if (options->plain)
			status = plain_run(app, err);
		else
			loop(app);
		visit_store(app);
	}
	/* drafts are written while the terminal may still be there to wait for */
	app_pop_to(app, 0);
	term_close(app->term);
	app->term = NULL;
	app_free(app);
	free(app);
	return status;
}

/* ---- a picture ------------------------------------------------------------------------------- */

static void wait_for_jobs(struct app *app)
{
	struct pollfd fd = { job_fd(app->pool), POLLIN, 0 };

	do {
		job_collect(app->pool);
		app_pump(app);
		app_bury(app);
		app_draw(app);
		if (!job_idle(app->pool))
			poll(&fd, 1, -1);
	} while (!job_idle(app->pool));
	app->follow_at = 0;
	app_draw(app);
}

enum status ui_dump(const struct ui_options *options, const char *name, int rows, int cols,
    struct buf *out, struct error *err)
{
	struct app *app = mem_alloc(sizeof(*app));
	enum status status;

	app_init(app, options);
	canvas_resize(&app->canvas, rows, cols);
	status = app_start_at(app, name, err);
	if (status == STATUS_OK) {
		app_count_again(app);
		wait_for_jobs(app);
		if (options->plain)
			app_describe(app, out);
		else
			canvas_dump(&app->canvas, out);
	}
	app_free(app);
	free(app);
	return status;
}
