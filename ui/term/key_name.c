#include "ui/term/key.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const struct {
	enum key_code code;
	const char *name;
} names[] = {
    {K_ENTER, "Enter"},
    {K_ESC, "Esc"},
    {K_TAB, "Tab"},
    {K_BACKSPACE, "Backspace"},
    {K_DELETE, "Delete"},
    {K_INSERT, "Insert"},
    {K_UP, "Up"},
    {K_DOWN, "Down"},
    {K_LEFT, "Left"},
    {K_RIGHT, "Right"},
    {K_HOME, "Home"},
    {K_END, "End"},
    {K_PAGE_UP, "PgUp"},
    {K_PAGE_DOWN, "PgDn"},
    {K_F1, "F1"},
    {K_F2, "F2"},
    {K_F3, "F3"},
    {K_F4, "F4"},
    {K_F5, "F5"},
    {K_F6, "F6"},
    {K_F7, "F7"},
    {K_F8, "F8"},
    {K_F9, "F9"},
    {K_F10, "F10"},
    {K_F11, "F11"},
    {K_F12, "F12"},
};

#define NAMES (sizeof names / sizeof names[0])

static void char_name(uint32_t cp, char *out, size_t cap)
{
	char text[5];

	text[text_encode(cp, text)] = '\0';
	snprintf(out, cap, "%s", cp == ' ' ? "Space" : text);
}

void key_name(const struct key *key, char *out, size_t cap)
{
	char base[16] = "";
	bool shift = key->shift && key->code != K_CHAR && key->code != K_CTRL;
	size_t i;

	if (key->code == K_CHAR || key->code == K_CTRL) {
		char_name(key->cp, base, sizeof base);
		/* As on the keyboard: Ctrl-F is the key F. */
		if (key->code == K_CTRL && key->cp >= 'a' && key->cp <= 'z')
			base[0] = (char)(key->cp - 'a' + 'A');
	} else if (key->code == K_BACKTAB) {
		shift = true;
		snprintf(base, sizeof base, "Tab");
	}
	for (i = 0; i < NAMES && base[0] == '\0'; i++) {
		if (names[i].code == key->code)
			snprintf(base, sizeof base, "%s", names[i].name);
	}
	snprintf(out, cap, "%s%s%s%s", key->alt ? "Alt-" : "",
	    key->ctrl || key->code == K_CTRL ? "Ctrl-" : "", shift ? "Shift-" : "", base);
}

/* Takes "Ctrl-" off the front; a lone '-' after it is the key itself. */
static bool prefix(const char **name, const char *word)
{
	size_t n = strlen(word);

	if (strncasecmp(*name, word, n) != 0 || (*name)[n] == '\0')
		return false;
	*name += n;
	return true;
}

bool key_parse(const char *name, struct key *out)
{
	bool ctrl = false, ok;
	size_t i, n, used;
	uint32_t cp;

	memset(out, 0, sizeof *out);
	for (;;) {
		if (prefix(&name, "Ctrl-"))
			ctrl = true;
		else if (prefix(&name, "Alt-"))
			out->alt = true;
		else if (prefix(&name, "Shift-"))
			out->shift = true;
		else
			break;
	}
	for (i = 0; i < NAMES; i++) {
		if (strcasecmp(name, names[i].name) != 0)
			continue;
		out->code = names[i].code;
		out->ctrl = ctrl;
		if (out->code == K_TAB && out->shift) {
			out->code = K_BACKTAB;
			out->shift = false;
		}
		return true;
	}
	if (strcasecmp(name, "Space") == 0)
		name = " ";
	n = strlen(name);
	if (n == 0 || out->shift)
		return false;
	used = text_decode(name, n, &cp, &ok);
	if (!ok || used != n || cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
		return false;
	out->code = ctrl ? K_CTRL : K_CHAR;
	out->cp = ctrl && cp >= 'A' && cp <= 'Z' ? cp - 'A' + 'a' : cp;
	return true;
}

bool key_equal(const struct key *a, const struct key *b)
{
	if (a->code != b->code || a->alt != b->alt || a->ctrl != b->ctrl)
		return false;
	if (a->code == K_CHAR || a->code == K_CTRL)
		return a->cp == b->cp;
	return a->shift == b->shift;
}
