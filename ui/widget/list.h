/*
 * A list as a window on a query (architecture.md, decision 5): rows it shows plus one page of
 * look-ahead, held as pages, selected by id so that the selection survives a refresh. The widget
 * never fetches: list_wants() says which query should be run next, and list_take() takes the page
 * that answers. Screen's thread only.
 */
#ifndef KOODESK_UI_WIDGET_LIST_H
#define KOODESK_UI_WIDGET_LIST_H

#include "model/query.h"
#include "ui/term/canvas.h"
#include "ui/term/key.h"

#define LIST_COLUMNS_MAX 16
#define LIST_PAGES_MAX 8

struct list_column {
	char heading[48];                  /* translated */
	int width;                         /* cells wished for; 0 takes what is left */
	int min;                           /* dropped when there is less room, rightmost first */
	bool spare;                        /* dropped before all others */
	bool keep;                         /* dropped after all others */
	const struct field *field;         /* NULL: by text() */
	/* A column made up of several fields (next step, marks). */
	void (*text)(const void *record, const void *context, char *out, size_t cap);
	bool right;
};

struct list {
	const struct record_type *type;
	struct list_column columns[LIST_COLUMNS_MAX];
	size_t n_columns;
	const void *context;               /* handed to text() */
	bool no_spare;                     /* spare columns are told elsewhere on the screen */
	/* what is asked */
	char filter[512];
	char sort[64];
	unsigned rows_visible;             /* set by list_layout() */
	/* what is held: consecutive pages, in order */
	struct page *pages[LIST_PAGES_MAX];
	size_t n_pages;
	size_t top, selected;              /* index over the held rows */
	bool stale;                        /* held rows are of an older query or cache */
	int64_t total;                     /* -1 unknown; COUNT_MAX+1: more */
	bool loading;
	char failed[256];                  /* why the last read failed, or "" */
	/* marked rows, by id */
	char **marked;
	size_t n_marked, cap_marked;
	struct buf cursor;                 /* scratch for list_wants() */
	int wanted;                        /* what list_wants() asked for last, see list.c */
	/*
	 * Counts the questions. Whoever runs queries side by side notes it with each and hands in
	 * only the page of the newest: a page that comes while nothing is asked is dropped here.
	 */
	unsigned question;
	int jump;                          /* where to read next: see list.c */
	bool more_before, more_after;      /* there are rows beyond those held */
	bool halted; /* after a failure nothing is read until somebody asks again */
	bool counted;                      /* total has been asked for */
	unsigned count_ms;                 /* what it may take */
	unsigned budget_ms;
	/*
	 * A search that ran out of time goes on from here, which need not be a row of the list;
	 * for what it was: see list.c. How many records it has looked at.
	 */
	struct buf resume;
	int resume_for;
	int64_t scanned;
	char keep[160];                    /* id that was selected before the rows are replaced */
	size_t keep_row;                   /* and how far below the top it stood */
};

/* members, blank-separated */
void list_init(struct list *list, const struct record_type *type, const char *columns);
/* one more, of a field */
void list_add_field(struct list *list, const struct field *field);
void list_add_column(struct list *list, const char *heading, int width, int min,
    void (*text)(const void *record, const void *context, char *out, size_t cap));
void list_free(struct list *list);
/* rows of the body, heading excluded */
void list_layout(struct list *list, int rows, int cols);

/* Another filter or sort: starts over, keeping the selected id if it is found again. */
void list_ask(struct list *list, const char *filter, const char *sort);
/* reads the shown window again, cursor unmoved */
void list_refresh(struct list *list);
/*
 * The query to run now, or false where nothing is needed. query's texts live until the next call.
 */
bool list_wants(struct list *list, struct query *query);
/* Takes the page (the widget's from now on) or the error that answers the last list_wants(). */
void list_take(struct list *list, struct page *page, const struct error *err);

size_t list_count(const struct list *list);                    /* rows held */
const void *list_row(const struct list *list, size_t index);
const void *list_selected(const struct list *list);            /* NULL in an empty list */
const char *list_selected_id(const struct list *list);         /* "" in an empty list */

/* Up, down, page, Ctrl-F, Ctrl-B, home, end, j, k, g, G: true when the key was taken. */
bool list_key(struct list *list, const struct key *key);

void list_mark(struct list *list, const char *id, bool on);
bool list_is_marked(const struct list *list, const char *id);
void list_unmark_all(struct list *list);

/*
 * Heading in the first row of the area, then the rows; the selected one with the marker ">" and
 * bold text.
 */
void list_draw(const struct list *list, struct canvas *canvas, struct area area,
    const struct view *view, bool focused);
/* One line a row, "column: value" (for --plain and tests). */
void list_describe(const struct list *list, const struct view *view, struct buf *out);

#endif
