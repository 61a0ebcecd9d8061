/*
 * A screen is a constant table, and a place is a screen that has been opened: what the stack of the
 * console holds.
 *
 * A screen's functions are called on the screen's thread, with its place. Data arrives through
 * reply() only: a screen asks with place_list(), place_show() or place_verify() and never waits;
 * what was asked with the same tag before is dropped unseen. draw() is pure: it looks at the state
 * and at app_now() and puts cells, no more.
 */
#ifndef KOODESK_UI_SCREEN_SCREEN_H
#define KOODESK_UI_SCREEN_SCREEN_H

#include "backend/backend.h"
#include "cloud/cloud.h"
#include "ui/keys.h"
#include "ui/term/canvas.h"
#include "ui/widget/edit.h"
#include "ui/widget/list.h"
#include "ui/widget/widgets.h"

#define PLACE_TAGS 16          /* tags of reads: 0 to 15 */
#define PLACE_PARAM 160

struct app;
struct form;
struct screen;

struct place {
	struct app *app;
	const struct screen *screen;
	void *state;               /* screen->size bytes, zeroed before open() */
	char param[PLACE_PARAM];   /* "" or what was opened: an id */
	uint64_t serial;           /* no two places ever have the same */
	struct place *next;        /* the app's */
	unsigned waiting;          /* bits of the tags that are being read */
};

/* What an action would be done to. Texts and records live until the place's next reply or key. */
struct selection {
	const struct supervision *supervision;   /* NULL: none */
	/* its open appeal, or NULL where there is none or it is not known */
	const struct appeal *appeal;
	/* a refund request of which the supervision is not known */
	const struct refund *refund;
	const char *attachment;                  /* id of the selected file, or NULL */
	const char *attachment_name;
	const char *id;                          /* what `y` copies */
	/* a purchased service, besides its supervision or alone; what is not known is NULL */
	const struct instance *instance;
	const struct product *product;
	const struct order *order;
};

/* The answer to a read. The receiver takes what it wants to keep of page (page_ref). */
struct reply {
	int tag;
	enum status status;
	struct page *page;                       /* NULL on failure and for verify */
	const struct error *err;                 /* NULL on success */
	const struct verdict *verdict;           /* of place_verify() */
};

/* How a command ended; sent to the place that asked for it. */
struct ending {
	enum status status;
	const struct receipt *receipt;           /* on success */
	const struct error *err;                 /* on failure */
};

/* What can be chosen for a deployment. */
enum deploy_field { DEPLOY_FLAVOUR, DEPLOY_NETWORK, DEPLOY_GROUP, DEPLOY_FIELDS };
struct deploy_choice {
	const char *id;            /* of a network: "NETWORK/SUBNET" */
	const char *name, *detail, *reason;
	bool recommended, usable;
};
struct deploy_choices { struct deploy_choice *list; size_t count; };
struct deploy_offers { struct arena arena; struct deploy_choices fields[DEPLOY_FIELDS]; };

/* The receiver takes what it keeps, and puts NULL in its place. */
struct cloud_reply {
	struct deploy_offers *offers;
	struct cloud_report *report;
	const struct error *err;                 /* NULL on success */
};

struct screen {
	const char *name;          /* "supervision": `:`, `koodesk screen` */
	const char *title;         /* N_() text */
	size_t size;               /* of its state */
	bool over;                 /* a step on the way to something: its name opens nothing */
	/* actions of the screen for hints and help, in their order; ends with 0 */
	const int *offers;
	const char *enter;         /* N_() hint of Enter where it shows nothing; or NULL */
	/* One of the offers has nothing to be done to now, and is not hinted at; NULL: never. */
	bool (*useless)(const struct place *place, int action);
	const void *spec;          /* for screens made from a table of their own (list_screen.h) */
	void (*open)(struct place *place);
	void (*close)(struct place *place);
	/* read again: F5, after a command, on coming back */
	void (*refresh)(struct place *place);
	void (*reply)(struct place *place, const struct reply *reply);
	void (*done)(struct place *place, const struct ending *outcome);
	/* Keys before they are looked up; paste: the text of K_PASTE, else NULL. True: taken. */
	bool (*key)(struct place *place, const struct key *key, const char *paste);
	/* An action of keys.h; argument: what `:` gave, or "". True: done. */
	bool (*act)(struct place *place, int action, const char *argument);
	bool (*selected)(const struct place *place, struct selection *out);
	/*
	 * May the key be given to it? False while what it would act on is on its way: it waits
	 * then, and what comes after it.
	 */
	bool (*ready)(const struct place *place, const struct key *key);
	/* text is being typed: no hints of single keys */
	bool (*typing)(const struct place *place);
	void (*layout)(struct place *place, int rows, int cols);
	void (*draw)(const struct place *place, struct canvas *canvas, struct area area);
	/* The line above the hints: false leaves it to the flow line of the selection. */
	bool (*status)(const struct place *place, struct canvas *canvas, struct area line);
	/* the title where it is more than `title` */
	void (*headline)(const struct place *place, char *out, size_t cap);
	/*
	 * Its own hints; without it, and where it gives none, they are made from what can be done
	 * and offers. Returns how many.
	 */
	size_t (*hints)(const struct place *place, struct hint *out, size_t cap);
	void (*describe)(const struct place *place, struct buf *out);
	/* The answer to place_offers() or place_poll(). */
	void (*cloud)(struct place *place, struct cloud_reply *reply);
	/* monotonic ms at which tick() is due; 0: never */
	int64_t (*due)(const struct place *place);
	void (*tick)(struct place *place);
};

