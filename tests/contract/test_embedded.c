/* The backend contract against the embedded marketplace. */
#include "contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "backend/embedded.h"

static char folder[64], path[128];

/* 2026-11-22 in platform time: the suite's today. */
static int64_t today(void *state)
{
	(void)state;
	return INT64_C(1795276800000);
}

static struct backend *open_as(const char *user)
{
	struct embedded_options options = {
		.path = path, .user = user, .create = user == NULL,
		.offset = WHEN_PLATFORM_OFFSET, .clock = today,
	};
	struct backend *b = NULL;
	struct error err;

	if (embedded_open(&options, &b, &err) != STATUS_OK)
		fail_msg("%s: %s", path, err.message);
	return b;
}

static void import(struct backend *b, const char *text)
{
	struct import_report counts;
	struct error err;

	if (embedded_import(b, text, strlen(text), false, &counts, &err) != STATUS_OK)
		fail_msg("%s: %s", err.field, err.message);
}

static void fill(void)
{
	struct backend *b;
	size_t i;

	snprintf(folder, sizeof(folder), "/tmp/koodesk-contract.XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/market.db", folder);
	b = open_as(NULL);
	import(b, contract_catalogue);
	for (i = 0; contract_orders[i] != NULL; i++)
		import(b, contract_orders[i]);
	backend_close(b);
}

static void clear(void)
{
	char name[160];

	unlink(path);
	snprintf(name, sizeof(name), "%s-wal", path);
	unlink(name);
	snprintf(name, sizeof(name), "%s-shm", path);
	unlink(name);
	rmdir(folder);
}

int main(void)
{
	static const struct subject embedded = { "embedded", fill, open_as, clear };

	return contract_run(&embedded);
}
