#include "ui/term/key.h"

#include <string.h>

#include "base/text.h"
#include "ui/term/key_private.h"
#include "ui/term/key_table.h"

#define PASTE_MAX ((size_t)1 << 20)
#define STRING_MAX 65536u      /* bytes of an OSC or DCS answer after which it is given up */

void key_decoder_init(struct key_decoder *decoder, struct key_table *table)
{
	memset(decoder, 0, sizeof *decoder);
	decoder->table = table;
	buf_init(&decoder->paste, PASTE_MAX);
}

void key_decoder_free(struct key_decoder *decoder)
{
	buf_free(&decoder->paste);
	decoder->used = 0;
}

/* --- strings of the terminal: OSC, DCS, PM, APC --- */

static bool is_string_start(unsigned char c)
{
	return c == ']' || c == 'P' || c == '^' || c == '_';
}

/*
 * s begins with ESC and the string's letter: its text is dropped as it comes. It ends with BEL, ST,
 * CAN or SUB. So that a lost end never deafens us, any ESC ends it too, and Ctrl-C; after a pause
 * every control character does.
 */
static struct found decode_string(struct key_decoder *decoder, const unsigned char *s, size_t n)
{
	struct found found = { 0 };
	size_t i;

	for (i = 2; i < n; i++) {
		if (s[i] == 0x07 || s[i] == 0x18 || s[i] == 0x1A) {
			found.used = i + 1;
		} else if (s[i] == KEY_ESC) {
			if (i + 1 == n) {
				break;   /* perhaps the first half of ST */
			}
			found.used = s[i + 1] == '\\' ? i + 2 : i;
		} else if (s[i] == 0x03 || (decoder->stale && s[i] < 0x20)) {
			found.used = i;
		}
		if (found.used != 0) {
			decoder->skipped = 0;
			return found;
		}
	}
	/* Only the beginning, and an ESC at the end, are kept. */
	decoder->skipped += i - 2;
	memmove(decoder->bytes + 2, s + i, n - i);
	decoder->used = 2 + (n - i);
	if (decoder->skipped > STRING_MAX) {
		decoder->skipped = 0;
		found.used = decoder->used;
	}
	return found;
}

/* --- characters --- */

static struct found decode_control(unsigned char c)
{
	struct found found = { .used = 1 };

	switch (c) {
	case '\r': case '\n': found.key.code = K_ENTER; break;
	case '\t': found.key.code = K_TAB; break;
	case 0x08: case 0x7F: found.key.code = K_BACKSPACE; break;
	case KEY_ESC: found.key.code = K_ESC; break;
	default:
		found.key.code = K_CTRL;
		found.key.cp = c == 0    ? ' '
			       : c <= 26 ? (uint32_t)(c - 1 + 'a')
					 : (uint32_t)(c + '@');
	}
	return found;
}

