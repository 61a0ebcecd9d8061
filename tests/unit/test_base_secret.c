/* src/base/secret.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bsd/string.h>
#include <cmocka.h>

#include "base/secret.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

static char folder[64];

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/koodesk-secret.XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/key", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/link", folder);
	unlink(path);
	return rmdir(folder);
}

static void key_path(char out[128], const char *name)
{
	snprintf(out, 128, "%s/%s", folder, name);
}

static void write_key(const char *data, size_t n, mode_t mode)
{
	char path[128];
	int fd;

	key_path(path, "key");
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, n), (ssize_t)n);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static struct secret *secret_of(const char *text)
{
	struct secret *secret = secret_new(200);

	assert_int_equal(secret_set(secret, text, strlen(text), NULL), STATUS_OK);
	return secret;
}

/* ---- Filling ------------------------------------------------------------------------------- */

static void test_typed_and_taken_back(void **state)
{
	struct secret *secret = secret_new(6);
	struct error err;

	(void)state;
	assert_int_equal(secret_length(secret), 0);
	assert_string_equal(secret_text(secret), "");
	assert_int_equal(secret_add(secret, "ab", 2, &err), STATUS_OK);
	assert_int_equal(secret_add(secret, "密", 3, &err), STATUS_OK);
	assert_string_equal(secret_text(secret), "ab密");
	assert_int_equal(secret_add(secret, "xy", 2, &err), STATUS_LIMITED);
	assert_string_equal(secret_text(secret), "ab密");
	assert_int_equal(secret_add(secret, "x\0", 1, &err), STATUS_OK);
	assert_int_equal(secret_length(secret), 6);
	assert_true(secret_drop_last(secret));
	assert_true(secret_drop_last(secret));
	assert_string_equal(secret_text(secret), "ab");
	assert_int_equal(secret_set(secret, "1\0002", 3, &err), STATUS_INVALID);
	assert_string_equal(secret_text(secret), "ab");
	secret_wipe(secret);
	assert_int_equal(secret_length(secret), 0);
	assert_false(secret_drop_last(secret));
	secret_free(secret);
	secret_free(NULL);
}

static enum status read_pipe(struct secret *secret, const char *data, size_t n, char *rest,
    size_t cap, struct error *err)
{
	enum status status;
	int ends[2];
	ssize_t left;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], data, n), (ssize_t)n);
	close(ends[1]);
	status = secret_read_fd(secret, ends[0], err);
	left = read(ends[0], rest, cap - 1);
	rest[left > 0 ? left : 0] = '\0';
	close(ends[0]);
	return status;
}

static void test_one_line_of_a_descriptor(void **state)
{
	struct secret *secret = secret_new(8);
	char rest[64];
	struct error err;

	(void)state;
	assert_int_equal(read_pipe(secret, "first\nsecond\n", 13, rest, 64, &err), STATUS_OK);
	assert_string_equal(secret_text(secret), "first");
	assert_string_equal(rest, "second\n");
	assert_int_equal(read_pipe(secret, "no end", 6, rest, 64, &err), STATUS_OK);
	assert_string_equal(secret_text(secret), "no end");
	assert_int_equal(read_pipe(secret, "12345678\r\n", 10, rest, 64, &err), STATUS_OK);
	assert_string_equal(secret_text(secret), "12345678");
	assert_int_equal(read_pipe(secret, "123456789\n", 10, rest, 64, &err), STATUS_LIMITED);
	assert_int_equal(secret_length(secret), 0);
	assert_int_equal(read_pipe(secret, "123456789012345", 15, rest, 64, &err), STATUS_LIMITED);
	assert_int_equal(read_pipe(secret, "\n", 1, rest, 64, &err), STATUS_INVALID);
	assert_int_equal(read_pipe(secret, "", 0, rest, 64, &err), STATUS_INVALID);
	assert_int_equal(read_pipe(secret, "a\0b\n", 4, rest, 64, &err), STATUS_INVALID);
	assert_string_equal(secret_text(secret), "");
	assert_int_equal(secret_read_fd(secret, -1, &err), STATUS_IO);
	secret_free(secret);
}

