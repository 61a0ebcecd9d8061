/* What can be done to the marketplace of a scene now, by whom, and what of it is done next. */
#include "scene.h"

#include <string.h>

#include "model/flow.h"

#define OPEN_LEAST 20     /* supervisions to choose among, else an order is imported */
#define SERVICES_LEAST 6  /* the same for actions on purchased services */
#define LOOKED_AT 100     /* that were changed last */
#define SAMPLE 16         /* of them, to choose an action from */

struct way {
	const struct supervision *supervision;
	const struct instance *instance;        /* where the supervision is NULL */
	enum action_id action;
	enum role role;
};

/* One record's copy in the arena; NULL where the supervision has none such. */
static void *look(struct backend *b, const struct record_type *type, const char *id,
    struct arena *arena)
{
	struct page *page;
	struct error err;
	void *copy;

	if (id[0] == '\0')
		return NULL;
	if (backend_show(b, type, id, &page, &err) != STATUS_OK)
		scene_die("%s: %s", id, err.message);
	copy = record_copy(type, page->rows[0], arena);
	page_drop(page);
	return copy;
}

void deed_subject(struct deed_subject *on, struct backend *b, const struct supervision *s,
    struct arena *arena)
{
	on->supervision = s;
	on->instance = NULL;
	on->deployment = look(b, &deployment_record, s->deployment, arena);
	on->now = backend_now(b);
}

/* A lease that runs is nobody's to take: that is not for permit_action() to say. */
static bool leased(struct backend *b, const struct supervision *s, struct arena *arena)
{
	const struct deployment *d = look(b, &deployment_record, s->deployment, arena);

	return d != NULL && d->lease_until > backend_now(b);
}

static size_t find_ways(struct backend *b, const struct supervision *s, struct arena *arena,
    struct way *out)
{
	const struct appeal *appeal = look(b, &appeal_record, s->appeal, arena);
	size_t n = 0;
	int role, id;

	for (role = ROLE_BUYER; role <= ROLE_OPERATOR; role++) {
		struct actor actor = { .user = deed_user((enum role)role), .role = (enum role)role,
			.account = role == ROLE_BUYER ? s->buyer : s->seller };

		for (id = 1; id < ACTION_COUNT; id++) {
			enum action_id action = (enum action_id)id;

			if (permit_action(&actor, action, s, appeal) != DENY_NONE ||
			    (action == ACTION_TAKE_OVER_DEPLOYMENT && leased(b, s, arena)))
				continue;
			out[n++] = (struct way){ s, NULL, action, (enum role)role };
		}
	}
	return n;
}

static bool goes_on(enum action_id id)
{
	enum action_kind kind = action_get(id)->kind;

	return kind == KIND_FORWARD || kind == KIND_FACT || kind == KIND_ANSWER ||
	    kind == KIND_DEPLOY || id == ACTION_DECIDE;
}

/* How often it was done so far, or what it leads to and nothing else does: returned goods. */
static int64_t times(const struct way *way, const int64_t done[ACTION_COUNT])
{
	static const enum action_id leads[][2] = {
		{ ACTION_REQUEST_REFUND, ACTION_SHIP_RETURN },
		{ ACTION_AGREE_REFUND, ACTION_SHIP_RETURN },
		{ ACTION_SHIP_RETURN, ACTION_ACCEPT_RETURN },
		{ ACTION_SHIP_RETURN, ACTION_REJECT_RETURN },
	};
	bool hardware = way->supervision != NULL && way->supervision->flow == FLOW_HARDWARE;
	int64_t n = done[way->action];
	size_t i;

	for (i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		if (hardware && leads[i][0] == way->action && done[leads[i][1]] < n)
			n = done[leads[i][1]];
	}
	return n;
}

/* What was done least so far, or what takes the flow on, or anything. */
static const struct way *choose(const struct way *ways, size_t n,
    const int64_t done[ACTION_COUNT], struct rng *rng)
{
	const struct way *way = &ways[rng_below(rng, n)];
	uint64_t how = rng_below(rng, 10);
	size_t i;

	if (how < 4) {
		for (i = 0; i < n; i++) {
			if (times(&ways[i], done) < times(way, done))
				way = &ways[i];
		}
	} else if (how < 8) {
		for (i = 0; i < n && !goes_on(way->action); i++)
			way = &ways[rng_below(rng, n)];
	}
	return way;
}

