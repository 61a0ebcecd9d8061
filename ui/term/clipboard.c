#include "ui/term/term_private.h"

#include <stdlib.h>
#include <string.h>

#define COPY_MAX 74994u          /* bytes: xterm takes 100,000 of base64 */
#define SCREEN_CHUNK 500u        /* GNU screen cuts its strings at 768 */

static void base64(const unsigned char *s, size_t n, struct buf *out)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < n; i += 3) {
		unsigned v = (unsigned)s[i] << 16;
		char four[4];

		v |= i + 1 < n ? (unsigned)s[i + 1] << 8 : 0;
		v |= i + 2 < n ? s[i + 2] : 0;
		four[0] = digits[v >> 18];
		four[1] = digits[v >> 12 & 63];
		four[2] = i + 1 < n ? digits[v >> 6 & 63] : '=';
		four[3] = i + 2 < n ? digits[v & 63] : '=';
		buf_add(out, four, 4);
	}
}

static void queue_text(struct term *term, const char *s)
{
	term_queue(term, s, strlen(s));
}

/* tmux hands on what stands in its own envelope, with every ESC doubled. */
static void queue_tmux(struct term *term, const struct buf *code)
{
	queue_text(term, "\033Ptmux;\033\033]52;c;");
	term_queue(term, code->data, code->len);
	queue_text(term, "\a\033\\");
}

static void queue_screen(struct term *term, const struct buf *code)
{
	size_t i, n;

	queue_text(term, "\033P\033]52;c;");
	for (i = 0; i < code->len; i += n) {
		n = code->len - i < SCREEN_CHUNK ? code->len - i : SCREEN_CHUNK;
		if (i > 0)
			queue_text(term, "\033\\\033P");
		term_queue(term, code->data + i, n);
	}
	queue_text(term, "\a\033\\");
}

bool term_copy(struct term *term, const char *text)
{
	size_t n = strlen(text);
	struct buf code;

	if (n > COPY_MAX || term->dead || term->suspended || !term->ansi)
		return false;
	buf_init(&code, COPY_MAX * 2);
	base64((const unsigned char *)text, n, &code);
	if (code.len > 0 && getenv("STY") != NULL) {
		queue_screen(term, &code);
	} else if (code.len > 0) {
		/* tmux takes the plain form too, where it is told to (set-clipboard on). */
		queue_text(term, "\033]52;c;");
		term_queue(term, code.data, code.len);
		queue_text(term, "\a");
		if (getenv("TMUX") != NULL)
			queue_tmux(term, &code);
	}
	buf_free(&code);
	term_flush(term);
	return true;
}
