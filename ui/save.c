/* Saving a file: where to, and whether what stands there may be overwritten. */
#include "ui/app.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"

enum { SAVE_OVERWRITE = 1, SAVE_ELSEWHERE };

static void ask_path(struct app *app, const char *path);

static void take_overwrite(struct place *place, int id)
{
	struct app *app = place->app;

	if (id == SAVE_OVERWRITE)
		place_save_file(place, app->saving.attachment, app->saving.path, true);
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
		place_save_file(place, app->saving.attachment, app->saving.path, false);
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
