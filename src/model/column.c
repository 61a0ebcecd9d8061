#include "model/column.h"

#include <bsd/string.h>
#include <string.h>

#include "base/text.h"

/* What people say, and the member it means where the type has it. */
static const struct {
	const char *name, *member;
} common[] = {
    {"product", "product_name"},
    {"seller", "seller_name"},
    {"buyer", "buyer_name"},
    {"node", "stage"},
    {"waiting", "stay_since"},
    {"ordered", "placed_at"},
};

#define COMMON_COUNT (sizeof common / sizeof common[0])

static uint32_t next_folded(const char **s)
{
	uint32_t cp;
	bool ok;

	if (**s == '\0')
		return 0;
	*s += text_decode(*s, strlen(*s), &cp, &ok);
	cp = text_fold(cp);
	return cp == '_' || cp == ' ' ? '-' : cp;
}

bool column_same(const char *a, const char *b)
{
	uint32_t x, y;

	do {
		x = next_folded(&a);
		y = next_folded(&b);
	} while (x == y && x != 0);
	return x == y;
}

static const struct field *field_of(
    const struct record_type *type, const char *member, uint32_t flags)
{
	size_t i;

	for (i = 0; i < type->count; i++) {
		const struct field *field = &type->fields[i];

		if ((field->flags & flags) != 0 && (field->flags & INTERNAL) == 0 &&
		    strcmp(field->member, member) == 0)
			return field;
	}
	return NULL;
}

/* A member "due_at" without its end, into out; false where it is another. */
static bool without_at(const char *member, char *out, size_t cap)
{
	size_t n = strlen(member);

	if (n < 4 || n - 3 >= cap || strcmp(member + n - 3, "_at") != 0)
		return false;
	memcpy(out, member, n - 3);
	out[n - 3] = '\0';
	return true;
}

/* The kinds of names, the one that is tried first before all others. */
enum kind { BY_MEMBER, BY_WIRE, BY_STEM, BY_TRANSLATION, BY_HEADING, BY_COUNT };

static bool is_called(const struct field *field, const char *name, enum kind kind)
{
	char stem[64];

	switch (kind) {
	case BY_MEMBER:
		return column_same(name, field->member);
	case BY_WIRE:
		return column_same(name, field->wire);
	case BY_STEM:
		return field->kind == FIELD_TIME && without_at(field->member, stem, sizeof stem) &&
		       column_same(name, stem);
	case BY_TRANSLATION:
		return field->heading[0] != '\0' && column_same(name, _(field->heading));
	case BY_HEADING:
		return field->heading[0] != '\0' && column_same(name, field->heading);
	case BY_COUNT:
		break;
	}
	return false;
}

const struct field *column_find(const struct record_type *type, const char *name, uint32_t flags)
{
	const struct field *field;
	int kind;
	size_t i;

	if (name[0] == '\0')
		return NULL;
	for (i = 0; i < COMMON_COUNT; i++) {
		if (!column_same(name, common[i].name))
			continue;
		field = field_of(type, common[i].member, flags);
		if (field != NULL)
			return field;
	}
	for (kind = 0; kind < BY_COUNT; kind++) {
		for (i = 0; i < type->count; i++) {
			field = &type->fields[i];
			if ((field->flags & flags) != 0 && (field->flags & INTERNAL) == 0 &&
			    is_called(field, name, (enum kind)kind))
				return field;
		}
	}
	return NULL;
}

const char *column_name(
    const struct record_type *type, const struct field *field, char *out, size_t cap)
{
	size_t i;

	for (i = 0; i < COMMON_COUNT; i++) {
		if (strcmp(field->member, common[i].member) == 0) {
			strlcpy(out, common[i].name, cap);
			return out;
		}
	}
	if (field->kind == FIELD_TIME && without_at(field->member, out, cap) &&
	    column_find(type, out, ~(uint32_t)0) == field)
		return out;
	/* seller is taken by the name column where there is one: the id is then called sellerId. */
	strlcpy(out,
	    column_find(type, field->member, ~(uint32_t)0) == field ? field->member : field->wire,
	    cap);
	return out;
}

void column_list(const struct record_type *type, uint32_t flags, char *out, size_t cap)
{
	char name[64];
	size_t length = 0, i;

	out[0] = '\0';
	for (i = 0; i < type->count; i++) {
		const struct field *field = &type->fields[i];
		size_t n;

		if ((field->flags & flags) == 0 || (field->flags & INTERNAL) != 0)
			continue;
		n = strlen(column_name(type, field, name, sizeof name));
		/* Room for ", ", the name, ", ..." and the end. */
		if (length + n + 8 > cap) {
			strlcat(out, length > 0 ? ", ..." : "...", cap);
			return;
		}
		if (length > 0)
			strlcat(out, ", ", cap);
		length = strlcat(out, name, cap);
	}
}
