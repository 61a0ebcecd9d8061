/*
 * The parts of the simulated cloud, for its own files: the catalogue of what it offers, the course
 * that a deployment takes, and the folder in which the stacks stand. The catalogue and the course
 * are pure functions; the folder belongs to the handle's thread.
 */
#ifndef KOODESK_CLOUD_SIMULATED_PARTS_H
#define KOODESK_CLOUD_SIMULATED_PARTS_H

#include "cloud/simulated.h"

#define SIM_QUOTA_CORES 20
#define SIM_ATTEMPTS_MAX 100       /* starts of one deployment */
#define SIM_SEED_MAX ((INT64_C(1) << 48) - 1)

/* One start, as it stands in the stack's file. */
struct sim_attempt {
	const char *token;
	struct cloud_request request;    /* its deployment is the stack's */
	const char *in_zone;             /* the zone that was taken */
	int64_t started_at, seed;
	int64_t pace;                    /* percent */
	int64_t cores_used;              /* by the account's other stacks when it was started */
};

struct sim_stack {
	struct arena arena;              /* owns every text */
	char id[CLOUD_ID];
	const char *deployment;
	int64_t removed_at;              /* 0: not */
	struct sim_attempt attempts[SIM_ATTEMPTS_MAX];   /* the last one is what counts */
	size_t n_attempts;
};

/* ---- simulated_catalogue.c ----------------------------------------------------------------- */

enum status sim_offers(const struct cloud_query *query, struct cloud_page **out,
    struct error *err);
/* INVALID, and the field, for what is not in the catalogue or does not fit together. */
enum status sim_check(const struct cloud_request *request, struct error *err);
/* The zone asked for, or the first that has the flavour. */
const char *sim_zone(const struct cloud_request *request);
int sim_cores(const char *flavour);
/* "192.168.0.": what the addresses of the subnet begin with */
const char *sim_subnet_prefix(const char *subnet);

/* What the platform will find wrong while it deploys. */
enum sim_step { SIM_CHECK, SIM_NETWORK, SIM_SERVER, SIM_DISK, SIM_ADDRESS, SIM_INSTALL, SIM_SCRIPT,
    SIM_HEALTH, SIM_STEPS };
struct sim_fault {
	enum sim_step step;       /* SIM_STEPS: nothing is wrong */
	const char *code;
	char cause[300];
};
void sim_fault(const struct cloud_request *request, const char *zone, int64_t cores_used,
    struct sim_fault *out);

/* ---- simulated_course.c -------------------------------------------------------------------- */

/* How the last attempt stands at now; false where the stack's removal is over. */
bool sim_state(const struct sim_stack *stack, int64_t now, enum cloud_state *out);
/* The whole report; NULL where the stack's removal is over. */
struct cloud_report *sim_report(const struct sim_stack *stack, int64_t now);
/* vCPUs that the stack takes from the quota */
int64_t sim_stack_cores(const struct sim_stack *stack);

/* ---- simulated_folder.c -------------------------------------------------------------------- */

/* The one stack that a deployment can have. */
void sim_stack_id(const char *deployment, char out[CLOUD_ID]);
enum status sim_folder_make(const char *folder, struct error *err);
/* NOTFOUND where there is none; an id from outside is checked. Free with sim_stack_free(). */
enum status sim_load(const char *folder, const char *id, struct sim_stack **out,
    struct error *err);
/* Durable once it returns OK; the caller holds the lock. */
enum status sim_save(const char *folder, const struct sim_stack *stack, struct error *err);
void sim_stack_free(struct sim_stack *stack);   /* NULL-safe */
/* vCPUs of all stacks but one; a file that cannot be read counts as none */
enum status sim_folder_cores(const char *folder, const char *but, int64_t *out,
    struct error *err);
/*
 * One writer at a time, among all processes. Waits until *interrupts is no longer before
 * (CANCELLED) or some seconds have passed (BUSY). Closing *fd gives the lock back.
 */
enum status sim_lock(const char *folder, const _Atomic unsigned *interrupts, unsigned before,
    int *fd, struct error *err);

#endif
