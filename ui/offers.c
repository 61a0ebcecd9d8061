/*
 * Questions of screens to the cloud: what can be chosen, and how a stack stands. They run in the
 * cloud's own worker; an answer for a place that is gone is dropped.
 */
#include "ui/app.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

#define CHOICES_MAX 100

struct question {
	struct job job;                /* first */
	struct app *app;
	uint64_t place;
	struct arena arena;
	const char *product;           /* of offers; NULL: a stack is asked for */
	const char *stack;
	int64_t now;
	struct deploy_offers *offers;
	struct cloud_report *report;
	enum status status;
	struct error err;
};

static void question_free(struct question *q)
{
	deploy_offers_free(q->offers);
	cloud_report_free(q->report);
	arena_free(&q->arena);
	free(q);
}

static void question_drop(struct job *job)
{
	question_free((struct question *)job);
}

static void question_done(struct job *job)
{
	struct question *q = (struct question *)job;
	struct place *place = app_find(q->app, q->place);
	struct cloud_reply reply = { .offers = q->offers, .report = q->report };

	reply.err = q->status == STATUS_OK ? NULL : &q->err;
	if (place != NULL && place->screen->cloud != NULL) {
		place->screen->cloud(place, &reply);
		q->offers = reply.offers;
		q->report = reply.report;
		q->app->dirty = true;
	}
	question_free(q);
}

static struct question *question_new(struct place *place, void (*run)(struct job *job))
{
	struct question *q = mem_alloc(sizeof(*q));

	q->job.run = run;
	q->job.done = question_done;
	q->job.drop = question_drop;
	q->app = place->app;
	q->place = place->serial;
	q->now = q->app->options->clock(q->app->options->clock_state);
	return q;
}

/* ---- offers ---------------------------------------------------------------------------------- */

void deploy_offers_free(struct deploy_offers *offers)
{
	if (offers == NULL)
		return;
	arena_free(&offers->arena);
	free(offers);
}

static void add_choice(struct deploy_offers *offers, enum deploy_field field,
    const struct cloud_offer *offer, const char *id, const char *name)
{
	struct deploy_choices *to = &offers->fields[field];

	if (to->list == NULL)
		to->list = arena_alloc(&offers->arena, CHOICES_MAX * sizeof(*to->list));
	if (to->count == CHOICES_MAX)
		return;
	to->list[to->count++] = (struct deploy_choice){ .id = id,
		.name = name,
		.detail = arena_strdup(&offers->arena, offer->detail),
		.reason = arena_strdup(&offers->arena, offer->reason),
		.recommended = offer->recommended,
		.usable = offer->usable };
}

static enum status ask(struct question *q, enum cloud_offer_kind kind, const char *network,
    struct cloud_page **page)
{
	struct cloud_query query = {
		.kind = kind, .template = q->product, .network = network, .limit = CLOUD_PAGE_MAX
	};

	return cloud_offers(q->app->options->cloud, &query, page, &q->err);
}

static enum status ask_plain(
    struct question *q, enum cloud_offer_kind kind, enum deploy_field field)
{
	struct arena *arena = &q->offers->arena;
	struct cloud_page *page = NULL;
	enum status status = ask(q, kind, NULL, &page);
	size_t i;

	for (i = 0; status == STATUS_OK && i < page->count; i++)
		add_choice(q->offers, field, &page->offers[i],
		    arena_strdup(arena, page->offers[i].id),
		    arena_strdup(arena, page->offers[i].name));
	cloud_page_free(page);
	return status;
}

/* A subnet is chosen together with its network: one choice is one of both. */
static enum status ask_subnets(struct question *q, const struct cloud_offer *network)
{
	struct arena *arena = &q->offers->arena;
	struct cloud_page *page = NULL;
	enum status status;
	size_t i;

	if (strcmp(network->id, CLOUD_NEW) == 0) {
		add_choice(q->offers, DEPLOY_NETWORK, network, CLOUD_NEW "/" CLOUD_NEW,
		    arena_strdup(arena, network->name));
		return STATUS_OK;
	}
	status = ask(q, CLOUD_SUBNETS, network->id, &page);
	for (i = 0; status == STATUS_OK && i < page->count; i++)
		add_choice(q->offers, DEPLOY_NETWORK, &page->offers[i],
		    arena_printf(arena, "%s/%s", network->id, page->offers[i].id),
		    arena_printf(arena, "%s, %s", network->name, page->offers[i].name));
	cloud_page_free(page);
	return status;
}

static enum status ask_networks(struct question *q)
{
	struct cloud_page *page = NULL;
	enum status status = ask(q, CLOUD_NETWORKS, NULL, &page);
	size_t i;

	for (i = 0; status == STATUS_OK && i < page->count; i++)
		status = ask_subnets(q, &page->offers[i]);
	cloud_page_free(page);
	return status;
}

static void offers_run(struct job *job)
{
	struct question *q = (struct question *)job;

	q->offers = mem_alloc(sizeof(*q->offers));
	q->status = ask_plain(q, CLOUD_FLAVOURS, DEPLOY_FLAVOUR);
	if (q->status == STATUS_OK)
		q->status = ask_networks(q);
	if (q->status == STATUS_OK)
		q->status = ask_plain(q, CLOUD_GROUPS, DEPLOY_GROUP);
}

void place_offers(struct place *place, const char *product)
{
	struct question *q = question_new(place, offers_run);

	q->product = arena_strdup(&q->arena, product);
	job_queue(place->app->clouds, &q->job);
}

/* ---- a stack --------------------------------------------------------------------------------- */

static void poll_run(struct job *job)
{
	struct question *q = (struct question *)job;

	q->status = cloud_poll(q->app->options->cloud, q->stack, q->now, &q->report, &q->err);
}

void place_poll(struct place *place, const char *stack)
{
	struct question *q = question_new(place, poll_run);

	q->stack = arena_strdup(&q->arena, stack);
	job_queue(place->app->clouds, &q->job);
}

const struct cloud *app_cloud(const struct app *app)
{
	return app->options->cloud;
}

const char *app_no_cloud(const struct app *app)
{
	return app->options->no_cloud != NULL ? app->options->no_cloud
					      : _("This console has no cloud to deploy to.");
}
