#include "base/digest.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <pthread.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define WAITING_MAX 1024
#define NAME_OF(version) "libcrypto.so." TEXT_OF(version)
#define TEXT_OF(version) #version

_Static_assert(DIGEST_BYTES == SHA256_DIGEST_LENGTH, "a digest is that of SHA-256");

/*
 * libcrypto hashes several times as fast as libmd, but to have it in the process costs more time
 * and memory than a console that only reads needs for all the rest. So it is loaded when a chain or
 * a file is hashed for the first time; short texts are libmd's, and everything where there is no
 * libcrypto.
 */
static struct {
	EVP_MD *(*fetch)(OSSL_LIB_CTX *, const char *, const char *);
	EVP_MD_CTX *(*context)(void);
	void (*context_free)(EVP_MD_CTX *);
	int (*init)(EVP_MD_CTX *, const EVP_MD *, ENGINE *);
	int (*update)(EVP_MD_CTX *, const void *, size_t);
	int (*final)(EVP_MD_CTX *, unsigned char *, unsigned *);
	EVP_MD *algorithm;     /* NULL: there is no libcrypto */
} crypto;
static pthread_once_t crypto_once = PTHREAD_ONCE_INIT;

/* Chains are hashed from many small pieces, each of which would cost a call into libcrypto. */
struct digest {
	EVP_MD_CTX *context;   /* NULL: libmd's */
	SHA2_CTX plain;
	size_t waiting;
	unsigned char bytes[WAITING_MAX];
};

static bool look_up(void *library, const char *name, void *function)
{
	void *at = dlsym(library, name);

	/* ISO C knows no way from an object's pointer to a function's; POSIX does. */
	memcpy(function, &at, sizeof at);
	return at != NULL;
}

static void crypto_load(void)
{
	void *library = dlopen(NAME_OF(OPENSSL_SHLIB_VERSION), RTLD_NOW | RTLD_LOCAL);

	if (library != NULL && look_up(library, "EVP_MD_fetch", &crypto.fetch) &&
	    look_up(library, "EVP_MD_CTX_new", &crypto.context) &&
	    look_up(library, "EVP_MD_CTX_free", &crypto.context_free) &&
	    look_up(library, "EVP_DigestInit_ex", &crypto.init) &&
	    look_up(library, "EVP_DigestUpdate", &crypto.update) &&
	    look_up(library, "EVP_DigestFinal_ex", &crypto.final))
		crypto.algorithm = crypto.fetch(NULL, "SHA256", NULL);
}

struct digest *digest_new(void)
{
	struct digest *digest = mem_realloc(NULL, 1, sizeof *digest);

	pthread_once(&crypto_once, crypto_load);
	digest->waiting = 0;
	digest->context = NULL;
	if (crypto.algorithm == NULL) {
		SHA256Init(&digest->plain);
		return digest;
	}
	digest->context = crypto.context();
	/* What fails here is memory. */
	if (digest->context == NULL ||
	    crypto.init(digest->context, crypto.algorithm, NULL) != 1)
		mem_fail();
	return digest;
}

static void hash(struct digest *digest, const void *data, size_t n)
{
	if (n == 0)
		return;
	if (digest->context == NULL)
		SHA256Update(&digest->plain, data, n);
	else if (crypto.update(digest->context, data, n) != 1)
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
	if (digest->context == NULL)
		SHA256Final(bytes, &digest->plain);
	else if (crypto.final(digest->context, bytes, NULL) != 1)
		mem_fail();
	put_hex(bytes, out);
	digest_drop(digest);
}

void digest_drop(struct digest *digest)
{
	if (digest == NULL)
		return;
	if (digest->context != NULL)
		crypto.context_free(digest->context);
	free(digest);
}

void digest_of(const void *data, size_t n, char out[DIGEST_TEXT])
{
	unsigned char bytes[DIGEST_BYTES];
	SHA2_CTX plain;

	SHA256Init(&plain);
	SHA256Update(&plain, data, n);
	SHA256Final(bytes, &plain);
	put_hex(bytes, out);
}

bool digest_valid_text(const char *s)
{
	return s != NULL && strlen(s) == DIGEST_TEXT - 1 &&
	       strspn(s, "0123456789abcdef") == DIGEST_TEXT - 1;
}
