#include "cloud/simulated.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bsd/string.h>

#include "base/digest.h"
#include "base/i18n.h"
#include "cloud/simulated_parts.h"

struct simulated {
	struct cloud cloud;            /* first: a struct cloud * is a struct simulated * */
	char *folder;
	uint64_t seed;
	unsigned pace;
	_Atomic unsigned interrupts;   /* the only member that other threads touch */
};

static struct simulated *self(struct cloud *c)
{
	return (struct simulated *)c;
}

static enum status offers(struct cloud *c, const struct cloud_query *query,
    struct cloud_page **out, struct error *err)
{
	(void)c;
	return sim_offers(query, out, err);
}

static enum status check(struct cloud *c, const struct cloud_request *request, char *advice,
    size_t cap, struct error *err)
{
	char id[CLOUD_ID];
	struct sim_fault fault;
	enum status status;
	int64_t cores;

	status = sim_check(request, err);
	if (status != STATUS_OK)
		return status;
	sim_stack_id(request->deployment, id);
	status = sim_folder_cores(self(c)->folder, id, &cores, err);
	if (status != STATUS_OK)
		return status;
	sim_fault(request, sim_zone(request), cores, &fault);
	strlcpy(advice, fault.cause, cap);
	return STATUS_OK;
}

/* ---- Starting ------------------------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static bool same_request(const struct cloud_request *a, const struct cloud_request *b)
{
	return same_text(a->template, b->template) && same_text(a->zone, b->zone) &&
	       same_text(a->flavour, b->flavour) && same_text(a->network, b->network) &&
	       same_text(a->subnet, b->subnet) && same_text(a->group, b->group) &&
	       same_text(a->user_name, b->user_name);
}

static const struct sim_attempt *attempt_of(const struct sim_stack *stack, const char *token)
{
	size_t i;

	for (i = 0; i < stack->n_attempts; i++)
		if (strcmp(stack->attempts[i].token, token) == 0)
			return &stack->attempts[i];
	return NULL;
}

/* May a deployment that was started before be started again at now? */
static enum status may_restart(const struct sim_stack *stack, int64_t now, struct error *err)
{
	enum cloud_state state;

	if (stack->n_attempts == SIM_ATTEMPTS_MAX)
		return error_set(err, STATUS_LIMITED,
		    _("This deployment was started %d times; the simulated cloud takes no more."),
		    SIM_ATTEMPTS_MAX);
	if (!sim_state(stack, now, &state) || state == CLOUD_FAILED)
		return STATUS_OK;
	if (state == CLOUD_DEPLOYED)
		return error_set(err, STATUS_EXISTS, _("This is deployed already."));
	return error_set(err, STATUS_BUSY, state == CLOUD_REMOVING ?
	    _("What was deployed is still being removed. Wait until that is over.") :
	    _("This is being deployed already."));
}

static int64_t seed_of(const struct simulated *sim, const struct sim_stack *stack)
{
	char text[CLOUD_ID + 64], digest[DIGEST_TEXT];
	uint64_t seed = 0;
	size_t i;

	snprintf(text, sizeof(text), "%llu/%s/%zu", (unsigned long long)sim->seed, stack->id,
	    stack->n_attempts);
	digest_of(text, strlen(text), digest);
	for (i = 0; i < 12; i++)
		seed = seed << 4 | (uint64_t)(strchr("0123456789abcdef", digest[i]) -
		    "0123456789abcdef");
	return (int64_t)seed;
}

/* Texts are borrowed from the caller: the stack is written and gone before he takes them back. */
static enum status add_attempt(const struct simulated *sim, struct sim_stack *stack,
    const struct cloud_request *request, const char *token, int64_t now, struct error *err)
{
	struct sim_attempt *attempt = &stack->attempts[stack->n_attempts];
	enum status status;

	attempt->token = token;
	attempt->request = *request;
	attempt->in_zone = sim_zone(request);
	attempt->started_at = now;
	attempt->seed = seed_of(sim, stack);
	attempt->pace = sim->pace;
	status = sim_folder_cores(sim->folder, stack->id, &attempt->cores_used, err);
	if (status != STATUS_OK)
		return status;
	stack->n_attempts++;
	stack->removed_at = 0;
	return sim_save(sim->folder, stack, err);
}

static enum status start_locked(const struct simulated *sim, const struct cloud_request *request,
    const char *token, int64_t now, const char *id, struct error *err)
{
	const struct sim_attempt *before;
	struct sim_stack *stack;
	struct error none;
	enum status status;

	status = sim_load(sim->folder, id, &stack, &none);
	if (status == STATUS_NOTFOUND) {
		stack = mem_alloc(sizeof(*stack));
		strlcpy(stack->id, id, sizeof(stack->id));
		stack->deployment = request->deployment;
	} else if (status != STATUS_OK) {
		if (err != NULL)
			*err = none;
		return status;
	}
	before = attempt_of(stack, token);
	if (before != NULL) {
		status = STATUS_OK;
		if (!same_request(&before->request, request)) {
			status = error_set(err, STATUS_CONFLICT,
			    _("This client token was used for another request."));
			error_field(err, "token");
		}
		goto out;
	}
	status = sim_check(request, err);
	if (status == STATUS_OK && stack->n_attempts > 0)
		status = may_restart(stack, now, err);
	if (status == STATUS_OK)
		status = add_attempt(sim, stack, request, token, now, err);
out:
	sim_stack_free(stack);
	return status;
}

