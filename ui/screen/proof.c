#include "ui/screen/proof.h"

#include <bsd/string.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/when.h"
#include "ui/screen/facts.h"
#include "ui/screen/parts.h"

static void put_files(
    const struct place *place, struct sheet *sheet, const struct dossier *d, int64_t seq)
{
	size_t files[FILES_MAX], n = dossier_files_of(d, seq, files, FILES_MAX), i;
	char text[80];

	if (n == 0)
		return;
	sheet_blank(sheet);
	snprintf(text, sizeof(text), ngettext("%zu file", "%zu files", n), n);
	sheet_line(sheet, 1, STYLE_HEAD, text);
	for (i = 0; i < n; i++)
		parts_file(place->app, sheet, d, files[i], true);
}

static void put_fact(struct sheet *sheet, const char *label, const char *value)
{
	char text[320];

	if (value[0] == '\0')
		return;
	snprintf(text, sizeof(text), _("%s: %s"), label, value);
	sheet_wrap(sheet, 1, STYLE_NORMAL, text);
}

/* Goods are proved by their way: who carries them, and when they were signed for. */
static void put_shipment(const struct place *place, struct sheet *sheet, const struct dossier *d)
{
	const struct log_entry *sent = dossier_last(d, ACTION_SHIP);
	const struct log_entry *signed_for = dossier_last(d, ACTION_SIGN_OFF);
	const struct supervision *s = d->supervision;
	char when[WHEN_TEXT], text[200];

	when_text(sent->at, app_offset(place->app), when);
	snprintf(text, sizeof(text), _("Shipped by %s, %s"), sent->actor, when);
	sheet_wrap(sheet, 1, STYLE_DIM, text);
	put_fact(sheet, _("Carrier"), s->carrier);
	put_fact(sheet, _("Tracking"), s->tracking);
	when_text(s->signed_at, app_offset(place->app), when);
	put_fact(sheet, _("Signed for"), s->signed_at != 0 ? when : _("not yet"));
	if (s->parcel_consignee[0] != '\0' && !flow_same_number(s->consignee, s->parcel_consignee))
		put_fact(sheet, _("On parcel"), s->parcel_consignee);
	facts_due_words(place->app, s, text, sizeof(text));
	if (text[0] != '\0')
		sheet_wrap(sheet, 1, STYLE_WARN, text);
	if (sent->text[0] != '\0') {
		sheet_blank(sheet);
		sheet_wrap(sheet, 1, STYLE_NORMAL, sent->text);
	}
	put_files(place, sheet, d, sent->seq);
	if (signed_for != NULL && signed_for->seq > sent->seq)
		put_files(place, sheet, d, signed_for->seq);
}

/* A package is proved by its deployment: what it gave. */
static void put_deployment(
    const struct place *place, struct sheet *sheet, const struct log_entry *entry)
{
	char when[WHEN_TEXT], text[200];

	when_text(entry->at, app_offset(place->app), when);
	snprintf(text, sizeof(text), _("Deployed by %s, %s"), entry->actor, when);
	sheet_wrap(sheet, 1, STYLE_DIM, text);
	sheet_blank(sheet);
	sheet_wrap(sheet, 1, STYLE_NORMAL, entry->text);
	sheet_wrap(sheet, 1, STYLE_DIM, _("n shows the deployment step by step."));
}

/* What was delivered, by whom, and when the paid period starts. */
static void put_delivery(const struct place *place, struct sheet *sheet, const struct dossier *d,
    const struct log_entry *entry)
{
	char when[WHEN_TEXT], text[200];
	size_t files[FILES_MAX], n = dossier_files_of(d, entry->seq, files, FILES_MAX);

	when_text(entry->at, app_offset(place->app), when);
	snprintf(text, sizeof(text),
	    ngettext(
		"Delivered by %s, %s, with %zu file", "Delivered by %s, %s, with %zu files", n),
	    entry->actor, when, n);
	sheet_wrap(sheet, 1, STYLE_DIM, text);
	when_text(d->supervision->enabled_at, app_offset(place->app), when);
	if (d->supervision->enabled_at != 0)
		snprintf(text, sizeof(text),
		    _("Actual enabling time: %s. The paid period starts then."), when);
	else
		strlcpy(text,
		    _("No enabling time was given: the paid period starts with your acceptance."),
		    sizeof(text));
	sheet_wrap(sheet, 1, STYLE_NORMAL, text);
	sheet_blank(sheet);
	sheet_wrap(sheet, 1, STYLE_NORMAL, entry->text);
	put_files(place, sheet, d, entry->seq);
}

void proof_put(const struct place *place, struct sheet *sheet, const struct dossier *d)
{
	const struct log_entry *delivered = dossier_last(d, ACTION_DELIVER);
	const struct log_entry *deployed = dossier_last(d, ACTION_END_DEPLOYMENT);

	if (delivered != NULL)
		put_delivery(place, sheet, d, delivered);
	else if (dossier_last(d, ACTION_SHIP) != NULL)
		put_shipment(place, sheet, d);
	else if (deployed != NULL)
		put_deployment(place, sheet, deployed);
	else
		sheet_line(sheet, 1, STYLE_DIM,
		    d->pages[PART_LOG] == NULL ? _("Reading")
					       : _("Nothing has been delivered yet."));
}

void proof_put_standard(struct sheet *sheet, const struct dossier *d)
{
	if (d->product == NULL)
		sheet_line(sheet, 1, STYLE_DIM,
		    d->answered & PART(PRODUCT) ? _("The product is not known here.")
						: _("Reading"));
	else if (d->product->standard[0] == '\0')
		sheet_wrap(sheet, 1, STYLE_DIM,
		    _("The seller has published no acceptance standard for this product."));
	else
		sheet_wrap(sheet, 1, STYLE_NORMAL, d->product->standard);
}
