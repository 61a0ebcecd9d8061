#include "ui/widget/edit.h"

#include <stdlib.h>
#include <string.h>

#define UNDO_MAX 64

/* The text as it was before a change. Characters typed one after the other are one change. */
struct edit_undo {
	struct edit_before { char *text; size_t at; } steps[UNDO_MAX];
	size_t count;
	bool typing;
};

void edit_init(struct edit *edit, size_t max, bool lines)
{
	memset(edit, 0, sizeof *edit);
	buf_init(&edit->text, max);
	edit->lines = lines;
	edit->undo = mem_alloc(sizeof *edit->undo);
}

void edit_free(struct edit *edit)
{
	size_t i;

	for (i = 0; edit->undo != NULL && i < edit->undo->count; i++)
		free(edit->undo->steps[i].text);
	free(edit->undo);
	edit->undo = NULL;
	if (edit->secret && edit->text.data != NULL)
		explicit_bzero(edit->text.data, edit->text.cap);
	buf_free(&edit->text);
	edit->at = 0;
}

const char *edit_text(const struct edit *edit)
{
	return buf_text(&edit->text);
}

/* --- undo --- */

static void remember(struct edit *edit, bool typing)
{
	struct edit_undo *undo = edit->undo;

	if (edit->secret || (typing && undo->typing))
		return;
	undo->typing = typing;
	if (undo->count == UNDO_MAX) {
		free(undo->steps[0].text);
		memmove(undo->steps, undo->steps + 1, --undo->count * sizeof undo->steps[0]);
	}
	undo->steps[undo->count].text = mem_strdup(edit_text(edit));
	undo->steps[undo->count++].at = edit->at;
}

static void undo(struct edit *edit)
{
	struct edit_before *before;

	edit->undo->typing = false;
	if (edit->undo->count == 0)
		return;
	before = &edit->undo->steps[--edit->undo->count];
	buf_clear(&edit->text);
	buf_puts(&edit->text, before->text);
	edit->at = before->at;
	free(before->text);
}

/* --- places in the text --- */

static size_t after(const struct edit *edit, size_t at)
{
	char cell[TEXT_CELL_BYTES];
	int width;

	return at < edit->text.len
		   ? at + text_cell(edit->text.data + at, edit->text.len - at, cell, &width)
		   : at;
}

