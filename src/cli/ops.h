/*
 * Commands that keep the marketplace: export, backup, restore, verify, doctor; and how they stop.
 *
 * A first Ctrl-C (or TERM, HUP) asks the running command to stop and clean up, a second one ends
 * the process.
 */
#ifndef KOODESK_CLI_OPS_H
#define KOODESK_CLI_OPS_H

#include "cli/cli.h"

int ops_export(struct cli *cli, struct error *err);
int ops_backup(struct cli *cli, struct error *err);
int ops_restore(struct cli *cli, struct error *err);
int ops_verify(struct cli *cli, struct error *err);
int ops_doctor(struct cli *cli, struct error *err);

/* From now on signals are only noted. */
void cli_catch_signals(void);
bool cli_stopped(void);

/*
 * commands.c: `list` of the type and filter in the arguments, to cli->out; cli->rows counts.
 * by_id: in the order of the ids where --sort says nothing, so that no row moves while it runs.
 */
enum status cli_list(struct cli *cli, bool by_id, struct error *err);

/* "3 of 10 chains" on a terminal's standard error, for what takes long. */
struct ops_progress {
	struct cli *cli;
	const char *what;        /* translated: "Checking logs and files" */
	int64_t shown;           /* percent; -1: nothing yet */
};
/* state is a struct ops_progress; false once a signal came */
bool ops_step(void *state, int64_t done, int64_t of);
void ops_progress_end(struct ops_progress *progress);

/* For struct keep_watch, state as above: each broken chain on standard error, there may be many. */
void ops_say_broken(void *state, const char *supervision, int64_t entry, const char *reason);

/* Whether to go on: --yes, or the answer of a person at a terminal; CANCELLED says no. */
enum status ops_ask(struct cli *cli, const char *what, struct error *err);
/* 1,234 bytes as people say it: "1.2 KiB". */
void ops_size(int64_t bytes, char *out, size_t cap);

#endif
