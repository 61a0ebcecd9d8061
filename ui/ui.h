/*
 * The console: what the entry point starts, and what `koodesk screen` prints.
 *
 * ui_run() owns the terminal and the thread it is called on until it returns. Two handles of one
 * marketplace: reads go through one worker, writes in order through another.
 */
#ifndef KOODESK_UI_UI_H
#define KOODESK_UI_UI_H

#include "backend/backend.h"
#include "cloud/cloud.h"
#include "ui/term/term.h"

struct ui_options {
	struct backend *reader, *writer;   /* the caller's; closed by the caller after ui_run() */
	struct term_options term;
	struct cloud *cloud;               /* the caller's; NULL: nothing can be deployed here */
	const char *no_cloud;              /* why, or NULL */
	/* "home", "supervision", "appeals", "record ID"; NULL: home */
	const char *start;
	const char *state_dir;             /* drafts, last visit (0700); NULL: none are kept */
	int64_t (*clock)(void *state);
	void *clock_state;
	int64_t offset;                    /* ms east of UTC for times on the screen */
	bool plain;                        /* --plain: screens in words, line by line */
	bool read_only;                    /* no action that writes is offered */
};

/* Runs the console until the person leaves or the terminal is gone. OK for both. */
enum status ui_run(const struct ui_options *options, struct error *err);

/*
 * What a screen would show, as text: opens it without a terminal, waits until it is idle, and dumps
 * its cells at rows x cols (or its description where options->plain). name as in options->start.
 * NOTFOUND names the screens.
 */
enum status ui_dump(const struct ui_options *options, const char *name, int rows, int cols,
    struct buf *out, struct error *err);

/* Names of all screens, NULL-terminated. */
const char *const *ui_screen_names(void);

#endif
