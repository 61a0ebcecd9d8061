#include <string.h>
#include <unistd.h>

#include "backend/embedded_keep.h"
#include "base/i18n.h"
#include "cli/ops.h"
#include "cli/output.h"

static void put_counts(struct json_writer *w, const struct keep_report *report)
{
	size_t i;

	json_open_object(w, "records");
	for (i = 0; record_types[i] != NULL && i < KEEP_TYPES_MAX; i++)
		json_put_int(w, record_types[i]->table, report->records[i]);
	json_put_int(w, "files", report->contents);
	json_close_object(w);
}

static void report_json(struct cli *cli, const char *path, const struct keep_report *report)
{
	struct json_writer w;
	struct buf buf;

	buf_init(&buf, 1u << 16);
	json_begin(&w, &buf, cli->options.format == FORMAT_JSON);
	json_open_object(&w, NULL);
	json_put_int(&w, "schema", OUTPUT_SCHEMA);
	json_put_text(&w, "file", path);
	json_put_int(&w, "bytes", report->bytes);
	json_put_int(&w, "databaseSchema", report->schema);
	json_put_text(&w, "sha256", report->digest);
	json_put_bool(&w, "verified", report->audited && report->broken == 0);
	if (report->whole)
		put_counts(&w, report);
	if (report->audited) {
		json_put_int(&w, "chains", report->supervisions);
		json_put_int(&w, "entries", report->entries);
	}
	json_close_object(&w);
	fprintf(cli->out, "%s\n", buf_text(&buf));
	buf_free(&buf);
}

static void report_words(struct cli *cli, const char *path, const struct keep_report *report)
{
	const char *gap = "";
	char size[32];
	size_t i;

	ops_size(report->bytes, size, sizeof(size));
	cli_say(cli->out, _("%s: %s, schema %lld\n"), path, size, (long long)report->schema);
	fprintf(cli->out, "SHA-256 %s\n", report->digest);
	if (!report->whole) {
		fprintf(cli->out, "%s\n", _("Not verified."));
		return;
	}
	for (i = 0; record_types[i] != NULL && i < KEEP_TYPES_MAX; i++) {
		fprintf(cli->out, _("%s%s: %lld"), gap, _(record_types[i]->title),
		    (long long)report->records[i]);
		gap = _(", ");
	}
	fprintf(cli->out, _(", file contents: %lld\n"), (long long)report->contents);
	fprintf(cli->out, _("Verified: whole, and %lld operation logs with %lld entries intact.\n"),
	    (long long)report->supervisions, (long long)report->entries);
}

static void report(struct cli *cli, const char *path, const struct keep_report *found)
{
	if (cli->options.format == FORMAT_TABLE || cli->options.format == FORMAT_CSV)
		report_words(cli, path, found);
	else
		report_json(cli, path, found);
}

/* Of the file that is looked for first: without it the rest is in vain. */
static enum status must_exist(const char *path, struct error *err)
{
	if (access(path, F_OK) == 0)
		return STATUS_OK;
	return error_set(err, STATUS_NOTFOUND, _("There is no file %s."), path);
}

static int end(struct cli *cli, enum status status, struct error *err)
{
	if (status == STATUS_OK)
		status = output_flush(cli, err);
	return status_exit_code(status);
}

int ops_backup(struct cli *cli, struct error *err)
{
	struct ops_progress progress = { cli, _("Writing the backup"), -1 };
	const struct keep_watch watch = { ops_step, ops_say_broken, &progress };
	struct keep_report found;
	const char *path = NULL;
	bool overwrite = cli->options.force || cli->options.yes;
	enum status status = cli->locate(cli, &path, err);

	if (status == STATUS_OK)
		status = must_exist(path, err);
	if (status != STATUS_OK)
		return cli_fail(err);
	if (!overwrite && access(cli->args[0], F_OK) == 0) {
		error_set(err, STATUS_EXISTS, _("%s is there already: --force overwrites it."),
		    cli->args[0]);
		return cli_fail(err);
	}
	cli_catch_signals();
	status = embedded_backup(path, cli->args[0], overwrite, !cli->options.no_verify, &watch,
	    &found, err);
	ops_progress_end(&progress);
	if (status == STATUS_OK)
		report(cli, cli->args[0], &found);
	return end(cli, status, err);
}

static enum status ask_restore(struct cli *cli, const char *path, struct error *err)
{
	char what[5000];

	if (access(path, F_OK) != 0)
		return STATUS_OK;
	snprintf(what, sizeof(what), _("Everything in %s is replaced by what is in %s."), path,
	    cli->args[0]);
	return ops_ask(cli, what, err);
}

