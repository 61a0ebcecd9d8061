#include "ui/widget/form_private.h"

#include <bsd/string.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/text.h"

#define ENTRIES_MAX 4096      /* of a folder that are looked at: a key must not take long */

/* "~" is the home folder, as in a shell; other users' homes are not looked up. */
static bool expand(const char *typed, char out[FORM_PATH_MAX])
{
	const char *home = getenv("HOME");
	int n;

	if (typed[0] == '~' && (typed[1] == '/' || typed[1] == '\0') && home != NULL)
		n = snprintf(out, FORM_PATH_MAX, "%s%s", home, typed + 1);
	else
		n = snprintf(out, FORM_PATH_MAX, "%s", typed);
	return n >= 0 && n < FORM_PATH_MAX;
}

/* --- completion --- */

struct completing {
	const char *stem;              /* the typed beginning of the name */
	size_t stem_n;
	char common[256];              /* what all candidates begin with */
	size_t count;
	char names[1024];              /* the candidates, newline-separated, as many as fit */
	bool full;
	int failed;                    /* errno of the folder, 0 where it could be read */
};

static bool is_folder(const char *folder, const struct dirent *entry)
{
	char path[FORM_PATH_MAX];
	struct stat st;
	int n;

	if (entry->d_type == DT_DIR)
		return true;
	if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return false;
	n = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
	return n > 0 && (size_t)n < sizeof path && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void candidate(struct completing *all, const char *name)
{
	size_t i;

	if (all->count++ == 0) {
		strlcpy(all->common, name, sizeof all->common);
	} else {
		for (i = 0; all->common[i] != '\0' && all->common[i] == name[i]; i++)
			continue;
		/* Not in the middle of a character. */
		while (i > 0 && ((unsigned char)all->common[i] & 0xC0) == 0x80)
			i--;
		all->common[i] = '\0';
	}
	if (all->full || strlen(all->names) + strlen(name) + 2 > sizeof all->names) {
		all->full = true;
		return;
	}
	strlcat(all->names, all->names[0] != '\0' ? "\n" : "", sizeof all->names);
	strlcat(all->names, name, sizeof all->names);
}

static int by_name(const void *a, const void *b)
{
	return strcoll(*(char *const *)a, *(char *const *)b);
}

/* Reads the folder; hidden names only where a dot was typed. Names are taken in order, folders with
 * '/'. */
static void read_folder(struct completing *all, const char *folder)
{
	DIR *dir = opendir(folder);
	char **names = NULL;
	struct dirent *entry;
	size_t n = 0, seen = 0, i;

	if (dir == NULL) {
		all->failed = errno;
		return;
	}
	names = mem_alloc(ENTRIES_MAX * sizeof *names);
	while ((entry = readdir(dir)) != NULL && seen++ < ENTRIES_MAX) {
		char name[300];

		if (strncmp(entry->d_name, all->stem, all->stem_n) != 0 ||
		    (entry->d_name[0] == '.' && all->stem_n == 0) ||
		    strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    !text_valid_utf8(entry->d_name, strlen(entry->d_name)) ||
		    strchr(entry->d_name, '\n') != NULL)
			continue;
		snprintf(name, sizeof name, "%s%s", entry->d_name,
		    is_folder(folder, entry) ? "/" : "");
		names[n++] = mem_strdup(name);
	}
	closedir(dir);
	qsort(names, n, sizeof *names, by_name);
	for (i = 0; i < n; i++) {
		candidate(all, names[i]);
		free(names[i]);
	}
	free(names);
}

void form_path_complete(struct form *form, struct form_field *field)
{
	const char *typed = edit_text(&field->edit), *slash = strrchr(typed, '/');
	char path[FORM_PATH_MAX], folder[FORM_PATH_MAX], completed[FORM_PATH_MAX];
	struct completing all;
	size_t head = slash != NULL ? (size_t)(slash - typed) + 1 : 0;

	memset(&all, 0, sizeof all);
	form->completions[0] = '\0';
	if (strcmp(typed, "~") == 0) {
		edit_set(&field->edit, "~/");
		return;
	}
	if (!expand(typed, path))
		return;
	slash = strrchr(path, '/');
	all.stem = slash != NULL ? slash + 1 : path;
	all.stem_n = strlen(all.stem);
	snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - path) + 1 : 1,
	    slash != NULL ? path : ".");
	read_folder(&all, folder);
	if (all.count == 0) {
		strlcpy(form->completions,
		    all.failed != 0 ? strerror(all.failed) : _("No file begins like this."),
		    sizeof form->completions);
		return;
	}
	snprintf(completed, sizeof completed, "%.*s%s", (int)head, typed, all.common);
	edit_set(&field->edit, completed);
	if (all.count > 1)
		strlcpy(form->completions, all.names, sizeof form->completions);
}

