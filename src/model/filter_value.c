#include "model/filter_value.h"

#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "model/column.h"
#include "model/money.h"

#define INVALID_VALUE(place, ...) error_set((place)->err, STATUS_INVALID, __VA_ARGS__)

static enum filter_op op_of(enum filter_sign sign)
{
	switch (sign) {
	case SIGN_LT:
		return OP_LT;
	case SIGN_LE:
		return OP_LE;
	case SIGN_GT:
		return OP_GT;
	case SIGN_GE:
		return OP_GE;
	case SIGN_NONE:
	case SIGN_HAS:
	case SIGN_EQ:
		break;
	}
	return OP_EQ;
}

static bool is_order(enum filter_sign sign)
{
	return sign != SIGN_HAS && sign != SIGN_EQ;
}

/* "order=" and "ended:none": the value that is not there. */
static bool means_none(const struct filter_token *token)
{
	if (is_order(token->sign))
		return false;
	if (token->value[0] == '\0')
		return token->sign == SIGN_EQ || token->quoted;
	return !token->quoted && column_same(token->value, "none");
}

static bool is_macro(const struct filter_token *token, const char *macro)
{
	return !token->quoted && strcmp(token->value, macro) == 0;
}

static enum status refuse_order(const struct filter_place *place)
{
	return INVALID_VALUE(place,
	    _("%s: this column has no order; write : or = in place of < and >"), place->shown);
}

/* --- text --- */

static enum status text_value(
    const struct filter_place *place, const struct filter_token *token, struct filter_term *term)
{
	if (is_order(token->sign))
		return refuse_order(place);
	if (token->sign == SIGN_HAS && token->value[0] == '\0')
		return INVALID_VALUE(
		    place, _("%s: a text is missing after the colon"), place->shown);
	term->op = token->sign == SIGN_HAS ? OP_HAS : OP_EQ;
	term->text = token->value;
	if (is_macro(token, "@role"))
		term->text = names_word(&role_names, place->context->role);
	return STATUS_OK;
}

/* --- choices --- */

/* A value by its word or its label; -1 where there is none. */
static int64_t choice_of(const struct names *names, const char *word)
{
	size_t i;

	for (i = 1; i < names->count && i < 64; i++) {
		if (column_same(word, names->list[i].word) ||
		    column_same(word, names_label(names, (int64_t)i)) ||
		    column_same(word, i18n_plain(names->list[i].label)))
			return (int64_t)i;
	}
	return column_same(word, "none") ? 0 : -1;
}

static enum status choice_value(
    const struct filter_place *place, const struct filter_token *token, struct filter_term *term)
{
	const struct names *names = term->field->names;
	const char *at = token->value;
	char possible[500];

	if (is_order(token->sign))
		return refuse_order(place);
	term->op = OP_IN;
	term->set = 0;
	if (is_macro(token, "@role") && names == &role_names) {
		/* Nobody's turn is not the turn of a nobody: no role matches nothing. */
		if (place->context->role > ROLE_NONE && place->context->role < ROLE_COUNT)
			term->set = UINT64_C(1) << place->context->role;
		return STATUS_OK;
	}
	if (means_none(token)) {
		term->set = 1;
		return STATUS_OK;
	}
	for (;;) {
		size_t n = strcspn(at, ",");
		int64_t value = choice_of(names, arena_strndup(place->arena, at, n));

		if (value < 0) {
			names_list_both(names, possible, sizeof possible);
			return INVALID_VALUE(
			    place, _("%s: the value must be %s"), place->shown, possible);
		}
		term->set |= UINT64_C(1) << value;
		if (at[n] == '\0')
			return STATUS_OK;
		at += n + 1;
	}
}

/* --- numbers --- */

static enum status bool_value(
    const struct filter_place *place, const struct filter_token *token, struct filter_term *term)
{
	const char *value = token->value;

	if (is_order(token->sign))
		return refuse_order(place);
	term->op = OP_EQ;
	if (column_same(value, "yes") || column_same(value, "true") || column_same(value, "1") ||
	    column_same(value, _("yes")))
		term->number = 1;
	else if (column_same(value, "no") || column_same(value, "false") ||
		 column_same(value, "0") || column_same(value, _("no")))
		term->number = 0;
	else
		return INVALID_VALUE(place, _("%s: the value must be yes or no"), place->shown);
	return STATUS_OK;
}

/* Digits with an optional '-'; at most 15 of them, so that nothing overflows. *end is what follows.
 */
static bool take_int(const char *s, int64_t *out, const char **end)
{
	bool negative = *s == '-';
	int64_t value = 0;
	int digits = 0;

	for (s += negative ? 1 : 0; *s >= '0' && *s <= '9'; s++) {
		if (++digits > 15)
			return false;
		value = value * 10 + (*s - '0');
	}
	*out = negative ? -value : value;
	*end = s;
	return digits > 0;
}

static enum status int_value(
    const struct filter_place *place, const struct filter_token *token, struct filter_term *term)
{
	const char *end;

	term->op = op_of(token->sign);
	if (!take_int(token->value, &term->number, &end) || *end != '\0')
		return INVALID_VALUE(
		    place, _("%s: the value must be a whole number, such as 3"), place->shown);
	return STATUS_OK;
}

