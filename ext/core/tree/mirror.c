/*
 * The stage: along the planned paths real directories are made, what is planned is copied, the rest is linked to the live
 * tree.
 */
#include "lockstep/mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/fs_walk.h"
#include "lockstep/fs.h"
#include "lockstep/path.h"

struct mirror {
	int live_fd, stage_fd;
	const char *live_root;               /* absolute; borrowed */
	const struct lks_mirror_item *items; /* in path order; owned by the caller of make_directory */
	size_t count;
	struct lks_walk_path path; /* where we are, the same on both sides */
};

static int by_path(const void *left, const void *right)
{
	return lks_path_compare(((const struct lks_mirror_item *)left)->path, ((const struct lks_mirror_item *)right)->path);
}

/* What the plan says of a path: the item for it or NULL, and whether something below it is planned. */
static const struct lks_mirror_item *planned(const struct mirror *mirror, const char *path, bool *below)
{
	size_t low = 0, high = mirror->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (lks_path_compare(mirror->items[middle].path, path) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	const struct lks_mirror_item *item = low < mirror->count && strcmp(mirror->items[low].path, path) == 0 ? &mirror->items[low] : NULL;
	low += item != NULL;
	*below = low < mirror->count && lks_path_is_below(mirror->items[low].path, path);
	return item;
}

static int link_live(const struct mirror *mirror, int stage_dir, const char *name, struct lks_error *err)
{
	char target[PATH_MAX];
	const char *slash = mirror->live_root[strlen(mirror->live_root) - 1] == '/' ? "" : "/";
	int length = snprintf(target, sizeof target, "%s%s%s", mirror->live_root, slash, mirror->path.text);
	if (length < 0 || (size_t)length >= sizeof target) {
		return lks_error_set(err, LKS_E_LIMIT, 0, mirror->path.text, "the absolute path is too long for a symlink");
	}
	return symlinkat(target, stage_dir, name) == 0
		? 0
		: lks_error_sys(err, errno, mirror->path.text, "the symlink to it cannot be made in the stage");
}

static int make_directory(struct mirror *mirror, enum lks_mirror_how how, struct lks_error *err);

static int copy(const struct mirror *mirror, bool directory, struct lks_error *err)
{
	const char *path = mirror->path.text;
	return directory ? lks_fs_copy_tree(mirror->live_fd, path, mirror->stage_fd, path, LKS_COPY_OWNER, err)
					 : lks_fs_copy(mirror->live_fd, path, mirror->stage_fd, path, LKS_COPY_OWNER, err);
}

/* How an entry that the plan does not name is made, in a directory that is made as `parent` says. */
static enum lks_mirror_how inherited(enum lks_mirror_how parent, bool regular)
{
	switch (parent) {
	case LKS_MIRROR_COPY:
		return LKS_MIRROR_COPY;
	case LKS_MIRROR_OPEN:
		return regular ? LKS_MIRROR_COPY : LKS_MIRROR_LINK;
	case LKS_MIRROR_EMPTY:
	case LKS_MIRROR_ABSENT:
		return LKS_MIRROR_ABSENT;
	default:
		return LKS_MIRROR_LINK;
	}
}

/* Makes the entry mirror->path, called name in live_dir and stage_dir. */
static int make_entry(
	struct mirror *mirror, enum lks_mirror_how parent, int live_dir, int stage_dir, const char *name, struct lks_error *err)
{
	bool below;
	const struct lks_mirror_item *item = planned(mirror, mirror->path.text, &below);
	if (!item && !below && parent == LKS_MIRROR_SPLIT) {
		return link_live(mirror, stage_dir, name, err); /* most entries: no need to look at them */
	}
	struct stat st;
	if (fstatat(live_dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		return lks_error_sys(err, errno, mirror->path.text, "cannot be examined");
	}
	enum lks_mirror_how how = item ? item->how : inherited(parent, S_ISREG(st.st_mode));
	if (!item && below && how == LKS_MIRROR_LINK) {
		how = LKS_MIRROR_SPLIT;
	}
	if (below && how == LKS_MIRROR_LINK) {
		return lks_error_set(err, LKS_E_INVALID, 0, mirror->path.text, "something is planned below a symlink");
	}
	bool directory = S_ISDIR(st.st_mode);
	if (how == LKS_MIRROR_ABSENT && !below) {
		return 0;
	}
	if (how == LKS_MIRROR_LINK) {
		return link_live(mirror, stage_dir, name, err);
	}
	if (how == LKS_MIRROR_COPY && !below) {
		return copy(mirror, directory, err);
	}
	if (directory) {
		return make_directory(mirror, how, err);
	}
	if (how == LKS_MIRROR_EMPTY) {
		return 0; /* a symlink or file stands there in the live tree: made with the absent ones */
	}
	return S_ISLNK(st.st_mode)
		? lks_error_set(err, LKS_E_UNSAFE, 0, mirror->path.text, "a symlink in the live tree, where the stage needs a directory of its own")
		: lks_error_set(err, LKS_E_INVALID, 0, mirror->path.text, "not a directory");
}

static int make_entries(struct mirror *mirror, enum lks_mirror_how how, struct lks_error *err)
{
	struct lks_buffer names = {0};
	int live_dir = -1, stage_dir = -1;
	int status = lks_path_open(&live_dir, mirror->live_fd, mirror->path.text, O_RDONLY | O_DIRECTORY, 0, err);
	if (status || (status = lks_path_open(&stage_dir, mirror->stage_fd, mirror->path.text, O_RDONLY | O_DIRECTORY, 0, err)) ||
		(status = lks_walk_names(&names, live_dir, mirror->path.text, err))) {
		goto done;
	}
	size_t size;
	for (size_t at = 0; status == 0 && at < names.length; at += size) {
		const char *name = names.data + at;
		size_t before;
		size = strlen(name) + 1;
		if ((status = lks_walk_push(&mirror->path, name, &before, err)) == 0) {
			status = make_entry(mirror, how, live_dir, stage_dir, name, err);
			lks_walk_pop(&mirror->path, before);
		}
	}
done:
	lks_buffer_dispose(&names);
	if (stage_dir >= 0) {
		close(stage_dir);
	}
	if (live_dir >= 0) {
		close(live_dir);
	}
	return status;
}

static int make_directory(struct mirror *mirror, enum lks_mirror_how how, struct lks_error *err)
{
	const char *name, *path = mirror->path.text;
	int parent = -1;
	bool below;
	int status = lks_path_parent(&parent, &name, mirror->stage_fd, path, err);
	if (status) {
		return status;
	}
	if (mkdirat(parent, name, 0700) != 0) {
		status = lks_error_sys(err, errno, path, "the directory cannot be made in the stage");
	}
	close(parent);
	planned(mirror, path, &below);
	if (status == 0 && (how != LKS_MIRROR_EMPTY || below)) {
		status = make_entries(mirror, how, err);
	}
	return status ? status : lks_fs_adopt(mirror->live_fd, path, mirror->stage_fd, path, err);
}

/* Empty directories that the live tree does not have; their missing parents come with them. */
static int make_absent(const struct mirror *mirror, struct lks_error *err)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < mirror->count; i++) {
		if (mirror->items[i].how == LKS_MIRROR_EMPTY) {
			status = lks_path_mkdirs(mirror->stage_fd, mirror->items[i].path, 0755, err);
		}
	}
	return status;
}

