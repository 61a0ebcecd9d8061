/* An answer of the open API's query-order call (doc/orders.md, F6). */
#include "market/import_order.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "model/money.h"

#define NAME_MAX_BYTES 512
#define WORD_MAX_BYTES 32
#define LONG_MAX_BYTES 2000
#define LINES_MAX 500
#define PERIODS_MAX 7000
#define SOURCE_MAX JSON_MAX_BYTES

/* ---- Reading ---- */

/*
 * Amounts are texts. Only an unsubscription takes money back; of types unknown here either is
 * taken.
 */
static enum status get_amount(const struct incoming *in, const struct json_at *at, const char *name,
    int64_t *out, struct error *err)
{
	const char *text = NULL;
	enum status status = json_text(at, name, MONEY_TEXT, &text, err);

	if (status != STATUS_OK)
		return status;
	if (!money_parse(text, out))
		return import_expect(at, name, err, _("an amount such as \"28000.000\""));
	if (in->kind == ORDER_KIND_UNSUBSCRIBE && *out > 0)
		return import_expect(
		    at, name, err, _("an amount of 0 or less: this order takes back"));
	if (in->kind != ORDER_KIND_UNSUBSCRIBE && in->kind != ORDER_KIND_UNKNOWN && *out < 0)
		return import_expect(at, name, err, _("an amount of 0 or more"));
	return STATUS_OK;
}

static enum status get_amounts(
    const struct incoming *in, const struct json_at *at, struct order_line *line, struct error *err)
{
	const char *paid = NULL;
	enum status status = get_amount(in, at, "currency", &line->amount, err);

	if (status == STATUS_OK)
		status = json_text_opt(at, "currencyAfterDiscount", MONEY_TEXT, &paid, err);
	if (status != STATUS_OK)
		return status;
	line->paid = line->amount;
	return paid == NULL ? STATUS_OK
			    : get_amount(in, at, "currencyAfterDiscount", &line->paid, err);
}

/* The first product of a line is the line's; others stand in the order's source. */
static enum status get_product(
    struct import *import, const struct json_at *at, struct incoming_line *in, struct error *err)
{
	struct order_line *line = in->line;
	struct json_at list, first;
	const char *sku = NULL;
	void *product = NULL;
	enum status status = json_array(at, "productInfo", &list, err);

	if (status == STATUS_OK && json_count(&list) == 0)
		status = json_expect(&list, err, _("at least one product"));
	if (status != STATUS_OK)
		return status;
	first = json_element(&list, 0);
	status = import_id(&first, "productId", &line->product, err);
	if (status == STATUS_OK)
		status =
		    json_text_opt(&first, "productName", NAME_MAX_BYTES, &line->product_name, err);
	if (status == STATUS_OK)
		status = json_text_opt(&first, "skuCode", NAME_MAX_BYTES, &sku, err);
	line->quantity = 1;
	if (status == STATUS_OK)
		status = json_int_opt(&first, "linearValue", 0, INT32_MAX, &line->quantity, err);
	if (status == STATUS_OK)
		status = find_record(
		    import->market, &product_record, line->product, &import->arena, &product, err);
	if (status != STATUS_OK)
		return status;
	if (product == NULL)
		return import_expect(&first, "productId", err,
		    _("a product of the catalogue, and \"%s\" is none: import a catalogue that has "
		      "it first"),
		    line->product);
	in->product = product;
	line->sku = sku == NULL ? "" : sku;
	if (line->product_name[0] == '\0')
		line->product_name = in->product->name;
	return STATUS_OK;
}

static enum status get_time(
    const struct json_at *at, const char *name, int64_t *out, struct error *err)
{
	const char *text = NULL;
	enum status status = json_text_opt(at, name, WHEN_TEXT, &text, err);

	if (status == STATUS_OK && text != NULL && text[0] != '\0' && !when_parse_wire(text, out))
		status = import_expect(at, name, err, _("a time as yyyyMMddHHmmss"));
	return status;
}

static enum status get_charging(
    const struct json_at *at, struct order_line *line, struct error *err)
{
	const char *charging = NULL, *period = NULL;
	enum status status = import_word_opt(at, "chargingMode", WORD_MAX_BYTES, &charging, err);

	if (status == STATUS_OK)
		status = import_word_opt(at, "periodType", WORD_MAX_BYTES, &period, err);
	if (status == STATUS_OK)
		status =
		    json_int_opt(at, "periodNumber", 0, PERIODS_MAX, &line->period_number, err);
	if (status == STATUS_OK)
		status = get_time(at, "expireTime", &line->expires_at, err);
	line->charging = charging == NULL ? "" : charging;
	line->period_type = period == NULL ? "" : period;
	return status;
}

