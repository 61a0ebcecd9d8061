/*
 * An appeal: who wants what and why, the time left, statements and evidence of both sides, the
 * decision.
 */
#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/when.h"
#include "model/money.h"
#include "ui/screen/dossier.h"
#include "ui/screen/facts.h"
#include "ui/screen/parts.h"
#include "ui/screen/sheet.h"

enum { SECTION_FILES = 1, SECTION_LOG };

struct appeal_page {
	struct dossier dossier;
	struct sheet sheet;
	int64_t open_entry;
	bool stale;
	int cols;
};

static struct appeal_page *page_of(const struct place *place)
{
	return place->state;
}

/* ---- the sheet ------------------------------------------------------------------------------- */

static bool belongs(const struct appeal *appeal, const struct log_entry *entry)
{
	const struct action *action = action_find(entry->action);

	return action != NULL &&
	       (action->kind == KIND_APPEAL || action->kind == KIND_DURING ||
		   action->kind == KIND_NOTE) &&
	       entry->at >= appeal->filed_at &&
	       (appeal->closed_at == 0 || entry->at <= appeal->closed_at);
}

static void put_statements(const struct place *place, struct sheet *sheet, const struct dossier *d)
{
	const struct page *page = d->pages[PART_LOG];
	size_t i;

	sheet_head(sheet, SECTION_LOG, _("Statements"));
	for (i = 0; page != NULL && i < page->count; i++) {
		const struct log_entry *entry = page->rows[i];

		if (belongs(d->appeal, entry))
			parts_entry(
			    place->app, sheet, d, entry, entry->seq == page_of(place)->open_entry);
	}
	if (page == NULL)
		sheet_line(sheet, 3, STYLE_DIM, _("Reading"));
}

static void put_files(const struct place *place, struct sheet *sheet, const struct dossier *d)
{
	const struct page *page = d->pages[PART_FILES];
	int64_t kind = -1;
	size_t i;

	sheet_head(sheet, SECTION_FILES, _("Evidence"));
	for (i = 0; page != NULL && i < page->count; i++) {
		const struct attachment *file = page->rows[i];

		if (strcmp(file->appeal, d->appeal->id) != 0)
			continue;
		if (file->kind != kind)
			sheet_line(sheet, 2, STYLE_DIM, names_label(&file_kind_names, file->kind));
		kind = file->kind;
		parts_file(place->app, sheet, d, i, false);
	}
	if (kind < 0)
		sheet_line(sheet, 3, STYLE_DIM,
		    page == NULL ? _("Reading") : _("No files have been handed in."));
}

static void put_decision(
    const struct place *place, struct sheet *sheet, const struct appeal *appeal)
{
	char when[WHEN_TEXT], money[MONEY_TEXT], text[200];

	if (appeal->state != APPEAL_DECIDED)
		return;
	sheet_head(sheet, 0, _("Decision"));
	when_text(appeal->closed_at, app_offset(place->app), when);
	sheet_fact(sheet, _("Decision"), STYLE_BOLD, names_label(&outcome_names, appeal->outcome));
	if (appeal->outcome == OUTCOME_SEND_BACK)
		sheet_fact(sheet, _("Sent back to"), STYLE_NORMAL,
		    names_label(&stage_names, appeal->back_to));
	if (appeal->outcome == OUTCOME_REFUND) {
		money_text(appeal->refund, appeal->currency, money);
		sheet_fact(sheet, _("Refund"), STYLE_NORMAL, money);
	}
	snprintf(text, sizeof(text), "%s, %s", appeal->decided_by, when);
	sheet_fact(sheet, _("Decided by"), STYLE_NORMAL, text);
	sheet_facts_end(sheet);
	sheet_long(sheet, _("Reason"), appeal->decision);
}

static void put_actions(const struct place *place, struct sheet *sheet, const struct dossier *d)
{
	struct selection selection;

	dossier_selection(d, &selection);
	if (d->supervision == NULL || d->appeal->state != APPEAL_OPEN)
		return;
	sheet_head(sheet, 0, _("What can be done"));
	facts_actions(place->app, sheet, &selection, LINE_ACTION);
}

