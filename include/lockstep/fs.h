/*
 * Durable changes to files: write beside, fsync, rename, fsync the directory; copy with metadata; remove whole trees.
 *
 * Everything is relative to a directory descriptor and follows no symlink. Thread-safe; every function may block.
 */
#ifndef LOCKSTEP_FS_H
#define LOCKSTEP_FS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "lockstep/buffer.h"
#include "lockstep/error.h"

/*
 * Replaces dir_fd/name (a single name) by data, atomically and durably, with exactly mode. The old file stays on failure,
 * unless it is the last step that fails, the sync of the directory: then either file may be found after a power cut.
 */
int lks_fs_write(int dir_fd, const char *name, const void *data, size_t length, mode_t mode, struct lks_error *err);

/* Reads a regular file below dir_fd (a relative path) of at most cap bytes into out (appended). LKS_E_LIMIT beyond. */
int lks_fs_read(struct lks_buffer *out, int dir_fd, const char *rel, size_t cap, struct lks_error *err);

/* Writes all bytes to fd, through EINTR and short writes. */
int lks_fs_write_all(int fd, const void *data, size_t length, const char *path, struct lks_error *err);

/*
 * The same for a new, empty file that is written from its beginning to its end, but leaves holes for blocks of zeros;
 * the caller gives the file its length in the end.
 */
int lks_fs_write_sparse(int fd, const void *data, size_t length, const char *path, struct lks_error *err);

/* Reads until length bytes or the end of the file, through EINTR and short reads; *got tells how many. */
int lks_fs_read_all(size_t *got, int fd, void *data, size_t length, const char *path, struct lks_error *err);

enum lks_copy_flags {
	LKS_COPY_LINK = 1, /* try a hard link first (immutable code only), fall back to a copy */
	LKS_COPY_OWNER = 2 /* owner and group too; EPERM is no error when not root */
};

/*
 * Copies the regular file or symlink from_fd/from to to_fd/to, which must not exist: reflink, copy_file_range, read/write.
 * Mode, mtime, extended attributes and ACLs come along. Paths are relative.
 */
int lks_fs_copy(int from_fd, const char *from, int to_fd, const char *to, unsigned flags, struct lks_error *err);

/* Copies a whole directory tree; to must not exist, and does not after a failure. FIFOs, sockets and devices are LKS_E_UNSUPPORTED. */
int lks_fs_copy_tree(int from_fd, const char *from, int to_fd, const char *to, unsigned flags, struct lks_error *err);

/* Removes a file, symlink or whole tree, never crossing a mount point. What is absent is no error. */
int lks_fs_remove(int dir_fd, const char *rel, struct lks_error *err);

/* Makes (if missing) and opens the directory rel below dir_fd with mode 0700. The caller closes *fd. */
int lks_fs_private_dir(int *fd, int dir_fd, const char *rel, struct lks_error *err);

/* fsync of a directory or file. After a failure: discard and write again, never retry. */
int lks_fs_sync(int fd, const char *path, struct lks_error *err);
/* Every file and directory below rel, by one syncfs where that is the cheaper way and tells of errors. The same after a failure. */
int lks_fs_sync_tree(int dir_fd, const char *rel, struct lks_error *err);

/* Gives to_fd/to mode, owner, group, ACLs and security label of from_fd/from (owner changes that need root are skipped). */
int lks_fs_adopt(int from_fd, const char *from, int to_fd, const char *to, struct lks_error *err);

/*
 * Gives what belongs to `from` in the tree rel to another owner and group. Follows no symlink, and leaves files with several names as
 * they are. What vanishes meanwhile is passed over.
 */
int lks_fs_give(int root_fd, const char *rel, uid_t from, uid_t to, gid_t group, struct lks_error *err);

/* Nanoseconds since the epoch of a timespec (the nearest there is, outside of the years 1677 to 2262); and of now (CLOCK_REALTIME). */
int64_t lks_fs_ns(struct timespec time);
int64_t lks_fs_now(void);

#endif
