/*
 * The catalogue: sellers, buyers and their users, and the products with their terms
 * (doc/catalogue.md).
 */
#include "market/work.h"

#include <stdio.h>
#include <string.h>

#include <bsd/string.h>

#include "base/i18n.h"
#include "model/instance.h"
#include "model/money.h"

#define NAME_MAX_BYTES 200
#define LONG_MAX_BYTES 16384
#define CATALOGUE_VERSION 1
#define PERIODS_MAX 1000

/* The format is ours: a member that it does not have is a slip of the pen. names: blank-separated.
 */
static enum status only_members(const struct json_at *object, const char *names, struct error *err)
{
	char what[256];

	for (size_t i = 0; i < json_count(object); i++) {
		struct json_at member = json_nth_member(object, i);
		size_t n = strlen(member.name);
		const char *at = names;
		bool known = false;

		while (!known && (at = strstr(at, member.name)) != NULL) {
			known = (at == names || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0');
			at++;
		}
		if (known && n > 0)
			continue;
		snprintf(what, sizeof what, _("one of the members %s"), names);
		return json_expect(&member, err, what);
	}
	return STATUS_OK;
}

static enum status get_name(const struct json_at *at, const char **out, struct error *err)
{
	enum status status = json_text(at, "name", NAME_MAX_BYTES, out, err);

	if (status == STATUS_OK && (*out)[strspn(*out, " \t\r\n")] == '\0')
		status = import_expect(at, "name", err, _("a name"));
	return status;
}

static enum status get_text(
    const struct json_at *at, const char *name, size_t max, const char **out, struct error *err)
{
	*out = NULL;
	if (json_text_opt(at, name, max, out, err) != STATUS_OK)
		return STATUS_INVALID;
	if (*out == NULL)
		*out = "";
	return STATUS_OK;
}

/* A choice by its word; def where it may be left out, -1 where it may not. */
static enum status get_choice(const struct json_at *at, const char *name, const struct names *names,
    int64_t def, int64_t *out, struct error *err)
{
	const char *word = NULL;
	char list[256];
	enum status status =
	    def < 0 ? json_text(at, name, 32, &word, err) : json_text_opt(at, name, 32, &word, err);

	if (status != STATUS_OK)
		return status;
	*out = word == NULL || (word[0] == '\0' && def >= 0) ? def : names_value(names, word);
	if (*out > 0 || (*out == 0 && def == 0))
		return STATUS_OK;
	names_list(names, list, sizeof list);
	return import_expect(at, name, err, "%s", list);
}

/* A user that is there already stays as it is; one of another account is an error. */
static enum status add_user(struct import *import, const struct account *account,
    const struct json_at *at, enum role role, struct error *err)
{
	const char *id, *name = NULL;
	void *known = NULL;
	enum status status = only_members(at, role == ROLE_NONE ? "id name role" : "id name", err);
	int64_t choice = role;

	if (status == STATUS_OK)
		status = import_id(at, "id", &id, err);
	if (status == STATUS_OK && import_is_platform(id))
		status = import_expect(
		    at, "id", err, _("another id: \"%s\" is the platform itself"), id);
	if (status == STATUS_OK)
		status = get_name(at, &name, err);
	if (status == STATUS_OK && role == ROLE_NONE)
		status = get_choice(at, "role", &role_names, -1, &choice, err);
	if (status == STATUS_OK && role == ROLE_NONE && choice != ROLE_OPERATOR &&
	    choice != ROLE_REVIEWER)
		status = import_expect(at, "role", err, _("operator or reviewer"));
	if (status == STATUS_OK)
		status = find_record(import->market, &user_record, id, &import->arena, &known, err);
	if (status != STATUS_OK)
		return status;
	if (known == NULL)
		return import_user(import, account, id, name, (enum role)choice, err);
	if (strcmp(((struct user *)known)->account, account->id) != 0)
		return import_expect(at, "id", err,
		    _("an id that no user of another account has (%s belongs to %s)"), id,
		    ((struct user *)known)->account);
	import->report.known++;
	return STATUS_OK;
}

static enum status add_users(struct import *import, const struct account *account,
    const struct json_at *at, const char *name, enum role role, struct error *err)
{
	struct json_at users;
	enum status status = json_array_opt(at, name, &users, err);

	if (status != STATUS_OK || !json_present(&users))
		return status;
	for (size_t i = 0; status == STATUS_OK && i < json_count(&users); i++) {
		struct json_at user = json_element(&users, i);

		status = add_user(import, account, &user, role, err);
	}
	return status;
}

static enum status add_account(
    struct import *import, const struct json_at *at, enum account_kind kind, struct error *err)
{
	struct account account = { 0 };
	void *known = NULL;
	enum status status = only_members(at, "id name contact email users", err);

