/* src/base/json.h: what is taken can be walked, and written it reads back as the same. */
#include "base/json.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

static void walk(const struct json_at *at, int depth)
{
	struct error err = {0};
	const char *text = NULL;
	struct json_at child;
	int64_t number;
	bool flag;

	FUZZ_HOLDS(depth <= JSON_MAX_DEPTH);
	if (json_text_opt(at, NULL, 100, &text, &err) != STATUS_OK)
		FUZZ_HOLDS(err.field[0] == '$' &&
			   text_valid_utf8(err.message, strlen(err.message)));
	json_int_opt(at, NULL, -100, 100, &number, &err);
	json_bool_opt(at, NULL, &flag, &err);
	for (size_t i = 0; i < json_count(at); i++) {
		child = json_nth_member(at, i);
		FUZZ_HOLDS(child.node != NULL);
		if (child.name != NULL) {
			struct json_at found;

			/* Names stand once, so each member is found by its own. */
			if (json_present(&child)) {
				FUZZ_HOLDS(json_member(at, child.name, &found, &err) == STATUS_OK);
				FUZZ_HOLDS(found.node == child.node);
			}
		}
		walk(&child, depth + 1);
	}
}

static void check_round_trip(const struct json_at *root)
{
	struct json *again = NULL;
	struct json_at root_again;
	struct buf first, second;

	buf_init(&first, JSON_MAX_BYTES);
	buf_init(&second, JSON_MAX_BYTES);
	json_dump(root, &first);
	FUZZ_HOLDS(json_parse(first.data, first.len, &again, NULL) == STATUS_OK);
	root_again = json_root(again);
	json_dump(&root_again, &second);
	FUZZ_HOLDS(strcmp(buf_text(&first), buf_text(&second)) == 0);
	json_free(again);
	buf_free(&first);
	buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct json *json = NULL;
	struct error err = {0};
	struct json_at root;
	char *exact = malloc(n > 0 ? n : 1); /* reading beyond its end is seen */

	if (exact == NULL)
		abort();
	if (n > 0)
		memcpy(exact, data, n);
	if (json_parse(exact, n, &json, &err) == STATUS_OK) {
		FUZZ_HOLDS(text_valid_utf8(exact, n));
		root = json_root(json);
		walk(&root, 0);
		check_round_trip(&root);
		json_free(json);
	} else {
		FUZZ_HOLDS(json == NULL && err.status == STATUS_INVALID && err.message[0] != '\0');
	}
	free(exact);
	return 0;
}
