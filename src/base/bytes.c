#include "base/bytes.h"

#include <errno.h>
#include <unistd.h>

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
