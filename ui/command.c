/* Running actions, wherever they come from: keys, help, `:`. */
#include "ui/app.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

/* ---- may it be done? ------------------------------------------------------------------------- */

/* Done to the purchased service: a line that has a supervision is rated there. */
bool app_is_owned(int action, const struct selection *selection)
{
	unsigned on = action_get((enum action_id)action)->on;

	return selection->instance != NULL && (on & ON_INSTANCE) &&
	       (selection->supervision == NULL || !(on & ON_SUPERVISION));
}

bool app_offers(const struct app *app, int action, const struct selection *selection)
{
	if (app_is_owned(action, selection))
		return permit_offers_owned(
		    app->actor.role, (enum action_id)action, selection->instance);
	return selection->supervision != NULL &&
	       permit_offers(app->actor.role, (enum action_id)action, selection->supervision);
}

/*
 * Of an appeal's supervision nothing is known in a list: what moves it has to wait for the
 * decision, what concerns the appeal is looked at by the action's own page.
 */
static const char *why_not_appeal(enum action_id action, const struct appeal *appeal)
{
	enum action_kind kind = action_get(action)->kind;

	if (appeal == NULL)
		return _("open the record first");
	if (kind == KIND_NOTE || (kind == KIND_DURING && appeal->state == APPEAL_OPEN))
		return "";
	return kind == KIND_DURING    ? deny_text(DENY_NO_APPEAL)
	       : appeal->state == APPEAL_OPEN ? deny_text(DENY_FROZEN)
					      : _("open the record first");
}

/* Nor of a refund request's: how its answer stands is in the request itself. */
static const char *why_not_refund(
    const struct actor *actor, enum action_id action, const struct refund *refund)
{
	struct supervision s = { .state = SUPERVISION_OPEN,
		.buyer = refund->buyer,
		.seller = refund->seller,
		.refund = refund->id,
		.refund_state = refund->state,
		.appeal = "",
		.freezes = 1 };

	switch (action_get(action)->kind) {
	case KIND_ANSWER:
		if (!permit_refund_open((enum refund_state)refund->state))
			return deny_text(DENY_NO_REFUND);
		return deny_text(permit_action(actor, action, &s, NULL));
	case KIND_NOTE:
	case KIND_APPEAL:
		return "";
	default:
		return _("open the record first");
	}
}

const char *app_why_not(const struct app *app, int action, const struct selection *selection)
{
	enum deny deny;

	if (!binding_is_domain(action))
		return "";
	if (!permit_role(app->actor.role, (enum action_id)action))
		return deny_text(DENY_ROLE);
	if (!app_writes(app))
		return app->options->read_only ? _("koodesk was started with --read-only") :
		    _("this marketplace takes no commands");
	if (app_is_owned(action, selection)) {
		struct owned owned = { selection->instance, selection->product, selection->order };

		return deny_text(
		    permit_owned(&app->actor, (enum action_id)action, &owned, app->now));
	}
	if (selection->supervision == NULL && selection->appeal == NULL && selection->id == NULL)
		return _("no record is selected");
	if (selection->supervision == NULL && selection->refund != NULL)
		return why_not_refund(&app->actor, (enum action_id)action, selection->refund);
	if (selection->supervision == NULL)
		return why_not_appeal((enum action_id)action, selection->appeal);
	if (action == ACTION_TAKE_OVER_DEPLOYMENT && app_deploys(app, selection->supervision->id))
		return _("this console runs it");
	deny = permit_action(
	    &app->actor, (enum action_id)action, selection->supervision, selection->appeal);
	/* Who filed is not known in a list: the action's own page reads it. */
	if (deny == DENY_NOT_FILER && selection->appeal == NULL)
		deny = DENY_NONE;
	return deny_text(deny);
}

void app_start(struct app *app, enum action_id action, const struct selection *selection)
{
	const char *why = app_why_not(app, (int)action, selection);
	const char *id = app_is_owned((int)action, selection) ? selection->instance->id
			 : selection->supervision != NULL     ? selection->supervision->id
			 : selection->appeal != NULL	      ? selection->appeal->supervision
			 : selection->refund != NULL	      ? selection->refund->supervision
							      : "";
	char param[PLACE_PARAM];

	if (why[0] != '\0') {
		app_say(app, SAID_WARN, _("%s: %s."), _(action_get(action)->label), why);
		return;
	}
	if (action == ACTION_START_DEPLOYMENT) {
		app_open_seen(app, &deploy_screen, selection->supervision->id, selection);
		return;
	}
	if (action == ACTION_TAKE_OVER_DEPLOYMENT) {
		app_take_over(app, selection->supervision);
		return;
	}
	if (action == ACTION_ACCEPT && app_top(app)->screen != &acceptance_screen) {
		app_open_seen(app, &acceptance_screen, id, selection);
		return;
	}
	snprintf(param, sizeof(param), "%s %s", action_get(action)->word, id);
	app_open_seen(app, &action_screen, param, selection);
}

