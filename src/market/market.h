/*
 * What the marketplace does: every command is one durable transaction, down one path
 * (market/perform.c):
 *
 *   begin -> due moves -> may the actor see it? -> key known? -> version as seen?
 *         -> action possible at this stage?
 *         -> inputs complete? -> apply -> log -> commit
 *
 * or, inside a transaction of the caller (import, demo), the same path joined to it. Nothing here
 * asks the clock: now is an argument (ms UTC). One handle, one thread, but for market_interrupt().
 */
#ifndef KOODESK_MARKET_MARKET_H
#define KOODESK_MARKET_MARKET_H

#include "base/when.h"
#include "model/command.h"
#include "model/permit.h"
#include "model/query.h"
#include "model/report.h"
#include "store/store.h"

struct market;

struct market_options {
	struct sql_options sql;
	struct calendar calendar;     /* for working days; the arrays stay the caller's */
	int64_t offset;               /* ms east of UTC for dates in filters */
};

/* A new database gets the platform's account with the users "operator" and "reviewer". */
enum status market_open(const char *path, const struct market_options *options, int64_t now,
    struct market **out, struct error *err);
void market_close(struct market *market);                  /* NULL-safe */
struct store *market_store(struct market *market);
void market_interrupt(struct market *market);              /* any thread */

/*
 * The actor of a user id (or, where it is unique, a user name). NOTFOUND names some that exist.
 * Texts live in arena.
 */
enum status market_actor(struct market *market, const char *user, struct arena *arena,
    struct actor *out, struct error *err);

/*
 * Lists and shows what the actor may see (R13); anything else is NOTFOUND. parent in the query (a
 * supervision, or of log entries a purchased service) is checked the same way.
 */
enum status market_list(struct market *market, const struct actor *actor, const struct query *query,
    int64_t now, struct page **out, struct error *err);
/*
 * A page of one row. A supervision or a service may be named by its order's id where the order has
 * one only.
 */
enum status market_show(struct market *market, const struct actor *actor,
    const struct record_type *type, const char *id, int64_t now, struct page **out,
    struct error *err);

/*
 * Performs a command. NOTFOUND: no such record for this actor; CONFLICT: the record has moved on,
 * is frozen or at another stage, or the key was used for other content (the message names the
 * current state); AUTH: not for this role; INVALID: inputs, named in err->field; BUSY: another
 * writer held the store too long; IO: nothing was changed. On any failure nothing changes.
 */
enum status market_perform(struct market *market, const struct actor *actor,
    const struct command *command, int64_t now, struct receipt *out, struct error *err);

/*
 * Contents for a later command of the actor's account: who merely knows the digest of what another
 * handed in can neither name it nor learn that it is there (R13).
 */
enum status market_attach(struct market *market, const struct actor *actor,
    const struct byte_source *source, int64_t now, char digest[65], int64_t *size,
    struct error *err);
/* Contents of an attachment (by its id) that the actor may see. */
enum status market_fetch(struct market *market, const struct actor *actor, const char *attachment,
    const struct byte_sink *sink, struct error *err);

/*
 * Entries logged after the serial `since` that the actor may see, oldest first; *next is what to
 * ask with later. since -1: none, just the present position.
 */
enum status market_changes(struct market *market, const struct actor *actor, int64_t since,
    unsigned limit, struct page **out, int64_t *next, struct error *err);

/*
 * Makes the moves that are due by now, each supervision in a transaction of its own, at most limit
 * of them (0: all). Commands on a record do the same for it, so nothing depends on how often this
 * is called; lists are up to date after it. *fired: entries that were logged. One that cannot be
 * fired decides the answer, and the others are made all the same.
 */
enum status market_tick(struct market *market, int64_t now, unsigned limit, int64_t *fired,
    struct error *err);
/* The same for one supervision, for whoever makes time pass record by record. */
enum status market_tick_one(struct market *market, const char *supervision, int64_t now,
    int64_t *fired, struct error *err);
/* When the next move is due; 0: none is. */
enum status market_next_due(struct market *market, int64_t *at, struct error *err);

/* The operation log of one supervision or purchased service, checked (R15, F10). */
enum status market_verify(struct market *market, const struct actor *actor, const char *id,
    struct verdict *out, struct error *err);
/*
 * The same for a stretch of all that the actor may see: at most limit records are looked at (1 to
 * AUDIT_LIMIT_MAX), in the order of their ids, supervisions first; from is "" or the part's next.
 * What comes or goes meanwhile moves nothing else.
 */
enum status market_audit_part(struct market *market, const struct actor *actor, const char *from,
    unsigned limit, struct audit_part *out, struct error *err);

/*
 * Import by domain.md F6. text is one file: an answer of the open API's query-order call, or a
 * catalogue (doc/catalogue.md). All of a file or nothing: bad input is INVALID, names the JSON path
 * in err->field and what was expected in the message. What is there already is left as it is and
 * counted as known.
 */
enum status market_import(struct market *market, const char *text, size_t n, int64_t now,
    bool dry_run, struct import_report *out, struct error *err);

#endif
