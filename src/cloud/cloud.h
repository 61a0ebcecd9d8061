/*
 * Deployment targets: where "start deployment" makes servers (domain.md 6A, R7, F11).
 *
 * A target fills struct cloud_ops; callers use the cloud_*() wrappers, which check arguments, and
 * never the table. The shape is that of a stack of a template: Huawei Cloud's RFS, OpenStack's
 * Heat. One handle is used by one thread, but for cloud_interrupt(). Nobody here asks the clock:
 * now is passed in, milliseconds UTC. Texts that come from a target are cleaned. The caller frees
 * the pages and reports that it gets.
 *
 * The life of a deployment: cloud_offers() fills the form, cloud_check() the last look before it,
 * cloud_start() makes it under a client token that the caller has made durable before, cloud_poll()
 * follows it. A console that takes a deployment over after a crash has the token but not the
 * password: cloud_find() tells it whether the start had arrived.
 */
#ifndef KOODESK_CLOUD_CLOUD_H
#define KOODESK_CLOUD_CLOUD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/status.h"

#define CLOUD_ID 64            /* bytes that a stack's id fits into */
#define CLOUD_TEXT_MAX 128     /* bytes of a text of a request */
#define CLOUD_TOKEN_MAX 64     /* printable ASCII; a UUID is what every target takes */
#define CLOUD_PAGE_MAX 100     /* offers in a page */
#define CLOUD_NEW "new"        /* a network, subnet or group that the deployment makes itself */

enum cloud_capability {
	CLOUD_SIMULATED = 1 << 0,   /* nothing real is made: say so wherever it is shown */
	CLOUD_CAN_OFFER = 1 << 1,
	CLOUD_CAN_CHECK = 1 << 2,
	CLOUD_CAN_REMOVE = 1 << 3,
};

/* ---- What can be chosen -------------------------------------------------------------------- */

enum cloud_offer_kind {
	CLOUD_FLAVOURS,
	CLOUD_NETWORKS,
	CLOUD_SUBNETS,            /* of one network */
	CLOUD_GROUPS,             /* security groups */
	CLOUD_OFFER_KINDS
};

struct cloud_query {
	enum cloud_offer_kind kind;
	const char *template;     /* the product: its template says what its seller wants */
	const char *network;      /* subnets: of this one */
	const char *cursor;       /* NULL: from the front; else the next of the page before */
	unsigned limit;           /* 1 to CLOUD_PAGE_MAX */
};

struct cloud_zone {
	const char *name;
	bool available;           /* false: sold out there */
};

struct cloud_offer {
	const char *id;           /* what a request takes; CLOUD_NEW for what is yet to be made */
	const char *name;         /* for a person; translated where it is koodesk's own word */
	const char *detail;       /* "general, 2 vCPU, 4 GiB"; may be "" */
	bool recommended;         /* the seller's template asks for it */
	bool usable;              /* false: cannot be chosen now, and reason says why */
	const char *reason;       /* translated; "" where usable */
	const struct cloud_zone *zones;   /* flavours: every zone of the region */
	size_t n_zones;
};

struct cloud_page {
	struct arena arena;
	struct cloud_offer *offers;
	size_t count;
	const char *next;         /* cursor of the next page, or NULL */
};

/* ---- What is asked for --------------------------------------------------------------------- */

struct cloud_request {
	const char *deployment;   /* the marketplace's id of it: one stack each, and its name */
	const char *template;     /* the product's id */
	const char *zone;         /* NULL or "": the target takes one that has the flavour */
	const char *flavour, *network, *subnet, *group;
	const char *user_name;    /* of the server that the password is for: "root" */
};

/* ---- How it stands ------------------------------------------------------------------------- */

/* R7; what is not deployed has no stack */
#define CLOUD_STEP_LIST(X) \
	X(WAITING, N_("Not begun")) \
	X(RUNNING, N_("Running")) \
	X(DONE, N_("Done")) \
	X(BROKEN, N_("Failed"))

enum cloud_state { CLOUD_DEPLOYING, CLOUD_DEPLOYED, CLOUD_FAILED, CLOUD_REMOVING, CLOUD_STATES };

enum cloud_step_state {
#define X(name, label) CLOUD_STEP_##name,
	CLOUD_STEP_LIST(X)
#undef X
	CLOUD_STEP_STATES
};

struct cloud_step {
	const char *name;         /* translated */
	enum cloud_step_state state;
	int percent;              /* 0 to 100 */
	int64_t started_at, ended_at;   /* 0: not yet */
};

/* What a deployed stack gives; names are wire words, labels are translated. */
struct cloud_output {
	const char *name;         /* "endpoint", "privateAddress", "frontEndUrl", "userName" ... */
	const char *label;
	const char *value;
};

