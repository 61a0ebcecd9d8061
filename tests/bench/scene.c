#include "scene.h"

#include <bsd/string.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* All nine flows, with and without review; what the terms of an order make of it says R16. */
static const struct sold {
	const char *id, *delivery, *category, *identifier;
} products[] = {
	{ "P2", "manual-std", "generic", "" },
	{ "P3", "manual-std", "joint", "" },
	{ "P1", "lic-offline", "generic", "" },
	{ "P4", "lic-20", "generic", "" },
	{ "P5", "hardware", "generic", "" },
	{ "P6", "lic-package", "generic", "" },
	{ "P7", "lic-20", "joint", "" },
	{ "P8", "manual-site", "joint", "" },
	{ "P9", "saas-offline", "generic", "" },
	{ "P10", "data-file", "joint", "" },
	{ "P11", "lic-10", "generic", "hardware" },
	{ "P12", "lic-10", "joint", "system" },
	{ "P13", "hardware", "self-service", "" },
	{ "P14", "hardware", "joint", "" },
};
#define PRODUCTS (sizeof(products) / sizeof(products[0]))

static void write_catalogue(struct buf *out)
{
	size_t i;

	buf_puts(out, "{\"koodesk-catalogue\":1,\"sellers\":[{\"id\":\"S1\",\"name\":"
	    "\"DataSafe\",\"users\":[{\"id\":\"sue\",\"name\":\"sue\"}]}],\"products\":[");
	for (i = 0; i < PRODUCTS; i++) {
		const struct sold *p = &products[i];

		buf_printf(out, "%s{\"id\":\"%s\",\"name\":\"Product %s\",\"seller\":\"S1\","
		    "\"delivery\":\"%s\",\"category\":\"%s\",\"currency\":\"CNY\","
		    "\"acceptanceStandard\":\"It works.\"", i == 0 ? "" : ",", p->id, p->id,
		    p->delivery, p->category);
		if (p->identifier[0] != '\0')
			buf_printf(out, ",\"identifier\":\"%s\"", p->identifier);
		buf_puts(out, "}");
	}
	/* what is bought without supervision, and renewed */
	buf_puts(out, ",{\"id\":\"P20\",\"name\":\"Product P20\",\"seller\":\"S1\",\"delivery\":"
	    "\"saas\",\"category\":\"generic\",\"currency\":\"CNY\",\"price\":\"30.000\","
	    "\"periodType\":\"month\"}]}");
}

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

bool scene_take(int fd, void *data, size_t n)
{
	size_t have = 0;
	ssize_t got;

	while (have < n) {
		got = read(fd, (char *)data + have, n - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 && have == 0)
			return false;
		if (got <= 0)
			scene_die("half a message came through a pipe");
		have += (size_t)got;
	}
	return true;
}

void scene_make(struct scene *scene)
{
	const char *tmp = getenv("TMPDIR");
	struct import_report counts;
	struct backend *b;
	struct error err;
	struct buf text;

	snprintf(scene->folder, sizeof(scene->folder), "%s/koodesk-durable.XXXXXX",
	    tmp != NULL && tmp[0] == '/' && strlen(tmp) < 32 ? tmp : "/tmp");
	if (mkdtemp(scene->folder) == NULL)
		scene_die("%s: no such folder can be made", scene->folder);
	snprintf(scene->path, sizeof(scene->path), "%s/market.db", scene->folder);
	kept = scene->path;
	scene->now = SCENE_NOW;
	b = scene_open(scene, NULL);
	buf_init(&text, 1 << 16);
	write_catalogue(&text);
	if (embedded_import(b, buf_text(&text), text.len, false, &counts, &err) != STATUS_OK)
		scene_die("catalogue: %s: %s", err.field, err.message);
	buf_free(&text);
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
 * ---- orders -----------------------------------------------------------------------------------
 */

static void begin_order(struct buf *text, const char *order, const char *type, const char *when)
{
	buf_init(text, 1 << 20);
	buf_printf(text, "{\"resultCode\":\"MKT.0000\",\"resultMsg\":\"Success\",\"orderInfo\":{"
	    "\"orderId\":\"%s\",\"orderType\":\"%s\",\"createTime\":\"%s\","
	    "\"buyerInfo\":{\"customerId\":\"B1\",\"customerName\":\"ann\",\"userName\":\"ann\"},"
	    "\"orderLine\":[", order, type, when);
}

static enum status end_order(struct buf *text, struct backend *b, struct import_report *out,
    struct error *err)
{
	enum status status;

	buf_puts(text, "]}}");
	status = embedded_import(b, buf_text(text), text->len, false, out, err);
	buf_free(text);
	return status;
}

/*
 * Lines are of all products in turn, from `first` on. Every other order was placed while all joint
 * products were reviewed and every license 2.0 had a proof (R5, R16).
 */
enum status scene_import_from(struct backend *b, const char *order, int lines, int first,
    struct import_report *out, struct error *err)
{
	bool early = order[strlen(order) - 1] % 2 != 0;
	struct buf text;
	int i;

	begin_order(&text, order, "NEW", early ? "20220901020304" : "20261101020304");
	for (i = 1; i <= lines; i++)
		buf_printf(&text, "%s{\"orderLineId\":\"%s-%06d\",\"chargingMode\":\"ONETIME\","
		    "\"productInfo\":[{\"productId\":\"%s\",\"skuCode\":\"x\",\"linearValue\":1}],"
		    "\"currency\":\"100.000\",\"currencyAfterDiscount\":\"90.000\"}",
		    i == 1 ? "" : ",", order, i,
		    products[(size_t)(first + i - 1) % PRODUCTS].id);
	return end_order(&text, b, out, err);
}

enum status scene_import(struct backend *b, const char *order, int lines,
    struct import_report *out, struct error *err)
{
	return scene_import_from(b, order, lines, 0, out, err);
}

enum status scene_import_services(struct backend *b, const char *order, int lines,
    struct import_report *out, struct error *err)
{
	bool trial = order[strlen(order) - 1] % 2 != 0;
	struct buf text;
	int i;

	begin_order(&text, order, trial ? "TRIAL" : "NEW", "20261101020304");
	for (i = 1; i <= lines; i++)
		buf_printf(&text, "%s{\"orderLineId\":\"%s-%06d\",\"chargingMode\":\"PERIOD\","
		    "\"periodType\":\"month\",\"periodNumber\":1,\"expireTime\":"
		    "\"20261215020304\",\"productInfo\":[{\"productId\":\"P20\",\"skuCode\":\"x\","
		    "\"linearValue\":1}],\"currency\":\"%s\"}", i == 1 ? "" : ",", order, i,
		    trial ? "0.000" : "30.000");
	return end_order(&text, b, out, err);
}
