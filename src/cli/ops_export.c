#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/ops.h"
#include "cli/output.h"

/* The form that the file's name says where -o says nothing. */
static enum status find_format(struct cli *cli, const char *to, struct error *err)
{
	static const struct { const char *ending; enum cli_format format; } endings[] = {
		{ ".csv", FORMAT_CSV }, { ".json", FORMAT_JSON },
		{ ".ndjson", FORMAT_NDJSON }, { ".jsonl", FORMAT_NDJSON },
	};
	const char *slash = strrchr(to, '/'), *name = slash != NULL ? slash + 1 : to;
	const char *dot = strrchr(name, '.');
	size_t i;

	if (cli->options.format != FORMAT_TABLE)
		return STATUS_OK;
	cli->options.format = FORMAT_CSV;
	if (dot == NULL || dot == name)
		return STATUS_OK;
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strcasecmp(dot, endings[i].ending) == 0) {
			cli->options.format = endings[i].format;
			return STATUS_OK;
		}
	return error_set(err, STATUS_INVALID, _("%s: this form cannot be written. There are .csv, "
	    ".json and .ndjson; -o csv writes CSV under any name."), to);
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
	if (find_format(cli, to, err) != STATUS_OK)
		return cli_fail(err);
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
