/*
 * What the market's own files share: the handle, and a command on its way down the one path.
 *
 * For src/market/ and its tests only. A struct work lives inside one transaction; its records lie
 * in its arena and are written once, at the end (chain_append()). One thread, as the market.
 */
#ifndef KOODESK_MARKET_WORK_H
#define KOODESK_MARKET_WORK_H

#include "base/digest.h"
#include "market/market.h"
#include "model/flow.h"

#define SPARE_ARENAS 4

struct market {
	struct store *store;
	struct calendar calendar;
	int64_t offset;
	struct arena spare[SPARE_ARENAS];   /* of works that are done */
	size_t n_spare;
	unsigned bulk;     /* the bulk transaction whose latest serial is known (chain.c) */
	int64_t serial;
};

struct work {
	struct market *market;
	const struct actor *actor;
	const struct command *command; /* NULL: the platform acts by itself */
	const char *word;	       /* of the action, as the log has it */
	const char *inputs;	       /* JSON of the entry where it is not the command's values */
	int64_t now;
	int64_t effective; /* when it counts from: now, or when a due move was due (F4) */
	struct arena arena;
	struct supervision *supervision; /* or, where the command names it, */
	struct instance *instance;	 /* a purchased service: one of the two is NULL */
	struct appeal *appeal; /* the open one, or the one just filed or closed; else NULL */
	bool evidence;	       /* the files belong to the appeal */
	bool thawed;	       /* this ended a freeze: what waited for it counts from now (F3) */
	bool touched;	       /* the appeal was filed or closed by this */
	struct refund *refund; /* the open request, or NULL */
	const char *record;    /* id of what else the command made or changed, or "" or NULL */
	bool silent;	       /* nothing happened that the log would keep */
	enum stage_id from;
	struct log_entry *entry; /* once it is logged */
};

/* The platform as an actor: what it does by itself is logged under this name. */
extern const struct actor market_platform;
#define PLATFORM_ACCOUNT "platform"

/* An empty arena, and its way back; commands need a few after each other, all of one size. */
struct arena market_take_arena(struct market *market);
void market_give_arena(struct market *market, struct arena *arena);

/* ---- perform.c ---- */

/* What a command is done to: whose version it checks, and whose chain its entry joins. */
struct work_record {
	const struct record_type *type;
	void *record;
	const char *id;
	int64_t *version, *log_length, *changed_at;
	const char **log_head, **changed_by;
};
struct work_record work_record(const struct work *work);
/*
 * What a record about the supervision has from it: whose it is, and the names that lists sort by
 * (F12), as far as its type has them.
 */
void work_describe(const struct work *work, const struct record_type *type, void *record);
/* The supervision and its open refund request, for due_fire(). */
enum status work_load(struct work *work, const char *id, struct error *err);
/*
 * Begins the log's part of another action of the same work: from here on `from` is the present
 * stage.
 */
void work_step(struct work *work, const struct actor *actor, const struct command *command,
    const char *word, int64_t effective);

/* ---- apply.c, appeal.c, complete.c: what the actions do to the records ---- */

enum status apply_command(struct work *work, struct error *err);
void apply_stage(struct work *work, enum stage_id stage); /* enters a node: turn, stay, clock */
enum status apply_forward(struct work *work, struct error *err);
enum status apply_appeal(struct work *work, struct error *err);
enum status apply_during(struct work *work, struct error *err);
/*
 * Ends the supervision as accepted or refunded: instance, line, and the order with its last one
 * (F1, R6).
 */
enum status complete_accepted(struct work *work, struct error *err);
enum status complete_refunded(struct work *work, int64_t amount, struct error *err);
/* ---- refund.c (R12) ---- */

enum status apply_refund(struct work *work, struct error *err);
enum status apply_answer(struct work *work, struct error *err);
/* An appeal stops its clock; a decision that ends the order closes it. */
enum status refund_freeze(struct work *work, struct error *err);
enum status refund_thaw(struct work *work, struct error *err);
enum status refund_supersede(struct work *work, struct error *err);
enum status refund_fire(struct work *work, bool *fired, struct error *err);

/* ---- facts.c (F3), deploy.c (R7, F11), owned.c ---- */

#define DEPLOYMENT_LEASE WHEN_MINUTE
#define MARKET_SALT "code-salt" /* of the store's meta values: what its codes are made from */

enum status apply_fact(struct work *work, struct error *err);
enum status apply_deploy(struct work *work, struct error *err);
enum status apply_rate(struct work *work, struct error *err);
enum status apply_owned(struct work *work, struct error *err);
/* What the service, its product and its order say of the actions on it. */
enum status owned_facts(struct work *work, struct owned *out, struct error *err);
/*
 * A later order about the service: what a renewal, a change or a conversion does to it, whether it
 * was imported or came by a command. The caller writes the row.
 */
