/* src/model/filter.h: what a filter means, row by row, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/records.h"

#define HOUR WHEN_HOUR
#define DAY WHEN_DAY

/* The type of the marketplace with conditions of this test, so that those may change. */
static const struct condition conditions[] = {
    {"mine", "My turn", "turn:@role state:open"},
    {"overdue", "Overdue", "due_at<@now"},
    {"frozen", "Frozen", "!appeal="},
    {"calm", "Calm", "!is:mine freezes=0"},
    {"anything", "Anything", ""},
    {"loop", "Loop", "is:loop"},
    {"regex", "Regex", "~x"},
    {NULL, NULL, NULL},
};
static struct record_type type;
static struct filter_context context;
static struct supervision row;
static struct arena arena;

static int64_t iso(const char *s)
{
	int64_t at = -1;

	if (!when_parse_iso(s, &at))
		fail_msg("%s", s);
	return at;
}

static int setup(void **state)
{
	void *blank;

	(void)state;
	type = supervision_record;
	type.conditions = conditions;
	context = (struct filter_context){
	    .role = ROLE_BUYER,
	    .now = iso("2026-11-22T06:30:00Z"),
	    .offset = WHEN_PLATFORM_OFFSET,
	};
	blank = record_new(&type, &arena);
	memcpy(&row, blank, sizeof row);
	row.id = "CS2211181819B4LVS-000001";
	row.order_id = "CS2211181819B4LVS";
	row.product_name = "Cloud Backup Pro 5.2";
	row.buyer_name = "北京数据安全";
	row.seller = "acc-17";
	row.seller_name = "Data Safe";
	row.stage = STAGE_ACCEPTANCE;
	row.turn = ROLE_BUYER;
	row.state = SUPERVISION_OPEN;
	row.stay_since = context.now - 6 * DAY - 5 * HOUR;
	row.due_at = context.now + 3 * HOUR;
	row.amount = 1000500;
	row.currency = "CNY";
	row.freezes = 2;
	row.reviewed = 1;
	row.placed_at = iso("2026-11-01T08:15:30Z");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static const struct filter *parsed(const char *text)
{
	const struct filter *filter = NULL;
	struct error err = {0};

	if (filter_parse(&type, text, &context, &arena, &filter, &err) != STATUS_OK)
		fail_msg("%s: %s", text, err.message);
	return filter;
}

static bool passes(const char *text)
{
	struct view view = {.now = context.now, .offset = context.offset};

	return filter_matches(parsed(text), &row, &view);
}

#define YES(text) assert_true(passes(text))
#define NO(text) assert_false(passes(text))

/* Refused, with the term and a hint in the message. */
static void refused(const char *text, const char *hint)
{
	const struct filter *filter = NULL;
	struct error err = {0};

	if (filter_parse(&type, text, &context, &arena, &filter, &err) != STATUS_INVALID)
		fail_msg("%s was taken", text);
	assert_null(filter);
	assert_int_equal(err.status, STATUS_INVALID);
	assert_string_equal(err.field, "filter");
	if (strstr(err.message, hint) == NULL)
		fail_msg("%s: no \"%s\" in: %s", text, hint, err.message);
}

static void test_empty(void **state)
{
	(void)state;
	assert_int_equal(parsed("")->count, 0);
	assert_int_equal(parsed(NULL)->count, 0);
	assert_int_equal(parsed(" \t ")->count, 0);
	assert_string_equal(parsed(NULL)->text, "");
	assert_string_equal(parsed("  a  b ")->text, "a  b");
	assert_int_equal(parsed("  a  b ")->count, 2);
	YES("");
}

static void test_words(void **state)
{
	(void)state;
	YES("backup");
	YES("BACKUP data");
	YES("ackup");
	YES("4lvs");
	NO("backups");
	NO("backup nothing");
	YES("!nothing");
	NO("!backup");
	YES("!!backup");
	YES("\"backup pro\"");
	YES("\"pro backup\"");	/* both runs, wherever */
	YES("\"backup safe\""); /* even in different columns */
	NO("\"backup nothing\"");
	YES("5.2"); /* two runs: 5 and 2 */
	NO("5.7");
	YES("数据");
	YES("据安");
	NO("安数");
	YES("数据,安全"); /* two runs */
	YES("ＢＡＣＫＵＰ　ｐｒｏ");
	NO("acc-99");
	YES("-backup-"); /* no sign */
	refused("--", "letter or digit");
	refused("\"\"", "letter or digit");
	refused("!", "letter or digit");
	refused("backup \"two words", "quote");
}

static void test_runs(void **state)
{
	const char *const *runs;

	(void)state;
	assert_int_equal(
	    filter_runs("A-b.1 数据；库 \xF0\x9F\x91\xA8x \xC3\x89t\xC3\xA9", &arena, &runs), 7);
	assert_string_equal(runs[0], "a");
	assert_string_equal(runs[1], "b");
	assert_string_equal(runs[2], "1");
	assert_string_equal(runs[3], "数据");
	assert_string_equal(runs[4], "库");
	assert_string_equal(runs[5], "x");
	assert_string_equal(runs[6], "\xC3\xA9t\xC3\xA9");
	assert_int_equal(filter_runs("a\xFF"
				     "b",
			     &arena, &runs),
	    2);
	assert_int_equal(
	    filter_runs("\xC8\xBA\xC8\xBA\xC8\xBA", &arena, &runs), 1); /* grows by folding */
	assert_string_equal(runs[0], "\xE2\xB1\xA5\xE2\xB1\xA5\xE2\xB1\xA5");
	assert_int_equal(filter_runs("", &arena, &runs), 0);
	assert_int_equal(filter_runs(" 、。～-_", &arena, &runs), 0);
	assert_true(filter_word_char('z') && filter_word_char('0') && filter_word_char(0x6570));
	assert_false(filter_word_char('_') || filter_word_char(0x3000) || filter_word_char(0xFFFD));
}

static void test_text(void **state)
{
	(void)state;
	YES("seller:safe");
	YES("seller:\"data safe\"");
	YES("\"seller\":\"DATA S\"");
	NO("seller:acc");
	YES("sellerId:acc");
	YES("seller-id=ACC-17");
	NO("seller-id=acc-1");
	NO("seller=data");
	YES("seller=\"data safe\"");
	NO("!seller:safe");
	YES("seller!=data");
	NO("!seller!=data");
	YES("order=cs2211181819b4lvs");
	YES("supervision:000001"); /* the key, by its heading */
	YES("product:\"backup pro 5.2\"");
	YES("seller：Ｓafe"); /* full-width colon */
	YES("appeal=");
	NO("!appeal=");
	YES("appeal=\"\"");
	YES("currency=CNY");
	row.seller_name = "a\"b c";
	YES("seller:\"a\\\"b c\"");
	refused("seller:", "missing");
	refused("seller>a", "no order");
}

static void test_choices(void **state)
{
	const struct filter *filter = parsed("stage:delivery,acceptance");

	(void)state;
	assert_int_equal(filter->terms[0].op, OP_IN);
	assert_int_equal(filter->terms[0].set, 1u << STAGE_DELIVERY | 1u << STAGE_ACCEPTANCE);
	YES("stage:delivery,acceptance");
	YES("node=Acceptance");
	NO("node:delivery");
	YES("!node:delivery");
	YES("flow:none");
	YES("flow=");
	NO("node:none,delivery");
	row.stage = STAGE_REVIEW;
	YES("node:huawei-review");
	YES("node:\"Huawei review\"");
	refused("node:nowhere", "delivery");
	refused("node:delivery,", "delivery");
	refused("node>delivery", "no order");
	YES("turn:@role");
	context.role = ROLE_SELLER;
	NO("turn:@role");
	context.role = ROLE_NONE;
	row.turn = ROLE_NONE;
	NO("turn:@role"); /* nobody's turn is nobody's */
}

static void test_numbers(void **state)
{
	(void)state;
	YES("amount>1000");
	NO("amount>1,000.50");
	YES("amount>=1,000.50");
	YES("amount:1000.5");
	YES("amount=1000.500");
	YES("amount<=1000.5");
	NO("amount<1000.5");
	YES("amount!=7");
	YES("amount≥1000 amount≤2000");
	YES("freezes:2");
	YES("freezes>1 freezes<3 freezes>=2 freezes<=2");
	NO("freezes>2");
	NO("freezes=-2");
	YES("reviewed:yes");
	YES("reviewed=TRUE reviewed:1");
	NO("reviewed:no");
	NO("reviewed:0");
	refused("freezes:many", "whole number");
	refused("freezes:2x", "whole number");
	refused("freezes:", "whole number");
	refused("freezes:99999999999999999999", "whole number");
	refused("amount>1.2345", "amount");
	refused("reviewed:perhaps", "yes or no");
	refused("reviewed>0", "no order");
}

static void test_ages(void **state)
{
	(void)state;
	YES("waiting>5d");
	YES("waiting>=6d");
	YES("waiting>6d");
	NO("waiting>7d");
	YES("waiting<7d waiting<1w");
	NO("waiting<6d");
	YES("waiting:6d"); /* as it is shown */
	NO("waiting:5d");
	NO("waiting:7d");
	YES("waiting>148h waiting<150h waiting:149h");
	YES("stay_since>5d staySince>5d");
	YES("ordered>20d ordered<22d"); /* any other time is an age too */
	row.stay_since = context.now - 5 * DAY;
	NO("waiting>5d");
	YES("waiting>=5d");
	YES("waiting<=5d");
	YES("waiting:5d");
	NO("waiting<5d");
	row.stay_since--;
	YES("waiting>5d");
	NO("waiting<=5d");
	row.state = SUPERVISION_COMPLETED;
	NO("waiting>5d"); /* nobody waits for it, whenever it got there */
	NO("waiting>=6d");
	YES("!waiting>5d");
	YES("stay_since>5d");
	row.state = SUPERVISION_OPEN;
	row.stay_since = 0;
	NO("waiting>5d");
	NO("waiting<5d");
	NO("waiting:5d");
	YES("!waiting>5d");
	refused("waiting>5x", "5d");
	refused("waiting>5", "5d");
	refused("waiting>", "5d");
	refused("waiting>9999999999w", "5d");
}

static void test_left(void **state)
{
	(void)state;
	YES("due<1d");
	NO("due<3h");
	YES("due<=3h");
	YES("due:3h");
	YES("due>2h");
	NO("due>3h");
	NO("due<0");
	NO("is:overdue");
	YES("time-left<1d"); /* the heading */
	row.due_at = context.now - 3 * HOUR - 1;
	YES("due<0");
	YES("due<1d");
	YES("due<-3h");
	NO("due<-4h");
	YES("due:-3h");
	NO("due:-4h");
	YES("is:overdue");
	row.due_at = context.now - 3 * HOUR;
	YES("due:-3h due<=-3h due>=-3h");
	NO("due<-3h");
	NO("due:-2h");
	row.due_at = 0;
	NO("due<1d");
	NO("due>1d");
	NO("due<0");
	NO("is:overdue");
	YES("due= due:none");
}

static void test_dates(void **state)
{
	const struct filter *filter = parsed("ordered:2026-11-01");

	(void)state;
	assert_int_equal(filter->terms[0].op, OP_RANGE);
	assert_true(filter->terms[0].number == iso("2026-10-31T16:00:00Z"));
	assert_true(filter->terms[0].upper == iso("2026-11-01T16:00:00Z"));
	YES("ordered:2026-11-01");
	NO("ordered>2026-11-01");
	NO("ordered<2026-11-01");
	YES("ordered>=2026-11-01 ordered<=2026-11-01");
	YES("ordered>2026-10-31 ordered<2026-11-02");
	YES("ordered:\"2026-11-01 16:15\"");
	NO("ordered:\"2026-11-01 16:16\"");
	NO("ordered>\"2026-11-01 16:15\"");
	YES("ordered>\"2026-11-01 16:14\"");
	YES("ordered=\"2026-11-01 16:15:30\"");
	NO("ordered=\"2026-11-01 16:15:31\"");
	YES("ordered:2026-11-01T08:15:30Z");
	YES("ordered<@now");
	NO("ended:2026-11-01");
	NO("ended<2026-11-01");
	YES("ended=");
	NO("ended!=");
	row.placed_at = iso("2026-10-31T15:59:59.999Z");
	NO("ordered:2026-11-01");
	row.placed_at++;
	YES("ordered:2026-11-01");
	refused("ordered:2026-02-30", "2026-11-01");
	refused("ordered:", "2026-11-01");
}

static void test_conditions(void **state)
{
	const struct filter *filter = parsed("!is:mine");

	(void)state;
	assert_int_equal(filter->terms[0].op, OP_GROUP);
	assert_true(filter->terms[0].negated);
	assert_int_equal(filter->terms[0].group->count, 2);
	YES("is:mine");
	YES("is:My-turn");
	NO("!is:mine");
	NO("is:calm");
	NO("is:frozen");
	YES("is:anything");
	NO("!is:anything");
	row.turn = ROLE_SELLER; /* one of two conditions fails: not-both holds */
	NO("is:mine");
	YES("!is:mine");
	NO("is:calm"); /* its freezes=0 does not hold */
	row.freezes = 0;
	YES("is:calm");
	row.appeal = "A";
	YES("is:frozen");
	refused("is:", "mine");
	refused("is:nothing", "mine, overdue");
	refused("is:loop", "name each other");
	refused("is:regex", "regular");
	type.conditions = NULL;
	refused("is:mine", "no named conditions");
}

static void test_regex(void **state)
{
	char text[FILTER_REGEX_MAX + 3];

	(void)state;
	YES("~^CS22.*backup");
	NO("~^backup");
	YES("!~^backup");
	YES("~\"pro 5\\.2 data\""); /* the columns stand side by side */
	YES("~6d$");
	YES("~(a|b){2}|x:y>z|5.2");
	assert_true(filter_has_regex(parsed("backup ~x")));
	assert_false(filter_has_regex(parsed("backup \"~x\"")));
	refused("~", "missing");
	refused("~(", "regular expression");
	refused("~((a{1,100}){1,100}){1,100}", "1000");
	refused("~(a{2000000000000})", "1000");
	refused("~((((((((((a+)+)+)+)+)+)+)+)+)+)+", "1000");
	refused("~a++++++++++++", "1000");
	refused("~((((((((((a{1,}){1,}){1,}){1,}){1,}){1,}){1,}){1,}){1,}){1,})", "1000");
	refused("~(a)\\1", "references");
	YES("~a+l+o+u+d+|[a-z]+[0-9]+\"[a-z]+ +[a-z]+ +[a-z]+ +[a-z]+ +5\\.2\"|b+a+c+k+u+p+");
	NO("~a{1000}");
	snprintf(text, sizeof text, "~(%0150d){1,1000}", 0);
	refused(text, "20000");
	text[0] = '~';
	memset(text + 1, 'a', sizeof text - 2);
	text[sizeof text - 1] = '\0';
	refused(text, "200");
	text[sizeof text - 2] = '\0';
	NO(text);
}

static void test_columns(void **state)
{
	char name[64], list[512];
	size_t i;

	(void)state;
	refused("color:red", "seller");
	refused("color:red", "waiting");
	refused("color:red", "color:red");
	refused("remaining>5", "no such column"); /* INTERNAL */
	refused("version>1", "no such column");	  /* no FILTER */
	refused(":x", "no such column");
	refused("http://x", "no such column");
	/* What messages offer is what can be typed. */
	for (i = 0; i < type.count; i++) {
		const struct field *field = &type.fields[i];

		if ((field->flags & (FILTER | KEY)) == 0)
			continue;
		column_name(&type, field, name, sizeof name);
		assert_ptr_equal(column_find(&type, name, FILTER | KEY), field);
	}
	column_list(&type, FILTER | KEY, list, sizeof list);
	assert_non_null(strstr(list, "sellerId"));
	assert_null(strstr(list, "..."));
	column_list(&type, FILTER | KEY, list, 40);
	assert_true(strlen(list) < 40);
	assert_string_equal(list + strlen(list) - 3, "...");
	column_list(&type, FILTER | KEY, list, 1);
	assert_string_equal(list, "");
}

static void test_types(void **state)
{
	const struct record_type *const *each;
	const struct condition *condition;
	const struct filter *filter;
	struct error err;

	(void)state;
	/* Every condition of every type can be read, for every role. */
	for (each = record_types; *each != NULL; each++) {
		for (condition = (*each)->conditions; condition != NULL && condition->word != NULL;
		     condition++) {
			const char *text = arena_printf(&arena, "is:%s", condition->word);

			if (filter_parse(*each, text, &context, &arena, &filter, &err) != STATUS_OK)
				fail_msg("%s: %s: %s", (*each)->name, text, err.message);
		}
	}
	/* A log has no columns for words. */
	assert_int_equal(filter_parse(&log_entry_record, "word", &context, &arena, &filter, &err),
	    STATUS_INVALID);
	assert_non_null(strstr(err.message, "actor"));
}

static void test_limits(void **state)
{
	char text[FILTER_TEXT_MAX + 2];

	(void)state;
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	refused(text, "4000");
	text[sizeof text - 2] = '\0';
	NO(text);
	for (size_t i = 0; i < FILTER_TERMS_MAX; i++)
		memcpy(text + 2 * i, "a ", 2);
	text[2 * FILTER_TERMS_MAX - 1] = '\0';
	YES(text);
	memcpy(text + 2 * FILTER_TERMS_MAX - 1, " a", 3);
	refused(text, "64");
	refused("seller:\xFF", "UTF-8");
	assert_int_equal(
	    filter_parse(&type, "a:b", &context, &arena, &(const struct filter *){NULL}, NULL),
	    STATUS_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_empty),
	    TEST(test_words),
	    TEST(test_runs),
	    TEST(test_text),
	    TEST(test_choices),
	    TEST(test_numbers),
	    TEST(test_ages),
	    TEST(test_left),
	    TEST(test_dates),
	    TEST(test_conditions),
	    TEST(test_regex),
	    TEST(test_columns),
	    TEST(test_types),
	    TEST(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
