/* The console as a person meets it: keys in, screens out, over the real engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui_fixture.h"

/* The id of the first record on the home screen. */
static void first_id(struct ui_fixture *f, char *out, size_t cap)
{
	struct selection selection;
	struct place *top = app_top(f->app);

	assert_true(top->screen->selected(top, &selection));
	assert_non_null(selection.supervision);
	snprintf(out, cap, "%s", selection.supervision->id);
}

/* Puts the selection on the first record at this stage that waits for the user. */
static void choose_stage(struct ui_fixture *f, const char *stage)
{
	char filter[128];

	snprintf(filter, sizeof(filter), "2 / 'is:mine stage:%s' Enter", stage);
	fixture_keys(f, filter);
}

static int64_t state_of(struct ui_fixture *f, const char *id)
{
	struct page *page = fixture_supervision(f, id);
	int64_t state = ((const struct supervision *)page->rows[0])->state;

	page_drop(page);
	return state;
}

static int64_t stage_of(struct ui_fixture *f, const char *id)
{
	struct page *page = fixture_supervision(f, id);
	int64_t stage = ((const struct supervision *)page->rows[0])->stage;

	page_drop(page);
	return stage;
}

/* Every screen at every size says something, in cells and in words. */
static void check_sizes(struct ui_fixture *f, const char *name)
{
	static const int sizes[][2] = { { 24, 80 }, { 50, 160 }, { 16, 60 }, { 10, 40 } };
	struct error err;
	struct buf out;
	size_t i;

	for (i = 0; i < 8; i++) {
		f->options.plain = i >= 4;
		buf_init(&out, 1u << 20);
		if (ui_dump(&f->options, name, sizes[i % 4][0], sizes[i % 4][1], &out, &err) !=
		    STATUS_OK)
			fail_msg("%s: %s", name, err.message);
		assert_true(out.len > 20);
		buf_free(&out);
	}
	f->options.plain = false;
}