static void test_a_key_file_is_the_users_own(void **state)
{
	struct secret *secret = secret_new(16);
	char path[128], link[128];
	struct error err;

	(void)state;
	key_path(path, "key");
	key_path(link, "link");
	assert_int_equal(secret_read_file(secret, path, &err), STATUS_NOTFOUND);
	write_key("AK0123456789abcd\n", 17, 0600);
	assert_int_equal(secret_read_file(secret, path, &err), STATUS_OK);
	assert_string_equal(secret_text(secret), "AK0123456789abcd");
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(secret_read_file(secret, link, &err), STATUS_INVALID);
	assert_int_equal(secret_length(secret), 0);
	assert_int_equal(secret_read_file(secret, folder, &err), STATUS_INVALID);
	assert_int_equal(secret_read_file(secret, "/dev/null", &err), STATUS_INVALID);
	write_key("AK\n", 3, 0400);
	assert_int_equal(secret_read_file(secret, path, &err), STATUS_OK);
	write_key("AK0123456789abcde\n", 18, 0600);
	assert_int_equal(secret_read_file(secret, path, &err), STATUS_LIMITED);
	write_key("AK\0CD\n", 6, 0600);
	assert_int_equal(secret_read_file(secret, path, &err), STATUS_INVALID);
	write_key("", 0, 0600);
	assert_int_equal(secret_read_file(secret, path, &err), STATUS_INVALID);
	secret_free(secret);
}

static void test_a_key_file_is_closed_to_others(void **state)
{
	static const mode_t open_modes[] = { 0640, 0620, 0610, 0604, 0602, 0601, 0666 };
	struct secret *secret = secret_new(16);
	char path[128];
	struct error err;
	size_t i;

	(void)state;
	key_path(path, "key");
	for (i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]); i++) {
		write_key("secret\n", 7, open_modes[i]);
		assert_int_equal(secret_read_file(secret, path, &err), STATUS_INVALID);
		assert_non_null(strstr(err.message, "chmod 600"));
		assert_null(strstr(err.message, "secret\n"));
	}
	if (geteuid() == 0) {     /* only root can give a file away */
		write_key("secret\n", 7, 0600);
		assert_int_equal(chown(path, 12345, (gid_t)-1), 0);
		assert_int_equal(secret_read_file(secret, path, &err), STATUS_INVALID);
		assert_non_null(strstr(err.message, "another user"));
	}
	secret_free(secret);
}

/* ---- The terminal -------------------------------------------------------------------------- */

/* Runs in the child, whose terminal is the pseudo-terminal: the exit code says what came of it. */
static int ask_and_compare(void)
{
	struct secret *secret = secret_new(16);
	enum status status = secret_ask(secret, "Password? ", NULL);
	bool same = secret_equal_text(secret, "Abc123密!", 10);

	secret_free(secret);
	return status == STATUS_OK && same ? 0 : 10 + (int)status;
}

/* Feeds the child when it has asked, and gives back its exit code and all that it showed. */
static int answer(const char *typed, size_t n, char *shown, size_t cap)
{
	size_t have = 0;
	bool fed = false;
	int master, status;
	pid_t child = forkpty(&master, NULL, NULL, NULL);

	assert_true(child >= 0);
	if (child == 0)
		_exit(ask_and_compare());
	shown[0] = '\0';
	while (have + 1 < cap) {
		ssize_t got = read(master, shown + have, cap - 1 - have);

		if (got <= 0)
			break;
		have += (size_t)got;
		shown[have] = '\0';
		if (!fed && strstr(shown, "Password? ") != NULL) {
			assert_int_equal(write(master, typed, n), (ssize_t)n);
			fed = true;
		}
	}
	close(master);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_asked_without_echo(void **state)
{
	char shown[512];

	(void)state;
	assert_int_equal(answer("Abc123密!\n", 11, shown, sizeof(shown)), 0);
	assert_null(strstr(shown, "Abc"));
	assert_null(strstr(shown, "密"));
	assert_int_equal(answer("\n", 1, shown, sizeof(shown)), 10 + STATUS_CANCELLED);
	assert_int_equal(answer("\x04", 1, shown, sizeof(shown)), 10 + STATUS_CANCELLED);
	assert_int_equal(answer("12345678901234567\n", 18, shown, sizeof(shown)),
	    10 + STATUS_LIMITED);
	assert_null(strstr(shown, "1234"));
}

static void test_no_terminal_no_question(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		setsid();     /* away from whatever terminal the test runs on */
		_exit(ask_and_compare());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 10 + STATUS_UNSUPPORTED);
}

/* ---- Comparing and showing ----------------------------------------------------------------- */

