#include "ui/term/key_table.h"

#include <string.h>

#include "ui/term/key_private.h"

void key_table_add(struct key_table *table, const char *bytes, enum key_code code, bool shift)
{
	size_t n = strlen(bytes);
	struct key_string *string;

	if (bytes[0] != KEY_ESC || n < 3 || n > KEY_STRING_MAX || table->count == KEY_TABLE_MAX)
		return;
	string = &table->strings[table->count++];
	memcpy(string->bytes, bytes, n);
	string->n = n;
	memset(&string->key, 0, sizeof string->key);
	string->key.code = code;
	string->key.shift = shift;
}

const struct key_string *key_table_find(const struct key_table *table, const unsigned char *s,
    size_t n)
{
	size_t i;

	for (i = 0; table != NULL && i < table->count; i++) {
		const struct key_string *string = &table->strings[i];

		if (n >= string->n && memcmp(s, string->bytes, string->n) == 0)
			return string;
	}
	return NULL;
}
