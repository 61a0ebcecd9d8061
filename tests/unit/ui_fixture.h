/*
 * A console without a terminal: the real screens over the real engine on a demo marketplace in a
 * file of its own, driven by keys. A test waits for nothing: fixture_keys() returns when the
 * console is idle.
 */
#ifndef KOODESK_TESTS_UI_FIXTURE_H
#define KOODESK_TESTS_UI_FIXTURE_H

#include "ui/app.h"

struct ui_fixture {
	char dir[64], db[96], state[96];
	int64_t now;
	struct ui_options options;
	struct app *app;
	struct buf text;          /* the last picture */
};

void fixture_open(struct ui_fixture *f, const char *user, const char *start);
void fixture_close(struct ui_fixture *f);
/* The console ends and begins again, as another user if given; what it kept in its folder stays. */
void fixture_restart(struct ui_fixture *f, const char *user, const char *start);
/*
 * Names of keys separated by blanks; 'words in quotes' are typed. Ends when nothing is under way.
 */
void fixture_keys(struct ui_fixture *f, const char *keys);
/* Time goes by: what is due by the clock is done. */
void fixture_pass(struct ui_fixture *f, int64_t ms);
/* Imports a catalogue or an order, as “koodesk import” does. */
void fixture_import(struct ui_fixture *f, const char *json);
const char *fixture_screen(struct ui_fixture *f);         /* the cells, 24 x 80 */
/* fails with the picture where it is not there */
void fixture_sees(struct ui_fixture *f, const char *text);
void fixture_sees_not(struct ui_fixture *f, const char *text);
/* The present state of a supervision, read behind the console's back. */
struct page *fixture_supervision(struct ui_fixture *f, const char *id);

#endif
