/*
 * The real engine on a database in memory, and subjects: supervisions that are driven by commands
 * and held against the expectations of expect.h after each of them, receipts and stored rows alike.
 * A command that is refused must leave the rows as they were.
 *
 * Disagreements are printed and counted in engine.wrong, so that one run shows them all. One
 * thread.
 */
#ifndef KOODESK_TESTS_UNIT_EXPECT_ENGINE_H
#define KOODESK_TESTS_UNIT_EXPECT_ENGINE_H

#include "expect_make.h"
#include "expect_service.h"
#include "market/market.h"

struct engine {
	struct market *market;
	struct store *store;
	int64_t now;
	struct arena arena;	      /* of one step */
	char digests[FILE_COUNT][65]; /* contents that were attached, one for each kind */
	unsigned long keys, orders, accepted, refused, silent, wrong;
	unsigned long dirty; /* accepted, and yet the error was written to */
	unsigned long done[ACTION_COUNT], tried[ACTION_COUNT], denied[ACTION_COUNT];
	unsigned long rated; /* services: the others' ratings are of supervisions */
	unsigned long sent_back; /* by an appeal's decision */
	unsigned long bought_late, taken_back; /* renewed after the expiry; orders that take back */
};

/* A purchased service beside its subject, or the subject's own (expect_owned.h). */
struct service {
	char id[48], line[48], product[48];
	char head[65]; /* of its log */
	int64_t version0;
	struct expect_service is;
};
enum { SERVICE_OWN, SERVICE_TRIAL, SERVICE_PLAIN, SERVICES };

struct subject {
	char id[48], order[32];
	bool shared; /* the order has other lines: it is not looked at */
	/* engine_order_services(): the service of its line, a trial, and one paid by the period */
	struct service services[SERVICES];
	bool has_services;
	int64_t beside; /* paid for the order's other line, which has no supervision */
	struct expect_state state;
	int64_t version0, entries0; /* at the start */
	char head[65]; /* of the log */
	bool lost;     /* disagreed: what follows says nothing */
};

enum engine_version { VERSION_UNSAID, VERSION_RIGHT, VERSION_STALE, VERSION_AHEAD };

struct engine_options {
	enum engine_version version;
	bool dry_run;
	bool again;	/* once it is accepted: the same again, and the same key for another */
	bool unwatched; /* that nothing was changed, where nothing may be, the caller sees to */
};

/* A number of the environment, or the other one; fails where it is none. */
int64_t engine_setting(const char *name, int64_t otherwise);

void engine_open(struct engine *engine);
void engine_open_at(struct engine *engine, int64_t now);
void engine_close(struct engine *engine);

/*
 * Imports an order of one line that begins that flow under these terms, for the reason that `how`
 * chooses among.
 */
void engine_order(struct engine *engine, struct subject *subject, enum flow_id flow, unsigned terms,
    unsigned how);
/* The order's JSON, for import: head, lines, tail. */
struct engine_line {
	const char *id, *product, *period, *expires;
	int number, quantity;
	const char *before, *paid; /* the amount before discount and after */
};
void engine_json_head(struct buf *out, const char *order, const char *type, const char *when);
void engine_json_line(struct buf *out, const struct engine_line *line, bool first);
void engine_json_tail(struct buf *out);
/* The same with n lines of a month at 28,000.500, for which ENGINE_PAID is paid. */
#define ENGINE_PAID INT64_C(25200450)
#define ENGINE_PAID_TEXT "25200.450"
void engine_order_json(
    struct buf *out, const char *order, const char *when, const char *const *products, size_t n);
void engine_import(struct engine *engine, const struct buf *json);
/* The row of the supervision of that order line as the subject's start. */
void engine_adopt(
    struct engine *engine, struct subject *subject, enum flow_id flow, unsigned terms);

/* One command and all that follows from it. Returns whether it was accepted. */
bool engine_step(struct engine *engine, struct subject *subject, const struct expect_asker *asker,
    enum action_id action, const struct expect_inputs *inputs,
    const struct engine_options *options);
/* The moves that are due by now, made by market_tick(); the subject is held against them. */
void engine_tick(struct engine *engine, struct subject *subject);
/* The same by the one who does it where it is possible, with inputs that will do. */
bool engine_forward(struct engine *engine, struct subject *subject);
bool engine_act(
    struct engine *engine, struct subject *subject, enum role role, enum action_id action);
bool engine_decide(struct engine *engine, struct subject *subject, enum outcome outcome,
    enum stage_id stage, int64_t amount);

/* The number that a query gives, whose ?1 is that text. */
int64_t engine_number(struct engine *engine, const char *query, const char *text);
/* SHA-256 over every row of every table, and how many there are. */
int64_t engine_dump(struct engine *engine, char out[65]);
/* The operation log against what was accepted: numbers, versions, chain, one end. */
void engine_check_log(struct engine *engine, struct subject *subject);
/* The same of a service of the subject. */
void engine_check_service_log(
    struct engine *engine, struct subject *subject, const struct service *service);

void *engine_row(struct engine *engine, const struct record_type *type,
    const char *id); /* in the arena; NULL where none */
void engine_wrong(struct engine *engine, struct subject *subject, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
