/*
 * renameat2 below the root: an item is exchanged, added or removed in one atomic step, and undone by the same step backwards.
 *
 * Whether it was done is read from disk: an entry keeps inode, type and time of birth when it is renamed.
 */
#include "exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lockstep/fs.h"
#include "lockstep/path.h"

int lks_exchange_look(struct lks_identity *out, int root_fd, const char *rel, struct lks_error *err)
{
	struct statx st;
	const char *name;
	int dir = -1;
	int status;

	memset(out, 0, sizeof *out);
	status = lks_path_parent(&dir, &name, root_fd, rel, err);
	if (status == LKS_E_NOT_FOUND) {
		lks_error_clear(err);
		return 0;
	}
	if (status != 0) {
		return status;
	}
	if (statx(dir, name, AT_SYMLINK_NOFOLLOW, STATX_TYPE | STATX_INO | STATX_BTIME, &st) != 0) {
		if (errno != ENOENT) {
			status = lks_error_sys(err, errno, rel, "cannot be examined");
		}
		goto done;
	}
	out->present = true;
	out->device = makedev(st.stx_dev_major, st.stx_dev_minor);
	out->inode = st.stx_ino;
	out->type = st.stx_mode & S_IFMT;
	if ((st.stx_mask & STATX_BTIME) != 0) {
		out->born = lks_fs_ns((struct timespec){.tv_sec = st.stx_btime.tv_sec, .tv_nsec = st.stx_btime.tv_nsec});
	}
done:
	close(dir);
	return status;
}

/*
 * Is `now` the entry that was recorded as `then`? Device numbers are given anew at each boot: when that of the root has
 * changed, only the others count.
 */
static bool is_same(const struct lks_identity *then, const struct lks_identity *now, bool same_devices)
{
	if (!then->present || !now->present) {
		return then->present == now->present;
	}
	if (then->born != 0 && now->born != 0 && then->born != now->born) {
		return false;
	}
	return then->inode == now->inode && then->type == now->type && (!same_devices || then->device == now->device);
}

int lks_exchange_place(
	enum lks_place *out, int root_fd, const struct lks_journal *journal, const struct lks_journal_item *item, struct lks_error *err)
{
	struct lks_identity live, staged;
	struct stat root;
	bool same_devices;
	int status;

	if (fstat(root_fd, &root) != 0) {
		return lks_error_sys(err, errno, ".", "cannot be examined");
	}
	if ((status = lks_exchange_look(&live, root_fd, item->live, err)) != 0 ||
		(status = lks_exchange_look(&staged, root_fd, item->staged, err)) != 0) {
		return status;
	}
	same_devices = (uint64_t)root.st_dev == journal->root_device;
	if (is_same(&item->old, &live, same_devices) && is_same(&item->new, &staged, same_devices)) {
		*out = LKS_PLACE_OLD;
	} else if (is_same(&item->new, &live, same_devices) && is_same(&item->old, &staged, same_devices)) {
		*out = LKS_PLACE_NEW;
	} else {
		*out = LKS_PLACE_OTHER;
	}
	return 0;
}

static int move(int root_fd, const char *from, const char *to, unsigned flags, struct lks_error *err)
{
	const char *from_name, *to_name;
	int from_dir = -1, to_dir = -1;
	int status;

	if ((status = lks_path_parent(&from_dir, &from_name, root_fd, from, err)) != 0 ||
		(status = lks_path_parent(&to_dir, &to_name, root_fd, to, err)) != 0) {
		goto done;
	}
	if (renameat2(from_dir, from_name, to_dir, to_name, flags) == 0) {
		goto done;
	}
	switch (errno) {
	case EINVAL:
	case ENOSYS:
	case EOPNOTSUPP:
		status = lks_error_set(err, LKS_E_UNSUPPORTED, errno, from, "the file system cannot exchange two entries");
		break;
	case EXDEV:
		status = lks_error_set(err, LKS_E_UNSUPPORTED, errno, from, "it lies on another file system or in a lower layer");
		break;
	case EBUSY:
		status = lks_error_set(err, LKS_E_UNSUPPORTED, errno, from, "it is a mount point or in use");
		break;
	default:
		status = lks_error_sys(err, errno, from, "cannot be renamed");
	}
done:
	if (from_dir >= 0) {
		close(from_dir);
	}
	if (to_dir >= 0) {
		close(to_dir);
	}
	return status;
}

int lks_exchange_do(int root_fd, const struct lks_journal_item *item, struct lks_error *err)
{
	if (item->kind == LKS_COMMIT_REMOVE) {
		return move(root_fd, item->live, item->staged, RENAME_NOREPLACE, err);
	}
	return move(root_fd, item->staged, item->live, item->kind == LKS_COMMIT_ADD ? RENAME_NOREPLACE : RENAME_EXCHANGE, err);
}

int lks_exchange_undo(int root_fd, const struct lks_journal_item *item, struct lks_error *err)
{
	if (item->kind == LKS_COMMIT_REMOVE) {
		return move(root_fd, item->staged, item->live, RENAME_NOREPLACE, err);
	}
	return move(root_fd, item->live, item->staged, item->kind == LKS_COMMIT_ADD ? RENAME_NOREPLACE : RENAME_EXCHANGE, err);
}

static int sync_parent(int root_fd, const char *rel, struct lks_error *err)
{
	const char *name;
	int dir = -1;
	int status = lks_path_parent(&dir, &name, root_fd, rel, err);

	if (status == 0) {
		status = lks_fs_sync(dir, rel, err);
		close(dir);
	}
	return status;
}

/* Bytes of rel that name its parent. */
static size_t parent_length(const char *rel)
{
	const char *slash = strrchr(rel, '/');

	return slash == NULL ? 0 : (size_t)(slash - rel);
}

static bool same_parent(const char *left, const char *right)
{
	size_t length = parent_length(left);

	return length == parent_length(right) && memcmp(left, right, length) == 0;
}

/* Has an item before `count` a side in the same directory? Items that are neighbours mostly have, so look backwards. */
static bool is_synced(const struct lks_journal *journal, size_t count, const char *rel)
{
	while (count > 0) {
		const struct lks_journal_item *item = &journal->items[--count];

		if (same_parent(item->live, rel) || same_parent(item->staged, rel)) {
			return true;
		}
	}
	return false;
}

int lks_exchange_sync(int root_fd, const struct lks_journal *journal, struct lks_error *err)
{
	int status;

	for (size_t i = 0; i < journal->count; i++) {
		const struct lks_journal_item *item = &journal->items[i];

		if (!is_synced(journal, i, item->live) && (status = sync_parent(root_fd, item->live, err)) != 0) {
			return status;
		}
		if (!is_synced(journal, i, item->staged) && (status = sync_parent(root_fd, item->staged, err)) != 0) {
			return status;
		}
	}
	return 0;
}

int lks_exchange_sync_chain(int root_fd, const char *rel, struct lks_error *err)
{
	char part[PATH_MAX] = ".";
	size_t length = 0;

	for (;;) {
		int fd = -1;
		int status = lks_path_open(&fd, root_fd, part, O_RDONLY | O_DIRECTORY, 0, err);

		if (status != 0) {
			return status;
		}
		status = lks_fs_sync(fd, part, err);
		close(fd);
		if (status != 0 || rel[length] == '\0' || strcmp(rel, ".") == 0) {
			return status;
		}
		length += rel[length] == '/';
		length += strcspn(rel + length, "/");
		snprintf(part, sizeof part, "%.*s", (int)length, rel);
	}
}
