/*
 * Write beside, sync, rename, for a file that arrives in pieces.
 */
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/fs.h"
#include "lockstep/path.h"

#define GATHER (1024 * 1024)   /* bytes in one write: few calls, and large folios in the page cache */
#define PUSH (4 * 1024 * 1024) /* bytes after which the kernel is asked to begin writing */
#define TRIES 16               /* random names */

struct lks_sink {
	int directory_fd, fd;
	const char *name;
	char temporary[256];
	bool made;
	struct lks_hash *hash;
	char *gathered; /* owned; GATHER bytes that are not yet in the file */
	size_t gathered_length;
	uint64_t length, pushed; /* bytes so far, bytes whose writing to the disk was begun */
	bool reserved;           /* something was left free: the hash is made at the end */
};

/* A name that nobody can have put there beforehand, or the file is not ours: O_EXCL. */
static int make(struct lks_sink *sink, struct lks_error *err)
{
	for (int i = 0; i < TRIES; i++) {
		uint64_t random;
		if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random) {
			return lks_error_sys(err, errno, sink->name, "no random name can be made");
		}
		snprintf(sink->temporary, sizeof sink->temporary, ".%.200s.%016llx", sink->name, (unsigned long long)random);
		sink->fd = openat(sink->directory_fd, sink->temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (sink->fd >= 0) {
			sink->made = true;
			return fchmod(sink->fd, 0600) == 0 ? 0 : lks_error_sys(err, errno, sink->temporary, "the mode cannot be set");
		}
		if (errno != EEXIST) {
			break;
		}
	}
	return lks_error_sys(err, errno, sink->name, "the archive cannot be created");
}

