/*
 * The simulated cloud: a deployment target that makes nothing, and says so in its label, in its
 * ids, zones and addresses, and in every report.
 *
 * What was started stands in a folder, one file a stack, replaced atomically: it outlives the
 * console, and several consoles may share it. How a stack stands is otherwise a pure function of
 * the request, when it was started, a seed and now. The password is never kept.
 *
 * What fails does so by what was chosen: a flavour sold out in the zone, more vCPUs than the quota
 * of 20 has left, a subnet without free addresses, and s6.small.1, on which the product's start
 * script runs out of memory.
 */
#ifndef KOODESK_CLOUD_SIMULATED_H
#define KOODESK_CLOUD_SIMULATED_H

#include "cloud/cloud.h"

struct simulated_options {
	const char *folder;   /* made, for its owner alone, where it is missing */
	uint64_t seed;        /* of the durations of what is started through this handle */
	unsigned pace;        /* percent of the usual durations, 1 to 1000; 0: 100 */
};

enum status simulated_open(const struct simulated_options *options, struct cloud **out,
    struct error *err);
/*
 * Forgets what was started in the folder, as if it had never been: for whoever starts anew. No
 * handle on it is open.
 */
void simulated_forget(const char *folder);

#endif
