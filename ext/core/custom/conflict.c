/*
 * Conflict files: PATH with markers, PATH.base, PATH.mine, PATH.theirs, for a person to look at and to resolve.
 * What lies beside has a "~" more where another conflict has that very path, as PATH.mine may.
 *
 * A merge that stops copies the resolutions that it would have taken as well: the newest conflict directory is all that the
 * next run needs. Files are 0600, as config.xml holds passwords.
 */
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/fs.h"
#include "lockstep/path.h"

/* Is the file at path another conflict's, or taken resolution's? Then its name is not free for what lies beside. */
static bool is_left(const struct lks_plan *plan, const char *path)
{
	const struct lks_planned *item = lks_plan_find(plan, path);
	return item && (item->outcome == LKS_OUTCOME_CONFLICT || item->outcome == LKS_OUTCOME_RESOLVED);
}

bool lks_plan_beside(char out[PATH_MAX], const struct lks_plan *plan, const char *path, const char *suffix)
{
	int length = snprintf(out, PATH_MAX, "%s%s", path, suffix);
	while (*suffix && length < PATH_MAX - 1 && is_left(plan, out)) {
		out[length++] = '~';
		out[length] = '\0';
	}
	return length < PATH_MAX && !(*suffix && is_left(plan, out));
}

/* Opens the directory of path below the conflict directory, made as needed; *name is path's last part with suffix. */
static int open_place(
	int *dir, char name[PATH_MAX], const struct lks_plan *plan, const char *path, const char *suffix, struct lks_error *err)
{
	const char *slash = strrchr(path, '/');
	char above[PATH_MAX] = ".", beside[PATH_MAX];
	size_t length = slash ? (size_t)(slash - path) : 0;
	if (slash) {
		memcpy(above, path, length);
		above[length] = '\0';
	}
	bool fits = lks_plan_beside(beside, plan, path, suffix);
	if (!fits || snprintf(name, PATH_MAX, "%s", slash ? beside + length + 1 : beside) > NAME_MAX) {
		return lks_error_set(err, LKS_E_LIMIT, 0, path, "its name is too long for a conflict file beside it");
	}
	return lks_fs_private_dir(dir, plan->options->conflicts_fd, above, err);
}

static int leave_copy(
	const struct lks_plan *plan, int from_fd, const char *from, const char *path, const char *suffix, struct lks_error *err)
{
	char name[PATH_MAX];
	int dir = -1;
	int status = open_place(&dir, name, plan, path, suffix, err);
	if (status) {
		return status;
	}
	status = lks_fs_copy(from_fd, from, dir, name, 0, err);
	struct stat st;
	if (!status && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && fchmodat(dir, name, 0600, 0) != 0) {
		status = lks_error_sys(err, errno, path, "the mode of the conflict file cannot be set");
	}
	close(dir);
	return status;
}

static int leave_side(
	const struct lks_plan *plan, int from_fd, const struct lks_entry *side, const char *path, const char *suffix, struct lks_error *err)
{
	if (!side || !(S_ISREG(side->mode) || S_ISLNK(side->mode))) {
		return 0;
	}
	return leave_copy(plan, from_fd, side->path, path, suffix, err);
}

static int leave_text(const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	char name[PATH_MAX];
	int dir = -1;
	int status = open_place(&dir, name, plan, item->path, "", err);
	if (status) {
		return status;
	}
	if (item->stand == LKS_STAND_LINK) {
		if (symlinkat(lks_buffer_text(&item->text), dir, name) != 0) {
			status = lks_error_sys(err, errno, item->path, "the resolution cannot be kept");
		}
	} else {
		status = lks_fs_write(dir, name, lks_buffer_text(&item->text), item->text.length, 0600, err);
	}
	close(dir);
	return status;
}

/* A resolution that says: not wanted. */
static int leave_unwanted(const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	char name[PATH_MAX];
	int dir = -1;
	int status = open_place(&dir, name, plan, item->path, ".delete", err);
	if (!status) {
		status = lks_fs_write(dir, name, "", 0, 0600, err);
		close(dir);
	}
	return status;
}

static int leave(const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	const struct lks_merge_options *options = plan->options;
	const char *path = item->path;
	int status = leave_side(plan, options->pristine_fd, item->base, path, ".base", err);
	if (status || (status = leave_side(plan, options->mine_fd, item->mine, path, ".mine", err)) ||
		(status = leave_side(plan, options->release_fd, item->theirs, path, ".theirs", err))) {
		return status;
	}
	if (item->has_text) {
		return leave_text(plan, item, err);
	}
	return item->outcome == LKS_OUTCOME_RESOLVED ? leave_unwanted(plan, item, err) : 0;
}

int lks_plan_leave_conflicts(const struct lks_plan *plan, struct lks_error *err)
{
	bool stops = plan->options->on_conflict == LKS_CONFLICT_STOP;
	int status = 0;
	if (plan->conflicts == 0 || plan->options->conflicts_fd < 0) {
		return 0;
	}
	for (size_t i = 0; i < plan->count && !status; i++) {
		enum lks_outcome outcome = plan->items[i].outcome;
		if (outcome == LKS_OUTCOME_CONFLICT || (stops && outcome == LKS_OUTCOME_RESOLVED)) {
			status = leave(plan, &plan->items[i], err);
		}
	}
	return status ? status : lks_fs_sync_tree(plan->options->conflicts_fd, ".", err);
}
