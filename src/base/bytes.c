#include "base/bytes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static enum status read_held(void *state, void *data, size_t cap, size_t *n, struct error *err)
{
	struct bytes_held *held = state;

	(void)err;
	*n = held->left < cap ? held->left : cap;
	if (*n > 0)
		memcpy(data, held->data, *n);
	held->data += *n;
	held->left -= *n;
	return STATUS_OK;
}

struct byte_source bytes_source(struct bytes_held *held)
{
	return (struct byte_source){ read_held, held };
}

bool bytes_write(int fd, const void *data, size_t n)
{
	const char *at = data;
	ssize_t put;

	while (n > 0) {
		put = write(fd, at, n);
		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			at += put;
			n -= (size_t)put;
		}
	}
	return true;
}
