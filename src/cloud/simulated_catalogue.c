#include "cloud/simulated_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bsd/stdlib.h>
#include <bsd/string.h>

#include "base/i18n.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LEAST_GIB 2      /* what the products' start scripts need */

#define ZONE_A 1u
#define ZONE_B 2u
#define ZONE_C 4u

static const char *const zones[] = { "sim-1a", "sim-1b", "sim-1c" };

static const struct flavour {
	const char *id, *class;
	int cores, gib;
	unsigned in;             /* the zones that have it */
	bool recommended;
} flavours[] = {
	{ "s6.large.2", N_("general"), 2, 4, ZONE_A | ZONE_B, true },
	{ "s6.xlarge.2", N_("general"), 4, 8, ZONE_A | ZONE_B | ZONE_C, true },
	{ "s6.small.1", N_("general"), 1, 1, ZONE_A | ZONE_B | ZONE_C, false },
	{ "c7.large.4", N_("computing"), 2, 8, ZONE_A | ZONE_C, false },
	{ "c7.xlarge.4", N_("computing"), 4, 16, ZONE_B, false },
	{ "c7.2xlarge.4", N_("computing"), 8, 32, ZONE_A | ZONE_B, false },
	{ "c7n.8xlarge.2", N_("computing"), 32, 64, ZONE_A, false },
	{ "m7.xlarge.8", N_("memory"), 4, 32, ZONE_C, false },
	{ "m7.4xlarge.8", N_("memory"), 16, 128, ZONE_A | ZONE_B, false },
	{ "x9.soldout.1", N_("general"), 2, 4, 0, false },
};

static const struct { const char *id, *name, *range; } networks[] = {
	{ "sim-vpc-home", "vpc-home", "192.168.0.0/16" },
	{ "sim-vpc-office", "vpc-office", "10.20.0.0/16" },
};

static const struct subnet {
	const char *network, *id, *name, *range, *prefix;
	int free;
} subnets[] = {
	{ "sim-vpc-home", "sim-subnet-web", "subnet-web", "192.168.0.0/24", "192.168.0.", 248 },
	{ "sim-vpc-home", "sim-subnet-data", "subnet-data", "192.168.1.0/24", "192.168.1.", 12 },
	{ "sim-vpc-home", "sim-subnet-full", "subnet-full", "192.168.2.0/28", "192.168.2.", 0 },
	{ "sim-vpc-office", "sim-subnet-desk", "subnet-desk", "10.20.4.0/24", "10.20.4.", 97 },
};

static const struct { const char *id, *name, *rules; bool recommended; } groups[] = {
	{ "sim-sg-recommended", N_("recommended by the seller"), N_("in: TCP 80, 443"), true },
	{ "sim-sg-web", N_("web servers"), N_("in: TCP 22, 80, 443"), false },
	{ "sim-sg-default", N_("default"), N_("in: only from the same group"), false },
};

/* ---- Offers -------------------------------------------------------------------------------- */

static void offer_flavour(struct arena *arena, const struct flavour *flavour,
    struct cloud_offer *out)
{
	struct cloud_zone *in = arena_alloc(arena, COUNT(zones) * sizeof(*in));
	size_t i;

	for (i = 0; i < COUNT(zones); i++) {
		in[i].name = zones[i];
		in[i].available = (flavour->in & 1u << i) != 0;
	}
	out->id = out->name = flavour->id;
	out->detail = arena_printf(arena, _("%s, %d vCPU, %d GiB"), _(flavour->class),
	    flavour->cores, flavour->gib);
	out->recommended = flavour->recommended;
	out->zones = in;
	out->n_zones = COUNT(zones);
	if (flavour->in == 0) {
		out->usable = false;
		out->reason = _("sold out in every zone");
	}
}

static void offer_subnet(struct arena *arena, const struct subnet *subnet, struct cloud_offer *out)
{
	out->id = subnet->id;
	out->name = subnet->name;
	out->detail = arena_printf(arena, _("%s, free addresses: %d"), subnet->range, subnet->free);
	if (subnet->free == 0) {
		out->usable = false;
		out->reason = _("it has no free address");
	}
}

