/*
 * The program's own structs (supervision, appeal, actor, command), made from a situation of
 * expect.h. Texts are constants or lie in the struct itself, so a struct expect_command must not be
 * copied.
 */
#ifndef KOODESK_TESTS_UNIT_EXPECT_MAKE_H
#define KOODESK_TESTS_UNIT_EXPECT_MAKE_H

#include "base/when.h"
#include "expect.h"
#include "model/command.h"
#include "model/permit.h"
#include "model/records.h"

#define EXPECT_ID "O1-000001"
#define EXPECT_BUYER "acc-buyer"
#define EXPECT_SELLER "acc-seller"
#define EXPECT_STRANGER "acc-stranger"

struct supervision expect_supervision(const struct expect_state *state);
struct appeal expect_appeal(const struct expect_state *state);
struct actor expect_actor(const struct expect_asker *asker);

struct expect_command {
	struct command command;
	struct command_value values[12];
	struct command_file files[FILE_COUNT];
	char amount[40], number[24], step[24], at[WHEN_TEXT], enabled[WHEN_TEXT];
	char digests[FILE_COUNT][65]; /* one for each kind of file; made up unless set before */
};

/*
 * id is kept, not copied. With inputs->text false every text is left out. The state says which
 * lease and which step are meant, and whether an identifier or goods are asked for.
 */
void expect_command(struct expect_command *out, const char *id, const struct expect_state *state,
    enum action_id action, const struct expect_inputs *inputs);
/* Takes one value away, or sets it (value is kept, not copied). */
void expect_command_drop(struct expect_command *command, const char *name);
void expect_command_set(struct expect_command *command, const char *name, const char *value);

/* The kinds of file that an action takes at all (bits 1u << enum file_kind); 0: none. */
uint32_t expect_kinds(enum action_id action);
/* Names of the texts that must be written, up to 4; returns how many. */
size_t expect_texts(enum action_id action, const char *out[4]);
#define EXPECT_CONSIGNEE "18600000000"

#endif
