/*
 * The closed sets of the marketplace: roles, flows, stages, states, kinds.
 *
 * Each is one list: C name, wire word (JSON, SQL, filters, commands; never changes), label for
 * people. Value 0 is always NONE: wire word "", label "". Constant data; any thread.
 */
#ifndef KOODESK_MODEL_NAMES_H
#define KOODESK_MODEL_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/i18n.h"

struct name {
	const char *word;     /* wire */
	const char *label;    /* N_() text */
};

struct names {
	const char *what;     /* N_() text for messages: "a stage" */
	const struct name *list;
	size_t count;         /* NONE included */
};

/* Returns the value of a wire word, or -1. "" is NONE. */
int64_t names_value(const struct names *names, const char *word);
const char *names_word(const struct names *names, int64_t value);     /* "" where out of range */
const char *names_label(const struct names *names, int64_t value);    /* translated */
/* "a, b or c" for error messages, into out. */
void names_list(const struct names *names, char *out, size_t cap);
/* The same, with the labels before them where those are in another language. */
void names_list_both(const struct names *names, char *out, size_t cap);

/* domain.md F7; SYSTEM is the platform acting by itself */
#define ROLE_LIST(X) \
	X(BUYER, "buyer", N_("buyer")) \
	X(SELLER, "seller", N_("seller")) \
	X(REVIEWER, "reviewer", N_("Huawei reviewer")) \
	X(OPERATOR, "operator", N_("operations manager")) \
	X(SYSTEM, "system", N_("the platform"))

/* domain.md 11b */
#define FLOW_LIST(X) \
	X(MANUAL_STD, "manual-std", N_("Manual service, standard")) \
	X(MANUAL_SITE, "manual-site", N_("Manual service, website")) \
	X(SAAS_OFFLINE, "saas-offline", N_("SaaS delivered off-line")) \
	X(DATA, "data", N_("Data files")) \
	X(LIC_OFFLINE, "lic-offline", N_("License delivered off-line")) \
	X(LIC_10, "lic-10", N_("License 1.0, identifier")) \
	X(LIC_20, "lic-20", N_("License 2.0, authorisation code")) \
	X(LIC_PACKAGE, "lic-package", N_("License, deployed package")) \
	X(HARDWARE, "hardware", N_("Hardware"))

/* domain.md 4: the node names of the web console */
#define STAGE_LIST(X) \
	X(REQUIREMENT, "requirement", N_("Requirement")) \
	X(CONFIRMATION, "confirmation", N_("Confirmation")) \
	X(IDENTIFIER, "identifier", NC_("node", "Identifier")) \
	X(DRAFT, "draft", NC_("node", "Design draft")) \
	X(DRAFT_CONFIRMATION, "draft-confirmation", N_("Draft confirmation")) \
	X(DELIVERY, "delivery", N_("Delivery")) \
	X(BUILD, "build", N_("Website building")) \
	X(SHIPPING, "shipping", N_("Shipping")) \
	X(DEPLOYMENT, "deployment", N_("Deployment")) \
	X(PICK_UP, "pick-up", N_("Code pick-up")) \
	X(ACTIVATION, "activation", N_("Activation")) \
	X(PROOF, "proof", N_("Proof upload")) \
	X(REVIEW, "review", N_("Huawei review")) \
	X(ACCEPTANCE, "acceptance", N_("Acceptance")) \
	X(AUTOMATIC, "automatic-acceptance", N_("Automatic acceptance")) \
	X(DONE, "done", NC_("node", "Completed"))

#define SUPERVISION_STATE_LIST(X) \
	X(OPEN, "open", N_("open")) \
	X(COMPLETED, "completed", N_("completed")) \
	X(REFUNDED, "refunded", N_("refunded"))

/* domain.md F13 */
#define ORDER_STATE_LIST(X) \
	X(PENDING_PAYMENT, "pending-payment", N_("Pending payment")) \
	X(PROCESSING, "processing", N_("Processing")) \
	X(CANCELLED, "cancelled", N_("Cancelled")) \
	X(COMPLETED, "completed", N_("Completed")) \
	X(UNSUBSCRIBED, "unsubscribed", N_("Unsubscribed"))

