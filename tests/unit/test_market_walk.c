/*
 * Random walks through all flows: whatever is permitted succeeds with well-formed inputs, whatever
 * is not changes nothing, and after each step the row keeps what always holds. KOODESK_WALKS=N and
 * KOODESK_SEED=S choose how many and which.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bsd/stdlib.h>
#include <cmocka.h>

#include "base/rand.h"
#include "base/when.h"
#include "fair_fixture.h"
#include "model/flow.h"

#define STEPS 40
#define WALKS 30

static const char *const products[] = { "manual-std", "manual-site", "saas-offline", "data-file",
	"lic-offline", "lic-10", "lic-10-system", "lic-20", "lic-20-joint", "lic-20-track",
	"lic-package", "hardware", "lic-offline-track" };
static const char *const users[] = { "ann", "sue", "reviewer", "operator" };
static unsigned long done, refused, ended;

struct step {
	const struct supervision *s;
	const struct action *action;
	const char *texts[24];
	size_t n;
};

static const char *money_below(struct fair *b, struct rng *rng, int64_t most)
{
	return arena_printf(&b->arena, "%.3f", (double)rng_between(rng, 1, most) / 1000.0);
}

/* A node that the flow can be sent back to; NULL: none. */
static const char *earlier(struct rng *rng, const struct supervision *s)
{
	const struct flow *flow = flow_get((enum flow_id)s->flow);
	enum stage_id found[STAGE_COUNT];
	size_t n = 0;

	for (size_t i = 0; i < flow->count; i++) {
		if (flow_before(flow->id, flow->stages[i].id, (enum stage_id)s->stage,
			flow_conditions(s)))
			found[n++] = flow->stages[i].id;
	}
	return n == 0 ? NULL : names_word(&stage_names, found[rng_below(rng, n)]);
}

/* Something that may be written there; NULL: nothing. */
static const char *value_of(
    struct fair *b, struct rng *rng, const struct step *step, const struct input *input)
{
	char when[WHEN_TEXT];

	switch (input->kind) {
	case INPUT_TIME:
		when_iso(rng_between(rng, b->now - 3 * WHEN_DAY > step->s->placed_at
			     ? b->now - 3 * WHEN_DAY : step->s->placed_at, b->now), when);
		return arena_strdup(&b->arena, when);
	case INPUT_NUMBER:
		return "1";
	case INPUT_MONEY:
		return money_below(b, rng, step->s->amount);
	case INPUT_CHOICE:
		if (input->names == &stage_names)
			return earlier(rng, step->s);
		if (input->names == &ground_names)
			return "other";
		/* most decisions let the flow go on: a walk that ends early shows little */
		if (input->names == &outcome_names && rng_below(rng, 3) > 0)
			return "resume";
		return names_word(
		    input->names, rng_between(rng, 1, (int64_t)input->names->count - 1));
	default:
		if (strcmp(input->name, "consignee") == 0)
			return rng_below(rng, 3) > 0 ? "13800000001" : "13911111111";
		if (strcmp(input->name, "step") == 0)
			return rng_below(rng, 2) > 0 ? "1" : "2";
		if (strcmp(input->name, "steps") == 0)
			return "4";
		if (strcmp(input->name, "token") == 0 && step->s->deployment[0] != '\0')
			return arena_printf(&b->arena, "%d",
			    (int)((const struct deployment *)fair_row(
				b, &deployment_record, step->s->deployment))->token);
		return "something";
	}
}

