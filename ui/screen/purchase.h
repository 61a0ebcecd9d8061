/* Actions on a purchased service: form and confirmation. Screen's thread only. */
#ifndef KOODESK_UI_SCREEN_PURCHASE_H
#define KOODESK_UI_SCREEN_PURCHASE_H

#include "ui/screen/screen.h"

extern const struct screen purchase_screen;   /* its param is "word id" */

/* The form of an action's place while it is filled in, whatever it is done to; NULL elsewhere. */
struct form *place_form(struct place *place);

#endif
