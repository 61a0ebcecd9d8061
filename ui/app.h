/*
 * The inside of the console, shared by the files of ui/ (not by screens): the stack, what lies over
 * it, reads, tasks and messages. One thread: that of ui_run(). What workers run (reads.c, tasks.c,
 * save.c, user.c, deployer_jobs.c, offers.c) touches nothing here.
 */
#ifndef KOODESK_UI_APP_H
#define KOODESK_UI_APP_H

#include "base/text.h"
#include "job/job.h"
#include "ui/screen/screen.h"
#include "ui/ui.h"
#include "ui/widget/widgets.h"

#define STACK_MAX 24
#define MESSAGES_MAX 200
#define TASKS_MAX 64
#define TYPED_AHEAD_MAX 256
#define HISTORY_MAX 32
#define KEPT_MAX 48
#define KEPT_NAME 48
#define STATE_PATH 4096
#define FOLLOW_MS 150
#define ROOMY_COLS 100       /* from here on the lines below need not be short */
#define MIN_ROWS 16
#define MIN_COLS 60

struct message {
	int64_t at;
	enum said how;
	char text[640];
	char detail[768];
};

struct typed_key { struct key key; char *paste; };

/* Where the person has been: a screen and its param. */
struct visited { const struct screen *screen; char param[PLACE_PARAM]; };

enum overlay { OVER_NONE, OVER_MENU, OVER_ASK };

/* The audit of this console (audit.c): the one that runs, or the last one. */
struct audit_run {
	struct audit_view view;             /* its faults are n_faults of a block of room */
	size_t room;
	char problem[320];
	char from[AUDIT_CURSOR];
	uint64_t task;
	unsigned slot;                      /* of its reads */
	int64_t shown;                      /* monotonic: progress is seen now and then */
};

struct app {
	const struct ui_options *options;
	struct term *term;                  /* NULL: a picture or --plain */
	struct canvas canvas, shown;        /* the frame being made; the last one that was taken */
	uint64_t shown_serial;              /* of the place that the last frame showed; 0: none */
	struct job_pool *pool;
	struct job_worker *reads, *writes, *clouds;
	struct arena who;                   /* the actor's texts */
	struct actor actor;
	char label[64];

	struct place *stack[STACK_MAX];
	size_t depth;
	struct place *parked[TABS];         /* tabs that the person has left, as they were */
	uint64_t serials;
	const struct selection *seen;
	struct visited history[HISTORY_MAX];
	size_t n_history, at_history;
	bool in_history;                    /* moving in it: not to be written down */

	enum overlay overlay;
	struct menu menu;
	void (*menu_take)(struct place *place, int id);
	/* the file whose path is being asked for */
	struct { char attachment[120], name[260], path[4096]; } saving;
	struct edit ask;
	char ask_label[96];
	void (*ask_take)(struct place *place, const char *text);
	/* what was typed: filters, commands; a ring */
	struct { char *text; char of[24]; } lines[HISTORY_MAX];
	size_t n_lines;

	/* what the user has chosen: choices.c */
	struct { char name[KEPT_NAME]; char *text; } kept[KEPT_MAX];
	size_t n_kept;
	bool kept_read;

	struct message messages[MESSAGES_MAX];   /* a ring */
	size_t n_messages;                  /* ever */
	bool telling;                       /* the last message stands on the screen */

	struct task *tasks;                 /* newest first */

	struct typed_key ahead[TYPED_AHEAD_MAX];
	size_t n_ahead;
	int need;                           /* how many need the actor; -1 unknown */
	int need_parts[3];
	int64_t now;                        /* of this frame */
	int64_t last_visit;
	int64_t follow_at;                  /* monotonic; 0: nothing follows */
	struct area held[6];
	size_t n_held;
	bool holding;                       /* what is held need not be drawn: it stays as it was */
	bool dirty, quit, gone;             /* gone: the terminal is */
	bool switching;                     /* another user is on the way: keys wait */
	int idle_fd;                        /* doc/testing.md; -1: none */
	bool idle_told;
	uint64_t keys, resizes;             /* that came */
	struct place *closed;               /* to be freed when nobody stands in them any more */
	struct place counter;               /* who asks for the number in the title */
	struct place left;                  /* who asks for what consoles have left behind */
	struct runner *runners;             /* deployer.c */
	struct audit_run audit;
};

/* app.c */
void app_init(struct app *app, const struct ui_options *options);
void app_free(struct app *app);
void app_tick(struct app *app);               /* what is due */
int64_t app_due(const struct app *app);       /* monotonic, 0: nothing */
/* the same with deployments, which go on while the console is idle */
int64_t app_wake(const struct app *app);
bool app_settled(struct app *app);            /* nothing to be done until something happens */
void app_count_again(struct app *app);

