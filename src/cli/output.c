#include "cli/output.h"

#include <bsd/string.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "model/column.h"

#define CELL_MAX 4096
#define LINE_MAX_BYTES (16u << 20) /* a log entry with all that was typed, escaped twice */

static void flush_buf(struct output *output)
{
	if (output->buf.len > 0)
		fwrite(output->buf.data, 1, output->buf.len, output->cli->out);
	buf_clear(&output->buf);
}

static enum status add_column(struct output *output, const char *name, struct error *err)
{
	const struct field *field = record_field(output->type, name);
	char names[400];

	/* By its own name, or as filters, sorts and headings call it. */
	if (field == NULL || (field->flags & INTERNAL) != 0)
		field = column_find(output->type, name, UINT32_MAX);
	if (field == NULL) {
		column_list(output->type, UINT32_MAX, names, sizeof(names));
		error_set(err, STATUS_INVALID, _("There is no column “%s” in %s; there are: %s."),
		    name, output->type->table, names);
		error_field(err, "columns");
		return STATUS_INVALID;
	}
	if (output->n_columns < OUTPUT_COLUMNS_MAX)
		output->columns[output->n_columns++] = field;
	return STATUS_OK;
}

static enum status choose_columns(struct output *output, const char *columns, struct error *err)
{
	char copy[1024], *rest = copy, *name;
	enum status status;
	size_t i;

