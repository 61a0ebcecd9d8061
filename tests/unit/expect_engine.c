#include "expect_engine.h"

#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "expect_catalogue.h"
#include "expect_check.h"
#include "expect_owned.h"

#define START INT64_C(1795330000000) /* 2026-11-22 */
#define SHOWN 40		     /* different disagreements */

/* The same disagreement comes about in many situations: each is shown a few times. */
static bool worth_showing(const char *text)
{
	static char seen[SHOWN][120];
	static size_t n, times[SHOWN];
	const char *what = strchr(text, ']');
	size_t i;

	what = what ? what : text;
	for (i = 0; i < n && strncmp(seen[i], what, sizeof(seen[i]) - 1) != 0; i++)
		;
	if (i == SHOWN)
		return false;
	if (i == n)
		strlcpy(seen[n++], what, sizeof(seen[i]));
	return times[i]++ < 2;
}

void engine_wrong(struct engine *engine, struct subject *subject, const char *fmt, ...)
{
	va_list args;
	char text[1500];

	subject->lost = true;
	engine->wrong++;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!worth_showing(text))
		return;
	print_error("%s (%s%s%s): %s\n", subject->id, names_word(&flow_names, subject->state.flow),
	    subject->state.reviewed ? ", reviewed" : "", subject->state.proof ? ", proof" : "",
	    text);
}

int64_t engine_setting(const char *name, int64_t otherwise)
{
	const char *text = getenv(name), *why = NULL;
	int64_t value = text && text[0] ? strtonum(text, 0, INT64_MAX, &why) : otherwise;

	if (why)
		fail_msg("%s=%s is %s", name, text, why);
	return value;
}

static void must(enum status status, const struct error *err, const char *what)
{
	if (status != STATUS_OK || err->status != STATUS_OK)
		fail_msg("%s: %s, field \"%s\": %s (%s)", what, status_word(status), err->field,
		    err->message, err->detail);
}

static void attach_files(struct engine *engine)
{
	struct expect_asker asker = { ROLE_BUYER, EXPECT_OWN };
	struct actor actor = expect_actor(&asker);
	struct error err = { 0 };

	for (int kind = 1; kind < FILE_COUNT; kind++) {
		char text[12 + FILE_COUNT];
		struct bytes_held state = { text,
			(size_t)(10 + kind) }; /* the size that expect_command() says */
		struct byte_source source = bytes_source(&state);
		int64_t size = 0;

		memset(text, 'a' + kind, sizeof(text));
		must(market_attach(engine->market, &actor, &source, engine->now,
			 engine->digests[kind], &size, &err),
		    &err, "attach");
		assert_int_equal(size, 10 + kind);
	}
	/* Everybody has handed them in. */
	must(sql_exec(store_sql(engine->store),
		 "INSERT OR IGNORE INTO uploads SELECT digest, accounts.id, 0 FROM files, accounts",
		 &err),
	    &err, "own");
}

void engine_import(struct engine *engine, const struct buf *json)
{
	struct import_report report;
	struct error err = { 0 };

	must(
	    market_import(engine->market, json->data, json->len, engine->now, false, &report, &err),
	    &err, "import");
}

void engine_open_at(struct engine *engine, int64_t now)
{
	struct market_options options = { .sql = { .create = true, .busy_ms = 1000 } };
	struct error err = { 0 };
	struct buf json;

	memset(engine, 0, sizeof(*engine));
	engine->now = now;
	must(market_open(":memory:", &options, engine->now, &engine->market, &err), &err, "open");
	engine->store = market_store(engine->market);
	buf_init(&json, 1u << 20);
	expect_catalogue(&json);
	engine_import(engine, &json);
	buf_free(&json);
	attach_files(engine);
}

void engine_open(struct engine *engine)
{
	engine_open_at(engine, START);
}

void engine_close(struct engine *engine)
{
	market_close(engine->market);
	arena_free(&engine->arena);
}

void *engine_row(struct engine *engine, const struct record_type *type, const char *id)
{
	void *record = NULL;

	if (store_get(engine->store, type, id, &engine->arena, &record, NULL) != STATUS_OK)
		return NULL;
	return record;
}

