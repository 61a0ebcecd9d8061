#include "ui/widget/widgets.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

#define TYPED_MAX 512
#define SHOWN_MAX 512
#define KEY_CELLS 12
#define PATTERN_MAX 64

/* What counts more than the letters, whose ranks are smaller than all of these. */
#define RANK_SAME (1 << 20)
#define RANK_BEGINS (1 << 18)    /* a word begins with all that is typed */
#define RANK_POSSIBLE (1 << 17)

/* --- fuzzy ranks --- */

struct letters { uint32_t cp[256]; bool starts[256]; size_t n; };

/* Folded letters of the text, and which of them begin a word. */
static void letters_of(const char *text, struct letters *out)
{
	size_t n = strlen(text), i = 0;
	bool ok, boundary = true;
	uint32_t cp;

	out->n = 0;
	while (i < n && out->n < 256) {
		i += text_decode(text + i, n - i, &cp, &ok);
		out->cp[out->n] = text_fold(cp);
		/* Every Chinese character is a word. */
		out->starts[out->n++] = boundary || cp >= 0x2E80;
		boundary =
		    cp == ' ' || cp == '-' || cp == '/' || cp == ':' || cp == '_' || cp >= 0x2E80;
	}
}

/* The rank of the pattern found greedily from the letter `from` on, or -1. */
static int rank_from(const struct letters *pattern, const struct letters *text, size_t from)
{
	size_t p = 0, t, last = from;
	int rank = 0;

	for (t = from; t < text->n && p < pattern->n; t++) {
		if (text->cp[t] != pattern->cp[p])
			continue;
		rank += 4 + (text->starts[t] ? 8 : 0);
		if (p > 0 && t == last + 1)
			rank += 10;
		else if (p > 0)
			rank -= t - last < 8 ? (int)(t - last) / 2 : 4;
		last = t;
		p++;
	}
	if (p < pattern->n)
		return -1;
	rank += from == 0 ? 6 : 0;
	return rank > 0 ? rank : 0;
}

int fuzzy_rank(const char *pattern, const char *text)
{
	struct letters wanted, letters;
	int best = -1, rank;
	size_t i;

	letters_of(pattern, &wanted);
	if (wanted.n == 0)
		return 0;
	letters_of(text, &letters);
	for (i = 0; i < letters.n; i++) {
		/* Who begins in the middle of a word means something else. */
		if (letters.cp[i] != wanted.cp[0] || !letters.starts[i])
			continue;
		rank = rank_from(&wanted, &letters, i);
		best = rank > best ? rank : best;
	}
	/* Among equals the shorter text is meant. */
	return best < 0 ? -1 : best * 32 + (letters.n < 248 ? 31 - (int)letters.n / 8 : 0);
}

/* --- items --- */

void menu_init(struct menu *menu, const char *title, bool prompt)
{
	memset(menu, 0, sizeof *menu);
	strlcpy(menu->title, title, sizeof menu->title);
	menu->prompt = prompt;
	edit_init(&menu->typed, TYPED_MAX, false);
}

void menu_free(struct menu *menu)
{
	free(menu->items);
	menu->items = NULL;
	menu->count = menu->cap = menu->n_shown = 0;
	edit_free(&menu->typed);
}

/* The first word of what is typed names the command; a menu without prompt is searched by all of
 * it. */
static void pattern_of(const struct menu *menu, char out[PATTERN_MAX])
{
	const char *typed = edit_text(&menu->typed);
	size_t n = menu->prompt ? strcspn(typed, " ") : strlen(typed);

	n = n < PATTERN_MAX ? n : PATTERN_MAX - 1;
	memcpy(out, typed, n);
	out[n] = '\0';
}

/* Does a word of the text begin with the whole pattern? */
static bool begins_word(const char *pattern, const char *text)
{
	struct letters wanted, letters;
	size_t i;

	letters_of(pattern, &wanted);
	letters_of(text, &letters);
	for (i = 0; i + wanted.n <= letters.n; i++)
		if (letters.starts[i] &&
		    memcmp(letters.cp + i, wanted.cp, wanted.n * sizeof(wanted.cp[0])) == 0)
			return true;
	return false;
}

static int item_rank(const struct menu_item *item, const char *pattern)
{
	int by_word = item->word[0] != '\0' ? fuzzy_rank(pattern, item->word) : -1,
	    by_label = fuzzy_rank(pattern, item->label);
	int rank = by_word > by_label ? by_word : by_label;

	if (rank < 0 || pattern[0] == '\0')
		return rank;
	if (begins_word(pattern, item->word) || begins_word(pattern, item->label))
		rank += RANK_BEGINS;
	if (item->reason[0] == '\0')
		rank += RANK_POSSIBLE;
	return rank + (strcmp(pattern, item->word) == 0 ? RANK_SAME : 0);
}

