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
	TEXT_SELLER_STATES,
	TEXT_OPERATOR_SAYS,
	TEXT_WITHDRAWN,
	TEXT_COMPLETE_IDLE,      /* the buyer did not act */
	TEXT_COMPLETE, TEXT_RESUME, TEXT_SEND_BACK, TEXT_REFUND, TEXT_PART_REFUND,
	TEXT_COUNT
};

const char *texts_pick(enum text_pool pool, enum tongue tongue, struct rng *rng);
const char *texts_opening(enum subject subject, enum tongue tongue, struct rng *rng);
const char *texts_standard(enum subject subject, enum tongue tongue);
const char *texts_template(enum subject subject, enum tongue tongue);

struct text_names { const char *product, *buyer, *seller; };
/* Appends text to out with the names filled in. */
void texts_fill(struct buf *out, const char *text, const struct text_names *names);

#endif
