/*
 * Records on standard output as a table, JSON, NDJSON or CSV. The bytes are the contract: JSON and
 * CSV do not depend on the language; "schema" counts up when a field changes its meaning or goes.
 */
#ifndef KOODESK_CLI_OUTPUT_H
#define KOODESK_CLI_OUTPUT_H

#include "cli/cli.h"

#define OUTPUT_SCHEMA 1
#define OUTPUT_COLUMNS_MAX 64

struct output {
	struct cli *cli;
	const struct record_type *type;
	const struct field *columns[OUTPUT_COLUMNS_MAX];
	size_t n_columns;
	int widths[OUTPUT_COLUMNS_MAX];
	struct buf buf;
	bool started, first;
};

/*
 * columns: members or wire names, separated by commas or blanks; NULL: the type's default (table)
 * or all (CSV).
 */
enum status output_begin(struct output *output, struct cli *cli, const struct record_type *type,
    const char *columns, struct error *err);
void output_page(struct output *output, const struct page *page);
/* next and total go into JSON; next NULL: no more rows. */
void output_end(struct output *output, const char *next, int64_t total);
/* One record with all its fields: "heading: value" lines, or an object. */
void output_record(struct cli *cli, const struct record_type *type, const void *record);
/* IO where standard output could not be written (a full disk, a closed pipe). */
enum status output_flush(struct cli *cli, struct error *err);
/*
 * A CSV cell: quoted where needed, and text that a spreadsheet would take for a formula gets a
 * leading apostrophe.
 */
void output_csv_cell(struct buf *out, const char *text, bool guard);

#endif
