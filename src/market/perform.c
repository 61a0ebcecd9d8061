/* The one path that every command takes (market.h). */
#include "market/market.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <bsd/string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "market/work.h"
#include "model/instance.h"

#define RECEIPT_MAX 8192

static void supervision_words(const struct supervision *supervision, char *out, size_t cap)
{
	const char *node = names_label(&stage_names, supervision->stage);

	if (supervision->state == SUPERVISION_COMPLETED)
		snprintf(out, cap, _("it is completed, version %" PRId64), supervision->version);
	else if (supervision->state == SUPERVISION_REFUNDED)
		snprintf(out, cap, _("it is refunded and has ended, version %" PRId64),
		    supervision->version);
	else if (supervision->appeal[0] != '\0')
		snprintf(out, cap, _("it is now at %s, frozen by the appeal %s, version %" PRId64),
		    node, supervision->appeal, supervision->version);
	else if (supervision->refund[0] != '\0')
		snprintf(out, cap,
		    _("it is now at %s, frozen by the refund request %s, version %" PRId64), node,
		    supervision->refund, supervision->version);
	else
		snprintf(out, cap, _("it is now at %s, the %s's turn, version %" PRId64), node,
		    names_label(&role_names, supervision->turn), supervision->version);
}

/* "it is now at Acceptance, the buyer's turn, version 4": cleaned, translated. */
static void state_words(const struct work *work, char *out, size_t cap)
{
	const struct instance *instance = work->instance;

	if (instance == NULL)
		supervision_words(work->supervision, out, cap);
	else
		snprintf(out, cap, _("it is: %s, version %" PRId64),
		    names_label(&instance_state_names, instance->state), instance->version);
}

struct work_record work_record(const struct work *work)
{
	struct supervision *s = work->supervision;
	struct instance *i = work->instance;

	if (i == NULL)
		return (struct work_record){ &supervision_record, s, s->id, &s->version,
			&s->log_length, &s->changed_at, &s->log_head, &s->changed_by };
	return (struct work_record){ &instance_record, i, i->id, &i->version, &i->log_length,
		&i->changed_at, &i->log_head, &i->changed_by };
}

void work_describe(const struct work *work, const struct record_type *type, void *record)
{
	static const char *const members[] = { "order_id", "product", "product_name", "buyer",
		"buyer_name", "seller", "seller_name" };

	record_set_text(record_field(type, "supervision"), record, work->supervision->id);
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		const struct field *from = record_field(&supervision_record, members[i]);
		const struct field *to = record_field(type, members[i]);

		if (to != NULL)
			record_set_text(to, record, record_text(from, work->supervision));
	}
}

void work_step(struct work *work, const struct actor *actor, const struct command *command,
    const char *word, int64_t effective)
{
	work->actor = actor;
	work->command = command;
	work->word = word;
	work->effective = effective;
	work->evidence = false;
	work->touched = false;
	work->silent = false;
	work->record = "";
	work->from = work->supervision == NULL ? STAGE_NONE
					       : (enum stage_id)work->supervision->stage;
	work->entry = NULL;
}

static enum status find(struct work *work, const struct record_type *type, const char *id,
    void **out, struct error *err)
{
	return find_record(work->market, type, id, &work->arena, out, err);
}

/* The moves that are due; a service is what its expiry makes of it by now. */
static enum status settle(struct work *work, struct error *err)
{
	if (work->instance == NULL)
		return due_fire(work, err);
	work->instance->state = instance_state_at(work->instance, work->now);
	return STATUS_OK;
}

static enum status load_refund(struct work *work, struct error *err)
{
	void *record = NULL;
	enum status status;

	work->refund = NULL;
	if (work->supervision->refund[0] == '\0')
		return STATUS_OK;
	status = store_get(work->market->store, &refund_record, work->supervision->refund,
	    &work->arena, &record, err);
	work->refund = record;
	return status;
}

enum status work_load(struct work *work, const char *id, struct error *err)
{
	void *record = NULL;
	enum status status = find(work, &supervision_record, id, &record, err);

	work->supervision = record;
	if (status == STATUS_OK && record == NULL)
		return sees_nothing(&supervision_record, id, err);
	return status == STATUS_OK ? load_refund(work, err) : status;
}

/*
 * What the command names, brought to the present: moves that are due, the state of a service.
 * NOTFOUND for what is not there and, in the same words, for what the actor may not see.
 */
static enum status load_named(
    struct work *work, const struct actor *actor, const struct command *command, struct error *err)
{
	const unsigned on = action_get(command->action)->on;
	void *record = NULL;
	bool sees = false;
	enum status status = STATUS_OK;

