#include "expect_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *step_what(struct step *step)
{
	static const char *const owners[] = { "own", "counterpart's", "foreign" };
	const struct expect_state *s = &step->before;
	const struct expect_inputs *in = step->inputs;

	if (!in)
		return "by itself";
	snprintf(step->what, sizeof(step->what),
	    "node %s, %s, appeal by %s, refund %s, deployment %s%s; %s of %s account: %s [text %d, "
	    "files %#x, ground %s, outcome %s, stage %s, goods %s, amount %" PRId64
	    ", version %d, dry %d]",
	    names_word(&stage_names, s->stage), names_word(&supervision_state_names, s->state),
	    s->filer == ROLE_NONE ? "nobody" : names_word(&role_names, s->filer),
	    names_word(&refund_state_names, s->refund),
	    names_word(&deployment_state_names, s->deployment),
	    step->at.moves != s->moves ? ", moves due" : "",
	    names_word(&role_names, step->asker->role), owners[step->asker->owner],
	    action_get(step->action)->word, in->text, in->kinds,
	    names_word(&ground_names, in->ground), names_word(&outcome_names, in->outcome),
	    names_word(&stage_names, in->stage), names_word(&goods_names, in->goods), in->amount,
	    (int)step->options->version, step->options->dry_run);
	return step->what;
}

static void same_int(struct step *step, const char *what, int64_t got, int64_t expected)
{
	if (got != expected)
		engine_wrong(step->engine, step->subject,
		    "%s: %s is %" PRId64 ", expected %" PRId64, step_what(step), what, got,
		    expected);
}

static void same_text(struct step *step, const char *what, const char *got, const char *expected)
{
	if (strcmp(got, expected) != 0)
		engine_wrong(step->engine, step->subject, "%s: %s is \"%s\", expected \"%s\"",
		    step_what(step), what, got, expected);
}

const char *record_differs(const struct record_type *type, const void *a, const void *b)
{
	if (!a || !b)
		return "all of it";
	for (size_t i = 0; i < type->count; i++) {
		const struct field *field = &type->fields[i];

		if (field->kind == FIELD_TEXT
			? strcmp(record_text(field, a), record_text(field, b)) != 0
			: record_int(field, a) != record_int(field, b))
			return field->member;
	}
	return NULL;
}

static void same_record(
    struct step *step, const struct record_type *type, const void *a, const void *b)
{
	const char *member = record_differs(type, a, b);

	if (member)
		engine_wrong(step->engine, step->subject, "%s: %s of the %s is another now",
		    step_what(step), member, type->name);
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
		    step->engine, step->subject, "%s: there is no appeal %s", step_what(step), id);
		return;
	}
	same_text(step, "appeal.supervision", appeal->supervision, step->subject->id);
	same_int(step, "appeal.state", appeal->state, s->appeal);
	same_int(step, "appeal.outcome", appeal->outcome,
	    s->appeal == APPEAL_DECIDED ? s->outcome : OUTCOME_NONE);
	same_int(step, "appeal.back_to", appeal->back_to,
	    s->outcome == OUTCOME_SEND_BACK ? s->back_to : STAGE_NONE);
	same_int(step, "appeal.refund", appeal->refund,
	    s->outcome == OUTCOME_REFUND ? s->appeal_refund : 0);
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

static int64_t running(const struct expect_clock *clock)
{
	return clock->armed ? clock->due_at : 0;
}

static int64_t stopped(const struct expect_clock *clock)
{
	return clock->armed ? clock->left : 0;
}