int lks_sink_new(struct lks_sink **out, int directory_fd, const char *name, struct lks_error *err)
{
	struct stat st;
	int status = lks_path_check(name, strlen(name), err);
	if (status != 0) {
		return status;
	}
	if (strchr(name, '/') || strcmp(name, ".") == 0) {
		return lks_error_set(err, LKS_E_INVALID, 0, name, "an archive's name is the name of a file");
	}
	if (fstatat(directory_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		return lks_error_set(err, LKS_E_EXISTS, 0, name, "the archive exists already");
	}
	struct lks_sink *sink = calloc(1, sizeof *sink);
	if (!sink) {
		return lks_error_nomem(err);
	}
	sink->directory_fd = directory_fd;
	sink->fd = -1;
	sink->name = name;
	sink->gathered = malloc(GATHER);
	status = sink->gathered ? lks_hash_new(&sink->hash, err) : lks_error_nomem(err);
	status = status ? status : lks_hash_reset(sink->hash, err);
	status = status ? status : make(sink, err);
	if (status != 0) {
		lks_sink_free(sink);
		return status;
	}
	*out = sink;
	return 0;
}

int lks_sink_fd(const struct lks_sink *sink)
{
	return sink->fd;
}

uint64_t lks_sink_length(const struct lks_sink *sink)
{
	return sink->length;
}

static int flush(struct lks_sink *sink, struct lks_error *err)
{
	int status = lks_fs_write_all(sink->fd, sink->gathered, sink->gathered_length, sink->name, err);
	if (status != 0) {
		return status;
	}
	sink->gathered_length = 0;
	if (sink->length - sink->pushed >= PUSH) {
		/* Only a hint: what goes wrong here, the fsync at the end reports. */
		(void)sync_file_range(sink->fd, (off_t)sink->pushed, (off_t)(sink->length - sink->pushed), SYNC_FILE_RANGE_WRITE);
		sink->pushed = sink->length;
	}
	return 0;
}

int lks_sink_write(struct lks_sink *sink, const void *data, size_t length, struct lks_error *err)
{
	const char *at = data;
	int status = sink->reserved ? 0 : lks_hash_update(sink->hash, data, length, err);
	while (status == 0 && length > 0) {
		size_t part = GATHER - sink->gathered_length;
		part = part < length ? part : length;
		memcpy(sink->gathered + sink->gathered_length, at, part);
		sink->gathered_length += part;
		sink->length += part;
		at += part;
		length -= part;
		if (sink->gathered_length == GATHER) {
			status = flush(sink, err);
		}
	}
	return status;
}

int lks_sink_reserve(struct lks_sink *sink, size_t length, struct lks_error *err)
{
	int status = flush(sink, err);
	if (status != 0) {
		return status;
	}
	if (lseek(sink->fd, (off_t)length, SEEK_CUR) < 0) {
		return lks_error_sys(err, errno, sink->name, "the archive cannot be written");
	}
	sink->reserved = true;
	sink->length += length;
	return 0;
}

int lks_sink_fill(struct lks_sink *sink, uint64_t offset, const void *data, size_t length, struct lks_error *err)
{
	for (size_t done = 0; done < length;) {
		ssize_t put = pwrite(sink->fd, (const char *)data + done, length - done, (off_t)(offset + done));
		if (put < 0 && errno != EINTR) {
			return lks_error_sys(err, errno, sink->name, "the archive cannot be written");
		}
		done += put > 0 ? (size_t)put : 0;
	}
	return 0;
}

static int hash_all(uint8_t sha256[LKS_HASH_SIZE], struct lks_sink *sink, struct lks_error *err)
{
	if (!sink->reserved) {
		return lks_hash_final(sha256, sink->hash, err);
	}
	if (lseek(sink->fd, 0, SEEK_SET) != 0) {
		return lks_error_sys(err, errno, sink->name, "the archive cannot be read back");
	}
	return lks_hash_fd(sha256, NULL, sink->fd, sink->name, err);
}

/* rename(2) that replaces nothing, on file systems without RENAME_NOREPLACE too. */
static int name_it(struct lks_sink *sink, struct lks_error *err)
{
	if (renameat2(sink->directory_fd, sink->temporary, sink->directory_fd, sink->name, RENAME_NOREPLACE) == 0) {
		sink->made = false;
		return 0;
	}
	if ((errno == EINVAL || errno == ENOSYS) && linkat(sink->directory_fd, sink->temporary, sink->directory_fd, sink->name, 0) == 0) {
		return 0; /* _free takes the temporary name away */
	}
	return lks_error_sys(err, errno, sink->name, "the archive cannot be given its name");
}

/* The archive's directory may be new itself, made for it: its own entry has to outlive a crash, too. Not all may read it. */
static int sync_parent(const struct lks_sink *sink, struct lks_error *err)
{
	int fd = openat(sink->directory_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return 0;
	}
	int status = lks_fs_sync(fd, sink->name, err);
	close(fd);
	return status;
}

int lks_sink_finish(uint8_t sha256[LKS_HASH_SIZE], struct lks_sink *sink, struct lks_error *err)
{
	int status = flush(sink, err);
	status = status ? status : lks_fs_sync(sink->fd, sink->name, err);
	status = status ? status : hash_all(sha256, sink, err);
	if (status == 0) {
		int fd = sink->fd;
		sink->fd = -1;
		status = close(fd) == 0 ? 0 : lks_error_sys(err, errno, sink->name, "the archive cannot be closed");
	}
	status = status ? status : sync_parent(sink, err);
	status = status ? status : name_it(sink, err);
	if (status == 0 && (status = lks_fs_sync(sink->directory_fd, sink->name, err)) != 0) {
		unlinkat(sink->directory_fd, sink->name, 0); /* nobody knows whether it would outlive a crash */
	}
	return status;
}

void lks_sink_free(struct lks_sink *sink)
{
	if (!sink) {
		return;
	}
	if (sink->fd >= 0) {
		close(sink->fd);
	}
	if (sink->made) {
		unlinkat(sink->directory_fd, sink->temporary, 0);
	}
	lks_hash_free(sink->hash);
	free(sink->gathered);
	free(sink);
}
