#include "scene.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "model/flow.h"

static const char *kept;         /* the path, for whoever wants to look after a failure */

void scene_die(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\nThe database is kept: %s\n", kept == NULL ? "(none)" : kept);
	_exit(1);
}

/*
 * ---- the file ---------------------------------------------------------------------------------
 */

static const char catalogue[] =
    "{\"koodesk-catalogue\":1,\"sellers\":["
    "{\"id\":\"S1\",\"name\":\"DataSafe\",\"users\":[{\"id\":\"sue\",\"name\":\"sue\"}]}],"
    "\"products\":["
    "{\"id\":\"P1\",\"name\":\"Backup\",\"seller\":\"S1\",\"delivery\":\"lic-offline\","
    "\"category\":\"generic\",\"currency\":\"CNY\",\"acceptanceStandard\":\"It works.\"},"
    "{\"id\":\"P2\",\"name\":\"Migration\",\"seller\":\"S1\",\"delivery\":\"manual-std\","
    "\"category\":\"generic\",\"currency\":\"CNY\",\"acceptanceStandard\":\"It works.\"},"
    "{\"id\":\"P3\",\"name\":\"Track\",\"seller\":\"S1\",\"delivery\":\"manual-std\","
    "\"category\":\"joint\",\"currency\":\"CNY\",\"acceptanceStandard\":\"It works.\"}]}";

static int64_t tick(void *state)
{
	return ((struct scene *)state)->now++;
}

enum status scene_try_open(struct scene *scene, const char *user, bool create, bool read_only,
    struct backend **out, struct error *err)
{
	struct embedded_options options = {
		.path = scene->path, .user = user, .create = create, .read_only = read_only,
		.offset = WHEN_PLATFORM_OFFSET, .clock = tick, .clock_state = scene,
	};

	return embedded_open(&options, out, err);
}

struct backend *scene_open(struct scene *scene, const char *user)
{
	struct backend *b = NULL;
	struct error err;

	if (scene_try_open(scene, user, true, false, &b, &err) != STATUS_OK)
		scene_die("%s: %s (%s)", scene->path, err.message, err.detail);
	return b;
}

void scene_make(struct scene *scene)
{
	const char *tmp = getenv("TMPDIR");
	struct import_report counts;
	struct backend *b;
	struct error err;

	snprintf(scene->folder, sizeof(scene->folder), "%s/koodesk-durable.XXXXXX",
	    tmp != NULL && tmp[0] == '/' && strlen(tmp) < 32 ? tmp : "/tmp");
	if (mkdtemp(scene->folder) == NULL)
		scene_die("%s: no such folder can be made", scene->folder);
	snprintf(scene->path, sizeof(scene->path), "%s/market.db", scene->folder);
	kept = scene->path;
	scene->now = SCENE_NOW;
	b = scene_open(scene, NULL);
	if (embedded_import(b, catalogue, strlen(catalogue), false, &counts, &err) != STATUS_OK)
		scene_die("catalogue: %s: %s", err.field, err.message);
	backend_close(b);
}

void scene_clear(struct scene *scene)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	char name[160];
	size_t i;

	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", scene->path, tails[i]);
		unlink(name);
	}
	rmdir(scene->folder);
	kept = NULL;
}

bool scene_names(const struct scene *scene, const char *text)
{
	return strstr(text, scene->path) != NULL;
}

/*
 * ---- deeds ------------------------------------------------------------------------------------
 */

enum status scene_import(struct backend *b, const char *order, int lines,
    struct import_report *out, struct error *err)
{
	enum status status;
	struct buf text;
	int i;

