/*
 * An action: its form, its confirmation, its way to the marketplace. The param is "word id". The
 * idempotency key is made once for each intention: an answer that was lost is asked for with the
 * same key, a refusal ends the intention. What is typed is kept as a draft until it has arrived.
 */
#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/rand.h"
#include "base/text.h"
#include "model/flow.h"
#include "model/money.h"
#include "ui/screen/dossier.h"
#include "ui/screen/facts.h"
#include "ui/widget/form.h"

#define DRAFT_PAUSE_MS 700
#define HEAD_ROWS 3

enum phase { PHASE_FORM, PHASE_CONFIRM, PHASE_SENDING };

struct action_page {
	struct dossier dossier;
	const struct action *action;
	struct form form;
	struct confirm confirm;
	enum phase phase;
	bool started;             /* the form has what it needs of the record */
	bool bare;                /* nothing has to be filled in: the confirmation comes first */
	bool changed;             /* since the draft was kept */
	bool has_draft;
	int64_t draft_due;
	char draft[4096];
	char key[RAND_UUID];
};

static struct action_page *page_of(const struct place *place)
{
	return place->state;
}

/* ---- drafts ---------------------------------------------------------------------------------- */

static void keep_draft(struct place *place)
{
	struct action_page *page = page_of(place);
	struct buf text;

	page->draft_due = 0;
	if (!page->changed || page->draft[0] == '\0')
		return;
	page->changed = false;
	if (form_empty(&page->form)) {
		draft_remove(page->draft);
		return;
	}
	buf_init(&text, 256u << 10);
	form_draft(&page->form, &text);
	draft_save(place->app, page->draft, buf_text(&text), text.len);
	buf_free(&text);
}

static void find_draft(struct place *place)
{
	struct action_page *page = page_of(place);
	struct buf text;

	if (!draft_path(place->app, page->dossier.id, page->action->word, page->draft,
		sizeof(page->draft))) {
		page->draft[0] = '\0';
		return;
	}
	if (draft_load(page->draft, &text)) {
		form_restore(&page->form, text.data, text.len);
		page->has_draft = !form_empty(&page->form);
		if (page->has_draft)
			app_say(place->app, SAID_NOTE,
			    _("What you had typed before has been restored. Ctrl-X throws it "
			      "away."));
	}
	buf_free(&text);
}

static void typed(struct action_page *page)
{
	page->changed = true;
	page->draft_due = app_monotonic() + DRAFT_PAUSE_MS;
}

static void throw_away(struct place *place)
{
	struct action_page *page = page_of(place);

	form_free(&page->form);
	form_init(&page->form, page->action, app_actor(place->app), page->dossier.supervision,
	    app_now(place->app));
	page->started = page->has_draft = page->changed = false;
	page->draft_due = 0;
	if (page->draft[0] != '\0')
		draft_remove(page->draft);
	app_say(place->app, SAID_NOTE, _("The draft is gone."));
}

/* ---- the form -------------------------------------------------------------------------------- */

static void hint(struct form *form, const char *name, const char *text)
{
	size_t i;

	for (i = 0; i < form->count; i++)
		if (strcmp(form->fields[i].input->name, name) == 0)
			strlcpy(form->fields[i].hint, text, sizeof(form->fields[i].hint));
}

static void allow(struct form *form, const char *name, uint64_t allowed)
{
	size_t i;

	for (i = 0; i < form->count; i++)
		if (strcmp(form->fields[i].input->name, name) == 0)
			form->fields[i].allowed = allowed;
}

static const char *template_of(const struct action_page *page)
{
	return page->action->id == ACTION_SUBMIT_REQUIREMENT && page->dossier.product != NULL
		   ? page->dossier.product->template
		   : "";
}

/* Where a decision may send back to, and the grounds that the actor's own side can have. */
static void set_choices(struct place *place)
{
	struct action_page *page = page_of(place);
	const struct supervision *s = page->dossier.supervision;
	enum role role = app_actor(place->app)->role;
	uint64_t stages = 0, grounds = 0;
	int i;

	for (i = 1; i < STAGE_COUNT; i++)
		if (flow_before((enum flow_id)s->flow, (enum stage_id)i, (enum stage_id)s->stage,
			flow_conditions(s)))
			stages |= UINT64_C(1) << i;
	for (i = 1; i < GROUND_COUNT; i++)
		if (!(role == ROLE_BUYER && i == GROUND_BUYER_INACTIVE) &&
		    !(role == ROLE_SELLER && i == GROUND_SELLER_INACTIVE))
			grounds |= UINT64_C(1) << i;
	allow(&page->form, "stage", stages);
	allow(&page->form, "ground", grounds);
	if (stages == 0)
		allow(&page->form, "outcome", ~(UINT64_C(1) << OUTCOME_SEND_BACK));
}

