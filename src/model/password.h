/*
 * What a cloud takes as the password of a new server (domain.md R8). Pure functions; any thread.
 * The messages never hold a character of the password.
 */
#ifndef KOODESK_MODEL_PASSWORD_H
#define KOODESK_MODEL_PASSWORD_H

#include "base/secret.h"
#include "base/status.h"

#define PASSWORD_LEAST 8
#define PASSWORD_MOST 26
#define PASSWORD_CLASSES 3     /* of upper case, lower case, digit, special */
#define PASSWORD_SPECIAL "!@$%^-_=+[{}]:,./?"

/* In the order in which they are told. */
enum password_fault {
	PASSWORD_FOREIGN = 1 << 0,      /* a character of no class */
	PASSWORD_SHORT = 1 << 1,
	PASSWORD_LONG = 1 << 2,
	PASSWORD_PLAIN = 1 << 3,        /* too few classes */
	PASSWORD_USER_NAME = 1 << 4,    /* is the user's name, or that backwards, in any case */
	PASSWORD_FAULTS = 5             /* how many there are */
};

/* All that is wrong with it, 0 where nothing is: a form shows each rule as it is met. */
unsigned password_faults(const struct secret *password, const char *user_name);
/* What a person is told of one of them, translated. */
const char *password_fault_text(enum password_fault fault);
/* OK, or INVALID with the first fault's text; the field is "password". user_name may be NULL. */
enum status password_check(const struct secret *password, const char *user_name,
    struct error *err);

#endif
