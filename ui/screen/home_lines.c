/* The sections of home: what is asked for each role, and the lines that are made of the answers. */
#include "ui/screen/home.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/when.h"

#define COUNT_MS 400         /* what a count may take before it is not told */
#define FIRST_VISIT (7 * WHEN_DAY)
#define DUE_SOON (3 * WHEN_DAY)

/* ---- what is asked --------------------------------------------------------------------------- */

static void changed_filter(const struct place *place, char *out, size_t cap)
{
	int64_t since = app_last_visit(place->app);
	char iso[WHEN_TEXT];

	if (since == 0)
		since = app_now(place->app) - FIRST_VISIT;
	when_iso(since, iso);
	snprintf(out, cap, "changed_at>%s !changed_by=\"%s\"", iso, app_actor(place->app)->user);
}

static void source_set(struct source *source, int section, const struct record_type *type,
    const char *filter, const char *sort, unsigned limit)
{
	source->section = section;
	source->type = type;
	strlcpy(source->filter, filter, sizeof(source->filter));
	source->sort = sort;
	source->limit = limit;
	source->total = -1;
}

/* What a refund request waits for is not said by whose turn its supervision is: that is frozen. */
static void set_refunds(struct source *source, enum role role)
{
	if (role == ROLE_SELLER)
		source_set(source, SECTION_MINE, &refund_record, "is:waiting", "requested_at", 10);
	else if (role == ROLE_BUYER)
		source_set(
		    source, SECTION_MINE, &refund_record, "state:returning", "requested_at", 10);
}

static void set_marked(const struct place *place, struct source *sources)
{
	enum role role = app_actor(place->app)->role;
	/* Who sees the appeals themselves sees there what they froze. */
	bool appeals = role == ROLE_OPERATOR || role == ROLE_REVIEWER;
	char iso[WHEN_TEXT], filter[160];

	when_iso(app_now(place->app) + DUE_SOON, iso);
	snprintf(filter, sizeof(filter), "state:open freezes=0 !is:mine due_at<%s", iso);
	source_set(&sources[0], SECTION_MARKED, &supervision_record, filter, "due_at", 5);
	source_set(&sources[1], SECTION_MARKED, &supervision_record,
	    appeals ? "is:rejected-by-buyer state:open freezes=0 !is:mine"
		    : "is:rejected-by-buyer state:open !is:mine",
	    "stay_since", 5);
	source_set(&sources[2], SECTION_MARKED, &supervision_record,
	    appeals ? "is:rejected-by-seller state:open freezes=0 !is:mine"
		    : "is:rejected-by-seller state:open !is:mine",
	    "stay_since", 5);
}

/*
 * Open appeals wait for the operations manager; the reviewer sees how long theirs will still be
 * frozen.
 */
void home_begin(struct place *place)
{
	struct source *s = home_state(place)->sources;
	enum role role = app_actor(place->app)->role;
	unsigned room;
	char changed[160];
	int rows, cols;

	app_body(place->app, &rows, &cols);
	room = rows >= 40 ? 20 : 10;
	changed_filter(place, changed, sizeof(changed));
	if (role == ROLE_OPERATOR || role == ROLE_REVIEWER)
		source_set(&s[0], role == ROLE_OPERATOR ? SECTION_MINE : SECTION_OTHERS,
		    &appeal_record, "is:open", "due_at", 20);
	else if (role == ROLE_BUYER)
		source_set(&s[0], SECTION_MARKED, &instance_record, "is:ending", "expires_at", 5);
	else if (role == ROLE_SELLER)
		source_set(&s[0], SECTION_CHANGED, &instance_record, changed, "-changed_at", 5);
	source_set(&s[SOURCE_MINE], SECTION_MINE, &supervision_record, "is:mine", "stay_since", 20);
	/* What an appeal froze is told by the appeal where appeals are listed. */
	source_set(&s[2], SECTION_OTHERS, &supervision_record,
	    s[0].type == &appeal_record ? "state:open freezes=0 !is:mine"
	    : role == ROLE_SELLER
		? "state:open !is:mine !refund_state:pending,return-check"
		: "state:open !is:mine !refund_state:returning",
	    "stay_since", room);
	source_set(&s[3], SECTION_CHANGED, &supervision_record, changed, "-changed_at", room);
	set_refunds(&s[SOURCE_REFUNDS], role);
	set_marked(place, &s[5]);
}

void home_ask(struct place *place)
{
	struct home *home = home_state(place);
	struct query query;
	int i;

	for (i = 0; i < SOURCES; i++) {
		const struct source *s = &home->sources[i];

		if (s->type == NULL)
			continue;
		query = (struct query){
			.type = s->type, .filter = s->filter, .sort = s->sort, .limit = s->limit
		};
		place_list(place, i, &query);
	}
	for (i = 0; i < SOURCES; i++) {
		const struct source *s = &home->sources[i];

		if (s->type == NULL)
			continue;
		query = (struct query){ .type = s->type, .filter = s->filter, .count = true,
			.budget_ms = COUNT_MS };
		place_list(place, COUNT_TAG + i, &query);
	}
}

/* ---- lines ----------------------------------------------------------------------------------- */

bool home_can_choose(const struct line *line)
{
	return line->kind == LINE_ROW || line->kind == LINE_MORE;
}

