/*
 * The lock on a site is flock(2) on its root directory: the kernel lets go of it when the process ends in whatever way.
 */
#include "lockstep/lock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "lockstep/path.h"

struct lks_lock {
	int fd;
	pid_t owner; /* the process that took it: a fork's copy must not let go of it */
};

static int hold(int fd, const char *root, struct lks_error *err)
{
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EINTR) {
			continue;
		}
		if (errno == EWOULDBLOCK) {
			lks_error_set(err, LKS_E_LOCKED, 0, root, "another run of Lockstep is at work on this site");
			lks_error_hint(err, "Wait for it to end, then try again.");
			return LKS_E_LOCKED;
		}
		if (errno == ENOLCK || errno == EOPNOTSUPP || errno == EBADF) { /* EBADF: NFS wants to write what it locks */
			return lks_error_set(err, LKS_E_UNSUPPORTED, errno, root, "the file system of the site has no locks");
		}
		return lks_error_sys(err, errno, root, "the site cannot be locked");
	}
	return 0;
}

int lks_lock_acquire(struct lks_lock **out, const char *root, struct lks_error *err)
{
	struct lks_lock *lock = malloc(sizeof *lock);
	int status;

	if (lock == NULL) {
		return lks_error_nomem(err);
	}
	lock->fd = -1;
	lock->owner = getpid();
	if ((status = lks_path_open_root(&lock->fd, root, err)) != 0 || (status = hold(lock->fd, root, err)) != 0) {
		lks_lock_free(lock);
		return status;
	}
	*out = lock;
	return 0;
}

void lks_lock_free(struct lks_lock *lock)
{
	if (lock == NULL) {
		return;
	}
	if (lock->fd >= 0) {
		if (lock->owner == getpid()) {
			flock(lock->fd, LOCK_UN); /* else a child that still has the descriptor would keep the lock */
		}
		close(lock->fd);
	}
	free(lock);
}
