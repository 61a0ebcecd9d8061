/* How the page that starts a deployment looks, and what it says in words. */
#include "ui/screen/deploy.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "model/password.h"
#include "ui/screen/facts.h"

#define LABEL_COLS 20
#define HEAD_ROWS 3

static void choice_words(const struct deploy_choice *choice, char *out, size_t cap)
{
	snprintf(out, cap, "%s  %s%s%s", choice->name, choice->usable ? choice->detail : "",
	    choice->usable ? "" : choice->reason,
	    choice->recommended && choice->usable ? _("  recommended") : "");
}

static int draw_list(
    const struct deploy *d, struct canvas *canvas, int row, int bottom, int cols)
{
	const struct deploy_choices *choices = &d->offers->fields[d->here];
	size_t i, here = d->chosen[d->here], first = 0;
	size_t rows = bottom > row ? (size_t)(bottom - row) : 0;
	char text[240];

	if (here >= rows && rows > 0)
		first = here - rows + 1;
	for (i = first; i < choices->count && row < bottom; i++, row++) {
		choice_words(&choices->list[i], text, sizeof(text));
		canvas_put(canvas, row, 4, 3, STYLE_NORMAL, i == here ? "(*)" : "( )");
		canvas_put(canvas, row, 8, cols - 9,
		    i == here			? STYLE_BOLD
		    : choices->list[i].usable	? STYLE_NORMAL
						: STYLE_DIM,
		    text);
	}
	return row;
}

/* Each rule, as it is met or not yet. */
static int draw_rules(const struct deploy *d, struct canvas *canvas, int row, int bottom, int cols)
{
	unsigned faults = password_faults(d->password, DEPLOY_USER);
	int i;

	if (secret_length(d->password) == 0) {
		canvas_wrap(canvas, (struct area){ row, 4, bottom > row ? 2 : 0, cols - 5 },
		    STYLE_DIM,
		    _("8 to 26 characters, of three kinds: upper case, lower case, digits, "
		      "special. Nothing of it is shown or kept."),
		    0);
		return row + 2;
	}
	for (i = 0; i < PASSWORD_FAULTS && row < bottom; i++)
		if (faults & (1u << i))
			canvas_put(canvas, row++, 4, cols - 5, STYLE_WARN,
			    password_fault_text((enum password_fault)(1u << i)));
	if (faults == 0 && row < bottom)
		canvas_put(canvas, row++, 4, cols - 5, STYLE_GOOD,
		    _("The password is one that a cloud takes."));
	return row;
}

static int draw_field(const struct place *place, struct canvas *canvas, int field, int row,
    int bottom, int cols)
{
	const struct deploy *d = deploy_state(place);
	const struct deploy_choice *choice;
	bool here = d->here == field, password = field >= DEPLOY_FIELDS;
	char text[240] = "";

	canvas_put(canvas, row, 1, 1, STYLE_BOLD, here ? ">" : " ");
	canvas_put(
	    canvas, row, 2, LABEL_COLS - 3, here ? STYLE_BOLD : STYLE_HEAD, deploy_label(field));
	if (!password && (choice = deploy_choice(d, field)) != NULL)
		choice_words(choice, text, sizeof(text));
	if (password &&
	    secret_length(field == FIELD_PASSWORD ? d->password : d->again) > 0)
		secret_dots(text, app_ascii(place->app));
	if (password)
		canvas_fill(canvas, (struct area){ row, LABEL_COLS, 1, 30 },
		    here ? STYLE_INPUT_HERE : STYLE_INPUT);
	canvas_put(canvas, row, LABEL_COLS, cols - LABEL_COLS - 1,
	    password ? (here ? STYLE_INPUT_HERE : STYLE_INPUT) : STYLE_NORMAL, text);
	if (here)
		canvas_cursor(
		    canvas, row, LABEL_COLS + (password ? text_width(text) : 0));
	row++;
	if (here && !password)
		row = draw_list(d, canvas, row, bottom - (FIELD_COUNT - 1 - field), cols);
	if (here && password)
		row = draw_rules(d, canvas, row, bottom, cols);
	return row;
}

