/*
 * Who and what the demo is made of: companies, people, products. Constant data; any thread.
 */
#ifndef KOODESK_DEMO_CAST_H
#define KOODESK_DEMO_CAST_H

#include <stdint.h>

#include "base/mem.h"
#include "model/names.h"

enum tongue { TONGUE_EN, TONGUE_ZH, TONGUE_COUNT };

struct person {
	const char *id;          /* what --as takes */
	const char *name;
};

struct company {
	const char *id;
	const char *name;
	enum account_kind kind;
	enum tongue tongue;      /* that its people write in */
	const char *email;
	const char *phone, *address;   /* where goods go; of buyers */
	struct person people[2]; /* the first is the busier one; id NULL: none */
};

/* What a product is about: decides which texts fit it. */
enum subject {
	SUBJECT_LICENCE, SUBJECT_MIGRATION, SUBJECT_DATABASE, SUBJECT_SECURITY, SUBJECT_PLATFORM,
	SUBJECT_SITE, SUBJECT_OFFICE, SUBJECT_WEBSITE, SUBJECT_SAAS, SUBJECT_DATA, SUBJECT_GOODS,
	SUBJECT_COUNT
};

struct ware {
	const char *id;
	const char *name;
	const char *seller;      /* a company's id */
	enum delivery delivery;
	enum category category;
	enum track track;
	enum subject subject;
	enum tongue tongue;
	enum identifier_kind identifier; /* of license 1.0 */
	const char *period;      /* "year", "month", or "" for a price paid once */
	int64_t price;           /* thousandths of a yuan, each */
	int64_t most;            /* pieces on one line */
	int64_t days;            /* average delivery */
};

extern const struct company cast_companies[];
extern const size_t cast_company_count, cast_buyer_count;   /* the buyers stand first */
extern const struct ware cast_wares[];
extern const size_t cast_ware_count;

#define CAST_BUYER "acme"        /* alice's account */
#define CAST_SELLER "datasafe"   /* bob's */

const struct company *cast_seller(const struct ware *ware);
/* The catalogue as market_import() reads it (doc/catalogue.md). */
void cast_catalogue(struct buf *out);

#endif