/*
 * A text of the line's or the order's extendParams, a list of {name, value}; what has another form
 * is carried in the order's source like all that is not known here.
 */
static void get_extended(const struct json_at *at, const char *wanted, const char **out)
{
	struct json_at list;
	const char *name, *value;

	if (json_array_opt(at, "extendParams", &list, NULL) != STATUS_OK || !json_present(&list))
		return;
	for (size_t i = 0; i < json_count(&list); i++) {
		struct json_at entry = json_element(&list, i);

		name = value = NULL;
		if (json_text_opt(&entry, "name", NAME_MAX_BYTES, &name, NULL) == STATUS_OK &&
		    name != NULL && strcmp(name, wanted) == 0 &&
		    json_text_opt(&entry, "value", LONG_MAX_BYTES, &value, NULL) == STATUS_OK &&
		    value != NULL && value[0] != '\0')
			*out = value;
	}
}

/* Where the goods of a hardware line go; without a number of their own they go to the buyer's. */
static enum status get_consignee(const struct json_at *info, const struct json_at *at,
    struct incoming_line *line, struct error *err)
{
	struct json_at buyer;
	const char *phone = NULL;
	enum status status;

	line->consignee = line->address = "";
	if (line->product->delivery != DELIVERY_HARDWARE)
		return STATUS_OK;
	status = json_object(info, "buyerInfo", &buyer, err);
	if (status == STATUS_OK)
		status = json_text_opt(&buyer, "mobilePhone", NAME_MAX_BYTES, &phone, err);
	if (phone != NULL)
		line->consignee = phone;
	get_extended(info, "consigneePhone", &line->consignee);
	get_extended(at, "consigneePhone", &line->consignee);
	get_extended(info, "consigneeAddress", &line->address);
	get_extended(at, "consigneeAddress", &line->address);
	return status;
}

static enum status get_line(struct import *import, struct incoming *in, const struct json_at *at,
    struct incoming_line *out, struct error *err)
{
	struct order_line *line = record_new(&order_line_record, &import->arena);
	void *known = NULL;
	enum status status = import_id(at, "orderLineId", &line->id, err);

	out->line = line;
	if (status == STATUS_OK)
		status = find_record(
		    import->market, &order_line_record, line->id, &import->arena, &known, err);
	if (status == STATUS_OK && known != NULL)
		return import_expect(at, "orderLineId", err,
		    _("an id that no line of another order has (order %s)"),
		    ((struct order_line *)known)->order_id);
	/* A log is named by the one or the other (log_entry.def). */
	if (status == STATUS_OK)
		status = find_record(
		    import->market, &instance_record, line->id, &import->arena, &known, err);
	if (status == STATUS_OK && known != NULL)
		return import_expect(at, "orderLineId", err, _("an id that no service has"));
	for (struct incoming_line *other = in->lines; other < out; other++) {
		if (status == STATUS_OK && strcmp(other->line->id, line->id) == 0)
			return import_expect(at, "orderLineId", err,
			    _("an id that no other line of this order has"));
	}
	if (status == STATUS_OK)
		status = get_charging(at, line, err);
	if (status == STATUS_OK)
		status = get_product(import, at, out, err);
	if (status == STATUS_OK)
		status = get_amounts(in, at, line, err);
	return status;
}

static bool add_money(int64_t *sum, int64_t amount)
{
	return !__builtin_add_overflow(*sum, amount, sum) && *sum <= MONEY_MAX &&
	    *sum >= -MONEY_MAX;
}

/* An order has one seller, who sees the whole of it. */
static enum status check_seller(const struct incoming *in, const struct incoming_line *line,
    const struct json_at *at, struct error *err)
{
	const struct incoming_line *first = in->lines;
	char what[512];

	if (strcmp(line->product->seller, first->product->seller) == 0)
		return STATUS_OK;
	snprintf(what, sizeof what,
	    _("a line of the order's one seller: line %s is of %s, and line %s of %s"),
	    first->line->id, first->product->seller, line->line->id, line->product->seller);
	return json_expect(at, err, what);
}