int lks_mirror_make(int stage_fd, const char *live_root, const struct lks_mirror_item *items, size_t count, struct lks_error *err)
{
	struct lks_mirror_item *sorted = NULL;
	struct mirror mirror = {
		.live_fd = -1, .stage_fd = stage_fd, .live_root = live_root, .count = count, .path = {.text = ".", .length = 1}};
	enum lks_mirror_how top = LKS_MIRROR_SPLIT;
	int status = 0;
	if (live_root[0] != '/') {
		return lks_error_set(err, LKS_E_INVALID, 0, live_root, "the live tree must be named by an absolute path");
	}
	sorted = malloc((count + 1) * sizeof *sorted);
	if (!sorted) {
		return lks_error_nomem(err);
	}
	for (size_t i = 0; i < count; i++) {
		sorted[i] = items[i];
		if ((status = lks_path_check(items[i].path, strlen(items[i].path), err))) {
			goto done;
		}
	}
	qsort(sorted, count, sizeof *sorted, by_path);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(sorted[i - 1].path, sorted[i].path) == 0) {
			status = lks_error_set(err, LKS_E_INVALID, 0, sorted[i].path, "planned twice");
			goto done;
		}
	}
	if (count > 0 && strcmp(sorted[0].path, ".") == 0) {
		top = sorted[0].how;
	}
	mirror.items = sorted;
	if ((status = lks_path_open_root(&mirror.live_fd, live_root, err)) || (status = make_entries(&mirror, top, err))) {
		goto done;
	}
	status = make_absent(&mirror, err);
done:
	if (mirror.live_fd >= 0) {
		close(mirror.live_fd);
	}
	free(sorted);
	return status;
}
