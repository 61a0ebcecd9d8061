#include "tests/console/emulator.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

#include "base/text.h"

#define SCREEN_BYTES ((size_t)8 << 20)
#define CUT_MOST 4096

struct emulator {
	VTerm *vterm;
	VTermScreen *screen;
	void (*write)(void *state, const char *data, size_t n);
	void *state;
	struct buf text, line;
	bool visible, alternate;
	bool mute, sync;
	bool asked;        /* what comes out is an answer, not a key */
	bool silent;       /* nothing is written */
	bool said;         /* something came out */
	struct buf cut;    /* the beginning of what has not come whole */
};

/* ---- what the terminal says ------------------------------------------------------------------ */

static void put_out(const char *data, size_t n, void *state)
{
	static const char no_sync[] = "\033[?2026;0$y", has_sync[] = "\033[?2026;2$y";
	struct emulator *e = state;

	e->said = true;
	if (e->silent || (e->asked && e->mute))
		return;
	if (e->sync && n == sizeof no_sync - 1 && memcmp(data, no_sync, n) == 0)
		data = has_sync;
	e->write(e->state, data, n);
}

static int property(VTermProp prop, VTermValue *value, void *state)
{
	struct emulator *e = state;

	if (prop == VTERM_PROP_CURSORVISIBLE)
		e->visible = value->boolean;
	else if (prop == VTERM_PROP_ALTSCREEN)
		e->alternate = value->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = property };

struct emulator *emulator_new(int rows, int cols,
    void (*write)(void *state, const char *data, size_t n), void *state)
{
	struct emulator *e = mem_alloc(sizeof *e);

	e->vterm = vterm_new(rows, cols);
	if (e->vterm == NULL)
		mem_fail();
	e->write = write;
	e->state = state;
	e->visible = true;
	buf_init(&e->text, SCREEN_BYTES);
	buf_init(&e->line, SCREEN_BYTES);
	buf_init(&e->cut, SCREEN_BYTES);
	vterm_set_utf8(e->vterm, 1);
	vterm_output_set_callback(e->vterm, put_out, e);
	e->screen = vterm_obtain_screen(e->vterm);
	vterm_screen_set_callbacks(e->screen, &callbacks, e);
	vterm_screen_enable_altscreen(e->screen, 1);
	vterm_screen_reset(e->screen, 1);
	return e;
}

void emulator_free(struct emulator *e)
{
	if (e == NULL)
		return;
	vterm_free(e->vterm);
	buf_free(&e->text);
	buf_free(&e->line);
	buf_free(&e->cut);
	free(e);
}

/* Where a control sequence that begins at `at` ends; n + 1 where its end has not come. */
static size_t sequence_end(const char *data, size_t at, size_t n)
{
	size_t i = at + 2;

	if (at + 1 >= n)
		return n + 1;
	switch (data[at + 1]) {
	case '[':
		while (i < n && (data[i] < 0x40 || data[i] > 0x7e))
			i++;
		return i + 1;
	case ']':
	case 'P':
	case '_':
		while (i < n && data[i] != '\a' && !(data[i] == '\\' && data[i - 1] == '\033'))
			i++;
		return i + 1;
	default:
		while (i - 1 < n && data[i - 1] >= 0x20 && data[i - 1] < 0x30)
			i++;
		return i;
	}
}

/* How many bytes from the start are whole characters and control sequences. */
static size_t whole_bytes(const char *data, size_t n)
{
	size_t at = 0, end;

	while (at < n) {
		unsigned char byte = (unsigned char)data[at];

		if (byte == 0x1b)
			end = sequence_end(data, at, n);
		else
			end = at + (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1);
		if (end > n)
			break;
		at = end;
	}
	return n - at < CUT_MOST ? at : n;
}

/* What is cut waits for its end: libvterm takes the halves for two wrong ones. */
void emulator_feed(struct emulator *e, const char *data, size_t n)
{
	size_t whole;

	buf_add(&e->cut, data, n);
	whole = whole_bytes(e->cut.data, e->cut.len);
	e->asked = true;
	vterm_input_write(e->vterm, e->cut.data, whole);
	e->asked = false;
	memmove(e->cut.data, e->cut.data + whole, e->cut.len - whole);
	e->cut.len -= whole;
}

void emulator_resize(struct emulator *e, int rows, int cols)
{
	vterm_set_size(e->vterm, rows, cols);
}

void emulator_size(const struct emulator *e, int *rows, int *cols)
{
	vterm_get_size(e->vterm, rows, cols);
}

