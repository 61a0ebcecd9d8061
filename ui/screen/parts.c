#include "ui/screen/parts.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"
#include "model/money.h"
#include "ui/screen/facts.h"

#define WHO_COL 25        /* of a log entry: who did it, and what */
#define WHAT_COL 48

/* ---- log entries ----------------------------------------------------------------------------- */

/*
 * "buyer alice"; the platform's people act for it, its own moves have no person. The entry's whole
 * form names them.
 */
static void who_text(const struct log_entry *entry, char *out, size_t cap)
{
	const char *role = names_label(&role_names, entry->role);

	if (entry->role == ROLE_SYSTEM || entry->role == ROLE_OPERATOR ||
	    entry->role == ROLE_REVIEWER || entry->actor[0] == '\0')
		strlcpy(out, role, cap);
	else
		snprintf(out, cap, "%s %s", role, entry->actor);
}

/* What is short stands beside its label. */
static void put_input(struct sheet *sheet, const char *label, const char *text)
{
	if (strchr(text, '\n') == NULL &&
	    text_width(label) + text_width(text) + 12 < sheet->width) {
		sheet_printf(sheet, 6, STYLE_NORMAL, _("%s: %s"), label, text);
		return;
	}
	sheet_printf(sheet, 6, STYLE_DIM, _("%s:"), label);
	sheet_wrap(sheet, 8, STYLE_NORMAL, text);
}

/* The inputs of an entry, all but the text that it shows anyway. */
static void put_inputs(const struct app *app, struct sheet *sheet,
    const struct supervision *supervision, const struct log_entry *entry)
{
	const struct action *action = action_find(entry->action);
	struct json *json = NULL;
	struct json_at root;
	char when[WHEN_TEXT], money[MONEY_TEXT];
	const char *text;
	int64_t at;
	size_t i;

	if (action == NULL ||
	    json_parse(entry->inputs, strlen(entry->inputs), &json, NULL) != STATUS_OK)
		return;
	root = json_root(json);
	for (i = 0; i < action->count; i++) {
		const struct input *input = &action->inputs[i];

		text = NULL;
		if (input->kind == INPUT_FILES ||
		    json_text_opt(&root, input->name, INPUT_LONG_MAX, &text, NULL) != STATUS_OK ||
		    text == NULL || text[0] == '\0' || strcmp(text, entry->text) == 0)
			continue;
		if (input->kind == INPUT_CHOICE)
			text = names_label(input->names, names_value(input->names, text));
		if (input->kind == INPUT_TIME && when_parse_iso(text, &at)) {
			when_text(at, app_offset(app), when);
			text = when;
		}
		if (input->kind == INPUT_MONEY && money_parse(text, &at)) {
			money_text(at, supervision->currency, money);
			text = money;
		}
		put_input(sheet, _(input->label), text);
	}
	json_free(json);
}

/* An account's name, where it is one of the two parties. */
static const char *account_name(const struct dossier *d, const char *account)
{
	const struct supervision *s = d->supervision;

	if (s != NULL && strcmp(account, s->buyer) == 0 && s->buyer_name[0] != '\0')
		return s->buyer_name;
	if (s != NULL && strcmp(account, s->seller) == 0 && s->seller_name[0] != '\0')
		return s->seller_name;
	return account;
}

static void put_whole(const struct app *app, struct sheet *sheet, const struct dossier *d,
    const struct log_entry *entry)
{
	char when[WHEN_TEXT];
	size_t files[FILES_MAX], n, i;

	put_inputs(app, sheet, d->supervision, entry);
	n = dossier_files_of(d, entry->seq, files, FILES_MAX);
	for (i = 0; i < n; i++) {
		const struct attachment *file = d->pages[PART_FILES]->rows[files[i]];

		sheet_printf(sheet, 6, STYLE_NORMAL, _("%s: %s"),
		    names_label(&file_kind_names, file->kind), file->name);
	}
	if (entry->effective_at != 0 && entry->effective_at != entry->at) {
		when_text(entry->effective_at, app_offset(app), when);
		sheet_printf(sheet, 6, STYLE_DIM, _("Effective: %s"), when);
	}
	sheet_printf(sheet, 6, STYLE_DIM, _("By %s of %s"), entry->actor,
	    account_name(d, entry->account));
	sheet_printf(
	    sheet, 6, STYLE_DIM, _("Version %lld, entry %s"), (long long)entry->version, entry->id);
	sheet_printf(sheet, 6, STYLE_DIM, _("Hash %s"), entry->hash);
	sheet_printf(sheet, 6, STYLE_DIM, _("Before %s"), entry->prev);
}

