/* The form of an action: what it offers depends on the record, what is typed is kept as a draft. */
#include "ui/screen/action.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "model/flow.h"
#include "ui/screen/facts.h"

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

void action_typed(struct action_page *page)
{
	page->changed = true;
	page->draft_due = app_monotonic() + DRAFT_PAUSE_MS;
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

const char *action_template(const struct action_page *page)
{
	return page->action->id == ACTION_SUBMIT_REQUIREMENT && page->dossier.product != NULL
		   ? page->dossier.product->template
		   : "";
}

/* Where a decision may send back to, and the grounds that the actor's own side can have. */
static void set_choices(struct place *place)
{
	struct action_page *page = action_page(place);
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

/*
 * The ground that is mostly meant where the supervision stands: it can be changed, and the
 * confirmation repeats it.
 */
static enum ground likely_ground(enum role me, const struct supervision *s)
{
	if (me == ROLE_BUYER && s->turn == ROLE_BUYER)
		return GROUND_NOT_AS_AGREED;
	if (me == ROLE_BUYER && s->turn == ROLE_SELLER)
		return GROUND_SELLER_INACTIVE;
	if (me == ROLE_SELLER && s->turn == ROLE_BUYER)
		return GROUND_BUYER_INACTIVE;
	if (me == ROLE_SELLER && s->turn == ROLE_SELLER && s->buyer_rejects > 0)
		return GROUND_UNFOUNDED_REJECTION;
	return GROUND_NONE;
}

/* What the delivery will be measured by (3.1): the product's acceptance standard, on one line. */
static void hint_standard(struct action_page *page)
{
	const struct product *product = page->dossier.product;
	char text[256], *at;

	if (page->action->id != ACTION_DELIVER || product == NULL)
		return;
	if (product->standard[0] == '\0')
		strlcpy(text,
		    _("The seller has published no acceptance standard for this product."),
		    sizeof(text));
	else
		snprintf(text, sizeof(text), _("Acceptance standard: %s"), product->standard);
	for (at = text; (at = strchr(at, '\n')) != NULL; at++)
		*at = ' ';
	hint(&page->form, "result", text);
}

static void set_hints(struct place *place)
{
	struct action_page *page = action_page(place);
	char amount[64], text[256];

	facts_amount(page->dossier.supervision, amount, sizeof(amount));
	snprintf(text, sizeof(text), _("At most %s"), amount);
	hint(&page->form, "amount", text);
	hint_standard(page);
	hint(&page->form, "enabled_at",
	    _("Such as 2026-11-22 14:30. Decides when the paid period starts; blank: on "
	      "acceptance."));
	if (action_template(page)[0] != '\0')
		hint(&page->form, "requirement",
		    _("Ctrl-T inserts the product's template, Ctrl-E opens an editor"));
}

void action_prepare(struct place *place)
{
	struct action_page *page = action_page(place);

	if (page->dossier.supervision == NULL)
		return;
	page->form.supervision = page->dossier.supervision;
	page->form.now = app_now(place->app);
	set_choices(place);
	set_hints(place);
	/* Nothing is asked before the amount and the files that it is about are known. */
	if (page->started || !dossier_complete(&page->dossier))
		return;
	page->started = true;
	form_preset(&page->form, "ground",
	    likely_ground(app_actor(place->app)->role, page->dossier.supervision));
	/* What the seller stated when the goods were shipped. */
	if (page->action->id == ACTION_SIGN_OFF) {
		form_fill(&page->form, "carrier", page->dossier.supervision->carrier);
		form_fill(&page->form, "tracking", page->dossier.supervision->tracking);
	}
	if (page->draft[0] == '\0')
		find_draft(place);
}
