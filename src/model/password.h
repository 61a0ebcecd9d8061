/*
 * The rule for the password of a cloud server (domain.md R8). The password is only looked at: never
 * kept, logged or shown. Pure; any thread.
 */
#ifndef KOODESK_MODEL_PASSWORD_H
#define KOODESK_MODEL_PASSWORD_H

#include "base/status.h"

#define PASSWORD_MIN 8
#define PASSWORD_MAX 26
/* Signs that may stand in it besides letters and digits. */
#define PASSWORD_SIGNS "!@$%^-_=+[{}]:,./?"

/*
 * INVALID, at the field "password", says what is wrong and never what was typed: 8 to 26
 * characters, of at least three of upper case, lower case, digits and signs, neither the name of
 * the user (who may be "") nor its reverse, whatever the case.
 */
enum status password_check(const char *password, const char *user, struct error *err);

#endif
