/* The contract of deployment targets against the simulated cloud. */
#include "cloud.h"

#include <setjmp.h>
#include <stdarg.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cloud/simulated.h"

static char folder[64];

static void make(void)
{
	snprintf(folder, sizeof(folder), "/tmp/koodesk-cloud.XXXXXX");
	assert_non_null(mkdtemp(folder));
}

/* Calls see for each file of the folder, by path. */
static void each_file(void (*see)(const char *path))
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		see(path);
	}
	closedir(dir);
}

static void drop(const char *path)
{
	assert_int_equal(unlink(path), 0);
}

static void clear(void)
{
	each_file(drop);
	assert_int_equal(rmdir(folder), 0);
}

static struct cloud *open_cloud(void)
{
	const struct simulated_options options = { .folder = folder, .seed = 7 };
	struct cloud *c;
	struct error err;

	if (simulated_open(&options, &c, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return c;
}

static int64_t advance(int64_t at)
{
	return at;
}

static const char *wanted;
static bool found;

static void look(const char *path)
{
	static char data[1u << 16];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, data, sizeof(data) - 1);
	assert_true(n >= 0);
	close(fd);
	if (memmem(data, (size_t)n, wanted, strlen(wanted)) != NULL)
		found = true;
}

static bool keeps(const char *text)
{
	wanted = text;
	found = false;
	each_file(look);
	return found;
}

#define REQUEST(what) { .deployment = "d1", .template = "P1", .flavour = what, \
	.network = "sim-vpc-home", .subnet = "sim-subnet-web", .group = "sim-sg-recommended", \
	.user_name = "root" }

int main(void)
{
	static const struct cloud_subject simulated = {
		.name = "simulated",
		.make = make,
		.clear = clear,
		.open = open_cloud,
		.advance = advance,
		.from = INT64_C(1795276800000),
		.good = REQUEST("s6.large.2"),
		.doomed = REQUEST("x9.soldout.1"),
		.keeps = keeps,
	};

	return cloud_contract_run(&simulated);
}