static void test_equal(void **state)
{
	struct secret *a = secret_of("Abcdef1!"), *b = secret_of("Abcdef1!");
	struct secret *none = secret_new(10);

	(void)state;
	assert_true(secret_equal(a, b));
	assert_true(secret_equal_text(a, "Abcdef1!", 8));
	assert_false(secret_equal_text(a, "Abcdef1!Abcdef1!", 16));
	assert_false(secret_equal_text(a, "Abcdef1", 7));
	assert_false(secret_equal_text(a, "bbcdef1!", 8));
	assert_false(secret_equal_text(a, "Abcdef1?", 8));
	assert_false(secret_equal(a, none));
	assert_false(secret_equal(none, a));
	assert_true(secret_equal_text(none, "", 0));
	secret_free(a);
	secret_free(b);
	secret_free(none);
}

static void test_hints_show_the_end_alone(void **state)
{
	static const struct { const char *code, *hint; } cases[] = {
		{ "ABCD-EFGH-1234", "••••1234" },
		{ "ABCDEFGH1234", "••••1234" },
		{ "ABCDEFGH123", "••••••••" },
		{ "x", "••••••••" },
		{ "", "••••••••" },
		{ NULL, "••••••••" },
		{ "甲乙丙丁戊己庚辛壬癸子丑", "••••壬癸子丑" },
	};
	char out[SECRET_HINT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		secret_hint(cases[i].code, out, false);
		assert_string_equal(out, cases[i].hint);
	}
	secret_hint("ABCDEFGH1234", out, true);
	assert_string_equal(out, "****1234");
	secret_hint("ABCDEFGH12\x1b[", out, true);
	assert_null(strchr(out, '\x1b'));
	secret_dots(out, true);
	assert_string_equal(out, "********");
}

/* ---- What is left behind ------------------------------------------------------------------- */

#define MARKER_BYTES 48

/* The marker's bytes are computed one by one: the test itself keeps no copy of it. */
static unsigned char marker_byte(unsigned i)
{
	unsigned x = (i + 1) * 2654435761u;

	return (unsigned char)('A' + ((x >> 13) % 26));
}

static bool marker_at(const unsigned char *p)
{
	unsigned i;

	for (i = 0; i < MARKER_BYTES; i++)
		if (p[i] != marker_byte(i))
			return false;
	return true;
}

static unsigned char window[(1u << 16) + MARKER_BYTES];

/* Markers in one mapping; the window overlaps itself and is wiped behind each read. */
static unsigned markers_in(int mem, uintptr_t from, uintptr_t to)
{
	unsigned found = 0;

	while (from < to) {
		size_t want = to - from < sizeof(window) ? to - from : sizeof(window);
		ssize_t got = pread(mem, window, want, (off_t)from);
		size_t i;

		for (i = 0; got >= MARKER_BYTES && i <= (size_t)got - MARKER_BYTES; i++)
			if (window[i] == marker_byte(0) && marker_at(window + i))
				found++;
		explicit_bzero(window, sizeof(window));
		from += sizeof(window) - MARKER_BYTES + 1;
	}
	return found;
}

/* Looks through the whole process; the sanitizer's shadow, terabytes of nothing, is left out. */
static unsigned markers_in_process(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	unsigned found = 0;
	char line[512];

	assert_non_null(maps);
	assert_true(mem >= 0);
	while (fgets(line, sizeof(line), maps) != NULL) {
		char *end;
		uintptr_t from = strtoul(line, &end, 16), to = strtoul(end + 1, &end, 16);

		if (end[1] != 'r' || to - from > (uintptr_t)256 << 20 ||
		    strstr(line, "[vsyscall]") != NULL || strstr(line, "[vvar") != NULL)
			continue;
		/* The window would find in itself what it has just read. */
		if ((uintptr_t)window >= from && (uintptr_t)window < to) {
			found += markers_in(mem, from, (uintptr_t)window);
			found += markers_in(mem, (uintptr_t)window + sizeof(window), to);
		} else {
			found += markers_in(mem, from, to);
		}
	}
	fclose(maps);
	close(mem);
	return found;
}

/* Puts the marker into a pipe and a file byte by byte. */
static void send_marker(int fd)
{
	unsigned i;

	for (i = 0; i < MARKER_BYTES; i++) {
		volatile unsigned char byte = marker_byte(i);
		unsigned char one = byte;

		assert_int_equal(write(fd, &one, 1), 1);
	}
}

