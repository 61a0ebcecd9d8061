#include "cli/options.h"

#include <bsd/stdlib.h>
#include <getopt.h>
#include <string.h>

#include "base/i18n.h"

/* One line is one option: its parsing, its help and (later) its completion are read from here. */
enum option_kind { TEXT, FLAG, NUMBER, LIST, WORDS };   /* LIST: each has a "=" in it */

struct option_row {
	const char *name;
	char letter;             /* 0: none */
	enum option_kind kind;
	size_t offset;           /* in struct cli_options */
	size_t count_offset;     /* LIST, WORDS */
	int max;                 /* LIST, WORDS */
	const char *argument;    /* "" for flags */
	const char *help;        /* N_() text */
};

#define AT(member) offsetof(struct cli_options, member)
static const struct option_row rows[] = {
	{ "db", 0, TEXT, AT(db), 0, 0, "FILE", N_("the marketplace's file") },
	{ "as", 0, TEXT, AT(user), 0, 0, "USER", N_("who you are (else KOODESK_USER)") },
	{ "holidays", 0, TEXT, AT(holidays), 0, 0, "FILE",
	    N_("dates that are no working days, one a line") },
	{ "time-zone", 0, TEXT, AT(time_zone), 0, 0, "OFFSET",
	    N_("times are shown and read so far from UTC (+08:00 where it is not said)") },
	{ "lang", 0, TEXT, AT(lang), 0, 0, "LANG", N_("language: en or zh_CN") },
	{ "output", 'o', TEXT, 0, 0, 0, "FORMAT", N_("table, json, ndjson or csv") },
	{ "filter", 'f', TEXT, AT(filter), 0, 0, "FILTER",
	    N_("only what passes, such as “stage:acceptance waiting>5d”") },
	{ "sort", 's', TEXT, AT(sort), 0, 0, "COLUMN",
	    N_("sort by a column, -COLUMN for descending") },
	{ "columns", 'c', TEXT, AT(columns), 0, 0, "LIST",
	    N_("columns to show, separated by commas") },
	{ "limit", 'n', NUMBER, AT(limit), 0, 0, "N", N_("at most so many rows") },
	{ "after", 0, TEXT, AT(after), 0, 0, "CURSOR",
	    N_("go on from the “next” of an earlier answer") },
	{ "parent", 0, TEXT, AT(parent), 0, 0, "ID", N_("only what belongs to this supervision") },
	{ "count", 0, FLAG, AT(count), 0, 0, "", N_("say how many there are (up to 9,999)") },
	{ "set", 0, LIST, AT(sets), AT(n_sets), CLI_SETS_MAX, "NAME=TEXT",
	    N_("an input of the action") },
	{ "set-file", 0, LIST, AT(set_files), AT(n_set_files), CLI_SETS_MAX, "NAME=FILE",
	    N_("an input of the action, read from a file (- for standard input)") },
	{ "secret", 0, WORDS, AT(secrets), AT(n_secrets), CLI_SETS_MAX, "NAME",
	    N_("a secret input of the action, asked for on the terminal") },
	{ "secret-fd", 0, LIST, AT(secret_fds), AT(n_secret_fds), CLI_SETS_MAX, "NAME=FD",
	    N_("a secret input, one line of an open descriptor") },
	{ "file", 0, LIST, AT(files), AT(n_files), FILES_MAX, "KIND=FILE",
	    N_("a file to hand in, such as sow=plan.pdf") },
	{ "key", 0, TEXT, AT(key), 0, 0, "KEY",
	    N_("idempotency key: the same key is the same command") },
	{ "if-version", 0, NUMBER, AT(if_version), 0, 0, "N",
	    N_("only if the record still has this version") },
	{ "dry-run", 0, FLAG, AT(dry_run), 0, 0, "", N_("check everything, change nothing") },
	{ "yes", 'y', FLAG, AT(yes), 0, 0, "", N_("do not ask") },
	{ "force", 0, FLAG, AT(force), 0, 0, "", N_("overwrite the file that is there") },
	{ "verify", 0, FLAG, AT(verify), 0, 0, "",
	    N_("check the log's chain; exit code 1 where it breaks") },
	{ "no-verify", 0, FLAG, AT(no_verify), 0, 0, "",
	    N_("do not prove a backup: faster, and nobody knows whether it is whole") },
	{ "quick", 0, FLAG, AT(quick), 0, 0, "", N_("leave out what takes long") },
	{ "bom", 0, FLAG, AT(bom), 0, 0, "", N_("begin CSV with a mark for spreadsheets") },
	{ "to", 0, TEXT, AT(to), 0, 0, "FILE", N_("where to write the file") },
	{ "size", 0, TEXT, AT(size), 0, 0, "COLSxROWS", N_("size of the screen, such as 80x24") },
	{ "plain", 0, FLAG, AT(plain), 0, 0, "", N_("screens in words, line by line") },
	{ "ascii", 0, FLAG, AT(ascii), 0, 0, "", N_("no characters but ASCII") },
	{ "bar", 0, FLAG, AT(bar), 0, 0, "",
	    N_("a bar instead of the marker on the selected line") },
	{ "no-sync", 0, FLAG, AT(no_sync), 0, 0, "", N_("never ask for synchronised updates") },
	{ "read-only", 0, FLAG, AT(read_only), 0, 0, "", N_("offer nothing that writes") },
	{ "demo", 0, FLAG, AT(demo), 0, 0, "", N_("use the demo marketplace") },
	{ "fresh", 0, FLAG, AT(fresh), 0, 0, "", N_("make the demo marketplace anew") },
	{ "orders", 0, NUMBER, AT(orders), 0, 0, "N", N_("orders in the demo marketplace") },
	{ "seed", 0, TEXT, AT(seed), 0, 0, "N", N_("seed of the demo marketplace") },
	{ "help", 'h', FLAG, AT(help), 0, 0, "", N_("this help") },
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static enum status take_list(const struct option_row *row, struct cli_options *options,
    const char *value, struct error *err)
{
	size_t *count = (size_t *)(void *)((char *)options + row->count_offset);
	const char **list = (const char **)(void *)((char *)options + row->offset);

	if (*count >= (size_t)row->max)
		return error_set(err, STATUS_INVALID, _("--%s may be given at most %d times."),
		    row->name, row->max);
	if (row->kind == LIST && strchr(value, '=') == NULL)
		return error_set(err, STATUS_INVALID, _("--%s wants %s, not “%s”."), row->name,
		    row->argument, value);
	list[(*count)++] = value;
	return STATUS_OK;
}

static enum status take(const struct option_row *row, struct cli_options *options,
    const char *value, struct error *err)
{
	void *at = (char *)options + row->offset;
	const char *why = NULL;

	switch (row->kind) {
	case TEXT:
		*(const char **)at = value;
		break;
	case FLAG:
		*(bool *)at = true;
		break;
	case NUMBER:
		*(int64_t *)at = strtonum(value, 0, INT64_C(1000000000000), &why);
		if (why != NULL)
			return error_set(err, STATUS_INVALID,
			    _("--%s wants a whole number, not “%s”."), row->name, value);
		break;
	case LIST:
	case WORDS:
		return take_list(row, options, value, err);
	}
	return STATUS_OK;
}

static enum status take_format(struct cli_options *options, const char *word, struct error *err)
{
	static const char *const words[] = { "table", "json", "ndjson", "csv" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i]) == 0) {
			options->format = (enum cli_format)i;
			return STATUS_OK;
		}
	}
	return error_set(err, STATUS_INVALID, _("-o takes table, json, ndjson or csv, not “%s”."),
	    word);
}

