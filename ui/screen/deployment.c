/*
 * A deployment: its steps with a bar, what it gave or why it failed, and the ones before it. The
 * param is the supervision's id. While it runs the page reads again every second.
 */
#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/when.h"
#include "ui/screen/dossier_page.h"
#include "ui/screen/facts.h"

#define ROWS_MAX 20
#define LOOK_MS 1000
#define BAR_CELLS 30

struct deployment_page {
	struct dossier_page base;      /* first; its page: deployments, newest first */
	struct cloud_report *report;   /* of the newest, or NULL */
	char trouble[320];             /* why there is none, or "" */
	int64_t look_at;               /* monotonic; 0: nothing runs */
};

static struct deployment_page *page_of(const struct place *place)
{
	return place->state;
}

static const struct deployment *newest(const struct deployment_page *page)
{
	const struct page *rows = page->base.page;

	return rows != NULL && rows->count > 0 ? rows->rows[0] : NULL;
}

/* ---- the sheet ------------------------------------------------------------------------------- */

static void bar_words(const struct app *app, int percent, char *out, size_t cap)
{
	int i, full = percent * BAR_CELLS / 100;

	if (app_plain(app)) {
		snprintf(out, cap, "%d %%", percent);
		return;
	}
	strlcpy(out, app_ascii(app) ? "[" : "", cap);
	for (i = 0; i < BAR_CELLS; i++)
		strlcat(out,
		    app_ascii(app) ? (i < full ? "#" : "-")
				   : (i < full ? "█" : "░"),
		    cap);
	snprintf(out + strlen(out), cap - strlen(out), "%s %d %%", app_ascii(app) ? "]" : "",
	    percent);
}

static int percent_of(const struct deployment_page *page)
{
	const struct deployment *d = newest(page);

	if (page->report != NULL)
		return page->report->percent;
	if (d->state == DEPLOYMENT_DEPLOYED)
		return 100;
	return d->steps > 0 && d->step > 0 ? (int)((d->step - 1) * 100 / d->steps) : 0;
}

static void put_step(const struct place *place, struct sheet *sheet, const struct cloud_step *step)
{
	static const char *const marks[CLOUD_STEP_STATES] = { [CLOUD_STEP_WAITING] = "-",
		[CLOUD_STEP_RUNNING] = ">",
		[CLOUD_STEP_DONE] = "+",
		[CLOUD_STEP_BROKEN] = "x" };
	static const enum style styles[CLOUD_STEP_STATES] = { [CLOUD_STEP_WAITING] = STYLE_DIM,
		[CLOUD_STEP_RUNNING] = STYLE_BOLD,
		[CLOUD_STEP_DONE] = STYLE_GOOD,
		[CLOUD_STEP_BROKEN] = STYLE_ERROR };
	struct sheet_line *line = sheet_add(sheet);
	int64_t end = step->ended_at != 0 ? step->ended_at : app_now(place->app);
	char text[64];

	sheet_part(sheet, line, 3, 2, styles[step->state], marks[step->state]);
	sheet_part(sheet, line, 5, 36, styles[step->state], step->name);
	if (step->state == CLOUD_STEP_RUNNING)
		snprintf(text, sizeof(text), _("%s, %d %%"), cloud_step_label(step->state),
		    step->percent);
	else if (step->started_at != 0 && step->state != CLOUD_STEP_WAITING)
		snprintf(text, sizeof(text), _("%s, %lld s"), cloud_step_label(step->state),
		    (long long)((end - step->started_at) / 1000));
	else
		strlcpy(text, cloud_step_label(step->state), sizeof(text));
	sheet_part(sheet, line, 42, 0, styles[step->state], text);
}

