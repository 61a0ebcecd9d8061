/*
 * race [ROUNDS [PROCESSES]]: of conflicting actions of several processes on one record, one wins.
 *
 * Each round brings a supervision to a node, gives every process an action that excludes the
 * others' and lets them go at once. One is performed; the others are told the state as it is now.
 * With the same key in every process, one performs it and all get its answer.
 */
#include "scene.h"

#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 200
#define PROCESSES_MAX 16

enum race { ACCEPT_REJECT, ACCEPT_APPEAL, WITHDRAW_DECIDE, TWO_KEYS, ONE_KEY, RACE_COUNT };

static const char *const race_words[] = {
	"accept against reject", "accept against appeal", "withdraw against decide",
	"accept twice, two keys", "accept twice, one key",
};

struct answer {
	enum status status;
	struct receipt receipt;
	char message[512];
};

struct racer {
	pid_t pid;
	int to, from;
	struct answer answer;
};

static struct racer racers[PROCESSES_MAX];
static int n_racers = 2, starter[2];

static struct tally {
	int64_t rounds, first, other, conflicts, replayed;
} tally[RACE_COUNT];

static void put(int fd, const void *data, size_t n)
{
	if (write(fd, data, n) != (ssize_t)n)
		scene_die("a pipe broke: %s", strerror(errno));
}

