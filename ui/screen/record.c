/*
 * The record page: the flow, what is next, what can be done, the facts, the files and the operation
 * log of one supervision.
 */
#include <bsd/string.h>
#include <stdio.h>

#include "base/i18n.h"
#include "ui/screen/dossier_page.h"
#include "ui/screen/facts.h"

struct record {
	struct dossier_page base;  /* first */
	bool verifying;            /* asked for by its key: the answer is said too */
};

#define WANTS (PART(ORDER) | PART(LOG) | PART(FILES) | PART(APPEALS) | PART(VERIFY))

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
static void put_link(
    struct sheet *sheet, int kind, int index, const char *key, enum style style, const char *text)
{
	struct sheet_line *line = sheet_add(sheet);

	sheet_part(sheet, line, 3, 2, STYLE_KEY, key);
	sheet_part(sheet, line, 5, 0, style, text);
	sheet_choose(sheet, kind, index);
}

static void put_links(
    struct sheet *sheet, const struct supervision *s, const struct actor *actor)
{
	char text[160];

	sheet_blank(sheet);
	put_link(sheet, LINE_SERVICE, 1, binding_key(UI_REVEAL), STYLE_NORMAL,
	    s->picked_up_at != 0 && actor->role == ROLE_BUYER
		? _("The purchased service, with the authorisation code")
		: _("The purchased service"));
	if (s->refunds > 0) {
		snprintf(text, sizeof(text), _("Refund request: %s"),
		    names_label(&refund_state_names, s->refund_state));
		put_link(sheet, LINE_REFUND, (int)s->refunds, "",
		    s->refund[0] != '\0' ? STYLE_BOLD : STYLE_NORMAL, text);
	}
	if (s->deployments > 0) {
		snprintf(text, sizeof(text), _("The deployment: %s"),
		    names_label(&deployment_state_names, s->deployment_state));
		put_link(sheet, LINE_DEPLOYMENT, 1, binding_key(UI_DEPLOYMENT), STYLE_NORMAL, text);
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
	int64_t open = dossier_page(place)->open_entry;
	const struct page *page = d->pages[PART_LOG];
	size_t i;

	put_log_head(sheet, d);
	if (page == NULL)
		sheet_line(sheet, 3, STYLE_DIM, _("Reading"));
	for (i = page == NULL ? 0 : page->count; i > 0; i--) {
		const struct log_entry *entry = page->rows[i - 1];

		parts_entry(place->app, sheet, d, entry, entry->seq == open);
	}
	if (page != NULL && page->more_before)
		sheet_printf(sheet, 3, STYLE_DIM, _("Earlier entries: koodesk log %s"), d->id);
}

static void record_build(const struct place *place, struct sheet *sheet)
{
	const struct dossier *d = &dossier_page(place)->dossier;
	const struct supervision *s = d->supervision;
	char ended[160];

	if (facts_ended(s, ended, sizeof(ended)))
		sheet_line(sheet, 1, STYLE_BOLD, ended);
	else
		sheet_flow(sheet, (enum flow_id)s->flow, flow_conditions(s),
		    (enum stage_id)s->stage, app_actor(place->app)->role, (enum role)s->turn);
	sheet_blank(sheet);
	facts_next(place->app, sheet, s);
	sheet_blank(sheet);
	dossier_page_actions(place, sheet);
	put_links(sheet, s, app_actor(place->app));
	put_appeals(place, sheet, d);
	sheet_head(sheet, 0, _("Order"));
	facts_sheet(place->app, sheet, s, d->order);
	parts_files(place->app, sheet, d, SECTION_FILES);
	put_log(place, sheet, d);
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void record_open(struct place *place)
{
	struct dossier_page *page = dossier_page(place);

	dossier_open(place, &page->dossier, place->param, "", WANTS);
	page->stale = true;
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
	struct record *record = place->state;

	dossier_page_reply(place, reply);
	if (reply->tag != PART_VERIFY || !record->verifying)
		return;
	record->verifying = false;
	if (reply->err != NULL)
		app_say_error(place->app, reply->err);
	else
		say_verdict(place, reply->verdict);
}

static bool record_ready(const struct place *place, const struct key *key)
{
	const struct dossier *d = &dossier_page(place)->dossier;
	int action = binding_of_key(key);

	/* What lines there are is known when all has come; what can be done, before. */
	return binding_is_domain(action) || action == UI_BACK || action == 0 ? dossier_known(d)
									     : dossier_complete(d);
}

static bool open_service(struct place *place)
{
	char id[PLACE_PARAM];

	snprintf(id, sizeof(id), "line:%s", dossier_page(place)->dossier.id);
	app_open(place->app, &service_screen, id);
	return true;
}

static bool open_line(struct place *place, const struct sheet_line *line)
{
	const struct dossier *d = &dossier_page(place)->dossier;
	char id[PLACE_PARAM];

	switch (line->kind) {
	case LINE_REFUND:
		snprintf(id, sizeof(id), "%s-R%d", d->id, line->index);
		app_open(place->app, &refund_screen, id);
		return true;
	case LINE_SERVICE:
		return open_service(place);
	case LINE_DEPLOYMENT:
		app_open(place->app, &deployment_screen, d->id);
		return true;
	case LINE_APPEAL:
		parts_open_appeal(place, d, line->index);
		return true;
	default:
		return false;
	}
}

static bool record_act(struct place *place, int action, const char *argument)
{
	struct record *record = place->state;

	/* The password and the code stand on the service's page. */
	if (action == UI_REVEAL || action == UI_COPY_SECRET)
		return open_service(place);
	if (action != UI_VERIFY)
		return dossier_page_act(place, action, argument);
	record->verifying = true;
	place_verify(place, PART_VERIFY, record->base.dossier.id);
	return true;
}

/* The flow stands at the top of the page: the line below tells where the chosen line leads. */
static bool record_status(const struct place *place, struct canvas *canvas, struct area line)
{
	const struct dossier_page *page = dossier_page(place);
	const struct sheet_line *chosen = sheet_chosen(&page->sheet);

	if (page->dossier.trouble[0] != '\0')
		canvas_put(canvas, line.row, 1, line.cols - 2, STYLE_ERROR, page->dossier.trouble);
	else if (chosen != NULL && chosen->kind == LINE_FILE)
		canvas_put(
		    canvas, line.row, 1, line.cols - 2, STYLE_DIM, _("Enter or S saves this file"));
	else if (chosen != NULL && chosen->kind == LINE_ENTRY)
		canvas_put(canvas, line.row, 1, line.cols - 2, STYLE_DIM,
		    chosen->index == page->open_entry ? _("Enter shows less of this entry")
						      : _("Enter shows all of this entry"));
	else if (chosen != NULL && chosen->kind == LINE_APPEAL)
		canvas_put(
		    canvas, line.row, 1, line.cols - 2, STYLE_DIM, _("Enter opens the appeal"));
	return true;
}

static void record_headline(const struct place *place, char *out, size_t cap)
{
	const struct supervision *s = dossier_page(place)->dossier.supervision;

	strlcpy(out, s != NULL ? s->order_id : place->param, cap);
}

static const int offers[] = { UI_FILES, UI_LOG, UI_BACK, UI_OPEN, UI_PALETTE, UI_HELP, UI_SAVE_FILE,
	UI_VERIFY, UI_COPY, UI_REFRESH, UI_REASONS, 0 };

static const struct dossier_page_spec record_spec = {
	.known = dossier_page_has_supervision,
	.build = record_build,
	.open_line = open_line,
};

const struct screen record_screen = {
	DOSSIER_PAGE("record", N_("Record"), record_spec),
	.size = sizeof(struct record),
	.offers = offers,
	.open = record_open,
	.close = dossier_page_close,
	.refresh = dossier_page_refresh,
	.reply = record_reply,
	.act = record_act,
	.ready = record_ready,
	.status = record_status,
	.headline = record_headline,
};