/* Best first; among equals, and where nothing is typed, in the order in which they were added. */
static void narrow(struct menu *menu)
{
	int ranks[SHOWN_MAX];
	char pattern[PATTERN_MAX];
	size_t i, at;
	int rank;

	pattern_of(menu, pattern);
	menu->n_shown = 0;
	for (i = 0; i < menu->count && menu->n_shown < SHOWN_MAX; i++) {
		rank = item_rank(&menu->items[i], pattern);
		if (rank < 0)
			continue;
		for (at = menu->n_shown; at > 0 && ranks[at - 1] < rank; at--) {
			ranks[at] = ranks[at - 1];
			menu->shown[at] = menu->shown[at - 1];
		}
		ranks[at] = rank;
		menu->shown[at] = i;
		menu->n_shown++;
	}
	menu->here = menu->top = 0;
}

struct menu_item *menu_add(struct menu *menu, int id, const char *key, const char *label,
    const char *word, const char *reason)
{
	struct menu_item *item;

	if (menu->count == menu->cap) {
		menu->cap = menu->cap > 0 ? menu->cap * 2 : 32;
		menu->items = mem_realloc(menu->items, menu->cap, sizeof menu->items[0]);
	}
	item = &menu->items[menu->count++];
	memset(item, 0, sizeof *item);
	item->id = id;
	strlcpy(item->key, key != NULL ? key : "", sizeof item->key);
	strlcpy(item->label, label != NULL ? label : "", sizeof item->label);
	strlcpy(item->word, word != NULL ? word : "", sizeof item->word);
	strlcpy(item->reason, reason != NULL ? reason : "", sizeof item->reason);
	/* Nothing typed: all are shown as they come. */
	if (edit_text(&menu->typed)[0] != '\0')
		narrow(menu);
	else if (menu->n_shown < SHOWN_MAX)
		menu->shown[menu->n_shown++] = menu->count - 1;
	return item;
}

/* --- keys --- */

static const struct menu_item *here(const struct menu *menu)
{
	return menu->here < menu->n_shown ? &menu->items[menu->shown[menu->here]] : NULL;
}

const char *menu_argument(const struct menu *menu)
{
	const char *typed = edit_text(&menu->typed);

	typed += strcspn(typed, " ");
	return typed + strspn(typed, " ");
}

bool menu_is_number(const struct menu *menu)
{
	const char *typed = edit_text(&menu->typed);

	return menu->prompt && menu->n_shown == 0 && typed[strcspn(typed, " ")] == '\0' &&
	       typed[strcspn(typed, "0123456789")] != '\0';
}

static bool move(struct menu *menu, const struct key *key)
{
	size_t page = 10, last = menu->n_shown > 0 ? menu->n_shown - 1 : 0;
	bool ctrl = key->code == K_CTRL;

	if (key->code == K_DOWN || (ctrl && key->cp == 'n'))
		menu->here += menu->here < last;
	else if (key->code == K_UP || (ctrl && key->cp == 'p'))
		menu->here -= menu->here > 0;
	else if (key->code == K_PAGE_DOWN || (ctrl && key->cp == 'f'))
		menu->here = menu->here + page < last ? menu->here + page : last;
	else if (key->code == K_PAGE_UP || (ctrl && key->cp == 'b'))
		menu->here -= page < menu->here ? page : menu->here;
	else if (key->code == K_HOME)
		menu->here = 0;
	else if (key->code == K_END)
		menu->here = last;
	else
		return false;
	return true;
}

/* Tab: the word of the selected item, ready for its argument. */
static void complete(struct menu *menu)
{
	const struct menu_item *item = here(menu);
	char text[80];

	if (!menu->prompt || item == NULL || item->word[0] == '\0')
		return;
	snprintf(text, sizeof text, "%s ", item->word);
	edit_set(&menu->typed, text);
	narrow(menu);
}

/* Of a question: the id of the item whose key it is, or 0. */
static int keyed_id(const struct menu *menu, const struct key *key)
{
	size_t i;

	for (i = 0; i < menu->count; i++)
		if (key->code == K_CHAR && !key->alt && key->cp < 0x80 &&
		    menu->items[i].key[0] == (char)key->cp && menu->items[i].key[1] == '\0')
			return menu->items[i].id;
	return 0;
}

