#include "ui/widget/list.h"

#include <bsd/string.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

#define BUDGET_FIRST 50u      /* ms: a slow search answers that often with what it has */
#define BUDGET_GOING 250u     /* once it has told that it searches */
#define BUDGET_MOST 3200u
#define COUNT_FIRST 150u      /* ms: a count that takes longer is tried once more, */
#define COUNT_MOST 1000u      /* with so much, and then it is not known */
#define NAME_LEAST 10         /* cells of a name that are left when there is little room */
#define ROWS_LEAST 10u        /* asked for where the screen shows fewer */

/* What a question is for. */
enum want {
	WANT_NOTHING,
	/* these replace what is held */
	WANT_FIRST,  /* the start, and the first row */
	WANT_LAST,   /* the end, and the last row */
	WANT_ASKED,  /* the start of another question, and the row that was selected if it is there
		      */
	WANT_WINDOW, /* what is shown, again */
	WANT_TOP,    /* the same, where the start is shown */
	/* these do not */
	WANT_AFTER,
	WANT_BEFORE,
	WANT_COUNT
};

/* --- what is held --- */

size_t list_count(const struct list *list)
{
	size_t i, n = 0;

	for (i = 0; i < list->n_pages; i++)
		n += list->pages[i]->count;
	return n;
}

static struct page *page_of(const struct list *list, size_t index, size_t *row)
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
	struct page *page = page_of(list, index, &row);

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

static size_t visible(const struct list *list)
{
	return list->rows_visible > 0 ? list->rows_visible : 1;
}

/* The top so that the selected row is seen, and no room stays empty that held rows could fill. */
static void show_selected(struct list *list)
{
	size_t n = list_count(list), rows = visible(list);

	if (list->selected >= n)
		list->selected = n > 0 ? n - 1 : 0;
	if (list->top > list->selected)
		list->top = list->selected;
	if (list->selected >= list->top + rows)
		list->top = list->selected - rows + 1;
	if (list->top + rows > n)
		list->top = n > rows ? n - rows : 0;
}

static bool find_id(const struct list *list, const char *id, size_t *index)
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

bool list_select(struct list *list, const char *id)
{
	size_t index;

	if (!find_id(list, id, &index))
		return false;
	list->selected = index;
	show_selected(list);
	return true;
}

static void drop_pages(struct list *list)
{
	while (list->n_pages > 0)
		page_drop(list->pages[--list->n_pages]);
}

static void drop_first(struct list *list)
{
	size_t n = list->pages[0]->count;

	page_drop(list->pages[0]);
	memmove(list->pages, list->pages + 1, --list->n_pages * sizeof list->pages[0]);
	list->top -= n < list->top ? n : list->top;
	list->selected -= n < list->selected ? n : list->selected;
	list->more_before = true;
}

static void resume_forget(struct list *list, enum want want)
{
	if (want == WANT_NOTHING || list->resume_for == (int)want) {
		buf_clear(&list->resume);
		list->resume_for = WANT_NOTHING;
		list->scanned = 0;
	}
}

/* One page of look-ahead on each side is kept; what is farther away goes. */
static void drop_far(struct list *list)
{
	size_t rows = visible(list), n = list_count(list);

	while (list->n_pages > 1 && list->pages[0]->count + 2 * rows <= list->top) {
		resume_forget(list, WANT_BEFORE);
		drop_first(list);
	}
	n = list_count(list);
	while (list->n_pages > 1 &&
	       list->top + 3 * rows + list->pages[list->n_pages - 1]->count <= n) {
		n -= list->pages[list->n_pages - 1]->count;
		resume_forget(list, WANT_AFTER);
		page_drop(list->pages[--list->n_pages]);
		list->more_after = true;
	}
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
	drop_pages(list);
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
	show_selected(list);
}

/* --- asking --- */

static void keep_selected(struct list *list)
{
	strlcpy(list->keep, list_selected_id(list), sizeof list->keep);
	list->keep_row = list->selected - list->top;
}

/* Whatever is under way answers an older question now. */
static void ask_anew(struct list *list, enum want jump)
{
	list->jump = (int)jump;
	list->wanted = WANT_NOTHING;
	list->loading = false;
	list->halted = false;
	list->budget_ms = BUDGET_FIRST;
	resume_forget(list, WANT_NOTHING);
}

void list_ask(struct list *list, const char *filter, const char *sort)
{
	strlcpy(list->filter, filter != NULL ? filter : "", sizeof list->filter);
	strlcpy(list->sort, sort != NULL ? sort : "", sizeof list->sort);
	list->stale = list->n_pages > 0;
	list->total = -1;
	list->counted = false;
	list->count_ms = COUNT_FIRST;
	ask_anew(list, list->n_pages > 0 ? WANT_ASKED : WANT_FIRST);
}

void list_refresh(struct list *list)
{
	/* A jump that has not been answered reads all that is shown anyway. */
	ask_anew(list, list->jump != WANT_NOTHING ? (enum want)list->jump : WANT_WINDOW);
	list->counted = false;
}

