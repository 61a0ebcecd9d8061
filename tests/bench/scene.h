/*
 * A small marketplace on a file for the tests of durability: what is done to it (deeds, which fit
 * through a pipe and can be done again word for word) and what must hold of it at any time.
 * What goes wrong ends the program, and says so. One process, one thread for each handle.
 */
#ifndef KOODESK_TESTS_BENCH_SCENE_H
#define KOODESK_TESTS_BENCH_SCENE_H

#include <sqlite3.h>

#include "backend/embedded.h"
#include "base/rand.h"

#define SCENE_NOW INT64_C(1795276800000)        /* 2026-11-22 in platform time */
#define BIG_LINES 60
#define BIG_BYTES (INT64_C(3) << 20)
#define DEED_VALUES 8
#define DEED_FILES 4

struct scene {
	char folder[64], path[128];
	int64_t now;                            /* goes on by 1 ms with each look */
};

enum deed_kind { DEED_COMMAND, DEED_IMPORT, DEED_ATTACH };

struct deed_value { char name[16], value[64]; };
struct deed_file { enum file_kind kind; char name[24], contents[64]; };

struct deed {
	enum deed_kind kind;
	int64_t n;                              /* of its stream: the texts are made of it */
	char user[16], id[48], key[48];         /* an import's id is its order's */
	enum action_id action;
	int64_t version;
	size_t n_values, n_files;
	struct deed_value values[DEED_VALUES];
	struct deed_file files[DEED_FILES];
	bool attached;                          /* its files are there */
	int lines, first;                       /* of an import */
	bool services;                          /* ... without supervision */
	char digest[65];                        /* of an attachment */
	struct receipt receipt;                 /* once it is done */
};

_Noreturn void scene_die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Reads n bytes; false where there are none any more. */
bool scene_take(int fd, void *data, size_t n);
/* A folder under TMPDIR with a new database: a seller, products of all flows, no orders. */
void scene_make(struct scene *scene);
/* No folder and no file is left. */
void scene_clear(struct scene *scene);
struct backend *scene_open(struct scene *scene, const char *user);
enum status scene_try_open(struct scene *scene, const char *user, bool create, bool read_only,
    struct backend **out, struct error *err);
/* Whether a text names the file, wherever it is. */
bool scene_names(const struct scene *scene, const char *text);

/*
 * Imports an order whose lines have the ids ORDER-000001 and so on, of all products in turn; the
 * flow of the third begins with the delivery.
 */
enum status scene_import(struct backend *b, const char *order, int lines,
    struct import_report *out, struct error *err);

/* The same with the products in turn from another one on. */
enum status scene_import_from(struct backend *b, const char *order, int lines, int first,
    struct import_report *out, struct error *err);

/* An order of purchased services that nobody supervises, some of them on trial. */
enum status scene_import_services(struct backend *b, const char *order, int lines,
    struct import_report *out, struct error *err);

void deed_import(struct deed *deed, int64_t n, const char *stream, int lines);
void deed_attach(struct deed *deed, int64_t n);
const char *deed_user(enum role role);
/* What a command is sent for, as it is now; its records live elsewhere. */
struct deed_subject {
	const struct supervision *supervision;
	const struct deployment *deployment;    /* its last, or NULL */
	const struct instance *instance;        /* where supervision is NULL */
	int64_t now;
};
void deed_subject(struct deed_subject *on, struct backend *b, const struct supervision *s,
    struct arena *arena);
/* An action with everything that actions.def asks for; party: who sends it. */
void deed_on(struct deed *deed, int64_t n, const char *stream, const struct deed_subject *on,
    enum action_id action, enum role party);
/* The same where nothing depends on the record. */
void deed_command(struct deed *deed, int64_t n, const char *stream, const char *id,
    enum action_id action, enum role party);
void deed_value(struct deed *deed, const char *name, const char *value);
/*
 * Something that is possible now, by whoever may do it: often what was done least so far, so that
 * everything comes up.
 */
void deed_choose(struct deed *deed, int64_t n, const char *stream, struct backend *b,
    const int64_t done[ACTION_COUNT], struct rng *rng);
/* Does it as its user, attaching its files first; receipt is filled for commands. */
enum status deed_do(struct deed *deed, struct backend *b, struct error *err);
/* True when the receipts are the same, whichever of them is a replay. */
bool receipts_same(const struct receipt *a, const struct receipt *b);

/* ---- invariants.c ---- */

sqlite3 *raw_open(const struct scene *scene);
/* One number; die where there is no row. The arguments are texts to bind, ended by NULL. */
int64_t raw_number(sqlite3 *db, const char *sql, ...);
/*
 * Everything that holds of a marketplace between two commands, down to SQLite's own check; each
 * chain verifies through the backend. Dies with what does not hold.
 */
void hold_all(struct backend *b, sqlite3 *db);

#endif
