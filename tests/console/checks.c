/* The steps that look at what has come of it. */
#include "tests/console/drive.h"

#include <bsd/string.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define GOLDEN_BYTES ((size_t)8 << 20)

/* ---- text ------------------------------------------------------------------------------------ */

static enum step_end step_expect(struct drive *drive, char *const *args, size_t n)
{
	const char *screen = emulator_screen(drive->session.emulator);
	size_t i;

	for (i = 0; i < n; i++)
		if (strstr(screen, args[i]) == NULL)
			return drive_fail(drive, "“%s” is not on the screen", args[i]);
	return STEP_DONE;
}

static enum step_end step_expect_not(struct drive *drive, char *const *args, size_t n)
{
	const char *screen = emulator_screen(drive->session.emulator);
	size_t i;

	for (i = 0; i < n; i++)
		if (strstr(screen, args[i]) != NULL)
			return drive_fail(drive, "“%s” is on the screen", args[i]);
	return STEP_DONE;
}

/* Lines count from 1, and from the last one as -1. */
static enum step_end step_expect_line(struct drive *drive, char *const *args, size_t n)
{
	struct session *s = &drive->session;
	const char *line;
	size_t i;
	int row;

	if (!drive_number(drive, args[0], -s->rows, s->rows, &row))
		return STEP_BROKEN;
	line = emulator_line(s->emulator, row < 0 ? s->rows + 1 + row : row);
	for (i = 1; i < n; i++)
		if (strstr(line, args[i]) == NULL)
			return drive_fail(drive, "line %d is “%s”", row, line);
	return STEP_DONE;
}

static enum step_end match(struct drive *drive, const char *pattern, const char *text, bool wanted)
{
	int found = script_match(pattern, text);

	if (found < 0) {
		drive_fail(drive, "“%s” is no regular expression", pattern);
		return STEP_BROKEN;
	}
	if ((found == 1) != wanted)
		return drive_fail(drive, "“%s” %s", pattern, wanted ? "is not there" : "is there");
	return STEP_DONE;
}

static enum step_end step_expect_match(struct drive *drive, char *const *args, size_t n)
{
	(void)n;
	return match(drive, args[0], emulator_screen(drive->session.emulator), true);
}

static enum step_end step_expect_style(struct drive *drive, char *const *args, size_t n)
{
	int looks = emulator_looks(drive->session.emulator, args[0], args[1]);

	(void)n;
	if (looks < 0)
		return drive_fail(drive, "“%s” is not on the screen", args[0]);
	return looks ? STEP_DONE : drive_fail(drive, "“%s” does not look %s", args[0], args[1]);
}

static enum step_end step_cursor(struct drive *drive, char *const *args, size_t n)
{
	char is[32];
	int row, col;
	bool visible;

	(void)n;
	emulator_cursor(drive->session.emulator, &row, &col, &visible);
	if (visible)
		snprintf(is, sizeof is, "%d,%d", row, col);
	else
		strlcpy(is, "hidden", sizeof is);
	return strcmp(is, args[0]) == 0 ? STEP_DONE : drive_fail(drive, "the cursor is %s", is);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* What was sent since the last step that did something. */
static enum step_end step_bytes(struct drive *drive, char *const *args, size_t n)
{
	(void)n;
	return match(drive, args[0], buf_text(&drive->session.bytes), true);
}

static enum step_end step_bytes_not(struct drive *drive, char *const *args, size_t n)
{
	(void)n;
	return match(drive, args[0], buf_text(&drive->session.bytes), false);
}

/* What was sent since the program was started. */
static enum step_end step_all_bytes(struct drive *drive, char *const *args, size_t n)
{
	(void)n;
	return match(drive, args[0], buf_text(&drive->session.all), true);
}

static enum step_end step_all_bytes_not(struct drive *drive, char *const *args, size_t n)
{
	(void)n;
	return match(drive, args[0], buf_text(&drive->session.all), false);
}

static enum step_end step_ascii_only(struct drive *drive, char *const *args, size_t n)
{
	const struct buf *all = &drive->session.all;
	size_t i;

