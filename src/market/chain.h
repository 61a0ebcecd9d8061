/*
 * The bytes of a log entry that are hashed (doc/operation-log.md): a tag, then each part as
 * LENGTH:BYTES, in this order. Pure; any thread. For src/market/ and its tests only.
 */
#ifndef KOODESK_MARKET_CHAIN_H
#define KOODESK_MARKET_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"

#define CHAIN_TAG "koodesk-log-1"
#define CHAIN_PARTS 17

enum chain_kind { CHAIN_TEXT, CHAIN_NUMBER };

struct chain_part {
	const char *member; /* of struct log_entry, and the column */
	enum chain_kind kind;
};

/* They never change; another choice of parts would be another tag. */
extern const struct chain_part chain_parts[CHAIN_PARTS];

struct digest *chain_begin(void);
void chain_add(struct digest *digest, const char *text);
void chain_add_number(struct digest *digest, int64_t value);

#endif
