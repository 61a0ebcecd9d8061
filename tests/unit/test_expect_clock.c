/*
 * Twenty simulated years of clocks: hardware that is accepted ten days after its sign-off, goods
 * sent back that count as accepted after fifteen, codes that are activated during a freeze, paid
 * periods over month ends and leap days; appeals and refund requests that overlap; a host that
 * sleeps for days. What happened is held against a small calculator of its own: it knows when the
 * record was frozen and counts the free time. No due move is missed or made twice, and one that is
 * made late counts from when it was due. Time is passed in; nothing here looks at a clock.
 *
 * KOODESK_CLOCKS sets how many supervisions (1,500), KOODESK_SEED the seed.
 */
#include <bsd/stdlib.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rand.h"
#include "expect_catalogue.h"
#include "expect_engine.h"
#include "expect_time.h"

#define FROM INT64_C(1727740800000) /* 2024-10-01: R5 is in force */
#define YEARS 20
#define RETURN_SPAN (15 * WHEN_DAY)
#define EXPIRED_FOR (7 * WHEN_DAY) /* 2.6: still usable, then frozen with its data kept */
#define KEPT_FOR (15 * WHEN_DAY)

/* ---- records ---- */

enum kind { PARCEL, RETURN, CODE, PLAIN, KINDS };

struct thing {
	enum kind kind;
	char id[40];
	int64_t next;	  /* its next event */
	int step;	  /* of what leads up to its clock */
	enum role appeal; /* whose is open */
	bool refund;	  /* a request is open that freezes it */
	struct freezes freezes;
	int64_t since, span;  /* its clock: from then, for so long */
	/* goods that are sent back within a refund: asked for, agreed, on their way, and since when
	 * their own clock runs, which only an appeal stops */
	enum { NO_GOODS, ASKED, AGREED, SENT_BACK } goods;
	int64_t goods_since;
	struct freezes stops;
	bool to_the_ms; /* comes in the very ms in which its move is due, or one beside */
	int64_t period_from;  /* CODE, PLAIN */
	int months, days;     /* the paid period; neither: none */
	int64_t free_again;   /* CODE: when it could move */
	int64_t made_at, due; /* the move by itself: first seen, and when it was due */
	bool over;
};

static struct engine engine;
static bool rehearsal; /* commands are only tried */
static unsigned long n_wrong, n_commands, n_late, n_ticks, n_overlaps, n_clamped, n_fired;
static unsigned long n_to_the_ms, n_too_late, n_both_clocks, n_aged, n_most, n_leap_day;

static void wrong(const struct thing *thing, const char *what, int64_t got, int64_t expected)
{
	char a[WHEN_TEXT], b[WHEN_TEXT];

	when_iso(got, a);
	when_iso(expected, b);
	if (n_wrong++ < 30)
		print_error("%s (kind %d): %s is %" PRId64 " %s, expected %" PRId64 " %s\n",
		    thing->id, (int)thing->kind, what, got, a, expected, b);
}

static void same(const struct thing *thing, const char *what, int64_t got, int64_t expected)
{
	if (got != expected)
		wrong(thing, what, got, expected);
}

static enum status send(
    struct thing *thing, enum role role, enum action_id action, const struct expect_inputs *change)
{
	static struct expect_command built;
	const struct expect_asker asker = { role, EXPECT_OWN };
	struct actor actor = expect_catalogue_actor(&asker);
	struct expect_state state = { .paid = ENGINE_PAID, .flow = FLOW_HARDWARE };
	struct expect_inputs inputs = expect_good_inputs(&state, role, action, engine.now);
	struct receipt receipt;
	struct error err = { 0 };
	char key[32];

	if (change)
		inputs = *change;
	if (thing->kind == PLAIN || thing->kind == CODE)
		inputs.goods = GOODS_NONE;
	memcpy(built.digests, engine.digests, sizeof(built.digests));
	expect_command(&built, thing->id, &state, action, &inputs);
	snprintf(key, sizeof(key), "key-%lu", ++engine.keys);
	built.command.key = key;
	built.command.dry_run = rehearsal;
	n_commands++;
	return market_perform(engine.market, &actor, &built.command, engine.now, &receipt, &err);
}

