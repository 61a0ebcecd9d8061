/*
 * The record page: the flow, what is next, what can be done, the facts, the files and the operation
 * log of one supervision.
 */
#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/when.h"
#include "ui/screen/dossier.h"
#include "ui/screen/facts.h"
#include "ui/screen/parts.h"
#include "ui/screen/sheet.h"

enum { SECTION_FILES = 1, SECTION_LOG };

struct record {
	struct dossier dossier;
	struct sheet sheet;
	int64_t open_entry;       /* seq of the log entry that is shown with all it has; 0: none */
	bool stale;               /* the sheet is older than the data */
	bool verifying;           /* asked for by its key: the answer is said too */
	int cols;
};

#define WANTS (PART(ORDER) | PART(LOG) | PART(FILES) | PART(APPEALS) | PART(VERIFY))

static struct record *record_of(const struct place *place)
{
	return place->state;
}

/* ---- the sheet ------------------------------------------------------------------------------- */

static void put_appeals(const struct place *place, struct sheet *sheet, const struct dossier *d)
{
	const struct page *page = d->pages[PART_APPEALS];
	size_t i;

	if (d->appeal != NULL && d->appeal->state == APPEAL_OPEN) {
		sheet_head(sheet, 0, _("Open appeal"));
		parts_appeal(place->app, sheet, d->appeal, true);
		sheet_choose(sheet, LINE_APPEAL, 0);
	}
	for (i = page == NULL ? 0 : page->count; i > 0; i--) {
		const struct appeal *appeal = page->rows[i - 1];

		if (appeal->state == APPEAL_OPEN)
			continue;
		parts_past_appeal(place->app, sheet, appeal);
		sheet_choose(sheet, LINE_APPEAL, (int)i);
	}
}

/* What has a page of its own: the service, the latest refund request, the deployment. */
static void put_links(struct sheet *sheet, const struct supervision *s)
{
	sheet_blank(sheet);
	sheet_line(sheet, 3, STYLE_NORMAL, _("The purchased service"));
	sheet_choose(sheet, LINE_SERVICE, 1);
	if (s->refunds > 0) {
		sheet_printf(sheet, 3, s->refund[0] != '\0' ? STYLE_BOLD : STYLE_NORMAL,
		    _("Refund request: %s"), names_label(&refund_state_names, s->refund_state));
		sheet_choose(sheet, LINE_REFUND, (int)s->refunds);
	}
	if (s->deployments > 0) {
		sheet_printf(sheet, 3, STYLE_NORMAL, _("The deployment: %s"),
		    names_label(&deployment_state_names, s->deployment_state));
		sheet_choose(sheet, LINE_DEPLOYMENT, 1);
	}
}

static void put_log_head(struct sheet *sheet, const struct dossier *d)
{
	char text[400];
	long long entries = (long long)d->supervision->log_length;

	if (d->verified && d->verdict.intact)
		snprintf(text, sizeof(text),
		    ngettext("Operation log: %lld entry, chain verified",
			"Operation log: %lld entries, chain verified",
			(unsigned long)d->verdict.entries),
		    (long long)d->verdict.entries);
	else if (d->verified)
		snprintf(text, sizeof(text), _("Operation log: THE CHAIN BREAKS at entry %lld: %s"),
		    (long long)d->verdict.broken_at, d->verdict.reason);
	else
		snprintf(text, sizeof(text),
		    ngettext("Operation log: %lld entry", "Operation log: %lld entries",
			(unsigned long)entries),
		    entries);
	sheet_head(sheet, SECTION_LOG, text);
	if (d->verified && !d->verdict.intact)
		sheet->lines[sheet->count - 1].parts[0].style = STYLE_ERROR;
}

static void put_log(const struct place *place, struct sheet *sheet, const struct dossier *d)
{
	const struct page *page = d->pages[PART_LOG];
	size_t i;

	put_log_head(sheet, d);
	if (page == NULL)
		sheet_line(sheet, 3, STYLE_DIM, _("Reading"));
	for (i = page == NULL ? 0 : page->count; i > 0; i--) {
		const struct log_entry *entry = page->rows[i - 1];

		parts_entry(
		    place->app, sheet, d, entry, entry->seq == record_of(place)->open_entry);
	}
	if (page != NULL && page->more_before)
		sheet_printf(sheet, 3, STYLE_DIM, _("Earlier entries: koodesk log %s"), d->id);
}

