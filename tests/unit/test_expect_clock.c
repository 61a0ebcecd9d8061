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

#define FROM INT64_C(1727740800000) /* 2024-10-01: R5 is in force */
#define YEARS 20
#define FREEZES_MAX 16

/* ---- the calculator ---- */

/* Days since 1970-01-01 by counting, year after year and month after month. */
static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && leap(year) ? 29 : days[month - 1];
}

static int64_t months_later(int64_t at, int months)
{
	const int64_t day_ms = 24 * 3600 * INT64_C(1000), east = 8 * 3600 * INT64_C(1000);
	int64_t days = (at + east) / day_ms, rest = (at + east) % day_ms;
	int year = 1970, month = 1, day;

	for (; days >= month_days(year, month); month = month % 12 + 1) {
		days -= month_days(year, month);
		year += month == 12;
	}
	day = (int)days;
	for (int i = 0; i < months; i++) {
		year += month == 12;
		month = month % 12 + 1;
	}
	if (day >= month_days(year, month))
		day = month_days(year, month) - 1;
	days = day;
	while (month > 1)
		days += month_days(year, --month);
	while (year > 1970)
		days += leap(--year) ? 366 : 365;
	return days * day_ms + rest - east;
}

struct freezes {
	int64_t from[FREEZES_MAX], to[FREEZES_MAX]; /* to 0: still frozen */
	int n;
};

/* When `span` of free time has passed since `at`; 0: it never does as things stand. */
static int64_t free_time(const struct freezes *freezes, int64_t at, int64_t span)
{
	for (int i = 0; i < freezes->n; i++) {
		int64_t from = freezes->from[i], to = freezes->to[i];

		if (to != 0 && to <= at)
			continue;
		if (from >= at + span)
			break;
		if (to == 0)
			return 0;
		if (from > at)
			span -= from - at;
		at = to;
	}
	return at + span;
}

static void freeze(struct freezes *freezes, int64_t at)
{
	assert_true(freezes->n < FREEZES_MAX);
	freezes->from[freezes->n] = at;
	freezes->to[freezes->n++] = 0;
}

static void thaw(struct freezes *freezes, int64_t at)
{
	freezes->to[freezes->n - 1] = at;
}

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
	int64_t period_from;  /* CODE, PLAIN */
	int months, days;     /* the paid period; neither: none */
	int64_t free_again;   /* CODE: when it could move */
	int64_t made_at, due; /* the move by itself: first seen, and when it was due */
	bool over;
};

static struct engine engine;
static bool rehearsal; /* commands are only tried */
static unsigned long n_wrong, n_commands, n_late, n_ticks, n_overlaps, n_clamped, n_fired;

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
			freeze(&thing->freezes, engine.now);
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
			freeze(&thing->freezes, engine.now);
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

static int64_t due_of(const struct thing *thing)
{
	return thing->span > 0 ? free_time(&thing->freezes, thing->since, thing->span) : 0;
}

static bool is_due(const struct thing *thing)
{
	int64_t due = due_of(thing);

	return due != 0 && due <= engine.now;
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
	if (!thing->refund)
		thaw(&thing->freezes, engine.now);
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
	if (!thing->refund)
		freeze(&thing->freezes, engine.now);
	n_overlaps += thing->refund;
}

static void ask_back(struct rng *rng, struct thing *thing)
{
	struct expect_inputs inputs = { .text = true,
		.goods = GOODS_NOT_RECEIVED,
		.amount = rng_between(rng, 1, ENGINE_PAID) };
	enum status got = send(thing, ROLE_BUYER, ACTION_REQUEST_REFUND, &inputs);

	/* whether it may come second, after an appeal, is not said */
	if (got != STATUS_OK) {
		if (thing->appeal == ROLE_NONE)
			wrong(thing, "a refund request's answer", got, STATUS_OK);
		return;
	}
	thing->refund = true;
	if (thing->appeal == ROLE_NONE)
		freeze(&thing->freezes, engine.now);
	else
		n_overlaps++;
}

static void answer_no(struct thing *thing)
{
	if (!must_do(thing, ROLE_SELLER, ACTION_REJECT_REFUND, NULL))
		return;
	thing->refund = false;
	thaw(&thing->freezes, engine.now);
}

/* Somebody does something with a record whose clock runs, or has run out unseen. */
static void touch(struct rng *rng, struct thing *thing)
{
	uint64_t dice = rng_below(rng, 100);

	thing->next = engine.now + rng_between(rng, WHEN_HOUR, 9 * WHEN_DAY);
	if (is_due(thing)) {
		/* its move comes first: what the parties still want comes too late */
		enum action_id late = thing->kind == PARCEL ? ACTION_REJECT : ACTION_REJECT_RETURN;
		enum status got = dice < 50
		    ? STATUS_OK
		    : send(thing, thing->kind == PARCEL ? ROLE_BUYER : ROLE_SELLER, late, NULL);

		if (dice >= 50)
			same(thing, "the answer to who comes too late", got, STATUS_CONFLICT);
		return;
	}
	if (thing->appeal != ROLE_NONE) {
		if (dice < 20 && !thing->refund && thing->kind == PARCEL)
			ask_back(rng, thing);
		else if (dice < 75)
			end_appeal(rng, thing);
	} else if (thing->refund) {
		if (dice < 45 || thing->freezes.n > FREEZES_MAX - 4)
			answer_no(thing);
		else if (dice < 70)
			file_appeal(rng, thing);
	} else if (thing->kind != CODE && thing->freezes.n < FREEZES_MAX - 4) {
		if (dice < 30)
			file_appeal(rng, thing);
		else if (dice < 55 && thing->kind == PARCEL)
			ask_back(rng, thing);
		else if (dice < 70)
			must_do(thing, ROLE_BUYER, ACTION_COMMENT, NULL);
	}
}

