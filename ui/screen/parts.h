/* Pieces of pages that stand on a dossier: log entries, files, appeals. Screen's thread only. */
#ifndef KOODESK_UI_SCREEN_PARTS_H
#define KOODESK_UI_SCREEN_PARTS_H

#include "ui/screen/dossier.h"
#include "ui/screen/sheet.h"

/* Kinds of lines that can be chosen. */
enum { LINE_ACTION = 1, LINE_FILE, LINE_ENTRY, LINE_APPEAL, LINE_RECORD, LINE_REFUND,
	LINE_DEPLOYMENT, LINE_SERVICE, LINE_FOLD };

void parts_entry(const struct app *app, struct sheet *sheet, const struct dossier *dossier,
    const struct log_entry *entry, bool all);
void parts_file(const struct app *app, struct sheet *sheet, const struct dossier *dossier,
    size_t index, bool digest);
void parts_files(
    const struct app *app, struct sheet *sheet, const struct dossier *dossier, int section);
/*
 * The facts of an appeal; in short where it stands among other things. Its first line is the last
 * one added when short.
 */
void parts_appeal(
    const struct app *app, struct sheet *sheet, const struct appeal *appeal, bool in_short);
void parts_past_appeal(const struct app *app, struct sheet *sheet, const struct appeal *appeal);
void parts_save(struct place *place, const struct dossier *dossier, size_t index);
/* 0: the open one, else its place from 1 */
void parts_open_appeal(struct place *place, const struct dossier *dossier, int index);
/* When it was; nothing where it was never. */
void parts_time(const struct app *app, struct sheet *sheet, const char *label, int64_t at);
/* What is left of an open appeal's time: "2d left", "3h late". */
void parts_left(const struct app *app, const struct appeal *appeal, char *out, size_t cap);

#endif
