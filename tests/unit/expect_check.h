/* One step of a subject, and what is held against the expectations before and after it. */
#ifndef KOODESK_TESTS_UNIT_EXPECT_CHECK_H
#define KOODESK_TESTS_UNIT_EXPECT_CHECK_H

#include "expect_engine.h"

struct step {
	struct engine *engine;
	struct subject *subject;
	const struct expect_asker *asker;
	enum action_id action;
	const struct expect_inputs *inputs;
	const struct engine_options *options;
	struct actor actor;
	struct expect_state before;
	char what[400];
};

/* Puts the step into words, for what is printed when it goes wrong. */
void step_describe(struct step *step);
/* Whether the asker was told what it must be told; expected says what that is. */
bool step_answer_fits(const struct step *step, enum status got, const char **expected);
/* state: what the supervision is after it. */
void step_check_receipt(
    struct step *step, const struct receipt *receipt, const struct expect_state *state);
/* Moves the subject's expectations on, and checks every row that the command touches. */
void step_check_accepted(struct step *step, const struct receipt *receipt);
/* The rows are as they were. */
void step_check_unchanged(
    struct step *step, const struct supervision *before, const struct order *order);

#endif
