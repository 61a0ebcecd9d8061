#include "base/json.h"

#include <bsd/stdlib.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json_scan.h"
#include "base/text.h"

#define EXACT_MAX INT64_C(9007199254740992) /* 2^53: beyond it doubles skip whole numbers */

struct json {
	cJSON *root;
	struct arena arena;
};

/*
 * The children of an object or array, counted and in reach by index; cJSON has a chain only, which
 * makes walking it by index quadratic. It hangs in the container's valuedouble, which cJSON uses
 * for numbers alone.
 */
struct children {
	size_t count;
	const cJSON *child[];
};

_Static_assert(sizeof(double) >= sizeof(struct children *), "a pointer fits into valuedouble");

static bool is_container(const cJSON *node)
{
	return cJSON_IsObject(node) || cJSON_IsArray(node);
}

static void index_children(struct json *json, cJSON *node)
{
	struct children *children;
	size_t n = 0;
	cJSON *child;

	if (!is_container(node))
		return;
	for (child = node->child; child != NULL; child = child->next)
		n++;
	children = arena_alloc(&json->arena, sizeof *children + n * sizeof children->child[0]);
	for (child = node->child; child != NULL; child = child->next) {
		children->child[children->count++] = child;
		index_children(json, child);
	}
	memcpy(&node->valuedouble, &children, sizeof children);
}

static const struct children *children_of(const cJSON *node)
{
	const struct children *children;

	memcpy(&children, &node->valuedouble, sizeof children);
	return children;
}

enum status json_parse(const char *text, size_t n, struct json **out, struct error *err)
{
	struct json_fault fault;
	struct json *json;

	*out = NULL;
	/* The mark that some editors put before UTF-8. */
	if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		n -= 3;
	}
	if (n > JSON_MAX_BYTES)
		return error_set(err, STATUS_INVALID, _("The JSON is larger than %u MiB."),
				 JSON_MAX_BYTES >> 20);
	if (!json_scan(text, n, &fault))
		return error_set(err, STATUS_INVALID, _("JSON, line %zu, column %zu: expected %s."),
				 fault.line, fault.column, gettext(fault.expected));
	json = mem_alloc(sizeof *json);
	json->root = cJSON_ParseWithLengthOpts(text, n, NULL, false);
	if (json->root == NULL)
		mem_fail(); /* the text is valid */
	index_children(json, json->root);
	*out = json;
	return STATUS_OK;
}

void json_free(struct json *json)
{
	if (json == NULL)
		return;
	cJSON_Delete(json->root);
	arena_free(&json->arena);
	free(json);
}

struct json_at json_root(const struct json *json)
{
	return (struct json_at){.node = json->root};
}

/* --- places --- */

static void put_path(const struct json_at *at, struct buf *out)
{
	if (at->up == NULL) {
		buf_putc(out, '$');
		return;
	}
	put_path(at->up, out);
	if (at->name != NULL)
		buf_printf(out, ".%s", at->name);
	else
		buf_printf(out, "[%zu]", at->index);
}

void json_path(const struct json_at *at, char *out, size_t cap)
{
	struct buf path;

	buf_init(&path, SIZE_MAX / 2);
	put_path(at, &path);
	text_clean(out, cap, buf_text(&path)); /* names come from outside */
	buf_free(&path);
}

enum status json_expect(const struct json_at *at, struct error *err, const char *what)
{
	char path[sizeof err->field];

	if (err == NULL)
		return STATUS_INVALID;
	json_path(at, path, sizeof path);
	error_set(err, STATUS_INVALID, _("%s: expected %s."), path, what);
	error_field(err, path);
	return STATUS_INVALID;
}

bool json_present(const struct json_at *at)
{
	return at->node != NULL && !cJSON_IsNull((const cJSON *)at->node);
}

/*
 * The member, or the place itself; absent and null are both a NULL node. Only what is no object is
 * an error.
 */
static enum status find(const struct json_at *at, const char *name, struct json_at *out,
			struct error *err)
{
	struct json_at found = *at;

	if (name != NULL) {
		if (!cJSON_IsObject((const cJSON *)at->node))
			return json_expect(at, err, _("an object"));
		found = (struct json_at){.up = at, .name = name};
		found.node = cJSON_GetObjectItemCaseSensitive((const cJSON *)at->node, name);
	}
	if (!json_present(&found))
		found.node = NULL;
	*out = found;
	return STATUS_OK;
}

enum status json_member(const struct json_at *at, const char *name, struct json_at *out,
			struct error *err)
{
	enum status status = find(at, name, out, err);

	if (status == STATUS_OK && out->node == NULL)
		return json_expect(out, err, _("a value"));
	return status;
}

enum status json_object(const struct json_at *at, const char *name, struct json_at *out,
			struct error *err)
{
	enum status status = find(at, name, out, err);

	if (status == STATUS_OK && !cJSON_IsObject((const cJSON *)out->node))
		return json_expect(out, err, _("an object"));
	return status;
}

enum status json_array_opt(const struct json_at *at, const char *name, struct json_at *out,
			   struct error *err)
{
	enum status status = find(at, name, out, err);

	if (status == STATUS_OK && out->node != NULL && !cJSON_IsArray((const cJSON *)out->node))
		return json_expect(out, err, _("an array"));
	return status;
}

