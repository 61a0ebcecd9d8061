#include "store/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

#define WHERE_BYTES (1u << 20)
/* found by a word: read them all and sort, rather than walk the list */
#define FEW_ROWS 2000
#define TELLING 6            /* characters */

/*
 * Lists are walked in the order of their sort index and stop after a page, so that no page costs
 * more than the rows looked at. A '+' before a column keeps SQLite from another index, after
 * which it would have to sort everything.
 */

void where_init(struct where *where, struct store *store, const struct record_type *type,
    const struct field *sort)
{
	memset(where, 0, sizeof *where);
	where->store = store;
	where->type = type;
	where->sort = sort;
	buf_init(&where->text, WHERE_BYTES);
}

void where_free(struct where *where)
{
	buf_free(&where->text);
	arena_free(&where->arena);
	free(where->binds);
	where->binds = NULL;
}

static struct bind *new_bind(struct where *where)
{
	if (where->count == where->cap) {
		where->cap = where->cap * 2 + 16;
		where->binds = mem_realloc(where->binds, where->cap, sizeof *where->binds);
	}
	return &where->binds[where->count++];
}

/* The text must live as long as the where. */
void where_text(struct where *where, const char *text)
{
	*new_bind(where) = (struct bind){ text, 0 };
}

void where_number(struct where *where, int64_t number)
{
	*new_bind(where) = (struct bind){ NULL, number };
}

void where_bind(const struct where *where, struct sql_stmt *stmt)
{
	const struct bind *bind;
	size_t i;

	for (i = 0; i < where->count; i++) {
		bind = &where->binds[i];
		if (bind->text != NULL)
			sql_bind_text(stmt, (int)i + 1, bind->text);
		else
			sql_bind_int(stmt, (int)i + 1, bind->number);
	}
}

void where_cut(struct where *where, size_t text, size_t binds)
{
	struct buf cut;

	buf_init(&cut, WHERE_BYTES);
	buf_add(&cut, buf_text(&where->text), text);
	buf_free(&where->text);
	where->text = cut;
	where->count = binds;
}

/* --- what the asker may see --- */

/*
 * The column of a type that names its supervision, or that its supervision's column is equal to.
 */
static bool supervision_link(const struct record_type *type, const char **theirs,
    const char **ours)
{
	const struct field *parent = record_field_flagged(type, SCOPE_PARENT);

	*theirs = type == &order_record ? "order_id" : "id";
	if (parent != NULL)
		*ours = parent->member;
	else if (type == &order_record || type == &order_line_record)
		*ours = "id";
	else if (type == &instance_record)
		*ours = "line";
	else
		return false;
	return true;
}

static void through_supervision(struct where *where, const char *theirs, const char *ours,
    const char *condition)
{
	buf_printf(&where->text,
	    " AND EXISTS (SELECT 1 FROM supervisions AS s WHERE s.\"%s\" = t.\"%s\""
	    " AND %s)", theirs, ours, condition);
}

/* Entries of a log belong to a supervision or to a purchased service (log_entry.def). */
static void through_owner(struct where *where, const char *column, const char *account)
{
	buf_printf(&where->text,
	    " AND (EXISTS (SELECT 1 FROM supervisions AS s WHERE s.id = t.supervision"
	    " AND s.%s = ?) OR EXISTS (SELECT 1 FROM instances AS i WHERE i.id = t.supervision"
	    " AND i.%s = ?))", column, column);
	where_text(where, account);
}

static void scope_of_account(struct where *where, uint32_t flag, const char *account)
{
	const struct field *field = record_field_flagged(where->type, flag);
	const char *theirs, *ours;

	if (field != NULL)
		buf_printf(&where->text, " AND t.\"%s\" = ?", field->member);
	else if (where->type == &log_entry_record)
		through_owner(where, flag == SCOPE_BUYER ? "buyer" : "seller", account);
	else if (supervision_link(where->type, &theirs, &ours))
		through_supervision(where, theirs, ours, flag == SCOPE_BUYER ? "s.buyer = ?" :
		    "s.seller = ?");
	else
		return;    /* products are public */
	where_text(where, account);
}

