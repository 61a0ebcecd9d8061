/*
 * Memory that is there or the program ends.
 *
 * Small allocations do not fail in a way that a caller could mend, so these functions call
 * mem_fail() instead of returning NULL: it runs the hook (which gives the terminal back), says so
 * on standard error and exits with 70. What was committed is durable by then; what was not is as if
 * never asked. Large or foreign-sized buffers are bounded by their owners (struct buf has a
 * maximum). Any thread.
 *
 * An arena is memory with one owner and one end: pages of records, parsed commands, screens' state.
 * It is not safe for use by two threads at once.
 */
#ifndef KOODESK_BASE_MEM_H
#define KOODESK_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t size);                          /* zeroed; free() it */
void *mem_realloc(void *old, size_t count, size_t size); /* checks the product for overflow */
char *mem_strdup(const char *s);                       /* NULL gives "" */
void mem_on_fail(void (*hook)(void));
_Noreturn void mem_fail(void);

struct arena {
	struct arena_block *head;
	size_t used;     /* bytes handed out, for tests and limits */
};

void *arena_alloc(struct arena *arena, size_t size);   /* zeroed, aligned for any type */
char *arena_strdup(struct arena *arena, const char *s); /* NULL gives "" */
char *arena_strndup(struct arena *arena, const char *s, size_t n);
char *arena_printf(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* all of it; the arena is empty and usable again */
void arena_free(struct arena *arena);
/* The same for an arena that is used again at once: what it hands out first needs no new memory. */
void arena_clear(struct arena *arena);

/*
 * A growing byte buffer with a hard maximum; data is NUL-terminated at all times once anything was
 * added.
 */
struct buf {
	char *data;
	size_t len, cap;
	size_t max;      /* bytes; adding more sets failed and adds nothing */
	bool failed;     /* sticky */
};

void buf_init(struct buf *buf, size_t max);
/* NULL-safe; the buffer is empty and usable again */
void buf_free(struct buf *buf);
void buf_clear(struct buf *buf);                       /* keeps the memory */
void buf_add(struct buf *buf, const void *data, size_t n);
void buf_puts(struct buf *buf, const char *s);
void buf_putc(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *buf_text(const struct buf *buf);           /* "" where nothing was added; never NULL */

#endif
