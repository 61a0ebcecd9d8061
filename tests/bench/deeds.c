/* What is done to the marketplace of a scene: orders, contents, actions with what they ask for. */
#include "scene.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "model/flow.h"

void deed_import(struct deed *deed, int64_t n, const char *stream, int lines)
{
	memset(deed, 0, sizeof(*deed));
	deed->kind = DEED_IMPORT;
	deed->n = n;
	deed->lines = lines;
	snprintf(deed->id, sizeof(deed->id), "CS%s%06" PRId64, stream, n);
}

/* Contents that depend on n alone. */
struct stream { int64_t n, at, size; };

static enum status big_read(void *state, void *data, size_t cap, size_t *n, struct error *err)
{
	struct stream *stream = state;
	int64_t left = stream->size - stream->at;
	size_t i;

	(void)err;
	*n = left < (int64_t)cap ? (size_t)left : cap;
	for (i = 0; i < *n; i++)
		((unsigned char *)data)[i] = (unsigned char)((stream->at + (int64_t)i) >> 3);
	if (stream->at == 0 && *n > sizeof(stream->n))
		memcpy(data, &stream->n, sizeof(stream->n));
	stream->at += (int64_t)*n;
	return STATUS_OK;
}

void deed_attach(struct deed *deed, int64_t n)
{
	struct stream stream = { .n = n, .size = BIG_BYTES };
	unsigned char *data = mem_alloc(BIG_BYTES);
	size_t got;

	memset(deed, 0, sizeof(*deed));
	deed->kind = DEED_ATTACH;
	deed->n = n;
	big_read(&stream, data, BIG_BYTES, &got, NULL);
	digest_of(data, got, deed->digest);
	free(data);
}

void deed_value(struct deed *deed, const char *name, const char *value)
{
	struct deed_value *to = &deed->values[deed->n_values++];

	if (deed->n_values > DEED_VALUES)
		scene_die("%s asks for too much", deed->key);
	strlcpy(to->name, name, sizeof(to->name));
	strlcpy(to->value, value, sizeof(to->value));
}

static void file_of(struct deed *deed, enum file_kind kind)
{
	struct deed_file *file = &deed->files[deed->n_files++];

	if (deed->n_files > DEED_FILES)
		scene_die("%s asks for too many files", deed->key);
	file->kind = kind;
	snprintf(file->name, sizeof(file->name), "%s.txt",
	    names_word(&file_kind_names, (int64_t)kind));
	snprintf(file->contents, sizeof(file->contents), "%s of %s",
	    names_word(&file_kind_names, (int64_t)kind), deed->key);
}

/*
 * ---- what an action asks for --------------------------------------------------------------------
 */

/* Values that are not for the writer to choose: they must fit the record. */
static const char *fitting(const struct input *input, const struct deed *deed,
    const struct deed_subject *on, char out[64])
{
	const char *name = input->name;

	if (strcmp(name, "token") == 0)
		snprintf(out, 64, "%" PRId64, on->deployment == NULL ? 0 : on->deployment->token);
	else if (strcmp(name, "step") == 0)
		snprintf(out, 64, "%" PRId64,
		    on->deployment == NULL ? 0 : on->deployment->step + 1);
	else if (strcmp(name, "consignee") == 0)
		strlcpy(out, "13800000000", 64);
	else if (strcmp(name, "ground") == 0)
		strlcpy(out, strcmp(deed->user, "sue") == 0 ? "buyer-inactive" : "other", 64);
	else if (input->kind == INPUT_MONEY)
		strlcpy(out, "12.345", 64);
	else if (input->kind == INPUT_NUMBER)
		snprintf(out, 64, "%" PRId64, input->least + deed->n % 3);
	else if (input->kind == INPUT_TIME)
		when_iso(on->now, out);
	else if (input->kind == INPUT_CHOICE)
		strlcpy(out, names_word(input->names,
		    1 + deed->n % ((int64_t)input->names->count - 1)), 64);
	else
		return deed->key;
	return out;
}

