#include "cli/secrets.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bsd/stdlib.h>

#include "base/i18n.h"

#define FD_MAX 1000000

static enum status at_input(enum status status, const char *name, struct error *err)
{
	if (status != STATUS_OK)
		error_field(err, name);
	return status;
}

enum status secrets_refuse(const struct action *action, const char *name, struct error *err)
{
	const struct input *input = action_input(action, name);

	if (input == NULL || !input->secret)
		return STATUS_OK;
	error_set(err, STATUS_INVALID,
	    _("This is secret and has no place in a command line: --secret %s asks for it on the "
	      "terminal, --secret-fd %s=FD reads a line from a descriptor, --set-file %s=FILE a "
	      "file that only you may read."),
	    name, name, name);
	return at_input(STATUS_INVALID, name, err);
}

/* A new secret; the owner is secrets. */
static struct secret *hold(struct secrets *secrets)
{
	struct secret *secret = secret_new(INPUT_TEXT_MAX);

	secrets->held[secrets->n++] = secret;
	return secret;
}

void secrets_free(struct secrets *secrets)
{
	while (secrets->n > 0)
		secret_free(secrets->held[--secrets->n]);
}

enum status secrets_from_file(struct secrets *secrets, const char *name, const char *path,
    const char **value, struct error *err)
{
	struct secret *secret = hold(secrets);
	enum status status = strcmp(path, "-") == 0 ?
	    secret_read_fd(secret, STDIN_FILENO, err) : secret_read_file(secret, path, err);

	*value = secret_text(secret);
	return at_input(status, name, err);
}

/* The input, if it is a secret of this action. */
static enum status find(const struct action *action, const char *name, const struct input **input,
    struct error *err)
{
	*input = action_input(action, name);
	if (*input != NULL && (*input)->secret)
		return STATUS_OK;
	if (*input != NULL)
		error_set(err, STATUS_INVALID, _("This is not secret: give it with --set %s=TEXT."),
		    name);
	else
		error_set(err, STATUS_INVALID, _("%s has no input “%s”; koodesk do %s --help lists "
		    "them."), _(action->label), name, action->word);
	return at_input(STATUS_INVALID, name, err);
}

/* Twice, since nobody sees what is typed and the other party is handed just that. */
static enum status from_terminal(struct secrets *secrets, const struct input *input,
    const char **value, struct error *err)
{
	struct secret *secret = hold(secrets), *again = secret_new(INPUT_TEXT_MAX);
	char prompt[160];
	enum status status;

	snprintf(prompt, sizeof(prompt), _("%s: "), _(input->label));
	status = secret_ask(secret, prompt, err);
	if (status == STATUS_OK) {
		snprintf(prompt, sizeof(prompt), _("%s, once more: "), _(input->label));
		status = secret_ask(again, prompt, err);
	}
	if (status == STATUS_OK && !secret_equal(secret, again))
		status = error_set(err, STATUS_INVALID,
		    _("What was typed differs: nothing was done, run the command again."));
	secret_free(again);
	*value = secret_text(secret);
	return at_input(status, input->name, err);
}

static enum status from_descriptor(struct secrets *secrets, const struct input *input,
    const char *number, const char **value, struct error *err)
{
	struct secret *secret = hold(secrets);
	const char *why = NULL;
	int fd = (int)strtonum(number, 0, FD_MAX, &why);
	enum status status;

	*value = secret_text(secret);
	if (why != NULL || fcntl(fd, F_GETFD) == -1)
		status = error_set(err, STATUS_INVALID,
		    _("“%s” is not an open descriptor: open it in the shell, such as 3<FILE."),
		    number);
	else if (isatty(fd))
		status = error_set(err, STATUS_INVALID,
		    _("Descriptor %d is a terminal, which would show it: --secret %s asks there."),
		    fd, input->name);
	else
		status = secret_read_fd(secret, fd, err);
	return at_input(status, input->name, err);
}

static enum status gather_descriptor(const char *given, const struct action *action,
    struct secrets *secrets, struct command_value *value, struct error *err)
{
	const char *equals = strchr(given, '=');
	const struct input *input;
	char name[64];
	enum status status;

	snprintf(name, sizeof(name), "%.*s", (int)(equals - given), given);
	status = find(action, name, &input, err);
	if (status != STATUS_OK)
		return status;
	value->name = input->name;
	return from_descriptor(secrets, input, equals + 1, &value->value, err);
}

enum status secrets_gather(const struct cli *cli, const struct action *action,
    struct secrets *secrets, struct command_value *values, size_t *n, struct error *err)
{
	const struct cli_options *options = &cli->options;
	const struct input *input;
	enum status status = STATUS_OK;
	size_t i;

	/* Descriptors first: nobody is asked where one of them is wrong. */
	for (i = 0; status == STATUS_OK && i < options->n_secret_fds; i++) {
		status = gather_descriptor(options->secret_fds[i], action, secrets, &values[*n],
		    err);
		*n += status == STATUS_OK;
	}
	for (i = 0; status == STATUS_OK && i < options->n_secrets; i++) {
		status = find(action, options->secrets[i], &input, err);
		if (status == STATUS_OK)
			status = from_terminal(secrets, input, &values[*n].value, err);
		if (status == STATUS_OK)
			values[(*n)++].name = input->name;
	}
	return status;
}
