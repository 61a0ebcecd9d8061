/*
 * koodesk: the console of a cloud marketplace, and its commands for scripts.
 */
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#define _(text) gettext(text)

enum { EXIT_DONE = 0, EXIT_USAGE = 2 };

static int
print_version(void)
{
	printf("%s %s\n", PACKAGE, PACKAGE_VERSION);
	return fflush(stdout) == 0 ? EXIT_DONE : 1;
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	bindtextdomain(PACKAGE, LOCALEDIR);
	textdomain(PACKAGE);

	if (argc == 2 && strcmp(argv[1], "version") == 0)
		return print_version();
	fprintf(stderr, _("usage: %s version\n"), PACKAGE);
	return EXIT_USAGE;
}
