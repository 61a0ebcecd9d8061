#include "ui/widget/form_private.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

#define INDENT 2
#define INPUT_COLS 76        /* lines longer than that are hard to read */
#define LONG_ROWS 3
#define COMPLETION_ROWS 4
#define HINT_ROWS 9

/* The place that is drawn at: row counts on where nothing is drawn (measuring). */
struct pen {
	struct canvas *canvas;   /* NULL: only measures */
	int row, bottom;
	int col, cols;
};

static void line(struct pen *pen, int indent, enum style style, const char *text)
{
	if (pen->canvas != NULL && pen->row < pen->bottom)
		canvas_put(pen->canvas, pen->row, pen->col + indent, pen->cols - indent, style,
		    text);
	pen->row++;
}

/* The last row of an area that a text does not fit into: all the rest, cut with its mark. */
static void put_rest(
    struct canvas *canvas, struct area area, enum style style, const char *text)
{
	int row, last = area.row + area.rows - 1;
	size_t next;
	char rest[1024], *at;

	for (row = area.row; row < last; row++) {
		text_wrap(text, area.cols, &next);
		text += next;
	}
	strlcpy(rest, text, sizeof rest);
	for (at = rest; (at = strchr(at, '\n')) != NULL; at++)
		*at = ' ';
	canvas_put(canvas, last, area.col, area.cols, style, rest);
}

static void wrapped(struct pen *pen, int indent, enum style style, const char *text, int most)
{
	struct canvas none = { 0 };
	struct area area = {pen->row, pen->col + indent,
	    pen->canvas != NULL ? pen->bottom - pen->row : 0, pen->cols - indent};
	int lines;

	area.rows = area.rows < 0 ? 0 : area.rows < most ? area.rows : most;
	lines = canvas_wrap(pen->canvas != NULL ? pen->canvas : &none, area, style, text, 0);
	if (pen->canvas != NULL && area.rows > 0 && lines > area.rows)
		put_rest(pen->canvas, area, style, text);
	pen->row += lines < most ? lines : most;
}

/* --- choices --- */

/* Side by side where they fit, else one below the other. */
static bool choices_fit(const struct form_field *field, int cols)
{
	int64_t value;
	int used = 0;

	for (value = 1; value < (int64_t)field->input->names->count; value++) {
		if (form_choice_offered(field, value))
			used += 4 + text_width(names_label(field->input->names, value)) + 2;
	}
	return used - 2 <= cols;
}

static void draw_choices(struct pen *pen, const struct form_field *field, bool here)
{
	bool beside = choices_fit(field, pen->cols - INDENT);
	int col = INDENT;
	int64_t value;

	for (value = 1; value < (int64_t)field->input->names->count; value++) {
		bool chosen = value == field->choice;
		char text[160];

		if (!form_choice_offered(field, value))
			continue;
		snprintf(text, sizeof text, "(%s) %s", chosen ? "*" : " ",
		    names_label(field->input->names, value));
		if (pen->canvas != NULL && pen->row < pen->bottom)
			canvas_put(pen->canvas, pen->row, pen->col + col, pen->cols - col,
			    chosen ? STYLE_BOLD : STYLE_NORMAL, text);
		/* The cursor stands where the choice is, for those who follow it. */
		if (pen->canvas != NULL && here &&
		    (chosen || (field->choice == 0 && col == INDENT)) && pen->row < pen->bottom &&
		    pen->canvas->cursor_row < 0)
			canvas_cursor(pen->canvas, pen->row, pen->col + col + 1);
		if (beside)
			col += text_width(text) + 2;
		else
			pen->row++;
	}
	pen->row += beside;
}

/* --- files --- */

static void size_text(int64_t size, char *out, size_t cap)
{
	if (size < 1024)
		snprintf(out, cap, "%d B", (int)size);
	else if (size < 1024 * 1024)
		snprintf(out, cap, "%d KiB", (int)((size + 1023) / 1024));
	else
		snprintf(out, cap, "%.1f MiB", (double)size / (1024.0 * 1024.0));
}

static const char *name_of(const struct form_file *file)
{
	const char *slash = strrchr(file->path, '/');

	return slash != NULL ? slash + 1 : file->path;
}

static void file_line(const struct form_file *file, char *out, size_t cap)
{
	char size[32];

	size_text(file->size, size, sizeof size);
	snprintf(out, cap, "%s  %s  %s", name_of(file), size,
	    names_label(&file_kind_names, (int64_t)file->kind));
}

static void draw_files(struct pen *pen, const struct form_field *field)
{
	char text[512];
	size_t i;

	for (i = 0; i < field->n_files; i++) {
		file_line(&field->files[i], text, sizeof text);
		line(pen, INDENT, STYLE_NORMAL, text);
		if (field->files[i].problem[0] != '\0')
			wrapped(pen, 2 * INDENT, STYLE_ERROR, field->files[i].problem, 2);
	}
}

/* Candidates in rows, as a shell shows them. */
static void draw_completions(struct pen *pen, const char *names)
{
	char text[1024];
	size_t i, n = 0;

	for (i = 0; names[i] != '\0' && n + 3 < sizeof text; i++) {
		text[n++] = names[i] == '\n' ? ' ' : names[i];
		if (names[i] == '\n')
			text[n++] = ' ';
	}
	text[n] = '\0';
	if (n > 0)
		wrapped(pen, INDENT, STYLE_DIM, text, COMPLETION_ROWS);
}

/* --- fields --- */

