/*
 * Entries below the root, recognised by inode, type and time of birth, which a rename leaves as they are.
 */
#include "entry.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lockstep/fs.h"
#include "lockstep/path.h"
#include "trial.h"

int lks_entry_look(struct lks_identity *out, int root_fd, const char *rel, struct lks_error *err)
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

void lks_entry_copy_up(int root_fd, const char *rel)
{
	struct lks_error ignored = {0};
	struct statfs fs;
	struct stat st;
	const char *name;
	int dir = -1;

	if (lks_path_parent(&dir, &name, root_fd, rel, &ignored) != 0) {
		return;
	}
	if (fstatfs(dir, &fs) == 0 && fs.f_type == OVERLAYFS_SUPER_MAGIC && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		(!S_ISREG(st.st_mode) || (st.st_mode & (S_ISUID | S_ISGID)) == 0)) {
		/* no owner is changed, only the time of change; of a file it would also take the setuid bit */
		(void)!fchownat(dir, name, (uid_t)-1, (gid_t)-1, AT_SYMLINK_NOFOLLOW);
	}
	close(dir);
}

bool lks_entry_same(const struct lks_identity *then, const struct lks_identity *now, bool same_devices)
{
	if (!then->present || !now->present) {
		return then->present == now->present;
	}
	if (then->born != 0 && now->born != 0 && then->born != now->born) {
		return false;
	}
	return then->inode == now->inode && then->type == now->type && (!same_devices || then->device == now->device);
}

/* Both directories of a rename or link. */
struct pair {
	int from, to;
	const char *from_name, *to_name;
};

static int open_pair(struct pair *out, int root_fd, const char *from, const char *to, struct lks_error *err)
{
	int status;

	*out = (struct pair){.from = -1, .to = -1};
	if ((status = lks_path_parent(&out->from, &out->from_name, root_fd, from, err)) != 0) {
		return status;
	}
	return lks_path_parent(&out->to, &out->to_name, root_fd, to, err);
}

static void close_pair(const struct pair *pair)
{
	if (pair->from >= 0) {
		close(pair->from);
	}
	if (pair->to >= 0) {
		close(pair->to);
	}
}

static int rename_pair(const struct pair *pair, unsigned flags)
{
	struct stat there;

	if (flags == 0) {
		return renameat(pair->from, pair->from_name, pair->to, pair->to_name);
	}
	if (renameat2(pair->from, pair->from_name, pair->to, pair->to_name, flags) == 0) {
		return 0;
	}
	if (flags != RENAME_NOREPLACE || !lks_trial_unknown(errno)) {
		return -1;
	}
	if (fstatat(pair->to, pair->to_name, &there, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	return errno == ENOENT ? renameat(pair->from, pair->from_name, pair->to, pair->to_name) : -1;
}

int lks_entry_move(int root_fd, const char *from, const char *to, unsigned flags, struct lks_error *err)
{
	struct pair pair;
	int status = open_pair(&pair, root_fd, from, to, err);

	if (status != 0 || rename_pair(&pair, flags) == 0) {
		goto done;
	}
	if (lks_trial_unknown(errno)) {
		status = lks_error_set(err, LKS_E_UNSUPPORTED, errno, from, "the file system cannot rename it so");
	} else if (errno == EXDEV) {
		status = lks_error_set(err, LKS_E_UNSUPPORTED, errno, from, "it lies on another file system or in a lower layer");
	} else if (errno == EBUSY) {
		status = lks_error_set(err, LKS_E_UNSUPPORTED, errno, from, "it is a mount point or in use");
	} else {
		status = lks_error_sys(err, errno, from, "cannot be renamed");
	}
done:
	close_pair(&pair);
	return status;
}

bool lks_entry_link(int root_fd, const char *from, const char *to)
{
	struct lks_error ignored = {0};
	struct pair pair;
	bool linked = open_pair(&pair, root_fd, from, to, &ignored) == 0 && linkat(pair.from, pair.from_name, pair.to, pair.to_name, 0) == 0;

	if (linked && lks_fs_sync(pair.to, to, &ignored) != 0) { /* not to be relied on */
		unlinkat(pair.to, pair.to_name, 0);
		linked = false;
	}
	close_pair(&pair);
	return linked;
}

int lks_entry_unlink(int root_fd, const char *rel, struct lks_error *err)
{
	const char *name;
	int dir = -1;
	int status = lks_path_parent(&dir, &name, root_fd, rel, err);

	if (status != 0) {
		return status;
	}
	if (unlinkat(dir, name, 0) != 0) {
		status = lks_error_sys(err, errno, rel, "cannot be removed");
	}
	close(dir);
	return status;
}

int lks_entry_sync(int root_fd, const char *rel, struct lks_error *err)
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
