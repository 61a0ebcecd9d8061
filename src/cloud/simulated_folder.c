#include "cloud/simulated_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <bsd/string.h>

#include "base/bytes.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/rand.h"
#include "base/text.h"

#define ID_PREFIX "simulated-"
#define ID_LENGTH (sizeof(ID_PREFIX) - 1 + RAND_UUID - 1)
#define SUFFIX ".json"
#define FILE_MAX_BYTES (1u << 20)
#define FORMAT "koodesk-simulated-stack"
#define TIME_MAX (INT64_C(1) << 52)
#define LOCK_TRIES 1000
#define LOCK_PAUSE_NS 5000000L

static enum status cannot_read(struct error *err, const char *path)
{
	const char *why = strerror(errno);
	char shown[200];

	text_clean(shown, sizeof(shown), path);
	return error_set(err, STATUS_IO,
	    _("The simulated cloud cannot read %s: %s. Give yourself the right to read it."),
	    shown, why);
}

static enum status cannot_write(struct error *err, const char *path)
{
	const char *why = strerror(errno);
	char shown[200];

	text_clean(shown, sizeof(shown), path);
	return error_set(err, STATUS_IO,
	    _("The simulated cloud cannot write %s: %s. See to its rights and to free space."),
	    shown, why);
}

/* "%s/%s%s", or false where it does not fit. */
static bool make_path(char *out, size_t cap, const char *folder, const char *name,
    const char *suffix)
{
	int n = snprintf(out, cap, "%s/%s%s", folder, name, suffix);

	return n > 0 && (size_t)n < cap;
}

static enum status too_long(const char *folder, struct error *err)
{
	return error_path(err, STATUS_INVALID, folder, _("this path is too long"));
}

void sim_stack_id(const char *deployment, char out[CLOUD_ID])
{
	char uuid[RAND_UUID];

	uuid_of(deployment, uuid);
	snprintf(out, CLOUD_ID, "%s%s", ID_PREFIX, uuid);
}

/* An id becomes a file's name: nothing but what sim_stack_id() makes may pass. */
static bool id_valid(const char *id)
{
	return strlen(id) == ID_LENGTH && strncmp(id, ID_PREFIX, sizeof(ID_PREFIX) - 1) == 0 &&
	       strspn(id + sizeof(ID_PREFIX) - 1, "0123456789abcdef-") == RAND_UUID - 1;
}

enum status sim_folder_make(const char *folder, struct error *err)
{
	struct stat st;

	if (mkdir(folder, S_IRWXU) != 0 && errno != EEXIST)
		return cannot_write(err, folder);
	if (stat(folder, &st) != 0)
		return cannot_read(err, folder);
	if (!S_ISDIR(st.st_mode))
		return error_path(err, STATUS_INVALID, folder,
		    _("this is not a folder; the simulated cloud needs one there"));
	return STATUS_OK;
}

/* ---- Reading ------------------------------------------------------------------------------- */

static enum status read_file(const char *path, struct buf *out, struct error *err)
{
	enum status status = STATUS_OK;
	char chunk[4096];
	ssize_t got;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return error_set(err, STATUS_NOTFOUND, _("The simulated cloud has no such stack."));
	if (fd < 0)
		return cannot_read(err, path);
	do {
		got = read(fd, chunk, sizeof(chunk));
		if (got > 0)
			buf_add(out, chunk, (size_t)got);
	} while ((got > 0 && !out->failed) || (got < 0 && errno == EINTR));
	if (got < 0)
		status = cannot_read(err, path);
	else if (out->failed)
		status = error_path(err, STATUS_IO, path, _("this file is too large"));
	close(fd);
	return status;
}

static enum status own_text(const struct json_at *at, const char *name, struct arena *arena,
    const char **out, struct error *err)
{
	const char *text;
	enum status status = json_text(at, name, CLOUD_TEXT_MAX, &text, err);

	if (status == STATUS_OK)
		*out = arena_strdup(arena, text);
	return status;
}

