/*
 * A list screen is its record type, its columns, its sort and what Enter opens; filter, conditions,
 * sort menu, marks, count and description are the same for all. .spec of its struct screen points
 * to one of these; the functions below fill the rest.
 */
#ifndef KOODESK_UI_SCREEN_LIST_SCREEN_H
#define KOODESK_UI_SCREEN_LIST_SCREEN_H

#include "ui/screen/screen.h"

/* A column that is made of several fields; text() gets a struct list_asker as context. */
struct list_asker { const struct app *app; };
struct list_extra {
	const char *word;          /* what `:columns` calls it; NULL ends the table */
	const char *heading;       /* N_() text; "" for a column that is no choice */
	int width, min;
	bool right;
	bool spare;                /* not where the detail stands beside the list */
	void (*text)(const void *record, const void *context, char *out, size_t cap);
	bool keep;                 /* even in a narrow window */
};

struct list_screen {
	const struct record_type *type;
	const char *columns;       /* to begin with: members and words of extras */
	const struct list_extra *extras;   /* or NULL */
	const char *sort;
	const char *filter;        /* to begin with, or "" */
	/* the same for the platform's people, whose work the open ones are; NULL: as for others */
	const char *staff_filter, *staff_sort;
	const char *conditions;    /* members asked for by `f`, after the named conditions */
	const char *empty;         /* N_() text where there is nothing at all */
	/* Enter */
	void (*chosen)(struct place *place, const void *record);
	void (*selection)(const struct place *place, const void *record, struct selection *out);
	bool pane;                 /* the detail stands beside the list where there is room */
};

/* marks are for what is done to several at once: for orders under supervision */
extern const int list_offers[], list_plain_offers[];

/* A column that can be chosen. */
#define LIST_CHOICES_MAX 48
#define LIST_COLUMNS_TEXT 640
struct list_choice { const char *word, *heading; };

void list_screen_open(struct place *place);
void list_screen_close(struct place *place);
void list_screen_refresh(struct place *place);
void list_screen_reply(struct place *place, const struct reply *reply);
bool list_screen_key(struct place *place, const struct key *key, const char *paste);
bool list_screen_act(struct place *place, int action, const char *argument);
bool list_screen_selected(const struct place *place, struct selection *out);
bool list_screen_ready(const struct place *place, const struct key *key);
bool list_screen_typing(const struct place *place);
void list_screen_layout(struct place *place, int rows, int cols);
void list_screen_draw(const struct place *place, struct canvas *canvas, struct area area);
size_t list_screen_hints(const struct place *place, struct hint *out, size_t cap);
void list_screen_describe(const struct place *place, struct buf *out);

/* Another filter, as if it had been typed. */
void list_screen_filter(struct place *place, const char *filter);
const char *list_screen_filter_text(const struct place *place);
/* All that there are. Returns how many. */
size_t list_screen_choices(const struct list_screen *spec, struct list_choice *out, size_t cap);
/* Shows these columns, by their words, from now on; "": those of the table. False with err. */
bool list_screen_columns(struct place *place, const char *words, struct error *err);
const char *list_screen_columns_text(const struct place *place);

/* An action for all marked records (bulk.h). */
struct bulk_row { char id[64], files[400]; };
struct bulk {
	enum action_id action;
	struct bulk_row *rows;           /* for which it is possible */
	size_t count, marked;
	size_t read;                     /* the rows whose files are known */
	bool reading;
};

struct list_state {
	struct list list;
	struct list_asker asker;
	struct edit filter;              /* the line at the top, while it is typed */
	bool typing;
	char problem[512];               /* what is wrong with what is being typed */
	int at_history;
	struct bulk bulk;                /* what is being asked for all marked ones */
	int64_t all;                     /* without the filter; -1 unknown */
	int rows, cols;
	char columns[LIST_COLUMNS_TEXT]; /* that are shown */
};

#define LIST_SCREEN(word, heading, table, offered)                                                 \
	LIST_SCREEN_ACT(word, heading, table, offered, list_screen_act)
/* With actions of its own before those of all lists. */
#define LIST_SCREEN_ACT(word, heading, table, offered, acts)                                       \
	.name = word, .title = heading, .size = sizeof(struct list_state), .offers = offered,      \
	.spec = &table, .open = list_screen_open, .close = list_screen_close,                      \
	.refresh = list_screen_refresh, .reply = list_screen_reply, .key = list_screen_key,        \
	.act = acts, .selected = list_screen_selected, .ready = list_screen_ready,      \
	.typing = list_screen_typing, .layout = list_screen_layout, .draw = list_screen_draw,      \
	.hints = list_screen_hints, .describe = list_screen_describe

#endif
