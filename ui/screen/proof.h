/*
 * What acceptance is decided by: the proof of delivery, whatever the way of delivery, and the
 * product's acceptance standard. Screen's thread only.
 */
#ifndef KOODESK_UI_SCREEN_PROOF_H
#define KOODESK_UI_SCREEN_PROOF_H

#include "ui/screen/dossier.h"
#include "ui/screen/sheet.h"

void proof_put(const struct place *place, struct sheet *sheet, const struct dossier *dossier);
void proof_put_standard(struct sheet *sheet, const struct dossier *dossier);

#endif