	buf_init(&text, 1 << 20);
	/* placed while every order of a joint product was reviewed (R16) */
	buf_printf(&text, "{\"resultCode\":\"MKT.0000\",\"resultMsg\":\"Success\",\"orderInfo\":{"
	    "\"orderId\":\"%s\",\"orderType\":\"NEW\",\"createTime\":\"20220901020304\","
	    "\"buyerInfo\":{\"customerId\":\"B1\",\"customerName\":\"ann\",\"userName\":\"ann\"},"
	    "\"orderLine\":[", order);
	for (i = 1; i <= lines; i++)
		buf_printf(&text, "%s{\"orderLineId\":\"%s-%06d\",\"chargingMode\":\"ONETIME\","
		    "\"productInfo\":[{\"productId\":\"P%d\",\"skuCode\":\"x\",\"linearValue\":1}],"
		    "\"currency\":\"100.000\",\"currencyAfterDiscount\":\"90.000\"}",
		    i == 1 ? "" : ",", order, i, i % 3 + 1);
	buf_puts(&text, "]}}");
	status = embedded_import(b, buf_text(&text), text.len, false, out, err);
	buf_free(&text);
	return status;
}

void deed_import(struct deed *deed, int64_t n, const char *stream, int lines)
{
	memset(deed, 0, sizeof(*deed));
	deed->kind = DEED_IMPORT;
	deed->n = n;
	deed->lines = lines;
	snprintf(deed->id, sizeof(deed->id), "CS%s%06" PRId64, stream, n);
}

/* Contents that depend on n alone. */
struct stream { int64_t n, at, size; };

static enum status big_read(void *state, void *data, size_t cap, size_t *n, struct error *err)
{
	struct stream *stream = state;
	int64_t left = stream->size - stream->at;
	size_t i;

	(void)err;
	*n = left < (int64_t)cap ? (size_t)left : cap;
	for (i = 0; i < *n; i++)
		((unsigned char *)data)[i] = (unsigned char)((stream->at + (int64_t)i) >> 3);
	if (stream->at == 0 && *n > sizeof(stream->n))
		memcpy(data, &stream->n, sizeof(stream->n));
	stream->at += (int64_t)*n;
	return STATUS_OK;
}

void deed_attach(struct deed *deed, int64_t n)
{
	struct stream stream = { .n = n, .size = BIG_BYTES };
	unsigned char *data = mem_alloc(BIG_BYTES);
	size_t got;

	memset(deed, 0, sizeof(*deed));
	deed->kind = DEED_ATTACH;
	deed->n = n;
	big_read(&stream, data, BIG_BYTES, &got, NULL);
	digest_of(data, got, deed->digest);
	free(data);
}

void deed_value(struct deed *deed, const char *name, const char *value)
{
	struct deed_value *to = &deed->values[deed->n_values++];

	strlcpy(to->name, name, sizeof(to->name));
	strlcpy(to->value, value, sizeof(to->value));
}

static void file_of(struct deed *deed, enum file_kind kind)
{
	struct deed_file *file = &deed->files[deed->n_files++];

	file->kind = kind;
	snprintf(file->name, sizeof(file->name), "%s.txt",
	    names_word(&file_kind_names, (int64_t)kind));
	snprintf(file->contents, sizeof(file->contents), "%s of %s",
	    names_word(&file_kind_names, (int64_t)kind), deed->key);
}

/* What each action asks for; the key stands in a text of each, so that no two are alike. */
static void fill_in(struct deed *deed, enum role party)
{
	switch (deed->action) {
	case ACTION_SUBMIT_REQUIREMENT:
		deed_value(deed, "requirement", deed->key);
		break;
	case ACTION_DELIVER:
		deed_value(deed, "result", deed->key);
		file_of(deed, FILE_SOW);
		file_of(deed, FILE_ACCEPTANCE);
		break;
	case ACTION_PASS_REVIEW:
		deed_value(deed, "opinion", deed->key);
		break;
	case ACTION_COMMENT:
		deed_value(deed, "text", deed->key);
		break;
	case ACTION_ADD_EVIDENCE:
		deed_value(deed, "text", deed->key);
		file_of(deed, FILE_EVIDENCE);
		break;
	case ACTION_APPEAL:
		deed_value(deed, "ground", party == ROLE_SELLER ? "buyer-inactive" : "other");
		deed_value(deed, "reason", deed->key);
		deed_value(deed, "claim", "The order is to be decided.");
		file_of(deed, FILE_EVIDENCE);
		if (party == ROLE_SELLER)
			file_of(deed, FILE_COMMITMENT);
		break;
	case ACTION_REJECT:
	case ACTION_WITHDRAW_APPEAL:
	case ACTION_DECIDE:
		deed_value(deed, "reason", deed->key);
		break;
	default:
		deed_value(deed, "comment", deed->key);
		break;
	}
}

