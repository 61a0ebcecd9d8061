/* The form of an action: what is typed is kept as a draft, what it offers depends on the record. */
#include "ui/screen/action.h"

#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"

#define DRAFT_PAUSE_MS 700

/* ---- drafts ---------------------------------------------------------------------------------- */

void action_keep_draft(struct place *place)
{
	struct action_page *page = action_page(place);
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
	struct action_page *page = action_page(place);
	struct address address;
	struct buf text;

	page->target->address(&page->dossier, &address);
	if (!draft_path(place->app, address.id, page->action->word, page->draft,
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

void action_typed(struct place *place)
{
	struct action_page *page = action_page(place);

	page->changed = true;
	page->draft_due = app_monotonic() + DRAFT_PAUSE_MS;
	page->target->advise(place);
}

void action_throw_away(struct place *place)
{
	struct action_page *page = action_page(place);

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

struct form_field *action_field(struct place *place, const char *name)
{
	struct form *form = &action_page(place)->form;
	size_t i;

	for (i = 0; i < form->count; i++)
		if (strcmp(form->fields[i].input->name, name) == 0)
			return &form->fields[i];
	return NULL;
}

void action_hint(struct place *place, const char *name, const char *text)
{
	struct form_field *field = action_field(place, name);

	if (field != NULL)
		strlcpy(field->hint, text, sizeof(field->hint));
}

const char *action_template(const struct action_page *page)
{
	return page->action->id == ACTION_SUBMIT_REQUIREMENT && page->dossier.product != NULL
		   ? page->dossier.product->template
		   : "";
}

void action_prepare(struct place *place)
{
	struct action_page *page = action_page(place);
	bool first;

	if (!action_known(page))
		return;
	page->form.now = app_now(place->app);
	/* Nothing is asked before the amount and the files that it is about are known. */
	first = !page->started && dossier_complete(&page->dossier);
	if (first)
		page->target->preset(place);
	page->target->advise(place);
	if (!first)
		return;
	page->started = true;
	if (page->draft[0] == '\0')
		find_draft(place);
	page->target->advise(place);
}