#define ACCOUNT_KIND_LIST(X) \
	X(BUYER, "buyer", N_("buyer")) \
	X(SELLER, "seller", N_("seller")) \
	X(PLATFORM, "platform", N_("platform"))

/* domain.md 1 (delivery methods), 0 (which are supervised); the flow of each: flow_of_delivery() */
#define DELIVERY_LIST(X) \
	X(MANUAL_STD, "manual-std", N_("Manual service, standard")) \
	X(MANUAL_SITE, "manual-site", N_("Manual service, website")) \
	X(SAAS_OFFLINE, "saas-offline", N_("SaaS delivered off-line")) \
	X(DATA_FILE, "data-file", N_("Data files")) \
	X(ORCHESTRATION, "orchestration", N_("Application orchestration")) \
	X(LIC_OFFLINE, "lic-offline", N_("License delivered off-line")) \
	X(LIC_10, "lic-10", N_("License 1.0, identifier")) \
	X(LIC_20, "lic-20", N_("License 2.0, authorisation code")) \
	X(LIC_PACKAGE, "lic-package", N_("License, deployed package")) \
	X(HARDWARE, "hardware", N_("Hardware")) \
	X(SAAS, "saas", N_("SaaS, ready to use")) \
	X(IMAGE, "image", N_("Image")) \
	X(API, "api", N_("API")) \
	X(CONTAINER, "container", N_("Container")) \
	X(AI_ASSET, "ai-asset", N_("AI asset")) \
	X(DATA_ASSET, "data-asset", N_("Data asset"))

#define CATEGORY_LIST(X) \
	X(GENERIC, "generic", N_("Generic")) \
	X(JOINT, "joint", N_("Joint operation")) \
	X(SELF_SERVICE, "self-service", N_("Self-service"))

/* domain.md 4.7 */
#define TRACK_LIST(X) \
	X(EMPOWERMENT, "empowerment", N_("Empowerment cloud")) \
	X(BASE, "base", N_("Base cloud"))

#define INSTANCE_STATE_LIST(X) \
	X(PREPARING, "preparing", N_("Being delivered")) \
	X(ACTIVE, "active", N_("In use")) \
	X(EXPIRED, "expired", N_("Expired")) \
	X(FROZEN, "frozen", N_("Frozen")) \
	X(RELEASED, "released", N_("Released"))

/* What a buyer of license 1.0 hands in (domain.md 4.3): the system's is made, not typed. */
#define IDENTIFIER_KIND_LIST(X) \
	X(HARDWARE, "hardware", N_("Hardware identifier")) \
	X(SYSTEM, "system", N_("System identifier"))

/* An authorisation code (domain.md 4.4) */
#define LICENSE_STATE_LIST(X) \
	X(GENERATED, "generated", N_("Generated")) \
	X(RECEIVED, "received", N_("Picked up")) \
	X(ACTIVATED, "activated", N_("Activated")) \
	X(FROZEN, "frozen", N_("Frozen")) \
	X(RELEASED, "released", N_("Released"))

/* A refund request (domain.md R12, 2.4). PENDING to RETURN_CHECK are open and freeze. */
#define REFUND_STATE_LIST(X) \
	X(PENDING, "pending", N_("Waits for the seller")) \
	X(RETURNING, "returning", N_("Goods to be returned")) \
	X(RETURN_CHECK, "return-check", N_("Returned goods to be checked")) \
	X(REFUNDED, "refunded", N_("Refunded")) \
	X(REJECTED, "rejected", N_("Rejected")) \
	X(WITHDRAWN, "withdrawn", N_("Withdrawn")) \
	X(SUPERSEDED, "superseded", N_("Decided by an appeal"))

/* Whether goods to be given back had arrived (domain.md 2.4) */
#define GOODS_LIST(X) \
	X(RECEIVED, "received", N_("Received")) \
	X(NOT_RECEIVED, "not-received", N_("Not received"))

