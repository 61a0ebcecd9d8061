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
#include "ui/screen/dossier.h"
#include "ui/screen/facts.h"
#include "ui/screen/parts.h"
#include "ui/screen/sheet.h"

#define TAG_INSTANCE (PARTS + 1)
#define TAG_PRODUCT (PARTS + 2)
#define TAG_ORDER (PARTS + 3)

struct service {
	struct dossier dossier;     /* of its order line; opened when that is known */
	struct page *page;          /* the instance */
	struct page *product, *order;
	struct sheet sheet;
	char failed[320];
	bool opened, shown, stale;
	int secret;                 /* UI_REVEAL or UI_COPY_SECRET: to be done once it is read */
	int cols;
};

static struct service *service_of(const struct place *place)
{
	return place->state;
}

static const struct instance *instance_of(const struct service *service)
{
	return service->page != NULL ? service->page->rows[0] : NULL;
}

/* ---- words ----------------------------------------------------------------------------------- */

void service_state_words(
    const struct app *app, const struct instance *instance, char *out, size_t cap)
{
	const char *state = names_label(
	    &instance_state_names, (int64_t)instance_state_at(instance, app_now(app)));

	if (instance->trial)
		snprintf(out, cap, _("Trial: %s"), state);
	else
		strlcpy(out, state, cap);
}

void service_left_words(
    const struct app *app, const struct instance *instance, char *out, size_t cap)
{
	int64_t left = instance->expires_at - app_now(app);
	char span[WHEN_TEXT] = "";

	if (instance->expires_at != 0 && left > 0 && instance->state != INSTANCE_PREPARING &&
	    instance->state != INSTANCE_RELEASED)
		when_span(left, span);
	strlcpy(out, span, cap);
}

void service_term_words(const char *type, int64_t number, char *out, size_t cap)
{
	unsigned long n = (unsigned long)number;

	if (strcmp(type, "year") == 0)
		snprintf(out, cap, ngettext("%lu year", "%lu years", n), n);
	else if (strcmp(type, "month") == 0)
		snprintf(out, cap, ngettext("%lu month", "%lu months", n), n);
	else
		snprintf(out, cap, ngettext("%lu day", "%lu days", n), n);
}

/* What comes after the present state, and when. */
static void until_words(
    const struct app *app, const struct instance *instance, char *out, size_t cap)
{
	int64_t now = app_now(app), until = instance_state_until(instance, now);
	char span[WHEN_TEXT];

	out[0] = '\0';
	if (until == 0)
		return;
	when_span(until - now, span);
	switch (instance_state_at(instance, now)) {
	case INSTANCE_ACTIVE:
		snprintf(out, cap, _("expires in %s"), span);
		break;
	case INSTANCE_EXPIRED:
		snprintf(out, cap,
		    instance->trial ? _("still usable, frozen in %s unless converted")
				    : _("still usable, frozen in %s unless renewed"),
		    span);
		break;
	case INSTANCE_FROZEN:
		snprintf(out, cap,
		    instance->trial ? _("data kept, released in %s unless converted")
				    : _("data kept, released in %s unless renewed"),
		    span);
		break;
	default:
		break;
	}
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
		sheet_line(sheet, 3, STYLE_DIM, _("The seller has stated nothing here."));
	if (instance->license[0] == '\0' && state == LICENSE_GENERATED)
		sheet_line(sheet, 3, STYLE_DIM,
		    _("The authorisation code comes with its pick-up, which ends the right to a "
		      "refund."));
}

