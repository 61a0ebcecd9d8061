#include "expect_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void step_describe(struct step *step)
{
	static const char *const owners[] = { "own", "counterpart's", "foreign" };
	const struct expect_state *s = &step->before;

	snprintf(step->what, sizeof(step->what),
	    "node %s, %s, appeal by %s; %s of %s account: %s [text %d, files %#x, "
	    "ground %s, outcome %s, stage %s, amount %" PRId64 ", version %d, dry %d]",
	    names_word(&stage_names, s->stage), names_word(&supervision_state_names, s->state),
	    s->filer == ROLE_NONE ? "nobody" : names_word(&role_names, s->filer),
	    names_word(&role_names, step->asker->role), owners[step->asker->owner],
	    action_get(step->action)->word, step->inputs->text, step->inputs->kinds,
	    names_word(&ground_names, step->inputs->ground),
	    names_word(&outcome_names, step->inputs->outcome),
	    names_word(&stage_names, step->inputs->stage), step->inputs->amount,
	    (int)step->options->version, step->options->dry_run);
}

static void same_int(struct step *step, const char *what, int64_t got, int64_t expected)
{
	if (got != expected)
		engine_wrong(step->engine, step->subject,
		    "%s: %s is %" PRId64 ", expected %" PRId64, step->what, what, got, expected);
}

static void same_text(struct step *step, const char *what, const char *got, const char *expected)
{
	if (strcmp(got, expected) != 0)
		engine_wrong(step->engine, step->subject, "%s: %s is \"%s\", expected \"%s\"",
		    step->what, what, got, expected);
}

static void same_record(
    struct step *step, const struct record_type *type, const void *a, const void *b)
{
	if (!a || !b) {
		engine_wrong(
		    step->engine, step->subject, "%s: the %s is gone", step->what, type->name);
		return;
	}
	for (size_t i = 0; i < type->count; i++) {
		const struct field *field = &type->fields[i];

		if (field->kind == FIELD_TEXT)
			same_text(
			    step, field->member, record_text(field, a), record_text(field, b));
		else
			same_int(step, field->member, record_int(field, a), record_int(field, b));
	}
}

/* 3 working days from the filing, in platform time (R1, F5): counted here by hand. */
static int64_t working_days_later(int64_t at, int days)
{
	const int64_t day = INT64_C(86400000), east = INT64_C(8) * 3600000;
	int64_t local = at + east;

	/* 1970-01-01 was a Thursday: day 4 of a week that begins with Sunday 0 */
#define WEEKEND(t) (((t) / day + 4) % 7 == 0 || ((t) / day + 4) % 7 == 6)
	while (WEEKEND(local))
		local = local / day * day + day;
	while (days > 0) {
		local += day;
		if (!WEEKEND(local))
			days--;
	}
#undef WEEKEND
	return local - east;
}

static void check_appeal(struct step *step, const struct supervision *row)
{
	const struct expect_state *s = &step->subject->state;
	char id[80];
	const struct appeal *appeal;

	same_int(step, "appeals", row->appeals, s->appeals);
	if (s->appeals == 0) {
		same_text(step, "appeal", row->appeal, "");
		return;
	}
	snprintf(id, sizeof(id), "%s-A%" PRId64, step->subject->id, s->appeals);
	same_text(step, "appeal", row->appeal, s->filer == ROLE_NONE ? "" : id);
	appeal = engine_row(step->engine, &appeal_record, id);
	if (!appeal) {
		engine_wrong(
		    step->engine, step->subject, "%s: there is no appeal %s", step->what, id);
		return;
	}
	same_text(step, "appeal.supervision", appeal->supervision, step->subject->id);
	same_int(step, "appeal.state", appeal->state, s->appeal);
	same_int(step, "appeal.outcome", appeal->outcome,
	    s->appeal == APPEAL_DECIDED ? s->outcome : OUTCOME_NONE);
	same_int(step, "appeal.back_to", appeal->back_to,
	    s->outcome == OUTCOME_SEND_BACK ? s->back_to : STAGE_NONE);
	same_int(
	    step, "appeal.refund", appeal->refund, s->outcome == OUTCOME_REFUND ? s->refunded : 0);
	if (step->action == ACTION_APPEAL) {
		int64_t due = working_days_later(step->engine->now, 3);

		same_int(step, "appeal.party", appeal->party, step->asker->role);
		same_int(step, "appeal.ground", appeal->ground, step->inputs->ground);
		same_int(step, "appeal.stage", appeal->stage, s->stage);
		same_int(step, "appeal.filed_at", appeal->filed_at, step->engine->now);
		same_int(step, "appeal.due_at", appeal->due_at, due);
		same_int(step, "appeal_due", row->appeal_due, due);
	}
	if (step->action == ACTION_DECIDE || step->action == ACTION_WITHDRAW_APPEAL)
		same_int(step, "appeal.closed_at", appeal->closed_at, step->engine->now);
}

