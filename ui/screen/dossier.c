#include "ui/screen/dossier.h"

#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"

#define ROWS_MAX 200

static bool wants(const struct dossier *dossier, enum part part)
{
	return (dossier->wants & (1u << part)) != 0;
}

static void ask_show(struct place *place, struct dossier *dossier, enum part part,
    const struct record_type *type, const char *id)
{
	if (!wants(dossier, part) || id[0] == '\0')
		return;
	dossier->asked |= 1u << part;
	dossier->answered &= ~(1u << part);
	place_show(place, (int)part, type, id);
}

/* The newest rows, still in the order of the type: a log is read from its end. */
static void ask_list(
    struct place *place, struct dossier *dossier, enum part part, const struct record_type *type)
{
	struct query query = {
		.type = type, .parent = dossier->id, .limit = ROWS_MAX, .backwards = true
	};

	if (!wants(dossier, part))
		return;
	if (type == &appeal_record)
		query.sort = "filed_at";
	dossier->asked |= 1u << part;
	dossier->answered &= ~(1u << part);
	place_list(place, (int)part, &query);
}

/* What can be asked only when it is known what they belong to. */
static void ask_parts(struct place *place, struct dossier *dossier)
{
	const struct supervision *s = dossier->supervision;

	if (dossier->instance != NULL) {
		ask_show(place, dossier, PART_PRODUCT, &product_record, dossier->instance->product);
		ask_show(place, dossier, PART_ORDER, &order_record, dossier->instance->order_id);
	}
	if (s == NULL)
		return;
	ask_list(place, dossier, PART_LOG, &log_entry_record);
	ask_list(place, dossier, PART_FILES, &attachment_record);
	ask_list(place, dossier, PART_APPEALS, &appeal_record);
	if (dossier->instance == NULL) {
		ask_show(place, dossier, PART_PRODUCT, &product_record, s->product);
		ask_show(place, dossier, PART_ORDER, &order_record, s->order_id);
	}
	ask_show(place, dossier, PART_REFUND, &refund_record, s->refund);
	if (wants(dossier, PART_VERIFY) && app_can(place->app, CAN_VERIFY)) {
		dossier->asked |= PART(VERIFY);
		dossier->answered &= ~PART(VERIFY);
		place_verify(place, PART_VERIFY, dossier->id);
	}
}

void dossier_refresh(struct place *place, struct dossier *dossier)
{
	if (dossier->appeal_id[0] != '\0')
		ask_show(place, dossier, PART_APPEAL, &appeal_record, dossier->appeal_id);
	if (dossier->id[0] != '\0')
		ask_show(place, dossier, PART_SUPERVISION, &supervision_record, dossier->id);
	ask_show(place, dossier, PART_INSTANCE, &instance_record, dossier->service_id);
	ask_parts(place, dossier);
}

void dossier_open(struct place *place, struct dossier *dossier, const char *id,
    const char *appeal_id, unsigned parts)
{
	const struct selection *seen = app_seen(place->app);

	memset(dossier, 0, sizeof(*dossier));
	dossier->wants = parts | PART(SUPERVISION) | (appeal_id[0] != '\0' ? PART(APPEAL) : 0);
	strlcpy(dossier->id, id, sizeof(dossier->id));
	strlcpy(dossier->appeal_id, appeal_id, sizeof(dossier->appeal_id));
	if (seen != NULL && seen->supervision != NULL) {
		dossier->supervision =
		    record_copy(&supervision_record, seen->supervision, &dossier->seen);
		strlcpy(dossier->id, dossier->supervision->id, sizeof(dossier->id));
	}
	if (seen != NULL && seen->appeal != NULL) {
		dossier->appeal = record_copy(&appeal_record, seen->appeal, &dossier->seen);
		if (dossier->id[0] == '\0')
			strlcpy(dossier->id, dossier->appeal->supervision, sizeof(dossier->id));
	}
	dossier_refresh(place, dossier);
}

void dossier_open_service(struct place *place, struct dossier *dossier, const char *id)
{
	const struct selection *seen = app_seen(place->app);

	memset(dossier, 0, sizeof(*dossier));
	dossier->wants = PART(INSTANCE) | PART(PRODUCT) | PART(ORDER);
	strlcpy(dossier->service_id, id, sizeof(dossier->service_id));
	if (seen != NULL && seen->instance != NULL)
		dossier->instance = record_copy(&instance_record, seen->instance, &dossier->seen);
	dossier_refresh(place, dossier);
}

void dossier_take_service(
    struct place *place, struct dossier *dossier, const struct instance *instance)
{
	dossier->instance = instance;
	if (dossier->wants != 0)
		return;
	dossier->wants = PART(SUPERVISION) | PART(APPEALS) | PART(PRODUCT) | PART(ORDER);
	strlcpy(dossier->id, instance->line, sizeof(dossier->id));
	dossier_refresh(place, dossier);
}

/* ---- answers --------------------------------------------------------------------------------- */

/* The open appeal among those that were read: what it may be withdrawn or decided by. */
static void find_open_appeal(struct dossier *dossier)
{
	const struct page *page = dossier->pages[PART_APPEALS];
	size_t i;

	if (dossier->appeal_id[0] != '\0' || page == NULL || dossier->supervision == NULL)
		return;
	dossier->appeal = NULL;
	for (i = 0; i < page->count; i++) {
		const struct appeal *appeal = page->rows[i];

		if (strcmp(appeal->id, dossier->supervision->appeal) == 0)
			dossier->appeal = appeal;
	}
}

