#include "cli/cli.h"

#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/embedded.h"
#include "base/i18n.h"
#include "cli/do.h"
#include "cli/ops.h"
#include "cli/output.h"

#define CHUNK_ROWS 500

int cli_finish(struct cli *cli, enum status status, struct error *err)
{
	if (status == STATUS_OK)
		status = output_flush(cli, err);
	return status_exit_code(status);
}

static enum status type_of(const char *name, const struct record_type **type, struct error *err)
{
	char all[256] = "";
	size_t i;

	*type = record_type_find(name);
	if (*type != NULL)
		return STATUS_OK;
	for (i = 0; record_types[i] != NULL; i++) {
		strlcat(all, i == 0 ? "" : ", ", sizeof(all));
		strlcat(all, record_types[i]->table, sizeof(all));
	}
	return error_set(err, STATUS_INVALID, _("There are no “%s” here; there are: %s."), name,
	    all);
}

/* --filter and the words after the type are one filter. */
static enum status filter_of(const struct cli *cli, int from, struct buf *out, struct error *err)
{
	int i;

	buf_init(out, FILTER_TEXT_MAX);
	if (cli->options.filter != NULL)
		buf_puts(out, cli->options.filter);
	for (i = from; i < cli->n_args; i++) {
		if (out->len > 0)
			buf_putc(out, ' ');
		buf_puts(out, cli->args[i]);
	}
	/* Without it all records would pass. */
	if (!out->failed)
		return STATUS_OK;
	error_set(err, STATUS_INVALID, _("a filter has at most %d bytes"), FILTER_TEXT_MAX);
	error_field(err, "filter");
	return STATUS_INVALID;
}

static unsigned chunk_of(int64_t left)
{
	return left >= 0 && left < CHUNK_ROWS ? (unsigned)left : CHUNK_ROWS;
}

/* Where the next page begins, or NULL after the last row. */
static const char *after_page(const struct page *page, struct buf *cursor)
{
	if (!page->more_after || page->count == 0)
		return NULL;
	buf_clear(cursor);
	page_cursor(page, page->count - 1, cursor);
	return buf_text(cursor);
}

static void print_total(struct cli *cli, int64_t total)
{
	bool more = total > COUNT_MAX;

	if (total >= 0 && cli->options.format != FORMAT_JSON)
		fprintf(cli->err, more ? _("%lld+ in all\n") : _("%lld in all\n"),
		    (long long)(more ? COUNT_MAX : total));
}

/* Reads page after page and prints each, so that memory does not know how many rows there are. */
static enum status list_pages(struct cli *cli, struct backend *b, struct query *query,
    struct error *err)
{
	struct output output;
	struct page *page = NULL;
	struct buf cursor;
	int64_t left = cli->options.limit, total = -1;
	bool counted = !query->count;
	enum status status;

	buf_init(&cursor, 4096);
	status = output_begin(&output, cli, query->type, cli->options.columns, err);
	while (status == STATUS_OK && (left != 0 || !counted)) {
		query->limit = chunk_of(left);
		status = backend_list(b, query, &page, err);
		if (status != STATUS_OK)
			break;
		if (query->count)
			total = page->total;
		query->count = false;
		counted = true;
		output_page(&output, page);
		if (cli_stopped()) {
			page_drop(page);
			status = error_set(err, STATUS_CANCELLED, _("cancelled"));
			break;
		}
		cli->rows += (int64_t)page->count;
		if (left > 0)
			left -= (int64_t)page->count;
		query->cursor = after_page(page, &cursor);
		page_drop(page);
		if (query->cursor == NULL)
			break;
	}
	if (status == STATUS_OK) {
		output_end(&output, query->cursor, total);
		print_total(cli, total);
	} else {
		buf_free(&output.buf);
	}
	buf_free(&cursor);
	return status;
}

enum status cli_list(struct cli *cli, bool by_id, struct error *err)
{
	struct backend *b = NULL;
	struct query query = { 0 };
	struct buf filter;
	enum status status;

	status = filter_of(cli, 1, &filter, err);
	if (status == STATUS_OK)
		status = type_of(cli->args[0], &query.type, err);
	if (status == STATUS_OK)
		status = cli->open(cli, &b, err);
	if (status == STATUS_OK) {
		query.filter = buf_text(&filter);
		query.sort = cli->options.sort;
		if (query.sort == NULL && by_id && (record_key(query.type)->flags & SORT))
			query.sort = record_key(query.type)->member;
		query.cursor = cli->options.after;
		query.parent = cli->options.parent;
		query.count = cli->options.count;
		status = list_pages(cli, b, &query, err);
	}
	backend_close(b);
	buf_free(&filter);
	return status;
}

