#include "cli/do.h"

#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/when.h"
#include "cli/secrets.h"
#include "model/instance.h"
#include "model/money.h"

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

static enum status do_it(struct cli *cli, struct backend *b, const struct action *action,
    struct doing *doing, struct error *err)
{
	struct page *page = NULL;
	struct receipt receipt;
	enum status status = gather_values(cli, action, doing, err);

	if (status == STATUS_OK)
		status = cli_show_named(b, action->on, cli->args[1], &page, err);
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
int do_help(struct cli *cli, struct error *err)
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
	return cli_finish(cli, STATUS_OK, err);
}

int do_run(struct cli *cli, struct error *err)
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
	return cli_finish(cli, status, err);
}
