#include "store/functions.h"

#include <string.h>

#include "base/text.h"

/*
 * kd_contains(HAY, NEEDLE): text_contains(), so that a filter means the same in SQL as in memory.
 */
static void contains(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *hay = (const char *)sqlite3_value_text(values[0]);
	const char *needle = (const char *)sqlite3_value_text(values[1]);

	(void)count;
	sqlite3_result_int(context, hay != NULL && needle != NULL && text_contains(hay, needle));
}

/* kd_same(A, B): equal when folded. */
static void same(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *a = (const char *)sqlite3_value_text(values[0]);
	const char *b = (const char *)sqlite3_value_text(values[1]);
	const char *a_end, *b_end;
	uint32_t x, y;
	bool ok;

	(void)count;
	if (a == NULL || b == NULL) {
		sqlite3_result_int(context, 0);
		return;
	}
	a_end = a + strlen(a);
	b_end = b + strlen(b);
	do {
		x = y = 0;
		if (a < a_end)
			a += text_decode(a, (size_t)(a_end - a), &x, &ok);
		if (b < b_end)
			b += text_decode(b, (size_t)(b_end - b), &y, &ok);
		x = text_fold(x);
		y = text_fold(y);
	} while (x == y && x != 0);
	sqlite3_result_int(context, x == y);
}

static void seen(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct seen *walk = sqlite3_user_data(context);

	(void)count;
	/* The walk has come to another row: it is through with the one before. */
	walk->done = walk->at;
	walk->at = sqlite3_value_int64(values[0]);
	walk->count++;
	sqlite3_result_int(context, 1);
}

int functions_add(sqlite3 *db, struct seen *walk)
{
	const int pure = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
	int rc;

	rc = sqlite3_create_function_v2(db, "kd_contains", 2, pure, NULL, contains, NULL,
	    NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(db, "kd_same", 2, pure, NULL, same, NULL,
		    NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(db, "kd_seen", 1,
		    SQLITE_UTF8 | SQLITE_DIRECTONLY, walk, seen, NULL, NULL, NULL);
	return rc;
}
