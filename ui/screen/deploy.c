/*
 * Starting a deployment: flavour, network and security group from what the cloud offers, the
 * recommended ones chosen already, and the server's password twice. What is typed there goes
 * straight into memory that is never written anywhere, and no part of it is shown.
 */
#include "ui/screen/deploy.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "model/password.h"
#include "ui/screen/facts.h"

#define SECRET_BYTES 256

const struct deploy_choice *deploy_choice(const struct deploy *d, int field)
{
	const struct deploy_choices *choices = &d->offers->fields[field];

	return choices->count > 0 ? &choices->list[d->chosen[field]] : NULL;
}

const char *deploy_label(int field)
{
	static const char *const labels[FIELD_COUNT] = { N_("Flavour"), N_("Network"),
		N_("Security group"), N_("Server password"), N_("Password again") };

	return _(labels[field]);
}

/* ---- offers ---------------------------------------------------------------------------------- */

/* What the seller recommends, else the first that can be had. */
static void choose_first(struct deploy *d, int field)
{
	const struct deploy_choices *choices = &d->offers->fields[field];
	size_t i, at = 0;
	bool found = false, best = false;

	for (i = 0; i < choices->count; i++) {
		if (!choices->list[i].usable || best || (found && !choices->list[i].recommended))
			continue;
		at = i;
		found = true;
		best = choices->list[i].recommended;
	}
	d->chosen[field] = at;
}

static void choose_next(struct deploy *d, int field, int by)
{
	const struct deploy_choices *choices = &d->offers->fields[field];
	size_t i, at = d->chosen[field];

	for (i = 0; i < choices->count; i++) {
		at = (at + choices->count + (size_t)(by + 1) - 1) % choices->count;
		if (choices->list[at].usable)
			break;
	}
	d->chosen[field] = at;
}

static void deploy_cloud(struct place *place, struct cloud_reply *reply)
{
	struct deploy *d = deploy_state(place);
	int field;

	if (reply->err != NULL) {
		strlcpy(d->failed, reply->err->message, sizeof(d->failed));
		return;
	}
	deploy_offers_free(d->offers);
	d->offers = reply->offers;
	reply->offers = NULL;
	d->failed[0] = '\0';
	for (field = 0; field < DEPLOY_FIELDS; field++)
		choose_first(d, field);
}