void engine_json_head(struct buf *out, const char *order, const char *type, const char *when)
{
	buf_printf(out,
	    "{\"resultCode\":\"MKT.0000\",\"resultMsg\":\"Success\",\"orderInfo\":{"
	    "\"orderId\":\"%s\",\"orderType\":\"%s\",\"createTime\":\"%s\",\"orderLine\":[",
	    order, type, when);
}

void engine_json_line(struct buf *out, const struct engine_line *line, bool first)
{
	buf_printf(out,
	    "%s{\"orderLineId\":\"%s\",\"chargingMode\":\"PERIOD\",\"periodType\":\"%s\","
	    "\"periodNumber\":%d,\"expireTime\":\"%s\","
	    "\"productInfo\":[{\"productId\":\"%s\",\"skuCode\":\"sku\",\"linearValue\":%d,"
	    "\"productName\":\"Product 产品\"}],\"extendParams\":[{"
	    "\"name\":\"consigneePhone\",\"value\":\"" EXPECT_CONSIGNEE "\"}],"
	    "\"currency\":\"%s\",\"currencyAfterDiscount\":\"%s\"}",
	    first ? "" : ",", line->id, line->period, line->number, line->expires, line->product,
	    line->quantity, line->before, line->paid);
}

void engine_json_tail(struct buf *out)
{
	buf_printf(out,
	    "],\"buyerInfo\":{\"mobilePhone\":\"18600000000\",\"email\":null,"
	    "\"customerId\":\"%s\",\"customerName\":\"mock_user_01\","
	    "\"customerRealName\":\"测试用户\",\"customerType\":0,\"userId\":null,"
	    "\"userName\":null},\"extendParams\":[]}}",
	    EXPECT_BUYER);
}

void engine_order_json(
    struct buf *out, const char *order, const char *when, const char *const *products, size_t n)
{
	engine_json_head(out, order, "NEW", when);
	for (size_t i = 0; i < n; i++) {
		char id[48];
		struct engine_line line = { id, products[i], "month", "20271221235959", 1, 1,
			"28000.500", ENGINE_PAID_TEXT };

		snprintf(id, sizeof(id), "%s-%06zu", order, i + 1);
		engine_json_line(out, &line, i == 0);
	}
	engine_json_tail(out);
}

void engine_adopt(struct engine *engine, struct subject *subject, enum flow_id flow, unsigned terms)
{
	const struct supervision *row = engine_row(engine, &supervision_record, subject->id);

	if (!row)
		fail_msg("%s: there is no supervision after the import", subject->id);
	subject->state = expect_start(flow, terms, ENGINE_PAID, row->placed_at);
	subject->version0 = row->version;
	subject->entries0 = row->log_length;
	subject->state.stage_since = row->stay_since;
	snprintf(subject->head, sizeof(subject->head), "%s", row->log_head);
	if (row->flow != (int64_t)flow || row->reviewed != (int64_t)subject->state.reviewed ||
	    (flow == FLOW_LIC_20 && row->proof_required != (int64_t)subject->state.proof) ||
	    row->stage != (int64_t)subject->state.stage || row->state != SUPERVISION_OPEN ||
	    row->turn != (int64_t)expect_turn(&subject->state) || row->freezes != 0 ||
	    row->appeal[0] != '\0' || row->amount != ENGINE_PAID || row->refunded != 0 ||
	    strcmp(row->buyer, EXPECT_BUYER) != 0 || strcmp(row->seller, EXPECT_SELLER) != 0)
		engine_wrong(engine, subject,
		    "the import starts it otherwise: flow %" PRId64 " stage %" PRId64
		    " turn %" PRId64 " reviewed %" PRId64 " proof %" PRId64 " amount %" PRId64,
		    row->flow, row->stage, row->turn, row->reviewed, row->proof_required,
		    row->amount);
	arena_free(&engine->arena);
}

void engine_order(
    struct engine *engine, struct subject *subject, enum flow_id flow, unsigned terms, unsigned how)
{
	const char *when, *product = expect_product(flow, terms, how, &when);
	char now[WHEN_TEXT];
	struct buf json;

