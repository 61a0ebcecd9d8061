/*
 * A purchased service: how it is reached, what it is, who sells it, and what can be done with it.
 * The initial password and the authorisation code are dots until their key is pressed, and again
 * once the page is left.
 */
#include "ui/screen/service.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/secret.h"
#include "base/when.h"
#include "model/instance.h"
#include "model/money.h"
#include "ui/screen/dossier_page.h"
#include "ui/screen/facts.h"

/* The page is the instance; the dossier is about its order line, once that is known. */
struct service {
	struct dossier_page base;   /* first */
	bool shown;                 /* the secret is */
	int secret;                 /* UI_REVEAL or UI_COPY_SECRET: to be done once it is read */
};

static struct service *service_of(const struct place *place)
{
	return place->state;
}

static const struct instance *instance_of(const struct place *place)
{
	const struct page *page = dossier_page(place)->page;

	return page != NULL ? page->rows[0] : NULL;
}

/* ---- the sheet ------------------------------------------------------------------------------- */

/* Dots, and who may see more. The seller's people made it, but it is the buyer's. */
static void secret_fact(
    const struct place *place, struct sheet *sheet, const char *label, const char *text)
{
	char dots[SECRET_HINT];

	if (text[0] == '\0')
		return;
	secret_dots(dots, app_ascii(place->app));
	sheet_fact(sheet, label, STYLE_NORMAL,
	    service_of(place)->shown && app_actor(place->app)->role == ROLE_BUYER ? text : dots);
}

static void put_application(
    const struct place *place, struct sheet *sheet, const struct instance *instance)
{
	const struct supervision *supervision = dossier_page(place)->dossier.supervision;
	int64_t state = (int64_t)instance_license_at(instance, app_now(place->app));

	sheet_head(sheet, 0, _("Application"));
	sheet_fact(sheet, _("Address"), STYLE_NORMAL, instance->front_url);
	sheet_fact(sheet, _("Admin address"), STYLE_NORMAL, instance->admin_url);
	sheet_fact(sheet, _("User name"), STYLE_NORMAL, instance->login);
	secret_fact(place, sheet, _("Password"), instance->password);
	secret_fact(place, sheet, _("Code"), instance->license);
	if (state != LICENSE_NONE)
		sheet_fact(sheet, _("Code's state"), STYLE_NORMAL,
		    names_label(&license_state_names, state));
	sheet_facts_end(sheet);
	if (instance->memo[0] != '\0')
		sheet_long(sheet, _("How to use it"), instance->memo);
	if (instance->front_url[0] == '\0' && instance->admin_url[0] == '\0' &&
	    instance->login[0] == '\0' && instance->password[0] == '\0' &&
	    instance->license[0] == '\0' && instance->memo[0] == '\0')
		sheet_line(sheet, 3, STYLE_DIM,
		    supervision != NULL && supervision->deployment_state == DEPLOYMENT_DEPLOYED
			? _("It was deployed: the deployment's page, below, has its addresses.")
			: _("The seller has stated nothing here."));
	if (instance->license[0] == '\0' && state == LICENSE_GENERATED)
		sheet_line(sheet, 3, STYLE_DIM,
		    _("The authorisation code comes with its pick-up, which ends the right to a "
		      "refund."));
}

/* What the next period costs, where it is known. */
static void put_price(
    const struct place *place, struct sheet *sheet, const struct instance *instance)
{
	char amount[MONEY_TEXT], term[96], text[MONEY_TEXT + 100];
	struct instance_offer offer;

	if ((strcmp(instance->charging, "PERIOD") != 0 && !instance->trial) ||
	    !instance_offer(instance, dossier_page(place)->dossier.product, 1, app_now(place->app),
		&offer))
		return;
	money_text(offer.amount, offer.currency, amount);
	service_term_words(offer.period_type, offer.period_number, term, sizeof(term));
	snprintf(text, sizeof(text), _("%s for %s"), amount, term);
	sheet_fact(sheet, _("Price"), STYLE_NORMAL, text);
}

/* The marketplace's own id, which tells a person nothing. */
static bool is_uuid(const char *text)
{
	return strlen(text) >= 32 && strspn(text, "0123456789abcdefABCDEF-") == strlen(text);
}