static int run_list(struct cli *cli, struct error *err)
{
	return cli_finish(cli, cli_list(cli, false, err), err);
}

/* What can be done with a supervision now, for people and for scripts. */
static void show_actions(struct cli *cli, struct backend *b, const struct supervision *supervision)
{
	const struct actor *actor = backend_actor(b);
	struct page *page = NULL;
	const struct appeal *appeal = NULL;
	int id;

	if (supervision->appeal[0] != '\0' &&
	    backend_show(b, &appeal_record, supervision->appeal, &page, NULL) == STATUS_OK)
		appeal = page->rows[0];
	fprintf(cli->out, "%s:\n", _("Actions"));
	for (id = 1; id < ACTION_COUNT; id++) {
		const struct action *action = action_get((enum action_id)id);
		enum deny deny = permit_action(actor, action->id, supervision, appeal);

		if (!permit_offers(actor->role, action->id, supervision))
			continue;
		fprintf(cli->out, "  %-20s %s%s%s\n", action->word, _(action->label),
		    deny == DENY_NONE ? "" : " - ", deny_text(deny));
	}
	page_drop(page);
}

/* The same for a purchased service. */
static void show_owned_actions(
    struct cli *cli, struct backend *b, const struct instance *instance)
{
	const struct actor *actor = backend_actor(b);
	struct page *product = NULL, *order = NULL;
	struct owned owned = { .instance = instance };
	int id;

	if (backend_show(b, &product_record, instance->product, &product, NULL) == STATUS_OK)
		owned.product = product->rows[0];
	if (backend_show(b, &order_record, instance->order_id, &order, NULL) == STATUS_OK)
		owned.order = order->rows[0];
	fprintf(cli->out, "%s:\n", _("Actions"));
	for (id = 1; id < ACTION_COUNT; id++) {
		const struct action *action = action_get((enum action_id)id);
		enum deny deny;

		if (!permit_offers_owned(actor->role, action->id, instance))
			continue;
		deny = permit_owned(actor, action->id, &owned, backend_now(b));
		fprintf(cli->out, "  %-20s %s%s%s\n", action->word, _(action->label),
		    deny == DENY_NONE ? "" : " - ", deny_text(deny));
	}
	page_drop(product);
	page_drop(order);
}

static int run_show(struct cli *cli, struct error *err)
{
	const struct record_type *type;
	struct backend *b = NULL;
	struct page *page = NULL;
	enum status status;

	status = type_of(cli->args[0], &type, err);
	if (status == STATUS_OK)
		status = cli->open(cli, &b, err);
	if (status == STATUS_OK)
		status = backend_show(b, type, cli->args[1], &page, err);
	if (status == STATUS_OK) {
		output_record(cli, type, page->rows[0]);
		if (type == &supervision_record && cli->options.format == FORMAT_TABLE)
			show_actions(cli, b, page->rows[0]);
		else if (type == &instance_record && cli->options.format == FORMAT_TABLE)
			show_owned_actions(cli, b, page->rows[0]);
	}
	page_drop(page);
	backend_close(b);
	return cli_finish(cli, status, err);
}

/* ---- log, fetch ---------------------------------------------------------------------------- */

enum status cli_show_named(
    struct backend *b, unsigned on, const char *id, struct page **page, struct error *err)
{
	enum status status = STATUS_NOTFOUND;

	if (on & ON_SUPERVISION)
		status = backend_show(b, &supervision_record, id, page, err);
	if (status != STATUS_NOTFOUND || !(on & ON_INSTANCE))
		return status;
	if (!(on & ON_SUPERVISION))
		return backend_show(b, &instance_record, id, page, err);
	return backend_show(b, &instance_record, id, page, NULL) == STATUS_OK ? STATUS_OK : status;
}

