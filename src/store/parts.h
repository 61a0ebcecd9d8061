/*
 * What the store's own files share: the handle, texts of statements made from record tables, the
 * schema and the search index. For src/store/ and its tests only. One thread, as the store.
 */
#ifndef KOODESK_STORE_PARTS_H
#define KOODESK_STORE_PARTS_H

#include "store/store.h"

#define STORE_APPLICATION 0x6b6f6f64   /* "kood": application_id of the file */
#define STORE_TYPES_MAX 32

/* Statements of one record type, made when first needed. */
struct texts {
	const struct record_type *type;
	char *columns;      /* all of them, quoted, in the order of the fields */
	char *insert, *update, *select;
	char *search;       /* the insert into the search index, or NULL */
};

struct store {
	struct sql *sql;
	bool is_new;
	struct texts texts[STORE_TYPES_MAX];
	size_t n_texts;
};

const struct texts *store_texts(struct store *store, const struct record_type *type);
void texts_free(struct texts *texts);

/* Makes or migrates the schema of these types to this version, in one transaction. */
enum status schema_open(struct sql *sql, const char *path, const struct record_type *const *types,
    int version, bool read_only, bool *is_new, struct error *err);

/* Binds a field of a record as it lies in its column; reads one column of a row into a record. */
void row_bind(struct sql_stmt *stmt, int index, const struct field *field, const void *record);
enum status row_read(struct sql_stmt *stmt, const struct record_type *type, struct arena *arena,
    void **record, struct error *err);
/* The columns of a type, comma-separated and quoted: "id", "state" ... */
void row_columns(const struct record_type *type, struct buf *out);

/* The search index of a type with SEARCH fields: its table, one row, all rows, and the phrase that finds a word. */
bool search_has(const struct record_type *type);
void search_table(const struct record_type *type, struct buf *out);      /* CREATE VIRTUAL TABLE */
void search_insert(const struct record_type *type, struct buf *out);     /* INSERT, rowid first */
enum status search_add(struct sql *sql, const struct record_type *type, const char *insert,
    int64_t rowid, const void *record, struct error *err);
enum status search_rebuild(struct sql *sql, const struct record_type *type, struct error *err);
/* What MATCH is asked for a word; false where the word is empty and every row has it. */
bool search_phrase(const char *word, struct buf *out);

#endif
