/* Every flow through the engine, from its order to its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "fair_one.h"
#include "model/flow.h"

#define AT(stage_) assert_int_equal(fair_at(&b, id)->stage, STAGE_##stage_)

static void is_completed(const char *id)
{
	const struct supervision *s = fair_at(&b, id);

	assert_int_equal(s->state, SUPERVISION_COMPLETED);
	assert_int_equal(s->stage, STAGE_DONE);
	assert_int_equal(fair_order_of(&b, id)->state, ORDER_COMPLETED);
	assert_int_equal(fair_instance(&b, id)->state, INSTANCE_ACTIVE);
	assert_int_equal(fair_instance(&b, id)->starts_at, s->period_start);
	assert_int_equal(s->period_end, when_add_months(s->period_start, 1));
}

static void test_like_manual_standard(void **state)
{
	static const char *const products[] = { "manual-std", "saas-offline", "data-file" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const char *id = fair_order(&b, products[i]);

		DO("ann", SUBMIT_REQUIREMENT, "requirement=Move our ERP.");
		DO0("sue", CONFIRM_REQUIREMENT);
		fair_deliver(&b, id);
		DO0("ann", ACCEPT);
		is_completed(id);
		assert_string_equal(fair_log(&b, id),
		    "start submit-requirement confirm-requirement deliver accept");
	}
}

static void test_manual_site(void **state)
{
	const char *id = fair_order(&b, "manual-site");

	(void)state;
	DO("ann", SUBMIT_REQUIREMENT, "requirement=A shop.");
	DO0("sue", CONFIRM_REQUIREMENT);
	AT(DRAFT);
	DO("sue", SUBMIT_DRAFT, "draft=Blue.");
	DO("ann", REJECT, "reason=Red.");
	AT(DRAFT);
	assert_int_equal(fair_at(&b, id)->buyer_rejects, 1);
	DO("sue", SUBMIT_DRAFT, "draft=Red.");
	DO0("ann", CONFIRM_DRAFT);
	AT(BUILD);
	fair_deliver(&b, id);
	DO("ann", REJECT, "reason=Redder.");
	AT(BUILD);
	fair_deliver(&b, id);
	DO0("ann", ACCEPT);
	is_completed(id);
}

/* What the seller hands over with the service; the password stays out of the log. */
static void test_application_of_saas(void **state)
{
	const char *id = fair_order(&b, "saas-offline");
	struct query query = { .type = &log_entry_record, .parent = id, .limit = 100 };
	const struct actor actor = { "operator", "", "platform", "", ROLE_OPERATOR };
	struct page *page;

	(void)state;
	DO("ann", SUBMIT_REQUIREMENT, "requirement=20 seats.");
	DO0("sue", CONFIRM_REQUIREMENT);
	DO("sue", DELIVER, "result=ready", "front_url=https://crm.example", "login=ann",
	    "password=Hunter-2-secret", "memo=Log in, then look.", "+sow", "+acceptance");
	assert_string_equal(fair_instance(&b, id)->front_url, "https://crm.example");
	assert_string_equal(fair_instance(&b, id)->password, "Hunter-2-secret");
	assert_int_equal(market_list(b.market, &actor, &query, b.now, &page, &b.err), STATUS_OK);
	for (size_t i = 0; i < page->count; i++) {
		const struct log_entry *entry = page->rows[i];

		assert_null(strstr(entry->inputs, "Hunter"));
		assert_null(strstr(entry->text, "Hunter"));
	}
	page_drop(page);
	/* Other deliveries have no such thing. */
	id = fair_order(&b, "lic-offline");
	assert_int_equal(TRY("sue", DELIVER, "result=ready", "password=x", "+sow", "+acceptance"),
	    STATUS_INVALID);
	assert_string_equal(b.err.field, "password");
}

static void test_license_10(void **state)
{
	const char *id = fair_order(&b, "lic-10");

	(void)state;
	AT(IDENTIFIER);
	assert_int_equal(TRY0("ann", SUBMIT_IDENTIFIER), STATUS_INVALID);
	assert_string_equal(b.err.field, "identifier");
	DO("ann", SUBMIT_IDENTIFIER, "identifier=00:1A:2B|WD-77");
	assert_string_equal(fair_at(&b, id)->identifier, "00:1A:2B|WD-77");
	fair_deliver(&b, id);
	DO("ann", REJECT, "reason=Does not start.");
	AT(DELIVERY);
	fair_deliver(&b, id);
	DO0("ann", ACCEPT);
	is_completed(id);
	/* The system's own is not typed. */
	id = fair_order(&b, "lic-10-system");
	assert_int_equal(TRY("ann", SUBMIT_IDENTIFIER, "identifier=mine"), STATUS_INVALID);
	DO0("ann", SUBMIT_IDENTIFIER);
	assert_int_equal(strlen(fair_at(&b, id)->identifier), 36);
	AT(DELIVERY);
}

