/*
 * The inside of an action's page: the form and what it needs of the record (action_form.c), the
 * confirmation (action_confirm.c), how both look (action_draw.c); keys and sending are in action.c.
 * Screen's thread only.
 */
#ifndef KOODESK_UI_SCREEN_ACTION_H
#define KOODESK_UI_SCREEN_ACTION_H

#include "base/rand.h"
#include "ui/screen/dossier.h"
#include "ui/widget/form.h"

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

static inline struct action_page *action_page(const struct place *place)
{
	return place->state;
}

/* ---- action_form.c --------------------------------------------------------------------------- */

/* The record has come, or has come again: what the form says and offers depends on it. */
void action_prepare(struct place *place);
const char *action_template(const struct action_page *page);   /* the product's, or "" */
void action_typed(struct action_page *page);                    /* the draft has to be kept */
void action_keep_draft(struct place *place);
void action_throw_away(struct place *place);

/* ---- action_confirm.c ------------------------------------------------------------------------ */

/* What the action is called at this node of this flow (R17). */
const char *action_label(const struct action_page *page);
void action_ask(struct place *place);

/* ---- action_draw.c: of the screen's table ---------------------------------------------------- */

void action_draw(const struct place *place, struct canvas *canvas, struct area area);
bool action_status(const struct place *place, struct canvas *canvas, struct area line);
size_t action_hints(const struct place *place, struct hint *out, size_t cap);
void action_headline(const struct place *place, char *out, size_t cap);
void action_describe(const struct place *place, struct buf *out);

#endif