static enum status read_attempt(const struct json_at *at, struct sim_stack *stack,
    struct sim_attempt *out, struct error *err)
{
	struct cloud_request *request = &out->request;
	const struct { const char *name; const char **out; } texts[] = {
		{ "token", &out->token }, { "inZone", &out->in_zone },
		{ "template", &request->template }, { "zone", &request->zone },
		{ "flavour", &request->flavour }, { "network", &request->network },
		{ "subnet", &request->subnet }, { "group", &request->group },
		{ "user", &request->user_name },
	};
	const struct { const char *name; int64_t min, max, *out; } numbers[] = {
		{ "startedAt", -TIME_MAX, TIME_MAX, &out->started_at },
		{ "seed", 0, SIM_SEED_MAX, &out->seed },
		{ "pace", 1, 1000, &out->pace },
		{ "coresUsed", 0, 1000000, &out->cores_used },
	};
	enum status status = STATUS_OK;
	size_t i;

	request->deployment = stack->deployment;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]) && status == STATUS_OK; i++)
		status = own_text(at, texts[i].name, &stack->arena, texts[i].out, err);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]) && status == STATUS_OK; i++)
		status = json_int(at, numbers[i].name, numbers[i].min, numbers[i].max,
		    numbers[i].out, err);
	return status;
}

static enum status read_stack(const struct json_at *root, struct sim_stack *stack,
    struct error *err)
{
	struct json_at attempts;
	enum status status;
	int64_t version;
	size_t i, n;

	status = json_int(root, FORMAT, 1, 1, &version, err);
	if (status == STATUS_OK)
		status = own_text(root, "deployment", &stack->arena, &stack->deployment, err);
	if (status == STATUS_OK)
		status = json_int(root, "removedAt", -TIME_MAX, TIME_MAX, &stack->removed_at, err);
	if (status == STATUS_OK)
		status = json_array(root, "attempts", &attempts, err);
	if (status != STATUS_OK)
		return status;
	n = json_count(&attempts);
	if (n == 0 || n > SIM_ATTEMPTS_MAX)
		return json_expect(&attempts, err, "1 to 100 attempts");
	for (i = 0; i < n && status == STATUS_OK; i++) {
		struct json_at attempt = json_element(&attempts, i);

		status = read_attempt(&attempt, stack, &stack->attempts[i], err);
	}
	stack->n_attempts = n;
	return status;
}

enum status sim_load(const char *folder, const char *id, struct sim_stack **out,
    struct error *err)
{
	struct sim_stack *stack = NULL;
	struct json *json = NULL;
	struct json_at root;
	char path[4096];
	struct buf text;
	enum status status;

	*out = NULL;
	if (!id_valid(id))
		return error_set(err, STATUS_NOTFOUND, _("The simulated cloud has no such stack."));
	if (!make_path(path, sizeof(path), folder, id, SUFFIX))
		return too_long(folder, err);
	buf_init(&text, FILE_MAX_BYTES);
	status = read_file(path, &text, err);
	if (status != STATUS_OK)
		goto out;
	status = json_parse(buf_text(&text), text.len, &json, err);
	if (status == STATUS_OK) {
		stack = mem_alloc(sizeof(*stack));
		strlcpy(stack->id, id, sizeof(stack->id));
		root = json_root(json);
		status = read_stack(&root, stack, err);
	}
	/* Written by us and replaced as a whole: whatever is wrong here, someone else has done. */
	if (status != STATUS_OK) {
		char what[200];

		strlcpy(what, err != NULL ? err->message : "", sizeof(what));
		status = error_path(err, STATUS_IO, path, _("this file is damaged; remove it"));
		error_detail(err, "%s", what);
		sim_stack_free(stack);
		stack = NULL;
	}
out:
	json_free(json);
	buf_free(&text);
	*out = stack;
	return status;
}

void sim_stack_free(struct sim_stack *stack)
{
	if (stack == NULL)
		return;
	arena_free(&stack->arena);
	free(stack);
}

enum status sim_folder_cores(const char *folder, const char *but, int64_t *out, struct error *err)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	*out = 0;
	if (dir == NULL)
		return cannot_read(err, folder);
	while ((entry = readdir(dir)) != NULL) {
		struct sim_stack *stack;
		char id[CLOUD_ID];

		if (strlen(entry->d_name) != ID_LENGTH + sizeof(SUFFIX) - 1)
			continue;
		strlcpy(id, entry->d_name, ID_LENGTH + 1);
		if (strcmp(id, but) == 0 || sim_load(folder, id, &stack, NULL) != STATUS_OK)
			continue;
		*out += sim_stack_cores(stack);
		sim_stack_free(stack);
	}
	closedir(dir);
	return STATUS_OK;
}

