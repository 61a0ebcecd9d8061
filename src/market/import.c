/* Import by F6: one file is one transaction. What orders and catalogues have in common. */
#include "market/market.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "market/work.h"

#define ID_MAX 64

enum status import_expect(
    const struct json_at *at, const char *name, struct error *err, const char *fmt, ...)
{
	struct json_at member;
	char what[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof what, fmt, args);
	va_end(args);
	if (json_member(at, name, &member, err) != STATUS_OK)
		return STATUS_INVALID;
	return json_expect(&member, err, what);
}

static bool is_plain(const char *text, char from)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p < from || *p > 0x7e)
			return false;
	}
	return true;
}

bool import_id_fits(const char *id)
{
	return id[0] != '\0' && strlen(id) <= ID_MAX && is_plain(id, 0x21);
}

bool import_is_platform(const char *id)
{
	return strcmp(id, market_platform.user) == 0;
}

enum status import_id(
    const struct json_at *at, const char *name, const char **out, struct error *err)
{
	enum status status = json_text(at, name, ID_MAX, out, err);

	if (status == STATUS_OK && !import_id_fits(*out))
		status = import_expect(
		    at, name, err, _("1 to %d printable ASCII characters without blanks"), ID_MAX);
	return status;
}

enum status import_word_opt(
    const struct json_at *at, const char *name, size_t max, const char **out, struct error *err)
{
	enum status status = json_text_opt(at, name, max, out, err);

	if (status == STATUS_OK && *out != NULL && !is_plain(*out, 0x20))
		status = import_expect(at, name, err, _("printable ASCII characters"));
	return status;
}

enum status import_account(struct import *import, const char *id, enum account_kind kind,
    const char *name, const char *contact, const char *email, struct error *err)
{
	struct account *account = record_new(&account_record, &import->arena);

	account->id = id;
	account->kind = kind;
	account->name = name;
	account->contact = contact;
	account->email = email;
	account->created_at = import->now;
	import->report.accounts++;
	return store_insert(import->market->store, &account_record, account, err);
}

enum status import_user(struct import *import, const struct account *account, const char *id,
    const char *name, enum role role, struct error *err)
{
	struct user *user = record_new(&user_record, &import->arena);

	user->id = id;
	user->account = account->id;
	user->account_name = account->name;
	user->name = name;
	user->role = role;
	user->created_at = import->now;
	import->report.users++;
	return store_insert(import->market->store, &user_record, user, err);
}

/* ---- A new market ---- */

static enum status make_platform(struct import *import, struct error *err)
{
	const struct account account = {
		.id = PLATFORM_ACCOUNT,
		.name = market_platform.account_name,
	};
	enum status status =
	    import_account(import, account.id, ACCOUNT_PLATFORM, account.name, "", "", err);

	if (status == STATUS_OK)
		status = import_user(
		    import, &account, "operator", "运营经理 (operator)", ROLE_OPERATOR, err);
	if (status == STATUS_OK)
		status = import_user(
		    import, &account, "reviewer", "华为云复核 (reviewer)", ROLE_REVIEWER, err);
	return status;
}

/* Asked for at each opening: whoever made the file may have been stopped right after the schema. */
enum status import_open_market(struct market *market, int64_t now, struct error *err)
{
	struct import import = { .market = market, .now = now };
	void *platform = NULL;
	enum status status =
	    find_record(market, &account_record, PLATFORM_ACCOUNT, &import.arena, &platform, err);

	if (status == STATUS_OK && platform == NULL) {
		status = store_begin(market->store, err);
		if (status != STATUS_OK)
			goto out;
		/* Another process may have been first. */
		status = find_record(
		    market, &account_record, PLATFORM_ACCOUNT, &import.arena, &platform, err);
		if (status == STATUS_OK && platform == NULL)
			status = make_platform(&import, err);
		if (status == STATUS_OK)
			status = store_commit(market->store, err);
		if (status != STATUS_OK)
			store_rollback(market->store);
	}
out:
	arena_free(&import.arena);
	return status;
}

/* ---- A file ---- */

static bool has_member(const struct json_at *object, const char *name)
{
	for (size_t i = 0; i < json_count(object); i++) {
		struct json_at member = json_nth_member(object, i);

		if (member.name != NULL && strcmp(member.name, name) == 0)
			return true;
	}
	return false;
}

static enum status import_root(struct import *import, const struct json_at *root, struct error *err)
{
	if (has_member(root, "koodesk-catalogue"))
		return import_catalogue(import, root, err);
	if (has_member(root, "resultCode") || has_member(root, "orderInfo"))
		return import_order(import, root, err);
	return json_expect(root, err,
	    _("an answer of the query-order call (resultCode, orderInfo) or a catalogue "
	      "(koodesk-catalogue)"));
}

enum status market_import(struct market *market, const char *text, size_t n, int64_t now,
    bool dry_run, struct import_report *out, struct error *err)
{
	struct import import = { .market = market, .now = now };
	struct json *json = NULL;
	struct json_at root;
	enum status status = json_parse(text, n, &json, err);

	if (status != STATUS_OK)
		return status;
	import.arena = market_take_arena(market);
	status = store_begin(market->store, err);
	if (status != STATUS_OK)
		goto out;
	root = json_root(json);
	status = import_root(&import, &root, err);
	if (status == STATUS_OK && !dry_run)
		status = store_commit(market->store, err);
	if (status != STATUS_OK || dry_run)
		store_rollback(market->store);
	if (status == STATUS_OK)
		*out = import.report;
out:
	json_free(json);
	market_give_arena(market, &import.arena);
	return status;
}
