/*
 * race [ROUNDS [PROCESSES]]: of conflicting actions of several processes on one record, one wins.
 *
 * Each round brings a supervision to a node, gives every process an action that competes with the
 * others' and lets them go at once. What was performed is in the log, each once; the others are
 * told the state as it is now. With the same key in every process, one performs it and all get its
 * answer. In the end all processes do what they like on the same records, as fast as they can.
 */
#include "racers.h"

#include <bsd/stdlib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ROUNDS 150
#define PROCESSES 4
#define LOOSE 20          /* commands of each process in the end */
#define STEPS 6

struct step {
	enum action_id action;
	enum role role;
};

/* Numbers of products as scene_import_from() takes them. */
enum { OF_MANUAL = 0, OF_OFFLINE = 2, OF_CODE = 3, OF_HARDWARE = 4, OF_PACKAGE = 5 };

static const struct race {
	const char *what;
	int product;
	struct step prepare[STEPS], moves[STEPS];
	bool beside;              /* more than one may be performed, one after the other */
	bool one_key;             /* all send the same command */
	int64_t later;            /* before it begins */
	const char *told;         /* what those who come second read, else node and version */
} races[] = {
	{ .what = "accept, reject", .product = OF_OFFLINE,
	    .prepare = { { ACTION_DELIVER, ROLE_SELLER } },
	    .moves = { { ACTION_ACCEPT, ROLE_BUYER }, { ACTION_REJECT, ROLE_BUYER } } },
	{ .what = "accept, appeal", .product = OF_OFFLINE,
	    .prepare = { { ACTION_DELIVER, ROLE_SELLER } },
	    .moves = { { ACTION_ACCEPT, ROLE_BUYER }, { ACTION_APPEAL, ROLE_SELLER } } },
	{ .what = "withdraw, decide", .product = OF_OFFLINE,
	    .prepare = { { ACTION_DELIVER, ROLE_SELLER }, { ACTION_APPEAL, ROLE_SELLER } },
	    .moves = { { ACTION_WITHDRAW_APPEAL, ROLE_SELLER },
		{ ACTION_DECIDE, ROLE_OPERATOR } } },
	{ .what = "accept, many keys", .product = OF_OFFLINE,
	    .prepare = { { ACTION_DELIVER, ROLE_SELLER } },
	    .moves = { { ACTION_ACCEPT, ROLE_BUYER } } },
	{ .what = "accept, one key", .product = OF_OFFLINE,
	    .prepare = { { ACTION_DELIVER, ROLE_SELLER } },
	    .moves = { { ACTION_ACCEPT, ROLE_BUYER } }, .one_key = true },
	{ .what = "pick up, refund", .product = OF_CODE,
	    .prepare = { { ACTION_DELIVER, ROLE_SELLER } },
	    .moves = { { ACTION_PICK_UP, ROLE_BUYER }, { ACTION_REQUEST_REFUND, ROLE_BUYER } } },
	{ .what = "activate, many times", .product = OF_CODE,
	    .prepare = { { ACTION_DELIVER, ROLE_SELLER }, { ACTION_PICK_UP, ROLE_BUYER } },
	    .moves = { { ACTION_ACTIVATE, ROLE_SELLER } } },
	{ .what = "answers to a refund", .product = OF_MANUAL,
	    .prepare = { { ACTION_REQUEST_REFUND, ROLE_BUYER } },
	    .moves = { { ACTION_AGREE_REFUND, ROLE_SELLER }, { ACTION_REJECT_REFUND, ROLE_SELLER },
		{ ACTION_WITHDRAW_REFUND, ROLE_BUYER } } },
	{ .what = "refund against appeal", .product = OF_OFFLINE,
	    .prepare = { { ACTION_DELIVER, ROLE_SELLER }, { ACTION_REQUEST_REFUND, ROLE_BUYER } },
	    .moves = { { ACTION_AGREE_REFUND, ROLE_SELLER }, { ACTION_APPEAL, ROLE_BUYER },
		{ ACTION_REJECT_REFUND, ROLE_SELLER }, { ACTION_APPEAL, ROLE_SELLER },
		{ ACTION_ACCEPT, ROLE_BUYER } }, .beside = true },
	{ .what = "returned goods", .product = OF_HARDWARE,
	    .prepare = { { ACTION_SHIP, ROLE_SELLER }, { ACTION_REQUEST_REFUND, ROLE_BUYER },
		{ ACTION_AGREE_REFUND, ROLE_SELLER }, { ACTION_SHIP_RETURN, ROLE_BUYER } },
	    .moves = { { ACTION_ACCEPT_RETURN, ROLE_SELLER },
		{ ACTION_REJECT_RETURN, ROLE_SELLER } } },
	{ .what = "start a deployment", .product = OF_PACKAGE,
	    .moves = { { ACTION_START_DEPLOYMENT, ROLE_BUYER } } },
	{ .what = "take over a lease", .product = OF_PACKAGE,
	    .prepare = { { ACTION_START_DEPLOYMENT, ROLE_BUYER } },
	    .moves = { { ACTION_TAKE_OVER_DEPLOYMENT, ROLE_BUYER } },
	    .later = 2 * WHEN_MINUTE, .told = "can be taken over in" },
	{ .what = "take over, result", .product = OF_PACKAGE,
	    .prepare = { { ACTION_START_DEPLOYMENT, ROLE_BUYER } },
	    .moves = { { ACTION_TAKE_OVER_DEPLOYMENT, ROLE_BUYER },
		{ ACTION_END_DEPLOYMENT, ROLE_BUYER } },
	    .later = 2 * WHEN_MINUTE, .told = "" },
	{ .what = "rate", .product = OF_OFFLINE,
	    .prepare = { { ACTION_DELIVER, ROLE_SELLER }, { ACTION_ACCEPT, ROLE_BUYER } },
	    .moves = { { ACTION_RATE, ROLE_BUYER } } },
	{ .what = "all at acceptance", .product = OF_HARDWARE,
	    .prepare = { { ACTION_SHIP, ROLE_SELLER } },
	    .moves = { { ACTION_ACCEPT, ROLE_BUYER }, { ACTION_REQUEST_REFUND, ROLE_BUYER },
		{ ACTION_APPEAL, ROLE_SELLER }, { ACTION_SIGN_OFF, ROLE_SELLER },
		{ ACTION_REJECT, ROLE_BUYER }, { ACTION_COMMENT, ROLE_SELLER } },
	    .beside = true },
};
#define RACES ((int)(sizeof(races) / sizeof(races[0])))

