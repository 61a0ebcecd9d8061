#include "cloud/simulated_parts.h"

#include <string.h>

#include "base/i18n.h"
#include "base/rand.h"
#include "base/when.h"

#define LOOK_EVERY (1 * WHEN_SECOND)     /* how often progress is worth asking for */
#define REMOVAL (8 * WHEN_SECOND)
/* A network that is there already is only looked up. */
#define LOOK_UP (1 * WHEN_SECOND)

/* Least and most seconds of each step, in the order of enum sim_step. */
static const struct { const char *name; int least, most; } steps[SIM_STEPS] = {
	{ N_("Check the template"), 3, 8 },
	{ N_("Create network and security group"), 6, 15 },
	{ N_("Create the server"), 20, 60 },
	{ N_("Attach the disk"), 5, 12 },
	{ N_("Bind the public address"), 4, 10 },
	{ N_("Install the package"), 15, 45 },
	{ N_("Run the start script"), 8, 25 },
	{ N_("Check that it answers"), 5, 15 },
};

/* When each step of an attempt begins and ends, and what goes wrong. */
struct course {
	int64_t start[SIM_STEPS], end[SIM_STEPS];
	size_t n;                 /* steps that are reached */
	struct sim_fault fault;
	struct rng rng;           /* behind the durations */
};

static bool needs_network(const struct cloud_request *request)
{
	return strcmp(request->network, CLOUD_NEW) == 0 ||
	       strcmp(request->subnet, CLOUD_NEW) == 0 || strcmp(request->group, CLOUD_NEW) == 0;
}

static int64_t paced(int64_t ms, int64_t pace)
{
	int64_t result = ms * pace / 100;

	return result > 0 ? result : 1;
}

static void course_of(const struct sim_attempt *attempt, struct course *out)
{
	int64_t at = attempt->started_at;
	size_t i;

	sim_fault(&attempt->request, attempt->in_zone, attempt->cores_used, &out->fault);
	rng_seed(&out->rng, (uint64_t)attempt->seed);
	for (i = 0; i < SIM_STEPS; i++) {
		int64_t span = rng_between(&out->rng, steps[i].least * WHEN_SECOND,
		    steps[i].most * WHEN_SECOND);

		if (i == SIM_NETWORK && !needs_network(&attempt->request))
			span = LOOK_UP;
		out->start[i] = at;
		at += paced(span, attempt->pace);
		out->end[i] = at;
	}
	out->n = out->fault.step == SIM_STEPS ? SIM_STEPS : (size_t)out->fault.step + 1;
}

static const struct sim_attempt *last_attempt(const struct sim_stack *stack)
{
	return &stack->attempts[stack->n_attempts - 1];
}

static bool removal_over(const struct sim_stack *stack, int64_t now)
{
	return stack->removed_at != 0 &&
	       now - stack->removed_at >= paced(REMOVAL, last_attempt(stack)->pace);
}

static const char *platform_word(const struct sim_stack *stack, const struct course *course,
    int64_t now)
{
	if (stack->removed_at != 0)
		return "DELETION_IN_PROGRESS";
	if (now < course->end[course->n - 1])
		return "DEPLOYMENT_IN_PROGRESS";
	return course->fault.step == SIM_STEPS ? "DEPLOYMENT_COMPLETE" : "DEPLOYMENT_FAILED";
}

bool sim_state(const struct sim_stack *stack, int64_t now, enum cloud_state *out)
{
	struct course course;

	if (removal_over(stack, now))
		return false;
	course_of(last_attempt(stack), &course);
	return cloud_state_of_platform(platform_word(stack, &course, now), out);
}

int64_t sim_stack_cores(const struct sim_stack *stack)
{
	const struct sim_attempt *attempt = last_attempt(stack);
	struct sim_fault fault;

	/* What fails gives back what it had taken. */
	sim_fault(&attempt->request, attempt->in_zone, attempt->cores_used, &fault);
	return stack->removed_at != 0 || fault.step != SIM_STEPS ? 0 :
	    sim_cores(attempt->request.flavour);
}

/* ---- The report ---------------------------------------------------------------------------- */

static int percent_of(int64_t start, int64_t end, int64_t now)
{
	if (now <= start)
		return 0;
	return now >= end ? 100 : (int)((now - start) * 100 / (end - start));
}

