#include "ui/term/key.h"

#include <string.h>

#include "base/text.h"
#include "ui/term/key_table.h"

#define ESC 0x1B
#define PASTE_MAX ((size_t)1 << 20)
#define STRING_MAX 65536u      /* bytes of an OSC or DCS answer after which it is given up */
#define PARAMS_MAX 4

/* What the bytes at the front come to: how many of them are used up, or 0 where more are needed. */
struct found {
	size_t used;
	struct key key;        /* K_NONE: nothing that anyone needs to know */
};

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

void key_table_add(struct key_table *table, const char *bytes, enum key_code code, bool shift)
{
	size_t n = strlen(bytes);
	struct key_string *string;

	if (bytes[0] != ESC || n < 3 || n > KEY_STRING_MAX || table->count == KEY_TABLE_MAX)
		return;
	string = &table->strings[table->count++];
	memcpy(string->bytes, bytes, n);
	string->n = n;
	memset(&string->key, 0, sizeof string->key);
	string->key.code = code;
	string->key.shift = shift;
}

/* --- control sequences --- */

/* xterm's modifier parameter: 1 and the sum of shift 1, alt 2, ctrl 4. */
static void modify(struct key *key, int parameter)
{
	int bits = parameter > 1 && parameter <= 16 ? parameter - 1 : 0;

	key->shift = key->shift || (bits & 1) != 0;
	key->alt = key->alt || (bits & 2) != 0;
	key->ctrl = key->ctrl || (bits & 4) != 0;
}

/* A character with modifiers, as terminals say it that tell all keys apart. */
static void modified_char(struct key *key, int cp, int parameter)
{
	modify(key, parameter);
	if (cp == '\r' || cp == '\t' || cp == ESC || cp == 0x7F) {
		key->code = cp == '\r' ? K_ENTER : cp == ESC ? K_ESC : cp == 0x7F ? K_BACKSPACE :
		    key->shift ? K_BACKTAB : K_TAB;
		return;
	}
	if (cp < ' ' || cp > 0x10FFFF || (cp >= 0x7F && cp < 0xA0))
		return;
	key->code = key->ctrl ? K_CTRL : K_CHAR;
	key->cp = key->ctrl ? text_fold((uint32_t)cp) : (uint32_t)cp;
	key->ctrl = false;
}

static enum key_code tilde_code(int n)
{
	static const enum key_code codes[] = {K_NONE, K_HOME, K_INSERT, K_DELETE, K_END, K_PAGE_UP,
	    K_PAGE_DOWN, K_HOME, K_END, K_NONE, K_NONE, K_F1, K_F2, K_F3, K_F4, K_F5, K_NONE, K_F6,
	    K_F7, K_F8, K_F9, K_F10, K_NONE, K_F11, K_F12};

	return n >= 0 && (size_t)n < sizeof codes / sizeof codes[0] ? codes[n] : K_NONE;
}

static enum key_code letter_code(unsigned char final)
{
	switch (final) {
	case 'A': return K_UP;
	case 'B': return K_DOWN;
	case 'C': return K_RIGHT;
	case 'D': return K_LEFT;
	case 'H': return K_HOME;
	case 'F': return K_END;
	case 'P': return K_F1;
	case 'Q': return K_F2;
	case 'R': return K_F3;
	case 'S': return K_F4;
	case 'Z': return K_BACKTAB;
	default: return K_NONE;
	}
}

struct sequence {
	unsigned char private;         /* '?', '<', '=', '>' or 0 */
	unsigned char intermediate;    /* the last one, or 0 */
	unsigned char final;
	int params[PARAMS_MAX];        /* 0 where left out */
	size_t count;
};

/* The bytes of a whole sequence after "ESC [", or 0: more are needed; *broken: what stands there
 * cannot belong to it. */
static size_t sequence_parse(const unsigned char *s, size_t n, struct sequence *out, bool *broken)
{
	size_t i, at = 0;

	memset(out, 0, sizeof *out);
	*broken = false;
	for (i = 0; i < n; i++) {
		unsigned char c = s[i];

		if (c >= '0' && c <= '9') {
			if (at < PARAMS_MAX && out->params[at] < 1000000)
				out->params[at] = out->params[at] * 10 + (c - '0');
			out->count = at + 1;
		} else if (c == ';' || c == ':') {
			at++;
		} else if (c >= 0x3C && c <= 0x3F) {
			out->private = c;
		} else if (c == '$' && out->private == 0 && out->count == 1 && at == 0) {
			out->final = c;   /* rxvt: with shift */
			return i + 1;
		} else if (c >= 0x20 && c <= 0x2F) {
			out->intermediate = c;
		} else if (c >= 0x40 && c <= 0x7E) {
			out->final = c;
			return i + 1;
		} else {
			*broken = true;
			return i;
		}
	}
	return 0;
}

