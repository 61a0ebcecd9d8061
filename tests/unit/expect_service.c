#include "expect_service.h"

#include <string.h>

#include "base/when.h"
#include "expect_time.h"

/* 2.6: usable for a while after the expiry, then frozen for 15 days, then gone. */
#define USABLE_FOR (7 * WHEN_DAY)
#define KEPT_FOR (15 * WHEN_DAY)
#define PERIODS_MAX 36

int64_t expect_period_end(const char *period, int number, int64_t from)
{
	if (strcmp(period, "day") == 0)
		return from + number * WHEN_DAY;
	return expect_months_later(from, strcmp(period, "year") == 0 ? 12 * number : number);
}

enum instance_state expect_service_state(const struct expect_service *service, int64_t now)
{
	int64_t over = now - service->expires_at;

	if (service->released)
		return INSTANCE_RELEASED;
	if (service->prepared)
		return INSTANCE_PREPARING;
	if (over < 0)
		return INSTANCE_ACTIVE;
	if (over < USABLE_FOR)
		return INSTANCE_EXPIRED;
	return over < USABLE_FOR + KEPT_FOR ? INSTANCE_FROZEN : INSTANCE_RELEASED;
}

/* To whoever sees its line's supervision; one that has none, to whoever sees one not reviewed. */
enum expect_verdict expect_service_exists(
    const struct expect_service *service, const struct expect_asker *asker)
{
	const struct expect_state line = { .reviewed = service->reviewed };

	return expect_exists(&line, asker);
}

/* Each line once; one under supervision is rated there, once that is completed. */
static enum expect_verdict rating(const struct expect_service *service)
{
	if (service->supervised || service->rated || service->order == ORDER_PROCESSING)
		return EXPECT_NO;
	/* of what was taken back, or came with what was, nothing is said */
	return service->released || service->order == ORDER_UNSUBSCRIBED ? EXPECT_SILENT
									 : EXPECT_YES;
}

enum expect_verdict expect_service_possible(const struct expect_service *service,
    const struct expect_asker *asker, enum action_id action, int64_t now)
{
	enum instance_state state = expect_service_state(service, now);

	if (expect_service_exists(service, asker) == EXPECT_NO ||
	    expect_role(asker->role, action) == EXPECT_NO)
		return EXPECT_NO;
	if (action == ACTION_RATE)
		return rating(service);
	/* before the acceptance no period has begun; what is released is gone (2.6) */
	if (state == INSTANCE_PREPARING || state == INSTANCE_RELEASED)
		return EXPECT_NO;
	if (action == ACTION_RENEW)
		return service->trial ? EXPECT_NO : EXPECT_YES;
	return action == ACTION_CONVERT_TRIAL && service->trial ? EXPECT_YES : EXPECT_NO;
}

/* Without a gap; only a trial that is over begins its paid period now. */
struct expect_purchase expect_purchase(
    const struct expect_service *service, int64_t periods, int64_t now)
{
	struct expect_purchase out = { .from = service->expires_at };

	periods = periods == 0 ? 1 : periods;
	if (service->trial && now > out.from)
		out.from = now;
	out.amount = periods * service->price;
	out.number = (int)periods * service->number;
	out.to = expect_period_end(service->period, out.number, out.from);
	return out;
}

enum expect_verdict expect_periods_do(
    const struct expect_service *service, int64_t periods, int64_t now)
{
	if (periods < 0 || periods > PERIODS_MAX)
		return EXPECT_NO;
	/* nobody pays for a period that is over */
	return expect_purchase(service, periods, now).to > now ? EXPECT_YES : EXPECT_NO;
}

void expect_service_apply(
    struct expect_service *service, enum action_id action, int64_t periods, int64_t now)
{
	struct expect_purchase bought = expect_purchase(service, periods, now);

	service->entries++;
	if (action == ACTION_RATE) {
		service->rated = true;
		return;
	}
	service->moves++;
	service->expires_at = bought.to;
	service->start_known = service->start_known && !service->trial;
	service->trial = false;
	service->lines++;
	service->paid += bought.amount;
	service->last_amount = bought.amount;
	service->last_from = bought.from;
}

void expect_service_unsubscribe(struct expect_service *service)
{
	service->moves++;
	service->imports++;
	service->released = true;
	service->lines++;
	service->refunded += service->last_amount;
}