void owned_extend(struct instance *instance, const struct order_line *line, int64_t now);
enum status deploy_end(struct work *work, struct error *err);
/* The instance of the supervision's line; NULL where it has none. */
enum status owned_load(struct work *work, struct instance **out, struct error *err);
enum status owned_deliver(struct work *work, struct error *err);
enum status owned_pick_up(struct work *work, struct error *err);

/* ---- complete.c ---- */

/* The end of a period that starts there; 0: it has none. expires: what the order said. */
int64_t complete_period_end(const struct order_line *line, int64_t start);

/* ---- due.c: clocks and freezes (F4) ---- */

/* The stage begins, or its fact has come; `at`: when it began. */
void due_start(struct supervision *supervision, const struct stage *stage, int64_t at);
void due_freeze(struct supervision *supervision, int64_t now);
void due_thaw(struct supervision *supervision, int64_t now);
void due_clear(struct supervision *supervision);
/* A fact has happened: starts the clock of the present stage where it runs from that. */
void due_fact(struct supervision *supervision, enum fact fact);
/* When the move of the present stage is due, freezes left aside; 0: it is not. */
int64_t due_time(const struct supervision *supervision);
/* The flow's move that is to be made now, or NULL. */
const struct system_move *due_move(const struct supervision *supervision, int64_t now);
/* Makes all moves that are due, the refund request's too, each with an entry of its own. */
enum status due_fire(struct work *work, struct error *err);

/* ---- chain.c: the operation log (R15, doc/operation-log.md) ---- */

/* Logs what was done, stores the names of its files, and writes supervision and appeal. */
enum status chain_append(struct work *work, struct error *err);
void chain_hash(const struct log_entry *entry, char out[DIGEST_TEXT]);
/* inputs.c: what of a command the log keeps, as canonical JSON in the work's arena. */
const char *inputs_text(const struct work *work);
const char *inputs_json(struct work *work);
enum status inputs_files(struct work *work, const char **json, struct error *err);
enum status inputs_attach(struct work *work, struct error *err);
void inputs_put_file(
    struct json_writer *w, const char *kind, const char *name, int64_t size, const char *digest);
/* A value as machines write it: times ISO, money with three decimals. */
const char *inputs_value(struct work *work, const struct input *input, const char *value);

/* ---- sees.c: finding records, and who sees them (R13) ---- */

/* store_get() for what may be missing: OK with *record NULL, and err left as it was. */
enum status find_record(struct market *market, const struct record_type *type, const char *id,
    struct arena *arena, void **record, struct error *err);
enum status sees_record(struct market *market, const struct actor *actor,
    const struct record_type *type, const void *record, bool *sees, struct error *err);
/* NOTFOUND where there is none, or none for this actor: the same words for both. */
enum status sees_nothing(const struct record_type *type, const char *id, struct error *err);
/* Whose chain of entries that is: a supervision or a purchased service. NOTFOUND as above. */
struct chain_owner {
	const struct record_type *type;
	const char *id;
};
enum status sees_chain(struct market *market, const struct actor *actor, const char *id,
    struct arena *arena, struct chain_owner *out, struct error *err);

/* ---- verify.c ---- */

/* Asked now and then within one log, which may be a long one; false: it is enough. */
struct log_watch {
	bool (*go_on)(void *state);
	void *state;
};
/* market_verify() with somebody who may stop it (CANCELLED); watch: NULL: nobody. */
enum status verify_log(struct market *market, const struct actor *actor, const char *id,
    const struct log_watch *watch, struct verdict *out, struct error *err);

/* ---- import.c, import_order.c, catalogue.c ---- */

struct import {
	struct market *market;
	int64_t now;
	struct arena arena;
	struct import_report report;
};

enum status import_order(struct import *import, const struct json_at *root, struct error *err);
enum status import_catalogue(struct import *import, const struct json_at *root, struct error *err);
enum status import_open_market(struct market *market, int64_t now, struct error *err);

/* A member that is an identity: 1 to 64 printable ASCII characters, none of them a blank. */
enum status import_id(
    const struct json_at *at, const char *name, const char **out, struct error *err);
enum status import_word_opt(
    const struct json_at *at, const char *name, size_t max, const char **out, struct error *err);
bool import_id_fits(const char *id);
/* Whether the log would take a user of this id for the platform itself. */
bool import_is_platform(const char *id);
/* INVALID at a member: "expected ..." with a printf text. */
enum status import_expect(const struct json_at *at, const char *name, struct error *err,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
enum status import_account(struct import *import, const char *id, enum account_kind kind,
    const char *name, const char *contact, const char *email, struct error *err);
enum status import_user(struct import *import, const struct account *account, const char *id,
    const char *name, enum role role, struct error *err);

#endif
