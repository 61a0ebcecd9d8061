/*
 * What a person has chosen and wants to find again: columns, order and filters of each list. One
 * small JSON file for each user in the state folder, read when it is first asked for. It is worth
 * no error to the person: what cannot be read is chosen again.
 */
#include "ui/app.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

#define FILE_MAX (64u << 10)
#define TEXT_MAX 12000

static char **slot(struct app *app, const char *name)
{
	size_t i;

	for (i = 0; i < app->n_kept; i++) {
		if (strcmp(app->kept[i].name, name) == 0)
			return &app->kept[i].text;
	}
	if (app->n_kept == KEPT_MAX)
		return NULL;
	strlcpy(app->kept[app->n_kept].name, name, sizeof(app->kept[0].name));
	app->kept[app->n_kept].text = NULL;
	return &app->kept[app->n_kept++].text;
}

static void set(struct app *app, const char *name, const char *text)
{
	char **at = slot(app, name);
	char *old;

	if (at == NULL)
		return;
	old = *at;
	*at = mem_strdup(text);
	free(old);
}

static void parse(struct app *app, const struct buf *text)
{
	struct json *json = NULL;
	struct json_at root;
	struct error err;
	size_t i;

	if (json_parse(buf_text(text), text->len, &json, &err) != STATUS_OK)
		return;
	root = json_root(json);
	for (i = 0; i < json_count(&root); i++) {
		struct json_at at = json_nth_member(&root, i);
		const char *value;

		if (at.name != NULL && json_text(&at, NULL, TEXT_MAX, &value, &err) == STATUS_OK)
			set(app, at.name, value);
	}
	json_free(json);
}

static void load(struct app *app)
{
	char path[STATE_PATH];
	struct buf text;

	app->kept_read = true;
	if (!state_path(app, "kept", "", path, sizeof(path)))
		return;
	buf_init(&text, FILE_MAX);
	if (state_read(path, &text))
		parse(app, &text);
	buf_free(&text);
}

static void store(struct app *app)
{
	char path[STATE_PATH];
	struct json_writer w;
	struct buf text;
	size_t i;

	if (!state_path(app, "kept", "", path, sizeof(path)))
		return;
	buf_init(&text, FILE_MAX);
	json_begin(&w, &text, true);
	json_open_object(&w, NULL);
	for (i = 0; i < app->n_kept; i++) {
		if (app->kept[i].text[0] != '\0')
			json_put_text(&w, app->kept[i].name, app->kept[i].text);
	}
	json_close_object(&w);
	if (!text.failed)
		state_write(path, buf_text(&text), text.len, false);
	buf_free(&text);
}

void choices_forget(struct app *app)
{
	while (app->n_kept > 0)
		free(app->kept[--app->n_kept].text);
	app->kept_read = false;
}

const char *app_kept(struct app *app, const char *screen, const char *what)
{
	char name[KEPT_NAME];
	size_t i;

	if (!app->kept_read)
		load(app);
	snprintf(name, sizeof(name), "%s.%s", screen, what);
	for (i = 0; i < app->n_kept; i++) {
		if (strcmp(app->kept[i].name, name) == 0)
			return app->kept[i].text;
	}
	return "";
}

void app_keep(struct app *app, const char *screen, const char *what, const char *text)
{
	char name[KEPT_NAME];

	if (strcmp(app_kept(app, screen, what), text) == 0)
		return;
	snprintf(name, sizeof(name), "%s.%s", screen, what);
	set(app, name, text);
	store(app);
}
