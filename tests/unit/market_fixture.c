#include "market_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"

#define PRODUCT(id, delivery, category, more) \
	"{\"id\":\"" id "\",\"name\":\"Product " id "\",\"seller\":\"S1\"," \
	"\"delivery\":\"" delivery "\",\"category\":\"" category "\",\"currency\":\"CNY\"" more "}"
#define PLAIN(delivery) PRODUCT(delivery, delivery, "generic", "") ","

static const char catalogue[] =
    "{\"koodesk-catalogue\":1,\"sellers\":[{\"id\":\"S1\",\"name\":\"DataSafe\",\"users\":"
    "[{\"id\":\"sue\",\"name\":\"Sue\"}]}],\"buyers\":[{\"id\":\"B1\",\"name\":\"Acme\","
    "\"contact\":\"Ann 13800000001\",\"email\":\"ann@acme.example\",\"users\":[{\"id\":\"ann\","
    "\"name\":\"Ann\"}]}],\"products\":["
    PLAIN("manual-std") PLAIN("manual-site") PLAIN("saas-offline") PLAIN("data-file")
    PLAIN("lic-offline") PLAIN("lic-10") PLAIN("lic-20") PLAIN("lic-package") PLAIN("hardware")
    PRODUCT("lic-10-system", "lic-10", "generic", ",\"identifier\":\"system\"") ","
    PRODUCT("lic-20-joint", "lic-20", "joint", "") ","
    PRODUCT("lic-20-track", "lic-20", "joint", ",\"track\":\"base\"") ","
    PRODUCT("lic-offline-track", "lic-offline", "joint", ",\"track\":\"base\"") ","
    PRODUCT("hardware-track", "hardware", "joint", ",\"track\":\"base\"") "]}";

static void import(struct bench *bench, const char *text)
{
	struct import_report report = { 0 };

	bench_check(bench,
	    market_import(bench->market, text, strlen(text), bench->now, false, &report,
		&bench->err),
	    __FILE__, __LINE__);
}

void bench_open(struct bench *bench)
{
	struct market_options options = { .sql = { .create = true } };

	memset(bench, 0, sizeof *bench);
	bench->now = MARKET_NOW;
	bench_check(bench,
	    market_open(":memory:", &options, bench->now, &bench->market, &bench->err), __FILE__,
	    __LINE__);
	import(bench, catalogue);
}

void bench_close(struct bench *bench)
{
	market_close(bench->market);
	arena_free(&bench->arena);
}

const char *bench_order(struct bench *bench, const char *product)
{
	int n = ++bench->orders;
	char when[WHEN_TEXT];

	when_wire(bench->now, when);
	import(bench,
	    arena_printf(&bench->arena,
		"{\"resultCode\":\"MKT.0000\",\"orderInfo\":{\"orderId\":\"CS%05d\","
		"\"orderType\":\"NEW\",\"createTime\":\"%s\",\"orderLine\":[{\"orderLineId\":"
		"\"CS%05d-000001\",\"chargingMode\":\"PERIOD\",\"periodType\":\"month\","
		"\"periodNumber\":1,\"productInfo\":[{\"productId\":\"%s\",\"skuCode\":\"x\","
		"\"linearValue\":1,\"productName\":\"%s\"}],\"currency\":\"100.000\","
		"\"currencyAfterDiscount\":\"90.000\",\"extendParams\":[{\"name\":"
		"\"consigneePhone\",\"value\":\"13800000001\"},{\"name\":1}]}],\"buyerInfo\":"
		"{\"customerId\":\"B1\",\"customerName\":\"Acme\",\"userName\":\"ann\"}}}",
		n, when, n, product, product));
	return arena_printf(&bench->arena, "CS%05d-000001", n);
}

struct bytes {
	const char *data;
	size_t left;
};

static enum status give(void *state, void *data, size_t cap, size_t *n, struct error *err)
{
	struct bytes *bytes = state;

	(void)err;
	*n = bytes->left < cap ? bytes->left : cap;
	memcpy(data, bytes->data, *n);
	bytes->data += *n;
	bytes->left -= *n;
	return STATUS_OK;
}

