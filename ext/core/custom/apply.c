/*
 * Writing the plan into the release: removals first, then what mine puts there, parents before children.
 *
 * The release is a stage that is thrown away when this fails, so each file is simply written.
 */
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/fs.h"
#include "lockstep/hash.h"
#include "lockstep/path.h"

mode_t lks_plan_mode(const struct lks_planned *item)
{
	if (item->mine && S_ISREG(item->mine->mode)) {
		return item->mine->mode & 0777;
	}
	return item->theirs && S_ISREG(item->theirs->mode) ? item->theirs->mode & 0777 : 0644;
}

/* Makes the missing parents of path, each with the mode that mine gives it. */
static int make_parents(const struct lks_plan *plan, const char *path, struct lks_error *err)
{
	char above[PATH_MAX];
	int status = 0;
	for (const char *slash = strchr(path, '/'); slash && !status; slash = strchr(slash + 1, '/')) {
		memcpy(above, path, (size_t)(slash - path));
		above[slash - path] = '\0';
		const struct lks_entry *entry = lks_scan_find(&plan->customs.mine, above);
		mode_t mode = entry && S_ISDIR(entry->mode) ? (entry->mode & 0777) | 0700 : 0755;
		status = lks_path_mkdirs(plan->options->release_fd, above, mode, err);
	}
	return status;
}

/* The file that was copied must be the one that was planned with. */
static int check_copy(int dir_fd, const char *path, const struct lks_entry *entry, struct lks_error *err)
{
	uint8_t hash[LKS_HASH_SIZE];
	int fd = -1;
	int status = lks_path_open(&fd, dir_fd, path, O_RDONLY | O_NONBLOCK, 0, err);
	if (status) {
		return status;
	}
	status = lks_hash_fd(hash, NULL, fd, path, err);
	if (!status && memcmp(hash, entry->hash, LKS_HASH_SIZE) != 0) {
		status = lks_error_set(err, LKS_E_CHANGED, 0, entry->path, "the file changed while it was merged");
	}
	close(fd);
	return status;
}

int lks_plan_place_mine(const struct lks_plan *plan, const struct lks_planned *item, const char *to, struct lks_error *err)
{
	const struct lks_merge_options *options = plan->options;
	const struct lks_entry *mine = item->mine;
	int status = make_parents(plan, to, err);
	if (status) {
		return status;
	}
	if (S_ISDIR(mine->mode)) {
		return lks_path_mkdirs(options->release_fd, to, (mine->mode & 0777) | 0700, err);
	}
	status = lks_fs_copy(options->mine_fd, mine->path, options->release_fd, to, 0, err);
	return !status && S_ISREG(mine->mode) ? check_copy(options->release_fd, to, mine, err) : status;
}

int lks_plan_place_text(const struct lks_plan *plan, const char *to, const struct lks_buffer *text, mode_t mode, struct lks_error *err)
{
	int fd = -1;
	int status = make_parents(plan, to, err);
	/* not lks_fs_write: its fsync of each file would cost seconds in a tree converted to CRLF, and the caller syncs all */
	if (status || (status = lks_path_open(&fd, plan->options->release_fd, to, O_WRONLY | O_CREAT | O_EXCL, 0600, err))) {
		return status;
	}
	status = lks_fs_write_all(fd, lks_buffer_text(text), text->length, to, err);
	if (!status && fchmod(fd, mode) != 0) {
		status = lks_error_sys(err, errno, to, "its mode cannot be set");
	}
	close(fd);
	return status;
}

static int place_link(const struct lks_plan *plan, const char *to, const struct lks_buffer *target, struct lks_error *err)
{
	const char *name = NULL;
	int dir = -1;
	int status = make_parents(plan, to, err);
	if (status || (status = lks_path_parent(&dir, &name, plan->options->release_fd, to, err))) {
		return status;
	}
	if (symlinkat(lks_buffer_text(target), dir, name) != 0) {
		status = lks_error_sys(err, errno, to, "the symlink cannot be made");
	}
	close(dir);
	return status;
}

/* Directories that mine does not have are removed with their last file. */
static void prune_parents(const struct lks_plan *plan, const char *path)
{
	char above[PATH_MAX];
	strcpy(above, path);
	for (char *slash = strrchr(above, '/'); slash; slash = strrchr(above, '/')) {
		struct lks_error ignored = {0};
		const char *name = NULL;
		int dir = -1;
		*slash = '\0';
		const struct lks_entry *entry = lks_scan_find(&plan->customs.mine, above);
		if ((entry && S_ISDIR(entry->mode)) || lks_path_parent(&dir, &name, plan->options->release_fd, above, &ignored) != 0) {
			return;
		}
		int failed = unlinkat(dir, name, AT_REMOVEDIR);
		close(dir);
		if (failed) {
			return;
		}
	}
}

static int place(const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	const char *path = item->custom->path;
	if (item->stand == LKS_STAND_RELEASE || item->stand == LKS_STAND_NOTHING) {
		return 0;
	}
	int status = lks_fs_remove(plan->options->release_fd, path, err);
	if (status) {
		return status;
	}
	switch (item->stand) {
	case LKS_STAND_MINE:
		return lks_plan_place_mine(plan, item, path, err);
	case LKS_STAND_TEXT:
		return lks_plan_place_text(plan, path, &item->text, lks_plan_mode(item), err);
	case LKS_STAND_LINK:
		return place_link(plan, path, &item->text, err);
	case LKS_STAND_RELEASE:
	case LKS_STAND_NOTHING:
		break;
	}
	return 0;
}

int lks_plan_apply(const struct lks_plan *plan, struct lks_task *task, struct lks_error *err)
{
	int status = 0;
	for (size_t i = 0; i < plan->count && !status; i++) {
		if (plan->items[i].stand == LKS_STAND_NOTHING) {
			status = lks_fs_remove(plan->options->release_fd, plan->items[i].custom->path, err);
			prune_parents(plan, plan->items[i].custom->path);
		}
	}
	for (size_t i = 0; i < plan->count && !status; i++) {
		status = lks_task_check(task, err);
		if (!status) {
			status = place(plan, &plan->items[i], err);
		}
	}
	return status;
}