static size_t utf8_length(unsigned char c)
{
	return c < 0xC2 || c > 0xF4 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

static struct found decode_char(const unsigned char *s, size_t n)
{
	struct found found = { 0 };
	size_t want = utf8_length(s[0]), i;
	uint32_t cp;
	bool ok;

	if (s[0] < 0x20 || s[0] == 0x7F)
		return decode_control(s[0]);
	for (i = 1; i < want && i < n; i++) {
		if ((s[i] & 0xC0) != 0x80)
			want = 1;   /* broken: this byte alone is dropped */
	}
	if (s[0] >= 0x80 && n < want)
		return found;
	found.used = text_decode((const char *)s, n, &cp, &ok);
	if (ok && !(cp >= 0x80 && cp < 0xA0)) {
		found.key.code = K_CHAR;
		found.key.cp = cp;
	}
	return found;
}

/* --- all together --- */

static struct found decode_escape(struct key_decoder *decoder, const unsigned char *s, size_t n)
{
	const struct key_string *string;
	struct found found = { 0 };

	if (n < 2)
		return found;
	string = key_table_find(decoder->table, s, n);
	if (string != NULL) {
		found.used = string->n;
		found.key = string->key;
		return found;
	}
	if (s[1] == '[')
		found = key_decode_csi(s, n);
	else if (s[1] == 'O')
		found = key_decode_ss3(s, n);
	else if (is_string_start(s[1]) && s == decoder->bytes)
		return decode_string(decoder, s, n);
	else if (s[1] == KEY_ESC)
		found.used = 1;
	else
		found = decode_char(s + 1, n - 1);
	if (found.used == 0 || s[1] == '[' || s[1] == 'O')
		return found;
	if (s[1] == KEY_ESC) {
		found.key.code = K_ESC;
		return found;
	}
	found.used++;
	found.key.alt = true;
	return found;
}

static bool is_report(enum key_code code)
{
	return code == K_STATUS_OK || code == K_MODE_REPORT || code == K_FOCUS || code == K_BLUR;
}

static struct found decode(struct key_decoder *decoder)
{
	const unsigned char *s = decoder->bytes;
	struct found found = { 0 };
	size_t n = decoder->used;

	if (s[0] != KEY_ESC)
		return decode_char(s, n);
	if (n == 2 && s[1] == KEY_ESC)
		return found;
	if (n < 3 || s[1] != KEY_ESC || (s[2] != '[' && s[2] != 'O'))
		return decode_escape(decoder, s, n);
	/* rxvt and putty: alt is one more ESC. Before what no key sends it was the Escape key. */
	found = decode_escape(decoder, s + 1, n - 1);
	if (found.used == 0)
		return found;
	if (found.paste || is_report(found.key.code))
		return (struct found){ .used = 1, .key.code = K_ESC };
	found.used++;
	found.key.alt = true;
	return found;
}

static void drop_front(struct key_decoder *decoder, size_t n)
{
	decoder->used -= n;
	memmove(decoder->bytes, decoder->bytes + n, decoder->used);
}

/* Decodes all that is whole; false where take() wants no more. */
static bool decode_all(struct key_decoder *decoder,
    bool (*take)(void *state, const struct key *key), void *state)
{
	while (decoder->used > 0 && !decoder->pasting) {
		struct found found = decode(decoder);

		if (found.used == 0)
			break;
		drop_front(decoder, found.used);
		if (found.paste)
			key_paste_begin(decoder);
		if (found.key.code != K_NONE && (!decoder->stale || is_report(found.key.code))) {
			decoder->stale = false;
			if (!take(state, &found.key))
				return false;
		}
		decoder->stale = false;
	}
	return true;
}

/* --- feeding --- */

/*
 * The rest of a sequence whose ESC had to be taken for the Escape key: it comes at once and whole,
 * which a person does not do. It is put back behind an ESC and finished without a key.
 */
static void rejoin(struct key_decoder *decoder, const unsigned char *s, size_t n)
{
	if (!decoder->late || decoder->used != 0)
		return;
	decoder->late = false;
	if (key_lacks_escape(s, n)) {
		decoder->bytes[decoder->used++] = KEY_ESC;
		decoder->stale = true;
	}
}

/* An endless sequence is given up: what still comes of it is finished as one that nobody knows. */
static void shorten(struct key_decoder *decoder)
{
	if (decoder->used == sizeof decoder->bytes) {
		decoder->bytes[0] = KEY_ESC;
		decoder->bytes[1] = '[';
		decoder->bytes[2] = '<';
		decoder->used = 3;
	}
}

void key_feed(struct key_decoder *decoder, const void *data, size_t n,
    bool (*take)(void *state, const struct key *key), void *state)
{
	static const struct key pasted = { .code = K_PASTE };
	const unsigned char *s = data;
	size_t used;

	if (n > 0 && !decoder->pasting)
		rejoin(decoder, s, n);
	while (n > 0) {
		if (decoder->pasting) {
			used = key_paste_feed(decoder, s, n);
			s += used;
			n -= used;
			if (!decoder->pasting && !take(state, &pasted))
				return;
			continue;
		}
		decoder->bytes[decoder->used++] = *s++;
		n--;
		if (!decode_all(decoder, take, state))
			return;
		shorten(decoder);
	}
}

void key_flush(struct key_decoder *decoder, bool (*take)(void *state, const struct key *key),
    void *state)
{
	static const struct key escape = { .code = K_ESC };
	const unsigned char *s = decoder->bytes;

	if (!key_pending(decoder))
		return;
	if (s[0] != KEY_ESC) {
		decoder->used = 0;   /* half a character */
	} else if (decoder->used == 1 || (decoder->used == 2 && s[1] == KEY_ESC)) {
		decoder->used = 0;
		decoder->late = true;
		take(state, &escape);
	} else {
		decoder->stale = true;
	}
}

bool key_pending(const struct key_decoder *decoder)
{
	return decoder->used > 0 && !decoder->pasting && !decoder->stale;
}
