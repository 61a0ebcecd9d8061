/*
 * SHA-256 over libcrypto, loaded when it is needed, and libmd. A struct digest has one owner;
 * hashing runs in any thread. Digests as text are 64 lower-case hex digits.
 */
#ifndef KOODESK_BASE_DIGEST_H
#define KOODESK_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_BYTES 32
#define DIGEST_TEXT 65

struct digest;

struct digest *digest_new(void);
void digest_add(struct digest *digest, const void *data, size_t n);
void digest_end(struct digest *digest, char out[DIGEST_TEXT]);   /* frees it */
/* frees it without a result; NULL-safe */
void digest_drop(struct digest *digest);

/* for short texts */
void digest_of(const void *data, size_t n, char out[DIGEST_TEXT]);
bool digest_valid_text(const char *s);

#endif
