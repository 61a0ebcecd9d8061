#include "base/mem.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_NO_MEMORY 70
#define ARENA_FIRST 4096u
#define ARENA_LARGEST 65536u
#define BUF_FIRST 64u

struct arena_block {
	struct arena_block *next;
	size_t size; /* bytes of data */
	size_t taken;
	_Alignas(max_align_t) unsigned char data[];
};

static _Atomic(void (*)(void)) fail_hook;

void mem_on_fail(void (*hook)(void))
{
	atomic_store(&fail_hook, hook);
}

_Noreturn void mem_fail(void)
{
	static const char message[] = "koodesk: out of memory\n";
	/* Taken once: a hook that itself runs out of memory must not come back here without end. */
	void (*hook)(void) = atomic_exchange(&fail_hook, NULL);

	if (hook != NULL)
		hook();
	if (write(STDERR_FILENO, message, sizeof message - 1) < 0) {
		/* nobody is left to be told */
	}
	_exit(EXIT_NO_MEMORY);
}

void *mem_alloc(size_t size)
{
	void *p = calloc(1, size > 0 ? size : 1);

	if (p == NULL)
		mem_fail();
	return p;
}

void *mem_realloc(void *old, size_t count, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(count, size, &bytes))
		mem_fail();
	p = realloc(old, bytes > 0 ? bytes : 1);
	if (p == NULL)
		mem_fail();
	return p;
}

char *mem_strdup(const char *s)
{
	char *copy = strdup(s != NULL ? s : "");

	if (copy == NULL)
		mem_fail();
	return copy;
}

/* --- arena --- */

static struct arena_block *block_new(size_t size)
{
	size_t bytes;
	struct arena_block *block;

	if (__builtin_add_overflow(size, sizeof *block, &bytes))
		mem_fail();
	block = mem_alloc(bytes);
	block->size = size;
	return block;
}

/* A block with room for size bytes. Blocks double, so that many small pieces cost few calls. */
static struct arena_block *arena_room(struct arena *arena, size_t size)
{
	struct arena_block *head = arena->head;
	struct arena_block *block;
	size_t next = ARENA_FIRST;

	if (head != NULL && head->size - head->taken >= size)
		return head;
	if (head != NULL)
		next = head->size * 2 <= ARENA_LARGEST ? head->size * 2 : ARENA_LARGEST;
	if (head != NULL && size > next / 2) {
		/*
		 * A large piece gets a block of its own behind the head, which keeps its room for
		 * small ones.
		 */
		block = block_new(size);
		block->next = head->next;
		head->next = block;
		return block;
	}
	block = block_new(size > next ? size : next);
	block->next = head;
	arena->head = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct arena_block *block;
	size_t whole;
	void *p;

	if (__builtin_add_overflow(size > 0 ? size : 1, align - 1, &whole))
		mem_fail();
	whole -= whole % align;
	block = arena_room(arena, whole);
	p = block->data + block->taken;
	block->taken += whole;
	arena->used += size;
	return p;
}

char *arena_strdup(struct arena *arena, const char *s)
{
	return arena_strndup(arena, s, s != NULL ? strlen(s) : 0);
}

char *arena_strndup(struct arena *arena, const char *s, size_t n)
{
	size_t length = s != NULL ? strnlen(s, n) : 0;
	char *copy;

	if (length == SIZE_MAX)
		mem_fail();
	copy = arena_alloc(arena, length + 1);
	if (length > 0)
		memcpy(copy, s, length);
	return copy;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		mem_fail();
	text = arena_alloc(arena, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return text;
}

void arena_free(struct arena *arena)
{
	struct arena_block *block, *next;

	for (block = arena->head; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	arena->head = NULL;
	arena->used = 0;
}

void arena_clear(struct arena *arena)
{
	struct arena_block *kept = arena->head;

	if (kept == NULL)
		return;
	arena->head = kept->next;
	arena_free(arena);
	if (kept->size > ARENA_LARGEST) {
		free(kept);
		return;
	}
	memset(kept->data, 0, kept->taken);
	kept->taken = 0;
	kept->next = NULL;
	arena->head = kept;
}

/* --- buffer --- */

void buf_init(struct buf *buf, size_t max)
{
	memset(buf, 0, sizeof *buf);
	buf->max = max;
}

void buf_free(struct buf *buf)
{
	if (buf == NULL)
		return;
	free(buf->data);
	buf_init(buf, buf->max);
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

/* Room for n more bytes and the NUL; false (and failed) where that is over the maximum. */
static bool buf_room(struct buf *buf, size_t n)
{
	size_t need, cap;

	if (buf->failed || n > buf->max - buf->len || buf->len + n == SIZE_MAX) {
		buf->failed = true;
		return false;
	}
	need = buf->len + n + 1;
	if (need <= buf->cap)
		return true;
	cap = buf->cap > 0 ? buf->cap : BUF_FIRST;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	/*
	 * The maximum of a buffer is small against the address space; more than it is never taken.
	 */
	if (buf->max < SIZE_MAX && cap > buf->max + 1)
		cap = buf->max + 1;
	buf->data = mem_realloc(buf->data, cap, 1);
	buf->cap = cap;
	return true;
}

void buf_add(struct buf *buf, const void *data, size_t n)
{
	if (!buf_room(buf, n))
		return;
	if (n > 0)
		memcpy(buf->data + buf->len, data, n);
	buf->len += n;
	buf->data[buf->len] = '\0';
}

void buf_puts(struct buf *buf, const char *s)
{
	buf_add(buf, s, strlen(s));
}

void buf_putc(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
	size_t left = buf->data != NULL && !buf->failed ? buf->cap - buf->len : 0;
	va_list ap;
	int n;

	/* Nearly always there is room already. */
	va_start(ap, fmt);
	n = vsnprintf(left > 0 ? buf->data + buf->len : NULL, left, fmt, ap);
	va_end(ap);
	if (left > 0 && (n < 0 || (size_t)n >= left || (size_t)n > buf->max - buf->len))
		buf->data[buf->len] = '\0';
	else if (left > 0) {
		buf->len += (size_t)n;
		return;
	}
	if (n < 0) {
		buf->failed = true;
		return;
	}
	if (!buf_room(buf, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(buf->data + buf->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf->len += (size_t)n;
}

const char *buf_text(const struct buf *buf)
{
	return buf->data != NULL ? buf->data : "";
}