static enum status add_up(struct incoming *in, const struct incoming_line *line,
    const struct json_at *at, struct error *err)
{
	struct order *order = in->order;

	if (line != in->lines && strcmp(line->product->currency, order->currency) != 0)
		return json_expect(at, err, _("a line in the currency of the lines before it"));
	if (!add_money(&order->amount, line->line->amount) ||
	    !add_money(&order->paid, line->line->paid))
		return json_expect(at, err, _("amounts whose sum is below 1,000,000,000,000"));
	if (line == in->lines) {
		order->seller = line->product->seller;
		order->seller_name = line->product->seller_name;
		order->product_name = line->line->product_name;
		order->currency = line->product->currency;
	}
	return STATUS_OK;
}

static enum status get_lines(
    struct import *import, struct incoming *in, const struct json_at *info, struct error *err)
{
	struct json_at list;
	enum status status = json_array(info, "orderLine", &list, err);

	if (status != STATUS_OK)
		return status;
	in->n_lines = json_count(&list);
	if (in->n_lines == 0 || in->n_lines > LINES_MAX)
		return import_expect(info, "orderLine", err, _("1 to %d lines"), LINES_MAX);
	in->lines = arena_alloc(&import->arena, in->n_lines * sizeof *in->lines);
	for (size_t i = 0; status == STATUS_OK && i < in->n_lines; i++) {
		struct json_at at = json_element(&list, i);

		status = get_line(import, in, &at, &in->lines[i], err);
		if (status == STATUS_OK)
			status = get_consignee(info, &at, &in->lines[i], err);
		if (status == STATUS_OK)
			status = check_seller(in, &in->lines[i], &at, err);
		if (status == STATUS_OK)
			status = add_up(in, &in->lines[i], &at, err);
	}
	return status;
}

static enum order_kind kind_of(const char *type)
{
	static const struct {
		const char *type;
		enum order_kind kind;
	} kinds[] = {
		{ "NEW", ORDER_KIND_NEW },
		{ "RENEW", ORDER_KIND_RENEW },
		{ "CHANGE", ORDER_KIND_CHANGE },
		{ "TRIAL", ORDER_KIND_TRIAL },
		{ "TRIAL_TO_FORMAL", ORDER_KIND_TRIAL_TO_FORMAL },
		{ "UNSUBSCRIBE", ORDER_KIND_UNSUBSCRIBE },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(type, kinds[i].type) == 0)
			return kinds[i].kind;
	}
	return ORDER_KIND_UNKNOWN;
}

static enum status get_head(
    struct import *import, struct incoming *in, const struct json_at *info, struct error *err)
{
	const char *type = NULL, *placed = NULL;
	struct buf source;
	enum status status = import_word_opt(info, "orderType", WORD_MAX_BYTES, &type, err);

	if (status == STATUS_OK && (type == NULL || type[0] == '\0'))
		status = import_expect(info, "orderType", err, _("a type of order such as NEW"));
	if (status == STATUS_OK)
		status = json_text(info, "createTime", WHEN_TEXT, &placed, err);
	if (status == STATUS_OK && !when_parse_wire(placed, &in->order->placed_at))
		status = import_expect(info, "createTime", err, _("a time as yyyyMMddHHmmss"));
	if (status != STATUS_OK)
		return status;
	in->order->type = type;
	in->kind = kind_of(type);
	buf_init(&source, SOURCE_MAX);
	json_dump(info, &source);
	in->order->source = arena_strdup(&import->arena, buf_text(&source));
	buf_free(&source);
	return STATUS_OK;
}

/* ---- The buyer ---- */

static enum status has_user(
    struct import *import, const char *account, bool *has, struct error *err)
{
	struct sql_stmt *stmt;
	enum status status = sql_prepare(store_sql(import->market->store),
	    "SELECT 1 FROM users WHERE account = ? LIMIT 1", &stmt, err);

	if (status != STATUS_OK)
		return status;
	sql_bind_text(stmt, 1, account);
	status = sql_step(stmt, has, err);
	sql_done(stmt);
	return status;
}

/* The first of the names that is fit to be an id and free. */
static enum status add_user(struct import *import, const struct account *account,
    const char *const names[2], struct error *err)
{
	const char *first = import_id_fits(names[0]) ? names[0] : names[1];
	const char *tries[] = { first, arena_printf(&import->arena, "%s-%.6s", first, account->id),
		account->id, arena_printf(&import->arena, "%s-buyer", account->id) };
	void *taken = NULL;

	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		enum status status = find_record(
		    import->market, &user_record, tries[i], &import->arena, &taken, err);

		if (status != STATUS_OK)
			return status;
		if (taken == NULL && import_id_fits(tries[i]) && !import_is_platform(tries[i]))
			return import_user(
			    import, account, tries[i], account->name, ROLE_BUYER, err);
	}
	return error_set(err, STATUS_INVALID,
	    _("No id is left for a user of the buyer %s. Name one for it in a catalogue."),
	    account->id);
}