static void check_order(struct step *step)
{
	const struct expect_state *s = &step->subject->state;
	const struct order *order = engine_row(step->engine, &order_record, step->subject->order);
	const struct order_line *line =
	    engine_row(step->engine, &order_line_record, step->subject->id);

	if (step->subject->shared)
		return;
	if (!order || !line) {
		engine_wrong(step->engine, step->subject, "%s: order or line is gone", step->what);
		return;
	}
	same_int(step, "order.state", order->state, expect_order(s));
	same_int(step, "order.paid", order->paid, s->paid);
	same_int(step, "order.refunded", order->refunded, s->refunded);
	same_int(step, "line.paid", line->paid, s->paid);
	same_int(step, "line.refunded", line->refunded, s->refunded);
	if (s->state != SUPERVISION_OPEN && step->before.state == SUPERVISION_OPEN)
		same_int(step, "order.ended_at", order->ended_at, step->engine->now);
}

/* Fact 8 of the rules: the paid period starts at the enabling time, blank: at the acceptance. */
static void check_period(struct step *step, const struct supervision *row)
{
	struct subject *subject = step->subject;
	int64_t start = subject->enabled_at ? subject->enabled_at : step->engine->now;

	if (step->action == ACTION_DELIVER && step->options->enabled_at)
		same_int(step, "enabled_at", row->enabled_at, step->options->enabled_at);
	if (subject->state.state != SUPERVISION_COMPLETED ||
	    step->before.state != SUPERVISION_OPEN || !subject->enabled_known)
		return;
	same_int(step, "period_start", row->period_start, start);
	same_int(step, "period_end", row->period_end, when_add_months(start, 1));
}

static void check_supervision(struct step *step, const struct supervision *row)
{
	struct subject *subject = step->subject;
	const struct expect_state *s = &subject->state;
	bool open = s->state == SUPERVISION_OPEN,
	     ends = !open && step->before.state == SUPERVISION_OPEN;

	same_int(step, "state", row->state, s->state);
	if (s->state != SUPERVISION_REFUNDED) /* where a refunded one stands is not said */
		same_int(step, "stage", row->stage, s->stage);
	if (s->filer == ROLE_NONE || row->turn != ROLE_OPERATOR)
		same_int(step, "turn", row->turn, expect_turn(s));
	same_int(step, "version", row->version, subject->version0 + s->moves);
	same_int(step, "freezes", row->freezes, expect_freezes(s));
	same_int(step, "buyer_rejects", row->buyer_rejects, s->buyer_rejects);
	same_int(step, "seller_rejects", row->seller_rejects, s->seller_rejects);
	same_int(step, "amount", row->amount, s->paid);
	same_int(step, "refunded", row->refunded, s->refunded);
	same_int(step, "log_length", row->log_length, subject->entries0 + s->entries);
	same_int(step, "due_at", row->due_at, 0);
	same_int(step, "remaining", row->remaining, 0);
	if (open) {
		if (s->stage != step->before.stage)
			subject->stay_since = step->engine->now;
		same_int(step, "stay_since", row->stay_since, subject->stay_since);
		same_int(step, "ended_at", row->ended_at, 0);
	}
	if (ends)
		same_int(step, "ended_at", row->ended_at, step->engine->now);
	if (expect_versioned(step->action))
		same_int(step, "changed_at", row->changed_at, step->engine->now);
}

static void check_entry(struct step *step, const struct receipt *receipt)
{
	struct subject *subject = step->subject;
	const struct expect_state *s = &subject->state;
	const struct log_entry *entry;
	char id[80];

	snprintf(id, sizeof(id), "%s#%06" PRId64, subject->id, subject->entries0 + s->entries);
	entry = engine_row(step->engine, &log_entry_record, id);
	if (!entry) {
		engine_wrong(step->engine, subject, "%s: there is no log entry %s", step->what, id);
		return;
	}
	same_int(step, "entry.at", entry->at, step->engine->now);
	same_text(step, "entry.actor", entry->actor, step->actor.user);
	same_int(step, "entry.role", entry->role, step->asker->role);
	same_text(step, "entry.account", entry->account, step->actor.account);
	same_text(step, "entry.action", entry->action, action_get(step->action)->word);
	same_int(step, "entry.from_stage", entry->from_stage, step->before.stage);
	if (s->state != SUPERVISION_REFUNDED)
		same_int(step, "entry.to_stage", entry->to_stage, s->stage);
	same_int(step, "entry.version", entry->version, subject->version0 + s->moves);
	same_text(step, "entry.prev", entry->prev, subject->head);
	same_text(step, "entry.hash", entry->hash, receipt->hash);
}

