/*
 * The check before cJSON: the whole grammar of RFC 8259, and what cJSON lets pass. For json.c only.
 * Any thread.
 */
#ifndef KOODESK_BASE_JSON_SCAN_H
#define KOODESK_BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct json_fault {
	size_t line, column; /* from 1; columns are characters */
	const char *expected; /* N_() text */
};

/* True for one JSON value with nothing but blanks around it; else *fault is filled. */
bool json_scan(const char *text, size_t n, struct json_fault *fault);

#endif
