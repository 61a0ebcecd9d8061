#include "demo/texts.h"

#include <string.h>

/* Each list of the .def files as an array of its own ... */
#define POOL(id, tongue) static const char *const pool_##id##_##tongue[] = {
#define OPENINGS(id, tongue) static const char *const opening_##id##_##tongue[] = {
#define END };
#include "demo/texts.def"
#undef POOL
#undef OPENINGS
#undef END

/* ... and the tables that find them. */
struct list {
	const char *const *texts;
	size_t count;
};

#define LIST(array) { array, sizeof(array) / sizeof((array)[0]) }
#define BOTH(prefix, id) { LIST(prefix##_##id##_EN), LIST(prefix##_##id##_ZH) }
#define POOLS(id) [TEXT_##id] = BOTH(pool, id)

static const struct list pools[TEXT_COUNT][TONGUE_COUNT] = {
	POOLS(SCOPE), POOLS(TERMS), POOLS(CONFIRM), POOLS(UNCLEAR), POOLS(INSTALLED), POOLS(DONE),
	POOLS(RESULT_END), POOLS(PASSED), POOLS(RETURNED), POOLS(ACCEPTED), POOLS(REFUSED_LICENCE),
	POOLS(REFUSED_SERVICE),
	POOLS(BUYER_SAYS), POOLS(SELLER_SAYS), POOLS(NOT_AS_AGREED_LICENCE),
	POOLS(NOT_AS_AGREED_SERVICE), POOLS(NOT_AS_AGREED_CLAIM),
	POOLS(SELLER_IDLE), POOLS(SELLER_IDLE_CLAIM), POOLS(BUYER_IDLE), POOLS(BUYER_IDLE_CLAIM),
	POOLS(UNFOUNDED), POOLS(UNFOUNDED_CLAIM), POOLS(BUYER_STATES), POOLS(SELLER_STATES),
	POOLS(SELLER_STATES_GOODS),
	POOLS(OPERATOR_SAYS), POOLS(WITHDRAWN), POOLS(COMPLETE_IDLE), POOLS(COMPLETE),
	POOLS(RESUME), POOLS(SEND_BACK),
	POOLS(REFUND), POOLS(PART_REFUND), POOLS(FOUND_GOOD),
	POOLS(SITE_SCOPE), POOLS(SITE_CONFIRM), POOLS(SITE_UNCLEAR), POOLS(SITE_BUILT),
	POOLS(SITE_REFUSED), POOLS(SAAS_SCOPE), POOLS(SAAS_READY), POOLS(SAAS_REFUSED),
	POOLS(DATA_SCOPE), POOLS(DATA_READY), POOLS(DATA_REFUSED), POOLS(SHIPPED),
	POOLS(GOODS_REFUSED), POOLS(NOT_AS_AGREED_OTHER), POOLS(NOT_AS_AGREED_GOODS),
	POOLS(DRAFT), POOLS(DRAFT_CONFIRMED), POOLS(DRAFT_REFUSED), POOLS(IDENTIFIER),
	POOLS(MEMO), POOLS(CODE_READY), POOLS(PROVED), POOLS(STEPS), POOLS(FAILED),
	POOLS(REFUND_ASKED), POOLS(PART_ASKED), POOLS(RETURN_ASKED), POOLS(REFUND_AGREED),
	POOLS(REFUND_REFUSED), POOLS(REFUND_WITHDRAWN), POOLS(RETURN_AGREED),
	POOLS(RETURN_GOOD), POOLS(RETURN_BAD), POOLS(TAGS_GOOD),
	POOLS(TAGS_POOR), POOLS(RATED_GOOD), POOLS(RATED_POOR),
};

#define OPENING(id) [SUBJECT_##id] = BOTH(opening, id)

static const struct list openings[SUBJECT_COUNT][TONGUE_COUNT] = {
	OPENING(LICENCE), OPENING(MIGRATION), OPENING(DATABASE), OPENING(SECURITY),
	OPENING(PLATFORM), OPENING(SITE), OPENING(OFFICE), OPENING(WEBSITE),
	OPENING(SAAS), OPENING(DATA), OPENING(GOODS),
};

#define STANDARD(subject, tongue, text) [SUBJECT_##subject][TONGUE_##tongue] = text,
#define TEMPLATE(subject, tongue, text)
static const char *const standards[SUBJECT_COUNT][TONGUE_COUNT] = {
#include "demo/terms.def"
};
#undef STANDARD
#undef TEMPLATE

#define STANDARD(subject, tongue, text)
#define TEMPLATE(subject, tongue, text) [SUBJECT_##subject][TONGUE_##tongue] = text,
static const char *const templates[SUBJECT_COUNT][TONGUE_COUNT] = {
#include "demo/terms.def"
};
#undef STANDARD
#undef TEMPLATE

static const char *pick(const struct list *list, struct rng *rng)
{
	return list->texts[rng_below(rng, list->count)];
}

const char *texts_pick(enum text_pool pool, enum tongue tongue, struct rng *rng)
{
	return pick(&pools[pool][tongue], rng);
}

const char *texts_nth(enum text_pool pool, enum tongue tongue, size_t nth)
{
	const struct list *list = &pools[pool][tongue];

	return list->texts[nth < list->count ? nth : list->count - 1];
}

const char *texts_opening(enum subject subject, enum tongue tongue, struct rng *rng)
{
	return pick(&openings[subject][tongue], rng);
}

const char *texts_standard(enum subject subject, enum tongue tongue)
{
	return standards[subject][tongue];
}

const char *texts_template(enum subject subject, enum tongue tongue)
{
	return templates[subject][tongue];
}

/* The name that a text at '{' asks for, and how much of the text that is; NULL: for none. */
static const char *named(const char *text, const struct text_names *names, size_t *used)
{
	const struct { const char *mark, *name; } marks[] = {
		{ "{product}", names->product }, { "{buyer}", names->buyer },
		{ "{seller}", names->seller },
	};

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		*used = strlen(marks[i].mark);
		if (strncmp(text, marks[i].mark, *used) == 0)
			return marks[i].name;
	}
	return NULL;
}

void texts_fill(struct buf *out, const char *text, const struct text_names *names)
{
	while (*text != '\0') {
		size_t plain = strcspn(text, "{"), used = 1;
		const char *name;

		buf_add(out, text, plain);
		text += plain;
		if (*text == '\0')
			break;
		name = named(text, names, &used);
		if (name != NULL)
			buf_puts(out, name);
		else
			buf_putc(out, '{');
		text += name != NULL ? used : 1;
	}
}
