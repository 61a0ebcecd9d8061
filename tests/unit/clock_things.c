#include "clock_things.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "expect_catalogue.h"

#define RETURN_SPAN (15 * WHEN_DAY)

struct engine clock_engine;
bool clock_rehearsal;
struct clock_counts clock_counts;

void thing_wrong(const struct thing *thing, const char *what, int64_t got, int64_t expected)
{
	char a[WHEN_TEXT], b[WHEN_TEXT];

	when_iso(got, a);
	when_iso(expected, b);
	if (clock_counts.wrong++ < 30)
		print_error("%s (kind %d): %s is %" PRId64 " %s, expected %" PRId64 " %s\n",
		    thing->id, (int)thing->kind, what, got, a, expected, b);
}

void thing_same(const struct thing *thing, const char *what, int64_t got, int64_t expected)
{
	if (got != expected)
		thing_wrong(thing, what, got, expected);
}

enum status thing_send(
    struct thing *thing, enum role role, enum action_id action, const struct expect_inputs *change)
{
	static struct expect_command built;
	const struct expect_asker asker = { role, EXPECT_OWN };
	struct actor actor = expect_catalogue_actor(&asker);
	struct expect_state state = { .paid = ENGINE_PAID, .flow = FLOW_HARDWARE };
	struct expect_inputs inputs = expect_good_inputs(&state, role, action, clock_engine.now);
	struct receipt receipt;
	struct error err = { 0 };
	char key[32];

	if (change)
		inputs = *change;
	if (thing->kind == PLAIN || thing->kind == CODE)
		inputs.goods = GOODS_NONE;
	memcpy(built.digests, clock_engine.digests, sizeof(built.digests));
	expect_command(&built, thing->id, &state, action, &inputs);
	snprintf(key, sizeof(key), "key-%lu", ++clock_engine.keys);
	built.command.key = key;
	built.command.dry_run = clock_rehearsal;
	clock_counts.commands++;
	return market_perform(clock_engine.market, &actor, &built.command, clock_engine.now,
	    &receipt, &err);
}

static bool must_do(
    struct thing *thing, enum role role, enum action_id action, const struct expect_inputs *change)
{
	enum status got = thing_send(thing, role, action, change);

	if (got != STATUS_OK) {
		print_error("%s: %s: %s\n", thing->id, action_get(action)->word, status_word(got));
		clock_counts.wrong++;
		thing->over = true;
	}
	return got == STATUS_OK;
}

static void order(struct rng *rng, struct thing *thing, int number)
{
	static const char *const products[] = { [PARCEL] = "hardware-GENERIC",
		[RETURN] = "hardware-SELF",
		[CODE] = "lic-20-GENERIC",
		[PLAIN] = "lic-offline-GENERIC" };
	static const char *const types[] = { "day", "month", "year" };
	int type = (int)rng_below(rng, 3), periods = (int)rng_between(rng, 1, type == 0 ? 400 : 40);
	char when[WHEN_TEXT];
	struct buf json;

	thing->days = type == 0 ? periods : 0;
	thing->months = type == 1 ? periods : type == 2 ? 12 * periods : 0;
	snprintf(thing->id, sizeof(thing->id), "CK%06d-000001", number);
	when_wire(clock_engine.now, when);
	buf_init(&json, 1u << 16);
	buf_printf(&json,
	    "{\"resultCode\":\"MKT.0000\",\"orderInfo\":{\"orderId\":\"CK%06d\",\"orderType\":"
	    "\"NEW\",\"createTime\":\"%s\",\"orderLine\":[{\"orderLineId\":\"%s\",\"chargingMode\":"
	    "\"PERIOD\",\"periodType\":\"%s\",\"periodNumber\":%d,\"productInfo\":[{\"productId\":"
	    "\"%s\"}],\"currency\":\"25200.450\",\"extendParams\":[{\"name\":\"consigneePhone\","
	    "\"value\":\"" EXPECT_CONSIGNEE "\"}]}],\"buyerInfo\":{\"customerId\":\"" EXPECT_BUYER
	    "\"}}}",
	    number, when, thing->id, types[type], periods, products[thing->kind]);
	engine_import(&clock_engine, &json);
	buf_free(&json);
}

