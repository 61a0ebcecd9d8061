/*
 * What the people of the demo write, in English and Chinese. Constant data; any thread.
 *
 * {product}, {buyer} and {seller} in a text stand for those names (texts_fill()).
 */
#ifndef KOODESK_DEMO_TEXTS_H
#define KOODESK_DEMO_TEXTS_H

#include "base/rand.h"
#include "demo/cast.h"

enum text_pool {
	TEXT_SCOPE,              /* requirement, after its opening by subject */
	TEXT_TERMS,              /* requirement, its end */
	TEXT_CONFIRM,
	TEXT_UNCLEAR,            /* the seller rejects a requirement */
	TEXT_INSTALLED,          /* result of a licence's delivery */
	TEXT_DONE,               /* result of a manual service */
	TEXT_RESULT_END,
	TEXT_PASSED,
	TEXT_RETURNED,           /* the reviewer sends back */
	TEXT_ACCEPTED,
	TEXT_REFUSED_LICENCE,    /* the buyer rejects a delivery */
	TEXT_REFUSED_SERVICE,
	TEXT_BUYER_SAYS,
	TEXT_SELLER_SAYS,
	TEXT_NOT_AS_AGREED_LICENCE, TEXT_NOT_AS_AGREED_SERVICE, TEXT_NOT_AS_AGREED_CLAIM,
	TEXT_SELLER_IDLE, TEXT_SELLER_IDLE_CLAIM,
	TEXT_BUYER_IDLE, TEXT_BUYER_IDLE_CLAIM,
	TEXT_UNFOUNDED, TEXT_UNFOUNDED_CLAIM,
	TEXT_BUYER_STATES,       /* during an appeal */
	TEXT_SELLER_STATES, TEXT_SELLER_STATES_GOODS,
	TEXT_OPERATOR_SAYS,
	TEXT_WITHDRAWN,
	TEXT_COMPLETE_IDLE,      /* the buyer did not act */
	TEXT_COMPLETE, TEXT_RESUME, TEXT_SEND_BACK, TEXT_REFUND, TEXT_PART_REFUND,
	TEXT_SITE_SCOPE, TEXT_SITE_CONFIRM, TEXT_SITE_UNCLEAR, TEXT_SITE_BUILT, TEXT_SITE_REFUSED,
	TEXT_SAAS_SCOPE, TEXT_SAAS_READY, TEXT_SAAS_REFUSED,
	TEXT_DATA_SCOPE, TEXT_DATA_READY, TEXT_DATA_REFUSED,
	TEXT_SHIPPED, TEXT_GOODS_REFUSED, TEXT_NOT_AS_AGREED_OTHER, TEXT_NOT_AS_AGREED_GOODS,
	TEXT_FOUND_GOOD,         /* accepted, whatever it is */
	TEXT_DRAFT, TEXT_DRAFT_CONFIRMED, TEXT_DRAFT_REFUSED,
	TEXT_IDENTIFIER,
	TEXT_MEMO,               /* how to use what was opened */
	TEXT_CODE_READY, TEXT_PROVED,
	TEXT_STEPS,              /* of a deployment, in their order */
	TEXT_FAILED,
	TEXT_REFUND_ASKED, TEXT_PART_ASKED, TEXT_RETURN_ASKED,
	TEXT_REFUND_AGREED, TEXT_REFUND_REFUSED,
	TEXT_REFUND_WITHDRAWN,
	TEXT_RETURN_AGREED,      /* of goods that were received */
	TEXT_RETURN_GOOD, TEXT_RETURN_BAD,
	TEXT_TAGS_GOOD, TEXT_TAGS_POOR, TEXT_RATED_GOOD, TEXT_RATED_POOR,
	TEXT_COUNT
};

const char *texts_pick(enum text_pool pool, enum tongue tongue, struct rng *rng);
/* A pool whose texts have an order; the last one stands for what is behind it. */
const char *texts_nth(enum text_pool pool, enum tongue tongue, size_t nth);
const char *texts_opening(enum subject subject, enum tongue tongue, struct rng *rng);
const char *texts_standard(enum subject subject, enum tongue tongue);
const char *texts_template(enum subject subject, enum tongue tongue);

struct text_names { const char *product, *buyer, *seller; };
/* Appends text to out with the names filled in. */
void texts_fill(struct buf *out, const char *text, const struct text_names *names);

#endif