static bool has_value(const struct deed *deed, const char *name)
{
	size_t i;

	for (i = 0; i < deed->n_values; i++) {
		if (strcmp(deed->values[i].name, name) == 0)
			return true;
	}
	return false;
}

static bool asks(const struct deed *deed, const struct input *input,
    const struct supervision *supervision)
{
	struct command_value values[DEED_VALUES];
	size_t i;

	for (i = 0; i < deed->n_values; i++) {
		values[i].name = deed->values[i].name;
		values[i].value = deed->values[i].value;
	}
	return command_asks_of(input, supervision, values, deed->n_values);
}

/*
 * What actions.def asks for and the deed does not have yet. The key stands in one text at least
 * where the action has any, so that no two are alike.
 */
static void fill_in(struct deed *deed, const struct deed_subject *on)
{
	const struct action *action = action_get(deed->action);
	const char *value;
	bool said = false;
	char text[64];
	size_t i;

	for (i = 0; i < action->count; i++) {
		const struct input *input = &action->inputs[i];
		bool words = input->kind == INPUT_LONG ||
		    (input->kind == INPUT_TEXT && !input->secret &&
			strcmp(input->name, "steps") != 0);

		if (has_value(deed, input->name) || !asks(deed, input, on->supervision))
			continue;
		if (input->kind == INPUT_FILES && input->required)
			file_of(deed, input->kind_default);
		if (input->kind == INPUT_FILES || !(input->required || (words && !said)))
			continue;
		value = fitting(input, deed, on, text);
		said = said || value == deed->key;
		deed_value(deed, input->name, value);
	}
}

const char *deed_user(enum role role)
{
	switch (role) {
	case ROLE_BUYER:
		return "ann";
	case ROLE_SELLER:
		return "sue";
	case ROLE_REVIEWER:
		return "reviewer";
	default:
		return "operator";
	}
}

static void begin(struct deed *deed, int64_t n, const char *stream, const char *id,
    enum action_id action, enum role party)
{
	memset(deed, 0, sizeof(*deed));
	deed->kind = DEED_COMMAND;
	deed->n = n;
	deed->action = action;
	deed->version = VERSION_ANY;
	strlcpy(deed->id, id, sizeof(deed->id));
	strlcpy(deed->user, deed_user(party), sizeof(deed->user));
	snprintf(deed->key, sizeof(deed->key), "%s-%" PRId64 "-%s", stream, n,
	    action_get(action)->word);
}

void deed_command(struct deed *deed, int64_t n, const char *stream, const char *id,
    enum action_id action, enum role party)
{
	const struct deed_subject nothing = { .now = 0 };

	begin(deed, n, stream, id, action, party);
	fill_in(deed, &nothing);
}

/* The flow goes on more often than it goes back, and some of it ends here. */
static void decide(struct deed *deed, const struct supervision *s)
{
	static const char *const words[] = { "resume", "resume", "send-back", "complete", "resume",
		"send-back", "refund" };
	enum flow_id flow = (enum flow_id)s->flow;
	enum stage_id first = flow_first(flow, flow_conditions(s));
	const char *word = words[deed->n % 7];

	if (strcmp(word, "send-back") == 0 && (enum stage_id)s->stage == first)
		word = "resume";
	deed_value(deed, "outcome", word);
	if (strcmp(word, "send-back") == 0)
		deed_value(deed, "stage", names_word(&stage_names, (int64_t)first));
}

/* All of it only where no requirement can have come too late (2.4). */
static void ask_back(struct deed *deed, const struct supervision *s)
{
	enum flow_id flow = (enum flow_id)s->flow;
	bool all = flow_stage(flow, STAGE_REQUIREMENT) == NULL &&
	    flow_stage(flow, STAGE_IDENTIFIER) == NULL;

	deed_value(deed, "amount", deed->n % 2 == 0 ? "12.345" : all ? "90.000" : "89.999");
	if (flow == FLOW_HARDWARE)
		deed_value(deed, "goods", deed->n % 4 == 0 ? "not-received" : "received");
}

