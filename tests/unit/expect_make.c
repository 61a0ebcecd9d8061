#include "expect_make.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void no_texts(const struct record_type *type, void *record)
{
	memset(record, 0, type->size);
	for (size_t i = 0; i < type->count; i++)
		if (type->fields[i].kind == FIELD_TEXT)
			*(const char **)((char *)record + type->fields[i].offset) = "";
}

static void facts(struct supervision *s, const struct expect_state *state)
{
	s->picked_up_at = state->picked_up;
	s->activated_at = state->activated;
	s->deployed_at = state->deployed;
	s->signed_at = state->signed_at;
	s->consignee = EXPECT_CONSIGNEE;
	if (state->signed_at != 0)
		s->parcel_consignee = state->other_number ? "13900000009" : EXPECT_CONSIGNEE;
	s->refunds = state->refunds;
	if (expect_refund_open(state)) {
		s->refund = EXPECT_ID "-R1";
		s->refund_state = state->refund;
	}
	s->deployments = state->deployments;
	if (state->deployments > 0)
		s->deployment = EXPECT_ID "-D1";
	s->deployment_state = state->deployment;
	s->rated_at = state->rated ? state->ended_at + 1 : 0;
	s->enabled_at = state->enabled_at;
}

struct supervision expect_supervision(const struct expect_state *state)
{
	struct supervision s;

	no_texts(&supervision_record, &s);
	s.id = EXPECT_ID;
	s.order_id = "O1";
	s.buyer = EXPECT_BUYER;
	s.seller = EXPECT_SELLER;
	s.flow = state->flow;
	s.stage = state->stage;
	s.state = state->state;
	s.turn = expect_turn(state);
	s.reviewed = state->reviewed;
	s.proof_required = state->proof;
	s.identifier_kind = state->flow == FLOW_LIC_10 ? IDENTIFIER_HARDWARE : IDENTIFIER_NONE;
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
	s.placed_at = s.started_at = state->placed_at;
	s.stay_since = state->stage_since;
	facts(&s, state);
	return s;
}

struct appeal expect_appeal(const struct expect_state *state)
{
	struct appeal a;

	no_texts(&appeal_record, &a);
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
	const uint32_t other = 1u << FILE_OTHER, proof = 1u << FILE_PROOF;
	const uint32_t talk = 1u << FILE_EVIDENCE | 1u << FILE_COMMUNICATION | other;
	const uint32_t shots = proof | 1u << FILE_VALIDITY | 1u << FILE_DEPLOYMENT | other;
	uint32_t kinds = 0;

	switch (action) {
	case ACTION_SUBMIT_REQUIREMENT:
		return 1u << FILE_REQUIREMENT | other;
	case ACTION_DELIVER:
		return 1u << FILE_SOW | 1u << FILE_REQUIREMENT | 1u << FILE_ACCEPTANCE | shots;
	case ACTION_UPLOAD_PROOF:
		return 1u << FILE_ACCEPTANCE | shots;
	case ACTION_SUBMIT_DRAFT:
	case ACTION_SHIP:
	case ACTION_SIGN_OFF:
	case ACTION_SHIP_RETURN:
		return proof | other;
	case ACTION_REJECT:
	case ACTION_COMMENT:
	case ACTION_REQUEST_REFUND:
	case ACTION_AGREE_REFUND:
	case ACTION_REJECT_REFUND:
		return talk;
	case ACTION_REJECT_RETURN:
		return talk | proof;
	case ACTION_ADD_EVIDENCE:
		return talk | proof | 1u << FILE_COMMITMENT;
	case ACTION_DECIDE:
		return 1u << FILE_COMMUNICATION | other;
	case ACTION_APPEAL:
		for (int kind = 1; kind < FILE_COUNT; kind++)
			kinds |= 1u << kind;
		return kinds;
	default:
		return 0;
	}
}

static const struct {
	enum action_id action;
	const char *names[4];
} texts_of[] = {
	{ ACTION_SUBMIT_REQUIREMENT, { "requirement" } },
	{ ACTION_SUBMIT_IDENTIFIER, { "identifier" } },
	{ ACTION_SUBMIT_DRAFT, { "draft" } },
	{ ACTION_DELIVER, { "result" } },
	{ ACTION_UPLOAD_PROOF, { "result" } },
	{ ACTION_SHIP, { "carrier", "tracking" } },
	{ ACTION_SIGN_OFF, { "carrier", "tracking", "consignee", "signed_at" } },
	{ ACTION_START_DEPLOYMENT, { "flavour", "network", "group" } },
	{ ACTION_REPORT_DEPLOYMENT, { "token", "step" } },
	{ ACTION_END_DEPLOYMENT, { "token" } },
	{ ACTION_RATE, { "quality", "service", "speed" } },
	{ ACTION_COMMENT, { "text" } },
	{ ACTION_ADD_EVIDENCE, { "text" } },
	{ ACTION_APPEAL, { "reason", "claim" } },
	{ ACTION_REJECT, { "reason" } },
	{ ACTION_DECIDE, { "reason" } },
	{ ACTION_REQUEST_REFUND, { "reason" } },
	{ ACTION_AGREE_REFUND, { "opinion" } },
	{ ACTION_REJECT_REFUND, { "opinion" } },
	{ ACTION_REJECT_RETURN, { "opinion" } },
	{ ACTION_SHIP_RETURN, { "carrier", "tracking" } },
};

