/*
 * What lies over a screen: menus, a question of one line, and the one list that help and palette
 * show, of all that can be done here.
 */
#include "ui/app.h"

#include <bsd/string.h>
#include <stdio.h>

#include "base/i18n.h"

/* ---- menus and questions --------------------------------------------------------------------- */

void app_overlay_close(struct app *app)
{
	if (app->overlay == OVER_MENU)
		menu_free(&app->menu);
	app->overlay = OVER_NONE;
	app->dirty = true;
}

static struct menu *menu_open(
    struct app *app, const char *title, bool prompt, void (*take)(struct place *, int))
{
	app_overlay_close(app);
	menu_init(&app->menu, title, prompt);
	app->menu_take = take;
	app->overlay = OVER_MENU;
	return &app->menu;
}

struct menu *app_menu(struct app *app, const char *title, void (*take)(struct place *place, int id))
{
	return menu_open(app, title, false, take);
}

void app_ask(struct app *app, const char *label, const char *text,
    void (*take)(struct place *place, const char *text))
{
	app_overlay_close(app);
	strlcpy(app->ask_label, label, sizeof(app->ask_label));
	edit_set(&app->ask, text);
	app->ask_take = take;
	app->overlay = OVER_ASK;
}

static void ask_key(struct app *app, const struct key *key, const char *paste)
{
	char text[4097];

	if (key->code == K_ESC) {
		app_overlay_close(app);
	} else if (key->code == K_ENTER) {
		strlcpy(text, edit_text(&app->ask), sizeof(text));
		app_overlay_close(app);
		app->ask_take(app_top(app), text);
	} else if (key->code == K_PASTE) {
		edit_paste(&app->ask, paste);
	} else {
		edit_key(&app->ask, key);
	}
}

static void run_menu(struct app *app, int id)
{
	char argument[512], whole[600];
	const struct binding *binding = binding_get(id);
	bool prompt = app->menu.prompt;

	if (app->menu_take != NULL) {
		app_overlay_close(app);
		app->menu_take(app_top(app), id);
		return;
	}
	strlcpy(argument, prompt ? menu_argument(&app->menu) : "", sizeof(argument));
	app_overlay_close(app);
	if (prompt && binding != NULL) {
		snprintf(whole, sizeof(whole), "%s%s%s", binding->word,
		    argument[0] != '\0' ? " " : "", argument);
		app_history_add(app, ":", whole);
	}
	app_dispatch(app, id, argument);
}

/*
 * In the palette the arrows choose among what fits; without a text they bring back what was typed
 * before.
 */
static bool palette_history(struct app *app, const struct key *key)
{
	const char *text;

	if (!app->menu.prompt || key->code != K_CTRL || key->cp != 'p')
		return false;
	text = app_history(app, ":", 0);
	if (text != NULL)
		edit_set(&app->menu.typed, text);
	return true;
}

/*
 * "deliver CS22...": what can be done with the selected record says nothing about the one that is
 * named, so that an action's whole word and a number run whatever the menu shows.
 */
static bool palette_named(struct app *app, const struct key *key)
{
	const char *text = edit_text(&app->menu.typed);
	size_t n = strcspn(text, " ");
	const struct action *action;
	char whole[600];

	if (!app->menu.prompt || key->code != K_ENTER || n >= sizeof(whole))
		return false;
	strlcpy(whole, text, n + 1);
	action = action_find(whole);
	if (action == NULL || !binding_is_offered((int)action->id) ||
	    text[n + strspn(text + n, " ")] == '\0')
		return false;
	strlcpy(whole, text, sizeof(whole));
	app_overlay_close(app);
	app_history_add(app, ":", whole);
	n += strspn(whole + n, " ");
	whole[n + strcspn(whole + n, " ")] = '\0';
	app_dispatch(app, (int)action->id, whole + n);
	return true;
}

/* A number alone: that record. */
static bool palette_number(struct app *app, const struct key *key)
{
	char number[PLACE_PARAM];

	if (key->code != K_ENTER || !menu_is_number(&app->menu))
		return false;
	strlcpy(number, edit_text(&app->menu.typed), sizeof(number));
	app_overlay_close(app);
	app_history_add(app, ":", number);
	app_dispatch(app, UI_OPEN, number);
	return true;
}

void app_overlay_key(struct app *app, const struct key *key, const char *paste)
{
	int id;

	if (app->overlay == OVER_ASK) {
		ask_key(app, key, paste);
		return;
	}
	if (palette_history(app, key)) {
		struct key none = { .code = K_NONE };

		menu_key(&app->menu, &none, NULL);
		return;
	}
	if (palette_named(app, key) || palette_number(app, key))
		return;
	id = menu_key(&app->menu, key, paste);
	if (id < 0)
		app_overlay_close(app);
	else if (id > 0)
		run_menu(app, id);
}

