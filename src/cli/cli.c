#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/text.h"
#include "base/when.h"
#include "cli/options.h"

#define PATH_BYTES 4096
#define ZONE_BYTES 64

static enum status make_dirs(char *path, struct error *err)
{
	char *slash;

	for (slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST) {
			error_set(err, STATUS_IO, _("The folder %s cannot be made: %s."), path,
			    strerror(errno));
			*slash = '/';
			return STATUS_IO;
		}
		*slash = '/';
	}
	return STATUS_OK;
}

static enum status user_path(const char *variable, const char *fallback, const char *name,
    char *out, size_t cap, struct error *err)
{
	const char *base = getenv(variable);
	const char *home = getenv("HOME");
	int n;

	if (base != NULL && base[0] == '/')
		n = snprintf(out, cap, "%s/koodesk/%s", base, name);
	else if (home != NULL && home[0] == '/')
		n = snprintf(out, cap, "%s/%s/koodesk/%s", home, fallback, name);
	else
		return error_set(err, STATUS_INVALID,
		    _("HOME is not set: say where the marketplace's file is with --db FILE."));
	if (n < 0 || (size_t)n >= cap)
		return error_set(err, STATUS_INVALID,
		    _("The path of the home folder is too long."));
	return STATUS_OK;
}

enum status cli_data_path(const char *name, char *out, size_t cap, struct error *err)
{
	enum status status = user_path("XDG_DATA_HOME", ".local/share", name, out, cap, err);

	return status == STATUS_OK ? make_dirs(out, err) : status;
}

enum status cli_state_dir(char *out, size_t cap, struct error *err)
{
	enum status status = user_path("XDG_STATE_HOME", ".local/state", "", out, cap, err);

	return status == STATUS_OK ? make_dirs(out, err) : status;
}

enum status cli_config_path(const char *name, char *out, size_t cap, struct error *err)
{
	return user_path("XDG_CONFIG_HOME", ".config", name, out, cap, err);
}

int cli_fail(const struct error *err)
{
	return status_exit_code(err->status);
}

void cli_say(FILE *out, const char *fmt, ...)
{
	struct arena arena = { 0 };
	char *raw, *clean;
	va_list args;
	size_t n, end;
	int length;

	va_start(args, fmt);
	length = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (length < 0)
		return;
	n = (size_t)length;
	raw = arena_alloc(&arena, n + 1);
	va_start(args, fmt);
	vsnprintf(raw, n + 1, fmt, args);
	va_end(args);
	/* Each byte may become a replacement character of three. */
	clean = arena_alloc(&arena, 3 * n + 1);
	end = n > 0 && raw[n - 1] == '\n';
	raw[n - end] = '\0';
	text_clean(clean, 3 * n + 1, raw);
	fprintf(out, "%s%s", clean, end ? "\n" : "");
	arena_free(&arena);
}

static void usage(FILE *out)
{
	const struct cli_command *command;
	char left[80];

	fprintf(out, "%s\n\n", _("Usage: koodesk [OPTION...] [COMMAND [ARGUMENT...]]"));
	fprintf(out, "%s\n\n", _("Without a command the console opens."));
	for (command = cli_commands; command->name != NULL; command++) {
		snprintf(left, sizeof(left), "%s %s", command->name, command->arguments);
		fprintf(out, "  %-26s %s\n", left, _(command->summary));
	}
	fputc('\n', out);
	options_help(out);
}

/* The field, where the message does not name it by itself. */
const char *cli_field(const struct error *err)
{
	return strcasestr(err->message, err->field) == NULL ? err->field : "";
}

static void print_error(struct cli *cli, const struct error *err)
{
	const char *field = cli_field(err);

	cli_say(cli->err, "koodesk: %s%s%s\n", field, field[0] ? ": " : "", err->message);
	if (err->detail[0] != '\0')
		cli_say(cli->err, "  (%s)\n", err->detail);
}