static enum status money_value(
    const struct filter_place *place, const struct filter_token *token, struct filter_term *term)
{
	term->op = op_of(token->sign);
	if (!money_parse(token->value, &term->number))
		return INVALID_VALUE(place,
		    _("%s: the value must be an amount, such as 28000 or 1,000.50"), place->shown);
	return STATUS_OK;
}

/* --- times --- */

/* The times that a value stands for: from first up to, not including, next. */
struct moment {
	int64_t first, next;
};

/*
 * "5d": the whole unit that is shown so, as when_span() cuts it: 5d up to 6d, and -3h down to -4h.
 * A bare 0 is the moment itself. The length is in *span, not yet a time.
 */
static bool take_span(const char *s, struct moment *span)
{
	static const struct {
		char letter;
		int64_t unit;
	} units[] = {
	    {'s', WHEN_SECOND},
	    {'m', WHEN_MINUTE},
	    {'h', WHEN_HOUR},
	    {'d', WHEN_DAY},
	    {'w', 7 * WHEN_DAY},
	};
	const char *end;
	int64_t n;
	size_t i;

	if (!take_int(s, &n, &end) || n > 100000 || n < -100000)
		return false;
	if (*end == '\0' && n == 0) {
		*span = (struct moment){0, 1};
		return true;
	}
	for (i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (*end != units[i].letter || end[1] != '\0')
			continue;
		if (*s == '-')
			*span = (struct moment){(n - 1) * units[i].unit + 1, n * units[i].unit + 1};
		else
			*span = (struct moment){n * units[i].unit, (n + 1) * units[i].unit};
		return true;
	}
	return false;
}

/* The length of what a date or time was given to: a day, a minute, a second or a millisecond. */
static int64_t precision(const char *s)
{
	int colons = 0;

	if (strlen(s) <= 10)
		return WHEN_DAY;
	if (strchr(s, '.') != NULL)
		return 1;
	for (s += 10; *s != '\0' && *s != '+' && *s != '-'; s++)
		colons += *s == ':';
	return colons > 1 ? WHEN_SECOND : WHEN_MINUTE;
}

/* Comparing with a stretch of time: before it, in it or after it. */
static void compare_time(struct filter_term *term, enum filter_sign sign, struct moment moment)
{
	switch (sign) {
	case SIGN_LT:
		term->op = OP_LT;
		term->number = moment.first;
		break;
	case SIGN_LE:
		term->op = OP_LT;
		term->number = moment.next;
		break;
	case SIGN_GT:
		term->op = OP_GE;
		term->number = moment.next;
		break;
	case SIGN_GE:
		term->op = OP_GE;
		term->number = moment.first;
		break;
	case SIGN_NONE:
	case SIGN_HAS:
	case SIGN_EQ:
		term->op = OP_RANGE;
		term->number = moment.first;
		term->upper = moment.next;
		break;
	}
}

/*
 * Spans order by their exact length, unlike dates: waiting>5d is true from 5 days and a millisecond
 * on. What is left lies after now; an age lies before it, so that its order is the other way round.
 */
static void compare_span(struct filter_term *term, enum filter_sign sign, const char *text,
    struct moment span, int64_t now)
{
	int64_t exact = text[0] == '-' ? span.next - 1 : span.first;

	if (is_order(sign))
		span = (struct moment){exact, exact + 1};
	if ((term->field->flags & SHOW_LEFT) != 0) {
		compare_time(term, sign, (struct moment){now + span.first, now + span.next});
		return;
	}
	if (sign == SIGN_LT || sign == SIGN_LE)
		sign = sign == SIGN_LT ? SIGN_GT : SIGN_GE;
	else if (sign == SIGN_GT || sign == SIGN_GE)
		sign = sign == SIGN_GT ? SIGN_LT : SIGN_LE;
	compare_time(term, sign, (struct moment){now - span.next + 1, now - span.first + 1});
}

static enum status time_value(
    const struct filter_place *place, const struct filter_token *token, struct filter_term *term)
{
	const struct filter_context *context = place->context;
	struct moment moment;

	if (means_none(token)) {
		term->op = OP_EQ;
		term->number = 0;
		return STATUS_OK;
	}
	if (is_macro(token, "@now")) {
		compare_time(term, token->sign, (struct moment){context->now, context->now + 1});
		return STATUS_OK;
	}
	if (take_span(token->value, &moment)) {
		compare_span(term, token->sign, token->value, moment, context->now);
		return STATUS_OK;
	}
	if (!when_parse_person(token->value, context->offset, &moment.first))
		return INVALID_VALUE(place,
		    _("%s: the value must be a span, such as 5d or 3h, or a date, such as "
		      "2026-11-01"),
		    place->shown);
	moment.next = moment.first + precision(token->value);
	compare_time(term, token->sign, moment);
	return STATUS_OK;
}

enum status filter_value(
    const struct filter_place *place, const struct filter_token *token, struct filter_term *term)
{
	switch (term->field->kind) {
	case FIELD_TEXT:
		return text_value(place, token, term);
	case FIELD_INT:
		return int_value(place, token, term);
	case FIELD_BOOL:
		return bool_value(place, token, term);
	case FIELD_MONEY:
		return money_value(place, token, term);
	case FIELD_TIME:
		return time_value(place, token, term);
	case FIELD_ENUM:
		break;
	}
	return choice_value(place, token, term);
}