void parts_entry(const struct app *app, struct sheet *sheet, const struct dossier *dossier,
    const struct log_entry *entry, bool all)
{
	struct sheet_line *line = sheet_add(sheet);
	char when[WHEN_TEXT], who[160], seq[24], what[200];
	size_t files[FILES_MAX], n = dossier_files_of(dossier, entry->seq, files, FILES_MAX);
	int at;

	when_text(entry->at, app_offset(app), when);
	who_text(entry, who, sizeof(who));
	snprintf(seq, sizeof(seq), "%3lld", (long long)entry->seq);
	strlcpy(what, dossier_action_words(entry), sizeof(what));
	if (entry->from_stage != entry->to_stage && entry->to_stage != STAGE_NONE)
		snprintf(what + strlen(what), sizeof(what) - strlen(what), " %s %s",
		    app_ascii(app) ? "->" : "→", names_label(&stage_names, entry->to_stage));
	if (n > 0)
		snprintf(what + strlen(what), sizeof(what) - strlen(what),
		    ngettext(", %zu file", ", %zu files", n), n);
	sheet_part(sheet, line, 2, 4, STYLE_DIM, seq);
	sheet_part(sheet, line, 7, 17, STYLE_NORMAL, when);
	/* Where that is too long it begins nearer to the name. */
	at = sheet->width - text_width(what) - 1;
	at = at < WHO_COL + text_width(who) + 2 ? WHO_COL + text_width(who) + 2 : at;
	at = at < WHAT_COL ? at : WHAT_COL;
	sheet_part(sheet, line, WHO_COL, at - WHO_COL - 1, STYLE_NORMAL, who);
	sheet_part(sheet, line, at, 0, STYLE_NORMAL, what);
	sheet_choose(sheet, LINE_ENTRY, (int)entry->seq);
	if (entry->text[0] != '\0')
		sheet_wrap(sheet, 7, STYLE_NORMAL, entry->text);
	if (all)
		put_whole(app, sheet, dossier, entry);
}

/* ---- files ----------------------------------------------------------------------------------- */

void parts_file(const struct app *app, struct sheet *sheet, const struct dossier *dossier,
    size_t index, bool digest)
{
	const struct attachment *file = dossier->pages[PART_FILES]->rows[index];
	int half = sheet->width < 70 ? sheet->width - 12 : sheet->width - (digest ? 34 : 44);
	struct sheet_line *line = sheet_add(sheet);
	char size[32], from[96], when[WHEN_TEXT];

	facts_size(file->size, size, sizeof(size));
	when_text(file->at, app_offset(app), when);
	snprintf(from, sizeof(from), _("%s, %s"), file->uploader, when);
	sheet_part(sheet, line, 3, half - 4, STYLE_NORMAL, file->name);
	sheet_part(sheet, line, half, 10, STYLE_NORMAL, size);
	if (sheet->width >= 70)
		sheet_part(sheet, line, half + 11, 0, STYLE_DIM,
		    digest ? names_label(&file_kind_names, file->kind) : from);
	sheet_choose(sheet, LINE_FILE, (int)index);
	if (digest) {
		if (sheet->width < 70)
			sheet_line(sheet, 5, STYLE_DIM, names_label(&file_kind_names, file->kind));
		sheet_wrap(sheet, 5, STYLE_DIM, file->digest);
	}
}

void parts_files(
    const struct app *app, struct sheet *sheet, const struct dossier *dossier, int section)
{
	const struct page *page = dossier->pages[PART_FILES];
	int64_t kind = -1;
	char text[96];
	size_t i;

	snprintf(text, sizeof(text), _("Files: %zu"), page == NULL ? (size_t)0 : page->count);
	sheet_head(sheet, section, page == NULL ? _("Files") : text);
	if (page == NULL || page->count == 0)
		sheet_line(sheet, 3, STYLE_DIM,
		    page == NULL ? _("Reading") : _("No files have been handed in."));
	for (i = 0; page != NULL && i < page->count; i++) {
		const struct attachment *file = page->rows[i];

		if (file->kind != kind)
			sheet_line(sheet, 2, STYLE_DIM, names_label(&file_kind_names, file->kind));
		kind = file->kind;
		parts_file(app, sheet, dossier, i, false);
	}
}

void parts_save(struct place *place, const struct dossier *dossier, size_t index)
{
	const struct page *page = dossier->pages[PART_FILES];
	const struct attachment *file;

	if (page == NULL || index >= page->count)
		return;
	file = page->rows[index];
	app_save_file(place->app, file->id, file->name);
}

/* ---- appeals --------------------------------------------------------------------------------- */

