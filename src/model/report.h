/*
 * What checking a log and importing a file came to, on both sides of the door. Plain values without
 * an owner.
 */
#ifndef KOODESK_MODEL_REPORT_H
#define KOODESK_MODEL_REPORT_H

#include <stdbool.h>
#include <stddef.h>
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

/*
 * A stretch of an audit: the logs of some of the records that one may see, checked one after
 * another (R13, R15). A record is a supervision or a purchased service; a service that nothing was
 * done to has no log yet.
 */
#define AUDIT_LIMIT_MAX 64      /* records in one stretch */
#define AUDIT_CURSOR 160
struct audit_fault {
	char id[80];
	bool owned;             /* of a purchased service */
	int64_t broken_at;      /* as in struct verdict */
	char reason[200];
};
struct audit_part {
	char next[AUDIT_CURSOR]; /* to go on from; "" at the end */
	int64_t of;             /* with the first stretch: how many records there are; else 0 */
	int64_t done;           /* records of this stretch */
	int64_t logs, entries;
	size_t broken;
	struct audit_fault faults[AUDIT_LIMIT_MAX];
};

/* What an import made (F6), and what was there already and was left as it is. */
struct import_report {
	int64_t orders, supervisions, products, accounts, users, known;
};

#endif
