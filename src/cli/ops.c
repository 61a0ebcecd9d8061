#include "cli/ops.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"

#define SHOW_FROM 2000       /* what is shorter ends before it could be read */

static volatile sig_atomic_t stopped;

static void note_signal(int number)
{
	(void)number;
	stopped = 1;
}

void cli_catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = note_signal, .sa_flags = (int)SA_RESETHAND };
	struct sigaction before;
	size_t i;

	sigemptyset(&action.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		/* nohup stays in force */
		if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

bool cli_stopped(void)
{
	return stopped != 0;
}

bool ops_step(void *state, int64_t done, int64_t of)
{
	struct ops_progress *progress = state;
	int64_t percent = of > 0 ? done * 100 / of : 100;

	if (of >= SHOW_FROM && percent != progress->shown &&
	    isatty(fileno(progress->cli->err))) {
		progress->shown = percent;
		fprintf(progress->cli->err, "\r%s: %lld%%", progress->what, (long long)percent);
		fflush(progress->cli->err);
	}
	return !cli_stopped();
}

void ops_progress_end(struct ops_progress *progress)
{
	if (progress->shown >= 0)
		fprintf(progress->cli->err, "\r%*s\r", (int)strlen(progress->what) + 8, "");
	progress->shown = -1;
}

void ops_say_broken(void *state, const char *supervision, int64_t entry, const char *reason)
{
	struct ops_progress *progress = state;

	ops_progress_end(progress);
	cli_say(progress->cli->err, _("%s: broken at entry %lld: %s\n"), supervision,
	    (long long)entry, reason);
}

enum status ops_ask(struct cli *cli, const char *what, struct error *err)
{
	char answer[16] = "";

	if (cli->options.yes || cli->options.force)
		return STATUS_OK;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return error_set(err, STATUS_EXISTS, _("%s Nothing was done: --yes says to go on."),
		    what);
	cli_say(cli->err, "%s %s ", what, _("Go on? [y/N]"));
	fflush(cli->err);
	if (fgets(answer, sizeof(answer), stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y'))
		return STATUS_OK;
	return error_set(err, STATUS_CANCELLED, _("Nothing was done."));
}

void ops_size(int64_t bytes, char *out, size_t cap)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double size = (double)bytes;
	size_t i = 0;

	while (size >= 1024 && i + 1 < sizeof(units) / sizeof(units[0])) {
		size /= 1024;
		i++;
	}
	snprintf(out, cap, i == 0 ? "%.0f %s" : "%.1f %s", size, units[i]);
}