static unsigned page_rows(const struct list *list)
{
	unsigned rows = list->rows_visible > ROWS_LEAST ? list->rows_visible : ROWS_LEAST;

	return rows < QUERY_LIMIT_MAX / 3 ? rows : QUERY_LIMIT_MAX / 3;
}

static enum want next_want(const struct list *list)
{
	size_t n = list_count(list), rows = visible(list);

	if (list->jump != WANT_NOTHING)
		return (enum want)list->jump;
	if (list->more_after && list->top + 2 * rows > n)
		return WANT_AFTER;
	if (list->more_before && list->top < rows)
		return WANT_BEFORE;
	return list->counted ? WANT_NOTHING : WANT_COUNT;
}

static const char *cursor_of(struct list *list, size_t index)
{
	size_t row;
	struct page *page = page_of(list, index, &row);

	if (page == NULL)
		return NULL;
	buf_clear(&list->cursor);
	page_cursor(page, row, &list->cursor);
	return buf_text(&list->cursor);
}

bool list_wants(struct list *list, struct query *query)
{
	enum want want;

	if (list->loading || list->halted)
		return false;
	/*
	 * The shown rows are read again from behind the row above them. Where that one is not held
	 * it is needed first; where there is none they are read from the start.
	 */
	want = next_want(list);
	if (want == WANT_WINDOW && list->top == 0)
		want = list->more_before ? WANT_BEFORE : WANT_TOP;
	if (want == WANT_NOTHING)
		return false;
	memset(query, 0, sizeof *query);
	query->type = list->type;
	query->filter = list->filter[0] != '\0' ? list->filter : NULL;
	query->sort = list->sort[0] != '\0' ? list->sort : NULL;
	query->limit = page_rows(list);
	query->budget_ms = list->budget_ms;
	switch (want) {
	case WANT_WINDOW:
		query->limit *= 3;
		query->cursor = cursor_of(list, list->top - 1);
		break;
	case WANT_TOP:
		query->limit *= 2;
		break;
	case WANT_AFTER:
		query->cursor = cursor_of(list, list_count(list) - 1);
		break;
	case WANT_BEFORE:
		query->backwards = true;
		query->cursor = cursor_of(list, 0);
		break;
	case WANT_LAST:
		query->backwards = true;
		query->limit *= 2;
		break;
	case WANT_COUNT:
		query->limit = 0;
		query->count = true;
		query->budget_ms = list->count_ms;
		break;
	default:
		break;
	}
	if (list->resume_for == (int)want && list->resume.len > 0)
		query->cursor = buf_text(&list->resume);
	list->wanted = (int)want;
	list->question++;
	list->loading = true;
	return true;
}

/* --- taking --- */

/* Selects what was selected before the rows were replaced, or what stands in its place now. */
static void restore_selected(struct list *list, bool nearest)
{
	size_t index;

	if (list->keep[0] != '\0' && find_id(list, list->keep, &index)) {
		list->selected = index;
		/* As far below the top as before, where the rows above allow it. */
		list->top =
		    index > list->keep_row && list->more_before ? index - list->keep_row : 0;
	} else {
		list->top = 0;
		list->selected = nearest ? list->keep_row : 0;
	}
	show_selected(list);
}

static void replace(struct list *list, struct page *page, enum want want)
{
	keep_selected(list);
	drop_pages(list);
	list->pages[list->n_pages++] = page;
	list->stale = false;
	list->jump = WANT_NOTHING;
	list->more_before =
	    want == WANT_WINDOW || (want == WANT_LAST && (page->more_before || page->partial));
	list->more_after = want != WANT_LAST && (page->more_after || page->partial);
	if (want == WANT_LAST) {
		list->selected = page->count > 0 ? page->count - 1 : 0;
		list->top = 0;
		show_selected(list);
		return;
	}
	if (want == WANT_FIRST)
		list->keep[0] = '\0';
	restore_selected(list, want == WANT_WINDOW || want == WANT_TOP);
}

/* Two neighbours become one page: small pages must not fill the table before the screen is full. */
static struct page *join(const struct list *list, const struct page *a, const struct page *b)
{
	struct page *page = page_new(list->type);
	size_t i;

	page->sort = a->sort;
	page->descending = a->descending;
	page->total = -1;
	page->at = a->at;
	page->count = a->count + b->count;
	page->rows = arena_alloc(&page->arena, page->count * sizeof page->rows[0]);
	for (i = 0; i < page->count; i++)
		page->rows[i] = record_copy(list->type,
		    i < a->count ? a->rows[i] : b->rows[i - a->count], &page->arena);
	return page;
}

static void make_room(struct list *list)
{
	size_t i, best = 0, least = SIZE_MAX;
	struct page *page;

	if (list->n_pages < LIST_PAGES_MAX)
		return;
	for (i = 0; i + 1 < list->n_pages; i++) {
		if (list->pages[i]->count + list->pages[i + 1]->count < least) {
			least = list->pages[i]->count + list->pages[i + 1]->count;
			best = i;
		}
	}
	page = join(list, list->pages[best], list->pages[best + 1]);
	page_drop(list->pages[best]);
	page_drop(list->pages[best + 1]);
	list->pages[best] = page;
	list->n_pages--;
	memmove(list->pages + best + 1, list->pages + best + 2,
	    (list->n_pages - best - 1) * sizeof list->pages[0]);
}

