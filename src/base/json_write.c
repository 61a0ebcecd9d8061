#include "base/json.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

void json_begin(struct json_writer *w, struct buf *out, bool pretty)
{
	*w = (struct json_writer){.out = out, .pretty = pretty};
}

static void new_line(struct json_writer *w)
{
	if (!w->pretty)
		return;
	buf_putc(w->out, '\n');
	for (int i = 0; i < w->depth; i++)
		buf_puts(w->out, "  ");
}

static void put_escaped(struct buf *out, uint32_t cp)
{
	if (cp > 0xFFFF) {
		put_escaped(out, 0xD800u + ((cp - 0x10000u) >> 10));
		put_escaped(out, 0xDC00u + (cp & 0x3FFu));
		return;
	}
	buf_printf(out, "\\u%04x", (unsigned)cp);
}

/* What stands for itself: most of any text, added in one piece. */
static size_t plain_run(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] >= 0x20 && s[i] <= 0x7e && s[i] != '"' && s[i] != '\\')
		i++;
	return i;
}

/*
 * What a terminal must not see raw (C1, bidi controls, zero-width characters) is escaped as well:
 * the JSON says the same, and printing it is safe.
 */
static void put_string(struct buf *out, const char *s)
{
	static const char short_from[] = "\"\\\b\f\n\r\t", short_to[] = "\"\\bfnrt";
	size_t n = strlen(s), used;
	const char *found;
	char bytes[4];
	uint32_t cp;
	bool ok;

	buf_putc(out, '"');
	for (size_t i = 0; i < n; i += used) {
		used = plain_run(s + i, n - i);
		if (used > 0) {
			buf_add(out, s + i, used);
			continue;
		}
		used = text_decode(s + i, n - i, &cp, &ok);
		if (cp < 0x80 && (found = strchr(short_from, (int)cp)) != NULL) {
			buf_putc(out, '\\');
			buf_putc(out, short_to[found - short_from]);
		} else if (text_cp_width(cp) < 0) {
			put_escaped(out, cp);
		} else {
			buf_add(out, bytes, text_encode(cp, bytes));
		}
	}
	buf_putc(out, '"');
}

/* The comma, the line and the name before a value. */
static void lead(struct json_writer *w, const char *name)
{
	if (w->comma)
		buf_putc(w->out, ',');
	if (w->depth > 0)
		new_line(w);
	if (name != NULL) {
		put_string(w->out, name);
		buf_puts(w->out, w->pretty ? ": " : ":");
	}
	w->comma = true;
}

static void open_with(struct json_writer *w, const char *name, char bracket)
{
	lead(w, name);
	buf_putc(w->out, bracket);
	w->depth++;
	w->comma = false;
}

static void close_with(struct json_writer *w, char bracket)
{
	w->depth--;
	if (w->comma)
		new_line(w);
	buf_putc(w->out, bracket);
	w->comma = true;
}

void json_open_object(struct json_writer *w, const char *name)
{
	open_with(w, name, '{');
}

void json_close_object(struct json_writer *w)
{
	close_with(w, '}');
}

void json_open_array(struct json_writer *w, const char *name)
{
	open_with(w, name, '[');
}

void json_close_array(struct json_writer *w)
{
	close_with(w, ']');
}

void json_put_text(struct json_writer *w, const char *name, const char *text)
{
	if (text == NULL) {
		json_put_null(w, name);
		return;
	}
	lead(w, name);
	put_string(w->out, text);
}

void json_put_int(struct json_writer *w, const char *name, int64_t value)
{
	lead(w, name);
	buf_printf(w->out, "%" PRId64, value);
}

void json_put_bool(struct json_writer *w, const char *name, bool value)
{
	json_put_raw(w, name, value ? "true" : "false");
}

void json_put_null(struct json_writer *w, const char *name)
{
	json_put_raw(w, name, "null");
}

void json_put_raw(struct json_writer *w, const char *name, const char *json)
{
	lead(w, name);
	buf_puts(w->out, json);
}
