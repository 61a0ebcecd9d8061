/*
 * An order as it was read, before it becomes records. For src/market/ only; everything lies in the
 * import's arena.
 */
#ifndef KOODESK_MARKET_IMPORT_ORDER_H
#define KOODESK_MARKET_IMPORT_ORDER_H

#include "market/work.h"

enum order_kind {
	ORDER_KIND_UNKNOWN, /* carried, and nothing else */
	ORDER_KIND_NEW,
	ORDER_KIND_RENEW,
	ORDER_KIND_CHANGE,
	ORDER_KIND_TRIAL,
	ORDER_KIND_TRIAL_TO_FORMAL,
	ORDER_KIND_UNSUBSCRIBE,
};

struct incoming_line {
	struct order_line *line;
	const struct product *product;
	const char *consignee, *address; /* where goods go; never NULL */
};

struct incoming {
	struct order *order;
	enum order_kind kind;
	struct incoming_line *lines;
	size_t n_lines;
};

/* Writes the records that this type of order makes (F6). */
enum status import_place(struct import *import, struct incoming *in, struct error *err);

#endif
