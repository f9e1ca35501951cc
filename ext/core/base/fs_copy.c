/*
 * Copies of files, symlinks and trees with all their metadata; the kernel shares or moves the bytes where it can.
 */
#include "lockstep/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fs_meta.h"
#include "fs_walk.h"
#include "lockstep/path.h"

#define CHUNK (1024 * 1024) /* bytes a call */

/* A file of a tree on both sides; path is for errors. */
struct pair {
	int from_dir, to_dir;
	const char *from, *to;
	const char *path;
};

static int copy_by_hand(int from, int to, const char *path, struct lks_error *err)
{
	size_t got;
	int status = 0;
	char *data = malloc(CHUNK);
	if (!data) {
		return lks_error_nomem(err);
	}
	do {
		if ((status = lks_fs_read_all(&got, from, data, CHUNK, path, err)) || (status = lks_fs_write_all(to, data, got, path, err))) {
			break;
		}
	} while (got == CHUNK);
	free(data);
	return status;
}

static int copy_bytes(int from, int to, const char *path, struct lks_error *err)
{
	if (ioctl(to, FICLONE, from) == 0) {
		return 0;
	}
	for (bool first = true;; first = false) {
		ssize_t moved = copy_file_range(from, NULL, to, NULL, CHUNK, 0);
		if (moved > 0) {
			continue;
		}
		if (moved == 0 && !first) {
			return 0;
		}
		if (moved < 0 && errno == EINTR) {
			continue;
		}
		if (moved < 0 && !first && errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS) {
			return lks_error_sys(err, errno, path, "cannot be copied");
		}
		if (moved < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO)) {
			return lks_error_sys(err, errno, path, "cannot be copied");
		}
		/* nothing at all: an empty file, or one of those in /proc that the call takes for empty; or it cannot be used here */
		return copy_by_hand(from, to, path, err);
	}
}

static int set_times(int fd, const struct stat *st, const char *path, struct lks_error *err)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, st->st_mtim};
	return futimens(fd, times) == 0 ? 0 : lks_error_sys(err, errno, path, "its time cannot be set");
}

/* Owner first (it clears setuid), attributes, mode, then times. */
static int copy_meta(int from, int to, const struct stat *st, unsigned flags, const char *path, struct lks_error *err)
{
	int status = 0;
	if ((flags & LKS_COPY_OWNER) && (status = lks_meta_own(to, st, path, err))) {
		return status;
	}
	if ((status = lks_meta_copy_xattrs(from, to, path, err))) {
		return status;
	}
	if (fchmod(to, st->st_mode & 07777) != 0) {
		return lks_error_sys(err, errno, path, "its mode cannot be set");
	}
	return set_times(to, st, path, err);
}

static int copy_file(const struct pair *pair, unsigned flags, struct lks_error *err)
{
	struct stat st;
	int status = 0, to = -1;
	int from = openat(pair->from_dir, pair->from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (from < 0 || fstat(from, &st) != 0) {
		status = lks_error_sys(err, errno, pair->path, "cannot be opened");
		goto done;
	}
	if (!S_ISREG(st.st_mode)) {
		status = lks_error_set(err, LKS_E_CHANGED, 0, pair->path, "was replaced while it was copied");
		goto done;
	}
	to = openat(pair->to_dir, pair->to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0) {
		status = lks_error_sys(err, errno, pair->path, "its copy cannot be made");
		goto done;
	}
	if ((status = copy_bytes(from, to, pair->path, err)) || (status = copy_meta(from, to, &st, flags, pair->path, err))) {
		unlinkat(pair->to_dir, pair->to, 0);
	}
done:
	if (to >= 0) {
		close(to);
	}
	if (from >= 0) {
		close(from);
	}
	return status;
}

static int copy_symlink(const struct pair *pair, const struct stat *st, unsigned flags, struct lks_error *err)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(pair->from_dir, pair->from, target, sizeof target - 1);
	if (length < 0) {
		return lks_error_sys(err, errno, pair->path, "the symlink cannot be read");
	}
	target[length] = '\0';
	if (symlinkat(target, pair->to_dir, pair->to) != 0) {
		return lks_error_sys(err, errno, pair->path, "the copy of the symlink cannot be made");
	}
	int status = 0;
	if (flags & LKS_COPY_OWNER) {
		int to = openat(pair->to_dir, pair->to, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		status = to < 0 ? lks_error_sys(err, errno, pair->path, "the copy cannot be opened") : lks_meta_own(to, st, pair->path, err);
		if (to >= 0) {
			close(to);
		}
	}
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, st->st_mtim};
	if (status == 0 && utimensat(pair->to_dir, pair->to, times, AT_SYMLINK_NOFOLLOW) != 0) {
		status = lks_error_sys(err, errno, pair->path, "its time cannot be set");
	}
	if (status) {
		unlinkat(pair->to_dir, pair->to, 0);
	}
	return status;
}

