/* One action for all marked records of a list screen. Screen's thread only. */
#ifndef KOODESK_UI_SCREEN_BULK_H
#define KOODESK_UI_SCREEN_BULK_H

#include "ui/screen/list_screen.h"

/* False where nothing is marked: the action is for the selected record then. */
bool bulk_start(struct place *place, int action);
/* What marked records were handed in with is read before it is asked about, with this tag. */
#define BULK_TAG 2
void bulk_reply(struct place *place, const struct reply *reply);
void bulk_drop(struct bulk *bulk);
/* What can be done with the marked records; 0 where nothing is marked. */
size_t bulk_hints(const struct place *place, struct hint *out, size_t cap);

#endif
