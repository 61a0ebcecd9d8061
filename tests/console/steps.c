/* The steps that do something. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tests/console/drive.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

static enum step_end waited(struct drive *drive)
{
	session_wait(&drive->session);
	return drive_check_poison(drive);
}

/* ---- programs -------------------------------------------------------------------------------- */

static enum step_end step_size(struct drive *drive, char *const *args, size_t n)
{
	(void)n;
	if (!drive_size(drive, args[0], &drive->session.rows, &drive->session.cols))
		return STEP_BROKEN;
	return STEP_DONE;
}

static enum step_end step_env(struct drive *drive, char *const *args, size_t n)
{
	char *equals;
	size_t i;

	for (i = 0; i < n; i++) {
		equals = strchr(args[i], '=');
		if (equals == NULL) {
			drive_fail(drive, "“%s” is not NAME=VALUE", args[i]);
			return STEP_BROKEN;
		}
		*equals = '\0';
		setenv(args[i], equals + 1, 1);
	}
	return STEP_DONE;
}

static enum step_end step_unset(struct drive *drive, char *const *args, size_t n)
{
	size_t i;

	(void)drive;
	for (i = 0; i < n; i++)
		unsetenv(args[i]);
	return STEP_DONE;
}

static enum step_end start(struct drive *drive, char *const *args, size_t n)
{
	const char *program = getenv("KOODESK"), *build = getenv("builddir");
	char *argv[WORDS_MAX + 1], counted[PATH_MAX];
	size_t i;

	for (i = 0; i < n; i++)
		argv[i] = args[i];
	argv[n] = NULL;
	drive->pressed = 0;
	if (strcmp(args[0], "koodesk") == 0 && program != NULL)
		argv[0] = mem_strdup(program);
	if (strcmp(args[0], "counted") == 0 && build != NULL) {
		snprintf(counted, sizeof counted, "%s/tests/console/counted", build);
		argv[0] = mem_strdup(counted);
	}
	if (!session_start(&drive->session, argv)) {
		drive_fail(drive, "it could not be started");
		return STEP_BROKEN;
	}
	if (argv[0] != args[0])
		free(argv[0]);
	return STEP_DONE;
}

static enum step_end step_run(struct drive *drive, char *const *args, size_t n)
{
	enum step_end end = start(drive, args, n);

	return end == STEP_DONE ? waited(drive) : end;
}

static enum step_end wrong_end(struct drive *drive)
{
	return drive_fail(drive, "it ended with exit code %d, signal %d", drive->session.code,
	    drive->session.signal);
}

static enum step_end step_exit(struct drive *drive, char *const *args, size_t n)
{
	struct session *s = &drive->session;
	int code;

	(void)n;
	if (!drive_number(drive, args[0], 0, 255, &code))
		return STEP_BROKEN;
	if (!session_wait_end(s))
		return drive_fail(drive, "it still runs");
	if (s->code != code)
		return wrong_end(drive);
	return STEP_DONE;
}

static int signal_number(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} known[] = {
		{ "KILL", SIGKILL }, { "TERM", SIGTERM }, { "HUP", SIGHUP }, { "INT", SIGINT },
		{ "STOP", SIGSTOP }, { "TSTP", SIGTSTP }, { "SEGV", SIGSEGV }, { "QUIT", SIGQUIT }
	};
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(name, known[i].name) == 0)
			return known[i].number;
	return 0;
}

static enum step_end step_exit_signal(struct drive *drive, char *const *args, size_t n)
{
	struct session *s = &drive->session;

	(void)n;
	if (!session_wait_end(s))
		return drive_fail(drive, "it still runs");
	if (s->signal <= 0 || s->signal != signal_number(args[0]))
		return wrong_end(drive);
	return STEP_DONE;
}

static enum step_end step_kill(struct drive *drive, char *const *args, size_t n)
{
	int number = signal_number(args[0]);

	(void)n;
	if (number == 0) {
		drive_fail(drive, "there is no signal %s here", args[0]);
		return STEP_BROKEN;
	}
	drive->session.ending = number != SIGSTOP && number != SIGTSTP;
	kill(drive->session.pid, number);
	return STEP_DONE;
}

static enum step_end step_stopped(struct drive *drive, char *const *args, size_t n)
{
	(void)args;
	(void)n;
	session_wait_stop(&drive->session);
	if (drive->session.state != SESSION_STOPPED)
		return drive_fail(drive, "it has not stopped");
	return STEP_DONE;
}