static enum status take_size(struct cli_options *options, struct error *err)
{
	const char *why = NULL;
	char text[16];
	char *x;

	options->rows = 24;
	options->cols = 80;
	if (options->size == NULL)
		return STATUS_OK;
	snprintf(text, sizeof(text), "%s", options->size);
	x = strchr(text, 'x');
	if (x != NULL) {
		*x = '\0';
		options->cols = (int)strtonum(text, 20, 500, &why);
		if (why == NULL)
			options->rows = (int)strtonum(x + 1, 5, 300, &why);
	}
	if (x == NULL || why != NULL)
		return error_set(err, STATUS_INVALID,
		    _("--size wants columns x rows, such as 80x24, not “%s”."), options->size);
	return STATUS_OK;
}

enum status options_parse(struct cli_options *options, int argc, char **argv, int *rest,
    struct error *err)
{
	struct option longs[N_ROWS + 1];
	char shorts[2 * N_ROWS + 2] = ":";
	enum status status = STATUS_OK;
	size_t i, n = 1;
	int c, index = -1;

	memset(longs, 0, sizeof(longs));
	memset(options, 0, sizeof(*options));
	options->limit = -1;
	options->orders = -1;
	options->if_version = VERSION_ANY;
	for (i = 0; i < N_ROWS; i++) {
		longs[i].name = rows[i].name;
		longs[i].has_arg = rows[i].kind == FLAG ? no_argument : required_argument;
		longs[i].val = 1000 + (int)i;
		if (rows[i].letter == 0)
			continue;
		shorts[n++] = rows[i].letter;
		if (rows[i].kind != FLAG)
			shorts[n++] = ':';
	}
	shorts[n] = '\0';
	optind = 0;
	opterr = 0;
	while (status == STATUS_OK && (c = getopt_long(argc, argv, shorts, longs, &index)) != -1) {
		if (c == ':')
			return error_set(err, STATUS_INVALID, _("%s wants a value."),
			    argv[optind - 1]);
		if (c == '?')
			return error_set(err, STATUS_INVALID,
			    _("There is no option %s; koodesk --help lists them."),
			    optind > 0 && optind <= argc ? argv[optind - 1] : "");
		for (i = 0; i < N_ROWS; i++)
			if (c == 1000 + (int)i || (rows[i].letter != 0 && c == rows[i].letter))
				break;
		status = strcmp(rows[i].name, "output") == 0 ? take_format(options, optarg, err) :
		    take(&rows[i], options, optarg, err);
	}
	*rest = optind;
	return status == STATUS_OK ? take_size(options, err) : status;
}

void options_help(FILE *out)
{
	char left[64];
	size_t i;

	for (i = 0; i < N_ROWS; i++) {
		snprintf(left, sizeof(left), "%s%c%s--%s%s%s", rows[i].letter ? "-" : " ",
		    rows[i].letter ? rows[i].letter : ' ', rows[i].letter ? ", " : "  ",
		    rows[i].name, rows[i].argument[0] ? " " : "", rows[i].argument);
		fprintf(out, "  %-26s %s\n", left, _(rows[i].help));
	}
}
