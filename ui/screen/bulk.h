/* One action for all marked records of a list screen. Screen's thread only. */
#ifndef KOODESK_UI_SCREEN_BULK_H
#define KOODESK_UI_SCREEN_BULK_H

#include "ui/screen/list_screen.h"

/* False where nothing is marked: the action is for the selected record then. */
bool bulk_start(struct place *place, int action);

#endif
