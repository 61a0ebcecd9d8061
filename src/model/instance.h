/*
 * The life of a purchased service by its expiry (domain.md 2.6): in use, expired (still usable, by
 * the customer's level), frozen (data kept, renewable), released. Shown, not timed. Pure; any
 * thread.
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

#endif