static void put_basic(
    const struct place *place, struct sheet *sheet, const struct instance *instance)
{
	const struct app *app = place->app;
	char text[200], until[160], both[400], when[WHEN_TEXT];

	sheet_head(sheet, 0, _("Basic information"));
	sheet_fact(sheet, _("Product"), STYLE_NORMAL, instance->product_name);
	if (!is_uuid(instance->sku))
		sheet_fact(sheet, _("Specification"), STYLE_NORMAL, instance->sku);
	sheet_fact(sheet, _("Order"), STYLE_NORMAL, instance->order_id);
	sheet_fact(sheet, _("Delivered as"), STYLE_NORMAL,
	    names_label(&delivery_names, instance->delivery));
	service_state_words(app, instance, text, sizeof(text));
	service_until_words(app, instance, until, sizeof(until));
	snprintf(both, sizeof(both), until[0] != '\0' ? _("%s, %s") : "%s", text, until);
	sheet_fact(sheet, _("State"), STYLE_BOLD, both);
	when_text(instance->placed_at, app_offset(app), when);
	sheet_fact(sheet, _("Ordered"), STYLE_NORMAL, instance->placed_at != 0 ? when : "");
	when_date_text(instance->starts_at, app_offset(app), when);
	sheet_fact(sheet, _("Starts"), STYLE_NORMAL, instance->starts_at != 0 ? when : "");
	/* The period starts with the acceptance, or when the seller says (domain.md 0, fact 8). */
	when_date_text(instance->expires_at, app_offset(app), when);
	if (instance->state != INSTANCE_PREPARING)
		sheet_fact(sheet, _("Expires"), STYLE_NORMAL,
		    instance->expires_at != 0 ? when : _("no expiry date"));
	put_price(place, sheet, instance);
	sheet_fact(sheet, _("Instance"), STYLE_NORMAL, instance->id);
	if (is_uuid(instance->sku))
		sheet_fact(sheet, _("Spec. ID"), STYLE_NORMAL, instance->sku);
	sheet_facts_end(sheet);
}

static void put_seller(struct sheet *sheet, const struct instance *instance,
    const struct product *product)
{
	sheet_head(sheet, 0, _("Seller"));
	sheet_fact(sheet, _("Seller"), STYLE_NORMAL, instance->seller_name);
	sheet_fact(sheet, _("Seller ID"), STYLE_NORMAL, instance->seller);
	sheet_fact(sheet, _("Product ID"), STYLE_NORMAL, instance->product);
	if (product != NULL)
		sheet_fact(sheet, _("Category"), STYLE_NORMAL,
		    names_label(&category_names, product->category));
	sheet_facts_end(sheet);
	if (product != NULL && product->standard[0] != '\0')
		sheet_long(sheet, _("Acceptance standard"), product->standard);
}

/*
 * What is done to the service itself. What cannot be done now is greyed, with the reason, and
 * stands below what can.
 */
static bool put_own_actions(const struct place *place, struct sheet *sheet,
    const struct selection *selection, bool possible)
{
	const struct binding *b;
	bool some = false;

	for (b = bindings; b->id != 0; b++) {
		const struct action *action = action_get((enum action_id)b->id);
		const char *why;

		if (!binding_is_domain(b->id) || !(action->on & ON_INSTANCE) ||
		    (action->kind == KIND_RATE && selection->supervision != NULL) ||
		    !app_offers(place->app, b->id, selection))
			continue;
		why = app_why_not(place->app, b->id, selection);
		some = true;
		if ((why[0] == '\0') == possible)
			facts_action_line(sheet, b, _(action->label), why, LINE_ACTION);
	}
	return some;
}

static bool can_any(const struct place *place, const struct selection *selection)
{
	const struct binding *b;

	for (b = bindings; b->id != 0; b++)
		if (binding_is_domain(b->id) &&
		    (action_get((enum action_id)b->id)->on & ON_SUPERVISION) &&
		    app_offers(place->app, b->id, selection) &&
		    app_why_not(place->app, b->id, selection)[0] == '\0')
			return true;
	return false;
}

static void put_actions(const struct place *place, struct sheet *sheet)
{
	const struct dossier *d = &dossier_page(place)->dossier;
	struct selection selection;
	bool own;

	sheet_head(sheet, 0, _("What can be done"));
	dossier_selection(d, &selection);
	own = put_own_actions(place, sheet, &selection, true);
	if (d->supervision != NULL) {
		/* That a supervision has ended is no news where the service goes on. */
		if (!own || d->supervision->state == SUPERVISION_OPEN ||
		    can_any(place, &selection))
			facts_actions(place->app, sheet, &selection, LINE_ACTION);
	}
	put_own_actions(place, sheet, &selection, false);
	if (d->supervision != NULL) {
		sheet_printf(sheet, 3, STYLE_NORMAL, _("The supervision %s"), d->supervision->id);
		sheet_choose(sheet, LINE_RECORD, 1);
		if (d->supervision->deployment[0] != '\0') {
			sheet_printf(sheet, 3, STYLE_NORMAL, _("The deployment: %s"),
			    names_label(&deployment_state_names,
				d->supervision->deployment_state));
			sheet_choose(sheet, LINE_DEPLOYMENT, 1);
		}
	} else if (d->failed[0] != '\0' && d->absent) {
		sheet_line(sheet, 3, STYLE_DIM, _("It was delivered without supervision."));
	} else if (d->failed[0] != '\0') {
		sheet_line(sheet, 3, STYLE_ERROR, d->failed);
	}
}

static bool service_known(const struct place *place)
{
	return instance_of(place) != NULL;
}