/* ---- what leads up to the clock ---- */

static void begin_parcel(struct rng *rng, struct thing *thing)
{
	struct expect_inputs inputs = { .text = true, .at = clock_engine.now };

	switch (thing->step++) {
	case 1:
		must_do(thing, ROLE_SELLER, ACTION_SHIP, NULL);
		break;
	case 2: /* frozen or not */
		if (rng_below(rng, 4) == 0 && must_do(thing, ROLE_BUYER, ACTION_APPEAL, NULL)) {
			thing->appeal = ROLE_BUYER;
			expect_freeze(&thing->freezes, clock_engine.now);
		}
		break;
	default: /* told some hours later, where it was not frozen since */
		if (thing->appeal == ROLE_NONE && rng_below(rng, 3) == 0)
			inputs.at -= rng_between(rng, 1, 50) * WHEN_MINUTE;
		if (must_do(thing, ROLE_SELLER, ACTION_SIGN_OFF, &inputs)) {
			thing->since = inputs.at;
			thing->span = 10 * WHEN_DAY;
		}
		break;
	}
}

static void begin_return(struct rng *rng, struct thing *thing)
{
	struct expect_inputs inputs = {
		.text = true, .goods = GOODS_RECEIVED, .amount = rng_between(rng, 1, ENGINE_PAID)
	};

	switch (thing->step++) {
	case 1:
		must_do(thing, ROLE_SELLER, ACTION_SHIP, NULL);
		break;
	case 2:
		must_do(thing, ROLE_BUYER, ACTION_REQUEST_REFUND, &inputs);
		break;
	case 3:
		must_do(thing, ROLE_SELLER, ACTION_AGREE_REFUND, NULL);
		break;
	default:
		if (must_do(thing, ROLE_BUYER, ACTION_SHIP_RETURN, NULL)) {
			thing->since = clock_engine.now;
			thing->span = 15 * WHEN_DAY;
		}
		break;
	}
}

/* An activation during a freeze, or not: closing waits for the thaw, the period does not. */
static void begin_code(struct rng *rng, struct thing *thing)
{
	switch (thing->step++) {
	case 1:
		must_do(thing, ROLE_SELLER, ACTION_DELIVER, NULL);
		break;
	case 2:
		must_do(thing, ROLE_BUYER, ACTION_PICK_UP, NULL);
		break;
	case 3:
		if (rng_below(rng, 2) == 0 && must_do(thing, ROLE_SELLER, ACTION_APPEAL, NULL)) {
			thing->appeal = ROLE_SELLER;
			expect_freeze(&thing->freezes, clock_engine.now);
		}
		break;
	default:
		if (must_do(thing, ROLE_SELLER, ACTION_ACTIVATE, NULL)) {
			thing->since = thing->period_from = clock_engine.now;
			thing->over = thing->appeal == ROLE_NONE;
			thing->made_at = thing->due = thing->over ? clock_engine.now : 0;
		}
		break;
	}
}

/* The enabling time may lie at any time since the order: the period begins there. */
static void begin_plain(struct rng *rng, struct thing *thing)
{
	struct expect_inputs inputs = { .text = true,
		.kinds = 1u << FILE_SOW | 1u << FILE_ACCEPTANCE };

	if (thing->step++ == 1) {
		if (rng_below(rng, 2) == 0)
			inputs.enabled_at = clock_engine.now - 10 * WHEN_MINUTE;
		thing->period_from = inputs.enabled_at;
		must_do(thing, ROLE_SELLER, ACTION_DELIVER, &inputs);
		return;
	}
	if (must_do(thing, ROLE_BUYER, ACTION_ACCEPT, NULL)) {
		if (thing->period_from == 0)
			thing->period_from = clock_engine.now;
		thing->over = true;
	}
}

