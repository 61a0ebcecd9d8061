/* The options of the command line: one table, from which they are parsed and explained. */
#ifndef KOODESK_CLI_OPTIONS_H
#define KOODESK_CLI_OPTIONS_H

#include "cli/cli.h"

/*
 * Reorders argv so that what is not an option comes last, from *rest on. INVALID says which option
 * is wrong.
 */
enum status options_parse(struct cli_options *options, int argc, char **argv, int *rest,
    struct error *err);
void options_help(FILE *out);

#endif
