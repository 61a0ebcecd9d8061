/*
 * Text for people. _() translates now, N_() marks a text in a table that is translated where it is
 * shown (_(field->heading)). Names, wire words, JSON and logs are never translated. i18n_init() is
 * for the entry points, before any thread starts.
 */
#ifndef KOODESK_BASE_I18N_H
#define KOODESK_BASE_I18N_H

#include <libintl.h>
#include <stdbool.h>

#define _(text) gettext(text)
#define N_(text) text
/* A text with a context, where one English word has two translations. */
#define C_(context, text) i18n_context(context "\004" text, text)
#define NC_(context, text) context "\004" text

const char *i18n_context(const char *key, const char *plain);
/* A label of a table, written with N_() or NC_(): translated; and as it stands in the source. */
const char *i18n_label(const char *label);
const char *i18n_plain(const char *label);

/*
 * Chooses the language: lang (from --lang, may be NULL), LANGUAGE, LC_ALL, LANG in this order, such
 * as "zh_CN" or "en". Where that locale is not installed, C.UTF-8 and LANGUAGE serve. localedir
 * NULL: the built-in one. Returns false where no UTF-8 locale can be had at all: the terminal then
 * gets ASCII.
 */
bool i18n_init(const char *lang, const char *localedir);

/* The language in force, such as "zh_CN" or "en". */
const char *i18n_language(void);

#endif