/* What a private sequence or one with intermediates means: only reports come so. */
static void sequence_report(const struct sequence *q, struct key *key)
{
	if (q->private == '?' && q->intermediate == '$' && q->final == 'y') {
		key->code = K_MODE_REPORT;
		key->cp = (uint32_t)q->params[0];
		key->value = q->params[1];
	}
}

static void sequence_rxvt(const struct sequence *q, struct key *key)
{
	key->code = tilde_code(q->params[0]);
	key->shift = q->final == '$' || q->final == '@';
	key->ctrl = q->final == '^' || q->final == '@';
}

static void sequence_key(const struct sequence *q, struct key *key)
{
	switch (q->final) {
	case '~':
		if (q->params[0] == 27 && q->count == 3) {
			modified_char(key, q->params[2], q->params[1]);
		} else {
			key->code = tilde_code(q->params[0]);
			modify(key, q->params[1]);
		}
		return;
	case 'u':
		modified_char(key, q->params[0], q->params[1]);
		return;
	case '^': case '$': case '@':
		sequence_rxvt(q, key);
		return;
	case 'a': case 'b': case 'c': case 'd':
		if (q->count == 0) {
			key->code = letter_code((unsigned char)(q->final - 'a' + 'A'));
			key->shift = true;
		}
		return;
	case 'n':
		key->code = K_STATUS_OK;
		return;
	case 'I': case 'O':
		key->code = q->final == 'I' ? K_FOCUS : K_BLUR;
		return;
	default:
		/* With other parameters these letters are reports, such as that of the cursor's
		 * place. */
		if (q->count == 0 || (q->params[0] <= 1 && q->count <= 2)) {
			key->code = letter_code(q->final);
			modify(key, q->params[1]);
		}
	}
}

static bool is_paste_start(const struct sequence *q)
{
	return q->final == '~' && q->params[0] == 200 && q->private == 0;
}

/* s begins with ESC [ */
static struct found decode_csi(struct key_decoder *decoder, const unsigned char *s, size_t n)
{
	struct found found = { 0 };
	struct sequence q;
	bool broken;
	size_t used;

	if (n >= 3 && s[2] == '[') {
		/* the Linux console's F1 to F5 */
		if (n == 3)
			return found;
		found.used = 4;
		if (s[3] >= 'A' && s[3] <= 'E')
			found.key.code = (enum key_code)(K_F1 + (s[3] - 'A'));
		return found;
	}
	used = sequence_parse(s + 2, n - 2, &q, &broken);
	if (broken) {
		found.used = 2 + used;
		return found;
	}
	if (used == 0)
		return found;
	found.used = 2 + used;
	if (q.final == 'M' && q.count == 0 && q.private == 0) {
		/* a mouse report of a program before us: three bytes follow */
		found.used = n >= 6 ? 6 : 0;
		return found;
	}
	if (is_paste_start(&q)) {
		decoder->pasting = true;
		buf_clear(&decoder->paste);
	} else if (q.private != 0 || (q.intermediate != 0)) {
		sequence_report(&q, &found.key);
	} else {
		sequence_key(&q, &found.key);
	}
	return found;
}

/* s begins with ESC O; old terminals put the modifier between. */
static struct found decode_ss3(const unsigned char *s, size_t n)
{
	static const char keypad[] = "*+,-./0123456789";
	struct found found = { 0 };
	size_t i = 2;
	int modifier = 0;