static int n_racers = PROCESSES;
static struct scene scene;

static struct tally {
	int64_t rounds, performed, conflicts, busy, replayed;
} tally[RACES];

/*
 * ---- a round ------------------------------------------------------------------------------------
 */

static const struct supervision *look(struct backend *b, const char *id, struct page **page)
{
	struct error err;

	if (backend_impersonate(b, "operator", &err) != STATUS_OK ||
	    backend_show(b, &supervision_record, id, page, &err) != STATUS_OK)
		scene_die("%s: %s", id, err.message);
	return (*page)->rows[0];
}

/* The command as somebody who looks at the record now would send it. */
static void write_deed(struct deed *deed, int64_t n, const char *stream, struct backend *b,
    const char *id, const struct step *step)
{
	struct arena arena = { 0 };
	struct deed_subject on;
	struct page *page;

	deed_subject(&on, b, look(b, id, &page), &arena);
	deed_on(deed, n, stream, &on, step->action, step->role);
	page_drop(page);
	arena_free(&arena);
}

static void prepare(struct backend *b, int64_t n, const struct race *race, const char *id)
{
	struct deed deed;
	struct error err;
	int i;

	/* goods were received, so that they are to be returned */
	for (i = 0; i < STEPS && race->prepare[i].action != ACTION_NONE; i++) {
		write_deed(&deed, 4 * n + 1, "prepare", b, id, &race->prepare[i]);
		if (deed_do(&deed, b, &err) != STATUS_OK)
			scene_die("%s: %s", deed.key, err.message);
	}
	scene.now += race->later;
}

static int count_moves(const struct race *race)
{
	int n = 0;

	while (n < STEPS && race->moves[n].action != ACTION_NONE)
		n++;
	return n;
}

/* Half of the rounds hold on to the version seen, half only to what is possible. */
static void run_racers(struct backend *b, int64_t n, const struct race *race, const char *id,
    int64_t version)
{
	int i, moves = count_moves(race);
	struct task task = { .loose = 0 };

	for (i = 0; i < n_racers; i++) {
		write_deed(&task.deed, n * RACERS_MAX + (race->one_key ? 0 : i), "r", b, id,
		    &race->moves[i % moves]);
		task.deed.version = n / RACES % 2 == 0 ? version : VERSION_ANY;
		task.now = scene.now;
		racers_give(i, &task);
	}
	racers_let_go();
}

