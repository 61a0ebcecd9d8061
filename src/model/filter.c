#include "model/filter.h"

#include <regex.h>
#include <string.h>

#include "base/text.h"
#include "model/column.h"
#include "model/filter_lex.h"
#include "model/filter_value.h"

#define GROUP_DEPTH_MAX 4     /* conditions that name conditions */
#define REGEX_COPIES_MAX 1000 /* of one character, as regcomp() spells repetitions out */
#define REGEX_SPELLED_MAX 20000 /* characters then: a few milliseconds for each row */
#define SHOWN_CELLS 40

/* --- bare words --- */

/* Blocks above ASCII that hold no letters and no digits. The full-width forms are ASCII by now. */
static bool is_symbol(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
	    {0x80, 0xA9},
	    {0xAB, 0xB4},
	    {0xB6, 0xB9},
	    {0xBB, 0xBF},
	    {0xD7, 0xD7},
	    {0xF7, 0xF7},
	    {0x2000, 0x206F},
	    {0x20A0, 0x20CF},
	    {0x2190, 0x245F},
	    {0x2500, 0x2BFF},
	    {0x3000, 0x3004},
	    {0x3008, 0x3020},
	    {0x302A, 0x3030},
	    {0x3036, 0x3037},
	    {0x303D, 0x303F},
	    {0x30FB, 0x30FB},
	    {0xD800, 0xF8FF},
	    {0xFE00, 0xFE1F},
	    {0xFE30, 0xFE6F},
	    {0xFF5F, 0xFF65},
	    {0xFFE0, 0xFFFF},
	    {0x1F000, 0x1FAFF},
	    {0xE0000, 0x10FFFF},
	};
	size_t i;

	for (i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	}
	return false;
}

bool filter_word_char(uint32_t folded)
{
	if (folded < 0x80)
		return (folded >= '0' && folded <= '9') || (folded >= 'a' && folded <= 'z');
	return text_cp_width(folded) >= 0 && !is_symbol(folded);
}

size_t filter_runs(const char *text, struct arena *arena, const char *const **runs)
{
	size_t n = strlen(text), i = 0, count = 0, length = 0;
	/* A folded character may be longer than it was; every second byte at most ends a run. */
	char *out = arena_alloc(arena, 4 * n + 2);
	const char **list = arena_alloc(arena, (n / 2 + 1) * sizeof *list);
	bool inside = false, ok;
	uint32_t cp;

	while (i < n) {
		i += text_decode(text + i, n - i, &cp, &ok);
		cp = text_fold(cp);
		if (ok && filter_word_char(cp)) {
			if (!inside)
				list[count++] = out + length;
			length += text_encode(cp, out + length);
			inside = true;
		} else if (inside) {
			out[length++] = '\0';
			inside = false;
		}
	}
	*runs = list;
	return count;
}

static enum status word_term(
    const struct filter_place *place, const struct filter_token *token, struct filter_term *term)
{
	char columns[360];

	term->op = OP_WORD;
	term->text = token->value;
	if (record_field_flagged(place->type, SEARCH) == NULL) {
		column_list(place->type, FILTER | KEY, columns, sizeof columns);
		return error_set(place->err, STATUS_INVALID,
		    _("%s: words are not searched here; write column:value with one of these "
		      "columns: %s"),
		    place->shown, columns);
	}
	term->run_count = filter_runs(token->value, place->arena, &term->runs);
	if (term->run_count == 0)
		return error_set(place->err, STATUS_INVALID,
		    _("%s: there is no letter or digit to search for"), place->shown);
	return STATUS_OK;
}

/* --- regular expressions --- */

/*
 * The copies that regcomp() makes for the {n,m} at s, whose closing brace goes to *end: as many as
 * the greater number, and one more for {n,}.
 */
static long brace_copies(const char *s, const char **end)
{
	long most = 0, number = 0;

	for (; s[1] != '\0' && s[1] != '}'; s++) {
		bool digit = s[1] >= '0' && s[1] <= '9';

		number = digit ? number * 10 + (s[1] - '0') : 0;
		most = number > most ? number : most;
		if (most > REGEX_COPIES_MAX)
			break;
	}
	*end = s;
	return *s == ',' && s[1] == '}' ? most + 1 : most;
}

/*
 * regcomp() spells repetitions out, each + and {} on a repetition or a group again all that is in
 * it: nested ones take memory and time without end, and so does matching references back. A filter
 * may come from outside. The most copies of a character, or 0 where they are too many.
 */
