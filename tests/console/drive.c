/*
 * drive SCRIPT: does the steps of a script; exit code 0 where all came out as they say, 77 where it
 * was skipped, 1 otherwise. It has a folder of its own as working folder and HOME, which goes when
 * the script ends.
 *
 * From the environment: KOODESK, the program; srcdir, the folder of golden files; KOODESK_GOLDEN=
 * update, which writes them anew; DRIVE_SECONDS, after which a script that hangs is given up.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tests/console/drive.h"

#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <ftw.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECONDS 600      /* far more than any script needs: it only ends what would never end */
#define DEPTH_MAX 8

/* ---- what steps share ------------------------------------------------------------------------ */

void drive_show(struct drive *drive)
{
	struct session *s = &drive->session;
	const char *text, *end;
	int row, col;
	bool visible;

	if (s->emulator == NULL)
		return;
	emulator_cursor(s->emulator, &row, &col, &visible);
	printf("    +-- %dx%d, cursor at %d,%d%s\n", s->cols, s->rows, row, col,
	    visible ? "" : " (hidden)");
	text = emulator_screen(s->emulator);
	for (; (end = strchr(text, '\n')) != NULL; text = end + 1)
		printf("    |%.*s\n", (int)(end - text), text);
	printf("    +--\n");
}

enum step_end drive_fail(struct drive *drive, const char *fmt, ...)
{
	va_list args;

	printf("%s:%d: %s\n    ", drive->line->file, drive->line->number, drive->line->text);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	drive_show(drive);
	fflush(stdout);
	drive->failures++;
	return STEP_FAILED;
}

bool drive_number(struct drive *drive, const char *text, int min, int max, int *out)
{
	const char *why = NULL;

	*out = (int)strtonum(text, min, max, &why);
	if (why != NULL)
		drive_fail(drive, "“%s” is no number from %d to %d", text, min, max);
	return why == NULL;
}

bool drive_size(struct drive *drive, const char *text, int *rows, int *cols)
{
	char width[16];
	size_t n = strcspn(text, "x");

	if (text[n] != 'x' || n >= sizeof width) {
		drive_fail(drive, "“%s” is no size such as 80x24", text);
		return false;
	}
	strlcpy(width, text, n + 1);
	return drive_number(drive, width, 1, 1000, cols) &&
	       drive_number(drive, text + n + 1, 1, 1000, rows);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static const struct step *find_step(const char *name)
{
	const struct step *const tables[] = { acting_steps, checking_steps, budget_steps };
	const struct step *step;
	size_t i;

	for (i = 0; i < sizeof tables / sizeof tables[0]; i++)
		for (step = tables[i]; step->name != NULL; step++)
			if (strcmp(step->name, name) == 0)
				return step;
	return NULL;
}

static bool may_run(struct drive *drive, const struct step *step, size_t n)
{
	enum session_state state = drive->session.state;

	if (step == NULL)
		drive_fail(drive, "there is no such step");
	else if (n < step->min || n > step->max)
		drive_fail(drive, "%s takes %zu to %zu words", step->name, step->min, step->max);
	else if (step->needs == STARTED && state == SESSION_NONE)
		drive_fail(drive, "no program has been started");
	else if (step->needs == ALIVE && state != SESSION_RUNS)
		drive_fail(drive, "the program does not run (exit code %d, signal %d)",
		    drive->session.code, drive->session.signal);
	else
		return true;
	return false;
}

static bool do_step(void *state, struct line *line)
{
	struct drive *drive = state;
	const struct line *outer = drive->line;
	const struct step *step = find_step(line->words[0]);
	enum step_end end = STEP_BROKEN;

	drive->line = line;
	drive->steps++;
	if (may_run(drive, step, line->count - 1))
		end = step->run(drive, line->words + 1, line->count - 1);
	drive->skipped = drive->skipped || end == STEP_SKIP;
	drive->line = outer;
	return end == STEP_DONE || end == STEP_FAILED;
}

bool drive_include(struct drive *drive, const char *path)
{
	bool good;

	if (drive->depth == DEPTH_MAX) {
		drive_fail(drive, "scripts include each other without end");
		return false;
	}
	drive->depth++;
	good = script_each(path, do_step, drive);
	drive->depth--;
	return good;
}

/* ---- a script -------------------------------------------------------------------------------- */

static void give_up(void *state)
{
	struct drive *drive = state;

	drive_fail(drive, "nothing came of it in time: gave up");
	session_end(&drive->session);
	fflush(stdout);
	_exit(1);
}

static int64_t seconds(void)
{
	const char *text = getenv("DRIVE_SECONDS"), *why = NULL;
	int64_t value = text == NULL ? SECONDS : strtonum(text, 1, 86400, &why);

	return why == NULL ? value : SECONDS;
}

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
	(void)stat;
	(void)flag;
	(void)ftw;
	remove(path);
	return 0;
}

static bool enter_folder(struct drive *drive)
{
	const char *base = getenv("TMPDIR");

	snprintf(drive->tmp, sizeof drive->tmp, "%s/koodesk-XXXXXX",
	    base != NULL && strlen(base) < 40 ? base : "/tmp");
	if (mkdtemp(drive->tmp) == NULL || chdir(drive->tmp) != 0) {
		printf("no folder %s\n", drive->tmp);
		return false;
	}
	setenv("TMP", drive->tmp, 1);
	setenv("HOME", drive->tmp, 1);
	setenv("TERM", "xterm-256color", 1);
	return budget_open(drive);
}

static void drive_end(struct drive *drive, const char *before)
{
	size_t i;

	session_free(&drive->session);
	budget_close(drive);
	for (i = 0; i < drive->n_masks; i++)
		free(drive->masks[i]);
	free(drive->poison);
	if (drive->tmp[0] != '\0' && chdir(before) == 0)
		nftw(drive->tmp, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* In a process of its own: a script may change the environment as it likes. */
static int run_script(const char *path)
{
	struct drive drive = { .steps = 0 };
	char before[PATH_MAX], *whole = realpath(path, NULL);
	bool good;

	session_init(&drive.session);
	drive.session.deadline = session_clock() + seconds() * 1000;
	drive.session.overdue = give_up;
	drive.session.overdue_state = &drive;
	good = whole != NULL && getcwd(before, sizeof before) != NULL && enter_folder(&drive) &&
	       drive_include(&drive, whole) && drive.failures == 0;
	if (whole == NULL)
		printf("%s is not there\n", path);
	if (!drive.skipped)
		printf("%s: %d steps, %d failures%s\n", path, drive.steps, drive.failures,
		    good || drive.failures > 0 ? "" : ", not finished");
	drive_end(&drive, before);
	free(whole);
	return drive.skipped && drive.failures == 0 ? 77 : good && drive.steps > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	if (argc != 2) {
		fprintf(stderr, "usage: %s SCRIPT\n", argv[0]);
		return 2;
	}
	return run_script(argv[1]);
}
