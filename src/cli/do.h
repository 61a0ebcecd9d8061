/* `koodesk do`: an action with what it is given, from options, files and the terminal. */
#ifndef KOODESK_CLI_DO_H
#define KOODESK_CLI_DO_H

#include "cli/cli.h"

int do_run(struct cli *cli, struct error *err);
/* `koodesk do ACTION --help`: the action's inputs, by the options that take them. */
int do_help(struct cli *cli, struct error *err);

#endif