static bool must_do(
    struct thing *thing, enum role role, enum action_id action, const struct expect_inputs *change)
{
	enum status got = send(thing, role, action, change);

	if (got != STATUS_OK) {
		print_error("%s: %s: %s\n", thing->id, action_get(action)->word, status_word(got));
		n_wrong++;
		thing->over = true;
	}
	return got == STATUS_OK;
}

static const struct supervision *row_of(const struct thing *thing)
{
	const struct supervision *row = engine_row(&engine, &supervision_record, thing->id);

	assert_non_null(row);
	return row;
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
	when_wire(engine.now, when);
	buf_init(&json, 1u << 16);
	buf_printf(&json,
	    "{\"resultCode\":\"MKT.0000\",\"orderInfo\":{\"orderId\":\"CK%06d\",\"orderType\":"
	    "\"NEW\",\"createTime\":\"%s\",\"orderLine\":[{\"orderLineId\":\"%s\",\"chargingMode\":"
	    "\"PERIOD\",\"periodType\":\"%s\",\"periodNumber\":%d,\"productInfo\":[{\"productId\":"
	    "\"%s\"}],\"currency\":\"25200.450\",\"extendParams\":[{\"name\":\"consigneePhone\","
	    "\"value\":\"" EXPECT_CONSIGNEE "\"}]}],\"buyerInfo\":{\"customerId\":\"" EXPECT_BUYER
	    "\"}}}",
	    number, when, thing->id, types[type], periods, products[thing->kind]);
	engine_import(&engine, &json);
	buf_free(&json);
}

/* ---- what leads up to the clock ---- */

static void begin_parcel(struct rng *rng, struct thing *thing)
{
	struct expect_inputs inputs = { .text = true, .at = engine.now };

	switch (thing->step++) {
	case 1:
		must_do(thing, ROLE_SELLER, ACTION_SHIP, NULL);
		break;
	case 2: /* frozen or not */
		if (rng_below(rng, 4) == 0 && must_do(thing, ROLE_BUYER, ACTION_APPEAL, NULL)) {
			thing->appeal = ROLE_BUYER;
			expect_freeze(&thing->freezes, engine.now);
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
			thing->since = engine.now;
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
			expect_freeze(&thing->freezes, engine.now);
		}
		break;
	default:
		if (must_do(thing, ROLE_SELLER, ACTION_ACTIVATE, NULL)) {
			thing->since = thing->period_from = engine.now;
			thing->over = thing->appeal == ROLE_NONE;
			thing->made_at = thing->due = thing->over ? engine.now : 0;
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
			inputs.enabled_at = engine.now - 10 * WHEN_MINUTE;
		thing->period_from = inputs.enabled_at;
		must_do(thing, ROLE_SELLER, ACTION_DELIVER, &inputs);
		return;
	}
	if (must_do(thing, ROLE_BUYER, ACTION_ACCEPT, NULL)) {
		if (thing->period_from == 0)
			thing->period_from = engine.now;
		thing->over = true;
	}
}

static void begin(struct rng *rng, struct thing *thing, int number)
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
	thing->next = engine.now + rng_between(rng, WHEN_HOUR, WHEN_DAY);
}

/* ---- freezes, touches, and what happens by itself ---- */

/* Returned goods have their own clock; the flow's stands still while they are asked for. */
static int64_t due_of(const struct thing *thing)
{
	if (thing->span == 0)
		return 0;
	if (thing->goods == SENT_BACK)
		return expect_free_time(&thing->stops, thing->goods_since, RETURN_SPAN);
	return expect_free_time(&thing->freezes, thing->since, thing->span);
}

static bool is_due(const struct thing *thing)
{
	int64_t due = due_of(thing);

	return due != 0 && due <= engine.now;
}

/* What a stopped clock has left: as much as if it went on just now. */
static int64_t left_of(const struct thing *thing)
{
	struct freezes freezes = thing->freezes;

	expect_thaw(&freezes, engine.now);
	return expect_free_time(&freezes, thing->since, thing->span) - engine.now;
}

