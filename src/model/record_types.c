/*
 * The record types: the field tables made from record/NAME.def, and what a list of each shows,
 * sorts by and asks for.
 */
#include "model/records.h"

#include <string.h>
#include <strings.h>

#define FIELD(kind, member, wire, heading, width, flags, since) \
	{ #member, FIELD_##kind, wire, heading, width, flags, since, \
	  offsetof(struct RECORD, member), NULL },
#define CHOICE(set, member, wire, heading, width, flags, since) \
	{ #member, FIELD_ENUM, wire, heading, width, flags, since, \
	  offsetof(struct RECORD, member), &set },
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define END { NULL, NULL, NULL }
#define TYPE(id) \
	.name = #id, .size = sizeof(struct id), .fields = id##_fields, .count = COUNT(id##_fields)

#define RECORD account
static const struct field account_fields[] = {
#include "model/record/account.def"
};
#undef RECORD
static const struct condition account_conditions[] = {
	{ "buyers", N_("Buyers"), "kind:buyer" },
	{ "sellers", N_("Sellers"), "kind:seller" },
	END
};
const struct record_type account_record = {
	TYPE(account), .table = "accounts", .title = N_("Accounts"),
	.columns = "id name kind created_at", .sort = "name", .conditions = account_conditions,
};

#define RECORD user
static const struct field user_fields[] = {
#include "model/record/user.def"
};
#undef RECORD
static const struct condition user_conditions[] = {
	{ "buyers", N_("Buyers"), "role:buyer" },
	{ "sellers", N_("Sellers"), "role:seller" },
	{ "reviewers", N_("Reviewers"), "role:reviewer" },
	{ "operators", N_("Operations managers"), "role:operator" },
	END
};
const struct record_type user_record = {
	TYPE(user), .table = "users", .title = N_("Users"),
	.columns = "id name role account_name", .sort = "id", .conditions = user_conditions,
};

#define RECORD product
static const struct field product_fields[] = {
#include "model/record/product.def"
};
#undef RECORD
static const struct condition product_conditions[] = {
	{ "joint", N_("Joint operation"), "category:joint" },
	{ "generic", N_("Generic"), "category:generic" },
	{ "supervised", N_("With service supervision"),
	  "delivery:manual-std,manual-site,saas-offline,data-file,orchestration,lic-offline,"
	  "lic-10,lic-20,lic-package,hardware" },
	END
};
const struct record_type product_record = {
	TYPE(product), .table = "products", .title = N_("Products"),
	.columns = "name seller_name delivery", .sort = "name",
	.conditions = product_conditions,
};

#define RECORD order
static const struct field order_fields[] = {
#include "model/record/order.def"
};
#undef RECORD
static const struct condition order_conditions[] = {
	{ "unpaid", N_("Pending payment"), "state:pending-payment" },
	{ "processing", N_("Processing"), "state:processing" },
	{ "completed", N_("Completed"), "state:completed" },
	{ "cancelled", N_("Cancelled"), "state:cancelled" },
	{ "unsubscribed", N_("Unsubscribed"), "state:unsubscribed" },
	{ "refunded", N_("With a refund"), "refunded>0" },
	END
};
const struct record_type order_record = {
	TYPE(order), .table = "orders", .title = N_("Orders"),
	.columns = "id product_name amount state", .sort = "-placed_at",
	.conditions = order_conditions,
};

#define RECORD order_line
static const struct field order_line_fields[] = {
#include "model/record/order_line.def"
};
#undef RECORD
static const struct condition order_line_conditions[] = {
	{ "refunded", N_("With a refund"), "refunded>0" },
	END
};
const struct record_type order_line_record = {
	TYPE(order_line), .table = "order_lines", .title = N_("Order lines"),
	.columns = "id product_name quantity amount", .sort = "id",
	.conditions = order_line_conditions,
};

