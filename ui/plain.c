/*
 * --plain: the same screens in words, line by line, for a screen reader or a terminal that can do
 * nothing. A line is one of
 *
 *   (empty)            Enter
 *   a, Down, Ctrl-S    a key, or several separated by blanks
 *   open 2, accept     a command by its word, as after `:` (a leading `:` may stand there)
 *   /stage:delivery    a filter
 *   reason=Not yet.    in a form: a field; a file field takes a path
 *
 * After each line the screen is described, with what was said.
 */
#include "ui/app.h"

#include <bsd/string.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "ui/term/echo.h"
#include "ui/widget/form.h"

#define LINE_MAX_BYTES 16384

struct plain { struct app *app; char data[LINE_MAX_BYTES]; size_t used; bool ended; };

static bool put(struct plain *plain, const char *text)
{
	size_t n = strlen(text);

	while (n > 0) {
		ssize_t done = write(plain->app->options->term.fd_out, text, n);

		if (done < 0 && errno != EINTR)
			return false;
		if (done > 0) {
			text += done;
			n -= (size_t)done;
		}
	}
	return true;
}

/* Waits until nothing is under way: a description of something half read would be worth nothing. */
static void settle(struct app *app)
{
	struct pollfd fd = { job_fd(app->pool), POLLIN, 0 };

	do {
		job_collect(app->pool);
		app_tick(app);
		app_pump(app);
		app_bury(app);
		app_draw(app);
		if (!job_idle(app->pool))
			poll(&fd, 1, 100);
	} while (!job_idle(app->pool) || (app->n_ahead > 0 && !app->quit));
	app->follow_at = 0;
	app->dirty = false;
}

static bool tell(struct plain *plain)
{
	struct buf out;
	bool fine;

	buf_init(&out, 4u << 20);
	app_describe(plain->app, &out);
	buf_puts(&out, "> ");
	fine = put(plain, buf_text(&out));
	buf_free(&out);
	plain->app->telling = false;
	return fine;
}

/* ---- what a line means ----------------------------------------------------------------------- */

static void press(struct app *app, const struct key *key)
{
	app_take_key(app, key, NULL);
	settle(app);
}

static void press_code(struct app *app, enum key_code code)
{
	struct key key = { .code = code };

	press(app, &key);
}

static void type_text(struct app *app, const char *text)
{
	struct key key = { .code = K_PASTE };

	app_take_key(app, &key, text);
	settle(app);
}

static struct form_field *form_field_named(struct form *form, const char *name, size_t n)
{
	size_t i;

	for (i = 0; form != NULL && i < form->count; i++)
		if (strlen(form->fields[i].input->name) == n &&
		    strncmp(form->fields[i].input->name, name, n) == 0)
			return &form->fields[i];
	return NULL;
}

/* By the keys that a person would press: the screen hears of it, and offers what it does. */
static void choose(struct app *app, const struct form_field *field, const char *word)
{
	int64_t wanted = names_value(field->input->names, word);
	size_t i;

	for (i = 0; field->choice != wanted && i < field->input->names->count; i++)
		press_code(app, K_RIGHT);
	if (field->choice != wanted)
		app_say(app, SAID_NOTE, _("“%s” cannot be chosen here."), word);
}

/* "reason=Not yet." in a form. */
static bool set_field(struct app *app, const char *line)
{
	struct form *form = action_form(app_top(app));
	size_t n = strcspn(line, "=");
	struct form_field *field = line[n] == '=' ? form_field_named(form, line, n) : NULL;

	if (field == NULL || !form_asked(form, field))
		return false;
	form->here = (size_t)(field - form->fields);
	if (field->input->kind == INPUT_CHOICE) {
		choose(app, field, line + n + 1);
		return true;
	}
	edit_set(&field->edit, "");
	type_text(app, line + n + 1);
	if (field->input->kind == INPUT_FILES)
		press_code(app, K_ENTER);
	return true;
}

/* A line that is nothing but names of keys. */
static bool press_keys(struct app *app, const char *line)
{
	struct key keys[16];
	char word[32];
	size_t n = 0, i, length;

	while (*(line += strspn(line, " ")) != '\0') {
		length = strcspn(line, " ");
		strlcpy(word, line, length + 1 < sizeof(word) ? length + 1 : sizeof(word));
		if (n == sizeof(keys) / sizeof(keys[0]) || length >= sizeof(word) ||
		    !key_parse(word, &keys[n++]))
			return false;
		line += length;
	}
	for (i = 0; i < n && !app->quit; i++)
		press(app, &keys[i]);
	return n > 0;
}

