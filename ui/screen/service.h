/* What is said about a purchased service wherever it is shown. Screen's thread only. */
#ifndef KOODESK_UI_SCREEN_SERVICE_H
#define KOODESK_UI_SCREEN_SERVICE_H

#include "ui/screen/screen.h"

/* "In use", "Trial, expired": what it is at the time of this frame. */
void service_state_words(
    const struct app *app, const struct instance *instance, char *out, size_t cap);
/* Until it expires: "35d"; "" where it has expired or never does. */
void service_left_words(
    const struct app *app, const struct instance *instance, char *out, size_t cap);
/* What comes after the present state, and when: "expires in 35d"; "" where nothing does. */
void service_until_words(
    const struct app *app, const struct instance *instance, char *out, size_t cap);
/* "1 year", "3 months" */
void service_term_words(const char *period_type, int64_t number, char *out, size_t cap);
/* Opens its page, where the password or the code is shown or copied once it is read. */
void service_open_secret(struct app *app, const char *id, bool copy);

#endif
