#include "base/status.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

static const struct {
	int code;
	const char *word;
} statuses[] = {
#define X(name, code, word) [STATUS_##name] = {code, word},
    STATUS_LIST(X)
#undef X
};

#define STATUS_COUNT (sizeof statuses / sizeof statuses[0])

const char *status_word(enum status status)
{
	if ((size_t)status >= STATUS_COUNT)
		return statuses[STATUS_INTERNAL].word;
	return statuses[status].word;
}

int status_exit_code(enum status status)
{
	if ((size_t)status >= STATUS_COUNT)
		return statuses[STATUS_INTERNAL].code;
	return statuses[status].code;
}

/*
 * Errors quote names from files and answers, and end on terminals: cleaned here, whoever wrote
 * them. The text is made aside first, so that an error may quote itself. It is cut between cells,
 * never inside a character.
 */
static void put_text(char *out, size_t cap, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

static void put_text(char *out, size_t cap, const char *fmt, va_list ap)
{
	char raw[1024];

	if (vsnprintf(raw, sizeof raw, fmt, ap) < 0)
		raw[0] = '\0';
	text_clean_lines(out, cap, raw);
}

enum status error_set(struct error *err, enum status status, const char *fmt, ...)
{
	char message[sizeof err->message] = "";
	va_list ap;

	if (err == NULL)
		return status;
	va_start(ap, fmt);
	put_text(message, sizeof message, fmt, ap);
	va_end(ap);
	memset(err, 0, sizeof *err);
	err->status = status;
	memcpy(err->message, message, sizeof message);
	return status;
}

enum status error_path(struct error *err, enum status status, const char *path, const char *what)
{
	char shown[200];

	text_clean(shown, sizeof shown, path);
	return error_set(err, status, _("%s: %s"), shown, what);
}

void error_field(struct error *err, const char *field)
{
	char cleaned[sizeof err->field] = "";

	if (err == NULL)
		return;
	text_clean(cleaned, sizeof cleaned, field != NULL ? field : "");
	memcpy(err->field, cleaned, sizeof cleaned);
}

void error_detail(struct error *err, const char *fmt, ...)
{
	char detail[sizeof err->detail] = "";
	va_list ap;

	if (err == NULL)
		return;
	va_start(ap, fmt);
	put_text(detail, sizeof detail, fmt, ap);
	va_end(ap);
	memcpy(err->detail, detail, sizeof detail);
}
