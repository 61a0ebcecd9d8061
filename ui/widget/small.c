#include "ui/widget/widgets.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

#define NODES_MAX 16
#define NODE_BYTES 80

/* --- flow line --- */

struct node { char text[NODE_BYTES]; int cells; };
struct nodes { struct node list[NODES_MAX]; size_t count, here; };

/* The node where it is my turn, in words; other nodes go by their names. */
static const char *mine(enum stage_id stage)
{
	switch (stage) {
	case STAGE_REQUIREMENT: return _("Your requirement");
	case STAGE_CONFIRMATION: return _("Your confirmation");
	case STAGE_IDENTIFIER: return _("Your identifier");
	case STAGE_DRAFT: return _("Your design draft");
	case STAGE_DRAFT_CONFIRMATION: return _("Your draft confirmation");
	case STAGE_DELIVERY: return _("Your delivery");
	case STAGE_BUILD: return _("Your website build");
	case STAGE_SHIPPING: return _("Your shipping");
	case STAGE_DEPLOYMENT: return _("Your deployment");
	case STAGE_PICK_UP: return _("Your code pick-up");
	case STAGE_ACTIVATION: return _("Your activation");
	case STAGE_PROOF: return _("Your proof upload");
	case STAGE_REVIEW: return _("Your review");
	case STAGE_ACCEPTANCE: return _("Your acceptance");
	default: return names_label(&stage_names, stage);
	}
}

static void add_node(struct nodes *nodes, enum stage_id stage, bool here, bool my_turn)
{
	struct node *node;

	if (nodes->count == NODES_MAX)
		return;
	node = &nodes->list[nodes->count];
	if (here) {
		nodes->here = nodes->count;
		snprintf(node->text, sizeof node->text, "[%s]",
		    my_turn ? mine(stage) : names_label(&stage_names, stage));
	} else {
		strlcpy(node->text, names_label(&stage_names, stage), sizeof node->text);
	}
	node->cells = text_width(node->text);
	nodes->count++;
}

static void nodes_of(struct nodes *nodes, enum flow_id flow, unsigned conditions,
    enum stage_id here, enum role me, enum role turn)
{
	const struct flow *stages = flow_get(flow);
	size_t i;

	memset(nodes, 0, sizeof *nodes);
	for (i = 0; stages != NULL && i < stages->count; i++) {
		enum stage_id stage = stages->stages[i].id;

		if (flow_has(flow, stage, conditions))
			add_node(nodes, stage, stage == here, me == turn && me != ROLE_NONE);
	}
	add_node(nodes, STAGE_DONE, here == STAGE_DONE, false);
}

/* The nodes from first to last that fit around the current one: the nearer one goes first, on both
 * sides in turn. */
static void fit_nodes(const struct nodes *nodes, int width, size_t *first, size_t *last)
{
	const int dash = 3, marker = 2;
	int used = nodes->list[nodes->here].cells;
	bool grew = true, before = false;

	*first = *last = nodes->here;
	while (grew) {
		int turns;

		grew = false;
		for (turns = 0; turns < 2 && !grew; turns++, before = !before) {
			bool can = before ? *first > 0 : *last + 1 < nodes->count;
			size_t next = before ? *first - 1 : *last + 1;
			int need, ends;

			if (!can)
				continue;
			need = used + dash + nodes->list[next].cells;
			ends = (before ? next > 0 : *first > 0) +
			       (before ? *last + 1 < nodes->count : next + 1 < nodes->count);
			if (need + ends * marker > width)
				continue;
			used = need;
			grew = true;
			if (before)
				*first = next;
			else
				*last = next;
		}
	}
}

int flow_draw(struct canvas *canvas, int row, int col, int width, enum flow_id flow,
    unsigned conditions, enum stage_id here, enum role me, enum role turn)
{
	struct nodes nodes;
	const char *cut = canvas->ascii ? "~" : "\xE2\x80\xA6";
	size_t first, last, i;
	int used = 0;

	nodes_of(&nodes, flow, conditions, here, me, turn);
	fit_nodes(&nodes, width, &first, &last);
	if (first > 0 && nodes.list[nodes.here].cells + 2 <= width)
		used += canvas_put(canvas, row, col, width, STYLE_DIM, cut) + 1;
	for (i = first; i <= last; i++) {
		enum style style = i == nodes.here  ? STYLE_BOLD
				   : i < nodes.here ? STYLE_NORMAL
						    : STYLE_DIM;

		if (i > first)
			used += canvas_put(canvas, row, col + used, width - used,
			    i <= nodes.here ? STYLE_NORMAL : STYLE_DIM, " - ");
		used +=
		    canvas_put(canvas, row, col + used, width - used, style, nodes.list[i].text);
	}
	if (last + 1 < nodes.count && used + 2 <= width)
		used +=
		    canvas_put(canvas, row, col + used + 1, width - used - 1, STYLE_DIM, cut) + 1;
	return used;
}

void flow_describe(enum flow_id flow, unsigned conditions, enum stage_id here, enum role me,
    enum role turn, char *out, size_t cap)
{
	struct nodes nodes;
	size_t i;

	nodes_of(&nodes, flow, conditions, here, me, turn);
	strlcpy(out, "", cap);
	for (i = 0; i < nodes.count; i++) {
		strlcat(out, i > 0 ? " - " : "", cap);
		strlcat(out, nodes.list[i].text, cap);
	}
}

/* --- hints --- */

static int hint_cells(const struct hint *hint)
{
	return text_width(hint->key) + 1 + text_width(hint->word);
}

/*
 * The help, without which nobody finds the rest, stays however narrow the line is; where there is
 * none, the first.
 */
static size_t help_of(const struct hint *hints, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(hints[i].key, "?") == 0)
			return i;
	}
	return 0;
}

void hints_draw(struct canvas *canvas, int row, int col, int width, const struct hint *hints,
    size_t count)
{
	size_t help = help_of(hints, count), i;
	int used = 0, reserved = count > 0 ? hint_cells(&hints[help]) : 0, need;
	bool full = false;

	for (i = 0; i < count; i++) {
		need = hint_cells(&hints[i]) + (used > 0 ? 2 : 0);
		if (i == help)
			reserved = 0;
		else if (full || used + need + (reserved > 0 ? reserved + 2 : 0) > width) {
			full = true;
			continue;
		}
		used += used > 0 ? 2 : 0;
		/* Plain: this line changes with the cursor, and each bold key costs 9 bytes. */
		used += canvas_put(canvas, row, col + used, width - used, STYLE_NORMAL,
			    hints[i].key) + 1;
		used +=
		    canvas_put(canvas, row, col + used, width - used, STYLE_NORMAL, hints[i].word);
	}
}
