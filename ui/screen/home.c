/*
 * Home: an inbox of sections. What waits for the actor, oldest deadline first; what comes up by
 * itself, deadlines within three days and three rejections; what waits for others; what others have
 * changed since the actor was last here. Enter opens the place where it is dealt with.
 */
#include "ui/screen/home.h"

#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"

/* ---- the screen ------------------------------------------------------------------------------ */

static void home_open(struct place *place)
{
	home_begin(place);
	home_ask(place);
	home_build(home_state(place));
}

static void home_close(struct place *place)
{
	int i;

	for (i = 0; i < SOURCES; i++)
		page_drop(home_state(place)->sources[i].page);
}

static void home_reply(struct place *place, const struct reply *reply)
{
	struct home *home = home_state(place);
	int i = reply->tag >= COUNT_TAG ? reply->tag - COUNT_TAG : reply->tag;
	struct source *source = &home->sources[i];

	if (reply->tag >= COUNT_TAG) {
		source->total = reply->page != NULL ? reply->page->total : -1;
		return;
	}
	strlcpy(
	    source->failed, reply->err != NULL ? reply->err->message : "", sizeof(source->failed));
	if (reply->page != NULL) {
		page_drop(source->page);
		source->page = page_ref(reply->page);
	}
	home_build(home);
	home_scroll(home);
}

static bool home_ready(const struct place *place, const struct key *key)
{
	const struct home *home = home_state(place);
	int i;

	(void)key;
	for (i = 0; i < SOURCES; i++)
		if (home->sources[i].type != NULL && home->sources[i].section == SECTION_MINE &&
		    home->sources[i].page == NULL && home->sources[i].failed[0] == '\0' &&
		    place_reading(place))
			return false;
	return true;
}

static void step(struct home *home, int by, int times)
{
	int at = home->here, last = home->here;

	while (times > 0) {
		at += by;
		if (at < 0 || at >= home->count)
			break;
		if (!home_can_choose(&home->lines[at]))
			continue;
		last = at;
		times--;
	}
	if (home->count > 0)
		home_choose(home, last);
}

static bool home_key(struct place *place, const struct key *key, const char *paste)
{
	struct home *home = home_state(place);
	bool plain = key->code == K_CHAR && !key->alt;
	int page = home->rows > 2 ? home->rows - 1 : 1;

	(void)paste;
	if (key->code == K_DOWN || (plain && key->cp == 'j'))
		step(home, 1, 1);
	else if (key->code == K_UP || (plain && key->cp == 'k'))
		step(home, -1, 1);
	else if (key->code == K_PAGE_DOWN || (key->code == K_CTRL && key->cp == 'f'))
		step(home, 1, page);
	else if (key->code == K_PAGE_UP || (key->code == K_CTRL && key->cp == 'b'))
		step(home, -1, page);
	else if (key->code == K_HOME || (plain && key->cp == 'g'))
		step(home, -1, LINES_MAX);
	else if (key->code == K_END || (plain && key->cp == 'G'))
		step(home, 1, LINES_MAX);
	else
		return false;
	app_moved(place->app);
	return true;
}

bool home_selected(const struct place *place, struct selection *out)
{
	const struct home *home = home_state(place);
	const struct line *line = &home->lines[home->here];
	const void *record;

	memset(out, 0, sizeof(*out));
	if (home->count == 0 || line->kind != LINE_ROW)
		return false;
	record = line->source->page->rows[line->row];
	if (line->source->type == &appeal_record) {
		out->appeal = record;
		out->id = out->appeal->order_id;
	} else if (line->source->type == &refund_record) {
		out->refund = record;
		out->id = out->refund->order_id;
	} else if (line->source->type == &instance_record) {
		out->instance = record;
		out->id = out->instance->order_id;
	} else {
		out->supervision = record;
		out->id = out->supervision->order_id;
	}
	return true;
}

static bool home_act(struct place *place, int action, const char *argument)
{
	struct home *home = home_state(place);
	const struct line *line = &home->lines[home->here];
	struct selection selection;

	if (action != UI_OPEN || argument[0] != '\0')
		return false;
	if (home->count > 0 && line->kind == LINE_MORE) {
		app_open(place->app,
		    line->source->type == &appeal_record   ? &appeals_screen
		    : line->source->type == &refund_record ? &refunds_screen
		    : line->source->type == &instance_record ? &services_screen
							   : &supervision_screen,
		    line->source->filter);
		return true;
	}
	if (!home_selected(place, &selection)) {
		app_say(place->app, SAID_NOTE, _("There is nothing to open here."));
		return true;
	}
	if (selection.supervision != NULL)
		app_open_seen(place->app, &record_screen, selection.supervision->id, &selection);
	else if (line->source->type == &refund_record)
		app_open(place->app, &refund_screen, home_line_id(line));
	else if (line->source->type == &instance_record)
		app_open(place->app, &service_screen, home_line_id(line));
	else
		app_open_seen(place->app, &appeal_screen, selection.appeal->id, &selection);
	return true;
}

static void home_layout(struct place *place, int rows, int cols)
{
	struct home *home = home_state(place);

	(void)cols;
	if (home->rows != rows - 1) {
		home->rows = rows - 1;
		home_scroll(home);
	}
}

static const int offers[] = { UI_OPEN, UI_SUPERVISION, UI_APPEALS, UI_PALETTE, UI_HELP, UI_SERVICES,
	UI_REFUNDS, UI_SWITCH_USER, UI_COPY, UI_REFRESH, 0 };

const struct screen home_screen = {
	.name = "home",
	.title = N_("Home"),
	.size = sizeof(struct home),
	.offers = offers,
	.open = home_open,
	.close = home_close,
	.refresh = home_ask,
	.reply = home_reply,
	.key = home_key,
	.act = home_act,
	.selected = home_selected,
	.ready = home_ready,
	.layout = home_layout,
	.draw = home_draw,
	.describe = home_describe,
};