	memset(subject, 0, sizeof(*subject));
	snprintf(subject->order, sizeof(subject->order), "CS%07lu", ++engine->orders);
	snprintf(subject->id, sizeof(subject->id), "%s-000001", subject->order);
	engine->now += WHEN_MINUTE;
	when_wire(engine->now, now);
	buf_init(&json, 1u << 20);
	engine_order_json(&json, subject->order, when ? when : now, &product, 1);
	engine_import(engine, &json);
	buf_free(&json);
	engine_adopt(engine, subject, flow, terms);
}

/* R14: the same key with the same content gives the first answer, with other content it is refused;
 * neither changes anything. */
static void check_again(
    struct step *step, struct expect_command *built, const struct receipt *first)
{
	struct engine *engine = step->engine;
	const struct supervision *row = engine_row(engine, &supervision_record, step->subject->id);
	const struct order *order = engine_row(engine, &order_record, step->subject->order);
	struct receipt again = { .version = -7 };
	struct error err = { 0 };
	enum status got;
	const char *texts[4];

	engine->now += WHEN_SECOND;
	got = market_perform(
	    engine->market, &step->actor, &built->command, engine->now, &again, &err);
	if (got != STATUS_OK || !again.replayed || again.at != first->at ||
	    again.version != first->version || again.seq != first->seq ||
	    strcmp(again.hash, first->hash) != 0 || again.to != first->to)
		engine_wrong(engine, step->subject,
		    "%s: the same again gives %s%s, version %" PRId64 ": %s", step_what(step),
		    status_word(got), again.replayed ? ", replayed" : "", again.version,
		    err.message);
	if (expect_texts(step->action, texts) > 0 && step->action != ACTION_RATE) {
		expect_command_set(built, texts[0], "Something else.");
		got = market_perform(
		    engine->market, &step->actor, &built->command, engine->now, &again, &err);
		if (got != STATUS_CONFLICT)
			engine_wrong(engine, step->subject,
			    "%s: the same key for something else gives %s", step_what(step),
			    status_word(got));
	}
	step_check_unchanged(step, row, order);
}

static int64_t version_of(const struct step *step)
{
	int64_t version = step->subject->version0 + step->before.moves;

	switch (step->options->version) {
	case VERSION_RIGHT:
		return version;
	case VERSION_STALE:
		return version > 0 ? version - 1 : version + 5;
	case VERSION_AHEAD:
		return version + 1;
	default:
		return VERSION_ANY;
	}
}

static void build(struct step *step, struct expect_command *built, char key[32])
{
	memcpy(built->digests, step->engine->digests, sizeof(built->digests));
	expect_command(built, step->subject->id, &step->at, step->action, step->inputs);
	snprintf(key, 32, "key-%lu", ++step->engine->keys);
	built->command.key = key;
	built->command.version = step->version = version_of(step);
	built->command.dry_run = step->options->dry_run;
}

/* What was refused, or only tried, changed nothing but for what was due anyway. */
static void check_refused(
    struct step *step, const struct supervision *before, const struct order *order)
{
	const struct supervision *row =
	    engine_row(step->engine, &supervision_record, step->subject->id);

	if (row && row->version != before->version && step->at.moves != step->before.moves)
		step_check_moved(step);
	else
		step_check_unchanged(step, before, order);
}

static void judge(struct step *step, struct expect_command *built, enum status got,
    const struct receipt *receipt, const struct error *err)
{
	struct engine *engine = step->engine;
	const char *expected;

	if (!step_answer_fits(step, got, &expected))
		engine_wrong(engine, step->subject, "%s: expected %s, got %s, field \"%s\": %s",
		    step_what(step), expected, status_word(got), err->field, err->message);
	else if (got != STATUS_OK && err->message[0] == '\0')
		engine_wrong(engine, step->subject, "%s: refused without a word", step_what(step));
	else if (got == STATUS_OK && step->options->dry_run)
		step_check_rehearsal(step, receipt);
	else if (got == STATUS_OK) {
		step_check_accepted(step, receipt);
		if (step->options->again && !step->subject->lost)
			check_again(step, built, receipt);
	}
}

