/*
 * The inside of list screens: reading, marks and keys are in list_screen.c, columns in
 * list_columns.c, the filter line and the order in list_screen_filter.c, how it looks in
 * list_screen_draw.c. Screen's thread only.
 */
#ifndef KOODESK_UI_SCREEN_LIST_SCREEN_PRIVATE_H
#define KOODESK_UI_SCREEN_LIST_SCREEN_PRIVATE_H

#include "ui/screen/list_screen.h"

#define SAVED_MAX 20               /* filters of one list */
#define LIST_FILTER_BYTES sizeof(((struct list *)0)->filter)

static inline struct list_state *state_of(const struct place *place)
{
	return place->state;
}

static inline const struct list_screen *spec_of(const struct place *place)
{
	return place->screen->spec;
}

/* ---- list_screen.c --------------------------------------------------------------------------- */

void list_screen_ask(struct place *place);   /* the rows that the list wants, if any */
/* The cells that the list itself has, without the pane beside it. */
int list_screen_cols(const struct place *place, int cols);

/* ---- list_screen_draw.c ---------------------------------------------------------------------- */

const char *list_screen_empty(const struct place *place);   /* why there are no rows */

/* ---- list_columns.c -------------------------------------------------------------------------- */

/* Those that the person chose, or those of the table. */
void list_screen_columns_open(struct place *place);

/* ---- list_screen_filter.c -------------------------------------------------------------------- */

/* False, with the reason in state->problem, where it is no filter. */
bool list_screen_check(struct place *place, const char *text);
void list_screen_begin_filter(struct list_state *state);
void list_screen_type(struct place *place, const struct key *key, const char *paste);
void list_screen_sort(struct place *place, const char *sort);
/* saved and earlier filters */
void list_screen_filters_menu(struct place *place);
void list_screen_sort_menu(struct place *place);
void list_screen_reverse(struct place *place);

#endif