/* R5: a generic order of today is closed by its activation, which begins the paid period. */
static void test_license_20_closed_by_activation(void **state)
{
	const char *id = fair_order(&b, "lic-20");
	int64_t activated;

	(void)state;
	assert_int_equal(fair_at(&b, id)->proof_required, 0);
	fair_deliver(&b, id);
	AT(PICK_UP);
	assert_string_equal(fair_instance(&b, id)->license, "");
	assert_int_equal(TRY0("sue", ACTIVATE), STATUS_CONFLICT);
	assert_non_null(strstr(b.err.message, "picked up"));
	b.now += WHEN_HOUR;
	DO0("ann", PICK_UP);
	assert_int_equal(strncmp(fair_instance(&b, id)->license, "PL", 2), 0);
	assert_int_equal(fair_instance(&b, id)->license_state, LICENSE_RECEIVED);
	AT(ACTIVATION);
	assert_int_equal(TRY("ann", REQUEST_REFUND, "amount=1", "reason=no"), STATUS_CONFLICT);
	activated = b.now += WHEN_HOUR;
	DO0("sue", ACTIVATE);
	assert_int_equal(b.receipt.state, SUPERVISION_COMPLETED);
	assert_int_equal(b.receipt.from, STAGE_ACTIVATION);
	is_completed(id);
	assert_int_equal(fair_at(&b, id)->period_start, activated);
	assert_int_equal(fair_instance(&b, id)->license_state, LICENSE_ACTIVATED);
	assert_string_equal(fair_log(&b, id), "start deliver pick-up activate proceed");
}

static void test_license_20_closed_by_proof(void **state)
{
	const char *id = fair_order(&b, "lic-20-joint");
	int64_t activated;

	(void)state;
	assert_int_equal(fair_at(&b, id)->proof_required, 1);
	assert_int_equal(fair_at(&b, id)->reviewed, 0);
	fair_deliver(&b, id);
	DO0("ann", PICK_UP);
	activated = b.now += WHEN_DAY;
	DO0("sue", ACTIVATE);
	AT(PROOF);
	assert_int_equal(TRY0("sue", ACTIVATE), STATUS_CONFLICT);
	assert_non_null(strstr(b.err.message, "activated before"));
	b.now += WHEN_DAY;
	assert_int_equal(TRY("sue", UPLOAD_PROOF, "result=runs"), STATUS_INVALID);
	DO("sue", UPLOAD_PROOF, "result=runs", "+proof");
	is_completed(id);
	assert_int_equal(fair_at(&b, id)->period_start, activated);
	assert_int_equal(fair_at(&b, id)->ended_at, b.now);
	assert_string_equal(fair_log(&b, id),
	    "start deliver pick-up activate proceed upload-proof accept-automatically");
}

static void test_license_20_reviewed(void **state)
{
	const char *id = fair_order(&b, "lic-20-track");

	(void)state;
	fair_deliver(&b, id);
	DO0("ann", PICK_UP);
	DO0("sue", ACTIVATE);
	DO("sue", UPLOAD_PROOF, "result=runs", "+validity");
	AT(REVIEW);
	DO("reviewer", REJECT, "reason=Blurred.");
	AT(PROOF);
	DO("sue", UPLOAD_PROOF, "result=runs", "+validity");
	DO0("reviewer", PASS_REVIEW);
	is_completed(id);
}

/* Sent back after the activation: it is not repeated, the flow passes by it. */
static void test_license_20_sent_back(void **state)
{
	const char *id = fair_order(&b, "lic-20-joint"), *code;

	(void)state;
	fair_deliver(&b, id);
	DO0("ann", PICK_UP);
	code = fair_instance(&b, id)->license;
	DO0("sue", ACTIVATE);
	DO("ann", APPEAL, "ground=other", "reason=r", "claim=c", "+evidence");
	DO("operator", DECIDE, "outcome=send-back", "stage=delivery", "reason=again");
	AT(DELIVERY);
	b.now += WHEN_DAY;
	fair_deliver(&b, id);
	DO0("ann", PICK_UP);
	AT(PROOF);
	assert_int_equal(fair_at(&b, id)->stay_since, b.now);
	assert_string_equal(fair_instance(&b, id)->license, code);
}

/* What no stage of a flow asks for is not stored as its consequence (R16). */
static void test_policy_of_the_flow(void **state)
{
	const char *id = fair_order(&b, "hardware-track");

	(void)state;
	assert_int_equal(fair_at(&b, id)->reviewed, 0);
	assert_int_equal(fair_at(&b, id)->proof_required, 0);
	id = fair_order(&b, "lic-offline-track");
	assert_int_equal(fair_at(&b, id)->reviewed, 1);
	assert_int_equal(fair_at(&b, id)->proof_required, 0);
}

static void test_hardware(void **state)
{
	const char *id = fair_order(&b, "hardware");

	(void)state;
	assert_string_equal(fair_at(&b, id)->consignee, "13800000001");
	AT(SHIPPING);
	assert_int_equal(TRY("sue", SHIP, "carrier=SF"), STATUS_INVALID);
	DO("sue", SHIP, "carrier=SF", "tracking=SF001");
	AT(ACCEPTANCE);
	assert_int_equal(fair_at(&b, id)->due_at, 0);
	DO("ann", REJECT, "reason=Scratched.");
	AT(SHIPPING);
	assert_string_equal(fair_at(&b, id)->tracking, "");
	DO("sue", SHIP, "carrier=SF", "tracking=SF002");
	DO0("ann", ACCEPT);
	is_completed(id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_like_manual_standard),
		TEST(test_manual_site),
		TEST(test_application_of_saas),
		TEST(test_license_10),
		TEST(test_license_20_closed_by_activation),
		TEST(test_license_20_closed_by_proof),
		TEST(test_license_20_reviewed),
		TEST(test_license_20_sent_back),
		TEST(test_policy_of_the_flow),
		TEST(test_hardware),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
