/* Files that cannot be read or written as they should be: clear words, and nothing is changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "tests/bench/scene.h"

#define ORDER "CSFILE000001"
#define LINE ORDER "-000003"      /* its flow begins with the delivery */

static struct scene scene;

static void one_order(struct backend *b)
{
	struct import_report counts;
	struct error err;

	if (scene_import(b, ORDER, 3, &counts, &err) != STATUS_OK)
		fail_msg("%s", err.message);
}

static int set_up(void **state)
{
	struct backend *b;

	(void)state;
	scene_make(&scene);
	b = scene_open(&scene, "operator");
	one_order(b);
	backend_close(b);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	chmod(scene.folder, 0700);
	rmdir(scene.path);
	scene_clear(&scene);
	return 0;
}

/* Everything the file holds, as one digest. */
static void digest_file(const char *path, char out[65])
{
	struct digest *digest = digest_new();
	char data[65536];
	ssize_t n;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	while ((n = read(fd, data, sizeof(data))) > 0)
		digest_add(digest, data, (size_t)n);
	close(fd);
	digest_end(digest, out);
}

/* Something is written beside the file. Whoever only reads it may leave an empty log there. */
static bool beside(const char *tail)
{
	struct stat info;
	char name[160];

	snprintf(name, sizeof(name), "%s%s", scene.path, tail);
	return stat(name, &info) == 0 && info.st_size > 0;
}

static void hold(void)
{
	struct backend *b = scene_open(&scene, "operator");
	sqlite3 *db = raw_open(&scene);

	hold_all(b, db);
	sqlite3_close(db);
	backend_close(b);
}

static enum status comment(struct backend *b, int64_t n, struct error *err)
{
	struct deed deed;

	deed_command(&deed, n, "file", LINE, ACTION_COMMENT, ROLE_BUYER);
	return deed_do(&deed, b, err);
}

static int64_t length(struct backend *b)
{
	struct page *page;
	struct error err;
	int64_t n;

	assert_int_equal(backend_show(b, &supervision_record, LINE, &page, &err), STATUS_OK);
	n = ((const struct supervision *)page->rows[0])->log_length;
	page_drop(page);
	return n;
}

/*
 * ---- files that are none ------------------------------------------------------------------------
 */

/* Opens; must be refused with the status, by name, and leave the file as it is. */
static void refused(enum status status, bool create, bool read_only)
{
	char before[65] = "", after[65] = "";
	struct backend *b = NULL;
	struct stat info;
	bool file = stat(scene.path, &info) == 0 && S_ISREG(info.st_mode) &&
	    (info.st_mode & S_IRUSR) != 0;
	struct error err = { 0 };

	if (file)
		digest_file(scene.path, before);
	if (scene_try_open(&scene, "operator", create, read_only, &b, &err) == STATUS_OK)
		fail_msg("%s was opened", scene.path);
	assert_null(b);
	if (err.status != status || !scene_names(&scene, err.message))
		fail_msg("%s: %s (%s)", status_word(err.status), err.message, err.detail);
	if (file) {
		digest_file(scene.path, after);
		assert_string_equal(before, after);
	}
	assert_false(beside("-wal"));
}

static void put_file(const void *data, size_t n)
{
	int fd = open(scene.path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, n), n);
	close(fd);
}

static void test_a_missing_file_is_not_made(void **state)
{
	(void)state;
	unlink(scene.path);
	refused(STATUS_NOTFOUND, false, false);
	refused(STATUS_NOTFOUND, false, true);
	refused(STATUS_NOTFOUND, true, true);
	assert_int_equal(access(scene.path, F_OK), -1);
}

static void test_a_folder_that_is_not_there(void **state)
{
	(void)state;
	unlink(scene.path);
	assert_int_equal(rmdir(scene.folder), 0);
	refused(STATUS_IO, true, false);
	assert_int_equal(mkdir(scene.folder, 0700), 0);
}

