/*
 * src/model/filter.h and query.h: any text is a filter whose terms are as the header says, or
 * refused in words; what it means does not change when its text is read again. Any text is a
 * position or none.
 */
#include "base/text.h"
#include "base/when.h"
#include "model/query.h"
#include "model/records.h"
#include "tests/fuzz/fuzz.h"

static void fill(struct supervision *row, int64_t now)
{
	row->id = "CS2211181819B4LVS-000001";
	row->order_id = "CS2211181819B4LVS";
	row->product_name = "Cloud Backup Pro 5.2 \xE6\x95\xB0\xE6\x8D\xAE\xE5\xBA\x93";
	row->buyer_name = "alice";
	row->seller_name = "Data Safe";
	row->stage = STAGE_ACCEPTANCE;
	row->turn = ROLE_BUYER;
	row->state = SUPERVISION_OPEN;
	row->stay_since = now - 6 * WHEN_DAY;
	row->due_at = now + WHEN_HOUR;
	row->amount = 28000000;
	row->placed_at = now - 30 * WHEN_DAY;
}

/* The promises of the table in filter.h that the SQL is built on. */
static void check_terms(const struct filter *filter, int depth)
{
	FUZZ_HOLDS(filter->count <= FILTER_TERMS_MAX && depth < 8);
	for (size_t i = 0; i < filter->count; i++) {
		const struct filter_term *term = &filter->terms[i];
		bool free_standing =
		    term->op == OP_WORD || term->op == OP_GROUP || term->op == OP_REGEX;

		FUZZ_HOLDS(free_standing == (term->field == NULL) && term->text != NULL);
		FUZZ_HOLDS((term->op == OP_GROUP) == (term->group != NULL));
		FUZZ_HOLDS((term->op == OP_WORD) == (term->run_count > 0));
		FUZZ_HOLDS(term->op != OP_REGEX || depth == 0);
		if (term->op == OP_GROUP)
			check_terms(term->group, depth + 1);
		if (term->field == NULL)
			continue;
		FUZZ_HOLDS((term->field->flags & (FILTER | KEY)) != 0);
		FUZZ_HOLDS((term->op == OP_IN) == (term->field->kind == FIELD_ENUM));
		FUZZ_HOLDS(term->op != OP_HAS ||
			   (term->field->kind == FIELD_TEXT && term->text[0] != '\0'));
		FUZZ_HOLDS(term->op != OP_RANGE ||
			   (term->field->kind == FIELD_TIME && term->number < term->upper));
		FUZZ_HOLDS(term->field->kind != FIELD_TIME || term->op == OP_LT ||
			   term->op == OP_GE || term->op == OP_RANGE ||
			   (term->op == OP_EQ && term->number == 0));
	}
}

static void check_filter(const char *text)
{
	const struct filter_context context = {
	    .role = ROLE_BUYER, .now = 1795329000000, .offset = WHEN_PLATFORM_OFFSET};
	const struct view view = {.now = context.now, .offset = context.offset};
	struct supervision *row;
	const struct filter *filter = NULL, *again = NULL;
	struct arena arena = {0};
	struct error err = {0};

	row = record_new(&supervision_record, &arena);
	fill(row, context.now);
	if (filter_parse(&supervision_record, text, &context, &arena, &filter, &err) == STATUS_OK) {
		check_terms(filter, 0);
		FUZZ_HOLDS(filter_parse(&supervision_record, filter->text, &context, &arena, &again,
			       &err) == STATUS_OK);
		FUZZ_HOLDS(filter->count == again->count);
		FUZZ_HOLDS(filter_matches(filter, row, &view) == filter_matches(again, row, &view));
	} else {
		FUZZ_HOLDS(
		    filter == NULL && err.status == STATUS_INVALID && err.message[0] != '\0');
		FUZZ_HOLDS(text_valid_utf8(err.message, strlen(err.message)));
	}
	arena_free(&arena);
}

static void check_cursor(const char *text)
{
	struct page *page = page_new(&supervision_record);
	const struct field *sort = NULL;
	const char *value = NULL, *id = NULL;
	struct supervision *row;
	struct buf out;
	bool down;

	buf_init(&out, 1u << 20);
	if (cursor_parse(&supervision_record, text, &sort, &down, &value, &id, &page->arena,
		NULL) == STATUS_OK) {
		FUZZ_HOLDS(id[0] != '\0' && (sort->flags & SORT) != 0);
		row = record_new(&supervision_record, &page->arena);
		row->id = id;
		if (sort->kind == FIELD_TEXT)
			record_set_text(sort, row, value);
		else
			record_set_int(sort, row, strtoll(value, NULL, 10));
		page->rows = (void *[]){row};
		page->sort = sort;
		page->descending = down;
		page_cursor(page, 0, &out);
		value = NULL;
		FUZZ_HOLDS(cursor_parse(&supervision_record, buf_text(&out), &sort, &down, &value,
			       &id, &page->arena, NULL) == STATUS_OK);
		FUZZ_HOLDS(sort == page->sort && down == page->descending);
		FUZZ_HOLDS(strcmp(id, row->id) == 0);
	}
	buf_free(&out);
	page_drop(page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *s = fuzz_string(data, n);

	check_filter(s);
	check_cursor(s);
	free(s);
	return 0;
}
