/*
 * An action: its form, its confirmation, its way to the marketplace. The param is "word id". The
 * idempotency key is made once for each intention: an answer that was lost is asked for with the
 * same key, a refusal ends the intention. What is typed is kept as a draft until it has arrived.
 */
#include "ui/screen/action.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/screen/purchase.h"

/* ---- sending --------------------------------------------------------------------------------- */

static void send(struct place *place)
{
	struct action_page *page = action_page(place);
	const struct supervision *s = page->dossier.supervision;
	struct command_value values[FORM_FIELDS_MAX];
	const char *paths[FORM_FIELDS_MAX * FILES_MAX];
	enum file_kind kinds[FORM_FIELDS_MAX * FILES_MAX];
	struct command command = {
		.id = s->id, .action = page->action->id, .key = page->key, .version = s->version
	};
	struct task_request request = { .command = &command, .paths = paths, .kinds = kinds };
	struct arena arena = { 0 };
	char title[160];
	size_t i, f;

	action_keep_draft(place);
	command.n_values = form_values(&page->form, values, FORM_FIELDS_MAX, &arena);
	command.values = values;
	for (i = 0; i < page->form.count; i++)
		for (f = 0; form_asked(&page->form, &page->form.fields[i]) &&
			    f < page->form.fields[i].n_files;
		     f++) {
			paths[request.n_paths] = page->form.fields[i].files[f].path;
			kinds[request.n_paths++] = page->form.fields[i].files[f].kind;
		}
	snprintf(title, sizeof(title), "%s %s", action_label(page), s->order_id);
	request.title = title;
	request.draft = page->draft[0] != '\0' ? page->draft : NULL;
	page->phase = PHASE_SENDING;
	place_send(place, &request);
	arena_free(&arena);
}

static void form_sent(struct place *place)
{
	struct action_page *page = action_page(place);
	struct selection selection;
	const char *why;

	dossier_selection(&page->dossier, &selection);
	why = app_why_not(place->app, (int)page->action->id, &selection);
	if (page->dossier.supervision == NULL || why[0] != '\0') {
		snprintf(page->form.problem, sizeof(page->form.problem),
		    _("This is not possible now: %s."), why);
		page->phase = PHASE_FORM;
		page->bare = page->bare && why[0] == '\0';
	} else if (page->action->guard == GUARD_NONE) {
		send(place);
	} else {
		action_ask(place);
	}
}

static void leave(struct app *app)
{
	app_back(app);
}

static void action_done(struct place *place, const struct ending *outcome)
{
	struct action_page *page = action_page(place);
	struct place *below = app_below(place);

	if (outcome->status == STATUS_OK) {
		page->changed = false;
		page->draft_due = 0;
		if (!app_here(place))
			return;
		leave(place->app);
		/* The question of the page below has been answered here. */
		if (below != NULL && below->screen == &acceptance_screen)
			leave(place->app);
		return;
	}
	if (outcome->status == STATUS_CONFLICT || outcome->status == STATUS_INVALID ||
	    outcome->status == STATUS_NOTFOUND || outcome->status == STATUS_AUTH)
		rand_uuid(page->key);
	form_problem(&page->form, outcome->err);
	page->phase = PHASE_FORM;
	page->bare = false;
	dossier_refresh(place, &page->dossier);
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void action_open(struct place *place)
{
	struct action_page *page = action_page(place);
	const char *space = strchr(place->param, ' ');
	char word[48];
	size_t i;

	strlcpy(word, place->param, sizeof(word));
	word[strcspn(word, " ")] = '\0';
	page->action = action_find(word);
	if (page->action == NULL)
		page->action = action_get(ACTION_COMMENT);
	rand_uuid(page->key);
	dossier_open(place, &page->dossier, space != NULL ? space + 1 : "", "",
	    PART(APPEALS) | PART(PRODUCT) |
		(page->action->kind == KIND_ANSWER ? PART(REFUND) : 0) |
		(page->action->id == ACTION_PASS_REVIEW ? PART(FILES) : 0) |
		(page->action->id == ACTION_CONFIRM_DRAFT ||
			    page->action->id == ACTION_CONFIRM_REQUIREMENT ? PART(LOG) | PART(FILES)
									   : 0));
	form_init(&page->form, page->action, app_actor(place->app), page->dossier.supervision,
	    app_now(place->app));
	page->bare = page->action->guard == GUARD_CONFIRM;
	for (i = 0; i < page->action->count; i++)
		page->bare = page->bare && !page->action->inputs[i].required;
	/* Accepting comes here only for its comment. */
	page->bare = page->bare && page->action->id != ACTION_ACCEPT;
	action_prepare(place);
	if (page->started && page->bare)
		form_sent(place);
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

/* The id may be a purchased service's: its form is another screen, for the same action. */
static void go_to_service(struct place *place)
{
	struct app *app = place->app;
	char param[PLACE_PARAM];

	strlcpy(param, place->param, sizeof(param));
	app_back(app);
	app_open(app, &purchase_screen, param);
}

static void action_reply(struct place *place, const struct reply *reply)
{
	struct action_page *page = action_page(place);
	bool was = page->started;

	if (reply->tag == PART_SUPERVISION && reply->status == STATUS_NOTFOUND && !was &&
	    (page->action->on & ON_INSTANCE) != 0 && app_here(place)) {
		go_to_service(place);
		return;
	}
	dossier_reply(place, &page->dossier, reply);
	action_prepare(place);
	if (!was && page->started && page->bare)
		form_sent(place);
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

	if (key->code != K_CTRL)
		return false;
	if (key->cp == 'x' && page->has_draft) {
		action_throw_away(place);
		action_prepare(place);
		return true;
	}
	if (key->cp == 't' && action_template(page)[0] != '\0' &&
	    field->input->kind == INPUT_LONG) {
		edit_paste(&page->form.fields[page->form.here].edit, action_template(page));
		action_typed(page);
		return true;
	}
	return false;
}

static bool take_form_key(struct place *place, const struct key *key, const char *paste)
{
	struct action_page *page = action_page(place);

	if (page->dossier.supervision == NULL || special_key(place, key))
		return page->dossier.supervision != NULL;
	page->form.now = app_now(place->app);
	switch (form_key(&page->form, key, paste)) {
	case FORM_SEND:
		action_typed(page);
		form_sent(place);
		return true;
	case FORM_LEAVE:
		if (key->code == K_CTRL)
			return false;
		app_back(place->app);
		return true;
	case FORM_EDITOR:
		if (app_editor(place->app, &page->form.fields[page->form.here].edit))
			action_typed(page);
		return true;
	case FORM_TAKEN:
		action_typed(page);
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
	return out->supervision != NULL;
}

static int64_t action_due(const struct place *place)
{
	return action_page(place)->draft_due;
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