static void put_progress(const struct place *place, struct sheet *sheet)
{
	const struct deployment_page *page = page_of(place);
	const struct deployment *d = newest(page);
	struct selection selection;
	char text[256];
	size_t i;

	bar_words(place->app, percent_of(page), text, sizeof(text));
	sheet_line(sheet, 3, d->state == DEPLOYMENT_FAILED ? STYLE_ERROR : STYLE_BOLD, text);
	for (i = 0; page->report != NULL && i < page->report->n_steps; i++)
		put_step(place, sheet, &page->report->steps[i]);
	if (page->report == NULL && d->state == DEPLOYMENT_DEPLOYING)
		sheet_printf(sheet, 3, STYLE_DIM,
		    d->steps > 0 ? _("Step %lld of %lld: %s")
				 : _("The cloud has not taken the order yet."),
		    (long long)d->step, (long long)d->steps, d->doing);
	if (page->trouble[0] != '\0')
		sheet_wrap(sheet, 3, STYLE_ERROR, page->trouble);
	if (d->cause[0] != '\0') {
		sheet_line(sheet, 3, STYLE_ERROR, _("Why it failed:"));
		sheet_wrap(sheet, 5, STYLE_ERROR, d->cause);
		dossier_selection(&page->base.dossier, &selection);
		if (selection.supervision != NULL &&
		    app_why_not(place->app, ACTION_START_DEPLOYMENT, &selection)[0] == '\0')
			sheet_line(sheet, 3, STYLE_NORMAL,
			    _("b starts it again, with other choices if need be."));
	}
	if (d->outputs[0] != '\0')
		sheet_long(sheet, _("What it gave"), d->outputs);
}

static void target_words(const struct app *app, const struct deployment *d, char *out, size_t cap)
{
	const struct cloud *cloud = app_cloud(app);

	strlcpy(out, cloud != NULL && strcmp(d->target, cloud->ops->name) == 0 ? cloud->label
									      : d->target,
	    cap);
}

/* Who runs it: this console, or one that is still there, or one that has stopped. */
static void runner_words(const struct place *place, const struct deployment *d, char *out,
    size_t cap)
{
	out[0] = '\0';
	if (d->state != DEPLOYMENT_DEPLOYING)
		strlcpy(out, d->runner, cap);
	else if (app_deploys(place->app, d->supervision))
		strlcpy(out, _("this console"), cap);
	else if (d->lease_until > app_now(place->app))
		snprintf(out, cap, _("another console (%s)"), d->runner);
	else
		snprintf(out, cap, _("nobody: the console of %s has stopped"), d->runner);
}

static void put_facts(const struct place *place, struct sheet *sheet, const struct deployment *d)
{
	char text[200];

	sheet_fact(sheet, _("State"), STYLE_BOLD, names_label(&deployment_state_names, d->state));
	target_words(place->app, d, text, sizeof(text));
	sheet_fact(sheet, _("Target"), STYLE_NORMAL, text);
	sheet_fact(sheet, _("Order"), STYLE_NORMAL, d->order_id);
	sheet_fact(sheet, _("Product"), STYLE_NORMAL, d->product_name);
	sheet_fact(sheet, _("Flavour"), STYLE_NORMAL, d->flavour);
	sheet_fact(sheet, _("Network"), STYLE_NORMAL, d->network);
	sheet_fact(sheet, _("Group"), STYLE_NORMAL, d->security_group);
	runner_words(place, d, text, sizeof(text));
	sheet_fact(sheet, _("Run by"), STYLE_NORMAL, text);
	parts_time(place->app, sheet, _("Started"), d->started_at);
	parts_time(place->app, sheet, _("Ended"), d->ended_at);
	sheet_fact(sheet, _("Stack"), STYLE_NORMAL, d->stack);
	sheet_facts_end(sheet);
}

static void put_past(const struct place *place, struct sheet *sheet, const struct page *page)
{
	char when[WHEN_TEXT], text[320];
	size_t i;

	if (page->count < 2)
		return;
	sheet_head(sheet, 0, _("Before"));
	for (i = 1; i < page->count; i++) {
		const struct deployment *d = page->rows[i];

		when_text(d->started_at, app_offset(place->app), when);
		snprintf(text, sizeof(text), "%s  %s  %s", when,
		    names_label(&deployment_state_names, d->state), d->flavour);
		sheet_line(sheet, 3, STYLE_DIM, text);
		if (d->cause[0] != '\0')
			sheet_wrap(sheet, 5, STYLE_DIM, d->cause);
	}
}