/* stack.c */
struct place *app_top(const struct app *app);
struct place *app_find(struct app *app, uint64_t serial);
bool app_selection(const struct app *app, struct selection *out);   /* of the top place */
void app_pop_to(struct app *app, size_t depth);
/* A tab as it was left; with a filter, or where the person is in it, anew. */
void app_tab(struct app *app, const struct screen *screen, const char *filter);
void app_leave_all(struct app *app);          /* tabs that were left too */
void app_bury(struct app *app);               /* frees closed places */

/* input.c */
void app_take_key(struct app *app, const struct key *key, const char *paste);
/* keys typed ahead, as far as the top place takes them */
void app_pump(struct app *app);

/* frame.c */
void app_draw(struct app *app);
void app_layout(struct app *app);
void app_describe(struct app *app, struct buf *out);   /* in words, fit for a terminal */

/* hints.c */
void app_draw_hints(struct app *app, struct canvas *canvas, int row);
void app_describe_hints(const struct app *app, struct buf *out);

/* command.c */
bool app_dispatch(struct app *app, int action, const char *argument);
void app_leave(struct app *app);              /* asks first while a deployment runs here */

/* overlay.c */
void app_overlay_close(struct app *app);
void app_overlay_key(struct app *app, const struct key *key, const char *paste);
void app_help(struct app *app);
void app_palette(struct app *app);

/* tasks.c */
enum task_state { TASK_WAITING, TASK_RETRYING, TASK_DONE, TASK_FAILED, TASK_RUNNING,
	TASK_STOPPED };
struct task {
	struct task *next;
	uint64_t id;
	struct app *app;
	uint64_t place;              /* serial of the place that hears of it */
	char title[160];
	enum task_state state;
	int64_t at;                  /* when it was sent */
	int64_t retry_at;            /* monotonic */
	int tries;
	char result[320];
	struct arena arena;
	char *user;                  /* who gave it */
	struct command command;
	const char **paths;
	enum file_kind *kinds;
	size_t n_paths;
	char *draft;
	const struct screen *page;   /* what Enter shows of it; NULL: nothing */
	char param[PLACE_PARAM];
};
struct task *task_new(struct place *place, const char *title);   /* the list's */
struct task *task_find(const struct app *app, uint64_t id);   /* NULL where it was forgotten */
void tasks_free(struct app *app);
void tasks_tick(struct app *app);
int64_t tasks_due(const struct app *app);
size_t tasks_open(const struct app *app);     /* not yet ended */

/* What runs by itself and is no command; page: where one sees it, with param. Gives its number. */
uint64_t task_begin(
    struct app *app, const char *title, const struct screen *page, const char *param);
/* How it goes or ended; nothing where the task was forgotten. */
void task_note(struct app *app, uint64_t id, enum task_state state, const char *result);

/* audit.c */
void audit_forget(struct app *app);           /* of one that has ended, or at the end */
/* "audit 42%" while one runs; else "" */
void audit_words(const struct app *app, char *out, size_t cap);

/* user.c */
/* On a worker: whatever the handle has become meanwhile, it acts for who gave the command. */
enum status user_act_as(struct backend *backend, const char *user, struct error *err);

/* deployer.c: the deployments that this console runs */
extern const struct screen deployer_screen;
/* its clock runs out while nobody carries it on: who leaves is told first */
void deployer_resume(struct app *app);        /* takes over what has lost its console */
void deployer_stop(struct app *app);          /* leaves them to their leases */
size_t deployer_count(const struct app *app, bool *unsent);   /* unsent: one has its password yet */
void deployer_tick(struct app *app);
int64_t deployer_due(const struct app *app);  /* monotonic, 0: nothing */

/* visit.c: the state folder */
void visit_load(struct app *app);
void visit_store(struct app *app);
/* The file of a kind for this marketplace and user; false without a state folder. */
bool state_path(const struct app *app, const char *kind, const char *what, char *out, size_t cap);
/*
 * False with errno; the file is there whole or as it was. durable waits for the disk, which a key
 * should not: for what would be missed.
 */
bool state_write(const char *path, const char *data, size_t n, bool durable);
bool state_read(const char *path, struct buf *out);

/* choices.c */
void choices_forget(struct app *app);            /* another user's are read when asked for */

/* loop.c */
enum status app_start_at(struct app *app, const char *name, struct error *err);
void app_suspend(struct app *app);

/* plain.c */
enum status plain_run(struct app *app, struct error *err);

#endif