static void service_build(const struct place *place, struct sheet *sheet)
{
	const struct instance *instance = instance_of(place);

	put_application(place, sheet, instance);
	put_basic(place, sheet, instance);
	put_seller(sheet, instance, dossier_page(place)->dossier.product);
	put_actions(place, sheet);
}

/* ---- the secret ------------------------------------------------------------------------------ */

/* The password, or the code of those that have one. */
static const char *secret_of(const struct place *place)
{
	const struct instance *instance = instance_of(place);

	if (instance == NULL || app_actor(place->app)->role != ROLE_BUYER)
		return "";
	return instance->license[0] != '\0' ? instance->license : instance->password;
}

static bool reveal(struct place *place, bool copy)
{
	struct service *service = service_of(place);

	if (secret_of(place)[0] == '\0') {
		app_say(place->app, SAID_NOTE,
		    app_actor(place->app)->role == ROLE_BUYER
			? _("This service has no initial password and no code here.")
			: _("Only the buyer sees the password and the code."));
	} else if (!copy) {
		service->shown = !service->shown;
		service->base.stale = true;
	} else if (app_copy(place->app, secret_of(place))) {
		app_say(place->app, SAID_GOOD, _("Handed to the terminal's clipboard."));
	} else {
		app_say(place->app, SAID_WARN, _("It could not be handed to the terminal."));
	}
	return true;
}

void service_open_secret(struct app *app, const char *id, bool copy)
{
	struct place *place = app_open(app, &service_screen, id);

	if (place != NULL)
		service_of(place)->secret = copy ? UI_COPY_SECRET : UI_REVEAL;
}

/* ---- the screen ------------------------------------------------------------------------------ */

/* The param is the instance's id, or "line:" and the supervision's that it came with. */
static void service_refresh(struct place *place)
{
	struct query query = { .type = &instance_record, .filter = place->param, .limit = 1 };

	if (strncmp(place->param, "line:", 5) == 0)
		place_list(place, TAG_PAGE, &query);
	else
		place_show(place, TAG_PAGE, &instance_record, place->param);
	dossier_page_refresh(place);
}

static void service_open(struct place *place)
{
	dossier_page(place)->stale = true;
	service_refresh(place);
}

static void service_reply(struct place *place, const struct reply *reply)
{
	struct service *service = service_of(place);
	struct dossier_page *page = &service->base;

	if (reply->tag == TAG_PAGE && reply->page != NULL && reply->page->count == 0) {
		strlcpy(page->failed, _("No service came with this order yet."),
		    sizeof(page->failed));
		return;
	}
	dossier_page_reply(place, reply);
	if (reply->tag != TAG_PAGE || reply->page == NULL)
		return;
	dossier_take_service(place, &page->dossier, instance_of(place));
	if (service->secret != 0)
		reveal(place, service->secret == UI_COPY_SECRET);
	service->secret = 0;
}

static bool service_open_line(struct place *place, const struct sheet_line *line)
{
	if (line->kind != LINE_DEPLOYMENT)
		return dossier_page_open_record(place, line);
	app_open(place->app, &deployment_screen, dossier_page(place)->dossier.id);
	return true;
}

static bool service_act(struct place *place, int action, const char *argument)
{
	if (action == UI_REVEAL || action == UI_COPY_SECRET)
		return reveal(place, action == UI_COPY_SECRET);
	return dossier_page_act(place, action, argument);
}

static bool service_useless(const struct place *place, int action)
{
	return (action == UI_REVEAL || action == UI_COPY_SECRET) && secret_of(place)[0] == '\0';
}

static bool service_selected(const struct place *place, struct selection *out)
{
	dossier_selection(&dossier_page(place)->dossier, out);
	return out->id != NULL;
}

static void service_headline(const struct place *place, char *out, size_t cap)
{
	const struct instance *instance = instance_of(place);

	strlcpy(out, instance != NULL ? instance->product_name : place->param, cap);
}

static const int offers[] = { UI_OPEN, UI_REVEAL, UI_BACK, UI_PALETTE, UI_HELP, UI_COPY_SECRET,
	UI_COPY, UI_REFRESH, 0 };

static const struct dossier_page_spec service_spec = {
	.known = service_known,
	.build = service_build,
	.open_line = service_open_line,
};

const struct screen service_screen = {
	.name = "service",
	.title = N_("Purchased service"),
	.spec = &service_spec,
	.size = sizeof(struct service),
	.offers = offers,
	.enter = N_("choose"),
	.useless = service_useless,
	.open = service_open,
	.close = dossier_page_close,
	.refresh = service_refresh,
	.reply = service_reply,
	.key = dossier_page_key,
	.act = service_act,
	.selected = service_selected,
	.ready = dossier_page_ready,
	.layout = dossier_page_layout,
	.draw = dossier_page_draw,
	.headline = service_headline,
	.describe = dossier_page_describe,
};