static void scope_reviewed(struct where *where, const char *account)
{
	const char *theirs, *ours;

	if (where->type == &supervision_record)
		buf_puts(&where->text, " AND t.reviewed = 1");
	else if (where->type == &log_entry_record)
		buf_puts(&where->text,
		    " AND EXISTS (SELECT 1 FROM supervisions AS s WHERE +s.reviewed = 1"
		    " AND s.id IN (t.supervision,"
		    " (SELECT i.line FROM instances AS i WHERE i.id = t.supervision)))");
	else if (supervision_link(where->type, &theirs, &ours))
		through_supervision(where, theirs, ours, "s.reviewed = 1");
	else
		scope_of_account(where, SCOPE_BUYER, account);
}

void where_scope(struct where *where, const struct scope *scope)
{
	const char *account = scope->account != NULL ? scope->account : "";

	switch (scope->kind) {
	case SCOPE_ALL:
		return;
	case SCOPE_OF_BUYER:
		scope_of_account(where, SCOPE_BUYER, account);
		return;
	case SCOPE_OF_SELLER:
		scope_of_account(where, SCOPE_SELLER, account);
		return;
	case SCOPE_REVIEWED:
		scope_reviewed(where, account);
		return;
	case SCOPE_NOTHING:
		break;
	}
	buf_puts(&where->text, " AND 0");
}

enum status where_parent(struct where *where, const char *parent, struct error *err)
{
	const struct field *field = record_field_flagged(where->type, SCOPE_PARENT);

	if (parent == NULL || parent[0] == '\0')
		return STATUS_OK;
	if (field == NULL)
		return error_set(err, STATUS_INVALID, _("%s do not belong to one supervision"),
		    _(where->type->title));
	buf_printf(&where->text, " AND t.\"%s\" = ?", field->member);
	where_text(where, parent);
	return STATUS_OK;
}

/* --- the search index --- */

/*
 * The part of a word that the search index is asked for. The pairs at the beginning of all order
 * numbers stand in nearly every row, and going through those costs more the more there are: the
 * end tells more. What is found by a part is looked at again.
 */
static const char *telling(const char *word)
{
	const char *starts[TELLING], *at = word;
	size_t n = strlen(word), i = 0, count = 0;
	uint32_t cp;
	bool ok;

	while (i < n) {
		starts[count++ % TELLING] = at + i;
		i += text_decode(word + i, n - i, &cp, &ok);
	}
	return count > TELLING ? starts[count % TELLING] : word;
}

static bool is_cut(const char *word)
{
	return telling(word) != word;
}

/* The row has the run in one of its SEARCH fields. */
static void run_in_row(struct where *where, const char *run)
{
	const char *or = "";
	size_t i;

	buf_puts(&where->text, " AND (");
	for (i = 0; i < where->type->count; i++) {
		if (!(where->type->fields[i].flags & SEARCH))
			continue;
		buf_printf(&where->text, "%skd_contains(t.\"%s\", ?)", or,
		    where->type->fields[i].member);
		where_text(where, run);
		or = " OR ";
	}
	buf_puts(&where->text, ")");
}

static void look_again(struct where *where, const struct filter_term *term)
{
	size_t i;

	if (term->op == OP_HAS && is_cut(term->text)) {
		buf_printf(&where->text, " AND kd_contains(t.\"%s\", ?)", term->field->member);
		where_text(where, term->text);
	}
	for (i = 0; term->op == OP_WORD && i < term->run_count; i++) {
		if (is_cut(term->runs[i]))
			run_in_row(where, term->runs[i]);
	}
}