static void set_hints(struct place *place)
{
	struct action_page *page = page_of(place);
	char amount[64], text[256];

	facts_amount(page->dossier.supervision, amount, sizeof(amount));
	snprintf(text, sizeof(text), _("At most %s"), amount);
	hint(&page->form, "amount", text);
	hint(&page->form, "enabled_at",
	    _("Such as 2026-11-22 14:30. Decides when the paid period starts; blank: on "
	      "acceptance."));
	if (template_of(page)[0] != '\0')
		hint(&page->form, "requirement",
		    _("Ctrl-T inserts the product's template, Ctrl-E opens an editor"));
}

/* The record has come, or has come again: what the form says and offers depends on it. */
static void record_came(struct place *place)
{
	struct action_page *page = page_of(place);

	if (page->dossier.supervision == NULL)
		return;
	page->form.supervision = page->dossier.supervision;
	page->form.now = app_now(place->app);
	set_choices(place);
	set_hints(place);
	if (page->started)
		return;
	page->started = true;
	if (page->draft[0] == '\0')
		find_draft(place);
}

/* ---- the confirmation ------------------------------------------------------------------------ */

static size_t file_count(const struct form *form)
{
	size_t i, n = 0;

	for (i = 0; i < form->count; i++)
		if (form_asked(form, &form->fields[i]))
			n += form->fields[i].n_files;
	return n;
}

/* What was filled in, each in one line. */
static void confirm_values(struct action_page *page)
{
	char text[200];
	int64_t amount;
	size_t i, f;

	for (i = 0; i < page->form.count; i++) {
		const struct form_field *field = &page->form.fields[i];

		if (!form_asked(&page->form, field))
			continue;
		if (field->input->kind == INPUT_FILES && field->n_files > 0) {
			text[0] = '\0';
			for (f = 0; f < field->n_files; f++) {
				const char *slash = strrchr(field->files[f].path, '/');

				strlcat(text, f > 0 ? ", " : "", sizeof(text));
				strlcat(text, slash != NULL ? slash + 1 : field->files[f].path,
				    sizeof(text));
			}
			confirm_fact(&page->confirm, _(field->input->label), text);
		} else if (field->input->kind == INPUT_CHOICE && field->choice != 0) {
			confirm_fact(&page->confirm, _(field->input->label),
			    names_label(field->input->names, field->choice));
		} else if (field->input->kind == INPUT_MONEY &&
			   money_parse(edit_text(&field->edit), &amount)) {
			money_text(amount, page->dossier.supervision->currency, text);
			confirm_fact(&page->confirm, _(field->input->label), text);
		} else if (field->input->secret && edit_text(&field->edit)[0] != '\0') {
			confirm_fact(&page->confirm, _(field->input->label), _("typed"));
		} else if (field->input->kind != INPUT_FILES &&
			   edit_text(&field->edit)[0] != '\0') {
			confirm_fact(
			    &page->confirm, _(field->input->label), edit_text(&field->edit));
		}
	}
}

/* A decision is guarded by the word of its outcome. */
static const char *guard_word(const struct action_page *page)
{
	size_t i;

	if (page->action->guard != GUARD_WORD)
		return "";
	for (i = 0; i < page->form.count; i++)
		if (page->form.fields[i].input->kind == INPUT_CHOICE &&
		    page->form.fields[i].choice != 0)
			return names_word(
			    page->form.fields[i].input->names, page->form.fields[i].choice);
	return page->action->word;
}

/* What the action is called at this node of this flow (R17). */
static const char *label_of(const struct action_page *page)
{
	const struct supervision *s = page->dossier.supervision;

	return s == NULL ? _(page->action->label)
			 : flow_label((enum flow_id)s->flow, (enum stage_id)s->stage,
			       page->action->id);
}

static void ask_confirm(struct place *place)
{
	struct action_page *page = page_of(place);
	const struct supervision *s = page->dossier.supervision;
	char amount[64], party[200];

	confirm_free(&page->confirm);
	confirm_init(
	    &page->confirm, label_of(page), _(page->action->effect), guard_word(page));
	page->confirm.danger = page->action->guard == GUARD_WORD;
	facts_amount(s, amount, sizeof(amount));
	facts_party(place->app, s->buyer_name, s->seller_name, party, sizeof(party));
	confirm_fact(&page->confirm, _("Order"), s->order_id);
	confirm_fact(&page->confirm, _("Product"), s->product_name);
	confirm_fact(&page->confirm, _("Amount"), amount);
	confirm_fact(&page->confirm, _("Party"), party);
	confirm_values(page);
	page->phase = PHASE_CONFIRM;
}

/* ---- sending --------------------------------------------------------------------------------- */

