#include "backend/embedded.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "market/market.h"

struct embedded {
	struct backend base;          /* first: a struct backend is the start of one of these */
	struct market *market;
	struct actor actor;
	struct arena who;             /* the actor's texts */
	struct arena own;             /* the label and what the options gave */
};

static struct embedded *embedded_of(struct backend *b)
{
	return (struct embedded *)b;
}

static enum status need_actor(const struct backend *b, struct error *err)
{
	if (b->actor != NULL)
		return STATUS_OK;
	return error_set(err, STATUS_AUTH, _("Say who you are with --as USER."));
}

/*
 * There are no identities to protect here (F10), so whoever may become anyone is shown everyone:
 * the console's list of users to switch to.
 */
static const struct actor everyone = { "operator", "", "platform", "", ROLE_OPERATOR };

/*
 * Makes the moves that are due. Where that cannot be (a writer holds the store, the disk is full)
 * lists show them as overdue, and the next command on the record makes them.
 */
static void catch_up(struct embedded *e, bool always)
{
	int64_t now = backend_now(&e->base), due = 0, fired;

	if (!(e->base.capabilities & CAN_PERFORM))
		return;
	if (always || (market_next_due(e->market, &due, NULL) == STATUS_OK && due != 0 &&
			  due <= now))
		market_tick(e->market, now, 0, &fired, NULL);
}

static enum status embedded_list(struct backend *b, const struct query *query, struct page **out,
    struct error *err)
{
	const struct actor *actor = query->type == &user_record ? &everyone : b->actor;
	enum status status = actor == NULL ? need_actor(b, err) : STATUS_OK;

	if (status != STATUS_OK)
		return status;
	catch_up(embedded_of(b), false);
	return market_list(embedded_of(b)->market, actor, query, backend_now(b), out, err);
}

static enum status embedded_show(struct backend *b, const struct record_type *type, const char *id,
    struct page **out, struct error *err)
{
	const struct actor *actor = type == &user_record ? &everyone : b->actor;
	enum status status = actor == NULL ? need_actor(b, err) : STATUS_OK;

	if (status != STATUS_OK)
		return status;
	return market_show(embedded_of(b)->market, actor, type, id, backend_now(b), out, err);
}

static enum status embedded_perform(struct backend *b, const struct command *command,
    struct receipt *out, struct error *err)
{
	enum status status = need_actor(b, err);

	if (status != STATUS_OK)
		return status;
	return market_perform(embedded_of(b)->market, b->actor, command, backend_now(b), out, err);
}

static enum status embedded_attach(struct backend *b, const struct byte_source *source,
    char digest[65], int64_t *size, struct error *err)
{
	enum status status = need_actor(b, err);

	if (status != STATUS_OK)
		return status;
	return market_attach(embedded_of(b)->market, b->actor, source, backend_now(b), digest, size,
	    err);
}

static enum status embedded_fetch(struct backend *b, const char *attachment,
    const struct byte_sink *sink, struct error *err)
{
	enum status status = need_actor(b, err);

	if (status != STATUS_OK)
		return status;
	return market_fetch(embedded_of(b)->market, b->actor, attachment, sink, err);
}

static enum status embedded_changes(struct backend *b, int64_t since, unsigned limit,
    struct page **out, int64_t *next, struct error *err)
{
	enum status status = need_actor(b, err);

	if (status != STATUS_OK)
		return status;
	catch_up(embedded_of(b), false);
	return market_changes(embedded_of(b)->market, b->actor, since, limit, out, next, err);
}

static enum status embedded_verify(struct backend *b, const char *supervision,
    struct verdict *out, struct error *err)
{
	enum status status = need_actor(b, err);

	if (status != STATUS_OK)
		return status;
	return market_verify(embedded_of(b)->market, b->actor, supervision, out, err);
}

static enum status embedded_audit(struct backend *b, const char *from, unsigned limit,
    struct audit_part *out, struct error *err)
{
	enum status status = need_actor(b, err);

	if (status != STATUS_OK)
		return status;
	return market_audit_part(embedded_of(b)->market, b->actor, from, limit, out, err);
}

static enum status embedded_impersonate(struct backend *b, const char *user, struct error *err)
{
	struct embedded *e = embedded_of(b);
	struct arena who = { 0 };
	struct actor actor;
	enum status status;

	status = market_actor(e->market, user, &who, &actor, err);
	if (status != STATUS_OK) {
		arena_free(&who);
		return status;
	}
	arena_free(&e->who);
	e->who = who;
	e->actor = actor;
	b->actor = &e->actor;
	return STATUS_OK;
}

static void embedded_interrupt(struct backend *b)
{
	market_interrupt(embedded_of(b)->market);
}

static void embedded_close(struct backend *b)
{
	struct embedded *e = embedded_of(b);

	market_close(e->market);
	arena_free(&e->who);
	arena_free(&e->own);
	free(e);
}

static const struct backend_ops embedded_ops = {
	.name = "embedded",
	.list = embedded_list,
	.show = embedded_show,
	.perform = embedded_perform,
	.attach = embedded_attach,
	.fetch = embedded_fetch,
	.changes = embedded_changes,
	.verify = embedded_verify,
	.audit = embedded_audit,
	.impersonate = embedded_impersonate,
	.interrupt = embedded_interrupt,
	.close = embedded_close,
};

static const char *label_of(const struct embedded_options *options, struct arena *arena)
{
	const char *slash = strrchr(options->path, '/');
	const char *name = options->label;
	char clean[64];

	if (name == NULL)
		name = slash == NULL ? options->path : slash + 1;
	text_clean(clean, sizeof(clean), name);
	return arena_strdup(arena, clean);
}

enum status embedded_open(const struct embedded_options *options, struct backend **out,
    struct error *err)
{
	struct market_options how = {
		.sql = { .create = options->create, .read_only = options->read_only,
		    .busy_ms = 10000 },
		.calendar = options->calendar,
		.offset = options->offset,
	};
	struct embedded *e = mem_alloc(sizeof(*e));
	enum status status;

	e->base.ops = &embedded_ops;
	e->base.clock = options->clock;
	e->base.clock_state = options->clock_state;
	e->base.label = label_of(options, &e->own);
	e->base.capabilities = CAN_VERIFY | CAN_AUDIT | CAN_CHANGES | CAN_IMPERSONATE |
	    CAN_ATTACH;
	if (!options->read_only)
		e->base.capabilities |= CAN_PERFORM;
	status = market_open(options->path, &how, backend_now(&e->base), &e->market, err);
	if (status == STATUS_OK && options->user != NULL)
		status = embedded_impersonate(&e->base, options->user, err);
	if (status != STATUS_OK) {
		embedded_close(&e->base);
		return status;
	}
	catch_up(e, true);
	*out = &e->base;
	return STATUS_OK;
}

enum status embedded_import(struct backend *b, const char *text, size_t n, bool dry_run,
    struct import_report *out, struct error *err)
{
	if (b->ops != &embedded_ops)
		return error_set(err, STATUS_UNSUPPORTED,
		    _("Only an embedded marketplace imports files."));
	return market_import(embedded_of(b)->market, text, n, backend_now(b), dry_run, out, err);
}
