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

/* What mine has at the directory that is at the first `length` bytes of path, a path of the item or beside it. */
static const struct lks_entry *mine_above(const struct lks_plan *plan, const struct lks_planned *item, const char *path, size_t length)
{
	const char *old = item->custom->path;
	char above[PATH_MAX];
	const char *rest = item->path + length;
	size_t old_length = strlen(old), rest_length = strncmp(item->path, path, length) == 0 && *rest == '/' ? strlen(rest) : 0;

	if (item->moved && rest_length > 0) { /* it follows a directory: what is above it in the old place */
		if (old_length <= rest_length || strcmp(old + old_length - rest_length, rest) != 0) {
			return NULL;
		}
		path = old;
		length = old_length - rest_length;
	}
	memcpy(above, path, length);
	above[length] = '\0';
	return lks_scan_find(&plan->customs.mine, above);
}

/* Makes the missing parents of path, each with the mode that mine gives it. */
static int make_parents(const struct lks_plan *plan, const struct lks_planned *item, const char *path, struct lks_error *err)
{
	char above[PATH_MAX];
	int status = 0;
	for (const char *slash = strchr(path, '/'); slash && !status; slash = strchr(slash + 1, '/')) {
		memcpy(above, path, (size_t)(slash - path));
		above[slash - path] = '\0';
		const struct lks_entry *entry = mine_above(plan, item, path, (size_t)(slash - path));
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
	int status = make_parents(plan, item, to, err);
	if (status) {
		return status;
	}
	if (S_ISDIR(mine->mode)) {
		return lks_path_mkdirs(options->release_fd, to, (mine->mode & 0777) | 0700, err);
	}
	status = lks_fs_copy(options->mine_fd, mine->path, options->release_fd, to, 0, err);
	return !status && S_ISREG(mine->mode) ? check_copy(options->release_fd, to, mine, err) : status;
}

int lks_plan_place_text(
	const struct lks_plan *plan, const struct lks_planned *item, const char *to, const struct lks_buffer *text, struct lks_error *err)
{
	int fd = -1;
	int status = make_parents(plan, item, to, err);
	/* not lks_fs_write: its fsync of each file would cost seconds in a tree converted to CRLF, and the caller syncs all */
	if (status || (status = lks_path_open(&fd, plan->options->release_fd, to, O_WRONLY | O_CREAT | O_EXCL, 0600, err))) {
		return status;
	}
	status = lks_fs_write_all(fd, lks_buffer_text(text), text->length, to, err);
	if (!status && fchmod(fd, lks_plan_mode(item)) != 0) {
		status = lks_error_sys(err, errno, to, "its mode cannot be set");
	}
	close(fd);
	return status;
}

static int place_link(const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	const char *to = item->path, *name = NULL;
	int dir = -1;
	int status = make_parents(plan, item, to, err);
	if (status || (status = lks_path_parent(&dir, &name, plan->options->release_fd, to, err))) {
		return status;
	}
	if (symlinkat(lks_buffer_text(&item->text), dir, name) != 0) {
		status = lks_error_sys(err, errno, to, "the symlink cannot be made");
	}
	close(dir);
	return status;
}

/* Directories that mine does not have are removed with their last file. */
static void prune_parents(const struct lks_plan *plan, const struct lks_planned *item)
{
	char above[PATH_MAX];
	strcpy(above, item->path);
	for (char *slash = strrchr(above, '/'); slash; slash = strrchr(above, '/')) {
		struct lks_error ignored = {0};
		const char *name = NULL;
		int dir = -1;
		*slash = '\0';
		const struct lks_entry *entry = mine_above(plan, item, item->path, (size_t)(slash - above));
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
	const char *path = item->path;
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
		return lks_plan_place_text(plan, item, path, &item->text, err);
	case LKS_STAND_LINK:
		return place_link(plan, item, err);
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
			status = lks_fs_remove(plan->options->release_fd, plan->items[i].path, err);
			prune_parents(plan, &plan->items[i]);
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
