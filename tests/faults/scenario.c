/*
 * The site under the hunt, what is done to it, and what must be true afterwards (see scenario.h).
 */
#include "scenario.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT "undo/run/journal"

static char base[PATH_MAX], root[PATH_MAX + 32];
static int base_fd = -1, root_fd = -1;

_Noreturn void scenario_die(const char *what, const char *detail)
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
			scenario_die("the old site cannot be removed", err.message);
		}
	}
}

static void make_site(void)
{
	drop_site();
	if (mkdirat(base_fd, "site", 0755) != 0 || (root_fd = openat(base_fd, "site", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 || site_make(root_fd) != 0) {
		scenario_die("the site cannot be made", strerror(errno));
	}
}

/* What is done under the fault. */
int do_run(void *arg)
{
	struct lks_error err = {0};

	(void)arg;
	return lks_commit_run(NULL, root_fd, SITE_STATE, SITE_STAGE, site_items, SITE_ITEMS, SITE_LABEL, &err);
}

int do_revert(void *arg)
{
	struct lks_error err = {0};

	(void)arg;
	return lks_commit_revert(root_fd, SITE_STATE, &err);
}

int do_recover(void *arg)
{
	struct lks_error err = {0};
	enum lks_recovered recovered;

	(void)arg;
	return lks_commit_recover(&recovered, root_fd, SITE_STATE, &err);
}

int do_close(void *arg)
{
	struct lks_error err = {0};

	(void)arg;
	return lks_commit_close(root_fd, SITE_STATE, NULL, &err);
}

int do_keep(void *arg)
{
	struct lks_error err = {0};

	(void)arg;
	return lks_commit_close(root_fd, SITE_STATE, KEPT, &err);
}

int do_undo(void *arg)
{
	struct lks_error err = {0};

	(void)arg;
	return lks_commit_undo(NULL, root_fd, SITE_STATE, KEPT, SITE_LABEL, &err);
}

int do_pending(void *arg)
{
	struct lks_error err = {0};
	struct lks_pending found;
	int status = lks_commit_pending(&found, root_fd, SITE_STATE, &err);

	(void)arg;
	lks_pending_dispose(&found);
	return status;
}

int do_probe(void *arg)
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

const struct scenario scenarios[SCENARIOS] = {
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

void scenario_prepare(const struct scenario *scenario)
{
	make_site();
	for (size_t i = 0; i < 2 && scenario->before[i] != NULL; i++) {
		if (scenario->before[i](NULL) != 0) {
			scenario_die(scenario->name, "its preparation failed");
		}
	}
}

const char *scenario_tell(void)
{
	static char told[SITE_ITEMS + 1];

	site_tell(told, root_fd);
	return told;
}

enum lks_pending_state scenario_pending(void)
{
	struct lks_error err = {0};
	struct lks_pending found;
	enum lks_pending_state state;

	if (lks_commit_pending(&found, root_fd, SITE_STATE, &err) != 0) {
		scenario_die("the journal cannot be read", err.message);
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
		scenario_die(where, "the state directory is gone");
	}
	while ((entry = readdir(directory)) != NULL) {
		if (strncmp(entry->d_name, ".lks-", 5) == 0) {
			scenario_die(where, "a temporary file was left");
		}
	}
	closedir(directory);
}

/* Recovers without a fault: exactly old or exactly new, and the journal says which; the next command works. */
void scenario_settle(const struct scenario *scenario, const char *where)
{
	struct lks_error err = {0};
	enum lks_recovered recovered;
	const char *told;

	if (lks_commit_recover(&recovered, root_fd, SITE_STATE, &err) != 0) {
		scenario_die(where, err.message);
	}
	told = scenario_tell();
	if (strcmp(told, site_old) != 0 && strcmp(told, site_new) != 0) {
		scenario_die(where, told);
	}
	if (scenario->body == do_close || scenario->body == do_keep || scenario->body == do_pending) {
		if (strcmp(told, site_new) != 0) {
			scenario_die(where, "what only looks or closes took the commit back");
		}
	} else if (recovered == LKS_RECOVERED_UNDONE && strcmp(told, scenario->body == do_undo ? site_new : site_old) != 0) {
		scenario_die(where, "it was said to be undone");
	} else if (recovered == LKS_RECOVERED_FINISHED && strcmp(told, scenario->body == do_undo ? site_old : site_new) != 0) {
		scenario_die(where, "it was said to be finished");
	}
	if (scenario_pending() != (recovered == LKS_RECOVERED_FINISHED ? LKS_PENDING_COMMITTED : LKS_PENDING_NONE)) {
		scenario_die(where, "the journal does not fit the site");
	}
	if (recovered == LKS_RECOVERED_FINISHED && (lks_commit_revert(root_fd, SITE_STATE, &err) != 0 || scenario_pending() != LKS_PENDING_NONE)) {
		scenario_die(where, "what was finished cannot be reverted");
	}
	/* what follows is a whole commit, so nothing may be in its way */
	if (strcmp(scenario_tell(), site_old) == 0 && (lks_commit_run(NULL, root_fd, SITE_STATE, SITE_STAGE, site_items, SITE_ITEMS, "", &err) != 0 || strcmp(scenario_tell(), site_new) != 0)) {
		scenario_die(where, "no commit is possible afterwards");
	}
	lks_error_clear(&err);
	if (scenario_pending() == LKS_PENDING_NONE && lks_commit_run(NULL, root_fd, SITE_STATE, SITE_STAGE, NULL, 0, "", &err) != 0) {
		scenario_die(where, err.message);
	}
	expect_tidy(where);
	if (scenario->body == do_probe && (do_probe(NULL) != 0 || faccessat(root_fd, "vendor/magento/.lockstep-probe", F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
		faccessat(root_fd, SITE_STAGE "/.lockstep-probe", F_OK, AT_SYMLINK_NOFOLLOW) == 0)) {
		scenario_die(where, "the probe leaves something behind");
	}
}

void scenario_trace(struct outcome *out, int (*body)(void *arg), const struct fault *fault, const char *where)
{
	if (!trace_run(out, body, NULL, fault, NULL, NULL)) {
		scenario_die(where, "ptrace does not work here");
	}
}

/* Of all renames of a run: by two renames there are more of them. */
static unsigned renames;

static int leave_half(void *arg)
{
	struct fault fault = {.how = FAULT_KILL, .kind = KIND_RENAME, .at = renames / 2 + 1};
	struct outcome outcome;

	(void)arg;
	scenario_trace(&outcome, do_run, &fault, "half a run");
	return strcmp(scenario_tell(), site_old) == 0 || strcmp(scenario_tell(), site_new) == 0 ? -1 : 0;
}

static int leave_unwritten(void *arg)
{
	struct fault fault = {.how = FAULT_KILL, .kind = KIND_RENAME, .at = renames}; /* the journal's last */
	struct outcome outcome;

	(void)arg;
	scenario_trace(&outcome, do_run, &fault, "a run without its end");
	return strcmp(scenario_tell(), site_new) == 0 && scenario_pending() == LKS_PENDING_BEGUN ? 0 : -1;
}

unsigned scenario_calls(const struct scenario *scenario, int (*body)(void *arg), enum fault_kind kind)
{
	struct fault none = {.how = FAULT_NONE, .kind = kind};
	struct outcome outcome;

	scenario_trace(&outcome, body, &none, scenario->name);
	if (outcome.status != 0) {
		scenario_die(scenario->name, "it fails without a fault");
	}
	return outcome.calls;
}

void scenario_open(const char *directory)
{
	snprintf(base, sizeof base, "%s/lockstep-kill-XXXXXX", directory);
	if (mkdtemp(base) == NULL || (base_fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
		scenario_die(directory, strerror(errno));
	}
	snprintf(root, sizeof root, "%s/site", base);
	scenario_prepare(&scenarios[0]);
	renames = scenario_calls(&scenarios[0], do_run, KIND_RENAME);
}

const char *scenario_root(void)
{
	return root;
}

void scenario_close(void)
{
	drop_site();
	rmdir(base);
}
