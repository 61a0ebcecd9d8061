#include "expect_catalogue.h"

#include <stddef.h>

struct product_line {
	const char *id;
	enum flow_id flow;
	const char *category, *track;
};

static const struct product_line products[] = {
	{ "M-GENERIC", FLOW_MANUAL_STD, "generic", "" },
	{ "M-SELF", FLOW_MANUAL_STD, "self-service", "" },
	{ "M-JOINT", FLOW_MANUAL_STD, "joint", "" },
	{ "M-EMPOWER", FLOW_MANUAL_STD, "joint", "empowerment" },
	{ "M-BASE", FLOW_MANUAL_STD, "joint", "base" },
	{ "L-GENERIC", FLOW_LIC_OFFLINE, "generic", "" },
	{ "L-SELF", FLOW_LIC_OFFLINE, "self-service", "" },
	{ "L-JOINT", FLOW_LIC_OFFLINE, "joint", "" },
	{ "L-EMPOWER", FLOW_LIC_OFFLINE, "joint", "empowerment" },
	{ "L-BASE", FLOW_LIC_OFFLINE, "joint", "base" },
};

/* 4.7 and R16. The rules change at 2023-04-28 00:00 in platform time, which is 16:00 UTC of the day
 * before. */
const char *expect_product(enum flow_id flow, bool reviewed, unsigned how, const char **when)
{
	static const struct {
		unsigned product;
		const char *when;
	} plain[] = { { 0, "20261120010203" }, { 1, "20261120010203" }, { 2, "20261120010203" },
		{ 0, "20221120010203" }, { 2, "20230427160000" } },
	  review[] = { { 3, "20261120010203" }, { 4, "20261120010203" }, { 2, "20230427155959" },
		  { 3, "20230101000000" } };
	unsigned i = reviewed ? how % 4 : how % 5;

	*when = reviewed ? review[i].when : plain[i].when;
	return products[(flow == FLOW_MANUAL_STD ? 0 : 5) +
	    (reviewed ? review[i].product : plain[i].product)]
	    .id;
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
	for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
		const struct product_line *p = &products[i];

		buf_printf(out,
		    "%s{\"id\":\"%s\",\"name\":\"Product %s\",\"seller\":\"%s\","
		    "\"delivery\":\"%s\",\"category\":\"%s\",\"track\":\"%s\","
		    "\"currency\":\"CNY\"}",
		    i ? "," : "", p->id, p->id, EXPECT_SELLER,
		    p->flow == FLOW_MANUAL_STD ? "manual-std" : "lic-offline", p->category,
		    p->track);
	}
	buf_puts(out, "]}");
}
