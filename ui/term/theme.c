#include "ui/term/term_private.h"

/* One look of a style: attributes and colours, -1 for the terminal's own. No meaning hangs on the
 * hue alone. */
struct look { attr_t attr; short fg, bg; };

struct theme_row { struct look mono, few, many; };

#define PLAIN { A_NORMAL, -1, -1 }
#define SAME(attr) { attr, -1, -1 }

/* The marker of the selected line is bold; its text is plain, so that moving costs a few bytes. A
 * bar is reversed: theme_attr(). */
static const struct theme_row theme[STYLE_COUNT] = {
	[STYLE_NORMAL] = { PLAIN, PLAIN, PLAIN },
	[STYLE_DIM] = { SAME(A_DIM), SAME(A_DIM), { A_NORMAL, 245, -1 } },
	[STYLE_BOLD] = { SAME(A_BOLD), SAME(A_BOLD), SAME(A_BOLD) },
	[STYLE_TITLE] = { SAME(A_BOLD), SAME(A_BOLD), SAME(A_BOLD) },
	[STYLE_TAB] = { PLAIN, PLAIN, PLAIN },
	[STYLE_TAB_HERE] = { SAME(A_BOLD), SAME(A_BOLD), SAME(A_BOLD) },
	[STYLE_HEAD] = { SAME(A_BOLD), { A_NORMAL, COLOR_CYAN, -1 }, { A_NORMAL, 73, -1 } },
	[STYLE_SELECTED] = { PLAIN, PLAIN, PLAIN },
	[STYLE_KEY] = { SAME(A_BOLD), SAME(A_BOLD), SAME(A_BOLD) },
	[STYLE_CHIP] = { SAME(A_REVERSE), { A_REVERSE, COLOR_CYAN, -1 }, { A_NORMAL, 231, 24 } },
	[STYLE_GOOD] = { PLAIN, { A_NORMAL, COLOR_GREEN, -1 }, { A_NORMAL, 71, -1 } },
	[STYLE_WARN] = { SAME(A_BOLD), { A_NORMAL, COLOR_YELLOW, -1 }, { A_NORMAL, 178, -1 } },
	[STYLE_ERROR] = { SAME(A_BOLD), { A_BOLD, COLOR_RED, -1 }, { A_BOLD, 167, -1 } },
	[STYLE_BUYER] = { SAME(A_BOLD), { A_BOLD, COLOR_CYAN, -1 }, { A_BOLD, 74, -1 } },
	[STYLE_SELLER] = { SAME(A_BOLD), { A_BOLD, COLOR_GREEN, -1 }, { A_BOLD, 107, -1 } },
	[STYLE_STAFF] = { SAME(A_BOLD), { A_BOLD, COLOR_MAGENTA, -1 }, { A_BOLD, 139, -1 } },
	[STYLE_INPUT] = { SAME(A_UNDERLINE), SAME(A_UNDERLINE), { A_NORMAL, -1, 236 } },
	[STYLE_INPUT_HERE] = { { A_UNDERLINE | A_BOLD, -1, -1 }, { A_UNDERLINE | A_BOLD, -1, -1 },
		{ A_NORMAL, 231, 238 } },
};

static const struct look *theme_look(int depth, enum style style)
{
	const struct theme_row *row = &theme[style < STYLE_COUNT ? style : STYLE_NORMAL];

	return depth >= 256 ? &row->many : depth >= 8 ? &row->few : &row->mono;
}

void theme_init(int depth)
{
	int style;

	if (depth < 8)
		return;
	for (style = 0; style < STYLE_COUNT; style++) {
		const struct look *look = theme_look(depth, (enum style)style);

		if (look->fg >= 0 || look->bg >= 0)
			init_pair((short)(style + 1), look->fg, look->bg);
	}
}

attr_t theme_attr(int depth, bool bar, enum style style, short *pair)
{
	const struct look *look = theme_look(depth, style);

	*pair = depth >= 8 && (look->fg >= 0 || look->bg >= 0) ? (short)(style + 1) : 0;
	return style == STYLE_SELECTED && bar ? A_REVERSE : look->attr;
}