/* ---- leaving --------------------------------------------------------------------------------- */

enum { LEAVE_NOT = 1, LEAVE_DO };

static void take_leave(struct place *place, int id)
{
	if (id == LEAVE_DO)
		place->app->quit = true;
}

/* What runs here is followed by nobody without this console: that shall not come as a surprise. */
void app_leave(struct app *app)
{
	bool unsent;
	size_t n = deployer_count(app, &unsent);
	struct menu *menu;
	char title[120];

	if (n == 0) {
		app->quit = true;
		return;
	}
	snprintf(title, sizeof(title),
	    ngettext("%zu deployment runs in this console", "%zu deployments run in this console",
		n), n);
	menu = app_menu(app, title, take_leave);
	menu_add(menu, LEAVE_NOT, "", _("Stay: it goes on here"), "", "");
	menu_add(menu, LEAVE_DO, "",
	    unsent ? _("Leave: the cloud has no order yet, so it will have to be started again")
		   : _("Leave: the cloud goes on; its end counts once a console takes it over"),
	    "", "");
}

/* ---- moving about ---------------------------------------------------------------------------- */

static bool go_tab(struct app *app, const struct screen *screen, const char *filter)
{
	app_tab(app, screen, screen == &home_screen ? "" : filter);
	return true;
}

static bool next_tab(struct app *app, int by)
{
	const struct screen *here = app->stack[0]->screen;
	int i, at = 0;

	for (i = 0; i < TABS; i++)
		if (screens[i] == here)
			at = i;
	return go_tab(app, screens[(at + by + TABS) % TABS], "");
}

static void go_history(struct app *app, int by)
{
	const struct visited *to;

	if ((by < 0 && app->at_history == 0) || (by > 0 && app->at_history + 1 >= app->n_history)) {
		app_say(app, SAID_NOTE,
		    by < 0 ? _("There is nothing before this.")
			   : _("There is nothing after this."));
		return;
	}
	app->at_history += (size_t)(by + 2) - 2;
	to = &app->history[app->at_history];
	app->in_history = true;
	app_pop_to(app, 0);
	if (!screen_is_tab(to->screen))
		app_open(app, &home_screen, "");
	app_open(app, to->screen, to->param);
	app->in_history = false;
}

bool app_copy(struct app *app, const char *text)
{
	return app->term != NULL && term_copy(app->term, text);
}

static bool copy_id(struct app *app)
{
	struct selection selection;

	if (!app_selection(app, &selection) || selection.id == NULL)
		app_say(app, SAID_NOTE, _("There is nothing to copy."));
	else if (!app_copy(app, selection.id))
		app_say(app, SAID_WARN, _("%s could not be handed to the terminal."), selection.id);
	else
		app_say(app, SAID_GOOD, _("Handed to the terminal's clipboard: %s"), selection.id);
	return true;
}

/* Appeals and refund requests have the id of their supervision, and A or R with a number. */
static const struct screen *screen_of_id(const char *id)
{
	const char *last = strrchr(id, '-');

	if (last != NULL && last[1] == 'A')
		return &appeal_screen;
	return last != NULL && last[1] == 'R' ? &refund_screen : &record_screen;
}

/* `:open CS22...`: the record of that number, an appeal, or a screen. */
static bool open_named(struct app *app, const char *argument)
{
	const struct screen *screen = screen_find(argument);

	if (screen != NULL && !screen->over && !screen_of_record(screen))
		app_open(app, screen, "");
	else
		app_open(app, screen_of_id(argument), argument);
	return true;
}

/* The deployment of the selected record, or the one that `:` names. */
static bool open_deployment(struct app *app, const char *argument)
{
	struct selection selection;

	if (argument[0] == '\0' && app_selection(app, &selection) &&
	    selection.supervision != NULL && selection.supervision->deployment[0] != '\0')
		argument = selection.supervision->id;
	if (argument[0] != '\0')
		app_open(app, &deployment_screen, argument);
	else if (app_selection(app, &selection) && selection.supervision != NULL &&
		 !flow_has((enum flow_id)selection.supervision->flow, STAGE_DEPLOYMENT, 0))
		app_say(app, SAID_NOTE, _("This product is not deployed by a package."));
	else
		app_say(app, SAID_NOTE, _("Nothing of this has been deployed yet."));
	return true;
}

