/*
 * The kill hunt of the commit: after every fault at every system call the site is exactly old or exactly new, and one
 * recovery, itself killed or not, brings it there.
 *
 *   kill_commit DIRECTORY COUNT [SEED [two-renames]]   DIRECTORY on the file system that is to be tried; COUNT of the double
 *   kills; two-renames: the file system seems to know nothing of RENAME_EXCHANGE
 *
 * All single kills and single errors are always done, and the order of the syncs is checked; of the kills of a recovery after a
 * kill there are 73,000, from which SEED draws.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocation.h"
#include "no_flags.h"
#include "order.h"
#include "scenario.h"

static unsigned kills, errors, doubles;

static void kill_at(const struct scenario *scenario, unsigned at)
{
	struct fault fault = {.how = FAULT_KILL, .kind = KIND_ALL, .at = at};
	struct outcome outcome;
	char where[64];

	snprintf(where, sizeof where, "%s killed at call %u", scenario->name, at);
	scenario_prepare(scenario);
	scenario_trace(&outcome, scenario->body, &fault, where);
	if (!outcome.fired || !outcome.killed) {
		scenario_die(where, "it was not killed");
	}
}

static void single_kills(const struct scenario *scenario, unsigned calls)
{
	for (unsigned at = 1; at <= calls; at++) {
		char where[64];

		snprintf(where, sizeof where, "%s killed at call %u", scenario->name, at);
		kill_at(scenario, at);
		scenario_settle(scenario, where);
		kills++;
	}
}

/* An error at one call, or at all of a kind from it on: the site is as before, or as after, and says so. */
static void single_error(const struct scenario *scenario, const struct fault *fault)
{
	struct outcome outcome;
	char where[96];
	const char *told;

	snprintf(where, sizeof where, "%s, %s %s of kind %d from call %u", scenario->name, strerror(fault->sys), fault->how == FAULT_FOREVER ? "at all" : "at one", fault->kind, fault->at);
	scenario_prepare(scenario);
	scenario_trace(&outcome, scenario->body, fault, where);
	if (!outcome.fired || outcome.killed) {
		scenario_die(where, "the error did not happen");
	}
	told = scenario_tell();
	if (outcome.status == 0 && strcmp(told, scenario->success) != 0) {
		scenario_die(where, "success was told, but the site is not so");
	}
	if (scenario->body == do_keep && outcome.status != 0 && fault->how == FAULT_ERROR && scenario_pending() != LKS_PENDING_COMMITTED) {
		scenario_die(where, "closing failed, and the journal is neither closed nor open");
	}
	if (outcome.status != 0 && outcome.status != LKS_E_RECOVERY && scenario->failure != NULL) {
		if (strcmp(told, scenario->failure) != 0) {
			scenario_die(where, told);
		}
		if (scenario->body == do_run && scenario_pending() != LKS_PENDING_NONE) {
			scenario_die(where, "the journal was left");
		}
	}
	scenario_settle(scenario, where);
	errors++;
}

/* What file systems answer that cannot do it, at each rename. */
static void refused_renames(const struct scenario *scenario)
{
	static const int numbers[] = {EXDEV, EBUSY, EINVAL, EACCES};
	unsigned calls;

	scenario_prepare(scenario);
	calls = scenario_calls(scenario, scenario->body, KIND_RENAME);
	for (unsigned at = 1; at <= calls; at++) {
		struct fault fault = {.how = FAULT_ERROR, .kind = KIND_RENAME, .at = at, .sys = numbers[at % 4]};

		if (scenario->body != do_probe) { /* to which it is an answer, no failure */
			single_error(scenario, &fault);
		}
	}
}

static void single_errors(const struct scenario *scenario)
{
	static const int numbers[] = {EIO, ENOSPC};

	for (enum fault_kind kind = KIND_FALLIBLE; kind <= KIND_STAT; kind++) {
		unsigned calls;

		scenario_prepare(scenario);
		calls = scenario_calls(scenario, scenario->body, kind);
		for (unsigned at = 1; at <= calls; at++) {
			struct fault once = {.how = FAULT_ERROR, .kind = kind, .at = at, .sys = numbers[at % 2]};
			struct fault forever = {.how = FAULT_FOREVER, .kind = kind, .at = at, .sys = numbers[at % 2]};

			if (kind == KIND_FALLIBLE) {
				single_error(scenario, &once); /* the other kinds are part of this one */
			}
			single_error(scenario, &forever);
		}
	}
}