void thing_begin(struct rng *rng, struct thing *thing, int number)
{
	if (thing->step == 0) {
		order(rng, thing, number);
		thing->step++;
	} else if (thing->kind == PARCEL)
		begin_parcel(rng, thing);
	else if (thing->kind == RETURN)
		begin_return(rng, thing);
	else if (thing->kind == CODE)
		begin_code(rng, thing);
	else
		begin_plain(rng, thing);
	thing->next = clock_engine.now + rng_between(rng, WHEN_HOUR, WHEN_DAY);
}

/* ---- freezes, touches, and what happens by itself ---- */

/* Returned goods have their own clock; the flow's stands still while they are asked for. */
int64_t thing_due(const struct thing *thing)
{
	if (thing->span == 0)
		return 0;
	if (thing->goods == SENT_BACK)
		return expect_free_time(&thing->stops, thing->goods_since, RETURN_SPAN);
	return expect_free_time(&thing->freezes, thing->since, thing->span);
}

bool thing_is_due(const struct thing *thing)
{
	int64_t due = thing_due(thing);

	return due != 0 && due <= clock_engine.now;
}

int64_t thing_left(const struct thing *thing)
{
	struct freezes freezes = thing->freezes;

	expect_thaw(&freezes, clock_engine.now);
	return expect_free_time(&freezes, thing->since, thing->span) - clock_engine.now;
}

void thing_moved(struct thing *thing)
{
	thing->due = thing_due(thing);
	thing->made_at = clock_engine.now;
	thing->over = true;
	clock_counts.late += thing->due < clock_engine.now;
	clock_counts.fired++;
}

static void end_appeal(struct rng *rng, struct thing *thing)
{
	const struct expect_inputs resume = { .text = true, .outcome = OUTCOME_RESUME };
	bool done = rng_below(rng, 2) ? must_do(thing, thing->appeal, ACTION_WITHDRAW_APPEAL, NULL)
				      : must_do(thing, ROLE_OPERATOR, ACTION_DECIDE, &resume);

	if (!done)
		return;
	thing->appeal = ROLE_NONE;
	if (thing->goods == SENT_BACK)
		expect_thaw(&thing->stops, clock_engine.now);
	if (!thing->refund)
		expect_thaw(&thing->freezes, clock_engine.now);
	if (thing->kind == CODE && thing->since != 0) {
		thing->made_at = thing->due = clock_engine.now;
		thing->over = true;
	}
}

static void file_appeal(struct rng *rng, struct thing *thing)
{
	enum role party = rng_below(rng, 2) ? ROLE_BUYER : ROLE_SELLER;

	if (!must_do(thing, party, ACTION_APPEAL, NULL))
		return;
	thing->appeal = party;
	if (thing->goods == SENT_BACK)
		expect_freeze(&thing->stops, clock_engine.now);
	if (!thing->refund)
		expect_freeze(&thing->freezes, clock_engine.now);
	clock_counts.overlaps += thing->refund;
}

static void ask_back(struct rng *rng, struct thing *thing)
{
	bool received = rng_below(rng, 2) == 0;
	struct expect_inputs inputs = { .text = true,
		.goods = received ? GOODS_RECEIVED : GOODS_NOT_RECEIVED,
		.amount = rng_between(rng, 1, ENGINE_PAID) };
	enum status got = thing_send(thing, ROLE_BUYER, ACTION_REQUEST_REFUND, &inputs);

	/* whether it may come second, after an appeal, is not said */
	if (got != STATUS_OK) {
		if (thing->appeal == ROLE_NONE)
			thing_wrong(thing, "a refund request's answer", got, STATUS_OK);
		return;
	}
	thing->refund = true;
	thing->goods = received ? ASKED : NO_GOODS;
	if (thing->appeal == ROLE_NONE)
		expect_freeze(&thing->freezes, clock_engine.now);
	else
		clock_counts.overlaps++;
}

/* The refund comes to nothing, by whoever can end it at this step, and the flow goes on. */
static void answer_no(struct rng *rng, struct thing *thing)
{
	bool seller = thing->goods == SENT_BACK || (thing->goods != AGREED && rng_below(rng, 2));

	if (!must_do(thing, seller ? ROLE_SELLER : ROLE_BUYER,
		!seller			   ? ACTION_WITHDRAW_REFUND
		    : thing->goods == SENT_BACK ? ACTION_REJECT_RETURN
						: ACTION_REJECT_REFUND,
		NULL))
		return;
	thing->refund = false;
	thing->goods = NO_GOODS;
	expect_thaw(&thing->freezes, clock_engine.now);
}

