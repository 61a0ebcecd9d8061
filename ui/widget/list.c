#include "ui/widget/list.h"

#include <bsd/string.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/widget/list_private.h"

#define NAME_LEAST 10         /* cells of a name that are left when there is little room */

/* --- what is held --- */

size_t list_count(const struct list *list)
{
	size_t i, n = 0;

	for (i = 0; i < list->n_pages; i++)
		n += list->pages[i]->count;
	return n;
}

struct page *list_page_of(const struct list *list, size_t index, size_t *row)
{
	size_t i;

	for (i = 0; i < list->n_pages; i++) {
		if (index < list->pages[i]->count) {
			*row = index;
			return list->pages[i];
		}
		index -= list->pages[i]->count;
	}
	return NULL;
}

const void *list_row(const struct list *list, size_t index)
{
	size_t row;
	struct page *page = list_page_of(list, index, &row);

	return page != NULL ? page->rows[row] : NULL;
}

const void *list_selected(const struct list *list)
{
	return list_row(list, list->selected);
}

const char *list_selected_id(const struct list *list)
{
	const void *record = list_selected(list);

	return record != NULL ? record_id(list->type, record) : "";
}

size_t list_visible(const struct list *list)
{
	return list->rows_visible > 0 ? list->rows_visible : 1;
}

/* The top so that the selected row is seen, and no room stays empty that held rows could fill. */
void list_show_selected(struct list *list)
{
	size_t n = list_count(list), rows = list_visible(list);

	if (list->selected >= n)
		list->selected = n > 0 ? n - 1 : 0;
	if (list->top > list->selected)
		list->top = list->selected;
	if (list->selected >= list->top + rows)
		list->top = list->selected - rows + 1;
	if (list->top + rows > n)
		list->top = n > rows ? n - rows : 0;
}

bool list_find_id(const struct list *list, const char *id, size_t *index)
{
	size_t i, n = list_count(list);

	for (i = 0; i < n; i++) {
		if (strcmp(record_id(list->type, list_row(list, i)), id) == 0) {
			*index = i;
			return true;
		}
	}
	return false;
}

void list_drop_pages(struct list *list)
{
	while (list->n_pages > 0)
		page_drop(list->pages[--list->n_pages]);
}

/* --- making --- */

void list_init(struct list *list, const struct record_type *type, const char *columns)
{
	char member[64];
	size_t n;

	memset(list, 0, sizeof *list);
	list->type = type;
	list->total = -1;
	list->rows_visible = ROWS_LEAST;
	list->budget_ms = BUDGET_FIRST;
	list->jump = WANT_FIRST;
	list->count_ms = COUNT_FIRST;
	buf_init(&list->cursor, 4096);
	buf_init(&list->resume, 4096);
	for (; *columns != '\0'; columns += n) {
		const struct field *field;

		columns += strspn(columns, " ");
		n = strcspn(columns, " ");
		if (n == 0 || n >= sizeof member)
			continue;
		memcpy(member, columns, n);
		member[n] = '\0';
		field = record_field(type, member);
		if (field != NULL)
			list_add_field(list, field);
	}
}

void list_add_field(struct list *list, const struct field *field)
{
	struct list_column *column;

	if (list->n_columns == LIST_COLUMNS_MAX)
		return;
	column = &list->columns[list->n_columns++];
	memset(column, 0, sizeof *column);
	strlcpy(column->heading, _(field->heading), sizeof column->heading);
	column->field = field;
	column->width = field->width;
	/* A number or an id that is cut is wrong; a name that is cut can still be told. */
	column->min = (field->flags & UNTRUSTED) != 0 && field->width > NAME_LEAST ? NAME_LEAST
										   : field->width;
	column->right = field->kind == FIELD_INT || field->kind == FIELD_MONEY;
}

void list_add_column(struct list *list, const char *heading, int width, int min,
    void (*text)(const void *record, const void *context, char *out, size_t cap))
{
	struct list_column *column;

	if (list->n_columns == LIST_COLUMNS_MAX)
		return;
	column = &list->columns[list->n_columns++];
	memset(column, 0, sizeof *column);
	strlcpy(column->heading, heading, sizeof column->heading);
	column->width = width;
	column->min = min;
	column->text = text;
}