/* A regular file or a symlink. */
static int copy_entry(const struct pair *pair, const struct stat *st, unsigned flags, struct lks_error *err)
{
	if (S_ISLNK(st->st_mode)) {
		return copy_symlink(pair, st, flags, err);
	}
	if (!S_ISREG(st->st_mode)) {
		return lks_error_set(err, LKS_E_UNSUPPORTED, 0, pair->path, "not a file, directory or symlink: it is not copied");
	}
	if (flags & LKS_COPY_LINK) {
		if (linkat(pair->from_dir, pair->from, pair->to_dir, pair->to, 0) == 0) {
			return 0;
		}
		if (errno == EEXIST) {
			return lks_error_sys(err, errno, pair->path, "its copy cannot be made");
		}
		/* EPERM (fs.protected_hardlinks), EMLINK, EXDEV, …: a copy does as well */
	}
	return copy_file(pair, flags, err);
}

int lks_fs_copy(int from_fd, const char *from, int to_fd, const char *to, unsigned flags, struct lks_error *err)
{
	struct pair pair = {.from_dir = -1, .to_dir = -1, .path = from};
	struct stat st;
	int status = lks_path_parent(&pair.from_dir, &pair.from, from_fd, from, err);
	if (status || (status = lks_path_parent(&pair.to_dir, &pair.to, to_fd, to, err))) {
		goto done;
	}
	if (fstatat(pair.from_dir, pair.from, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		status = lks_error_sys(err, errno, from, "cannot be examined");
	} else if (S_ISDIR(st.st_mode)) {
		status = lks_error_set(err, LKS_E_INVALID, 0, from, "a directory, not a file");
	} else {
		status = copy_entry(&pair, &st, flags, err);
	}
done:
	if (pair.to_dir >= 0) {
		close(pair.to_dir);
	}
	if (pair.from_dir >= 0) {
		close(pair.from_dir);
	}
	return status;
}

/* A tree on its way: both sides' paths grow and shrink together. */
struct tree {
	int from_fd, to_fd;
	unsigned flags;
	struct lks_walk_path from, to;
	dev_t made_device; /* the copy's own top, which must not be copied into itself */
	ino_t made_inode;
	bool made; /* there is something to remove after a failure */
};

/* Copies what is no directory and appends the names of what is one to below. */
static int copy_files(struct tree *tree, int from_dir, int to_dir, struct lks_buffer *below, struct lks_error *err)
{
	struct lks_buffer names = {0};
	int status = lks_walk_names(&names, from_dir, tree->from.text, err);
	size_t size, before;
	for (size_t at = 0; status == 0 && at < names.length; at += size) {
		const char *name = names.data + at;
		struct stat st;
		size = strlen(name) + 1;
		if (fstatat(from_dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
			status = lks_error_sys(err, errno, tree->from.text, "an entry cannot be examined");
		} else if (S_ISDIR(st.st_mode)) {
			status = lks_buffer_append(below, name, size, err);
		} else if ((status = lks_walk_push(&tree->from, name, &before, err)) == 0) {
			struct pair pair = {from_dir, to_dir, name, name, tree->from.text};
			status = copy_entry(&pair, &st, tree->flags, err);
			lks_walk_pop(&tree->from, before);
		}
	}
	lks_buffer_dispose(&names);
	return status;
}

static int copy_directory(struct tree *tree, bool top, struct lks_error *err);

static int copy_directories(struct tree *tree, const struct lks_buffer *names, struct lks_error *err)
{
	int status = 0;
	size_t size, from_before, to_before;
	for (size_t at = 0; status == 0 && at < names->length; at += size) {
		const char *name = names->data + at;
		size = strlen(name) + 1;
		if ((status = lks_walk_push(&tree->from, name, &from_before, err))) {
			break;
		}
		if ((status = lks_walk_push(&tree->to, name, &to_before, err)) == 0) {
			status = copy_directory(tree, false, err);
			lks_walk_pop(&tree->to, to_before);
		}
		lks_walk_pop(&tree->from, from_before);
	}
	return status;
}

static int make_copy(struct tree *tree, struct lks_error *err)
{
	const char *name;
	int parent = -1;
	int status = lks_path_parent(&parent, &name, tree->to_fd, tree->to.text, err);
	if (status) {
		return status;
	}
	if (mkdirat(parent, name, 0700) != 0) {
		status = lks_error_sys(err, errno, tree->to.text, "the directory cannot be made");
	}
	close(parent);
	return status;
}

/* Both sides of the directory where the paths stand. */
static int open_both(const struct tree *tree, int *from_dir, int *to_dir, struct lks_error *err)
{
	int status = lks_path_open(from_dir, tree->from_fd, tree->from.text, O_RDONLY | O_DIRECTORY, 0, err);
	return status ? status : lks_path_open(to_dir, tree->to_fd, tree->to.text, O_RDONLY | O_DIRECTORY, 0, err);
}

static void close_both(int *from_dir, int *to_dir)
{
	if (*to_dir >= 0) {
		close(*to_dir);
	}
	if (*from_dir >= 0) {
		close(*from_dir);
	}
	*from_dir = *to_dir = -1;
}

/* No descriptor stays open while subdirectories are copied: the depth of a tree is not limited by them. */
static int copy_directory(struct tree *tree, bool top, struct lks_error *err)
{
	struct stat st, made;
	struct lks_buffer below = {0};
	int from_dir = -1, to_dir = -1;
	int status = make_copy(tree, err);
	if (status) {
		return status;
	}
	if (top) {
		tree->made = true;
	}
	if ((status = open_both(tree, &from_dir, &to_dir, err))) {
		goto done;
	}
	if (fstat(from_dir, &st) != 0 || fstat(to_dir, &made) != 0) {
		status = lks_error_sys(err, errno, tree->from.text, "cannot be examined");
		goto done;
	}
	if (top) {
		tree->made_device = made.st_dev;
		tree->made_inode = made.st_ino;
	} else if (st.st_dev == tree->made_device && st.st_ino == tree->made_inode) {
		status = lks_error_set(err, LKS_E_INVALID, 0, tree->from.text, "a tree cannot be copied into itself");
		goto done;
	}
	if ((status = copy_files(tree, from_dir, to_dir, &below, err))) {
		goto done;
	}
	close_both(&from_dir, &to_dir);
	if ((status = copy_directories(tree, &below, err)) || (status = open_both(tree, &from_dir, &to_dir, err))) {
		goto done;
	}
	status = copy_meta(from_dir, to_dir, &st, tree->flags, tree->from.text, err);
done:
	close_both(&from_dir, &to_dir);
	lks_buffer_dispose(&below);
	return status;
}

static int start_path(struct lks_walk_path *path, const char *rel, struct lks_error *err)
{
	path->length = strlen(rel);
	int status = lks_path_check(rel, path->length, err);
	if (status == 0) {
		memcpy(path->text, rel, path->length + 1);
	}
	return status;
}

int lks_fs_copy_tree(int from_fd, const char *from, int to_fd, const char *to, unsigned flags, struct lks_error *err)
{
	struct tree tree = {.from_fd = from_fd, .to_fd = to_fd, .flags = flags};
	int status = start_path(&tree.from, from, err);
	if (status || (status = start_path(&tree.to, to, err))) {
		return status;
	}
	status = copy_directory(&tree, true, err);
	if (status && tree.made) { /* half a copy is none; the error of the copy is the one that counts */
		lks_fs_remove(to_fd, to, NULL);
	}
	return status;
}
