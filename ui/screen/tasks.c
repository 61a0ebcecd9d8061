/*
 * Tasks: what was sent and what runs here, in what state it is, and how it ended. Enter sends one
 * that failed again, with the key it had, and opens the page of what ran and the record of what was
 * done.
 */
#include "base/i18n.h"
#include "base/when.h"
#include "ui/screen/parts.h"
#include "ui/screen/sheet.h"

struct tasks { struct sheet sheet; int cols; };

static struct tasks *tasks_of(const struct place *place)
{
	return place->state;
}

static void build(struct place *place)
{
	struct tasks *t = tasks_of(place);
	struct task_row row;
	char when[WHEN_TEXT];
	size_t i;

	sheet_begin(&t->sheet, t->cols);
	for (i = 0; app_task(place->app, i, &row); i++) {
		struct sheet_line *line = sheet_add(&t->sheet);

		when_text(row.at, app_offset(place->app), when);
		sheet_part(&t->sheet, line, 2, 17, STYLE_DIM, when);
		sheet_part(&t->sheet, line, 20, 12,
		    row.failed	? STYLE_ERROR
		    : row.ended ? STYLE_GOOD
				: STYLE_BOLD,
		    row.state);
		sheet_part(&t->sheet, line, 33, 0, STYLE_NORMAL, row.title);
		sheet_choose(&t->sheet, LINE_ENTRY, (int)row.id);
		if (row.result[0] != '\0')
			sheet_wrap(&t->sheet, 4, row.failed ? STYLE_ERROR : STYLE_DIM, row.result);
	}
	if (i == 0)
		sheet_line(&t->sheet, 3, STYLE_DIM, _("Nothing has been sent yet."));
	sheet_end(&t->sheet);
}

static void tasks_open_screen(struct place *place)
{
	(void)place;
}

static void tasks_close(struct place *place)
{
	sheet_free(&tasks_of(place)->sheet);
}

static void tasks_reply(struct place *place, const struct reply *reply)
{
	(void)place;
	(void)reply;
}

static bool tasks_key(struct place *place, const struct key *key, const char *paste)
{
	(void)paste;
	return sheet_key(&tasks_of(place)->sheet, key);
}

static void retry_all(struct place *place)
{
	struct task_row row;
	size_t i, n = 0;

	for (i = 0; app_task(place->app, i, &row); i++)
		n += row.failed && app_task_retry(place->app, row.id);
	if (n == 0)
		app_say(place->app, SAID_NOTE, _("Nothing has failed."));
}

static bool show_page(struct place *place, uint64_t id)
{
	struct task_row row;
	size_t i;

	for (i = 0; app_task(place->app, i, &row); i++) {
		if (row.id != id || row.page == NULL)
			continue;
		app_open(place->app, row.page, row.param);
		return true;
	}
	return false;
}

static bool tasks_act(struct place *place, int action, const char *argument)
{
	const struct sheet_line *line = sheet_chosen(&tasks_of(place)->sheet);

	if (action == UI_RETRY) {
		retry_all(place);
		return true;
	}
	if (action != UI_OPEN || argument[0] != '\0')
		return false;
	if (line == NULL || (!app_task_retry(place->app, (uint64_t)line->index) &&
			     !show_page(place, (uint64_t)line->index)))
		app_say(place->app, SAID_NOTE,
		    _("It is not done yet, and only a task that failed can be sent again."));
	return true;
}

static void tasks_layout(struct place *place, int rows, int cols)
{
	tasks_of(place)->cols = cols;
	build(place);
	sheet_layout(&tasks_of(place)->sheet, rows);
}

static void tasks_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	sheet_draw(&tasks_of(place)->sheet, canvas, area, true);
}

static void tasks_describe(const struct place *place, struct buf *out)
{
	sheet_describe(&tasks_of(place)->sheet, out);
}

static const int offers[] = { UI_OPEN, UI_RETRY, UI_BACK, UI_PALETTE, UI_HELP, 0 };

const struct screen tasks_screen = {
	.name = "tasks",
	.title = N_("Tasks"),
	.size = sizeof(struct tasks),
	.offers = offers,
	.enter = N_("show or send again"),
	.open = tasks_open_screen,
	.close = tasks_close,
	.reply = tasks_reply,
	.key = tasks_key,
	.act = tasks_act,
	.layout = tasks_layout,
	.draw = tasks_draw,
	.describe = tasks_describe,
};
