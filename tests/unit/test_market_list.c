/* What each actor is shown (R13). */
#include "market_fixture.h"

static size_t count(struct bench *b, const struct actor *actor, const struct record_type *type,
    const char *filter, const char *parent)
{
	struct query query = { .type = type, .filter = filter, .parent = parent, .limit = 100 };
	struct page *page;
	size_t n;

	assert_status(b, market_list(b->market, actor, &query, T0, &page, &b->err), STATUS_OK);
	assert_int_equal(page->at, T0);
	n = page->count;
	page_drop(page);
	return n;
}

static void test_lists(void **state)
{
	struct bench *b = *state;

	assert_int_equal(count(b, &b->buyer, &supervision_record, "", NULL), 3);
	assert_int_equal(count(b, &b->seller, &supervision_record, "", NULL), 1);
	assert_int_equal(count(b, &b->mover, &supervision_record, "", NULL), 2);
	assert_int_equal(count(b, &b->other_buyer, &supervision_record, "", NULL), 0);
	assert_int_equal(count(b, &b->reviewer, &supervision_record, "", NULL), 1);
	assert_int_equal(count(b, &b->operator, & supervision_record, "", NULL), 3);
	assert_int_equal(count(b, &b->operator, & supervision_record, "stage:delivery", NULL), 1);
	assert_int_equal(count(b, &b->seller, &supervision_record, "turn:seller", NULL), 1);
	assert_int_equal(count(b, &b->other_buyer, &product_record, "", NULL), 6);
	assert_int_equal(count(b, &b->reviewer, &order_record, "", NULL), 1);
}

static void test_children(void **state)
{
	struct bench *b = *state;
	struct query query = { .type = &log_entry_record, .parent = LICENSE, .limit = 10 };
	struct page *page;

	assert_int_equal(count(b, &b->buyer, &log_entry_record, "", LICENSE), 1);
	assert_status(b, market_list(b->market, &b->other_buyer, &query, T0, &page, &b->err),
	    STATUS_NOTFOUND);
	assert_null(page);
	query.parent = "no-such-thing";
	assert_status(
	    b, market_list(b->market, &b->operator, & query, T0, &page, &b->err), STATUS_NOTFOUND);
}

static enum status show(
    struct bench *b, const struct actor *actor, const struct record_type *type, const char *id)
{
	struct page *page = NULL;
	enum status status = market_show(b->market, actor, type, id, T0, &page, &b->err);

	if (status == STATUS_OK) {
		assert_int_equal(page->count, 1);
		assert_non_null(page->rows[0]);
		assert_non_null(page->sort);
	}
	page_drop(page);
	return status;
}

static void test_show(void **state)
{
	struct bench *b = *state;
	struct page *page;
	struct supervision *s;
	const char *instance =
	    ((struct order_line *)bench_get(b, &order_line_record, LICENSE))->instance;

	assert_int_equal(show(b, &b->buyer, &supervision_record, LICENSE), STATUS_OK);
	assert_int_equal(show(b, &b->mover, &supervision_record, LICENSE), STATUS_NOTFOUND);
	assert_int_equal(show(b, &b->buyer, &order_record, "CS2611211001LICN"), STATUS_OK);
	assert_int_equal(show(b, &b->mover, &order_record, "CS2611211001LICN"), STATUS_NOTFOUND);
	assert_int_equal(show(b, &b->reviewer, &order_record, "CS2611211001LICN"), STATUS_NOTFOUND);
	assert_int_equal(show(b, &b->reviewer, &order_record, "CS2611211002MANR"), STATUS_OK);
	assert_int_equal(show(b, &b->reviewer, &order_line_record, REVIEWED_MANUAL), STATUS_OK);
	assert_int_equal(show(b, &b->reviewer, &order_line_record, MANUAL), STATUS_NOTFOUND);
	assert_int_equal(show(b, &b->seller, &instance_record, instance), STATUS_OK);
	assert_int_equal(show(b, &b->other_buyer, &instance_record, instance), STATUS_NOTFOUND);
	assert_int_equal(show(b, &b->seller, &log_entry_record, LICENSE "#000001"), STATUS_OK);
	assert_int_equal(show(b, &b->mover, &log_entry_record, LICENSE "#000001"), STATUS_NOTFOUND);
	assert_int_equal(
	    show(b, &b->other_buyer, &product_record, "OFFI1000000000000000001"), STATUS_OK);
	assert_int_equal(show(b, &b->seller, &account_record, BUYER_ACCOUNT), STATUS_NOTFOUND);
	assert_int_equal(show(b, &b->buyer, &account_record, BUYER_ACCOUNT), STATUS_OK);
	/* A supervision by its order's id. */
	assert_status(b,
	    market_show(
		b->market, &b->buyer, &supervision_record, "CS2611211001LICN", T0, &page, &b->err),
	    STATUS_OK);
	s = page->rows[0];
	assert_string_equal(s->id, LICENSE);
	page_drop(page);
	assert_int_equal(
	    show(b, &b->mover, &supervision_record, "CS2611211001LICN"), STATUS_NOTFOUND);
	bench_import(b, "orders/new-two.json", T0);
	assert_int_equal(
	    show(b, &b->buyer, &supervision_record, "CS2611211006TWOL"), STATUS_CONFLICT);
	assert_non_null(strstr(b->err.message, "CS2611211006TWOL-000002"));
	assert_int_equal(show(b, &b->buyer, &supervision_record, ""), STATUS_NOTFOUND);
}

/* Lists and single records agree on who sees what. */
static void test_list_and_show_agree(void **state)
{
	struct bench *b = *state;
	const struct actor *actors[] = {
		&b->buyer, &b->other_buyer, &b->seller, &b->mover, &b->reviewer, &b->operator};
	struct query query = { .limit = 1000 };
	struct page *all, *page;

	bench_import(b, "orders/new-mixed.json", T0);
	bench_do(b, &b->buyer, REVIEWED_MANUAL, ACTION_COMMENT, "text=x", "other", T0);
	bench_sql(b, "INSERT INTO refunds (id, supervision, buyer, seller) SELECT id || '-R1', id,"
		     " buyer, seller FROM supervisions");
	bench_sql(b, "INSERT INTO deployments (id, supervision, buyer, seller) SELECT id || '-D1',"
		     " id, buyer, seller FROM supervisions");
	bench_sql(b, "INSERT INTO ratings (id, supervision, buyer, seller) SELECT id, id, buyer,"
		     " seller FROM supervisions");
	bench_do(
	    b, &b->buyer, LICENSE, ACTION_APPEAL, "ground=other|reason=x|claim=y", "evidence", T0);
	for (size_t t = 0; record_types[t] != NULL; t++) {
		query.type = record_types[t];
		assert_status(
		    b, market_list(b->market, &b->operator, & query, T0, &all, &b->err), STATUS_OK);
		assert_true(all->count > 0);
		for (size_t a = 0; a < sizeof actors / sizeof actors[0]; a++) {
			size_t shown = 0;

			for (size_t i = 0; i < all->count; i++)
				shown += show(b, actors[a], query.type,
					     record_id(query.type, all->rows[i])) == STATUS_OK;
			assert_status(b,
			    market_list(b->market, actors[a], &query, T0, &page, &b->err),
			    STATUS_OK);
			if (page->count != shown)
				fail_msg("%s sees %zu %s in a list and %zu one by one",
				    actors[a]->user, page->count, query.type->table, shown);
			page_drop(page);
		}
		page_drop(all);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lists),
		TEST(test_children),
		TEST(test_show),
		TEST(test_list_and_show_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
