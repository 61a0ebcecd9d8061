/*
 * kill9 [KILLS [SEED]]: nothing that was acknowledged is lost, whenever the process is killed.
 *
 * A worker performs commands of all kinds, imports and attachments on a database and says through a
 * pipe what it is about to do and what has been done. It is killed at a moment chosen by chance;
 * then the file is opened again, everything is checked, and another worker goes on with it. Only
 * the kill is of chance: where it hits, what must hold is the same. (A killed process leaves the
 * system's caches alone: this is no test of power cuts.)
 */
#include "worker.h"

#include <bsd/stdlib.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KILLS 100
#define KILLS_ON_ONE 20           /* then another database is begun */
#define DEEDS_MAX 32              /* of one worker before it is killed, at most */

#define COVER_FROM 1000           /* kills, from which on every action must have come up */

static const char *const mode_words[] = {
	"opening", "commands", "importing", "attaching", "waking late",
};

struct ledger {
	struct deed *done;        /* acknowledged, in this database */
	size_t n, cap;
	struct deed flight;       /* said to be begun and not acknowledged */
	bool flying;
};

static struct scene scene;

static struct tally {
	int64_t kills[MODE_COUNT], acknowledged, imports, attached;
	int64_t whole, absent, idle, retried, replayed, lost, doubled;
	/* of each action: acknowledged, in flight and found whole, or absent, by the platform */
	int64_t done[ACTION_COUNT], made[ACTION_COUNT], undone[ACTION_COUNT];
	int64_t own[ACTION_COUNT];
	int64_t due_before, due_after;
} tally;

/* How long after the intention the kill comes, at most: tuned until about half come too early. */
static double aim_us[MODE_COUNT] = { 5000, 5000, 30000, 120000, 5000 };

/*
 * ---- the parent: kill ---------------------------------------------------------------------------
 */

static void keep(struct ledger *ledger, const struct deed *deed)
{
	if (ledger->n == ledger->cap) {
		ledger->cap = ledger->cap == 0 ? 256 : 2 * ledger->cap;
		ledger->done = mem_realloc(ledger->done, ledger->cap, sizeof(*ledger->done));
	}
	ledger->done[ledger->n++] = *deed;
}

static void note(struct ledger *ledger, const struct message *message)
{
	if (message->what == 'f')
		scene_die("the worker failed at %s %s: %s", message->deed.id, message->deed.key,
		    message->text);
	if (message->what == 'r')
		return;
	scene.now = message->now;
	ledger->flying = message->what == 'i';
	if (message->what == 'i')
		ledger->flight = message->deed;
	if (message->what != 'd')
		return;
	keep(ledger, &message->deed);
	if (message->deed.kind == DEED_COMMAND) {
		tally.acknowledged++;
		tally.done[message->deed.action]++;
	} else if (message->deed.kind == DEED_IMPORT)
		tally.imports++;
	else
		tally.attached++;
}

/* A short busy time: a sleep would be too coarse to hit the middle of a command. */
static void spin(double us)
{
	struct timespec from, now;
	double gone;

	clock_gettime(CLOCK_MONOTONIC, &from);
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
		gone = (double)(now.tv_sec - from.tv_sec) * 1e6 +
		    (double)(now.tv_nsec - from.tv_nsec) / 1e3;
	} while (gone < us);
}

/* What was never killed yet is not let go by; else it is the last of those that are left. */
static bool time_to_kill(enum mode mode, const struct message *message, int64_t *left)
{
	const struct deed *deed = &message->deed;

	if (mode == MODE_OPENING || mode == MODE_WAKING)
		return message->what == 'r';
	if (message->what != 'i')
		return false;
	if (mode == MODE_COMMANDS)
		return --*left <= 0 || (deed->kind == DEED_COMMAND &&
		    tally.done[deed->action] > 0 &&
		    tally.made[deed->action] + tally.undone[deed->action] == 0);
	return mode == MODE_IMPORT ? message->deed.kind == DEED_IMPORT &&
	    message->deed.lines == BIG_LINES : message->deed.kind == DEED_ATTACH;
}