void simulated_forget(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		/* And nothing else that may lie there. */
		if (strncmp(entry->d_name, ID_PREFIX, sizeof(ID_PREFIX) - 1) == 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir != NULL)
		closedir(dir);
}

/* ---- Writing ------------------------------------------------------------------------------- */

static void put_attempt(struct json_writer *w, const struct sim_attempt *attempt)
{
	const struct cloud_request *request = &attempt->request;

	json_open_object(w, NULL);
	json_put_text(w, "token", attempt->token);
	json_put_int(w, "startedAt", attempt->started_at);
	json_put_text(w, "template", request->template);
	json_put_text(w, "zone", request->zone != NULL ? request->zone : "");
	json_put_text(w, "flavour", request->flavour);
	json_put_text(w, "network", request->network);
	json_put_text(w, "subnet", request->subnet);
	json_put_text(w, "group", request->group);
	json_put_text(w, "user", request->user_name);
	json_put_text(w, "inZone", attempt->in_zone);
	json_put_int(w, "coresUsed", attempt->cores_used);
	json_put_int(w, "seed", attempt->seed);
	json_put_int(w, "pace", attempt->pace);
	json_close_object(w);
}

static void put_stack(struct buf *out, const struct sim_stack *stack)
{
	struct json_writer w;
	size_t i;

	json_begin(&w, out, true);
	json_open_object(&w, NULL);
	json_put_int(&w, FORMAT, 1);
	json_put_text(&w, "deployment", stack->deployment);
	json_put_int(&w, "removedAt", stack->removed_at);
	json_open_array(&w, "attempts");
	for (i = 0; i < stack->n_attempts; i++)
		put_attempt(&w, &stack->attempts[i]);
	json_close_array(&w);
	json_close_object(&w);
	buf_putc(out, '\n');
}

static bool write_file(const char *path, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
	    S_IRUSR | S_IWUSR);
	bool ok;

	if (fd < 0)
		return false;
	ok = bytes_write(fd, buf_text(text), text->len) && fsync(fd) == 0;
	if (close(fd) != 0)
		ok = false;
	return ok;
}

/* A name is durable when its folder is. */
static bool sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = fsync(fd) == 0;
	close(fd);
	return ok;
}

enum status sim_save(const char *folder, const struct sim_stack *stack, struct error *err)
{
	char path[4096], fresh[4096];
	enum status status = STATUS_OK;
	struct buf text;

	if (!make_path(path, sizeof(path), folder, stack->id, SUFFIX) ||
	    !make_path(fresh, sizeof(fresh), folder, stack->id, ".new"))
		return too_long(folder, err);
	buf_init(&text, FILE_MAX_BYTES);
	put_stack(&text, stack);
	if (text.failed)
		status = error_path(err, STATUS_LIMITED, path, _("this file is too large"));
	else if (!write_file(fresh, &text) || rename(fresh, path) != 0 || !sync_folder(folder))
		status = cannot_write(err, path);
	buf_free(&text);
	return status;
}

enum status sim_lock(const char *folder, const _Atomic unsigned *interrupts, unsigned before,
    int *out, struct error *err)
{
	const struct timespec pause = { 0, LOCK_PAUSE_NS };
	char path[4096];
	int tries, fd;

	*out = -1;
	if (!make_path(path, sizeof(path), folder, "lock", ""))
		return too_long(folder, err);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return cannot_write(err, path);
	for (tries = 0; tries < LOCK_TRIES; tries++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
			*out = fd;
			return STATUS_OK;
		}
		if (atomic_load(interrupts) != before) {
			close(fd);
			return error_set(err, STATUS_CANCELLED, _("cancelled"));
		}
		nanosleep(&pause, NULL);
	}
	close(fd);
	return error_set(err, STATUS_BUSY,
	    _("Another console holds the simulated cloud. Try again."));
}
