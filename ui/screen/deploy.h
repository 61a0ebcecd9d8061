/*
 * The inside of the page that starts a deployment: choices, checks and keys are in deploy.c, how it
 * looks in deploy_draw.c. Screen's thread only.
 */
#ifndef KOODESK_UI_SCREEN_DEPLOY_H
#define KOODESK_UI_SCREEN_DEPLOY_H

#include "base/secret.h"
#include "ui/screen/dossier.h"

enum { FIELD_PASSWORD = DEPLOY_FIELDS, FIELD_AGAIN, FIELD_COUNT };
enum phase { PHASE_FORM, PHASE_CONFIRM };

struct deploy {
	struct dossier dossier;
	struct deploy_offers *offers;
	size_t chosen[DEPLOY_FIELDS];
	int here;
	struct secret *password, *again;
	struct confirm confirm;
	enum phase phase;
	char problem[320], failed[320];
	bool asked;
};

static inline struct deploy *deploy_state(const struct place *place)
{
	return place->state;
}

/* NULL where the cloud offers none */
const struct deploy_choice *deploy_choice(const struct deploy *deploy, int field);
const char *deploy_label(int field);

/* deploy_draw.c: of the screen's table */
void deploy_draw(const struct place *place, struct canvas *canvas, struct area area);
bool deploy_status(const struct place *place, struct canvas *canvas, struct area line);
size_t deploy_hints(const struct place *place, struct hint *out, size_t cap);
void deploy_describe(const struct place *place, struct buf *out);

#endif