/* --- the files of a field --- */

static bool add_refuse(struct form_field *field, const char *message)
{
	strlcpy(field->problem, message, sizeof field->problem);
	field->touched = true;
	return false;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Looks at the file and says what is wrong with it, if anything is. */
static void look(const struct input *input, struct form_file *file)
{
	struct command_file command = { .kind = file->kind, .name = base_name(file->path) };
	struct error err = { 0 };
	struct stat st;

	file->problem[0] = '\0';
	file->size = 0;
	/* What cannot be read is said here, and not when all is filled and sent. */
	if (stat(file->path, &st) != 0 ||
	    (S_ISREG(st.st_mode) && access(file->path, R_OK) != 0)) {
		snprintf(file->problem, sizeof file->problem, _("%s: %s"), base_name(file->path),
		    strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		snprintf(file->problem, sizeof file->problem, _("%s is not a file"),
		    base_name(file->path));
	} else {
		file->size = command.size = st.st_size;
		if (command_check_file(input, &command, &err) != STATUS_OK)
			strlcpy(file->problem, err.message, sizeof file->problem);
	}
}

void form_file_add(struct form_field *field, const char *path, enum file_kind kind)
{
	struct form_file *file;

	if (field->n_files == FILES_MAX)
		return;
	file = &field->files[field->n_files++];
	memset(file, 0, sizeof *file);
	file->path = mem_strdup(path);
	file->kind = kind;
	look(field->input, file);
}

void form_file_drop(struct form_field *field, size_t index)
{
	if (index >= field->n_files)
		return;
	free(field->files[index].path);
	memmove(field->files + index, field->files + index + 1,
	    (--field->n_files - index) * sizeof field->files[0]);
	memset(&field->files[field->n_files], 0, sizeof field->files[0]);
}

void form_file_next_kind(struct form_field *field)
{
	struct form_file *file = field->n_files > 0 ? &field->files[field->n_files - 1] : NULL;
	int kind, i;

	if (file == NULL)
		return;
	kind = (int)file->kind;
	for (i = 0; i < FILE_COUNT; i++) {
		kind = kind + 1 < FILE_COUNT ? kind + 1 : FILE_NONE + 1;
		if ((field->input->kinds & 1u << kind) != 0)
			break;
	}
	file->kind = (enum file_kind)kind;
	look(field->input, file);
}

bool form_path_add(struct form *form, struct form_field *field)
{
	char path[FORM_PATH_MAX], absolute[FORM_PATH_MAX], message[160];
	const char *typed = edit_text(&field->edit);
	size_t i;

	if (!expand(typed, path))
		return add_refuse(field, _("The path is too long."));
	/* A draft may be opened from another folder. */
	if (realpath(path, absolute) != NULL)
		strlcpy(path, absolute, sizeof path);
	for (i = 0; i < field->n_files; i++) {
		if (strcmp(field->files[i].path, path) == 0)
			return add_refuse(field, _("This file is in the list already."));
	}
	if (form_file_count(form) >= FILES_MAX) {
		snprintf(message, sizeof message, _("At most %d files go with one submission."),
		    FILES_MAX);
		return add_refuse(field, message);
	}
	form_file_add(field, path, field->input->kind_default);
	if (field->files[field->n_files - 1].problem[0] != '\0') {
		add_refuse(field, field->files[field->n_files - 1].problem);
		form_file_drop(field, field->n_files - 1);
		return false;
	}
	edit_set(&field->edit, "");
	form->completions[0] = '\0';
	field->problem[0] = '\0';
	return true;
}
