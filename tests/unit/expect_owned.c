#include "expect_owned.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "expect_catalogue.h"
#include "expect_check.h"

struct owned_step {
	struct engine *engine;
	struct subject *subject;
	struct service *service;
	const struct expect_asker *asker;
	enum action_id action;
	const struct owned_inputs *inputs;
	const struct engine_options *options;
	struct actor actor;
	const struct instance *before; /* the row; NULL: it is not watched */
	int64_t lines;		       /* about it, before */
	int64_t version;	       /* that was sent along */
	char periods[24], key[32];
};

static void same(const struct owned_step *step, const char *what, int64_t got, int64_t expected)
{
	if (got != expected)
		owned_wrong(step->engine, step->subject, step->service,
		    action_get(step->action)->word, what, got, expected);
}

static void same_text(
    const struct owned_step *step, const char *what, const char *got, const char *expected)
{
	if (strcmp(got, expected) != 0)
		engine_wrong(step->engine, step->subject,
		    "[%s] the %s service, %s: %s is \"%s\", expected \"%s\"", step->service->id,
		    owned_word(step->subject, step->service),
		    action_get(step->action)->word, what, got, expected);
}

/* R6, F6: an order of one line, completed and paid, without a supervision. */
static void check_order(const struct owned_step *step, const char *id,
    const struct expect_purchase *bought)
{
	const struct order *order = engine_row(step->engine, &order_record, id);
	const struct order_line *line;
	char line_id[96];

	snprintf(line_id, sizeof(line_id), "%s-000001", id);
	line = engine_row(step->engine, &order_line_record, line_id);
	same(step, "there is an order and its line", order && line, true);
	if (!order || !line)
		return;
	same_text(step, "order.type", order->type,
	    step->action == ACTION_RENEW ? "RENEW" : "TRIAL_TO_FORMAL");
	same(step, "order.state", order->state, ORDER_COMPLETED);
	same_text(step, "order.buyer", order->buyer, EXPECT_BUYER);
	same_text(step, "order.seller", order->seller, EXPECT_SELLER);
	same_text(step, "order.currency", order->currency, "CNY");
	same(step, "order.paid", order->paid, bought->amount);
	same(step, "order.amount", order->amount, bought->amount);
	same(step, "order.refunded", order->refunded, 0);
	same(step, "order.placed_at", order->placed_at, step->engine->now);
	same(step, "order.ended_at", order->ended_at, step->engine->now);
	same(step, "line.paid", line->paid, bought->amount);
	same(step, "line.refunded", line->refunded, 0);
	same(step, "line.period_number", line->period_number, bought->number);
	same(step, "line.expires_at", line->expires_at, bought->to);
	same_text(step, "line.period_type", line->period_type, step->service->is.period);
	same_text(step, "line.instance", line->instance, step->service->id);
	same(step, "a supervision of the order",
	    engine_row(step->engine, &supervision_record, line_id) != NULL, false);
}

static void check_entry(const struct owned_step *step, const struct receipt *receipt)
{
	const struct expect_service *is = &step->service->is;
	const struct log_entry *entry;
	char id[80];

	snprintf(id, sizeof(id), "%s#%06" PRId64, step->service->id, is->entries);
	entry = engine_row(step->engine, &log_entry_record, id);
	same(step, "there is an entry", entry != NULL, true);
	if (!entry)
		return;
	same(step, "entry.at", entry->at, step->engine->now);
	same_text(step, "entry.actor", entry->actor, step->actor.user);
	same_text(step, "entry.account", entry->account, step->actor.account);
	same_text(step, "entry.action", entry->action, action_get(step->action)->word);
	same(step, "entry.version", entry->version, step->service->version0 + is->moves);
	same_text(step, "entry.prev", entry->prev, step->service->head);
	same_text(step, "entry.hash", entry->hash, receipt->hash);
	same(step, "the entry names the order",
	    step->action == ACTION_RATE || strstr(entry->inputs, receipt->record) != NULL, true);
}