static struct secret *marked_by_pipe(void)
{
	struct secret *secret = secret_new(MARKER_BYTES);
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	send_marker(ends[1]);
	close(ends[1]);
	assert_int_equal(secret_read_fd(secret, ends[0], NULL), STATUS_OK);
	close(ends[0]);
	return secret;
}

static struct secret *marked_by_file(void)
{
	struct secret *secret = secret_new(MARKER_BYTES);
	char path[128];
	int fd;

	write_key("", 0, 0600);
	key_path(path, "key");
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	send_marker(fd);
	close(fd);
	assert_int_equal(secret_read_file(secret, path, NULL), STATUS_OK);
	return secret;
}

static void test_nothing_is_left_after_free(void **state)
{
	struct secret *piped = marked_by_pipe(), *filed = marked_by_file();
	struct secret *typed = secret_new(200);
	char hint[SECRET_HINT];

	(void)state;
	assert_int_equal(secret_add(typed, secret_text(piped), MARKER_BYTES, NULL), STATUS_OK);
	assert_true(secret_equal(piped, filed));
	assert_true(secret_equal(typed, filed));
	secret_hint(secret_text(piped), hint, false);
	assert_int_equal(markers_in_process(), 3);    /* the look itself works */
	assert_true(secret_drop_last(typed));
	assert_int_equal(markers_in_process(), 2);
	secret_wipe(piped);
	assert_int_equal(markers_in_process(), 1);
	secret_free(piped);
	secret_free(filed);
	secret_free(typed);
	assert_int_equal(markers_in_process(), 0);
}

/* The kernel's flags of the mapping that holds p, as /proc/self/smaps tells them. */
static void flags_of(const void *p, char *out, size_t cap)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	bool here = false;
	char line[512];

	assert_non_null(maps);
	out[0] = '\0';
	while (fgets(line, sizeof(line), maps) != NULL) {
		char *end;
		uintptr_t from = strtoul(line, &end, 16), to;

		if (*end == '-') {
			to = strtoul(end + 1, NULL, 16);
			here = (uintptr_t)p >= from && (uintptr_t)p < to;
		} else if (here && strncmp(line, "VmFlags:", 8) == 0) {
			strlcpy(out, line + 8, cap);
		}
	}
	fclose(maps);
}

static void test_locked_and_left_out_of_dumps(void **state)
{
	struct secret *secret = secret_of("Abcdef1!");
	char flags[256];

	(void)state;
	flags_of(secret_text(secret), flags, sizeof(flags));
	if (flags[0] == '\0')
		skip();       /* a kernel without VmFlags */
	assert_non_null(strstr(flags, " dd"));
#ifndef __SANITIZE_ADDRESS__     /* its mlock() does nothing, and says that it did */
	if (secret_locked(secret))
		assert_non_null(strstr(flags, " lo"));
#endif
	secret_free(secret);
}

static void test_a_child_has_no_secrets(void **state)
{
	struct secret *secret = secret_of("Abcdef1!");
	int status;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0)
		_exit(secret_text(secret)[0] == '\0' ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_string_equal(secret_text(secret), "Abcdef1!");
	secret_free(secret);
}

/* Reading past the end must end the program: run in a child, where that is seen. */
static void test_pages_end_in_guards(void **state)
{
	struct secret *secret = secret_new(1);
	struct rlimit none = { 0, 0 };
	int status;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		const char *text = secret_text(secret);
		long page = sysconf(_SC_PAGESIZE);

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGSEGV, SIG_DFL);     /* not the test program's own */
		_exit(((const volatile char *)text)[page]);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
	secret_free(secret);
}

static void test_the_process_is_guarded(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct rlimit core;

		secret_guard_process();
		getrlimit(RLIMIT_CORE, &core);
		_exit(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && core.rlim_cur == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typed_and_taken_back),
		cmocka_unit_test(test_one_line_of_a_descriptor),
		WITH_FOLDER(test_a_key_file_is_the_users_own),
		WITH_FOLDER(test_a_key_file_is_closed_to_others),
		cmocka_unit_test(test_asked_without_echo),
		cmocka_unit_test(test_no_terminal_no_question),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_hints_show_the_end_alone),
		WITH_FOLDER(test_nothing_is_left_after_free),
		cmocka_unit_test(test_locked_and_left_out_of_dumps),
		cmocka_unit_test(test_a_child_has_no_secrets),
		cmocka_unit_test(test_pages_end_in_guards),
		cmocka_unit_test(test_the_process_is_guarded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
