/*
 * What is kept between sessions in the state folder: when a user was here last, and drafts. Files
 * are 0600, written beside their place and moved there; nothing here is worth an error to the
 * person but a draft that could not be kept.
 */
#include "ui/app.h"

#include <bsd/stdlib.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/i18n.h"

#define PATH_BYTES STATE_PATH
#define DRAFT_MAX (256u << 10)

/* ---- files ----------------------------------------------------------------------------------- */

bool state_write(const char *path, const char *data, size_t n, bool durable)
{
	char making[PATH_BYTES];
	bool fine;
	int fd;

	if (snprintf(making, sizeof(making), "%s.XXXXXX", path) >= (int)sizeof(making))
		return false;
	fd = mkostemp(making, O_CLOEXEC);      /* 0600 */
	if (fd < 0)
		return false;
	fine = bytes_write(fd, data, n) && (!durable || fsync(fd) == 0);
	if (close(fd) != 0 || !fine || rename(making, path) != 0) {
		unlink(making);
		return false;
	}
	return true;
}

bool state_read(const char *path, struct buf *out)
{
	char data[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return false;
	while ((n = read(fd, data, sizeof(data))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			buf_add(out, data, (size_t)n);
	close(fd);
	return n == 0 && !out->failed;
}

/* A name that depends on the marketplace, the user and what: nothing of them shows in it. */
bool state_path(const struct app *app, const char *kind, const char *what, char *out, size_t cap)
{
	char key[1024], digest[DIGEST_TEXT];

	if (app->options->state_dir == NULL)
		return false;
	snprintf(key, sizeof(key), "%s\n%s\n%s", app->label,
	    app->actor.user != NULL ? app->actor.user : "", what);
	digest_of(key, strlen(key), digest);
	return snprintf(out, cap, "%s/%s-%.32s", app->options->state_dir, kind, digest) < (int)cap;
}

/* ---- the last visit -------------------------------------------------------------------------- */

void visit_load(struct app *app)
{
	char path[PATH_BYTES];
	const char *why = NULL;
	struct buf text;

	app->last_visit = 0;
	if (!state_path(app, "seen", "", path, sizeof(path)))
		return;
	buf_init(&text, 64);
	if (state_read(path, &text))
		app->last_visit = strtonum(buf_text(&text), 0, INT64_MAX, &why);
	if (why != NULL)
		app->last_visit = 0;
	buf_free(&text);
}

void visit_store(struct app *app)
{
	char path[PATH_BYTES], text[32];

	if (!state_path(app, "seen", "", path, sizeof(path)))
		return;
	snprintf(
	    text, sizeof(text), "%lld", (long long)app->options->clock(app->options->clock_state));
	state_write(path, text, strlen(text), true);
}

/* ---- drafts ---------------------------------------------------------------------------------- */

bool draft_path(const struct app *app, const char *id, const char *action, char *out, size_t cap)
{
	char what[512];

	snprintf(what, sizeof(what), "%s\n%s", id, action);
	return state_path(app, "draft", what, out, cap);
}

void draft_save(struct app *app, const char *path, const char *text, size_t n)
{
	if (!state_write(path, text, n, true))
		app_say(app, SAID_ERROR, _("The draft could not be kept in %s: %s."),
		    app->options->state_dir, strerror(errno));
}

bool draft_load(const char *path, struct buf *out)
{
	buf_init(out, DRAFT_MAX);
	return state_read(path, out) && out->len > 0;
}

void draft_remove(const char *path)
{
	unlink(path);
}

/* ---- $EDITOR --------------------------------------------------------------------------------- */

static const char *editor_command(void)
{
	const char *command = getenv("VISUAL");

	if (command == NULL || command[0] == '\0')
		command = getenv("EDITOR");
	return command == NULL || command[0] == '\0' ? "vi" : command;
}

/*
 * The child gets the terminal, nothing of ours: descriptors are closed on exec, our own settings
 * leave its environment.
 */
static _Noreturn void editor_child(const char *command, const char *path)
{
	static const char *const ours[] = { "KOODESK_USER", "KOODESK_IDLE_FD" };
	char script[1024];
	size_t i;

	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGTSTP, SIG_DFL);
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		unsetenv(ours[i]);
	if (snprintf(script, sizeof(script), "exec %s \"$1\"", command) < (int)sizeof(script))
		execl("/bin/sh", "sh", "-c", script, "sh", path, (char *)NULL);
	_exit(127);
}

static bool run_editor(const char *path)
{
	void (*old_int)(int) = signal(SIGINT, SIG_IGN);
	void (*old_quit)(int) = signal(SIGQUIT, SIG_IGN);
	/* An editor that is suspended stops its process group: us too, or the shell never hears. */
	void (*old_stop)(int) = signal(SIGTSTP, SIG_DFL);
	const char *command = editor_command();
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		editor_child(command, path);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	signal(SIGINT, old_int);
	signal(SIGQUIT, old_quit);
	signal(SIGTSTP, old_stop);
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* An editor ends its file with a newline that nobody typed. */
static void take_text(struct app *app, struct edit *edit, const char *path)
{
	struct buf text;

	buf_init(&text, INPUT_LONG_MAX + 1);
	if (!state_read(path, &text)) {
		app_say(app, SAID_ERROR,
		    _("The text from the editor is too long or could not be read: it stays as it "
		      "was."));
	} else {
		while (text.len > 0 && text.data[text.len - 1] == '\n')
			text.data[--text.len] = '\0';
		if (strcmp(buf_text(&text), edit_text(edit)) != 0)
			edit_set(edit, buf_text(&text));
	}
	buf_free(&text);
}

bool app_editor(struct app *app, struct edit *edit)
{
	char path[PATH_BYTES];
	struct error err;
	bool fine;
	int fd;

	if (app->term == NULL || app->options->state_dir == NULL ||
	    snprintf(path, sizeof(path), "%s/text-XXXXXX.txt", app->options->state_dir) >=
		(int)sizeof(path) ||
	    (fd = mkostemps(path, 4, O_CLOEXEC)) < 0) {
		app_say(app, SAID_ERROR, _("An editor cannot be used here."));
		return false;
	}
	fine = bytes_write(fd, edit_text(edit), strlen(edit_text(edit)));
	close(fd);
	term_suspend(app->term);
	fine = fine && run_editor(path);
	if (term_resume(app->term, &err) != STATUS_OK)
		app_say_error(app, &err);
	if (fine)
		take_text(app, edit, path);
	else
		app_say(app, SAID_ERROR,
		    _("The editor “%s” ended with an error: the text stays as it was."),
		    editor_command());
	unlink(path);
	app->dirty = true;
	return fine;
}
