/* ui/widget/form.h, with real actions and files in a folder of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/when.h"
#include "ui/widget/form.h"

#define NOW (INT64_C(1795329000) * WHEN_SECOND)

static struct form form;
static struct supervision supervision;
static struct actor actor;
static char folder[PATH_MAX];
static char text[16384];

static void make_file(const char *name, const char *contents)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(contents, file);
	fclose(file);
}

static int set_up_all(void **state)
{
	char template[] = "/tmp/koodesk-form-XXXXXX";

	(void)state;
	if (mkdtemp(template) == NULL || realpath(template, folder) == NULL || chdir(folder) != 0)
		return 1;
	mkdir("proofs", 0700);
	make_file("proofs/one.pdf", "x");
	make_file("contract-a.pdf", "x");
	make_file("contract-b.pdf", "x");
	make_file("empty.pdf", "");
	make_file("tool.exe", "x");
	make_file(".hidden.txt", "x");
	setenv("HOME", folder, 1);
	return 0;
}

static int tear_down_all(void **state)
{
	static const char *const names[] = {"proofs/one.pdf", "contract-a.pdf", "contract-b.pdf",
	    "empty.pdf", "tool.exe", ".hidden.txt"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		unlink(names[i]);
	rmdir("proofs");
	return chdir("/") != 0 || rmdir(folder) != 0;
}

static void start(enum action_id action)
{
	struct arena arena = {0};
	struct supervision *empty = record_new(&supervision_record, &arena);

	supervision = *empty; /* its texts are constants */
	arena_free(&arena);
	supervision.id = "CS1-000001";
	supervision.currency = "CNY";
	supervision.appeal = supervision.seller = supervision.buyer = "";
	supervision.flow = FLOW_MANUAL_STD;
	supervision.stage = STAGE_ACCEPTANCE;
	supervision.state = SUPERVISION_OPEN;
	supervision.placed_at = supervision.started_at = NOW - 10 * WHEN_DAY;
	supervision.amount = 100000;
	actor = (struct actor){.user = "u",
	    .name = "n",
	    .account = "a",
	    .account_name = "a",
	    .role = ROLE_SELLER};
	form_init(&form, action_get(action), &actor, &supervision, NOW);
}

static int tear_down(void **state)
{
	(void)state;
	form_free(&form);
	return 0;
}

static enum form_result press(const char *names)
{
	enum form_result result = FORM_NONE;

	while (*names != '\0') {
		size_t n = strcspn(names, " ");
		char name[32];
		struct key key;

		memcpy(name, names, n);
		name[n] = '\0';
		assert_true(key_parse(name, &key));
		result = form_key(&form, &key, NULL);
		names += n + (names[n] == ' ');
	}
	return result;
}

static void type(const char *s)
{
	struct key key = {.code = K_CHAR};

	for (; *s != '\0'; s++) {
		key.cp = (unsigned char)*s;
		form_key(&form, &key, NULL);
	}
}

static struct form_field *field(const char *name)
{
	for (size_t i = 0; i < form.count; i++) {
		if (strcmp(form.fields[i].input->name, name) == 0)
			return &form.fields[i];
	}
	fail_msg("no field %s", name);
	return NULL;
}

static const char *drawn(int rows, int cols)
{
	struct canvas canvas = {.ascii = true};
	struct buf out;

	buf_init(&out, sizeof text - 1);
	canvas_resize(&canvas, rows, cols);
	form_draw(&form, &canvas, (struct area){0, 0, rows, cols});
	canvas_dump(&canvas, &out);
	memcpy(text, buf_text(&out), out.len + 1);
	buf_free(&out);
	canvas_free(&canvas);
	return text;
}

/* What is known is filled in; it is nothing that has been typed. */
static void test_filled_in(void **state)
{
	(void)state;
	start(ACTION_SIGN_OFF);
	form_fill(&form, "carrier", "Speed");
	form_fill(&form, "tracking", "S1");
	form_fill(&form, "consignee", "");
	assert_true(form_empty(&form));
	assert_string_equal(edit_text(&field("tracking")->edit), "S1");
	assert_ptr_equal(&form.fields[form.here], field("signed_at"));
	press("Shift-Tab");
	type("2");
	assert_false(form_empty(&form));
	form_free(&form);
}