static void offer_new(enum cloud_offer_kind kind, struct cloud_offer *out)
{
	out->id = CLOUD_NEW;
	if (kind == CLOUD_NETWORKS)
		out->name = _("new network");
	else if (kind == CLOUD_SUBNETS)
		out->name = _("new subnet");
	else
		out->name = _("new security group");
	out->detail = _("made by the deployment");
}

/* The n-th offer of the kind; false behind the last. */
static bool offer_nth(struct arena *arena, const struct cloud_query *query, size_t n,
    struct cloud_offer *out)
{
	size_t i, last = 0;

	memset(out, 0, sizeof(*out));
	out->detail = out->reason = "";
	out->usable = true;
	switch (query->kind) {
	case CLOUD_FLAVOURS:
		if (n < COUNT(flavours))
			offer_flavour(arena, &flavours[n], out);
		return n < COUNT(flavours);
	case CLOUD_NETWORKS:
		if (n < (last = COUNT(networks))) {
			out->id = networks[n].id;
			out->name = networks[n].name;
			out->detail = networks[n].range;
		}
		break;
	case CLOUD_SUBNETS:
		for (i = 0; i < COUNT(subnets); i++)
			if (strcmp(subnets[i].network, query->network) == 0 && last++ == n)
				offer_subnet(arena, &subnets[i], out);
		break;
	case CLOUD_GROUPS:
	case CLOUD_OFFER_KINDS:
		if (n < (last = COUNT(groups))) {
			out->id = groups[n].id;
			out->name = _(groups[n].name);
			out->detail = _(groups[n].rules);
			out->recommended = groups[n].recommended;
		}
		break;
	}
	if (n == last)
		offer_new(query->kind, out);
	return n <= last;
}

static bool network_known(const char *network)
{
	size_t i;

	for (i = 0; i < COUNT(networks); i++)
		if (strcmp(networks[i].id, network) == 0)
			return true;
	return strcmp(network, CLOUD_NEW) == 0;
}

static enum status refuse(struct error *err, const char *field, const char *message)
{
	error_set(err, STATUS_INVALID, "%s", message);
	error_field(err, field);
	return STATUS_INVALID;
}

enum status sim_offers(const struct cloud_query *query, struct cloud_page **out,
    struct error *err)
{
	struct cloud_page *page;
	struct cloud_offer more;
	size_t from = 0;

	if (query->kind == CLOUD_SUBNETS && !network_known(query->network))
		return refuse(err, "network", _("The simulated cloud has no such network."));
	if (query->cursor != NULL) {
		const char *wrong;

		from = (size_t)strtonum(query->cursor, 0, 1000, &wrong);
		if (wrong != NULL)
			return refuse(err, "cursor", _("This is not where a page ended."));
	}
	page = mem_alloc(sizeof(*page));
	page->offers = arena_alloc(&page->arena, query->limit * sizeof(*page->offers));
	while (page->count < query->limit && offer_nth(&page->arena, query, from + page->count,
	    &page->offers[page->count]))
		page->count++;
	if (offer_nth(&page->arena, query, from + page->count, &more))
		page->next = arena_printf(&page->arena, "%zu", from + page->count);
	*out = page;
	return STATUS_OK;
}

/* ---- Requests ------------------------------------------------------------------------------ */

static const struct flavour *flavour_of(const char *id)
{
	size_t i;

	for (i = 0; i < COUNT(flavours); i++)
		if (strcmp(flavours[i].id, id) == 0)
			return &flavours[i];
	return NULL;
}

static const struct subnet *subnet_of(const char *id)
{
	size_t i;

	for (i = 0; i < COUNT(subnets); i++)
		if (strcmp(subnets[i].id, id) == 0)
			return &subnets[i];
	return NULL;
}

