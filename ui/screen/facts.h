/*
 * What is said about a supervision wherever it is shown: the record page, the pane beside a list,
 * confirmations. Pure. Screen's thread only.
 */
#ifndef KOODESK_UI_SCREEN_FACTS_H
#define KOODESK_UI_SCREEN_FACTS_H

#include "ui/screen/screen.h"
#include "ui/screen/sheet.h"

typedef void fact_taker(void *state, const char *label, enum style style, const char *value);

/* order may be NULL. short_form: what the pane beside a list has room for. */
void facts_each(const struct app *app, const struct supervision *supervision,
    const struct order *order, bool short_form, fact_taker *take, void *state);
void facts_sheet(const struct app *app, struct sheet *sheet, const struct supervision *supervision,
    const struct order *order);
/* Where it ended, if not at the flow's end: "Refunded at Delivery"; else false. */
bool facts_ended(const struct supervision *supervision, char *out, size_t cap);
/* The next step in a sentence, and the marks with what they mean. */
void facts_next(const struct app *app, struct sheet *sheet, const struct supervision *supervision);
/*
 * The actions: possible ones first, with key; the others greyed with the reason. kind: of the lines
 * that can be chosen.
 */
void facts_actions(
    const struct app *app, struct sheet *sheet, const struct selection *selection, int kind);
/*
 * The same where there is little room: one line, of fold_kind, says how many are not possible; the
 * others follow it where `unfolded`.
 */
void facts_actions_folded(const struct app *app, struct sheet *sheet,
    const struct selection *selection, int kind, int fold_kind, bool unfolded);
/* One action: with its key, or greyed with the reason. */
void facts_action_line(struct sheet *sheet, const struct binding *binding, const char *label,
    const char *why, int kind);
/* The cells of a list beside which the detail stands; all of them where there is no room for it. */
int facts_list_cols(int cols);
/* The pane beside a list. */
void facts_pane(const struct app *app, const struct selection *selection, struct canvas *canvas,
    struct area area);
/* The files of the newest submission, by name; attachments is oldest first. */
void facts_judged(const struct page *attachments, char *out, size_t cap);
void facts_amount(const struct supervision *supervision, char *out, size_t cap);
/* The other party, or both for the platform's people: "DataSafe" */
void facts_party(
    const struct app *app, const char *buyer, const char *seller, char *out, size_t cap);
void facts_size(int64_t bytes, char *out, size_t cap);   /* "1.2 MiB" */
/* What the platform does by itself when the running clock ends, and when; "" where none runs. */
void facts_due_words(
    const struct app *app, const struct supervision *supervision, char *out, size_t cap);
/* The marks beside a next step, which tells itself that an appeal is overdue. */
void facts_marks(const struct supervision *supervision, int64_t now, char *out, size_t cap);
void facts_mark_words(const struct supervision *supervision, int64_t now, char *out, size_t cap);

#endif
