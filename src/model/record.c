#include "model/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <bsd/stdlib.h>
#include <bsd/string.h>

#include "base/text.h"
#include "base/when.h"
#include "model/money.h"

static const void *place(const struct field *field, const void *record)
{
	return (const char *)record + field->offset;
}

void *record_new(const struct record_type *type, struct arena *arena)
{
	void *record = arena_alloc(arena, type->size);

	for (size_t i = 0; i < type->count; i++) {
		if (type->fields[i].kind == FIELD_TEXT)
			record_set_text(&type->fields[i], record, "");
	}
	return record;
}

void *record_copy(const struct record_type *type, const void *record, struct arena *arena)
{
	void *copy = arena_alloc(arena, type->size);

	memcpy(copy, record, type->size);
	for (size_t i = 0; i < type->count; i++) {
		const struct field *field = &type->fields[i];

		if (field->kind == FIELD_TEXT)
			record_set_text(
			    field, copy, arena_strdup(arena, record_text(field, record)));
	}
	return copy;
}

const char *record_id(const struct record_type *type, const void *record)
{
	return record_text(record_key(type), record);
}

const char *record_text(const struct field *field, const void *record)
{
	const char *const *text = place(field, record);

	return *text;
}

int64_t record_int(const struct field *field, const void *record)
{
	const int64_t *value = place(field, record);

	return *value;
}

void record_set_text(const struct field *field, void *record, const char *text)
{
	*(const char **)(void *)((char *)record + field->offset) = text;
}

void record_set_int(const struct field *field, void *record, int64_t value)
{
	*(int64_t *)(void *)((char *)record + field->offset) = value;
}

void record_wire(const struct field *field, const void *record, struct buf *out)
{
	char money[MONEY_TEXT], when[WHEN_TEXT];

	switch (field->kind) {
	case FIELD_TEXT:
		buf_puts(out, record_text(field, record));
		break;
	case FIELD_INT:
		buf_printf(out, "%" PRId64, record_int(field, record));
		break;
	case FIELD_BOOL:
		buf_puts(out, record_int(field, record) ? "true" : "false");
		break;
	case FIELD_MONEY:
		money_wire(record_int(field, record), money);
		buf_puts(out, money);
		break;
	case FIELD_TIME:
		when_iso(record_int(field, record), when);
		buf_puts(out, when);
		break;
	case FIELD_ENUM:
		buf_puts(out, names_word(field->names, record_int(field, record)));
		break;
	}
}

/* Fills err for a value that is none of the field's kind. */
static enum status refuse(const struct field *field, const char *text, struct error *err)
{
	char list[256];

	switch (field->kind) {
	case FIELD_TEXT:
		error_set(err, STATUS_INVALID, _("expected text in UTF-8"));
		break;
	case FIELD_INT:
		error_set(err, STATUS_INVALID, _("expected a whole number"));
		break;
	case FIELD_BOOL:
		error_set(err, STATUS_INVALID, _("expected true or false"));
		break;
	case FIELD_MONEY:
		error_set(err, STATUS_INVALID,
		    _("expected an amount such as 28000.00, with at most three decimals"));
		break;
	case FIELD_TIME:
		error_set(err, STATUS_INVALID, _("expected a time such as 2026-11-22T06:30:00Z"));
		break;
	case FIELD_ENUM:
		names_list(field->names, list, sizeof(list));
		error_set(err, STATUS_INVALID, _("expected %s: %s"), _(field->names->what), list);
		break;
	}
	error_field(err, field->wire);
	error_detail(err, "%.200s", text);
	return STATUS_INVALID;
}

/* The number that a text in machines' form stands for; not for FIELD_TEXT. */
static bool parse_number(const struct field *field, const char *text, int64_t *out)
{
	const char *wrong = NULL;

	switch (field->kind) {
	case FIELD_INT:
		if (text[0] != '-' && (text[0] < '0' || text[0] > '9'))
			return false;
		*out = strtonum(text, INT64_MIN, INT64_MAX, &wrong);
		return wrong == NULL;
	case FIELD_BOOL:
		*out = strcmp(text, "true") == 0;
		return *out != 0 || strcmp(text, "false") == 0;
	case FIELD_MONEY:
		return money_parse(text, out);
	case FIELD_TIME:
		*out = 0;
		return text[0] == '\0' || when_parse_iso(text, out);
	case FIELD_ENUM:
		*out = names_value(field->names, text);
		return *out >= 0;
	case FIELD_TEXT:
		break;
	}
	return false;
}