/* What the next period costs, where it is known. */
static void put_price(
    const struct place *place, struct sheet *sheet, const struct instance *instance)
{
	const struct service *service = service_of(place);
	char amount[MONEY_TEXT], term[96], text[MONEY_TEXT + 100];
	struct instance_offer offer;

	if ((strcmp(instance->charging, "PERIOD") != 0 && !instance->trial) ||
	    !instance_offer(instance, service->product == NULL ? NULL : service->product->rows[0],
		1, app_now(place->app), &offer))
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
	until_words(app, instance, until, sizeof(until));
	snprintf(both, sizeof(both), until[0] != '\0' ? _("%s, %s") : "%s", text, until);
	sheet_fact(sheet, _("State"), STYLE_BOLD, both);
	when_text(instance->placed_at, app_offset(app), when);
	sheet_fact(sheet, _("Ordered"), STYLE_NORMAL, instance->placed_at != 0 ? when : "");
	when_date_text(instance->starts_at, app_offset(app), when);
	sheet_fact(sheet, _("Starts"), STYLE_NORMAL, instance->starts_at != 0 ? when : "");
	when_date_text(instance->expires_at, app_offset(app), when);
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

static void select_it(const struct service *service, struct selection *out)
{
	memset(out, 0, sizeof(*out));
	if (service->opened)
		dossier_selection(&service->dossier, out);
	out->instance = instance_of(service);
	if (service->product != NULL)
		out->product = service->product->rows[0];
	if (service->order != NULL)
		out->order = service->order->rows[0];
	if (out->id == NULL && out->instance != NULL)
		out->id = out->instance->order_id;
}

/* What is done to the service itself: greyed, with the reason, where it cannot be now. */
static bool put_own_actions(
    const struct place *place, struct sheet *sheet, const struct selection *selection)
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
		facts_action_line(sheet, b, _(action->label), why, LINE_ACTION);
		some = true;
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
	const struct dossier *d = &service_of(place)->dossier;
	struct selection selection;
	bool own;

	sheet_head(sheet, 0, _("What can be done"));
	select_it(service_of(place), &selection);
	own = put_own_actions(place, sheet, &selection);
	if (d->supervision != NULL) {
		/* That a supervision has ended is no news where the service goes on. */
		if (!own || d->supervision->state == SUPERVISION_OPEN ||
		    can_any(place, &selection))
			facts_actions(place->app, sheet, &selection, LINE_ACTION);
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

static void build(struct place *place)
{
	struct service *service = service_of(place);
	const struct instance *instance = instance_of(service);

	sheet_begin(&service->sheet, service->cols);
	if (instance != NULL) {
		put_application(place, &service->sheet, instance);
		put_basic(place, &service->sheet, instance);
		put_seller(&service->sheet, instance,
		    service->product != NULL ? service->product->rows[0] : NULL);
		put_actions(place, &service->sheet);
	}
	sheet_end(&service->sheet);
	service->stale = false;
}

/* ---- the secret ------------------------------------------------------------------------------ */

/* The password, or the code of those that have one. */
static const char *secret_of(const struct place *place)
{
	const struct instance *instance = instance_of(service_of(place));

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
		service->stale = true;
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

	service_of(place)->secret = copy ? UI_COPY_SECRET : UI_REVEAL;
}

/* ---- the screen ------------------------------------------------------------------------------ */

/* The param is the instance's id, or "line:" and the supervision's that it came with. */
static void service_refresh(struct place *place)
{
	struct query query = { .type = &instance_record, .filter = place->param, .limit = 1 };

	if (strncmp(place->param, "line:", 5) == 0)
		place_list(place, TAG_INSTANCE, &query);
	else
		place_show(place, TAG_INSTANCE, &instance_record, place->param);
	if (service_of(place)->opened)
		dossier_refresh(place, &service_of(place)->dossier);
}

static void service_open(struct place *place)
{
	service_of(place)->stale = true;
	service_refresh(place);
}

static void service_close(struct place *place)
{
	page_drop(service_of(place)->page);
	page_drop(service_of(place)->product);
	page_drop(service_of(place)->order);
	if (service_of(place)->opened)
		dossier_close(&service_of(place)->dossier);
	sheet_free(&service_of(place)->sheet);
}

static void take_beside(struct page **page, const struct reply *reply)
{
	if (reply->page == NULL)
		return;
	page_drop(*page);
	*page = page_ref(reply->page);
}

static void service_reply(struct place *place, const struct reply *reply)
{
	struct service *service = service_of(place);

	service->stale = true;
	if (reply->tag == TAG_PRODUCT || reply->tag == TAG_ORDER) {
		take_beside(
		    reply->tag == TAG_PRODUCT ? &service->product : &service->order, reply);
		return;
	}
	if (reply->tag != TAG_INSTANCE) {
		dossier_reply(place, &service->dossier, reply);
		return;
	}
	strlcpy(service->failed, reply->err != NULL ? reply->err->message : "",
	    sizeof(service->failed));
	if (reply->page != NULL && reply->page->count == 0)
		strlcpy(service->failed, _("No service came with this order yet."),
		    sizeof(service->failed));
	if (reply->page == NULL || reply->page->count == 0)
		return;
	page_drop(service->page);
	service->page = page_ref(reply->page);
	if (service->secret != 0)
		reveal(place, service->secret == UI_COPY_SECRET);
	service->secret = 0;
	place_show(place, TAG_PRODUCT, &product_record, instance_of(service)->product);
	place_show(place, TAG_ORDER, &order_record, instance_of(service)->order_id);
	if (!service->opened)
		dossier_open(place, &service->dossier, instance_of(service)->line, "",
		    PART(APPEALS));
	service->opened = true;
}

static bool service_ready(const struct place *place, const struct key *key)
{
	const struct service *service = service_of(place);

	(void)key;
	return service->failed[0] != '\0' ||
	       (service->opened && dossier_complete(&service->dossier));
}

/* Keys act on lines: those of the data that is there, whether they have been drawn or not. */
static void fresh(struct place *place)
{
	int rows, cols;

	app_body(place->app, &rows, &cols);
	place->screen->layout(place, rows, cols);
}

static bool service_key(struct place *place, const struct key *key, const char *paste)
{
	(void)paste;
	fresh(place);
	return sheet_key(&service_of(place)->sheet, key);
}

static bool open_line(struct place *place, const struct sheet_line *line)
{
	const struct dossier *d = &service_of(place)->dossier;
	struct selection selection;

	select_it(service_of(place), &selection);
	if (line->kind == LINE_ACTION)
		app_start(place->app, (enum action_id)line->index, &selection);
	else if (line->kind == LINE_DEPLOYMENT)
		app_open(place->app, &deployment_screen, d->id);
	else
		app_open_seen(place->app, &record_screen, d->id, &selection);
	return true;
}

static bool service_act(struct place *place, int action, const char *argument)
{
	const struct sheet_line *line;

	fresh(place);
	line = sheet_chosen(&service_of(place)->sheet);
	switch (action) {
	case UI_OPEN:
		/* What is done is what is seen: a line below the page is shown first. */
		if (argument[0] == '\0' && sheet_reveal(&service_of(place)->sheet))
			return true;
		return argument[0] == '\0' && line != NULL && open_line(place, line);
	case UI_REVEAL:
	case UI_COPY_SECRET:
		return reveal(place, action == UI_COPY_SECRET);
	default:
		return false;
	}
}

static bool service_selected(const struct place *place, struct selection *out)
{
	select_it(service_of(place), out);
	return out->id != NULL;
}

static void service_layout(struct place *place, int rows, int cols)
{
	struct service *service = service_of(place);

	if (service->stale || service->cols != cols) {
		service->cols = cols;
		build(place);
	}
	sheet_layout(&service->sheet, rows);
}

static void service_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct service *service = service_of(place);
	struct area inside = { area.row + 1, area.col + 3, area.rows - 1, area.cols - 6 };

	if (service->page != NULL)
		sheet_draw(&service->sheet, canvas, area, true);
	else if (service->failed[0] != '\0')
		canvas_wrap(canvas, inside, STYLE_ERROR, service->failed, 0);
	else
		canvas_put(canvas, inside.row, inside.col, inside.cols, STYLE_DIM,
		    _("Reading. Esc goes back."));
}

static void service_headline(const struct place *place, char *out, size_t cap)
{
	const struct instance *instance = instance_of(service_of(place));

	strlcpy(out, instance != NULL ? instance->product_name : place->param, cap);
}

static void service_describe(const struct place *place, struct buf *out)
{
	if (service_of(place)->failed[0] != '\0')
		buf_printf(out, "%s\n", service_of(place)->failed);
	sheet_describe(&service_of(place)->sheet, out);
}

static const int offers[] = { UI_OPEN, UI_REVEAL, UI_BACK, UI_PALETTE, UI_HELP, UI_COPY_SECRET,
	UI_COPY, UI_REFRESH, 0 };

const struct screen service_screen = {
	.name = "service",
	.title = N_("Purchased service"),
	.size = sizeof(struct service),
	.offers = offers,
	.open = service_open,
	.close = service_close,
	.refresh = service_refresh,
	.reply = service_reply,
	.key = service_key,
	.act = service_act,
	.selected = service_selected,
	.ready = service_ready,
	.layout = service_layout,
	.draw = service_draw,
	.headline = service_headline,
	.describe = service_describe,
};
