#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bsd/string.h>

#include "backend/embedded_keep.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/ops.h"
#include "cli/output.h"

#define CHECKS_MAX 32
#define SPACE_LEAST (INT64_C(64) << 20)
#define WAL_LARGE (INT64_C(256) << 20)

/* Fine, worth knowing, to be mended, broken: the last two make the exit code 1. */
enum finding { FINE, NOTE, WARNING, FAULT };
static const char *const finding_words[] = { "ok", "note", "warning", "fault" };
static const char *const finding_labels[] = { N_("ok"), N_("note"), N_("WARNING"), N_("FAULT") };

struct check {
	const char *name;        /* wire word */
	const char *label;       /* N_() text */
	enum finding finding;
	char message[512];       /* translated, clean */
};

struct doctor {
	struct cli *cli;
	struct ops_progress progress;
	const char *path;
	struct keep_report report;
	struct check checks[CHECKS_MAX];
	size_t count;
};

static void add(struct doctor *doctor, const char *name, const char *label, enum finding finding,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
static void add(struct doctor *doctor, const char *name, const char *label, enum finding finding,
    const char *fmt, ...)
{
	struct check *check;
	char text[2048];
	va_list args;

	if (doctor->count == CHECKS_MAX)
		return;
	check = &doctor->checks[doctor->count++];
	check->name = name;
	check->label = label;
	check->finding = finding;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	text_clean(check->message, sizeof(check->message), text);
}

/* ---- the file and its folder ---- */

/* Whoever can read the file reads everything, and whoever can write it can be anyone. */
static void look_at_mode(struct doctor *doctor, const char *suffix)
{
	struct arena arena = { 0 };
	const char *path = arena_printf(&arena, "%s%s", doctor->path, suffix);
	struct stat info;

	if (stat(path, &info) == 0) {
		unsigned mode = (unsigned)info.st_mode & 07777;

		if ((mode & 077) != 0)
			add(doctor, "permissions", N_("Permissions"), WARNING,
			    _("%s has mode %04o: others than its owner can read or write it; "
			      "chmod 600 mends that"), path, mode);
		else if (info.st_uid != geteuid())
			add(doctor, "permissions", N_("Permissions"), WARNING,
			    _("%s belongs to another user (%u)"), path, (unsigned)info.st_uid);
		else if (suffix[0] == '\0')
			add(doctor, "permissions", N_("Permissions"), FINE,
			    _("mode %04o, yours alone"), mode);
	}
	arena_free(&arena);
}

static void look_at_folder(struct doctor *doctor)
{
	const char *slash = strrchr(doctor->path, '/');
	struct arena arena = { 0 };
	const char *folder = slash == NULL ? "." : slash == doctor->path ? "/" :
	    arena_strndup(&arena, doctor->path, (size_t)(slash - doctor->path));
	struct stat info;

	if (stat(folder, &info) == 0 && (info.st_mode & 022) != 0 && (info.st_mode & S_ISVTX) == 0)
		add(doctor, "folder", N_("Folder"), WARNING,
		    _("others can write in %s (mode %04o) and so replace the marketplace"), folder,
		    (unsigned)info.st_mode & 07777);
	arena_free(&arena);
}

static void look_at_space(struct doctor *doctor)
{
	int64_t left = doctor->report.free_bytes;
	char size[32];

	if (left < 0)
		return;
	ops_size(left, size, sizeof(size));
	if (left < SPACE_LEAST)
		add(doctor, "space", N_("Free space"), WARNING,
		    _("%s: soon nothing can be written any more"), size);
	else if (left < doctor->report.bytes)
		add(doctor, "space", N_("Free space"), NOTE,
		    _("%s: less than a backup beside the file needs"), size);
	else
		add(doctor, "space", N_("Free space"), FINE, "%s", size);
}

static void look_at_schema(struct doctor *doctor)
{
	const struct keep_report *report = &doctor->report;
	bool wal = strcmp(report->journal, "wal") == 0;
	char size[32];

	ops_size(report->bytes, size, sizeof(size));
	add(doctor, "size", N_("Size"), FINE, "%s", size);
	if (report->schema == report->known_schema)
		add(doctor, "schema", N_("Schema"), FINE, "%lld", (long long)report->schema);
	else
		add(doctor, "schema", N_("Schema"), NOTE,
		    _("%lld; this program brings it to %lld when it opens it for writing, and "
		      "only then looks inside"), (long long)report->schema,
		    (long long)report->known_schema);
	ops_size(report->wal_bytes, size, sizeof(size));
	if (report->wal_bytes > WAL_LARGE)
		add(doctor, "journal", N_("Journal"), WARNING,
		    _("%s, and the WAL has %s: something keeps reading an old state"),
		    report->journal, size);
	else if (wal)
		add(doctor, "journal", N_("Journal"), FINE, _("WAL, %s not in the file yet"),
		    size);
	else
		add(doctor, "journal", N_("Journal"), NOTE,
		    _("%s: turned to WAL when it is next opened for writing"), report->journal);
}

/* ---- what is inside ---- */

static void look_at_contents(struct doctor *doctor)
{
	const struct keep_report *report = &doctor->report;
	int64_t i;

	if (!report->whole)
		return;
	for (i = 0; i < report->faults && i < KEEP_FAULTS; i++)
		add(doctor, "integrity", N_("Integrity"), FAULT, "%s", report->fault[i]);
	if (report->faults > KEEP_FAULTS)
		add(doctor, "integrity", N_("Integrity"), FAULT, _("and %lld more faults"),
		    (long long)(report->faults - KEEP_FAULTS));
	if (report->faults > 0)
		return;
	add(doctor, "integrity", N_("Integrity"), FINE, "%s",
	    doctor->cli->options.quick ? _("pages whole, references complete (quick)") :
	    _("pages and indexes whole, references complete"));
	if (report->unnamed > 0)
		add(doctor, "files", N_("Files"), NOTE,
		    _("%lld of %lld were handed in and never used by an action"),
		    (long long)report->unnamed, (long long)report->contents);
	else
		add(doctor, "files", N_("Files"), FINE,
		    report->read ? _("%lld, all as they were handed in") : "%lld",
		    (long long)report->contents);
}

static void look_at_chains(struct doctor *doctor)
{
	const struct keep_report *report = &doctor->report;

	if (!report->audited) {
		if (doctor->cli->options.quick)
			add(doctor, "chains", N_("Operation logs"), NOTE, "%s",
			    _("not looked at (--quick)"));
		return;
	}
	if (report->broken > 0)
		add(doctor, "chains", N_("Operation logs"), FAULT,
		    _("%lld of %lld are not as they were written; koodesk log ID --verify says "
		      "where"), (long long)report->broken, (long long)report->supervisions);
	else
		add(doctor, "chains", N_("Operation logs"), FINE,
		    _("%lld intact, %lld entries"), (long long)report->supervisions,
		    (long long)report->entries);
}

static enum status look_inside(struct doctor *doctor, struct error *err)
{
	const struct keep_watch watch = { ops_step, ops_say_broken, &doctor->progress };
	struct error why = { 0 };
	enum status status = embedded_examine(doctor->path, NULL, doctor->cli->options.quick,
	    &watch, &doctor->report, &why);

	ops_progress_end(&doctor->progress);
	if (status == STATUS_CANCELLED || status == STATUS_BUSY) {
		*err = why;
		return status;
	}
	if (status != STATUS_OK) {
		add(doctor, "open", N_("Opening"), FAULT, "%s", why.message);
		return STATUS_OK;
	}
	look_at_schema(doctor);
	look_at_space(doctor);
	look_at_contents(doctor);
	look_at_chains(doctor);
	return STATUS_OK;
}

static enum status look_at_database(struct doctor *doctor, struct error *err)
{
	enum status status;

	if (access(doctor->path, F_OK) != 0) {
		add(doctor, "database", N_("Database"), NOTE,
		    _("there is none at %s yet: “koodesk demo” makes one to try, "
		      "“koodesk import FILE” one of your own"), doctor->path);
		return STATUS_OK;
	}
	add(doctor, "database", N_("Database"), FINE, "%s", doctor->path);
	look_at_mode(doctor, "");
	look_at_mode(doctor, "-wal");
	look_at_mode(doctor, "-shm");
	look_at_folder(doctor);
	status = look_inside(doctor, err);
	add(doctor, "identities", N_("Identities"), NOTE, "%s",
	    _("none to protect: whoever can write the file can be anyone and could rewrite the "
	      "logs; keep the heads of important ones elsewhere (koodesk log ID --verify)"));
	return status;
}

/* ---- around it ---- */

static void look_around(struct doctor *doctor)
{
	const char *charset = nl_langinfo(CODESET);
	bool utf8 = strcmp(charset, "UTF-8") == 0, works;
	char words[256] = "";

	add(doctor, "locale", N_("Locale"), utf8 ? FINE : WARNING,
	    utf8 ? _("%s, language %s") : _("%s, language %s: Chinese is shown only in UTF-8"),
	    charset, i18n_language());
	if (doctor->cli->terminal == NULL)
		return;
	works = doctor->cli->terminal(doctor->cli, words, sizeof(words));
	add(doctor, "terminal", N_("Terminal"), works ? FINE : WARNING, "%s", words);
}

/* ---- what is said ---- */

static enum finding worst(const struct doctor *doctor)
{
	enum finding found = FINE;
	size_t i;

	for (i = 0; i < doctor->count; i++) {
		if (doctor->checks[i].finding > found)
			found = doctor->checks[i].finding;
	}
	return found;
}

static void say_json(const struct doctor *doctor)
{
	struct cli *cli = doctor->cli;
	struct json_writer w;
	struct buf buf;
	size_t i;

	buf_init(&buf, 1u << 20);
	json_begin(&w, &buf, cli->options.format == FORMAT_JSON);
	json_open_object(&w, NULL);
	json_put_int(&w, "schema", OUTPUT_SCHEMA);
	json_put_text(&w, "version", PACKAGE_VERSION);
	json_put_text(&w, "database", doctor->path);
	json_put_int(&w, "bytes", doctor->report.bytes);
	json_put_int(&w, "databaseSchema", doctor->report.schema);
	json_put_bool(&w, "healthy", worst(doctor) < WARNING);
	json_open_array(&w, "checks");
	for (i = 0; i < doctor->count; i++) {
		json_open_object(&w, NULL);
		json_put_text(&w, "check", doctor->checks[i].name);
		json_put_text(&w, "state", finding_words[doctor->checks[i].finding]);
		json_put_text(&w, "message", doctor->checks[i].message);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	fprintf(cli->out, "%s\n", buf_text(&buf));
	buf_free(&buf);
}

static void say_words(const struct doctor *doctor)
{
	struct cli *cli = doctor->cli;
	char cell[64];
	size_t i;
	int used;

	fprintf(cli->out, "koodesk %s\n", PACKAGE_VERSION);
	for (i = 0; i < doctor->count; i++) {
		const struct check *check = &doctor->checks[i];

		used = text_fit(cell, sizeof(cell), _(finding_labels[check->finding]), 9, false);
		fprintf(cli->out, "%s%*s", cell, 9 - used, "");
		used = text_fit(cell, sizeof(cell), _(check->label), 15, false);
		fprintf(cli->out, "%s%*s %s\n", cell, 15 - used, "", check->message);
	}
}

int ops_doctor(struct cli *cli, struct error *err)
{
	struct doctor *doctor = mem_alloc(sizeof(*doctor));
	enum status status = cli->locate(cli, &doctor->path, err);
	bool found = false;

	doctor->cli = cli;
	doctor->progress = (struct ops_progress){ cli, _("Checking logs and files"), -1 };
	cli_catch_signals();
	if (status == STATUS_OK)
		status = look_at_database(doctor, err);
	if (status == STATUS_OK) {
		look_around(doctor);
		found = worst(doctor) >= WARNING;
		if (cli->options.format == FORMAT_TABLE || cli->options.format == FORMAT_CSV)
			say_words(doctor);
		else
			say_json(doctor);
		status = output_flush(cli, err);
	}
	free(doctor);
	return status == STATUS_OK && found ? 1 : status_exit_code(status);
}
