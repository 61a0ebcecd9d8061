#include "model/names.h"

#include <stdio.h>
#include <string.h>

#include <bsd/string.h>

#define ENTRY(id, word, label) { word, label },
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* One set of names: its list, and what a message calls one of them. */
#define NAMES(set, what, LIST) \
	static const struct name set##_list[] = { { "", "" }, LIST(ENTRY) }; \
	const struct names set##_names = { what, set##_list, COUNT(set##_list) };

NAMES(role, N_("a role"), ROLE_LIST)
NAMES(flow, N_("a flow"), FLOW_LIST)
NAMES(stage, N_("a node"), STAGE_LIST)
NAMES(supervision_state, N_("a state of a supervision"), SUPERVISION_STATE_LIST)
NAMES(order_state, N_("a state of an order"), ORDER_STATE_LIST)
NAMES(account_kind, N_("a kind of account"), ACCOUNT_KIND_LIST)
NAMES(delivery, N_("a delivery method"), DELIVERY_LIST)
NAMES(category, N_("a product category"), CATEGORY_LIST)
NAMES(track, N_("a track"), TRACK_LIST)
NAMES(instance_state, N_("a state of an instance"), INSTANCE_STATE_LIST)
NAMES(identifier_kind, N_("a kind of identifier"), IDENTIFIER_KIND_LIST)
NAMES(license_state, N_("a state of a code"), LICENSE_STATE_LIST)
NAMES(refund_state, N_("a state of a refund request"), REFUND_STATE_LIST)
NAMES(goods, N_("received or not"), GOODS_LIST)
NAMES(yes_no, N_("yes or no"), YES_NO_LIST)
NAMES(deployment_state, N_("a state of a deployment"), DEPLOYMENT_STATE_LIST)
NAMES(deployment_result, N_("a result"), DEPLOYMENT_RESULT_LIST)
NAMES(score, N_("a score"), SCORE_LIST)
NAMES(appeal_state, N_("a state of an appeal"), APPEAL_STATE_LIST)
NAMES(ground, N_("a ground"), GROUND_LIST)
NAMES(outcome, N_("a decision"), OUTCOME_LIST)
NAMES(file_kind, N_("a kind of file"), FILE_KIND_LIST)

#define NO_INPUT(...)
#define ACTION(id, word, kind, guard, label, effect) { word, label },
#define TEXT_INPUT NO_INPUT
#define LONG_INPUT NO_INPUT
#define TIME_INPUT NO_INPUT
#define MONEY_INPUT NO_INPUT
#define NUMBER_INPUT NO_INPUT
#define CHOICE_INPUT NO_INPUT
#define FILES_INPUT NO_INPUT
static const struct name action_list[] = {
	{ "", "" },
#include "model/actions.def"
};
const struct names action_names = { N_("an action"), action_list, COUNT(action_list) };

int64_t names_value(const struct names *names, const char *word)
{
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->list[i].word, word) == 0)
			return (int64_t)i;
	}
	return -1;
}

const char *names_word(const struct names *names, int64_t value)
{
	if (value < 0 || (uint64_t)value >= names->count)
		return "";
	return names->list[value].word;
}

const char *names_label(const struct names *names, int64_t value)
{
	/* gettext("") is the header of the catalogue, so NONE is never asked for. */
	if (value <= 0 || (uint64_t)value >= names->count)
		return "";
	return i18n_label(names->list[value].label);
}

static void join(const struct names *names, bool labels, char *out, size_t cap)
{
	for (size_t i = 1; i < names->count; i++) {
		if (i > 1)
			strlcat(out, i + 1 == names->count ? _(" or ")
				     : labels ? _(", ") : ", ", cap);
		strlcat(out, labels ? names_label(names, (int64_t)i) : names->list[i].word, cap);
	}
}

void names_list_both(const struct names *names, char *out, size_t cap)
{
	bool translated = names->count > 1 &&
	    strcmp(names_label(names, 1), i18n_plain(names->list[1].label)) != 0;

	if (cap == 0)
		return;
	out[0] = '\0';
	if (translated) {
		join(names, true, out, cap);
		strlcat(out, _("; "), cap);
	}
	join(names, false, out, cap);
}

void names_list(const struct names *names, char *out, size_t cap)
{
	if (cap == 0)
		return;
	out[0] = '\0';
	for (size_t i = 1; i < names->count; i++) {
		if (i > 1)
			strlcat(out, i + 1 == names->count ? _(" or ") : ", ", cap);
		strlcat(out, names->list[i].word, cap);
	}
}