static void draw_edit(struct pen *pen, struct form_field *field, bool here, int most)
{
	int cols = pen->cols - INDENT < INPUT_COLS ? pen->cols - INDENT : INPUT_COLS, rows = 1;
	struct area area = { pen->row, pen->col + INDENT, 1, cols };

	if (field->edit.lines) {
		rows = edit_rows(&field->edit, cols);
		rows = rows < LONG_ROWS ? LONG_ROWS : rows < most ? rows : most;
		rows = rows < 1 ? 1 : rows;
	}
	area.rows = rows < pen->bottom - pen->row ? rows : pen->bottom - pen->row;
	if (pen->canvas != NULL && area.rows > 0)
		edit_draw(&field->edit, pen->canvas, area, here ? STYLE_INPUT_HERE : STYLE_INPUT,
		    here);
	pen->row += rows;
}

static void label_of(const struct form_field *field, char *out, size_t cap)
{
	snprintf(out, cap, field->input->required ? _("%s (required)") : "%s",
	    _(field->input->label));
}

static void draw_field(struct form *form, struct form_field *field, struct pen *pen, int most)
{
	bool here = field == &form->fields[form->here];
	char label[160];

	label_of(field, label, sizeof label);
	if (pen->canvas != NULL && here && pen->row < pen->bottom)
		canvas_put(pen->canvas, pen->row, pen->col, 1, STYLE_BOLD, ">");
	line(pen, INDENT, here ? STYLE_BOLD : STYLE_HEAD, label);
	if (field->input->kind == INPUT_CHOICE) {
		draw_choices(pen, field, here);
	} else {
		if (field->input->kind == INPUT_FILES)
			draw_files(pen, field);
		draw_edit(pen, field, here, most);
	}
	if (here && form->completions[0] != '\0')
		draw_completions(pen, form->completions);
	if (field->problem[0] != '\0' && (field->touched || form->tried))
		wrapped(pen, INDENT, STYLE_ERROR, field->problem, 3);
	else if (here && field->hint[0] != '\0')
		wrapped(pen, INDENT, STYLE_DIM, field->hint, HINT_ROWS);
	pen->row++;
}

static int field_rows(struct form *form, struct form_field *field, int cols, int most)
{
	struct pen pen = { NULL, 0, 0, 0, cols };

	draw_field(form, field, &pen, most);
	return pen.row;
}

/* The first field drawn, so that the focused one is seen whole; as many as fit before it stay. */
static void scroll_to_here(struct form *form, int rows, int cols, int most)
{
	int used = 0;
	size_t first = form->here, i = form->here + 1;

	/* An action without inputs has no field that could be seen. */
	while (form->count > 0 && i-- > 0) {
		if (!form_asked(form, &form->fields[i]))
			continue;
		used += field_rows(form, &form->fields[i], cols, most);
		/* The blank line below the last field need not be there. */
		if (i != form->here && used - 1 > rows)
			break;
		first = i;
	}
	if ((size_t)form->scroll > form->here || (size_t)form->scroll < first)
		form->scroll = (int)first;
}

void form_draw(struct form *form, struct canvas *canvas, struct area area)
{
	struct pen pen = { canvas, area.row, area.row + area.rows, area.col, area.cols };
	int most;
	size_t i;

	canvas_cursor(canvas, -1, -1);
	if (form->problem[0] != '\0') {
		wrapped(&pen, 1, STYLE_ERROR, form->problem, 3);
		pen.row++;
	}
	/* A long text grows until its field fills the area. */
	most = pen.bottom - pen.row - 3;
	scroll_to_here(form, pen.bottom - pen.row, area.cols, most);
	for (i = (size_t)form->scroll; i < form->count && pen.row < pen.bottom; i++) {
		if (form_asked(form, &form->fields[i]))
			draw_field(form, &form->fields[i], &pen, most);
	}
}

/* What can be chosen, by the words that a line of --plain takes. */
static void describe_choices(const struct form_field *field, struct buf *out)
{
	int64_t value;

	for (value = 1; value < (int64_t)field->input->names->count; value++)
		if (form_choice_offered(field, value))
			buf_printf(out, "    (%s) %s=%s  %s\n", value == field->choice ? "*" : " ",
			    field->input->name, names_word(field->input->names, value),
			    names_label(field->input->names, value));
}

static void describe_value(const struct form_field *field, struct buf *out)
{
	if (field->input->kind == INPUT_CHOICE)
		buf_puts(out, names_label(field->input->names, field->choice));
	else if (field->input->secret)
		buf_puts(out, edit_text(&field->edit)[0] != '\0' ? _("typed") : "");
	else
		buf_puts(out, edit_text(&field->edit));
	buf_putc(out, '\n');
}

static void describe_field(const struct form *form, const struct form_field *field, struct buf *out)
{
	bool here = field == &form->fields[form->here];
	char text[512];
	size_t f;

	label_of(field, text, sizeof text);
	buf_printf(out, "%s%s [%s]: ", here ? "> " : "  ", text, field->input->name);
	describe_value(field, out);
	if (field->input->kind == INPUT_CHOICE)
		describe_choices(field, out);
	for (f = 0; f < field->n_files; f++) {
		file_line(&field->files[f], text, sizeof text);
		buf_printf(out, "    %s\n", text);
		if (field->files[f].problem[0] != '\0')
			buf_printf(out, "    %s\n", field->files[f].problem);
	}
	if (field->problem[0] != '\0' && (field->touched || form->tried))
		buf_printf(out, "    %s\n", field->problem);
	else if (here && field->hint[0] != '\0')
		buf_printf(out, "    %s\n", field->hint);
}

void form_describe(const struct form *form, struct buf *out)
{
	size_t i;

	if (form->problem[0] != '\0')
		buf_printf(out, "%s\n", form->problem);
	for (i = 0; i < form->count; i++)
		if (form_asked(form, &form->fields[i]))
			describe_field(form, &form->fields[i], out);
}