static void line_add(
    struct home *home, enum line_kind kind, int section, struct source *source, size_t row)
{
	if (home->count < LINES_MAX)
		home->lines[home->count++] = (struct line){ kind, section, source, row };
}

const char *home_line_id(const struct line *line)
{
	if (line->kind == LINE_ROW)
		return record_id(line->source->type, line->source->page->rows[line->row]);
	return line->kind == LINE_MORE ? line->source->filter : "";
}

/* What waits since when; an appeal's order is that of its deadline. */
static int64_t row_since(const struct source *source, size_t row)
{
	const void *record = source->page->rows[row];

	return source->type == &refund_record ?
	    ((const struct refund *)record)->requested_at :
	    ((const struct supervision *)record)->stay_since;
}

static size_t row_count(const struct source *source)
{
	return source->page != NULL ? source->page->count : 0;
}

/* Supervisions and refund requests that wait for the same person are one list. */
static void merge_lines(struct home *home, int section, struct source *a, struct source *b)
{
	size_t i = 0, j = 0;

	while (i < row_count(a) || j < row_count(b)) {
		bool first = j == row_count(b) ||
		    (i < row_count(a) && row_since(a, i) <= row_since(b, j));

		line_add(home, LINE_ROW, section, first ? a : b, first ? i : j);
		i += first;
		j += !first;
	}
}

static bool section_lines(struct home *home, int section)
{
	bool loading = false, some = false;
	struct source *merged = section == SECTION_MINE ? &home->sources[SOURCE_REFUNDS] : NULL;
	size_t row;
	int i;

	if (merged != NULL && merged->type != NULL)
		merge_lines(home, section, &home->sources[SOURCE_MINE], merged);
	else
		merged = NULL;
	for (i = 0; i < SOURCES; i++) {
		struct source *s = &home->sources[i];

		if (s->type == NULL || s->section != section)
			continue;
		loading = loading || (s->page == NULL && s->failed[0] == '\0');
		if (s->failed[0] != '\0')
			line_add(home, LINE_FAILED, section, s, 0);
		for (row = 0; merged == NULL && row < row_count(s); row++)
			line_add(home, LINE_ROW, section, s, row);
		some = some || s->failed[0] != '\0' || (s->page != NULL && s->page->count > 0);
		if (s->page != NULL && s->page->more_after)
			line_add(home, LINE_MORE, section, s, 0);
	}
	return some || loading;
}

static bool section_some(const struct home *home, int section)
{
	int i;

	for (i = 0; i < SOURCES; i++)
		if (home->sources[i].section == section && home->sources[i].page != NULL &&
		    home->sources[i].page->count > 0)
			return true;
	return false;
}

/* The line of the chosen id, in its own section or in any; count where there is none. */
static int find_chosen(const struct home *home, bool anywhere)
{
	int i;

	for (i = 0; i < home->count; i++)
		if (home_can_choose(&home->lines[i]) && home->id[0] != '\0' &&
		    (anywhere || home->lines[i].section == home->section) &&
		    strcmp(home_line_id(&home->lines[i]), home->id) == 0)
			break;
	return i;
}

/* What stands in its place now, or the section's last line. */
static int find_place(const struct home *home)
{
	int i, n = 0, last = home->count;

	for (i = 0; i < home->count && home->id[0] != '\0' && n <= home->ordinal; i++)
		if (home_can_choose(&home->lines[i]) && home->lines[i].section == home->section) {
			last = i;
			n++;
		}
	return last;
}

/* Whoever has dealt with a record goes on with the next, and does not follow it down the page. */
static void keep_choice(struct home *home)
{
	int i = find_chosen(home, false);

	if (i == home->count)
		i = find_place(home);
	if (i == home->count)
		i = find_chosen(home, true);
	if (i == home->count)
		for (i = 0; i < home->count && !home_can_choose(&home->lines[i]); i++)
			;
	home->here = i < home->count ? i : 0;
}

void home_build(struct home *home)
{
	int section;

	home->count = 0;
	for (section = 0; section < SECTIONS; section++) {
		/* What comes up by itself needs no room where nothing does. */
		if (section == SECTION_MARKED && !section_some(home, section))
			continue;
		if (section > 0)
			line_add(home, LINE_BLANK, section, NULL, 0);
		line_add(home, LINE_HEAD, section, NULL, 0);
		if (!section_lines(home, section))
			line_add(home, LINE_NONE, section, NULL, 0);
	}
	keep_choice(home);
}

/* The chosen line is seen, and what stands above the first one too. */
void home_scroll(struct home *home)
{
	int i;

	if (home->here < home->top)
		home->top = home->here;
	if (home->rows > 0 && home->here >= home->top + home->rows)
		home->top = home->here - home->rows + 1;
	for (i = home->here; i > 0 && !home_can_choose(&home->lines[i - 1]); i--)
		;
	if (i < home->top && home->here - i < home->rows)
		home->top = i;
	if (home->top > home->count - home->rows)
		home->top = home->count - home->rows;
	if (home->top < 0)
		home->top = 0;
}

void home_choose(struct home *home, int at)
{
	int i;

	home->here = at;
	strlcpy(home->id, home_line_id(&home->lines[at]), sizeof(home->id));
	home->section = home->lines[at].section;
	home->ordinal = 0;
	for (i = 0; i < at; i++)
		home->ordinal +=
		    home_can_choose(&home->lines[i]) && home->lines[i].section == home->section;
	home_scroll(home);
}
