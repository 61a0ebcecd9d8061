/*
 * koodesk: the entry point. It alone asks the clock and the environment, and puts the rooms
 * together: commands, console, embedded marketplace, demo.
 */
#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "backend/embedded.h"
#include "base/i18n.h"
#include "base/rand.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/when.h"
#include "cli/cli.h"
#include "cli/holidays.h"
#include "cloud/simulated.h"
#include "demo/demo.h"
#include "store/backup.h"
#include "ui/term/terminfo.h"
#include "ui/ui.h"

#define PATH_BYTES 4096
#define HOLIDAYS_BYTES (1u << 20)
#define MAKING ".making-"        /* between a file's name and the process that makes it */

static char default_db[PATH_BYTES], state_dir[PATH_BYTES];

static int64_t clock_now(void *state)
{
	(void)state;
	return when_now();
}

/* ---- the demo marketplace ------------------------------------------------------------------ */

static bool demo_takes_long(const struct cli *cli)
{
	return cli->options.orders >= 2000;
}

static void demo_progress(void *state, enum demo_phase phase, int64_t done, int64_t of)
{
	struct cli *cli = state;

	if (!isatty(fileno(cli->err)) || !demo_takes_long(cli))
		return;
	fputc('\r', cli->err);
	if (phase == DEMO_ORDERED)
		fprintf(cli->err, _("Making the demo marketplace: %lld of %lld orders"),
		    (long long)done, (long long)of);
	else
		fprintf(cli->err, _("Making the demo marketplace: %lld of %lld indexes"),
		    (long long)done, (long long)of);
	if (done == of)
		fputc('\n', cli->err);
}

/* Said before rather than after minutes. Where it cannot be known, the writing will tell. */
static enum status demo_fits(const char *path, int64_t orders, struct error *err)
{
	const char *slash = strrchr(path, '/');
	int64_t needed = demo_bytes(orders), space;
	char folder[PATH_BYTES];
	struct statvfs info;

	snprintf(folder, sizeof(folder), "%.*s", slash != NULL ? (int)(slash - path + 1) : 2,
	    slash != NULL ? path : "./");
	if (statvfs(folder, &info) != 0 ||
	    __builtin_mul_overflow((int64_t)info.f_bavail, (int64_t)info.f_frsize, &space) ||
	    space >= needed)
		return STATUS_OK;
	return error_set(err, STATUS_IO,
	    _("A demo of %lld orders takes about %lld MB, and %s has %lld MB left. Ask for fewer "
	      "orders, or name another place with --db."),
	    (long long)orders, (long long)(needed / 1000000), folder,
	    (long long)(space / 1000000));
}

/* What is being made, for whoever presses Ctrl-C while it is. */
static char making[PATH_BYTES], making_journal[PATH_BYTES + 8];

