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

/* Empties and removes the directory path below top; parent_fd/name is the same directory. */
static int remove_directory(int top, struct lks_walk_path *path, int parent_fd, const char *name, struct lks_error *err)
{
	struct lks_buffer names = {0};
	int status = 0;
	int fd = open_directory(top, path->text);
	if (fd == -ENOENT) {
		return 0;
	}
	if (fd == -EXDEV) {
		return lks_error_set(err, LKS_E_UNSAFE, 0, path->text, "a mount point: it is not removed");
	}
	if (fd < 0) {
		return lks_error_sys(err, -fd, path->text, "the directory cannot be opened");
	}
	status = lks_walk_names(&names, fd, path->text, err);
	size_t left = names.length;
	for (const char *at = names.data; status == 0 && left > 0;) {
		size_t size = strlen(at) + 1, before;
		if ((status = lks_walk_push(path, at, &before, err))) {
			break;
		}
		if (unlinkat(fd, at, 0) != 0 && errno != ENOENT) {
			if (errno == EISDIR || errno == EPERM) { /* POSIX's answer for a directory is EPERM, Linux's EISDIR */
				struct stat st;
				int sys = errno;
				status = fstatat(fd, at, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode)
					? remove_directory(top, path, fd, at, err)
					: lks_error_sys(err, sys, path->text, "cannot be removed");
			} else {
				status = lks_error_sys(err, errno, path->text, "cannot be removed");
			}
		}
		lks_walk_pop(path, before);
		at += size;
		left -= size;
	}
	close(fd);
	lks_buffer_dispose(&names);
	if (status == 0 && unlinkat(parent_fd, name, AT_REMOVEDIR) != 0 && errno != ENOENT) {
		status = errno == EBUSY ? lks_error_set(err, LKS_E_UNSAFE, errno, path->text, "the directory cannot be removed")
		                        : lks_error_sys(err, errno, path->text, "the directory cannot be removed");
	}
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
		status = remove_directory(parent, &path, parent, name, err);
	} else if (unlinkat(parent, name, 0) != 0 && errno != ENOENT) {
		status = lks_error_sys(err, errno, rel, "cannot be removed");
	}
	close(parent);
	return status;
}
