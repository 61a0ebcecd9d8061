#include "model/filter_lex.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

/* The place in the text: the character there (0 at the end), folded so that full-width signs serve.
 */
struct reader {
	const char *at, *end;
	uint32_t cp; /* folded */
	size_t step; /* bytes of it */
};

static void look(struct reader *r)
{
	bool ok;

	r->cp = 0;
	r->step = 0;
	if (r->at >= r->end)
		return;
	r->step = text_decode(r->at, (size_t)(r->end - r->at), &r->cp, &ok);
	r->cp = text_fold(r->cp);
	if (r->cp == 0x201C || r->cp == 0x201D)
		r->cp = '"';
}

static void skip(struct reader *r)
{
	r->at += r->step;
	look(r);
}

static bool is_blank(uint32_t cp)
{
	return cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r';
}

/* The sign that stands here, taken off; SIGN_NONE where there is none. "!=" is "=" turned round. */
static enum filter_sign take_sign(struct reader *r, bool *negated)
{
	struct reader before = *r;
	uint32_t cp = r->cp;
	bool equal;

	if (cp != ':' && cp != '=' && cp != '<' && cp != '>' && cp != '!' && cp != 0x2264 &&
	    cp != 0x2265)
		return SIGN_NONE;
	skip(r);
	switch (cp) {
	case ':':
		return SIGN_HAS;
	case '=':
		return SIGN_EQ;
	case 0x2264:
		return SIGN_LE;
	case 0x2265:
		return SIGN_GE;
	default:
		break;
	}
	equal = r->cp == '=';
	if (cp == '!' && !equal) {
		*r = before;
		return SIGN_NONE;
	}
	if (equal)
		skip(r);
	if (cp == '!') {
		*negated = !*negated;
		return SIGN_EQ;
	}
	if (cp == '<')
		return equal ? SIGN_LE : SIGN_LT;
	return equal ? SIGN_GE : SIGN_GT;
}

/*
 * The rest of a term up to a blank outside quotes, or to its first sign where stop_at_sign. Returns
 * false where a quote is not closed.
 */
static bool take_text(
    struct reader *r, bool stop_at_sign, struct filter_token *token, struct buf *out)
{
	bool inside = false;

	for (; r->cp != 0 && (inside || !is_blank(r->cp)); skip(r)) {
		if (inside && r->cp == '\\' && r->at + 1 < r->end && r->at[1] == '"') {
			skip(r);
		} else if (r->cp == '"') {
			inside = !inside;
			token->quoted = true;
			continue;
		} else if (!inside && stop_at_sign) {
			token->sign = take_sign(r, &token->negated);
			if (token->sign != SIGN_NONE)
				return true;
		}
		buf_add(out, r->at, r->step);
	}
	return !inside;
}

enum status filter_token_next(const char **at, const char *end, struct arena *arena,
    struct filter_token *token, bool *found, struct error *err)
{
	struct reader r = {.at = *at, .end = end};
	struct buf text;
	const char *start;
	bool closed;

	memset(token, 0, sizeof *token);
	token->name = token->value = token->raw = "";
	buf_init(&text, (size_t)(end - *at) + 1);
	for (look(&r); is_blank(r.cp);)
		skip(&r);
	start = r.at;
	*found = r.cp != 0;
	for (; r.cp == '!'; skip(&r))
		token->negated = !token->negated;
	token->regex = r.cp == '~';
	if (token->regex)
		skip(&r);
	closed = take_text(&r, !token->regex, token, &text);
	if (token->sign != SIGN_NONE) {
		token->name = arena_strdup(arena, buf_text(&text));
		token->quoted = false;
		buf_clear(&text);
		closed = take_text(&r, false, token, &text);
	}
	token->value = arena_strdup(arena, buf_text(&text));
	token->raw = arena_strndup(arena, start, (size_t)(r.at - start));
	*at = r.at;
	buf_free(&text);
	if (!closed)
		return error_set(err, STATUS_INVALID, _("a quote is not closed: %s"), token->raw);
	return STATUS_OK;
}