/* Fills in what the action asks for; false where there is no right answer. */
static bool fill(struct fair *b, struct rng *rng, struct step *step)
{
	for (size_t i = 0; i < step->action->count; i++) {
		const struct input *input = &step->action->inputs[i];
		const char *equals = strchr(input->when, '='), *value = NULL;
		bool asked = command_asks_of(input, step->s, NULL, 0);

		/* "input=word" looks at what was filled in before. */
		if (equals != NULL && input->when[0] != '@') {
			asked = false;
			for (size_t t = 0; t < step->n; t++)
				asked |= strcmp(step->texts[t], input->when) == 0;
		}
		if (!asked || (!input->required && rng_below(rng, 2) > 0))
			continue;
		if (input->kind == INPUT_FILES) {
			step->texts[step->n++] = arena_printf(&b->arena, "+%s",
			    names_word(&file_kind_names, (int64_t)input->kind_default));
			continue;
		}
		value = value_of(b, rng, step, input);
		if (value == NULL)
			return false;
		step->texts[step->n++] = arena_printf(&b->arena, "%s=%s", input->name, value);
	}
	step->texts[step->n] = NULL;
	return true;
}

static void holds(bool truth, const struct supervision *s, const char *what)
{
	if (!truth)
		fail_msg("%s (%s) at %s: %s", s->id, names_word(&flow_names, s->flow),
		    names_word(&stage_names, s->stage), what);
}

/* What is true of every row at any time. */
static void check(struct fair *b, const char *id)
{
	const struct supervision *s = fair_at(b, id);
	const struct order_line *line = fair_row(b, &order_line_record, id);
	const struct order *order = fair_order_of(b, id);
	int64_t freezes = (s->appeal[0] != '\0') + (s->refund[0] != '\0');

	holds(s->due_at == 0 || s->remaining == 0, s, "a clock that runs and stands");
	holds(s->freezes == (s->state == SUPERVISION_OPEN ? freezes : 0), s, "freezes");
	holds(s->freezes == 0 || s->due_at == 0, s, "a clock that runs while frozen");
	holds(s->freezes > 0 || s->remaining == 0, s, "a clock that stands while free");
	holds(s->refunded == line->refunded && s->refunded == order->refunded, s, "refunds differ");
	holds(s->refunded >= 0 && s->refunded <= line->paid, s, "more refunded than paid");
	if (s->refund[0] != '\0') {
		const struct refund *refund = fair_row(b, &refund_record, s->refund);

		holds(refund->state == s->refund_state, s, "the request's state");
		holds(refund->due_at == 0 || refund->remaining == 0, s, "the return's clock");
		holds(s->appeal[0] == '\0' || refund->due_at == 0, s, "the return's clock runs");
	}
	if (s->state == SUPERVISION_OPEN) {
		const struct stage *stage =
		    flow_stage((enum flow_id)s->flow, (enum stage_id)s->stage);

		holds(flow_has((enum flow_id)s->flow, (enum stage_id)s->stage, flow_conditions(s)),
		    s, "a node that does not exist");
		holds(s->turn == (int64_t)stage->turn, s, "whose turn it is");
		holds(order->state == ORDER_PROCESSING, s, "the order's state");
		return;
	}
	holds(s->turn == ROLE_NONE && s->appeal[0] == '\0' && s->refund[0] == '\0', s, "the end");
	holds(order->state ==
		(s->state == SUPERVISION_COMPLETED ? ORDER_COMPLETED : ORDER_UNSUBSCRIBED),
	    s, "the order's end");
	holds((fair_instance(b, id)->state == INSTANCE_RELEASED) ==
		(s->state == SUPERVISION_REFUNDED),
	    s, "the service");
}

/* Whether a move that is due comes before the command and may forestall it. */
static bool is_due(struct fair *b, const struct supervision *s)
{
	const struct refund *refund;

	if (s->due_at != 0 && s->due_at <= b->now)
		return true;
	if (s->refund[0] == '\0')
		return false;
	refund = fair_row(b, &refund_record, s->refund);
	return refund->due_at != 0 && refund->due_at <= b->now;
}

static enum status perform(struct fair *b, const char *user, const struct step *step)
{
	const char *const *t = step->texts; /* NULL from n on */
	char *end = NULL;

	assert_true(step->n < 12);
	return fair_try(b, user, step->s->id, step->action->id, t[0], t[1], t[2], t[3], t[4], t[5],
	    t[6], t[7], t[8], t[9], t[10], t[11], end);
}

