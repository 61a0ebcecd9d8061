#include "ui/screen/service.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/when.h"
#include "model/instance.h"

void service_state_words(
    const struct app *app, const struct instance *instance, char *out, size_t cap)
{
	const char *state = names_label(
	    &instance_state_names, (int64_t)instance_state_at(instance, app_now(app)));

	if (instance->trial)
		snprintf(out, cap, _("Trial: %s"), state);
	else
		strlcpy(out, state, cap);
}

void service_left_words(
    const struct app *app, const struct instance *instance, char *out, size_t cap)
{
	int64_t left = instance->expires_at - app_now(app);
	char span[WHEN_TEXT] = "";

	if (instance->expires_at != 0 && left > 0 && instance->state != INSTANCE_PREPARING &&
	    instance->state != INSTANCE_RELEASED)
		when_span(left, span);
	strlcpy(out, span, cap);
}

void service_term_words(const char *type, int64_t number, char *out, size_t cap)
{
	unsigned long n = (unsigned long)number;

	if (strcmp(type, "year") == 0)
		snprintf(out, cap, ngettext("%lu year", "%lu years", n), n);
	else if (strcmp(type, "month") == 0)
		snprintf(out, cap, ngettext("%lu month", "%lu months", n), n);
	else
		snprintf(out, cap, ngettext("%lu day", "%lu days", n), n);
}

void service_until_words(
    const struct app *app, const struct instance *instance, char *out, size_t cap)
{
	int64_t now = app_now(app), until = instance_state_until(instance, now);
	char span[WHEN_TEXT];

	out[0] = '\0';
	if (until == 0)
		return;
	when_span(until - now, span);
	switch (instance_state_at(instance, now)) {
	case INSTANCE_ACTIVE:
		snprintf(out, cap, _("expires in %s"), span);
		break;
	case INSTANCE_EXPIRED:
		snprintf(out, cap,
		    instance->trial ? _("still usable, frozen in %s unless converted")
				    : _("still usable, frozen in %s unless renewed"),
		    span);
		break;
	case INSTANCE_FROZEN:
		snprintf(out, cap,
		    instance->trial ? _("data kept, released in %s unless converted")
				    : _("data kept, released in %s unless renewed"),
		    span);
		break;
	default:
		break;
	}
}
