/*
 * The inside of an action's page: the form with its draft (action_form.c), the confirmation
 * (action_confirm.c), how both look (action_draw.c); keys and sending are in action.c. What differs
 * by what the action is done to is in action_supervision.c and action_service.c. Screen's thread
 * only.
 */
#ifndef KOODESK_UI_SCREEN_ACTION_H
#define KOODESK_UI_SCREEN_ACTION_H

#include "base/rand.h"
#include "ui/screen/dossier.h"
#include "ui/widget/form.h"

enum phase { PHASE_FORM, PHASE_CONFIRM, PHASE_SENDING };

struct action_page;

/* The record that a command names. */
struct address { const char *id, *order; int64_t version; };

/* What an action is done to. All but `read` are for when the record is known. */
struct target {
	void (*read)(struct place *place, const char *id);
	void (*address)(const struct dossier *dossier, struct address *out);
	/* what the action is called there */
	const char *(*label)(const struct action_page *page);
	/* once: what will mostly be meant */
	void (*preset)(struct place *place);
	/* what can be chosen, and the hints: by the record, and by what stands in the form */
	void (*advise)(struct place *place);
	void (*head)(const struct place *place, char *out, size_t cap);
	/* what the confirmation repeats before the inputs */
	void (*facts)(struct place *place);
};
extern const struct target target_supervision, target_service;

struct action_page {
	const struct target *target;
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

/* The record is there, as it was seen before or as it was read. */
static inline bool action_known(const struct action_page *page)
{
	return page->dossier.supervision != NULL || page->dossier.instance != NULL;
}

/* ---- action_form.c --------------------------------------------------------------------------- */

/* The record has come, or has come again: what the form says and offers depends on it. */
void action_prepare(struct place *place);
const char *action_template(const struct action_page *page);   /* the product's, or "" */
void action_typed(struct place *place);                         /* the draft has to be kept */
void action_keep_draft(struct place *place);
void action_throw_away(struct place *place);
struct form_field *action_field(struct place *place, const char *name);   /* NULL: none */
void action_hint(struct place *place, const char *field, const char *text);

/* ---- action_confirm.c ------------------------------------------------------------------------ */

const char *action_label(const struct action_page *page);
/* a text that is judged, on up to four lines */
void action_confirm_text(struct action_page *page, const char *label, const char *text);
void action_ask(struct place *place);

/* ---- action_draw.c: of the screen's table ---------------------------------------------------- */

void action_draw(const struct place *place, struct canvas *canvas, struct area area);
bool action_status(const struct place *place, struct canvas *canvas, struct area line);
size_t action_hints(const struct place *place, struct hint *out, size_t cap);
void action_headline(const struct place *place, char *out, size_t cap);
void action_describe(const struct place *place, struct buf *out);

#endif