#define YES_NO_LIST(X) \
	X(YES, "yes", N_("yes")) \
	X(NO, "no", N_("no"))

/* domain.md R7; without a deployment: not deployed */
#define DEPLOYMENT_STATE_LIST(X) \
	X(DEPLOYING, "deploying", N_("Deploying")) \
	X(DEPLOYED, "deployed", N_("Deployed")) \
	X(FAILED, "failed", N_("Failed"))

#define DEPLOYMENT_RESULT_LIST(X) \
	X(DEPLOYED, "deployed", N_("Deployed")) \
	X(FAILED, "failed", N_("Failed"))

/* Scores of a review (domain.md 2.2) */
#define SCORE_LIST(X) \
	X(1, "1", N_("1 of 5")) \
	X(2, "2", N_("2 of 5")) \
	X(3, "3", N_("3 of 5")) \
	X(4, "4", N_("4 of 5")) \
	X(5, "5", N_("5 of 5"))

#define APPEAL_STATE_LIST(X) \
	X(OPEN, "open", N_("open")) \
	X(WITHDRAWN, "withdrawn", N_("withdrawn")) \
	X(DECIDED, "decided", N_("decided"))

#define GROUND_LIST(X) \
	X(BUYER_INACTIVE, "buyer-inactive", N_("The buyer does not act")) \
	X(SELLER_INACTIVE, "seller-inactive", N_("The seller does not act")) \
	X(NOT_AS_AGREED, "not-as-agreed", N_("Delivered otherwise than agreed")) \
	X(UNFOUNDED_REJECTION, "unfounded-rejection", N_("Rejected without ground")) \
	X(OTHER, "other", N_("Another ground"))

/* domain.md R1 */
#define OUTCOME_LIST(X) \
	X(COMPLETE, "complete", N_("Complete")) \
	X(RESUME, "resume", N_("Resume")) \
	X(SEND_BACK, "send-back", N_("Send back")) \
	X(REFUND, "refund", N_("Refund"))

/* domain.md F9 */
#define FILE_KIND_LIST(X) \
	X(REQUIREMENT, "requirement", N_("Requirement document")) \
	X(SOW, "sow", N_("SOW")) \
	X(ACCEPTANCE, "acceptance", N_("Acceptance document")) \
	X(VALIDITY, "validity", N_("Validity screenshot")) \
	X(DEPLOYMENT, "deployment", N_("Deployment screenshot")) \
	X(PROOF, "proof", N_("Proof")) \
	X(EVIDENCE, "evidence", N_("Evidence")) \
	X(COMMITMENT, "commitment", N_("Commitment letter")) \
	X(COMMUNICATION, "communication", N_("Communication record")) \
	X(OTHER, "other", N_("Other file"))

#define X_ENUM(prefix, id) prefix##_##id,
#define NAMES_ROLE(id, word, label) X_ENUM(ROLE, id)
#define NAMES_FLOW(id, word, label) X_ENUM(FLOW, id)
#define NAMES_STAGE(id, word, label) X_ENUM(STAGE, id)
#define NAMES_SUPERVISION(id, word, label) X_ENUM(SUPERVISION, id)
#define NAMES_ORDER(id, word, label) X_ENUM(ORDER, id)
#define NAMES_ACCOUNT(id, word, label) X_ENUM(ACCOUNT, id)
#define NAMES_DELIVERY(id, word, label) X_ENUM(DELIVERY, id)
#define NAMES_CATEGORY(id, word, label) X_ENUM(CATEGORY, id)
#define NAMES_TRACK(id, word, label) X_ENUM(TRACK, id)
#define NAMES_INSTANCE(id, word, label) X_ENUM(INSTANCE, id)
#define NAMES_IDENTIFIER(id, word, label) X_ENUM(IDENTIFIER, id)
#define NAMES_LICENSE(id, word, label) X_ENUM(LICENSE, id)
#define NAMES_REFUND(id, word, label) X_ENUM(REFUND, id)
#define NAMES_GOODS(id, word, label) X_ENUM(GOODS, id)
#define NAMES_CHOICE(id, word, label) X_ENUM(CHOICE, id)
#define NAMES_DEPLOYMENT(id, word, label) X_ENUM(DEPLOYMENT, id)
#define NAMES_RESULT(id, word, label) X_ENUM(RESULT, id)
#define NAMES_SCORE(id, word, label) X_ENUM(SCORE, id)
#define NAMES_APPEAL(id, word, label) X_ENUM(APPEAL, id)
#define NAMES_GROUND(id, word, label) X_ENUM(GROUND, id)
#define NAMES_OUTCOME(id, word, label) X_ENUM(OUTCOME, id)
#define NAMES_FILE(id, word, label) X_ENUM(FILE, id)