static enum status make_buyer(
    struct import *import, const struct json_at *at, struct account *account, struct error *err)
{
	static const char *const members[] = { "customerRealName", "customerName", "userName" };
	const char *texts[3] = { NULL, NULL, NULL }, *email = NULL, *phone = NULL;
	const char *names[2];
	bool has = false;
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < 3; i++) {
		status = json_text_opt(at, members[i], NAME_MAX_BYTES, &texts[i], err);
		if (texts[i] == NULL)
			texts[i] = "";
	}
	if (status == STATUS_OK)
		status = json_text_opt(at, "email", 512, &email, err);
	if (status == STATUS_OK)
		status = json_text_opt(at, "mobilePhone", 512, &phone, err);
	if (status != STATUS_OK)
		return status;
	if (account->name == NULL) {
		account->name = texts[0][0] != '\0' ? texts[0] : texts[1];
		if (account->name[0] == '\0')
			account->name = account->id;
		status = import_account(import, account->id, ACCOUNT_BUYER, account->name,
		    phone == NULL ? "" : phone, email == NULL ? "" : email, err);
	}
	if (status == STATUS_OK)
		status = has_user(import, account->id, &has, err);
	if (status != STATUS_OK || has)
		return status;
	names[0] = texts[2];
	names[1] = import_id_fits(texts[1]) ? texts[1] : account->id;
	return add_user(import, account, names, err);
}

/* The account of buyerInfo.customerId, made where it is unknown, with one user. */
static enum status get_buyer(
    struct import *import, struct incoming *in, const struct json_at *info, struct error *err)
{
	struct json_at at;
	struct account account = { 0 };
	void *known = NULL;
	enum status status = json_object(info, "buyerInfo", &at, err);

	if (status == STATUS_OK)
		status = import_id(&at, "customerId", &account.id, err);
	if (status == STATUS_OK)
		status = find_record(
		    import->market, &account_record, account.id, &import->arena, &known, err);
	if (status != STATUS_OK)
		return status;
	if (known != NULL && ((struct account *)known)->kind != ACCOUNT_BUYER)
		return import_expect(&at, "customerId", err,
		    _("the id of a buyer, and \"%s\" is another account's"), account.id);
	if (known != NULL)
		account = *(struct account *)known;
	status = make_buyer(import, &at, &account, err);
	in->order->buyer = account.id;
	in->order->buyer_name = account.name;
	return status;
}

/* ---- All of it ---- */

static enum status check_result(const struct json_at *root, struct error *err)
{
	const char *code = NULL, *message = NULL;
	char shown[160];
	enum status status = json_text(root, "resultCode", 64, &code, err);

	if (status == STATUS_OK)
		status = json_text_opt(root, "resultMsg", 4096, &message, err);
	if (status != STATUS_OK || strcmp(code, "MKT.0000") == 0)
		return status;
	text_clean(shown, sizeof shown, message == NULL ? "" : message);
	return import_expect(root, "resultCode", err,
	    _("MKT.0000 (success), and the marketplace answered %.64s: %s"), code, shown);
}

enum status import_order(struct import *import, const struct json_at *root, struct error *err)
{
	struct incoming in = { .order = record_new(&order_record, &import->arena) };
	struct json_at info;
	void *known = NULL;
	enum status status = check_result(root, err);

	if (status == STATUS_OK)
		status = json_object(root, "orderInfo", &info, err);
	if (status == STATUS_OK)
		status = import_id(&info, "orderId", &in.order->id, err);
	if (status == STATUS_OK)
		status = find_record(
		    import->market, &order_record, in.order->id, &import->arena, &known, err);
	if (status != STATUS_OK)
		return status;
	if (known != NULL) {
		import->report.known++;
		return STATUS_OK;
	}
	status = get_head(import, &in, &info, err);
	if (status == STATUS_OK)
		status = get_lines(import, &in, &info, err);
	if (status == STATUS_OK)
		status = get_buyer(import, &in, &info, err);
	if (status == STATUS_OK)
		status = import_place(import, &in, err);
	return status;
}
