/*
 * One action for all marked records: one question with the list of them, then a command each, and
 * the task list tells what became of each. Only actions that need nothing but a yes can be done so;
 * accepting is not one: its proof has to be looked at.
 */
#include "ui/screen/bulk.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/rand.h"
#include "ui/screen/facts.h"

enum { BULK_DO = 1, BULK_NOT };

static bool bare(enum action_id id)
{
	const struct action *action = action_get(id);
	size_t i;

	if (id == ACTION_ACCEPT || action->guard != GUARD_CONFIRM)
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

static void take(struct place *place, int id)
{
	struct list_state *state = place->state;
	const struct supervision *s;
	size_t at = 0;

	if (id != BULK_DO)
		return;
	while ((s = next_marked(&state->list, &at)) != NULL)
		send_one(place, state->bulk, s);
	list_unmark_all(&state->list);
	app_open(place->app, &tasks_screen, "");
}

/* What is possible for each; none is sent where one is not. */
static size_t count_possible(const struct place *place, enum action_id action, size_t *held)
{
	const struct list *list = list_of(place);
	const struct supervision *s;
	size_t at = 0, n = 0;

	*held = 0;
	while ((s = next_marked(list, &at)) != NULL) {
		struct selection selection = { .supervision = s };

		(*held)++;
		n += app_why_not(place->app, (int)action, &selection)[0] == '\0';
	}
	return n;
}

static void ask(struct place *place, enum action_id action, size_t n)
{
	char title[200], text[160], amount[64];
	const struct supervision *s;
	struct menu *menu;
	size_t at = 0;

	snprintf(title, sizeof(title), _("%s: %s"), _(action_get(action)->label),
	    _(action_get(action)->effect));
	menu = app_menu(place->app, title, take);
	menu->keyed = true;
	menu_add(menu, BULK_NOT, "n", _("No, leave them as they are"), "", "");
	snprintf(text, sizeof(text),
	    ngettext("Yes, do it for this order", "Yes, do it for these %zu orders", n), n);
	menu_add(menu, BULK_DO, "y", text, "", "");
	while ((s = next_marked(list_of(place), &at)) != NULL) {
		facts_amount(s, amount, sizeof(amount));
		snprintf(text, sizeof(text), "%s  %.60s  %s", s->order_id, s->product_name, amount);
		menu_add(menu, BULK_NOT, "", text, "", "");
	}
}

bool bulk_start(struct place *place, int action)
{
	struct list_state *state = place->state;
	size_t held, possible;

	if (!binding_is_domain(action) || state->list.n_marked == 0 ||
	    state->list.type != &supervision_record)
		return false;
	if (!bare((enum action_id)action)) {
		app_say(place->app, SAID_WARN,
		    _("%s is done one by one. Esc takes the marks away."),
		    _(action_get((enum action_id)action)->label));
		return true;
	}
	possible = count_possible(place, (enum action_id)action, &held);
	if (held < state->list.n_marked)
		app_say(place->app, SAID_WARN,
		    _("Some of the marked records are not loaded: mark fewer at a time."));
	else if (possible < held)
		app_say(place->app, SAID_WARN,
		    _("%s is possible for %zu of the %zu marked records only: Space takes a mark "
		      "away."),
		    _(action_get((enum action_id)action)->label), possible, held);
	else {
		state->bulk = (enum action_id)action;
		ask(place, state->bulk, possible);
	}
	return true;
}