static void test_a_reason_and_send(void **state)
{
	struct command_value values[FORM_FIELDS_MAX];
	struct arena arena = {0};

	(void)state;
	start(ACTION_REJECT);
	assert_true(form_empty(&form));
	assert_int_equal(press("Ctrl-S"), FORM_TAKEN); /* the reason is missing */
	assert_int_equal(form.here, 0);
	assert_string_equal(field("reason")->problem, "This is required.");
	type("not as agreed");
	assert_string_equal(field("reason")->problem, ""); /* gone as soon as it is right */
	assert_int_equal(press("Enter"), FORM_TAKEN);      /* a new line of the reason */
	type("see log");
	assert_int_equal(press("Ctrl-S"), FORM_SEND);
	assert_int_equal(form_values(&form, values, FORM_FIELDS_MAX, &arena), 1);
	assert_string_equal(values[0].name, "reason");
	assert_string_equal(values[0].value, "not as agreed\nsee log");
	arena_free(&arena);
	assert_false(form_empty(&form));
	assert_int_equal(press("Tab Enter"), FORM_SEND); /* Enter on the last field */
	assert_int_equal(press("Ctrl-E"), FORM_TAKEN);   /* no editor for paths */
	assert_int_equal(press("Shift-Tab Ctrl-E"), FORM_EDITOR);
	assert_int_equal(press("Esc"), FORM_LEAVE);
}

/* What does not fit is not lost in silence. */
static void test_a_paste_that_is_too_long(void **state)
{
	static char long_text[INPUT_LONG_MAX + 100];
	struct key paste = {.code = K_PASTE};

	(void)state;
	memset(long_text, 'x', sizeof long_text - 1);
	start(ACTION_REJECT);
	form_key(&form, &paste, "short");
	assert_string_equal(form.problem, "");
	form_key(&form, &paste, long_text);
	assert_int_equal(strlen(edit_text(&field("reason")->edit)), INPUT_LONG_MAX);
	assert_non_null(strstr(form.problem, "its end is missing"));
	press("Backspace");
	assert_string_equal(form.problem, "");
}

/* A secret is neither written for an editor nor kept to be undone. */
static void test_a_secret_stays_in_its_field(void **state)
{
	(void)state;
	start(ACTION_DELIVER);
	form.here = (size_t)(field("password") - form.fields);
	type("Gehe1m");
	assert_int_equal(press("Ctrl-E"), FORM_TAKEN); /* the end of the line */
	press("Ctrl-U Ctrl-Z");
	assert_string_equal(edit_text(&field("password")->edit), "");
}

static void test_fields_that_depend_on_others(void **state)
{
	(void)state;
	start(ACTION_APPEAL);
	assert_false(form_asked(&form, field("commitment")));
	assert_int_equal(form.here, 0);
	press("Right");
	assert_int_equal(field("ground")->choice, GROUND_BUYER_INACTIVE);
	assert_true(form_asked(&form, field("commitment")));
	drawn(40, 80);
	assert_non_null(strstr(text, "(*) The buyer does not act"));
	assert_non_null(strstr(text, "( ) Another ground"));
	assert_non_null(strstr(text, "Commitment letter (required)"));
	press("Left"); /* around the end */
	assert_int_equal(field("ground")->choice, GROUND_OTHER);
	assert_null(strstr(drawn(40, 80), "Commitment letter"));
	press("d");
	assert_int_equal(field("ground")->choice, GROUND_NOT_AS_AGREED);
	press("r");
	assert_int_equal(field("ground")->choice, GROUND_UNFOUNDED_REJECTION);
	field("ground")->allowed = UINT64_C(1) << GROUND_OTHER;
	press("Right Right");
	assert_int_equal(field("ground")->choice, GROUND_OTHER);
	drawn(40, 80);
	assert_null(strstr(text, "Rejected without ground"));
}

static void test_values_of_hidden_fields_stay_at_home(void **state)
{
	struct command_value values[FORM_FIELDS_MAX];
	struct arena arena = {0};
	size_t n;

	(void)state;
	start(ACTION_DECIDE);
	actor.role = ROLE_OPERATOR;
	field("outcome")->choice = OUTCOME_REFUND;
	edit_set(&field("amount")->edit, "12.5");
	n = form_values(&form, values, FORM_FIELDS_MAX, &arena);
	assert_int_equal(n, 2);
	assert_string_equal(values[0].value, "refund");
	assert_string_equal(values[1].name, "amount");
	field("outcome")->choice = OUTCOME_RESUME;
	n = form_values(&form, values, FORM_FIELDS_MAX, &arena);
	assert_int_equal(n, 1);
	assert_string_equal(values[0].value, "resume");
	arena_free(&arena);
}

