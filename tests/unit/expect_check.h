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
	struct expect_state before; /* when it was last looked at */
	struct expect_state at;	    /* when the command comes: with the moves due by then */
	int64_t version;	    /* that was sent along */
	char head[65];		    /* of the log, after it */
	char what[400];
};

/* Puts the step into words, for what is printed when it goes wrong. */
const char *step_what(struct step *step);
/* Whether the asker was told what it must be told; expected says what that is. */
bool step_answer_fits(const struct step *step, enum status got, const char **expected);
/* What a dry run says that would be. */
void step_check_rehearsal(struct step *step, const struct receipt *receipt);
/* Moves the subject's expectations on, and checks every row that the command touches. */
void step_check_accepted(struct step *step, const struct receipt *receipt);
/* No command, but the moves that were due. */
void step_check_moved(struct step *step);
/* The first member in which two records differ; NULL: they do not. */
const char *record_differs(const struct record_type *type, const void *a, const void *b);
/* The rows are as they were. */
void step_check_unchanged(
    struct step *step, const struct supervision *before, const struct order *order);

#endif
