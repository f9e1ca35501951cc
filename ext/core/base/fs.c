/*
 * Durable changes: a new file is written beside the old one, synced, renamed over it, and its directory synced.
 */
#include "lockstep/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lockstep/path.h"

#define TEMPORARY_SIZE 32 /* bytes of a temporary name with its NUL */
#define BLOCK 4096u       /* bytes of a hole, at least, and of its alignment */

int64_t lks_fs_ns(struct timespec time)
{
	int64_t ns;
	if (__builtin_mul_overflow((int64_t)time.tv_sec, INT64_C(1000000000), &ns) || __builtin_add_overflow(ns, (int64_t)time.tv_nsec, &ns)) {
		return time.tv_sec < 0 ? INT64_MIN : INT64_MAX;
	}
	return ns;
}

int64_t lks_fs_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return lks_fs_ns(now);
}

int lks_fs_write_all(int fd, const void *data, size_t length, const char *path, struct lks_error *err)
{
	const char *at = data;
	while (length > 0) {
		ssize_t put = write(fd, at, length);
		if (put < 0 && errno == EINTR) {
			continue;
		}
		if (put < 0) {
			return lks_error_sys(err, errno, path, "cannot be written");
		}
		at += put;
		length -= (size_t)put;
	}
	return 0;
}

int lks_fs_write_sparse(int fd, const void *data, size_t length, const char *path, struct lks_error *err)
{
	static const char zeros[BLOCK];
	const char *at = data, *end = at + length;
	off_t offset = lseek(fd, 0, SEEK_CUR);
	int status = offset < 0 ? lks_error_sys(err, errno, path, "the file cannot be written") : 0;
	while (status == 0 && at < end) {
		/* up to the next boundary, then block by block; runs of either kind are one call */
		const char *run = at;
		bool hole = false;
		do {
			size_t step = BLOCK - (size_t)(offset + (at - run)) % BLOCK;
			if (step > (size_t)(end - at)) {
				step = (size_t)(end - at);
			}
			bool zero = memcmp(at, zeros, step) == 0;
			if (at > run && zero != hole) {
				break;
			}
			hole = zero;
			at += step;
		} while (at < end);
		if (!hole) {
			status = lks_fs_write_all(fd, run, (size_t)(at - run), path, err);
		} else if (lseek(fd, at - run, SEEK_CUR) < 0) {
			status = lks_error_sys(err, errno, path, "the file cannot be written");
		}
		offset += at - run;
	}
	return status;
}

int lks_fs_read_all(size_t *got, int fd, void *data, size_t length, const char *path, struct lks_error *err)
{
	char *at = data;
	size_t have = 0;
	while (have < length) {
		ssize_t part = read(fd, at + have, length - have);
		if (part < 0 && errno == EINTR) {
			continue;
		}
		if (part < 0) {
			return lks_error_sys(err, errno, path, "cannot be read");
		}
		if (part == 0) {
			break;
		}
		have += (size_t)part;
	}
	*got = have;
	return 0;
}

int lks_fs_sync(int fd, const char *path, struct lks_error *err)
{
	while (fsync(fd) != 0) {
		if (errno != EINTR) {
			return lks_error_sys(err, errno, path, "cannot be synced to disk");
		}
	}
	return 0;
}

/* dir_fd may be AT_FDCWD or an O_PATH descriptor, neither of which can be synced. */
static int sync_directory(int dir_fd, const char *path, struct lks_error *err)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return lks_error_sys(err, errno, path, "the directory cannot be opened");
	}
	int status = lks_fs_sync(fd, path, err);
	close(fd);
	return status;
}

static int temporary_name(char name[TEMPORARY_SIZE], struct lks_error *err)
{
	unsigned long long random;
	if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random) {
		return lks_error_sys(err, errno, NULL, "no random bytes");
	}
	snprintf(name, TEMPORARY_SIZE, ".lks-%016llx", random);
	return 0;
}

static int check_name(const char *name, struct lks_error *err)
{
	int status = lks_path_check(name, strlen(name), err);
	if (status == 0 && (strchr(name, '/') || strcmp(name, ".") == 0)) {
		return lks_error_set(err, LKS_E_INVALID, 0, name, "a single name is needed here");
	}
	return status;
}

