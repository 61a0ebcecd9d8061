/*
 * What the program `counted`, the console with counting.c, does: counted in a file that the driver
 * maps too (KOODESK_COUNTS). The program writes, the driver reads while the program is idle.
 */
#ifndef KOODESK_TESTS_CONSOLE_COUNTS_H
#define KOODESK_TESTS_CONSOLE_COUNTS_H

#include <stdatomic.h>
#include <stdint.h>

#define COUNTS_SIZES 1024

struct counts {
	atomic_uint_least64_t allocations;        /* by the screen's thread */
	atomic_uint_least64_t writes;             /* to the terminal */
	uint32_t sizes[COUNTS_SIZES];             /* of the last of them: a ring */
};

/* What one key cost. */
struct cost {
	uint64_t allocations, writes;
	uint64_t answer;                          /* bytes of the first write */
	uint64_t follow;                          /* and of all others */
};

#endif