/* The goods' next step; once they are on their way, their own clock runs. */
static void send_goods_on(struct thing *thing)
{
	if (thing->goods == ASKED && must_do(thing, ROLE_SELLER, ACTION_AGREE_REFUND, NULL))
		thing->goods = AGREED;
	else if (thing->goods == AGREED && must_do(thing, ROLE_BUYER, ACTION_SHIP_RETURN, NULL)) {
		thing->goods = SENT_BACK;
		thing->goods_since = clock_engine.now;
		thing->stops.n = 0;
		clock_counts.both_clocks++;
	}
}

static void touch_refund(struct rng *rng, struct thing *thing, uint64_t dice)
{
	bool full = thing->freezes.n > FREEZES_MAX - 4 || thing->stops.n > FREEZES_MAX - 4;

	if (thing->to_the_ms && thing->goods == SENT_BACK && !full)
		file_appeal(rng, thing);
	else if (dice < 15 || full)
		answer_no(rng, thing);
	else if (dice < 55 && (thing->goods == ASKED || thing->goods == AGREED))
		send_goods_on(thing);
	else if (dice < 65 && thing->goods != SENT_BACK)
		answer_no(rng, thing);
	else if (dice < 80)
		file_appeal(rng, thing);
}

/* What the parties want when the time has run out comes too late, whatever it is. */
static void come_too_late(struct thing *thing, uint64_t dice)
{
	bool goods = thing->kind == RETURN || thing->goods == SENT_BACK;
	const enum action_id late[] = { goods ? ACTION_REJECT_RETURN : ACTION_REJECT, ACTION_APPEAL,
		goods ? ACTION_ACCEPT_RETURN : ACTION_ACCEPT };
	const enum role roles[] = { goods ? ROLE_SELLER : ROLE_BUYER, ROLE_BUYER,
		goods ? ROLE_SELLER : ROLE_BUYER };
	enum status got = thing_send(thing, roles[dice % 3], late[dice % 3], NULL);

	thing_same(thing, "the answer to who comes too late", got, STATUS_CONFLICT);
	clock_counts.too_late++;
}

/* The next event: hours or days later, in the same ms, or to the ms when the move is due. */
static void plan(struct rng *rng, struct thing *thing)
{
	int64_t due = thing_due(thing);
	uint64_t how = rng_below(rng, 16);

	thing->to_the_ms = how < 4 && due > clock_engine.now + 1;
	if (thing->to_the_ms) {
		thing->next = due + (how == 0 ? 1 : how == 1 ? 0 : -1);
		clock_counts.to_the_ms++;
	} else
		thing->next = clock_engine.now +
		    (how == 15 ? 0 : rng_between(rng, WHEN_HOUR, 9 * WHEN_DAY));
}

void thing_touch(struct rng *rng, struct thing *thing)
{
	uint64_t dice = rng_below(rng, 100);

	if (thing_is_due(thing)) {
		if (dice >= 50 || thing->to_the_ms)
			come_too_late(thing, dice);
	} else if (thing->appeal != ROLE_NONE) {
		if (dice < 20 && !thing->refund && thing->kind == PARCEL)
			ask_back(rng, thing);
		else if (dice < 75)
			end_appeal(rng, thing);
	} else if (thing->refund) {
		touch_refund(rng, thing, dice);
	} else if (thing->kind != CODE && thing->freezes.n < FREEZES_MAX - 4) {
		if (dice < 30 || (thing->to_the_ms && dice < 60))
			file_appeal(rng, thing);
		else if (dice < 55 || thing->to_the_ms)
			thing->kind == PARCEL ? ask_back(rng, thing) : file_appeal(rng, thing);
		else if (dice < 70)
			must_do(thing, ROLE_BUYER, ACTION_COMMENT, NULL);
	}
	plan(rng, thing);
}
