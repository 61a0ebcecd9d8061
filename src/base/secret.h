/*
 * Secrets: access keys, passwords, licence codes on their way (reliability.md, "Secrets").
 *
 * A secret lives in pages of its own between two guard pages: locked into memory where the system
 * lets us, left out of core dumps, empty in a forked child, and wiped before they are given back.
 * What fills a secret reads straight into those pages; nothing here copies one elsewhere, prints it
 * or puts it into an error. A secret has one owner and is used by one thread at a time; it may be
 * handed to another thread.
 */
#ifndef KOODESK_BASE_SECRET_H
#define KOODESK_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

#define SECRET_MAX 65536u      /* bytes that a secret may be made for */
#define SECRET_HINT 40         /* bytes that a hint fits into */

struct secret;

/* Empty, with room for max bytes (1 to SECRET_MAX). Free with secret_free(). */
struct secret *secret_new(size_t max);
void secret_free(struct secret *secret);              /* wiped; NULL-safe */
void secret_wipe(struct secret *secret);              /* empty and usable again */

size_t secret_length(const struct secret *secret);    /* bytes */
/*
 * The secret itself, NUL-terminated, for the call that needs it: not to be kept, copied or printed.
 * It holds until the secret is changed.
 */
const char *secret_text(const struct secret *secret);
/* Whether the pages are locked; the system's limit (ulimit -l) may forbid it. */
bool secret_locked(const struct secret *secret);

/*
 * Puts n bytes in place of what was there, or after it. The caller wipes its own copy. LIMITED
 * where there is no room, INVALID for a NUL byte; the secret is left as it was then.
 */
enum status secret_set(struct secret *secret, const char *data, size_t n, struct error *err);
enum status secret_add(struct secret *secret, const char *data, size_t n, struct error *err);
/* Takes the last UTF-8 character off, as a backspace does; false where it was empty. */
bool secret_drop_last(struct secret *secret);

/*
 * Asks on the terminal, echo off. Standard input is left alone: UNSUPPORTED where there is no
 * terminal, CANCELLED at end of input before a line.
 */
enum status secret_ask(struct secret *secret, const char *prompt, struct error *err);
/* One line of a descriptor, without its line end, and no byte beyond it. */
enum status secret_read_fd(struct secret *secret, int fd, struct error *err);
/*
 * All of a key file, without its last line end. The file must be a regular one, the user's own, and
 * closed to group and others; a symbolic link is not followed. What is wrong is said with its mend.
 */
enum status secret_read_file(struct secret *secret, const char *path, struct error *err);

/* Takes as long whether they differ early, late or not at all. */
bool secret_equal(const struct secret *a, const struct secret *b);
bool secret_equal_text(const struct secret *a, const char *text, size_t n);

/*
 * What may stand on a screen: dots, which do not tell the length, and for a code its last four
 * characters behind them, cleaned; codes of less than twelve characters show dots alone.
 */
void secret_dots(char out[SECRET_HINT], bool ascii);
void secret_hint(const char *code, char out[SECRET_HINT], bool ascii);

/*
 * No core dumps and no tracing of this process by others of the same user: for entry points, before
 * the first secret.
 */
void secret_guard_process(void);

#endif
