#include "ui/term/key_private.h"

#include <string.h>

#include "base/text.h"

static const unsigned char paste_end[] = { KEY_ESC, '[', '2', '0', '1', '~' };

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

void key_paste_begin(struct key_decoder *decoder)
{
	decoder->pasting = true;
	buf_clear(&decoder->paste);
}

size_t key_paste_feed(struct key_decoder *decoder, const unsigned char *s, size_t n)
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