static void test_all_screens(void **state)
{
	static const char *const alone[] = { "home", "supervision", "appeals", "users", "messages",
		"tasks", "audit", "help" };
	static const char *const of_record[] = { "record", "acceptance", "reject", "comment",
		"appeal-form", "accept", "confirm-requirement" };
	struct ui_fixture f;
	char id[80], name[160];
	size_t i;

	(void)state;
	fixture_open(&f, "alice", "home");
	choose_stage(&f, "acceptance");
	first_id(&f, id, sizeof(id));
	for (i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
		check_sizes(&f, alone[i]);
	for (i = 0; i < sizeof(of_record) / sizeof(of_record[0]); i++) {
		snprintf(name, sizeof(name), "%s %s", of_record[i], id);
		check_sizes(&f, name);
	}
	check_sizes(&f, "record NO-SUCH");
	check_sizes(&f, "appeal NO-SUCH");
	check_sizes(&f, "reject NO-SUCH");
	fixture_close(&f);
}

/* An action on both: the id says which it is done to. */
static void test_rate_by_id(void **state)
{
	struct query query = { .type = &instance_record, .filter = "state:active", .limit = 1 };
	struct page *page = NULL;
	struct ui_fixture f;
	struct error err;
	char start[160];

	(void)state;
	fixture_open(&f, "alice", "home");
	assert_int_equal(backend_list(f.options.writer, &query, &page, &err), STATUS_OK);
	assert_int_equal(page->count, 1);
	snprintf(start, sizeof(start), "rate %s", record_id(query.type, page->rows[0]));
	page_drop(page);
	fixture_restart(&f, "alice", start);
	assert_true(action_on_service(app_top(f.app)));
	fixture_sees_not(&f, "there is no");
	fixture_restart(&f, "alice", "home");
	choose_stage(&f, "acceptance");
	first_id(&f, start + 5, sizeof(start) - 5);
	fixture_restart(&f, "alice", start);
	assert_ptr_equal(app_top(f.app)->screen, &action_screen);
	assert_false(action_on_service(app_top(f.app)));
	fixture_restart(&f, "alice", "rate NO-SUCH");
	fixture_sees(&f, "there is no \"NO-SUCH\"");
	fixture_close(&f);
}

static void test_unknown_screen(void **state)
{
	struct ui_fixture f;
	struct error err;
	struct buf out;

	(void)state;
	fixture_open(&f, "alice", "home");
	buf_init(&out, 1u << 20);
	assert_int_equal(ui_dump(&f.options, "nowhere", 24, 80, &out, &err), STATUS_NOTFOUND);
	assert_non_null(strstr(err.message, "supervision"));
	assert_int_equal(ui_dump(&f.options, "record", 24, 80, &out, &err), STATUS_INVALID);
	buf_free(&out);
	fixture_close(&f);
}

/*
 * The budget of experience.md: accept the most urgent delivery with three keys, all typed at once.
 */
static void test_accept_in_three_keys(void **state)
{
	struct ui_fixture f;
	char id[80];

	(void)state;
	fixture_open(&f, "alice", "home");
	first_id(&f, id, sizeof(id));
	assert_int_equal(stage_of(&f, id), STAGE_ACCEPTANCE);
	fixture_keys(&f, "Enter a y");
	assert_int_equal(state_of(&f, id), SUPERVISION_COMPLETED);
	fixture_sees(&f, "completed, log entry");
	assert_ptr_equal(app_top(f.app)->screen, &record_screen);
	fixture_close(&f);
}

/* What is accepted is seen first: proof and standard, order, product, amount and party. */
static void test_acceptance_shows_proof(void **state)
{
	struct ui_fixture f;
	char id[80];

	(void)state;
	fixture_open(&f, "alice", "home");
	choose_stage(&f, "acceptance");
	first_id(&f, id, sizeof(id));
	fixture_keys(&f, "Enter a");
	fixture_sees(&f, "Proof of delivery");
	fixture_sees(&f, "Acceptance standard");
	fixture_sees(&f, "CNY");
	fixture_sees(&f, "The order is completed; the seller can be paid");
	fixture_keys(&f, "Esc");
	assert_int_equal(state_of(&f, id), SUPERVISION_OPEN);
	fixture_close(&f);
}

static void test_reject_with_reason(void **state)
{
	struct ui_fixture f;
	char id[80];

	(void)state;
	fixture_open(&f, "alice", "home");
	first_id(&f, id, sizeof(id));
	fixture_keys(&f, "Enter r Ctrl-S");
	fixture_sees(&f, "This is required");
	fixture_keys(&f, "'The manual is missing' Ctrl-S");
	fixture_sees(&f, "The manual is missing");
	assert_int_equal(stage_of(&f, id), STAGE_ACCEPTANCE);
	fixture_keys(&f, "n");
	assert_int_equal(stage_of(&f, id), STAGE_ACCEPTANCE);
	fixture_keys(&f, "Ctrl-S y");
	assert_int_equal(stage_of(&f, id), STAGE_DELIVERY);
	fixture_close(&f);
}

/*
 * What was typed survives the end of the console, is its user's alone, and goes when it was sent.
 */
static void test_draft(void **state)
{
	struct ui_fixture f;
	char id[80], start[160];

	(void)state;
	fixture_open(&f, "alice", "home");
	first_id(&f, id, sizeof(id));
	fixture_keys(&f, "Enter m 'Half a sent'");
	snprintf(start, sizeof(start), "comment %s", id);
	fixture_restart(&f, "alice", start);
	fixture_sees(&f, "Half a sent");
	fixture_restart(&f, "carol", start);
	fixture_sees_not(&f, "Half a sent");
	fixture_restart(&f, "alice", start);
	fixture_keys(&f, "'ence' Ctrl-S");
	fixture_restart(&f, "alice", start);
	fixture_sees_not(&f, "Half a sent");
	fixture_restart(&f, "alice", "home");
	fixture_keys(&f, "Enter L");
	fixture_sees(&f, "Half a sentence");
	fixture_close(&f);
}

/* Somebody else was faster: nothing changes, the reason stands there, the text is kept. */
static void test_conflict(void **state)
{
	struct ui_fixture f;
	struct command command = {
		.action = ACTION_ACCEPT, .key = "other", .version = VERSION_ANY
	};
	struct receipt receipt;
	struct error err;
	char id[80];

	(void)state;
	fixture_open(&f, "alice", "home");
	first_id(&f, id, sizeof(id));
	fixture_keys(&f, "Enter r 'Too late' Ctrl-S");
	command.id = id;
	assert_int_equal(backend_perform(f.options.writer, &command, &receipt, &err), STATUS_OK);
	fixture_keys(&f, "y");
	assert_int_equal(state_of(&f, id), SUPERVISION_COMPLETED);
	fixture_sees(&f, "Nothing was changed");
	fixture_sees(&f, "Too late");
	fixture_close(&f);
}

static void test_filter(void **state)
{
	struct ui_fixture f;

	(void)state;
	fixture_open(&f, "alice", "supervision");
	fixture_keys(&f, "/ 'stage:nowhere'");
	fixture_sees(&f, "acceptance");
	fixture_keys(&f, "Enter");
	fixture_sees(&f, "/ stage:nowhere");
	fixture_keys(&f, "Ctrl-U 'stage:acceptance' Enter");
	fixture_sees(&f, "stage:acceptance");
	fixture_sees(&f, " of ");
	fixture_keys(&f, "Esc");
	fixture_sees_not(&f, "stage:acceptance");
	fixture_keys(&f, "/ Up");
	fixture_sees(&f, "/ stage:acceptance");
	fixture_close(&f);
}

static void test_conditions(void **state)
{
	struct ui_fixture f;

	(void)state;
	fixture_open(&f, "alice", "supervision");
	fixture_keys(&f, "f Right Tab 'aa' Ctrl-S");
	fixture_sees(&f, "is:mine stage:acceptance");
	fixture_keys(&f, "f");
	fixture_sees(&f, "My turn");
	fixture_sees(&f, "Acceptance");
	fixture_keys(&f, "Esc");
	fixture_sees(&f, "is:mine stage:acceptance");
	fixture_close(&f);
}

static void test_sort_and_palette(void **state)
{
	struct ui_fixture f;

	(void)state;
	fixture_open(&f, "alice", "supervision");
	fixture_keys(&f, ": 'sort -amount' Enter");
	fixture_sees(&f, "Amount, descending");
	fixture_keys(&f, ": 'appeals' Enter");
	fixture_sees(&f, "[Appeals]");
	fixture_keys(&f, ": 'supervision is:mine' Enter");
	fixture_sees(&f, "is:mine");
	fixture_keys(&f, "Enter");
	assert_ptr_equal(app_top(f.app)->screen, &record_screen);
	fixture_keys(&f, "[");
	assert_ptr_equal(app_top(f.app)->screen, &supervision_screen);
	fixture_keys(&f, "]");
	assert_ptr_equal(app_top(f.app)->screen, &record_screen);
	fixture_close(&f);
}

static void test_switch_user(void **state)
{
	struct ui_fixture f;

	(void)state;
	fixture_open(&f, "alice", "home");
	fixture_keys(&f, ": 'user bob' Enter");
	fixture_sees(&f, "seller DataSafe/bob");
	fixture_sees(&f, "You: deliver");
	fixture_keys(&f, ": 'user nobody' Enter");
	fixture_sees(&f, "seller DataSafe/bob");
	fixture_close(&f);
}

/*
 * Impossible actions are there, greyed, with the reason, behind a line where room is short; a
 * read-only console offers none.
 */
static void test_reasons(void **state)
{
	struct ui_fixture f;

	(void)state;
	fixture_open(&f, "alice", "home");
	fixture_keys(&f, "Enter");
	fixture_sees(&f, "3 not possible now");
	fixture_keys(&f, "+");
	fixture_sees(&f, "no appeal is open");
	fixture_keys(&f, "w");
	fixture_sees(&f, "Withdraw appeal: no appeal is open.");
	f.options.read_only = true;
	fixture_keys(&f, "Esc Enter a");
	fixture_sees(&f, "read-only");
	fixture_close(&f);
}

/* An appeal with a file, told to the operator, who decides with the word of the decision. */
static void test_appeal_and_decision(void **state)
{
	struct ui_fixture f;
	char id[80], path[128], keys[400];
	FILE *file;

	(void)state;
	fixture_open(&f, "alice", "home");
	first_id(&f, id, sizeof(id));
	snprintf(path, sizeof(path), "%s/mails.txt", f.dir);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("calls and mails", file);
	fclose(file);
	snprintf(keys, sizeof(keys),
	    "Enter p 'Nobody answers.' Tab 'A date.' Tab '%s' Enter Ctrl-S y", path);
	fixture_keys(&f, keys);
	fixture_sees(&f, "Open appeal");
	snprintf(keys, sizeof(keys), "appeal-form %s", id);
	fixture_restart(&f, "operator", "appeals");
	fixture_keys(&f, "Esc Home Enter");   /* the one that was filed last */
	fixture_sees(&f, "Nobody answers.");
	fixture_keys(&f, "x c Enter 'Both were asked.' Ctrl-S");
	fixture_sees(&f, "\"complete\"");
	fixture_keys(&f, "'wrong' Enter");
	assert_int_equal(state_of(&f, id), SUPERVISION_OPEN);
	fixture_keys(&f, "Ctrl-U 'complete' Enter");
	assert_int_equal(state_of(&f, id), SUPERVISION_COMPLETED);
	fixture_close(&f);
}

/*
 * The platform's people see open appeals first; Esc shows all; an action on the selected one opens
 * its form.
 */
static void test_open_appeals_first(void **state)
{
	struct ui_fixture f;

	(void)state;
	fixture_open(&f, "operator", "appeals");
	fixture_sees(&f, "is:open");
	fixture_sees_not(&f, "withdrawn");
	fixture_keys(&f, "Esc");
	fixture_sees_not(&f, "is:open");
	fixture_keys(&f, "3 x");
	assert_ptr_equal(app_top(f.app)->screen, &action_screen);
	fixture_sees(&f, "Decide appeal CS");
	fixture_keys(&f, "Esc");
	assert_ptr_equal(app_top(f.app)->screen, &appeals_screen);
	fixture_close(&f);
}

/* Who comes back from another tab finds the list as it was; its own key begins anew. */
static void test_tabs_are_kept(void **state)
{
	struct ui_fixture f;
	struct selection selection;
	char id[80];

	(void)state;
	fixture_open(&f, "alice", "home");
	fixture_keys(&f, "2 / 'state:open' Enter Down Down");
	assert_true(app_top(f.app)->screen->selected(app_top(f.app), &selection));
	snprintf(id, sizeof(id), "%s", selection.supervision->id);
	fixture_keys(&f, "Enter 3 1 2");
	fixture_sees(&f, "state:open");
	assert_true(app_top(f.app)->screen->selected(app_top(f.app), &selection));
	assert_string_equal(selection.supervision->id, id);
	fixture_keys(&f, "2");
	fixture_sees_not(&f, "state:open");
	fixture_close(&f);
}

static void test_help_of_a_form(void **state)
{
	struct ui_fixture f;

	(void)state;
	fixture_open(&f, "alice", "home");
	fixture_keys(&f, "Enter r F1");
	fixture_sees(&f, "Ctrl-S");
	fixture_sees_not(&f, "Deliver");
	fixture_keys(&f, "Enter");
	assert_ptr_equal(app_top(f.app)->screen, &action_screen);
	fixture_close(&f);
}

static void test_save_file(void **state)
{
	struct ui_fixture f;
	char keys[256], path[128];

	(void)state;
	fixture_open(&f, "alice", "home");
	snprintf(path, sizeof(path), "%s/saved.bin", f.dir);
	snprintf(keys, sizeof(keys), "Enter l S Ctrl-U '%s' Enter", path);
	fixture_keys(&f, keys);
	fixture_sees(&f, "Saved, contents checked");
	assert_int_equal(access(path, R_OK), 0);
	snprintf(keys, sizeof(keys), "S Ctrl-U '%s' Enter", path);
	fixture_keys(&f, keys);
	fixture_sees(&f, "is there already");
	fixture_close(&f);
}

/* A key pressed in the frame before is not lost, and Esc takes back what was typed ahead. */
static void test_too_small_and_back(void **state)
{
	struct ui_fixture f;

	(void)state;
	fixture_open(&f, "alice", "home");
	canvas_resize(&f.app->canvas, 10, 40);
	fixture_keys(&f, "Down");
	fixture_sees(&f, "60 x 16");
	canvas_resize(&f.app->canvas, 24, 80);
	fixture_keys(&f, "2");
	fixture_sees(&f, "[Supervision]");
	fixture_keys(&f, "1");
	assert_false(f.app->quit);
	fixture_keys(&f, "q");
	assert_true(f.app->quit);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_screens),
		cmocka_unit_test(test_rate_by_id),
		cmocka_unit_test(test_unknown_screen),
		cmocka_unit_test(test_accept_in_three_keys),
		cmocka_unit_test(test_acceptance_shows_proof),
		cmocka_unit_test(test_reject_with_reason),
		cmocka_unit_test(test_draft),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_sort_and_palette),
		cmocka_unit_test(test_switch_user),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_appeal_and_decision),
		cmocka_unit_test(test_open_appeals_first),
		cmocka_unit_test(test_tabs_are_kept),
		cmocka_unit_test(test_help_of_a_form),
		cmocka_unit_test(test_save_file),
		cmocka_unit_test(test_too_small_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
