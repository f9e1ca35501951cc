/*
 * Removing a whole tree, and nothing else: no symlink is followed, no mount point crossed.
 */
#include "lockstep/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "fs_walk.h"
#include "lockstep/path.h"

/* Opens the directory top/path; one of ours without the rights to list and change it gets them. Returns an fd or -errno. */
static int open_directory(int top, const char *path)
{
	struct stat st;
	int fd = lks_open_beneath(top, path, O_RDONLY | O_DIRECTORY, 0, true);
	if (fd == -EACCES) {
		int handle = lks_open_beneath(top, path, O_PATH | O_DIRECTORY, 0, true);
		if (handle < 0) {
			return handle;
		}
		char name[64];
		snprintf(name, sizeof name, "/proc/self/fd/%d", handle);
		int failed = chmod(name, 0700); /* by descriptor: what is opened is what is changed */
		close(handle);
		return failed ? -EACCES : lks_open_beneath(top, path, O_RDONLY | O_DIRECTORY, 0, true);
	}
	if (fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & 0700) != 0700 && st.st_uid == geteuid()) {
		fchmod(fd, 0700); /* where it does not help, the removal says why */
	}
	return fd;
}

static int open_or_say(int *fd, int top, const char *path, struct lks_error *err)
{
	*fd = open_directory(top, path);
	if (*fd >= 0) {
		return 0;
	}
	if (*fd == -EXDEV) {
		return lks_error_set(err, LKS_E_UNSAFE, 0, path, "a mount point: it is not removed");
	}
	return lks_error_sys(err, -*fd, path, "the directory cannot be opened");
}

/* Removes what is no directory and appends the names of what is one to below. */
static int remove_files(int fd, struct lks_walk_path *path, struct lks_buffer *below, struct lks_error *err)
{
	struct lks_buffer names = {0};
	int status = lks_walk_names(&names, fd, path->text, err);
	size_t size;
	for (size_t at = 0; status == 0 && at < names.length; at += size) {
		const char *name = names.data + at;
		size_t before;
		struct stat st;
		size = strlen(name) + 1;
		if (unlinkat(fd, name, 0) == 0 || errno == ENOENT) {
			continue;
		}
		int sys = errno; /* POSIX's answer for a directory is EPERM, Linux's EISDIR */
		if ((sys == EISDIR || sys == EPERM) && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode)) {
			status = lks_buffer_append(below, name, size, err);
		} else if ((status = lks_walk_push(path, name, &before, err)) == 0) {
			status = lks_error_sys(err, sys, path->text, "cannot be removed");
			lks_walk_pop(path, before);
		}
	}
	lks_buffer_dispose(&names);
	return status;
}

/* A mount point answers EBUSY: it is refused as when it is met from inside. */
static int remove_empty(int parent_fd, const char *name, const char *path, struct lks_error *err)
{
	if (unlinkat(parent_fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT) {
		return 0;
	}
	return errno == EBUSY ? lks_error_set(err, LKS_E_UNSAFE, errno, path, "the directory cannot be removed")
						  : lks_error_sys(err, errno, path, "the directory cannot be removed");
}

/* Removes everything in the directory path below top. No descriptor stays open on the way down, however deep it goes. */
static int empty_directory(int top, struct lks_walk_path *path, struct lks_error *err)
{
	struct lks_buffer below = {0};
	size_t size, before;
	int fd = -1;
	int status = open_or_say(&fd, top, path->text, err);
	if (status) {
		return status;
	}
	status = remove_files(fd, path, &below, err);
	close(fd);
	fd = -1;
	for (size_t at = 0; status == 0 && at < below.length; at += size) {
		size = strlen(below.data + at) + 1;
		if ((status = lks_walk_push(path, below.data + at, &before, err)) == 0) {
			status = empty_directory(top, path, err);
			lks_walk_pop(path, before);
		}
	}
	if (status == 0 && below.length > 0) {
		status = open_or_say(&fd, top, path->text, err);
	}
	for (size_t at = 0; status == 0 && at < below.length; at += size) {
		size = strlen(below.data + at) + 1;
		status = remove_empty(fd, below.data + at, path->text, err);
	}
	if (fd >= 0) {
		close(fd);
	}
	lks_buffer_dispose(&below);
	return status;
}

int lks_fs_remove(int dir_fd, const char *rel, struct lks_error *err)
{
	struct lks_error where = {0};
	struct lks_walk_path path;
	const char *name;
	int parent = -1;
	int status = lks_path_parent(&parent, &name, dir_fd, rel, &where);
	if (status == LKS_E_NOT_FOUND) {
		return 0;
	}
	if (status) {
		if (err && err->status == LKS_OK) {
			*err = where;
		}
		return status;
	}
	struct stat st;
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		status = errno == ENOENT ? 0 : lks_error_sys(err, errno, rel, "cannot be examined");
	} else if (S_ISDIR(st.st_mode)) {
		path.length = strlen(name);
		memcpy(path.text, name, path.length + 1);
		status = empty_directory(parent, &path, err);
		if (status == 0) {
			status = remove_empty(parent, name, rel, err);
		}
	} else if (unlinkat(parent, name, 0) != 0 && errno != ENOENT) {
		status = lks_error_sys(err, errno, rel, "cannot be removed");
	}
	close(parent);
	return status;
}
