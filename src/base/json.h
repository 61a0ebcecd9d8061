/*
 * JSON: reading that says where it is wrong, and writing.
 *
 * Reading stands on cJSON and checks what cJSON does not: strict UTF-8, \u0000, duplicate names,
 * trailing text, depth and size. Numbers are doubles there, so money and ids travel as text. A
 * document is owned by its json_parse() caller; a struct json_at is a place in it, points to the
 * place above, and lives on the stack. Not for two threads at once.
 */
#ifndef KOODESK_BASE_JSON_H
#define KOODESK_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"

#define JSON_MAX_BYTES (16u << 20)
#define JSON_MAX_DEPTH 32

struct json;   /* a parsed document */

struct json_at {
	const struct json_at *up;   /* NULL at the root */
	const char *name;           /* member name, or NULL for an element */
	size_t index;               /* of an element */
	const void *node;           /* the parser's; NULL where the optional value is absent */
};

/*
 * text need not end with NUL. On failure err says the line, the column and what was expected. Free
 * with json_free().
 */
enum status json_parse(const char *text, size_t n, struct json **out, struct error *err);
void json_free(struct json *json);   /* NULL-safe */
struct json_at json_root(const struct json *json);

/* "$.orderInfo.orderLine[0].currency" */
void json_path(const struct json_at *at, char *out, size_t cap);

/*
 * Members and elements. The *_opt forms give OK with node NULL (or the default) where the value is
 * absent or null; the others make that an error. The default is what the caller put into *out: it
 * is left alone. A NULL name means the place itself (a text in an array). at must outlive *out,
 * which points back to it. Every error is INVALID, names the path in err->field and says what was
 * expected in err->message.
 */
enum status json_member(const struct json_at *at, const char *name, struct json_at *out,
    struct error *err);
enum status json_object(const struct json_at *at, const char *name, struct json_at *out,
    struct error *err);
enum status json_array(const struct json_at *at, const char *name, struct json_at *out,
    struct error *err);
enum status json_array_opt(const struct json_at *at, const char *name, struct json_at *out,
    struct error *err);
size_t json_count(const struct json_at *at);                             /* elements or members */
struct json_at json_element(const struct json_at *array, size_t index);
struct json_at json_nth_member(const struct json_at *object, size_t index); /* .name is its name */
bool json_present(const struct json_at *at);
/* INVALID: "expected <what>" at this path */
enum status json_expect(const struct json_at *at, struct error *err, const char *what);

/* max: bytes. The text lives as long as the document. */
enum status json_text(const struct json_at *at, const char *name, size_t max, const char **out,
    struct error *err);
enum status json_text_opt(const struct json_at *at, const char *name, size_t max, const char **out,
    struct error *err);
/* A whole number between min and max; a text of digits is taken too. */
enum status json_int(const struct json_at *at, const char *name, int64_t min, int64_t max,
    int64_t *out, struct error *err);
enum status json_int_opt(const struct json_at *at, const char *name, int64_t min, int64_t max,
    int64_t *out, struct error *err);
enum status json_bool_opt(const struct json_at *at, const char *name, bool *out, struct error *err);

/* Appends the place's JSON to out, compact (carrying unknown values on). */
void json_dump(const struct json_at *at, struct buf *out);

/*
 * Writing: a small state machine that puts the commas. Text is escaped; invalid UTF-8 becomes
 * U+FFFD.
 */
struct json_writer {
	struct buf *out;
	int depth;
	bool comma;
	bool pretty;     /* two blanks a level and newlines */
};
void json_begin(struct json_writer *w, struct buf *out, bool pretty);
/* name NULL inside arrays and at the root */
void json_open_object(struct json_writer *w, const char *name);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w, const char *name);
void json_close_array(struct json_writer *w);
/* NULL text writes null */
void json_put_text(struct json_writer *w, const char *name, const char *text);
void json_put_int(struct json_writer *w, const char *name, int64_t value);
void json_put_bool(struct json_writer *w, const char *name, bool value);
void json_put_null(struct json_writer *w, const char *name);
/* must be valid JSON */
void json_put_raw(struct json_writer *w, const char *name, const char *json);

#endif