static void kill_one(struct ledger *ledger, enum mode mode, const char *stream, struct rng *rng)
{
	int64_t left = rng_between(rng, 1, DEEDS_MAX);
	const struct work work = { &scene, mode, stream, rng_next(rng), tally.done };
	struct message message;
	int from, state;
	pid_t pid = worker_start(&work, &from);

	do {
		if (!worker_hear(from, &message))
			scene_die("the worker ended by itself");
		note(ledger, &message);
	} while (!time_to_kill(mode, &message, &left));
	spin((double)rng_below(rng, 1000) / 1000 * aim_us[mode]);
	kill(pid, SIGKILL);
	while (worker_hear(from, &message))
		note(ledger, &message);
	close(from);
	if (waitpid(pid, &state, 0) != pid || !WIFSIGNALED(state) || WTERMSIG(state) != SIGKILL)
		scene_die("the worker ended by itself");
	tally.kills[mode]++;
}

/*
 * ---- the parent: check --------------------------------------------------------------------------
 */

static bool is_there(const struct deed *deed, sqlite3 *db)
{
	char seq[24];

	if (deed->kind == DEED_IMPORT)
		return raw_number(db, "SELECT count(*) FROM orders WHERE id = ?", deed->id,
		    NULL) == 1;
	if (deed->kind == DEED_ATTACH)
		return raw_number(db, "SELECT count(*) FROM files WHERE digest = ?", deed->digest,
		    NULL) == 1;
	snprintf(seq, sizeof(seq), "%" PRId64, deed->receipt.seq);
	return raw_number(db, "SELECT count(*) FROM log_entries WHERE supervision = ?"
	    " AND seq = CAST(? AS INTEGER) AND hash = ?", deed->receipt.id, seq,
	    deed->receipt.hash, NULL) == 1;
}

/* The receipt tells of an unacknowledged command: hold_all() has matched it with its entry. */
static bool got_through(const struct deed *deed, sqlite3 *db)
{
	if (deed->kind != DEED_COMMAND)
		return is_there(deed, db);
	return raw_number(db, "SELECT count(*) FROM receipts WHERE actor = ? AND key = ?",
	    deed->user, deed->key, NULL) == 1;
}

static void report(void)
{
	int64_t kills = 0;
	int i;

	for (i = 0; i < MODE_COUNT; i++)
		kills += tally.kills[i];
	printf("kills         %" PRId64 " (", kills);
	for (i = 0; i < MODE_COUNT; i++)
		printf("%s%s %" PRId64, i == 0 ? "" : ", ", mode_words[i], tally.kills[i]);
	printf(")\nacknowledged  %" PRId64 " commands, %" PRId64 " imports, %" PRId64
	    " files of 3 MiB\n", tally.acknowledged, tally.imports, tally.attached);
	printf("lost          %" PRId64 "\ndoubled       %" PRId64 "\n", tally.lost,
	    tally.doubled);
	printf("in flight     %" PRId64 ": found whole %" PRId64 ", absent %" PRId64
	    "; %" PRId64 " kills hit none\n", tally.whole + tally.absent, tally.whole,
	    tally.absent, tally.idle);
	printf("moves due     %" PRId64 " made before a kill, %" PRId64 " after it\n",
	    tally.due_before, tally.due_after);
	printf("asked again   %" PRId64 " after a kill, %" PRId64
	    " replayed with the same answer\n", tally.retried, tally.replayed);
}

static void count_all(const struct ledger *ledger, bool whole, sqlite3 *db)
{
	int64_t commands = 0, lines = 0, found;
	size_t i;

	for (i = 0; i <= ledger->n; i++) {
		const struct deed *deed = i < ledger->n ? &ledger->done[i] : &ledger->flight;

		if (i == ledger->n && !(ledger->flying && whole))
			break;
		if (i < ledger->n && !is_there(deed, db)) {
			fprintf(stderr, "LOST: %s %s was acknowledged\n", deed->id, deed->key);
			tally.lost++;
		}
		commands += deed->kind == DEED_COMMAND;
		lines += deed->kind == DEED_IMPORT && !deed->services ? deed->lines : 0;
	}
	found = raw_number(db, "SELECT count(*) FROM log_entries WHERE role <> 'system'", NULL);
	tally.doubled += found > commands ? found - commands : 0;
	if (tally.lost != 0 || tally.doubled != 0)
		report();
	if (found != commands || tally.lost != 0)
		scene_die("%" PRId64 " commands are logged, %" PRId64 " were performed", found,
		    commands);
	found = raw_number(db, "SELECT count(*) FROM supervisions", NULL);
	if (found != lines)
		scene_die("%" PRId64 " supervisions are there, %" PRId64 " were imported", found,
		    lines);
}