static void attach(struct bench *bench, const struct actor *actor, const char *word,
    struct command_file *file)
{
	struct bytes bytes = { word, strlen(word) };
	struct source source = { give, &bytes };
	char digest[65];

	file->kind = (enum file_kind)names_value(&file_kind_names, word);
	file->name = "paper.pdf";
	bench_check(bench,
	    market_attach(bench->market, actor, &source, bench->now, digest, &file->size,
		&bench->err),
	    __FILE__, __LINE__);
	file->digest = arena_strdup(&bench->arena, digest);
}

enum status bench_try(struct bench *bench, const char *user, const char *id,
    enum action_id action, ...)
{
	static unsigned keys;
	struct command_value values[16];
	struct command_file files[FILES_MAX];
	struct command command = { .id = id, .action = action, .values = values, .files = files,
		.version = VERSION_ANY };
	struct actor actor;
	const char *text, *equals;
	va_list args;

	bench_check(bench, market_actor(bench->market, user, &bench->arena, &actor, &bench->err),
	    __FILE__, __LINE__);
	va_start(args, action);
	while ((text = va_arg(args, const char *)) != NULL) {
		if (text[0] == '+') {
			attach(bench, &actor, text + 1, &files[command.n_files++]);
			continue;
		}
		equals = strchr(text, '=');
		values[command.n_values].name =
		    arena_strndup(&bench->arena, text, (size_t)(equals - text));
		values[command.n_values++].value = equals + 1;
	}
	va_end(args);
	command.key = arena_printf(&bench->arena, "key-%u", ++keys);
	memset(&bench->err, 0, sizeof bench->err);
	return market_perform(
	    bench->market, &actor, &command, bench->now, &bench->receipt, &bench->err);
}

void bench_check(struct bench *bench, enum status status, const char *file, int line)
{
	if (status != STATUS_OK) {
		print_message("%s: %s (%s)\n", bench->err.field, bench->err.message,
		    bench->err.detail);
		_assert_int_equal((uintmax_t)status, STATUS_OK, file, line);
	}
}

void bench_deliver(struct bench *bench, const char *id)
{
	bench_do(bench, "sue", id, ACTION_DELIVER, "result=installed", "+sow", "+acceptance",
	    (char *)NULL);
}

void *bench_row(struct bench *bench, const struct record_type *type, const char *id)
{
	void *record = NULL;

	bench_check(bench,
	    store_get(market_store(bench->market), type, id, &bench->arena, &record, &bench->err),
	    __FILE__, __LINE__);
	return record;
}

struct supervision *bench_at(struct bench *bench, const char *id)
{
	return bench_row(bench, &supervision_record, id);
}

struct order *bench_order_of(struct bench *bench, const char *id)
{
	return bench_row(bench, &order_record, bench_at(bench, id)->order_id);
}

struct instance *bench_instance(struct bench *bench, const char *id)
{
	const struct order_line *line = bench_row(bench, &order_line_record, id);

	return bench_row(bench, &instance_record, line->instance);
}

const char *bench_log(struct bench *bench, const char *id)
{
	struct query query = {
		.type = &log_entry_record, .parent = id, .sort = "seq", .limit = 100
	};
	const struct actor actor = { "operator", "", "platform", "", ROLE_OPERATOR };
	struct verdict verdict;
	struct page *page = NULL;
	struct buf words;
	const char *kept;

	bench_check(bench, market_verify(bench->market, &actor, id, &verdict, &bench->err),
	    __FILE__, __LINE__);
	assert_true(verdict.intact);
	bench_check(bench,
	    market_list(bench->market, &actor, &query, bench->now, &page, &bench->err), __FILE__,
	    __LINE__);
	buf_init(&words, 4096);
	for (size_t i = 0; i < page->count; i++)
		buf_printf(&words, "%s%s", i > 0 ? " " : "",
		    ((const struct log_entry *)page->rows[i])->action);
	kept = arena_strdup(&bench->arena, buf_text(&words));
	buf_free(&words);
	page_drop(page);
	return kept;
}
