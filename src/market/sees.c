/* Who sees what (R13): what is outside an actor's scope does not exist for it. */
#include "market/work.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

enum status find_record(struct market *market, const struct record_type *type, const char *id,
    struct arena *arena, void **record, struct error *err)
{
	struct error why = { 0 };
	enum status status = store_get(market->store, type, id, arena, record, &why);

	if (status == STATUS_NOTFOUND) {
		*record = NULL;
		return STATUS_OK;
	}
	if (status != STATUS_OK && err != NULL)
		*err = why;
	return status;
}

enum status sees_nothing(const struct record_type *type, const char *id, struct error *err)
{
	char shown[80];

	text_clean(shown, sizeof shown, id);
	return error_set(err, STATUS_NOTFOUND,
	    _("%s: there is no \"%s\". Check the id; \"list\" shows what there is for you."),
	    _(type->title), shown);
}

/* The reviewer sees what has a reviewed supervision: an order, and of a line what is reviewed. */
static enum status sees_reviewed(struct market *market, const struct record_type *type,
    const void *record, bool *sees, struct error *err)
{
	const char *text = "SELECT 1 FROM supervisions WHERE id = ? AND reviewed = 1";
	const char *id;
	struct sql_stmt *stmt;
	enum status status;

	if (type == &order_record) {
		text = "SELECT 1 FROM supervisions WHERE order_id = ? AND reviewed = 1 LIMIT 1";
		id = ((const struct order *)record)->id;
	} else if (type == &order_line_record) {
		id = ((const struct order_line *)record)->id;
	} else if (type == &instance_record) {
		id = ((const struct instance *)record)->line;
	} else {
		*sees = type == &product_record;
		return STATUS_OK;
	}
	status = sql_prepare(store_sql(market->store), text, &stmt, err);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, id);
	status = sql_step(stmt, sees, err);
	sql_done(stmt);
	return status;
}

static bool is_own(
    const struct record_type *type, const void *record, uint32_t side, const char *account)
{
	const struct field *field = record_field_flagged(type, side);

	return field != NULL && strcmp(record_text(field, record), account) == 0;
}

static enum status sees_by_parent(struct market *market, const struct actor *actor,
    const char *parent, bool *sees, struct error *err)
{
	struct arena arena = { 0 };
	struct chain_owner owner;
	struct error why = { 0 };
	enum status status = sees_chain(market, actor, parent, &arena, &owner, &why);

	*sees = status == STATUS_OK;
	arena_free(&arena);
	if (status == STATUS_OK || status == STATUS_NOTFOUND)
		return STATUS_OK;
	if (err != NULL)
		*err = why;
	return status;
}

static bool has_parties(const struct record_type *type)
{
	return record_field_flagged(type, SCOPE_BUYER) != NULL &&
	    record_field_flagged(type, SCOPE_SELLER) != NULL;
}

enum status sees_record(struct market *market, const struct actor *actor,
    const struct record_type *type, const void *record, bool *sees, struct error *err)
{
	struct scope scope = permit_scope(actor);
	const struct field *parent = record_field_flagged(type, SCOPE_PARENT);

	*sees = false;
	if (type == &supervision_record) {
		*sees = permit_sees(actor, record);
		return STATUS_OK;
	}
	/* A rating has parties of its own: its line may have no supervision. */
	if (parent != NULL && (scope.kind == SCOPE_REVIEWED || !has_parties(type)))
		return sees_by_parent(market, actor, record_text(parent, record), sees, err);
	switch (scope.kind) {
	case SCOPE_ALL:
		*sees = true;
		break;
	case SCOPE_OF_BUYER:
		*sees = type == &product_record || is_own(type, record, SCOPE_BUYER, scope.account);
		break;
	case SCOPE_OF_SELLER:
		*sees =
		    type == &product_record || is_own(type, record, SCOPE_SELLER, scope.account);
		break;
	case SCOPE_REVIEWED:
		return sees_reviewed(market, type, record, sees, err);
	case SCOPE_NOTHING:
		break;
	}
	return STATUS_OK;
}

enum status sees_chain(struct market *market, const struct actor *actor, const char *id,
    struct arena *arena, struct chain_owner *out, struct error *err)
{
	const struct record_type *const types[] = { &supervision_record, &instance_record };
	bool sees = false;

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		void *record = NULL;
		enum status status = find_record(market, types[i], id, arena, &record, err);

		if (status == STATUS_OK && record != NULL)
			status = sees_record(market, actor, types[i], record, &sees, err);
		if (status != STATUS_OK)
			return status;
		if (!sees)
			continue;
		*out = (struct chain_owner){ types[i], record_id(types[i], record) };
		return STATUS_OK;
	}
	return sees_nothing(&supervision_record, id, err);
}
