/*
 * The backend contract: what every implementation of backend.h must keep, whoever stands behind it.
 *
 * An implementation gives a struct subject; contract_run() runs the whole suite against it. The
 * marketplace that open() opens holds what contract_catalogue and contract_orders say: buyers
 * "ann" (account B1) and "ben" (B2), sellers "sue" (S1) and "sid" (S2), the "operator" and the
 * "reviewer"; one License order of each buyer from S1, one service order of B1 from S2, and one
 * order of a ready-to-use service of B1 from S1, paid by the year.
 */
#ifndef KOODESK_TESTS_CONTRACT_H
#define KOODESK_TESTS_CONTRACT_H

#include "backend/backend.h"

#define CONTRACT_LICENSE "CSANN00001-000001"    /* B1 from S1 */
#define CONTRACT_FOREIGN "CSBEN00001-000001"    /* B2 from S1 */
#define CONTRACT_SERVICE "CSANN00002-000001"    /* B1 from S2 */
#define CONTRACT_OWNED "CSANN00003"             /* order of a service that B1 has from S1 */

extern const char contract_catalogue[];
extern const char *const contract_orders[];     /* NULL-terminated */

struct subject {
	const char *name;
	/* A marketplace of its own for each test, filled as said above. */
	void (*fill)(void);
	/* A handle for the user; several may be open at once. */
	struct backend *(*open)(const char *user);
	void (*clear)(void);
};

int contract_run(const struct subject *subject);

#endif