static void print_verdict(struct cli *cli, const char *id, const struct verdict *verdict)
{
	struct json_writer w;
	struct buf buf;

	if (cli->options.format == FORMAT_TABLE || cli->options.format == FORMAT_CSV) {
		if (verdict->intact)
			cli_say(cli->out, _("%s: intact, %lld entries, head %s\n"), id,
			    (long long)verdict->entries, verdict->head);
		else
			cli_say(cli->out, _("%s: broken at entry %lld: %s\n"), id,
			    (long long)verdict->broken_at, verdict->reason);
		return;
	}
	buf_init(&buf, 1u << 16);
	json_begin(&w, &buf, cli->options.format == FORMAT_JSON);
	json_open_object(&w, NULL);
	json_put_text(&w, "supervisionId", id);
	json_put_bool(&w, "intact", verdict->intact);
	json_put_int(&w, "entries", verdict->entries);
	json_put_int(&w, "brokenAt", verdict->broken_at);
	json_put_text(&w, "reason", verdict->reason);
	json_put_text(&w, "head", verdict->head);
	json_close_object(&w);
	fprintf(cli->out, "%s\n", buf_text(&buf));
	buf_free(&buf);
}

static int run_log(struct cli *cli, struct error *err)
{
	struct query query = { .type = &log_entry_record, .sort = "seq" };
	struct verdict verdict = { .intact = true };
	struct backend *b = NULL;
	struct page *page = NULL;
	enum status status;

	status = cli->open(cli, &b, err);
	if (status == STATUS_OK)
		status = cli_show_named(b, ON_SUPERVISION | ON_INSTANCE, cli->args[0], &page, err);
	if (status == STATUS_OK) {
		query.parent = record_id(page->type, page->rows[0]);
		if (cli->options.verify) {
			status = backend_verify(b, query.parent, &verdict, err);
			if (status == STATUS_OK)
				print_verdict(cli, query.parent, &verdict);
		} else {
			query.filter = cli->options.filter;
			if (cli->options.sort != NULL)
				query.sort = cli->options.sort;
			status = list_pages(cli, b, &query, err);
		}
	}
	page_drop(page);
	backend_close(b);
	if (status == STATUS_OK && !verdict.intact)
		return cli_finish(cli, status, err) == 0 ? 1 : cli_fail(err);
	return cli_finish(cli, status, err);
}

static enum status file_write(void *state, const void *data, size_t n, struct error *err)
{
	FILE *file = state;

	if (fwrite(data, 1, n, file) == n)
		return STATUS_OK;
	return error_set(err, STATUS_IO, _("The file cannot be written: %s."), strerror(errno));
}

static int run_fetch(struct cli *cli, struct error *err)
{
	const char *to = cli->options.to;
	struct byte_sink sink = { file_write, cli->out };
	struct backend *b = NULL;
	FILE *file = NULL;
	enum status status;

	status = cli->open(cli, &b, err);
	if (status == STATUS_OK && to != NULL) {
		int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

		if (fd < 0)
			status = error_set(err, errno == EEXIST ? STATUS_EXISTS : STATUS_IO,
			    "%s: %s", to, strerror(errno));
		else if ((sink.state = file = fdopen(fd, "wb")) == NULL)
			mem_fail();
	} else if (status == STATUS_OK && isatty(STDOUT_FILENO)) {
		status = error_set(err, STATUS_INVALID,
		    _("Say where to write the file with --to FILE."));
	}
	if (status == STATUS_OK)
		status = backend_fetch(b, cli->args[0], &sink, err);
	if (file != NULL) {
		if (fclose(file) != 0 && status == STATUS_OK)
			status = error_set(err, STATUS_IO, "%s: %s", to, strerror(errno));
		if (status != STATUS_OK)
			unlink(to);
	}
	backend_close(b);
	return cli_finish(cli, status, err);
}

/* ---- import -------------------------------------------------------------------------------- */

enum status cli_read(const char *path, size_t max, struct buf *out, struct error *err)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "rbe");
	char chunk[8192];
	size_t n;
	enum status status = STATUS_OK;

	buf_init(out, max);
	if (file == NULL)
		return error_set(err, errno == ENOENT ? STATUS_NOTFOUND : STATUS_IO, "%s: %s", path,
		    strerror(errno));
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0 && !out->failed)
		buf_add(out, chunk, n);
	if (ferror(file))
		status = error_set(err, STATUS_IO, "%s: %s", path, strerror(errno));
	else if (out->failed)
		status = error_set(err, STATUS_INVALID, _("%s: larger than %zu bytes"), path, max);
	if (!standard)
		fclose(file);
	return status;
}

