/* What the files of the form share. Screen's thread only. */
#ifndef KOODESK_UI_WIDGET_FORM_PRIVATE_H
#define KOODESK_UI_WIDGET_FORM_PRIVATE_H

#include "ui/widget/form.h"

#define FORM_PATH_MAX 4096

/* The value of a field as the engine takes it; "" where there is none. Files have none. */
const char *form_field_value(const struct form_field *field);
/* The values of all fields that are asked for, into out (FORM_FIELDS_MAX); returns how many. */
size_t form_all_values(const struct form *form, struct command_value *out);
bool form_choice_offered(const struct form_field *field, int64_t value);
size_t form_file_count(const struct form *form);

/* form_files.c: the path that is being typed */
void form_path_complete(struct form *form, struct form_field *field);
/* Takes the typed path into the files; false, with the field's problem, where that is no file that
 * can be sent. */
bool form_path_add(struct form *form, struct form_field *field);
void form_file_add(struct form_field *field, const char *path, enum file_kind kind);
void form_file_drop(struct form_field *field, size_t index);
/* The next kind that the input takes, for the last file. */
void form_file_next_kind(struct form_field *field);

#endif
