/*
 * A form: labelled fields made from an action's inputs (model/action.h) or given one by one, with
 * live validation, file fields with path completion, choices, and text by $EDITOR. The caller keeps
 * drafts: form_draft() and form_restore(). Screen's thread only.
 */
#ifndef KOODESK_UI_WIDGET_FORM_H
#define KOODESK_UI_WIDGET_FORM_H

#include "model/command.h"
#include "ui/widget/edit.h"

#define FORM_FIELDS_MAX 12

struct form_file { char *path; enum file_kind kind; int64_t size; char problem[160]; };

struct form_field {
	const struct input *input;
	/* text, time, money; the path being typed in a file field */
	struct edit edit;
	int64_t choice;                      /* INPUT_CHOICE: value, 0 none */
	int64_t preset;                      /* what was chosen for the person, 0 nothing */
	char filled[128];                    /* what was filled in for the person, or "" */
	/* INPUT_CHOICE: bits of the values that are offered; 0: all */
	uint64_t allowed;
	struct form_file files[FILES_MAX];   /* INPUT_FILES */
	size_t n_files;
	char problem[256];                   /* what is wrong with it now, or "" */
	/* problems are shown only then, or after a try to send */
	bool touched;
	char hint[1024];                     /* shown dim under it, or "" */
};

enum form_result { FORM_NONE, FORM_TAKEN, FORM_SEND, FORM_LEAVE, FORM_EDITOR };

struct form {
	const struct action *action;
	struct form_field fields[FORM_FIELDS_MAX];
	size_t count;
	size_t here;                         /* the focused field */
	int scroll;
	bool tried;
	bool cut;                            /* of what was just pasted the end did not fit */
	/* of the whole form (an answer of the engine), or "" */
	char problem[320];
	char completions[1024];              /* of the path being typed, newline-separated, or "" */
	/* for validation */
	const struct actor *actor;
	const struct supervision *supervision;
	int64_t now;
};

void form_init(struct form *form, const struct action *action, const struct actor *actor,
    const struct supervision *supervision, int64_t now);
void form_free(struct form *form);
/* Chooses what will mostly be meant; what is left to be filled in gets the focus. */
void form_preset(struct form *form, const char *name, int64_t value);
/* The same for a text. */
void form_fill(struct form *form, const char *name, const char *text);
/* The same, but the focus stays: it is mostly this field that is asked. */
void form_preset_text(struct form *form, const char *name, const char *text);
/*
 * Tab and arrows move, Enter goes on (in several lines: a newline), Ctrl-S or Enter on the last
 * field sends, Esc leaves, Ctrl-E asks for $EDITOR, in file fields Tab completes the path, Enter
 * adds it, Ctrl-D drops the last; in choices left, right and the first letter choose.
 */
enum form_result form_key(struct form *form, const struct key *key, const char *paste);
/* Checks everything; focuses the first field with a problem. True when it may be sent. */
bool form_check(struct form *form);
/* An answer of the engine: shows it and focuses the field it names. */
void form_problem(struct form *form, const struct error *err);
bool form_asked(const struct form *form, const struct form_field *field);   /* its `when` holds */
/* What was typed; of one line the words, without the blanks around them. Not terminated. */
const char *form_words(const struct form_field *field, size_t *len);
/*
 * The values as command values (texts live in the form and arena). Files are attached by the
 * caller.
 */
size_t form_values(const struct form *form, struct command_value *out, size_t cap,
    struct arena *arena);
void form_draw(struct form *form, struct canvas *canvas, struct area area);
void form_describe(const struct form *form, struct buf *out);

/* What has been typed, as JSON, and back (unknown fields are ignored). */
void form_draft(const struct form *form, struct buf *out);
bool form_empty(const struct form *form);
void form_restore(struct form *form, const char *draft, size_t n);

#endif
