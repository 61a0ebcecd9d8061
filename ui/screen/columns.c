/*
 * The columns of the list below: all that its records have, those that are shown first and in their
 * order. Nothing changes before Enter.
 */
#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/screen/list_screen.h"

struct columns {
	struct list_choice choices[LIST_CHOICES_MAX];
	bool shown[LIST_CHOICES_MAX];
	size_t count, here;
	int rows;
};

static struct columns *columns_of(const struct place *place)
{
	return place->state;
}

static void swap(struct columns *c, size_t a, size_t b)
{
	struct list_choice choice = c->choices[a];
	bool shown = c->shown[a];

	c->choices[a] = c->choices[b];
	c->shown[a] = c->shown[b];
	c->choices[b] = choice;
	c->shown[b] = shown;
}

/* The columns of the text come first, in its order. */
static void take(struct columns *c, const char *words)
{
	size_t next = 0, n, i, at;

	memset(c->shown, 0, sizeof(c->shown));
	for (; *words != '\0'; words += n) {
		words += strspn(words, " ");
		n = strcspn(words, " ");
		for (at = next; at < c->count; at++) {
			if (strlen(c->choices[at].word) == n &&
			    strncmp(c->choices[at].word, words, n) == 0)
				break;
		}
		if (at == c->count)
			continue;
		for (i = at; i > next; i--)
			swap(c, i, i - 1);
		c->shown[next++] = true;
	}
}

static void columns_open(struct place *place)
{
	struct columns *c = columns_of(place);
	struct place *below = app_below(place);
	int cols;

	c->count = list_screen_choices(below->screen->spec, c->choices, LIST_CHOICES_MAX);
	take(c, list_screen_columns_text(below));
	app_body(place->app, &c->rows, &cols);
}

static void columns_reply(struct place *place, const struct reply *reply)
{
	(void)place;
	(void)reply;
}

static void apply(struct place *place)
{
	struct columns *c = columns_of(place);
	char words[LIST_COLUMNS_TEXT] = "";
	struct error err;
	size_t i;

	for (i = 0; i < c->count; i++) {
		if (!c->shown[i])
			continue;
		strlcat(words, words[0] != '\0' ? " " : "", sizeof(words));
		strlcat(words, c->choices[i].word, sizeof(words));
	}
	if (words[0] == '\0') {
		app_say(place->app, SAID_ERROR, _("A list has 1 to %d columns."), LIST_COLUMNS_MAX);
	} else if (!list_screen_columns(app_below(place), words, &err)) {
		app_say_error(place->app, &err);
	} else {
		app_back(place->app);
	}
}

static void move(struct columns *c, bool later)
{
	size_t to = later ? c->here + 1 : c->here - 1;

	if ((later && to >= c->count) || (!later && c->here == 0))
		return;
	swap(c, c->here, to);
	c->here = to;
}

static void go(struct columns *c, enum key_code code)
{
	size_t page = c->rows > 4 ? (size_t)c->rows - 4 : 1;

	switch (code) {
	case K_UP:
		c->here -= c->here > 0;
		break;
	case K_DOWN:
		c->here += c->here + 1 < c->count;
		break;
	case K_PAGE_UP:
		c->here -= page < c->here ? page : c->here;
		break;
	case K_PAGE_DOWN:
		c->here = c->here + page < c->count ? c->here + page : c->count - 1;
		break;
	case K_HOME:
		c->here = 0;
		break;
	default:
		c->here = c->count - 1;
		break;
	}
}

static bool type_letter(struct place *place, uint32_t letter)
{
	struct columns *c = columns_of(place);

	switch (letter) {
	case ' ':
		c->shown[c->here] = !c->shown[c->here];
		go(c, K_DOWN);
		return true;
	case 'j':
		go(c, K_DOWN);
		return true;
	case 'k':
		go(c, K_UP);
		return true;
	case '0':
		take(c, ((const struct list_screen *)app_below(place)->screen->spec)->columns);
		c->here = 0;
		return true;
	default:
		return false;
	}
}

static bool columns_key(struct place *place, const struct key *key, const char *paste)
{
	struct columns *c = columns_of(place);

	(void)paste;
	switch (key->code) {
	case K_ENTER:
		apply(place);
		return true;
	case K_LEFT:
	case K_RIGHT:
		move(c, key->code == K_RIGHT);
		return true;
	case K_UP:
	case K_DOWN:
	case K_PAGE_UP:
	case K_PAGE_DOWN:
	case K_HOME:
	case K_END:
		go(c, key->code);
		return true;
	case K_CHAR:
		return type_letter(place, key->cp);
	default:
		return false;
	}
}

static void columns_layout(struct place *place, int rows, int cols)
{
	(void)cols;
	columns_of(place)->rows = rows;
}

static void columns_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct columns *c = columns_of(place);
	size_t fit = area.rows > 2 ? (size_t)area.rows - 2 : 1;
	size_t top = c->here >= fit ? c->here - fit + 1 : 0, i;

	canvas_put(canvas, area.row, area.col + 1, area.cols - 2, STYLE_HEAD,
	    _("The list shows these columns, from left to right"));
	for (i = top; i < c->count && i < top + fit; i++) {
		int row = area.row + 2 + (int)(i - top);
		bool here = i == c->here;
		enum style style = here ? STYLE_BOLD : c->shown[i] ? STYLE_NORMAL : STYLE_DIM;

		if (here)
			canvas_put(canvas, row, area.col + 1, 1, STYLE_SELECTED, ">");
		canvas_put(canvas, row, area.col + 3, 3, style, c->shown[i] ? "[x]" : "[ ]");
		canvas_put(canvas, row, area.col + 7, 30, style, _(c->choices[i].heading));
		canvas_put(canvas, row, area.col + 38, area.cols - 39, STYLE_DIM,
		    c->choices[i].word);
		if (here)
			canvas_cursor(canvas, row, area.col + 1);
	}
}

static size_t columns_hints(const struct place *place, struct hint *out, size_t cap)
{
	const struct hint hints[] = { { "Enter", _("apply") }, { "Space", _("show or hide") },
		{ "Left/Right", _("move") }, { "0", _("as at first") }, { "Esc", _("back") } };
	size_t n = sizeof(hints) / sizeof(hints[0]);

	(void)place;
	n = n < cap ? n : cap;
	memcpy(out, hints, n * sizeof(*out));
	return n;
}

static void columns_describe(const struct place *place, struct buf *out)
{
	const struct columns *c = columns_of(place);
	size_t i;

	buf_printf(out, "%s\n", _("The list shows these columns, from left to right"));
	for (i = 0; i < c->count; i++)
		buf_printf(out, "%s %s %s (%s)\n", i == c->here ? ">" : " ",
		    c->shown[i] ? "[x]" : "[ ]", _(c->choices[i].heading), c->choices[i].word);
}

const struct screen columns_screen = {
	.name = "columns",
	.title = N_("Columns"),
	.size = sizeof(struct columns),
	.over = true,
	.open = columns_open,
	.reply = columns_reply,
	.key = columns_key,
	.layout = columns_layout,
	.draw = columns_draw,
	.hints = columns_hints,
	.describe = columns_describe,
};
