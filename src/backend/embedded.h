/*
 * The embedded marketplace: the engine on a SQLite file in this process. There are no identities to
 * protect here: whoever can write the file can be anyone (domain.md F10). Several handles (a
 * reader, a writer, other processes) may be open on one file.
 */
#ifndef KOODESK_BACKEND_EMBEDDED_H
#define KOODESK_BACKEND_EMBEDDED_H

#include "backend/backend.h"
#include "base/when.h"

struct embedded_options {
	const char *path;             /* the file; ":memory:" for tests */
	/* --as; NULL: nobody yet (only import and impersonate work) */
	const char *user;
	const char *label;            /* shown in the title; NULL: the file's name */
	bool create, read_only;
	struct calendar calendar;
	int64_t offset;               /* ms east of UTC for dates in filters */
	int64_t (*clock)(void *state);
	void *clock_state;
};

enum status embedded_open(const struct embedded_options *options, struct backend **out,
    struct error *err);

/*
 * The import of orders and catalogues (doc/orders.md, doc/catalogue.md), which only an embedded
 * marketplace has; all of a text or nothing.
 */
enum status embedded_import(struct backend *b, const char *text, size_t n, bool dry_run,
    struct import_report *out, struct error *err);

#endif
