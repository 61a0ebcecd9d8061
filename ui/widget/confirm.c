#include "ui/widget/widgets.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

#define WORD_BYTES 48
#define BOX_COLS 72

void confirm_init(struct confirm *confirm, const char *title, const char *effect, const char *word)
{
	memset(confirm, 0, sizeof *confirm);
	strlcpy(confirm->title, title, sizeof confirm->title);
	strlcpy(confirm->effect, effect, sizeof confirm->effect);
	strlcpy(confirm->word, word != NULL ? word : "", sizeof confirm->word);
	edit_init(&confirm->typed, WORD_BYTES, false);
}

void confirm_fact(struct confirm *confirm, const char *label, const char *value)
{
	if (confirm->count == CONFIRM_FACTS_MAX)
		return;
	strlcpy(confirm->labels[confirm->count], label, sizeof confirm->labels[0]);
	strlcpy(confirm->values[confirm->count], value, sizeof confirm->values[0]);
	confirm->count++;
}

void confirm_free(struct confirm *confirm)
{
	edit_free(&confirm->typed);
}

static bool is_char(const struct key *key, uint32_t lower)
{
	return key->code == K_CHAR && !key->alt &&
	       (key->cp == lower || key->cp == lower - 'a' + 'A');
}

/* Who types a text at the question does not answer it, whatever letters the text has. */
static enum confirm_result letter_key(struct confirm *confirm, const struct key *key)
{
	if (key->code == K_ENTER)
		confirm->astray = false;
	else if (!confirm->astray && is_char(key, 'y'))
		return CONFIRM_YES;
	else if (!confirm->astray && (is_char(key, 'n') || is_char(key, 'q')))
		return CONFIRM_NO;
	else if (key->code == K_CHAR)
		confirm->astray = true;
	return CONFIRM_NONE;
}

/* Where a word is asked for it has to be typed: what is pasted does not count. */
enum confirm_result confirm_key(struct confirm *confirm, const struct key *key, const char *paste)
{
	(void)paste;
	if (key->code == K_ESC || (key->code == K_CTRL && key->cp == 'c'))
		return CONFIRM_NO;
	if (confirm->word[0] == '\0')
		return letter_key(confirm, key);
	if (key->code == K_ENTER) {
		confirm->astray = strcmp(edit_text(&confirm->typed), confirm->word) != 0;
		return confirm->astray ? CONFIRM_NONE : CONFIRM_YES;
	}
	/* What is typed after a wrong word stands in its place. */
	if (confirm->astray && key->code == K_CHAR)
		edit_set(&confirm->typed, "");
	confirm->astray = false;
	edit_key(&confirm->typed, key);
	return CONFIRM_NONE;
}

/* A label column as wide as its widest label, at most half of the box. */
static int label_cells(const struct confirm *confirm, int cols)
{
	int widest = 0, width;
	size_t i;

	for (i = 0; i < confirm->count; i++) {
		width = text_width(confirm->labels[i]);
		widest = width > widest ? width : widest;
	}
	return widest < cols / 2 ? widest : cols / 2;
}

