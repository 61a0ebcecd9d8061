/*
 * The contract of deployment targets: what every implementation of cloud.h must keep.
 *
 * A target gives a struct cloud_subject; cloud_contract_run() runs the suite against it. Time is
 * passed in: a simulated target jumps to the end, a real one waits in its advance().
 */
#ifndef KOODESK_TESTS_CONTRACT_CLOUD_H
#define KOODESK_TESTS_CONTRACT_CLOUD_H

#include "cloud/cloud.h"

struct cloud_subject {
	const char *name;
	/* An empty target of its own for each test, and what clears it away. */
	void (*make)(void);
	void (*clear)(void);
	/* A handle; several may be open at once. */
	struct cloud *(*open)(void);
	/* Moves time on to about the given moment and returns the present. */
	int64_t (*advance)(int64_t at);
	int64_t from;                  /* the first moment */
	/* Requests by deployment "d1" that deploys, and that the platform takes and then fails. */
	struct cloud_request good, doomed;
	/* Is the text anywhere in what the target keeps? NULL where that cannot be looked at. */
	bool (*keeps)(const char *text);
};

int cloud_contract_run(const struct cloud_subject *subject);

#endif
