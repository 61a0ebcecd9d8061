/*
 * An appeal: who wants what and why, the time left, statements and evidence of both sides, the
 * decision.
 */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/when.h"
#include "model/money.h"
#include "ui/screen/dossier_page.h"
#include "ui/screen/facts.h"

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
	int64_t open = dossier_page(place)->open_entry;
	const struct page *page = d->pages[PART_LOG];
	size_t i;

	sheet_head(sheet, SECTION_LOG, _("Statements"));
	for (i = 0; page != NULL && i < page->count; i++) {
		const struct log_entry *entry = page->rows[i];

		if (belongs(d->appeal, entry))
			parts_entry(place->app, sheet, d, entry, entry->seq == open);
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
		/* What the section is called anyway is not said again. */
		if (file->kind != kind && (kind >= 0 || file->kind != FILE_EVIDENCE))
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
	snprintf(text, sizeof(text), _("%s, %s"), appeal->decided_by, when);
	sheet_fact(sheet, _("Decided by"), STYLE_NORMAL, text);
	sheet_facts_end(sheet);
	sheet_long(sheet, _("Reason"), appeal->decision);
}

static void put_actions(const struct place *place, struct sheet *sheet, const struct dossier *d)
{
	if (d->supervision == NULL || d->appeal->state != APPEAL_OPEN)
		return;
	sheet_head(sheet, 0, _("What can be done"));
	dossier_page_actions(place, sheet);
}

static bool appeal_known(const struct place *place)
{
	return dossier_page(place)->dossier.appeal != NULL;
}

static void appeal_build(const struct place *place, struct sheet *sheet)
{
	const struct dossier *d = &dossier_page(place)->dossier;

	sheet_head(sheet, 0, _("Appeal"));
	parts_appeal(place->app, sheet, d->appeal, false);
	put_decision(place, sheet, d->appeal);
	put_actions(place, sheet, d);
	put_statements(place, sheet, d);
	put_files(place, sheet, d);
	sheet_blank(sheet);
	sheet_printf(sheet, 3, STYLE_NORMAL, _("The supervision %s"), d->appeal->supervision);
	sheet_choose(sheet, LINE_RECORD, 1);
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void appeal_open(struct place *place)
{
	struct dossier_page *page = dossier_page(place);

	dossier_open(place, &page->dossier, "", place->param, PART(LOG) | PART(FILES));
	page->stale = true;
}

static void appeal_headline(const struct place *place, char *out, size_t cap)
{
	const struct appeal *appeal = dossier_page(place)->dossier.appeal;

	snprintf(out, cap, _("Appeal %s"), appeal != NULL ? appeal->order_id : place->param);
}

static const int offers[] = { UI_OPEN, UI_FILES, UI_LOG, UI_BACK, UI_PALETTE, UI_HELP, UI_SAVE_FILE,
	UI_COPY, UI_REFRESH, UI_REASONS, 0 };

static const struct dossier_page_spec appeal_spec = {
	.known = appeal_known,
	.build = appeal_build,
	.open_line = dossier_page_open_record,
};

const struct screen appeal_screen = {
	DOSSIER_PAGE("appeal", N_("Appeal"), appeal_spec),
	.size = sizeof(struct dossier_page),
	.offers = offers,
	.open = appeal_open,
	.close = dossier_page_close,
	.refresh = dossier_page_refresh,
	.reply = dossier_page_reply,
	.act = dossier_page_act,
	.ready = dossier_page_ready,
	.headline = appeal_headline,
};
