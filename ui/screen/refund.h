/* What is said about a refund request wherever it is shown. Pure. Screen's thread only. */
#ifndef KOODESK_UI_SCREEN_REFUND_H
#define KOODESK_UI_SCREEN_REFUND_H

#include "ui/screen/screen.h"

/* Whose turn it is and what for, or how it ended: "You: answer", "Buyer: return goods". */
void refund_step_words(const struct app *app, const struct refund *refund, char *out, size_t cap);
/* Whether that is more than 5 days without progress. */
bool refund_stays(const struct app *app, const struct refund *refund);
/* What is left of the seller's time to check returned goods; "" where no clock runs. */
void refund_left_words(const struct app *app, const struct refund *refund, char *out, size_t cap);

#endif