static void ask_offers(struct place *place)
{
	struct deploy *d = deploy_state(place);

	if (d->asked || d->dossier.supervision == NULL)
		return;
	d->asked = true;
	if (app_cloud(place->app) == NULL)
		strlcpy(d->failed, app_no_cloud(place->app), sizeof(d->failed));
	else
		place_offers(place, d->dossier.supervision->product);
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void deploy_open(struct place *place)
{
	struct deploy *d = deploy_state(place);

	d->password = secret_new(SECRET_BYTES);
	d->again = secret_new(SECRET_BYTES);
	d->here = FIELD_PASSWORD;
	dossier_open(place, &d->dossier, place->param, "", 0);
	ask_offers(place);
}

static void deploy_close(struct place *place)
{
	struct deploy *d = deploy_state(place);

	secret_free(d->password);
	secret_free(d->again);
	deploy_offers_free(d->offers);
	confirm_free(&d->confirm);
	dossier_close(&d->dossier);
}

static void deploy_refresh(struct place *place)
{
	dossier_refresh(place, &deploy_state(place)->dossier);
}

static void deploy_reply(struct place *place, const struct reply *reply)
{
	dossier_reply(place, &deploy_state(place)->dossier, reply);
	ask_offers(place);
}

static bool deploy_ready(const struct place *place, const struct key *key)
{
	const struct deploy *d = deploy_state(place);

	(void)key;
	return d->failed[0] != '\0' || d->dossier.failed[0] != '\0' || d->offers != NULL;
}

static bool deploy_typing(const struct place *place)
{
	const struct deploy *d = deploy_state(place);

	return d->phase == PHASE_FORM && d->here >= DEPLOY_FIELDS;
}

bool deploy_types_secret(const struct place *place)
{
	return place->screen == &deploy_screen && deploy_typing(place);
}

/* ---- the confirmation ------------------------------------------------------------------------ */

static void put_choice(struct deploy *d, int field)
{
	const struct deploy_choice *choice = deploy_choice(d, field);
	char text[200];

	snprintf(text, sizeof(text), "%s  %s", choice->name, choice->detail);
	if (text_width(text) <= CONFIRM_CELLS || choice->detail[0] == '\0') {
		confirm_fact(&d->confirm, deploy_label(field), text);
		return;
	}
	/* What is agreed to stands whole: in two lines. */
	confirm_fact(&d->confirm, deploy_label(field), choice->name);
	confirm_fact(&d->confirm, "", choice->detail);
}

static void ask_confirm(struct place *place)
{
	struct deploy *d = deploy_state(place);
	const struct action *action = action_get(ACTION_START_DEPLOYMENT);
	const struct supervision *s = d->dossier.supervision;
	const struct cloud *cloud = app_cloud(place->app);
	bool simulated = cloud_can(cloud, CLOUD_SIMULATED);
	char amount[64];
	int field;

	confirm_free(&d->confirm);
	confirm_init(&d->confirm, _(action->label),
	    simulated ? _("The package is deployed into a simulated cloud: no server is made and "
			  "nothing is charged.")
		      : _(action->effect),
	    "");
	facts_amount(s, amount, sizeof(amount));
	confirm_fact(&d->confirm, _("Order"), s->order_id);
	confirm_fact(&d->confirm, _("Product"), s->product_name);
	confirm_fact(&d->confirm, _("Amount"), amount);
	confirm_fact(&d->confirm, _("Party"), s->seller_name);
	confirm_fact(&d->confirm, _("Target"), cloud->label);
	for (field = 0; field < DEPLOY_FIELDS; field++)
		put_choice(d, field);
	d->phase = PHASE_CONFIRM;
}

static bool problem(struct deploy *d, int field, const char *text)
{
	strlcpy(d->problem, text, sizeof(d->problem));
	d->here = field;
	return false;
}

static bool check(struct place *place)
{
	struct deploy *d = deploy_state(place);
	struct selection selection;
	struct error err;
	const char *why;
	int field;

	d->problem[0] = '\0';
	dossier_selection(&d->dossier, &selection);
	why = app_why_not(place->app, ACTION_START_DEPLOYMENT, &selection);
	if (why[0] != '\0') {
		snprintf(d->problem, sizeof(d->problem), _("This is not possible now: %s."), why);
		return false;
	}
	for (field = 0; field < DEPLOY_FIELDS; field++)
		if (deploy_choice(d, field) == NULL || !deploy_choice(d, field)->usable)
			return problem(d, field, _("Choose one that can be had."));
	if (password_check(d->password, DEPLOY_USER, &err) != STATUS_OK)
		return problem(d, FIELD_PASSWORD, err.message);
	if (!secret_equal(d->password, d->again)) {
		secret_wipe(d->again);
		return problem(d, FIELD_AGAIN, _("The two passwords differ. Type it again."));
	}
	return true;
}

/* The page of the deployment takes this one's place. */
static void begin(struct place *place)
{
	struct deploy *d = deploy_state(place);
	struct deploy_request request = { .supervision = d->dossier.supervision,
		.flavour = deploy_choice(d, DEPLOY_FLAVOUR)->id,
		.network = deploy_choice(d, DEPLOY_NETWORK)->id,
		.group = deploy_choice(d, DEPLOY_GROUP)->id };
	struct secret *password = d->password;
	struct app *app = place->app;
	char id[PLACE_PARAM];

	d->password = NULL;
	strlcpy(id, d->dossier.id, sizeof(id));
	app_deploy(app, &request, password);
	app_back(app);
	app_open(app, &deployment_screen, id);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void type_secret(struct deploy *d, const struct key *key, const char *paste)
{
	struct secret *secret = d->here == FIELD_PASSWORD ? d->password : d->again;
	char letter[8];
	struct error err;
	enum status status = STATUS_OK;

	d->problem[0] = '\0';
	if (key->code == K_PASTE) {
		status = secret_add(secret, paste, strlen(paste), &err);
	} else if (key->code == K_CHAR && !key->alt) {
		status = secret_add(secret, letter, text_encode(key->cp, letter), &err);
		explicit_bzero(letter, sizeof(letter));
	} else if (key->code == K_BACKSPACE) {
		secret_drop_last(secret);
	} else if (key->code == K_CTRL && key->cp == 'u') {
		secret_wipe(secret);
	}
	if (status != STATUS_OK)
		strlcpy(d->problem, err.message, sizeof(d->problem));
}

static void go_on(struct place *place, bool last)
{
	struct deploy *d = deploy_state(place);

	if (!last && d->here < FIELD_AGAIN)
		d->here++;
	else if (check(place))
		ask_confirm(place);
}

static bool take_form_key(struct place *place, const struct key *key, const char *paste)
{
	struct deploy *d = deploy_state(place);
	bool choice = d->here < DEPLOY_FIELDS;

	if (key->code == K_ESC) {
		app_back(place->app);
	} else if (key->code == K_ENTER || (key->code == K_CTRL && key->cp == 's')) {
		go_on(place, key->code == K_CTRL);
	} else if (key->code == K_TAB || (key->code == K_DOWN && !choice)) {
		d->here = (d->here + 1) % FIELD_COUNT;
	} else if (key->code == K_BACKTAB || (key->code == K_UP && !choice)) {
		d->here = (d->here + FIELD_COUNT - 1) % FIELD_COUNT;
	} else if (choice && (key->code == K_DOWN || key->code == K_RIGHT)) {
		choose_next(d, d->here, 1);
	} else if (choice && (key->code == K_UP || key->code == K_LEFT)) {
		choose_next(d, d->here, -1);
	} else if (key->code == K_CTRL && key->cp != 'u') {
		return false;
	} else if (!choice) {
		type_secret(d, key, paste);
	}
	return true;
}

static bool deploy_key(struct place *place, const struct key *key, const char *paste)
{
	struct deploy *d = deploy_state(place);

	if (d->offers == NULL || d->dossier.supervision == NULL)
		return false;
	if (d->phase == PHASE_FORM)
		return take_form_key(place, key, paste);
	if (key->code == K_CTRL && key->cp == 'c')
		return false;
	switch (confirm_key(&d->confirm, key, paste)) {
	case CONFIRM_YES:
		begin(place);
		break;
	case CONFIRM_NO:
		d->phase = PHASE_FORM;
		break;
	case CONFIRM_NONE:
		break;
	}
	return true;
}

static bool deploy_selected(const struct place *place, struct selection *out)
{
	dossier_selection(&deploy_state(place)->dossier, out);
	return out->supervision != NULL;
}

const struct screen deploy_screen = {
	.name = "deploy",
	.title = N_("Start deployment"),
	.size = sizeof(struct deploy),
	.open = deploy_open,
	.close = deploy_close,
	.refresh = deploy_refresh,
	.reply = deploy_reply,
	.cloud = deploy_cloud,
	.key = deploy_key,
	.selected = deploy_selected,
	.ready = deploy_ready,
	.typing = deploy_typing,
	.draw = deploy_draw,
	.status = deploy_status,
	.hints = deploy_hints,
	.describe = deploy_describe,
};
