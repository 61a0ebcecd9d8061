#include "demo/formats.h"

#include <string.h>

#include "base/rand.h"
#include "base/text.h"

/* ---- PDF ---- */

#define PDF_OBJECTS 6
#define PAGE_LINES 48
#define PAGE_CELLS 86

/* A name of the reader's own Chinese font: nothing is embedded. */
static const char pdf_chinese_font[] =
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts"
    "[<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
    "<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/FontDescriptor 6 0 R>>]>>";
static const char pdf_latin_font[] =
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";
static const char pdf_descriptor[] =
    "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
    "/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>";

/* UTF-16 in hexadecimal; what lies beyond 16 bits does not occur in our texts. */
static void pdf_hex(struct buf *out, const char *s, size_t n)
{
	uint32_t cp;
	bool ok;

	buf_putc(out, '<');
	while (n > 0) {
		size_t used = text_decode(s, n, &cp, &ok);

		buf_printf(out, "%04X", cp > 0xFFFF ? 0xFFFDu : cp);
		s += used;
		n -= used;
	}
	buf_putc(out, '>');
}

static void pdf_literal(struct buf *out, const char *s, size_t n)
{
	buf_putc(out, '(');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '(' || s[i] == ')' || s[i] == '\\')
			buf_putc(out, '\\');
		if ((unsigned char)s[i] < 0x80)
			buf_putc(out, s[i]);
		else if ((s[i] & 0x40) != 0)
			buf_putc(out, '?');
	}
	buf_putc(out, ')');
}

static void pdf_lines(struct buf *out, const char *text, bool chinese)
{
	buf_puts(out, "BT /F1 10 Tf 14 TL 56 780 Td\n");
	for (int line = 0; line < PAGE_LINES && *text != '\0'; line++) {
		size_t next = 1, n = 0;

		if (*text != '\n')
			n = text_wrap(text, PAGE_CELLS, &next);
		if (chinese)
			pdf_hex(out, text, n);
		else
			pdf_literal(out, text, n);
		buf_puts(out, " Tj T*\n");
		text += next;
	}
	buf_puts(out, "ET\n");
}

static void pdf_object(struct buf *out, size_t offsets[], int number, const char *body)
{
	offsets[number] = out->len;
	buf_printf(out, "%d 0 obj\n%s\nendobj\n", number, body);
}