static const char *user_of(enum role role)
{
	switch (role) {
	case ROLE_BUYER:
		return "ann";
	case ROLE_SELLER:
		return "sue";
	case ROLE_REVIEWER:
		return "reviewer";
	default:
		return "operator";
	}
}

void deed_command(struct deed *deed, int64_t n, const char *stream, const char *id,
    enum action_id action, enum role party)
{
	memset(deed, 0, sizeof(*deed));
	deed->kind = DEED_COMMAND;
	deed->n = n;
	deed->action = action;
	deed->version = VERSION_ANY;
	strlcpy(deed->id, id, sizeof(deed->id));
	strlcpy(deed->user, user_of(party), sizeof(deed->user));
	snprintf(deed->key, sizeof(deed->key), "%s-%" PRId64 "-%s", stream, n,
	    action_get(action)->word);
	fill_in(deed, party);
}

static enum role filer_of(struct backend *b, const struct supervision *s)
{
	struct page *page;
	struct error err;
	enum role role;

	if (backend_show(b, &appeal_record, s->appeal, &page, &err) != STATUS_OK)
		scene_die("%s: %s", s->appeal, err.message);
	role = (enum role)((const struct appeal *)page->rows[0])->party;
	page_drop(page);
	return role;
}

static void choose_decision(struct deed *deed, const struct supervision *s, struct rng *rng)
{
	static const char *const words[] = { "complete", "resume", "refund", "send-back" };
	enum flow_id flow = (enum flow_id)s->flow;
	enum stage_id first = flow_first(flow, s->reviewed != 0);
	bool back = (enum stage_id)s->stage != first;
	size_t i = rng_below(rng, back ? 4 : 3);

	deed_value(deed, "outcome", words[i]);
	if (i == 2)
		deed_value(deed, "amount", rng_below(rng, 2) == 0 ? "90.000" : "12.345");
	if (i == 3)
		deed_value(deed, "stage", names_word(&stage_names, (int64_t)first));
}

static void choose_during(struct deed *deed, int64_t n, const char *stream, struct backend *b,
    const struct supervision *s, struct rng *rng)
{
	enum role party = rng_below(rng, 2) == 0 ? ROLE_BUYER : ROLE_SELLER;

	switch (rng_below(rng, 6)) {
	case 0:
		deed_command(deed, n, stream, s->id, ACTION_COMMENT, party);
		break;
	case 1:
		deed_command(deed, n, stream, s->id, ACTION_ADD_EVIDENCE, party);
		break;
	case 2:
		deed_command(deed, n, stream, s->id, ACTION_WITHDRAW_APPEAL, filer_of(b, s));
		break;
	default:
		deed_command(deed, n, stream, s->id, ACTION_DECIDE, ROLE_OPERATOR);
		choose_decision(deed, s, rng);
		break;
	}
}

static void choose_for(struct deed *deed, int64_t n, const char *stream, struct backend *b,
    const struct supervision *s, struct rng *rng)
{
	const struct stage *stage = flow_stage((enum flow_id)s->flow, (enum stage_id)s->stage);
	enum role party = rng_below(rng, 2) == 0 ? ROLE_BUYER : ROLE_SELLER;
	uint64_t what = rng_below(rng, 10);

	if (s->appeal[0] != '\0')
		choose_during(deed, n, stream, b, s, rng);
	else if (what == 0)
		deed_command(deed, n, stream, s->id, ACTION_COMMENT, party);
	else if (what <= 2)
		deed_command(deed, n, stream, s->id, ACTION_APPEAL, party);
	else if (what == 3 && stage->back != STAGE_NONE)
		deed_command(deed, n, stream, s->id, ACTION_REJECT, stage->turn);
	else
		deed_command(deed, n, stream, s->id, stage->forward, stage->turn);
	if (rng_below(rng, 2) == 0)
		deed->version = s->version;
}