static void append(struct list *list, struct page *page)
{
	make_room(list);
	list->pages[list->n_pages++] = page;
	drop_far(list);
}

static void prepend(struct list *list, struct page *page)
{
	bool empty = list_count(list) == 0;

	make_room(list);
	memmove(list->pages + 1, list->pages, list->n_pages * sizeof list->pages[0]);
	list->pages[0] = page;
	list->n_pages++;
	if (!empty) {
		list->top += page->count;
		list->selected += page->count;
	}
	drop_far(list);
	show_selected(list);
}

/* The answer to a question for more rows at one end. */
static void extend(struct list *list, struct page *page, enum want want)
{
	if (want == WANT_AFTER)
		list->more_after = page->more_after || page->partial;
	else
		list->more_before = page->more_before || page->partial;
	if (page->count == 0)
		page_drop(page);
	else if (want == WANT_AFTER)
		append(list, page);
	else
		prepend(list, page);
}

/*
 * Where a search that ran out of time goes on: the next question of the same kind, or, where it has
 * found rows, for those beyond them. False where it got no further.
 */
static bool note_resume(struct list *list, const struct page *page, enum want want)
{
	bool back = want == WANT_LAST || want == WANT_BEFORE;
	enum want next = page->count == 0 ? want : back ? WANT_BEFORE : WANT_AFTER;
	const char *at = page->resume != NULL ? page->resume : "";

	if (!page->partial || at[0] == '\0' ||
	    (list->resume_for == (int)next && strcmp(at, buf_text(&list->resume)) == 0)) {
		if (!page->partial)
			resume_forget(list, want);
		return false;
	}
	buf_clear(&list->resume);
	buf_puts(&list->resume, at);
	list->resume_for = (int)next;
	list->scanned += page->scanned;
	return true;
}

static void take_page(struct list *list, struct page *page, enum want want)
{
	bool further = note_resume(list, page, want);

	/* A search that got nowhere in its time gets more of it. */
	if (page->partial && page->count == 0 && further)
		list->budget_ms = BUDGET_GOING;
	else if (page->partial && page->count == 0 && list->budget_ms > 0)
		list->budget_ms = list->budget_ms < BUDGET_MOST ? list->budget_ms * 2 : 0;
	else if (page->count > 0)
		list->budget_ms = BUDGET_FIRST;
	if (want == WANT_AFTER || want == WANT_BEFORE) {
		extend(list, page, want);
	} else if (page->partial && page->count == 0) {
		page_drop(page);   /* the same question again, with more time */
	} else if (want == WANT_WINDOW && page->count == 0) {
		list->jump = WANT_LAST;   /* all that stood here is gone */
		page_drop(page);
	} else {
		replace(list, page, want);
	}
}

/* A total is good to have; without one the list works as well. */
static void take_count(struct list *list, struct page *page)
{
	list->counted = page == NULL || page->total >= 0 || list->count_ms >= COUNT_MOST;
	list->count_ms = list->counted ? COUNT_FIRST : COUNT_MOST;
	if (page != NULL)
		list->total = page->total;
	page_drop(page);
}

void list_take(struct list *list, struct page *page, const struct error *err)
{
	enum want want = (enum want)list->wanted;

	if (want == WANT_NOTHING || !list->loading) {
		page_drop(page);
		return;
	}
	list->wanted = WANT_NOTHING;
	list->loading = false;
	if (want == WANT_COUNT) {
		take_count(list, page);
		return;
	}
	if (page == NULL) {
		list->halted = true;
		strlcpy(list->failed,
		    err != NULL && err->message[0] != '\0' ? err->message
							   : _("It could not be read."),
		    sizeof list->failed);
		return;
	}
	list->failed[0] = '\0';
	take_page(list, page, want);
}

/* --- keys --- */

static void go_to(struct list *list, size_t index)
{
	list->selected = index;
	show_selected(list);
	list->halted = false;
}

static void go_end(struct list *list, bool last)
{
	size_t n = list_count(list);

	if (last ? list->more_after : list->more_before) {
		ask_anew(list, last ? WANT_LAST : WANT_FIRST);
		return;
	}
	/* A jump to the other end that is under way is called off. */
	if (list->n_pages > 0 && !list->stale &&
	    (list->jump == WANT_LAST || list->jump == WANT_FIRST))
		ask_anew(list, WANT_NOTHING);
	go_to(list, last && n > 0 ? n - 1 : 0);
}

/* A page on: the line on the screen stays the same while there are rows. */
static void go_page(struct list *list, bool on)
{
	size_t n = list_count(list), rows = visible(list), step = rows > 1 ? rows - 1 : 1;

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
