/*
 * The kill hunt of the commit: after every fault at every system call the site is exactly old or exactly new, and one
 * recovery, itself killed or not, brings it there.
 *
 *   kill_commit DIRECTORY COUNT [SEED]   DIRECTORY on the file system that is to be tried; COUNT of the double kills
 *
 * All single kills and single errors are always done, and the order of the syncs is checked; of the kills of a recovery after a
 * kill there are 73,000, from which SEED draws.
 */
#include <errno.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "allocation.h"
#include "commit_site.h"
#include "order.h"
#include "trace.h"

#define KEPT "undo/run/journal"

static char base[PATH_MAX], root[PATH_MAX + 32];
static int base_fd = -1, root_fd = -1;
static unsigned kills, errors, doubles;

static int die(const char *what, const char *detail)
{
	fprintf(stderr, "kill_commit: %s: %s (site kept at %s)\n", what, detail, root);
	exit(1);
}

static void drop_site(void)
{
	struct lks_error err = {0};

	if (root_fd >= 0) {
		close(root_fd);
		root_fd = -1;
		if (lks_fs_remove(base_fd, "site", &err) != 0) {
			die("the old site cannot be removed", err.message);
		}
	}
}

static void make_site(void)
{
	drop_site();
	if (mkdirat(base_fd, "site", 0755) != 0 || (root_fd = openat(base_fd, "site", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 || site_make(root_fd) != 0) {
		die("the site cannot be made", strerror(errno));
	}
}

/* What is done under the fault. */
static int do_run(void *arg)
{
	struct lks_error err = {0};

	(void)arg;
	return lks_commit_run(root_fd, SITE_STATE, SITE_STAGE, site_items, SITE_ITEMS, SITE_LABEL, &err);
}

static int do_revert(void *arg)
{
	struct lks_error err = {0};

	(void)arg;
	return lks_commit_revert(root_fd, SITE_STATE, &err);
}

static int do_recover(void *arg)
{
	struct lks_error err = {0};
	enum lks_recovered recovered;

	(void)arg;
	return lks_commit_recover(&recovered, root_fd, SITE_STATE, &err);
}

static int do_close(void *arg)
{
	struct lks_error err = {0};

	(void)arg;
	return lks_commit_close(root_fd, SITE_STATE, NULL, &err);
}

static int do_keep(void *arg)
{
	struct lks_error err = {0};

	(void)arg;
	return lks_commit_close(root_fd, SITE_STATE, KEPT, &err);
}

static int do_undo(void *arg)
{
	struct lks_error err = {0};

	(void)arg;
	return lks_commit_undo(root_fd, SITE_STATE, KEPT, SITE_LABEL, &err);
}

static int do_pending(void *arg)
{
	struct lks_error err = {0};
	struct lks_pending found;
	int status = lks_commit_pending(&found, root_fd, SITE_STATE, &err);

	(void)arg;
	lks_pending_dispose(&found);
	return status;
}

static int do_probe(void *arg)
{
	static const char *const paths[] = {"vendor/magento/tool", "vendor/magento/gone.php", "vendor/magento/absent"};
	struct lks_error err = {0};

	(void)arg;
	for (size_t i = 0; i < 3; i++) {
		enum lks_exchange_problem problem;
		int status = lks_commit_probe(&problem, root_fd, paths[i], SITE_STAGE, &err);

		if (status != 0) {
			return status;
		}
	}
	return 0;
}

/* Begun, and killed in the middle: what a recovery finds. */
static int leave_half(void *arg);
/* All renames done, the end not written. */
static int leave_unwritten(void *arg);

static const struct scenario {
	const char *name;
	int (*before[2])(void *arg); /* done without a fault */
	int (*body)(void *arg);
	const char *success, *failure; /* how the site looks after either, when no kill came between */
} scenarios[] = {
	{"run", {NULL, NULL}, do_run, site_new, site_old},
	{"revert", {do_run, NULL}, do_revert, site_old, NULL},
	{"close", {do_run, NULL}, do_close, site_new, site_new},
	{"keep", {do_run, NULL}, do_keep, site_new, site_new},
	{"undo", {do_run, do_keep}, do_undo, site_old, site_new},
	{"pending", {do_run, NULL}, do_pending, site_new, site_new},
	{"probe", {NULL, NULL}, do_probe, site_old, site_old},
	{"undoing recovery", {leave_half, NULL}, do_recover, site_old, NULL},
	{"finishing recovery", {leave_unwritten, NULL}, do_recover, site_new, site_new},
};
#define SCENARIOS (sizeof scenarios / sizeof *scenarios)

static void prepare(const struct scenario *scenario)
{
	make_site();
	for (size_t i = 0; i < 2 && scenario->before[i] != NULL; i++) {
		if (scenario->before[i](NULL) != 0) {
			die(scenario->name, "its preparation failed");
		}
	}
}

static const char *tell(void)
{
	static char told[SITE_ITEMS + 1];

	site_tell(told, root_fd);
	return told;
}

static enum lks_pending_state pending(void)
{
	struct lks_error err = {0};
	struct lks_pending found;
	enum lks_pending_state state;

	if (lks_commit_pending(&found, root_fd, SITE_STATE, &err) != 0) {
		die("the journal cannot be read", err.message);
	}
	state = found.state;
	lks_pending_dispose(&found);
	return state;
}

/* Nothing half written stays. */
static void expect_tidy(const char *where)
{
	DIR *directory = fdopendir(openat(root_fd, SITE_STATE, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	struct dirent *entry;

	if (directory == NULL) {
		die(where, "the state directory is gone");
	}
	while ((entry = readdir(directory)) != NULL) {
		if (strncmp(entry->d_name, ".lks-", 5) == 0) {
			die(where, "a temporary file was left");
		}
	}
	closedir(directory);
}

/* Recovers without a fault: exactly old or exactly new, and the journal says which; the next command works. */
static void settle(const struct scenario *scenario, const char *where)
{
	struct lks_error err = {0};
	enum lks_recovered recovered;
	const char *told;

	if (lks_commit_recover(&recovered, root_fd, SITE_STATE, &err) != 0) {
		die(where, err.message);
	}
	told = tell();
	if (strcmp(told, site_old) != 0 && strcmp(told, site_new) != 0) {
		die(where, told);
	}
	if (scenario->body == do_close || scenario->body == do_keep || scenario->body == do_pending) {
		if (strcmp(told, site_new) != 0) {
			die(where, "what only looks or closes took the commit back");
		}
	} else if (recovered == LKS_RECOVERED_UNDONE && strcmp(told, scenario->body == do_undo ? site_new : site_old) != 0) {
		die(where, "it was said to be undone");
	} else if (recovered == LKS_RECOVERED_FINISHED && strcmp(told, scenario->body == do_undo ? site_old : site_new) != 0) {
		die(where, "it was said to be finished");
	}
	if (pending() != (recovered == LKS_RECOVERED_FINISHED ? LKS_PENDING_COMMITTED : LKS_PENDING_NONE)) {
		die(where, "the journal does not fit the site");
	}
	if (recovered == LKS_RECOVERED_FINISHED && (lks_commit_revert(root_fd, SITE_STATE, &err) != 0 || pending() != LKS_PENDING_NONE)) {
		die(where, "what was finished cannot be reverted");
	}
	/* what follows is a whole commit, so nothing may be in its way */
	if (strcmp(tell(), site_old) == 0 && (lks_commit_run(root_fd, SITE_STATE, SITE_STAGE, site_items, SITE_ITEMS, "", &err) != 0 || strcmp(tell(), site_new) != 0)) {
		die(where, "no commit is possible afterwards");
	}
	lks_error_clear(&err);
	if (pending() == LKS_PENDING_NONE && lks_commit_run(root_fd, SITE_STATE, SITE_STAGE, NULL, 0, "", &err) != 0) {
		die(where, err.message);
	}
	expect_tidy(where);
	if (scenario->body == do_probe && (do_probe(NULL) != 0 || faccessat(root_fd, "vendor/magento/.lockstep-probe", F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
		faccessat(root_fd, SITE_STAGE "/.lockstep-probe", F_OK, AT_SYMLINK_NOFOLLOW) == 0)) {
		die(where, "the probe leaves something behind");
	}
}

static void trace(struct outcome *out, int (*body)(void *arg), const struct fault *fault, const char *where)
{
	if (!trace_run(out, body, NULL, fault, NULL, NULL)) {
		die(where, "ptrace does not work here");
	}
}

static int leave_half(void *arg)
{
	struct fault fault = {.how = FAULT_KILL, .kind = KIND_RENAME, .at = 1 + SITE_ITEMS / 2};
	struct outcome outcome;

	(void)arg;
	trace(&outcome, do_run, &fault, "half a run");
	return strcmp(tell(), site_old) == 0 || strcmp(tell(), site_new) == 0 ? -1 : 0;
}

static int leave_unwritten(void *arg)
{
	struct fault fault = {.how = FAULT_KILL, .kind = KIND_RENAME, .at = 2 + SITE_ITEMS};
	struct outcome outcome;

	(void)arg;
	trace(&outcome, do_run, &fault, "a run without its end");
	return strcmp(tell(), site_new) == 0 && pending() == LKS_PENDING_BEGUN ? 0 : -1;
}

static unsigned count_calls(const struct scenario *scenario, int (*body)(void *arg), enum fault_kind kind)
{
	struct fault none = {.how = FAULT_NONE, .kind = kind};
	struct outcome outcome;

	trace(&outcome, body, &none, scenario->name);
	if (outcome.status != 0) {
		die(scenario->name, "it fails without a fault");
	}
	return outcome.calls;
}

static void kill_at(const struct scenario *scenario, unsigned at)
{
	struct fault fault = {.how = FAULT_KILL, .kind = KIND_ALL, .at = at};
	struct outcome outcome;
	char where[64];

	snprintf(where, sizeof where, "%s killed at call %u", scenario->name, at);
	prepare(scenario);
	trace(&outcome, scenario->body, &fault, where);
	if (!outcome.fired || !outcome.killed) {
		die(where, "it was not killed");
	}
}

static void single_kills(const struct scenario *scenario, unsigned calls)
{
	for (unsigned at = 1; at <= calls; at++) {
		char where[64];

		snprintf(where, sizeof where, "%s killed at call %u", scenario->name, at);
		kill_at(scenario, at);
		settle(scenario, where);
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
	prepare(scenario);
	trace(&outcome, scenario->body, fault, where);
	if (!outcome.fired || outcome.killed) {
		die(where, "the error did not happen");
	}
	told = tell();
	if (outcome.status == 0 && strcmp(told, scenario->success) != 0) {
		die(where, "success was told, but the site is not so");
	}
	if (scenario->body == do_keep && outcome.status != 0 && fault->how == FAULT_ERROR && pending() != LKS_PENDING_COMMITTED) {
		die(where, "closing failed, and the journal is neither closed nor open");
	}
	if (outcome.status != 0 && outcome.status != LKS_E_RECOVERY && scenario->failure != NULL) {
		if (strcmp(told, scenario->failure) != 0) {
			die(where, told);
		}
		if (scenario->body == do_run && pending() != LKS_PENDING_NONE) {
			die(where, "the journal was left");
		}
	}
	settle(scenario, where);
	errors++;
}

/* What file systems answer that cannot do it, at each rename. */
static void refused_renames(const struct scenario *scenario)
{
	static const int numbers[] = {EXDEV, EBUSY, EINVAL, EACCES};
	unsigned calls;

	prepare(scenario);
	calls = count_calls(scenario, scenario->body, KIND_RENAME);
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

		prepare(scenario);
		calls = count_calls(scenario, scenario->body, kind);
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
		prepare(scenario);
		allocation_fail_at(nth);
		status = scenario->body(NULL);
		if (!allocation_failed()) {
			allocation_fail_at(0);
			break;
		}
		told = tell();
		if (status == 0 ? strcmp(told, scenario->success) != 0 : status != LKS_E_RECOVERY && scenario->failure != NULL && strcmp(told, scenario->failure) != 0) {
			die(where, told);
		}
		settle(scenario, where);
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
	trace(&outcome, do_recover, &fault, where);
	if (outcome.fired != outcome.killed) {
		die(where, "it was not killed");
	}
	if (!outcome.killed && outcome.status != 0) {
		die(where, "the recovery fails");
	}
	settle(scenario, where);
	doubles += outcome.killed;
}

/* How many calls the recovery makes after a first kill. */
static unsigned recovery_calls(const struct scenario *scenario, unsigned first)
{
	kill_at(scenario, first);
	return count_calls(scenario, do_recover, KIND_ALL);
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
		die("double kills", "not every one was killed");
	}
}

static void check_orders(void)
{
	for (size_t s = 0; s < SCENARIOS; s++) {
		int (*body)(void *arg) = scenarios[s].body;
		enum order_mode mode = body == do_run || body == do_undo ? ORDER_BEGINS : body == do_revert ? ORDER_REVERTS : body == do_recover ? ORDER_RECOVERS : ORDER_GOES_ON;
		const char *broken;

		if (body == do_pending || body == do_probe) { /* these promise no order */
			continue;
		}
		prepare(&scenarios[s]);
		broken = order_check(body, root, mode);
		if (broken != NULL) {
			die(scenarios[s].name, broken);
		}
	}
	printf("every sync comes before what relies on it\n");
}

int main(int argc, char **argv)
{
	unsigned calls[SCENARIOS];

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: kill_commit DIRECTORY COUNT [SEED]\n");
		return 2;
	}
	srandom(argc == 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 1);
	snprintf(base, sizeof base, "%s/lockstep-kill-XXXXXX", argv[1]);
	if (mkdtemp(base) == NULL || (base_fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
		return die(argv[1], strerror(errno));
	}
	snprintf(root, sizeof root, "%s/site", base);
	prepare(&scenarios[4]); /* libraries set themselves up now, not in the first child */
	check_orders();
	for (size_t s = 0; s < SCENARIOS; s++) {
		prepare(&scenarios[s]);
		calls[s] = count_calls(&scenarios[s], scenarios[s].body, KIND_ALL);
		single_kills(&scenarios[s], calls[s]);
		single_errors(&scenarios[s]);
		refused_renames(&scenarios[s]);
		allocation_errors(&scenarios[s]);
		printf("%-19s%u system calls\n", scenarios[s].name, calls[s]);
		fflush(stdout);
	}
	double_kills(calls, strtoul(argv[2], NULL, 10));
	drop_site();
	rmdir(base);
	printf("%u kills, %u kills of a recovery, %u errors: always exactly old or exactly new\n", kills, doubles, errors);
	return 0;
}
