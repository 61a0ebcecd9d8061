#include "cloud/cloud.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

static enum status unsupported(const struct cloud *c, struct error *err, const char *what)
{
	return error_set(err, STATUS_UNSUPPORTED, _("The cloud “%s” cannot do this: %s."), c->label,
	    what);
}

static enum status refuse(struct error *err, const char *field, const char *message)
{
	error_set(err, STATUS_INVALID, "%s", message);
	error_field(err, field);
	return STATUS_INVALID;
}

/* ---- Requests ------------------------------------------------------------------------------ */

struct field {
	const char *name, *value, *missing;
};

/* Names of things in a cloud: short, and nothing that the cleaning would change. */
static enum status check_text(const struct field *field, struct error *err)
{
	char clean[CLOUD_TEXT_MAX + 1];

	if (field->value == NULL || field->value[0] == '\0')
		return field->missing == NULL ? STATUS_OK :
		    refuse(err, field->name, _(field->missing));
	if (strlen(field->value) > CLOUD_TEXT_MAX)
		return refuse(err, field->name, _("This is too long to be a name in a cloud."));
	text_clean(clean, sizeof(clean), field->value);
	if (strcmp(clean, field->value) != 0)
		return refuse(err, field->name, _("This holds characters that no name may have."));
	return STATUS_OK;
}

static enum status check_request(const struct cloud_request *request, struct error *err)
{
	const struct field fields[] = {
		{ "deployment", request->deployment, N_("Say which deployment this is.") },
		{ "template", request->template, N_("Say which product is deployed.") },
		{ "zone", request->zone, NULL },
		{ "flavour", request->flavour, N_("Choose a flavour.") },
		{ "network", request->network, N_("Choose a network.") },
		{ "subnet", request->subnet, N_("Choose a subnet.") },
		{ "group", request->group, N_("Choose a security group.") },
		{ "user", request->user_name, N_("Say whose password it is on the server.") },
	};
	enum status status = STATUS_OK;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]) && status == STATUS_OK; i++)
		status = check_text(&fields[i], err);
	if (status == STATUS_OK && strcmp(request->network, CLOUD_NEW) == 0 &&
	    strcmp(request->subnet, CLOUD_NEW) != 0)
		return refuse(err, "subnet", _("A new network has new subnets only."));
	return status;
}

static enum status check_token(const char *token, struct error *err)
{
	size_t n = token == NULL ? 0 : strlen(token);
	size_t i;

	for (i = 0; i < n; i++)
		if (token[i] <= ' ' || token[i] > '~')
			return refuse(err, "token",
			    _("A client token is printable ASCII without blanks."));
	if (n == 0 || n > CLOUD_TOKEN_MAX)
		return refuse(err, "token", _("A start needs a client token of 1 to 64 bytes."));
	return STATUS_OK;
}

static enum status check_stack(const char *stack, struct error *err)
{
	if (stack == NULL || stack[0] == '\0' || strlen(stack) >= CLOUD_ID)
		return refuse(err, "stack", _("Say which stack: its id is missing or too long."));
	return STATUS_OK;
}

/* ---- The wrappers -------------------------------------------------------------------------- */

bool cloud_can(const struct cloud *c, enum cloud_capability capability)
{
	return (c->capabilities & (unsigned)capability) != 0;
}

enum status cloud_offers(struct cloud *c, const struct cloud_query *query, struct cloud_page **out,
    struct error *err)
{
	*out = NULL;
	if (c->ops->offers == NULL || !cloud_can(c, CLOUD_CAN_OFFER))
		return unsupported(c, err, _("it does not tell what can be chosen"));
	if ((unsigned)query->kind >= CLOUD_OFFER_KINDS)
		return refuse(err, "kind", _("Nobody offers that kind of thing."));
	if (query->limit == 0 || query->limit > CLOUD_PAGE_MAX)
		return refuse(err, "limit", _("A page has 1 to 100 offers."));
	if (query->kind == CLOUD_SUBNETS && (query->network == NULL || query->network[0] == '\0'))
		return refuse(err, "network", _("Choose a network before its subnet."));
	return c->ops->offers(c, query, out, err);
}

enum status cloud_check(struct cloud *c, const struct cloud_request *request, char *advice,
    size_t cap, struct error *err)
{
	char unread[1];
	enum status status;

	if (advice == NULL || cap == 0) {
		advice = unread;
		cap = sizeof(unread);
	}
	advice[0] = '\0';
	status = check_request(request, err);
	if (status != STATUS_OK || c->ops->check == NULL || !cloud_can(c, CLOUD_CAN_CHECK))
		return status;
	return c->ops->check(c, request, advice, cap, err);
}