static enum step_end step_continue(struct drive *drive, char *const *args, size_t n)
{
	(void)args;
	(void)n;
	budget_step(drive);
	session_continue(&drive->session);
	return waited(drive);
}

static enum step_end step_hang_up(struct drive *drive, char *const *args, size_t n)
{
	(void)args;
	(void)n;
	session_hang_up(&drive->session);
	return STEP_DONE;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static enum step_end no_key(struct drive *drive, const char *name)
{
	drive_fail(drive, "there is no key “%s”", name);
	return STEP_BROKEN;
}

static enum step_end step_keys(struct drive *drive, char *const *args, size_t n)
{
	struct session *s = &drive->session;
	size_t i;
	int count;

	budget_step(drive);
	for (i = 0; i < n; i++) {
		if (s->state != SESSION_RUNS) {
			drive_fail(drive, "it has stopped or ended before %s", args[i]);
			return STEP_BROKEN;
		}
		budget_before(drive);
		count = emulator_key(s->emulator, args[i]);
		if (count == 0)
			return no_key(drive, args[i]);
		s->keys += (uint64_t)count;
		drive->pressed++;
		session_wait(s);
		budget_after(drive);
		drive_check_poison(drive);
	}
	return STEP_DONE;
}

/* Keys to a program that is busy: what they do is waited for by its text. */
static enum step_end step_press(struct drive *drive, char *const *args, size_t n)
{
	struct session *s = &drive->session;
	size_t i;
	int count;

	budget_step(drive);
	for (i = 0; i < n; i++) {
		count = emulator_key(s->emulator, args[i]);
		if (count == 0)
			return no_key(drive, args[i]);
		s->keys += (uint64_t)count;
		drive->pressed++;
	}
	return STEP_DONE;
}

static enum step_end step_keys_at_once(struct drive *drive, char *const *args, size_t n)
{
	enum step_end end = step_press(drive, args, n);

	return end == STEP_DONE ? waited(drive) : end;
}

static enum step_end step_idle(struct drive *drive, char *const *args, size_t n)
{
	(void)args;
	(void)n;
	return waited(drive);
}

static enum step_end step_type(struct drive *drive, char *const *args, size_t n)
{
	struct session *s = &drive->session;
	const char *text = args[0];
	size_t left = strlen(text), took;
	uint32_t cp;
	bool ok;

	(void)n;
	budget_step(drive);
	for (; left > 0; left -= took, text += took) {
		took = text_decode(text, left, &cp, &ok);
		s->keys++;
	}
	session_send(s, args[0], strlen(args[0]));
	return waited(drive);
}

static enum step_end step_paste(struct drive *drive, char *const *args, size_t n)
{
	struct session *s = &drive->session;

	(void)n;
	budget_step(drive);
	s->keys += (uint64_t)emulator_paste(s->emulator, args[0]);
	return waited(drive);
}

static enum step_end step_send(struct drive *drive, char *const *args, size_t n)
{
	struct session *s = &drive->session;
	int keys;

	(void)n;
	if (!drive_number(drive, args[0], 0, 1000000, &keys))
		return STEP_BROKEN;
	budget_step(drive);
	s->keys += (uint64_t)keys;
	session_send(s, args[1], strlen(args[1]));
	return waited(drive);
}

static enum step_end step_resize(struct drive *drive, char *const *args, size_t n)
{
	int rows, cols;

	(void)n;
	if (!drive_size(drive, args[0], &rows, &cols))
		return STEP_BROKEN;
	budget_step(drive);
	budget_before(drive);
	session_resize(&drive->session, rows, cols);
	session_wait(&drive->session);
	budget_after(drive);
	return drive_check_poison(drive);
}

/* What somebody else wrote on the terminal: the screen is not what the program thinks. */
static enum step_end step_scribble(struct drive *drive, char *const *args, size_t n)
{
	static const char clear[] = "\033[m\033[H\033[2J";

	(void)n;
	emulator_feed(drive->session.emulator, clear, sizeof clear - 1);
	emulator_feed(drive->session.emulator, args[0], strlen(args[0]));
	return STEP_DONE;
}

static enum step_end step_wait(struct drive *drive, char *const *args, size_t n)
{
	struct session *s = &drive->session;

	(void)n;
	session_wait_text(s, args[0]);
	if (strstr(emulator_screen(s->emulator), args[0]) == NULL)
		return drive_fail(drive, "it ended (exit code %d, signal %d) before that was there",
		    s->code, s->signal);
	return STEP_DONE;
}

static enum step_end step_answers(struct drive *drive, char *const *args, size_t n)
{
	struct session *s = &drive->session;