void emulator_answers(struct emulator *e, bool answers, bool sync)
{
	e->mute = !answers;
	e->sync = sync;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static const struct {
	const char *name;
	VTermKey key;
} keys[] = {
	{ "Enter", VTERM_KEY_ENTER }, { "Tab", VTERM_KEY_TAB },
	{ "Backspace", VTERM_KEY_BACKSPACE }, { "Esc", VTERM_KEY_ESCAPE },
	{ "Up", VTERM_KEY_UP }, { "Down", VTERM_KEY_DOWN },
	{ "Left", VTERM_KEY_LEFT }, { "Right", VTERM_KEY_RIGHT }, { "Insert", VTERM_KEY_INS },
	{ "Delete", VTERM_KEY_DEL }, { "Home", VTERM_KEY_HOME }, { "End", VTERM_KEY_END },
	{ "PgUp", VTERM_KEY_PAGEUP }, { "PgDn", VTERM_KEY_PAGEDOWN },
	{ "F1", VTERM_KEY_FUNCTION(1) }, { "F2", VTERM_KEY_FUNCTION(2) },
	{ "F3", VTERM_KEY_FUNCTION(3) }, { "F4", VTERM_KEY_FUNCTION(4) },
	{ "F5", VTERM_KEY_FUNCTION(5) }, { "F6", VTERM_KEY_FUNCTION(6) },
	{ "F7", VTERM_KEY_FUNCTION(7) }, { "F8", VTERM_KEY_FUNCTION(8) },
	{ "F9", VTERM_KEY_FUNCTION(9) },
	{ "F10", VTERM_KEY_FUNCTION(10) }, { "F11", VTERM_KEY_FUNCTION(11) },
	{ "F12", VTERM_KEY_FUNCTION(12) },
};

static int key_character(struct emulator *e, const char *name, int mod)
{
	uint32_t cp;
	bool ok;
	char byte;

	if (text_decode(name, strlen(name), &cp, &ok) != strlen(name) || !ok)
		return 0;
	if (mod & VTERM_MOD_ALT)
		e->write(e->state, "\033", 1);
	if (mod & VTERM_MOD_CTRL) {
		byte = (char)(cp == '?' ? 0x7f : cp & 0x1f);
		e->write(e->state, &byte, 1);
	} else {
		e->write(e->state, name, strlen(name));
	}
	return 1;
}

int emulator_key(struct emulator *e, const char *name)
{
	static const struct {
		const char *word;
		int mod;
	} prefixes[] = {
		{ "Ctrl-", VTERM_MOD_CTRL }, { "Alt-", VTERM_MOD_ALT },
		{ "Shift-", VTERM_MOD_SHIFT }
	};
	int mod = VTERM_MOD_NONE;
	size_t i, n;

	for (i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
		n = strlen(prefixes[i].word);
		if (strncmp(name, prefixes[i].word, n) == 0 && name[n] != '\0') {
			mod |= prefixes[i].mod;
			name += n;
		}
	}
	if (strcmp(name, "Space") == 0)
		return key_character(e, mod & VTERM_MOD_CTRL ? "@" : " ", mod);
	for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (strcmp(name, keys[i].name) == 0) {
			vterm_keyboard_key(e->vterm, keys[i].key, (VTermModifier)mod);
			return 1;
		}
	}
	return key_character(e, name, mod);
}

bool emulator_paste_mode(struct emulator *e)
{
	e->said = false;
	e->silent = true;
	vterm_keyboard_start_paste(e->vterm);
	e->silent = false;
	return e->said;
}

int emulator_paste(struct emulator *e, const char *text)
{
	size_t n = strlen(text), at = 0;
	uint32_t cp;
	bool ok;
	int count = 0;

	if (emulator_paste_mode(e)) {
		vterm_keyboard_start_paste(e->vterm);
		e->write(e->state, text, n);
		vterm_keyboard_end_paste(e->vterm);
		return 1;
	}
	e->write(e->state, text, n);
	for (; at < n; count++)
		at += text_decode(text + at, n - at, &cp, &ok);
	return count;
}

/* ---- the screen ------------------------------------------------------------------------------ */

static VTermScreenCell cell_at(const struct emulator *e, int row, int col)
{
	VTermPos pos = { row, col };
	VTermScreenCell cell;

	memset(&cell, 0, sizeof cell);
	vterm_screen_get_cell(e->screen, pos, &cell);
	return cell;
}