void formats_pdf(struct buf *out, const char *text, bool chinese)
{
	size_t offsets[PDF_OBJECTS + 1] = { 0 }, table;
	struct buf lines;

	buf_init(&lines, 1u << 16);
	pdf_lines(&lines, text, chinese);
	buf_puts(out, "%PDF-1.4\n");
	pdf_object(out, offsets, 1, "<</Type/Catalog/Pages 2 0 R>>");
	pdf_object(out, offsets, 2, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
	pdf_object(out, offsets, 3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
	    "/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>");
	offsets[4] = out->len;
	buf_printf(out, "4 0 obj\n<</Length %zu>>\nstream\n%sendstream\nendobj\n", lines.len,
	    buf_text(&lines));
	pdf_object(out, offsets, 5, chinese ? pdf_chinese_font : pdf_latin_font);
	pdf_object(out, offsets, 6, pdf_descriptor);
	table = out->len;
	buf_printf(out, "xref\n0 %d\n0000000000 65535 f \n", PDF_OBJECTS + 1);
	for (int i = 1; i <= PDF_OBJECTS; i++)
		buf_printf(out, "%010zu 00000 n \n", offsets[i]);
	buf_printf(out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n",
	    PDF_OBJECTS + 1, table);
	buf_free(&lines);
}

/* ---- PNG ---- */

#define PNG_WIDTH 240
#define PNG_HEIGHT 150
#define PNG_ROW (1 + PNG_WIDTH / 4)         /* a filter byte, then four pixels a byte */

enum colour { PAPER, INK, ACCENT, BAR };

struct picture { unsigned char rows[PNG_HEIGHT * PNG_ROW]; };

static void fill(struct picture *picture, int x, int y, int width, int height, enum colour colour)
{
	for (int row = y; row < y + height && row < PNG_HEIGHT; row++) {
		for (int column = x; column < x + width && column < PNG_WIDTH; column++) {
			unsigned char *at = &picture->rows[row * PNG_ROW + 1 + column / 4];
			int shift = 6 - 2 * (column % 4);

			*at = (unsigned char)((*at & ~(3 << shift)) | (int)colour << shift);
		}
	}
}

static void draw(struct picture *picture, uint64_t variant)
{
	struct rng rng;
	int bars = 7 + (int)(variant % 5);

	rng_seed(&rng, variant);
	fill(picture, 0, 0, PNG_WIDTH, 14, BAR);
	fill(picture, 6, 5, 60, 4, PAPER);
	for (int i = 0; i < 3; i++)
		fill(picture, PNG_WIDTH - 12 * (i + 1), 4, 6, 6, i == 0 ? ACCENT : PAPER);
	for (int line = 0; line < 6; line++) {
		fill(picture, 10, 24 + 9 * line, (int)rng_between(&rng, 30, 62), 3, INK);
		fill(picture, 90, 24 + 9 * line, (int)rng_between(&rng, 40, 130), 3, INK);
	}
	for (int i = 0; i < bars; i++) {
		int height = (int)rng_between(&rng, 8, 50);

		fill(picture, 12 + i * 18, 140 - height, 12, height, i == bars - 1 ? ACCENT : BAR);
	}
	fill(picture, 8, 141, PNG_WIDTH - 16, 1, INK);
}

static void put_be32(unsigned char out[4], uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (unsigned char)(value >> (24 - 8 * i));
}

static uint32_t crc32_add(uint32_t crc, const void *data, size_t n)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < n; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
	}
	return crc;
}

static uint32_t adler32_of(const unsigned char *bytes, size_t n)
{
	uint32_t a = 1, b = 0;

	for (size_t i = 0; i < n; i++) {
		a = (a + bytes[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

static void png_chunk(struct buf *out, const char type[4], const void *data, size_t n)
{
	unsigned char number[4];
	uint32_t crc = crc32_add(crc32_add(0xFFFFFFFFu, type, 4), data, n);

	put_be32(number, (uint32_t)n);
	buf_add(out, number, 4);
	buf_add(out, type, 4);
	buf_add(out, data, n);
	put_be32(number, ~crc);
	buf_add(out, number, 4);
}

void formats_png(struct buf *out, uint64_t variant)
{
	static const unsigned char header[13] = {
		0, 0, 0, PNG_WIDTH, 0, 0, 0, PNG_HEIGHT, 2, 3, 0, 0, 0,     /* 2 bits, palette */
	};
	static const unsigned char palette[12] = {
		250, 250, 248, 70, 74, 82, 214, 106, 40, 58, 110, 165,
	};
	struct picture picture = { { 0 } };
	const size_t n = sizeof picture.rows;
	/* One stored block: no compression is needed for a picture this small. */
	unsigned char data[2 + 5 + sizeof picture.rows + 4] = { 0x78, 0x01, 1,
		(unsigned char)(n & 255), (unsigned char)(n >> 8),
		(unsigned char)(~n & 255), (unsigned char)(~n >> 8 & 255) };

	_Static_assert(sizeof picture.rows < 65536, "one stored block");
	draw(&picture, variant);
	memcpy(data + 7, picture.rows, n);
	put_be32(data + 7 + n, adler32_of(picture.rows, n));
	buf_add(out, "\x89PNG\r\n\x1a\n", 8);
	png_chunk(out, "IHDR", header, sizeof header);
	png_chunk(out, "PLTE", palette, sizeof palette);
	png_chunk(out, "IDAT", data, sizeof data);
	png_chunk(out, "IEND", "", 0);
}
