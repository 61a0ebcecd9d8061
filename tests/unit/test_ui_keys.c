/* ui/keys.def and model/actions.def agree, and no key means two things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/permit.h"
#include "ui/keys.h"

static void each_key(
    void (*visit)(const struct binding *b, const struct key *key, const char *name))
{
	const struct binding *b;
	const char *at;
	char name[32];
	struct key key;
	size_t n;

	for (b = bindings; b->id != 0; b++) {
		for (at = b->keys; *(at += strspn(at, " ")) != '\0'; at += n) {
			n = strcspn(at, " ");
			assert_true(n < sizeof(name));
			memcpy(name, at, n);
			name[n] = '\0';
			if (!key_parse(name, &key))
				fail_msg("%s: %s is no key", b->word, name);
			visit(b, &key, name);
		}
	}
}

static void check_unique(const struct binding *b, const struct key *key, const char *name)
{
	if (binding_of_key(key) != b->id)
		fail_msg("%s belongs to %s and to %s", name, b->word,
		    binding_get(binding_of_key(key))->word);
}

static void test_keys_are_unique(void **state)
{
	(void)state;
	each_key(check_unique);
}

static void test_words_are_unique(void **state)
{
	const struct binding *b;

	(void)state;
	for (b = bindings; b->id != 0; b++) {
		if (binding_find(b->word) != b)
			fail_msg("%s is there twice", b->word);
		assert_true(b->label[0] != '\0');
	}
}

/* What a person does: some role of people may, and it needs no lease that only a program holds. */
static bool for_people(enum action_id id)
{
	static const enum role people[] = { ROLE_BUYER, ROLE_SELLER, ROLE_REVIEWER, ROLE_OPERATOR };
	size_t i;

	for (i = 0; i < sizeof(people) / sizeof(people[0]); i++)
		if (permit_role(people[i], id))
			return action_input(action_get(id), "token") == NULL;
	return false;
}

static void test_people_have_keys_and_programs_none(void **state)
{
	const struct binding *b;
	bool people;

	(void)state;
	for (b = bindings; b->id != 0; b++) {
		people = !binding_is_domain(b->id) || for_people((enum action_id)b->id);
		if ((binding_key(b->id)[0] != '\0') != people ||
		    binding_is_offered(b->id) != people)
			fail_msg("%s %s", b->word, people ? "has no key" : "has a key");
	}
}

static void test_every_action_has_its_row(void **state)
{
	int id;

	(void)state;
	for (id = 1; id < ACTION_COUNT; id++) {
		assert_non_null(binding_get(id));
		assert_string_equal(binding_get(id)->word, action_get((enum action_id)id)->word);
		assert_string_equal(binding_get(id)->label, action_get((enum action_id)id)->label);
		assert_true((binding_get(id)->hint[0] != '\0') == binding_is_offered(id));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_are_unique),
		cmocka_unit_test(test_words_are_unique),
		cmocka_unit_test(test_people_have_keys_and_programs_none),
		cmocka_unit_test(test_every_action_has_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