void deed_on(struct deed *deed, int64_t n, const char *stream, const struct deed_subject *on,
    enum action_id action, enum role party)
{
	begin(deed, n, stream, on->supervision != NULL ? on->supervision->id : on->instance->id,
	    action, party);
	if (action == ACTION_DECIDE)
		decide(deed, on->supervision);
	if (action == ACTION_REQUEST_REFUND)
		ask_back(deed, on->supervision);
	fill_in(deed, on);
}

/*
 * ---- doing it -----------------------------------------------------------------------------------
 */

static enum status attach_big(struct deed *deed, struct backend *b, struct error *err)
{
	struct stream stream = { .n = deed->n, .size = BIG_BYTES };
	struct byte_source source = { big_read, &stream };
	char digest[65];
	int64_t size;
	enum status status = backend_attach(b, &source, digest, &size, err);

	if (status == STATUS_OK && (strcmp(digest, deed->digest) != 0 || size != BIG_BYTES))
		scene_die("attached contents have the digest %s, not %s", digest, deed->digest);
	return status;
}

static enum status perform(struct deed *deed, struct backend *b, struct error *err)
{
	struct command_value values[DEED_VALUES];
	struct command_file files[DEED_FILES];
	char digests[DEED_FILES][65];
	struct command command = {
		.id = deed->id, .action = deed->action, .values = values,
		.n_values = deed->n_values, .files = files, .n_files = deed->n_files,
		.key = deed->key, .version = deed->version,
	};
	enum status status = STATUS_OK;
	size_t i;

	for (i = 0; i < deed->n_values; i++) {
		values[i].name = deed->values[i].name;
		values[i].value = deed->values[i].value;
	}
	for (i = 0; status == STATUS_OK && i < deed->n_files; i++) {
		const struct deed_file *from = &deed->files[i];
		struct bytes_held text = { from->contents, strlen(from->contents) };
		struct byte_source source = bytes_source(&text);

		files[i].kind = from->kind;
		files[i].name = from->name;
		files[i].digest = digests[i];
		files[i].size = (int64_t)text.left;
		digest_of(text.data, text.left, digests[i]);
		if (!deed->attached)
			status = backend_attach(b, &source, digests[i], &files[i].size, err);
	}
	if (status == STATUS_OK)
		status = backend_perform(b, &command, &deed->receipt, err);
	deed->attached = status == STATUS_OK;
	return status;
}

enum status deed_do(struct deed *deed, struct backend *b, struct error *err)
{
	struct import_report counts;
	enum status status = STATUS_OK;

	if (deed->kind == DEED_IMPORT && deed->services)
		return scene_import_services(b, deed->id, deed->lines, &counts, err);
	if (deed->kind == DEED_IMPORT)
		return scene_import_from(b, deed->id, deed->lines, deed->first, &counts, err);
	if (deed->kind == DEED_ATTACH)
		return attach_big(deed, b, err);
	if (backend_actor(b) == NULL || strcmp(backend_actor(b)->user, deed->user) != 0)
		status = backend_impersonate(b, deed->user, err);
	return status == STATUS_OK ? perform(deed, b, err) : status;
}

bool receipts_same(const struct receipt *a, const struct receipt *b)
{
	return strcmp(a->id, b->id) == 0 && strcmp(a->appeal, b->appeal) == 0 &&
	    strcmp(a->hash, b->hash) == 0 && a->action == b->action && a->from == b->from &&
	    a->to == b->to && a->state == b->state && a->turn == b->turn &&
	    a->version == b->version && a->seq == b->seq && a->at == b->at &&
	    a->dry_run == b->dry_run;
}