static void build(struct place *place)
{
	struct appeal_page *page = page_of(place);
	struct sheet *sheet = &page->sheet;
	const struct dossier *d = &page->dossier;

	sheet_begin(sheet, page->cols);
	if (d->appeal != NULL) {
		sheet_head(sheet, 0, _("Appeal"));
		parts_appeal(place->app, sheet, d->appeal, false);
		put_decision(place, sheet, d->appeal);
		put_actions(place, sheet, d);
		put_statements(place, sheet, d);
		put_files(place, sheet, d);
		sheet_blank(sheet);
		sheet_printf(
		    sheet, 3, STYLE_NORMAL, _("The supervision %s"), d->appeal->supervision);
		sheet_choose(sheet, LINE_RECORD, 1);
	}
	sheet_end(sheet);
	page->stale = false;
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void appeal_open(struct place *place)
{
	struct appeal_page *page = page_of(place);

	dossier_open(place, &page->dossier, "", place->param, PART(LOG) | PART(FILES));
	page->stale = true;
}

static void appeal_close(struct place *place)
{
	dossier_close(&page_of(place)->dossier);
	sheet_free(&page_of(place)->sheet);
}

static void appeal_refresh(struct place *place)
{
	dossier_refresh(place, &page_of(place)->dossier);
}

static void appeal_reply(struct place *place, const struct reply *reply)
{
	dossier_reply(place, &page_of(place)->dossier, reply);
	page_of(place)->stale = true;
}

static bool appeal_ready(const struct place *place, const struct key *key)
{
	(void)key;
	return dossier_complete(&page_of(place)->dossier);
}

/* Keys act on lines: those of the data that is there, whether they have been drawn or not. */
static void fresh(struct place *place)
{
	int rows, cols;

	app_body(place->app, &rows, &cols);
	place->screen->layout(place, rows, cols);
}

static bool appeal_key(struct place *place, const struct key *key, const char *paste)
{
	(void)paste;
	fresh(place);
	return sheet_key(&page_of(place)->sheet, key);
}

static bool open_record(struct place *place)
{
	const struct dossier *d = &page_of(place)->dossier;
	struct selection selection = { .supervision = d->supervision };

	if (d->appeal != NULL)
		app_open_seen(place->app, &record_screen, d->appeal->supervision,
		    d->supervision != NULL ? &selection : NULL);
	return true;
}

static bool open_line(struct place *place, const struct sheet_line *line)
{
	struct appeal_page *page = page_of(place);
	struct selection selection;

	if (line->kind == LINE_ACTION) {
		dossier_selection(&page->dossier, &selection);
		app_start(place->app, (enum action_id)line->index, &selection);
	} else if (line->kind == LINE_FILE) {
		parts_save(place, &page->dossier, (size_t)line->index);
	} else if (line->kind == LINE_ENTRY) {
		page->open_entry = page->open_entry == line->index ? 0 : line->index;
		page->stale = true;
	} else {
		return open_record(place);
	}
	return true;
}

static bool appeal_act(struct place *place, int action, const char *argument)
{
	struct appeal_page *page = page_of(place);
	const struct sheet_line *line;

	fresh(place);
	line = sheet_chosen(&page->sheet);
	switch (action) {
	case UI_OPEN:
		return argument[0] == '\0' && line != NULL && open_line(place, line);
	case UI_FILES:
		return sheet_to_section(&page->sheet, SECTION_FILES);
	case UI_LOG:
		return sheet_to_section(&page->sheet, SECTION_LOG);
	case UI_SAVE_FILE:
		if (line == NULL || line->kind != LINE_FILE)
			app_say(place->app, SAID_NOTE,
			    _("Choose the file first: l goes to the files."));
		else
			parts_save(place, &page->dossier, (size_t)line->index);
		return true;
	default:
		return false;
	}
}

static bool appeal_selected(const struct place *place, struct selection *out)
{
	dossier_selection(&page_of(place)->dossier, out);
	return out->supervision != NULL;
}

static void appeal_layout(struct place *place, int rows, int cols)
{
	struct appeal_page *page = page_of(place);

	if (page->stale || page->cols != cols) {
		page->cols = cols;
		build(place);
	}
	sheet_layout(&page->sheet, rows);
}

static void appeal_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct appeal_page *page = page_of(place);
	struct area inside = { area.row + 1, area.col + 3, area.rows - 1, area.cols - 6 };

	if (page->dossier.appeal != NULL)
		sheet_draw(&page->sheet, canvas, area, true);
	else if (page->dossier.failed[0] != '\0')
		canvas_wrap(canvas, inside, STYLE_ERROR, page->dossier.failed, 0);
	else
		canvas_put(canvas, inside.row, inside.col, inside.cols, STYLE_DIM,
		    _("Reading. Esc goes back."));
}

static void appeal_headline(const struct place *place, char *out, size_t cap)
{
	const struct appeal *appeal = page_of(place)->dossier.appeal;

	snprintf(out, cap, _("Appeal %s"), appeal != NULL ? appeal->order_id : place->param);
}

static void appeal_describe(const struct place *place, struct buf *out)
{
	if (page_of(place)->dossier.failed[0] != '\0')
		buf_printf(out, "%s\n", page_of(place)->dossier.failed);
	sheet_describe(&page_of(place)->sheet, out);
}

static const int offers[] = { UI_OPEN, UI_FILES, UI_LOG, UI_BACK, UI_PALETTE, UI_HELP, UI_SAVE_FILE,
	UI_COPY, UI_REFRESH, 0 };

const struct screen appeal_screen = {
	.name = "appeal",
	.title = N_("Appeal"),
	.size = sizeof(struct appeal_page),
	.offers = offers,
	.open = appeal_open,
	.close = appeal_close,
	.refresh = appeal_refresh,
	.reply = appeal_reply,
	.key = appeal_key,
	.act = appeal_act,
	.selected = appeal_selected,
	.ready = appeal_ready,
	.layout = appeal_layout,
	.draw = appeal_draw,
	.headline = appeal_headline,
	.describe = appeal_describe,
};