void deed_choose(struct deed *deed, int64_t n, const char *stream, struct backend *b,
    struct rng *rng)
{
	struct query query = { .type = &supervision_record, .filter = "state:open", .limit = 100 };
	struct page *page;
	struct error err;

	if (strcmp(backend_actor(b)->user, "operator") != 0 &&
	    backend_impersonate(b, "operator", &err) != STATUS_OK)
		scene_die("operator: %s", err.message);
	if (backend_list(b, &query, &page, &err) != STATUS_OK)
		scene_die("list: %s", err.message);
	if (page->count < 6)
		deed_import(deed, n, stream, (int)rng_between(rng, 1, 3));
	else
		choose_for(deed, n, stream, b, page->rows[rng_below(rng, page->count)], rng);
	page_drop(page);
}

static enum status attach_big(struct deed *deed, struct backend *b, struct error *err)
{
	struct stream stream = { .n = deed->n, .size = BIG_BYTES };
	struct byte_source source = { big_read, &stream };
	char digest[65];
	int64_t size;
	enum status status = backend_attach(b, &source, digest, &size, err);

	if (status == STATUS_OK && (strcmp(digest, deed->digest) != 0 || size != BIG_BYTES))
		scene_die("attached contents have the digest %s, not %s", digest, deed->digest);
	return status;
}

struct text { const char *data; size_t left; };

static enum status text_read(void *state, void *data, size_t cap, size_t *n, struct error *err)
{
	struct text *text = state;

	(void)err;
	*n = text->left < cap ? text->left : cap;
	memcpy(data, text->data, *n);
	text->data += *n;
	text->left -= *n;
	return STATUS_OK;
}

static enum status perform(struct deed *deed, struct backend *b, struct error *err)
{
	struct command_value values[4];
	struct command_file files[3];
	char digests[3][65];
	struct command command = {
		.id = deed->id, .action = deed->action, .values = values,
		.n_values = deed->n_values, .files = files, .n_files = deed->n_files,
		.key = deed->key, .version = deed->version,
	};
	enum status status = STATUS_OK;
	size_t i;

	for (i = 0; i < deed->n_values; i++) {
		values[i].name = deed->values[i].name;
		values[i].value = deed->values[i].value;
	}
	for (i = 0; status == STATUS_OK && i < deed->n_files; i++) {
		const struct deed_file *from = &deed->files[i];
		struct text text = { from->contents, strlen(from->contents) };
		struct byte_source source = { text_read, &text };

		files[i].kind = from->kind;
		files[i].name = from->name;
		files[i].digest = digests[i];
		files[i].size = (int64_t)text.left;
		digest_of(text.data, text.left, digests[i]);
		if (!deed->attached)
			status = backend_attach(b, &source, digests[i], &files[i].size, err);
	}
	if (status == STATUS_OK)
		status = backend_perform(b, &command, &deed->receipt, err);
	deed->attached = status == STATUS_OK;
	return status;
}

enum status deed_do(struct deed *deed, struct backend *b, struct error *err)
{
	struct import_report counts;
	enum status status = STATUS_OK;

	if (deed->kind == DEED_IMPORT)
		return scene_import(b, deed->id, deed->lines, &counts, err);
	if (deed->kind == DEED_ATTACH)
		return attach_big(deed, b, err);
	if (backend_actor(b) == NULL || strcmp(backend_actor(b)->user, deed->user) != 0)
		status = backend_impersonate(b, deed->user, err);
	return status == STATUS_OK ? perform(deed, b, err) : status;
}

bool receipts_same(const struct receipt *a, const struct receipt *b)
{
	return strcmp(a->id, b->id) == 0 && strcmp(a->appeal, b->appeal) == 0 &&
	    strcmp(a->hash, b->hash) == 0 && a->action == b->action && a->from == b->from &&
	    a->to == b->to && a->state == b->state && a->turn == b->turn &&
	    a->version == b->version && a->seq == b->seq && a->at == b->at &&
	    a->dry_run == b->dry_run;
}
