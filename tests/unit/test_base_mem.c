/* src/base/mem.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

static void test_heap(void **state)
{
	unsigned char *p = mem_alloc(16);
	char *s = mem_strdup(NULL);

	(void)state;
	for (size_t i = 0; i < 16; i++)
		assert_int_equal(p[i], 0);
	p = mem_realloc(p, 100, 4);
	p[399] = 1;
	free(p);
	assert_string_equal(s, "");
	free(s);
	free(mem_alloc(0));
}

static int hook_pipe[2];

static void hook(void)
{
	if (write(hook_pipe[1], "h", 1) < 0)
		_exit(1);
}

/*
 * Runs out of memory in a child; returns its wait status, and what it wrote to standard error in
 * text.
 */
static int fail_in_child(char *text, size_t cap)
{
	int error_pipe[2], status;
	ssize_t n;
	pid_t child;

	assert_int_equal(pipe(error_pipe), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(error_pipe[1], STDERR_FILENO);
		mem_on_fail(hook);
		mem_realloc(NULL, SIZE_MAX / 2, 3); /* the product does not fit */
		_exit(0);
	}
	close(error_pipe[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	n = read(error_pipe[0], text, cap - 1);
	assert_true(n >= 0);
	text[n] = '\0';
	close(error_pipe[0]);
	return status;
}

static void test_fail_runs_the_hook_and_exits_70(void **state)
{
	char text[200], c = 0;
	int status;

	(void)state;
	assert_int_equal(pipe(hook_pipe), 0);
	status = fail_in_child(text, sizeof text);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 70);
	close(hook_pipe[1]);
	assert_int_equal(read(hook_pipe[0], &c, 1), 1);
	assert_int_equal(c, 'h');
	assert_non_null(strstr(text, "out of memory"));
	close(hook_pipe[0]);
}

static void test_arena(void **state)
{
	struct arena arena = {0};
	char *small, *text;

	(void)state;
	for (size_t size = 0; size < 3000; size += 7) {
		unsigned char *p = arena_alloc(&arena, size);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, size);
	}
	small = arena_strdup(&arena, "small");
	memset(arena_alloc(&arena, 1u << 20), 1, 1u << 20);
	assert_string_equal(small, "small");
	assert_string_equal(arena_strdup(&arena, NULL), "");
	assert_string_equal(arena_strndup(&arena, "abcdef", 3), "abc");
	assert_string_equal(arena_strndup(&arena, "ab", 30), "ab");
	text = arena_printf(&arena, "%d-%s", 42, "x");
	assert_string_equal(text, "42-x");
	assert_true(arena.used > 1u << 20);
	arena_free(&arena);
	assert_null(arena.head);
	assert_int_equal(arena.used, 0);
	assert_string_equal(arena_strdup(&arena, "again"), "again");
	arena_free(&arena);
}

static void test_buf(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	assert_string_equal(buf_text(&buf), "");
	buf_puts(&buf, "abc");
	buf_putc(&buf, 'd');
	buf_add(&buf, "e\0f", 3);
	buf_printf(&buf, "%05d", 42);
	assert_int_equal(buf.len, 12);
	assert_memory_equal(buf_text(&buf), "abcde\0f00042", 13);
	assert_false(buf.failed);
	buf_clear(&buf);
	assert_string_equal(buf_text(&buf), "");
	buf_free(&buf);
	buf_puts(&buf, "usable again");
	assert_string_equal(buf_text(&buf), "usable again");
	buf_free(&buf);
	buf_free(NULL);
}

static void test_buf_maximum(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 5);
	buf_puts(&buf, "12345");
	assert_false(buf.failed);
	buf_putc(&buf, '6');
	assert_true(buf.failed);
	assert_string_equal(buf_text(&buf), "12345");
	buf_clear(&buf);
	buf_puts(&buf, "123");
	buf_printf(&buf, "%s", "456");
	assert_true(buf.failed);
	buf_puts(&buf, "4"); /* would fit, but a part is missing already */
	assert_string_equal(buf_text(&buf), "123");
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_heap),
	    cmocka_unit_test(test_fail_runs_the_hook_and_exits_70),
	    cmocka_unit_test(test_arena),
	    cmocka_unit_test(test_buf),
	    cmocka_unit_test(test_buf_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