static int verify_only(struct cli *cli, const char *path, struct error *err)
{
	struct ops_progress progress = { cli, _("Checking logs and files"), -1 };
	const struct keep_watch watch = { ops_step, ops_say_broken, &progress };
	struct keep_report found;
	enum status status = embedded_prove(path, &watch, &found, err);

	ops_progress_end(&progress);
	if (status == STATUS_OK)
		report(cli, path, &found);
	return end(cli, status, err);
}

int ops_restore(struct cli *cli, struct error *err)
{
	struct ops_progress progress = { cli, _("Putting the backup back"), -1 };
	const struct keep_watch watch = { ops_step, ops_say_broken, &progress };
	struct keep_report found;
	const char *path = NULL;
	enum status status = must_exist(cli->args[0], err);

	cli_catch_signals();
	if (status == STATUS_OK && cli->options.verify)
		return verify_only(cli, cli->args[0], err);
	if (status == STATUS_OK)
		status = cli->locate(cli, &path, err);
	if (status == STATUS_OK)
		status = ask_restore(cli, path, err);
	if (status == STATUS_OK)
		status = embedded_restore(cli->args[0], path, &watch, &found, err);
	ops_progress_end(&progress);
	if (status == STATUS_OK) {
		report(cli, cli->args[0], &found);
		if (found.set_aside)
			cli_say(cli->err, _("What was at %s could not be opened and is kept as "
			    "%s.before-restore.\n"), path, path);
	}
	return end(cli, status, err);
}

static void verdict_json(struct cli *cli, const struct keep_report *found)
{
	struct json_writer w;
	struct buf buf;

	buf_init(&buf, 1u << 16);
	json_begin(&w, &buf, cli->options.format == FORMAT_JSON);
	json_open_object(&w, NULL);
	json_put_bool(&w, "intact", found->audited && found->broken == 0 && found->faults == 0);
	json_put_int(&w, "chains", found->supervisions);
	json_put_int(&w, "broken", found->broken);
	json_put_int(&w, "entries", found->entries);
	json_put_bool(&w, "all", found->all);
	if (found->read) {
		json_put_int(&w, "files", found->contents);
		json_put_bool(&w, "filesIntact", found->faults == 0);
	}
	json_close_object(&w);
	fprintf(cli->out, "%s\n", buf_text(&buf));
	buf_free(&buf);
}

static void verdict_words(struct cli *cli, const struct keep_report *found)
{
	if (found->all)
		fprintf(cli->out, _("%lld operation logs, %lld entries: %lld broken\n"),
		    (long long)found->supervisions, (long long)found->entries,
		    (long long)found->broken);
	else
		cli_say(cli->out, _("%lld operation logs that %s may see, %lld entries: %lld "
		    "broken\n"), (long long)found->supervisions, cli->options.user,
		    (long long)found->entries, (long long)found->broken);
	if (found->read && found->faults == 0)
		fprintf(cli->out, _("Files: %lld, all as they were handed in\n"),
		    (long long)found->contents);
}

/*
 * Every log that the user may see, without one the whole file (F10): all logs, and what was handed
 * in against the digests that they name (R3). What is damaged below them is told first.
 */
int ops_verify(struct cli *cli, struct error *err)
{
	struct ops_progress progress = { cli, _("Checking logs and files"), -1 };
	const struct keep_watch watch = { ops_step, ops_say_broken, &progress };
	struct keep_report found = { 0 };
	const char *path = NULL;
	enum status status = cli->locate(cli, &path, err);

	if (status == STATUS_OK)
		status = must_exist(path, err);
	cli_catch_signals();
	if (status == STATUS_OK)
		status = embedded_examine(
		    path, cli->options.user, false, &watch, &found, err);
	ops_progress_end(&progress);
	if (status == STATUS_OK && !found.audited)
		status = error_set(err, STATUS_IO, "%s", found.faults > 0 ? found.fault[0] :
		    _("The marketplace was written by an older koodesk: open it once, then "
		      "verify."));
	if (status != STATUS_OK)
		return end(cli, status, err);
	if (cli->options.format == FORMAT_TABLE || cli->options.format == FORMAT_CSV)
		verdict_words(cli, &found);
	else
		verdict_json(cli, &found);
	if (found.faults > 0)
		cli_say(cli->err, "koodesk: %s\n", found.fault[0]);
	status = output_flush(cli, err);
	return status == STATUS_OK && (found.broken > 0 || found.faults > 0)
	    ? 1 : status_exit_code(status);
}
