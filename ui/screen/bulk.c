/*
 * One action for all marked records: one question with the list of them, then a command each, and
 * the task list tells what became of each. Only actions that need nothing but a yes can be done so;
 * accepting is not one: its proof has to be looked at.
 */
#include "ui/screen/bulk.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/rand.h"
#include "ui/screen/facts.h"

enum { BULK_DO = 1, BULK_NOT };

static bool bare(enum action_id id)
{
	const struct action *action = action_get(id);
	size_t i;

	/* Who filed an appeal is not known in a list: whether it can be withdrawn neither. */
	if (id == ACTION_ACCEPT || id == ACTION_WITHDRAW_APPEAL || action->guard != GUARD_CONFIRM)
		return false;
	for (i = 0; i < action->count; i++)
		if (action->inputs[i].required)
			return false;
	return true;
}

static const struct list *list_of(const struct place *place)
{
	return &((const struct list_state *)place->state)->list;
}

/* The next marked supervision from row *at on, or NULL. */
static const struct supervision *next_marked(const struct list *list, size_t *at)
{
	while (*at < list_count(list)) {
		const struct supervision *s = list_row(list, (*at)++);

		if (list_is_marked(list, s->id))
			return s;
	}
	return NULL;
}

static void send_one(struct place *place, enum action_id action, const struct supervision *s)
{
	char key[RAND_UUID], title[160];
	struct command command = { .id = s->id, .action = action, .version = s->version };
	struct task_request request = { .command = &command, .title = title };

	rand_uuid(key);
	command.key = key;
	snprintf(title, sizeof(title), "%s %s", _(action_get(action)->label), s->order_id);
	place_send(place, &request);
}

static bool possible(const struct place *place, enum action_id action, const struct supervision *s)
{
	struct selection selection = { .supervision = s };

	return app_why_not(place->app, (int)action, &selection)[0] == '\0';
}

void bulk_drop(struct bulk *bulk)
{
	free(bulk->rows);
	memset(bulk, 0, sizeof(*bulk));
}

/* ---- the question ---------------------------------------------------------------------------- */

static const struct bulk_row *asked_for(const struct bulk *bulk, const struct supervision *s)
{
	size_t i;

	for (i = 0; i < bulk->count; i++)
		if (strcmp(bulk->rows[i].id, s->id) == 0)
			return &bulk->rows[i];
	return NULL;
}

/* What was asked about is done, where it still can be; the others stay marked. */
static void take(struct place *place, int id)
{
	struct list_state *state = place->state;
	const struct supervision *s;
	size_t at = 0;

	if (id == BULK_DO) {
		while ((s = next_marked(&state->list, &at)) != NULL) {
			if (asked_for(&state->bulk, s) == NULL ||
			    !possible(place, state->bulk.action, s))
				continue;
			send_one(place, state->bulk.action, s);
			list_mark(&state->list, s->id, false);
		}
		app_open(place->app, &tasks_screen, "");
	}
	bulk_drop(&state->bulk);
}

static void ask(struct place *place)
{
	const struct bulk *bulk = &((const struct list_state *)place->state)->bulk;
	const struct action *action = action_get(bulk->action);
	char title[200], text[512], amount[64];
	const struct bulk_row *row;
	const struct supervision *s;
	struct menu *menu;
	size_t at = 0;

	snprintf(title, sizeof(title), _("%s: %s"), _(action->label), _(action->effect));
	menu = app_menu(place->app, title, take);
	menu->keyed = true;
	menu_add(menu, BULK_NOT, "n", _("No, leave them as they are"), "", "");
	if (bulk->count < bulk->marked)
		snprintf(text, sizeof(text),
		    _("Yes, do it for the %zu of %zu marked orders for which it is possible"),
		    bulk->count, bulk->marked);
	else
		snprintf(text, sizeof(text), ngettext("Yes, do it for this order",
		    "Yes, do it for these %zu orders", bulk->count), bulk->count);
	menu_add(menu, BULK_DO, "y", text, "", "");
	while ((s = next_marked(list_of(place), &at)) != NULL) {
		if ((row = asked_for(bulk, s)) == NULL)
			continue;
		facts_amount(s, amount, sizeof(amount));
		snprintf(text, sizeof(text), "%s  %s%s%s  %s", s->order_id, row->files,
		    row->files[0] != '\0' ? "  " : "", s->product_name, amount);
		menu_add(menu, 0, "", text, "", "");
	}
}