/* Memory runs out at each allocation in turn. */
static void allocation_errors(const struct scenario *scenario)
{
	for (unsigned long nth = 1;; nth++) {
		char where[64];
		const char *told;
		int status;

		snprintf(where, sizeof where, "%s without memory at allocation %lu", scenario->name, nth);
		scenario_prepare(scenario);
		allocation_fail_at(nth);
		status = scenario->body(NULL);
		if (!allocation_failed()) {
			allocation_fail_at(0);
			break;
		}
		told = scenario_tell();
		if (status == 0 ? strcmp(told, scenario->success) != 0 : status != LKS_E_RECOVERY && scenario->failure != NULL && strcmp(told, scenario->failure) != 0) {
			scenario_die(where, told);
		}
		scenario_settle(scenario, where);
		errors++;
	}
}

/* The recovery after a kill is killed too, and the recovery after that is not. */
static void double_kill(const struct scenario *scenario, unsigned first, unsigned second)
{
	struct fault fault = {.how = FAULT_KILL, .kind = KIND_ALL, .at = second};
	struct outcome outcome;
	char where[96];

	snprintf(where, sizeof where, "%s killed at call %u, its recovery at call %u", scenario->name, first, second);
	kill_at(scenario, first);
	scenario_trace(&outcome, do_recover, &fault, where);
	if (outcome.fired != outcome.killed) {
		scenario_die(where, "it was not killed");
	}
	if (!outcome.killed && outcome.status != 0) {
		scenario_die(where, "the recovery fails");
	}
	scenario_settle(scenario, where);
	doubles += outcome.killed;
}

/* How many calls the recovery makes after a first kill. */
static unsigned recovery_calls(const struct scenario *scenario, unsigned first)
{
	kill_at(scenario, first);
	return scenario_calls(scenario, do_recover, KIND_ALL);
}

/* Spreads `count` evenly over all first kills, and draws the second ones; all of them where there are not more. */
static void double_kills(const unsigned calls[SCENARIOS], unsigned long count)
{
	unsigned long firsts = 0, done = 0;

	for (size_t s = 0; s < SCENARIOS; s++) {
		firsts += calls[s];
	}
	for (size_t s = 0; s < SCENARIOS; s++) {
		for (unsigned first = 1; first <= calls[s]; first++) {
			unsigned long budget = count / firsts + ((unsigned long)random() % firsts < count % firsts);
			unsigned long length = budget == 0 ? 0 : recovery_calls(&scenarios[s], first);

			for (unsigned long i = 1; i <= (budget < length ? budget : length); i++) {
				double_kill(&scenarios[s], first, (unsigned)(budget < length ? 1 + (unsigned long)random() % length : i));
				done++;
			}
		}
	}
	if (done != doubles) {
		scenario_die("double kills", "not every one was killed");
	}
}

static void check_orders(void)
{
	for (size_t s = 0; s < SCENARIOS; s++) {
		int (*body)(void *arg) = scenarios[s].body;
		enum order_mode mode = body == do_run ? ORDER_BEGINS : body == do_undo ? ORDER_UNDOES : body == do_revert ? ORDER_REVERTS : body == do_recover ? ORDER_RECOVERS : ORDER_GOES_ON;
		const char *broken;

		if (body == do_pending || body == do_probe) { /* these promise no order */
			continue;
		}
		scenario_prepare(&scenarios[s]);
		broken = order_check(body, scenario_root(), mode);
		if (broken != NULL) {
			scenario_die(scenarios[s].name, broken);
		}
	}
	printf("every sync comes before what relies on it\n");
}

int main(int argc, char **argv)
{
	unsigned calls[SCENARIOS];

	if (argc < 3 || argc > 5 || (argc == 5 && strcmp(argv[4], "two-renames") != 0)) {
		fprintf(stderr, "usage: kill_commit DIRECTORY COUNT [SEED [two-renames]]\n");
		return 2;
	}
	if (argc == 5 && no_rename_flags(EINVAL) != 0) {
		fprintf(stderr, "kill_commit: no seccomp here\n");
		return 1;
	}
	srandom(argc >= 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 1);
	scenario_open(argv[1]);
	scenario_prepare(&scenarios[SCENARIO_UNDO]); /* libraries set themselves up now, not in the first child */
	check_orders();
	for (size_t s = 0; s < SCENARIOS; s++) {
		scenario_prepare(&scenarios[s]);
		calls[s] = scenario_calls(&scenarios[s], scenarios[s].body, KIND_ALL);
		single_kills(&scenarios[s], calls[s]);
		single_errors(&scenarios[s]);
		refused_renames(&scenarios[s]);
		allocation_errors(&scenarios[s]);
		printf("%-19s%u system calls\n", scenarios[s].name, calls[s]);
		fflush(stdout);
	}
	double_kills(calls, strtoul(argv[2], NULL, 10));
	scenario_close();
	printf("%u kills, %u kills of a recovery, %u errors: always exactly old or exactly new\n", kills, doubles, errors);
	return 0;
}