static void test_a_folder_is_no_file(void **state)
{
	(void)state;
	unlink(scene.path);
	assert_int_equal(mkdir(scene.path, 0700), 0);
	refused(STATUS_INVALID, false, false);
	refused(STATUS_INVALID, true, false);
	refused(STATUS_INVALID, false, true);
}

static void test_a_text_is_no_database(void **state)
{
	static const char text[] = "Dear diary, today I was opened as a database. It hurt a bit, "
	    "and then they noticed that there are no pages in me but these few lines of prose.\n";

	(void)state;
	put_file(text, sizeof(text) - 1);
	refused(STATUS_INVALID, false, false);
	refused(STATUS_INVALID, true, false);
	refused(STATUS_INVALID, false, true);
}

static void test_a_foreign_database_stays_as_it_is(void **state)
{
	sqlite3 *db;

	(void)state;
	unlink(scene.path);
	assert_int_equal(sqlite3_open(scene.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE bookmarks (url TEXT);"
	    "INSERT INTO bookmarks VALUES ('https://example.com/')", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	refused(STATUS_INVALID, false, false);
	refused(STATUS_INVALID, true, false);
	refused(STATUS_INVALID, false, true);
}

static void test_a_newer_database_stays_as_it_is(void **state)
{
	sqlite3 *db;

	(void)state;
	db = raw_open(&scene);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 9999", NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	refused(STATUS_UNSUPPORTED, false, false);
	refused(STATUS_UNSUPPORTED, false, true);
}

/*
 * ---- files that may not be touched --------------------------------------------------------------
 */

/* Permissions do not bind the superuser: from here on somebody else acts. */
static void become_nobody(void)
{
	if (geteuid() != 0)
		return;
	assert_int_equal(chown(scene.folder, 65534, 65534), 0);
	assert_int_equal(chown(scene.path, 65534, 65534), 0);
	assert_int_equal(seteuid(65534), 0);
}

static void become_self(void)
{
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
}

static void test_an_unreadable_file(void **state)
{
	(void)state;
	become_nobody();
	assert_int_equal(chmod(scene.path, 0), 0);
	refused(STATUS_IO, false, false);
	refused(STATUS_IO, false, true);
	become_self();
}

static void test_a_write_protected_file(void **state)
{
	struct backend *b = NULL;
	char before[65], after[65];
	struct error err = { 0 };
	enum status status;

	(void)state;
	become_nobody();
	assert_int_equal(chmod(scene.path, 0400), 0);
	assert_int_equal(chmod(scene.folder, 0500), 0);
	digest_file(scene.path, before);
	status = scene_try_open(&scene, "operator", false, false, &b, &err);
	if (status == STATUS_OK)
		status = comment(b, 1, &err);
	become_self();
	backend_close(b);
	if (status != STATUS_IO || !scene_names(&scene, err.message))
		fail_msg("%s: %s (%s)", status_word(status), err.message, err.detail);
	digest_file(scene.path, after);
	assert_string_equal(before, after);
}

static void test_reading_only_reads(void **state)
{
	struct query query = { .type = &supervision_record, .limit = 10 };
	char before[65], after[65];
	struct backend *b = NULL;
	struct page *page;
	struct error err;

	(void)state;
	digest_file(scene.path, before);
	assert_int_equal(scene_try_open(&scene, "ann", false, true, &b, &err), STATUS_OK);
	assert_false(backend_can(b, CAN_PERFORM));
	assert_int_equal(backend_list(b, &query, &page, &err), STATUS_OK);
	assert_int_equal(page->count, 3);
	page_drop(page);
	memset(&err, 0, sizeof(err));
	assert_int_not_equal(comment(b, 1, &err), STATUS_OK);
	assert_true(err.message[0] != '\0');
	backend_close(b);
	digest_file(scene.path, after);
	assert_string_equal(before, after);
	hold();
}

/*
 * ---- files that are damaged ---------------------------------------------------------------------
 */

/* Whatever the damage: an answer or words, never a crash, and never a lie about the chain's end. */
static void use_damaged(void)
{
	struct query query = { .type = &supervision_record, .limit = 10 };
	struct verdict verdict;
	struct backend *b = NULL;
	struct page *page = NULL;
	struct error err = { 0 };

	if (scene_try_open(&scene, "operator", false, false, &b, &err) != STATUS_OK) {
		if (!scene_names(&scene, err.message) && err.status != STATUS_NOTFOUND &&
		    err.status != STATUS_INTERNAL)
			fail_msg("%s: %s (%s)", status_word(err.status), err.message, err.detail);
		return;
	}
	if (backend_list(b, &query, &page, &err) == STATUS_OK)
		page_drop(page);
	else
		assert_true(err.message[0] != '\0');
	if (backend_verify(b, LINE, &verdict, &err) != STATUS_OK)
		assert_true(err.message[0] != '\0');
	memset(&err, 0, sizeof(err));
	if (comment(b, 1, &err) != STATUS_OK)
		assert_true(err.message[0] != '\0');
	backend_close(b);
}

static void *read_file(size_t *n)
{
	struct stat info;
	void *data;
	int fd = open(scene.path, O_RDONLY);

	assert_true(fd >= 0 && fstat(fd, &info) == 0);
	*n = (size_t)info.st_size;
	data = mem_alloc(*n);
	assert_int_equal(read(fd, data, *n), *n);
	close(fd);
	return data;
}

static void test_half_a_file(void **state)
{
	char before[65], after[65];
	struct backend *b = NULL;
	struct page *page = NULL;
	struct query query = { .type = &log_entry_record, .limit = 10 };
	struct error err = { 0 };
	enum status status;
	struct stat info;

	(void)state;
	assert_int_equal(stat(scene.path, &info), 0);
	assert_int_equal(truncate(scene.path, info.st_size / 2), 0);
	digest_file(scene.path, before);
	status = scene_try_open(&scene, "operator", false, false, &b, &err);
	if (status == STATUS_OK)
		status = comment(b, 1, &err);
	if (status == STATUS_OK)
		status = backend_list(b, &query, &page, &err);
	backend_close(b);
	if (status != STATUS_IO || !scene_names(&scene, err.message))
		fail_msg("%s: %s (%s)", status_word(status), err.message, err.detail);
	digest_file(scene.path, after);
	assert_string_equal(before, after);
}

static void test_damage_of_all_sorts(void **state)
{
	unsigned char *data, *copy;
	struct rng rng;
	size_t n, m;
	int i, k;

	(void)state;
	data = read_file(&n);
	copy = mem_alloc(n);
	rng_seed(&rng, 20261122);
	for (i = 0; i < 150; i++) {
		memcpy(copy, data, n);
		m = i % 5 == 0 ? rng_below(&rng, n) : n;
		for (k = 0; k < 1 << rng_below(&rng, 8); k++)
			copy[rng_below(&rng, n)] = (unsigned char)rng_next(&rng);
		put_file(copy, m);
		use_damaged();
	}
	put_file(data, n);
	hold();
	free(data);
	free(copy);
}

/*
 * ---- no space ---------------------------------------------------------------------------------
 */

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A failed command says that it failed for the disk, and has changed nothing. */
static void check_refusal(struct backend *b, int64_t before, enum status status,
    const struct error *err)
{
	if (status != STATUS_IO || !scene_names(&scene, err->message) ||
	    strstr(err->message, "nothing was changed") == NULL)
		fail_msg("%s: %s (%s)", status_word(status), err->message, err->detail);
	assert_int_equal(length(b), before);
}

/* The limit is lowered to each size in turn, so that the failing write is another each time. */
static void test_no_file_may_grow(void **state)
{
	struct backend *b = scene_open(&scene, "ann");
	int64_t done = 0, refused_n = 0, before, n;
	struct error err = { 0 };
	enum status status;
	rlim_t limit;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	before = length(b);
	for (limit = 0, n = 1; limit < 400000; limit += 1777, n++) {
		limit_files(limit);
		status = comment(b, n, &err);
		limit_files(RLIM_INFINITY);
		if (status == STATUS_OK) {
			done++;
		} else {
			refused_n++;
			check_refusal(b, before + done, status, &err);
		}
		/* the same handle works on at once, and so does the same key */
		if (status != STATUS_OK && n % 8 == 0) {
			assert_int_equal(comment(b, n, &err), STATUS_OK);
			done++;
		}
	}
	assert_int_equal(length(b), before + done);
	backend_close(b);
	hold();
	assert_true(refused_n > 5 && done > 5);
	printf("size limit: %" PRId64 " commands refused, %" PRId64 " performed\n", refused_n,
	    done);
}

static void test_a_large_file_does_not_fit(void **state)
{
	struct backend *b = scene_open(&scene, "ann");
	struct error err = { 0 };
	struct deed deed;
	enum status status;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	deed_attach(&deed, 1);
	limit_files(2 << 20);
	status = deed_do(&deed, b, &err);
	limit_files(RLIM_INFINITY);
	check_refusal(b, length(b), status, &err);
	assert_int_equal(deed_do(&deed, b, &err), STATUS_OK);
	assert_int_equal(comment(b, 1, &err), STATUS_OK);
	backend_close(b);
	hold();
}

/* The first database of a file system that has no room for a second one. */
static void fill_up(const char *path)
{
	static const char zeros[4096];
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	while (fd >= 0 && write(fd, zeros, sizeof(zeros)) > 0)
		;
	close(fd);
}

/* In a process of its own, whose mounts nobody else sees: 77 where it may not mount. */
static int on_a_full_disk(void)
{
	struct scene own = scene;
	char filler[160];
	struct error err = { 0 };
	struct backend *b;
	struct deed deed;
	int64_t before;

	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", "/tmp", "tmpfs", 0, "size=24m") != 0)
		return 77;
	unsetenv("TMPDIR");
	scene_make(&scene);
	snprintf(filler, sizeof(filler), "%s/filler", scene.folder);
	b = scene_open(&scene, "operator");
	one_order(b);
	before = length(b);
	fill_up(filler);
	for (deed.n = 1; deed.n <= 3; deed.n++)
		check_refusal(b, before, comment(b, deed.n, &err), &err);
	deed_attach(&deed, 1);
	check_refusal(b, before, deed_do(&deed, b, &err), &err);
	unlink(filler);
	assert_int_equal(deed_do(&deed, b, &err), STATUS_OK);
	assert_int_equal(comment(b, 1, &err), STATUS_OK);
	assert_int_equal(length(b), before + 1);
	backend_close(b);
	hold();
	scene = own;
	return 0;
}

static void test_a_full_disk(void **state)
{
	int end;
	pid_t pid;

	(void)state;
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(on_a_full_disk());
	assert_int_equal(waitpid(pid, &end, 0), pid);
	if (WIFEXITED(end) && WEXITSTATUS(end) == 77) {
		print_message("skipped: no file system of its own may be mounted here; the limit "
		    "on the size of files stands in for the full disk\n");
		skip();
	}
	assert_true(WIFEXITED(end) && WEXITSTATUS(end) == 0);
}

int main(void)
{
#define ON_FILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_FILE(test_a_missing_file_is_not_made),
		ON_FILE(test_a_folder_that_is_not_there),
		ON_FILE(test_a_folder_is_no_file),
		ON_FILE(test_a_text_is_no_database),
		ON_FILE(test_a_foreign_database_stays_as_it_is),
		ON_FILE(test_a_newer_database_stays_as_it_is),
		ON_FILE(test_an_unreadable_file),
		ON_FILE(test_a_write_protected_file),
		ON_FILE(test_reading_only_reads),
		ON_FILE(test_half_a_file),
		ON_FILE(test_damage_of_all_sorts),
		ON_FILE(test_no_file_may_grow),
		ON_FILE(test_a_large_file_does_not_fit),
		ON_FILE(test_a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