/* Asks again with the same key: what is there is answered as it was, and nothing changes. */
static void replay(struct ledger *ledger, size_t from, struct backend *b)
{
	struct error err;
	size_t i;

	for (i = from; i < ledger->n; i++) {
		struct deed copy = ledger->done[i];

		if (copy.kind == DEED_ATTACH)
			continue;
		if (deed_do(&copy, b, &err) != STATUS_OK)
			scene_die("%s %s again: %s", copy.id, copy.key, err.message);
		if (copy.kind != DEED_COMMAND)
			continue;
		if (!copy.receipt.replayed ||
		    !receipts_same(&copy.receipt, &ledger->done[i].receipt))
			scene_die("%s %s again: another answer", copy.id, copy.key);
		tally.replayed++;
	}
}

/* Whoever lost the answer asks again: the command is performed once, however it stood. */
static void settle(struct ledger *ledger, bool whole, struct backend *b)
{
	struct deed *deed = &ledger->flight;
	struct error err;

	if (deed_do(deed, b, &err) != STATUS_OK)
		scene_die("%s %s after the kill: %s", deed->id, deed->key, err.message);
	if (deed->kind == DEED_COMMAND && deed->receipt.replayed != whole)
		scene_die("%s %s after the kill: %s", deed->id, deed->key,
		    whole ? "performed twice" : "answered, but never performed");
	keep(ledger, deed);
	ledger->flying = false;
	tally.retried++;
}

static int64_t count_due(sqlite3 *db, int64_t now)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, now);
	return raw_number(db, "SELECT (SELECT count(*) FROM supervisions WHERE due_at > 0 AND"
	    " due_at <= CAST(?1 AS INTEGER)) + (SELECT count(*) FROM refunds WHERE due_at > 0 AND"
	    " due_at <= CAST(?1 AS INTEGER))", text, NULL);
}

static int64_t count_own(sqlite3 *db)
{
	return raw_number(db, "SELECT count(*) FROM log_entries WHERE role = 'system' AND"
	    " action <> 'start'", NULL);
}

/* True when the kill came too early for the deed in flight. */
static bool check(struct ledger *ledger, size_t before, struct rng *rng)
{
	int64_t opened = scene.now;
	struct backend *b = scene_open(&scene, "operator");
	sqlite3 *db = raw_open(&scene);
	bool hit = ledger->flying, whole, settled = false;

	hold_all(b, db);
	if (count_due(db, opened) != 0)
		scene_die("what was due when the file was opened is due still");
	whole = hit && got_through(&ledger->flight, db);
	count_all(ledger, whole, db);
	replay(ledger, before, b);
	if (hit) {
		tally.whole += whole;
		tally.absent += !whole;
		if (ledger->flight.kind == DEED_COMMAND)
			(whole ? tally.made : tally.undone)[ledger->flight.action]++;
		settled = whole || rng_below(rng, 2) == 0;
		if (settled)
			settle(ledger, whole, b);
	} else {
		tally.idle++;
	}
	count_all(ledger, false, db);
	if (settled)
		hold_all(b, db);
	sqlite3_close(db);
	backend_close(b);
	return hit && !whole;
}

/*
 * A host that slept for weeks: the moves that were due are made when the file is opened, each once,
 * whether the program was killed between two of them or not.
 */
static void wake(struct ledger *ledger, struct rng *rng)
{
	sqlite3 *db = raw_open(&scene);
	int64_t due, before = count_own(db), made;

	scene.now += rng_between(rng, 11, 30) * WHEN_DAY;
	due = count_due(db, scene.now);
	sqlite3_close(db);
	kill_one(ledger, MODE_WAKING, "", rng);
	db = raw_open(&scene);
	made = count_own(db) - before;
	sqlite3_close(db);
	check(ledger, ledger->n, rng);
	db = raw_open(&scene);
	if (count_own(db) != before + due)
		scene_die("%" PRId64 " moves were due, %" PRId64 " were made before the kill and %"
		    PRId64 " after it", due, made, count_own(db) - before - made);
	sqlite3_close(db);
	tally.due_before += made;
	tally.due_after += due - made;
	if (due > 0)
		aim_us[MODE_WAKING] *= made == 0 ? 1.25 : 0.8;
}