	if (on & ON_SUPERVISION)
		status = find(work, &supervision_record, command->id, &record, err);
	work->supervision = record;
	if (status == STATUS_OK && record == NULL && (on & ON_INSTANCE))
		status = find(work, &instance_record, command->id, &record, err);
	if (status == STATUS_OK && record != NULL && work->supervision == NULL)
		work->instance = record;
	if (status == STATUS_OK && work->supervision != NULL)
		status = load_refund(work, err);
	if (status == STATUS_OK && record != NULL)
		status = settle(work, err);
	if (status == STATUS_OK && record != NULL)
		status = sees_record(
		    work->market, actor, work_record(work).type, record, &sees, err);
	if (status == STATUS_OK && !sees)
		return sees_nothing(
		    on & ON_SUPERVISION ? &supervision_record : &instance_record, command->id, err);
	return status;
}

static enum status load_appeal(struct work *work, struct error *err)
{
	void *record = NULL;
	enum status status;

	work->appeal = NULL;
	if (work->supervision == NULL || work->supervision->appeal[0] == '\0')
		return STATUS_OK;
	status = store_get(work->market->store, &appeal_record, work->supervision->appeal,
	    &work->arena, &record, err);
	work->appeal = record;
	return status;
}

/*
 * The first answer where this actor used the key for the same before; CONFLICT where for something
 * else.
 */
static enum status look_up_key(struct work *work, const struct command *command, const char *hash,
    struct receipt *out, bool *replayed, struct error *err)
{
	const char *first = NULL, *stored = NULL;
	struct json *json = NULL;
	struct json_at root;
	struct error why = { 0 };
	enum status status = store_receipt_get(work->market->store, work->actor->user, command->key,
	    &work->arena, &first, &stored, &why);

	*replayed = false;
	if (status == STATUS_NOTFOUND)
		return STATUS_OK;
	if (status != STATUS_OK) {
		if (err != NULL)
			*err = why;
		return status;
	}
	if (strcmp(first, hash) != 0)
		return error_set(err, STATUS_CONFLICT,
		    _("The idempotency key %s was used for another command before. "
		      "Send this one with a new key."),
		    command->key);
	status = json_parse(stored, strlen(stored), &json, err);
	if (status != STATUS_OK)
		return status;
	root = json_root(json);
	status = receipt_parse(&root, out, err);
	json_free(json);
	out->replayed = true;
	*replayed = status == STATUS_OK;
	return status;
}

/*
 * Comments and evidence neither check nor raise the version (F8), nor do facts and what leaves the
 * flow where it is.
 */
static bool is_move(const struct action *action)
{
	if (action->kind == KIND_DURING)
		return action->id != ACTION_ADD_EVIDENCE;
	if (action->kind == KIND_DEPLOY)
		return action->id == ACTION_START_DEPLOYMENT;
	return action->kind != KIND_NOTE && action->kind != KIND_FACT && action->kind != KIND_RATE;
}

static enum status check_version(
    const struct work *work, const struct command *command, struct error *err)
{
	struct work_record named = work_record(work);
	char state[256];

	if (command->version == VERSION_ANY || command->version == *named.version ||
	    !is_move(action_get(command->action)))
		return STATUS_OK;
	state_words(work, state, sizeof state);
	return error_set(err, STATUS_CONFLICT,
	    _("%s has moved on since you saw it (version %" PRId64 "): %s. Nothing was changed. "
	      "Look at it again, then decide."),
	    named.id, command->version, state);
}

/* Why the actor cannot do it to what the command names. */
static enum status ask_permit(
    struct work *work, enum action_id action, enum deny *deny, struct error *err)
{
	struct owned owned;
	enum status status;

	if (work->instance == NULL) {
		*deny = permit_action(work->actor, action, work->supervision, work->appeal);
		return STATUS_OK;
	}
	status = owned_facts(work, &owned, err);
	if (status == STATUS_OK)
		*deny = permit_owned(work->actor, action, &owned, work->now);
	return status;
}

static enum status check_possible(
    struct work *work, const struct command *command, struct error *err)
{
	const struct action *action = action_get(command->action);
	enum deny deny = DENY_NONE;
	enum status status = ask_permit(work, action->id, &deny, err);
	char state[256];

	if (status != STATUS_OK || deny == DENY_NONE)
		return status;
	status = deny_status(deny);
	if (deny == DENY_UNSEEN)
		return sees_nothing(work_record(work).type, command->id, err);
	if (status == STATUS_AUTH)
		return error_set(err, status, _("%s: %s. You act as the %s; nothing was changed."),
		    _(action->label), deny_text(deny), names_label(&role_names, work->actor->role));
	state_words(work, state, sizeof state);
	return error_set(err, status, _("%s: %s; %s. Nothing was changed."), _(action->label),
	    deny_text(deny), state);
}

/*
 * The files that the command names must have been attached, with that size, and by the actor's own
 * account: contents of others do not exist for it (R13).
 */
