#include "fair_fixture.h"

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

static void import(struct fair *fair, const char *text)
{
	struct import_report report = { 0 };

	fair_check(fair,
	    market_import(fair->market, text, strlen(text), fair->now, false, &report,
		&fair->err),
	    __FILE__, __LINE__);
}

void fair_open(struct fair *fair)
{
	struct market_options options = { .sql = { .create = true } };

	memset(fair, 0, sizeof *fair);
	fair->now = FAIR_NOW;
	fair_check(fair,
	    market_open(":memory:", &options, fair->now, &fair->market, &fair->err), __FILE__,
	    __LINE__);
	import(fair, catalogue);
}

void fair_close(struct fair *fair)
{
	market_close(fair->market);
	arena_free(&fair->arena);
}

const char *fair_order(struct fair *fair, const char *product)
{
	int n = ++fair->orders;
	char when[WHEN_TEXT];

	when_wire(fair->now, when);
	import(fair,
	    arena_printf(&fair->arena,
		"{\"resultCode\":\"MKT.0000\",\"orderInfo\":{\"orderId\":\"CS%05d\","
		"\"orderType\":\"NEW\",\"createTime\":\"%s\",\"orderLine\":[{\"orderLineId\":"
		"\"CS%05d-000001\",\"chargingMode\":\"PERIOD\",\"periodType\":\"month\","
		"\"periodNumber\":1,\"productInfo\":[{\"productId\":\"%s\",\"skuCode\":\"x\","
		"\"linearValue\":1,\"productName\":\"%s\"}],\"currency\":\"100.000\","
		"\"currencyAfterDiscount\":\"90.000\",\"extendParams\":[{\"name\":"
		"\"consigneePhone\",\"value\":\"13800000001\"},{\"name\":1}]}],\"buyerInfo\":"
		"{\"customerId\":\"B1\",\"customerName\":\"Acme\",\"userName\":\"ann\"}}}",
		n, when, n, product, product));
	return arena_printf(&fair->arena, "CS%05d-000001", n);
}

static void attach(struct fair *fair, const struct actor *actor, const char *word,
    struct command_file *file)
{
	struct bytes_held bytes = { word, strlen(word) };
	struct byte_source source = bytes_source(&bytes);
	char digest[65];

	file->kind = (enum file_kind)names_value(&file_kind_names, word);
	file->name = "paper.pdf";
	fair_check(fair,
	    market_attach(fair->market, actor, &source, fair->now, digest, &file->size,
		&fair->err),
	    __FILE__, __LINE__);
	file->digest = arena_strdup(&fair->arena, digest);
}

enum status fair_try(struct fair *fair, const char *user, const char *id,
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

	fair_check(fair, market_actor(fair->market, user, &fair->arena, &actor, &fair->err),
	    __FILE__, __LINE__);
	va_start(args, action);
	while ((text = va_arg(args, const char *)) != NULL) {
		if (text[0] == '+') {
			attach(fair, &actor, text + 1, &files[command.n_files++]);
			continue;
		}
		equals = strchr(text, '=');
		values[command.n_values].name =
		    arena_strndup(&fair->arena, text, (size_t)(equals - text));
		values[command.n_values++].value = equals + 1;
	}
	va_end(args);
	command.key = arena_printf(&fair->arena, "key-%u", ++keys);
	memset(&fair->err, 0, sizeof fair->err);
	return market_perform(
	    fair->market, &actor, &command, fair->now, &fair->receipt, &fair->err);
}

void fair_check(struct fair *fair, enum status status, const char *file, int line)
{
	if (status != STATUS_OK) {
		print_message("%s: %s (%s)\n", fair->err.field, fair->err.message,
		    fair->err.detail);
		_assert_int_equal((uintmax_t)status, STATUS_OK, file, line);
	}
}

void fair_deliver(struct fair *fair, const char *id)
{
	fair_do(fair, "sue", id, ACTION_DELIVER, "result=installed", "+sow", "+acceptance",
	    (char *)NULL);
}

void *fair_row(struct fair *fair, const struct record_type *type, const char *id)
{
	void *record = NULL;

	fair_check(fair,
	    store_get(market_store(fair->market), type, id, &fair->arena, &record, &fair->err),
	    __FILE__, __LINE__);
	return record;
}

struct supervision *fair_at(struct fair *fair, const char *id)
{
	return fair_row(fair, &supervision_record, id);
}

struct order *fair_order_of(struct fair *fair, const char *id)
{
	return fair_row(fair, &order_record, fair_at(fair, id)->order_id);
}

struct instance *fair_instance(struct fair *fair, const char *id)
{
	const struct order_line *line = fair_row(fair, &order_line_record, id);

	return fair_row(fair, &instance_record, line->instance);
}

const char *fair_log(struct fair *fair, const char *id)
{
	struct query query = {
		.type = &log_entry_record, .parent = id, .sort = "seq", .limit = 100
	};
	const struct actor actor = { "operator", "", "platform", "", ROLE_OPERATOR };
	struct verdict verdict;
	struct page *page = NULL;
	struct buf words;
	const char *kept;

	fair_check(fair, market_verify(fair->market, &actor, id, &verdict, &fair->err),
	    __FILE__, __LINE__);
	assert_true(verdict.intact);
	fair_check(fair,
	    market_list(fair->market, &actor, &query, fair->now, &page, &fair->err), __FILE__,
	    __LINE__);
	buf_init(&words, 4096);
	for (size_t i = 0; i < page->count; i++)
		buf_printf(&words, "%s%s", i > 0 ? " " : "",
		    ((const struct log_entry *)page->rows[i])->action);
	kept = arena_strdup(&fair->arena, buf_text(&words));
	buf_free(&words);
	page_drop(page);
	return kept;
}
