/*
 * Money: a 64-bit integer of thousandths of the currency's unit (domain.md R11). Pure; any thread.
 */
#ifndef KOODESK_MODEL_MONEY_H
#define KOODESK_MODEL_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MONEY_TEXT 48
#define MONEY_MAX INT64_C(999999999999999)   /* 999,999,999,999.999 */

/*
 * Reads "-28000", "28000.5", "28000.125", with "," between groups of three allowed; at most three
 * decimals, |value| <= MONEY_MAX.
 */
bool money_parse(const char *s, int64_t *out);
/* "28000.000" */
void money_wire(int64_t amount, char out[MONEY_TEXT]);
/* "28,000.00 CNY": two decimals, three where the third is not 0. currency may be "". */
void money_text(int64_t amount, const char *currency, char out[MONEY_TEXT]);
bool money_currency_valid(const char *code);   /* three upper-case letters */

#endif