struct cloud_report {
	struct arena arena;
	char stack[CLOUD_ID];
	enum cloud_state state;
	const char *platform_state;     /* its own word: "DEPLOYMENT_IN_PROGRESS" */
	bool simulated;
	int attempt;                    /* from 1: how often it was started */
	int percent;                    /* of the whole, never falling while it deploys */
	int64_t started_at, ended_at;   /* of this attempt; ended_at 0 while it goes on */
	int64_t poll_at;                /* to ask before makes no sense; 0 where it has ended */
	const char *cause;              /* failed: why, in the platform's words; else "" */
	const char *cause_code;         /* "Ecs.0319"; may be "" */
	struct cloud_step *steps;
	size_t n_steps;
	struct cloud_output *outputs;   /* none before it is deployed */
	size_t n_outputs;
};

/* ---- The door ------------------------------------------------------------------------------ */

struct cloud;

struct cloud_ops {
	const char *name;    /* "simulated" */
	/* may: a page of what can be chosen; sold-out flavours too, marked */
	enum status (*offers)(struct cloud *c, const struct cloud_query *query,
	    struct cloud_page **out, struct error *err);
	/*
	 * may: would this be taken? INVALID names the field. What the platform would take and then
	 * fail (sold out, quota) is OK, with a sentence in advice, else "". Changes nothing.
	 */
	enum status (*check)(struct cloud *c, const struct cloud_request *request, char *advice,
	    size_t cap, struct error *err);
	/*
	 * must: durable once it returns OK. The same token and request are the same start, and give
	 * the same stack; the same token with another request is CONFLICT. A deployment has at most
	 * one living stack: BUSY while it deploys or is removed, EXISTS when it is deployed; a
	 * failed one is started again under a new token. Keeps no copy of the password after it
	 * returns.
	 */
	enum status (*start)(struct cloud *c, const struct cloud_request *request,
	    const struct secret *password, const char *token, int64_t now, char stack[CLOUD_ID],
	    struct error *err);
	/*
	 * must: the stack that a start with this token gave, or NOTFOUND where it never arrived.
	 */
	enum status (*find)(struct cloud *c, const char *deployment, const char *token,
	    char stack[CLOUD_ID], struct error *err);
	/* must: how it stands; NOTFOUND for an unknown stack and for one whose removal is over */
	enum status (*poll)(struct cloud *c, const char *stack, int64_t now,
	    struct cloud_report **out, struct error *err);
	/* may: takes away all that it made; BUSY while it deploys, OK if already under way */
	enum status (*remove)(struct cloud *c, const char *stack, int64_t now, struct error *err);
	/*
	 * must: the call that runs now ends with CANCELLED, or as if it had not come; later ones
	 * are not touched. The only one that any thread may call
	 */
	void (*interrupt)(struct cloud *c);
	/* must */
	void (*close)(struct cloud *c);
};

struct cloud {
	const struct cloud_ops *ops;
	unsigned capabilities;
	const char *label;   /* translated: "simulated cloud"; shown where a deployment is shown */
};

bool cloud_can(const struct cloud *c, enum cloud_capability capability);
enum status cloud_offers(struct cloud *c, const struct cloud_query *query, struct cloud_page **out,
    struct error *err);
/* advice may be NULL; a target that cannot check takes every request that is well-formed */
enum status cloud_check(struct cloud *c, const struct cloud_request *request, char *advice,
    size_t cap, struct error *err);
/* The caller has held the password against R8 (model/password.h). */
enum status cloud_start(struct cloud *c, const struct cloud_request *request,
    const struct secret *password, const char *token, int64_t now, char stack[CLOUD_ID],
    struct error *err);
enum status cloud_find(struct cloud *c, const char *deployment, const char *token,
    char stack[CLOUD_ID], struct error *err);
enum status cloud_poll(struct cloud *c, const char *stack, int64_t now, struct cloud_report **out,
    struct error *err);
enum status cloud_remove(struct cloud *c, const char *stack, int64_t now, struct error *err);
void cloud_interrupt(struct cloud *c);                 /* any thread; NULL-safe */
void cloud_close(struct cloud *c);                     /* NULL-safe */

void cloud_page_free(struct cloud_page *page);         /* NULL-safe */
void cloud_report_free(struct cloud_report *report);   /* NULL-safe */

/* translated */
const char *cloud_step_label(enum cloud_step_state state);

/*
 * R7's state for a stack's own ("DEPLOYMENT_FAILED" of RFS, "CREATE_FAILED" of Heat); false for a
 * word that neither has. A stack that rolls back still works: failed is said when it has ended.
 */
bool cloud_state_of_platform(const char *word, enum cloud_state *out);

#endif
