/*
 * Commands for scripts: one grammar, the console's filters and actions.
 *
 *     koodesk [OPTION...] COMMAND [ARGUMENT...]
 *
 * Options may stand anywhere. Data goes to standard output, diagnostics to standard error; exit
 * codes are those of base/status.h, and 1 where a check that was asked for says no. What the
 * command line cannot do alone (console, screens, demo) comes in as hooks of the entry point.
 */
#ifndef KOODESK_CLI_CLI_H
#define KOODESK_CLI_CLI_H

#include <stdint.h>
#include <stdio.h>

#include "backend/backend.h"

#define CLI_SETS_MAX 32

enum cli_format { FORMAT_TABLE, FORMAT_JSON, FORMAT_NDJSON, FORMAT_CSV };

/* What the options said. Texts point into argv. */
struct cli_options {
	const char *db, *user, *lang, *filter, *sort, *columns, *after, *parent, *key, *size, *to,
	    *seed, *holidays, *time_zone;
	const char *sets[CLI_SETS_MAX], *set_files[CLI_SETS_MAX], *files[FILES_MAX];
	const char *secrets[CLI_SETS_MAX], *secret_fds[CLI_SETS_MAX];   /* names; NAME=FD */
	size_t n_sets, n_set_files, n_files, n_secrets, n_secret_fds;
	enum cli_format format;
	int64_t limit, orders, if_version;
	bool dry_run, verify, yes, plain, fresh, read_only, demo, ascii, bar, no_sync, count, help,
	    force, no_verify, quick, bom;
	/* as parsed from size */
	int rows, cols;
};

struct cli {
	struct cli_options options;
	const char *command;
	char **args;                 /* after the command */
	int n_args;
	FILE *out, *err;
	int64_t (*clock)(void *state);
	void *clock_state;
	int64_t offset;              /* ms east of UTC */
	int64_t rows;                /* records that were printed */
	/* the entry point's */
	enum status (*open)(struct cli *cli, struct backend **out, struct error *err);
	/* the marketplace's file, which need not be there; nothing is made */
	enum status (*locate)(struct cli *cli, const char **path, struct error *err);
	/* the terminal in words, for a person; false where the console would not work on it */
	bool (*terminal)(struct cli *cli, char *out, size_t cap);
	int (*console)(struct cli *cli, struct error *err);
	int (*demo)(struct cli *cli, struct error *err);
	int (*screen)(struct cli *cli, struct error *err);
};

/* A command: its words for help, how many arguments, and what it does. Returns the exit code. */
struct cli_command {
	const char *name;
	const char *arguments;       /* "TYPE [FILTER...]" */
	const char *summary;         /* N_() text */
	int min_args, max_args;      /* max -1: any */
	int (*run)(struct cli *cli, struct error *err);
	int (*help)(struct cli *cli, struct error *err);   /* for its arguments; NULL: none */
};
extern const struct cli_command cli_commands[];   /* ends with name NULL */

/* Reads argv and runs the command; prints what went wrong. Returns the exit code. */
int cli_main(struct cli *cli, int argc, char **argv);

/* For commands: the exit code of a failure that cli_main() is to print. */
int cli_fail(const struct error *err);

/*
 * Prints a line for people, cleaned whatever its parts are: names of files and ids come from
 * outside. Of line breaks only one at the end stays.
 */
void cli_say(FILE *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What err->field adds to the message; "" where the message names it. */
const char *cli_field(const struct error *err);

/* Paths: $XDG_DATA_HOME/koodesk/NAME and $XDG_STATE_HOME/koodesk; the folders are made (0700). */
enum status cli_data_path(const char *name, char *out, size_t cap, struct error *err);
enum status cli_state_dir(char *out, size_t cap, struct error *err);
/* $XDG_CONFIG_HOME/koodesk/NAME, which need not be there; nothing is made. */
enum status cli_config_path(const char *name, char *out, size_t cap, struct error *err);

/* commands.c: sends what was printed; the exit code. */
int cli_finish(struct cli *cli, enum status status, struct error *err);
/*
 * A page of what the id names: a supervision, or a purchased service, as far as `on`
 * (model/action.h) allows. An order's id will do.
 */
enum status cli_show_named(
    struct backend *b, unsigned on, const char *id, struct page **page, struct error *err);
/* A file of at most max bytes, "-" is standard input. buf_free(out) in any case. */
enum status cli_read(const char *path, size_t max, struct buf *out, struct error *err);

#endif