static void build(struct place *place)
{
	struct record *record = record_of(place);
	struct sheet *sheet = &record->sheet;
	const struct dossier *d = &record->dossier;
	const struct supervision *s = d->supervision;
	struct selection selection;

	sheet_begin(sheet, record->cols);
	if (s != NULL) {
		dossier_selection(d, &selection);
		sheet_flow(sheet, (enum flow_id)s->flow, flow_conditions(s),
		    (enum stage_id)s->stage, app_actor(place->app)->role, (enum role)s->turn);
		sheet_blank(sheet);
		facts_next(place->app, sheet, s);
		sheet_blank(sheet);
		facts_actions(place->app, sheet, &selection, LINE_ACTION);
		put_links(sheet, s);
		put_appeals(place, sheet, d);
		sheet_head(sheet, 0, _("Order"));
		facts_sheet(place->app, sheet, s, d->order);
		parts_files(place->app, sheet, d, SECTION_FILES);
		put_log(place, sheet, d);
	}
	sheet_end(sheet);
	record->stale = false;
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void record_open(struct place *place)
{
	struct record *record = record_of(place);

	dossier_open(place, &record->dossier, place->param, "", WANTS);
	record->stale = true;
}

static void record_close(struct place *place)
{
	dossier_close(&record_of(place)->dossier);
	sheet_free(&record_of(place)->sheet);
}

static void record_refresh(struct place *place)
{
	dossier_refresh(place, &record_of(place)->dossier);
	record_of(place)->stale = true;
}

static void say_verdict(struct place *place, const struct verdict *verdict)
{
	if (verdict->intact)
		app_say(place->app, SAID_GOOD,
		    _("The operation log is as it was written: %lld entries, head %.16s."),
		    (long long)verdict->entries, verdict->head);
	else
		app_say(place->app, SAID_ERROR, _("The operation log breaks at entry %lld: %s"),
		    (long long)verdict->broken_at, verdict->reason);
}

static void record_reply(struct place *place, const struct reply *reply)
{
	struct record *record = record_of(place);

	dossier_reply(place, &record->dossier, reply);
	if (reply->tag == PART_VERIFY && record->verifying) {
		record->verifying = false;
		if (reply->err != NULL)
			app_say_error(place->app, reply->err);
		else
			say_verdict(place, reply->verdict);
	}
	record->stale = true;
}

static bool record_ready(const struct place *place, const struct key *key)
{
	const struct dossier *d = &record_of(place)->dossier;
	int action = binding_of_key(key);

	/* What lines there are is known when all has come; what can be done, before. */
	return binding_is_domain(action) || action == UI_BACK || action == 0 ? dossier_known(d)
									     : dossier_complete(d);
}

/* Keys act on lines: those of the data that is there, whether they have been drawn or not. */
static void fresh(struct place *place)
{
	int rows, cols;

	app_body(place->app, &rows, &cols);
	place->screen->layout(place, rows, cols);
}

static bool record_page_key(struct place *place, const struct key *key, const char *paste)
{
	(void)paste;
	fresh(place);
	return sheet_key(&record_of(place)->sheet, key);
}

static bool open_line(struct place *place, const struct sheet_line *line)
{
	struct record *record = record_of(place);
	struct selection selection;
	char id[PLACE_PARAM];

	switch (line->kind) {
	case LINE_ACTION:
		dossier_selection(&record->dossier, &selection);
		app_start(place->app, (enum action_id)line->index, &selection);
		return true;
	case LINE_FILE:
		parts_save(place, &record->dossier, (size_t)line->index);
		return true;
	case LINE_ENTRY:
		record->open_entry = record->open_entry == line->index ? 0 : line->index;
		record->stale = true;
		return true;
	case LINE_REFUND:
		snprintf(id, sizeof(id), "%s-R%d", record->dossier.id, line->index);
		app_open(place->app, &refund_screen, id);
		return true;
	case LINE_SERVICE:
		snprintf(id, sizeof(id), "line:%s", record->dossier.id);
		app_open(place->app, &services_screen, id);
		return true;
	case LINE_DEPLOYMENT:
		app_open(place->app, &deployment_screen, record->dossier.id);
		return true;
	case LINE_APPEAL:
		parts_open_appeal(place, &record->dossier, line->index);
		return true;
	default:
		return false;
	}
}

static bool record_act(struct place *place, int action, const char *argument)
{
	struct record *record = record_of(place);
	const struct sheet_line *line;

	fresh(place);
	line = sheet_chosen(&record->sheet);
	switch (action) {
	case UI_OPEN:
		return argument[0] == '\0' && line != NULL && open_line(place, line);
	case UI_FILES:
		return sheet_to_section(&record->sheet, SECTION_FILES);
	case UI_LOG:
		return sheet_to_section(&record->sheet, SECTION_LOG);
	case UI_SAVE_FILE:
		if (line == NULL || line->kind != LINE_FILE)
			app_say(place->app, SAID_NOTE,
			    _("Choose the file first: l goes to the files."));
		else
			parts_save(place, &record->dossier, (size_t)line->index);
		return true;
	case UI_VERIFY:
		record->verifying = true;
		place_verify(place, PART_VERIFY, record->dossier.id);
		return true;
	default:
		return false;
	}
}

static bool record_selected(const struct place *place, struct selection *out)
{
	dossier_selection(&record_of(place)->dossier, out);
	return out->supervision != NULL;
}

static void record_layout(struct place *place, int rows, int cols)
{
	struct record *record = record_of(place);

	if (record->stale || record->cols != cols) {
		record->cols = cols;
		build(place);
	}
	sheet_layout(&record->sheet, rows);
}

static void record_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct record *record = record_of(place);
	struct area inside = { area.row + 1, area.col + 3, area.rows - 1, area.cols - 6 };

	if (record->dossier.supervision != NULL)
		sheet_draw(&record->sheet, canvas, area, true);
	else if (record->dossier.failed[0] != '\0')
		canvas_wrap(canvas, inside, STYLE_ERROR, record->dossier.failed, 0);
	else
		canvas_put(canvas, inside.row, inside.col, inside.cols, STYLE_DIM,
		    _("Reading. Esc goes back."));
}

