/*
 * Contents that come or go in pieces, so that nobody holds a whole file. Both belong to whoever
 * made them, state too; a call uses them while it runs and keeps neither.
 */
#ifndef KOODESK_BASE_BYTES_H
#define KOODESK_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct byte_source {
	/* fills up to cap bytes and sets *n; 0 at the end */
	enum status (*read)(void *state, void *data, size_t cap, size_t *n, struct error *err);
	void *state;
};

struct byte_sink {
	/* takes all n bytes, or fails */
	enum status (*write)(void *state, const void *data, size_t n, struct error *err);
	void *state;
};

/* Bytes that lie in memory, as a source; what is left goes down as they are read. */
struct bytes_held {
	const char *data;
	size_t left;
};
struct byte_source bytes_source(struct bytes_held *held);

/* Writes all n bytes, however often it takes; false with errno. */
bool bytes_write(int fd, const void *data, size_t n);

#endif