/* All screens, NULL-terminated; the first TABS ones are the tabs. */
#define TABS 5
extern const struct screen *const screens[];
extern const struct screen home_screen, supervision_screen, appeals_screen, record_screen,
    services_screen, refunds_screen, appeal_screen, service_screen, refund_screen, deploy_screen,
    deployment_screen, acceptance_screen, action_screen, conditions_screen, columns_screen,
    users_screen, messages_screen, tasks_screen, audit_screen;
bool screen_is_tab(const struct screen *screen);
bool screen_of_record(const struct screen *screen);   /* its param is an id */
const struct screen *screen_find(const char *name);   /* NULL where unknown */

/* ---- what a screen may ask for --------------------------------------------------------------- */

void place_list(struct place *place, int tag, const struct query *query);
void place_show(struct place *place, int tag, const struct record_type *type, const char *id);
void place_verify(struct place *place, int tag, const char *supervision);
void place_cancel(struct place *place);               /* all its reads */
bool place_reading(const struct place *place);

const struct actor *app_actor(const struct app *app);
int64_t app_now(const struct app *app);               /* the time of this frame */
int64_t app_offset(const struct app *app);
int64_t app_monotonic(void);                          /* ms, for pauses */
struct view app_view(const struct app *app);
bool app_ascii(const struct app *app);
bool app_plain(const struct app *app);                /* screens are read out, not drawn */
bool app_can(const struct app *app, enum capability capability);
bool app_writes(const struct app *app);               /* commands may be sent at all */
void app_body(const struct app *app, int *rows, int *cols);   /* of the area that screens get */
int64_t app_last_visit(const struct app *app);        /* 0: never here before */
/* the key moved the cursor only: the rest follows in a frame of its own */
void app_moved(struct app *app);
/* During draw(): this part of the screen waits for that frame. */
void app_hold_area(struct app *app, struct area area);
/* Earlier filters of a type, newest first; NULL after the last. */
const char *app_history(const struct app *app, const char *of, int index);
void app_history_add(struct app *app, const char *of, const char *text);
/*
 * What the user has chosen for a screen and finds again the next time: "columns", "sort",
 * "filters"; "" where nothing. The text lives until something is kept.
 */
const char *app_kept(struct app *app, const char *screen, const char *what);
void app_keep(struct app *app, const char *screen, const char *what, const char *text);
void app_number(int64_t count, char *out, size_t cap);   /* "1,284", "9,999+", "" where unknown */
bool app_here(const struct place *place);             /* it is the one on top */

/* Opens a screen on top. */
struct place *app_open(struct app *app, const struct screen *screen, const char *param);
/* The same, with records that are shown until the read has come (copied; appeal may be NULL). */
struct place *app_open_seen(struct app *app, const struct screen *screen, const char *param,
    const struct selection *selection);
/* inside open(): what app_open_seen() was given, else NULL */
const struct selection *app_seen(const struct app *app);
void app_back(struct app *app);
struct place *app_below(const struct place *place);   /* NULL at the bottom */
/* a tab: the stack is that one screen */
void app_goto(struct app *app, const struct screen *screen);
void app_refresh(struct app *app, bool counts);       /* the top place reads again */