static void test_live_validation(void **state)
{
	(void)state;
	start(ACTION_DECIDE);
	field("outcome")->choice = OUTCOME_REFUND;
	press("Tab");
	assert_string_equal(form.fields[form.here].input->name, "amount");
	type("12x");
	assert_string_equal(field("amount")->problem,
	    ""); /* not while it is typed for the first time */
	press("Tab Shift-Tab");
	assert_true(field("amount")->problem[0] != '\0');
	assert_non_null(strstr(drawn(24, 80), field("amount")->problem));
	press("Backspace");
	assert_string_equal(field("amount")->problem, "");
}

static void test_path_completion(void **state)
{
	(void)state;
	start(ACTION_REJECT);
	press("Tab");
	type("con");
	press("Tab");
	assert_string_equal(edit_text(&field("files")->edit), "contract-");
	assert_string_equal(form.completions, "contract-a.pdf\ncontract-b.pdf");
	assert_non_null(strstr(drawn(24, 80), "contract-a.pdf  contract-b.pdf"));
	type("a");
	assert_string_equal(form.completions, "");
	press("Tab");
	assert_string_equal(edit_text(&field("files")->edit), "contract-a.pdf");
	edit_set(&field("files")->edit, "pro");
	press("Tab");
	assert_string_equal(edit_text(&field("files")->edit), "proofs/");
	press("Tab");
	assert_string_equal(edit_text(&field("files")->edit), "proofs/one.pdf");
	edit_set(&field("files")->edit, "~/pro");
	press("Tab");
	assert_string_equal(edit_text(&field("files")->edit), "~/proofs/");
	edit_set(&field("files")->edit, "./");
	press("Tab");
	assert_null(strstr(form.completions, "hidden"));
	assert_non_null(strstr(form.completions, "proofs/"));
	edit_set(&field("files")->edit, ".h");
	press("Tab");
	assert_string_equal(edit_text(&field("files")->edit), ".hidden.txt");
	edit_set(&field("files")->edit, "nothing-like-it");
	press("Tab");
	assert_string_equal(edit_text(&field("files")->edit), "nothing-like-it");
	assert_true(form.completions[0] != '\0');
	/* What was listed below one field is gone when another one is shown. */
	press("Ctrl-S");
	assert_string_equal(form.fields[form.here].input->name, "reason");
	assert_string_equal(form.completions, "");
}

static void test_files(void **state)
{
	static const char *const wrong[] = {"missing.pdf", "proofs", "empty.pdf", "tool.exe"};
	char path[PATH_MAX + 32];

	(void)state;
	start(ACTION_REJECT);
	press("Tab");
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		edit_set(&field("files")->edit, wrong[i]);
		assert_int_equal(press("Enter"), FORM_TAKEN);
		assert_int_equal(field("files")->n_files, 0);
		assert_true(field("files")->problem[0] != '\0');
		assert_string_equal(edit_text(&field("files")->edit), wrong[i]);
	}
	edit_set(&field("files")->edit, "contract-a.pdf");
	press("Enter");
	assert_int_equal(field("files")->n_files, 1);
	assert_string_equal(field("files")->problem, "");
	assert_string_equal(edit_text(&field("files")->edit), "");
	snprintf(path, sizeof path, "%s/contract-a.pdf", folder);
	assert_string_equal(field("files")->files[0].path, path);
	assert_int_equal(field("files")->files[0].kind, FILE_EVIDENCE);
	assert_non_null(strstr(drawn(24, 80), "contract-a.pdf  1 B  Evidence"));
	press("Ctrl-T");
	assert_int_equal(field("files")->files[0].kind, FILE_COMMUNICATION);
	edit_set(&field("files")->edit, "~/contract-a.pdf");
	press("Enter"); /* the same file */
	assert_int_equal(field("files")->n_files, 1);
	edit_set(&field("files")->edit, "contract-b.pdf");
	press("Enter");
	press("Ctrl-D");
	assert_int_equal(field("files")->n_files, 1);
	press("Ctrl-D Ctrl-D");
	assert_int_equal(field("files")->n_files, 0);
}

static void test_a_path_that_stands_there_is_meant(void **state)
{
	(void)state;
	start(ACTION_REJECT);
	type("reason");
	press("Tab");
	type("contract-a.pdf");
	assert_int_equal(press("Ctrl-S"), FORM_SEND);
	assert_int_equal(field("files")->n_files, 1);
	type("missing.pdf");
	assert_int_equal(press("Ctrl-S"), FORM_TAKEN);
	assert_string_equal(form.fields[form.here].input->name, "files");
}