static void check_receipt(const struct owned_step *step, const struct receipt *receipt,
    const struct expect_service *done)
{
	same_text(step, "receipt.id", receipt->id, step->service->id);
	same(step, "receipt.owned", receipt->owned, true);
	same(step, "receipt.action", receipt->action, step->action);
	same(step, "receipt.version", receipt->version, step->service->version0 + done->moves);
	same(step, "receipt.seq", receipt->seq, done->entries);
	same(step, "receipt.at", receipt->at, step->engine->now);
	same(step, "receipt.replayed", receipt->replayed, false);
	same(step, "receipt.dry_run", receipt->dry_run, step->options->dry_run);
}

static void check_accepted(struct owned_step *step, const struct receipt *receipt)
{
	struct expect_service *is = &step->service->is;
	struct expect_purchase bought =
	    expect_purchase(is, step->inputs->periods, step->engine->now);

	step->engine->bought_late +=
	    step->action == ACTION_RENEW && is->expires_at <= step->engine->now;
	expect_service_apply(is, step->action, step->inputs->periods, step->engine->now);
	check_receipt(step, receipt, is);
	check_entry(step, receipt);
	snprintf(step->service->head, sizeof(step->service->head), "%s", receipt->hash);
	owned_check_row(step->engine, step->subject, step->service, action_get(step->action)->word,
	    true);
	if (step->action != ACTION_RATE)
		check_order(step, receipt->record, &bought);
	else
		same_text(step, "the rating", receipt->record, step->service->line);
}

static bool is_stale(const struct owned_step *step)
{
	return step->action != ACTION_RATE && step->version != VERSION_ANY &&
	    step->version != step->service->version0 + step->service->is.moves;
}

/* What the asker must be told; may: the other answer where the rules do not say. */
static enum status expected(const struct owned_step *step, enum status *may)
{
	const struct expect_service *is = &step->service->is;
	enum expect_verdict can =
	    expect_service_possible(is, step->asker, step->action, step->engine->now);
	bool of_service = expect_of_service(step->action) || step->action == ACTION_RATE;