static void deployment_build(const struct place *place, struct sheet *sheet)
{
	const struct deployment_page *page = page_of(place);
	const struct deployment *d = newest(page);

	if (d != NULL) {
		sheet_head(sheet, 0, _("Progress"));
		put_progress(place, sheet);
		sheet_head(sheet, 0, _("Deployment"));
		put_facts(place, sheet, d);
		put_past(place, sheet, page->base.page);
	} else if (page->base.page != NULL) {
		sheet_line(sheet, 3, STYLE_DIM,
		    app_deploys(place->app, place->param)
			? _("The deployment is being started.")
			: _("Nothing of this has been deployed yet."));
	}
	sheet_head(sheet, 0, _("What can be done"));
	dossier_page_actions(place, sheet);
	sheet_printf(sheet, 3, STYLE_NORMAL, _("The supervision %s"), page->base.dossier.id);
	sheet_choose(sheet, LINE_RECORD, 1);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void ask(struct place *place)
{
	struct query query = { .type = &deployment_record,
		.parent = place->param,
		.sort = "-started_at",
		.limit = ROWS_MAX };

	place_list(place, TAG_PAGE, &query);
}

static void deployment_open(struct place *place)
{
	struct dossier_page *page = dossier_page(place);

	page->stale = true;
	dossier_open(place, &page->dossier, place->param, "", PART(APPEALS));
	ask(place);
}

static void deployment_close(struct place *place)
{
	cloud_report_free(page_of(place)->report);
	dossier_page_close(place);
}

static void deployment_refresh(struct place *place)
{
	dossier_page_refresh(place);
	ask(place);
}

/* The steps belong to the newest: its stack is asked for them. */
static void look(struct place *place)
{
	struct deployment_page *page = page_of(place);
	const struct deployment *d = newest(page);
	bool runs;

	if (page->report != NULL && (d == NULL || strcmp(d->stack, page->report->stack) != 0)) {
		cloud_report_free(page->report);
		page->report = NULL;
	}
	runs = d != NULL ? d->state == DEPLOYMENT_DEPLOYING
			 : app_deploys(place->app, place->param);
	page->look_at = runs ? app_monotonic() + LOOK_MS : 0;
	if (d != NULL && d->stack[0] != '\0' && app_cloud(place->app) != NULL &&
	    strcmp(d->target, app_cloud(place->app)->ops->name) == 0)
		place_poll(place, d->stack);
}

static void deployment_reply(struct place *place, const struct reply *reply)
{
	dossier_page_reply(place, reply);
	if (reply->tag == TAG_PAGE && reply->page != NULL)
		look(place);
}

/* A stack that is not there any more has no steps to be shown: the record tells the rest. */
static void deployment_cloud(struct place *place, struct cloud_reply *reply)
{
	struct deployment_page *page = page_of(place);
	bool gone = reply->err != NULL && reply->err->status == STATUS_NOTFOUND;

	page->base.stale = true;
	strlcpy(page->trouble, reply->err != NULL && !gone ? reply->err->message : "",
	    sizeof(page->trouble));
	if (reply->report == NULL)
		return;
	cloud_report_free(page->report);
	page->report = reply->report;
	reply->report = NULL;
}

static int64_t deployment_due(const struct place *place)
{
	return page_of(place)->look_at;
}

static void deployment_tick(struct place *place)
{
	page_of(place)->look_at = 0;
	deployment_refresh(place);
}

/* ---- the screen ------------------------------------------------------------------------------ */

static bool deployment_ready(const struct place *place, const struct key *key)
{
	const struct dossier_page *page = dossier_page(place);

	(void)key;
	return dossier_known(&page->dossier) && page->page != NULL;
}

static bool deployment_act(struct place *place, int action, const char *argument)
{
	/* It is here already. */
	if (action == UI_DEPLOYMENT && argument[0] == '\0')
		return true;
	return dossier_page_act(place, action, argument);
}

static void deployment_headline(const struct place *place, char *out, size_t cap)
{
	const struct supervision *s = dossier_page(place)->dossier.supervision;

	snprintf(out, cap, _("Deployment %s"), s != NULL ? s->order_id : place->param);
}

static const int offers[] = { UI_OPEN, UI_BACK, UI_PALETTE, UI_HELP, UI_COPY, UI_REFRESH,
	UI_REASONS, 0 };

static const struct dossier_page_spec deployment_spec = {
	.known = dossier_page_has_supervision,
	.build = deployment_build,
	.open_line = dossier_page_open_record,
};

const struct screen deployment_screen = {
	DOSSIER_PAGE("deployment", N_("Deployment"), deployment_spec),
	.size = sizeof(struct deployment_page),
	.offers = offers,
	.open = deployment_open,
	.close = deployment_close,
	.refresh = deployment_refresh,
	.reply = deployment_reply,
	.act = deployment_act,
	.ready = deployment_ready,
	.cloud = deployment_cloud,
	.headline = deployment_headline,
	.due = deployment_due,
	.tick = deployment_tick,
};