/* Where text is typed, the keys that are no letters still are keys: Tab, Down, Esc. */
static bool press_named(struct app *app, const char *line)
{
	struct key key;

	if (!key_parse(line, &key) || key.code == K_CHAR)
		return false;
	press(app, &key);
	return true;
}

static bool run_word(struct app *app, const char *line)
{
	size_t n = strcspn(line, " ");
	const struct binding *binding;
	char word[48];

	strlcpy(word, line, n + 1 < sizeof(word) ? n + 1 : sizeof(word));
	binding = binding_find(word);
	if (binding == NULL)
		return false;
	app->telling = false;
	app_dispatch(app, binding->id, line + n + strspn(line + n, " "));
	settle(app);
	return true;
}

static void take_line(struct app *app, const char *line)
{
	const struct place *top = app_top(app);
	bool typing = top->screen->typing != NULL && top->screen->typing(top);

	if (line[0] == '\0') {
		press_code(app, K_ENTER);
	} else if (app->overlay == OVER_ASK) {
		edit_set(&app->ask, line);
		press_code(app, K_ENTER);
	} else if (set_field(app, line)) {
		settle(app);
	} else if (line[0] == '/' && app->overlay == OVER_NONE && !typing) {
		app_dispatch(app, UI_FILTER, line + 1);
		settle(app);
	} else if (line[0] == ':' && run_word(app, line + 1)) {
		return;
	} else if (typing && action_form(app_top(app)) == NULL && press_named(app, line)) {
		return;
	} else if (typing && action_form(app_top(app)) == NULL) {
		type_text(app, line);
		press_code(app, K_ENTER);
	} else if (!run_word(app, line) && !press_keys(app, line)) {
		app_say(app, SAID_NOTE,
		    _("“%s” is no key and no command. ? lists what can be done."), line);
	}
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* While nobody types, deployments go on. */
static void wait_for_input(struct app *app)
{
	struct pollfd fds[2] = { { app->options->term.fd_in, POLLIN, 0 },
		{ job_fd(app->pool), POLLIN, 0 } };
	int64_t wait;

	do {
		wait = deployer_due(app) == 0 ? -1 : deployer_due(app) - app_monotonic();
		poll(fds, 2, (int)(wait < 0 && deployer_due(app) != 0 ? 0 : wait));
		app->now = app->options->clock(app->options->clock_state);
		job_collect(app->pool);
		deployer_tick(app);
		app_bury(app);
	} while (fds[0].revents == 0);
}

/* The next line; false at the end of the input. */
static bool next_line(struct plain *plain, char *out, size_t cap)
{
	char *newline;
	ssize_t n;
	size_t length;

	while ((newline = memchr(plain->data, '\n', plain->used)) == NULL &&
	       plain->used < sizeof(plain->data)) {
		wait_for_input(plain->app);
		n = read(plain->app->options->term.fd_in, plain->data + plain->used,
		    sizeof(plain->data) - plain->used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		plain->used += (size_t)n;
	}
	length = newline != NULL ? (size_t)(newline - plain->data) : plain->used;
	snprintf(out, cap, "%.*s", (int)length, plain->data);
	if (newline != NULL)
		length++;
	plain->used -= length;
	memmove(plain->data, plain->data + length, plain->used);
	out[strcspn(out, "\r")] = '\0';
	return true;
}

/* What must not be seen is not echoed either. */
static bool ask_line(struct plain *plain, char *out, size_t cap)
{
	bool quiet = deploy_types_secret(app_top(plain->app)) &&
		     echo_off(plain->app->options->term.fd_in);
	bool fine = next_line(plain, out, cap);

	if (quiet)
		echo_on();
	return fine;
}

enum status plain_run(struct app *app, struct error *err)
{
	struct plain *plain = mem_alloc(sizeof(*plain));
	char *line = mem_alloc(LINE_MAX_BYTES + 1);

	(void)err;
	plain->app = app;
	canvas_resize(&app->canvas, 24, 80);
	settle(app);
	while (!app->quit && tell(plain) && ask_line(plain, line, LINE_MAX_BYTES + 1)) {
		take_line(app, line);
		explicit_bzero(line, strlen(line));
		explicit_bzero(plain->data + plain->used, sizeof(plain->data) - plain->used);
	}
	free(line);
	free(plain);
	return STATUS_OK;
}