static void stop_making(int signal_number)
{
	unlink(making);
	unlink(making_journal);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void while_making(bool begin)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	static struct sigaction before[sizeof signals / sizeof *signals];
	const struct sigaction action = { .sa_handler = stop_making };

	snprintf(making_journal, sizeof(making_journal), "%s-journal", making);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		if (!begin)
			sigaction(signals[i], &before[i], NULL);
		else if (sigaction(signals[i], NULL, &before[i]) == 0 &&
		    before[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

static enum status demo_numbers(struct cli *cli, struct demo_options *demo, struct error *err)
{
	const char *why = NULL;

	demo->orders = cli->options.orders >= 0 ? cli->options.orders : DEMO_ORDERS;
	demo->seed = DEMO_SEED;
	demo->now = when_now();
	demo->alone = true;
	demo->memory = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
	if (demo->orders < 1 || demo->orders > 1000000)
		return error_set(err, STATUS_INVALID, _("--orders takes 1 to 1,000,000."));
	if (cli->options.seed != NULL)
		demo->seed = (uint64_t)strtonum(cli->options.seed, 0, INT64_MAX, &why);
	if (why != NULL)
		return error_set(err, STATUS_INVALID, _("--seed wants a whole number, not “%s”."),
		    cli->options.seed);
	return STATUS_OK;
}

/* The process that was making the demo NAME under this name, or 0: NAME.making-PID, or its -wal. */
static pid_t maker_of(const char *entry, const char *name)
{
	size_t length = strlen(name);
	char number[16];
	const char *why = NULL;
	long long pid;

	if (strncmp(entry, name, length) != 0 ||
	    strncmp(entry + length, MAKING, strlen(MAKING)) != 0)
		return 0;
	strlcpy(number, entry + length + strlen(MAKING), sizeof(number));
	number[strcspn(number, "-")] = '\0';
	pid = strtonum(number, 2, INT32_MAX, &why);
	return why == NULL ? (pid_t)pid : 0;
}

/* What a demo left that was stopped while it was made. */
static void remove_stale(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	char folder[PATH_BYTES], stale[PATH_BYTES];
	struct dirent *entry;
	pid_t pid;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%.*s", slash != NULL ? (int)(slash - path + 1) : 2,
	    slash != NULL ? path : "./");
	dir = opendir(folder);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		pid = maker_of(entry->d_name, name);
		if (pid == 0 || kill(pid, 0) == 0 || errno != ESRCH)
			continue;
		if (snprintf(stale, sizeof(stale), "%s" MAKING "%ld", path, (long)pid) <
		    (int)sizeof(stale))
			store_remove(stale);
	}
	if (dir != NULL)
		closedir(dir);
}

/*
 * Where what this marketplace has started in the simulated cloud stands: it outlives the console,
 * and is not another marketplace's, whose deployments may have the same ids.
 */
static enum status cloud_folder(const char *db, char *out, size_t cap, struct error *err)
{
	char *whole = realpath(db, NULL);
	char id[RAND_UUID];
	enum status status = cli_state_dir(state_dir, sizeof(state_dir), err);

	uuid_of(whole != NULL ? whole : db, id);
	free(whole);
	if (status == STATUS_OK && snprintf(out, cap, "%s/cloud-%s", state_dir, id) >= (int)cap)
		status = error_set(err, STATUS_INVALID, _("The path %s is too long."), state_dir);
	return status;
}

/* Made beside its place and moved there when it is whole, so that nobody ever meets half a demo. */
static enum status demo_make(struct cli *cli, const char *path, struct error *err)
{
	struct market_options options = { .sql = { .create = true, .busy_ms = 10000 },
	    .offset = cli->offset };
	struct demo_options demo;
	struct market *market = NULL;
	char cloud[PATH_BYTES];
	enum status status;

	status = demo_numbers(cli, &demo, err);
	if (status != STATUS_OK)
		return status;
	if (snprintf(making, sizeof(making), "%s" MAKING "%ld", path, (long)getpid()) >=
	    (int)sizeof(making))
		return error_set(err, STATUS_INVALID, _("The path %s is too long."), path);
	remove_stale(path);
	status = demo_fits(path, demo.orders, err);
	if (status != STATUS_OK)
		return status;
	store_remove(making);
	while_making(true);
	status = market_open(making, &options, demo.now - 730 * WHEN_DAY, &market, err);
	if (status == STATUS_OK)
		status = demo_fill(market, &demo, demo_progress, cli, err);
	market_close(market);
	if (status == STATUS_OK)
		status = store_file_sync(making, err);
	if (status == STATUS_OK) {
		store_remove(path);
		if (rename(making, path) != 0)
			status = error_set(err, STATUS_IO, "%s: %s", path, strerror(errno));
	}
	if (status == STATUS_OK)
		status = store_file_sync(path, err);
	while_making(false);
	if (status != STATUS_OK)
		store_remove(making);
	/* Its servers are gone with the demo that was there. */
	else if (cloud_folder(path, cloud, sizeof(cloud), NULL) == STATUS_OK)
		simulated_forget(cloud);
	return status;
}

static enum status demo_ready(struct cli *cli, const char *path, struct error *err)
{
	if (!cli->options.fresh && cli->options.orders < 0 && cli->options.seed == NULL &&
	    access(path, F_OK) == 0)
		return STATUS_OK;
	/* Whoever names a file may have named a marketplace that is none of ours to replace. */
	if (cli->options.db != NULL && !cli->options.force && !cli->options.yes &&
	    access(path, F_OK) == 0)
		return error_set(err, STATUS_EXISTS,
		    _("%s is there already: --force overwrites it."), path);
	return demo_make(cli, path, err);
}

/* ---- the marketplace that the options name ------------------------------------------------- */

static bool is_demo(const struct cli *cli)
{
	return cli->options.demo || (cli->command != NULL && strcmp(cli->command, "demo") == 0);
}

static enum status locate_db(struct cli *cli, const char **path, struct error *err)
{
	*path = cli->options.db;
	if (*path != NULL)
		return STATUS_OK;
	*path = default_db;
	return cli_data_path(is_demo(cli) ? "demo.db" : "koodesk.db", default_db,
	    sizeof(default_db), err);
}

static enum status find_db(struct cli *cli, const char **path, struct error *err)
{
	enum status status = locate_db(cli, path, err);

	return status == STATUS_OK && is_demo(cli) ? demo_ready(cli, *path, err) : status;
}

/*
 * The working days of the marketplace that is opened: --holidays, else what stands in the user's
 * configuration, if it does.
 */
static enum status get_calendar(struct cli *cli, struct calendar *out, struct error *err)
{
	static struct arena kept;
	const char *path = cli->options.holidays;
	char usual[PATH_BYTES];
	struct buf text;
	enum status status;

	if (path == NULL) {
		path = usual;
		if (cli_config_path("holidays", usual, sizeof(usual), NULL) != STATUS_OK ||
		    access(usual, F_OK) != 0)
			return STATUS_OK;
	}
	status = cli_read(path, HOLIDAYS_BYTES, &text, err);
	if (status == STATUS_OK)
		status = holidays_parse(buf_text(&text), path, &kept, out, err);
	buf_free(&text);
	return status;
}

static enum status open_db(struct cli *cli, const char *path, struct backend **out,
    struct error *err)
{
	bool importing = cli->command != NULL && strcmp(cli->command, "import") == 0;
	struct embedded_options options = {
		.path = path,
		.user = cli->options.user,
		.label = is_demo(cli) ? "demo" : NULL,
		.create = importing && !cli->options.dry_run,
		.read_only = cli->options.read_only,
		.offset = cli->offset,
		.clock = clock_now,
	};

	enum status status = get_calendar(cli, &options.calendar, err);

	if (status != STATUS_OK)
		return status;
	if (options.user == NULL && is_demo(cli))
		options.user = DEMO_USER;
	if (importing)
		options.user = NULL;
	/* What an import would do can be said before there is a marketplace. */
	if (importing && cli->options.dry_run && access(path, F_OK) != 0) {
		options.path = ":memory:";
		options.create = true;
	}
	if (!options.create && access(path, F_OK) != 0)
		return error_set(err, STATUS_NOTFOUND,
		    _("There is no marketplace at %s yet: “koodesk demo” makes one to try, "
		      "“koodesk import FILE” one of your own."),
		    path);
	return embedded_open(&options, out, err);
}

static enum status open_backend(struct cli *cli, struct backend **out, struct error *err)
{
	const char *path;
	enum status status = find_db(cli, &path, err);

	return status == STATUS_OK ? open_db(cli, path, out, err) : status;
}

/* ---- console and screens ------------------------------------------------------------------- */

static enum status open_cloud(const char *db, struct cloud **out, struct error *err)
{
	char folder[PATH_BYTES];
	struct simulated_options options = { .folder = folder, .seed = (uint64_t)when_now() };
	enum status status = cloud_folder(db, folder, sizeof(folder), err);

	return status == STATUS_OK ? simulated_open(&options, out, err) : status;
}

static void ui_release(struct ui_options *ui)
{
	cloud_close(ui->cloud);
	backend_close(ui->writer);
	backend_close(ui->reader);
}

static enum status ui_prepare(struct cli *cli, struct ui_options *ui, struct error *err)
{
	static char no_cloud[sizeof(err->message)];
	const char *path;
	enum status status;

	memset(ui, 0, sizeof(*ui));
	status = find_db(cli, &path, err);
	if (status == STATUS_OK)
		status = open_db(cli, path, &ui->reader, err);
	if (status == STATUS_OK)
		status = open_db(cli, path, &ui->writer, err);
	if (status == STATUS_OK)
		status = cli_state_dir(state_dir, sizeof(state_dir), err);
	/* Without it nothing can be deployed, which says why, and all the rest can be done. */
	if (status == STATUS_OK && open_cloud(path, &ui->cloud, err) != STATUS_OK) {
		strlcpy(no_cloud, err->message, sizeof(no_cloud));
		ui->no_cloud = no_cloud;
		ui->cloud = NULL;
	}
	if (status != STATUS_OK)
		return status;
	ui->state_dir = state_dir;
	ui->clock = clock_now;
	ui->offset = cli->offset;
	ui->plain = cli->options.plain;
	ui->read_only = cli->options.read_only;
	ui->term.fd_in = STDIN_FILENO;
	ui->term.fd_out = STDOUT_FILENO;
	ui->term.no_color = getenv("NO_COLOR") != NULL && getenv("NO_COLOR")[0] != '\0';
	ui->term.ascii = cli->options.ascii;
	ui->term.bar = cli->options.bar;
	ui->term.no_sync = cli->options.no_sync;
	return STATUS_OK;
}

static int run_console(struct cli *cli, struct error *err)
{
	struct ui_options ui;
	enum status status;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		error_set(err, STATUS_UNSUPPORTED,
		    _("The console needs a terminal. Without one: koodesk list, show, do, log, "
		      "screen; see koodesk --help."));
		return cli_fail(err);
	}
	status = ui_prepare(cli, &ui, err);
	if (status == STATUS_OK && backend_actor(ui.reader) == NULL)
		status = error_set(err, STATUS_AUTH,
		    _("Say who you are with --as USER (or KOODESK_USER); “koodesk list users” "
		      "shows who there is."));
	if (status == STATUS_OK)
		status = ui_run(&ui, err);
	ui_release(&ui);
	return status_exit_code(status);
}