void step_check_receipt(
    struct step *step, const struct receipt *receipt, const struct expect_state *s)
{
	struct subject *subject = step->subject;
	char appeal[80] = "";

	if (step->action == ACTION_APPEAL || step->action == ACTION_WITHDRAW_APPEAL ||
	    step->action == ACTION_DECIDE)
		snprintf(appeal, sizeof(appeal), "%s-A%" PRId64, subject->id, s->appeals);
	same_text(step, "receipt.id", receipt->id, subject->id);
	same_text(step, "receipt.appeal", receipt->appeal, appeal);
	same_int(step, "receipt.action", receipt->action, step->action);
	same_int(step, "receipt.from", receipt->from, step->before.stage);
	if (s->state != SUPERVISION_REFUNDED)
		same_int(step, "receipt.to", receipt->to, s->stage);
	same_int(step, "receipt.state", receipt->state, s->state);
	if (s->filer == ROLE_NONE || receipt->turn != ROLE_OPERATOR)
		same_int(step, "receipt.turn", receipt->turn, expect_turn(s));
	same_int(step, "receipt.version", receipt->version, subject->version0 + s->moves);
	same_int(step, "receipt.seq", receipt->seq, subject->entries0 + s->entries);
	same_int(step, "receipt.at", receipt->at, step->engine->now);
	same_int(step, "receipt.replayed", receipt->replayed, false);
	same_int(step, "receipt.dry_run", receipt->dry_run, step->options->dry_run);
}

bool step_answer_fits(const struct step *step, enum status got, const char **expected)
{
	const struct expect_state *s = &step->before;
	enum expect_verdict can = expect_possible(s, step->asker, step->action);
	enum expect_verdict will =
	    expect_inputs_do(s, step->asker->role, step->action, step->inputs);
	enum engine_version version = step->options->version;
	bool stale = expect_versioned(step->action) &&
	    (version == VERSION_STALE || version == VERSION_AHEAD);

	*expected = "not-found";
	if (expect_exists(s, step->asker) == EXPECT_NO)
		return got == STATUS_NOTFOUND;
	*expected = "auth or, where the version is not the one seen, conflict";
	if (expect_role(step->asker->role, step->action) == EXPECT_NO)
		return got == STATUS_AUTH || (stale && got == STATUS_CONFLICT);
	*expected = "conflict";
	if (stale || can == EXPECT_NO)
		return got == STATUS_CONFLICT;
	if (can == EXPECT_SILENT && (got == STATUS_AUTH || got == STATUS_CONFLICT))
		return true;
	*expected = will == EXPECT_SILENT ? "ok or invalid" : "invalid";
	if (will == EXPECT_NO || (will == EXPECT_SILENT && got == STATUS_INVALID))
		return got == STATUS_INVALID;
	*expected = "ok";
	return got == STATUS_OK;
}

void step_check_unchanged(
    struct step *step, const struct supervision *before, const struct order *order)
{
	same_record(step, &supervision_record,
	    engine_row(step->engine, &supervision_record, step->subject->id), before);
	same_record(step, &order_record,
	    engine_row(step->engine, &order_record, step->subject->order), order);
}

void step_check_accepted(struct step *step, const struct receipt *receipt)
{
	struct subject *subject = step->subject;
	const struct supervision *row;

	expect_apply(&subject->state, step->asker->role, step->action, step->inputs);
	if (step->action == ACTION_DELIVER) {
		subject->enabled_known = step->options->enabled_at || !subject->enabled_at;
		subject->enabled_at = step->options->enabled_at;
	}
	if (step->before.moves == 0)
		subject->enabled_known = true;
	step_check_receipt(step, receipt, &subject->state);
	row = engine_row(step->engine, &supervision_record, subject->id);
	if (!row) {
		engine_wrong(step->engine, subject, "%s: the supervision is gone", step->what);
		return;
	}
	check_supervision(step, row);
	check_period(step, row);
	check_appeal(step, row);
	check_order(step);
	check_entry(step, receipt);
	same_text(step, "log_head", row->log_head, receipt->hash);
	snprintf(subject->head, sizeof(subject->head), "%s", receipt->hash);
}