static bool take(int fd, void *data, size_t n)
{
	size_t have = 0;
	ssize_t got;

	while (have < n) {
		got = read(fd, (char *)data + have, n - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		have += (size_t)got;
	}
	return true;
}

/*
 * ---- a process ----------------------------------------------------------------------------------
 */

_Noreturn static void race(struct scene *scene, int in, int out)
{
	struct backend *b = scene_open(scene, "operator");
	struct answer answer;
	struct deed deed;
	struct error err;
	char go;

	while (take(in, &deed, sizeof(deed))) {
		if (backend_impersonate(b, deed.user, &err) != STATUS_OK)
			scene_die("%s: %s", deed.user, err.message);
		put(out, "r", 1);
		if (!take(starter[0], &go, 1))
			break;
		memset(&answer, 0, sizeof(answer));
		memset(&err, 0, sizeof(err));
		answer.status = deed_do(&deed, b, &err);
		answer.receipt = deed.receipt;
		strlcpy(answer.message, err.message, sizeof(answer.message));
		put(out, &answer, sizeof(answer));
	}
	backend_close(b);
	exit(0);
}

static void start_racer(struct scene *scene, struct racer *racer)
{
	int to[2], from[2];

	fflush(NULL);
	if (pipe(to) != 0 || pipe(from) != 0 || (racer->pid = fork()) < 0)
		scene_die("no process can be started: %s", strerror(errno));
	if (racer->pid == 0) {
		struct racer *other;

		/* A writing end that stays open here would keep another from seeing the end. */
		for (other = racers; other < racer; other++)
			close(other->to);
		close(to[1]);
		close(from[0]);
		close(starter[1]);
		race(scene, to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	racer->to = to[1];
	racer->from = from[0];
}

static void stop_racers(void)
{
	int i, state;

	for (i = 0; i < n_racers; i++)
		close(racers[i].to);
	for (i = 0; i < n_racers; i++) {
		if (waitpid(racers[i].pid, &state, 0) != racers[i].pid || state != 0)
			scene_die("a process ended badly");
		close(racers[i].from);
	}
}

/*
 * ---- a round ------------------------------------------------------------------------------------
 */

static void must(struct backend *b, int64_t n, const char *id, enum action_id action,
    enum role party)
{
	struct deed deed;
	struct error err;

	deed_command(&deed, n, "prepare", id, action, party);
	if (deed_do(&deed, b, &err) != STATUS_OK)
		scene_die("%s: %s", deed.key, err.message);
}

static void prepare(struct backend *b, int64_t n, enum race kind, const char *id)
{
	must(b, n, id, ACTION_DELIVER, ROLE_SELLER);
	if (kind == WITHDRAW_DECIDE)
		must(b, n, id, ACTION_APPEAL, ROLE_SELLER);
}

/* What process i does: the even ones the first action, the odd ones the other. */
static void assign(struct deed *deed, int64_t n, int i, enum race kind, const char *id,
    int64_t version)
{
	char stream[24];

	snprintf(stream, sizeof(stream), "r%d", kind == ONE_KEY ? 0 : i);
	if (kind == WITHDRAW_DECIDE && i % 2 == 0) {
		deed_command(deed, n, stream, id, ACTION_WITHDRAW_APPEAL, ROLE_SELLER);
	} else if (kind == WITHDRAW_DECIDE) {
		deed_command(deed, n, stream, id, ACTION_DECIDE, ROLE_OPERATOR);
		deed_value(deed, "outcome", n % 2 == 0 ? "complete" : "refund");
		if (n % 2 != 0)
			deed_value(deed, "amount", "45.000");
	} else if (kind == ACCEPT_REJECT && i % 2 == 1) {
		deed_command(deed, n, stream, id, ACTION_REJECT, ROLE_BUYER);
	} else if (kind == ACCEPT_APPEAL && i % 2 == 1) {
		deed_command(deed, n, stream, id, ACTION_APPEAL, ROLE_SELLER);
	} else {
		deed_command(deed, n, stream, id, ACTION_ACCEPT, ROLE_BUYER);
	}
	/* Half of the rounds hold on to the version seen, half only to what is possible. */
	deed->version = n % 4 < 2 ? version : VERSION_ANY;
}

static void run_racers(int64_t n, enum race kind, const char *id, int64_t version)
{
	char start[PROCESSES_MAX] = { 0 }, ready;
	struct deed deed;
	int i;

	for (i = 0; i < n_racers; i++) {
		assign(&deed, n, i, kind, id, version);
		put(racers[i].to, &deed, sizeof(deed));
	}
	for (i = 0; i < n_racers; i++) {
		if (!take(racers[i].from, &ready, 1))
			scene_die("process %d is gone", i);
	}
	put(starter[1], start, (size_t)n_racers);
	for (i = 0; i < n_racers; i++) {
		if (!take(racers[i].from, &racers[i].answer, sizeof(racers[i].answer)))
			scene_die("process %d is gone", i);
	}
}

/* A loser is told where the record stands now, in words and with its version. */
static void check_loser(const struct answer *answer, const struct supervision *now)
{
	const char *node = now->state == SUPERVISION_COMPLETED ? "completed" :
	    now->state == SUPERVISION_REFUNDED ? "refunded" :
	    names_label(&stage_names, now->stage);
	char version[40];

	snprintf(version, sizeof(version), "version %" PRId64, now->version);
	if (answer->status != STATUS_CONFLICT)
		scene_die("%s: the loser got %s: %s", now->id, status_word(answer->status),
		    answer->message);
	if (strstr(answer->message, node) == NULL || strstr(answer->message, version) == NULL)
		scene_die("%s is at %s, %s, and the loser was told: %s", now->id, node, version,
		    answer->message);
	if (now->appeal[0] != '\0' && strstr(answer->message, now->appeal) == NULL)
		scene_die("the loser was not told of %s: %s", now->appeal, answer->message);
}

static void judge(enum race kind, const struct supervision *before,
    const struct supervision *after)
{
	const struct answer *winner = NULL;
	int i;

	for (i = 0; i < n_racers; i++) {
		const struct answer *answer = &racers[i].answer;

		if (answer->status == STATUS_OK && !answer->receipt.replayed) {
			if (winner != NULL)
				scene_die("%s: two have won", after->id);
			winner = answer;
			*(i % 2 == 0 ? &tally[kind].first : &tally[kind].other) += 1;
		}
	}
	if (winner == NULL)
		scene_die("%s: nobody has won: %s", after->id, racers[0].answer.message);
	for (i = 0; i < n_racers; i++) {
		const struct answer *answer = &racers[i].answer;

		if (answer == winner)
			continue;
		if (kind == ONE_KEY && (answer->status != STATUS_OK || !answer->receipt.replayed ||
		    !receipts_same(&answer->receipt, &winner->receipt)))
			scene_die("%s: the same key was not answered the same: %s", after->id,
			    answer->message);
		if (kind != ONE_KEY)
			check_loser(answer, after);
		*(kind == ONE_KEY ? &tally[kind].replayed : &tally[kind].conflicts) += 1;
	}
	if (after->version != before->version + 1 || after->log_length != before->log_length + 1 ||
	    strcmp(after->log_head, winner->receipt.hash) != 0)
		scene_die("%s: the log has more than the winner's entry", after->id);
	tally[kind].rounds++;
}

static const struct supervision *look(struct backend *b, const char *id, struct page **page)
{
	struct error err;

	if (backend_impersonate(b, "operator", &err) != STATUS_OK ||
	    backend_show(b, &supervision_record, id, page, &err) != STATUS_OK)
		scene_die("%s: %s", id, err.message);
	return (*page)->rows[0];
}

static void run(struct scene *scene, int64_t rounds)
{
	struct backend *b = scene_open(scene, "operator");
	struct import_report counts;
	struct page *before, *after;
	const struct supervision *seen;
	struct error err;
	char order[32], id[48];
	int64_t n;

	for (n = 0; n < rounds; n++) {
		enum race kind = (enum race)(n % RACE_COUNT);

		/* Line 3 is of the product whose flow begins with the delivery. */
		snprintf(order, sizeof(order), "CSRACE%06" PRId64, n);
		snprintf(id, sizeof(id), "%s-000003", order);
		if (scene_import(b, order, 3, &counts, &err) != STATUS_OK)
			scene_die("%s: %s", order, err.message);
		prepare(b, n, kind, id);
		seen = look(b, id, &before);
		run_racers(n, kind, id, seen->version);
		judge(kind, seen, look(b, id, &after));
		page_drop(before);
		page_drop(after);
	}
	backend_close(b);
}

static void report(void)
{
	int i;

	printf("%-26s %8s %8s %8s %9s %9s\n", "", "rounds", "even won", "odd won", "conflicts",
	    "replayed");
	for (i = 0; i < RACE_COUNT; i++)
		printf("%-26s %8" PRId64 " %8" PRId64 " %8" PRId64 " %9" PRId64 " %9" PRId64 "\n",
		    race_words[i], tally[i].rounds, tally[i].first, tally[i].other,
		    tally[i].conflicts, tally[i].replayed);
}

int main(int argc, char **argv)
{
	const char *why = NULL;
	int64_t rounds = argc > 1 ? strtonum(argv[1], 1, 1000000, &why) : ROUNDS;
	struct scene scene;
	struct backend *b;
	sqlite3 *db;
	int i;

	if (argc > 2 && why == NULL)
		n_racers = (int)strtonum(argv[2], 2, PROCESSES_MAX, &why);
	if (why != NULL || argc > 3) {
		fprintf(stderr, "usage: race [ROUNDS [PROCESSES]]\n");
		return 2;
	}
	scene_make(&scene);
	if (pipe(starter) != 0)
		scene_die("no pipe: %s", strerror(errno));
	for (i = 0; i < n_racers; i++)
		start_racer(&scene, &racers[i]);
	run(&scene, rounds);
	stop_racers();
	b = scene_open(&scene, "operator");
	db = raw_open(&scene);
	hold_all(b, db);
	sqlite3_close(db);
	backend_close(b);
	scene_clear(&scene);
	report();
	return 0;
}