int menu_key(struct menu *menu, const struct key *key, const char *paste)
{
	const struct menu_item *item = here(menu);
	bool empty = edit_text(&menu->typed)[0] == '\0';

	if (key->code == K_ESC || (key->code == K_CTRL && key->cp == 'c') ||
	    (key->code == K_BACKSPACE && empty))
		return -1;
	if (key->code == K_ENTER)
		return item != NULL && item->reason[0] == '\0' ? item->id : 0;
	if (move(menu, key))
		return 0;
	if (menu->keyed)
		return keyed_id(menu, key);
	if (key->code == K_TAB) {
		complete(menu);
	} else if (key->code == K_PASTE && paste != NULL) {
		edit_paste(&menu->typed, paste);
		narrow(menu);
	} else if (edit_key(&menu->typed, key)) {
		narrow(menu);
	}
	return 0;
}

/* --- drawing --- */

static void draw_item(const struct menu *menu, struct canvas *canvas, struct area line,
    size_t index, int keys)
{
	const struct menu_item *item = &menu->items[menu->shown[index]];
	bool selected = index == menu->here, possible = item->reason[0] == '\0';
	enum style style = possible ? selected ? STYLE_SELECTED : STYLE_NORMAL : STYLE_DIM;
	int col = line.col + 2, end = line.col + line.cols;

	if (selected) {
		canvas_put(canvas, line.row, line.col, 1, STYLE_BOLD, ">");
		canvas_style(canvas, (struct area){ line.row, col, 1, line.cols - 2 }, style);
	}
	if (keys > 0) {
		canvas_put(canvas, line.row, col, keys, possible ? STYLE_KEY : STYLE_DIM,
		    item->key);
		col += keys + 1;
	}
	col += canvas_put(canvas, line.row, col, end - col, style, item->label) + 2;
	if (!possible)
		canvas_put(canvas, line.row, col, end - col, STYLE_DIM, item->reason);
	else if (menu->prompt && item->word[0] != '\0')
		canvas_put(canvas, line.row, col, end - col, STYLE_DIM, item->word);
}

static int key_cells(const struct menu *menu)
{
	int widest = 0, width;
	size_t i;

	for (i = 0; i < menu->count; i++) {
		width = text_width(menu->items[i].key);
		widest = width > widest ? width : widest;
	}
	return widest < KEY_CELLS ? widest : KEY_CELLS;
}

static void draw_prompt(struct menu *menu, struct canvas *canvas, struct area line)
{
	struct area input = { line.row, line.col + 2, 1, line.cols - 2 };

	canvas_put(canvas, line.row, line.col, 1, STYLE_KEY, menu->prompt ? ":" : "/");
	edit_draw(&menu->typed, canvas, input, STYLE_NORMAL, true);
}

void menu_draw(struct menu *menu, struct canvas *canvas, struct area area)
{
	int rows = area.rows - 4, keys = key_cells(menu), i;
	struct area line = { area.row + 1, area.col + 2, 1, area.cols - 4 };

	canvas_fill(canvas, area, STYLE_NORMAL);
	canvas_frame(canvas, area, STYLE_BOLD, menu->title);
	if (rows < 1 || line.cols < 8)
		return;
	if (menu->here < menu->top)
		menu->top = menu->here;
	if (menu->here >= menu->top + (size_t)rows)
		menu->top = menu->here - (size_t)rows + 1;
	if (menu->n_shown == 0)
		canvas_put(canvas, line.row, line.col, line.cols, STYLE_DIM,
		    menu_is_number(menu) ? _("Enter opens the record of this number.")
					 : _("Nothing fits what is typed."));
	for (i = 0; i < rows && menu->top + (size_t)i < menu->n_shown; i++, line.row++)
		draw_item(menu, canvas, line, menu->top + (size_t)i, keys);
	line.row = area.row + area.rows - 2;
	if (!menu->keyed)
		draw_prompt(menu, canvas, line);
	if (menu->top + (size_t)rows < menu->n_shown)
		canvas_put_right(canvas, line.row - 1, line.col, line.cols, STYLE_DIM, _("more"));
}

void menu_describe(const struct menu *menu, struct buf *out)
{
	size_t i;

	buf_printf(out, "%s\n", menu->title);
	for (i = 0; i < menu->n_shown; i++) {
		const struct menu_item *item = &menu->items[menu->shown[i]];

		buf_printf(out, "%s%s%s%s", i == menu->here ? "> " : "  ", item->key,
		    item->key[0] != '\0' ? "  " : "", item->label);
		if (item->reason[0] != '\0')
			buf_printf(out, " - %s", item->reason);
		buf_putc(out, '\n');
	}
	if (menu->prompt || edit_text(&menu->typed)[0] != '\0')
		buf_printf(out, "%c %s\n", menu->prompt ? ':' : '/', edit_text(&menu->typed));
}
