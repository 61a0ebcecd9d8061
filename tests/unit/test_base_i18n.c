/* src/base/i18n.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/i18n.h"

static const char *const messages[][2] = {
    {"", "Content-Type: text/plain; charset=UTF-8\n"},
    {"Order", "\xE8\xAE\xA2\xE5\x8D\x95"},
    {"verb\004Order", "\xE8\xAE\xA2\xE8\xB4\xAD"},
};
#define COUNT (sizeof messages / sizeof messages[0])

static char directory[64];
static char path[200];

static void put_word(FILE *file, size_t word)
{
	uint32_t value = (uint32_t)word;

	assert_int_equal(fwrite(&value, sizeof value, 1, file), 1);
}

/*
 * A compiled catalogue of zh_CN, written here so that the test needs no msgfmt. The messages are
 * sorted, as it must be.
 */
static int make_catalogue(void **state)
{
	size_t tables = 7 * 4, at = tables + COUNT * 16;
	FILE *file;

	(void)state;
	snprintf(directory, sizeof directory, "/tmp/koodesk-i18n-XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/zh_CN", directory);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/zh_CN/LC_MESSAGES", directory);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/zh_CN/LC_MESSAGES/%s.mo", directory, PACKAGE);
	file = fopen(path, "wb");
	assert_non_null(file);
	put_word(file, 0x950412deu);
	put_word(file, 0);
	put_word(file, COUNT);
	put_word(file, tables);
	put_word(file, tables + COUNT * 8);
	put_word(file, 0);
	put_word(file, 0);
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < COUNT; i++) {
			put_word(file, strlen(messages[i][side]));
			put_word(file, at);
			at += strlen(messages[i][side]) + 1;
		}
	}
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < COUNT; i++)
			fwrite(messages[i][side], 1, strlen(messages[i][side]) + 1, file);
	}
	return fclose(file);
}

static int remove_catalogue(void **state)
{
	(void)state;
	unlink(path);
	for (int i = 0; i < 3; i++) {
		*strrchr(path, '/') = '\0';
		rmdir(path);
	}
	return 0;
}

static void environment(const char *language, const char *lc_all, const char *lang)
{
	setenv("LANGUAGE", language, 1);
	setenv("LC_ALL", lc_all, 1);
	setenv("LANG", lang, 1);
}

static void test_the_order_of_sources(void **state)
{
	(void)state;
	environment("", "", "");
	assert_true(i18n_init(NULL, directory));
	assert_string_equal(i18n_language(), "en");
	environment("", "", "zh_CN.UTF-8");
	i18n_init(NULL, directory);
	assert_string_equal(i18n_language(), "zh_CN");
	environment("", "C", "zh_CN.UTF-8");
	i18n_init(NULL, directory);
	assert_string_equal(i18n_language(), "en");
	environment("zh_CN:en", "en_US.UTF-8", "C");
	i18n_init(NULL, directory);
	assert_string_equal(i18n_language(), "zh_CN");
	i18n_init("en", directory);
	assert_string_equal(i18n_language(), "en");
	environment("", "", "");
	i18n_init("zh-Hans-CN", directory);
	assert_string_equal(i18n_language(), "zh_CN");
	environment("", "", "de_DE@euro");
	i18n_init("../../etc", directory);
	assert_string_equal(i18n_language(), "de_DE");
}

static void test_translates_without_the_locale(void **state)
{
	(void)state;
	environment("", "", "");
	assert_true(i18n_init("zh_CN", directory));
	assert_string_equal(_("Order"), messages[1][1]);
	assert_string_equal(C_("verb", "Order"), messages[2][1]);
	assert_string_equal(C_("noun", "Order"), "Order");
	assert_string_equal(_("Unknown"), "Unknown");
	assert_true(i18n_init("en", directory));
	assert_string_equal(_("Order"), "Order");
	assert_string_equal(C_("verb", "Order"), "Order");
}

static void test_directory_from_the_environment(void **state)
{
	(void)state;
	environment("", "", "");
	setenv("KOODESK_LOCALEDIR", directory, 1);
	i18n_init("zh_CN", NULL);
	assert_string_equal(_("Order"), messages[1][1]);
	unsetenv("KOODESK_LOCALEDIR");
}

static void test_numbers_keep_the_point(void **state)
{
	char text[16];

	(void)state;
	environment("", "de_DE.UTF-8", "");
	i18n_init(NULL, directory);
	snprintf(text, sizeof text, "%.1f", 0.5);
	assert_string_equal(text, "0.5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_order_of_sources),
	    cmocka_unit_test(test_translates_without_the_locale),
	    cmocka_unit_test(test_directory_from_the_environment),
	    cmocka_unit_test(test_numbers_keep_the_point),
	};

	return cmocka_run_group_tests(tests, make_catalogue, remove_catalogue);
}