static struct actor actors[4];

/* Mostly something that is permitted; returns who tries it. */
static size_t choose(
    struct fair *b, struct rng *rng, struct step *step, enum deny *deny)
{
	const struct appeal *appeal = NULL;
	size_t who;

	if (step->s->appeal[0] != '\0')
		appeal = fair_row(b, &appeal_record, step->s->appeal);
	do {
		who = rng_below(rng, 4);
		step->action = action_get((enum action_id)rng_between(rng, 1, ACTION_COUNT - 1));
		*deny = permit_action(&actors[who], step->action->id, step->s, appeal);
	} while ((*deny != DENY_NONE && rng_below(rng, 100) > 0) ||
	    (step->action->kind == KIND_NOTE && rng_below(rng, 4) > 0));
	return who;
}

static void one_step(struct fair *b, struct rng *rng, const char *id)
{
	struct step step = { .s = fair_at(b, id) };
	const struct supervision *before = step.s, *after;
	enum status status;
	enum deny deny;
	const char *user = users[choose(b, rng, &step, &deny)];

	if (!fill(b, rng, &step))
		return;
	status = perform(b, user, &step);
	after = fair_at(b, id);
	if (status == STATUS_OK) {
		done++;
		holds(deny == DENY_NONE || is_due(b, before), before, step.action->word);
		holds(after->version >= before->version, after, "the version");
		return;
	}
	refused++;
	/* Clocks, leases and the month of a full refund are not the permission's. */
	if (deny == DENY_NONE && !is_due(b, before) &&
	    step.action->id != ACTION_TAKE_OVER_DEPLOYMENT &&
	    step.action->id != ACTION_REQUEST_REFUND)
		fail_msg("%s by %s at %s: %s: %s", step.action->word, user,
		    names_word(&stage_names, before->stage), b->err.field, b->err.message);
	holds(status == STATUS_CONFLICT || status == STATUS_AUTH || status == STATUS_NOTFOUND ||
		status == STATUS_INVALID,
	    before, b->err.message);
	holds(after->version == before->version && after->log_length == before->log_length, after,
	    "a refusal that changed something");
}

static void walk(uint64_t seed)
{
	struct fair b;
	struct rng rng;
	const char *id;
	int64_t fired;

	rng_seed(&rng, seed);
	fair_open(&b);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(
		    market_actor(b.market, users[i], &b.arena, &actors[i], &b.err), STATUS_OK);
	id = fair_order(&b, products[rng_below(&rng, sizeof products / sizeof products[0])]);
	for (int i = 0; i < STEPS * 2 && fair_at(&b, id)->log_length < STEPS; i++) {
		if (rng_below(&rng, 12) == 0)
			b.now += rng_between(&rng, 1, 4 * WHEN_DAY);
		else
			b.now += rng_between(&rng, 1, WHEN_MINUTE);
		if (rng_below(&rng, 4) == 0)
			assert_int_equal(
			    market_tick(b.market, b.now, 0, &fired, &b.err), STATUS_OK);
		one_step(&b, &rng, id);
		check(&b, id);
	}
	ended += fair_at(&b, id)->state != SUPERVISION_OPEN;
	fair_log(&b, id);
	fair_close(&b);
}

static int64_t number(const char *name, int64_t otherwise)
{
	const char *text = getenv(name), *wrong = NULL;
	int64_t value = text == NULL ? otherwise : strtonum(text, 0, INT32_MAX, &wrong);

	return wrong == NULL ? value : otherwise;
}

static void test_walks(void **state)
{
	int64_t walks = number("KOODESK_WALKS", WALKS), seed = number("KOODESK_SEED", 1);

	(void)state;
	for (int64_t i = 0; i < walks; i++)
		walk((uint64_t)(seed + i));
	print_message("walks: %lu commands done, %lu refused, %lu of %lld walks ended\n", done,
	    refused, ended, (long long)walks);
	assert_true(done > (unsigned long)walks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
