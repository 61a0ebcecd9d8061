/*
 * Who sees what (R13): every asker against the supervisions of every flow, reviewed and not, open,
 * frozen and ended, and against their orders, lines, instances, log entries, files and appeals:
 * shown, listed, fetched and verified. What lies outside one's scope is answered like what does not
 * exist.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "expect_catalogue.h"
#include "expect_engine.h"

#define SUBJECTS 16

static struct engine engine;
static struct subject subjects[SUBJECTS];
static unsigned long n_checked;

static const struct expect_asker askers[] = {
	{ ROLE_BUYER, EXPECT_OWN },
	{ ROLE_BUYER, EXPECT_COUNTERPART },
	{ ROLE_BUYER, EXPECT_FOREIGN },
	{ ROLE_SELLER, EXPECT_OWN },
	{ ROLE_SELLER, EXPECT_COUNTERPART },
	{ ROLE_SELLER, EXPECT_FOREIGN },
	{ ROLE_REVIEWER, EXPECT_OWN },
	{ ROLE_OPERATOR, EXPECT_OWN },
	{ ROLE_NONE, EXPECT_FOREIGN },
};
#define ASKERS (sizeof(askers) / sizeof(askers[0]))

/* One of each flow, reviewed or not: with an appeal, completed, refunded, and as it began. All but
 * the last have files. */
static void make_subjects(void)
{
	for (size_t i = 0; i < SUBJECTS; i++) {
		struct subject *s = &subjects[i];
		size_t kind = i / 4;

		engine_order(&engine, s, i % 2 ? FLOW_MANUAL_STD : FLOW_LIC_OFFLINE,
		    i % 4 > 1 ? EXPECT_REVIEWED : 0, (unsigned)i);
		while (kind < 3 && s->state.stage != STAGE_ACCEPTANCE)
			engine_forward(&engine, s);
		if (kind == 0 || kind == 2)
			engine_act(&engine, s, ROLE_BUYER, ACTION_APPEAL);
		if (kind == 1)
			engine_forward(&engine, s);
		if (kind == 2)
			engine_decide(&engine, s, OUTCOME_REFUND, STAGE_NONE, ENGINE_PAID / 2);
	}
	assert_int_equal(engine.wrong, 0);
}

static bool sees(const struct expect_asker *asker, const struct subject *subject)
{
	return expect_exists(&subject->state, asker) == EXPECT_YES;
}

/* The same answer as for an id that nobody has: status and words, the id aside. */
static void check_show(
    const struct expect_asker *asker, const struct record_type *type, const char *id, bool seen)
{
	struct actor actor = expect_catalogue_actor(asker);
	struct error err = { 0 }, nobody = { 0 };
	struct page *page = NULL;
	enum status got = market_show(engine.market, &actor, type, id, engine.now, &page, &err);
	char other[96];

	n_checked++;
	if (got != (seen ? STATUS_OK : STATUS_NOTFOUND))
		fail_msg("%s of %d shows %s %s: %s, %s", names_word(&role_names, asker->role),
		    (int)asker->owner, type->name, id, status_word(got), err.message);
	if (seen) {
		assert_int_equal(err.status, STATUS_OK);    /* base/status.h: left as it was */
		assert_int_equal(page->count, 1);
		assert_string_equal(record_id(type, page->rows[0]), id);
		page_drop(page);
		return;
	}
	/* an id as long as the real one that cannot be there */
	snprintf(other, sizeof(other), "%s", id);
	memcpy(other, "ZZ", 2);
	assert_int_equal(
	    market_show(engine.market, &actor, type, other, engine.now, &page, &nobody),
	    STATUS_NOTFOUND);
	for (char *at = err.message; (at = strstr(at, id)) != NULL;)
		memcpy(at, "ZZ", 2);
	assert_string_equal(err.message, nobody.message);
	assert_string_equal(err.field, nobody.field);
	assert_string_equal(err.detail, "");
}

struct id_list {
	char ids[64][80];
	size_t n;
};

static enum status list_ids(const struct actor *actor, const struct record_type *type,
    const char *parent, struct id_list *out)
{
	struct query query = {
		.type = type, .parent = parent, .limit = QUERY_LIMIT_MAX, .count = true
	};
	struct page *page = NULL;
	struct error err = { 0 };
	enum status got = market_list(engine.market, actor, &query, engine.now, &page, &err);

	out->n = 0;
	if (got != STATUS_OK)
		return got;
	assert_int_equal(page->total, page->count);
	for (size_t i = 0; i < page->count && out->n < 64; i++)
		snprintf(out->ids[out->n++], 80, "%s", record_id(type, page->rows[i]));
	page_drop(page);
	return got;
}

static const struct record_type *const children[] = { &log_entry_record, &attachment_record,
	&appeal_record };

/* The rows under one supervision: shown and listed for who sees it, not there for who does not. */
static void check_children(const struct expect_asker *asker, const struct subject *subject)
{
	const struct expect_asker operator= { ROLE_OPERATOR, EXPECT_OWN };
	struct actor actor = expect_catalogue_actor(asker), all = expect_catalogue_actor(&operator);
	static struct id_list ids, seen;

	for (size_t c = 0; c < 3; c++) {
		assert_int_equal(list_ids(&all, children[c], subject->id, &ids), STATUS_OK);
		if (children[c] == &log_entry_record)
			assert_int_equal(ids.n, subject->entries0 + subject->state.entries);
		if (children[c] == &appeal_record)
			assert_int_equal(ids.n, subject->state.appeals);
		n_checked++;
		if (sees(asker, subject)) {
			assert_int_equal(
			    list_ids(&actor, children[c], subject->id, &seen), STATUS_OK);
			assert_int_equal(seen.n, ids.n);
			for (size_t i = 0; i < ids.n; i++)
				assert_string_equal(seen.ids[i], ids.ids[i]);
		} else {
			assert_int_equal(
			    list_ids(&actor, children[c], subject->id, &seen), STATUS_NOTFOUND);
		}
		for (size_t i = 0; i < ids.n; i++)
			check_show(asker, children[c], ids.ids[i], sees(asker, subject));
	}
}

