/*
 * A tree made durable: its files are sent to the disk side by side, then one sync of the whole file system, or one of each
 * file and directory, waits for them.
 *
 * An fsync costs a flush of the disk's cache, about a millisecond: 460 files took 0.65 s where syncfs takes 5 ms. But syncfs
 * also waits for what other programs have written, so that it is taken only while that is little.
 */
#include "lockstep/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "beneath.h"
#include "fs_walk.h"
#include "lockstep/path.h"

/* Rough prices: a file's flush, and the writing of a MiB that waits in memory. */
#define FLUSH_US 1000
#define WRITE_US_PER_MIB 5000

struct pass {
	int root_fd;
	bool start;      /* only start to write */
	dev_t device;    /* the file system that is synced as a whole; others' files in the tree are synced one by one */
	uint64_t synced; /* files and directories that this pass met */
};

static int sync_path(struct pass *pass, const char *path, mode_t mode, dev_t device, struct lks_error *err)
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
	pass->synced++;
	if (!pass->start || device != pass->device) {
		status = lks_fs_sync(fd, path, err);
	} else if (S_ISREG(mode)) {
		sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE); /* a hint: the fsync of the second pass is what counts */
	}
	close(fd);
	return status;
}

/* Syncs what is no directory and appends the names of what is one to below. */
static int sync_files(struct pass *pass, struct lks_walk_path *path, struct lks_buffer *below, dev_t *device, struct lks_error *err)
{
	struct lks_buffer names = {0};
	struct stat own;
	size_t size, before;
	int fd = -1;
	int status = lks_path_open(&fd, pass->root_fd, path->text, O_RDONLY | O_DIRECTORY, 0, err);
	if (status) {
		return status;
	}
	if (fstat(fd, &own) != 0) {
		status = lks_error_sys(err, errno, path->text, "cannot be examined");
	} else {
		*device = own.st_dev;
		status = lks_walk_names(&names, fd, path->text, err);
	}
	for (size_t at = 0; status == 0 && at < names.length; at += size) {
		struct stat st;
		const char *name = names.data + at;
		size = strlen(name) + 1;
		if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
			status = lks_error_sys(err, errno, path->text, "an entry cannot be examined");
		} else if (S_ISDIR(st.st_mode)) {
			status = lks_buffer_append(below, name, size, err);
		} else if ((status = lks_walk_push(path, name, &before, err)) == 0) {
			status = sync_path(pass, path->text, st.st_mode, st.st_dev, err);
			lks_walk_pop(path, before);
		}
	}
	lks_buffer_dispose(&names);
	close(fd);
	return status;
}

/* Children before their directory. */
static int sync_directory(struct pass *pass, struct lks_walk_path *path, struct lks_error *err)
{
	struct lks_buffer below = {0};
	size_t size, before;
	dev_t device = 0;
	int status = sync_files(pass, path, &below, &device, err);
	for (size_t at = 0; status == 0 && at < below.length; at += size) {
		size = strlen(below.data + at) + 1;
		if ((status = lks_walk_push(path, below.data + at, &before, err)) == 0) {
			status = sync_directory(pass, path, err);
			lks_walk_pop(path, before);
		}
	}
	lks_buffer_dispose(&below);
	return status ? status : sync_path(pass, path->text, S_IFDIR, device, err);
}

/* Since Linux 5.12 syncfs tells of failed writes on all file systems, overlayfs included. */
static bool syncfs_tells_errors(void)
{
	struct utsname name;
	int major = 0, minor = 0;
	return uname(&name) == 0 && sscanf(name.release, "%d.%d", &major, &minor) == 2 && (major > 5 || (major == 5 && minor >= 12));
}

/* What all programs together have written and the disks have not, in MiB; a great deal when it cannot be known. */
static uint64_t unwritten_mib(void)
{
	unsigned long kib = 0, value;
	char line[128];
	FILE *file = fopen("/proc/meminfo", "re");
	if (!file) {
		return UINT32_MAX;
	}
	while (fgets(line, sizeof line, file)) {
		if (sscanf(line, "Dirty: %lu", &value) == 1 || sscanf(line, "Writeback: %lu", &value) == 1) {
			kib += value;
		}
	}
	fclose(file);
	return kib / 1024;
}

static int run_pass(struct pass *pass, const char *rel, const struct stat *st, struct lks_error *err)
{
	struct lks_walk_path path = {.length = strlen(rel)};
	memcpy(path.text, rel, path.length + 1);
	return S_ISDIR(st->st_mode) ? sync_directory(pass, &path, err) : sync_path(pass, rel, st->st_mode, st->st_dev, err);
}

int lks_fs_sync_tree(int dir_fd, const char *rel, struct lks_error *err)
{
	struct stat st;
	int handle = -1, fs = -1;
	int status = lks_path_open(&handle, dir_fd, rel, O_PATH | O_NOFOLLOW, 0, err);
	if (status) {
		return status;
	}
	if (fstat(handle, &st) != 0) {
		status = lks_error_sys(err, errno, rel, "cannot be examined");
		goto done;
	}
	if (S_ISDIR(st.st_mode)) { /* opened before anything is written: syncfs tells of errors since then */
		fs = openat(handle, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	struct pass first = {.root_fd = dir_fd, .start = true, .device = st.st_dev};
	if ((status = run_pass(&first, rel, &st, err))) {
		goto done;
	}
	if (fs >= 0 && syncfs_tells_errors() && unwritten_mib() * WRITE_US_PER_MIB <= first.synced * FLUSH_US) {
		status = syncfs(fs) == 0 ? 0 : lks_error_sys(err, errno, rel, "its file system cannot be synced to disk");
		goto done;
	}
	struct pass second = {.root_fd = dir_fd, .device = st.st_dev};
	status = run_pass(&second, rel, &st, err);
done:
	if (fs >= 0) {
		close(fs);
	}
	close(handle);
	return status;
}