size_t expect_texts(enum action_id action, const char *out[4])
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(texts_of) / sizeof(texts_of[0]); i++)
		for (size_t k = 0; k < 4 && texts_of[i].action == action; k++)
			if (texts_of[i].names[k])
				out[n++] = texts_of[i].names[k];
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

static void set_amount(struct expect_command *out, int64_t money)
{
	int64_t amount = money < 0 ? -money : money;

	snprintf(out->amount, sizeof(out->amount), "%s%" PRId64 ".%03d", money < 0 ? "-" : "",
	    amount / 1000, (int)(amount % 1000));
	expect_command_set(out, "amount", out->amount);
}

static void set_decision(struct expect_command *out, const struct expect_inputs *inputs)
{
	if (inputs->outcome != OUTCOME_NONE)
		expect_command_set(out, "outcome", names_word(&outcome_names, inputs->outcome));
	if (inputs->outcome == OUTCOME_SEND_BACK && inputs->stage != STAGE_NONE)
		expect_command_set(out, "stage", names_word(&stage_names, inputs->stage));
	if (inputs->outcome == OUTCOME_REFUND)
		set_amount(out, inputs->amount);
}

/* What is neither a text nor a file. */
static void set_values(struct expect_command *out, const struct expect_state *state,
    enum action_id action, const struct expect_inputs *inputs)
{
	if (action == ACTION_APPEAL && inputs->ground != GROUND_NONE)
		expect_command_set(out, "ground", names_word(&ground_names, inputs->ground));
	if (action == ACTION_DECIDE)
		set_decision(out, inputs);
	if (action == ACTION_REQUEST_REFUND) {
		set_amount(out, inputs->amount);
		if (inputs->goods != GOODS_NONE)
			expect_command_set(out, "goods", names_word(&goods_names, inputs->goods));
	}
	if (action == ACTION_END_DEPLOYMENT && inputs->result != RESULT_NONE) {
		expect_command_set(
		    out, "result", names_word(&deployment_result_names, inputs->result));
		if (inputs->result == RESULT_FAILED)
			expect_command_set(out, "cause", "Sold out.");
	}
	if (action == ACTION_DELIVER && inputs->enabled_at != 0) {
		when_iso(inputs->enabled_at, out->enabled);
		expect_command_set(out, "enabled_at", out->enabled);
	}
	snprintf(out->number, sizeof(out->number), "%" PRId64,
	    state->token + (inputs->wrong_token ? 1 : 0));
	snprintf(out->step, sizeof(out->step), "%" PRId64, state->step + 1);
	when_iso(inputs->at, out->at);
}

static const char *text_of(
    const struct expect_command *command, const char *name, const struct expect_inputs *inputs)
{
	if (strcmp(name, "token") == 0)
		return command->number;
	if (strcmp(name, "step") == 0)
		return command->step;
	if (strcmp(name, "signed_at") == 0)
		return command->at;
	if (strcmp(name, "consignee") == 0)
		return inputs->other_number ? "13900000009" : EXPECT_CONSIGNEE;
	if (strcmp(name, "quality") == 0 || strcmp(name, "service") == 0 ||
	    strcmp(name, "speed") == 0)
		return "4";
	for (size_t i = 0; i < command->command.n_values; i++)
		if (strcmp(command->values[i].name, name) == 0)
			return command->values[i].value;
	switch (command->command.action) {
	case ACTION_SUBMIT_IDENTIFIER:
	case ACTION_SHIP:
	case ACTION_SHIP_RETURN:
	case ACTION_SIGN_OFF:
	case ACTION_START_DEPLOYMENT:
		return "one-line 77";
	default:
		return "因为 as the parties agreed.\nSecond line.";
	}
}

void expect_command(struct expect_command *out, const char *id, const struct expect_state *state,
    enum action_id action, const struct expect_inputs *inputs)
{
	static const char *const file_names[] = { "", "requirement.docx", "sow.docx",
		"acceptance.pdf", "validity.png", "deployment.jpg", "proof.zip", "evidence.eml",
		"letter.pdf", "mail.txt", "notes.md" };
	const char *texts[4];
	size_t n = inputs->text ? expect_texts(action, texts) : 0;

	out->command = (struct command){ .id = id,
		.action = action,
		.values = out->values,
		.files = out->files,
		.key = "k",
		.version = VERSION_ANY };
	set_values(out, state, action, inputs);
	for (size_t i = 0; i < n; i++)
		expect_command_set(out, texts[i], text_of(out, texts[i], inputs));
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
