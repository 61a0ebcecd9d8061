#include "backend/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/i18n.h"
#include "base/text.h"

/* What this marketplace cannot do: the console does not offer it, scripts are told. */
static enum status unsupported(const struct backend *b, struct error *err, const char *what)
{
	return error_set(err, STATUS_UNSUPPORTED, _("The marketplace “%s” cannot do this: %s."),
	    b->ops->name, what);
}

bool backend_can(const struct backend *b, enum capability capability)
{
	return (b->capabilities & (unsigned)capability) != 0;
}

const struct actor *backend_actor(const struct backend *b)
{
	return b->actor;
}

int64_t backend_now(const struct backend *b)
{
	return b->clock(b->clock_state);
}

enum status backend_list(struct backend *b, const struct query *query, struct page **out,
    struct error *err)
{
	*out = NULL;
	if (query->type == NULL || query->limit > QUERY_LIMIT_MAX ||
	    (query->limit == 0 && !query->count))
		return error_set(err, STATUS_INVALID, _("A list shows 1 to %d rows at a time."),
		    QUERY_LIMIT_MAX);
	return b->ops->list(b, query, out, err);
}

enum status backend_show(struct backend *b, const struct record_type *type, const char *id,
    struct page **out, struct error *err)
{
	*out = NULL;
	if (id == NULL || id[0] == '\0')
		return error_set(err, STATUS_INVALID,
		    _("Say which record: its number is missing."));
	return b->ops->show(b, type, id, out, err);
}

enum status backend_perform(struct backend *b, const struct command *command, struct receipt *out,
    struct error *err)
{
	enum status status;

	if (b->ops->perform == NULL || !backend_can(b, CAN_PERFORM))
		return unsupported(b, err, _("it takes no commands"));
	status = command_check_head(command, err);
	if (status != STATUS_OK)
		return status;
	return b->ops->perform(b, command, out, err);
}

enum status backend_attach(struct backend *b, const struct byte_source *source, char digest[65],
    int64_t *size, struct error *err)
{
	/* What is there can be fetched where nothing may be written. */
	if (b->ops->attach == NULL || !backend_can(b, CAN_ATTACH) || !backend_can(b, CAN_PERFORM))
		return unsupported(b, err, _("it takes no files"));
	return b->ops->attach(b, source, digest, size, err);
}

enum status backend_fetch(struct backend *b, const char *attachment,
    const struct byte_sink *sink, struct error *err)
{
	if (b->ops->fetch == NULL || !backend_can(b, CAN_ATTACH))
		return unsupported(b, err, _("it gives no files"));
	return b->ops->fetch(b, attachment, sink, err);
}

enum status backend_changes(struct backend *b, int64_t since, unsigned limit, struct page **out,
    int64_t *next, struct error *err)
{
	*out = NULL;
	if (b->ops->changes == NULL || !backend_can(b, CAN_CHANGES))
		return unsupported(b, err, _("it does not tell what has changed"));
	return b->ops->changes(b, since, limit, out, next, err);
}

enum status backend_verify(struct backend *b, const char *supervision, struct verdict *out,
    struct error *err)
{
	if (b->ops->verify == NULL || !backend_can(b, CAN_VERIFY))
		return unsupported(b, err, _("its operation log is not chained"));
	return b->ops->verify(b, supervision, out, err);
}

enum status backend_audit(struct backend *b, const char *from, unsigned limit,
    struct audit_part *out, struct error *err)
{
	memset(out, 0, sizeof(*out));
	if (b->ops->audit == NULL || !backend_can(b, CAN_AUDIT))
		return unsupported(b, err, _("its operation logs are not checked all at once"));
	if (limit == 0 || limit > AUDIT_LIMIT_MAX)
		return error_set(err, STATUS_INVALID,
		    _("An audit takes 1 to %d records at a time."), AUDIT_LIMIT_MAX);
	return b->ops->audit(b, from != NULL ? from : "", limit, out, err);
}

enum status backend_impersonate(struct backend *b, const char *user, struct error *err)
{
	if (b->ops->impersonate == NULL || !backend_can(b, CAN_IMPERSONATE))
		return unsupported(b, err, _("who you are is decided when you sign in"));
	return b->ops->impersonate(b, user, err);
}

void backend_interrupt(struct backend *b)
{
	if (b != NULL)
		b->ops->interrupt(b);
}

void backend_close(struct backend *b)
{
	if (b != NULL)
		b->ops->close(b);
}

static enum status fd_read(void *state, void *data, size_t cap, size_t *n, struct error *err)
{
	const int *fd = state;
	ssize_t got;

	do
		got = read(*fd, data, cap);
	while (got < 0 && errno == EINTR);
	if (got < 0) {
		error_set(err, STATUS_IO, _("The file cannot be read: %s."), strerror(errno));
		return STATUS_IO;
	}
	*n = (size_t)got;
	return STATUS_OK;
}

/* Opens the file at the path and checks what can be known before it is read; *fd is open if OK. */
static enum status open_path(const char *path, enum file_kind kind, struct arena *arena,
    struct command_file *out, int *fd, struct error *err)
{
	char name[256];
	struct stat st;
	enum status status;

	memset(out, 0, sizeof(*out));
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0)
		return error_path(err, errno == ENOENT ? STATUS_NOTFOUND : STATUS_IO, path,
		    strerror(errno));
	if (fstat(*fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		status = error_path(err, STATUS_INVALID, path, _("this is not a regular file"));
	} else if (!text_file_name(name, sizeof(name), path)) {
		status = error_path(err, STATUS_INVALID, path, _("this file has no usable name"));
	} else {
		out->kind = kind;
		out->name = arena_strdup(arena, name);
		out->size = (int64_t)st.st_size;
		status = command_check_contents(out, err);
	}
	if (status != STATUS_OK)
		close(*fd);
	return status;
}

enum status backend_check_path(const char *path, enum file_kind kind, struct arena *arena,
    struct command_file *out, struct error *err)
{
	int fd;
	enum status status = open_path(path, kind, arena, out, &fd, err);

	if (status == STATUS_OK)
		close(fd);
	return status;
}

enum status backend_attach_path(struct backend *b, const char *path, enum file_kind kind,
    struct arena *arena, struct command_file *out, struct error *err)
{
	char digest[DIGEST_TEXT];
	int fd;
	const struct byte_source source = { fd_read, &fd };
	enum status status = open_path(path, kind, arena, out, &fd, err);

	if (status != STATUS_OK)
		return status;
	status = backend_attach(b, &source, digest, &out->size, err);
	if (status == STATUS_OK)
		out->digest = arena_strdup(arena, digest);
	close(fd);
	return status;
}