/* The text of a cell; the second half of a wide one has none. */
static size_t cell_text(const VTermScreenCell *cell, char out[4 * VTERM_MAX_CHARS_PER_CELL])
{
	size_t n = 0, i;

	if (cell->chars[0] == (uint32_t)-1)
		return 0;
	if (cell->chars[0] == 0)
		out[n++] = ' ';
	for (i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
		n += text_encode(cell->chars[i], out + n);
	return n;
}

static void add_line(struct emulator *e, int row, struct buf *out)
{
	char part[4 * VTERM_MAX_CHARS_PER_CELL];
	VTermScreenCell cell;
	size_t end = out->len, n;
	int rows, cols, col;

	vterm_get_size(e->vterm, &rows, &cols);
	for (col = 0; col < cols; col++) {
		cell = cell_at(e, row, col);
		n = cell_text(&cell, part);
		buf_add(out, part, n);
		if (n > 1 || (n == 1 && part[0] != ' '))
			end = out->len;
	}
	out->len = end;
	if (out->data != NULL)
		out->data[end] = '\0';
}

const char *emulator_line(struct emulator *e, int row)
{
	int rows, cols;

	vterm_get_size(e->vterm, &rows, &cols);
	buf_clear(&e->line);
	if (row >= 1 && row <= rows)
		add_line(e, row - 1, &e->line);
	return buf_text(&e->line);
}

const char *emulator_screen(struct emulator *e)
{
	int rows, cols, row;

	vterm_get_size(e->vterm, &rows, &cols);
	buf_clear(&e->text);
	for (row = 0; row < rows; row++) {
		add_line(e, row, &e->text);
		buf_putc(&e->text, '\n');
	}
	return buf_text(&e->text);
}

void emulator_cursor(const struct emulator *e, int *row, int *col, bool *visible)
{
	VTermPos pos;

	vterm_state_get_cursorpos(vterm_obtain_state(e->vterm), &pos);
	*row = pos.row + 1;
	*col = pos.col + 1;
	*visible = e->visible;
}

bool emulator_alternate(const struct emulator *e)
{
	return e->alternate;
}

/* ---- looks ----------------------------------------------------------------------------------- */

/* Does the text stand from here on? cells: how many cells it takes. */
static bool stands_at(struct emulator *e, int row, int col, int cols, const char *text, int *cells)
{
	char part[4 * VTERM_MAX_CHARS_PER_CELL];
	size_t left = strlen(text), n;
	int at;

	for (at = col; left > 0 && at < cols; at++) {
		VTermScreenCell cell = cell_at(e, row, at);

		n = cell_text(&cell, part);
		if (n > left || memcmp(part, text, n) != 0 || (at == col && n == 0))
			return false;
		text += n;
		left -= n;
	}
	*cells = at - col;
	return left == 0;
}

static bool cell_looks(const VTermScreenCell *cell, const char *word)
{
	bool colour = !VTERM_COLOR_IS_DEFAULT_FG(&cell->fg) ||
		      !VTERM_COLOR_IS_DEFAULT_BG(&cell->bg);

	if (strcmp(word, "bold") == 0)
		return cell->attrs.bold;
	if (strcmp(word, "underline") == 0)
		return cell->attrs.underline != 0;
	if (strcmp(word, "reverse") == 0)
		return cell->attrs.reverse;
	if (strcmp(word, "italic") == 0)
		return cell->attrs.italic;
	if (strcmp(word, "colour") == 0)
		return colour;
	if (strcmp(word, "mono") == 0)
		return !colour;
	if (strcmp(word, "plain") == 0)
		return !colour && !cell->attrs.bold && !cell->attrs.underline &&
		       !cell->attrs.reverse;
	return false;
}

static bool look(struct emulator *e, int row, int col, int cells, const char *style)
{
	char words[128], *rest = words, *word;
	VTermScreenCell cell;
	int i;

	strlcpy(words, style, sizeof words);
	while ((word = strsep(&rest, " ")) != NULL) {
		for (i = 0; i < cells; i++) {
			cell = cell_at(e, row, col + i);
			if (cell.chars[0] != (uint32_t)-1 && !cell_looks(&cell, word))
				return false;
		}
	}
	return true;
}

int emulator_looks(struct emulator *e, const char *text, const char *style)
{
	int rows, cols, row, col, cells;

	vterm_get_size(e->vterm, &rows, &cols);
	for (row = 0; row < rows; row++) {
		for (col = 0; col < cols; col++) {
			if (stands_at(e, row, col, cols, text, &cells))
				return look(e, row, col, cells, style);
		}
	}
	return -1;
}