static size_t line_start(const struct edit *edit, size_t at)
{
	while (at > 0 && edit->text.data[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(const struct edit *edit, size_t at)
{
	while (at < edit->text.len && edit->text.data[at] != '\n')
		at++;
	return at;
}

/* Cells are found from the start of the line on: what belongs to one is not told from its end. */
static size_t before(const struct edit *edit, size_t at)
{
	size_t i = at > 0 ? line_start(edit, at - 1) : 0, last = i;

	while (i < at) {
		last = i;
		i = after(edit, i);
	}
	return last;
}

static bool is_blank(const struct edit *edit, size_t at)
{
	char c = edit->text.data[at];

	return c == ' ' || c == '\n' || c == '\t';
}

static size_t word_before(const struct edit *edit, size_t at)
{
	while (at > 0 && is_blank(edit, before(edit, at)))
		at = before(edit, at);
	while (at > 0 && !is_blank(edit, before(edit, at)))
		at = before(edit, at);
	return at;
}

static size_t word_after(const struct edit *edit, size_t at)
{
	while (at < edit->text.len && is_blank(edit, at))
		at = after(edit, at);
	while (at < edit->text.len && !is_blank(edit, at))
		at = after(edit, at);
	return at;
}

/* --- changes --- */

static void insert(struct edit *edit, const char *s, size_t n)
{
	size_t room = edit->text.max - edit->text.len, tail = edit->text.len - edit->at;

	if (n > room) {
		for (n = room; n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80; n--)
			continue;
	}
	if (n == 0)
		return;
	buf_add(&edit->text, s, n);
	memmove(edit->text.data + edit->at + n, edit->text.data + edit->at, tail);
	memcpy(edit->text.data + edit->at, s, n);
	edit->at += n;
}

static void cut(struct edit *edit, size_t from, size_t to)
{
	if (from >= to)
		return;
	remember(edit, false);
	memmove(edit->text.data + from, edit->text.data + to, edit->text.len - to + 1);
	edit->text.len -= to - from;
	edit->at = from;
}

void edit_set(struct edit *edit, const char *text)
{
	if (strcmp(edit_text(edit), text) == 0)
		return;
	remember(edit, false);
	buf_clear(&edit->text);
	edit->at = 0;
	insert(edit, text, strlen(text));
	edit->undo->typing = false;
	edit->scroll = 0;
}

bool edit_paste(struct edit *edit, const char *text)
{
	size_t n = strlen(text), i, step;
	bool fits;

	if (n == 0)
		return true;
	remember(edit, false);
	/* One line: line ends become blanks, and the one at the end goes. */
	while (!edit->lines && n > 0 && text[n - 1] == '\n')
		n--;
	fits = n <= edit->text.max - edit->text.len;
	for (i = 0; i < n; i += step) {
		step = edit->lines ? n - i : strcspn(text + i, "\n");
		step = step < n - i ? step : n - i;
		insert(edit, text + i, step);
		if (i + step < n) {
			insert(edit, " ", 1);
			step++;
		}
	}
	edit->undo->typing = false;
	return fits;
}

static void type(struct edit *edit, uint32_t cp)
{
	char bytes[4];
	size_t n = text_encode(cp, bytes);

	remember(edit, true);
	if (n <= edit->text.max - edit->text.len)
		insert(edit, bytes, n);
}

/* --- lines as they are drawn --- */

struct row { size_t start, end, next; };

/* The row that starts at start. One cell is kept for the cursor behind the text. */
static struct row row_at(const struct edit *edit, size_t start, int width)
{
	struct row row = { start, start, start };

	if (start < edit->text.len) {
		row.end = start +
			  text_wrap(edit->text.data + start, width > 1 ? width - 1 : 1, &row.next);
		row.next = row.next > 0 ? start + row.next : edit->text.len;
	}
	return row;
}

/* After the last row there is one more where the text ends with a newline. */
static bool row_follows(const struct edit *edit, const struct row *row)
{
	return row->next < edit->text.len || (row->next > row->end && row->next == edit->text.len &&
	    edit->text.data[row->next - 1] == '\n');
}

/* The row the cursor is in; *number counts from 0. */
static struct row row_of_cursor(const struct edit *edit, int width, int *number)
{
	struct row row = row_at(edit, 0, width);

	for (*number = 0; row_follows(edit, &row) && edit->at >= row.next; (*number)++)
		row = row_at(edit, row.next, width);
	return row;
}

static int cells_between(const struct edit *edit, size_t from, size_t to)
{
	char cell[TEXT_CELL_BYTES];
	int cells = 0, width;

	while (from < to) {
		from += text_cell(edit->text.data + from, edit->text.len - from, cell, &width);
		cells += width;
	}
	return cells;
}

static size_t place_in_row(const struct edit *edit, const struct row *row, int cells)
{
	size_t at = row->start, next;

	while (at < row->end) {
		next = after(edit, at);
		if (cells_between(edit, row->start, next) > cells)
			break;
		at = next;
	}
	return at;
}

/* Moves by a row; false where there is none, so that a form can go on to its next field. */
static bool move_row(struct edit *edit, int by)
{
	int width = edit->cells > 0 ? edit->cells : 80, number, target, i;
	struct row row = row_of_cursor(edit, width, &number);
	int cells = cells_between(edit, row.start, edit->at < row.end ? edit->at : row.end);

	target = number + by;
	if (!edit->lines || target < 0 || (by > 0 && !row_follows(edit, &row)))
		return false;
	row = row_at(edit, 0, width);
	for (i = 0; i < target; i++)
		row = row_at(edit, row.next, width);
	edit->at = place_in_row(edit, &row, cells);
	return true;
}

/* --- keys --- */

static bool control_key(struct edit *edit, uint32_t letter)
{
	switch (letter) {
	case 'a': edit->at = line_start(edit, edit->at); break;
	case 'e': edit->at = line_end(edit, edit->at); break;
	case 'b': edit->at = before(edit, edit->at); break;
	case 'f': edit->at = after(edit, edit->at); break;
	case 'd': cut(edit, edit->at, after(edit, edit->at)); break;
	case 'k': cut(edit, edit->at, line_end(edit, edit->at)); break;
	case 'u': cut(edit, line_start(edit, edit->at), edit->at); break;
	case 'w': cut(edit, word_before(edit, edit->at), edit->at); break;
	case '_': case 'z': undo(edit); return true;
	default: return false;
	}
	edit->undo->typing = false;
	return true;
}

static bool alt_key(struct edit *edit, const struct key *key)
{
	if (key->code == K_BACKSPACE)
		cut(edit, word_before(edit, edit->at), edit->at);
	else if (key->code == K_LEFT || key->cp == 'b')
		edit->at = word_before(edit, edit->at);
	else if (key->code == K_RIGHT || key->cp == 'f')
		edit->at = word_after(edit, edit->at);
	else if (key->cp == 'd')
		cut(edit, edit->at, word_after(edit, edit->at));
	else
		return false;
	edit->undo->typing = false;
	return true;
}

static bool move_key(struct edit *edit, const struct key *key)
{
	switch (key->code) {
	case K_LEFT:
		edit->at = key->ctrl ? word_before(edit, edit->at) : before(edit, edit->at);
		break;
	case K_RIGHT:
		edit->at = key->ctrl ? word_after(edit, edit->at) : after(edit, edit->at);
		break;
	case K_HOME: edit->at = key->ctrl ? 0 : line_start(edit, edit->at); break;
	case K_END: edit->at = key->ctrl ? edit->text.len : line_end(edit, edit->at); break;
	case K_UP: return move_row(edit, -1);
	case K_DOWN: return move_row(edit, 1);
	default: return false;
	}
	return true;
}

bool edit_key(struct edit *edit, const struct key *key)
{
	if (key->alt)
		return alt_key(edit, key);
	switch (key->code) {
	case K_CHAR:
		type(edit, key->cp);
		return true;
	case K_ENTER:
		if (edit->lines)
			type(edit, '\n');
		return edit->lines;
	case K_CTRL:
		return control_key(edit, key->cp);
	case K_BACKSPACE:
		cut(edit, key->ctrl ? word_before(edit, edit->at) : before(edit, edit->at),
		    edit->at);
		break;
	case K_DELETE:
		cut(edit, edit->at, key->ctrl ? word_after(edit, edit->at) : after(edit, edit->at));
		break;
	default:
		if (!move_key(edit, key))
			return false;
	}
	edit->undo->typing = false;
	return true;
}

/* --- drawing --- */

/* Every character of a secret is one dot. */
static void draw_secret(const struct edit *edit, struct canvas *canvas, struct area area,
    enum style style, bool focused)
{
	size_t i;
	int count = 0, cursor = 0;

	for (i = 0; i < edit->text.len; i = after(edit, i)) {
		cursor += i < edit->at;
		if (count < area.cols - 1)
			canvas_put(canvas, area.row, area.col + count++, 1, style, "*");
	}
	if (focused)
		canvas_cursor(canvas, area.row,
		    area.col + (cursor < area.cols ? cursor : area.cols - 1));
}

/* One line: scrolled sideways so that the cursor is seen. */
static void draw_line(struct edit *edit, struct canvas *canvas, struct area area, enum style style,
    bool focused)
{
	int cursor = cells_between(edit, 0, edit->at), used = 0, width;
	char cell[TEXT_CELL_BYTES];
	size_t i;

	if (edit->scroll > cursor)
		edit->scroll = cursor;
	if (cursor - edit->scroll > area.cols - 1)
		edit->scroll = cursor - (area.cols - 1);
	for (i = 0; i < edit->text.len; used += width) {
		i += text_cell(edit->text.data + i, edit->text.len - i, cell, &width);
		if (used >= edit->scroll && used + width - edit->scroll <= area.cols)
			canvas_put(canvas, area.row, area.col + used - edit->scroll, width, style,
			    cell);
	}
	if (focused)
		canvas_cursor(canvas, area.row, area.col + cursor - edit->scroll);
}

static int draw_rows(struct edit *edit, struct canvas *canvas, struct area area, enum style style,
    bool focused)
{
	int number, cursor, count = 0, cells;
	struct row here = row_of_cursor(edit, area.cols, &cursor), row = row_at(edit, 0, area.cols);
	size_t to = edit->at < here.end ? edit->at : here.end;

	if (edit->scroll > cursor)
		edit->scroll = cursor;
	if (cursor >= edit->scroll + area.rows)
		edit->scroll = cursor - area.rows + 1;
	for (;; row = row_at(edit, row.next, area.cols)) {
		number = count++ - edit->scroll;
		if (number >= 0 && number < area.rows && row.end > row.start) {
			char saved = edit->text.data[row.end];

			edit->text.data[row.end] = '\0';
			canvas_put(canvas, area.row + number, area.col, area.cols, style,
			    edit->text.data + row.start);
			edit->text.data[row.end] = saved;
		}
		if (!row_follows(edit, &row))
			break;
	}
	cells = cells_between(edit, here.start, to);
	if (focused)
		canvas_cursor(canvas, area.row + cursor - edit->scroll,
		    area.col + (cells < area.cols ? cells : area.cols - 1));
	return count;
}

int edit_rows(const struct edit *edit, int cols)
{
	struct row row = row_at(edit, 0, cols);
	int count = 1;

	for (; edit->lines && row_follows(edit, &row); count++)
		row = row_at(edit, row.next, cols);
	return count;
}

int edit_draw(struct edit *edit, struct canvas *canvas, struct area area, enum style style,
    bool focused)
{
	if (area.cols < 1 || area.rows < 1)
		return 1;
	edit->cells = area.cols;
	canvas_fill(canvas, area, style);
	if (edit->secret)
		draw_secret(edit, canvas, area, style, focused);
	else if (!edit->lines)
		draw_line(edit, canvas, area, style, focused);
	else
		return draw_rows(edit, canvas, area, style, focused);
	return 1;
}
