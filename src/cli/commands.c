#include "cli/cli.h"

#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/embedded.h"
#include "base/i18n.h"
#include "base/rand.h"
#include "base/text.h"
#include "cli/ops.h"
#include "cli/output.h"
#include "cli/secrets.h"
#include "model/instance.h"
#include "model/money.h"

#define CHUNK_ROWS 500

static int finish(struct cli *cli, enum status status, struct error *err)
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
	return finish(cli, cli_list(cli, false, err), err);
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
	return finish(cli, status, err);
}

/* ---- do ------------------------------------------------------------------------------------ */

struct doing {
	struct arena arena;
	struct command command;
	struct command_value values[CLI_SETS_MAX * 4];
	struct secrets secrets;
	struct command_file files[FILES_MAX];
	char key[RAND_UUID];
};

/* "name=value"; options.c has seen to the sign. */
static void split(const char *text, struct arena *arena, const char **name, const char **value)
{
	const char *equals = strchr(text, '=');

	*name = arena_strndup(arena, text, (size_t)(equals - text));
	*value = equals + 1;
}

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

static enum status read_value(const struct input *input, const char *name, const char *path,
    struct arena *arena, const char **value, struct error *err)
{
	bool line = input != NULL && input->kind != INPUT_LONG;
	struct buf text;
	enum status status = cli_read(path, INPUT_LONG_MAX, &text, err);
	size_t n = text.len;

	if (status == STATUS_OK && memchr(buf_text(&text), '\0', n) != NULL) {
		status = error_set(err, STATUS_INVALID, _("%s: this is not a text"), path);
		error_field(err, name);
	}
	/* A line in a file ends with a line break, which is none of what it says. */
	if (line && n > 0 && text.data[n - 1] == '\n')
		n--;
	if (line && n > 0 && text.data[n - 1] == '\r')
		n--;
	if (status == STATUS_OK)
		*value = arena_strndup(arena, buf_text(&text), n);
	buf_free(&text);
	return status;
}

static enum status gather_values(const struct cli *cli, const struct action *action,
    struct doing *doing, struct error *err)
{
	const struct cli_options *options = &cli->options;
	struct command_value *value = doing->values;
	enum status status = STATUS_OK;
	const char *path;
	size_t i, n = 0;

	for (i = 0; status == STATUS_OK && i < options->n_sets; i++, value++, n++) {
		split(options->sets[i], &doing->arena, &value->name, &value->value);
		status = secrets_refuse(action, value->name, err);
	}
	for (i = 0; status == STATUS_OK && i < options->n_set_files; i++, value++, n++) {
		const struct input *input;

		split(options->set_files[i], &doing->arena, &value->name, &path);
		input = action_input(action, value->name);
		status = input != NULL && input->secret ?
		    secrets_from_file(&doing->secrets, value->name, path, &value->value, err) :
		    read_value(input, value->name, path, &doing->arena, &value->value, err);
	}
	if (status == STATUS_OK)
		status = secrets_gather(cli, action, &doing->secrets, doing->values, &n, err);
	if (status != STATUS_OK)
		return status;
	doing->command.values = doing->values;
	doing->command.n_values = n;
	return STATUS_OK;
}

static enum status gather_files(const struct cli *cli, struct backend *b, struct doing *doing,
    struct error *err)
{
	enum status status;
	size_t i;

	for (i = 0; i < cli->options.n_files; i++) {
		const char *word, *path;
		char kinds[400];
		int64_t kind;

		split(cli->options.files[i], &doing->arena, &word, &path);
		kind = names_value(&file_kind_names, word);
		if (kind <= 0) {
			names_list(&file_kind_names, kinds, sizeof(kinds));
			return error_set(err, STATUS_INVALID,
			    _("--file: “%s” is no kind of file; the kinds are %s."), word, kinds);
		}
		status = cli->options.dry_run ?
		    backend_check_path(path, (enum file_kind)kind, &doing->arena,
		        &doing->files[i], err) :
		    backend_attach_path(b, path, (enum file_kind)kind, &doing->arena,
		        &doing->files[i], err);
		if (status != STATUS_OK)
			return status;
	}
	doing->command.files = doing->files;
	doing->command.n_files = cli->options.n_files;
	return STATUS_OK;
}

/* What the action is done to: the amount that it is about, and who sells it. */
static void tell_supervision(struct cli *cli, const struct supervision *supervision)
{
	char money[96];
	struct view view = { cli->clock(cli->clock_state), cli->offset, cli->options.ascii };

	record_show(&supervision_record, record_field(&supervision_record, "amount"), supervision,
	    &view, money, sizeof(money));
	cli_say(cli->err, "%s, %s, %s\n", supervision->id, supervision->product_name, money);
}

