/*
 * Secret inputs of an action on their way in: asked for on the terminal, or read from a descriptor
 * or a private file; never from the command line, which everybody on the machine sees and the
 * shell's history keeps. Values point into the secrets that `struct secrets` owns and wipes.
 */
#ifndef KOODESK_CLI_SECRETS_H
#define KOODESK_CLI_SECRETS_H

#include "base/secret.h"
#include "cli/cli.h"
#include "model/action.h"
#include "model/command.h"

struct secrets {
	struct secret *held[3 * CLI_SETS_MAX];
	size_t n;
};

/* INVALID, with the ways that are open, where an input that --set gives is secret. */
enum status secrets_refuse(const struct action *action, const char *name, struct error *err);

/* The input's value from a file that only its owner may read; "-" is a line of standard input. */
enum status secrets_from_file(struct secrets *secrets, const char *name, const char *path,
    const char **value, struct error *err);

/* --secret and --secret-fd: puts their values behind the n that are there. */
enum status secrets_gather(const struct cli *cli, const struct action *action,
    struct secrets *secrets, struct command_value *values, size_t *n, struct error *err);

void secrets_free(struct secrets *secrets);

#endif
