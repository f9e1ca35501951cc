/*
 * What a file system can do is tried on scratch entries: no file system's name tells it.
 */
#include "trial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ONE LKS_TRIAL_NAME "/inside"
#define OTHER LKS_TRIAL_NAME "/other"

void lks_trial_clear(int dir)
{
	unlinkat(dir, ONE, AT_REMOVEDIR);
	unlinkat(dir, OTHER, AT_REMOVEDIR);
	unlinkat(dir, LKS_TRIAL_NAME, AT_REMOVEDIR);
	unlinkat(dir, LKS_TRIAL_NAME, 0);
}

int lks_trial_make(int dir, bool directory, const char *beside, struct lks_error *err)
{
	int fd;

	lks_trial_clear(dir);
	if (directory) {
		if (mkdirat(dir, LKS_TRIAL_NAME, 0700) == 0) {
			return 0;
		}
		return lks_error_sys(err, errno, beside, "nothing can be made beside it");
	}
	fd = openat(dir, LKS_TRIAL_NAME, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		return lks_error_sys(err, errno, beside, "nothing can be made beside it");
	}
	close(fd);
	return 0;
}

bool lks_trial_unknown(int sys)
{
	return sys == EINVAL || sys == ENOSYS || sys == EOPNOTSUPP;
}

int lks_trial_method(enum lks_commit_method *out, int dir, const char *rel, struct lks_error *err)
{
	int status = lks_trial_make(dir, true, rel, err);

	*out = LKS_METHOD_EXCHANGE;
	if (status != 0) {
		return status;
	}
	if (mkdirat(dir, ONE, 0700) != 0 || mkdirat(dir, OTHER, 0700) != 0) {
		status = lks_error_sys(err, errno, rel, "nothing can be made beside it");
	} else if (renameat2(dir, ONE, dir, OTHER, RENAME_EXCHANGE) != 0) {
		if (lks_trial_unknown(errno)) {
			*out = LKS_METHOD_TWO_RENAMES;
		} else {
			status = lks_error_sys(err, errno, rel, "a trial of the exchange failed");
		}
	}
	lks_trial_clear(dir);
	return status;
}
