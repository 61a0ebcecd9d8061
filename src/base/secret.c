#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bsd/readpassphrase.h>
#include <bsd/string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

/* Beside max: CR, LF, and one byte more than may be, by which a text that is too long is known. */
#define SPARE 3u
#define HINT_SHOWN 4      /* characters of a code that are shown */
#define HINT_LEAST 12     /* characters that a code must have for that */

/* The handle tells where and how long; what is secret stands in the pages alone. */
struct secret {
	char *text;       /* NUL-terminated at all times */
	size_t length, max;
	size_t bytes;     /* of the pages between the guards */
	bool locked;
};

static size_t page_size(void)
{
	long size = sysconf(_SC_PAGESIZE);

	return size > 0 ? (size_t)size : 4096;
}

struct secret *secret_new(size_t max)
{
	struct secret *secret = mem_alloc(sizeof *secret);
	size_t page = page_size();
	char *map;

	if (max == 0 || max > SECRET_MAX)
		max = SECRET_MAX;
	secret->max = max;
	secret->bytes = (max + SPARE + page - 1) / page * page;
	map = mmap(NULL, secret->bytes + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		mem_fail();
	secret->text = map + page;
	if (mprotect(secret->text, secret->bytes, PROT_READ | PROT_WRITE) != 0)
		mem_fail();
	secret->locked = mlock(secret->text, secret->bytes) == 0;
	/* Both fail only on kernels too old to know them. */
	(void)madvise(secret->text, secret->bytes, MADV_DONTDUMP);
	(void)madvise(secret->text, secret->bytes, MADV_WIPEONFORK);
	return secret;
}

void secret_free(struct secret *secret)
{
	size_t page = page_size();

	if (secret == NULL)
		return;
	secret_wipe(secret);
	munmap(secret->text - page, secret->bytes + 2 * page);
	free(secret);
}

void secret_wipe(struct secret *secret)
{
	explicit_bzero(secret->text, secret->bytes);
	secret->length = 0;
}

size_t secret_length(const struct secret *secret)
{
	return secret->length;
}

const char *secret_text(const struct secret *secret)
{
	return secret->text;
}

bool secret_locked(const struct secret *secret)
{
	return secret->locked;
}

static enum status too_long(const struct secret *secret, struct error *err)
{
	return error_set(err, STATUS_LIMITED, _("This is too long: at most %zu bytes fit."),
	    secret->max);
}

static enum status not_text(struct error *err)
{
	return error_set(err, STATUS_INVALID,
	    _("This holds a NUL byte: it is not a password or a key."));
}

enum status secret_add(struct secret *secret, const char *data, size_t n, struct error *err)
{
	if (n > secret->max - secret->length)
		return too_long(secret, err);
	if (n == 0)
		return STATUS_OK;
	if (memchr(data, '\0', n) != NULL)
		return not_text(err);
	memcpy(secret->text + secret->length, data, n);
	secret->length += n;
	secret->text[secret->length] = '\0';
	return STATUS_OK;
}

enum status secret_set(struct secret *secret, const char *data, size_t n, struct error *err)
{
	if (n > secret->max)
		return too_long(secret, err);
	if (n > 0 && memchr(data, '\0', n) != NULL)
		return not_text(err);
	secret_wipe(secret);
	return secret_add(secret, data, n, err);
}

bool secret_drop_last(struct secret *secret)
{
	if (secret->length == 0)
		return false;
	/* Back over continuation bytes to the one that starts the character. */
	do
		secret->length--;
	while (secret->length > 0 && ((unsigned char)secret->text[secret->length] & 0xC0) == 0x80);
	explicit_bzero(secret->text + secret->length, secret->bytes - secret->length);
	return true;
}

/* ---- Filling ------------------------------------------------------------------------------- */

enum status secret_ask(struct secret *secret, const char *prompt, struct error *err)
{
	secret_wipe(secret);
	errno = 0;
	if (readpassphrase(prompt, secret->text, secret->max + SPARE,
	    RPP_ECHO_OFF | RPP_REQUIRE_TTY) == NULL) {
		int cause = errno;

		secret_wipe(secret);
		if (cause == EINTR)
			return error_set(err, STATUS_CANCELLED, _("cancelled"));
		return error_set(err, STATUS_UNSUPPORTED,
		    _("There is no terminal to ask on: give a file or a descriptor."));
	}
	secret->length = strlen(secret->text);
	if (secret->length > secret->max) {
		secret_wipe(secret);
		return too_long(secret, err);
	}
	if (secret->length == 0)
		return error_set(err, STATUS_CANCELLED, _("Nothing was typed."));
	return STATUS_OK;
}

static ssize_t read_some(int fd, char *data, size_t n)
{
	ssize_t got;

	do
		got = read(fd, data, n);
	while (got < 0 && errno == EINTR);
	return got;
}

static enum status cannot_read(struct error *err)
{
	return error_set(err, STATUS_IO, _("The secret cannot be read: %s."), strerror(errno));
}

/* Counts what stands in the pages now, without a line end; a wrong content is wiped. */
static enum status take(struct secret *secret, size_t n, struct error *err)
{
	enum status status = STATUS_OK;

