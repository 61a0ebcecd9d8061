/*
 * Messages: everything that the line above the hints has said, newest first, with what support
 * needs.
 */
#include "base/i18n.h"
#include "base/when.h"
#include "ui/screen/parts.h"
#include "ui/screen/sheet.h"

struct messages { struct sheet sheet; int cols; size_t seen; };

static struct messages *messages_of(const struct place *place)
{
	return place->state;
}

static void build(struct place *place)
{
	struct messages *m = messages_of(place);
	struct said_message said;
	char when[WHEN_TEXT];
	size_t i;

	sheet_begin(&m->sheet, m->cols);
	for (i = 0; app_message(place->app, i, &said); i++) {
		when_text(said.at, app_offset(place->app), when);
		sheet_line(&m->sheet, 2, STYLE_DIM, when);
		sheet_choose(&m->sheet, LINE_ENTRY, (int)i + 1);
		sheet_wrap(
		    &m->sheet, 4, said.how == SAID_ERROR ? STYLE_ERROR : STYLE_NORMAL, said.text);
		if (said.detail[0] != '\0')
			sheet_wrap(&m->sheet, 6, STYLE_DIM, said.detail);
	}
	if (i == 0)
		sheet_line(&m->sheet, 3, STYLE_DIM, _("Nothing has been said yet."));
	sheet_end(&m->sheet);
}

static void messages_open(struct place *place)
{
	(void)place;
}

static void messages_close(struct place *place)
{
	sheet_free(&messages_of(place)->sheet);
}

static void messages_reply(struct place *place, const struct reply *reply)
{
	(void)place;
	(void)reply;
}

static bool messages_key(struct place *place, const struct key *key, const char *paste)
{
	(void)paste;
	return sheet_key(&messages_of(place)->sheet, key);
}

static void messages_layout(struct place *place, int rows, int cols)
{
	struct messages *m = messages_of(place);
	size_t count = app_message_count(place->app);

	if (m->cols != cols || m->seen != count || m->sheet.count == 0) {
		m->cols = cols;
		m->seen = count;
		build(place);
	}
	sheet_layout(&m->sheet, rows);
}

static void messages_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	sheet_draw(&messages_of(place)->sheet, canvas, area, true);
}

static void messages_describe(const struct place *place, struct buf *out)
{
	sheet_describe(&messages_of(place)->sheet, out);
}

static const int offers[] = { UI_BACK, UI_PALETTE, UI_HELP, 0 };

const struct screen messages_screen = {
	.name = "messages",
	.title = N_("Messages"),
	.size = sizeof(struct messages),
	.offers = offers,
	.open = messages_open,
	.close = messages_close,
	.reply = messages_reply,
	.key = messages_key,
	.layout = messages_layout,
	.draw = messages_draw,
	.describe = messages_describe,
};
