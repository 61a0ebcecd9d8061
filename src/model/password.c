#include "model/password.h"

#include <stdbool.h>
#include <string.h>

#include "base/i18n.h"

enum class { UPPER = 1, LOWER = 2, DIGIT = 4, SPECIAL = 8 };

static unsigned class_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return UPPER;
	if (c >= 'a' && c <= 'z')
		return LOWER;
	if (c >= '0' && c <= '9')
		return DIGIT;
	return c != '\0' && strchr(PASSWORD_SPECIAL, c) != NULL ? SPECIAL : 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Is text the name, forwards or backwards? Compared where it stands: nothing is copied. */
static bool is_name(const char *text, size_t n, const char *name, bool backwards)
{
	size_t i;

	if (name == NULL || n == 0 || strlen(name) != n)
		return false;
	for (i = 0; i < n; i++)
		if (lower(text[i]) != lower(name[backwards ? n - 1 - i : i]))
			return false;
	return true;
}

unsigned password_faults(const struct secret *password, const char *user_name)
{
	const char *text = secret_text(password);
	size_t n = secret_length(password);
	unsigned faults = 0, classes = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned class = class_of(text[i]);

		classes |= class;
		if (class == 0)
			faults |= PASSWORD_FOREIGN;
	}
	if (n < PASSWORD_LEAST)
		faults |= PASSWORD_SHORT;
	if (n > PASSWORD_MOST)
		faults |= PASSWORD_LONG;
	if (__builtin_popcount(classes) < PASSWORD_CLASSES)
		faults |= PASSWORD_PLAIN;
	if (is_name(text, n, user_name, false) || is_name(text, n, user_name, true))
		faults |= PASSWORD_USER_NAME;
	return faults;
}

const char *password_fault_text(enum password_fault fault)
{
	switch (fault) {
	case PASSWORD_FOREIGN:
		return _("The password may have letters A to Z and a to z, digits, and "
		    "!@$%^-_=+[{}]:,./? only.");
	case PASSWORD_SHORT:
		return _("The password must have at least 8 characters.");
	case PASSWORD_LONG:
		return _("The password must have at most 26 characters.");
	case PASSWORD_PLAIN:
		return _("The password must have at least three of: upper case, lower case, "
		    "digits, special characters.");
	case PASSWORD_USER_NAME:
		return _("The password must not be the user name, forwards or backwards.");
	case PASSWORD_FAULTS:
		break;
	}
	return "";
}

enum status password_check(const struct secret *password, const char *user_name,
    struct error *err)
{
	unsigned faults = password_faults(password, user_name);
	unsigned fault = faults & (~faults + 1);   /* the lowest: the first to be told */

	if (faults == 0)
		return STATUS_OK;
	error_set(err, STATUS_INVALID, "%s", password_fault_text((enum password_fault)fault));
	error_field(err, "password");
	return STATUS_INVALID;
}
