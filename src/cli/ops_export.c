#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/ops.h"
#include "cli/output.h"

/* The form that the file's name says where -o says nothing. */
static enum cli_format format_of(const struct cli *cli, const char *to)
{
	const char *dot = strrchr(to, '.');

	if (cli->options.format != FORMAT_TABLE)
		return cli->options.format;
	if (dot != NULL && strcmp(dot, ".json") == 0)
		return FORMAT_JSON;
	if (dot != NULL && (strcmp(dot, ".ndjson") == 0 || strcmp(dot, ".jsonl") == 0))
		return FORMAT_NDJSON;
	return FORMAT_CSV;
}

static enum status failed(const char *path, struct error *err)
{
	return error_set(err, errno == EEXIST ? STATUS_EXISTS : STATUS_IO, "%s: %s", path,
	    strerror(errno));
}

static enum status open_beside(const char *path, FILE **out, struct error *err)
{
	int fd;

	unlink(path);    /* of a process of this number that was stopped */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	*out = fd >= 0 ? fdopen(fd, "wb") : NULL;
	return *out != NULL ? STATUS_OK : failed(path, err);
}

/* What was written is on the disk before it gets its name. */
static enum status close_synced(FILE *file, const char *path, enum status status,
    struct error *err)
{
	bool bad = fflush(file) != 0 || ferror(file) || fsync(fileno(file)) != 0;

	if (status == STATUS_OK && bad)
		status = failed(path, err);
	if (fclose(file) != 0 && status == STATUS_OK)
		status = failed(path, err);
	return status;
}

static enum status sync_folder(const char *path, struct error *err)
{
	char *folder = mem_strdup(path), *slash = strrchr(folder, '/');
	enum status status = STATUS_OK;
	int fd;

	if (slash != NULL)
		slash[slash == folder] = '\0';
	fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		status = failed(path, err);
	if (fd >= 0)
		close(fd);
	free(folder);
	return status;
}

static enum status give_name(const char *from, const char *to, bool overwrite, struct error *err)
{
	if (overwrite ? rename(from, to) != 0 : link(from, to) != 0)
		return failed(to, err);
	if (!overwrite)
		unlink(from);
	return sync_folder(to, err);
}

/* A file is overwritten; what is none (a folder, a device) never. */
static enum status check_target(const char *to, bool overwrite, struct error *err)
{
	struct stat info;

	if (lstat(to, &info) != 0)
		return STATUS_OK;
	if (!S_ISREG(info.st_mode))
		return error_set(err, STATUS_EXISTS, _("%s is there and is not a file."), to);
	if (overwrite)
		return STATUS_OK;
	return error_set(err, STATUS_EXISTS,
	    _("%s is there already: --force overwrites it."), to);
}

static enum status write_file(struct cli *cli, const char *making, struct error *err)
{
	FILE *out = cli->out, *file = NULL;
	enum status status = open_beside(making, &file, err);

	if (status != STATUS_OK)
		return status;
	if (cli->options.bom && cli->options.format == FORMAT_CSV)
		fputs("\xef\xbb\xbf", file);
	cli->out = file;
	status = cli_list(cli, true, err);
	cli->out = out;
	return close_synced(file, making, status, err);
}

int ops_export(struct cli *cli, struct error *err)
{
	const char *to = cli->options.to;
	bool overwrite = cli->options.force || cli->options.yes;
	struct arena arena = { 0 };
	const char *making;
	enum status status;

	if (to == NULL || to[0] == '\0') {
		error_set(err, STATUS_INVALID, _("Say where to write the file with --to FILE."));
		return cli_fail(err);
	}
	cli->options.format = format_of(cli, to);
	making = arena_printf(&arena, "%s.making-%ld", to, (long)getpid());
	cli_catch_signals();
	status = check_target(to, overwrite, err);
	if (status == STATUS_OK)
		status = write_file(cli, making, err);
	if (status == STATUS_OK)
		status = give_name(making, to, overwrite, err);
	if (status == STATUS_OK)
		cli_say(cli->out, _("%s: %lld %s\n"), to, (long long)cli->rows, cli->args[0]);
	else
		unlink(making);
	if (status == STATUS_OK)
		status = output_flush(cli, err);
	arena_free(&arena);
	return status_exit_code(status);
}
