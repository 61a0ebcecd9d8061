#include "expect_make.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct supervision expect_supervision(const struct expect_state *state)
{
	struct supervision s;
	const char **texts[] = { &s.id, &s.order_id, &s.product, &s.product_name, &s.buyer,
		&s.buyer_name, &s.seller, &s.seller_name, &s.appeal, &s.currency, &s.changed_by,
		&s.log_head };

	memset(&s, 0, sizeof(s));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = "";
	s.id = EXPECT_ID;
	s.order_id = "O1";
	s.buyer = EXPECT_BUYER;
	s.seller = EXPECT_SELLER;
	s.flow = state->flow;
	s.stage = state->stage;
	s.state = state->state;
	s.turn = expect_turn(state);
	s.reviewed = state->reviewed;
	s.version = state->moves;
	s.freezes = expect_freezes(state);
	s.appeals = state->appeals;
	if (state->filer != ROLE_NONE)
		s.appeal = EXPECT_ID "-A1";
	s.buyer_rejects = state->buyer_rejects;
	s.seller_rejects = state->seller_rejects;
	s.amount = state->paid;
	s.refunded = state->refunded;
	s.currency = "CNY";
	return s;
}

struct appeal expect_appeal(const struct expect_state *state)
{
	struct appeal a;
	const char **texts[] = { &a.id, &a.supervision, &a.order_id, &a.product_name, &a.buyer,
		&a.buyer_name, &a.seller, &a.seller_name, &a.filer, &a.reason, &a.claim,
		&a.currency, &a.decision, &a.decided_by };

	memset(&a, 0, sizeof(a));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = "";
	a.id = EXPECT_ID "-A1";
	a.supervision = EXPECT_ID;
	a.buyer = EXPECT_BUYER;
	a.seller = EXPECT_SELLER;
	a.state = APPEAL_OPEN;
	a.party = state->filer;
	a.stage = state->stage;
	return a;
}

struct actor expect_actor(const struct expect_asker *asker)
{
	struct actor actor = { .user = "someone",
		.name = "Someone",
		.account_name = "Some account",
		.role = asker->role };
	bool sells = asker->role == ROLE_SELLER;

	if (asker->owner == EXPECT_FOREIGN)
		actor.account = EXPECT_STRANGER;
	else if (asker->owner == EXPECT_COUNTERPART)
		actor.account = sells ? EXPECT_BUYER : EXPECT_SELLER;
	else if (sells)
		actor.account = EXPECT_SELLER;
	else
		actor.account = asker->role == ROLE_BUYER ? EXPECT_BUYER : "platform";
	return actor;
}

uint32_t expect_kinds(enum action_id action)
{
	uint32_t kinds = 0;

	switch (action) {
	case ACTION_SUBMIT_REQUIREMENT:
		return 1u << FILE_REQUIREMENT | 1u << FILE_OTHER;
	case ACTION_DELIVER:
		return 1u << FILE_SOW | 1u << FILE_REQUIREMENT | 1u << FILE_ACCEPTANCE |
		    1u << FILE_PROOF | 1u << FILE_VALIDITY | 1u << FILE_DEPLOYMENT |
		    1u << FILE_OTHER;
	case ACTION_REJECT:
	case ACTION_COMMENT:
		return 1u << FILE_EVIDENCE | 1u << FILE_COMMUNICATION | 1u << FILE_OTHER;
	case ACTION_ADD_EVIDENCE:
		return 1u << FILE_EVIDENCE | 1u << FILE_COMMUNICATION | 1u << FILE_COMMITMENT |
		    1u << FILE_PROOF | 1u << FILE_OTHER;
	case ACTION_DECIDE:
		return 1u << FILE_COMMUNICATION | 1u << FILE_OTHER;
	case ACTION_APPEAL:
		for (int kind = 1; kind < FILE_COUNT; kind++)
			kinds |= 1u << kind;
		return kinds;
	default:
		return 0;
	}
}

size_t expect_texts(enum action_id action, const char *out[3])
{
	size_t n = 0;

	switch (action) {
	case ACTION_SUBMIT_REQUIREMENT:
		out[n++] = "requirement";
		break;
	case ACTION_DELIVER:
		out[n++] = "result";
		break;
	case ACTION_COMMENT:
	case ACTION_ADD_EVIDENCE:
		out[n++] = "text";
		break;
	case ACTION_APPEAL:
		out[n++] = "reason";
		out[n++] = "claim";
		break;
	case ACTION_REJECT:
	case ACTION_DECIDE:
		out[n++] = "reason";
		break;
	default:
		break;
	}
	return n;
}

void expect_command_drop(struct expect_command *command, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < command->command.n_values; i++)
		if (strcmp(command->values[i].name, name) != 0)
			command->values[kept++] = command->values[i];
	command->command.n_values = kept;
}

void expect_command_set(struct expect_command *command, const char *name, const char *value)
{
	expect_command_drop(command, name);
	command->values[command->command.n_values].name = name;
	command->values[command->command.n_values++].value = value;
}

static void decide_values(struct expect_command *out, const struct expect_inputs *inputs)
{
	int64_t amount = inputs->amount < 0 ? -inputs->amount : inputs->amount;

	if (inputs->outcome != OUTCOME_NONE)
		expect_command_set(out, "outcome", names_word(&outcome_names, inputs->outcome));
	if (inputs->outcome == OUTCOME_SEND_BACK && inputs->stage != STAGE_NONE)
		expect_command_set(out, "stage", names_word(&stage_names, inputs->stage));
	if (inputs->outcome == OUTCOME_REFUND) {
		snprintf(out->amount, sizeof(out->amount), "%s%" PRId64 ".%03d",
		    inputs->amount < 0 ? "-" : "", amount / 1000, (int)(amount % 1000));
		expect_command_set(out, "amount", out->amount);
	}
}

void expect_command(struct expect_command *out, const char *id, enum action_id action,
    const struct expect_inputs *inputs)
{
	static const char *const file_names[] = { "", "requirement.docx", "sow.docx",
		"acceptance.pdf", "validity.png", "deployment.jpg", "proof.zip", "evidence.eml",
		"letter.pdf", "mail.txt", "notes.md" };
	const char *texts[3];
	size_t n = inputs->text ? expect_texts(action, texts) : 0;

	out->command = (struct command){ .id = id,
		.action = action,
		.values = out->values,
		.files = out->files,
		.key = "k",
		.version = VERSION_ANY };
	if (action == ACTION_APPEAL && inputs->ground != GROUND_NONE)
		expect_command_set(out, "ground", names_word(&ground_names, inputs->ground));
	if (action == ACTION_DECIDE)
		decide_values(out, inputs);
	for (size_t i = 0; i < n; i++)
		expect_command_set(out, texts[i], "因为 as the parties agreed.\nSecond line.");
	for (int kind = 1; kind < FILE_COUNT; kind++) {
		if ((inputs->kinds & (1u << kind)) == 0)
			continue;
		if (out->digests[kind][0] == '\0') {
			memset(out->digests[kind], "0123456789abcdef"[kind], 64);
			out->digests[kind][64] = '\0';
		}
		out->files[out->command.n_files++] =
		    (struct command_file){ .kind = (enum file_kind)kind,
			    .name = file_names[kind],
			    .size = 10 + kind,
			    .digest = out->digests[kind] };
	}
}
