#include "store/parts.h"

#include <stdlib.h>

enum status store_open(const char *path, const struct sql_options *options, struct store **out,
    struct error *err)
{
	struct store *store = mem_alloc(sizeof *store);
	enum status status;

	*out = NULL;
	status = sql_open(path, options, &store->sql, err);
	if (status == STATUS_OK)
		status = schema_open(store->sql, path, record_types, STORE_SCHEMA,
		    options->read_only, &store->is_new, err);
	if (status == STATUS_OK)
		*out = store;
	else
		store_close(store);
	return status;
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	while (store->n_texts > 0)
		texts_free(&store->texts[--store->n_texts]);
	buf_free(&store->indexes);
	behind_free(store->behind);
	kept_free(store->kept);
	free(store->files);
	sql_close(store->sql);
	free(store);
}

struct sql *store_sql(struct store *store)
{
	return store->sql;
}

enum status store_begin(struct store *store, struct error *err)
{
	return sql_begin(store->sql, err);
}

enum status store_commit(struct store *store, struct error *err)
{
	return sql_commit(store->sql, err);
}

void store_rollback(struct store *store)
{
	sql_rollback(store->sql);
}

void store_interrupt(struct store *store)
{
	sql_interrupt(store->sql);
}