static void report_steps(struct cloud_report *report, const struct course *course, int64_t now)
{
	size_t i;

	report->n_steps = SIM_STEPS;
	report->steps = arena_alloc(&report->arena, SIM_STEPS * sizeof(*report->steps));
	for (i = 0; i < SIM_STEPS; i++) {
		struct cloud_step *step = &report->steps[i];

		step->name = _(steps[i].name);
		if (i >= course->n || (i > 0 && now < course->start[i]))
			continue;
		step->started_at = course->start[i];
		step->percent = percent_of(course->start[i], course->end[i], now);
		step->state = CLOUD_STEP_RUNNING;
		if (now < course->end[i])
			continue;
		step->ended_at = course->end[i];
		step->state = i == (size_t)course->fault.step ? CLOUD_STEP_BROKEN : CLOUD_STEP_DONE;
	}
}

static void add_output(struct cloud_report *report, const char *name, const char *label,
    const char *value)
{
	struct cloud_output *output = &report->outputs[report->n_outputs++];

	output->name = name;
	output->label = label;
	output->value = value;
}

/* Addresses that lead nowhere: those kept for documentation, and a name that can never be one. */
static void report_outputs(struct cloud_report *report, const struct sim_stack *stack,
    struct course *course)
{
	const struct sim_attempt *attempt = last_attempt(stack);
	struct arena *arena = &report->arena;
	const char *tail = strrchr(stack->id, '-');
	int public_host = (int)rng_between(&course->rng, 1, 254);
	int private_host = (int)rng_between(&course->rng, 10, 250);

	report->outputs = arena_alloc(arena, 5 * sizeof(*report->outputs));
	add_output(report, "endpoint", _("Public address"),
	    arena_printf(arena, "203.0.113.%d", public_host));
	add_output(report, "privateAddress", _("Private address"),
	    arena_printf(arena, "%s%d", sim_subnet_prefix(attempt->request.subnet), private_host));
	add_output(report, "frontEndUrl", _("Front end"),
	    arena_printf(arena, "https://%s.simulated.invalid/", tail != NULL ? tail + 1 : "app"));
	add_output(report, "userName", _("User name"),
	    arena_strdup(arena, attempt->request.user_name));
	add_output(report, "zone", _("Zone"), arena_strdup(arena, attempt->in_zone));
}

/* The next moment at which something is to be seen: a step's end, or progress within it. */
static int64_t next_look(const struct cloud_report *report, const struct sim_stack *stack,
    const struct course *course, int64_t now)
{
	int64_t at = (now < report->started_at ? report->started_at : now) + LOOK_EVERY;
	size_t i;

	if (report->state == CLOUD_REMOVING)
		return stack->removed_at + paced(REMOVAL, last_attempt(stack)->pace);
	if (report->state != CLOUD_DEPLOYING)
		return 0;
	for (i = 0; i < course->n; i++)
		if (course->end[i] > now && course->end[i] < at)
			at = course->end[i];
	return at;
}

struct cloud_report *sim_report(const struct sim_stack *stack, int64_t now)
{
	struct cloud_report *report;
	struct course course;
	int64_t end, at;

	if (removal_over(stack, now))
		return NULL;
	course_of(last_attempt(stack), &course);
	end = course.end[course.n - 1];
	/* What is being removed is shown as it stood when that began. */
	at = stack->removed_at != 0 ? stack->removed_at : now;
	report = mem_alloc(sizeof(*report));
	memcpy(report->stack, stack->id, sizeof(report->stack));
	report->simulated = true;
	report->platform_state = platform_word(stack, &course, now);
	(void)cloud_state_of_platform(report->platform_state, &report->state);
	report->attempt = (int)stack->n_attempts;
	report->started_at = last_attempt(stack)->started_at;
	report->ended_at = at >= end ? end : 0;
	/* Of the whole way, also where it ends early. */
	report->percent = percent_of(report->started_at, course.end[SIM_STEPS - 1],
	    at < end ? at : end);
	report->cause = report->cause_code = "";
	if (at >= end && course.fault.step != SIM_STEPS) {
		report->cause = arena_strdup(&report->arena, course.fault.cause);
		report->cause_code = course.fault.code;
	}
	report_steps(report, &course, at);
	if (report->state == CLOUD_DEPLOYED)
		report_outputs(report, stack, &course);
	report->poll_at = next_look(report, stack, &course, now);
	return report;
}