/* A message: shown until the next key, and kept in the message log. */
enum said { SAID_GOOD, SAID_NOTE, SAID_WARN, SAID_ERROR };
void app_say(struct app *app, enum said how, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void app_say_error(struct app *app, const struct error *err);
/* The last message stands in the page itself: it is not shown a second time below. */
void app_said_here(struct app *app);

/* The message log, newest first (index from 0); false after the oldest. */
struct said_message { int64_t at; enum said how; const char *text, *detail; };
bool app_message(const struct app *app, size_t index, struct said_message *out);
size_t app_message_count(const struct app *app);       /* ever said */

/* The task list, newest first; false after the oldest. */
struct task_row {
	uint64_t id;
	int64_t at;
	const char *title, *state, *result;
	bool ended, failed;
	const struct screen *page;     /* what shows it, with param; or NULL */
	const char *param;
};
bool app_task(const struct app *app, size_t index, struct task_row *out);
bool app_task_retry(struct app *app, uint64_t id);

/* Why the action cannot be done to the selection now; "" where it can. */
const char *app_why_not(const struct app *app, int action, const struct selection *selection);
/* Whether it is an action for what is selected, possible now or not. */
bool app_offers(const struct app *app, int action, const struct selection *selection);
/* Whether the action would be done to the selected purchased service, not to its supervision. */
bool app_is_owned(int action, const struct selection *selection);
/* Starts a domain action: its form, confirmation or page. */
void app_start(struct app *app, enum action_id action, const struct selection *selection);

/*
 * Sends a command in the writer's queue; the place hears of it through done(). draft: the file to
 * remove on success, or NULL.
 */
struct task_request {
	const char *title;         /* for the task list */
	const struct command *command;
	const char *const *paths;  /* n_paths files to attach first, */
	const enum file_kind *kinds;
	size_t n_paths;
	const char *draft;
};
void place_send(struct place *place, const struct task_request *request);
/* Fetches an attachment into a file: asks for its path, and before anything is overwritten. */
void app_save_file(struct app *app, const char *attachment, const char *name);
void app_switch_user(struct app *app, const char *user);

/* Hands a text to the terminal's clipboard; false where that cannot be. */
bool app_copy(struct app *app, const char *text);

/* A question answered by one line of text, below the screen. take() gets the text. */
void app_ask(struct app *app, const char *label, const char *text,
    void (*take)(struct place *place, const char *text));
/* A menu over the screen; ids from 1; take() gets the chosen one. Fill it with menu_add(). */
struct menu *app_menu(
    struct app *app, const char *title, void (*take)(struct place *place, int id));

/* Text in $EDITOR. False where it could not be, which has been said. */
bool app_editor(struct app *app, struct edit *edit);

/* The form of an action's place while it is filled in; NULL elsewhere. */
struct form *action_form(struct place *place);
/* An action's place is about a purchased service, whose id says nothing to a person. */
bool action_on_service(const struct place *place);

/*
 * Deployments. The cloud is asked in a worker of its own; what is asked comes back through cloud().
 * A deployment is run by the console, not by a screen: it goes on when its page is left.
 */
#define DEPLOY_USER "root"     /* of the server that the password is for */
struct deploy_request {
	const struct supervision *supervision;
	const char *flavour, *network, *group;   /* ids of choices */
};
const struct cloud *app_cloud(const struct app *app);   /* NULL: none here */
const char *app_no_cloud(const struct app *app);        /* why, for a person */
void place_offers(struct place *place, const char *product);
void place_poll(struct place *place, const char *stack);
void deploy_offers_free(struct deploy_offers *offers);   /* NULL-safe */
/* takes the password */
void app_deploy(struct app *app, const struct deploy_request *request, struct secret *password);
void app_take_over(struct app *app, const struct supervision *supervision);
/* The next thing typed here is a password. */
bool deploy_types_secret(const struct place *place);
bool app_deploys(const struct app *app, const char *supervision);   /* this console runs it */

/*
 * The audit: the logs of all that the user may see are checked a stretch at a time, between other
 * reads; it goes on when its page is left. Faults live until the screen's thread starts another.
 */
enum audit_state { AUDIT_NONE, AUDIT_RUNNING, AUDIT_DONE, AUDIT_STOPPED, AUDIT_FAILED };
struct audit_view {
	enum audit_state state;
	int64_t at, of, done;          /* when it began; records, of which services may have none */
	int64_t logs, entries, broken;
	const struct audit_fault *faults;   /* the first of those that are broken */
	size_t n_faults;
	const char *problem;           /* why it failed */
};
void app_audit(const struct app *app, struct audit_view *out);
const char *app_no_audit(const struct app *app);   /* why the user cannot; "" */
void app_audit_start(struct app *app);             /* nothing where one runs */
bool app_audit_stop(struct app *app);              /* false: none runs */

/* Drafts: one file for user, record and action. */
bool draft_path(const struct app *app, const char *id, const char *action, char *out, size_t cap);
void draft_save(struct app *app, const char *path, const char *text, size_t n);
bool draft_load(const char *path, struct buf *out);
void draft_remove(const char *path);

#endif