static int run_screen(struct cli *cli, struct error *err)
{
	struct ui_options ui;
	char name[160];
	struct buf out;
	enum status status;

	buf_init(&out, 4u << 20);
	status = ui_prepare(cli, &ui, err);
	ui.state_dir = NULL;    /* a picture neither reads drafts nor counts as a visit */
	if (status == STATUS_OK) {
		snprintf(name, sizeof(name), "%s%s%s", cli->args[0], cli->n_args > 1 ? " " : "",
		    cli->n_args > 1 ? cli->args[1] : "");
		status = ui_dump(&ui, name, cli->options.rows, cli->options.cols, &out, err);
	}
	if (status == STATUS_OK)
		fputs(buf_text(&out), cli->out);
	ui_release(&ui);
	buf_free(&out);
	if (status == STATUS_OK && fflush(cli->out) != 0)
		status = error_set(err, STATUS_IO, _("Standard output cannot be written: %s."),
		    strerror(errno));
	return status_exit_code(status);
}

/* Without a terminal there is nobody to drive the console: the home screen is shown once. */
static int run_demo(struct cli *cli, struct error *err)
{
	static char home[] = "home";
	static char *args[] = { home, NULL };

	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return run_console(cli, err);
	cli->args = args;
	cli->n_args = 1;
	return run_screen(cli, err);
}

