/*
 * What the kernel and a file system offer. System calls are tried on descriptors that cannot exist: what knows the call
 * says EBADF, what does not (or a filter of system calls) says something else.
 */
#include "lockstep/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

bool lks_platform_has_openat2(void)
{
	struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_BENEATH};

	return syscall(SYS_openat2, -1, "x", &how, sizeof how) < 0 && errno == EBADF;
}

bool lks_platform_has_exchange(void)
{
	return renameat2(-1, "x", -1, "y", RENAME_EXCHANGE) != 0 && errno == EBADF;
}

int lks_platform_space(struct lks_space *out, int dir_fd, struct lks_error *err)
{
	struct statvfs found;

	memset(out, 0, sizeof *out);
	if (fstatvfs(dir_fd, &found) != 0) {
		return lks_error_sys(err, errno, NULL, "The free space cannot be asked");
	}
	out->bytes = (uint64_t)found.f_bavail * found.f_frsize;
	out->inodes = found.f_files == 0 ? UINT64_MAX : found.f_favail;
	return 0;
}
