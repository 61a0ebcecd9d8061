/*
 * For test programs whose tests have one fair at a time (`b`, new for each test), and its commands
 * in short: on the supervision `id`, which is in scope where they are used.
 */
#ifndef KOODESK_TESTS_FAIR_ONE_H
#define KOODESK_TESTS_FAIR_ONE_H

#include "fair_fixture.h"

extern struct fair b;

int fair_one_open(void **state);
int fair_one_close(void **state);

#define TEST(test) cmocka_unit_test_setup_teardown(test, fair_one_open, fair_one_close)
#define DO(user, action, ...) fair_do(&b, user, id, ACTION_##action, __VA_ARGS__, (char *)NULL)
#define DO0(user, action) fair_do(&b, user, id, ACTION_##action, (char *)NULL)
#define TRY(user, action, ...) fair_try(&b, user, id, ACTION_##action, __VA_ARGS__, (char *)NULL)
#define TRY0(user, action) fair_try(&b, user, id, ACTION_##action, (char *)NULL)

#endif
