/*
 * Can this live path take part in a commit? Asked of the kernel with two scratch entries, and of overlayfs about its layers.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lockstep/commit.h"
#include "lockstep/path.h"
#include "trial.h"

/* The third name of two renames. */
#define SIDE ".lockstep-probe-side"

static void clear(int live_dir, int stage_dir)
{
	lks_trial_clear(live_dir);
	lks_trial_clear(stage_dir);
	unlinkat(stage_dir, SIDE, AT_REMOVEDIR);
	unlinkat(stage_dir, SIDE, 0);
}

/* The inode number of an entry, 0 when it cannot be told. */
static uint64_t inode(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? (uint64_t)st.st_ino : 0;
}

/* Two scratch entries change places, as the commit would do it; each must still be recognised afterwards. */
static int try_scratch(enum lks_exchange_problem *problem, int live_dir, int stage_dir, const char *live, struct lks_error *err)
{
	uint64_t old = inode(live_dir, LKS_TRIAL_NAME), new = inode(stage_dir, LKS_TRIAL_NAME);
	const char *aside = LKS_TRIAL_NAME;
	int status = renameat2(stage_dir, LKS_TRIAL_NAME, live_dir, LKS_TRIAL_NAME, RENAME_EXCHANGE);

	if (status != 0 && lks_trial_unknown(errno)) {
		*problem = LKS_EXCHANGE_TWO_RENAMES;
		aside = SIDE;
		status = renameat(live_dir, LKS_TRIAL_NAME, stage_dir, SIDE);
		status = status == 0 ? renameat(stage_dir, LKS_TRIAL_NAME, live_dir, LKS_TRIAL_NAME) : status;
	}
	if (status != 0) {
		if (errno != EXDEV) {
			return lks_error_sys(err, errno, live, "a trial of the exchange failed");
		}
		*problem = LKS_EXCHANGE_DEVICE; /* two mounts of one device too */
	} else if (old == new || inode(live_dir, LKS_TRIAL_NAME) != new || inode(stage_dir, aside) != old) {
		*problem = LKS_EXCHANGE_UNSUPPORTED;
	}
	return 0;
}

static int exchange_scratch(enum lks_exchange_problem *problem, int live_dir, int stage_dir, bool directory, const char *live,
	const char *stage, struct lks_error *err)
{
	int status;

	clear(live_dir, stage_dir);
	if ((status = lks_trial_make(live_dir, directory, live, err)) == 0 &&
		(status = lks_trial_make(stage_dir, directory, stage, err)) == 0) {
		status = try_scratch(problem, live_dir, stage_dir, live, err);
	}
	clear(live_dir, stage_dir);
	return status;
}

/*
 * overlayfs refuses to rename a directory of a lower layer, and only the real one shows that. It is asked to take the place
 * of a directory that is not empty, which no file system does: EXDEV tells of the layer, ENOTEMPTY that it could be moved.
 */
static int ask_layer(enum lks_exchange_problem *problem, int live_dir, const char *name, int stage_dir, const char *live, const char *stage,
	struct lks_error *err)
{
	struct statfs fs;
	int status = 0;

	if (fstatfs(live_dir, &fs) != 0) {
		return lks_error_sys(err, errno, live, "its file system cannot be examined");
	}
	if (fs.f_type != OVERLAYFS_SUPER_MAGIC) {
		return 0;
	}
	if ((status = lks_trial_make(stage_dir, true, stage, err)) != 0) {
		return status;
	}
	if (mkdirat(stage_dir, LKS_TRIAL_NAME "/inside", 0700) != 0) {
		status = lks_error_sys(err, errno, stage, "nothing can be made in it");
	} else if (renameat2(live_dir, name, stage_dir, LKS_TRIAL_NAME, 0) != 0 && errno == EXDEV) {
		*problem = LKS_EXCHANGE_LOWER;
	}
	lks_trial_clear(stage_dir);
	return status;
}

static bool is_read_only(int dir)
{
	struct statvfs fs;

	return fstatvfs(dir, &fs) == 0 && (fs.f_flag & ST_RDONLY) != 0;
}

/* What can be told by looking. *mode: type of the live entry, 0 when it is absent. */
static int look(enum lks_exchange_problem *problem, mode_t *mode, int live_dir, const char *name, int stage_dir, const char *live,
	struct lks_error *err)
{
	struct stat above, stage;
	struct statx entry;

	if (fstat(live_dir, &above) != 0 || fstat(stage_dir, &stage) != 0) {
		return lks_error_sys(err, errno, live, "its directory cannot be examined");
	}
	if (statx(live_dir, name, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &entry) == 0) {
		*mode = entry.stx_mode & S_IFMT;
		if (S_ISLNK(*mode)) {
			*problem = LKS_EXCHANGE_SYMLINK;
		} else if ((entry.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0) {
			*problem = LKS_EXCHANGE_MOUNT;
		}
	} else if (errno != ENOENT) {
		return lks_error_sys(err, errno, live, "cannot be examined");
	}
	if (*problem == LKS_EXCHANGE_OK && (is_read_only(live_dir) || is_read_only(stage_dir))) {
		*problem = LKS_EXCHANGE_READ_ONLY;
	}
	if (*problem == LKS_EXCHANGE_OK && above.st_dev != stage.st_dev) {
		*problem = LKS_EXCHANGE_DEVICE;
	}
	return 0;
}

int lks_commit_probe(enum lks_exchange_problem *problem, int root_fd, const char *live, const char *stage, struct lks_error *err)
{
	int live_dir = -1, stage_dir = -1;
	const char *name;
	mode_t mode = 0;
	int status;

	*problem = LKS_EXCHANGE_OK;
	if ((status = lks_path_parent(&live_dir, &name, root_fd, live, err)) != 0 ||
		(status = lks_path_open(&stage_dir, root_fd, stage, O_RDONLY | O_DIRECTORY, 0, err)) != 0 ||
		(status = look(problem, &mode, live_dir, name, stage_dir, live, err)) != 0 || *problem != LKS_EXCHANGE_OK) {
		goto done;
	}
	status = exchange_scratch(problem, live_dir, stage_dir, mode == 0 || S_ISDIR(mode), live, stage, err);
	if (status == 0 && (*problem == LKS_EXCHANGE_OK || *problem == LKS_EXCHANGE_TWO_RENAMES) && S_ISDIR(mode)) {
		status = ask_layer(problem, live_dir, name, stage_dir, live, stage, err);
	}
done:
	if (live_dir >= 0) {
		close(live_dir);
	}
	if (stage_dir >= 0) {
		close(stage_dir);
	}
	return status;
}