/* "col : phrase", or the phrases of all runs. free() it. */
static char *match_text(const struct filter_term *term)
{
	struct buf text;
	char *kept;
	size_t i;

	buf_init(&text, WHERE_BYTES);
	if (term->op != OP_WORD) {
		buf_printf(&text, "\"%s\" : ", term->field->member);
		search_phrase(telling(term->text), &text);
	}
	for (i = 0; term->op == OP_WORD && i < term->run_count; i++) {
		buf_puts(&text, i == 0 ? "" : " AND ");
		search_phrase(telling(term->runs[i]), &text);
	}
	kept = mem_strdup(buf_text(&text));
	buf_free(&text);
	return kept;
}

/* Whether no more than FEW_ROWS rows match. */
static enum status few(struct where *where, const char *match, bool *is_few, struct error *err)
{
	struct sql_stmt *stmt;
	enum status status;
	struct buf text;
	bool row;

	*is_few = false;
	buf_init(&text, 512);
	buf_printf(&text,
	    "SELECT count(*) FROM (SELECT 1 FROM \"%s_search\" WHERE \"%s_search\" MATCH ?"
	    " LIMIT %d)", where->type->table, where->type->table, FEW_ROWS + 1);
	status = sql_prepare(where->store->sql, buf_text(&text), &stmt, err);
	buf_free(&text);
	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, match);
	status = sql_step(stmt, &row, err);
	if (status == STATUS_OK)
		*is_few = sql_int(stmt, 0) <= FEW_ROWS;
	sql_done(stmt);
	return status;
}

/*
 * Rows that the search index finds. Where they are few they lead and are sorted afterwards, else
 * the list is walked and each row looked up among them. Negated ones are never few.
 */
static enum status found_by_index(struct where *where, const struct filter_term *term,
    bool may_lead, struct error *err)
{
	char *match = match_text(term);
	enum status status = STATUS_OK;
	bool is_few = false;

	if (may_lead && !where->sorted)
		status = few(where, match, &is_few, err);
	where->sorted = where->sorted || is_few;
	buf_printf(&where->text,
	    "%st.rowid IN (SELECT rowid FROM \"%s_search\" WHERE \"%s_search\""
	    " MATCH ?)", is_few ? "" : "+", where->type->table, where->type->table);
	where_text(where, arena_strdup(&where->arena, match));
	free(match);
	look_again(where, term);
	return status;
}

/* --- terms of a filter --- */

static bool single(const struct filter_term *term)
{
	return term->set != 0 && (term->set & (term->set - 1)) == 0;
}

enum { NAMES_TURN = 1, NAMES_STATE = 2 };

/* Which of turn and state the filter says one value for. */
static int inbox_terms(const struct filter *filter)
{
	const struct filter_term *term;
	int found = 0;
	size_t i;

	for (i = 0; i < filter->count; i++) {
		term = &filter->terms[i];
		if (term->negated)
			continue;
		if (term->op == OP_GROUP)
			found |= inbox_terms(term->group);
		else if (term->field != NULL && term->field->kind == FIELD_ENUM && single(term))
			found |= strcmp(term->field->member, "turn") == 0 ? NAMES_TURN :
			    strcmp(term->field->member, "state") == 0 ? NAMES_STATE : 0;
	}
	return found;
}

/*
 * The inbox's indexes: whose turn, in which state, by waiting. One value of each keeps their
 * order; one of the state alone is that of the indexes of open rows.
 */
static bool led_by_inbox(const struct where *where, const struct field *field)
{
	return where->inbox && (strcmp(field->member, "turn") == 0 ||
	    strcmp(field->member, "state") == 0);
}

static void named(struct where *where, const struct field *field, bool leads)
{
	buf_printf(&where->text, "%st.\"%s\"", leads ? "" : "+", field->member);
}

