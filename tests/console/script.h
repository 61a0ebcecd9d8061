/*
 * The lines of a script: words with quotes, escapes and $NAME, and regular expressions over what a
 * terminal shows.
 */
#ifndef KOODESK_TESTS_CONSOLE_SCRIPT_H
#define KOODESK_TESTS_CONSOLE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

#define WORDS_MAX 64

struct line {
	const char *file;
	int number;
	char *text;                  /* as it stands there, from its first word on */
	char *words[WORDS_MAX + 1];  /* NULL-terminated; "" where quotes are empty */
	size_t count;
};

/*
 * Splits text: blanks separate; "..." keeps them and knows \n \t \r \e \\ \" \xHH \uHHHH; $NAME and
 * ${NAME} outside of '...' are taken from the environment; # begins a comment. False: says why.
 */
bool script_split(struct line *line);
void script_clear(struct line *line);

/* Calls take() for each line of a file that is not empty; a line that ends with \ goes on. */
bool script_each(const char *path, bool (*take)(void *state, struct line *line), void *state);

/* Every match of the extended expression becomes as many # as it has characters. False: bad. */
bool script_mask(const char *pattern, struct buf *text);
/* 1: it matches, 0: it does not, -1: it is no expression. */
int script_match(const char *pattern, const char *text);

#endif