static struct page *list(struct backend *b, const struct record_type *type, const char *filter)
{
	struct query query = { .type = type, .filter = filter, .sort = "-changed_at",
		.limit = LOOKED_AT };
	struct page *page;
	struct error err;

	if (strcmp(backend_actor(b)->user, "operator") != 0 &&
	    backend_impersonate(b, "operator", &err) != STATUS_OK)
		scene_die("operator: %s", err.message);
	if (backend_list(b, &query, &page, &err) != STATUS_OK)
		scene_die("list: %s", err.message);
	return page;
}

/* Rather one with which something was done before: else none would come far. */
static const struct supervision *pick(const struct page *page, struct rng *rng)
{
	const struct supervision *best = page->rows[rng_below(rng, page->count)], *other;
	int i;

	for (i = 0; i < 2; i++) {
		other = page->rows[rng_below(rng, page->count)];
		if (other->log_length > best->log_length)
			best = other;
	}
	return best;
}

/* False where there is nothing that could be done with these. */
static bool choose_from(struct deed *deed, int64_t n, const char *stream, struct backend *b,
    const struct page *page, const int64_t done[ACTION_COUNT], struct rng *rng)
{
	static struct way ways[SAMPLE * 4 * ACTION_COUNT];
	struct arena arena = { 0 };
	struct deed_subject on;
	const struct way *way;
	size_t i, found = 0;

	for (i = 0; i < SAMPLE && page->count > 0; i++)
		found += find_ways(b, pick(page, rng), &arena, &ways[found]);
	if (found > 0) {
		way = choose(ways, found, done, rng);
		deed_subject(&on, b, way->supervision, &arena);
		deed_on(deed, n, stream, &on, way->action, way->role);
		if (rng_below(rng, 2) == 0)
			deed->version = way->supervision->version;
	}
	arena_free(&arena);
	return found > 0;
}

static size_t find_ways_of_service(struct backend *b, const struct instance *instance,
    struct way *out)
{
	const struct owned owned = { .instance = instance };
	const struct actor buyer = { .user = deed_user(ROLE_BUYER), .account = instance->buyer,
		.role = ROLE_BUYER };
	size_t n = 0;
	int id;

	for (id = 1; id < ACTION_COUNT; id++) {
		enum action_id action = (enum action_id)id;

		if (permit_owned(&buyer, action, &owned, backend_now(b)) == DENY_NONE)
			out[n++] = (struct way){ NULL, instance, action, ROLE_BUYER };
	}
	return n;
}

/* A purchased service that is not supervised, or an order that brings some. */
static void choose_service(struct deed *deed, int64_t n, const char *stream, struct backend *b,
    const int64_t done[ACTION_COUNT], struct rng *rng)
{
	struct page *page = list(b, &instance_record, "supervised:no");
	static struct way ways[LOOKED_AT * ACTION_COUNT];
	const struct way *way;
	size_t i, found = 0;

	for (i = 0; i < page->count; i++)
		found += find_ways_of_service(b, page->rows[i], &ways[found]);
	if (found < SERVICES_LEAST) {
		deed_import(deed, n, stream, (int)rng_between(rng, 1, 4));
		deed->services = true;
	} else {
		struct deed_subject on = { .now = backend_now(b) };

		way = choose(ways, found, done, rng);
		on.instance = way->instance;
		deed_on(deed, n, stream, &on, way->action, way->role);
		if (rng_below(rng, 2) == 0)
			deed->version = way->instance->version;
	}
	page_drop(page);
}

void deed_choose(struct deed *deed, int64_t n, const char *stream, struct backend *b,
    const int64_t done[ACTION_COUNT], struct rng *rng)
{
	struct page *open = list(b, &supervision_record, "state:open"), *ended = NULL;
	bool chosen = false;

	if (open->count < OPEN_LEAST) {
		deed_import(deed, n, stream, (int)rng_between(rng, 1, 4));
		deed->first = (int)rng_below(rng, 100);
		chosen = true;
	} else if (rng_below(rng, 8) == 0) {
		choose_service(deed, n, stream, b, done, rng);
		chosen = true;
	} else if (rng_below(rng, 6) == 0) {
		ended = list(b, &supervision_record, "state:completed");
		chosen = choose_from(deed, n, stream, b, ended, done, rng);
	}
	if (!chosen && !choose_from(deed, n, stream, b, open, done, rng))
		scene_die("nothing can be done with what is open");
	page_drop(open);
	page_drop(ended);
}