bool engine_step(struct engine *engine, struct subject *subject, const struct expect_asker *asker,
    enum action_id action, const struct expect_inputs *inputs, const struct engine_options *options)
{
	static const struct engine_options plain;
	static struct expect_command built;
	struct step step = { .engine = engine,
		.subject = subject,
		.asker = asker,
		.action = action,
		.inputs = inputs,
		.options = options ? options : &plain,
		.actor = expect_catalogue_actor(asker),
		.before = subject->state,
		.at = subject->state };
	bool watched = !step.options->unwatched;
	const struct supervision *before =
	    watched ? engine_row(engine, &supervision_record, subject->id) : NULL;
	const struct order *order =
	    watched ? engine_row(engine, &order_record, subject->order) : NULL;
	struct receipt receipt = { .version = -7 };
	struct error err = { 0 };
	char key[32];
	enum status got;

	engine->now += WHEN_MINUTE;
	expect_settle(&step.at, engine->now);
	build(&step, &built, key);
	got = market_perform(
	    engine->market, &step.actor, &built.command, engine->now, &receipt, &err);
	judge(&step, &built, got, &receipt, &err);
	if (watched && (got != STATUS_OK || step.options->dry_run))
		check_refused(&step, before, order);
	engine->accepted += got == STATUS_OK;
	engine->dirty += got == STATUS_OK && (err.status != STATUS_OK || err.message[0] != '\0');
	engine->refused += got != STATUS_OK;
	*(got != STATUS_OK	      ? &engine->denied[action]
		: step.options->dry_run ? &engine->tried[action]
					: &engine->done[action]) += 1;
	engine->silent += expect_possible(&step.at, asker, action, engine->now) == EXPECT_SILENT;
	owned_follow(engine, subject);
	arena_free(&engine->arena);
	return got == STATUS_OK && !step.options->dry_run;
}

void engine_tick(struct engine *engine, struct subject *subject)
{
	struct step step = {
		.engine = engine, .subject = subject, .before = subject->state, .at = subject->state
	};
	int moves = expect_settle(&step.at, engine->now);
	int64_t fired = -1;
	struct error err = { 0 };

	must(market_tick(engine->market, engine->now, 0, &fired, &err), &err, "tick");
	if (fired != moves)
		engine_wrong(engine, subject, "%" PRId64 " moves were made by themselves, not %d",
		    fired, moves);
	step_check_moved(&step);
	owned_follow(engine, subject);
	owned_check_states(engine, subject);
	arena_free(&engine->arena);
}

bool engine_act(
    struct engine *engine, struct subject *subject, enum role role, enum action_id action)
{
	struct expect_asker asker = { role, EXPECT_OWN };
	struct expect_inputs inputs =
	    expect_good_inputs(&subject->state, role, action, engine->now);

	return engine_step(engine, subject, &asker, action, &inputs, NULL);
}

/* What goes on without an own forward action: a deployment, an activation. */
static bool forward_by_fact(struct engine *engine, struct subject *subject)
{
	if (subject->state.stage == STAGE_ACTIVATION)
		return engine_act(engine, subject, ROLE_SELLER, ACTION_ACTIVATE);
	if (subject->state.stage != STAGE_DEPLOYMENT)
		return false;
	if (subject->state.deployment != DEPLOYMENT_DEPLOYING)
		engine_act(engine, subject, ROLE_BUYER, ACTION_START_DEPLOYMENT);
	return engine_act(engine, subject, ROLE_BUYER, ACTION_END_DEPLOYMENT);
}

bool engine_forward(struct engine *engine, struct subject *subject)
{
	for (int action = 1; action < ACTION_COUNT; action++)
		if (action != ACTION_REJECT && expect_moves_flow((enum action_id)action) &&
		    expect_offered(&subject->state, (enum action_id)action))
			return engine_act(
			    engine, subject, expect_turn(&subject->state), (enum action_id)action);
	return forward_by_fact(engine, subject);
}

bool engine_decide(struct engine *engine, struct subject *subject, enum outcome outcome,
    enum stage_id stage, int64_t amount)
{
	struct expect_asker asker = { ROLE_OPERATOR, EXPECT_OWN };
	struct expect_inputs inputs = {
		.text = true, .outcome = outcome, .stage = stage, .amount = amount
	};

	return engine_step(engine, subject, &asker, ACTION_DECIDE, &inputs, NULL);
}
