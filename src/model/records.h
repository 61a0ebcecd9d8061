/*
 * The C structs of all record types, made from model/record/NAME.def. Text members are never NULL.
 */
#ifndef KOODESK_MODEL_RECORDS_H
#define KOODESK_MODEL_RECORDS_H

#include "model/record.h"

#define RECORD_CTYPE_TEXT const char *
#define RECORD_CTYPE_INT int64_t
#define RECORD_CTYPE_BOOL int64_t
#define RECORD_CTYPE_MONEY int64_t
#define RECORD_CTYPE_TIME int64_t
#define FIELD(kind, member, wire, heading, width, flags, since) RECORD_CTYPE_##kind member;
#define CHOICE(names, member, wire, heading, width, flags, since) int64_t member;

struct account {
#include "model/record/account.def"
};
struct user {
#include "model/record/user.def"
};
struct product {
#include "model/record/product.def"
};
struct order {
#include "model/record/order.def"
};
struct order_line {
#include "model/record/order_line.def"
};
struct instance {
#include "model/record/instance.def"
};
struct supervision {
#include "model/record/supervision.def"
};
struct log_entry {
#include "model/record/log_entry.def"
};
struct attachment {
#include "model/record/attachment.def"
};
struct appeal {
#include "model/record/appeal.def"
};
struct refund {
#include "model/record/refund.def"
};
struct deployment {
#include "model/record/deployment.def"
};
struct rating {
#include "model/record/rating.def"
};

#undef FIELD
#undef CHOICE

#endif