static void check_refund(struct step *step, const struct supervision *row)
{
	const struct expect_state *s = &step->subject->state;
	bool open = expect_refund_open(s);
	char id[80];
	const struct refund *refund;

	same_int(step, "refunds", row->refunds, s->refunds);
	snprintf(id, sizeof(id), "%s-R%" PRId64, step->subject->id, s->refunds);
	same_text(step, "refund", row->refund, open ? id : "");
	if (s->refunds == 0)
		return;
	if (open)
		same_int(step, "refund_state", row->refund_state, s->refund);
	refund = engine_row(step->engine, &refund_record, id);
	if (!refund) {
		engine_wrong(step->engine, step->subject, "%s: there is no refund request %s",
		    step_what(step), id);
		return;
	}
	same_text(step, "refund.supervision", refund->supervision, step->subject->id);
	same_int(step, "refund.state", refund->state, s->refund);
	same_int(step, "refund.amount", refund->amount, s->refund_amount);
	same_int(step, "refund.paid", refund->paid, s->paid);
	same_int(step, "refund.goods", refund->goods, s->goods);
	same_int(step, "refund.due_at", refund->due_at, running(&s->return_clock));
	same_int(step, "refund.remaining", refund->remaining, stopped(&s->return_clock));
	same_int(step, "refund is closed", refund->closed_at != 0, !open);
	if (step->action == ACTION_REQUEST_REFUND)
		same_int(step, "refund.requested_at", refund->requested_at, step->engine->now);
}

static void check_deployment(struct step *step, const struct supervision *row)
{
	const struct expect_state *s = &step->subject->state;
	const struct deployment *deployment;
	char id[80];

	same_int(step, "deployments", row->deployments, s->deployments);
	same_int(step, "deployment_state", row->deployment_state, s->deployment);
	if (s->deployments == 0)
		return;
	snprintf(id, sizeof(id), "%s-D%" PRId64, step->subject->id, s->deployments);
	same_text(step, "deployment", row->deployment, id);
	deployment = engine_row(step->engine, &deployment_record, id);
	if (!deployment) {
		engine_wrong(step->engine, step->subject, "%s: there is no deployment %s",
		    step_what(step), id);
		return;
	}
	same_int(step, "deployment.state", deployment->state, s->deployment);
	same_int(step, "deployment.token", deployment->token, s->token);
	same_int(step, "deployment.step", deployment->step, s->step);
	same_int(step, "a failure has a cause", deployment->cause[0] != '\0',
	    s->deployment == DEPLOYMENT_FAILED);
}

static void check_facts(struct step *step, const struct supervision *row)
{
	const struct expect_state *s = &step->subject->state;

	if (s->flow == FLOW_LIC_20) {
		same_int(step, "picked_up_at", row->picked_up_at, s->picked_up);
		same_int(step, "activated_at", row->activated_at, s->activated);
	}
	if (s->flow == FLOW_HARDWARE)
		same_int(step, "signed_at", row->signed_at, s->signed_at);
	if (s->enabled_known)
		same_int(step, "enabled_at", row->enabled_at, s->enabled_at);
	same_int(step, "is rated", row->rated_at != 0, s->rated);
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
		engine_wrong(
		    step->engine, step->subject, "%s: order or line is gone", step_what(step));
		return;
	}
	/* what was delivered beside a line that was refunded: nothing is said of such an order */
	if (step->subject->beside == 0 || s->state != SUPERVISION_REFUNDED)
		same_int(step, "order.state", order->state, expect_order(s));
	same_int(step, "order.paid", order->paid, s->paid + step->subject->beside);
	same_int(step, "order.refunded", order->refunded, s->refunded);
	same_int(step, "line.paid", line->paid, s->paid);
	same_int(step, "line.refunded", line->refunded, s->refunded);
	if (s->state != SUPERVISION_OPEN && step->before.state == SUPERVISION_OPEN)
		same_int(step, "order.ended_at", order->ended_at, s->ended_at);
}

