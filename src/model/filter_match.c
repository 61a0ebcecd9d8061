/* The meaning of a parsed filter: what filter.h says of each op, in C. */
#include "model/filter.h"

#include <pthread.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define SHOWN_MAX 512 /* bytes of one shown column */

static bool has_run(const struct record_type *type, const void *record, const char *run)
{
	size_t i;

	for (i = 0; i < type->count; i++) {
		const struct field *field = &type->fields[i];

		if ((field->flags & SEARCH) != 0 && field->kind == FIELD_TEXT &&
		    text_contains(record_text(field, record), run))
			return true;
	}
	return false;
}

static bool has_runs(
    const struct record_type *type, const void *record, const struct filter_term *term)
{
	size_t i;

	for (i = 0; i < term->run_count; i++) {
		if (!has_run(type, record, term->runs[i]))
			return false;
	}
	return true;
}

static bool same_folded(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	uint32_t x, y;
	bool ok_x, ok_y;

	while (n > 0 && m > 0) {
		size_t used = text_decode(a, n, &x, &ok_x), step = text_decode(b, m, &y, &ok_y);

		if (ok_x != ok_y || text_fold(x) != text_fold(y))
			return false;
		a += used;
		n -= used;
		b += step;
		m -= step;
	}
	return n == 0 && m == 0;
}

/* The next column of the blank-separated list, or NULL. */
static const struct field *next_column(const struct record_type *type, const char **list)
{
	char member[64];
	size_t n;

	*list += strspn(*list, " ");
	n = strcspn(*list, " ");
	if (n == 0 || n >= sizeof member)
		return NULL;
	memcpy(member, *list, n);
	member[n] = '\0';
	*list += n;
	return record_field(type, member);
}

/* The pattern that a thread applied last, for the next row is most likely asked the same. */
struct compiled {
	char *pattern;
	regex_t regex;
};

static pthread_key_t compiled_key;
static pthread_once_t compiled_once = PTHREAD_ONCE_INIT;

static void compiled_free(void *state)
{
	struct compiled *compiled = state;

	regfree(&compiled->regex);
	free(compiled->pattern);
	free(compiled);
}

static void compiled_begin(void)
{
	if (pthread_key_create(&compiled_key, compiled_free) != 0)
		mem_fail();
}

/*
 * A filter is shared by threads and dies with its arena, so it can own nothing that must be freed:
 * the thread does. NULL: the pattern is none.
 */
static const regex_t *compiled_of(const char *pattern)
{
	struct compiled *compiled;

	pthread_once(&compiled_once, compiled_begin);
	compiled = pthread_getspecific(compiled_key);
	if (compiled != NULL && strcmp(compiled->pattern, pattern) == 0)
		return &compiled->regex;
	if (compiled != NULL)
		compiled_free(compiled);
	pthread_setspecific(compiled_key, NULL);
	compiled = mem_alloc(sizeof *compiled);
	if (regcomp(&compiled->regex, pattern, REG_EXTENDED | REG_NOSUB | REG_ICASE) != 0) {
		free(compiled);
		return NULL;
	}
	compiled->pattern = mem_strdup(pattern);
	if (pthread_setspecific(compiled_key, compiled) != 0)
		mem_fail();
	return &compiled->regex;
}

static bool has_regex(const struct record_type *type, const void *record, const char *pattern,
    const struct view *view)
{
	static const struct view plain;
	const struct field *field;
	const char *list = type->columns;
	char shown[SHOWN_MAX];
	const regex_t *regex = compiled_of(pattern);
	struct buf row;
	bool found;

	if (regex == NULL)
		return false;
	buf_init(&row, 64 * SHOWN_MAX);
	while ((field = next_column(type, &list)) != NULL) {
		record_show(type, field, record, view != NULL ? view : &plain, shown, sizeof shown);
		if (row.len > 0)
			buf_putc(&row, ' ');
		buf_puts(&row, shown);
	}
	found = regexec(regex, buf_text(&row), 0, NULL, 0) == 0;
	buf_free(&row);
	return found;
}

static bool compares(const struct filter_term *term, const void *record)
{
	int64_t value = record_int(term->field, record);

	if (term->field->kind == FIELD_BOOL)
		value = value != 0;
	if (term->field->kind == FIELD_TIME && value == 0 && term->op != OP_EQ)
		return false;
	switch (term->op) {
	case OP_EQ:
		return value == term->number;
	case OP_LT:
		return value < term->number;
	case OP_LE:
		return value <= term->number;
	case OP_GT:
		return value > term->number;
	case OP_GE:
		return value >= term->number;
	case OP_RANGE:
		return value >= term->number && value < term->upper;
	case OP_IN:
		return value >= 0 && value < 64 && (term->set >> value & 1) != 0;
	case OP_WORD:
	case OP_HAS:
	case OP_GROUP:
	case OP_REGEX:
		break;
	}
	return false;
}

static bool holds(const struct record_type *type, const struct filter_term *term,
    const void *record, const struct view *view)
{
	switch (term->op) {
	case OP_WORD:
		return has_runs(type, record, term);
	case OP_HAS:
		return text_contains(record_text(term->field, record), term->text);
	case OP_GROUP:
		return filter_matches(term->group, record, view);
	case OP_REGEX:
		return has_regex(type, record, term->text, view);
	case OP_EQ:
		if (term->field->kind == FIELD_TEXT)
			return same_folded(record_text(term->field, record), term->text);
		break;
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_RANGE:
	case OP_IN:
		break;
	}
	return compares(term, record);
}

bool filter_matches(const struct filter *filter, const void *record, const struct view *view)
{
	size_t i;

	for (i = 0; i < filter->count; i++) {
		const struct filter_term *term = &filter->terms[i];

		if (holds(filter->type, term, record, view) == term->negated)
			return false;
	}
	return true;
}

bool filter_has_regex(const struct filter *filter)
{
	size_t i;

	for (i = 0; i < filter->count; i++) {
		if (filter->terms[i].op == OP_REGEX)
			return true;
	}
	return false;
}
