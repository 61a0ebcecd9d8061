/* Contents of files: in before a command names them, out for whoever sees the supervision. */
#include "market/market.h"

#include "market/work.h"

enum status market_attach(struct market *market, const struct actor *actor,
    const struct byte_source *source, int64_t now, char digest[65], int64_t *size,
    struct error *err)
{
	return store_file_put(market->store, actor->account, source, FILE_MAX_BYTES, now, digest,
	    size, err);
}

enum status market_fetch(struct market *market, const struct actor *actor, const char *attachment,
    const struct byte_sink *sink, struct error *err)
{
	struct arena arena = { 0 };
	void *record = NULL;
	bool sees = false;
	enum status status =
	    find_record(market, &attachment_record, attachment, &arena, &record, err);

	if (status == STATUS_OK && record != NULL)
		status = sees_record(market, actor, &attachment_record, record, &sees, err);
	if (status == STATUS_OK && !sees)
		status = sees_nothing(&attachment_record, attachment, err);
	else if (status == STATUS_OK)
		status = store_file_get(
		    market->store, ((const struct attachment *)record)->digest, sink, err);
	arena_free(&arena);
	return status;
}