/* Fact 8 of the rules: the paid period starts at the enabling time, blank: at the acceptance. */
static void check_period(struct step *step, const struct supervision *row)
{
	const struct expect_state *s = &step->subject->state;
	int64_t start = s->enabled_at ? s->enabled_at : s->ended_at;

	if (s->state != SUPERVISION_COMPLETED || step->before.state != SUPERVISION_OPEN ||
	    !s->enabled_known)
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
	if (expect_freezes(s) == 0)
		same_int(step, "turn", row->turn, expect_turn(s));
	same_int(step, "version", row->version, subject->version0 + s->moves);
	same_int(step, "freezes", row->freezes, open ? expect_freezes(s) : 0);
	same_int(step, "buyer_rejects", row->buyer_rejects, s->buyer_rejects);
	same_int(step, "seller_rejects", row->seller_rejects, s->seller_rejects);
	same_int(step, "amount", row->amount, s->paid);
	same_int(step, "refunded", row->refunded, s->refunded);
	same_int(step, "log_length", row->log_length, subject->entries0 + s->entries);
	same_int(step, "due_at", row->due_at, running(&s->clock));
	same_int(step, "remaining", row->remaining, stopped(&s->clock));
	if (open)
		same_int(step, "stay_since", row->stay_since, s->stage_since);
	same_int(step, "ended_at", row->ended_at, open ? 0 : ends ? s->ended_at : row->ended_at);
	if (step->action != ACTION_NONE && expect_versioned(step->action))
		same_int(step, "changed_at", row->changed_at, step->engine->now);
}

/* ... and keeps the head of the log. */
static void check_rows(struct step *step)
{
	const struct supervision *row =
	    engine_row(step->engine, &supervision_record, step->subject->id);

	if (!row) {
		engine_wrong(
		    step->engine, step->subject, "%s: the supervision is gone", step_what(step));
		return;
	}
	check_supervision(step, row);
	check_facts(step, row);
	check_period(step, row);
	check_appeal(step, row);
	check_refund(step, row);
	check_deployment(step, row);
	check_order(step);
	snprintf(step->head, sizeof(step->head), "%s", row->log_head);
}

static const struct log_entry *entry_of(struct step *step, int64_t entries)
{
	const struct log_entry *entry;
	char id[80];

	snprintf(
	    id, sizeof(id), "%s#%06" PRId64, step->subject->id, step->subject->entries0 + entries);
	entry = engine_row(step->engine, &log_entry_record, id);
	if (!entry)
		engine_wrong(step->engine, step->subject, "%s: there is no log entry %s",
		    step_what(step), id);
	return entry;
}

/* The entries of the platform's own moves from that state on (F4): logged now, and when it counts.
 */
static void check_own_moves(struct step *step, struct expect_state from)
{
	int64_t now = step->engine->now;
	struct expect_state to = from;

	expect_settle(&to, now);
	for (int64_t n = from.entries + 1; n <= to.entries; n++) {
		const struct log_entry *entry = entry_of(step, n);
		bool late = to.by_itself && n == to.entries && to.ended_at < now;

		if (!entry)
			return;
		same_int(step, "own entry.at", entry->at, now);
		same_int(step, "own entry.role", entry->role, ROLE_SYSTEM);
		same_int(step, "own entry.version", entry->version,
		    step->subject->version0 + from.moves + n - from.entries);
		if (late)
			same_int(step, "own entry.effective_at", entry->effective_at, to.ended_at);
	}
}

static void check_entry(
    struct step *step, const struct receipt *receipt, const struct expect_state *done)
{
	struct subject *subject = step->subject;
	const struct log_entry *entry = entry_of(step, done->entries);

	if (!entry)
		return;
	same_int(step, "entry.at", entry->at, step->engine->now);
	same_text(step, "entry.actor", entry->actor, step->actor.user);
	same_int(step, "entry.role", entry->role, step->asker->role);
	same_text(step, "entry.account", entry->account, step->actor.account);
	same_text(step, "entry.action", entry->action, action_get(step->action)->word);
	same_int(step, "entry.from_stage", entry->from_stage, step->at.stage);
	if (done->state != SUPERVISION_REFUNDED)
		same_int(step, "entry.to_stage", entry->to_stage, done->stage);
	same_int(step, "entry.version", entry->version, subject->version0 + done->moves);
	if (step->at.entries == step->before.entries)
		same_text(step, "entry.prev", entry->prev, subject->head);
	same_text(step, "entry.hash", entry->hash, receipt->hash);
}