/* The row's own clock against the calculator: running or stopped, never both (F4). */
static void check_clock(struct thing *thing)
{
	const struct supervision *row = row_of(thing);
	bool frozen = thing->appeal != ROLE_NONE || thing->refund;

	if (thing->kind == PARCEL && thing->span > 0 && !thing->over && !is_due(thing)) {
		same(thing, "due_at", row->due_at, frozen ? 0 : due_of(thing));
		if (!frozen)
			same(thing, "remaining", row->remaining, 0);
	}
	if (thing->kind == RETURN && thing->span > 0 && !thing->over && !is_due(thing)) {
		const struct refund *refund = engine_row(&engine, &refund_record, row->refund);

		if (refund)
			same(thing, "the return's due_at", refund->due_at,
			    frozen ? 0 : due_of(thing));
		else
			wrong(thing, "the open refund request", 0, 1);
	}
	arena_free(&engine.arena);
}

static void tick(struct thing *things, int64_t count)
{
	int64_t fired = 0, expected = 0, next = 0, first = 0;
	struct error err = { 0 };

	for (int64_t i = 0; i < count; i++)
		if (things[i].span > 0 && !things[i].over && is_due(&things[i]))
			expected++;
	assert_int_equal(market_tick(engine.market, engine.now, 0, &fired, &err), STATUS_OK);
	n_ticks++;
	for (int64_t i = 0; i < count; i++) {
		struct thing *thing = &things[i];
		int64_t due = thing->span > 0 && !thing->over ? due_of(thing) : 0;

		if (due != 0 && due <= engine.now)
			it_moved(thing);
		else if (due != 0 && (first == 0 || due < first))
			first = due;
	}
	if (fired < expected) {
		print_error(
		    "a tick made %" PRId64 " moves, %" PRId64 " were due\n", fired, expected);
		n_wrong++;
	}
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
	int64_t from = thing->kind == PARCEL ? thing->due : thing->period_from, until;

	same(thing, "it has ended", row->state != SUPERVISION_OPEN, true);
	check_own_entries(thing, row);
	if (thing->kind == RETURN) {
		same(thing, "state", row->state, SUPERVISION_REFUNDED);
		arena_free(&engine.arena);
		return;
	}
	same(thing, "state", row->state, SUPERVISION_COMPLETED);
	until = thing->months ? months_later(from, thing->months) : from + thing->days * WHEN_DAY;
	same(thing, "period_start", row->period_start, from);
	same(thing, "period_end", row->period_end, until);
	if (thing->months &&
	    when_civil(from, WHEN_PLATFORM_OFFSET).day !=
		when_civil(until, WHEN_PLATFORM_OFFSET).day)
		n_clamped++;
	if (thing->kind == PARCEL)
		same(thing, "ended_at", row->ended_at, thing->due);
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

/* Month ends are where periods clamp: more begin there than by chance. */
static int64_t random_start(struct rng *rng)
{
	int64_t at = FROM + rng_between(rng, 0, YEARS * 365 * WHEN_DAY);
	struct civil civil = when_civil(at, WHEN_PLATFORM_OFFSET);

	if (rng_below(rng, 3) != 0)
		return at;
	civil.day = month_days(civil.year, civil.month);
	return when_from_civil(&civil, WHEN_PLATFORM_OFFSET) - rng_between(rng, 0, 20) * WHEN_HOUR;
}

/*
 * The host wakes up now and then; it has slept for minutes or for weeks. Where it is not asleep it
 * wakes for the next move.
 */
static int64_t next_wake(struct rng *rng)
{
	int64_t next = 0;
	struct error err = { 0 };

	if (rng_below(rng, 4) == 0 && market_next_due(engine.market, &next, &err) == STATUS_OK &&
	    next > engine.now && next < engine.now + 20 * WHEN_DAY)
		return next;
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
			tick(things, count);
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
		      "moves by themselves, %lu of them late, %lu freezes that overlap, %lu "
		      "periods clamped, %lu wrong\n",
	    count, YEARS, n_commands, n_ticks, n_fired, n_late, n_overlaps, n_clamped, n_wrong);
	engine_close(&engine);
	free(things);
	assert_int_equal(over, count);
	assert_int_equal(n_wrong, 0);
	assert_true(n_late > 0 && n_overlaps > 0 && n_clamped > 0);
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
		limit = months_later(engine.now, 1);
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

		assert_int_equal(months_later(at, months), when_add_months(at, months));
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
