/* ui/keys.def and model/actions.def agree, and no key means two things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

/* What no person does needs no key. */
static bool by_program(int id)
{
	return binding_is_domain(id) && action_get((enum action_id)id)->guard == GUARD_PROGRAM;
}

static void test_words_are_unique(void **state)
{
	const struct binding *b;

	(void)state;
	for (b = bindings; b->id != 0; b++) {
		if (binding_find(b->word) != b)
			fail_msg("%s is there twice", b->word);
		assert_true(b->label[0] != '\0');
		if (!by_program(b->id))
			assert_true(binding_key(b->id)[0] != '\0');
	}
}

static void test_every_action_has_a_key(void **state)
{
	int id;

	(void)state;
	for (id = 1; id < ACTION_COUNT; id++) {
		assert_non_null(binding_get(id));
		assert_string_equal(binding_get(id)->word, action_get((enum action_id)id)->word);
		assert_string_equal(binding_get(id)->label, action_get((enum action_id)id)->label);
		assert_true((binding_get(id)->hint[0] != '\0') != by_program(id));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_are_unique),
		cmocka_unit_test(test_words_are_unique),
		cmocka_unit_test(test_every_action_has_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