#define RECORD instance
static const struct field instance_fields[] = {
#include "model/record/instance.def"
};
#undef RECORD
static const struct condition instance_conditions[] = {
	{ "preparing", N_("Being delivered"), "state:preparing" },
	{ "active", N_("In use"), "state:active,expired,frozen !expires_at<=@now" },
	{ "expired", N_("Expired"), "state:active,expired,frozen expires_at<=@now" },
	{ "frozen", N_("Frozen"), "state:active,expired,frozen expires_at>7d !expires_at>22d" },
	{ "released", N_("Released"), "state:released" },
	{ "trial", N_("Trial"), "trial:true" },
	/* Reminded of: trials from 15 days before their end, others from 7 (domain.md 2.2). */
	{ "later", N_("Ends later"), "trial:false !expires_at>-7d" },
	{ "ending", N_("Ends soon, or can still be renewed"),
	  "state:active,expired,frozen expires_at>-15d !expires_at>22d !is:later" },
	END
};
const struct record_type instance_record = {
	TYPE(instance), .table = "instances", .title = N_("Purchased services"),
	.columns = "product_name order_id state expires_at", .sort = "product_name",
	.conditions = instance_conditions,
};

#define RECORD supervision
static const struct field supervision_fields[] = {
#include "model/record/supervision.def"
};
#undef RECORD
/* The 5-day mark and the 3-rejection mark are those of flow.h. */
static const struct condition supervision_conditions[] = {
	{ "mine", N_("My turn"), "turn:@role state:open freezes=0" },
	{ "others", N_("Waits for others"), "!turn:@role state:open" },
	{ "open", N_("Open"), "state:open" },
	{ "frozen", N_("Frozen"), "freezes>0" },
	{ "late", N_("Waiting for more than 5 days"), "stay_since>5d state:open" },
	{ "rejected-by-buyer", N_("Rejected 3 times by the buyer"), "buyer_rejects>=3" },
	{ "rejected-by-seller", N_("Rejected 3 times by the seller"), "seller_rejects>=3" },
	{ "appealed", N_("With an appeal, open or closed"), "appeals>0" },
	{ "refunding", N_("With an open refund request"), "!refund=" },
	{ "deploying", N_("Being deployed"), "deployment_state:deploying" },
	{ "ended", N_("No longer open"), "!state:open" },
	{ "completed", N_("Completed"), "state:completed" },
	{ "refunded", N_("Refunded"), "state:refunded" },
	END
};
const struct record_type supervision_record = {
	TYPE(supervision), .table = "supervisions", .title = N_("Service supervision"),
	.columns = "order_id product_name seller_name stage stay_since", .sort = "-changed_at",
	.conditions = supervision_conditions,
};

#define RECORD log_entry
static const struct field log_entry_fields[] = {
#include "model/record/log_entry.def"
};
#undef RECORD
static const struct condition log_entry_conditions[] = {
	{ "buyer", N_("By the buyer"), "role:buyer" },
	{ "seller", N_("By the seller"), "role:seller" },
	{ "platform", N_("By the platform"), "role:reviewer,operator,system" },
	END
};
const struct record_type log_entry_record = {
	TYPE(log_entry), .table = "log_entries", .title = N_("Operation log"),
	.columns = "seq at actor role action to_stage", .sort = "serial",
	.conditions = log_entry_conditions,
};

#define RECORD attachment
static const struct field attachment_fields[] = {
#include "model/record/attachment.def"
};
#undef RECORD
static const struct condition attachment_conditions[] = {
	{ "delivery", N_("Proof of delivery"),
	  "kind:sow,requirement,acceptance,proof,validity,deployment" },
	{ "evidence", N_("Evidence"), "kind:evidence,commitment,communication" },
	END
};
const struct record_type attachment_record = {
	TYPE(attachment), .table = "attachments", .title = N_("Files"),
	.columns = "name kind size uploader", .sort = "at",
	.conditions = attachment_conditions,
};

