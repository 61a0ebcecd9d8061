/* The closed sets and the actions: what words mean, and what an action asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/action.h"
#include "model/names.h"

static const struct names *const sets[] = {
	&role_names,
	&flow_names,
	&stage_names,
	&supervision_state_names,
	&order_state_names,
	&account_kind_names,
	&delivery_names,
	&category_names,
	&track_names,
	&instance_state_names,
	&identifier_kind_names,
	&license_state_names,
	&refund_state_names,
	&goods_names,
	&yes_no_names,
	&deployment_state_names,
	&deployment_result_names,
	&score_names,
	&appeal_state_names,
	&ground_names,
	&outcome_names,
	&file_kind_names,
	&action_names,
};

static void test_words_go_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		assert_int_equal(names_value(sets[i], ""), 0);
		assert_string_equal(names_label(sets[i], 0), "");
		for (size_t value = 1; value < sets[i]->count; value++) {
			const char *word = names_word(sets[i], (int64_t)value);

			assert_true(word[0] != '\0');
			assert_int_equal(
			    strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(word));
			assert_int_equal(names_value(sets[i], word), value);
			assert_true(names_label(sets[i], (int64_t)value)[0] != '\0');
		}
	}
}

static void test_values_agree_with_enums(void **state)
{
	(void)state;
	assert_int_equal(names_value(&role_names, "operator"), ROLE_OPERATOR);
	assert_int_equal(names_value(&stage_names, "done"), STAGE_DONE);
	assert_int_equal(names_value(&file_kind_names, "commitment"), FILE_COMMITMENT);
	assert_int_equal(names_value(&action_names, "decide"), ACTION_DECIDE);
	assert_int_equal(action_names.count, ACTION_COUNT);
	assert_int_equal(stage_names.count, STAGE_COUNT);
}

static void test_foreign_words_and_values(void **state)
{
	(void)state;
	assert_int_equal(names_value(&role_names, "Buyer"), -1);
	assert_int_equal(names_value(&role_names, "buye"), -1);
	assert_string_equal(names_word(&role_names, -1), "");
	assert_string_equal(names_word(&role_names, ROLE_COUNT), "");
	assert_string_equal(names_label(&role_names, INT64_MAX), "");
	assert_string_equal(names_label(&role_names, INT64_MIN), "");
}

static void test_list_for_messages(void **state)
{
	char list[64], little[8];

	(void)state;
	names_list(&appeal_state_names, list, sizeof(list));
	assert_string_equal(list, "open, withdrawn or decided");
	names_list(&appeal_state_names, little, sizeof(little));
	assert_string_equal(little, "open, w");
}

static void test_actions_by_id_and_word(void **state)
{
	(void)state;
	assert_null(action_get(ACTION_NONE));
	assert_null(action_get(ACTION_COUNT));
	assert_null(action_find(""));
	assert_null(action_find("explode"));
	for (int64_t id = 1; id < ACTION_COUNT; id++) {
		const struct action *action = action_get((enum action_id)id);

		assert_non_null(action);
		assert_int_equal(action->id, id);
		assert_ptr_equal(action_find(action->word), action);
		assert_string_equal(action->word, names_word(&action_names, id));
		assert_true(action->effect[0] != '\0');
	}
}

static void test_inputs_belong_to_their_action(void **state)
{
	(void)state;
	for (int id = 1; id < ACTION_COUNT; id++) {
		const struct action *action = action_get((enum action_id)id);

		for (size_t i = 0; i < action->count; i++) {
			const struct input *input = &action->inputs[i];

			assert_int_equal(input->action, id);
			assert_ptr_equal(action_input(action, input->name), input);
			assert_int_equal(input->kind == INPUT_CHOICE, input->names != NULL);
			assert_int_equal(input->kind == INPUT_FILES, input->kinds != 0);
			if (input->kind == INPUT_FILES)
				assert_true(input->kinds & (1u << input->kind_default));
		}
		assert_null(action_input(action, "nothing"));
	}
}

static void test_delivery_as_written(void **state)
{
	const struct action *deliver = action_find("deliver");
	const struct input *sow = action_input(deliver, "sow");
	const struct input *proof = action_input(deliver, "proof");

	(void)state;
	assert_int_equal(deliver->kind, KIND_FORWARD);
	assert_int_equal(deliver->guard, GUARD_CONFIRM);
	assert_int_equal(deliver->count, 10);
	assert_string_equal(deliver->inputs[0].name, "enabled_at");
	assert_int_equal(deliver->inputs[0].kind, INPUT_TIME);
	assert_false(deliver->inputs[0].required);
	assert_true(sow->required);
	assert_true(action_input(deliver, "password")->secret);
	assert_false(action_input(deliver, "password")->required);
	assert_false(sow->secret);
	assert_int_equal(sow->kinds, 1u << FILE_SOW | 1u << FILE_REQUIREMENT);
	assert_int_equal(sow->kind_default, FILE_SOW);
	assert_int_equal(proof->kind_default, FILE_PROOF);
	assert_string_equal(
	    action_input(action_find("decide"), "stage")->when, "outcome=send-back");
	assert_ptr_equal(action_input(action_find("appeal"), "ground")->names, &ground_names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_go_there_and_back),
		cmocka_unit_test(test_values_agree_with_enums),
		cmocka_unit_test(test_foreign_words_and_values),
		cmocka_unit_test(test_list_for_messages),
		cmocka_unit_test(test_actions_by_id_and_word),
		cmocka_unit_test(test_inputs_belong_to_their_action),
		cmocka_unit_test(test_delivery_as_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
