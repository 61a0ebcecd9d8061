#include "fair_one.h"

struct fair b;

int fair_one_open(void **state)
{
	(void)state;
	fair_open(&b);
	return 0;
}

int fair_one_close(void **state)
{
	(void)state;
	fair_close(&b);
	return 0;
}
