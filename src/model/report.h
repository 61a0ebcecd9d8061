/*
 * What checking a log and importing a file came to, on both sides of the door. Plain values without
 * an owner.
 */
#ifndef KOODESK_MODEL_REPORT_H
#define KOODESK_MODEL_REPORT_H

#include <stdbool.h>
#include <stdint.h>

/* An operation log, checked (R15, F10). */
struct verdict {
	bool intact;
	int64_t entries;        /* that are there */
	/* seq of the first entry that is not as it was written, or missing; 0 when intact */
	int64_t broken_at;
	char reason[200];       /* translated; "" when intact */
	char head[65];          /* hash of the last entry */
};

/* What an import made (F6), and what was there already and was left as it is. */
struct import_report {
	int64_t orders, supervisions, products, accounts, users, known;
};

#endif