/* The flow stands at the top of the page: the line below tells where the chosen line leads. */
static bool record_status(const struct place *place, struct canvas *canvas, struct area line)
{
	const struct record *record = record_of(place);
	const struct sheet_line *chosen = sheet_chosen(&record->sheet);

	if (record->dossier.trouble[0] != '\0')
		canvas_put(
		    canvas, line.row, 1, line.cols - 2, STYLE_ERROR, record->dossier.trouble);
	else if (chosen != NULL && chosen->kind == LINE_FILE)
		canvas_put(
		    canvas, line.row, 1, line.cols - 2, STYLE_DIM, _("Enter or S saves this file"));
	else if (chosen != NULL && chosen->kind == LINE_ENTRY)
		canvas_put(canvas, line.row, 1, line.cols - 2, STYLE_DIM,
		    _("Enter shows all of this entry"));
	else if (chosen != NULL && chosen->kind == LINE_APPEAL)
		canvas_put(
		    canvas, line.row, 1, line.cols - 2, STYLE_DIM, _("Enter opens the appeal"));
	return true;
}

static void record_headline(const struct place *place, char *out, size_t cap)
{
	const struct record *record = record_of(place);

	strlcpy(out,
	    record->dossier.supervision != NULL ? record->dossier.supervision->order_id
						: place->param,
	    cap);
}

static void record_describe(const struct place *place, struct buf *out)
{
	const struct record *record = record_of(place);

	if (record->dossier.failed[0] != '\0')
		buf_printf(out, "%s\n", record->dossier.failed);
	sheet_describe(&record->sheet, out);
}

static const int offers[] = { UI_FILES, UI_LOG, UI_BACK, UI_OPEN, UI_PALETTE, UI_HELP, UI_SAVE_FILE,
	UI_VERIFY, UI_COPY, UI_REFRESH, 0 };

const struct screen record_screen = {
	.name = "record",
	.title = N_("Record"),
	.size = sizeof(struct record),
	.offers = offers,
	.open = record_open,
	.close = record_close,
	.refresh = record_refresh,
	.reply = record_reply,
	.key = record_page_key,
	.act = record_act,
	.selected = record_selected,
	.ready = record_ready,
	.layout = record_layout,
	.draw = record_draw,
	.status = record_status,
	.headline = record_headline,
	.describe = record_describe,
};