static enum status import_file(struct cli *cli, struct backend *b, const char *path,
    struct error *err)
{
	struct import_report counts = { 0 };
	const char *field;
	struct error why;
	struct buf text;
	enum status status;

	status = cli_read(path, JSON_MAX_BYTES, &text, err);
	if (status == STATUS_OK) {
		status = embedded_import(b, buf_text(&text), text.len, cli->options.dry_run,
		    &counts, err);
		if (status != STATUS_OK && err->status == status) {
			why = *err;
			field = cli_field(&why);
			error_set(err, status, "%s: %s%s%.400s", path, field, field[0] ? ": " : "",
			    why.message);
			error_detail(err, "%s", why.detail);
		}
	}
	buf_free(&text);
	if (status == STATUS_OK)
		cli_say(cli->out,
		    _("%s: %lld orders, %lld supervisions, %lld products, %lld accounts, "
		    "%lld users; %lld known before%s\n"), path, (long long)counts.orders,
		    (long long)counts.supervisions, (long long)counts.products,
		    (long long)counts.accounts, (long long)counts.users, (long long)counts.known,
		    cli->options.dry_run ? _(" (dry run)") : "");
	return status;
}

/* Every file is one transaction: what is wrong with one does not keep the others out. */
static int run_import(struct cli *cli, struct error *err)
{
	struct backend *b = NULL;
	enum status status, worst = STATUS_OK;
	struct error one;
	int i;

	status = cli->open(cli, &b, err);
	if (status != STATUS_OK)
		return cli_fail(err);
	for (i = 0; i < cli->n_args; i++) {
		memset(&one, 0, sizeof(one));
		status = import_file(cli, b, cli->args[i], &one);
		if (status == STATUS_OK)
			continue;
		if (worst != STATUS_OK)
			cli_say(cli->err, "koodesk: %s\n", err->message);
		worst = status;
		*err = one;
	}
	backend_close(b);
	return cli_finish(cli, worst, err);
}

/* ---- the entry point's --------------------------------------------------------------------- */

static int run_screen(struct cli *cli, struct error *err)
{
	return cli->screen(cli, err);
}

static int run_demo(struct cli *cli, struct error *err)
{
	return cli->demo(cli, err);
}

static int run_version(struct cli *cli, struct error *err)
{
	fprintf(cli->out, "koodesk %s\n", PACKAGE_VERSION);
	return cli_finish(cli, STATUS_OK, err);
}

/* A command without help of its own. */
#define PLAIN(name, arguments, summary, min, max, run) \
	{ name, arguments, summary, min, max, run, NULL }

const struct cli_command cli_commands[] = {
	PLAIN("list", "TYPE [FILTER...]",
	    N_("records that you may see: supervisions, orders, appeals ..."), 1, -1, run_list),
	PLAIN("show", "TYPE ID", N_("one record whole, and what can be done with it"), 2, 2,
	    run_show),
	{ "do", "ACTION ID",
	    N_("an action on a supervision or a purchased service: accept, renew ..."), 2, 2,
	    do_run, do_help },
	PLAIN("log", "ID", N_("the operation log of a supervision or a purchased service"), 1, 1,
	    run_log),
	PLAIN("fetch", "FILE-ID", N_("the contents of a file that was handed in"), 1, 1, run_fetch),
	PLAIN("import", "FILE...", N_("orders of the open API and catalogues"), 1, -1, run_import),
	PLAIN("export", "TYPE [FILTER...]", N_("all records that you may see, to a file (--to)"), 1,
	    -1, ops_export),
	PLAIN("backup", "FILE", N_("a copy of the marketplace, proven whole, while it is in use"),
	    1, 1, ops_backup),
	PLAIN("restore", "FILE", N_("a backup back in its place; with --verify only checked"), 1, 1,
	    ops_restore),
	PLAIN("verify", "", N_("every operation log; exit code 1 where one breaks"), 0, 0,
	    ops_verify),
	PLAIN("doctor", "", N_("what is there, and what is wrong with it"), 0, 0, ops_doctor),
	PLAIN("screen", "NAME [ID]", N_("what the console would show, as text"), 1, 2, run_screen),
	PLAIN("demo", "", N_("the console on a demo marketplace"), 0, 0, run_demo),
	PLAIN("version", "", N_("the version"), 0, 0, run_version),
	{ NULL, NULL, NULL, 0, 0, NULL, NULL },
};
