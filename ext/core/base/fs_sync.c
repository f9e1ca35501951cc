/*
 * A tree made durable: first all its files are sent to the disk side by side, then each is synced, then the directories.
 *
 * An fsync in mid-air costs a commit of the file system's journal; after the first pass most find theirs already done.
 */
#include "lockstep/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "fs_walk.h"
#include "lockstep/path.h"

struct pass {
	int root_fd;
	bool start; /* only start to write */
};

static int sync_path(const struct pass *pass, const char *path, mode_t mode, struct lks_error *err)
{
	if (!S_ISREG(mode) && !S_ISDIR(mode)) {
		return 0; /* a symlink, FIFO or socket lives in its directory */
	}
	int fd = lks_open_beneath(pass->root_fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, false);
	if (fd == -EACCES) {
		fd = lks_open_beneath(pass->root_fd, path, O_WRONLY | O_NONBLOCK | O_NOCTTY, 0, false);
	}
	if (fd < 0) {
		return lks_error_sys(err, -fd, path, "cannot be opened to be synced");
	}
	int status = 0;
	if (!pass->start) {
		status = lks_fs_sync(fd, path, err);
	} else if (S_ISREG(mode)) {
		sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE); /* a hint: the fsync of the second pass is what counts */
	}
	close(fd);
	return status;
}

/* Syncs what is no directory and appends the names of what is one to below. */
static int sync_files(const struct pass *pass, struct lks_walk_path *path, struct lks_buffer *below, struct lks_error *err)
{
	struct lks_buffer names = {0};
	size_t size, before;
	int fd = -1;
	int status = lks_path_open(&fd, pass->root_fd, path->text, O_RDONLY | O_DIRECTORY, 0, err);
	if (status) {
		return status;
	}
	status = lks_walk_names(&names, fd, path->text, err);
	for (size_t at = 0; status == 0 && at < names.length; at += size) {
		struct stat st;
		const char *name = names.data + at;
		size = strlen(name) + 1;
		if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
			status = lks_error_sys(err, errno, path->text, "an entry cannot be examined");
		} else if (S_ISDIR(st.st_mode)) {
			status = lks_buffer_append(below, name, size, err);
		} else if ((status = lks_walk_push(path, name, &before, err)) == 0) {
			status = sync_path(pass, path->text, st.st_mode, err);
			lks_walk_pop(path, before);
		}
	}
	lks_buffer_dispose(&names);
	close(fd);
	return status;
}

/* Children before their directory. */
static int sync_directory(const struct pass *pass, struct lks_walk_path *path, struct lks_error *err)
{
	struct lks_buffer below = {0};
	size_t size, before;
	int status = sync_files(pass, path, &below, err);
	for (size_t at = 0; status == 0 && at < below.length; at += size) {
		size = strlen(below.data + at) + 1;
		if ((status = lks_walk_push(path, below.data + at, &before, err)) == 0) {
			status = sync_directory(pass, path, err);
			lks_walk_pop(path, before);
		}
	}
	lks_buffer_dispose(&below);
	return status ? status : sync_path(pass, path->text, S_IFDIR, err);
}

int lks_fs_sync_tree(int dir_fd, const char *rel, struct lks_error *err)
{
	struct lks_walk_path path;
	struct stat st;
	int fd = -1;
	int status = lks_path_open(&fd, dir_fd, rel, O_PATH | O_NOFOLLOW, 0, err);
	if (status) {
		return status;
	}
	if (fstat(fd, &st) != 0) {
		status = lks_error_sys(err, errno, rel, "cannot be examined");
	}
	close(fd);
	for (int second = 0; status == 0 && second < 2; second++) {
		struct pass pass = {dir_fd, second == 0};
		path.length = strlen(rel);
		memcpy(path.text, rel, path.length + 1);
		status = S_ISDIR(st.st_mode) ? sync_directory(&pass, &path, err) : sync_path(&pass, rel, st.st_mode, err);
	}
	return status;
}