static void take_supervision(struct place *place, struct dossier *dossier, const struct page *page)
{
	bool first = dossier->supervision == NULL;

	dossier->supervision = page->rows[0];
	strlcpy(dossier->id, dossier->supervision->id, sizeof(dossier->id));
	if (first)
		ask_parts(place, dossier);
	find_open_appeal(dossier);
}

static void take_appeal(struct place *place, struct dossier *dossier, const struct page *page)
{
	dossier->appeal = page->rows[0];
	if (dossier->id[0] != '\0')
		return;
	strlcpy(dossier->id, dossier->appeal->supervision, sizeof(dossier->id));
	ask_show(place, dossier, PART_SUPERVISION, &supervision_record, dossier->id);
}

static void take_instance(struct place *place, struct dossier *dossier, const struct page *page)
{
	bool first = dossier->instance == NULL;

	dossier->instance = page->rows[0];
	if (first)
		ask_parts(place, dossier);
}

static void take_failure(struct dossier *dossier, enum part part, const struct error *err)
{
	bool first = (part == PART_SUPERVISION && dossier->supervision == NULL) ||
		     (part == PART_APPEAL && dossier->appeal == NULL) ||
		     (part == PART_INSTANCE && dossier->instance == NULL);

	if (first)
		dossier->absent = err->status == STATUS_NOTFOUND;
	else
		dossier->troubled |= 1u << part;
	/* What was verified before says nothing about the log as it is. */
	if (part == PART_VERIFY)
		dossier->verified = false;
	strlcpy(first ? dossier->failed : dossier->trouble, err->message, sizeof(dossier->failed));
}

void dossier_reply(struct place *place, struct dossier *dossier, const struct reply *reply)
{
	enum part part = (enum part)reply->tag;
	struct page *old = dossier->pages[part];

	dossier->answered |= 1u << part;
	if (reply->err != NULL) {
		take_failure(dossier, part, reply->err);
		return;
	}
	if (part == PART_SUPERVISION || part == PART_APPEAL || part == PART_INSTANCE)
		dossier->failed[0] = '\0';
	dossier->troubled &= ~(1u << part);
	if (dossier->troubled == 0)
		dossier->trouble[0] = '\0';
	if (part == PART_VERIFY) {
		dossier->verdict = *reply->verdict;
		dossier->verified = true;
		return;
	}
	dossier->pages[part] = page_ref(reply->page);
	if (part == PART_SUPERVISION)
		take_supervision(place, dossier, reply->page);
	else if (part == PART_APPEAL)
		take_appeal(place, dossier, reply->page);
	else if (part == PART_INSTANCE)
		take_instance(place, dossier, reply->page);
	else if (part == PART_ORDER)
		dossier->order = reply->page->rows[0];
	else if (part == PART_PRODUCT)
		dossier->product = reply->page->rows[0];
	else if (part == PART_REFUND)
		dossier->refund = reply->page->rows[0];
	else if (part == PART_APPEALS)
		find_open_appeal(dossier);
	page_drop(old);
}

void dossier_close(struct dossier *dossier)
{
	int i;

	for (i = 0; i < PARTS; i++)
		page_drop(dossier->pages[i]);
	arena_free(&dossier->seen);
}

/* ---- questions ------------------------------------------------------------------------------- */

bool dossier_known(const struct dossier *dossier)
{
	return dossier->supervision != NULL || dossier->instance != NULL ||
	       dossier->failed[0] != '\0';
}

bool dossier_complete(const struct dossier *dossier)
{
	return dossier_known(dossier) &&
	       (dossier->failed[0] != '\0' || (dossier->asked & ~dossier->answered) == 0);
}

void dossier_selection(const struct dossier *dossier, struct selection *out)
{
	memset(out, 0, sizeof(*out));
	out->supervision = dossier->supervision;
	out->appeal = dossier->appeal != NULL && dossier->appeal->state == APPEAL_OPEN
			  ? dossier->appeal
			  : NULL;
	out->instance = dossier->instance;
	out->product = dossier->product;
	out->order = dossier->order;
	out->id = dossier->supervision != NULL ? dossier->supervision->order_id
		  : dossier->instance != NULL  ? dossier->instance->order_id
					       : NULL;
}

size_t dossier_files_of(const struct dossier *dossier, int64_t seq, size_t *out, size_t cap)
{
	const struct page *page = dossier->pages[PART_FILES];
	size_t i, n = 0;

	for (i = 0; page != NULL && i < page->count && n < cap; i++) {
		const struct attachment *file = page->rows[i];

		if (file->seq == seq)
			out[n++] = i;
	}
	return n;
}

const struct log_entry *dossier_last(const struct dossier *dossier, enum action_id action)
{
	const struct page *page = dossier->pages[PART_LOG];
	const char *word = action_get(action)->word;
	size_t i;

	for (i = page == NULL ? 0 : page->count; i > 0; i--) {
		const struct log_entry *entry = page->rows[i - 1];

		if (strcmp(entry->action, word) == 0)
			return entry;
	}
	return NULL;
}

const char *dossier_action_words(const struct log_entry *entry)
{
	const struct action *action = action_find(entry->action);

	if (action != NULL)
		return _(action->label);
	return strcmp(entry->action, "start") == 0 ? _("Supervision begins") : entry->action;
}
