/*
 * What the files of the list share: list.c holds rows and moves in them, list_ask.c asks for rows
 * and takes what comes.
 */
#ifndef KOODESK_UI_WIDGET_LIST_PRIVATE_H
#define KOODESK_UI_WIDGET_LIST_PRIVATE_H

#include "ui/widget/list.h"

#define BUDGET_FIRST 50u      /* ms: a slow search answers that often with what it has */
#define BUDGET_GOING 250u     /* once it has told that it searches */
#define BUDGET_MOST 3200u
#define COUNT_FIRST 150u      /* ms: a count that takes longer is tried once more, */
#define COUNT_MOST 1000u      /* with so much, and then it is not known */
#define ROWS_LEAST 10u        /* asked for where the screen shows fewer */

/* What a question is for. */
enum want {
	WANT_NOTHING,
	/* these replace what is held */
	WANT_FIRST,  /* the start, and the first row */
	WANT_LAST,   /* the end, and the last row */
	WANT_ASKED,  /* the start of another question, and the row that was selected if it is there
		      */
	WANT_WINDOW, /* what is shown, again */
	WANT_TOP,    /* the same, where the start is shown */
	/* these do not */
	WANT_AFTER,
	WANT_BEFORE,
	WANT_COUNT
};

/* list.c */
struct page *list_page_of(const struct list *list, size_t index, size_t *row);
size_t list_visible(const struct list *list);
/* moves the top so that the selected row is seen, and no room stays empty that rows could fill */
void list_show_selected(struct list *list);
bool list_find_id(const struct list *list, const char *id, size_t *index);
void list_drop_pages(struct list *list);

/* list_ask.c: whatever is under way answers an older question from now on */
void list_ask_anew(struct list *list, enum want jump);

#endif