static enum status check_attached(
    const struct work *work, const struct command *command, struct error *err)
{
	enum status status = STATUS_OK;
	char shown[80];

	for (size_t i = 0; status == STATUS_OK && i < command->n_files; i++) {
		const struct command_file *file = &command->files[i];
		int64_t size = 0;

		/* A dry run may come before the contents are there (model/command.c). */
		if (command->dry_run && (file->digest == NULL || file->digest[0] == '\0'))
			continue;
		status = store_file_size(
		    work->market->store, file->digest, work->actor->account, &size, err);
		if (status != STATUS_NOTFOUND && (status != STATUS_OK || size == file->size))
			continue;
		text_fit(shown, sizeof shown, file->name, 40, false);
		status = STATUS_INVALID;
		error_set(err, status,
		    _("%s: these contents were not attached. Attach the file first."), shown);
		error_field(err, "files");
	}
	return status;
}

static void make_receipt(
    const struct work *work, const struct command *command, struct receipt *out)
{
	const struct supervision *supervision = work->supervision;
	const struct work_record named = work_record(work);
	bool logged = work->entry != NULL;

	memset(out, 0, sizeof *out);
	strlcpy(out->id, named.id, sizeof out->id);
	out->owned = supervision == NULL;
	if (work->touched)
		strlcpy(out->appeal, work->appeal->id, sizeof out->appeal);
	if (work->record != NULL)
		strlcpy(out->record, work->record, sizeof out->record);
	out->action = command->action;
	out->from = work->from;
	if (supervision != NULL) {
		out->to = (enum stage_id)supervision->stage;
		out->state = (enum supervision_state)supervision->state;
		out->turn = (enum role)supervision->turn;
	}
	out->version = *named.version;
	out->seq = logged ? work->entry->seq : *named.log_length;
	out->at = work->now;
	strlcpy(out->hash, logged ? work->entry->hash : *named.log_head, sizeof out->hash);
	out->dry_run = command->dry_run;
}

static enum status keep_receipt(struct work *work, const struct command *command, const char *hash,
    const struct receipt *receipt, struct error *err)
{
	struct json_writer w;
	struct buf json;
	enum status status;

	buf_init(&json, RECEIPT_MAX);
	json_begin(&w, &json, false);
	receipt_json(receipt, &w, NULL);
	status = store_receipt_put(work->market->store, work->actor->user, command->key, hash,
	    buf_text(&json), work->now, err);
	buf_free(&json);
	return status;
}

/* From the actor's right to look down to what the command may be given. */
static enum status check_command(
    struct work *work, const struct command *command, struct error *err)
{
	enum status status = check_version(work, command, err);

	if (status == STATUS_OK)
		status = load_appeal(work, err);
	if (status == STATUS_OK)
		status = check_possible(work, command, err);
	if (status == STATUS_OK)
		status = command_check(command, work->actor, work->supervision, work->now, err);
	if (status == STATUS_OK)
		status = check_attached(work, command, err);
	return status;
}

/*
 * Does it, and makes the moves that follow from it at once. The receipt tells of the command's own
 * entry, and of where the supervision stands in the end.
 */
static enum status do_it(struct work *work, const struct command *command,
    struct receipt *receipt, struct error *err)
{
	struct work done;
	enum status status = apply_command(work, err);

	if (status == STATUS_OK && !work->silent)
		status = chain_append(work, err);
	done = *work;
	if (status == STATUS_OK)
		status = settle(work, err);
	if (status == STATUS_OK)
		make_receipt(&done, command, receipt);
	return status;
}

static enum status walk(struct work *work, const struct actor *actor, const struct command *command,
    struct receipt *receipt, bool *replayed, struct error *err)
{
	/* A bulk transaction keeps no receipts, nor does it ask for any. */
	bool receipts = store_bulk(work->market->store) == 0;
	char hash[DIGEST_TEXT];
	enum status status = load_named(work, actor, command, err);

	if (status != STATUS_OK)
		return status;
	work_step(work, actor, command, action_get(command->action)->word, work->now);
	if (receipts) {
		command_hash(command, hash);
		status = look_up_key(work, command, hash, receipt, replayed, err);
	}
	if (status != STATUS_OK || *replayed)
		return status;
	status = check_command(work, command, err);
	if (status == STATUS_OK)
		status = do_it(work, command, receipt, err);
	if (status != STATUS_OK || work->silent || !receipts)
		return status;
	/* The platform may have moved since, by itself; the key is the actor's (F8). */
	work->actor = actor;
	return keep_receipt(work, command, hash, receipt, err);
}

enum status market_perform(struct market *market, const struct actor *actor,
    const struct command *command, int64_t now, struct receipt *out, struct error *err)
{
	struct work work = { .market = market, .now = now };
	struct receipt receipt = { 0 };
	bool replayed = false;
	enum status status = command_check_head(command, err);

	if (status == STATUS_OK)
		status = store_begin(market->store, err);
	if (status != STATUS_OK)
		return status;
	work.arena = market_take_arena(market);
	status = walk(&work, actor, command, &receipt, &replayed, err);
	if (status == STATUS_OK && !replayed && !command->dry_run)
		status = store_commit(market->store, err);
	if (status != STATUS_OK || replayed || command->dry_run)
		store_rollback(market->store);
	if (status == STATUS_OK)
		*out = receipt;
	market_give_arena(market, &work.arena);
	return status;
}