static bool zone_in(const char *zone, unsigned in)
{
	size_t i;

	for (i = 0; i < COUNT(zones); i++)
		if ((in & 1u << i) != 0 && strcmp(zones[i], zone) == 0)
			return true;
	return false;
}

static bool zone_given(const struct cloud_request *request)
{
	return request->zone != NULL && request->zone[0] != '\0';
}

static bool group_known(const char *group)
{
	size_t i;

	for (i = 0; i < COUNT(groups); i++)
		if (strcmp(groups[i].id, group) == 0)
			return true;
	return strcmp(group, CLOUD_NEW) == 0;
}

enum status sim_check(const struct cloud_request *request, struct error *err)
{
	const struct subnet *subnet = subnet_of(request->subnet);

	if (zone_given(request) && !zone_in(request->zone, ZONE_A | ZONE_B | ZONE_C))
		return refuse(err, "zone", _("The simulated cloud has no such zone."));
	if (flavour_of(request->flavour) == NULL)
		return refuse(err, "flavour", _("The simulated cloud has no such flavour."));
	if (!network_known(request->network))
		return refuse(err, "network", _("The simulated cloud has no such network."));
	if (strcmp(request->subnet, CLOUD_NEW) != 0 &&
	    (subnet == NULL || strcmp(subnet->network, request->network) != 0))
		return refuse(err, "subnet", _("This network has no such subnet."));
	if (!group_known(request->group))
		return refuse(err, "group", _("The simulated cloud has no such security group."));
	return STATUS_OK;
}

const char *sim_zone(const struct cloud_request *request)
{
	const struct flavour *flavour = flavour_of(request->flavour);
	size_t i;

	if (zone_given(request))
		return request->zone;
	for (i = 0; flavour != NULL && i < COUNT(zones); i++)
		if ((flavour->in & 1u << i) != 0)
			return zones[i];
	return zones[0];
}

int sim_cores(const char *flavour)
{
	const struct flavour *found = flavour_of(flavour);

	return found != NULL ? found->cores : 0;
}

const char *sim_subnet_prefix(const char *subnet)
{
	const struct subnet *found = subnet_of(subnet);

	return found != NULL ? found->prefix : "192.168.100.";
}

void sim_fault(const struct cloud_request *request, const char *zone, int64_t cores_used,
    struct sim_fault *out)
{
	const struct flavour *flavour = flavour_of(request->flavour);
	const struct subnet *subnet = subnet_of(request->subnet);

	memset(out, 0, sizeof(*out));
	out->step = SIM_SERVER;
	if (flavour == NULL) {
		out->code = "Ecs.0029";
		snprintf(out->cause, sizeof(out->cause), _("Simulated: flavour %s does not exist."),
		    request->flavour);
	} else if (!zone_in(zone, flavour->in)) {
		out->code = "Ecs.0018";
		snprintf(out->cause, sizeof(out->cause),
		    _("Simulated: flavour %s is sold out in %s. Choose another flavour or zone."),
		    flavour->id, zone);
	} else if (cores_used + flavour->cores > SIM_QUOTA_CORES) {
		out->code = "Ecs.0001";
		snprintf(out->cause, sizeof(out->cause),
		    _("Simulated: quota exceeded for vCPUs. Requested %d, used %lld of %d."),
		    flavour->cores, (long long)cores_used, SIM_QUOTA_CORES);
	} else if (subnet != NULL && subnet->free == 0) {
		out->code = "Ecs.0012";
		snprintf(out->cause, sizeof(out->cause),
		    _("Simulated: subnet %s has no free IP address. Choose another subnet."),
		    subnet->id);
	} else if (flavour->gib < LEAST_GIB) {
		out->step = SIM_SCRIPT;
		out->code = "";
		snprintf(out->cause, sizeof(out->cause),
		    _("Simulated: the start script ended with exit code 137 (out of memory). "
		      "Flavour %s has %d GiB, the template needs %d GiB."),
		    flavour->id, flavour->gib, LEAST_GIB);
	} else {
		out->step = SIM_STEPS;
		out->code = "";
	}
}
