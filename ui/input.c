/*
 * Keys: typed ahead while the top place waits for an answer, given to what lies over it, to the
 * place itself, or looked up as actions.
 */
#include "ui/app.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

static bool ready(const struct app *app, const struct key *key)
{
	const struct place *top = app_top(app);

	if (app->switching)
		return false;
	return app->overlay != OVER_NONE || top->screen->ready == NULL ||
	       top->screen->ready(top, key);
}

static void handle_key(struct app *app, const struct key *key, const char *paste)
{
	struct place *top = app_top(app);
	int action;

	app->telling = false;
	app->follow_at = 0;
	app->dirty = true;
	if (app->overlay != OVER_NONE) {
		app_overlay_key(app, key, paste);
		return;
	}
	if (top->screen->key != NULL && top->screen->key(top, key, paste))
		return;
	if (key->code == K_PASTE) {
		app_say(app, SAID_NOTE, _("Pasted text is ignored here: it is not a field."));
		return;
	}
	action = binding_of_key(key);
	if (action == UI_BACK && app->depth == 1) {
		if (key->code == K_CHAR)
			app_leave(app);
		else
			app_say(app, SAID_NOTE, _("This is the first screen. q leaves koodesk."));
	} else if (action != 0) {
		app_dispatch(app, action, "");
	}
}

static void drop_ahead(struct app *app)
{
	size_t i;

	for (i = 0; i < app->n_ahead; i++)
		free(app->ahead[i].paste);
	app->n_ahead = 0;
}

void app_pump(struct app *app)
{
	struct typed_key typed;

	while (app->n_ahead > 0 && !app->quit && ready(app, &app->ahead[0].key)) {
		typed = app->ahead[0];
		app->n_ahead--;
		memmove(app->ahead, app->ahead + 1, app->n_ahead * sizeof(app->ahead[0]));
		/* It may have been a letter of a password. */
		memset(&app->ahead[app->n_ahead], 0, sizeof(app->ahead[0]));
		handle_key(app, &typed.key, typed.paste);
		free(typed.paste);
		app_bury(app);
	}
}

static void queue_key(struct app *app, const struct key *key, const char *paste)
{
	struct typed_key *typed;

	if (app->n_ahead == TYPED_AHEAD_MAX) {
		app_say(app, SAID_WARN,
		    _("Too much was typed ahead: keys were lost. Esc stops reading."));
		return;
	}
	typed = &app->ahead[app->n_ahead++];
	typed->key = *key;
	typed->paste = paste == NULL ? NULL : mem_strdup(paste);
}

/*
 * Esc and Ctrl-C are for now: what was typed before them and is not yet taken is not wanted any
 * more.
 */
static bool is_urgent(const struct key *key)
{
	return key->code == K_ESC || (key->code == K_CTRL && key->cp == 'c');
}

void app_take_key(struct app *app, const struct key *key, const char *paste)
{
	const struct place *top = app_top(app);
	bool typing = top->screen->typing != NULL && top->screen->typing(top);
	struct key esc = { .code = K_ESC };
	int action;

	if (key->code == K_HANGUP) {
		app->quit = app->gone = true;
		return;
	}
	if (key->code == K_RESIZE) {
		app->resizes++;
		app->dirty = true;
		return;
	}
	if (key->code == K_NONE)
		app->dirty = true;
	if (key->code == K_FOCUS || key->code == K_BLUR || key->code == K_NONE)
		return;
	app->keys++;
	action = key->code == K_CTRL ? binding_of_key(key) : 0;
	if (action == UI_REPAINT || (action == UI_SUSPEND && !typing)) {
		app_dispatch(app, action, "");
		return;
	}
	if (is_urgent(key) && !ready(app, key)) {
		drop_ahead(app);
		handle_key(app, &esc, NULL);
		app_bury(app);
		return;
	}
	queue_key(app, key, paste);
	app_pump(app);
}