static void choice_term(struct where *where, const struct filter_term *term, bool top)
{
	const struct names *names = term->field->names;
	const char *comma = "";
	size_t i;

	named(where, term->field, top && single(term) && led_by_inbox(where, term->field));
	buf_puts(&where->text, single(term) ? " = (" : " IN (");
	/* Our own words, written out: SQLite sees which index has just these rows. */
	for (i = 0; i < names->count && i < 64; i++) {
		if (!(term->set >> i & 1))
			continue;
		buf_printf(&where->text, "%s'%s'", comma, names_word(names, (int64_t)i));
		comma = ", ";
	}
	buf_puts(&where->text, ")");
}

static void text_term(struct where *where, const struct filter_term *term)
{
	if (term->text[0] == '\0') {
		named(where, term->field, term->field == where->sort);
		buf_puts(&where->text, " = ''");
		return;
	}
	buf_puts(&where->text, term->op == OP_HAS ? "kd_contains(" : "kd_same(");
	named(where, term->field, true);
	buf_puts(&where->text, ", ?)");
	where_text(where, term->text);
}

/* A time of 0 is none and passes no comparison, only "= 0". */
static void number_term(struct where *where, const struct filter_term *term)
{
	static const char *const signs[] = {
		[OP_EQ] = "=", [OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">=",
		    [OP_RANGE] = ">=",
	};
	bool leads = term->field == where->sort;

	if (term->field->kind == FIELD_TIME && term->op != OP_EQ) {
		/* From there on, rather than through all that have none. */
		named(where, term->field, leads);
		buf_puts(&where->text, leads ? " > 0 AND " : " <> 0 AND ");
	}
	if (term->field->kind == FIELD_BOOL) {
		buf_printf(&where->text, "(t.\"%s\" <> 0) %s ?", term->field->member,
		    signs[term->op]);
	} else {
		named(where, term->field, leads);
		buf_printf(&where->text, " %s ?", signs[term->op]);
	}
	where_number(where, term->number);
	if (term->op == OP_RANGE) {
		buf_puts(&where->text, " AND ");
		named(where, term->field, leads);
		buf_puts(&where->text, " < ?");
		where_number(where, term->upper);
	}
}

static bool indexed(const struct filter_term *term)
{
	return term->op == OP_WORD || ((term->op == OP_HAS || term->op == OP_EQ) &&
	    term->field != NULL &&
	    (term->field->flags & SEARCH) && term->text[0] != '\0');
}

static enum status filter_terms(struct where *where, const struct filter *filter, bool top,
    struct error *err);

static enum status one_term(struct where *where, const struct filter_term *term, bool top,
    struct error *err)
{
	enum status status = STATUS_OK;

	if (indexed(term)) {
		status = found_by_index(where, term, top && !term->negated, err);
		/* The index says "contains". */
		if (term->op == OP_EQ) {
			buf_puts(&where->text, " AND ");
			text_term(where, term);
		}
	} else if (term->op == OP_GROUP) {
		buf_puts(&where->text, "1");
		status = filter_terms(where, term->group, top && !term->negated, err);
	} else if (term->field->kind == FIELD_ENUM) {
		choice_term(where, term, top && !term->negated);
	} else if (term->field->kind == FIELD_TEXT) {
		text_term(where, term);
	} else {
		number_term(where, term);
	}
	return status;
}

static enum status filter_terms(struct where *where, const struct filter *filter, bool top,
    struct error *err)
{
	const struct filter_term *term;
	enum status status = STATUS_OK;
	size_t i;

	for (i = 0; status == STATUS_OK && i < filter->count; i++) {
		term = &filter->terms[i];
		if (term->op == OP_REGEX)
			continue;
		buf_puts(&where->text, term->negated ? " AND NOT (" : " AND (");
		status = one_term(where, term, top, err);
		buf_puts(&where->text, ")");
	}
	return status;
}

enum status where_filter(struct where *where, const struct filter *filter, struct error *err)
{
	where->inbox = where->type == &supervision_record &&
	    (where->sort == NULL || strcmp(where->sort->member, "stay_since") == 0) &&
	    inbox_terms(filter) == (NAMES_TURN | NAMES_STATE);
	return filter_terms(where, filter, true, err);
}