#define RECORD appeal
static const struct field appeal_fields[] = {
#include "model/record/appeal.def"
};
#undef RECORD
static const struct condition appeal_conditions[] = {
	{ "open", N_("Open"), "state:open" },
	{ "mine", N_("Filed by my side"), "party:@role" },
	{ "overdue", N_("Overdue"), "state:open due_at<@now" },
	{ "decided", N_("Decided"), "state:decided" },
	{ "withdrawn", N_("Withdrawn"), "state:withdrawn" },
	END
};
const struct record_type appeal_record = {
	TYPE(appeal), .table = "appeals", .title = N_("Appeals"),
	.columns = "order_id product_name party state due_at", .sort = "-filed_at",
	.conditions = appeal_conditions,
};

#define RECORD refund
static const struct field refund_fields[] = {
#include "model/record/refund.def"
};
#undef RECORD
#define REFUND_OPEN "state:pending,returning,return-check"
static const struct condition refund_conditions[] = {
	{ "open", N_("Open"), REFUND_OPEN },
	{ "waiting", N_("Waits for the seller"), "state:pending,return-check" },
	{ "returning", N_("Goods on their way back"), "state:returning,return-check" },
	{ "refunded", N_("Refunded"), "state:refunded" },
	{ "rejected", N_("Rejected"), "state:rejected" },
	{ "closed", N_("No longer open"), "!" REFUND_OPEN },
	END
};
const struct record_type refund_record = {
	TYPE(refund), .table = "refunds", .title = N_("Refund requests"),
	.columns = "order_id product_name amount state", .sort = "-requested_at",
	.conditions = refund_conditions,
};

#define RECORD deployment
static const struct field deployment_fields[] = {
#include "model/record/deployment.def"
};
#undef RECORD
static const struct condition deployment_conditions[] = {
	{ "running", N_("Running"), "state:deploying" },
	{ "deployed", N_("Deployed"), "state:deployed" },
	{ "failed", N_("Failed"), "state:failed" },
	END
};
const struct record_type deployment_record = {
	TYPE(deployment), .table = "deployments", .title = N_("Deployments"),
	.columns = "order_id product_name state step started_at", .sort = "-started_at",
	.conditions = deployment_conditions,
};

#define RECORD rating
static const struct field rating_fields[] = {
#include "model/record/rating.def"
};
#undef RECORD
static const struct condition rating_conditions[] = {
	{ "good", N_("4 or 5 for quality"), "quality>=4" },
	{ "bad", N_("1 or 2 for quality"), "quality<=2" },
	END
};
const struct record_type rating_record = {
	TYPE(rating), .table = "ratings", .title = N_("Ratings"),
	.columns = "product_name buyer_name quality service speed at", .sort = "-at",
	.conditions = rating_conditions,
};

const struct record_type *const record_types[] = {
	&account_record, &user_record, &product_record, &order_record, &order_line_record,
	&instance_record, &supervision_record, &log_entry_record, &attachment_record,
	&appeal_record, &refund_record, &deployment_record, &rating_record, NULL
};

/* Names of types are typed by people: order-line is order_line. */
static bool same_name(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++) {
		if (*a != *b && !(*a == '_' && *b == '-'))
			return false;
	}
	return *a == *b;
}

const struct record_type *record_type_find(const char *name)
{
	for (size_t i = 0; record_types[i] != NULL; i++) {
		const struct record_type *type = record_types[i];

		if (same_name(type->name, name) || same_name(type->table, name))
			return type;
	}
	return NULL;
}

const struct field *record_field(const struct record_type *type, const char *name)
{
	for (size_t i = 0; i < type->count; i++) {
		const struct field *field = &type->fields[i];

		if (strcasecmp(field->member, name) == 0 || strcasecmp(field->wire, name) == 0)
			return field;
	}
	return NULL;
}

const struct field *record_key(const struct record_type *type)
{
	return record_field_flagged(type, KEY);
}

const struct field *record_field_flagged(const struct record_type *type, uint32_t flag)
{
	for (size_t i = 0; i < type->count; i++) {
		if (type->fields[i].flags & flag)
			return &type->fields[i];
	}
	return NULL;
}