	if (columns == NULL && output->cli->options.format == FORMAT_CSV) {
		for (i = 0; i < output->type->count && i < OUTPUT_COLUMNS_MAX; i++)
			if ((output->type->fields[i].flags & INTERNAL) == 0)
				output->columns[output->n_columns++] = &output->type->fields[i];
		return STATUS_OK;
	}
	if (strlcpy(copy, columns == NULL ? output->type->columns : columns,
	    sizeof(copy)) >= sizeof(copy))
		return error_set(err, STATUS_INVALID, _("The list of columns is too long."));
	while ((name = strsep(&rest, ", ")) != NULL) {
		if (name[0] == '\0')
			continue;
		status = add_column(output, name, err);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

enum status output_begin(struct output *output, struct cli *cli, const struct record_type *type,
    const char *columns, struct error *err)
{
	memset(output, 0, sizeof(*output));
	output->cli = cli;
	output->type = type;
	output->first = true;
	buf_init(&output->buf, LINE_MAX_BYTES);
	return choose_columns(output, columns, err);
}

void output_csv_cell(struct buf *out, const char *text, bool guard)
{
	bool formula = guard && text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
	const char *c;

	if (!formula && strpbrk(text, ",\"\r\n") == NULL) {
		buf_puts(out, text);
		return;
	}
	buf_putc(out, '"');
	if (formula)
		buf_putc(out, '\'');
	for (c = text; *c != '\0'; c++) {
		if (*c == '"')
			buf_putc(out, '"');
		buf_putc(out, *c);
	}
	buf_putc(out, '"');
}

static void csv_heading(struct output *output)
{
	size_t i;

	for (i = 0; i < output->n_columns; i++) {
		if (i > 0)
			buf_putc(&output->buf, ',');
		buf_puts(&output->buf, output->columns[i]->wire);
	}
	buf_puts(&output->buf, "\r\n");
}

/* All of a text of several lines: each of its bytes may become a replacement character of three. */
static const char *clean_lines(const char *text, struct arena *arena)
{
	size_t cap = 3 * strlen(text) + 1;
	char *clean = arena_alloc(arena, cap);

	text_clean_lines(clean, cap, text);
	return clean;
}

/*
 * Text columns may come from anywhere, so control characters are cleaned and formulas guarded;
 * numbers are ours.
 */
static void csv_row(struct output *output, const void *record)
{
	struct arena arena = { 0 };
	struct buf value;
	size_t i;

	buf_init(&value, LINE_MAX_BYTES);
	for (i = 0; i < output->n_columns; i++) {
		const struct field *field = output->columns[i];

		if (i > 0)
			buf_putc(&output->buf, ',');
		buf_clear(&value);
		record_wire(field, record, &value);
		output_csv_cell(&output->buf, clean_lines(buf_text(&value), &arena),
		    field->kind == FIELD_TEXT);
	}
	buf_puts(&output->buf, "\r\n");
	buf_free(&value);
	arena_free(&arena);
}

static struct view view_of(struct cli *cli)
{
	struct view view = { cli->clock(cli->clock_state), cli->offset, cli->options.ascii };

	return view;
}

/*
 * Column widths come from the first page: the heading, and the longest value up to three times the
 * wished width.
 */
static void table_widths(struct output *output, const struct page *page, const struct view *view)
{
	char cell[CELL_MAX];
	size_t i, row;

	for (i = 0; i < output->n_columns; i++) {
		const struct field *field = output->columns[i];
		int most = field->width > 0 ? field->width * 3 : 60;
		int width = text_width(_(field->heading));

		for (row = 0; row < page->count; row++) {
			int w;

			record_show(output->type, field, page->rows[row], view, cell, sizeof(cell));
			w = text_width(cell);
			if (w > width)
				width = w < most ? w : most;
		}
		output->widths[i] = width;
	}
}

static void table_cell(struct output *output, size_t column, const char *text)
{
	char cell[CELL_MAX];
	int used = text_fit(cell, sizeof(cell), text, output->widths[column],
	    output->cli->options.ascii);
	bool last = column + 1 == output->n_columns;

	buf_puts(&output->buf, cell);
	if (!last)
		buf_printf(&output->buf, "%*s", output->widths[column] - used + 2, "");
}

static void table_rows(struct output *output, const struct page *page)
{
	struct view view = view_of(output->cli);
	char cell[CELL_MAX];
	size_t i, row;

	if (!output->started) {
		table_widths(output, page, &view);
		for (i = 0; i < output->n_columns; i++)
			table_cell(output, i, _(output->columns[i]->heading));
		buf_putc(&output->buf, '\n');
	}
	for (row = 0; row < page->count; row++) {
		for (i = 0; i < output->n_columns; i++) {
			record_show(output->type, output->columns[i], page->rows[row], &view, cell,
			    sizeof(cell));
			table_cell(output, i, cell);
		}
		buf_putc(&output->buf, '\n');
		flush_buf(output);
	}
}

static void json_heading(struct output *output)
{
	buf_printf(&output->buf, "{\"schema\":%d,\"type\":\"%s\",\"items\":[", OUTPUT_SCHEMA,
	    output->type->name);
}

static void json_rows(struct output *output, const struct page *page, bool lines)
{
	struct json_writer w;
	size_t row;

	if (!output->started && !lines)
		json_heading(output);
	for (row = 0; row < page->count; row++) {
		if (!lines)
			buf_puts(&output->buf, output->first ? "\n" : ",\n");
		output->first = false;
		json_begin(&w, &output->buf, false);
		record_json(output->type, page->rows[row], &w, NULL);
		if (lines)
			buf_putc(&output->buf, '\n');
		flush_buf(output);
	}
}

void output_page(struct output *output, const struct page *page)
{
	size_t row;

	switch (output->cli->options.format) {
	case FORMAT_TABLE:
		table_rows(output, page);
		break;
	case FORMAT_JSON:
	case FORMAT_NDJSON:
		json_rows(output, page, output->cli->options.format == FORMAT_NDJSON);
		break;
	case FORMAT_CSV:
		if (!output->started)
			csv_heading(output);
		for (row = 0; row < page->count; row++) {
			csv_row(output, page->rows[row]);
			flush_buf(output);
		}
		break;
	}
	flush_buf(output);
	output->started = true;
}

void output_end(struct output *output, const char *next, int64_t total)
{
	struct json_writer w;

	/* No page was asked for (--limit 0): what comes is whole all the same. */
	if (!output->started && output->cli->options.format == FORMAT_JSON)
		json_heading(output);
	if (!output->started && output->cli->options.format == FORMAT_CSV)
		csv_heading(output);
	if (output->cli->options.format == FORMAT_JSON) {
		buf_puts(&output->buf, output->first ? "]" : "\n]");
		json_begin(&w, &output->buf, false);
		if (next != NULL) {
			buf_puts(&output->buf, ",\"next\":");
			json_put_text(&w, NULL, next);
		}
		if (total >= 0)
			buf_printf(&output->buf, ",\"total\":%lld,\"totalIsLowerBound\":%s",
			    (long long)(total > COUNT_MAX ? COUNT_MAX : total),
			        total > COUNT_MAX ? "true" : "false");
		buf_puts(&output->buf, "}\n");
	}
	flush_buf(output);
	buf_free(&output->buf);
}

static void record_lines(struct cli *cli, const struct record_type *type, const void *record)
{
	struct view view = view_of(cli);
	struct arena arena = { 0 };
	char line[CELL_MAX];
	const char *text;
	size_t i;

	for (i = 0; i < type->count; i++) {
		const struct field *field = &type->fields[i];

		if ((field->flags & INTERNAL) != 0)
			continue;
		text = line;
		if (field->flags & LONG)
			text = clean_lines(record_text(field, record), &arena);
		else
			record_show(type, field, record, &view, line, sizeof(line));
		if (text[0] != '\0')
			fprintf(cli->out, "%s: %s\n", _(field->heading), text);
	}
	arena_free(&arena);
}

void output_record(struct cli *cli, const struct record_type *type, const void *record)
{
	struct json_writer w;
	struct output csv;
	struct buf buf;
	struct error err;

	switch (cli->options.format) {
	case FORMAT_TABLE:
		record_lines(cli, type, record);
		break;
	case FORMAT_CSV:
		if (output_begin(&csv, cli, type, NULL, &err) != STATUS_OK)
			break;
		csv_heading(&csv);
		csv.started = true;
		csv_row(&csv, record);
		output_end(&csv, NULL, -1);
		break;
	case FORMAT_JSON:
	case FORMAT_NDJSON:
		buf_init(&buf, LINE_MAX_BYTES);
		json_begin(&w, &buf, cli->options.format == FORMAT_JSON);
		record_json(type, record, &w, NULL);
		fprintf(cli->out, "%s\n", buf_text(&buf));
		buf_free(&buf);
		break;
	}
}

enum status output_flush(struct cli *cli, struct error *err)
{
	if (fflush(cli->out) == 0 && !ferror(cli->out))
		return STATUS_OK;
	return error_set(err, STATUS_IO, _("Standard output cannot be written: %s."),
	    strerror(errno));
}
