/*
 * The small widgets: confirmation, menu (help and palette), flow line, hints. Drawing is
 * pure. Screen's thread only.
 */
#ifndef KOODESK_UI_WIDGET_WIDGETS_H
#define KOODESK_UI_WIDGET_WIDGETS_H

#include "model/flow.h"
#include "ui/widget/edit.h"

/*
 * A confirmation: facts line by line ("Order CS22..."), what will happen, and y/n or a typed word.
 */
#define CONFIRM_FACTS_MAX 14
#define CONFIRM_CELLS 46       /* of a value beside the labels, in a box of 80 columns */
struct confirm {
	char title[96];
	char labels[CONFIRM_FACTS_MAX][48];
	char values[CONFIRM_FACTS_MAX][200];
	size_t count;
	char effect[320];
	char word[48];             /* "" : y is enough */
	struct edit typed;
	bool danger;               /* the frame says so in words and style */
	/*
	 * Letters that are no answer were typed, or not the word: a y among them is none either,
	 * until Enter.
	 */
	bool astray;
};
enum confirm_result { CONFIRM_NONE, CONFIRM_YES, CONFIRM_NO };
void confirm_init(struct confirm *confirm, const char *title, const char *effect, const char *word);
void confirm_fact(struct confirm *confirm, const char *label, const char *value);
void confirm_free(struct confirm *confirm);
enum confirm_result confirm_key(struct confirm *confirm, const struct key *key, const char *paste);
void confirm_draw(struct confirm *confirm, struct canvas *canvas, struct area area);
void confirm_describe(const struct confirm *confirm, struct buf *out);

/*
 * A menu of items that can be run: help, palette, users. Typing narrows it (fuzzy); Enter runs; Esc
 * leaves.
 */
struct menu_item {
	char key[24];              /* shown first, "" for none */
	char label[512];
	char word[64];             /* what `:` takes, "" for none */
	char reason[200];          /* why it cannot be run now, "" where it can */
	int id;
};
struct menu {
	char title[96];
	struct menu_item *items;
	size_t count, cap;
	size_t shown[512], n_shown;   /* indexes that match, best first */
	size_t here, top;
	struct edit typed;
	bool keyed;                /* a question: an item's key chooses it, nothing is typed */
	bool prompt;               /* a palette: the typed text stands after ':' at the bottom */
};
void menu_init(struct menu *menu, const char *title, bool prompt);
struct menu_item *menu_add(struct menu *menu, int id, const char *key, const char *label,
    const char *word, const char *reason);
void menu_free(struct menu *menu);
/*
 * Returns the id of the item to run, 0 for nothing, -1 for leaving. `:` text after the first word:
 * menu_argument().
 */
int menu_key(struct menu *menu, const struct key *key, const char *paste);
const char *menu_argument(const struct menu *menu);
/* What is typed in a prompt is no command, but may be the number of a record. */
bool menu_is_number(const struct menu *menu);
void menu_draw(struct menu *menu, struct canvas *canvas, struct area area);
void menu_describe(const struct menu *menu, struct buf *out);
/* Rank of text for a typed pattern (subsequence, word starts count more); -1: no match. */
int fuzzy_rank(const char *pattern, const char *text);

/*
 * The flow as a line of nodes with the current one marked: "Requirement - Confirmation - [Your
 * acceptance] - Completed"; what is done is plain, what is to come dim. Cuts from the far ends so
 * that the current node is always seen. Returns cells used.
 */
int flow_draw(struct canvas *canvas, int row, int col, int width, enum flow_id flow,
    unsigned conditions, enum stage_id here, enum role me, enum role turn);
void flow_describe(enum flow_id flow, unsigned conditions, enum stage_id here, enum role me,
    enum role turn, char *out, size_t cap);

/*
 * "a accept r reject ? help": key and word pairs; those that do not fit are left out from the
 * right, help stays.
 */
struct hint { const char *key; const char *word; };
void hints_draw(struct canvas *canvas, int row, int col, int width, const struct hint *hints,
    size_t count);

#endif