/*
 * Makes the file that is written beside `name`, and locks it, so that who sweeps up after killed writers leaves it alone. Swept in
 * between, it is made anew.
 */
static int open_temporary(int *fd, char temporary[TEMPORARY_SIZE], int dir_fd, const char *name, struct lks_error *err)
{
	for (;;) {
		struct stat st;
		int status = temporary_name(temporary, err);

		if (status != 0) {
			return status;
		}
		*fd = openat(dir_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (*fd < 0) {
			temporary[0] = '\0';
			return lks_error_sys(err, errno, name, "a file beside it cannot be made");
		}
		/* where there are no locks, nobody else gets one either */
		if (flock(*fd, LOCK_EX | LOCK_NB) == 0 ? fstat(*fd, &st) != 0 || st.st_nlink > 0 : errno != EWOULDBLOCK) {
			return 0;
		}
		close(*fd);
	}
}

int lks_fs_write(int dir_fd, const char *name, const void *data, size_t length, mode_t mode, struct lks_error *err)
{
	char temporary[TEMPORARY_SIZE] = "";
	int fd = -1;
	int status = check_name(name, err);
	if (status == 0) {
		status = open_temporary(&fd, temporary, dir_fd, name, err);
	}
	if (status) {
		return status;
	}
	if (fchmod(fd, mode & 07777) != 0) {
		status = lks_error_sys(err, errno, name, "its mode cannot be set");
		goto done;
	}
	if ((status = lks_fs_write_all(fd, data, length, name, err)) || (status = lks_fs_sync(fd, name, err))) {
		goto done;
	}
	if (renameat(dir_fd, temporary, dir_fd, name) != 0) {
		status = lks_error_sys(err, errno, name, "the new file cannot be renamed into place");
		goto done;
	}
	temporary[0] = '\0';
	status = sync_directory(dir_fd, name, err);
done:
	if (temporary[0] != '\0') {
		unlinkat(dir_fd, temporary, 0);
	}
	close(fd);
	return status;
}

int lks_fs_read(struct lks_buffer *out, int dir_fd, const char *rel, size_t cap, struct lks_error *err)
{
	int fd = -1;
	/* O_NONBLOCK: a FIFO planted there must not hang us */
	int status = lks_path_open(&fd, dir_fd, rel, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, err);
	if (status) {
		return status;
	}
	struct stat st;
	size_t got = 0;
	if (fstat(fd, &st) != 0) {
		status = lks_error_sys(err, errno, rel, "cannot be examined");
	} else if (!S_ISREG(st.st_mode)) {
		status = lks_error_set(err, LKS_E_INVALID, 0, rel, "not a regular file");
	} else if ((uint64_t)st.st_size > cap) {
		status = lks_error_set(err, LKS_E_LIMIT, 0, rel, "larger than the %zu bytes that are read", cap);
	}
	/* one byte more than expected tells whether the file has grown (or, in /proc, was said to be empty) */
	size_t before = out->length, want = status ? 0 : (size_t)st.st_size + 1;
	while (status == 0) {
		if ((status = lks_buffer_reserve(out, want, err)) ||
			(status = lks_fs_read_all(&got, fd, out->data + out->length, want, rel, err))) {
			break;
		}
		out->length += got;
		out->data[out->length] = '\0';
		if (out->length - before > cap) {
			status = lks_error_set(err, LKS_E_LIMIT, 0, rel, "larger than the %zu bytes that are read", cap);
		}
		if (got < want) {
			break;
		}
		want = 65536;
	}
	close(fd);
	return status;
}

int lks_fs_private_dir(int *fd, int dir_fd, const char *rel, struct lks_error *err)
{
	int opened = -1;
	int status = lks_path_mkdirs(dir_fd, rel, 0700, err);
	if (status || (status = lks_path_open(&opened, dir_fd, rel, O_RDONLY | O_DIRECTORY, 0, err))) {
		return status;
	}
	struct stat st;
	if (fstat(opened, &st) != 0) {
		status = lks_error_sys(err, errno, rel, "cannot be examined");
	} else if ((st.st_mode & 07777) != 0700 && fchmod(opened, 0700) != 0) {
		status = lks_error_sys(err, errno, rel, "cannot be made private");
	}
	if (status) {
		close(opened);
		return status;
	}
	*fd = opened;
	return 0;
}
