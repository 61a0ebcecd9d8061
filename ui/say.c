/* What the console says and remembers in words: numbers, what was typed before, the message log. */
#include "ui/app.h"

#include <bsd/string.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"

void app_number(int64_t count, char *out, size_t cap)
{
	if (count < 0)
		strlcpy(out, "", cap);
	else if (count > COUNT_MAX)
		strlcpy(out, _("9,999+"), cap);
	else if (count >= 1000)
		snprintf(out, cap, _("%lld,%03lld"), (long long)(count / 1000),
		    (long long)(count % 1000));
	else
		snprintf(out, cap, "%lld", (long long)count);
}

/* What was typed: the newest of a kind first. */
const char *app_history(const struct app *app, const char *of, int index)
{
	size_t i, n = app->n_lines < HISTORY_MAX ? app->n_lines : HISTORY_MAX;

	for (i = 1; i <= n; i++) {
		size_t at = (app->n_lines - i) % HISTORY_MAX;

		if (strcmp(app->lines[at].of, of) == 0 && index-- == 0)
			return app->lines[at].text;
	}
	return NULL;
}

void app_history_add(struct app *app, const char *of, const char *text)
{
	const char *last = app_history(app, of, 0);
	size_t at = app->n_lines % HISTORY_MAX;

	if (last != NULL && strcmp(last, text) == 0)
		return;
	free(app->lines[at].text);
	app->lines[at].text = mem_strdup(text);
	strlcpy(app->lines[at].of, of, sizeof(app->lines[at].of));
	app->n_lines++;
}

/* ---- messages -------------------------------------------------------------------------------- */

static struct message *message_new(struct app *app, enum said how)
{
	struct message *message = &app->messages[app->n_messages++ % MESSAGES_MAX];

	memset(message, 0, sizeof(*message));
	message->at = app->now;
	message->how = how;
	app->telling = app->dirty = true;
	return message;
}

void app_say(struct app *app, enum said how, const char *fmt, ...)
{
	struct message *message = message_new(app, how);
	va_list args;

	va_start(args, fmt);
	vsnprintf(message->text, sizeof(message->text), fmt, args);
	va_end(args);
}

/* What went wrong in a word, for a person; scripts have status_word(). */
static const char *status_label(enum status status)
{
	static const char *const labels[] = {
		[STATUS_OK] = N_("done"), [STATUS_CANCELLED] = N_("cancelled"),
		[STATUS_TIMEOUT] = N_("took too long"), [STATUS_OFFLINE] = N_("not reachable"),
		[STATUS_AUTH] = N_("not allowed"), [STATUS_NOTFOUND] = N_("not found"),
		[STATUS_EXISTS] = N_("is there already"), [STATUS_CONFLICT] = N_("conflict"),
		[STATUS_INVALID] = N_("not valid"), [STATUS_LIMITED] = N_("too many at once"),
		[STATUS_BUSY] = N_("busy"), [STATUS_UNSUPPORTED] = N_("not supported"),
		[STATUS_IO] = N_("reading or writing failed"),
		[STATUS_INTERNAL] = N_("a mistake in koodesk"),
	};

	return (size_t)status < sizeof(labels) / sizeof(labels[0]) ? _(labels[status])
								   : status_word(status);
}

void app_say_error(struct app *app, const struct error *err)
{
	struct message *message =
	    message_new(app, err->status == STATUS_CANCELLED ? SAID_NOTE : SAID_ERROR);

	strlcpy(message->text, err->message[0] != '\0' ? err->message : status_label(err->status),
	    sizeof(message->text));
	snprintf(message->detail, sizeof(message->detail), "%s%s%s%s%s", status_label(err->status),
	    err->field[0] != '\0' ? _("; ") : "", err->field, err->detail[0] != '\0' ? _("; ") : "",
	    err->detail);
}

void app_said_here(struct app *app)
{
	app->telling = false;
}

bool app_message(const struct app *app, size_t index, struct said_message *out)
{
	const struct message *message;

	if (index >= app->n_messages || index >= MESSAGES_MAX)
		return false;
	message = &app->messages[(app->n_messages - 1 - index) % MESSAGES_MAX];
	*out = (struct said_message){ message->at, message->how, message->text, message->detail };
	return true;
}

size_t app_message_count(const struct app *app)
{
	return app->n_messages;
}