	if (n > 0 && secret->text[n - 1] == '\n')
		n--;
	if (n > 0 && secret->text[n - 1] == '\r')
		n--;
	if (n > secret->max)
		status = too_long(secret, err);
	else if (memchr(secret->text, '\0', n) != NULL)
		status = not_text(err);
	else if (n == 0)
		status = error_set(err, STATUS_INVALID, _("There is no secret in it: it is "
		    "empty."));
	if (status != STATUS_OK) {
		secret_wipe(secret);
		return status;
	}
	explicit_bzero(secret->text + n, secret->bytes - n);
	secret->length = n;
	return STATUS_OK;
}

enum status secret_read_fd(struct secret *secret, int fd, struct error *err)
{
	size_t n = 0;
	ssize_t got;

	secret_wipe(secret);
	/* Byte by byte: what follows the line belongs to someone else. */
	do {
		got = read_some(fd, secret->text + n, 1);
		if (got > 0)
			n++;
	} while (got > 0 && secret->text[n - 1] != '\n' && n < secret->max + SPARE);
	if (got < 0) {
		enum status status = cannot_read(err);

		secret_wipe(secret);
		return status;
	}
	return take(secret, n, err);
}

static enum status open_problem(struct error *err, const char *path, int cause)
{
	if (cause == ELOOP)
		return error_path(err, STATUS_INVALID, path,
		    _("this is a symbolic link; name the file itself"));
	return error_path(err, cause == ENOENT ? STATUS_NOTFOUND : STATUS_IO, path,
	    strerror(cause));
}

static enum status check_file(int fd, const char *path, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return error_path(err, STATUS_IO, path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return error_path(err, STATUS_INVALID, path, _("this is not a regular file"));
	if (st.st_uid != geteuid())
		return error_path(err, STATUS_INVALID, path,
		    _("this file belongs to another user"));
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return error_path(err, STATUS_INVALID, path,
		    _("others may read or change this file; close it with chmod 600"));
	return STATUS_OK;
}

enum status secret_read_file(struct secret *secret, const char *path, struct error *err)
{
	enum status status;
	size_t n = 0;
	ssize_t got;
	int fd;

	secret_wipe(secret);
	/* O_NONBLOCK: a FIFO must not hold us before fstat() has seen it. */
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return open_problem(err, path, errno);
	status = check_file(fd, path, err);
	if (status != STATUS_OK)
		goto out;
	do {
		got = read_some(fd, secret->text + n, secret->max + SPARE - n);
		if (got > 0)
			n += (size_t)got;
	} while (got > 0 && n < secret->max + SPARE);
	if (got < 0) {
		status = cannot_read(err);
		secret_wipe(secret);
		goto out;
	}
	status = take(secret, n, err);
out:
	close(fd);
	return status;
}

/* ---- Comparing and showing ----------------------------------------------------------------- */

bool secret_equal_text(const struct secret *a, const char *text, size_t n)
{
	unsigned char differ = a->length != n;
	size_t i;

	/* Walks the longer text's way whatever the first difference is. */
	for (i = 0; i < n; i++) {
		unsigned char own = a->length > 0 ? (unsigned char)a->text[i % a->length] : 0;

		differ = (unsigned char)(differ | (own ^ (unsigned char)text[i]));
	}
	/* The compiler must not end the loop early: what it found is asked for only here. */
	__asm__ volatile("" : "+r"(differ));
	return differ == 0;
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
	return secret_equal_text(a, b->text, b->length);
}

void secret_dots(char out[SECRET_HINT], bool ascii)
{
	strlcpy(out, ascii ? "********" : "••••••••", SECRET_HINT);
}

void secret_hint(const char *code, char out[SECRET_HINT], bool ascii)
{
	size_t starts[HINT_SHOWN] = {0};
	size_t n = code != NULL ? strlen(code) : 0;
	size_t at, used, count = 0;
	uint32_t cp;
	bool ok;

	secret_dots(out, ascii);
	for (at = 0; at < n; at += used) {
		used = text_decode(code + at, n - at, &cp, &ok);
		starts[count++ % HINT_SHOWN] = at;
	}
	if (count < HINT_LEAST)
		return;
	strlcpy(out, ascii ? "****" : "••••", SECRET_HINT);
	used = strlen(out);
	text_clean(out + used, SECRET_HINT - used, code + starts[count % HINT_SHOWN]);
}

void secret_guard_process(void)
{
	struct rlimit none = { 0, 0 };

	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
}
