#include "base/rand.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"

#define UUID_BYTES 16

/* splitmix64: spreads one seed over the state. */
static uint64_t spread(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

void rng_seed(struct rng *rng, uint64_t seed)
{
	size_t i;

	for (i = 0; i < 4; i++)
		rng->s[i] = spread(&seed);
}

static uint64_t rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

/* xoshiro256** */
uint64_t rng_next(struct rng *rng)
{
	uint64_t *s = rng->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint64_t rng_below(struct rng *rng, uint64_t limit)
{
	/*
	 * The first 2^64 mod limit values would make small results likelier: they are thrown again.
	 */
	uint64_t biased = (0 - limit) % limit;
	uint64_t value;

	do
		value = rng_next(rng);
	while (value < biased);
	return value % limit;
}

int64_t rng_between(struct rng *rng, int64_t low, int64_t high)
{
	uint64_t span = (uint64_t)high - (uint64_t)low + 1;
	uint64_t step = span == 0 ? rng_next(rng) : rng_below(rng, span);

	return (int64_t)((uint64_t)low + step);
}

static void put_uuid(unsigned char bytes[UUID_BYTES], unsigned version, char out[RAND_UUID])
{
	static const char digits[] = "0123456789abcdef";
	size_t i, n = 0;

	bytes[6] = (unsigned char)((bytes[6] & 0x0Fu) | version << 4);
	bytes[8] = (unsigned char)((bytes[8] & 0x3Fu) | 0x80u);
	for (i = 0; i < UUID_BYTES; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[n++] = '-';
		out[n++] = digits[bytes[i] >> 4];
		out[n++] = digits[bytes[i] & 15];
	}
	out[n] = '\0';
}

void rand_uuid(char out[RAND_UUID])
{
	unsigned char bytes[UUID_BYTES];

	/*
	 * Without the system's randomness no identity is safe: nothing after this could be right.
	 */
	if (getentropy(bytes, sizeof bytes) != 0)
		abort();
	put_uuid(bytes, 4, out);
}

static unsigned hex_value(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void uuid_of(const char *text, char out[RAND_UUID])
{
	unsigned char bytes[UUID_BYTES];
	char digest[DIGEST_TEXT];
	size_t i;

	digest_of(text, strlen(text), digest);
	for (i = 0; i < UUID_BYTES; i++)
		bytes[i] =
		    (unsigned char)(hex_value(digest[2 * i]) << 4 | hex_value(digest[2 * i + 1]));
	put_uuid(bytes, 8, out);
}
