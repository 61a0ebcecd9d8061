#include "expect_catalogue.h"

#include <stddef.h>
#include <stdio.h>

static const struct {
	const char *suffix, *category, *track;
} kinds[] = {
	{ "GENERIC", "generic", "" },
	{ "SELF", "self-service", "" },
	{ "JOINT", "joint", "" },
	{ "EMPOWER", "joint", "empowerment" },
	{ "BASE", "joint", "base" },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const char *const deliveries[FLOW_COUNT] = {
	[FLOW_MANUAL_STD] = "manual-std",
	[FLOW_MANUAL_SITE] = "manual-site",
	[FLOW_SAAS_OFFLINE] = "saas-offline",
	[FLOW_DATA] = "data-file",
	[FLOW_LIC_OFFLINE] = "lic-offline",
	[FLOW_LIC_10] = "lic-10",
	[FLOW_LIC_20] = "lic-20",
	[FLOW_LIC_PACKAGE] = "lic-package",
	[FLOW_HARDWARE] = "hardware",
};

struct reason {
	unsigned kind;
	const char *when; /* NULL: now */
};

/*
 * 4.7 and R16. The rules change at 2023-04-28 00:00 in platform time, which is 16:00 UTC of the day
 * before.
 */
static const struct reason plain[] = { { 0, NULL }, { 1, NULL }, { 2, NULL },
	{ 0, "20221120010203" }, { 2, "20230427160000" } };
static const struct reason reviewed[] = { { 3, NULL }, { 4, NULL }, { 2, "20230427155959" },
	{ 3, "20230101000000" } };
/* R5: generic orders from 2024-09-14 00:00 on close with the activation, the joint never. */
static const struct reason closes[] = { { 0, NULL }, { 0, "20240913160000" } };
static const struct reason proves[] = { { 2, NULL }, { 0, "20240913155959" },
	{ 2, "20230427160000" }, { 0, "20230427155959" } };

const char *expect_product(enum flow_id flow, unsigned terms, unsigned how, const char **when)
{
	static char id[32];
	const struct reason *reason;

	if (terms & EXPECT_REVIEWED)
		reason = &reviewed[how % (sizeof(reviewed) / sizeof(reviewed[0]))];
	else if (terms & EXPECT_PROOF)
		reason = &proves[how % (sizeof(proves) / sizeof(proves[0]))];
	else if (flow == FLOW_LIC_20)
		reason = &closes[how % (sizeof(closes) / sizeof(closes[0]))];
	else if (how % 7 == 6 && (flow == FLOW_LIC_PACKAGE || flow == FLOW_HARDWARE))
		reason = &reviewed[how % 4]; /* 11b: these flows have no review */
	else
		reason = &plain[how % (sizeof(plain) / sizeof(plain[0]))];
	*when = reason->when;
	snprintf(id, sizeof(id), "%s-%s", deliveries[flow], kinds[reason->kind].suffix);
	return id;
}

struct actor expect_catalogue_actor(const struct expect_asker *asker)
{
	static const char *const users[ROLE_COUNT][EXPECT_OWNERS] = {
		[ROLE_BUYER] = { "bob", "sold-by-buyer", "bea" },
		[ROLE_SELLER] = { "sam", "bought-by-seller", "sue" },
		[ROLE_REVIEWER] = { "reviewer", "reviewer", "reviewer" },
		[ROLE_OPERATOR] = { "operator", "operator", "operator" },
	};
	struct actor actor = expect_actor(asker);

	if (users[asker->role][asker->owner])
		actor.user = users[asker->role][asker->owner];
	return actor;
}

static void seller(struct buf *out, const char *id, const char *user)
{
	buf_printf(out,
	    "{\"id\":\"%s\",\"name\":\"Seller %s\",\"users\":[{\"id\":\"%s\","
	    "\"name\":\"%s\"}]}",
	    id, user, user, user);
}

void expect_catalogue(struct buf *out)
{
	buf_puts(out, "{\"koodesk-catalogue\":1,\"sellers\":[");
	seller(out, EXPECT_SELLER, "sam");
	buf_puts(out, ",");
	seller(out, EXPECT_STRANGER, "sue");
	buf_puts(out, "],\"products\":[");
	for (int flow = 1; flow < FLOW_COUNT; flow++)
		for (size_t i = 0; i < KINDS; i++)
			buf_printf(out,
			    "%s{\"id\":\"%s-%s\",\"name\":\"Product %s %s\",\"seller\":\"%s\","
			    "\"delivery\":\"%s\",\"category\":\"%s\",\"track\":\"%s\","
			    "\"currency\":\"CNY\"}",
			    flow > 1 || i > 0 ? "," : "", deliveries[flow], kinds[i].suffix,
			    deliveries[flow], kinds[i].suffix, EXPECT_SELLER, deliveries[flow],
			    kinds[i].category, kinds[i].track);
	buf_puts(out, "]}");
}