	(void)args;
	(void)n;
	for (i = 0; i < all->len; i++)
		if ((unsigned char)all->data[i] >= 0x80)
			return drive_fail(
			    drive, "byte %zu is 0x%02x", i, (unsigned char)all->data[i]);
	return STEP_DONE;
}

/* Is the terminal as it was before the program came? */
static enum step_end step_restored(struct drive *drive, char *const *args, size_t n)
{
	struct emulator *e = drive->session.emulator;
	int row, col;
	bool visible;

	(void)args;
	(void)n;
	emulator_cursor(e, &row, &col, &visible);
	if (!visible)
		return drive_fail(drive, "the cursor is hidden");
	if (emulator_alternate(e))
		return drive_fail(drive, "the alternate screen is still there");
	if (emulator_paste_mode(e))
		return drive_fail(drive, "pastes still come in brackets");
	if (!session_is_cooked(&drive->session))
		return drive_fail(drive, "the terminal's modes are not those it had");
	return STEP_DONE;
}

/* ---- golden files ---------------------------------------------------------------------------- */

static enum step_end step_mask(struct drive *drive, char *const *args, size_t n)
{
	struct buf nothing = { .max = 16 };

	(void)n;
	if (drive->n_masks == MASKS_MAX || !script_mask(args[0], &nothing)) {
		drive_fail(drive, "“%s” is no regular expression, or there are too many", args[0]);
		return STEP_BROKEN;
	}
	buf_free(&nothing);
	drive->masks[drive->n_masks++] = mem_strdup(args[0]);
	return STEP_DONE;
}

static void masked_screen(struct drive *drive, struct buf *out)
{
	size_t i;

	buf_init(out, GOLDEN_BYTES);
	buf_puts(out, emulator_screen(drive->session.emulator));
	for (i = 0; i < drive->n_masks; i++)
		script_mask(drive->masks[i], out);
}

static bool read_whole(const char *path, struct buf *out)
{
	FILE *in = fopen(path, "rb");
	char part[4096];
	size_t n;

	buf_init(out, GOLDEN_BYTES);
	if (in == NULL)
		return false;
	while ((n = fread(part, 1, sizeof part, in)) > 0)
		buf_add(out, part, n);
	fclose(in);
	return true;
}

static bool write_whole(const char *path, const struct buf *text)
{
	FILE *out = fopen(path, "wb");
	bool good;

	if (out == NULL)
		return false;
	good = fwrite(text->data, 1, text->len, out) == text->len;
	return fclose(out) == 0 && good;
}

static void show_differences(const char *want, const char *is)
{
	size_t n, m;
	int row;

	for (row = 1; *want != '\0' || *is != '\0'; row++) {
		n = strcspn(want, "\n");
		m = strcspn(is, "\n");
		if (n != m || memcmp(want, is, n) != 0)
			printf("    %3d -%.*s\n        +%.*s\n", row, (int)n, want, (int)m, is);
		want += n + (want[n] == '\n');
		is += m + (is[m] == '\n');
	}
}

static enum step_end step_golden(struct drive *drive, char *const *args, size_t n)
{
	const char *top = getenv("srcdir"), *mode = getenv("KOODESK_GOLDEN");
	struct buf is, want;
	char path[PATH_MAX];
	enum step_end end = STEP_DONE;

	(void)n;
	snprintf(path, sizeof path, "%s/tests/golden/%s.txt", top != NULL ? top : ".", args[0]);
	masked_screen(drive, &is);
	if (mode != NULL && strcmp(mode, "update") == 0) {
		if (!write_whole(path, &is))
			end = drive_fail(drive, "%s: %s", path, strerror(errno));
		buf_free(&is);
		return end;
	}
	if (!read_whole(path, &want)) {
		end = drive_fail(drive, "there is no %s; KOODESK_GOLDEN=update makes it", path);
	} else if (strcmp(buf_text(&want), buf_text(&is)) != 0) {
		end = drive_fail(drive, "the screen is not that of %s:", path);
		show_differences(buf_text(&want), buf_text(&is));
	}
	buf_free(&want);
	buf_free(&is);
	return end;
}

/* ---- the poisoned catalogue ------------------------------------------------------------------ */

static enum step_end step_poison(struct drive *drive, char *const *args, size_t n)
{
	struct buf text;