	*may = STATUS_OK;
	if (!of_service || expect_service_exists(is, step->asker) == EXPECT_NO)
		return *may = STATUS_NOTFOUND;
	*may = is_stale(step) ? STATUS_CONFLICT : STATUS_AUTH;
	if (expect_role(step->asker->role, step->action) == EXPECT_NO)
		return STATUS_AUTH;
	*may = STATUS_CONFLICT;
	if (is_stale(step) || can == EXPECT_NO)
		return STATUS_CONFLICT;
	*may = can == EXPECT_SILENT ? STATUS_CONFLICT : STATUS_OK;
	if (step->action == ACTION_RATE ? !step->inputs->scores
					: !expect_periods_do(is, step->inputs->periods,
					      step->engine->now)) {
		*may = can == EXPECT_SILENT ? STATUS_CONFLICT : STATUS_INVALID;
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

static void build(struct owned_step *step, struct expect_command *built)
{
	const struct expect_inputs inputs = { .text = step->inputs->scores };
	int64_t version = step->service->version0 + step->service->is.moves;

	expect_command(built, step->service->id, &step->subject->state, step->action, &inputs);
	if (step->inputs->periods != 0 && expect_of_service(step->action)) {
		snprintf(step->periods, sizeof(step->periods), "%" PRId64,
		    step->inputs->periods < 0 ? 0 : step->inputs->periods);
		expect_command_set(built, "periods", step->periods);
	}
	snprintf(step->key, sizeof(step->key), "key-%lu", ++step->engine->keys);
	step->version = step->options->version == VERSION_RIGHT ? version
	    : step->options->version == VERSION_STALE		? version - 1
	    : step->options->version == VERSION_AHEAD		? version + 1
								: VERSION_ANY;
	if (step->version < 0) /* nothing is older than the first */
		step->version = version + 1;
	built->command.key = step->key;
	built->command.version = step->version;
	built->command.dry_run = step->options->dry_run;
}

/* Row and orders are as they were. */
static void check_unchanged(struct owned_step *step, const char *doing)
{
	const char *member = record_differs(&instance_record, step->before,
	    engine_row(step->engine, &instance_record, step->service->id));

	if (member)
		engine_wrong(step->engine, step->subject, "the %s service, %s %s: %s has changed",
		    owned_word(step->subject, step->service),
		    action_get(step->action)->word, doing, member);
	same(step, "lines about it", owned_lines_of(step->engine, step->service), step->lines);
}

/* R14, as with supervisions. */
static void check_again(
    struct owned_step *step, struct expect_command *built, const struct receipt *first)
{
	struct engine *engine = step->engine;
	struct receipt again = { .version = -7 };
	struct error err = { 0 };
	enum status got;

	step->before = engine_row(engine, &instance_record, step->service->id);
	step->lines = owned_lines_of(engine, step->service);
	engine->now += WHEN_SECOND;
	got = market_perform(
	    engine->market, &step->actor, &built->command, engine->now, &again, &err);
	same(step, "the answer to the same again", got, STATUS_OK);
	same(step, "replayed", again.replayed, true);
	same_text(step, "the order of the same again", again.record, first->record);
	same_text(step, "the hash of the same again", again.hash, first->hash);
	if (expect_of_service(step->action)) {
		expect_command_set(built, "periods",
		    step->inputs->periods == 7 ? "8" : "7");
		got = market_perform(
		    engine->market, &step->actor, &built->command, engine->now, &again, &err);
		same(step, "the answer to the same key for something else", got, STATUS_CONFLICT);
	}
	check_unchanged(step, "again");
}

static void judge(struct owned_step *step, struct expect_command *built, enum status got,
    const struct receipt *receipt, const struct error *err)
{
	enum status may, must = expected(step, &may);
	struct expect_service done = step->service->is;

	if (got != must && got != may) {
		engine_wrong(step->engine, step->subject,
		    "the %s service: %s by %s [state %s, trial %d, periods %" PRId64
		    "]: expected %s, got %s: %s",
		    owned_word(step->subject, step->service),
		    action_get(step->action)->word, names_word(&role_names, step->asker->role),
		    names_word(&instance_state_names,
			expect_service_state(&done, step->engine->now)),
		    done.trial, step->inputs->periods, status_word(must), status_word(got),
		    err->message);
	} else if (got == STATUS_OK && step->options->dry_run) {
		expect_service_apply(&done, step->action, step->inputs->periods, step->engine->now);
		check_receipt(step, receipt, &done);
	} else if (got == STATUS_OK) {
		check_accepted(step, receipt);
		if (step->options->again && !step->subject->lost)
			check_again(step, built, receipt);
		return;
	}
	check_unchanged(step, "refused or tried");
}

bool owned_step(struct engine *engine, struct subject *subject, size_t which,
    const struct expect_asker *asker, enum action_id action, const struct owned_inputs *inputs,
    const struct engine_options *options)
{
	static struct expect_command built;
	struct service *service = &subject->services[which];
	struct owned_step step = { .engine = engine,
		.subject = subject,
		.service = service,
		.asker = asker,
		.action = action,
		.inputs = inputs,
		.options = options,
		.actor = expect_catalogue_actor(asker),
		.before = engine_row(engine, &instance_record, service->id),
		.lines = owned_lines_of(engine, service) };
	struct receipt receipt = { .version = -7 };
	struct error err = { 0 };
	enum status got;

	engine->now += WHEN_MINUTE;
	build(&step, &built);
	got = market_perform(
	    engine->market, &step.actor, &built.command, engine->now, &receipt, &err);
	judge(&step, &built, got, &receipt, &err);
	*(got != STATUS_OK	    ? &engine->denied[action]
		: options->dry_run ? &engine->tried[action]
				   : &engine->done[action]) += 1;
	engine->accepted += got == STATUS_OK;
	engine->refused += got != STATUS_OK;
	engine->rated += got == STATUS_OK && !options->dry_run && action == ACTION_RATE;
	arena_free(&engine->arena);
	return got == STATUS_OK && !options->dry_run;
}
