/*
 * An action: its form, its confirmation, its way to the marketplace. The param is "word id", of a
 * supervision or of a purchased service. The idempotency key is made once for each intention: an
 * answer that was lost is asked for with the same key, a refusal ends the intention. What is typed
 * is kept as a draft until it has arrived.
 */
#include "ui/screen/action.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/screen/dossier_page.h"

/* ---- sending --------------------------------------------------------------------------------- */

static void send(struct place *place)
{
	struct action_page *page = action_page(place);
	struct command_value values[FORM_FIELDS_MAX];
	const char *paths[FORM_FIELDS_MAX * FILES_MAX];
	enum file_kind kinds[FORM_FIELDS_MAX * FILES_MAX];
	struct command command = { .action = page->action->id, .key = page->key };
	struct task_request request = { .command = &command, .paths = paths, .kinds = kinds };
	struct arena arena = { 0 };
	struct address address;
	char title[160];
	size_t i, f;

	action_keep_draft(place);
	page->target->address(&page->dossier, &address);
	command.id = address.id;
	command.version = address.version;
	command.n_values = form_values(&page->form, values, FORM_FIELDS_MAX, &arena);
	command.values = values;
	for (i = 0; i < page->form.count; i++)
		for (f = 0; form_asked(&page->form, &page->form.fields[i]) &&
			    f < page->form.fields[i].n_files;
		     f++) {
			paths[request.n_paths] = page->form.fields[i].files[f].path;
			kinds[request.n_paths++] = page->form.fields[i].files[f].kind;
		}
	snprintf(title, sizeof(title), "%s %s", action_label(page), address.order);
	request.title = title;
	request.draft = page->draft[0] != '\0' ? page->draft : NULL;
	page->phase = PHASE_SENDING;
	place_send(place, &request);
	arena_free(&arena);
}

/* True where it cannot be done as things are, which the form then says. */
static bool in_vain(struct place *place)
{
	struct action_page *page = action_page(place);
	struct selection selection;
	const char *why;

	dossier_selection(&page->dossier, &selection);
	why = app_why_not(place->app, (int)page->action->id, &selection);
	if (action_known(page) && why[0] == '\0')
		return false;
	snprintf(page->form.problem, sizeof(page->form.problem),
	    _("This is not possible now: %s."), why);
	page->bare = page->bare && why[0] == '\0';
	return true;
}

static void form_sent(struct place *place)
{
	struct action_page *page = action_page(place);

	if (in_vain(place)) {
		page->phase = PHASE_FORM;
	} else if (page->action->guard == GUARD_NONE) {
		send(place);
	} else {
		action_ask(place);
	}
}

static void action_done(struct place *place, const struct ending *outcome)
{
	struct action_page *page = action_page(place);
	struct place *below = app_below(place);
	struct app *app = place->app;

	if (outcome->status == STATUS_OK) {
		page->changed = false;
		page->draft_due = 0;
		if (!app_here(place))
			return;
		app_back(app);
		/* The question of the page below has been answered here. */
		if (below != NULL && below->screen == &acceptance_screen) {
			below = app_below(below);
			app_back(app);
		}
		if (below != NULL)
			dossier_page_answer(below);
		return;
	}
	if (outcome->status == STATUS_CONFLICT || outcome->status == STATUS_INVALID ||
	    outcome->status == STATUS_NOTFOUND || outcome->status == STATUS_AUTH)
		rand_uuid(page->key);
	form_problem(&page->form, outcome->err);
	if (app_here(place))
		app_said_here(app);
	page->phase = PHASE_FORM;
	page->bare = false;
	dossier_refresh(place, &page->dossier);
}

/* ---- the screen ------------------------------------------------------------------------------ */

/* A rating is given to the supervision where there is one: of it the number is then. */
static const struct target *target_of(struct place *place, const struct action *action)
{
	const struct selection *seen = app_seen(place->app);

	if (!(action->on & ON_SUPERVISION) ||
	    (seen != NULL && app_is_owned((int)action->id, seen)))
		return &target_service;
	return &target_supervision;
}

static const char *id_of(const struct place *place)
{
	const char *space = strchr(place->param, ' ');

	return space != NULL ? space + 1 : "";
}

/* Accepting comes here only for its comment; how long a renewal is for has to be seen. */
static bool asks_nothing(const struct action *action)
{
	size_t i;

	for (i = 0; i < action->count; i++)
		if (action->inputs[i].required)
			return false;
	return action->guard == GUARD_CONFIRM && action->id != ACTION_ACCEPT &&
	       action->kind != KIND_OWNED;
}

static void begin(struct place *place)
{
	bool was = action_page(place)->started;

	action_prepare(place);
	if (was || !action_page(place)->started)
		return;
	/* Nobody fills a form to hear then that nothing can come of it. */
	if (action_page(place)->bare)
		form_sent(place);
	else
		in_vain(place);
}

static void action_open(struct place *place)
{
	struct action_page *page = action_page(place);
	char word[48];

	strlcpy(word, place->param, sizeof(word));
	word[strcspn(word, " ")] = '\0';
	page->action = action_find(word);
	if (page->action == NULL)
		page->action = action_get(ACTION_COMMENT);
	page->target = target_of(place, page->action);
	rand_uuid(page->key);
	page->target->read(place, id_of(place));
	form_init(&page->form, page->action, app_actor(place->app), page->dossier.supervision,
	    app_now(place->app));
	page->bare = asks_nothing(page->action);
	begin(place);
}