static void send(struct place *place)
{
	struct action_page *page = page_of(place);
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

	keep_draft(place);
	command.n_values = form_values(&page->form, values, FORM_FIELDS_MAX, &arena);
	command.values = values;
	for (i = 0; i < page->form.count; i++)
		for (f = 0; form_asked(&page->form, &page->form.fields[i]) &&
			    f < page->form.fields[i].n_files;
		     f++) {
			paths[request.n_paths] = page->form.fields[i].files[f].path;
			kinds[request.n_paths++] = page->form.fields[i].files[f].kind;
		}
	snprintf(title, sizeof(title), "%s %s", label_of(page), s->order_id);
	request.title = title;
	request.draft = page->draft[0] != '\0' ? page->draft : NULL;
	page->phase = PHASE_SENDING;
	place_send(place, &request);
	arena_free(&arena);
}

static void form_sent(struct place *place)
{
	struct action_page *page = page_of(place);
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
		ask_confirm(place);
	}
}

static void leave(struct app *app)
{
	app_back(app);
}

static void action_done(struct place *place, const struct ending *outcome)
{
	struct action_page *page = page_of(place);
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
	struct action_page *page = page_of(place);
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
	    PART(APPEALS) | PART(PRODUCT));
	form_init(&page->form, page->action, app_actor(place->app), page->dossier.supervision,
	    app_now(place->app));
	page->bare = page->action->guard == GUARD_CONFIRM;
	for (i = 0; i < page->action->count; i++)
		page->bare = page->bare && !page->action->inputs[i].required;
	/* Accepting comes here only for its comment. */
	page->bare = page->bare && page->action->id != ACTION_ACCEPT;
	record_came(place);
	if (page->started && page->bare)
		form_sent(place);
}

static void action_close(struct place *place)
{
	struct action_page *page = page_of(place);

	keep_draft(place);
	form_free(&page->form);
	confirm_free(&page->confirm);
	dossier_close(&page->dossier);
}

static void action_refresh(struct place *place)
{
	dossier_refresh(place, &page_of(place)->dossier);
}

static void action_reply(struct place *place, const struct reply *reply)
{
	struct action_page *page = page_of(place);
	bool was = page->started;

	dossier_reply(place, &page->dossier, reply);
	record_came(place);
	if (!was && page->started && page->bare)
		form_sent(place);
}

static bool action_ready(const struct place *place, const struct key *key)
{
	const struct action_page *page = page_of(place);

	(void)key;
	return dossier_known(&page->dossier) && page->phase != PHASE_SENDING;
}

static bool action_typing(const struct place *place)
{
	const struct action_page *page = page_of(place);

	return page->phase == PHASE_FORM ||
	       (page->phase == PHASE_CONFIRM && page->confirm.word[0] != '\0');
}

/* Keys of the form that need more than the form has. */
static bool special_key(struct place *place, const struct key *key)
{
	struct action_page *page = page_of(place);
	const struct form_field *field = &page->form.fields[page->form.here];

	if (key->code != K_CTRL)
		return false;
	if (key->cp == 'x' && page->has_draft) {
		throw_away(place);
		record_came(place);
		return true;
	}
	if (key->cp == 't' && template_of(page)[0] != '\0' && field->input->kind == INPUT_LONG) {
		edit_paste(&page->form.fields[page->form.here].edit, template_of(page));
		typed(page);
		return true;
	}
	return false;
}

