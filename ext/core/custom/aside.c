/*
 * Conflicts settled by choice: one side at the path, the other beside it under a name of its own, so that nothing is lost.
 *
 * All other customizations have been applied before; what lies on disk decides which names are free.
 */
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/path.h"

#define ASIDE_MAX 1000 /* names that are tried */

/* What stands at path in the release: its mode, or 0 for nothing. */
static int examine(mode_t *mode, const struct lks_plan *plan, const char *path, struct lks_error *err)
{
	struct lks_error absent = {0};
	const char *name = NULL;
	struct stat st;
	int dir = -1;

	*mode = 0;
	int status = lks_path_parent(&dir, &name, plan->options->release_fd, path, &absent);
	if (status) { /* a symlink in the way is none of the path's own */
		return status == LKS_E_NOT_FOUND || status == LKS_E_UNSAFE ? 0 : lks_error_set(err, absent.status, 0, path, "%s", absent.message);
	}
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		*mode = st.st_mode;
	} else if (errno != ENOENT) {
		status = lks_error_sys(err, errno, path, "cannot be examined");
	}
	close(dir);
	return status;
}

/* The first free name of path.word, path.word.1, …. */
static int free_name(
	char out[PATH_MAX], const struct lks_plan *plan, const char *path, size_t length, const char *word, struct lks_error *err)
{
	mode_t mode = 1;
	int status = 0;
	for (unsigned i = 0; i < ASIDE_MAX && mode != 0 && !status; i++) {
		int written = i == 0 ? snprintf(out, PATH_MAX, "%.*s.%s", (int)length, path, word)
							 : snprintf(out, PATH_MAX, "%.*s.%s.%u", (int)length, path, word, i);
		if (written >= PATH_MAX) {
			return lks_error_set(err, LKS_E_LIMIT, 0, path, "no name beside it is short enough");
		}
		status = examine(&mode, plan, out, err);
	}
	if (!status && mode != 0) {
		status = lks_error_set(err, LKS_E_EXISTS, 0, path, "no name beside it is free");
	}
	return status;
}

/* Length of the shortest ancestor of path that is something else than a directory, 0 when there is none. */
static int blocked_at(size_t *length, const struct lks_plan *plan, const char *path, struct lks_error *err)
{
	char above[PATH_MAX];
	int status = 0;
	*length = 0;
	for (const char *slash = strchr(path, '/'); slash && !*length && !status; slash = strchr(slash + 1, '/')) {
		mode_t mode = 0;
		memcpy(above, path, (size_t)(slash - path));
		above[slash - path] = '\0';
		status = examine(&mode, plan, above, err);
		if (!status && mode != 0 && !S_ISDIR(mode)) {
			*length = (size_t)(slash - path);
		}
	}
	return status;
}

/* Renames what the release has at the first `length` bytes of path to a free name beside it. */
static int move_aside(const struct lks_plan *plan, const char *path, size_t length, struct lks_error *err)
{
	char from[PATH_MAX], to[PATH_MAX];
	const char *from_name = NULL, *to_name = NULL;
	mode_t mode = 0;
	int dir = -1;

	memcpy(from, path, length);
	from[length] = '\0';
	int status = examine(&mode, plan, from, err);
	if (status || mode == 0) {
		return status;
	}
	if ((status = free_name(to, plan, path, length, "new", err)) ||
		(status = lks_path_parent(&dir, &from_name, plan->options->release_fd, from, err))) {
		return status;
	}
	to_name = strrchr(to, '/') ? strrchr(to, '/') + 1 : to;
	if (renameat2(dir, from_name, dir, to_name, RENAME_NOREPLACE) != 0) {
		status = lks_error_sys(err, errno, from, "cannot be renamed to %s", to_name);
	}
	close(dir);
	return status;
}

static bool is_content(const struct lks_entry *entry)
{
	return entry && (S_ISREG(entry->mode) || S_ISLNK(entry->mode));
}

static int keep_new(const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	const char *path = item->path;
	char beside[PATH_MAX], name[PATH_MAX];
	size_t blocked = 0;
	int status = 0;

	if (item->copy) {
		status = lks_plan_place_text(plan, item, path, &item->kept, err);
	}
	if (status || !is_content(item->mine) || (status = blocked_at(&blocked, plan, path, err))) {
		return status;
	}
	size_t length = blocked ? blocked : strlen(path);
	if ((status = free_name(beside, plan, path, length, "mine", err))) {
		return status;
	}
	if (snprintf(name, sizeof name, "%s%s", beside, path + length) >= (int)sizeof name) {
		return lks_error_set(err, LKS_E_LIMIT, 0, path, "no name beside it is short enough");
	}
	return lks_plan_place_mine(plan, item, name, err);
}

static int keep_mine(const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	const char *path = item->path;
	char beside[PATH_MAX];
	size_t blocked = 0;
	int status = 0;

	if (item->copy && (status = free_name(beside, plan, path, strlen(path), "new", err)) == 0) {
		status = lks_plan_place_text(plan, item, beside, &item->kept, err);
	}
	if (status || (status = blocked_at(&blocked, plan, path, err))) {
		return status;
	}
	if (blocked && !item->mine) {
		return 0; /* what blocks a path that shall be empty is mine itself */
	}
	if ((status = move_aside(plan, path, blocked ? blocked : strlen(path), err))) {
		return status;
	}
	return item->mine ? lks_plan_place_mine(plan, item, path, err) : 0;
}

int lks_plan_put_aside(const struct lks_plan *plan, const struct lks_planned *item, struct lks_error *err)
{
	return plan->options->on_conflict == LKS_CONFLICT_MINE ? keep_mine(plan, item, err) : keep_new(plan, item, err);
}
