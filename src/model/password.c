#include "model/password.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"

static enum status
refuse(struct error *err, const char *message)
{
	error_set(err, STATUS_INVALID, "%s", message);
	error_field(err, "password");
	return STATUS_INVALID;
}

/* A bit for each kind of character; 0 for one that may not stand in a password. */
static unsigned
kind_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return 1;
	if (c >= 'a' && c <= 'z')
		return 2;
	if (c >= '0' && c <= '9')
		return 4;
	return strchr(PASSWORD_SIGNS, c) != NULL ? 8 : 0;
}

static bool
is_reverse(const char *password, const char *user)
{
	size_t n = strlen(user);

	if (n == 0 || strlen(password) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strncasecmp(&password[i], &user[n - 1 - i], 1) != 0)
			return false;
	}
	return true;
}

enum status
password_check(const char *password, const char *user, struct error *err)
{
	size_t n = strlen(password);
	unsigned kinds = 0;

	if (n < PASSWORD_MIN || n > PASSWORD_MAX) {
		error_set(err, STATUS_INVALID, _("the password must have %d to %d characters"),
		    PASSWORD_MIN, PASSWORD_MAX);
		error_field(err, "password");
		return STATUS_INVALID;
	}
	for (size_t i = 0; i < n; i++) {
		if (kind_of(password[i]) == 0) {
			error_set(err, STATUS_INVALID,
			    _("the password may have letters, digits and these signs only: %s"),
			    PASSWORD_SIGNS);
			error_field(err, "password");
			return STATUS_INVALID;
		}
		kinds |= kind_of(password[i]);
	}
	if (__builtin_popcount(kinds) < 3)
		return refuse(err, _("the password must have at least three of these: upper case, "
				     "lower case, digits, signs"));
	if (user[0] != '\0' && (strcasecmp(password, user) == 0 || is_reverse(password, user)))
		return refuse(err, _("the password must be neither the name of the user nor its "
				     "reverse"));
	return STATUS_OK;
}
