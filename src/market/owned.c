/*
 * The buyer's instance of a supervised line while it is delivered: how it is reached, and its
 * authorisation code (domain.md 2.2, 4.4). And the buyer's rating of it.
 */
#include "market/work.h"

#include <string.h>

#include "base/i18n.h"
#include "base/rand.h"

#define CODE_LETTERS 16

enum status owned_load(struct work *work, struct instance **out, struct error *err)
{
	void *line = NULL, *record = NULL;
	enum status status = store_get(work->market->store, &order_line_record,
	    work->supervision->id, &work->arena, &line, err);

	*out = NULL;
	if (status != STATUS_OK || ((struct order_line *)line)->instance[0] == '\0')
		return status;
	status = store_get(work->market->store, &instance_record,
	    ((struct order_line *)line)->instance, &work->arena, &record, err);
	*out = record;
	return status;
}

static void set_text(const struct work *work, const char *name, const char **text)
{
	const char *value = command_value(work->command, name);

	if (value[0] != '\0')
		*text = value;
}

enum status owned_deliver(struct work *work, struct error *err)
{
	struct instance *instance;
	enum status status = owned_load(work, &instance, err);

	if (status != STATUS_OK || instance == NULL)
		return status;
	set_text(work, "front_url", &instance->front_url);
	set_text(work, "admin_url", &instance->admin_url);
	set_text(work, "login", &instance->login);
	set_text(work, "password", &instance->password);
	set_text(work, "memo", &instance->memo);
	if (work->supervision->flow == FLOW_LIC_20 && instance->license_state == LICENSE_NONE)
		instance->license_state = LICENSE_GENERATED;
	return store_update(work->market->store, &instance_record, instance, err);
}

/* A secret of this store alone, from which its codes are made. */
static enum status get_salt(struct work *work, const char **out, struct error *err)
{
	char one[RAND_UUID], two[RAND_UUID];
	enum status status =
	    store_meta_get(work->market->store, MARKET_SALT, &work->arena, out, err);

	if (status != STATUS_OK || (*out)[0] != '\0')
		return status;
	rand_uuid(one);
	rand_uuid(two);
	*out = arena_printf(&work->arena, "%s%s", one, two);
	return store_meta_set(work->market->store, MARKET_SALT, *out, err);
}

static unsigned hex(char digit)
{
	return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* "PL" and letters that nobody mistakes for others. */
static const char *make_code(struct work *work, const char *salt)
{
	static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	const char *text =
	    arena_printf(&work->arena, "koodesk-code:%s:%s", salt, work->supervision->id);
	char digest[DIGEST_TEXT], code[CODE_LETTERS + 1] = "";

	digest_of(text, strlen(text), digest);
	for (size_t i = 0; i < CODE_LETTERS; i++)
		code[i] = letters[(hex(digest[2 * i]) << 4 | hex(digest[2 * i + 1])) & 31];
	return arena_printf(&work->arena, "PL%s", code);
}

/* The code comes to be when it is picked up, so nobody can have it before. */
enum status owned_pick_up(struct work *work, struct error *err)
{
	const char *salt = "";
	struct instance *instance;
	enum status status = owned_load(work, &instance, err);

	if (work->supervision->picked_up_at == 0)
		work->supervision->picked_up_at = work->now;
	if (status != STATUS_OK || instance == NULL || instance->license[0] != '\0')
		return status;
	status = get_salt(work, &salt, err);
	if (status != STATUS_OK)
		return status;
	instance->license = make_code(work, salt);
	instance->license_state = LICENSE_RECEIVED;
	return store_update(work->market->store, &instance_record, instance, err);
}

/* ---- the rating of a line (domain.md 2.2) ---- */

static void rate_supervised(const struct work *work, struct rating *rating)
{
	struct supervision *supervision = work->supervision;

	rating->id = supervision->id;
	work_describe(work, &rating_record, rating);
	supervision->rated_at = work->now;
}

static enum status rate_service(struct work *work, struct rating *rating, struct error *err)
{
	struct instance *instance = work->instance;
	void *buyer = NULL;
	enum status status = store_get(work->market->store, &account_record, instance->buyer,
	    &work->arena, &buyer, err);

	if (status != STATUS_OK)
		return status;
	rating->id = instance->line;
	rating->order_id = instance->order_id;
	rating->product = instance->product;
	rating->product_name = instance->product_name;
	rating->buyer = instance->buyer;
	rating->buyer_name = ((struct account *)buyer)->name;
	rating->seller = instance->seller;
	instance->rated_at = work->now;
	return STATUS_OK;
}

enum status apply_rate(struct work *work, struct error *err)
{
	struct rating *rating = record_new(&rating_record, &work->arena);
	enum status status = STATUS_OK;

	if (work->instance != NULL)
		status = rate_service(work, rating, err);
	else
		rate_supervised(work, rating);
	if (status != STATUS_OK)
		return status;
	rating->quality = names_value(&score_names, command_value(work->command, "quality"));
	rating->service = names_value(&score_names, command_value(work->command, "service"));
	rating->speed = names_value(&score_names, command_value(work->command, "speed"));
	rating->tags = command_value(work->command, "tags");
	rating->text = command_value(work->command, "text");
	rating->author = work->actor->user;
	rating->at = work->now;
	work->record = rating->id;
	return store_insert(work->market->store, &rating_record, rating, err);
}
