/*
 * Users: an embedded marketplace has no identities to protect (domain.md F10), so whoever may write
 * it may act as anyone in it.
 */
#include "ui/screen/list_screen.h"

#include <string.h>

#include "base/i18n.h"

static void here_text(const void *record, const void *context, char *out, size_t cap)
{
	const struct user *user = record;
	const struct list_asker *asker = context;

	if (cap > 0)
		out[0] = '\0';
	if (cap > 1 && strcmp(user->id, app_actor(asker->app)->user) == 0) {
		out[0] = '*';
		out[1] = '\0';
	}
}

static const struct list_extra extras[] = {
	{ "here", "", 1, 1, false, false, here_text, false },
	{ 0 },
};

static void chosen(struct place *place, const void *record)
{
	const struct user *user = record;

	app_switch_user(place->app, user->id);
}

static const struct list_screen table = {
	.type = &user_record,
	.columns = "here id name role account_name",
	.extras = extras,
	.sort = "id",
	.filter = "",
	.conditions = "role account_name",
	.empty = N_("There is nobody yet."),
	.chosen = chosen,
};

const struct screen users_screen = {
	LIST_SCREEN("users", N_("Act as another user"), table, list_plain_offers),
	.enter = N_("act as"),
};