/* Starts it anew, unless it runs: then only its page is shown. */
static void audit_all(struct app *app)
{
	const char *why = app_no_audit(app);

	if (why[0] != '\0') {
		app_say(app, SAID_WARN, _("%s: %s."), _(binding_get(UI_AUDIT)->label), why);
		return;
	}
	app_audit_start(app);
	if (app_top(app)->screen != &audit_screen)
		app_open(app, &audit_screen, "");
}

static bool move_about(struct app *app, int action, const char *argument)
{
	switch (action) {
	case UI_OPEN:
		return argument[0] != '\0' && open_named(app, argument);
	case UI_BACK:
		app_back(app);
		return true;
	case UI_HOME:
		return go_tab(app, &home_screen, argument);
	case UI_SUPERVISION:
		return go_tab(app, &supervision_screen, argument);
	case UI_APPEALS:
		return go_tab(app, &appeals_screen, argument);
	case UI_SERVICES:
		return go_tab(app, &services_screen, argument);
	case UI_REFUNDS:
		return go_tab(app, &refunds_screen, argument);
	case UI_DEPLOYMENT:
		return open_deployment(app, argument);
	case UI_NEXT_TAB:
		return next_tab(app, 1);
	case UI_PREV_TAB:
		return next_tab(app, -1);
	case UI_BACKWARD:
	case UI_FORWARD:
		go_history(app, action == UI_BACKWARD ? -1 : 1);
		return true;
	case UI_MESSAGES:
	case UI_TASKS:
		app_open(app, action == UI_MESSAGES ? &messages_screen : &tasks_screen, "");
		return true;
	case UI_AUDIT:
		audit_all(app);
		return true;
	default:
		return false;
	}
}

static bool other_action(struct app *app, int action, const char *argument)
{
	switch (action) {
	case UI_QUIT:
		app_leave(app);
		return true;
	case UI_HELP:
		app_help(app);
		return true;
	case UI_PALETTE:
		app_palette(app);
		return true;
	case UI_REFRESH:
		app_refresh(app, true);
		return true;
	case UI_REPAINT:
		if (app->term != NULL)
			term_repaint(app->term);
		app->dirty = true;
		return true;
	case UI_SUSPEND:
		app_suspend(app);
		return true;
	case UI_SWITCH_USER:
		if (argument[0] != '\0')
			app_switch_user(app, argument);
		else if (!app_can(app, CAN_IMPERSONATE))
			app_say(app, SAID_WARN,
			    _("Who you are is decided when you sign in; it cannot be changed "
			      "here."));
		else
			app_open(app, &users_screen, "");
		return true;
	case UI_COPY:
		return copy_id(app);
	case UI_STOP:
		if (!app_audit_stop(app))
			app_say(app, SAID_NOTE, _("No audit runs."));
		return true;
	default:
		return false;
	}
}

/* `:deliver CS22...`: the record that is named, not the one where the cursor stands. */
static void start_named(struct app *app, enum action_id action, const char *id)
{
	char param[PLACE_PARAM];

	if (!permit_role(app->actor.role, action) || !app_writes(app)) {
		app_say(app, SAID_WARN, _("%s: %s."), _(action_get(action)->label),
		    permit_role(app->actor.role, action) ?
		    app_why_not(app, (int)action, &(struct selection){ 0 }) : deny_text(DENY_ROLE));
		return;
	}
	snprintf(param, sizeof(param), "%s %s", action_get(action)->word, id);
	if (action == ACTION_START_DEPLOYMENT)
		app_open(app, &deploy_screen, id);
	else if (action == ACTION_TAKE_OVER_DEPLOYMENT)
		app_open(app, &record_screen, id);
	else if (action == ACTION_ACCEPT)
		app_open(app, &acceptance_screen, id);
	else
		app_open(app, &action_screen, param);
}

bool app_dispatch(struct app *app, int action, const char *argument)
{
	struct place *top = app_top(app);
	const struct binding *binding = binding_get(action);
	struct selection selection;

	if (binding_is_domain(action) && argument[0] != '\0') {
		start_named(app, (enum action_id)action, argument);
		return true;
	}
	if (top->screen->act != NULL && top->screen->act(top, action, argument))
		return true;
	if (binding_is_domain(action)) {
		app_selection(app, &selection);
		app_start(app, (enum action_id)action, &selection);
		return true;
	}
	if (move_about(app, action, argument) || other_action(app, action, argument))
		return true;
	if (binding != NULL)
		app_say(app, SAID_NOTE, _("%s: not on this screen."), _(binding->label));
	return false;
}
