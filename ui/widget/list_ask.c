#include "ui/widget/list_private.h"

#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"

/* --- dropping what is far away --- */

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
	size_t rows = list_visible(list), n = list_count(list);

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

/* --- asking --- */

static void keep_selected(struct list *list)
{
	strlcpy(list->keep, list_selected_id(list), sizeof list->keep);
	list->keep_row = list->selected - list->top;
}

/* Whatever is under way answers an older question now. */
void list_ask_anew(struct list *list, enum want jump)
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
	list_ask_anew(list, list->n_pages > 0 ? WANT_ASKED : WANT_FIRST);
}

void list_refresh(struct list *list)
{
	/* A jump that has not been answered reads all that is shown anyway. */
	list_ask_anew(list, list->jump != WANT_NOTHING ? (enum want)list->jump : WANT_WINDOW);
	list->counted = false;
}

static unsigned page_rows(const struct list *list)
{
	unsigned rows = list->rows_visible > ROWS_LEAST ? list->rows_visible : ROWS_LEAST;

	return rows < QUERY_LIMIT_MAX / 3 ? rows : QUERY_LIMIT_MAX / 3;
}

static enum want next_want(const struct list *list)
{
	size_t n = list_count(list), rows = list_visible(list);

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
	struct page *page = list_page_of(list, index, &row);

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

	if (list->keep[0] != '\0' && list_find_id(list, list->keep, &index)) {
		list->selected = index;
		/* As far below the top as before, where the rows above allow it. */
		list->top =
		    index > list->keep_row && list->more_before ? index - list->keep_row : 0;
	} else {
		list->top = 0;
		list->selected = nearest ? list->keep_row : 0;
	}
	list_show_selected(list);
}

static void replace(struct list *list, struct page *page, enum want want)
{
	keep_selected(list);
	list_drop_pages(list);
	list->pages[list->n_pages++] = page;
	list->stale = false;
	list->jump = WANT_NOTHING;
	list->more_before =
	    want == WANT_WINDOW || (want == WANT_LAST && (page->more_before || page->partial));
	list->more_after = want != WANT_LAST && (page->more_after || page->partial);
	if (want == WANT_LAST) {
		list->selected = page->count > 0 ? page->count - 1 : 0;
		list->top = 0;
		list_show_selected(list);
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
	list_show_selected(list);
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