static bool take_form_key(struct place *place, const struct key *key, const char *paste)
{
	struct action_page *page = page_of(place);

	if (page->dossier.supervision == NULL || special_key(place, key))
		return page->dossier.supervision != NULL;
	page->form.now = app_now(place->app);
	switch (form_key(&page->form, key, paste)) {
	case FORM_SEND:
		typed(page);
		form_sent(place);
		return true;
	case FORM_LEAVE:
		if (key->code == K_CTRL)
			return false;
		app_back(place->app);
		return true;
	case FORM_EDITOR:
		if (app_editor(place->app, &page->form.fields[page->form.here].edit))
			typed(page);
		return true;
	case FORM_TAKEN:
		typed(page);
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
	struct action_page *page = page_of(place);

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
	switch (page_of(place)->phase) {
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
	dossier_selection(&page_of(place)->dossier, out);
	return out->supervision != NULL;
}

/* ---- showing --------------------------------------------------------------------------------- */

static void draw_head(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct action_page *page = page_of(place);
	const struct supervision *s = page->dossier.supervision;
	char amount[64], party[200], text[600];

	facts_amount(s, amount, sizeof(amount));
	facts_party(place->app, s->buyer_name, s->seller_name, party, sizeof(party));
	snprintf(
	    text, sizeof(text), "%s   %s   %s   %s", s->order_id, s->product_name, amount, party);
	canvas_put(canvas, area.row, area.col + 1, area.cols - 2, STYLE_BOLD, text);
	canvas_put(
	    canvas, area.row + 1, area.col + 1, area.cols - 2, STYLE_DIM, _(page->action->effect));
}

static void action_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	struct action_page *page = page_of(place);
	struct area inside = { area.row + HEAD_ROWS, area.col, area.rows - HEAD_ROWS, area.cols };

	if (page->dossier.supervision == NULL) {
		inside = (struct area){ area.row + 1, area.col + 3, area.rows - 1, area.cols - 6 };
		canvas_wrap(canvas, inside,
		    page->dossier.failed[0] != '\0' ? STYLE_ERROR : STYLE_DIM,
		    page->dossier.failed[0] != '\0' ? page->dossier.failed
						    : _("Reading. Esc goes back."),
		    0);
		return;
	}
	if (page->phase == PHASE_FORM || page->confirm.count == 0) {
		draw_head(place, canvas, area);
		form_draw(&page->form, canvas, inside);
	} else {
		confirm_draw(&page->confirm, canvas, area);
	}
}

static bool action_status(const struct place *place, struct canvas *canvas, struct area line)
{
	const struct action_page *page = page_of(place);

	if (page->phase == PHASE_SENDING)
		canvas_put(canvas, line.row, 1, line.cols - 2, STYLE_BOLD,
		    _("Sending. Esc leaves; the task list tells how it ends."));
	else if (page->phase == PHASE_FORM && page->form.problem[0] != '\0')
		canvas_put(canvas, line.row, 1, line.cols - 2, STYLE_ERROR, page->form.problem);
	else if (page->phase == PHASE_FORM && file_count(&page->form) > 0)
		canvas_printf(canvas, line.row, 1, line.cols - 2, STYLE_DIM,
		    ngettext("%zu file", "%zu files", file_count(&page->form)),
		    file_count(&page->form));
	return true;
}

static size_t action_hints(const struct place *place, struct hint *out, size_t cap)
{
	const struct action_page *page = page_of(place);
	enum input_kind kind =
	    page->form.count > 0 ? page->form.fields[page->form.here].input->kind : INPUT_TEXT;
	bool choice = kind == INPUT_CHOICE, files = kind == INPUT_FILES;
	const struct hint form[] = {
		{ "Ctrl-S", page->action->guard == GUARD_NONE ? _("send") : _("go on") },
		{ "Tab", _("next field") },
		{ choice ? "Space" : files ? "Enter" : "Ctrl-E",
		    choice ? _("next choice") : files ? _("add the file") : _("editor") },
		{ "Esc", _("leave, keeping a draft") } };
	const struct hint yes[] = { { "y", _("yes, do it") }, { "n", _("no") } };
	const struct hint text[] = { { "y", _("yes, do it") }, { "t", _("add a text") },
		{ "n", _("no") } };
	const struct hint word[] = { { "Enter", _("do it, when the word is typed") },
		{ "Esc", _("no") } };
	const struct hint sending[] = { { "Esc", _("leave") } };
	const struct hint *hints = form;
	size_t n = 4;

	if (page->phase == PHASE_SENDING) {
		hints = sending;
		n = 1;
	} else if (page->phase == PHASE_CONFIRM && page->confirm.word[0] != '\0') {
		hints = word;
		n = 2;
	} else if (page->phase == PHASE_CONFIRM) {
		hints = page->bare && page->action->count > 0 ? text : yes;
		n = page->bare && page->action->count > 0 ? 3 : 2;
	}
	n = n < cap ? n : cap;
	memcpy(out, hints, n * sizeof(*out));
	return n;
}

static void action_headline(const struct place *place, char *out, size_t cap)
{
	const struct action_page *page = page_of(place);

	strlcpy(out, label_of(page), cap);
}

static void action_describe(const struct place *place, struct buf *out)
{
	const struct action_page *page = page_of(place);

	if (page->dossier.supervision == NULL)
		buf_printf(out, "%s\n", page->dossier.failed);
	else if (page->phase == PHASE_FORM)
		form_describe(&page->form, out);
	else
		confirm_describe(&page->confirm, out);
	if (page->form.problem[0] != '\0' && page->phase == PHASE_FORM)
		buf_printf(out, "%s\n", page->form.problem);
}

static int64_t action_due(const struct place *place)
{
	return page_of(place)->draft_due;
}

struct form *action_form(struct place *place)
{
	return place->screen == &action_screen && page_of(place)->phase == PHASE_FORM
		   ? &page_of(place)->form
		   : NULL;
}

const struct screen action_screen = {
	.name = "action",
	.title = N_("Action"),
	.size = sizeof(struct action_page),
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
	.tick = keep_draft,
};
