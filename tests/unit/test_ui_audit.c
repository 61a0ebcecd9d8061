/* The audit of all operation logs as the platform's people meet it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "market/work.h"
#include "ui_fixture.h"

/* Changes the file behind everybody's back. */
static void tamper(struct ui_fixture *f, const char *text)
{
	struct sql_options options = { .busy_ms = 1000 };
	struct sql *sql = NULL;
	struct error err;

	if (sql_open(f->db, &options, &sql, &err) != STATUS_OK ||
	    sql_exec(sql, text, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	sql_close(sql);
}

static struct audit_view view_of(struct ui_fixture *f)
{
	struct audit_view view;

	app_audit(f->app, &view);
	return view;
}

static void test_all_intact(void **state)
{
	struct ui_fixture f;
	struct audit_view all, reviewed;

	(void)state;
	fixture_open(&f, "operator", "home");
	fixture_keys(&f, "!");
	fixture_sees(&f, "all intact");
	all = view_of(&f);
	assert_int_equal(all.state, AUDIT_DONE);
	assert_int_equal(all.done, all.of);
	assert_true(all.logs > 30);
	assert_true(all.entries > all.logs);
	fixture_keys(&f, "T");
	fixture_sees(&f, "Verify all operation logs");
	fixture_sees(&f, "done");
	fixture_keys(&f, "Enter");
	assert_ptr_equal(app_top(f.app)->screen, &audit_screen);
	/* the reviewer's are those that are reviewed; what the operator found is not shown */
	fixture_keys(&f, ": 'user reviewer' Enter");
	assert_int_equal(view_of(&f).state, AUDIT_NONE);
	fixture_keys(&f, ": 'audit' Enter");
	fixture_sees(&f, "all intact");
	reviewed = view_of(&f);
	assert_true(reviewed.logs > 0 && reviewed.logs < all.logs);
	fixture_close(&f);
}

static void test_a_broken_log_is_opened(void **state)
{
	struct ui_fixture f;
	struct audit_view view;
	char id[80];

	(void)state;
	fixture_open(&f, "operator", "home");
	tamper(&f, "UPDATE log_entries SET text = text || '!' WHERE serial IN"
	    " (SELECT min(serial) FROM log_entries WHERE seq = 2)");
	fixture_keys(&f, "!");
	view = view_of(&f);
	assert_int_equal(view.broken, 1);
	assert_int_equal(view.n_faults, 1);
	snprintf(id, sizeof(id), "%s", view.faults[0].id);
	fixture_sees(&f, "1 broken");
	fixture_sees(&f, id);
	fixture_sees(&f, "entry 2 was changed after it was written");
	fixture_keys(&f, "j Enter");
	assert_string_equal(app_top(f.app)->param, id);
	fixture_keys(&f, "Esc T");
	fixture_sees(&f, "failed");
	fixture_close(&f);
}

/* What is stopped says so, and begins anew when it is asked for again. */
static void test_it_is_stopped(void **state)
{
	struct ui_fixture f;

	(void)state;
	fixture_open(&f, "operator", "home");
	assert_false(app_audit_stop(f.app));
	app_audit_start(f.app);
	assert_int_equal(view_of(&f).state, AUDIT_RUNNING);
	assert_int_equal(tasks_open(f.app), 1);
	assert_true(app_audit_stop(f.app));
	assert_int_equal(view_of(&f).state, AUDIT_STOPPED);
	assert_int_equal(tasks_open(f.app), 0);
	fixture_keys(&f, "T");
	fixture_sees(&f, "stopped");
	assert_int_equal(view_of(&f).logs, 0);
	fixture_keys(&f, "Enter");
	fixture_sees(&f, "It was stopped before its end.");
	fixture_keys(&f, "!");
	fixture_sees(&f, "all intact");
	fixture_close(&f);
}

/* Lists are read while it runs, and it goes on when its page is left. */
static void test_others_are_read_meanwhile(void **state)
{
	struct ui_fixture f;

	(void)state;
	fixture_open(&f, "operator", "home");
	app_audit_start(f.app);
	fixture_keys(&f, "2");
	assert_int_equal(view_of(&f).state, AUDIT_DONE);
	fixture_sees(&f, "Supervision");
	fixture_sees(&f, "all intact");
	fixture_close(&f);
}

static void test_it_is_for_the_platform(void **state)
{
	struct ui_fixture f;

	(void)state;
	fixture_open(&f, "alice", "home");
	fixture_keys(&f, "!");
	assert_int_equal(view_of(&f).state, AUDIT_NONE);
	fixture_sees(&f, "not for your role");
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_intact),
		cmocka_unit_test(test_a_broken_log_is_opened),
		cmocka_unit_test(test_it_is_stopped),
		cmocka_unit_test(test_others_are_read_meanwhile),
		cmocka_unit_test(test_it_is_for_the_platform),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
