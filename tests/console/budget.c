/* What keys may cost: bytes of the whole step, and of each key what the program counts itself. */
#include "tests/console/drive.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- counting -------------------------------------------------------------------------------- */

bool budget_open(struct drive *drive)
{
	char path[sizeof drive->tmp + 8];
	void *at = MAP_FAILED;
	int fd;

	snprintf(path, sizeof path, "%s/.counts", drive->tmp);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0 && ftruncate(fd, sizeof(struct counts)) == 0)
		at = mmap(NULL, sizeof(struct counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	if (at == MAP_FAILED)
		return false;
	drive->counts = at;
	setenv("KOODESK_COUNTS", path, 1);
	return true;
}

void budget_close(struct drive *drive)
{
	if (drive->counts != NULL)
		munmap(drive->counts, sizeof(struct counts));
	drive->counts = NULL;
}

void budget_step(struct drive *drive)
{
	buf_clear(&drive->session.bytes);
	memset(&drive->most, 0, sizeof drive->most);
	memset(&drive->sum, 0, sizeof drive->sum);
	drive->keys = 0;
	drive->counted = false;
}

void budget_before(struct drive *drive)
{
	if (drive->counts == NULL)
		return;
	drive->before.allocations = atomic_load(&drive->counts->allocations);
	drive->before.writes = atomic_load(&drive->counts->writes);
}

static void note(uint64_t *most, uint64_t value)
{
	if (value > *most)
		*most = value;
}

void budget_after(struct drive *drive)
{
	const struct counts *c = drive->counts;
	uint64_t writes, i, follow = 0;

	if (c == NULL)
		return;
	writes = atomic_load(&c->writes) - drive->before.writes;
	drive->counted = drive->counted || writes > 0;
	note(&drive->most.writes, writes);
	note(&drive->most.allocations,
	    atomic_load(&c->allocations) - drive->before.allocations);
	for (i = 0; i < writes && i < COUNTS_SIZES; i++) {
		uint32_t size = c->sizes[(drive->before.writes + i) % COUNTS_SIZES];

		if (i == 0) {
			note(&drive->most.answer, size);
			drive->sum.answer += size;
		} else {
			follow += size;
		}
	}
	drive->keys++;
	note(&drive->most.follow, follow);
	drive->sum.follow += follow;
}

/* ---- the step -------------------------------------------------------------------------------- */

static enum step_end step_budget(struct drive *drive, char *const *args, size_t n)
{
	const struct cost *most = &drive->most;
	uint64_t keys = drive->keys > 0 ? drive->keys : 1;
	const struct { const char *word; uint64_t is; bool counted; } known[] = {
		{ "bytes", drive->session.bytes.len, false },
		{ "keys", (uint64_t)drive->pressed, false },
		{ "answer", most->answer, true },
		{ "mean-answer", drive->sum.answer / keys, true },
		{ "mean-follow", drive->sum.follow / keys, true },
		{ "follow", most->follow, true },
		{ "writes", most->writes, true },
		{ "allocations", most->allocations, true },
	};
	size_t i;
	int limit;

	(void)n;
	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(args[0], known[i].word) == 0)
			break;
	if (i == sizeof known / sizeof known[0] ||
	    !drive_number(drive, args[1], 0, 1 << 30, &limit))
		return STEP_BROKEN;
	if (known[i].counted && !drive->counted) {
		drive_fail(drive, "nothing was counted: this is for keys of the program “counted”");
		return STEP_BROKEN;
	}
	if (known[i].is > (uint64_t)limit)
		return drive_fail(drive, "%s: %llu", known[i].word,
		    (unsigned long long)known[i].is);
	return STEP_DONE;
}

/* Clocks and ages go on while a test runs. */
static char *without_digits(const char *screen)
{
	char *text = mem_strdup(screen), *at;

	for (at = text; *at != '\0'; at++)
		if (*at >= '0' && *at <= '9')
			*at = '0';
	return text;
}

/* Does the screen hold what the program thinks that it holds? Ctrl-L writes it anew. */
static enum step_end step_repaints(struct drive *drive, char *const *args, size_t n)
{
	struct session *s = &drive->session;
	char *before = without_digits(emulator_screen(s->emulator)), *after;
	enum step_end end = STEP_DONE;

	(void)args;
	(void)n;
	budget_step(drive);
	s->keys += (uint64_t)emulator_key(s->emulator, "Ctrl-L");
	session_wait(s);
	after = without_digits(emulator_screen(s->emulator));
	if (strcmp(before, after) != 0) {
		end = drive_fail(drive, "the screen was not what the program thought:");
		printf("%s", before);
	}
	free(before);
	free(after);
	return end;
}

const struct step budget_steps[] = {
	{ "budget", 2, 2, STARTED, step_budget },
	{ "repaints", 0, 0, ALIVE, step_repaints },
	{ NULL, 0, 0, FREE, NULL },
};
