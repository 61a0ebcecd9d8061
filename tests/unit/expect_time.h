/*
 * A small calculator of its own: months and leap days by counting, and free time between freezes.
 * Plain values; pure but for the two that keep the list of freezes.
 */
#ifndef KOODESK_TESTS_UNIT_EXPECT_TIME_H
#define KOODESK_TESTS_UNIT_EXPECT_TIME_H

#include <stdint.h>

#define FREEZES_MAX 16

struct freezes {
	int64_t from[FREEZES_MAX], to[FREEZES_MAX]; /* to 0: still frozen */
	int n;
};

int expect_month_days(int year, int month);
/* Clamped to the month's last day (F5), in platform time. */
int64_t expect_months_later(int64_t at, int months);
/* When `span` of free time has passed since `at`; 0: it never does as things stand. */
int64_t expect_free_time(const struct freezes *freezes, int64_t at, int64_t span);
/* The caller leaves room for it. */
void expect_freeze(struct freezes *freezes, int64_t at);
void expect_thaw(struct freezes *freezes, int64_t at);

#endif