/* For doctor: what the console would find where it runs. */
static bool terminal_words(struct cli *cli, char *out, size_t cap)
{
	const char *type = getenv("TERM"), *colour = getenv("COLORTERM");
	struct winsize size = { 0 };
	bool ansi = false;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		snprintf(out, cap, "%s", _("none here: commands work, the console does not"));
		return true;
	}
	if (type == NULL || !terminfo_look(type, STDOUT_FILENO, &ansi)) {
		snprintf(out, cap,
		    _("“%s” is not known here, or cannot place its cursor: set TERM"),
		    type == NULL ? "" : type);
		return false;
	}
	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	snprintf(out, cap, _("%s, %d columns x %d rows, %s, %s%s"), type, size.ws_col, size.ws_row,
	    cli->options.ascii ? "ASCII" : "UTF-8",
	    colour != NULL && colour[0] != '\0' ? colour : _("colours as the type says"),
	    ansi ? "" : _(", keys by its own sequences"));
	return true;
}

int main(int argc, char **argv)
{
	struct cli cli = {
		.out = stdout,
		.err = stderr,
		.clock = clock_now,
		.offset = WHEN_PLATFORM_OFFSET,
		.open = open_backend,
		.locate = locate_db,
		.terminal = terminal_words,
		.console = run_console,
		.demo = run_demo,
		.screen = run_screen,
	};

	/* A server's password may be typed here. */
	secret_guard_process();
	return cli_main(&cli, argc, argv);
}