static void test_required_files(void **state)
{
	(void)state;
	start(ACTION_DELIVER);
	edit_set(&field("result")->edit, "done");
	assert_int_equal(press("Ctrl-S"), FORM_TAKEN);
	assert_string_equal(form.fields[form.here].input->name, "sow");
	type("contract-a.pdf");
	press("Enter");
	assert_int_equal(press("Ctrl-S"), FORM_TAKEN);
	assert_string_equal(form.fields[form.here].input->name, "acceptance");
	type("contract-b.pdf");
	assert_int_equal(press("Ctrl-S"), FORM_SEND);
}

static void test_answers_of_the_engine(void **state)
{
	struct error err = {.status = STATUS_INVALID};

	(void)state;
	start(ACTION_APPEAL);
	snprintf(err.field, sizeof err.field, "claim");
	snprintf(err.message, sizeof err.message, "too vague");
	form_problem(&form, &err);
	assert_string_equal(form.fields[form.here].input->name, "claim");
	assert_non_null(strstr(drawn(24, 80), "too vague"));
	snprintf(err.field, sizeof err.field, "$.other");
	snprintf(err.message, sizeof err.message, "moved on");
	form_problem(&form, &err);
	assert_string_equal(form.problem, "moved on");
	assert_non_null(strstr(drawn(24, 80), "moved on"));
}

static void test_drafts(void **state)
{
	struct buf draft, again;

	(void)state;
	buf_init(&draft, 65536);
	buf_init(&again, 65536);
	start(ACTION_APPEAL);
	press("Right");
	edit_set(&field("reason")->edit, "two\n\"lines\"");
	edit_set(&field("evidence")->edit, "contr");
	form.here = 3;
	edit_set(&field("evidence")->edit, "contract-a.pdf");
	press("Enter Ctrl-T");
	type("half");
	form_draft(&form, &draft);
	form_free(&form);
	start(ACTION_APPEAL);
	form_restore(&form, buf_text(&draft), draft.len);
	assert_int_equal(field("ground")->choice, GROUND_BUYER_INACTIVE);
	assert_string_equal(edit_text(&field("reason")->edit), "two\n\"lines\"");
	assert_int_equal(field("evidence")->n_files, 1);
	form_draft(&form, &again);
	assert_string_equal(buf_text(&again), buf_text(&draft));
	form_free(&form);
	/* Another action's draft, and what is none, change nothing. */
	start(ACTION_REJECT);
	form_restore(&form, buf_text(&draft), draft.len);
	form_restore(&form, "{\"action\":\"reject\",\"fields\":[],\"files\":{}}", 42);
	form_restore(&form, "garbage", 7);
	form_restore(&form,
	    "{\"action\":\"reject\",\"fields\":{\"unknown\":\"x\"},\"files\":[{\"input\":\"nope\"}]"
	    "}",
	    72);
	assert_true(form_empty(&form));
	buf_free(&draft);
	buf_free(&again);
}

static void test_the_focused_field_is_seen(void **state)
{
	(void)state;
	start(ACTION_APPEAL);
	press("Right");
	for (int rows = 8; rows < 40; rows += 4) {
		for (size_t i = 0; i < form.count; i++) {
			form.here = i;
			drawn(rows, 80);
			assert_non_null(strstr(text, form.fields[i].input->label));
		}
		form.here = 0;
		assert_non_null(strstr(drawn(rows, 80), "> Ground"));
	}
}

static void test_description(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 65536);
	start(ACTION_REJECT);
	type("no");
	form_describe(&form, &out);
	assert_string_equal(
	    buf_text(&out), "> Reason (required) [reason]: no\n  Files [files]: \n");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(test_filled_in, tear_down),
	    cmocka_unit_test_teardown(test_a_reason_and_send, tear_down),
	    cmocka_unit_test_teardown(test_a_paste_that_is_too_long, tear_down),
	    cmocka_unit_test_teardown(test_a_secret_stays_in_its_field, tear_down),
	    cmocka_unit_test_teardown(test_fields_that_depend_on_others, tear_down),
	    cmocka_unit_test_teardown(test_values_of_hidden_fields_stay_at_home, tear_down),
	    cmocka_unit_test_teardown(test_live_validation, tear_down),
	    cmocka_unit_test_teardown(test_path_completion, tear_down),
	    cmocka_unit_test_teardown(test_files, tear_down),
	    cmocka_unit_test_teardown(test_a_path_that_stands_there_is_meant, tear_down),
	    cmocka_unit_test_teardown(test_required_files, tear_down),
	    cmocka_unit_test_teardown(test_answers_of_the_engine, tear_down),
	    cmocka_unit_test_teardown(test_drafts, tear_down),
	    cmocka_unit_test_teardown(test_the_focused_field_is_seen, tear_down),
	    cmocka_unit_test_teardown(test_description, tear_down),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