static void test_shown(void **unused)
{
	(void)unused;
	for (size_t a = 0; a < ASKERS; a++)
		for (size_t i = 0; i < SUBJECTS; i++) {
			const struct subject *s = &subjects[i];
			const struct order_line *line;

			check_show(&askers[a], &supervision_record, s->id, sees(&askers[a], s));
			check_children(&askers[a], s);
			/* of orders and lines nothing is said for a reviewer */
			if (askers[a].role == ROLE_REVIEWER)
				continue;
			check_show(&askers[a], &order_record, s->order, sees(&askers[a], s));
			check_show(&askers[a], &order_line_record, s->id, sees(&askers[a], s));
			line = engine_row(&engine, &order_line_record, s->id);
			assert_non_null(line);
			check_show(
			    &askers[a], &instance_record, line->instance, sees(&askers[a], s));
			arena_free(&engine.arena);
		}
	print_message("sees: %lu answers checked\n", n_checked);
}

static bool all_subjects(const struct expect_asker *asker, const struct id_list *ids)
{
	size_t expected = 0;

	for (size_t i = 0; i < SUBJECTS; i++) {
		bool there = false;

		for (size_t k = 0; k < ids->n; k++)
			there = there || strcmp(ids->ids[k], subjects[i].id) == 0;
		if (there != sees(asker, &subjects[i]))
			return false;
		expected += there;
	}
	return ids->n == expected;
}

static void test_listed(void **unused)
{
	static struct id_list ids;

	(void)unused;
	for (size_t a = 0; a < ASKERS; a++) {
		struct actor actor = expect_catalogue_actor(&askers[a]);

		assert_int_equal(list_ids(&actor, &supervision_record, NULL, &ids), STATUS_OK);
		if (!all_subjects(&askers[a], &ids))
			fail_msg("%s of %d lists %zu supervisions, not those it may see",
			    names_word(&role_names, askers[a].role), (int)askers[a].owner, ids.n);
		/* an appeal is listed with its supervision */
		assert_int_equal(list_ids(&actor, &appeal_record, NULL, &ids), STATUS_OK);
		for (size_t k = 0; k < ids.n; k++) {
			bool mine = false;

			for (size_t i = 0; i < SUBJECTS; i++)
				if (strncmp(ids.ids[k], subjects[i].id, strlen(subjects[i].id)) ==
				    0)
					mine = sees(&askers[a], &subjects[i]);
			assert_true(mine);
		}
	}
}

static enum status count_bytes(void *state, const void *data, size_t n, struct error *err)
{
	(void)data;
	(void)err;
	*(size_t *)state += n;
	return STATUS_OK;
}

static void test_fetched_and_verified(void **unused)
{
	const struct expect_asker operator= { ROLE_OPERATOR, EXPECT_OWN };
	struct actor all = expect_catalogue_actor(&operator);
	static struct id_list ids;
	size_t files = 0;

	(void)unused;
	for (size_t a = 0; a < ASKERS; a++)
		for (size_t i = 0; i < SUBJECTS; i++) {
			struct actor actor = expect_catalogue_actor(&askers[a]);
			enum status expected =
			    sees(&askers[a], &subjects[i]) ? STATUS_OK : STATUS_NOTFOUND;
			struct verdict verdict;
			struct error err = { 0 };

			assert_int_equal(
			    market_verify(engine.market, &actor, subjects[i].id, &verdict, &err),
			    expected);
			assert_int_equal(
			    list_ids(&all, &attachment_record, subjects[i].id, &ids), STATUS_OK);
			for (size_t k = 0; k < ids.n; k++, files++) {
				size_t bytes = 0;
				struct byte_sink sink = { count_bytes, &bytes };

				assert_int_equal(
				    market_fetch(engine.market, &actor, ids.ids[k], &sink, &err),
				    expected);
				assert_true(expected == STATUS_OK ? bytes > 0 : bytes == 0);
			}
		}
	assert_true(files > 100);
}

/* The changes that are announced are those of what one sees. */
static void test_changes(void **unused)
{
	(void)unused;
	for (size_t a = 0; a < ASKERS; a++) {
		struct actor actor = expect_catalogue_actor(&askers[a]);
		int64_t expected = 0, next = 0;
		struct page *page = NULL;
		struct error err = { 0 };

		for (size_t i = 0; i < SUBJECTS; i++)
			if (sees(&askers[a], &subjects[i]))
				expected += subjects[i].entries0 + subjects[i].state.entries;
		assert_int_equal(
		    market_changes(engine.market, &actor, 0, QUERY_LIMIT_MAX, &page, &next, &err),
		    STATUS_OK);
		assert_int_equal(page->count, expected);
		page_drop(page);
	}
}

static int open_engine(void **unused)
{
	(void)unused;
	engine_open(&engine);
	make_subjects();
	return 0;
}

static int close_engine(void **unused)
{
	(void)unused;
	engine_close(&engine);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_listed),
		cmocka_unit_test(test_fetched_and_verified),
		cmocka_unit_test(test_changes),
	};

	return cmocka_run_group_tests_name("expect_sees", tests, open_engine, close_engine);
}