	(void)n;
	s->answers = strcmp(args[0], "off") != 0;
	s->sync = strcmp(args[0], "sync") == 0;
	if (s->emulator != NULL)
		emulator_answers(s->emulator, s->answers, s->sync);
	return STEP_DONE;
}

/* ---- the world around ------------------------------------------------------------------------ */

static int run_shell(const char *command)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(1, 2);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* The rest of the line as it stands: the shell has its own quotes and variables. */
static const char *rest(const struct drive *drive)
{
	const char *text = drive->line->text;

	text += strcspn(text, " \t");
	return text + strspn(text, " \t");
}

static enum step_end step_shell(struct drive *drive, char *const *args, size_t n)
{
	int code = run_shell(rest(drive));

	(void)args;
	(void)n;
	return code == 0 ? STEP_DONE : drive_fail(drive, "the command's exit code was %d", code);
}

static enum step_end step_include(struct drive *drive, char *const *args, size_t n)
{
	(void)n;
	if (!drive_include(drive, args[0]))
		return drive->skipped ? STEP_SKIP : STEP_BROKEN;
	return STEP_DONE;
}

static enum step_end step_skip_unless(struct drive *drive, char *const *args, size_t n)
{
	(void)drive;
	(void)n;
	if (run_shell(args[0]) == 0)
		return STEP_DONE;
	printf("skipped: %s\n", args[1]);
	return STEP_SKIP;
}

/* Another process that holds the write lock of a database, for as long as it likes. */
static enum step_end step_lock(struct drive *drive, char *const *args, size_t n)
{
	sqlite3 *db = NULL;

	(void)n;
	if (drive->lock != NULL ||
	    sqlite3_open_v2(args[0], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
	    sqlite3_busy_timeout(db, 20000) != SQLITE_OK ||
	    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
		drive_fail(drive, "%s cannot be locked: %s", args[0], sqlite3_errmsg(db));
		sqlite3_close(db);
		return STEP_BROKEN;
	}
	drive->lock = db;
	return STEP_DONE;
}

static enum step_end step_unlock(struct drive *drive, char *const *args, size_t n)
{
	(void)args;
	(void)n;
	if (drive->lock != NULL) {
		sqlite3_exec(drive->lock, "ROLLBACK", NULL, NULL, NULL);
		sqlite3_close(drive->lock);
	}
	drive->lock = NULL;
	return STEP_DONE;
}

const struct step acting_steps[] = {
	{ "size", 1, 1, FREE, step_size },
	{ "env", 1, WORDS_MAX, FREE, step_env },
	{ "unset", 1, WORDS_MAX, FREE, step_unset },
	{ "start", 1, WORDS_MAX, FREE, start },
	{ "run", 1, WORDS_MAX, FREE, step_run },
	{ "exit", 1, 1, STARTED, step_exit },
	{ "exit-signal", 1, 1, STARTED, step_exit_signal },
	{ "kill", 1, 1, STARTED, step_kill },
	{ "stopped", 0, 0, STARTED, step_stopped },
	{ "continue", 0, 0, STARTED, step_continue },
	{ "hang-up", 0, 0, STARTED, step_hang_up },
	{ "keys", 1, WORDS_MAX, ALIVE, step_keys },
	{ "keys-at-once", 1, WORDS_MAX, ALIVE, step_keys_at_once },
	{ "press", 1, WORDS_MAX, ALIVE, step_press },
	{ "idle", 0, 0, ALIVE, step_idle },
	{ "type", 1, 1, ALIVE, step_type },
	{ "paste", 1, 1, ALIVE, step_paste },
	{ "send", 2, 2, ALIVE, step_send },
	{ "resize", 1, 1, ALIVE, step_resize },
	{ "scribble", 1, 1, STARTED, step_scribble },
	{ "wait", 1, 1, STARTED, step_wait },
	{ "answers", 1, 1, FREE, step_answers },
	{ "shell", 1, WORDS_MAX, FREE, step_shell },
	{ "include", 1, 1, FREE, step_include },
	{ "skip-unless", 2, 2, FREE, step_skip_unless },
	{ "lock", 1, 1, FREE, step_lock },
	{ "unlock", 0, 0, FREE, step_unlock },
	{ NULL, 0, 0, FREE, NULL },
};
