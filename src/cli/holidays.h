/*
 * The dates that are no working days (domain.md F5), from a text file: a date such as 2026-10-01 on
 * each line, whatever else it says behind a blank; blank lines and what follows # do not count.
 */
#ifndef KOODESK_CLI_HOLIDAYS_H
#define KOODESK_CLI_HOLIDAYS_H

#include "base/mem.h"
#include "base/status.h"
#include "base/when.h"

/* Each date once, in their order, in the arena. INVALID names the line that is none. */
enum status holidays_parse(const char *text, const char *path, struct arena *arena,
    struct calendar *out, struct error *err);

#endif