void parts_left(const struct app *app, const struct appeal *appeal, char *out, size_t cap)
{
	int64_t left = appeal->due_at - app_now(app);
	char span[WHEN_TEXT];

	when_span(left < 0 ? -left : left, span);
	if (appeal->due_at == 0)
		strlcpy(out, "", cap);
	else
		snprintf(out, cap, left < 0 ? _("%s late") : _("%s left"), span);
}

static void put_state(const struct app *app, struct sheet *sheet, const struct appeal *appeal)
{
	char left[64], due[WHEN_TEXT], text[200];

	if (appeal->state != APPEAL_OPEN) {
		when_text(appeal->closed_at, app_offset(app), due);
		snprintf(text, sizeof(text), _("%s, %s"),
		    names_label(&appeal_state_names, appeal->state), due);
		sheet_fact(sheet, _("State"), STYLE_NORMAL, text);
		return;
	}
	parts_left(app, appeal, left, sizeof(left));
	when_text(appeal->due_at, app_offset(app), due);
	snprintf(text, sizeof(text),
	    appeal->due_at < app_now(app) ? _("%s, was due %s") : _("%s, until %s"), left, due);
	sheet_fact(sheet, _("Decision due"),
	    appeal->due_at < app_now(app) ? STYLE_WARN : STYLE_BOLD, text);
}

void parts_appeal(
    const struct app *app, struct sheet *sheet, const struct appeal *appeal, bool in_short)
{
	char when[WHEN_TEXT], text[200];

	if (!in_short) {
		sheet_fact(sheet, _("Order"), STYLE_NORMAL, appeal->order_id);
		sheet_fact(sheet, _("Product"), STYLE_NORMAL, appeal->product_name);
		sheet_fact(sheet, _("Buyer"), STYLE_NORMAL, appeal->buyer_name);
		sheet_fact(sheet, _("Seller"), STYLE_NORMAL, appeal->seller_name);
	}
	put_state(app, sheet, appeal);
	when_text(appeal->filed_at, app_offset(app), when);
	snprintf(text, sizeof(text), _("%s %s, %s"), names_label(&role_names, appeal->party),
	    appeal->filer, when);
	sheet_fact(sheet, _("Filed by"), STYLE_NORMAL, text);
	sheet_fact(sheet, _("Ground"), STYLE_NORMAL, names_label(&ground_names, appeal->ground));
	sheet_fact(sheet, _("At node"), STYLE_NORMAL, names_label(&stage_names, appeal->stage));
	sheet_facts_end(sheet);
	sheet_long(sheet, _("Reason"), appeal->reason);
	sheet_long(sheet, _("Claim"), appeal->claim);
	if (in_short)
		sheet_line(sheet, 3, STYLE_NORMAL, _("Statements, evidence and decision"));
}

void parts_past_appeal(const struct app *app, struct sheet *sheet, const struct appeal *appeal)
{
	char when[WHEN_TEXT], money[MONEY_TEXT], text[300];

	when_text(appeal->closed_at, app_offset(app), when);
	if (appeal->state == APPEAL_DECIDED && appeal->outcome == OUTCOME_REFUND) {
		money_text(appeal->refund, appeal->currency, money);
		snprintf(text, sizeof(text), _("Appeal of the %s, decided on %s: %s %s"),
		    names_label(&role_names, appeal->party), when,
		    names_label(&outcome_names, appeal->outcome), money);
	} else if (appeal->state == APPEAL_DECIDED) {
		snprintf(text, sizeof(text), _("Appeal of the %s, decided on %s: %s"),
		    names_label(&role_names, appeal->party), when,
		    names_label(&outcome_names, appeal->outcome));
	} else {
		snprintf(text, sizeof(text), _("Appeal of the %s, withdrawn on %s"),
		    names_label(&role_names, appeal->party), when);
	}
	sheet_blank(sheet);
	sheet_line(sheet, 3, STYLE_NORMAL, text);
}

void parts_open_appeal(struct place *place, const struct dossier *dossier, int index)
{
	const struct page *page = dossier->pages[PART_APPEALS];
	struct selection selection = { .supervision = dossier->supervision,
		.appeal = dossier->appeal };

	if (index > 0 && page != NULL && (size_t)index <= page->count)
		selection.appeal = page->rows[index - 1];
	if (selection.appeal != NULL)
		app_open_seen(place->app, &appeal_screen, selection.appeal->id, &selection);
}

void parts_time(const struct app *app, struct sheet *sheet, const char *label, int64_t at)
{
	char when[WHEN_TEXT];

	when_text(at, app_offset(app), when);
	sheet_fact(sheet, label, STYLE_NORMAL, at != 0 ? when : "");
}
