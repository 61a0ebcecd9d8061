/* The confirmation of an action repeats what will happen: order, product, amount, party, inputs. */
#include "ui/screen/action.h"

#include <bsd/string.h>
#include <string.h>

#include "base/i18n.h"
#include "model/flow.h"
#include "model/money.h"
#include "ui/screen/facts.h"

static void confirm_values(struct action_page *page)
{
	char text[200];
	int64_t amount;
	size_t i, f;

	for (i = 0; i < page->form.count; i++) {
		const struct form_field *field = &page->form.fields[i];

		if (!form_asked(&page->form, field))
			continue;
		if (field->input->kind == INPUT_FILES && field->n_files > 0) {
			text[0] = '\0';
			for (f = 0; f < field->n_files; f++) {
				const char *slash = strrchr(field->files[f].path, '/');

				strlcat(text, f > 0 ? ", " : "", sizeof(text));
				strlcat(text, slash != NULL ? slash + 1 : field->files[f].path,
				    sizeof(text));
			}
			confirm_fact(&page->confirm, _(field->input->label), text);
		} else if (field->input->kind == INPUT_CHOICE && field->choice != 0) {
			confirm_fact(&page->confirm, _(field->input->label),
			    names_label(field->input->names, field->choice));
		} else if (field->input->kind == INPUT_MONEY &&
			   money_parse(edit_text(&field->edit), &amount)) {
			money_text(amount, page->dossier.supervision->currency, text);
			confirm_fact(&page->confirm, _(field->input->label), text);
		} else if (field->input->secret && edit_text(&field->edit)[0] != '\0') {
			confirm_fact(&page->confirm, _(field->input->label), _("typed"));
		} else if (field->input->kind != INPUT_FILES &&
			   edit_text(&field->edit)[0] != '\0') {
			confirm_fact(
			    &page->confirm, _(field->input->label), edit_text(&field->edit));
		}
	}
}

/* The amount that an answer to a refund request moves, which need not be the order's. */
static void confirm_refund(struct action_page *page)
{
	const struct refund *r = page->dossier.refund;
	char money[MONEY_TEXT];

	if (page->action->kind != KIND_ANSWER || r == NULL)
		return;
	money_text(r->amount, r->currency, money);
	confirm_fact(&page->confirm, _("Refund"), money);
}

/* What was handed in and is to be judged: the newest files, by name. */
static void confirm_judged(struct action_page *page)
{
	const struct page *files = page->dossier.pages[PART_FILES];
	char names[200];

	if (page->action->id != ACTION_PASS_REVIEW || files == NULL)
		return;
	facts_judged(files, names, sizeof(names));
	confirm_fact(&page->confirm, _("Files"), names);
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
	const struct supervision *s = page->dossier.supervision;

	return s == NULL ? _(page->action->label)
			 : flow_label((enum flow_id)s->flow, (enum stage_id)s->stage,
			       page->action->id);
}

/* A draft, and a requirement, is confirmed by who sees what it is. */
static void handed_in(
    struct action_page *page, enum action_id by, const char *label, const char *files_label)
{
	const struct log_entry *entry = dossier_last(&page->dossier, by);
	size_t files[FILES_MAX], n, i;
	char text[200] = "";

	if (entry == NULL)
		return;
	confirm_fact(&page->confirm, label, entry->text);
	n = dossier_files_of(&page->dossier, entry->seq, files, FILES_MAX);
	for (i = 0; i < n; i++) {
		const struct attachment *file = page->dossier.pages[PART_FILES]->rows[files[i]];

		strlcat(text, i > 0 ? ", " : "", sizeof(text));
		strlcat(text, file->name, sizeof(text));
	}
	if (n > 0)
		confirm_fact(&page->confirm, files_label, text);
}

void action_ask(struct place *place)
{
	struct action_page *page = action_page(place);
	const struct supervision *s = page->dossier.supervision;
	char amount[64], party[200];

	confirm_free(&page->confirm);
	confirm_init(
	    &page->confirm, action_label(page), _(page->action->effect), guard_word(page));
	page->confirm.danger = page->action->guard == GUARD_WORD;
	facts_amount(s, amount, sizeof(amount));
	facts_party(place->app, s->buyer_name, s->seller_name, party, sizeof(party));
	confirm_fact(&page->confirm, _("Order"), s->order_id);
	confirm_fact(&page->confirm, _("Product"), s->product_name);
	confirm_fact(&page->confirm, _("Amount"), amount);
	confirm_refund(page);
	confirm_fact(&page->confirm, _("Party"), party);
	if (page->action->id == ACTION_CONFIRM_DRAFT)
		handed_in(page, ACTION_SUBMIT_DRAFT, _("Design draft"), _("Design files"));
	if (page->action->id == ACTION_CONFIRM_REQUIREMENT)
		handed_in(page, ACTION_SUBMIT_REQUIREMENT, _("Requirement text"),
		    _("Requirement documents"));
	confirm_judged(page);
	confirm_values(page);
	page->phase = PHASE_CONFIRM;
}
