/*
 * The audit: how far it is, what it came to, and the logs that are broken, each with the entry and
 * the reason. Enter opens the record.
 */
#include <stdio.h>

#include "base/i18n.h"
#include "base/when.h"
#include "ui/screen/parts.h"
#include "ui/screen/sheet.h"

struct audit_page { struct sheet sheet; int cols; };

static struct audit_page *page_of(const struct place *place)
{
	return place->state;
}

static void put_faults(struct sheet *sheet, const struct audit_view *view)
{
	char text[64];
	size_t i;

	sheet_blank(sheet);
	sheet_head(sheet, 1, _("Broken logs"));
	for (i = 0; i < view->n_faults; i++) {
		const struct audit_fault *fault = &view->faults[i];
		struct sheet_line *line = sheet_add(sheet);

		sheet_part(sheet, line, 2, 30, STYLE_NORMAL, fault->id);
		snprintf(text, sizeof(text), _("entry %lld"), (long long)fault->broken_at);
		sheet_part(sheet, line, 33, 0, STYLE_ERROR, text);
		sheet_choose(sheet, LINE_ENTRY, (int)i + 1);
		sheet_wrap(sheet, 4, STYLE_NORMAL, fault->reason);
	}
	if (view->broken > (int64_t)view->n_faults)
		sheet_printf(sheet, 2, STYLE_DIM, _("and %lld more"),
		    (long long)view->broken - (long long)view->n_faults);
}

static void put_progress(struct sheet *sheet, const struct audit_view *view)
{
	sheet_printf(sheet, 1, STYLE_BOLD, _("%lld of %lld records are checked."),
	    (long long)view->done, (long long)view->of);
	sheet_printf(sheet, 1, view->broken > 0 ? STYLE_ERROR : STYLE_NORMAL,
	    _("%lld operation logs, %lld entries: %lld broken."), (long long)view->logs,
	    (long long)view->entries, (long long)view->broken);
}

static void put_state(const struct place *place, struct sheet *sheet, const struct audit_view *view)
{
	switch (view->state) {
	case AUDIT_NONE:
		sheet_line(sheet, 1, STYLE_DIM, app_no_audit(place->app)[0] != '\0'
		    ? app_no_audit(place->app) : _("No audit was made yet."));
		break;
	case AUDIT_RUNNING:
		put_progress(sheet, view);
		sheet_line(sheet, 1, STYLE_DIM, _("It goes on when you leave this page."));
		break;
	case AUDIT_DONE:
		if (view->broken == 0)
			sheet_printf(sheet, 1, STYLE_GOOD,
			    _("%lld operation logs, %lld entries: all intact."),
			    (long long)view->logs, (long long)view->entries);
		else
			sheet_printf(sheet, 1, STYLE_ERROR,
			    _("%lld operation logs, %lld entries: %lld broken."),
			    (long long)view->logs, (long long)view->entries,
			    (long long)view->broken);
		break;
	case AUDIT_STOPPED:
		sheet_line(sheet, 1, STYLE_WARN, _("It was stopped before its end."));
		put_progress(sheet, view);
		break;
	case AUDIT_FAILED:
		sheet_wrap(sheet, 1, STYLE_ERROR, view->problem);
		put_progress(sheet, view);
		break;
	}
}

static void build(struct place *place)
{
	struct sheet *sheet = &page_of(place)->sheet;
	struct audit_view view;
	char when[WHEN_TEXT];

	app_audit(place->app, &view);
	sheet_begin(sheet, page_of(place)->cols);
	put_state(place, sheet, &view);
	if (view.state != AUDIT_NONE) {
		when_text(view.at, app_offset(place->app), when);
		sheet_printf(sheet, 1, STYLE_DIM, _("Begun %s"), when);
	}
	if (view.n_faults > 0)
		put_faults(sheet, &view);
	sheet_end(sheet);
}

/* Whoever comes here wants to know; what is known already is shown, and `!` makes it anew. */
static void audit_open(struct place *place)
{
	struct audit_view view;

	app_audit(place->app, &view);
	if (view.state == AUDIT_NONE)
		app_audit_start(place->app);
}

static void audit_close(struct place *place)
{
	sheet_free(&page_of(place)->sheet);
}

static bool audit_key(struct place *place, const struct key *key, const char *paste)
{
	(void)paste;
	return sheet_key(&page_of(place)->sheet, key);
}

static const struct audit_fault *chosen(const struct place *place)
{
	const struct sheet_line *line = sheet_chosen(&page_of(place)->sheet);
	struct audit_view view;

	app_audit(place->app, &view);
	if (line == NULL || line->index < 1 || (size_t)line->index > view.n_faults)
		return NULL;
	return &view.faults[line->index - 1];
}

static bool audit_act(struct place *place, int action, const char *argument)
{
	const struct audit_fault *fault = chosen(place);

	if (action != UI_OPEN || argument[0] != '\0' || fault == NULL)
		return false;
	app_open(place->app, fault->owned ? &service_screen : &record_screen, fault->id);
	return true;
}

/* What is not running is not stopped, and without a fault none is opened. */
static bool audit_useless(const struct place *place, int action)
{
	struct audit_view view;

	app_audit(place->app, &view);
	return action == UI_STOP ? view.state != AUDIT_RUNNING
	    : action == UI_AUDIT ? view.state == AUDIT_RUNNING
				 : action == UI_OPEN && view.n_faults == 0;
}

static bool audit_selected(const struct place *place, struct selection *out)
{
	const struct audit_fault *fault = chosen(place);

	if (fault != NULL)
		out->id = fault->id;
	return fault != NULL;
}

static void audit_layout(struct place *place, int rows, int cols)
{
	page_of(place)->cols = cols;
	build(place);
	sheet_layout(&page_of(place)->sheet, rows);
}

static void audit_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	sheet_draw(&page_of(place)->sheet, canvas, area, true);
}

static void audit_describe(const struct place *place, struct buf *out)
{
	sheet_describe(&page_of(place)->sheet, out);
}

static const int offers[] = { UI_OPEN, UI_STOP, UI_AUDIT, UI_BACK, UI_COPY, UI_TASKS, UI_PALETTE,
	UI_HELP, 0 };

const struct screen audit_screen = {
	.name = "audit",
	.title = N_("Audit"),
	.size = sizeof(struct audit_page),
	.offers = offers,
	.open = audit_open,
	.close = audit_close,
	.key = audit_key,
	.act = audit_act,
	.useless = audit_useless,
	.selected = audit_selected,
	.layout = audit_layout,
	.draw = audit_draw,
	.describe = audit_describe,
};