enum status json_array(const struct json_at *at, const char *name, struct json_at *out,
		       struct error *err)
{
	enum status status = json_array_opt(at, name, out, err);

	if (status == STATUS_OK && out->node == NULL)
		return json_expect(out, err, _("an array"));
	return status;
}

size_t json_count(const struct json_at *at)
{
	return is_container(at->node) ? children_of(at->node)->count : 0;
}

struct json_at json_element(const struct json_at *array, size_t index)
{
	struct json_at at = {.up = array, .index = index};

	if (index < json_count(array))
		at.node = children_of(array->node)->child[index];
	return at;
}

struct json_at json_nth_member(const struct json_at *object, size_t index)
{
	struct json_at at = json_element(object, index);

	if (at.node != NULL)
		at.name = ((const cJSON *)at.node)->string;
	return at;
}

/* --- values --- */

enum status json_text_opt(const struct json_at *at, const char *name, size_t max, const char **out,
			  struct error *err)
{
	struct json_at found;
	enum status status = find(at, name, &found, err);
	const cJSON *node;
	char what[96];

	if (status != STATUS_OK || found.node == NULL)
		return status;
	node = found.node;
	if (!cJSON_IsString(node))
		return json_expect(&found, err, _("a text"));
	if (strlen(node->valuestring) > max) {
		snprintf(what, sizeof what, _("a text of at most %zu bytes"), max);
		return json_expect(&found, err, what);
	}
	*out = node->valuestring;
	return STATUS_OK;
}

enum status json_text(const struct json_at *at, const char *name, size_t max, const char **out,
		      struct error *err)
{
	const char *text = NULL;
	enum status status = json_text_opt(at, name, max, &text, err);
	struct json_at found;

	if (status != STATUS_OK)
		return status;
	if (text == NULL) {
		find(at, name, &found, NULL);
		return json_expect(&found, err, _("a text"));
	}
	*out = text;
	return STATUS_OK;
}

static bool whole_number(const cJSON *node, int64_t *out)
{
	const char *wrong = NULL, *digits;

	if (cJSON_IsNumber(node)) {
		if (fabs(node->valuedouble) > (double)EXACT_MAX ||
		    trunc(node->valuedouble) != node->valuedouble)
			return false;
		*out = (int64_t)node->valuedouble;
		return true;
	}
	if (!cJSON_IsString(node))
		return false;
	/* strtonum() takes blanks and plus signs too, which are no digits. */
	digits = node->valuestring + (node->valuestring[0] == '-');
	if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return false;
	*out = strtonum(node->valuestring, INT64_MIN, INT64_MAX, &wrong);
	return wrong == NULL;
}

enum status json_int_opt(const struct json_at *at, const char *name, int64_t min, int64_t max,
			 int64_t *out, struct error *err)
{
	struct json_at found;
	enum status status = find(at, name, &found, err);
	int64_t value;
	char what[128];

	if (status != STATUS_OK || found.node == NULL)
		return status;
	if (!whole_number(found.node, &value) || value < min || value > max) {
		snprintf(what, sizeof what, _("a whole number from %lld to %lld"), (long long)min,
			 (long long)max);
		return json_expect(&found, err, what);
	}
	*out = value;
	return STATUS_OK;
}

enum status json_int(const struct json_at *at, const char *name, int64_t min, int64_t max,
		     int64_t *out, struct error *err)
{
	struct json_at found;
	enum status status = find(at, name, &found, err);

	if (status != STATUS_OK)
		return status;
	if (found.node == NULL)
		return json_expect(&found, err, _("a whole number"));
	return json_int_opt(at, name, min, max, out, err);
}

enum status json_bool_opt(const struct json_at *at, const char *name, bool *out, struct error *err)
{
	struct json_at found;
	enum status status = find(at, name, &found, err);

	if (status != STATUS_OK || found.node == NULL)
		return status;
	if (!cJSON_IsBool((const cJSON *)found.node))
		return json_expect(&found, err, _("true or false"));
	*out = cJSON_IsTrue((const cJSON *)found.node);
	return STATUS_OK;
}

/* --- carrying on --- */

/* The shortest of the two forms that read back as the same number. */
static void put_number(struct json_writer *w, const char *name, double value)
{
	char text[32];

	snprintf(text, sizeof text, "%.15g", value);
	if (strtod(text, NULL) != value)
		snprintf(text, sizeof text, "%.17g", value);
	json_put_raw(w, name, text);
}

static void dump(struct json_writer *w, const char *name, const cJSON *node)
{
	const cJSON *child;

	if (cJSON_IsObject(node)) {
		json_open_object(w, name);
		cJSON_ArrayForEach(child, node) dump(w, child->string, child);
		json_close_object(w);
	} else if (cJSON_IsArray(node)) {
		json_open_array(w, name);
		cJSON_ArrayForEach(child, node) dump(w, NULL, child);
		json_close_array(w);
	} else if (cJSON_IsString(node)) {
		json_put_text(w, name, node->valuestring);
	} else if (cJSON_IsNumber(node)) {
		put_number(w, name, node->valuedouble);
	} else if (cJSON_IsBool(node)) {
		json_put_bool(w, name, cJSON_IsTrue(node));
	} else {
		json_put_null(w, name);
	}
}

void json_dump(const struct json_at *at, struct buf *out)
{
	struct json_writer w;

	json_begin(&w, out, false);
	dump(&w, NULL, at->node);
}
