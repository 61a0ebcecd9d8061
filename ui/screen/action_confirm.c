/* The confirmation of an action repeats what will happen: what it is done to, and the inputs. */
#include "ui/screen/action.h"

#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "model/flow.h"
#include "model/money.h"

#define TEXT_LINES 4

/* A text that is judged, on several lines; what is longer still ends in a mark. */
void action_confirm_text(struct action_page *page, const char *label, const char *text)
{
	char line[200];
	size_t i, n, next;

	for (i = 0; i < TEXT_LINES && (i == 0 || text[0] != '\0'); i++, text += next) {
		n = text_wrap(text, CONFIRM_CELLS, &next);
		/* The last line has the rest, which the box cuts. */
		if (i == TEXT_LINES - 1)
			n = strlen(text);
		strlcpy(line, text, n + 1 < sizeof(line) ? n + 1 : sizeof(line));
		confirm_fact(&page->confirm, i == 0 ? label : "", line);
	}
}

static void file_names(const struct form_field *field, char *out, size_t cap)
{
	size_t f;

	out[0] = '\0';
	for (f = 0; f < field->n_files; f++) {
		const char *slash = strrchr(field->files[f].path, '/');

		strlcat(out, f > 0 ? _(", ") : "", cap);
		strlcat(out, slash != NULL ? slash + 1 : field->files[f].path, cap);
	}
}

/* Of an amount the supervision's currency; of a number what it buys, which the facts have said. */
static void value_words(
    const struct action_page *page, const struct form_field *field, char *out, size_t cap)
{
	size_t len;
	const char *typed = edit_text(&field->edit), *words = form_words(field, &len);
	int64_t amount;

	out[0] = '\0';
	if (field->input->kind == INPUT_FILES)
		file_names(field, out, cap);
	else if (field->input->kind == INPUT_CHOICE && field->choice != 0)
		strlcpy(out, names_label(field->input->names, field->choice), cap);
	else if (field->input->kind == INPUT_MONEY && money_parse(typed, &amount) &&
		 page->dossier.supervision != NULL)
		money_text(amount, page->dossier.supervision->currency, out);
	else if (field->input->secret)
		strlcpy(out, typed[0] != '\0' ? _("typed") : "", cap);
	else if (field->input->kind != INPUT_CHOICE && field->input->kind != INPUT_NUMBER)
		strlcpy(out, words, len + 1 < cap ? len + 1 : cap);
}

static void confirm_values(struct action_page *page)
{
	char text[200];
	size_t i;

	for (i = 0; i < page->form.count; i++) {
		const struct form_field *field = &page->form.fields[i];

		if (!form_asked(&page->form, field))
			continue;
		value_words(page, field, text, sizeof(text));
		if (text[0] != '\0')
			confirm_fact(&page->confirm, _(field->input->label), text);
	}
}

/* A decision is guarded by the word of its outcome. */
static const char *guard_word(const struct action_page *page)
{
	size_t i;

	if (page->action->guard != GUARD_WORD)
		return "";
	for (i = 0; i < page->form.count; i++)
		if (page->form.fields[i].input->kind == INPUT_CHOICE &&
		    page->form.fields[i].choice != 0)
			return names_word(
			    page->form.fields[i].input->names, page->form.fields[i].choice);
	return page->action->word;
}

const char *action_label(const struct action_page *page)
{
	return action_known(page) ? page->target->label(page) : _(page->action->label);
}

void action_ask(struct place *place)
{
	struct action_page *page = action_page(place);

	confirm_free(&page->confirm);
	confirm_init(
	    &page->confirm, action_label(page), _(page->action->effect), guard_word(page));
	page->confirm.danger = page->action->guard == GUARD_WORD;
	page->target->facts(place);
	confirm_values(page);
	page->phase = PHASE_CONFIRM;
}