/*
 * ---- who has won --------------------------------------------------------------------------------
 */

static bool raises_version(enum action_id action)
{
	static const enum action_id beside[] = { ACTION_COMMENT, ACTION_ADD_EVIDENCE,
		ACTION_ACTIVATE, ACTION_SIGN_OFF, ACTION_END_DEPLOYMENT, ACTION_REPORT_DEPLOYMENT,
		ACTION_TAKE_OVER_DEPLOYMENT, ACTION_RATE };
	size_t i;

	for (i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		if (beside[i] == action)
			return false;
	}
	return true;
}

/*
 * A loser is told where the record stands, in words and with its version: where only one can win,
 * as it stands in the end, else as it stood on the way there.
 */
static void check_told(const struct race *race, const struct answer *answer,
    const struct supervision *before, const struct supervision *now)
{
	const char *node = now->state == SUPERVISION_COMPLETED ? "completed" :
	    now->state == SUPERVISION_REFUNDED ? "refunded" :
	    names_label(&stage_names, now->stage);
	int64_t version = race->beside ? before->version : now->version;
	bool told = false;
	char text[40];

	if (race->told != NULL && strstr(answer->message, race->told) != NULL)
		return;
	for (; version <= now->version && !told; version++) {
		snprintf(text, sizeof(text), "version %" PRId64, version);
		told = strstr(answer->message, text) != NULL;
	}
	if (!told || (!race->beside && strstr(answer->message, node) == NULL))
		scene_die("%s is at %s, version %" PRId64 ", and the loser was told: %s", now->id,
		    node, now->version, answer->message);
	if (!race->beside && now->appeal[0] != '\0' &&
	    strstr(answer->message, now->appeal) == NULL)
		scene_die("the loser was not told of %s: %s", now->appeal, answer->message);
}

static void check_loser(const struct race *race, const struct answer *answer,
    const struct supervision *before, const struct supervision *now, sqlite3 *db)
{
	if (answer->status != STATUS_CONFLICT && answer->status != STATUS_BUSY)
		scene_die("%s: the loser got %s: %s", now->id, status_word(answer->status),
		    answer->message);
	if (answer->status == STATUS_CONFLICT)
		check_told(race, answer, before, now);
	if (raw_number(db, "SELECT count(*) FROM receipts WHERE key = ?", answer->key, NULL) != 0)
		scene_die("%s: %s was refused and has a receipt", now->id, answer->key);
}

static void check_winner(const struct answer *answer, const struct supervision *before,
    const struct supervision *after, sqlite3 *db)
{
	char seq[24];

	snprintf(seq, sizeof(seq), "%" PRId64, answer->receipt.seq);
	if (answer->receipt.seq <= before->log_length || answer->receipt.seq > after->log_length ||
	    raw_number(db, "SELECT count(*) FROM log_entries WHERE supervision = ? AND"
	    " seq = CAST(? AS INTEGER) AND hash = ?", after->id, seq, answer->receipt.hash,
	    NULL) != 1)
		scene_die("%s: the winner's entry %s is not in the log", after->id, seq);
}

static void judge(int kind, const struct supervision *before, const struct supervision *after,
    sqlite3 *db)
{
	const struct race *race = &races[kind];
	const struct answer *winner = NULL;
	int64_t won = 0, raised = 0, own = after->log_length - before->log_length;
	int i;

	for (i = 0; i < n_racers; i++) {
		const struct answer *answer = racers_answer(i);

		if (answer->status != STATUS_OK || answer->receipt.replayed)
			continue;
		winner = answer;
		won++;
		raised += raises_version(answer->receipt.action);
		check_winner(answer, before, after, db);
	}
	if (won == 0 || (won > 1 && !race->beside))
		scene_die("%s, %s: %" PRId64 " have won: %s", after->id, race->what, won,
		    racers_answer(0)->message);
	/* what else is in the log the platform did */
	own -= won;
	if (own < 0 || after->version != before->version + raised + own ||
	    raw_number(db, "SELECT count(*) FROM log_entries WHERE supervision = ? AND role ="
	    " 'system' AND action <> 'start'", after->id, NULL) != own)
		scene_die("%s: the log has other entries than the winners'", after->id);
	for (i = 0; i < n_racers; i++) {
		const struct answer *answer = racers_answer(i);

		if (answer->status == STATUS_OK && !answer->receipt.replayed)
			continue;
		if (race->one_key && answer->status == STATUS_OK &&
		    receipts_same(&answer->receipt, &winner->receipt))
			tally[kind].replayed++;
		else if (race->one_key && answer->status != STATUS_BUSY)
			scene_die("%s: the same key was not answered the same: %s", after->id,
			    answer->message);
		else
			check_loser(race, answer, before, after, db);
		tally[kind].conflicts += answer->status == STATUS_CONFLICT;
		tally[kind].busy += answer->status == STATUS_BUSY;
	}
	tally[kind].rounds++;
	tally[kind].performed += won;
}