	if (status == STATUS_OK)
		status = import_id(at, "id", &account.id, err);
	if (status == STATUS_OK)
		status = get_name(at, &account.name, err);
	if (status == STATUS_OK)
		status = get_text(at, "contact", NAME_MAX_BYTES, &account.contact, err);
	if (status == STATUS_OK)
		status = get_text(at, "email", NAME_MAX_BYTES, &account.email, err);
	if (status == STATUS_OK)
		status = find_record(
		    import->market, &account_record, account.id, &import->arena, &known, err);
	if (status != STATUS_OK)
		return status;
	if (known == NULL)
		status = import_account(
		    import, account.id, kind, account.name, account.contact, account.email, err);
	else if (((struct account *)known)->kind != (int64_t)kind)
		return import_expect(at, "id", err, _("an id that no account of another kind has"));
	else
		import->report.known++;
	if (status != STATUS_OK)
		return status;
	return add_users(import, known != NULL ? known : &account, at, "users",
	    kind == ACCOUNT_SELLER ? ROLE_SELLER : ROLE_BUYER, err);
}

static enum status add_accounts(struct import *import, const struct json_at *root, const char *name,
    enum account_kind kind, struct error *err)
{
	struct json_at list;
	enum status status = json_array_opt(root, name, &list, err);

	if (status != STATUS_OK || !json_present(&list))
		return status;
	for (size_t i = 0; status == STATUS_OK && i < json_count(&list); i++) {
		struct json_at at = json_element(&list, i);

		status = add_account(import, &at, kind, err);
	}
	return status;
}

static enum status get_seller(
    struct import *import, const struct json_at *at, struct product *product, struct error *err)
{
	void *seller = NULL;
	enum status status = import_id(at, "seller", &product->seller, err);

	if (status == STATUS_OK)
		status = find_record(
		    import->market, &account_record, product->seller, &import->arena, &seller, err);
	if (status != STATUS_OK)
		return status;
	if (seller == NULL || ((struct account *)seller)->kind != ACCOUNT_SELLER)
		return import_expect(
		    at, "seller", err, _("the id of a seller of this catalogue or an earlier one"));
	product->seller_name = ((struct account *)seller)->name;
	return STATUS_OK;
}

static enum status get_terms(const struct json_at *at, struct product *product, struct error *err)
{
	enum status status =
	    get_choice(at, "delivery", &delivery_names, -1, &product->delivery, err);

	if (status == STATUS_OK)
		status = get_choice(at, "category", &category_names, -1, &product->category, err);
	if (status == STATUS_OK)
		status = get_choice(at, "track", &track_names, TRACK_NONE, &product->track, err);
	if (status == STATUS_OK)
		status = get_choice(at, "identifier", &identifier_kind_names, IDENTIFIER_NONE,
		    &product->identifier_kind, err);
	if (status == STATUS_OK && product->identifier_kind != IDENTIFIER_NONE &&
	    product->delivery != DELIVERY_LIC_10)
		status = import_expect(
		    at, "identifier", err, _("nothing: only the delivery lic-10 asks for one"));
	if (status == STATUS_OK)
		status = json_text(at, "currency", 3, &product->currency, err);
	if (status == STATUS_OK && !money_currency_valid(product->currency))
		status = import_expect(at, "currency", err, _("a currency code such as CNY"));
	if (status == STATUS_OK)
		status =
		    get_text(at, "acceptanceStandard", LONG_MAX_BYTES, &product->standard, err);
	if (status == STATUS_OK)
		status =
		    get_text(at, "requirementTemplate", LONG_MAX_BYTES, &product->template, err);
	if (status == STATUS_OK)
		status = json_int_opt(at, "deliveryDays", 0, 3650, &product->delivery_days, err);
	return status;
}

/* All three, or none of them. */
static enum status get_price(const struct json_at *at, struct product *product, struct error *err)
{
	const char *price = NULL, *type = NULL;
	enum status status = json_text_opt(at, "price", MONEY_TEXT, &price, err);

