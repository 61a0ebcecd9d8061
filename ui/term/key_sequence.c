#include "ui/term/key_private.h"

#include <string.h>

#include "base/text.h"

#define PARAMS_MAX 4
/* Surrogates, and private use, by which some terminals tell keys that are no characters. */
#define NO_CHARS_FROM 0xD800
#define NO_CHARS_TO 0xF8FF

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
	if (cp == '\r' || cp == '\t' || cp == KEY_ESC || cp == 0x7F) {
		key->code = cp == '\r'      ? K_ENTER
			    : cp == KEY_ESC ? K_ESC
			    : cp == 0x7F    ? K_BACKSPACE
			    : key->shift    ? K_BACKTAB
					    : K_TAB;
		return;
	}
	if (cp < ' ' || cp > 0x10FFFF || (cp >= 0x7F && cp < 0xA0) ||
	    (cp >= NO_CHARS_FROM && cp <= NO_CHARS_TO))
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

/* The end of something that takes `want` bytes, of which the first `have` are known: a control
 * character does not belong to it. 0 where more are needed. */
static size_t fixed_end(const unsigned char *s, size_t n, size_t have, size_t want)
{
	size_t i;

	for (i = have; i < n && i < want; i++) {
		if (s[i] < 0x20)
			return i;
	}
	return n >= want ? want : 0;
}

/* ESC [ [ A to E: the Linux console's F1 to F5. */
static struct found linux_key(const unsigned char *s, size_t n)
{
	struct found found = { .used = fixed_end(s, n, 3, 4) };

	if (found.used == 4 && s[3] >= 'A' && s[3] <= 'E')
		found.key.code = (enum key_code)(K_F1 + (s[3] - 'A'));
	return found;
}

struct found key_decode_csi(const unsigned char *s, size_t n)
{
	struct found found = { 0 };
	struct sequence q;
	bool broken;
	size_t used;

	if (n >= 3 && s[2] == '[')
		return linux_key(s, n);
	used = sequence_parse(s + 2, n - 2, &q, &broken);
	if (used > 0 || broken)
		found.used = 2 + used;
	if (found.used == 0 || broken)
		return found;
	if (q.final == 'M' && q.count == 0 && q.private == 0)
		/* a mouse report of a program before us: three bytes follow */
		found.used = fixed_end(s, n, 3, 6);
	else if (is_paste_start(&q))
		found.paste = true;
	else if (q.private != 0 || q.intermediate != 0)
		sequence_report(&q, &found.key);
	else
		sequence_key(&q, &found.key);
	return found;
}

/* Old terminals put the modifier between. */
struct found key_decode_ss3(const unsigned char *s, size_t n)
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

bool key_lacks_escape(const unsigned char *s, size_t n)
{
	struct sequence q;
	bool broken;

	if (n < 2)
		return false;
	if (s[0] == '[')
		return sequence_parse(s + 1, n - 1, &q, &broken) > 0 && !broken;
	return s[0] == 'O' && n == 2 && letter_code(s[1]) != K_NONE;
}