	(void)n;
	free(drive->poison);
	drive->poison = NULL;
	if (!read_whole(args[0], &text)) {
		drive_fail(drive, "%s: %s", args[0], strerror(errno));
		return STEP_BROKEN;
	}
	buf_putc(&text, '\n');
	drive->poison = text.data;
	return STEP_DONE;
}

/* Is it in the list, or the beginning of what is there where it is cut? */
static bool is_allowed(const char *list, const char *word, size_t n)
{
	static const char cut[] = "…";
	bool is_cut = strncmp(word + n, cut, sizeof cut - 1) == 0;
	size_t len;

	for (; *list != '\0'; list += len + (list[len] == '\n')) {
		len = strcspn(list, "\n");
		if ((len == n || (is_cut && len > n)) && memcmp(list, word, n) == 0)
			return true;
	}
	return false;
}

/* Words of one letter are keys; what has a digit in it is an id or a number. */
static bool is_word(const char *chunk, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (isdigit((unsigned char)chunk[i]))
			return false;
	return n > 0;
}

/* Said once: then it is known. */
static enum step_end not_translated(struct drive *drive, const char *word, size_t n)
{
	struct buf list;

	drive_fail(drive, "“%.*s” is not translated", (int)n, word);
	buf_init(&list, GOLDEN_BYTES);
	buf_puts(&list, drive->poison);
	buf_add(&list, word, n);
	buf_putc(&list, '\n');
	free(drive->poison);
	drive->poison = list.data;
	return STEP_FAILED;
}

enum step_end drive_check_poison(struct drive *drive)
{
	const char *at, *word;
	size_t n, i, len;

	if (drive->poison == NULL || drive->session.state != SESSION_RUNS)
		return STEP_DONE;
	for (at = emulator_screen(drive->session.emulator); *at != '\0'; at += n) {
		at += strspn(at, " \n");
		n = strcspn(at, " \n");
		for (i = 0; is_word(at, n) && i < n; i += len + 1) {
			word = at + i;
			for (len = 0; i + len < n && isalpha((unsigned char)word[len]);)
				len++;
			if (len > 1 && !is_allowed(drive->poison, word, len))
				return not_translated(drive, word, len);
		}
	}
	return STEP_DONE;
}

static enum step_end step_show(struct drive *drive, char *const *args, size_t n)
{
	(void)args;
	(void)n;
	drive_show(drive);
	printf("    %zu bytes\n", drive->session.bytes.len);
	return STEP_DONE;
}

/* All that was sent since the start, to be looked at by other tools. */
static enum step_end step_save(struct drive *drive, char *const *args, size_t n)
{
	(void)n;
	if (!write_whole(args[0], &drive->session.all))
		return drive_fail(drive, "%s: %s", args[0], strerror(errno));
	return STEP_DONE;
}

const struct step checking_steps[] = {
	{ "show", 0, 0, STARTED, step_show },
	{ "save", 1, 1, STARTED, step_save },
	{ "expect", 1, WORDS_MAX, STARTED, step_expect },
	{ "expect-not", 1, WORDS_MAX, STARTED, step_expect_not },
	{ "expect-line", 2, WORDS_MAX, STARTED, step_expect_line },
	{ "expect-match", 1, 1, STARTED, step_expect_match },
	{ "expect-style", 2, 2, STARTED, step_expect_style },
	{ "cursor", 1, 1, STARTED, step_cursor },
	{ "bytes", 1, 1, STARTED, step_bytes },
	{ "bytes-not", 1, 1, STARTED, step_bytes_not },
	{ "all-bytes", 1, 1, STARTED, step_all_bytes },
	{ "all-bytes-not", 1, 1, STARTED, step_all_bytes_not },
	{ "ascii-only", 0, 0, STARTED, step_ascii_only },
	{ "restored", 0, 0, STARTED, step_restored },
	{ "mask", 1, 1, FREE, step_mask },
	{ "golden", 1, 1, STARTED, step_golden },
	{ "poison", 1, 1, FREE, step_poison },
	{ NULL, 0, 0, FREE, NULL },
};
