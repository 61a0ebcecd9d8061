#include "store_fixture.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/when.h"

static char folder[64];

int folder_make(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "%s", "/tmp/koodesk-store-XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

int folder_remove(void **state)
{
	char path[512];
	struct dirent *entry;
	DIR *dir = opendir(folder);

	(void)state;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.' && unlink(path) != 0)
			rmdir(path);
	}
	if (dir != NULL)
		closedir(dir);
	return rmdir(folder);
}

const char *folder_file(const char *name)
{
	static char paths[2][512];
	static int turn;

	turn = 1 - turn;
	snprintf(paths[turn], sizeof paths[turn], "%s/%s", folder, name);
	return paths[turn];
}

struct store *fixture_open(const char *path)
{
	struct sql_options options = { .create = true };
	struct store *store;
	struct error err = { 0 };

	if (store_open(path, &options, &store, &err) != STATUS_OK)
		fail_msg("%s: %s (%s)", path, err.message, err.detail);
	return store;
}

static const char *some_text(struct rng *rng, struct arena *arena)
{
	static const char *const words[] = {
		"DataSafe", "datasafe 备份", "云备份服务", "数据安全", "备份", "ÄRGER & Söhne",
		"a", "云",
		"Backup-Pro 2.0", "ＦＵＬＬ width", "e\xcc\x81t\xc3\xa9", "under_score", "x\ty",
		"'quoted'", "\"q\"", "50%", "*", "(paren) AND OR NOT", "一二三四五", "五四三二一",
	};
	size_t n = sizeof words / sizeof *words;
	const char *first = words[rng_below(rng, n)];

	switch (rng_below(rng, 4)) {
	case 0:
		return "";
	case 1:
		return first;
	default:
		return arena_printf(arena, "%s%s%s", first, rng_below(rng, 2) ? " " : "",
		    words[rng_below(rng, n)]);
	}
}

static int64_t some_number(const struct field *field, struct rng *rng)
{
	switch (field->kind) {
	case FIELD_BOOL:
		return (int64_t)rng_below(rng, 2);
	case FIELD_ENUM:
		return (int64_t)rng_below(rng, field->names->count);
	case FIELD_TIME:
		if (rng_below(rng, 4) == 0)
			return 0;
		return FIXTURE_NOW + rng_between(rng, -12, 12) * WHEN_DAY + rng_between(rng, -2,
		    2);
	case FIELD_MONEY:
		return rng_between(rng, 0, 9) * 12500;
	default:
		return rng_between(rng, -1, 5);
	}
}

void *fixture_record(const struct record_type *type, struct rng *rng, int number,
    struct arena *arena)
{
	void *record = record_new(type, arena);
	const struct field *field;
	size_t i;

	for (i = 0; i < type->count; i++) {
		field = &type->fields[i];
		if (field->flags & KEY)
			record_set_text(field, record, arena_printf(arena, "K%04d", number));
		else if (field->flags & UNIQUE)
			record_set_int(field, record, number);
		else if (field->flags & (SCOPE_BUYER | SCOPE_SELLER))
			record_set_text(field, record,
			    arena_printf(arena, "acc%d", (int)rng_below(rng, 3)));
		else if (field->flags & SCOPE_PARENT || strcmp(field->member, "line") == 0)
			record_set_text(field, record,
			    arena_printf(arena, "K%04d", (int)rng_below(rng, 400)));
		else if (field->kind == FIELD_TEXT)
			record_set_text(field, record, some_text(rng, arena));
		else if (type == &log_entry_record && strcmp(field->member, "seq") == 0)
			record_set_int(field, record, number);
		else
			record_set_int(field, record, some_number(field, rng));
	}
	return record;
}