void list_free(struct list *list)
{
	list_drop_pages(list);
	list_unmark_all(list);
	free(list->marked);
	list->marked = NULL;
	list->cap_marked = 0;
	buf_free(&list->cursor);
	buf_free(&list->resume);
}

void list_layout(struct list *list, int rows, int cols)
{
	(void)cols;
	list->rows_visible = rows > 0 ? (unsigned)rows : 1;
	list_show_selected(list);
}

/* --- keys --- */

static void go_to(struct list *list, size_t index)
{
	list->selected = index;
	list_show_selected(list);
	list->halted = false;
}

static void go_end(struct list *list, bool last)
{
	size_t n = list_count(list);

	if (last ? list->more_after : list->more_before) {
		list_ask_anew(list, last ? WANT_LAST : WANT_FIRST);
		return;
	}
	/* A jump to the other end that is under way is called off. */
	if (list->n_pages > 0 && !list->stale &&
	    (list->jump == WANT_LAST || list->jump == WANT_FIRST))
		list_ask_anew(list, WANT_NOTHING);
	go_to(list, last && n > 0 ? n - 1 : 0);
}

/* A page on: the line on the screen stays the same while there are rows. */
static void go_page(struct list *list, bool on)
{
	size_t n = list_count(list), rows = list_visible(list), step = rows > 1 ? rows - 1 : 1;

	if (on) {
		list->top = list->top + step + rows <= n ? list->top + step
			    : n > rows                   ? n - rows
							 : 0;
		go_to(list, list->selected + step < n ? list->selected + step : n > 0 ? n - 1 : 0);
	} else {
		list->top -= step < list->top ? step : list->top;
		go_to(list, list->selected > step ? list->selected - step : 0);
	}
}

static int char_of(const struct key *key)
{
	if (key->alt || key->ctrl)
		return 0;
	if (key->code == K_CHAR && key->cp < 0x7F)
		return (int)key->cp;
	return key->code == K_CTRL && (key->cp == 'f' || key->cp == 'b') ? (int)key->cp - 'a' + 1
									 : 0;
}

bool list_key(struct list *list, const struct key *key)
{
	int c = char_of(key);

	if (key->code == K_DOWN || c == 'j') {
		if (list->selected + 1 < list_count(list))
			go_to(list, list->selected + 1);
	} else if (key->code == K_UP || c == 'k') {
		if (list->selected > 0)
			go_to(list, list->selected - 1);
	} else if (key->code == K_PAGE_DOWN || c == 'f' - 'a' + 1) {
		go_page(list, true);
	} else if (key->code == K_PAGE_UP || c == 'b' - 'a' + 1) {
		go_page(list, false);
	} else if (key->code == K_HOME || c == 'g') {
		go_end(list, false);
	} else if (key->code == K_END || c == 'G') {
		go_end(list, true);
	} else {
		return false;
	}
	return true;
}

/* --- marks --- */

static bool find_mark(const struct list *list, const char *id, size_t *at)
{
	size_t i;

	for (i = 0; i < list->n_marked; i++) {
		if (strcmp(list->marked[i], id) == 0) {
			*at = i;
			return true;
		}
	}
	return false;
}

bool list_is_marked(const struct list *list, const char *id)
{
	size_t at;

	return find_mark(list, id, &at);
}

void list_mark(struct list *list, const char *id, bool on)
{
	size_t at;

	if (find_mark(list, id, &at)) {
		if (on)
			return;
		free(list->marked[at]);
		memmove(list->marked + at, list->marked + at + 1,
		    (--list->n_marked - at) * sizeof list->marked[0]);
		return;
	}
	if (!on)
		return;
	if (list->n_marked == list->cap_marked) {
		list->cap_marked = list->cap_marked > 0 ? list->cap_marked * 2 : 16;
		list->marked = mem_realloc(list->marked, list->cap_marked, sizeof list->marked[0]);
	}
	list->marked[list->n_marked++] = mem_strdup(id);
}

void list_unmark_all(struct list *list)
{
	while (list->n_marked > 0)
		free(list->marked[--list->n_marked]);
}
