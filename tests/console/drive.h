/*
 * The driver of the console's tests: reads scripts of steps and does them. The list of steps is in
 * README.md; drive.c holds the machine, steps.c, checks.c and budget.c the steps.
 */
#ifndef KOODESK_TESTS_CONSOLE_DRIVE_H
#define KOODESK_TESTS_CONSOLE_DRIVE_H

#include "tests/console/counts.h"
#include "tests/console/script.h"
#include "tests/console/session.h"

#define MASKS_MAX 16

/* What became of a step: STEP_FAILED goes on with the next one, STEP_BROKEN ends the script. */
enum step_end { STEP_DONE, STEP_FAILED, STEP_BROKEN, STEP_SKIP };

struct drive {
	struct session session;
	const struct line *line;      /* the step that is being done */
	char tmp[64];                 /* the working folder of this script */
	char *masks[MASKS_MAX];
	size_t n_masks;
	char *poison;                 /* file of the words that need no translation, or NULL */
	void *lock;                   /* sqlite3 handle, or NULL */
	struct counts *counts;        /* of the program `counted` */
	struct cost before;           /* this key */
	struct cost most, sum;        /* of the keys of this step: the dearest, all */
	uint64_t keys;
	bool counted;                 /* something was */
	int steps, failures, depth;
	int pressed;                  /* keys by their names, since the program was started */
	bool skipped;
};

struct step {
	const char *name;
	size_t min, max;              /* arguments */
	enum { FREE, ALIVE, STARTED } needs;  /* nothing; a program that runs; one that has run */
	enum step_end (*run)(struct drive *drive, char *const *args, size_t n);
};
/* they end with name NULL */
extern const struct step acting_steps[], checking_steps[], budget_steps[];

/* Says what is wrong with the step, and shows the screen. */
enum step_end drive_fail(struct drive *drive, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void drive_show(struct drive *drive);   /* prints the screen */
bool drive_number(struct drive *drive, const char *text, int min, int max, int *out);
bool drive_size(struct drive *drive, const char *text, int *rows, int *cols);
/*
 * After each key, under a catalogue whose letters are all others: are there words in Latin letters?
 * Done where nothing is poisoned.
 */
enum step_end drive_check_poison(struct drive *drive);
/* budget.c */
bool budget_open(struct drive *drive);
void budget_close(struct drive *drive);
void budget_step(struct drive *drive);     /* a step begins */
void budget_before(struct drive *drive);   /* and each of its keys */
void budget_after(struct drive *drive);
bool drive_include(struct drive *drive, const char *path);

#endif
