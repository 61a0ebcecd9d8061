/*
 * What a fuzz target gives: one entry point, called with any bytes. libFuzzer calls it, or driver.c
 * where the compiler has none. A target ends the program (abort, a sanitizer) where a promise is
 * broken. Targets read nothing but their input: the same bytes do the same.
 */
#ifndef KOODESK_TESTS_FUZZ_H
#define KOODESK_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define FUZZ_HOLDS(what) \
	do { \
		if (!(what)) { \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #what); \
			abort(); \
		} \
	} while (0)

/* The input as a C string (it ends at the first NUL); free() it. */
static inline char *fuzz_string(const uint8_t *data, size_t n)
{
	char *s = calloc(1, n + 1);

	if (s == NULL)
		abort();
	if (n > 0)
		memcpy(s, data, n);
	return s;
}

#endif