/* ---- the files that are judged --------------------------------------------------------------- */

static void read_next(struct place *place)
{
	struct bulk *bulk = &((struct list_state *)place->state)->bulk;
	struct query query = { .type = &attachment_record, .limit = 50, .backwards = true };

	bulk->reading = bulk->read < bulk->count;
	if (!bulk->reading) {
		ask(place);
		return;
	}
	query.parent = bulk->rows[bulk->read].id;
	place_list(place, BULK_TAG, &query);
}

void bulk_reply(struct place *place, const struct reply *reply)
{
	struct bulk *bulk = &((struct list_state *)place->state)->bulk;

	if (!bulk->reading)
		return;
	if (reply->page == NULL) {
		bulk_drop(bulk);
		app_say_error(place->app, reply->err);
		return;
	}
	facts_judged(reply->page, bulk->rows[bulk->read].files,
	    sizeof(bulk->rows[bulk->read].files));
	bulk->read++;
	read_next(place);
}

/* ---- beginning ------------------------------------------------------------------------------- */

/* Those for which it is possible. Returns how many of the marked ones are loaded. */
static size_t collect(struct place *place, enum action_id action)
{
	struct list_state *state = place->state;
	struct bulk *bulk = &state->bulk;
	const struct supervision *s;
	size_t at = 0, held = 0;

	bulk_drop(bulk);
	bulk->action = action;
	bulk->marked = state->list.n_marked;
	bulk->rows = mem_alloc(bulk->marked * sizeof(bulk->rows[0]));
	while ((s = next_marked(&state->list, &at)) != NULL && held < bulk->marked) {
		held++;
		if (!possible(place, action, s))
			continue;
		bulk->rows[bulk->count].files[0] = '\0';
		strlcpy(bulk->rows[bulk->count++].id, s->id, sizeof(bulk->rows[0].id));
	}
	return held;
}

bool bulk_start(struct place *place, int action)
{
	struct list_state *state = place->state;
	const char *label;

	if (!binding_is_domain(action) || state->list.n_marked == 0 ||
	    state->list.type != &supervision_record)
		return false;
	label = _(action_get((enum action_id)action)->label);
	if (!bare((enum action_id)action))
		app_say(place->app, SAID_WARN,
		    _("%s is done one by one. Esc takes the marks away."), label);
	else if (collect(place, (enum action_id)action) < state->list.n_marked)
		app_say(place->app, SAID_WARN,
		    _("Some of the marked records are not loaded: mark fewer at a time."));
	else if (state->bulk.count == 0)
		app_say(place->app, SAID_WARN,
		    ngettext("%s is not possible for the marked record.",
			"%s is possible for none of the %zu marked records.",
			state->list.n_marked), label, state->list.n_marked);
	else if (action == ACTION_PASS_REVIEW)
		read_next(place);
	else
		ask(place);
	return true;
}

/* What one of the marked records allows. */
static bool some_possible(const struct place *place, enum action_id action)
{
	const struct supervision *s;
	size_t at = 0;

	while ((s = next_marked(list_of(place), &at)) != NULL)
		if (possible(place, action, s))
			return true;
	return false;
}

size_t bulk_hints(const struct place *place, struct hint *out, size_t cap)
{
	static const struct { const char *key, *word; } rest[] = {
		{ "Space", N_("mark") }, { "*", N_("mark all") }, { "Esc", N_("take marks away") },
	};
	const struct binding *b;
	size_t n = 0, i;

	if (list_of(place)->n_marked == 0 || list_of(place)->type != &supervision_record)
		return 0;
	for (b = bindings; b->id != 0 && n + 3 < cap; b++)
		if (binding_is_domain(b->id) && binding_is_offered(b->id) &&
		    bare((enum action_id)b->id) && some_possible(place, (enum action_id)b->id))
			out[n++] = (struct hint){ binding_key(b->id), _(b->hint) };
	for (i = 0; i < 3 && n < cap; i++)
		out[n++] = (struct hint){ rest[i].key, _(rest[i].word) };
	return n;
}