static void draw_form(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct deploy *d = deploy_state(place);
	const struct supervision *s = d->dossier.supervision;
	int field, row = area.row + HEAD_ROWS, bottom = area.row + area.rows;
	char amount[64], text[400];

	facts_amount(s, amount, sizeof(amount));
	snprintf(text, sizeof(text), "%s   %s   %s   %s", s->order_id, s->product_name, amount,
	    s->seller_name);
	canvas_put(canvas, area.row, area.col + 1, area.cols - 2, STYLE_BOLD, text);
	snprintf(text, sizeof(text), _("Target: %s"), app_cloud(place->app)->label);
	canvas_put(canvas, area.row + 1, area.col + 1, area.cols - 2, STYLE_DIM, text);
	for (field = 0; field < FIELD_COUNT && row < bottom; field++)
		row = draw_field(place, canvas, field, row, bottom, area.cols);
}

void deploy_draw(const struct place *place, struct canvas *canvas, struct area area)
{
	const struct deploy *d = deploy_state(place);
	struct area inside = { area.row + 1, area.col + 3, area.rows - 1, area.cols - 6 };
	const char *failed = d->dossier.failed[0] != '\0' ? d->dossier.failed : d->failed;

	if (failed[0] != '\0' || d->offers == NULL || d->dossier.supervision == NULL)
		canvas_wrap(canvas, inside, failed[0] != '\0' ? STYLE_ERROR : STYLE_DIM,
		    failed[0] != '\0' ? failed : _("Asking the cloud. Esc goes back."), 0);
	else if (d->phase == PHASE_FORM)
		draw_form(place, canvas, area);
	else
		confirm_draw((struct confirm *)&d->confirm, canvas, area);
}

bool deploy_status(const struct place *place, struct canvas *canvas, struct area line)
{
	const struct deploy *d = deploy_state(place);

	if (d->phase == PHASE_FORM && d->problem[0] != '\0')
		canvas_put(canvas, line.row, 1, line.cols - 2, STYLE_ERROR, d->problem);
	return true;
}

size_t deploy_hints(const struct place *place, struct hint *out, size_t cap)
{
	const struct deploy *d = deploy_state(place);
	const struct hint form[] = { { "Enter", _("go on") }, { "Tab", _("next field") },
		{ "Esc", _("leave") }, { "Ctrl-S", _("go on to the confirmation") } };
	const struct hint choice[] = { form[0], form[1], { "Down", _("next choice") }, form[2],
		form[3] };
	const struct hint yes[] = { { "y", _("yes, do it") }, { "n", _("no") } };
	bool chooses = d->here < DEPLOY_FIELDS;
	size_t n = d->phase != PHASE_FORM ? 2 : chooses ? 5 : 4;

	n = n < cap ? n : cap;
	memcpy(out, d->phase != PHASE_FORM ? yes : chooses ? choice : form, n * sizeof(*out));
	return n;
}

void deploy_describe(const struct place *place, struct buf *out)
{
	const struct deploy *d = deploy_state(place);
	const char *failed = d->dossier.failed[0] != '\0' ? d->dossier.failed : d->failed;
	char text[240];
	int field;

	if (failed[0] != '\0' || d->offers == NULL) {
		buf_printf(out, "%s\n", failed);
		return;
	}
	if (d->phase == PHASE_CONFIRM) {
		confirm_describe(&d->confirm, out);
		return;
	}
	buf_printf(out, _("Target: %s"), app_cloud(place->app)->label);
	buf_putc(out, '\n');
	for (field = 0; field < FIELD_COUNT; field++) {
		text[0] = '\0';
		if (field < DEPLOY_FIELDS && deploy_choice(d, field) != NULL)
			choice_words(deploy_choice(d, field), text, sizeof(text));
		else if (field >= DEPLOY_FIELDS)
			strlcpy(text,
			    secret_length(field == FIELD_PASSWORD ? d->password : d->again) > 0
				? _("typed")
				: _("not typed yet"),
			    sizeof(text));
		buf_printf(out, "%s%s: %s\n", field == d->here ? "> " : "  ", deploy_label(field),
		    text);
	}
	if (d->problem[0] != '\0')
		buf_printf(out, "%s\n", d->problem);
}