static void run(struct backend *b, sqlite3 *db, int64_t rounds)
{
	struct import_report counts;
	struct page *before, *after;
	const struct supervision *seen;
	struct error err;
	char order[32], id[48];
	int64_t n;

	for (n = 0; n < rounds; n++) {
		int kind = (int)(n % RACES);

		snprintf(order, sizeof(order), "CSRACE%06" PRId64, n);
		snprintf(id, sizeof(id), "%s-000001", order);
		if (scene_import_from(b, order, 1, races[kind].product, &counts, &err) !=
		    STATUS_OK)
			scene_die("%s: %s", order, err.message);
		prepare(b, n, &races[kind], id);
		seen = look(b, id, &before);
		run_racers(b, n, &races[kind], id, seen->version);
		judge(kind, seen, look(b, id, &after), db);
		page_drop(before);
		page_drop(after);
	}
}

/*
 * All at once on what is open, whatever it is: every process gets all its answers. A step of a
 * deployment that two report is logged once.
 */
static void run_loose(sqlite3 *db)
{
	static const char commands[] = "SELECT count(*) FROM log_entries WHERE role <> 'system'"
	    " AND action <> 'deployment-progress'";
	struct task task = { .loose = LOOSE };
	struct answer sum = { 0 };
	int64_t before = raw_number(db, commands, NULL);
	int i;

	for (i = 0; i < n_racers; i++) {
		task.deed.n = i;
		task.now = scene.now;
		racers_give(i, &task);
	}
	racers_let_go();
	for (i = 0; i < n_racers; i++) {
		const struct answer *answer = racers_answer(i);

		sum.ok += answer->ok;
		sum.reports += answer->reports;
		sum.conflict += answer->conflict;
		sum.busy += answer->busy;
		sum.invalid += answer->invalid;
		sum.imports += answer->imports;
		if (answer->longest > sum.longest)
			sum.longest = answer->longest;
	}
	if (raw_number(db, commands, NULL) - before != sum.ok)
		scene_die("%" PRId64 " commands are logged, %" PRId64 " were performed",
		    raw_number(db, commands, NULL) - before, sum.ok);
	printf("loose: %d processes, %d each: %" PRId64 " performed, %" PRId64 " imports, %" PRId64
	    " conflicts, %" PRId64 " came too late to be right, %" PRId64 " busy; the longest"
	    " wait was %" PRId64 " ms\n", n_racers, LOOSE, sum.ok + sum.reports,
	    sum.imports, sum.conflict,
	    sum.invalid, sum.busy, sum.longest);
}

static void report(void)
{
	int i;

	printf("%-24s %7s %9s %9s %9s %5s\n", "", "rounds", "performed", "conflicts", "replayed",
	    "busy");
	for (i = 0; i < RACES; i++)
		printf("%-24s %7" PRId64 " %9" PRId64 " %9" PRId64 " %9" PRId64 " %5" PRId64 "\n",
		    races[i].what, tally[i].rounds, tally[i].performed, tally[i].conflicts,
		    tally[i].replayed, tally[i].busy);
}

int main(int argc, char **argv)
{
	const char *why = NULL;
	int64_t rounds = argc > 1 ? strtonum(argv[1], 1, 1000000, &why) : ROUNDS;
	struct backend *b;
	sqlite3 *db;

	if (argc > 2 && why == NULL)
		n_racers = (int)strtonum(argv[2], 2, RACERS_MAX, &why);
	if (why != NULL || argc > 3) {
		fprintf(stderr, "usage: race [ROUNDS [PROCESSES]]\n");
		return 2;
	}
	scene_make(&scene);
	racers_start(&scene, n_racers);
	b = scene_open(&scene, "operator");
	db = raw_open(&scene);
	run(b, db, rounds);
	run_loose(db);
	racers_stop();
	hold_all(b, db);
	sqlite3_close(db);
	backend_close(b);
	scene_clear(&scene);
	report();
	return 0;
}
