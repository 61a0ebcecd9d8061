#include "model/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <bsd/stdlib.h>
#include <bsd/string.h>

#include "base/digest.h"
#include "base/text.h"
#include "base/when.h"
#include "model/flow.h"
#include "model/money.h"

#define ID_MAX 64
#define FILE_NAME_MAX 256

/* domain.md R3 */
static const char *const file_types[] = {
	".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".txt", ".md", ".csv", ".png",
	".jpg", ".jpeg", ".gif", ".zip", ".rar", ".eml",
};

static bool blank(const char *text)
{
	return text[strspn(text, " \t\r\n\v\f")] == '\0';
}

/* INVALID at a field of the command. */
static enum status refuse(struct error *err, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static enum status refuse(struct error *err, const char *field, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	error_set(err, STATUS_INVALID, "%s", text);
	error_field(err, field);
	return STATUS_INVALID;
}

/* INVALID at an input, whose label stands before the message: "Reason: this is required ...". */
static enum status refuse_input(struct error *err, const struct input *input, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static enum status refuse_input(struct error *err, const struct input *input, const char *fmt, ...)
{
	char text[448];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return refuse(err, input->name, _("%s: %s"), _(input->label), text);
}

const char *command_value(const struct command *command, const char *name)
{
	for (size_t i = 0; i < command->n_values; i++) {
		if (strcmp(command->values[i].name, name) == 0)
			return command->values[i].value;
	}
	return "";
}

/* Whether a word is one of a list "a,b,c". */
static bool in_list(const char *word, const char *list)
{
	size_t n = strlen(word);

	for (; list != NULL; list = strchr(list, ',')) {
		list += *list == ',';
		if (strncmp(list, word, n) == 0 && (list[n] == ',' || list[n] == '\0'))
			return true;
	}
	return false;
}

/* "@column=word,word" of the supervision. */
static bool supervision_asks(const char *when, const struct supervision *supervision)
{
	const char *equals = strchr(when, '=');
	char member[64];
	const struct field *field;

	strlcpy(member, when + 1, sizeof(member));
	member[equals - when - 1] = '\0';
	field = record_field(&supervision_record, member);
	return in_list(names_word(field->names, record_int(field, supervision)), equals + 1);
}

bool command_asks_of(const struct input *input, const struct supervision *supervision,
    const struct command_value *values, size_t n)
{
	if (input->when[0] == '@')
		return supervision == NULL || supervision_asks(input->when, supervision);
	return command_asks(input, values, n);
}

bool command_asks(const struct input *input, const struct command_value *values, size_t n)
{
	const char *equals = strchr(input->when, '=');

	if (equals == NULL || input->when[0] == '@')
		return true;
	for (size_t i = 0; i < n; i++) {
		if (strncmp(values[i].name, input->when, (size_t)(equals - input->when)) == 0 &&
		    values[i].name[equals - input->when] == '\0')
			return strcmp(values[i].value, equals + 1) == 0;
	}
	return false;
}

/* ---- Values, one by one ---- */

static enum status check_text(const struct input *input, const char *value, size_t max,
    struct error *err)
{
	if (!text_valid_utf8(value, strlen(value)))
		return refuse_input(err, input, _("the text is not valid UTF-8: write it again"));
	if (strlen(value) > max)
		return refuse_input(err, input,
		    _("the text has %zu bytes and %zu are possible: shorten it"), strlen(value),
		    max);
	if (input->kind == INPUT_TEXT && strpbrk(value, "\r\n") != NULL)
		return refuse_input(
		    err, input, _("only one line is possible: take the line breaks out"));
	return STATUS_OK;
}

/* Midnight in platform time of the day that `at` lies in. */
static int64_t platform_day(int64_t at)
{
	int64_t local = at + WHEN_PLATFORM_OFFSET;
	int64_t into = local % WHEN_DAY;

	if (into < 0)
		into += WHEN_DAY;
	return at - into;
}

/*
 * Times that are entered lie in the past of the order: from the day it was placed until now
 * (domain.md 3.1).
 */
static enum status check_time(const struct input *input, const char *value,
    const struct supervision *supervision, int64_t now, struct error *err)
{
	char text[WHEN_TEXT];
	int64_t at;

	if (!when_parse_person(value, WHEN_PLATFORM_OFFSET, &at))
		return refuse_input(
		    err, input, _("this is no time: write it like 2026-11-22 14:30"));
	if (at > now) {
		when_text(now, WHEN_PLATFORM_OFFSET, text);
		return refuse_input(
		    err, input, _("the time lies in the future: it is %s now"), text);
	}
	if (supervision != NULL && at < platform_day(supervision->placed_at)) {
		when_date_text(supervision->placed_at, WHEN_PLATFORM_OFFSET, text);
		return refuse_input(err, input,
		    _("the time lies before the order, which was placed on %s: write that day or a "
		      "later one"),
		    text);
	}
	return STATUS_OK;
}

/* An amount that is given back: more than nothing, at most what the order line cost (R1, R12). */
static enum status check_money(const struct input *input, const char *value,
    const struct supervision *supervision, struct error *err)
{
	char most[MONEY_TEXT];
	int64_t amount;

	if (!money_parse(value, &amount))
		return refuse_input(err, input,
		    _("this is no amount: write it like 28000.00, with at most three decimals"));
	if (amount <= 0)
		return refuse_input(err, input, _("the amount must be more than 0"));
	if (supervision != NULL && amount > supervision->amount) {
		money_text(supervision->amount, supervision->currency, most);
		return refuse_input(err, input, _("the amount must be at most %s"), most);
	}
	return STATUS_OK;
}

static enum status check_number(const struct input *input, const char *value, struct error *err)
{
	const char *wrong = NULL;

	strtonum(value, input->least, input->most, &wrong);
	if (wrong == NULL)
		return STATUS_OK;
	return refuse_input(err, input, _("write a whole number from %lld to %lld"),
	    (long long)input->least, (long long)input->most);
}

/* The nodes that the flow of a supervision can be sent back to, as wire words. */
static void list_earlier(const struct supervision *supervision, char *out, size_t cap)
{
	const struct flow *flow = flow_get((enum flow_id)supervision->flow);

	out[0] = '\0';
	for (size_t i = 0; i < flow->count; i++) {
		enum stage_id stage = flow->stages[i].id;

		if (!flow_before(flow->id, stage, (enum stage_id)supervision->stage,
		        flow_conditions(supervision)))
			continue;
		if (out[0] != '\0')
			strlcat(out, ", ", cap);
		strlcat(out, names_word(&stage_names, (int64_t)stage), cap);
	}
}

static enum status check_earlier(const struct input *input, int64_t stage,
    const struct supervision *supervision, struct error *err)
{
	char earlier[256];

	if (flow_before((enum flow_id)supervision->flow, (enum stage_id)stage,
	        (enum stage_id)supervision->stage, flow_conditions(supervision)))
		return STATUS_OK;
	list_earlier(supervision, earlier, sizeof(earlier));
	if (earlier[0] == '\0')
		return refuse_input(err, input,
		    _("the flow stands at its first node and cannot go back: decide otherwise"));
	return refuse_input(err, input, _("\"%s\" is not before the present node: possible are %s"),
	    names_word(&stage_names, stage), earlier);
}

static enum status check_choice(const struct input *input, const char *value,
    const struct actor *actor, const struct supervision *supervision, struct error *err)
{
	int64_t choice = names_value(input->names, value);
	char list[256], shown[64];

	if (choice <= 0) {
		names_list(input->names, list, sizeof(list));
		text_clean(shown, sizeof(shown), value);
		return refuse_input(err, input, _("\"%s\" is not possible: write %s"), shown, list);
	}
	if (input->names == &ground_names && choice == GROUND_BUYER_INACTIVE && actor != NULL &&
	    actor->role != ROLE_SELLER)
		return refuse_input(err, input,
		    _("only the seller can appeal because the buyer does not act: choose another "
		      "ground"));
	if (input->names == &stage_names && supervision != NULL)
		return check_earlier(input, choice, supervision, err);
	return STATUS_OK;
}

enum status command_check_value(const struct input *input, const char *value,
    const struct actor *actor, const struct supervision *supervision, int64_t now,
    struct error *err)
{
	bool asked = command_asks_of(input, supervision, NULL, 0) || input->when[0] != '@';

	if (blank(value)) {
		if (!input->required || !asked)
			return STATUS_OK;
		return refuse_input(err, input, _("this is required and blank: fill it in"));
	}
	if (!asked)
		return refuse_input(err, input, _("this kind of delivery has no such field: leave "
						  "it out"));
	switch (input->kind) {
	case INPUT_TEXT:
		return check_text(input, value, INPUT_TEXT_MAX, err);
	case INPUT_LONG:
		return check_text(input, value, INPUT_LONG_MAX, err);
	case INPUT_TIME:
		return check_time(input, value, supervision, now, err);
	case INPUT_MONEY:
		return check_money(input, value, supervision, err);
	case INPUT_NUMBER:
		return check_number(input, value, err);
	case INPUT_CHOICE:
		return check_choice(input, value, actor, supervision, err);
	case INPUT_FILES:
		break;
	}
	return refuse_input(err, input, _("files are asked for here, not a text"));
}

/* ---- Files ---- */

static bool type_allowed(const char *name)
{
	const char *type = strrchr(name, '.');

	for (size_t i = 0; type != NULL && i < sizeof(file_types) / sizeof(file_types[0]); i++) {
		if (strcasecmp(type, file_types[i]) == 0)
			return true;
	}
	return false;
}

static void list_types(char *out, size_t cap)
{
	out[0] = '\0';
	for (size_t i = 0; i < sizeof(file_types) / sizeof(file_types[0]); i++) {
		strlcat(out, i > 0 ? " " : "", cap);
		strlcat(out, file_types[i], cap);
	}
}

/* Words of the kinds whose bits are set. */
static void list_kinds(uint32_t kinds, char *out, size_t cap)
{
	out[0] = '\0';
	for (int64_t kind = FILE_NONE + 1; kind < FILE_COUNT; kind++) {
		if (!(kinds & (1u << kind)))
			continue;
		if (out[0] != '\0')
			strlcat(out, ", ", cap);
		strlcat(out, names_word(&file_kind_names, kind), cap);
	}
}

static bool kind_in(uint32_t kinds, enum file_kind kind)
{
	return (int)kind > FILE_NONE && (int)kind < FILE_COUNT && (kinds & (1u << kind)) != 0;
}

/* Name, type and size (R3); field is the input that is meant. */
static enum status check_contents(const char *field, const struct command_file *file,
    struct error *err)
{
	char name[FILE_NAME_MAX], types[128], shown[96];

	if (file->name == NULL || !text_file_name(name, sizeof(name), file->name))
		return refuse(err, field, _("a file has no usable name: rename it"));
	text_fit(shown, sizeof(shown), name, 40, false);
	if (!type_allowed(name)) {
		list_types(types, sizeof(types));
		return refuse(err, field,
		    _("%s: files of this type are not taken: possible are %s"), shown, types);
	}
	if (file->size <= 0)
		return refuse(err, field, _("%s: the file is empty: choose another"), shown);
	if (file->size > FILE_MAX_BYTES)
		return refuse(err, field,
		    _("%s: the file is larger than %d MiB: split or compress it"), shown,
		    (int)(FILE_MAX_BYTES >> 20));
	return STATUS_OK;
}

enum status command_check_contents(const struct command_file *file, struct error *err)
{
	return check_contents("file", file, err);
}

enum status command_check_file(const struct input *input, const struct command_file *file,
    struct error *err)
{
	char kinds[256];

	if (input->kind != INPUT_FILES || !kind_in(input->kinds, file->kind)) {
		list_kinds(input->kinds, kinds, sizeof(kinds));
		return refuse_input(err, input,
		    _("a file of the kind \"%s\" is not asked for: possible are %s"),
		    names_word(&file_kind_names, (int64_t)file->kind), kinds);
	}
	return check_contents(input->name, file, err);
}

/* The first file input of the action that is asked for and takes the kind, or NULL. */
static const struct input *input_for(const struct action *action, const struct command *command,
    enum file_kind kind)
{
	for (size_t i = 0; i < action->count; i++) {
		const struct input *input = &action->inputs[i];

		if (input->kind == INPUT_FILES && kind_in(input->kinds, kind) &&
		    command_asks(input, command->values, command->n_values))
			return input;
	}
	return NULL;
}

static uint32_t kinds_asked(const struct action *action, const struct command *command)
{
	uint32_t kinds = 0;

	for (size_t i = 0; i < action->count; i++) {
		if (action->inputs[i].kind == INPUT_FILES &&
		    command_asks(&action->inputs[i], command->values, command->n_values))
			kinds |= action->inputs[i].kinds;
	}
	return kinds;
}

static enum status check_file_of(const struct action *action, const struct command *command,
    const struct command_file *file, struct error *err)
{
	const struct input *input = input_for(action, command, file->kind);
	bool named = file->digest != NULL && file->digest[0] != '\0';
	char kinds[256];
	enum status status;

	if (input == NULL) {
		list_kinds(kinds_asked(action, command), kinds, sizeof(kinds));
		if (kinds[0] == '\0')
			return refuse(
			    err, "files", _("%s takes no files: leave them out"), _(action->label));
		return refuse(err, "files",
		    _("%s takes no file of the kind \"%s\": possible are %s"), _(action->label),
		    names_word(&file_kind_names, (int64_t)file->kind), kinds);
	}
	status = command_check_file(input, file, err);
	if (status != STATUS_OK)
		return status;
	/* Before the contents are attached there is no digest yet: a dry run may come so early. */
	if (named ? !digest_valid_text(file->digest) : !command->dry_run)
		return refuse_input(
		    err, input, _("a file has no valid SHA-256 digest: attach its contents first"));
	return STATUS_OK;
}

static enum status check_files(const struct action *action, const struct command *command,
    struct error *err)
{
	if (command->n_files > FILES_MAX)
		return refuse(err, "files",
		    _("%zu files are too many: at most %d go with one submission"),
		    command->n_files, FILES_MAX);
	for (size_t i = 0; i < command->n_files; i++) {
		enum status status = check_file_of(action, command, &command->files[i], err);

		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

/* At least one file of the input's kinds (F9). */
static enum status check_present(const struct input *input, const struct command *command,
    struct error *err)
{
	char kinds[256];

	for (size_t i = 0; i < command->n_files; i++) {
		if (kind_in(input->kinds, command->files[i].kind))
			return STATUS_OK;
	}
	list_kinds(input->kinds, kinds, sizeof(kinds));
	if (input->kinds == 1u << FILE_COMMITMENT)
		return refuse(err, input->name,
		    _("the commitment letter (申诉介入处理承诺函) is missing: whoever appeals "
		      "because the "
		      "buyer does not act adds it as a file of the kind %s"),
		    kinds);
	return refuse_input(
	    err, input, _("this is required: add at least one file of these kinds: %s"), kinds);
}

/* All required file inputs that are asked for: those that depend on a choice, or the others. */
static enum status check_required_files(
    const struct action *action, const struct command *command, bool dependent, struct error *err)
{
	for (size_t i = 0; i < action->count; i++) {
		const struct input *input = &action->inputs[i];
		enum status status;

		if (input->kind != INPUT_FILES || !input->required ||
		    (input->when[0] != '\0') != dependent ||
		    !command_asks(input, command->values, command->n_values))
			continue;
		status = check_present(input, command, err);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

/* ---- The whole command ---- */

/* By the command alone: what depends on the supervision is refused with its value. */
static bool asks(const struct input *input, const struct command *command)
{
	return command_asks(input, command->values, command->n_values);
}

enum status command_check_head(const struct command *command, struct error *err)
{
	size_t n = command->key == NULL ? 0 : strlen(command->key);

	if (command->id == NULL || command->id[0] == '\0' || strlen(command->id) > ID_MAX)
		return refuse(err, "id",
		    _("say which record: its id must have 1 to %d bytes"), ID_MAX);
	if (action_get(command->action) == NULL)
		return refuse(
		    err, "action", _("there is no such action: \"do --help\" lists them"));
	for (size_t i = 0; i < n; i++) {
		if (command->key[i] <= ' ' || command->key[i] > '~')
			n = 0;
	}
	if (n == 0 || n > COMMAND_KEY_MAX)
		return refuse(err, "key",
		    _("the idempotency key must have 1 to %d printable ASCII characters and no "
		      "blanks"),
		    COMMAND_KEY_MAX);
	if (command->version < VERSION_ANY)
		return refuse(err, "version", _("the version must be 0 or more"));
	return STATUS_OK;
}

/*
 * Names: known to the action, no file inputs, none twice, none whose `when` does not hold. A blank
 * value counts as absent.
 */
static enum status check_names(const struct action *action, const struct command *command,
    struct error *err)
{
	char shown[64];

	for (size_t i = 0; i < command->n_values; i++) {
		const struct command_value *value = &command->values[i];
		const struct input *input = action_input(action, value->name);

		text_clean(shown, sizeof(shown), value->name);
		if (input == NULL || input->kind == INPUT_FILES)
			return refuse(err, shown, _("%s has no input \"%s\": leave it out"),
			    _(action->label), shown);
		for (size_t j = 0; j < i; j++) {
			if (strcmp(command->values[j].name, value->name) == 0)
				return refuse_input(
				    err, input, _("this is given twice: give it once"));
		}
		if (!blank(value->value) && !asks(input, command))
			return refuse_input(err, input,
			    _("this belongs to \"%s\" only: leave it out"), input->when);
	}
	return STATUS_OK;
}

enum status command_check(const struct command *command, const struct actor *actor,
    const struct supervision *supervision, int64_t now, struct error *err)
{
	const struct action *action = action_get(command->action);
	enum status status = command_check_head(command, err);

	if (status == STATUS_OK)
		status = check_names(action, command, err);
	for (size_t i = 0; status == STATUS_OK && i < action->count; i++) {
		const struct input *input = &action->inputs[i];

		if (input->kind != INPUT_FILES && asks(input, command))
			status = command_check_value(input, command_value(command, input->name),
			    actor, supervision, now, err);
	}
	if (status == STATUS_OK)
		status = check_files(action, command, err);
	/* What a choice demands comes first: its message says more. */
	if (status == STATUS_OK)
		status = check_required_files(action, command, true, err);
	if (status == STATUS_OK)
		status = check_required_files(action, command, false, err);
	return status;
}
