/*
 * What the store's own files share: the handle, texts of statements made from record tables, the
 * schema and the search index. For src/store/ and its tests only. One thread, as the store.
 */
#ifndef KOODESK_STORE_PARTS_H
#define KOODESK_STORE_PARTS_H

#include "store/store.h"

#define STORE_APPLICATION 0x6b6f6f64   /* "kood": application_id of the file */
#define STORE_TYPES_MAX 32
#define STORE_FILES_KNOWN 1024

/* Statements of one record type, made when first needed. */
struct texts {
	const struct record_type *type;
	char *columns;      /* all of them, quoted, in the order of the fields */
	char *insert, *select;
	char *update;       /* of all but the key, which comes last */
	char *search;       /* the insert into the search index, or NULL */
};

struct store {
	struct sql *sql;
	bool is_new;         /* this opening made the schema: of several at once, one does */
	struct texts texts[STORE_TYPES_MAX];
	size_t n_texts;
	bool bulk;           /* store_bulk_begin() was called */
	unsigned bulks;      /* how often */
	struct bulk how;
	struct buf indexes;  /* what makes them again */
	struct kept *kept;   /* rows at hand while it lasts, or NULL */
	struct behind *behind;
	struct sql_watch watch;
	/* sizes asked for meanwhile */
	struct known_file { char digest[65], owner[65]; int64_t size; } *files;
};

const struct texts *store_texts(struct store *store, const struct record_type *type);
void texts_free(struct texts *texts);

/* Makes or migrates the schema of these types to this version, in one transaction. */
enum status schema_open(struct sql *sql, const char *path, const struct record_type *const *types,
    int version, bool read_only, bool *is_new, struct error *err);

/*
 * Binds a field of a record, which stays until sql_done(), as it lies in its column; reads one
 * column of a row into a record.
 */
void row_bind(struct sql_stmt *stmt, int index, const struct field *field, const void *record);
enum status row_read(struct sql_stmt *stmt, const struct record_type *type, struct arena *arena,
    void **record, struct error *err);
/* The columns of a type, comma-separated and quoted: "id", "state" ... */
void row_columns(const struct record_type *type, struct buf *out);

/* Writes one row as it is; update: NOTFOUND where there is none. */
enum status row_insert(struct store *store, const struct record_type *type, const void *record,
    struct error *err);
enum status row_update(struct store *store, const struct record_type *type, const void *record,
    struct error *err);

/*
 * Rows held back during a bulk transaction (kept.c): KEPT_NEW is still to be inserted, KEPT_CHANGED
 * to be updated. max: bytes, which kept_trim() comes back to by writing those used longest ago.
 */
enum kept_state { KEPT_CLEAN, KEPT_CHANGED, KEPT_NEW };
struct kept *kept_new(size_t max);
uint64_t kept_bit(const struct record_type *type);         /* one bit for each of record_types */
void kept_free(struct kept *kept);                         /* NULL-safe; writes nothing */
bool kept_has(struct kept *kept, const struct record_type *type, const char *id);
/* A copy in the arena, or NULL. */
void *kept_get(struct kept *kept, const struct record_type *type, const char *id,
    struct arena *arena);
/* True: what is not at hand has no row in the file either. unknown: nothing is known of a type. */
bool kept_absent(struct kept *kept, const struct record_type *type, const char *id);
void kept_unknown(struct kept *kept, const struct record_type *type);
/* An existing row as it is now in the file, or as it is to be. */
void kept_put(struct kept *kept, const struct record_type *type, const void *record,
    enum kept_state state);
/* A new row; at_hand: it will be read soon. */
enum status kept_insert(struct store *store, const struct record_type *type, const void *record,
    bool at_hand, struct error *err);
/* It goes first where room is needed. */
void kept_over(struct kept *kept, const struct record_type *type, const char *id);
enum status kept_trim(struct store *store, struct error *err);
enum status kept_write(struct store *store, struct error *err);    /* all that is held back */
/*
 * A statement names fields of a table: from kept_ask() on, which is asked before each time it runs,
 * the file has what is held back of them. writes: rows are changed by it, and forgotten here.
 */
void kept_name(struct kept *kept, const struct record_type *type, const char *statement);
enum status kept_ask(struct store *store, const struct record_type *type, bool writes,
    struct error *err);
/* For who writes behind: a row, the next one of its chain, and room that is no longer needed. */
struct kept_row;
enum status kept_write_row(struct store *store, const struct kept_row *row, struct error *err);
struct kept_row **kept_chain(struct kept_row *row);
void kept_give_back(struct kept *kept, struct kept_row *chain);

/* A set of ids of several kinds that may have more than was added, never less (ids.c). */
struct ids *ids_new(void);
void ids_free(struct ids *ids);                            /* NULL-safe */
void ids_add(struct ids *ids, uint64_t kind, const char *id);
bool ids_may_have(const struct ids *ids, uint64_t kind, const char *id);

/*
 * Rows that another thread writes (behind.c) while nobody has taken the connection. type and types
 * are of kept_bit(). behind_settle(): what waits of these types is written. The first error is told
 * by all later calls. *back: rows that are written, in a chain. behind_free() is NULL-safe, and
 * what still waits is not written.
 */
struct behind *behind_new(struct store *store);
void behind_free(struct behind *behind);
enum status behind_put(struct behind *behind, struct kept_row *row, uint64_t type,
    struct kept_row **back, struct error *err);
enum status behind_take(void *behind, struct error *err);
void behind_give(void *behind);
enum status behind_settle(struct behind *behind, uint64_t types, struct error *err);

/* --- conditions (where.c): text of a statement with what is bound to its question marks --- */

struct bind {
	const char *text;      /* NULL: number */
	int64_t number;
};

struct where {
	struct store *store;
	const struct record_type *type;
	const struct field *sort;    /* the order in which the rows are walked; NULL: any */
	struct buf text;             /* " AND ..." for each condition */
	struct bind *binds;
	size_t count, cap;
	struct arena arena;          /* texts made here */
	bool inbox;                  /* the filter says one turn and one state */
	bool sorted;                 /* few rows, by the search index: sorted afterwards */
};

void where_init(struct where *where, struct store *store, const struct record_type *type,
    const struct field *sort);
void where_free(struct where *where);
/* bind for the next question mark */
void where_text(struct where *where, const char *text);
void where_number(struct where *where, int64_t number);
void where_bind(const struct where *where, struct sql_stmt *stmt);
/* Takes back what was added after the text and the binds had these lengths. */
void where_cut(struct where *where, size_t text, size_t binds);
/*
 * What the asker may see (R13); what belongs to one supervision; the terms of a filter without
 * its OP_REGEX.
 */
void where_scope(struct where *where, const struct scope *scope);
enum status where_parent(struct where *where, const char *parent, struct error *err);
enum status where_filter(struct where *where, const struct filter *filter, struct error *err);

/*
 * The search index of a type with SEARCH fields: its table, one row, all rows, and the phrase
 * that finds a word.
 */
bool search_has(const struct record_type *type);
/* CREATE VIRTUAL TABLE */
void search_table(const struct record_type *type, struct buf *out);
void search_insert(const struct record_type *type, struct buf *out);     /* INSERT, rowid first */
enum status search_add(struct sql *sql, const struct record_type *type, const char *insert,
    int64_t rowid, const void *record, struct error *err);
enum status search_rebuild(struct sql *sql, const struct record_type *type, struct error *err);
/* Adds the phrase that MATCH is asked for a word of at least one character. */
void search_phrase(const char *word, struct buf *out);

#endif
