/* How the page of an action looks, and what it says in words. */
#include "ui/screen/action.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

#define EFFECT_ROWS 2     /* of what will happen */

static size_t file_count(const struct form *form)
{
	size_t i, n = 0;

	for (i = 0; i < form->count; i++)
		if (form_asked(form, &form->fields[i]))
			n += form->fields[i].n_files;
	return n;
}

static bool shows_form(const struct action_page *page)
{
	return page->phase == PHASE_FORM || page->confirm.count == 0;
}

/* Returns where the form begins. */
static int draw_head(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct action_page *page = action_page(place);
	struct area effect = { area.row + 1, area.col + 1, EFFECT_ROWS, area.cols - 2 };
	char text[600];
	int rows;

	page->target->head(place, text, sizeof(text));
	canvas_put(canvas, area.row, area.col + 1, area.cols - 2, STYLE_BOLD, text);
	rows = canvas_wrap(canvas, effect, STYLE_DIM, _(page->action->effect), 0);
	return effect.row + (rows < EFFECT_ROWS ? rows : EFFECT_ROWS) + 1;
}

void action_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	struct action_page *page = action_page(place);
	const char *failed = page->dossier.failed;
	struct area inside = area;

	/* A question without inputs has no form to show while its facts are read. */
	if (!action_known(page) || (page->bare && !page->started)) {
		inside = (struct area){ area.row + 1, area.col + 3, area.rows - 1, area.cols - 6 };
		canvas_wrap(canvas, inside, failed[0] != '\0' ? STYLE_ERROR : STYLE_DIM,
		    failed[0] != '\0' ? failed : _("Reading. Esc goes back."), 0);
	} else if (shows_form(page)) {
		inside.row = draw_head(place, canvas, area);
		inside.rows = area.row + area.rows - inside.row;
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
	else if (page->phase == PHASE_FORM && file_count(&page->form) > 0)
		canvas_printf(canvas, line.row, 1, line.cols - 2, STYLE_DIM,
		    ngettext("%zu file", "%zu files", file_count(&page->form)),
		    file_count(&page->form));
	return true;
}

static size_t take_hints(const struct hint *hints, size_t n, struct hint *out, size_t cap)
{
	n = n < cap ? n : cap;
	memcpy(out, hints, n * sizeof(*out));
	return n;
}

/* What the keys do in the field where the person is. */
static size_t form_hints(const struct action_page *page, struct hint *out, size_t cap)
{
	const struct form *form = &page->form;
	enum input_kind kind = form->count > 0 ? form->fields[form->here].input->kind : INPUT_TIME;
	struct hint hints[4];
	size_t n = 0;

	hints[n++] = (struct hint){ "Ctrl-S",
		page->action->guard == GUARD_NONE ? _("send") : _("go on") };
	if (form->count > 1)
		hints[n++] = (struct hint){ "Tab", _("next field") };
	if (kind == INPUT_CHOICE)
		hints[n++] = (struct hint){ "Space", _("next choice") };
	else if (kind == INPUT_FILES)
		hints[n++] = (struct hint){ "Enter", _("add the file") };
	else if (kind == INPUT_TEXT || kind == INPUT_LONG)
		hints[n++] = (struct hint){ "Ctrl-E", _("editor") };
	hints[n++] = (struct hint){ "Esc", _("leave, keeping a draft") };
	return take_hints(hints, n, out, cap);
}

size_t action_hints(const struct place *place, struct hint *out, size_t cap)
{
	const struct action_page *page = action_page(place);
	const struct hint yes[] = { { "y", _("yes, do it") }, { "n", _("no") } };
	const struct hint text[] = { { "y", _("yes, do it") }, { "t", _("add a text") },
		{ "n", _("no") } };
	const struct hint word[] = { { "Enter", _("do it, when the word is typed") },
		{ "Esc", _("no") } };
	const struct hint astray[] = { { "Enter", _("ask again") }, { "Esc", _("leave") } };
	const struct hint sending[] = { { "Esc", _("leave") } };

	if (page->phase == PHASE_FORM)
		return form_hints(page, out, cap);
	if (page->phase == PHASE_SENDING)
		return take_hints(sending, 1, out, cap);
	if (page->confirm.word[0] != '\0')
		return take_hints(word, 2, out, cap);
	if (page->confirm.astray)
		return take_hints(astray, 2, out, cap);
	return page->bare && page->action->count > 0 ? take_hints(text, 3, out, cap)
						     : take_hints(yes, 2, out, cap);
}

void action_headline(const struct place *place, char *out, size_t cap)
{
	const struct action_page *page = action_page(place);

	strlcpy(out, action_label(page), cap);
}

void action_describe(const struct place *place, struct buf *out)
{
	const struct action_page *page = action_page(place);
	char text[600];

	if (!action_known(page)) {
		buf_printf(out, "%s\n", page->dossier.failed);
	} else if (shows_form(page)) {
		page->target->head(place, text, sizeof(text));
		buf_printf(out, "%s\n%s\n", text, _(page->action->effect));
		form_describe(&page->form, out);
	} else {
		confirm_describe(&page->confirm, out);
	}
}
