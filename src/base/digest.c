#include "base/digest.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define WAITING_MAX 1024

/* Chains are hashed from many small pieces, each of which would cost a call into libcrypto. */
struct digest {
	EVP_MD_CTX *context;
	size_t waiting;
	unsigned char bytes[WAITING_MAX];
};

/* Asked for once: libcrypto looks for EVP_sha256() anew each time. */
static EVP_MD *algorithm;
static pthread_once_t algorithm_once = PTHREAD_ONCE_INIT;

static void find_algorithm(void)
{
	algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
}

struct digest *digest_new(void)
{
	struct digest *digest = mem_realloc(NULL, 1, sizeof *digest);

	pthread_once(&algorithm_once, find_algorithm);
	digest->waiting = 0;
	digest->context = EVP_MD_CTX_new();
	/* SHA-256 is in every libcrypto: what fails here is memory. */
	if (algorithm == NULL || digest->context == NULL ||
	    EVP_DigestInit_ex(digest->context, algorithm, NULL) != 1)
		mem_fail();
	return digest;
}

static void hash(struct digest *digest, const void *data, size_t n)
{
	if (n > 0 && EVP_DigestUpdate(digest->context, data, n) != 1)
		mem_fail();
}

void digest_add(struct digest *digest, const void *data, size_t n)
{
	if (n > WAITING_MAX - digest->waiting) {
		hash(digest, digest->bytes, digest->waiting);
		digest->waiting = 0;
	}
	if (n > WAITING_MAX) {
		hash(digest, data, n);
	} else if (n > 0) {
		memcpy(digest->bytes + digest->waiting, data, n);
		digest->waiting += n;
	}
}

static void put_hex(const unsigned char bytes[DIGEST_BYTES], char out[DIGEST_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < DIGEST_BYTES; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * DIGEST_BYTES] = '\0';
}

void digest_end(struct digest *digest, char out[DIGEST_TEXT])
{
	unsigned char bytes[EVP_MAX_MD_SIZE];

	hash(digest, digest->bytes, digest->waiting);
	if (EVP_DigestFinal_ex(digest->context, bytes, NULL) != 1)
		mem_fail();
	put_hex(bytes, out);
	digest_drop(digest);
}

void digest_drop(struct digest *digest)
{
	if (digest == NULL)
		return;
	EVP_MD_CTX_free(digest->context);
	free(digest);
}

void digest_of(const void *data, size_t n, char out[DIGEST_TEXT])
{
	struct digest *digest = digest_new();

	digest_add(digest, data, n);
	digest_end(digest, out);
}

bool digest_valid_text(const char *s)
{
	return s != NULL && strlen(s) == DIGEST_TEXT - 1 &&
	       strspn(s, "0123456789abcdef") == DIGEST_TEXT - 1;
}