	if (status == STATUS_OK && price != NULL &&
	    (!money_parse(price, &product->price) || product->price <= 0))
		status = import_expect(at, "price", err, _("an amount such as \"28000.000\""));
	if (status == STATUS_OK)
		status = import_word_opt(at, "periodType", 8, &type, err);
	if (status == STATUS_OK)
		status = json_int_opt(
		    at, "periodNumber", 1, PERIODS_MAX, &product->period_number, err);
	if (status != STATUS_OK || (price == NULL && type == NULL && product->period_number == 0))
		return status;
	if (price == NULL)
		return import_expect(at, "price", err, _("the price of a period"));
	product->period_type = type == NULL ? "" : type;
	if (product->period_number == 0)
		product->period_number = 1;
	if (instance_period_end(product->period_type, 1, 0) == 0)
		return import_expect(at, "periodType", err, _("day, month or year"));
	return STATUS_OK;
}

/* What an older catalogue did not state yet. */
static enum status add_price(struct import *import, struct product *known,
    const struct product *product, struct error *err)
{
	import->report.known++;
	if (known->price != 0 || product->price == 0 ||
	    strcmp(known->currency, product->currency) != 0)
		return STATUS_OK;
	known->price = product->price;
	known->period_type = product->period_type;
	known->period_number = product->period_number;
	return store_update(import->market->store, &product_record, known, err);
}

static enum status add_product(struct import *import, const struct json_at *at, struct error *err)
{
	struct product *product = record_new(&product_record, &import->arena);
	void *known = NULL;
	enum status status = only_members(at,
	    "id name seller delivery category track currency acceptanceStandard "
	    "requirementTemplate deliveryDays identifier price periodType periodNumber",
	    err);

	if (status == STATUS_OK)
		status = import_id(at, "id", &product->id, err);
	if (status == STATUS_OK)
		status = get_name(at, &product->name, err);
	if (status == STATUS_OK)
		status = get_seller(import, at, product, err);
	if (status == STATUS_OK)
		status = get_terms(at, product, err);
	if (status == STATUS_OK)
		status = get_price(at, product, err);
	if (status == STATUS_OK)
		status = find_record(
		    import->market, &product_record, product->id, &import->arena, &known, err);
	if (status != STATUS_OK)
		return status;
	if (known != NULL)
		return add_price(import, known, product, err);
	product->created_at = import->now;
	import->report.products++;
	return store_insert(import->market->store, &product_record, product, err);
}

static enum status add_products(
    struct import *import, const struct json_at *root, struct error *err)
{
	struct json_at list;
	enum status status = json_array_opt(root, "products", &list, err);

	if (status != STATUS_OK || !json_present(&list))
		return status;
	for (size_t i = 0; status == STATUS_OK && i < json_count(&list); i++) {
		struct json_at at = json_element(&list, i);

		status = add_product(import, &at, err);
	}
	return status;
}

enum status import_catalogue(struct import *import, const struct json_at *root, struct error *err)
{
	const struct account platform = {
		.id = PLATFORM_ACCOUNT,
		.name = market_platform.account_name,
	};
	int64_t version;
	enum status status =
	    json_int(root, "koodesk-catalogue", 1, CATALOGUE_VERSION, &version, err);

	if (status == STATUS_OK)
		status =
		    only_members(root, "koodesk-catalogue platform sellers buyers products", err);
	if (status == STATUS_OK)
		status = add_users(import, &platform, root, "platform", ROLE_NONE, err);
	if (status == STATUS_OK)
		status = add_accounts(import, root, "sellers", ACCOUNT_SELLER, err);
	if (status == STATUS_OK)
		status = add_accounts(import, root, "buyers", ACCOUNT_BUYER, err);
	if (status == STATUS_OK)
		status = add_products(import, root, err);
	return status;
}
