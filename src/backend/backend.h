/*
 * The one narrow door to a marketplace (architecture.md, decision 3).
 *
 * An implementation fills struct backend_ops; callers use the backend_*() wrappers, which check
 * arguments, set the deadline and trace, and never the table. One handle is used by one thread, but
 * for backend_interrupt(): the console opens a reader and a writer. What an implementation cannot
 * do is left NULL or out of its capabilities and gives UNSUPPORTED with the reason.
 */
#ifndef KOODESK_BACKEND_BACKEND_H
#define KOODESK_BACKEND_BACKEND_H

#include "base/bytes.h"
#include "model/command.h"
#include "model/permit.h"
#include "model/query.h"
#include "model/report.h"

struct backend;

enum capability {
	CAN_PERFORM = 1 << 0,
	CAN_ATTACH = 1 << 1,
	CAN_VERIFY = 1 << 2,
	CAN_CHANGES = 1 << 3,
	CAN_IMPERSONATE = 1 << 4,     /* embedded: the user may be switched */
	CAN_AUDIT = 1 << 5,
};

struct backend_ops {
	const char *name;    /* "embedded" */
	/* must: a page of records the actor may see; honours interrupt within 50 ms */
	enum status (*list)(struct backend *b, const struct query *query, struct page **out,
	    struct error *err);
	/* must: a page of one row, or NOTFOUND */
	enum status (*show)(struct backend *b, const struct record_type *type, const char *id,
	    struct page **out, struct error *err);
	/*
	 * may: durable once it returns OK; an answer that was lost is asked for again with the same
	 * key
	 */
	enum status (*perform)(struct backend *b, const struct command *command,
	    struct receipt *out, struct error *err);
	/* may: stores contents, gives the digest that a command then names */
	enum status (*attach)(struct backend *b, const struct byte_source *source,
	    char digest[65], int64_t *size, struct error *err);
	/* may: contents of an attachment by id; checks the digest while it reads */
	enum status (*fetch)(struct backend *b, const char *attachment,
	    const struct byte_sink *sink, struct error *err);
	/*
	 * may: log entries after the cursor, oldest first; cursor -1 gives only the present
	 * position
	 */
	enum status (*changes)(struct backend *b, int64_t since, unsigned limit, struct page **out,
	    int64_t *next, struct error *err);
	/* may: the operation log's chain */
	enum status (*verify)(struct backend *b, const char *supervision,
	    struct verdict *out, struct error *err);
	/*
	 * may: the chains of all that the actor may see, a stretch at a time, so that the handle
	 * can do other things between two; from is "" or where the one before ended
	 */
	enum status (*audit)(struct backend *b, const char *from, unsigned limit,
	    struct audit_part *out, struct error *err);
	/* may: become another user */
	enum status (*impersonate)(struct backend *b, const char *user, struct error *err);
	/* must: the running call ends with CANCELLED; the only one that any thread may call */
	void (*interrupt)(struct backend *b);
	/* must */
	void (*close)(struct backend *b);
};

struct backend {
	const struct backend_ops *ops;
	unsigned capabilities;
	/* who this handle acts for; valid until impersonate or close */
	const struct actor *actor;
	const char *label;            /* "demo", a file's name: shown in the title; cleaned */
	int64_t (*clock)(void *state);   /* what time it is, ms UTC; given at open */
	void *clock_state;
};

enum status backend_list(struct backend *b, const struct query *query, struct page **out,
    struct error *err);
enum status backend_show(struct backend *b, const struct record_type *type, const char *id,
    struct page **out, struct error *err);
enum status backend_perform(struct backend *b, const struct command *command, struct receipt *out,
    struct error *err);
enum status backend_attach(struct backend *b, const struct byte_source *source, char digest[65],
    int64_t *size, struct error *err);
enum status backend_fetch(struct backend *b, const char *attachment,
    const struct byte_sink *sink, struct error *err);
enum status backend_changes(struct backend *b, int64_t since, unsigned limit, struct page **out,
    int64_t *next, struct error *err);
enum status backend_verify(struct backend *b, const char *supervision, struct verdict *out,
    struct error *err);
enum status backend_audit(struct backend *b, const char *from, unsigned limit,
    struct audit_part *out, struct error *err);
enum status backend_impersonate(struct backend *b, const char *user, struct error *err);
bool backend_can(const struct backend *b, enum capability capability);
const struct actor *backend_actor(const struct backend *b);
int64_t backend_now(const struct backend *b);
void backend_interrupt(struct backend *b);                    /* any thread; NULL-safe */
void backend_close(struct backend *b);                        /* NULL-safe */

/*
 * Attaches a file by path: opens it (a regular file), checks type and size (R3), attaches, and
 * fills *out (name and digest texts live in arena). The error says what is wrong with the file.
 * backend_check_path() attaches nothing and leaves the digest out, which serves a dry run.
 */
enum status backend_check_path(const char *path, enum file_kind kind, struct arena *arena,
    struct command_file *out, struct error *err);
enum status backend_attach_path(struct backend *b, const char *path, enum file_kind kind,
    struct arena *arena, struct command_file *out, struct error *err);

#endif
