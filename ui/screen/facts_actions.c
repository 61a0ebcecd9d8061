/* What can be done with a supervision, and what not and why not, as lines of a page. */
#include "ui/screen/facts.h"

#include <stdio.h>

#include "base/i18n.h"
#include "model/flow.h"

/* Where the effects begin. */
static int effect_col(const struct sheet *sheet)
{
	return sheet->width >= 110 ? 40 : sheet->width >= 76 ? 32 : 26;
}

void facts_action_line(struct sheet *sheet, const struct binding *binding, const char *label,
    const char *why, int kind)
{
	const struct action *action = action_get((enum action_id)binding->id);
	struct sheet_line *line = sheet_add(sheet);
	bool can = why[0] == '\0';
	int wide = effect_col(sheet);

	sheet_part(
	    sheet, line, 3, 2, can ? STYLE_KEY : STYLE_DIM, can ? binding_key(binding->id) : "-");
	sheet_part(sheet, line, 5, wide - 5, can ? STYLE_NORMAL : STYLE_DIM, label);
	sheet_part(sheet, line, wide, 0, STYLE_DIM, can ? _(action->effect) : why);
	sheet_choose(sheet, kind, binding->id);
}

/* Actions that this flow never has at any of its nodes would be noise among the reasons. */
static bool is_moved_by(const struct supervision *s, const struct action *action)
{
	const struct flow *flow = flow_get((enum flow_id)s->flow);
	size_t i;

	for (i = 0; i < flow->count; i++) {
		const struct stage *stage = &flow->stages[i];

		if (flow_has(flow->id, stage->id, flow_conditions(s)) &&
		    (action->kind == KIND_BACK ? stage->back != STAGE_NONE
					       : stage->forward == action->id))
			return true;
	}
	return false;
}

static bool belongs(const struct app *app, const struct supervision *s, int id)
{
	const struct action *action = action_get((enum action_id)id);

	if (!(action->on & ON_SUPERVISION) || !binding_is_offered(id) ||
	    !permit_role(app_actor(app)->role, action->id))
		return false;
	switch (action->kind) {
	case KIND_FORWARD:
	case KIND_BACK:
		return is_moved_by(s, action);
	case KIND_ANSWER:
		return permit_offers(app_actor(app)->role, action->id, s);
	default:
		return permit_action(app_actor(app), action->id, s, NULL) != DENY_FLOW;
	}
}

/* What has to be said about the actions of a record, in the order in which that is useful. */
enum group { GROUP_MOVES, GROUP_COMMENT, GROUP_NOT, GROUPS };

/* After the end only what is still possible is worth a line: a review. */
static bool in_group(const struct app *app, const struct selection *selection,
    const struct binding *b, enum group group, const char **why)
{
	const struct supervision *s = selection->supervision;
	enum group of;

	if (!binding_is_domain(b->id) || !belongs(app, s, b->id))
		return false;
	*why = app_why_not(app, b->id, selection);
	of = (*why)[0] != '\0'		? GROUP_NOT
	     : b->id == ACTION_COMMENT	? GROUP_COMMENT
					: GROUP_MOVES;
	return of == group && (of != GROUP_NOT || s->state == SUPERVISION_OPEN);
}

static size_t put_group(const struct app *app, struct sheet *sheet,
    const struct selection *selection, enum group group, int kind)
{
	const struct supervision *s = selection->supervision;
	const struct binding *b;
	const char *why;
	size_t n = 0;

	for (b = bindings; b->id != 0; b++) {
		if (!in_group(app, selection, b, group, &why))
			continue;
		facts_action_line(sheet, b,
		    flow_label((enum flow_id)s->flow, (enum stage_id)s->stage,
			(enum action_id)b->id),
		    why, kind);
		n++;
	}
	return n;
}

static size_t count_impossible(const struct app *app, const struct selection *selection)
{
	const struct binding *b;
	const char *why;
	size_t n = 0;

	for (b = bindings; b->id != 0; b++)
		n += in_group(app, selection, b, GROUP_NOT, &why);
	return n;
}

static void fold_line(struct sheet *sheet, size_t n, bool unfolded, int kind)
{
	struct sheet_line *line = sheet_add(sheet);
	int wide = effect_col(sheet);
	char text[96];

	snprintf(text, sizeof(text), _("%zu not possible now"), n);
	sheet_part(sheet, line, 3, 2, STYLE_KEY, binding_key(UI_REASONS));
	sheet_part(sheet, line, 5, wide - 5, STYLE_DIM, text);
	sheet_part(sheet, line, wide, 0, STYLE_DIM,
	    unfolded ? _("Hides them again.") : _("Shows them, each with the reason."));
	sheet_choose(sheet, kind, 1);
}

void facts_actions_folded(const struct app *app, struct sheet *sheet,
    const struct selection *selection, int kind, int fold_kind, bool unfolded)
{
	size_t possible, others = count_impossible(app, selection);

	possible = put_group(app, sheet, selection, GROUP_MOVES, kind);
	possible += put_group(app, sheet, selection, GROUP_COMMENT, kind);
	/* One of them needs no more room than the line that says so. */
	if (fold_kind != 0 && others > 1)
		fold_line(sheet, others, unfolded, fold_kind);
	if (fold_kind == 0 || others == 1 || unfolded)
		put_group(app, sheet, selection, GROUP_NOT, kind);
	if (possible + others == 0)
		sheet_line(
		    sheet, 3, STYLE_DIM, _("Nothing more can be done: the supervision has ended."));
}

void facts_actions(
    const struct app *app, struct sheet *sheet, const struct selection *selection, int kind)
{
	facts_actions_folded(app, sheet, selection, kind, 0, true);
}