static void it_moved(struct thing *thing)
{
	thing->due = due_of(thing);
	thing->made_at = engine.now;
	thing->over = true;
	n_late += thing->due < engine.now;
	n_fired++;
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
		expect_thaw(&thing->stops, engine.now);
	if (!thing->refund)
		expect_thaw(&thing->freezes, engine.now);
	if (thing->kind == CODE && thing->since != 0) {
		thing->made_at = thing->due = engine.now;
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
		expect_freeze(&thing->stops, engine.now);
	if (!thing->refund)
		expect_freeze(&thing->freezes, engine.now);
	n_overlaps += thing->refund;
}

static void ask_back(struct rng *rng, struct thing *thing)
{
	bool received = rng_below(rng, 2) == 0;
	struct expect_inputs inputs = { .text = true,
		.goods = received ? GOODS_RECEIVED : GOODS_NOT_RECEIVED,
		.amount = rng_between(rng, 1, ENGINE_PAID) };
	enum status got = send(thing, ROLE_BUYER, ACTION_REQUEST_REFUND, &inputs);

	/* whether it may come second, after an appeal, is not said */
	if (got != STATUS_OK) {
		if (thing->appeal == ROLE_NONE)
			wrong(thing, "a refund request's answer", got, STATUS_OK);
		return;
	}
	thing->refund = true;
	thing->goods = received ? ASKED : NO_GOODS;
	if (thing->appeal == ROLE_NONE)
		expect_freeze(&thing->freezes, engine.now);
	else
		n_overlaps++;
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
	expect_thaw(&thing->freezes, engine.now);
}

/* The goods' next step; once they are on their way, their own clock runs. */
static void send_goods_on(struct thing *thing)
{
	if (thing->goods == ASKED && must_do(thing, ROLE_SELLER, ACTION_AGREE_REFUND, NULL))
		thing->goods = AGREED;
	else if (thing->goods == AGREED && must_do(thing, ROLE_BUYER, ACTION_SHIP_RETURN, NULL)) {
		thing->goods = SENT_BACK;
		thing->goods_since = engine.now;
		thing->stops.n = 0;
		n_both_clocks++;
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
	enum status got = send(thing, roles[dice % 3], late[dice % 3], NULL);

	same(thing, "the answer to who comes too late", got, STATUS_CONFLICT);
	n_too_late++;
}

/* The next event: hours or days later, in the same ms, or to the ms when the move is due. */
static void plan(struct rng *rng, struct thing *thing)
{
	int64_t due = due_of(thing);
	uint64_t how = rng_below(rng, 16);

	thing->to_the_ms = how < 4 && due > engine.now + 1;
	if (thing->to_the_ms) {
		thing->next = due + (how == 0 ? 1 : how == 1 ? 0 : -1);
		n_to_the_ms++;
	} else
		thing->next = how == 15 ? engine.now
					: engine.now + rng_between(rng, WHEN_HOUR, 9 * WHEN_DAY);
}

/* Somebody does something with a record whose clock runs, or has run out unseen. */
static void touch(struct rng *rng, struct thing *thing)
{
	uint64_t dice = rng_below(rng, 100);

	if (is_due(thing)) {
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

/* The row's own clock against the calculator: running or stopped, never both (F4). */
static void check_clock(struct thing *thing)
{
	const struct supervision *row = row_of(thing);
	bool frozen = thing->appeal != ROLE_NONE || thing->refund;

	if (thing->kind == PARCEL && thing->span > 0 && !thing->over && !is_due(thing)) {
		same(thing, "due_at", row->due_at, frozen ? 0 : due_of(thing));
		same(thing, "remaining", row->remaining, frozen ? left_of(thing) : 0);
	}
	if ((thing->kind == RETURN || thing->goods == SENT_BACK) && thing->span > 0 &&
	    !thing->over && !is_due(thing)) {
		const struct refund *refund = engine_row(&engine, &refund_record, row->refund);

		if (refund)
			same(thing, "the return's due_at", refund->due_at,
			    thing->appeal != ROLE_NONE ? 0 : due_of(thing));
		else
			wrong(thing, "the open refund request", 0, 1);
	}
	arena_free(&engine.arena);
}

/* When the paid period ends; 0: it has not begun, or ends never. */
static int64_t period_end(const struct thing *thing)
{
	int64_t from = thing->kind == PARCEL ? thing->due : thing->period_from;

	if (!thing->over || thing->kind == RETURN || thing->goods == SENT_BACK || from == 0)
		return 0;
	return thing->months ? expect_months_later(from, thing->months)
			     : from + thing->days * WHEN_DAY;
}

/* Services age by time alone, in the row too once the host is awake, however long it slept. */
static void check_service(struct thing *thing)
{
	int64_t end = period_end(thing), now = engine.now;
	const struct order_line *line;
	const struct instance *instance;

	if (end == 0)
		return;
	line = engine_row(&engine, &order_line_record, thing->id);
	instance = line ? engine_row(&engine, &instance_record, line->instance) : NULL;
	assert_non_null(instance);
	same(thing, "the service's state", instance->state,
	    now < end			     ? INSTANCE_ACTIVE
		: now < end + EXPIRED_FOR	     ? INSTANCE_EXPIRED
		: now < end + EXPIRED_FOR + KEPT_FOR ? INSTANCE_FROZEN
						     : INSTANCE_RELEASED);
	n_aged += now >= end;
	arena_free(&engine.arena);
}

/* All at once, or some first and then the others: it is the same in the end. */
static int64_t make_moves(struct rng *rng)
{
	unsigned limit = rng_below(rng, 3) == 0 ? (unsigned)rng_between(rng, 1, 4) : 0;
	int64_t fired = 0, rest = 0;
	struct error err = { 0 };

	assert_int_equal(
	    market_tick(engine.market, engine.now, limit, &fired, &err), STATUS_OK);
	if (limit > 0 && fired > limit) {
		print_error("a tick of at most %u moves made %" PRId64 "\n", limit, fired);
		n_wrong++;
	}
	assert_int_equal(market_tick(engine.market, engine.now, 0, &rest, &err), STATUS_OK);
	if (limit == 0 && rest != 0) {
		print_error("%" PRId64 " moves were made once more\n", rest);
		n_wrong++;
	}
	n_ticks++;
	return fired + rest;
}

static void tick(struct rng *rng, struct thing *things, int64_t count)
{
	int64_t fired, expected = 0, next = 0, first = 0;
	struct error err = { 0 };

	for (int64_t i = 0; i < count; i++)
		expected += !things[i].over && is_due(&things[i]);
	fired = make_moves(rng);
	for (int64_t i = 0; i < count; i++) {
		struct thing *thing = &things[i];
		int64_t due = thing->over ? 0 : due_of(thing);

		if (due != 0 && due <= engine.now)
			it_moved(thing);
		else if (due != 0 && (first == 0 || due < first))
			first = due;
	}
	if (fired != expected) {
		print_error(
		    "a tick made %" PRId64 " moves, %" PRId64 " were due\n", fired, expected);
		n_wrong++;
	}
	n_most = (unsigned long)fired > n_most ? (unsigned long)fired : n_most;
	for (int i = 0; i < 8; i++)
		check_service(&things[rng_below(rng, (uint64_t)count)]);
	/* services expire by themselves too: the next move may be one of theirs */
	assert_int_equal(market_next_due(engine.market, &next, &err), STATUS_OK);
	if (first != 0 && (next == 0 || next > first)) {
		print_error("the next move is said to be due at %" PRId64 ", not at %" PRId64 "\n",
		    next, first);
		n_wrong++;
	}
}

/* ---- the end ---- */

static void check_own_entries(struct thing *thing, const struct supervision *row)
{
	struct query query = { .type = &log_entry_record,
		.parent = thing->id,
		.sort = "seq",
		.limit = QUERY_LIMIT_MAX };
	const struct expect_asker asker = { ROLE_OPERATOR, EXPECT_OWN };
	struct actor actor = expect_actor(&asker);
	struct page *page = NULL;
	struct error err = { 0 };
	int moves = 0;

	assert_int_equal(
	    market_list(engine.market, &actor, &query, engine.now, &page, &err), STATUS_OK);
	for (size_t i = 1; i < page->count; i++) {
		const struct log_entry *entry = page->rows[i];

		if (entry->role != ROLE_SYSTEM)
			continue;
		moves++;
		same(thing, "the move's time in the log", entry->at, thing->made_at);
		if (thing->kind != CODE && thing->due != thing->made_at)
			same(thing, "when the move counts from", entry->effective_at, thing->due);
	}
	same(thing, "number of moves by itself", moves, thing->kind == PLAIN ? 0 : 1);
	same(thing, "log_length", row->log_length, (int64_t)page->count);
	page_drop(page);
}

static void check_end(struct thing *thing)
{
	const struct supervision *row = row_of(thing);
	int64_t from = thing->kind == PARCEL ? thing->due : thing->period_from;
	bool refunded = thing->kind == RETURN || thing->goods == SENT_BACK;
	struct civil a, b;

	same(thing, "it has ended", row->state != SUPERVISION_OPEN, true);
	check_own_entries(thing, row);
	same(thing, "state", row->state, refunded ? SUPERVISION_REFUNDED : SUPERVISION_COMPLETED);
	if (refunded || thing->kind == PARCEL)
		same(thing, "ended_at", row->ended_at, thing->due);
	same(thing, "refunded", row->refunded != 0, refunded);
	if (!refunded) {
		same(thing, "period_start", row->period_start, from);
		same(thing, "period_end", row->period_end, period_end(thing));
		a = when_civil(from, WHEN_PLATFORM_OFFSET);
		b = when_civil(period_end(thing), WHEN_PLATFORM_OFFSET);
		n_clamped += thing->months && a.day != b.day;
		n_leap_day += (a.month == 2 && a.day == 29) || (b.month == 2 && b.day == 29);
	}
	arena_free(&engine.arena);
}

static int64_t setting(const char *name, int64_t otherwise)
{
	const char *text = getenv(name), *why = NULL;
	int64_t value = text && text[0] ? strtonum(text, 0, INT32_MAX, &why) : otherwise;

	if (why)
		fail_msg("%s=%s is %s", name, text, why);
	return value;
}

/* Month ends and leap days are where periods clamp: more begin there than by chance. */
static int64_t random_start(struct rng *rng)
{
	int64_t at = FROM + rng_between(rng, 0, YEARS * 365 * WHEN_DAY);
	struct civil civil = when_civil(at, WHEN_PLATFORM_OFFSET);
	uint64_t how = rng_below(rng, 12);

	if (how >= 5)
		return at;
	if (how == 0) {
		civil.year = 2028 + 4 * (int)rng_below(rng, 4);
		civil.month = 2;
	}
	civil.day = expect_month_days(civil.year, civil.month);
	return when_from_civil(&civil, WHEN_PLATFORM_OFFSET) - rng_between(rng, 0, 20) * WHEN_HOUR;
}

/*
 * The host wakes up now and then; it has slept for minutes, for weeks, or over many moves for most
 * of a year. Where it is not asleep it wakes for the next move.
 */
static int64_t next_wake(struct rng *rng)
{
	int64_t next = 0;
	struct error err = { 0 };

	if (rng_below(rng, 4) == 0 && market_next_due(engine.market, &next, &err) == STATUS_OK &&
	    next > engine.now && next < engine.now + 20 * WHEN_DAY)
		return next;
	if (rng_below(rng, 40) == 0)
		return engine.now + rng_between(rng, 60, 300) * WHEN_DAY;
	return engine.now +
	    (rng_below(rng, 3) ? rng_between(rng, WHEN_MINUTE, 2 * WHEN_DAY)
			       : rng_between(rng, WHEN_DAY, 25 * WHEN_DAY));
}

/* What comes next on some record; NULL: none before `before`. */
static struct thing *earliest(struct thing *things, int64_t count, int64_t before)
{
	struct thing *first = NULL;

	for (int64_t i = 0; i < count; i++)
		if (!things[i].over && things[i].next < before &&
		    (!first || things[i].next < first->next))
			first = &things[i];
	return first;
}

static void test_twenty_years(void **unused)
{
	int64_t count = setting("KOODESK_CLOCKS", 1500), end, wake, over = 0;
	struct thing *things = calloc((size_t)count, sizeof(*things));
	struct rng rng;

	(void)unused;
	assert_non_null(things);
	rng_seed(&rng, (uint64_t)setting("KOODESK_SEED", 1));
	engine_open_at(&engine, FROM - WHEN_DAY);
	for (int64_t i = 0; i < count; i++) {
		things[i].kind = (enum kind)rng_below(&rng, KINDS);
		things[i].next = random_start(&rng);
	}
	end = FROM + (YEARS * 366 + 400) * WHEN_DAY;
	for (wake = FROM; engine.now < end && over < count;) {
		struct thing *thing = earliest(things, count, wake);

		if (!thing) {
			engine.now = wake;
			tick(&rng, things, count);
			wake = next_wake(&rng);
			over = 0;
			for (int64_t i = 0; i < count; i++)
				over += things[i].over;
			continue;
		}
		engine.now = thing->next;
		if (thing->since == 0)
			begin(&rng, thing, (int)(thing - things));
		else
			touch(&rng, thing);
		if (!thing->over && thing->step > 0)
			check_clock(thing);
	}
	for (int64_t i = 0; i < count; i++)
		check_end(&things[i]);
	print_message("clock: %" PRId64 " supervisions over %d years, %lu commands, %lu ticks, %lu "
		      "moves by themselves, %lu of them late, up to %lu in one tick, %lu freezes "
		      "that overlap, %lu clocks within a stopped one, %lu came to the ms and %lu "
		      "too late, %lu periods clamped, %lu on leap days, %lu services seen after "
		      "their end, %lu wrong\n",
	    count, YEARS, n_commands, n_ticks, n_fired, n_late, n_most, n_overlaps, n_both_clocks,
	    n_to_the_ms, n_too_late, n_clamped, n_leap_day, n_aged, n_wrong);
	engine_close(&engine);
	free(things);
	assert_int_equal(over, count);
	assert_int_equal(n_wrong, 0);
	assert_true(n_late > 0 && n_overlaps > 0 && n_clamped > 0 && n_both_clocks > 0 &&
	    n_to_the_ms > 0 && n_too_late > 0 && n_leap_day > 0 && n_aged > 0 && n_most > 1);
}

/*
 * 2.4: a buyer who has sent no requirement within a month of paying has no right to a full refund.
 * To the second, over month ends and leap days; a license has no requirement.
 */
static void test_month_of_paying(void **unused)
{
	static const char *const products[] = { "manual-std-GENERIC", "lic-offline-GENERIC" };
	struct expect_inputs all = { .text = true, .amount = ENGINE_PAID },
			     part = { .text = true, .amount = ENGINE_PAID - 1 };
	struct rng rng;

	(void)unused;
	rng_seed(&rng, 11);
	engine_open_at(&engine, FROM - WHEN_DAY);
	rehearsal = true;
	for (int i = 0; i < 100; i++) {
		struct thing thing = { .kind = PLAIN };
		char order[24], when[WHEN_TEXT];
		struct buf json;
		int64_t limit;
		enum status late;

		engine.now = random_start(&rng) / WHEN_SECOND * WHEN_SECOND;
		limit = expect_months_later(engine.now, 1);
		snprintf(order, sizeof(order), "MP%06d", i);
		snprintf(thing.id, sizeof(thing.id), "%s-000001", order);
		when_wire(engine.now, when);
		buf_init(&json, 1u << 16);
		engine_order_json(&json, order, when, &products[i % 2], 1);
		engine_import(&engine, &json);
		buf_free(&json);
		engine.now = limit - WHEN_SECOND;
		same(&thing, "all within the month",
		    send(&thing, ROLE_BUYER, ACTION_REQUEST_REFUND, &all), STATUS_OK);
		engine.now = limit + WHEN_SECOND;
		late = send(&thing, ROLE_BUYER, ACTION_REQUEST_REFUND, &all);
		same(&thing, "all after the month", late == STATUS_OK, i % 2 == 1);
		same(&thing, "a part after the month",
		    send(&thing, ROLE_BUYER, ACTION_REQUEST_REFUND, &part), STATUS_OK);
	}
	rehearsal = false;
	engine_close(&engine);
	assert_int_equal(n_wrong, 0);
}

/* The calculator's months are those of base/when.h: two ways to count, one calendar. */
static void test_months(void **unused)
{
	struct rng rng;

	(void)unused;
	rng_seed(&rng, 7);
	for (int i = 0; i < 20000; i++) {
		int64_t at = rng_between(&rng, FROM, FROM + YEARS * 366 * WHEN_DAY);
		int months = (int)rng_between(&rng, 1, 60);

		assert_int_equal(expect_months_later(at, months), when_add_months(at, months));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_month_of_paying),
		cmocka_unit_test(test_twenty_years),
	};

	return cmocka_run_group_tests_name("expect_clock", tests, NULL, NULL);
}