/* ---- help and palette: one list -------------------------------------------------------------- */

static bool offered_anywhere(int action)
{
	static const int always[] = { UI_BACK, UI_QUIT, UI_HELP, UI_PALETTE, UI_HOME,
		UI_SUPERVISION, UI_APPEALS, UI_SERVICES, UI_REFUNDS, UI_DEPLOYMENT,
		UI_BACKWARD, UI_FORWARD, UI_NEXT_TAB, UI_PREV_TAB,
		UI_REFRESH, UI_REPAINT, UI_SWITCH_USER, UI_MESSAGES, UI_TASKS, UI_SUSPEND,
		UI_OPEN, UI_AUDIT };
	size_t i;

	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (always[i] == action)
			return true;
	return false;
}

static bool offered_here(const struct app *app, int action)
{
	const int *offer = app_top(app)->screen->offers;

	for (; offer != NULL && *offer != 0; offer++)
		if (*offer == action)
			return true;
	return offered_anywhere(action);
}

static const char *why_not_here(
    const struct app *app, const struct binding *b, const struct selection *selection)
{
	if (binding_is_domain(b->id))
		return app_why_not(app, b->id, selection);
	if (b->id == UI_SWITCH_USER && !app_can(app, CAN_IMPERSONATE))
		return _("who you are is decided when you sign in");
	return offered_here(app, b->id) ? "" : _("not on this screen");
}

static void add_items(struct app *app, struct menu *menu, bool possible)
{
	struct selection selection;
	const struct binding *b;
	const char *why;

	app_selection(app, &selection);
	for (b = bindings; b->id != 0; b++) {
		if (!binding_is_offered(b->id) ||
		    (b->id == UI_AUDIT && app_no_audit(app)[0] != '\0') ||
		    (b->id == UI_STOP && !offered_here(app, b->id)) ||
		    (binding_is_domain(b->id) &&
			!permit_offers(
			    app->actor.role, (enum action_id)b->id, selection.supervision)))
			continue;
		why = why_not_here(app, b, &selection);
		if ((why[0] == '\0') == possible)
			menu_add(menu, b->id, binding_key(b->id), _(b->label), b->word, why);
	}
}

static void take_nothing(struct place *place, int id)
{
	(void)place;
	(void)id;
}

/* In a form letters are text: these are the keys that are not. */
static void open_form_help(struct app *app)
{
	static const struct { const char *key, *what; } keys[] = {
		{ "Ctrl-S", N_("Check all fields and go on") },
		{ "Tab", N_("Next field; completes a path that is being typed") },
		{ "Shift-Tab", N_("Previous field") },
		{ "Space", N_("Next choice; Left and Right choose too, or a first letter") },
		{ "Ctrl-E", N_("The text of this field in an editor") },
		{ "Enter", N_("A new line in a long text; adds a file; else the next field") },
		{ "Ctrl-T", N_("The product's template, or another kind for the last file") },
		{ "Ctrl-D", N_("Takes the last file away") },
		{ "Ctrl-Z", N_("Takes back what was typed last") },
		{ "Ctrl-U", N_("Empties the line up to the cursor") },
		{ "Ctrl-X", N_("Throws a restored draft away") },
		{ "Esc", N_("Leaves, keeping a draft") },
	};
	struct menu *menu = app_menu(app, _("Keys in a form"), take_nothing);
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		menu_add(menu, (int)i + 1, keys[i].key, _(keys[i].what), "", "");
}

void app_help(struct app *app)
{
	char title[160];
	struct menu *menu;

	if (action_form(app_top(app)) != NULL) {
		open_form_help(app);
		return;
	}
	snprintf(
	    title, sizeof(title), _("What can be done here: %s"), _(app_top(app)->screen->title));
	menu = menu_open(app, title, false, NULL);
	add_items(app, menu, true);
	add_items(app, menu, false);
}

/* What the selected record never has is named with the number of another one. */
static void add_named(struct app *app, struct menu *menu)
{
	struct selection selection;
	const struct binding *b;

	app_selection(app, &selection);
	for (b = bindings; b->id != 0; b++)
		if (binding_is_domain(b->id) && binding_is_offered(b->id) &&
		    permit_role(app->actor.role, (enum action_id)b->id) &&
		    !permit_offers(
			app->actor.role, (enum action_id)b->id, selection.supervision))
			menu_add(menu, b->id, binding_key(b->id), _(b->label), b->word,
			    _("of another record: its number after the word"));
}

void app_palette(struct app *app)
{
	struct menu *menu = menu_open(app, _("Command"), true, NULL);

	add_items(app, menu, true);
	add_items(app, menu, false);
	add_named(app, menu);
}
