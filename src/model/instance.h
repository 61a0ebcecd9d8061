/*
 * The life of a purchased service by its expiry (domain.md 2.6): in use, expired (still usable, by
 * the customer's level), frozen (data kept, renewable), released. Shown, not timed. And what a
 * further period of it costs (2.5). Pure; any thread.
 */
#ifndef KOODESK_MODEL_INSTANCE_H
#define KOODESK_MODEL_INSTANCE_H

#include "model/records.h"

/* The level of a customer is not known here: what the marketplace's lowest paying ones have. */
#define INSTANCE_GRACE (INT64_C(7) * 24 * 3600 * 1000)
/* Sellers keep the data of a frozen service for this long. */
#define INSTANCE_RETENTION (INT64_C(15) * 24 * 3600 * 1000)

/* What a delivered service is at that time by its expiry alone; expires_at 0: it has none. */
enum instance_state instance_state_by(int64_t expires_at, int64_t now);
/* What it is at that time: by its expiry, unless it is being delivered or was released. */
enum instance_state instance_state_at(const struct instance *instance, int64_t now);
/* Its code: frozen and released with the service. */
enum license_state instance_license_at(const struct instance *instance, int64_t now);
/* When the present state ends by itself; 0: never. */
int64_t instance_state_until(const struct instance *instance, int64_t now);

/* The end of so many periods ("day", "month", "year") from there; 0 where the type is none. */
int64_t instance_period_end(const char *type, int64_t number, int64_t start);

/* What further periods are and cost. Texts are the instance's or the product's. */
struct instance_offer {
	int64_t amount;
	const char *currency;
	const char *period_type;
	int64_t period_number; /* of all periods together */
	int64_t from, to;
};
/*
 * Renewing, or for a trial converting it: so many times the period that was bought last, at what
 * that cost; where nothing was paid yet, as for a trial, by the catalogue. What is renewed follows
 * the period before without a gap, even where that ended a while ago (its data were kept); what was
 * a trial begins with the trial's end or now, whichever is later. False where no price or no period
 * is known, or where amount or end are beyond all bounds. product: NULL where it is not known.
 */
bool instance_offer(const struct instance *instance, const struct product *product,
    int64_t periods, int64_t now, struct instance_offer *out);

#endif