static void draw_question(struct confirm *confirm, struct canvas *canvas, struct area line)
{
	char question[160];
	int used;

	if (confirm->word[0] == '\0' && confirm->astray) {
		canvas_put(canvas, line.row, line.col, line.cols, STYLE_WARN,
		    _("This was no answer. Enter asks again, Esc leaves."));
		return;
	}
	if (confirm->word[0] == '\0') {
		used = canvas_put(canvas, line.row, line.col, line.cols, STYLE_KEY, "y");
		used += 1 + canvas_put(canvas, line.row, line.col + used + 1, line.cols - used - 1,
				STYLE_NORMAL, _("yes"));
		used += 3 + canvas_put(canvas, line.row, line.col + used + 3, line.cols - used - 3,
				STYLE_KEY, "n");
		canvas_put(canvas, line.row, line.col + used + 1, line.cols - used - 1,
		    STYLE_NORMAL, _("no"));
		return;
	}
	if (confirm->astray)
		canvas_put(canvas, line.row - 1, line.col, line.cols, STYLE_WARN,
		    _("This is another word: nothing was done."));
	/* TRANSLATORS: the word in quotes must be typed as it stands */
	snprintf(question, sizeof question, _("Type \"%s\" and press Enter:"), confirm->word);
	used = canvas_put(canvas, line.row, line.col, line.cols, STYLE_NORMAL, question) + 1;
	if (line.cols - used > 2) {
		int room = line.cols - used, want = text_width(confirm->word) + 2;
		struct area input = { line.row, line.col + used, 1, want < room ? want : room };

		edit_draw(&confirm->typed, canvas, input, STYLE_INPUT_HERE, true);
	}
}

/* The box is as high as its text, and stands in the middle of the area. */
static struct area box_of(const struct confirm *confirm, struct canvas *canvas, struct area area,
    int *effect_lines)
{
	struct area box = area, count = { 0, 0, 0, 0 };

	box.cols = area.cols < BOX_COLS ? area.cols : BOX_COLS;
	count.cols = box.cols - 4;
	*effect_lines = canvas_wrap(canvas, count, STYLE_NORMAL, confirm->effect, 0);
	box.rows = (int)confirm->count + *effect_lines + (confirm->count > 0 ? 1 : 0) + 5;
	box.rows = box.rows < area.rows ? box.rows : area.rows;
	box.row = area.row + (area.rows - box.rows) / 2;
	box.col = area.col + (area.cols - box.cols) / 2;
	return box;
}

void confirm_draw(struct confirm *confirm, struct canvas *canvas, struct area area)
{
	int effect_lines, labels, row, bottom;
	struct area box = box_of(confirm, canvas, area, &effect_lines), inner, line;
	char title[128];
	size_t i;

	canvas_fill(canvas, box, STYLE_NORMAL);
	snprintf(title, sizeof title, confirm->danger ? _("%s - this cannot be undone") : "%s",
	    confirm->title);
	canvas_frame(canvas, box, confirm->danger ? STYLE_ERROR : STYLE_BOLD, title);
	inner = (struct area){ box.row + 1, box.col + 2, box.rows - 2, box.cols - 4 };
	bottom = inner.row + inner.rows;
	labels = label_cells(confirm, inner.cols);
	row = inner.row + (inner.rows > (int)confirm->count + effect_lines + 2 ? 1 : 0);
	for (i = 0; i < confirm->count && row < bottom - 2; i++, row++) {
		canvas_put(canvas, row, inner.col, labels, STYLE_HEAD, confirm->labels[i]);
		canvas_put(canvas, row, inner.col + labels + 2, inner.cols - labels - 2,
		    STYLE_NORMAL, confirm->values[i]);
	}
	row += confirm->count > 0 && row < bottom - 2;
	line = (struct area){ row, inner.col, bottom - 1 - row, inner.cols };
	canvas_wrap(canvas, line, STYLE_BOLD, confirm->effect, 0);
	draw_question(confirm, canvas, (struct area){ bottom - 1, inner.col, 1, inner.cols });
}

void confirm_describe(const struct confirm *confirm, struct buf *out)
{
	size_t i;

	buf_printf(out, confirm->danger ? _("%s - this cannot be undone") : "%s", confirm->title);
	buf_putc(out, '\n');
	for (i = 0; i < confirm->count; i++)
		buf_printf(out, "%s: %s\n", confirm->labels[i], confirm->values[i]);
	buf_printf(out, "%s\n", confirm->effect);
	if (confirm->word[0] != '\0')
		buf_printf(out, _("Type \"%s\" and press Enter:"), confirm->word);
	else
		buf_puts(out, _("y yes, n no"));
	buf_putc(out, '\n');
}
