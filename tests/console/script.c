#include "tests/console/script.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define LINE_BYTES 65536u
#define SCREEN_BYTES ((size_t)8 << 20)

/* ---- words ----------------------------------------------------------------------------------- */

static void add_hex(const char **at, int digits, bool byte, struct buf *out)
{
	char number[9] = "", text[4];
	uint32_t cp;
	int i;

	for (i = 0; i < digits && isxdigit((unsigned char)(*at)[0]); i++)
		number[i] = *(*at)++;
	cp = (uint32_t)strtoul(number, NULL, 16);
	if (byte)
		buf_putc(out, (char)cp);
	else
		buf_add(out, text, text_encode(cp, text));
}

static void add_escape(const char **at, struct buf *out)
{
	static const char letters[] = "ntre", means[] = "\n\t\r\033";
	char c = *(*at)++;
	const char *known = c != '\0' ? strchr(letters, c) : NULL;

	if (known != NULL)
		buf_putc(out, means[known - letters]);
	else if (c == 'x')
		add_hex(at, 2, true, out);
	else if (c == 'u')
		add_hex(at, 4, false, out);
	else
		buf_putc(out, c);
}

static void add_variable(const char **at, struct buf *out)
{
	char name[64];
	bool brace = (*at)[0] == '{';
	const char *value;
	size_t n = 0;

	*at += brace;
	while (n < sizeof name - 1 && (isalnum((unsigned char)(*at)[0]) || (*at)[0] == '_'))
		name[n++] = *(*at)++;
	name[n] = '\0';
	if (brace && (*at)[0] == '}')
		(*at)++;
	value = getenv(name);
	buf_puts(out, n == 0 ? "$" : value != NULL ? value : "");
}

/* One word; false where a quote is not closed. */
static bool take_word(const char **at, struct buf *out)
{
	char quote = '\0', c;

	while ((c = **at) != '\0' && (quote != '\0' || !isspace((unsigned char)c))) {
		(*at)++;
		if (c == quote)
			quote = '\0';
		else if (quote == '\0' && (c == '"' || c == '\''))
			quote = c;
		else if (c == '\\' && quote == '"' && **at != '\0')
			add_escape(at, out);
		else if (c == '$' && quote != '\'')
			add_variable(at, out);
		else
			buf_putc(out, c);
	}
	return quote == '\0';
}

bool script_split(struct line *line)
{
	const char *at = line->text;
	struct buf word;
	bool good = true;

	buf_init(&word, LINE_BYTES);
	line->count = 0;
	while (good) {
		at += strspn(at, " \t");
		if (*at == '\0' || *at == '#')
			break;
		buf_clear(&word);
		good = line->count < WORDS_MAX && take_word(&at, &word);
		if (good)
			line->words[line->count++] = mem_strdup(buf_text(&word));
	}
	line->words[line->count] = NULL;
	buf_free(&word);
	if (!good)
		printf("%s:%d: a quote is not closed, or there are too many words\n", line->file,
		    line->number);
	return good;
}

void script_clear(struct line *line)
{
	size_t i;

	for (i = 0; i < line->count; i++)
		free(line->words[i]);
	line->count = 0;
}

static bool take_line(const char *path, int number, char *text, bool (*take)(void *, struct line *),
    void *state)
{
	struct line line = { .file = path, .number = number };
	bool good = true;

	line.text = text + strspn(text, " \t");
	if (line.text[0] == '\0' || line.text[0] == '#')
		return true;
	good = script_split(&line) && take(state, &line);
	script_clear(&line);
	return good;
}

bool script_each(const char *path, bool (*take)(void *state, struct line *line), void *state)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;
	struct buf whole;
	bool good = true;
	int number = 0, first = 1;

	if (in == NULL) {
		printf("%s cannot be read\n", path);
		return false;
	}
	buf_init(&whole, LINE_BYTES);
	while (good && (n = getline(&text, &cap, in)) >= 0) {
		number++;
		if (n > 0 && text[n - 1] == '\n')
			text[--n] = '\0';
		buf_add(&whole, text, (size_t)n);
		if (n > 0 && text[n - 1] == '\\') {
			whole.data[--whole.len] = '\0';
			continue;
		}
		if (whole.len > 0)
			good = take_line(path, first, whole.data, take, state);
		buf_clear(&whole);
		first = number + 1;
	}
	free(text);
	buf_free(&whole);
	fclose(in);
	return good;
}

/* ---- expressions ----------------------------------------------------------------------------- */

static void add_mask(struct buf *out, const char *text, size_t n)
{
	size_t at;
	uint32_t cp;
	bool ok;

	for (at = 0; at < n; at += text_decode(text + at, n - at, &cp, &ok))
		buf_putc(out, '#');
}

bool script_mask(const char *pattern, struct buf *text)
{
	struct buf out;
	const char *at = buf_text(text);
	regmatch_t match;
	regex_t regex;
	int flags = 0;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE) != 0)
		return false;
	buf_init(&out, SCREEN_BYTES);
	while (*at != '\0' && regexec(&regex, at, 1, &match, flags) == 0 &&
	       match.rm_eo > match.rm_so) {
		buf_add(&out, at, (size_t)match.rm_so);
		add_mask(&out, at + match.rm_so, (size_t)(match.rm_eo - match.rm_so));
		at += match.rm_eo;
		flags = at[-1] == '\n' ? 0 : REG_NOTBOL;
	}
	buf_puts(&out, at);
	regfree(&regex);
	buf_free(text);
	*text = out;
	return true;
}

int script_match(const char *pattern, const char *text)
{
	regex_t regex;
	int found;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return -1;
	found = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return found;
}
