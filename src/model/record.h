/*
 * Records are tables (architecture.md, decision 1).
 *
 * A record type is one .def file in model/record/: one line is one field, and the C struct, SQL,
 * migrations, JSON, list columns, CSV, command output and filters are read from it. Text members
 * are never NULL and live in the arena of whoever made the record; all others are int64_t. Types
 * and fields are constant data; any thread.
 */
#ifndef KOODESK_MODEL_RECORD_H
#define KOODESK_MODEL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/mem.h"
#include "model/names.h"

enum field_kind {
	FIELD_TEXT,
	FIELD_INT,
	FIELD_BOOL,
	FIELD_MONEY,     /* thousandths (R11); the record's `currency` member says of what */
	FIELD_TIME,      /* milliseconds UTC, 0 none */
	FIELD_ENUM,      /* a value of .names; wire words in JSON and SQL */
};

enum field_flag {
	KEY = 1 << 0,        /* the one identity of the record */
	SORT = 1 << 1,       /* sortable: an index for each scope (F12) */
	FILTER = 1 << 2,     /* may stand in a filter as name:value */
	SEARCH = 1 << 3,     /* found by bare words of a filter; never changes after insert */
	LONG = 1 << 4,       /* several lines; not a list column */
	UNTRUSTED = 1 << 5,  /* text from outside: cleaned where it is shown */
	SHOW_LEFT = 1 << 6,  /* a time shown as what is left until it ("2d", "-3h" when overdue) */
	SHOW_AGE = 1 << 7,   /* a time shown as what has passed since ("6d") */
	SCOPE_BUYER = 1 << 8,    /* the buyer's account id (R13) */
	SCOPE_SELLER = 1 << 9,   /* the seller's account id (R13) */
	SCOPE_PARENT = 1 << 10,  /* the supervision whose visibility decides */
	INTERNAL = 1 << 11,      /* stored, but in no JSON, column, CSV or form */
	UNIQUE = 1 << 12,
	SECRET = 1 << 13,        /* with INTERNAL: shown as stars, whole only when asked for */
};

struct field {
	const char *member;      /* C member and SQL column */
	enum field_kind kind;
	/* JSON name; the filter and --columns take it too, without regard to case */
	const char *wire;
	const char *heading;     /* N_() text */
	int width;               /* cells wished for in a list */
	uint32_t flags;
	int since;               /* schema version that brought it */
	size_t offset;
	const struct names *names;   /* FIELD_ENUM only */
};

/*
 * A named condition of a type: `is:mine`. filter is text of the filter language; @role and @now
 * stand for the asker's.
 */
struct condition {
	const char *word;
	const char *label;       /* N_() text */
	const char *filter;
};

struct record_type {
	const char *name;        /* "supervision": commands, wire */
	const char *table;       /* "supervisions": SQL, commands, JSON */
	const char *title;       /* N_() text: "Service supervision" */
	size_t size;
	const struct field *fields;
	size_t count;
	const char *columns;     /* default list columns: members, blank-separated */
	const char *sort;        /* default sort: member, '-' before it for descending */
	const struct condition *conditions;   /* ends with word NULL; may be NULL */
};

extern const struct record_type account_record, user_record, product_record, order_record,
    order_line_record, instance_record, supervision_record, log_entry_record, attachment_record,
    appeal_record, refund_record, deployment_record, rating_record;
extern const struct record_type *const record_types[];   /* NULL-terminated, in creation order */

/* by name or table; NULL where unknown */
const struct record_type *record_type_find(const char *name);
/* by member or wire (any case) */
const struct field *record_field(const struct record_type *type, const char *name);
const struct field *record_key(const struct record_type *type);
/* first with it, or NULL */
const struct field *record_field_flagged(const struct record_type *type, uint32_t flag);

void *record_new(const struct record_type *type, struct arena *arena);   /* texts "", numbers 0 */
void *record_copy(const struct record_type *type, const void *record, struct arena *arena);
const char *record_id(const struct record_type *type, const void *record);

const char *record_text(const struct field *field, const void *record);      /* FIELD_TEXT */
int64_t record_int(const struct field *field, const void *record);           /* all others */
/* the caller keeps text alive */
void record_set_text(const struct field *field, void *record, const char *text);
void record_set_int(const struct field *field, void *record, int64_t value);

/*
 * A value for machines: text as it is, ids and words, money "28000.000", times ISO UTC, booleans
 * "true"/"false".
 */
void record_wire(const struct field *field, const void *record, struct buf *out);
/* Reads that form into the record (text is copied into arena). INVALID says what was expected. */
enum status record_set_wire(const struct field *field, void *record, const char *text,
    struct arena *arena, struct error *err);

/*
 * What a value looks like to a person; now and offset (ms east of UTC) for times. Cleaned; one
 * line.
 */
struct view { int64_t now, offset; bool ascii; };
void record_show(const struct record_type *type, const struct field *field, const void *record,
    const struct view *view, char *out, size_t cap);

/*
 * Writes the record as one JSON object (INTERNAL left out). Numbers: money and ids as text, counts
 * as numbers, times ISO.
 */
void record_json(const struct record_type *type, const void *record, struct json_writer *w,
    const char *name);

#endif