	while (i < n && i < 5 && ((s[i] >= '0' && s[i] <= '9') || s[i] == ';')) {
		modifier = s[i] == ';' ? 0 : s[i] - '0';
		i++;
	}
	if (i >= n)
		return found;
	if (s[i] < 0x20 || s[i] > 0x7E) {
		found.used = i;
		return found;
	}
	found.used = i + 1;
	if (s[i] == 'M') {
		found.key.code = K_ENTER;
	} else if (s[i] >= 'j' && s[i] <= 'y') {
		found.key.code = K_CHAR;
		found.key.cp = (unsigned char)keypad[s[i] - 'j'];
	} else if (s[i] >= 'a' && s[i] <= 'd') {
		found.key.code = letter_code((unsigned char)(s[i] - 'a' + 'A'));
		found.key.ctrl = true;
	} else {
		found.key.code = letter_code(s[i]);
		modify(&found.key, modifier);
	}
	return found;
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
		} else if (s[i] == ESC) {
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
	case ESC: found.key.code = K_ESC; break;
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

/* A string of the terminal's description that stands at the front, whole. */
static const struct key_string *table_find(const struct key_table *table, const unsigned char *s,
    size_t n)
{
	size_t i;

	for (i = 0; table != NULL && i < table->count; i++) {
		const struct key_string *string = &table->strings[i];

		if (n >= string->n && memcmp(s, string->bytes, string->n) == 0)
			return string;
	}
	return NULL;
}

static struct found decode_escape(struct key_decoder *decoder, const unsigned char *s, size_t n)
{
	const struct key_string *string;
	struct found found = { 0 };

	if (n < 2)
		return found;
	string = table_find(decoder->table, s, n);
	if (string != NULL) {
		found.used = string->n;
		found.key = string->key;
		return found;
	}
	if (s[1] == '[')
		found = decode_csi(decoder, s, n);
	else if (s[1] == 'O')
		found = decode_ss3(s, n);
	else if (is_string_start(s[1]) && s == decoder->bytes)
		return decode_string(decoder, s, n);
	else if (s[1] == ESC)
		found.used = 1;
	else
		found = decode_char(s + 1, n - 1);
	if (found.used == 0 || s[1] == '[' || s[1] == 'O')
		return found;
	if (s[1] == ESC) {
		found.key.code = K_ESC;
		return found;
	}
	found.used++;
	found.key.alt = true;
	return found;
}

static struct found decode(struct key_decoder *decoder)
{
	const unsigned char *s = decoder->bytes;
	struct found found = { 0 };
	size_t n = decoder->used;

	if (s[0] != ESC)
		return decode_char(s, n);
	if (n >= 3 && s[1] == ESC && (s[2] == '[' || s[2] == 'O')) {
		/* rxvt and putty: alt is one more ESC */
		found = decode_escape(decoder, s + 1, n - 1);
		if (found.used > 0) {
			found.used++;
			found.key.alt = true;
		}
		return found;
	}
	if (n == 2 && s[1] == ESC)
		return found;
	return decode_escape(decoder, s, n);
}

static void drop_front(struct key_decoder *decoder, size_t n)
{
	decoder->used -= n;
	memmove(decoder->bytes, decoder->bytes + n, decoder->used);
}

static bool is_report(enum key_code code)
{
	return code == K_STATUS_OK || code == K_MODE_REPORT || code == K_FOCUS || code == K_BLUR;
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
		if (found.key.code != K_NONE && (!decoder->stale || is_report(found.key.code))) {
			decoder->stale = false;
			if (!take(state, &found.key))
				return false;
		}
		decoder->stale = false;
	}
	return true;
}

/* --- paste --- */

static const unsigned char paste_end[] = { ESC, '[', '2', '0', '1', '~' };

/* Pasted text becomes lines of clean text: line ends are newlines, controls but tabs go, UTF-8 is
 * made valid. */
static void paste_clean(struct buf *paste)
{
	size_t i, used, length = 0;
	char encoded[4];
	uint32_t cp;
	bool ok;

	for (i = 0; i < paste->len; i += used) {
		used = text_decode(paste->data + i, paste->len - i, &cp, &ok);
		if (cp == '\r') {
			if (i + 1 < paste->len && paste->data[i + 1] == '\n')
				continue;
			cp = '\n';
		}
		if (!ok || (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7F && cp < 0xA0))
			continue;
		text_encode(cp, encoded);
		memcpy(paste->data + length, encoded, used);
		length += used;
	}
	paste->len = length;
	if (paste->data != NULL)
		paste->data[length] = '\0';
}

/* Takes pasted bytes up to the end mark, of which the beginning is held in bytes. Returns how many
 * were used. */
static size_t paste_feed(struct key_decoder *decoder, const unsigned char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] != paste_end[decoder->used]) {
			buf_add(&decoder->paste, decoder->bytes, decoder->used);
			decoder->used = 0;
		}
		if (s[i] != paste_end[decoder->used]) {
			buf_add(&decoder->paste, &s[i], 1);
			continue;
		}
		decoder->bytes[decoder->used++] = s[i];
		if (decoder->used == sizeof paste_end) {
			decoder->used = 0;
			decoder->pasting = false;
			paste_clean(&decoder->paste);
			return i + 1;
		}
	}
	return n;
}

/* --- feeding --- */

/*
 * The rest of a sequence whose ESC had to be taken for the Escape key: it comes at once and whole,
 * which a person does not do. It is put back behind an ESC and finished without a key.
 */
static void rejoin(struct key_decoder *decoder, const unsigned char *s, size_t n)
{
	struct sequence q;
	bool broken;

	if (!decoder->late || decoder->used != 0)
		return;
	decoder->late = false;
	if (n >= 2 && ((s[0] == '[' && sequence_parse(s + 1, n - 1, &q, &broken) > 0 && !broken) ||
	    (s[0] == 'O' && letter_code(s[1]) != K_NONE && n == 2))) {
		decoder->bytes[decoder->used++] = ESC;
		decoder->stale = true;
	}
}

/* An endless sequence is given up: what still comes of it is finished as one that nobody knows. */
static void shorten(struct key_decoder *decoder)
{
	if (decoder->used == sizeof decoder->bytes) {
		decoder->bytes[0] = ESC;
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
			used = paste_feed(decoder, s, n);
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
	if (s[0] != ESC) {
		decoder->used = 0;   /* half a character */
	} else if (decoder->used == 1 || (decoder->used == 2 && s[1] == ESC)) {
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