static long spelled_copies(const char *pattern)
{
	long copies = 1;
	char before = '\0';

	for (; *pattern != '\0'; before = *pattern++) {
		long factor = 1;

		if (*pattern == '\\') {
			if (pattern[1] >= '0' && pattern[1] <= '9')
				return 0;
			pattern += pattern[1] != '\0';
		} else if (*pattern == '{') {
			factor = brace_copies(pattern, &pattern);
			pattern += *pattern != '{' && pattern[1] == '}';
		} else if (*pattern == '+' && before != '\0' && strchr(")+*?}", before) != NULL) {
			factor = 2;
		}
		copies *= factor > 1 ? factor : 1;
		if (copies > REGEX_COPIES_MAX)
			return 0;
	}
	return copies;
}

static enum status regex_term(
    const struct filter_place *place, const struct filter_token *token, struct filter_term *term)
{
	char why[160];
	size_t length = strlen(token->value);
	regex_t regex;
	long copies;
	int failed;

	term->op = OP_REGEX;
	term->text = token->value;
	if (token->value[0] == '\0')
		return error_set(place->err, STATUS_INVALID,
		    _("%s: a regular expression is missing after ~"), place->shown);
	if (length > FILTER_REGEX_MAX)
		return error_set(place->err, STATUS_INVALID,
		    _("%s: a regular expression has at most %d bytes"), place->shown,
		    FILTER_REGEX_MAX);
	copies = spelled_copies(token->value);
	if (copies == 0)
		return error_set(place->err, STATUS_INVALID,
		    _("%s: no references back such as \\1, and at most %d repetitions in all"),
		    place->shown, REGEX_COPIES_MAX);
	if ((size_t)copies * length > REGEX_SPELLED_MAX)
		return error_set(place->err, STATUS_INVALID,
		    _("%s: with its repetitions written out it has more than %d characters"),
		    place->shown, REGEX_SPELLED_MAX);
	failed = regcomp(&regex, token->value, REG_EXTENDED | REG_NOSUB | REG_ICASE);
	if (failed != 0) {
		regerror(failed, &regex, why, sizeof why);
		return error_set(place->err, STATUS_INVALID, _("%s: not a regular expression: %s"),
		    place->shown, why);
	}
	regfree(&regex);
	return STATUS_OK;
}

/* --- conditions --- */

static enum status parse(const struct record_type *type, const char *text,
    const struct filter_context *context, struct arena *arena, int depth, const struct filter **out,
    struct error *err);

static void list_conditions(const struct record_type *type, char *out, size_t cap)
{
	const struct condition *condition;
	struct buf list;

	buf_init(&list, cap - 1);
	for (condition = type->conditions; condition != NULL && condition->word != NULL;
	     condition++)
		buf_printf(&list, "%s%s", list.len > 0 ? ", " : "", condition->word);
	text_clean(out, cap, buf_text(&list));
	buf_free(&list);
}

static enum status group_term(const struct filter_place *place, const struct filter_token *token,
    int depth, struct filter_term *term)
{
	const struct condition *condition = place->type->conditions;
	char words[360];

	while (condition != NULL && condition->word != NULL &&
	       !column_same(token->value, condition->word) &&
	       !column_same(token->value, _(condition->label)))
		condition++;
	term->op = OP_GROUP;
	if (condition == NULL || condition->word == NULL) {
		list_conditions(place->type, words, sizeof words);
		if (words[0] == '\0')
			return error_set(place->err, STATUS_INVALID,
			    _("%s: there are no named conditions here"), place->shown);
		return error_set(place->err, STATUS_INVALID,
		    _("%s: there is no such condition; there are: %s"), place->shown, words);
	}
	if (depth >= GROUP_DEPTH_MAX)
		return error_set(place->err, STATUS_INVALID,
		    _("%s: conditions that name each other"), place->shown);
	return parse(place->type, condition->filter, place->context, place->arena, depth + 1,
	    &term->group, place->err);
}

/*
 * Nobody waits for what has ended, though its row keeps since when it stood there: said as people
 * say it, waiting is of open records only. The member's own name means the field alone.
 */
static bool is_waiting(const struct field *field, const char *name)
{
	return strcmp(field->member, "stay_since") == 0 && !column_same(name, field->member) &&
	    !column_same(name, field->wire);
}