static void tell_service(struct cli *cli, struct backend *b, const struct action *action,
    const struct instance *instance, const struct command *command)
{
	const char *periods = command_value(command, "periods");
	char from[WHEN_TEXT], to[WHEN_TEXT], money[MONEY_TEXT];
	struct page *page = NULL;
	struct instance_offer offer;

	cli_say(cli->err, "%s, %s, %s\n", instance->id, instance->product_name,
	    instance->seller_name);
	backend_show(b, &product_record, instance->product, &page, NULL);
	if (action->kind == KIND_OWNED &&
	    instance_offer(instance, page == NULL ? NULL : page->rows[0],
		periods[0] == '\0' ? 1 : strtonum(periods, 1, 36, NULL), backend_now(b), &offer)) {
		money_text(offer.amount, offer.currency, money);
		when_date_text(offer.from, cli->offset, from);
		when_date_text(offer.to, cli->offset, to);
		fprintf(cli->err, _("%s, for the period from %s to %s\n"), money, from, to);
	}
	page_drop(page);
}

/* At a terminal a person confirms what will happen; a script has said so by running the command. */
static enum status ask(struct cli *cli, struct backend *b, const struct action *action,
    const struct page *page, const struct command *command, struct error *err)
{
	char answer[16] = "";

	if (cli->options.yes || cli->options.dry_run || action->guard == GUARD_NONE ||
	    !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return STATUS_OK;
	fprintf(cli->err, "%s: ", _(action->label));
	if (page->type == &instance_record)
		tell_service(cli, b, action, page->rows[0], command);
	else
		tell_supervision(cli, page->rows[0]);
	fprintf(cli->err, "%s\n%s ", _(action->effect), _("Go on? [y/N]"));
	fflush(cli->err);
	if (fgets(answer, sizeof(answer), stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y'))
		return STATUS_OK;
	return error_set(err, STATUS_CANCELLED, _("Nothing was done."));
}

static void print_receipt(struct cli *cli, const struct receipt *receipt)
{
	struct json_writer w;
	struct buf buf;
	bool plain = cli->options.format == FORMAT_TABLE || cli->options.format == FORMAT_CSV;

	if (plain && receipt->owned) {
		cli_say(cli->out, _("%s: %s %s, version %lld, entry %lld%s%s\n"), receipt->id,
		    names_word(&action_names, (int64_t)receipt->action), receipt->record,
		    (long long)receipt->version, (long long)receipt->seq,
		    receipt->replayed ? _(", done before") : "",
		    receipt->dry_run ? _(", dry run: nothing was changed") : "");
		return;
	}
	if (plain) {
		cli_say(cli->out, _("%s: %s -> %s, version %lld, entry %lld%s%s\n"), receipt->id,
		    names_label(&stage_names, receipt->from), names_label(&stage_names,
		        receipt->to),
		    (long long)receipt->version, (long long)receipt->seq,
		        receipt->replayed ? _(", done before") : "",
		    receipt->dry_run ? _(", dry run: nothing was changed") : "");
		return;
	}
	buf_init(&buf, 1u << 16);
	json_begin(&w, &buf, cli->options.format == FORMAT_JSON);
	receipt_json(receipt, &w, NULL);
	fprintf(cli->out, "%s\n", buf_text(&buf));
	buf_free(&buf);
}

/* A page of what the id names: a supervision, or a purchased service. An order's id will do. */
static enum status show_named(
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

static enum status do_it(struct cli *cli, struct backend *b, const struct action *action,
    struct doing *doing, struct error *err)
{
	struct page *page = NULL;
	struct receipt receipt;
	enum status status = gather_values(cli, action, doing, err);

	if (status == STATUS_OK)
		status = show_named(b, action->on, cli->args[1], &page, err);
	if (status == STATUS_OK) {
		doing->command.id =
		    arena_strdup(&doing->arena, record_id(page->type, page->rows[0]));
		status = ask(cli, b, action, page, &doing->command, err);
	}
	page_drop(page);
	if (status == STATUS_OK)
		status = gather_files(cli, b, doing, err);
	if (status == STATUS_OK)
		status = backend_perform(b, &doing->command, &receipt, err);
	if (status == STATUS_OK)
		print_receipt(cli, &receipt);
	return status;
}

static enum status find_action(const char *word, const struct action **action, struct error *err)
{
	char words[800] = "";
	size_t i;

	*action = action_find(word);
	if (*action != NULL)
		return STATUS_OK;
	for (i = 1; i < action_names.count; i++) {
		/* What programs do by themselves is nothing to choose. */
		if (action_get((enum action_id)i)->guard == GUARD_PROGRAM)
			continue;
		strlcat(words, words[0] != '\0' ? ", " : "", sizeof(words));
		strlcat(words, names_word(&action_names, (int64_t)i), sizeof(words));
	}
	return error_set(err, STATUS_INVALID, _("There is no action “%s”; there are: %s."), word,
	    words);
}

/* What an input may be: its choices, its kinds of files, or the form of its text. */
static void print_input_kind(struct cli *cli, const struct input *input)
{
	char words[400] = "";
	int kind;

	switch (input->kind) {
	case INPUT_CHOICE:
		names_list(input->names, words, sizeof(words));
		break;
	case INPUT_FILES:
		for (kind = 1; kind < FILE_COUNT; kind++) {
			if ((input->kinds & (1u << kind)) == 0)
				continue;
			strlcat(words, words[0] == '\0' ? "" : ", ", sizeof(words));
			strlcat(words, names_word(&file_kind_names, kind), sizeof(words));
		}
		break;
	case INPUT_TIME:
		strlcpy(words, "2026-11-22 14:30", sizeof(words));
		break;
	case INPUT_MONEY:
		strlcpy(words, "12.50", sizeof(words));
		break;
	case INPUT_NUMBER:
		snprintf(words, sizeof(words), _("%lld to %lld"), (long long)input->least,
		    (long long)input->most);
		break;
	case INPUT_TEXT:
	case INPUT_LONG:
		break;
	}
	if (words[0] != '\0')
		fprintf(cli->out, _(": %s"), words);
	fputc('\n', cli->out);
}

/* An option and its argument in their columns: a name may be wider than its bytes say. */
static void print_option(struct cli *cli, const char *option, const char *argument)
{
	int width = text_width(argument);

	fprintf(cli->out, "  %-9s %s%*s ", option, argument, width < 14 ? 14 - width : 0, "");
}

/* "input=word" or "@column=word,word": when it is asked for. */
static void print_input_when(struct cli *cli, const struct input *input)
{
	const char *when = input->when + (input->when[0] == '@'), *equals = strchr(when, '=');

	if (equals != NULL)
		fprintf(cli->out, _(" [where %.*s is %s]"), (int)(equals - when), when, equals + 1);
}

/* koodesk do ACTION --help: the inputs, by the options that take them. */
static int help_do(struct cli *cli, struct error *err)
{
	const struct action *action;
	size_t i;

	if (find_action(cli->args[0], &action, err) != STATUS_OK)
		return cli_fail(err);
	fprintf(cli->out, _("Usage: koodesk %s %s ID\n"), "do", action->word);
	if (action->on & ON_INSTANCE)
		fprintf(cli->out, "%s\n", action->on & ON_SUPERVISION
			? _("ID is a supervision's, or of a line without one a purchased service's")
			: _("ID is a purchased service's, or that of its order"));
	fprintf(cli->out, _("%s: "), _(action->label));
	fprintf(cli->out, "%s\n", _(action->effect));
	for (i = 0; i < action->count; i++) {
		const struct input *input = &action->inputs[i];
		bool file = input->kind == INPUT_FILES;

		print_option(cli, file ? "--file" : input->secret ? "--secret" : "--set",
		    file ? _("KIND=FILE") : input->name);
		fprintf(cli->out, "%s%s", _(input->label), input->required ? _(" (required)") : "");
		print_input_when(cli, input);
		print_input_kind(cli, input);
	}
	return finish(cli, STATUS_OK, err);
}

static int run_do(struct cli *cli, struct error *err)
{
	const struct action *action;
	struct doing *doing = mem_alloc(sizeof(*doing));
	struct backend *b = NULL;
	enum status status;

	status = find_action(cli->args[0], &action, err);
	if (status != STATUS_OK)
		goto out;
	rand_uuid(doing->key);
	doing->command.action = action->id;
	doing->command.key = cli->options.key != NULL ? cli->options.key : doing->key;
	doing->command.version = cli->options.if_version;
	doing->command.dry_run = cli->options.dry_run;
	status = cli->open(cli, &b, err);
	if (status == STATUS_OK)
		status = do_it(cli, b, action, doing, err);
out:
	backend_close(b);
	secrets_free(&doing->secrets);
	arena_free(&doing->arena);
	free(doing);
	return finish(cli, status, err);
}

/* ---- log, fetch ---------------------------------------------------------------------------- */

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
		status = show_named(b, ON_SUPERVISION | ON_INSTANCE, cli->args[0], &page, err);
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
		return finish(cli, status, err) == 0 ? 1 : cli_fail(err);
	return finish(cli, status, err);
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
	return finish(cli, status, err);
}

/* ---- import -------------------------------------------------------------------------------- */

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
	return finish(cli, worst, err);
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
	return finish(cli, STATUS_OK, err);
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
	    run_do, help_do },
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
