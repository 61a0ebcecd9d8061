/*
 * A page that is one sheet of lines about a dossier: a record, an appeal, a refund request, a
 * deployment. Reading, keys, files, log entries and drawing are the same for all; .spec of its
 * struct screen points to what makes the difference. Its state is a struct dossier_page, or begins
 * with one. Screen's thread only.
 */
#ifndef KOODESK_UI_SCREEN_DOSSIER_PAGE_H
#define KOODESK_UI_SCREEN_DOSSIER_PAGE_H

#include "ui/screen/dossier.h"
#include "ui/screen/parts.h"
#include "ui/screen/sheet.h"

/* The tag of the read for `page`: the dossier has those before it. */
#define TAG_PAGE (PARTS + 1)

enum { SECTION_FILES = 1, SECTION_LOG };

struct dossier_page {
	struct dossier dossier;
	struct page *page;         /* what it is about, where that is not in the dossier; or NULL */
	char failed[320];          /* why that could not be read, or "" */
	struct sheet sheet;
	int64_t open_entry;        /* seq of the log entry shown with all it has; 0: none */
	bool unfolded;             /* what is not possible is shown where room is short, too */
	bool stale;                /* the sheet is older than the data */
	int rows, cols;
};

struct dossier_page_spec {
	/* has come what the sheet cannot be made without? */
	bool (*known)(const struct place *place);
	/* fills the sheet, when it is known */
	void (*build)(const struct place *place, struct sheet *sheet);
	/* Enter on a line that is no action, file or log entry */
	bool (*open_line)(struct place *place, const struct sheet_line *line);
};

static inline struct dossier_page *dossier_page(const struct place *place)
{
	return place->state;
}

/* What can be done, for build(): in full where there is room for it. */
void dossier_page_actions(const struct place *place, struct sheet *sheet);

void dossier_page_close(struct place *place);
void dossier_page_refresh(struct place *place);
/* the dossier's parts, and TAG_PAGE */
void dossier_page_reply(struct place *place, const struct reply *reply);
bool dossier_page_key(struct place *place, const struct key *key, const char *paste);
bool dossier_page_act(struct place *place, int action, const char *argument);
bool dossier_page_selected(const struct place *place, struct selection *out);
bool dossier_page_ready(const struct place *place, const struct key *key);
/* Something was done from this place: where it is such a page its top tells what came of it. */
void dossier_page_answer(struct place *place);
void dossier_page_layout(struct place *place, int rows, int cols);
void dossier_page_draw(const struct place *place, struct canvas *canvas, struct area area);
void dossier_page_describe(const struct place *place, struct buf *out);
/* The supervision is known. */
bool dossier_page_has_supervision(const struct place *place);
/* The page of the supervision, for open_line. */
bool dossier_page_open_record(struct place *place, const struct sheet_line *line);

/* What no page has of its own; the rest of its table says whose it is. */
#define DOSSIER_PAGE(word, heading, table)                                                         \
	.name = word, .title = heading, .spec = &table, .key = dossier_page_key,                   \
	.enter = N_("choose"),                                                                     \
	.selected = dossier_page_selected, .layout = dossier_page_layout,                          \
	.draw = dossier_page_draw, .describe = dossier_page_describe

#endif