static enum status waiting_term(
    const struct filter_place *place, int depth, struct filter_term *term)
{
	struct filter_term *both = arena_alloc(place->arena, 2 * sizeof *both);
	struct filter *group = arena_alloc(place->arena, sizeof *group);
	const struct filter *open;
	enum status status = parse(
	    place->type, "state:open", place->context, place->arena, depth + 1, &open, place->err);

	if (status != STATUS_OK)
		return status;
	both[0] = *term;
	both[0].negated = false;
	both[1] = open->terms[0];
	*group = (struct filter){.type = place->type, .text = "", .terms = both, .count = 2};
	term->field = NULL;
	term->op = OP_GROUP;
	term->group = group;
	return STATUS_OK;
}

static enum status field_term(const struct filter_place *place, const struct filter_token *token,
    int depth, struct filter_term *term)
{
	enum status status;
	char columns[360];

	term->field = column_find(place->type, token->name, FILTER | KEY);
	if (term->field != NULL) {
		status = filter_value(place, token, term);
		if (status == STATUS_OK && is_waiting(term->field, token->name))
			status = waiting_term(place, depth, term);
		return status;
	}
	column_list(place->type, FILTER | KEY, columns, sizeof columns);
	return error_set(place->err, STATUS_INVALID,
	    _("%s: there is no such column; there are: %s"), place->shown, columns);
}

static enum status parse_term(struct filter_place *place, const struct filter_token *token,
    int depth, struct filter_term *term)
{
	memset(term, 0, sizeof *term);
	term->text = "";
	term->negated = token->negated;
	text_fit(place->shown, sizeof place->shown, token->raw, SHOWN_CELLS, false);
	if (token->regex && depth > 0)
		return error_set(place->err, STATUS_INVALID,
		    _("%s: no regular expressions in a condition"), place->shown);
	if (token->regex)
		return regex_term(place, token, term);
	if (token->sign == SIGN_NONE)
		return word_term(place, token, term);
	if ((token->sign == SIGN_HAS || token->sign == SIGN_EQ) && column_same(token->name, "is"))
		return group_term(place, token, depth, term);
	return field_term(place, token, depth, term);
}

/* --- the whole --- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static enum status parse(const struct record_type *type, const char *text,
    const struct filter_context *context, struct arena *arena, int depth, const struct filter **out,
    struct error *err)
{
	struct filter_place place = {.type = type, .context = context, .arena = arena, .err = err};
	struct filter_term terms[FILTER_TERMS_MAX], *kept;
	struct filter_token token;
	struct filter *filter;
	size_t n = strlen(text), count = 0;
	const char *at = text, *end = text + n;
	enum status status;
	bool found;

	for (;;) {
		status = filter_token_next(&at, end, arena, &token, &found, err);
		if (status != STATUS_OK)
			return status;
		if (!found)
			break;
		if (count == FILTER_TERMS_MAX)
			return error_set(err, STATUS_INVALID, _("a filter has at most %d terms"),
			    FILTER_TERMS_MAX);
		status = parse_term(&place, &token, depth, &terms[count]);
		if (status != STATUS_OK)
			return status;
		count++;
	}
	while (text < end && is_blank(*text))
		text++;
	while (end > text && is_blank(end[-1]))
		end--;
	kept = arena_alloc(arena, (count + 1) * sizeof *kept);
	memcpy(kept, terms, count * sizeof *kept);
	filter = arena_alloc(arena, sizeof *filter);
	*filter = (struct filter){
	    .type = type,
	    .text = arena_strndup(arena, text, (size_t)(end - text)),
	    .terms = kept,
	    .count = count,
	};
	*out = filter;
	return STATUS_OK;
}

enum status filter_parse(const struct record_type *type, const char *text,
    const struct filter_context *context, struct arena *arena, const struct filter **out,
    struct error *err)
{
	enum status status;

	*out = NULL;
	if (text == NULL)
		text = "";
	if (strlen(text) > FILTER_TEXT_MAX)
		status = error_set(
		    err, STATUS_INVALID, _("a filter has at most %d bytes"), FILTER_TEXT_MAX);
	else if (!text_valid_utf8(text, strlen(text)))
		status = error_set(err, STATUS_INVALID, _("the filter is not UTF-8 text"));
	else
		status = parse(type, text, context, arena, 0, out, err);
	if (status != STATUS_OK)
		error_field(err, "filter");
	return status;
}