enum status record_set_wire(const struct field *field, void *record, const char *text,
    struct arena *arena, struct error *err)
{
	int64_t value;

	if (field->kind == FIELD_TEXT) {
		if (!text_valid_utf8(text, strlen(text)))
			return refuse(field, "", err);
		record_set_text(field, record, arena_strdup(arena, text));
		return STATUS_OK;
	}
	if (!parse_number(field, text, &value))
		return refuse(field, text_valid_utf8(text, strlen(text)) ? text : "", err);
	record_set_int(field, record, value);
	return STATUS_OK;
}

static void show_money(
    const struct record_type *type, int64_t amount, const void *record, char *out, size_t cap)
{
	const struct field *field = record_field(type, "currency");
	char currency[16] = "", text[MONEY_TEXT];

	if (field != NULL && field->kind == FIELD_TEXT)
		text_clean(currency, sizeof(currency), record_text(field, record));
	money_text(amount, currency, text);
	strlcpy(out, text, cap);
}

static void show_time(const struct field *field, int64_t at, const struct view *view, char *out,
    size_t cap)
{
	char text[WHEN_TEXT] = "";

	if (at == 0)
		text[0] = '\0';
	else if (field->flags & SHOW_LEFT)
		when_span(at - view->now, text);
	else if (field->flags & SHOW_AGE)
		when_span(view->now - at, text);
	else
		when_text(at, view->offset, text);
	strlcpy(out, text, cap);
}

void record_show(const struct record_type *type, const struct field *field, const void *record,
    const struct view *view, char *out, size_t cap)
{
	if (cap == 0)
		return;
	if (field->flags & SECRET) {
		/* How long it is says something too. */
		strlcpy(out, record_text(field, record)[0] == '\0' ? "" : "********", cap);
		return;
	}
	switch (field->kind) {
	case FIELD_TEXT:
		text_clean(out, cap, record_text(field, record));
		break;
	case FIELD_INT:
		snprintf(out, cap, "%" PRId64, record_int(field, record));
		break;
	case FIELD_BOOL:
		strlcpy(out, record_int(field, record) ? _("yes") : _("no"), cap);
		break;
	case FIELD_MONEY:
		show_money(type, record_int(field, record), record, out, cap);
		break;
	case FIELD_TIME:
		show_time(field, record_int(field, record), view, out, cap);
		break;
	case FIELD_ENUM:
		strlcpy(out, names_label(field->names, record_int(field, record)), cap);
		break;
	}
}

static void put_field(const struct field *field, const void *record, struct json_writer *w)
{
	char text[MONEY_TEXT > WHEN_TEXT ? MONEY_TEXT : WHEN_TEXT];

	switch (field->kind) {
	case FIELD_TEXT:
		json_put_text(w, field->wire, record_text(field, record));
		break;
	case FIELD_INT:
		json_put_int(w, field->wire, record_int(field, record));
		break;
	case FIELD_BOOL:
		json_put_bool(w, field->wire, record_int(field, record) != 0);
		break;
	case FIELD_MONEY:
		money_wire(record_int(field, record), text);
		json_put_text(w, field->wire, text);
		break;
	case FIELD_TIME:
		if (record_int(field, record) == 0) {
			json_put_null(w, field->wire);
			break;
		}
		when_iso(record_int(field, record), text);
		json_put_text(w, field->wire, text);
		break;
	case FIELD_ENUM:
		json_put_text(w, field->wire, names_word(field->names, record_int(field, record)));
		break;
	}
}

void record_json(
    const struct record_type *type, const void *record, struct json_writer *w, const char *name)
{
	json_open_object(w, name);
	for (size_t i = 0; i < type->count; i++) {
		if (!(type->fields[i].flags & INTERNAL))
			put_field(&type->fields[i], record, w);
	}
	json_close_object(w);
}
