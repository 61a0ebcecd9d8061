#include "ui/term/term_private.h"

#include <string.h>

void capability_keys(struct key_table *table)
{
	static const struct {
		const char *name;
		enum key_code code;
		bool shift;
	} known[] = {
	    {"kcuu1", K_UP, false},
	    {"kcud1", K_DOWN, false},
	    {"kcub1", K_LEFT, false},
	    {"kcuf1", K_RIGHT, false},
	    {"khome", K_HOME, false},
	    {"kend", K_END, false},
	    {"kpp", K_PAGE_UP, false},
	    {"knp", K_PAGE_DOWN, false},
	    {"kich1", K_INSERT, false},
	    {"kdch1", K_DELETE, false},
	    {"kcbt", K_BACKTAB, false},
	    {"kent", K_ENTER, false},
	    {"kLFT", K_LEFT, true},
	    {"kRIT", K_RIGHT, true},
	    {"kind", K_DOWN, true},
	    {"kri", K_UP, true},
	    {"kHOM", K_HOME, true},
	    {"kEND", K_END, true},
	};
	char name[16];
	size_t i;
	int f;

	for (i = 0; i < sizeof known / sizeof known[0]; i++) {
		const char *bytes = tigetstr(known[i].name);

		if (bytes != NULL && bytes != (char *)-1)
			key_table_add(table, bytes, known[i].code, known[i].shift);
	}
	for (f = 1; f <= 12; f++) {
		const char *bytes;

		snprintf(name, sizeof name, "kf%d", f);
		bytes = tigetstr(name);
		if (bytes != NULL && bytes != (char *)-1)
			key_table_add(table, bytes, (enum key_code)(K_F1 + f - 1), false);
	}
}

static void bytes_add(struct term_bytes *bytes, const char *s)
{
	size_t n = s != NULL && s != (char *)-1 ? strlen(s) : 0;

	if (n <= sizeof bytes->data - bytes->n) {
		memcpy(bytes->data + bytes->n, s != NULL ? s : "", n);
		bytes->n += n;
	}
}

/* Padding such as "$<5>" of old terminals is left out: these strings do not go through tputs(). */
static void bytes_capability(struct term_bytes *bytes, const char *name)
{
	const char *s = tigetstr(name);
	char plain[TERM_BYTES_MAX];
	size_t n = 0;

	if (s == NULL || s == (char *)-1)
		return;
	for (; *s != '\0' && n < sizeof plain - 1; s++) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;

		if (end != NULL)
			s = end;
		else
			plain[n++] = *s;
	}
	plain[n] = '\0';
	bytes_add(bytes, plain);
}

void capability_bytes(struct term *term)
{
	bytes_capability(&term->enter, "smcup");
	bytes_capability(&term->leave, "sgr0");
	if (term->ansi) {
		bytes_add(&term->enter, "\033[r\033[?2004h");
		bytes_add(&term->leave, "\033[?2004l");
		bytes_add(&term->leave, "\033[r");       /* scrolling is the whole screen's again */
	}
	bytes_capability(&term->leave, "rmcup");
	if (tigetstr("rmcup") == NULL) {
		/* no second screen: leave the frame and go on below it */
		bytes_add(&term->leave, "\033[999;1H\r\n");
	}
	/*
	 * After that: leaving the second screen restores the cursor that was saved last, hidden or
	 * not, and where a terminal has one place for that, it may be one that curses has saved to
	 * scroll.
	 */
	bytes_capability(&term->leave, "cnorm");
}

bool capability_modern(const char *type)
{
	static const char *const names[] = {"xterm", "tmux", "screen-", "alacritty", "foot",
	    "kitty", "wezterm", "contour", "ghostty", "konsole", "gnome", "vte", "mintty", "iterm",
	    "rio", "mlterm"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strncmp(type, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

/*
 * The line-drawing character set is never used here: lines are characters of their own. So the
 * attributes need not switch it off, which spares three bytes each time. The strings belong to
 * curses, and getting shorter in place is all that happens to them.
 */
void capability_spare_charset(void)
{
	static const char *const parts[] = {"%?%p9%t\033(0%e\033(B%;", "%?%p9%t\016%e\017%;",
	    "\033(B", "\017"};
	static const char *const names[] = { "sgr", "sgr0" };
	size_t i, p;

	for (i = 0; i < 2; i++) {
		char *s = tigetstr(names[i]), *at;

		for (p = 0; s != NULL && s != (char *)-1 && p < sizeof parts / sizeof parts[0];
		     p++) {
			at = strstr(s, parts[p]);
			/* never all of it: an empty string would mean that there is none */
			if (at != NULL && strlen(s) > strlen(parts[p]))
				memmove(at, at + strlen(parts[p]),
				    strlen(at + strlen(parts[p])) + 1);
		}
	}
}
