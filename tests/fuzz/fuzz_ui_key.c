/*
 * ui/term/key.h: whatever a terminal sends, keys are well formed, and it does not matter how the
 * line cuts the bytes. The first byte says where they are cut; 0xFE in the rest is a pause.
 */
#include "base/text.h"
#include "tests/fuzz/fuzz.h"
#include "ui/term/key.h"

#define PAUSE 0xFE
#define KEYS_MAX 8192

struct taken {
	struct key_decoder decoder;
	size_t n;
	struct key keys[KEYS_MAX];
};

static bool take(void *state, const struct key *key)
{
	struct taken *taken = state;
	struct key again;
	char name[64];

	FUZZ_HOLDS(key->code > K_NONE && key->code < K_HANGUP && key->code != K_RESIZE);
	if (key->code == K_CHAR)
		FUZZ_HOLDS(
		    key->cp >= 0x20 && key->cp <= 0x10FFFF && !(key->cp >= 0x7F && key->cp < 0xA0));
	if (key->code < K_PASTE && key->code != K_BACKTAB) {
		key_name(key, name, sizeof name);
		if (key_parse(name, &again))
			FUZZ_HOLDS(key_equal(key, &again));
	}
	if (key->code == K_PASTE) {
		const char *s = buf_text(&taken->decoder.paste);

		FUZZ_HOLDS(text_valid_utf8(s, strlen(s)) && strlen(s) == taken->decoder.paste.len);
		FUZZ_HOLDS(strpbrk(s, "\033\r\003\177") == NULL);
	}
	FUZZ_HOLDS(taken->n < KEYS_MAX);
	taken->keys[taken->n++] = *key;
	return true;
}

static void feed(struct taken *taken, const uint8_t *data, size_t n, size_t step)
{
	taken->n = 0;
	key_decoder_init(&taken->decoder, NULL);
	for (size_t i = 0, used; i < n; i += used) {
		for (used = 0; used < step && i + used < n && data[i + used] != PAUSE; used++)
			continue;
		key_feed(&taken->decoder, data + i, used, take, taken);
		FUZZ_HOLDS(taken->decoder.used < sizeof taken->decoder.bytes);
		if (i + used < n && data[i + used] == PAUSE) {
			key_flush(&taken->decoder, take, taken);
			FUZZ_HOLDS(!key_pending(&taken->decoder));
			used++;
		}
	}
	key_decoder_free(&taken->decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct taken whole, cut;
	bool pauses;

	if (n < 2 || n > 4096)
		return 0;
	pauses = memchr(data + 1, PAUSE, n - 1) != NULL;
	feed(&whole, data + 1, n - 1, n);
	feed(&cut, data + 1, n - 1, data[0] % 16 + 1u);
	/* After a pause it counts whether the rest of a sequence comes at once: a person types no
	 * faster. */
	if (pauses)
		return 0;
	FUZZ_HOLDS(whole.n == cut.n);
	for (size_t i = 0; i < whole.n; i++)
		FUZZ_HOLDS(key_equal(&whole.keys[i], &cut.keys[i]));
	return 0;
}