/* What is killed while it opens finds what another kill has left. */
static void kill_in(struct ledger *ledger, enum mode mode, const char *stream, struct rng *rng)
{
	size_t before = ledger->n;
	bool early;

	ledger->flying = false;
	if (mode == MODE_WAKING) {
		wake(ledger, rng);
		return;
	}
	kill_one(ledger, mode == MODE_OPENING ? MODE_COMMANDS : mode, stream, rng);
	if (mode == MODE_OPENING)
		kill_one(ledger, MODE_OPENING, stream, rng);
	early = check(ledger, before, rng);
	if (mode != MODE_OPENING)
		aim_us[mode] *= early ? 1.25 : 0.8;
}

static enum mode mode_of(struct rng *rng)
{
	uint64_t chance = rng_below(rng, 20);

	return chance == 0 ? MODE_OPENING : chance <= 2 ? MODE_IMPORT :
	    chance <= 4 ? MODE_ATTACH : chance <= 6 ? MODE_WAKING : MODE_COMMANDS;
}

/* The platform's own moves, which no command is sent for. */
static void count_moves(void)
{
	sqlite3 *db = raw_open(&scene);
	int id;

	for (id = 1; id < ACTION_COUNT; id++)
		tally.own[id] += raw_number(db, "SELECT count(*) FROM log_entries WHERE role ="
		    " 'system' AND action = ?", action_get((enum action_id)id)->word, NULL);
	sqlite3_close(db);
}

static void run(int64_t kills, uint64_t seed)
{
	struct ledger ledger = { .n = 0 };
	struct backend *b;
	struct rng rng;
	char stream[24];
	int64_t i;

	rng_seed(&rng, seed);
	for (i = 0; i < kills; i++) {
		if (i % KILLS_ON_ONE == 0) {
			scene_make(&scene);
			ledger.n = 0;
		}
		snprintf(stream, sizeof(stream), "K%" PRId64, i);
		/* Not by full hours: no clock runs out while a worker is at it. */
		scene.now += WHEN_HOUR + rng_between(&rng, 0, WHEN_HOUR);
		kill_in(&ledger, mode_of(&rng), stream, &rng);
		if ((i + 1) % KILLS_ON_ONE == 0 || i + 1 == kills) {
			b = scene_open(&scene, "operator");
			replay(&ledger, 0, b);
			backend_close(b);
			count_moves();
			scene_clear(&scene);
		}
	}
	free(ledger.done);
}

/* Whether anybody but the platform itself may ever send it. */
static bool sent(enum action_id action)
{
	int role;

	for (role = ROLE_BUYER; role <= ROLE_OPERATOR; role++) {
		if (permit_role((enum role)role, action))
			return true;
	}
	return false;
}

/* How often each action came up. Returns how many never did. */
static int report_actions(void)
{
	int id, missing = 0;

	printf("\n%-22s %12s %15s %16s %15s\n", "action", "acknowledged", "in flight:whole",
	    "in flight:absent", "by the platform");
	for (id = 1; id < ACTION_COUNT; id++) {
		enum action_id action = (enum action_id)id;
		bool never = sent(action) ? tally.done[id] == 0 : tally.own[id] == 0;

		printf("%-22s %12" PRId64 " %15" PRId64 " %16" PRId64 " %15" PRId64 "%s\n",
		    action_get(action)->word, tally.done[id], tally.made[id], tally.undone[id],
		    tally.own[id], never ? "  NEVER" : "");
		missing += never;
	}
	return missing;
}

int main(int argc, char **argv)
{
	const char *why = NULL;
	int64_t kills = argc > 1 ? strtonum(argv[1], 1, 1000000, &why) : KILLS;
	int64_t seed = argc > 2 && why == NULL ? strtonum(argv[2], 0, INT64_MAX, &why) : when_now();
	int missing;

	if (why != NULL || argc > 3) {
		fprintf(stderr, "usage: kill9 [KILLS [SEED]]\n");
		return 2;
	}
	printf("seed          %" PRId64 "\n", seed);
	run(kills, (uint64_t)seed);
	report();
	missing = report_actions();
	if (missing > 0 && kills >= COVER_FROM) {
		fprintf(stderr, "%d actions never came up\n", missing);
		return 1;
	}
	return 0;
}