static void action_close(struct place *place)
{
	struct action_page *page = action_page(place);

	action_keep_draft(place);
	form_free(&page->form);
	confirm_free(&page->confirm);
	dossier_close(&page->dossier);
}

static void action_refresh(struct place *place)
{
	dossier_refresh(place, &action_page(place)->dossier);
}

/* The number of no supervision may be that of a purchased service. */
static bool try_service(struct place *place, const struct reply *reply)
{
	struct action_page *page = action_page(place);

	if (reply->tag != PART_SUPERVISION || reply->err == NULL ||
	    reply->err->status != STATUS_NOTFOUND || action_known(page) ||
	    !(page->action->on & ON_INSTANCE))
		return false;
	dossier_close(&page->dossier);
	page->target = &target_service;
	page->target->read(place, id_of(place));
	return true;
}

static void action_reply(struct place *place, const struct reply *reply)
{
	if (try_service(place, reply))
		return;
	dossier_reply(place, &action_page(place)->dossier, reply);
	begin(place);
}

static bool action_ready(const struct place *place, const struct key *key)
{
	const struct action_page *page = action_page(place);

	(void)key;
	return (page->started || page->dossier.failed[0] != '\0') && page->phase != PHASE_SENDING;
}

static bool action_typing(const struct place *place)
{
	const struct action_page *page = action_page(place);

	return page->phase == PHASE_FORM ||
	       (page->phase == PHASE_CONFIRM && page->confirm.word[0] != '\0');
}

/* Keys of the form that need more than the form has. */
static bool special_key(struct place *place, const struct key *key)
{
	struct action_page *page = action_page(place);
	const struct form_field *field = &page->form.fields[page->form.here];
	const char *typed;

	if (key->code != K_CTRL)
		return false;
	if (key->cp == 'x' && page->has_draft) {
		action_throw_away(place);
		action_prepare(place);
		return true;
	}
	if (key->cp == 't' && action_template(page)[0] != '\0' &&
	    field->input->kind == INPUT_LONG) {
		/* What was typed before keeps a line of its own. */
		typed = edit_text(&field->edit);
		if (typed[0] != '\0' && typed[strlen(typed) - 1] != '\n')
			edit_paste(&page->form.fields[page->form.here].edit, "\n");
		edit_paste(&page->form.fields[page->form.here].edit, action_template(page));
		action_typed(place);
		return true;
	}
	return false;
}

static bool take_form_key(struct place *place, const struct key *key, const char *paste)
{
	struct action_page *page = action_page(place);

	if (!action_known(page) || special_key(place, key))
		return action_known(page);
	page->form.now = app_now(place->app);
	switch (form_key(&page->form, key, paste)) {
	case FORM_SEND:
		action_typed(place);
		form_sent(place);
		return true;
	case FORM_LEAVE:
		if (key->code == K_CTRL)
			return false;
		app_back(place->app);
		return true;
	case FORM_EDITOR:
		if (app_editor(place->app, &page->form.fields[page->form.here].edit))
			action_typed(place);
		return true;
	case FORM_TAKEN:
		action_typed(place);
		return true;
	case FORM_NONE:
		break;
	}
	/* Single letters are no commands while a form stands here. */
	return key->code == K_CHAR || key->code == K_ENTER || key->code == K_BACKSPACE ||
	       key->code == K_PASTE;
}

static bool take_confirm_key(struct place *place, const struct key *key, const char *paste)
{
	struct action_page *page = action_page(place);

	if (page->bare && key->code == K_CHAR && key->cp == 't') {
		page->phase = PHASE_FORM;
		return true;
	}
	if (key->code == K_CTRL && key->cp == 'c')
		return false;
	switch (confirm_key(&page->confirm, key, paste)) {
	case CONFIRM_YES:
		send(place);
		return true;
	case CONFIRM_NO:
		page->phase = PHASE_FORM;
		if (page->bare)
			app_back(place->app);
		return true;
	case CONFIRM_NONE:
		break;
	}
	return true;
}

static bool action_key(struct place *place, const struct key *key, const char *paste)
{
	switch (action_page(place)->phase) {
	case PHASE_FORM:
		return take_form_key(place, key, paste);
	case PHASE_CONFIRM:
		return take_confirm_key(place, key, paste);
	case PHASE_SENDING:
		break;
	}
	return false;
}

static bool action_selected(const struct place *place, struct selection *out)
{
	dossier_selection(&action_page(place)->dossier, out);
	return out->id != NULL;
}

static int64_t action_due(const struct place *place)
{
	return action_page(place)->draft_due;
}

bool action_on_service(const struct place *place)
{
	return place->screen == &action_screen && action_page(place)->target == &target_service;
}

struct form *action_form(struct place *place)
{
	return place->screen == &action_screen && action_page(place)->phase == PHASE_FORM
		   ? &action_page(place)->form
		   : NULL;
}

const struct screen action_screen = {
	.name = "action",
	.title = N_("Action"),
	.size = sizeof(struct action_page),
	.over = true,
	.open = action_open,
	.close = action_close,
	.refresh = action_refresh,
	.reply = action_reply,
	.done = action_done,
	.key = action_key,
	.selected = action_selected,
	.ready = action_ready,
	.typing = action_typing,
	.draw = action_draw,
	.status = action_status,
	.hints = action_hints,
	.headline = action_headline,
	.describe = action_describe,
	.due = action_due,
	.tick = action_keep_draft,
};