static const struct cli_command *command_find(const char *name)
{
	const struct cli_command *command;

	for (command = cli_commands; command->name != NULL; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

static int command_run(struct cli *cli, struct error *err)
{
	const struct cli_command *command = command_find(cli->command);

	if (command == NULL) {
		error_set(err, STATUS_INVALID,
		    _("There is no command “%s”; koodesk --help lists them."), cli->command);
		return cli_fail(err);
	}
	if (cli->options.help && command->help != NULL && cli->n_args > 0)
		return command->help(cli, err);
	if (cli->options.help) {
		fprintf(cli->out, _("Usage: koodesk %s %s\n"), command->name, command->arguments);
		fprintf(cli->out, "%s\n\n", _(command->summary));
		options_help(cli->out);
		return 0;
	}
	if (cli->n_args < command->min_args ||
	    (command->max_args >= 0 && cli->n_args > command->max_args)) {
		error_set(err, STATUS_INVALID, _("Usage: koodesk %s %s"), command->name,
		    command->arguments);
		return cli_fail(err);
	}
	return command->run(cli, err);
}

/* The language of what may be said about the options themselves: --lang, wherever it stands. */
static bool choose_language(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "--lang=", 7) == 0)
			return i18n_init(argv[i] + 7, NULL);
		if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			return i18n_init(argv[i + 1], NULL);
	}
	return i18n_init(NULL, NULL);
}

/* Whether the language that was asked for is one of ours, and the one that is spoken now. */
static bool language_known(const char *lang)
{
	const char *now = i18n_language();

	if (strcmp(now, "zh_CN") == 0)
		return true;
	return strcmp(now, "en") == 0 && (strncmp(lang, "en", 2) == 0 || strcmp(lang, "C") == 0 ||
	    strcmp(lang, "POSIX") == 0);
}

/*
 * The zone of times for people (domain.md F5): --time-zone, else what stands in the user's
 * configuration, else the platform's.
 */
static enum status choose_zone(struct cli *cli, struct error *err)
{
	const char *zone = cli->options.time_zone, *from = "--time-zone";
	char path[PATH_BYTES];
	struct buf text = { 0 };
	enum status status = STATUS_OK;

	if (zone == NULL && cli_config_path("time_zone", path, sizeof path, NULL) == STATUS_OK &&
	    access(path, F_OK) == 0) {
		status = cli_read(path, ZONE_BYTES, &text, err);
		if (status == STATUS_OK && text.len > 0 && text.data[text.len - 1] == '\n')
			text.data[--text.len] = '\0';
		zone = buf_text(&text);
		from = path;
	}
	if (status == STATUS_OK && zone != NULL && !when_parse_offset(zone, &cli->offset))
		status = error_set(err, STATUS_INVALID,
		    _("%s: “%s” is no offset from UTC. Write one such as +08:00, or UTC."), from,
		    zone);
	buf_free(&text);
	return status;
}

int cli_main(struct cli *cli, int argc, char **argv)
{
	struct error err = { STATUS_OK, 0, 0, "", "", "" };
	bool utf8 = choose_language(argc, argv);
	int code, rest = argc;

	if (options_parse(&cli->options, argc, argv, &rest, &err) != STATUS_OK) {
		print_error(cli, &err);
		return cli_fail(&err);
	}
	cli->options.ascii = cli->options.ascii || !utf8;
	if (cli->options.lang != NULL && !language_known(cli->options.lang)) {
		error_set(&err, STATUS_INVALID, _("--lang takes en or zh_CN, not “%s”."),
		    cli->options.lang);
		print_error(cli, &err);
		return cli_fail(&err);
	}
	if (choose_zone(cli, &err) != STATUS_OK) {
		print_error(cli, &err);
		return cli_fail(&err);
	}
	if (cli->options.user == NULL)
		cli->options.user = getenv("KOODESK_USER");
	if (cli->options.user != NULL && cli->options.user[0] == '\0')
		cli->options.user = NULL;
	cli->command = rest < argc ? argv[rest] : NULL;
	cli->args = argv + rest + 1;
	cli->n_args = cli->command == NULL ? 0 : argc - rest - 1;
	if (cli->command == NULL && cli->options.help) {
		usage(cli->out);
		return 0;
	}
	code = cli->command == NULL ? cli->console(cli, &err) : command_run(cli, &err);
	if (code != 0 && err.status != STATUS_OK)
		print_error(cli, &err);
	return code;
}
