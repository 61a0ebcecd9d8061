/* How the page of an action looks, and what it says in words. */
#include "ui/screen/action.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/screen/facts.h"

#define HEAD_ROWS 3

static size_t file_count(const struct form *form)
{
	size_t i, n = 0;

	for (i = 0; i < form->count; i++)
		if (form_asked(form, &form->fields[i]))
			n += form->fields[i].n_files;
	return n;
}

static void draw_head(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct action_page *page = action_page(place);
	const struct supervision *s = page->dossier.supervision;
	char amount[64], party[200], text[600];

	facts_amount(s, amount, sizeof(amount));
	facts_party(place->app, s->buyer_name, s->seller_name, party, sizeof(party));
	snprintf(
	    text, sizeof(text), "%s   %s   %s   %s", s->order_id, s->product_name, amount, party);
	canvas_put(canvas, area.row, area.col + 1, area.cols - 2, STYLE_BOLD, text);
	canvas_put(
	    canvas, area.row + 1, area.col + 1, area.cols - 2, STYLE_DIM, _(page->action->effect));
}

void action_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	struct action_page *page = action_page(place);
	struct area inside = { area.row + HEAD_ROWS, area.col, area.rows - HEAD_ROWS, area.cols };

	/* A question without inputs has no form to show while its facts are read. */
	if (page->dossier.supervision == NULL || (page->bare && !page->started)) {
		inside = (struct area){ area.row + 1, area.col + 3, area.rows - 1, area.cols - 6 };
		canvas_wrap(canvas, inside,
		    page->dossier.failed[0] != '\0' ? STYLE_ERROR : STYLE_DIM,
		    page->dossier.failed[0] != '\0' ? page->dossier.failed
						    : _("Reading. Esc goes back."),
		    0);
		return;
	}
	if (page->phase == PHASE_FORM || page->confirm.count == 0) {
		draw_head(place, canvas, area);
		form_draw(&page->form, canvas, inside);
	} else {
		confirm_draw(&page->confirm, canvas, area);
	}
}

bool action_status(const struct place *place, struct canvas *canvas, struct area line)
{
	const struct action_page *page = action_page(place);

	if (page->phase == PHASE_SENDING)
		canvas_put(canvas, line.row, 1, line.cols - 2, STYLE_BOLD,
		    _("Sending. Esc leaves; the task list tells how it ends."));
	else if (page->phase == PHASE_FORM && page->form.problem[0] != '\0')
		canvas_put(canvas, line.row, 1, line.cols - 2, STYLE_ERROR, page->form.problem);
	else if (page->phase == PHASE_FORM && file_count(&page->form) > 0)
		canvas_printf(canvas, line.row, 1, line.cols - 2, STYLE_DIM,
		    ngettext("%zu file", "%zu files", file_count(&page->form)),
		    file_count(&page->form));
	return true;
}

size_t action_hints(const struct place *place, struct hint *out, size_t cap)
{
	const struct action_page *page = action_page(place);
	enum input_kind kind =
	    page->form.count > 0 ? page->form.fields[page->form.here].input->kind : INPUT_TEXT;
	bool choice = kind == INPUT_CHOICE, files = kind == INPUT_FILES;
	const struct hint form[] = {
		{ "Ctrl-S", page->action->guard == GUARD_NONE ? _("send") : _("go on") },
		{ "Tab", _("next field") },
		{ choice ? "Space" : files ? "Enter" : "Ctrl-E",
		    choice ? _("next choice") : files ? _("add the file") : _("editor") },
		{ "Esc", _("leave, keeping a draft") } };
	const struct hint yes[] = { { "y", _("yes, do it") }, { "n", _("no") } };
	const struct hint text[] = { { "y", _("yes, do it") }, { "t", _("add a text") },
		{ "n", _("no") } };
	const struct hint word[] = { { "Enter", _("do it, when the word is typed") },
		{ "Esc", _("no") } };
	const struct hint astray[] = { { "Enter", _("ask again") }, { "Esc", _("leave") } };
	const struct hint sending[] = { { "Esc", _("leave") } };
	const struct hint *hints = form;
	size_t n = 4;

	if (page->phase == PHASE_SENDING) {
		hints = sending;
		n = 1;
	} else if (page->phase == PHASE_CONFIRM && page->confirm.word[0] != '\0') {
		hints = word;
		n = 2;
	} else if (page->phase == PHASE_CONFIRM && page->confirm.astray) {
		hints = astray;
		n = 2;
	} else if (page->phase == PHASE_CONFIRM) {
		hints = page->bare && page->action->count > 0 ? text : yes;
		n = page->bare && page->action->count > 0 ? 3 : 2;
	}
	n = n < cap ? n : cap;
	memcpy(out, hints, n * sizeof(*out));
	return n;
}

void action_headline(const struct place *place, char *out, size_t cap)
{
	const struct action_page *page = action_page(place);

	strlcpy(out, action_label(page), cap);
}

void action_describe(const struct place *place, struct buf *out)
{
	const struct action_page *page = action_page(place);

	if (page->dossier.supervision == NULL)
		buf_printf(out, "%s\n", page->dossier.failed);
	else if (page->phase == PHASE_FORM)
		form_describe(&page->form, out);
	else
		confirm_describe(&page->confirm, out);
	if (page->form.problem[0] != '\0' && page->phase == PHASE_FORM)
		buf_printf(out, "%s\n", page->form.problem);
}
