/*
 * What a call came to, and why.
 *
 * Every function that can fail returns an enum status and fills a caller-owned struct error once,
 * where the fact is known. On STATUS_OK the error is left as it was. A NULL error is allowed: the
 * status is enough then. No function below the entry points prints. Nothing here allocates; all of
 * it may be used from any thread.
 */
#ifndef KOODESK_BASE_STATUS_H
#define KOODESK_BASE_STATUS_H

#include <stdarg.h>

/* name, exit code of the program, word that scripts see */
#define STATUS_LIST(X) \
	X(OK, 0, "ok") \
	X(CANCELLED, 130, "cancelled") \
	X(TIMEOUT, 9, "timeout") \
	X(OFFLINE, 8, "offline") \
	X(AUTH, 6, "auth") \
	X(NOTFOUND, 3, "not-found") \
	X(EXISTS, 5, "exists") \
	X(CONFLICT, 4, "conflict") \
	X(INVALID, 2, "invalid") \
	X(LIMITED, 10, "limited") \
	X(BUSY, 11, "busy") \
	X(UNSUPPORTED, 7, "unsupported") \
	X(IO, 12, "io") \
	X(INTERNAL, 70, "internal")

enum status {
#define X(name, code, word) STATUS_##name,
	STATUS_LIST(X)
#undef X
};

struct error {
	enum status status;
	int http;            /* HTTP status where there was one, else 0 */
	int retry_after_s;   /* seconds after which trying again makes sense, 0 where unknown */
	char field[96];      /* the input, column or JSON path that is meant, or "" */
	/* for a person, translated: what is wrong and what to do; cleaned text only */
	char message[512];
	char detail[512];    /* for support: the machine's own words; not translated */
};

/* Returns the word that scripts see ("conflict"); never NULL. */
const char *status_word(enum status status);

/* Returns the exit code of the program for this status. */
int status_exit_code(enum status status);

/*
 * Fills *err (status and message; the other members are cleared) and returns status. err may be
 * NULL.
 */
enum status error_set(struct error *err, enum status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "PATH: WHAT" is wrong; a long path is cut. */
enum status error_path(struct error *err, enum status status, const char *path, const char *what);

/* Adds what error_set() has no room for; each is cut to the member's size. err may be NULL. */
void error_field(struct error *err, const char *field);
void error_detail(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
