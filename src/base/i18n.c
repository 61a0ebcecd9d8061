#include "base/i18n.h"

#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LANGUAGE_MAX 32

static char language[LANGUAGE_MAX] = "en";

const char *i18n_context(const char *key, const char *plain)
{
	const char *text = gettext(key);

	return text == key ? plain : text;
}

const char *i18n_plain(const char *label)
{
	const char *end = strchr(label, '\004');

	return end == NULL ? label : end + 1;
}

const char *i18n_label(const char *label)
{
	const char *plain = i18n_plain(label);

	return plain == label ? gettext(label) : i18n_context(label, plain);
}

const char *i18n_language(void)
{
	return language;
}

/*
 * "zh-CN.UTF-8:en" becomes "zh_CN"; "C" and "POSIX" become "en". Returns false for what is no
 * language, so that the next source is asked: the name becomes part of a path.
 */
static bool language_of(const char *s, char out[LANGUAGE_MAX])
{
	size_t n;

	if (s == NULL)
		return false;
	n = strcspn(s, ".@:");
	if (n == 0 || n >= LANGUAGE_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		out[i] = s[i] == '-' ? '_' : s[i];
		if (!isalnum((unsigned char)out[i]) && out[i] != '_')
			return false;
	}
	out[n] = '\0';
	/* One English and one (simplified) Chinese: their other names mean these. */
	if (strcmp(out, "C") == 0 || strcmp(out, "POSIX") == 0 || strncmp(out, "en_", 3) == 0)
		snprintf(out, LANGUAGE_MAX, "en");
	else if (strcmp(out, "zh") == 0 || strcmp(out, "zh_SG") == 0 ||
		 strncmp(out, "zh_Hans", 7) == 0)
		snprintf(out, LANGUAGE_MAX, "zh_CN");
	return true;
}

static void choose_language(const char *lang)
{
	const char *sources[] = {lang, getenv("LANGUAGE"), getenv("LC_ALL"), getenv("LANG")};
	char chosen[LANGUAGE_MAX];
	size_t i;

	snprintf(language, sizeof language, "en");
	for (i = 0; i < sizeof sources / sizeof sources[0]; i++) {
		if (language_of(sources[i], chosen)) {
			snprintf(language, sizeof language, "%s", chosen);
			return;
		}
	}
}

static bool utf8_locale(const char *name)
{
	return setlocale(LC_ALL, name) != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool i18n_init(const char *lang, const char *localedir)
{
	char name[LANGUAGE_MAX + sizeof ".UTF-8"];
	bool utf8;

	choose_language(lang);
	snprintf(name, sizeof name, "%s.UTF-8", language);
	utf8 = utf8_locale(name) || utf8_locale("") || utf8_locale("C.UTF-8") ||
	       utf8_locale("en_US.UTF-8");
	if (!utf8) {
		setlocale(LC_ALL, "C");
		snprintf(language, sizeof language, "en");
	}
	/* Numbers in files and on the wire have a point whatever the language. */
	setlocale(LC_NUMERIC, "C");
	/* The source texts are English: looking for a catalogue would cost memory for each text. */
	if (strcmp(language, "en") == 0)
		setlocale(LC_MESSAGES, "C");
	/*
	 * Messages follow LANGUAGE in every locale but "C", so the language needs no locale of its
	 * own.
	 */
	setenv("LANGUAGE", language, 1);
	if (localedir == NULL || localedir[0] == '\0')
		localedir = getenv("KOODESK_LOCALEDIR");
	if (localedir == NULL || localedir[0] == '\0')
		localedir = LOCALEDIR;
	bindtextdomain(PACKAGE, localedir);
	bind_textdomain_codeset(PACKAGE, "UTF-8");
	textdomain(PACKAGE);
	return utf8;
}