enum status cloud_start(struct cloud *c, const struct cloud_request *request,
    const struct secret *password, const char *token, int64_t now, char stack[CLOUD_ID],
    struct error *err)
{
	enum status status;

	stack[0] = '\0';
	status = check_request(request, err);
	if (status == STATUS_OK)
		status = check_token(token, err);
	if (status != STATUS_OK)
		return status;
	if (password == NULL || secret_length(password) == 0)
		return refuse(err, "password", _("The server needs a password."));
	return c->ops->start(c, request, password, token, now, stack, err);
}

enum status cloud_find(struct cloud *c, const char *deployment, const char *token,
    char stack[CLOUD_ID], struct error *err)
{
	const struct field field = { "deployment", deployment,
	    N_("Say which deployment this is.") };
	enum status status;

	stack[0] = '\0';
	status = check_text(&field, err);
	if (status == STATUS_OK)
		status = check_token(token, err);
	return status == STATUS_OK ? c->ops->find(c, deployment, token, stack, err) : status;
}

enum status cloud_poll(struct cloud *c, const char *stack, int64_t now, struct cloud_report **out,
    struct error *err)
{
	enum status status = check_stack(stack, err);

	*out = NULL;
	return status == STATUS_OK ? c->ops->poll(c, stack, now, out, err) : status;
}

enum status cloud_remove(struct cloud *c, const char *stack, int64_t now, struct error *err)
{
	enum status status;

	if (c->ops->remove == NULL || !cloud_can(c, CLOUD_CAN_REMOVE))
		return unsupported(c, err, _("what it made is removed in its own console"));
	status = check_stack(stack, err);
	return status == STATUS_OK ? c->ops->remove(c, stack, now, err) : status;
}

void cloud_interrupt(struct cloud *c)
{
	if (c != NULL)
		c->ops->interrupt(c);
}

void cloud_close(struct cloud *c)
{
	if (c != NULL)
		c->ops->close(c);
}

/* A page and a report stand in memory of their own; everything they point to is in their arena. */
void cloud_page_free(struct cloud_page *page)
{
	if (page == NULL)
		return;
	arena_free(&page->arena);
	free(page);
}

void cloud_report_free(struct cloud_report *report)
{
	if (report == NULL)
		return;
	arena_free(&report->arena);
	free(report);
}

/* ---- Words --------------------------------------------------------------------------------- */

const char *cloud_step_label(enum cloud_step_state state)
{
#define X(name, label) label,
	static const char *const labels[] = { CLOUD_STEP_LIST(X) };
#undef X

	return _(labels[state]);
}

bool cloud_state_of_platform(const char *word, enum cloud_state *out)
{
	static const struct { const char *word; enum cloud_state state; } words[] = {
		/* RFS; an empty stack is one whose deployment waits in the queue */
		{ "CREATION_COMPLETE", CLOUD_DEPLOYING },
		{ "DEPLOYMENT_IN_PROGRESS", CLOUD_DEPLOYING },
		{ "DEPLOYMENT_COMPLETE", CLOUD_DEPLOYED },
		{ "DEPLOYMENT_FAILED", CLOUD_FAILED },
		{ "DELETION_IN_PROGRESS", CLOUD_REMOVING },
		{ "DELETION_FAILED", CLOUD_FAILED },
		/* Heat */
		{ "CREATE_IN_PROGRESS", CLOUD_DEPLOYING },
		{ "CREATE_COMPLETE", CLOUD_DEPLOYED },
		{ "CREATE_FAILED", CLOUD_FAILED },
		{ "UPDATE_IN_PROGRESS", CLOUD_DEPLOYING },
		{ "UPDATE_COMPLETE", CLOUD_DEPLOYED },
		{ "UPDATE_FAILED", CLOUD_FAILED },
		{ "DELETE_IN_PROGRESS", CLOUD_REMOVING },
		{ "DELETE_FAILED", CLOUD_FAILED },
		/* both */
		{ "ROLLBACK_IN_PROGRESS", CLOUD_DEPLOYING },
		{ "ROLLBACK_COMPLETE", CLOUD_FAILED },
		{ "ROLLBACK_FAILED", CLOUD_FAILED },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].word, word) == 0) {
			*out = words[i].state;
			return true;
		}
	}
	return false;
}