/* done: the command alone; settled: with the platform's own moves after it. */
static void check_receipt(struct step *step, const struct receipt *receipt,
    const struct expect_state *done, const struct expect_state *settled)
{
	struct subject *subject = step->subject;
	char appeal[80] = "";

	if (step->action == ACTION_APPEAL || step->action == ACTION_WITHDRAW_APPEAL ||
	    step->action == ACTION_DECIDE)
		snprintf(appeal, sizeof(appeal), "%s-A%" PRId64, subject->id, done->appeals);
	same_text(step, "receipt.id", receipt->id, subject->id);
	if (step->action != ACTION_ADD_EVIDENCE)
		same_text(step, "receipt.appeal", receipt->appeal, appeal);
	same_int(step, "receipt.action", receipt->action, step->action);
	same_int(step, "receipt.from", receipt->from, step->at.stage);
	if (settled->state != SUPERVISION_REFUNDED)
		same_int(step, "receipt.to", receipt->to, settled->stage);
	same_int(step, "receipt.state", receipt->state, settled->state);
	if (expect_freezes(settled) == 0)
		same_int(step, "receipt.turn", receipt->turn, expect_turn(settled));
	same_int(step, "receipt.version", receipt->version, subject->version0 + settled->moves);
	same_int(step, "receipt.seq", receipt->seq, subject->entries0 + done->entries);
	same_int(step, "receipt.at", receipt->at, step->engine->now);
	same_int(step, "receipt.replayed", receipt->replayed, false);
	same_int(step, "receipt.dry_run", receipt->dry_run, step->options->dry_run);
}

static bool stale(const struct step *step)
{
	return expect_versioned(step->action) && step->version != VERSION_ANY &&
	    step->version != step->subject->version0 + step->at.moves;
}

bool step_answer_fits(const struct step *step, enum status got, const char **expected)
{
	const struct expect_state *s = &step->at;
	int64_t now = step->engine->now;
	enum expect_verdict can = expect_possible(s, step->asker, step->action, now);
	enum expect_verdict will =
	    expect_inputs_do(s, step->asker->role, step->action, step->inputs, now);
	bool old = stale(step);

	*expected = "not-found";
	if (expect_exists(s, step->asker) == EXPECT_NO || expect_of_service(step->action))
		return got == STATUS_NOTFOUND;
	*expected = "auth or, where the version is not the one seen, conflict";
	if (expect_role(step->asker->role, step->action) == EXPECT_NO)
		return got == STATUS_AUTH || (old && got == STATUS_CONFLICT);
	if (expect_role(step->asker->role, step->action) == EXPECT_SILENT && got == STATUS_AUTH)
		return true;
	*expected = "conflict";
	if (old || can == EXPECT_NO)
		return got == STATUS_CONFLICT;
	if (can == EXPECT_SILENT && (got == STATUS_AUTH || got == STATUS_CONFLICT))
		return true;
	*expected = will == EXPECT_SILENT ? "ok or invalid" : "invalid";
	/* a lease that was lost, a refund that one is not entitled to: both words will do */
	if (will == EXPECT_NO && got == STATUS_CONFLICT)
		return step->inputs->wrong_token || step->action == ACTION_REQUEST_REFUND;
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

void step_check_rehearsal(struct step *step, const struct receipt *receipt)
{
	struct expect_state done = step->at, settled;

	expect_apply(&done, step->asker->role, step->action, step->inputs, step->engine->now);
	settled = done;
	expect_settle(&settled, step->engine->now);
	check_receipt(step, receipt, &done, &settled);
}

void step_check_accepted(struct step *step, const struct receipt *receipt)
{
	struct subject *subject = step->subject;
	struct expect_state done = step->at;

	expect_apply(&done, step->asker->role, step->action, step->inputs, step->engine->now);
	subject->state = done;
	expect_settle(&subject->state, step->engine->now);
	check_receipt(step, receipt, &done, &subject->state);
	check_rows(step);
	check_own_moves(step, step->before);
	check_entry(step, receipt, &done);
	check_own_moves(step, done);
	snprintf(subject->head, sizeof(subject->head), "%s", step->head);
	if (subject->state.entries == done.entries)
		same_text(step, "log_head", subject->head, receipt->hash);
}

void step_check_moved(struct step *step)
{
	step->subject->state = step->at;
	check_rows(step);
	check_own_moves(step, step->before);
	snprintf(step->subject->head, sizeof(step->subject->head), "%s", step->head);
}
