/* The terms of a filter text, taken apart but not yet understood. Inside the filter only; any
 * thread. */
#ifndef KOODESK_MODEL_FILTER_LEX_H
#define KOODESK_MODEL_FILTER_LEX_H

#include "base/mem.h"
#include "base/status.h"

enum filter_sign { SIGN_NONE, SIGN_HAS, SIGN_EQ, SIGN_LT, SIGN_LE, SIGN_GT, SIGN_GE };

struct filter_token {
	bool negated, regex;
	enum filter_sign sign; /* SIGN_NONE: a bare word, or a regular expression */
	const char *name;      /* before the sign; "" where there is none */
	const char *value;     /* quotes taken off */
	bool quoted;	       /* the value had some */
	const char *raw;       /* as typed */
};

/* Takes the next term off *at, which ends at end; *found is false where there is none left. The
 * text must be UTF-8. */
enum status filter_token_next(const char **at, const char *end, struct arena *arena,
    struct filter_token *token, bool *found, struct error *err);

#endif