enum role { ROLE_NONE, ROLE_LIST(NAMES_ROLE) ROLE_COUNT };
enum flow_id { FLOW_NONE, FLOW_LIST(NAMES_FLOW) FLOW_COUNT };
enum stage_id { STAGE_NONE, STAGE_LIST(NAMES_STAGE) STAGE_COUNT };
enum supervision_state { SUPERVISION_NONE,
    SUPERVISION_STATE_LIST(NAMES_SUPERVISION) SUPERVISION_COUNT };
enum order_state { ORDER_NONE, ORDER_STATE_LIST(NAMES_ORDER) ORDER_COUNT };
enum account_kind { ACCOUNT_NONE, ACCOUNT_KIND_LIST(NAMES_ACCOUNT) ACCOUNT_COUNT };
enum delivery { DELIVERY_NONE, DELIVERY_LIST(NAMES_DELIVERY) DELIVERY_COUNT };
enum category { CATEGORY_NONE, CATEGORY_LIST(NAMES_CATEGORY) CATEGORY_COUNT };
enum track { TRACK_NONE, TRACK_LIST(NAMES_TRACK) TRACK_COUNT };
enum instance_state { INSTANCE_NONE, INSTANCE_STATE_LIST(NAMES_INSTANCE) INSTANCE_COUNT };
enum identifier_kind { IDENTIFIER_NONE, IDENTIFIER_KIND_LIST(NAMES_IDENTIFIER) IDENTIFIER_COUNT };
enum license_state { LICENSE_NONE, LICENSE_STATE_LIST(NAMES_LICENSE) LICENSE_COUNT };
enum refund_state { REFUND_NONE, REFUND_STATE_LIST(NAMES_REFUND) REFUND_COUNT };
enum goods { GOODS_NONE, GOODS_LIST(NAMES_GOODS) GOODS_COUNT };
enum yes_no { CHOICE_NONE, YES_NO_LIST(NAMES_CHOICE) CHOICE_COUNT };
enum deployment_state { DEPLOYMENT_NONE, DEPLOYMENT_STATE_LIST(NAMES_DEPLOYMENT) DEPLOYMENT_COUNT };
enum deployment_result { RESULT_NONE, DEPLOYMENT_RESULT_LIST(NAMES_RESULT) RESULT_COUNT };
enum score { SCORE_NONE, SCORE_LIST(NAMES_SCORE) SCORE_COUNT };
enum appeal_state { APPEAL_NONE, APPEAL_STATE_LIST(NAMES_APPEAL) APPEAL_COUNT };
enum ground { GROUND_NONE, GROUND_LIST(NAMES_GROUND) GROUND_COUNT };
enum outcome { OUTCOME_NONE, OUTCOME_LIST(NAMES_OUTCOME) OUTCOME_COUNT };
enum file_kind { FILE_NONE, FILE_KIND_LIST(NAMES_FILE) FILE_COUNT };

extern const struct names role_names, flow_names, stage_names, supervision_state_names,
    order_state_names, account_kind_names, delivery_names, category_names, track_names,
    instance_state_names, identifier_kind_names, license_state_names, refund_state_names,
    goods_names, yes_no_names, deployment_state_names, deployment_result_names, score_names,
    appeal_state_names,
    ground_names, outcome_names, file_kind_names, action_names;

#endif