static enum status start(struct cloud *c, const struct cloud_request *request,
    const struct secret *password, const char *token, int64_t now, char stack[CLOUD_ID],
    struct error *err)
{
	struct simulated *sim = self(c);
	unsigned before = atomic_load(&sim->interrupts);
	char id[CLOUD_ID];
	enum status status;
	int lock;

	(void)password;   /* there is no server that it could be given to */
	status = sim_lock(sim->folder, &sim->interrupts, before, &lock, err);
	if (status != STATUS_OK)
		return status;
	sim_stack_id(request->deployment, id);
	status = start_locked(sim, request, token, now, id, err);
	if (status == STATUS_OK)
		strlcpy(stack, id, CLOUD_ID);
	close(lock);
	return status;
}

static enum status find(struct cloud *c, const char *deployment, const char *token,
    char stack[CLOUD_ID], struct error *err)
{
	struct sim_stack *found;
	char id[CLOUD_ID];
	enum status status;

	sim_stack_id(deployment, id);
	status = sim_load(self(c)->folder, id, &found, err);
	if (status != STATUS_OK)
		return status;
	if (attempt_of(found, token) == NULL)
		status = error_set(err, STATUS_NOTFOUND,
		    _("No start with this client token has arrived."));
	else
		strlcpy(stack, id, CLOUD_ID);
	sim_stack_free(found);
	return status;
}

/* ---- Following and removing ---------------------------------------------------------------- */

static enum status gone(struct error *err)
{
	return error_set(err, STATUS_NOTFOUND, _("This stack has been removed."));
}

static enum status poll(struct cloud *c, const char *stack, int64_t now, struct cloud_report **out,
    struct error *err)
{
	struct sim_stack *found;
	enum status status;

	status = sim_load(self(c)->folder, stack, &found, err);
	if (status != STATUS_OK)
		return status;
	*out = sim_report(found, now);
	sim_stack_free(found);
	return *out != NULL ? STATUS_OK : gone(err);
}

static enum status remove_locked(const struct simulated *sim, const char *id, int64_t now,
    struct error *err)
{
	struct sim_stack *stack;
	enum cloud_state state;
	enum status status;

	status = sim_load(sim->folder, id, &stack, err);
	if (status != STATUS_OK)
		return status;
	if (!sim_state(stack, now, &state)) {
		status = gone(err);
	} else if (state == CLOUD_DEPLOYING) {
		status = error_set(err, STATUS_BUSY,
		    _("This is being deployed. It can be removed when that has ended."));
	} else if (state != CLOUD_REMOVING) {
		stack->removed_at = now;
		status = sim_save(sim->folder, stack, err);
	}
	sim_stack_free(stack);
	return status;
}

static enum status remove_stack(struct cloud *c, const char *stack, int64_t now,
    struct error *err)
{
	struct simulated *sim = self(c);
	unsigned before = atomic_load(&sim->interrupts);
	enum status status;
	int lock;

	status = sim_lock(sim->folder, &sim->interrupts, before, &lock, err);
	if (status != STATUS_OK)
		return status;
	status = remove_locked(sim, stack, now, err);
	close(lock);
	return status;
}

/* ---- The handle ---------------------------------------------------------------------------- */

static void interrupt(struct cloud *c)
{
	atomic_fetch_add(&self(c)->interrupts, 1);
}

static void close_handle(struct cloud *c)
{
	free(self(c)->folder);
	free(c);
}

static const struct cloud_ops ops = {
	.name = "simulated",
	.offers = offers,
	.check = check,
	.start = start,
	.find = find,
	.poll = poll,
	.remove = remove_stack,
	.interrupt = interrupt,
	.close = close_handle,
};

enum status simulated_open(const struct simulated_options *options, struct cloud **out,
    struct error *err)
{
	struct simulated *sim;
	enum status status;

	*out = NULL;
	if (options->pace > 1000)
		return error_set(err, STATUS_INVALID, _("The pace is 1 to 1000 percent."));
	status = sim_folder_make(options->folder, err);
	if (status != STATUS_OK)
		return status;
	sim = mem_alloc(sizeof(*sim));
	sim->cloud.ops = &ops;
	sim->cloud.capabilities = CLOUD_SIMULATED | CLOUD_CAN_OFFER | CLOUD_CAN_CHECK |
	    CLOUD_CAN_REMOVE;
	sim->cloud.label = _("simulated cloud");
	sim->folder = mem_strdup(options->folder);
	sim->seed = options->seed;
	sim->pace = options->pace != 0 ? options->pace : 100;
	*out = &sim->cloud;
	return STATUS_OK;
}
