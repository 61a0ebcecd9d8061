#include "ui/screen/dossier_page.h"

#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/screen/facts.h"

#define ROOMY_ROWS 36      /* from here on nothing is folded */

static const struct dossier_page_spec *spec_of(const struct place *place)
{
	return place->screen->spec;
}

/* ---- reading --------------------------------------------------------------------------------- */

void dossier_page_close(struct place *place)
{
	struct dossier_page *page = dossier_page(place);

	page_drop(page->page);
	dossier_close(&page->dossier);
	sheet_free(&page->sheet);
}

void dossier_page_refresh(struct place *place)
{
	dossier_refresh(place, &dossier_page(place)->dossier);
}

/*
 * What one has done oneself is answered at the top of the page: the flow, what is next, and the
 * first of what is possible now. What others do moves nothing.
 */
static void take_dossier(struct place *place, const struct reply *reply)
{
	struct dossier_page *page = dossier_page(place);
	const struct supervision *s = page->dossier.supervision;
	int64_t before = s != NULL ? s->version : 0;

	dossier_reply(place, &page->dossier, reply);
	s = page->dossier.supervision;
	if (before != 0 && s->version != before && app_actor(place->app)->user != NULL &&
	    strcmp(s->changed_by, app_actor(place->app)->user) == 0)
		sheet_restart(&page->sheet);
}

void dossier_page_reply(struct place *place, const struct reply *reply)
{
	struct dossier_page *page = dossier_page(place);

	page->stale = true;
	if (reply->tag != TAG_PAGE) {
		take_dossier(place, reply);
		return;
	}
	strlcpy(page->failed, reply->err != NULL ? reply->err->message : "", sizeof(page->failed));
	if (reply->page == NULL)
		return;
	page_drop(page->page);
	page->page = page_ref(reply->page);
}

static const char *failure(const struct dossier_page *page)
{
	return page->failed[0] != '\0' ? page->failed : page->dossier.failed;
}

bool dossier_page_ready(const struct place *place, const struct key *key)
{
	const struct dossier_page *page = dossier_page(place);

	(void)key;
	return failure(page)[0] != '\0' ||
	       (spec_of(place)->known(place) && dossier_complete(&page->dossier));
}

bool dossier_page_has_supervision(const struct place *place)
{
	return dossier_page(place)->dossier.supervision != NULL;
}

bool dossier_page_selected(const struct place *place, struct selection *out)
{
	dossier_selection(&dossier_page(place)->dossier, out);
	return out->supervision != NULL;
}

void dossier_page_answer(struct place *place)
{
	if (place->screen->layout == dossier_page_layout)
		sheet_restart(&dossier_page(place)->sheet);
}

/* ---- the sheet ------------------------------------------------------------------------------- */

void dossier_page_layout(struct place *place, int rows, int cols)
{
	struct dossier_page *page = dossier_page(place);

	if (page->stale || page->cols != cols || page->rows != rows) {
		page->cols = cols;
		page->rows = rows;
		page->stale = false;
		sheet_begin(&page->sheet, cols);
		if (spec_of(place)->known(place))
			spec_of(place)->build(place, &page->sheet);
		sheet_end(&page->sheet);
	}
	sheet_layout(&page->sheet, rows);
}

/* Keys act on lines: those of the data that is there, whether they have been drawn or not. */
static void fresh(struct place *place)
{
	int rows, cols;

	app_body(place->app, &rows, &cols);
	dossier_page_layout(place, rows, cols);
}

bool dossier_page_key(struct place *place, const struct key *key, const char *paste)
{
	(void)paste;
	fresh(place);
	return sheet_key(&dossier_page(place)->sheet, key);
}

void dossier_page_actions(const struct place *place, struct sheet *sheet)
{
	const struct dossier_page *page = dossier_page(place);
	bool fold = page->rows < ROOMY_ROWS && !app_plain(place->app);
	struct selection selection;

	dossier_selection(&page->dossier, &selection);
	facts_actions_folded(place->app, sheet, &selection, LINE_ACTION, fold ? LINE_FOLD : 0,
	    page->unfolded);
}

static bool fold(struct dossier_page *page)
{
	page->unfolded = !page->unfolded;
	page->stale = true;
	return true;
}

bool dossier_page_open_record(struct place *place, const struct sheet_line *line)
{
	const struct dossier *d = &dossier_page(place)->dossier;
	struct selection selection;

	(void)line;
	dossier_selection(d, &selection);
	app_open_seen(place->app, &record_screen, d->id,
	    selection.supervision != NULL ? &selection : NULL);
	return true;
}

static bool open_line(struct place *place, const struct sheet_line *line)
{
	struct dossier_page *page = dossier_page(place);
	struct selection selection;

	switch (line->kind) {
	case LINE_ACTION:
		dossier_selection(&page->dossier, &selection);
		app_start(place->app, (enum action_id)line->index, &selection);
		return true;
	case LINE_FILE:
		parts_save(place, &page->dossier, (size_t)line->index);
		return true;
	case LINE_ENTRY:
		page->open_entry = page->open_entry == line->index ? 0 : line->index;
		page->stale = true;
		return true;
	case LINE_FOLD:
		return fold(page);
	default:
		return spec_of(place)->open_line(place, line);
	}
}

static bool offers(const struct screen *screen, int action)
{
	size_t i;

	for (i = 0; screen->offers[i] != 0; i++)
		if (screen->offers[i] == action)
			return true;
	return false;
}

static bool save_line(struct place *place, const struct sheet_line *line)
{
	if (!offers(place->screen, UI_SAVE_FILE))
		return false;
	if (line != NULL && line->kind == LINE_FILE)
		parts_save(place, &dossier_page(place)->dossier, (size_t)line->index);
	else
		app_say(place->app, SAID_NOTE, "%s",
		    offers(place->screen, UI_FILES)
			? _("Choose the file first: l goes to the files.")
			: _("Choose the file first."));
	return true;
}

bool dossier_page_act(struct place *place, int action, const char *argument)
{
	struct sheet *sheet = &dossier_page(place)->sheet;
	const struct sheet_line *line;

	fresh(place);
	line = sheet_chosen(sheet);
	switch (action) {
	case UI_OPEN:
		/* What is done is what is seen: a line below the page is shown first. */
		if (argument[0] == '\0' && sheet_reveal(sheet))
			return true;
		return argument[0] == '\0' && line != NULL && open_line(place, line);
	case UI_FILES:
		return sheet_to_section(sheet, SECTION_FILES);
	case UI_LOG:
		return sheet_to_section(sheet, SECTION_LOG);
	case UI_SAVE_FILE:
		return save_line(place, line);
	case UI_REASONS:
		return fold(dossier_page(place));
	default:
		return false;
	}
}

/* ---- showing --------------------------------------------------------------------------------- */

void dossier_page_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct dossier_page *page = dossier_page(place);
	struct area inside = { area.row + 1, area.col + 3, area.rows - 1, area.cols - 6 };

	if (spec_of(place)->known(place))
		sheet_draw(&page->sheet, canvas, area, true);
	else if (failure(page)[0] != '\0')
		canvas_wrap(canvas, inside, STYLE_ERROR, failure(page), 0);
	else
		canvas_put(canvas, inside.row, inside.col, inside.cols, STYLE_DIM,
		    _("Reading. Esc goes back."));
}

void dossier_page_describe(const struct place *place, struct buf *out)
{
	const struct dossier_page *page = dossier_page(place);

	if (failure(page)[0] != '\0')
		buf_printf(out, "%s\n", failure(page));
	sheet_describe(&page->sheet, out);
}
