/*
 * Who may do what, and why not (domain.md R1, R13, F7). The engine refuses and the console greys by
 * the same function. Pure; any thread.
 */
#ifndef KOODESK_MODEL_PERMIT_H
#define KOODESK_MODEL_PERMIT_H

#include <stdbool.h>

#include "model/action.h"
#include "model/records.h"

struct actor {
	const char *user;      /* id; owned by whoever made the actor */
	const char *name;
	const char *account;
	const char *account_name;
	enum role role;
};

/*
 * What an actor may see, for queries: everything, or the rows of one account on one side, or the
 * reviewed ones.
 */
enum scope_kind { SCOPE_NOTHING, SCOPE_ALL, SCOPE_OF_BUYER, SCOPE_OF_SELLER, SCOPE_REVIEWED };
struct scope {
	enum scope_kind kind;
	const char *account;
};
struct scope permit_scope(const struct actor *actor);

/*
 * R13: a buyer the supervisions of its account, a seller those of its products, a reviewer the
 * reviewed ones, an operator all.
 */
bool permit_sees(const struct actor *actor, const struct supervision *supervision);

/*
 * The reasons why an action is not possible now; DENY_NONE: it is. The texts are for the console
 * and for errors.
 */
#define DENY_LIST(X) \
	X(UNSEEN, N_("there is no such record")) \
	X(ROLE, N_("this is not for your role")) \
	X(CLOSED, N_("the supervision has ended")) \
	X(FROZEN, N_("an appeal is open and freezes the flow")) \
	X(STAGE, N_("the flow is not at a node where this can be done")) \
	X(TURN, N_("it is the other party's turn")) \
	X(APPEAL_OPEN, N_("an appeal is open already")) \
	X(NO_APPEAL, N_("no appeal is open")) \
	X(NOT_FILER, N_("only the party that filed the appeal can do this")) \
	X(FLOW, N_("this kind of delivery has no such step")) \
	X(NOT_PICKED_UP, N_("the buyer has not picked up the authorisation code yet")) \
	X(ACTIVATED, N_("the authorisation code was activated before")) \
	X(RECORDED, N_("this was recorded before")) \
	X(REFUND_OPEN, N_("a refund request is open and freezes the flow")) \
	X(NO_REFUND, N_("no refund request is open")) \
	X(REFUND_STEP, N_("the refund request is at another step")) \
	X(PICKED_UP, N_("the code was picked up: no refund can be requested any more")) \
	X(DEPLOYING, N_("a deployment is running already")) \
	X(NO_DEPLOYMENT, N_("no deployment is running")) \
	X(NOT_COMPLETED, N_("only a completed order can be rated")) \
	X(RATED, N_("it was rated before")) \
	X(NOT_OWNED, N_("this is done to a purchased service")) \
	X(SUPERVISED, N_("it is rated with its service supervision")) \
	X(RELEASED, N_("the service was released")) \
	X(PREPARING, N_("it is not delivered yet: no period has begun")) \
	X(TRIAL, N_("a trial is converted, not renewed")) \
	X(NOT_TRIAL, N_("the service is no trial")) \
	X(NOT_PERIODIC, N_("it is not paid by the period")) \
	X(NO_PRICE, N_("no price is known: nothing was paid for a period, and the catalogue " \
		       "states no price with its period"))

enum deny {
	DENY_NONE,
#define X(id, text) DENY_##id,
	DENY_LIST(X)
#undef X
	DENY_COUNT
};

/*
 * Why the actor cannot perform the action on the supervision now, or DENY_NONE. appeal is the open
 * appeal or NULL (it is read for the filing party only; supervision->appeal says whether one is
 * open).
 */
enum deny permit_action(const struct actor *actor, enum action_id action,
    const struct supervision *supervision, const struct appeal *appeal);

/* Roles that may ever perform the action: what the console does not even list for others. */
bool permit_role(enum role role, enum action_id action);

/*
 * Whether the console lists the action for that role at this supervision (NULL: at any), possible
 * now or not: what belongs to its flow and is done by people.
 */
bool permit_offers(
    enum role role, enum action_id action, const struct supervision *supervision);

/* Whether a refund request in this state is open, and freezes. */
bool permit_refund_open(enum refund_state state);

/* A purchased service, and what an action on it looks at besides. */
struct owned {
	const struct instance *instance;
	/* NULL where they are not known: what depends on them counts as possible then */
	const struct product *product;
	const struct order *order;   /* that brought the service */
};
bool permit_sees_owned(const struct actor *actor, const struct instance *instance);
/* Why the actor cannot do it to the service at that time; the product's terms count too. */
enum deny permit_owned(
    const struct actor *actor, enum action_id action, const struct owned *owned, int64_t now);
/* Whether the console lists the action for that role at this service, possible now or not. */
bool permit_offers_owned(
    enum role role, enum action_id action, const struct instance *instance);

const char *deny_text(enum deny deny);                /* translated; "" for DENY_NONE */
enum status deny_status(enum deny deny);              /* NOTFOUND, AUTH or CONFLICT */

/*
 * The record's next step in words for this actor: "You: accept", "Seller: deliver", "Appeal: 3d
 * left", "Completed". Translated; at most a list column long.
 */
void permit_next_step(const struct actor *actor, const struct supervision *supervision, int64_t now,
    char *out, size_t cap);
/*
 * Since when an open supervision has waited for what it waits for now, an open refund request or
 * its node; 0: it waits for nothing.
 */
int64_t permit_since(const struct supervision *supervision);
/* Whether that is more than 5 days without progress; goods sent back have a clock of their own. */
bool permit_stays(const struct supervision *supervision, int64_t now);
/*
 * Marks that matter: "!5" stay, "!3" rejections, "A" appeal open, "late" appeal overdue, "R" refund
 * request open; blank-separated.
 */
void permit_marks(const struct supervision *supervision, int64_t now, char *out, size_t cap);

#endif
